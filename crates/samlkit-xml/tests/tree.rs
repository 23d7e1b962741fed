//! What the tree says: merging of character data, line ends, attribute values, namespaces, offsets, handles and `text()`.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::borrow::Cow;

use samlkit_xml::{Attribute, Document, Element, Error, Limits, Node, NodeKind, ns};

/// A document in one line: `e(...)`, `"text"`, `#comment`, `?target data`.
fn shape(source: &str) -> String {
    fn node(node: Node<'_>, out: &mut String) {
        match node.kind() {
            NodeKind::Element(element) => {
                out.push_str(element.qualified_name());
                out.push('(');
                nodes(element.children(), out);
                out.push(')');
            }
            NodeKind::Text(text) => out.push_str(&format!("{text:?}")),
            NodeKind::Comment(text) => out.push_str(&format!("#{text:?}")),
            NodeKind::ProcessingInstruction { target, data } => {
                out.push_str(&format!("?{target} {data:?}"));
            }
            _ => out.push('!'),
        }
    }
    fn nodes<'d>(list: impl Iterator<Item = Node<'d>>, out: &mut String) {
        for (index, child) in list.enumerate() {
            if index > 0 {
                out.push(' ');
            }
            node(child, out);
        }
    }
    let document = Document::parse(source.as_bytes()).unwrap();
    let mut out = String::new();
    nodes(document.children(), &mut out);
    out
}

/// The value of the attribute `v` of the root.
fn value(source: &str) -> String {
    let document = Document::parse(source.as_bytes()).unwrap();
    document.root().attribute("v").unwrap().to_owned()
}

macro_rules! shapes {
    ($($name:ident: $source:expr => $shape:expr;)*) => {$(
        #[test]
        fn $name() {
            assert_eq!(shape($source), $shape);
        }
    )*};
}

mod character_data {
    use super::*;

    shapes! {
        none: "<a></a>" => "a()";
        empty_tag: "<a/>" => "a()";
        text: "<a>t</a>" => r#"a("t")"#;
        white_space: "<a> <b/>\n</a>" => r#"a(" " b() "\n")"#;
        references: "<a>&lt;&gt;&amp;&apos;&quot;&#x1F511;&#65;</a>" => r#"a("<>&'\"🔑A")"#;
        references_in_text: "<a>x&lt;y&#10;z</a>" => r#"a("x<y\nz")"#;
        sections: "<a>x<![CDATA[<y>&amp;]]>z<![CDATA[]]]]><![CDATA[>]]></a>" => r#"a("x<y>&amp;z]]>")"#;
        section_alone: "<a><![CDATA[x]]></a>" => r#"a("x")"#;
        empty_sections: "<a><![CDATA[]]><b/><![CDATA[]]>x</a>" => r#"a(b() "x")"#;
        twice_escaped: "<a>&amp;lt;&#38;lt;</a>" => r#"a("&lt;&lt;")"#;
        comment_splits: "<a>x<!--c-->y</a>" => r##"a("x" #"c" "y")"##;
        instruction_splits: "<a>x<?p?>y</a>" => r#"a("x" ?p "" "y")"#;
        brackets: "<a>]]&gt;]]</a>" => r#"a("]]>]]")"#;
        mark_inside: "<a>\u{FEFF}</a>" => "a(\"\\u{feff}\")";
    }
}

mod line_ends {
    use super::*;

    shapes! {
        text: "<a>1\r\n2\r3\n4\r\r\n5\n\r6</a>" => r#"a("1\n2\n3\n4\n\n5\n\n6")"#;
        section: "<a><![CDATA[1\r\n2\r]]></a>" => r#"a("1\n2\n")"#;
        across_pieces: "<a>1\r<![CDATA[\n2\r]]>&#10;</a>" => r#"a("1\n\n2\n\n")"#;
        comment: "<!--1\r\n2\r--><a/>" => r##"#"1\n2\n" a()"##;
        instruction: "<?p\r\n1\r\n2\r?><a/>" => r#"?p "1\n2\n" a()"#;
        reference_is_kept: "<a>&#13;&#xD;&#10;</a>" => r#"a("\r\r\n")"#;
        other_line_separators_are_kept: "<a>\u{85}\u{2028}</a>" => "a(\"\\u{85}\\u{2028}\")";
    }
}

