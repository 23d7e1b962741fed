//! Any message, signed by a key that the service provider trusts, and then changed as an attacker without the key can: whatever
//! is accepted says what an independent reader finds in what was signed.
//!
//! An input is a document, or a header and a document. The header is an octet that says what is signed and whether it is
//! encrypted, an octet with the number of changes (up to 7), and three octets a change: its kind, and two elements by number.

use std::sync::LazyLock;

use samlkit::websso::Verdict;
use samlkit::{
    DecryptionKey, Expected, Identity, IdentityProvider, InMemoryReplay, ServiceProvider,
    Timestamp, TrustedKey, parse_date_time,
};
use samlkit_crypto::{
    BlockEncryption, Certificate, PrivateKey, Randomness, RandomnessError, SignatureAlgorithm,
    SigningKey,
};
use samlkit_dsig::sign::Template;
use samlkit_enc::{Encryptor, Kind, Recipient};
use samlkit_websso::ValueRef;
use samlkit_xml::{Document, Element};

use crate::reader::{Facts, facts};

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const SP: &str = "https://sp.example/metadata";
const IDP: &str = "https://idp.example/metadata";
/// What is longer takes the fuzzer's time and shows nothing new.
const LONGEST: usize = 1 << 15;

const RESPONSE: u8 = 1;
const BOTH: u8 = 2;
const ENCRYPT: u8 = 4;
const ENCRYPT_CBC: u8 = 8;

static NOW: LazyLock<Timestamp> =
    LazyLock::new(|| parse_date_time("2026-01-15T10:01:00Z").expect("a time"));

fn key() -> PrivateKey {
    let pem = include_str!("../../../fixtures/keys/test-only-p256.key.pem");
    PrivateKey::from_pem(pem).expect("a private key")
}

static SIGNER: LazyLock<SigningKey> = LazyLock::new(|| {
    SigningKey::new(key(), SignatureAlgorithm::EcdsaSha256).expect("a fitting algorithm")
});

static ENCRYPTORS: LazyLock<[Encryptor; 2]> = LazyLock::new(|| {
    let pem = include_bytes!("../../../fixtures/keys/test-only-p256.crt.pem");
    let certificate = Certificate::parse(pem).expect("a certificate");
    let recipient = Recipient::from_certificate(certificate).expect("a fitting key");
    let encryptor = Encryptor::new(recipient);
    [
        encryptor.clone(),
        encryptor.with_algorithm(BlockEncryption::Aes128Cbc),
    ]
});

static PROVIDER: LazyLock<ServiceProvider> = LazyLock::new(|| {
    let trusted = TrustedKey::from_public_key(key().public_key().clone());
    let idp = IdentityProvider::new(IDP, vec![trusted]).expect("a sound provider");
    ServiceProvider::new(SP, "https://sp.example/acs", idp)
        .expect("a sound configuration")
        .with_decryptor(DecryptionKey::new(key()))
});

/// The same octets each time, so that a finding can be reproduced.
struct Fixed;

impl Randomness for Fixed {
    fn fill(&self, octets: &mut [u8]) -> Result<(), RandomnessError> {
        octets.fill(7);
        Ok(())
    }
}

/// Runs one input; says whether it was accepted.
///
/// # Panics
///
/// If what must hold does not.
#[must_use]
pub fn accepted(source: &[u8]) -> bool {
    let (mode, changes, text) = split(source);
    let Some((message, ids)) = sign(text, mode) else {
        return false;
    };
    let truth = facts(&message, &ids);
    let mut message = message;
    for change in changes.chunks_exact(3) {
        message = apply(&message, change[0], change[1].into(), change[2].into());
        if message.len() > 2 * LONGEST {
            return false;
        }
    }
    if mode & (ENCRYPT | ENCRYPT_CBC) != 0 {
        message = encrypt(&message, mode & ENCRYPT_CBC != 0).unwrap_or(message);
    }
    check(&message, &truth)
}

/// Runs one input.
///
/// # Panics
///
/// If what must hold does not.
pub fn run(source: &[u8]) {
    let _ = accepted(source);
}

fn split(source: &[u8]) -> (u8, &[u8], &str) {
    let (mode, changes, text) = match source {
        [b'<', ..] | [] | [_] => (0, &[][..], source),
        [mode, count, rest @ ..] => {
            let octets = usize::from(count % 8) * 3;
            let (changes, text) = rest.split_at_checked(octets).unwrap_or((&[], rest));
            (*mode, changes, text)
        }
    };
    (mode, changes, core::str::from_utf8(text).unwrap_or(""))
}

/// Replaces the signatures of a document by those of the trusted key; gives the IDs of what it signed.
fn sign(text: &str, mode: u8) -> Option<(String, Vec<String>)> {
    if text.len() > LONGEST {
        return None;
    }
    let mut text = unsigned(text)?;
    let mut ids = Vec::new();
    if mode & RESPONSE == 0 || mode & BOTH != 0 {
        let document = Document::parse(text.as_bytes()).ok()?;
        let assertion = document.elements().find(|e| e.is(SAML, "Assertion"))?;
        ids.push(assertion.attribute("ID")?.to_owned());
        let signed = Template::new().sign(assertion, &*SIGNER).ok()?;
        drop(document);
        text = signed;
    }
    if mode & RESPONSE != 0 {
        let document = Document::parse(text.as_bytes()).ok()?;
        ids.push(document.root().attribute("ID")?.to_owned());
        let signed = Template::new().sign(document.root(), &*SIGNER).ok()?;
        drop(document);
        text = signed;
    }
    Some((text, ids))
}

