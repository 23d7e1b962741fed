//! Issuers as Entra writes them, and what sets two of them apart.

use thiserror::Error;

use super::{Cloud, Tenant, TenantId, TenantIdError};

/// An issuer that Entra writes: a prefix of one or more clouds, a tenant's GUID in lower case and a slash.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Issuer {
    prefix: &'static str,
    id: TenantId,
}

impl Issuer {
    /// Reads an issuer, exactly as Entra writes it.
    ///
    /// # Errors
    ///
    /// - [`IssuerError::UnknownPrefix`]: it begins as no cloud's issuer does.
    /// - [`IssuerError::LoginHost`]: it is built on the sign-on host.
    /// - [`IssuerError::NoTrailingSlash`]: all is right but the slash at the end.
    /// - [`IssuerError::Tenant`]: the tenant is no GUID; a placeholder is one case.
    /// - [`IssuerError::NotCanonical`]: more follows, or the GUID is not in lower case.
    pub fn new(text: &str) -> Result<Self, IssuerError> {
        let (prefix, rest) = Cloud::ALL
            .iter()
            .map(|cloud| cloud.issuer_prefix().value)
            .find_map(|prefix| Some((prefix, text.strip_prefix(prefix)?)))
            .ok_or_else(|| {
                if on_login_host(text) {
                    IssuerError::LoginHost
                } else {
                    IssuerError::UnknownPrefix
                }
            })?;
        let (tenant, tail) = rest
            .split_once('/')
            .map_or((rest, None), |(tenant, tail)| (tenant, Some(tail)));
        let id: TenantId = tenant.parse()?;
        match tail {
            None => Err(IssuerError::NoTrailingSlash),
            Some("") if id.to_string() == tenant => Ok(Self { prefix, id }),
            Some(_) => Err(IssuerError::NotCanonical),
        }
    }

    /// The tenant's identifier.
    #[must_use]
    pub const fn tenant_id(self) -> TenantId {
        self.id
    }

    /// The clouds that write this issuer: two of them share one prefix.
    pub fn clouds(self) -> impl Iterator<Item = Cloud> {
        Cloud::ALL
            .into_iter()
            .filter(move |cloud| cloud.issuer_prefix().value == self.prefix)
    }

    /// The tenant, if this cloud writes this issuer.
    #[must_use]
    pub fn in_cloud(self, cloud: Cloud) -> Option<Tenant> {
        (cloud.issuer_prefix().value == self.prefix).then_some(Tenant::new(cloud, self.id))
    }
}

fn on_login_host(text: &str) -> bool {
    text.strip_prefix("https://")
        .and_then(|rest| rest.split('/').next())
        .is_some_and(|host| Cloud::from_login_host(host).is_some())
}

/// Why a text is not an issuer as Entra writes it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum IssuerError {
    /// It begins with no cloud's issuer prefix.
    #[error("not an issuer of Azure AD: it begins with none of the issuer prefixes")]
    UnknownPrefix,
    /// A sign-on URL stands in its place.
    #[error("the issuer is built on the sign-on host instead of the issuer prefix")]
    LoginHost,
    /// The slash at the end is missing.
    #[error("the issuer has no slash at its end")]
    NoTrailingSlash,
    /// The tenant is not a GUID.
    #[error(transparent)]
    Tenant(#[from] TenantIdError),
    /// More after the tenant, or its GUID not in lower case.
    #[error("the issuer is not the tenant's GUID in lower case and one slash")]
    NotCanonical,
    /// The sign-on URL belongs to another cloud than the issuer.
    #[error("the sign-on URL belongs to no cloud that has this issuer")]
    OtherCloud,
}

impl IssuerError {
    /// The stable code of the rule.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownPrefix => "issuer-not-entra",
            Self::LoginHost => "issuer-login-host",
            Self::NoTrailingSlash => "issuer-no-trailing-slash",
            Self::Tenant(error) => error.code(),
            Self::NotCanonical => "issuer-not-canonical",
            Self::OtherCloud => "issuer-other-cloud",
        }
    }
}

