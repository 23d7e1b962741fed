//! Any text as a query string: no panic, no more than the budget, and nothing verifies with a key that signed nothing.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use samlkit_crypto::{AlgorithmPolicy, Certificate};
use samlkit_dsig::TrustedKey;
use samlkit_websso::{RedirectMessage, RelayState};

static KEYS: LazyLock<[TrustedKey; 1]> = LazyLock::new(|| {
    let pem = include_bytes!("../../fixtures/keys/test-only-p256.crt.pem");
    let certificate = Certificate::parse(pem).expect("a certificate");
    [TrustedKey::from_certificate(certificate).expect("a sound key")]
});

fuzz_target!(|query: &str| {
    if let Some(path) = RelayState::local_path(query) {
        assert!(path.starts_with('/') && !path.starts_with("//") && !path.contains('\\'));
    }
    let Ok(message) = RedirectMessage::parse(query) else {
        return;
    };
    assert!(message.message().len() <= 1 << 20);
    assert!(message.relay_state().is_none_or(|state| state.len() <= 80));
    assert!(message.verify(&*KEYS, &AlgorithmPolicy::default()).is_err());
});
