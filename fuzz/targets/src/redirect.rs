//! Any text as a query string: no panic, no more than the budget, and nothing verifies with a key that signed nothing.

use std::sync::LazyLock;

use samlkit_crypto::{AlgorithmPolicy, Certificate};
use samlkit_dsig::TrustedKey;
use samlkit_websso::{RedirectMessage, RelayState};

static KEYS: LazyLock<[TrustedKey; 1]> = LazyLock::new(|| {
    let pem = include_bytes!("../../../fixtures/keys/test-only-p256.crt.pem");
    let certificate = Certificate::parse(pem).expect("a certificate");
    [TrustedKey::from_certificate(certificate).expect("a sound key")]
});

/// Runs one input.
///
/// # Panics
///
/// If what must hold does not.
pub fn run(source: &[u8]) {
    let Ok(query) = core::str::from_utf8(source) else {
        return;
    };
    if let Some(path) = RelayState::local_path(query) {
        assert!(path.starts_with('/') && !path.starts_with("//") && !path.contains('\\'));
    }
    let Ok(message) = RedirectMessage::parse(query) else {
        return;
    };
    assert!(message.message().len() <= 1 << 20);
    assert!(message.relay_state().is_none_or(|state| state.len() <= 80));
    message
        .verify(&*KEYS, &AlgorithmPolicy::default())
        .expect_err("nobody signed it");
}
