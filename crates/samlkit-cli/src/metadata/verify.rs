//! `samlkit metadata verify`

use std::path::PathBuf;

use clap::Args;
use samlkit::Timestamp;
use samlkit::core::metadata::{Aggregate, AggregateError};
use samlkit::dsig::{EmptyReference, Error, Policy, StreamError, Verifier};
use samlkit::xml::Limits;
use serde::Serialize;

use crate::cli::{At, Json, Weak};
use crate::failure::{Failure, Refusal};
use crate::output::{self, Outcome, Page, Style};
use crate::{clock, dsig, input, keys};

/// Verify the signature of metadata, of aggregates of any size too.
///
/// The file is read once, in little memory. Metadata whose validUntil has passed is still valid as signed: the JSON says
/// "expired": true, and standard error has a warning. With --at it is refused if it has expired at that time.
#[derive(Args, Debug)]
pub(crate) struct MetadataVerify {
    /// Certificates to trust, in PEM, DER or bare base64; one file may hold several. Repeatable.
    #[arg(long, value_name = "PEM", required = true)]
    cert: Vec<PathBuf>,
    #[command(flatten)]
    weak: Weak,
    /// Refuse metadata that has expired at this time.
    #[arg(long, value_name = "RFC3339", value_parser = crate::cli::time)]
    at: Option<Timestamp>,
    #[command(flatten)]
    json: Json,
    /// The metadata; - for standard input.
    file: PathBuf,
}

/// What one child of the root, or one entity, may have: a hundred times the largest that federations publish. It bounds the
/// memory that a file can ask for.
const LIMITS: Limits = Limits::DEFAULT.with_bytes(16 << 20);

#[derive(Serialize)]
struct Valid {
    verdict: &'static str,
    signature_algorithm: &'static str,
    canonicalization: &'static str,
    digest_algorithm: &'static str,
    root: &'static str,
    entities: usize,
    valid_until: Option<String>,
    expired: bool,
    refresh_at: Option<String>,
    key: String,
}

/// Verifies the signature of metadata (SAMLMeta §3.1), and that it may be used at the time that was asked about.
pub(crate) fn run(args: &MetadataVerify) -> Result<Outcome, Failure> {
    let valid = match check(args) {
        Ok(valid) => valid,
        Err(Failure::Refused(refusal)) => return dsig::refused(&refusal, args.json),
        Err(failure) => return Err(failure),
    };
    if let Some(text) = valid.valid_until.as_ref().filter(|_| valid.expired) {
        output::warn(&format!("the metadata has expired: validUntil was {text}"));
    }
    Ok(Outcome::done(if args.json.json {
        output::json(&valid)?
    } else {
        valid.page()
    }))
}

fn check(args: &MetadataVerify) -> Result<Valid, Failure> {
    let trusted = keys::certificates(&args.cert)?;
    let policy = Policy::new()
        .with_algorithms(args.weak.algorithms())
        .with_empty_reference(EmptyReference::AcceptAtRoot)
        .with_limits(LIMITS);
    let verifier = Verifier::new(&trusted)
        .map_err(|error| Failure::usage(error.to_string()))?
        .with_policy(policy);
    let outline = Aggregate::outline().with_total_bytes(Limits::MAX_BYTES);
    let aggregate = verifier
        .index(&outline, input::stream(&args.file)?)
        .map_err(AggregateError::Signed)
        .and_then(Aggregate::from_signed)
        .map_err(|error| refused(error, args))?;
    let now = At { at: args.at }.now();
    let expired = aggregate.is_expired(now);
    if let Some(text) = aggregate
        .valid_until()
        .filter(|_| expired && args.at.is_some())
    {
        let message = format!("validUntil was {text}");
        return Err(Refusal::new("expired", message).into());
    }
    Ok(Valid::of(&aggregate, now))
}

fn refused(error: AggregateError, args: &MetadataVerify) -> Failure {
    let message = error.to_string();
    match error {
        AggregateError::Signed(StreamError::Read(error)) => input::unreadable(&args.file, &error),
        AggregateError::Signed(StreamError::Signature(Error::Xml(error))) => {
            input::not_parsed(error).into()
        }
        AggregateError::Signed(StreamError::Signature(error)) => dsig::invalid(error).into(),
        AggregateError::Signed(StreamError::ForeignRoot { .. }) => {
            Refusal::new("not-metadata", "the root is no metadata of SAML 2.0").into()
        }
        AggregateError::Signed(_) => Refusal::new("limit-exceeded", message).into(),
        AggregateError::InvalidTime { attribute } => {
            let kind = if attribute == "validUntil" {
                "time"
            } else {
                "duration"
            };
            Refusal::new("invalid-value", format!("{attribute} is not a {kind}")).into()
        }
        _ => Refusal::new("invalid-value", message).into(),
    }
}

impl Valid {
    /// What the signed octets say of themselves.
    fn of(aggregate: &Aggregate, now: Timestamp) -> Self {
        let signed = aggregate.signed();
        Self {
            verdict: "valid",
            signature_algorithm: signed.signature_algorithm().uri(),
            canonicalization: signed.canonicalization().uri(),
            digest_algorithm: signed.digest_algorithm().uri(),
            root: if aggregate.groups().is_empty() {
                "EntityDescriptor"
            } else {
                "EntitiesDescriptor"
            },
            entities: aggregate.len(),
            valid_until: aggregate.valid_until().map(str::to_owned),
            expired: aggregate.is_expired(now),
            refresh_at: aggregate.refresh_at(now).map(clock::rfc3339),
            key: format!("{:x}", signed.key()),
        }
    }

    fn page(&self) -> Vec<u8> {
        let mut page = Page::new();
        page.styled(Style::Good, "valid");
        page.field("signature algorithm", self.signature_algorithm);
        page.field("canonicalization", self.canonicalization);
        page.field("digest algorithm", self.digest_algorithm);
        page.field("key (SHA-256)", &self.key);
        page.field("root", self.root);
        page.field("entities", &self.entities.to_string());
        page.field(
            "valid until",
            self.valid_until.as_deref().unwrap_or("not said"),
        );
        if self.expired {
            page.styled(Style::Bad, "expired");
        }
        page.into_octets()
    }
}
