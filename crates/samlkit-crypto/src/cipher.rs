//! Block encryption (XML Encryption 1.1 §5.2): AES in CBC and GCM mode.

use core::fmt;

use subtle::{ConditionallySelectable as _, ConstantTimeGreater as _};
use thiserror::Error as ThisError;
use zeroize::Zeroizing;

use crate::backend::aes;
use crate::{KeyKind, Randomness, RandomnessError, algorithm};

/// Why octets did not decrypt. There is one value for every reason: a wrong key, a wrong tag, wrong padding and a wrong
/// length must look the same to whoever sent them.
#[expect(clippy::exhaustive_structs, reason = "it must never say anything more")]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, ThisError)]
#[error("decryption failed")]
pub struct DecryptionFailed;

/// Why octets were not encrypted. Nothing here depends on a secret.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, ThisError)]
pub enum EncryptionError {
    /// The key to encrypt with is not as long as the algorithm wants it, or cannot be wrapped.
    #[error("a key of {found} octets does not fit the algorithm")]
    KeyLength {
        /// What there is.
        found: usize,
    },
    /// The algorithm is for another type of key.
    #[error("the encryption algorithm does not go with a key of type {found}")]
    KeyMismatch {
        /// What the key is.
        found: KeyKind,
    },
    /// The RSA key has too few bits for the key and the padding, or the message is longer than AES-GCM allows.
    #[error("the message is too long for the key or algorithm")]
    MessageTooLong,
    /// The key was refused: an RSA key under 2048 bits.
    #[error(transparent)]
    Key(#[from] crate::Error),
    /// There was no randomness for a key, an initialization vector or a padding.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// A way to encrypt data with a key that both sides have (XML Encryption 1.1 §5.2). Triple DES is not among them.
///
/// ```
/// use samlkit_crypto::{BlockEncryption, algorithm};
///
/// let gcm = BlockEncryption::from_uri(algorithm::AES256_GCM).unwrap();
/// assert_eq!((gcm.key_len(), gcm.is_authenticated()), (32, true));
/// assert_eq!(BlockEncryption::from_uri("http://www.w3.org/2001/04/xmlenc#tripledes-cbc"), None);
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum BlockEncryption {
    /// AES-128 in CBC mode.
    Aes128Cbc,
    /// AES-192 in CBC mode.
    Aes192Cbc,
    /// AES-256 in CBC mode, what AD FS, Entra ID and Okta send.
    Aes256Cbc,
    /// AES-128 in GCM mode, what Shibboleth sends.
    Aes128Gcm,
    /// AES-192 in GCM mode.
    Aes192Gcm,
    /// AES-256 in GCM mode.
    Aes256Gcm,
}

/// What [`BlockEncryption::decrypt_unjudged`] gives.
#[non_exhaustive]
pub struct Unjudged {
    /// The plaintext or, where it is not sound, what stands in for it.
    pub octets: Zeroizing<Vec<u8>>,
    /// Whether the padding is one.
    pub is_sound: bool,
}

impl fmt::Debug for Unjudged {
    /// Shows nothing of the plaintext.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unjudged").finish_non_exhaustive()
    }
}

const BLOCK: usize = 16;
const NONCE: usize = 12;
const TAG: usize = 16;

impl BlockEncryption {
    /// Every member.
    pub const ALL: [Self; 6] = [
        Self::Aes128Cbc,
        Self::Aes192Cbc,
        Self::Aes256Cbc,
        Self::Aes128Gcm,
        Self::Aes192Gcm,
        Self::Aes256Gcm,
    ];

    /// The algorithm of this identifier, compared exactly; `None` for one that is not implemented.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.uri() == uri)
    }

