//! The identity provider's role: what it issues is accepted by the service provider of this crate, in every shape; what it
//! accepts breaks no rule, and each rule has a sibling that breaks it.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a broken fixture must stop the test"
)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use samlkit_core::metadata::Metadata;
use samlkit_core::uri::{authn_context, nameid_format, status};
use samlkit_core::write::{
    AssertionConsumerService, Attribute, AuthnRequest, Id, NameId, NameIdPolicy,
    RequestedAuthnContext, Status,
};
use samlkit_core::{Comparison, Timestamp};
use samlkit_crypto::{BlockEncryption, SystemRandomness};
use samlkit_enc::{DecryptionKey, Encryptor, Recipient};
use samlkit_websso::{
    AcceptedRequest, Authentication, Code, ConfigError, Expected, IdentityProviderRole,
    InMemoryReplay, Incoming, IssueError, IssuePolicy, Login, Outgoing, Parameter, Reason, Refusal,
    RefusedRequest, RelayState, RelyingParty, RequestBinding, SignedParts, redirect_url,
};

#[path = "../support/parties.rs"]
mod parties;
mod rules;
mod subjects;

use parties::{
    ACS, IDP, SP, SSO, at, certificate, field, identity_provider, now, peers_are_asked, posted,
    private_key, relying_party, role, service_provider, signed, signer, trusted, xmlsec1,
};

fn authentication() -> Authentication {
    let name_id =
        NameId::new("britta.simon@contoso.example").with_format(nameid_format::EMAIL_ADDRESS);
    Authentication::new(name_id, now(), authn_context::PASSWORD)
        .with_attribute(Attribute::new("role").with_values(["admin", "<user> & co"]))
}

fn request() -> AuthnRequest {
    AuthnRequest::new(Id::new("_request").unwrap(), now(), SP).with_destination(SSO)
}

/// The request in a query, signed by `key` if there is one.
fn sent(message: &str, key: Option<&str>) -> String {
    let signer = key.map(signer);
    let signer = signer
        .as_ref()
        .map(|key| key as &dyn samlkit_crypto::Signer);
    let url = redirect_url(SSO, Parameter::Request, message, Some("state"), signer).expect("a URL");
    url.split_once('?').expect("a query").1.to_owned()
}

fn accept(
    role: &IdentityProviderRole,
    request: &AuthnRequest,
    key: Option<&str>,
) -> Result<AcceptedRequest, RefusedRequest> {
    let query = sent(&request.write().expect("written"), key);
    role.accept_request(Incoming::redirect(&query), now(), None)
}

fn post(
    role: &IdentityProviderRole,
    message: &str,
    now: Timestamp,
) -> Result<AcceptedRequest, RefusedRequest> {
    let value = STANDARD.encode(message);
    role.accept_request(Incoming::post(Parameter::Request, &value, None), now, None)
}

fn passes<T, E: std::fmt::Debug>(result: Result<T, E>) {
    result.map(drop).expect("accepted");
}

fn code(result: Result<AcceptedRequest, RefusedRequest>) -> Code {
    result.expect_err("refused").rejection().code()
}

#[test]
fn every_shape_is_accepted_by_the_service_provider() {
    let encryptions = [
        None,
        Some(BlockEncryption::Aes256Gcm),
        Some(BlockEncryption::Aes128Cbc),
    ];
    let parts = [
        SignedParts::Assertion,
        SignedParts::Response,
        SignedParts::Both,
    ];
    for policy in [IssuePolicy::new(), IssuePolicy::entra_like()] {
        for (parts, encryption) in parts
            .into_iter()
            .flat_map(|parts| encryptions.map(|encryption| (parts, encryption)))
        {
            let mut party = relying_party().with_signed_requests();
            if let Some(algorithm) = encryption {
                let recipient = Recipient::from_certificate(certificate("sp")).expect("a key");
                party = party.with_encryptor(Encryptor::new(recipient).with_algorithm(algorithm));
            }
            let role = role(party).with_issue_policy(policy.clone().with_signed_parts(parts));
            for binding in [RequestBinding::Redirect, RequestBinding::Post] {
                round_trip(&role, binding, parts, encryption);
            }
        }
    }
}

