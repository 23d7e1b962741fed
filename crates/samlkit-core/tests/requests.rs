//! The readers of authentication requests and logout messages: every rule with its sibling.
#![expect(clippy::unwrap_used, reason = "tests")]

use samlkit_core::{
    AuthnRequest, AuthnRequestContent, Comparison, Error, Excerpt, Identifier, LogoutRequest,
    LogoutRequestContent, LogoutResponse, NameId, parse_date_time, uri,
};
use samlkit_xml::Document;

const AUTHN: &str = r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:o="urn:other" ID="_q" Version="2.0" IssueInstant="2026-11-24T03:00:00Z" Destination="https://idp.example/sso" Consent="urn:consent" ForceAuthn="1" IsPassive="true" ProtocolBinding="urn:b" AssertionConsumerServiceURL="https://sp.example/acs" AttributeConsumingServiceIndex="7" ProviderName="SP">
<saml:Issuer>https://sp.example/</saml:Issuer><ds:Signature/><samlp:Extensions><o:x/></samlp:Extensions>
<saml:Subject><saml:NameID>user@example.com</saml:NameID></saml:Subject>
<samlp:NameIDPolicy Format="urn:f" SPNameQualifier="urn:q" AllowCreate="true"/>
<saml:Conditions><saml:AudienceRestriction><saml:Audience>a</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<samlp:RequestedAuthnContext Comparison="minimum"><saml:AuthnContextClassRef>urn:1</saml:AuthnContextClassRef><saml:AuthnContextClassRef>urn:2</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>
<samlp:Scoping ProxyCount="3"><samlp:IDPList><samlp:IDPEntry ProviderID="urn:idp" Name="N" Loc="https://idp.example/"/><samlp:GetComplete>https://idps.example/</samlp:GetComplete></samlp:IDPList><samlp:RequesterID>urn:r</samlp:RequesterID></samlp:Scoping>
</samlp:AuthnRequest>"#;
const LOGOUT: &str = r#"<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" ID="_l" Version="2.0" IssueInstant="2026-11-24T03:00:00Z" Destination="https://idp.example/slo" Reason="urn:oasis:names:tc:SAML:2.0:logout:user" NotOnOrAfter="2026-11-24T03:05:00Z"><saml:Issuer>https://sp.example/</saml:Issuer><saml:NameID Format="urn:f">user@example.com</saml:NameID><samlp:SessionIndex>_1</samlp:SessionIndex><samlp:SessionIndex>a::<!-- -->b</samlp:SessionIndex></samlp:LogoutRequest>"#;
const ANSWER: &str = r#"<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r" Version="2.0" IssueInstant="2026-11-24T03:00:01Z" InResponseTo="_l" Destination="https://sp.example/slo"><saml:Issuer>https://idp.example/</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>"#;
const Q: &str = "samlp:AuthnRequest";
const L: &str = "samlp:LogoutRequest";
const R: &str = "samlp:LogoutResponse";

