//! Kinds of identity providers, told by their identifiers, and what is particular about each.

use std::fmt;

use crate::fact::Confidence;
use crate::mimecast::EntityIdSpelling;

/// A kind of identity provider.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum IdpKind {
    /// Azure AD (Entra ID), in any cloud.
    Entra,
    /// Active Directory Federation Services.
    AdFs,
    /// Okta.
    Okta,
    /// `OneLogin`.
    OneLogin,
    /// Google Workspace.
    Google,
    /// Keycloak.
    Keycloak,
    /// `PingFederate`.
    PingFederate,
    /// Shibboleth.
    Shibboleth,
    /// Anything else.
    Other,
}

impl IdpKind {
    /// Every kind, in the order of the variants.
    pub const ALL: [Self; 9] = [
        Self::Entra,
        Self::AdFs,
        Self::Okta,
        Self::OneLogin,
        Self::Google,
        Self::Keycloak,
        Self::PingFederate,
        Self::Shibboleth,
        Self::Other,
    ];

    /// Tells the kind by an entity ID, and by the URLs of its single sign-on services where the entity ID is free to
    /// choose.
    ///
    /// A hint for help texts and defaults. It decides nothing about trust.
    ///
    /// ```
    /// use samlkit_profiles::idp::IdpKind;
    ///
    /// assert_eq!(IdpKind::detect("http://www.okta.com/exk1fcia6d6EMsf331d8", []), IdpKind::Okta);
    /// assert_eq!(
    ///     IdpKind::detect("urn:our:idp", ["https://sso.example/realms/staff/protocol/saml"]),
    ///     IdpKind::Keycloak,
    /// );
    /// ```
    #[must_use]
    pub fn detect<'a>(
        entity_id: &str,
        single_sign_on_urls: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        by_url(entity_id)
            .or_else(|| single_sign_on_urls.into_iter().find_map(by_url))
            .unwrap_or(Self::Other)
    }

    /// The stable identifier.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::AdFs => "adfs",
            Self::Okta => "okta",
            Self::OneLogin => "onelogin",
            Self::Google => "google",
            Self::Keycloak => "keycloak",
            Self::PingFederate => "pingfederate",
            Self::Shibboleth => "shibboleth",
            Self::Other => "other",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Entra => "Azure AD (Entra ID)",
            Self::AdFs => "AD FS",
            Self::Okta => "Okta",
            Self::OneLogin => "OneLogin",
            Self::Google => "Google Workspace",
            Self::Keycloak => "Keycloak",
            Self::PingFederate => "PingFederate",
            Self::Shibboleth => "Shibboleth",
            Self::Other => "another identity provider",
        }
    }

    /// The choice in the Provider list of Mimecast's Authentication Profile.
    ///
    /// `Azure Active Directory` is the tutorial's of 2018-04-24 (2022 and later: `Microsoft Entra ID`); Okta and AD FS are
    /// in the list too; everything else is `Other`.
    #[must_use]
    pub const fn mimecast_provider(self) -> &'static str {
        match self {
            Self::Entra => "Azure Active Directory",
            Self::AdFs => "AD FS",
            Self::Okta => "Okta",
            Self::OneLogin
            | Self::Google
            | Self::Keycloak
            | Self::PingFederate
            | Self::Shibboleth
            | Self::Other => "Other",
        }
    }

    /// How Mimecast expects its own entity ID to be spelled at this kind.
    #[must_use]
    pub const fn mimecast_entity_id(self) -> EntityIdSpelling {
        EntityIdSpelling::for_idp(self)
    }

    /// What is particular about the messages of this kind.
    #[must_use]
    pub const fn quirks(self) -> &'static [Quirk] {
        match self {
            Self::Entra => ENTRA,
            Self::AdFs => AD_FS,
            Self::Okta => OKTA,
            Self::OneLogin => ONE_LOGIN,
            Self::Google => GOOGLE,
            Self::Keycloak => KEYCLOAK,
            Self::PingFederate => PING_FEDERATE,
            Self::Shibboleth => SHIBBOLETH,
            Self::Other => &[],
        }
    }
}

impl fmt::Display for IdpKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

