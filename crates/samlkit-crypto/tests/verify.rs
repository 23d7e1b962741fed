//! Signatures made by OpenSSL verify; the same with one thing changed do not, and say why.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test"
)]

use samlkit_crypto::{
    AlgorithmPolicy, Curve, DigestAlgorithm, Error, KeyKind, PssParameters, PublicKey,
    SignatureAlgorithm, danger,
};

macro_rules! data {
    ($name:expr) => {
        include_bytes!(concat!("data/", $name)).as_slice()
    };
}

const MESSAGE: &[u8] = data!("message.txt");
const POLICY: AlgorithmPolicy = AlgorithmPolicy::DEFAULT;

fn spki(der: &[u8]) -> PublicKey {
    PublicKey::from_spki_der(der).unwrap()
}

fn pss(digest: DigestAlgorithm, mgf1: DigestAlgorithm, salt: u32) -> SignatureAlgorithm {
    SignatureAlgorithm::from_pss_parameters(PssParameters::new(digest, mgf1, salt, 1).unwrap())
}

/// The signature verifies under the policy, and no neighbour of it does.
fn verifies_exactly(
    policy: AlgorithmPolicy,
    key: &PublicKey,
    algorithm: SignatureAlgorithm,
    signature: &[u8],
) {
    let verify =
        |message: &[u8], signature: &[u8]| key.verify(&policy, algorithm, message, signature);
    assert_eq!(verify(MESSAGE, signature), Ok(()), "{algorithm:?}");

    // One bit anywhere in the signature: every octet for the short ones.
    let step = (signature.len() / 64).max(1);
    for at in (0..signature.len())
        .step_by(step)
        .chain([signature.len() - 1])
    {
        let mut flipped = signature.to_vec();
        flipped[at] ^= 1 << (at % 8);
        assert_eq!(
            verify(MESSAGE, &flipped),
            Err(Error::SignatureMismatch),
            "{algorithm:?}, octet {at}"
        );
    }
    let mut message = MESSAGE.to_vec();
    message[0] ^= 1;
    assert_eq!(
        verify(&message, signature),
        Err(Error::SignatureMismatch),
        "{algorithm:?}"
    );
    assert_eq!(
        verify(b"", signature),
        Err(Error::SignatureMismatch),
        "{algorithm:?}"
    );

    let expected = signature.len();
    let shorter = &signature[..expected - 1];
    let longer = [&[0], signature].concat();
    for other in [shorter, &longer, &[]] {
        let found = other.len();
        assert_eq!(
            verify(MESSAGE, other),
            Err(Error::SignatureLength { expected, found }),
            "{algorithm:?}"
        );
    }
    assert_eq!(
        verify(MESSAGE, &vec![0; expected]),
        Err(Error::SignatureMismatch),
        "{algorithm:?}"
    );
    assert_eq!(
        verify(MESSAGE, &vec![0xff; expected]),
        Err(Error::SignatureMismatch),
        "{algorithm:?}"
    );
}

#[test]
fn rsa_pkcs1() {
    let key = spki(data!("rsa2048.pub.der"));
    let cases = [
        (SignatureAlgorithm::RsaSha224, data!("rsa2048.sha224.sig")),
        (SignatureAlgorithm::RsaSha256, data!("rsa2048.sha256.sig")),
        (SignatureAlgorithm::RsaSha384, data!("rsa2048.sha384.sig")),
        (SignatureAlgorithm::RsaSha512, data!("rsa2048.sha512.sig")),
    ];
    for (algorithm, signature) in cases {
        verifies_exactly(POLICY, &key, algorithm, signature);
        for (other, _) in cases.into_iter().filter(|(other, _)| *other != algorithm) {
            assert_eq!(
                key.verify(&POLICY, other, MESSAGE, signature),
                Err(Error::SignatureMismatch)
            );
        }
        let pss = SignatureAlgorithm::Sha256RsaMgf1;
        assert_eq!(
            key.verify(&POLICY, pss, MESSAGE, signature),
            Err(Error::SignatureMismatch)
        );
    }
}

