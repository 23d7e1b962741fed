//! Every rule of the assertion reader has a form that is read and a sibling that is refused, with the exact error.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use samlkit_core::{Assertion, AssertionContent, Error, Excerpt, Statement};
use samlkit_xml::Document;

/// Everything that the schema has, in its order.
const FULL: &str = r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:o="urn:other" ID="_a" Version="2.0" IssueInstant="2026-11-24T03:00:00Z">
 <saml:Issuer Format="f" NameQualifier="q" SPNameQualifier="s" SPProvidedID="p">https://idp.example/</saml:Issuer>
 <ds:Signature/>
 <saml:Subject>
  <saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">user@example.com</saml:NameID>
  <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
   <saml:SubjectConfirmationData NotBefore="2026-11-24T02:55:00Z" NotOnOrAfter="2026-11-24T04:00:00Z" Recipient="https://sp.example/acs" InResponseTo="_q" Address="192.0.2.1" o:x="1"/>
  </saml:SubjectConfirmation>
  <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key">
   <saml:EncryptedID><xenc:EncryptedData/><xenc:EncryptedKey/></saml:EncryptedID>
   <saml:SubjectConfirmationData xsi:type="saml:KeyInfoConfirmationDataType"><ds:KeyInfo/></saml:SubjectConfirmationData>
  </saml:SubjectConfirmation>
 </saml:Subject>
 <saml:Conditions NotBefore="2026-11-24T02:55:00Z" NotOnOrAfter="2026-11-24T04:00:00Z">
  <saml:AudienceRestriction><saml:Audience>https://sp.example/</saml:Audience><saml:Audience>urn:b</saml:Audience></saml:AudienceRestriction>
  <saml:OneTimeUse/>
  <saml:ProxyRestriction Count="2"><saml:Audience>urn:c</saml:Audience></saml:ProxyRestriction>
  <saml:Condition xsi:type="o:Strange">anything <o:at/> all</saml:Condition>
 </saml:Conditions>
 <saml:Advice><saml:AssertionIDRef>_z</saml:AssertionIDRef><o:hint>x</o:hint></saml:Advice>
 <saml:AttributeStatement>
  <saml:Attribute Name="mail" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic" FriendlyName="Mail" o:y="2"><saml:AttributeValue xsi:type="xs:string">user@example.com</saml:AttributeValue></saml:Attribute>
  <saml:Attribute Name="nil"><saml:AttributeValue xsi:nil="true"/></saml:Attribute>
  <saml:EncryptedAttribute><xenc:EncryptedData/></saml:EncryptedAttribute>
 </saml:AttributeStatement>
 <saml:AuthnStatement AuthnInstant="2026-11-24T02:59:00Z" SessionIndex="_s" SessionNotOnOrAfter="2026-11-24T12:00:00Z">
  <saml:SubjectLocality Address="192.0.2.1" DNSName="host.example"/>
  <saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef><saml:AuthnContextDeclRef>urn:d</saml:AuthnContextDeclRef><saml:AuthenticatingAuthority>urn:e</saml:AuthenticatingAuthority></saml:AuthnContext>
 </saml:AuthnStatement>
 <saml:AuthzDecisionStatement Resource="" Decision="Permit"><saml:Action Namespace="urn:n">Read</saml:Action><saml:Evidence><saml:AssertionIDRef>_y</saml:AssertionIDRef></saml:Evidence></saml:AuthzDecisionStatement>
 <saml:Statement xsi:type="o:Strange"/>
</saml:Assertion>"#;

fn read(xml: &str) -> Result<(), Error> {
    Assertion::inspect(Document::parse(xml.as_bytes()).unwrap().root()).map(drop)
}

/// Where `needle` is in the document that was refused.
fn at(xml: &str, needle: &str) -> usize {
    xml.find(needle)
        .unwrap_or_else(|| panic!("{needle} is not in the document"))
}

/// Where what follows `needle` starts.
fn after(xml: &str, needle: &str) -> usize {
    at(xml, needle) + needle.len()
}

/// Replaces `find`, which must be there, by `good` (read) and by `bad` (refused with `error`).
fn sibling(find: &str, good: &str, bad: &str, error: impl Fn(&str) -> Error) {
    assert!(FULL.contains(find), "{find} is not in the document");
    assert_eq!(read(&FULL.replacen(find, good, 1)), Ok(()), "{good}");
    let xml = FULL.replacen(find, bad, 1);
    assert_eq!(read(&xml), Err(error(&xml)), "{bad}");
}

