//! Any document through XML-DSig core validation, with every algorithm allowed: no panic, no hang.

use std::sync::LazyLock;

use samlkit_crypto::{AlgorithmPolicy, Certificate, danger};
use samlkit_dsig::{Policy, TrustedKey, Verifier, document, signature_of};
use samlkit_xml::Document;

static KEYS: LazyLock<Vec<TrustedKey>> = LazyLock::new(|| {
    [
        &include_bytes!("../../../fixtures/keys/test-only-entra-active.crt.pem")[..],
        include_bytes!("../../../fixtures/keys/test-only-p256.crt.pem"),
        include_bytes!("../../../fixtures/keys/test-only-ed25519.crt.pem"),
    ]
    .into_iter()
    .map(|pem| Certificate::parse(pem).expect("a certificate"))
    .map(|certificate| TrustedKey::from_certificate(certificate).expect("a sound key"))
    .collect()
});

/// Runs one input.
///
/// # Panics
///
/// If what must hold does not.
pub fn run(source: &[u8]) {
    let Ok(tree) = Document::parse(source) else {
        return;
    };
    let algorithms = danger::allow_weak_rsa(danger::allow_sha1(AlgorithmPolicy::default()));
    let policy = Policy::new().with_algorithms(algorithms);
    let _ = document::verify(&tree, &KEYS, policy.clone());
    let verifier = Verifier::new(&KEYS).expect("keys").with_policy(policy);
    for element in tree.elements().take(8) {
        if let Ok(Some(_)) = signature_of(element)
            && let Ok(signed) = verifier.verify(element)
        {
            assert_eq!(signed.root().attribute("ID"), element.attribute("ID"));
        }
    }
}
