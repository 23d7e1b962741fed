//! Start tags, end tags and attributes (XML §3.1, Namespaces §3 to §6).

use std::borrow::Cow;

use super::{Open, Parser, decode_reference, narrow};
use crate::chars::{ascii_qualified_name, is_nc_name, is_space, name_len};
use crate::tree::{
    AttributeData, Data, DeclarationData, ElementData, NO_NAMESPACE, NO_PREFIX, Name, Span,
    XML_PREFIX,
};
use crate::{Error, ns};

/// Up to this many attributes are compared pair by pair; more are sorted.
const PAIRWISE: usize = 12;

impl<'s> Parser<'s> {
    /// `<name …>` or `<name …/>`.
    pub(super) fn start_tag(
        &mut self,
        token: &str,
        start: usize,
        empty: bool,
    ) -> Result<(), Error> {
        self.flush_text()?;
        if self.open.is_empty() && self.root.is_some() {
            return Err(Error::ContentOutsideRoot { offset: start });
        }
        if self.open.len() >= self.limits.depth as usize {
            return Err(Error::TooDeep {
                offset: start,
                limit: self.limits.depth,
            });
        }
        let element = narrow(self.arena.elements.len());
        let node = self.push_node(Data::Element(element), start)?;
        if self.open.is_empty() {
            self.root = Some(node);
        }
        let bindings = self.scope.depth();
        // The tokenizer has seen "<" and the closing ">" or "/>".
        let end = start + token.len() - if empty { 2 } else { 1 };
        let (mut name, qualified_name) = self.name(start + 1)?;
        let first_attribute = self.arena.attributes.len();
        let first_declaration = self.arena.declarations.len();
        self.attributes(start + 1 + qualified_name.len(), end, node)?;
        self.resolve(&mut name)?;
        self.resolve_attributes(first_attribute)?;
        self.arena.elements.push(ElementData {
            name,
            attributes: (narrow(first_attribute), narrow(self.arena.attributes.len())),
            declarations: (
                narrow(first_declaration),
                narrow(self.arena.declarations.len()),
            ),
        });
        if empty {
            self.scope.leave(bindings);
        } else {
            self.open.push(Open {
                node,
                qualified_name,
                bindings,
            });
        }
        Ok(())
    }

    /// `</name >`.
    pub(super) fn end_tag(&mut self, token: &str, start: usize) -> Result<(), Error> {
        self.flush_text()?;
        let mismatch = Error::MismatchedEndTag { offset: start };
        let open = self.open.pop().ok_or(mismatch)?;
        let rest = token
            .strip_prefix("</")
            .and_then(|rest| rest.strip_prefix(open.qualified_name));
        match rest.and_then(|rest| rest.strip_suffix('>')) {
            Some(space) if space.bytes().all(is_space) => {}
            _ => return Err(mismatch),
        }
        let end = narrow(self.arena.nodes.len());
        if let Some(node) = self.arena.nodes.get_mut(open.node as usize) {
            node.end = end;
        }
        self.scope.leave(open.bindings);
        Ok(())
    }

    /// The qualified name at `start`, its prefix not yet resolved.
    #[inline(always)]
    fn name(&self, start: usize) -> Result<(Name, &'s str), Error> {
        let bytes = self.source.as_bytes().get(start..).unwrap_or_default();
        let (length, local) = match ascii_qualified_name(bytes) {
            Some(found) => found,
            None => self.unusual_name(start, name_len(bytes))?,
        };
        let name = Name {
            start: narrow(start),
            len: narrow(length),
            local: narrow(local),
            prefix: NO_PREFIX,
            namespace: NO_NAMESPACE,
        };
        let text = self.source.get(start..start + length);
        Ok((name, text.unwrap_or_default()))
    }

