//! From text to the arena, in one walk.
//!
//! The walk goes over octets, and whatever it stops at is ASCII, so that no character is ever split.

use std::borrow::Cow;

use crate::tree::{
    Arena, AttributeData, ElementData, NO_NAMESPACE, NO_PREFIX, NONE, NodeData, Span,
};
use crate::{Document, Error, Limits, decode};

mod attribute;
pub(crate) mod declaration;
mod markup;
mod reference;
mod room;
mod scope;
mod tag;
mod text;

use reference::decode_reference;
use scope::Many;

/// Parses text that `decode` has accepted, into an arena that is empty.
pub(crate) fn parse<'s>(
    source: Cow<'s, str>,
    mark: usize,
    limits: &Limits,
    arena: Arena,
) -> Result<Document<'s>, Error> {
    let mut parser = Parser::new(&source, *limits, arena);
    parser
        .run()
        .and_then(|()| parser.finish(0))
        .map_err(|error| error.moved(mark))?;
    let Parser { root, arena, .. } = parser;
    Ok(Document {
        source,
        mark: narrow(mark),
        root,
        arena,
    })
}

/// Parses octets after which `open` elements are still open, which are taken to end there; gives the innermost, or the root.
///
/// `origins` says where parts of the octets begin among these, and where they come from.
pub(crate) fn parse_piece(
    source: Vec<u8>,
    limits: &Limits,
    origins: Vec<(usize, usize)>,
    open: u32,
) -> Result<(Document<'static>, u32), Error> {
    let (mark, source) = decode::owned(source, limits).map_err(|error| error.located(&origins))?;
    let mut parser = Parser::new(&source, *limits, Arena::default());
    let innermost = parser
        .run()
        .and_then(|()| parser.finish(open))
        .map_err(|error| error.moved(mark).located(&origins))?;
    let Parser {
        root, mut arena, ..
    } = parser;
    arena.rare.get_or_insert_default().origins = origins;
    let document = Document {
        source: Cow::Owned(source),
        mark: narrow(mark),
        root,
        arena,
    };
    Ok((document, innermost))
}

struct Parser<'s> {
    source: &'s str,
    limits: Limits,
    arena: Arena,
    many: Many<'s>,
    /// The innermost open element; 0 outside the root.
    current: u32,
    /// How many elements are open.
    depth: u32,
    /// How many declarations are in scope.
    declared: u32,
    /// The ids of the prefix and namespace of the element that began last.
    last: (u32, u32),
    /// Up to this node, no open element stands as a whole as canonical forms have it.
    disturbed: u32,
    root: u32,
}

/// Offsets and counts are below [`Limits::MAX_BYTES`], which the decoder has checked.
#[expect(
    clippy::cast_possible_truncation,
    reason = "sources are at most 2^30 octets long"
)]
pub(crate) const fn narrow(n: usize) -> u32 {
    n as u32
}

impl<'s> Parser<'s> {
    fn new(source: &'s str, limits: Limits, mut arena: Arena) -> Self {
        // Messages with many short values have a node for every forty octets, other messages and metadata far fewer. A long
        // document shows in its beginning how much more room it needs.
        let length = source.len().min(1 << 16);
        arena.nodes.reserve_exact(length / 40 + 8);
        arena.nodes.push(NodeData::element(0, 0, NONE));
        arena.elements.reserve_exact(length / 68 + 4);
        arena.attributes.reserve_exact(length / 128 + 4);
        arena.declarations.reserve_exact(4);
        arena.prefixes.reserve_exact(6);
        scope::begin(&mut arena);
        Self {
            source,
            limits,
            arena,
            many: Many::default(),
            current: 0,
            depth: 0,
            declared: 0,
            last: (NO_PREFIX, NO_NAMESPACE),
            disturbed: 0,
            root: 0,
        }
    }

    /// Parses the whole source.
    fn run(&mut self) -> Result<(), Error> {
        let bytes = self.source.as_bytes();
        let mut at = self.declaration()?;
        while let Some(&octet) = bytes.get(at) {
            at = if octet != b'<' {
                self.text(at)?
            } else {
                match bytes.get(at + 1) {
                    Some(b'/') => self.end_tag(at)?,
                    Some(b'!' | b'?') | None => self.rare_markup(at)?,
                    Some(_) => self
                        .start_tag(at)
                        .map_err(|error| self.refused_tag(at, error))?,
                }
            };
        }
        Ok(())
    }

