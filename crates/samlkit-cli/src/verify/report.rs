//! An accepted or refused response, for scripts and for people.

use samlkit::{Identity, ValueRef};
use serde::Serialize;

use crate::clock::rfc3339;
use crate::failure::{Failure, Refusal};
use crate::output::{self, Page, Style};

#[derive(Serialize)]
struct Accepted<'a> {
    verdict: &'static str,
    /// Which message it is, where it can be another than a response.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    issuer: &'a str,
    subject: Subject<'a>,
    in_response_to: Option<&'a str>,
    session_index: Option<&'a str>,
    not_on_or_after: String,
    authn_instant: String,
    authn_context: Option<&'a str>,
    audiences: Vec<&'a str>,
    signed: &'static str,
    signature_algorithm: &'static str,
    encrypted: bool,
    attributes: Vec<Attribute<'a>>,
}

#[derive(Serialize)]
struct Subject<'a> {
    name_id: &'a str,
    format: Option<&'a str>,
}

#[derive(Serialize)]
struct Attribute<'a> {
    name: &'a str,
    name_format: Option<&'a str>,
    friendly_name: Option<&'a str>,
    values: Vec<Option<&'a str>>,
}

/// A value as a string: a name identifier by its value, markup in its canonical form; `None` for `xsi:nil`.
fn value<'a>(value: &ValueRef<'a>) -> Option<&'a str> {
    match *value {
        ValueRef::Text(text) | ValueRef::Xml(text) => Some(text),
        ValueRef::NameId(name_id) => Some(name_id.value()),
        _ => None,
    }
}

#[derive(Serialize)]
struct Rejected<'a> {
    verdict: &'static str,
    code: &'a str,
    message: &'a str,
    help: Option<&'a str>,
}

pub(crate) fn json(identity: &Identity, kind: Option<&'static str>) -> Result<Vec<u8>, Failure> {
    let name_id = identity.name_id();
    let attributes = identity.attributes().map(|attribute| Attribute {
        name: attribute.name(),
        name_format: attribute.name_format(),
        friendly_name: attribute.friendly_name(),
        values: attribute
            .values()
            .map(|value| self::value(&value))
            .collect(),
    });
    output::json(&Accepted {
        verdict: "accepted",
        kind,
        issuer: identity.issuer(),
        subject: Subject {
            name_id: name_id.value(),
            format: name_id.format(),
        },
        in_response_to: identity.in_response_to(),
        session_index: identity.session_index(),
        not_on_or_after: rfc3339(identity.not_on_or_after()),
        authn_instant: rfc3339(identity.authn_instant()),
        authn_context: identity.authn_context(),
        audiences: identity.audiences().collect(),
        signed: identity.signed_parts().as_str(),
        signature_algorithm: identity.signature_algorithm().uri(),
        encrypted: identity.is_encrypted(),
        attributes: attributes.collect(),
    })
}

pub(super) fn rejected_json(refusal: &Refusal) -> Result<Vec<u8>, Failure> {
    output::json(&Rejected {
        verdict: "rejected",
        code: refusal.code,
        message: &refusal.message,
        help: refusal.help.as_deref(),
    })
}

pub(crate) fn page(identity: &Identity) -> Vec<u8> {
    let mut page = Page::new();
    page.styled(Style::Good, "accepted");
    let name_id = identity.name_id();
    page.field("subject", name_id.value());
    page.field("format", name_id.format().unwrap_or("none"));
    page.field("issuer", identity.issuer());
    page.field(
        "in response to",
        identity.in_response_to().unwrap_or("nothing: unsolicited"),
    );
    page.field("session index", identity.session_index().unwrap_or("none"));
    page.field("usable until", &rfc3339(identity.not_on_or_after()));
    page.field("authenticated", &rfc3339(identity.authn_instant()));
    page.field("context", identity.authn_context().unwrap_or("none"));
    for audience in identity.audiences() {
        page.field("audience", audience);
    }
    page.field("signed", identity.signed_parts().as_str());
    page.field("signature algorithm", identity.signature_algorithm().uri());
    page.field("key (SHA-256)", &format!("{:x}", identity.key()));
    for attribute in identity.attributes() {
        page.field("attribute", attribute.name());
        for value in attribute.values() {
            page.field("", value_text(&value).unwrap_or("(nil)"));
        }
    }
    page.into_octets()
}

/// A value for people: of a name identifier its value, of other markup its canonical form, `None` for `xsi:nil`.
fn value_text<'a>(value: &ValueRef<'a>) -> Option<&'a str> {
    match *value {
        ValueRef::Text(text) | ValueRef::Xml(text) => Some(text),
        ValueRef::NameId(name_id) => Some(name_id.value()),
        _ => None,
    }
}
