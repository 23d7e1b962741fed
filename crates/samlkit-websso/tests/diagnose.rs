//! A diagnosis lists every rule that a message breaks, not the first alone, and never an identity. That it agrees with acceptance
//! on every message of the fixtures is checked where those are.
#![expect(clippy::expect_used, reason = "a broken fixture must stop the test")]

#[path = "support/diagnosed.rs"]
mod diagnosed;

use std::path::Path;

use samlkit_core::metadata::Metadata;
use samlkit_core::{Timestamp, parse_date_time};
use samlkit_crypto::{BlockEncryption, Certificate, PrivateKey, SystemRandomness};
use samlkit_enc::{DecryptionKey, Encryptor, Kind, Recipient};
use samlkit_websso::{
    Check, Code, Diagnosis, Expected, IdentityProvider, InMemoryReplay, Policy, RequiredEncryption,
    RequiredSignature, Rule, ServiceProvider, Verdict,
};

const REQUEST: &str = "_d45f1f310645d6ff4f7f087051effb23";

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures")
        .join(path);
    std::fs::read_to_string(path).expect("the fixture is there")
}

fn at(text: &str) -> Timestamp {
    parse_date_time(text).expect("a time")
}

fn provider(entity_id: &str, acs_url: &str) -> ServiceProvider {
    let metadata =
        Metadata::read_unverified(read("entra/metadata.xml").as_bytes()).expect("metadata");
    let entity = metadata.entities().next().expect("an entity");
    let idp = IdentityProvider::from_metadata(entity, at("2026-01-15T10:01:00Z"));
    ServiceProvider::new(entity_id, acs_url, idp.expect("a sound provider"))
        .expect("a sound configuration")
}

fn ours() -> ServiceProvider {
    provider(
        "https://eu-api.mimecast.com/sso/CUK1A1",
        "https://eu-api.mimecast.com/login/saml",
    )
}

/// The diagnosis, which agrees with acceptance.
fn diagnose(provider: &ServiceProvider, message: &str, request: &str, now: &str) -> Diagnosis {
    let (now, expected) = (at(now), Expected::answer_to(request));
    let accepted = provider.accept_xml(message.as_bytes(), expected, now, &InMemoryReplay::new(1));
    let refused = accepted.as_ref().err();
    diagnosed::agrees(provider, message.as_bytes(), expected, now, refused)
}

fn failed(diagnosis: &Diagnosis) -> Vec<(Rule, Code)> {
    let checks = diagnosis.checks().iter();
    let failed = checks.filter_map(|check| match check.verdict() {
        Verdict::Failed(rejection) => Some((check.rule(), rejection.code())),
        _ => None,
    });
    failed.collect()
}

fn not_reached(diagnosis: &Diagnosis) -> Vec<Rule> {
    let checks = diagnosis.checks().iter();
    checks
        .filter(|check| *check.verdict() == Verdict::NotReached)
        .map(Check::rule)
        .collect()
}

fn check(diagnosis: &Diagnosis, rule: Rule) -> &Check {
    let mut checks = diagnosis.checks().iter();
    checks.find(|check| check.rule() == rule).expect("a check")
}

#[test]
fn everything_that_is_wrong_is_listed() {
    let message = read("entra/eu.xml");
    let good = diagnose(&ours(), &message, REQUEST, "2026-01-15T10:01:00Z");
    assert_eq!(failed(&good), []);
    let other = provider("https://other.example/", "https://other.example/acs").with_policy(
        Policy::new()
            .with_required_signature(RequiredSignature::Response)
            .with_required_encryption(RequiredEncryption::Assertion),
    );
    let wrong = diagnose(&other, &message, "_other", "2026-01-15T12:00:00Z");
    assert_eq!(
        failed(&wrong),
        [
            (Rule::Encryption, Code::NotEncrypted),
            (Rule::Signature, Code::Unsigned),
            (Rule::Destination, Code::DestinationMismatch),
            (Rule::Recipient, Code::RecipientMismatch),
            (Rule::InResponseTo, Code::InResponseToMismatch),
            (Rule::ConfirmationTime, Code::Expired),
            (Rule::NotOnOrAfter, Code::Expired),
            (Rule::Audience, Code::AudienceMismatch),
        ]
    );
    assert_eq!(not_reached(&wrong), [Rule::Attributes]);
    let audience = check(&wrong, Rule::Audience);
    assert_eq!(audience.expected(), Some("https://other.example/"));
    assert_eq!(
        audience.found(),
        Some("https://eu-api.mimecast.com/sso/CUK1A1")
    );
    assert!(audience.help().expect("a help").contains("entity ID"));
    let early = diagnose(&ours(), &message, REQUEST, "2026-01-15T08:00:00Z");
    assert_eq!(failed(&early), [(Rule::NotBefore, Code::NotYetValid)]);
}

