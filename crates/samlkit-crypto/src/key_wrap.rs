//! Symmetric key wrap (XML Encryption 1.1 §5.6): AES key wrap by RFC 3394.

use core::fmt;

use zeroize::Zeroizing;

use crate::backend::aes;
use crate::{DecryptionFailed, EncryptionError, algorithm};

/// A way to encrypt a key with another that both sides have (XML Encryption 1.1 §5.6.3).
///
/// ```
/// use samlkit_crypto::KeyWrap;
///
/// let wrapped = KeyWrap::Aes128.wrap(&[1; 16], &[2; 32])?;
/// assert_eq!(wrapped.len(), 40);
/// assert_eq!(*KeyWrap::Aes128.unwrap(&[1; 16], &wrapped).unwrap(), [2; 32]);
/// assert!(KeyWrap::Aes128.unwrap(&[3; 16], &wrapped).is_err());
/// # Ok::<(), samlkit_crypto::EncryptionError>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum KeyWrap {
    /// With a 128-bit key.
    Aes128,
    /// With a 192-bit key.
    Aes192,
    /// With a 256-bit key.
    Aes256,
}

/// What RFC 3394 adds.
const OVERHEAD: usize = 8;
/// The longest key that is wrapped or unwrapped: twice the longest that any algorithm here has.
const LONGEST: usize = 64;

impl KeyWrap {
    /// Every member.
    pub const ALL: [Self; 3] = [Self::Aes128, Self::Aes192, Self::Aes256];

    /// The algorithm of this identifier, compared exactly; `None` for one that is not implemented.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.uri() == uri)
    }

    /// Its identifier.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Aes128 => algorithm::KW_AES128,
            Self::Aes192 => algorithm::KW_AES192,
            Self::Aes256 => algorithm::KW_AES256,
        }
    }

    /// The number of octets of the key that wraps.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }

    /// Wraps `key`.
    ///
    /// # Errors
    ///
    /// [`EncryptionError::KeyLength`] where either key is of a length that cannot be.
    pub fn wrap(self, wrapping_key: &[u8], key: &[u8]) -> Result<Vec<u8>, EncryptionError> {
        if key.len() < 2 * OVERHEAD || key.len() > LONGEST {
            return Err(EncryptionError::KeyLength { found: key.len() });
        }
        let found = wrapping_key.len();
        if found != self.key_len() {
            return Err(EncryptionError::KeyLength { found });
        }
        let mut out = vec![0; key.len() + OVERHEAD];
        aes::wrap(wrapping_key, key, &mut out)
            .map(|()| out)
            .ok_or(EncryptionError::KeyLength { found })
    }

    /// Unwraps a key.
    ///
    /// # Errors
    ///
    /// [`DecryptionFailed`] where the integrity check fails or a length cannot be.
    pub fn unwrap(
        self,
        wrapping_key: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, DecryptionFailed> {
        let length = wrapped.len().saturating_sub(OVERHEAD);
        if !(2 * OVERHEAD..=LONGEST).contains(&length) || wrapping_key.len() != self.key_len() {
            return Err(DecryptionFailed);
        }
        let mut out = Zeroizing::new(vec![0; length]);
        aes::unwrap(wrapping_key, wrapped, &mut out)
            .map(|()| out)
            .ok_or(DecryptionFailed)
    }
}

impl fmt::Display for KeyWrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aes128 => "AES-128 key wrap",
            Self::Aes192 => "AES-192 key wrap",
            Self::Aes256 => "AES-256 key wrap",
        })
    }
}
