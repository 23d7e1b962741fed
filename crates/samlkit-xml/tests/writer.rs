//! What is written is escaped, and reads back as it was given; what XML cannot say is refused.

use samlkit_xml::{Document, WriteError, Writer, ns};

fn write(steps: impl FnOnce(&mut Writer)) -> Result<String, WriteError> {
    let mut writer = Writer::new();
    steps(&mut writer);
    writer.finish()
}

/// `name: steps => Error, accepted steps;`
macro_rules! refused {
    ($($name:ident: |$w:ident| $bad:expr => $error:ident, $good:expr;)*) => {$(
        #[test]
        fn $name() {
            assert_eq!(write(|$w| { $bad; }), Err(WriteError::$error));
            assert_eq!(write(|$w| { $good; }).map(|_| ()), Ok(()));
        }
    )*};
}

refused! {
    nothing: |w| w.text("") => Misplaced, w.start("a").end();
    open: |w| w.start("a") => Misplaced, w.start("a").end();
    end_too_many: |w| w.start("a").end().end() => Misplaced, w.start("a").start("b").end().end();
    second_root: |w| w.start("a").end().start("b").end() => Misplaced, w.start("a").start("b").end().end();
    text_before_root: |w| w.text("x").start("a").end() => Misplaced, w.start("a").text("x").end();
    text_after_root: |w| w.start("a").end().text("x") => Misplaced, w.start("a").text("x").end();
    attribute_after_text: |w| w.start("a").text("x").attribute("b", "").end() => Misplaced, w.start("a").attribute("b", "").text("x").end();
    attribute_after_child: |w| w.start("a").start("b").end().attribute("b", "").end() => Misplaced, w.start("a").start("b").attribute("b", "").end().end();
    declaration_after_text: |w| w.start("a").text("x").declare("p", "u").end() => Misplaced, w.start("a").declare("p", "u").text("x").end();
    attribute_first: |w| w.attribute("b", "").start("a").end() => Misplaced, w.start("a").attribute("b", "").end();
    element_name: |w| w.start("a b").end() => MalformedName, w.start("a-b").end();
    element_name_of_markup: |w| w.start("a><b").end() => MalformedName, w.start("ab").end();
    element_name_of_two_colons: |w| w.start("a:b:c").end() => MalformedName, w.start("a:c").declare("a", "u").end();
    empty_name: |w| w.start("").end() => MalformedName, w.start("_").end();
    attribute_name: |w| w.start("a").attribute("1", "").end() => MalformedName, w.start("a").attribute("_1", "").end();
    prefix: |w| w.start("a").declare("p:q", "u").end() => MalformedName, w.start("a").declare("pq", "u").end();
    control_in_text: |w| w.start("a").text("\u{0}").end() => IllegalCharacter, w.start("a").text("\t\r\n").end();
    noncharacter_in_attribute: |w| w.start("a").attribute("b", "\u{FFFF}").end() => IllegalCharacter, w.start("a").attribute("b", "\u{FFFD}").end();
    control_in_namespace: |w| w.start("a").declare("p", "\u{1}").end() => IllegalCharacter, w.start("a").declare("p", "&").end();
    same_attribute: |w| w.start("a").attribute("b", "1").attribute("b", "2").end() => DuplicateAttribute, w.start("a").attribute("b", "1").attribute("B", "2").end();
    same_declaration: |w| w.start("a").declare("p", "u").declare("p", "v").end() => DuplicateAttribute, w.start("a").declare("p", "u").start("b").declare("p", "v").end().end();
    same_default: |w| w.start("a").declare("", "u").declare("", "u").end() => DuplicateAttribute, w.start("a").declare("", "u").end();
    xmlns_as_attribute: |w| w.start("a").attribute("xmlns", "u").end() => ReservedNamespace, w.start("a").declare("", "u").end();
    xmlns_as_prefix: |w| w.start("a").attribute("xmlns:p", "u").end() => ReservedNamespace, w.start("a").attribute("xmlnsp", "u").end();
    xmlns_declared: |w| w.start("a").declare("xmlns", "u").end() => ReservedNamespace, w.start("a").declare("p", "u").end();
    xml_declared: |w| w.start("a").declare("xml", ns::XML).end() => ReservedNamespace, w.start("a").attribute("xml:lang", "en").end();
    xml_namespace_declared: |w| w.start("a").declare("p", ns::XML).end() => ReservedNamespace, w.start("a").declare("p", ns::XSI).end();
    prefix_undeclared: |w| w.start("a").declare("p", "").end() => ReservedNamespace, w.start("a").declare("", "").end();
}