mod outside_the_root {
    use super::*;

    shapes! {
        nodes: "<?xml version='1.0'?>\n<!--1--> <?p 2?>\n<a/>\r\n<!--3-->\n<?q?>" => r##"#"1" ?p "2" a() #"3" ?q """##;
        comments_with_odd_content: "<!---><--><!-->--><!----><a/>" => r##"#"-><" #">" #"" a()"##;
        instruction_data: "<?p  a ? > ?><?q ??><?r\t?><a/>" => r#"?p "a ? > " ?q "?" ?r "" a()"#;
    }
}

mod attribute_values {
    use super::*;

    macro_rules! values {
        ($($name:ident: $source:expr => $value:expr;)*) => {$(
            #[test]
            fn $name() {
                assert_eq!(value($source), $value);
            }
        )*};
    }

    values! {
        empty: "<a v=''/>" => "";
        plain: "<a v='x'/>" => "x";
        not_trimmed: "<a v='  x  y '/>" => "  x  y ";
        white_space_becomes_space: "<a v='1\t2\n3\r4\r\n5\n\r6'/>" => "1 2 3 4 5  6";
        references_are_kept: "<a v='&#9;&#10;&#13;&#32;'/>" => "\t\n\r ";
        return_then_reference: "<a v='\r&#10;'/>" => " \n";
        predefined: "<a v='&lt;&gt;&amp;&apos;&quot;'/>" => "<>&'\"";
        twice_escaped: "<a v='&amp;lt;'/>" => "&lt;";
        other_quote: "<a v='\"'/>" => "\"";
        apostrophe: "<a v=\"'\"/>" => "'";
        greater_than: "<a v='>/>'/>" => ">/>";
        after_other: "<a u='&amp;' v = \"x&amp;\"\n/>" => "x&";
        not_ascii: "<a v='é&#233;'/>" => "éé";
        end_of_section: "<a v=']]>'/>" => "]]>";
    }
}

mod namespaces {
    use super::*;

    const SOURCE: &str = "<a xmlns='u' xmlns:p='v' p:k='1' k='2' xml:lang='en'>\
        <p:b xmlns:p='w' xmlns=''><c p:k='3'/></p:b><d xmlns:q='u' q:k='4'/></a>";

    fn by_name<'d>(document: &'d Document<'_>, name: &str) -> Element<'d> {
        document
            .elements()
            .find(|element| element.local_name() == name)
            .unwrap()
    }

    #[test]
    fn expanded_names() {
        let document = Document::parse(SOURCE.as_bytes()).unwrap();
        let names: Vec<_> = document
            .elements()
            .map(|e| {
                (
                    e.namespace(),
                    e.prefix(),
                    e.local_name(),
                    e.qualified_name(),
                )
            })
            .collect();
        assert_eq!(
            names,
            [
                ("u", "", "a", "a"),
                ("w", "p", "b", "p:b"),
                ("", "", "c", "c"),
                ("u", "", "d", "d")
            ]
        );
        assert!(document.root().is("u", "a"));
        assert!(!document.root().is("", "a"));
        assert!(!document.root().is("u", "d"));
    }

