//! An accepted or refused message, for scripts and for people.

use samlkit::core::NameId;
use samlkit::crypto::Thumbprint;
use samlkit::websso::RedirectMessage;
use serde::Serialize;

use super::content::{Content, Kind};
use crate::clock::rfc3339;
use crate::failure::{Failure, Refusal};
use crate::output::{self, Page, Style};

/// A signature that was verified.
pub(super) struct Signature {
    pub(super) algorithm: String,
    pub(super) key: Thumbprint,
}

#[derive(Serialize)]
pub(super) struct Accepted<'a> {
    verdict: &'static str,
    kind: &'static str,
    id: &'a str,
    issuer: Option<&'a str>,
    issue_instant: String,
    destination: Option<&'a str>,
    relay_state: Option<&'a str>,
    signed: bool,
    signature_algorithm: Option<&'a str>,
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assertion_consumer_service_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    force_authn: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_passive: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<Subject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_indexes: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_on_or_after: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_response_to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
}

#[derive(Serialize)]
struct Subject<'a> {
    name_id: &'a str,
    format: Option<&'a str>,
}

#[derive(Serialize)]
struct Rejected<'a> {
    verdict: &'static str,
    kind: Option<&'static str>,
    code: &'a str,
    message: &'a str,
    help: Option<&'a str>,
}

pub(super) fn rejected_json(kind: Option<Kind>, refusal: &Refusal) -> Result<Vec<u8>, Failure> {
    output::json(&Rejected {
        verdict: "rejected",
        kind: kind.map(Kind::id),
        code: refusal.code,
        message: &refusal.message,
        help: refusal.help.as_deref(),
    })
}

impl<'a> Accepted<'a> {
    pub(super) fn new(
        kind: Kind,
        content: &'a Content<'_>,
        message: &'a RedirectMessage<'_>,
        signature: Option<&'a Signature>,
    ) -> Self {
        let mut accepted = Self {
            verdict: "accepted",
            kind: kind.id(),
            id: content.id(),
            issuer: content.issuer().map(NameId::value),
            issue_instant: rfc3339(content.issue_instant()),
            destination: content.destination(),
            relay_state: message.relay_state(),
            signed: signature.is_some(),
            signature_algorithm: signature.map(|signature| signature.algorithm.as_str()),
            key: signature.map(|signature| format!("{:x}", signature.key)),
            assertion_consumer_service_url: None,
            force_authn: None,
            is_passive: None,
            subject: None,
            session_indexes: None,
            not_on_or_after: None,
            in_response_to: None,
            status: None,
        };
        match content {
            Content::AuthnRequest(request) => {
                accepted.assertion_consumer_service_url = request.assertion_consumer_service_url();
                accepted.force_authn = Some(request.force_authn());
                accepted.is_passive = Some(request.is_passive());
            }
            Content::LogoutRequest(request) => {
                accepted.subject = request.name_id().map(|name_id| Subject {
                    name_id: name_id.value(),
                    format: name_id.format(),
                });
                let indexes = request.session_indexes().iter().map(AsRef::as_ref);
                accepted.session_indexes = Some(indexes.collect());
                accepted.not_on_or_after = request.not_on_or_after().map(rfc3339);
            }
            Content::LogoutResponse(response) => {
                accepted.in_response_to = response.in_response_to();
                accepted.status = Some(response.status().code());
            }
            Content::Response(_) => {}
        }
        accepted
    }

    pub(super) fn page(&self) -> Vec<u8> {
        let mut page = Page::new();
        page.styled(Style::Good, "accepted");
        page.field("kind", self.kind);
        page.field("ID", self.id);
        page.field("issuer", self.issuer.unwrap_or("none"));
        page.field("issued", &self.issue_instant);
        page.field("destination", self.destination.unwrap_or("none"));
        page.field("relay state", self.relay_state.unwrap_or("none"));
        page.field(
            "signature algorithm",
            self.signature_algorithm
                .unwrap_or("none: the message is not signed"),
        );
        if let Some(key) = &self.key {
            page.field("key (SHA-256)", key);
        }
        if let Some(url) = self.assertion_consumer_service_url {
            page.field("answer to", url);
        }
        if let Some(subject) = &self.subject {
            page.field("subject", subject.name_id);
            page.field("format", subject.format.unwrap_or("none"));
        }
        for index in self.session_indexes.iter().flatten() {
            page.field("session index", index);
        }
        if let Some(id) = self.in_response_to {
            page.field("in response to", id);
        }
        if let Some(status) = self.status {
            page.field("status", status);
        }
        page.into_octets()
    }
}
