//! What canonicalization reads of the arena is what the tree says, and tells what must be escaped.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

use std::collections::BTreeSet;

use samlkit_xml::raw::{self, Raw, RawElement, RawKind, RawName, RawText};
use samlkit_xml::{Document, Element, Node, NodeId, NodeKind};

fn every_node<'d>(document: &'d Document<'d>) -> Vec<Node<'d>> {
    let below = |node: Node<'d>| node.as_element().into_iter().flat_map(Element::descendants);
    let tops = document.children();
    tops.flat_map(|node| core::iter::once(node).chain(below(node)))
        .collect()
}

fn same_nodes(source: &str) {
    let document = Document::parse(source.as_bytes()).unwrap();
    let stored = Raw::new(&document);
    let nodes = every_node(&document);
    let count = stored.node_count();
    assert_eq!(nodes.len() + 1, count as usize);
    assert!(stored.kind(0).is_none() && stored.kind(count).is_none());
    let place = |id: NodeId| document.node(id).map_or(count, raw::index);
    for node in nodes {
        let at = raw::index(node);
        let parent = node.parent().map_or(0, raw::element_index);
        assert_eq!(stored.parent(at), parent);
        assert_eq!(stored.end(at), place(node.subtree_end()));
        assert_eq!(raw::element(&document, at), node.as_element());
        match (stored.kind(at), node.kind()) {
            (Some(RawKind::Element(raw)), NodeKind::Element(element)) => {
                same_element(stored, &raw, element);
            }
            (Some(RawKind::Text(raw)), NodeKind::Text(text)) => {
                assert_eq!(raw.text, text);
                let escaped = text.contains(['<', '>', '&', '\r']);
                assert_eq!(raw.needs_escape, escaped, "{text:?}");
            }
            (Some(RawKind::Comment(raw)), NodeKind::Comment(text)) => {
                assert_eq!(raw.text, text);
            }
            (
                Some(RawKind::ProcessingInstruction(name, content)),
                NodeKind::ProcessingInstruction { target, data },
            ) => assert_eq!((name.text, content.text), (target, data)),
            (raw, node) => panic!("{raw:?} {node:?}"),
        }
    }
    each_id_is_another_name(stored);
}

fn same_element(stored: Raw<'_>, raw: &RawElement<'_>, element: Element<'_>) {
    let source = element.document().source();
    let (start, length) = raw.name();
    let (start, length) = (start as usize, length as usize);
    assert_eq!(
        source.get(start..start + length),
        Some(element.qualified_name())
    );
    let names = |(prefix, namespace)| (stored.prefix(prefix), stored.namespace(namespace));
    assert_eq!(
        names(raw.name_ids()),
        (element.prefix(), element.namespace())
    );
    let expected: Vec<_> = element.attributes().collect();
    assert_eq!(raw.attribute_count(), expected.len());
    assert!(raw.attribute(expected.len()).is_none());
    let is_prefixed = expected.iter().any(|a| !a.prefix().is_empty());
    assert_eq!(raw.has_prefixed_attribute(), is_prefixed);
    let same = |(name, value): (RawName<'_>, RawText<'_>), at: usize| {
        let attribute = expected[at];
        assert_eq!(name.qualified, attribute.qualified_name());
        assert_eq!(name.local, attribute.local_name());
        let prefix_and_namespace = (attribute.prefix(), attribute.namespace());
        assert_eq!(names((name.prefix, name.namespace)), prefix_and_namespace);
        assert_eq!(value.text, attribute.value());
        let escaped = value.text.contains(['&', '<', '"', '\t', '\n', '\r']);
        assert_eq!(value.needs_escape, escaped, "{:?}", value.text);
    };
    for (at, attribute) in raw.attributes().enumerate() {
        same(attribute, at);
        same(raw.attribute(at).unwrap(), at);
    }
    let ids: Vec<_> = raw.attribute_ids().map(names).collect();
    let expected = expected.iter().map(|a| (a.prefix(), a.namespace()));
    assert_eq!(ids, Vec::from_iter(expected));
    let declared: Vec<_> = raw.declarations().map(names).collect();
    let expected = element.namespace_declarations();
    assert_eq!(
        declared,
        Vec::from_iter(expected.map(|d| (d.prefix(), d.uri())))
    );
}

/// Equal ids are equal strings, and different ids are different strings.
fn each_id_is_another_name(stored: Raw<'_>) {
    let prefixes: Vec<_> = (0..).take(stored.prefix_count()).collect();
    let distinct: BTreeSet<_> = prefixes.iter().map(|&id| stored.prefix(id)).collect();
    assert_eq!(distinct.len(), prefixes.len());
    assert_eq!(stored.prefix(raw::NO_PREFIX), "");
    assert_eq!(stored.prefix(raw::XML_PREFIX), "xml");
    let namespaces: Vec<_> = (0..).take(stored.namespace_count()).collect();
    let distinct: BTreeSet<_> = namespaces.iter().map(|&id| stored.namespace(id)).collect();
    assert_eq!(distinct.len(), namespaces.len());
    assert_eq!(stored.namespace(raw::NO_NAMESPACE), "");
    assert_eq!(stored.namespace(raw::XML_NAMESPACE), samlkit_xml::ns::XML);
    assert_eq!(
        stored.other_namespaces().end as usize,
        stored.namespace_count()
    );
    for &id in &namespaces {
        let RawText { text, needs_escape } = stored.namespace_text(id);
        assert_eq!(text, stored.namespace(id));
        assert_eq!(needs_escape, text.contains(['&', '<', '"']), "{text}");
    }
}

#[test]
fn the_arena_says_what_the_tree_says() {
    for source in [
        "<r/>",
        "<?p?><!--a\r\nb--><r>t<?q  of data?><e/><e k='1'>u</e><!----></r><?z ?>",
        "<p:r xmlns:p='urn:p' xmlns='urn:d' a='1' p:b='2' xml:lang='en'><p:e/><e xmlns='' p:c=''/></p:r>",
        "<r xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:type='a'><e xmlns='urn:oasis:names:tc:SAML:2.0:assertion'/></r>",
        "<r a='&amp;' b='&lt;' c='\"' d=\"'\" e='&#9;' f='&#10;' g='&#13;' h='\t' i='>' j='&gt;' k='&#x20;'/>",
        "<r>&amp;</r>",
        "<r>&lt;</r>",
        "<r>></r>",
        "<r>&#13;</r>",
        "<r>a\r\nb\rc</r>",
        "<r>&#97;\"'\t<![CDATA[b]]>&#99;</r>",
        "<r><![CDATA[<]]></r>",
        "<r>a<![CDATA[]]>b&gt;</r>",
        "<r xmlns:a='urn:a&amp;b' xmlns:b='urn:\"' xmlns:c='&lt;' xmlns:d='urn:d'><a:e b:k='' c:l=''/></r>",
    ] {
        same_nodes(source);
    }
}

/// More prefixes and namespace names than are searched in place, of every length, each of them declared twice.
#[test]
fn many_names_keep_their_ids() {
    let names = |at: usize| {
        (
            "p".repeat(1 + at % 12) + &at.to_string(),
            format!("urn:{at}"),
        )
    };
    let mut source = String::from("<r>");
    for at in (0..40).chain(0..40) {
        let (prefix, uri) = names(at);
        source.push_str(&format!(
            "<{prefix}:e xmlns:{prefix}='{uri}' {prefix}:k=''/>"
        ));
    }
    source.push_str("</r>");
    same_nodes(&source);
}
