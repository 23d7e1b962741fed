//! Public keys are read from every form to the same key, and what is no public key is refused with its own error.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlkit_crypto::{Curve, DigestAlgorithm, Error, Form, KeyKind, PublicKey};

macro_rules! data {
    ($name:expr) => {
        include_bytes!(concat!("data/", $name)).as_slice()
    };
}

fn base64(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

fn oid_of(error: Option<Error>) -> Option<String> {
    match error {
        Some(Error::UnsupportedKey { oid }) => Some(oid.to_string()),
        _ => None,
    }
}

#[test]
fn one_rsa_key_in_every_form() {
    let der = data!("rsa2048.pub.der");
    let key = PublicKey::from_spki_der(der).unwrap();
    let bare = base64(der);
    let text = core::str::from_utf8(data!("rsa2048.pub.pem")).unwrap();
    let crlf = format!(
        "\u{feff}Here it is:\r\n{}\r\nBye.",
        text.replace('\n', "\r\n")
    );
    let one_line = text.replace('\n', " ");
    let unpadded = bare.trim_end_matches('=').to_owned();
    for (form, input) in [
        ("SPKI, DER", der),
        ("SPKI, PEM", text.as_bytes()),
        ("PEM with CRLF, text and byte order mark", crlf.as_bytes()),
        ("PEM on one line", one_line.as_bytes()),
        ("SPKI, base64", bare.as_bytes()),
        ("without padding", unpadded.as_bytes()),
        ("PKCS#1, DER", data!("rsa2048.pkcs1.der")),
        ("PKCS#1, PEM", data!("rsa2048.pkcs1.pem")),
        ("certificate, PEM", data!("entra.crt.pem")),
        ("certificate, DER", data!("entra.crt.der")),
    ] {
        assert_eq!(PublicKey::parse(input), Ok(key.clone()), "{form}");
    }
    assert_eq!(PublicKey::from_pem(text), Ok(key.clone()));
    assert_eq!(
        PublicKey::from_pkcs1_der(data!("rsa2048.pkcs1.der")),
        Ok(key.clone())
    );
    assert_ne!(PublicKey::parse(data!("rsa2048e3.pub.der")), Ok(key));
}

#[test]
fn one_ec_key_in_every_form() {
    for (curve, der, compressed, point) in [
        (
            Curve::P256,
            data!("p256.pub.der"),
            data!("p256.compressed.der"),
            65,
        ),
        (
            Curve::P384,
            data!("p384.pub.der"),
            data!("p384.compressed.der"),
            97,
        ),
        (
            Curve::P521,
            data!("p521.pub.der"),
            data!("p521.compressed.der"),
            133,
        ),
    ] {
        let key = PublicKey::parse(der).unwrap();
        assert_eq!(key.kind(), KeyKind::Ec(curve));
        assert_eq!(PublicKey::parse(compressed), Ok(key.clone()));
        let uncompressed = &der[der.len() - point..];
        let short = &compressed[compressed.len() - point.div_ceil(2)..];
        assert_eq!(
            PublicKey::from_ec_point(curve, uncompressed),
            Ok(key.clone())
        );
        assert_eq!(PublicKey::from_ec_point(curve, short), Ok(key.clone()));

        let mut off = uncompressed.to_vec();
        *off.last_mut().unwrap() ^= 1;
        for bad in [
            &off[..],
            &uncompressed[1..],
            &uncompressed[..point - 1],
            &[0],
            &[],
            &[4],
        ] {
            assert_eq!(
                PublicKey::from_ec_point(curve, bad),
                Err(Error::MalformedKey)
            );
        }
        for other in Curve::ALL.into_iter().filter(|other| *other != curve) {
            assert_eq!(
                PublicKey::from_ec_point(other, uncompressed),
                Err(Error::MalformedKey)
            );
        }
        assert_eq!(Curve::from_uri(curve.uri()), Some(curve));
    }
    assert_eq!(Curve::from_uri("urn:oid:1.3.132.0.10"), None);
}

#[test]
fn a_thumbprint_is_over_the_key_not_its_encoding() {
    for der in [
        data!("rsa2048.pub.der"),
        data!("rsa2049.pub.der"),
        data!("rsa2048e3.pub.der"),
        data!("rsa8192.pub.der"),
        data!("p256.pub.der"),
        data!("p384.pub.der"),
        data!("p521.pub.der"),
        data!("ed25519.pub.der"),
    ] {
        let key = PublicKey::parse(der).unwrap();
        assert_eq!(key.spki_der(), der);
        assert_eq!(
            key.thumbprint().as_ref(),
            DigestAlgorithm::Sha256.digest(der).as_ref()
        );
    }
    let compressed = PublicKey::parse(data!("p256.compressed.der")).unwrap();
    assert_eq!(compressed.spki_der(), data!("p256.pub.der"));
}

#[test]
fn rsa_components() {
    let key = PublicKey::parse(data!("rsa2048.pub.der")).unwrap();
    // The modulus follows a header of 33 octets (28 of them SPKI), its sign octet included; the exponent is 65537.
    let modulus = &data!("rsa2048.pub.der")[33..289];
    let f4 = [1, 0, 1];
    assert_eq!(
        PublicKey::from_rsa_components(modulus, &f4),
        Ok(key.clone())
    );
    let padded = [&[0; 5], modulus].concat();
    assert_eq!(
        PublicKey::from_rsa_components(&padded, &[0, 0, 1, 0, 1]),
        Ok(key)
    );

    for exponent in [
        &[][..],
        &[0],
        &[1],
        &[2],
        &[1, 0, 0],
        &[2, 0, 0, 0, 1],
        &[0xff; 8],
        &[0xff; 2000],
    ] {
        let made = PublicKey::from_rsa_components(modulus, exponent);
        assert_eq!(made, Err(Error::ExponentOutOfRange), "{exponent:?}");
    }
    assert_eq!(
        PublicKey::from_rsa_components(modulus, &[3]).map(|key| key.bits()),
        Ok(2048)
    );
    assert_eq!(
        PublicKey::from_rsa_components(modulus, &[1, 0xff, 0xff, 0xff, 0xff]).map(|key| key.bits()),
        Ok(2048)
    );
    let mut even = modulus.to_vec();
    even[255] &= 0xfe;
    assert_eq!(
        PublicKey::from_rsa_components(&even, &f4),
        Err(Error::MalformedKey)
    );
}

#[test]
fn rsa_sizes_are_bounded_before_any_arithmetic() {
    let f4 = [1, 0, 1];
    let of_bits = |bits: usize| {
        let mut modulus = vec![0xff; bits.div_ceil(8)];
        modulus[0] >>= (8 - bits % 8) % 8;
        PublicKey::from_rsa_components(&modulus, &f4)
    };
    for bits in [8193, 16384, 524_288, 80_000_000] {
        assert_eq!(
            of_bits(bits),
            Err(Error::KeyTooLarge {
                bits: u32::try_from(bits).unwrap()
            })
        );
    }
    assert_eq!(of_bits(8192).unwrap().bits(), 8192);
    assert_eq!(of_bits(1024).unwrap().bits(), 1024);
    for bits in [1, 512, 1023] {
        let bits_found = u32::try_from(bits).unwrap();
        assert_eq!(
            of_bits(bits),
            Err(Error::KeyTooSmall {
                bits: bits_found,
                minimum: 1024
            })
        );
    }
    assert_eq!(
        PublicKey::from_rsa_components(&[], &f4),
        Err(Error::KeyTooSmall {
            bits: 0,
            minimum: 1024
        })
    );
    assert_eq!(
        PublicKey::from_rsa_components(&[0; 256], &f4),
        Err(Error::KeyTooSmall {
            bits: 0,
            minimum: 1024
        })
    );
    assert_eq!(
        PublicKey::parse(data!("rsa512.pub.der")),
        Err(Error::KeyTooSmall {
            bits: 512,
            minimum: 1024
        })
    );
    assert_eq!(
        PublicKey::parse(data!("rsa2048-large-exponent.pub.der")),
        Err(Error::ExponentOutOfRange)
    );
}

#[test]
fn ed25519_keys() {
    let der = data!("ed25519.pub.der");
    let octets = &der[der.len() - 32..];
    assert_eq!(PublicKey::from_ed25519(octets), PublicKey::parse(der));
    let identity = {
        let mut point = [0; 32];
        point[0] = 1;
        point
    };
    // The y-coordinates 3 and 3 + 2^255 - 19 are one point of the curve; the second is not how it is written.
    let mut three = [0; 32];
    three[0] = 3;
    let _ = PublicKey::from_ed25519(&three).unwrap();
    let mut not_canonical = [0xff; 32];
    (not_canonical[0], not_canonical[31]) = (0xf0, 0x7f);
    for bad in [
        &octets[1..],
        &[octets, &[0]].concat(),
        &[0; 32],
        &identity,
        &not_canonical,
    ] {
        assert_eq!(PublicKey::from_ed25519(bad), Err(Error::MalformedKey));
    }
}

#[test]
fn private_keys_are_recognised() {
    for (form, input) in [
        ("PKCS#8, PEM", data!("rsa2048.pkcs8.key.pem")),
        ("PKCS#8, DER", data!("rsa2048.pkcs8.key.der")),
        ("PKCS#1, PEM", data!("rsa2048.pkcs1.key.pem")),
        ("PKCS#1, DER", data!("rsa2048.pkcs1.key.der")),
        ("SEC 1, PEM", data!("p256.sec1.key.pem")),
        ("SEC 1, DER", data!("p256.sec1.key.der")),
        ("encrypted, PEM", data!("rsa2048.encrypted.key.pem")),
        ("encrypted, DER", data!("rsa2048.encrypted.key.der")),
        ("Ed25519, DER", data!("ed25519.key.der")),
        (
            "broken",
            b"-----BEGIN PRIVATE KEY-----\n?\n-----END PRIVATE KEY-----",
        ),
    ] {
        assert_eq!(PublicKey::parse(input), Err(Error::PrivateKey), "{form}");
    }
    assert_eq!(
        PublicKey::parse(base64(data!("rsa2048.pkcs8.key.der")).as_bytes()),
        Err(Error::PrivateKey)
    );
}

#[test]
fn a_private_key_beside_a_public_one_is_passed_over() {
    let both = [data!("rsa2048.pkcs8.key.pem"), data!("rsa2048.pub.pem")].concat();
    assert_eq!(
        PublicKey::parse(&both),
        PublicKey::parse(data!("rsa2048.pub.pem"))
    );
}

#[test]
fn unsupported_types_are_named() {
    for (der, oid) in [
        (data!("dsa.pub.der"), "1.2.840.10040.4.1"),
        (data!("ed448.pub.der"), "1.3.101.113"),
        (data!("k256.pub.der"), "1.3.132.0.10"),
        (data!("rsa-pss.pub.der"), "1.2.840.113549.1.1.10"),
        (data!("p256-explicit.pub.der"), "1.2.840.10045.2.1"),
    ] {
        assert_eq!(oid_of(PublicKey::parse(der).err()).as_deref(), Some(oid));
    }
}

#[test]
fn what_people_paste_instead() {
    let wrong = |found| Err(Error::WrongInput { found });
    let cases: [(&[u8], Result<PublicKey, Error>); 14] = [
        (b"", Err(Error::Nothing)),
        (b" \r\n\t", Err(Error::Nothing)),
        (b"\xef\xbb\xbf", Err(Error::Nothing)),
        (b"<EntityDescriptor/>", wrong(Form::Xml)),
        (b"\xef\xbb\xbf <?xml version=\"1.0\"?>", wrong(Form::Xml)),
        (data!("rsa2048.csr.pem"), wrong(Form::CertificateRequest)),
        (data!("entra.p7b.pem"), wrong(Form::Pkcs7)),
        (data!("entra.p7b.der"), wrong(Form::Pkcs7)),
        (
            b"-----BEGIN DH PARAMETERS-----\n-----END DH PARAMETERS-----",
            wrong(Form::OtherPem),
        ),
        (
            b"-----BEGIN PUBLIC KEY-----\nMCow",
            Err(Error::MalformedPem),
        ),
        (b"-----BEGIN PUBLIC KEY", Err(Error::MalformedPem)),
        (
            b"-----BEGIN PUBLIC KEY-----\nMCow\n-----END RSA PUBLIC KEY-----",
            Err(Error::MalformedPem),
        ),
        (b"51:B0:7D:DF:03:2A", Err(Error::MalformedBase64)),
        (b"MCow", Err(Error::MalformedKey)),
    ];
    for (input, expected) in cases {
        assert_eq!(
            PublicKey::parse(input),
            expected,
            "{}",
            String::from_utf8_lossy(input)
        );
    }
    assert_eq!(
        PublicKey::parse(data!("bundle.pem")),
        Err(Error::SeveralCertificates { count: 3 })
    );
    let limit = 1024 * 1024;
    assert_eq!(
        PublicKey::parse(&vec![b' '; limit + 1]),
        Err(Error::TooLong { limit })
    );
    assert_eq!(
        PublicKey::parse(&vec![b'A'; limit]),
        Err(Error::TooLong { limit: 64 * 1024 })
    );
    assert_eq!(
        PublicKey::from_spki_der(&vec![0x30; 64 * 1024 + 1]),
        Err(Error::TooLong { limit: 64 * 1024 })
    );
}

#[test]
fn every_truncation_and_extension_is_refused() {
    for der in [
        data!("rsa2048.pub.der"),
        data!("p256.pub.der"),
        data!("ed25519.pub.der"),
    ] {
        for length in 0..der.len() {
            assert_eq!(
                PublicKey::from_spki_der(&der[..length]),
                Err(Error::MalformedKey),
                "{length}"
            );
        }
        assert_eq!(
            PublicKey::from_spki_der(&[der, &[0]].concat()),
            Err(Error::MalformedKey)
        );
    }
    // A file that an editor saved is another matter.
    assert_eq!(
        PublicKey::parse(&[data!("p256.pub.der"), b"\r\n"].concat()),
        PublicKey::parse(data!("p256.pub.der"))
    );
}

#[test]
fn debug_shows_no_key_material() {
    let key = PublicKey::parse(data!("ed25519.pub.der")).unwrap();
    let thumbprint = key.thumbprint();
    assert_eq!(
        format!("{key:?}"),
        format!(
            "PublicKey {{ kind: Ed25519, bits: 255, thumbprint: Thumbprint({thumbprint}), .. }}"
        )
    );
    assert_eq!(
        format!("{thumbprint}").to_lowercase(),
        format!("{thumbprint:x}")
    );
}

#[test]
fn everything_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<PublicKey>();
    shared::<samlkit_crypto::Certificate>();
    shared::<samlkit_crypto::AlgorithmPolicy>();
    shared::<samlkit_crypto::Hasher>();
    shared::<Error>();
}
