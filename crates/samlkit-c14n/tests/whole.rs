//! Documents that are mostly written as canonical forms have them, so that the walk copies many elements whole: what it says is
//! what the general algorithm says, which copies nothing, and what the parser notes of elements is true and complete.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use proptest::prelude::*;
use samlkit_c14n::{Algorithm, Canonicalizer, NodeSet, Treatment};
use samlkit_xml::raw::{self, Raw, RawKind};
use samlkit_xml::{Document, Element, Node, NodeKind};

/// One element. What it is made of is canonical but for its flaw, if it has one.
#[derive(Clone, Debug)]
struct Tree {
    /// That of its parent, if there is none.
    prefix: Option<&'static str>,
    declared: Option<(&'static str, &'static str)>,
    attributes: &'static str,
    flaw: Flaw,
    content: Vec<Content>,
}

#[derive(Clone, Debug)]
enum Content {
    Element(Tree),
    Text(&'static str),
}

/// How an element is not written as canonical forms have it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Flaw {
    None,
    Tag(&'static str),
    EndTag(&'static str),
    Content(&'static str),
    Empty,
}

/// The prefixes of the root; `xml` is that of all documents.
const PREFIXES: [&str; 5] = ["", "a", "b", "c", "xml"];
const DECLARATIONS: [(&str, &str); 7] = [
    ("", ""),
    ("", "urn:1"),
    ("", "urn:2"),
    // As the root has it, of another namespace, and of that of another prefix.
    ("a", "urn:1"),
    ("a", "urn:3"),
    ("b", "urn:1"),
    ("d", "urn:1"),
];
const ATTRIBUTES: [&str; 4] = [" k=\"v\"", " A=\"\" a=\"'>\"", " j=\"\u{e9}\" k=\"\"", ""];
const TEXTS: [&str; 4] = [
    "x",
    "\n  ",
    "\u{e9}]]\"'\t",
    "a text that is longer than a few blocks of sixteen octets are",
];
const FLAWS: [Flaw; 19] = [
    Flaw::Tag(" k='v'"),
    Flaw::Tag(" "),
    Flaw::Tag("  k=\"v\""),
    Flaw::Tag(" l=\"\" k=\"\""),
    Flaw::Tag(" k=\"&#9;\""),
    Flaw::Tag(" k=\"\t\""),
    Flaw::Tag(" a:k=\"\""),
    Flaw::Tag(" b:k=\"\" k=\"\""),
    Flaw::Tag(" xml:lang=\"en\""),
    Flaw::Tag(" xml:base=\"s/\""),
    Flaw::EndTag("\n"),
    Flaw::Content("&#120;"),
    Flaw::Content(">"),
    Flaw::Content("\r"),
    Flaw::Content("<![CDATA[]]>"),
    Flaw::Content("<![CDATA[x]]>"),
    Flaw::Content("<!--c-->"),
    Flaw::Content("<?p?>"),
    Flaw::Empty,
];

fn tree() -> impl Strategy<Value = Tree> {
    let parts = || {
        (
            prop::option::weighted(0.2, prop::sample::select(&PREFIXES[..])),
            prop::option::weighted(0.1, prop::sample::select(&DECLARATIONS[..])),
            prop::sample::select(&ATTRIBUTES[..]),
            prop_oneof![6 => Just(Flaw::None), 1 => prop::sample::select(&FLAWS[..])],
        )
    };
    let made = |(prefix, declared, attributes, flaw), content| Tree {
        prefix,
        declared,
        attributes,
        flaw,
        content,
    };
    let leaf = parts().prop_map(move |parts| made(parts, vec![Content::Text("x")]));
    leaf.prop_recursive(6, 40, 4, move |inner| {
        let content = prop_oneof![
            2 => inner.prop_map(Content::Element),
            1 => prop::sample::select(&TEXTS[..]).prop_map(Content::Text),
        ];
        (parts(), prop::collection::vec(content, 0..5))
            .prop_map(move |(parts, content)| made(parts, content))
    })
}

impl Tree {
    fn write(&self, parent: &'static str, out: &mut String) {
        let prefix = self.prefix.unwrap_or(parent);
        let name = if prefix.is_empty() {
            "e".to_owned()
        } else {
            format!("{prefix}:e")
        };
        let mut attributes = self.attributes;
        let (mut end, mut flaw) = ("", "");
        match self.flaw {
            Flaw::Tag(written) => attributes = written,
            Flaw::EndTag(space) => end = space,
            Flaw::Content(written) => flaw = written,
            Flaw::Empty | Flaw::None => {}
        }
        let declared = match self.declared {
            Some(("", uri)) => format!(" xmlns=\"{uri}\""),
            Some((prefix, uri)) => format!(" xmlns:{prefix}=\"{uri}\""),
            None => String::new(),
        };
        out.push_str(&format!("<{name}{declared}{attributes}"));
        if self.flaw == Flaw::Empty {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for (at, content) in self.content.iter().enumerate() {
            match content {
                Content::Element(tree) => tree.write(prefix, out),
                Content::Text(text) => out.push_str(text),
            }
            if at == 0 {
                out.push_str(flaw);
            }
        }
        out.push_str(&format!("</{name}{end}>"));
    }

    /// A document in which every prefix is bound.
    fn document(&self) -> String {
        let mut out =
            "<r xmlns:a=\"urn:1\" xmlns:b=\"urn:2\" xmlns:c=\"urn:1\" xml:base=\"s/t\">".to_owned();
        self.write("a", &mut out);
        out.push_str("</r>");
        out
    }
}

/// An element and all below it, without some.
struct Part<'d> {
    apex: Option<Element<'d>>,
    without: Vec<Element<'d>>,
}

impl NodeSet for Part<'_> {
    fn contains(&self, node: Node<'_>) -> bool {
        let within = |element: &Element<'_>| {
            element.id() <= node.id() && node.id() < element.node().subtree_end()
        };
        self.apex.as_ref().is_none_or(within) && !self.without.iter().any(within)
    }
}

/// What the general algorithm says.
fn general<'d>(
    canonicalizer: &Canonicalizer<'_>,
    document: &'d Document<'d>,
    apex: Option<Element<'d>>,
    without: Vec<Element<'d>>,
) -> String {
    let mut out = Vec::new();
    canonicalizer
        .subset(document, &Part { apex, without }, &mut out)
        .unwrap();
    String::from_utf8(out).unwrap()
}

