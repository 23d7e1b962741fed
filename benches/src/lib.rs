//! Inputs that the benchmarks share, and the parts of the floor that everything is compared with.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::string_slice,
    reason = "a benchmark without its inputs must stop"
)]

use std::sync::{LazyLock, OnceLock};

use base64::Engine as _;
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::pkcs8::DecodePublicKey as _;
use samlkit::websso::SignedParts;
use samlkit::{
    Expected, IdentityProvider, Policy, ReplayError, ReplayMemory, ServiceProvider, Timestamp,
    parse_date_time,
};
use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_crypto::{AlgorithmPolicy, Certificate, DigestAlgorithm};
use samlkit_crypto::{PrivateKey, SignatureAlgorithm, Signer as _, SigningKey};
use samlkit_dsig::TrustedKey;
use samlkit_testing::{ResponseBuilder, TestIdp, TestKey, TestSp};
use samlkit_xml::{Document, Element, Limits};
use sha2::Sha256;

pub mod aggregate;
pub mod rounds;
pub mod shapes;

/// A message, and what a service provider needs to accept it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Message {
    /// The name it has in reports.
    pub name: &'static str,
    /// The message.
    pub xml: String,
    /// The request that it answers.
    pub in_response_to: &'static str,
    /// How many signatures it has.
    pub signatures: u8,
}

/// A response of 7.3 KB with 13 attributes and 24 groups, its assertion signed; the one that all ratios are about.
pub static SMALL: LazyLock<Message> = LazyLock::new(|| {
    let response = response("7KB", SignedParts::Assertion).groups(24);
    Message::new("7KB", &response, 1)
});
/// The same, with the response signed as well.
pub static BOTH: LazyLock<Message> = LazyLock::new(|| {
    let response = response("9KB-both", SignedParts::Both).groups(24);
    Message::new("9KB-both", &response, 2)
});
/// A response of 23 KB with 150 groups and 110 roles.
pub static LARGE: LazyLock<Message> = LazyLock::new(|| {
    let of_application: Vec<String> = (0..64)
        .map(|n| format!("Contoso.Portal.Mailbox.Delegate.{n:03}"))
        .collect();
    let of_directory: Vec<String> = (0..46)
        .map(|n| format!("62e90394-69f5-4237-91{n:02}-0121771{n:02}e10"))
        .collect();
    let mut response = response("23KB", SignedParts::Assertion).groups(150);
    for (name, values) in [("role", of_application), ("wids", of_directory)] {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let name = format!("http://schemas.microsoft.com/ws/2008/06/identity/claims/{name}");
        response = response.attribute(name, &values);
    }
    Message::new("23KB", &response, 1)
});
/// The entity ID of the service provider.
pub const SP_ENTITY_ID: &str = "https://eu-api.mimecast.com/sso/CUK1A1";
/// Where it receives responses.
pub const ACS_URL: &str = "https://eu-api.mimecast.com/login/saml";
/// The identity provider.
pub const ISSUER: &str = "https://sts.windows.net/3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa/";
/// A time at which the messages are valid.
pub const NOW: &str = "2026-01-15T10:01:00Z";
/// The request that the messages answer.
const REQUEST: &str = "_6af68df58ccf73a26196bb4eb4c5dafc";

/// The identity provider, a minute before [`NOW`].
#[must_use]
pub fn identity_provider() -> TestIdp {
    TestIdp::entra(samlkit_testing::NOW).with_entity_id(ISSUER)
}

/// A response to the service provider of a user with 13 attributes, the groups counted, as Entra writes it.
fn response(name: &str, parts: SignedParts) -> ResponseBuilder {
    let sp = TestSp::new(SP_ENTITY_ID, ACS_URL).expecting(REQUEST);
    identity_provider()
        .sign_on(&sp, parts)
        .named(name)
        .attribute("department", &["Field Engineering"])
        .attribute("employeeid", &["E-104-7731"])
        .attribute("Role Name", &["Mimecast Personal Portal User"])
}

impl Message {
    fn new(name: &'static str, response: &ResponseBuilder, signatures: u8) -> Self {
        Self {
            name,
            xml: response.build().expect("it can be signed").xml(),
            in_response_to: REQUEST,
            signatures,
        }
    }

    /// [`SMALL`] with as many groups as make it about `size` octets.
    #[must_use]
    pub fn of_size(name: &'static str, size: usize) -> Self {
        let response = response(name, SignedParts::Assertion).groups_up_to(size);
        Self::new(name, &response.expect("it can be signed"), 1)
    }

