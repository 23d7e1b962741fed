//! The metadata reader: every rule with its sibling, and what is deliberately read although the schema would not have it.
#![expect(clippy::unwrap_used, reason = "tests")]

use samlkit_core::metadata::{
    AdditionalMetadataLocation, EntityDescriptor, IndexedEndpoint, KeyInfo, KeyUse, Metadata,
    RoleKind,
};
use samlkit_core::{Error, Excerpt, Fragment, parse_date_time, uri::binding};
use samlkit_crypto::Certificate;

const FULL: &str = r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:o="urn:other" entityID="https://idp.example/" ID="_e" validUntil="2027-01-01T00:00:00Z" cacheDuration="PT1H">
 <ds:Signature/>
 <md:Extensions><o:scope/></md:Extensions>
 <md:RoleDescriptor xsi:type="o:Strange" protocolSupportEnumeration="urn:p"><o:anything/></md:RoleDescriptor>
 <md:IDPSSODescriptor WantAuthnRequestsSigned="true" ID="_i" errorURL="https://idp.example/error" validUntil="2026-12-01T00:00:00Z" cacheDuration="P1D" protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol
  urn:oasis:names:tc:SAML:2.0:protocol">
  <md:Extensions><o:logo/></md:Extensions>
  <md:KeyDescriptor use="signing"><ds:KeyInfo Id="k"><ds:KeyName>one</ds:KeyName><ds:X509Data><ds:X509SubjectName>CN=x</ds:X509SubjectName><ds:X509Certificate>
   QUJD
  </ds:X509Certificate><ds:X509Certificate>REVG</ds:X509Certificate></ds:X509Data><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQ==</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue><o:key/></ds:KeyInfo></md:KeyDescriptor>
  <md:KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>R0hJ</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
  <md:KeyDescriptor use="encryption"><ds:KeyInfo/><md:EncryptionMethod Algorithm="urn:alg"><o:p/></md:EncryptionMethod></md:KeyDescriptor>
  <md:Organization><md:OrganizationName xml:lang="en">Org</md:OrganizationName><md:OrganizationDisplayName xml:lang="en">The Org</md:OrganizationDisplayName><md:OrganizationURL>https://org.example/</md:OrganizationURL></md:Organization>
  <md:ArtifactResolutionService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://idp.example/ars" index="0" isDefault="true"/>
  <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/slo" ResponseLocation="https://idp.example/slr"/>
  <md:ManageNameIDService Binding="urn:b" Location="https://idp.example/mni"/>
  <md:NameIDFormat>urn:f</md:NameIDFormat>
  <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/>
  <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/sso"><o:x/></md:SingleSignOnService>
  <md:NameIDMappingService Binding="urn:b" Location="https://idp.example/nim"/>
  <md:AssertionIDRequestService Binding="urn:b" Location="https://idp.example/air"/>
  <md:AttributeProfile>urn:profile</md:AttributeProfile>
  <saml:Attribute Name="mail" NameFormat="urn:nf" FriendlyName="Mail"><saml:AttributeValue>a</saml:AttributeValue></saml:Attribute>
 </md:IDPSSODescriptor>
 <md:SPSSODescriptor AuthnRequestsSigned="1" WantAssertionsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
  <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/0" index="0" isDefault="false"/>
  <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/1" index="65535"/>
  <md:AttributeConsumingService index="1" isDefault="true"><md:ServiceName xml:lang="en">S</md:ServiceName><md:ServiceDescription xml:lang="en">D</md:ServiceDescription><md:RequestedAttribute Name="mail" isRequired="true"/></md:AttributeConsumingService>
 </md:SPSSODescriptor>
 <md:AttributeAuthorityDescriptor protocolSupportEnumeration="urn:p"><md:AttributeService/></md:AttributeAuthorityDescriptor>
 <md:Organization><md:OrganizationName xml:lang="en">Org</md:OrganizationName></md:Organization>
 <md:ContactPerson contactType="technical"><md:Company>C</md:Company><md:GivenName>G</md:GivenName><md:SurName>S</md:SurName><md:EmailAddress>mailto:a@example.com</md:EmailAddress><md:EmailAddress>b@example.com</md:EmailAddress><md:TelephoneNumber>1</md:TelephoneNumber></md:ContactPerson>
 <md:AdditionalMetadataLocation namespace="urn:n">https://other.example/</md:AdditionalMetadataLocation>
