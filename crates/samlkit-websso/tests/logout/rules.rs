//! The rules of logout messages, each beside a sibling that breaks it.

use std::time::Duration;

use crate::parties::{
    IDP, SP, at, certificate, now, peers_are_asked, posted, private_key, signed, trusted, xmlsec1,
};
use crate::{
    IDP_SLO, SP_SLO_ANSWERS, accept, accept_post, answered, at_idp, at_sp, by_query, code, deliver,
    passes, peer_of_sp, pending, request, response, session, user,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlkit_core::Fragment;
use samlkit_core::uri::status;
use samlkit_core::write::{Id, Identifier, LogoutRequest, Status};
use samlkit_crypto::{AlgorithmPolicy, BlockEncryption, SystemRandomness};
use samlkit_enc::{DecryptionKey, Encryptor, Kind, Recipient};
use samlkit_websso::{
    CbcEncryption, Code, InMemoryReplay, Incoming, LogoutAnswer, LogoutOutcome, LogoutPeer,
    LogoutPolicy, LogoutStart, LongRelayState, MatchedBy, MissingDestination, Outgoing, Parameter,
    PendingLogout, RequestBinding, Unsigned,
};
use samlkit_xml::Limits;

#[test]
fn signatures_of_requests() {
    let sp = at_sp();
    let message = request().write().unwrap();
    passes(accept(&sp, &message, Some("idp")));
    passes(accept_post(&sp, &signed(&message, "idp"), now()));
    assert_eq!(code(accept(&sp, &message, None)), Code::Unsigned);
    assert_eq!(code(accept_post(&sp, &message, now())), Code::Unsigned);

    let lenient = at_sp().with_policy(LogoutPolicy::new().with_unsigned_requests(Unsigned::Accept));
    let taken = accept(&lenient, &message, None).expect("accepted");
    assert_eq!(taken.signed_by(), None);
    passes(accept_post(&lenient, &message, now()));
    for logout in [&sp, &lenient] {
        for key in ["untrusted", "sp"] {
            assert_eq!(
                code(accept(logout, &message, Some(key))),
                Code::SignatureInvalid
            );
            let posted = accept_post(logout, &signed(&message, key), now());
            assert_eq!(code(posted), Code::SignatureInvalid);
        }
        let changed = signed(&message, "idp").replace("britta", "brutta");
        assert_eq!(
            code(accept_post(logout, &changed, now())),
            Code::SignatureInvalid
        );
        // The signature of one message beside another.
        let good = by_query(Parameter::Request, &message, Some("idp"));
        let other = by_query(
            Parameter::Request,
            &message.replace("britta", "brutta"),
            None,
        );
        let (_, tail) = good.split_once("&SigAlg=").unwrap();
        let spliced = format!("{other}&SigAlg={tail}");
        let refused = logout.accept_request(Incoming::redirect(&spliced), now(), None);
        assert_eq!(code(refused), Code::SignatureInvalid);
        let embedded = accept(logout, &signed(&message, "idp"), Some("idp"));
        assert_eq!(code(embedded), Code::EmbeddedSignature);
    }
}

/// Who can change a ciphertext that has no tag, and see which of the changed ones pass, reads it in the end.
#[test]
fn an_unsigned_request_is_not_decrypted_in_cbc_mode() {
    let policy = LogoutPolicy::new().with_unsigned_requests(Unsigned::Accept);
    let idp = at_idp()
        .with_decryptor(DecryptionKey::new(private_key("idp")))
        .with_policy(policy);
    let recipient = Recipient::from_certificate(certificate("idp")).unwrap();
    let name = user().write().unwrap();
    for (algorithm, refused) in [
        (BlockEncryption::Aes256Gcm, None),
        (BlockEncryption::Aes128Cbc, Some(Code::AlgorithmNotAllowed)),
        (BlockEncryption::Aes256Cbc, Some(Code::AlgorithmNotAllowed)),
    ] {
        let sealed = Encryptor::new(recipient.clone())
            .with_algorithm(algorithm)
            .encrypt(Kind::Id, &name, &SystemRandomness)
            .expect("encrypted");
        let identifier = Identifier::encrypted_id(Fragment::parse(&sealed).unwrap()).unwrap();
        let message = LogoutRequest::new(Id::new("_l").unwrap(), now(), SP, identifier)
            .with_destination(IDP_SLO)
            .write()
            .unwrap();
        passes(accept(&idp, &message, Some("sp")));
        let strict = accept(
            &idp.clone().with_cbc(CbcEncryption::Refuse),
            &message,
            Some("sp"),
        );
        assert_eq!(strict.err().map(|rejection| rejection.code()), refused);
        let unsigned = accept(&idp, &message, None);
        assert_eq!(unsigned.err().map(|rejection| rejection.code()), refused);
    }
}

/// A comment cuts no value short: it is not of the signed octets, and the value is whole.
#[test]
fn a_name_with_a_comment_is_whole() {
    let original = signed(&request().write().unwrap(), "idp");
    let split = original.replace("britta.simon", "britta<!-- -->.simon");
    let accepted = accept_post(&at_sp(), &split, now()).expect("accepted");
    assert_eq!(accepted.name_id(), &user());
}

#[test]
fn rules_of_requests() {
    let sp = at_sp();
    let query = |message: &LogoutRequest| accept(&sp, &message.write().unwrap(), Some("idp"));
    passes(query(&request()));
    passes(query(&request().with_destination(SP_SLO_ANSWERS)));
    let elsewhere = request().with_destination("https://sp.example/slo/");
    assert_eq!(code(query(&elsewhere)), Code::DestinationMismatch);
    let id = || Id::new("_logout").unwrap();
    let nowhere = LogoutRequest::new(id(), now(), IDP, user());
    assert_eq!(code(query(&nowhere)), Code::DestinationMismatch);
    let forgiving = peer_of_sp().with_missing_destination(MissingDestination::Accept);
    let forgiving = at_sp().with_peer(forgiving).unwrap();
    passes(accept(&forgiving, &nowhere.write().unwrap(), Some("idp")));
    let refused = accept(&forgiving, &elsewhere.write().unwrap(), Some("idp"));
    assert_eq!(code(refused), Code::DestinationMismatch);
    let stranger = LogoutRequest::new(id(), now(), "https://idp.example", user());
    assert_eq!(code(query(&stranger)), Code::UnknownIssuer);

    let text = request().write().unwrap();
    let changed = |from: &str, to: &str| code(accept(&sp, &text.replace(from, to), Some("idp")));
    assert_eq!(
        changed("Version=\"2.0\"", "Version=\"2.1\""),
        Code::UnsupportedVersion
    );
    assert_eq!(
        changed("LogoutRequest", "AuthnRequest"),
        Code::NotALogoutRequest
    );
    let issuer = "<saml:Issuer>https://idp.example/</saml:Issuer>";
    assert_eq!(changed(issuer, ""), Code::MissingElement);
    let start = text.find("<saml:NameID").unwrap();
    let end = text.find("</saml:NameID>").unwrap() + "</saml:NameID>".len();
    let name_id = text.get(start..end).unwrap();
    assert_eq!(changed(name_id, ""), Code::MissingElement);
    assert_eq!(
        changed(name_id, "<saml:BaseID/>"),
        Code::UnsupportedIdentifier
    );
    let answer = by_query(Parameter::Response, &text, Some("idp"));
    let refused = sp.accept_request(Incoming::redirect(&answer), now(), None);
    assert_eq!(code(refused), Code::NotALogoutRequest);
}

#[test]
fn time_and_replay_of_requests() {
    let sp = at_sp();
    let accept = |message: &LogoutRequest, time: &str| {
        let message = signed(&message.write().unwrap(), "idp");
        accept_post(&sp, &message, at(time))
            .err()
            .map(|rejection| rejection.code())
    };
    let bounded = request().with_not_on_or_after(at("2026-01-15T10:05:00Z"));
    for (message, time, expected) in [
        (request(), "2026-01-15T09:59:00Z", None),
        (
            request(),
            "2026-01-15T09:58:59.999Z",
            Some(Code::NotYetValid),
        ),
        (request(), "2026-01-15T10:10:59.999Z", None),
        (request(), "2026-01-15T10:11:00Z", Some(Code::Expired)),
        (bounded.clone(), "2026-01-15T10:05:59.999Z", None),
        (bounded, "2026-01-15T10:06:00Z", Some(Code::Expired)),
    ] {
        assert_eq!(accept(&message, time), expected, "{time}");
    }
    let replay = InMemoryReplay::new(8);
    let query = by_query(Parameter::Request, &request().write().unwrap(), Some("idp"));
    let again = || sp.accept_request(Incoming::redirect(&query), now(), Some(&replay));
    passes(again());
    assert_eq!(code(again()), Code::Replayed);
}

/// The skew and the age are what was set, and the skew no more than the most.
#[test]
fn how_far_clocks_may_be_apart() {
    let age = Duration::from_secs(100);
    let message = signed(&request().write().unwrap(), "idp");
    for (skew, [early, first, last, late]) in [
        (0, ["09:59:59", "10:00:00", "10:01:39", "10:01:40"]),
        (30, ["09:59:29", "09:59:30", "10:02:09", "10:02:10"]),
        (600, ["09:49:59", "09:50:00", "10:11:39", "10:11:40"]),
        (86_400, ["09:49:59", "09:50:00", "10:11:39", "10:11:40"]),
    ] {
        let policy = LogoutPolicy::new()
            .with_clock_skew(Duration::from_secs(skew))
            .with_max_age(age);
        let sp = at_sp().with_policy(policy);
        let accept = |time: &str| {
            let now = at(&format!("2026-01-15T{time}Z"));
            accept_post(&sp, &message, now).map_err(|rejection| rejection.code())
        };
        for time in [first, last] {
            accept(time).map(drop).expect("it is in time");
        }
        assert_eq!(accept(late).map(drop), Err(Code::Expired), "{skew}");
        assert_eq!(accept(early).map(drop), Err(Code::NotYetValid), "{skew}");
    }
}

#[test]
fn rules_of_responses() {
    let sp = at_sp();
    let text = response(Status::success()).write().unwrap();
    let good = answered(&sp, &text, Some("idp")).expect("accepted");
    assert_eq!(*good.outcome(), LogoutOutcome::Complete);
    assert_eq!(good.signed_by(), Some(trusted("idp").thumbprint()));
    assert_eq!(code(answered(&sp, &text, None)), Code::Unsigned);
    let lenient = LogoutPolicy::new().with_unsigned_responses(Unsigned::Accept);
    passes(answered(&at_sp().with_policy(lenient), &text, None));
    assert_eq!(
        code(answered(&sp, &text, Some("untrusted"))),
        Code::SignatureInvalid
    );

    let changed = |from: &str, to: &str| code(answered(&sp, &text.replace(from, to), Some("idp")));
    assert_eq!(
        changed("InResponseTo=\"_sent\"", "InResponseTo=\"_other\""),
        Code::InResponseToMismatch
    );
    assert_eq!(
        changed(" InResponseTo=\"_sent\"", ""),
        Code::InResponseToMismatch
    );
    assert_eq!(
        changed("https://sp.example/slo", "https://sp.example/sl"),
        Code::DestinationMismatch
    );
    assert_eq!(
        changed(" Destination=\"https://sp.example/slo\"", ""),
        Code::DestinationMismatch
    );
    assert_eq!(
        changed(">https://idp.example/<", ">https://other.example/<"),
        Code::UnknownIssuer
    );
    assert_eq!(changed("10:00:00", "09:00:00"), Code::Expired);
    assert_eq!(changed("10:00:00", "11:00:00"), Code::NotYetValid);
    assert_eq!(
        changed("LogoutResponse", "Response"),
        Code::NotALogoutResponse
    );
    assert_eq!(
        changed("Version=\"2.0\"", "Version=\"1.0\""),
        Code::UnsupportedVersion
    );
    let request = by_query(Parameter::Request, &text, Some("idp"));
    let refused = sp.accept_response(Incoming::redirect(&request), &pending(), now());
    assert_eq!(code(refused), Code::NotALogoutResponse);

    let partial = Status::new(status::RESPONDER).with_sub_code(status::PARTIAL_LOGOUT);
    let partial = response(partial).write().unwrap();
    let partial = answered(&sp, &partial, Some("idp")).expect("accepted");
    assert_eq!(*partial.outcome(), LogoutOutcome::Partial);
}

#[test]
fn one_peer_does_not_answer_for_another() {
    let other =
        samlkit_websso::IdentityProvider::new("https://other.example/", vec![trusted("untrusted")])
            .unwrap();
    let sp = at_sp().with_peer(LogoutPeer::from(&other)).unwrap();
    let text = response(Status::success())
        .write()
        .unwrap()
        .replace(">https://idp.example/<", ">https://other.example/<");
    let refused = answered(&sp, &text, Some("untrusted"));
    assert_eq!(code(refused), Code::IssuerMismatch);
    // Nor ends its sessions.
    let text = request()
        .write()
        .unwrap()
        .replace(IDP, "https://other.example/");
    let request = accept(&sp, &text, Some("untrusted")).expect("accepted");
    let (found, by) = request.sessions([session(IDP, Some("_session"))]);
    assert!(found.is_empty());
    assert_eq!(by, MatchedBy::Nothing);
}

/// Asked for by `SAMLKIT_PEERS=1`; a missing command is a failure then.
#[test]
fn xmlsec1_verifies_what_is_posted() {
    if !peers_are_asked() {
        return;
    }
    let start = LogoutStart::new().with_binding(RequestBinding::Post);
    let (outgoing, _) = at_sp()
        .start(&session(IDP, Some("_s")), &start, now(), &SystemRandomness)
        .expect("started");
    let request = deliver(&outgoing, "SAMLRequest", |incoming| {
        at_idp().accept_request(incoming, now(), None)
    })
    .expect("accepted");
    let answer = at_idp()
        .answer(&request, LogoutAnswer::Partial, now(), &SystemRandomness)
        .expect("answered");
    for (outgoing, name, element, key) in [
        (outgoing, "SAMLRequest", "LogoutRequest", "sp"),
        (answer, "SAMLResponse", "LogoutResponse", "idp"),
    ] {
        let Outgoing::Post(form) = outgoing else {
            panic!("{outgoing:?}")
        };
        let message = posted(form.html(), name);
        assert!(xmlsec1(&message, element, key), "{message}");
        assert!(!xmlsec1(
            &message.replace("10:00:00", "10:00:01"),
            element,
            key
        ));
    }
}

#[test]
fn what_the_policy_of_logouts_sets() {
    assert_eq!(peer_of_sp().entity_id(), IDP);
    let message = request().write().unwrap();
    let refused = |policy, relay_state: Option<&str>| {
        let value = STANDARD.encode(signed(&message, "idp"));
        let incoming = Incoming::post(Parameter::Request, &value, relay_state);
        let logout = at_sp().with_policy(policy);
        let accepted = logout.accept_request(incoming, now(), None);
        accepted.err().map(|rejection| rejection.code())
    };
    let policy = LogoutPolicy::new;
    // The key has 2048 bits.
    for (bits, expected) in [(2048, None), (3072, Some(Code::AlgorithmNotAllowed))] {
        let algorithms = AlgorithmPolicy::default().with_minimum_rsa_bits(bits);
        let policy = policy().with_algorithms(algorithms);
        assert_eq!(refused(policy, None), expected);
    }
    let length = u32::try_from(signed(&message, "idp").len()).unwrap();
    for (bytes, expected) in [(length, None), (length - 1, Some(Code::LimitExceeded))] {
        let policy = policy().with_limits(Limits::DEFAULT.with_bytes(bytes));
        assert_eq!(refused(policy, None), expected);
    }
    let long = "x".repeat(LongRelayState::MOST);
    assert_eq!(refused(policy(), Some(&long)), Some(Code::InvalidValue));
    let policy = policy().with_long_relay_state(LongRelayState::Accept);
    assert_eq!(refused(policy, Some(&long)), None);
}

#[test]
fn a_kept_logout_is_read_from_its_own_text_only() {
    let kept = pending();
    let text = kept.to_text();
    assert_eq!(PendingLogout::from_text(&text), Some(kept));
    let (id, peer) = ("_sent", text.rsplit('.').next().expect("a peer"));
    let of = |version: &str, id: &str, time: &str, peer: &str| {
        PendingLogout::from_text(&[version, id, time, peer].join("."))
    };
    let time = "1768471200";
    assert!(of("1", id, time, peer).is_some());
    for refused in [
        of("2", id, time, peer),
        of("", id, time, peer),
        of("1", "", time, peer),
        of("1", "1a", time, peer),
        of("1", "a:b", time, peer),
        of("1", id, "x", peer),
        of("1", id, "", peer),
        of("1", id, time, "!"),
        of("1", id, time, "_w"),
        of("1", id, time, &format!("{peer}.")),
        PendingLogout::from_text(&format!("1.{id}.{time}")),
        PendingLogout::from_text(""),
    ] {
        assert_eq!(refused, None);
    }
}

#[test]
fn a_logout_is_waited_for_as_long_as_asked() {
    let lifetime = Duration::from_secs(60);
    for (time, expected) in [
        ("2026-01-15T10:00:00Z", false),
        ("2026-01-15T10:00:59.999Z", false),
        ("2026-01-15T10:01:00Z", true),
        ("2026-01-15T11:00:00Z", true),
    ] {
        assert_eq!(pending().is_expired(at(time), lifetime), expected);
    }
    let much_later = at("2126-01-15T10:00:00Z");
    assert!(!pending().is_expired(much_later, Duration::MAX));
    let no_time = format!("1._sent.{}.YQ", i64::MAX);
    let no_time = PendingLogout::from_text(&no_time).expect("a logout");
    assert!(no_time.is_expired(now(), Duration::MAX));
}
