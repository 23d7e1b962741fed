//! `samlkit metadata verify`

use std::path::PathBuf;

use clap::Args;
use samlkit::core::ns;
use samlkit::dsig::{EmptyReference, Policy, Signed, Verifier};
use samlkit::xml::Document;
use samlkit::{Timestamp, parse_date_time};
use serde::Serialize;

use crate::cli::{At, Json, Weak};
use crate::failure::{Failure, Refusal};
use crate::output::{self, Outcome, Page, Style};
use crate::{dsig, input, keys};

#[derive(Args, Debug)]
pub(crate) struct MetadataVerify {
    /// Certificates to trust, in PEM, DER or bare base64; one file may hold several. Repeatable.
    #[arg(long, value_name = "PEM", required = true)]
    cert: Vec<PathBuf>,
    #[command(flatten)]
    weak: Weak,
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    json: Json,
    /// The metadata; - for standard input.
    file: PathBuf,
}

#[derive(Serialize)]
struct Valid {
    verdict: &'static str,
    signature_algorithm: &'static str,
    canonicalization: &'static str,
    digest_algorithm: &'static str,
    root: &'static str,
    entities: usize,
    valid_until: Option<String>,
    key: String,
}

/// Verifies the signature of metadata (SAMLMeta §3.1), and that it may still be used.
pub(crate) fn run(args: &MetadataVerify) -> Result<Outcome, Failure> {
    match check(args) {
        Ok(valid) if args.json.json => Ok(Outcome::done(output::json(&valid)?)),
        Ok(valid) => Ok(Outcome::done(valid.page())),
        Err(Failure::Refused(refusal)) => dsig::refused(&refusal, args.json),
        Err(failure) => Err(failure),
    }
}

fn check(args: &MetadataVerify) -> Result<Valid, Failure> {
    let trusted = keys::certificates(&args.cert)?;
    let policy = Policy::new()
        .with_algorithms(args.weak.algorithms())
        .with_empty_reference(EmptyReference::AcceptAtRoot)
        .with_limits(input::AGGREGATE);
    let verifier = Verifier::new(&trusted)
        .map_err(|error| Failure::usage(error.to_string()))?
        .with_policy(policy);
    let octets = input::aggregate(&args.file)?;
    let document = Document::parse_with(&octets, &input::AGGREGATE).map_err(input::not_parsed)?;
    if metadata_root(document.root()).is_none() {
        return Err(Refusal::new("not-metadata", "the root is no metadata of SAML 2.0").into());
    }
    let signed = verifier.verify(document.root()).map_err(dsig::invalid)?;
    Ok(Valid::read(&signed, args.at.now())?)
}

fn metadata_root(root: samlkit::xml::Element<'_>) -> Option<&'static str> {
    ["EntitiesDescriptor", "EntityDescriptor"]
        .into_iter()
        .find(|name| root.is(ns::MD, name))
}

impl Valid {
    /// What the signed octets say of themselves; they must not be out of date (SAMLMeta §2.3.1).
    fn read(signed: &Signed, now: Timestamp) -> Result<Self, Refusal> {
        let root = signed.root();
        let valid_until = root.attribute("validUntil").map(str::to_owned);
        if let Some(text) = &valid_until {
            let bound = parse_date_time(text.trim())
                .or_else(|| {
                    Some(
                        chrono::DateTime::parse_from_rfc3339(text.trim())
                            .ok()?
                            .to_utc(),
                    )
                })
                .ok_or_else(|| Refusal::new("invalid-value", "validUntil is not a time"))?;
            if now >= bound {
                let message = format!("validUntil was {text}");
                return Err(Refusal::new("expired", message));
            }
        }
        Ok(Self {
            verdict: "valid",
            signature_algorithm: signed.signature_algorithm().uri(),
            canonicalization: signed.canonicalization().uri(),
            digest_algorithm: signed.digest_algorithm().uri(),
            root: metadata_root(root).unwrap_or_default(),
            entities: signed
                .document()
                .elements()
                .filter(|element| element.is(ns::MD, "EntityDescriptor"))
                .count(),
            valid_until,
            key: format!("{:x}", signed.key()),
        })
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
        page.into_octets()
    }
}