/// What sets two issuers apart, the first of which is expected and Entra's.
///
/// Issuers compare exactly; this only names the usual mistakes once they differ.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum IssuerDifference {
    /// The slash at the end is missing on one side.
    #[error(
        "the slash at the end is missing: expected {}, got {}",
        Shown(expected),
        Shown(got)
    )]
    TrailingSlash {
        /// The issuer that is expected.
        expected: String,
        /// The issuer that is there.
        got: String,
    },
    /// One side is built on the sign-on host, as `https://login.microsoftonline.com/…/`.
    #[error(
        "a sign-on URL stands where the issuer is due: expected {}, got {}",
        Shown(expected),
        Shown(got)
    )]
    LoginHost {
        /// The issuer that is expected.
        expected: String,
        /// The issuer that is there.
        got: String,
    },
    /// One side names the tenant by a domain.
    #[error(
        "the tenant is named by a domain instead of its GUID: expected {}, got {}",
        Shown(expected),
        Shown(got)
    )]
    TenantDomain {
        /// The issuer that is expected.
        expected: String,
        /// The issuer that is there.
        got: String,
    },
    /// One side has a placeholder or an alias in place of the tenant's GUID.
    #[error(
        "a placeholder stands in place of the tenant's GUID: expected {}, got {}",
        Shown(expected),
        Shown(got)
    )]
    TenantPlaceholder {
        /// The issuer that is expected.
        expected: String,
        /// The issuer that is there.
        got: String,
    },
    /// Both are issuers of Entra, of different tenants.
    #[error("another tenant: expected {expected}, got {got}")]
    OtherTenant {
        /// The tenant that is expected.
        expected: TenantId,
        /// The tenant that is there.
        got: TenantId,
    },
    /// The same tenant under the issuer prefix of another cloud.
    #[error("another cloud: expected {}, got {}", Shown(expected), Shown(got))]
    OtherCloud {
        /// The issuer that is expected.
        expected: String,
        /// The issuer that is there.
        got: String,
    },
    /// Only the case of letters differs.
    #[error(
        "only the case of letters differs: expected {}, got {}",
        Shown(expected),
        Shown(got)
    )]
    Case {
        /// The issuer that is expected.
        expected: String,
        /// The issuer that is there.
        got: String,
    },
    /// Only white space around one side differs.
    #[error(
        "white space around the issuer: expected {}, got {}",
        Shown(expected),
        Shown(got)
    )]
    WhiteSpace {
        /// The issuer that is expected.
        expected: String,
        /// The issuer that is there.
        got: String,
    },
    /// None of the usual mistakes.
    #[error(
        "they differ from byte {offset}: expected {}, got {}",
        Shown(expected),
        Shown(got)
    )]
    Other {
        /// The issuer that is expected.
        expected: String,
        /// The issuer that is there.
        got: String,
        /// The offset of the first byte that differs.
        offset: usize,
    },
}

/// Peer-chosen text, escaped and capped.
struct Shown<'a>(&'a str);

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        crate::diagnosis::show(self.0, f)
    }
}

