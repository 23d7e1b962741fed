//! Attribute statements and typed values: what each form is read as, and what is refused with which error.
#![expect(clippy::unwrap_used, reason = "tests")]

use samlkit_core::{Assertion, AttributeContent, AttributeStatement, Error, Excerpt, NameId};
use samlkit_xml::Document;

/// An assertion with this content in its one attribute statement.
fn assertion(content: &str) -> String {
    format!(
        r#"<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:o="urn:other" ID="_a" Version="2.0" IssueInstant="2026-11-24T03:00:00Z"><Issuer>i</Issuer><Subject><NameID>n</NameID></Subject><AttributeStatement>{content}</AttributeStatement></Assertion>"#
    )
}

fn with(content: &str, check: impl Fn(&AttributeStatement<'_>)) {
    let xml = assertion(content);
    let document = Document::parse(xml.as_bytes()).unwrap();
    let assertion = Assertion::inspect(document.root()).unwrap();
    check(assertion.untrusted().attribute_statements().next().unwrap());
}

/// The error for this content, with offsets from its start.
fn refused(content: &str, error: impl Fn(usize) -> Error) {
    let xml = assertion(content);
    let document = Document::parse(xml.as_bytes()).unwrap();
    let start = xml.find("<AttributeStatement>").unwrap() + "<AttributeStatement>".len();
    assert_eq!(
        Assertion::inspect(document.root()).err(),
        Some(error(start)),
        "{content}"
    );
}

/// What one value is, in a word and its text.
fn value(value: &str) -> (String, Option<String>) {
    let mut out = None;
    let cell = std::cell::RefCell::new(&mut out);
    with(
        &format!("<Attribute Name=\"a\">{value}</Attribute>"),
        |statement| {
            let value = statement
                .attributes()
                .first()
                .unwrap()
                .values()
                .first()
                .unwrap();
            let text = value.text().or_else(|| value.name_id().map(NameId::value));
            **cell.borrow_mut() = Some((format!("{:?}", value.content()), text.map(str::to_owned)));
        },
    );
    out.unwrap()
}

#[test]
fn values_are_typed_by_what_they_hold() {
    let own = |name: &str, text: Option<&str>| (name.to_owned(), text.map(str::to_owned));
    for (xml, expected) in [
        (
            "<AttributeValue>a</AttributeValue>",
            own("Text(..)", Some("a")),
        ),
        (
            "<AttributeValue> a\nb </AttributeValue>",
            own("Text(..)", Some(" a\nb ")),
        ),
        ("<AttributeValue/>", own("Text(..)", Some(""))),
        (
            "<AttributeValue></AttributeValue>",
            own("Text(..)", Some("")),
        ),
        (
            "<AttributeValue><!-- c --></AttributeValue>",
            own("Text(..)", Some("")),
        ),
        (
            "<AttributeValue>a<!-- c -->b<?p i?>c</AttributeValue>",
            own("Text(..)", Some("abc")),
        ),
        (
            "<AttributeValue>a<![CDATA[<&]]>&#x62;</AttributeValue>",
            own("Text(..)", Some("a<&b")),
        ),
        (
            "<AttributeValue xsi:type=\"unbound:QName\">p:x</AttributeValue>",
            own("Text(..)", Some("p:x")),
        ),
        (
            "<AttributeValue anything=\"goes\" o:x=\"y\">a</AttributeValue>",
            own("Text(..)", Some("a")),
        ),
        (
            "<AttributeValue xsi:nil=\"false\">a</AttributeValue>",
            own("Text(..)", Some("a")),
        ),
        ("<AttributeValue xsi:nil=\"0\"/>", own("Text(..)", Some(""))),
        ("<AttributeValue xsi:nil=\"true\"/>", own("Nil", None)),
        (
            "<AttributeValue xsi:nil=\"1\"></AttributeValue>",
            own("Nil", None),
        ),
        (
            "<AttributeValue xsi:nil=\"true\"><!-- c --></AttributeValue>",
            own("Nil", None),
        ),
        (
            "<AttributeValue nil=\"true\">a</AttributeValue>",
            own("Text(..)", Some("a")),
        ),
        (
            "<AttributeValue><NameID Format=\"f\">n</NameID></AttributeValue>",
            own("NameId(..)", Some("n")),
        ),
        (
            "<AttributeValue>\n <NameID>n</NameID><!-- c -->\n</AttributeValue>",
            own("NameId(..)", Some("n")),
        ),
        (
            "<AttributeValue><NameID>n</NameID><NameID>m</NameID></AttributeValue>",
            own("Xml", None),
        ),
        (
            "<AttributeValue>x<NameID>n</NameID></AttributeValue>",
            own("Xml", None),
        ),
        (
            "<AttributeValue><o:NameID>n</o:NameID></AttributeValue>",
            own("Xml", None),
        ),
        ("<AttributeValue>a<o:b/></AttributeValue>", own("Xml", None)),
    ] {
        assert_eq!(value(xml), expected, "{xml}");
    }
}

#[test]
fn values_that_are_refused() {
    const A: &str = "<Attribute Name=\"a\">";
    for content in ["x", " ", "<o:b/>", "<NameID>n</NameID>"] {
        refused(
            &format!("{A}<AttributeValue xsi:nil=\"true\">{content}</AttributeValue></Attribute>"),
            |start| Error::NilWithContent {
                offset: start + A.len(),
            },
        );
    }
    refused(
        &format!("{A}<AttributeValue xsi:nil=\"yes\"/></Attribute>"),
        |start| Error::InvalidBoolean {
            attribute: "xsi:nil",
            offset: start + A.len() + "<AttributeValue ".len(),
        },
    );
    refused(
        &format!("{A}<AttributeValue><NameID/></AttributeValue></Attribute>"),
        |start| Error::BlankValue {
            item: "saml:NameID",
            offset: start + A.len() + "<AttributeValue>".len(),
        },
    );
    refused(
        &format!("{A}<AttributeValue><NameID>n<o:b/></NameID></AttributeValue></Attribute>"),
        |start| Error::ElementInText {
            element: "saml:NameID",
            offset: start + A.len() + "<AttributeValue><NameID>n".len(),
        },
    );
}

#[test]
fn attributes_keep_their_order_and_repetitions() {
    let content = r#"<Attribute Name="Role" o:extra="e"><AttributeValue>a</AttributeValue></Attribute><Attribute Name="Role"><AttributeValue>b</AttributeValue><AttributeValue>c</AttributeValue><AttributeValue>b</AttributeValue></Attribute><Attribute Name="Role Name"/>"#;
    with(content, |statement| {
        let read: Vec<(&str, Vec<&str>)> = statement
            .attributes()
            .iter()
            .map(|a| (a.name(), a.texts().collect()))
            .collect();
        assert_eq!(
            read,
            [
                ("Role", vec!["a"]),
                ("Role", vec!["b", "c", "b"]),
                ("Role Name", vec![])
            ]
        );
        let first = statement.attributes().first().unwrap();
        assert_eq!(
            first.element().attribute_ns("urn:other", "extra"),
            Some("e")
        );
        assert_eq!(first.name_format(), None);
        assert_eq!(
            first.name_format_or_unspecified(),
            "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"
        );
        assert!(statement.encrypted_attributes().is_empty());
    });
}

#[test]
fn other_xml_and_types_stay_within_reach() {
    let content = r#"<Attribute Name="a"><AttributeValue xsi:type="o:t"><o:b>x</o:b></AttributeValue></Attribute>"#;
    with(content, |statement| {
        let value = statement
            .attributes()
            .first()
            .unwrap()
            .values()
            .first()
            .unwrap();
        assert!(matches!(value.content(), AttributeContent::Xml));
        assert_eq!(value.xsi_type(), Some("o:t"));
        assert_eq!(
            value.element().elements().next().unwrap().text().unwrap(),
            "x"
        );
    });
}

#[test]
fn form_of_attributes() {
    with("<Attribute Name=\"a\" o:x=\"y\"/>", |s| {
        assert_eq!(s.attributes().len(), 1);
    });
    refused("", |start| Error::MissingElement {
        parent: "saml:AttributeStatement",
        element: "saml:Attribute",
        offset: start - "<AttributeStatement>".len(),
    });
    refused("<Attribute/>", |offset| Error::MissingAttribute {
        element: "saml:Attribute",
        attribute: "Name",
        offset,
    });
    refused("<Attribute Name=\" \"/>", |start| Error::BlankValue {
        item: "Name",
        offset: start + "<Attribute ".len(),
    });
    refused("<Attribute Name=\"a\" x=\"y\"/>", |start| {
        Error::UnexpectedAttribute {
            element: "saml:Attribute",
            attribute: Excerpt::of("x"),
            offset: start + "<Attribute Name=\"a\" ".len(),
        }
    });
    refused("<Attribute Name=\"a\">text</Attribute>", |start| {
        Error::UnexpectedText {
            element: "saml:Attribute",
            offset: start + "<Attribute Name=\"a\">".len(),
        }
    });
    refused("<Attribute Name=\"a\"><o:b/></Attribute>", |start| {
        Error::UnexpectedElement {
            parent: "saml:Attribute",
            found: Excerpt::of("o:b"),
            offset: start + "<Attribute Name=\"a\">".len(),
        }
    });
    refused("<Attribute Name=\"a\"/><o:b/>", |start| {
        Error::UnexpectedElement {
            parent: "saml:AttributeStatement",
            found: Excerpt::of("o:b"),
            offset: start + "<Attribute Name=\"a\"/>".len(),
        }
    });
    refused("<EncryptedAttribute/>", |offset| Error::MissingElement {
        parent: "saml:EncryptedAttribute",
        element: "xenc:EncryptedData",
        offset,
    });
}
