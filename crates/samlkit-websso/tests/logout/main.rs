//! Single logout: started by either side, by either binding; each rule has a sibling that breaks it.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a broken fixture must stop the test"
)]

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use samlkit_core::Timestamp;
use samlkit_core::metadata::Endpoint;
use samlkit_core::uri::{authn_context, logout_reason, nameid_format};
use samlkit_core::write::{Id, LogoutRequest, LogoutResponse, NameId, Status};
use samlkit_crypto::{BlockEncryption, Randomness, RandomnessError, SystemRandomness};
use samlkit_enc::{DecryptionKey, Encryptor, Recipient};
use samlkit_websso::{
    AcceptedLogoutRequest, AcceptedLogoutResponse, Authentication, Code, ConfigError, Expected,
    InMemoryReplay, Incoming, LogoutAnswer, LogoutError, LogoutOutcome, LogoutPeer, LogoutPolicy,
    LogoutStart, MatchedBy, Outgoing, Parameter, PendingLogout, Rejection, RelayState,
    RequestBinding, SessionReference, SingleLogout, SubjectMatch, Unsigned, redirect_url,
};

#[path = "../support/parties.rs"]
mod parties;
mod rules;

use parties::{
    IDP, SP, certificate, field, identity_provider, now, posted, private_key, query, relying_party,
    role, service_provider, signer, trusted,
};

const IDP_SLO: &str = "https://idp.example/slo";
const SP_SLO: &str = "https://sp.example/slo";
const SP_SLO_ANSWERS: &str = "https://sp.example/slo/answers";
const BINDINGS: [RequestBinding; 2] = [RequestBinding::Redirect, RequestBinding::Post];

fn peer_of_sp() -> LogoutPeer {
    let provider = BINDINGS
        .into_iter()
        .fold(identity_provider(), |provider, binding| {
            provider.with_single_logout_service(binding.uri(), IDP_SLO)
        });
    LogoutPeer::from(&provider)
}

/// The service provider's side.
fn at_sp() -> SingleLogout {
    SingleLogout::of_service_provider(&service_provider(identity_provider()), SP_SLO)
        .and_then(|logout| logout.with_peer(peer_of_sp()))
        .expect("a sound configuration")
        .with_url(SP_SLO_ANSWERS)
        .with_signer(signer("sp"), Some(certificate("sp")))
}

/// The identity provider's side.
fn at_idp() -> SingleLogout {
    let party = BINDINGS
        .into_iter()
        .fold(relying_party(), |party, binding| {
            let mut endpoint = Endpoint::new(binding.uri(), SP_SLO);
            endpoint.response_location = Some(SP_SLO_ANSWERS.to_owned());
            party.with_single_logout_service(endpoint)
        });
    SingleLogout::of_identity_provider(&role(party), IDP_SLO).expect("a sound configuration")
}

fn user() -> NameId {
    NameId::new("britta.simon@contoso.example").with_format(nameid_format::EMAIL_ADDRESS)
}

fn session(peer: &str, index: Option<&str>) -> SessionReference {
    SessionReference::new(peer, user(), index.map(str::to_owned))
}

