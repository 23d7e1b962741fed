//! Account codes, and the region that they give away.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::Region;

/// The code of a Mimecast account, such as `CUSA1A1`: capital ASCII letters and digits.
///
/// It is shown in the Administration Console under Account > Settings > Account Code. Mimecast documents that it is
/// written in capitals; its length varies, and the cap of [`AccountCode::MAX_LEN`] characters is this crate's own.
///
/// ```
/// use samlkit_profiles::mimecast::{AccountCode, AccountCodeError, Region};
///
/// let code: AccountCode = "CUSB1A1".parse()?;
/// assert_eq!(code.region(), Some(Region::UnitedStatesB));
/// assert_eq!(
///     "cusb1a1".parse::<AccountCode>(),
///     Err(AccountCodeError::LowerCase { suggestion: code }),
/// );
/// # Ok::<(), AccountCodeError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AccountCode(String);

impl AccountCode {
    /// The longest code that is accepted, in characters.
    pub const MAX_LEN: usize = 32;

    /// Reads an account code.
    ///
    /// A code whose first letters belong to no known region is accepted: [`AccountCode::region`] is then `None`.
    ///
    /// # Errors
    ///
    /// [`AccountCodeError::Empty`], [`AccountCodeError::Placeholder`], [`AccountCodeError::TooLong`],
    /// [`AccountCodeError::InvalidCharacter`] and, for a code that is right but for its case,
    /// [`AccountCodeError::LowerCase`]; the first that applies, in this order.
    pub fn new(text: &str) -> Result<Self, AccountCodeError> {
        if text.is_empty() {
            return Err(AccountCodeError::Empty);
        }
        if is_placeholder(text) {
            return Err(AccountCodeError::Placeholder);
        }
        if text.len() > Self::MAX_LEN {
            return Err(AccountCodeError::TooLong { len: text.len() });
        }
        if let Some((offset, character)) = text
            .char_indices()
            .find(|(_, c)| !c.is_ascii_alphanumeric())
        {
            return Err(AccountCodeError::InvalidCharacter { offset, character });
        }
        if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            return Err(AccountCodeError::LowerCase {
                suggestion: Self(text.to_ascii_uppercase()),
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// The code as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The region that the first letters of the code belong to; the longest known prefix wins, so that `CUSB…` is
    /// never taken for `CUSA…` nor either for a shorter one. `None` for a prefix that no source tells.
    #[must_use]
    pub fn region(&self) -> Option<Region> {
        Region::ALL
            .into_iter()
            .filter_map(|region| Some((region.account_code_prefix()?, region)))
            .filter(|(prefix, _)| self.0.starts_with(prefix))
            .max_by_key(|(prefix, _)| prefix.len())
            .map(|(_, region)| region)
    }

    /// Compares the region that the code tells with the region that was chosen.
    #[must_use]
    pub fn check_region(&self, chosen: Region) -> RegionCheck {
        match self.region() {
            Some(told) if told == chosen => RegionCheck::Confirmed,
            Some(told) if chosen.account_code_prefix().is_some() => RegionCheck::Mismatch { told },
            Some(told) => RegionCheck::Doubtful { told },
            None => RegionCheck::UnknownPrefix,
        }
    }

    /// Whether the code is a region's prefix with nothing after it, hence surely incomplete.
    #[must_use]
    pub fn is_bare_prefix(&self) -> bool {
        Region::ALL
            .into_iter()
            .any(|region| region.account_code_prefix() == Some(self.as_str()))
    }
}

/// What an account code says about a chosen region.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum RegionCheck {
    /// The code begins with the chosen region's prefix.
    Confirmed,
    /// The code belongs to another region, and the chosen region's own prefix is known and different: a definite
    /// mistake.
    Mismatch {
        /// The region that the code belongs to.
        told: Region,
    },
    /// The code begins with another region's prefix, but the chosen region's own prefix is not known.
    Doubtful {
        /// The region that the code points to.
        told: Region,
    },
    /// The code begins with no known prefix, so nothing can be said.
    UnknownPrefix,
}

impl fmt::Display for AccountCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AccountCode {
    type Err = AccountCodeError;

    fn from_str(text: &str) -> Result<Self, AccountCodeError> {
        Self::new(text)
    }
}

impl AsRef<str> for AccountCode {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// The placeholder of the tutorial (`<accountcode>`) and its plain spellings.
fn is_placeholder(text: &str) -> bool {
    // A real placeholder is short; anything longer is left to the length rule.
    if text.len() > 64 {
        return false;
    }
    let letters: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    matches!(
        letters.as_str(),
        "accountcode" | "youraccountcode" | "mimecastaccountcode"
    ) || (text.starts_with('<') && text.ends_with('>'))
        || (text.starts_with('{') && text.ends_with('}'))
}

/// Why a text is no account code.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum AccountCodeError {
    /// There is no text.
    #[error("the account code is empty")]
    Empty,
    /// The tutorial's placeholder was left in.
    #[error("the account code is still the placeholder of the instructions")]
    Placeholder,
    /// Longer than [`AccountCode::MAX_LEN`].
    #[error("the account code has {len} bytes, more than {}", AccountCode::MAX_LEN)]
    TooLong {
        /// Its length in bytes.
        len: usize,
    },
    /// A character that no account code has.
    #[error("the account code has the character {character:?} at byte {offset}")]
    InvalidCharacter {
        /// The byte offset of the character.
        offset: usize,
        /// The character.
        character: char,
    },
    /// Right but for lower-case letters.
    #[error("the account code has lower-case letters; did you mean {suggestion}?")]
    LowerCase {
        /// The same code in capitals.
        suggestion: AccountCode,
    },
}

impl AccountCodeError {
    /// The stable code of the rule.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "account-code-empty",
            Self::Placeholder => "account-code-placeholder",
            Self::TooLong { .. } => "account-code-too-long",
            Self::InvalidCharacter { .. } => "account-code-invalid-character",
            Self::LowerCase { .. } => "account-code-lower-case",
        }
    }

