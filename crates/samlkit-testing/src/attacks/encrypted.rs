//! Encrypted assertions. Everybody has the service provider's public key, so everybody can encrypt.

use samlkit::Code;
use samlkit::crypto::{BlockEncryption, algorithm};

use super::surgery::evil;
use crate::attack::{Attack, Class, Make, Scene, Shape};
use crate::encryption::Encryption;
use crate::markup::Element;
use crate::ns;

const GCM: &[Shape] = &[Shape::Encrypted(BlockEncryption::Aes256Gcm)];
const CBC: &[Shape] = &[Shape::Encrypted(BlockEncryption::Aes256Cbc)];
const SIGNED: &[Shape] = &[
    Shape::EncryptedSigned(BlockEncryption::Aes128Gcm),
    Shape::EncryptedSigned(BlockEncryption::Aes128Cbc),
];
/// What decrypts is vouched for by a tag or by a signature, so that its refusal may be told.
const VOUCHED: &[Shape] = &[
    Shape::Encrypted(BlockEncryption::Aes256Gcm),
    Shape::EncryptedSigned(BlockEncryption::Aes128Gcm),
    Shape::EncryptedSigned(BlockEncryption::Aes128Cbc),
];
const ORACLE: &[&str] = &["CVE-2011-1096", "Jager and Somorovsky, CCS 2011"];
const BLEICHENBACHER: &[&str] = &[
    "CVE-2011-2487",
    "Bleichenbacher, CRYPTO 1998",
    "Jager et al., ESORICS 2012",
];

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "encrypted-unsigned",
        Class::Encryption,
        "an assertion that the attacker wrote and encrypted (GCM)",
        Code::Unsigned,
        Make::Edit(|r, s| inject(r, s, BlockEncryption::Aes256Gcm)),
    )
    .on(GCM),
    Attack::new(
        "encrypted-unsigned-cbc",
        Class::Encryption,
        "an assertion that the attacker wrote and encrypted (CBC), which is told from nothing else",
        Code::DecryptionFailed,
        Make::Edit(|r, s| inject(r, s, BlockEncryption::Aes256Cbc)),
    )
    .on(CBC),
    Attack::new(
        "encrypted-in-signed-response",
        Class::Encryption,
        "the ciphertext in a signed response is exchanged",
        Code::SignatureInvalid,
        Make::Edit(|r, s| inject(r, s, BlockEncryption::Aes128Gcm)),
    )
    .on(SIGNED),
    Attack::new(
        "encrypted-beside-signed",
        Class::Encryption,
        "an encrypted assertion of the attacker's beside the signed plain one",
        Code::MultipleAssertions,
        Make::Edit(|r, s| {
            let element = injected(s, &evil(r)?, BlockEncryption::Aes256Gcm)?;
            r.append(element);
            Some(())
        }),
    )
    .on(Shape::PLAIN),
    Attack::new(
        "encrypted-before-signed",
        Class::Encryption,
        "an encrypted assertion of the attacker's before the signed plain one",
        Code::MultipleAssertions,
        Make::Edit(|r, s| {
            let element = injected(s, &evil(r)?, BlockEncryption::Aes256Gcm)?;
            r.insert_before("Assertion", element)
        }),
    )
    .on(Shape::PLAIN),
    Attack::new(
        "encrypted-twice",
        Class::Encryption,
        "a second encrypted assertion",
        Code::MultipleAssertions,
        Make::Edit(|r, s| {
            let element = injected(s, &plain(s)?, BlockEncryption::Aes256Gcm)?;
            r.append(element);
            Some(())
        }),
    )
    .on(Shape::ENCRYPTED),
    Attack::new(
        "encrypted-beside-plain",
        Class::Encryption,
        "a plain forged assertion beside the encrypted one",
        Code::MultipleAssertions,
        Make::Edit(|r, s| {
            let element = super::surgery::forged(&plain(s)?, "_evil")?;
            r.append(element);
            Some(())
        }),
    )
    .on(Shape::ENCRYPTED),
    Attack::new(
        "encrypted-in-extensions",
        Class::Encryption,
        "the encrypted assertion stands in Extensions",
        Code::SignatureWrapping,
        Make::Edit(|r, s| {
            let encrypted = r.take("EncryptedAssertion")?;
            super::surgery::extensions(r, s, encrypted)
        }),
    )
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "encrypted-after-plain-signed",
        Class::Encryption,
        "a signed response with an encrypted assertion after the plain one",
        Code::MultipleAssertions,
        Make::Sign(|r, s| {
            let element = injected(s, &evil(r)?, BlockEncryption::Aes256Gcm)?;
            r.append(element);
            Some(())
        }),
    )
    .on(&[Shape::Response]),
    Attack::new(
        "encrypted-before-plain-signed",
        Class::Encryption,
        "a signed response with an encrypted assertion before the plain one",
        Code::MultipleAssertions,
        Make::Sign(|r, s| {
            let element = injected(s, &evil(r)?, BlockEncryption::Aes256Gcm)?;
            r.insert_before("Assertion", element)
        }),
    )
    .on(&[Shape::Response]),
    Attack::new(
        "encrypted-twice-signed",
        Class::Encryption,
        "a signed response with two encrypted assertions",
        Code::MultipleAssertions,
        Make::Sign(|r, s| {
            let element = injected(s, &plain(s)?, BlockEncryption::Aes256Gcm)?;
            r.append(element);
            Some(())
        }),
    )
    .on(SIGNED),
    Attack::new(
        "encrypted-holds-assertion",
        Class::Encryption,
        "within the encryption an assertion stands in Advice, correctly signed",
        Code::SignatureWrapping,
        Make::Sign(|r, s| {
            let evil = evil(r)?;
            advise(r, s, evil)
        }),
    )
    .on(VOUCHED),
    Attack::new(
        "encrypted-holds-encrypted-assertion",
        Class::Encryption,
        "within the encryption an encrypted assertion stands in Advice, correctly signed",
        Code::SignatureWrapping,
        Make::Sign(|r, s| {
            let element = injected(s, &evil(r)?, BlockEncryption::Aes256Gcm)?;
            advise(r, s, element)
        }),
    )
    .on(VOUCHED),
    Attack::new(
        "encrypted-holds-response",
        Class::Encryption,
        "within the encryption a Response stands in Advice, correctly signed",
        Code::SignatureWrapping,
        Make::Sign(|r, s| {
            let response = Element::new("p:Response").with("xmlns:p", ns::SAMLP);
            advise(r, s, response)
        }),
    )
    .on(VOUCHED),
    Attack::new(
        "encrypted-holds-signature",
        Class::Encryption,
        "within the encryption an empty Signature stands in Advice, correctly signed",
        Code::SignatureWrapping,
        Make::Sign(|r, s| {
            let signature = Element::new("d:Signature").with("xmlns:d", ns::DS);
            advise(r, s, signature)
        }),
    )
    .on(VOUCHED),
    Attack::new(
        "encrypted-id-shared",
        Class::Encryption,
        "the response has the ID of the signed assertion within the encryption",
        Code::DuplicateId,
        Make::Edit(|r, s| {
            let id = plain(s)?.attribute("ID")?.to_owned();
            r.set("ID", id);
            Some(())
        }),
    )
    .on(GCM),
    Attack::new(
        "encrypted-response",
        Class::Encryption,
        "what decrypts is a Response",
        Code::DecryptionFailed,
        Make::Edit(|r, s| {
            inject_text(
                r,
                s,
                "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>",
            )
        }),
    )
    .on(CBC),
    Attack::new(
        "encrypted-text",
        Class::Encryption,
        "what decrypts is no element",
        Code::DecryptionFailed,
        Make::Edit(|r, s| inject_text(r, s, "evil")),
    )
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "encrypted-doctype",
        Class::Encryption,
        "what decrypts has a document type",
        Code::DecryptionFailed,
        Make::Edit(|r, s| {
            inject_text(
                r,
                s,
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>",
            )
        }),
    )
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "encrypted-two-elements",
        Class::Encryption,
        "what decrypts is two elements",
        Code::DecryptionFailed,
        Make::Edit(|r, s| {
            let text = format!("{}<x/>", plain(s)?.to_markup());
            inject_text(r, s, &text)
        }),
    )
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "cipher-block-changed",
        Class::Encryption,
        "a bit of the ciphertext is changed, to see what is answered",
        Code::DecryptionFailed,
        Make::Edit(|r, _| cipher(r, |octets| flip(octets, 40))),
    )
    .refs(ORACLE)
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "cipher-first-block-changed",
        Class::Encryption,
        "a bit of the initialization vector, which changes a character of the plaintext",
        Code::DecryptionFailed,
        Make::Edit(|r, _| cipher(r, |octets| flip(octets, 3))),
    )
    .refs(ORACLE)
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "cipher-last-block-changed",
        Class::Encryption,
        "a bit of the last block but one, which changes the padding",
        Code::DecryptionFailed,
        Make::Edit(|r, _| {
            cipher(r, |octets| {
                let at = octets.len().checked_sub(17)?;
                flip(octets, at)
            })
        }),
    )
    .refs(ORACLE)
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "cipher-cut",
        Class::Encryption,
        "a ciphertext of less than a block",
        Code::DecryptionFailed,
        Make::Edit(|r, _| {
            cipher(r, |octets| {
                octets.truncate(15);
                Some(())
            })
        }),
    )
    .refs(ORACLE)
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "cipher-one-block",
        Class::Encryption,
        "a ciphertext of one block",
        Code::DecryptionFailed,
        Make::Edit(|r, _| {
            cipher(r, |octets| {
                octets.truncate(16);
                Some(())
            })
        }),
    )
    .refs(ORACLE)
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "cipher-empty",
        Class::Encryption,
        "no ciphertext",
        Code::DecryptionFailed,
        Make::Edit(|r, _| {
            cipher(r, |octets| {
                octets.clear();
                Some(())
            })
        }),
    )
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "cipher-tag-cut",
        Class::Encryption,
        "a tag of four octets",
        Code::DecryptionFailed,
        Make::Edit(|r, _| {
            cipher(r, |octets| {
                let end = octets.len().checked_sub(12)?;
                octets.truncate(end);
                Some(())
            })
        }),
    )
    .on(GCM),
    Attack::new(
        "cipher-gcm-as-cbc",
        Class::Encryption,
        "what was encrypted with a tag is said to be CBC",
        Code::DecryptionFailed,
        Make::Edit(|r, _| method(r, algorithm::AES256_CBC)),
    )
    .refs(&["Jager, Paterson and Somorovsky, NDSS 2013"])
    .on(GCM),
    Attack::new(
        "cipher-cbc-as-gcm",
        Class::Encryption,
        "what was encrypted as CBC is said to have a tag",
        Code::DecryptionFailed,
        Make::Edit(|r, _| method(r, algorithm::AES256_GCM)),
    )
    .on(CBC),
    Attack::new(
        "cipher-shorter-key",
        Class::Encryption,
        "a cipher of another key length",
        Code::DecryptionFailed,
        Make::Edit(|r, _| method(r, algorithm::AES128_GCM)),
    )
    .on(GCM),
    Attack::new(
        "cipher-triple-des",
        Class::Encryption,
        "triple DES",
        Code::AlgorithmNotAllowed,
        Make::Edit(|r, _| method(r, ns::TRIPLE_DES)),
    )
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "cipher-none",
        Class::Encryption,
        "no cipher",
        Code::AlgorithmNotAllowed,
        Make::Edit(|r, _| method(r, "")),
    )
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "key-transport-rsa-15",
        Class::Encryption,
        "RSA 1.5 key transport",
        Code::AlgorithmNotAllowed,
        Make::Edit(|r, _| {
            let method = r.find_mut("EncryptedKey")?.child_mut("EncryptionMethod")?;
            method.set("Algorithm", ns::RSA_15);
            method.children.clear();
            Some(())
        }),
    )
    .refs(BLEICHENBACHER)
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "encrypted-key-changed",
        Class::Encryption,
        "a bit of the encrypted key is changed",
        Code::DecryptionFailed,
        Make::Edit(|r, _| key(r, |octets| flip(octets, 100))),
    )
    .refs(BLEICHENBACHER)
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "encrypted-key-zero",
        Class::Encryption,
        "an encrypted key of zeros",
        Code::DecryptionFailed,
        Make::Edit(|r, _| {
            key(r, |octets| {
                octets.fill(0);
                Some(())
            })
        }),
    )
    .refs(BLEICHENBACHER)
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "encrypted-key-large",
        Class::Encryption,
        "an encrypted key larger than the modulus",
        Code::DecryptionFailed,
        Make::Edit(|r, _| {
            key(r, |octets| {
                octets.fill(0xff);
                Some(())
            })
        }),
    )
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "encrypted-key-short",
        Class::Encryption,
        "an encrypted key of an octet",
        Code::DecryptionFailed,
        Make::Edit(|r, _| {
            key(r, |octets| {
                octets.truncate(1);
                Some(())
            })
        }),
    )
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "encrypted-key-missing",
        Class::Encryption,
        "no encrypted key",
        Code::DecryptionFailed,
        Make::Edit(|r, _| {
            r.find_mut("EncryptedData")?
                .child_mut("KeyInfo")?
                .take("EncryptedKey")
                .map(drop)
        }),
    )
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "encrypted-keys-many",
        Class::Resources,
        "a hundred encrypted keys, each a private-key operation",
        Code::LimitExceeded,
        Make::Edit(|r, _| {
            let info = r.find_mut("EncryptedData")?.child_mut("KeyInfo")?;
            let key = info.child("EncryptedKey")?.clone();
            info.children.extend((0..100).map(|_| key.clone().into()));
            Some(())
        }),
    )
    .on(Shape::ENCRYPTED_ASSERTION),
    Attack::new(
        "cipher-reference",
        Class::Encryption,
        "the ciphertext is at a URL",
        Code::AlgorithmNotAllowed,
        Make::Edit(|r, _| {
            let data = r.find_mut("EncryptedData")?.child_mut("CipherData")?;
            data.children = vec![
                Element::new("xenc:CipherReference")
                    .with("URI", "http://127.0.0.1/x")
                    .into(),
            ];
            Some(())
        }),
    )
    .on(Shape::ENCRYPTED_ASSERTION),
];