/// A message on its way, taken to the other side.
fn deliver<T>(outgoing: &Outgoing, name: &str, to: impl FnOnce(Incoming<'_>) -> T) -> T {
    match outgoing {
        Outgoing::Post(form) => {
            let value = field(form.html(), name).expect("a message");
            let state = field(form.html(), "RelayState");
            let parameter = match name {
                "SAMLRequest" => Parameter::Request,
                _ => Parameter::Response,
            };
            to(Incoming::post(parameter, &value, state.as_deref()))
        }
        _ => to(Incoming::redirect(&query(outgoing))),
    }
}

fn request() -> LogoutRequest {
    LogoutRequest::new(Id::new("_logout").unwrap(), now(), IDP, user())
        .with_destination(SP_SLO)
        .with_session_index("_session")
}

fn response(status: Status) -> LogoutResponse {
    let (id, request) = (Id::new("_answer").unwrap(), Id::new("_sent").unwrap());
    LogoutResponse::new(id, now(), IDP, request, status).with_destination(SP_SLO)
}

fn pending() -> PendingLogout {
    let peer = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(IDP);
    PendingLogout::from_text(&format!("1._sent.1768471200.{peer}")).expect("pending")
}

/// The message in a query, signed by `key` if there is one.
fn by_query(parameter: Parameter, message: &str, key: Option<&str>) -> String {
    let signer = key.map(signer);
    let signer = signer
        .as_ref()
        .map(|key| key as &dyn samlkit_crypto::Signer);
    let url = redirect_url(SP_SLO, parameter, message, None, signer).expect("a URL");
    url.split_once('?').expect("a query").1.to_owned()
}

fn accept(
    logout: &SingleLogout,
    message: &str,
    key: Option<&str>,
) -> Result<AcceptedLogoutRequest, Rejection> {
    let query = by_query(Parameter::Request, message, key);
    logout.accept_request(Incoming::redirect(&query), now(), None)
}

fn accept_post(
    logout: &SingleLogout,
    message: &str,
    now: Timestamp,
) -> Result<AcceptedLogoutRequest, Rejection> {
    let value = STANDARD.encode(message);
    logout.accept_request(Incoming::post(Parameter::Request, &value, None), now, None)
}

fn answered(
    logout: &SingleLogout,
    message: &str,
    key: Option<&str>,
) -> Result<AcceptedLogoutResponse, Rejection> {
    let query = by_query(Parameter::Response, message, key);
    logout.accept_response(Incoming::redirect(&query), &pending(), now())
}

fn passes<T, E: std::fmt::Debug>(result: Result<T, E>) {
    result.map(drop).expect("accepted");
}

fn code<T: std::fmt::Debug>(result: Result<T, Rejection>) -> Code {
    result.expect_err("refused").code()
}

#[test]
fn started_by_either_side() {
    let (sp, idp) = (at_sp(), at_idp());
    for binding in BINDINGS {
        round_trip(
            &sp,
            &idp,
            &session(IDP, Some("_session")),
            (SP, "sp"),
            binding,
        );
        round_trip(
            &idp,
            &sp,
            &session(SP, Some("_session")),
            (IDP, "idp"),
            binding,
        );
    }
}

fn round_trip(
    from: &SingleLogout,
    to: &SingleLogout,
    ended: &SessionReference,
    (name, key): (&str, &str),
    binding: RequestBinding,
) {
    let start = LogoutStart::new()
        .with_binding(binding)
        .with_reason(logout_reason::USER)
        .with_lifetime(Duration::from_secs(60))
        .with_relay_state(RelayState::new("state").unwrap());
    let (outgoing, pending) = from
        .start(ended, &start, now(), &SystemRandomness)
        .expect("started");
    assert_eq!(
        PendingLogout::from_text(&pending.to_text()),
        Some(pending.clone())
    );
    let request = deliver(&outgoing, "SAMLRequest", |incoming| {
        to.accept_request(incoming, now(), None)
    })
    .expect("accepted");
    assert_eq!((request.peer(), request.issuer()), (name, name));
    assert_eq!(request.name_id(), ended.name_id());
    assert_eq!(request.session_indexes(), ["_session"]);
    assert_eq!(request.reason(), Some(logout_reason::USER));
    assert_eq!(request.relay_state(), Some("state"));
    assert_eq!(request.binding(), binding);
    assert_eq!(request.signed_by(), Some(trusted(key).thumbprint()));
    assert_eq!(request.id().as_str(), pending.id());

    for (answer, expected) in [
        (LogoutAnswer::Complete, LogoutOutcome::Complete),
        (LogoutAnswer::Partial, LogoutOutcome::Partial),
    ] {
        for back in BINDINGS {
            let outgoing = to
                .answer_by(back, &request, answer, now(), &SystemRandomness)
                .expect("answered");
            let response = deliver(&outgoing, "SAMLResponse", |incoming| {
                from.accept_response(incoming, &pending, now())
            })
            .expect("accepted");
            assert_eq!(*response.outcome(), expected);
            assert_eq!(response.relay_state(), Some("state"));
            assert_eq!(response.peer(), ended.peer());
        }
    }
    for (answer, expected) in [
        (LogoutAnswer::Failed, "Responder"),
        (LogoutAnswer::Denied, "Responder / RequestDenied"),
        (
            LogoutAnswer::UnknownPrincipal,
            "Requester / UnknownPrincipal",
        ),
    ] {
        let outgoing = to
            .answer(&request, answer, now(), &SystemRandomness)
            .expect("answered");
        let response = deliver(&outgoing, "SAMLResponse", |incoming| {
            from.accept_response(incoming, &pending, now())
        })
        .expect("accepted");
        let LogoutOutcome::Failed { status } = response.outcome() else {
            panic!("{response:?}")
        };
        assert_eq!(status.as_str(), expected);
    }
}

/// What AD FS insists on: a signature, the destination, and the name and index as the assertion had them.
#[test]
fn what_is_sent() {
    let session = session(IDP, Some("_session"));
    let send = |start: &LogoutStart| at_sp().start(&session, start, now(), &SystemRandomness);
    let post = LogoutStart::new().with_binding(RequestBinding::Post);
    let (outgoing, _) = send(&post).expect("started");
    let Outgoing::Post(form) = outgoing else {
        panic!("{outgoing:?}")
    };
    let message = posted(form.html(), "SAMLRequest");
    for part in [
        "Destination=\"https://idp.example/slo\"",
        "<ds:Signature ",
        "Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\">britta.simon@contoso.example<",
        "<samlp:SessionIndex>_session</samlp:SessionIndex>",
    ] {
        assert!(message.contains(part), "{part} {message}");
    }
    assert!(!message.contains("NotOnOrAfter"));
    let (outgoing, _) = send(&LogoutStart::new()).expect("started");
    assert!(query(&outgoing).contains("&Signature="));
}

#[test]
fn answers_go_where_answers_go() {
    let request = accept(&at_sp(), &request().write().unwrap(), Some("idp")).expect("accepted");
    let outgoing = at_sp()
        .answer(&request, LogoutAnswer::Complete, now(), &SystemRandomness)
        .expect("answered");
    let Outgoing::Redirect(url) = outgoing else {
        panic!("{outgoing:?}")
    };
    assert!(url.starts_with("https://idp.example/slo?SAMLResponse="));
    let from_sp = LogoutRequest::new(Id::new("_l").unwrap(), now(), SP, user())
        .with_destination(IDP_SLO)
        .write()
        .unwrap();
    let request = accept(&at_idp(), &from_sp, Some("sp")).expect("accepted");
    let outgoing = at_idp()
        .answer(&request, LogoutAnswer::Complete, now(), &SystemRandomness)
        .expect("answered");
    let Outgoing::Redirect(url) = outgoing else {
        panic!("{outgoing:?}")
    };
    assert!(url.starts_with("https://sp.example/slo/answers?SAMLResponse="));
}

#[test]
fn what_cannot_be_sent() {
    struct None;
    impl Randomness for None {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomnessError> {
            Err(RandomnessError::new())
        }
    }
    let start = LogoutStart::new();
    let send = |logout: &SingleLogout, peer: &str, start: &LogoutStart| {
        logout
            .start(
                &session(peer, Option::None),
                start,
                now(),
                &SystemRandomness,
            )
            .map(drop)
    };
    assert_eq!(send(&at_sp(), IDP, &start), Ok(()));
    let stranger = "https://other.example/";
    assert_eq!(
        send(&at_sp(), stranger, &start),
        Err(LogoutError::UnknownPeer)
    );
    let unsigned = SingleLogout::new(SP, SP_SLO)
        .and_then(|logout| logout.with_peer(peer_of_sp()))
        .unwrap();
    assert_eq!(send(&unsigned, IDP, &start), Err(LogoutError::NoSigner));
    let policy = LogoutPolicy::new().with_unsigned_sending(Unsigned::Accept);
    assert_eq!(send(&unsigned.with_policy(policy), IDP, &start), Ok(()));
    // Entra ID has no endpoint for HTTP-POST.
    let provider =
        identity_provider().with_single_logout_service(RequestBinding::Redirect.uri(), IDP_SLO);
    let redirect_only = at_sp().with_peer(LogoutPeer::from(&provider)).unwrap();
    let binding = RequestBinding::Post;
    assert_eq!(
        send(
            &redirect_only,
            IDP,
            &LogoutStart::new().with_binding(binding)
        ),
        Err(LogoutError::NoEndpoint { binding })
    );
    assert_eq!(send(&redirect_only, IDP, &start), Ok(()));
    let without = at_sp().start(&session(IDP, Option::None), &start, now(), &None);
    let expected = LogoutError::Randomness(RandomnessError::new());
    assert_eq!(without.map(drop), Err(expected));
}

/// Entra ID: lower-case escapes, another issuer for logout than for sign-on.
#[test]
fn entra() {
    let alternative = "https://login.microsoftonline.com/3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa/";
    let text = response(Status::success())
        .write()
        .unwrap()
        .replace(">https://idp.example/<", &format!(">{alternative}<"));
    assert_eq!(
        code(answered(&at_sp(), &text, Some("idp"))),
        Code::UnknownIssuer
    );
    let peer = peer_of_sp().with_alternative_issuer(alternative);
    let sp = at_sp().with_peer(peer.clone()).unwrap();
    let accepted = answered(&sp, &text, Some("idp")).expect("accepted");
    assert_eq!((accepted.peer(), accepted.issuer()), (IDP, alternative));

    let other = samlkit_websso::IdentityProvider::new(alternative, vec![trusted("idp")]).unwrap();
    let both = sp.with_peer(LogoutPeer::from(&other));
    assert_eq!(both.unwrap_err(), ConfigError::DuplicateEntityId);

    // The query is signed as it was escaped.
    let upper = by_query(Parameter::Request, &request().write().unwrap(), None);
    let mut lower = String::new();
    let mut rest = upper.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        let (escape, after) = after.split_at(2);
        lower.push_str(&format!("{before}%{}", escape.to_ascii_lowercase()));
        rest = after;
    }
    lower.push_str(rest);
    lower.push_str("&SigAlg=http%3a%2f%2fwww.w3.org%2f2001%2f04%2fxmldsig-more%23rsa-sha256");
    let signature = samlkit_crypto::Signer::sign(&signer("idp"), lower.as_bytes()).unwrap();
    let signature = STANDARD
        .encode(signature)
        .replace('+', "%2b")
        .replace('/', "%2f")
        .replace('=', "%3d");
    let query = format!("{lower}&Signature={signature}");
    let accepted = at_sp().accept_request(Incoming::redirect(&query), now(), None);
    assert_eq!(accepted.expect("accepted").peer(), IDP);
}

