//! Any octets as metadata: no panic, and its certificates can be looked at.

use samlkit::metadata::Metadata;
use samlkit::{IdentityProvider, parse_date_time};

/// Runs one input.
///
/// # Panics
///
/// If what must hold does not.
pub fn run(source: &[u8]) {
    let Ok(metadata) = Metadata::read_unverified(source) else {
        return;
    };
    let now = parse_date_time("2026-01-15T10:01:00Z").expect("a time");
    for entity in metadata.entities().take(16) {
        if let Ok(provider) = IdentityProvider::from_metadata(entity, now) {
            assert!(!provider.keys().is_empty() && !provider.entity_id().is_empty());
        }
    }
}
