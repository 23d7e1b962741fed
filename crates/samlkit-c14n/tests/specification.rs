//! The rules and examples of Canonical XML 1.0 and 1.1 and of Exclusive XML Canonicalization that need no DTD, one line each.

#![expect(clippy::unwrap_used, reason = "test code")]

use samlkit_c14n::{Algorithm, Canonicalizer, Error, NodeSet};
use samlkit_xml::{Attribute, Document, Element, Node, NodeKind};

use Algorithm::{
    CanonicalXml10, CanonicalXml10WithComments, CanonicalXml11, Exclusive, ExclusiveWithComments,
};

fn document(algorithm: Algorithm, prefixes: &str, source: &str) -> Result<String, Error> {
    let document = Document::parse(source.as_bytes()).unwrap();
    let mut out = Vec::new();
    Canonicalizer::new(algorithm)
        .with_inclusive_prefixes(prefixes)
        .document(&document, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

/// The canonical form of the first element with this local name.
fn element(
    algorithm: Algorithm,
    prefixes: &str,
    local: &str,
    source: &str,
) -> Result<String, Error> {
    let document = Document::parse(source.as_bytes()).unwrap();
    let apex = named(&document, local);
    let mut out = Vec::new();
    Canonicalizer::new(algorithm)
        .with_inclusive_prefixes(prefixes)
        .element(apex, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

fn named<'d>(document: &'d Document<'_>, local: &str) -> Element<'d> {
    document
        .elements()
        .find(|element| element.local_name() == local)
        .unwrap()
}

#[test]
fn all_algorithms_share_the_forms_of_a_document() {
    for (source, expected) in [
        // Canonical XML 1.0 §3.2: white space in content stays.
        (
            "<doc>\n   <clean>   </clean>\n   <dirty>   A   B   </dirty>\n</doc>",
            "<doc>\n   <clean>   </clean>\n   <dirty>   A   B   </dirty>\n</doc>",
        ),
        // §3.3: start and end tags.
        ("<a  b = 'c' ></a >", r#"<a b="c"></a>"#),
        ("<a/>", "<a></a>"),
        ("<a><b>c</b ></a\n>", "<a><b>c</b></a>"),
        (
            r#"<e d="1" c='2' a="3" b="4"/>"#,
            r#"<e a="3" b="4" c="2" d="1"></e>"#,
        ),
        (
            r#"<e xmlns:b="http://b" xmlns:a="http://a" b:z="1" a:z="2" z="3" b:a="4"/>"#,
            r#"<e xmlns:a="http://a" xmlns:b="http://b" z="3" a:z="2" b:a="4" b:z="1"></e>"#,
        ),
        // The order is by namespace name, not by prefix.
        (
            r#"<e xmlns:a="http://z" xmlns:b="http://a" a:x="1" b:x="2"/>"#,
            r#"<e xmlns:a="http://z" xmlns:b="http://a" b:x="2" a:x="1"></e>"#,
        ),
        // §3.4: character modifications.
        (
            "<a>1&#xD;\r\n2\r3\t&gt;&lt;&amp;&quot;</a>",
            "<a>1&#xD;\n2\n3\t&gt;&lt;&amp;\"</a>",
        ),
        (
            "<a><![CDATA[<&>\"]]]]><![CDATA[>]]></a>",
            "<a>&lt;&amp;&gt;\"]]&gt;</a>",
        ),
        (
            "<a b='&#x9;&#xA;&#xD;\t\r\n&quot;&apos;&lt;&gt;&amp;'/>",
            "<a b=\"&#x9;&#xA;&#xD;  &quot;'&lt;>&amp;\"></a>",
        ),
        ("<a>&#169;\u{1F600}</a>", "<a>\u{a9}\u{1F600}</a>"),
        // §2.1: nothing comes of the XML declaration and the white space beside the root.
        (
            "\u{feff}<?xml version='1.0' encoding='utf-8'?>\n\n<a/>\n",
            "<a></a>",
        ),
        // §2.3: instructions, their data trimmed at the start only.
        ("<a><?p?><?p   q  ?></a>", "<a><?p?><?p q  ?></a>"),
        (
            "<?p 1?><?q?><a/><?r 2?><?s?>",
            "<?p 1?>\n<?q?>\n<a></a>\n<?r 2?>\n<?s?>",
        ),
        // The prefix xml is never declared.
        (
            r#"<a xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:lang="en" lang="de"/>"#,
            r#"<a lang="de" xml:lang="en"></a>"#,
        ),
        // Undeclaring what is not declared says nothing.
        (r#"<a xmlns=""><b xmlns=""/></a>"#, "<a><b></b></a>"),
        (
            r#"<a xmlns="urn:a"><b xmlns=""><c xmlns=""/><d xmlns="urn:a"/></b></a>"#,
            r#"<a xmlns="urn:a"><b xmlns=""><c></c><d xmlns="urn:a"></d></b></a>"#,
        ),
        // A namespace name is escaped as an attribute value.
        (
            r#"<a xmlns="urn:a?b&amp;c&lt;&#9;&quot;"/>"#,
            r#"<a xmlns="urn:a?b&amp;c&lt;&#x9;&quot;"></a>"#,
        ),
        (
            "<\u{e9} \u{fc}='1' z='2'/>",
            "<\u{e9} z=\"2\" \u{fc}=\"1\"></\u{e9}>",
        ),
    ] {
        for algorithm in Algorithm::ALL {
            assert_eq!(
                document(algorithm, "", source).as_deref(),
                Ok(expected),
                "{algorithm:?} {source}"
            );
        }
    }
}

/// Canonical XML 1.0 §1 and 1.1 §1, ExcC14N §4.
const IDENTIFIERS: [&str; 6] = [
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2006/12/xml-c14n11#WithComments",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
];

#[test]
fn each_algorithm_has_its_identifier() {
    assert_eq!(Algorithm::ALL.map(Algorithm::uri), IDENTIFIERS);
    for (uri, algorithm) in IDENTIFIERS.into_iter().zip(Algorithm::ALL) {
        assert_eq!(Algorithm::from_uri(uri), Some(algorithm));
        let with_comments = uri.ends_with("#WithComments");
        assert_eq!(algorithm.with_comments(), with_comments);
        let is_exclusive = uri.contains("exc-c14n");
        assert_eq!(algorithm.is_exclusive(), is_exclusive);
        for other in [format!("{uri} "), uri.to_lowercase()] {
            assert_eq!(
                Algorithm::from_uri(&other),
                (other == uri).then_some(algorithm)
            );
        }
    }
    assert_eq!(Algorithm::from_uri(""), None);
}

#[test]
fn comments_come_with_the_algorithms_that_say_so() {
    let source = "<!-- 1 --><a><!-- 2 -->x<!--3--></a><!-- 4 -->";
    for (algorithm, uri) in Algorithm::ALL.into_iter().zip(IDENTIFIERS) {
        let expected = if uri.ends_with("#WithComments") {
            "<!-- 1 -->\n<a><!-- 2 -->x<!--3--></a>\n<!-- 4 -->"
        } else {
            "<a>x</a>"
        };
        assert_eq!(
            document(algorithm, "", source).as_deref(),
            Ok(expected),
            "{algorithm:?}"
        );
    }
    assert_eq!(
        element(ExclusiveWithComments, "", "a", source).as_deref(),
        Ok("<a><!-- 2 -->x<!--3--></a>")
    );
}

#[test]
fn inclusive_and_exclusive_differ_in_where_namespaces_are_declared() {
    let source = r#"<a:r xmlns:a="urn:a" xmlns:b="urn:b" xmlns="urn:d"><b:x b:k="1"><a:y/></b:x><z/><b:x/></a:r>"#;
    assert_eq!(
        document(CanonicalXml10, "", source).as_deref(),
        Ok(
            r#"<a:r xmlns="urn:d" xmlns:a="urn:a" xmlns:b="urn:b"><b:x b:k="1"><a:y></a:y></b:x><z></z><b:x></b:x></a:r>"#
        )
    );
    assert_eq!(
        document(Exclusive, "", source).as_deref(),
        Ok(concat!(
            r#"<a:r xmlns:a="urn:a"><b:x xmlns:b="urn:b" b:k="1"><a:y></a:y></b:x>"#,
            r#"<z xmlns="urn:d"></z><b:x xmlns:b="urn:b"></b:x></a:r>"#
        ))
    );
    for prefixes in ["b", " b\n", "b missing b", "\tb xml"] {
        assert_eq!(
            document(Exclusive, prefixes, source).as_deref(),
            Ok(concat!(
                r#"<a:r xmlns:a="urn:a" xmlns:b="urn:b"><b:x b:k="1"><a:y></a:y></b:x>"#,
                r#"<z xmlns="urn:d"></z><b:x></b:x></a:r>"#
            )),
            "{prefixes:?}"
        );
    }
    assert_eq!(
        document(Exclusive, "#default", source).as_deref(),
        Ok(concat!(
            r#"<a:r xmlns="urn:d" xmlns:a="urn:a"><b:x xmlns:b="urn:b" b:k="1"><a:y></a:y></b:x>"#,
            r#"<z></z><b:x xmlns:b="urn:b"></b:x></a:r>"#
        ))
    );
    // The inclusive algorithms have no PrefixList.
    assert_eq!(
        document(CanonicalXml11, "b", source),
        document(CanonicalXml11, "", source)
    );
}

#[test]
fn exclusive_undeclares_the_default_namespace_only_where_an_element_uses_it() {
    for (prefixes, source, expected) in [
        // `p:b` does not use the default namespace, `c` does.
        (
            "",
            r#"<a xmlns="urn:a"><p:b xmlns:p="urn:p" xmlns=""><c/></p:b></a>"#,
            r#"<a xmlns="urn:a"><p:b xmlns:p="urn:p"><c xmlns=""></c></p:b></a>"#,
        ),
        (
            "#default",
            r#"<a xmlns="urn:a"><p:b xmlns:p="urn:p" xmlns=""><c/></p:b></a>"#,
            r#"<a xmlns="urn:a"><p:b xmlns="" xmlns:p="urn:p"><c></c></p:b></a>"#,
        ),
        // An attribute without a prefix is in no namespace and uses none.
        (
            "",
            r#"<p:a xmlns:p="urn:p" xmlns="urn:d" k="1"/>"#,
            r#"<p:a xmlns:p="urn:p" k="1"></p:a>"#,
        ),
        (
            "",
            r#"<a xmlns="urn:d" k="1"><b k="1"/></a>"#,
            r#"<a xmlns="urn:d" k="1"><b k="1"></b></a>"#,
        ),
        // A prefix bound again to the same name is not said again, to another name it is.
        (
            "",
            r#"<p:a xmlns:p="urn:p"><p:b xmlns:p="urn:p"><p:c xmlns:p="urn:q"/></p:b><p:d/></p:a>"#,
            r#"<p:a xmlns:p="urn:p"><p:b><p:c xmlns:p="urn:q"></p:c></p:b><p:d></p:d></p:a>"#,
        ),
        // A listed prefix that is bound again but not used is said again.
        (
            "q",
            r#"<a xmlns:q="urn:q"><b xmlns:q="urn:r"><c xmlns:q="urn:r"/></b></a>"#,
            r#"<a xmlns:q="urn:q"><b xmlns:q="urn:r"><c></c></b></a>"#,
        ),
    ] {
        assert_eq!(
            document(Exclusive, prefixes, source).as_deref(),
            Ok(expected),
            "{source}"
        );
    }
}

#[test]
fn an_apex_takes_its_namespaces_with_it() {
    // ExcC14N §2.2: the same element in two places.
    let first = r#"<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n0:local>"#;
    let second = r#"<n2:pdu xmlns:n1="http://example.com" xmlns:n2="http://foo.example" xml:lang="fr" xml:space="retain"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n2:pdu>"#;
    for source in [first, second] {
        assert_eq!(
            element(Exclusive, "", "elem2", source).as_deref(),
            Ok(
                r#"<n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>"#
            )
        );
    }
    assert_eq!(
        element(CanonicalXml10, "", "elem2", first).as_deref(),
        Ok(
            r#"<n1:elem2 xmlns:n0="foo:bar" xmlns:n1="http://example.net" xmlns:n3="ftp://example.org" xml:lang="en"><n3:stuff></n3:stuff></n1:elem2>"#
        )
    );
    assert_eq!(
        element(CanonicalXml10, "", "elem2", second).as_deref(),
        Ok(
            r#"<n1:elem2 xmlns:n1="http://example.net" xmlns:n2="http://foo.example" xml:lang="en" xml:space="retain"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>"#
        )
    );
    // A listed prefix is taken from wherever it is in scope.
    let source = r#"<a xmlns:xs="urn:xs" xmlns="urn:d"><b xmlns:xs="urn:xs2"><c/></b></a>"#;
    assert_eq!(
        element(Exclusive, "xs #default", "c", source).as_deref(),
        Ok(r#"<c xmlns="urn:d" xmlns:xs="urn:xs2"></c>"#)
    );
    // One that is not in scope is not.
    let source = r#"<a xmlns="urn:d"><b xmlns=""><c/></b><d xmlns:q="urn:q"/></a>"#;
    for algorithm in Algorithm::ALL {
        assert_eq!(
            element(algorithm, "q #default", "c", source).as_deref(),
            Ok("<c></c>"),
            "{algorithm:?}"
        );
    }
}

#[test]
fn an_apex_inherits_attributes_of_the_xml_namespace() {
    let source = concat!(
        r#"<a xml:lang="de" xml:space="preserve" xml:id="i" xml:foo="1" xml:base="http://example.com/a/" k="2">"#,
        r#"<b xml:lang="en" xml:base="b/"><c xml:base="c" z="3" xml:foo="4"><d/></c></b></a>"#
    );
    assert_eq!(
        element(CanonicalXml10, "", "c", source).as_deref(),
        Ok(
            r#"<c z="3" xml:base="c" xml:foo="4" xml:id="i" xml:lang="en" xml:space="preserve"><d></d></c>"#
        )
    );
    assert_eq!(
        element(CanonicalXml11, "", "c", source).as_deref(),
        Ok(concat!(
            r#"<c z="3" xml:base="http://example.com/a/b/c" xml:foo="4" xml:lang="en" xml:space="preserve">"#,
            "<d></d></c>"
        ))
    );
    assert_eq!(
        element(CanonicalXml11, "", "d", source).as_deref(),
        Ok(r#"<d xml:base="http://example.com/a/b/c" xml:lang="en" xml:space="preserve"></d>"#)
    );
    assert_eq!(
        element(Exclusive, "", "c", source).as_deref(),
        Ok(r#"<c z="3" xml:base="c" xml:foo="4"><d></d></c>"#)
    );
    // A whole document has nothing to inherit from and nothing to fix.
    assert_eq!(
        document(
            CanonicalXml11,
            "",
            r#"<a xml:base=""><b xml:base=".."/></a>"#
        )
        .as_deref(),
        Ok(r#"<a xml:base=""><b xml:base=".."></b></a>"#)
    );
}

#[test]
fn xml_base_is_joined_only_with_omitted_ones() {
    for (source, expected) in [
        (
            r#"<a><b xml:base="../x#f"/></a>"#,
            r#"<b xml:base="../x#f"></b>"#,
        ),
        (
            r#"<a xml:base="../x#f"><b/></a>"#,
            r#"<b xml:base="../x#f"></b>"#,
        ),
        (
            r#"<a xml:base=".."><b xml:base=".."/></a>"#,
            r#"<b xml:base="../../"></b>"#,
        ),
        (r#"<a xml:base="x/"><b xml:base="../"/></a>"#, "<b></b>"),
        (r#"<a xml:base=""><b/></a>"#, "<b></b>"),
        // Nothing is fixed here, so that an empty one stays.
        (r#"<a><b xml:base=""/></a>"#, r#"<b xml:base=""></b>"#),
    ] {
        assert_eq!(
            element(CanonicalXml11, "", "b", source).as_deref(),
            Ok(expected),
            "{source}"
        );
        assert_eq!(
            subset(CanonicalXml11, &["a"], &[], source),
            expected,
            "{source}"
        );
    }
}

#[test]
fn an_excluded_element_leaves_no_trace() {
    let source = r#"<a xmlns:p="urn:p">1<b><p:s><t/></p:s></b>2<p:s/></a>"#;
    let parsed = Document::parse(source.as_bytes()).unwrap();
    let [a, b, s, t] = ["a", "b", "s", "t"].map(|local| named(&parsed, local));
    let exclusive = Canonicalizer::new(Exclusive);
    let mut out = b"kept ".to_vec();
    assert_eq!(exclusive.element_without(a, s, &mut out), Ok(()));
    assert_eq!(out, br#"kept <a>1<b></b>2<p:s xmlns:p="urn:p"></p:s></a>"#);
    out.clear();
    assert_eq!(exclusive.element_without(b, s, &mut out), Ok(()));
    assert_eq!(out, b"<b></b>");
    out.clear();
    assert_eq!(exclusive.document_without(&parsed, b, &mut out), Ok(()));
    assert_eq!(out, br#"<a>12<p:s xmlns:p="urn:p"></p:s></a>"#);

    let other = Document::parse(source.as_bytes()).unwrap();
    out.clear();
    for (apex, excluded) in [(b, a), (b, b), (t, s), (a, named(&other, "s"))] {
        assert_eq!(
            exclusive.element_without(apex, excluded, &mut out),
            Err(Error::ExcludedNotDescendant)
        );
    }
    // Also where all around it could be copied as it stands.
    let alike = Document::parse(b"<a>1<b>2<s>3</s>4</b>5</a>").unwrap();
    let [a, s] = ["a", "s"].map(|local| named(&alike, local));
    assert_eq!(exclusive.element_without(a, s, &mut out), Ok(()));
    assert_eq!(out, b"<a>1<b>24</b>5</a>");
    out.clear();
    let siblings = Document::parse(b"<a><b/><s/></a>").unwrap();
    let [b, s] = ["b", "s"].map(|local| named(&siblings, local));
    assert_eq!(
        exclusive.element_without(b, s, &mut out),
        Err(Error::ExcludedNotDescendant)
    );
    for excluded in [a, named(&other, "s")] {
        assert_eq!(
            exclusive.document_without(&parsed, excluded, &mut out),
            Err(Error::ExcludedNotDescendant)
        );
    }
    assert_eq!(out, b"");
}

#[test]
fn a_relative_namespace_name_is_refused_wherever_it_is() {
    for (source, offset) in [
        (r#"<a xmlns="foo"/>"#, 0),
        (r#"<a><b xmlns:p="../foo"/></a>"#, 3),
        (
            r#"<a><b xmlns:p="urn:p"/><c xmlns:p="//host/a:b"/></a>"#,
            23,
        ),
    ] {
        for algorithm in Algorithm::ALL {
            assert_eq!(
                document(algorithm, "", source),
                Err(Error::RelativeNamespaceUri { offset }),
                "{algorithm:?} {source}"
            );
        }
        assert_eq!(
            element(Exclusive, "", "a", source),
            Err(Error::RelativeNamespaceUri { offset })
        );
    }
    // "" is no name, and a scheme is enough.
    assert_eq!(
        document(Exclusive, "", r#"<a xmlns=""/>"#).as_deref(),
        Ok("<a></a>")
    );
    assert_eq!(
        document(Exclusive, "", r#"<a xmlns="x:"/>"#).as_deref(),
        Ok(r#"<a xmlns="x:"></a>"#)
    );
}

/// Elements only, or nothing at all.
struct Only(bool);

impl NodeSet for Only {
    fn contains(&self, node: Node<'_>) -> bool {
        self.0 && matches!(node.kind(), NodeKind::Element(_))
    }
}

#[test]
fn a_subset_may_be_empty() {
    let parsed = Document::parse(b"<!--1--><a k='1'>x<b/></a>").unwrap();
    let canonicalizer = Canonicalizer::new(CanonicalXml10WithComments);
    let mut out = Vec::new();
    assert_eq!(
        canonicalizer.subset(&parsed, &Only(false), &mut out),
        Ok(())
    );
    assert_eq!(out, b"");
    assert_eq!(canonicalizer.subset(&parsed, &Only(true), &mut out), Ok(()));
    assert_eq!(out, br#"<a k="1"><b></b></a>"#);
}

/// All but the elements and the attributes of these names; the namespace nodes stay.
struct But<'n> {
    elements: &'n [&'n str],
    attributes: &'n [&'n str],
}

impl NodeSet for But<'_> {
    fn contains(&self, node: Node<'_>) -> bool {
        let element = node.as_element();
        element.is_none_or(|element| !self.elements.contains(&element.local_name()))
    }

    fn contains_attribute(&self, element: Element<'_>, attribute: Attribute<'_>) -> bool {
        self.contains(element.node()) && !self.attributes.contains(&attribute.qualified_name())
    }

    fn contains_namespace(&self, _: Element<'_>, _: &str) -> bool {
        true
    }
}

fn subset(algorithm: Algorithm, elements: &[&str], attributes: &[&str], source: &str) -> String {
    let document = Document::parse(source.as_bytes()).unwrap();
    let set = But {
        elements,
        attributes,
    };
    let mut out = Vec::new();
    let canonicalizer = Canonicalizer::new(algorithm);
    canonicalizer.subset(&document, &set, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// ExcC14N §3: only an element that is in the set renders what it utilizes.
#[test]
fn an_omitted_element_renders_no_namespace() {
    let source = r#"<a><p:b xmlns:p="urn:p" p:k=""><p:c/></p:b></a>"#;
    assert_eq!(
        subset(Exclusive, &["b"], &[], source),
        r#"<a><p:c xmlns:p="urn:p"></p:c></a>"#
    );
    assert_eq!(
        subset(Exclusive, &[], &[], source),
        r#"<a><p:b xmlns:p="urn:p" p:k=""><p:c></p:c></p:b></a>"#
    );
}

/// Canonical XML 1.0 §2.4 takes nothing over that the element itself has, in the set or not; 1.1 keeps it.
#[test]
fn an_attribute_of_an_orphan_that_is_not_in_the_set() {
    let source = r#"<a xml:lang="en" xml:space="preserve"><b xml:lang="de"/></a>"#;
    assert_eq!(
        subset(CanonicalXml10, &["a"], &["xml:lang"], source),
        r#"<b xml:space="preserve"></b>"#
    );
    assert_eq!(
        subset(CanonicalXml11, &["a"], &["xml:lang"], source),
        r#"<b xml:lang="de" xml:space="preserve"></b>"#
    );
}
