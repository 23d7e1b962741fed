//! The memory of assertions that were accepted (SAMLProf §4.1.4.5).

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use samlkit_core::Timestamp;
use thiserror::Error as ThisError;

/// Why a replay could not be ruled out.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, ThisError)]
pub enum ReplayError {
    /// The assertion has been seen before.
    #[error("the assertion has been used before")]
    Replayed,
    /// The memory holds as many unexpired entries as it may.
    #[error("the replay memory is full")]
    Full,
    /// The store behind the memory did not answer.
    #[error("the replay memory is out of reach")]
    Unavailable,
}

/// Remembers assertions until they expire.
///
/// An implementation must check and insert in one step: of two calls with the same issuer and ID at the same moment, exactly
/// one may succeed. When it cannot tell, it must fail.
pub trait ReplayMemory {
    /// Remembers the assertion `id` of `issuer` until `expires`.
    ///
    /// # Errors
    ///
    /// [`ReplayError::Replayed`] if it is remembered already, another variant if that cannot be known.
    fn remember(
        &self,
        issuer: &str,
        id: &str,
        expires: Timestamp,
        now: Timestamp,
    ) -> Result<(), ReplayError>;
}

/// A replay memory in this process, of bounded size.
///
/// It forgets what has expired. When it is full of what has not, it refuses: dropping entries would let an attacker flush the
/// memory and replay. One entry takes some hundred octets.
///
/// ```
/// use samlkit_websso::{InMemoryReplay, ReplayError, ReplayMemory};
/// use samlkit_core::parse_date_time;
///
/// let memory = InMemoryReplay::new(1000);
/// let now = parse_date_time("2026-01-15T10:00:00Z").unwrap();
/// let expires = parse_date_time("2026-01-15T11:00:00Z").unwrap();
/// assert_eq!(memory.remember("https://idp.example/", "_1", expires, now), Ok(()));
/// assert_eq!(memory.remember("https://idp.example/", "_1", expires, now), Err(ReplayError::Replayed));
/// // The same ID from another issuer is another assertion.
/// assert_eq!(memory.remember("https://other.example/", "_1", expires, now), Ok(()));
/// ```
#[derive(Debug)]
pub struct InMemoryReplay {
    capacity: usize,
    entries: Mutex<Entries>,
}

type Key = (Box<str>, Box<str>);

#[derive(Debug, Default)]
struct Entries {
    by_key: HashMap<Key, Timestamp>,
    by_expiry: BTreeSet<(Timestamp, Key)>,
}

impl InMemoryReplay {
    /// A memory of at most `capacity` unexpired assertions.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            entries: Mutex::default(),
        }
    }

    /// How many assertions are remembered, expired ones that were not yet dropped included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .by_key
            .len()
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for InMemoryReplay {
    /// Room for 100 000 assertions: an hour of 28 sign-ons a second.
    fn default() -> Self {
        Self::new(100_000)
    }
}

impl ReplayMemory for InMemoryReplay {
    fn remember(
        &self,
        issuer: &str,
        id: &str,
        expires: Timestamp,
        now: Timestamp,
    ) -> Result<(), ReplayError> {
        // Every change to the entries is complete before anything can panic, so a poisoned lock guards sound data.
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let Entries { by_key, by_expiry } = &mut *entries;
        while let Some((expiry, _)) = by_expiry.first()
            && *expiry <= now
        {
            if let Some((_, key)) = by_expiry.pop_first() {
                by_key.remove(&key);
            }
        }
        let key: Key = (issuer.into(), id.into());
        if by_key.contains_key(&key) {
            return Err(ReplayError::Replayed);
        }
        if by_key.len() >= self.capacity {
            return Err(ReplayError::Full);
        }
        by_expiry.insert((expires, key.clone()));
        by_key.insert(key, expires);
        Ok(())
    }
}
