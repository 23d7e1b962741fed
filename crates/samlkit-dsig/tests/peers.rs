//! Signatures that other tools made: every algorithm verifies, and one changed octet of what is signed never does.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a broken fixture must stop the test"
)]

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use samlkit_crypto::{AlgorithmPolicy, Certificate, PublicKey, danger};
use samlkit_dsig::{Error, Policy, TrustedKey, Verifier, document};
use samlkit_xml::{Document, Element};
use serde_json::Value;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn read(path: &str) -> Vec<u8> {
    std::fs::read(fixtures().join(path)).expect("the fixture is there")
}

fn index() -> Vec<Value> {
    let index: Value = serde_json::from_slice(&read("dsig/index.json")).expect("the index is JSON");
    index["entries"]
        .as_array()
        .expect("the index has entries")
        .clone()
}

fn key_of(entry: &Value) -> TrustedKey {
    match entry["certificate"].as_str() {
        Some(path) => {
            let certificate = Certificate::parse(&read(path)).expect("a certificate");
            TrustedKey::from_certificate(certificate).expect("a sound key")
        }
        None => {
            let path = entry["public_key"].as_str().expect("a key");
            TrustedKey::from_public_key(PublicKey::parse(&read(path)).expect("a public key"))
        }
    }
}

/// Everything that can be opted into, since SHA-1 and 1024 bits are among the fixtures.
fn lax() -> Policy {
    Policy::new().with_algorithms(danger::allow_weak_rsa(danger::allow_sha1(
        AlgorithmPolicy::default(),
    )))
}

fn signed<'d>(document: &'d Document<'d>) -> Element<'d> {
    document
        .elements()
        .find(|element| element.local_name() == "Signature")
        .and_then(Element::parent)
        .expect("something is signed")
}

#[test]
fn every_algorithm_verifies() {
    let entries = index();
    assert!(entries.len() >= 40, "the index lists every algorithm");
    for entry in entries {
        let file = entry["file"].as_str().expect("a file");
        let octets = read(file);
        let document = Document::parse(&octets).expect("well-formed");
        let keys = [key_of(&entry)];
        let verifier = Verifier::new(&keys).expect("a key").with_policy(lax());
        let verified = verifier
            .verify(signed(&document))
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(
            verified.signature_algorithm().uri(),
            entry["signature_algorithm"],
            "{file}"
        );
        assert_eq!(
            verified.digest_algorithm().uri(),
            entry["digest_algorithm"],
            "{file}"
        );
        assert_eq!(
            verified.canonicalization().uri(),
            entry["transform"],
            "{file}"
        );
        assert_eq!(
            verified.root().attribute("ID"),
            signed(&document).attribute("ID"),
            "{file}"
        );
        assert!(
            !verified
                .document()
                .elements()
                .any(|e| e.local_name() == "Signature"),
            "{file}"
        );

        let report = document::verify(&document, &keys, lax())
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(
            report.canonicalization().uri(),
            entry["canonicalization"],
            "{file}"
        );
        assert_eq!(report.references().len(), 1, "{file}");
    }
}

#[test]
fn weak_choices_need_danger() {
    let mut refused = 0;
    for entry in index() {
        let octets = read(entry["file"].as_str().expect("a file"));
        let document = Document::parse(&octets).expect("well-formed");
        let keys = [key_of(&entry)];
        let verdict = Verifier::new(&keys)
            .expect("a key")
            .verify(signed(&document))
            .map(drop);
        let uris = [&entry["signature_algorithm"], &entry["digest_algorithm"]];
        let sha1 = uris
            .iter()
            .any(|uri| uri.as_str().is_some_and(|uri| uri.contains("sha1")));
        if sha1 {
            refused += 1;
            assert!(
                matches!(verdict, Err(Error::AlgorithmNotAllowed { .. })),
                "{entry}: {verdict:?}"
            );
        } else if keys[0].public_key().bits() == 1024 {
            refused += 1;
            assert_eq!(verdict, Err(Error::KeyNotAllowed { bits: 1024 }), "{entry}");
        } else {
            assert_eq!(verdict, Ok(()), "{entry}");
        }
    }
    assert!(
        refused >= 6,
        "the fixtures have SHA-1 and 1024 bits among them"
    );
}

#[test]
fn another_key_never_verifies() {
    let stranger =
        Certificate::parse(&read("keys/test-only-untrusted.crt.pem")).expect("a certificate");
    let keys = [TrustedKey::from_certificate(stranger).expect("a sound key")];
    for entry in index() {
        let octets = read(entry["file"].as_str().expect("a file"));
        let document = Document::parse(&octets).expect("well-formed");
        let verdict = Verifier::new(&keys)
            .expect("a key")
            .with_policy(lax())
            .verify(signed(&document));
        assert!(
            matches!(
                verdict,
                Err(Error::UntrustedKey | Error::SignatureMismatch | Error::NoUsableKey)
            ),
            "{entry}: {verdict:?}"
        );
    }
}

