//! Entra's messages are written as those of the fixtures, which are made without this workspace and signed by xmlsec1: octet for octet but
//! for what is made up, which is as long.
#![expect(
    clippy::unwrap_used,
    reason = "a message that cannot be made must stop the test"
)]

use std::path::Path;

use samlkit::websso::SignedParts;
use samlkit_testing::{NOW, ResponseBuilder, TestIdp, TestSp};

fn fixture(name: &str) -> String {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/entra");
    std::fs::read_to_string(fixtures.join(name).with_extension("xml")).unwrap()
}

fn response(region: &str, account: &str, parts: SignedParts) -> ResponseBuilder {
    let sp = TestSp::new(
        format!("https://{region}-api.mimecast.com/sso/{account}"),
        format!("https://{region}-api.mimecast.com/login/saml"),
    )
    .expecting("_6af68df58ccf73a26196bb4eb4c5dafc");
    TestIdp::entra(NOW).sign_on(&sp, parts)
}

fn groups(count: usize, parts: SignedParts) -> ResponseBuilder {
    response("eu", "CUK1A1", parts)
        .groups(count)
        .attribute("department", &["Field Engineering"])
        .attribute("employeeid", &["E-104-7731"])
        .attribute("Role Name", &["Mimecast Personal Portal User"])
}

/// As Entra sends it of a user with all that may be in a message: groups, roles of the application, roles of the directory.
fn everything() -> ResponseBuilder {
    let roles: Vec<String> = (0..64)
        .map(|n| format!("Contoso.Portal.Mailbox.Delegate.{n:03}"))
        .collect();
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    let claims = "http://schemas.microsoft.com/ws/2008/06/identity/claims";
    let directory = ["62e90394-69f5-4237-9190-012177145e10"; 46];
    groups(150, SignedParts::Assertion)
        .attribute(format!("{claims}/role"), &roles)
        .attribute(format!("{claims}/wids"), &directory)
}

/// The markup with an `x` for each character of what is made up: identifiers, instants, digests, signatures and certificates.
fn masked(xml: &str) -> String {
    let mut out = String::new();
    for piece in xml.split_inclusive(['<', '>', '"']) {
        let (text, end) = piece.split_at(piece.len() - 1);
        if is_made_up(text) {
            out.push_str(&"x".repeat(text.len()));
        } else {
            out.push_str(&with_tenant_masked(text));
        }
        out.push_str(end);
    }
    out
}

fn is_made_up(text: &str) -> bool {
    let instant = text.len() == 24 && text.starts_with("2026-01-") && text.ends_with('Z');
    let base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let octets = text.len() >= 44 && text.chars().all(base64);
    let identifier = text.trim_start_matches('#').trim_start_matches('_');
    instant || octets || is_guid(identifier) || is_hex(identifier, 32)
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|octet| octet.is_ascii_hexdigit())
}

fn is_guid(text: &str) -> bool {
    is_hex(&text.replace('-', ""), 32) && text.len() == 36
}

fn with_tenant_masked(text: &str) -> String {
    let parts = text.split('/').map(|part| {
        if is_guid(part) {
            "x".repeat(part.len())
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

#[track_caller]
fn is_written_as(name: &str, response: &ResponseBuilder) {
    let (minted, known) = (response.build().unwrap().xml(), fixture(name));
    assert_ne!(minted, known);
    let (minted, known) = (masked(&minted), masked(&known));
    let both = minted.char_indices().zip(known.chars());
    let other = both.clone().find(|((_, one), other)| one != other);
    if let Some(((at, _), _)) = other {
        let near = |text: &str| text.get(at..).unwrap().chars().take(80).collect::<String>();
        assert_eq!(near(&minted), near(&known), "{name} at {at}");
    }
    assert_eq!(minted.len(), known.len(), "{name}");
}

#[test]
fn an_answer_is_written_as_entra_writes_it() {
    use SignedParts::{Assertion, Both, Response};
    for (region, account) in [
        ("eu", "CUK1A1"),
        ("us", "CUSA1A1"),
        ("za", "CSA1A1"),
        ("au", "CAU1A1"),
    ] {
        is_written_as(region, &response(region, account, Assertion));
    }
    is_written_as("response-signed", &response("eu", "CUK1A1", Response));
    is_written_as("both-signed", &response("eu", "CUK1A1", Both));
    let unasked = response("eu", "CUK1A1", Assertion).unsolicited();
    is_written_as("idp-initiated", &unasked);
}

#[test]
fn groups_are_written_as_entra_writes_them() {
    is_written_as("groups-24", &groups(24, SignedParts::Assertion));
    is_written_as("groups-24-both-signed", &groups(24, SignedParts::Both));
    is_written_as("groups-150", &everything());
}

#[test]
fn groups_fill_a_message_to_the_last_that_fits() {
    for parts in [SignedParts::Assertion, SignedParts::Both] {
        let length = groups(24, parts).build().unwrap().xml().len();
        for (octets, count) in [(length - 1, 23), (length, 24), (length + 1, 24), (100, 0)] {
            let filled = groups(7, parts).groups_up_to(octets).unwrap();
            let expected = groups(count, parts).build().unwrap().xml();
            assert_eq!(filled.build().unwrap().xml(), expected, "{octets}");
        }
    }
    let large = groups(0, SignedParts::Both).groups_up_to(1 << 20).unwrap();
    let length = large.build().unwrap().xml().len();
    assert!(length <= 1 << 20 && length > (1 << 20) - 69, "{length}");
}
