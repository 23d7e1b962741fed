//! The arena as it is stored, for canonicalization: interned identities instead of strings, and which texts need escaping.
//!
//! Not part of the stable interface.

#![expect(
    clippy::exhaustive_structs,
    clippy::exhaustive_enums,
    reason = "canonicalization is released together with this crate and must see every case"
)]

use crate::name::{KNOWN, KNOWN_COUNT};
use crate::node::{Element, Node};
use crate::tree::{AttributeData, Document, ElementData, Kind, Name, Span};

/// The id of "no prefix".
pub const NO_PREFIX: u32 = crate::tree::NO_PREFIX;
/// The id of the prefix `xml`.
pub const XML_PREFIX: u32 = crate::tree::XML_PREFIX;
/// The id of "no namespace".
pub const NO_NAMESPACE: u32 = crate::tree::NO_NAMESPACE;
/// The id of the XML namespace.
pub const XML_NAMESPACE: u32 = crate::tree::XML_NAMESPACE;

/// A text and whether a canonical form must look for characters to escape in it.
#[derive(Clone, Copy, Debug)]
pub struct RawText<'d> {
    /// The text.
    pub text: &'d str,
    /// `false`: no character of it is escaped where it stands, in character data or in an attribute value.
    pub needs_escape: bool,
}

/// A name with interned parts. Equal ids are equal strings, and different ids are different strings, within one document.
#[derive(Clone, Copy, Debug)]
pub struct RawName<'d> {
    /// Prefix, colon and local name as written.
    pub qualified: &'d str,
    /// The local name.
    pub local: &'d str,
    /// Id of the prefix.
    pub prefix: u32,
    /// Id of the namespace name.
    pub namespace: u32,
}

/// What a node is.
#[derive(Clone, Copy, Debug)]
pub enum RawKind<'d> {
    /// An element.
    Element(RawElement<'d>),
    /// Character data.
    Text(RawText<'d>),
    /// A comment.
    Comment(RawText<'d>),
    /// A processing instruction: target, data.
    ProcessingInstruction(RawText<'d>, RawText<'d>),
}

/// An element's stored form.
#[derive(Clone, Copy, Debug)]
pub struct RawElement<'d> {
    document: &'d Document<'d>,
    start: u32,
    /// Its index among the elements.
    index: u32,
    data: &'d ElementData,
    /// How long the element is, if it can be copied as a whole; otherwise 0.
    whole: u32,
}

impl<'d> RawElement<'d> {
    /// Where the qualified name stands in the source, and how many octets it has.
    #[inline]
    #[must_use]
    pub const fn name(&self) -> (u32, u32) {
        (self.start + 1, self.data.len)
    }

    /// The ids of (prefix, namespace name).
    #[inline]
    #[must_use]
    pub const fn name_ids(&self) -> (u32, u32) {
        (self.data.prefix, self.data.namespace)
    }

    /// Where the start tag stands in the source and how many octets it has before its `>` or `/>`, if these octets and a `>` are
    /// what every canonical form has for it that renders no namespace there and takes nothing over from ancestors. Such a tag
    /// declares nothing.
    #[inline]
    #[must_use]
    pub const fn canonical_tag(&self) -> Option<(u32, u32)> {
        match self.data.tag().canonical() {
            0 => None,
            length => Some((self.start, length)),
        }
    }

    /// Where the element stands in the source, and how many octets it has with all that is in it, if these octets are what every
    /// canonical form has for it that renders no namespace in it and takes nothing over from ancestors. All elements in it have
    /// its prefix and its namespace, no attribute in it has a prefix, and nothing in it is a declaration.
    #[inline]
    #[must_use]
    pub const fn canonical_whole(&self) -> Option<(u32, u32)> {
        match self.whole {
            0 => None,
            length => Some((self.start, length)),
        }
    }

    /// Whether any attribute has a prefix.
    #[inline]
    #[must_use]
    pub const fn has_prefixed_attribute(&self) -> bool {
        self.data.tag().is_prefixed()
    }

    #[inline]
    fn stored_attributes(&self) -> &'d [AttributeData] {
        self.document.attributes_of(self.index)
    }

    /// How many attributes it has.
    #[inline]
    #[must_use]
    pub fn attribute_count(&self) -> usize {
        self.stored_attributes().len()
    }

    /// The attributes in document order: name and value.
    #[inline]
    #[must_use]
    pub fn attributes(
        &self,
    ) -> impl ExactSizeIterator<Item = (RawName<'d>, RawText<'d>)> + use<'d> {
        let document = self.document;
        self.stored_attributes()
            .iter()
            .map(move |a| (name(document, &a.name), text(document, a.value)))
    }

    /// The attribute at `index` in document order.
    #[inline]
    #[must_use]
    pub fn attribute(&self, index: usize) -> Option<(RawName<'d>, RawText<'d>)> {
        self.stored_attributes()
            .get(index)
            .map(|a| (name(self.document, &a.name), text(self.document, a.value)))
    }

    /// The ids of (prefix, namespace name) of the attributes in document order, cheaper than their strings.
    #[inline]
    #[must_use]
    pub fn attribute_ids(&self) -> impl ExactSizeIterator<Item = (u32, u32)> + use<'d> {
        self.stored_attributes()
            .iter()
            .map(|a| (a.name.prefix, a.name.namespace))
    }

    /// The declarations in document order: ids of (prefix, namespace name).
    #[inline]
    #[must_use]
    pub fn declarations(&self) -> impl ExactSizeIterator<Item = (u32, u32)> + use<'d> {
        self.document
            .declarations_of(self.index)
            .iter()
            .map(|d| (d.prefix, d.uri))
    }
}

