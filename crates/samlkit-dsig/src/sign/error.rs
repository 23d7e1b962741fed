use samlkit_crypto::SignError;
use thiserror::Error as ThisError;

/// Why nothing was signed. Offsets count octets of the document that was to be signed.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum Error {
    /// SHA-1 in the signature algorithm or as the digest. It only ever verifies, and that by choice.
    #[error("algorithm {uri} does not sign")]
    AlgorithmNotAllowed {
        /// Its identifier.
        uri: &'static str,
    },
    /// The element has a `ds:Signature` child. A second one would leave open which is meant (SAMLCore §5.4.1).
    #[error("there is a signature at offset {offset}")]
    AlreadySigned {
        /// The signature that is there.
        offset: usize,
    },
    /// What was to be signed has no canonical form.
    #[error(transparent)]
    Canonicalization(#[from] samlkit_c14n::Error),
    /// The first certificate has no key that could have signed.
    #[error("certificate for KeyInfo: {0}")]
    Certificate(#[source] samlkit_crypto::Error),
    /// The first certificate is not that of the key that signs.
    #[error("the certificate is not that of the key that signs")]
    CertificateMismatch,
    /// Two elements of the document have the same ID, so that no verifier could tell what the reference means.
    #[error("the ID of the element at offset {offset} is not unique")]
    DuplicateId {
        /// The later of the two elements.
        offset: usize,
    },
    /// The signer gave a value of no octets.
    #[error("the signature value is empty")]
    EmptyValue,
    /// The ID is not a name, so that no reference can be made of it (XML §3.3.1, XMLSig §4.4.3.1).
    #[error("the ID of the element at offset {offset} is not a name")]
    MalformedId {
        /// The element.
        offset: usize,
    },
    /// The element has no ID to be referenced by (SAMLCore §5.4.2).
    #[error("the element at offset {offset} has no ID")]
    MissingId {
        /// The element.
        offset: usize,
    },
    /// The first child element is not `saml:Issuer`, after which the signature was to go.
    #[error("the element at offset {offset} does not begin with an Issuer")]
    MissingIssuer {
        /// The element.
        offset: usize,
    },
    /// An empty reference means the whole document, and this is a part of it.
    #[error("the element at offset {offset} is not the root")]
    NotTheRoot {
        /// The element.
        offset: usize,
    },
    /// A processing instruction beside the root, which an empty reference would cover.
    #[error("a processing instruction outside the root at offset {offset}")]
    OutsideTheRoot {
        /// The processing instruction.
        offset: usize,
    },
    /// The signer did not sign.
    #[error(transparent)]
    Signer(#[from] SignError),
    /// The value that the signer gave does not verify with its public key: a fault, another key, or another form (for ECDSA `r`
    /// and `s` side by side is asked for, not DER).
    #[error("the signature value is wrong: {0}")]
    WrongValue(#[source] samlkit_crypto::Error),
    /// The signature could not be written.
    #[error(transparent)]
    Write(#[from] samlkit_xml::WriteError),
    /// The signature could not be read back.
    #[error(transparent)]
    Xml(#[from] samlkit_xml::Error),
}
