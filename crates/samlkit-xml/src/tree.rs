use core::fmt;
use std::borrow::Cow;

use crate::name::KNOWN;
use crate::{Attributes, Children, Element, Error, ExpandedName, Limits, Node, NodeId};
use crate::{decode, parse};

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

/// What a node is. [`Kind::Element`] is also what the document itself, node 0, is stored as.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Element,
    Text,
    Comment,
    ProcessingInstruction,
}

/// One node in sixteen octets. Nodes stand in document order, so one past the last descendant gives children, siblings and
/// subtrees.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeData {
    pub(crate) parent: u32,
    /// Where it begins in the source, and in the two bits that no offset needs, its kind.
    start: u32,
    /// An element's index among the elements, an instruction's among the instructions; the first half of a text's span.
    first: u32,
    /// One past an element's last descendant; the second half of a text's span.
    second: u32,
}

impl NodeData {
    const KIND: u32 = 30;
    const START: u32 = (1 << Self::KIND) - 1;
    pub(crate) const NOTHING: Self = Self::element(0, 0, NONE);

    const fn new(parent: u32, start: u32, kind: Kind, first: u32, second: u32) -> Self {
        Self {
            parent,
            start: start | (kind as u32) << Self::KIND,
            first,
            second,
        }
    }

    pub(crate) const fn element(parent: u32, start: u32, index: u32) -> Self {
        Self::new(parent, start, Kind::Element, index, 0)
    }

    pub(crate) const fn text(parent: u32, start: u32, span: Span) -> Self {
        Self::new(parent, start, Kind::Text, span.start, span.len)
    }

    pub(crate) const fn comment(parent: u32, start: u32, span: Span) -> Self {
        Self::new(parent, start, Kind::Comment, span.start, span.len)
    }

    pub(crate) const fn instruction(parent: u32, start: u32, index: u32) -> Self {
        Self::new(parent, start, Kind::ProcessingInstruction, index, 0)
    }

    pub(crate) const fn kind(&self) -> Kind {
        match self.start >> Self::KIND {
            0 => Kind::Element,
            1 => Kind::Text,
            2 => Kind::Comment,
            _ => Kind::ProcessingInstruction,
        }
    }

    pub(crate) const fn start(&self) -> u32 {
        self.start & Self::START
    }

    /// The index of an element or instruction among its like.
    pub(crate) const fn index(&self) -> u32 {
        self.first
    }

    /// What a text or comment says.
    pub(crate) const fn span(&self) -> Span {
        Span {
            start: self.first,
            len: self.second,
        }
    }

    /// One past the last descendant of this node at `index`.
    pub(crate) const fn end(&self, index: u32) -> u32 {
        match self.kind() {
            Kind::Element => self.second,
            Kind::Text | Kind::Comment | Kind::ProcessingInstruction => index + 1,
        }
    }

    /// Sets one past the last descendant of an element.
    pub(crate) const fn close(&mut self, end: u32) {
        self.second = end;
    }
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

/// [`ElementData::whole`] of an element without attributes and declarations that holds plain text or nothing, and has an end
/// tag without white space. All of it always stands in the source as it has to.
pub(crate) const BARE_LEAF: u32 = u32::MAX;

/// What an element has beside its node. Its name stands after its `<`; its attributes and declarations end where those of
/// the next of these begin.
///
/// Bare leaves that come one after the other, as the values of an attribute mostly do, share one of these.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ElementData {
    pub(crate) len: u32,
    pub(crate) local: u32,
    pub(crate) prefix: u32,
    pub(crate) namespace: u32,
    /// Index of its first attribute, were there one.
    pub(crate) attributes: u32,
    /// Index of its first declaration, were there one. Bit 31: the element declares `xml`, which is nowhere else to be seen.
    declarations: u32,
    tag: StartTag,
    /// How long the element is in the source, if all of it stands there as every canonical form has it that has to add no
    /// declaration, and all elements in it have its prefix and its namespace, or [`BARE_LEAF`]; otherwise 0.
    pub(crate) whole: u32,
}

/// How a start tag is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StartTag(u32);

impl StartTag {
    const PREFIXED: u32 = 1 << 31;

    /// `canonical` is how long the tag is up to its `>` or `/>`, if every canonical form that has to add no declaration has that
    /// octet for octet as it is in the source; otherwise 0.
    pub(crate) const fn new(canonical: u32, prefixed: bool) -> Self {
        Self(if prefixed {
            canonical | Self::PREFIXED
        } else {
            canonical
        })
    }

    /// How many octets of the source are this tag in canonical form but for its `>`; 0 if they are not.
    pub(crate) const fn canonical(self) -> u32 {
        self.0 & !Self::PREFIXED
    }

    /// Whether an attribute has a prefix.
    pub(crate) const fn is_prefixed(self) -> bool {
        self.0 & Self::PREFIXED != 0
    }
}

