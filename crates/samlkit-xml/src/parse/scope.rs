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
    /// The ids of `prefix`, which is not empty, and of the namespace that it is bound to; `None` if it is unbound.
    pub(super) fn bound(&self, prefix: &[u8]) -> Option<(u32, u32)> {
        let id = self.find_prefix(prefix)?;
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

    fn find_prefix(&self, prefix: &[u8]) -> Option<u32> {
        if prefix == b"xml" {
            return Some(XML_PREFIX);
        }
        let key = key(prefix);
        let few = self.arena.prefixes.iter().zip(0..).take(FEW).skip(2);
        for (known, id) in few {
            if known.key == key && (key != 0 || self.octets(known.name) == prefix) {
                return Some(id);
            }
        }
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
        if let Some(id) = self.find_prefix(prefix) {
            return id;
        }
        let id = narrow(self.arena.prefixes.len());
        self.arena.prefixes.push(PrefixData {
            name: Span::source(narrow(offset + "xmlns:".len()), narrow(prefix.len())),
            key: key(prefix),
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

/// The octets of a short prefix as a number; 0 for any longer one.
fn key(prefix: &[u8]) -> u64 {
    if prefix.len() > 7 {
        return 0;
    }
    // A prefix has no octet 0, so that its length shows.
    prefix
        .iter()
        .fold(0, |key, &octet| key << 8 | u64::from(octet))
}
