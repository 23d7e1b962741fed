//! What is written is what was given: by its text, and read again. What SAML does not allow is refused.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "common/samples.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod samples;

use samlkit_core::uri::{authn_context, status};
use samlkit_core::write::{
    Assertion, AssertionConsumerService, Attribute, AuthnRequest, AuthnStatement, Error, Id,
    Identifier, LogoutRequest, NameId, NameIdPolicy, RequestedAuthnContext, Response, Scoping,
    StatementOrder, Status, Style, SubjectConfirmation,
};
use samlkit_core::{
    AssertionContent, AuthnRequest as ReadAuthnRequest, Comparison, Excerpt, Fragment,
    LogoutRequest as ReadLogoutRequest, LogoutResponse as ReadLogoutResponse,
    Response as ReadResponse, Statement,
};
use samlkit_xml::{Document, WriteError};
use samples::{AWKWARD, encrypted, id, later, now};

#[test]
fn the_text_in_entras_style() {
    let xml = Response::new(id("_r"), now(), "https://idp.example/", Status::success())
        .with_assertion(
            Assertion::new(id("_a"), now(), "https://idp.example/", NameId::new("u"))
                .with_attribute(Attribute::new("n").with_value("v"))
                .with_authn_statement(AuthnStatement::new(now(), authn_context::PASSWORD))
                .with_statement_order(StatementOrder::AttributesFirst),
        )
        .with_style(Style::DefaultNamespace)
        .write();
    assert_eq!(
        xml.as_deref(),
        Ok(concat!(
            r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0" IssueInstant="2026-11-24T03:00:00.123Z">"#,
            r#"<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">https://idp.example/</Issuer>"#,
            r#"<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>"#,
            r#"<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0" IssueInstant="2026-11-24T03:00:00.123Z">"#,
            r#"<Issuer>https://idp.example/</Issuer><Subject><NameID>u</NameID></Subject>"#,
            r#"<AttributeStatement><Attribute Name="n"><AttributeValue>v</AttributeValue></Attribute></AttributeStatement>"#,
            r#"<AuthnStatement AuthnInstant="2026-11-24T03:00:00.123Z"><AuthnContext>"#,
            r#"<AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</AuthnContextClassRef>"#,
            r#"</AuthnContext></AuthnStatement></Assertion></samlp:Response>"#,
        ))
    );
}

#[test]
fn styles_read_the_same() {
    let messages = samples::messages();
    let (prefixed, default) = messages.split_at(messages.len() / 2);
    for ((name, a), (_, b)) in prefixed.iter().zip(default) {
        let shape = |xml: &str| -> Vec<String> {
            let document = Document::parse(xml.as_bytes()).unwrap();
            let names = document.elements().map(|e| {
                let values: String = e.attributes().map(samlkit_xml::Attribute::value).collect();
                format!("{} {} {values}", e.namespace(), e.local_name())
            });
            names.collect()
        };
        assert_eq!(shape(a), shape(b), "{name}");
    }
}

#[test]
fn an_authentication_request_reads_back() {
    let xml = samples::authn_request().write().unwrap();
    let document = Document::parse(xml.as_bytes()).unwrap();
    let request = ReadAuthnRequest::inspect(document.root()).unwrap();
    let request = request.into_untrusted();
    assert_eq!((request.id(), request.issue_instant()), ("_q", now()));
    assert_eq!(request.destination(), Some("https://idp.example/sso?a&b"));
    assert_eq!(request.consent(), Some("urn:consent"));
    assert_eq!(request.issuer().unwrap().value(), "https://sp.example/");
    assert!(request.force_authn() && !request.is_passive());
    assert_eq!(
        request.assertion_consumer_service_url(),
        Some("https://sp.example/acs?a&b")
    );
    assert_eq!(request.attribute_consuming_service_index(), Some(1));
    assert_eq!(request.provider_name(), Some(AWKWARD));
    let subject = request.subject().unwrap().name_id().unwrap();
    assert_eq!(NameId::from(subject), samples::name_id());
    assert_eq!(
        request.name_id_policy().unwrap().sp_name_qualifier(),
        Some("urn:sp")
    );
    let context = request.requested_authn_context().unwrap();
    assert_eq!(context.comparison(), Comparison::Minimum);
    assert_eq!(
        context.class_refs(),
        [authn_context::PASSWORD, authn_context::X509]
    );
    let extensions = request.extensions().unwrap();
    let names: Vec<_> = extensions
        .elements()
        .map(|e| (e.namespace(), e.local_name()))
        .collect();
    assert_eq!(names, [("urn:agreed", "a"), ("urn:agreed", "b")]);
    let conditions = request.conditions().unwrap();
    assert_eq!(
        (conditions.not_before(), conditions.not_on_or_after()),
        (Some(now()), Some(later()))
    );
    let audiences = conditions.audience_restrictions().next().unwrap();
    assert_eq!(audiences.audiences(), ["https://sp.example/"]);
    assert!(conditions.one_time_use());
    let scoping = request.scoping().unwrap();
    assert_eq!(scoping.idp_list().first().unwrap().name(), Some(AWKWARD));
    assert_eq!(scoping.get_complete(), Some("https://idps.example/"));
    assert_eq!(scoping.requester_ids(), ["urn:requester"]);
}

