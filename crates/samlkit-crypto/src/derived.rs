//! Octets that look random to whoever lacks a secret, and are the same for the same input.
//!
//! Decryption needs randomness for two things that must work without a generator at hand: blinding an RSA exponentiation,
//! and a key to go on with after an unwrap that failed. A hash of the secret and the ciphertext serves both, as in
//! RFC 6979 for signatures and ML-KEM for implicit rejection: the sender cannot tell it from random, and asking again
//! with the same ciphertext gives nothing new to measure.

use core::convert::Infallible;

use rand_core::{Rng as _, TryCryptoRng, TryRng};
use sha2::{Digest as _, Sha512};
use zeroize::{Zeroize as _, Zeroizing};

use crate::PrivateKey;
use crate::private_key::Material;

/// A hash in counter mode.
pub(crate) struct Derived {
    seed: Zeroizing<[u8; 64]>,
    counter: u64,
}

impl Derived {
    /// `purpose` keeps uses apart; each part is preceded by its length.
    pub(crate) fn new(purpose: &str, parts: &[&[u8]]) -> Self {
        let mut hash = Sha512::new();
        hash.update(purpose.as_bytes());
        for part in parts {
            // No part is longer than memory, whose addresses have 64 bits.
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        Self {
            seed: Zeroizing::new(hash.finalize().into()),
            counter: 0,
        }
    }
}

impl PrivateKey {
    /// Octets that only the holder of this key can know, the same for the same `purpose` and `input`.
    ///
    /// For whatever must not be predictable where no randomness is at hand; not for keys that should outlive this one.
    #[must_use]
    pub fn derive(&self, purpose: &str, input: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut out = Zeroizing::new([0; 32]);
        self.derived(purpose, input).fill_bytes(out.as_mut_slice());
        out
    }

    pub(crate) fn derived(&self, purpose: &str, input: &[u8]) -> Derived {
        let secret = match self.material() {
            Material::Rsa(key) => key.d(),
            Material::Ec(key) => key.scalar(),
            Material::Ed25519(key) => key.seed(),
        };
        Derived::new(purpose, &[&secret, input])
    }
}

impl TryRng for Derived {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut octets = [0; 4];
        self.try_fill_bytes(&mut octets)?;
        Ok(u32::from_le_bytes(octets))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut octets = [0; 8];
        self.try_fill_bytes(&mut octets)?;
        Ok(u64::from_le_bytes(octets))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for chunk in out.chunks_mut(64) {
            let mut hash = Sha512::new();
            hash.update(*self.seed);
            hash.update(self.counter.to_be_bytes());
            self.counter = self.counter.wrapping_add(1);
            let mut block: [u8; 64] = hash.finalize().into();
            for (to, from) in chunk.iter_mut().zip(block) {
                *to = from;
            }
            block.zeroize();
        }
        Ok(())
    }
}

impl TryCryptoRng for Derived {}

#[cfg(test)]
mod tests {
    use rand_core::Rng as _;

    use super::Derived;

    fn octets(purpose: &str, parts: &[&[u8]]) -> [u8; 100] {
        let mut out = [0; 100];
        Derived::new(purpose, parts).fill_bytes(&mut out);
        out
    }

    #[test]
    fn every_part_counts_and_nothing_else() {
        let one = octets("a", &[b"bc", b"d"]);
        assert_eq!(one, octets("a", &[b"bc", b"d"]));
        assert_ne!(one, octets("a", &[b"b", b"cd"]));
        assert_ne!(one, octets("b", &[b"bc", b"d"]));
        assert_ne!(one[..36], one[64..]);
    }
}
