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
