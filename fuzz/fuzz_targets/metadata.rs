//! Any octets as metadata: no panic, and its certificates can be looked at.

#![no_main]

use libfuzzer_sys::fuzz_target;
use samlkit::metadata::Metadata;
use samlkit::{IdentityProvider, parse_date_time};

fuzz_target!(|source: &[u8]| {
    let Ok(metadata) = Metadata::read_unverified(source) else {
        return;
    };
    let now = parse_date_time("2026-01-15T10:01:00Z").expect("a time");
    for entity in metadata.entities().take(16) {
        if let Ok(provider) = IdentityProvider::from_metadata(entity, now) {
            assert!(!provider.keys().is_empty() && !provider.entity_id().is_empty());
        }
    }
});
