//! Requests for a sign-on: what is sent can be read back, is signed where it says so, and its answer alone is expected.
#![expect(clippy::expect_used, reason = "a broken fixture must stop the test")]

use std::path::Path;
use std::time::Duration;

use samlkit_core::metadata::Metadata;
use samlkit_core::uri::{authn_context, binding, nameid_format};
use samlkit_core::write::{
    AuthnRequest as AuthnRequestToSend, Id, NameId, NameIdPolicy, RequestedAuthnContext,
};
use samlkit_core::{AuthnRequest, Comparison, Timestamp, parse_date_time};
use samlkit_crypto::{
    AlgorithmPolicy, Certificate, PrivateKey, Randomness, RandomnessError, SignatureAlgorithm,
    SigningKey, SystemRandomness,
};
use samlkit_dsig::{TrustedKey, Verifier};
use samlkit_websso::{
    Authentication, Code, IdentityProvider, IdentityProviderRole, InMemoryReplay, Incoming, Login,
    LoginError, Outgoing, Parameter, PendingRequest, RedirectMessage, RelayState, RelyingParty,
    RequestBinding, ServiceProvider, decode_form_value, redirect_url,
};
use samlkit_xml::Document;

const IDP: &str = "https://sts.windows.net/3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa/";
const SSO: &str = "https://login.microsoftonline.com/3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa/saml2";

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures")
        .join(path);
    std::fs::read_to_string(path).expect("the fixture is there")
}

fn now() -> Timestamp {
    parse_date_time("2026-01-15T10:00:00Z").expect("a time")
}

fn provider() -> ServiceProvider {
    let metadata =
        Metadata::read_unverified(read("entra/metadata.xml").as_bytes()).expect("metadata");
    let entity = metadata.entities().next().expect("an entity");
    ServiceProvider::new(
        "https://eu-api.mimecast.com/sso/CUK1A1",
        "https://eu-api.mimecast.com/login/saml",
        IdentityProvider::from_metadata(entity, now()).expect("a sound provider"),
    )
    .expect("a sound configuration")
}

fn signer() -> (SigningKey, Certificate) {
    let key = PrivateKey::from_pem(&read("keys/test-only-sp.key.pem")).expect("a key");
    let certificate =
        Certificate::from_pem(&read("keys/test-only-sp.crt.pem")).expect("a certificate");
    (
        SigningKey::new(key, SignatureAlgorithm::RsaSha256).expect("a signer"),
        certificate,
    )
}

/// The value of a hidden field of a page.
fn field(html: &str, name: &str) -> Option<String> {
    let rest = html.split_once(&format!("name=\"{name}\" value=\""))?.1;
    Some(rest.split_once('"')?.0.to_owned())
}

#[test]
fn by_redirect() {
    let login = Login::new().with_relay_state(RelayState::new("state").expect("short"));
    let (outgoing, pending) = provider()
        .login(IDP, &login, now(), &SystemRandomness)
        .expect("a login");
    let Outgoing::Redirect(url) = outgoing else {
        panic!("{outgoing:?}")
    };
    let (endpoint, query) = url.split_once('?').expect("a query");
    assert_eq!(endpoint, SSO);
    let message = RedirectMessage::parse(query).expect("a message");
    assert_eq!(message.relay_state(), Some("state"));
    assert!(!message.is_signed());
    let document = Document::parse(message.message()).expect("well-formed");
    let request = AuthnRequest::inspect(document.root()).expect("a request");
    let request = request.untrusted();
    assert_eq!(request.id(), pending.id());
    assert_eq!(
        request.issuer().map(samlkit_core::NameId::value),
        Some("https://eu-api.mimecast.com/sso/CUK1A1")
    );
    assert_eq!(request.destination(), Some(SSO));
    assert_eq!(
        request.assertion_consumer_service_url(),
        Some("https://eu-api.mimecast.com/login/saml")
    );
    assert_eq!(request.protocol_binding(), Some(binding::HTTP_POST));
    assert_eq!(request.issue_instant(), now());
    assert!(request.name_id_policy().is_none() && request.requested_authn_context().is_none());
}

