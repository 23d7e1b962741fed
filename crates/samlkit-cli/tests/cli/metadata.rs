//! `metadata show` shows what the manifest says of each metadata file.

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