#[test]
fn rsa_keys_of_every_size() {
    let algorithm = SignatureAlgorithm::RsaSha256;
    for (key, bits, signature) in [
        (
            data!("rsa2048e3.pub.der"),
            2048,
            data!("rsa2048e3.sha256.sig"),
        ),
        (data!("rsa2049.pub.der"), 2049, data!("rsa2049.sha256.sig")),
        (data!("rsa3072.pub.der"), 3072, data!("rsa3072.sha256.sig")),
        (data!("rsa4096.pub.der"), 4096, data!("rsa4096.sha256.sig")),
        (data!("rsa8192.pub.der"), 8192, data!("rsa8192.sha256.sig")),
    ] {
        let key = spki(key);
        assert_eq!((key.kind(), key.bits()), (KeyKind::Rsa, bits));
        verifies_exactly(POLICY, &key, algorithm, signature);
    }
}

#[test]
fn pkcs1_padding_is_compared_whole() {
    let key = spki(data!("rsa2048.pub.der"));
    let verify = |signature| key.verify(&POLICY, SignatureAlgorithm::RsaSha256, MESSAGE, signature);
    assert_eq!(verify(data!("rsa2048.crafted-control.sig")), Ok(()));
    for crafted in [
        data!("rsa2048.crafted-missing-null.sig"),
        data!("rsa2048.crafted-long-length.sig"),
        data!("rsa2048.crafted-type-0.sig"),
        data!("rsa2048.crafted-type-2.sig"),
        data!("rsa2048.crafted-zero-fill.sig"),
        data!("rsa2048.crafted-separator-1.sig"),
        data!("rsa2048.crafted-digest-alone.sig"),
        data!("rsa2048.crafted-trailing.sig"),
        data!("rsa2048.crafted-trailing-in-parameters.sig"),
        data!("rsa2048.crafted-one-bit-of-padding.sig"),
        data!("rsa2048.md5.sig"),
    ] {
        assert_eq!(verify(crafted), Err(Error::SignatureMismatch));
    }
}

#[test]
fn rsa_pss_by_identifier() {
    let key = spki(data!("rsa2048.pub.der"));
    let cases = [
        (
            SignatureAlgorithm::Sha224RsaMgf1,
            data!("rsa2048.pss-sha224-sha224-28.sig"),
        ),
        (
            SignatureAlgorithm::Sha256RsaMgf1,
            data!("rsa2048.pss-sha256-sha256-32.sig"),
        ),
        (
            SignatureAlgorithm::Sha384RsaMgf1,
            data!("rsa2048.pss-sha384-sha384-48.sig"),
        ),
        (
            SignatureAlgorithm::Sha512RsaMgf1,
            data!("rsa2048.pss-sha512-sha512-64.sig"),
        ),
    ];
    for (algorithm, signature) in cases {
        verifies_exactly(POLICY, &key, algorithm, signature);
        for (other, _) in cases.into_iter().filter(|(other, _)| *other != algorithm) {
            assert_eq!(
                key.verify(&POLICY, other, MESSAGE, signature),
                Err(Error::SignatureMismatch)
            );
        }
        let pkcs1 = SignatureAlgorithm::RsaSha256;
        assert_eq!(
            key.verify(&POLICY, pkcs1, MESSAGE, signature),
            Err(Error::SignatureMismatch)
        );
    }
    verifies_exactly(
        POLICY,
        &spki(data!("rsa2049.pub.der")),
        SignatureAlgorithm::Sha256RsaMgf1,
        data!("rsa2049.pss-sha256-sha256-32.sig"),
    );
}

