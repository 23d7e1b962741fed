/// The six canonicalization algorithms that XML Signature names (XMLSig §6.5, ExcC14N §4).
///
/// ```
/// use samlkit_c14n::Algorithm;
///
/// let algorithm = Algorithm::from_uri("http://www.w3.org/2001/10/xml-exc-c14n#");
/// assert_eq!(algorithm, Some(Algorithm::Exclusive));
/// assert_eq!(Algorithm::from_uri("http://www.w3.org/TR/1999/REC-xslt-19991116"), None);
/// ```
#[expect(
    clippy::exhaustive_enums,
    reason = "the specifications define these six and no more will come"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Algorithm {
    /// Canonical XML 1.0, comments dropped.
    CanonicalXml10,
    /// Canonical XML 1.0, comments kept.
    CanonicalXml10WithComments,
    /// Canonical XML 1.1, comments dropped.
    CanonicalXml11,
    /// Canonical XML 1.1, comments kept.
    CanonicalXml11WithComments,
    /// Exclusive XML Canonicalization 1.0, comments dropped. What SAML asks for (SAMLCore §5.4.3).
    Exclusive,
    /// Exclusive XML Canonicalization 1.0, comments kept.
    ExclusiveWithComments,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::CanonicalXml10,
        Self::CanonicalXml10WithComments,
        Self::CanonicalXml11,
        Self::CanonicalXml11WithComments,
        Self::Exclusive,
        Self::ExclusiveWithComments,
    ];

    /// The algorithm with this identifier, compared octet for octet.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.uri() == uri)
    }

    /// The identifier, as in the `Algorithm` attribute of `ds:CanonicalizationMethod` and `ds:Transform`.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::CanonicalXml10 => "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
            Self::CanonicalXml10WithComments => {
                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
            }
            Self::CanonicalXml11 => "http://www.w3.org/2006/12/xml-c14n11",
            Self::CanonicalXml11WithComments => "http://www.w3.org/2006/12/xml-c14n11#WithComments",
            Self::Exclusive => "http://www.w3.org/2001/10/xml-exc-c14n#",
            Self::ExclusiveWithComments => "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        }
    }

    /// Whether namespace declarations are rendered only where their prefix is used (ExcC14N §3).
    #[must_use]
    pub const fn is_exclusive(self) -> bool {
        matches!(self, Self::Exclusive | Self::ExclusiveWithComments)
    }

    /// Whether comments are part of the canonical form.
    #[must_use]
    pub const fn with_comments(self) -> bool {
        matches!(
            self,
            Self::CanonicalXml10WithComments
                | Self::CanonicalXml11WithComments
                | Self::ExclusiveWithComments
        )
    }

    /// The same algorithm without comments.
    ///
    /// ```
    /// use samlkit_c14n::Algorithm;
    /// assert_eq!(Algorithm::ExclusiveWithComments.without_comments(), Algorithm::Exclusive);
    /// ```
    #[must_use]
    pub const fn without_comments(self) -> Self {
        match self {
            Self::CanonicalXml10 | Self::CanonicalXml10WithComments => Self::CanonicalXml10,
            Self::CanonicalXml11 | Self::CanonicalXml11WithComments => Self::CanonicalXml11,
            Self::Exclusive | Self::ExclusiveWithComments => Self::Exclusive,
        }
    }

    /// How attributes in the `xml` namespace pass from omitted ancestors to an apex.
    pub(crate) const fn inheritance(self) -> Inheritance {
        match self {
            Self::CanonicalXml10 | Self::CanonicalXml10WithComments => Inheritance::All,
            Self::CanonicalXml11 | Self::CanonicalXml11WithComments => Inheritance::Simple,
            Self::Exclusive | Self::ExclusiveWithComments => Inheritance::None,
        }
    }
}

/// Which `xml:*` attributes of omitted ancestors an element takes over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Inheritance {
    /// Every one (Canonical XML 1.0 §2.4).
    All,
    /// `xml:lang` and `xml:space` as they are, `xml:base` joined (Canonical XML 1.1 §2.4).
    Simple,
    /// None (ExcC14N §3).
    None,
}

impl Inheritance {
    /// Whether `xml:{local}` is copied as it is. Canonical XML 1.1 joins `xml:base` instead and leaves `xml:id` where it is.
    pub(crate) fn copies(self, local: &str) -> bool {
        match self {
            Self::All => true,
            Self::Simple => matches!(local, "lang" | "space"),
            Self::None => false,
        }
    }
}
