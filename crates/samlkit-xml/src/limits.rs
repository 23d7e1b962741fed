/// How much of each thing a document may have before it is refused.
///
/// Every dimension that a sender can lengthen has one. The defaults leave real messages and metadata a wide margin and keep
/// the memory of a tree proportional to its octets.
///
/// ```
/// use samlkit_xml::{Document, Error, Limits};
///
/// let limits = Limits::DEFAULT.with_depth(2);
/// assert!(Document::parse_with(b"<a><b/></a>", &limits).is_ok());
/// assert_eq!(
///     Document::parse_with(b"<a><b><c/></b></a>", &limits).unwrap_err(),
///     Error::TooDeep { offset: 6, limit: 2 }
/// );
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    pub(crate) bytes: u32,
    pub(crate) depth: u32,
    pub(crate) nodes: u32,
    pub(crate) attributes: u32,
    pub(crate) namespaces: u32,
}

impl Limits {
    /// The defaults.
    ///
    /// | limit | default | reason |
    /// |---|---|---|
    /// | bytes | 32 MiB | a response with thousands of groups is under 1 MiB, a large federation's entity far less |
    /// | depth | 256 | libxml2's own default; SAML nests about a dozen levels |
    /// | nodes | 4 194 304 | one node for every eight octets of the largest document |
    /// | attributes of one element | 512 | SAML's richest element has about ten |
    /// | namespace declarations in scope | 512 | bounds what inclusive canonicalization must render at an apex |
    pub const DEFAULT: Self = Self {
        bytes: 32 << 20,
        depth: 256,
        nodes: 4 << 20,
        attributes: 512,
        namespaces: 512,
    };

    /// The largest number of octets that any setting can allow: spans are 30 bits wide.
    pub const MAX_BYTES: u32 = (1 << 30) - 1;

    /// Sets the largest accepted number of octets; at most [`Limits::MAX_BYTES`].
    #[must_use]
    pub const fn with_bytes(mut self, bytes: u32) -> Self {
        self.bytes = if bytes < Self::MAX_BYTES {
            bytes
        } else {
            Self::MAX_BYTES
        };
        self
    }

    /// The largest accepted number of octets.
    #[must_use]
    pub const fn bytes(&self) -> u32 {
        self.bytes
    }

    /// Sets how deep elements may nest; the root has depth 1.
    #[must_use]
    pub const fn with_depth(mut self, depth: u32) -> Self {
        self.depth = depth;
        self
    }

    /// Sets how many elements, text nodes, comments and processing instructions there may be in all.
    #[must_use]
    pub const fn with_nodes(mut self, nodes: u32) -> Self {
        self.nodes = nodes;
        self
    }

    /// Sets how many attributes (namespace declarations included) one start tag may have.
    #[must_use]
    pub const fn with_attributes(mut self, attributes: u32) -> Self {
        self.attributes = attributes;
        self
    }

    /// Sets how many namespace declarations may be in scope at once, overridden ones included.
    #[must_use]
    pub const fn with_namespaces(mut self, namespaces: u32) -> Self {
        self.namespaces = namespaces;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
