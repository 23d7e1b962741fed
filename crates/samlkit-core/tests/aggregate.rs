//! An aggregate that is verified in one pass says what the whole metadata says, entity by entity, and releases nothing else.
#![expect(clippy::expect_used, reason = "a broken fixture must stop the test")]

use std::io::Cursor;
use std::path::Path;

use samlkit_core::metadata::{Aggregate, AggregateError, IndexedEntity, Metadata};
use samlkit_core::{Timestamp, parse_date_time};
use samlkit_crypto::{Certificate, PrivateKey, SignatureAlgorithm, SigningKey};
use samlkit_dsig::sign::{Position, ReferenceBy, Template};
use samlkit_dsig::{EmptyReference, Policy, StreamError, TrustedKey, Verifier};
use samlkit_xml::Document;

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    std::fs::read(path.join(name)).expect("the fixture is there")
}

fn trusted(name: &str) -> TrustedKey {
    let pem = fixture(&format!("keys/test-only-{name}.crt.pem"));
    TrustedKey::from_certificate(Certificate::parse(&pem).expect("a certificate")).expect("sound")
}

fn sign(text: &str) -> String {
    let key = PrivateKey::parse(&fixture("keys/test-only-idp.key.pem")).expect("a key");
    let signer = SigningKey::new(key, SignatureAlgorithm::RsaSha256).expect("an RSA key");
    let document = Document::parse(text.as_bytes()).expect("well-formed");
    Template::new()
        .with_position(Position::First)
        .with_reference(ReferenceBy::WholeDocument)
        .sign(document.root(), &signer)
        .expect("it signs")
}

fn verify(source: &[u8]) -> Result<Aggregate, AggregateError> {
    let keys = [
        trusted("idp"),
        trusted("entra-active"),
        trusted("entra-next"),
    ];
    let policy = Policy::new().with_empty_reference(EmptyReference::AcceptAtRoot);
    let verifier = Verifier::new(&keys).expect("keys").with_policy(policy);
    Aggregate::verify(&verifier, source)
}

fn time(text: &str) -> Timestamp {
    parse_date_time(text).expect("a time")
}

const ROLE: &str = "<AttributeAuthorityDescriptor protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'>\
<AttributeService Binding='b' Location='https://aa.example/'/></AttributeAuthorityDescriptor>";

fn entity(id: &str, more: &str) -> String {
    format!("<EntityDescriptor entityID='{id}' {more}>{ROLE}</EntityDescriptor>")
}

fn group(content: &str, more: &str) -> String {
    format!(
        "<EntitiesDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata' {more}>{content}</EntitiesDescriptor>"
    )
}

#[test]
fn every_metadata_fixture_is_the_same_by_both_roads() {
    for name in [
        "entra/metadata.xml",
        "entra/metadata-aggregate.xml",
        "entra/metadata-bom.xml",
        "entra/metadata-one-key.xml",
        "idp/adfs-metadata.xml",
        "idp/google-metadata.xml",
        "idp/keycloak-metadata.xml",
        "idp/okta-metadata.xml",
        "idp/onelogin-metadata.xml",
        "idp/shibboleth-metadata.xml",
    ] {
        let source = fixture(name);
        // Signed as it was published, or else by us.
        let (source, signed_here) = match verify(&source) {
            Ok(_) => (source, false),
            Err(AggregateError::Signed(StreamError::Signature(
                samlkit_dsig::Error::MissingSignature { .. },
            ))) => {
                let text = String::from_utf8(source).expect("UTF-8");
                (sign(&text).into_bytes(), true)
            }
            // Published with a signature of a key that nobody has.
            Err(error) => {
                assert!(name != "entra/metadata.xml", "{error}");
                continue;
            }
        };
        let aggregate = verify(&source).expect("it is signed");
        let whole = Metadata::read_unverified(&source).expect("metadata");
        let expected: Vec<_> = whole.entities().collect();
        assert_eq!(aggregate.len(), expected.len(), "{name} {signed_here}");
        let mut file = Cursor::new(&source);
        let read: Vec<_> = aggregate
            .entities(&mut file)
            .map(|entity| entity.expect("it is as it was"))
            .collect();
        for (read, expected) in read.iter().zip(&expected) {
            assert_eq!(read.entity_id, expected.entity_id);
            assert_eq!(read.expires, expected.expires);
            assert_eq!(read.idp_sso_descriptors, expected.idp_sso_descriptors);
            assert_eq!(read.sp_sso_descriptors, expected.sp_sso_descriptors);
            assert_eq!(read.other_roles.len(), expected.other_roles.len());
            let found = aggregate
                .entity(&mut file, &expected.entity_id)
                .expect("it is as it was")
                .expect("it is there");
            assert_eq!(&found, read);
        }
    }
}

