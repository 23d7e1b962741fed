//! Private keys are read from every form to the same key, what is none is refused with its own error, and nothing prints them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use samlkit_crypto::{Curve, Error, Form, KeyKind, PrivateKey, PublicKey};

macro_rules! data {
    ($name:expr) => {
        include_bytes!(concat!("private-keys/", $name)).as_slice()
    };
}

/// The public half, or why there is none.
fn public(input: &[u8]) -> Result<PublicKey, Error> {
    PrivateKey::parse(input).map(|key| key.public_key().clone())
}

#[test]
fn every_form_gives_its_key() {
    let rsa2048 = data!("rsa2048.pub.der");
    let bare = STANDARD.encode(data!("rsa2048.pkcs8.der"));
    let crlf = String::from_utf8_lossy(data!("rsa2048.pkcs8.pem")).replace('\n', "\r\n");
    let text = format!("\u{feff}The key:\r\n{crlf}\r\nKeep it.");
    for (form, input, expected) in [
        ("PKCS#8, PEM", data!("rsa2048.pkcs8.pem"), rsa2048),
        ("PKCS#8, DER", data!("rsa2048.pkcs8.der"), rsa2048),
        ("PKCS#8, base64", bare.as_bytes(), rsa2048),
        ("text around it", text.as_bytes(), rsa2048),
        ("PKCS#1, PEM", data!("rsa2048.pkcs1.pem"), rsa2048),
        ("PKCS#1, DER", data!("rsa2048.pkcs1.der"), rsa2048),
        (
            "certificate",
            data!("rsa2048-with-certificate.pem"),
            rsa2048,
        ),
        ("1024", data!("rsa1024.pkcs8.pem"), data!("rsa1024.pub.der")),
        ("3072", data!("rsa3072.pkcs8.pem"), data!("rsa3072.pub.der")),
        (
            "e = 3",
            data!("rsa2048-e3.pkcs8.pem"),
            data!("rsa2048-e3.pub.der"),
        ),
        ("2049", data!("rsa2049.pkcs8.pem"), data!("rsa2049.pub.der")),
        ("2049", data!("rsa2049.pkcs1.der"), data!("rsa2049.pub.der")),
        ("P-256", data!("p256.pkcs8.pem"), data!("p256.pub.der")),
        ("P-256", data!("p256.sec1.pem"), data!("p256.pub.der")),
        ("P-256", data!("p256.sec1.der"), data!("p256.pub.der")),
        (
            "no public key",
            data!("p256-no-public.sec1.pem"),
            data!("p256.pub.der"),
        ),
        (
            "parameters",
            data!("p256-with-parameters.sec1.pem"),
            data!("p256.pub.der"),
        ),
        ("P-384", data!("p384.pkcs8.pem"), data!("p384.pub.der")),
        ("P-384", data!("p384.sec1.der"), data!("p384.pub.der")),
        ("P-521", data!("p521.pkcs8.pem"), data!("p521.pub.der")),
        ("P-521", data!("p521.sec1.pem"), data!("p521.pub.der")),
        (
            "Ed25519",
            data!("ed25519.pkcs8.pem"),
            data!("ed25519.pub.der"),
        ),
    ] {
        assert_eq!(public(input), PublicKey::from_spki_der(expected), "{form}");
    }
}

#[test]
fn kinds_and_sizes() {
    for (input, kind, bits) in [
        (data!("rsa2049.pkcs8.pem"), KeyKind::Rsa, 2049),
        (data!("p256.sec1.pem"), KeyKind::Ec(Curve::P256), 256),
        (data!("p521.sec1.pem"), KeyKind::Ec(Curve::P521), 521),
        (data!("ed25519.pkcs8.pem"), KeyKind::Ed25519, 255),
    ] {
        let key = PrivateKey::parse(input).unwrap();
        assert_eq!((key.kind(), key.bits()), (kind, bits));
    }
}

