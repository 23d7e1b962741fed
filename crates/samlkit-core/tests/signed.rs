//! The way from signed octets to models, over the repository's fixtures: metadata gives the key, the key gives `Signed`,
//! and `Signed` gives what was signed and nothing else.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use samlkit_core::metadata::Metadata;
use samlkit_core::{Assertion, Error, Excerpt, Fragment, NameId, Response};
use samlkit_dsig::{Signed, TrustedKey, Verifier};
use samlkit_xml::{Document, Element};
use std::path::PathBuf;

const TENANT: &str = "https://sts.windows.net/3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa/";

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join(name)).unwrap()
}

/// The signing keys that the Entra fixture's metadata lists.
fn keys() -> Vec<TrustedKey> {
    let metadata = Metadata::read_unverified(&fixture("entra/metadata.xml")).unwrap();
    let idp = metadata
        .entity(TENANT)
        .unwrap()
        .idp_sso_descriptor()
        .unwrap();
    idp.sso
        .signing_keys()
        .flat_map(|key| &key.key_info.certificates)
        .map(|certificate| TrustedKey::from_certificate(certificate.decode().unwrap()).unwrap())
        .collect()
}

fn verify(element: Element<'_>) -> Signed {
    Verifier::new(&keys()).unwrap().verify(element).unwrap()
}

/// The one assertion of a response.
fn assertion_of(document: &Document<'_>) -> NodeOf {
    let response = Response::inspect(document.root()).unwrap();
    let [assertion] = response.untrusted().assertions() else {
        panic!("one assertion")
    };
    NodeOf(assertion.id())
}

/// An element of a document that outlives the response it was found by.
struct NodeOf(samlkit_xml::NodeId);

impl NodeOf {
    fn within<'d>(&self, document: &'d Document<'d>) -> Element<'d> {
        document.node(self.0).unwrap().as_element().unwrap()
    }
}

#[test]
fn a_signed_assertion() {
    let octets = fixture("entra/eu.xml");
    let document = Document::parse(&octets).unwrap();
    let signed = verify(assertion_of(&document).within(&document));
    let assertion = Assertion::from_signed(&signed).unwrap();
    assert_eq!(assertion.issuer().value(), TENANT);
    assert_eq!(
        assertion
            .subject()
            .and_then(|s| s.name_id())
            .map(NameId::value),
        Some("britta.simon@contoso.example")
    );
    assert_eq!(assertion.attributes().count(), 9);
    // What is left of the signature is what it signed.
    assert!(assertion.signature().is_none());
    // An assertion is no response.
    assert_eq!(
        Response::from_signed(&signed).err(),
        Some(Error::WrongElement {
            expected: "samlp:Response",
            found: Excerpt::of("Assertion"),
            offset: 0
        })
    );
}

#[test]
fn a_signed_response_covers_its_assertion() {
    let octets = fixture("entra/response-signed.xml");
    let document = Document::parse(&octets).unwrap();
    let signed = verify(document.root());
    let response = Response::from_signed(&signed).unwrap();
    assert!(response.status().is_success() && response.signature().is_none());
    let assertions: Vec<_> = response.verified_assertions().map(Result::unwrap).collect();
    let [assertion] = &*assertions else {
        panic!("one assertion")
    };
    assert_eq!(assertion.issuer().value(), TENANT);
    assert_eq!(
        Assertion::from_signed(&signed).err(),
        Some(Error::WrongElement {
            expected: "saml:Assertion",
            found: Excerpt::of("samlp:Response"),
            offset: 0
        })
    );
}

#[test]
fn a_comment_does_not_cut_a_signed_value_short() {
    let octets = fixture("entra/comment-in-name-id.xml");
    let document = Document::parse(&octets).unwrap();
    let signed = verify(assertion_of(&document).within(&document));
    let assertion = Assertion::from_signed(&signed).unwrap();
    let name_id = assertion
        .subject()
        .and_then(|s| s.name_id())
        .unwrap()
        .value();
    assert!(!name_id.contains("<!--") && name_id.contains('@'));
    // The same octets without the signature's protection read the same: one parser, one reading.
    let inspected = Assertion::inspect(assertion_of(&document).within(&document)).unwrap();
    assert_eq!(
        inspected
            .untrusted()
            .subject()
            .and_then(|s| s.name_id())
            .unwrap()
            .value(),
        name_id
    );
}

#[test]
fn signed_metadata() {
    let octets = fixture("entra/metadata.xml");
    let document = Document::parse(&octets).unwrap();
    let signed = verify(document.root());
    // Nothing of the signature is in the model, so both ways give the same; but for what is kept as it is, which the
    // canonical form writes otherwise.
    let read = |metadata: Result<Metadata, Error>| {
        let Ok(Metadata::Entity(mut entity)) = metadata else {
            panic!("an entity")
        };
        for role in &mut entity.other_roles {
            role.element = Fragment::parse("<kept/>").unwrap();
        }
        entity
    };
    assert_eq!(
        read(Metadata::from_signed(&signed)),
        read(Metadata::read_unverified(&octets))
    );
}

