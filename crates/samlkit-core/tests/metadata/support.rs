//! The document that the tests change, and how they look at it.

use samlkit_core::Error;
use samlkit_core::metadata::{EntityDescriptor, Metadata};

pub(crate) use crate::errors::{at, missing, no_attribute, unexpected};

pub(crate) const FULL: &str = r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:o="urn:other" entityID="https://idp.example/" ID="_e" validUntil="2027-01-01T00:00:00Z" cacheDuration="PT1H">
 <ds:Signature/>
 <md:Extensions><o:scope/></md:Extensions>
 <md:RoleDescriptor xsi:type="o:Strange" protocolSupportEnumeration="urn:p"><o:anything/></md:RoleDescriptor>
 <md:IDPSSODescriptor WantAuthnRequestsSigned="true" ID="_i" errorURL="https://idp.example/error" validUntil="2026-12-01T00:00:00Z" cacheDuration="P1D" protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol
  urn:oasis:names:tc:SAML:2.0:protocol">
  <md:Extensions><o:logo/></md:Extensions>
  <md:KeyDescriptor use="signing"><ds:KeyInfo Id="k"><ds:KeyName>one</ds:KeyName><ds:X509Data><ds:X509SubjectName>CN=x</ds:X509SubjectName><ds:X509Certificate>
   QUJD
  </ds:X509Certificate><ds:X509Certificate>REVG</ds:X509Certificate></ds:X509Data><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQ==</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue><o:key/></ds:KeyInfo></md:KeyDescriptor>
  <md:KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>R0hJ</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
  <md:KeyDescriptor use="encryption"><ds:KeyInfo/><md:EncryptionMethod Algorithm="urn:alg"><o:p/></md:EncryptionMethod></md:KeyDescriptor>
  <md:Organization><md:OrganizationName xml:lang="en">Org</md:OrganizationName><md:OrganizationDisplayName xml:lang="en">The Org</md:OrganizationDisplayName><md:OrganizationURL>https://org.example/</md:OrganizationURL></md:Organization>
  <md:ArtifactResolutionService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://idp.example/ars" index="0" isDefault="true"/>
  <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/slo" ResponseLocation="https://idp.example/slr"/>
  <md:ManageNameIDService Binding="urn:b" Location="https://idp.example/mni"/>
  <md:NameIDFormat>urn:f</md:NameIDFormat>
  <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/>
  <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/sso"><o:x/></md:SingleSignOnService>
  <md:NameIDMappingService Binding="urn:b" Location="https://idp.example/nim"/>
  <md:AssertionIDRequestService Binding="urn:b" Location="https://idp.example/air"/>
  <md:AttributeProfile>urn:profile</md:AttributeProfile>
  <saml:Attribute Name="mail" NameFormat="urn:nf" FriendlyName="Mail"><saml:AttributeValue>a</saml:AttributeValue></saml:Attribute>
 </md:IDPSSODescriptor>
 <md:SPSSODescriptor AuthnRequestsSigned="1" WantAssertionsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
  <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/0" index="0" isDefault="false"/>
  <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/1" index="65535"/>
  <md:AttributeConsumingService index="1" isDefault="true"><md:ServiceName xml:lang="en">S</md:ServiceName><md:ServiceDescription xml:lang="en">D</md:ServiceDescription><md:RequestedAttribute Name="mail" isRequired="true"/></md:AttributeConsumingService>
 </md:SPSSODescriptor>
 <md:AttributeAuthorityDescriptor protocolSupportEnumeration="urn:p"><md:AttributeService/></md:AttributeAuthorityDescriptor>
 <md:Organization><md:OrganizationName xml:lang="en">Org</md:OrganizationName></md:Organization>
 <md:ContactPerson contactType="technical"><md:Company>C</md:Company><md:GivenName>G</md:GivenName><md:SurName>S</md:SurName><md:EmailAddress>mailto:a@example.com</md:EmailAddress><md:EmailAddress>b@example.com</md:EmailAddress><md:TelephoneNumber>1</md:TelephoneNumber></md:ContactPerson>
 <md:AdditionalMetadataLocation namespace="urn:n">https://other.example/</md:AdditionalMetadataLocation>
</md:EntityDescriptor>"#;

pub(crate) const E: &str = "md:EntityDescriptor";

pub(crate) const I: &str = "md:IDPSSODescriptor";

pub(crate) fn read(xml: &str) -> Result<(), Error> {
    Metadata::read_unverified(xml.as_bytes()).map(drop)
}

pub(crate) fn with(xml: &str, check: impl Fn(&EntityDescriptor)) {
    check(
        Metadata::read_unverified(xml.as_bytes())
            .unwrap()
            .entities()
            .next()
            .unwrap(),
    );
}

/// Replaces `find`, which must be there, by `good` (read) and by `bad` (refused with `error`).
pub(crate) fn sibling(find: &str, good: &str, bad: &str, error: impl Fn(&str) -> Error) {
    assert!(FULL.contains(find), "{find} is not in the document");
    assert_eq!(read(&FULL.replacen(find, good, 1)), Ok(()), "{good}");
    let xml = FULL.replacen(find, bad, 1);
    assert_eq!(read(&xml), Err(error(&xml)), "{bad}");
}
