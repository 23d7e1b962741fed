//! Which tags and texts are noted as canonical as they stand.

#![expect(clippy::panic, clippy::unwrap_used, reason = "test code")]

use samlkit_xml::Document;
use samlkit_xml::raw::{self, Raw, RawKind};

/// What is noted of the node after the root in a document of this content.
fn noted(content: &str) -> Option<String> {
    let source = format!("<r xmlns:a='urn:a'>{content}</r>");
    let document = Document::parse(source.as_bytes()).unwrap();
    let raw = Raw::new(&document);
    let (start, length) = match raw.kind(2) {
        Some(RawKind::Element(element)) => element.canonical_tag(),
        _ => raw.canonical_text(2),
    }?;
    let (start, length) = (start as usize, length as usize);
    Some(source.get(start..start + length).unwrap().to_owned())
}

#[test]
fn canonical_tags_are_noted() {
    for tag in [
        "<e",
        "<a:e",
        "<e k=\"\"",
        "<e k=\"v'>\u{e9}\"",
        "<e a:k=\"v\"",
        "<e xml:lang=\"en\"",
        "<a:e j=\"1\" k=\"2\" kk=\"3\" \u{e9}=\"4\"",
    ] {
        let name = if tag.starts_with("<a:") { "a:e" } else { "e" };
        for rest in ["/>".to_owned(), format!(">x</{name}>")] {
            let content = format!("{tag}{rest}");
            assert_eq!(noted(&content).as_deref(), Some(tag), "{content}");
        }
    }
}

#[test]
fn all_other_tags_are_not() {
    for content in [
        "<e />",
        "<e k=\"\" />",
        "<e k=''/>",
        "<e xmlns=\"urn:a\"/>",
        "<e ></e>",
        "<e\n></e>",
        "<e k=\"\" ></e>",
        "<e  k=\"\"></e>",
        "<e\tk=\"\"></e>",
        "<e\r\nk=\"\"></e>",
        "<e \nk=\"\"></e>",
        "<e k =\"\"></e>",
        "<e k= \"\"></e>",
        "<e k=''></e>",
        "<e k='\"'></e>",
        "<e k=\"&amp;\"></e>",
        "<e k=\"&#x41;\"></e>",
        "<e k=\"&#9;\"></e>",
        "<e k=\"a\tb\"></e>",
        "<e k=\"a\nb\"></e>",
        "<e xmlns=\"urn:a\"></e>",
        "<e xmlns:b=\"urn:a\"></e>",
        "<e xmlns:xml=\"http://www.w3.org/XML/1998/namespace\"></e>",
        "<e j=\"\" xmlns=\"\"></e>",
        "<e k=\"\" j=\"\"></e>",
        "<e k=\"\" j='' l=\"\"></e>",
        "<e j=\"\"  k=\"\"></e>",
        "<e j='' k=\"\"></e>",
        "<e kk=\"\" k=\"\"></e>",
        // In order, but what the order of prefixed attributes is cannot be told from the tag.
        "<e k=\"\" a:k=\"\"></e>",
    ] {
        assert_eq!(noted(content), None, "{content}");
    }
}

#[test]
fn canonical_texts_are_noted() {
    for text in ["x", "\u{e9} \n\t'\"", "]]"] {
        assert_eq!(noted(&format!("{text}<e/>")).as_deref(), Some(text));
    }
    for content in [
        "&lt;",
        "a>b",
        "a\r\nb",
        "<![CDATA[&]]>",
        "a<![CDATA[b]]>",
        "<!--c-->",
        "<?p?>",
    ] {
        assert_eq!(noted(content), None, "{content}");
    }
    assert_eq!(noted("<![CDATA[b]]>").as_deref(), Some("b"));
}

/// The whole element after the root, if it is noted.
fn whole(content: &str) -> Option<String> {
    let source = format!("<r xmlns:a='urn:a' xmlns:b='urn:a'>{content}</r>");
    let document = Document::parse(source.as_bytes()).unwrap();
    let Some(RawKind::Element(element)) = Raw::new(&document).kind(2) else {
        panic!("no element");
    };
    let (start, length) = element.canonical_whole()?;
    let (start, length) = (start as usize, length as usize);
    Some(source.get(start..start + length).unwrap().to_owned())
}

#[test]
fn canonical_elements_are_noted_as_a_whole() {
    for content in [
        "<e></e>",
        "<e>x</e>",
        "<e k=\"v\">x<f j=\"1\" k=\"2\">\u{e9}</f>y<f><g>z</g></f></e>",
        "<a:e><a:f></a:f></a:e>",
    ] {
        assert_eq!(whole(content).as_deref(), Some(content));
        // What stands beside it does not count.
        let beside = format!("{content}<b:x/>&amp;<!--c--><?p?><y k='' />");
        assert_eq!(whole(&beside).as_deref(), Some(content));
    }
}