#[test]
fn a_bare_key_is_as_good_as_its_certificate_and_outlives_a_broken_one() {
    let metadata = Metadata::read_unverified(&fixture("idp/keycloak-metadata.xml")).unwrap();
    let idp = metadata
        .entities()
        .next()
        .unwrap()
        .idp_sso_descriptor()
        .unwrap();
    let from_certificate = idp
        .sso
        .signing_keys()
        .next()
        .unwrap()
        .key_info
        .public_keys()
        .next()
        .unwrap()
        .unwrap();

    // Keycloak's message holds the key as numbers. A message is no source of keys; here it is one of numbers.
    let octets = fixture("idp/keycloak.xml");
    let message = Document::parse(&octets).unwrap();
    let number = |name: &str| {
        let element = message.elements().find(|e| e.local_name() == name).unwrap();
        element.text().unwrap().into_owned()
    };
    let xml = format!(
        r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="e"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>!</ds:X509Certificate></ds:X509Data><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{}</ds:Modulus><ds:Exponent> {}
</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo></KeyDescriptor><SingleSignOnService Binding="b" Location="l"/></IDPSSODescriptor></EntityDescriptor>"#,
        number("Modulus"),
        number("Exponent"),
    );
    let metadata = Metadata::read_unverified(xml.as_bytes()).unwrap();
    let idp = metadata.entity("e").unwrap().idp_sso_descriptor().unwrap();
    let keys: Vec<_> = idp
        .sso
        .signing_keys()
        .flat_map(|k| k.key_info.public_keys())
        .map(|key| key.map(|key| key.thumbprint()))
        .collect();
    assert_eq!(
        keys,
        [
            Err(samlkit_crypto::Error::MalformedBase64),
            Ok(from_certificate.thumbprint())
        ]
    );
}

#[test]
fn every_message_of_the_fixtures_is_read_or_refused_by_rule() {
    let mut read = 0;
    for folder in ["entra", "idp"] {
        for entry in std::fs::read_dir(fixtures().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|e| e != "xml") {
                continue;
            }
            let octets = std::fs::read(&path).unwrap();
            if path.to_string_lossy().contains("metadata") {
                let metadata =
                    Metadata::read_unverified(&octets).unwrap_or_else(|e| panic!("{path:?}: {e}"));
                let entity = metadata.entities().last().unwrap();
                let idp = entity.idp_sso_descriptor().unwrap();
                assert!(
                    idp.sso
                        .signing_keys()
                        .flat_map(|k| &k.key_info.certificates)
                        .all(|c| c.decode().is_ok())
                );
            } else {
                let document = Document::parse(&octets).unwrap();
                let response =
                    Response::inspect(document.root()).unwrap_or_else(|e| panic!("{path:?}: {e}"));
                for assertion in response.untrusted().assertions() {
                    let _ =
                        Assertion::inspect(*assertion).unwrap_or_else(|e| panic!("{path:?}: {e}"));
                }
            }
            read += 1;
        }
    }
    assert!(read > 30, "{read}");
}

#[test]
fn bad_forms_are_refused_with_their_rule() {
    let refused = |name: &str| {
        let octets = fixture(name);
        let document = Document::parse(&octets).unwrap();
        let response = match Response::inspect(document.root()) {
            Ok(response) => response,
            Err(error) => return Some(error),
        };
        response
            .untrusted()
            .assertions()
            .iter()
            .find_map(|a| Assertion::inspect(*a).err())
    };
    let variant = |name: &str| {
        let shown = format!(
            "{:?}",
            refused(name).unwrap_or_else(|| panic!("{name} was read"))
        );
        shown.split([' ', '(']).next().unwrap().to_owned()
    };
    assert_eq!(variant("entra/bad/version-1.1.xml"), "UnsupportedVersion");
    assert_eq!(variant("entra/bad/empty-name-id.xml"), "BlankValue");
    assert_eq!(
        variant("entra/bad/name-id-child-element.xml"),
        "ElementInText"
    );
    assert_eq!(variant("entra/bad/assertion-alone.xml"), "WrongElement");
    // Of correct form, and refused by the acceptance rules.
    for name in [
        "unknown-condition",
        "two-audience-restrictions",
        "no-audience",
        "confirmation-not-before",
        "no-recipient",
    ] {
        assert_eq!(refused(&format!("entra/bad/{name}.xml")), None);
    }
}
