//! One answer for every failure that depends on a secret, whatever was changed; and plaintexts that lean on the message.
#![expect(clippy::unwrap_used, reason = "a broken fixture must stop the test")]

#[path = "common/keys.rs"]
mod common;

use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{key, public};
use samlkit_crypto::{BlockEncryption, KeyWrap, RsaOaep, SystemRandomness, algorithm};
use samlkit_enc::{
    DecryptKeyError, Decryptor, EncryptedKey, Encryptor, Error, Kind, Recipient, decrypt, ns,
};
use samlkit_xml::{Document, Limits, Writer};
use zeroize::Zeroizing;

const ASSERTION: &str =
    r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a"/>"#;

/// A message made by hand: any octets as encrypted key and as data.
fn message(
    algorithm: BlockEncryption,
    key: &[u8],
    data: &[u8],
    declarations: &[(&str, &str)],
) -> String {
    let mut out = Writer::new();
    out.start("s:EncryptedAssertion").declare("s", ns::SAML);
    for (prefix, uri) in declarations {
        out.declare(prefix, uri);
    }
    out.start("e:EncryptedData").declare("e", ns::XENC);
    out.start("e:EncryptionMethod")
        .attribute("Algorithm", algorithm.uri())
        .end();
    out.start("d:KeyInfo")
        .declare("d", ns::DS)
        .start("e:EncryptedKey");
    out.start("e:EncryptionMethod")
        .attribute("Algorithm", algorithm::RSA_OAEP_MGF1P)
        .end();
    cipher_data(&mut out, key);
    out.end().end();
    cipher_data(&mut out, data);
    out.end().end();
    out.finish().unwrap()
}

fn cipher_data(out: &mut Writer, octets: &[u8]) {
    out.start("e:CipherData").start("e:CipherValue");
    out.text(&STANDARD.encode(octets)).end().end();
}

fn wrap(content_key: &[u8]) -> Vec<u8> {
    RsaOaep::default()
        .encrypt(&public("rsa"), content_key, &SystemRandomness)
        .unwrap()
}

/// Encrypts any octets correctly.
fn encrypted(
    algorithm: BlockEncryption,
    plaintext: &[u8],
    declarations: &[(&str, &str)],
) -> String {
    let content_key = vec![7; algorithm.key_len()];
    let data = algorithm
        .encrypt(&content_key, plaintext, &SystemRandomness)
        .unwrap();
    message(algorithm, &wrap(&content_key), &data, declarations)
}

fn open(text: &str) -> Result<String, Error> {
    let document = Document::parse(text.as_bytes()).unwrap();
    let decrypted = decrypt(document.root(), &key("rsa"))?;
    Ok(String::from_utf8(decrypted.octets().to_vec()).unwrap())
}

#[test]
fn every_failure_is_the_same() {
    for algorithm in BlockEncryption::ALL {
        let content_key = vec![7; algorithm.key_len()];
        let good_key = wrap(&content_key);
        let good = algorithm
            .encrypt(&content_key, ASSERTION.as_bytes(), &SystemRandomness)
            .unwrap();
        let open = |key: &[u8], data: &[u8]| open(&message(algorithm, key, data, &[]));
        assert_eq!(open(&good_key, &good), Ok(ASSERTION.to_owned()));
        let failed = Err(Error::DecryptionFailed);
        // The key: another, of another length, changed.
        let other = vec![8; algorithm.key_len()];
        assert_eq!(open(&wrap(&other), &good), failed);
        for length in [0, 1, algorithm.key_len() - 1, algorithm.key_len() + 8] {
            assert_eq!(
                open(&wrap(&vec![7; length]), &good),
                failed,
                "key of {length}"
            );
        }
        for at in [0, 1, 100, 255] {
            let mut changed = good_key.clone();
            *changed.get_mut(at).unwrap() ^= 0x40;
            assert_eq!(open(&changed, &good), failed, "key changed at {at}");
        }
        // Larger than the modulus.
        assert_eq!(open(&[0xff; 256], &good), failed);
        assert_eq!(open(&[0; 256], &good), failed);
        // The data: cut to every length, or nothing.
        for length in 0..good.len() {
            assert_eq!(
                open(&good_key, good.get(..length).unwrap()),
                failed,
                "{length} octets"
            );
        }
        let mut longer = good.clone();
        longer.extend_from_slice(&[0; 16]);
        assert_eq!(open(&good_key, &longer), failed);
    }
}

