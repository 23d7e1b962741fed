use core::fmt;
use thiserror::Error as ThisError;

/// Why a tree is not the SAML message or metadata that it was read as.
///
/// Each variant is one rule. `element` and `attribute` are spelt as in the specifications (`saml:Issuer`), whatever prefix the
/// document uses. `offset` counts octets in the document that was read: for a verified message these are the canonical octets
/// that were signed, not the octets received.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum Error {
    /// The element is not the one that the caller asked to read.
    #[error("expected {expected}, found {found} at offset {offset}")]
    WrongElement {
        /// What was asked for.
        expected: &'static str,
        /// Its qualified name in the document.
        found: Excerpt,
        /// Where it starts.
        offset: usize,
    },
    /// A child element that the schema requires is missing, or another stands in its place.
    #[error("{parent} at offset {offset} has no {element} where the schema wants it")]
    MissingElement {
        /// The element that is incomplete.
        parent: &'static str,
        /// What it lacks.
        element: &'static str,
        /// Where the parent starts.
        offset: usize,
    },
    /// A child element that the schema does not have there: unknown, out of order, or once too often.
    #[error("{parent} may not hold {found} here (offset {offset})")]
    UnexpectedElement {
        /// The element around it.
        parent: &'static str,
        /// Its qualified name in the document.
        found: Excerpt,
        /// Where it starts.
        offset: usize,
    },
    /// A condition that may occur once is there again (SAMLCore §2.5.1.5, §2.5.1.6).
    #[error("a second {element} at offset {offset}")]
    RepeatedCondition {
        /// Which condition.
        element: &'static str,
        /// Where the second one starts.
        offset: usize,
    },
    /// A required attribute is missing.
    #[error("{element} at offset {offset} has no attribute {attribute}")]
    MissingAttribute {
        /// The element.
        element: &'static str,
        /// What it lacks.
        attribute: &'static str,
        /// Where the element starts.
        offset: usize,
    },
    /// An attribute that the schema does not have there.
    #[error("{element} may not have the attribute {attribute} (offset {offset})")]
    UnexpectedAttribute {
        /// The element.
        element: &'static str,
        /// The attribute's qualified name in the document.
        attribute: Excerpt,
        /// Where the attribute starts.
        offset: usize,
    },
    /// Text between elements where the schema has elements only.
    #[error("text between the elements of {element} (offset {offset})")]
    UnexpectedText {
        /// The element around it.
        element: &'static str,
        /// Where the text starts.
        offset: usize,
    },
    /// A child element within a value that is text. Refused because readers that skip it would see another value.
    #[error("a child element within the text of {element} (offset {offset})")]
    ElementInText {
        /// The element whose text it is.
        element: &'static str,
        /// Where the child starts.
        offset: usize,
    },
    /// A required value is empty or white space (SAMLCore §1.3.1, §1.3.2).
    #[error("the value of {item} is blank (offset {offset})")]
    BlankValue {
        /// The element or attribute.
        item: &'static str,
        /// Where it starts.
        offset: usize,
    },
    /// `Version` is not `2.0` (SAMLCore §2.3.3, §3.2.2).
    #[error("{element} has version {found}, not 2.0 (offset {offset})")]
    UnsupportedVersion {
        /// The element.
        element: &'static str,
        /// What it says.
        found: Excerpt,
        /// Where the attribute starts.
        offset: usize,
    },
    /// Not an `xs:dateTime`, or one that is not in UTC (SAMLCore §1.3.3); see [`parse_date_time`](crate::parse_date_time).
    #[error("{attribute} at offset {offset} is not a date and time in UTC")]
    InvalidDateTime {
        /// The attribute.
        attribute: &'static str,
        /// Where it starts.
        offset: usize,
    },
    /// Not an `xs:boolean`.
    #[error("{attribute} at offset {offset} is not a boolean")]
    InvalidBoolean {
        /// The attribute.
        attribute: &'static str,
        /// Where it starts.
        offset: usize,
    },
    /// Not an `xs:NCName`, which `xs:ID` is too (SAMLCore §1.3.4). Usual cause: an identifier that starts with a digit.
    #[error("{item} at offset {offset} is not an XML name without colon")]
    InvalidNcName {
        /// The element or attribute.
        item: &'static str,
        /// Where it starts.
        offset: usize,
    },
    /// Not a number of the attribute's type (`xs:nonNegativeInteger`, `xs:unsignedShort`).
    #[error("{attribute} at offset {offset} is not a number of its type")]
    InvalidNumber {
        /// The attribute.
        attribute: &'static str,
        /// Where it starts.
        offset: usize,
    },
    /// Not an `xs:duration`.
    #[error("{attribute} at offset {offset} is not a duration")]
    InvalidDuration {
        /// The attribute.
        attribute: &'static str,
        /// Where it starts.
        offset: usize,
    },
    /// Not one of the values that the schema lists.
    #[error("{attribute} at offset {offset} is not one of the values defined for it")]
    InvalidEnumeration {
        /// The attribute.
        attribute: &'static str,
        /// Where it starts.
        offset: usize,
    },
    /// Two attributes of which a message may have one (SAMLCore §3.4.1).
    #[error("{attribute} at offset {offset} excludes {other}")]
    ConflictingAttributes {
        /// One of them.
        attribute: &'static str,
        /// The other.
        other: &'static str,
        /// Where the first one starts.
        offset: usize,
    },
    /// `xsi:nil` is true on an element that has content (XML Schema Part 1 §3.3.4).
    #[error("a nil value with content at offset {offset}")]
    NilWithContent {
        /// Where the `saml:AttributeValue` starts.
        offset: usize,
    },
    /// An entity ID longer than the 1024 characters of SAMLMeta §2.2.1.
    #[error("the entity identifier at offset {offset} is longer than 1024 characters")]
    EntityIdTooLong {
        /// Where the attribute starts.
        offset: usize,
    },
    /// Elements that may hold themselves do so more often than anyone needs.
    #[error("{element} nests deeper than {limit} at offset {offset}")]
    TooDeep {
        /// `samlp:StatusCode` or `md:EntitiesDescriptor`.
        element: &'static str,
        /// Where the one that is too deep starts.
        offset: usize,
        /// The limit.
        limit: usize,
    },
    /// The octets are not an acceptable document.
    #[error(transparent)]
    Xml(#[from] samlkit_xml::Error),
}

