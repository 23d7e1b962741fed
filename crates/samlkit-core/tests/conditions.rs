//! Conditions of an assertion, each of them there and not there.
#![expect(clippy::unwrap_used, reason = "a broken fixture must stop the test")]

use samlkit_core::{Assertion, Condition};
use samlkit_xml::Document;

/// What is read of these conditions: whether it is to be used once, the audiences of a proxy, whether anything is unknown.
fn read(conditions: &str) -> (bool, Option<Vec<String>>, bool) {
    let text = format!(
        "<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion' Version='2.0' ID='_a' IssueInstant='2026-01-15T10:00:00Z'>\
         <a:Issuer>i</a:Issuer><a:Subject><a:NameID>n</a:NameID></a:Subject>\
         <a:Conditions>{conditions}</a:Conditions></a:Assertion>"
    );
    let document = Document::parse(text.as_bytes()).unwrap();
    let assertion = Assertion::inspect(document.root()).unwrap();
    let conditions = assertion.untrusted().conditions().unwrap();
    let count = |kind: fn(&&Condition<'_>) -> bool| conditions.into_iter().filter(kind).count();
    let once = count(|one| matches!(one, Condition::OneTimeUse));
    let unknown = count(|one| matches!(one, Condition::Unknown { .. }));
    assert_eq!(conditions.one_time_use(), once > 0);
    assert_eq!(conditions.has_unknown(), unknown > 0);
    let proxy = conditions.proxy_restriction().map(|proxy| {
        let audiences = proxy.audiences().iter();
        audiences.map(ToString::to_string).collect()
    });
    (once > 0, proxy, unknown > 0)
}

#[test]
fn each_alone() {
    let audience = "<a:AudienceRestriction><a:Audience>b</a:Audience></a:AudienceRestriction>";
    let proxied = "<a:ProxyRestriction><a:Audience>c</a:Audience><a:Audience>d</a:Audience></a:ProxyRestriction>";
    let unknown = "<a:Condition xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns:x='urn:x' xsi:type='x:T'/>";
    assert_eq!(read(""), (false, None, false));
    assert_eq!(read(audience), (false, None, false));
    assert_eq!(read("<a:OneTimeUse/>"), (true, None, false));
    assert_eq!(
        read("<a:ProxyRestriction/>"),
        (false, Some(Vec::new()), false)
    );
    let both = Some(vec!["c".to_owned(), "d".to_owned()]);
    assert_eq!(read(proxied), (false, both, false));
    assert_eq!(read(unknown), (false, None, true));
}
