#![doc = include_str!("../README.md")]

mod decrypt;
mod decryptor;
pub mod document;
mod encoding;
mod encrypt;
mod encrypted_key;
mod error;
mod fields;
pub mod ns;
mod plaintext;
mod policy;
mod structure;

pub use decrypt::{Decrypted, Encrypted, Kind, decrypt, decrypt_with};
pub use decryptor::{DecryptKeyError, DecryptionKey, Decryptor};
pub use encrypt::{EncryptError, Encryptor, Recipient};
pub use encrypted_key::{EcdhEs, EncryptedKey, KeyEncryption};
pub use error::{Error, Uri};
pub use policy::{Cbc, Policy};