#[test]
fn a_group_of_nobody_is_empty() {
    let source = sign(&group("<Extensions/>", ""));
    let aggregate = verify(source.as_bytes()).expect("it is signed");
    assert!(aggregate.is_empty());
    assert_eq!((aggregate.len(), aggregate.groups().len()), (0, 1));
}

#[test]
fn groups_say_what_they_say_and_expire_together() {
    let content = [
        entity(
            "a",
            "validUntil='2026-03-01T00:00:00Z' cacheDuration='PT2H'",
        ),
        entity("b", "validUntil='2027-03-01T00:00:00Z'"),
        group(
            &(entity("c", "") + &entity("d", "validUntil='2026-01-01T00:00:00+01:00'")),
            "Name='inner' validUntil='2026-02-01T00:00:00Z' cacheDuration='PT1H'",
        ),
        entity("e", "validUntil='soon'"),
    ];
    let source = sign(&group(
        &content.concat(),
        "Name='outer &amp; all' ID='_r' validUntil='2026-06-01T00:00:00Z' cacheDuration='P1D'",
    ));
    let aggregate = verify(source.as_bytes()).expect("it is signed");
    let [outer, inner] = aggregate.groups() else {
        panic!("{:?}", aggregate.groups());
    };
    assert_eq!(outer.name.as_deref(), Some("outer & all"));
    assert_eq!((outer.id.as_deref(), outer.parent), (Some("_r"), None));
    assert_eq!(
        (inner.name.as_deref(), inner.parent),
        (Some("inner"), Some(0))
    );
    assert_eq!(inner.expires, Some(time("2026-02-01T00:00:00Z")));
    assert_eq!(aggregate.valid_until(), Some("2026-06-01T00:00:00Z"));
    assert!(aggregate.is_expired(time("2026-06-01T00:00:00Z")));
    assert!(!aggregate.is_expired(time("2026-05-31T23:59:59Z")));

    assert!(!aggregate.is_empty());
    for (entity, start) in aggregate.indexed().zip(["a", "b", "c", "d", "e"]) {
        assert_eq!(entity.entity_id(), Some(start));
        let octets = |at: u64| usize::try_from(at).expect("a short file");
        let start = octets(entity.offset());
        let text = source.get(start..start + octets(entity.length()));
        let text = text.expect("within the file");
        let name = entity.entity_id().unwrap_or_default();
        assert!(text.starts_with(&format!("<EntityDescriptor entityID='{name}'")));
        assert!(text.ends_with("</EntityDescriptor>") && text.matches("</Entity").count() == 1);
    }

    let expires: Vec<_> = aggregate.indexed().map(IndexedEntity::expires).collect();
    let expected = [
        Some(time("2026-03-01T00:00:00Z")),
        Some(time("2026-06-01T00:00:00Z")),
        Some(time("2026-02-01T00:00:00Z")),
        Some(time("2025-12-31T23:00:00Z")),
        Some(Timestamp::MIN_UTC),
    ];
    assert_eq!(expires, expected);
    let mut file = Cursor::new(&source);
    for (entity, expected) in aggregate.indexed().zip(expected).take(4) {
        let read = entity.read(&mut file).expect("it is as it was");
        assert_eq!(read.expires, expected);
        assert_eq!(entity.entity_id(), Some(&*read.entity_id));
    }
    assert!(matches!(
        aggregate.entity(&mut file, "e"),
        Err(AggregateError::Metadata(_))
    ));

    let obtained = time("2026-01-01T00:00:00Z");
    assert_eq!(
        aggregate.refresh_at(obtained),
        Some(time("2026-01-01T01:00:00Z"))
    );
    let obtained = time("2026-05-31T23:30:00Z");
    assert_eq!(
        aggregate.refresh_at(obtained),
        Some(time("2026-06-01T00:00:00Z"))
    );
}

