//! The assertion itself: its attributes, and what stands in it in which order.

use samlkit_core::{Error, Excerpt, Statement};

use crate::support::{
    FULL, after, at, extra_attribute, missing, no_attribute, read, sibling, unexpected, with,
};

#[test]
fn everything_is_read() {
    with(FULL, |assertion| {
        assert_eq!(assertion.id(), "_a");
        assert_eq!(assertion.issue_instant().timestamp(), 1_795_489_200);
        let issuer = assertion.issuer();
        assert_eq!(issuer.value(), "https://idp.example/");
        assert_eq!(issuer.format(), Some("f"));
        assert_eq!(issuer.name_qualifier(), Some("q"));
        assert_eq!(issuer.sp_name_qualifier(), Some("s"));
        assert_eq!(issuer.sp_provided_id(), Some("p"));
        assert!(assertion.signature().is_some());

        let subject = assertion.subject().unwrap();
        assert_eq!(subject.name_id().unwrap().value(), "user@example.com");
        let [bearer, holder] = subject.confirmations() else {
            panic!("two confirmations")
        };
        let data = bearer.data().unwrap();
        assert_eq!(bearer.method(), "urn:oasis:names:tc:SAML:2.0:cm:bearer");
        assert!(bearer.identifier().is_none());
        assert_eq!(data.not_before().unwrap().timestamp(), 1_795_488_900);
        assert_eq!(data.not_on_or_after().unwrap().timestamp(), 1_795_492_800);
        assert_eq!(data.recipient(), Some("https://sp.example/acs"));
        assert_eq!(data.in_response_to(), Some("_q"));
        assert_eq!(data.address(), Some("192.0.2.1"));
        assert!(holder.identifier().is_some_and(|i| i.name_id().is_none()));
        let data = holder.data().unwrap();
        assert_eq!(data.xsi_type(), Some("saml:KeyInfoConfirmationDataType"));
        assert_eq!(data.element().elements().count(), 1);

        let conditions = assertion.conditions().unwrap();
        assert_eq!(conditions.not_before().unwrap().timestamp(), 1_795_488_900);
        assert_eq!(
            conditions.not_on_or_after().unwrap().timestamp(),
            1_795_492_800
        );
        assert_eq!(conditions.iter().len(), 4);
        let audiences: Vec<_> = conditions
            .audience_restrictions()
            .map(samlkit_core::AudienceRestriction::audiences)
            .collect();
        assert_eq!(audiences, [["https://sp.example/", "urn:b"]]);
        assert!(conditions.one_time_use());
        let proxy = conditions.proxy_restriction().unwrap();
        assert_eq!((proxy.count(), proxy.audiences().len()), (Some(2), 1));
        assert!(conditions.has_unknown());
        assert!(assertion.advice().is_some());

        let names: Vec<_> = assertion
            .statements()
            .iter()
            .map(Statement::element_name)
            .collect();
        assert_eq!(
            names,
            [
                "saml:AttributeStatement",
                "saml:AuthnStatement",
                "saml:AuthzDecisionStatement",
                "saml:Statement"
            ]
        );
        let statement = assertion.attribute_statements().next().unwrap();
        assert_eq!(statement.attributes().len(), 2);
        let [encrypted] = statement.encrypted_attributes() else {
            panic!("one encrypted attribute")
        };
        let data = encrypted.encrypted_data();
        assert_eq!(data.local_name(), "EncryptedData");
        assert_eq!(data.parent(), Some(encrypted.element()));
        let authn = assertion.authn_statements().next().unwrap();
        assert_eq!(authn.authn_instant().timestamp(), 1_795_489_140);
        assert_eq!(authn.session_index(), Some("_s"));
        assert_eq!(
            authn.session_not_on_or_after().unwrap().timestamp(),
            1_795_521_600
        );
        let locality = authn.subject_locality().unwrap();
        assert_eq!(
            (locality.address(), locality.dns_name()),
            (Some("192.0.2.1"), Some("host.example"))
        );
        let context = authn.authn_context();
        assert_eq!(
            context.class_ref(),
            Some("urn:oasis:names:tc:SAML:2.0:ac:classes:Password")
        );
        assert!(context.declaration().is_some());
        assert_eq!(context.authenticating_authorities(), ["urn:e"]);
    });
}

