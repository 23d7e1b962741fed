//! Namespace names and identifiers of XML Encryption. Those of algorithms are in [`samlkit_crypto::algorithm`].

/// XML Encryption 1.0.
pub const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
/// XML Encryption 1.1.
pub const XENC11: &str = "http://www.w3.org/2009/xmlenc11#";
/// XML Signature, whose `KeyInfo` XML Encryption uses.
pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// XML Signature 1.1.
pub const DSIG11: &str = "http://www.w3.org/2009/xmldsig11#";
/// SAML 2.0 assertions.
pub const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// SAML 2.0 protocol messages.
pub const SAMLP: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// `Type` of an `EncryptedData` that stands for one element (XMLEnc §3.1).
pub const ELEMENT: &str = "http://www.w3.org/2001/04/xmlenc#Element";
/// `Type` of an `EncryptedData` that stands for the content of an element (XMLEnc §3.1).
pub const CONTENT: &str = "http://www.w3.org/2001/04/xmlenc#Content";
/// `Type` of a `RetrievalMethod` that leads to an `EncryptedKey` (XMLEnc §3.5.3).
pub const ENCRYPTED_KEY: &str = "http://www.w3.org/2001/04/xmlenc#EncryptedKey";
