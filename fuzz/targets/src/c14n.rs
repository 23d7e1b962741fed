//! Canonical forms of any document: no panic, canonicalizing a canonical form changes nothing, and the general algorithm over a
//! node-set gives the same.

use samlkit_c14n::{Algorithm, Canonicalizer, NodeSet};
use samlkit_xml::{Document, Node};

/// A whole document.
struct All;

impl NodeSet for All {
    fn contains(&self, _: Node<'_>) -> bool {
        true
    }
}

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
        let mut general = Vec::new();
        canonicalizer
            .subset(&document, &All, &mut general)
            .expect("the document could be canonicalized");
        assert_eq!(once, general);
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
