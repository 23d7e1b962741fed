use core::fmt;

use thiserror::Error as ThisError;

/// An identifier from a message, kept for an error: at most 120 characters, with everything but printable ASCII replaced.
#[derive(Clone, Eq, PartialEq)]
pub struct Uri(Box<str>);

impl Uri {
    const LONGEST: usize = 120;

    /// Shortens and cleans `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut shown: String = text
            .chars()
            .take(Self::LONGEST)
            .map(|c| if c.is_ascii_graphic() { c } else { '?' })
            .collect();
        if text.chars().nth(Self::LONGEST).is_some() {
            shown.push_str("...");
        }
        Self(shown.into())
    }

    /// The shortened, cleaned text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Why a signature was not accepted. Each variant is one rule; offsets count octets of the document that holds the signature.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum Error {
    /// The element has no `ds:Signature` child.
    #[error("the element at offset {offset} is not signed")]
    MissingSignature {
        /// The element.
        offset: usize,
    },
    /// More than one `ds:Signature` where one is read.
    #[error("a second signature at offset {offset}")]
    MultipleSignatures {
        /// The second signature.
        offset: usize,
    },
    /// The signature is not where the SAML schemas put it: first, or after `Issuer` (SAMLCore §2.3.3, §3.2.1, SAMLMeta §2.3).
    #[error("the signature at offset {offset} is not at its place in the schema")]
    MisplacedSignature {
        /// The signature.
        offset: usize,
    },
    /// Two elements of the document have the same ID, so that a reference could mean either (XML §3.3.1).
    #[error("the ID of the element at offset {offset} is not unique")]
    DuplicateId {
        /// The later of the two elements.
        offset: usize,
    },
    /// The signed element has no `ID` attribute to be referenced by (SAMLCore §5.4.2).
    #[error("the signed element at offset {offset} has no ID")]
    MissingId {
        /// The element.
        offset: usize,
    },
    /// An element, attribute, comment or text that `ds:Signature` may not hold here (XMLSig §4).
    #[error("unexpected content in the signature at offset {offset}")]
    UnexpectedContent {
        /// The innermost element around it.
        offset: usize,
    },
    /// A `ds:Object` in a signature that may only be enveloped (SAMLCore §5.4.1): a place to hide what was signed.
    #[error("the signature at offset {offset} holds an Object")]
    UnexpectedObject {
        /// The signature.
        offset: usize,
    },
    /// A required element of the signature is missing or not at its place (XMLSig §4).
    #[error("the signature has no {name} where it must be")]
    MissingElement {
        /// Its local name.
        name: &'static str,
    },
    /// A required attribute of the signature is missing.
    #[error("an element of the signature has no {name}")]
    MissingAttribute {
        /// Its name.
        name: &'static str,
    },
    /// `SignatureValue`, `DigestValue` or a key is not strict base64: foreign characters, wrong padding or stray bits (RFC 4648 §3.5).
    #[error("{name} is not strict base64")]
    MalformedBase64 {
        /// The element's local name.
        name: &'static str,
    },
    /// A canonicalization outside the six.
    #[error("unsupported canonicalization {uri}")]
    UnsupportedCanonicalization {
        /// What was asked for.
        uri: Uri,
    },
    /// A signature algorithm that is not supported, HMAC and DSA among them.
    #[error("unsupported signature algorithm {uri}")]
    UnsupportedSignatureMethod {
        /// What was asked for.
        uri: Uri,
    },
    /// A digest algorithm that is not supported.
    #[error("unsupported digest algorithm {uri}")]
    UnsupportedDigestMethod {
        /// What was asked for.
        uri: Uri,
    },
    /// A transform other than enveloped-signature and the canonicalizations.
    #[error("unsupported transform {uri}")]
    UnsupportedTransform {
        /// What was asked for.
        uri: Uri,
    },
    /// A reference that is neither empty nor `#` and an ID.
    #[error("unsupported reference {uri}")]
    UnsupportedReference {
        /// What was asked for.
        uri: Uri,
    },
    /// Parameters of an algorithm that are malformed, out of range or not supported.
    #[error("unsupported parameters of an algorithm")]
    UnsupportedParameters,
    /// An algorithm that is supported but that the policy does not allow.
    #[error("algorithm {uri} is not allowed")]
    AlgorithmNotAllowed {
        /// Its identifier.
        uri: &'static str,
    },
    /// Not exactly one `ds:Reference` (SAMLCore §5.4.2).
    #[error("the signature has {count} references where one must be")]
    ReferenceCount {
        /// How many there are.
        count: usize,
    },
    /// The reference names something other than the element that holds the signature (SAMLCore §5.4.2).
    #[error("the signature refers to something other than the element that holds it")]
    ForeignReference,
    /// A reference to an ID that no element of the document has.
    #[error("the reference {index} names no element of the document")]
    UnresolvedReference {
        /// Position in `ds:SignedInfo`, from 0.
        index: usize,
    },
    /// Transforms that are doubled, out of order, or leave the signature in what it signs (SAMLCore §5.4.4).
    #[error("the transforms of the reference are not enveloped-signature and one canonicalization")]
    MisplacedTransform,
    /// No trusted key verifies `SignatureValue`, though the message names none but trusted ones (XMLSig §3.2.2).
    #[error("the signature value does not verify with any trusted key")]
    SignatureMismatch,
    /// The message was signed with a certificate that is not trusted: it holds one, and no trusted key verifies the signature.
    #[error("the message was signed with a key that is not trusted")]
    UntrustedKey,
    /// The key that signed is trusted, but weaker or larger than the policy allows.
    #[error("a trusted key has {bits} bits, which the policy does not allow")]
    KeyNotAllowed {
        /// The size of its modulus.
        bits: u32,
    },
    /// No trusted key fits the signature algorithm.
    #[error("no trusted key fits the signature algorithm")]
    NoUsableKey,
    /// There is no trusted key at all.
    #[error("there is no trusted key")]
    NoKeys,
    /// The digest of a reference differs from its `DigestValue` (XMLSig §3.2.1).
    #[error("the digest of reference {index} does not match")]
    DigestMismatch {
        /// Position in `ds:SignedInfo`, from 0.
        index: usize,
    },
    /// The canonical `SignedInfo` is not what was read before it was verified.
    #[error("the canonical SignedInfo names other algorithms than the one in the message")]
    InconsistentSignedInfo,
    /// What was decrypted is not from an element of the signed octets.
    #[error("what was decrypted is not from the signed octets")]
    NotCovered,
    /// What was to be canonicalized has no canonical form.
    #[error(transparent)]
    Canonicalization(#[from] samlkit_c14n::Error),
    /// Canonical octets could not be parsed.
    #[error(transparent)]
    Xml(#[from] samlkit_xml::Error),
}

impl Error {
    /// Whether the signature asks for something outside the allow-list, as against being wrong.
    #[must_use]
    pub const fn is_unsupported(&self) -> bool {
        matches!(
            self,
            Self::UnsupportedCanonicalization { .. }
                | Self::UnsupportedSignatureMethod { .. }
                | Self::UnsupportedDigestMethod { .. }
                | Self::UnsupportedTransform { .. }
                | Self::UnsupportedReference { .. }
                | Self::UnsupportedParameters
                | Self::AlgorithmNotAllowed { .. }
                | Self::KeyNotAllowed { .. }
        )
    }
}