    /// [`Parser::name`] for a name that is not in ASCII or not well-formed: its length and where its local part begins.
    #[cold]
    fn unusual_name(&self, start: usize, length: usize) -> Result<(usize, usize), Error> {
        let text = self.source.get(start..start + length).unwrap_or_default();
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

    /// Everything between the name of a start tag and its `>` or `/>`.
    fn attributes(&mut self, start: usize, end: usize, node: u32) -> Result<(), Error> {
        let tag = self.source.as_bytes().get(..end).unwrap_or_default();
        let mut at = start;
        let mut count = 0;
        loop {
            let spaced = skip_space(tag, at);
            if spaced >= end {
                return Ok(());
            }
            if spaced == at {
                return Err(Error::MalformedMarkup { offset: at });
            }
            count += 1;
            if count > self.limits.attributes {
                return Err(Error::TooManyAttributes {
                    offset: spaced,
                    limit: self.limits.attributes,
                });
            }
            at = self.attribute(tag, spaced, node)?;
        }
    }

    /// One attribute or namespace declaration of a tag that ends with `tag`; gives the offset after it.
    fn attribute(&mut self, tag: &[u8], start: usize, node: u32) -> Result<usize, Error> {
        let (name, text) = self.name(start)?;
        let equals = skip_space(tag, start + text.len());
        if tag.get(equals) != Some(&b'=') {
            return Err(Error::MalformedMarkup { offset: equals });
        }
        let open = skip_space(tag, equals + 1);
        let Some(&quote @ (b'"' | b'\'')) = tag.get(open) else {
            return Err(Error::MalformedMarkup { offset: open });
        };
        let rest = tag.get(open + 1..).unwrap_or_default();
        let length = memchr::memchr(quote, rest).ok_or(Error::MalformedMarkup { offset: open })?;
        let value = self.value(open + 1, length)?;
        match text.strip_prefix("xmlns") {
            Some("") => self.declare("", value, start, node)?,
            Some(rest) if rest.starts_with(':') => {
                self.declare(rest.get(1..).unwrap_or_default(), value, start, node)?;
            }
            _ => self.arena.attributes.push(AttributeData { name, value }),
        }
        Ok(open + 1 + length + 1)
    }

    /// Normalizes an attribute value (XML §3.3.3, as CDATA: there is no declaration to say otherwise).
    fn value(&mut self, start: usize, length: usize) -> Result<Span, Error> {
        let source = self.source;
        let text = source.get(start..start + length).unwrap_or_default();
        let special = |b: u8| b < 0x20 || matches!(b, b'<' | b'&' | b'"');
        let bytes = text.as_bytes();
        if !bytes.iter().fold(false, |any, &b| any | special(b)) {
            return Ok(Span::source(narrow(start), narrow(length)));
        }
        if let Some(at) = memchr::memchr(b'<', bytes) {
            return Err(Error::LessThanInAttribute { offset: start + at });
        }
        let side = &mut self.arena.side;
        let first = side.len();
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|b| b < 0x20 || b == b'&') {
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

    /// `xmlns="value"` or `xmlns:prefix="value"` at the element `node`.
    fn declare(
        &mut self,
        prefix: &'s str,
        value: Span,
        offset: usize,
        node: u32,
    ) -> Result<(), Error> {
        if self.scope.depth() >= self.limits.namespaces as usize {
            return Err(Error::TooManyNamespaces {
                offset,
                limit: self.limits.namespaces,
            });
        }
        let (uri, uri_id) = self.intern_uri(value);
        let reserved = match prefix {
            "xmlns" => true,
            "xml" => uri != ns::XML,
            "" => matches!(uri.as_ref(), ns::XML | ns::XMLNS),
            _ => matches!(uri.as_ref(), "" | ns::XML | ns::XMLNS),
        };
        if reserved {
            return Err(Error::ReservedNamespace { offset });
        }
        let (prefix_id, new) = self.scope.intern_prefix(prefix);
        if new {
            let start = narrow(offset + "xmlns:".len());
            self.arena
                .prefixes
                .push(Span::source(start, narrow(prefix.len())));
        }
        if !self.scope.bind(prefix_id, uri_id, node) {
            return Err(Error::DuplicateAttribute { offset });
        }
        // A declaration of "xml" says nothing: canonical forms leave it out too (C14N §2.3).
        if prefix_id != XML_PREFIX {
            self.arena.declarations.push(DeclarationData {
                prefix: prefix_id,
                uri: uri_id,
            });
        }
        Ok(())
    }

    /// The namespace name in `value`, and its id.
    fn intern_uri(&mut self, value: Span) -> (Cow<'s, str>, u32) {
        let start = value.start() as usize;
        let range = start..start + value.len as usize;
        let uri = if value.is_side() {
            Cow::Owned(self.arena.side.get(range).unwrap_or_default().to_owned())
        } else {
            Cow::Borrowed(self.source.get(range).unwrap_or_default())
        };
        let id = match self.scope.find_uri(&uri) {
            Some(id) => id,
            None => {
                self.arena.uris.push(value);
                self.scope.add_uri(uri.clone())
            }
        };
        (uri, id)
    }

    fn resolve(&self, name: &mut Name) -> Result<(), Error> {
        let offset = name.start as usize;
        let prefix = self
            .source
            .get(offset..offset + (name.local as usize).saturating_sub(1))
            .unwrap_or_default();
        if prefix == "xmlns" {
            return Err(Error::ReservedNamespace { offset });
        }
        (name.prefix, name.namespace) = self
            .scope
            .resolve(prefix)
            .ok_or(Error::UnboundPrefix { offset })?;
        Ok(())
    }

    /// Resolves the prefixes of the attributes from `first` on and refuses two with one expanded name.
    fn resolve_attributes(&mut self, first: usize) -> Result<(), Error> {
        let count = self.arena.attributes.len() - first;
        for index in first..first + count {
            let Some(mut name) = self.arena.attributes.get(index).map(|a| a.name) else {
                continue;
            };
            // The default namespace does not apply to attributes (Namespaces §6.2).
            if name.local != 0 {
                self.resolve(&mut name)?;
                if let Some(attribute) = self.arena.attributes.get_mut(index) {
                    attribute.name = name;
                }
            }
        }
        if count < 2 {
            return Ok(());
        }
        let attributes = self.arena.attributes.get(first..).unwrap_or_default();
        let local = |name: &Name| {
            let start = (name.start + name.local) as usize;
            let end = (name.start + name.len) as usize;
            self.source.as_bytes().get(start..end).unwrap_or_default()
        };
        let duplicate = if count <= PAIRWISE {
            let same = |a: &Name, b: &Name| {
                a.namespace == b.namespace
                    && a.len - a.local == b.len - b.local
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

/// The offset of the first octet at or after `at` that is no white space.
fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|&b| is_space(b)) {
        at += 1;
    }
    at
}