#[test]
fn rsa_pss_by_parameters() {
    use DigestAlgorithm::{Sha224, Sha256, Sha384, Sha512};
    let key = spki(data!("rsa2048.pub.der"));
    let cases = [
        (
            (Sha256, Sha256, 32),
            data!("rsa2048.pss-sha256-sha256-32.sig"),
        ),
        (
            (Sha256, Sha256, 0),
            data!("rsa2048.pss-sha256-sha256-0.sig"),
        ),
        (
            (Sha256, Sha256, 222),
            data!("rsa2048.pss-sha256-sha256-222.sig"),
        ),
        (
            (Sha384, Sha256, 20),
            data!("rsa2048.pss-sha384-sha256-20.sig"),
        ),
        (
            (Sha512, Sha224, 33),
            data!("rsa2048.pss-sha512-sha224-33.sig"),
        ),
    ];
    for ((digest, mgf1, salt), signature) in cases {
        verifies_exactly(POLICY, &key, pss(digest, mgf1, salt), signature);
        // Each parameter counts.
        for other in [
            pss(if digest == Sha256 { Sha384 } else { Sha256 }, mgf1, salt),
            pss(digest, if mgf1 == Sha512 { Sha256 } else { Sha512 }, salt),
            pss(digest, mgf1, salt + 1),
            pss(
                digest,
                mgf1,
                salt.saturating_sub(1).max(u32::from(salt == 0)),
            ),
            pss(digest, mgf1, PssParameters::MAX_SALT_LENGTH),
        ] {
            assert_eq!(
                key.verify(&POLICY, other, MESSAGE, signature),
                Err(Error::SignatureMismatch),
                "{other:?}"
            );
        }
    }
    verifies_exactly(
        POLICY,
        &spki(data!("rsa2049.pub.der")),
        pss(Sha256, Sha512, 0),
        data!("rsa2049.pss-sha256-sha512-0.sig"),
    );
    // 1024 bits have room for a digest of 64 octets and a salt of 62, and not for the usual 64.
    let (weak, allowed) = (
        spki(data!("rsa1024.pub.der")),
        danger::allow_weak_rsa(POLICY),
    );
    verifies_exactly(
        allowed,
        &weak,
        pss(Sha512, Sha512, 62),
        data!("rsa1024.pss-sha512-sha512-62.sig"),
    );
    assert_eq!(
        weak.verify(
            &allowed,
            SignatureAlgorithm::Sha512RsaMgf1,
            MESSAGE,
            data!("rsa1024.pss-sha512-sha512-62.sig")
        ),
        Err(Error::SignatureMismatch)
    );
}

#[test]
fn pss_parameters_are_bounded() {
    let sha256 = DigestAlgorithm::Sha256;
    for found in [0, 2, u32::MAX] {
        assert_eq!(
            PssParameters::new(sha256, sha256, 32, found),
            Err(Error::PssTrailerField { found })
        );
    }
    for found in [PssParameters::MAX_SALT_LENGTH + 1, u32::MAX] {
        assert_eq!(
            PssParameters::new(sha256, sha256, found, 1),
            Err(Error::PssSaltLength { found })
        );
    }
}

#[test]
fn ecdsa() {
    use SignatureAlgorithm::{EcdsaSha224, EcdsaSha256, EcdsaSha384, EcdsaSha512};
    let algorithms = [EcdsaSha224, EcdsaSha256, EcdsaSha384, EcdsaSha512];
    for (curve, key, signatures) in [
        (
            Curve::P256,
            data!("p256.pub.der"),
            [
                data!("p256.sha224.sig"),
                data!("p256.sha256.sig"),
                data!("p256.sha384.sig"),
                data!("p256.sha512.sig"),
            ],
        ),
        (
            Curve::P384,
            data!("p384.pub.der"),
            [
                data!("p384.sha224.sig"),
                data!("p384.sha256.sig"),
                data!("p384.sha384.sig"),
                data!("p384.sha512.sig"),
            ],
        ),
        (
            Curve::P521,
            data!("p521.pub.der"),
            [
                data!("p521.sha224.sig"),
                data!("p521.sha256.sig"),
                data!("p521.sha384.sig"),
                data!("p521.sha512.sig"),
            ],
        ),
    ] {
        let key = spki(key);
        assert_eq!((key.kind(), key.bits()), (KeyKind::Ec(curve), curve.bits()));
        for (algorithm, signature) in algorithms.into_iter().zip(signatures) {
            verifies_exactly(POLICY, &key, algorithm, signature);
            for other in algorithms.into_iter().filter(|other| *other != algorithm) {
                assert_eq!(
                    key.verify(&POLICY, other, MESSAGE, signature),
                    Err(Error::SignatureMismatch)
                );
            }
            // r = 0, s = 0, and s of another signature.
            let half = signature.len() / 2;
            for (r, s) in [
                (&vec![0; half][..], &signature[half..]),
                (&signature[..half], &vec![0; half][..]),
                (&signature[half..], &signature[..half]),
            ] {
                let verdict = key.verify(&POLICY, algorithm, MESSAGE, &[r, s].concat());
                assert_eq!(verdict, Err(Error::SignatureMismatch));
            }
        }
    }
}

#[test]
fn ecdsa_signatures_in_der_are_refused() {
    for (key, signature, expected) in [
        (data!("p256.pub.der"), data!("p256.sha256.asn1.sig"), 64),
        (data!("p384.pub.der"), data!("p384.sha256.asn1.sig"), 96),
        (data!("p521.pub.der"), data!("p521.sha256.asn1.sig"), 132),
    ] {
        assert_eq!(
            spki(key).verify(&POLICY, SignatureAlgorithm::EcdsaSha256, MESSAGE, signature),
            Err(Error::SignatureLength {
                expected,
                found: signature.len()
            })
        );
    }
}

