//! Attacks by name, each refused by its rule, each with a sibling, different in the attack alone, that is accepted: all of
//! `samlkit-testing`, whose own tests have them on the messages of every identity provider, and what xmlsec1 signed against the rules.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a broken fixture must stop the test"
)]

#[path = "support/diagnosed.rs"]
mod diagnosed;

use std::collections::BTreeSet;
use std::path::Path;

use samlkit_core::{Timestamp, parse_date_time};
use samlkit_crypto::{Certificate, PublicKey};
use samlkit_dsig::TrustedKey;
use samlkit_testing::{NOW, TestIdp, TestSp, attacks, reference};
use samlkit_websso::{Code, Expected, IdentityProvider, InMemoryReplay, ServiceProvider};
use serde_json::Value;

fn read(path: &str) -> Vec<u8> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    std::fs::read(fixtures.join(path)).expect("the fixture is there")
}

fn message(path: &str) -> String {
    String::from_utf8(read(path)).expect("UTF-8")
}

/// Who receives the messages, from whom, and when.
struct Setting {
    index: Value,
    provider: ServiceProvider,
    now: Timestamp,
}

impl Setting {
    fn new(folder: &str) -> Self {
        let index: Value =
            serde_json::from_slice(&read(&format!("{folder}/index.json"))).expect("JSON");
        let text = |name: &str| index[name].as_str().expect("a text").to_owned();
        let certificate = Certificate::parse(&read(&text("key"))).expect("a certificate");
        let key = TrustedKey::from_certificate(certificate).expect("a key");
        let other = PublicKey::parse(&read("keys/test-only-rsa3072.pub.pem")).expect("a key");
        // A second key must not make anything of the first one's acceptable.
        let keys = vec![TrustedKey::from_public_key(other), key];
        let idp = IdentityProvider::new(text("idp"), keys).expect("a sound provider");
        Self {
            provider: ServiceProvider::new(text("entity_id"), text("acs_url"), idp)
                .expect("a sound configuration"),
            now: parse_date_time(&text("at")).expect("a time"),
            index,
        }
    }

    /// The name that is accepted, or the code of the refusal, which leaves no trace.
    fn outcome(&self, message: &str) -> Result<String, Code> {
        let request = self.index["request_id"].as_str().expect("a request");
        let replay = InMemoryReplay::new(1);
        let accepted = self.provider.accept_xml(
            message.as_bytes(),
            Expected::answer_to(request),
            self.now,
            &replay,
        );
        let expected = Expected::answer_to(request);
        let refused = accepted.as_ref().err();
        diagnosed::agrees(
            &self.provider,
            message.as_bytes(),
            expected,
            self.now,
            refused,
        );
        assert_eq!(replay.is_empty(), accepted.is_err());
        accepted
            .map(|identity| identity.name_id().value().to_owned())
            .map_err(|rejection| rejection.code())
    }
}

#[test]
fn every_attack_by_its_name() {
    let idp = TestIdp::entra(NOW);
    let sp = TestSp::new("https://sp.example/metadata", "https://sp.example/acs");
    let (mut wrong, mut siblings) = (Vec::new(), BTreeSet::new());
    for case in attacks::all(&idp, &sp).expect("attacks") {
        let answer = reference::deliver(&case).expect("a sound configuration");
        if answer.code() != case.code() {
            wrong.push(format!("{}: {answer}, not {:?}", case.id(), case.code()));
        }
        let sibling = case.sibling().expect("every attack has one");
        if siblings.insert(sibling.id().to_owned()) {
            let answer = reference::deliver(sibling).expect("a sound configuration");
            assert_eq!(answer.code(), None, "{}", sibling.id());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The key is that of a provider which breaks the rules, and the signer is not of this workspace.
#[test]
fn what_a_trusted_key_signed_against_the_rules() {
    let setting = Setting::new("attacks");
    let messages = setting.index["messages"].as_array().expect("messages");
    assert!(messages.len() >= 70, "{} messages", messages.len());
    let mut wrong = Vec::new();
    for entry in messages {
        let (name, code) = (&entry["name"], &entry["code"]);
        let file = format!("attacks/{}.xml", name.as_str().expect("a name"));
        match setting.outcome(&message(&file)) {
            Err(found) if found.as_str() == code => {}
            other => wrong.push(format!("{name}: {other:?}, not {code}")),
        }
        let sibling = entry["sibling"].as_str().expect("a sibling");
        let sibling = format!("unusual/{sibling}.xml");
        assert!(setting.outcome(&message(&sibling)).is_ok(), "{sibling}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
