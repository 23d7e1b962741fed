//! What is encrypted decrypts to the same octets, for every algorithm; what was changed, or is for someone else, does not.
#![expect(clippy::unwrap_used, reason = "a broken fixture must stop the test")]

#[path = "common/keys.rs"]
mod common;

use common::{key, public};
use samlkit_crypto::{
    BlockEncryption, Certificate, DigestAlgorithm, KeyWrap, RsaOaep, SystemRandomness,
};
use samlkit_enc::{
    Cbc, Decryptor, EncryptError, Encrypted, EncryptedKey, Encryptor, Error, KeyEncryption, Kind,
    Policy, Recipient, decrypt, decrypt_with,
};
use samlkit_xml::{Document, Limits};

const ASSERTION: &str = r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a"><saml:Issuer>é &amp; &#xD;</saml:Issuer></saml:Assertion>"#;

fn encrypt(encryptor: &Encryptor) -> String {
    encryptor
        .encrypt(Kind::Assertion, ASSERTION, &SystemRandomness)
        .unwrap()
}

fn open(text: &str, decryptor: &dyn Decryptor) -> Result<String, Error> {
    let document = Document::parse(text.as_bytes()).unwrap();
    let decrypted = decrypt(document.root(), decryptor)?;
    assert_eq!(decrypted.kind(), Kind::Assertion);
    let parsed = decrypted.parse(&Limits::DEFAULT).unwrap();
    assert!(parsed.root().is(samlkit_enc::ns::SAML, "Assertion"));
    Ok(String::from_utf8(decrypted.octets().to_vec()).unwrap())
}

#[test]
fn every_data_algorithm() {
    for algorithm in BlockEncryption::ALL {
        let encryptor =
            Encryptor::new(Recipient::from_public_key(public("rsa"))).with_algorithm(algorithm);
        let text = encrypt(&encryptor);
        assert_eq!(open(&text, &key("rsa")), Ok(ASSERTION.to_owned()));
        assert_eq!(open(&text, &key("other-rsa")), Err(Error::DecryptionFailed));
        // Nothing is the same twice.
        assert_ne!(text, encrypt(&encryptor));
    }
}

#[test]
fn every_parameter_of_oaep() {
    for digest in DigestAlgorithm::ALL {
        for mask in DigestAlgorithm::ALL {
            let oaep = RsaOaep::new(digest, mask).with_label(b"label");
            let recipient = Recipient::from_public_key(public("rsa")).with_oaep(oaep.clone());
            let text = encrypt(&Encryptor::new(recipient));
            let document = Document::parse(text.as_bytes()).unwrap();
            let encrypted = Encrypted::read(document.root(), &Policy::new()).unwrap();
            assert_eq!(
                encrypted.keys().first().unwrap().method(),
                &KeyEncryption::RsaOaep(oaep)
            );
            assert_eq!(open(&text, &key("rsa")), Ok(ASSERTION.to_owned()));
            // Another label is another padding.
            let changed = text.replace("bGFiZWw=", "TGFiZWw=");
            assert_eq!(open(&changed, &key("rsa")), Err(Error::DecryptionFailed));
        }
    }
}

#[test]
fn every_curve_and_key_wrap() {
    for curve in ["p256", "p384", "p521"] {
        for wrap in KeyWrap::ALL {
            let recipient = Recipient::from_public_key(public(curve)).with_key_wrap(wrap);
            let text = encrypt(&Encryptor::new(recipient));
            assert_eq!(open(&text, &key(curve)), Ok(ASSERTION.to_owned()));
            // The derivation binds the key to its use.
            let changed = text.replace("PartyUInfo=\"00\"", "PartyUInfo=\"0001\"");
            assert_eq!(open(&changed, &key(curve)), Err(Error::DecryptionFailed));
        }
    }
}