#[test]
fn what_is_asked_for_is_sent() {
    let context = RequestedAuthnContext::class_refs(Comparison::Exact, [authn_context::PASSWORD]);
    let policy = NameIdPolicy::new().with_format(nameid_format::EMAIL_ADDRESS);
    let login = Login::new()
        .with_force_authn(true)
        .with_is_passive(false)
        .with_name_id_policy(policy.clone())
        .with_requested_authn_context(context.clone())
        .with_acs_index(3);
    assert_eq!(login.name_id_policy(), Some(&policy));
    assert_eq!(login.requested_authn_context(), Some(&context));
    let (outgoing, _) = provider()
        .login(IDP, &login, now(), &SystemRandomness)
        .expect("a login");
    let Outgoing::Redirect(url) = outgoing else {
        panic!("{outgoing:?}")
    };
    let message =
        RedirectMessage::parse(url.split_once('?').expect("a query").1).expect("a message");
    let document = Document::parse(message.message()).expect("well-formed");
    let request = AuthnRequest::inspect(document.root()).expect("a request");
    let request = request.untrusted();
    assert!(request.force_authn() && !request.is_passive());
    assert_eq!(
        request
            .name_id_policy()
            .and_then(samlkit_core::NameIdPolicy::format),
        Some(nameid_format::EMAIL_ADDRESS)
    );
    let context = request.requested_authn_context().expect("a context");
    assert_eq!(context.class_refs(), [authn_context::PASSWORD]);
    assert_eq!(request.assertion_consumer_service_index(), Some(3));
    assert_eq!(request.assertion_consumer_service_url(), None);
}

/// SAMLCore §3.4.1: by its URL with the binding, by its index, or not at all.
#[test]
fn how_the_assertion_consumer_service_is_named() {
    let url = Some("https://eu-api.mimecast.com/login/saml");
    for (login, by_url, by_binding, by_index) in [
        (Login::new(), url, Some(binding::HTTP_POST), None),
        (Login::new().with_acs_index(3), None, None, Some(3)),
        (Login::new().without_acs(), None, None, None),
    ] {
        assert_eq!(login.names_acs_by_index(), by_index.is_some());
        let (outgoing, _) = provider()
            .login(IDP, &login, now(), &SystemRandomness)
            .expect("a login");
        let Outgoing::Redirect(url) = outgoing else {
            panic!("{outgoing:?}")
        };
        let (_, query) = url.split_once('?').expect("a query");
        let message = RedirectMessage::parse(query).expect("a message");
        let document = Document::parse(message.message()).expect("well-formed");
        let request = AuthnRequest::inspect(document.root()).expect("a request");
        let request = request.untrusted();
        assert_eq!(request.assertion_consumer_service_url(), by_url);
        assert_eq!(request.protocol_binding(), by_binding);
        assert_eq!(request.assertion_consumer_service_index(), by_index);
    }
}

#[test]
fn signed_by_redirect() {
    let (signer, certificate) = signer();
    let login = Login::new().with_signer(&signer, None);
    assert_eq!(
        login.signature_algorithm(),
        Some(SignatureAlgorithm::RsaSha256)
    );
    assert_eq!(Login::new().signature_algorithm(), None);
    let (outgoing, _) = provider()
        .login(IDP, &login, now(), &SystemRandomness)
        .expect("a login");
    let Outgoing::Redirect(url) = outgoing else {
        panic!("{outgoing:?}")
    };
    let query = url.split_once('?').expect("a query").1.to_owned();
    let keys = [TrustedKey::from_certificate(certificate).expect("a sound key")];
    let policy = AlgorithmPolicy::default();
    let verify = |query: &str| RedirectMessage::parse(query)?.verify(&keys, &policy);
    assert_eq!(verify(&query), Ok(keys[0].thumbprint()));
    let message = RedirectMessage::parse(&query).expect("a message");
    assert_eq!(
        message.signature_algorithm(),
        Some(SignatureAlgorithm::RsaSha256.uri())
    );
    let code = |query: &str| verify(query).expect_err("refused").code();
    // A relay state that was not there when it was signed.
    assert_eq!(
        code(&format!("{query}&RelayState=x")),
        Code::SignatureInvalid
    );
    // The order of parameters does not matter, their escapes do.
    let mut parts: Vec<&str> = query.split('&').collect();
    parts.reverse();
    assert_eq!(verify(&parts.join("&")), Ok(keys[0].thumbprint()));
    assert_eq!(code(&query.replace("%3A", "%3a")), Code::SignatureInvalid);
    assert_eq!(
        code(query.split_once("&SigAlg").expect("signed").0),
        Code::Unsigned
    );
}

