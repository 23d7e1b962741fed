//! XML Encryption alone, for tools and conformance: any `EncryptedData`, and whatever octets are in it.
//!
//! # Security
//!
//! What comes out is not checked to be anything. A service that answers a sender differently according to whether such octets
//! could be used is a decryption oracle for CBC mode; [`decrypt`](crate::decrypt) is for services.

use samlkit_crypto::Unjudged;
use samlkit_xml::Element;
use zeroize::Zeroizing;

use crate::decrypt::{Candidate, content_key, decrypt_data};
use crate::structure::{EncryptedData, encrypted_keys};
use crate::{Decryptor, Error, Policy};

/// Decrypts an `xenc:EncryptedData` of any `Type`, whose encrypted key its `ds:KeyInfo` has or names.
///
/// # Errors
///
/// Those of [`decrypt`](crate::decrypt()).
pub fn decrypt(
    encrypted_data: Element<'_>,
    decryptor: &dyn Decryptor,
    policy: &Policy,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let data = EncryptedData::read(encrypted_data, policy)?;
    let keys = encrypted_keys(&data, core::iter::empty(), policy)?;
    judged(decrypt_data(&data, &content_key(&keys, decryptor)?)?)
}

/// Decrypts an `xenc:EncryptedData` of any `Type` with its content key, whatever its `ds:KeyInfo` says.
///
/// # Errors
///
/// Those of [`decrypt`](crate::decrypt()).
pub fn decrypt_with_key(
    encrypted_data: Element<'_>,
    content_key: &[u8],
    policy: &Policy,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let data = EncryptedData::read(encrypted_data, policy)?;
    let candidate = Candidate {
        key: Some(Zeroizing::new(content_key.to_vec())),
        rejection: Zeroizing::new([0; 32]),
    };
    judged(decrypt_data(&data, &candidate)?)
}

fn judged(plaintext: Unjudged) -> Result<Zeroizing<Vec<u8>>, Error> {
    if plaintext.is_sound {
        Ok(plaintext.octets)
    } else {
        Err(Error::DecryptionFailed)
    }
}
