//! A response put together for a test and signed by the identity provider, so that nothing but the rule in question is broken.

use samlkit_crypto::{Certificate, PrivateKey, SignatureAlgorithm, SigningKey};
use samlkit_dsig::TrustedKey;
use samlkit_dsig::sign::Template;
use samlkit_xml::Document;

pub(crate) const IDP: &str = "https://idp.example/";
pub(crate) const SP: &str = "https://sp.example/";
pub(crate) const ACS: &str = "https://sp.example/acs";
pub(crate) const REQUEST: &str = "_request";
/// When [`RESPONSE`] was made.
pub(crate) const NOW: &str = "2026-01-15T10:00:00Z";

pub(crate) const RESPONSE: &str = "<samlp:Response xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol' \
xmlns:saml='urn:oasis:names:tc:SAML:2.0:assertion' ID='_r' Version='2.0' IssueInstant='2026-01-15T10:00:00Z' \
Destination='https://sp.example/acs' InResponseTo='_request'><saml:Issuer>https://idp.example/</saml:Issuer>\
<samlp:Status><samlp:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Success'/></samlp:Status>\
<saml:Assertion ID='_a' Version='2.0' IssueInstant='2026-01-15T10:00:00Z'><saml:Issuer>https://idp.example/</saml:Issuer>\
<saml:Subject><saml:NameID>britta</saml:NameID>\
<saml:SubjectConfirmation Method='urn:oasis:names:tc:SAML:2.0:cm:bearer'><saml:SubjectConfirmationData \
NotOnOrAfter='2026-01-15T10:05:00Z' Recipient='https://sp.example/acs' InResponseTo='_request'/></saml:SubjectConfirmation>\
</saml:Subject><saml:Conditions NotBefore='2026-01-15T09:55:00Z' NotOnOrAfter='2026-01-15T10:10:00Z'>\
<saml:AudienceRestriction><saml:Audience>https://sp.example/</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
<saml:AuthnStatement AuthnInstant='2026-01-15T09:59:00Z' SessionNotOnOrAfter='2026-01-15T18:00:00Z'><saml:AuthnContext>\
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>\
</saml:AuthnContext></saml:AuthnStatement></saml:Assertion></samlp:Response>";

fn read(name: &str, kind: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/keys");
    std::fs::read(path.join(format!("test-only-{name}.{kind}.pem"))).expect("the fixture is there")
}

pub(crate) fn certificate(name: &str) -> Certificate {
    Certificate::parse(&read(name, "crt")).expect("a certificate")
}

pub(crate) fn private_key(name: &str) -> PrivateKey {
    PrivateKey::parse(&read(name, "key")).expect("a private key")
}

pub(crate) fn trusted(name: &str) -> TrustedKey {
    TrustedKey::from_certificate(certificate(name)).expect("a key")
}

/// `from` must be there: an edit that changes nothing would prove nothing.
pub(crate) fn edit(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "nothing to edit: {from}");
    text.replacen(from, to, 1)
}

/// What is signed of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum By {
    Response,
    Assertion,
    Both,
}

/// The message with the element of this ID signed.
pub(crate) fn sign(message: &str, id: &str, key: &str) -> String {
    let signer =
        SigningKey::new(private_key(key), SignatureAlgorithm::EcdsaSha256).expect("a signer");
    let document = Document::parse(message.as_bytes()).expect("well-formed");
    let element = samlkit_dsig::element_by_id(&document, id).expect("IDs are unique");
    Template::new()
        .sign(element.expect("the element is there"), &signer)
        .expect("signed")
}

/// The message, signed by the key that the service provider trusts.
pub(crate) fn signed(message: &str, by: By) -> String {
    match by {
        By::Response => sign(message, "_r", "p256"),
        By::Assertion => sign(message, "_a", "p256"),
        By::Both => sign(&sign(message, "_a", "p256"), "_r", "p256"),
    }
}
