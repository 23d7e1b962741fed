//! Signature wrapping by the cross product: what is moved, and where to.

use samlkit::Code;
use samlkit::crypto::BlockEncryption;

use super::surgery::{evil, evil_response, extensions, forged, swap};
use crate::attack::{Attack, Class, Make, Scene, Shape};
use crate::markup::Element;
use crate::ns;
use crate::response::declaration_of;

const PAPER: &[&str] = &["Somorovsky et al., USENIX Security 2012"];
const RAIDER: &[&str] = &[
    "Somorovsky et al., USENIX Security 2012",
    "CVE-2024-45409",
    "CVE-2025-47949",
];

/// A place where something can be hidden: puts it there.
type Put = fn(&mut Element, &Scene, Element) -> Option<()>;

/// The signed assertion goes to a place, and a forged one stands where it was.
fn move_assertion(response: &mut Element, scene: &Scene, put: Put) -> Option<()> {
    let evil = evil(response)?;
    let original = swap(response, "Assertion", evil)?;
    original.child("Signature")?;
    put(response, scene, original)
}

/// The same, and the signature stays where it is read, referring to what has moved.
fn detach_assertion(response: &mut Element, scene: &Scene, put: Put) -> Option<()> {
    let mut evil = evil(response)?;
    let mut original = response.take("Assertion")?;
    let signature = original.take("Signature")?;
    evil.insert_after("Issuer", signature)?;
    response.append(evil);
    put(response, scene, original)
}

/// The signed response goes to a place within a forged one.
fn move_response(response: &mut Element, scene: &Scene, put: Put) -> Option<()> {
    response.child("Signature")?;
    let evil = evil_response(response)?;
    let original = core::mem::replace(response, evil);
    put(response, scene, original)
}

/// A forged assertion goes to a place of the message, which is otherwise as it was.
fn add_evil(response: &mut Element, scene: &Scene, put: Put) -> Option<()> {
    let evil = evil(response)?;
    put(response, scene, evil)
}

/// The same with the ID of the signed one.
fn add_namesake(response: &mut Element, scene: &Scene, put: Put) -> Option<()> {
    let assertion = response.child("Assertion")?;
    let id = assertion.attribute("ID")?.to_owned();
    let evil = forged(assertion, &id)?;
    put(response, scene, evil)
}

fn in_extensions(response: &mut Element, scene: &Scene, content: Element) -> Option<()> {
    extensions(response, scene, content)
}

fn deep_in_extensions(response: &mut Element, scene: &Scene, content: Element) -> Option<()> {
    let stranger = Element::new("x:x").with("xmlns:x", "urn:example");
    extensions(response, scene, stranger.containing(content))
}

fn in_status_detail(response: &mut Element, scene: &Scene, content: Element) -> Option<()> {
    let detail = scene.samlp("StatusDetail").containing(content);
    response.child_mut("Status")?.append(detail);
    Some(())
}

fn in_advice(response: &mut Element, scene: &Scene, content: Element) -> Option<()> {
    let advice = scene.saml("Advice").containing(content);
    response
        .child_mut("Assertion")?
        .insert_after("Conditions", advice)
}

fn in_value(response: &mut Element, scene: &Scene, content: Element) -> Option<()> {
    let value = scene.saml("AttributeValue").containing(content);
    let attribute = scene.saml("Attribute").with("Name", "x").containing(value);
    response.find_mut("AttributeStatement")?.append(attribute);
    Some(())
}

fn in_confirmation(response: &mut Element, _: &Scene, content: Element) -> Option<()> {
    response
        .find_mut("SubjectConfirmationData")?
        .append(content);
    Some(())
}

fn in_condition(response: &mut Element, scene: &Scene, content: Element) -> Option<()> {
    let condition = scene
        .saml("Condition")
        .with("xmlns:xsi", ns::XSI)
        .with("xmlns:x", "urn:example")
        .with("xsi:type", "x:Holds")
        .containing(content);
    response.find_mut("Conditions")?.append(condition);
    Some(())
}

fn in_context(response: &mut Element, scene: &Scene, content: Element) -> Option<()> {
    let declaration = scene.saml("AuthnContextDecl").containing(content);
    response.find_mut("AuthnContext")?.append(declaration);
    Some(())
}

