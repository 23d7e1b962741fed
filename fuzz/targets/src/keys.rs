//! Any octets as a key or a certificate, in every form: no panic.

use samlkit_crypto::{AlgorithmPolicy, Certificate, PublicKey, SignatureAlgorithm};

/// Runs one input.
///
/// # Panics
///
/// If what must hold does not.
pub fn run(source: &[u8]) {
    if let Ok(certificates) = Certificate::parse_all(source) {
        for certificate in certificates {
            let _ = (
                certificate.subject(),
                certificate.issuer(),
                certificate.serial(),
            );
            Certificate::from_der(certificate.der()).expect("what was decoded decodes");
            if let Ok(key) = certificate.public_key() {
                exercise(&key);
            }
        }
    }
    let _ = Certificate::from_base64(&String::from_utf8_lossy(source));
    for key in [
        PublicKey::parse(source),
        PublicKey::from_spki_der(source),
        PublicKey::from_pkcs1_der(source),
    ]
    .into_iter()
    .flatten()
    {
        exercise(&key);
    }
}

fn exercise(key: &PublicKey) {
    let again = PublicKey::from_spki_der(key.spki_der()).expect("what was encoded decodes");
    assert_eq!(again.thumbprint(), key.thumbprint());
    for algorithm in SignatureAlgorithm::ALL {
        assert!(
            key.verify(&AlgorithmPolicy::default(), algorithm, b"message", &[1; 64])
                .is_err()
        );
    }
}