    /// The value of the form field.
    #[must_use]
    pub fn form_value(&self) -> String {
        base64::engine::general_purpose::STANDARD.encode(self.xml.as_bytes())
    }

    /// What the service provider waits for.
    #[must_use]
    pub const fn expected(&self) -> Expected<'static> {
        Expected::answer_to(self.in_response_to)
    }
}

/// All messages, from 7 KB to 10 MB; the large ones are made at the first call.
pub fn messages() -> &'static [Message] {
    static MESSAGES: OnceLock<Vec<Message>> = OnceLock::new();
    MESSAGES.get_or_init(|| {
        vec![
            SMALL.clone(),
            BOTH.clone(),
            LARGE.clone(),
            Message::of_size("1MB", 1 << 20),
            Message::of_size("10MB", 10 << 20),
        ]
    })
}

/// The first assertion of a document.
#[must_use]
pub fn assertion<'d>(document: &'d Document<'d>) -> Element<'d> {
    document
        .elements()
        .find(|element| element.local_name() == "Assertion")
        .expect("the message has an assertion")
}

/// Limits that no message of the benchmarks passes.
#[must_use]
pub fn limits() -> Limits {
    Limits::DEFAULT.with_bytes(64 << 20).with_nodes(1 << 24)
}

/// The service provider that accepts the messages.
#[must_use]
pub fn service_provider() -> ServiceProvider {
    let provider = IdentityProvider::new(ISSUER, vec![key()]).expect("a sound provider");
    ServiceProvider::new(SP_ENTITY_ID, ACS_URL, provider)
        .expect("a sound configuration")
        .with_policy(Policy::new().with_limits(limits()))
}

/// [`NOW`].
#[must_use]
pub fn now() -> Timestamp {
    parse_date_time(NOW).expect("a time")
}

/// Remembers nothing, so that one message can be accepted again and again.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Forgetful;

impl Forgetful {
    /// A memory of nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Default for Forgetful {
    fn default() -> Self {
        Self::new()
    }
}

impl ReplayMemory for Forgetful {
    fn remember(&self, _: &str, _: &str, _: Timestamp, _: Timestamp) -> Result<(), ReplayError> {
        Ok(())
    }
}

/// The key that the messages are signed with and its certificate, in PEM.
#[must_use]
pub const fn key_pem() -> (&'static str, &'static str) {
    let key = TestKey::Active;
    (key.private_pem(), key.certificate_pem())
}

/// The certificate of the key that the messages are signed with.
#[must_use]
pub fn certificate() -> Certificate {
    TestKey::Active.certificate().expect("it is committed")
}

/// The key that the messages are signed with.
#[must_use]
pub fn key() -> TrustedKey {
    TrustedKey::from_certificate(certificate()).expect("the key is sound")
}

/// The private half of that key.
#[must_use]
pub fn private_key() -> PrivateKey {
    let pem = TestKey::Active.private_pem();
    PrivateKey::from_pem(pem).expect("it is committed")
}

/// The same, to sign with.
pub fn signing_key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| {
        SigningKey::new(private_key(), SignatureAlgorithm::RsaSha256).expect("it is an RSA key")
    })
}

/// The bare RSA verification, with keys that are prepared and a signature that is right.
#[derive(Debug)]
pub struct Rsa {
    key: TrustedKey,
    rsa_crate: rsa::PublicKey,
    signature: Vec<u8>,
}

impl Rsa {
    const MESSAGE: &[u8] = b"as short as can be";

    /// Signs once.
    #[must_use]
    pub fn new() -> Self {
        let key = key();
        let rsa_crate = rsa::PublicKey::from_public_key_der(key.public_key().spki_der());
        Self {
            key,
            rsa_crate: rsa_crate.expect("it is an RSA key"),
            signature: signing_key().sign(Self::MESSAGE).expect("the key signs"),
        }
    }

    /// One verification.
    pub fn verify(&self) {
        let key = self.key.public_key();
        let algorithm = SignatureAlgorithm::RsaSha256;
        key.verify(
            &AlgorithmPolicy::DEFAULT,
            algorithm,
            Self::MESSAGE,
            &self.signature,
        )
        .expect("the signature is right");
    }

    /// One verification by the `rsa` crate, whatever the backend.
    pub fn verify_with_rsa_crate(&self) {
        let digest = DigestAlgorithm::Sha256.digest(Self::MESSAGE);
        let scheme = Pkcs1v15Sign::new::<Sha256>();
        self.rsa_crate
            .verify(scheme, digest.as_ref(), &self.signature)
            .expect("the signature is right");
    }
}

impl Default for Rsa {
    fn default() -> Self {
        Self::new()
    }
}

