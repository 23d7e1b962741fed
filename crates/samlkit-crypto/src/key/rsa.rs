use super::strip_zeros;
use crate::{Error, backend};

/// Smaller keys are not read at all: 512 and 768 bits have been factored in public.
pub(crate) const MIN_BITS: u32 = 1024;
/// Larger ones only cost time.
const MAX_BITS: u32 = 8192;
/// As for ring and the `rsa` crate; F4 has 17 bits.
const MAX_EXPONENT: u64 = (1 << 33) - 1;

/// Checks every bound before any arithmetic.
pub(super) fn new(modulus: &[u8], exponent: &[u8]) -> Result<backend::rsa::PublicKey, Error> {
    let modulus = strip_zeros(modulus);
    let exponent = strip_zeros(exponent);
    let bits = bit_len(modulus);
    if bits > MAX_BITS {
        return Err(Error::KeyTooLarge { bits });
    }
    if bits < MIN_BITS {
        return Err(Error::KeyTooSmall {
            bits,
            minimum: MIN_BITS,
        });
    }
    if exponent.len() > 8 {
        return Err(Error::ExponentOutOfRange);
    }
    let e = exponent
        .iter()
        .fold(0_u64, |n, &octet| (n << 8) | u64::from(octet));
    if !(3..=MAX_EXPONENT).contains(&e) || e % 2 == 0 {
        return Err(Error::ExponentOutOfRange);
    }
    backend::rsa::PublicKey::new(modulus, e).ok_or(Error::MalformedKey)
}

/// Bits of a number without leading zero octets.
fn bit_len(octets: &[u8]) -> u32 {
    let first = octets.first().map_or(0, |octet| octet.leading_zeros());
    u32::try_from(octets.len().saturating_mul(8))
        .unwrap_or(u32::MAX)
        .saturating_sub(first)
}
