//! An identity provider and a service provider that know each other.

use std::path::Path;

use samlkit_core::{Timestamp, parse_date_time};
use samlkit_crypto::{Certificate, PrivateKey, SignatureAlgorithm, SigningKey};
use samlkit_dsig::TrustedKey;
use samlkit_dsig::sign::Template;
use samlkit_websso::{
    IdentityProvider, IdentityProviderRole, Outgoing, RelyingParty, ServiceProvider,
    decode_form_value,
};
use samlkit_xml::Document;

pub(crate) const IDP: &str = "https://idp.example/";
pub(crate) const SSO: &str = "https://idp.example/sso";
pub(crate) const SP: &str = "https://sp.example/";
pub(crate) const ACS: &str = "https://sp.example/acs";

pub(crate) fn now() -> Timestamp {
    at("2026-01-15T10:00:00Z")
}

pub(crate) fn at(text: &str) -> Timestamp {
    parse_date_time(text).expect("a time")
}

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/keys");
    std::fs::read_to_string(path.join(name)).expect("the fixture is there")
}

pub(crate) fn private_key(name: &str) -> PrivateKey {
    PrivateKey::from_pem(&read(&format!("test-only-{name}.key.pem"))).expect("a private key")
}

pub(crate) fn certificate(name: &str) -> Certificate {
    Certificate::from_pem(&read(&format!("test-only-{name}.crt.pem"))).expect("a certificate")
}

pub(crate) fn signer(name: &str) -> SigningKey {
    SigningKey::new(private_key(name), SignatureAlgorithm::RsaSha256).expect("a signer")
}

pub(crate) fn trusted(name: &str) -> TrustedKey {
    TrustedKey::from_certificate(certificate(name)).expect("a key")
}

/// What the service provider knows of the identity provider.
pub(crate) fn identity_provider() -> IdentityProvider {
    IdentityProvider::new(IDP, vec![trusted("idp")]).expect("a provider")
}

pub(crate) fn service_provider(identity_provider: IdentityProvider) -> ServiceProvider {
    ServiceProvider::new(SP, ACS, identity_provider).expect("a sound configuration")
}

/// What the identity provider knows of the service provider.
pub(crate) fn relying_party() -> RelyingParty {
    RelyingParty::new(SP, ACS)
        .expect("a party")
        .with_keys([trusted("sp")])
}

pub(crate) fn role(party: RelyingParty) -> IdentityProviderRole {
    IdentityProviderRole::new(IDP, SSO, signer("idp"))
        .and_then(|role| role.with_relying_party(party))
        .expect("a sound configuration")
        .with_certificate(certificate("idp"))
}

/// The message with its root signed.
pub(crate) fn signed(message: &str, key: &str) -> String {
    let document = Document::parse(message.as_bytes()).expect("well-formed");
    Template::new()
        .sign(document.root(), &signer(key))
        .expect("signed")
}

/// The value of a hidden field of a page.
pub(crate) fn field(html: &str, name: &str) -> Option<String> {
    let rest = html.split_once(&format!("name=\"{name}\" value=\""))?.1;
    Some(rest.split_once('"')?.0.to_owned())
}

/// The query of a redirect.
pub(crate) fn query(outgoing: &Outgoing) -> String {
    let Outgoing::Redirect(url) = outgoing else {
        panic!("{outgoing:?}")
    };
    url.split_once('?').expect("a query").1.to_owned()
}

/// The message in a page.
pub(crate) fn posted(html: &str, name: &str) -> String {
    let value = field(html, name).expect("the field");
    String::from_utf8(decode_form_value(&value).expect("base64")).expect("UTF-8")
}

#[expect(
    clippy::disallowed_methods,
    reason = "whether peers are asked is up to the environment"
)]
pub(crate) fn peers_are_asked() -> bool {
    std::env::var("SAMLKIT_PEERS").is_ok_and(|value| value == "1")
}

/// Whether xmlsec1 verifies the signature of this element with the certificate of `key`.
pub(crate) fn xmlsec1(message: &str, element: &str, key: &str) -> bool {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = directory.join(format!("{key}-{element}-{}.xml", message.len()));
    std::fs::write(&file, message).expect("written");
    let namespace = match element {
        "Assertion" => "urn:oasis:names:tc:SAML:2.0:assertion",
        _ => "urn:oasis:names:tc:SAML:2.0:protocol",
    };
    let key = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("../../fixtures/keys/test-only-{key}.crt.pem"));
    let output = std::process::Command::new("xmlsec1")
        .args([
            "--verify",
            "--enabled-key-data",
            "raw-x509-cert",
            "--pubkey-cert-pem",
        ])
        .arg(key)
        .args(["--id-attr:ID", &format!("{namespace}:{element}")])
        .arg(&file)
        .output()
        .expect("xmlsec1 runs");
    output.status.success()
}