    /// Its identifier.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Aes128Cbc => algorithm::AES128_CBC,
            Self::Aes192Cbc => algorithm::AES192_CBC,
            Self::Aes256Cbc => algorithm::AES256_CBC,
            Self::Aes128Gcm => algorithm::AES128_GCM,
            Self::Aes192Gcm => algorithm::AES192_GCM,
            Self::Aes256Gcm => algorithm::AES256_GCM,
        }
    }

    /// The number of octets of its keys.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            Self::Aes128Cbc | Self::Aes128Gcm => 16,
            Self::Aes192Cbc | Self::Aes192Gcm => 24,
            Self::Aes256Cbc | Self::Aes256Gcm => 32,
        }
    }

    /// Whether a changed ciphertext is noticed: true of GCM, not of CBC.
    #[must_use]
    pub const fn is_authenticated(self) -> bool {
        match self {
            Self::Aes128Cbc | Self::Aes192Cbc | Self::Aes256Cbc => false,
            Self::Aes128Gcm | Self::Aes192Gcm | Self::Aes256Gcm => true,
        }
    }

    /// Decrypts initialization vector and ciphertext (GCM: and tag), joined as a `CipherValue` has them.
    ///
    /// # Errors
    ///
    /// [`DecryptionFailed`], also for a key of the wrong length.
    ///
    /// # Security
    ///
    /// CBC does not notice changes: most of them give other plaintext, and about one in sixteen random ones has padding
    /// that passes. What comes out of it is to be believed only where a signature inside covers it, and whether it could
    /// be parsed must not be told apart from whether it decrypted (Jager and Somorovsky, CCS 2011). The padding is checked
    /// without branching on the plaintext.
    ///
    /// # Complexity
    ///
    /// Linear in the octets; the same work for every wrong tag and every wrong padding.
    pub fn decrypt(
        self,
        key: &[u8],
        octets: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, DecryptionFailed> {
        match self.decrypt_unjudged(key, octets)? {
            Unjudged {
                octets,
                is_sound: true,
            } => Ok(octets),
            Unjudged { .. } => Err(DecryptionFailed),
        }
    }

    /// [`BlockEncryption::decrypt`] for a caller that will do the same work whether the padding of CBC is one or not: where it is
    /// none, there are octets to go on with all the same, the last block cut.
    ///
    /// # Errors
    ///
    /// [`DecryptionFailed`] for a key or a ciphertext of a length that cannot be, which everybody can see, and for a tag of GCM.
    ///
    /// # Security
    ///
    /// Octets that are not sound are for nothing but to be worked on and thrown away.
    pub fn decrypt_unjudged(self, key: &[u8], octets: &[u8]) -> Result<Unjudged, DecryptionFailed> {
        let authentic = |octets| Unjudged {
            octets,
            is_sound: true,
        };
        if key.len() != self.key_len() {
            return Err(DecryptionFailed);
        }
        if self.is_authenticated() {
            gcm_decrypt(key, octets).map(authentic)
        } else {
            cbc_decrypt(key, octets)
        }
        .ok_or(DecryptionFailed)
    }

    /// Encrypts with a fresh initialization vector, which is put in front (GCM: with the tag behind).
    ///
    /// # Errors
    ///
    /// [`EncryptionError::KeyLength`], [`EncryptionError::MessageTooLong`], [`EncryptionError::Randomness`].
    pub fn encrypt(
        self,
        key: &[u8],
        plaintext: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, EncryptionError> {
        if key.len() != self.key_len() {
            return Err(EncryptionError::KeyLength { found: key.len() });
        }
        if self.is_authenticated() {
            let mut nonce = [0; NONCE];
            randomness.fill(&mut nonce)?;
            gcm_encrypt(key, plaintext, nonce)
        } else {
            let mut iv = [0; BLOCK];
            randomness.fill(&mut iv)?;
            cbc_encrypt(key, plaintext, &iv)
        }
        .ok_or(EncryptionError::MessageTooLong)
    }
}

impl fmt::Display for BlockEncryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aes128Cbc => "AES-128-CBC",
            Self::Aes192Cbc => "AES-192-CBC",
            Self::Aes256Cbc => "AES-256-CBC",
            Self::Aes128Gcm => "AES-128-GCM",
            Self::Aes192Gcm => "AES-192-GCM",
            Self::Aes256Gcm => "AES-256-GCM",
        })
    }
}

fn cbc_decrypt(key: &[u8], octets: &[u8]) -> Option<Unjudged> {
    let (iv, ciphertext) = octets.split_first_chunk::<BLOCK>()?;
    if ciphertext.is_empty() || !ciphertext.len().is_multiple_of(BLOCK) {
        return None;
    }
    let mut plaintext = Zeroizing::new(ciphertext.to_vec());
    aes::cbc_decrypt(key, iv, &mut plaintext)?;
    // XML Encryption §5.2: the last octet says how many are padding, itself included; the others can be anything.
    let padding = *plaintext.last()?;
    let too_many = padding.ct_gt(&16);
    let some = padding.ct_gt(&0);
    let ok = some & !too_many;
    // A wrong count is cut like a whole block, so that only the answer differs.
    let count = u8::conditional_select(&16, &padding, ok);
    let length = plaintext.len().checked_sub(usize::from(count))?;
    plaintext.truncate(length);
    Some(Unjudged {
        octets: plaintext,
        is_sound: ok.into(),
    })
}

fn cbc_encrypt(key: &[u8], plaintext: &[u8], iv: &[u8; BLOCK]) -> Option<Vec<u8>> {
    let count = BLOCK - plaintext.len() % BLOCK;
    let mut out = Vec::with_capacity(BLOCK + plaintext.len().checked_add(count)?);
    out.extend_from_slice(iv);
    out.extend_from_slice(plaintext);
    out.resize(out.len() + count, 0);
    *out.last_mut()? = u8::try_from(count).ok()?;
    aes::cbc_encrypt(key, iv, out.get_mut(BLOCK..)?)?;
    Some(out)
}

fn gcm_decrypt(key: &[u8], octets: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, rest) = octets.split_first_chunk::<NONCE>()?;
    let (ciphertext, tag) = rest.split_last_chunk::<TAG>()?;
    let mut plaintext = Zeroizing::new(ciphertext.to_vec());
    aes::gcm_open(key, *nonce, tag, &mut plaintext)?;
    Some(plaintext)
}

fn gcm_encrypt(key: &[u8], plaintext: &[u8], nonce: [u8; NONCE]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(NONCE + plaintext.len().checked_add(TAG)?);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(plaintext);
    let tag = aes::gcm_seal(key, nonce, out.get_mut(NONCE..)?)?;
    out.extend_from_slice(&tag);
    Some(out)
}
