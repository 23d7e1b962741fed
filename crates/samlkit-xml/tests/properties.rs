//! Properties: what is written parses to what was given; no octets make the parser panic; a tree accounts for its source.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

use proptest::collection::vec;
use proptest::prelude::*;
use samlkit_xml::{Document, Element, Limits, Node, NodeKind, Writer};

/// An element as a test makes it.
#[derive(Clone, Debug, PartialEq)]
struct Made {
    namespace: usize,
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Child>,
}

#[derive(Clone, Debug, PartialEq)]
enum Child {
    Element(Made),
    Text(String),
}

const NAMESPACES: [&str; 4] = ["", "urn:a", "urn:b?c=1&d", "urn:\u{e9}<\">\t"];
const PREFIXES: [&str; 4] = ["", "a", "b", "\u{e9}"];

fn value() -> impl Strategy<Value = String> {
    let awkward = prop::sample::select(vec![
        "<",
        ">",
        "&",
        "\"",
        "'",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "]]>",
        "]]",
        "--",
        "?>",
        "&amp;",
        "&#13;",
        " ",
        "\u{85}",
        "\u{2028}",
        "\u{FEFF}",
        "\u{FFFD}",
        "\u{1F511}",
        "x",
        "<![CDATA[",
        "<!--",
    ]);
    let any = any::<char>().prop_map(|c| {
        let text = c.to_string();
        if samlkit_xml::is_xml_text(&text) {
            text
        } else {
            String::new()
        }
    });
    vec(
        prop_oneof![4 => awkward.prop_map(str::to_owned), 1 => any],
        0..6,
    )
    .prop_map(|parts| parts.concat())
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["x", "y", "_z", "a-b", "A.1", "\u{e9}\u{300}"])
        .prop_map(str::to_owned)
}

fn made() -> impl Strategy<Value = Made> {
    let attributes = || {
        vec((name(), value()), 0..4).prop_map(|mut list| {
            list.sort();
            list.dedup_by(|a, b| a.0 == b.0);
            list
        })
    };
    let leaf = (0..4usize, name(), attributes(), value()).prop_map(
        |(namespace, name, attributes, text)| Made {
            namespace,
            name,
            attributes,
            children: if text.is_empty() {
                Vec::new()
            } else {
                vec![Child::Text(text)]
            },
        },
    );
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let child = prop_oneof![
            2 => inner.prop_map(Child::Element),
            1 => value().prop_filter("text is never empty", |text| !text.is_empty()).prop_map(Child::Text),
        ];
        (0..4usize, name(), attributes(), vec(child, 0..4)).prop_map(|(namespace, name, attributes, mut children)| {
            // Two texts side by side read back as one.
            children.dedup_by(|a, b| matches!((a, b), (Child::Text(_), Child::Text(_))));
            Made { namespace, name, attributes, children }
        })
    })
}

fn write(made: &Made, writer: &mut Writer, root: bool) {
    let prefix = PREFIXES[made.namespace];
    if prefix.is_empty() {
        writer.start(&made.name);
    } else {
        writer.start(&format!("{prefix}:{}", made.name));
    }
    if root {
        for (prefix, uri) in PREFIXES.iter().zip(NAMESPACES).skip(1) {
            writer.declare(prefix, uri);
        }
    }
    for (name, value) in &made.attributes {
        writer.attribute(name, value);
    }
    for child in &made.children {
        match child {
            Child::Element(element) => write(element, writer, false),
            Child::Text(text) => {
                writer.text(text);
            }
        }
    }
    writer.end();
}

fn read(element: Element<'_>) -> Made {
    Made {
        namespace: NAMESPACES
            .iter()
            .position(|&uri| uri == element.namespace())
            .unwrap(),
        name: element.local_name().to_owned(),
        attributes: element
            .attributes()
            .map(|a| (a.local_name().to_owned(), a.value().to_owned()))
            .collect(),
        children: element
            .children()
            .map(|node| match node.kind() {
                NodeKind::Element(element) => Child::Element(read(element)),
                NodeKind::Text(text) => Child::Text(text.to_owned()),
                NodeKind::Comment(_) | NodeKind::ProcessingInstruction { .. } => panic!("{node:?}"),
                _ => panic!("a kind of node that was not written"),
            })
            .collect(),
    }
}

