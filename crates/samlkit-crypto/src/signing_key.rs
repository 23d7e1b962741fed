use core::fmt;
use std::sync::Arc;

use crate::backend::rustcrypto::pss;
use crate::private_key::Material;
use crate::signature::Scheme;
use crate::{
    AlgorithmPolicy, Error, KeyKind, PrivateKey, PublicKey, Randomness, SignError,
    SignatureAlgorithm, Signer,
};

/// A private key in memory with the algorithm that it signs by.
///
/// RSA is computed with blinding, and each result is checked with the public key before it is given out, so that a fault does
/// not leak the key; with the feature `aws-lc-rs` it takes constant time. ECDSA is deterministic (RFC 6979), with the digest of the message inside, and
/// Ed25519 by its definition; the salts of RSA-PSS are random.
///
/// ```
/// use samlkit_crypto::{AlgorithmPolicy, PrivateKey, SignatureAlgorithm, Signer, SigningKey};
///
/// let key = PrivateKey::parse(b"MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g")?;
/// let key = SigningKey::with_randomness(key, SignatureAlgorithm::EddsaEd25519, unused())?;
/// let signature = key.sign(b"")?;
/// let public = key.public_key().unwrap();
/// let policy = AlgorithmPolicy::default();
/// assert_eq!(public.verify(&policy, key.algorithm(), b"", &signature), Ok(()));
/// # fn unused() -> impl samlkit_crypto::Randomness + 'static {
/// #     struct None;
/// #     impl samlkit_crypto::Randomness for None {
/// #         fn fill(&self, _: &mut [u8]) -> Result<(), samlkit_crypto::RandomnessError> {
/// #             Err(samlkit_crypto::RandomnessError::new())
/// #         }
/// #     }
/// #     None
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SigningKey {
    key: Arc<PrivateKey>,
    algorithm: SignatureAlgorithm,
    randomness: Box<dyn Randomness>,
}

impl SigningKey {
    /// Signs with `key` by `algorithm`, with the randomness of the operating system.
    ///
    /// # Errors
    ///
    /// Those of [`SigningKey::with_randomness`].
    #[cfg(feature = "getrandom")]
    #[cfg_attr(docsrs, doc(cfg(feature = "getrandom")))]
    pub fn new(
        key: impl Into<Arc<PrivateKey>>,
        algorithm: SignatureAlgorithm,
    ) -> Result<Self, Error> {
        Self::with_randomness(key, algorithm, crate::SystemRandomness)
    }

    /// Signs with `key` by `algorithm`, with other randomness. Only RSA uses it, and AWS-LC (feature `aws-lc-rs`) its own.
    ///
    /// # Errors
    ///
    /// [`Error::AlgorithmNotAllowed`] where SHA-1 is in the algorithm: nothing lets it sign; [`Error::KeyMismatch`] where the
    /// algorithm is for another type of key; [`Error::KeyTooSmall`] for RSA under 2048 bits, without exception;
    /// [`Error::PssSaltLength`] where the modulus has no room for the salt.
    pub fn with_randomness(
        key: impl Into<Arc<PrivateKey>>,
        algorithm: SignatureAlgorithm,
        randomness: impl Randomness + 'static,
    ) -> Result<Self, Error> {
        let key = key.into();
        let policy = AlgorithmPolicy::DEFAULT;
        policy.check_signature(algorithm)?;
        match (algorithm.scheme(), key.kind()) {
            (Scheme::Pkcs1(_), KeyKind::Rsa)
            | (Scheme::Ecdsa(_), KeyKind::Ec(_))
            | (Scheme::Ed25519, KeyKind::Ed25519) => {}
            (Scheme::Pss(parameters), KeyKind::Rsa) => {
                if !pss::fits(parameters, key.bits()) {
                    let found = u32::try_from(parameters.salt_length()).unwrap_or(u32::MAX);
                    return Err(Error::PssSaltLength { found });
                }
            }
            (Scheme::Pkcs1(_) | Scheme::Pss(_) | Scheme::Ecdsa(_) | Scheme::Ed25519, kind) => {
                return Err(Error::KeyMismatch {
                    algorithm,
                    key: kind,
                });
            }
        }
        policy.check_key(key.public_key())?;
        Ok(Self {
            key,
            algorithm,
            randomness: Box::new(randomness),
        })
    }

    /// The key.
    #[must_use]
    pub fn private_key(&self) -> &PrivateKey {
        &self.key
    }
}

impl Signer for SigningKey {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let randomness = &*self.randomness;
        match (self.algorithm.scheme(), self.key.material()) {
            (Scheme::Pkcs1(digest), Material::Rsa(key)) => {
                key.sign_pkcs1(randomness, digest, message)
            }
            (Scheme::Pss(parameters), Material::Rsa(key)) => {
                key.sign_pss(randomness, parameters, message)
            }
            (Scheme::Ecdsa(digest), Material::Ec(key)) => Ok(key.sign(digest, message)),
            (Scheme::Ed25519, Material::Ed25519(key)) => {
                let signature = key.sign(message).ok_or(SignError::Computation)?;
                Ok(signature.to_vec())
            }
            // The constructor took care that they go together.
            (Scheme::Pkcs1(_) | Scheme::Pss(_) | Scheme::Ecdsa(_) | Scheme::Ed25519, _) => {
                Err(SignError::Computation)
            }
        }
    }

    fn public_key(&self) -> Option<&PublicKey> {
        Some(self.key.public_key())
    }
}

impl fmt::Debug for SigningKey {
    /// Shows the public half.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("key", &self.key)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
