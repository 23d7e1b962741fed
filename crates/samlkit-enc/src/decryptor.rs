//! Whatever can decrypt a content key: a private key in memory, an HSM, a key management service.

use core::fmt;
use std::sync::Arc;

use samlkit_crypto::{DigestAlgorithm, KeyKind, PrivateKey};
use thiserror::Error as ThisError;
use zeroize::Zeroizing;

use crate::encrypted_key::{EncryptedKey, KeyEncryption};

/// Why a content key was not decrypted.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, ThisError)]
pub enum DecryptKeyError {
    /// The key does not decrypt it, whatever the reason.
    #[error("the key was not decrypted")]
    Failed,
    /// The encrypted key is for another type of key: an RSA ciphertext of another length, another curve. Nothing secret was
    /// used to find out.
    #[error("the encrypted key is for another type of key")]
    NotForThisKey,
    /// The HSM or service could not be asked. The message is not at fault, and trying again may help.
    #[error("the key's provider is not available")]
    Unavailable,
}

/// Decrypts content keys with one private key or several.
///
/// [`DecryptionKey`] is the implementation with the key in memory. Implement it for a key that stays in an HSM or a key
/// management service; where the call there is asynchronous, take the keys from
/// [`Encrypted::keys`](crate::Encrypted::keys) and give what comes back to
/// [`Encrypted::decrypt_with_key`](crate::Encrypted::decrypt_with_key).
///
/// A `Vec` of decryptors tries each in turn: the old and the new key of a rollover.
pub trait Decryptor: Send + Sync {
    /// The content key.
    ///
    /// # Errors
    ///
    /// [`DecryptKeyError`]. [`DecryptKeyError::NotForThisKey`] may be told apart from [`DecryptKeyError::Failed`] by a sender,
    /// so it must not depend on what the private key made of the ciphertext.
    fn decrypt_key(&self, key: &EncryptedKey<'_>) -> Result<Zeroizing<Vec<u8>>, DecryptKeyError>;

    /// What to go on with where this key was not decrypted, so that failing costs the same work whether the content key or the
    /// content is wrong. The result is thrown away.
    ///
    /// It should be a function of the encrypted key and of something that senders do not know, and be the same each time. What
    /// is provided here is a hash of the encrypted key, which senders can compute: then a message made for the purpose can
    /// take slightly longer to fail.
    fn rejection_secret(&self, key: &EncryptedKey<'_>) -> Zeroizing<[u8; 32]> {
        let mut secret = Zeroizing::new([0; 32]);
        let digest = DigestAlgorithm::Sha256.digest(key.cipher_value());
        for (to, from) in secret.iter_mut().zip(digest.as_bytes()) {
            *to = *from;
        }
        secret
    }
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<T: Decryptor + ?Sized> Decryptor for $pointer {
            fn decrypt_key(
                &self,
                key: &EncryptedKey<'_>,
            ) -> Result<Zeroizing<Vec<u8>>, DecryptKeyError> {
                (**self).decrypt_key(key)
            }

            fn rejection_secret(&self, key: &EncryptedKey<'_>) -> Zeroizing<[u8; 32]> {
                (**self).rejection_secret(key)
            }
        }
    )*};
}

forward!(&T, Box<T>, Arc<T>);

impl<T: Decryptor> Decryptor for Vec<T> {
    fn decrypt_key(&self, key: &EncryptedKey<'_>) -> Result<Zeroizing<Vec<u8>>, DecryptKeyError> {
        let mut worst = DecryptKeyError::NotForThisKey;
        for decryptor in self {
            match decryptor.decrypt_key(key) {
                Ok(key) => return Ok(key),
                Err(DecryptKeyError::NotForThisKey) => {}
                // A key that could not be asked might have been the right one.
                Err(error) if worst != DecryptKeyError::Unavailable => worst = error,
                Err(_) => {}
            }
        }
        Err(worst)
    }

    fn rejection_secret(&self, key: &EncryptedKey<'_>) -> Zeroizing<[u8; 32]> {
        self.first()
            .map_or_else(|| Zeroizing::new([0; 32]), |one| one.rejection_secret(key))
    }
}

/// A private key in memory, for decryption.
///
/// It is made for one purpose: the same key should not also sign (SAMLMeta §2.4.1.1 has a `use` for each).
pub struct DecryptionKey(Arc<PrivateKey>);

impl DecryptionKey {
    /// Of an RSA key or one on P-256, P-384 or P-521. Keys of other types fit no encrypted key.
    #[must_use]
    pub fn new(key: impl Into<Arc<PrivateKey>>) -> Self {
        Self(key.into())
    }

    /// The key.
    #[must_use]
    pub fn private_key(&self) -> &PrivateKey {
        &self.0
    }
}

impl Decryptor for DecryptionKey {
    fn decrypt_key(&self, key: &EncryptedKey<'_>) -> Result<Zeroizing<Vec<u8>>, DecryptKeyError> {
        let octets = key.cipher_value();
        match key.method() {
            KeyEncryption::RsaOaep(oaep) => {
                let modulus = usize::try_from(self.0.bits().div_ceil(8));
                if self.0.kind() != KeyKind::Rsa || modulus != Ok(octets.len()) {
                    return Err(DecryptKeyError::NotForThisKey);
                }
                oaep.decrypt(&self.0, octets)
            }
            KeyEncryption::EcdhEs(ecdh) => {
                if self.0.kind() != ecdh.originator().kind() {
                    return Err(DecryptKeyError::NotForThisKey);
                }
                self.0
                    .agree(ecdh.originator())
                    .and_then(|secret| ecdh.unwrap(secret.as_bytes(), octets))
            }
            KeyEncryption::KeyWrap(_) => return Err(DecryptKeyError::NotForThisKey),
        }
        .map_err(|_| DecryptKeyError::Failed)
    }

    fn rejection_secret(&self, key: &EncryptedKey<'_>) -> Zeroizing<[u8; 32]> {
        self.0.derive("samlkit rejected key", key.cipher_value())
    }
}

impl fmt::Debug for DecryptionKey {
    /// Shows the public half.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DecryptionKey")
            .field(self.0.public_key())
            .finish()
    }
}
