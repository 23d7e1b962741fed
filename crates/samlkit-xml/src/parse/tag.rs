//! Start tags and end tags (XML §3.1, Namespaces §3 to §6).

use super::{Parser, narrow};
use crate::chars::{ascii_qualified_name, is_nc_name, is_space, name_len};
use crate::tree::{BARE_LEAF, ElementData, NO_PREFIX, NodeData, Span, StartTag};
use crate::{Error, scan};

/// What is noted of a start tag while it is read.
pub(super) struct Tag {
    /// Where its `>` or `/>` is.
    pub(super) end: usize,
    pub(super) empty: bool,
    /// An attribute has a prefix.
    pub(super) prefixed: bool,
    /// So far the tag is written as a canonical form has it, but for the order of its attributes: one space before each, no
    /// other white space, double quotes, nothing in a value that was or is to be changed; and no declaration.
    pub(super) canonical: bool,
}

/// What follows the start tag of an element that has no more than text in it.
struct Leaf {
    /// How many octets of text; they are what the start tag is followed by.
    text: usize,
    /// Where the element ends.
    end: usize,
}

impl<'s> Parser<'s> {
    /// `<name …>` or `<name …/>`, and all of the element if it has no more than text in it, perhaps with others like it that
    /// follow; gives where what was read ends.
    #[inline(always)]
    pub(super) fn start_tag(&mut self, start: usize) -> Result<usize, Error> {
        if self.current == 0 && self.root != 0 {
            return Err(Error::ContentOutsideRoot { offset: start });
        }
        if self.depth >= self.limits.depth {
            return Err(Error::TooDeep {
                offset: start,
                limit: self.limits.depth,
            });
        }
        self.check_nodes(start)?;
        let (length, local) = self.name(start + 1)?;
        if octet_at(self.source.as_bytes(), start + 1 + length) == b'>' {
            self.bare_tag(start, length, local)
        } else {
            self.tag(start, length, local)
        }
    }

    /// `<name>`, and all of the element if it has no more than text in it, with those like it that follow.
    #[inline(never)]
    fn bare_tag(&mut self, start: usize, length: usize, local: usize) -> Result<usize, Error> {
        let name = self.element_name(start, local)?;
        let end = start + 1 + length;
        let mut data = ElementData::new(
            (narrow(length), narrow(local)),
            name,
            narrow(self.arena.attributes.len()),
            narrow(self.arena.declarations.len()),
            false,
            StartTag::new(narrow(end - start), false),
        );
        let Some(leaf) = self.leaf(start + 1, length, end + 1) else {
            return Ok(self.open(start, data, end + 1));
        };
        data.whole = BARE_LEAF;
        let index = match self.arena.elements.last() {
            Some(last) if data.is_as(last) => narrow(self.arena.elements.len() - 1),
            _ => self.push_element(data, start),
        };
        self.push_leaf(start, index, end + 1, leaf.text)?;
        let initial = |start: usize| octet_at(self.source.as_bytes(), start + 1);
        if self.current != 0 && initial(leaf.end) == initial(start) {
            return self.bare_leaves(start, length, leaf.end);
        }
        Ok(leaf.end)
    }

    /// Adds the bare leaves at `at`, of which each follows the other, that have the name of the one that was added last, which
    /// begins at `start`; gives where they end. Long messages mostly consist of such.
    #[inline(never)]
    fn bare_leaves(&mut self, start: usize, length: usize, mut at: usize) -> Result<usize, Error> {
        let tag = length + 2;
        let first = self.rest(start);
        let index = narrow(self.arena.elements.len().saturating_sub(1));
        while scan::same(first, self.rest(at), tag)
            && let Some(leaf) = self.leaf(start + 1, length, at + tag)
        {
            self.check_nodes(at)?;
            self.push_leaf(at, index, at + tag, leaf.text)?;
            at = leaf.end;
        }
        Ok(at)
    }

