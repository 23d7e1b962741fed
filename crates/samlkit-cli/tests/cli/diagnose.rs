//! `diagnose` says what `verify` says, and of every check.

use serde_json::Value;

use crate::manifest::{arguments, manifest};
use crate::support::{eu, eu_with, run, run_with};

/// The same options for the other command.
fn diagnose<A: AsRef<str>>(verify: &[A], message: &[u8]) -> crate::support::Run {
    let options = verify.iter().skip(1).map(AsRef::as_ref);
    run_with(["diagnose"].into_iter().chain(options), message)
}

fn failed(json: &Value) -> Vec<(&str, &str)> {
    let checks = json["checks"].as_array().unwrap().iter();
    checks
        .filter(|check| check["verdict"] == "failed")
        .map(|check| {
            let text = |key: &str| check[key].as_str().unwrap();
            assert!(!text("message").is_empty());
            (text("check"), text("code"))
        })
        .collect()
}

#[test]
fn it_agrees_with_verify() {
    for entry in manifest() {
        let args = arguments(&entry);
        let (verified, run) = (run(&args), diagnose(&args, b""));
        let (verified_json, json) = (verified.json(), run.json());
        assert_eq!(run.code, verified.code, "{args:?}");
        for key in ["verdict", "code", "message", "help"] {
            // What was accepted has none of the last three.
            if key == "verdict" || verified.code == 1 {
                assert_eq!(json[key], verified_json[key], "{args:?} {key}");
            } else {
                assert_eq!(json[key], Value::Null);
            }
        }
        let checks = json["checks"].as_array().unwrap();
        if json["code"] == "malformed-base64" {
            assert!(checks.is_empty());
            continue;
        }
        assert_eq!(checks.len(), 24, "{args:?}");
        let passed = |check: &Value| check["verdict"] == "passed";
        assert_eq!(checks.iter().all(passed), run.code == 0, "{args:?}: {json}");
        let codes: Vec<_> = failed(&json).into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes.is_empty(), run.code == 0, "{args:?}");
        if let Some(code) = json["code"].as_str() {
            assert!(codes.contains(&code), "{args:?}: {code} {codes:?}");
        }
    }
}

#[test]
fn everything_that_is_wrong_at_once() {
    let args = eu(&[
        "--require-encrypted-assertion",
        "--at",
        "2026-01-15T12:00:00Z",
        "-",
    ]);
    // The last of two times would be a mistake; the options are those of `verify`.
    diagnose(&args, b"").assert_usage("--at");
    let args: Vec<_> = eu(&["--require-encrypted-assertion", "-"])
        .into_iter()
        .map(|arg| match arg {
            "2026-01-15T10:01:00Z" => "2026-01-15T12:00:00Z",
            "_d45f1f310645d6ff4f7f087051effb23" => "_other",
            arg => arg,
        })
        .collect();
    let message = eu_with("sso/CUK1A1", "sso/CUK1A2");
    let json = diagnose(&args, &message).json();
    assert_eq!(
        failed(&json),
        [
            ("encryption", "not-encrypted"),
            ("signature", "signature-invalid"),
            ("in-response-to", "in-response-to-mismatch"),
            ("confirmation-time", "expired"),
            ("not-on-or-after", "expired"),
            ("audience", "audience-mismatch"),
        ]
    );
    // For people: the verdict, a heading, a line for each check, and what the signature's failure means.
    let args: Vec<_> = args.into_iter().filter(|&arg| arg != "--json").collect();
    let run = diagnose(&args, &message);
    let text = run.text();
    assert_eq!(run.code, 1);
    assert!(text.starts_with("rejected: not-encrypted\n"), "{text}");
    let heading = text.lines().position(|line| line.starts_with("check "));
    let table: Vec<_> = text.lines().skip(heading.unwrap()).collect();
    for title in ["expected", "found", "verdict", "what to change"] {
        assert!(table[0].contains(title), "{text}");
    }
    let column = table[0].find("verdict").unwrap();
    let failures = table[1..25].iter();
    let failures = failures.filter(|line| line.get(column..).unwrap().starts_with("failed"));
    assert_eq!(failures.count(), 6, "{text}");
    assert!(text.ends_with("looked at.\n"), "{text}");
}

#[test]
fn what_is_no_message() {
    let json = diagnose(&eu(&["--encoding", "base64", "-"]), b"<x/>").json();
    assert_eq!(json["verdict"], "rejected");
    assert_eq!(json["code"], "malformed-base64");
    assert_eq!(json["checks"].as_array().unwrap().len(), 0);
    let run = diagnose(&eu(&["-"]), b"<x");
    assert_eq!(
        (run.code, failed(&run.json())),
        (1, vec![("well-formed", "malformed-xml")])
    );
    diagnose(&eu(&["none.xml"]), b"").assert_usage("cannot read none.xml");
}
