//! Attributes and namespace declarations of start tags (XML §3.1, §3.3.3, Namespaces §3, §6).

use super::tag::{Tag, octet_at, skip_space};
use super::{Parser, decode_reference, narrow};
use crate::chars::{ascii_qualified_name, is_space};
use crate::tree::{AttributeData, NO_NAMESPACE, NO_PREFIX, Name, Span};
use crate::{Error, scan};

/// Up to this many attributes are compared pair by pair; more are sorted.
const PAIRWISE: usize = 12;

/// The name of the declaration of the default namespace, and the prefix of all others.
const XMLNS: &[u8] = b"xmlns";

/// What comes next in a start tag.
enum Next {
    /// An attribute that begins here, of whose name these are the lengths that [`Parser::name`] gives.
    Attribute(usize, (usize, usize)),
    /// The end, here, of an empty-element tag or of another.
    End(usize, bool),
}

impl<'s> Parser<'s> {
    /// The attributes and declarations of the tag of `node`, which begin at `tag.end`; sets that to where the tag ends.
    #[inline(always)]
    pub(super) fn attributes(&mut self, tag: &mut Tag, node: u32) -> Result<(), Error> {
        let bytes = self.source.as_bytes();
        let mut at = tag.end;
        let mut count = 0;
        (tag.end, tag.empty) = loop {
            // No tag has an octet 0, which is what stands behind the end here.
            let octet = octet_at(bytes, at);
            let usual = if octet == b' ' {
                ascii_qualified_name(self.rest(at + 1))
            } else {
                None
            };
            let (start, name) = match usual {
                Some(name) => (at + 1, name),
                None if octet == b'>' => break (at, false),
                None if octet == b'/' && octet_at(bytes, at + 1) == b'>' => break (at, true),
                None => match self.unusual_next(at, count, tag)? {
                    Next::Attribute(start, name) => (start, name),
                    Next::End(end, empty) => break (end, empty),
                },
            };
            self.check_count(count, start)?;
            count += 1;
            at = self.attribute(start, name, node, tag)?;
        };
        Ok(())
    }

    /// What comes next at `at` in a tag that has `count` attributes so far, if that is neither one space and an attribute with a
    /// name in ASCII, nor `>` or `/>`.
    #[cold]
    #[inline(never)]
    fn unusual_next(&self, mut at: usize, count: u32, tag: &mut Tag) -> Result<Next, Error> {
        let bytes = self.source.as_bytes();
        let octet = octet_at(bytes, at);
        if !is_space(octet) {
            return Err(Error::MalformedMarkup { offset: at });
        }
        tag.canonical &= octet == b' ' && !is_space(octet_at(bytes, at + 1));
        at = skip_space(bytes, at);
        let empty = match octet_at(bytes, at) {
            b'>' => false,
            b'/' if octet_at(bytes, at + 1) == b'>' => true,
            _ => {
                self.check_count(count, at)?;
                return Ok(Next::Attribute(at, self.name(at)?));
            }
        };
        tag.canonical = false;
        Ok(Next::End(at, empty))
    }

    /// Refuses the attribute at `start`, which `count` others come before in its tag, if that is one more than may be.
    #[inline(always)]
    fn check_count(&self, count: u32, start: usize) -> Result<(), Error> {
        if count < self.limits.attributes {
            return Ok(());
        }
        Err(Error::TooManyAttributes {
            offset: start,
            limit: self.limits.attributes,
        })
    }

    /// What of the attributes of `tag`, from `first` on, is known only when all are.
    #[inline(always)]
    pub(super) fn finish_attributes(&mut self, tag: &mut Tag, first: usize) -> Result<(), Error> {
        if tag.prefixed {
            self.resolve_attributes(first)?;
        }
        if self.arena.attributes.len() > first + 1 && (tag.prefixed || !self.is_ascending(first)) {
            self.refuse_duplicates(first)?;
            tag.canonical = false;
        }
        Ok(())
    }

    /// One attribute or namespace declaration; gives where it ends.
    #[inline(always)]
    fn attribute(
        &mut self,
        start: usize,
        (length, local): (usize, usize),
        node: u32,
        tag: &mut Tag,
    ) -> Result<usize, Error> {
        let end = start + length;
        let (at, quote) = match self.rest(end) {
            [b'=', b'"', ..] => (end + 2, b'"'),
            _ => self.unusual_equals(end, tag)?,
        };
        let rest = self.rest(at);
        let octets = scan::value(rest, quote);
        let (octets, value) = if rest.get(octets) == Some(&quote) {
            (octets, Span::source(narrow(at), narrow(octets)))
        } else {
            self.unusual_value(at, quote, tag)?
        };
        // `xmlns`, or a name with this prefix.
        if (local == XMLNS.len() + 1 || (local == 0 && length == XMLNS.len()))
            && let Some(prefix) = self.rest(start).get(..length)
            && let Some(prefix) = prefix.strip_prefix(XMLNS)
        {
            tag.canonical = false;
            self.declare(prefix.get(1..).unwrap_or_default(), value, start, node)?;
        } else {
            tag.prefixed |= local != 0;
            let name = Name {
                start: narrow(start),
                len: narrow(length),
                local: narrow(local),
                prefix: NO_PREFIX,
                namespace: NO_NAMESPACE,
            };
            self.push_attribute(AttributeData { name, value });
        }
        Ok(at + octets + 1)
    }

    /// The `=` and the quote at `at`, if they are not `="`; gives where the value begins, and the quote.
    #[cold]
    #[inline(never)]
    fn unusual_equals(&self, at: usize, tag: &mut Tag) -> Result<(usize, u8), Error> {
        tag.canonical = false;
        let bytes = self.source.as_bytes();
        let at = skip_space(bytes, at);
        if octet_at(bytes, at) != b'=' {
            return Err(Error::MalformedMarkup { offset: at });
        }
        let at = skip_space(bytes, at + 1);
        match octet_at(bytes, at) {
            quote @ (b'"' | b'\'') => Ok((at + 1, quote)),
            _ => Err(Error::MalformedMarkup { offset: at }),
        }
    }

    /// The value at `start`, if it does not stand for itself alone; gives its length in the source, and itself.
    #[cold]
    #[inline(never)]
    fn unusual_value(
        &mut self,
        start: usize,
        quote: u8,
        tag: &mut Tag,
    ) -> Result<(usize, Span), Error> {
        tag.canonical = false;
        let length = memchr::memchr(quote, self.rest(start))
            .ok_or(Error::MalformedMarkup { offset: start })?;
        Ok((length, self.normalize(start, length)?))
    }

    /// Normalizes an attribute value that does not stand for itself alone (XML §3.3.3, as CDATA: there is no declaration to
    /// say otherwise).
    fn normalize(&mut self, start: usize, length: usize) -> Result<Span, Error> {
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
