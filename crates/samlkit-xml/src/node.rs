use core::fmt;
use std::borrow::Cow;

use crate::tree::{
    AttributeData, BARE_LEAF, DeclarationData, ElementData, Kind, NONE, NodeData, Span,
};
use crate::{
    Attribute, Attributes, Document, Error, ExpandedName, NamespaceDeclarations, ns, scan,
};

/// The position of a node in its document, in document order.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct NodeId(u32);

impl NodeId {
    pub(crate) const fn new(index: u32) -> Self {
        Self(index)
    }

    pub(crate) const fn index(self) -> u32 {
        self.0
    }
}

/// What a node is, with its content.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NodeKind<'d> {
    /// An element.
    Element(Element<'d>),
    /// All character data between two other nodes: text, CDATA sections and references joined.
    Text(&'d str),
    /// The text between `<!--` and `-->`.
    Comment(&'d str),
    /// A processing instruction.
    ProcessingInstruction {
        /// Its target.
        target: &'d str,
        /// What follows the white space after the target; empty if nothing does.
        data: &'d str,
    },
}

/// A handle to one node of a [`Document`].
#[derive(Clone, Copy)]
pub struct Node<'d> {
    document: &'d Document<'d>,
    index: u32,
}

impl<'d> Node<'d> {
    pub(crate) const fn new(document: &'d Document<'d>, index: u32) -> Self {
        Self { document, index }
    }

    #[inline]
    fn data(self) -> &'d NodeData {
        self.document
            .arena
            .nodes
            .get(self.index as usize)
            .unwrap_or(&NodeData::NOTHING)
    }

    /// The node's position in the document.
    #[must_use]
    pub const fn id(self) -> NodeId {
        NodeId::new(self.index)
    }

    /// The document that the node belongs to.
    #[must_use]
    pub const fn document(self) -> &'d Document<'d> {
        self.document
    }

    /// The offset of the node's first octet in the octets that were parsed: its `<`, or where its character data begins.
    #[must_use]
    pub fn offset(self) -> usize {
        self.document.offset_of(self.data().start())
    }

    /// The offset of the node's first octet in the document's source.
    pub(crate) fn source_offset(self) -> usize {
        self.data().start() as usize
    }

    /// What the node is.
    #[inline]
    #[must_use]
    pub fn kind(self) -> NodeKind<'d> {
        let data = self.data();
        match data.kind() {
            Kind::Element => NodeKind::Element(Element {
                document: self.document,
                index: self.index,
            }),
            Kind::Text => NodeKind::Text(self.document.text_of(data.span())),
            Kind::Comment => NodeKind::Comment(self.document.text_of(data.span())),
            Kind::ProcessingInstruction => {
                let (target, data) = self.document.instruction(data.index());
                NodeKind::ProcessingInstruction { target, data }
            }
        }
    }

    /// The node as an element, if it is one.
    #[inline]
    #[must_use]
    pub fn as_element(self) -> Option<Element<'d>> {
        (self.data().kind() == Kind::Element).then_some(Element {
            document: self.document,
            index: self.index,
        })
    }

    /// The element that the node is in; `None` beside and at the root.
    #[must_use]
    pub fn parent(self) -> Option<Element<'d>> {
        let parent = self.data().parent;
        (parent != 0).then_some(Element {
            document: self.document,
            index: parent,
        })
    }

    /// The id one past the node's last descendant: ids from [`Node::id`] up to it are the node and its subtree.
    #[must_use]
    pub fn subtree_end(self) -> NodeId {
        NodeId::new(self.data().end(self.index))
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.document, other.document) && self.index == other.index
    }
}

impl Eq for Node<'_> {}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({})", self.index)
    }
}

/// A handle to one element of a [`Document`].
///
/// Two handles are equal when they name the same node of the same document.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    document: &'d Document<'d>,
    index: u32,
}

impl<'d> Element<'d> {
    pub(crate) const fn new(document: &'d Document<'d>, index: u32) -> Self {
        Self { document, index }
    }

