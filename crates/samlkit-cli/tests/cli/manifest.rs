//! Every message of `fixtures/manifest.json` has its verdict, and every code of the contract is met.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{eu, fixture, run, run_with};

/// Every code of the contract.
const CODES: &[&str] = &[
    "malformed-base64",
    "malformed-xml",
    "dtd-forbidden",
    "unsupported-encoding",
    "limit-exceeded",
    "not-a-response",
    "unsupported-version",
    "status-not-success",
    "no-assertion",
    "multiple-assertions",
    "unsigned",
    "signature-invalid",
    "signature-wrapping",
    "duplicate-id",
    "algorithm-not-allowed",
    "untrusted-key",
    "issuer-mismatch",
    "destination-mismatch",
    "recipient-mismatch",
    "audience-mismatch",
    "in-response-to-mismatch",
    "unsolicited",
    "not-yet-valid",
    "expired",
    "subject-confirmation",
    "missing-element",
    "invalid-value",
    "decryption-failed",
    "replayed",
    "condition-not-understood",
];

pub(crate) fn manifest() -> Vec<Value> {
    let manifest: Value = serde_json::from_slice(&fixture("manifest.json")).unwrap();
    let entries = manifest["entries"].as_array().unwrap().clone();
    assert!(entries.len() > 80);
    entries
}

pub(crate) fn arguments(entry: &Value) -> Vec<String> {
    let mut args = vec!["verify".to_owned(), "--json".to_owned()];
    args.extend(arguments_of(&entry["options"]));
    args.push(entry["file"].as_str().unwrap().to_owned());
    args
}

/// Options of a manifest as the flags that they are named after.
pub(crate) fn arguments_of(options: &Value) -> Vec<String> {
    let mut args = Vec::new();
    for (name, value) in options.as_object().unwrap() {
        let flag = format!("--{}", name.replace('_', "-"));
        match value {
            Value::Bool(true) => args.push(flag),
            Value::String(text) => args.extend([flag, text.clone()]),
            Value::Array(texts) => {
                args.extend(
                    texts
                        .iter()
                        .flat_map(|text| [flag.clone(), text.as_str().unwrap().to_owned()]),
                );
            }
            other => panic!("{name}: {other}"),
        }
    }
    args
}

#[test]
fn every_message_has_its_verdict() {
    for entry in manifest() {
        let args = arguments(&entry);
        let run = run(&args);
        let json = run.json();
        assert_eq!(json["verdict"], entry["verdict"], "{args:?}: {json}");
        if entry["verdict"] == "accepted" {
            assert_eq!(run.code, 0);
            accepted(&json, &entry["expected"]);
        } else {
            assert_eq!(run.code, 1);
            rejected(&json, &entry);
        }
    }
}

fn accepted(json: &Value, expected: &Value) {
    let keys: BTreeSet<&str> = json
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let contract = BTreeSet::from([
        "verdict",
        "issuer",
        "subject",
        "in_response_to",
        "session_index",
        "not_on_or_after",
        "authn_instant",
        "authn_context",
        "audiences",
        "signed",
        "signature_algorithm",
        "encrypted",
        "attributes",
    ]);
    assert_eq!(keys, contract);
    assert_eq!(json["subject"]["name_id"], expected["name_id"]);
    assert_eq!(json["subject"]["format"], expected["format"]);
    assert_eq!(json["encrypted"], false);
    for key in [
        "issuer",
        "in_response_to",
        "session_index",
        "audiences",
        "signed",
        "signature_algorithm",
    ] {
        assert_eq!(json[key], expected[key], "{key}");
    }
    let attributes = json["attributes"].as_array().unwrap();
    let wanted = expected["attributes"].as_array().unwrap();
    assert_eq!(attributes.len(), wanted.len());
    for (attribute, wanted) in attributes.iter().zip(wanted) {
        assert_eq!(attribute.as_object().unwrap().len(), 4);
        for key in ["name", "values"] {
            assert_eq!(attribute[key], wanted[key]);
        }
        for key in ["name_format", "friendly_name"] {
            assert_eq!(
                attribute[key],
                *wanted.get(key).unwrap_or(&Value::Null),
                "{key}"
            );
        }
    }
}

fn rejected(json: &Value, entry: &Value) {
    let keys: BTreeSet<&str> = json
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, BTreeSet::from(["verdict", "code", "message", "help"]));
    let also = entry
        .get("or")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    assert!(
        json["code"] == entry["code"] || also.contains(&json["code"]),
        "{json} {entry}"
    );
    assert!(!json["message"].as_str().unwrap().is_empty());
    assert!(
        json["help"].is_null() || json["help"].as_str().unwrap().ends_with('.'),
        "{json}"
    );
}