    /// The start tag at `start`, of whose name these are the lengths that [`Parser::name`] gives, if it is more than `<name>`.
    #[inline(never)]
    fn tag(&mut self, start: usize, length: usize, local: usize) -> Result<usize, Error> {
        let node = narrow(self.arena.nodes.len());
        let declared = self.declared;
        let attributes = self.arena.attributes.len();
        let declarations = self.arena.declarations.len();
        let mut tag = Tag {
            end: start + 1 + length,
            empty: false,
            prefixed: false,
            canonical: true,
        };
        self.attributes(&mut tag, node)?;
        let name = self.element_name(start, local)?;
        self.finish_attributes(&mut tag, attributes)?;
        if !tag.canonical || tag.empty || tag.prefixed {
            self.disturb(node);
        }
        let canonical = if tag.canonical {
            narrow(tag.end - start)
        } else {
            0
        };
        let new = narrow(self.arena.declarations.len() - declarations);
        let mut data = ElementData::new(
            (narrow(length), narrow(local)),
            name,
            narrow(attributes),
            narrow(declarations),
            self.declared - declared != new,
            StartTag::new(canonical, tag.prefixed),
        );
        let leaf = if tag.empty {
            Leaf {
                text: 0,
                end: tag.end + 2,
            }
        } else {
            match self.leaf(start + 1, length, tag.end + 1) {
                Some(leaf) => leaf,
                None => return Ok(self.open(start, data, tag.end + 1)),
            }
        };
        if self.disturbed < node {
            data.whole = narrow(leaf.end - start);
        }
        let index = self.push_element(data, start);
        self.push_leaf(start, index, tag.end + 1, leaf.text)?;
        if self.declared != declared {
            self.leave(declarations, self.arena.declarations.len(), declared);
        }
        Ok(leaf.end)
    }

    /// The ids of the prefix and of the namespace of the element at `start`, of which the former is `local` less its colon long.
    #[inline(always)]
    fn element_name(&mut self, start: usize, local: usize) -> Result<(u32, u32), Error> {
        let name = if local == 0 {
            (NO_PREFIX, self.default_namespace())
        } else {
            self.resolve(start + 1, local)?
        };
        if self.last != name {
            self.last = name;
            self.disturb(self.current);
        }
        Ok(name)
    }

    /// Adds an element that begins at `start` and has more in it than text, and goes into it; gives `end`, where its start tag
    /// ends.
    #[inline(always)]
    fn open(&mut self, start: usize, data: ElementData, end: usize) -> usize {
        let index = self.push_element(data, start);
        let node = NodeData::element(self.current, narrow(start), index);
        self.current = self.push_checked(node);
        if self.root == 0 {
            self.root = self.current;
        }
        self.depth += 1;
        end
    }

    /// Adds the nodes of an element that begins at `start` and holds `text` octets of text from `begin` on, or nothing.
    #[inline(always)]
    fn push_leaf(
        &mut self,
        start: usize,
        index: u32,
        begin: usize,
        text: usize,
    ) -> Result<(), Error> {
        let mut element = NodeData::element(self.current, narrow(start), index);
        element.close(narrow(self.arena.nodes.len() + 1) + u32::from(text != 0));
        let node = self.push_checked(element);
        if self.root == 0 {
            self.root = node;
        }
        if text != 0 {
            let begin = narrow(begin);
            let span = Span::source(begin, narrow(text));
            self.push_node(NodeData::text(node, begin, span))?;
        }
        Ok(())
    }

    /// If the element whose name of `length` octets stands at `name`, and whose start tag ends at `at`, has nothing but a run
    /// of text that stands for itself, or nothing, before its end tag, what that is.
    ///
    /// Most elements are such. What is otherwise is judged piece by piece.
    #[inline(always)]
    fn leaf(&self, name: usize, length: usize, at: usize) -> Option<Leaf> {
        let rest = self.rest(at);
        let text = match rest {
            [b'<', b'/', ..] => 0,
            [b'<', ..] => return None,
            _ => scan::text(rest),
        };
        let [b'<', b'/', after @ ..] = rest.get(text..)? else {
            return None;
        };
        let closed = after.get(length) == Some(&b'>') && scan::same(self.rest(name), after, length);
        let end = at + text + 2 + length + 1;
        closed.then_some(Leaf { text, end })
    }

    /// What a start tag that was refused with `error` is refused for: first of all, for having no end.
    #[cold]
    #[inline(never)]
    pub(super) fn refused_tag(&self, start: usize, error: Error) -> Error {
        let mut rest = self.rest(start);
        while let Some(at) = memchr::memchr3(b'>', b'"', b'\'', rest) {
            let Some((&octet, after)) = rest.get(at..).and_then(<[u8]>::split_first) else {
                break;
            };
            if octet == b'>' {
                return error;
            }
            let close = memchr::memchr(octet, after).map_or(after.len(), |close| close + 1);
            rest = after.get(close..).unwrap_or_default();
        }
        Error::MalformedMarkup { offset: start }
    }