/// What is asked for can be looked at before it is written.
#[test]
fn what_was_given_is_told() {
    for allow_create in [true, false] {
        let policy = NameIdPolicy::new().with_allow_create(allow_create);
        assert_eq!(policy.allow_create(), Some(allow_create));
    }
    assert_eq!(NameIdPolicy::new().allow_create(), None);
    for comparison in [Comparison::Exact, Comparison::Better] {
        let classes = [authn_context::PASSWORD, authn_context::X509];
        let context = RequestedAuthnContext::class_refs(comparison, classes);
        assert_eq!(context.comparison(), comparison);
        assert_eq!(context.references(), classes);
    }
    assert!(Scoping::new().is_empty());
    let scoping = Scoping::new()
        .with_requester_id("urn:requester")
        .with_proxy_count(2);
    assert!(!scoping.is_empty() && !Scoping::new().with_proxy_count(0).is_empty());
    let request = AuthnRequest::new(id("_q"), now(), "i").with_scoping(scoping);
    let xml = request.write().unwrap();
    let document = Document::parse(xml.as_bytes()).unwrap();
    let request = ReadAuthnRequest::inspect(document.root()).unwrap();
    let scoping = request.untrusted().scoping().unwrap();
    assert_eq!(scoping.proxy_count(), Some(2));
    assert_eq!(scoping.requester_ids(), ["urn:requester"]);

    let name_id = NameId::new("a&b").with_format("urn:f");
    assert_eq!(name_id.value(), "a&b");
    assert_eq!(
        name_id.write().as_deref(),
        Ok(
            r#"<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Format="urn:f">a&amp;b</saml:NameID>"#
        )
    );
    assert_eq!(Identifier::from(name_id.clone()).name_id(), Some(&name_id));
    let sealed = Identifier::encrypted_id(encrypted("EncryptedID")).unwrap();
    assert_eq!(sealed.name_id(), None);
}

#[test]
fn where_to_respond() {
    let service = |service| {
        let request =
            AuthnRequest::new(id("_q"), now(), "i").with_assertion_consumer_service(service);
        let xml = request.write().unwrap();
        let document = Document::parse(xml.as_bytes()).unwrap();
        let request = ReadAuthnRequest::inspect(document.root()).unwrap();
        let request = request.untrusted();
        (
            request.assertion_consumer_service_index(),
            request.assertion_consumer_service_url().map(str::to_owned),
            request.protocol_binding().map(str::to_owned),
        )
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        service(AssertionConsumerService::Index(0)),
        (Some(0), None, None)
    );
    assert_eq!(
        service(AssertionConsumerService::Url("u".to_owned())),
        (None, some("u"), None)
    );
    assert_eq!(
        service(AssertionConsumerService::Binding("b".to_owned())),
        (None, None, some("b"))
    );
}

#[test]
fn logout_messages_read_back() {
    let xml = samples::logout_request(samples::name_id()).write().unwrap();
    let document = Document::parse(xml.as_bytes()).unwrap();
    let request = ReadLogoutRequest::inspect(document.root()).unwrap();
    let request = request.untrusted();
    assert_eq!(NameId::from(request.name_id().unwrap()), samples::name_id());
    assert_eq!(request.not_on_or_after(), Some(later()));
    assert_eq!(request.session_indexes(), ["_a", AWKWARD]);

    let xml = samples::logout_response().write().unwrap();
    let document = Document::parse(xml.as_bytes()).unwrap();
    let response = ReadLogoutResponse::inspect(document.root()).unwrap();
    let response = response.untrusted();
    assert_eq!(response.in_response_to(), Some("_l"));
    assert!(response.status().is_success());
    assert_eq!(
        response.status().codes().last().unwrap().value(),
        status::PARTIAL_LOGOUT
    );
    assert_eq!(response.status().message(), Some(AWKWARD));
}

