//! Users and contexts that requests name: held to when the response is issued, and a failure that reaches the service provider
//! where they cannot be.

use crate::parties::{
    ACS, IDP, SP, certificate, identity_provider, now, posted, private_key, relying_party, role,
    service_provider, signed,
};
use crate::{accept, authentication, passes, post, request};
use samlkit_core::uri::{authn_context, nameid_format};
use samlkit_core::write::{AuthnRequest, Identifier, NameId, NameIdPolicy, RequestedAuthnContext};
use samlkit_core::{Comparison, Fragment};
use samlkit_crypto::{BlockEncryption, SystemRandomness};
use samlkit_enc::{DecryptionKey, Encryptor, Kind, Recipient};
use samlkit_websso::{
    AcceptedRequest, Authentication, Code, Expected, IdentityProviderRole, InMemoryReplay,
    IssueError, Reason, Refusal, RefusedRequest, RelyingParty,
};

const USER: &str = "britta.simon@contoso.example";

fn email(user: &str) -> NameId {
    NameId::new(user).with_format(nameid_format::EMAIL_ADDRESS)
}

fn persistent() -> NameId {
    NameId::new("p-1").with_format(nameid_format::PERSISTENT)
}

fn named(name_id: NameId) -> Authentication {
    Authentication::new(name_id, now(), authn_context::PASSWORD)
}

fn issue(
    role: &IdentityProviderRole,
    request: &AcceptedRequest,
    authentication: &Authentication,
) -> Result<(), IssueError> {
    role.issue(request, authentication, now(), &SystemRandomness)
        .map(drop)
}

/// What the service provider reads in the answer.
fn told(role: &IdentityProviderRole, request: &AcceptedRequest, refusal: Refusal) -> String {
    let form = role
        .refuse(request, refusal, now(), &SystemRandomness)
        .expect("a form");
    let rejection = service_provider(identity_provider())
        .accept_xml(
            posted(form.html(), "SAMLResponse").as_bytes(),
            Expected::answer_to("_request"),
            now(),
            &InMemoryReplay::new(1),
        )
        .expect_err("refused");
    assert_eq!(rejection.code(), Code::StatusNotSuccess);
    let Reason::Status { status } = rejection.reason() else {
        panic!("{rejection:?}")
    };
    status.to_string()
}

/// The code of a refusal, and what the service provider is told.
fn answered(
    role: &IdentityProviderRole,
    result: Result<AcceptedRequest, RefusedRequest>,
) -> (Code, String) {
    let refused = result.expect_err("refused");
    let (request, refusal) = refused.answer().expect("an answer");
    (refused.rejection().code(), told(role, request, refusal))
}

#[test]
fn a_subject_is_held_to_by_all_that_names_it() {
    let role = role(relying_party());
    let held = |wanted: NameId, known: NameId| {
        let accepted = accept(&role, &request().with_subject(wanted.clone()), None);
        let accepted = accepted.expect("accepted");
        assert_eq!(accepted.subject(), Some(&wanted));
        issue(&role, &accepted, &named(known))
    };
    let other = Err(IssueError::Subject);
    assert_eq!(held(email(USER), email(USER)), Ok(()));
    assert_eq!(
        held(email(USER), email("britta.Simon@contoso.example")),
        other
    );
    assert_eq!(held(NameId::new(USER), email(USER)), other);
    assert_eq!(held(email(USER), NameId::new(USER)), other);
    let unspecified = NameId::new(USER).with_format(nameid_format::UNSPECIFIED);
    assert_eq!(held(unspecified, NameId::new(USER)), Ok(()));

    let full = || {
        persistent()
            .with_name_qualifier(IDP)
            .with_sp_name_qualifier(SP)
    };
    for known in [
        persistent(),
        full(),
        persistent().with_name_qualifier(IDP),
        persistent().with_sp_name_qualifier(SP),
    ] {
        assert_eq!(held(persistent(), known.clone()), Ok(()));
        assert_eq!(held(full(), known.clone()), Ok(()));
        let elsewhere = persistent().with_sp_name_qualifier("https://other.example/");
        assert_eq!(held(elsewhere, known.clone()), other);
        let elsewhere = persistent().with_name_qualifier(SP);
        assert_eq!(held(elsewhere, known), other);
    }
    assert_eq!(
        held(persistent().with_sp_provided_id("7"), persistent()),
        other
    );
    // Only persistent identifiers have qualifiers that can be left out.
    assert_eq!(
        held(email(USER).with_name_qualifier(IDP), email(USER)),
        other
    );

    let accepted = accept(&role, &request().with_subject(email("no")), None).expect("accepted");
    let refusal = issue(&role, &accepted, &authentication())
        .unwrap_err()
        .refusal();
    let refusal = refusal.expect("an answer");
    assert_eq!(
        told(&role, &accepted, refusal),
        "Responder / UnknownPrincipal"
    );
}

