//! Any document through decryption, and any octets encrypted with a key that is known: no panic; what was encrypted comes out, or
//! nothing, and what was changed under GCM never does.
//!
//! An input that does not begin as a document has a header of two octets: the algorithm, what the plaintext stands for and whether
//! the ciphertext is changed, and where.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlkit_crypto::{BlockEncryption, PrivateKey, Randomness, RandomnessError};
use samlkit_enc::{Decrypted, DecryptionKey, Encrypted, Kind, Policy, decrypt_with};
use samlkit_xml::{Document, Limits};

const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

static KEY: LazyLock<DecryptionKey> = LazyLock::new(|| {
    let pem = include_str!("../../../fixtures/keys/test-only-p256.key.pem");
    DecryptionKey::new(PrivateKey::from_pem(pem).expect("a private key"))
});

/// The same octets each time, so that a finding can be reproduced.
struct Fixed;

impl Randomness for Fixed {
    fn fill(&self, octets: &mut [u8]) -> Result<(), RandomnessError> {
        octets.fill(7);
        Ok(())
    }
}

/// Runs one input.
///
/// # Panics
///
/// If what must hold does not.
pub fn run(source: &[u8]) {
    let _ = PrivateKey::parse(source);
    match *source {
        [b'<', ..] | [] | [_] => document(source),
        [mode, place, ref plaintext @ ..] => encrypted(mode, place.into(), plaintext),
    }
}

fn document(source: &[u8]) {
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
            decrypted
                .parse(&Limits::DEFAULT)
                .expect("what is decrypted is a document");
        }
    }
}

fn encrypted(mode: u8, place: usize, plaintext: &[u8]) {
    let algorithms = [
        BlockEncryption::Aes128Cbc,
        BlockEncryption::Aes256Cbc,
        BlockEncryption::Aes128Gcm,
        BlockEncryption::Aes256Gcm,
    ];
    let algorithm = algorithms[usize::from(mode % 4)];
    let (name, plain_names): (_, &[_]) = match mode / 4 % 3 {
        0 => ("EncryptedID", &["NameID", "BaseID", "NewID", "Assertion"]),
        1 => ("EncryptedAssertion", &["Assertion"]),
        _ => ("EncryptedAttribute", &["Attribute"]),
    };
    let key = vec![3; algorithm.key_len()];
    let mut octets = algorithm
        .encrypt(&key, plaintext, &Fixed)
        .expect("any octets can be encrypted");
    let changed = mode & 128 != 0;
    if changed {
        let place = place * octets.len() / 256;
        octets[place] ^= 1 << (mode >> 4 & 7);
    }
    let text = message(name, algorithm.uri(), &STANDARD.encode(octets));
    let document = Document::parse(text.as_bytes()).expect("well-formed");
    let decrypted = Encrypted::read(document.root(), &Policy::new())
        .expect("a sound structure")
        .decrypt_with_key(Some(&key));
    if let Ok(decrypted) = &decrypted {
        assert!(decrypted.is_of(document.root()));
        let inner = decrypted.parse(&Limits::DEFAULT).expect("a document");
        assert!(plain_names.contains(&inner.root().local_name()));
        assert!(!(changed && algorithm.is_authenticated()), "a forgery");
    }
    let alone = Document::parse(plaintext).is_ok_and(|document| {
        let root = document.root();
        root.namespace() == SAML
            && plain_names.contains(&root.local_name())
            && root.local_name() != "NewID"
            && root.extent().start == 0
            && root.extent().end == plaintext.len()
    });
    if alone && !changed && name != "EncryptedID" {
        let octets = decrypted.as_ref().ok().map(Decrypted::octets);
        assert_eq!(octets, Some(plaintext));
    }
}

/// An encrypted element whose key was decrypted elsewhere.
fn message(name: &str, algorithm: &str, octets: &str) -> String {
    format!(
        "<saml:{name} xmlns:saml='{SAML}'>\
         <xenc:EncryptedData xmlns:xenc='http://www.w3.org/2001/04/xmlenc#'>\
         <xenc:EncryptionMethod Algorithm='{algorithm}'/>\
         <ds:KeyInfo xmlns:ds='http://www.w3.org/2000/09/xmldsig#'><xenc:EncryptedKey>\
         <xenc:EncryptionMethod Algorithm='http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p'/>\
         <xenc:CipherData><xenc:CipherValue>AAAA</xenc:CipherValue></xenc:CipherData>\
         </xenc:EncryptedKey></ds:KeyInfo>\
         <xenc:CipherData><xenc:CipherValue>{octets}</xenc:CipherValue></xenc:CipherData>\
         </xenc:EncryptedData></saml:{name}>"
    )
}
