//! Signature wrapping (Somorovsky et al., "On Breaking SAML", 2012), signature exclusion, and confusion about IDs.

use samlkit::Code;

use super::surgery::{EVIL_ID, evil, evil_response, forged};
use crate::attack::{Attack, Class, Make, Shape};
use crate::markup::Element;
use crate::ns;

const PAPER: &[&str] = &["Somorovsky et al., USENIX Security 2012"];
const RAIDER: &[&str] = &[
    "Somorovsky et al., USENIX Security 2012",
    "CVE-2024-45409",
    "CVE-2025-47949",
];

/// What does not come from the cross product.
pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "forged-assertion-first",
        Class::Wrapping,
        "a forged assertion before the signed one (XSW3)",
        Code::MultipleAssertions,
        Make::Edit(|response, _| {
            let evil = evil(response)?;
            response.insert_before("Assertion", evil)
        }),
    )
    .refs(RAIDER),
    Attack::new(
        "forged-assertion-last",
        Class::Wrapping,
        "a forged assertion after the signed one",
        Code::MultipleAssertions,
        Make::Edit(|response, _| {
            let evil = evil(response)?;
            response.append(evil);
            Some(())
        }),
    )
    .refs(PAPER),
    Attack::new(
        "forged-assertion-around",
        Class::Wrapping,
        "a forged assertion around the signed one (XSW4)",
        Code::SignatureWrapping,
        Make::Edit(|response, _| {
            let mut evil = evil(response)?;
            let original = response.take("Assertion")?;
            evil.append(original);
            response.append(evil);
            Some(())
        }),
    )
    .refs(RAIDER),
    Attack::new(
        "forged-assertion-with-the-signature",
        Class::Wrapping,
        "a forged assertion has the signature, the signed one follows it (XSW5)",
        Code::MultipleAssertions,
        Make::Edit(|response, _| {
            let mut evil = evil(response)?;
            let signature = response.child_mut("Assertion")?.take("Signature")?;
            evil.insert_after("Issuer", signature)?;
            response.insert_before("Assertion", evil)
        }),
    )
    .refs(RAIDER)
    .on(Shape::SIGNED_ASSERTION),
    Attack::new(
        "forged-assertion-in-encrypted-assertion",
        Class::Wrapping,
        "a forged assertion stands in an element EncryptedAssertion beside the signed one",
        Code::SignatureWrapping,
        Make::Edit(|response, scene| {
            let evil = evil(response)?;
            response.append(scene.declared_saml("EncryptedAssertion").containing(evil));
            Some(())
        }),
    ),
    Attack::new(
        "two-assertions-signed",
        Class::Wrapping,
        "a signed response with two assertions, of which a reader may take either",
        Code::MultipleAssertions,
        Make::Sign(|response, _| {
            let evil = evil(response)?;
            response.append(evil);
            Some(())
        }),
    )
    .refs(&["SAMLProf §4.1.4.2"])
    .on(&[Shape::Response]),
    Attack::new(
        "two-assertions-signed-first",
        Class::Wrapping,
        "the same, the forged one first",
        Code::MultipleAssertions,
        Make::Sign(|response, _| {
            let evil = evil(response)?;
            response.insert_before("Assertion", evil)
        }),
    )
    .refs(&["SAMLProf §4.1.4.2"])
    .on(&[Shape::Response]),
    Attack::new(
        "response-around-response",
        Class::Wrapping,
        "a forged response around the whole signed message",
        Code::SignatureWrapping,
        Make::Edit(|response, _| {
            let evil = evil_response(response)?;
            let original = core::mem::replace(response, evil);
            response.append(original);
            Some(())
        }),
    )
    .refs(PAPER),
    Attack::new(
        "second-response-issuer",
        Class::Wrapping,
        "two Issuers of the response",
        Code::MissingElement,
        Make::Edit(|response, _| {
            let mut issuer = response.child("Issuer")?.clone();
            issuer.set_text("https://evil.example/");
            response.insert_before("Status", issuer)
        }),
    )
    .on(&[Shape::Assertion]),
    Attack::new(
        "signature-taken-off",
        Class::Exclusion,
        "no signature at all",
        Code::Unsigned,
        Make::Edit(|response, _| {
            let assertion = response.child("Assertion")?;
            let evil = forged(assertion, assertion.attribute("ID")?)?;
            response.replace("Assertion", evil)?;
            response.take("Signature");
            Some(())
        }),
    )
    .refs(PAPER),
    Attack::new(
        "signature-of-assertion-taken-off",
        Class::Exclusion,
        "of two signatures the inner one is taken off, which the outer one covers",
        Code::SignatureInvalid,
        Make::Edit(|response, _| response.child_mut("Assertion")?.take("Signature").map(drop)),
    )
    .on(&[Shape::Both]),
    Attack::new(
        "signature-of-another-namespace",
        Class::Exclusion,
        "the signature's namespace name lacks its last character",
        Code::Unsigned,
        Make::Edit(|response, _| rename_signatures(response, "http://www.w3.org/2000/09/xmldsig")),
    )
    .codes(Code::Unsigned, Code::MissingElement, Code::MissingElement),
    Attack::new(
        "signature-of-no-namespace",
        Class::Exclusion,
        "the signature is in no namespace, or in that of assertions",
        Code::Unsigned,
        Make::Edit(|response, _| rename_signatures(response, "urn:example")),
    )
    .codes(Code::Unsigned, Code::MissingElement, Code::MissingElement),
    Attack::new(
        "signature-commented-out",
        Class::Exclusion,
        "the signature stands in a comment",
        Code::Unsigned,
        Make::Edit(|response, _| {
            hide_signatures(response, |markup| {
                format!("<!--{}-->", markup.replace("--", "- -"))
            })
        }),
    ),
    Attack::new(
        "signature-in-cdata",
        Class::Exclusion,
        "the signature stands in a CDATA section",
        Code::InvalidValue,
        Make::Edit(|response, _| {
            hide_signatures(response, |markup| format!("<![CDATA[{markup}]]>"))
        }),
    )
    .codes(Code::Unsigned, Code::InvalidValue, Code::InvalidValue),
    Attack::new(
        "signature-in-instruction",
        Class::Exclusion,
        "the signature stands in a processing instruction",
        Code::Unsigned,
        Make::Edit(|response, _| hide_signatures(response, |markup| format!("<?x {markup}?>"))),
    ),
    Attack::new(
        "forged-with-empty-signature",
        Class::Exclusion,
        "a forged assertion with an empty Signature",
        Code::SignatureInvalid,
        Make::Edit(|response, scene| {
            response.take("Signature");
            let mut evil = evil(response)?;
            let empty = scene
                .ds("Signature")
                .with("xmlns", ns::DS)
                .with("xmlns:ds", ns::DS)
                .with("xmlns:dsig", ns::DS);
            evil.insert_after("Issuer", empty)?;
            response.replace("Assertion", evil)?;
            Some(())
        }),
    ),
    Attack::new(
        "id-shared-with-response",
        Class::IdConfusion,
        "the response has the ID of the signed assertion",
        Code::DuplicateId,
        Make::Edit(|response, _| {
            let id = response.child("Assertion")?.attribute("ID")?.to_owned();
            response.set("ID", id);
            Some(())
        }),
    )
    .refs(&["XML 1.0 §3.3.1"])
    .on(&[Shape::Assertion]),
    Attack::new(
        "namesake-assertion-last",
        Class::IdConfusion,
        "a forged assertion with the ID of the signed one follows it",
        Code::DuplicateId,
        Make::Edit(|response, _| {
            let assertion = response.child("Assertion")?;
            let namesake = forged(assertion, assertion.attribute("ID")?)?;
            response.append(namesake);
            Some(())
        }),
    )
    .refs(PAPER),
    Attack::new(
        "id-in-attribute-value",
        Class::IdConfusion,
        "an element in an AttributeValue has the ID of the assertion, correctly signed",
        Code::DuplicateId,
        Make::Sign(|response, _| {
            let id = response.child("Assertion")?.attribute("ID")?.to_owned();
            let namesake = Element::new("x:x").with("xmlns:x", "urn:example");
            response
                .find_mut("AttributeValue")?
                .append(namesake.with("id", id));
            Some(())
        }),
    ),
    Attack::new(
        "id-in-attribute-id",
        Class::IdConfusion,
        "another element has the same value as Id, which XML-DSig takes for an ID",
        Code::DuplicateId,
        Make::Edit(|response, _| name_extension(response, "Id")),
    ),
    Attack::new(
        "id-in-attribute-lower-case",
        Class::IdConfusion,
        "another element has the same value as id",
        Code::DuplicateId,
        Make::Edit(|response, _| name_extension(response, "id")),
    ),
    Attack::new(
        "id-in-attribute-xml-id",
        Class::IdConfusion,
        "another element has the same value as xml:id",
        Code::DuplicateId,
        Make::Edit(|response, _| name_extension(response, "xml:id")),
    ),
    Attack::new(
        "id-in-attribute-of-saml-11",
        Class::IdConfusion,
        "another element has the same value as AssertionID, the ID of SAML 1.1",
        Code::DuplicateId,
        Make::Edit(|response, _| name_extension(response, "AssertionID")),
    ),
    Attack::new(
        "id-beside-id",
        Class::IdConfusion,
        "the response has Id beside ID",
        Code::InvalidValue,
        Make::Edit(|response, _| {
            response
                .attributes
                .push(("Id".to_owned(), EVIL_ID.to_owned()));
            Some(())
        }),
    ),
    Attack::new(
        "id-taken-off",
        Class::IdConfusion,
        "what is signed has no ID any more",
        Code::SignatureInvalid,
        Make::Edit(|response, _| super::surgery::signed_mut(response)?.unset("ID").map(drop)),
    )
    .codes(
        Code::SignatureInvalid,
        Code::MissingElement,
        Code::SignatureInvalid,
    ),
    Attack::new(
        "id-changed",
        Class::IdConfusion,
        "what is signed has another ID",
        Code::SignatureWrapping,
        Make::Edit(|response, _| {
            super::surgery::signed_mut(response)?.set("ID", EVIL_ID);
            Some(())
        }),
    )
    .codes(
        Code::SignatureWrapping,
        Code::SignatureWrapping,
        Code::SignatureInvalid,
    ),
    Attack::new(
        "id-empty",
        Class::IdConfusion,
        "ID and reference are empty, so that the reference means the whole document",
        Code::SignatureWrapping,
        Make::Sign(|response, _| {
            super::surgery::signed_mut(response)?.set("ID", "");
            super::surgery::in_signature(response, "Reference")?.set("URI", "#");
            Some(())
        }),
    )
    .codes(
        Code::SignatureWrapping,
        Code::InvalidValue,
        Code::SignatureWrapping,
    )
    .on(&[Shape::Assertion, Shape::Response]),
    Attack::new(
        "id-no-name",
        Class::Schema,
        "the ID begins with a digit",
        Code::InvalidValue,
        Make::Sign(|response, _| {
            let id = super::surgery::signed_mut(response)?;
            id.set("ID", "1-evil");
            super::surgery::in_signature(response, "Reference")?.set("URI", "#1-evil");
            Some(())
        }),
    )
    .refs(&["SAMLCore §1.3.4"])
    .on(&[Shape::Assertion, Shape::Response]),
];

