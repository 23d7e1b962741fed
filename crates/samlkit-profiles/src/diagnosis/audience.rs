//! Mistakes in a Mimecast entity ID, as `Audience` or as `Issuer` of a request.

use thiserror::Error;

use crate::idp::IdpKind;
use crate::mimecast::{AccountCode, EntityIdSpelling, PersonalPortal, Region};

/// Why a value is not the entity ID that a Personal Portal expects.
///
/// Audiences compare exactly; this only names the usual mistakes once they differ.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum AudienceMistake {
    /// `spn:` and an identifier: what Entra makes of an Identifier that is no URI.
    #[error(
        "the audience is a service principal name, because the Identifier of the application is not a URI"
    )]
    ServicePrincipalName {
        /// The entity ID that is expected.
        expected: String,
    },
    /// The other of the two spellings.
    #[error(
        "the entity ID is spelled as for another kind of identity provider: expected {expected}"
    )]
    OtherSpelling {
        /// The entity ID that is expected.
        expected: String,
    },
    /// The dotted spelling with a scheme put in front.
    #[error(
        "the entity ID has a scheme in front that Mimecast does not expect: expected {expected}"
    )]
    SchemeAdded {
        /// The entity ID that is expected.
        expected: String,
    },
    /// Another region's host.
    #[error("the entity ID is of the region {got}: expected {expected}")]
    OtherRegion {
        /// The entity ID that is expected.
        expected: String,
        /// The region of the host that is there.
        got: Region,
    },
    /// The account code in small letters, or other letters in another case.
    #[error("only the case of letters differs: expected {expected}")]
    Case {
        /// The entity ID that is expected.
        expected: String,
    },
    /// The placeholder of the instructions in place of the account code.
    #[error(
        "the placeholder of the instructions stands in place of the account code: expected {expected}"
    )]
    Placeholder {
        /// The entity ID that is expected.
        expected: String,
    },
    /// Another account of the same region.
    #[error("the entity ID is of another account: expected {expected}")]
    OtherAccount {
        /// The entity ID that is expected.
        expected: String,
    },
    /// A slash at the end, or white space around.
    #[error("there is a slash or white space too many: expected {expected}")]
    Surroundings {
        /// The entity ID that is expected.
        expected: String,
    },
    /// None of the usual mistakes.
    #[error("not an entity ID of Mimecast: expected {expected}")]
    Other {
        /// The entity ID that is expected.
        expected: String,
    },
}

impl AudienceMistake {
    /// Names the mistake in an entity ID; `None` when it is the expected one. Linear in its length.
    ///
    /// ```
    /// use samlkit_profiles::{diagnosis::AudienceMistake, idp::IdpKind, mimecast::PersonalPortal};
    ///
    /// let portal: PersonalPortal = "eu:CUK1A1".parse()?;
    /// assert_eq!(
    ///     AudienceMistake::find(&portal, IdpKind::Okta, "https://eu-api.mimecast.com/sso/CUK1A1"),
    ///     Some(AudienceMistake::OtherSpelling { expected: "eu-api.mimecast.com.CUK1A1".into() }),
    /// );
    /// # Ok::<(), samlkit_profiles::mimecast::PersonalPortalError>(())
    /// ```
    #[must_use]
    pub fn find(portal: &PersonalPortal, kind: IdpKind, got: &str) -> Option<Self> {
        let spelling = EntityIdSpelling::for_idp(kind);
        let expected = portal.entity_id(spelling);
        if got == expected {
            return None;
        }
        if got.starts_with("spn:") {
            return Some(Self::ServicePrincipalName { expected });
        }
        if got.trim().trim_end_matches('/') == expected {
            return Some(Self::Surroundings { expected });
        }
        if got.eq_ignore_ascii_case(&expected) {
            return Some(Self::Case { expected });
        }
        let dotted = portal.entity_id(EntityIdSpelling::Dotted);
        if got == portal.identifier() || got == dotted {
            return Some(Self::OtherSpelling { expected });
        }
        if got
            .strip_prefix("https://")
            .or_else(|| got.strip_prefix("http://"))
            == Some(dotted.as_str())
        {
            return Some(Self::SchemeAdded { expected });
        }
        Some(match parts(got) {
            Some((_, code))
                if AccountCode::new(code)
                    == Err(crate::mimecast::AccountCodeError::Placeholder) =>
            {
                Self::Placeholder { expected }
            }
            Some((region, _)) if region != portal.region() => Self::OtherRegion {
                expected,
                got: region,
            },
            Some((_, code)) if code != portal.account_code().as_str() => {
                Self::OtherAccount { expected }
            }
            Some(_) | None => Self::Other { expected },
        })
    }