fn round_trip(
    role: &IdentityProviderRole,
    binding: RequestBinding,
    parts: SignedParts,
    encryption: Option<BlockEncryption>,
) {
    let provider =
        service_provider(identity_provider().with_single_sign_on_service(binding.uri(), SSO))
            .with_decryptor(DecryptionKey::new(private_key("sp")));
    let key = signer("sp");
    let login = Login::new()
        .with_binding(binding)
        .with_relay_state(RelayState::new("state").unwrap())
        .with_signer(&key, Some(certificate("sp")));
    let (outgoing, pending) = provider
        .login(IDP, &login, now(), &SystemRandomness)
        .expect("a login");
    let (query, value);
    let incoming = match &outgoing {
        Outgoing::Post(form) => {
            value = field(form.html(), "SAMLRequest").unwrap();
            Incoming::post(Parameter::Request, &value, Some("state"))
        }
        _ => {
            query = parties::query(&outgoing);
            Incoming::redirect(&query)
        }
    };
    let request = role
        .accept_request(incoming, now(), None)
        .expect("an accepted request");
    assert_eq!(request.relying_party(), SP);
    assert_eq!(request.acs_url(), ACS);
    assert_eq!(request.relay_state(), Some("state"));
    assert_eq!(request.id().as_str(), pending.id());
    assert_eq!(request.signed_by(), Some(trusted("sp").thumbprint()));

    let issued = role
        .issue(&request, &authentication(), now(), &SystemRandomness)
        .expect("issued");
    let html = issued.form().html();
    assert!(html.contains(&format!("action=\"{ACS}\"")));
    assert_eq!(field(html, "RelayState").as_deref(), Some("state"));
    let response = field(html, "SAMLResponse").unwrap();
    let replay = InMemoryReplay::new(8);
    let identity = provider
        .accept(&response, pending.expected(), now(), &replay)
        .unwrap_or_else(|rejection| panic!("{rejection} {}", issued.message()));
    assert_eq!(identity.issuer(), IDP);
    assert_eq!(identity.name_id().value(), "britta.simon@contoso.example");
    assert_eq!(identity.signed_parts(), parts);
    assert_eq!(identity.is_encrypted(), encryption.is_some());
    assert_eq!(identity.in_response_to(), Some(pending.id()));
    assert_eq!(identity.assertion_id(), issued.assertion_id().as_str());
    assert_eq!(identity.session_index(), issued.session().session_index());
    assert_eq!(identity.attributes().count(), 1);

    // The same response to another request, with an octet changed, and too late.
    let other = provider.accept(&response, Expected::answer_to("_other"), now(), &replay);
    assert_eq!(
        other.expect_err("refused").code(),
        Code::InResponseToMismatch
    );
    let late = provider.accept(
        &response,
        pending.expected(),
        at("2026-01-15T11:02:00Z"),
        &replay,
    );
    assert_eq!(late.expect_err("refused").code(), Code::Expired);
    if encryption.is_none() {
        let changed = issued.message().replace("britta", "brutta");
        let changed = provider.accept_xml(changed.as_bytes(), pending.expected(), now(), &replay);
        assert_eq!(changed.expect_err("refused").code(), Code::SignatureInvalid);
    } else {
        assert!(!issued.message().contains("britta"));
    }
}

#[test]
fn entra_like_markup() {
    let role = role(relying_party()).with_issue_policy(IssuePolicy::entra_like());
    let request = accept(&role, &request(), None).expect("accepted");
    let issued = role
        .issue(&request, &authentication(), now(), &SystemRandomness)
        .expect("issued");
    let message = issued.message();
    for part in [
        "<Assertion ",
        "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">",
        "NotBefore=\"2026-01-15T09:55:00.000Z\" NotOnOrAfter=\"2026-01-15T11:00:00.000Z\"",
    ] {
        assert!(message.contains(part), "{part} {message}");
    }
    assert!(message.find("<AttributeStatement>") < message.find("<AuthnStatement "));
    let id = issued.assertion_id().as_str();
    let lengths: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(lengths, [9, 4, 4, 4, 12], "{id}");
    assert_eq!(issued.session().session_index(), Some(id));
}

