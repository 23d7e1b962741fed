use samlkit_xml::{Document, Limits};

use super::Walk;
use crate::{Algorithm, Canonicalizer};

/// How often the walk over a document touched the table of prefixes, and how often it ranked the namespace names.
fn work(algorithm: Algorithm, prefixes: &str, source: &str) -> (usize, usize) {
    let limits = Limits::DEFAULT
        .with_depth(u32::MAX)
        .with_attributes(u32::MAX)
        .with_namespaces(u32::MAX);
    let document = Document::parse_with(source.as_bytes(), &limits).unwrap();
    let canonicalizer = Canonicalizer::new(algorithm).with_inclusive_prefixes(prefixes);
    let mut out = Vec::new();
    let mut walk = Walk::new(&document, &canonicalizer, &mut out);
    walk.element(document.root(), None, &canonicalizer).unwrap();
    (walk.rendered.work, walk.rankings)
}

const COUNT: usize = 1000;

#[test]
fn inclusive_work_is_in_the_declarations_met() {
    let declarations: String = (0..COUNT)
        .map(|i| format!(" xmlns:p{i}='urn:{i}'"))
        .collect();
    // However many elements are in the scope of however many declarations: each is set once and taken back once.
    let wide = format!("<r{declarations}>{}</r>", "<p1:a p2:b=''/>".repeat(COUNT));
    assert_eq!(work(Algorithm::CanonicalXml10, "", &wide), (2 * COUNT, 0));
    let deep = format!(
        "<r{declarations}>{}{}</r>",
        "<p1:a p2:b=''>".repeat(COUNT),
        "</p1:a>".repeat(COUNT)
    );
    assert_eq!(work(Algorithm::CanonicalXml11, "", &deep), (2 * COUNT, 0));
    // One prefix at every level.
    let nested: String = (0..COUNT)
        .map(|i| format!("<a xmlns:p='urn:{i}'>"))
        .collect();
    let nested = format!("{nested}{}", "</a>".repeat(COUNT));
    assert_eq!(work(Algorithm::CanonicalXml10, "", &nested), (2 * COUNT, 0));
}

#[test]
fn exclusive_work_is_in_the_names_met() {
    let declarations: String = (0..COUNT)
        .map(|i| format!(" xmlns:p{i}='urn:{i}'"))
        .collect();
    // Names: the root, and two for each element, of which both are rendered and taken back.
    let wide = format!("<r{declarations}>{}</r>", "<p1:a p2:b=''/>".repeat(COUNT));
    assert_eq!(work(Algorithm::Exclusive, "", &wide), (1 + 4 * COUNT, 0));
    // Below each other only the outermost renders.
    let deep = format!(
        "<r{declarations}>{}{}</r>",
        "<p1:a p2:b=''>".repeat(COUNT),
        "</p1:a>".repeat(COUNT)
    );
    assert_eq!(
        work(Algorithm::Exclusive, "", &deep),
        (1 + 2 * COUNT + 2, 0)
    );
    // A long list of prefixes costs nothing where none of them is declared.
    let list: String = (0..COUNT).map(|i| format!("p{i} ")).collect();
    assert_eq!(
        work(Algorithm::Exclusive, &list, &deep),
        (COUNT + 1 + 2 * COUNT + COUNT, 0)
    );
}

#[test]
fn namespace_names_are_ranked_once() {
    let source = format!(
        "<r xmlns:a='urn:a' xmlns:b='urn:b'>{}</r>",
        "<e b:k='' a:k='' k=''/>".repeat(COUNT)
    );
    let (_, rankings) = work(Algorithm::Exclusive, "", &source);
    assert_eq!(rankings, 1);
    let source = format!(
        "<r xmlns:a='urn:a'>{}</r>",
        "<e a:k='' k='' a:j=''/>".repeat(COUNT)
    );
    let (_, rankings) = work(Algorithm::Exclusive, "", &source);
    assert_eq!(rankings, 0);
}
