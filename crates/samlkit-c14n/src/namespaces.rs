//! Namespace declarations: which are rendered, in what order, and which are refused.

use samlkit_xml::raw::{NO_NAMESPACE, Raw, XML_PREFIX};
use samlkit_xml::{Document, Element};

use crate::Error;

/// A declaration to render: ids of its prefix and namespace name.
pub(crate) type Binding = (u32, u32);

/// Prefix ids below this need no allocation.
const FEW: usize = 16;

/// What the output says about each prefix where the walk stands, with a log to go back by.
///
/// A table by prefix id makes a question one look-up however many declarations are in scope, and the log makes leaving an
/// element cost what entering it did.
#[derive(Debug)]
pub(crate) struct Rendered {
    /// By prefix id: the namespace id last rendered; [`NO_NAMESPACE`] if none is.
    few: [u32; FEW],
    /// The same for the prefix ids from [`FEW`] on.
    many: Vec<u32>,
    /// Prefix and what it was before.
    log: Vec<Binding>,
    /// Questions and steps back so far.
    #[cfg(test)]
    pub(crate) work: usize,
}

impl Rendered {
    pub(crate) fn new(raw: Raw<'_>) -> Self {
        Self {
            few: [NO_NAMESPACE; FEW],
            many: vec![NO_NAMESPACE; raw.prefix_count().saturating_sub(FEW)],
            log: Vec::with_capacity(8),
            #[cfg(test)]
            work: 0,
        }
    }

    fn slot(&mut self, prefix: u32) -> Option<&mut u32> {
        let prefix = prefix as usize;
        match prefix.checked_sub(FEW) {
            None => self.few.get_mut(prefix),
            Some(prefix) => self.many.get_mut(prefix),
        }
    }

    /// Notes that `prefix` is now bound to `namespace`, unless the output says so already or it is the prefix `xml`, whose
    /// binding is never rendered.
    #[inline]
    pub(crate) fn set(&mut self, prefix: u32, namespace: u32) {
        #[cfg(test)]
        {
            self.work += 1;
        }
        if prefix == XML_PREFIX {
            return;
        }
        if let Some(current) = self.slot(prefix)
            && *current != namespace
        {
            let before = core::mem::replace(current, namespace);
            self.log.push((prefix, before));
        }
    }

    /// The namespace that `prefix` is bound to.
    pub(crate) fn namespace(&self, prefix: u32) -> u32 {
        let prefix = prefix as usize;
        let slot = match prefix.checked_sub(FEW) {
            None => self.few.get(prefix),
            Some(prefix) => self.many.get(prefix),
        };
        slot.copied().unwrap_or(NO_NAMESPACE)
    }

    /// The prefixes that were bound anew since `mark`, each with what it was bound to before. An element binds none twice.
    pub(crate) fn since(&self, mark: usize) -> &[Binding] {
        self.log.get(mark..).unwrap_or_default()
    }

    /// A point to go back to.
    pub(crate) fn mark(&self) -> usize {
        self.log.len()
    }

    pub(crate) fn restore(&mut self, mark: usize) {
        while self.log.len() > mark {
            #[cfg(test)]
            {
                self.work += 1;
            }
            let Some((prefix, before)) = self.log.pop() else {
                return;
            };
            if let Some(current) = self.slot(prefix) {
                *current = before;
            }
        }
    }
}

/// The prefixes of `ec:InclusiveNamespaces`, by prefix id.
#[derive(Debug, Default)]
pub(crate) struct Listed(Vec<bool>);

impl Listed {
    /// Matches a `PrefixList` with the prefixes of a document.
    pub(crate) fn new(raw: Raw<'_>, prefix_list: &str) -> Self {
        let mut tokens: Vec<&str> = tokens(prefix_list).collect();
        if tokens.is_empty() {
            return Self::default();
        }
        tokens.sort_unstable();
        let ids = 0..u32::try_from(raw.prefix_count()).unwrap_or(u32::MAX);
        Self(
            ids.map(|id| tokens.binary_search(&raw.prefix(id)).is_ok())
                .collect(),
        )
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn contains(&self, prefix: u32) -> bool {
        self.0.get(prefix as usize).copied().unwrap_or(false)
    }
}

/// The prefixes in a `PrefixList`, "" for `#default`.
pub(crate) fn tokens(prefix_list: &str) -> impl Iterator<Item = &str> {
    prefix_list
        .split([' ', '\t', '\r', '\n'])
        .filter(|token| !token.is_empty())
        .map(|token| if token == "#default" { "" } else { token })
}

/// Puts declarations in the order of their prefixes, the default namespace first (Canonical XML 1.0 §2.2).
pub(crate) fn sort(raw: Raw<'_>, bindings: &mut [Binding]) {
    if bindings.len() > 1 {
        bindings.sort_unstable_by(|a, b| raw.prefix(a.0).cmp(raw.prefix(b.0)));
    }
}

/// Fails if any namespace name of the document is relative. Each distinct one is looked at once.
pub(crate) fn refuse_relative(document: &Document<'_>) -> Result<(), Error> {
    let raw = Raw::new(document);
    // Those that every document knows are absolute.
    for id in raw.other_namespaces() {
        let namespace = raw.namespace(id);
        if !is_absolute(namespace) {
            return Err(Error::RelativeNamespaceUri {
                offset: declaring(document.root(), namespace),
            });
        }
    }
    Ok(())
}

/// Whether a URI reference has a scheme (RFC 3986 §3.1, §4.2), which is what makes it more than relative.
fn is_absolute(uri: &str) -> bool {
    let mut octets = uri.bytes();
    octets
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && octets.find(
            |octet| !matches!(octet, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'-' | b'.'),
        ) == Some(b':')
}

/// The offset of the first element that declares `namespace`.
fn declaring(root: Element<'_>, namespace: &str) -> usize {
    let below = root.descendants().filter_map(samlkit_xml::Node::as_element);
    core::iter::once(root)
        .chain(below)
        .find(|element| {
            element
                .namespace_declarations()
                .any(|declared| declared.uri() == namespace)
        })
        .unwrap_or(root)
        .offset()
}

#[cfg(test)]
mod tests {
    use super::is_absolute;

    #[test]
    fn only_a_scheme_makes_a_name_absolute() {
        for uri in ["urn:a", "http://example.org", "a:", "x+y-1.z:b", "HTTP:"] {
            assert!(is_absolute(uri), "{uri}");
        }
        for uri in [
            "foo", "../foo", "//host/a", "#a", "?a:b", "/a:b", "1a:b", ":a", "a/b:c", "\u{e9}:a",
            " urn:a",
        ] {
            assert!(!is_absolute(uri), "{uri}");
        }
    }
}
