//! `Document::parse` on any octets: no panic, a tree whose parts fit together, and a stable round trip
//! through the writer, and what quick-xml finds in the same octets.

use samlkit_xml::{Document, Element, Limits, Node, NodeKind, Writer};

#[path = "../../../crates/samlkit-xml/tests/support/tokens.rs"]
#[expect(clippy::unwrap_used, reason = "shared with tests")]
mod tokens;

/// Runs one input.
///
/// # Panics
///
/// If what must hold does not.
pub fn run(source: &[u8]) {
    let borrowed = Document::parse(source);
    let owned = Document::parse_owned(source.to_vec(), &Limits::DEFAULT);
    assert_eq!(
        owned.map(|_| ()),
        borrowed.as_ref().map(|_| ()).map_err(|&error| error)
    );
    let Ok(document) = borrowed else { return };
    check(&document);
    assert_eq!(
        tokens::of_tree(&document),
        tokens::of_tokens(document.source())
    );
    let written = write(document.root());
    let again = Document::parse(written.as_bytes()).expect("what is written is well-formed");
    check(&again);
    assert_eq!(write(again.root()), written);
    assert_eq!(outline(document.root()), outline(again.root()));
}

/// Nodes in document order, text merged, names bound.
fn check(document: &Document<'_>) {
    let mut last: Option<Node<'_>> = None;
    for node in document.root().descendants() {
        if let Some(last) = last {
            assert!(last.id() < node.id() && last.offset() < node.offset());
        }
        if let NodeKind::Text(text) = node.kind() {
            assert!(!text.is_empty());
            let text_before = last.is_some_and(|last| {
                matches!(last.kind(), NodeKind::Text(_)) && last.parent() == node.parent()
            });
            assert!(!text_before);
        }
        if let Some(element) = node.as_element() {
            let bound = element.resolve_prefix(element.prefix());
            assert_eq!(bound.unwrap_or(""), element.namespace());
        }
        last = Some(node);
    }
}

/// Elements, attributes, declarations and text; comments and processing instructions are left out, as the writer has none.
fn write(root: Element<'_>) -> String {
    let mut writer = Writer::new();
    let mut open: Vec<Element<'_>> = Vec::new();
    for node in core::iter::once(root.node()).chain(root.descendants()) {
        while open.last().is_some_and(|&last| Some(last) != node.parent()) {
            open.pop();
            writer.end();
        }
        match node.kind() {
            NodeKind::Element(element) => {
                writer.start(element.qualified_name());
                for declaration in element.namespace_declarations() {
                    writer.declare(declaration.prefix(), declaration.uri());
                }
                for attribute in element.attributes() {
                    writer.attribute(attribute.qualified_name(), attribute.value());
                }
                open.push(element);
            }
            NodeKind::Text(text) => {
                writer.text(text);
            }
            _ => {}
        }
    }
    for _ in open {
        writer.end();
    }
    writer.finish().expect("a tree can be written")
}

/// Namespace and local name, the same of attributes with their values, and text.
type Outline = (
    String,
    String,
    Vec<(String, String, String)>,
    Option<String>,
);

/// What must survive the round trip.
fn outline(root: Element<'_>) -> Vec<Outline> {
    core::iter::once(root)
        .chain(root.descendants().filter_map(Node::as_element))
        .map(|element| {
            let attributes = element.attributes();
            (
                element.namespace().to_owned(),
                element.local_name().to_owned(),
                attributes
                    .map(|a| {
                        (
                            a.namespace().to_owned(),
                            a.local_name().to_owned(),
                            a.value().to_owned(),
                        )
                    })
                    .collect(),
                element.text().ok().map(std::borrow::Cow::into_owned),
            )
        })
        .collect()
}
