use core::fmt;

use crate::{algorithm, backend};

/// A digest algorithm that a `ds:DigestMethod` can name (XMLSig §6.2).
///
/// SHA-1 is here to be recognised and, by the explicit choice of [`danger::allow_sha1`](crate::danger::allow_sha1), used;
/// whether a digest may be relied on is the question of [`AlgorithmPolicy::check_digest`](crate::AlgorithmPolicy::check_digest).
///
/// ```
/// use samlkit_crypto::{DigestAlgorithm, algorithm};
///
/// let sha256 = DigestAlgorithm::from_uri(algorithm::SHA256).unwrap();
/// assert_eq!(sha256.digest(b"").as_ref()[..4], [0xe3, 0xb0, 0xc4, 0x42]);
/// assert_eq!(DigestAlgorithm::from_uri("http://www.w3.org/2001/04/xmldsig-more#md5"), None);
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum DigestAlgorithm {
    /// SHA-1: broken, refused unless allowed by name.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256, what Entra ID signs with.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl DigestAlgorithm {
    /// Every member, weakest first.
    pub const ALL: [Self; 5] = [
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
    ];

    /// The algorithm of this identifier, compared exactly; `None` for one that is not implemented.
    ///
    /// [`algorithm::refusal`] says why a well-known identifier is not.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.uri() == uri)
    }

    /// Its identifier.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Sha1 => algorithm::SHA1,
            Self::Sha224 => algorithm::SHA224,
            Self::Sha256 => algorithm::SHA256,
            Self::Sha384 => algorithm::SHA384,
            Self::Sha512 => algorithm::SHA512,
        }
    }

    /// The number of octets in a digest.
    #[must_use]
    pub const fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Its place in [`DigestAlgorithm::ALL`].
    #[cfg(feature = "aws-lc-rs")]
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Sha1 => 0,
            Self::Sha224 => 1,
            Self::Sha256 => 2,
            Self::Sha384 => 3,
            Self::Sha512 => 4,
        }
    }

    /// The digest of `message`. Linear in its length.
    #[must_use]
    pub fn digest(self, message: &[u8]) -> Digest {
        backend::digest::digest(self, message)
    }
}

impl fmt::Display for DigestAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        })
    }
}

/// A digest and the algorithm that made it, on the stack.
///
/// Compared with the octets of a `ds:DigestValue` by `digest == octets`: equal means the same length and the same octets.
/// `Debug` shows the algorithm alone, so that neither side of a failed comparison reaches a log.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Digest {
    algorithm: DigestAlgorithm,
    octets: [u8; 64],
}

impl Digest {
    pub(crate) fn new(algorithm: DigestAlgorithm, output: &[u8]) -> Self {
        let mut octets = [0; 64];
        for (to, from) in octets.iter_mut().zip(output) {
            *to = *from;
        }
        Self { algorithm, octets }
    }

    /// The algorithm that made it.
    #[must_use]
    pub const fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// Its octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.octets
            .get(..self.algorithm.output_len())
            .unwrap_or(&self.octets)
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq<[u8]> for Digest {
    fn eq(&self, other: &[u8]) -> bool {
        self.as_bytes() == other
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Digest")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// A digest in the making, for octets that come in pieces.
///
/// ```
/// use samlkit_crypto::{DigestAlgorithm, Hasher};
///
/// let mut hasher = Hasher::new(DigestAlgorithm::Sha512);
/// hasher.update(b"in ");
/// hasher.update(b"pieces");
/// assert_eq!(hasher.finalize(), DigestAlgorithm::Sha512.digest(b"in pieces"));
/// ```
#[derive(Clone)]
pub struct Hasher {
    algorithm: DigestAlgorithm,
    context: backend::digest::Context,
}

impl Hasher {
    /// Begins a digest.
    #[must_use]
    pub fn new(algorithm: DigestAlgorithm) -> Self {
        Self {
            algorithm,
            context: backend::digest::Context::new(algorithm),
        }
    }

    /// The algorithm it was begun with.
    #[must_use]
    pub const fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// Adds octets.
    pub fn update(&mut self, octets: &[u8]) {
        self.context.update(octets);
    }

    /// Ends it.
    #[must_use]
    pub fn finalize(self) -> Digest {
        self.context.finish(self.algorithm)
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher")
            .field("algorithm", &self.algorithm())
            .finish_non_exhaustive()
    }
}
