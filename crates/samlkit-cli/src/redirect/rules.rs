//! What a message of each kind must say beside being signed (SAMLProf §4.1.4, §4.4.4).

use samlkit::core::uri::nameid_format;
use samlkit::core::{AuthnRequestContent, LogoutResponseContent};
use samlkit::{Code, Timestamp};

use super::content::Content;
use super::sender::Sender;
use super::{VerifyRedirect, is_over};
use crate::clock::rfc3339;
use crate::failure::Refusal;
use crate::output::warn;

/// Issuer and destination, and what the kind adds.
pub(super) fn check(
    args: &VerifyRedirect,
    content: &Content<'_>,
    sender: &Sender,
    signed: bool,
    now: Timestamp,
) -> Result<(), Refusal> {
    // It would be a second say in who signed what (SAMLBind §3.4.4.1).
    if content.signature().is_some() {
        let message = "a message by HTTP-Redirect has a signature in its XML".to_owned();
        return Err(refusal(Code::EmbeddedSignature, message));
    }
    check_issuer(args, content, sender)?;
    check_destination(args, content, signed)?;
    match content {
        Content::AuthnRequest(request) => check_consumer(args, request, sender),
        Content::LogoutRequest(request) => match request.not_on_or_after() {
            Some(bound) if is_over(args, bound, now) => Err(refusal(
                Code::Expired,
                format!(
                    "NotOnOrAfter is {}, and it is {}",
                    rfc3339(bound),
                    rfc3339(now)
                ),
            )),
            _ => Ok(()),
        },
        Content::LogoutResponse(response) => check_answer(args, response),
        Content::Response(_) => Ok(()),
    }
}

fn check_issuer(
    args: &VerifyRedirect,
    content: &Content<'_>,
    sender: &Sender,
) -> Result<(), Refusal> {
    let issuer = content
        .issuer()
        .ok_or_else(|| refusal(Code::MissingElement, "Issuer is missing".to_owned()))?;
    if issuer
        .format()
        .is_some_and(|format| format != nameid_format::ENTITY)
    {
        let message = "the Format of Issuer is not that of an entity ID".to_owned();
        return Err(refusal(Code::InvalidValue, message));
    }
    // With bare keys, --sp-entity-id says whose requests they sign.
    let requester = match content {
        Content::AuthnRequest(_) => args.sp_entity_id.as_deref(),
        _ => None,
    };
    let expected = requester.unwrap_or_else(|| sender.entity_id());
    if issuer.value() == expected {
        return Ok(());
    }
    let (found, expected) = (issuer.value().escape_default(), expected.escape_default());
    let message = format!("Issuer is `{found}`, not `{expected}`");
    Err(refusal(Code::IssuerMismatch, message))
}

/// A signed message must name the URL that it was received at (SAMLBind §3.4.5.2).
fn check_destination(
    args: &VerifyRedirect,
    content: &Content<'_>,
    signed: bool,
) -> Result<(), Refusal> {
    let (expected, flag) = match content {
        Content::AuthnRequest(_) => (args.sso_url.as_deref(), "--sso-url"),
        _ => (args.slo_url.as_deref(), "--slo-url"),
    };
    match (content.destination(), expected) {
        (None, _) if signed => {
            let message = "Destination is missing, which a signed message must have".to_owned();
            Err(refusal(Code::DestinationMismatch, message))
        }
        (Some(found), Some(expected)) if found != expected => {
            let (found, expected) = (found.escape_default(), expected.escape_default());
            let message = format!("Destination is `{found}`, not `{expected}`");
            Err(refusal(Code::DestinationMismatch, message))
        }
        (Some(_), None) => {
            warn(&format!(
                "the destination was not compared with anything: give {flag}"
            ));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Answers may only go where the service provider is known to be (SAMLProf §4.1.4.1).
fn check_consumer(
    args: &VerifyRedirect,
    request: &AuthnRequestContent<'_>,
    sender: &Sender,
) -> Result<(), Refusal> {
    let Some(found) = request.assertion_consumer_service_url() else {
        return Ok(());
    };
    let known = match &args.acs_url {
        Some(url) => url == found,
        None if sender.consumers().is_empty() => {
            warn("the assertion consumer service was not compared with anything: give --acs-url");
            true
        }
        None => sender.consumers().iter().any(|url| url == found),
    };
    if known {
        return Ok(());
    }
    let message = format!(
        "AssertionConsumerServiceURL is `{}`, which is not the service provider's",
        found.escape_default()
    );
    Err(refusal(Code::RecipientMismatch, message))
}

fn check_answer(
    args: &VerifyRedirect,
    response: &LogoutResponseContent<'_>,
) -> Result<(), Refusal> {
    match (response.in_response_to(), args.in_response_to.as_deref()) {
        (Some(found), Some(expected)) if found == expected => {}
        (None, _) if args.allow_unsolicited => {}
        (None, _) => {
            let message = "the response answers no request".to_owned();
            return Err(refusal(Code::Unsolicited, message));
        }
        (Some(_), _) => {
            let message = "InResponseTo is not the ID of the expected request".to_owned();
            return Err(Refusal {
                code: Code::InResponseToMismatch.as_str(),
                message,
                help: Some(
                    "Give the ID of the very request that was sent with --in-response-to."
                        .to_owned(),
                ),
            });
        }
    }
    if response.status().is_success() {
        return Ok(());
    }
    let message = format!(
        "the status is `{}`",
        response.status().code().escape_default()
    );
    Err(refusal(Code::StatusNotSuccess, message))
}

fn refusal(code: Code, message: String) -> Refusal {
    Refusal::new(code.as_str(), message)
}
