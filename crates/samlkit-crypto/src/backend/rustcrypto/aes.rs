//! AES by the length of its key; another length gives `None`.

use aes::cipher::array::Array;
use aes::cipher::consts::U12;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use aes::{Aes128, Aes192, Aes256};
use aes_gcm::aead::AeadInOut;
use aes_gcm::{AesGcm, KeyInit};
use aes_kw::AesKw;

/// Decrypts whole blocks in place.
pub(crate) fn cbc_decrypt(key: &[u8], iv: &[u8; 16], blocks: &mut [u8]) -> Option<()> {
    fn decrypt<M: KeyIvInit + BlockModeDecrypt>(
        key: &[u8],
        iv: &[u8; 16],
        octets: &mut [u8],
    ) -> Option<()> {
        let mut mode = M::new_from_slices(key, iv).ok()?;
        let (blocks, rest) = Array::slice_as_chunks_mut(octets);
        rest.is_empty().then(|| mode.decrypt_blocks(blocks))
    }
    match key.len() {
        16 => decrypt::<cbc::Decryptor<Aes128>>(key, iv, blocks),
        24 => decrypt::<cbc::Decryptor<Aes192>>(key, iv, blocks),
        32 => decrypt::<cbc::Decryptor<Aes256>>(key, iv, blocks),
        _ => None,
    }
}

/// Encrypts whole blocks in place.
pub(crate) fn cbc_encrypt(key: &[u8], iv: &[u8; 16], blocks: &mut [u8]) -> Option<()> {
    fn encrypt<M: KeyIvInit + BlockModeEncrypt>(
        key: &[u8],
        iv: &[u8; 16],
        octets: &mut [u8],
    ) -> Option<()> {
        let mut mode = M::new_from_slices(key, iv).ok()?;
        let (blocks, rest) = Array::slice_as_chunks_mut(octets);
        rest.is_empty().then(|| mode.encrypt_blocks(blocks))
    }
    match key.len() {
        16 => encrypt::<cbc::Encryptor<Aes128>>(key, iv, blocks),
        24 => encrypt::<cbc::Encryptor<Aes192>>(key, iv, blocks),
        32 => encrypt::<cbc::Encryptor<Aes256>>(key, iv, blocks),
        _ => None,
    }
}

/// Decrypts in place; what is there after `None` is nothing to use.
pub(crate) fn gcm_open(
    key: &[u8],
    nonce: [u8; 12],
    tag: &[u8; 16],
    octets: &mut [u8],
) -> Option<()> {
    fn open<C: KeyInit + AeadInOut>(
        key: &[u8],
        nonce: [u8; 12],
        tag: &[u8; 16],
        octets: &mut [u8],
    ) -> Option<()> {
        let cipher = C::new_from_slice(key).ok()?;
        let nonce = nonce.as_slice().try_into().ok()?;
        let tag = tag.as_slice().try_into().ok()?;
        cipher
            .decrypt_inout_detached(nonce, &[], octets.into(), tag)
            .ok()
    }
    match key.len() {
        16 => open::<AesGcm<Aes128, U12>>(key, nonce, tag, octets),
        24 => open::<AesGcm<Aes192, U12>>(key, nonce, tag, octets),
        32 => open::<AesGcm<Aes256, U12>>(key, nonce, tag, octets),
        _ => None,
    }
}

/// Encrypts in place and gives the tag.
pub(crate) fn gcm_seal(key: &[u8], nonce: [u8; 12], octets: &mut [u8]) -> Option<[u8; 16]> {
    fn seal<C: KeyInit + AeadInOut>(
        key: &[u8],
        nonce: [u8; 12],
        octets: &mut [u8],
    ) -> Option<[u8; 16]> {
        let cipher = C::new_from_slice(key).ok()?;
        let nonce = nonce.as_slice().try_into().ok()?;
        let tag = cipher.encrypt_inout_detached(nonce, &[], octets.into());
        tag.ok()?.as_slice().try_into().ok()
    }
    match key.len() {
        16 => seal::<AesGcm<Aes128, U12>>(key, nonce, octets),
        24 => seal::<AesGcm<Aes192, U12>>(key, nonce, octets),
        32 => seal::<AesGcm<Aes256, U12>>(key, nonce, octets),
        _ => None,
    }
}

/// RFC 3394; `out` is eight octets longer than `key`.
pub(crate) fn wrap(wrapping_key: &[u8], key: &[u8], out: &mut [u8]) -> Option<()> {
    macro_rules! wrap {
        ($cipher:ty) => {
            AesKw::<$cipher>::new_from_slice(wrapping_key)
                .ok()?
                .wrap_key(key, out)
                .ok()
                .map(|_| ())
        };
    }
    match wrapping_key.len() {
        16 => wrap!(Aes128),
        24 => wrap!(Aes192),
        32 => wrap!(Aes256),
        _ => None,
    }
}

/// RFC 3394; `out` is eight octets shorter than `wrapped`.
pub(crate) fn unwrap(wrapping_key: &[u8], wrapped: &[u8], out: &mut [u8]) -> Option<()> {
    macro_rules! unwrap {
        ($cipher:ty) => {
            AesKw::<$cipher>::new_from_slice(wrapping_key)
                .ok()?
                .unwrap_key(wrapped, out)
                .ok()
                .map(|_| ())
        };
    }
    match wrapping_key.len() {
        16 => unwrap!(Aes128),
        24 => unwrap!(Aes192),
        32 => unwrap!(Aes256),
        _ => None,
    }
}
