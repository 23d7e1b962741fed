//! The URLs and identifiers of one account's Personal Portal.

use std::fmt;
use std::str::FromStr;

use samlkit_websso::{ConfigError, IdentityProvider, ServiceProvider};
use thiserror::Error;

use super::{AccountCode, AccountCodeError, Region, UnknownRegion};
use crate::fact::{Confidence, Fact, source};
use crate::idp::IdpKind;

/// How Mimecast's entity ID is spelled.
///
/// Mimecast expects the URL form from Azure AD (Entra ID) and the dotted form, without a scheme, from every other
/// identity provider; documented by Mimecast and by the Microsoft tutorial of 2018-04-24.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum EntityIdSpelling {
    /// `https://eu-api.mimecast.com/sso/CUK1A1`, for Entra.
    Url,
    /// `eu-api.mimecast.com.CUK1A1`, for everyone else.
    Dotted,
}

impl EntityIdSpelling {
    /// The spelling that Mimecast expects from this kind of identity provider.
    #[must_use]
    pub const fn for_idp(kind: IdpKind) -> Self {
        match kind {
            IdpKind::Entra => Self::Url,
            IdpKind::AdFs
            | IdpKind::Okta
            | IdpKind::OneLogin
            | IdpKind::Google
            | IdpKind::Keycloak
            | IdpKind::PingFederate
            | IdpKind::Shibboleth
            | IdpKind::Other => Self::Dotted,
        }
    }
}

/// The Mimecast Personal Portal of one account, as a SAML service provider.
///
/// ```
/// use samlkit_profiles::mimecast::{EntityIdSpelling, PersonalPortal, PersonalPortalError};
///
/// let portal: PersonalPortal = "eu:CUK1A1".parse()?;
/// assert_eq!(portal.reply_url(), "https://eu-api.mimecast.com/login/saml");
/// assert_eq!(portal.identifier(), "https://eu-api.mimecast.com/sso/CUK1A1");
/// assert_eq!(portal.entity_id(EntityIdSpelling::Dotted), "eu-api.mimecast.com.CUK1A1");
/// # Ok::<(), PersonalPortalError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct PersonalPortal {
    region: Region,
    account_code: AccountCode,
}

impl PersonalPortal {
    /// The portal of an account in a region.
    ///
    /// The two are taken as given; [`AccountCode::check_region`] and [`Setup`](super::Setup) say where they disagree.
    #[must_use]
    pub const fn new(region: Region, account_code: AccountCode) -> Self {
        Self {
            region,
            account_code,
        }
    }

    /// The portal of an account in the region that its code tells; `None` when the code tells none.
    #[must_use]
    pub fn from_account_code(account_code: AccountCode) -> Option<Self> {
        Some(Self {
            region: account_code.region()?,
            account_code,
        })
    }

    /// The region.
    #[must_use]
    pub const fn region(&self) -> Region {
        self.region
    }

    /// The account code.
    #[must_use]
    pub const fn account_code(&self) -> &AccountCode {
        &self.account_code
    }

    /// What the Azure portal calls Sign-on URL. Equal to [`PersonalPortal::reply_url`] in every row of the tutorial.
    ///
    /// With it set, the My Apps tile opens this URL with a bare GET and Entra posts nothing; leave the field empty when
    /// people start at the tile.
    #[must_use]
    pub fn sign_on_url(&self) -> String {
        format!("https://{}/login/saml", self.region.sso_host())
    }

    /// What the Azure portal calls Reply URL: the assertion consumer service of every sign-on that Mimecast starts.
    #[must_use]
    pub fn reply_url(&self) -> String {
        self.sign_on_url()
    }

    /// What the Azure portal calls Identifier: the entity ID in [`EntityIdSpelling::Url`].
    #[must_use]
    pub fn identifier(&self) -> String {
        self.entity_id(EntityIdSpelling::Url)
    }