impl ElementData {
    const XML_DECLARED: u32 = 1 << 31;
    pub(crate) const NOTHING: Self = Self {
        len: 0,
        local: 0,
        prefix: NO_PREFIX,
        namespace: NO_NAMESPACE,
        attributes: 0,
        declarations: 0,
        tag: StartTag::new(0, false),
        whole: 0,
    };

    pub(crate) const fn new(
        (len, local): (u32, u32),
        (prefix, namespace): (u32, u32),
        attributes: u32,
        declarations: u32,
        xml_declared: bool,
        tag: StartTag,
    ) -> Self {
        Self {
            len,
            local,
            prefix,
            namespace,
            attributes,
            declarations: if xml_declared {
                declarations | Self::XML_DECLARED
            } else {
                declarations
            },
            tag,
            whole: 0,
        }
    }

    pub(crate) const fn tag(&self) -> StartTag {
        self.tag
    }

    /// Whether this, of a bare leaf, has nothing that `last`, the last one before it, does not have as well.
    #[inline(always)]
    pub(crate) const fn is_as(&self, last: &Self) -> bool {
        last.whole == BARE_LEAF
            && last.len == self.len
            && last.local == self.local
            && last.prefix == self.prefix
            && last.namespace == self.namespace
    }

    pub(crate) const fn first_declaration(&self) -> usize {
        (self.declarations & !Self::XML_DECLARED) as usize
    }

    pub(crate) const fn is_xml_declared(&self) -> bool {
        self.declarations & Self::XML_DECLARED != 0
    }
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
    /// What the prefix was bound to outside the element; [`NONE`] if it was not.
    pub(crate) before: u32,
}

/// A prefix, and while its document is parsed, what it is bound to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PrefixData {
    pub(crate) name: Span,
    /// The name as a number, if it is short; otherwise 0.
    pub(crate) key: u64,
    /// The namespace that it is bound to; [`NONE`] if it is not.
    pub(crate) uri: u32,
    /// The element that declared it last, to tell a second declaration on the same element.
    pub(crate) element: u32,
}

/// The vectors of a [`Document`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Arena {
    /// Text that had to be decoded.
    pub(crate) side: String,
    /// Node 0 is the document itself.
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) elements: Vec<ElementData>,
    pub(crate) attributes: Vec<AttributeData>,
    pub(crate) declarations: Vec<DeclarationData>,
    /// By id; all in the source, or empty for the two that need no declaration.
    pub(crate) prefixes: Vec<PrefixData>,
    /// Interned namespace names; the first has the id after that of the last of [`KNOWN`].
    pub(crate) uris: Vec<Span>,
    pub(crate) rare: Option<Box<Rare>>,
}

/// What most documents have nothing of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rare {
    /// Processing instructions: target, data.
    pub(crate) instructions: Vec<(Span, Span)>,
    /// Where parts of the octets begin, and where they come from; empty if these are all one document.
    pub(crate) origins: Vec<(usize, usize)>,
}

impl Arena {
    /// Takes out all that is in it.
    fn clear(&mut self) {
        self.side.clear();
        self.nodes.clear();
        self.elements.clear();
        self.attributes.clear();
        self.declarations.clear();
        self.prefixes.clear();
        self.uris.clear();
        self.rare = None;
    }

    pub(crate) fn instruction(&self, index: u32) -> Option<(Span, Span)> {
        let instructions = &self.rare.as_ref()?.instructions;
        instructions.get(index as usize).copied()
    }
}

