use core::fmt;
use std::borrow::Cow;

use crate::parse;
use crate::{Children, Element, Error, Limits, Node, NodeId, ns};

/// The value of a link or id that leads nowhere.
pub(crate) const NONE: u32 = u32::MAX;
/// Ids of the prefixes and namespace names that need no declaration.
pub(crate) const NO_PREFIX: u32 = 0;
pub(crate) const XML_PREFIX: u32 = 1;
pub(crate) const NO_NAMESPACE: u32 = 0;
pub(crate) const XML_NAMESPACE: u32 = 1;

/// A run of text in the source or, with [`Span::SIDE`], in the side buffer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Span {
    start: u32,
    pub(crate) len: u32,
}

impl Span {
    const SIDE: u32 = 1 << 31;
    const ESCAPE: u32 = 1 << 30;
    const START: u32 = Self::ESCAPE - 1;

    pub(crate) const fn source(start: u32, len: u32) -> Self {
        Self { start, len }
    }

    pub(crate) const fn side(start: u32, len: u32) -> Self {
        Self {
            start: start | Self::SIDE,
            len,
        }
    }

    /// Marks that a canonical form cannot copy the text as it is.
    pub(crate) const fn escaped(mut self, escape: bool) -> Self {
        if escape {
            self.start |= Self::ESCAPE;
        }
        self
    }

    pub(crate) const fn needs_escape(self) -> bool {
        self.start & Self::ESCAPE != 0
    }

    pub(crate) const fn is_side(self) -> bool {
        self.start & Self::SIDE != 0
    }

    pub(crate) const fn start(self) -> u32 {
        self.start & Self::START
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Data {
    Document,
    Element(u32),
    Text(Span),
    Comment(Span),
    /// Index of `Document::instructions`.
    ProcessingInstruction(u32),
}

/// Nodes stand in document order, so `end`, one past the last descendant, gives children, siblings and subtrees.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeData {
    pub(crate) parent: u32,
    pub(crate) end: u32,
    /// Where it begins in the source.
    pub(crate) start: u32,
    pub(crate) data: Data,
}

/// A qualified name in the source, with its prefix and namespace interned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    pub(crate) start: u32,
    pub(crate) len: u32,
    /// Octets before the local name: the prefix and its colon.
    pub(crate) local: u32,
    pub(crate) prefix: u32,
    pub(crate) namespace: u32,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ElementData {
    pub(crate) name: Name,
    pub(crate) attributes: (u32, u32),
    pub(crate) declarations: (u32, u32),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct AttributeData {
    pub(crate) name: Name,
    pub(crate) value: Span,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct DeclarationData {
    pub(crate) prefix: u32,
    pub(crate) uri: u32,
}

/// A parsed document: one arena of nodes over its octets.
///
/// A document either borrows the octets it was parsed from ([`Document::parse`]) or owns them ([`Document::parse_owned`]),
/// so that a type can keep octets and tree together. It is read-only; handles ([`Node`], [`Element`]) are `Copy` and borrow it.
#[derive(Clone)]
pub struct Document<'src> {
    pub(crate) source: Cow<'src, str>,
    /// Octets of a byte order mark before `source`, added to every reported offset.
    pub(crate) mark: u32,
    pub(crate) side: String,
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) root: u32,
    pub(crate) elements: Vec<ElementData>,
    pub(crate) attributes: Vec<AttributeData>,
    pub(crate) declarations: Vec<DeclarationData>,
    pub(crate) instructions: Vec<(Span, Span)>,
    /// From id 2 on: interned prefixes, all in the source.
    pub(crate) prefixes: Vec<Span>,
    /// From id 2 on: interned namespace names.
    pub(crate) uris: Vec<Span>,
}

impl<'src> Document<'src> {
    /// Parses a document that borrows `source`, within [`Limits::DEFAULT`].
    ///
    /// # Errors
    ///
    /// The first rule of XML 1.0, Namespaces 1.0 or [`Limits`] that the octets break, with its offset.
    ///
    /// # Complexity
    ///
    /// O(n) in the octets, O(k log k) in the attributes of one element.
    pub fn parse(source: &'src [u8]) -> Result<Self, Error> {
        Self::parse_with(source, &Limits::DEFAULT)
    }

    /// Parses a document that borrows `source`, within `limits`.
    ///
    /// # Errors
    ///
    /// As [`Document::parse`].
    pub fn parse_with(source: &'src [u8], limits: &Limits) -> Result<Self, Error> {
        let (mark, text) = parse::decode(source, limits)?;
        parse::parse(Cow::Borrowed(text), mark, limits)
    }

    /// Parses a document that owns `source`, within `limits`.
    ///
    /// # Errors
    ///
    /// As [`Document::parse`].
    pub fn parse_owned(source: Vec<u8>, limits: &Limits) -> Result<Document<'static>, Error> {
        let (mark, _) = parse::decode(&source, limits)?;
        let mut text = String::from_utf8(source).map_err(|error| Error::InvalidUtf8 {
            offset: error.utf8_error().valid_up_to(),
        })?;
        text.drain(..mark);
        parse::parse(Cow::Owned(text), mark, limits)
    }

    /// The document element.
    #[must_use]
    pub fn root(&self) -> Element<'_> {
        Element::new(self, self.root)
    }

    /// The root and the comments and processing instructions beside it.
    #[must_use]
    pub fn children(&self) -> Children<'_> {
        Children::of(self, 0)
    }

    /// The octets that the document was parsed from, without a byte order mark.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The node with this id; `None` if there is no such node.
    ///
    /// Ids are positions: one that came from another document names an unrelated node here.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<Node<'_>> {
        let index = id.index();
        (index != 0 && (index as usize) < self.nodes.len()).then(|| Node::new(self, index))
    }

    /// Every element, in document order.
    pub fn elements(&self) -> impl Iterator<Item = Element<'_>> + Clone {
        (1u32..)
            .zip(self.nodes.iter().skip(1))
            .filter(|(_, node)| matches!(node.data, Data::Element(_)))
            .map(|(index, _)| Element::new(self, index))
    }

    pub(crate) fn text_of(&self, span: Span) -> &str {
        let text: &str = if span.is_side() {
            &self.side
        } else {
            &self.source
        };
        let start = span.start() as usize;
        text.get(start..start + span.len as usize)
            .unwrap_or_default()
    }

    pub(crate) fn source_text(&self, start: u32, len: u32) -> &str {
        self.source
            .get(start as usize..(start + len) as usize)
            .unwrap_or_default()
    }

    pub(crate) fn prefix(&self, id: u32) -> &str {
        match id {
            NO_PREFIX => "",
            XML_PREFIX => "xml",
            _ => self
                .prefixes
                .get(id as usize - 2)
                .map_or("", |&span| self.text_of(span)),
        }
    }

    pub(crate) fn uri(&self, id: u32) -> &str {
        match id {
            NO_NAMESPACE => "",
            XML_NAMESPACE => ns::XML,
            _ => self
                .uris
                .get(id as usize - 2)
                .map_or("", |&span| self.text_of(span)),
        }
    }
}

impl fmt::Debug for Document<'_> {
    /// Shows sizes only: a document may hold personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("octets", &self.source.len())
            .field("nodes", &(self.nodes.len() - 1))
            .finish_non_exhaustive()
    }
}
