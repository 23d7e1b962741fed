//! What is signed verifies: by us with every algorithm and key, and octet for octet as RFC 6979 and RFC 8032 print it.
#![cfg(feature = "getrandom")]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use samlkit_crypto::{
    AlgorithmPolicy, DigestAlgorithm, Error, KeyKind, PrivateKey, PssParameters, Randomness,
    RandomnessError, SignError, SignatureAlgorithm, Signer, SigningKey,
};

macro_rules! data {
    ($name:expr) => {
        include_bytes!(concat!("private-keys/", $name)).as_slice()
    };
}

const POLICY: AlgorithmPolicy = AlgorithmPolicy::DEFAULT;
const MESSAGE: &[u8] = b"The octets that are signed.\n";

fn key(input: &[u8]) -> Arc<PrivateKey> {
    Arc::new(PrivateKey::parse(input).unwrap())
}

fn keys() -> Vec<Arc<PrivateKey>> {
    [
        data!("rsa2048.pkcs8.pem"),
        data!("rsa2048-e3.pkcs8.pem"),
        data!("rsa2049.pkcs8.pem"),
        data!("rsa3072.pkcs8.pem"),
        data!("p256.pkcs8.pem"),
        data!("p384.pkcs8.pem"),
        data!("p521.pkcs8.pem"),
        data!("ed25519.pkcs8.pem"),
    ]
    .map(key)
    .to_vec()
}

fn pss(digest: DigestAlgorithm, mgf1: DigestAlgorithm, salt: u32) -> SignatureAlgorithm {
    SignatureAlgorithm::from_pss_parameters(PssParameters::new(digest, mgf1, salt, 1).unwrap())
}

fn algorithms() -> Vec<SignatureAlgorithm> {
    use DigestAlgorithm::{Sha224, Sha256, Sha384, Sha512};
    let mut all = SignatureAlgorithm::ALL.to_vec();
    all.extend([
        pss(Sha256, Sha256, 32),
        pss(Sha256, Sha256, 0),
        pss(Sha384, Sha256, 20),
        pss(Sha512, Sha224, 33),
        pss(Sha256, Sha512, 222),
    ]);
    all
}

#[test]
fn every_algorithm_verifies_and_a_changed_message_does_not() {
    let mut signed = 0;
    for key in keys() {
        for algorithm in algorithms() {
            let signer = match SigningKey::new(Arc::clone(&key), algorithm) {
                Ok(signer) => signer,
                Err(Error::KeyMismatch { .. } | Error::AlgorithmNotAllowed { .. }) => continue,
                Err(error) => panic!("{algorithm:?}: {error}"),
            };
            let signature = signer.sign(MESSAGE).unwrap();
            let public = signer.public_key().unwrap();
            let verify = |message: &[u8], signature: &[u8]| {
                public.verify(&POLICY, algorithm, message, signature)
            };
            assert_eq!(verify(MESSAGE, &signature), Ok(()), "{algorithm:?}");
            assert_eq!(verify(b"", &signature), Err(Error::SignatureMismatch));
            signed += 1;
        }
    }
    // 4 RSA keys by 4 + 4 + 5 algorithms, 3 curves by 4, Ed25519.
    assert_eq!(signed, 4 * 13 + 3 * 4 + 1);
}

#[test]
fn sha1_never_signs() {
    use DigestAlgorithm::{Sha1, Sha256};
    for (key, algorithm) in [
        (data!("rsa2048.pkcs8.pem"), SignatureAlgorithm::RsaSha1),
        (data!("rsa2048.pkcs8.pem"), SignatureAlgorithm::Sha1RsaMgf1),
        (data!("rsa2048.pkcs8.pem"), pss(Sha1, Sha256, 20)),
        (data!("rsa2048.pkcs8.pem"), pss(Sha256, Sha1, 32)),
        (data!("p256.pkcs8.pem"), SignatureAlgorithm::EcdsaSha1),
    ] {
        let refused = SigningKey::new(self::key(key), algorithm).err();
        assert_eq!(refused, Some(Error::AlgorithmNotAllowed { algorithm }));
    }
}

