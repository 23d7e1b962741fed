//! `samlkit dsig`

use samlkit::dsig::{Error, Policy, document};
use samlkit::websso::Rejection;
use samlkit::xml::Document;
use serde::Serialize;

use crate::cli::{DsigVerify, Json};
use crate::failure::{Failure, Refusal};
use crate::output::{self, Outcome, Page, Style};
use crate::{input, keys, message};

#[derive(Serialize)]
struct Valid<'a> {
    verdict: &'static str,
    signature_algorithm: &'static str,
    canonicalization: &'static str,
    references: Vec<Reference<'a>>,
    key: String,
}

#[derive(Serialize)]
struct Reference<'a> {
    uri: &'a str,
    digest_algorithm: &'static str,
    element: &'a str,
}

#[derive(Serialize)]
struct Invalid<'a> {
    verdict: &'static str,
    code: &'static str,
    message: &'a str,
    help: Option<&'a str>,
}

/// Validates the one signature of a document (XMLSig §3.2).
pub(crate) fn verify(args: &DsigVerify) -> Result<Outcome, Failure> {
    match check(args) {
        Ok(report) if args.json.json => Ok(Outcome::done(output::json(&Valid::from(&report))?)),
        Ok(report) => Ok(Outcome::done(page(&report).into_octets())),
        Err(Failure::Refused(refusal)) => refused(&refusal, args.json),
        Err(failure) => Err(failure),
    }
}

/// The verdict of a document whose signature does not hold.
pub(crate) fn refused(refusal: &Refusal, json: Json) -> Result<Outcome, Failure> {
    if !json.json {
        return Ok(Outcome::refused(
            output::refusal("invalid", refusal).into_octets(),
        ));
    }
    let invalid = Invalid {
        verdict: "invalid",
        code: refusal.code,
        message: &refusal.message,
        help: refusal.help.as_deref(),
    };
    Ok(Outcome::refused(output::json(&invalid)?))
}

fn check(args: &DsigVerify) -> Result<document::Report, Failure> {
    let mut trusted = keys::certificates(&args.cert)?;
    trusted.extend(keys::public_keys(&args.key)?);
    let policy = Policy::new()
        .with_algorithms(args.weak.algorithms())
        .with_limits(input::LIMITS);
    let message = message::decode(input::message(&args.file)?, args.encoding.encoding)?;
    let document =
        Document::parse_with(&message.octets, &input::LIMITS).map_err(input::not_parsed)?;
    document::verify(&document, &trusted, policy).map_err(|error| invalid(error).into())
}

pub(crate) fn invalid(error: Error) -> Refusal {
    let message = error.to_string();
    let help = help(&error).map(str::to_owned);
    let code = match error {
        // Only in SAML does a second signature mean that somebody wraps something.
        Error::MultipleSignatures { .. } => "multiple-signatures",
        error => Rejection::from(error).code().as_str(),
    };
    Refusal {
        code,
        message,
        help,
    }
}

const fn help(error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::AlgorithmNotAllowed { .. } => {
            "SHA-1 is accepted with --allow-sha1; better, have the signer use SHA-256."
        }
        Error::KeyNotAllowed { .. } => {
            "RSA keys of 1024 to 2047 bits are accepted with --allow-weak-rsa."
        }
        Error::UntrustedKey | Error::SignatureMismatch | Error::NoUsableKey => {
            "Compare the thumbprint of the certificate in the document with those given by --cert."
        }
        Error::MultipleSignatures { .. } => {
            "Use samlkit verify for a SAML response; it checks every signature."
        }
        _ => return None,
    })
}

impl<'a> From<&'a document::Report> for Valid<'a> {
    fn from(report: &'a document::Report) -> Self {
        let reference = |reference: &'a document::ReferenceReport| Reference {
            uri: reference.uri(),
            digest_algorithm: reference.digest_algorithm().uri(),
            element: reference.element(),
        };
        Self {
            verdict: "valid",
            signature_algorithm: report.signature_algorithm().uri(),
            canonicalization: report.canonicalization().uri(),
            references: report.references().iter().map(reference).collect(),
            key: format!("{:x}", report.key()),
        }
    }
}

fn page(report: &document::Report) -> Page {
    let mut page = Page::new();
    page.styled(Style::Good, "valid");
    page.field("signature algorithm", report.signature_algorithm().uri());
    page.field("canonicalization", report.canonicalization().uri());
    page.field("key (SHA-256)", &format!("{:x}", report.key()));
    for reference in report.references() {
        let uri = if reference.uri().is_empty() {
            "the whole document"
        } else {
            reference.uri()
        };
        page.field("reference", uri);
        page.field("  element", reference.element());
        page.field("  digest algorithm", reference.digest_algorithm().uri());
    }
    page
}