#[test]
fn entities_are_found_by_their_whole_id() {
    let content = [
        entity("b", "ID='_1'"),
        entity("a", ""),
        entity("b", "ID='_2'"),
        entity("", ""),
        format!("<EntityDescriptor>{ROLE}</EntityDescriptor>"),
        entity("B", ""),
        "<other xmlns='urn:other'/>".to_owned(),
    ];
    let source = sign(&group(&content.concat(), ""));
    let aggregate = verify(source.as_bytes()).expect("it is signed");
    assert_eq!(aggregate.len(), 6);
    assert_eq!((aggregate.valid_until(), aggregate.expires()), (None, None));
    assert_eq!(aggregate.refresh_at(time("2026-01-01T00:00:00Z")), None);
    let mut file = Cursor::new(&source);
    let first = aggregate
        .entity(&mut file, "b")
        .expect("as it was")
        .expect("there");
    assert_eq!(first.id.as_deref(), Some("_1"));
    assert_eq!(aggregate.find("b").count(), 2);
    assert!(aggregate.find("b").is_sorted_by_key(IndexedEntity::offset));
    for absent in ["c", "", "a ", "A", "bb"] {
        let found = aggregate.find(absent).count();
        assert_eq!(found, usize::from(absent.is_empty()), "{absent:?}");
    }
    assert!(
        aggregate
            .entity(&mut file, "c")
            .expect("nothing is read")
            .is_none()
    );
    // An entity without an ID is counted, and cannot be read.
    let read: Vec<_> = aggregate
        .entities(&mut file)
        .map(|read| read.is_ok())
        .collect();
    assert_eq!(read, [true, true, true, false, false, true]);
}

#[test]
fn a_single_entity_is_an_aggregate_of_one() {
    let text = entity(
        "a",
        "xmlns='urn:oasis:names:tc:SAML:2.0:metadata' validUntil='2026-06-01T00:00:00Z' cacheDuration='PT1H'",
    );
    let source = sign(&text);
    let aggregate = verify(source.as_bytes()).expect("it is signed");
    assert!(aggregate.groups().is_empty());
    assert_eq!(aggregate.len(), 1);
    assert_eq!(aggregate.valid_until(), Some("2026-06-01T00:00:00Z"));
    let now = time("2026-01-01T00:00:00Z");
    assert_eq!(
        aggregate.refresh_at(now),
        Some(time("2026-01-01T01:00:00Z"))
    );
    let found = aggregate
        .entity(&mut Cursor::new(&source), "a")
        .expect("as it was")
        .expect("there");
    assert!(found.is_expired(time("2026-06-01T00:00:00Z")));
    let changed = source.replace("aa.example", "evil.example");
    assert!(matches!(
        aggregate.entity(&mut Cursor::new(changed), "a"),
        Err(AggregateError::Signed(StreamError::Changed { .. }))
    ));
}

#[test]
fn what_is_no_signed_metadata_is_refused() {
    assert!(matches!(
        verify(&fixture("entra/eu.xml")),
        Err(AggregateError::Signed(StreamError::ForeignRoot { .. }))
    ));
    for (attribute, value) in [("validUntil", "soon"), ("cacheDuration", "long")] {
        let text = group(&entity("a", ""), &format!("{attribute}='{value}'"));
        verify(text.as_bytes()).expect_err("it is not signed");
        match verify(sign(&text).as_bytes()) {
            Err(AggregateError::InvalidTime { attribute: found }) => assert_eq!(found, attribute),
            other => panic!("{other:?}"),
        }
    }
}