    /// The entity ID in a spelling. It is the `Issuer` of Mimecast's requests and the `Audience` that it expects.
    #[must_use]
    pub fn entity_id(&self, spelling: EntityIdSpelling) -> String {
        let host = self.region.sso_host();
        match spelling {
            EntityIdSpelling::Url => format!("https://{host}/sso/{}", self.account_code),
            EntityIdSpelling::Dotted => format!("{host}.{}", self.account_code),
        }
    }

    /// The entity ID in the spelling for an identity provider.
    #[must_use]
    pub fn entity_id_for(&self, kind: IdpKind) -> String {
        self.entity_id(EntityIdSpelling::for_idp(kind))
    }

    /// The portal as a service provider that trusts an identity provider: its entity ID in the spelling for that one, and
    /// its assertion consumer service.
    ///
    /// # Errors
    ///
    /// Those of [`ServiceProvider::new`].
    pub fn service_provider(
        &self,
        identity_provider: IdentityProvider,
    ) -> Result<ServiceProvider, ConfigError> {
        let kind = IdpKind::detect(identity_provider.entity_id(), []);
        ServiceProvider::new(
            self.entity_id_for(kind),
            self.reply_url(),
            identity_provider,
        )
    }

    /// The assertion consumer service of a sign-on to the Personal Portal that the identity provider starts.
    ///
    /// [`Confidence::Probable`]: one identity provider vendor's guide gives it.
    #[must_use]
    pub fn idp_initiated_acs_url(&self) -> Fact<String> {
        Fact::new(
            format!("https://{}/login/sso/mpp", self.region.sso_host()),
            Confidence::Probable,
            source::THIRD_PARTY_GUIDE,
        )
    }

    /// The assertion consumer service of a sign-on to the Administration Console that the identity provider starts.
    ///
    /// [`Confidence::Uncertain`]: a guess by analogy that no text shows. Entra refuses one identifier in two
    /// applications, so an account has such a tile for the Personal Portal or for the console, not for both.
    #[must_use]
    pub fn admin_console_idp_initiated_acs_url(&self) -> Fact<String> {
        Fact::new(
            format!("https://{}/login/sso/adcon", self.region.sso_host()),
            Confidence::Uncertain,
            source::INFERRED,
        )
    }
}

impl fmt::Display for PersonalPortal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.region, self.account_code)
    }
}

impl FromStr for PersonalPortal {
    type Err = PersonalPortalError;

    /// Reads `REGION:ACCOUNTCODE`.
    fn from_str(text: &str) -> Result<Self, PersonalPortalError> {
        let (region, code) = text
            .split_once(':')
            .ok_or(PersonalPortalError::MissingColon)?;
        Ok(Self::new(region.parse()?, code.parse()?))
    }
}