/// Declares the signatures in another namespace.
fn rename_signatures(element: &mut Element, namespace: &str) -> Option<()> {
    let mut found = None;
    for local in ["Signature"] {
        if let Some(signature) = element.child_mut(local) {
            for (name, value) in &mut signature.attributes {
                if name.starts_with("xmlns") && value == ns::DS {
                    namespace.clone_into(value);
                    found = Some(());
                }
            }
        }
    }
    if let Some(assertion) = element.child_mut("Assertion") {
        found = rename_signatures(assertion, namespace).or(found);
    }
    found
}

fn hide_signatures(element: &mut Element, hide: fn(String) -> String) -> Option<()> {
    let mut found = None;
    if let Some(signature) = element.child("Signature") {
        let hidden = crate::markup::Node::Raw(hide(signature.to_markup()));
        element.replace("Signature", hidden);
        found = Some(());
    }
    if let Some(assertion) = element.child_mut("Assertion") {
        found = hide_signatures(assertion, hide).or(found);
    }
    found
}

/// Gives an element outside of the assertion the ID of what is signed.
fn name_extension(response: &mut Element, attribute: &str) -> Option<()> {
    let id = super::surgery::signed_mut(response)?
        .attribute("ID")?
        .to_owned();
    response.child_mut("Status")?.set(attribute, id);
    Some(())
}
