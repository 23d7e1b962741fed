//! The rules of requests, each beside a sibling that breaks it.

use crate::parties::{ACS, SP, at, field, now, relying_party, role, signed};
use crate::{accept, authentication, code, metadata, passes, post, request, sent, service};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlkit_core::uri::{authn_context, nameid_format};
use samlkit_core::write::{AssertionConsumerService, AuthnRequest, Id, NameId, NameIdPolicy};
use samlkit_crypto::{AlgorithmPolicy, SystemRandomness};
use samlkit_websso::{
    Authentication, Code, ConfigError, InMemoryReplay, Incoming, IssueError, LongRelayState,
    Parameter, Policy, RedirectError, Refusal, RelyingParty, RequestBinding, RequestPolicy,
    RequiredRequestSignature,
};
use samlkit_xml::Limits;
use std::time::Duration;

#[test]
fn answers_go_to_registered_endpoints_only() {
    let role = role(
        relying_party()
            .with_acs("https://sp.example/acs2", 7)
            .unwrap(),
    );
    let to = |service| {
        accept(
            &role,
            &request().with_assertion_consumer_service(service),
            None,
        )
    };
    let url = |url: &str, binding: &str| {
        to(AssertionConsumerService::UrlAndBinding {
            url: url.to_owned(),
            protocol_binding: binding.to_owned(),
        })
    };
    let http_post = RequestBinding::Post.uri();
    for registered in [ACS, "https://sp.example/acs2"] {
        let accepted = url(registered, http_post).expect("accepted");
        assert_eq!(accepted.acs_url(), registered);
    }
    for other in [
        "https://evil.example/acs",
        "https://sp.example/acs/",
        "https://sp.example/acs?x",
        "https://SP.example/acs",
        "https://sp.example/ac",
    ] {
        assert_eq!(
            code(url(other, http_post)),
            Code::AcsNotRegistered,
            "{other}"
        );
    }
    let artifact = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact";
    assert_eq!(code(url(ACS, artifact)), Code::UnsupportedBinding);
    passes(to(AssertionConsumerService::Index(7)));
    for index in [0, 8] {
        let refused = to(AssertionConsumerService::Index(index));
        assert_eq!(code(refused), Code::AcsNotRegistered);
    }
}

#[test]
fn signatures_of_requests() {
    let lenient = role(relying_party());
    let strict = role(relying_party().with_signed_requests());
    let always = role(relying_party()).with_request_policy(
        RequestPolicy::new().with_required_signature(RequiredRequestSignature::Always),
    );
    let message = request().write().unwrap();
    for role in [&strict, &always] {
        assert_eq!(code(accept(role, &request(), None)), Code::Unsigned);
        assert_eq!(code(post(role, &message, now())), Code::Unsigned);
        passes(accept(role, &request(), Some("sp")));
        passes(post(role, &signed(&message, "sp"), now()));
    }
    passes(accept(&lenient, &request(), None));
    passes(post(&lenient, &message, now()));
    // One that is there must verify, asked for or not.
    for role in [&lenient, &strict] {
        let stranger = accept(role, &request(), Some("untrusted"));
        assert_eq!(code(stranger), Code::SignatureInvalid);
        let stranger = post(role, &signed(&message, "untrusted"), now());
        assert_eq!(code(stranger), Code::SignatureInvalid);
        let changed =
            signed(&message, "sp").replace("Destination=", "ForceAuthn=\"1\" Destination=");
        assert_eq!(code(post(role, &changed, now())), Code::SignatureInvalid);
        let query = sent(&message, Some("sp")).replace("RelayState=state", "RelayState=stats");
        let refused = role.accept_request(Incoming::redirect(&query), now(), None);
        assert_eq!(code(refused), Code::SignatureInvalid);
        let stripped = sent(&message, Some("sp"));
        let (stripped, _) = stripped.split_once("&Signature=").unwrap();
        let refused = role.accept_request(Incoming::redirect(stripped), now(), None);
        assert_eq!(code(refused), Code::InvalidValue);
    }
    let keyless = role(RelyingParty::new(SP, ACS).unwrap());
    assert_eq!(
        code(accept(&keyless, &request(), Some("sp"))),
        Code::UntrustedKey
    );
    // Where the binding has no place for it.
    let embedded = sent(&signed(&message, "sp"), Some("sp"));
    let refused = lenient.accept_request(Incoming::redirect(&embedded), now(), None);
    assert_eq!(code(refused), Code::EmbeddedSignature);
}

