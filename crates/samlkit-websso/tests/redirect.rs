//! The HTTP-Redirect binding from outside: what a query says, which URL carries a message, and whose signature is believed.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a broken fixture must stop the test"
)]

#[path = "support/parties.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod parties;

use samlkit_crypto::{AlgorithmPolicy, Signer, danger};
use samlkit_dsig::TrustedKey;
use samlkit_websso::{Code, Parameter, RedirectError, RedirectMessage, redirect_url};

use parties::{SSO, certificate, signer, trusted};

fn url(
    endpoint: &str,
    state: Option<&str>,
    signer: Option<&dyn Signer>,
) -> Result<String, RedirectError> {
    redirect_url(endpoint, Parameter::Request, "<x/>", state, signer)
}

fn query(state: Option<&str>, key: Option<&str>) -> String {
    let signer = key.map(signer);
    let url = url(
        SSO,
        state,
        signer.as_ref().map(|signer| signer as &dyn Signer),
    );
    let url = url.expect("a URL");
    url.split_once('?').expect("a query").1.to_owned()
}

/// SAMLBind §3.4.3: 80 octets, not characters.
#[test]
fn a_relay_state_has_a_length() {
    for (state, fits) in [
        ("x".repeat(80), true),
        ("x".repeat(81), false),
        ("\u{e9}".repeat(40), true),
        ("\u{e9}".repeat(41), false),
    ] {
        let made = url(SSO, Some(&state), None).map(drop);
        let expected = if fits {
            Ok(())
        } else {
            Err(RedirectError::RelayStateTooLong)
        };
        assert_eq!(made, expected, "{state}");
    }
}

#[test]
fn the_query_of_an_endpoint_stays() {
    for (endpoint, start) in [
        ("https://a/b", "https://a/b?SAMLRequest="),
        ("https://a/b?", "https://a/b?SAMLRequest="),
        ("https://a/b?c=d", "https://a/b?c=d&SAMLRequest="),
        ("https://a/b?c=d&", "https://a/b?c=d&SAMLRequest="),
    ] {
        let url = url(endpoint, None, None).expect("a URL");
        assert!(url.starts_with(start), "{url}");
    }
    for endpoint in ["https://a/b#", "https://a/b?c#d"] {
        assert_eq!(url(endpoint, None, None), Err(RedirectError::Fragment));
    }
}

/// A form's plus sign is a space; every other octet is itself or its escape.
#[test]
fn what_an_escape_means() {
    let plain = query(None, None);
    for (escaped, state) in [
        ("a+b", "a b"),
        ("a%20b", "a b"),
        ("a%2Bb", "a+b"),
        ("a%2bb", "a+b"),
        ("%00%7f", "\0\u{7f}"),
        ("%c3%A9", "\u{e9}"),
        ("%2525", "%25"),
        ("-._~", "-._~"),
    ] {
        let query = format!("{plain}&RelayState={escaped}");
        let message = RedirectMessage::parse(&query).expect("a message");
        assert_eq!(message.relay_state(), Some(state), "{escaped}");
    }
    for escaped in ["%", "%2", "%g0", "%0g", "%%20", "%+1", "%-1", "%ff", "%c3"] {
        let query = format!("{plain}&RelayState={escaped}");
        let refused = RedirectMessage::parse(&query).expect_err("malformed");
        assert_eq!(refused.code(), Code::InvalidValue, "{escaped}");
    }
    let every: String = (0..128).map(char::from).collect();
    for state in every.as_bytes().chunks(64) {
        let state = core::str::from_utf8(state).expect("ASCII");
        let query = query(Some(state), None);
        let message = RedirectMessage::parse(&query).expect("a message");
        assert_eq!(message.relay_state(), Some(state));
    }
}

#[test]
fn whose_signature_it_is() {
    let [idp, sp, curve] = ["idp", "sp", "p256"].map(trusted);
    let [weak, stranger] = ["rsa1024", "untrusted"].map(|name| {
        let key = certificate(name).public_key().expect("a key").clone();
        TrustedKey::from_public_key(key)
    });
    let query = query(Some("state"), Some("idp"));
    let message = RedirectMessage::parse(&query).expect("a message");
    let verify = |keys: &[&TrustedKey], policy: &AlgorithmPolicy| {
        let keys: Vec<TrustedKey> = keys.iter().copied().cloned().collect();
        message
            .verify(&keys, policy)
            .map_err(|refused| (refused.code(), refused.to_string()))
    };
    let policy = AlgorithmPolicy::default();
    let found = Ok(idp.thumbprint());
    for keys in [
        &[&idp][..],
        &[&sp, &idp],
        &[&curve, &idp],
        &[&weak, &idp],
        &[&stranger, &curve, &weak, &idp, &sp],
    ] {
        assert_eq!(verify(keys, &policy), found);
    }
    let code = |keys: &[&TrustedKey]| verify(keys, &policy).map_err(|(code, _)| code);
    assert_eq!(code(&[]), Err(Code::UntrustedKey));
    for keys in [&[&sp][..], &[&stranger, &curve], &[&curve, &stranger]] {
        assert_eq!(code(keys), Err(Code::SignatureInvalid));
    }
    // What is said last is of the last key that says anything.
    let said = |keys: &[&TrustedKey]| verify(keys, &policy).expect_err("refused").1;
    assert_ne!(said(&[&curve]), said(&[&sp]));
    assert_ne!(said(&[&weak]), said(&[&sp]));
    assert_eq!(said(&[&weak, &curve]), said(&[&weak]));
    assert_eq!(said(&[&sp, &curve]), said(&[&sp]));
    assert_eq!(said(&[&weak, &sp]), said(&[&sp]));
    // The key may be weak by choice, and did not sign all the same.
    let lax = danger::allow_weak_rsa(policy);
    let refused = verify(&[&weak], &lax).expect_err("refused");
    assert_eq!(refused.1, said(&[&sp]));
}

/// The signature covers the octets of the query: one more, one less, another order of what is signed.
#[test]
fn what_is_covered() {
    let query = query(Some("state"), Some("idp"));
    let keys = [trusted("idp")];
    let code = |query: &str| {
        let message = RedirectMessage::parse(query).map_err(|refused| refused.code())?;
        let policy = AlgorithmPolicy::default();
        let verified = message.verify(&keys, &policy);
        verified.map(drop).map_err(|refused| refused.code())
    };
    assert_eq!(code(&query), Ok(()));
    assert_eq!(code(&format!("{query}&more=1")), Ok(()));
    let invalid = Err(Code::SignatureInvalid);
    for (from, to, verdict) in [
        ("RelayState=state", "RelayState=stat%65", invalid),
        ("RelayState=state", "RelayState=", invalid),
        ("&RelayState=state", "", invalid),
        ("SAMLRequest=", "SAMLResponse=", invalid),
        ("rsa-sha256", "rsa-sha384", invalid),
        ("rsa-sha256", "rsa-sha1", Err(Code::AlgorithmNotAllowed)),
        ("rsa-sha256", "hmac-sha256", Err(Code::AlgorithmNotAllowed)),
        ("&SigAlg=", "&sigalg=", Err(Code::InvalidValue)),
        ("&Signature=", "&Signature=A", Err(Code::MalformedBase64)),
    ] {
        assert!(query.contains(from), "nothing to edit: {from}");
        assert_eq!(code(&query.replacen(from, to, 1)), verdict, "{to}");
    }
    let unsigned = query.split_once("&SigAlg").expect("signed").0;
    assert_eq!(code(unsigned), Err(Code::Unsigned));
}
