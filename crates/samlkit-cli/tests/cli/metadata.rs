//! `metadata show` shows what the manifest says of each metadata file; `metadata sp` writes what `metadata verify` verifies.

use serde_json::Value;

use crate::support::{fixture, run, run_with};

#[test]
fn every_metadata_file_is_shown() {
    let manifest: Value = serde_json::from_slice(&fixture("manifest.json")).unwrap();
    let files = manifest["metadata"].as_array().unwrap();
    assert!(files.len() > 5);
    for file in files {
        let name = file["file"].as_str().unwrap();
        let shown = run(["metadata", "show", "--json", name]).json();
        assert_eq!(shown["verified"], false);
        for provider in file["identity_providers"].as_array().unwrap() {
            let entity = find(
                shown["entities"].as_array().unwrap(),
                "entity_id",
                &provider["entity_id"],
            );
            let role = find(
                entity["roles"].as_array().unwrap(),
                "role",
                &"IDPSSODescriptor".into(),
            );
            let thumbprints: Vec<&Value> = role["certificates"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|certificate| certificate["use"] != "encryption")
                .map(|certificate| &certificate["sha256_thumbprint"])
                .collect();
            let expected: Vec<&Value> = provider["signing_certificates"]
                .as_array()
                .unwrap()
                .iter()
                .collect();
            assert_eq!(thumbprints, expected, "{name}");
            let endpoints = role["endpoints"].as_array().unwrap();
            for service in provider["single_sign_on_services"].as_array().unwrap() {
                assert!(endpoints.iter().any(|endpoint| {
                    endpoint["service"] == "SingleSignOnService"
                        && endpoint["binding"] == service["binding"]
                        && endpoint["location"] == service["location"]
                }));
            }
        }
        let text = run(["metadata", "show", name]).text();
        assert!(text.starts_with("Nothing was verified"));
    }
}

fn find<'a>(values: &'a [Value], key: &str, wanted: &Value) -> &'a Value {
    values.iter().find(|value| value[key] == *wanted).unwrap()
}

#[test]
fn expiry_is_told_at_the_time_given() {
    for (at, expired) in [
        ("2028-06-01T09:30:00Z", false),
        ("2028-06-01T09:30:01Z", true),
    ] {
        let shown = run([
            "metadata",
            "show",
            "--json",
            "--at",
            at,
            "entra/metadata-one-key.xml",
        ])
        .json();
        let certificate = &shown["entities"][0]["roles"][0]["certificates"][0];
        assert_eq!(certificate["expired"], expired, "{at}");
    }
}

#[test]
fn what_is_no_metadata_is_refused() {
    for document in [&fixture("entra/eu.xml")[..], b"<a>", b""] {
        let run = run_with(["metadata", "show", "-"], document);
        assert_eq!((run.code, run.stdout.len()), (1, 0), "{run:?}");
    }
}

const SP: [&str; 6] = [
    "metadata",
    "sp",
    "--sp-entity-id",
    "https://sp.example/?a=1&b=2",
    "--acs-url",
    "https://sp.example/acs",
];
const KEY: &str = "keys/test-only-sp.key.pem";
const CERT: &str = "keys/test-only-sp.crt.pem";

fn verify(document: &[u8], cert: &str, more: &[&str]) -> (i32, Value) {
    let mut args = vec!["metadata", "verify", "--json", "--cert", cert];
    args.extend(more);
    args.push("-");
    let run = run_with(&args, document);
    (run.code, run.json())
}

