//! Mimecast's regions: where an account's data is kept decides every host name.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::fact::{Confidence, Fact, source};

/// A Mimecast region (grid).
///
/// A region is where the account's data is kept, not where its people sit. The account code tells it
/// (see [`AccountCode::region`](super::AccountCode::region)).
///
/// ```
/// use samlkit_profiles::{Confidence, mimecast::Region};
///
/// let region: Region = "za".parse()?;
/// assert_eq!(region.sso_host(), "za-api.mimecast.com");
/// assert_eq!(region.account_code_prefix(), Some("CSA"));
/// assert_eq!(region.confidence(), Confidence::Documented);
/// # Ok::<(), samlkit_profiles::mimecast::UnknownRegion>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Region {
    /// `eu`: Europe without Germany.
    Europe,
    /// `de`: Germany.
    Germany,
    /// `us`: United States, the A grid.
    UnitedStates,
    /// `usb`: United States, the B grid.
    UnitedStatesB,
    /// `ca`: Canada.
    Canada,
    /// `za`: South Africa.
    SouthAfrica,
    /// `au`: Australia.
    Australia,
    /// `jer`: Offshore (Jersey).
    Offshore,
    /// `uspcom`: the public sector of the United States, in a domain of its own.
    UsPublicSector,
}

struct Facts {
    id: &'static str,
    label: &'static str,
    sso_host: Fact<&'static str>,
    rest_api_host: &'static str,
    prefix: Option<&'static str>,
    admin_console: Option<Fact<&'static str>>,
}

