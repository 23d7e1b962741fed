//! Signatures whose value is right and whose structure is not: each is refused by its own rule, and the one without the fault
//! verifies. The key that signed is trusted throughout, so nothing but the rule stands in the way.
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

use samlkit_dsig::{EmptyReference, Error, Ids, Policy, UniqueIds, Verifier, element_by_id};
use samlkit_xml::Document;

use parts::{ENVELOPED, EXC, Parts, transform, verify, verify_with};

fn unexpected(error: &Result<(), Error>) -> bool {
    matches!(error, Err(Error::UnexpectedContent { .. }))
}

#[test]
fn without_a_fault_it_verifies() {
    assert_eq!(verify(&Parts::new()), Ok(()));
    let alone = Parts::new().with_reference(" URI=\"#_a\"", &transform(ENVELOPED));
    assert_eq!(verify(&alone), Ok(()));
}

#[test]
fn one_reference() {
    for count in [0, 2, 3, 64, 65, 70] {
        let mut parts = Parts::new();
        parts.references = parts.references.repeat(count);
        // Reading stops at the 65th.
        let count = count.min(65);
        assert_eq!(verify(&parts), Err(Error::ReferenceCount { count }));
    }
}

#[test]
fn the_reference_is_to_the_element() {
    let both = transform(ENVELOPED) + &transform(EXC);
    for uri in [
        "#_b",
        "_a",
        "#",
        "##_a",
        "#_A",
        "#_a ",
        "#xpointer(id('_a'))",
        "x#_a",
    ] {
        let parts = Parts::new().with_reference(&format!(" URI=\"{uri}\""), &both);
        assert_eq!(verify(&parts), Err(Error::ForeignReference), "{uri}");
    }
    let parts = Parts::new().with_reference("", &both);
    assert_eq!(verify(&parts), Err(Error::MissingAttribute { name: "URI" }));
}

#[test]
fn the_element_has_an_id_that_is_not_empty() {
    let both = transform(ENVELOPED) + &transform(EXC);
    let mut parts = Parts::new();
    parts.id = " ID=\"\"".to_owned();
    let parts = parts.with_reference(" URI=\"#\"", &both);
    assert_eq!(verify(&parts), Err(Error::ForeignReference));
    for id in ["", " Id=\"_a\"", " id=\"_a\""] {
        let mut parts = Parts::new();
        parts.id = id.to_owned();
        let parts = parts.with_reference(" URI=\"#_a\"", &both);
        assert_eq!(verify(&parts), Err(Error::MissingId { offset: 0 }), "{id}");
    }
}

#[test]
fn an_empty_reference_is_for_the_root_and_by_choice() {
    let both = transform(ENVELOPED) + &transform(EXC);
    let text = Parts::new().with_reference(" URI=\"\"", &both).sign();
    assert_eq!(
        verify_with(&text, Policy::new()),
        Err(Error::ForeignReference)
    );
    let lenient = Policy::new().with_empty_reference(EmptyReference::AcceptAtRoot);
    assert_eq!(verify_with(&text, lenient.clone()), Ok(()));

    let around = format!("<b>{text}</b>");
    let document = Document::parse(around.as_bytes()).expect("well-formed");
    let inner = document.root().elements().next().expect("a child");
    let keys = signing::trusted("p256");
    let verifier = Verifier::new(&keys).expect("a key").with_policy(lenient);
    assert_eq!(
        verifier.verify(inner).map(drop),
        Err(Error::ForeignReference)
    );
}

#[test]
fn two_transforms_at_most_and_in_order() {
    let (enveloped, exclusive) = (transform(ENVELOPED), transform(EXC));
    for transforms in [
        exclusive.clone(),
        [exclusive.as_str(), &enveloped].concat(),
        [enveloped.as_str(), &enveloped].concat(),
        [enveloped.as_str(), &exclusive, &exclusive].concat(),
        [enveloped.as_str(), &exclusive, &enveloped].concat(),
        enveloped.repeat(8),
        enveloped.repeat(9),
    ] {
        let parts = Parts::new().with_reference(" URI=\"#_a\"", &transforms);
        assert_eq!(
            verify(&parts),
            Err(Error::MisplacedTransform),
            "{transforms}"
        );
    }
    let parts = Parts::new().with_reference(" URI=\"#_a\"", "");
    let missing = Error::MissingElement { name: "Transform" };
    assert_eq!(verify(&parts), Err(missing));
}

#[test]
fn nothing_that_is_not_known() {
    let sound = Parts::new();
    let mut parts = sound.clone();
    parts.method = "<ds:HMACOutputLength>0</ds:HMACOutputLength>".to_owned();
    assert!(unexpected(&verify(&parts)));
    let mut parts = sound.clone();
    parts.after_references = "<ds:Object></ds:Object>".to_owned();
    assert!(unexpected(&verify(&parts)));
    let mut parts = sound.clone();
    parts.after_references = "text".to_owned();
    assert!(unexpected(&verify(&parts)));
    let mut parts = sound.clone();
    parts.info_attributes = " ID=\"_i\"".to_owned();
    assert!(unexpected(&verify(&parts)));
    let mut parts = sound.clone();
    parts.signature_attributes = " ID=\"_s\"".to_owned();
    assert!(unexpected(&verify(&parts)));
    let mut parts = sound.clone();
    parts.after_value = "<ds:Other/>".to_owned();
    assert!(unexpected(&verify(&parts)));
    let mut parts = sound.clone();
    parts.after_value = "<ds:KeyInfo/><ds:KeyInfo/>".to_owned();
    assert!(unexpected(&verify(&parts)));
    let mut parts = sound;
    parts.after_value = "<ds:Object/>".to_owned();
    assert!(matches!(
        verify(&parts),
        Err(Error::UnexpectedObject { .. })
    ));
}

