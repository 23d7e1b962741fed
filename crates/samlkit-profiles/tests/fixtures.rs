//! The identities of the workspace's made-up Entra messages: their claims are read, and they are linked to the one address
//! that the directory has, or to none.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use std::path::Path;

use samlkit_profiles::azure::{Claims, Issuer};
use samlkit_profiles::diagnosis::AudienceMistake;
use samlkit_profiles::idp::IdpKind;
use samlkit_profiles::mimecast::{Address, Directory, Domain, LinkError, PersonalPortal, Subject};
use serde_json::Value;

/// The accepted messages whose file is in `folder`, by the committed manifest: file, options and expected identity.
fn accepted(folder: &str) -> Vec<(String, Value, Value)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/manifest.json");
    let manifest: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let entries = manifest.get("entries").and_then(Value::as_array).unwrap();
    let part = |entry: &Value, key: &str| entry.get(key).cloned().unwrap_or_default();
    entries
        .iter()
        .filter(|entry| part(entry, "verdict") == "accepted")
        .map(|entry| {
            (
                text(entry, "file").to_owned(),
                part(entry, "options"),
                part(entry, "expected"),
            )
        })
        .filter(|(file, _, _)| file.starts_with(folder))
        .collect()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn attributes(identity: &Value) -> impl Iterator<Item = (&str, impl Iterator<Item = &str>)> {
    let attributes = identity
        .get("attributes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    attributes.map(|attribute| {
        let values = attribute
            .get("values")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        (text(attribute, "name"), values.filter_map(Value::as_str))
    })
}

fn directory() -> Directory {
    let mut directory = Directory::new();
    directory.register_domain(Domain::new("contoso.example").unwrap());
    directory
        .add_address(Address::new("Britta.Simon@contoso.example").unwrap())
        .unwrap();
    directory
}

#[test]
fn entra_claims_are_read() {
    let messages = accepted("entra/");
    assert!(messages.len() > 15, "{}", messages.len());
    for (file, _, identity) in &messages {
        let claims = Claims::from_attributes(attributes(identity)).unwrap();
        let issuer = text(identity, "issuer");
        assert_eq!(
            claims.tenant_id(),
            Issuer::new(issuer).ok().map(Issuer::tenant_id),
            "{file}"
        );
        assert!(claims.object_id().is_some(), "{file}");
        assert!(claims.is_multi_factor(), "{file}");
        assert_eq!(
            claims.is_guest(issuer),
            Some(file == "entra/guest.xml"),
            "{file}"
        );
        assert_eq!(
            claims.email().is_none(),
            file == "entra/no-mail.xml",
            "{file}"
        );
        assert_eq!(
            claims.groups_link().is_some(),
            file == "entra/groups-overage.xml",
            "{file}"
        );
        assert!(claims.groups().len() <= Claims::MAX_GROUPS, "{file}");
    }
    let groups = |wanted: &str| {
        let (_, _, identity) = messages.iter().find(|(file, _, _)| file == wanted).unwrap();
        Claims::from_attributes(attributes(identity))
            .unwrap()
            .groups()
            .len()
    };
    assert_eq!(groups("entra/groups-24.xml"), 24);
    assert_eq!(groups("entra/groups-150.xml"), 150);
    assert_eq!(groups("entra/groups-overage.xml"), 0);
}

#[test]
fn each_subject_is_linked_or_told_why_not() {
    let directory = directory();
    for (file, _, identity) in accepted("entra/").iter().chain(&accepted("idp/")) {
        let claims = Claims::from_attributes(attributes(identity)).unwrap();
        let mut subject =
            Subject::new(text(identity, "name_id")).with_format(text(identity, "format"));
        if let Some(email) = claims.email() {
            subject = subject.with_email(email);
        }
        if let Some(upn) = claims.name() {
            subject = subject.with_upn(upn);
        }
        let linked = directory.link(&subject).map(Address::as_str);
        let expected = match file.as_str() {
            "entra/guest.xml" => Err(LinkError::DomainNotRegistered),
            "entra/no-mail.xml" | "idp/shibboleth.xml" => Err(LinkError::OpaqueNameId),
            "entra/upn-is-not-mail.xml" | "entra/comment-in-name-id.xml" => {
                Err(LinkError::NameIdIsUpn { mail_known: true })
            }
            _ => Ok("Britta.Simon@contoso.example"),
        };
        assert_eq!(linked, expected, "{file}");
    }
}

#[test]
fn the_portal_has_the_audience_of_the_message() {
    for (file, options, identity) in accepted("entra/").iter().chain(&accepted("idp/")) {
        let kind = if file.starts_with("entra/") {
            IdpKind::Entra
        } else {
            IdpKind::Other
        };
        let mimecast = options
            .get("mimecast")
            .and_then(Value::as_str)
            .unwrap_or("eu:CUK1A1");
        let portal: PersonalPortal = mimecast.parse().unwrap();
        let audience = identity
            .pointer("/audiences/0")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let mistake = AudienceMistake::find(&portal, kind, audience);
        let code = mistake.as_ref().map(AudienceMistake::code);
        assert_eq!(
            code,
            (file == "entra/spn-audience.xml").then_some("audience-spn"),
            "{file}"
        );
        if let Some(url) = options.get("acs_url").and_then(Value::as_str) {
            assert_eq!(portal.reply_url(), url, "{file}");
        }
    }
}