    #[test]
    fn attributes() {
        let document = Document::parse(SOURCE.as_bytes()).unwrap();
        let root = document.root();
        let all: Vec<_> = root
            .attributes()
            .map(|a| {
                (
                    a.namespace(),
                    a.prefix(),
                    a.local_name(),
                    a.qualified_name(),
                    a.value(),
                )
            })
            .collect();
        assert_eq!(
            all,
            [
                ("v", "p", "k", "p:k", "1"),
                ("", "", "k", "k", "2"),
                (ns::XML, "xml", "lang", "xml:lang", "en")
            ]
        );
        assert_eq!(root.attributes().len(), 3);
        assert_eq!(root.attribute("k"), Some("2"));
        assert_eq!(root.attribute_ns("v", "k"), Some("1"));
        let is = |namespace: &str, name: &str| -> Vec<bool> {
            root.attributes().map(|a| a.is(namespace, name)).collect()
        };
        let found = [is("v", "k"), is("", "k"), is(ns::XML, "lang")];
        assert_eq!(
            found.concat(),
            [true, false, false, false, true, false, false, false, true]
        );
        assert_eq!(is("", "lang"), [false; 3]);
        assert_eq!(is("v", "l"), [false; 3]);
        // The default namespace does not apply to attributes.
        assert_eq!(root.attribute_ns("u", "k"), None);
        assert_eq!(root.attribute("lang"), None);
        assert_eq!(root.attribute("xmlns"), None);
        assert_eq!(by_name(&document, "c").attribute_ns("w", "k"), Some("3"));
        assert_eq!(by_name(&document, "d").attribute_ns("u", "k"), Some("4"));
        assert_eq!(by_name(&document, "d").attribute("k"), None);
    }

    #[test]
    fn declarations_and_scope() {
        let document = Document::parse(SOURCE.as_bytes()).unwrap();
        let declared = |element: Element<'_>| -> Vec<(String, String)> {
            element
                .namespace_declarations()
                .map(|d| (d.prefix().to_owned(), d.uri().to_owned()))
                .collect()
        };
        let pair = |prefix: &str, uri: &str| (prefix.to_owned(), uri.to_owned());
        assert_eq!(declared(document.root()), [pair("", "u"), pair("p", "v")]);
        let c = by_name(&document, "c");
        assert_eq!(
            declared(c.parent().unwrap()),
            [pair("p", "w"), pair("", "")]
        );
        assert_eq!(declared(c), []);
        assert_eq!(c.resolve_prefix("p"), Some("w"));
        assert_eq!(c.resolve_prefix(""), None);
        assert_eq!(c.resolve_prefix("q"), None);
        assert_eq!(c.resolve_prefix("xml"), Some(ns::XML));
        assert_eq!(c.namespaces_in_scope(), [("p", "w")]);
        let d = by_name(&document, "d");
        assert_eq!(d.resolve_prefix(""), Some("u"));
        assert_eq!(d.resolve_prefix("p"), Some("v"));
        assert_eq!(d.namespaces_in_scope(), [("q", "u"), ("", "u"), ("p", "v")]);
    }

    #[test]
    fn declared_after_use_and_by_reference() {
        let document = Document::parse(b"<p:a p:k='1' xmlns:p=' u&#x6e;&amp;\t'/>").unwrap();
        assert!(document.root().is(" un& ", "a"));
        assert_eq!(document.root().attribute_ns(" un& ", "k"), Some("1"));
    }

    #[test]
    fn default_taken_away_and_given_back() {
        let document = Document::parse(b"<a xmlns='u'><b xmlns=''><c xmlns='u'/><d/></b><e/></a>");
        let document = document.unwrap();
        let names: Vec<_> = document.elements().map(Element::namespace).collect();
        assert_eq!(names, ["u", "", "u", "", "u"]);
    }

    #[test]
    fn declaration_of_xml_is_dropped() {
        let source = b"<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:k='1'/>";
        let document = Document::parse(source).unwrap();
        assert_eq!(document.root().namespace_declarations().count(), 0);
        assert_eq!(document.root().attribute_ns(ns::XML, "k"), Some("1"));
    }

    #[test]
    fn more_than_the_interner_searches_in_place() {
        let mut source = String::from("<r");
        for i in 0..100 {
            source.push_str(&format!(" xmlns:p{i}='u{i}'"));
        }
        source.push('>');
        for i in 0..100 {
            source.push_str(&format!("<p{i}:e xmlns:p{}='v{i}'/>", (i + 1) % 100));
        }
        source.push_str("</r>");
        let document = Document::parse(source.as_bytes()).unwrap();
        for (i, element) in document.root().elements().enumerate() {
            assert_eq!(element.namespace(), format!("u{i}"));
            let next = (i + 1) % 100;
            assert_eq!(
                element.resolve_prefix(&format!("p{next}")),
                Some(&*format!("v{i}"))
            );
        }
    }
}