/// The rules after the signature look on, and say what they see.
#[test]
fn without_a_signature_the_rest_is_looked_at() {
    let tampered = read("entra/eu.xml").replace("eu-api.mimecast.com/sso/CUK1A1", "evil.example");
    let diagnosis = diagnose(&ours(), &tampered, REQUEST, "2026-01-15T10:01:00Z");
    assert_eq!(
        failed(&diagnosis),
        [
            (Rule::Signature, Code::SignatureInvalid),
            (Rule::Audience, Code::AudienceMismatch),
        ]
    );
    assert_eq!(not_reached(&diagnosis), [Rule::Attributes]);
}

#[test]
fn what_cannot_be_reached_is_said() {
    let diagnosis = diagnose(&ours(), "<x", REQUEST, "2026-01-15T10:01:00Z");
    assert_eq!(failed(&diagnosis), [(Rule::WellFormed, Code::MalformedXml)]);
    assert_eq!(not_reached(&diagnosis).len(), Rule::ALL.len() - 1);
    let error = read("entra/error-response.xml");
    let diagnosis = diagnose(&ours(), &error, REQUEST, "2026-01-15T10:01:00Z");
    let codes: Vec<_> = failed(&diagnosis)
        .into_iter()
        .map(|(_, code)| code)
        .collect();
    assert!(codes.contains(&Code::StatusNotSuccess) && codes.contains(&Code::NoAssertion));
    let not_base64 = ours().diagnose("<x/>", Expected::nothing(), at("2026-01-15T10:01:00Z"));
    assert_eq!(
        not_base64.expect_err("refused").code(),
        Code::MalformedBase64
    );
}

/// An operator who has the message in hand is told more of CBC than a sender.
#[test]
fn encrypted_messages() {
    let file = |name: &str| read(&format!("keys/test-only-sp.{name}.pem"));
    let key = || DecryptionKey::new(PrivateKey::from_pem(&file("key")).expect("a key"));
    let certificate = Certificate::from_pem(&file("crt")).expect("a certificate");
    let recipient = Recipient::from_certificate(certificate).expect("an RSA key");
    let encryptor = Encryptor::new(recipient).with_algorithm(BlockEncryption::Aes256Cbc);
    let sealed = |message: &str| {
        let (before, rest) = message.split_once("<Assertion ").expect("an assertion");
        let (inside, after) = rest.split_once("</Assertion>").expect("its end");
        let assertion = format!("<Assertion {inside}</Assertion>");
        let sealed = encryptor.encrypt(Kind::Assertion, &assertion, &SystemRandomness);
        format!("{before}{}{after}", sealed.expect("encrypted"))
    };
    let now = "2026-01-15T10:01:00Z";
    let message = sealed(&read("entra/eu.xml"));
    let with_key = ours().with_decryptor(key());
    let good = diagnose(&with_key, &message, REQUEST, now);
    assert_eq!(failed(&good), []);
    assert_eq!(check(&good, Rule::Decryption).found(), Some("AES-256-CBC"));
    let keyless = diagnose(&ours(), &message, REQUEST, now);
    assert_eq!(
        failed(&keyless),
        [(Rule::Decryption, Code::DecryptionFailed)]
    );
    assert!(not_reached(&keyless).contains(&Rule::Signature));
    let tampered = sealed(&read("entra/bad/tampered-name-id.xml"));
    let tampered = diagnose(&with_key, &tampered, REQUEST, now);
    assert_eq!(
        failed(&tampered),
        [(Rule::Signature, Code::SignatureInvalid)]
    );
    assert_eq!(
        tampered.rejection().expect("refused").code(),
        Code::DecryptionFailed
    );
}

/// Names of users and identifiers of requests are shown nowhere.
#[test]
fn nothing_personal_is_shown() {
    for file in ["entra/eu.xml", "entra/bad/tampered-name-id.xml"] {
        let message = read(file);
        for request in [REQUEST, "_another"] {
            let diagnosis = diagnose(&ours(), &message, request, "2026-01-15T10:01:00Z");
            let shown = format!("{diagnosis:?}");
            for secret in ["simon", "contoso.example", REQUEST, "_another"] {
                assert!(!shown.contains(secret), "{secret}: {shown}");
            }
        }
    }
}
