//! Prefixes in scope, and the interning of prefixes and namespace names.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Parser, narrow};
use crate::name::{KNOWN_COUNT, known_id};
use crate::tree::{
    Arena, DeclarationData, NO_NAMESPACE, NO_PREFIX, NONE, PrefixData, Span, XML_NAMESPACE,
    XML_PREFIX,
};
use crate::{Error, ns};

/// So many prefixes and so many namespace names are searched in place.
const FEW: usize = 16;

/// Ids by content of what is beyond [`FEW`]; made only for documents that have so many.
#[derive(Default)]
pub(super) struct Many<'s> {
    prefixes: Option<HashMap<&'s [u8], u32>>,
    uris: Option<HashMap<Cow<'s, [u8]>, u32>>,
}

/// Binds what needs no declaration.
pub(super) fn begin(arena: &mut Arena) {
    let predefined = |uri| PrefixData {
        name: Span::source(0, 0),
        key: 0,
        uri,
        element: NONE,
    };
    arena.prefixes.push(predefined(NO_NAMESPACE));
    arena.prefixes.push(predefined(XML_NAMESPACE));
}

impl<'s> Parser<'s> {
    /// The ids of the prefix that the `length` octets at the start of `rest` are, and of the namespace that it is bound to;
    /// `None` if it is unbound, as `xmlns` is.
    #[inline]
    pub(super) fn bound(&self, rest: &[u8], length: usize) -> Option<(u32, u32)> {
        let id = self.find_prefix(rest, length)?;
        let uri = self.arena.prefixes.get(id as usize)?.uri;
        (uri != NONE).then_some((id, uri))
    }

    /// The namespace of names without prefix.
    #[inline(always)]
    pub(super) fn default_namespace(&self) -> u32 {
        self.arena
            .prefixes
            .first()
            .map_or(NO_NAMESPACE, |prefix| prefix.uri)
    }

    /// The id of the prefix that the `length` octets at the start of `rest` are.
    #[inline]
    fn find_prefix(&self, rest: &[u8], length: usize) -> Option<u32> {
        let key = key(rest, length);
        if key == XML_KEY {
            return Some(XML_PREFIX);
        }
        if key == 0 {
            return self.find_unusual(rest.get(..length)?);
        }
        match self.few().find(|(known, _)| known.key == key) {
            Some((_, id)) => Some(id),
            None => self.find_many(rest.get(..length)?),
        }
    }

    /// [`Parser::find_prefix`] for one without a key.
    #[inline(never)]
    fn find_unusual(&self, prefix: &[u8]) -> Option<u32> {
        let is_it = |known: &PrefixData| known.key == 0 && self.octets(known.name) == prefix;
        match self.few().find(|(known, _)| is_it(known)) {
            Some((_, id)) => Some(id),
            None => self.find_many(prefix),
        }
    }

    /// The declared prefixes that are searched in place, with their ids.
    #[inline]
    fn few(&self) -> impl Iterator<Item = (&PrefixData, u32)> {
        let prefixes = &self.arena.prefixes;
        let few = prefixes.get(..FEW).unwrap_or(prefixes);
        few.get(2..).unwrap_or_default().iter().zip(2..)
    }

    #[cold]
    fn find_many(&self, prefix: &[u8]) -> Option<u32> {
        self.many.prefixes.as_ref()?.get(prefix).copied()
    }