#[test]
fn ecdsa_halves_padded_to_another_width_are_refused() {
    // xmlsec's test suite has such a signature: r and s with one zero more each.
    let (r, s) = data!("p256.sha256.sig").split_at(32);
    let padded = [&[0], r, &[0], s].concat();
    assert_eq!(
        spki(data!("p256.pub.der")).verify(
            &POLICY,
            SignatureAlgorithm::EcdsaSha256,
            MESSAGE,
            &padded
        ),
        Err(Error::SignatureLength {
            expected: 64,
            found: 66
        })
    );
}

#[test]
fn ed25519() {
    let key = spki(data!("ed25519.pub.der"));
    assert_eq!((key.kind(), key.bits()), (KeyKind::Ed25519, 255));
    verifies_exactly(
        POLICY,
        &key,
        SignatureAlgorithm::EddsaEd25519,
        data!("ed25519.sig"),
    );
}

#[test]
fn the_key_must_fit_the_algorithm() {
    use SignatureAlgorithm::{EcdsaSha256, EddsaEd25519, RsaSha256, Sha256RsaMgf1};
    let pss = pss(DigestAlgorithm::Sha256, DigestAlgorithm::Sha256, 32);
    for (key, fitting) in [
        (
            spki(data!("rsa2048.pub.der")),
            &[RsaSha256, Sha256RsaMgf1, pss][..],
        ),
        (spki(data!("p256.pub.der")), &[EcdsaSha256]),
        (spki(data!("p384.pub.der")), &[EcdsaSha256]),
        (spki(data!("p521.pub.der")), &[EcdsaSha256]),
        (spki(data!("ed25519.pub.der")), &[EddsaEd25519]),
    ] {
        for algorithm in [RsaSha256, Sha256RsaMgf1, pss, EcdsaSha256, EddsaEd25519] {
            let verdict = key.verify(&POLICY, algorithm, MESSAGE, &[]);
            if fitting.contains(&algorithm) {
                assert!(
                    matches!(verdict, Err(Error::SignatureLength { found: 0, .. })),
                    "{verdict:?}"
                );
            } else {
                assert_eq!(
                    verdict,
                    Err(Error::KeyMismatch {
                        algorithm,
                        key: key.kind()
                    })
                );
            }
        }
    }
}

#[test]
fn another_key_of_the_same_type_does_not_verify() {
    let (ours, theirs) = (
        spki(data!("rsa2048.pub.der")),
        spki(data!("rsa2048e3.pub.der")),
    );
    let verify = |key: &PublicKey| {
        key.verify(
            &POLICY,
            SignatureAlgorithm::RsaSha256,
            MESSAGE,
            data!("rsa2048.sha256.sig"),
        )
    };
    assert_eq!(verify(&ours), Ok(()));
    assert_eq!(verify(&theirs), Err(Error::SignatureMismatch));
}

#[test]
fn sha1_only_by_choice() {
    let allowed = danger::allow_sha1(POLICY);
    for (key, algorithm, signature) in [
        (
            data!("rsa2048.pub.der"),
            SignatureAlgorithm::RsaSha1,
            data!("rsa2048.sha1.sig"),
        ),
        (
            data!("rsa2048.pub.der"),
            SignatureAlgorithm::Sha1RsaMgf1,
            data!("rsa2048.pss-sha1-sha1-20.sig"),
        ),
        (
            data!("rsa2048.pub.der"),
            pss(DigestAlgorithm::Sha256, DigestAlgorithm::Sha1, 32),
            data!("rsa2048.pss-sha256-sha1-32.sig"),
        ),
        (
            data!("p256.pub.der"),
            SignatureAlgorithm::EcdsaSha1,
            data!("p256.sha1.sig"),
        ),
        (
            data!("p384.pub.der"),
            SignatureAlgorithm::EcdsaSha1,
            data!("p384.sha1.sig"),
        ),
        (
            data!("p521.pub.der"),
            SignatureAlgorithm::EcdsaSha1,
            data!("p521.sha1.sig"),
        ),
    ] {
        let key = spki(key);
        let refused = Err(Error::AlgorithmNotAllowed { algorithm });
        assert_eq!(key.verify(&POLICY, algorithm, MESSAGE, signature), refused);
        assert_eq!(
            key.verify(
                &danger::allow_weak_rsa(POLICY),
                algorithm,
                MESSAGE,
                signature
            ),
            refused
        );
        verifies_exactly(allowed, &key, algorithm, signature);
    }
    let sha1 = DigestAlgorithm::Sha1;
    assert_eq!(
        POLICY.check_digest(sha1),
        Err(Error::DigestNotAllowed { algorithm: sha1 })
    );
    assert_eq!(allowed.check_digest(sha1), Ok(()));
}

