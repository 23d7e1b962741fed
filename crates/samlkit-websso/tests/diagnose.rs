//! A diagnosis lists every rule that a message breaks, not the first alone, and never an identity. That it agrees with acceptance
//! on every message of the fixtures is checked where those are.
#![expect(clippy::expect_used, reason = "a broken fixture must stop the test")]

#[path = "support/diagnosed.rs"]
mod diagnosed;
#[path = "support/response.rs"]
mod response;

use std::path::Path;

use samlkit_core::metadata::Metadata;
use samlkit_core::{Timestamp, parse_date_time};
use samlkit_crypto::{
    AlgorithmPolicy, BlockEncryption, Certificate, PrivateKey, SignatureAlgorithm, SigningKey,
    SystemRandomness,
};
use samlkit_dsig::sign::Template;
use samlkit_enc::{DecryptionKey, Encryptor, Kind, Recipient};
use samlkit_websso::{
    Check, Code, Diagnosis, Expected, IdentityProvider, InMemoryReplay, Policy, RequiredEncryption,
    RequiredSignature, Rule, ServiceProvider, Verdict,
};
use samlkit_xml::Document;

use response::By;

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

/// What is wrong with the response is told by its rule, though the same is right in the assertion, whichever of them is signed.
#[test]
fn of_two_looks_the_failure_counts() {
    let idp = IdentityProvider::new(response::IDP, vec![response::trusted("p256")]);
    let provider =
        ServiceProvider::new(response::SP, response::ACS, idp.expect("a sound provider"))
            .expect("a sound configuration");
    let failures = |by, (from, to): (&str, &str)| {
        let message = response::signed(&response::edit(response::RESPONSE, from, to), by);
        failed(&diagnose(
            &provider,
            &message,
            response::REQUEST,
            response::NOW,
        ))
    };
    for by in [By::Response, By::Assertion, By::Both] {
        assert_eq!(failures(by, ("<saml:Issuer>", "<saml:Issuer>")), []);
        assert_eq!(
            failures(by, ("InResponseTo='_request'", "InResponseTo='_other'")),
            [(Rule::InResponseTo, Code::InResponseToMismatch)]
        );
        assert_eq!(
            failures(by, ("<saml:Issuer>", "<saml:Issuer Format='urn:x:y'>")),
            [(Rule::Issuer, Code::IssuerMismatch)]
        );
    }
}

/// Of each rule what was found, where it holds and where it does not.
#[test]
fn what_was_found() {
    let idp = IdentityProvider::new(response::IDP, vec![response::trusted("p256")]);
    let provider =
        ServiceProvider::new(response::SP, response::ACS, idp.expect("a sound provider"))
            .expect("a sound configuration");
    for (from, to, now, rule, found) in [
        ("", "", response::NOW, Rule::Response, "samlp:Response"),
        ("", "", response::NOW, Rule::Issuer, response::IDP),
        ("", "", response::NOW, Rule::Signature, "response"),
        ("", "", response::NOW, Rule::Destination, response::ACS),
        ("", "", response::NOW, Rule::Recipient, response::ACS),
        ("", "", response::NOW, Rule::Audience, response::SP),
        (
            "https://sp.example/acs' InR",
            "https://sp.example/&#9;' InR",
            response::NOW,
            Rule::Destination,
            "https://sp.example/\\t",
        ),
        (
            "<saml:AudienceRestriction><saml:Audience>https://sp.example/</saml:Audience></saml:AudienceRestriction>",
            "",
            response::NOW,
            Rule::Audience,
            "the AudienceRestriction is missing",
        ),
        (
            "",
            "",
            "2026-01-15T11:00:00Z",
            Rule::NotOnOrAfter,
            "2026-01-15T10:10:00Z",
        ),
        (
            "status:Success'/>",
            "status:Responder'/><samlp:StatusMessage>no</samlp:StatusMessage>",
            response::NOW,
            Rule::Status,
            "Responder: no",
        ),
    ] {
        let message = response::edit(response::RESPONSE, from, to);
        let message = response::signed(&message, By::Response);
        let diagnosis = diagnose(&provider, &message, response::REQUEST, now);
        assert_eq!(check(&diagnosis, rule).found(), Some(found), "{rule}");
    }
}

/// What to look at differs with why a signature is refused.
#[test]
fn help_with_signatures() {
    let message = response::signed(response::RESPONSE, By::Response);
    let value = message.find("<ds:SignatureValue>").expect("a value") + 25;
    let (before, after) = message.split_at(value);
    let flipped = if after.starts_with('A') { "B" } else { "A" };
    let other_value = format!("{before}{flipped}{}", after.get(1..).expect("more"));
    let other_text = message.replace("britta", "admin");
    let document = Document::parse(response::RESPONSE.as_bytes()).expect("well-formed");
    let signer = SigningKey::new(response::private_key("idp"), SignatureAlgorithm::RsaSha256);
    let short_key = Template::new().sign(document.root(), &signer.expect("a signer"));
    let short_key = short_key.expect("signed");
    for (message, code, help) in [
        (other_value, Code::SignatureInvalid, "signing certificate"),
        (
            other_text,
            Code::SignatureInvalid,
            "changed after it was signed",
        ),
        (short_key, Code::AlgorithmNotAllowed, "at least 2048 bits"),
    ] {
        let keys = ["p256", "idp"].map(response::trusted).to_vec();
        let idp = IdentityProvider::new(response::IDP, keys);
        let idp = idp.expect("a sound provider");
        let provider = ServiceProvider::new(response::SP, response::ACS, idp);
        let algorithms = AlgorithmPolicy::default().with_minimum_rsa_bits(3072);
        let provider = provider.expect("a sound configuration");
        let provider = provider.with_policy(Policy::new().with_algorithms(algorithms));
        let diagnosis = diagnose(&provider, &message, response::REQUEST, response::NOW);
        let signature = check(&diagnosis, Rule::Signature);
        assert_eq!(failed(&diagnosis), [(Rule::Signature, code)]);
        let told = signature.help().expect("a help");
        assert!(told.contains(help), "{told}");
    }
}

/// Scripts know rules and codes by these names.
#[test]
fn names_of_rules_are_stable() {
    let names = Rule::ALL.map(Rule::as_str);
    assert_eq!(
        names,
        [
            "well-formed",
            "response",
            "unique-ids",
            "structure",
            "response-schema",
            "status",
            "encryption",
            "decryption",
            "issuer",
            "signature",
            "destination",
            "assertion-schema",
            "subject",
            "confirmation",
            "recipient",
            "in-response-to",
            "confirmation-time",
            "conditions",
            "not-before",
            "not-on-or-after",
            "audience",
            "authn-statement",
            "session",
            "attributes",
        ]
    );
    assert_eq!(Rule::ALL.map(|rule| rule.to_string()), names);
    assert_eq!(Code::AudienceMismatch.to_string(), "audience-mismatch");
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
