//! Prefixes in scope, and the interning of prefixes and namespace names.

use std::collections::HashMap;

use crate::ns;
use crate::tree::{NO_NAMESPACE, NO_PREFIX, NONE, XML_NAMESPACE, XML_PREFIX};

/// Strings numbered by content, from id 2 on. A handful is searched in place; a map is made only for documents with many.
struct Interner<K> {
    few: Vec<K>,
    many: HashMap<K, u32>,
}

impl<K: AsRef<str> + Clone + Eq + core::hash::Hash + core::borrow::Borrow<str>> Interner<K> {
    const FEW: usize = 16;

    fn new() -> Self {
        Self {
            few: Vec::with_capacity(8),
            many: HashMap::new(),
        }
    }

    fn find(&self, text: &str) -> Option<u32> {
        if let Some(at) = self.few.iter().position(|known| known.as_ref() == text) {
            return Some(super::narrow(at) + 2);
        }
        if self.many.is_empty() {
            None
        } else {
            self.many.get(text).copied()
        }
    }

    /// Numbers a text that [`Interner::find`] did not find.
    fn add(&mut self, text: K) -> u32 {
        let id = super::narrow(self.few.len() + self.many.len()) + 2;
        if self.few.len() < Self::FEW {
            self.few.push(text);
        } else {
            self.many.insert(text, id);
        }
        id
    }
}

/// What a prefix is bound to, and by which element.
#[derive(Clone, Copy)]
struct Binding {
    uri: u32,
    /// The element that declared it, to tell a second declaration on the same element.
    element: u32,
}

/// The bindings in force at the point that the parser has reached.
pub(super) struct Scope<'s> {
    prefixes: Interner<&'s str>,
    uris: Interner<std::borrow::Cow<'s, str>>,
    /// By prefix id.
    bound: Vec<Binding>,
    /// What each declaration in scope replaced, innermost last.
    undo: Vec<(u32, Binding)>,
}

impl<'s> Scope<'s> {
    pub(super) fn new() -> Self {
        let nobody = |uri| Binding { uri, element: NONE };
        let mut bound = Vec::with_capacity(8);
        bound.push(nobody(NO_NAMESPACE));
        bound.push(nobody(XML_NAMESPACE));
        Self {
            prefixes: Interner::new(),
            uris: Interner::new(),
            bound,
            undo: Vec::with_capacity(8),
        }
    }

    /// How many declarations are in scope.
    pub(super) const fn depth(&self) -> usize {
        self.undo.len()
    }

    /// Takes back every declaration after the first `depth`.
    pub(super) fn leave(&mut self, depth: usize) {
        while self.undo.len() > depth {
            if let Some((prefix, before)) = self.undo.pop()
                && let Some(binding) = self.bound.get_mut(prefix as usize)
            {
                *binding = before;
            }
        }
    }

    /// The ids of `prefix` and of the namespace that it is bound to; `None` if it is unbound.
    pub(super) fn resolve(&self, prefix: &str) -> Option<(u32, u32)> {
        let id = match prefix {
            "" => NO_PREFIX,
            "xml" => XML_PREFIX,
            _ => self.prefixes.find(prefix)?,
        };
        let binding = self.bound.get(id as usize)?;
        (binding.uri != NONE).then_some((id, binding.uri))
    }

    /// The id of a prefix, and whether it is new.
    pub(super) fn intern_prefix(&mut self, prefix: &'s str) -> (u32, bool) {
        match prefix {
            "" => (NO_PREFIX, false),
            "xml" => (XML_PREFIX, false),
            _ => match self.prefixes.find(prefix) {
                Some(id) => (id, false),
                None => {
                    self.bound.push(Binding {
                        uri: NONE,
                        element: NONE,
                    });
                    (self.prefixes.add(prefix), true)
                }
            },
        }
    }

    /// The id of a namespace name, if it has one already.
    pub(super) fn find_uri(&self, uri: &str) -> Option<u32> {
        match uri {
            "" => Some(NO_NAMESPACE),
            ns::XML => Some(XML_NAMESPACE),
            _ => self.uris.find(uri),
        }
    }

    /// Numbers a namespace name that [`Scope::find_uri`] did not find.
    pub(super) fn add_uri(&mut self, uri: std::borrow::Cow<'s, str>) -> u32 {
        self.uris.add(uri)
    }

    /// Binds a prefix at an element; `false` if that element has bound it already.
    pub(super) fn bind(&mut self, prefix: u32, uri: u32, element: u32) -> bool {
        let Some(binding) = self.bound.get_mut(prefix as usize) else {
            return false;
        };
        if binding.element == element {
            return false;
        }
        self.undo.push((prefix, *binding));
        *binding = Binding { uri, element };
        true
    }
}