</md:EntityDescriptor>"#;
const E: &str = "md:EntityDescriptor";
const I: &str = "md:IDPSSODescriptor";

fn read(xml: &str) -> Result<(), Error> {
    Metadata::read_unverified(xml.as_bytes()).map(drop)
}

fn with(xml: &str, check: impl Fn(&EntityDescriptor)) {
    check(
        Metadata::read_unverified(xml.as_bytes())
            .unwrap()
            .entities()
            .next()
            .unwrap(),
    );
}

/// Replaces `find`, which must be there, by `good` (read) and by `bad` (refused with `error`).
fn sibling(find: &str, good: &str, bad: &str, error: impl Fn(&str) -> Error) {
    assert!(FULL.contains(find), "{find} is not in the document");
    assert_eq!(read(&FULL.replacen(find, good, 1)), Ok(()), "{good}");
    let xml = FULL.replacen(find, bad, 1);
    assert_eq!(read(&xml), Err(error(&xml)), "{bad}");
}

fn at(xml: &str, needle: &str) -> usize {
    xml.find(needle).unwrap()
}

fn missing(parent: &'static str, element: &'static str, offset: usize) -> Error {
    Error::MissingElement {
        parent,
        element,
        offset,
    }
}

fn unexpected(parent: &'static str, found: &str, offset: usize) -> Error {
    Error::UnexpectedElement {
        parent,
        found: Excerpt::of(found),
        offset,
    }
}