fn by_url(url: &str) -> Option<IdpKind> {
    let (_, rest) = url.split_once("://")?;
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = host.split(':').next().unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    Some(match (host, path) {
        _ if is_entra_host(host) => IdpKind::Entra,
        _ if is_or_below(
            host,
            &[
                "okta.com",
                "oktapreview.com",
                "okta-emea.com",
                "okta-gov.com",
            ],
        ) =>
        {
            IdpKind::Okta
        }
        _ if is_or_below(host, &["onelogin.com"]) => IdpKind::OneLogin,
        ("accounts.google.com", "/o/saml2" | "/o/saml2/idp") => IdpKind::Google,
        (_, "/adfs/services/trust" | "/adfs/ls" | "/adfs/ls/") => IdpKind::AdFs,
        _ if is_keycloak_path(path) => IdpKind::Keycloak,
        (_, "/idp/SSO.saml2" | "/idp/startSSO.ping") => IdpKind::PingFederate,
        (_, "/idp/shibboleth") => IdpKind::Shibboleth,
        _ if path.starts_with("/idp/profile/SAML2/") => IdpKind::Shibboleth,
        _ => return None,
    })
}

fn is_entra_host(host: &str) -> bool {
    use crate::azure::Cloud;
    Cloud::from_login_host(host).is_some()
        || Cloud::ALL.iter().any(|cloud| {
            let issuer = cloud.issuer_prefix();
            issuer
                .value()
                .split('/')
                .nth(2)
                .is_some_and(|issuer| issuer.eq_ignore_ascii_case(host))
        })
}

