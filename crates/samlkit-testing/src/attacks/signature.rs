//! The parts of a signature: doubled, hidden, reordered, referring elsewhere, transformed.

use samlkit::Code;

use super::surgery::{in_signature, signature_mut, signed_mut};
use crate::attack::{Attack, Class, Make, Shape};
use crate::markup::Element;

const XMLCRYPTO: &[&str] = &["CVE-2025-29774", "CVE-2025-29775"];

/// Applies to signed and both: what breaks the inner signature of the two is refused for it, or for the outer one that covers it.
pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "digest-value-comment",
        Class::SignatureStructure,
        "a comment before the digest, which a reader may take for it",
        Code::SignatureInvalid,
        Make::Edit(|r, _| with_raw(in_signature(r, "DigestValue")?, "<!--AAAA-->")),
    )
    .refs(XMLCRYPTO),
    Attack::new(
        "digest-value-instruction",
        Class::SignatureStructure,
        "an instruction before the digest",
        Code::SignatureInvalid,
        Make::Edit(|r, _| with_raw(in_signature(r, "DigestValue")?, "<?x AAAA?>")),
    )
    .refs(XMLCRYPTO),
    Attack::new(
        "digest-value-element",
        Class::SignatureStructure,
        "an element within the digest",
        Code::SignatureInvalid,
        Make::Edit(|r, _| with_raw(in_signature(r, "DigestValue")?, "<x/>")),
    ),
    Attack::new(
        "digest-value-doubled",
        Class::SignatureStructure,
        "a second DigestValue",
        Code::SignatureInvalid,
        Make::Edit(|r, s| {
            let evil = s.ds("DigestValue").text(ZERO_DIGEST);
            in_signature(r, "Reference")?.append(evil);
            Some(())
        }),
    ),
    Attack::new(
        "digest-value-doubled-first",
        Class::SignatureStructure,
        "a second DigestValue before the signed one",
        Code::SignatureInvalid,
        Make::Edit(|r, s| {
            let evil = s.ds("DigestValue").text(ZERO_DIGEST);
            in_signature(r, "Reference")?.insert_before("DigestValue", evil)
        }),
    ),
    Attack::new(
        "signed-info-doubled-first",
        Class::SignatureStructure,
        "a second SignedInfo before the signed one",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let evil = other_signed_info(r)?;
            signature_mut(r)?.prepend(evil);
            Some(())
        }),
    )
    .refs(XMLCRYPTO),
    Attack::new(
        "signed-info-doubled-after",
        Class::SignatureStructure,
        "a second SignedInfo after the signed one",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let evil = other_signed_info(r)?;
            signature_mut(r)?.insert_after("SignedInfo", evil)
        }),
    )
    .refs(XMLCRYPTO),
    Attack::new(
        "signed-info-doubled-last",
        Class::SignatureStructure,
        "a second SignedInfo after everything",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let evil = other_signed_info(r)?;
            signature_mut(r)?.append(evil);
            Some(())
        }),
    )
    .refs(XMLCRYPTO),
    Attack::new(
        "signed-info-in-object",
        Class::SignatureStructure,
        "a second SignedInfo in an Object",
        Code::SignatureWrapping,
        Make::Edit(|r, s| {
            let evil = other_signed_info(r)?;
            let object = s.ds("Object").containing(evil);
            signature_mut(r)?.append(object);
            Some(())
        }),
    )
    .refs(XMLCRYPTO)
    .codes(
        Code::SignatureWrapping,
        Code::SignatureWrapping,
        Code::SignatureInvalid,
    ),
    Attack::new(
        "signed-info-in-key-info",
        Class::SignatureStructure,
        "a second SignedInfo in KeyInfo, which is not read: harmless alone, so the true one is changed too",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let original = in_signature(r, "SignedInfo")?.clone();
            in_signature(r, "KeyInfo")?.append(original);
            in_signature(r, "Reference")?
                .child_mut("DigestValue")?
                .set_text(ZERO_DIGEST);
            Some(())
        }),
    )
    .refs(XMLCRYPTO),
    Attack::new(
        "signed-info-comment",
        Class::SignatureStructure,
        "a comment in SignedInfo, which canonicalization drops",
        Code::SignatureInvalid,
        Make::Edit(|r, _| with_raw(in_signature(r, "SignedInfo")?, "<!-- -->")),
    )
    .refs(XMLCRYPTO),
    Attack::new(
        "signed-info-text",
        Class::SignatureStructure,
        "text between the elements of SignedInfo, correctly signed",
        Code::SignatureInvalid,
        Make::Sign(|r, _| with_raw(in_signature(r, "SignedInfo")?, "evil")),
    ),
    Attack::new(
        "signed-info-instruction",
        Class::SignatureStructure,
        "an instruction between the elements of SignedInfo, correctly signed",
        Code::SignatureInvalid,
        Make::Sign(|r, _| with_raw(in_signature(r, "SignedInfo")?, "<?x?>")),
    ),
    Attack::new(
        "signed-info-in-signed-info",
        Class::SignatureStructure,
        "a copy of SignedInfo in SignedInfo",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let copy = in_signature(r, "SignedInfo")?.clone();
            in_signature(r, "SignedInfo")?.prepend(copy);
            Some(())
        }),
    )
    .refs(XMLCRYPTO),
    Attack::new(
        "signature-value-doubled",
        Class::SignatureStructure,
        "a second SignatureValue",
        Code::SignatureInvalid,
        Make::Edit(|r, s| {
            let evil = s.ds("SignatureValue").text("AAAA");
            signature_mut(r)?.insert_after("SignatureValue", evil)
        }),
    ),
    Attack::new(
        "signature-value-doubled-first",
        Class::SignatureStructure,
        "a second SignatureValue before the true one",
        Code::SignatureInvalid,
        Make::Edit(|r, s| {
            let evil = s.ds("SignatureValue").text("AAAA");
            signature_mut(r)?.insert_before("SignatureValue", evil)
        }),
    ),
    Attack::new(
        "signature-value-missing",
        Class::SignatureStructure,
        "no SignatureValue",
        Code::SignatureInvalid,
        Make::Edit(|r, _| signature_mut(r)?.take("SignatureValue").map(drop)),
    ),
    Attack::new(
        "signed-info-missing",
        Class::SignatureStructure,
        "no SignedInfo",
        Code::SignatureInvalid,
        Make::Edit(|r, _| signature_mut(r)?.take("SignedInfo").map(drop)),
    ),
    Attack::new(
        "signature-method-missing",
        Class::SignatureStructure,
        "no SignatureMethod",
        Code::SignatureInvalid,
        Make::Edit(|r, _| in_signature(r, "SignedInfo")?.take("SignatureMethod").map(drop)),
    ),
    Attack::new(
        "canonicalization-method-missing",
        Class::SignatureStructure,
        "no CanonicalizationMethod",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let info = in_signature(r, "SignedInfo")?;
            info.take("CanonicalizationMethod").map(drop)
        }),
    ),
    Attack::new(
        "signature-doubled",
        Class::SignatureStructure,
        "a copy of the signature beside it",
        Code::SignatureWrapping,
        Make::Edit(|r, _| {
            let copy = signature_mut(r)?.clone();
            signed_mut(r)?.insert_after("Signature", copy)
        }),
    ).codes(Code::SignatureWrapping, Code::MissingElement, Code::SignatureWrapping),
    Attack::new(
        "signature-doubled-by-attacker",
        Class::SignatureStructure,
        "a signature by another key before the true one, which covers it",
        Code::SignatureWrapping,
        Make::Sign(|r, s| {
            let signed = signed_mut(r)?;
            let id = signed.attribute("ID")?.to_owned();
            let style = s.idp.provider().style();
            let key = crate::TestKey::Untrusted;
            signed.insert_before("Signature", crate::response::signature(style, &id, key, key))
        }),
    ).codes(Code::SignatureWrapping, Code::MissingElement, Code::SignatureWrapping),
    Attack::new(
        "signature-in-signature",
        Class::SignatureStructure,
        "a copy of the signature in its own KeyInfo",
        Code::SignatureWrapping,
        Make::Edit(|r, _| {
            let copy = signature_mut(r)?.clone();
            in_signature(r, "KeyInfo")?.append(copy);
            Some(())
        }),
    ),
    Attack::new(
        "signature-at-the-end",
        Class::SignatureStructure,
        "the signature is the last child, where the schema has none",
        Code::SignatureWrapping,
        Make::Edit(|r, _| {
            let signed = signed_mut(r)?;
            let signature = signed.take("Signature")?;
            signed.append(signature);
            Some(())
        }),
    ).codes(Code::SignatureWrapping, Code::InvalidValue, Code::SignatureWrapping)
    .refs(&["SAMLCore §2.3.3"])
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "signature-in-subject",
        Class::SignatureStructure,
        "the signature stands in the Subject",
        Code::SignatureWrapping,
        Make::Edit(|r, _| {
            let signature = signed_mut(r)?.take("Signature")?;
            r.find_mut("Subject")?.append(signature);
            Some(())
        }),
    ),
    Attack::new(
        "signature-after-subject",
        Class::SignatureStructure,
        "the assertion's signature follows the Subject, correctly signed",
        Code::SignatureWrapping,
        Make::Sign(|r, _| {
            let assertion = r.child_mut("Assertion")?;
            let signature = assertion.take("Signature")?;
            assertion.insert_after("Subject", signature)
        }),
    )
    .refs(&["SAMLCore §2.3.3"])
    .on(Shape::SIGNED_ASSERTION),
    Attack::new(
        "signature-of-assertion-at-response",
        Class::Wrapping,
        "the assertion's signature stands at the response",
        Code::SignatureWrapping,
        Make::Edit(|r, _| {
            let signature = r.child_mut("Assertion")?.take("Signature")?;
            r.insert_before("Status", signature)
        }),
    )
    .on(&[Shape::Assertion]),
    Attack::new(
        "signature-of-response-at-assertion",
        Class::Wrapping,
        "the response's signature stands at the assertion",
        Code::SignatureWrapping,
        Make::Edit(|r, _| {
            let signature = r.take("Signature")?;
            r.child_mut("Assertion")?.insert_after("Issuer", signature)
        }),
    )
    .on(&[Shape::Response]),
    Attack::new(
        "signature-unexpected-attribute",
        Class::SignatureStructure,
        "an attribute that Signature does not have",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            signature_mut(r)?.set("URI", "");
            Some(())
        }),
    ),
    Attack::new(
        "signature-unexpected-element",
        Class::SignatureStructure,
        "an element that Signature does not have",
        Code::SignatureInvalid,
        Make::Edit(|r, s| {
            let manifest = s.ds("Manifest");
            signature_mut(r)?.insert_after("SignatureValue", manifest)
        }),
    ),
    Attack::new(
        "object-empty",
        Class::SignatureStructure,
        "an empty Object",
        Code::SignatureWrapping,
        Make::Edit(|r, s| {
            let object = s.ds("Object");
            signature_mut(r)?.append(object);
            Some(())
        }),
    )
    .refs(&["SAMLCore §5.4.1"])
    .codes(
        Code::SignatureWrapping,
        Code::SignatureWrapping,
        Code::SignatureInvalid,
    ),
    Attack::new(
        "manifest",
        Class::SignatureStructure,
        "a Manifest in an Object, whose references nobody checks",
        Code::SignatureWrapping,
        Make::Edit(|r, s| {
            let reference = in_signature(r, "Reference")?.clone();
            let manifest = s.ds("Manifest").containing(reference);
            let object = s.ds("Object").containing(manifest);
            signature_mut(r)?.append(object);
            Some(())
        }),
    )
    .refs(&["XMLSig §5.1"])
    .codes(
        Code::SignatureWrapping,
        Code::SignatureWrapping,
        Code::SignatureInvalid,
    ),
    Attack::new(
        "key-info-doubled",
        Class::SignatureStructure,
        "a second KeyInfo",
        Code::SignatureInvalid,
        Make::Edit(|r, s| {
            let info = s.ds("KeyInfo");
            signature_mut(r)?.append(info);
            Some(())
        }),
    ),
    Attack::new(
        "key-info-first",
        Class::SignatureStructure,
        "KeyInfo before SignedInfo",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let info = signature_mut(r)?.take("KeyInfo")?;
            signature_mut(r)?.prepend(info);
            Some(())
        }),
    ),
];

const ZERO_DIGEST: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// Puts markup in front of the content.
fn with_raw(element: &mut Element, markup: &str) -> Option<()> {
    element.prepend(crate::markup::Node::Raw(markup.to_owned()));
    Some(())
}

/// A `SignedInfo` with another digest.
fn other_signed_info(response: &mut Element) -> Option<Element> {
    let mut info = in_signature(response, "SignedInfo")?.clone();
    info.find_mut("DigestValue")?.set_text(ZERO_DIGEST);
    Some(info)
}
