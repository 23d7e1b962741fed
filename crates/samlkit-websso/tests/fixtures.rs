//! Every message of the fixtures, signed by xmlsec1: accepted with the listed identity, or refused by the listed rule.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a broken fixture must stop the test"
)]

#[path = "support/diagnosed.rs"]
mod diagnosed;

use std::path::{Path, PathBuf};
use std::time::Duration;

use samlkit_core::metadata::Metadata;
use samlkit_core::parse_date_time;
use samlkit_crypto::{AlgorithmPolicy, danger};
use samlkit_websso::{
    Code, Expected, Identity, IdentityProvider, InMemoryReplay, Policy, Reason, Rejection,
    RequiredSignature, ServiceProvider, ValueRef,
};
use serde_json::Value;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn read(path: &str) -> Vec<u8> {
    std::fs::read(fixtures().join(path)).expect("the fixture is there")
}

fn entries() -> Vec<Value> {
    let manifest: Value = serde_json::from_slice(&read("manifest.json")).expect("JSON");
    let entries = manifest["entries"].as_array().expect("entries");
    entries
        .iter()
        .filter(|entry| entry["verdict"].is_string())
        .cloned()
        .collect()
}

/// The service provider that an entry's options describe.
fn provider(options: &Value) -> ServiceProvider {
    let now = parse_date_time(options["at"].as_str().expect("a time")).expect("a time");
    let metadata = read(options["idp_metadata"].as_str().expect("metadata"));
    let metadata = Metadata::read_unverified(&metadata).expect("the metadata is read");
    let entity = match options["idp_entity_id"].as_str() {
        Some(id) => metadata.entity(id).expect("the entity is there"),
        None => metadata.entities().next().expect("there is an entity"),
    };
    let identity_provider = IdentityProvider::from_metadata(entity, now).expect("a sound provider");
    let (entity_id, acs_url) = match options["mimecast"].as_str() {
        Some(account) => {
            let (region, code) = account.split_once(':').expect("region and code");
            let host = format!("https://{region}-api.mimecast.com");
            (format!("{host}/sso/{code}"), format!("{host}/login/saml"))
        }
        None => (
            options["sp_entity_id"]
                .as_str()
                .expect("an entity ID")
                .to_owned(),
            options["acs_url"].as_str().expect("a URL").to_owned(),
        ),
    };
    let mut algorithms = AlgorithmPolicy::default();
    if options["allow_sha1"] == true {
        algorithms = danger::allow_sha1(algorithms);
    }
    if options["allow_weak_rsa"] == true {
        algorithms = danger::allow_weak_rsa(algorithms);
    }
    let mut policy = Policy::new().with_algorithms(algorithms);
    if let Some(seconds) = options["clock_skew"].as_u64() {
        policy = policy.with_clock_skew(Duration::from_secs(seconds));
    }
    if options["require_signed_response"] == true {
        policy = policy.with_required_signature(RequiredSignature::Response);
    }
    ServiceProvider::new(entity_id, acs_url, identity_provider)
        .expect("a sound configuration")
        .with_policy(policy)
}

fn accept(entry: &Value, replay: &InMemoryReplay) -> Result<Identity, Rejection> {
    let options = &entry["options"];
    let now = parse_date_time(options["at"].as_str().expect("a time")).expect("a time");
    let mut expected = options["in_response_to"]
        .as_str()
        .map_or_else(Expected::nothing, Expected::answer_to);
    if options["allow_unsolicited"] == true {
        expected = expected.or_unsolicited();
    }
    let file = entry["file"].as_str().expect("a file");
    let message = read(file);
    if file.ends_with(".b64") {
        let form = String::from_utf8_lossy(&message).into_owned();
        return provider(options).accept(&form, expected, now, replay);
    }
    let provider = provider(options);
    let accepted = provider.accept_xml(&message, expected, now, replay);
    let refused = accepted.as_ref().err();
    if refused.is_none_or(|rejection| rejection.code() != Code::Replayed) {
        diagnosed::agrees(&provider, &message, expected, now, refused);
    }
    accepted
}