/// The text for people begins with the verdict and leaves no JSON.
#[test]
fn people_read_the_verdict_first() {
    for entry in manifest()
        .iter()
        .filter(|entry| entry["file"].as_str().unwrap().starts_with("entra/"))
    {
        let args: Vec<String> = arguments(entry)
            .into_iter()
            .filter(|arg| arg != "--json")
            .collect();
        let text = run(&args).text();
        let first = text.lines().next().unwrap();
        match entry["verdict"].as_str().unwrap() {
            "accepted" => assert_eq!(first, "accepted"),
            verdict => assert!(first.starts_with(&format!("{verdict}: ")), "{first}"),
        }
        assert!(
            !text.contains('\u{1b}'),
            "no colour where there is no terminal"
        );
    }
}

/// Each code of the contract is met, but `replayed`: one run remembers nothing of another.
#[test]
fn every_code_is_met() {
    let mut met: BTreeSet<String> = manifest()
        .iter()
        .filter(|entry| entry["verdict"] == "rejected")
        .map(|entry| {
            run(arguments(entry)).json()["code"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    for message in [
        [b"<a>".repeat(300), b"</a>".repeat(300)].concat(),
        encrypted(),
        without_status(),
    ] {
        met.insert(
            run_with(eu(&["-"]), &message).json()["code"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    for code in CODES.iter().filter(|&&code| code != "replayed") {
        assert!(met.contains(*code), "{code} is not met");
    }
    for code in met {
        assert!(
            CODES.contains(&code.as_str()),
            "{code} is not in the contract"
        );
    }
}

#[test]
fn an_encrypted_assertion_is_refused_uniformly() {
    let run = run_with(
        eu(&["--decrypt-key", "keys/test-only-sp.key.pem", "-"]),
        &encrypted(),
    );
    assert_eq!(
        (run.code, run.json()["code"].as_str()),
        (1, Some("decryption-failed"))
    );
}

#[test]
fn a_response_without_a_status_misses_an_element() {
    let run = run_with(eu(&["-"]), &without_status());
    assert_eq!(
        (run.code, run.json()["code"].as_str()),
        (1, Some("missing-element"))
    );
}

/// `entra/eu.xml` with something encrypted in place of the assertion.
fn encrypted() -> Vec<u8> {
    let text = String::from_utf8(fixture("entra/eu.xml")).unwrap();
    let (head, rest) = text.split_once("<Assertion ").unwrap();
    let (_, tail) = rest.split_once("</Assertion>").unwrap();
    format!(
        "{head}<EncryptedAssertion xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\"><EncryptedData \
         xmlns=\"http://www.w3.org/2001/04/xmlenc#\"><CipherData><CipherValue>AAAA</CipherValue></CipherData>\
         </EncryptedData></EncryptedAssertion>{tail}"
    )
    .into_bytes()
}

fn without_status() -> Vec<u8> {
    let text = String::from_utf8(fixture("entra/eu.xml")).unwrap();
    let (head, rest) = text.split_once("<samlp:Status>").unwrap();
    let (_, tail) = rest.split_once("</samlp:Status>").unwrap();
    format!("{head}{tail}").into_bytes()
}

/// Messages that are unusual and right.
#[test]
fn every_unusual_message_is_accepted() {
    let index: Value = serde_json::from_slice(&fixture("unusual/index.json")).unwrap();
    let text = |key: &str| index[key].as_str().unwrap();
    let messages = index["messages"].as_array().unwrap();
    assert!(messages.len() > 50);
    for message in messages {
        let file = format!("unusual/{}.xml", message["name"].as_str().unwrap());
        let run = run([
            "verify",
            "--json",
            "--idp-entity-id",
            text("idp"),
            "--idp-cert",
            text("key"),
            "--sp-entity-id",
            text("entity_id"),
            "--acs-url",
            text("acs_url"),
            "--at",
            text("at"),
            "--in-response-to",
            text("request_id"),
            &file,
        ]);
        let (json, expected) = (run.json(), &message["expected"]);
        assert_eq!(
            (run.code, &json["verdict"]),
            (0, &Value::from("accepted")),
            "{file}: {json}"
        );
        assert_eq!(json["subject"]["name_id"], expected["name_id"], "{file}");
        for key in ["audiences", "signed", "session_index"] {
            assert_eq!(json[key], expected[key], "{file}: {key}");
        }
        // The index tells markup and name identifiers from text; the command prints all of them as strings.
        let plain = |value: &Value| {
            let text = [&value["xml"], &value["name_id"]]
                .into_iter()
                .find(|text| text.is_string());
            text.unwrap_or(value).clone()
        };
        let values = |value: &Value| {
            let attributes = value["attributes"].as_array().unwrap().iter();
            attributes
                .map(|a| {
                    let values = a["values"].as_array().unwrap().iter().map(plain);
                    (a["name"].clone(), values.collect::<Vec<_>>())
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(values(&json), values(expected), "{file}");
    }
}
