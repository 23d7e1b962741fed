//! What an apex takes over from the ancestors that are left out (Canonical XML 1.0 and 1.1 §2.4).

use samlkit_xml::Element;
use samlkit_xml::raw::{self, NO_NAMESPACE, Raw, RawElement, RawKind, XML_NAMESPACE, XML_PREFIX};

use crate::algorithm::Inheritance;
use crate::namespaces::{Binding, Listed};
use crate::{Algorithm, base};

/// The context of an apex.
#[derive(Debug, Default)]
pub(crate) struct Apex<'d> {
    /// The namespaces in scope that are rendered inclusively, at most one of a prefix, in no order.
    pub(crate) namespaces: Vec<Binding>,
    /// Names and values of `xml:*` attributes of ancestors that the apex does not have.
    pub(crate) inherited: Vec<(&'d str, &'d str)>,
    /// `xml:base` as fixed up, to stand in for that of the apex; empty if it is not to be rendered.
    pub(crate) base: Option<String>,
}

impl<'d> Apex<'d> {
    /// Collects the context of `apex` in one pass over its ancestors.
    pub(crate) fn of(apex: Element<'d>, algorithm: Algorithm, listed: &Listed) -> Self {
        let raw = Raw::new(apex.document());
        let index = raw::element_index(apex);
        let mut context = Self::default();
        if !algorithm.is_exclusive() || !listed.is_empty() {
            context.namespaces = in_scope(raw, index, |prefix| {
                !algorithm.is_exclusive() || listed.contains(prefix)
            });
        }
        if algorithm.inheritance() != Inheritance::None {
            context.inherited = inherited(raw, index, algorithm.inheritance());
        }
        if algorithm.inheritance() == Inheritance::Simple {
            context.base = fixed_up_base(raw, index);
        }
        context
    }
}

/// The element at `index` and its ancestors, the innermost first.
fn outwards<'d>(raw: Raw<'d>, index: u32) -> impl Iterator<Item = RawElement<'d>> {
    let mut next = index;
    core::iter::from_fn(move || {
        let Some(RawKind::Element(element)) = raw.kind(next) else {
            return None;
        };
        next = raw.parent(next);
        Some(element)
    })
}

fn in_scope(raw: Raw<'_>, index: u32, is_inclusive: impl Fn(u32) -> bool) -> Vec<Binding> {
    let mut bindings: Vec<Binding> = outwards(raw, index)
        .flat_map(|element| element.declarations())
        .filter(|&(prefix, _)| prefix != XML_PREFIX && is_inclusive(prefix))
        .collect();
    // Stable, so that of one prefix the innermost declaration comes first and stays.
    bindings.sort_by_key(|&(prefix, _)| prefix);
    bindings.dedup_by_key(|&mut (prefix, _)| prefix);
    bindings.retain(|&(_, namespace)| namespace != NO_NAMESPACE);
    bindings
}

fn inherited<'d>(raw: Raw<'d>, index: u32, inheritance: Inheritance) -> Vec<(&'d str, &'d str)> {
    let own = outwards(raw, index)
        .next()
        .map_or(0, |element| element.attribute_count());
    let mut attributes: Vec<(usize, &str, &str)> = outwards(raw, index)
        .flat_map(|element| element.attributes())
        .enumerate()
        .filter(|(_, (name, _))| name.namespace == XML_NAMESPACE && inheritance.copies(name.local))
        .map(|(at, (name, value))| (at, name.qualified, value.text))
        .collect();
    attributes.sort_by_key(|&(_, name, _)| name);
    attributes.dedup_by_key(|&mut (_, name, _)| name);
    attributes.retain(|&(at, ..)| at >= own);
    attributes
        .into_iter()
        .map(|(_, name, value)| (name, value))
        .collect()
}

fn fixed_up_base(raw: Raw<'_>, index: u32) -> Option<String> {
    // Without an `xml:base` on an omitted element there is nothing to fix.
    outwards(raw, index).skip(1).find_map(xml_base)?;
    base::join(outwards(raw, index).filter_map(xml_base))
}

fn xml_base<'d>(element: RawElement<'d>) -> Option<&'d str> {
    element
        .attributes()
        .find(|(name, _)| name.namespace == XML_NAMESPACE && name.local == "base")
        .map(|(_, value)| value.text)
}
