//! The command line, as clap reads it.
#![expect(
    clippy::doc_markdown,
    reason = "the doc comments are help texts for a terminal"
)]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use samlkit::Timestamp;
use samlkit::c14n::Algorithm;
use samlkit::profiles::mimecast::{AccountCode, PersonalPortal, Region};

/// Verify, inspect and set up SAML 2.0 single sign-on.
///
/// Exit code 0: done or accepted. 1: the input was refused. 2: a usage or I/O error.
#[derive(Debug, Parser)]
#[command(
    name = "samlkit",
    version,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print the canonical form of an XML document or of one element of it.
    C14n(C14n),
    /// XML signatures, as XML-DSig alone defines them.
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Dsig {
        #[command(subcommand)]
        command: DsigCommand,
    },
    /// Check one SAML response against one identity provider, by every rule of the Web Browser SSO profile.
    Verify(Box<Verify>),
    /// Look at one SAML response by every rule of verify, without stopping at the first that is broken.
    Diagnose(Box<Verify>),
    /// Check one message of the HTTP-Redirect binding: its signature over the query as received, and what its kind asks for.
    VerifyRedirect(Box<crate::redirect::VerifyRedirect>),
    /// Start a sign-on: print the redirect URL or the form, and the request ID to keep.
    AuthnRequest(Box<crate::login::AuthnRequest>),
    /// Decode and pretty-print any SAML message. Verifies nothing.
    Inspect(Inspect),
    /// SAML metadata: write a service provider's, look at it, verify its signature.
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Metadata {
        #[command(subcommand)]
        command: MetadataCommand,
    },
    /// What to type where to connect Azure AD (Entra ID) and Mimecast.
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Mimecast {
        #[command(subcommand)]
        command: MimecastCommand,
    },
}

#[derive(Args, Debug)]
pub(crate) struct C14n {
    /// c14n10, c14n11 or exc, each also with -comments; or the algorithm's identifier.
    #[arg(long, value_name = "A", default_value = "exc", value_parser = crate::c14n::algorithm)]
    pub(crate) algorithm: Algorithm,
    /// The PrefixList of InclusiveNamespaces: prefixes separated by spaces, #default for none. Exclusive algorithms only.
    #[arg(
        long,
        value_name = "P1 P2",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    pub(crate) inclusive_prefixes: String,
    /// Canonicalize the element with this ID (attribute ID, Id, id or xml:id) in the context of its document.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(crate) id: Option<String>,
    /// The XML document; - for standard input.
    pub(crate) file: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DsigCommand {
    /// Validate the one signature of a document. Says what was signed, not whether SAML may believe it: see verify.
    Verify(DsigVerify),
    /// Sign the root or one element of a document: enveloped, with exclusive canonicalization.
    Sign(Box<crate::sign::DsigSign>),
}

#[derive(Args, Debug)]
pub(crate) struct DsigVerify {
    /// Certificates to trust, in PEM, DER or bare base64; one file may hold several. Repeatable.
    #[arg(long, value_name = "FILE", required_unless_present = "key")]
    pub(crate) cert: Vec<PathBuf>,
    /// A public key to trust, in PEM, DER or bare base64. Repeatable.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) weak: Weak,
    #[command(flatten)]
    pub(crate) encoding: EncodingArg,
    #[command(flatten)]
    pub(crate) json: Json,
    /// The XML document; - for standard input.
    pub(crate) file: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) idp: IdpArgs,
    #[command(flatten)]
    pub(crate) sp: SpArgs,
    /// The ID of the request that the response must answer.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(crate) in_response_to: Option<String>,
    /// Accept a sign-on that the identity provider started. With --in-response-to: either.
    #[arg(long)]
    pub(crate) allow_unsolicited: bool,
    #[command(flatten)]
    pub(crate) at: At,
    /// How far the clocks may be apart, at most 600.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(..=600))]
    pub(crate) clock_skew: u64,
    /// A private key of the service provider to decrypt with. Repeatable.
    #[arg(long, value_name = "FILE")]
    pub(crate) decrypt_key: Vec<PathBuf>,
    /// Refuse a response that is not signed itself, even if its assertion is.
    #[arg(long)]
    pub(crate) require_signed_response: bool,
    /// Whether AES-CBC is decrypted: everywhere, where a signature covers the ciphertext, or not at all.
    #[arg(long, value_enum, default_value_t = Cbc::Accept)]
    pub(crate) cbc: Cbc,
    /// Refuse a response whose assertion is not encrypted.
    #[arg(long)]
    pub(crate) require_encrypted_assertion: bool,
    #[command(flatten)]
    pub(crate) weak: Weak,
    #[command(flatten)]
    pub(crate) encoding: EncodingArg,
    #[command(flatten)]
    pub(crate) json: Json,
    /// The response: XML, or the form value SAMLResponse; - for standard input.
    pub(crate) file: PathBuf,
}

/// Whether AES-CBC is decrypted.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Cbc {
    /// Everywhere: what most identity providers send.
    Accept,
    /// Where a signature that was verified covers the ciphertext.
    UnderSignature,
    /// Not at all.
    Refuse,
}

