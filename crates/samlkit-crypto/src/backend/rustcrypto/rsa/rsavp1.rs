//! RSAVP1 (RFC 8017 §5.2.2): a signature raised to the public exponent.
//!
//! Modulus, exponent, signature and result are public, so the exponent is gone through bit by bit, in a time that depends on it,
//! over integers of a fixed width on the stack. The `rsa` crate has one exponentiation for public and secret numbers: it
//! computes sixteen powers first and looks each one up in constant time, over integers on the heap. For 65537, of whose bits two
//! are set, that doubles the work. A number that is secret, as in key transport, must not come here.

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{U1024, U2048, U3072, U4096, U6144, U8192, Uint};

/// Octets of the longest modulus.
pub(super) const MAX_OCTETS: usize = U8192::BYTES;

/// An odd modulus, prepared for multiplication, and an odd exponent from 3.
pub(super) struct Rsavp1 {
    modulus: Box<dyn Modulus>,
    exponent: u64,
}

impl Rsavp1 {
    /// `None` for another modulus or exponent, and for a modulus over [`MAX_OCTETS`].
    pub(super) fn new(modulus: &[u8], exponent: u64) -> Option<Self> {
        if exponent < 3 || exponent.is_multiple_of(2) {
            return None;
        }
        let modulus = crate::key::strip_zeros(modulus);
        let modulus = match modulus.len() {
            0..=128 => prepare::<{ U1024::LIMBS }>(modulus),
            129..=256 => prepare::<{ U2048::LIMBS }>(modulus),
            257..=384 => prepare::<{ U3072::LIMBS }>(modulus),
            385..=512 => prepare::<{ U4096::LIMBS }>(modulus),
            513..=768 => prepare::<{ U6144::LIMBS }>(modulus),
            769..=MAX_OCTETS => prepare::<{ U8192::LIMBS }>(modulus),
            _ => None,
        }?;
        Some(Self { modulus, exponent })
    }

    /// The modulus as big-endian octets; zeros may come first.
    pub(super) fn modulus(&self) -> Box<[u8]> {
        self.modulus.octets()
    }

    pub(super) fn exponent(&self) -> u64 {
        self.exponent
    }

    pub(super) fn bits(&self) -> u32 {
        self.modulus.bits()
    }

    /// Length of the modulus in octets.
    pub(super) fn size(&self) -> usize {
        // At most 1024.
        usize::try_from(self.bits().div_ceil(8)).unwrap_or(usize::MAX)
    }

    /// The message representative, as long as the modulus, in `room`. `None` for a signature that is shorter or longer, or not
    /// below the modulus.
    pub(super) fn raise<'room>(
        &self,
        signature: &[u8],
        room: &'room mut [u8; MAX_OCTETS],
    ) -> Option<&'room mut [u8]> {
        let message = room.get_mut(..self.size())?;
        if signature.len() != message.len() {
            return None;
        }
        self.modulus.raise(signature, self.exponent, message)?;
        Some(message)
    }
}

/// `None` for an even modulus.
fn prepare<const LIMBS: usize>(modulus: &[u8]) -> Option<Box<dyn Modulus>> {
    let modulus = number::<LIMBS>(modulus).to_odd().into_option()?;
    Some(Box::new(FixedMontyParams::new_vartime(modulus)))
}

/// The number of at most so many limbs.
fn number<const LIMBS: usize>(octets: &[u8]) -> Uint<LIMBS> {
    Uint::from_be_slice_truncated(octets, Uint::<LIMBS>::BITS)
}

/// A modulus of any width.
trait Modulus: Send + Sync {
    fn bits(&self) -> u32;

    /// All octets of its width, the most significant first.
    fn octets(&self) -> Box<[u8]>;

    /// `signature^exponent` into `message`, of which both are as long as the modulus, for an exponent that is odd and at least
    /// 3. `None` for a signature that is not below the modulus.
    fn raise(&self, signature: &[u8], exponent: u64, message: &mut [u8]) -> Option<()>;
}

impl<const LIMBS: usize> Modulus for FixedMontyParams<LIMBS> {
    fn bits(&self) -> u32 {
        self.modulus().as_ref().bit_width_vartime()
    }

    fn octets(&self) -> Box<[u8]> {
        self.modulus().as_ref().to_be_bytes().as_slice().into()
    }

    fn raise(&self, signature: &[u8], exponent: u64, message: &mut [u8]) -> Option<()> {
        let s = number::<LIMBS>(signature);
        // Step 1: out of range.
        if s.cmp_vartime(self.modulus().as_ref()).is_ge() {
            return None;
        }
        // Step 2: from the bit below the most significant one to the one above the least significant one.
        let base = FixedMontyForm::new(&s, self);
        let mut power = base;
        for bit in (1..exponent.ilog2()).rev() {
            power = power.square();
            if (exponent >> bit) & 1 == 1 {
                power = power.mul(&base);
            }
        }
        // The last bit is set. A product of one factor in Montgomery form and one that is not, is not.
        let plain = FixedMontyForm::from_montgomery(s, self);
        let m = power.square().mul(&plain).to_montgomery();
        let octets = m.to_be_bytes();
        message.copy_from_slice(super::last(octets.as_slice(), message.len())?);
        Some(())
    }
}

#[cfg(test)]
mod tests;