/// The document without the signatures of its root and of the root's children.
fn unsigned(text: &str) -> Option<String> {
    let document = Document::parse(text.as_bytes()).ok()?;
    let root = document.root();
    let mut rest = String::with_capacity(text.len());
    let mut end = 0;
    let signatures = root.elements().flat_map(|child| {
        let inner = child.elements().filter(|inner| inner.is(DS, "Signature"));
        let all: Vec<_> = if child.is(DS, "Signature") {
            vec![child]
        } else {
            inner.collect()
        };
        all
    });
    let source = document.source();
    for signature in signatures {
        let extent = signature.extent();
        rest.push_str(&source[end..extent.start]);
        end = extent.end;
    }
    rest.push_str(&source[end..]);
    Some(rest)
}

/// One change of a document; what cannot be changed stays as it is.
fn apply(text: &str, kind: u8, first: usize, second: usize) -> String {
    let Ok(document) = Document::parse(text.as_bytes()) else {
        return text.to_owned();
    };
    let source = document.source();
    let count = document.elements().count();
    let element = |number: usize| document.elements().nth(number % count);
    let (Some(from), Some(to)) = (element(first), element(second)) else {
        return text.to_owned();
    };
    let (moved, target) = (range(from), range(to));
    let part = &source[moved.clone()];
    let after = |at: usize, what: &str| [&source[..at], what, &source[at..]].concat();
    match kind % 10 {
        0 => [&source[..moved.start], &source[moved.end..]].concat(),
        1 => after(target.end, part),
        2 => to.insert_at_end(part),
        3 => to.insert_at_start(part),
        4 => after(target.end, &forged(part, true)),
        5 => after(target.start, &forged(part, true)),
        6 => to.insert_at_start(&forged(part, false)),
        // An element takes another's place, and holds it.
        7 => {
            let outer = forged(part, true);
            let inside = &source[target.clone()];
            let outer = Document::parse(outer.as_bytes()).map_or_else(
                |_| inside.to_owned(),
                |outer| outer.root().insert_at_end(inside),
            );
            [&source[..target.start], &outer, &source[target.end..]].concat()
        }
        8 => to.insert_at_start("<!--x-->"),
        _ => cut_by_comment(to, source),
    }
}

fn range(element: Element<'_>) -> core::ops::Range<usize> {
    let extent = element.extent();
    extent.start..extent.end
}

/// A copy that names someone else, under an ID of its own or the same.
fn forged(part: &str, own_id: bool) -> String {
    let part = part.replace("britta", "admin").replace("contoso", "evil");
    if own_id {
        part.replace("ID=\"_", "ID=\"_f")
    } else {
        part
    }
}

fn cut_by_comment(element: Element<'_>, source: &str) -> String {
    let extent = range(element);
    let inside = &source[extent.clone()];
    match inside.find("@contoso") {
        Some(at) => {
            let at = extent.start + at;
            [&source[..at], "<!--x-->", &source[at..]].concat()
        }
        None => source.to_owned(),
    }
}

/// The message with its first assertion encrypted for the service provider.
fn encrypt(text: &str, cbc: bool) -> Option<String> {
    let document = Document::parse(text.as_bytes()).ok()?;
    let assertion = document.elements().find(|e| e.is(SAML, "Assertion"))?;
    let extent = range(assertion);
    let source = document.source();
    let encryptor = &ENCRYPTORS[usize::from(cbc)];
    let part = &source[extent.clone()];
    let encrypted = encryptor.encrypt(Kind::Assertion, part, &Fixed).ok()?;
    Some([&source[..extent.start], &encrypted, &source[extent.end..]].concat())
}

fn check(message: &str, truth: &[Facts]) -> bool {
    let source = message.as_bytes();
    let expected = Expected::answer_to("_request-1");
    let replay = InMemoryReplay::new(4);
    let outcome = PROVIDER.accept_xml(source, expected, *NOW, &replay);
    let diagnosis = PROVIDER.diagnose_xml(source, expected, *NOW);
    let failed = diagnosis
        .checks()
        .iter()
        .any(|check| !matches!(check.verdict(), Verdict::Passed));
    assert_eq!(failed, outcome.is_err(), "{diagnosis:?}\n{message}");
    let Ok(identity) = outcome else {
        assert!(replay.is_empty());
        return false;
    };
    let found = of_identity(&identity);
    assert!(truth.contains(&found), "{found:?}\n{truth:?}\n{message}");
    assert_eq!(found.issuer, IDP);
    assert!(found.audiences.iter().any(|audience| audience == SP));
    assert!(!found.name_id.trim().is_empty());
    assert!(
        PROVIDER
            .accept_xml(source, expected, *NOW, &replay)
            .is_err(),
        "a replay"
    );
    true
}

fn of_identity(identity: &Identity) -> Facts {
    let value = |value: ValueRef<'_>| match value {
        ValueRef::Text(text) => Some(text.to_owned()),
        ValueRef::Nil => Some(String::new()),
        _ => None,
    };
    Facts {
        id: identity.assertion_id().to_owned(),
        issuer: identity.issuer().to_owned(),
        name_id: identity.name_id().value().to_owned(),
        audiences: identity.audiences().map(str::to_owned).collect(),
        attributes: identity
            .attributes()
            .map(|attribute| {
                (
                    attribute.name().to_owned(),
                    attribute.values().map(value).collect(),
                )
            })
            .collect(),
    }
}
