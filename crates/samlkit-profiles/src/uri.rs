//! Identifiers that Microsoft and its peers define; those of SAML itself are in [`samlkit_core::uri`].

/// Claims, as `Name` of an `Attribute`.
pub mod claim {
    /// Of Entra: the tenant's identifier, a GUID.
    pub const TENANT_ID: &str = "http://schemas.microsoft.com/identity/claims/tenantid";
    /// Of Entra: the user's object identifier in the tenant, a GUID.
    pub const OBJECT_IDENTIFIER: &str =
        "http://schemas.microsoft.com/identity/claims/objectidentifier";
    /// Of Entra: the display name.
    pub const DISPLAY_NAME: &str = "http://schemas.microsoft.com/identity/claims/displayname";
    /// Of Entra: who authenticated the user; equal to the issuer unless the user is a guest.
    pub const IDENTITY_PROVIDER: &str =
        "http://schemas.microsoft.com/identity/claims/identityprovider";
    /// Of Entra: how the user authenticated; several values.
    pub const AUTHN_METHODS_REFERENCES: &str =
        "http://schemas.microsoft.com/claims/authnmethodsreferences";
    /// Of Entra: where to fetch the groups that were too many for the message.
    pub const GROUPS_LINK: &str = "http://schemas.microsoft.com/claims/groups.link";
    /// The given name.
    pub const GIVEN_NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname";
    /// The surname.
    pub const SURNAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname";
    /// The mail address.
    pub const EMAIL_ADDRESS: &str =
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
    /// The name, which in Entra is the user principal name.
    pub const NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name";
    /// The name identifier; Entra sends it as the `NameID`, not as an attribute.
    pub const NAME_IDENTIFIER: &str =
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";
    /// The user principal name, where it is sent apart from [`NAME`].
    pub const UPN: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";
    /// Application roles; several values.
    pub const ROLE: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";
    /// Groups; several values.
    pub const GROUPS: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups";
    /// Directory roles; several values.
    pub const WIDS: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/wids";
}

/// Values of [`claim::AUTHN_METHODS_REFERENCES`].
pub mod authn_method {
    /// A password.
    pub const PASSWORD: &str =
        "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password";
    /// A client certificate.
    pub const X509: &str =
        "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/x509";
    /// Integrated Windows authentication.
    pub const WINDOWS: &str =
        "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/windows";
    /// More than one factor.
    pub const MULTIPLE: &str = "http://schemas.microsoft.com/claims/multipleauthn";
}

/// Authentication context classes that Entra lists and [`samlkit_core::uri::authn_context`] has not.
pub mod authn_context {
    /// PGP.
    pub const PGP: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PGP";
    /// The secure remote password protocol.
    pub const SECURE_REMOTE_PASSWORD: &str =
        "urn:oasis:names:tc:SAML:2.0:ac:classes:SecureRemotePassword";
    /// XML digital signature.
    pub const XMLDSIG: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:XMLDSig";
    /// SPKI.
    pub const SPKI: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:SPKI";
    /// Unspecified, with the capital that Microsoft's table has; SAML itself writes it small.
    pub const UNSPECIFIED_ENTRA: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Unspecified";
}