    /// `</name >`; gives where it ends.
    #[inline(always)]
    pub(super) fn end_tag(&mut self, start: usize) -> Result<usize, Error> {
        let Some(&open) = self.node(self.current) else {
            return Err(self.refused_end(start));
        };
        let Some(&element) = self.element(open.index()) else {
            return Err(self.refused_end(start));
        };
        let length = element.len as usize;
        let name = self.rest(open.start() as usize + 1);
        let rest = self.rest(start + 2);
        if !scan::same(name, rest, length) {
            return Err(self.refused_end(start));
        }
        let rest = rest.get(length..).unwrap_or_default();
        let space = if rest.first() == Some(&b'>') {
            0
        } else {
            match skip_space(rest, 0) {
                space if rest.get(space) == Some(&b'>') => space,
                _ => return Err(self.refused_end(start)),
            }
        };
        let after = start + 2 + length + space + 1;
        if space != 0 {
            self.disturb(self.current);
        }
        if self.disturbed < self.current
            && let Some(element) = self.arena.elements.get_mut(open.index() as usize)
        {
            element.whole = narrow(after) - open.start();
        }
        let end = narrow(self.arena.nodes.len());
        if let Some(node) = self.arena.nodes.get_mut(self.current as usize) {
            node.close(end);
        }
        self.current = open.parent;
        self.depth -= 1;
        let declarations = element.first_declaration();
        let next = self.element(open.index() + 1).map_or_else(
            || self.arena.declarations.len(),
            ElementData::first_declaration,
        );
        if declarations != next || element.is_xml_declared() {
            let count = next - declarations + usize::from(element.is_xml_declared());
            self.leave(declarations, next, self.declared - narrow(count));
        }
        Ok(after)
    }

    /// What an end tag that does not name the open element is refused for.
    #[cold]
    #[inline(never)]
    fn refused_end(&self, start: usize) -> Error {
        match memchr::memchr(b'>', self.rest(start)) {
            Some(_) => Error::MismatchedEndTag { offset: start },
            None => Error::MalformedMarkup { offset: start },
        }
    }

    /// The length of the qualified name at `start`, and how many octets come before its local part.
    #[inline(always)]
    pub(super) fn name(&self, start: usize) -> Result<(usize, usize), Error> {
        match ascii_qualified_name(self.rest(start)) {
            Some(found) => Ok(found),
            None => self.unusual_name(start),
        }
    }

    /// [`Parser::name`] for a name that is not in ASCII or not well-formed.
    #[cold]
    #[inline(never)]
    fn unusual_name(&self, start: usize) -> Result<(usize, usize), Error> {
        let length = name_len(self.rest(start));
        let text = self.slice(start, length);
        let (local, well_formed) = match text.split_once(':') {
            None => (0, is_nc_name(text)),
            Some((prefix, local)) => (prefix.len() + 1, is_nc_name(prefix) && is_nc_name(local)),
        };
        if well_formed {
            return Ok((length, local));
        }
        let is_name = text
            .split(':')
            .all(|part| part.is_empty() || is_nc_name(part));
        Err(if !text.is_empty() && is_name {
            Error::MalformedQName { offset: start }
        } else {
            Error::MalformedName { offset: start }
        })
    }

    /// The ids of the prefix of the name at `start`, which is `local` less its colon long, and of its namespace.
    #[inline]
    pub(super) fn resolve(&self, start: usize, local: usize) -> Result<(u32, u32), Error> {
        let (rest, length) = (self.rest(start), local - 1);
        match self.bound(rest, length) {
            Some(bound) => Ok(bound),
            None if rest.get(..length) == Some(b"xmlns") => {
                Err(Error::ReservedNamespace { offset: start })
            }
            None => Err(Error::UnboundPrefix { offset: start }),
        }
    }
}

/// The octet at `at`; 0 behind the end.
#[inline(always)]
pub(super) fn octet_at(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

/// The offset of the first octet at or after `at` that is no white space.
#[inline(always)]
pub(super) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|&b| is_space(b)) {
        at += 1;
    }
    at
}
