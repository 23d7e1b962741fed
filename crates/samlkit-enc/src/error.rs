use core::fmt;

use thiserror::Error as ThisError;

/// An identifier from a message, kept for an error: at most 120 characters, with everything but printable ASCII replaced.
#[derive(Clone, Eq, PartialEq)]
pub struct Uri(Box<str>);

impl Uri {
    const LONGEST: usize = 120;

    pub(crate) fn new(text: &str) -> Self {
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

/// Why an encrypted element was not decrypted.
///
/// Every variant but [`Error::DecryptionFailed`] depends on what anyone can read in the message and on which types of key are
/// configured, never on what a private key made of it.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum Error {
    /// Decryption failed: a wrong key, a wrong tag or padding, a wrong length, or a plaintext that is not the element that
    /// must be there. There is one variant for all of it, so that a sender learns nothing from which it was (XMLEnc §6.1).
    #[error("decryption failed")]
    DecryptionFailed,
    /// The element is not one that SAML encrypts (SAMLCore §2.2.4).
    #[error("the element at offset {offset} is not an encrypted element")]
    NotEncrypted {
        /// The element.
        offset: usize,
    },
    /// An element, attribute or text that may not be here (XMLEnc §3).
    #[error("unexpected content in the encrypted element at offset {offset}")]
    UnexpectedContent {
        /// The innermost element around it.
        offset: usize,
    },
    /// A required element is missing or not at its place (XMLEnc §3).
    #[error("the encrypted element has no {name} where it must be")]
    MissingElement {
        /// Its local name.
        name: &'static str,
    },
    /// A required attribute is missing.
    #[error("an element of the encrypted element has no {name}")]
    MissingAttribute {
        /// Its name.
        name: &'static str,
    },
    /// Not strict base64: foreign characters, wrong padding or stray bits (RFC 4648 §3.5).
    #[error("{name} is not strict base64")]
    MalformedBase64 {
        /// The element's local name.
        name: &'static str,
    },
    /// A key in the message that is not one: not on its curve, for example.
    #[error("malformed key in the message")]
    MalformedKey,
    /// Two elements have the ID that a `ds:RetrievalMethod` names.
    #[error("the ID of the element at offset {offset} is not unique")]
    DuplicateId {
        /// The later of the two elements.
        offset: usize,
    },
    /// A `CipherReference`: ciphertext outside the message, which would have to be fetched (XMLEnc §3.3.1).
    #[error("a CipherReference at offset {offset}")]
    CipherReference {
        /// The reference.
        offset: usize,
    },
    /// A `ds:RetrievalMethod` that does not name an `EncryptedKey` of this document by its ID.
    #[error("unsupported or unresolved RetrievalMethod {uri}")]
    UnsupportedRetrievalMethod {
        /// What was asked for.
        uri: Uri,
    },
    /// What is encrypted is not an element (SAMLCore §6.1).
    #[error("unsupported type of encrypted data {uri}")]
    UnsupportedType {
        /// What was stated.
        uri: Uri,
    },
    /// An encryption algorithm for data that is not supported, triple DES among them.
    #[error("unsupported data encryption {uri}")]
    UnsupportedBlockEncryption {
        /// What was asked for.
        uri: Uri,
    },
    /// An encryption algorithm for keys that is not supported, RSA with PKCS#1 v1.5 padding among them.
    #[error("unsupported key encryption {uri}")]
    UnsupportedKeyEncryption {
        /// What was asked for.
        uri: Uri,
    },
    /// A digest algorithm in a parameter that is not supported.
    #[error("unsupported digest algorithm {uri}")]
    UnsupportedDigestMethod {
        /// What was asked for.
        uri: Uri,
    },
    /// A mask generation function that is not MGF1 with a supported digest.
    #[error("unsupported mask generation function {uri}")]
    UnsupportedMaskGeneration {
        /// What was asked for.
        uri: Uri,
    },
    /// A key derivation function other than `ConcatKDF`.
    #[error("unsupported key derivation {uri}")]
    UnsupportedKeyDerivation {
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
    /// The message carries no encrypted key.
    #[error("the message carries no encrypted key")]
    NoEncryptedKey,
    /// No configured key is of the type that any encrypted key was made for.
    #[error("no configured key fits an encrypted key of the message")]
    NoUsableKey,
    /// More encrypted keys than the policy allows.
    #[error("more than {limit} encrypted keys")]
    TooManyKeys {
        /// The most that is accepted.
        limit: usize,
    },
    /// More ciphertext than the policy allows.
    #[error("more than {limit} octets of ciphertext")]
    TooLong {
        /// The most that is accepted.
        limit: usize,
    },
    /// The HSM or key management service could not be asked.
    #[error("the provider of the decryption key is not available")]
    Unavailable,
    /// The message itself could not be read.
    #[error(transparent)]
    Xml(#[from] samlkit_xml::Error),
}

impl Error {
    /// Whether the message asks for something outside the allow-list, as against being wrong.
    #[must_use]
    pub const fn is_unsupported(&self) -> bool {
        matches!(
            self,
            Self::CipherReference { .. }
                | Self::UnsupportedRetrievalMethod { .. }
                | Self::UnsupportedType { .. }
                | Self::UnsupportedBlockEncryption { .. }
                | Self::UnsupportedKeyEncryption { .. }
                | Self::UnsupportedDigestMethod { .. }
                | Self::UnsupportedMaskGeneration { .. }
                | Self::UnsupportedKeyDerivation { .. }
                | Self::UnsupportedParameters
                | Self::AlgorithmNotAllowed { .. }
        )
    }
}
