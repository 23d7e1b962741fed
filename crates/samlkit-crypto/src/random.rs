use core::fmt;

use thiserror::Error as ThisError;

/// A source of random octets that nobody else can predict.
///
/// RSA signing needs it for blinding and for the salts of PSS (unless AWS-LC signs), encryption for keys and nonces. [`SystemRandomness`] is the one
/// to use unless the platform has another.
pub trait Randomness: Send + Sync {
    /// Fills `octets`, all of them or none that counts.
    ///
    /// # Errors
    ///
    /// [`RandomnessError`] where there is none; what was asked for then fails, and nothing weaker is used in its place.
    fn fill(&self, octets: &mut [u8]) -> Result<(), RandomnessError>;
}

impl<T: Randomness + ?Sized> Randomness for &T {
    fn fill(&self, octets: &mut [u8]) -> Result<(), RandomnessError> {
        (**self).fill(octets)
    }
}

/// There was no randomness to be had.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ThisError)]
#[error("no randomness to be had")]
pub struct RandomnessError;

impl RandomnessError {
    /// For implementations of [`Randomness`].
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

/// The randomness of the operating system.
///
/// ```
/// use samlkit_crypto::{Randomness, RandomnessError, SystemRandomness};
///
/// let mut octets = [0; 32];
/// SystemRandomness.fill(&mut octets)?;
/// assert_ne!(octets, [0; 32]);
/// # Ok::<(), RandomnessError>(())
/// ```
#[cfg(feature = "getrandom")]
#[cfg_attr(docsrs, doc(cfg(feature = "getrandom")))]
#[expect(
    clippy::exhaustive_structs,
    reason = "the operating system has but one"
)]
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

#[cfg(feature = "getrandom")]
impl Randomness for SystemRandomness {
    fn fill(&self, octets: &mut [u8]) -> Result<(), RandomnessError> {
        getrandom::fill(octets).map_err(|_| RandomnessError)
    }
}

/// As the backends want it.
pub(crate) struct Rng<'a>(pub(crate) &'a dyn Randomness);

impl rand_core::TryRng for Rng<'_> {
    type Error = RandomnessError;

    fn try_next_u32(&mut self) -> Result<u32, RandomnessError> {
        let mut octets = [0; 4];
        self.0.fill(&mut octets)?;
        Ok(u32::from_ne_bytes(octets))
    }

    fn try_next_u64(&mut self) -> Result<u64, RandomnessError> {
        let mut octets = [0; 8];
        self.0.fill(&mut octets)?;
        Ok(u64::from_ne_bytes(octets))
    }

    fn try_fill_bytes(&mut self, octets: &mut [u8]) -> Result<(), RandomnessError> {
        self.0.fill(octets)
    }
}

impl rand_core::TryCryptoRng for Rng<'_> {}

impl fmt::Debug for Rng<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rng")
    }
}