#[test]
fn which_sessions_are_meant() {
    let meant = |request: &LogoutRequest, rule: SubjectMatch, sessions: &[SessionReference]| {
        let sp = at_sp()
            .with_peer(peer_of_sp().with_subject_match(rule))
            .unwrap();
        let request = accept(&sp, &request.write().unwrap(), Some("idp")).expect("accepted");
        let (found, by) = request.sessions(sessions);
        let indexes = found
            .iter()
            .map(|session| session.session_index().unwrap_or("-").to_owned())
            .collect::<Vec<_>>()
            .join(" ");
        (indexes, by)
    };
    let new = |name_id: NameId| {
        LogoutRequest::new(Id::new("_l").unwrap(), now(), IDP, name_id).with_destination(SP_SLO)
    };
    let of = |name: &str, index: &str| {
        SessionReference::new(IDP, NameId::new(name), Some(index.to_owned()))
    };
    let first = SubjectMatch::SessionIndexFirst;
    let nothing = (String::new(), MatchedBy::Nothing);
    let kept = [
        session(IDP, Some("a")),
        session(IDP, Some("b")),
        session(IDP, None),
        session("https://other.example/", Some("a")),
        of("other", "c"),
        of("third", "1"),
        of("fourth", "1"),
    ];
    let cases = [
        // By name: every session, or those that are named; one without index cannot be told apart.
        (new(user()), first, ("a b -", MatchedBy::NameId)),
        (
            new(user()).with_session_index("b"),
            first,
            ("b -", MatchedBy::NameId),
        ),
        // By index alone, as Entra ID broadcasts.
        (
            new(NameId::new("pairwise")).with_session_index("a"),
            first,
            ("a", MatchedBy::SessionIndex),
        ),
        (
            new(NameId::new("pairwise")).with_session_index("c"),
            first,
            ("c", MatchedBy::SessionIndex),
        ),
    ];
    for (request, rule, (indexes, by)) in cases {
        assert_eq!(meant(&request, rule, &kept), (indexes.to_owned(), by));
    }
    let pairwise = new(NameId::new("pairwise"));
    let by_index = pairwise.clone().with_session_index("a");
    assert_eq!(meant(&by_index, SubjectMatch::Strict, &kept), nothing);
    // An index that several users have tells nobody apart.
    let common = pairwise.clone().with_session_index("1");
    assert_eq!(meant(&common, first, &kept), nothing);
    assert_eq!(meant(&pairwise, first, &kept), nothing);
    // The format counts, and so do qualifiers, which default to the two parties.
    let plain = new(NameId::new("britta.simon@contoso.example"));
    assert_eq!(meant(&plain, first, &kept), nothing);
    for (qualifier, found) in [(IDP, 3), (SP, 3), ("https://other.example/", 0)] {
        let qualified = new(user().with_name_qualifier(qualifier));
        let (indexes, _) = meant(&qualified, first, &kept);
        assert_eq!(indexes.split_whitespace().count(), found, "{qualifier}");
    }
}