#[test]
fn what_is_no_private_key_is_refused_by_name() {
    let wrong = |found| Error::WrongInput { found };
    for (name, input, expected) in [
        (
            "encrypted",
            data!("rsa2048.encrypted.pem"),
            Error::EncryptedPrivateKey,
        ),
        (
            "encrypted, DER",
            data!("rsa2048.encrypted.der"),
            Error::EncryptedPrivateKey,
        ),
        (
            "RFC 1421",
            data!("rsa2048.legacy-encrypted.pem"),
            Error::EncryptedPrivateKey,
        ),
        ("PKCS#12", data!("rsa2048.p12"), wrong(Form::Pkcs12)),
        ("certificate", data!("certificate.pem"), Error::NoPrivateKey),
        ("public key", data!("rsa2048.pub.der"), Error::NoPrivateKey),
        (
            "two keys",
            data!("two.pem"),
            Error::SeveralPrivateKeys { count: 2 },
        ),
        ("metadata", b"<EntityDescriptor/>", wrong(Form::Xml)),
        ("nothing", b" \n", Error::Nothing),
        (
            "no PEM end",
            b"-----BEGIN PRIVATE KEY-----\nAAAA\n",
            Error::MalformedPem,
        ),
        (
            "no base64",
            b"-----BEGIN PRIVATE KEY-----\n*\n-----END PRIVATE KEY-----",
            Error::MalformedBase64,
        ),
        (
            "OpenSSH",
            b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
            wrong(Form::OtherPem),
        ),
        (
            "other d",
            data!("rsa2049-other-d.pkcs1.der"),
            Error::MalformedPrivateKey,
        ),
        (
            "other prime",
            data!("rsa2049-other-prime.pkcs1.der"),
            Error::MalformedPrivateKey,
        ),
        (
            "even modulus",
            data!("rsa2049-even.pkcs1.der"),
            Error::MalformedPrivateKey,
        ),
        (
            "three primes",
            data!("rsa2048-three-primes.pkcs1.pem"),
            Error::MalformedPrivateKey,
        ),
        (
            "too long",
            &[0x30; 1024 * 1024 + 1],
            Error::TooLong { limit: 1024 * 1024 },
        ),
    ] {
        assert_eq!(public(input), Err(expected), "{name}");
    }
}

#[test]
fn other_types_are_refused_by_their_identifier() {
    for (input, expected) in [
        (data!("k256.pkcs8.pem"), "1.3.132.0.10"),
        (data!("ed448.pkcs8.pem"), "1.3.101.113"),
    ] {
        match public(input) {
            Err(Error::UnsupportedKey { oid }) => assert_eq!(oid.to_string(), expected),
            other => panic!("{other:?}"),
        }
    }
}

/// `OneAsymmetricKey` of RFC 8410 §10.3 with its public key, and with that of another.
#[test]
fn a_public_key_beside_it_must_be_its_own() {
    let mut der = STANDARD
        .decode(
            "MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhCoB8wHQYKKoZIhvcNAQkJFDEPDA1D\
             dXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=",
        )
        .unwrap();
    let _ = public(&der).unwrap();
    let last = der.len() - 32;
    der[last..].copy_from_slice(&data!("ed25519.pub.der")[12..]);
    assert_eq!(public(&der), Err(Error::MalformedPrivateKey));

    let mut der = data!("p256.sec1.der").to_vec();
    let last = der.len() - 65;
    der[last..].copy_from_slice(&data!("k256.pub.der")[23..]);
    assert_eq!(public(&der), Err(Error::MalformedPrivateKey));
}

#[test]
fn scalars_out_of_range_are_refused() {
    let sec1 = |scalar: &[u8]| {
        let mut der = vec![0x02, 1, 1, 0x04, u8::try_from(scalar.len()).unwrap()];
        der.extend_from_slice(scalar);
        der.extend_from_slice(&[0xa0, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]);
        der.splice(0..0, [0x30, u8::try_from(der.len()).unwrap()]);
        public(&der)
    };
    assert_eq!(sec1(&[0; 32]), Err(Error::MalformedPrivateKey));
    assert_eq!(sec1(&[0xff; 32]), Err(Error::MalformedPrivateKey));
    assert_eq!(sec1(&[1; 33]), Err(Error::MalformedPrivateKey));
    // Without its leading zeros, as some write it.
    let mut wide = [0; 32];
    wide[31] = 1;
    assert_eq!(sec1(&[1]), sec1(&wide));
    let _ = sec1(&[1]).unwrap();
}

#[test]
fn debug_shows_the_public_half_alone() {
    for input in [
        data!("rsa2048.pkcs8.pem"),
        data!("p256.pkcs8.pem"),
        data!("ed25519.pkcs8.pem"),
    ] {
        let key = PrivateKey::parse(input).unwrap();
        assert_eq!(
            format!("{key:?}"),
            format!("PrivateKey {{ public: {:?}, .. }}", key.public_key())
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// One changed octet gives another key of the same form or an error, never a panic; and never the same public half with
    /// other private numbers, unless the octet was one that is not read (the CRT values are computed anew).
    #[test]
    fn changed_octets_do_not_panic(at in 0..64_usize, bit in 0..8_u32) {
        for input in [data!("p256.sec1.der"), data!("rsa2048.pkcs8.der"), data!("rsa2049.pkcs1.der")] {
            let mut changed = input.to_vec();
            changed[at] ^= 1 << bit;
            let _ = public(&changed);
        }
    }

    #[test]
    fn any_input_is_answered(input in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut der = vec![0x30, u8::try_from(input.len().min(127)).unwrap()];
        der.extend_from_slice(&input);
        let _ = (public(&input), public(&der));
    }

    #[test]
    fn cut_short_it_is_refused(cut in 1..1000_usize) {
        let whole = data!("rsa2048.pkcs1.der");
        prop_assert_eq!(public(&whole[..whole.len() - cut]), Err(Error::MalformedPrivateKey));
    }
}