/// How many octets the element has in the source, if it is noted as a whole.
fn noted(document: &Document<'_>, element: Element<'_>) -> Option<u32> {
    match Raw::new(document).kind(raw::element_index(element)) {
        Some(RawKind::Element(element)) => element.canonical_whole().map(|(_, length)| length),
        _ => None,
    }
}

/// Whether every algorithm leaves the element as it is between tags that render its namespace, and that is what the parser says
/// of elements: with one prefix, unprefixed attributes, nothing declared, no reference and no instruction.
fn is_whole(element: Element<'_>) -> bool {
    let extent = element.extent();
    let source = element.document().source();
    let written = source.get(extent.start..extent.end).unwrap();
    let plain = |node: Node<'_>| match node.kind() {
        NodeKind::Element(inner) => {
            inner.prefix() == element.prefix()
                && inner.namespace_declarations().next().is_none()
                && inner
                    .attributes()
                    .all(|attribute| attribute.prefix().is_empty())
        }
        NodeKind::ProcessingInstruction { .. } => false,
        _ => true,
    };
    if written.contains('&') || !plain(element.node()) || !element.descendants().all(plain) {
        return false;
    }
    let (colon, prefix, uri) = match (element.prefix(), element.namespace()) {
        ("", uri) => ("", "", uri),
        (prefix, uri) => (":", prefix, uri),
    };
    let declaration = match (prefix, uri) {
        ("xml", _) | (_, "") => String::new(),
        (prefix, uri) => format!(" xmlns{colon}{prefix}=\"{uri}\""),
    };
    let around = format!("<{prefix}{colon}r{declaration}>{written}</{prefix}{colon}r>");
    let document = Document::parse(around.as_bytes()).unwrap();
    Algorithm::ALL
        .into_iter()
        .all(|algorithm| general(&Canonicalizer::new(algorithm), &document, None, vec![]) == around)
}

