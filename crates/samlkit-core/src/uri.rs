//! Identifiers that SAML defines, in modules named after the fragment of the specification that lists them.

/// Status codes (SAMLCore §3.2.2.2).
pub mod status {
    /// The request succeeded.
    pub const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
    /// The request could not be performed due to an error of the requester.
    pub const REQUESTER: &str = "urn:oasis:names:tc:SAML:2.0:status:Requester";
    /// The request could not be performed due to an error of the responder.
    pub const RESPONDER: &str = "urn:oasis:names:tc:SAML:2.0:status:Responder";
    /// The responder could not process the request because of its version.
    pub const VERSION_MISMATCH: &str = "urn:oasis:names:tc:SAML:2.0:status:VersionMismatch";
    /// Second level: the user could not be authenticated.
    pub const AUTHN_FAILED: &str = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed";
    /// Second level: an attribute's name or value was not expected.
    pub const INVALID_ATTR_NAME_OR_VALUE: &str =
        "urn:oasis:names:tc:SAML:2.0:status:InvalidAttrNameOrValue";
    /// Second level: the requested name identifier policy is not supported.
    pub const INVALID_NAME_ID_POLICY: &str =
        "urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy";
    /// Second level: the requested authentication context cannot be met.
    pub const NO_AUTHN_CONTEXT: &str = "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext";
    /// Second level: no listed identity provider is available.
    pub const NO_AVAILABLE_IDP: &str = "urn:oasis:names:tc:SAML:2.0:status:NoAvailableIDP";
    /// Second level: the user could not be authenticated without interaction.
    pub const NO_PASSIVE: &str = "urn:oasis:names:tc:SAML:2.0:status:NoPassive";
    /// Second level: no listed identity provider is supported.
    pub const NO_SUPPORTED_IDP: &str = "urn:oasis:names:tc:SAML:2.0:status:NoSupportedIDP";
    /// Second level: not every session participant could be logged out.
    pub const PARTIAL_LOGOUT: &str = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout";
    /// Second level: the responder may not proxy any further.
    pub const PROXY_COUNT_EXCEEDED: &str = "urn:oasis:names:tc:SAML:2.0:status:ProxyCountExceeded";
    /// Second level: the responder declines.
    pub const REQUEST_DENIED: &str = "urn:oasis:names:tc:SAML:2.0:status:RequestDenied";
    /// Second level: the request is not supported.
    pub const REQUEST_UNSUPPORTED: &str = "urn:oasis:names:tc:SAML:2.0:status:RequestUnsupported";
    /// Second level: the requested protocol version is deprecated.
    pub const REQUEST_VERSION_DEPRECATED: &str =
        "urn:oasis:names:tc:SAML:2.0:status:RequestVersionDeprecated";
    /// Second level: the requested protocol version is too high.
    pub const REQUEST_VERSION_TOO_HIGH: &str =
        "urn:oasis:names:tc:SAML:2.0:status:RequestVersionTooHigh";
    /// Second level: the requested protocol version is too low.
    pub const REQUEST_VERSION_TOO_LOW: &str =
        "urn:oasis:names:tc:SAML:2.0:status:RequestVersionTooLow";
    /// Second level: the requested resource is not recognized.
    pub const RESOURCE_NOT_RECOGNIZED: &str =
        "urn:oasis:names:tc:SAML:2.0:status:ResourceNotRecognized";
    /// Second level: the answer would hold too many elements.
    pub const TOO_MANY_RESPONSES: &str = "urn:oasis:names:tc:SAML:2.0:status:TooManyResponses";
    /// Second level: the attribute profile is not known.
    pub const UNKNOWN_ATTR_PROFILE: &str = "urn:oasis:names:tc:SAML:2.0:status:UnknownAttrProfile";
    /// Second level: the principal is not known.
    pub const UNKNOWN_PRINCIPAL: &str = "urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal";
    /// Second level: the binding is not supported.
    pub const UNSUPPORTED_BINDING: &str = "urn:oasis:names:tc:SAML:2.0:status:UnsupportedBinding";
}

