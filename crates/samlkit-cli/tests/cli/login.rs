//! `authn-request` starts a sign-on whose request `verify-redirect` accepts, and refuses what the identity provider would.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::support::{run, run_with};

const AT: &str = "2026-01-15T10:01:00Z";
const KEY: &str = "keys/test-only-sp.key.pem";
const CERT: &str = "keys/test-only-sp.crt.pem";
const SP: &str = "https://eu-api.mimecast.com/sso/CUK1A1";

fn start<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec![
        "authn-request",
        "--idp-metadata",
        "entra/metadata.xml",
        "--mimecast",
        "eu:CUK1A1",
        "--at",
        AT,
    ];
    args.extend(more);
    args
}

/// The answer to a signed request with a relay state.
fn signed() -> Value {
    run(start(&[
        "--json",
        "--sign-key",
        KEY,
        "--relay-state",
        "a b/é",
    ]))
    .json()
}

/// Checks a query as the identity provider would that trusts the service provider's certificate.
fn check(query: &str, more: &[&str]) -> (i32, Value) {
    let mut args = vec![
        "verify-redirect",
        "--json",
        "--idp-entity-id",
        SP,
        "--idp-cert",
        CERT,
        "--query",
        query,
    ];
    args.extend(more);
    let run = run(&args);
    (run.code, run.json())
}

#[track_caller]
fn assert_refused(query: &str, more: &[&str], code: &str) {
    let (exit, json) = check(query, more);
    assert_eq!(
        (exit, &json["verdict"], &json["code"]),
        (1, &"rejected".into(), &code.into()),
        "{json}"
    );
}

#[test]
fn a_signed_request_is_accepted_as_sent() {
    let started = signed();
    let id = started["id"].as_str().unwrap();
    assert!(id.starts_with('_') && id.len() > 32, "{id}");
    assert_eq!(started["issue_instant"], AT);
    assert_eq!(started["form"], Value::Null);
    let url = started["url"].as_str().unwrap();
    let (endpoint, query) = url.split_once('?').unwrap();
    for given in [query, url, &format!("?{query}")] {
        let (exit, json) = check(given, &["--kind", "request", "--sso-url", endpoint]);
        assert_eq!(exit, 0, "{json}");
        assert_eq!(json["verdict"], "accepted");
        assert_eq!(json["kind"], "AuthnRequest");
        assert_eq!(json["id"], id);
        assert_eq!(json["issuer"], SP);
        assert_eq!(json["relay_state"], "a b/é");
        assert_eq!(json["signed"], true);
        assert_eq!(
            json["signature_algorithm"],
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
        );
        assert_eq!(json["destination"], endpoint);
    }
    // Another start has another identifier.
    assert_ne!(signed()["id"], started["id"]);
}

#[test]
fn a_changed_query_is_refused() {
    let started = signed();
    let url = started["url"].as_str().unwrap();
    let query = url.split_once('?').unwrap().1;
    let with = |from: &str, to: &str| {
        assert!(query.contains(from), "{query}");
        query.replacen(from, to, 1)
    };
    assert_refused(
        &with("RelayState=a", "RelayState=b"),
        &[],
        "signature-invalid",
    );
    // The same value in other octets is not what was signed.
    assert_refused(&with("a%20b", "a+b"), &[], "signature-invalid");
    assert_refused(
        &with("SigAlg=", "RelayState=x&SigAlg="),
        &[],
        "invalid-value",
    );
    assert_refused(
        &with("SAMLRequest=", "SAMLResponse="),
        &[],
        "not-a-response",
    );
    assert_refused(query, &["--kind", "response"], "not-a-response");
    assert_refused(
        query,
        &["--sso-url", "https://elsewhere.example/"],
        "destination-mismatch",
    );
    assert_refused(
        query,
        &["--acs-url", "https://elsewhere.example/"],
        "recipient-mismatch",
    );
    assert_refused(
        query,
        &["--sp-entity-id", "https://other.example/"],
        "issuer-mismatch",
    );
    let unsigned = query.split_once("&SigAlg=").unwrap().0;
    assert_refused(unsigned, &[], "unsigned");
    assert_refused(&format!("{unsigned}&SigAlg=x"), &[], "invalid-value");
    let sha1 = with(
        "2001%2F04%2Fxmldsig-more%23rsa-sha256",
        "2000%2F09%2Fxmldsig%23rsa-sha1",
    );
    assert_refused(&sha1, &[], "algorithm-not-allowed");
    let other = run([
        "verify-redirect",
        "--json",
        "--idp-entity-id",
        SP,
        "--idp-cert",
        "keys/test-only-untrusted.crt.pem",
        "--query",
        query,
    ]);
    assert_eq!(
        (other.code, other.json()["code"].clone()),
        (1, "signature-invalid".into())
    );
}

