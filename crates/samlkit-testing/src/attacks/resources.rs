//! Small messages that are to cause much work, and large ones.

use samlkit::Code;

use super::surgery::{extensions, in_signature};
use crate::attack::{Attack, Class, Make, Shape};
use crate::markup::{Element, Node};
use crate::ns;

const ONE: &[Shape] = &[Shape::Assertion];

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new("deep", Class::Resources, "elements nested three thousand levels deep", Code::LimitExceeded,
        Make::Edit(|r, s| {
            let markup = "<x>".repeat(3000) + &"</x>".repeat(3000);
            extensions(r, s, Element::new("x").raw(markup))
        })).on(ONE).refs(&["CWE-674"]),
    Attack::new("deep-status", Class::Resources, "status codes within status codes", Code::LimitExceeded,
        Make::Edit(|r, s| {
            let code = s.samlp("StatusCode").name;
            let markup = format!("<{code} Value=\"x\">").repeat(200) + &format!("</{code}>").repeat(200);
            r.find_mut("StatusCode")?.children = vec![Node::Raw(markup)];
            Some(())
        })).on(ONE),
    Attack::new("attributes-many", Class::Resources, "ten thousand attributes of one element", Code::LimitExceeded,
        Make::Edit(|r, _| {
            let status = r.child_mut("Status")?;
            status.attributes.extend((0..10_000).map(|n| (format!("a{n}"), String::new())));
            Some(())
        })).on(ONE),
    Attack::new("declarations-many", Class::Resources, "ten thousand namespace declarations of one element", Code::LimitExceeded,
        Make::Edit(|r, _| {
            r.attributes.extend((0..10_000).map(|n| (format!("xmlns:p{n}"), format!("urn:{n}"))));
            Some(())
        })).on(ONE),
    Attack::new("declarations-nested", Class::Resources, "two hundred levels with ten declarations each", Code::LimitExceeded,
        Make::Edit(|r, s| {
            let start: String = (0..200)
                .map(|level| {
                    let declarations: String = (0..10).map(|n| format!(" xmlns:p{level}_{n}=\"urn:{n}\"")).collect();
                    format!("<x{declarations}>")
                })
                .collect();
            extensions(r, s, Element::new("x").raw(start + &"</x>".repeat(200)))
        })).on(ONE),
    Attack::new("canonical-form-multiplied", Class::Resources,
        "a long namespace name, declared once and used by many siblings, so that the canonical form of SignedInfo is a multiple of it",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let info = in_signature(r, "SignedInfo")?;
            info.set("xmlns:x", format!("urn:{}", "x".repeat(20_000)));
            info.children.extend((0..100).map(|_| Node::Raw("<x:a/>".to_owned())));
            Some(())
        })).on(Shape::PLAIN).refs(&["ExcC14N §3"]),
    Attack::new("canonical-form-multiplied-before-keys", Class::Resources,
        "the same by an algorithm that no trusted key is for: refused before a key is looked for", Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let info = in_signature(r, "SignedInfo")?;
            info.set("xmlns:x", format!("urn:{}", "x".repeat(20_000)));
            info.children.extend((0..100).map(|_| Node::Raw("<x:a/>".to_owned())));
            in_signature(r, "SignatureMethod")?.set("Algorithm", samlkit::crypto::algorithm::ECDSA_SHA256);
            Some(())
        })).on(ONE).refs(&["ExcC14N §3"]),
    Attack::new("values-multiplied", Class::Resources,
        "a long namespace name, declared once, that each of many attribute values has to declare again when it is read, correctly signed",
        Code::LimitExceeded,
        Make::Sign(|r, s| {
            for method in ["CanonicalizationMethod", "Transform"] {
                for_each(r, method, &|element| if element.attribute("Algorithm") == Some(ns::EXC_C14N) {
                    element.set("Algorithm", ns::C14N10);
                    element.children.clear();
                });
            }
            r.child_mut("Assertion")?.set("xmlns:x", format!("urn:{}", "x".repeat(2500)));
            let values = (0..150).map(|_| s.saml("AttributeValue").containing(Element::new("x:a")));
            let attribute = s.saml("Attribute").with("Name", "x").containing_all(values);
            r.find_mut("AttributeStatement")?.append(attribute);
            Some(())
        })).on(ONE),
    Attack::new("signature-value-long", Class::Resources, "a signature value of a megabyte", Code::SignatureInvalid,
        Make::Edit(|r, _| { in_signature(r, "SignatureValue")?.set_text("AAAA".repeat(1 << 18)); Some(()) })).on(ONE),
    Attack::new("certificates-many", Class::Resources, "a thousand certificates in KeyInfo, by an unknown key", Code::UntrustedKey,
        Make::Sign(|r, s| {
            let signature = super::surgery::signature_mut(r)?;
            signature.pending = Some(crate::sign::Pending::with(crate::TestKey::Untrusted));
            let certificate = s.ds("X509Certificate").text(crate::TestKey::Untrusted.certificate_base64());
            let data = signature.find_mut("X509Data")?;
            data.children = (0..1000).map(|_| certificate.clone().into()).collect();
            Some(())
        })).on(ONE),
    Attack::new("identifiers-many", Class::Resources, "fifty thousand IDs, two of them equal", Code::DuplicateId,
        Make::Edit(|r, s| {
            let markup: String = (0..50_000).map(|n| format!("<x Id=\"i{}\"/>", n % 49_999)).collect();
            extensions(r, s, Element::new("x:x").with("xmlns:x", "urn:example").raw(markup))
        })).on(ONE),
    Attack::new("signatures-many", Class::Resources, "a thousand signatures", Code::SignatureWrapping,
        Make::Edit(|r, _| {
            let signature = super::surgery::signature_mut(r)?.clone();
            let signed = super::surgery::signed_mut(r)?;
            let at = signed.position("Signature")?;
            for _ in 0..1000 {
                signed.children.insert(at, signature.clone().into());
            }
            Some(())
        })).on(ONE),
    Attack::new("assertions-many", Class::Resources, "three hundred signed assertions, with IDs of their own", Code::MultipleAssertions,
        Make::Edit(|r, _| {
            let assertion = r.child("Assertion")?.clone();
            for n in 0..300 {
                let mut copy = assertion.clone();
                copy.set("ID", format!("_copy-{n}"));
                r.append(copy);
            }
            Some(())
        })).on(ONE),
    Attack::new("prefix-list-long", Class::Resources, "a PrefixList of a hundred thousand prefixes", Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let list: String = (0..100_000).map(|n| format!("p{n} ")).collect();
            let element = Element::new("ec:InclusiveNamespaces").with("xmlns:ec", ns::EXC_C14N).with("PrefixList", list);
            in_signature(r, "CanonicalizationMethod")?.children = vec![element.into()];
            Some(())
        })).on(ONE),
    Attack::new("time-with-a-long-fraction", Class::Resources, "a time with a megabyte of digits", Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let digits = "0".repeat(1 << 20);
            r.find_mut("Conditions")?.set("NotOnOrAfter", format!("2099-01-01T00:00:00.{digits}Z"));
            Some(())
        })).on(ONE),
];

/// Does something to each element of this local name.
fn for_each(element: &mut Element, local: &str, edit: &dyn Fn(&mut Element)) {
    for child in &mut element.children {
        if let Node::Element(child) = child {
            if child.local() == local {
                edit(child);
            }
            for_each(child, local, edit);
        }
    }
}