#[test]
fn the_element_itself() {
    let other = FULL
        .replace("saml:Assertion ", "saml:Assertion2 ")
        .replace("saml:Assertion>", "saml:Assertion2>");
    assert_eq!(
        read(&other),
        Err(Error::WrongElement {
            expected: "saml:Assertion",
            found: Excerpt::of("saml:Assertion2"),
            offset: 0
        })
    );
    // The same local name in another namespace is another element.
    let xml = r#"<Assertion xmlns="urn:oasis:names:tc:SAML:1.0:assertion" Version="2.0"/>"#;
    assert_eq!(
        read(xml),
        Err(Error::WrongElement {
            expected: "saml:Assertion",
            found: Excerpt::of("Assertion"),
            offset: 0
        })
    );
}

#[test]
fn attributes_of_the_assertion() {
    const A: &str = "saml:Assertion";
    sibling("ID=\"_a\"", "ID=\"a.b-c_d\"", "", |_| {
        no_attribute(A, "ID", 0)
    });
    for id in ["1a", "", "a:b", "_ a", " _a", "a/b"] {
        sibling("ID=\"_a\"", "ID=\"_1a\"", &format!("ID=\"{id}\""), |d| {
            Error::InvalidNcName {
                item: "ID",
                offset: at(d, "ID=\""),
            }
        });
    }
    sibling("Version=\"2.0\"", "Version='2.0'", "", |_| {
        no_attribute(A, "Version", 0)
    });
    for version in ["1.1", "2", "2.1", " 2.0", ""] {
        sibling(
            "Version=\"2.0\"",
            "Version='2.0'",
            &format!("Version=\"{version}\""),
            |d| Error::UnsupportedVersion {
                element: A,
                found: Excerpt::of(version),
                offset: at(d, "Version="),
            },
        );
    }
    let instant = "IssueInstant=\"2026-11-24T03:00:00Z\"";
    sibling(
        instant,
        "IssueInstant=\" 2026-11-24T03:00:00.1+00:00 \"",
        "",
        |_| no_attribute(A, "IssueInstant", 0),
    );
    sibling(
        instant,
        instant,
        "IssueInstant=\"2026-11-24T03:00:00\"",
        |d| Error::InvalidDateTime {
            attribute: "IssueInstant",
            offset: at(d, "IssueInstant="),
        },
    );
    // Attributes of XML itself and of schema instances stand anywhere; others do not.
    sibling(
        "ID=\"_a\"",
        "ID=\"_a\" xml:lang=\"en\"",
        "ID=\"_a\" lang=\"en\"",
        |d| extra_attribute(A, "lang", at(d, "lang=")),
    );
    sibling(
        "ID=\"_a\"",
        "ID=\"_a\" xsi:schemaLocation=\"a b\"",
        "ID=\"_a\" xsi:nil=\"true\"",
        |d| extra_attribute(A, "xsi:nil", at(d, "xsi:nil=\"true\"")),
    );
    sibling(
        "ID=\"_a\"",
        "ID=\"_a\" xsi:type=\"whatever\"",
        "ID=\"_a\" o:id=\"b\"",
        |d| extra_attribute(A, "o:id", at(d, "o:id=")),
    );
    sibling("ID=\"_a\"", "ID=\"_a\"", "ID=\"_a\" Id=\"_b\"", |d| {
        extra_attribute(A, "Id", at(d, "Id=\"_b\""))
    });
}

