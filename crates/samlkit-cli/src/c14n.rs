//! `samlkit c14n`

use samlkit::c14n::{Algorithm, Canonicalizer, Error};
use samlkit::dsig::element_by_id;
use samlkit::xml::{Document, Element};

use crate::cli::C14n;
use crate::failure::{Failure, Refusal};
use crate::input;
use crate::output::Outcome;

/// Prints canonical octets, nothing added.
pub(crate) fn run(args: &C14n) -> Result<Outcome, Failure> {
    let octets = input::message(&args.file)?;
    let document = Document::parse_with(&octets, &input::LIMITS).map_err(input::not_parsed)?;
    let canonicalizer =
        Canonicalizer::new(args.algorithm).with_inclusive_prefixes(&args.inclusive_prefixes);
    let mut out = Vec::new();
    match &args.id {
        None => canonicalizer.document(&document, &mut out),
        Some(id) => canonicalizer.element(by_id(&document, id)?, &mut out),
    }
    .map_err(not_canonicalized)?;
    Ok(Outcome::done(out))
}

fn by_id<'d>(document: &'d Document<'d>, id: &str) -> Result<Element<'d>, Refusal> {
    match element_by_id(document, id) {
        Ok(Some(element)) => Ok(element),
        Ok(None) => Err(Refusal::new("unknown-id", "no element has this ID")),
        Err(error) => Err(Refusal::new("duplicate-id", error.to_string())),
    }
}

fn not_canonicalized(error: Error) -> Refusal {
    let code = match error {
        Error::RelativeNamespaceUri { .. } => "relative-namespace-uri",
        Error::OutputTooLong { .. } => "limit-exceeded",
        _ => "no-canonical-form",
    };
    Refusal::new(code, error.to_string())
}

/// Reads the name of an algorithm: its identifier or the short form.
pub(crate) fn algorithm(name: &str) -> Result<Algorithm, String> {
    Ok(match name {
        "c14n10" => Algorithm::CanonicalXml10,
        "c14n10-comments" => Algorithm::CanonicalXml10WithComments,
        "c14n11" => Algorithm::CanonicalXml11,
        "c14n11-comments" => Algorithm::CanonicalXml11WithComments,
        "exc" => Algorithm::Exclusive,
        "exc-comments" => Algorithm::ExclusiveWithComments,
        uri => Algorithm::from_uri(uri).ok_or(
            "not one of c14n10, c14n10-comments, c14n11, c14n11-comments, exc, exc-comments or their identifiers",
        )?,
    })
}
