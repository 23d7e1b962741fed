use thiserror::Error as ThisError;

/// Why octets are not an acceptable document.
///
/// Each variant is one rule; `offset` counts octets from the start of the input, a byte order mark included.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, ThisError)]
pub enum Error {
    /// The input is not UTF-8: another byte order mark, NULs in the pattern of UTF-16 or UTF-32, or an `encoding` in the XML
    /// declaration other than UTF-8 ([XML §4.3.3](https://www.w3.org/TR/xml/#charencoding)).
    #[error("the document is not in UTF-8 (offset {offset})")]
    UnsupportedEncoding {
        /// Where it shows.
        offset: usize,
    },
    /// A sequence of octets that UTF-8 does not have, overlong forms and surrogates included.
    #[error("invalid UTF-8 at offset {offset}")]
    InvalidUtf8 {
        /// The first octet that does not fit.
        offset: usize,
    },
    /// The XML declaration names a version other than 1.0.
    #[error("the XML version at offset {offset} is not 1.0")]
    UnsupportedVersion {
        /// The version number.
        offset: usize,
    },
    /// A document type declaration. It could change what the document says by entities and attribute defaults.
    #[error("a document type declaration is not accepted (offset {offset})")]
    Doctype {
        /// The `<` of it.
        offset: usize,
    },
    /// A reference to an entity other than `lt`, `gt`, `amp`, `apos` and `quot` ([XML §4.1](https://www.w3.org/TR/xml/#wf-entdeclared)).
    #[error("reference to an undeclared entity at offset {offset}")]
    UndeclaredEntity {
        /// The `&`.
        offset: usize,
    },
    /// A reference without `;`, without name or digits, or with stray characters ([XML §4.1](https://www.w3.org/TR/xml/#sec-references)).
    #[error("malformed reference at offset {offset}")]
    MalformedReference {
        /// The `&`.
        offset: usize,
    },
    /// A character outside the `Char` production, literal or by reference ([XML §2.2](https://www.w3.org/TR/xml/#charsets)).
    #[error("illegal character at offset {offset}")]
    IllegalCharacter {
        /// The character, or the `&` of its reference.
        offset: usize,
    },
    /// Something that is not a `Name` where one is required ([XML §2.3](https://www.w3.org/TR/xml/#NT-Name)).
    #[error("malformed name at offset {offset}")]
    MalformedName {
        /// Where the name should be.
        offset: usize,
    },
    /// A name with two colons or an empty half, or a colon in a processing instruction's target
    /// ([Namespaces §4](https://www.w3.org/TR/xml-names/#ns-qualnames)).
    #[error("malformed qualified name at offset {offset}")]
    MalformedQName {
        /// The name.
        offset: usize,
    },
    /// A tag, comment, section or declaration that is not closed or not of its grammar.
    #[error("malformed markup at offset {offset}")]
    MalformedMarkup {
        /// The `<` or the first octet that does not fit.
        offset: usize,
    },
    /// The XML declaration is not at the very start, or not of its grammar ([XML §2.8](https://www.w3.org/TR/xml/#NT-XMLDecl)).
    #[error("malformed XML declaration at offset {offset}")]
    MalformedDeclaration {
        /// The `<` or the first octet that does not fit.
        offset: usize,
    },
    /// `--` within a comment, or a comment that ends in `--->` ([XML §2.5](https://www.w3.org/TR/xml/#sec-comments)).
    #[error("malformed comment at offset {offset}")]
    MalformedComment {
        /// The `<`.
        offset: usize,
    },
    /// A processing instruction whose target is `xml` in any case ([XML §2.6](https://www.w3.org/TR/xml/#NT-PITarget)).
    #[error("reserved processing instruction target at offset {offset}")]
    ReservedTarget {
        /// The `<`.
        offset: usize,
    },
    /// `<` in an attribute value ([XML §3.1](https://www.w3.org/TR/xml/#CleanAttrVals)).
    #[error("'<' in the attribute value at offset {offset}")]
    LessThanInAttribute {
        /// The `<`.
        offset: usize,
    },
    /// `]]>` in character data ([XML §2.4](https://www.w3.org/TR/xml/#syntax)).
    #[error("']]>' in character data at offset {offset}")]
    SectionEndInText {
        /// The first `]`.
        offset: usize,
    },
    /// Two attributes of one element with the same expanded name, or one declaration made twice
    /// ([Namespaces §6.3](https://www.w3.org/TR/xml-names/#uniqAttrs)).
    #[error("duplicate attribute at offset {offset}")]
    DuplicateAttribute {
        /// The later of the two.
        offset: usize,
    },
    /// A prefix that no declaration in scope binds ([Namespaces §5](https://www.w3.org/TR/xml-names/#nsc-NSDeclared)).
    #[error("unbound namespace prefix at offset {offset}")]
    UnboundPrefix {
        /// The name with the prefix.
        offset: usize,
    },
    /// A declaration or use that breaks the rules for `xml` and `xmlns`, or `xmlns:p=""`
    /// ([Namespaces §3](https://www.w3.org/TR/xml-names/#xmlReserved)).
    #[error("reserved namespace or prefix misused at offset {offset}")]
    ReservedNamespace {
        /// The name.
        offset: usize,
    },
    /// An end tag that does not name the open element ([XML §3](https://www.w3.org/TR/xml/#GIMatch)).
    #[error("mismatched end tag at offset {offset}")]
    MismatchedEndTag {
        /// The `<` of the end tag.
        offset: usize,
    },
    /// The input ends while an element is open.
    #[error("the document ends inside an element (offset {offset})")]
    UnclosedElement {
        /// The `<` of the innermost open element.
        offset: usize,
    },
    /// Text, a reference, a CDATA section or a second element outside the root ([XML §2.8](https://www.w3.org/TR/xml/#NT-document)).
    #[error("content outside the root element at offset {offset}")]
    ContentOutsideRoot {
        /// The first of it.
        offset: usize,
    },
    /// There is no element at all.
    #[error("there is no root element")]
    NoRoot,
    /// More octets than [`Limits`](crate::Limits) allow.
    #[error("the document is larger than {limit} octets")]
    TooManyBytes {
        /// The limit.
        limit: u32,
    },
    /// Elements nest deeper than [`Limits`](crate::Limits) allow.
    #[error("elements nest deeper than {limit} at offset {offset}")]
    TooDeep {
        /// The element that is too deep.
        offset: usize,
        /// The limit.
        limit: u32,
    },
    /// More nodes than [`Limits`](crate::Limits) allow.
    #[error("the document has more than {limit} nodes (offset {offset})")]
    TooManyNodes {
        /// The node that is one too many.
        offset: usize,
        /// The limit.
        limit: u32,
    },
    /// More attributes on one element than [`Limits`](crate::Limits) allow.
    #[error("an element has more than {limit} attributes (offset {offset})")]
    TooManyAttributes {
        /// The attribute that is one too many.
        offset: usize,
        /// The limit.
        limit: u32,
    },
    /// More namespace declarations in scope than [`Limits`](crate::Limits) allow.
    #[error("more than {limit} namespace declarations are in scope (offset {offset})")]
    TooManyNamespaces {
        /// The declaration that is one too many.
        offset: usize,
        /// The limit.
        limit: u32,
    },
    /// [`Element::text`](crate::Element::text) was asked of an element that has child elements.
    #[error("child element at offset {offset} where only text may be")]
    ChildElement {
        /// The `<` of the child.
        offset: usize,
    },
}