fn with(xml: &str, check: impl Fn(&AssertionContent<'_>)) {
    let document = Document::parse(xml.as_bytes()).unwrap();
    check(Assertion::inspect(document.root()).unwrap().untrusted());
}

fn missing(parent: &'static str, element: &'static str, offset: usize) -> Error {
    Error::MissingElement {
        parent,
        element,
        offset,
    }
}

fn unexpected(parent: &'static str, found: &str, offset: usize) -> Error {
    Error::UnexpectedElement {
        parent,
        found: Excerpt::of(found),
        offset,
    }
}

fn no_attribute(element: &'static str, attribute: &'static str, offset: usize) -> Error {
    Error::MissingAttribute {
        element,
        attribute,
        offset,
    }
}

fn extra_attribute(element: &'static str, attribute: &str, offset: usize) -> Error {
    Error::UnexpectedAttribute {
        element,
        attribute: Excerpt::of(attribute),
        offset,
    }
}

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
fn issuer_and_name_id() {
    sibling(">https://idp.example/<", "> spaces stay <", "> \n<", |d| {
        Error::BlankValue {
            item: "saml:Issuer",
            offset: at(d, "<saml:Issuer"),
        }
    });
    sibling(
        ">https://idp.example/<",
        "><!-- c -->a<![CDATA[b]]>&amp;<",
        ">a<o:b/><",
        |d| Error::ElementInText {
            element: "saml:Issuer",
            offset: at(d, "<o:b/>"),
        },
    );
    sibling(
        "user@example.com</saml:NameID>",
        "a</saml:NameID>",
        "</saml:NameID>",
        |d| Error::BlankValue {
            item: "saml:NameID",
            offset: at(d, "<saml:NameID"),
        },
    );
    sibling(
        "<saml:NameID Format",
        "<saml:NameID SPNameQualifier=\"\" Format",
        "<saml:NameID format=\"x\" Format",
        |d| extra_attribute("saml:NameID", "format", at(d, "format=\"x\"")),
    );
    with(
        &FULL.replace(
            ">user@example.com</saml:NameID",
            ">user@example.com<!-- -->.evil.example</saml:NameID",
        ),
        |a| {
            assert_eq!(
                a.subject().unwrap().name_id().unwrap().value(),
                "user@example.com.evil.example"
            );
        },
    );
}

#[test]
fn subject() {
    const S: &str = "saml:Subject";
    let name_id = r#"<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">user@example.com</saml:NameID>"#;
    for other in [
        "",
        "<saml:BaseID xsi:type=\"o:T\"><o:any/></saml:BaseID>",
        "<saml:EncryptedID><xenc:EncryptedData/></saml:EncryptedID>",
    ] {
        sibling(name_id, other, &format!("{name_id}<saml:BaseID/>"), |d| {
            unexpected(S, "saml:BaseID", at(d, "<saml:BaseID"))
        });
    }
    sibling(name_id, name_id, &format!("{name_id}{name_id}"), |d| {
        unexpected(S, "saml:NameID", d.rfind("<saml:NameID").unwrap())
    });
    sibling(
        "</saml:Subject>",
        "</saml:Subject>",
        "<saml:NameID>x</saml:NameID></saml:Subject>",
        |d| unexpected(S, "saml:NameID", at(d, "<saml:NameID>x")),
    );
    sibling(
        "<saml:EncryptedID><xenc:EncryptedData/>",
        "<saml:EncryptedID><xenc:EncryptedData/>",
        "<saml:EncryptedID>",
        |d| {
            missing(
                "saml:EncryptedID",
                "xenc:EncryptedData",
                at(d, "<saml:EncryptedID"),
            )
        },
    );
    sibling(
        "<xenc:EncryptedKey/></saml:EncryptedID>",
        "</saml:EncryptedID>",
        "<xenc:EncryptedData/></saml:EncryptedID>",
        |d| {
            unexpected(
                "saml:EncryptedID",
                "xenc:EncryptedData",
                d.rfind("<xenc:EncryptedData/></saml:EncryptedID").unwrap(),
            )
        },
    );
    let start = at(FULL, "<saml:Subject>");
    let end = at(FULL, "</saml:Subject>");
    let subject = FULL.get(start..end).unwrap();
    sibling(
        subject,
        &format!("<saml:Subject>{name_id}"),
        "<saml:Subject>",
        |_| missing(S, "saml:NameID", start),
    );
    sibling(
        "<saml:Subject>",
        "<saml:Subject xml:id=\"x\">",
        "<saml:Subject ID=\"x\">",
        |d| extra_attribute(S, "ID", at(d, "ID=\"x\"")),
    );
}

#[test]
fn subject_confirmation() {
    const C: &str = "saml:SubjectConfirmation";
    const D: &str = "saml:SubjectConfirmationData";
    let method = " Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"";
    sibling(method, " Method=\"m\"", "", |d| {
        no_attribute(C, "Method", at(d, "<saml:SubjectConfirmation>"))
    });
    sibling(method, method, " Method=\"\"", |d| Error::BlankValue {
        item: "Method",
        offset: at(d, "Method=\"\""),
    });
    let data = r#"<saml:SubjectConfirmationData NotBefore="2026-11-24T02:55:00Z" NotOnOrAfter="2026-11-24T04:00:00Z" Recipient="https://sp.example/acs" InResponseTo="_q" Address="192.0.2.1" o:x="1"/>"#;
    sibling(data, "", &format!("{data}{data}"), |d| {
        unexpected(
            C,
            D,
            d.match_indices("<saml:SubjectConfirmationData")
                .nth(1)
                .unwrap()
                .0,
        )
    });
    sibling(
        data,
        &format!("<saml:NameID>x</saml:NameID>{data}"),
        &format!("{data}<saml:NameID>x</saml:NameID>"),
        |d| unexpected(C, "saml:NameID", at(d, "<saml:NameID>x")),
    );
    sibling(
        data,
        "<saml:SubjectConfirmationData>free <o:b/> text</saml:SubjectConfirmationData>",
        "<saml:SubjectConfirmationData saml:x=\"1\"/>",
        |d| extra_attribute(D, "saml:x", at(d, "saml:x=")),
    );
    for (attribute, good, bad) in [
        ("NotBefore", "2026-11-24T02:55:00.123Z", "2026-11-24"),
        (
            "NotOnOrAfter",
            "2026-11-24T02:55:00.1234567890123Z",
            "2026-11-24T04:00:00+01:00",
        ),
    ] {
        sibling(
            data,
            &format!("<saml:SubjectConfirmationData {attribute}=\"{good}\"/>"),
            &format!("<saml:SubjectConfirmationData {attribute}=\"{bad}\"/>"),
            |d| Error::InvalidDateTime {
                attribute,
                offset: at(d, attribute),
            },
        );
    }
    sibling(
        "InResponseTo=\"_q\"",
        "InResponseTo=\"_\"",
        "InResponseTo=\"0q\"",
        |d| Error::InvalidNcName {
            item: "InResponseTo",
            offset: at(d, "InResponseTo"),
        },
    );
    sibling(
        "Address=\"192.0.2.1\" o:x",
        "o:x",
        "IP=\"192.0.2.1\" o:x",
        |d| extra_attribute(D, "IP", at(d, "IP=")),
    );
}

#[test]
fn conditions() {
    const C: &str = "saml:Conditions";
    sibling(
        " NotBefore=\"2026-11-24T02:55:00Z\" NotOnOrAfter=\"2026-11-24T04:00:00Z\">",
        ">",
        " NotAfter=\"2026-11-24T02:55:00Z\">",
        |d| extra_attribute(C, "NotAfter", at(d, "NotAfter")),
    );
    sibling(
        "<saml:Conditions NotBefore=\"2026-11-24T02:55:00Z\"",
        "<saml:Conditions",
        "<saml:Conditions NotBefore=\"now\"",
        |d| Error::InvalidDateTime {
            attribute: "NotBefore",
            offset: at(d, "NotBefore=\"now\""),
        },
    );
    for (element, spelled) in [
        ("<saml:OneTimeUse/>", "saml:OneTimeUse"),
        ("<saml:ProxyRestriction/>", "saml:ProxyRestriction"),
    ] {
        sibling(
            "<saml:OneTimeUse/>",
            "<!-- -->",
            &format!("<saml:OneTimeUse/>{element}"),
            |d| Error::RepeatedCondition {
                element: spelled,
                offset: if spelled == "saml:OneTimeUse" {
                    d.rfind(element).unwrap()
                } else {
                    at(d, "<saml:ProxyRestriction Count")
                },
            },
        );
    }
    sibling(
        "<saml:OneTimeUse/>",
        "<saml:OneTimeUse> </saml:OneTimeUse>",
        "<saml:OneTimeUse>x</saml:OneTimeUse>",
        |d| Error::UnexpectedText {
            element: "saml:OneTimeUse",
            offset: after(d, "<saml:OneTimeUse>"),
        },
    );
    sibling(
        "<saml:OneTimeUse/>",
        "<saml:Condition/>",
        "<o:Condition/>",
        |d| unexpected(C, "o:Condition", at(d, "<o:Condition")),
    );
    sibling(
        "<saml:OneTimeUse/>",
        "",
        "<saml:DoNotCacheCondition/>",
        |d| unexpected(C, "saml:DoNotCacheCondition", at(d, "<saml:DoNotCache")),
    );

    const R: &str = "saml:AudienceRestriction";
    let both =
        "<saml:Audience>https://sp.example/</saml:Audience><saml:Audience>urn:b</saml:Audience>";
    sibling(
        both,
        "<saml:Audience> untrimmed </saml:Audience>",
        "",
        |d| missing(R, "saml:Audience", at(d, "<saml:AudienceRestriction")),
    );
    sibling(both, both, "<saml:Audience/>", |d| Error::BlankValue {
        item: "saml:Audience",
        offset: at(d, "<saml:Audience/>"),
    });
    sibling(both, both, "<saml:Audience>a<b/></saml:Audience>", |d| {
        Error::ElementInText {
            element: "saml:Audience",
            offset: at(d, "<b/>"),
        }
    });
    sibling(
        both,
        both,
        &format!("{both}<saml:NameID>x</saml:NameID>"),
        |d| unexpected(R, "saml:NameID", at(d, "<saml:NameID>x")),
    );
    sibling(
        "<saml:Audience>urn:b",
        "<saml:Audience xml:lang=\"en\">urn:b",
        "<saml:Audience Format=\"x\">urn:b",
        |d| extra_attribute("saml:Audience", "Format", at(d, "Format=\"x\"")),
    );

    sibling("Count=\"2\"", "", "Count=\"-1\"", |d| {
        Error::InvalidNumber {
            attribute: "Count",
            offset: at(d, "Count"),
        }
    });
    sibling(
        "<saml:Audience>urn:c</saml:Audience>",
        "",
        "<saml:OneTimeUse/>",
        |d| {
            unexpected(
                "saml:ProxyRestriction",
                "saml:OneTimeUse",
                d.rfind("<saml:OneTimeUse").unwrap(),
            )
        },
    );
}

#[test]
fn audience_restrictions_are_not_merged() {
    let two = FULL.replace(
        "<saml:OneTimeUse/>",
        "<saml:AudienceRestriction><saml:Audience>urn:x</saml:Audience></saml:AudienceRestriction>",
    );
    with(&two, |a| {
        assert_eq!(a.conditions().unwrap().audience_restrictions().count(), 2);
    });
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
fn authn_statement() {
    const S: &str = "saml:AuthnStatement";
    let instant = "AuthnInstant=\"2026-11-24T02:59:00Z\" ";
    sibling(instant, "AuthnInstant=\"1999-01-01T00:00:00Z\" ", "", |d| {
        no_attribute(S, "AuthnInstant", at(d, "<saml:AuthnStatement"))
    });
    sibling(instant, instant, "AuthnInstant=\"x\" ", |d| {
        Error::InvalidDateTime {
            attribute: "AuthnInstant",
            offset: at(d, "AuthnInstant=\"x"),
        }
    });
    sibling(
        " SessionIndex=\"_s\"",
        " SessionIndex=\"a::b\"",
        " Session=\"_s\"",
        |d| extra_attribute(S, "Session", at(d, "Session=\"_s")),
    );
    sibling(
        "SessionNotOnOrAfter=\"2026-11-24T12:00:00Z\"",
        "",
        "SessionNotOnOrAfter=\"\"",
        |d| Error::InvalidDateTime {
            attribute: "SessionNotOnOrAfter",
            offset: at(d, "SessionNotOnOrAfter"),
        },
    );
    let locality = "<saml:SubjectLocality Address=\"192.0.2.1\" DNSName=\"host.example\"/>";
    sibling(
        locality,
        "<saml:SubjectLocality/>",
        &format!("{locality}{locality}"),
        |d| missing(S, "saml:AuthnContext", at(d, "<saml:AuthnStatement")),
    );
    sibling(locality, "", "<saml:SubjectLocality IP=\"1\"/>", |d| {
        extra_attribute("saml:SubjectLocality", "IP", at(d, "IP="))
    });
    sibling(
        locality,
        "",
        "<saml:SubjectLocality><o:x/></saml:SubjectLocality>",
        |d| unexpected("saml:SubjectLocality", "o:x", at(d, "<o:x/>")),
    );
    sibling(
        "</saml:AuthnContext>",
        "</saml:AuthnContext>",
        &format!("</saml:AuthnContext>{locality}"),
        |d| {
            unexpected(
                S,
                "saml:SubjectLocality",
                d.rfind("<saml:SubjectLocality").unwrap(),
            )
        },
    );

    const C: &str = "saml:AuthnContext";
    let class = "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>";
    let decl_ref = "<saml:AuthnContextDeclRef>urn:d</saml:AuthnContextDeclRef>";
    let decl = "<saml:AuthnContextDecl a=\"b\">any <o:thing/></saml:AuthnContextDecl>";
    let both = format!("{class}{decl_ref}");
    sibling(&both, class, "", |d| {
        missing(C, "saml:AuthnContextClassRef", at(d, "<saml:AuthnContext>"))
    });
    sibling(&both, decl_ref, &format!("{decl_ref}{class}"), |d| {
        unexpected(
            C,
            "saml:AuthnContextClassRef",
            at(d, "<saml:AuthnContextClassRef"),
        )
    });
    sibling(&both, decl, &format!("{decl}{decl_ref}"), |d| {
        unexpected(
            C,
            "saml:AuthnContextDeclRef",
            at(d, "<saml:AuthnContextDeclRef"),
        )
    });
    sibling(
        &both,
        &format!("{class}{decl}"),
        &format!("{class}{class}"),
        |d| {
            unexpected(
                C,
                "saml:AuthnContextClassRef",
                d.rfind("<saml:AuthnContextClassRef").unwrap(),
            )
        },
    );
    sibling(class, class, "<saml:AuthnContextClassRef/>", |d| {
        Error::BlankValue {
            item: "saml:AuthnContextClassRef",
            offset: at(d, "<saml:AuthnContextClassRef/>"),
        }
    });
    sibling(
        "<saml:AuthenticatingAuthority>urn:e</saml:AuthenticatingAuthority>",
        "",
        &format!("<saml:AuthenticatingAuthority>urn:e</saml:AuthenticatingAuthority>{decl_ref}"),
        |d| {
            unexpected(
                C,
                "saml:AuthnContextDeclRef",
                d.rfind("<saml:AuthnContextDeclRef").unwrap(),
            )
        },
    );
}

#[test]
fn authz_decision_statement() {
    const S: &str = "saml:AuthzDecisionStatement";
    for decision in ["Permit", "Deny", "Indeterminate"] {
        sibling(
            "Decision=\"Permit\"",
            &format!("Decision=\"{decision}\""),
            "Decision=\"permit\"",
            |d| Error::InvalidEnumeration {
                attribute: "Decision",
                offset: at(d, "Decision=\"permit"),
            },
        );
    }
    sibling("Resource=\"\" ", "Resource=\"urn:r\" ", "", |d| {
        no_attribute(S, "Resource", at(d, "<saml:AuthzDecision"))
    });
    sibling(" Decision=\"Permit\"", " Decision=\"Deny\"", "", |d| {
        no_attribute(S, "Decision", at(d, "<saml:AuthzDecision"))
    });
    let action = "<saml:Action Namespace=\"urn:n\">Read</saml:Action>";
    sibling(action, &format!("{action}{action}"), "", |d| {
        missing(S, "saml:Action", at(d, "<saml:AuthzDecision"))
    });
    sibling(" Namespace=\"urn:n\"", " Namespace=\"urn:m\"", "", |d| {
        no_attribute("saml:Action", "Namespace", at(d, "<saml:Action"))
    });
    let evidence = "<saml:AssertionIDRef>_y</saml:AssertionIDRef>";
    sibling(
        evidence,
        "<saml:AssertionURIRef>u</saml:AssertionURIRef>",
        "",
        |d| {
            missing(
                "saml:Evidence",
                "saml:AssertionIDRef",
                at(d, "<saml:Evidence"),
            )
        },
    );
    sibling(evidence, evidence, "<o:x/>", |d| {
        unexpected("saml:Evidence", "o:x", at(d, "<o:x/>"))
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
