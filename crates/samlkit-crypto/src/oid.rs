use core::fmt;

use const_oid::ObjectIdentifier;

/// An object identifier, shown in dotted form.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Oid(ObjectIdentifier);

impl Oid {
    pub(crate) const fn new(oid: ObjectIdentifier) -> Self {
        Self(oid)
    }

    /// The content octets of the DER encoding (X.690 §8.19).
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}
