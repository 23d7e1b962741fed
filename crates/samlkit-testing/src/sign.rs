//! Filling in `DigestValue` and `SignatureValue`, of markup that need not follow any rule but well-formedness.

use samlkit::c14n::{Algorithm, Canonicalizer};
use samlkit::crypto::DigestAlgorithm;
use samlkit::xml::{self, Document};

use crate::key::TestKey;
use crate::markup::{Element, Node};
use crate::{Error, base64, ns};

/// How a `Signature` is to be filled in. What its `SignedInfo` says is followed, as far as it can be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Pending {
    pub(crate) key: TestKey,
    pub(crate) forge: Forge,
    /// The digest, where it is not to be the true one.
    pub(crate) digest: Option<String>,
}

/// What becomes of the value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Forge {
    /// It is what it should be.
    No,
    /// The RSA block that is signed is made from the canonical `SignedInfo` in another way.
    Block(fn(length: usize, octets: &[u8]) -> Vec<u8>),
}

impl PartialEq for Forge {
    /// By kind alone: two functions cannot be compared.
    fn eq(&self, other: &Self) -> bool {
        core::mem::discriminant(self) == core::mem::discriminant(other)
    }
}

impl Eq for Forge {}

impl Pending {
    pub(crate) fn with(key: TestKey) -> Box<Self> {
        Box::new(Self {
            key,
            forge: Forge::No,
            digest: None,
        })
    }
}

/// Fills in every signature that waits for it, the inner ones first.
pub(crate) fn fill_all(root: &mut Element) -> Result<(), Error> {
    while let Some(pending) = mark_innermost(root) {
        let markup = root.to_markup();
        let document = Document::parse(markup.as_bytes())?;
        let digest = match &pending.digest {
            Some(digest) => digest.clone(),
            None => digest_value(&document)?,
        };
        put(root, DIGEST_MARK, &digest);
        let markup = root.to_markup();
        let document = Document::parse(markup.as_bytes())?;
        let value = signature_value(&document, &pending)?;
        put(root, VALUE_MARK, &value);
    }
    Ok(())
}

/// Stands in `DigestValue` and `SignatureValue` of the one signature that is being made.
const DIGEST_MARK: &str = "digest-to-be-filled-in";
const VALUE_MARK: &str = "value-to-be-filled-in";

/// Marks the first signature that waits and holds none that waits, and gives how to make it.
fn mark_innermost(element: &mut Element) -> Option<Box<Pending>> {
    for child in &mut element.children {
        if let Node::Element(child) = child
            && let Some(pending) = mark_innermost(child)
        {
            return Some(pending);
        }
    }
    // A signature waits until everything beside it is signed, which is what it signs.
    let at = element
        .children
        .iter()
        .position(|node| matches!(node, Node::Element(child) if child.pending.is_some()))?;
    let Some(Node::Element(signature)) = element.children.get_mut(at) else {
        return None;
    };
    let pending = signature.pending.take()?;
    if let Some(value) = signature.find_mut("DigestValue") {
        value.set_text(DIGEST_MARK);
    }
    if let Some(value) = signature.child_mut("SignatureValue") {
        value.set_text(VALUE_MARK);
    }
    Some(pending)
}

fn put(element: &mut Element, mark: &str, value: &str) {
    for child in &mut element.children {
        match child {
            Node::Text(text) if text == mark => value.clone_into(text),
            Node::Element(element) => put(element, mark, value),
            Node::Text(_) | Node::Raw(_) => {}
        }
    }
}

fn digest_value(document: &Document<'_>) -> Result<String, Error> {
    let signature = find_signature(document, VALUE_MARK)?;
    let reference = signature
        .descendants()
        .filter_map(xml::Node::as_element)
        .find(|element| element.is(ns::DS, "Reference"))
        .ok_or(Error::LostSignature)?;
    let target = target(document, signature, reference);
    let transforms: Vec<_> = reference
        .descendants()
        .filter_map(xml::Node::as_element)
        .filter(|element| element.is(ns::DS, "Transform"))
        .collect();
    let enveloped = transforms.is_empty()
        || transforms
            .iter()
            .any(|transform| transform.attribute("Algorithm") == Some(ns::ENVELOPED));
    let (algorithm, prefixes) = transforms
        .iter()
        .rev()
        .find_map(|&transform| canonicalization(transform))
        .unwrap_or((Algorithm::CanonicalXml10, ""));
    let canonicalizer =
        Canonicalizer::new(algorithm.without_comments()).with_inclusive_prefixes(prefixes);
    let mut octets = Vec::new();
    let within = target.descendants().any(|node| node == signature.node());
    if enveloped && within {
        canonicalizer.element_without(target, signature, &mut octets)?;
    } else {
        canonicalizer.element(target, &mut octets)?;
    }
    let digest = reference
        .elements()
        .find(|element| element.is(ns::DS, "DigestMethod"))
        .and_then(|method| DigestAlgorithm::from_uri(method.attribute("Algorithm")?))
        .unwrap_or(DigestAlgorithm::Sha256);
    Ok(base64(digest.digest(&octets).as_bytes()))
}

/// What the reference names; failing that, what holds the signature.
fn target<'d>(
    document: &'d Document<'_>,
    signature: xml::Element<'d>,
    reference: xml::Element<'d>,
) -> xml::Element<'d> {
    let parent = signature.parent().unwrap_or_else(|| document.root());
    match reference.attribute("URI") {
        Some("") => document.root(),
        Some(uri) => document
            .elements()
            .find(|element| element.attribute("ID") == uri.strip_prefix('#'))
            .filter(|element| element.attribute("ID").is_some())
            .unwrap_or(parent),
        None => parent,
    }
}

fn canonicalization<'d>(method: xml::Element<'d>) -> Option<(Algorithm, &'d str)> {
    let algorithm = Algorithm::from_uri(method.attribute("Algorithm")?)?;
    let prefixes = method
        .elements()
        .find(|element| element.is(ns::EXC_C14N, "InclusiveNamespaces"))
        .and_then(|element| element.attribute("PrefixList"));
    Some((algorithm, prefixes.unwrap_or_default()))
}

fn find_signature<'d>(document: &'d Document<'_>, mark: &str) -> Result<xml::Element<'d>, Error> {
    document
        .elements()
        .find(|element| {
            element.is(ns::DS, "SignatureValue") && element.text().is_ok_and(|text| text == mark)
        })
        .and_then(xml::Element::parent)
        .ok_or(Error::LostSignature)
}

fn signature_value(document: &Document<'_>, pending: &Pending) -> Result<String, Error> {
    let signature = find_signature(document, VALUE_MARK)?;
    let signed_info = signature
        .elements()
        .find(|element| element.is(ns::DS, "SignedInfo"))
        .ok_or(Error::LostSignature)?;
    let named = |name: &str| {
        signed_info
            .elements()
            .find(|element| element.is(ns::DS, name))
    };
    let (algorithm, prefixes) = named("CanonicalizationMethod")
        .and_then(canonicalization)
        .unwrap_or((Algorithm::Exclusive, ""));
    let mut octets = Vec::new();
    Canonicalizer::new(algorithm)
        .with_inclusive_prefixes(prefixes)
        .element(signed_info, &mut octets)?;
    let method = named("SignatureMethod")
        .and_then(|method| method.attribute("Algorithm"))
        .unwrap_or_default();
    let length = pending.key.modulus_len();
    let value = match pending.forge {
        Forge::No => pending.key.sign(method, &octets)?,
        Forge::Block(make) => pending
            .key
            .raw(&make(length, &octets))
            .ok_or(Error::LostSignature)?,
    };
    Ok(base64(&value))
}