    /// `xmlns="value"` or `xmlns:prefix="value"` at the element `node`.
    pub(super) fn declare(
        &mut self,
        prefix: &'s [u8],
        value: Span,
        offset: usize,
        node: u32,
    ) -> Result<(), Error> {
        if self.declared >= self.limits.namespaces {
            return Err(Error::TooManyNamespaces {
                offset,
                limit: self.limits.namespaces,
            });
        }
        let uri = self.octets(value);
        let (xml, xmlns) = (ns::XML.as_bytes(), ns::XMLNS.as_bytes());
        let reserved = match prefix {
            b"xmlns" => true,
            b"xml" => uri != xml,
            b"" => uri == xml || uri == xmlns,
            _ => uri.is_empty() || uri == xml || uri == xmlns,
        };
        if reserved {
            return Err(Error::ReservedNamespace { offset });
        }
        let uri = self.intern_uri(value);
        let prefix = self.intern_prefix(prefix, offset);
        let Some(bound) = self.arena.prefixes.get_mut(prefix as usize) else {
            return Ok(());
        };
        if bound.element == node {
            return Err(Error::DuplicateAttribute { offset });
        }
        let before = core::mem::replace(&mut bound.uri, uri);
        bound.element = node;
        self.declared += 1;
        // A declaration of "xml" says nothing: canonical forms leave it out too (C14N §2.3).
        if prefix != XML_PREFIX {
            self.arena.declarations.push(DeclarationData {
                prefix,
                uri,
                before,
            });
        }
        Ok(())
    }

    /// Takes back the declarations of an element that ends; `declared` are in scope outside it.
    pub(super) fn leave(&mut self, first: usize, end: usize, declared: u32) {
        self.declared = declared;
        let declarations = self.arena.declarations.get(first..end);
        for declaration in declarations.unwrap_or_default() {
            if let Some(prefix) = self.arena.prefixes.get_mut(declaration.prefix as usize) {
                prefix.uri = declaration.before;
            }
        }
    }

    fn intern_prefix(&mut self, prefix: &'s [u8], offset: usize) -> u32 {
        if prefix.is_empty() {
            return NO_PREFIX;
        }
        if let Some(id) = self.find_prefix(prefix, prefix.len()) {
            return id;
        }
        let id = narrow(self.arena.prefixes.len());
        self.arena.prefixes.push(PrefixData {
            name: Span::source(narrow(offset + "xmlns:".len()), narrow(prefix.len())),
            key: key(prefix, prefix.len()),
            uri: NONE,
            element: NONE,
        });
        if id as usize >= FEW {
            let many = self.many.prefixes.get_or_insert_default();
            many.insert(prefix, id);
        }
        id
    }

    fn intern_uri(&mut self, value: Span) -> u32 {
        let uri = self.octets(value);
        if let Some(id) = known_id(uri) {
            return id;
        }
        let few = self.arena.uris.iter().take(FEW).zip(KNOWN_COUNT..);
        let found = few
            .filter(|(known, _)| known.len == value.len)
            .find(|(known, _)| self.octets(**known) == uri)
            .map(|(_, id)| id)
            .or_else(|| self.many.uris.as_ref()?.get(uri).copied());
        if let Some(id) = found {
            return id;
        }
        let id = narrow(self.arena.uris.len()) + KNOWN_COUNT;
        if self.arena.uris.len() >= FEW {
            let start = value.start() as usize;
            let key = if value.is_side() {
                Cow::Owned(uri.to_vec())
            } else {
                Cow::Borrowed(self.slice(start, value.len as usize).as_bytes())
            };
            self.many.uris.get_or_insert_default().insert(key, id);
        }
        self.arena.uris.push(value);
        id
    }
}

/// The key of the prefix `xml`.
const XML_KEY: u64 = u64::from_be_bytes(*b"\0\0\0\0\0xml");

/// The `length` octets at the start of `rest`, which are a prefix, as a number; 0 for those that are too long, and for none.
#[inline]
fn key(rest: &[u8], length: usize) -> u64 {
    // A prefix has no octet 0, so that its length shows.
    match rest.first_chunk() {
        Some(&octets) if (1..8).contains(&length) => {
            u64::from_be_bytes(octets) >> (8 * (8 - length))
        }
        _ if length > 7 => 0,
        _ => rest
            .iter()
            .take(length)
            .fold(0, |key, &octet| key << 8 | u64::from(octet)),
    }
}
