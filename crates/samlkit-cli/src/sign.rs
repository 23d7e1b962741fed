//! `samlkit dsig sign`
#![expect(
    clippy::doc_markdown,
    reason = "the doc comments are help texts for a terminal"
)]

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use samlkit::crypto::{
    Curve, DigestAlgorithm, KeyKind, PrivateKey, SignatureAlgorithm, SigningKey,
};
use samlkit::dsig::element_by_id;
use samlkit::dsig::sign::{Error, Position, ReferenceBy, Template};
use samlkit::xml::{Document, Element};

use crate::failure::{Failure, Refusal};
use crate::output::Outcome;
use crate::{input, keys};

#[derive(Args, Debug)]
pub(crate) struct DsigSign {
    /// The private key: PKCS#8, PKCS#1 or SEC 1, in PEM, DER or bare base64, without a passphrase.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The certificate of the key, to put into KeyInfo; more of the same file follow as its chain.
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,
    /// The identifier of the signature algorithm. Default: by the key, RSA with SHA-256, ECDSA with the digest of the curve's size, or
    /// Ed25519.
    #[arg(long, value_name = "URI", value_parser = algorithm)]
    algorithm: Option<SignatureAlgorithm>,
    /// The identifier of the digest algorithm. Default: SHA-256.
    #[arg(long, value_name = "URI", value_parser = digest)]
    digest: Option<DigestAlgorithm>,
    /// Sign the element with this ID (attribute ID, Id, id or xml:id). Default: the root.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    id: Option<String>,
    /// Where the signature goes. Default: where the SAML schemas have it, after Issuer or first.
    #[arg(long, value_enum)]
    position: Option<PositionArg>,
    /// Refer to the whole document by an empty URI, for a root without an ID.
    #[arg(long, conflicts_with = "id")]
    whole_document: bool,
    /// The XML document; - for standard input.
    file: PathBuf,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum PositionArg {
    /// Before everything else.
    First,
    /// After Issuer, which must be the first child.
    AfterIssuer,
    /// After everything else.
    Last,
}

/// Prints the signed document, nothing else changed or added.
pub(crate) fn run(args: &DsigSign) -> Result<Outcome, Failure> {
    let signer = signer(args)?;
    let mut template = Template::new().with_digest(args.digest.unwrap_or(DigestAlgorithm::Sha256));
    if let Some(position) = args.position {
        template = template.with_position(match position {
            PositionArg::First => Position::First,
            PositionArg::AfterIssuer => Position::AfterIssuer,
            PositionArg::Last => Position::Last,
        });
    }
    if args.whole_document {
        template = template.with_reference(ReferenceBy::WholeDocument);
    }
    for key in keys::certificates(args.cert.as_slice())? {
        if let Some(certificate) = key.certificate() {
            template = template.with_certificate(certificate.clone());
        }
    }
    let octets = input::message(&args.file)?;
    let document = Document::parse_with(&octets, &input::LIMITS).map_err(input::not_parsed)?;
    let element = element(&document, args.id.as_deref())?;
    let signed = template
        .sign(element, &signer)
        .map_err(|error| not_signed(&error))?;
    Ok(Outcome::done(signed))
}

fn signer(args: &DsigSign) -> Result<SigningKey, Failure> {
    let octets = input::configuration(&args.key)?;
    let unusable = |error| {
        let message = format!("cannot sign with {}: {error}", args.key.display());
        match error {
            samlkit::crypto::Error::EncryptedPrivateKey => {
                Failure::usage_with(message, "Take the passphrase off: openssl pkey -in FILE")
            }
            _ => Failure::usage(message),
        }
    };
    let key = PrivateKey::parse(&octets).map_err(unusable)?;
    let algorithm = match args.algorithm {
        Some(algorithm) => algorithm,
        None => usual(key.kind())?,
    };
    SigningKey::new(key, algorithm).map_err(unusable)
}

fn usual(kind: KeyKind) -> Result<SignatureAlgorithm, Failure> {
    Ok(match kind {
        KeyKind::Rsa => SignatureAlgorithm::RsaSha256,
        KeyKind::Ec(Curve::P256) => SignatureAlgorithm::EcdsaSha256,
        KeyKind::Ec(Curve::P384) => SignatureAlgorithm::EcdsaSha384,
        KeyKind::Ec(Curve::P521) => SignatureAlgorithm::EcdsaSha512,
        KeyKind::Ed25519 => SignatureAlgorithm::EddsaEd25519,
        _ => return Err(Failure::usage("say by --algorithm how to sign")),
    })
}

fn element<'d>(document: &'d Document<'d>, id: Option<&str>) -> Result<Element<'d>, Refusal> {
    let Some(id) = id else {
        return Ok(document.root());
    };
    match element_by_id(document, id) {
        Ok(Some(element)) => Ok(element),
        Ok(None) => Err(Refusal::new("unknown-id", "no element has this ID")),
        Err(error) => Err(Refusal::new("duplicate-id", error.to_string())),
    }
}

fn not_signed(error: &Error) -> Failure {
    let message = error.to_string();
    let code = match error {
        Error::CertificateMismatch | Error::Certificate(_) => {
            return Failure::usage_with(message, "Give by --cert the certificate of --key.");
        }
        Error::EmptyValue | Error::Signer(_) | Error::WrongValue(_) => {
            return Failure::usage(message);
        }
        Error::AlreadySigned { .. } => "already-signed",
        Error::Canonicalization(_) => "no-canonical-form",
        Error::DuplicateId { .. } => "duplicate-id",
        Error::MalformedId { .. } => "invalid-value",
        Error::MissingId { .. } => "missing-id",
        Error::MissingIssuer { .. } => "missing-element",
        _ => "not-signed",
    };
    let help = match error {
        Error::AlreadySigned { .. } => {
            Some("Sign a document without a signature, or another element by --id.")
        }
        Error::MissingId { .. } => Some(
            "Give the element an ID attribute, or sign a root without one by --whole-document.",
        ),
        _ => None,
    };
    Refusal {
        code,
        message,
        help: help.map(str::to_owned),
    }
    .into()
}

fn algorithm(uri: &str) -> Result<SignatureAlgorithm, String> {
    let known = SignatureAlgorithm::from_uri(uri)
        .ok_or("not the identifier of a signature algorithm without parameters")?;
    match known {
        SignatureAlgorithm::RsaSha1
        | SignatureAlgorithm::Sha1RsaMgf1
        | SignatureAlgorithm::EcdsaSha1 => Err("SHA-1 does not sign".to_owned()),
        _ => Ok(known),
    }
}

fn digest(uri: &str) -> Result<DigestAlgorithm, String> {
    match DigestAlgorithm::from_uri(uri) {
        None => Err("not the identifier of a digest algorithm".to_owned()),
        Some(DigestAlgorithm::Sha1) => Err("SHA-1 does not sign".to_owned()),
        Some(known) => Ok(known),
    }
}
