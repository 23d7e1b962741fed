//! Entities.

use samlkit_core::metadata::{Metadata, RoleKind};
use samlkit_core::{Error, parse_date_time};

use crate::support::{E, FULL, at, missing, no_attribute, read, sibling, unexpected, with};

#[test]
fn an_entity_is_read() {
    with(FULL, |entity| {
        assert_eq!(entity.entity_id, "https://idp.example/");
        assert_eq!(entity.id.as_deref(), Some("_e"));
        assert_eq!(entity.valid_until, parse_date_time("2027-01-01T00:00:00Z"));
        assert_eq!(entity.expires, entity.valid_until);
        let expiry = entity.valid_until.unwrap();
        assert!(entity.is_expired(expiry) && !entity.is_expired(expiry - chrono_nanosecond()));
        assert_eq!(
            entity.cache_duration.unwrap().after(expiry),
            parse_date_time("2027-01-01T01:00:00Z")
        );
        let others: Vec<_> = entity
            .other_roles
            .iter()
            .map(|r| (r.kind, r.xsi_type.as_deref()))
            .collect();
        assert_eq!(
            others,
            [
                (RoleKind::RoleDescriptor, Some("o:Strange")),
                (RoleKind::AttributeAuthority, None)
            ]
        );
        assert_eq!(entity.organization.as_ref().unwrap().names.len(), 1);
        let person = entity.contact_persons.first().unwrap();
        assert_eq!(person.contact_type, "technical");
        assert_eq!(person.company.as_deref(), Some("C"));
        assert_eq!(person.given_name.as_deref(), Some("G"));
        assert_eq!(person.sur_name.as_deref(), Some("S"));
        assert_eq!(
            person.email_addresses,
            ["mailto:a@example.com", "b@example.com"]
        );
        assert_eq!(person.telephone_numbers, ["1"]);
    });
}

fn chrono_nanosecond() -> core::time::Duration {
    core::time::Duration::from_nanos(1)
}