#[test]
fn one_octet_of_the_element_or_of_the_value() {
    let text = Parts::new().sign();
    for changed in [
        text.replace("</a>", "x</a>"),
        text.replace("</a>", " </a>"),
        text.replace("<a ID=\"_a\">", "<a ID=\"_a\" b=\"\">"),
    ] {
        assert_ne!(changed, text);
        assert_eq!(
            verify_with(&changed, Policy::new()),
            Err(Error::DigestMismatch { index: 0 })
        );
    }
    let keys = signing::trusted("ed25519");
    let document = Document::parse(text.as_bytes()).expect("well-formed");
    let refused = Verifier::new(&keys).expect("a key").verify(document.root());
    assert_eq!(refused.map(drop), Err(Error::NoUsableKey));
}

/// What was found of one document is no proof for another.
#[test]
fn unique_ids_of_another_document() {
    let text = Parts::new().sign();
    let twice = text.replace("</a>", "<b ID=\"_x\"/><b ID=\"_x\"/></a>");
    let (sound, doubtful) = (
        Document::parse(text.as_bytes()).expect("well-formed"),
        Document::parse(twice.as_bytes()).expect("well-formed"),
    );
    let keys = signing::trusted("p256");
    let verifier = Verifier::new(&keys).expect("a key");
    let ids = UniqueIds::of(&sound).expect("one ID");
    assert_eq!(verifier.verify_among(ids, sound.root()).map(drop), Ok(()));
    assert!(matches!(
        verifier.verify_among(ids, doubtful.root()).map(drop),
        Err(Error::DuplicateId { .. })
    ));
}

/// The element that is reported is the one that has the later ID, whatever is in it and after it.
#[test]
fn a_duplicate_id_is_reported_with_its_element() {
    for (text, element) in [
        (
            "<a ID='x'><b ID='y'/><c k='' ID='x' l=''><d m=''/></c><e n=''/></a>",
            "<c",
        ),
        (
            "<a k=''><b ID='x'><c l=''/></b><!-- ID='x' --><d><e ID='x'/></d><f/></a>",
            "<e",
        ),
        ("<a><b ID='x' k='' Id='x'><c/></b></a>", "<b"),
        ("<a ID='x' Id='x'/>", "<a"),
        ("<a id='x' xml:id='x'/>", "<a"),
        ("\u{feff}<a><b ID='x'/><c ID='x'/></a>", "<c"),
    ] {
        let document = Document::parse(text.as_bytes()).expect("well-formed");
        let twice = Error::DuplicateId {
            offset: text.find(element).expect("the element"),
        };
        assert_eq!(
            UniqueIds::of(&document).map(drop),
            Err(twice.clone()),
            "{text}"
        );
        // This looks at one element after the other.
        assert_eq!(Ids::default().add(&document), Err(twice), "{text}");
    }
}

#[test]
fn every_attribute_that_is_an_id_to_someone() {
    for name in ["ID", "Id", "id", "xml:id", "AssertionID"] {
        // The first IDs are compared pair by pair, the others by a set.
        for others in [0, 1, 14, 15, 16, 17, 40] {
            let between: String = (0..others).map(|i| format!("<b ID='_{i}'/>")).collect();
            let text = format!("<a {name}='x'>{between}<c ID='x'/></a>");
            let document = Document::parse(text.as_bytes()).expect("well-formed");
            let last = text.find("<c").expect("the last element");
            let twice = Error::DuplicateId { offset: last };
            assert_eq!(UniqueIds::of(&document).map(drop), Err(twice.clone()));
            assert_eq!(Ids::default().add(&document), Err(twice.clone()));
            assert_eq!(element_by_id(&document, "x").map(drop), Err(twice));
        }
    }
    for name in ["p:ID", "p:Id", "p:id", "p:AssertionID", "iD", "xml:ID"] {
        let text = format!("<a xmlns:p='urn:p' {name}='x'><c ID='x'/></a>");
        let document = Document::parse(text.as_bytes()).expect("well-formed");
        assert_eq!(UniqueIds::of(&document).map(drop), Ok(()), "{name}");
    }
}

#[test]
fn comments_and_instructions_in_signed_info() {
    let text = Parts::new().sign();
    // The canonical form drops a comment, so that the value is right with it.
    for inserted in ["<!---->", "<!--x-->", "<?p?>"] {
        for before in ["<ds:DigestValue>", "<ds:SignedInfo>", "<ds:Transforms>"] {
            let changed = text.replacen(before, &format!("{before}{inserted}"), 1);
            assert_ne!(changed, text);
            assert!(unexpected(&verify_with(&changed, Policy::new())));
        }
    }
}

#[test]
fn the_signature_is_first_or_follows_the_issuer() {
    let text = Parts::new().sign();
    let issuer = "<i:Issuer xmlns:i='urn:oasis:names:tc:SAML:2.0:assertion'/>";
    let other = "<i:Issuer xmlns:i='urn:oasis:names:tc:SAML:2.0:protocol'/>";
    let placed = |before: &str| {
        let changed = text.replacen("<ds:Signature ", &format!("{before}<ds:Signature "), 1);
        verify_with(&changed, Policy::new())
    };
    // It is there that the digest is looked at.
    let in_place = Err(Error::DigestMismatch { index: 0 });
    assert_eq!(placed(issuer), in_place);
    assert_eq!(placed("text"), in_place);
    for before in [
        "<b/>",
        other,
        &[issuer, issuer].concat(),
        &["<b/>", issuer].concat(),
    ] {
        assert!(
            matches!(placed(before), Err(Error::MisplacedSignature { .. })),
            "{before}"
        );
    }
}
