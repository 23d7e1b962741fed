//! Kinds of identity providers, told by their identifiers, and what is particular about each.

use std::fmt;

use crate::mimecast::EntityIdSpelling;

mod description;
mod quirk;

pub use description::{DescriptionError, IdpDescription, SignedRequests, Validity};
pub use quirk::Quirk;

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
        quirk::of(self)
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