/// The memory that the tree of a document took, for the next: [`Document::into_room`].
///
/// Nothing of the document can be had from it.
#[derive(Default)]
pub struct Room(Arena);

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room")
            .field("nodes", &self.0.nodes.capacity())
            .finish_non_exhaustive()
    }
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
    pub(crate) root: u32,
    pub(crate) arena: Arena,
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
        let (mark, text) = decode::borrowed(source, limits)?;
        parse::parse(Cow::Borrowed(text), mark, limits, Arena::default())
    }

    /// Parses a document that owns `source`, within `limits`.
    ///
    /// # Errors
    ///
    /// As [`Document::parse`].
    pub fn parse_owned(source: Vec<u8>, limits: &Limits) -> Result<Document<'static>, Error> {
        Document::parse_owned_in(Room::default(), source, limits)
    }

    /// [`Document::parse_owned`], with a tree in the memory that another's took. The one does not depend on the other.
    ///
    /// ```
    /// use samlkit_xml::{Document, Limits};
    ///
    /// let outer = Document::parse(b"<a><b>1</b></a>")?;
    /// let inner = b"<b>1</b>".to_vec();
    /// let inner = Document::parse_owned_in(outer.into_room(), inner, &Limits::DEFAULT)?;
    /// assert_eq!(inner.root().text()?, "1");
    /// # Ok::<(), samlkit_xml::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Document::parse`].
    pub fn parse_owned_in(
        room: Room,
        source: Vec<u8>,
        limits: &Limits,
    ) -> Result<Document<'static>, Error> {
        let (mark, text) = decode::owned(source, limits)?;
        parse::parse(Cow::Owned(text), mark, limits, room.0)
    }

    /// Ends the document, and gives the memory of its tree for another: [`Document::parse_owned_in`].
    #[must_use]
    pub fn into_room(mut self) -> Room {
        self.arena.clear();
        Room(self.arena)
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
        (index != 0 && (index as usize) < self.arena.nodes.len()).then(|| Node::new(self, index))
    }

    /// Every element, in document order.
    pub fn elements(&self) -> impl Iterator<Item = Element<'_>> + Clone {
        (1u32..)
            .zip(self.arena.nodes.get(1..).unwrap_or_default())
            .filter(|(_, node)| node.kind() == Kind::Element)
            .map(|(index, _)| Element::new(self, index))
    }

    /// Every element that has one of `names`, with that name, in document order.
    pub fn elements_among<'n>(
        &self,
        names: &'n [ExpandedName],
    ) -> impl Iterator<Item = (Element<'_>, &'n ExpandedName)> {
        // Most elements are told apart by the length of their names.
        let bit = |length: usize| 1u64 << length.min(63);
        let lengths = names.iter().map(|name| bit(name.local_name().len()));
        let lengths = lengths.fold(0, |all, one| all | one);
        let nodes = self.arena.nodes.get(1..).unwrap_or_default();
        nodes.iter().zip(1..).filter_map(move |(node, index)| {
            if node.kind() != Kind::Element {
                return None;
            }
            let data = self.arena.elements.get(node.index() as usize)?;
            let length = (data.len - data.local) as usize;
            if lengths & bit(length) == 0 {
                return None;
            }
            let element = Element::new(self, index);
            let mut names = names.iter();
            let name = names.find(|name| element.has_name_with(data, name))?;
            Some((element, name))
        })
    }

    /// Every attribute of every element, in document order; namespace declarations are not among them.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'_> {
        Attributes::new(self, &self.arena.attributes)
    }

    /// How long the element `data` of `node`, the one at `index`, is in the source, if all of it stands there as
    /// [`ElementData::whole`] says; otherwise 0.
    pub(crate) fn whole_length(&self, index: u32, node: &NodeData, data: &ElementData) -> u32 {
        if data.whole != BARE_LEAF {
            return data.whole;
        }
        let tags = 2 * data.len + 5;
        let text = self.arena.nodes.get(index as usize + 1);
        match text.filter(|_| node.end(index) != index + 1) {
            Some(text) => tags + text.span().len,
            None => tags,
        }
    }

    /// The offset to report for one in the source.
    pub(crate) fn offset_of(&self, start: u32) -> usize {
        let offset = start as usize + self.mark as usize;
        let rare = self.arena.rare.as_ref();
        rare.map_or(offset, |rare| origin(offset, &rare.origins))
    }

    #[inline]
    pub(crate) fn text_of(&self, span: Span) -> &str {
        if span.is_side() {
            self.side_text(span)
        } else {
            self.source_text(span.start(), span.len)
        }
    }

    /// Most text stands in the source.
    #[inline(never)]
    fn side_text(&self, span: Span) -> &str {
        let start = span.start() as usize;
        let text = self.arena.side.get(start..start + span.len as usize);
        text.unwrap_or_default()
    }

    #[inline]
    pub(crate) fn source_text(&self, start: u32, len: u32) -> &str {
        self.source
            .get(start as usize..start as usize + len as usize)
            .unwrap_or_default()
    }

    pub(crate) fn prefix(&self, id: u32) -> &str {
        match id {
            NO_PREFIX => "",
            XML_PREFIX => "xml",
            _ => self
                .arena
                .prefixes
                .get(id as usize)
                .map_or("", |prefix| self.text_of(prefix.name)),
        }
    }

    /// Whether this is the id of the namespace name `uri`.
    #[inline]
    pub(crate) fn is_uri(&self, id: u32, uri: &str) -> bool {
        match id {
            NO_NAMESPACE => uri.is_empty(),
            _ => !uri.is_empty() && self.uri(id) == uri,
        }
    }

    #[inline]
    pub(crate) fn uri(&self, id: u32) -> &str {
        match KNOWN.get(id as usize) {
            Some(known) => known,
            None => self
                .arena
                .uris
                .get(id as usize - KNOWN.len())
                .map_or("", |&span| self.text_of(span)),
        }
    }
}

/// Where the octet at `offset` comes from.
pub(crate) fn origin(offset: usize, origins: &[(usize, usize)]) -> usize {
    let after = origins.partition_point(|&(start, _)| start <= offset);
    let part = after.checked_sub(1).and_then(|last| origins.get(last));
    part.map_or(offset, |&(start, from)| from + (offset - start))
}

impl fmt::Debug for Document<'_> {
    /// Shows sizes only: a document may hold personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("octets", &self.source.len())
            .field("nodes", &(self.arena.nodes.len() - 1))
            .finish_non_exhaustive()
    }
}