/// From the sign-on to the logout: what the assertion said is what the logout names.
#[test]
fn a_session_from_sign_on_to_logout() {
    let role = role(relying_party());
    let name_id = user()
        .with_name_qualifier(IDP)
        .with_sp_name_qualifier(SP)
        .with_sp_provided_id("7");
    let authentication = Authentication::new(name_id, now(), authn_context::PASSWORD);
    let issued = role
        .issue_unsolicited(SP, None, &authentication, now(), &SystemRandomness)
        .expect("issued");
    let identity = service_provider(identity_provider())
        .accept_xml(
            issued.message().as_bytes(),
            Expected::unsolicited(),
            now(),
            &InMemoryReplay::new(1),
        )
        .expect("accepted");
    let session = SessionReference::from(&identity);
    assert_eq!(session.peer(), IDP);
    assert_eq!(
        SessionReference::from_text(&session.to_text()),
        Some(session.clone())
    );
    let (outgoing, _) = at_sp()
        .start(&session, &LogoutStart::new(), now(), &SystemRandomness)
        .expect("started");
    let request = deliver(&outgoing, "SAMLRequest", |incoming| {
        at_idp().accept_request(incoming, now(), None)
    })
    .expect("accepted");
    let (found, by) = request.sessions([issued.session()]);
    assert_eq!((found.len(), by), (1, MatchedBy::NameId));
}