    #[inline]
    pub(crate) fn data(self) -> &'d ElementData {
        let index = self.node().data().index();
        self.document
            .arena
            .elements
            .get(index as usize)
            .unwrap_or(&ElementData::NOTHING)
    }

    /// Where the name begins in the source.
    #[inline]
    fn name_start(self) -> u32 {
        self.node().data().start() + 1
    }

    /// The element as a node.
    #[must_use]
    pub const fn node(self) -> Node<'d> {
        Node {
            document: self.document,
            index: self.index,
        }
    }

    /// The element's position in the document.
    #[must_use]
    pub const fn id(self) -> NodeId {
        NodeId::new(self.index)
    }

    /// The document that the element belongs to.
    #[must_use]
    pub const fn document(self) -> &'d Document<'d> {
        self.document
    }

    /// The offset of the element's `<` in the octets that were parsed.
    #[must_use]
    pub fn offset(self) -> usize {
        self.node().offset()
    }

    /// The namespace name; empty if the element is in no namespace.
    #[must_use]
    pub fn namespace(self) -> &'d str {
        self.document.uri(self.data().namespace)
    }

    /// The local part of the name.
    #[must_use]
    pub fn local_name(self) -> &'d str {
        let data = self.data();
        self.document
            .source_text(self.name_start() + data.local, data.len - data.local)
    }

    /// The prefix as written; empty if there is none.
    #[must_use]
    pub fn prefix(self) -> &'d str {
        self.document.prefix(self.data().prefix)
    }

    /// The name as written: prefix, colon and local part.
    #[must_use]
    pub fn qualified_name(self) -> &'d str {
        self.document
            .source_text(self.name_start(), self.data().len)
    }

    /// Whether the element has this expanded name. `namespace` is empty for no namespace.
    #[must_use]
    pub fn is(self, namespace: &str, local_name: &str) -> bool {
        let data = self.data();
        // Lengths tell most names apart before any text is looked at.
        (data.len - data.local) as usize == local_name.len()
            && self
                .document
                .source
                .as_bytes()
                .get((self.name_start() + data.local) as usize..)
                .is_some_and(|rest| rest.starts_with(local_name.as_bytes()))
            && self.document.is_uri(data.namespace, namespace)
    }

    /// Whether the element has this expanded name: [`Element::is`], faster.
    #[inline(always)]
    #[must_use]
    pub fn has_name(self, name: &ExpandedName) -> bool {
        self.has_name_with(self.data(), name)
    }

    #[inline(always)]
    pub(crate) fn has_name_with(self, data: &ElementData, name: &ExpandedName) -> bool {
        (data.len - data.local) as usize == name.local_name().len()
            && (data.namespace == name.id || name.id == NONE)
            && self
                .document
                .is_spelled(self.name_start() + data.local, data.namespace, name)
    }

    /// The attributes in document order; namespace declarations are not among them.
    #[inline]
    #[must_use]
    pub fn attributes(self) -> Attributes<'d> {
        let attributes = self.document.attributes_of(self.node().data().index());
        Attributes::new(self.document, attributes)
    }

    #[inline(always)]
    fn has_attributes(self) -> bool {
        let element = self.node().data().index() as usize;
        let elements = self.document.arena.elements.get(element..);
        match elements.unwrap_or_default() {
            [] => false,
            [this] => (this.attributes as usize) < self.document.arena.attributes.len(),
            [this, next, ..] => this.attributes < next.attributes,
        }
    }

    /// The value of the attribute with this name in no namespace.
    #[must_use]
    pub fn attribute(self, local_name: &str) -> Option<&'d str> {
        self.attribute_ns("", local_name)
    }

    /// The value of the attribute with this expanded name. `namespace` is empty for no namespace.
    #[must_use]
    pub fn attribute_ns(self, namespace: &str, local_name: &str) -> Option<&'d str> {
        self.attributes()
            .find(|attribute| attribute.is(namespace, local_name))
            .map(Attribute::value)
    }

    /// The namespace declarations on this element, in document order.
    #[must_use]
    pub fn namespace_declarations(self) -> NamespaceDeclarations<'d> {
        let declarations = self.document.declarations_of(self.node().data().index());
        NamespaceDeclarations::new(self.document, declarations)
    }

    /// The namespace name that `prefix` (empty: the default) is bound to here; `None` if it is not bound.
    ///
    /// # Complexity
    ///
    /// O(declarations on the element and its ancestors).
    #[must_use]
    pub fn resolve_prefix(self, prefix: &str) -> Option<&'d str> {
        if prefix == "xml" {
            return Some(ns::XML);
        }
        let mut element = Some(self);
        while let Some(here) = element {
            if let Some(found) = here
                .namespace_declarations()
                .find(|declared| declared.prefix() == prefix)
            {
                return (!found.uri().is_empty()).then(|| found.uri());
            }
            element = here.parent();
        }
        None
    }

    /// Every namespace in scope here as (prefix, namespace name), nearest declarations first, `xml` left out.
    ///
    /// # Complexity
    ///
    /// O(d log d) in the declarations on the element and its ancestors.
    #[must_use]
    pub fn namespaces_in_scope(self) -> Vec<(&'d str, &'d str)> {
        let mut seen = std::collections::BTreeSet::new();
        let mut scope = Vec::new();
        let mut element = Some(self);
        while let Some(here) = element {
            for declared in here.namespace_declarations() {
                if seen.insert(declared.prefix()) && !declared.uri().is_empty() {
                    scope.push((declared.prefix(), declared.uri()));
                }
            }
            element = here.parent();
        }
        scope
    }

    /// The element that this one is in; `None` at the root.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        self.node().parent()
    }

    /// The child nodes.
    #[must_use]
    pub fn children(self) -> Children<'d> {
        Children::of(self.document, self.index)
    }

    /// The child elements.
    #[must_use]
    pub fn elements(self) -> Elements<'d> {
        Elements(self.children())
    }

    /// Every node below the element, in document order.
    #[must_use]
    pub fn descendants(self) -> Descendants<'d> {
        Descendants {
            document: self.document,
            next: self.index + 1,
            end: self.node().data().end(self.index),
        }
    }

    /// The element's whole text: all of its character data, comments and processing instructions passed over.
    ///
    /// Nothing is trimmed. The text is borrowed unless a comment or a processing instruction splits it.
    ///
    /// # Errors
    ///
    /// [`Error::ChildElement`] if the element has a child element, so that no part of a value is ever left out.
    #[inline]
    pub fn text(self) -> Result<Cow<'d, str>, Error> {
        match self.only_text() {
            Some((_, text)) => Ok(Cow::Borrowed(self.document.text_of(text))),
            None => self.joined_text(),
        }
    }

    /// [`Element::text`] of an element that has nothing but one text: no attribute, no comment, no other element.
    #[inline]
    #[must_use]
    pub fn bare_text(self) -> Option<&'d str> {
        let (this, text) = self.only_text()?;
        let elements = &self.document.arena.elements;
        let data = elements.get(this.index() as usize)?;
        (data.whole == BARE_LEAF || !self.has_attributes()).then(|| self.document.text_of(text))
    }

    /// The node of the element, and the text that is the only node in it.
    #[inline(always)]
    fn only_text(self) -> Option<(&'d NodeData, Span)> {
        let nodes = self.document.arena.nodes.get(self.index as usize..)?;
        let [this, only] = nodes.first_chunk()?;
        (this.end(self.index) == self.index + 2 && only.kind() == Kind::Text)
            .then(|| (this, only.span()))
    }

    /// [`Element::text`] of an element that has more in it than one text, or nothing.
    #[inline(never)]
    fn joined_text(self) -> Result<Cow<'d, str>, Error> {
        let mut text = Cow::Borrowed("");
        for node in self.children() {
            match node.kind() {
                NodeKind::Text(more) if text.is_empty() => text = Cow::Borrowed(more),
                NodeKind::Text(more) => text.to_mut().push_str(more),
                NodeKind::Element(child) => {
                    return Err(Error::ChildElement {
                        offset: child.offset(),
                    });
                }
                NodeKind::Comment(_) | NodeKind::ProcessingInstruction { .. } => {}
            }
        }
        Ok(text)
    }
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.node() == other.node()
    }
}