    /// Ends the document, at whose end so many elements may and must be open; gives the innermost of them, or the root.
    fn finish(&mut self, open: u32) -> Result<u32, Error> {
        let innermost = self.current;
        if self.depth != open
            && let Some(unclosed) = self.node(innermost)
        {
            return Err(if innermost == 0 {
                Error::NoRoot
            } else {
                let offset = unclosed.start() as usize;
                Error::UnclosedElement { offset }
            });
        }
        if self.root == 0 {
            return Err(Error::NoRoot);
        }
        let end = narrow(self.arena.nodes.len());
        while let Some(node) = self.arena.nodes.get_mut(self.current as usize) {
            node.close(end);
            if self.current == 0 {
                break;
            }
            self.current = node.parent;
        }
        Ok(if open == 0 { self.root } else { innermost })
    }

    fn node(&self, index: u32) -> Option<&NodeData> {
        self.arena.nodes.get(index as usize)
    }

    fn element(&self, index: u32) -> Option<&ElementData> {
        self.arena.elements.get(index as usize)
    }

    /// The source octets from `at` on.
    #[inline(always)]
    fn rest(&self, at: usize) -> &'s [u8] {
        self.source.as_bytes().get(at..).unwrap_or_default()
    }

    fn slice(&self, start: usize, length: usize) -> &'s str {
        self.source.get(start..start + length).unwrap_or_default()
    }

    /// Adds a node; gives its index.
    #[inline(always)]
    fn push_node(&mut self, node: NodeData) -> Result<u32, Error> {
        self.check_nodes(node.start() as usize)?;
        Ok(self.push_checked(node))
    }

    /// Refuses a node at `start` if it is one more than may be.
    #[inline(always)]
    fn check_nodes(&self, start: usize) -> Result<(), Error> {
        if narrow(self.arena.nodes.len()) > self.limits.nodes {
            return Err(Error::TooManyNodes {
                offset: start,
                limit: self.limits.nodes,
            });
        }
        Ok(())
    }

    /// [`Parser::push_node`] for a node that may be.
    #[inline(always)]
    fn push_checked(&mut self, node: NodeData) -> u32 {
        let nodes = &mut self.arena.nodes;
        let index = narrow(nodes.len());
        if nodes.len() == nodes.capacity() {
            room::add(nodes, node.start(), self.source.len());
        }
        nodes.push(node);
        index
    }

    /// Adds what the element that begins at `start` has beside its node; gives its index.
    #[inline(always)]
    fn push_element(&mut self, element: ElementData, start: usize) -> u32 {
        let elements = &mut self.arena.elements;
        let index = narrow(elements.len());
        if elements.len() == elements.capacity() {
            room::add(elements, narrow(start), self.source.len());
        }
        elements.push(element);
        index
    }

    #[inline(always)]
    fn push_attribute(&mut self, attribute: AttributeData) {
        let attributes = &mut self.arena.attributes;
        if attributes.len() == attributes.capacity() {
            room::add(attributes, attribute.name.start, self.source.len());
        }
        attributes.push(attribute);
    }

    /// Notes that the element at `index`, and what it is in, do not stand as a whole as canonical forms have them.
    #[inline(always)]
    const fn disturb(&mut self, index: u32) {
        if self.disturbed < index {
            self.disturbed = index;
        }
    }

    /// The octets of a span.
    fn octets(&self, span: Span) -> &[u8] {
        let bytes = if span.is_side() {
            self.arena.side.as_bytes()
        } else {
            self.source.as_bytes()
        };
        let start = span.start() as usize;
        bytes
            .get(start..start + span.len as usize)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use crate::Document;

    #[test]
    fn values_of_an_attribute_share_what_they_have_beside_their_nodes() {
        let values = "<p:v>x</p:v><p:v>yz</p:v><p:v></p:v>".repeat(100);
        let source = format!("<a xmlns:p='urn:p'>{values}<p:v k=''>x</p:v>{values}</a>");
        let document = Document::parse(source.as_bytes()).unwrap();
        assert_eq!(document.arena.elements.len(), 4);
        assert_eq!(document.elements().count(), 602);
    }

    #[test]
    fn a_long_document_has_little_more_room_than_it_needs() {
        let values = "<v>0123456789</v><w k=''/>".repeat(1 << 16);
        let document = format!("<a>{values}</a>");
        let document = Document::parse(document.as_bytes()).unwrap();
        let arena = &document.arena;
        for (length, room) in [
            (arena.nodes.len(), arena.nodes.capacity()),
            (arena.elements.len(), arena.elements.capacity()),
        ] {
            assert!(room < length + length / 8, "{room} for {length}");
        }
    }
}