fn in_object(response: &mut Element, scene: &Scene, content: Element) -> Option<()> {
    let object = scene.ds("Object").containing(content);
    response.find_mut("Signature")?.append(object);
    Some(())
}

fn in_signature(response: &mut Element, _: &Scene, content: Element) -> Option<()> {
    response.find_mut("Signature")?.append(content);
    Some(())
}

fn in_key_info(response: &mut Element, _: &Scene, content: Element) -> Option<()> {
    response.find_mut("KeyInfo")?.append(content);
    Some(())
}

fn in_stranger(response: &mut Element, _: &Scene, content: Element) -> Option<()> {
    let stranger = Element::new("x:wrapper")
        .with("xmlns:x", "urn:example")
        .containing(content);
    response.append(stranger);
    Some(())
}

fn in_front(response: &mut Element, _: &Scene, content: Element) -> Option<()> {
    response.prepend(content);
    Some(())
}

fn in_the_other(response: &mut Element, _: &Scene, content: Element) -> Option<()> {
    response.child_mut("Assertion")?.append(content);
    Some(())
}

macro_rules! placed {
    ($($place:literal, $where:literal, $put:expr);* $(;)?) => {
        &[$(
            Attack::new(
                concat!("moved-assertion-", $place),
                Class::Wrapping,
                concat!("the signed assertion stands ", $where, ", a forged one in its place"),
                Code::SignatureWrapping,
                Make::Edit(|response, scene| move_assertion(response, scene, $put)),
            )
            .refs(RAIDER)
            .on(Shape::SIGNED_ASSERTION),
            Attack::new(
                concat!("detached-assertion-", $place),
                Class::Wrapping,
                concat!("the signature stays with a forged assertion, what it refers to stands ", $where),
                Code::SignatureWrapping,
                Make::Edit(|response, scene| detach_assertion(response, scene, $put)),
            )
            .refs(RAIDER)
            .on(Shape::SIGNED_ASSERTION),
            Attack::new(
                concat!("moved-response-", $place),
                Class::Wrapping,
                concat!("the signed response stands ", $where, " of a forged one"),
                Code::SignatureWrapping,
                Make::Edit(|response, scene| move_response(response, scene, $put)),
            )
            .refs(PAPER)
            .on(Shape::SIGNED_RESPONSE),
            Attack::new(
                concat!("forged-assertion-", $place),
                Class::Wrapping,
                concat!("a forged assertion stands ", $where),
                Code::SignatureWrapping,
                Make::Edit(|response, scene| add_evil(response, scene, $put)),
            )
            .refs(PAPER),
            Attack::new(
                concat!("namesake-assertion-", $place),
                Class::IdConfusion,
                concat!("a forged assertion with the ID of the signed one stands ", $where),
                Code::DuplicateId,
                Make::Edit(|response, scene| add_namesake(response, scene, $put)),
            )
            .refs(PAPER),
        )*]
    };
}

/// The cross product of what is moved and where to.
pub(super) const PLACED: &[Attack] = placed! {
    "in-extensions", "in Extensions", in_extensions;
    "in-status-detail", "in StatusDetail", in_status_detail;
    "in-advice", "in Advice", in_advice;
    "in-attribute-value", "in an AttributeValue", in_value;
    "in-confirmation-data", "in SubjectConfirmationData", in_confirmation;
    "in-condition", "in a Condition", in_condition;
    "in-context-declaration", "in AuthnContextDecl", in_context;
    "in-foreign-element", "in an element of another namespace", in_stranger;
    "in-assertion", "at the end of the assertion that is read", in_the_other;
};

