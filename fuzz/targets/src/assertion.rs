//! Any document through the strict readers of messages: no panic, and what is read stands in the document.

use samlkit_core::{Assertion, Response};
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
    for element in document.elements().take(64) {
        if let Ok(response) = Response::inspect(element) {
            let response = response.untrusted();
            assert_eq!(element.attribute("ID"), Some(response.id()));
        }
        if let Ok(assertion) = Assertion::inspect(element) {
            let assertion = assertion.untrusted();
            assert_eq!(element.attribute("ID"), Some(assertion.id()));
            for attribute in assertion.attributes() {
                assert!(!attribute.name().is_empty());
            }
        }
    }
}
