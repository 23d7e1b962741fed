use core::fmt;

use crate::ns;
use crate::tree::NONE;

/// Namespace names that have the same id in every document, by id. A document stores no text of them.
pub(crate) const KNOWN: [&str; 10] = [
    "",
    ns::XML,
    "urn:oasis:names:tc:SAML:2.0:assertion",
    "urn:oasis:names:tc:SAML:2.0:protocol",
    "urn:oasis:names:tc:SAML:2.0:metadata",
    "http://www.w3.org/2000/09/xmldsig#",
    "http://www.w3.org/2001/04/xmlenc#",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    ns::XSI,
    "http://www.w3.org/2001/XMLSchema",
];

/// How many namespace names have the same id in every document.
#[expect(
    clippy::cast_possible_truncation,
    clippy::as_conversions,
    reason = "there are ten"
)]
pub(crate) const KNOWN_COUNT: u32 = KNOWN.len() as u32;

/// The id of a namespace name that has the same one in every document.
#[inline]
pub(crate) fn known_id(uri: &[u8]) -> Option<u32> {
    (0..)
        .zip(KNOWN)
        .find(|(_, known)| known.as_bytes() == uri)
        .map(|(id, _)| id)
}

/// An expanded name (Namespaces §2.1), made ready once to be compared with the names of elements: [`Element::has_name`].
///
/// [`Element::has_name`]: crate::Element::has_name
///
/// ```
/// use samlkit_xml::{Document, ExpandedName};
///
/// const ISSUER: ExpandedName = ExpandedName::new("urn:oasis:names:tc:SAML:2.0:assertion", "Issuer");
///
/// let document = Document::parse(br#"<a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion"/>"#)?;
/// assert!(document.root().has_name(&ISSUER));
/// assert!(!Document::parse(b"<Issuer/>")?.root().has_name(&ISSUER));
/// # Ok::<(), samlkit_xml::Error>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct ExpandedName {
    namespace: &'static str,
    local_name: &'static str,
    /// The id of the namespace name, if it has the same one in every document; otherwise [`NONE`].
    pub(crate) id: u32,
    /// The first octets of the local name, and what is beyond its end 0.
    pub(crate) start: [u8; 16],
}

impl ExpandedName {
    /// The name of these two parts. `namespace` is empty for no namespace.
    ///
    /// # Complexity
    ///
    /// Made to be called in a constant; else it takes a comparison with each of ten namespace names.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        clippy::as_conversions,
        reason = "a constant function has no iterators; the loops hold the bounds"
    )]
    pub const fn new(namespace: &'static str, local_name: &'static str) -> Self {
        let mut id = NONE;
        let mut known = 0;
        while known < KNOWN_COUNT {
            if equal(KNOWN[known as usize].as_bytes(), namespace.as_bytes()) {
                id = known;
            }
            known += 1;
        }
        let mut start = [0; 16];
        let octets = local_name.as_bytes();
        let mut at = 0;
        while at < start.len() && at < octets.len() {
            start[at] = octets[at];
            at += 1;
        }
        Self {
            namespace,
            local_name,
            id,
            start,
        }
    }

    /// The namespace name; empty for no namespace.
    #[must_use]
    pub const fn namespace(self) -> &'static str {
        self.namespace
    }

    /// The local name.
    #[must_use]
    pub const fn local_name(self) -> &'static str {
        self.local_name
    }
}

impl fmt::Debug for ExpandedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}{}", self.namespace, self.local_name)
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "a constant function has no iterators; the loop holds the bounds"
)]
const fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}
