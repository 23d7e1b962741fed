//! Start tags, end tags and attributes (XML §3.1, Namespaces §3 to §6).

use super::{Parser, decode_reference, narrow};
use crate::chars::{ascii_qualified_name, is_nc_name, is_space, name_len};
use crate::tree::{
    AttributeData, BARE_LEAF, ElementData, NO_NAMESPACE, NO_PREFIX, Name, NodeData, Span, StartTag,
};
use crate::{Error, scan};

/// Up to this many attributes are compared pair by pair; more are sorted.
const PAIRWISE: usize = 12;

/// What is noted of a start tag while it is read.
struct Tag {
    /// Where its `>` or `/>` is.
    end: usize,
    empty: bool,
    /// An attribute has a prefix.
    prefixed: bool,
    /// So far the tag is written as a canonical form has it, but for the order of its attributes: one space before each, no
    /// other white space, double quotes, nothing in a value that was or is to be changed; and no declaration.
    canonical: bool,
}

/// What follows the start tag of an element that has no more than text in it.
struct Leaf {
    /// How many octets of text; they are what the start tag is followed by.
    text: usize,
    /// Where the element ends.
    end: usize,
}

impl<'s> Parser<'s> {
    /// `<name …>` or `<name …/>`, and all of the element if it has no more than text in it; gives where that ends.
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
        let element = narrow(self.arena.elements.len());
        let node = NodeData::element(self.current, narrow(start), element);
        let node = self.push_node(node)?;
        if self.root == 0 {
            self.root = node;
        }
        let (length, local) = self.name(start + 1)?;
        let declared = self.declared;
        let attributes = self.arena.attributes.len();
        let declarations = self.arena.declarations.len();
        let end = start + 1 + length;
        let bare = self.source.as_bytes().get(end) == Some(&b'>');
        let mut tag = Tag {
            end,
            empty: false,
            prefixed: false,
            canonical: true,
        };
        if !bare {
            self.attributes(&mut tag, node)?;
        }
        let (prefix, namespace) = if local == 0 {
            (NO_PREFIX, self.default_namespace())
        } else {
            self.resolve(start + 1, local)?
        };
        if !bare {
            self.finish_attributes(&mut tag, attributes)?;
        }
        if self.last != (prefix, namespace) {
            self.last = (prefix, namespace);
            self.disturb(self.current);
        }
        let canonical = if tag.canonical {
            narrow(tag.end - start)
        } else {
            0
        };
        if !tag.canonical || tag.empty || tag.prefixed {
            self.disturb(node);
        }
        let leaf = if tag.empty {
            Some(Leaf {
                text: 0,
                end: tag.end + 2,
            })
        } else {
            self.leaf(start + 1, length, tag.end + 1)
        };
        let new = narrow(self.arena.declarations.len() - declarations);
        let data = ElementData::new(
            (narrow(length), narrow(local)),
            (prefix, namespace),
            narrow(attributes),
            narrow(declarations),
            !bare && self.declared - declared != new,
            StartTag::new(canonical, tag.prefixed),
        );
        let Some(leaf) = leaf else {
            self.push_element(data, start);
            self.current = node;
            self.depth += 1;
            return Ok(tag.end + 1);
        };
        self.push_leaf(node, data, bare, start, &leaf);
        if leaf.text != 0 {
            let begin = narrow(tag.end + 1);
            let span = Span::source(begin, narrow(leaf.text));
            self.push_node(NodeData::text(node, begin, span))?;
        }
        let end = narrow(self.arena.nodes.len());
        if let Some(node) = self.arena.nodes.get_mut(node as usize) {
            node.close(end);
        }
        if !bare && self.declared != declared {
            self.leave(declarations, self.arena.declarations.len(), declared);
        }
        Ok(leaf.end)
    }

    /// Adds what the leaf `node`, which begins at `start`, has beside its node; a bare one shares that with the last, if it can.
    #[inline(always)]
    fn push_leaf(
        &mut self,
        node: u32,
        mut data: ElementData,
        bare: bool,
        start: usize,
        leaf: &Leaf,
    ) {
        if bare {
            data.whole = BARE_LEAF;
            let index = narrow(self.arena.elements.len());
            if let Some(last) = self.arena.elements.last()
                && data.is_as(last)
            {
                if let Some(node) = self.arena.nodes.get_mut(node as usize) {
                    node.set_index(index - 1);
                }
                return;
            }
        } else if self.disturbed < node {
            data.whole = narrow(leaf.end - start);
        }
        self.push_element(data, start);
    }

    /// The attributes and declarations of `tag`, which has none up to where it ends so far.
    #[inline(always)]
    fn attributes(&mut self, tag: &mut Tag, node: u32) -> Result<(), Error> {
        let bytes = self.source.as_bytes();
        let mut at = tag.end;
        let mut count = 0;
        tag.empty = loop {
            // No tag has an octet 0, which is what stands behind the end here.
            let mut octet = octet_at(bytes, at);
            if octet == b'>' {
                break false;
            }
            let spaced = octet == b' ' && !is_space(octet_at(bytes, at + 1));
            if spaced {
                at += 1;
            } else if is_space(octet) {
                tag.canonical = false;
                at = skip_space(bytes, at + 1);
            } else if octet == b'/' && octet_at(bytes, at + 1) == b'>' {
                break true;
            } else {
                return Err(Error::MalformedMarkup { offset: at });
            }
            octet = octet_at(bytes, at);
            if octet == b'>' {
                tag.canonical = false;
                break false;
            }
            if octet == b'/' && octet_at(bytes, at + 1) == b'>' {
                tag.canonical = false;
                break true;
            }
            count += 1;
            if count > self.limits.attributes {
                return Err(Error::TooManyAttributes {
                    offset: at,
                    limit: self.limits.attributes,
                });
            }
            at = self.attribute(at, node, tag)?;
        };
        tag.end = at;
        Ok(())
    }

    /// What of the attributes of `tag`, from `first` on, is known only when all are.
    #[inline(always)]
    fn finish_attributes(&mut self, tag: &mut Tag, first: usize) -> Result<(), Error> {
        if tag.prefixed {
            self.resolve_attributes(first)?;
        }
        if self.arena.attributes.len() > first + 1 && (tag.prefixed || !self.is_ascending(first)) {
            self.refuse_duplicates(first)?;
            tag.canonical = false;
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
    fn name(&self, start: usize) -> Result<(usize, usize), Error> {
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

    /// One attribute or namespace declaration; gives where it ends.
    #[inline(always)]
    fn attribute(&mut self, start: usize, node: u32, tag: &mut Tag) -> Result<usize, Error> {
        let bytes = self.source.as_bytes();
        let (length, local) = self.name(start)?;
        let mut at = start + length;
        if bytes.get(at) != Some(&b'=') {
            tag.canonical = false;
            at = skip_space(bytes, at);
            if bytes.get(at) != Some(&b'=') {
                return Err(Error::MalformedMarkup { offset: at });
            }
        }
        at += 1;
        let quote = match bytes.get(at) {
            Some(&quote @ (b'"' | b'\'')) => quote,
            _ => {
                tag.canonical = false;
                at = skip_space(bytes, at);
                match bytes.get(at) {
                    Some(&quote @ (b'"' | b'\'')) => quote,
                    _ => return Err(Error::MalformedMarkup { offset: at }),
                }
            }
        };
        at += 1;
        let rest = self.rest(at);
        let mut octets = scan::value(rest, quote);
        let value = if rest.get(octets) == Some(&quote) {
            tag.canonical &= quote == b'"';
            Span::source(narrow(at), narrow(octets))
        } else {
            tag.canonical = false;
            octets =
                memchr::memchr(quote, rest).ok_or(Error::MalformedMarkup { offset: at - 1 })?;
            self.unusual_value(at, octets)?
        };
        let name = Name {
            start: narrow(start),
            len: narrow(length),
            local: narrow(local),
            prefix: NO_PREFIX,
            namespace: NO_NAMESPACE,
        };
        match self.rest(start).get(..length) {
            Some(b"xmlns") => {
                tag.canonical = false;
                self.declare(b"", value, start, node)?;
            }
            Some([b'x', b'm', b'l', b'n', b's', b':', prefix @ ..]) => {
                tag.canonical = false;
                self.declare(prefix, value, start, node)?;
            }
            _ => {
                tag.prefixed |= local != 0;
                self.push_attribute(AttributeData { name, value });
            }
        }
        Ok(at + octets + 1)
    }

    /// Normalizes an attribute value that does not stand for itself alone (XML §3.3.3, as CDATA: there is no declaration to
    /// say otherwise).
    #[inline(never)]
    fn unusual_value(&mut self, start: usize, length: usize) -> Result<Span, Error> {
        let text = self.slice(start, length);
        if let Some(at) = memchr::memchr(b'<', text.as_bytes()) {
            return Err(Error::LessThanInAttribute { offset: start + at });
        }
        let changes = |b: u8| b < 0x20 || b == b'&';
        if !text.bytes().any(changes) {
            return Ok(Span::source(narrow(start), narrow(length)).escaped(true));
        }
        let side = &mut self.arena.side;
        let first = side.len();
        let mut rest = text;
        while let Some(at) = rest.bytes().position(changes) {
            let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
            side.push_str(before);
            if from.starts_with('&') {
                let offset = start + length - from.len();
                let (character, length) =
                    decode_reference(from).map_err(|error| error.moved(offset))?;
                side.push(character);
                rest = from.get(length..).unwrap_or_default();
            } else {
                side.push(' ');
                rest = from
                    .strip_prefix("\r\n")
                    .or_else(|| from.get(1..))
                    .unwrap_or_default();
            }
        }
        side.push_str(rest);
        let value = side.as_bytes().get(first..).unwrap_or_default();
        let escape = value
            .iter()
            .any(|&b| matches!(b, b'&' | b'<' | b'"' | b'\t' | b'\n' | b'\r'));
        Ok(Span::side(narrow(first), narrow(value.len())).escaped(escape))
    }

    /// The ids of the prefix of the name at `start`, which is `local` less its colon long, and of its namespace.
    #[inline]
    fn resolve(&self, start: usize, local: usize) -> Result<(u32, u32), Error> {
        let (rest, length) = (self.rest(start), local - 1);
        match self.bound(rest, length) {
            Some(bound) => Ok(bound),
            None if rest.get(..length) == Some(b"xmlns") => {
                Err(Error::ReservedNamespace { offset: start })
            }
            None => Err(Error::UnboundPrefix { offset: start }),
        }
    }

    /// Resolves the prefixes of the attributes from `first` on. The default namespace does not apply to them (Namespaces §6.2).
    #[inline(never)]
    fn resolve_attributes(&mut self, first: usize) -> Result<(), Error> {
        for index in first..self.arena.attributes.len() {
            let Some(name) = self.arena.attributes.get(index).map(|a| a.name) else {
                continue;
            };
            if name.local != 0 {
                let (prefix, namespace) = self.resolve(name.start as usize, name.local as usize)?;
                if let Some(attribute) = self.arena.attributes.get_mut(index) {
                    attribute.name.prefix = prefix;
                    attribute.name.namespace = namespace;
                }
            }
        }
        Ok(())
    }

    /// Whether the attributes from `first` on, of which none has a prefix, ascend by name, so that no two are equal.
    #[inline]
    fn is_ascending(&self, first: usize) -> bool {
        let attributes = self.arena.attributes.get(first..).unwrap_or_default();
        let name = |attribute: &AttributeData| {
            let start = attribute.name.start as usize;
            let end = start + attribute.name.len as usize;
            self.source.as_bytes().get(start..end).unwrap_or_default()
        };
        attributes.windows(2).all(|pair| match pair {
            [a, b] => match (name(a), name(b)) {
                // Most names differ in what they begin with.
                ([a, ..], [b, ..]) if a != b => a < b,
                (a, b) => a < b,
            },
            _ => true,
        })
    }

    /// Refuses two of the attributes from `first` on that have one expanded name.
    fn refuse_duplicates(&self, first: usize) -> Result<(), Error> {
        let attributes = self.arena.attributes.get(first..).unwrap_or_default();
        let local = |name: &Name| {
            let start = (name.start + name.local) as usize;
            let end = (name.start + name.len) as usize;
            self.source.as_bytes().get(start..end).unwrap_or_default()
        };
        let duplicate = if attributes.len() <= PAIRWISE {
            let same = |a: &Name, b: &Name| {
                a.len - a.local == b.len - b.local
                    && a.namespace == b.namespace
                    && local(a) == local(b)
            };
            attributes
                .iter()
                .enumerate()
                .find(|(index, attribute)| {
                    attributes
                        .iter()
                        .take(*index)
                        .any(|before| same(&before.name, &attribute.name))
                })
                .map(|(_, attribute)| attribute.name.start)
        } else {
            let key =
                |attribute: &AttributeData| (attribute.name.namespace, local(&attribute.name));
            let mut sorted: Vec<&AttributeData> = attributes.iter().collect();
            // Stable, so that of two equal names the later one is reported.
            sorted.sort_by_key(|attribute| key(attribute));
            sorted
                .iter()
                .zip(sorted.iter().skip(1))
                .filter(|(a, b)| key(a) == key(b))
                .map(|(_, b)| b.name.start)
                .min()
        };
        match duplicate {
            Some(start) => Err(Error::DuplicateAttribute {
                offset: start as usize,
            }),
            None => Ok(()),
        }
    }
}

/// The octet at `at`; 0 behind the end.
#[inline(always)]
fn octet_at(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

/// The offset of the first octet at or after `at` that is no white space.
#[inline(always)]
fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|&b| is_space(b)) {
        at += 1;
    }
    at
}
