//! Messages that few identity providers send, and that are valid: each is accepted, with every value as it was signed.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a broken fixture must stop the test"
)]

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlkit_core::{Timestamp, parse_date_time};
use samlkit_crypto::Certificate;
use samlkit_dsig::TrustedKey;
use samlkit_websso::{
    Code, Expected, Identity, IdentityProvider, InMemoryReplay, Rejection, ServiceProvider,
    ValueRef,
};
use serde_json::{Value, json};

fn read(path: &str) -> Vec<u8> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    std::fs::read(fixtures.join(path)).expect("the fixture is there")
}

/// What the index says beside its messages: who receives them, from whom, and when.
struct Setting {
    index: Value,
    provider: ServiceProvider,
    now: Timestamp,
}

impl Setting {
    fn new() -> Self {
        let index: Value = serde_json::from_slice(&read("unusual/index.json")).expect("JSON");
        let text = |name: &str| index[name].as_str().expect("a text").to_owned();
        let certificate = Certificate::parse(&read(&text("key"))).expect("a certificate");
        let key = TrustedKey::from_certificate(certificate).expect("a key");
        let idp = IdentityProvider::new(text("idp"), vec![key]).expect("a sound provider");
        Self {
            provider: ServiceProvider::new(text("entity_id"), text("acs_url"), idp)
                .expect("a sound configuration"),
            now: parse_date_time(&text("at")).expect("a time"),
            index,
        }
    }

    fn accept(&self, message: &[u8]) -> Result<Identity, Rejection> {
        let request = self.index["request_id"].as_str().expect("a request");
        let replay = InMemoryReplay::new(1);
        let expected = Expected::answer_to(request);
        self.provider
            .accept_xml(message, expected, self.now, &replay)
    }

    fn messages(&self) -> impl Iterator<Item = (&Value, Vec<u8>)> {
        let messages = self.index["messages"].as_array().expect("messages");
        messages.iter().map(|entry| {
            let name = entry["name"].as_str().expect("a name");
            (entry, read(&format!("unusual/{name}.xml")))
        })
    }
}

/// Everything that the index can say of an identity, in its form.
fn described(identity: &Identity, expected: &Value) -> Value {
    let name_id = identity.name_id();
    let attributes: Vec<Value> = identity
        .attributes()
        .map(|attribute| {
            let values: Vec<Value> = attribute.values().map(value).collect();
            json!({"name": attribute.name(), "values": values})
        })
        .collect();
    let mut all = json!({
        "name_id": name_id.value(),
        "format": name_id.format(),
        "name_qualifier": name_id.name_qualifier(),
        "sp_name_qualifier": name_id.sp_name_qualifier(),
        "sp_provided_id": name_id.sp_provided_id(),
        "session_index": identity.session_index(),
        "audiences": identity.audiences().collect::<Vec<_>>(),
        "signed": identity.signed_parts().as_str(),
        "attributes": attributes,
    });
    let listed = expected.as_object().expect("an object");
    all.as_object_mut()
        .expect("an object")
        .retain(|name, value| listed.contains_key(name) || !value.is_null());
    all
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Text(text) => json!(text),
        ValueRef::NameId(name_id) => json!({"name_id": name_id.value()}),
        ValueRef::Nil => Value::Null,
        ValueRef::Xml(xml) => json!({"xml": xml}),
        _ => json!("a kind of value that this test does not know"),
    }
}

#[test]
fn every_message_is_accepted() {
    let setting = Setting::new();
    let (mut count, mut wrong) = (0, Vec::new());
    for (entry, message) in setting.messages() {
        count += 1;
        let note = format!("{} ({})", entry["name"], entry["note"]);
        match setting.accept(&message) {
            Ok(identity) => {
                let found = described(&identity, &entry["expected"]);
                if found != entry["expected"] {
                    wrong.push(format!("{note}:\n {found}\n {}", entry["expected"]));
                }
            }
            Err(rejection) => wrong.push(format!("{note}: {} ({rejection})", rejection.code())),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 60, "{count} messages");
}

/// The failing sibling of each: one octet of the signed text differs.
#[test]
fn every_message_is_signed() {
    let setting = Setting::new();
    for (entry, message) in setting.messages() {
        let text = String::from_utf8(message).expect("UTF-8");
        // The class of every message but one, whose declaration stands in its place.
        let changed = text
            .replacen("classes:Password", "classes:Passwork", 1)
            .replacen("DeclRef>urn:d<", "DeclRef>urn:e<", 1);
        assert_ne!(changed, text, "{}", entry["name"]);
        let rejection = setting
            .accept(changed.as_bytes())
            .expect_err("the text is not what was signed");
        assert_eq!(
            rejection.code(),
            Code::SignatureInvalid,
            "{}",
            entry["name"]
        );
    }
}

/// The encodings of a form value that browsers and identity providers make.
#[test]
fn form_values_with_line_breaks() {
    let setting = Setting::new();
    let request = setting.index["request_id"].as_str().expect("a request");
    let plain = STANDARD.encode(read("unusual/plain.xml"));
    let wrapped = |width: usize, end: &str| {
        let mut out = String::new();
        for (at, c) in plain.chars().enumerate() {
            if at % width == 0 {
                out.push_str(end);
            }
            out.push(c);
        }
        out + end
    };
    let accept = |form: &str| {
        let replay = InMemoryReplay::new(1);
        setting
            .provider
            .accept(form, Expected::answer_to(request), setting.now, &replay)
            .map(|identity| identity.name_id().value().to_owned())
            .map_err(|rejection| rejection.code())
    };
    for form in [
        plain.clone(),
        wrapped(76, "\r\n"),
        wrapped(64, "\n"),
        wrapped(1, " \t"),
    ] {
        assert_eq!(accept(&form).as_deref(), Ok("britta.simon@contoso.example"));
    }
    let bad = [
        wrapped(76, "\u{a0}"),
        wrapped(76, "\0"),
        plain.replacen('P', "-", 1),
        format!("{plain}="),
        format!("{plain}AAAA="),
        plain.trim_end_matches('=')[1..].to_owned(),
        String::new(),
    ];
    for form in bad {
        assert_eq!(accept(&form), Err(Code::MalformedBase64), "{form:.80}");
    }
}
