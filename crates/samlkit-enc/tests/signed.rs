//! Signatures and encryption together (SAMLCore §6.2): in what is encrypted, and around it.
#![expect(clippy::unwrap_used, reason = "a broken fixture must stop the test")]

#[path = "common/keys.rs"]
mod common;

use common::{key, public};
use samlkit_crypto::{
    BlockEncryption, PrivateKey, SignatureAlgorithm, SigningKey, SystemRandomness,
};
use samlkit_dsig::sign::Template;
use samlkit_dsig::{Error as SignatureError, TrustedKey, Verifier};
use samlkit_enc::{Encryptor, Kind, Recipient, decrypt, ns};
use samlkit_xml::{Document, Element, Limits};

const ASSERTION: &str = r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a"><saml:Issuer>i</saml:Issuer><saml:Subject/></saml:Assertion>"#;

fn signer() -> SigningKey {
    let key = PrivateKey::from_pem(include_str!("data/p384.key.pem")).unwrap();
    SigningKey::new(key, SignatureAlgorithm::EcdsaSha384).unwrap()
}

fn verify(element: Element<'_>) -> Result<(), SignatureError> {
    let keys = [TrustedKey::from_public_key(public("p384"))];
    Verifier::new(&keys)?.verify(element).map(|_| ())
}

fn sign(text: &str) -> String {
    let document = Document::parse(text.as_bytes()).unwrap();
    Template::new().sign(document.root(), &signer()).unwrap()
}

fn encrypt(text: &str, algorithm: BlockEncryption) -> String {
    Encryptor::new(Recipient::from_public_key(public("rsa")))
        .with_algorithm(algorithm)
        .encrypt(Kind::Assertion, text, &SystemRandomness)
        .unwrap()
}

fn response(content: &str) -> String {
    format!(
        r#"<samlp:Response xmlns:samlp="{}" xmlns:saml="{}" ID="_r"><saml:Issuer>i</saml:Issuer>{content}</samlp:Response>"#,
        ns::SAMLP,
        ns::SAML
    )
}

#[test]
fn a_signature_in_what_is_encrypted() {
    for algorithm in BlockEncryption::ALL {
        let text = response(&encrypt(&sign(ASSERTION), algorithm));
        let document = Document::parse(text.as_bytes()).unwrap();
        let encrypted = document.root().elements().last().unwrap();
        let decrypted = decrypt(encrypted, &key("rsa")).unwrap();
        let parsed = decrypted.parse(&Limits::DEFAULT).unwrap();
        assert_eq!(verify(parsed.root()), Ok(()));
    }
}

#[test]
fn nobody_is_believed_for_having_encrypted() {
    let other = sign(ASSERTION).replace("<saml:Subject/>", "<saml:Subject></saml:Subject><x/>");
    for (plaintext, error) in [
        (ASSERTION, SignatureError::MissingSignature { offset: 0 }),
        (other.as_str(), SignatureError::DigestMismatch { index: 0 }),
    ] {
        let text = encrypt(plaintext, BlockEncryption::Aes256Gcm);
        let document = Document::parse(text.as_bytes()).unwrap();
        let decrypted = decrypt(document.root(), &key("rsa")).unwrap();
        let parsed = decrypted.parse(&Limits::DEFAULT).unwrap();
        assert_eq!(verify(parsed.root()), Err(error));
    }
}

#[test]
fn a_signature_around_what_is_encrypted() {
    let encrypted = encrypt(ASSERTION, BlockEncryption::Aes256Cbc);
    let text = sign(&response(&encrypted));
    let document = Document::parse(text.as_bytes()).unwrap();
    let keys = [TrustedKey::from_public_key(public("p384"))];
    // Verified over the ciphertext, then decrypted from what was verified.
    let signed = Verifier::new(&keys)
        .unwrap()
        .verify(document.root())
        .unwrap();
    let element = signed.root().elements().last().unwrap();
    let decrypted = decrypt(element, &key("rsa")).unwrap();
    assert_eq!(decrypted.octets(), ASSERTION.as_bytes());
    // A changed ciphertext is found before anything is decrypted.
    let at = text.rfind("</xenc:CipherValue>").unwrap() - 10;
    let mut changed = text.into_bytes();
    let octet = changed.get_mut(at).unwrap();
    *octet = if *octet == b'A' { b'B' } else { b'A' };
    let document = Document::parse(&changed).unwrap();
    assert_eq!(
        verify(document.root()),
        Err(SignatureError::DigestMismatch { index: 0 })
    );
}