#[test]
fn empty_text_is_no_text() {
    let written = |text: &str| {
        write(|w| {
            w.start("a").text("").attribute("b", "").text(text).end();
        })
    };
    assert_eq!(written("").as_deref(), Ok("<a b=\"\"/>"));
    assert_eq!(written("x").as_deref(), Ok("<a b=\"\">x</a>"));
}

#[test]
fn the_first_mistake_is_reported() {
    let result = write(|w| {
        w.start("a").text("\u{0}").start("1").end().end().end();
    });
    assert_eq!(result, Err(WriteError::IllegalCharacter));
}

#[test]
fn escapes_in_text() {
    let written = write(|w| {
        w.start("a").text("<&>]]>\"'\t\r\n\u{85}é").end();
    });
    assert_eq!(
        written.as_deref(),
        Ok("<a>&lt;&amp;&gt;]]&gt;\"'\t&#xD;\n\u{85}é</a>")
    );
}

#[test]
fn escapes_in_attributes() {
    let written = write(|w| {
        w.start("a")
            .declare("p", "u?a&b")
            .attribute("b", "<&>\"'\t\r\n\u{85}é")
            .end();
    });
    assert_eq!(
        written.as_deref(),
        Ok("<a xmlns:p=\"u?a&amp;b\" b=\"&lt;&amp;&gt;&quot;'&#x9;&#xD;&#xA;\u{85}é\"/>")
    );
}

#[test]
fn empty_text_keeps_the_empty_tag() {
    let written = write(|w| {
        w.start("a")
            .text("")
            .start("b")
            .text("")
            .text("x")
            .end()
            .text("")
            .end();
    });
    assert_eq!(written.as_deref(), Ok("<a><b>x</b></a>"));
}

#[test]
fn optional_attributes() {
    let written = write(|w| {
        w.start("a")
            .optional_attribute("b", None)
            .optional_attribute("c", Some(""))
            .end();
    });
    assert_eq!(written.as_deref(), Ok("<a c=\"\"/>"));
}

#[test]
fn every_ascii_character_reads_back() {
    for c in (1..=127u8)
        .map(char::from)
        .filter(|c| samlkit_xml::is_xml_text(&c.to_string()))
    {
        for value in [
            format!("{c}"),
            format!("a{c}b"),
            format!("{c}{c}"),
            format!(" {c}\n"),
        ] {
            let written = write(|w| {
                w.start("a")
                    .attribute("b", &value)
                    .declare("p", &value)
                    .text(&value)
                    .end();
            });
            let written = written.unwrap();
            let document = Document::parse(written.as_bytes()).unwrap();
            assert_eq!(document.root().attribute("b"), Some(&*value));
            assert_eq!(document.root().resolve_prefix("p"), Some(&*value));
            assert_eq!(document.root().text().unwrap(), value);
        }
    }
}

/// What `copy` makes of the first child of a document's root, in an element of its own.
fn copied(xml: &str, default: &str) -> Result<String, WriteError> {
    let document = Document::parse(xml.as_bytes()).map_err(|_| WriteError::Misplaced)?;
    let element = document.root().elements().next();
    write(|w| {
        w.start("o");
        if !default.is_empty() {
            w.declare("", default);
        }
        if let Some(element) = element {
            w.copy(element);
        }
        w.end();
    })
}