/// Why a text is no `REGION:ACCOUNTCODE`.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum PersonalPortalError {
    /// No colon between the region and the account code.
    #[error("a region and an account code are written REGION:ACCOUNTCODE")]
    MissingColon,
    /// The part before the colon.
    #[error(transparent)]
    Region(#[from] UnknownRegion),
    /// The part after the colon.
    #[error(transparent)]
    AccountCode(#[from] AccountCodeError),
}

impl PersonalPortalError {
    /// The stable code of the rule.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingColon => "missing-colon",
            Self::Region(error) => error.code(),
            Self::AccountCode(error) => error.code(),
        }
    }

    /// What to change.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::MissingColon => "Write for example eu:CUK1A1.",
            Self::Region(error) => error.help(),
            Self::AccountCode(error) => error.help(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the tutorial, line by line, and the later regions.
    #[test]
    fn every_region_has_its_urls() {
        let rows = [
            (
                "eu:CUK1A1",
                "https://eu-api.mimecast.com/login/saml",
                "https://eu-api.mimecast.com/sso/CUK1A1",
                "eu-api.mimecast.com.CUK1A1",
            ),
            (
                "us:CUSA1A1",
                "https://us-api.mimecast.com/login/saml",
                "https://us-api.mimecast.com/sso/CUSA1A1",
                "us-api.mimecast.com.CUSA1A1",
            ),
            (
                "za:CSA1A1",
                "https://za-api.mimecast.com/login/saml",
                "https://za-api.mimecast.com/sso/CSA1A1",
                "za-api.mimecast.com.CSA1A1",
            ),
            (
                "au:CAU1A1",
                "https://au-api.mimecast.com/login/saml",
                "https://au-api.mimecast.com/sso/CAU1A1",
                "au-api.mimecast.com.CAU1A1",
            ),
            (
                "jer:CX1",
                "https://jer-api.mimecast.com/login/saml",
                "https://jer-api.mimecast.com/sso/CX1",
                "jer-api.mimecast.com.CX1",
            ),
            (
                "de:CDE1",
                "https://de-api.mimecast.com/login/saml",
                "https://de-api.mimecast.com/sso/CDE1",
                "de-api.mimecast.com.CDE1",
            ),
            (
                "usb:CUSB1",
                "https://usb-api.mimecast.com/login/saml",
                "https://usb-api.mimecast.com/sso/CUSB1",
                "usb-api.mimecast.com.CUSB1",
            ),
            (
                "ca:CCA1",
                "https://ca-api.mimecast.com/login/saml",
                "https://ca-api.mimecast.com/sso/CCA1",
                "ca-api.mimecast.com.CCA1",
            ),
            (
                "uspcom:CX1",
                "https://uspcom-api.mimecast-pscom-us.com/login/saml",
                "https://uspcom-api.mimecast-pscom-us.com/sso/CX1",
                "uspcom-api.mimecast-pscom-us.com.CX1",
            ),
        ];
        for (text, reply, identifier, dotted) in rows {
            let portal: PersonalPortal = text.parse().unwrap();
            assert_eq!(portal.to_string(), text);
            assert_eq!(portal.sign_on_url(), reply);
            assert_eq!(portal.reply_url(), reply);
            assert_eq!(portal.identifier(), identifier);
            assert_eq!(portal.entity_id_for(IdpKind::Entra), identifier);
            assert_eq!(portal.entity_id_for(IdpKind::Okta), dotted);
            assert_eq!(portal.entity_id_for(IdpKind::Other), dotted);
        }
    }

    #[test]
    fn an_identity_provider_starts_elsewhere() {
        let portal: PersonalPortal = "eu:CUK1A1".parse().unwrap();
        let url = portal.idp_initiated_acs_url();
        assert_eq!(url.value(), "https://eu-api.mimecast.com/login/sso/mpp");
        assert_eq!(url.confidence(), Confidence::Probable);
        assert_eq!(
            portal.admin_console_idp_initiated_acs_url().confidence(),
            Confidence::Uncertain
        );
    }

    #[test]
    fn the_region_can_be_left_to_the_code() {
        let portal = PersonalPortal::from_account_code("CUSB1A1".parse().unwrap()).unwrap();
        assert_eq!(portal.region(), Region::UnitedStatesB);
        assert_eq!(
            PersonalPortal::from_account_code("CZA1A1".parse().unwrap()),
            None
        );
    }

    #[test]
    fn each_part_has_its_error() {
        type Read = Result<PersonalPortal, PersonalPortalError>;
        assert_eq!("eu".parse() as Read, Err(PersonalPortalError::MissingColon));
        assert_eq!(
            "xx:CUK1A1".parse() as Read,
            Err(PersonalPortalError::Region(UnknownRegion))
        );
        assert_eq!(
            "eu:".parse() as Read,
            Err(PersonalPortalError::AccountCode(AccountCodeError::Empty))
        );
        assert_eq!(
            "eu:CUK1A1:".parse() as Read,
            Err(PersonalPortalError::AccountCode(
                AccountCodeError::InvalidCharacter {
                    offset: 6,
                    character: ':'
                }
            ))
        );
    }
}
