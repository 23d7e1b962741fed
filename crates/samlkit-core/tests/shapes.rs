//! Messages and metadata in the shapes that identity providers really send, with synthetic values.
#![expect(clippy::unwrap_used, reason = "tests")]

use samlkit_core::metadata::{Metadata, RoleKind};
use samlkit_core::uri::{authn_context, binding, confirmation_method, nameid_format};
use samlkit_core::{Assertion, AssertionContent, Attribute, Response, Statement};
use samlkit_xml::Document;

/// Checks the response's only assertion.
fn message(xml: &str, check: impl Fn(&AssertionContent<'_>)) {
    let document = Document::parse(xml.as_bytes()).unwrap();
    let response = Response::inspect(document.root()).unwrap();
    assert!(response.untrusted().status().is_success());
    let [assertion] = response.untrusted().assertions() else {
        unreachable!("one assertion")
    };
    check(Assertion::inspect(*assertion).unwrap().untrusted());
}

#[test]
fn entra_id_sends_attributes_before_the_authentication() {
    message(include_str!("shapes/entra-response.xml"), |assertion| {
        assert_eq!(
            assertion.issuer().value(),
            "https://sts.windows.net/11111111-2222-3333-4444-555555555555/"
        );
        let names: Vec<_> = assertion
            .statements()
            .iter()
            .map(Statement::element_name)
            .collect();
        assert_eq!(names, ["saml:AttributeStatement", "saml:AuthnStatement"]);
        let subject = assertion.subject().unwrap();
        assert_eq!(
            subject.name_id().unwrap().format(),
            Some(nameid_format::EMAIL_ADDRESS)
        );
        assert_eq!(
            subject.confirmations().first().unwrap().method(),
            confirmation_method::BEARER
        );
        let methods = assertion
            .attributes()
            .find(|a| a.name().ends_with("/authnmethodsreferences"))
            .unwrap();
        assert_eq!(methods.texts().count(), 2);
        let authn = assertion.authn_statements().next().unwrap();
        assert_eq!(authn.session_index(), Some(assertion.id()));
        assert_eq!(
            authn.authn_context().class_ref(),
            Some(authn_context::PASSWORD)
        );
    });
}

#[test]
fn keycloak_repeats_an_attribute_for_every_role() {
    message(include_str!("shapes/keycloak-response.xml"), |assertion| {
        let roles: Vec<_> = assertion
            .attributes()
            .filter(|a| a.name() == "Role")
            .flat_map(Attribute::texts)
            .collect();
        assert_eq!(roles, ["view", "edit", "own"]);
        let authn = assertion.authn_statements().next().unwrap();
        assert_eq!(authn.session_index(), Some("aaaa1111::bbbb2222"));
        assert_eq!(
            authn.authn_context().class_ref(),
            Some(authn_context::UNSPECIFIED)
        );
    });
}

#[test]
fn okta_types_its_values_and_its_issuer() {
    message(include_str!("shapes/okta-response.xml"), |assertion| {
        assert_eq!(assertion.issuer().format(), Some(nameid_format::ENTITY));
        let value = assertion
            .attributes()
            .next()
            .unwrap()
            .values()
            .first()
            .unwrap()
            .clone();
        assert_eq!(
            (value.text(), value.xsi_type()),
            (Some("user@example.com"), Some("xs:string"))
        );
    });
}

#[test]
fn ad_fs_says_consent_and_google_signs_the_response_only() {
    message(include_str!("shapes/adfs-response.xml"), |assertion| {
        assert_eq!(
            assertion.issuer().value(),
            "http://fs.example.com/adfs/services/trust"
        );
        assert!(assertion.signature().is_some());
    });
    message(include_str!("shapes/google-response.xml"), |assertion| {
        assert!(assertion.signature().is_none());
        assert_eq!(assertion.attributes().next().unwrap().values().len(), 1);
    });
}

#[test]
fn shibboleth_nests_a_name_identifier_and_encrypts() {
    let xml = include_str!("shapes/shibboleth-assertion.xml");
    let document = Document::parse(xml.as_bytes()).unwrap();
    let assertion = Assertion::inspect(document.root()).unwrap();
    let assertion = assertion.untrusted();
    assert_eq!(
        assertion.subject().unwrap().name_id().unwrap().format(),
        Some(nameid_format::TRANSIENT)
    );
    let targeted = assertion
        .attributes()
        .find(|a| a.friendly_name() == Some("eduPersonTargetedID"))
        .unwrap();
    let name_id = targeted.values().first().unwrap().name_id().unwrap();
    assert_eq!(name_id.value(), "opaque-1234=");
    assert_eq!(
        name_id.sp_name_qualifier(),
        Some("https://sp.example/shibboleth")
    );

    let xml = include_str!("shapes/shibboleth-encrypted-response.xml");
    let document = Document::parse(xml.as_bytes()).unwrap();
    let response = Response::inspect(document.root()).unwrap();
    assert_eq!(response.untrusted().encrypted_assertions().len(), 1);
    assert!(response.untrusted().assertions().is_empty());
}

#[test]
fn an_error_response_holds_no_assertion() {
    let xml = include_str!("shapes/error-response.xml");
    let document = Document::parse(xml.as_bytes()).unwrap();
    let response = Response::inspect(document.root()).unwrap();
    let response = response.untrusted();
    assert!(!response.status().is_success());
    assert_eq!(response.status().codes().len(), 2);
    assert!(response.assertions().is_empty());
}

#[test]
fn entra_metadata_has_two_roles_of_another_protocol() {
    let metadata = Metadata::read_unverified(include_bytes!("shapes/entra-metadata.xml")).unwrap();
    let entity = metadata
        .entity("https://sts.windows.net/11111111-2222-3333-4444-555555555555/")
        .unwrap();
    let others: Vec<_> = entity
        .other_roles
        .iter()
        .map(|r| (r.kind, r.xsi_type.as_deref()))
        .collect();
    assert_eq!(
        others,
        [
            (
                RoleKind::RoleDescriptor,
                Some("fed:SecurityTokenServiceType")
            ),
            (RoleKind::RoleDescriptor, Some("fed:ApplicationServiceType")),
        ]
    );
    let idp = entity.idp_sso_descriptor().unwrap();
    // Keys of the other roles are not this role's keys.
    let keys: Vec<_> = idp
        .sso
        .signing_keys()
        .flat_map(|k| &k.key_info.certificates)
        .map(|c| &*c.base64)
        .collect();
    assert_eq!(keys, ["AAAA", "BBBB"]);
    assert!(idp.single_sign_on_service(binding::HTTP_POST).is_some());
    assert_eq!(idp.sso.single_logout_services.len(), 1);
    assert_eq!(entity.expires, None);
}

#[test]
fn ad_fs_metadata_has_both_roles() {
    let metadata = Metadata::read_unverified(include_bytes!("shapes/adfs-metadata.xml")).unwrap();
    let entity = metadata.entities().next().unwrap();
    assert!(entity.idp_sso_descriptor().is_some() && entity.sp_sso_descriptor().is_some());
    assert_eq!(entity.idp_sso_descriptor().unwrap().attributes.len(), 2);
    assert_eq!(entity.other_roles.len(), 2);
}

#[test]
fn one_login_metadata_lists_an_endpoint_twice() {
    let metadata =
        Metadata::read_unverified(include_bytes!("shapes/onelogin-metadata.xml")).unwrap();
    let idp = metadata
        .entities()
        .next()
        .unwrap()
        .idp_sso_descriptor()
        .unwrap();
    assert_eq!(idp.single_sign_on_services.len(), 3);
    let certificate = &idp
        .sso
        .key_descriptors
        .first()
        .unwrap()
        .key_info
        .certificates
        .first()
        .unwrap()
        .base64;
    assert!(certificate.contains('\n'));
}
