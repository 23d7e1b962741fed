//! What is handed out: the octets that were signed, what was decrypted from them and from nothing else, and nothing of either in
//! what is shown.
#![expect(
    clippy::expect_used,
    reason = "what cannot be signed must stop the test"
)]

#[path = "support/signing.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod signing;

use std::io::Cursor;

use samlkit_crypto::{SignatureAlgorithm, SystemRandomness};
use samlkit_dsig::sign::Template;
use samlkit_dsig::{Error, Outline, Signed, TrustedKey, UniqueIds, Uri, Verifier, ns};
use samlkit_enc::{Decrypted, DecryptionKey, Encryptor, Kind, Recipient, decrypt};
use samlkit_xml::{Document, Element, Limits};

const ASSERTION: &str = "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_a\">britta</saml:Assertion>";

fn sign(text: &str) -> String {
    let document = Document::parse(text.as_bytes()).expect("well-formed");
    let signer = signing::signer("p256", SignatureAlgorithm::EcdsaSha256);
    let signed = Template::new().sign(document.root(), &signer);
    signed.expect("signed")
}

fn verify(text: &str) -> Signed {
    let document = Document::parse(text.as_bytes()).expect("well-formed");
    let keys = signing::trusted("p256");
    let verifier = Verifier::new(&keys).expect("a key");
    verifier.verify(document.root()).expect("it verifies")
}

fn encrypt() -> String {
    let recipient = Recipient::from_certificate(signing::certificate("sp")).expect("an RSA key");
    Encryptor::new(recipient)
        .encrypt(Kind::Assertion, ASSERTION, &SystemRandomness)
        .expect("encrypted")
}

fn decrypted(element: Element<'_>) -> Decrypted {
    decrypt(element, &DecryptionKey::new(signing::private_key("sp"))).expect("decrypted")
}

#[test]
fn the_octets_are_those_that_were_signed() {
    let signed = verify(&sign("<a ID='_a' b = '1'><!-- c --><b/>\r\n</a>"));
    assert_eq!(signed.octets(), b"<a ID=\"_a\" b=\"1\"><b></b>\n</a>");
    assert_eq!(signed.document().source().as_bytes(), signed.octets());
}

/// SAMLCore §6.2: a signature over a ciphertext covers its plaintext, and that of no other.
#[test]
fn a_plaintext_is_of_one_ciphertext() {
    let text = sign(&format!("<r ID='_r'>{}{}</r>", encrypt(), encrypt()));
    let (signed, again) = (verify(&text), verify(&text));
    let both = |signed: &Signed| {
        let mut elements = signed.root().elements();
        assert_eq!(elements.clone().count(), 2);
        elements
            .next()
            .zip(elements.next())
            .map(|(one, two)| (one.id(), two.id()))
    };
    let (one, two) = both(&signed).expect("two");
    fn at<'s>(signed: &'s Signed, id: samlkit_xml::NodeId) -> Element<'s> {
        let node = signed.document().node(id).expect("a node");
        node.as_element().expect("an element")
    }
    let plaintext = decrypted(at(&signed, one));
    let opened = signed.open(at(&signed, one), &plaintext, &Limits::DEFAULT);
    let opened = opened.expect("it is covered");
    assert_eq!(opened.octets(), ASSERTION.as_bytes());
    assert_eq!(opened.key(), signed.key());
    assert_eq!(opened.signature_algorithm(), signed.signature_algorithm());

    let refused = |element, plaintext: &Decrypted| {
        let opened = signed.open(element, plaintext, &Limits::DEFAULT);
        opened.map(drop)
    };
    let not_covered = Err(Error::NotCovered);
    // The other one of the two, and the element around them.
    assert_eq!(refused(at(&signed, two), &plaintext), not_covered);
    assert_eq!(refused(signed.root(), &plaintext), not_covered);
    assert_eq!(
        refused(at(&signed, one), &decrypted(at(&signed, two))),
        not_covered
    );
    // An element of other octets, equal as they are.
    assert_eq!(refused(at(&again, one), &plaintext), not_covered);
    assert_eq!(
        refused(at(&again, one), &decrypted(at(&again, one))),
        not_covered
    );
    // Equal octets have equal plaintexts, whichever copy was decrypted.
    assert_eq!(
        refused(at(&signed, one), &decrypted(at(&again, one))),
        Ok(())
    );

    let limits = Limits::DEFAULT.with_bytes(20);
    let long = signed.open(at(&signed, one), &plaintext, &limits);
    assert!(matches!(long.map(drop), Err(Error::Xml(_))));
}

