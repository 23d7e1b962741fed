//! Roles: identity provider and service provider.

use samlkit_core::metadata::{
    AdditionalMetadataLocation, IndexedEndpoint, KeyDescriptor, KeyUse, Metadata,
};
use samlkit_core::{Error, Fragment, parse_date_time, uri::binding};

use crate::support::{FULL, I, at, missing, no_attribute, read, sibling, unexpected, with};

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
        let uses = |key: &KeyDescriptor| (key.is_for_signing(), key.is_for_encryption());
        let uses: Vec<_> = idp.sso.key_descriptors.iter().map(uses).collect();
        assert_eq!(uses, [(true, false), (true, true), (false, true)]);
        assert_eq!(idp.sso.signing_keys().count(), 2);
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
        for of in [binding::HTTP_POST, binding::HTTP_REDIRECT] {
            let sso = idp.single_sign_on_service(of).unwrap();
            assert_eq!(
                (&*sso.binding, &*sso.location),
                (of, "https://idp.example/sso")
            );
        }
        assert_eq!(idp.single_sign_on_service(binding::SOAP), None);
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
fn the_digest_method_of_an_encryption_method() {
    let method = "<ds:DigestMethod Algorithm=\"urn:digest\"/>";
    for (parameters, expected) in [
        (method, Some("urn:digest")),
        ("<o:DigestMethod Algorithm=\"urn:digest\"/>", None),
        ("<ds:DigestMethod/>", None),
    ] {
        with(&FULL.replacen("<o:p/>", parameters, 1), |entity| {
            let idp = entity.idp_sso_descriptor().unwrap();
            let key = idp.sso.key_descriptors.last().unwrap();
            let method = key.encryption_methods.first().unwrap();
            assert_eq!(method.digest_method().as_deref(), expected);
        });
    }
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
    let extensions = "<md:Extensions><o:logo/></md:Extensions>";
    for (once, again, spelled) in [
        (extensions, "<md:Extensions />", "md:Extensions"),
        ("<ds:Signature/>", "<ds:Signature />", "ds:Signature"),
        (
            "<md:Organization><md:OrganizationName xml:lang=\"en\">O</md:OrganizationName></md:Organization>",
            "<md:Organization />",
            "md:Organization",
        ),
    ] {
        let xml = FULL.replace(
            "</md:Organization>\n  <md:Artifact",
            "</md:Organization><md:Artifact",
        );
        let start = at(&xml, "  <md:Organization>");
        let end = at(&xml, "<md:Artifact");
        let bare = xml.replace(xml.get(start..end).unwrap(), "");
        let role = |children: &str| bare.replacen(extensions, children, 1);
        assert_eq!(read(&role("")), Ok(()));
        assert_eq!(read(&role(once)), Ok(()), "{once}");
        let twice = role(&format!("{once}{again}"));
        let offset = at(&twice, again);
        assert_eq!(read(&twice), Err(unexpected(I, spelled, offset)));
    }
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
