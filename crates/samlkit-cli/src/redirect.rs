//! `samlkit verify-redirect`
#![expect(
    clippy::doc_markdown,
    reason = "the doc comments are help texts for a terminal"
)]

use std::time::Duration;

use clap::{Args, ValueEnum};
use samlkit::profiles::mimecast::PersonalPortal;
use samlkit::websso::{Parameter, RedirectMessage};
use samlkit::xml::{Document, Limits};
use samlkit::{Rejection, Timestamp};

use crate::cli::{At, IdpArgs, Json, Weak, portal};
use crate::failure::{Failure, Refusal};
use crate::output::{self, Outcome};

mod content;
mod report;
mod response;
mod rules;
mod sender;

use content::{Content, Kind};
use report::{Accepted, Signature};
use sender::Sender;

#[derive(Args, Debug)]
pub(crate) struct VerifyRedirect {
    /// The raw query string, as the browser sent it; or the whole URL.
    #[arg(long, allow_hyphen_values = true)]
    query: String,
    /// Refuse a message of the other kind. Default: whichever parameter the query has.
    #[arg(long, value_enum)]
    kind: Option<KindArg>,
    #[command(flatten)]
    idp: IdpArgs,
    /// The Mimecast Personal Portal of an account, for example eu:CUK1A1.
    #[arg(long, value_name = "REGION:ACCOUNTCODE", value_parser = portal, conflicts_with = "sp_entity_id")]
    mimecast: Option<PersonalPortal>,
    /// The service provider's entity ID: of a response the audience, of an authentication request the issuer.
    #[arg(long, value_name = "URI")]
    sp_entity_id: Option<String>,
    /// The service provider's assertion consumer service URL.
    #[arg(long, value_name = "URL")]
    acs_url: Option<String>,
    /// The URL that logout messages are received at, which must be their destination.
    #[arg(long, value_name = "URL")]
    slo_url: Option<String>,
    /// The URL that authentication requests are received at, which must be their destination.
    #[arg(long, value_name = "URL")]
    sso_url: Option<String>,
    /// The ID of the request that a response must answer.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    in_response_to: Option<String>,
    /// Accept a response that answers no request. With --in-response-to: either.
    #[arg(long)]
    allow_unsolicited: bool,
    /// Accept an authentication request without a signature. No other message.
    #[arg(long)]
    allow_unsigned: bool,
    #[command(flatten)]
    at: At,
    /// How far the clocks may be apart, at most 600.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(..=600))]
    clock_skew: u64,
    /// A private key of the service provider to decrypt with. Repeatable.
    #[arg(long, value_name = "FILE")]
    decrypt_key: Vec<std::path::PathBuf>,
    #[command(flatten)]
    weak: Weak,
    #[command(flatten)]
    json: Json,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum KindArg {
    /// SAMLRequest.
    Request,
    /// SAMLResponse.
    Response,
}

/// A refusal, and the kind of the message where that is known.
struct Refused {
    kind: Option<Kind>,
    failure: Failure,
}

/// Checks one message of the HTTP-Redirect binding (SAMLBind §3.4).
pub(crate) fn verify(args: &VerifyRedirect) -> Result<Outcome, Failure> {
    let Refused { kind, failure } = match accept(args) {
        Ok(octets) => return Ok(Outcome::done(octets)),
        Err(refused) => refused,
    };
    match failure {
        Failure::Refused(refusal) if args.json.json => {
            Ok(Outcome::refused(report::rejected_json(kind, &refusal)?))
        }
        Failure::Refused(refusal) => Ok(Outcome::refused(
            output::refusal("rejected", &refusal).into_octets(),
        )),
        failure => Err(failure),
    }
}

fn accept(args: &VerifyRedirect) -> Result<Vec<u8>, Refused> {
    let unknown = |failure| Refused {
        kind: None,
        failure,
    };
    let now = args.at.now();
    let algorithms = args.weak.algorithms();
    let trust = sender::Trust::read(&args.idp).map_err(unknown)?;
    let message =
        RedirectMessage::parse(query(&args.query)).map_err(|error| unknown(rejected(&error)))?;
    check_parameter(args.kind, &message).map_err(|refusal| unknown(refusal.into()))?;
    let document = Document::parse_with(message.message(), &Limits::DEFAULT)
        .map_err(|error| unknown(rejected(&error.into())))?;
    samlkit::dsig::check_ids(&document).map_err(|error| unknown(rejected(&error.into())))?;
    let kind = Kind::of(document.root(), message.parameter())
        .map_err(|refusal| unknown(refusal.into()))?;
    let known = |failure| Refused {
        kind: Some(kind),
        failure,
    };
    let content = Content::read(kind, document.root())
        .map_err(|error| known(rejected(&Rejection::from(error))))?;
    let sender = trust.sender(&content, &args.idp, now).map_err(known)?;
    let signature = check_signature(args, &message, kind, &sender, &algorithms).map_err(known)?;
    if kind == Kind::Response {
        return response::accept(args, &message, &sender, algorithms, now).map_err(known);
    }
    rules::check(args, &content, &sender, signature.is_some(), now)
        .map_err(|refusal| known(refusal.into()))?;
    let accepted = Accepted::new(kind, &content, &message, signature.as_ref());
    if args.json.json {
        output::json(&accepted).map_err(known)
    } else {
        Ok(accepted.page())
    }
}

/// The query, also of a whole URL.
fn query(given: &str) -> &str {
    let given = given.trim();
    if given.starts_with("https://") || given.starts_with("http://") {
        let url = given.split_once('#').map_or(given, |(url, _)| url);
        return url.split_once('?').map_or("", |(_, query)| query);
    }
    given.strip_prefix('?').unwrap_or(given)
}

fn check_parameter(kind: Option<KindArg>, message: &RedirectMessage<'_>) -> Result<(), Refusal> {
    match (kind, message.parameter()) {
        (Some(KindArg::Request), Parameter::Response) => Err(Refusal::new(
            "not-a-request",
            "the query has SAMLResponse, and a request was expected",
        )),
        (Some(KindArg::Response), Parameter::Request) => Err(Refusal::new(
            "not-a-response",
            "the query has SAMLRequest, and a response was expected",
        )),
        _ => Ok(()),
    }
}

/// The signature over the query as it was received; `None` where none is needed.
fn check_signature(
    args: &VerifyRedirect,
    message: &RedirectMessage<'_>,
    kind: Kind,
    sender: &Sender,
    algorithms: &samlkit::AlgorithmPolicy,
) -> Result<Option<Signature>, Failure> {
    // A response has assertions, which are signed themselves; they are looked at later.
    let unsigned = kind == Kind::Response || (kind == Kind::AuthnRequest && args.allow_unsigned);
    if !message.is_signed() && unsigned {
        return Ok(None);
    }
    match message.verify(sender.keys(), algorithms) {
        Ok(key) => Ok(Some(Signature {
            algorithm: message.signature_algorithm().unwrap_or_default().to_owned(),
            key,
        })),
        Err(rejection) => {
            let mut refusal = refusal(&rejection);
            if !message.is_signed() {
                refusal.help = Some(match kind {
                    Kind::AuthnRequest => "Have the service provider sign its requests, or accept it as it is with --allow-unsigned: then \
                         anyone can have written it, and only the service provider's metadata says where answers may go."
                        .to_owned(),
                    _ => "Have the sender sign its logout messages: an unsigned one lets anyone end sessions.".to_owned(),
                });
            }
            Err(refusal.into())
        }
    }
}

fn refusal(rejection: &Rejection) -> Refusal {
    Refusal {
        code: rejection.code().as_str(),
        message: rejection.to_string(),
        help: rejection.help().map(str::to_owned),
    }
}

fn rejected(rejection: &Rejection) -> Failure {
    refusal(rejection).into()
}

fn skew(args: &VerifyRedirect) -> chrono::TimeDelta {
    chrono::TimeDelta::from_std(Duration::from_secs(args.clock_skew)).unwrap_or_default()
}

/// Whether a bound that excludes itself has passed.
fn is_over(args: &VerifyRedirect, bound: Timestamp, now: Timestamp) -> bool {
    now.signed_duration_since(bound) >= skew(args)
}