impl Eq for Element<'_> {}

impl fmt::Debug for Element<'_> {
    /// Shows the name only: attributes and text may be personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Element({{{}}}{})", self.namespace(), self.local_name())
    }
}

/// The child nodes of an element or of the document.
#[derive(Clone, Debug)]
pub struct Children<'d> {
    document: &'d Document<'d>,
    next: u32,
    end: u32,
}

impl<'d> Children<'d> {
    pub(crate) fn of(document: &'d Document<'d>, index: u32) -> Self {
        let end = document
            .arena
            .nodes
            .get(index as usize)
            .map_or(0, |node| node.end(index));
        Self {
            document,
            next: index + 1,
            end,
        }
    }
}

impl<'d> Iterator for Children<'d> {
    type Item = Node<'d>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.next < self.end).then(|| {
            let node = Node {
                document: self.document,
                index: self.next,
            };
            self.next = node.data().end(self.next);
            node
        })
    }
}

/// The child elements of an element.
#[derive(Clone, Debug)]
pub struct Elements<'d>(Children<'d>);

impl<'d> Iterator for Elements<'d> {
    type Item = Element<'d>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.find_map(Node::as_element)
    }
}

/// The nodes of a subtree in document order.
#[derive(Clone, Debug)]
pub struct Descendants<'d> {
    document: &'d Document<'d>,
    next: u32,
    end: u32,
}

