use core::fmt;
use std::borrow::Cow;

use der::asn1::AnyRef;
use der::{Decode as _, Reader as _, SliceReader, Tag, Tagged as _};

use crate::{Error, algorithm};

/// An elliptic curve of NIST (XMLSig §4.5.2.3.1).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Curve {
    /// P-256, also secp256r1 and prime256v1.
    P256,
    /// P-384, also secp384r1.
    P384,
    /// P-521, also secp521r1.
    P521,
}

impl Curve {
    /// Every member.
    pub const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// The curve of a `NamedCurve` identifier (`urn:oid:…`); `None` for one that is not implemented.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.uri() == uri)
    }

    /// Its `NamedCurve` identifier.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::P256 => algorithm::CURVE_P256,
            Self::P384 => algorithm::CURVE_P384,
            Self::P521 => algorithm::CURVE_P521,
        }
    }

    /// Converts an ECDSA signature from the DER form that most providers give (RFC 3279 §2.2.3) to that of XMLSig §6.4.3.
    ///
    /// ```
    /// use samlkit_crypto::{Curve, Error};
    ///
    /// let der = [0x30, 0x07, 0x02, 0x02, 0x00, 0xff, 0x02, 0x01, 0x01];
    /// let signature = Curve::P256.signature_from_der(&der)?;
    /// assert_eq!((signature.len(), signature[31], signature[63]), (64, 0xff, 0x01));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::SignatureMismatch`] where it is not such a form, or has numbers that are longer than the field.
    pub fn signature_from_der(self, der: &[u8]) -> Result<Vec<u8>, Error> {
        let width = self.field_len();
        let numbers = signature_numbers(der).map_err(|_| Error::SignatureMismatch)?;
        let mut out = vec![0; 2 * width];
        for (wide, number) in out.chunks_exact_mut(width).zip(numbers) {
            let number = super::strip_zeros(number);
            let missing = width.checked_sub(number.len());
            let low = missing.and_then(|missing| wide.get_mut(missing..));
            match low {
                Some(low) if !number.is_empty() => low.copy_from_slice(number),
                _ => return Err(Error::SignatureMismatch),
            }
        }
        Ok(out)
    }

    /// The octets of a number of its field.
    pub(crate) const fn field_len(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The size of its field in bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::P256 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
        }
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        })
    }
}

/// The octets of `r` and `s` in an `Ecdsa-Sig-Value` (RFC 3279 §2.2.3). There are providers that always, or never, put a zero
/// in front of them, so the sign is not looked at.
fn signature_numbers(der: &[u8]) -> der::Result<[&[u8]; 2]> {
    fn number<'a>(fields: &mut SliceReader<'a>) -> der::Result<&'a [u8]> {
        let number = AnyRef::decode(fields)?;
        number.tag().assert_eq(Tag::Integer)?;
        Ok(number.value())
    }
    let mut reader = SliceReader::new(der)?;
    let numbers =
        reader.sequence(|fields| -> der::Result<_> { Ok([number(fields)?, number(fields)?]) })?;
    reader.finish().map(|()| numbers)
}

/// `r` and `s` at the full width of the field.
///
/// Java's XML signatures drop leading zeros that both numbers have, against XMLSig §6.4.3. The numbers are the same, so
/// putting the zeros back accepts nothing else; a longer form is refused.
pub(super) fn widen(curve: Curve, signature: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    let width = curve.field_len();
    let found = signature.len() / 2;
    if !signature.len().is_multiple_of(2) || found == 0 || found > width {
        return Err(Error::SignatureLength {
            expected: 2 * width,
            found: signature.len(),
        });
    }
    if found == width {
        return Ok(Cow::Borrowed(signature));
    }
    let mut wide = Vec::with_capacity(2 * width);
    for number in signature.chunks_exact(found) {
        wide.resize(wide.len() + width - found, 0);
        wide.extend_from_slice(number);
    }
    Ok(Cow::Owned(wide))
}
