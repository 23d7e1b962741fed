//! Statements about authentication and authorization.

use samlkit_core::{Decision, Error, Statement};

use crate::support::{FULL, at, extra_attribute, missing, no_attribute, sibling, unexpected, with};

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
    for resource in ["", "urn:r"] {
        let xml = FULL.replace("Resource=\"\"", &format!("Resource=\"{resource}\""));
        with(&xml, |a| {
            let mut statements = a.statements().iter();
            let decision = statements.find_map(|statement| match statement {
                Statement::AuthzDecision(decision) => Some(decision),
                _ => None,
            });
            let decision = decision.unwrap();
            assert_eq!(decision.resource(), resource);
            assert_eq!(decision.decision(), Decision::Permit);
        });
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