#[test]
fn several_recipients_and_several_keys() {
    let encryptor = Encryptor::new(Recipient::from_public_key(public("other-rsa")))
        .with_recipient(Recipient::from_public_key(public("p384")).with_name("https://b"))
        .with_recipient(Recipient::from_public_key(public("rsa")).with_name("https://c"));
    let text = encrypt(&encryptor);
    for name in ["other-rsa", "p384", "rsa"] {
        assert_eq!(open(&text, &key(name)), Ok(ASSERTION.to_owned()));
    }
    assert_eq!(open(&text, &key("p256")), Err(Error::NoUsableKey));
    // A rollover: the new key first, the old one after it.
    let rollover = vec![key("p256"), key("p384")];
    assert_eq!(open(&text, &rollover), Ok(ASSERTION.to_owned()));
    assert_eq!(open(&text, &vec![key("p256")]), Err(Error::NoUsableKey));
    // Whose name is configured is tried first, others last.
    let document = Document::parse(text.as_bytes()).unwrap();
    let policy = Policy::new().with_recipient("https://c");
    let encrypted = Encrypted::read(document.root(), &policy).unwrap();
    let names: Vec<_> = encrypted
        .keys()
        .iter()
        .map(EncryptedKey::recipient)
        .collect();
    assert_eq!(names, [Some("https://c"), None, Some("https://b")]);
    let policy = Policy::new().with_most_keys(2);
    assert_eq!(
        Encrypted::read(document.root(), &policy).unwrap_err(),
        Error::TooManyKeys { limit: 2 }
    );
}

#[test]
fn two_steps_for_keys_that_are_elsewhere() {
    let recipient = Recipient::from_public_key(public("rsa"));
    let text = encrypt(&Encryptor::new(recipient));
    let document = Document::parse(text.as_bytes()).unwrap();
    let encrypted = Encrypted::read(document.root(), &Policy::new()).unwrap();
    let content_key = key("rsa")
        .decrypt_key(encrypted.keys().first().unwrap())
        .unwrap();
    let decrypted = encrypted.decrypt_with_key(Some(&content_key)).unwrap();
    assert_eq!(decrypted.octets(), ASSERTION.as_bytes());
    for wrong in [None, Some(&[0_u8; 32][..]), Some(&[0; 16]), Some(&[])] {
        let refused = encrypted.decrypt_with_key(wrong).map(|_| ());
        assert_eq!(refused, Err(Error::DecryptionFailed));
    }
}