mod offsets {
    use super::*;

    const SOURCE: &str = "<a k='1'  j='2'>t&lt;<!--c--><?p?><b/><![CDATA[]]>&#65;<c/></a>";

    fn offsets(source: &[u8]) -> (Vec<usize>, Vec<usize>) {
        let document = Document::parse(source).unwrap();
        let root = document.root();
        let nodes = core::iter::once(root.node()).chain(root.descendants());
        (
            nodes.map(Node::offset).collect(),
            root.attributes().map(Attribute::offset).collect(),
        )
    }

    #[test]
    fn of_every_kind() {
        assert_eq!(
            offsets(SOURCE.as_bytes()),
            (vec![0, 16, 21, 29, 34, 50, 55], vec![3, 10])
        );
    }

    #[test]
    fn count_the_byte_order_mark() {
        let marked = format!("\u{FEFF}{SOURCE}");
        assert_eq!(
            offsets(marked.as_bytes()),
            (vec![3, 19, 24, 32, 37, 53, 58], vec![6, 13])
        );
        let document = Document::parse(marked.as_bytes()).unwrap();
        assert_eq!(document.source(), SOURCE);
        assert_eq!(
            document.root().text(),
            Err(Error::ChildElement { offset: 37 })
        );
        let owned = Document::parse_owned(marked.into_bytes(), &Limits::DEFAULT).unwrap();
        assert_eq!(owned.source(), SOURCE);
        assert_eq!(owned.root().elements().next().unwrap().offset(), 37);
    }
}

mod handles {
    use super::*;

    #[test]
    fn document_order_and_subtrees() {
        let document = Document::parse(b"<!--0--><a>1<b><c/>2</b><d/></a><?e?>").unwrap();
        let ids: Vec<_> = document.root().descendants().map(Node::id).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids.len(), 5);
        let b = document.root().elements().next().unwrap();
        let below: Vec<_> = b.descendants().map(Node::id).collect();
        assert_eq!(below.len(), 2);
        assert!(
            below
                .iter()
                .all(|&id| b.id() < id && id < b.node().subtree_end())
        );
        assert_eq!(document.children().count(), 3);
        assert_eq!(
            document.root().descendants().last().unwrap().parent(),
            Some(document.root())
        );
        assert_eq!(document.root().parent(), None);
        assert!(document.children().all(|node| node.parent().is_none()));
    }

    #[test]
    fn ids_lead_back() {
        let document = Document::parse(b"<a>1<b/><!--c--></a>").unwrap();
        for node in document.children().chain(document.root().descendants()) {
            assert_eq!(document.node(node.id()), Some(node));
            assert_eq!(
                node.as_element().map(Element::id),
                node.as_element().map(|_| node.id())
            );
        }
        let larger = Document::parse(b"<a><b/><c/><d/><e/></a>").unwrap();
        let last = larger.root().descendants().last().unwrap();
        assert_eq!(document.node(last.id()), None);
    }

    #[test]
    fn equal_only_within_one_document() {
        let one = Document::parse(b"<a/>").unwrap();
        let other = one.clone();
        assert_eq!(one.root(), one.root());
        assert_ne!(one.root(), other.root());
        assert_ne!(one.root().node(), other.root().node());
    }

    #[test]
    fn owned_documents_outlive_their_input() {
        fn parse(source: &[u8]) -> Document<'static> {
            Document::parse_owned(source.to_vec(), &Limits::DEFAULT).unwrap()
        }
        let document = parse(b"<a>x&amp;y</a>");
        assert_eq!(document.root().text().unwrap(), "x&y");
        assert_eq!(document.source(), "<a>x&amp;y</a>");
    }

    #[test]
    fn debug_shows_no_content() {
        let document = Document::parse(b"<a k='secret'>secret<!--secret--></a>").unwrap();
        let root = document.root();
        let shown = format!(
            "{document:?} {root:?} {:?} {:?}",
            root.node(),
            root.attributes().next()
        );
        assert!(!shown.contains("secret"), "{shown}");
    }
}