/// SAMLCore §3.4.1.4: the name may be another one where the request asks for another format.
#[test]
fn another_name_of_the_user_where_another_format_is_asked_for() {
    let role = role(relying_party());
    let policy = |format| NameIdPolicy::new().with_format(format);
    let asked = |format| {
        let asked = request().with_subject(email(USER));
        accept(&role, &asked.with_name_id_policy(policy(format)), None).expect("accepted")
    };
    let elsewhere = asked(nameid_format::PERSISTENT);
    let known = named(persistent()).with_other_name(email(USER));
    assert_eq!(issue(&role, &elsewhere, &known), Ok(()));
    let unknown = named(persistent());
    assert_eq!(issue(&role, &elsewhere, &unknown), Err(IssueError::Subject));
    let other = named(persistent()).with_other_name(email("no"));
    assert_eq!(issue(&role, &elsewhere, &other), Err(IssueError::Subject));
    // Without such a policy the name itself must be the one.
    let same = asked(nameid_format::EMAIL_ADDRESS);
    let other = named(email("b.simon@contoso.example")).with_other_name(email(USER));
    assert_eq!(issue(&role, &same, &other), Err(IssueError::Subject));
    assert_eq!(issue(&role, &same, &named(email(USER))), Ok(()));
}

#[test]
fn the_namespace_of_the_identifier_is_held_to() {
    let role = role(relying_party());
    let asked = |qualifier: &str| {
        let policy = NameIdPolicy::new().with_sp_name_qualifier(qualifier);
        accept(&role, &request().with_name_id_policy(policy), None).expect("accepted")
    };
    let group = named(persistent().with_sp_name_qualifier("urn:group"));
    assert_eq!(issue(&role, &asked("urn:group"), &group), Ok(()));
    let refused = issue(&role, &asked("urn:group"), &named(persistent()));
    assert_eq!(refused, Err(IssueError::NameIdQualifier));
    assert_eq!(issue(&role, &asked(SP), &named(persistent())), Ok(()));
    assert_eq!(
        told(&role, &asked(SP), refused.unwrap_err().refusal().unwrap()),
        "Requester / InvalidNameIDPolicy"
    );
}

#[test]
fn a_subject_that_cannot_be_known_is_answered() {
    let role = role(relying_party());
    let message = |subject: &str| {
        let subject = format!("<saml:Subject>{subject}</saml:Subject></samlp:AuthnRequest>");
        request()
            .write()
            .unwrap()
            .replace("</samlp:AuthnRequest>", &subject)
    };
    let name = format!("<saml:NameID>{USER}</saml:NameID>");
    passes(post(&role, &message(&name), now()));
    let confirmation =
        "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"/>";
    for subject in [confirmation.to_owned(), format!("{name}{confirmation}")] {
        assert_eq!(
            answered(&role, post(&role, &message(&subject), now())),
            (
                Code::InvalidValue,
                "Requester / RequestUnsupported".to_owned()
            )
        );
    }
    assert_eq!(
        answered(&role, post(&role, &message("<saml:BaseID/>"), now())),
        (
            Code::UnsupportedIdentifier,
            "Responder / UnknownPrincipal".to_owned()
        )
    );
}

/// The request with its subject encrypted to the holder of `key`.
fn sealed(plaintext: &str, key: &str, algorithm: BlockEncryption) -> AuthnRequest {
    let recipient = Recipient::from_certificate(certificate(key)).expect("an RSA key");
    let sealed = Encryptor::new(recipient)
        .with_algorithm(algorithm)
        .encrypt(Kind::Id, plaintext, &SystemRandomness)
        .expect("encrypted");
    let sealed = Fragment::parse(&sealed).expect("an element");
    request().with_subject(Identifier::encrypted_id(sealed).expect("an EncryptedID"))
}