#[test]
fn unsolicited() {
    let role = role(relying_party());
    let issue = |party| {
        role.issue_unsolicited(
            party,
            Some("/inbox"),
            &authentication(),
            now(),
            &SystemRandomness,
        )
    };
    let issued = issue(SP).expect("issued");
    assert!(!issued.message().contains("InResponseTo"));
    let response = field(issued.form().html(), "SAMLResponse").unwrap();
    let provider = service_provider(identity_provider());
    let replay = InMemoryReplay::new(8);
    let refused = provider.accept(&response, Expected::nothing(), now(), &replay);
    assert_eq!(refused.expect_err("refused").code(), Code::Unsolicited);
    let identity = provider
        .accept(&response, Expected::unsolicited(), now(), &replay)
        .expect("accepted");
    assert_eq!(identity.in_response_to(), None);
    assert_eq!(
        issue("https://other.example/").unwrap_err(),
        IssueError::UnknownRelyingParty
    );
}

#[test]
fn refusals_reach_the_service_provider() {
    let role = role(relying_party());
    let request = accept(&role, &request(), None).expect("accepted");
    let provider = service_provider(identity_provider());
    for (refusal, expected) in [
        (Refusal::AuthnFailed, "Responder / AuthnFailed"),
        (
            Refusal::InvalidNameIdPolicy,
            "Requester / InvalidNameIDPolicy",
        ),
        (Refusal::NoAuthnContext, "Responder / NoAuthnContext"),
        (Refusal::NoPassive, "Responder / NoPassive"),
        (Refusal::RequestDenied, "Responder / RequestDenied"),
        (
            Refusal::RequestUnsupported,
            "Requester / RequestUnsupported",
        ),
        (Refusal::UnknownPrincipal, "Responder / UnknownPrincipal"),
    ] {
        let form = role
            .refuse(&request, refusal, now(), &SystemRandomness)
            .expect("a form");
        let message = posted(form.html(), "SAMLResponse");
        assert!(message.contains("InResponseTo=\"_request\""));
        assert!(message.contains("<ds:Signature "));
        let rejection = provider
            .accept_xml(
                message.as_bytes(),
                Expected::answer_to("_request"),
                now(),
                &InMemoryReplay::new(1),
            )
            .expect_err("refused");
        assert_eq!(rejection.code(), Code::StatusNotSuccess);
        let Reason::Status { status } = rejection.reason() else {
            panic!("{rejection:?}")
        };
        assert_eq!(&**status, expected);
    }
    for success in [
        Status::success(),
        Status::success().with_sub_code(status::NO_PASSIVE),
    ] {
        let refused = role.refuse(&request, success, now(), &SystemRandomness);
        assert_eq!(refused.unwrap_err(), IssueError::SuccessWithoutAssertion);
    }
}

#[test]
fn what_a_request_asks_for() {
    let role = role(
        relying_party()
            .with_acs("https://sp.example/acs2", 7)
            .unwrap(),
    );
    let asked = request()
        .with_force_authn(true)
        .with_is_passive(true)
        .with_name_id_policy(
            NameIdPolicy::new()
                .with_format(nameid_format::PERSISTENT)
                .with_allow_create(true),
        )
        .with_requested_authn_context(RequestedAuthnContext::class_refs(
            Comparison::Exact,
            [authn_context::X509],
        ))
        .with_assertion_consumer_service(AssertionConsumerService::Index(7))
        .with_attribute_consuming_service_index(3);
    let accepted = accept(&role, &asked, None).expect("accepted");
    assert_eq!(accepted.attribute_consuming_service_index(), Some(3));
    assert!(accepted.force_authn());
    assert!(accepted.is_passive());
    assert!(accepted.allow_create());
    assert_eq!(accepted.acs_url(), "https://sp.example/acs2");
    assert_eq!(accepted.name_id_format(), Some(nameid_format::PERSISTENT));
    assert_eq!(accepted.comparison(), Comparison::Exact);
    assert_eq!(accepted.requested_authn_contexts(), [authn_context::X509]);
    assert_eq!(accepted.signed_by(), None);
    assert_eq!(accepted.issue_instant(), now());
    assert_eq!(accepted.relay_state(), Some("state"));

    let plain = accept(&role, &request(), None).expect("accepted");
    assert!(!plain.force_authn());
    assert!(!plain.is_passive());
    assert!(!plain.allow_create());
    assert_eq!(plain.attribute_consuming_service_index(), None);
    assert_eq!(plain.name_id_format(), None);
    assert!(plain.requested_authn_contexts().is_empty());
    assert_eq!(plain.acs_url(), ACS);
}

