//! GUIDs, and the two that name a tenant and an application.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A GUID in its canonical form: lower case, 8-4-4-4-12, no braces.
///
/// ```
/// use samlkit_profiles::azure::{Guid, GuidError};
///
/// let guid: Guid = "0ABC1234-0000-4000-8000-0000000000FF".parse()?;
/// assert_eq!(guid.to_string(), "0abc1234-0000-4000-8000-0000000000ff");
/// # Ok::<(), GuidError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Guid(u128);

impl FromStr for Guid {
    type Err = GuidError;

    fn from_str(text: &str) -> Result<Self, GuidError> {
        if text.len() != 36 {
            return Err(GuidError);
        }
        let mut value = 0_u128;
        for (at, byte) in text.bytes().enumerate() {
            if matches!(at, 8 | 13 | 18 | 23) {
                if byte != b'-' {
                    return Err(GuidError);
                }
            } else {
                let digit = char::from(byte).to_digit(16).ok_or(GuidError)?;
                value = (value << 4) | u128::from(digit);
            }
        }
        Ok(Self(value))
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            value >> 96,
            (value >> 80) & 0xffff,
            (value >> 64) & 0xffff,
            (value >> 48) & 0xffff,
            value & 0xffff_ffff_ffff,
        )
    }
}

/// The text is no GUID of the form 8-4-4-4-12.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("not a GUID of the form 8-4-4-4-12")]
pub struct GuidError;

/// The identifier of a tenant (directory).
///
/// A domain name or the aliases of the multi-tenant endpoints stand for a tenant in sign-on URLs, but never in an
/// issuer: Entra always writes the GUID there, so this type takes nothing else.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TenantId(Guid);

impl TenantId {
    /// The tenant with this GUID.
    #[must_use]
    pub const fn new(guid: Guid) -> Self {
        Self(guid)
    }

    /// The GUID.
    #[must_use]
    pub const fn guid(self) -> Guid {
        self.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for TenantId {
    type Err = TenantIdError;

    fn from_str(text: &str) -> Result<Self, TenantIdError> {
        if let Ok(guid) = text.parse() {
            return Ok(Self(guid));
        }
        let is_bracketed = (text.starts_with('{') && text.ends_with('}'))
            || (text.starts_with('<') && text.ends_with('>'))
            || text.eq_ignore_ascii_case("%7Btenantid%7D");
        if is_bracketed {
            return Err(TenantIdError::Placeholder);
        }
        if ["common", "organizations", "consumers"]
            .iter()
            .any(|alias| alias.eq_ignore_ascii_case(text))
        {
            return Err(TenantIdError::MultiTenantAlias);
        }
        if text.contains('.') {
            return Err(TenantIdError::DomainName);
        }
        Err(TenantIdError::NotAGuid)
    }
}

/// Why a text is no tenant identifier.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum TenantIdError {
    /// `{tenantid}`, as in the metadata common to all tenants, or another placeholder. It never names a tenant.
    #[error("the tenant is a placeholder such as {{tenantid}}, not a GUID")]
    Placeholder,
    /// `common`, `organizations` or `consumers`: every tenant at once.
    #[error("the tenant is an alias for many tenants, not a GUID")]
    MultiTenantAlias,
    /// A domain name of the tenant.
    #[error("the tenant is named by a domain, not by its GUID")]
    DomainName,
    /// Anything else.
    #[error("the tenant is not a GUID of the form 8-4-4-4-12")]
    NotAGuid,
}

impl TenantIdError {
    /// The stable code of the rule.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Placeholder => "tenant-placeholder",
            Self::MultiTenantAlias => "tenant-alias",
            Self::DomainName => "tenant-domain",
            Self::NotAGuid => "tenant-not-a-guid",
        }
    }

    /// What to change.
    #[must_use]
    pub const fn help(self) -> &'static str {
        "Use the tenant's GUID: in the Azure portal, Overview > Tenant ID; metadata downloaded through the App Federation \
         Metadata URL of the application has it filled in."
    }
}

/// The identifier of an application registration (Application ID, client ID).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ApplicationId(Guid);

impl ApplicationId {
    /// The application with this GUID.
    #[must_use]
    pub const fn new(guid: Guid) -> Self {
        Self(guid)
    }

    /// The GUID.
    #[must_use]
    pub const fn guid(self) -> Guid {
        self.0
    }
}

impl fmt::Display for ApplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ApplicationId {
    type Err = GuidError;

    fn from_str(text: &str) -> Result<Self, GuidError> {
        text.parse().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_read_and_written_in_lower_case() {
        for text in [
            "00000000-0000-0000-0000-000000000000",
            "0123ABCD-ef01-4567-89ab-cdef01234567",
        ] {
            assert_eq!(
                text.parse::<Guid>().unwrap().to_string(),
                text.to_ascii_lowercase()
            );
        }
        for text in [
            "",
            "0123abcd-ef01-4567-89ab-cdef0123456",
            "0123abcd-ef01-4567-89ab-cdef012345678",
            "0123abcd_ef01-4567-89ab-cdef01234567",
            "0123abcdef01-4567-89ab-cdef-01234567",
            "{123abcd-ef01-4567-89ab-cdef0123456}",
            "0123abcg-ef01-4567-89ab-cdef01234567",
            "+123abcd-ef01-4567-89ab-cdef01234567",
            "é123abcd-ef01-4567-89ab-cdef0123456",
        ] {
            assert_eq!(text.parse::<Guid>(), Err(GuidError), "{text}");
        }
    }

    #[test]
    fn a_tenant_is_a_guid_only() {
        for (text, error) in [
            ("{tenantid}", TenantIdError::Placeholder),
            ("{tenant}", TenantIdError::Placeholder),
            ("<tenant-guid>", TenantIdError::Placeholder),
            ("%7Btenantid%7D", TenantIdError::Placeholder),
            ("common", TenantIdError::MultiTenantAlias),
            ("contoso.onmicrosoft.com", TenantIdError::DomainName),
            ("contoso", TenantIdError::NotAGuid),
            ("", TenantIdError::NotAGuid),
        ] {
            assert_eq!(text.parse::<TenantId>(), Err(error), "{text}");
        }
        assert_eq!(
            TenantIdError::Placeholder.to_string(),
            "the tenant is a placeholder such as {tenantid}, not a GUID"
        );
    }
}