const fn tutorial(host: &'static str) -> Fact<&'static str> {
    Fact::new(host, Confidence::Documented, source::TUTORIAL_2018)
}

const fn proposed(host: &'static str) -> Fact<&'static str> {
    Fact::new(host, Confidence::Probable, source::PROPOSED_TUTORIAL)
}

const fn console(url: &'static str) -> Option<Fact<&'static str>> {
    Some(Fact::new(
        url,
        Confidence::Documented,
        source::LATER_TUTORIAL,
    ))
}

impl Region {
    /// Every region, in the order of the variants.
    pub const ALL: [Self; 9] = [
        Self::Europe,
        Self::Germany,
        Self::UnitedStates,
        Self::UnitedStatesB,
        Self::Canada,
        Self::SouthAfrica,
        Self::Australia,
        Self::Offshore,
        Self::UsPublicSector,
    ];

    /// The five regions of the Microsoft tutorial of 2018-04-24, in its order.
    pub const TUTORIAL: [Self; 5] = [
        Self::Europe,
        Self::UnitedStates,
        Self::SouthAfrica,
        Self::Australia,
        Self::Offshore,
    ];

    const fn facts(self) -> Facts {
        match self {
            Self::Europe => Facts {
                id: "eu",
                label: "Europe",
                sso_host: tutorial("eu-api.mimecast.com"),
                rest_api_host: "eu-api.mimecast.com",
                prefix: Some("CUK"),
                admin_console: console(
                    "https://login-eu.mimecast.com/administration/app/#/administration-dashboard",
                ),
            },
            Self::Germany => Facts {
                id: "de",
                label: "Germany",
                sso_host: proposed("de-api.mimecast.com"),
                rest_api_host: "de-api.mimecast.com",
                prefix: Some("CDE"),
                admin_console: None,
            },
            Self::UnitedStates => Facts {
                id: "us",
                label: "United States",
                sso_host: tutorial("us-api.mimecast.com"),
                rest_api_host: "us-api.mimecast.com",
                prefix: Some("CUSA"),
                admin_console: console(
                    "https://login-us.mimecast.com/administration/app/#/administration-dashboard",
                ),
            },
            Self::UnitedStatesB => Facts {
                id: "usb",
                label: "United States (B grid)",
                sso_host: proposed("usb-api.mimecast.com"),
                rest_api_host: "usb-api.mimecast.com",
                prefix: Some("CUSB"),
                admin_console: Some(Fact::new(
                    "https://login-usb.mimecast.com/administration/app/#/administration-dashboard",
                    Confidence::Probable,
                    source::THIRD_PARTY_CODE,
                )),
            },
            Self::Canada => Facts {
                id: "ca",
                label: "Canada",
                sso_host: proposed("ca-api.mimecast.com"),
                rest_api_host: "ca-api.mimecast.com",
                prefix: Some("CCA"),
                admin_console: None,
            },
            Self::SouthAfrica => Facts {
                id: "za",
                label: "South Africa",
                sso_host: tutorial("za-api.mimecast.com"),
                rest_api_host: "za-api.mimecast.com",
                prefix: Some("CSA"),
                admin_console: console(
                    "https://login-za.mimecast.com/administration/app/#/administration-dashboard",
                ),
            },
            Self::Australia => Facts {
                id: "au",
                label: "Australia",
                sso_host: tutorial("au-api.mimecast.com"),
                rest_api_host: "au-api.mimecast.com",
                prefix: Some("CAU"),
                admin_console: console(
                    "https://login-au.mimecast.com/administration/app/#/administration-dashboard",
                ),
            },
            // Every sign-on tutorial says jer-api, every API list says je-api: both stay as they are.
            Self::Offshore => Facts {
                id: "jer",
                label: "Offshore",
                sso_host: tutorial("jer-api.mimecast.com"),
                rest_api_host: "je-api.mimecast.com",
                prefix: None,
                admin_console: console(
                    "https://login-jer.mimecast.com/administration/app/#/administration-dashboard",
                ),
            },
            Self::UsPublicSector => Facts {
                id: "uspcom",
                label: "US public sector",
                sso_host: proposed("uspcom-api.mimecast-pscom-us.com"),
                rest_api_host: "uspcom-api.mimecast-pscom-us.com",
                prefix: None,
                admin_console: None,
            },
        }
    }

    /// The stable identifier: `eu`, `de`, `us`, `usb`, `ca`, `za`, `au`, `jer` or `uspcom`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.facts().id
    }

    /// The name of the region for people; for the five of the tutorial, the tutorial's own.
    #[must_use]
    pub const fn label(self) -> &'static str {
        self.facts().label
    }

    /// The host that SAML messages go to.
    #[must_use]
    pub const fn sso_host(self) -> &'static str {
        self.facts().sso_host.value
    }

    /// The host of Mimecast's REST API (version 1).
    ///
    /// The same as [`Region::sso_host`] everywhere but Offshore, where the sign-on tutorials say `jer-api` and the API
    /// lists say `je-api`. Neither is a misprint of the other.
    #[must_use]
    pub const fn rest_api_host(self) -> &'static str {
        self.facts().rest_api_host
    }

    /// The letters that account codes of this region begin with; `None` where no source tells them.
    ///
    /// Documented by Mimecast for every region that has one here. South Africa is `CSA`, not `CZA`.
    #[must_use]
    pub const fn account_code_prefix(self) -> Option<&'static str> {
        self.facts().prefix
    }

    /// How well [`Region::sso_host`] is known.
    #[must_use]
    pub const fn confidence(self) -> Confidence {
        self.facts().sso_host.confidence
    }

    /// Where [`Region::sso_host`] comes from.
    #[must_use]
    pub const fn source(self) -> &'static str {
        self.facts().sso_host.source
    }

    /// The address from which a service-provider-initiated sign-on to the Administration Console starts, where known.
    #[must_use]
    pub const fn admin_console_url(self) -> Option<Fact<&'static str>> {
        self.facts().admin_console
    }

    /// The region whose sign-on host this is; host names compare without regard to ASCII case.
    #[must_use]
    pub fn from_sso_host(host: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|region| region.sso_host().eq_ignore_ascii_case(host))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Region {
    type Err = UnknownRegion;

    /// Reads a region's identifier, without regard to ASCII case.
    fn from_str(id: &str) -> Result<Self, UnknownRegion> {
        Self::ALL
            .into_iter()
            .find(|region| region.id().eq_ignore_ascii_case(id))
            .ok_or(UnknownRegion)
    }
}