fn check(assertion: &AssertionContent<'_>) {
    assert_eq!((assertion.id(), assertion.issue_instant()), ("_a", now()));
    let subject = assertion.subject().unwrap();
    assert_eq!(NameId::from(subject.name_id().unwrap()), samples::name_id());
    let data = *subject.confirmations().first().unwrap().data().unwrap();
    assert_eq!(data.recipient(), Some("https://sp.example/acs?a&b"));
    assert_eq!(
        (data.not_before(), data.not_on_or_after()),
        (None, Some(later()))
    );
    assert_eq!(
        (data.in_response_to(), data.address()),
        (Some("_q"), Some("2001:db8::1"))
    );
    let conditions = assertion.conditions().unwrap();
    assert_eq!(
        (conditions.not_before(), conditions.not_on_or_after()),
        (Some(now()), Some(later()))
    );
    assert_eq!(
        conditions
            .audience_restrictions()
            .next()
            .unwrap()
            .audiences(),
        ["https://sp.example/", "https://sp.example/?a&b"]
    );
    assert!(conditions.one_time_use());
    let authn = assertion.authn_statements().next().unwrap();
    assert_eq!(authn.session_index(), Some("_a"));
    assert_eq!(authn.session_not_on_or_after(), Some(later()));
    assert_eq!(
        authn.authn_context().class_ref(),
        Some(authn_context::PASSWORD)
    );
    assert_eq!(
        authn.authn_context().authenticating_authorities(),
        ["urn:other"]
    );
    let attribute = assertion.attributes().next().unwrap();
    assert_eq!(attribute.friendly_name(), Some(AWKWARD));
    assert_eq!(attribute.texts().collect::<Vec<_>>(), [AWKWARD, "", "b"]);
    assert_eq!(assertion.attributes().nth(1).unwrap().values().len(), 0);
}

#[test]
fn a_response_reads_back_with_every_kind_of_assertion() {
    for style in [Style::Prefixed, Style::DefaultNamespace] {
        let alone = samples::assertion().write().unwrap();
        let xml = samples::response(Status::success())
            .with_assertion(
                samples::assertion().with_statement_order(StatementOrder::AttributesFirst),
            )
            .with_signed_assertion(Fragment::parse(&alone).unwrap())
            .unwrap()
            .with_encrypted_assertion(encrypted("EncryptedAssertion"))
            .unwrap()
            .with_style(style)
            .write()
            .unwrap();
        let document = Document::parse(xml.as_bytes()).unwrap();
        let response = ReadResponse::inspect(document.root()).unwrap();
        let response = response.untrusted();
        assert_eq!(response.in_response_to(), Some("_q"));
        let [first, second] = response.assertions() else {
            unreachable!("two assertions")
        };
        let order = |element| {
            let assertion = samlkit_core::Assertion::inspect(element).unwrap();
            check(assertion.untrusted());
            let statements = assertion.untrusted().statements().iter();
            statements.map(Statement::element_name).collect::<Vec<_>>()
        };
        assert_eq!(
            order(*first),
            ["saml:AttributeStatement", "saml:AuthnStatement"]
        );
        assert_eq!(
            order(*second),
            ["saml:AuthnStatement", "saml:AttributeStatement"]
        );
        assert_eq!(response.encrypted_assertions().len(), 1);
    }
}

#[test]
fn what_saml_does_not_allow() {
    let request = || AuthnRequest::new(id("_q"), now(), "i");
    let blank = |item| Err(Error::BlankValue { item });
    for blank_text in ["", " \t\r\n"] {
        assert_eq!(
            AuthnRequest::new(id("_q"), now(), blank_text).write(),
            blank("saml:Issuer")
        );
        assert_eq!(
            request().with_destination(blank_text).write(),
            blank("Destination")
        );
        let policy = NameIdPolicy::new().with_format(blank_text);
        assert_eq!(
            request().with_name_id_policy(policy).write(),
            blank("Format")
        );
        let logout = LogoutRequest::new(id("_l"), now(), "i", NameId::new(blank_text));
        assert_eq!(logout.write(), blank("saml:NameID"));
        let confirmation = SubjectConfirmation::bearer(blank_text, later());
        let assertion = Assertion::new(id("_a"), now(), "i", NameId::new("u"));
        assert_eq!(
            assertion
                .clone()
                .with_subject_confirmation(confirmation)
                .write(),
            blank("Recipient")
        );
        assert_eq!(
            assertion.clone().with_audience(blank_text).write(),
            blank("saml:Audience")
        );
        assert_eq!(
            assertion.with_attribute(Attribute::new(blank_text)).write(),
            blank("Name")
        );
        assert_eq!(
            samples::response(Status::new(blank_text)).write(),
            blank("Value")
        );
    }
    let none: [&str; 0] = [];
    for (context, item) in [
        (
            RequestedAuthnContext::class_refs(Comparison::Exact, none),
            "saml:AuthnContextClassRef",
        ),
        (
            RequestedAuthnContext::decl_refs(Comparison::Exact, none),
            "saml:AuthnContextDeclRef",
        ),
    ] {
        assert_eq!(
            request().with_requested_authn_context(context).write(),
            Err(Error::Missing {
                parent: "samlp:RequestedAuthnContext",
                item
            })
        );
    }
    let scoping = Scoping::new().with_get_complete("urn:all");
    assert_eq!(
        request().with_scoping(scoping).write(),
        Err(Error::Missing {
            parent: "samlp:IDPList",
            item: "samlp:IDPEntry"
        })
    );
}

