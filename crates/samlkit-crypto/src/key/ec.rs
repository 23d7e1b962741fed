use core::fmt;

use der::asn1::AnyRef;
use der::{Decode as _, Reader as _, SliceReader, Tag, Tagged as _};
use signature::hazmat::PrehashVerifier as _;

pub(super) use p256::ecdsa::VerifyingKey as P256Key;
pub(super) use p384::ecdsa::VerifyingKey as P384Key;
pub(super) use p521::ecdsa::VerifyingKey as P521Key;

use crate::{DigestAlgorithm, Error, algorithm};

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
        let width = usize::try_from(self.bits().div_ceil(8)).unwrap_or(usize::MAX);
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

macro_rules! verify {
    ($name:ident, $curve:ident, $length:literal) => {
        pub(super) fn $name(
            key: &$curve::ecdsa::VerifyingKey,
            algorithm: DigestAlgorithm,
            message: &[u8],
            signature: &[u8],
        ) -> Result<(), Error> {
            let mut octets = [0; $length];
            widen(signature, &mut octets)?;
            // Refuses r and s outside 1..n.
            let signature = $curve::ecdsa::Signature::from_slice(&octets)
                .map_err(|_| Error::SignatureMismatch)?;
            // A digest longer than the order is cut to its leftmost bits, a shorter one is taken as it is (FIPS 186-5 §6.4.2).
            key.verify_prehash(algorithm.digest(message).as_bytes(), &signature)
                .map_err(|_| Error::SignatureMismatch)
        }
    };
}

/// Writes `r` and `s` at the full width of the field.
///
/// Java's XML signatures drop leading zeros that both numbers have, against XMLSig §6.4.3. The numbers are the same, so
/// putting the zeros back accepts nothing else; a longer form is refused.
fn widen(signature: &[u8], octets: &mut [u8]) -> Result<(), Error> {
    let length = Error::SignatureLength {
        expected: octets.len(),
        found: signature.len(),
    };
    let (width, found) = (octets.len() / 2, signature.len() / 2);
    if !signature.len().is_multiple_of(2) || found == 0 || found > width {
        return Err(length);
    }
    for (wide, number) in octets
        .chunks_exact_mut(width)
        .zip(signature.chunks_exact(found))
    {
        if let Some(low) = wide.get_mut(width - found..) {
            low.copy_from_slice(number);
        }
    }
    Ok(())
}

verify!(verify_p256, p256, 64);
verify!(verify_p384, p384, 96);
verify!(verify_p521, p521, 132);