/// The same for places that only a signature has.
pub(super) const IN_SIGNATURE: &[Attack] = &[
    Attack::new(
        "forged-assertion-in-object",
        Class::Wrapping,
        "a forged assertion stands in an Object of the signature",
        Code::SignatureWrapping,
        Make::Edit(|response, scene| add_evil(response, scene, in_object)),
    )
    .refs(PAPER),
    Attack::new(
        "forged-assertion-in-signature",
        Class::Wrapping,
        "a forged assertion stands in the signature",
        Code::SignatureWrapping,
        Make::Edit(|response, scene| add_evil(response, scene, in_signature)),
    )
    .refs(PAPER),
    Attack::new(
        "forged-assertion-in-key-info",
        Class::Wrapping,
        "a forged assertion stands in KeyInfo",
        Code::SignatureWrapping,
        Make::Edit(|response, scene| add_evil(response, scene, in_key_info)),
    )
    .refs(PAPER),
    Attack::new(
        "detached-assertion-in-object",
        Class::Wrapping,
        "a forged assertion has the signature, in whose Object the signed one stands (XSW8)",
        Code::SignatureWrapping,
        Make::Edit(|response, scene| detach_assertion(response, scene, in_object)),
    )
    .refs(RAIDER)
    .on(Shape::SIGNED_ASSERTION),
    Attack::new(
        "detached-assertion-in-signature",
        Class::Wrapping,
        "a forged assertion has the signature, in which the signed one stands (XSW6)",
        Code::SignatureWrapping,
        Make::Edit(|response, scene| detach_assertion(response, scene, in_signature)),
    )
    .refs(RAIDER)
    .on(Shape::SIGNED_ASSERTION),
    Attack::new(
        "detached-assertion-in-key-info",
        Class::Wrapping,
        "a forged assertion has the signature, in whose KeyInfo the signed one stands",
        Code::SignatureWrapping,
        Make::Edit(|response, scene| detach_assertion(response, scene, in_key_info)),
    )
    .refs(RAIDER)
    .on(Shape::SIGNED_ASSERTION),
    Attack::new(
        "detached-response-in-signature",
        Class::Wrapping,
        "a forged response has the signature, in which the signed one stands (XSW1)",
        Code::SignatureWrapping,
        Make::Edit(|response, scene| detach_response(response, scene, in_signature)),
    )
    .refs(PAPER)
    .on(Shape::SIGNED_RESPONSE),
    Attack::new(
        "detached-response-in-object",
        Class::Wrapping,
        "a forged response has the signature, in whose Object the signed one stands",
        Code::SignatureWrapping,
        Make::Edit(|response, scene| detach_response(response, scene, in_object)),
    )
    .refs(PAPER)
    .on(Shape::SIGNED_RESPONSE),
    Attack::new(
        "detached-response-in-front",
        Class::Wrapping,
        "a forged response has the signature, before which the signed one stands (XSW2)",
        Code::SignatureWrapping,
        Make::Edit(|response, scene| detach_response(response, scene, in_front)),
    )
    .refs(PAPER)
    .on(Shape::SIGNED_RESPONSE),
    Attack::new(
        "detached-response-in-extensions",
        Class::Wrapping,
        "a forged response has the signature, the signed one stands in its Extensions",
        Code::SignatureWrapping,
        Make::Edit(|response, scene| detach_response(response, scene, in_extensions)),
    )
    .refs(PAPER)
    .on(Shape::SIGNED_RESPONSE),
];

fn in_status(response: &mut Element, _: &Scene, content: Element) -> Option<()> {
    response.child_mut("Status")?.prepend(content);
    Some(())
}

fn in_subject(response: &mut Element, _: &Scene, content: Element) -> Option<()> {
    response.find_mut("Subject")?.prepend(content);
    Some(())
}

fn in_conditions(response: &mut Element, _: &Scene, content: Element) -> Option<()> {
    response.find_mut("Conditions")?.prepend(content);
    Some(())
}

fn in_authn_context(response: &mut Element, _: &Scene, content: Element) -> Option<()> {
    response.find_mut("AuthnContext")?.prepend(content);
    Some(())
}

fn enclose_response(response: &mut Element, scene: &Scene, put: Put) -> Option<()> {
    let content = scene.samlp("Response");
    put(response, scene, content)
}

fn enclose_encrypted(response: &mut Element, scene: &Scene, put: Put) -> Option<()> {
    let evil = evil(response)?;
    let encrypted = super::encrypted::injected(scene, &evil, BlockEncryption::Aes256Gcm)?;
    put(response, scene, encrypted)
}