#[test]
fn issuing_holds_to_what_was_asked_for() {
    let role = role(relying_party());
    let issue = |asked: AuthnRequest, authentication: &Authentication| {
        let accepted = accept(&role, &asked, None).expect("accepted");
        role.issue(&accepted, authentication, now(), &SystemRandomness)
            .map(drop)
    };
    let formatted = |format| request().with_name_id_policy(NameIdPolicy::new().with_format(format));
    let persistent = formatted(nameid_format::PERSISTENT);
    assert_eq!(
        issue(persistent, &authentication()),
        Err(IssueError::NameIdFormat)
    );
    let email = formatted(nameid_format::EMAIL_ADDRESS);
    assert_eq!(issue(email, &authentication()), Ok(()));
    let unspecified = formatted(nameid_format::UNSPECIFIED);
    assert_eq!(issue(unspecified, &authentication()), Ok(()));

    let context = |class| {
        request().with_requested_authn_context(RequestedAuthnContext::class_refs(
            Comparison::Exact,
            [class],
        ))
    };
    let x509 = context(authn_context::X509);
    assert_eq!(
        issue(x509, &authentication()),
        Err(IssueError::AuthnContext)
    );
    let password = context(authn_context::PASSWORD);
    assert_eq!(issue(password, &authentication()), Ok(()));
    let minimum = request().with_requested_authn_context(RequestedAuthnContext::class_refs(
        Comparison::Minimum,
        [authn_context::X509],
    ));
    assert_eq!(issue(minimum, &authentication()), Ok(()));

    let force = || request().with_force_authn(true);
    let old = Authentication::new(
        NameId::new("u"),
        at("2026-01-15T09:58:59Z"),
        authn_context::PASSWORD,
    );
    assert_eq!(issue(force(), &old), Err(IssueError::NotFresh));
    assert_eq!(issue(request(), &old), Ok(()));
    assert_eq!(issue(force(), &authentication()), Ok(()));

    let coming = at("2026-01-15T10:01:01Z");
    let future = Authentication::new(NameId::new("u"), coming, authn_context::PASSWORD);
    assert_eq!(issue(request(), &future), Err(IssueError::AuthnInstant));
    let over = authentication().with_session_not_on_or_after(now());
    assert_eq!(issue(request(), &over), Err(IssueError::SessionOver));
    let open = authentication().with_session_not_on_or_after(coming);
    assert_eq!(issue(request(), &open), Ok(()));
}

fn metadata(role_attributes: &str, services: &str) -> Metadata {
    let key = |name: &str| STANDARD.encode(certificate(name).der());
    let (signing, encryption) = (key("sp"), key("sp"));
    let text = format!(
        r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{SP}">
<SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"{role_attributes}>
<KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{signing}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>
<KeyDescriptor use="encryption"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{encryption}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>
{services}</SPSSODescriptor></EntityDescriptor>"#
    );
    Metadata::read_unverified(text.as_bytes()).expect("metadata")
}

fn service(binding: &str, url: &str, index: u16, more: &str) -> String {
    format!(
        r#"<AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:{binding}" Location="{url}" index="{index}"{more}/>"#
    )
}

#[test]
fn service_providers_by_metadata() {
    let services = [
        service(
            "HTTP-Artifact",
            "https://sp.example/artifact",
            0,
            " isDefault=\"true\"",
        ),
        service("HTTP-POST", "https://sp.example/acs2", 1, ""),
        service("HTTP-POST", ACS, 2, " isDefault=\"true\""),
    ]
    .concat();
    let attributes = " AuthnRequestsSigned=\"true\" WantAssertionsSigned=\"true\"";
    let metadata = metadata(attributes, &services);
    let entity = metadata.entities().next().unwrap();
    let party = RelyingParty::from_metadata(entity, now()).expect("a party");
    assert_eq!(party.acs_url(), ACS);
    assert_eq!(party.keys().len(), 1);
    assert!(!party.encrypts());
    let party = party
        .with_encryption(BlockEncryption::Aes256Gcm)
        .expect("a key");
    assert!(party.encrypts());

    let policy = IssuePolicy::new().with_signed_parts(SignedParts::Response);
    let role = role(party).with_issue_policy(policy);
    assert_eq!(code(accept(&role, &request(), None)), Code::Unsigned);
    let index = |index| {
        let service = AssertionConsumerService::Index(index);
        accept(
            &role,
            &request().with_assertion_consumer_service(service),
            Some("sp"),
        )
    };
    assert_eq!(code(index(0)), Code::AcsNotRegistered);
    assert_eq!(
        index(1).expect("accepted").acs_url(),
        "https://sp.example/acs2"
    );
    let issued = role
        .issue(
            &index(2).unwrap(),
            &authentication(),
            now(),
            &SystemRandomness,
        )
        .expect("issued");
    // The assertion is signed because the metadata wants it, the response by the policy.
    let provider =
        service_provider(identity_provider()).with_decryptor(DecryptionKey::new(private_key("sp")));
    let identity = provider
        .accept_xml(
            issued.message().as_bytes(),
            Expected::answer_to("_request"),
            now(),
            &InMemoryReplay::new(1),
        )
        .expect("accepted");
    assert_eq!(identity.signed_parts(), SignedParts::Both);
    assert!(identity.is_encrypted());
}

