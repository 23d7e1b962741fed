//! What is drawn from the seed, so that two runs give the same octets.

use std::sync::atomic::{AtomicU64, Ordering};

use samlkit::crypto::{DigestAlgorithm, Randomness, RandomnessError};

/// Octets that depend on a name alone.
pub(crate) fn octets(seed: &str, parts: &[&str]) -> [u8; 32] {
    let mut name = seed.to_owned();
    for part in parts {
        name.push('/');
        name.push_str(part);
    }
    let digest = DigestAlgorithm::Sha256.digest(name.as_bytes());
    let mut octets = [0; 32];
    for (to, from) in octets.iter_mut().zip(digest.as_bytes()) {
        *to = *from;
    }
    octets
}

/// Hexadecimal digits that depend on a name alone.
pub(crate) fn hex(seed: &str, parts: &[&str]) -> String {
    hex_of(&octets(seed, parts))
}

pub(crate) fn hex_of(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// A GUID that depends on a name alone.
pub(crate) fn guid(seed: &str, parts: &[&str]) -> String {
    let hex = hex(seed, parts);
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32),
    ]
    .join("-")
}

/// A stream of octets from a seed. Predictable by design, which is what a test wants and nobody else does.
pub(crate) struct Seeded {
    seed: String,
    count: AtomicU64,
}

impl Seeded {
    pub(crate) fn new(seed: &str, purpose: &str) -> Self {
        Self {
            seed: format!("{seed}/{purpose}"),
            count: AtomicU64::new(0),
        }
    }
}

impl Randomness for Seeded {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomnessError> {
        for chunk in out.chunks_mut(32) {
            let count = self.count.fetch_add(1, Ordering::Relaxed);
            let block = octets(&self.seed, &[&count.to_string()]);
            for (to, from) in chunk.iter_mut().zip(block) {
                *to = from;
            }
        }
        Ok(())
    }
}
