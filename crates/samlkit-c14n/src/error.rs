use thiserror::Error as ThisError;

/// Why there is no canonical form.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, ThisError)]
pub enum Error {
    /// The document declares a namespace name that is not absolute, such as `xmlns="foo"`. Canonical XML 1.0 §1.3 and 1.1
    /// §1.3 make that a failure, since its meaning would depend on where the document lies.
    #[error("relative namespace URI in the element at offset {offset}")]
    RelativeNamespaceUri {
        /// The `<` of the first element that declares it.
        offset: usize,
    },
    /// The element to leave out is not below the element to canonicalize, so that leaving it out means nothing.
    #[error("the excluded element is not a descendant of the canonicalized one")]
    ExcludedNotDescendant,
    /// Namespace declarations made the canonical form far larger than its document.
    ///
    /// Exclusive canonicalization repeats a declaration in every sibling that uses it, so that a long namespace name declared
    /// once could otherwise be multiplied by the number of elements.
    #[error("the canonical form is longer than {limit} octets")]
    OutputTooLong {
        /// The largest accepted number of octets.
        limit: usize,
    },
}