#[test]
fn configurations_that_are_refused() {
    let from = |services: &str| {
        let metadata = metadata("", services);
        RelyingParty::from_metadata(metadata.entities().next().unwrap(), now()).map(drop)
    };
    let acs = service("HTTP-POST", ACS, 0, "");
    assert_eq!(from(&acs), Ok(()));
    let artifact = service("HTTP-Artifact", ACS, 0, "");
    assert_eq!(
        from(&artifact),
        Err(ConfigError::NoAssertionConsumerService)
    );
    assert_eq!(from(&acs.repeat(2)), Err(ConfigError::DuplicateIndex));
    let no_key = relying_party().with_encryption(BlockEncryption::Aes256Gcm);
    assert_eq!(no_key.unwrap_err(), ConfigError::NoEncryptionKey);
    let twice = role(relying_party()).with_relying_party(relying_party());
    assert_eq!(twice.unwrap_err(), ConfigError::DuplicateEntityId);
    assert_eq!(
        IdentityProviderRole::new("", SSO, signer("idp")).unwrap_err(),
        ConfigError::EmptyEntityId
    );
    assert_eq!(
        IdentityProviderRole::new(IDP, "", signer("idp")).unwrap_err(),
        ConfigError::EmptyUrl
    );
}

/// Asked for by `SAMLKIT_PEERS=1`; a missing command is a failure then.
#[test]
fn xmlsec1_verifies_what_is_issued() {
    if peers_are_asked() {
        for policy in [IssuePolicy::new(), IssuePolicy::entra_like()] {
            for (parts, name) in [
                (SignedParts::Assertion, "Assertion"),
                (SignedParts::Response, "Response"),
            ] {
                let role = role(relying_party())
                    .with_issue_policy(policy.clone().with_signed_parts(parts));
                let issued = role
                    .issue_unsolicited(SP, None, &authentication(), now(), &SystemRandomness)
                    .expect("issued");
                let message = issued.message();
                assert!(xmlsec1(message, name, "idp"), "{message}");
                assert!(!xmlsec1(&message.replace("britta", "brutta"), name, "idp"));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_messages_do_no_harm(text in ".*", octets in proptest::collection::vec(any::<u8>(), 0..300)) {
        let role = role(relying_party());
        let value = STANDARD.encode(&octets);
        for incoming in [
            Incoming::redirect(&text),
            Incoming::post(Parameter::Request, &text, Some(&text)),
            Incoming::post(Parameter::Request, &value, None),
        ] {
            prop_assert!(role.accept_request(incoming, now(), None).is_err());
        }
        let query = format!("SAMLRequest={text}&RelayState={text}&SigAlg={text}&Signature={text}");
        prop_assert!(role.accept_request(Incoming::redirect(&query), now(), None).is_err());
    }

    #[test]
    fn changed_requests_do_no_harm(at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let role = role(relying_party().with_signed_requests());
        let mut message = SIGNED.with(Clone::clone).into_bytes();
        let at = at.index(message.len());
        if let Some(octet) = message.get_mut(at) {
            *octet = with;
        }
        let value = STANDARD.encode(&message);
        let result = role.accept_request(Incoming::post(Parameter::Request, &value, None), now(), None);
        if let Ok(accepted) = result {
            // What no signature covers may change: it says nothing.
            prop_assert_eq!(accepted.id().as_str(), "_request");
            prop_assert_eq!(accepted.acs_url(), ACS);
        }
    }
}

thread_local! {
    static SIGNED: String = signed(&request().write().unwrap(), "sp");
}
