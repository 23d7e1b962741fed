//! Expanded names that are ready to be compared: what they say of an element is what its strings say.

use proptest::prelude::*;
use samlkit_xml::{Document, Element, ExpandedName, Limits, Next, Pieces, ns};

/// Namespace names: those that every document knows, some that begin or end as they do, and others.
const NAMESPACES: [&str; 16] = [
    "",
    ns::XML,
    ns::XSI,
    "urn:oasis:names:tc:SAML:2.0:assertion",
    "urn:oasis:names:tc:SAML:2.0:protocol",
    "urn:oasis:names:tc:SAML:2.0:metadata",
    "http://www.w3.org/2000/09/xmldsig#",
    "http://www.w3.org/2001/04/xmlenc#",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/XMLSchema",
    "urn:oasis:names:tc:SAML:2.0:assertiom",
    "urn:oasis:names:tc:SAML:2.0:assertion#",
    "Urn:oasis:names:tc:SAML:2.0:assertion",
    "http://www.w3.org/2000/09/xmldsig",
    "urn:a",
    "urn:\u{e9}?b&c",
];
/// Up to sixteen octets are compared at once. These are of fifteen, sixteen, seventeen and more; some differ in the last. Lengths from 63 on count as
/// one.
const LOCAL_NAMES: [&str; 15] = [
    "e",
    "f",
    "\u{e9}",
    "Issuer",
    "Issues",
    "fifteen-octets.",
    "sixteen-octets..",
    "sixteen-octets.-",
    "seventeen-octets.",
    "seventeen-octets_",
    "seventeen-octet\u{e9}",
    "SubjectConfirmationData",
    "SubjectConfirmationDatum",
    "sixty-three-octets-0123456789-0123456789-0123456789-0123456789.",
    "ninety-nine-octets-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-012",
];
/// Prefixes of up to seven octets are compared as numbers; longer ones must not be, even where their last octets are the same.
const PREFIXES: [&str; 9] = [
    "",
    "a",
    "b",
    "sevenof",
    "eight-of",
    "anine-oct",
    "bnine-oct",
    "\u{e9}",
    "xml",
];

fn names() -> Vec<ExpandedName> {
    // The last two are of no element.
    let local = || LOCAL_NAMES.into_iter().chain(["", "e\0"]);
    NAMESPACES
        .into_iter()
        .flat_map(|namespace| local().map(move |local| ExpandedName::new(namespace, local)))
        .collect()
}

fn is_spelled(element: Element<'_>, name: &ExpandedName) -> bool {
    (element.namespace(), element.local_name()) == (name.namespace(), name.local_name())
}

/// Whether all that can be asked of the element agrees.
fn agrees(element: Element<'_>, names: &[ExpandedName]) -> bool {
    names.iter().all(|name| {
        let is = is_spelled(element, name);
        element.is(name.namespace(), name.local_name()) == is && element.has_name(name) == is
    }) && element.attributes().all(|attribute| {
        let spelled = (attribute.namespace(), attribute.local_name());
        names.iter().all(|name| {
            let is = spelled == (name.namespace(), name.local_name());
            attribute.is(name.namespace(), name.local_name()) == is
                && attribute.has_name(name) == is
        })
    })
}

/// Whether the elements found by these names are those that have one of them.
fn finds(document: &Document<'_>, names: &[ExpandedName]) -> bool {
    let expected = document.elements().filter_map(|element| {
        let mut names = names.iter();
        let name = names.find(|name| is_spelled(element, name))?;
        Some((element, name))
    });
    document.elements_among(names).eq(expected)
}

#[test]
fn elements_are_found_behind_others_that_look_alike() {
    let alike = "<v>1</v><v>2</v><w>3</w>".repeat(5);
    let source = format!("<r>{alike}<found k=''>{alike}<v/><x>4</x></found>{alike}<found/></r>");
    let document = Document::parse(source.as_bytes()).unwrap();
    let names = ["found", "v", "x"].map(|name| ExpandedName::new("", name));
    for names in [names.as_slice(), names.split_at(1).0] {
        assert!(finds(&document, names));
    }
    assert_eq!(document.elements_among(&names).count(), 34);
}

