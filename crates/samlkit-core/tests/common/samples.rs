//! One of everything that can be written, with values chosen to be awkward.

use samlkit_core::metadata::{
    self, AdditionalMetadataLocation, AttributeConsumingService, ContactPerson, EncryptionMethod,
    Endpoint, EntitiesDescriptor, EntityDescriptor, IdpSsoDescriptor, IndexedEndpoint,
    KeyDescriptor, KeyInfo, KeyUse, LocalizedText, Member, Metadata, Organization,
    RequestedAttribute, SpSsoDescriptor,
};
use samlkit_core::uri::{authn_context, binding, logout_reason, nameid_format, status};
use samlkit_core::write::{
    Assertion, AssertionConsumerService, Attribute, AuthnRequest, AuthnStatement, Conditions, Id,
    Identifier, IdpEntry, LogoutRequest, LogoutResponse, NameId, NameIdPolicy,
    RequestedAuthnContext, Response, Scoping, StatementOrder, Status, Style, SubjectConfirmation,
};
use samlkit_core::{Comparison, Duration, Fragment, Timestamp, parse_date_time};

/// What needs escaping in XML, and what white space normalization would change.
pub(crate) const AWKWARD: &str = " <a b='\"'>&amp;]]>\t\n\r\u{85}\u{2028}é\u{1F511}<!-- -->{}%00 ";

pub(crate) fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    parse_date_time(text).unwrap()
}

pub(crate) fn now() -> Timestamp {
    at("2026-11-24T03:00:00.123Z")
}

pub(crate) fn later() -> Timestamp {
    at("2026-11-24T04:00:00Z")
}

pub(crate) fn encrypted(local: &str) -> Fragment {
    Fragment::parse(&format!(
        r#"<saml:{local} xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"><xenc:CipherData><xenc:CipherValue>AAAA</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:{local}>"#
    ))
    .unwrap()
}

pub(crate) fn name_id() -> NameId {
    NameId::new(AWKWARD)
        .with_format(nameid_format::PERSISTENT)
        .with_name_qualifier("urn:idp")
        .with_sp_name_qualifier("urn:sp")
        .with_sp_provided_id(AWKWARD)
}

pub(crate) fn assertion() -> Assertion {
    Assertion::new(id("_a"), now(), "https://idp.example/", name_id())
        .with_subject_confirmation(
            SubjectConfirmation::bearer("https://sp.example/acs?a&b", later())
                .with_in_response_to(id("_q"))
                .with_address("2001:db8::1"),
        )
        .with_not_before(now())
        .with_not_on_or_after(later())
        .with_audience("https://sp.example/")
        .with_audience("https://sp.example/?a&b")
        .with_one_time_use()
        .with_authn_statement(
            AuthnStatement::new(now(), authn_context::PASSWORD)
                .with_session_index("_a")
                .with_session_not_on_or_after(later())
                .with_authenticating_authority("urn:other"),
        )
        .with_attribute(
            Attribute::new("urn:mail")
                .with_name_format("urn:format")
                .with_friendly_name(AWKWARD)
                .with_value(AWKWARD)
                .with_values(["", "b"]),
        )
        .with_attribute(Attribute::new("empty"))
}

pub(crate) fn response(status: Status) -> Response {
    Response::new(id("_r"), now(), "https://idp.example/", status)
        .with_destination("https://sp.example/acs?a&b")
        .with_in_response_to(id("_q"))
}

pub(crate) fn authn_request() -> AuthnRequest {
    AuthnRequest::new(id("_q"), now(), "https://sp.example/")
        .with_destination("https://idp.example/sso?a&b")
        .with_consent("urn:consent")
        .with_force_authn(true)
        .with_is_passive(false)
        .with_assertion_consumer_service(AssertionConsumerService::UrlAndBinding {
            url: "https://sp.example/acs?a&b".to_owned(),
            protocol_binding: binding::HTTP_POST.to_owned(),
        })
        .with_attribute_consuming_service_index(1)
        .with_provider_name(AWKWARD)
        .with_subject(name_id())
        .with_name_id_policy(
            NameIdPolicy::new()
                .with_format(nameid_format::PERSISTENT)
                .with_sp_name_qualifier("urn:sp")
                .with_allow_create(true),
        )
        .with_conditions(
            Conditions::new()
                .with_not_before(now())
                .with_not_on_or_after(later())
                .with_audience("https://sp.example/")
                .with_one_time_use(),
        )
        .with_requested_authn_context(RequestedAuthnContext::class_refs(
            Comparison::Minimum,
            [authn_context::PASSWORD, authn_context::X509],
        ))
        .with_scoping(
            Scoping::new()
                .with_proxy_count(2)
                .with_idp_entry(
                    IdpEntry::new("urn:idp")
                        .with_name(AWKWARD)
                        .with_loc("https://idp.example/"),
                )
                .with_get_complete("https://idps.example/")
                .with_requester_id("urn:requester"),
        )
        .with_extension(extension("a"))
        .and_then(|request| request.with_extension(extension("b")))
        .unwrap()
}

