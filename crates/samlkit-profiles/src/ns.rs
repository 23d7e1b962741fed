//! The URIs that this crate knows, in one place.

/// `NameID` format: a persistent, pairwise identifier (SAMLCore §8.3.7).
pub const NAME_ID_PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
/// `NameID` format: a one-time identifier (SAMLCore §8.3.8).
pub const NAME_ID_TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
/// `NameID` format: a mail address (SAMLCore §8.3.2).
pub const NAME_ID_EMAIL_ADDRESS: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
/// `NameID` format: unspecified (SAMLCore §8.3.1).
pub const NAME_ID_UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";

/// Binding: HTTP-POST (SAMLBind §3.5).
pub const BINDING_HTTP_POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
/// Binding: HTTP-Redirect (SAMLBind §3.4).
pub const BINDING_HTTP_REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

/// Entra claim: the tenant's identifier, a GUID.
pub const CLAIM_TENANT_ID: &str = "http://schemas.microsoft.com/identity/claims/tenantid";
/// Entra claim: the user's object identifier in the tenant, a GUID.
pub const CLAIM_OBJECT_IDENTIFIER: &str =
    "http://schemas.microsoft.com/identity/claims/objectidentifier";
/// Entra claim: the display name.
pub const CLAIM_DISPLAY_NAME: &str = "http://schemas.microsoft.com/identity/claims/displayname";
/// Entra claim: who authenticated the user; equal to the issuer unless the user is a guest.
pub const CLAIM_IDENTITY_PROVIDER: &str =
    "http://schemas.microsoft.com/identity/claims/identityprovider";
/// Entra claim: how the user authenticated; several values.
pub const CLAIM_AUTHN_METHODS_REFERENCES: &str =
    "http://schemas.microsoft.com/claims/authnmethodsreferences";
/// Entra claim: where to fetch the groups that were too many for the message.
pub const CLAIM_GROUPS_LINK: &str = "http://schemas.microsoft.com/claims/groups.link";
/// Claim: the given name.
pub const CLAIM_GIVEN_NAME: &str =
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname";
/// Claim: the surname.
pub const CLAIM_SURNAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname";
/// Claim: the mail address.
pub const CLAIM_EMAIL_ADDRESS: &str =
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
/// Claim: the name, which in Entra is the user principal name.
pub const CLAIM_NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name";
/// Claim: the name identifier; Entra sends it as the `NameID`, not as an attribute.
pub const CLAIM_NAME_IDENTIFIER: &str =
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";
/// Claim: the user principal name, where it is sent apart from [`CLAIM_NAME`].
pub const CLAIM_UPN: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";
/// Claim: application roles; several values.
pub const CLAIM_ROLE: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";
/// Claim: groups; several values.
pub const CLAIM_GROUPS: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups";
/// Claim: directory roles; several values.
pub const CLAIM_WIDS: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/wids";

/// Authentication method: a password.
pub const AUTHN_METHOD_PASSWORD: &str =
    "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password";
/// Authentication method: a client certificate.
pub const AUTHN_METHOD_X509: &str =
    "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/x509";
/// Authentication method: integrated Windows authentication.
pub const AUTHN_METHOD_WINDOWS: &str =
    "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/windows";
/// Authentication method: more than one factor.
pub const AUTHN_METHOD_MULTIPLE: &str = "http://schemas.microsoft.com/claims/multipleauthn";

/// Authentication context: Kerberos.
pub const AUTHN_CONTEXT_KERBEROS: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos";
/// Authentication context: a password.
pub const AUTHN_CONTEXT_PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";
/// Authentication context: a password over a protected transport. Not in Microsoft's table, but recognised.
pub const AUTHN_CONTEXT_PASSWORD_PROTECTED_TRANSPORT: &str =
    "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
/// Authentication context: PGP.
pub const AUTHN_CONTEXT_PGP: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PGP";
/// Authentication context: the secure remote password protocol.
pub const AUTHN_CONTEXT_SECURE_REMOTE_PASSWORD: &str =
    "urn:oasis:names:tc:SAML:2.0:ac:classes:SecureRemotePassword";
/// Authentication context: XML digital signature.
pub const AUTHN_CONTEXT_XMLDSIG: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:XMLDSig";
/// Authentication context: SPKI.
pub const AUTHN_CONTEXT_SPKI: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:SPKI";
/// Authentication context: a smartcard.
pub const AUTHN_CONTEXT_SMARTCARD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Smartcard";
/// Authentication context: a smartcard with a private key.
pub const AUTHN_CONTEXT_SMARTCARD_PKI: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI";
/// Authentication context: a TLS client certificate.
pub const AUTHN_CONTEXT_TLS_CLIENT: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient";
/// Authentication context: unspecified, with the capital that Microsoft's table has; SAML itself writes it small.
pub const AUTHN_CONTEXT_UNSPECIFIED_ENTRA: &str =
    "urn:oasis:names:tc:SAML:2.0:ac:classes:Unspecified";
/// Authentication context: an X.509 key.
pub const AUTHN_CONTEXT_X509: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509";
/// Authentication context: integrated Windows authentication.
pub const AUTHN_CONTEXT_WINDOWS: &str = "urn:federation:authentication:windows";