/// Walks everything that can be asked of a tree and checks that its parts fit together.
fn walk(document: &Document<'_>) {
    let mut last = None;
    for node in document.children().flat_map(|top| {
        core::iter::once(top).chain(top.as_element().into_iter().flat_map(Element::descendants))
    }) {
        assert!(last.is_none_or(|last: Node<'_>| last.id() < node.id() && last.offset() < node.offset()));
        assert!(node.subtree_end() > node.id());
        match node.kind() {
            NodeKind::Element(element) => {
                assert!(!element.local_name().is_empty());
                assert_eq!(
                    element.resolve_prefix(element.prefix()).unwrap_or(""),
                    element.namespace()
                );
                for attribute in element.attributes() {
                    assert_eq!(
                        element.attribute_ns(attribute.namespace(), attribute.local_name()),
                        Some(attribute.value())
                    );
                }
                let has_elements = element.elements().next().is_some();
                assert_eq!(element.text().is_err(), has_elements);
            }
            NodeKind::Text(text) => {
                assert!(!text.is_empty());
                let after_text = last.is_some_and(|l| {
                    matches!(l.kind(), NodeKind::Text(_)) && l.parent() == node.parent()
                });
                assert!(!after_text, "two text nodes side by side");
            }
            NodeKind::Comment(text) => assert!(!text.contains("--")),
            NodeKind::ProcessingInstruction { target, data } => {
                assert!(!target.is_empty() && !data.contains("?>"));
            }
            _ => panic!("a kind of node that is not known"),
        }
        last = Some(node);
    }
}

fn message() -> impl Strategy<Value = &'static [u8]> {
    prop::sample::select(vec![
        include_bytes!("../../../fixtures/entra/both-signed.xml").as_slice(),
        include_bytes!("../../../fixtures/entra/escapes.xml").as_slice(),
        include_bytes!("../../../fixtures/entra/metadata-bom.xml").as_slice(),
        br#"<?xml version="1.0" encoding="UTF-8"?><!--c--><a xmlns="u" xmlns:p="v" p:b="1 &amp;
2"><?q d?>t&#13;&lt;<![CDATA[<x>]]><p:c xmlns=""/></a>"#,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parse_undoes_write(made in made()) {
        let mut writer = Writer::new();
        write(&made, &mut writer, true);
        let written = writer.finish().unwrap();
        let document = Document::parse(written.as_bytes()).unwrap();
        prop_assert_eq!(read(document.root()), made);
        walk(&document);
    }

    #[test]
    fn no_octets_panic(source in vec(any::<u8>(), 0..64)) {
        if let Ok(document) = Document::parse(&source) {
            walk(&document);
        }
    }

    #[test]
    fn no_tokens_panic(tokens in vec(prop::sample::select(vec![
        "<", ">", "/", "</", "/>", "<a", "<a>", "</a>", "<a/>", "a", ":", "=", "\"", "'", " ", "\r", "\n", "&", ";", "&#", "&lt;", "x",
        "41;", "<!", "<!--", "-->", "-", "<![CDATA[", "]]>", "]", "<?", "?>", "<?xml", " version='1.0'", "<!DOCTYPE", "[", "xmlns",
        "xmlns:p", "p:", "='u'", "\u{FEFF}", "\u{e9}", "\u{FFFF}", "\u{0}",
    ]), 0..24)) {
        let source = tokens.concat();
        let borrowed = Document::parse(source.as_bytes());
        if let Ok(document) = &borrowed {
            walk(document);
        }
        let owned = Document::parse_owned(source.clone().into_bytes(), &Limits::DEFAULT);
        prop_assert_eq!(owned.map(|_| ()), borrowed.map(|_| ()));
    }

    #[test]
    fn no_mutation_panics(
        message in message(),
        edits in vec((any::<prop::sample::Index>(), 0..24usize, prop_oneof![
            vec(any::<u8>(), 0..4),
            prop::sample::select(vec!["<", ">", "&", "\"", "<!--", "-->", "]]>", "&#0;", " xmlns:saml=''", "<a>", "</a>", "\r", "<?xml "])
                .prop_map(|s| s.as_bytes().to_vec()),
        ]), 1..4),
    ) {
        let mut source = message.to_vec();
        for (at, length, with) in edits {
            let start = at.index(source.len() + 1);
            let end = (start + length).min(source.len());
            source.splice(start..end, with);
        }
        if let Ok(document) = Document::parse(&source) {
            walk(&document);
        }
    }

    #[test]
    fn no_prefix_is_a_document(message in message(), at in any::<prop::sample::Index>()) {
        let root_end = message.len() - 1 - message.iter().rev().take_while(|&&b| b != b'>').count();
        let cut = &message[..at.index(root_end)];
        prop_assert!(Document::parse(cut).is_err());
    }
}
