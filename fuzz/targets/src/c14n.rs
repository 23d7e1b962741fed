//! Canonical forms of any document: no panic, and canonicalizing a canonical form changes nothing.

use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_xml::Document;

/// Runs one input.
///
/// # Panics
///
/// If what must hold does not.
pub fn run(source: &[u8]) {
    let Ok(document) = Document::parse(source) else {
        return;
    };
    for algorithm in Algorithm::ALL {
        let canonicalizer =
            Canonicalizer::new(algorithm).with_inclusive_prefixes("#default a ds xs");
        let mut once = Vec::new();
        if canonicalizer.document(&document, &mut once).is_err() {
            assert!(once.is_empty(), "nothing is left behind by a failure");
            continue;
        }
        let again = Document::parse(&once).expect("a canonical form is well-formed");
        let mut twice = Vec::new();
        canonicalizer
            .document(&again, &mut twice)
            .expect("a canonical form can be canonicalized");
        assert_eq!(once, twice);
        for element in document.elements().take(16) {
            let mut octets = Vec::new();
            canonicalizer
                .element(element, &mut octets)
                .expect("the document could be canonicalized");
            Document::parse(&octets).expect("a canonical form is well-formed");
        }
    }
}