#[test]
fn padding_counts_outside_a_block_fail() {
    let cbc = BlockEncryption::Aes128Cbc;
    let content_key = [7; 16];
    let good = cbc
        .encrypt(&content_key, ASSERTION.as_bytes(), &SystemRandomness)
        .unwrap();
    let padding = 16 - ASSERTION.len() % 16;
    let last = good.len() - 17;
    let mut passed = 0;
    for count in 0..=255_u8 {
        // The octet of the block before turns the count into any other.
        let mut changed = good.clone();
        *changed.get_mut(last).unwrap() ^= count ^ u8::try_from(padding).unwrap();
        // That block is the plaintext's end where it is not the initialization vector.
        let result = cbc.decrypt(&content_key, &changed);
        assert_eq!(result.is_ok(), (1..=16).contains(&count), "{count}");
        passed += usize::from(result.is_ok());
    }
    assert_eq!(passed, 16);
}

#[test]
fn one_flipped_bit_never_gives_other_plaintext_in_gcm() {
    let gcm = BlockEncryption::Aes256Gcm;
    let content_key = [7; 32];
    let good = gcm
        .encrypt(&content_key, ASSERTION.as_bytes(), &SystemRandomness)
        .unwrap();
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut changed = good.clone();
            *changed.get_mut(at).unwrap() ^= 1 << bit;
            assert_eq!(
                gcm.decrypt(&content_key, &changed),
                Err(samlkit_crypto::DecryptionFailed)
            );
        }
    }
    assert_eq!(
        *gcm.decrypt(&content_key, &good).unwrap(),
        ASSERTION.as_bytes()
    );
}

#[test]
fn plaintext_that_is_not_the_element_fails() {
    for algorithm in [BlockEncryption::Aes128Cbc, BlockEncryption::Aes128Gcm] {
        for plaintext in [
            "",
            "text",
            "<a/>",
            "<Assertion/>",
            "<s:Assertion>",
            "<s:Assertion/><s:Assertion/>",
            "<s:Assertion/>text",
            "<!-- --><s:Assertion/>",
            "<s:Assertion/></context><context>",
            "</context><s:Assertion/><context>",
            "</context>",
            "<x:Assertion/>",
            "<!DOCTYPE a><s:Assertion/>",
            "\u{1}",
        ] {
            let text = encrypted(algorithm, plaintext.as_bytes(), &[]);
            assert_eq!(open(&text), Err(Error::DecryptionFailed), "{plaintext:?}");
        }
        let not_utf8 = encrypted(algorithm, &[0xff, 0xfe, 0x80], &[]);
        assert_eq!(open(&not_utf8), Err(Error::DecryptionFailed));
    }
}

#[test]
fn plaintext_that_stands_alone_is_left_alone() {
    let declared =
        "<?xml version=\"1.0\"?>\n<Assertion xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\"/>\n";
    for plaintext in [ASSERTION, declared] {
        let text = encrypted(
            BlockEncryption::Aes256Gcm,
            plaintext.as_bytes(),
            &[("x", "urn:x")],
        );
        assert_eq!(open(&text), Ok(plaintext.to_owned()));
    }
}

#[test]
fn plaintext_that_leans_on_the_message_gets_its_declarations() {
    let around = [("", ns::SAML), ("x", "urn:x\"<&"), ("y", "urn:y")];
    let leaning = "<Assertion xmlns:y=\"urn:other\" x:k='>'><s:Issuer/><x:e/></Assertion> ";
    let text = encrypted(BlockEncryption::Aes256Gcm, leaning.as_bytes(), &around);
    let got = open(&text).unwrap();
    let document = Document::parse(got.as_bytes()).unwrap();
    let root = document.root();
    assert!(root.is(ns::SAML, "Assertion"));
    assert_eq!(root.attribute_ns("urn:x\"<&", "k"), Some(">"));
    assert_eq!(root.resolve_prefix("y"), Some("urn:other"));
    let inner: Vec<_> = root
        .elements()
        .map(|e| (e.namespace(), e.local_name()))
        .collect();
    assert_eq!(inner, [(ns::SAML, "Issuer"), ("urn:x\"<&", "e")]);
    // What the data declares for itself is gone with it.
    let own = encrypted(
        BlockEncryption::Aes256Gcm,
        b"<s:Assertion><e:x/></s:Assertion>",
        &[],
    );
    assert_eq!(open(&own), Err(Error::DecryptionFailed));
}

/// Counts what it is asked, and has the content key ready.
struct Elsewhere {
    asked: Mutex<Vec<Vec<u8>>>,
    answer: Result<Vec<u8>, DecryptKeyError>,
}

impl Decryptor for Elsewhere {
    fn decrypt_key(&self, key: &EncryptedKey<'_>) -> Result<Zeroizing<Vec<u8>>, DecryptKeyError> {
        self.asked.lock().unwrap().push(key.cipher_value().to_vec());
        self.answer.clone().map(Zeroizing::new)
    }
}