mod text {
    use super::*;

    fn text(source: &str) -> Result<String, Error> {
        let document = Document::parse(source.as_bytes())?;
        document.root().text().map(Cow::into_owned)
    }

    #[test]
    fn joins_all_character_data() {
        for (source, expected) in [
            ("<a/>", ""),
            ("<a><!--c--></a>", ""),
            ("<a> x </a>", " x "),
            (
                "<a>user@good.example<!---->.evil.example</a>",
                "user@good.example.evil.example",
            ),
            ("<a><!--c-->x<?p?>y<![CDATA[<z>]]></a>", "xy<z>"),
        ] {
            assert_eq!(text(source).as_deref(), Ok(expected), "{source}");
        }
    }

    #[test]
    fn refuses_child_elements() {
        assert_eq!(
            text("<a>x<b/>y</a>"),
            Err(Error::ChildElement { offset: 4 })
        );
        assert_eq!(
            text("<a><!--c--><b>y</b></a>"),
            Err(Error::ChildElement { offset: 11 })
        );
    }

    #[test]
    fn bare_is_all_that_there_is() {
        let bare = |source: &str| {
            let document = Document::parse(source.as_bytes()).unwrap();
            document.root().bare_text().map(str::to_owned)
        };
        for source in [
            "<a>x</a>",
            "<a >&#x78;</a>",
            "<a><![CDATA[x]]></a>",
            "<a xmlns='u' xmlns:p='v'>x</a>",
        ] {
            assert_eq!(bare(source).as_deref(), Some("x"), "{source}");
        }
        for source in [
            "<a/>",
            "<a></a>",
            "<a k=''>x</a>",
            "<a xml:lang='en'>x</a>",
            "<a>x<!----></a>",
            "<a><?p?>x</a>",
            "<a>x<b/></a>",
            "<a><b>x</b></a>",
            "<a><!--x--></a>",
        ] {
            assert_eq!(bare(source), None, "{source}");
        }
    }

    #[test]
    fn attributes_of_neighbours_are_not_its_own() {
        let document = Document::parse(b"<a k=''><b>x</b><c k=''>y</c><d>z</d></a>").unwrap();
        let texts: Vec<_> = document.elements().map(Element::bare_text).collect();
        assert_eq!(texts, [None, Some("x"), None, Some("z")]);
    }

    #[test]
    fn borrows_unless_split() {
        for (source, expected) in [
            ("<a/>", ""),
            ("<a>x&amp;<![CDATA[y]]></a>", "x&y"),
            ("<a><!--c-->x&amp;y</a>", "x&y"),
            ("<a>x&amp;y<?p?></a>", "x&y"),
        ] {
            let document = Document::parse(source.as_bytes()).unwrap();
            let text = document.root().text();
            assert!(
                matches!(text, Ok(Cow::Borrowed(text)) if text == expected),
                "{source}"
            );
        }
    }

    /// Whatever stands around the element, its text is all of its own and nothing else.
    #[test]
    fn is_of_the_element_wherever_it_stands() {
        for before in [
            "<!---->",
            "<b/>",
            "t<b/>",
            "t<?p?>",
            "<b>t</b>",
            "<b>t<c/></b>t<?p?>",
        ] {
            for count in 0..12 {
                let before = before.repeat(count);
                for (content, expected) in [
                    ("", Some("")),
                    ("x", Some("x")),
                    ("x<!---->y", Some("xy")),
                    ("<!---->x", Some("x")),
                    ("x<!----><!---->y", Some("xy")),
                    ("x<b/>", None),
                    ("x<b>y</b>z", None),
                ] {
                    let source = format!("<r>{before}t<a>{content}</a>u<a>v</a></r>");
                    let document = Document::parse(source.as_bytes()).unwrap();
                    let mut elements = document.root().elements();
                    let element = elements.find(|element| element.is("", "a")).unwrap();
                    let text = element.text().ok();
                    assert_eq!(text.as_deref(), expected, "{source}");
                }
            }
        }
    }
}