fn no_attribute(element: &'static str, attribute: &'static str, offset: usize) -> Error {
    Error::MissingAttribute {
        element,
        attribute,
        offset,
    }
}

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
fn an_identity_provider_is_read() {
    with(FULL, |entity| {
        let idp = entity.idp_sso_descriptor().unwrap();
        assert_eq!(idp.want_authn_requests_signed, Some(true));
        assert_eq!(idp.sso.id.as_deref(), Some("_i"));
        assert_eq!(
            idp.sso.error_url.as_deref(),
            Some("https://idp.example/error")
        );
        assert_eq!(idp.sso.valid_until, parse_date_time("2026-12-01T00:00:00Z"));
        assert_eq!(idp.sso.protocol_support_enumeration.len(), 2);

        let keys: Vec<_> = idp.sso.key_descriptors.iter().map(|k| k.key_use).collect();
        assert_eq!(
            keys,
            [Some(KeyUse::Signing), None, Some(KeyUse::Encryption)]
        );
        let signing: Vec<_> = idp
            .sso
            .signing_keys()
            .flat_map(|k| &k.key_info.certificates)
            .map(|c| c.base64.trim())
            .collect();
        assert_eq!(signing, ["QUJD", "REVG", "R0hJ"]);
        assert_eq!(idp.sso.encryption_keys().count(), 2);
        let first = idp.sso.key_descriptors.first().unwrap();
        assert_eq!(first.key_info.key_names, ["one"]);
        let value = first.key_info.rsa_key_values.first().unwrap();
        assert_eq!((&*value.modulus, &*value.exponent), ("AQ==", "AQAB"));
        let [method] = &*idp.sso.key_descriptors.last().unwrap().encryption_methods else {
            unreachable!("one method")
        };
        assert_eq!(
            (&*method.algorithm, method.digest_method()),
            ("urn:alg", None)
        );
        assert_eq!(
            method.parameters.first().map(Fragment::as_str),
            Some(r#"<o:p xmlns:o="urn:other"/>"#)
        );
        assert!(
            first
                .key_info
                .others
                .first()
                .unwrap()
                .is("urn:other", "key")
        );
        assert!(entity.extensions.first().unwrap().is("urn:other", "scope"));
        assert!(idp.sso.extensions.first().unwrap().is("urn:other", "logo"));
        assert_eq!(
            entity.additional_metadata_locations,
            [AdditionalMetadataLocation::new(
                "urn:n",
                "https://other.example/"
            )]
        );
        let role = entity.other_roles.first().unwrap();
        assert_eq!(
            role.element.as_str(),
            r#"<md:RoleDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:o="urn:other" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="o:Strange" protocolSupportEnumeration="urn:p"><o:anything/></md:RoleDescriptor>"#
        );

        assert_eq!(
            idp.sso.artifact_resolution_services.first().unwrap().index,
            0
        );
        let slo = idp
            .sso
            .single_logout_service(binding::HTTP_REDIRECT)
            .unwrap();
        assert_eq!(slo.location, "https://idp.example/slo");
        assert_eq!(
            slo.response_location.as_deref(),
            Some("https://idp.example/slr")
        );
        assert_eq!(idp.sso.single_logout_service(binding::HTTP_POST), None);
        assert_eq!(idp.sso.name_id_formats, ["urn:f"]);
        assert_eq!(idp.single_sign_on_services.len(), 2);
        assert_eq!(
            idp.single_sign_on_service(binding::HTTP_POST)
                .unwrap()
                .location,
            "https://idp.example/sso"
        );
        assert_eq!(idp.sso.manage_name_id_services.len(), 1);
        assert_eq!(idp.name_id_mapping_services.len(), 1);
        assert_eq!(idp.assertion_id_request_services.len(), 1);
        assert_eq!(idp.attribute_profiles, ["urn:profile"]);
        let attribute = idp.attributes.first().unwrap();
        assert_eq!(
            (&*attribute.name, &*attribute.values),
            ("mail", &["a".to_owned()][..])
        );
        let organization = idp.sso.organization.as_ref().unwrap();
        assert_eq!(organization.display_names.first().unwrap().value, "The Org");
        assert_eq!(organization.urls.first().unwrap().lang, None);
    });
}

#[test]
fn a_service_provider_is_read() {
    with(FULL, |entity| {
        let sp = entity.sp_sso_descriptor().unwrap();
        assert_eq!(
            (sp.authn_requests_signed, sp.want_assertions_signed),
            (Some(true), Some(false))
        );
        assert_eq!(sp.assertion_consumer_services.len(), 2);
        // The first is marked as not the default.
        assert_eq!(
            sp.default_assertion_consumer_service().unwrap().index,
            65535
        );
        let service = sp.attribute_consuming_services.first().unwrap();
        assert_eq!((service.index, service.is_default), (1, Some(true)));
        let requested = service.requested_attributes.first().unwrap();
        assert_eq!(
            (&*requested.name, requested.is_required),
            ("mail", Some(true))
        );
    });
}

#[test]
fn default_endpoints() {
    let all = |marks: &[&str]| {
        let services: String = marks
            .iter()
            .enumerate()
            .map(|(i, m)| {
                format!(r#"<AssertionConsumerService Binding="b" Location="l" index="{i}" {m}/>"#)
            })
            .collect();
        let xml = format!(
            r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="e"><SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{services}</SPSSODescriptor></EntityDescriptor>"#
        );
        let metadata = Metadata::read_unverified(xml.as_bytes()).unwrap();
        let sp = metadata.entity("e").unwrap().sp_sso_descriptor().unwrap();
        sp.default_assertion_consumer_service().unwrap().index
    };
    let (yes, no) = ("isDefault='true'", "isDefault='false'");
    assert_eq!(all(&["", ""]), 0);
    assert_eq!(all(&["", yes]), 1);
    assert_eq!(all(&[no, ""]), 1);
    assert_eq!(all(&[no, "", yes, yes]), 2);
    assert_eq!(all(&[no, no]), 0);
    assert_eq!(IndexedEndpoint::default_of(&[]), None);
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
    assert_eq!(read(&empty("<AffiliationDescriptor/>")), Ok(()));
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
fn role_rules() {
    sibling(
        " protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:1.1:protocol",
        " o:x=\"\" protocolSupportEnumeration=\"",
        " x=\"",
        |d| {
            no_attribute(
                I,
                "protocolSupportEnumeration",
                at(d, "<md:IDPSSODescriptor"),
            )
        },
    );
    sibling(
        "WantAuthnRequestsSigned=\"true\"",
        "WantAuthnRequestsSigned=\" 0 \"",
        "WantAuthnRequestsSigned=\"yes\"",
        |d| Error::InvalidBoolean {
            attribute: "WantAuthnRequestsSigned",
            offset: at(d, "WantAuthnRequestsSigned"),
        },
    );
    sibling(
        "validUntil=\"2026-12-01T00:00:00Z\"",
        "",
        "validUntil=\"soon\"",
        |d| Error::InvalidDateTime {
            attribute: "validUntil",
            offset: at(d, "validUntil=\"soon"),
        },
    );
    sibling("use=\"signing\"", "", "use=\"sign\"", |d| {
        Error::InvalidEnumeration {
            attribute: "use",
            offset: at(d, "use=\"sign\""),
        }
    });
    sibling(
        "<ds:KeyInfo/>",
        "<ds:KeyInfo><o:x/></ds:KeyInfo>",
        "",
        |d| {
            missing(
                "md:KeyDescriptor",
                "ds:KeyInfo",
                at(d, "<md:KeyDescriptor use=\"encryption"),
            )
        },
    );
    sibling(
        "<ds:KeyInfo/>",
        "<ds:KeyInfo/>",
        "<ds:KeyInfo/><ds:KeyInfo/>",
        |d| {
            unexpected(
                "md:KeyDescriptor",
                "ds:KeyInfo",
                d.rfind("<ds:KeyInfo/>").unwrap(),
            )
        },
    );
    sibling(">R0hJ<", "> not base64 <", ">R0<o:x/>hJ<", |d| {
        Error::ElementInText {
            element: "ds:X509Certificate",
            offset: at(d, "<o:x/>hJ"),
        }
    });
    sibling("<ds:Modulus>AQ==</ds:Modulus>", "<ds:Modulus/>", "", |d| {
        missing("ds:RSAKeyValue", "ds:Modulus", at(d, "<ds:RSAKeyValue"))
    });
    let sso = "<md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"https://idp.example/sso\"/>";
    sibling(
        sso,
        &format!("{sso}{sso}"),
        "<md:SingleSignOnService Location=\"l\"/>",
        |d| {
            no_attribute(
                "md:SingleSignOnService",
                "Binding",
                at(d, "<md:SingleSignOnService Location"),
            )
        },
    );
    sibling(sso, "", "<md:SingleSignOnService Binding=\"b\"/>", |d| {
        no_attribute(
            "md:SingleSignOnService",
            "Location",
            at(d, "<md:SingleSignOnService Binding=\"b\""),
        )
    });
    sibling(
        sso,
        sso,
        "<md:SingleSignOnService Binding=\"b\" Location=\"\"/>",
        |d| Error::BlankValue {
            item: "Location",
            offset: at(d, "Location=\"\""),
        },
    );
    sibling(
        "<o:x/></md:SingleSignOnService>",
        "</md:SingleSignOnService>",
        "<md:x/></md:SingleSignOnService>",
        |d| unexpected("md:SingleSignOnService", "md:x", at(d, "<md:x/>")),
    );
    sibling(
        "index=\"0\" isDefault=\"true\"",
        "index=\"7\"",
        "isDefault=\"true\"",
        |d| {
            no_attribute(
                "md:ArtifactResolutionService",
                "index",
                at(d, "<md:ArtifactResolutionService"),
            )
        },
    );
    sibling(
        "index=\"65535\"",
        "index=\"065535\"",
        "index=\"65536\"",
        |d| Error::InvalidNumber {
            attribute: "index",
            offset: at(d, "index=\"65536"),
        },
    );
    let one = |role: &str| {
        format!(
            r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="e"><{role} protocolSupportEnumeration="p"><NameIDFormat>f</NameIDFormat></{role}></EntityDescriptor>"#
        )
    };
    let start = at(&one("IDPSSODescriptor"), "<IDPSSO");
    assert_eq!(read(&one("RoleDescriptor")), Ok(()));
    assert_eq!(
        read(&one("IDPSSODescriptor")),
        Err(missing(I, "md:SingleSignOnService", start))
    );
    assert_eq!(
        read(&one("SPSSODescriptor")),
        Err(missing(
            "md:SPSSODescriptor",
            "md:AssertionConsumerService",
            start
        ))
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

/// A `KeyInfo` with these certificates in one `X509Data`.
fn with_certificates(certificates: &[&str], check: impl Fn(&KeyInfo)) {
    let certificates: String = certificates
        .iter()
        .map(|base64| format!("<ds:X509Certificate>{base64}</ds:X509Certificate>"))
        .collect();
    let xml = FULL.replace(
        "<ds:X509Certificate>R0hJ</ds:X509Certificate>",
        &certificates,
    );
    with(&xml, |entity| {
        let keys = &entity.idp_sso_descriptors.first().unwrap().sso;
        check(&keys.key_descriptors.get(1).unwrap().key_info);
    });
}

#[test]
fn an_authority_of_the_chain_holds_no_key() {
    const AUTHORITY: &str = include_str!("chain/authority.crt.base64");
    const ISSUED: &str = include_str!("chain/issued.crt.base64");
    const OLD: &str = include_str!("chain/old.crt.base64");
    const NEW: &str = include_str!("chain/new.crt.base64");
    let key = |base64: &str| Certificate::from_base64(base64).unwrap().public_key();
    for (certificates, keys) in [
        (&[ISSUED, AUTHORITY][..], &[ISSUED][..]),
        (&[AUTHORITY, ISSUED], &[ISSUED]),
        (&[AUTHORITY], &[AUTHORITY]),
        // Each is its own issuer, under one name.
        (&[OLD, NEW], &[OLD, NEW]),
        (&[AUTHORITY, OLD, ISSUED, NEW], &[OLD, ISSUED, NEW]),
    ] {
        with_certificates(certificates, |key_info| {
            let expected: Vec<_> = keys.iter().map(|base64| key(base64)).collect();
            assert_eq!(key_info.public_keys().collect::<Vec<_>>(), expected);
        });
    }
    with_certificates(&["QUJD", ISSUED], |key_info| {
        let certificates = key_info.key_certificates();
        assert!(matches!(
            certificates.as_slice(),
            [Err(_), Ok(issued)] if issued.public_key() == key(ISSUED)
        ));
    });
}

#[test]
fn armour_around_a_certificate_is_taken_off() {
    const ISSUED: &str = include_str!("chain/issued.crt.base64");
    for (armoured, decodes) in [
        (
            format!("\n-----BEGIN CERTIFICATE-----\n{ISSUED}\n-----END CERTIFICATE-----\n"),
            true,
        ),
        (format!("-----BEGIN CERTIFICATE-----\n{ISSUED}"), false),
        (
            format!("-----BEGIN PRIVATE KEY-----\n{ISSUED}\n-----END PRIVATE KEY-----"),
            false,
        ),
    ] {
        with_certificates(&[&armoured], |key_info| {
            let certificate = key_info.certificates.first().unwrap();
            assert_eq!(certificate.decode().is_ok(), decodes);
        });
    }
}