#[test]
fn encrypted_names() {
    let recipient = Recipient::from_certificate(certificate("idp")).unwrap();
    for algorithm in [BlockEncryption::Aes256Gcm, BlockEncryption::Aes128Cbc] {
        let encryptor = Encryptor::new(recipient.clone()).with_algorithm(algorithm);
        let sp = at_sp()
            .with_peer(peer_of_sp().with_encryptor(encryptor))
            .unwrap();
        for binding in BINDINGS {
            let start = LogoutStart::new().with_binding(binding);
            let session = session(IDP, Some("_session"));
            let (outgoing, _) = sp
                .start(&session, &start, now(), &SystemRandomness)
                .expect("started");
            let accept = |idp: SingleLogout| {
                deliver(&outgoing, "SAMLRequest", |incoming| {
                    idp.accept_request(incoming, now(), None)
                })
            };
            let request = accept(at_idp().with_decryptor(DecryptionKey::new(private_key("idp"))));
            assert_eq!(request.expect("accepted").name_id(), &user());
            assert_eq!(code(accept(at_idp())), Code::DecryptionFailed);
            let other = at_idp().with_decryptor(DecryptionKey::new(private_key("sp")));
            assert_eq!(code(accept(other)), Code::DecryptionFailed);
        }
    }
}

