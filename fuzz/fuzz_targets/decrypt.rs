//! Any document through decryption: no panic, and what comes out is a document of its own.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use samlkit_crypto::PrivateKey;
use samlkit_enc::{DecryptionKey, Kind, Policy, decrypt_with};
use samlkit_xml::{Document, Limits};

static KEY: LazyLock<DecryptionKey> = LazyLock::new(|| {
    let pem = include_str!("../../fixtures/keys/test-only-p256.key.pem");
    DecryptionKey::new(PrivateKey::from_pem(pem).expect("a private key"))
});

fuzz_target!(|source: &[u8]| {
    let _ = PrivateKey::parse(source);
    let Ok(document) = Document::parse(source) else {
        return;
    };
    for element in document
        .elements()
        .filter(|&element| Kind::of(element).is_some())
        .take(4)
    {
        if let Ok(decrypted) = decrypt_with(element, &*KEY, &Policy::new()) {
            assert!(decrypted.is_of(element));
            assert!(decrypted.parse(&Limits::DEFAULT).is_ok());
        }
    }
});
