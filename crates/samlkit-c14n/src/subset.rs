//! Document subsets in general: any set of nodes, attributes and namespace nodes.
//!
//! This follows the text of the specifications step by step and takes its time. [`crate::walk`] is the special case of a whole
//! element; where both apply they agree, which the tests use.

use std::collections::BTreeMap;

use samlkit_xml::raw::{self, Raw};
use samlkit_xml::{Attribute, Document, Element, Node, ns};

use crate::algorithm::Inheritance;
use crate::walk::write_leaf;
use crate::{Canonicalizer, base, escape, namespaces};

/// Which nodes of a document make a document subset, in the node types of `XPath` 1.0 §5.
///
/// An element can be in the set without its attributes and namespace nodes, and they without it. The defaults take each with
/// its element. The order of calls is not specified.
pub trait NodeSet {
    /// Whether an element, text, comment or processing instruction node is in the set.
    fn contains(&self, node: Node<'_>) -> bool;

    /// Whether the node of one attribute is.
    fn contains_attribute(&self, element: Element<'_>, attribute: Attribute<'_>) -> bool {
        let _ = attribute;
        self.contains(element.node())
    }

    /// Whether the node of the namespace that `prefix` ("" is the default) has in the scope of `element` is. Every element
    /// has namespace nodes of its own, also for the namespaces that its ancestors declare.
    fn contains_namespace(&self, element: Element<'_>, prefix: &str) -> bool {
        let _ = prefix;
        self.contains(element.node())
    }
}

/// Prefix and namespace name.
type Namespaces<'d> = Vec<(&'d str, &'d str)>;

/// An element that the walk is in.
struct Level<'d> {
    end: u32,
    element: Element<'d>,
    is_in_set: bool,
    /// Its namespace nodes in the set, by prefix.
    namespaces: Namespaces<'d>,
    /// What [`Subset::utilized`] said before.
    log: Vec<(&'d str, Option<&'d str>)>,
}

struct Subset<'d, 's, 'o, S> {
    set: &'s S,
    exclusive: bool,
    comments: bool,
    inheritance: Inheritance,
    listed: Vec<&'s str>,
    levels: Vec<Level<'d>>,
    /// By prefix: the namespace node in the set, if any, of the nearest element in the set that visibly utilizes the prefix.
    utilized: BTreeMap<&'d str, Option<&'d str>>,
    out: &'o mut Vec<u8>,
}

/// Appends the canonical form of the nodes in `set`.
pub(crate) fn canonicalize<S: NodeSet>(
    canonicalizer: &Canonicalizer<'_>,
    document: &Document<'_>,
    set: &S,
    out: &mut Vec<u8>,
) {
    let algorithm = canonicalizer.algorithm();
    let mut subset = Subset {
        set,
        exclusive: algorithm.is_exclusive(),
        comments: algorithm.with_comments(),
        inheritance: algorithm.inheritance(),
        listed: namespaces::tokens(canonicalizer.inclusive_prefixes()).collect(),
        levels: Vec::new(),
        utilized: BTreeMap::new(),
        out,
    };
    subset.listed.sort_unstable();
    subset.document(document);
}

impl<'d, S: NodeSet> Subset<'d, '_, '_, S> {
    fn document(&mut self, document: &'d Document<'d>) {
        let raw = Raw::new(document);
        let mut after_root = false;
        for child in document.children() {
            if let Some(root) = child.as_element() {
                self.start(raw, root);
                for node in root.descendants() {
                    self.close(raw::index(node));
                    match node.as_element() {
                        Some(element) => self.start(raw, element),
                        None => self.leaf(raw, node),
                    }
                }
                self.close(u32::MAX);
                after_root = true;
                continue;
            }
            let before = self.out.len();
            self.leaf(raw, child);
            if self.out.len() > before {
                let at = if after_root { before } else { self.out.len() };
                self.out.insert(at, b'\n');
            }
        }
    }

    fn close(&mut self, index: u32) {
        while self.levels.last().is_some_and(|level| level.end <= index) {
            let Some(level) = self.levels.pop() else {
                return;
            };
            if level.is_in_set {
                self.out.extend_from_slice(b"</");
                self.out
                    .extend_from_slice(level.element.qualified_name().as_bytes());
                self.out.push(b'>');
            }
            for (prefix, before) in level.log.into_iter().rev() {
                // "Rendered by nobody" and "utilized without a node in the set" ask for the same.
                self.utilized.insert(prefix, before);
            }
        }
    }

    fn start(&mut self, raw: Raw<'d>, element: Element<'d>) {
        let is_in_set = self.set.contains(element.node());
        let attributes: Vec<Attribute<'d>> = element
            .attributes()
            .filter(|&attribute| self.set.contains_attribute(element, attribute))
            .collect();
        let mut namespaces = element.namespaces_in_scope();
        namespaces.retain(|&(prefix, uri)| {
            prefix != "xml" && !uri.is_empty() && self.set.contains_namespace(element, prefix)
        });
        namespaces.sort_unstable();

        if is_in_set {
            self.out.push(b'<');
            self.out
                .extend_from_slice(element.qualified_name().as_bytes());
        }
        let mut log = Vec::new();
        let used = if self.exclusive && is_in_set {
            visibly_utilized(element, &attributes)
        } else {
            Vec::new()
        };
        self.write_namespaces(is_in_set, &namespaces, &used);
        for prefix in used {
            let before = self.utilized.insert(prefix, bound(&namespaces, prefix));
            log.push((prefix, before.flatten()));
        }
        self.write_attributes(element, is_in_set, attributes);
        if is_in_set {
            self.out.push(b'>');
        }
        let end = raw.end(raw::element_index(element));
        self.levels.push(Level {
            end,
            element,
            is_in_set,
            namespaces,
            log,
        });
    }