/// An element that two parties agreed on.
pub(crate) fn extension(local: &str) -> Fragment {
    Fragment::parse(&format!(
        "<{local} xmlns='urn:agreed' samlp='&lt;'><x xmlns=''/></{local}>"
    ))
    .unwrap()
}

pub(crate) fn logout_request(identifier: impl Into<Identifier>) -> LogoutRequest {
    LogoutRequest::new(id("_l"), now(), "https://sp.example/", identifier)
        .with_destination("https://idp.example/slo")
        .with_reason(logout_reason::USER)
        .with_not_on_or_after(later())
        .with_session_index("_a")
        .with_session_index(AWKWARD)
}

pub(crate) fn logout_response() -> LogoutResponse {
    let status = Status::success()
        .with_sub_code(status::PARTIAL_LOGOUT)
        .with_message(AWKWARD);
    LogoutResponse::new(id("_r"), now(), "https://idp.example/", id("_l"), status)
        .with_destination("https://sp.example/slo")
}

/// Every message, written, with a name.
pub(crate) fn messages() -> Vec<(String, String)> {
    let mut messages = Vec::new();
    for style in [Style::Prefixed, Style::DefaultNamespace] {
        let entra = assertion()
            .with_statement_order(StatementOrder::AttributesFirst)
            .with_encrypted_attribute(encrypted("EncryptedAttribute"))
            .unwrap();
        let alone = assertion().with_style(style).write().unwrap();
        let failed = Status::new(status::RESPONDER)
            .with_sub_code(status::AUTHN_FAILED)
            .with_message(AWKWARD);
        let whole = response(Status::success())
            .with_assertion(entra)
            .with_signed_assertion(Fragment::parse(&alone).unwrap())
            .unwrap()
            .with_encrypted_assertion(encrypted("EncryptedAssertion"))
            .unwrap();
        let secret = Identifier::encrypted_id(encrypted("EncryptedID")).unwrap();
        let least = AuthnRequest::new(id("_q"), now(), "https://sp.example/");
        // Empty is allowed, and not the same as none.
        let unconditional = least.clone().with_conditions(Conditions::new());
        let extended = logout_response().with_extension(extension("a")).unwrap();
        for (name, message) in [
            ("authn-request", authn_request().with_style(style).write()),
            ("authn-request-least", least.with_style(style).write()),
            (
                "authn-request-unconditional",
                unconditional.with_style(style).write(),
            ),
            (
                "logout-response-extended",
                extended.with_style(style).write(),
            ),
            (
                "logout-request",
                logout_request(name_id()).with_style(style).write(),
            ),
            (
                "logout-request-encrypted",
                logout_request(secret).with_style(style).write(),
            ),
            (
                "logout-response",
                logout_response().with_style(style).write(),
            ),
            (
                "response-failed",
                response(failed).with_style(style).write(),
            ),
            // Identifiers are unique in a document, and this one holds two assertions.
            (
                "response",
                whole
                    .with_style(style)
                    .write()
                    .map(|xml| xml.replacen("ID=\"_a\"", "ID=\"_b\"", 1)),
            ),
            ("assertion", Ok(alone)),
        ] {
            messages.push((format!("{name}-{style:?}"), message.unwrap()));
        }
    }
    messages
}

fn text(value: &str) -> LocalizedText {
    LocalizedText::new("en", value)
}