#[test]
fn order_and_cardinality_of_the_assertion() {
    const A: &str = "saml:Assertion";
    let issuer = r#"<saml:Issuer Format="f" NameQualifier="q" SPNameQualifier="s" SPProvidedID="p">https://idp.example/</saml:Issuer>"#;
    sibling(issuer, "<saml:Issuer>a</saml:Issuer>", "", |_| {
        missing(A, "saml:Issuer", 0)
    });
    sibling(issuer, issuer, &format!("{issuer}{issuer}"), |d| {
        unexpected(A, "saml:Issuer", d.rfind("<saml:Issuer").unwrap())
    });
    // The signature stands after the issuer, once.
    sibling(
        "<ds:Signature/>",
        "",
        "<ds:Signature/><ds:Signature/>",
        |d| unexpected(A, "ds:Signature", d.rfind("<ds:Signature").unwrap()),
    );
    sibling(
        " <saml:Conditions",
        "\n<saml:Conditions",
        " <ds:Signature/><saml:Conditions",
        |d| unexpected(A, "ds:Signature", d.rfind("<ds:Signature").unwrap()),
    );
    sibling(
        " <saml:Issuer",
        "<saml:Issuer",
        " <ds:Signature/><saml:Issuer",
        |_| missing(A, "saml:Issuer", 0),
    );
    sibling(
        "<saml:Advice>",
        "<saml:Advice>",
        "<saml:Conditions/><saml:Advice>",
        |d| unexpected(A, "saml:Conditions", at(d, "<saml:Conditions/>")),
    );
    sibling(
        "</saml:Advice>",
        "</saml:Advice>",
        "</saml:Advice><saml:Advice/>",
        |d| unexpected(A, "saml:Advice", at(d, "<saml:Advice/>")),
    );
    sibling(
        "</saml:AuthnStatement>",
        "</saml:AuthnStatement>",
        "</saml:AuthnStatement><saml:Subject/>",
        |d| unexpected(A, "saml:Subject", at(d, "<saml:Subject/>")),
    );
    sibling(
        "<saml:Statement xsi:type=\"o:Strange\"/>",
        "",
        "<o:Statement/>",
        |d| unexpected(A, "o:Statement", at(d, "<o:Statement")),
    );
    sibling(
        "<ds:Signature/>",
        "<!-- x --><ds:Signature/><?p i?>",
        "x<ds:Signature/>",
        |d| Error::UnexpectedText {
            element: A,
            offset: after(d, "</saml:Issuer>"),
        },
    );
}

#[test]
fn statements_come_in_any_order() {
    let head = r#"<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0" IssueInstant="2026-11-24T03:00:00Z"><Issuer>i</Issuer>"#;
    let subject = "<Subject><NameID>n</NameID></Subject>";
    let authn = r#"<AuthnStatement AuthnInstant="2026-11-24T03:00:00Z"><AuthnContext><AuthnContextClassRef>c</AuthnContextClassRef></AuthnContext></AuthnStatement>"#;
    let attributes = r#"<AttributeStatement><Attribute Name="a"/></AttributeStatement>"#;
    for statements in [
        String::new(),
        format!("{authn}{attributes}"),
        format!("{attributes}{authn}"),
        format!("{attributes}{authn}{attributes}{authn}"),
    ] {
        assert_eq!(
            read(&format!("{head}{subject}{statements}</Assertion>")),
            Ok(())
        );
        // Without a subject none of these may stand.
        assert_eq!(
            read(&format!("{head}{statements}</Assertion>")),
            Err(missing("saml:Assertion", "saml:Subject", 0))
        );
    }
    assert_eq!(read(&format!("{head}<Statement/></Assertion>")), Ok(()));
}

#[test]
fn advice() {
    sibling(
        "<saml:AssertionIDRef>_z</saml:AssertionIDRef>",
        "<saml:Assertion/><saml:EncryptedAssertion/><saml:AssertionURIRef/>",
        "<saml:NameID>x</saml:NameID>",
        |d| unexpected("saml:Advice", "saml:NameID", at(d, "<saml:NameID>x")),
    );
    sibling("<o:hint>x</o:hint>", "", "text", |d| {
        Error::UnexpectedText {
            element: "saml:Advice",
            offset: after(d, "</saml:AssertionIDRef>"),
        }
    });
}

#[test]
fn debug_shows_nothing_personal() {
    with(FULL, |assertion| {
        let shown = format!("{assertion:?}");
        for personal in ["user@example.com", "192.0.2.1", "\"_q\"", "\"_s\""] {
            assert!(!shown.contains(personal), "{personal} in {shown}");
        }
    });
}
