use samlkit_crypto::AlgorithmPolicy;
use samlkit_xml::Limits;

/// Whether a reference with an empty `URI`, which means the whole document, may stand for the root element.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum EmptyReference {
    /// SAMLCore §5.4.2 asks for `#` and the root's ID.
    #[default]
    Refuse,
    /// Metadata without an `ID` is signed this way.
    AcceptAtRoot,
}

/// What a [`Verifier`](crate::Verifier) accepts. The defaults are the safe ones.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    pub(crate) algorithms: AlgorithmPolicy,
    pub(crate) empty_reference: EmptyReference,
    pub(crate) limits: Limits,
}

impl Policy {
    /// The default policy: SHA-2, RSA from 2048 bits, references by ID.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets which algorithms and key sizes are accepted. Weaker sets come from [`samlkit_crypto::danger`].
    #[must_use]
    pub const fn with_algorithms(mut self, algorithms: AlgorithmPolicy) -> Self {
        self.algorithms = algorithms;
        self
    }

    /// Sets whether an empty reference may stand for the root. Default: [`EmptyReference::Refuse`].
    #[must_use]
    pub const fn with_empty_reference(mut self, empty_reference: EmptyReference) -> Self {
        self.empty_reference = empty_reference;
        self
    }

    /// Sets the limits for parsing the signed octets. Default: [`Limits::DEFAULT`].
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}
