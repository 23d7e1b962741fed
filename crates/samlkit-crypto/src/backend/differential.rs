//! Both backends give the same verdict: on every key and signature in `tests/data`, on changed ones, and at every bound.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test"
)]

use std::path::{Path, PathBuf};

use ::aws_lc_rs::signature::{ED25519, ParsedPublicKey};
use p256::elliptic_curve::Curve as _;
use zeroize::Zeroizing;

use super::{aws_lc_rs as aws, rustcrypto as rust};
use crate::key::Material;
use crate::{
    Curve, DigestAlgorithm, PrivateKey, PssParameters, PublicKey, RsaOaep, SystemRandomness,
};

/// The `index`th of a series of octets that is the same in every run.
fn noise(index: usize, length: usize) -> Vec<u8> {
    let seed = DigestAlgorithm::Sha256.digest(&index.to_be_bytes());
    let mut out = Vec::with_capacity(length + 64);
    let mut block = seed;
    while out.len() < length {
        block = DigestAlgorithm::Sha512.digest(block.as_bytes());
        out.extend_from_slice(block.as_bytes());
    }
    out.truncate(length);
    out
}

fn files(directory: &str, ending: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut found = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect::<Vec<_>>();
    found.sort();
    assert!(!found.is_empty());
    found
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

/// Every public key of the test data that can be decoded.
fn public_keys() -> Vec<PublicKey> {
    files("tests/data", ".pub.der")
        .iter()
        .filter_map(|path| PublicKey::from_spki_der(&read(path)).ok())
        .collect()
}

fn private_keys() -> Vec<PrivateKey> {
    files("tests/private-keys", ".pkcs8.pem")
        .iter()
        .filter_map(|path| PrivateKey::parse(&read(path)).ok())
        .collect()
}

/// Every signature of the test data, with every algorithm and key that it may have been made by or not.
fn signatures() -> Vec<Vec<u8>> {
    files("tests/data", ".sig")
        .iter()
        .map(|path| read(path))
        .collect()
}

/// The signature, and what lies next to it.
fn neighbours(signature: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![
        signature.to_vec(),
        vec![0; signature.len()],
        vec![0xff; signature.len()],
    ];
    let step = (signature.len() / 7).max(1);
    for at in (0..signature.len()).step_by(step) {
        let mut changed = signature.to_vec();
        changed[at] ^= 1 << (at % 8);
        all.push(changed);
    }
    all
}

/// `a + b`, as long as `a`, of big-endian numbers; `None` where it does not fit.
fn sum(a: &[u8], b: &[u8]) -> Option<Vec<u8>> {
    let mut out = a.to_vec();
    let mut carry = 0_u16;
    let padding = a.len() - b.len();
    for (at, octet) in out.iter_mut().enumerate().rev() {
        let other = at.checked_sub(padding).map_or(0, |at| b[at]);
        let sum = u16::from(*octet) + u16::from(other) + carry;
        *octet = sum.to_be_bytes()[1];
        carry = sum >> 8;
    }
    (carry == 0).then_some(out)
}

fn pss_parameters() -> Vec<PssParameters> {
    let mut all = Vec::new();
    for digest in DigestAlgorithm::ALL {
        for mgf1 in DigestAlgorithm::ALL {
            for salt in [0, 20, 28, 32, 33, 48, 62, 64, 222] {
                all.push(PssParameters::new(digest, mgf1, salt, 1).unwrap());
            }
        }
    }
    all
}

#[test]
fn digests() {
    for algorithm in DigestAlgorithm::ALL {
        for length in (0..300).chain([4096, 70_000]) {
            let message = noise(length, length);
            let expected = rust::digest::digest(algorithm, &message);
            assert!(aws::digest::digest(algorithm, &message) == expected);
            let mut pieces = aws::digest::Context::new(algorithm);
            let mut pieces_too = rust::digest::Context::new(algorithm);
            for piece in message.chunks(37) {
                pieces.update(piece);
                pieces_too.update(piece);
            }
            assert!(pieces.clone().finish(algorithm) == expected);
            assert!(pieces_too.finish(algorithm) == expected);
        }
    }
}

#[test]
fn rsa_signatures() {
    let message = read(&files("tests/data", "message.txt")[0]);
    let (signatures, all_pss) = (signatures(), pss_parameters());
    let (mut keys, mut accepted, mut compared) = (0, 0, 0);
    for key in public_keys() {
        let Material::Rsa(made) = key.material() else {
            continue;
        };
        keys += 1;
        let modulus = crate::key::strip_zeros(&made.modulus()).to_vec();
        let exponent = made.exponent();
        let exponent = exponent
            .iter()
            .fold(0, |n, &octet| n << 8 | u64::from(octet));
        let one = rust::rsa::PublicKey::new(&modulus, exponent).unwrap();
        let other = aws::rsa::PublicKey::new(&modulus, exponent).unwrap();
        let same_size = signatures.iter().filter(|s| s.len() == one.size());
        let mut tried = same_size.flat_map(|s| neighbours(s)).collect::<Vec<_>>();
        // The same residue, and the bounds.
        for signature in tried.clone() {
            tried.extend(sum(&signature, &modulus));
        }
        tried.push(modulus.clone());
        let mut below = modulus.clone();
        *below.last_mut().unwrap() ^= 1;
        tried.push(below);
        for signature in &tried {
            for algorithm in DigestAlgorithm::ALL {
                let verdict = one.verify_pkcs1(algorithm, &message, signature);
                assert_eq!(
                    verdict,
                    other.verify_pkcs1(algorithm, &message, signature),
                    "{algorithm} {key:?} {signature:02x?}"
                );
                accepted += usize::from(verdict);
                compared += 1;
            }
        }
        for (signature, parameters) in tried
            .iter()
            .flat_map(|signature| all_pss.iter().map(move |p| (signature, *p)))
        {
            // Where both are RustCrypto there is nothing to compare.
            if parameters.digest() != parameters.mgf1_digest()
                || parameters.salt_length() != parameters.digest().output_len()
            {
                continue;
            }
            let verdict = one.verify_pss(parameters, &message, signature);
            assert_eq!(
                verdict,
                other.verify_pss(parameters, &message, signature),
                "{parameters:?} {key:?}"
            );
            accepted += usize::from(verdict);
            compared += 1;
        }
    }
    assert!(
        keys >= 7 && accepted >= 15,
        "{keys} keys, {accepted} of {compared}"
    );
}

/// The order of the group, as long as the field.
fn order(curve: Curve) -> Vec<u8> {
    let octets = match curve {
        Curve::P256 => p256::NistP256::ORDER.to_be_bytes().to_vec(),
        Curve::P384 => p384::NistP384::ORDER.to_be_bytes().to_vec(),
        Curve::P521 => p521::NistP521::ORDER.to_be_bytes().to_vec(),
    };
    crate::key::strip_zeros(&octets).to_vec()
}

fn hex(text: &str) -> Vec<u8> {
    let digits = text.chars().map(|c| u8::try_from(c.to_digit(16).unwrap()));
    let digits = digits.collect::<Result<Vec<_>, _>>().unwrap();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

/// `a - b`, of numbers of one length, `a` not below `b`.
fn difference(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut out = a.to_vec();
    let mut borrow = 0;
    for (octet, b) in out.iter_mut().zip(b).rev() {
        let (first, one) = octet.overflowing_sub(*b);
        let (second, two) = first.overflowing_sub(borrow);
        (*octet, borrow) = (second, u8::from(one || two));
    }
    out
}

#[test]
fn ecdsa_signatures() {
    let message = read(&files("tests/data", "message.txt")[0]);
    let mut accepted = 0;
    for key in public_keys() {
        let Material::Ec(made) = key.material() else {
            continue;
        };
        let (curve, point) = (made.curve(), made.point());
        let one = rust::ec::PublicKey::from_sec1(curve, &point).unwrap();
        let other = aws::ec::PublicKey::from_sec1(curve, &point).unwrap();
        let width = curve.field_len();
        let order = order(curve);
        let real = signatures()
            .into_iter()
            .filter(|signature| signature.len() == 2 * width)
            .collect::<Vec<_>>();
        let mut tried = real
            .iter()
            .flat_map(|signature| neighbours(signature))
            .collect::<Vec<_>>();
        for signature in &real {
            let (r, s) = signature.split_at(width);
            // The other half of a signature that can be turned over; and the same residues, out of range.
            if s < order.as_slice() {
                tried.push([r, &difference(&order, s)].concat());
            }
            tried.extend(sum(r, &order).map(|r| [&r, s].concat()));
            tried.extend(sum(s, &order).map(|s| [r, &s].concat()));
        }
        let mut numbers = vec![vec![0; width], order.clone(), vec![0xff; width]];
        let mut one_octet = vec![0; width];
        one_octet[width - 1] = 1;
        numbers.push(difference(&order, &one_octet));
        numbers.extend(sum(&order, &one_octet));
        numbers.push(one_octet);
        for r in &numbers {
            for s in &numbers {
                tried.push([r.as_slice(), s].concat());
            }
        }
        for signature in &tried {
            for algorithm in DigestAlgorithm::ALL {
                let verdict = one.verify(algorithm, &message, signature);
                assert_eq!(
                    verdict,
                    other.verify(algorithm, &message, signature),
                    "{curve} {algorithm} {signature:02x?}"
                );
                accepted += usize::from(verdict);
            }
        }
    }
    // Five digests on three curves, each turned over too.
    assert_eq!(accepted, 2 * 5 * 3);
}

#[test]
fn ed25519_signatures() {
    let message = read(&files("tests/data", "message.txt")[0]);
    let mut accepted = 0;
    for key in public_keys() {
        let Material::Ed25519(made) = key.material() else {
            continue;
        };
        let one = rust::ed25519::PublicKey::new(made.as_bytes()).unwrap();
        let other = aws::ed25519::PublicKey::new(made.as_bytes()).unwrap();
        for signature in signatures() {
            let Ok(real) = <[u8; 64]>::try_from(signature) else {
                continue;
            };
            let mut tried = neighbours(&real);
            for at in 0..512 {
                let mut changed = real;
                changed[at / 8] ^= 1 << (at % 8);
                tried.push(changed.to_vec());
            }
            // S plus the order of the group.
            let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
            let mut s = [&real[32..], &[]].concat();
            s.reverse();
            let order = order.into_iter().rev().collect::<Vec<_>>();
            let mut high = sum(&s, &order).unwrap();
            high.reverse();
            tried.push([&real[..32], &high].concat());
            for signature in tried {
                let signature = signature.as_slice().try_into().unwrap();
                let verdict = one.verify(&message, signature);
                assert_eq!(verdict, other.verify(&message, signature));
                accepted += usize::from(verdict);
            }
        }
    }
    assert_eq!(accepted, 1);
}

/// `S = H(R, A, M) a` with the neutral element as `R`, which AWS-LC by itself takes.
#[test]
fn ed25519_of_small_order() {
    let key = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    let signature = hex(
        "0100000000000000000000000000000000000000000000000000000000000000520a2e25b0f11547a9ae2ad848ed7731c77f99f1a8712d363455d344db33ac04",
    );
    let bare = ParsedPublicKey::new(&ED25519, &key).unwrap();
    bare.verify_sig(b"message", &signature).unwrap();
    let key = key.as_slice().try_into().unwrap();
    let signature = signature.as_slice().try_into().unwrap();
    let one = rust::ed25519::PublicKey::new(key).unwrap();
    let other = aws::ed25519::PublicKey::new(key).unwrap();
    assert!(!one.verify(b"message", signature) && !other.verify(b"message", signature));
}

#[test]
fn private_rsa_operations() {
    let message = b"message";
    let mut compared = 0;
    for key in private_keys() {
        let crate::private_key::Material::Rsa(made) = key.material() else {
            continue;
        };
        let (modulus, exponent) = made.public();
        let public = PublicKey::from_rsa_components(&modulus, &exponent).unwrap();
        let Material::Rsa(public_key) = public.material() else {
            panic!("RSA")
        };
        let one = made.checked();
        for algorithm in DigestAlgorithm::ALL {
            let expected = one.sign_pkcs1(&SystemRandomness, algorithm, message);
            let found = made.sign_pkcs1(&SystemRandomness, algorithm, message);
            assert_eq!(found, expected, "{algorithm}");
            let parameters = PssParameters::new(
                algorithm,
                algorithm,
                u32::try_from(algorithm.output_len()).unwrap(),
                1,
            );
            let parameters = parameters.unwrap();
            if !rust::pss::fits(parameters, public.bits()) {
                continue;
            }
            let signature = made.sign_pss(&SystemRandomness, parameters, message);
            assert!(public_key.verify_pss(parameters, message, &signature.unwrap()));
        }
        for digest in DigestAlgorithm::ALL {
            for (mgf1, label) in DigestAlgorithm::ALL
                .into_iter()
                .flat_map(|mgf1| [(mgf1, &b""[..]), (mgf1, b"label")])
            {
                let oaep = RsaOaep::new(digest, mgf1).with_label(label);
                let seed = noise(1, digest.output_len());
                for plaintext in [&b""[..], b"\0", b"\x01\0", &[7; 32]] {
                    let Some(encoded) = oaep.encode(plaintext, public_key.size(), &seed) else {
                        continue;
                    };
                    let ciphertext = public_key.encrypt(encoded).unwrap();
                    let mut tried = neighbours(&ciphertext);
                    tried.extend(sum(&ciphertext, crate::key::strip_zeros(&modulus)));
                    // RustCrypto computes both elsewhere, and one length of message is as good as another.
                    let one_backend = digest != mgf1 || digest == DigestAlgorithm::Sha224;
                    if one_backend || plaintext.len() != 32 {
                        tried.truncate(1);
                    }
                    if one_backend && (plaintext.len() != 32 || label.is_empty()) {
                        continue;
                    }
                    for (index, ciphertext) in tried.iter().enumerate() {
                        let blinding = || key.derived("test", ciphertext);
                        let expected = one.decrypt(&oaep, ciphertext, blinding);
                        assert_eq!(made.decrypt(&oaep, ciphertext, blinding), expected);
                        assert_eq!(
                            expected.as_deref().map(Vec::as_slice),
                            (index == 0).then_some(plaintext)
                        );
                        compared += 1;
                    }
                    let wrong = oaep.clone().with_label(b"another");
                    let blinding = || key.derived("test", &ciphertext);
                    assert_eq!(made.decrypt(&wrong, &ciphertext, blinding), None);
                }
            }
        }
    }
    assert!(compared > 300, "{compared}");
}

#[test]
fn agreement() {
    for key in private_keys() {
        let crate::private_key::Material::Ec(made) = key.material() else {
            continue;
        };
        let curve = made.curve();
        let one = rust::ec::PrivateKey::from_scalar(curve, &made.scalar()).unwrap();
        for _ in 0..4 {
            let peer = rust::ec::PrivateKey::generate(curve, &SystemRandomness).unwrap();
            let point = peer.public_point();
            let expected = one.agree(&point);
            assert!(expected.is_some());
            assert_eq!(made.agree(&point), expected);
            let mut off = point.clone();
            *off.last_mut().unwrap() ^= 1;
            for bad in [off.as_slice(), &point[1..], &[0], &[]] {
                assert_eq!((one.agree(bad), made.agree(bad)), (None, None));
            }
        }
    }
}

#[test]
fn ed25519_signing() {
    for index in 0..8 {
        let seed = noise(index, 32).try_into().unwrap();
        let (one, other) = (
            rust::ed25519::PrivateKey::new(&seed),
            aws::ed25519::PrivateKey::new(&seed),
        );
        assert_eq!(one.public(), other.public());
        for length in [0, 1, 127, 128, 1000] {
            let message = noise(index, length);
            assert_eq!(one.sign(&message), other.sign(&message));
        }
    }
}

#[test]
fn aes() {
    let mut worked = 0;
    for key_len in 0..40 {
        for length in (0..160).step_by(8) {
            let key = noise(key_len, key_len);
            let iv: [u8; 16] = noise(length, 16).try_into().unwrap();
            let nonce: [u8; 12] = noise(length, 12).try_into().unwrap();
            let plaintext = noise(length + 1, length);

            let (mut a, mut b) = (plaintext.clone(), plaintext.clone());
            let done = rust::aes::cbc_encrypt(&key, &iv, &mut a);
            assert_eq!(aws::aes::cbc_encrypt(&key, &iv, &mut b), done);
            if done.is_some() {
                assert_eq!(a, b);
                assert_eq!(aws::aes::cbc_decrypt(&key, &iv, &mut b), done);
                assert_eq!(rust::aes::cbc_decrypt(&key, &iv, &mut a), done);
                assert_eq!((&a, &b), (&plaintext, &plaintext));
                worked += 1;
            }

            let (mut a, mut b) = (plaintext.clone(), plaintext.clone());
            let tag = rust::aes::gcm_seal(&key, nonce, &mut a);
            assert_eq!(aws::aes::gcm_seal(&key, nonce, &mut b), tag);
            if let Some(tag) = tag {
                assert_eq!(a, b);
                for bit in 0..128 {
                    let mut wrong = tag;
                    wrong[bit / 8] ^= 1 << (bit % 8);
                    assert_eq!(
                        aws::aes::gcm_open(&key, nonce, &wrong, &mut b.clone()),
                        None
                    );
                    assert_eq!(
                        rust::aes::gcm_open(&key, nonce, &wrong, &mut a.clone()),
                        None
                    );
                }
                assert_eq!(aws::aes::gcm_open(&key, nonce, &tag, &mut b), Some(()));
                assert_eq!(rust::aes::gcm_open(&key, nonce, &tag, &mut a), Some(()));
                assert_eq!((&a, &b), (&plaintext, &plaintext));
                worked += 1;
            }

            let mut a = Zeroizing::new(vec![0; length + 8]);
            let mut b = a.clone();
            let done = rust::aes::wrap(&key, &plaintext, &mut a);
            // Keys under two blocks, and of broken ones, are refused above.
            if length >= 16 {
                assert_eq!(aws::aes::wrap(&key, &plaintext, &mut b), done);
                assert_eq!(a, b);
                let mut out = vec![0; length];
                assert_eq!(aws::aes::unwrap(&key, &b, &mut out), done);
                b[3] ^= 1;
                assert_eq!(aws::aes::unwrap(&key, &b, &mut out), None);
                assert_eq!(rust::aes::unwrap(&key, &b, &mut out), None);
            }
        }
    }
    // Ten lengths of whole blocks for CBC, every length for GCM, three keys.
    assert_eq!(worked, 3 * (10 + 20));
}
