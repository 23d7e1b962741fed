//! Properties over generated documents: canonical forms are fixed points, and the walk over a whole element says what the
//! general algorithm over node-sets says.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use samlkit_c14n::{Algorithm, Canonicalizer, NodeSet};
use samlkit_xml::{Document, Element, Node};

/// One element: name, namespace declarations, attributes, content.
#[derive(Clone, Debug)]
struct Tree {
    prefix: &'static str,
    declared: Vec<(&'static str, &'static str)>,
    attributes: Vec<(&'static str, String)>,
    content: Vec<Content>,
    style: usize,
}

#[derive(Clone, Debug)]
enum Content {
    Element(Tree),
    Raw(&'static str),
}

const PREFIXES: [&str; 4] = ["", "a", "b", "c"];
const NAMES: [&str; 4] = ["", "urn:1", "urn:2", "urn:0?x&amp;y"];
const ATTRIBUTES: [&str; 8] = [
    "k", "j", "a:k", "b:k", "c:j", "xml:lang", "xml:base", "xml:foo",
];
/// How a tag is written: before an attribute, around its value, before the end, in the end tag. The first is the canonical one.
const STYLES: [[&str; 5]; 8] = [
    [" ", "=\"", "\"", "", ""],
    [" ", "='", "'", "", ""],
    ["  ", "=\"", "\"", "", ""],
    ["\n", "=\"", "\"", "", ""],
    [" ", " =\"", "\"", "", ""],
    [" ", "= \"", "\"", "", ""],
    [" ", "=\"", "\"", " ", ""],
    [" ", "=\"", "\"", "", "\t"],
];
const RAW: [&str; 8] = [
    "text",
    "&#xD;\r\n>",
    "<![CDATA[<&]]>",
    "<!-- c -->",
    "<?p d ?>",
    "&lt;&quot;'\"",
    "<?q?>",
    "\u{e9}\t",
];

fn tree() -> impl Strategy<Value = Tree> {
    let parts = || {
        let any = |all: &'static [&'static str]| prop::sample::select(all);
        (
            any(&PREFIXES),
            prop::collection::vec((any(&PREFIXES), any(&NAMES)), 0..3),
            prop::collection::vec((any(&ATTRIBUTES), "[a-c./ \t&#>']{0,4}"), 0..4),
            // Mostly canonical, so that long runs of it are too.
            prop_oneof![3 => Just(0), 1 => 1..STYLES.len()],
        )
    };
    let leaf = parts().prop_map(|(prefix, declared, attributes, style)| Tree {
        prefix,
        declared,
        attributes,
        content: vec![],
        style,
    });
    leaf.prop_recursive(5, 40, 5, move |inner| {
        let content = prop_oneof![
            inner.prop_map(Content::Element),
            prop::sample::select(&RAW[..]).prop_map(Content::Raw),
        ];
        (parts(), prop::collection::vec(content, 0..5)).prop_map(
            |((prefix, declared, attributes, style), content)| Tree {
                prefix,
                declared,
                attributes,
                content,
                style,
            },
        )
    })
}

impl Tree {
    #[expect(clippy::indexing_slicing, reason = "styles are drawn by index")]
    fn write(&self, out: &mut String) {
        let prefix = self.prefix;
        let name = if prefix.is_empty() {
            "e".to_owned()
        } else {
            format!("{prefix}:e")
        };
        let [space, open, close, before_end, after_name] = STYLES[self.style];
        out.push_str(&format!("<{name}"));
        let mut declared = Vec::new();
        for (prefix, uri) in &self.declared {
            if !declared.contains(prefix) && (prefix.is_empty() || !uri.is_empty()) {
                declared.push(*prefix);
                let colon = if prefix.is_empty() { "" } else { ":" };
                out.push_str(&format!("{space}xmlns{colon}{prefix}{open}{uri}{close}"));
            }
        }
        let mut used = Vec::new();
        for (attribute, value) in &self.attributes {
            if !used.contains(attribute) {
                used.push(*attribute);
                let value = value
                    .replace('&', "&amp;")
                    .replace('\t', "&#9;")
                    .replace('\'', "&apos;");
                out.push_str(&format!("{space}{attribute}{open}{value}{close}"));
            }
        }
        out.push_str(&format!("{before_end}>"));
        for content in &self.content {
            match content {
                Content::Element(tree) => tree.write(out),
                Content::Raw(raw) => out.push_str(raw),
            }
        }
        out.push_str(&format!("</{name}{after_name}>"));
    }