#[test]
fn short_rsa_keys_only_by_choice() {
    let key = spki(data!("rsa1024.pub.der"));
    assert_eq!(key.bits(), 1024);
    let allowed = danger::allow_weak_rsa(POLICY);
    for (algorithm, signature) in [
        (SignatureAlgorithm::RsaSha256, data!("rsa1024.sha256.sig")),
        (
            SignatureAlgorithm::Sha256RsaMgf1,
            data!("rsa1024.pss-sha256-sha256-32.sig"),
        ),
    ] {
        let refused = Err(Error::KeyTooSmall {
            bits: 1024,
            minimum: 2048,
        });
        assert_eq!(key.verify(&POLICY, algorithm, MESSAGE, signature), refused);
        assert_eq!(
            key.verify(&danger::allow_sha1(POLICY), algorithm, MESSAGE, signature),
            refused
        );
        verifies_exactly(allowed, &key, algorithm, signature);
    }
    assert_eq!(
        POLICY.check_key(&key),
        Err(Error::KeyTooSmall {
            bits: 1024,
            minimum: 2048
        })
    );
    assert_eq!(allowed.check_key(&key), Ok(()));
}

#[test]
fn a_policy_can_be_narrowed() {
    let key = spki(data!("rsa2048.pub.der"));
    let verify = |policy: AlgorithmPolicy| {
        key.verify(
            &policy,
            SignatureAlgorithm::RsaSha256,
            MESSAGE,
            data!("rsa2048.sha256.sig"),
        )
    };
    let algorithm = SignatureAlgorithm::RsaSha256;
    assert_eq!(
        verify(POLICY.with_minimum_digest(DigestAlgorithm::Sha256)),
        Ok(())
    );
    assert_eq!(
        verify(POLICY.with_minimum_digest(DigestAlgorithm::Sha384)),
        Err(Error::AlgorithmNotAllowed { algorithm })
    );
    assert_eq!(verify(POLICY.with_minimum_rsa_bits(2048)), Ok(()));
    assert_eq!(
        verify(POLICY.with_minimum_rsa_bits(3072)),
        Err(Error::KeyTooSmall {
            bits: 2048,
            minimum: 3072
        })
    );
    // Asking for less changes nothing.
    assert_eq!(POLICY.with_minimum_digest(DigestAlgorithm::Sha1), POLICY);
    assert_eq!(POLICY.with_minimum_rsa_bits(512), POLICY);
    // A minimum takes back the permission for SHA-1.
    let narrowed = danger::allow_sha1(POLICY).with_minimum_digest(DigestAlgorithm::Sha256);
    assert_eq!(
        narrowed.check_digest(DigestAlgorithm::Sha1),
        Err(Error::DigestNotAllowed {
            algorithm: DigestAlgorithm::Sha1
        })
    );
}

/// The key and number of RFC 8032 §7.1, test 1, with the neutral element as `R` and `S = H(R, A, M) a`: the equation of §5.1.7
/// holds for a message that nobody needs a secret nonce for. The second has `R` in its encoding that is not canonical.
#[test]
fn ed25519_signatures_of_small_order_do_not_verify() {
    let octets = |hex: &str| {
        let digits = hex
            .chars()
            .map(|c| u8::try_from(c.to_digit(16).unwrap()).unwrap());
        let digits = digits.collect::<Vec<_>>();
        digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect::<Vec<_>>()
    };
    let key = PublicKey::from_ed25519(&octets(
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    ))
    .unwrap();
    for signature in [
        "0100000000000000000000000000000000000000000000000000000000000000\
         520a2e25b0f11547a9ae2ad848ed7731c77f99f1a8712d363455d344db33ac04",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f\
         19c867f632fcc8301ecef916398bb856cdc06d486c68c2c8553cdf047b584c0f",
    ] {
        assert_eq!(
            key.verify(
                &POLICY,
                SignatureAlgorithm::EddsaEd25519,
                b"message",
                &octets(signature)
            ),
            Err(Error::SignatureMismatch)
        );
    }
}