/// An entity with both roles and everything in them.
pub(crate) fn entity() -> EntityDescriptor {
    let extension = Fragment::parse(
        r#"<o:x xmlns:o="urn:other" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:anyType" a="&#xA;"><y/>&lt;</o:x>"#,
    )
    .unwrap();
    let organization = Organization::new(text("Org"), text(AWKWARD), text("https://org.example/"));
    let mut contact = ContactPerson::new("technical");
    contact.company = Some(AWKWARD.to_owned());
    contact.sur_name = Some("Sur".to_owned());
    contact.email_addresses = vec![
        "mailto:a@example.com".to_owned(),
        "mailto:b@example.com".to_owned(),
    ];
    contact.extensions = vec![extension.clone()];
    let mut key_info = KeyInfo::default();
    key_info.key_names = vec!["key <1>".to_owned()];
    let mut both = KeyDescriptor::new(None, key_info.clone());
    both.encryption_methods = vec![EncryptionMethod::new(
        "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    )];
    key_info.others = vec![
        Fragment::parse(
            r#"<ds:MgmtData xmlns:ds="http://www.w3.org/2000/09/xmldsig#">x</ds:MgmtData>"#,
        )
        .unwrap(),
    ];
    let mut encryption = KeyDescriptor::new(Some(KeyUse::Encryption), key_info);
    let mut oaep = EncryptionMethod::new("http://www.w3.org/2009/xmlenc11#rsa-oaep");
    oaep.parameters = vec![
        Fragment::parse(r#"<ds:DigestMethod xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>"#).unwrap(),
    ];
    encryption.encryption_methods = vec![oaep];

    let mut slo = Endpoint::new(binding::HTTP_REDIRECT, "https://e.example/slo?a&b");
    slo.response_location = Some("https://e.example/slr".to_owned());
    let post = || Endpoint::new(binding::HTTP_POST, "https://e.example/post");
    let mut idp = IdpSsoDescriptor::new(vec![post(), post()]);
    idp.want_authn_requests_signed = Some(true);
    idp.sso.id = Some("_idp".to_owned());
    idp.sso.valid_until = Some(later());
    idp.sso.cache_duration = Some(Duration::from_seconds(3600));
    idp.sso.error_url = Some("https://e.example/error?a&b".to_owned());
    idp.sso.extensions = vec![extension.clone()];
    idp.sso.key_descriptors = vec![both, encryption];
    idp.sso.organization = Some(organization.clone());
    idp.sso.contact_persons = vec![contact.clone()];
    idp.sso.artifact_resolution_services = vec![IndexedEndpoint::new(post(), 0)];
    idp.sso.single_logout_services = vec![slo.clone()];
    idp.sso.manage_name_id_services = vec![slo.clone()];
    idp.sso.name_id_formats = vec![
        nameid_format::PERSISTENT.to_owned(),
        nameid_format::TRANSIENT.to_owned(),
    ];
    idp.name_id_mapping_services = vec![post()];
    idp.assertion_id_request_services = vec![post()];
    idp.attribute_profiles = vec!["urn:profile".to_owned()];
    let mut attribute = metadata::Attribute::new("urn:mail");
    attribute.name_format = Some("urn:format".to_owned());
    attribute.friendly_name = Some(AWKWARD.to_owned());
    attribute.values = vec![AWKWARD.to_owned(), String::new()];
    idp.attributes = vec![attribute];

    let mut acs = IndexedEndpoint::new(post(), 65535);
    acs.is_default = Some(true);
    let mut sp = SpSsoDescriptor::new(vec![IndexedEndpoint::new(post(), 1), acs]);
    sp.authn_requests_signed = Some(false);
    sp.want_assertions_signed = Some(true);
    let mut service = AttributeConsumingService::new(3, text("Service"));
    service.is_default = Some(false);
    service.service_descriptions = vec![text(AWKWARD), LocalizedText::new("de-CH", "Dienst")];
    let mut requested = RequestedAttribute::new("mail");
    requested.is_required = Some(true);
    requested.values = vec![AWKWARD.to_owned()];
    service.requested_attributes = vec![requested];
    sp.attribute_consuming_services = vec![service];

    let mut entity = EntityDescriptor::new("https://e.example/?a&b").with_valid_until(later());
    entity.id = Some("_e".to_owned());
    entity.cache_duration = Duration::parse("P1M2DT0.5S");
    entity.extensions = vec![extension];
    entity.idp_sso_descriptors = vec![idp];
    entity.sp_sso_descriptors = vec![sp];
    entity.organization = Some(organization);
    entity.contact_persons = vec![contact];
    entity.additional_metadata_locations = vec![AdditionalMetadataLocation::new(
        "urn:n",
        "https://more.example/",
    )];
    entity
}

/// Groups in a group.
pub(crate) fn entities() -> EntitiesDescriptor {
    let sp = |entity_id: &str| {
        let acs = Endpoint::new(binding::HTTP_POST, "https://sp.example/acs");
        let mut entity = EntityDescriptor::new(entity_id);
        entity.sp_sso_descriptors = vec![SpSsoDescriptor::new(vec![IndexedEndpoint::new(acs, 0)])];
        Member::Entity(Box::new(entity))
    };
    let mut inner = EntitiesDescriptor::new(vec![sp("urn:1"), sp("urn:2")]);
    inner.name = Some(AWKWARD.to_owned());
    let mut outer =
        EntitiesDescriptor::new(vec![sp("urn:0"), Member::Entities(inner), sp("urn:3")]);
    outer.id = Some("_group".to_owned());
    outer.cache_duration = Some(Duration::from_seconds(0));
    outer.extensions = vec![Fragment::parse(r#"<x xmlns="urn:x"/>"#).unwrap()];
    outer.with_valid_until(later())
}

/// Every metadata document.
pub(crate) fn metadata() -> Vec<(&'static str, Metadata)> {
    vec![
        ("entity", Metadata::Entity(Box::new(entity()))),
        ("entities", Metadata::Entities(entities())),
    ]
}
