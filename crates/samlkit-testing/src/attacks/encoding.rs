//! Encodings, characters and namespaces.

use samlkit::Code;
use samlkit::crypto::DigestAlgorithm;

use super::surgery::{before_status, body, in_signature, name, prolog, signed_mut};
use crate::attack::{Attack, Class, Make, Shape};
use crate::key::{digest_info, pkcs1_block};
use crate::markup::Element;
use crate::sign::Forge;
use crate::{ADMIN, ns};

const ROUND_TRIP: &[&str] = &["CVE-2020-29509", "CVE-2020-29510", "CVE-2020-29511"];
const VOID: &[&str] = &["CVE-2025-66568"];
const FRAGILE: &[&str] = &[
    "CVE-2025-66567",
    "CVE-2025-66568",
    "The Fragile Lock, PortSwigger 2025",
];
const ONE: &[Shape] = &[Shape::Assertion, Shape::Response];

pub(super) const ATTACKS: &[Attack] = &[
    // Encodings.
    Attack::new(
        "utf-16-little-endian",
        Class::Encoding,
        "UTF-16, with its mark",
        Code::UnsupportedEncoding,
        Make::Octets(|text| Some(utf16(text, u16::to_le_bytes))),
    ),
    Attack::new(
        "utf-16-big-endian",
        Class::Encoding,
        "UTF-16 in the other order, with its mark",
        Code::UnsupportedEncoding,
        Make::Octets(|text| Some(utf16(text, u16::to_be_bytes))),
    ),
    Attack::new(
        "utf-32",
        Class::Encoding,
        "UTF-32",
        Code::UnsupportedEncoding,
        Make::Octets(|text| {
            let mut out = vec![0xff, 0xfe, 0, 0];
            out.extend(text.chars().flat_map(|c| u32::from(c).to_le_bytes()));
            Some(out)
        }),
    ),
    Attack::new(
        "encoding-latin-1",
        Class::Encoding,
        "says that it is Latin-1",
        Code::UnsupportedEncoding,
        Make::Octets(|text| prolog(text, "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>")),
    ),
    Attack::new(
        "encoding-utf-7",
        Class::Encoding,
        "says that it is UTF-7, in which < can be written otherwise",
        Code::UnsupportedEncoding,
        Make::Octets(|text| prolog(text, "<?xml version=\"1.0\" encoding=\"UTF-7\"?>")),
    ),
    Attack::new(
        "encoding-says-utf-16",
        Class::Encoding,
        "UTF-8 that says it is UTF-16",
        Code::UnsupportedEncoding,
        Make::Octets(|text| prolog(text, "<?xml version=\"1.0\" encoding=\"UTF-16\"?>")),
    ),
    Attack::new(
        "utf-8-overlong",
        Class::Encoding,
        "a slash in two octets",
        Code::MalformedXml,
        Make::Octets(|text| insert_octets(text, &[0xc0, 0xaf])),
    )
    .refs(&["RFC 3629 §10"]),
    Attack::new(
        "utf-8-surrogate",
        Class::Encoding,
        "half a character in UTF-8",
        Code::MalformedXml,
        Make::Octets(|text| insert_octets(text, &[0xed, 0xa0, 0x80])),
    )
    .refs(&["RFC 3629 §3"]),
    Attack::new(
        "utf-8-truncated",
        Class::Encoding,
        "the first octet of a character that does not go on",
        Code::MalformedXml,
        Make::Octets(|text| insert_octets(text, &[0xe2, 0x82])),
    ),
    Attack::new(
        "null-octet",
        Class::Encoding,
        "a NUL in the name, at which C stops",
        Code::MalformedXml,
        Make::Octets(|text| insert_octets(text, &[0])),
    ),
    Attack::new(
        "control-character",
        Class::Encoding,
        "a control character in the name",
        Code::MalformedXml,
        Make::Octets(|text| insert_octets(text, &[8])),
    ),
    Attack::new(
        "byte-order-mark-twice",
        Class::Encoding,
        "two byte order marks",
        Code::MalformedXml,
        Make::Octets(|text| Some(format!("\u{feff}\u{feff}{text}").into_bytes())),
    ),
    Attack::new(
        "name-in-other-normal-form",
        Class::Encoding,
        "the name with a letter of another script that looks the same",
        Code::SignatureInvalid,
        Make::Edit(|r, _| name(r, &crate::USER.replacen('a', "\u{430}", 1))),
    ),
    // Namespaces.
    Attack::new(
        "namespace-relative",
        Class::Namespace,
        "a relative namespace name beside what is signed: it has no canonical form, which is not the empty one",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            signed_mut(r)?.set("xmlns:void", "1");
            Some(())
        }),
    )
    .refs(VOID),
    Attack::new(
        "namespace-relative-in-status",
        Class::Namespace,
        "a relative namespace name in Status, which is not signed where the assertion is",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            r.child_mut("Status")?.set("xmlns:void", "1");
            Some(())
        }),
    )
    .refs(VOID),
    Attack::new(
        "namespace-relative-in-value",
        Class::Namespace,
        "a relative namespace name in an AttributeValue, signed when it was an absolute one",
        Code::SignatureInvalid,
        Make::SignEdit(
            |r, _| {
                let content = Element::new("x").with("xmlns", "urn:relative");
                r.find_mut("AttributeValue")?.append(content);
                Some(())
            },
            |r, _| {
                let value = r.find_mut("AttributeValue")?;
                value.child_mut("x")?.set("xmlns", "relative");
                Some(())
            },
        ),
    )
    .refs(VOID),
    Attack::new(
        "namespace-relative-in-signature",
        Class::Namespace,
        "a relative namespace name in SignedInfo, whose canonical form would be empty: signed once, an empty form fits every message",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            in_signature(r, "SignedInfo")?.set("xmlns:void", "1");
            Some(())
        }),
    )
    .refs(VOID),
    Attack::new(
        "namespace-relative-at-root",
        Class::Namespace,
        "a relative namespace name at the root",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            r.set("xmlns:void", "../x");
            Some(())
        }),
    )
    .refs(VOID),
    Attack::new(
        "void-signed-info",
        Class::Namespace,
        "a signature over nothing, and a relative namespace name in SignedInfo so that its canonical form fails: who takes failure for \
         the empty form accepts any message under that one signature",
        Code::SignatureInvalid,
        Make::SignEdit(
            |r, _| {
                super::surgery::signature_mut(r)?.pending.as_mut()?.forge =
                    Forge::Block(|length, _| {
                        pkcs1_block(length, &digest_info(DigestAlgorithm::Sha256, b""))
                    });
                Some(())
            },
            |r, _| {
                in_signature(r, "SignedInfo")?.set("xmlns:void", "1");
                r.find_mut("NameID")?.set_text(ADMIN);
                Some(())
            },
        ),
    )
    .refs(FRAGILE)
    .on(ONE),
    Attack::new(
        "void-reference",
        Class::Namespace,
        "the digest of nothing, and a relative namespace name at what is signed so that its canonical form fails",
        Code::SignatureInvalid,
        Make::SignEdit(
            |r, _| {
                let empty = DigestAlgorithm::Sha256.digest(b"");
                super::surgery::signature_mut(r)?.pending.as_mut()?.digest =
                    Some(crate::base64(empty.as_bytes()));
                Some(())
            },
            |r, _| {
                signed_mut(r)?.set("xmlns:void", "1");
                r.find_mut("NameID")?.set_text(ADMIN);
                Some(())
            },
        ),
    )
    .refs(FRAGILE)
    .on(ONE),
    Attack::new(
        "id-polluted-by-prefix",
        Class::IdConfusion,
        "an attribute ID in a namespace before the true one, for readers that look names up without their namespaces",
        Code::InvalidValue,
        Make::Edit(|r, s| {
            let id = r.child("Assertion")?.attribute("ID")?.to_owned();
            let name = s.samlp("ID").name;
            r.attributes.insert(0, (name, id));
            Some(())
        }),
    )
    .refs(FRAGILE),
    Attack::new(
        "namespace-in-reserved-attribute",
        Class::Namespace,
        "xml:xmlns in the place of xmlns at the signature, for readers that take it for a declaration",
        Code::Unsigned,
        Make::Edit(|r, s| {
            let style = s.idp.provider().style();
            if !style.signature.is_empty() {
                return None;
            }
            let signed = signed_mut(r)?;
            let signature = signed.child_mut("Signature")?;
            signature.unset("xmlns")?;
            signature.attributes.insert(0, ("xml:xmlns".to_owned(), ns::DS.to_owned()));
            Some(())
        }),
    )
    .refs(FRAGILE)
    .codes(Code::Unsigned, Code::MissingElement, Code::SignatureInvalid),
    Attack::new(
        "namespace-of-assertion",
        Class::Namespace,
        "the assertion is in the namespace of SAML 1.1",
        Code::NoAssertion,
        Make::Sign(|r, s| {
            let style = s.idp.provider().style();
            if style.declared_at_root {
                return None;
            }
            let assertion = r.child_mut("Assertion")?;
            for (name, value) in &mut assertion.attributes {
                if name.starts_with("xmlns") && value == ns::SAML {
                    "urn:oasis:names:tc:SAML:1.0:assertion".clone_into(value);
                }
            }
            Some(())
        }),
    )
    .codes(
        Code::SignatureWrapping,
        Code::InvalidValue,
        Code::SignatureWrapping,
    ),
    Attack::new(
        "namespace-of-response",
        Class::Namespace,
        "the response is in another namespace",
        Code::NotAResponse,
        Make::Edit(|r, _| {
            for (_, value) in &mut r.attributes {
                if value == ns::SAMLP {
                    "urn:oasis:names:tc:SAML:1.0:protocol".clone_into(value);
                }
            }
            Some(())
        }),
    ),
    Attack::new(
        "namespace-with-trailing-character",
        Class::Namespace,
        "the namespace of the response has a character more",
        Code::NotAResponse,
        Make::Edit(|r, _| {
            for (_, value) in &mut r.attributes {
                if value == ns::SAMLP {
                    value.push('#');
                }
            }
            Some(())
        }),
    ),
    Attack::new(
        "prefix-unbound",
        Class::Namespace,
        "a prefix that is bound to nothing",
        Code::MalformedXml,
        Make::Edit(|r, _| before_status(r, "<x:y/>")),
    ),
    Attack::new(
        "prefix-xml-rebound",
        Class::Namespace,
        "the prefix xml bound to assertions",
        Code::MalformedXml,
        Make::Edit(|r, _| {
            r.attributes.push(("xmlns:xml".to_owned(), ns::SAML.to_owned()));
            Some(())
        }),
    ),
    Attack::new(
        "prefix-xmlns-bound",
        Class::Namespace,
        "the prefix xmlns bound",
        Code::MalformedXml,
        Make::Edit(|r, _| {
            r.attributes.push(("xmlns:xmlns".to_owned(), ns::SAML.to_owned()));
            Some(())
        }),
    ),
    Attack::new(
        "prefix-undeclared",
        Class::Namespace,
        "a prefix taken back, which only XML 1.1 can",
        Code::MalformedXml,
        Make::Edit(|r, _| before_status(r, "<a xmlns:b=\"\"/>")),
    ),
    Attack::new(
        "attribute-twice-by-prefixes",
        Class::Namespace,
        "an attribute twice by two prefixes of one namespace",
        Code::MalformedXml,
        Make::Edit(|r, _| {
            before_status(r, "<a xmlns:b=\"urn:x\" xmlns:c=\"urn:x\" b:d=\"\" c:d=\"\"/>")
        }),
    )
    .refs(ROUND_TRIP),
    Attack::new(
        "attribute-prefixed",
        Class::Namespace,
        "the recipient's attribute is in a namespace, so that it is another one: correctly signed",
        Code::InvalidValue,
        Make::Sign(|r, _| {
            let data = r.find_mut("SubjectConfirmationData")?;
            let url = data.unset("Recipient")?;
            data.set("xmlns:x", "urn:example");
            data.set("x:Recipient", url);
            Some(())
        }),
    )
    .codes(
        Code::SubjectConfirmation,
        Code::SubjectConfirmation,
        Code::SubjectConfirmation,
    )
    .on(ONE),
    Attack::new(
        "default-namespace-taken-away",
        Class::Namespace,
        "the Subject in no namespace, correctly signed",
        Code::InvalidValue,
        Make::Sign(|r, _| {
            let subject = r.find_mut("Subject")?;
            "Subject".clone_into(&mut subject.name);
            subject.set("xmlns", "");
            Some(())
        }),
    ),
    Attack::new(
        "subject-of-another-namespace",
        Class::Namespace,
        "a Subject of another namespace before the true one, correctly signed",
        Code::InvalidValue,
        Make::Sign(|r, _| {
            let assertion = r.child_mut("Assertion")?;
            let evil = Element::new("x:Subject")
                .with("xmlns:x", "urn:example")
                .containing(Element::new("x:NameID").text(ADMIN));
            assertion.insert_before("Subject", evil)
        }),
    ),
];

fn utf16(text: &str, octets: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let units = core::iter::once(0xfeff).chain(body(text).encode_utf16());
    units.flat_map(octets).collect()
}

/// Puts octets into the user's name.
fn insert_octets(text: &str, octets: &[u8]) -> Option<Vec<u8>> {
    let at = text.find(crate::USER)? + 7;
    let (before, after) = (text.get(..at)?, text.get(at..)?);
    Some([before.as_bytes(), octets, after.as_bytes()].concat())
}