fn enclose_signature(response: &mut Element, scene: &Scene, put: Put) -> Option<()> {
    let style = scene.idp.provider().style();
    let empty = scene.ds("Signature");
    put(
        response,
        scene,
        empty.with(declaration_of(style.signature), ns::DS),
    )
}

/// The response is left without the assertion that is read.
fn alone(response: &mut Element, scene: &Scene, content: Element) -> Option<()> {
    response.take("Assertion")?;
    extensions(response, scene, content)
}

fn detach_response(response: &mut Element, scene: &Scene, put: Put) -> Option<()> {
    let mut evil = evil_response(response)?;
    let signature = response.take("Signature")?;
    evil.insert_after("Issuer", signature)?;
    let original = core::mem::replace(response, evil);
    put(response, scene, original)
}

macro_rules! enclosed {
    ($($name:literal, $class:expr, $what:literal, $enclose:expr, [$($place:literal, $where:literal, $put:expr);* $(;)?]);* $(;)?) => {
        &[$($(
            Attack::new(
                concat!("enclosed-", $name, "-", $place),
                $class,
                concat!($what, " stands ", $where, ", correctly signed"),
                Code::SignatureWrapping,
                Make::Sign(|response, scene| $enclose(response, scene, $put)),
            )
            .refs(PAPER),
        )*)*]
    };
}

/// What a trusted key signed as it stands: no signature is broken, and there is one thing more to be found.
pub(super) const ENCLOSED: &[Attack] = enclosed! {
    "assertion", Class::Wrapping, "a forged assertion", add_evil, [
        "in-extensions", "in Extensions", in_extensions;
        "in-status-detail", "in StatusDetail", in_status_detail;
        "in-advice", "in Advice", in_advice;
        "in-attribute-value", "in an AttributeValue", in_value;
        "in-confirmation-data", "in SubjectConfirmationData", in_confirmation;
        "in-condition", "in a Condition", in_condition;
        "in-context-declaration", "in AuthnContextDecl", in_context;
        "in-foreign-element", "in an element of another namespace", in_stranger;
        "in-assertion", "at the end of the assertion that is read", in_the_other;
    ];
    "encrypted-assertion", Class::Wrapping, "an encrypted assertion of the attacker's", enclose_encrypted, [
        "in-extensions", "in Extensions", in_extensions;
        "in-advice", "in Advice", in_advice;
    ];
    "response", Class::Wrapping, "a Response", enclose_response, [
        "in-extensions", "in Extensions", in_extensions;
        "in-advice", "in Advice", in_advice;
        "in-attribute-value", "in an AttributeValue", in_value;
    ];
    "signature", Class::SignatureStructure, "an empty Signature", enclose_signature, [
        "in-extensions", "in Extensions", in_extensions;
        "deep-in-extensions", "in another element of Extensions", deep_in_extensions;
        "in-status", "in Status", in_status;
        "in-status-detail", "in StatusDetail", in_status_detail;
        "in-advice", "in Advice", in_advice;
        "in-attribute-value", "in an AttributeValue", in_value;
        "in-confirmation-data", "in SubjectConfirmationData", in_confirmation;
        "in-subject", "in the Subject", in_subject;
        "in-conditions", "in Conditions", in_conditions;
        "in-condition", "in a Condition", in_condition;
        "in-authn-context", "in AuthnContext", in_authn_context;
        "in-context-declaration", "in AuthnContextDecl", in_context;
        "in-foreign-element", "in an element of another namespace", in_stranger;
    ];
};

macro_rules! alone {
    ($($name:literal, $what:literal, $enclose:expr);* $(;)?) => {
        &[$(
            Attack::new(
                concat!("alone-", $name, "-in-extensions"),
                Class::Wrapping,
                concat!("a signed response without assertion but for ", $what, " in its Extensions"),
                Code::SignatureWrapping,
                Make::Sign(|response, scene| $enclose(response, scene, alone)),
            )
            .on(&[Shape::Response]),
        )*]
    };
}

/// The same with nothing at the place where an assertion belongs.
pub(super) const ALONE: &[Attack] = alone! {
    "assertion", "one", add_evil;
    "encrypted-assertion", "an encrypted one", enclose_encrypted;
    "response", "a Response", enclose_response;
};