    /// The namespace axis (Canonical XML 1.0 §2.3, ExcC14N §3).
    fn write_namespaces(&mut self, is_in_set: bool, namespaces: &Namespaces<'d>, used: &[&str]) {
        let nearest = self.levels.iter().rev().find(|level| level.is_in_set);
        let above = |prefix: &str| nearest.and_then(|level| bound(&level.namespaces, prefix));
        let is_inclusive =
            |prefix: &str| !self.exclusive || self.listed.binary_search(&prefix).is_ok();
        let utilized = |prefix: &str| self.utilized.get(prefix).copied().flatten();

        let mut rendered = Namespaces::new();
        if is_in_set && bound(namespaces, "").is_none() {
            let undeclares = if is_inclusive("") {
                above("").is_some()
            } else {
                used.contains(&"") && utilized("").is_some()
            };
            if undeclares {
                rendered.push(("", ""));
            }
        }
        for &(prefix, uri) in namespaces {
            let is_rendered = if is_inclusive(prefix) {
                above(prefix) != Some(uri)
            } else {
                used.contains(&prefix) && utilized(prefix) != Some(uri)
            };
            if is_rendered {
                rendered.push((prefix, uri));
            }
        }
        for (prefix, uri) in rendered {
            if prefix.is_empty() {
                write_attribute("xmlns", uri, self.out);
            } else {
                write_attribute(&format!("xmlns:{prefix}"), uri, self.out);
            }
        }
    }

    /// The attribute axis, with what an element whose parent is left out takes over from its ancestors (§2.4).
    fn write_attributes(
        &mut self,
        element: Element<'d>,
        is_in_set: bool,
        attributes: Vec<Attribute<'d>>,
    ) {
        let mut merged: BTreeMap<(&str, &str), (&str, String)> = attributes
            .into_iter()
            .map(|a| {
                (
                    (a.namespace(), a.local_name()),
                    (a.qualified_name(), a.value().to_owned()),
                )
            })
            .collect();
        let is_orphan = is_in_set && self.levels.last().is_none_or(|parent| !parent.is_in_set);
        if is_orphan && self.inheritance != Inheritance::None {
            self.inherit(element, &mut merged);
        }
        for (name, value) in merged.into_values() {
            write_attribute(name, &value, self.out);
        }
    }

    fn inherit(
        &self,
        element: Element<'d>,
        merged: &mut BTreeMap<(&'d str, &'d str), (&'d str, String)>,
    ) {
        let with_ancestors = || core::iter::successors(Some(element), |element| element.parent());
        let xml_attributes =
            |element: Element<'d>| element.attributes().filter(|a| a.namespace() == ns::XML);
        // Canonical XML 1.0 takes nothing that the element has, in the set or not. The interoperability tests of 1.1 have an
        // orphan keep its own inheritable attributes even if the set leaves them out (xmlbase-c14n11spec3-103).
        let mut seen: Vec<&str> = Vec::new();
        for (distance, ancestor) in with_ancestors().enumerate() {
            for attribute in xml_attributes(ancestor) {
                let local = attribute.local_name();
                if !self.inheritance.copies(local) || seen.contains(&local) {
                    continue;
                }
                seen.push(local);
                if distance > 0 || self.inheritance == Inheritance::Simple {
                    let value = (attribute.qualified_name(), attribute.value().to_owned());
                    merged.insert((ns::XML, local), value);
                }
            }
        }
        if self.inheritance == Inheritance::Simple {
            let xml_base = |element: Element<'d>| element.attribute_ns(ns::XML, "base");
            let omitted = self
                .levels
                .iter()
                .rev()
                .take_while(|level| !level.is_in_set);
            let omitted: Vec<&str> = omitted
                .filter_map(|level| xml_base(level.element))
                .collect();
            let own = xml_base(element);
            let joined = base::join(own.into_iter().chain(omitted.iter().copied()));
            match joined {
                // Only a join can come to nothing.
                Some(value) if !value.is_empty() || omitted.is_empty() => {
                    merged.insert((ns::XML, "base"), ("xml:base", value));
                }
                _ => {
                    merged.remove(&(ns::XML, "base"));
                }
            }
        }
    }

    fn leaf(&mut self, raw: Raw<'d>, node: Node<'d>) {
        if self.set.contains(node)
            && let Some(kind) = raw.kind(raw::index(node))
        {
            write_leaf(kind, self.comments, self.out);
        }
    }
}

/// The prefixes that an element in the set and its attributes in the set have (ExcC14N §1.1). An attribute without a prefix
/// does not utilize the default namespace.
fn visibly_utilized<'d>(element: Element<'d>, attributes: &[Attribute<'d>]) -> Vec<&'d str> {
    let of_attributes = attributes
        .iter()
        .map(|attribute| attribute.prefix())
        .filter(|prefix| !prefix.is_empty());
    let mut used: Vec<&str> = core::iter::once(element.prefix())
        .chain(of_attributes)
        .collect();
    used.sort_unstable();
    used.dedup();
    used
}

fn bound<'d>(namespaces: &Namespaces<'d>, prefix: &str) -> Option<&'d str> {
    let at = namespaces
        .binary_search_by(|&(candidate, _)| candidate.cmp(prefix))
        .ok()?;
    namespaces.get(at).map(|&(_, uri)| uri)
}

fn write_attribute(name: &str, value: &str, out: &mut Vec<u8>) {
    out.push(b' ');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"=\"");
    escape::attribute(value, out);
    out.push(b'"');
}