/// Name identifier formats (SAMLCore §8.3).
pub mod nameid_format {
    /// Interpretation is left to the implementation (§8.3.1). The default of a `NameID` without `Format`.
    pub const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
    /// An e-mail address (§8.3.2).
    pub const EMAIL_ADDRESS: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    /// The subject of an X.509 certificate (§8.3.3).
    pub const X509_SUBJECT_NAME: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName";
    /// A Windows domain and user name (§8.3.4).
    pub const WINDOWS_DOMAIN_QUALIFIED_NAME: &str =
        "urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName";
    /// A Kerberos principal (§8.3.5).
    pub const KERBEROS: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos";
    /// A SAML entity (§8.3.6). The default of an `Issuer` without `Format`.
    pub const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
    /// An opaque pairwise identifier that persists (§8.3.7).
    pub const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    /// An identifier for one session (§8.3.8).
    pub const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
    /// In a request: the identifier shall be encrypted (SAMLCore §3.4.1.1).
    pub const ENCRYPTED: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted";
}

/// Attribute name formats (SAMLCore §8.2).
pub mod attrname_format {
    /// Interpretation is left to the implementation (§8.2.1). The default of an `Attribute` without `NameFormat`.
    pub const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified";
    /// The name is a URI reference (§8.2.2).
    pub const URI: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri";
    /// The name is of `xs:Name`'s value space (§8.2.3).
    pub const BASIC: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";
}

/// Subject confirmation methods (SAMLProf §3).
pub mod confirmation_method {
    /// Whoever holds the key (§3.1).
    pub const HOLDER_OF_KEY: &str = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key";
    /// Confirmed by other means of the sender (§3.2).
    pub const SENDER_VOUCHES: &str = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches";
    /// Whoever bears the assertion (§3.3).
    pub const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
}

/// Authentication context classes (`SAMLAuthnCxt` §3.4), and the one that Windows peers use beside them.
pub mod authn_context {
    /// Kerberos.
    pub const KERBEROS: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos";
    /// A password over an unprotected session.
    pub const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";
    /// A password over a protected session.
    pub const PASSWORD_PROTECTED_TRANSPORT: &str =
        "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
    /// An earlier session.
    pub const PREVIOUS_SESSION: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PreviousSession";
    /// A smart card.
    pub const SMARTCARD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Smartcard";
    /// A smart card with a private key and a PIN.
    pub const SMARTCARD_PKI: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI";
    /// A client certificate over TLS.
    pub const TLS_CLIENT: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient";
    /// A token with a changing password.
    pub const TIME_SYNC_TOKEN: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken";
    /// A key certified by X.509.
    pub const X509: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509";
    /// By unspecified means.
    pub const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified";
    /// Windows integrated authentication, as Entra ID and AD FS name it.
    pub const WINDOWS: &str = "urn:federation:authentication:windows";
}

/// Protocol bindings (SAMLBind §3).
pub mod binding {
    /// SOAP (§3.2).
    pub const SOAP: &str = "urn:oasis:names:tc:SAML:2.0:bindings:SOAP";
    /// Reverse SOAP (§3.3).
    pub const PAOS: &str = "urn:oasis:names:tc:SAML:2.0:bindings:PAOS";
    /// HTTP Redirect (§3.4).
    pub const HTTP_REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
    /// HTTP POST (§3.5).
    pub const HTTP_POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
    /// HTTP Artifact (§3.6).
    pub const HTTP_ARTIFACT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact";
    /// URI (§3.7).
    pub const URI: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URI";
}

/// Consent identifiers (SAMLCore §8.4).
pub mod consent {
    /// No claim about consent (§8.4.1). The default of a message without `Consent`; AD FS writes it out.
    pub const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:consent:unspecified";
    /// The principal consented (§8.4.2).
    pub const OBTAINED: &str = "urn:oasis:names:tc:SAML:2.0:consent:obtained";
    /// The principal consented at some earlier point (§8.4.3).
    pub const PRIOR: &str = "urn:oasis:names:tc:SAML:2.0:consent:prior";
}

/// Why a session ends (SAMLCore §3.7.3).
pub mod logout_reason {
    /// The user wishes it.
    pub const USER: &str = "urn:oasis:names:tc:SAML:2.0:logout:user";
    /// An administrator wishes it.
    pub const ADMIN: &str = "urn:oasis:names:tc:SAML:2.0:logout:admin";
}