    /// The entity ID that is expected.
    #[must_use]
    pub fn expected(&self) -> &str {
        match self {
            Self::ServicePrincipalName { expected }
            | Self::OtherSpelling { expected }
            | Self::SchemeAdded { expected }
            | Self::OtherRegion { expected, .. }
            | Self::Case { expected }
            | Self::Placeholder { expected }
            | Self::OtherAccount { expected }
            | Self::Surroundings { expected }
            | Self::Other { expected } => expected,
        }
    }

    /// The stable code of the mistake.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ServicePrincipalName { .. } => "audience-spn",
            Self::OtherSpelling { .. } => "entity-id-spelling",
            Self::SchemeAdded { .. } => "entity-id-scheme-added",
            Self::OtherRegion { .. } => "entity-id-other-region",
            Self::Case { .. } => "entity-id-case",
            Self::Placeholder { .. } => "entity-id-placeholder",
            Self::OtherAccount { .. } => "entity-id-other-account",
            Self::Surroundings { .. } => "entity-id-surroundings",
            Self::Other { .. } => "entity-id-differs",
        }
    }

    /// What to change.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::ServicePrincipalName { .. } => {
                "Set the application's Identifier (Entity ID) in the Azure portal to a URI: \
                 https://, the region's host, /sso/ and the account code."
            }
            Self::OtherSpelling { .. } | Self::SchemeAdded { .. } => {
                "Mimecast expects https://HOST/sso/ACCOUNTCODE from Azure AD (Entra ID) and HOST.ACCOUNTCODE, without \
                 https://, from every other identity provider: change the entity ID (audience) there."
            }
            Self::OtherRegion { .. } => {
                "Use the host of the account's region in Identifier and Reply URL; the first letters of the account code \
                 tell the region."
            }
            Self::Placeholder { .. } | Self::OtherAccount { .. } => {
                "Copy the account code from the Mimecast Administration Console: Account > Settings > Account Code."
            }
            Self::Case { .. } | Self::Surroundings { .. } | Self::Other { .. } => {
                "Copy the expected value into the Identifier (Entity ID) exactly: the host in small letters, the account \
                 code in capitals, nothing around."
            }
        }
    }
}

/// The region and the account code of a text in either spelling.
fn parts(text: &str) -> Option<(Region, &str)> {
    let bare = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .unwrap_or(text);
    if let Some((host, code)) = bare.split_once("/sso/") {
        return Some((Region::from_sso_host(host)?, code));
    }
    let (host, code) = bare.rsplit_once('.')?;
    Some((Region::from_sso_host(host)?, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mistake_is_named() {
        let portal: PersonalPortal = "us:CUSA1A1".parse().unwrap();
        let url = "https://us-api.mimecast.com/sso/CUSA1A1";
        let dotted = "us-api.mimecast.com.CUSA1A1";
        for (kind, got, code) in [
            (
                IdpKind::Entra,
                "spn:11111111-2222-4333-8444-555555555555",
                "audience-spn",
            ),
            (IdpKind::Entra, dotted, "entity-id-spelling"),
            (IdpKind::Okta, url, "entity-id-spelling"),
            (
                IdpKind::AdFs,
                "https://us-api.mimecast.com.CUSA1A1",
                "entity-id-scheme-added",
            ),
            (
                IdpKind::Entra,
                "https://usb-api.mimecast.com/sso/CUSA1A1",
                "entity-id-other-region",
            ),
            (
                IdpKind::Okta,
                "eu-api.mimecast.com.CUSA1A1",
                "entity-id-other-region",
            ),
            (
                IdpKind::Entra,
                "https://us-api.mimecast.com/sso/cusa1a1",
                "entity-id-case",
            ),
            (
                IdpKind::Entra,
                "https://us-api.mimecast.com/sso/<accountcode>",
                "entity-id-placeholder",
            ),
            (
                IdpKind::Entra,
                "https://us-api.mimecast.com/sso/CUSA2A2",
                "entity-id-other-account",
            ),
            (
                IdpKind::Entra,
                "https://us-api.mimecast.com/sso/CUSA1A1/",
                "entity-id-surroundings",
            ),
            (
                IdpKind::Entra,
                "http://us-api.mimecast.com/sso/CUSA1A1",
                "entity-id-differs",
            ),
            (IdpKind::Entra, "", "entity-id-differs"),
        ] {
            let mistake = AudienceMistake::find(&portal, kind, got).unwrap();
            assert_eq!(mistake.code(), code, "{got}");
            assert_eq!(
                mistake.expected(),
                if kind == IdpKind::Entra { url } else { dotted }
            );
        }
        assert_eq!(AudienceMistake::find(&portal, IdpKind::Entra, url), None);
        assert_eq!(
            AudienceMistake::find(&portal, IdpKind::Google, dotted),
            None
        );
    }
}