#[test]
fn an_encrypted_subject_of_a_signed_request() {
    let reader = role(relying_party()).with_decryptor(DecryptionKey::new(private_key("idp")));
    let name = email(USER).write().unwrap();
    for algorithm in [BlockEncryption::Aes256Gcm, BlockEncryption::Aes256Cbc] {
        let asked = sealed(&name, "idp", algorithm);
        let message = signed(&asked.write().unwrap(), "sp");
        for accepted in [
            accept(&reader, &asked, Some("sp")),
            post(&reader, &message, now()),
        ] {
            let accepted = accepted.expect("accepted");
            assert_eq!(accepted.subject(), Some(&email(USER)));
            assert_eq!(issue(&reader, &accepted, &named(email(USER))), Ok(()));
            let other = issue(&reader, &accepted, &named(email("no")));
            assert_eq!(other, Err(IssueError::Subject));
        }
        // Anybody could ask what becomes of a ciphertext.
        assert_eq!(
            answered(&reader, accept(&reader, &asked, None)),
            (Code::Unsigned, "Responder / RequestDenied".to_owned())
        );
        let unknown = (
            Code::DecryptionFailed,
            "Responder / UnknownPrincipal".to_owned(),
        );
        let keyless = role(relying_party());
        assert_eq!(
            answered(&keyless, accept(&keyless, &asked, Some("sp"))),
            unknown
        );
        let other_key = sealed(&name, "sp", algorithm);
        assert_eq!(
            answered(&reader, accept(&reader, &other_key, Some("sp"))),
            unknown
        );
        let bare =
            "<saml:NameID xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"> </saml:NameID>";
        let blank = sealed(bare, "idp", algorithm);
        assert_eq!(
            answered(&reader, accept(&reader, &blank, Some("sp"))),
            unknown
        );
    }
}

#[test]
fn declarations_are_no_classes() {
    let role = role(relying_party());
    let uri = authn_context::PASSWORD;
    for comparison in [Comparison::Exact, Comparison::Minimum] {
        let asked = RequestedAuthnContext::decl_refs(comparison, [uri]);
        let asked = request().with_requested_authn_context(asked);
        assert_eq!(
            answered(&role, accept(&role, &asked, None)),
            (
                Code::AuthnContextUnsupported,
                "Responder / NoAuthnContext".to_owned()
            )
        );
        let asked = RequestedAuthnContext::class_refs(comparison, [uri]);
        let asked = request().with_requested_authn_context(asked);
        let accepted = accept(&role, &asked, None).expect("accepted");
        assert_eq!(issue(&role, &accepted, &authentication()), Ok(()));
    }
    let asked = RequestedAuthnContext::class_refs(Comparison::Exact, [authn_context::X509]);
    let asked = request().with_requested_authn_context(asked);
    let accepted = accept(&role, &asked, None).expect("accepted");
    let refusal = issue(&role, &accepted, &authentication())
        .unwrap_err()
        .refusal();
    assert_eq!(
        told(&role, &accepted, refusal.expect("an answer")),
        "Responder / NoAuthnContext"
    );
}

/// The endpoint is one of the metadata of now, not of when the request came.
#[test]
fn an_endpoint_that_was_taken_away() {
    let before = role(relying_party());
    let accepted = accept(&before, &request(), None).expect("accepted");
    assert_eq!(accepted.acs_url(), ACS);
    assert_eq!(issue(&before, &accepted, &authentication()), Ok(()));
    let moved = RelyingParty::new(SP, "https://sp.example/acs3").expect("a party");
    let after = role(moved.clone());
    let gone = Err(IssueError::AcsNotRegistered);
    assert_eq!(issue(&after, &accepted, &authentication()), gone);
    let refused = after.refuse(&accepted, Refusal::AuthnFailed, now(), &SystemRandomness);
    assert_eq!(refused.map(drop), gone);
    let kept = role(moved.with_acs(ACS, 2).expect("another"));
    assert_eq!(issue(&kept, &accepted, &authentication()), Ok(()));
}