#[test]
fn a_service_provider_is_written_as_asked() {
    let more = ["--cert", CERT, "--slo-url", "https://sp.example/slo"];
    let written = run(SP.iter().chain(&more));
    assert_eq!(written.code, 0, "{written:?}");
    let shown = run_with(["metadata", "show", "--json", "-"], &written.stdout).json();
    let entity = &shown["entities"][0];
    assert_eq!(entity["entity_id"], "https://sp.example/?a=1&b=2");
    let role = &entity["roles"][0];
    assert_eq!(role["role"], "SPSSODescriptor");
    let services: Vec<_> = role["endpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|endpoint| (&endpoint["service"], &endpoint["location"]))
        .collect();
    let value = |text: &str| Value::from(text);
    let (acs, slo) = (
        value("AssertionConsumerService"),
        value("SingleLogoutService"),
    );
    let (acs_url, slo_url) = (
        value("https://sp.example/acs"),
        value("https://sp.example/slo"),
    );
    assert_eq!(
        services,
        [(&acs, &acs_url), (&slo, &slo_url), (&slo, &slo_url)]
    );
    let certificates = role["certificates"].as_array().unwrap();
    assert_eq!(certificates.len(), 1);
    assert_eq!(certificates[0]["use"], "signing");
}

#[test]
fn mimecast_is_spelled_for_the_identity_provider() {
    let text = run(["metadata", "sp", "--mimecast", "eu:CUK1A1"]).text();
    assert!(
        text.contains("entityID=\"https://eu-api.mimecast.com/sso/CUK1A1\""),
        "{text}"
    );
    let okta = ["--idp-metadata", "idp/okta-metadata.xml"];
    let text = run(["metadata", "sp", "--mimecast", "eu:CUK1A1"]
        .iter()
        .chain(&okta))
    .text();
    assert!(
        text.contains("entityID=\"eu-api.mimecast.com.CUK1A1\""),
        "{text}"
    );
}

#[test]
fn signed_metadata_is_verified_and_a_change_is_not() {
    let signed = run(SP.iter().chain(&["--cert", CERT, "--sign-key", KEY]));
    let (code, json) = verify(&signed.stdout, CERT, &[]);
    assert_eq!((code, &json["verdict"]), (0, &"valid".into()), "{json}");
    assert_eq!(json["root"], "EntityDescriptor");
    assert_eq!(json["entities"], 1);
    assert_eq!(json["valid_until"], Value::Null);

    let (code, json) = verify(&signed.stdout, "keys/test-only-untrusted.crt.pem", &[]);
    assert_eq!(
        (code, &json["code"]),
        (1, &"untrusted-key".into()),
        "{json}"
    );
    let changed = signed.text().replace("/acs\"", "/evil\"");
    assert_ne!(changed, signed.text());
    let (code, json) = verify(changed.as_bytes(), CERT, &[]);
    assert_eq!(
        (code, &json["code"]),
        (1, &"signature-invalid".into()),
        "{json}"
    );
    let unsigned = run(SP);
    let (code, json) = verify(&unsigned.stdout, CERT, &[]);
    assert_eq!((code, &json["code"]), (1, &"unsigned".into()), "{json}");
    let (code, json) = verify(&fixture("entra/eu.xml"), CERT, &[]);
    assert_eq!((code, &json["code"]), (1, &"not-metadata".into()), "{json}");
    run_with(["metadata", "verify", "-"], &signed.stdout).assert_usage("--cert");
}

#[test]
fn a_group_without_an_id_is_verified_until_it_expires() {
    let entity = run(SP).text();
    let group = format!(
        "<EntitiesDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" validUntil=\"2026-06-01T00:00:00Z\">{entity}{entity}</EntitiesDescriptor>"
    );
    let sign = [
        "dsig",
        "sign",
        "--key",
        KEY,
        "--whole-document",
        "--position",
        "first",
        "-",
    ];
    let signed = run_with(sign, group.as_bytes());
    assert_eq!(signed.code, 0, "{signed:?}");
    for (at, verdict) in [
        ("2026-05-31T23:59:59Z", "valid"),
        ("2026-06-01T00:00:00Z", "invalid"),
    ] {
        let (_, json) = verify(&signed.stdout, CERT, &["--at", at]);
        assert_eq!(json["verdict"], verdict, "{json}");
        if verdict == "valid" {
            assert_eq!(json["entities"], 2);
        } else {
            assert_eq!(json["code"], "expired");
        }
    }
}

fn signed_group(more: &str) -> Vec<u8> {
    let entity = run(SP).text();
    let group = format!(
        "<EntitiesDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" {more}>{}</EntitiesDescriptor>",
        entity.repeat(50)
    );
    let sign = [
        "dsig",
        "sign",
        "--key",
        KEY,
        "--whole-document",
        "--position",
        "first",
        "-",
    ];
    let signed = run_with(sign, group.as_bytes());
    assert_eq!(signed.code, 0, "{signed:?}");
    signed.stdout
}

#[test]
fn metadata_that_has_expired_is_valid_as_signed() {
    let signed = signed_group("validUntil=\"2020-06-01T00:00:00Z\" cacheDuration=\"PT1H\"");
    let args = ["metadata", "verify", "--json", "--cert", CERT, "-"];
    let run = run_with(args, &signed);
    assert_eq!(run.code, 0, "{run:?}");
    let json = run.json();
    assert_eq!(json["verdict"], "valid");
    assert_eq!(json["expired"], true);
    assert_eq!(json["entities"], 50);
    assert_eq!(json["valid_until"], "2020-06-01T00:00:00Z");
    assert!(
        run.stderr.contains("warning: the metadata has expired"),
        "{run:?}"
    );

    let (code, json) = verify(&signed, CERT, &["--at", "2020-01-01T00:00:00Z"]);
    assert_eq!((code, &json["expired"]), (0, &false.into()), "{json}");
    assert_eq!(json["refresh_at"], "2020-01-01T01:00:00Z");
    let (code, json) = verify(&signed, CERT, &["--at", "2021-01-01T00:00:00Z"]);
    assert_eq!((code, &json["code"]), (1, &"expired".into()), "{json}");

    let signed = signed_group("validUntil=\"soon\"");
    let (code, json) = verify(&signed, CERT, &[]);
    assert_eq!(
        (code, &json["code"]),
        (1, &"invalid-value".into()),
        "{json}"
    );
}

#[test]
fn every_broken_aggregate_has_its_code() {
    let signed = signed_group("");
    let text = String::from_utf8(signed.clone()).unwrap();
    let end = "</EntitiesDescriptor>";
    let middle = text.len() / 2;
    let duplicate = text.replacen("entityID=", "ID=\"_1\" id=\"_1\" entityID=", 1);
    let deep = text.replace(end, &("<a>".repeat(300) + &"</a>".repeat(300) + end));
    let unsigned = text.replace("Signature", "Nothing");
    let cases: [(&[u8], &str); 9] = [
        (b"", "malformed-xml"),
        (b"not xml", "malformed-xml"),
        (&signed[..middle], "malformed-xml"),
        (&signed[..signed.len() - 1], "malformed-xml"),
        (&[b"<!DOCTYPE a>", &*signed].concat(), "dtd-forbidden"),
        (duplicate.as_bytes(), "duplicate-id"),
        (deep.as_bytes(), "limit-exceeded"),
        (unsigned.as_bytes(), "unsigned"),
        (
            &text.replace("sp.example", "xp.example").into_bytes(),
            "signature-invalid",
        ),
    ];
    for (document, expected) in cases {
        let (code, json) = verify(document, CERT, &[]);
        assert_eq!((code, &json["code"]), (1, &expected.into()), "{json}");
        assert_eq!(json["verdict"], "invalid");
    }
    run(["metadata", "verify", "--cert", CERT, "no/such/file.xml"]).assert_usage("cannot read");
    run(["metadata", "verify", "--cert", CERT, "entra"]).assert_usage("cannot read");
}