#[test]
fn what_xml_cannot_say() {
    for text in ["\u{0}", "a\u{1b}[31m", "\u{FFFF}"] {
        let request = AuthnRequest::new(id("_q"), now(), text);
        assert_eq!(
            request.write(),
            Err(Error::Xml(WriteError::IllegalCharacter))
        );
    }
    let year = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap().to_utc();
    let instant = |time| AuthnRequest::new(id("_q"), time, "i").write();
    assert_eq!(
        instant(year("0000-12-31T23:59:59Z")),
        Err(Error::TimeOutOfRange {
            item: "IssueInstant"
        })
    );
    assert!(
        instant(year("9999-12-31T23:59:59.9999Z"))
            .unwrap()
            .contains(r#""9999-12-31T23:59:59.999Z""#)
    );
    assert!(
        instant(year("0001-01-01T00:00:00Z"))
            .unwrap()
            .contains(r#""0001-01-01T00:00:00.000Z""#)
    );
    assert_eq!(
        instant(chrono::DateTime::<chrono::Utc>::MAX_UTC),
        Err(Error::TimeOutOfRange {
            item: "IssueInstant"
        })
    );
    // A leap second, as SAML has none, is the next one.
    assert!(
        instant(year("2016-12-31T23:59:60.5Z"))
            .unwrap()
            .contains(r#""2017-01-01T00:00:00.500Z""#)
    );
}

#[test]
fn identifiers() {
    for text in ["_a", "a", "id123", "_8b7c-1.x"] {
        assert_eq!(Id::new(text).unwrap().as_str(), text);
    }
    for text in [
        "",
        "1",
        "8b7c1f2e-8d47-4a19-9c05-e27f40d1b8aa",
        "a b",
        "a:b",
        "-a",
        "_a\n",
    ] {
        assert_eq!(Id::new(text), Err(Error::InvalidId), "{text}");
    }
    let shown = format!(
        "{:?} {:?} {:?}",
        samples::authn_request(),
        samples::logout_request(samples::name_id()),
        samples::assertion()
    );
    assert!(
        !shown.contains("_q") || !shown.contains("\"_q\""),
        "{shown}"
    );
    assert!(!shown.contains("2001:db8"), "{shown}");
}

#[test]
fn fragments_are_what_they_must_be() {
    let wrong = |expected, found| {
        Some(Error::WrongElement {
            expected,
            found: Excerpt::of(found),
        })
    };
    let assertion = || Fragment::parse(&samples::assertion().write().unwrap()).unwrap();
    let secret = || encrypted("EncryptedAssertion");
    let response = || samples::response(Status::success());
    assert_eq!(
        response().with_signed_assertion(secret()).err(),
        wrong("saml:Assertion", "EncryptedAssertion")
    );
    assert_eq!(response().with_signed_assertion(assertion()).err(), None);
    assert_eq!(
        response().with_encrypted_assertion(assertion()).err(),
        wrong("saml:EncryptedAssertion", "Assertion")
    );
    assert_eq!(response().with_encrypted_assertion(secret()).err(), None);
    assert_eq!(
        Identifier::encrypted_id(secret()).err(),
        wrong("saml:EncryptedID", "EncryptedAssertion")
    );
    assert_eq!(
        Identifier::encrypted_id(encrypted("EncryptedID")).err(),
        None
    );
    assert_eq!(
        samples::assertion()
            .with_encrypted_attribute(secret())
            .err(),
        wrong("saml:EncryptedAttribute", "EncryptedAssertion")
    );
    let request = || AuthnRequest::new(id("_q"), now(), "i");
    for (xml, name) in [
        ("<a/>", "a"),
        (
            "<saml:Issuer xmlns:saml='urn:oasis:names:tc:SAML:2.0:assertion'/>",
            "Issuer",
        ),
        (
            "<p:AuthnRequest xmlns:p='urn:oasis:names:tc:SAML:2.0:protocol'/>",
            "AuthnRequest",
        ),
        (
            "<md:EntityDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata'/>",
            "EntityDescriptor",
        ),
    ] {
        assert_eq!(
            request()
                .with_extension(Fragment::parse(xml).unwrap())
                .err(),
            wrong("an element of another namespace", name)
        );
    }
    assert_eq!(
        request().with_extension(samples::extension("a")).err(),
        None
    );
    assert_eq!(
        Fragment::parse("<a/><b/>"),
        Err(samlkit_core::Error::Xml(
            samlkit_xml::Error::ContentOutsideRoot { offset: 4 }
        ))
    );
}
