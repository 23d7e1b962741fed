//! Core validation of a whole document: each rule of the generic entry point, by signatures whose value is right.
#![expect(
    clippy::expect_used,
    reason = "what cannot be signed must stop the test"
)]

#[path = "support/parts.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod parts;
#[path = "support/signing.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod signing;

use samlkit_crypto::{AlgorithmPolicy, DigestAlgorithm, danger};
use samlkit_dsig::document::{self, Report};
use samlkit_dsig::{Error, Policy};
use samlkit_xml::Document;

use parts::{ENVELOPED, EXC, Parts, base64, reference, transform};

const C14N: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";

fn verify_with(text: &str, policy: Policy) -> Result<Report, Error> {
    let document = Document::parse(text.as_bytes()).expect("well-formed");
    document::verify(&document, &signing::trusted("p256"), policy)
}

fn verify(text: &str) -> Result<(), Error> {
    verify_with(text, Policy::new()).map(drop)
}

/// The signature that stands in the element `a`.
fn signature(parts: &Parts) -> String {
    let text = parts.sign();
    let (_, rest) = text.split_once("<ds:Signature ").expect("it is signed");
    let (inner, _) = rest.split_once("</ds:Signature>").expect("its end");
    format!("<ds:Signature {inner}</ds:Signature>")
}

/// A reference to the element `a` by these transforms.
fn by(transforms: &str) -> Parts {
    Parts::new().with_reference(" URI=\"#_a\"", transforms)
}

#[test]
fn what_is_reported() {
    let text = format!("<r>{}<b Id=\"_b\"/></r>", Parts::new().sign());
    let report = verify_with(&text, Policy::new()).expect("it verifies");
    assert_eq!(report.key(), signing::trusted("p256")[0].thumbprint());
    assert_eq!(report.canonicalization().uri(), EXC);
    let [reference] = report.references() else {
        panic!("{report:?}")
    };
    assert_eq!((reference.uri(), reference.element()), ("#_a", "{}a"));
    assert_eq!(reference.digest_algorithm(), DigestAlgorithm::Sha256);

    // Nothing but the root is in the document.
    let whole = Parts::new().with_reference(" URI=\"\"", &transform(ENVELOPED));
    let report = verify_with(&whole.sign(), Policy::new()).expect("it verifies");
    let [reference] = report.references() else {
        panic!("{report:?}")
    };
    assert_eq!((reference.uri(), reference.element()), ("", "{}a"));
}

/// XMLSig §6.6.4: the transform takes out the signature that it stands in, wherever that is.
#[test]
fn a_signature_in_and_beside_what_it_signs() {
    let enveloped = transform(ENVELOPED) + &transform(EXC);
    let a = "<a ID=\"_a\"></a>";
    for transforms in [enveloped.as_str(), &transform(ENVELOPED)] {
        let parts = by(transforms);
        assert_eq!(verify(&parts.sign()), Ok(()));
        let signature = signature(&parts);
        for text in [
            format!("<r>{a}{signature}</r>"),
            format!("<r>{signature}{a}</r>"),
            format!("<r>{a}<b>{signature}</b></r>"),
            format!("<r><b>{signature}</b>{a}</r>"),
        ] {
            assert_eq!(verify(&text), Ok(()), "{text}");
            let changed = text.replace(a, "<a ID=\"_a\">x</a>");
            let mismatch = Error::DigestMismatch { index: 0 };
            assert_eq!(verify(&changed), Err(mismatch), "{text}");
        }
    }
    // Without the transform, only what the signature is not in can have a digest.
    let detached = by(&transform(EXC));
    let mismatch = Error::DigestMismatch { index: 0 };
    assert_eq!(verify(&detached.sign()), Err(mismatch));
    let beside = format!("<r>{a}{}</r>", signature(&detached));
    assert_eq!(verify(&beside), Ok(()));
}

/// Nothing is left of a signature that is taken out of itself, and the digest of nothing is known to all.
#[test]
fn a_signature_does_not_sign_itself() {
    let nothing = base64(DigestAlgorithm::Sha256.digest(b"").as_bytes());
    for transforms in [
        transform(ENVELOPED),
        transform(ENVELOPED) + &transform(EXC),
        transform(EXC),
    ] {
        let mut parts = Parts::new().with_reference(" URI=\"#_s\"", &transforms);
        parts.signature_attributes = " Id=\"_s\"".to_owned();
        let (before, rest) = parts
            .references
            .split_once("<ds:DigestValue>")
            .expect("one");
        let (_, after) = rest.split_once('<').expect("its end");
        parts.references = format!("{before}<ds:DigestValue>{nothing}<{after}");
        let mismatch = Error::DigestMismatch { index: 0 };
        assert_eq!(verify(&parts.sign()), Err(mismatch), "{transforms}");
    }
}

