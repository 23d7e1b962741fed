//! Messages that few identity providers send.

use crate::attack::{Edit, Shape};
use crate::markup::{Element, Node};
use crate::ns;

pub(super) type Edits = &'static [(&'static str, &'static str, &'static [Shape], Edit)];

/// Edited before they were signed.
pub(super) const EDITED: Edits = &[
    (
        "comment-in-name",
        "a comment in the name, which is whole all the same",
        Shape::PLAIN,
        |r, _| {
            r.find_mut("NameID")?
                .set_raw("britta<!-- -->.simon@contoso.example");
            Some(())
        },
    ),
    (
        "instruction-in-name",
        "an instruction in the name",
        Shape::PLAIN,
        |r, _| {
            r.find_mut("NameID")?
                .set_raw("britta<?x y?>.simon@contoso.example");
            Some(())
        },
    ),
    (
        "cdata-in-name",
        "a CDATA section in the name",
        Shape::PLAIN,
        |r, _| {
            r.find_mut("NameID")?
                .set_raw("britta<![CDATA[.simon]]>@contoso.example");
            Some(())
        },
    ),
    (
        "references-in-name",
        "character references in the name",
        Shape::PLAIN,
        |r, _| {
            r.find_mut("NameID")?
                .set_raw("britta&#46;simon&#x40;contoso.example");
            Some(())
        },
    ),
    (
        "c14n-10",
        "Canonical XML 1.0 of what is signed",
        Shape::PLAIN,
        |r, _| canonicalization(r, ns::C14N10),
    ),
    (
        "c14n-10-comments",
        "Canonical XML 1.0 with comments",
        Shape::PLAIN,
        |r, _| canonicalization(r, ns::C14N10_COMMENTS),
    ),
    ("c14n-11", "Canonical XML 1.1", Shape::PLAIN, |r, _| {
        canonicalization(r, ns::C14N11)
    }),
    (
        "exc-c14n-comments",
        "exclusive canonicalization with comments",
        Shape::PLAIN,
        |r, _| canonicalization(r, ns::EXC_C14N_COMMENTS),
    ),
    (
        "enveloped-alone",
        "the enveloped-signature transform alone",
        Shape::PLAIN,
        |r, _| {
            for_each_signature(r, |signature| {
                signature.find_mut("Transforms")?.children.truncate(1);
                Some(())
            })
        },
    ),
    (
        "rsa-sha512",
        "RSA with SHA-512, and its digest",
        Shape::PLAIN,
        |r, _| {
            for_each_signature(r, |signature| {
                let method = signature.find_mut("SignatureMethod")?;
                method.set("Algorithm", samlkit::crypto::algorithm::RSA_SHA512);
                let digest = signature.find_mut("DigestMethod")?;
                digest.set("Algorithm", samlkit::crypto::algorithm::SHA512);
                Some(())
            })
        },
    ),
    ("rsa-sha384", "RSA with SHA-384", Shape::PLAIN, |r, _| {
        for_each_signature(r, |signature| {
            let method = signature.find_mut("SignatureMethod")?;
            method.set("Algorithm", samlkit::crypto::algorithm::RSA_SHA384);
            Some(())
        })
    }),
    ("rsa-pss", "RSA-PSS", Shape::PLAIN, |r, _| {
        for_each_signature(r, |signature| {
            let method = signature.find_mut("SignatureMethod")?;
            method.set("Algorithm", samlkit::crypto::algorithm::SHA256_RSA_MGF1);
            Some(())
        })
    }),
    (
        "prefix-list",
        "a PrefixList with prefixes that are bound and one that is not",
        Shape::PLAIN,
        |r, _| {
            r.set("xmlns:xs", ns::XS);
            for_each_signature(r, |signature| {
                let list = Element::new("ec:InclusiveNamespaces")
                    .with("xmlns:ec", ns::EXC_C14N)
                    .with("PrefixList", "xs #default unbound");
                let transforms = signature.find_mut("Transforms")?;
                let Some(Node::Element(last)) = transforms.children.last_mut() else {
                    return None;
                };
                last.children = vec![list.into()];
                Some(())
            })
        },
    ),
    ("key-info-none", "no KeyInfo", Shape::PLAIN, |r, _| {
        for_each_signature(r, |signature| signature.take("KeyInfo").map(drop))
    }),
    (
        "signature-ids",
        "an Id at every part of the signature",
        Shape::PLAIN,
        |r, _| {
            let mut count = 0;
            for_each_signature(r, |signature| {
                count += 1;
                signature.set("Id", format!("_s{count}"));
                for (local, name) in [
                    ("SignedInfo", "i"),
                    ("SignatureValue", "v"),
                    ("KeyInfo", "k"),
                ] {
                    if let Some(part) = signature.child_mut(local) {
                        part.set("Id", format!("_{name}{count}"));
                    }
                }
                Some(())
            })
        },
    ),
    (
        "pretty-signature",
        "white space between the elements of the signature",
        Shape::PLAIN,
        |r, _| {
            for_each_signature(r, |signature| {
                indent(signature);
                Some(())
            })
        },
    ),
    (
        "pretty",
        "white space between all elements",
        Shape::PLAIN,
        |r, _| {
            indent(r);
            Some(())
        },
    ),
    (
        "comments-everywhere",
        "comments and instructions between the elements",
        Shape::PLAIN,
        |r, _| {
            for local in [
                "Subject",
                "Conditions",
                "AuthnStatement",
                "AttributeStatement",
            ] {
                let assertion = r.child_mut("Assertion")?;
                assertion.insert_before(local, Node::Raw("<!-- c --><?i n?>".to_owned()))?;
            }
            Some(())
        },
    ),
    (
        "unused-namespaces",
        "declarations that nothing uses",
        Shape::PLAIN,
        |r, _| {
            r.set("xmlns:a", "urn:a");
            r.find_mut("Subject")?.set("xmlns:a", "urn:b");
            r.find_mut("NameID")?.set("xmlns:a", "urn:a");
            Some(())
        },
    ),
    (
        "two-audiences",
        "two audiences in one restriction",
        Shape::PLAIN,
        |r, s| {
            let other = s.saml("Audience").text("https://other.example/");
            r.find_mut("AudienceRestriction")?.prepend(other);
            Some(())
        },
    ),
    (
        "two-restrictions",
        "two restrictions, both met",
        Shape::PLAIN,
        |r, _| {
            let conditions = r.find_mut("Conditions")?;
            let copy = conditions.child("AudienceRestriction")?.clone();
            conditions.append(copy);
            Some(())
        },
    ),
    (
        "one-time-use",
        "OneTimeUse and ProxyRestriction",
        Shape::PLAIN,
        |r, s| {
            let conditions = r.find_mut("Conditions")?;
            conditions.append(s.saml("OneTimeUse"));
            conditions.append(s.saml("ProxyRestriction").with("Count", "0"));
            Some(())
        },
    ),
    (
        "conditions-without-times",
        "Conditions without times",
        Shape::PLAIN,
        |r, _| {
            let conditions = r.find_mut("Conditions")?;
            conditions.unset("NotBefore")?;
            conditions.unset("NotOnOrAfter").map(drop)
        },
    ),
    (
        "confirmation-second",
        "the bearer confirmation after one of another method",
        Shape::PLAIN,
        |r, s| {
            let other = s
                .saml("SubjectConfirmation")
                .with("Method", ns::SENDER_VOUCHES);
            r.find_mut("Subject")?
                .insert_before("SubjectConfirmation", other)
        },
    ),
    (
        "confirmation-address",
        "an address in the confirmation",
        Shape::PLAIN,
        |r, _| {
            r.find_mut("SubjectConfirmationData")?
                .set("Address", "192.0.2.1");
            Some(())
        },
    ),
    (
        "advice",
        "Advice with elements of another namespace",
        Shape::PLAIN,
        |r, s| {
            let advice = s
                .saml("Advice")
                .containing(Element::new("x:y").with("xmlns:x", "urn:example").text("z"));
            r.child_mut("Assertion")?.insert_after("Conditions", advice)
        },
    ),
    (
        "extensions",
        "Extensions and Consent of the response",
        Shape::PLAIN,
        |r, s| {
            r.set("Consent", "urn:oasis:names:tc:SAML:2.0:consent:obtained");
            let extensions = s
                .samlp("Extensions")
                .containing(Element::new("x:y").with("xmlns:x", "urn:example"));
            r.insert_before("Status", extensions)
        },
    ),
    (
        "look-alikes",
        "elements of the same names in another namespace",
        Shape::PLAIN,
        |r, s| {
            let alike = Element::new("x:Assertion")
                .with("xmlns:x", "urn:example")
                .containing(Element::new("x:Signature"))
                .containing(Element::new("x:Response"));
            let extensions = s.samlp("Extensions").containing(alike);
            r.insert_before("Status", extensions)
        },
    ),
    (
        "status-detail",
        "a second code, a message and details of success",
        Shape::PLAIN,
        |r, s| {
            let status = r.child_mut("Status")?;
            let inner = s.samlp("StatusCode").with("Value", "urn:example:fine");
            status.child_mut("StatusCode")?.append(inner);
            status.append(s.samlp("StatusMessage").text("fine"));
            status.append(
                s.samlp("StatusDetail")
                    .containing(Element::new("x:y").with("xmlns:x", "urn:example")),
            );
            Some(())
        },
    ),
    (
        "authn-statements",
        "two authentication statements",
        Shape::PLAIN,
        |r, _| {
            let assertion = r.child_mut("Assertion")?;
            let copy = assertion.child("AuthnStatement")?.clone();
            assertion.insert_after("AuthnStatement", copy)
        },
    ),
    (
        "other-order",
        "the statements in the other order",
        Shape::PLAIN,
        |r, _| {
            let assertion = r.child_mut("Assertion")?;
            let last = assertion.children.pop()?;
            let before = assertion.children.len().checked_sub(1)?;
            assertion.children.insert(before, last);
            Some(())
        },
    ),
    ("no-attributes", "no attributes", Shape::PLAIN, |r, _| {
        r.child_mut("Assertion")?
            .take("AttributeStatement")
            .map(drop)
    }),
    (
        "issuer-format",
        "the issuer with its format",
        Shape::PLAIN,
        |r, _| {
            r.child_mut("Issuer")?.set("Format", ns::ENTITY);
            r.child_mut("Assertion")?
                .child_mut("Issuer")?
                .set("Format", ns::ENTITY);
            Some(())
        },
    ),
    (
        "name-qualified",
        "a qualified name of no particular format",
        Shape::PLAIN,
        |r, s| {
            let name = r.find_mut("NameID")?;
            name.unset("Format");
            name.set("NameQualifier", s.idp.entity_id());
            name.set("SPNameQualifier", s.sp.entity_id());
            Some(())
        },
    ),
    (
        "times-with-offset",
        "UTC as an offset",
        Shape::PLAIN,
        |r, _| {
            let conditions = r.find_mut("Conditions")?;
            let time = conditions.attribute("NotOnOrAfter")?.replace('Z', "+00:00");
            conditions.set("NotOnOrAfter", time);
            Some(())
        },
    ),
    (
        "times-with-nanoseconds",
        "nine digits of a second",
        Shape::PLAIN,
        |r, _| {
            let conditions = r.find_mut("Conditions")?;
            let time = conditions
                .attribute("NotOnOrAfter")?
                .replace(".000Z", "Z")
                .replace('Z', ".123456789Z");
            conditions.set("NotOnOrAfter", time);
            Some(())
        },
    ),
    (
        "no-response-issuer",
        "a response without Issuer",
        Shape::PLAIN,
        |r, _| r.take("Issuer").map(drop),
    ),
    (
        "in-response-to-inside",
        "the assertion alone says what it answers",
        Shape::PLAIN,
        |r, _| r.unset("InResponseTo").map(drop),
    ),
    (
        "xsi-type-and-nil",
        "typed values, and one that says it has none",
        Shape::PLAIN,
        |r, s| {
            let nil = s
                .saml("AttributeValue")
                .with("xmlns:xsi", ns::XSI)
                .with("xsi:nil", "true");
            let number = s
                .saml("AttributeValue")
                .with("xmlns:xsi", ns::XSI)
                .with("xmlns:xs", ns::XS)
                .with("xsi:type", "xs:integer")
                .text("7");
            let attribute = s
                .saml("Attribute")
                .with("Name", "n")
                .containing(nil)
                .containing(number);
            r.find_mut("AttributeStatement")?.append(attribute);
            Some(())
        },
    ),
    (
        "value-structured",
        "a value that is markup",
        Shape::PLAIN,
        |r, s| {
            let value = s
                .saml("AttributeValue")
                .containing(Element::new("x:y").with("xmlns:x", "urn:example").text("z"));
            let attribute = s.saml("Attribute").with("Name", "s").containing(value);
            r.find_mut("AttributeStatement")?.append(attribute);
            Some(())
        },
    ),
    (
        "line-ends",
        "line ends in values, as they are and as references",
        Shape::PLAIN,
        |r, _| {
            r.find_mut("AttributeValue")?
                .set_raw("a\r\nb\rc&#13;&#10;d");
            Some(())
        },
    ),
];