#[test]
fn entity_rules() {
    sibling(
        "entityID=\"https://idp.example/\"",
        "entityID=\"urn:e\"",
        "",
        |_| no_attribute(E, "entityID", 0),
    );
    sibling(
        "entityID=\"https://idp.example/\"",
        "entityID=\"{tenantid}\"",
        "entityID=\"\"",
        |d| Error::BlankValue {
            item: "entityID",
            offset: at(d, "entityID"),
        },
    );
    let of = |length: usize| format!("entityID=\"{}\"", "é".repeat(length));
    sibling(
        "entityID=\"https://idp.example/\"",
        &of(1024),
        &of(1025),
        |d| Error::EntityIdTooLong {
            offset: at(d, "entityID"),
        },
    );
    sibling(
        "validUntil=\"2027-01-01T00:00:00Z\"",
        "validUntil=\"2027-01-01T01:00:00.5+02:00\"",
        "validUntil=\"2027-01-01\"",
        |d| Error::InvalidDateTime {
            attribute: "validUntil",
            offset: at(d, "validUntil"),
        },
    );
    sibling(
        "cacheDuration=\"PT1H\"",
        "cacheDuration=\"P1Y2M3DT4H5M6.7S\"",
        "cacheDuration=\"3600\"",
        |d| Error::InvalidDuration {
            attribute: "cacheDuration",
            offset: at(d, "cacheDuration"),
        },
    );
    sibling(
        "<ds:Signature/>",
        "",
        "<ds:Signature/><ds:Signature/>",
        |d| unexpected(E, "ds:Signature", d.rfind("<ds:Signature").unwrap()),
    );
    let extensions = "<md:Extensions><o:scope/></md:Extensions>";
    sibling(extensions, "", &format!("{extensions}{extensions}"), |d| {
        unexpected(
            E,
            "md:Extensions",
            d.match_indices("<md:Extensions").nth(1).unwrap().0,
        )
    });
    sibling(
        extensions,
        "<md:Extensions/>",
        "<md:Extensions><md:KeyDescriptor/></md:Extensions>",
        |d| {
            unexpected(
                "md:Extensions",
                "md:KeyDescriptor",
                at(d, "<md:KeyDescriptor/>"),
            )
        },
    );
    sibling(extensions, extensions, "<o:scope/>", |d| {
        unexpected(E, "o:scope", at(d, "<o:scope"))
    });
    sibling(extensions, extensions, "<md:SomethingElse/>", |d| {
        unexpected(E, "md:SomethingElse", at(d, "<md:SomethingElse"))
    });
    sibling(extensions, extensions, "text", |d| Error::UnexpectedText {
        element: E,
        offset: at(d, "<ds:Signature/>") + "<ds:Signature/>".len(),
    });
    let empty = |content: &str| {
        format!(
            r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="e">{content}</EntityDescriptor>"#
        )
    };
    for (name, kind) in [
        ("RoleDescriptor", RoleKind::RoleDescriptor),
        ("AuthnAuthorityDescriptor", RoleKind::AuthnAuthority),
        ("AttributeAuthorityDescriptor", RoleKind::AttributeAuthority),
        ("PDPDescriptor", RoleKind::Pdp),
        ("AffiliationDescriptor", RoleKind::Affiliation),
    ] {
        with(&empty(&format!("<{name}/>")), |entity| {
            let kinds: Vec<_> = entity.other_roles.iter().map(|role| role.kind).collect();
            assert_eq!(kinds, [kind]);
        });
    }
    assert_eq!(read(&empty("")), Err(missing(E, "md:RoleDescriptor", 0)));
    sibling(
        "contactType=\"technical\"",
        "contactType=\"whatever\"",
        "",
        |d| {
            no_attribute(
                "md:ContactPerson",
                "contactType",
                at(d, "<md:ContactPerson"),
            )
        },
    );
    for (name, value) in [("GivenName", "G"), ("SurName", "S")] {
        let once = format!("<md:{name}>{value}</md:{name}>");
        let twice = format!("{once}<md:{name}>again</md:{name}>");
        let again = format!("<md:{name}>again");
        sibling(&once, "", &twice, |d| {
            unexpected("md:ContactPerson", &format!("md:{name}"), at(d, &again))
        });
    }
    let organization = "<md:Organization><md:OrganizationName xml:lang=\"en\">Org</md:OrganizationName></md:Organization>";
    sibling(
        organization,
        "",
        &format!("{organization}<md:Organization />"),
        |d| unexpected(E, "md:Organization", at(d, "<md:Organization />")),
    );
    let extended = organization.replace(
        "<md:OrganizationName",
        "<md:Extensions><o:x/></md:Extensions><md:OrganizationName",
    );
    with(&FULL.replace(organization, &extended), |entity| {
        let organization = entity.organization.as_ref().unwrap();
        assert!(
            organization
                .extensions
                .first()
                .unwrap()
                .is("urn:other", "x")
        );
        assert_eq!(organization.names.len(), 1);
    });
    sibling(
        "<md:Company>C</md:Company>",
        "",
        "<md:Company>C</md:Company><md:Company>D</md:Company>",
        |d| unexpected("md:ContactPerson", "md:Company", at(d, "<md:Company>D")),
    );
    sibling(
        "<md:OrganizationURL>https://org.example/</md:OrganizationURL>",
        "",
        "<md:OrganizationLogo/>",
        |d| {
            unexpected(
                "md:Organization",
                "md:OrganizationLogo",
                at(d, "<md:OrganizationLogo"),
            )
        },
    );
}

#[test]
fn what_is_relaxed() {
    // The order within a descriptor, and of the descriptor's own children.
    for (a, b) in [
        (
            "<md:NameIDFormat>urn:f</md:NameIDFormat>",
            "<md:AttributeProfile>urn:profile</md:AttributeProfile>",
        ),
        (
            "<ds:Signature/>",
            "<md:AdditionalMetadataLocation namespace=\"urn:n\">https://other.example/</md:AdditionalMetadataLocation>",
        ),
    ] {
        let swapped = FULL.replace(a, "\u{1}").replace(b, a).replace('\u{1}', b);
        let (original, swapped) = (
            Metadata::read_unverified(FULL.as_bytes()),
            Metadata::read_unverified(swapped.as_bytes()),
        );
        assert!(original.is_ok());
        assert_eq!(original, swapped);
    }
    for (find, replacement) in [
        ("ID=\"_e\"", "ID=\"0e\""),
        ("ID=\"_e\"", "ID=\"_e\" unknown=\"x\" o:known=\"y\""),
        (" xml:lang=\"en\"", ""),
        (
            "<md:OrganizationName xml:lang=\"en\">Org</md:OrganizationName>",
            "",
        ),
    ] {
        assert_eq!(
            read(&FULL.replace(find, replacement)),
            Ok(()),
            "{replacement}"
        );
    }
}

#[test]
fn descriptors_of_other_protocols_are_passed_over() {
    let other = FULL.replace(
        "urn:oasis:names:tc:SAML:2.0:protocol\"",
        "urn:oasis:names:tc:SAML:1.1:protocol\"",
    );
    with(&other, |entity| {
        assert_eq!(entity.idp_sso_descriptors.len(), 1);
        assert_eq!(entity.idp_sso_descriptor(), None);
        assert_eq!(entity.sp_sso_descriptor(), None);
    });
}
