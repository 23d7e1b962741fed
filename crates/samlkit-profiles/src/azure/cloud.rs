//! The clouds that Azure AD (Entra ID) runs in.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::fact::{Confidence, Fact, source};

/// A cloud of Azure AD (Entra ID).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Cloud {
    /// `global`: the public cloud.
    Global,
    /// `usgov`: Azure Government of the United States.
    UsGovernment,
    /// `china`: China, operated by 21Vianet.
    China,
    /// `germany`: the German national cloud, closed on 2021-10-29.
    Germany,
}

impl Cloud {
    /// Every cloud, in the order of the variants.
    pub const ALL: [Self; 4] = [Self::Global, Self::UsGovernment, Self::China, Self::Germany];

    /// The stable identifier: `global`, `usgov`, `china` or `germany`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::UsGovernment => "usgov",
            Self::China => "china",
            Self::Germany => "germany",
        }
    }

    /// The host that people sign on at.
    #[must_use]
    pub const fn login_host(self) -> &'static str {
        match self {
            Self::Global => "login.microsoftonline.com",
            Self::UsGovernment => "login.microsoftonline.us",
            Self::China => "login.partner.microsoftonline.cn",
            Self::Germany => "login.microsoftonline.de",
        }
    }

    /// A host that was the sign-on host before, where there was one.
    #[must_use]
    pub const fn former_login_host(self) -> Option<&'static str> {
        match self {
            Self::China => Some("login.chinacloudapi.cn"),
            Self::Global | Self::UsGovernment | Self::Germany => None,
        }
    }

    /// What issuers begin with, the slash included; the tenant's GUID and a slash follow.
    ///
    /// Azure Government shares the prefix of the public cloud as far as open-source code shows; some code also takes
    /// `https://sts.microsoftonline.us/` there ([`Confidence::Uncertain`], so not part of this crate's data): read the
    /// issuer from the tenant's metadata.
    #[must_use]
    pub const fn issuer_prefix(self) -> Fact<&'static str> {
        match self {
            Self::Global => Fact::new(
                "https://sts.windows.net/",
                Confidence::Documented,
                source::MICROSOFT_PROTOCOL,
            ),
            Self::UsGovernment => Fact::new(
                "https://sts.windows.net/",
                Confidence::Probable,
                source::CLOUD_CODE,
            ),
            Self::China => Fact::new(
                "https://sts.chinacloudapi.cn/",
                Confidence::Documented,
                source::MICROSOFT_CLOUDS,
            ),
            Self::Germany => Fact::new(
                "https://sts.microsoftonline.de/",
                Confidence::Dated,
                source::MICROSOFT_CLOUDS,
            ),
        }
    }

    /// Whether the cloud has been closed.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Germany)
    }

    /// The cloud whose sign-on host this is, the former hosts included.
    #[must_use]
    pub fn from_login_host(host: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cloud| {
            cloud.login_host().eq_ignore_ascii_case(host)
                || cloud
                    .former_login_host()
                    .is_some_and(|former| former.eq_ignore_ascii_case(host))
        })
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Cloud {
    type Err = UnknownCloud;

    /// Reads a cloud's identifier, without regard to ASCII case.
    fn from_str(id: &str) -> Result<Self, UnknownCloud> {
        Self::ALL
            .into_iter()
            .find(|cloud| cloud.id().eq_ignore_ascii_case(id))
            .ok_or(UnknownCloud)
    }
}

/// No cloud has this identifier.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("unknown cloud; the clouds are global, usgov, china and germany")]
pub struct UnknownCloud;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cloud_states_its_facts() {
        for (cloud, id, login, issuer, confidence, closed) in [
            (
                Cloud::Global,
                "global",
                "login.microsoftonline.com",
                "https://sts.windows.net/",
                Confidence::Documented,
                false,
            ),
            (
                Cloud::UsGovernment,
                "usgov",
                "login.microsoftonline.us",
                "https://sts.windows.net/",
                Confidence::Probable,
                false,
            ),
            (
                Cloud::China,
                "china",
                "login.partner.microsoftonline.cn",
                "https://sts.chinacloudapi.cn/",
                Confidence::Documented,
                false,
            ),
            (
                Cloud::Germany,
                "germany",
                "login.microsoftonline.de",
                "https://sts.microsoftonline.de/",
                Confidence::Dated,
                true,
            ),
        ] {
            assert_eq!(cloud.to_string(), id);
            assert_eq!(id.parse(), Ok(cloud));
            assert_eq!(cloud.login_host(), login);
            assert_eq!(*cloud.issuer_prefix().value(), issuer);
            assert_eq!(cloud.issuer_prefix().confidence(), confidence);
            assert_eq!(cloud.is_closed(), closed);
            assert_eq!(Cloud::from_login_host(login), Some(cloud));
        }
        assert_eq!(
            Cloud::from_login_host("login.chinacloudapi.cn"),
            Some(Cloud::China)
        );
        assert_eq!(Cloud::from_login_host("sts.windows.net"), None);
        assert_eq!("public".parse::<Cloud>(), Err(UnknownCloud));
    }
}
