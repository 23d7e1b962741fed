//! The `rsa` crate takes the same keys and the same signatures.

use std::path::Path;

use crypto_bigint::U2048;

use super::*;
use crate::key::strip_zeros;
use crate::private_key::Material;

/// With the exponents 3 and 65537.
const KEYS: [&str; 5] = ["rsa1024", "rsa2048", "rsa2048-e3", "rsa2049", "rsa3072"];
const MESSAGE: &[u8] = b"message";
const SHA256: DigestAlgorithm = DigestAlgorithm::Sha256;

/// A key pair of the test data, in the `rsa` crate's types and in ours.
struct Pair {
    private: rsa::PrivateKey,
    theirs: rsa::PublicKey,
    ours: PublicKey,
}

impl Pair {
    fn read(name: &str) -> Self {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/private-keys");
        let pem = std::fs::read(directory.join(format!("{name}.pkcs8.pem"))).unwrap();
        let key = crate::PrivateKey::parse(&pem).unwrap();
        let Material::Rsa(made) = key.material() else {
            panic!("RSA")
        };
        #[cfg(feature = "aws-lc-rs")]
        let made = made.checked();
        let private = (*made.0).clone();
        let theirs = rsa::PublicKey::from(&private);
        let exponent = theirs.e().to_be_bytes();
        let exponent = u64::from_be_bytes(exponent[..].try_into().unwrap());
        let ours = PublicKey::new(&theirs.n().to_be_bytes(), exponent).unwrap();
        Self {
            private,
            theirs,
            ours,
        }
    }