/// The arena of a document.
#[derive(Clone, Copy, Debug)]
pub struct Raw<'d>(&'d Document<'d>);

impl<'d> Raw<'d> {
    /// The arena of `document`.
    #[inline]
    #[must_use]
    pub const fn new(document: &'d Document<'d>) -> Self {
        Self(document)
    }

    /// One past the last node's index. Index 0 is the document itself and has no kind.
    #[inline]
    #[must_use]
    pub fn node_count(self) -> u32 {
        u32::try_from(self.0.arena.nodes.len()).unwrap_or(u32::MAX)
    }

    /// One past the last prefix id.
    #[inline]
    #[must_use]
    pub fn prefix_count(self) -> usize {
        self.0.arena.prefixes.len()
    }

    /// The ids of the namespace names that are not known to every document.
    #[inline]
    #[must_use]
    pub fn other_namespaces(self) -> core::ops::Range<u32> {
        let others = u32::try_from(self.0.arena.uris.len()).unwrap_or(u32::MAX);
        KNOWN_COUNT..KNOWN_COUNT.saturating_add(others)
    }

    /// One past the last namespace id.
    #[inline]
    #[must_use]
    pub fn namespace_count(self) -> usize {
        self.0.arena.uris.len() + KNOWN.len()
    }

    /// The prefix with this id.
    #[inline]
    #[must_use]
    pub fn prefix(self, id: u32) -> &'d str {
        self.0.prefix(id)
    }

    /// The namespace name with this id.
    #[inline]
    #[must_use]
    pub fn namespace(self, id: u32) -> &'d str {
        self.0.uri(id)
    }

    /// The namespace name with this id, with whether it needs escaping as an attribute value.
    #[inline]
    #[must_use]
    pub fn namespace_text(self, id: u32) -> RawText<'d> {
        let needs_escape = (id as usize)
            .checked_sub(KNOWN.len())
            .and_then(|index| self.0.arena.uris.get(index))
            .is_some_and(|span| span.needs_escape());
        RawText {
            text: self.0.uri(id),
            needs_escape,
        }
    }

    /// What the node at `index` is; `None` for the document itself and out of range.
    #[inline]
    #[must_use]
    pub fn kind(self, index: u32) -> Option<RawKind<'d>> {
        let document = self.0;
        let node = document.arena.nodes.get(index as usize)?;
        Some(match node.kind() {
            Kind::Element => {
                let element = node.index();
                // Node 0, the document, has no such data.
                let data = document.arena.elements.get(element as usize)?;
                RawKind::Element(RawElement {
                    document,
                    start: node.start(),
                    index: element,
                    data,
                    whole: document.whole_length(index, node, data),
                })
            }
            Kind::Text => RawKind::Text(text(document, node.span())),
            Kind::Comment => RawKind::Comment(text(document, node.span())),
            Kind::ProcessingInstruction => {
                let (target, data) = document.arena.instruction(node.index())?;
                RawKind::ProcessingInstruction(text(document, target), text(document, data))
            }
        })
    }

    /// Where a text stands in the source and how many octets it has, if these octets are what every canonical form has for it;
    /// `None` for what is no text.
    #[inline]
    #[must_use]
    pub fn canonical_text(self, index: u32) -> Option<(u32, u32)> {
        let node = self.0.arena.nodes.get(index as usize)?;
        let span = node.span();
        (node.kind() == Kind::Text && !span.is_side() && !span.needs_escape())
            .then_some((span.start(), span.len))
    }

    /// The index of the parent (0: the document); 0 out of range.
    #[inline]
    #[must_use]
    pub fn parent(self, index: u32) -> u32 {
        let node = self.0.arena.nodes.get(index as usize);
        node.map_or(0, |node| node.parent)
    }

    /// One past the last descendant of the node at `index`; 0 out of range.
    #[inline]
    #[must_use]
    pub fn end(self, index: u32) -> u32 {
        {
            let node = self.0.arena.nodes.get(index as usize);
            node.map_or(0, |node| node.end(index))
        }
    }
}

/// The index of a node.
#[must_use]
pub const fn index(node: Node<'_>) -> u32 {
    node.id().index()
}

/// The index of an element.
#[must_use]
pub const fn element_index(element: Element<'_>) -> u32 {
    element.id().index()
}

/// The element at `index`, if it is one.
#[must_use]
pub fn element<'d>(document: &'d Document<'d>, index: u32) -> Option<Element<'d>> {
    document
        .node(crate::NodeId::new(index))
        .and_then(Node::as_element)
}

#[inline]
fn name<'d>(document: &'d Document<'d>, name: &Name) -> RawName<'d> {
    RawName {
        qualified: document.source_text(name.start, name.len),
        local: document.source_text(name.start + name.local, name.len - name.local),
        prefix: name.prefix,
        namespace: name.namespace,
    }
}

#[inline]
fn text<'d>(document: &'d Document<'d>, span: Span) -> RawText<'d> {
    RawText {
        text: document.text_of(span),
        needs_escape: span.needs_escape(),
    }
}