#[test]
fn rules_of_requests() {
    let role = role(relying_party()).with_sso_url("https://idp.example/sso/post");
    passes(accept(&role, &request(), Some("sp")));
    let other_url = request().with_destination("https://idp.example/sso/post");
    passes(accept(&role, &other_url, Some("sp")));
    let elsewhere = request().with_destination("https://other.example/sso");
    assert_eq!(
        code(accept(&role, &elsewhere, None)),
        Code::DestinationMismatch
    );
    let nowhere = AuthnRequest::new(Id::new("_request").unwrap(), now(), SP);
    passes(accept(&role, &nowhere, None));
    assert_eq!(
        code(accept(&role, &nowhere, Some("sp"))),
        Code::DestinationMismatch
    );
    let stranger = AuthnRequest::new(Id::new("_q").unwrap(), now(), "https://sp.example");
    assert_eq!(code(accept(&role, &stranger, None)), Code::UnknownIssuer);

    let message = request().write().unwrap();
    let changed = |from: &str, to: &str| code(post(&role, &message.replace(from, to), now()));
    assert_eq!(
        changed("Version=\"2.0\"", "Version=\"1.1\""),
        Code::UnsupportedVersion
    );
    assert_eq!(
        changed("AuthnRequest", "LogoutRequest"),
        Code::NotAnAuthnRequest
    );
    assert_eq!(changed("ID=\"_request\" ", ""), Code::MissingElement);
    assert_eq!(
        changed("<saml:Issuer>https://sp.example/</saml:Issuer>", ""),
        Code::MissingElement
    );
    assert_eq!(
        changed("<saml:Issuer>", "<saml:Issuer Format=\"urn:x\">"),
        Code::IssuerMismatch
    );
    assert_eq!(
        changed("<samlp:AuthnRequest", "<!DOCTYPE a><samlp:AuthnRequest"),
        Code::DtdForbidden
    );
    assert_eq!(changed("</saml:Issuer>", ""), Code::MalformedXml);
    let value = STANDARD.encode(&message);
    let answer = Incoming::post(Parameter::Response, &value, None);
    assert_eq!(
        code(role.accept_request(answer, now(), None)),
        Code::NotAnAuthnRequest
    );
    let state = "x".repeat(81);
    let long = Incoming::post(Parameter::Request, &value, Some(&state));
    assert_eq!(
        code(role.accept_request(long, now(), None)),
        Code::InvalidValue
    );
}

/// SAMLBind §3.5.3: a relay state that was accepted goes back as it came, however long.
#[test]
fn a_longer_relay_state_by_choice() {
    let policy = RequestPolicy::new().with_long_relay_state(LongRelayState::Accept);
    let role = role(relying_party()).with_request_policy(policy);
    let value = STANDARD.encode(request().write().unwrap());
    let with = |length: usize| {
        let state = "x".repeat(length);
        role.accept_request(
            Incoming::post(Parameter::Request, &value, Some(&state)),
            now(),
            None,
        )
    };
    assert_eq!(code(with(LongRelayState::MOST + 1)), Code::InvalidValue);
    let accepted = with(LongRelayState::MOST).expect("accepted");
    let issued = role.issue(&accepted, &authentication(), now(), &SystemRandomness);
    let refused = role.refuse(&accepted, Refusal::NoPassive, now(), &SystemRandomness);
    for html in [
        issued.expect("issued").form().html(),
        refused.expect("answered").html(),
    ] {
        let state = field(html, "RelayState").expect("a relay state");
        assert_eq!(state.len(), LongRelayState::MOST);
    }
    // What this side sends on its own account stays short.
    let unsolicited = |length: usize| {
        let state = "x".repeat(length);
        role.issue_unsolicited(
            SP,
            Some(&state),
            &authentication(),
            now(),
            &SystemRandomness,
        )
        .map(drop)
    };
    assert_eq!(unsolicited(80), Ok(()));
    let too_long = RedirectError::RelayStateTooLong;
    assert_eq!(unsolicited(81), Err(IssueError::Form(too_long)));
}

#[test]
fn a_refusal_says_what_its_rejection_says() {
    let strict = role(relying_party().with_signed_requests());
    let refused = accept(&strict, &request(), None).expect_err("refused");
    let rejection = refused.rejection();
    assert_eq!(rejection.code(), Code::Unsigned);
    assert_eq!(refused.to_string(), rejection.to_string());
    let source = std::error::Error::source(&refused).expect("a source");
    assert_eq!(source.downcast_ref(), Some(rejection));
}

#[test]
fn what_the_policy_of_requests_sets() {
    let with = |policy| role(relying_party()).with_request_policy(policy);
    let message = request().write().unwrap();
    let longest = Policy::MOST_CLOCK_SKEW;
    for (skew, early) in [
        (Duration::ZERO, Duration::ZERO),
        (Duration::from_secs(90), Duration::from_secs(90)),
        (Duration::MAX, longest),
    ] {
        let role = with(RequestPolicy::new().with_clock_skew(skew));
        passes(post(&role, &message, now() - early));
        let earlier = now() - early - Duration::from_millis(1);
        assert_eq!(code(post(&role, &message, earlier)), Code::NotYetValid);
    }
    // The key has 2048 bits.
    for (bits, expected) in [(2048, None), (3072, Some(Code::AlgorithmNotAllowed))] {
        let algorithms = AlgorithmPolicy::default().with_minimum_rsa_bits(bits);
        let role = with(RequestPolicy::new().with_algorithms(algorithms));
        for result in [
            post(&role, &signed(&message, "sp"), now()),
            accept(&role, &request(), Some("sp")),
        ] {
            assert_eq!(result.err().map(|e| e.rejection().code()), expected);
        }
    }
    let length = u32::try_from(message.len()).unwrap();
    for (bytes, expected) in [(length, None), (length - 1, Some(Code::LimitExceeded))] {
        let role = with(RequestPolicy::new().with_limits(Limits::DEFAULT.with_bytes(bytes)));
        for result in [
            post(&role, &message, now()),
            accept(&role, &request(), None),
        ] {
            assert_eq!(result.err().map(|e| e.rejection().code()), expected);
        }
    }
}