#[test]
fn short_rsa_keys_and_wrong_keys_never_sign() {
    let refused = |key: &[u8], algorithm| SigningKey::new(self::key(key), algorithm).err();
    assert_eq!(
        refused(data!("rsa1024.pkcs8.pem"), SignatureAlgorithm::RsaSha256),
        Some(Error::KeyTooSmall {
            bits: 1024,
            minimum: 2048
        })
    );
    let algorithm = SignatureAlgorithm::RsaSha256;
    assert_eq!(
        refused(data!("ed25519.pkcs8.pem"), algorithm),
        Some(Error::KeyMismatch {
            algorithm,
            key: KeyKind::Ed25519
        })
    );
    let algorithm = SignatureAlgorithm::EcdsaSha256;
    assert_eq!(
        refused(data!("rsa2048.pkcs8.pem"), algorithm),
        Some(Error::KeyMismatch {
            algorithm,
            key: KeyKind::Rsa
        })
    );
}

/// 2048 bits hold 256 octets: 32 of the digest, 2 that are fixed, 222 of salt.
#[test]
fn salts_must_fit_the_modulus() {
    let sha256 = DigestAlgorithm::Sha256;
    let refused =
        |salt| SigningKey::new(key(data!("rsa2048.pkcs8.pem")), pss(sha256, sha256, salt)).err();
    assert_eq!(refused(222), None);
    assert_eq!(refused(223), Some(Error::PssSaltLength { found: 223 }));
}

#[test]
fn pss_salts_differ_and_the_others_are_deterministic() {
    let twice = |key: &[u8], algorithm| {
        let signer = SigningKey::new(self::key(key), algorithm).unwrap();
        signer.sign(MESSAGE).unwrap() == signer.sign(MESSAGE).unwrap()
    };
    assert!(!twice(
        data!("rsa2048.pkcs8.pem"),
        SignatureAlgorithm::Sha256RsaMgf1
    ));
    assert!(twice(
        data!("rsa2048.pkcs8.pem"),
        SignatureAlgorithm::RsaSha256
    ));
    assert!(twice(
        data!("p256.pkcs8.pem"),
        SignatureAlgorithm::EcdsaSha256
    ));
    assert!(twice(
        data!("ed25519.pkcs8.pem"),
        SignatureAlgorithm::EddsaEd25519
    ));
}

/// Counts what is asked for, and runs out after some of it.
struct Counting {
    octets: Arc<AtomicUsize>,
    most: usize,
}

impl Randomness for Counting {
    fn fill(&self, octets: &mut [u8]) -> Result<(), RandomnessError> {
        let before = self.octets.fetch_add(octets.len(), Ordering::Relaxed);
        if before + octets.len() > self.most {
            return Err(RandomnessError::new());
        }
        octets.fill(0x5a);
        Ok(())
    }
}

/// AWS-LC blinds and salts with octets of its own; RustCrypto does what AWS-LC has no form for, here a salt of 20 octets.
#[test]
fn rsa_takes_randomness_for_blinding_and_fails_without() {
    let sha256 = DigestAlgorithm::Sha256;
    for (algorithm, most, of_aws_lc) in [
        (SignatureAlgorithm::RsaSha256, 0, true),
        (SignatureAlgorithm::RsaSha224, 0, false),
        // Enough for the salt alone.
        (SignatureAlgorithm::Sha256RsaMgf1, 32, true),
        (pss(sha256, sha256, 20), 20, false),
    ] {
        let octets = Arc::new(AtomicUsize::new(0));
        let randomness = Counting {
            octets: Arc::clone(&octets),
            most,
        };
        let signer =
            SigningKey::with_randomness(key(data!("rsa2048.pkcs8.pem")), algorithm, randomness)
                .unwrap();
        let signed = signer.sign(MESSAGE).map(|_| ());
        let asked = octets.load(Ordering::Relaxed);
        if cfg!(feature = "aws-lc-rs") && of_aws_lc {
            assert_eq!((signed, asked), (Ok(()), 0), "{algorithm:?}");
        } else {
            assert_eq!(signed, Err(SignError::Randomness(RandomnessError::new())));
            assert!(asked > most, "blinding asked for more");
        }
    }
}

fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .bytes()
        .filter(u8::is_ascii_hexdigit)
        .map(|digit| u8::try_from(char::from(digit).to_digit(16).unwrap()).unwrap())
        .collect();
    digits
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |octet, digit| octet << 4 | digit))
        .collect()
}

/// An `ECPrivateKey` of this scalar.
fn sec1(curve: &[u8], scalar: &str) -> Arc<PrivateKey> {
    let scalar = octets(scalar);
    let short = |length: usize| u8::try_from(length).unwrap();
    let mut body = vec![0x02, 1, 1, 0x04, short(scalar.len())];
    body.extend_from_slice(&scalar);
    body.extend_from_slice(&[0xa0, short(curve.len() + 2), 0x06, short(curve.len())]);
    body.extend_from_slice(curve);
    body.splice(0..0, [0x30, short(body.len())]);
    key(&body)
}

const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];

/// RFC 6979 §A.2.5 to §A.2.7.
#[test]
fn ecdsa_is_deterministic_as_published() {
    let p256 = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
    let p384 = "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8\
                96D5724E4C70A825F872C9EA60D2EDF5";
    let p521 = "00FAD06DAA62BA3B25D2FB40133DA757205DE67F5BB0018FEE8C86E1B68C7E75\
                CAA896EB32F1F47C70855836A6D16FCC1466F6D8FBEC67DB89EC0C08B0E996B83538";
    for (curve, scalar, algorithm, message, expected) in [
        (
            P256,
            p256,
            SignatureAlgorithm::EcdsaSha256,
            "sample",
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716\
             F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        ),
        (
            P256,
            p256,
            SignatureAlgorithm::EcdsaSha512,
            "sample",
            "8496A60B5E9B47C825488827E0495B0E3FA109EC4568FD3F8D1097678EB97F00\
             2362AB1ADBE2B8ADF9CB9EDAB740EA6049C028114F2460F96554F61FAE3302FE",
        ),
        (
            P256,
            p256,
            SignatureAlgorithm::EcdsaSha256,
            "test",
            "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367\
             019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
        ),
        (
            P384,
            p384,
            SignatureAlgorithm::EcdsaSha384,
            "sample",
            "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C\
             81A648152E44ACF96E36DD1E80FABE4699EF4AEB15F178CEA1FE40DB2603138F\
             130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
        ),
        (
            P521,
            p521,
            SignatureAlgorithm::EcdsaSha512,
            "sample",
            "00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F\
             174E25A1EE9017B5D450606ADD152B534931D7D4E8455CC91F9B15BF05EC36E3\
             77FA00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B\
             68AF282623EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC43997F1EE0E4\
             4DA4A67A",
        ),
    ] {
        let signer = SigningKey::new(sec1(curve, scalar), algorithm).unwrap();
        let signature = signer.sign(message.as_bytes()).unwrap();
        assert_eq!(signature, octets(expected), "{algorithm} {message}");
    }
}

/// RFC 8032 §7.1, test 1.
#[test]
fn ed25519_is_as_published() {
    let mut der = octets("302e020100300506032b657004220420");
    der.extend(octets(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    ));
    let signer = SigningKey::new(key(&der), SignatureAlgorithm::EddsaEd25519).unwrap();
    let expected = octets(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555\
         fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    );
    assert_eq!(signer.sign(b""), Ok(expected));
}

/// As an application holds signers of several kinds.
#[test]
fn signers_are_objects() {
    let key = SigningKey::new(
        key(data!("p256.pkcs8.pem")),
        SignatureAlgorithm::EcdsaSha256,
    );
    let signers: [Arc<dyn Signer>; 2] = {
        let key = Arc::new(key.unwrap());
        [key.clone(), Arc::new(Box::new(key) as Box<dyn Signer>)]
    };
    let [a, b] = signers.map(|signer| signer.sign(MESSAGE));
    assert_eq!(a, b);
}

#[test]
fn what_a_provider_says_is_cut_and_cleaned() {
    let said = format!("locked\n{}", "é".repeat(300));
    let error = SignError::provider(said).to_string();
    assert_eq!(
        error,
        format!(
            "the key's provider did not sign: locked {}...",
            "é".repeat(193)
        )
    );
}
