//! What is written, signed and put together is verified and read: the way of a message from one end to the other.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "common/samples.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod samples;

use samlkit_core::metadata::Metadata;
use samlkit_core::write::{NameId, Status, Style};
use samlkit_core::{Assertion, AuthnRequest, Fragment, LogoutRequest, Response};
use samlkit_crypto::{Certificate, PrivateKey, SignatureAlgorithm, SigningKey};
use samlkit_dsig::sign::{Position, Template};
use samlkit_dsig::{Signed, TrustedKey, Verifier};
use samlkit_xml::{Document, Element};

fn fixture(name: &str) -> String {
    let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/keys/");
    std::fs::read_to_string(format!("{keys}{name}")).unwrap()
}

/// The document with its root signed.
fn sign(template: &Template, xml: &str) -> String {
    let key = PrivateKey::from_pem(&fixture("test-only-idp.key.pem")).unwrap();
    let key = SigningKey::new(key, SignatureAlgorithm::RsaSha256).unwrap();
    let document = Document::parse(xml.as_bytes()).unwrap();
    template.sign(document.root(), &key).unwrap()
}

fn verify(element: Element<'_>) -> Result<Signed, samlkit_dsig::Error> {
    let certificate = Certificate::from_pem(&fixture("test-only-idp.crt.pem")).unwrap();
    let key = TrustedKey::from_certificate(certificate).unwrap();
    Verifier::new(&[key]).unwrap().verify(element)
}

#[test]
fn a_signed_assertion_in_a_response_of_either_style() {
    for inner in [Style::Prefixed, Style::DefaultNamespace] {
        for outer in [Style::Prefixed, Style::DefaultNamespace] {
            let assertion = samples::assertion().with_style(inner).write().unwrap();
            let assertion = Fragment::parse(&sign(&Template::new(), &assertion)).unwrap();
            let response = samples::response(Status::success())
                .with_style(outer)
                .with_signed_assertion(assertion)
                .unwrap()
                .write()
                .unwrap();
            let element_of = |xml: &str| {
                let document = Document::parse(xml.as_bytes()).unwrap();
                let response = Response::inspect(document.root()).unwrap();
                response.untrusted().assertions().first().unwrap().id()
            };
            let verified = |xml: &str| {
                let document = Document::parse(xml.as_bytes()).unwrap();
                let node = document.node(element_of(xml)).unwrap();
                verify(node.as_element().unwrap())
            };
            let signed = verified(&response).unwrap();
            let read = Assertion::from_signed(&signed).unwrap();
            let name_id = read.subject().unwrap().name_id().unwrap();
            assert_eq!(NameId::from(name_id), samples::name_id());
            let changed = response
                .replace("_session", "_sessioN")
                .replace("urn:sp", "urn:sP");
            assert_eq!(
                verified(&changed).err(),
                Some(samlkit_dsig::Error::DigestMismatch { index: 0 })
            );
        }
    }
}

#[test]
fn signed_messages_and_metadata() {
    let whole = samples::response(Status::success()).with_assertion(samples::assertion());
    let xml = sign(&Template::new(), &whole.write().unwrap());
    let document = Document::parse(xml.as_bytes()).unwrap();
    let signed = verify(document.root()).unwrap();
    let response = Response::from_signed(&signed).unwrap();
    let assertions: Result<Vec<_>, _> = response.verified_assertions().collect();
    assert_eq!(assertions.unwrap().len(), 1);

    let logout = samples::logout_request(samples::name_id());
    let xml = sign(&Template::new(), &logout.write().unwrap());
    let document = Document::parse(xml.as_bytes()).unwrap();
    let signed = verify(document.root()).unwrap();
    let request = LogoutRequest::from_signed(&signed).unwrap();
    assert_eq!(NameId::from(request.name_id().unwrap()), samples::name_id());
    assert!(request.signature().is_none());

    // Issuer, Signature, Extensions: the schema's order; the signature covers all that stays.
    let template = Template::new().with_position(Position::AfterIssuer);
    let xml = sign(&template, &samples::authn_request().write().unwrap());
    let document = Document::parse(xml.as_bytes()).unwrap();
    let first: Vec<_> = document
        .root()
        .elements()
        .take(3)
        .map(Element::local_name)
        .collect();
    assert_eq!(first, ["Issuer", "Signature", "Extensions"]);
    let signed = verify(document.root()).unwrap();
    let request = AuthnRequest::from_signed(&signed).unwrap();
    assert!(request.extensions().is_some() && request.conditions().is_some());
    let changed = xml.replace("urn:agreed", "urn:agreeD");
    let changed = Document::parse(changed.as_bytes()).unwrap();
    assert_eq!(
        verify(changed.root()).err(),
        Some(samlkit_dsig::Error::DigestMismatch { index: 0 })
    );

    let template = Template::new().with_position(Position::First);
    for (name, metadata) in samples::metadata() {
        let xml = sign(&template, &metadata.write().unwrap());
        let document = Document::parse(xml.as_bytes()).unwrap();
        let signed = verify(document.root()).unwrap();
        assert_eq!(
            Metadata::from_signed(&signed).map(|m| m.entities().count()),
            Ok(metadata.entities().count())
        );
        assert_eq!(
            Metadata::read_unverified(xml.as_bytes()),
            Ok(metadata),
            "{name}"
        );
    }
}
