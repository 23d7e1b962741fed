//! XML Signature: verification that hands out only the octets that were signed, and signing as SAML has it.
//!
//! [`Verifier::verify`] checks the signature of one element by the profile that SAML sets (SAMLCore §5.4): enveloped, one
//! same-document reference to the element itself, keys from configuration. Success is a value, [`Signed`]: the canonical
//! octets whose digest was verified, and the tree parsed from exactly those octets. The original document need not be
//! looked at again, so wrapping, comment and namespace tricks in it have nothing to work on.
//!
//! The order of work is fixed. `SignatureValue` is checked over the canonical octets of `SignedInfo` first; the reference is
//! then read from *those* octets, never from the original; only then is the element canonicalized and digested.
//!
//! [`Verifier::index`] does the same for a document that is larger than memory should hold: one pass over a reader, at whose end
//! there is an index of what was signed, through which single elements can be read again.
//!
//! [`sign`] makes such signatures, with a key in memory or one that is asked for elsewhere.
//!
//! [`document`] verifies whole documents by XML-DSig alone, for tools; it hands out no data.
//!
//! | | accepted | anything else |
//! |---|---|---|
//! | canonicalization | Canonical XML 1.0, 1.1, Exclusive 1.0, each with or without comments | [`Error::UnsupportedCanonicalization`] |
//! | transforms | enveloped-signature, then at most one canonicalization | [`Error::UnsupportedTransform`], [`Error::MisplacedTransform`] |
//! | reference | `#` and the ID of the element that holds the signature | [`Error::ForeignReference`] |
//! | signature algorithm | RSA (PKCS#1 v1.5, PSS), ECDSA, Ed25519 with SHA-2 | [`Error::UnsupportedSignatureMethod`] |
//! | SHA-1, RSA under 2048 bits | only by choice through [`samlkit_crypto::danger`] | [`Error::AlgorithmNotAllowed`] |
//!
//! There is no `XPath`, no XSLT, no external reference, and no file or network access in this crate.

mod canonical;
pub mod document;
mod encoding;
mod error;
mod id;
mod index;
mod key;
pub mod ns;
mod outline;
mod policy;
pub mod sign;
mod signed;
mod stream;
mod structure;
mod verify;

pub use error::{Error, Uri};
pub use id::{Ids, UniqueIds, check_ids, element_by_id};
pub use index::{IndexedGroup, IndexedMember, SignedIndex, SignedMember};
pub use key::TrustedKey;
pub use outline::Outline;
pub use policy::{EmptyReference, Policy};
pub use signed::{Signed, SignedOctets};
pub use stream::StreamError;
pub use verify::{Verifier, signature_of};

/// The README, so that its example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
