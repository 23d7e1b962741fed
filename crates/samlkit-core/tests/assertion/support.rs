//! The document that the tests change, and how they look at it.

use samlkit_core::{Assertion, AssertionContent, Error, Excerpt};
use samlkit_xml::Document;

pub(crate) use crate::errors::{at, missing, no_attribute, unexpected};

/// Everything that the schema has, in its order.
pub(crate) const FULL: &str = r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:o="urn:other" ID="_a" Version="2.0" IssueInstant="2026-11-24T03:00:00Z">
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

pub(crate) fn read(xml: &str) -> Result<(), Error> {
    Assertion::inspect(Document::parse(xml.as_bytes()).unwrap().root()).map(drop)
}

/// Where what follows `needle` starts.
pub(crate) fn after(xml: &str, needle: &str) -> usize {
    at(xml, needle) + needle.len()
}

/// Replaces `find`, which must be there, by `good` (read) and by `bad` (refused with `error`).
pub(crate) fn sibling(find: &str, good: &str, bad: &str, error: impl Fn(&str) -> Error) {
    assert!(FULL.contains(find), "{find} is not in the document");
    assert_eq!(read(&FULL.replacen(find, good, 1)), Ok(()), "{good}");
    let xml = FULL.replacen(find, bad, 1);
    assert_eq!(read(&xml), Err(error(&xml)), "{bad}");
}

pub(crate) fn with(xml: &str, check: impl Fn(&AssertionContent<'_>)) {
    let document = Document::parse(xml.as_bytes()).unwrap();
    check(Assertion::inspect(document.root()).unwrap().untrusted());
}

pub(crate) fn extra_attribute(element: &'static str, attribute: &str, offset: usize) -> Error {
    Error::UnexpectedAttribute {
        element,
        attribute: Excerpt::of(attribute),
        offset,
    }
}
