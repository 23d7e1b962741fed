//! Several trusted keys, and certificates in the message: these may choose the order and the words of a refusal, never a key.
#![expect(
    clippy::expect_used,
    reason = "what cannot be signed must stop the test"
)]

#[path = "support/parts.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod parts;
#[path = "support/signing.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod signing;

use samlkit_crypto::{SignatureAlgorithm, Thumbprint};
use samlkit_dsig::{Error, TrustedKey, Verifier};
use samlkit_xml::Document;

use parts::{Parts, base64};
use signing::certificate;

/// The key of a certificate, without it.
fn bare(name: &str) -> TrustedKey {
    let certificate = certificate(name);
    TrustedKey::from_public_key(certificate.public_key().expect("a key").clone())
}

fn with_certificate(name: &str) -> TrustedKey {
    TrustedKey::from_certificate(certificate(name)).expect("a sound key")
}

fn key_info(certificates: &[String]) -> String {
    let certificates: String = certificates
        .iter()
        .map(|value| format!("<ds:X509Certificate>{value}</ds:X509Certificate>"))
        .collect();
    format!("<ds:KeyInfo><ds:X509Data>{certificates}</ds:X509Data></ds:KeyInfo>")
}

fn encoded(names: &[&str]) -> Vec<String> {
    let encode = |name: &&str| base64(certificate(name).der());
    names.iter().map(encode).collect()
}

/// The key that verifies what the key `idp` signed by RSA, with these certificates beside it.
fn verified_by(keys: &[TrustedKey], certificates: &[String]) -> Result<Thumbprint, Error> {
    let mut parts = Parts::new();
    parts.algorithm = SignatureAlgorithm::RsaSha256;
    parts.after_value = key_info(certificates);
    let text = parts.sign();
    let document = Document::parse(text.as_bytes()).expect("well-formed");
    let verifier = Verifier::new(keys).expect("keys");
    verifier.verify(document.root()).map(|signed| signed.key())
}

#[test]
fn the_key_that_fits_is_found_at_any_place() {
    let [idp, other, third] = ["idp", "entra-active", "p256"].map(with_certificate);
    let found = Ok(idp.thumbprint());
    for keys in [
        vec![idp.clone()],
        vec![idp.clone(), other.clone(), third.clone()],
        vec![other.clone(), idp.clone(), third.clone()],
        vec![third, other, idp],
    ] {
        for names in [&[][..], &["idp"], &["entra-active"], &["untrusted", "idp"]] {
            assert_eq!(verified_by(&keys, &encoded(names)), found, "{names:?}");
        }
    }
}

/// One key in two containers: it is the one that the message holds which is said to have signed.
#[test]
fn the_certificate_of_the_message_comes_first() {
    let [with, without] = [with_certificate("idp"), bare("idp")];
    assert_ne!(with.thumbprint(), without.thumbprint());
    assert_eq!(with.certificate(), Some(&certificate("idp")));
    assert_eq!(without.certificate(), None);
    let keys = [without.clone(), with.clone()];
    assert_eq!(
        verified_by(&keys, &encoded(&["idp"])),
        Ok(with.thumbprint())
    );
    assert_eq!(verified_by(&keys, &[]), Ok(without.thumbprint()));
    let other = encoded(&["untrusted"]);
    assert_eq!(verified_by(&keys, &other), Ok(without.thumbprint()));
}

/// XMLSig §3.2.2: whether another key is to be configured, or the message is broken.
#[test]
fn a_stranger_is_told_from_a_broken_value() {
    let trusted = [with_certificate("entra-active"), with_certificate("p256")];
    let strangers = [
        encoded(&["idp"]),
        encoded(&["idp", "untrusted"]),
        vec![base64(b"no certificate")],
    ];
    for certificates in strangers {
        let verdict = verified_by(&trusted, &certificates);
        assert_eq!(verdict, Err(Error::UntrustedKey), "{certificates:?}");
    }
    let mut late = vec![base64(b"no certificate"); 15];
    late.extend(encoded(&["entra-active"]));
    for certificates in [
        vec![],
        vec!["no base64!".to_owned()],
        encoded(&["entra-active"]),
        encoded(&["idp", "entra-active"]),
        late.clone(),
    ] {
        let verdict = verified_by(&trusted, &certificates);
        assert_eq!(verdict, Err(Error::SignatureMismatch), "{certificates:?}");
    }
    // No more than sixteen are looked at.
    late.insert(0, base64(b"no certificate"));
    assert_eq!(verified_by(&trusted, &late), Err(Error::UntrustedKey));
    // A trusted key is no stranger, whatever certificate it comes in.
    let keys = [bare("entra-active")];
    let verdict = verified_by(&keys, &encoded(&["entra-active"]));
    assert_eq!(verdict, Err(Error::SignatureMismatch));
}

#[test]
fn what_is_said_of_keys_that_do_not_fit() {
    let [weak, other, curve] = ["rsa1024", "entra-active", "p256"].map(bare);
    let not_allowed = Err(Error::KeyNotAllowed { bits: 1024 });
    let verdict = |keys: &[&TrustedKey]| {
        let keys: Vec<TrustedKey> = keys.iter().copied().cloned().collect();
        verified_by(&keys, &encoded(&["idp"]))
    };
    assert_eq!(verdict(&[&curve]), Err(Error::NoUsableKey));
    assert_eq!(verdict(&[&weak]), not_allowed);
    assert_eq!(verdict(&[&curve, &weak]), not_allowed);
    assert_eq!(verdict(&[&weak, &curve]), not_allowed);
    // That a value was tried and is wrong says more than that a key was not tried.
    assert_eq!(verdict(&[&weak, &other]), Err(Error::UntrustedKey));
    assert_eq!(verdict(&[&other, &weak]), Err(Error::UntrustedKey));
}
