use core::fmt;

use crate::DigestAlgorithm;

macro_rules! thumbprint {
    ($(#[$docs:meta])* $name:ident, $length:literal, $algorithm:expr) => {
        $(#[$docs])*
        #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name([u8; $length]);

        impl $name {
            pub(crate) fn of(der: &[u8]) -> Self {
                let mut octets = [0; $length];
                for (to, from) in octets.iter_mut().zip($algorithm.digest(der).as_ref()) {
                    *to = *from;
                }
                Self(octets)
            }

            /// The octets of the digest.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl fmt::UpperHex for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|octet| write!(f, "{octet:02X}"))
            }
        }

        impl fmt::LowerHex for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::UpperHex::fmt(self, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

thumbprint! {
    /// A SHA-256 digest that names a key or a certificate.
    ///
    /// Of a [`Certificate`](crate::Certificate) it is taken over the whole DER encoding; of a
    /// [`PublicKey`](crate::PublicKey) over its `SubjectPublicKeyInfo` in DER (RFC 5280 §4.1.2.7). Shown as upper-case
    /// hexadecimal digits without separators; `{:x}` gives lower case.
    Thumbprint, 32, DigestAlgorithm::Sha256
}

thumbprint! {
    /// The SHA-1 digest of a certificate's DER encoding: the "Thumbprint" that the Azure portal and Windows show.
    ///
    /// Good for finding a certificate that a person read out, not for trusting one: use [`Thumbprint`] for that.
    Sha1Thumbprint, 20, DigestAlgorithm::Sha1
}