    /// RSASP1 (RFC 8017 §5.2.1).
    fn sign(&self, encoded: &[u8]) -> Vec<u8> {
        let m = BoxedUint::from_be_slice(encoded, self.private.n_bits_precision()).unwrap();
        let s = hazmat::rsa_decrypt(None::<&mut Rng<'_>>, &self.private, &m).unwrap();
        last(&s.to_be_bytes(), self.ours.size()).unwrap().to_vec()
    }

    /// The verdict of both.
    fn verify(&self, algorithm: DigestAlgorithm, signature: &[u8]) -> bool {
        let digest = algorithm.digest(MESSAGE);
        let theirs = self
            .theirs
            .verify(pkcs1(algorithm), digest.as_bytes(), signature);
        let ours = self.ours.verify_pkcs1(algorithm, MESSAGE, signature);
        assert_eq!(ours, theirs.is_ok(), "{signature:02x?}");
        ours
    }

    /// EMSA-PKCS1-v1_5 with the prefix of the `rsa` crate.
    fn encode(&self, algorithm: DigestAlgorithm) -> Vec<u8> {
        let info = [
            &pkcs1(algorithm).prefix,
            algorithm.digest(MESSAGE).as_bytes(),
        ]
        .concat();
        let fill = vec![0xff; self.ours.size() - info.len() - 3];
        [&[0x00, 0x01], &fill[..], &[0x00], &info].concat()
    }
}

#[test]
fn the_same_keys() {
    let odd = |bits: usize| {
        let mut octets = vec![0x5a; bits.div_ceil(8)];
        let top = 1 << ((bits - 1) % 8);
        octets[0] = octets[0] & (top - 1) | top;
        octets[bits.div_ceil(8) - 1] |= 1;
        octets
    };
    let mut moduli = [
        1, 16, 1016, 1023, 1024, 1025, 2047, 2048, 4097, 8192, 8193, 8200,
    ]
    .map(odd)
    .to_vec();
    let mut even = odd(2048);
    even[255] ^= 1;
    moduli.push(even);
    let most = rsa::PublicKey::MAX_PUB_EXPONENT;
    let exponents = [
        0,
        1,
        2,
        3,
        4,
        17,
        65536,
        65537,
        most - 1,
        most,
        most + 2,
        u64::MAX,
    ];
    let mut taken = 0;
    for modulus in &moduli {
        for exponent in exponents {
            let n = BoxedUint::from_be_slice_vartime(modulus);
            let theirs = rsa::PublicKey::new(n, BoxedUint::from(exponent));
            let ours = PublicKey::new(modulus, exponent);
            assert_eq!(ours.is_some(), theirs.is_ok(), "{exponent} {modulus:02x?}");
            let (Some(ours), Ok(theirs)) = (ours, theirs) else {
                continue;
            };
            taken += 1;
            assert_eq!(ours.size(), theirs.size());
            assert_eq!(ours.bits(), theirs.n().bit_width_vartime());
            assert_eq!(strip_zeros(&ours.modulus()), modulus);
            assert_eq!(ours.exponent()[..], exponent.to_be_bytes());
            assert_eq!(ours.encryption(), Some(&theirs));
        }
    }
    // Six moduli with 3, 17, 65537 and the largest.
    assert_eq!(taken, 6 * 4);
}

#[test]
fn every_octet_of_an_encoding_counts() {
    for name in KEYS {
        let pair = Pair::read(name);
        for algorithm in DigestAlgorithm::ALL {
            let signature = pair.sign(&pair.encode(algorithm));
            for other in DigestAlgorithm::ALL {
                assert_eq!(pair.verify(other, &signature), other == algorithm, "{name}");
            }
        }
        let encoded = pair.encode(SHA256);
        // The first octet has less room than 8 bits, and another one in it is no number below the modulus.
        for at in 1..encoded.len() {
            let mut changed = encoded.clone();
            changed[at] ^= 1 << (at % 8);
            assert!(!pair.verify(SHA256, &pair.sign(&changed)), "{name}, {at}");
        }
    }
}

/// The spare bits above the masked block too, which are cleared after the mask was taken off.
#[test]
fn every_bit_of_a_pss_encoding_counts() {
    let parameters = PssParameters::new(SHA256, SHA256, 32, 1).unwrap();
    let digest = SHA256.digest(MESSAGE);
    for (name, salts) in [("rsa1024", 16), ("rsa2048", 16), ("rsa2049", 1)] {
        let pair = Pair::read(name);
        let below = |encoded: &[u8]| strip_zeros(encoded) < strip_zeros(&pair.ours.modulus());
        let verify = |encoded: &[u8]| {
            let signature = pair.sign(encoded);
            pair.ours.verify_pss(parameters, MESSAGE, &signature)
        };
        let mut spare = 0;
        for salt in 0..salts {
            let encoded = pss::encode(parameters, &digest, &[salt; 32], pair.ours.bits()).unwrap();
            assert!(verify(&encoded), "{name}");
            let mut changed = encoded.clone();
            changed[0] ^= 0x80;
            if changed.len() == pair.ours.size() && below(&changed) {
                spare += 1;
                assert!(!verify(&changed), "{name}, salt {salt}");
            }
        }
        // A modulus of whole octets has one such bit; what is below the modulus with it depends on the mask.
        assert_eq!(spare > 0, pair.ours.bits().is_multiple_of(8), "{name}");
        let encoded = pss::encode(parameters, &digest, &[0; 32], pair.ours.bits()).unwrap();
        for at in 1..encoded.len() {
            let mut changed = encoded.clone();
            changed[at] ^= 1 << (at % 8);
            assert!(!verify(&changed), "{name}, {at}");
        }
    }
}

#[test]
fn the_same_residue_is_not_the_same_signature() {
    // The one modulus with room above it in its octets for twice its size.
    let pair = Pair::read("rsa2049");
    let signature = pair.sign(&pair.encode(SHA256));
    assert!(pair.verify(SHA256, &signature));
    let number = BoxedUint::from_be_slice_vartime;
    let sum = number(&signature).wrapping_add(pair.theirs.n().as_ref());
    let sum = last(&sum.to_be_bytes(), signature.len()).unwrap().to_vec();
    assert!(sum != signature && !pair.verify(SHA256, &sum));
    for other in [
        [&[0], &signature[..]].concat(),
        signature[1..].to_vec(),
        Vec::new(),
        vec![0; signature.len()],
        vec![0xff; signature.len()],
        pair.ours.modulus().to_vec(),
    ] {
        assert!(!pair.verify(SHA256, &other), "{other:02x?}");
    }
}

/// Bleichenbacher's of 2006 (CVE-2006-4339): with the exponent 3, anyone finds a signature whose cube begins as an encoding.
#[test]
fn a_cube_root_is_no_signature() {
    let pair = Pair::read("rsa2048-e3");
    assert_eq!(pair.ours.exponent().last(), Some(&3));
    let info = [&pkcs1(SHA256).prefix, SHA256.digest(MESSAGE).as_bytes()].concat();
    let begin = [&[0x00, 0x01], &[0xff; 8][..], &[0x00], &info].concat();
    let mut highest = begin.clone();
    highest.resize(256, 0xff);
    let highest = U2048::from_be_slice(&highest);
    let mut root = U2048::ZERO;
    // The largest number whose cube is not above it. The cube of 678 bits has room.
    for bit in (0..678).rev() {
        let next = root | U2048::ONE.shl_vartime(bit);
        if next.wrapping_mul(&next).wrapping_mul(&next) <= highest {
            root = next;
        }
    }
    let forged = root.to_be_bytes();
    let mut room = [0; MAX_OCTETS];
    let cube = pair.ours.signatures.raise(forged.as_slice(), &mut room);
    assert!(cube.unwrap().starts_with(&begin));
    assert!(!pair.verify(SHA256, forged.as_slice()));
}

#[test]
fn what_is_encrypted_is_decrypted() {
    for name in KEYS {
        let pair = Pair::read(name);
        let mut number = vec![0x5a; pair.ours.size()];
        number[0] = 0;
        let ciphertext = pair.ours.encrypt(number.clone()).unwrap();
        assert_eq!(pair.sign(&ciphertext), number, "{name}");
    }
}