/// A minute of skew, on both sides of when the user authenticated.
#[test]
fn fresh_and_not_of_the_future() {
    let role = role(relying_party());
    let issue = |force: bool, instant: &str| {
        let accepted = accept(&role, &request().with_force_authn(force), None).unwrap();
        let name_id = NameId::new("u");
        let authentication = Authentication::new(name_id, at(instant), authn_context::PASSWORD);
        role.issue(&accepted, &authentication, now(), &SystemRandomness)
            .map(drop)
    };
    assert_eq!(issue(true, "2026-01-15T09:59:00Z"), Ok(()));
    let earlier = "2026-01-15T09:58:59.999Z";
    assert_eq!(issue(true, earlier), Err(IssueError::NotFresh));
    assert_eq!(issue(false, earlier), Ok(()));
    assert_eq!(issue(false, "2026-01-15T10:01:00Z"), Ok(()));
    let later = "2026-01-15T10:01:00.001Z";
    assert_eq!(issue(false, later), Err(IssueError::AuthnInstant));
}

/// SAMLMeta §2.4.1: a role can end before its entity does.
#[test]
fn metadata_of_a_service_provider_expires_with_its_role() {
    let services = service("HTTP-POST", ACS, 0, "");
    for (attributes, time, is_over) in [
        ("", "2036-01-15T10:00:00Z", false),
        (
            " validUntil=\"2026-01-15T10:00:00Z\"",
            "2026-01-15T09:59:59.999Z",
            false,
        ),
        (
            " validUntil=\"2026-01-15T10:00:00Z\"",
            "2026-01-15T10:00:00Z",
            true,
        ),
        (
            " validUntil=\"2026-01-15T10:00:00Z\"",
            "2036-01-15T10:00:00Z",
            true,
        ),
    ] {
        let metadata = metadata(attributes, &services);
        let party = RelyingParty::from_metadata(metadata.entities().next().unwrap(), at(time));
        let expected = is_over.then_some(ConfigError::MetadataExpired);
        assert_eq!(party.err(), expected, "{attributes} {time}");
    }
}

#[test]
fn age_and_replay_of_requests() {
    let role = role(relying_party());
    let message = request().write().unwrap();
    for (time, expected) in [
        ("2026-01-15T09:59:00Z", None),
        ("2026-01-15T09:58:59.999Z", Some(Code::NotYetValid)),
        ("2026-01-15T11:00:59.999Z", None),
        ("2026-01-15T11:01:00Z", Some(Code::Expired)),
    ] {
        let result = post(&role, &message, at(time));
        assert_eq!(
            result.err().map(|e| e.rejection().code()),
            expected,
            "{time}"
        );
    }
    let patient = role
        .clone()
        .with_request_policy(RequestPolicy::new().with_max_age(Duration::MAX));
    passes(post(&patient, &message, at("2036-01-15T10:00:00Z")));

    let replay = InMemoryReplay::new(8);
    let query = sent(&message, Some("sp"));
    let again = || role.accept_request(Incoming::redirect(&query), now(), Some(&replay));
    passes(again());
    assert_eq!(code(again()), Code::Replayed);
}

#[test]
fn a_name_id_policy_that_cannot_be_met_is_answered() {
    let role = role(relying_party());
    let asked =
        request().with_name_id_policy(NameIdPolicy::new().with_format(nameid_format::KERBEROS));
    let refused = accept(&role, &asked, None).expect_err("refused");
    assert_eq!(refused.rejection().code(), Code::NameIdPolicyUnsupported);
    let (request, refusal) = refused.answer().expect("an answer");
    assert_eq!(refusal, Refusal::InvalidNameIdPolicy);
    passes(role.refuse(request, refusal, now(), &SystemRandomness));
    let kerberos = role.with_name_id_formats([nameid_format::KERBEROS]);
    passes(accept(&kerberos, &asked, None));
    // Nobody is answered before it is known who asks.
    let elsewhere = asked.with_destination("https://other.example/");
    assert!(
        accept(&kerberos, &elsewhere, None)
            .expect_err("refused")
            .answer()
            .is_none()
    );
}
