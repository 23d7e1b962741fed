//! Keys and their certificates.

use samlkit_core::metadata::KeyInfo;
use samlkit_crypto::Certificate;

use crate::support::{FULL, with};

/// A `KeyInfo` with these certificates in one `X509Data`.
fn with_certificates(certificates: &[&str], check: impl Fn(&KeyInfo)) {
    let certificates: String = certificates
        .iter()
        .map(|base64| format!("<ds:X509Certificate>{base64}</ds:X509Certificate>"))
        .collect();
    let xml = FULL.replace(
        "<ds:X509Certificate>R0hJ</ds:X509Certificate>",
        &certificates,
    );
    with(&xml, |entity| {
        let keys = &entity.idp_sso_descriptors.first().unwrap().sso;
        check(&keys.key_descriptors.get(1).unwrap().key_info);
    });
}

#[test]
fn an_authority_of_the_chain_holds_no_key() {
    const AUTHORITY: &str = include_str!("../chain/authority.crt.base64");
    const ISSUED: &str = include_str!("../chain/issued.crt.base64");
    const OLD: &str = include_str!("../chain/old.crt.base64");
    const NEW: &str = include_str!("../chain/new.crt.base64");
    let key = |base64: &str| Certificate::from_base64(base64).unwrap().public_key();
    for (certificates, keys) in [
        (&[ISSUED, AUTHORITY][..], &[ISSUED][..]),
        (&[AUTHORITY, ISSUED], &[ISSUED]),
        (&[AUTHORITY], &[AUTHORITY]),
        // Each is its own issuer, under one name.
        (&[OLD, NEW], &[OLD, NEW]),
        (&[AUTHORITY, OLD, ISSUED, NEW], &[OLD, ISSUED, NEW]),
    ] {
        with_certificates(certificates, |key_info| {
            let expected: Vec<_> = keys.iter().map(|base64| key(base64)).collect();
            assert_eq!(key_info.public_keys().collect::<Vec<_>>(), expected);
        });
    }
    with_certificates(&["QUJD", ISSUED], |key_info| {
        let certificates = key_info.key_certificates();
        assert!(matches!(
            certificates.as_slice(),
            [Err(_), Ok(issued)] if issued.public_key() == key(ISSUED)
        ));
    });
}

#[test]
fn of_a_certificate() {
    const ISSUED: &str = include_str!("../chain/issued.crt.base64");
    let certificate = Certificate::from_base64(ISSUED).unwrap();
    let key_info = KeyInfo::from_certificate(&certificate);
    let keys: Vec<_> = key_info.public_keys().collect();
    assert_eq!(keys, [certificate.public_key()]);
    let [certificate] = &*key_info.certificates else {
        unreachable!("one certificate")
    };
    assert_eq!(certificate.decode().unwrap().public_key(), keys[0]);
}

#[test]
fn armour_around_a_certificate_is_taken_off() {
    const ISSUED: &str = include_str!("../chain/issued.crt.base64");
    for (armoured, decodes) in [
        (
            format!("\n-----BEGIN CERTIFICATE-----\n{ISSUED}\n-----END CERTIFICATE-----\n"),
            true,
        ),
        (format!("-----BEGIN CERTIFICATE-----\n{ISSUED}"), false),
        (
            format!("-----BEGIN PRIVATE KEY-----\n{ISSUED}\n-----END PRIVATE KEY-----"),
            false,
        ),
    ] {
        with_certificates(&[&armoured], |key_info| {
            let certificate = key_info.certificates.first().unwrap();
            assert_eq!(certificate.decode().is_ok(), decodes);
        });
    }
}