pub(super) type Afterwards = &'static [(&'static str, &'static str, Edit)];

/// Edited without the key, in what is not signed or does not matter.
pub(super) const AFTERWARDS: Afterwards = &[
    (
        "attributes-in-other-order",
        "the attributes of the response in the other order",
        |r, _| {
            r.attributes.reverse();
            Some(())
        },
    ),
    (
        "signature-of-response-taken-off",
        "of two signatures the outer one taken off: the inner one is enough",
        |r, _| {
            r.child("Assertion")?.child("Signature")?;
            r.take("Signature").map(drop)
        },
    ),
    (
        "comment-added-to-name",
        "a comment put into the name: canonicalization drops it, and the name stays whole",
        |r, _| {
            r.find_mut("NameID")?
                .set_raw("britta<!-- -->.simon@contoso.example");
            Some(())
        },
    ),
    (
        "references-added",
        "the name written with character references",
        |r, _| {
            r.find_mut("NameID")?
                .set_raw("&#98;ritta.simon@contoso.example");
            Some(())
        },
    ),
    ("cdata-added", "the name in a CDATA section", |r, _| {
        r.find_mut("NameID")?
            .set_raw("<![CDATA[britta.simon@contoso.example]]>");
        Some(())
    }),
    (
        "signature-value-in-lines",
        "the signature value in lines",
        |r, _| {
            // The outer one, where there are two: the inner one is part of what it signs.
            let outer = r.child("Signature").is_some();
            let signed = if outer { r } else { r.child_mut("Assertion")? };
            let value = signed.child_mut("Signature")?.child_mut("SignatureValue")?;
            let lines = lines(&value.own_text());
            value.set_raw(lines);
            Some(())
        },
    ),
    (
        "declaration-added",
        "a namespace declaration that nothing uses at the root",
        |r, _| {
            r.set("xmlns:unused", "urn:unused");
            Some(())
        },
    ),
];

