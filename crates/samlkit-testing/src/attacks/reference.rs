//! References and transforms: what a signature is about.

use samlkit::Code;

use super::surgery::in_signature;
use crate::attack::{Attack, Class, Make, Shape};
use crate::markup::Element;
use crate::ns;

const CORE_54: &[&str] = &["SAMLCore §5.4.2"];

pub(super) const ATTACKS: &[Attack] = &[
    // References.
    Attack::new(
        "reference-doubled",
        Class::Reference,
        "two references, correctly signed",
        Code::SignatureInvalid,
        Make::Sign(|r, _| {
            let copy = in_signature(r, "Reference")?.clone();
            in_signature(r, "SignedInfo")?.append(copy);
            Some(())
        }),
    )
    .refs(CORE_54),
    Attack::new(
        "reference-doubled-unsigned",
        Class::Reference,
        "a second reference that is not signed",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let copy = in_signature(r, "Reference")?.clone();
            in_signature(r, "SignedInfo")?.append(copy);
            Some(())
        }),
    )
    .refs(CORE_54),
    Attack::new(
        "reference-changed",
        Class::Reference,
        "the assertion's signature refers to the response, by an edit",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let id = r.attribute("ID")?.to_owned();
            in_signature(r, "Reference")?.set("URI", format!("#{id}"));
            Some(())
        }),
    )
    .on(&[Shape::Assertion]),
    Attack::new(
        "reference-none",
        Class::Reference,
        "SignedInfo without a reference, correctly signed: a signature over nothing",
        Code::SignatureInvalid,
        Make::SignEdit(
            |r, _| {
                // The digest has nowhere to go then.
                let info = in_signature(r, "SignedInfo")?;
                let reference = info.take("Reference")?;
                info.children.push(crate::markup::Node::Raw(String::new()));
                in_signature(r, "KeyInfo")?.append(reference);
                Some(())
            },
            |r, _| {
                in_signature(r, "KeyInfo")?.take("Reference")?;
                r.find_mut("NameID")?.set_text(crate::ADMIN);
                Some(())
            },
        ),
    )
    .refs(CORE_54)
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "reference-empty",
        Class::Reference,
        "the reference means the whole document, correctly signed",
        Code::SignatureWrapping,
        Make::Sign(|r, _| {
            in_signature(r, "Reference")?.set("URI", "");
            Some(())
        }),
    )
    .refs(CORE_54)
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "reference-without-uri",
        Class::Reference,
        "no URI, so that the application has to know what is meant",
        Code::SignatureInvalid,
        Make::Sign(|r, _| in_signature(r, "Reference")?.unset("URI").map(drop)),
    )
    .refs(CORE_54)
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "reference-to-parent",
        Class::Reference,
        "the assertion's signature refers to the response around it, correctly",
        Code::SignatureWrapping,
        Make::Sign(|r, _| {
            let id = r.attribute("ID")?.to_owned();
            in_signature(r, "Reference")?.set("URI", format!("#{id}"));
            Some(())
        }),
    )
    .refs(CORE_54)
    .on(&[Shape::Assertion]),
    Attack::new(
        "reference-to-child",
        Class::Reference,
        "the response's signature refers to the assertion in it, correctly",
        Code::SignatureWrapping,
        Make::Sign(|r, _| {
            let id = r.child("Assertion")?.attribute("ID")?.to_owned();
            in_signature(r, "Reference")?.set("URI", format!("#{id}"));
            Some(())
        }),
    )
    .refs(CORE_54)
    .on(&[Shape::Response]),
    Attack::new(
        "reference-to-detail",
        Class::Reference,
        "the signature refers to an element in StatusDetail, correctly: nothing of the user is signed",
        Code::SignatureWrapping,
        Make::SignEdit(
            |r, s| {
                let named = Element::new("x:y").with("xmlns:x", "urn:example").with("ID", "_named");
                let status = r.child_mut("Status")?;
                status.append(s.samlp("StatusDetail").containing(named));
                in_signature(r, "Reference")?.set("URI", "#_named");
                Some(())
            },
            |r, _| {
                r.find_mut("NameID")?.set_text(crate::ADMIN);
                Some(())
            },
        ),
    )
    .refs(CORE_54)
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "reference-xpointer",
        Class::Reference,
        "the reference is an XPointer to the ID",
        Code::SignatureWrapping,
        Make::Sign(|r, _| {
            let reference = in_signature(r, "Reference")?;
            let uri = reference.attribute("URI")?.trim_start_matches('#').to_owned();
            reference.set("URI", format!("#xpointer(id('{uri}'))"));
            Some(())
        }),
    )
    .refs(&["XMLSig §4.4.3.3"])
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "reference-xpointer-root",
        Class::Reference,
        "the reference is an XPointer to the document",
        Code::SignatureWrapping,
        Make::Sign(|r, _| {
            in_signature(r, "Reference")?.set("URI", "#xpointer(/)");
            Some(())
        }),
    )
    .refs(&["XMLSig §4.4.3.3"])
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "reference-external",
        Class::Reference,
        "the reference is a URL, which a verifier would fetch",
        Code::SignatureWrapping,
        Make::Sign(|r, _| {
            in_signature(r, "Reference")?.set("URI", "http://127.0.0.1/signed.xml");
            Some(())
        }),
    )
    .refs(&["XMLSig §8.2"])
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "reference-file",
        Class::Reference,
        "the reference is a file, which a verifier would read",
        Code::SignatureWrapping,
        Make::Sign(|r, _| {
            in_signature(r, "Reference")?.set("URI", "file:///etc/passwd");
            Some(())
        }),
    )
    .refs(&["XMLSig §8.2"])
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "reference-space",
        Class::Reference,
        "a space follows the ID in the reference",
        Code::SignatureWrapping,
        Make::Sign(|r, _| {
            let reference = in_signature(r, "Reference")?;
            let uri = reference.attribute("URI")?.to_owned();
            reference.set("URI", format!("{uri} "));
            Some(())
        }),
    )
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "reference-escaped",
        Class::Reference,
        "the ID is percent-encoded in the reference",
        Code::SignatureWrapping,
        Make::Sign(|r, _| {
            let reference = in_signature(r, "Reference")?;
            let id = reference.attribute("URI")?.strip_prefix('#')?;
            let first = id.bytes().next()?;
            let rest = id.get(1..)?;
            reference.set("URI", format!("#%{first:02X}{rest}"));
            Some(())
        }),
    )
    .on(&[Shape::Assertion, Shape::Response]),
    // Transforms.
    Attack::new(
        "transform-xpath",
        Class::Transform,
        "an XPath transform takes the Subject out of what is signed",
        Code::AlgorithmNotAllowed,
        Make::SignEdit(
            |r, s| {
                let filter = s
                    .ds("Transform")
                    .with("Algorithm", ns::XPATH)
                    .containing(s.ds("XPath").text("not(ancestor-or-self::*[local-name()='Subject'])"));
                in_signature(r, "Transforms")?.prepend(filter);
                // What the transform would take out is not there when it is signed.
                r.child_mut("Assertion")?.take("Subject")?;
                Some(())
            },
            |r, s| {
                let mut subject = s.builder().tree().child("Assertion")?.child("Subject")?.clone();
                subject.find_mut("NameID")?.set_text(crate::ADMIN);
                let assertion = r.child_mut("Assertion")?;
                assertion.insert_before("Conditions", subject)
            },
        ),
    )
    .refs(&["XMLSig §6.6.3", "SAMLCore §5.4.4"])
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "transform-xpath-filter",
        Class::Transform,
        "an XPath Filter 2.0 transform takes the Subject out of what is signed",
        Code::AlgorithmNotAllowed,
        Make::SignEdit(
            |r, s| {
                let filter = s.ds("Transform").with("Algorithm", ns::XPATH_FILTER2).containing(
                    Element::new("f:XPath")
                        .with("xmlns:f", ns::XPATH_FILTER2)
                        .with("Filter", "subtract")
                        .text("//*[local-name()='Subject']"),
                );
                in_signature(r, "Transforms")?.prepend(filter);
                r.child_mut("Assertion")?.take("Subject")?;
                Some(())
            },
            |r, s| {
                let mut subject = s.builder().tree().child("Assertion")?.child("Subject")?.clone();
                subject.find_mut("NameID")?.set_text(crate::ADMIN);
                let assertion = r.child_mut("Assertion")?;
                assertion.insert_before("Conditions", subject)
            },
        ),
    )
    .refs(&["SAMLCore §5.4.4"])
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "transform-xslt",
        Class::Transform,
        "an XSLT transform, which is a program of the sender's",
        Code::AlgorithmNotAllowed,
        Make::Sign(|r, s| {
            let sheet = Element::new("xsl:stylesheet")
                .with("xmlns:xsl", "http://www.w3.org/1999/XSL/Transform")
                .with("version", "1.0")
                .containing(
                    Element::new("xsl:template")
                        .with("match", "/")
                        .containing(Element::new("xsl:copy-of").with("select", "document('file:///etc/passwd')")),
                );
            let transform = s.ds("Transform").with("Algorithm", ns::XSLT).containing(sheet);
            in_signature(r, "Transforms")?.append(transform);
            Some(())
        }),
    )
    .refs(&["XMLSig §8.1", "CVE-2022-47966", "CVE-2022-34169"])
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "transform-xslt-unsigned",
        Class::Transform,
        "the same, added without the key: it runs where transforms run before the signature is checked",
        Code::SignatureInvalid,
        Make::Edit(|r, s| {
            let sheet = Element::new("xsl:stylesheet")
                .with("xmlns:xsl", "http://www.w3.org/1999/XSL/Transform")
                .with("version", "1.0");
            let transform = s.ds("Transform").with("Algorithm", ns::XSLT).containing(sheet);
            in_signature(r, "Transforms")?.append(transform);
            Some(())
        }),
    )
    .refs(&["XMLSig §8.1", "CVE-2022-47966"]),
    Attack::new(
        "transform-base64",
        Class::Transform,
        "a base64 transform",
        Code::AlgorithmNotAllowed,
        Make::Sign(|r, s| {
            let transform = s.ds("Transform").with("Algorithm", ns::BASE64);
            in_signature(r, "Transforms")?.append(transform);
            Some(())
        }),
    )
    .refs(&["SAMLCore §5.4.4"])
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "transform-unknown",
        Class::Transform,
        "a transform that nobody knows",
        Code::AlgorithmNotAllowed,
        Make::Sign(|r, s| {
            let transform = s.ds("Transform").with("Algorithm", "urn:example:transform");
            in_signature(r, "Transforms")?.append(transform);
            Some(())
        }),
    )
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "transform-enveloped-twice",
        Class::Transform,
        "enveloped-signature twice",
        Code::SignatureInvalid,
        Make::Sign(|r, s| {
            let transform = s.ds("Transform").with("Algorithm", ns::ENVELOPED);
            in_signature(r, "Transforms")?.prepend(transform);
            Some(())
        }),
    )
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "transform-canonicalization-twice",
        Class::Transform,
        "two canonicalizations",
        Code::SignatureInvalid,
        Make::Sign(|r, s| {
            let transform = s.ds("Transform").with("Algorithm", ns::EXC_C14N);
            in_signature(r, "Transforms")?.append(transform);
            Some(())
        }),
    )
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "transform-order",
        Class::Transform,
        "canonicalization before enveloped-signature",
        Code::SignatureInvalid,
        Make::Sign(|r, _| {
            in_signature(r, "Transforms")?.children.reverse();
            Some(())
        }),
    )
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "transform-not-enveloped",
        Class::Transform,
        "no enveloped-signature transform",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let transforms = in_signature(r, "Transforms")?;
            transforms.take("Transform").map(drop)
        }),
    ),
    Attack::new(
        "transforms-many",
        Class::Transform,
        "ten thousand transforms",
        Code::SignatureInvalid,
        Make::Edit(|r, s| {
            let transform = s.ds("Transform").with("Algorithm", ns::EXC_C14N);
            let transforms = in_signature(r, "Transforms")?;
            transforms.children.extend((0..10_000).map(|_| transform.clone().into()));
            Some(())
        }),
    )
    .refs(&["XMLSig §8.1"]),
    Attack::new(
        "references-many",
        Class::Resources,
        "a thousand references, each of which would canonicalize the whole document",
        Code::SignatureInvalid,
        Make::Sign(|r, _| {
            let reference = in_signature(r, "Reference")?.clone();
            let info = in_signature(r, "SignedInfo")?;
            info.children.extend((0..1000).map(|_| reference.clone().into()));
            Some(())
        }),
    )
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "inclusive-namespaces-unsigned",
        Class::Transform,
        "a PrefixList added without the key",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let list = Element::new("ec:InclusiveNamespaces")
                .with("xmlns:ec", ns::EXC_C14N)
                .with("PrefixList", "x");
            let method = in_signature(r, "CanonicalizationMethod")?;
            method.children = vec![list.into()];
            Some(())
        }),
    ),
    Attack::new(
        "canonicalization-method-other",
        Class::Transform,
        "another canonicalization of SignedInfo than was signed",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            in_signature(r, "CanonicalizationMethod")?.set("Algorithm", ns::C14N11);
            Some(())
        }),
    ),
    Attack::new(
        "canonicalization-method-unknown",
        Class::Transform,
        "a canonicalization of SignedInfo that nobody knows",
        Code::AlgorithmNotAllowed,
        Make::Sign(|r, _| {
            in_signature(r, "CanonicalizationMethod")?.set("Algorithm", "urn:example:c14n");
            Some(())
        }),
    )
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "canonicalization-method-xslt",
        Class::Transform,
        "XSLT in the place of canonicalization",
        Code::AlgorithmNotAllowed,
        Make::Sign(|r, _| {
            in_signature(r, "CanonicalizationMethod")?.set("Algorithm", ns::XSLT);
            Some(())
        }),
    )
    .refs(&["XMLSig §4.4.1"])
    .on(&[Shape::Assertion, Shape::Response]),
];