#[test]
fn an_unsigned_request_needs_leave() {
    let started = run(start(&["--json"])).json();
    let query = started["url"].as_str().unwrap();
    assert_refused(query, &[], "unsigned");
    let (exit, json) = check(query, &["--allow-unsigned"]);
    assert_eq!(exit, 0, "{json}");
    assert_eq!(json["signed"], false);
    assert_eq!(json["signature_algorithm"], Value::Null);
}

#[test]
fn a_posted_request_is_signed_in_the_message() {
    let run = run(start(&[
        "--json",
        "--binding",
        "post",
        "--sign-key",
        KEY,
        "--sign-cert",
        CERT,
    ]));
    let json = run.json();
    assert_eq!(json["url"], Value::Null);
    let form = json["form"].as_str().unwrap();
    let value = form.split_once("name=\"SAMLRequest\" value=\"").unwrap().1;
    let value = value.split_once('"').unwrap().0;
    let message = STANDARD.decode(value).unwrap();
    let verified = run_with(["dsig", "verify", "--json", "--cert", CERT, "-"], &message);
    assert_eq!(verified.json()["verdict"], "valid");
    let id = format!("#{}", json["id"].as_str().unwrap());
    assert_eq!(verified.json()["references"][0]["uri"], id);
    let policy = json["content_security_policy"].as_str().unwrap();
    assert!(policy.contains("script-src 'sha256-"), "{policy}");
}

#[test]
fn people_get_the_url_or_the_form_and_the_id() {
    let text = run(start(&[])).text();
    let (url, rest) = text.split_once('\n').unwrap();
    assert!(
        url.starts_with("https://login.microsoftonline.com/"),
        "{url}"
    );
    assert!(rest.starts_with("request ID: _"), "{rest}");
    let text = run(start(&["--binding", "post"])).text();
    assert!(
        text.starts_with("<!DOCTYPE html>") && text.contains("<!-- request ID: _"),
        "{text}"
    );
}

#[test]
fn what_entra_refuses_is_refused_here() {
    let run = run(start(&[
        "--name-id-format",
        "urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos",
    ]));
    assert_eq!((run.code, run.stdout.len()), (1, 0), "{run:?}");
    assert!(run.stderr.contains("refused-by-entra"), "{run:?}");
    assert!(run.stderr.contains("AADSTS75016"), "{run:?}");
}

#[test]
fn what_cannot_start_is_a_usage_error() {
    let long = "x".repeat(81);
    run(start(&["--relay-state", &long])).assert_usage("not 1 to 80 octets");
    run(start(&["--sign-key", "keys/missing.pem"])).assert_usage("cannot read");
    run(start(&["--sign-key", CERT])).assert_usage("a private key is expected");
    run(["authn-request", "--mimecast", "eu:CUK1A1"]).assert_usage("--idp-metadata");
    run(["verify-redirect", "--query", "x"]).assert_usage("--idp-metadata");
}

#[test]
fn malformed_queries_have_codes() {
    for (query, code) in [
        ("", "invalid-value"),
        ("a=b", "invalid-value"),
        ("SAMLRequest=%zz", "invalid-value"),
        ("SAMLRequest=!", "malformed-base64"),
        ("SAMLRequest=AAAA&SAMLResponse=AAAA", "invalid-value"),
        ("SAMLRequest=AAAA&SAMLRequest=AAAA", "invalid-value"),
        ("SAMLRequest=AAAA&SAMLEncoding=x", "invalid-value"),
        ("SAMLRequest=AAAA", "malformed-xml"),
        // Raw DEFLATE of <x/>.
        ("SAMLRequest=s6nQtwMA", "not-a-request"),
        ("SAMLResponse=s6nQtwMA", "not-a-response"),
    ] {
        assert_refused(query, &[], code);
    }
}
