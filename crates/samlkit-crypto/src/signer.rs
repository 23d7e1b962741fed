//! Whatever can sign: a key in memory, an HSM, a key management service.

use core::fmt;
use core::future::Future;
use std::sync::Arc;

use thiserror::Error as ThisError;

use crate::{PublicKey, SignatureAlgorithm};

/// Signs with one key by one algorithm.
///
/// [`SigningKey`](crate::SigningKey) is the implementation with the key in memory. Implement it for a key that stays in an HSM
/// or a key management service; where the call there is asynchronous, see [`AsyncSigner`].
///
/// ```
/// use samlkit_crypto::{SignError, SignatureAlgorithm, Signer};
///
/// struct Token;
///
/// impl Signer for Token {
///     fn algorithm(&self) -> SignatureAlgorithm {
///         SignatureAlgorithm::RsaSha256
///     }
///
///     fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, SignError> {
///         Err(SignError::provider("the token is locked"))
///     }
/// }
///
/// let signer: Box<dyn Signer> = Box::new(Token);
/// assert_eq!(signer.sign(b"message"), Err(SignError::provider("the token is locked")));
/// ```
pub trait Signer: Send + Sync {
    /// The algorithm that it signs by. It never changes.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// Signs `message` (the message itself, not its digest).
    ///
    /// The value is in the form of XMLSig §6.4: as long as the modulus for RSA; for ECDSA `r` and `s` side by side, each as long
    /// as the field. Where a provider gives the DER form of ECDSA, [`Curve::signature_from_der`](crate::Curve::signature_from_der)
    /// converts it.
    ///
    /// # Errors
    ///
    /// [`SignError`].
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;

    /// The public half of the key, if it is known here. Whoever calls [`Signer::sign`] may check the value with it.
    fn public_key(&self) -> Option<&PublicKey> {
        None
    }
}

/// [`Signer`] for keys that are reached over a network: its `sign` gives a future. No runtime is asked for.
///
/// It cannot be made into an object; where that is needed, use the two steps of whatever takes a signer (prepare, then complete
/// with the value) around any call.
pub trait AsyncSigner: Send + Sync {
    /// As [`Signer::algorithm`].
    fn algorithm(&self) -> SignatureAlgorithm;

    /// As [`Signer::sign`]. It can be written as an `async fn`.
    ///
    /// # Errors
    ///
    /// [`SignError`].
    fn sign(&self, message: &[u8]) -> impl Future<Output = Result<Vec<u8>, SignError>> + Send;

    /// As [`Signer::public_key`].
    fn public_key(&self) -> Option<&PublicKey> {
        None
    }
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<T: Signer + ?Sized> Signer for $pointer {
            fn algorithm(&self) -> SignatureAlgorithm {
                (**self).algorithm()
            }

            fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
                (**self).sign(message)
            }

            fn public_key(&self) -> Option<&PublicKey> {
                (**self).public_key()
            }
        }
    )*};
}

forward!(&T, Box<T>, Arc<T>);

/// Why nothing was signed. None of the variants holds key material or the message.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum SignError {
    /// The computation failed, or its result did not check: a broken key or a fault in the machine.
    #[error("the signature could not be computed")]
    Computation,
    /// An HSM or a key management service did not sign.
    #[error("the key's provider did not sign: {reason}")]
    Provider {
        /// What it said.
        reason: Reason,
    },
    /// There was no randomness for blinding or for the salt.
    #[error(transparent)]
    Randomness(#[from] crate::RandomnessError),
}

impl SignError {
    /// For implementations of [`Signer`]: what the provider said, without secrets.
    #[must_use]
    pub fn provider(reason: impl fmt::Display) -> Self {
        Self::Provider {
            reason: Reason::new(&reason.to_string()),
        }
    }
}

/// What a provider said, kept for an error: at most 200 characters, control characters replaced.
#[derive(Clone, Eq, PartialEq)]
pub struct Reason(Box<str>);

impl Reason {
    const LONGEST: usize = 200;

    fn new(text: &str) -> Self {
        let mut shown: String = text
            .chars()
            .take(Self::LONGEST)
            .map(|c| if c.is_control() { ' ' } else { c })
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

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
