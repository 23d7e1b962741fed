use crate::signature::Scheme;
use crate::{DigestAlgorithm, Error, KeyKind, PublicKey, SignatureAlgorithm};

/// Which digests and key sizes may be relied on: an allow-list that every verification is checked against.
///
/// The default allows what gives at least 112 bits of security: SHA-224 and longer, RSA from 2048 bits, the curves P-256,
/// P-384 and P-521, Ed25519. The methods here only narrow it; what widens it stands in [`danger`](crate::danger).
///
/// ```
/// use samlkit_crypto::{AlgorithmPolicy, DigestAlgorithm, Error, danger};
///
/// let policy = AlgorithmPolicy::default();
/// let sha1 = DigestAlgorithm::Sha1;
/// assert_eq!(policy.check_digest(sha1), Err(Error::DigestNotAllowed { algorithm: sha1 }));
/// assert_eq!(danger::allow_sha1(policy).check_digest(sha1), Ok(()));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct AlgorithmPolicy {
    sha1: Sha1,
    minimum_digest: DigestAlgorithm,
    minimum_rsa_bits: u32,
}

/// Whether SHA-1 may be used.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Sha1 {
    Refused,
    Allowed,
}

impl AlgorithmPolicy {
    /// See the type.
    pub const DEFAULT: Self = Self {
        sha1: Sha1::Refused,
        minimum_digest: DigestAlgorithm::Sha224,
        minimum_rsa_bits: 2048,
    };

    /// Refuses digests shorter than this one, in signatures too. Never widens: a shorter minimum than the present one
    /// changes nothing. Default: SHA-224.
    #[must_use]
    pub fn with_minimum_digest(self, minimum: DigestAlgorithm) -> Self {
        if minimum <= self.minimum_digest {
            return self;
        }
        Self {
            sha1: Sha1::Refused,
            minimum_digest: minimum,
            ..self
        }
    }

    /// Refuses RSA keys with fewer bits than this. Never widens: a smaller number than the present one changes nothing.
    /// Default: 2048.
    #[must_use]
    pub fn with_minimum_rsa_bits(self, bits: u32) -> Self {
        Self {
            minimum_rsa_bits: bits.max(self.minimum_rsa_bits),
            ..self
        }
    }

    pub(crate) fn allowing_sha1(self) -> Self {
        Self {
            sha1: Sha1::Allowed,
            ..self
        }
    }

    pub(crate) fn allowing_weak_rsa(self) -> Self {
        Self {
            minimum_rsa_bits: crate::key::MIN_RSA_BITS,
            ..self
        }
    }

    /// Whether a digest made by this algorithm may be relied on.
    ///
    /// # Errors
    ///
    /// [`Error::DigestNotAllowed`].
    pub fn check_digest(&self, algorithm: DigestAlgorithm) -> Result<(), Error> {
        if self.allows(algorithm) {
            Ok(())
        } else {
            Err(Error::DigestNotAllowed { algorithm })
        }
    }

    /// Whether a signature made by this algorithm may be relied on, given a good key.
    ///
    /// # Errors
    ///
    /// [`Error::AlgorithmNotAllowed`] where any digest in it, that of MGF1 included, is not allowed.
    pub fn check_signature(&self, algorithm: SignatureAlgorithm) -> Result<(), Error> {
        let allowed = match algorithm.scheme() {
            Scheme::Pkcs1(digest) | Scheme::Ecdsa(digest) => self.allows(digest),
            Scheme::Pss(parameters) => {
                self.allows(parameters.digest()) && self.allows(parameters.mgf1_digest())
            }
            Scheme::Ed25519 => true,
        };
        if allowed {
            Ok(())
        } else {
            Err(Error::AlgorithmNotAllowed { algorithm })
        }
    }

    /// Whether the key is strong enough.
    ///
    /// # Errors
    ///
    /// [`Error::KeyTooSmall`] for an RSA key below the minimum.
    pub fn check_key(&self, key: &PublicKey) -> Result<(), Error> {
        match key.kind() {
            KeyKind::Rsa if key.bits() < self.minimum_rsa_bits => Err(Error::KeyTooSmall {
                bits: key.bits(),
                minimum: self.minimum_rsa_bits,
            }),
            KeyKind::Rsa | KeyKind::Ec(_) | KeyKind::Ed25519 => Ok(()),
        }
    }

    fn allows(&self, digest: DigestAlgorithm) -> bool {
        match digest {
            DigestAlgorithm::Sha1 => self.sha1 == Sha1::Allowed,
            DigestAlgorithm::Sha224
            | DigestAlgorithm::Sha256
            | DigestAlgorithm::Sha384
            | DigestAlgorithm::Sha512 => digest >= self.minimum_digest,
        }
    }
}

impl Default for AlgorithmPolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}
