//! AES by the length of its key; another length gives `None`.

use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    self, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::key_wrap::{self, AesKek, KeyWrap as _};

use crate::backend::rustcrypto;

fn cbc(key: &[u8]) -> Option<UnboundCipherKey> {
    let algorithm = match key.len() {
        16 => &cipher::AES_128,
        24 => &cipher::AES_192,
        32 => &cipher::AES_256,
        _ => return None,
    };
    UnboundCipherKey::new(algorithm, key).ok()
}

/// Decrypts whole blocks in place.
pub(crate) fn cbc_decrypt(key: &[u8], iv: &[u8; 16], blocks: &mut [u8]) -> Option<()> {
    let key = DecryptingKey::cbc(cbc(key)?).ok()?;
    let context = DecryptionContext::Iv128(FixedLength::from(iv));
    key.decrypt(blocks, context).ok().map(|_| ())
}

/// Encrypts whole blocks in place.
pub(crate) fn cbc_encrypt(key: &[u8], iv: &[u8; 16], blocks: &mut [u8]) -> Option<()> {
    let key = EncryptingKey::cbc(cbc(key)?).ok()?;
    let context = EncryptionContext::Iv128(FixedLength::from(iv));
    key.less_safe_encrypt(blocks, context).ok().map(|_| ())
}

fn gcm(key: &[u8]) -> Option<LessSafeKey> {
    let algorithm = match key.len() {
        16 => &aead::AES_128_GCM,
        24 => &aead::AES_192_GCM,
        32 => &aead::AES_256_GCM,
        _ => return None,
    };
    UnboundKey::new(algorithm, key).ok().map(LessSafeKey::new)
}

/// Decrypts in place; what is there after `None` is nothing to use.
pub(crate) fn gcm_open(
    key: &[u8],
    nonce: [u8; 12],
    tag: &[u8; 16],
    octets: &mut [u8],
) -> Option<()> {
    let nonce = Nonce::assume_unique_for_key(nonce);
    gcm(key)?
        .open_in_place_separate_tag(nonce, Aad::empty(), tag, octets)
        .ok()
        .map(|_| ())
}

/// Encrypts in place and gives the tag.
pub(crate) fn gcm_seal(key: &[u8], nonce: [u8; 12], octets: &mut [u8]) -> Option<[u8; 16]> {
    let nonce = Nonce::assume_unique_for_key(nonce);
    let tag = gcm(key)?.seal_in_place_separate_tag(nonce, Aad::empty(), octets);
    tag.ok()?.as_ref().try_into().ok()
}

/// There is none with 192 bits.
fn kek(key: &[u8]) -> Option<AesKek> {
    let cipher = match key.len() {
        16 => &key_wrap::AES_128,
        32 => &key_wrap::AES_256,
        _ => return None,
    };
    AesKek::new(cipher, key).ok()
}

/// RFC 3394; `out` is eight octets longer than `key`.
pub(crate) fn wrap(wrapping_key: &[u8], key: &[u8], out: &mut [u8]) -> Option<()> {
    match kek(wrapping_key) {
        Some(kek) => kek.wrap(key, out).ok().map(|_| ()),
        None => rustcrypto::aes::wrap(wrapping_key, key, out),
    }
}

/// RFC 3394; `out` is eight octets shorter than `wrapped`.
pub(crate) fn unwrap(wrapping_key: &[u8], wrapped: &[u8], out: &mut [u8]) -> Option<()> {
    match kek(wrapping_key) {
        Some(kek) => kek.unwrap(wrapped, out).ok().map(|_| ()),
        None => rustcrypto::aes::unwrap(wrapping_key, wrapped, out),
    }
}