/// No region has this identifier.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("unknown Mimecast region; the regions are eu, de, us, usb, ca, za, au, jer and uspcom")]
pub struct UnknownRegion;

impl UnknownRegion {
    /// The stable code: `unknown-region`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "unknown-region"
    }

    /// What to change.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        "The first letters of the account code tell the region: CUK is eu, CDE de, CUSA us, CUSB usb, CCA ca, CSA za, CAU au."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_region_states_its_facts() {
        let rows = [
            (
                Region::Europe,
                "eu",
                "Europe",
                "eu-api.mimecast.com",
                "eu-api.mimecast.com",
                Some("CUK"),
                Confidence::Documented,
            ),
            (
                Region::Germany,
                "de",
                "Germany",
                "de-api.mimecast.com",
                "de-api.mimecast.com",
                Some("CDE"),
                Confidence::Probable,
            ),
            (
                Region::UnitedStates,
                "us",
                "United States",
                "us-api.mimecast.com",
                "us-api.mimecast.com",
                Some("CUSA"),
                Confidence::Documented,
            ),
            (
                Region::UnitedStatesB,
                "usb",
                "United States (B grid)",
                "usb-api.mimecast.com",
                "usb-api.mimecast.com",
                Some("CUSB"),
                Confidence::Probable,
            ),
            (
                Region::Canada,
                "ca",
                "Canada",
                "ca-api.mimecast.com",
                "ca-api.mimecast.com",
                Some("CCA"),
                Confidence::Probable,
            ),
            (
                Region::SouthAfrica,
                "za",
                "South Africa",
                "za-api.mimecast.com",
                "za-api.mimecast.com",
                Some("CSA"),
                Confidence::Documented,
            ),
            (
                Region::Australia,
                "au",
                "Australia",
                "au-api.mimecast.com",
                "au-api.mimecast.com",
                Some("CAU"),
                Confidence::Documented,
            ),
            (
                Region::Offshore,
                "jer",
                "Offshore",
                "jer-api.mimecast.com",
                "je-api.mimecast.com",
                None,
                Confidence::Documented,
            ),
            (
                Region::UsPublicSector,
                "uspcom",
                "US public sector",
                "uspcom-api.mimecast-pscom-us.com",
                "uspcom-api.mimecast-pscom-us.com",
                None,
                Confidence::Probable,
            ),
        ];
        assert_eq!(rows.map(|row| row.0), Region::ALL);
        for (region, id, label, sso, api, prefix, confidence) in rows {
            assert_eq!(region.id(), id);
            assert_eq!(region.to_string(), id);
            assert_eq!(id.parse(), Ok(region));
            assert_eq!(id.to_uppercase().parse(), Ok(region));
            assert_eq!(region.label(), label);
            assert_eq!(region.sso_host(), sso);
            assert_eq!(region.rest_api_host(), api);
            assert_eq!(region.account_code_prefix(), prefix);
            assert_eq!(region.confidence(), confidence);
            assert!(!region.source().is_empty());
            assert_eq!(Region::from_sso_host(sso), Some(region));
            if let Some(url) = region.admin_console_url() {
                assert_eq!(
                    *url.value(),
                    format!(
                        "https://login-{id}.mimecast.com/administration/app/#/administration-dashboard"
                    )
                );
            }
        }
    }

    #[test]
    fn the_tutorial_has_its_five_regions() {
        assert_eq!(
            Region::TUTORIAL.map(Region::id),
            ["eu", "us", "za", "au", "jer"]
        );
        for region in Region::ALL {
            assert_eq!(
                Region::TUTORIAL.contains(&region),
                region.confidence() == Confidence::Documented
            );
        }
    }

    #[test]
    fn other_names_are_no_regions() {
        for id in ["", "je", "uk", "eu ", "eu-api.mimecast.com", "sandbox"] {
            assert_eq!(id.parse::<Region>(), Err(UnknownRegion), "{id}");
        }
        assert_eq!(Region::from_sso_host("je-api.mimecast.com"), None);
    }
}