/// `uri` as an attribute value; with a reference for its first character, if there is one.
fn value(uri: &str, escaped: bool) -> String {
    let mut out = String::new();
    for (at, c) in uri.chars().enumerate() {
        match c {
            c if escaped && at == 0 => out.push_str(&format!("&#x{:x};", u32::from(c))),
            '&' => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    out
}

#[derive(Clone, Debug)]
struct Tree {
    prefix: &'static str,
    local: &'static str,
    declared: Vec<(&'static str, &'static str, bool)>,
    content: Vec<Self>,
}

fn tree() -> impl Strategy<Value = Tree> {
    let declaration = (
        prop::sample::select(&PREFIXES[..]),
        prop::sample::select(&NAMESPACES[..]),
        any::<bool>(),
    );
    let parts = move || {
        (
            prop::sample::select(&PREFIXES[..]),
            prop::sample::select(&LOCAL_NAMES[..]),
            prop::collection::vec(declaration.clone(), 0..4),
        )
    };
    let made = |(prefix, local, declared), content| Tree {
        prefix,
        local,
        declared,
        content,
    };
    let leaf = parts().prop_map(move |parts| made(parts, vec![]));
    leaf.prop_recursive(4, 24, 4, move |inner| {
        (parts(), prop::collection::vec(inner, 0..4))
            .prop_map(move |(parts, content)| made(parts, content))
    })
}

impl Tree {
    /// `around` gives `many` other namespaces first, so that those of the tree are not among the few that are searched in place.
    fn document(&self, many: usize) -> String {
        let others: String = (0..many)
            .map(|i| format!(" xmlns:p{i}=\"urn:p{i}\""))
            .collect();
        let mut out = format!("<r{others}");
        for prefix in PREFIXES
            .iter()
            .filter(|prefix| !matches!(**prefix, "" | "xml"))
        {
            out.push_str(&format!(" xmlns:{prefix}=\"urn:{prefix}\""));
        }
        out.push('>');
        self.write(&mut out);
        out.push_str("</r>");
        out
    }

    fn write(&self, out: &mut String) {
        let name = match self.prefix {
            "" => self.local.to_owned(),
            prefix => format!("{prefix}:{}", self.local),
        };
        out.push_str(&format!("<{name}"));
        let mut declared = Vec::new();
        for &(prefix, uri, escaped) in &self.declared {
            // What the recommendation reserves, and what was declared already.
            let refused =
                prefix == "xml" || uri == ns::XML || (uri.is_empty() && !prefix.is_empty());
            if !refused && !declared.contains(&prefix) {
                declared.push(prefix);
                let colon = if prefix.is_empty() { "" } else { ":" };
                let uri = value(uri, escaped);
                out.push_str(&format!(" xmlns{colon}{prefix}=\"{uri}\""));
            }
        }
        out.push_str(&format!(" {name}=\"\" other=\"\">"));
        for tree in &self.content {
            tree.write(out);
        }
        out.push_str(&format!("</{name}>"));
    }
}

proptest! {
    #[test]
    fn a_ready_name_says_what_the_strings_say(tree in tree(), many in prop::sample::select(vec![0, 8, 20, 40])) {
        let source = tree.document(many);
        let document = Document::parse(source.as_bytes()).unwrap();
        let names = names();
        for element in document.elements() {
            prop_assert!(agrees(element, &names), "{element:?} in {source}");
        }
        for names in [&names[..], &names[..1], &[]] {
            prop_assert!(finds(&document, names), "{names:?} in {source}");
        }
    }
}

/// Every name in every namespace is found, and is none of the others.
#[test]
fn each_name_is_its_own() {
    let names = names();
    for namespace in NAMESPACES {
        for local in LOCAL_NAMES {
            for escaped in [false, true] {
                let source = match namespace {
                    ns::XML => format!("<xml:{local} xml:{local}=''/>"),
                    "" => format!("<{local} {local}=''/>"),
                    _ => {
                        let uri = value(namespace, escaped);
                        format!("<{local} xmlns=\"{uri}\" xmlns:p=\"{uri}\" p:{local}=''/>")
                    }
                };
                let document = Document::parse(source.as_bytes()).unwrap();
                assert!(agrees(document.root(), &names), "{source}");
                assert!(finds(&document, &names), "{source}");
                let (root, found) = document.elements_among(&names).next().unwrap();
                assert_eq!(root, document.root());
                assert_eq!((found.namespace(), found.local_name()), (namespace, local));
                let attribute = document.root().attributes().next().unwrap();
                assert!(attribute.has_name(found), "{source}");
            }
        }
    }
}

/// Leaves that are as the one before them share what is known of them with it, and what follows them is found all the same.
#[test]
fn names_behind_leaves_of_one_kind() {
    let names = names();
    for local in LOCAL_NAMES {
        let leaves = "<v>1</v><v>2</v><v>3</v><v/><v/>";
        let source = format!("<r>{leaves}<{local}>{leaves}</{local}><v>4</v><{local}/></r>");
        let document = Document::parse(source.as_bytes()).unwrap();
        assert!(finds(&document, &names), "{source}");
        let name = [ExpandedName::new("", local)];
        assert_eq!(document.elements_among(&name).count(), 2, "{source}");
    }
}

/// A piece of a document can end with the start tag of an element, so that nothing is there to look at after its name.
#[test]
fn a_name_may_be_the_last_of_its_source() {
    let names = names();
    for local in LOCAL_NAMES {
        let source = format!("<{local}><a/></{local}>");
        let Ok(Next::Piece(piece)) = Pieces::new(Limits::DEFAULT).next(source.as_bytes(), true)
        else {
            unreachable!("the start tag is a piece");
        };
        assert!(agrees(piece.element(), &names), "{source}");
        assert!(finds(piece.element().document(), &names), "{source}");
        assert!(piece.element().has_name(&ExpandedName::new("", local)));
    }
}

/// What begins as a declaration does and goes on is an attribute, or has a prefix of its own.
#[test]
fn only_xmlns_and_names_with_this_prefix_declare() {
    for name in [
        "xmlnsp",
        "xmlns.p",
        "xmlns-p",
        "xmln",
        "Xmlns",
        "xmlnsxmlnsp",
        "p:xmlns",
        "xmlnp:k",
        "xmlnsp:k",
    ] {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let around = if prefix.is_empty() { "p" } else { prefix };
        let source = format!("<r xmlns:{around}=\"urn:p\"><e {name}=\"urn:q\"><p/></e></r>");
        let document = Document::parse(source.as_bytes()).unwrap();
        let element = document.root().elements().next().unwrap();
        assert_eq!(element.namespace_declarations().count(), 0, "{source}");
        let attribute = element.attributes().next().unwrap();
        assert_eq!(
            (attribute.prefix(), attribute.local_name()),
            (prefix, local),
            "{source}"
        );
        assert_eq!(attribute.value(), "urn:q", "{source}");
        let inner = element.elements().next().unwrap();
        assert_eq!(inner.namespace(), "", "{source}");
        let scope = [(around, "urn:p")];
        assert_eq!(inner.namespaces_in_scope(), scope, "{source}");
    }
}
