//! Test keys: made for these tests, public, of no other use.
#![expect(clippy::unwrap_used, reason = "a broken fixture must stop the test")]

use samlkit_crypto::{PrivateKey, PublicKey};
use samlkit_enc::DecryptionKey;

fn pem(name: &str, half: &str) -> String {
    let path = format!(
        "{}/tests/data/{name}.{half}.pem",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(path).unwrap()
}

pub(crate) fn key(name: &str) -> DecryptionKey {
    DecryptionKey::new(PrivateKey::from_pem(&pem(name, "key")).unwrap())
}

pub(crate) fn public(name: &str) -> PublicKey {
    PublicKey::from_pem(&pem(name, "pub")).unwrap()
}