#[test]
fn leaves_that_look_alike_are_told_apart() {
    let leaves = [
        ("<e>one</e>", "e", "", "urn:r"),
        ("<e></e>", "e", "", "urn:r"),
        ("<f>three</f>", "f", "", "urn:r"),
        ("<a:e>4</a:e>", "e", "a", "urn:a"),
        ("<b:g>5</b:g>", "g", "b", "urn:b"),
        ("<b:g>\u{e9}</b:g>", "g", "b", "urn:b"),
        ("<abc>7</abc>", "abc", "", "urn:r"),
        ("<e k=\"v\">8</e>", "e", "", "urn:r"),
        ("<e>9</e>", "e", "", "urn:r"),
        ("<e xmlns=\"urn:n\">10</e>", "e", "", "urn:n"),
        ("<e>11</e>", "e", "", "urn:r"),
        ("<e>12&lt;</e>", "e", "", "urn:r"),
        ("<e>13</e>", "e", "", "urn:r"),
        ("<e/>", "e", "", "urn:r"),
        ("<e>15</e >", "e", "", "urn:r"),
        ("<e>16</e>", "e", "", "urn:r"),
    ];
    // Each after each other, so that what they have in common is found in every order.
    for first in &leaves {
        for second in &leaves {
            let pair = [first, second, first, second];
            let content: String = pair.iter().map(|leaf| leaf.0).collect();
            let source = format!("<r xmlns='urn:r' xmlns:a='urn:a' xmlns:b='urn:b'>{content}</r>");
            let document = Document::parse(source.as_bytes()).unwrap();
            let children: Vec<_> = document.root().elements().collect();
            assert_eq!(children.len(), pair.len(), "{content}");
            for (child, &(text, local, prefix, namespace)) in children.into_iter().zip(pair) {
                assert_eq!(child.local_name(), local, "{content}");
                assert_eq!(child.prefix(), prefix, "{content}");
                assert_eq!(child.namespace(), namespace, "{content}");
                let extent = child.extent();
                assert_eq!(
                    source.get(extent.start..extent.end),
                    Some(text),
                    "{content}"
                );
                let attributes = usize::from(text.contains("k="));
                assert_eq!(child.attributes().count(), attributes, "{content}");
                let Some(RawKind::Element(element)) =
                    Raw::new(&document).kind(raw::element_index(child))
                else {
                    panic!("no element");
                };
                let declarations = usize::from(text.contains("xmlns"));
                assert_eq!(element.declarations().len(), declarations, "{content}");
                let others = ["xmlns", "&lt;", "/>", "</e >"];
                let whole = !others.iter().any(|part| text.contains(part));
                let noted = element.canonical_whole().map(|(at, length)| {
                    let at = at as usize;
                    source.get(at..at + length as usize).unwrap()
                });
                assert_eq!(noted, whole.then_some(text), "{content}");
            }
        }
    }
}

#[test]
fn elements_that_a_canonical_form_has_otherwise_are_not() {
    for content in [
        "<e/>",
        "<e k=\"\"/>",
        "<e ></e>",
        "<e></e >",
        "<e k=''></e>",
        "<e a:k=\"\"></e>",
        "<e xml:lang=\"en\"></e>",
        "<e xmlns=\"\"></e>",
        "<e>&amp;</e>",
        "<e>a>b</e>",
        "<e>a\rb</e>",
        "<e><![CDATA[]]></e>",
        "<e><![CDATA[x]]></e>",
        "<e><!--c--></e>",
        "<e><?p?></e>",
        "<e><f/></e>",
        "<e><f></f ></e>",
        "<e><f k='v'></f><g></g></e>",
        "<e><a:f></a:f></e>",
        "<a:e><f></f></a:e>",
        // One namespace, but another prefix.
        "<a:e><b:f></b:f></a:e>",
        "<e><f><a:g></a:g></f></e>",
        "<e><f><g></g></f><f>&#120;</f></e>",
        "<e><f><g xmlns:c=\"urn:a\"></g></f></e>",
    ] {
        assert_eq!(whole(content), None, "{content}");
    }
}

/// Only names that ascend are not compared with each other.
#[test]
fn equal_attributes_are_still_refused() {
    for tag in [
        "<e k=\"\" k=\"\"/>",
        "<e j=\"\" k=\"\" j=\"\"/>",
        "<e k=\"\" kk=\"\" k=\"\"/>",
    ] {
        assert!(Document::parse(tag.as_bytes()).is_err(), "{tag}");
    }
}