    /// A document in which every prefix is bound.
    fn document(&self) -> String {
        let mut out =
            "<!--x--><r xmlns:a='urn:1' xmlns:b='urn:2' xmlns:c='urn:3' xml:base='s/t'>".to_owned();
        self.write(&mut out);
        out.push_str("</r><?y z?>");
        out
    }
}

/// An element and all below it.
struct Subtree<'d>(Element<'d>);

impl NodeSet for Subtree<'_> {
    fn contains(&self, node: Node<'_>) -> bool {
        self.0.id() <= node.id() && node.id() < self.0.node().subtree_end()
    }
}

/// A whole document.
struct All;

impl NodeSet for All {
    fn contains(&self, _: Node<'_>) -> bool {
        true
    }
}

proptest! {
    #[test]
    fn a_canonical_form_is_its_own(tree in tree()) {
        let source = tree.document();
        // Two attributes of one name in one namespace make it no document.
        let Ok(document) = Document::parse(source.as_bytes()) else { return Ok(()) };
        for algorithm in Algorithm::ALL {
            for prefixes in ["", "a #default"] {
                let canonicalizer = Canonicalizer::new(algorithm).with_inclusive_prefixes(prefixes);
                let mut once = Vec::new();
                canonicalizer.document(&document, &mut once).unwrap();
                let again = Document::parse(&once).unwrap();
                let mut twice = Vec::new();
                canonicalizer.document(&again, &mut twice).unwrap();
                prop_assert_eq!(String::from_utf8(once.clone()).unwrap(), String::from_utf8(twice).unwrap());

                let mut subset = Vec::new();
                canonicalizer.subset(&document, &All, &mut subset).unwrap();
                prop_assert_eq!(String::from_utf8(once).unwrap(), String::from_utf8(subset).unwrap());
            }
        }
    }

    #[test]
    fn the_walk_agrees_with_the_general_algorithm(tree in tree()) {
        let source = tree.document();
        let Ok(document) = Document::parse(source.as_bytes()) else { return Ok(()) };
        for algorithm in Algorithm::ALL {
            for prefixes in ["", "a", "#default b"] {
                let canonicalizer = Canonicalizer::new(algorithm).with_inclusive_prefixes(prefixes);
                for apex in document.elements() {
                    let mut walked = Vec::new();
                    canonicalizer.element(apex, &mut walked).unwrap();
                    let mut subset = Vec::new();
                    canonicalizer.subset(&document, &Subtree(apex), &mut subset).unwrap();
                    prop_assert_eq!(String::from_utf8(walked).unwrap(), String::from_utf8(subset).unwrap());
                }
            }
        }
    }
}

/// What the parser notes of tags is used by the walk alone.
#[test]
fn both_agree_on_every_fixture() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let mut count = 0;
    for folder in fs::read_dir(fixtures).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_none_or(|extension| extension != "xml") {
                continue;
            }
            let source = fs::read(&file).unwrap();
            let Ok(document) = Document::parse(&source) else {
                continue;
            };
            count += 1;
            for algorithm in Algorithm::ALL {
                let canonicalizer = Canonicalizer::new(algorithm);
                let assertion = document
                    .elements()
                    .find(|element| element.local_name() == "Assertion");
                for apex in [Some(document.root()), assertion].into_iter().flatten() {
                    let (mut walked, mut subset) = (Vec::new(), Vec::new());
                    let of_walk = canonicalizer.element(apex, &mut walked);
                    let of_set = canonicalizer.subset(&document, &Subtree(apex), &mut subset);
                    assert_eq!(of_walk, of_set, "{}", file.display());
                    assert!(walked == subset, "{algorithm:?} of {}", file.display());
                }
            }
        }
    }
    assert!(count > 100, "{count} fixtures");
}