fn is_or_below(host: &str, domains: &[&str]) -> bool {
    let host = host.to_ascii_lowercase();
    domains.iter().any(|domain| {
        host.strip_suffix(domain)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

/// `/realms/R`, or with `/auth` before it as until version 16, and the service below it.
fn is_keycloak_path(path: &str) -> bool {
    let path = path.strip_prefix("/auth").unwrap_or(path);
    let Some(rest) = path.strip_prefix("/realms/") else {
        return false;
    };
    match rest.split_once('/') {
        None => !rest.is_empty(),
        Some((realm, service)) => !realm.is_empty() && matches!(service, "" | "protocol/saml"),
    }
}

/// Something particular about a kind of identity provider, for an administrator or developer who is puzzled by it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Quirk {
    code: &'static str,
    words: &'static str,
    confidence: Confidence,
}

impl Quirk {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// What it is.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        self.words
    }

    /// How well it is known.
    #[must_use]
    pub const fn confidence(&self) -> Confidence {
        self.confidence
    }
}

const fn seen(code: &'static str, words: &'static str) -> Quirk {
    Quirk {
        code,
        words,
        confidence: Confidence::Documented,
    }
}

const fn told(code: &'static str, words: &'static str) -> Quirk {
    Quirk {
        code,
        words,
        confidence: Confidence::Probable,
    }
}

const fn dated(code: &'static str, words: &'static str) -> Quirk {
    Quirk {
        code,
        words,
        confidence: Confidence::Dated,
    }
}

const fn guessed(code: &'static str, words: &'static str) -> Quirk {
    Quirk {
        code,
        words,
        confidence: Confidence::Uncertain,
    }
}

const ENTRA: &[Quirk] = &[
    seen(
        "attributes-before-authn",
        "the AttributeStatement comes before the AuthnStatement",
    ),
    seen(
        "assertion-signed-only",
        "by default the Assertion is signed and the Response is not",
    ),
    seen(
        "spn-audience",
        "an Identifier that is no URI becomes the audience spn: and the Identifier",
    ),
    seen(
        "metadata-lists-inactive",
        "metadata lists every signing certificate, also one that is not active yet",
    ),
    seen(
        "logout-redirect-only",
        "single logout takes HTTP-Redirect only",
    ),
    seen(
        "lower-case-escapes",
        "signed redirects have lower-case percent escapes: verify the query as it was received",
    ),
    seen(
        "old-authn-instant",
        "AuthnInstant can be months old when the session is persistent",
    ),
    seen(
        "password-despite-mfa",
        "the authentication context says Password even after multi-factor authentication",
    ),
];

const AD_FS: &[Quirk] = &[
    seen("http-entity-id", "the entity ID has the scheme http"),
    seen(
        "sp-role-too",
        "metadata has service provider roles beside the identity provider's: read the IDPSSODescriptor",
    ),
    told(
        "logout-signed",
        "logout messages must be signed, with Destination, and echo the NameID's Format and the SessionIndex",
    ),
    told(
        "lower-case-escapes",
        "signed redirects have lower-case percent escapes: verify the query as it was received",
    ),
    told(
        "no-skew",
        "Conditions begin at the moment of issue: without clock tolerance a slow clock refuses them",
    ),
    told(
        "saml-1-1",
        "a sign-on from the identity provider's side can yield SAML 1.1",
    ),
    seen(
        "issuer-serial",
        "an encrypted key names the certificate by issuer and serial number",
    ),
];

const OKTA: &[Quirk] = &[
    seen(
        "http-entity-id",
        "the entity ID has the scheme http and cannot be fetched",
    ),
    seen("both-signed", "Response and Assertion are both signed"),
    seen(
        "sibling-key",
        "the EncryptedKey stands beside the EncryptedData, found through a RetrievalMethod",
    ),
];

const ONE_LOGIN: &[Quirk] = &[
    dated("sha1", "captured messages of 2016 are signed with RSA-SHA1"),
    seen("response-signed", "the Response is signed"),
    seen(
        "short-window",
        "messages are good for three minutes on either side",
    ),
    seen(
        "prefix-in-content",
        "a namespace prefix is used only inside xsi:type values",
    ),
];

const GOOGLE: &[Quirk] = &[seen(
    "response-signed",
    "the Response is signed and the Assertion is not: requiring signed assertions fails",
)];

const KEYCLOAK: &[Quirk] = &[
    seen("response-signed", "the Response is signed"),
    seen(
        "repeated-attributes",
        "each value of a role comes in an Attribute of its own, with the same Name",
    ),
    seen(
        "short-conditions",
        "Conditions last about 60 seconds, the subject confirmation 5 minutes",
    ),
];

const PING_FEDERATE: &[Quirk] = &[
    told(
        "no-certificate",
        "messages may carry no certificate unless told to",
    ),
    told("signed-errors", "error responses can be signed"),
];

const SHIBBOLETH: &[Quirk] = &[
    guessed(
        "transient",
        "the NameID is transient by default, which Mimecast cannot match to an address",
    ),
    told("gcm", "new installations encrypt with AES-GCM"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_by_its_entity_id() {
        for (entity_id, kind) in [
            (
                "https://sts.windows.net/11111111-2222-4333-8444-555555555555/",
                IdpKind::Entra,
            ),
            ("https://sts.windows.net/{tenantid}/", IdpKind::Entra),
            (
                "https://sts.chinacloudapi.cn/11111111-2222-4333-8444-555555555555/",
                IdpKind::Entra,
            ),
            (
                "https://login.microsoftonline.com/contoso.com/",
                IdpKind::Entra,
            ),
            ("http://fs.contoso.com/adfs/services/trust", IdpKind::AdFs),
            ("http://www.okta.com/exk1fcia6d6EMsf331d8", IdpKind::Okta),
            (
                "https://app.onelogin.com/saml/metadata/503983",
                IdpKind::OneLogin,
            ),
            (
                "https://accounts.google.com/o/saml2?idpid=C01abc",
                IdpKind::Google,
            ),
            ("https://sso.example/realms/staff", IdpKind::Keycloak),
            (
                "https://sso.example:8443/auth/realms/staff",
                IdpKind::Keycloak,
            ),
            ("https://idp.example/idp/shibboleth", IdpKind::Shibboleth),
            ("https://evilokta.com/x", IdpKind::Other),
            ("https://okta.com.evil.example/x", IdpKind::Other),
            ("https://accounts.google.com/", IdpKind::Other),
            ("urn:x", IdpKind::Other),
            ("", IdpKind::Other),
        ] {
            assert_eq!(IdpKind::detect(entity_id, []), kind, "{entity_id}");
        }
    }

    #[test]
    fn services_tell_where_the_entity_id_does_not() {
        for (url, kind) in [
            (
                "https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/saml2",
                IdpKind::Entra,
            ),
            ("https://fs.contoso.com/adfs/ls/", IdpKind::AdFs),
            (
                "https://contoso.okta.com/app/contoso_1/exk1/sso/saml",
                IdpKind::Okta,
            ),
            (
                "https://sso.example/realms/staff/protocol/saml",
                IdpKind::Keycloak,
            ),
            (
                "https://ping.example:9031/idp/SSO.saml2",
                IdpKind::PingFederate,
            ),
            (
                "https://idp.example/idp/profile/SAML2/POST/SSO",
                IdpKind::Shibboleth,
            ),
            ("https://idp.example/sso", IdpKind::Other),
        ] {
            assert_eq!(IdpKind::detect("urn:our:idp", [url]), kind, "{url}");
        }
    }

    #[test]
    fn only_entra_has_the_url_spelling() {
        for kind in IdpKind::ALL {
            let url = kind.mimecast_entity_id() == EntityIdSpelling::Url;
            assert_eq!(url, kind == IdpKind::Entra, "{kind}");
            assert!(kind == IdpKind::Other || !kind.quirks().is_empty());
        }
    }
}