#[test]
fn signed_by_post() {
    let (signer, certificate) = signer();
    let login = Login::new()
        .with_binding(RequestBinding::Post)
        .with_signer(&signer, Some(certificate.clone()));
    let (outgoing, pending) = provider()
        .login(IDP, &login, now(), &SystemRandomness)
        .expect("a login");
    let Outgoing::Post(form) = outgoing else {
        panic!("{outgoing:?}")
    };
    let message =
        decode_form_value(&field(form.html(), "SAMLRequest").expect("a field")).expect("base64");
    let document = Document::parse(&message).expect("well-formed");
    let keys = [TrustedKey::from_certificate(certificate).expect("a sound key")];
    let signed = Verifier::new(&keys)
        .expect("a key")
        .verify(document.root())
        .expect("verifies");
    let request = AuthnRequest::from_signed(&signed).expect("a request");
    assert_eq!(request.id(), pending.id());
}

#[test]
fn what_cannot_be_sent() {
    struct NoRandomness;
    impl Randomness for NoRandomness {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomnessError> {
            Err(RandomnessError::new())
        }
    }
    let start = |idp, login: &Login<'_>| {
        provider()
            .login(idp, login, now(), &SystemRandomness)
            .map(drop)
    };
    assert_eq!(
        start("https://other.example/", &Login::new()),
        Err(LoginError::UnknownIdentityProvider)
    );
    assert_eq!(
        provider()
            .login(IDP, &Login::new(), now(), &NoRandomness)
            .map(drop),
        Err(LoginError::Randomness(RandomnessError::new()))
    );
    let key = TrustedKey::from_certificate(signer().1).expect("a sound key");
    let bare = IdentityProvider::new("https://bare.example/", vec![key]).expect("a sound provider");
    let provider = provider()
        .with_identity_provider(bare)
        .expect("another one");
    assert_eq!(
        provider
            .login(
                "https://bare.example/",
                &Login::new(),
                now(),
                &SystemRandomness
            )
            .map(drop),
        Err(LoginError::NoEndpoint {
            binding: RequestBinding::Redirect
        })
    );
}

#[test]
fn the_answer_to_this_request_alone() {
    let (_, pending) = provider()
        .login(IDP, &Login::new(), now(), &SystemRandomness)
        .expect("a login");
    let (_, other) = provider()
        .login(IDP, &Login::new(), now(), &SystemRandomness)
        .expect("a login");
    assert_ne!(pending.id(), other.id());
    assert_eq!(pending.id().len(), 41);
    assert_eq!(pending.identity_provider(), IDP);
    let kept = PendingRequest::from_text(&pending.to_text()).expect("our own text");
    assert_eq!(kept, pending);
    // The fixture answers another request.
    let later = parse_date_time("2026-01-15T10:01:00Z").expect("a time");
    let replay = InMemoryReplay::new(4);
    let answer = provider().accept_xml(
        read("entra/eu.xml").as_bytes(),
        kept.expected(),
        later,
        &replay,
    );
    assert_eq!(
        answer.expect_err("refused").code(),
        Code::InResponseToMismatch
    );

    let lifetime = Duration::from_secs(60);
    assert!(!pending.is_expired(now(), lifetime));
    assert!(pending.is_expired(later, lifetime));
}

