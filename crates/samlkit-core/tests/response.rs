//! Every rule of the response reader has a form that is read and a sibling that is refused, with the exact error.
#![expect(clippy::unwrap_used, reason = "tests")]

use samlkit_core::{Error, Excerpt, Response, ResponseContent, StatusCode, uri::status};
use samlkit_xml::Document;

const FULL: &str = r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" xmlns:o="urn:other" ID="_r" InResponseTo="_q" Version="2.0" IssueInstant="2026-11-24T03:00:00.123Z" Destination="https://sp.example/acs" Consent="urn:oasis:names:tc:SAML:2.0:consent:unspecified">
 <saml:Issuer>https://idp.example/</saml:Issuer>
 <ds:Signature/>
 <samlp:Extensions><o:x/></samlp:Extensions>
 <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode><samlp:StatusMessage>AADSTS50105: user@example.com</samlp:StatusMessage><samlp:StatusDetail><o:y/></samlp:StatusDetail></samlp:Status>
 <saml:EncryptedAssertion><xenc:EncryptedData/></saml:EncryptedAssertion>
 <saml:Assertion/>
 <saml:EncryptedAssertion><xenc:EncryptedData/><xenc:EncryptedKey/></saml:EncryptedAssertion>
</samlp:Response>"#;
const R: &str = "samlp:Response";

fn read(xml: &str) -> Result<(), Error> {
    Response::inspect(Document::parse(xml.as_bytes()).unwrap().root()).map(drop)
}