proptest! {
    #[test]
    fn elements_are_noted_that_every_form_leaves_as_they_are(tree in tree()) {
        let source = tree.document();
        let document = Document::parse(source.as_bytes()).unwrap();
        for element in document.elements() {
            let length = noted(&document, element);
            prop_assert_eq!(length.is_some(), is_whole(element), "{}", source);
            if let Some(length) = length {
                let extent = element.extent();
                prop_assert_eq!(usize::try_from(length).unwrap(), extent.end - extent.start);
            }
        }
    }

    #[test]
    fn copies_are_what_the_general_algorithm_says(tree in tree(), chosen: prop::sample::Index) {
        let source = tree.document();
        let document = Document::parse(source.as_bytes()).unwrap();
        let elements: Vec<_> = document.elements().skip(1).collect();
        let left_out = *chosen.get(&elements);
        for algorithm in Algorithm::ALL {
            for prefixes in ["", "a", "#default b"] {
                let canonicalizer = Canonicalizer::new(algorithm).with_inclusive_prefixes(prefixes);
                let mut out = Vec::new();
                canonicalizer.document_without(&document, left_out, &mut out).unwrap();
                let expected = general(&canonicalizer, &document, None, vec![left_out]);
                prop_assert_eq!(String::from_utf8(out).unwrap(), expected);
                for apex in document.elements() {
                    let mut out = Vec::new();
                    canonicalizer.element(apex, &mut out).unwrap();
                    let expected = general(&canonicalizer, &document, Some(apex), vec![]);
                    prop_assert_eq!(String::from_utf8(out).unwrap(), expected);
                    let mut out = Vec::new();
                    if canonicalizer.element_without(apex, left_out, &mut out).is_ok() {
                        let expected = general(&canonicalizer, &document, Some(apex), vec![left_out]);
                        prop_assert_eq!(String::from_utf8(out).unwrap(), expected);
                    }
                }
            }
        }
    }

    #[test]
    fn portions_are_what_the_general_algorithm_says(
        tree in tree(),
        treatments in prop::collection::vec(0..8_usize, 1..50),
    ) {
        let source = tree.document();
        let document = Document::parse(source.as_bytes()).unwrap();
        let root = document.root();
        for algorithm in Algorithm::ALL {
            let canonicalizer = Canonicalizer::new(algorithm).with_inclusive_prefixes("c");
            let mut treatments = treatments.iter().cycle();
            let (mut out, mut portions, mut omitted) = (Vec::new(), Vec::new(), Vec::new());
            let look = |element| match treatments.next() {
                Some(0) => {
                    omitted.push(element);
                    Treatment::Omit
                }
                Some(1) => Treatment::Pass,
                Some(2) => Treatment::Mark,
                _ => Treatment::Enter,
            };
            canonicalizer.start_tag(root, &mut out).unwrap();
            canonicalizer.content(root, look, &mut out, &mut portions).unwrap();
            canonicalizer.end_tag(root, &mut out);
            let expected = general(&canonicalizer, &document, Some(root), omitted);
            prop_assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}

/// Nothing of this can be copied where its apex is, though it stands as it would be copied elsewhere.
#[test]
fn what_is_rendered_depends_on_what_is_around() {
    for (source, apex, prefixes, expected) in [
        // Two in a row: each has to declare.
        (
            "<r xmlns:a=\"urn:1\"><a:e>x</a:e><a:e>y</a:e></r>",
            0,
            "",
            "<r><a:e xmlns:a=\"urn:1\">x</a:e><a:e xmlns:a=\"urn:1\">y</a:e></r>",
        ),
        (
            "<r xmlns:a=\"urn:1\"><a:e>x</a:e><a:e>y</a:e></r>",
            0,
            "a",
            "<r xmlns:a=\"urn:1\"><a:e>x</a:e><a:e>y</a:e></r>",
        ),
        // What the output says of the prefix is not what the source says.
        (
            "<a:r xmlns:a=\"urn:1\"><b xmlns:a=\"urn:2\"><a:e>x</a:e></b><a:e>y</a:e></a:r>",
            0,
            "",
            "<a:r xmlns:a=\"urn:1\"><b><a:e xmlns:a=\"urn:2\">x</a:e></b><a:e>y</a:e></a:r>",
        ),
        // The default namespace was taken away by an element that does not use it.
        (
            "<r xmlns=\"urn:1\"><a:e xmlns:a=\"urn:2\" xmlns=\"\"><e>x</e></a:e><e>y</e></r>",
            0,
            "",
            "<r xmlns=\"urn:1\"><a:e xmlns:a=\"urn:2\"><e xmlns=\"\">x</e></a:e><e>y</e></r>",
        ),
        // Its ancestors left out.
        (
            "<r xmlns=\"urn:1\"><e xmlns:a=\"urn:2\"><a:e><e>x</e></a:e></e></r>",
            2,
            "",
            "<a:e xmlns:a=\"urn:2\"><e xmlns=\"urn:1\">x</e></a:e>",
        ),
        (
            "<r xmlns:a=\"urn:1\"><xml:e><xml:e>x</xml:e><a:e>y</a:e></xml:e></r>",
            1,
            "",
            "<xml:e><xml:e>x</xml:e><a:e xmlns:a=\"urn:1\">y</a:e></xml:e>",
        ),
    ] {
        let document = Document::parse(source.as_bytes()).unwrap();
        let apex = document.elements().nth(apex).unwrap();
        let canonicalizer =
            Canonicalizer::new(Algorithm::Exclusive).with_inclusive_prefixes(prefixes);
        let mut out = Vec::new();
        canonicalizer.element(apex, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected, "{source}");
    }
}