fn authn(xml: &str, check: impl Fn(&AuthnRequestContent<'_>)) -> Result<(), Error> {
    let document = Document::parse(xml.as_bytes()).unwrap();
    AuthnRequest::inspect(document.root()).map(|request| check(request.untrusted()))
}

fn logout(xml: &str, check: impl Fn(&LogoutRequestContent<'_>)) -> Result<(), Error> {
    let document = Document::parse(xml.as_bytes()).unwrap();
    LogoutRequest::inspect(document.root()).map(|request| check(request.untrusted()))
}

fn answer(xml: &str) -> Result<(), Error> {
    let document = Document::parse(xml.as_bytes()).unwrap();
    LogoutResponse::inspect(document.root()).map(drop)
}

/// In `full`: `find` is there and read, so is `good` in its place, and `bad` is refused with the error at `at` within it.
fn sibling(
    full: &str,
    read: impl Fn(&str) -> Result<(), Error>,
    (find, good, bad): (&str, &str, &str),
    error: impl Fn(usize) -> Error,
    at: &str,
) {
    assert!(full.contains(find), "{find} is not there");
    assert_eq!(read(full), Ok(()));
    assert_eq!(read(&full.replacen(find, good, 1)), Ok(()), "{good}");
    let refused = full.replacen(find, bad, 1);
    let offset = refused.find(at).unwrap();
    assert_eq!(read(&refused), Err(error(offset)), "{bad}");
}

fn authn_sibling(change: (&str, &str, &str), error: impl Fn(usize) -> Error, at: &str) {
    sibling(AUTHN, |xml| authn(xml, |_| {}), change, error, at);
}

fn logout_sibling(change: (&str, &str, &str), error: impl Fn(usize) -> Error, at: &str) {
    sibling(LOGOUT, |xml| logout(xml, |_| {}), change, error, at);
}

#[test]
fn everything_of_an_authentication_request() {
    let result = authn(AUTHN, |request| {
        assert_eq!(request.id(), "_q");
        assert_eq!(
            Some(request.issue_instant()),
            parse_date_time("2026-11-24T03:00:00Z")
        );
        assert_eq!(request.destination(), Some("https://idp.example/sso"));
        assert_eq!(request.consent(), Some("urn:consent"));
        assert_eq!(
            request.issuer().map(NameId::value),
            Some("https://sp.example/")
        );
        assert!(request.signature().is_some() && request.extensions().is_some());
        assert!(request.force_authn() && request.is_passive());
        assert_eq!(request.assertion_consumer_service_index(), None);
        assert_eq!(
            request.assertion_consumer_service_url(),
            Some("https://sp.example/acs")
        );
        assert_eq!(request.protocol_binding(), Some("urn:b"));
        assert_eq!(request.attribute_consuming_service_index(), Some(7));
        assert_eq!(request.provider_name(), Some("SP"));
        assert_eq!(
            request
                .subject()
                .and_then(|s| s.name_id())
                .map(NameId::value),
            Some("user@example.com")
        );
        let policy = request.name_id_policy().unwrap();
        assert_eq!(
            (
                policy.format(),
                policy.sp_name_qualifier(),
                policy.allow_create()
            ),
            (Some("urn:f"), Some("urn:q"), true)
        );
        assert_eq!(
            request
                .conditions()
                .unwrap()
                .audience_restrictions()
                .count(),
            1
        );
        let context = request.requested_authn_context().unwrap();
        assert_eq!(context.comparison(), Comparison::Minimum);
        assert_eq!(context.class_refs(), ["urn:1", "urn:2"]);
        assert!(context.decl_refs().is_empty());
        let scoping = request.scoping().unwrap();
        assert_eq!(scoping.proxy_count(), Some(3));
        let [idp] = scoping.idp_list() else {
            unreachable!("one provider")
        };
        assert_eq!(
            (idp.provider_id(), idp.name(), idp.loc()),
            ("urn:idp", Some("N"), Some("https://idp.example/"))
        );
        assert_eq!(scoping.get_complete(), Some("https://idps.example/"));
        assert_eq!(scoping.requester_ids(), ["urn:r"]);
        let shown = format!("{request:?}");
        assert!(
            !shown.contains("user@example.com") && !shown.contains("\"_q\""),
            "{shown}"
        );
    });
    assert_eq!(result, Ok(()));
}

#[test]
fn what_an_authentication_request_leaves_open() {
    let of = |policy: &str, comparison: &str| {
        let xml = AUTHN
            .replace(" AllowCreate=\"true\"", policy)
            .replace(" Comparison=\"minimum\"", comparison);
        let document = Document::parse(xml.as_bytes()).unwrap();
        let request = AuthnRequest::inspect(document.root()).unwrap();
        let request = request.untrusted();
        (
            request.name_id_policy().unwrap().allow_create(),
            request.requested_authn_context().unwrap().comparison(),
        )
    };
    assert_eq!(of("", ""), (false, Comparison::Exact));
    for (allow_create, expected) in [("true", true), ("1", true), ("false", false), ("0", false)] {
        let policy = format!(" AllowCreate=\"{allow_create}\"");
        assert_eq!(of(&policy, "").0, expected);
    }
    for (comparison, expected) in [
        ("exact", Comparison::Exact),
        ("minimum", Comparison::Minimum),
        ("maximum", Comparison::Maximum),
        ("better", Comparison::Better),
    ] {
        let comparison = format!(" Comparison=\"{comparison}\"");
        assert_eq!(of("", &comparison).1, expected);
    }
}

#[test]
fn the_least_authentication_request() {
    let xml = r#"<AuthnRequest xmlns="urn:oasis:names:tc:SAML:2.0:protocol" ID="_q" Version="2.0" IssueInstant="2026-11-24T03:00:00Z"/>"#;
    let result = authn(xml, |request| {
        assert!(!request.force_authn() && !request.is_passive());
        assert!(request.issuer().is_none() && request.name_id_policy().is_none());
        assert!(request.requested_authn_context().is_none() && request.scoping().is_none());
    });
    assert_eq!(result, Ok(()));
}

#[test]
fn an_index_excludes_url_and_binding() {
    let both = r#" ProtocolBinding="urn:b" AssertionConsumerServiceURL="https://sp.example/acs""#;
    let index = r#" AssertionConsumerServiceIndex="1""#;
    for (bad, other) in [
        (
            r#" AssertionConsumerServiceIndex="1" AssertionConsumerServiceURL="u""#,
            "AssertionConsumerServiceURL",
        ),
        (
            r#" ProtocolBinding="b" AssertionConsumerServiceIndex="1""#,
            "ProtocolBinding",
        ),
    ] {
        authn_sibling(
            (both, index, bad),
            |offset| Error::ConflictingAttributes {
                attribute: "AssertionConsumerServiceIndex",
                other,
                offset,
            },
            "AssertionConsumerServiceIndex",
        );
    }
}

#[test]
fn attributes_of_an_authentication_request() {
    authn_sibling(
        (r#"ID="_q""#, r#"ID="q""#, r#"ID="1""#),
        |offset| Error::InvalidNcName { item: "ID", offset },
        "ID=",
    );
    authn_sibling(
        ("ID=\"_q\" ", "ID=\"q\" ", ""),
        |offset| Error::MissingAttribute {
            element: Q,
            attribute: "ID",
            offset,
        },
        "<samlp:AuthnRequest",
    );
    authn_sibling(
        ("\"2.0\"", "\"2.0\"", "\"2.1\""),
        |offset| Error::UnsupportedVersion {
            element: Q,
            found: Excerpt::of("2.1"),
            offset,
        },
        "Version=",
    );
    authn_sibling(
        ("IsPassive=\"true\"", "IsPassive=\"0\"", "IsPassive=\"no\""),
        |offset| Error::InvalidBoolean {
            attribute: "IsPassive",
            offset,
        },
        "IsPassive",
    );
    authn_sibling(
        ("Index=\"7\"", "Index=\"65535\"", "Index=\"65536\""),
        |offset| Error::InvalidNumber {
            attribute: "AttributeConsumingServiceIndex",
            offset,
        },
        "AttributeConsumingServiceIndex",
    );
    authn_sibling(
        ("\"https://sp.example/acs\"", "\"x\"", "\" \""),
        |offset| Error::BlankValue {
            item: "AssertionConsumerServiceURL",
            offset,
        },
        "AssertionConsumerServiceURL",
    );
    authn_sibling(
        ("ProviderName", "ProviderName", "Provider"),
        |offset| Error::UnexpectedAttribute {
            element: Q,
            attribute: Excerpt::of("Provider"),
            offset,
        },
        "Provider=",
    );
    authn_sibling(
        ("\"minimum\"", "\"better\"", "\"Exact\""),
        |offset| Error::InvalidEnumeration {
            attribute: "Comparison",
            offset,
        },
        "Comparison",
    );
    authn_sibling(
        (r#"ProviderID="urn:idp" "#, r#"ProviderID="x" "#, ""),
        |offset| Error::MissingAttribute {
            element: "samlp:IDPEntry",
            attribute: "ProviderID",
            offset,
        },
        "<samlp:IDPEntry",
    );
}

#[test]
fn children_of_an_authentication_request() {
    let unexpected = |parent, found| {
        move |offset| Error::UnexpectedElement {
            parent,
            found: Excerpt::of(found),
            offset,
        }
    };
    let policy =
        r#"<samlp:NameIDPolicy Format="urn:f" SPNameQualifier="urn:q" AllowCreate="true"/>"#;
    let second = format!("{policy}<samlp:NameIDPolicy />");
    authn_sibling(
        (policy, "", &second),
        unexpected(Q, "samlp:NameIDPolicy"),
        "<samlp:NameIDPolicy />",
    );
    let early = "<samlp:Scoping />\n<saml:Subject>";
    authn_sibling(
        ("<saml:Subject>", "<saml:Subject>", early),
        unexpected(Q, "saml:Subject"),
        "<saml:Subject>",
    );
    let context = "<saml:AuthnContextClassRef>urn:1</saml:AuthnContextClassRef><saml:AuthnContextClassRef>urn:2</saml:AuthnContextClassRef>";
    authn_sibling(
        (
            context,
            "<saml:AuthnContextDeclRef>urn:1</saml:AuthnContextDeclRef>",
            "<saml:AuthnContextClassRef>urn:1</saml:AuthnContextClassRef><saml:AuthnContextDeclRef>urn:2</saml:AuthnContextDeclRef>",
        ),
        unexpected("samlp:RequestedAuthnContext", "saml:AuthnContextDeclRef"),
        "<saml:AuthnContextDeclRef",
    );
    authn_sibling(
        (
            context,
            "<saml:AuthnContextClassRef>urn:1</saml:AuthnContextClassRef>",
            "",
        ),
        |offset| Error::MissingElement {
            parent: "samlp:RequestedAuthnContext",
            element: "saml:AuthnContextClassRef",
            offset,
        },
        "<samlp:RequestedAuthnContext",
    );
    authn_sibling(
        (
            "<samlp:IDPEntry ProviderID=\"urn:idp\" Name=\"N\" Loc=\"https://idp.example/\"/>",
            "<samlp:IDPEntry ProviderID=\"x\"></samlp:IDPEntry>",
            "",
        ),
        |offset| Error::MissingElement {
            parent: "samlp:IDPList",
            element: "samlp:IDPEntry",
            offset,
        },
        "<samlp:IDPList",
    );
    authn_sibling(
        ("<o:x/>", "<o:x/><o:x/>", "<samlp:x/>"),
        unexpected("samlp:Extensions", "samlp:x"),
        "<samlp:x/>",
    );
    let declared = AUTHN.replace(
        context,
        "<saml:AuthnContextDeclRef>urn:1</saml:AuthnContextDeclRef>",
    );
    let result = authn(&declared, |request| {
        let context = request.requested_authn_context().unwrap();
        assert!(context.class_refs().is_empty());
        assert_eq!(context.decl_refs(), ["urn:1"]);
    });
    assert_eq!(result, Ok(()));
}

#[test]
fn everything_of_a_logout_request() {
    let result = logout(LOGOUT, |request| {
        assert_eq!(
            (request.id(), request.destination()),
            ("_l", Some("https://idp.example/slo"))
        );
        assert_eq!(request.reason(), Some(uri::logout_reason::USER));
        assert_eq!(
            request.not_on_or_after(),
            parse_date_time("2026-11-24T03:05:00Z")
        );
        let name_id = request.name_id().unwrap();
        assert_eq!(
            (name_id.value(), name_id.format()),
            ("user@example.com", Some("urn:f"))
        );
        assert_eq!(request.session_indexes(), ["_1", "a::b"]);
        let shown = format!("{request:?}");
        assert!(
            !shown.contains("user@example.com") && !shown.contains("a::b"),
            "{shown}"
        );
    });
    assert_eq!(result, Ok(()));
    let name_id = r#"<saml:NameID Format="urn:f">user@example.com</saml:NameID>"#;
    let encrypted = LOGOUT.replace(
        name_id,
        "<saml:EncryptedID><xenc:EncryptedData/></saml:EncryptedID>",
    );
    let result = logout(&encrypted, |request| {
        assert!(request.name_id().is_none());
        assert!(matches!(request.identifier(), Identifier::EncryptedId(_)));
    });
    assert_eq!(result, Ok(()));
}

#[test]
fn rules_of_a_logout_request() {
    let name_id = r#"<saml:NameID Format="urn:f">user@example.com</saml:NameID>"#;
    logout_sibling(
        (name_id, "<saml:BaseID/>", ""),
        |offset| Error::MissingElement {
            parent: L,
            element: "saml:NameID",
            offset,
        },
        "<samlp:LogoutRequest",
    );
    logout_sibling(
        (
            name_id,
            name_id,
            &format!("{name_id}<saml:NameID>x</saml:NameID>"),
        ),
        |offset| Error::UnexpectedElement {
            parent: L,
            found: Excerpt::of("saml:NameID"),
            offset,
        },
        "<saml:NameID>x",
    );
    logout_sibling(
        (
            "<samlp:SessionIndex>_1<",
            "<samlp:SessionIndex>1<",
            "<samlp:SessionIndex> <",
        ),
        |offset| Error::BlankValue {
            item: "samlp:SessionIndex",
            offset,
        },
        "<samlp:SessionIndex> <",
    );
    logout_sibling(
        ("03:05:00Z", "03:05:00.5Z", "03:05:00"),
        |offset| Error::InvalidDateTime {
            attribute: "NotOnOrAfter",
            offset,
        },
        "NotOnOrAfter",
    );
}

#[test]
fn rules_of_a_logout_response() {
    let rule =
        |change, error: &dyn Fn(usize) -> Error, at| sibling(ANSWER, answer, change, error, at);
    rule(
        ("InResponseTo=\"_l\" ", "", "InResponseTo=\"0\" "),
        &|offset| Error::InvalidNcName {
            item: "InResponseTo",
            offset,
        },
        "InResponseTo",
    );
    rule(
        (
            "</samlp:Status>",
            "<samlp:StatusMessage/></samlp:Status>",
            "</samlp:Status><samlp:x/>",
        ),
        &|offset| Error::UnexpectedElement {
            parent: R,
            found: Excerpt::of("samlp:x"),
            offset,
        },
        "<samlp:x/>",
    );
    let status = r#"<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>"#;
    rule(
        (status, status, ""),
        &|offset| Error::MissingElement {
            parent: R,
            element: "samlp:Status",
            offset,
        },
        "<samlp:LogoutResponse",
    );
}

#[test]
fn each_is_no_other() {
    let wrong = |expected, found| {
        Err(Error::WrongElement {
            expected,
            found: Excerpt::of(found),
            offset: 0,
        })
    };
    assert_eq!(authn(LOGOUT, |_| {}), wrong(Q, L));
    assert_eq!(logout(ANSWER, |_| {}), wrong(L, R));
    assert_eq!(answer(AUTHN), wrong(R, Q));
}
