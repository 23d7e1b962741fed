//! Attributes in a signature: those of its schema, those that any element may have, and none beside them. What is not known is
//! refused even where a trusted key signed it.
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

use samlkit_dsig::Error;

use parts::{Parts, verify};

/// A declaration and an attribute, in the order of the canonical form.
type Attribute = (&'static str, &'static str);

const XSI: &str = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

/// What any element may have: `xml:*`, and what XML Schema Part 1 §2.6 lets every element have.
const HARMLESS: &[Attribute] = &[
    ("", " xml:lang=\"en\""),
    ("", " xml:space=\"preserve\""),
    (XSI, " xsi:type=\"ds:T\""),
    (XSI, " xsi:schemaLocation=\"urn:a b\""),
    (XSI, " xsi:noNamespaceSchemaLocation=\"b\""),
];

const UNEXPECTED: &[Attribute] = &[
    ("", " x=\"\""),
    ("", " id=\"_i\""),
    ("", " type=\"ds:T\""),
    ("", " ds:x=\"\""),
    (" xmlns:q=\"urn:q\"", " q:x=\"\""),
    (" xmlns:q=\"urn:q\"", " q:type=\"\""),
    (XSI, " xsi:nil=\"true\""),
    (XSI, " xsi:Type=\"\""),
];

/// The elements that must have no more attributes, each with an attribute more.
fn with((declared, attribute): Attribute) -> Vec<Parts> {
    let sound = Parts::new();
    let text = sound.sign();
    let signed = [
        "CanonicalizationMethod",
        "SignatureMethod",
        "Reference",
        "Transforms",
        "Transform",
        "DigestMethod",
        "DigestValue",
    ];
    let mut all: Vec<Parts> = signed
        .iter()
        .map(|name| {
            let found = [" ", ">"].map(|after| format!("<ds:{name}{after}"));
            let start = found.iter().find_map(|tag| text.find(tag));
            let rest = text.get(start.expect("it is there")..);
            let (tag, _) = rest.and_then(|rest| rest.split_once('>')).expect("a tag");
            let attributes = tag.get(4 + name.len()..).expect("its attributes");
            let longer = format!("<ds:{name}{declared}{attributes}{attribute}>");
            sound.clone().with_edit(&format!("{tag}>"), &longer)
        })
        .collect();
    let both = [declared, attribute].concat();
    let mut parts = sound.clone();
    parts.signature_attributes.clone_from(&both);
    all.push(parts);
    let mut parts = sound.clone();
    parts.info_attributes.clone_from(&both);
    all.push(parts);
    let mut parts = sound;
    parts.value_attributes = both;
    all.push(parts);
    all
}

#[test]
fn what_any_element_may_have() {
    for &attribute in HARMLESS {
        for parts in with(attribute) {
            assert_eq!(verify(&parts), Ok(()), "{}", parts.sign());
        }
    }
}

#[test]
fn nothing_that_is_not_known() {
    for &attribute in UNEXPECTED {
        for parts in with(attribute) {
            let verdict = verify(&parts);
            let refused = matches!(verdict, Err(Error::UnexpectedContent { .. }));
            assert!(refused, "{verdict:?}: {}", parts.sign());
        }
    }
}

#[test]
fn what_the_schema_names() {
    let (from, to) = (
        "<ds:Reference URI",
        "<ds:Reference Id=\"_1\" Type=\"urn:t\" URI",
    );
    let mut parts = Parts::new().with_edit(from, to);
    parts.signature_attributes = " Id=\"_2\"".to_owned();
    parts.info_attributes = " Id=\"_3\"".to_owned();
    parts.value_attributes = " Id=\"_4\"".to_owned();
    assert_eq!(verify(&parts), Ok(()));
    // They are IDs as any other.
    parts.value_attributes = " Id=\"_a\"".to_owned();
    assert!(matches!(verify(&parts), Err(Error::DuplicateId { .. })));

    let methods = [
        "CanonicalizationMethod",
        "SignatureMethod",
        "Transform",
        "DigestMethod",
    ];
    let text = Parts::new().sign();
    for method in methods {
        let start = text.find(&format!("<ds:{method} ")).expect("it is there");
        let rest = text.get(start..).and_then(|rest| rest.split_once('>'));
        let tag = rest.expect("a tag").0;
        let parts = Parts::new().with_edit(tag, &format!("<ds:{method}"));
        let missing = Error::MissingAttribute { name: "Algorithm" };
        assert_eq!(verify(&parts), Err(missing), "{method}");
    }
}