    /// What to change.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Empty | Self::Placeholder => {
                "Copy the account code from the Mimecast Administration Console: Account > Settings > Account Code, \
                 for example CUSA1A1."
            }
            Self::TooLong { .. } | Self::InvalidCharacter { .. } => {
                "Give the account code alone, without a URL, quotes or spaces: capital letters and digits, for example \
                 CUSA1A1."
            }
            Self::LowerCase { .. } => {
                "Write the account code in capitals, also in the Azure portal's Identifier field."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> AccountCode {
        AccountCode::new(text).unwrap()
    }

    #[test]
    fn the_prefix_tells_the_region() {
        for (text, region) in [
            ("CUK1A1", Some(Region::Europe)),
            ("CDE12A345", Some(Region::Germany)),
            ("CUSA1A1", Some(Region::UnitedStates)),
            ("CUSB1A1", Some(Region::UnitedStatesB)),
            ("CCA1A1", Some(Region::Canada)),
            ("CSA1A1", Some(Region::SouthAfrica)),
            ("CAU1A1", Some(Region::Australia)),
            ("CZA1A1", None),
            ("CUS1A1", None),
            ("CJE1A1", None),
            ("1", None),
        ] {
            assert_eq!(code(text).region(), region, "{text}");
        }
        assert!(code("CUSA").is_bare_prefix());
        assert!(!code("CUSA1").is_bare_prefix());
    }

    #[test]
    fn a_region_is_cross_checked() {
        assert_eq!(
            code("CUSB1A1").check_region(Region::UnitedStatesB),
            RegionCheck::Confirmed
        );
        assert_eq!(
            code("CUSB1A1").check_region(Region::UnitedStates),
            RegionCheck::Mismatch {
                told: Region::UnitedStatesB
            }
        );
        assert_eq!(
            code("CUK1A1").check_region(Region::Offshore),
            RegionCheck::Doubtful {
                told: Region::Europe
            }
        );
        assert_eq!(
            code("CJE1A1").check_region(Region::Offshore),
            RegionCheck::UnknownPrefix
        );
        assert_eq!(
            code("CZA1A1").check_region(Region::SouthAfrica),
            RegionCheck::UnknownPrefix
        );
    }

    #[test]
    fn each_rule_has_its_error() {
        use AccountCodeError as E;
        let long = "C".repeat(33);
        for (text, error) in [
            ("", E::Empty),
            ("<accountcode>", E::Placeholder),
            ("accountcode", E::Placeholder),
            ("ACCOUNTCODE", E::Placeholder),
            ("<account-code>", E::Placeholder),
            ("<CUK1A1>", E::Placeholder),
            ("{code}", E::Placeholder),
            (long.as_str(), E::TooLong { len: 33 }),
            (
                "CUK 1A1",
                E::InvalidCharacter {
                    offset: 3,
                    character: ' ',
                },
            ),
            (
                "CUK1A1\n",
                E::InvalidCharacter {
                    offset: 6,
                    character: '\n',
                },
            ),
            (
                "cük1a1",
                E::InvalidCharacter {
                    offset: 1,
                    character: 'ü',
                },
            ),
            (
                "CUK1a1",
                E::LowerCase {
                    suggestion: code("CUK1A1"),
                },
            ),
        ] {
            assert_eq!(AccountCode::new(text), Err(error), "{text}");
        }
        assert_eq!(
            E::LowerCase {
                suggestion: code("CUK1A1")
            }
            .to_string(),
            "the account code has lower-case letters; did you mean CUK1A1?"
        );
        assert_eq!(
            E::InvalidCharacter {
                offset: 6,
                character: '\n'
            }
            .to_string(),
            "the account code has the character '\\n' at byte 6"
        );
    }
}