#[test]
fn a_kept_request_has_one_text() {
    for text in ["1._a.0.YQ", "1._a.-1.YQ", "1._a-é.1768471200.YQ"] {
        let pending = PendingRequest::from_text(text).expect("a kept request");
        assert_eq!(pending.to_text(), text);
    }
    let far = PendingRequest::from_text("1._a.-1.YQ").expect("a kept request");
    assert!(far.is_expired(now(), PendingRequest::DEFAULT_LIFETIME));
    for text in [
        "",
        "1",
        "0._a.0.YQ",
        "2._a.0.YQ",
        "01._a.0.YQ",
        "1._a.0",
        "1._a.0.YQ.",
        "1._a.0.YQ.x",
        "1..0.YQ",
        "1.1a.0.YQ",
        "1._a:b.0.YQ",
        "1._a.x.YQ",
        "1._a..YQ",
        "1._a.+1.YQ",
        "1._a.01.YQ",
        "1._a.-0.YQ",
        "1._a. 1.YQ",
        "1._a.9223372036854775807.YQ",
        "1._a.9223372036854775808.YQ",
        "1._a.0.",
        "1._a.0.!",
        "1._a.0.YR",
        "1._a.0.YQ==",
        "1._a.0._w",
        " 1._a.0.YQ",
        "1._a.0.YQ\n",
    ] {
        assert!(PendingRequest::from_text(text).is_none(), "{text:?}");
    }
}

/// A second identity provider, trusted and honest in form, answers the request that the first one was sent.
#[test]
fn no_identity_provider_answers_for_another() {
    const OTHER: &str = "https://other.example/";
    const SSO: &str = "https://other.example/sso";
    let (key, certificate) = signer();
    let trusted = TrustedKey::from_certificate(certificate).expect("a sound key");
    let other = IdentityProvider::new(OTHER, vec![trusted])
        .expect("a sound provider")
        .with_single_sign_on_service(binding::HTTP_REDIRECT, SSO);
    let provider = provider()
        .with_identity_provider(other)
        .expect("another one");
    let party = RelyingParty::new(provider.entity_id(), provider.acs_url()).expect("a party");
    let role = IdentityProviderRole::new(OTHER, SSO, key)
        .and_then(|role| role.with_relying_party(party))
        .expect("a sound configuration");
    // It gets hold of the identifier of any request, as whoever sees the browser's address bar does.
    let answer = |pending: &PendingRequest, issuer: &str| {
        let request = AuthnRequestToSend::new(
            Id::new(pending.id()).expect("an identifier"),
            now(),
            provider.entity_id(),
        );
        let url = redirect_url(
            SSO,
            Parameter::Request,
            &request.write().expect("written"),
            None,
            None,
        );
        let url = url.expect("a URL");
        let query = url.split_once('?').expect("a query").1;
        let request = role.accept_request(Incoming::redirect(query), now(), None);
        let authentication =
            Authentication::new(NameId::new("victim"), now(), authn_context::PASSWORD);
        let issued = role
            .issue(
                &request.expect("accepted"),
                &authentication,
                now(),
                &SystemRandomness,
            )
            .expect("issued");
        let message = issued.message().replace(OTHER, issuer);
        let kept = PendingRequest::from_text(&pending.to_text()).expect("our own text");
        provider
            .accept_xml(
                message.as_bytes(),
                kept.expected(),
                now(),
                &InMemoryReplay::new(4),
            )
            .map(|identity| identity.issuer().to_owned())
            .map_err(|rejection| rejection.code())
    };
    let login = |idp| {
        provider
            .login(idp, &Login::new(), now(), &SystemRandomness)
            .expect("a login")
            .1
    };
    assert_eq!(answer(&login(OTHER), OTHER), Ok(OTHER.to_owned()));
    assert_eq!(answer(&login(IDP), OTHER), Err(Code::IssuerMismatch));
    // Under the name of the one that was asked, its key is none.
    assert_eq!(answer(&login(IDP), IDP), Err(Code::SignatureInvalid));
    assert_eq!(answer(&login(OTHER), IDP), Err(Code::IssuerMismatch));
}