/// The assertion that was encrypted, before it was.
fn plain(scene: &Scene) -> Option<Element> {
    scene.builder().tree().child("Assertion").cloned()
}

/// Puts something into Advice of the assertion.
fn advise(response: &mut Element, scene: &Scene, content: Element) -> Option<()> {
    let advice = scene.saml("Advice").containing(content);
    response
        .child_mut("Assertion")?
        .insert_after("Conditions", advice)
}

fn encryption(algorithm: BlockEncryption) -> Encryption {
    Encryption::new(algorithm)
}

pub(super) fn injected(
    scene: &Scene,
    assertion: &Element,
    algorithm: BlockEncryption,
) -> Option<Element> {
    let mut assertion = assertion.clone();
    let style = scene.idp.provider().style();
    if style.declared_at_root {
        assertion = crate::response::declare_assertion(assertion, style);
    }
    let text = assertion.to_markup();
    encryption(algorithm)
        .encrypted(text.as_bytes(), &scene.idp)
        .ok()
}

/// Exchanges the encrypted assertion for one of the attacker's.
fn inject(response: &mut Element, scene: &Scene, algorithm: BlockEncryption) -> Option<()> {
    let evil = super::surgery::forged(&plain(scene)?, "_evil")?;
    let element = injected(scene, &evil, algorithm)?;
    response.replace("EncryptedAssertion", element).map(drop)
}