#[test]
fn copies_keep_every_kind_of_node() {
    let root = "<p:a xmlns:p=\"urn:p\" k=\"&#xA;&lt;\"><!-- c --><?t d?><?t?>1 &amp; 2<b/>\n<b>&#xD;</b></p:a>";
    let document = Document::parse(root.as_bytes());
    let copy = document.map(|d| {
        write(|w| {
            w.copy(d.root());
        })
    });
    assert_eq!(copy, Ok(Ok(root.to_owned())));
}

#[test]
fn copies_declare_what_they_need() {
    for (xml, default, expected) in [
        // What is declared again nearer to where it occurs does not come from around; after that element it does.
        (
            r#"<r xmlns:q="urn:1"><a k="1"><q:b xmlns:q="urn:2">q:x</q:b></a></r>"#,
            "",
            r#"<o><a k="1"><q:b xmlns:q="urn:2">q:x</q:b></a></o>"#,
        ),
        (
            r#"<r xmlns:q="urn:1"><a><q:b xmlns:q="urn:2"/><c>q:x</c></a></r>"#,
            "",
            r#"<o><a xmlns:q="urn:1"><q:b xmlns:q="urn:2"/><c>q:x</c></a></o>"#,
        ),
        // Unused declarations around the original are left, its own are kept.
        (
            r#"<a xmlns:p="u:p" xmlns:q="u:q"><b xmlns:r="u:r"/></a>"#,
            "",
            r#"<o><b xmlns:r="u:r"/></o>"#,
        ),
        (
            r#"<a xmlns:p="u:p" xmlns:q="u:q"><b><c q:k=""/></b></a>"#,
            "",
            r#"<o><b xmlns:q="u:q"><c q:k=""/></b></o>"#,
        ),
        (
            r#"<a xmlns:p="u:p" xmlns:q="u:q"><b k="p:x">aq:y xp:z q</b></a>"#,
            "",
            r#"<o><b xmlns:p="u:p" k="p:x">aq:y xp:z q</b></o>"#,
        ),
        (
            r#"<a xmlns:p="u:p" xmlns:q="u:q"><b>(q:y)</b></a>"#,
            "",
            r#"<o><b xmlns:q="u:q">(q:y)</b></o>"#,
        ),
        // The default namespace, and its absence.
        (
            r#"<a xmlns="u:a"><b/></a>"#,
            "u:o",
            r#"<o xmlns="u:o"><b xmlns="u:a"/></o>"#,
        ),
        (
            r#"<a xmlns="u:a"><b xmlns=""/></a>"#,
            "",
            r#"<o><b xmlns=""/></o>"#,
        ),
        (
            "<a><b><c/></b></a>",
            "u:o",
            r#"<o xmlns="u:o"><b xmlns=""><c/></b></o>"#,
        ),
        ("<a><b><c/></b></a>", "", "<o><b><c/></b></o>"),
    ] {
        assert_eq!(copied(xml, default).as_deref(), Ok(expected), "{xml}");
    }
    let twice = r#"<a><b xmlns="u:b"/></a>"#;
    assert_eq!(
        copied(twice, "u:o").as_deref(),
        Ok(r#"<o xmlns="u:o"><b xmlns="u:b"/></o>"#)
    );
}

#[test]
fn copies_stand_where_elements_may() {
    let document = Document::parse(b"<a/>");
    let result = document.map(|d| {
        let root = d.root();
        (
            write(|w| {
                w.start("o").end().copy(root);
            }),
            write(|w| {
                w.start("o").copy(root).copy(root).end();
            }),
        )
    });
    assert_eq!(
        result,
        Ok((Err(WriteError::Misplaced), Ok("<o><a/><a/></o>".to_owned())))
    );
}