/// Nothing personal and no key is in what a log may hold; how it was signed is.
#[test]
fn what_is_shown() {
    const NS: &str = "urn:n";
    let text = sign("<a xmlns='urn:n' ID='_a'><Subject>britta</Subject></a>");
    let document = Document::parse(text.as_bytes()).expect("well-formed");
    let keys = signing::trusted("p256");
    let verifier = Verifier::new(&keys).expect("a key");
    let ids = UniqueIds::of(&document).expect("one ID");
    let octets = verifier.check(ids, document.root()).expect("it verifies");
    let outline = Outline::new(&[]).member(NS, "a");
    let index = verifier
        .index(&outline, text.as_bytes())
        .expect("it verifies");
    let member = index.read(0, &mut Cursor::new(&text)).expect("as it was");
    let signer = signing::signer("p256", SignatureAlgorithm::EcdsaSha256);
    let unsigned = Document::parse(b"<a ID='_a'>britta</a>").expect("well-formed");
    let preparation = Template::new()
        .prepare(unsigned.root(), signer_algorithm(&signer))
        .expect("prepared");
    let key = format!("{:?}", keys[0].thumbprint());
    for (shown, name, tells) in [
        (format!("{:?}", keys[0]), "TrustedKey(", &*key),
        (format!("{:?}", verify(&text)), "Signed {", &key),
        (format!("{octets:?}"), "SignedOctets {", &key),
        (format!("{index:?}"), "SignedIndex {", &key),
        (format!("{member:?}"), "SignedMember {", ".."),
        (format!("{preparation:?}"), "Preparation {", "#_a"),
    ] {
        assert!(shown.starts_with(name), "{shown}");
        assert!(shown.contains(tells), "{shown}");
        assert!(!shown.contains("britta"), "{shown}");
    }
}

fn signer_algorithm(signer: &impl samlkit_crypto::Signer) -> SignatureAlgorithm {
    signer.algorithm()
}

/// A peer's text in an error is short, and one line.
#[test]
fn identifiers_from_a_message() {
    let longest = "x".repeat(120);
    for (text, shown) in [
        ("", ""),
        ("urn:a", "urn:a"),
        ("a b\nc\u{e9}\"", "a?b?c?\""),
        (&longest, &longest),
        (&format!("{longest}y"), &format!("{longest}...")),
        (&"\u{e9}".repeat(200), &format!("{}...", "?".repeat(120))),
    ] {
        let uri = Uri::new(text);
        assert_eq!(uri.as_str(), shown);
        assert_eq!(uri.to_string(), shown);
        assert_eq!(format!("{uri:?}"), format!("{shown:?}"));
        let error = Error::UnsupportedTransform { uri };
        assert!(error.to_string().contains(shown), "{error}");
    }
}

#[test]
fn what_is_unsupported_is_told_from_what_is_wrong() {
    let uri = || Uri::new("urn:x");
    for error in [
        Error::UnsupportedCanonicalization { uri: uri() },
        Error::UnsupportedSignatureMethod { uri: uri() },
        Error::UnsupportedDigestMethod { uri: uri() },
        Error::UnsupportedTransform { uri: uri() },
        Error::UnsupportedReference { uri: uri() },
        Error::UnsupportedParameters,
        Error::AlgorithmNotAllowed { uri: ns::DS },
        Error::KeyNotAllowed { bits: 1024 },
    ] {
        assert!(error.is_unsupported(), "{error}");
    }
    for error in [
        Error::SignatureMismatch,
        Error::DigestMismatch { index: 0 },
        Error::UntrustedKey,
        Error::NoUsableKey,
        Error::ForeignReference,
        Error::MissingSignature { offset: 0 },
    ] {
        assert!(!error.is_unsupported(), "{error}");
    }
}

#[test]
fn a_trusted_key_keeps_what_it_came_in() {
    let certificate = signing::certificate("p256");
    let key = certificate.public_key().expect("a key").clone();
    let bare = TrustedKey::from_public_key(key.clone());
    assert_eq!((bare.public_key(), bare.certificate()), (&key, None));
    assert_eq!(bare.thumbprint(), key.thumbprint());
    let thumbprint = certificate.sha256_thumbprint();
    let [with] = signing::trusted("p256");
    assert_eq!(
        (with.public_key(), with.certificate()),
        (&key, Some(&certificate))
    );
    assert_eq!(with.thumbprint(), thumbprint);
}