fn with(xml: &str, check: impl Fn(&ResponseContent<'_>)) {
    let document = Document::parse(xml.as_bytes()).unwrap();
    check(Response::inspect(document.root()).unwrap().untrusted());
}

/// Replaces `find`, which must be there, by `good` (read) and by `bad` (refused with `error`).
fn sibling(find: &str, good: &str, bad: &str, error: impl Fn(&str) -> Error) {
    assert!(FULL.contains(find), "{find} is not in the document");
    assert_eq!(read(&FULL.replacen(find, good, 1)), Ok(()), "{good}");
    let xml = FULL.replacen(find, bad, 1);
    assert_eq!(read(&xml), Err(error(&xml)), "{bad}");
}

fn at(xml: &str, needle: &str) -> usize {
    xml.find(needle).unwrap()
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

#[test]
fn everything_is_read() {
    with(FULL, |response| {
        assert_eq!(response.id(), "_r");
        assert_eq!(response.in_response_to(), Some("_q"));
        assert_eq!(
            response.issue_instant().timestamp_millis(),
            1_795_489_200_123
        );
        assert_eq!(response.destination(), Some("https://sp.example/acs"));
        assert_eq!(
            response.consent(),
            Some("urn:oasis:names:tc:SAML:2.0:consent:unspecified")
        );
        assert_eq!(response.issuer().unwrap().value(), "https://idp.example/");
        assert!(response.signature().is_some() && response.extensions().is_some());
        let status = response.status();
        let codes: Vec<_> = status.codes().iter().map(StatusCode::value).collect();
        assert_eq!(codes, [status::RESPONDER, status::AUTHN_FAILED]);
        assert_eq!(status.code(), status::RESPONDER);
        assert!(!status.is_success());
        assert_eq!(status.message(), Some("AADSTS50105: user@example.com"));
        assert!(status.detail().is_some());
        assert_eq!(response.assertions().len(), 1);
        assert_eq!(response.encrypted_assertions().len(), 2);
        let shown = format!("{response:?}");
        assert!(
            !shown.contains("user@example.com") && !shown.contains("_q"),
            "{shown}"
        );
    });
}

#[test]
fn only_the_top_level_code_is_success() {
    let success = FULL.replace("status:Responder", "status:Success");
    with(&success, |r| assert!(r.status().is_success()));
    let nested = FULL.replace("status:AuthnFailed", "status:Success");
    with(&nested, |r| assert!(!r.status().is_success()));
    with(&success.replace("status:Success", "status:Success "), |r| {
        assert!(!r.status().is_success());
    });
}

#[test]
fn the_element_itself() {
    let assertion = r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>"#;
    assert_eq!(
        read(assertion),
        Err(Error::WrongElement {
            expected: R,
            found: Excerpt::of("saml:Assertion"),
            offset: 0
        })
    );
}

#[test]
fn attributes() {
    let no = |attribute| {
        move |_: &str| Error::MissingAttribute {
            element: R,
            attribute,
            offset: 0,
        }
    };
    sibling("ID=\"_r\"", "ID=\"r\"", "", no("ID"));
    sibling("Version=\"2.0\"", "Version='2.0'", "", no("Version"));
    sibling(
        "IssueInstant=\"2026-11-24T03:00:00.123Z\"",
        "IssueInstant=\"2026-11-24T03:00:00Z\"",
        "",
        no("IssueInstant"),
    );
    sibling("Version=\"2.0\"", "Version='2.0'", "Version=\"1.1\"", |d| {
        Error::UnsupportedVersion {
            element: R,
            found: Excerpt::of("1.1"),
            offset: at(d, "Version"),
        }
    });
    for attribute in ["ID=\"_r\"", "InResponseTo=\"_q\""] {
        let name = if attribute.starts_with("ID") {
            "ID"
        } else {
            "InResponseTo"
        };
        sibling(
            attribute,
            &format!("{name}=\"_x\""),
            &format!("{name}=\"7x\""),
            |d| Error::InvalidNcName {
                item: name,
                offset: at(d, &format!("{name}=\"7x")),
            },
        );
    }
    sibling("InResponseTo=\"_q\"", "", "o:InResponseTo=\"_q\"", |d| {
        Error::UnexpectedAttribute {
            element: R,
            attribute: Excerpt::of("o:InResponseTo"),
            offset: at(d, "o:InResponseTo"),
        }
    });
    sibling(
        " Destination=\"https://sp.example/acs\"",
        "",
        " Recipient=\"https://sp.example/acs\"",
        |d| Error::UnexpectedAttribute {
            element: R,
            attribute: Excerpt::of("Recipient"),
            offset: at(d, "Recipient"),
        },
    );
}

#[test]
fn order_and_cardinality() {
    // What stands in the place of the status makes the status the one that is missing.
    let issuer = "<saml:Issuer>https://idp.example/</saml:Issuer>";
    sibling(issuer, "", &format!("{issuer}{issuer}"), |_| {
        missing(R, "samlp:Status", 0)
    });
    sibling(
        "<ds:Signature/>",
        "",
        "<ds:Signature/><ds:Signature/>",
        |_| missing(R, "samlp:Status", 0),
    );
    sibling(
        " <saml:Issuer",
        "\n<saml:Issuer",
        " <ds:Signature/><saml:Issuer",
        |_| missing(R, "samlp:Status", 0),
    );
    sibling(
        "<samlp:Extensions><o:x/></samlp:Extensions>",
        "",
        "<samlp:Extensions><samlp:Status/></samlp:Extensions>",
        |d| unexpected("samlp:Extensions", "samlp:Status", at(d, "<samlp:Status/>")),
    );
    let start = at(FULL, "<samlp:Status>");
    let end = at(FULL, "</samlp:Status>") + "</samlp:Status>".len();
    let whole = FULL.get(start..end).unwrap();
    sibling(
        whole,
        "<samlp:Status><samlp:StatusCode Value=\"urn:x\"/></samlp:Status>",
        "",
        |_| missing(R, "samlp:Status", 0),
    );
    sibling(whole, whole, &format!("{whole}{whole}"), |d| {
        unexpected(R, "samlp:Status", d.rfind("<samlp:Status>").unwrap())
    });
    sibling(
        "<saml:Assertion/>",
        "",
        "<saml:Assertion/><ds:Signature/>",
        |d| unexpected(R, "ds:Signature", d.rfind("<ds:Sig").unwrap()),
    );
    sibling(
        "<saml:Assertion/>",
        "<saml:Assertion/><saml:Assertion/>",
        "<o:Assertion/>",
        |d| unexpected(R, "o:Assertion", at(d, "<o:Assertion")),
    );
    sibling("<saml:Assertion/>", "", "text", |d| Error::UnexpectedText {
        element: R,
        offset: at(d, "</saml:EncryptedAssertion>") + "</saml:EncryptedAssertion>".len(),
    });
    sibling(
        "<xenc:EncryptedData/></saml",
        "<xenc:EncryptedData/><xenc:EncryptedKey/></saml",
        "</saml",
        |d| {
            missing(
                "saml:EncryptedAssertion",
                "xenc:EncryptedData",
                at(d, "<saml:EncryptedAssertion"),
            )
        },
    );
}

#[test]
fn status_form() {
    const S: &str = "samlp:Status";
    const C: &str = "samlp:StatusCode";
    let code = r#"<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode>"#;
    sibling(code, "<samlp:StatusCode Value=\"a\"/>", "", |d| {
        missing(S, C, at(d, "<samlp:Status>"))
    });
    sibling(code, code, &format!("{code}{code}"), |d| {
        unexpected(
            S,
            C,
            d.rfind("<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Responder")
                .unwrap(),
        )
    });
    sibling(code, code, "<samlp:StatusCode/>", |d| {
        Error::MissingAttribute {
            element: C,
            attribute: "Value",
            offset: at(d, "<samlp:StatusCode"),
        }
    });
    sibling(code, code, "<samlp:StatusCode Value=\"\"/>", |d| {
        Error::BlankValue {
            item: "Value",
            offset: at(d, "Value"),
        }
    });
    sibling(
        code,
        code,
        "<samlp:StatusCode Value=\"a\"><samlp:StatusCode Value=\"b\"/><samlp:StatusCode Value=\"c\"/></samlp:StatusCode>",
        |d| unexpected(C, C, at(d, "<samlp:StatusCode Value=\"c\"")),
    );
    let message = "<samlp:StatusMessage>AADSTS50105: user@example.com</samlp:StatusMessage>";
    sibling(
        message,
        "<samlp:StatusMessage/>",
        &format!("{message}{message}"),
        |d| {
            unexpected(
                S,
                "samlp:StatusMessage",
                d.rfind("<samlp:StatusMessage").unwrap(),
            )
        },
    );
    sibling(
        message,
        "",
        "<samlp:StatusMessage>a<o:b/></samlp:StatusMessage>",
        |d| Error::ElementInText {
            element: "samlp:StatusMessage",
            offset: at(d, "<o:b/>"),
        },
    );
    sibling(
        "<samlp:StatusDetail><o:y/></samlp:StatusDetail>",
        "",
        &format!("<samlp:StatusDetail/>{message}"),
        |d| {
            unexpected(
                S,
                "samlp:StatusMessage",
                d.rfind("<samlp:StatusMessage").unwrap(),
            )
        },
    );
}

#[test]
fn status_codes_nest_to_a_bound() {
    let nested = |depth: usize| {
        let open = "<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Responder\">";
        let codes = format!(
            "{}{}",
            open.repeat(depth),
            "</samlp:StatusCode>".repeat(depth)
        );
        let start = at(FULL, "<samlp:StatusCode");
        let end = at(FULL, "<samlp:StatusMessage");
        let xml = format!(
            "{}{codes}{}",
            FULL.get(..start).unwrap(),
            FULL.get(end..).unwrap()
        );
        (read(&xml), start + 16 * open.len())
    };
    assert_eq!(nested(16).0, Ok(()));
    let (result, offset) = nested(17);
    assert_eq!(
        result,
        Err(Error::TooDeep {
            element: "samlp:StatusCode",
            offset,
            limit: 16
        })
    );
}
