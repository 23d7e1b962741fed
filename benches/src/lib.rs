//! Inputs that the benchmarks share, and the parts of the floor that everything is compared with.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a benchmark without its inputs must stop"
)]

use base64::Engine as _;
use samlkit_crypto::Certificate;
use samlkit_dsig::TrustedKey;

/// A message of the fixtures, and what a service provider needs to accept it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Message {
    /// The name it has in reports.
    pub name: &'static str,
    /// The message.
    pub xml: &'static [u8],
    /// The request that it answers.
    pub in_response_to: &'static str,
}

/// A response of 7.2 KB with 13 attributes and 24 groups, its assertion signed; the one that all ratios are about.
pub const SMALL: Message = Message {
    name: "7KB",
    xml: include_bytes!("../../fixtures/entra/groups-24.xml"),
    in_response_to: "_6af68df58ccf73a26196bb4eb4c5dafc",
};
/// The same, with the response signed as well.
pub const BOTH: Message = Message {
    name: "9KB-both",
    xml: include_bytes!("../../fixtures/entra/groups-24-both-signed.xml"),
    in_response_to: "_944b9d021639aa8c11c1f3eb94582259",
};
/// A response of 23 KB with 150 groups.
pub const LARGE: Message = Message {
    name: "23KB",
    xml: include_bytes!("../../fixtures/entra/groups-150.xml"),
    in_response_to: "_79685967e393310e014ef8a6fa53078c",
};
/// The metadata that the messages are verified with.
pub const METADATA: &[u8] = include_bytes!("../../fixtures/entra/metadata.xml");
/// The entity ID of the service provider.
pub const SP_ENTITY_ID: &str = "https://eu-api.mimecast.com/sso/CUK1A1";
/// Where it receives responses.
pub const ACS_URL: &str = "https://eu-api.mimecast.com/login/saml";
/// The identity provider.
pub const ISSUER: &str = "https://sts.windows.net/3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa/";
/// A time at which the messages are valid.
pub const NOW: &str = "2026-01-15T10:01:00Z";

impl Message {
    /// The value of the form field.
    #[must_use]
    pub fn form_value(&self) -> String {
        base64::engine::general_purpose::STANDARD.encode(self.xml)
    }
}

/// The key that the messages are signed with.
#[must_use]
pub fn key() -> TrustedKey {
    let pem = include_bytes!("../../fixtures/keys/test-only-entra-active.crt.pem");
    let certificate = Certificate::parse(pem).expect("the fixture is a certificate");
    TrustedKey::from_certificate(certificate).expect("the fixture's key is sound")
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