#[test]
fn what_else_is_encrypted_is_no_name() {
    let recipient = Recipient::from_certificate(certificate("idp")).unwrap();
    let idp = at_idp().with_decryptor(DecryptionKey::new(private_key("idp")));
    let saml = "urn:oasis:names:tc:SAML:2.0:assertion";
    for (element, accepted) in [
        (format!("<NameID xmlns=\"{saml}\">u</NameID>"), true),
        (format!("<NameID xmlns=\"{saml}\"> </NameID>"), false),
        (format!("<NameID xmlns=\"{saml}\"><a/></NameID>"), false),
        (
            format!("<NameID xmlns=\"{saml}\" Other=\"x\">u</NameID>"),
            false,
        ),
        (format!("<BaseID xmlns=\"{saml}\">u</BaseID>"), false),
    ] {
        let sealed = Encryptor::new(recipient.clone())
            .encrypt(samlkit_enc::Kind::Id, &element, &SystemRandomness)
            .expect("encrypted");
        let sealed = samlkit_core::Fragment::parse(&sealed).unwrap();
        let identifier = samlkit_core::write::Identifier::encrypted_id(sealed).unwrap();
        let message = LogoutRequest::new(Id::new("_l").unwrap(), now(), SP, identifier)
            .with_destination(IDP_SLO)
            .write()
            .unwrap();
        let result = accept(&idp, &message, Some("sp")).map_err(|rejection| rejection.code());
        let expected = if accepted {
            Ok("u")
        } else {
            Err(Code::DecryptionFailed)
        };
        assert_eq!(
            result
                .as_ref()
                .map(|r| r.name_id().value())
                .map_err(|code| *code),
            expected
        );
    }
}

#[test]
fn texts_that_are_not_sessions() {
    for text in [
        "",
        "1",
        "2.YQ.YQ.~.~.~.~.~",
        "1.YQ.YQ.~.~.~.~",
        "1.YQ.YQ.~.~.~.~.~.~",
        "1.~.YQ.~.~.~.~.~",
        "1.YQ.Y.~.~.~.~.~",
    ] {
        assert_eq!(SessionReference::from_text(text), None, "{text}");
    }
    assert!(SessionReference::from_text("1.YQ.YQ.~.~.~.~.~").is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_messages_do_no_harm(text in ".*", octets in proptest::collection::vec(any::<u8>(), 0..300)) {
        let sp = at_sp();
        let value = STANDARD.encode(&octets);
        for incoming in [
            Incoming::redirect(&text),
            Incoming::post(Parameter::Request, &value, Some(&text)),
            Incoming::post(Parameter::Response, &value, None),
        ] {
            prop_assert!(sp.accept_request(incoming, now(), None).is_err());
            prop_assert!(sp.accept_response(incoming, &pending(), now()).is_err());
        }
        let query = format!("SAMLResponse={text}&SigAlg={text}&Signature={text}");
        prop_assert!(sp.accept_response(Incoming::redirect(&query), &pending(), now()).is_err());
        let _ = SessionReference::from_text(&text);
        let _ = PendingLogout::from_text(&text);
    }

    #[test]
    fn sessions_survive_their_text(peer in ".+", name in ".+", format in proptest::option::of(".*"), index in proptest::option::of(".*")) {
        let mut name_id = NameId::new(name);
        if let Some(format) = format {
            name_id = name_id.with_format(format);
        }
        let session = SessionReference::new(peer, name_id, index);
        prop_assert_eq!(SessionReference::from_text(&session.to_text()), Some(session));
    }

    #[test]
    fn changed_queries_do_no_harm(at in any::<prop::sample::Index>(), with in "[ -~]") {
        let sp = at_sp();
        let mut query = QUERY.with(Clone::clone);
        let at = at.index(query.len());
        query.replace_range(at..=at, &with);
        if let Ok(accepted) = sp.accept_request(Incoming::redirect(&query), now(), None) {
            prop_assert_eq!(accepted.name_id(), &user());
            prop_assert_eq!(accepted.session_indexes(), ["_session"]);
        }
    }
}

thread_local! {
    static QUERY: String = by_query(Parameter::Request, &request().write().unwrap(), Some("idp"));
}
