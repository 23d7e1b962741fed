//! Where a document is refused, and the errors that say so.

use samlkit_core::{Error, Excerpt};

/// Where `needle` is in the document that was refused.
pub(crate) fn at(xml: &str, needle: &str) -> usize {
    xml.find(needle)
        .unwrap_or_else(|| panic!("{needle} is not in the document"))
}

pub(crate) fn missing(parent: &'static str, element: &'static str, offset: usize) -> Error {
    Error::MissingElement {
        parent,
        element,
        offset,
    }
}

pub(crate) fn unexpected(parent: &'static str, found: &str, offset: usize) -> Error {
    Error::UnexpectedElement {
        parent,
        found: Excerpt::of(found),
        offset,
    }
}

pub(crate) fn no_attribute(element: &'static str, attribute: &'static str, offset: usize) -> Error {
    Error::MissingAttribute {
        element,
        attribute,
        offset,
    }
}
