use crate::error::Excerpt;
use thiserror::Error as ThisError;

/// Why a message or metadata cannot be written.
///
/// Each variant is one rule that a value given by the caller breaks; `item` is spelt as in the specifications.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum Error {
    /// An identifier that is not an `xs:NCName` (SAMLCore §1.3.4). Usual cause: it starts with a digit.
    #[error("the identifier is not an XML name without colon")]
    InvalidId,
    /// A value that SAML requires to be something is empty or white space (SAMLCore §1.3.1, §1.3.2).
    #[error("the value of {item} is blank")]
    BlankValue {
        /// The element or attribute.
        item: &'static str,
    },
    /// The schema requires at least one of these, and there is none.
    #[error("{parent} needs a {item}")]
    Missing {
        /// The element that is incomplete.
        parent: &'static str,
        /// What it lacks.
        item: &'static str,
    },
    /// A time outside the years 1 to 9999, which `xs:dateTime` as SAML uses it cannot express.
    #[error("{item} is outside the years 1 to 9999")]
    TimeOutOfRange {
        /// The attribute.
        item: &'static str,
    },
    /// An affiliation is no system entity: it stands alone where roles would (SAMLMeta §2.3.2).
    #[error("an affiliation beside roles")]
    AffiliationWithRoles,
    /// A fragment is not the element that belongs there.
    #[error("expected {expected}, not {found}")]
    WrongElement {
        /// What belongs there.
        expected: &'static str,
        /// The local name of what was given.
        found: Excerpt,
    },
    /// An entity ID longer than the 1024 characters of SAMLMeta §2.2.1.
    #[error("the entity identifier is longer than 1024 characters")]
    EntityIdTooLong,
    /// Groups nest deeper than the reader of this crate allows.
    #[error("md:EntitiesDescriptor nests deeper than {limit}")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// A value that the schema lists is another one.
    #[error("{item} is not one of the values defined for it")]
    InvalidEnumeration {
        /// The attribute.
        item: &'static str,
    },
    /// A fragment passes the limits of the parser.
    #[error(transparent)]
    Fragment(#[from] crate::Error),
    /// A value holds a character that XML cannot express.
    #[error(transparent)]
    Xml(#[from] samlkit_xml::WriteError),
}