impl Error {
    /// The kind of refusal, for metrics and exit codes.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::WrongElement { .. } => Class::Misuse,
            Self::UnsupportedVersion { .. } => Class::Rejected,
            Self::TooDeep { .. } => Class::LimitReached,
            Self::Xml(error) if error.is_limit() => Class::LimitReached,
            Self::MissingElement { .. }
            | Self::UnexpectedElement { .. }
            | Self::RepeatedCondition { .. }
            | Self::MissingAttribute { .. }
            | Self::UnexpectedAttribute { .. }
            | Self::UnexpectedText { .. }
            | Self::ElementInText { .. }
            | Self::BlankValue { .. }
            | Self::InvalidDateTime { .. }
            | Self::InvalidBoolean { .. }
            | Self::InvalidNcName { .. }
            | Self::InvalidNumber { .. }
            | Self::InvalidDuration { .. }
            | Self::InvalidEnumeration { .. }
            | Self::ConflictingAttributes { .. }
            | Self::NilWithContent { .. }
            | Self::EntityIdTooLong { .. }
            | Self::Xml(_) => Class::Malformed,
        }
    }

    /// Where in the document, in octets, if the rule has a place.
    #[must_use]
    pub const fn offset(&self) -> Option<usize> {
        match self {
            Self::WrongElement { offset, .. }
            | Self::MissingElement { offset, .. }
            | Self::UnexpectedElement { offset, .. }
            | Self::RepeatedCondition { offset, .. }
            | Self::MissingAttribute { offset, .. }
            | Self::UnexpectedAttribute { offset, .. }
            | Self::UnexpectedText { offset, .. }
            | Self::ElementInText { offset, .. }
            | Self::BlankValue { offset, .. }
            | Self::UnsupportedVersion { offset, .. }
            | Self::InvalidDateTime { offset, .. }
            | Self::InvalidBoolean { offset, .. }
            | Self::InvalidNcName { offset, .. }
            | Self::InvalidNumber { offset, .. }
            | Self::InvalidDuration { offset, .. }
            | Self::InvalidEnumeration { offset, .. }
            | Self::ConflictingAttributes { offset, .. }
            | Self::NilWithContent { offset }
            | Self::EntityIdTooLong { offset }
            | Self::TooDeep { offset, .. } => Some(*offset),
            Self::Xml(_) => None,
        }
    }
}

/// The kinds of refusal.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Class {
    /// Not of the form that the specifications give.
    Malformed,
    /// Of that form, and refused for what it says.
    Rejected,
    /// Larger or deeper than allowed.
    LimitReached,
    /// The caller asked for something else than what is there.
    Misuse,
}

/// A few characters of a peer's text, fit to be shown: at most 64 of them, control and non-ASCII characters escaped.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Excerpt(Box<str>);

impl Excerpt {
    /// The most characters that are kept.
    const MAX: usize = 64;

    /// Escapes and caps `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut shown: String = text
            .chars()
            .take(Self::MAX)
            .flat_map(char::escape_default)
            .collect();
        if text.chars().nth(Self::MAX).is_some() {
            shown.push('…');
        }
        Self(shown.into_boxed_str())
    }

    /// The escaped text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_are_capped_and_escaped() {
        assert_eq!(Excerpt::of("1.1").to_string(), "'1.1'");
        assert_eq!(Excerpt::of("a\n\u{1b}[31m").as_str(), "a\\n\\u{1b}[31m");
        let long = Excerpt::of(&"x".repeat(65));
        assert_eq!(long.as_str(), format!("{}…", "x".repeat(64)));
        assert_eq!(Excerpt::of(&"x".repeat(64)).as_str(), "x".repeat(64));
    }

    #[test]
    fn classes() {
        assert_eq!(
            Error::Xml(samlkit_xml::Error::NoRoot).class(),
            Class::Malformed
        );
        assert_eq!(
            Error::Xml(samlkit_xml::Error::TooManyBytes { limit: 1 }).class(),
            Class::LimitReached
        );
        let version = Error::UnsupportedVersion {
            element: "saml:Assertion",
            found: Excerpt::of("1.1"),
            offset: 7,
        };
        assert_eq!(
            (version.class(), version.offset()),
            (Class::Rejected, Some(7))
        );
    }
}
