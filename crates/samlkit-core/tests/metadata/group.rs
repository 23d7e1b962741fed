//! Groups of entities, and what is neither.

use samlkit_core::metadata::Metadata;
use samlkit_core::{Error, Excerpt, parse_date_time};

use crate::support::{E, FULL, at, missing, read, unexpected};

#[test]
fn groups() {
    let entity = |id: &str, attributes: &str| {
        format!(
            "<EntityDescriptor entityID=\"{id}\" {attributes}><AffiliationDescriptor/></EntityDescriptor>"
        )
    };
    let group = |content: &str, attributes: &str| {
        format!(
            "<EntitiesDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" {attributes}>{content}</EntitiesDescriptor>"
        )
    };
    let inner = group(
        &format!(
            "{}{}",
            entity("b", ""),
            entity("c", "validUntil='2028-01-01T00:00:00Z'")
        ),
        "validUntil='2027-01-01T00:00:00Z'",
    );
    let xml = group(
        &format!(
            "<Extensions/>{}{inner}{}",
            entity("a", ""),
            entity("d", "validUntil='2025-01-01T00:00:00Z'")
        ),
        "Name='n' validUntil='2026-01-01T00:00:00Z'",
    );
    let metadata = Metadata::read_unverified(xml.as_bytes()).unwrap();
    let ids: Vec<_> = metadata.entities().map(|e| &*e.entity_id).collect();
    assert_eq!(ids, ["a", "b", "c", "d"]);
    // What is around an entity limits it.
    let expires = |id: &str| metadata.entity(id).unwrap().expires;
    assert_eq!(expires("a"), parse_date_time("2026-01-01T00:00:00Z"));
    assert_eq!(expires("c"), parse_date_time("2026-01-01T00:00:00Z"));
    assert_eq!(expires("d"), parse_date_time("2025-01-01T00:00:00Z"));
    assert_eq!(metadata.entity("A"), None);

    assert_eq!(
        read(&group("", "")),
        Err(missing("md:EntitiesDescriptor", E, 0))
    );
    let bad = group(&format!("{}<IDPSSODescriptor/>", entity("a", "")), "");
    assert_eq!(
        read(&bad),
        Err(unexpected(
            "md:EntitiesDescriptor",
            "IDPSSODescriptor",
            at(&bad, "<IDPSSO")
        ))
    );

    let nested = |depth: usize| (0..depth).fold(entity("a", ""), |xml, _| group(&xml, ""));
    assert_eq!(read(&nested(16)), Ok(()));
    let deep = nested(17);
    assert_eq!(
        read(&deep),
        Err(Error::TooDeep {
            element: "md:EntitiesDescriptor",
            offset: deep.rfind("<EntitiesDescriptor").unwrap(),
            limit: 16
        })
    );
}

#[test]
fn what_is_no_metadata() {
    assert_eq!(
        read("<EntityDescriptor/>"),
        Err(Error::WrongElement {
            expected: E,
            found: Excerpt::of("EntityDescriptor"),
            offset: 0
        })
    );
    assert_eq!(
        read("<!DOCTYPE a><a/>"),
        Err(Error::Xml(samlkit_xml::Error::Doctype { offset: 0 }))
    );
    assert_eq!(read(""), Err(Error::Xml(samlkit_xml::Error::NoRoot)));
    assert_eq!(read(&format!("\u{feff}{FULL}")), Ok(()));
}