impl Error {
    /// Whether the document was refused for its size rather than for its form.
    #[must_use]
    pub const fn is_limit(&self) -> bool {
        matches!(
            self,
            Self::TooManyBytes { .. }
                | Self::TooDeep { .. }
                | Self::TooManyNodes { .. }
                | Self::TooManyAttributes { .. }
                | Self::TooManyNamespaces { .. }
        )
    }
}

impl Error {
    /// The same error, `by` octets further on.
    pub(crate) fn moved(mut self, by: usize) -> Self {
        if let Some(offset) = self.offset_mut() {
            *offset += by;
        }
        self
    }

    /// The same error where its octet comes from.
    pub(crate) fn located(mut self, origins: &[(usize, usize)]) -> Self {
        if let Some(offset) = self.offset_mut() {
            *offset = crate::tree::origin(*offset, origins);
        }
        self
    }

    const fn offset_mut(&mut self) -> Option<&mut usize> {
        match self {
            Self::UnsupportedEncoding { offset }
            | Self::InvalidUtf8 { offset }
            | Self::UnsupportedVersion { offset }
            | Self::Doctype { offset }
            | Self::UndeclaredEntity { offset }
            | Self::MalformedReference { offset }
            | Self::IllegalCharacter { offset }
            | Self::MalformedName { offset }
            | Self::MalformedQName { offset }
            | Self::MalformedMarkup { offset }
            | Self::MalformedDeclaration { offset }
            | Self::MalformedComment { offset }
            | Self::ReservedTarget { offset }
            | Self::LessThanInAttribute { offset }
            | Self::SectionEndInText { offset }
            | Self::DuplicateAttribute { offset }
            | Self::UnboundPrefix { offset }
            | Self::ReservedNamespace { offset }
            | Self::MismatchedEndTag { offset }
            | Self::UnclosedElement { offset }
            | Self::ContentOutsideRoot { offset }
            | Self::TooDeep { offset, .. }
            | Self::TooManyNodes { offset, .. }
            | Self::TooManyAttributes { offset, .. }
            | Self::TooManyNamespaces { offset, .. }
            | Self::ChildElement { offset } => Some(offset),
            Self::NoRoot | Self::TooManyBytes { .. } => None,
        }
    }
}