/// Decodes base64 to a slice.
pub fn base64_to(form: &str, out: &mut [u8]) {
    let out = base64_simd::Out::from_slice(out);
    let _ = base64_simd::STANDARD
        .decode(form.as_bytes(), out)
        .expect("the value is base64");
}

/// Reads every event of the tokenizer; gives their number, so that nothing is optimised away.
#[must_use]
pub fn tokenizer_pass(xml: &str) -> usize {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut events = 0;
    while !matches!(
        reader.read_event(),
        Ok(quick_xml::events::Event::Eof) | Err(_)
    ) {
        events += 1;
    }
    events
}

/// The octets that the signatures of a message cover.
#[must_use]
pub fn signed_octets(message: &Message) -> Vec<Vec<u8>> {
    let keys = [key()];
    let policy = samlkit_dsig::Policy::new().with_limits(limits());
    let verifier = samlkit_dsig::Verifier::new(&keys)
        .expect("there is a key")
        .with_policy(policy);
    let document = Document::parse_with(message.xml.as_bytes(), &limits()).expect("well-formed");
    let signed = [document.root(), assertion(&document)]
        .into_iter()
        .filter(|&element| {
            samlkit_dsig::signature_of(element).is_ok_and(|signature| signature.is_some())
        });
    signed
        .map(|element| {
            let signed = verifier.verify(element).expect("the message verifies");
            signed.octets().to_vec()
        })
        .collect()
}

/// The canonical octets of each `SignedInfo` of a message, which its signature value is over.
///
/// # Panics
///
/// If it has one that cannot be canonicalized.
#[must_use]
pub fn signed_infos(message: &Message) -> Vec<Vec<u8>> {
    let document = Document::parse_with(message.xml.as_bytes(), &limits()).expect("well-formed");
    let canonicalizer = Canonicalizer::new(Algorithm::Exclusive);
    let signed_infos = document
        .elements()
        .filter(|element| element.is(samlkit_dsig::ns::DS, "SignedInfo"));
    signed_infos
        .map(|signed_info| {
            let mut octets = Vec::new();
            canonicalizer
                .element(signed_info, &mut octets)
                .expect("canonicalizable");
            octets
        })
        .collect()
}

/// A well-formed document of about `size` octets that looks like pretty-printed metadata.
#[must_use]
pub fn metadata_like(size: usize) -> String {
    use core::fmt::Write as _;
    let mut xml = String::from(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\n",
    );
    let certificate = "MIIC8DCCAdigAwIBAgIQ".repeat(60);
    let mut number = 0;
    while xml.len() < size {
        number += 1;
        write!(
            xml,
            "  <md:EntityDescriptor entityID=\"https://idp{number}.example/metadata\">\n    <md:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\n      <md:KeyDescriptor use=\"signing\">\n        <ds:KeyInfo>\n          <ds:X509Data>\n            <ds:X509Certificate>{certificate}</ds:X509Certificate>\n          </ds:X509Data>\n        </ds:KeyInfo>\n      </md:KeyDescriptor>\n      <md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"https://idp{number}.example/sso\"/>\n    </md:IDPSSODescriptor>\n  </md:EntityDescriptor>\n"
        )
        .expect("writing to a string");
    }
    xml.push_str("</md:EntitiesDescriptor>");
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As long as the fixtures of the same content, which xmlsec1 signed: measurements of either can be compared.
    #[test]
    fn messages_are_as_long_as_entra_makes_them() {
        let lengths = [&*SMALL, &*BOTH, &*LARGE].map(|message| message.xml.len());
        assert_eq!(lengths, [7218, 9299, 23620]);
        let large = Message::of_size("1MB", 1 << 20).xml.len();
        assert!(large.abs_diff(1 << 20) < 100, "{large}");
    }

    #[test]
    fn messages_are_the_same_each_time_and_accepted() {
        for message in [&*SMALL, &*BOTH, &*LARGE] {
            let accepted = service_provider().accept(
                &message.form_value(),
                message.expected(),
                now(),
                &Forgetful::new(),
            );
            assert_eq!(accepted.expect("it is good").issuer(), ISSUER);
            assert_eq!(
                signed_octets(message).len(),
                usize::from(message.signatures)
            );
        }
        let digest = DigestAlgorithm::Sha256.digest(SMALL.xml.as_bytes());
        assert_eq!(
            base64::engine::general_purpose::STANDARD.encode(digest.as_bytes()),
            "q8lPv+h8KiA/HRS8YQTCCs9Q4YLsicL7O/4DEO41MLw="
        );
    }
}
