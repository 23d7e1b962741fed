//! `dsig verify` validates what xmlsec1 signed, and refuses what was changed.

use serde_json::Value;

use crate::support::{base64, eu_with, fixture, run, run_with};

#[test]
fn every_algorithm_is_validated() {
    let index: Value = serde_json::from_slice(&fixture("dsig/index.json")).unwrap();
    let entries = index["entries"].as_array().unwrap();
    assert!(entries.len() > 40);
    for entry in entries {
        let text = |key: &str| entry[key].as_str().unwrap();
        let file = text("file");
        for (flag, key) in [("--cert", "certificate"), ("--key", "public_key")] {
            let mut args = vec!["dsig", "verify", "--json", flag, text(key)];
            let weak: &[&str] = match file {
                _ if file.contains("sha1.") => &["--allow-sha1"],
                "dsig/rsa1024-sha256.xml" => &["--allow-weak-rsa"],
                _ => &[],
            };
            if !weak.is_empty() {
                let run = run(args.iter().chain(&[file]));
                assert_eq!(
                    (run.code, &run.json()["code"]),
                    (1, &Value::from("algorithm-not-allowed")),
                    "{file}"
                );
            }
            args.extend(weak);
            args.push(file);
            let run = run(&args);
            let json = run.json();
            assert_eq!(
                (run.code, &json["verdict"]),
                (0, &Value::from("valid")),
                "{args:?}: {json}"
            );
            assert_eq!(json["signature_algorithm"], entry["signature_algorithm"]);
            assert_eq!(json["canonicalization"], entry["canonicalization"]);
            let reference = &json["references"][0];
            assert_eq!(reference["digest_algorithm"], entry["digest_algorithm"]);
            assert_eq!(
                reference["element"],
                "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion"
            );
            assert!(reference["uri"].as_str().unwrap().starts_with('#'));
            let key = json["key"].as_str().unwrap();
            assert!(
                key.len() == 64 && key.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
                "{key}"
            );
        }
    }
}

#[test]
fn what_is_not_valid_has_a_code() {
    let tampered = eu_with("britta.simon@", "boss@");
    for (message, cert, code) in [
        (tampered, "entra-active", "signature-invalid"),
        (fixture("entra/eu.xml"), "untrusted", "untrusted-key"),
        (fixture("entra/eu.xml"), "p256", "untrusted-key"),
        (
            fixture("entra/bad/unsigned.xml"),
            "entra-active",
            "unsigned",
        ),
        (
            fixture("entra/both-signed.xml"),
            "entra-active",
            "multiple-signatures",
        ),
        (
            fixture("entra/bad/hmac-with-public-key.xml"),
            "entra-active",
            "algorithm-not-allowed",
        ),
        (
            fixture("entra/bad/xpath-transform.xml"),
            "entra-active",
            "algorithm-not-allowed",
        ),
        (
            fixture("entra/bad/doctype.xml"),
            "entra-active",
            "dtd-forbidden",
        ),
        (b"<a>".to_vec(), "entra-active", "malformed-xml"),
        (b"!".to_vec(), "entra-active", "malformed-base64"),
    ] {
        let cert = format!("keys/test-only-{cert}.crt.pem");
        let run = run_with(
            ["dsig", "verify", "--json", "--cert", cert.as_str(), "-"],
            &message,
        );
        let json = run.json();
        assert_eq!(
            (run.code, &json["verdict"]),
            (1, &Value::from("invalid")),
            "{json}"
        );
        assert_eq!(json["code"], code, "{json}");
        let run = run_with(["dsig", "verify", "--cert", cert.as_str(), "-"], &message);
        assert!(run.text().starts_with(&format!("invalid: {code}\n")));
    }
}

#[test]
fn several_keys_are_tried() {
    let keys = [
        "--cert",
        "keys/test-only-untrusted.crt.pem",
        "--key",
        "keys/test-only-entra-active.pub.pem",
    ];
    let form_value = base64(&fixture("entra/eu.xml"));
    let run = run_with(
        ["dsig", "verify"].iter().chain(&keys).chain(&["-"]),
        form_value.as_bytes(),
    );
    assert!(
        run.code == 0 && run.text().starts_with("valid\n"),
        "{run:?}"
    );
    let private = [
        "dsig",
        "verify",
        "--key",
        "keys/test-only-entra-active.key.pem",
        "entra/eu.xml",
    ];
    crate::support::run(private).assert_usage("private key");
}
