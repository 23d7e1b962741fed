//! Markup goes in where it is said, whatever stands around that looks like a tag, and nothing else changes.
#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "helpers of tests fail the test"
)]

use proptest::prelude::*;
use samlkit_xml::{Document, Element, NodeKind};

fn at<'d>(document: &'d Document<'d>, name: &str) -> Element<'d> {
    document
        .elements()
        .find(|element| element.local_name() == name)
        .unwrap()
}

fn places(source: &str, name: &str) -> [String; 3] {
    let document = Document::parse(source.as_bytes()).unwrap();
    let element = at(&document, name);
    [
        element.insert_at_start("#"),
        element.insert_at_end("#"),
        element.insert_after("#"),
    ]
}

#[test]
fn what_looks_like_a_tag_is_passed_over() {
    for (source, name, expected) in [
        (
            "<r><e></e></r>",
            "e",
            ["<r><e>#</e></r>", "<r><e>#</e></r>", "<r><e></e>#</r>"],
        ),
        (
            "<r><p:e xmlns:p='u' /></r>",
            "e",
            [
                "<r><p:e xmlns:p='u' >#</p:e></r>",
                "<r><p:e xmlns:p='u' >#</p:e></r>",
                "<r><p:e xmlns:p='u' />#</r>",
            ],
        ),
        (
            "<e a='/>' b=\">'/\">x</e >",
            "e",
            [
                "<e a='/>' b=\">'/\">#x</e >",
                "<e a='/>' b=\">'/\">x#</e >",
                "<e a='/>' b=\">'/\">x</e >#",
            ],
        ),
        (
            "<e><!--</e>--><![CDATA[</e>]]><?p </e>?><e/><e a='/'></e></e>",
            "e",
            [
                "<e>#<!--</e>--><![CDATA[</e>]]><?p </e>?><e/><e a='/'></e></e>",
                "<e><!--</e>--><![CDATA[</e>]]><?p </e>?><e/><e a='/'></e>#</e>",
                "<e><!--</e>--><![CDATA[</e>]]><?p </e>?><e/><e a='/'></e></e>#",
            ],
        ),
        // No node stands for the empty section.
        (
            "<r><e><![CDATA[]]></e>]]&gt;</r>",
            "e",
            [
                "<r><e>#<![CDATA[]]></e>]]&gt;</r>",
                "<r><e><![CDATA[]]>#</e>]]&gt;</r>",
                "<r><e><![CDATA[]]></e>#]]&gt;</r>",
            ],
        ),
        (
            "\u{feff}<?xml version='1.0'?>\r\n<!-- <e> --><e>é</e>\r\n",
            "e",
            [
                "\u{feff}<?xml version='1.0'?>\r\n<!-- <e> --><e>#é</e>\r\n",
                "\u{feff}<?xml version='1.0'?>\r\n<!-- <e> --><e>é#</e>\r\n",
                "\u{feff}<?xml version='1.0'?>\r\n<!-- <e> --><e>é</e>#\r\n",
            ],
        ),
    ] {
        assert_eq!(places(source, name), expected, "{source}");
    }
}

fn content() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("text".to_owned()),
        Just("&lt;/e>é".to_owned()),
        Just("<![CDATA[<e>]]]]>".to_owned()),
        Just("<!-- </e> -> <e -->".to_owned()),
        Just("<?p > </e> ?>".to_owned()),
        Just("<e a='>' b=\"/>'\"/>".to_owned()),
        Just("<e\n/>".to_owned()),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        proptest::collection::vec(inner, 0..5)
            .prop_map(|parts| format!("<e c='</e>'>{}</e\n>", parts.concat().replace("</e>'", "'")))
    })
}

proptest! {
    /// Put anywhere, the new element is found there by the parser, and all else is as before.
    #[test]
    fn the_parser_finds_it_there(content in content(), pick in any::<prop::sample::Index>()) {
        let source = format!("<r>{content}</r>").replace("c='</e>'", "c='>'");
        let document = Document::parse(source.as_bytes()).unwrap();
        let elements: Vec<_> = document.elements().collect();
        let element = elements[pick.index(elements.len())];
        let extent = element.extent();
        prop_assert!(source[extent.start..].starts_with('<'));
        prop_assert!(source[..extent.end].ends_with('>'));

        for start in [true, false] {
            let with = if start { element.insert_at_start("<new/>") } else { element.insert_at_end("<new/>") };
            let parsed = Document::parse(with.as_bytes()).unwrap();
            let new = at(&parsed, "new");
            let parent = new.parent().unwrap();
            prop_assert_eq!(parent.offset(), element.offset());
            let mut children = parent.children();
            let found = if start { children.next() } else { children.last() };
            prop_assert!(matches!(found.unwrap().kind(), NodeKind::Element(found) if found == new));
            prop_assert_eq!(parsed.elements().count(), elements.len() + 1);
        }
        if element.parent().is_some() {
            let with = element.insert_after("<new/>");
            let parsed = Document::parse(with.as_bytes()).unwrap();
            prop_assert_eq!(at(&parsed, "new").offset(), extent.end);
            let parent = at(&parsed, "new").parent().unwrap();
            prop_assert_eq!(parent.offset(), element.parent().unwrap().offset());
        }
    }
}
