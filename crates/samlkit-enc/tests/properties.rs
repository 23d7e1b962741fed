//! Whatever is put in: no panic, and never another plaintext from authenticated data.
#![expect(clippy::unwrap_used, reason = "a broken fixture must stop the test")]

#[path = "common/keys.rs"]
mod common;

use std::sync::LazyLock;

use common::{key, public};
use proptest::prelude::*;
use samlkit_crypto::{BlockEncryption, SystemRandomness};
use samlkit_enc::{DecryptionKey, Encryptor, Kind, Recipient, decrypt};
use samlkit_xml::Document;

const ASSERTION: &str =
    r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a"/>"#;

static KEYS: LazyLock<Vec<DecryptionKey>> = LazyLock::new(|| vec![key("p256"), key("rsa")]);
static MESSAGES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let encrypt = |name, algorithm| {
        Encryptor::new(Recipient::from_public_key(public(name)))
            .with_algorithm(algorithm)
            .encrypt(Kind::Assertion, ASSERTION, &SystemRandomness)
            .unwrap()
    };
    vec![
        encrypt("p256", BlockEncryption::Aes256Gcm),
        encrypt("rsa", BlockEncryption::Aes128Gcm),
    ]
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_changed_message_gives_the_plaintext_or_an_error(
        which in 0..2_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0x20..0x7f_u8), 1..4),
    ) {
        let mut octets = MESSAGES.get(which).unwrap().clone().into_bytes();
        for (at, octet) in changes {
            let at = at.index(octets.len());
            *octets.get_mut(at).unwrap() = octet;
        }
        if let Ok(document) = Document::parse(&octets)
            && let Ok(decrypted) = decrypt(document.root(), &*KEYS)
        {
            prop_assert_eq!(decrypted.octets(), ASSERTION.as_bytes());
        }
    }

    #[test]
    fn any_text_round_trips(text in "\\PC{0,200}", which in 0..6_usize) {
        let mut writer = samlkit_xml::Writer::new();
        writer.start("NameID").declare("", samlkit_enc::ns::SAML).text(&text).end();
        let name_id = writer.finish().unwrap();
        let algorithm = *BlockEncryption::ALL.get(which).unwrap();
        let message = Encryptor::new(Recipient::from_public_key(public("p256")))
            .with_algorithm(algorithm)
            .encrypt(Kind::Id, &name_id, &SystemRandomness)
            .unwrap();
        let document = Document::parse(message.as_bytes()).unwrap();
        let decrypted = decrypt(document.root(), &*KEYS).unwrap();
        prop_assert_eq!(decrypted.octets(), name_id.as_bytes());
    }

    #[test]
    fn any_octets_as_ciphertext(octets in prop::collection::vec(any::<u8>(), 0..100), which in 0..6_usize) {
        let algorithm = *BlockEncryption::ALL.get(which).unwrap();
        let key = vec![3; algorithm.key_len()];
        let result = algorithm.decrypt(&key, &octets);
        if algorithm.is_authenticated() {
            prop_assert_eq!(result, Err(samlkit_crypto::DecryptionFailed));
        } else if let Ok(plaintext) = result {
            prop_assert!(plaintext.len() + 17 <= octets.len());
        }
        // A key of another length.
        let short = algorithm.decrypt(&[3; 5], &octets);
        prop_assert_eq!(short, Err(samlkit_crypto::DecryptionFailed));
    }
}
