//! Elements that hold no more than text, one after the other: each is what it would be alone, and counts.

use samlkit_xml::{Document, Error, Limits, Node, NodeKind};

/// An element, or what stands between two, and the nodes that it is, each with its depth.
type Item = (&'static str, &'static [(usize, &'static str)]);

/// Leaves that differ in little, and what else may come between them.
const ITEMS: &[Item] = &[
    ("<v>x</v>", &[(0, "v"), (1, "'x")]),
    (
        "<v>a longer text, of two blocks</v>",
        &[(0, "v"), (1, "'a longer text, of two blocks")],
    ),
    ("<v></v>", &[(0, "v")]),
    ("<w>x</w>", &[(0, "w"), (1, "'x")]),
    ("<vv>x</vv>", &[(0, "vv"), (1, "'x")]),
    ("<p:v>x</p:v>", &[(0, "{p}v"), (1, "'x")]),
    ("<q:v>x</q:v>", &[(0, "{q}v"), (1, "'x")]),
    ("<v >x</v>", &[(0, "v"), (1, "'x")]),
    ("<v>x</v >", &[(0, "v"), (1, "'x")]),
    ("<v/>", &[(0, "v")]),
    ("<v>&lt;</v>", &[(0, "v"), (1, "'<")]),
    ("<v>a]]&gt;b</v>", &[(0, "v"), (1, "'a]]>b")]),
    ("<v><![CDATA[x]]></v>", &[(0, "v"), (1, "'x")]),
    ("<v>x<!--c--></v>", &[(0, "v"), (1, "'x"), (1, "!c")]),
    (
        "<v><v>x</v><v>y</v></v>",
        &[(0, "v"), (1, "v"), (2, "'x"), (1, "v"), (2, "'y")],
    ),
    ("<v k=\"\">x</v>", &[(0, "v"), (1, "'x")]),
    ("<v xmlns=\"p\">x</v>", &[(0, "{p}v"), (1, "'x")]),
    ("<!--v-->", &[(0, "!v")]),
    ("<?v x?>", &[(0, "?v")]),
];

fn name(namespace: &str, local: &str) -> String {
    match namespace {
        "" => local.to_owned(),
        _ => format!("{{{namespace}}}{local}"),
    }
}

/// The nodes in the root, each with its depth below it.
fn outline(document: &Document<'_>) -> Vec<(usize, String)> {
    let root = document.root();
    let nodes = root.descendants().map(|node| {
        let mut depth = 0;
        let mut parent = node.parent();
        while let Some(element) = parent.filter(|&element| element != root) {
            depth += 1;
            parent = element.parent();
        }
        let text = match node.kind() {
            NodeKind::Element(element) => name(element.namespace(), element.local_name()),
            NodeKind::Text(text) => format!("'{text}"),
            NodeKind::Comment(text) => format!("!{text}"),
            NodeKind::ProcessingInstruction { target, .. } => format!("?{target}"),
            _ => unreachable!(),
        };
        (depth, text)
    });
    nodes.collect()
}

/// Every three of them, and the first once more, so that runs of up to four come up.
fn rows() -> impl Iterator<Item = [Item; 4]> {
    let items = || ITEMS.iter().copied();
    items().flat_map(move |a| items().flat_map(move |b| items().map(move |c| [a, b, c, a])))
}

fn wrapped(row: &[Item]) -> String {
    let content: String = row.iter().map(|(markup, _)| *markup).collect();
    format!("<r xmlns:p=\"p\" xmlns:q=\"q\">{content}</r>")
}

#[test]
fn each_is_what_it_is_alone() {
    for row in rows() {
        let source = wrapped(&row);
        let document = Document::parse(source.as_bytes()).unwrap();
        let expected: Vec<(usize, String)> = row
            .iter()
            .flat_map(|(_, nodes)| nodes.iter())
            .map(|&(depth, text)| (depth, text.to_owned()))
            .collect();
        assert_eq!(outline(&document), expected, "{source}");
        let mut at = source.find('>').unwrap() + 1;
        let children: Vec<_> = document.root().children().collect();
        assert_eq!(children.len(), row.len(), "{source}");
        for (child, (markup, _)) in children.iter().zip(row) {
            assert_eq!(child.offset(), at, "{source}");
            if let Some(element) = child.as_element() {
                assert_eq!(element.extent().end, at + markup.len(), "{source}");
            }
            at += markup.len();
        }
    }
}

#[test]
fn each_node_counts() {
    for row in rows() {
        let source = wrapped(&row);
        let document = Document::parse(source.as_bytes()).unwrap();
        let root = document.root();
        let offsets: Vec<usize> = root.descendants().map(Node::offset).collect();
        for (limit, &offset) in (1..).zip(&offsets) {
            let limits = Limits::DEFAULT.with_nodes(limit);
            let error = Document::parse_with(source.as_bytes(), &limits).err();
            assert_eq!(
                error,
                Some(Error::TooManyNodes { offset, limit }),
                "{source}"
            );
        }
        let limits = Limits::DEFAULT.with_nodes(u32::try_from(offsets.len()).unwrap() + 1);
        assert!(
            Document::parse_with(source.as_bytes(), &limits).is_ok(),
            "{source}"
        );
    }
}

#[test]
fn what_breaks_off_a_run_is_refused_for_what_it_is() {
    let error = |after: &str| {
        let source = format!("<r><v>x</v><v>y</v>{after}");
        Document::parse(source.as_bytes()).unwrap_err()
    };
    assert_eq!(
        error("<v>z</w></r>"),
        Error::MismatchedEndTag { offset: 23 }
    );
    assert_eq!(error("<v>z</v"), Error::MalformedMarkup { offset: 23 });
    assert_eq!(error("<v>z"), Error::UnclosedElement { offset: 19 });
    assert_eq!(
        error("<v>]]></v></r>"),
        Error::SectionEndInText { offset: 22 }
    );
    assert_eq!(error("<v"), Error::MalformedMarkup { offset: 19 });
    assert_eq!(error("<v>z</v>"), Error::UnclosedElement { offset: 0 });
    assert_eq!(
        error("<p:v>z</p:v></r>"),
        Error::UnboundPrefix { offset: 20 }
    );
}

#[test]
fn a_root_has_no_sibling() {
    for (second, offset) in [("<v>x</v>", 8), ("<v></v>", 8), ("<v>x</v><v>x</v>", 8)] {
        let source = format!("<v>x</v>{second}");
        let error = Document::parse(source.as_bytes()).unwrap_err();
        assert_eq!(error, Error::ContentOutsideRoot { offset }, "{source}");
    }
}

#[test]
fn leaves_may_be_as_deep_as_elements_may() {
    let limits = Limits::DEFAULT.with_depth(2);
    let parse = |source: &str| Document::parse_with(source.as_bytes(), &limits).map(drop);
    assert_eq!(parse("<r><v>x</v><v>y</v></r>"), Ok(()));
    assert_eq!(
        parse("<r><v>x</v><v><w>y</w></v></r>"),
        Err(Error::TooDeep {
            offset: 14,
            limit: 2
        })
    );
    assert_eq!(
        parse("<r><a><v>x</v></a></r>"),
        Err(Error::TooDeep {
            offset: 6,
            limit: 2
        })
    );
}