#[test]
fn each_reference_is_checked() {
    let sound = Parts::new();
    let wrong = reference(" URI=\"#_a\"", " ID=\"_b\"", &transform(ENVELOPED));
    for (references, verdict) in [
        (String::new(), Err(Error::ReferenceCount { count: 0 })),
        (sound.references.repeat(2), Ok(())),
        (sound.references.repeat(64), Ok(())),
        (
            sound.references.repeat(65),
            Err(Error::ReferenceCount { count: 65 }),
        ),
        (
            [&*wrong, &sound.references].concat(),
            Err(Error::DigestMismatch { index: 0 }),
        ),
        (
            [&*sound.references, &wrong].concat(),
            Err(Error::DigestMismatch { index: 1 }),
        ),
        (
            [&sound.references.repeat(2), &*wrong].concat(),
            Err(Error::DigestMismatch { index: 2 }),
        ),
    ] {
        let mut parts = sound.clone();
        parts.references = references;
        assert_eq!(verify(&parts.sign()), verdict);
    }
}

#[test]
fn a_digest_that_is_not_allowed() {
    let sha1 = DigestAlgorithm::Sha1;
    let sound = Parts::new();
    let sha256 = DigestAlgorithm::Sha256.digest(b"<a ID=\"_a\"></a>");
    let value = base64(sha1.digest(b"<a ID=\"_a\"></a>").as_bytes());
    let mut parts = sound.clone();
    parts.references = sound
        .references
        .replace(DigestAlgorithm::Sha256.uri(), sha1.uri())
        .replace(&base64(sha256.as_bytes()), &value);
    let text = parts.sign();
    let not_allowed = Err(Error::AlgorithmNotAllowed { uri: sha1.uri() });
    assert_eq!(verify(&text), not_allowed);
    assert_eq!(parts::verify(&parts), not_allowed);
    let lax = Policy::new().with_algorithms(danger::allow_sha1(AlgorithmPolicy::default()));
    assert_eq!(verify_with(&text, lax.clone()).map(drop), Ok(()));
    assert_eq!(parts::verify_with(&text, lax), Ok(()));
}

#[test]
fn transforms_in_their_order() {
    let [enveloped, exclusive, inclusive] = [ENVELOPED, EXC, C14N].map(transform);
    for transforms in [
        [enveloped.as_str(), &exclusive, &exclusive].concat(),
        [enveloped.as_str(), &inclusive, &exclusive].concat(),
        [enveloped.as_str(), &exclusive.repeat(7)].concat(),
    ] {
        assert_eq!(verify(&by(&transforms).sign()), Ok(()), "{transforms}");
    }
    for transforms in [
        enveloped.repeat(2),
        [exclusive.as_str(), &enveloped].concat(),
        [enveloped.as_str(), &exclusive, &enveloped].concat(),
        [enveloped.as_str(), &exclusive.repeat(8)].concat(),
    ] {
        let text = by(&transforms).sign();
        assert_eq!(
            verify(&text),
            Err(Error::MisplacedTransform),
            "{transforms}"
        );
    }
}

/// XMLSig §4.4.3.2: the document, or one element by its ID.
#[test]
fn references_within_the_document() {
    let both = transform(ENVELOPED) + &transform(EXC);
    let with = |uri: &str| verify(&Parts::new().with_reference(uri, &both).sign());
    assert_eq!(with(" URI=\"#_a\""), Ok(()));
    assert_eq!(with(" URI=\"\""), Ok(()));
    assert_eq!(with(""), Err(Error::MissingAttribute { name: "URI" }));
    for id in ["_b", "_A", "a", "1"] {
        let verdict = with(&format!(" URI=\"#{id}\""));
        assert_eq!(
            verdict,
            Err(Error::UnresolvedReference { index: 0 }),
            "{id}"
        );
    }
    for uri in [
        "#xpointer(/)",
        "#xpointer(id('_a'))",
        "#_a ",
        "##_a",
        "#x:_a",
        "_a",
        "x#_a",
        "https://sp.example/",
    ] {
        let verdict = with(&format!(" URI=\"{uri}\""));
        assert!(
            matches!(verdict, Err(Error::UnsupportedReference { .. })),
            "{uri}: {verdict:?}"
        );
    }
    // The second reference is the one.
    let mut parts = Parts::new();
    parts.references += &reference(" URI=\"#_b\"", " ID=\"_b\"", &both);
    let unresolved = Err(Error::UnresolvedReference { index: 1 });
    assert_eq!(verify(&parts.sign()), unresolved);
}

#[test]
fn one_signature() {
    let text = Parts::new().sign();
    assert_eq!(
        verify("<?p?><a/>"),
        Err(Error::MissingSignature { offset: 5 })
    );
    let second = format!("<r>{text}{}</r>", signature(&Parts::new()));
    let offset = second.rfind("<ds:Signature ").expect("the second");
    assert_eq!(verify(&second), Err(Error::MultipleSignatures { offset }));
    // Here, and only here, it may hold objects.
    let mut parts = Parts::new();
    parts.after_value = "<ds:Object><b/></ds:Object>".repeat(2);
    assert_eq!(verify(&parts.sign()), Ok(()));
}
