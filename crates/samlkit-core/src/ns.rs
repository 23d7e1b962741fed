//! Namespace names, by the prefix that the specifications write them with.

/// `saml`: assertions (SAMLCore §1.2).
pub const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// `samlp`: protocol messages (SAMLCore §1.2).
pub const SAMLP: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// `md`: metadata (SAMLMeta §1.2). The protocol's name in `protocolSupportEnumeration` is [`SAMLP`].
pub const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// `ds`: XML Signature (XMLSig §1.3).
pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// `xenc`: XML Encryption (XMLEnc §1.3).
pub const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
/// `xsi`: XML Schema instance.
pub const XSI: &str = samlkit_xml::ns::XSI;
/// `xml`, bound by definition.
pub const XML: &str = samlkit_xml::ns::XML;
