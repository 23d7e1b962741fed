//! Namespace names and algorithm identifiers of XML-DSig.

/// XML Signature.
pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// XML Signature 1.1.
pub const DSIG11: &str = "http://www.w3.org/2009/xmldsig11#";
/// Exclusive canonicalization, also the namespace of `InclusiveNamespaces`.
pub const EXC_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// The parameters of RSA-PSS (RFC 9231 §2.3.9).
pub const DSIG_MORE_2007: &str = "http://www.w3.org/2007/05/xmldsig-more#";
/// SAML 2.0 assertions, of which the placement rule needs the `Issuer`.
pub const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// The enveloped-signature transform (XMLSig §6.6.4).
pub const ENVELOPED_SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