pub(super) type Written = &'static [(&'static str, &'static str, fn(&str) -> Option<String>)];

/// Other octets of the same document.
pub(super) const WRITTEN: Written = &[
    ("byte-order-mark", "a byte order mark", |xml| {
        Some(format!("\u{feff}{xml}"))
    }),
    (
        "single-quotes",
        "the attributes of a tag in single quotes",
        |xml| {
            let changed = xml.replacen("Version=\"2.0\"", "Version='2.0'", 1);
            (changed != xml).then_some(changed)
        },
    ),
    ("space-in-tags", "white space in tags", |xml| {
        let changed = xml.replacen("Version=\"2.0\"", "\n  Version = \"2.0\"\t", 1);
        (changed != xml).then_some(changed)
    }),
    (
        "space-around",
        "white space and a comment after the root",
        |xml| Some(format!("{xml}\n<!-- end -->\n")),
    ),
    (
        "declaration-lower-case",
        "an XML declaration with a lower-case encoding",
        |xml| {
            let body = if xml.starts_with("<?xml") {
                xml.split_once("?>")?.1
            } else {
                xml
            };
            Some(format!("<?xml version='1.0' encoding='utf-8'?>\n{body}"))
        },
    ),
    (
        "carriage-returns",
        "line ends of another system after the declaration",
        |xml| {
            let body = if xml.starts_with("<?xml") {
                xml.split_once("?>")?.1
            } else {
                xml
            };
            Some(format!("<?xml version=\"1.0\"?>\r\n{body}\r\n"))
        },
    ),
];