#[test]
fn a_key_that_is_elsewhere() {
    let gcm = BlockEncryption::Aes128Gcm;
    let data = gcm
        .encrypt(&[7; 16], ASSERTION.as_bytes(), &SystemRandomness)
        .unwrap();
    let text = message(gcm, b"opaque", &data, &[]);
    let document = Document::parse(text.as_bytes()).unwrap();
    let ask = |answer| {
        let elsewhere = Elsewhere {
            asked: Mutex::default(),
            answer,
        };
        let result = decrypt(document.root(), &elsewhere).map(|d| d.octets().to_vec());
        assert_eq!(*elsewhere.asked.lock().unwrap(), [b"opaque"]);
        result
    };
    assert_eq!(ask(Ok(vec![7; 16])), Ok(ASSERTION.as_bytes().to_vec()));
    assert_eq!(ask(Ok(vec![8; 16])), Err(Error::DecryptionFailed));
    assert_eq!(ask(Ok(vec![])), Err(Error::DecryptionFailed));
    assert_eq!(
        ask(Err(DecryptKeyError::Failed)),
        Err(Error::DecryptionFailed)
    );
    assert_eq!(
        ask(Err(DecryptKeyError::NotForThisKey)),
        Err(Error::NoUsableKey)
    );
    assert_eq!(
        ask(Err(DecryptKeyError::Unavailable)),
        Err(Error::Unavailable)
    );
}

#[test]
fn a_key_that_was_rejected_never_decrypts() {
    // Whoever knows what is gone on with after a failure, and encrypts with it, still gets the one answer.
    let gcm = BlockEncryption::Aes256Gcm;
    let private = key("rsa");
    let wrapped = [1; 256];
    let probe = message(gcm, &wrapped, &[0; 40], &[]);
    let document = Document::parse(probe.as_bytes()).unwrap();
    let encrypted =
        samlkit_enc::Encrypted::read(document.root(), &samlkit_enc::Policy::new()).unwrap();
    let secret = private.rejection_secret(encrypted.keys().first().unwrap());
    let known = samlkit_crypto::DigestAlgorithm::Sha512.digest(secret.as_slice());
    let data = gcm
        .encrypt(
            known.as_bytes().get(..32).unwrap(),
            ASSERTION.as_bytes(),
            &SystemRandomness,
        )
        .unwrap();
    assert_eq!(
        open(&message(gcm, &wrapped, &data, &[])),
        Err(Error::DecryptionFailed)
    );
    // Another key or another message has another secret.
    assert_ne!(
        *secret,
        *key("other-rsa").rejection_secret(encrypted.keys().first().unwrap())
    );
}

#[test]
fn nothing_secret_is_shown() {
    let text = encrypted(BlockEncryption::Aes256Gcm, ASSERTION.as_bytes(), &[]);
    let document = Document::parse(text.as_bytes()).unwrap();
    let decrypted = decrypt(document.root(), &key("rsa")).unwrap();
    let shown = format!("{decrypted:?} {:?}", key("rsa"));
    assert!(
        !shown.contains("_a") && !shown.contains("Assertion xmlns"),
        "{shown}"
    );
    decrypted.parse(&Limits::DEFAULT).unwrap();
    let narrow = decrypted.parse(&Limits::DEFAULT.with_bytes(3)).map(|_| ());
    assert_eq!(narrow, Err(Error::DecryptionFailed));
}

#[test]
fn wrapped_keys_are_checked() {
    let wrapped = KeyWrap::Aes256.wrap(&[1; 32], &[2; 24]).unwrap();
    for at in 0..wrapped.len() {
        let mut changed = wrapped.clone();
        *changed.get_mut(at).unwrap() ^= 1;
        let refused = KeyWrap::Aes256.unwrap(&[1; 32], &changed);
        assert_eq!(refused, Err(samlkit_crypto::DecryptionFailed));
    }
    for length in 0..wrapped.len() {
        let cut = KeyWrap::Aes256.unwrap(&[1; 32], wrapped.get(..length).unwrap());
        assert_eq!(cut, Err(samlkit_crypto::DecryptionFailed));
    }
    // RFC 3394 §4.6.
    let hex = |text: &str| -> Vec<u8> {
        let digits: Vec<u8> = text
            .chars()
            .map(|c| u8::try_from(c.to_digit(16).unwrap()).unwrap())
            .collect();
        digits
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |n, d| n << 4 | d))
            .collect()
    };
    let kek = hex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F");
    let key = hex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F");
    let expected =
        hex("28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21");
    assert_eq!(KeyWrap::Aes256.wrap(&kek, &key).unwrap(), expected);
}

#[test]
fn one_recipient_of_several_failing_does_not_matter() {
    let encryptor = Encryptor::new(Recipient::from_public_key(public("other-rsa")))
        .with_recipient(Recipient::from_public_key(public("rsa")));
    let text = encryptor
        .encrypt(Kind::Assertion, ASSERTION, &SystemRandomness)
        .unwrap();
    assert_eq!(open(&text), Ok(ASSERTION.to_owned()));
}
