//! Symmetric key wrap (XML Encryption 1.1 §5.6): AES key wrap by RFC 3394.

use core::fmt;

use aes::{Aes128, Aes192, Aes256};
use aes_kw::{AesKw, KeyInit};
use zeroize::Zeroizing;

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
        let mut out = vec![0; key.len() + OVERHEAD];
        let done = match self {
            Self::Aes128 => wrap::<AesKw<Aes128>>(wrapping_key, key, &mut out),
            Self::Aes192 => wrap::<AesKw<Aes192>>(wrapping_key, key, &mut out),
            Self::Aes256 => wrap::<AesKw<Aes256>>(wrapping_key, key, &mut out),
        };
        done.map(|()| out).ok_or(EncryptionError::KeyLength {
            found: wrapping_key.len(),
        })
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
        if !(2 * OVERHEAD..=LONGEST).contains(&length) {
            return Err(DecryptionFailed);
        }
        let mut out = Zeroizing::new(vec![0; length]);
        let done = match self {
            Self::Aes128 => unwrap::<AesKw<Aes128>>(wrapping_key, wrapped, &mut out),
            Self::Aes192 => unwrap::<AesKw<Aes192>>(wrapping_key, wrapped, &mut out),
            Self::Aes256 => unwrap::<AesKw<Aes256>>(wrapping_key, wrapped, &mut out),
        };
        done.map(|()| out).ok_or(DecryptionFailed)
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

/// One of the three instances.
trait Instance: KeyInit {
    fn wrap_into(&self, key: &[u8], out: &mut [u8]) -> Option<()>;
    fn unwrap_into(&self, wrapped: &[u8], out: &mut [u8]) -> Option<()>;
}

macro_rules! instance {
    ($cipher:ty) => {
        impl Instance for AesKw<$cipher> {
            fn wrap_into(&self, key: &[u8], out: &mut [u8]) -> Option<()> {
                self.wrap_key(key, out).ok().map(|_| ())
            }

            fn unwrap_into(&self, wrapped: &[u8], out: &mut [u8]) -> Option<()> {
                self.unwrap_key(wrapped, out).ok().map(|_| ())
            }
        }
    };
}

instance!(Aes128);
instance!(Aes192);
instance!(Aes256);

fn wrap<I: Instance>(wrapping_key: &[u8], key: &[u8], out: &mut [u8]) -> Option<()> {
    I::new_from_slice(wrapping_key).ok()?.wrap_into(key, out)
}

fn unwrap<I: Instance>(wrapping_key: &[u8], wrapped: &[u8], out: &mut [u8]) -> Option<()> {
    I::new_from_slice(wrapping_key)
        .ok()?
        .unwrap_into(wrapped, out)
}