impl<'d> Iterator for Descendants<'d> {
    type Item = Node<'d>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.next < self.end).then(|| {
            let node = Node {
                document: self.document,
                index: self.next,
            };
            self.next += 1;
            node
        })
    }
}

impl Document<'_> {
    /// Whether a name is `name`, of which the length of the local part, which begins at `local`, and the id of the namespace
    /// say that it may be.
    #[inline(always)]
    pub(crate) fn is_spelled(&self, local: u32, namespace: u32, name: &ExpandedName) -> bool {
        let length = name.local_name().len();
        let rest = self.source.as_bytes().get(local as usize..);
        match rest.and_then(<[u8]>::first_chunk) {
            Some(block) if name.id != NONE && length <= block.len() => {
                scan::same_block(block, &name.start) >= length
            }
            _ => self.is_spelled_in_full(rest.unwrap_or_default(), namespace, name),
        }
    }

    #[inline(never)]
    fn is_spelled_in_full(&self, rest: &[u8], namespace: u32, name: &ExpandedName) -> bool {
        rest.starts_with(name.local_name().as_bytes())
            && (name.id != NONE || self.is_uri(namespace, name.namespace()))
    }

    /// The attributes of the element with this index among the elements.
    #[inline]
    pub(crate) fn attributes_of(&self, element: u32) -> &[AttributeData] {
        let elements = self.arena.elements.get(element as usize..);
        let (first, end) = match elements.unwrap_or_default() {
            [] => return &[],
            [this] => (this.attributes as usize, self.arena.attributes.len()),
            [this, next, ..] => (this.attributes as usize, next.attributes as usize),
        };
        self.arena.attributes.get(first..end).unwrap_or_default()
    }

    /// The declarations of the element with this index among the elements.
    #[inline]
    pub(crate) fn declarations_of(&self, element: u32) -> &[DeclarationData] {
        let elements = self.arena.elements.get(element as usize..);
        let (first, end) = match elements.unwrap_or_default() {
            [] => return &[],
            [this] => (this.first_declaration(), self.arena.declarations.len()),
            [this, next, ..] => (this.first_declaration(), next.first_declaration()),
        };
        self.arena.declarations.get(first..end).unwrap_or_default()
    }

    pub(crate) fn instruction(&self, index: u32) -> (&str, &str) {
        self.arena
            .instruction(index)
            .map_or(("", ""), |(target, data)| {
                (self.text_of(target), self.text_of(data))
            })
    }
}