fn inject_text(response: &mut Element, scene: &Scene, text: &str) -> Option<()> {
    let algorithm = match scene.shape {
        Shape::Encrypted(algorithm) | Shape::EncryptedSigned(algorithm) => algorithm,
        Shape::Assertion | Shape::Response | Shape::Both => return None,
    };
    let element = encryption(algorithm)
        .encrypted(text.as_bytes(), &scene.idp)
        .ok()?;
    response.replace("EncryptedAssertion", element).map(drop)
}

fn method(response: &mut Element, uri: &str) -> Option<()> {
    let data = response.find_mut("EncryptedData")?;
    data.child_mut("EncryptionMethod")?.set("Algorithm", uri);
    Some(())
}

fn cipher(response: &mut Element, edit: impl FnOnce(&mut Vec<u8>) -> Option<()>) -> Option<()> {
    let data = response.find_mut("EncryptedData")?;
    value(data.child_mut("CipherData")?, edit)
}

fn key(response: &mut Element, edit: impl FnOnce(&mut Vec<u8>) -> Option<()>) -> Option<()> {
    let key = response.find_mut("EncryptedKey")?;
    value(key.child_mut("CipherData")?, edit)
}

fn value(data: &mut Element, edit: impl FnOnce(&mut Vec<u8>) -> Option<()>) -> Option<()> {
    use base64::Engine as _;
    let value = data.child_mut("CipherValue")?;
    let mut octets = base64::engine::general_purpose::STANDARD
        .decode(value.own_text())
        .ok()?;
    edit(&mut octets)?;
    value.set_text(crate::base64(&octets));
    Some(())
}

fn flip(octets: &mut [u8], at: usize) -> Option<()> {
    *octets.get_mut(at)? ^= 1;
    Some(())
}