#[derive(Args, Debug)]
pub(crate) struct IdpArgs {
    /// The identity provider's metadata, as the administrator downloaded it: it is trusted as it is.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "idp_cert",
        conflicts_with = "idp_cert"
    )]
    pub(crate) idp_metadata: Option<PathBuf>,
    /// The identity provider's entity ID; with --idp-metadata it picks one of several.
    #[arg(long, value_name = "URI")]
    pub(crate) idp_entity_id: Option<String>,
    /// In place of metadata: certificates that it signs with, in PEM, DER or bare base64. Repeatable.
    #[arg(long, value_name = "FILE", requires = "idp_entity_id")]
    pub(crate) idp_cert: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct SpArgs {
    /// The Mimecast Personal Portal of an account, for example eu:CUK1A1.
    #[arg(
        long,
        value_name = "REGION:ACCOUNTCODE",
        value_parser = portal,
        required_unless_present = "sp_entity_id",
        conflicts_with = "sp_entity_id"
    )]
    pub(crate) mimecast: Option<PersonalPortal>,
    /// The service provider's entity ID, which must be the audience.
    #[arg(long, value_name = "URI", requires = "acs_url")]
    pub(crate) sp_entity_id: Option<String>,
    /// The service provider's assertion consumer service URL; with --mimecast it takes the place of the usual one.
    #[arg(long, value_name = "URL")]
    pub(crate) acs_url: Option<String>,
}

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Weak {
    /// Accept SHA-1 in signatures and digests.
    #[arg(long)]
    pub(crate) allow_sha1: bool,
    /// Accept RSA keys of 1024 to 2047 bits.
    #[arg(long)]
    pub(crate) allow_weak_rsa: bool,
}

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct At {
    /// The time to take for now. Default: the clock.
    #[arg(long, value_name = "RFC3339", value_parser = time)]
    pub(crate) at: Option<Timestamp>,
}

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct EncodingArg {
    /// How the message is given.
    #[arg(long, value_enum, default_value_t = Encoding::Auto)]
    pub(crate) encoding: Encoding,
}

/// How a message is given.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Encoding {
    /// Whatever it looks like.
    Auto,
    /// XML.
    Xml,
    /// The base64 form value.
    Base64,
}

#[derive(Args, Debug)]
pub(crate) struct Inspect {
    #[command(flatten)]
    pub(crate) encoding: EncodingArg,
    #[command(flatten)]
    pub(crate) json: Json,
    /// The message: XML, a form value or body, or a redirect URL; - for standard input.
    pub(crate) file: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MetadataCommand {
    /// Entity IDs, endpoints, and every certificate with thumbprint and expiry. Verifies nothing.
    Show(MetadataShow),
    /// Print the metadata of a service provider.
    Sp(Box<crate::metadata::sp::MetadataSp>),
    Verify(crate::metadata::verify::MetadataVerify),
}

#[derive(Args, Debug)]
pub(crate) struct MetadataShow {
    #[command(flatten)]
    pub(crate) at: At,
    #[command(flatten)]
    pub(crate) json: Json,
    /// The metadata; - for standard input.
    pub(crate) file: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MimecastCommand {
    /// What to type into the Azure portal and into the Authentication Profile of Mimecast.
    Setup(Setup),
    /// List the regions and their hosts.
    Regions(Json),
}

#[derive(Args, Debug)]
pub(crate) struct Setup {
    /// The region: eu, de, us, usb, ca, za, au, jer or uspcom.
    #[arg(long, value_parser = region)]
    pub(crate) region: Region,
    /// The account code, for example CUK1A1 (Administration Console: Account > Settings > Account Code).
    #[arg(long, value_name = "ACCOUNTCODE", value_parser = account_code)]
    pub(crate) account: AccountCode,
    /// The identity provider's metadata, to fill in the Authentication Profile.
    #[arg(long, value_name = "FILE")]
    pub(crate) idp_metadata: Option<PathBuf>,
    /// Which identity provider of the metadata, if there are several.
    #[arg(long, value_name = "URI", requires = "idp_metadata")]
    pub(crate) idp_entity_id: Option<String>,
    #[command(flatten)]
    pub(crate) at: At,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Json {
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

fn with_help(error: impl std::fmt::Display, help: &str) -> String {
    format!("{error}\n  help: {help}")
}

fn region(text: &str) -> Result<Region, String> {
    text.parse()
        .map_err(|error: samlkit::profiles::mimecast::UnknownRegion| with_help(error, error.help()))
}

fn account_code(text: &str) -> Result<AccountCode, String> {
    AccountCode::new(text).map_err(|error| with_help(&error, error.help()))
}

pub(crate) fn portal(text: &str) -> Result<PersonalPortal, String> {
    text.parse()
        .map_err(|error: samlkit::profiles::mimecast::PersonalPortalError| {
            with_help(&error, error.help())
        })
}

pub(crate) fn time(text: &str) -> Result<Timestamp, String> {
    chrono::DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .map_err(|_| "not a time such as 2026-01-15T10:01:00Z".to_owned())
}