impl IssuerDifference {
    /// Names what sets two issuers apart; `None` when they are equal.
    ///
    /// ```
    /// use samlkit_profiles::azure::IssuerDifference;
    ///
    /// let expected = "https://sts.windows.net/11111111-2222-4333-8444-555555555555/";
    /// let got = "https://sts.windows.net/11111111-2222-4333-8444-555555555555";
    /// let difference = IssuerDifference::between(expected, got);
    /// assert!(matches!(difference, Some(IssuerDifference::TrailingSlash { .. })));
    /// assert_eq!(IssuerDifference::between(expected, expected), None);
    /// ```
    #[must_use]
    pub fn between(expected: &str, got: &str) -> Option<Self> {
        if expected == got {
            return None;
        }
        let pair = || (expected.to_owned(), got.to_owned());
        let (e, g) = pair();
        if expected.trim() == got.trim() {
            return Some(Self::WhiteSpace {
                expected: e,
                got: g,
            });
        }
        if expected.trim_end_matches('/') == got.trim_end_matches('/') {
            return Some(Self::TrailingSlash {
                expected: e,
                got: g,
            });
        }
        if let (Ok(e), Ok(g)) = (Issuer::new(expected), Issuer::new(got)) {
            if e.id != g.id {
                return Some(Self::OtherTenant {
                    expected: e.id,
                    got: g.id,
                });
            }
            let (expected, got) = pair();
            return Some(Self::OtherCloud { expected, got });
        }
        if expected.eq_ignore_ascii_case(got) {
            return Some(Self::Case {
                expected: e,
                got: g,
            });
        }
        match Issuer::new(got)
            .err()
            .or_else(|| Issuer::new(expected).err())
        {
            Some(IssuerError::LoginHost) => Some(Self::LoginHost {
                expected: e,
                got: g,
            }),
            Some(IssuerError::Tenant(TenantIdError::DomainName)) => Some(Self::TenantDomain {
                expected: e,
                got: g,
            }),
            Some(IssuerError::Tenant(
                TenantIdError::Placeholder | TenantIdError::MultiTenantAlias,
            )) => Some(Self::TenantPlaceholder {
                expected: e,
                got: g,
            }),
            Some(
                IssuerError::UnknownPrefix
                | IssuerError::NoTrailingSlash
                | IssuerError::NotCanonical
                | IssuerError::OtherCloud
                | IssuerError::Tenant(TenantIdError::NotAGuid),
            )
            | None => {
                let offset = expected
                    .bytes()
                    .zip(got.bytes())
                    .take_while(|(e, g)| e == g)
                    .count();
                Some(Self::Other {
                    expected: e,
                    got: g,
                    offset,
                })
            }
        }
    }

    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TrailingSlash { .. } => "issuer-trailing-slash",
            Self::LoginHost { .. } => "issuer-login-host",
            Self::TenantDomain { .. } => "issuer-tenant-domain",
            Self::TenantPlaceholder { .. } => "issuer-tenant-placeholder",
            Self::OtherTenant { .. } => "issuer-other-tenant",
            Self::OtherCloud { .. } => "issuer-other-cloud",
            Self::Case { .. } => "issuer-case",
            Self::WhiteSpace { .. } => "issuer-white-space",
            Self::Other { .. } => "issuer-differs",
        }
    }

    /// What to change.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::OtherTenant { .. } => {
                "The message comes from another tenant: check that the Issuer URL and the certificate were copied from \
                 the tenant that people sign on to."
            }
            Self::OtherCloud { .. } => {
                "Take the issuer from the metadata of the cloud that people sign on to."
            }
            Self::TrailingSlash { .. }
            | Self::LoginHost { .. }
            | Self::TenantDomain { .. }
            | Self::TenantPlaceholder { .. }
            | Self::Case { .. }
            | Self::WhiteSpace { .. }
            | Self::Other { .. } => {
                "Copy the Azure AD Identifier (2018: SAML Entity ID) into the Mimecast field Issuer URL exactly: \
                 https://sts.windows.net/, the tenant's GUID, and a slash at the end."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "11111111-2222-4333-8444-555555555555";

    fn tenant(cloud: Cloud) -> Tenant {
        Tenant::new(cloud, ID.parse().unwrap())
    }

    #[test]
    fn an_issuer_is_exact() {
        let upper = "https://sts.windows.net/ABCDEF11-2222-4333-8444-555555555555/";
        for (text, error) in [
            (
                format!("https://sts.windows.net/{ID}"),
                IssuerError::NoTrailingSlash,
            ),
            (
                format!("https://sts.windows.net/{ID}//"),
                IssuerError::NotCanonical,
            ),
            (
                format!("https://sts.windows.net/{ID}/x/"),
                IssuerError::NotCanonical,
            ),
            (upper.to_owned(), IssuerError::NotCanonical),
            (
                format!("http://sts.windows.net/{ID}/"),
                IssuerError::UnknownPrefix,
            ),
            (
                format!("https://login.microsoftonline.com/{ID}/"),
                IssuerError::LoginHost,
            ),
            (
                "https://sts.windows.net/{tenantid}/".to_owned(),
                IssuerError::Tenant(TenantIdError::Placeholder),
            ),
            (
                "https://sts.windows.net/contoso.com/".to_owned(),
                IssuerError::Tenant(TenantIdError::DomainName),
            ),
            (String::new(), IssuerError::UnknownPrefix),
        ] {
            assert_eq!(Issuer::new(&text), Err(error), "{text}");
        }
    }

    #[test]
    fn each_difference_is_named() {
        let expected = tenant(Cloud::Global).issuer();
        for (got, code) in [
            (
                format!("https://sts.windows.net/{ID}"),
                "issuer-trailing-slash",
            ),
            (
                format!("https://login.microsoftonline.com/{ID}/"),
                "issuer-login-host",
            ),
            (
                "https://sts.windows.net/contoso.com/".to_owned(),
                "issuer-tenant-domain",
            ),
            (
                "https://sts.windows.net/{tenantid}/".to_owned(),
                "issuer-tenant-placeholder",
            ),
            (
                "https://sts.windows.net/99999999-2222-4333-8444-555555555555/".to_owned(),
                "issuer-other-tenant",
            ),
            (tenant(Cloud::China).issuer(), "issuer-other-cloud"),
            (expected.to_uppercase(), "issuer-case"),
            (format!(" {expected}"), "issuer-white-space"),
            (format!("http://sts.windows.net/{ID}/"), "issuer-differs"),
        ] {
            let difference = IssuerDifference::between(&expected, &got).unwrap();
            assert_eq!(difference.code(), code, "{got}");
        }
        assert_eq!(
            IssuerDifference::between("https://a.example/", "https://b.example/"),
            Some(IssuerDifference::Other {
                expected: "https://a.example/".into(),
                got: "https://b.example/".into(),
                offset: 8
            })
        );
        assert_eq!(
            IssuerDifference::between("a/", "a").unwrap().to_string(),
            "the slash at the end is missing: expected \"a/\", got \"a\""
        );
    }
}