#[test]
fn the_embedded_certificate_picks_among_several_keys() {
    let octets = read("entra/rollover.xml");
    let document = Document::parse(&octets).expect("well-formed");
    let key = |name: &str| {
        let certificate = Certificate::parse(&read(name)).expect("a certificate");
        TrustedKey::from_certificate(certificate).expect("a sound key")
    };
    let keys = [
        key("keys/test-only-entra-active.crt.pem"),
        key("keys/test-only-entra-next.crt.pem"),
    ];
    let verified = Verifier::new(&keys)
        .expect("keys")
        .verify(signed(&document))
        .expect("verifies");
    assert_eq!(verified.key(), keys[1].thumbprint());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// One octet changed within the signed element, outside `KeyInfo` and the white space of base64: never the same verdict
    /// with other content.
    #[test]
    fn a_changed_octet_is_refused_or_changes_nothing(at in any::<prop::sample::Index>(), to in any::<u8>(), file in 0..3usize) {
        let file = ["entra/eu.xml", "entra/response-signed.xml", "dsig/ecdsa-p256-sha256.xml"][file];
        let octets = read(file);
        let key = if file.starts_with("dsig") { "keys/test-only-p256.crt.pem" } else { "keys/test-only-entra-active.crt.pem" };
        let certificate = Certificate::parse(&read(key)).expect("a certificate");
        let keys = [TrustedKey::from_certificate(certificate).expect("a sound key")];
        let verifier = Verifier::new(&keys).expect("a key");
        let document = Document::parse(&octets).expect("well-formed");
        let good = verifier.verify(signed(&document)).expect("the fixture verifies");

        let mut changed = octets.clone();
        let at = at.index(changed.len());
        prop_assume!(changed[at] != to);
        changed[at] = to;
        if let Ok(document) = Document::parse(&changed)
            && let Some(signature) = document.elements().find(|e| e.local_name() == "Signature")
            && let Some(element) = signature.parent()
            && let Ok(verified) = verifier.verify(element)
        {
            prop_assert_eq!(verified.octets(), good.octets());
        }
    }
}

/// Every octet of every character that is signed, in turn.
#[test]
fn every_octet_of_the_signed_assertion_counts() {
    let octets = read("dsig/ecdsa-p256-sha256.xml");
    let certificate =
        Certificate::parse(&read("keys/test-only-p256.crt.pem")).expect("a certificate");
    let keys = [TrustedKey::from_certificate(certificate).expect("a sound key")];
    let verifier = Verifier::new(&keys).expect("a key");
    let document = Document::parse(&octets).expect("well-formed");
    let element = signed(&document);
    let signature = element
        .elements()
        .find(|e| e.local_name() == "Signature")
        .expect("a signature");
    let (from, to) = (element.offset(), octets.len());
    let text = core::str::from_utf8(&octets).expect("UTF-8");
    let end_of_signature = text.find("Signature>").map_or(to, |_| {
        text.rfind("Signature>")
            .map_or(to, |at| at + "Signature>".len())
    });
    let mut tried = 0;
    for at in (from..to).filter(|at| !(signature.offset()..end_of_signature).contains(at)) {
        let mut changed = octets.clone();
        changed[at] ^= 1;
        let Ok(document) = Document::parse(&changed) else {
            continue;
        };
        let Some(element) = document
            .elements()
            .find(|e| e.local_name() == "Signature")
            .and_then(Element::parent)
        else {
            continue;
        };
        // What lies outside the element that is signed is not covered, and not handed out either.
        let good = verifier
            .verify(signed(&Document::parse(&octets).expect("well-formed")))
            .expect("verifies");
        match verifier.verify(element) {
            Ok(verified) => assert_eq!(verified.octets(), good.octets(), "offset {at}"),
            Err(_) => tried += 1,
        }
    }
    assert!(tried > 200, "{tried} changed octets were refused");
}

#[test]
fn a_generic_reference_may_name_an_id_that_begins_with_a_digit() {
    let text = include_str!("digit-id/signed.xml");
    let certificate =
        Certificate::parse(&read("keys/test-only-idp.crt.pem")).expect("a certificate");
    let trusted = TrustedKey::from_certificate(certificate).expect("a sound key");
    let verify = |text: &str| {
        let document = Document::parse(text.as_bytes()).expect("well-formed");
        document::verify(&document, std::slice::from_ref(&trusted), Policy::new()).map(drop)
    };
    assert_eq!(verify(text), Ok(()));
    assert_eq!(
        verify(&text.replace("ID=\"1234\"", "ID=\"1235\"")),
        Err(Error::UnresolvedReference { index: 0 })
    );
    assert_eq!(
        verify(&text.replace("<a:b/>", "<a:b ID=\"1234\"/>")),
        Err(Error::DuplicateId {
            offset: text.find("<a:b/>").expect("a child")
        })
    );
}
