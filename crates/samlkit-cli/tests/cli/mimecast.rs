//! `mimecast` says what to type where.

use serde_json::{Value, json};

use crate::support::run;

const SETUP: [&str; 7] = [
    "mimecast",
    "setup",
    "--json",
    "--region",
    "eu",
    "--account",
    "CUK1A1",
];

fn setup(more: &[&str]) -> Value {
    let run = run(SETUP.iter().chain(more));
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    run.json()
}

fn warnings(json: &Value) -> Vec<&str> {
    let warnings = json["warnings"].as_array().unwrap();
    warnings
        .iter()
        .map(|warning| {
            assert!(!warning["message"].as_str().unwrap().is_empty());
            warning["code"].as_str().unwrap()
        })
        .collect()
}

#[test]
fn the_urls_are_the_tutorials() {
    for (region, account) in [
        ("eu", "CUK1A1"),
        ("us", "CUSA1A1"),
        ("za", "CSA1A1"),
        ("au", "CAU1A1"),
        ("jer", "CJER1A1"),
    ] {
        let json = run([
            "mimecast",
            "setup",
            "--json",
            "--region",
            region,
            "--account",
            account,
        ])
        .json();
        assert_eq!(
            json["sign_on_url"],
            format!("https://{region}-api.mimecast.com/login/saml")
        );
        assert_eq!(json["reply_url"], json["sign_on_url"]);
        assert_eq!(
            json["identifier"],
            format!("https://{region}-api.mimecast.com/sso/{account}")
        );
        assert_eq!(json["authentication_profile"], Value::Null);
    }
    assert_eq!(setup(&[])["warnings"], json!([]));
}

#[test]
fn metadata_fills_in_the_profile() {
    let json = setup(&[
        "--idp-metadata",
        "entra/metadata-one-key.xml",
        "--at",
        "2026-01-15T10:01:00Z",
    ]);
    let profile = &json["authentication_profile"];
    let keys: Vec<&String> = profile.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 8);
    assert_eq!(profile["enforce_saml_authentication"], true);
    assert_eq!(profile["provider"], "Azure Active Directory");
    assert_eq!(
        profile["issuer_url"],
        "https://sts.windows.net/3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa/"
    );
    let saml2 = "https://login.microsoftonline.com/3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa/saml2";
    assert_eq!(
        (&profile["login_url"], &profile["logout_url"]),
        (&json!(saml2), &json!(saml2))
    );
    assert!(
        profile["identity_provider_certificate"]
            .as_str()
            .unwrap()
            .starts_with("MII")
    );
    assert_eq!(profile["allow_single_sign_on"], true);
    assert_eq!(warnings(&json), [""; 0]);

    let json = setup(&[
        "--idp-metadata",
        "entra/metadata-one-key.xml",
        "--at",
        "2030-01-15T10:01:00Z",
    ]);
    assert!(warnings(&json).contains(&"certificate-expired"), "{json}");

    let json = setup(&[
        "--idp-metadata",
        "idp/okta-metadata.xml",
        "--at",
        "2026-01-15T10:01:00Z",
    ]);
    assert_eq!(json["identifier"], "eu-api.mimecast.com.CUK1A1");
    assert!(warnings(&json).contains(&"dotted-entity-id"), "{json}");
}

#[test]
fn one_provider_of_several_must_be_named() {
    let several = ["--idp-metadata", "entra/metadata-aggregate.xml"];
    run(SETUP.iter().chain(&several)).assert_usage("--idp-entity-id");
    let json = setup(
        &[
            &several[..],
            &["--idp-entity-id", "https://idp.example/other"],
        ]
        .concat(),
    );
    assert_eq!(
        json["authentication_profile"]["issuer_url"],
        "https://idp.example/other"
    );
    run(SETUP.iter().chain(&["--idp-metadata", "entra/eu.xml"]))
        .assert_usage("cannot use the metadata");
}

#[test]
fn a_code_of_another_region_is_warned_about() {
    let json = run([
        "mimecast",
        "setup",
        "--json",
        "--region",
        "us",
        "--account",
        "CUSB1A1",
    ])
    .json();
    assert_eq!(warnings(&json), ["region-mismatch"]);
    let text = run([
        "mimecast",
        "setup",
        "--region",
        "us",
        "--account",
        "CUSB1A1",
    ])
    .text();
    assert!(
        text.contains("https://us-api.mimecast.com/sso/CUSB1A1")
            && text.contains("region-mismatch"),
        "{text}"
    );
}

#[test]
fn regions_are_listed() {
    let json = run(["mimecast", "regions", "--json"]).json();
    let regions = json["regions"].as_array().unwrap();
    assert_eq!(regions.len(), 9);
    assert_eq!(
        (&regions[0]["id"], &regions[0]["sso_host"]),
        (&json!("eu"), &json!("eu-api.mimecast.com"))
    );
    let text = run(["mimecast", "regions"]).text();
    assert_eq!(text.lines().count(), 10);
}