/// Does it to every signature of the response and of its assertion.
pub(super) fn for_each_signature(
    response: &mut Element,
    mut edit: impl FnMut(&mut Element) -> Option<()>,
) -> Option<()> {
    let mut done = None;
    if let Some(signature) = response.child_mut("Signature") {
        edit(signature)?;
        done = Some(());
    }
    if let Some(signature) = response
        .child_mut("Assertion")
        .and_then(|a| a.child_mut("Signature"))
    {
        edit(signature)?;
        done = Some(());
    }
    done
}

fn canonicalization(response: &mut Element, uri: &str) -> Option<()> {
    for_each_signature(response, |signature| {
        let method = signature.find_mut("CanonicalizationMethod")?;
        method.set("Algorithm", uri);
        method.children.clear();
        let transforms = signature.find_mut("Transforms")?;
        let Some(Node::Element(last)) = transforms.children.last_mut() else {
            return None;
        };
        last.set("Algorithm", uri);
        last.children.clear();
        Some(())
    })
}

/// Puts a line end between elements, where there is no text.
fn indent(element: &mut Element) {
    let bare = element
        .children
        .iter()
        .all(|node| matches!(node, Node::Element(_)));
    if !bare || element.children.is_empty() {
        return;
    }
    for child in &mut element.children {
        if let Node::Element(child) = child {
            indent(child);
        }
    }
    let children = core::mem::take(&mut element.children);
    for child in children {
        element.children.push(Node::Raw("\n  ".to_owned()));
        element.children.push(child);
    }
    element.children.push(Node::Raw("\n".to_owned()));
}

/// In lines of 64 characters.
pub(super) fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 66 / 64);
    for (at, c) in text.chars().enumerate() {
        if at % 64 == 0 {
            out.push('\n');
        }
        out.push(c);
    }
    out.push('\n');
    out
}