fn check_identity(identity: &Identity, expected: &Value, note: &str) {
    let text = |key: &str| expected[key].as_str();
    assert_eq!(Some(identity.name_id().value()), text("name_id"), "{note}");
    assert_eq!(identity.name_id().format(), text("format"), "{note}");
    assert_eq!(Some(identity.issuer()), text("issuer"), "{note}");
    assert_eq!(identity.in_response_to(), text("in_response_to"), "{note}");
    assert_eq!(identity.session_index(), text("session_index"), "{note}");
    assert_eq!(
        Some(identity.signed_parts().as_str()),
        text("signed"),
        "{note}"
    );
    assert_eq!(
        Some(identity.signature_algorithm().uri()),
        text("signature_algorithm"),
        "{note}"
    );
    let audiences: Vec<&str> = identity.audiences().collect();
    assert_eq!(
        serde_json::json!(audiences),
        expected["audiences"],
        "{note}"
    );
    let attributes = expected["attributes"].as_array().expect("attributes");
    assert_eq!(identity.attributes().len(), attributes.len(), "{note}");
    for (found, expected) in identity.attributes().zip(attributes) {
        assert_eq!(found.name(), expected["name"], "{note}");
        let values = expected["values"].as_array().expect("values");
        assert_eq!(
            found.values().len(),
            values.len(),
            "{note}: {}",
            found.name()
        );
        for (found, expected) in found.values().zip(values) {
            match found {
                ValueRef::Text(text) => assert_eq!(text, expected, "{note}"),
                ValueRef::NameId(name_id) => assert_eq!(name_id.value(), expected, "{note}"),
                ValueRef::Nil => assert!(expected.is_null(), "{note}"),
                _ => assert!(expected.is_string(), "{note}"),
            }
        }
    }
}

#[test]
fn every_message() {
    let (mut accepted, mut refused, mut wrong) = (0, 0, Vec::new());
    for entry in entries() {
        let note = format!("{} ({})", entry["file"], entry["note"]);
        let replay = InMemoryReplay::new(8);
        match (accept(&entry, &replay), entry["verdict"].as_str()) {
            (Ok(identity), Some("accepted")) => {
                accepted += 1;
                check_identity(&identity, &entry["expected"], &note);
                assert_eq!(replay.len(), 1, "{note}: what was accepted is remembered");
                let again = accept(&entry, &replay).expect_err("a replay");
                assert_eq!(again.code(), Code::Replayed, "{note}");
            }
            (Err(rejection), Some("rejected")) => {
                refused += 1;
                assert!(replay.is_empty(), "{note}: what is refused leaves no trace");
                let code = rejection.code().as_str();
                let or = entry["or"]
                    .as_array()
                    .is_some_and(|or| or.iter().any(|or| or == code));
                if code != entry["code"] && !or {
                    wrong.push(format!("{note}: {code} ({rejection})"));
                }
            }
            (Ok(_), _) => wrong.push(format!("{note}: accepted")),
            (Err(rejection), _) => {
                wrong.push(format!("{note}: {} ({rejection})", rejection.code()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        accepted >= 25 && refused >= 45,
        "{accepted} accepted, {refused} refused"
    );
}

/// No refusal says who the message was about, nor which request is outstanding.
#[test]
fn refusals_leak_nothing() {
    for entry in entries() {
        let Err(rejection) = accept(&entry, &InMemoryReplay::new(8)) else {
            continue;
        };
        for text in [rejection.to_string(), format!("{rejection:?}")] {
            let note = format!("{}: {text}", entry["file"]);
            for personal in ["britta", "Britta", "mallory", "contoso.example"] {
                assert!(!text.contains(personal), "{note}");
            }
            if let Some(request) = entry["options"]["in_response_to"].as_str() {
                assert!(!text.contains(request), "{note}");
            }
        }
        assert!(!rejection.section().is_empty());
        assert!(!matches!(rejection.reason(), Reason::Rule("")));
    }
}
