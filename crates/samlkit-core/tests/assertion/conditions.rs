//! Conditions.

use samlkit_core::Error;

use crate::support::{FULL, after, at, extra_attribute, missing, sibling, unexpected, with};

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
