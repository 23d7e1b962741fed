//! Canonical forms that are made portion by portion, for documents that come in pieces.

use core::ops::Range;

use samlkit_xml::Element;

/// What [`Canonicalizer::content`](crate::Canonicalizer::content) does with an element.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Treatment {
    /// Leaves it out, with all below it.
    Omit,
    /// Writes it whole.
    Pass,
    /// Writes it whole and says where.
    Mark,
    /// Writes it, says where its tags are, and asks about each element in it.
    Enter,
}

/// What a [`Portion`] is.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PortionKind {
    /// The start tag of an element.
    Start,
    /// A whole element.
    Whole,
    /// The end tag of an element.
    End,
}

/// Where [`Canonicalizer::content`](crate::Canonicalizer::content) wrote something.
#[derive(Clone, Debug)]
pub struct Portion<'d> {
    element: Element<'d>,
    kind: PortionKind,
    range: Range<usize>,
}

impl<'d> Portion<'d> {
    pub(crate) const fn new(element: Element<'d>, kind: PortionKind, range: Range<usize>) -> Self {
        Self {
            element,
            kind,
            range,
        }
    }

    /// The element.
    #[must_use]
    pub const fn element(&self) -> Element<'d> {
        self.element
    }

    /// What of it.
    #[must_use]
    pub const fn kind(&self) -> PortionKind {
        self.kind
    }

    /// Where that is in the buffer.
    #[must_use]
    pub const fn range(&self) -> Range<usize> {
        self.range.start..self.range.end
    }
}