#[test]
fn the_other_kinds() {
    let saml = r#"xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion""#;
    let samlp = r#"xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol""#;
    let encryptor = Encryptor::new(Recipient::from_public_key(public("p256")));
    for (kind, element) in [
        (Kind::Id, format!("<saml:NameID {saml}>a</saml:NameID>")),
        (Kind::Id, format!("<saml:BaseID {saml}/>")),
        (Kind::Id, ASSERTION.to_owned()),
        (
            Kind::Attribute,
            format!(r#"<saml:Attribute {saml} Name="n"/>"#),
        ),
        (Kind::NewId, format!("<samlp:NewID {samlp}>a</samlp:NewID>")),
    ] {
        let text = encryptor
            .encrypt(kind, &element, &SystemRandomness)
            .unwrap();
        let document = Document::parse(text.as_bytes()).unwrap();
        let decrypted = decrypt(document.root(), &key("p256")).unwrap();
        assert_eq!(decrypted.octets(), element.as_bytes());
        assert_eq!(decrypted.kind(), kind);
        // What decrypts must be what the element around it stands for.
        let (_, name) = kind.name();
        let other = if kind == Kind::Attribute {
            "EncryptedID"
        } else {
            "EncryptedAttribute"
        };
        let swapped = text
            .replace(name, other)
            .replace("samlp:", "saml:")
            .replace("xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"", saml);
        let document = Document::parse(swapped.as_bytes()).unwrap();
        let refused = decrypt(document.root(), &key("p256")).map(|_| ());
        assert_eq!(refused, Err(Error::DecryptionFailed), "{swapped}");
    }
}

#[test]
fn only_the_element_is_encrypted() {
    let encryptor = Encryptor::new(Recipient::from_public_key(public("rsa")));
    let refused = |kind, element: &str| {
        encryptor
            .encrypt(kind, element, &SystemRandomness)
            .map(|_| ())
    };
    let wrong = Err(EncryptError::WrongElement);
    assert_eq!(refused(Kind::Attribute, ASSERTION), wrong);
    assert_eq!(refused(Kind::Assertion, "<Assertion/>"), wrong);
    assert_eq!(
        refused(Kind::Assertion, &format!("<!-- -->{ASSERTION}")),
        wrong
    );
    assert_eq!(
        refused(
            Kind::Assertion,
            &format!("<?xml version=\"1.0\"?>{ASSERTION}")
        ),
        wrong
    );
    assert_eq!(
        refused(Kind::Assertion, &format!("{ASSERTION}<?pi?>")),
        wrong
    );
    assert!(matches!(
        refused(Kind::Assertion, "<saml:Assertion/>"),
        Err(EncryptError::Xml(_))
    ));
    let ed25519 = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----";
    let signing = samlkit_crypto::PublicKey::from_pem(ed25519).unwrap();
    let refused = Encryptor::new(Recipient::from_public_key(signing)).encrypt(
        Kind::Assertion,
        ASSERTION,
        &SystemRandomness,
    );
    assert_eq!(
        refused,
        Err(EncryptError::Encryption(
            samlkit_crypto::EncryptionError::KeyMismatch {
                found: samlkit_crypto::KeyKind::Ed25519
            }
        ))
    );
}

#[test]
fn a_certificate_is_a_hint() {
    let certificate = Certificate::from_pem(include_str!("data/rsa.crt.pem")).unwrap();
    let recipient = Recipient::from_certificate(certificate.clone()).unwrap();
    let text = encrypt(&Encryptor::new(recipient));
    assert!(text.contains("<ds:X509Certificate>"));
    assert_eq!(open(&text, &key("rsa")), Ok(ASSERTION.to_owned()));
}

#[test]
fn cbc_can_be_refused() {
    let encryptor = Encryptor::new(Recipient::from_public_key(public("rsa")))
        .with_algorithm(BlockEncryption::Aes256Cbc);
    let text = encrypt(&encryptor);
    let document = Document::parse(text.as_bytes()).unwrap();
    let policy = Policy::new().with_cbc(Cbc::Refuse);
    let refused = decrypt_with(document.root(), &key("rsa"), &policy).map(|_| ());
    assert_eq!(
        refused,
        Err(Error::AlgorithmNotAllowed {
            uri: samlkit_crypto::algorithm::AES256_CBC
        })
    );
}

/// `rsa-oaep-mgf1p` is MGF1 with SHA-1 whatever the digest (XML Encryption 1.1 §5.5.2), and node's xml-encryption says so since
/// 6.0. Before, the mask followed the digest without a word of it in the message, which is not guessed at.
#[test]
fn the_mask_of_mgf1p_is_sha1_whatever_the_digest() {
    let assertion =
        r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a"/>"#;
    let sound = include_str!("data/node-mgf1p-sha256.xml");
    let mislabelled = include_str!("data/node-mgf1p-sha256-mask-follows.xml");
    assert_eq!(open(sound, &key("rsa")), Ok(assertion.to_owned()));
    assert_eq!(open(mislabelled, &key("rsa")), Err(Error::DecryptionFailed));
    // It is the mask and nothing else.
    let stated = r#"<m:MGF xmlns:m="http://www.w3.org/2009/xmlenc11#" Algorithm="http://www.w3.org/2009/xmlenc11#mgf1sha256"/></e:EncryptionMethod>"#;
    let stated = |text: &str| text.replacen("</e:EncryptionMethod>", stated, 1);
    assert_eq!(
        open(&stated(mislabelled), &key("rsa")),
        Ok(assertion.to_owned())
    );
    assert_eq!(
        open(&stated(sound), &key("rsa")),
        Err(Error::DecryptionFailed)
    );
}
