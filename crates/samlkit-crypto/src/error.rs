use core::fmt;

use thiserror::Error as ThisError;

use crate::{DigestAlgorithm, KeyKind, Oid, SignatureAlgorithm};

/// Why a key, a certificate or a signature was not accepted.
///
/// Each variant is one rule. None holds key material, messages or digests.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, ThisError)]
pub enum Error {
    /// The policy does not allow a digest in this signature algorithm: SHA-1, unless [`danger`](crate::danger) was asked.
    #[error("signature algorithm {algorithm} is not allowed")]
    AlgorithmNotAllowed {
        /// What was asked for.
        algorithm: SignatureAlgorithm,
    },
    /// The policy does not allow this digest: SHA-1, unless [`danger`](crate::danger) was asked.
    #[error("digest algorithm {algorithm} is not allowed")]
    DigestNotAllowed {
        /// What was asked for.
        algorithm: DigestAlgorithm,
    },
    /// A private key under a passphrase. Take it off where the key is to be used: `openssl pkey -in FILE`.
    #[error("the private key is encrypted with a passphrase")]
    EncryptedPrivateKey,
    /// The public exponent of an RSA key is even, below 3, or of more than 33 bits (work that an attacker could ask for).
    #[error("the public exponent of the RSA key is out of range")]
    ExponentOutOfRange,
    /// The algorithm is for another type of key. Usual cause: the wrong certificate was configured.
    #[error("signature algorithm {algorithm} does not go with a key of type {key}")]
    KeyMismatch {
        /// What was asked for.
        algorithm: SignatureAlgorithm,
        /// What the key is.
        key: KeyKind,
    },
    /// The RSA modulus has more than 8192 bits.
    #[error("an RSA key of {bits} bits is too large, the most is 8192")]
    KeyTooLarge {
        /// The size of the modulus.
        bits: u32,
    },
    /// The RSA modulus has too few bits.
    #[error("an RSA key of {bits} bits is too small, the least is {minimum}")]
    KeyTooSmall {
        /// The size of the modulus.
        bits: u32,
        /// The least that the policy allows, or that can be read at all.
        minimum: u32,
    },
    /// Characters that base64 does not have, or a last group cut short.
    #[error("malformed base64")]
    MalformedBase64,
    /// Not a certificate: the named part is missing, cut short or of another form.
    #[error("malformed certificate ({part})")]
    MalformedCertificate {
        /// Where reading stopped.
        part: CertificatePart,
    },
    /// Not a public key: cut short, of another form, an even modulus, a point that is not on the curve or of small order.
    #[error("malformed public key")]
    MalformedKey,
    /// A PEM `BEGIN` line without its `END`, or a label that never ends.
    #[error("malformed PEM")]
    MalformedPem,
    /// Not a private key: cut short, of another form, with numbers that do not go together, or with a public key not its own.
    #[error("malformed private key")]
    MalformedPrivateKey,
    /// A certificate or a public key where a private key is expected.
    #[error("a certificate or public key was given where a private key is expected")]
    NoPrivateKey,
    /// The input holds no certificate or key at all.
    #[error("no key or certificate found")]
    Nothing,
    /// A private key where a public one is expected. It should be replaced: it has been where it does not belong.
    #[error("a private key was given where a public key or certificate is expected")]
    PrivateKey,
    /// An RSA-PSS salt longer than any accepted key has room for.
    #[error("an RSA-PSS salt of {found} octets is too long")]
    PssSaltLength {
        /// The salt length asked for.
        found: u32,
    },
    /// An RSA-PSS trailer field other than 1, the only one that RFC 8017 defines.
    #[error("RSA-PSS trailer field {found} is not 1")]
    PssTrailerField {
        /// The trailer field asked for.
        found: u32,
    },
    /// More than one certificate where one is expected. [`Certificate::parse_all`](crate::Certificate::parse_all) takes all.
    #[error("{count} certificates where one is expected")]
    SeveralCertificates {
        /// How many there are.
        count: usize,
    },
    /// More than one private key where one is expected.
    #[error("{count} private keys where one is expected")]
    SeveralPrivateKeys {
        /// How many there are.
        count: usize,
    },
    /// The signature is not as long as the key makes them: the modulus for RSA, twice the field for ECDSA (XMLSig §6.4.3:
    /// `r` and `s` side by side, not the DER form that most tools write), 64 octets for Ed25519.
    #[error("a signature of {found} octets, {expected} expected")]
    SignatureLength {
        /// What the key asks for.
        expected: usize,
        /// What there is.
        found: usize,
    },
    /// The signature was not made over this message with the private half of this key.
    #[error("the signature does not match")]
    SignatureMismatch,
    /// The input is longer than any key or certificate.
    #[error("input of more than {limit} octets")]
    TooLong {
        /// The most that is accepted.
        limit: usize,
    },
    /// A key of a type, or on a curve, that is not implemented.
    #[error("unsupported key type or curve {oid}")]
    UnsupportedKey {
        /// The identifier of the type or curve.
        oid: Oid,
    },
    /// Something else where a key or certificate is expected.
    #[error("found {found}")]
    WrongInput {
        /// What it looks like.
        found: Form,
    },
}

/// A part of a certificate (RFC 5280 §4.1).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CertificatePart {
    /// The outer frame: `Certificate`, `TBSCertificate`, version, algorithm, signature.
    Structure,
    /// `serialNumber`.
    SerialNumber,
    /// `issuer`.
    Issuer,
    /// `validity`.
    Validity,
    /// `subject`.
    Subject,
    /// `subjectPublicKeyInfo`.
    SubjectPublicKeyInfo,
}

impl fmt::Display for CertificatePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Structure => "structure",
            Self::SerialNumber => "serial number",
            Self::Issuer => "issuer",
            Self::Validity => "validity",
            Self::Subject => "subject",
            Self::SubjectPublicKeyInfo => "public key info",
        })
    }
}

/// What an input looks like, for saying what was found in place of what was asked for.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Form {
    /// A certificate signing request.
    CertificateRequest,
    /// A PKCS#7 or CMS bundle (`.p7b`).
    Pkcs7,
    /// A PKCS#12 store (`.p12`, `.pfx`).
    Pkcs12,
    /// A public key without a certificate.
    PublicKey,
    /// An XML document, such as metadata.
    Xml,
    /// PEM with another label.
    OtherPem,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CertificateRequest => "a certificate signing request, not a certificate",
            Self::Pkcs7 => "a PKCS#7 bundle; export the certificate as Base-64 X.509 instead",
            Self::Pkcs12 => {
                "a PKCS#12 store; take the key out of it: openssl pkcs12 -nodes -in FILE"
            }
            Self::PublicKey => "a public key where a certificate is expected",
            Self::Xml => "an XML document where a key or certificate is expected",
            Self::OtherPem => "PEM of another kind",
        })
    }
}
