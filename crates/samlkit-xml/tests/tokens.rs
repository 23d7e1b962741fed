//! quick-xml, another tokenizer, finds in every accepted document the same elements, attributes, texts, comments and
//! instructions.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use samlkit_xml::Document;

#[path = "support/tokens.rs"]
mod tokens;

use tokens::{of_tokens, of_tree};

fn compare(source: &[u8]) -> bool {
    let Ok(document) = Document::parse(source) else {
        return false;
    };
    assert_eq!(of_tree(&document), of_tokens(document.source()));
    true
}

/// Every XML file below `directory`; gives how many were accepted.
fn compare_files(directory: &Path) -> usize {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut accepted = 0;
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            accepted += compare_files(&path);
        } else if path.extension().is_some_and(|extension| extension == "xml") {
            accepted += usize::from(compare(&std::fs::read(path).unwrap()));
        }
    }
    accepted
}

#[test]
fn fixtures_read_alike() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    assert!(compare_files(&fixtures) > 100);
}

#[test]
fn every_construct_reads_alike() {
    for source in [
        "<?xml version='1.0'?>\r\n<!--c\r\n-->\n<?p  q\rr ?><a/>\n<?z?><!---->",
        "<a>t&lt;&#13;\r\n<![CDATA[<]]&gt;\r]]>]]&gt;<b c = '1&#10;2\n3\r\n4\"' d=\">'&quot;\"\t/>\r</a\n>",
        "<p:a xmlns:p='u' xmlns='&lt;' xmlns:xml='http://www.w3.org/XML/1998/namespace' p:b='' xml:id='x'><c></c></p:a>",
        "<\u{e9}:\u{e9} xmlns:\u{e9}='\u{e9}' a='\u{1F511}'>\u{2028}<!--\u{FFFD}--></\u{e9}:\u{e9}>",
    ] {
        assert!(compare(source.as_bytes()), "{source}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn documents_of_pieces_read_alike(pieces in vec(prop::sample::select(vec![
        "<a>", "</a>", "<a/>", "<a b='c'/>", "<a xmlns='u' b=\"&amp;'\t>\">", "</a >", "<p:q p:r='\r\n\"&#65;'></p:q>", "t", " ", ">", "]]",
        "\r", "\n", "&lt;", "&#x26;", "<![CDATA[]]>", "<![CDATA[&<]]]]>", "<!--x-y-->", "<!---->", "<?x?>", "<?x y?z ?>", "\u{e9}", "'", "\"",
        "a text that is longer than what is looked at word by word before the wide search", "an=\"value\"",
    ]), 0..24)) {
        let source = format!("<a xmlns:p='v'>{}</a>", pieces.concat());
        compare(source.as_bytes());
    }
}
