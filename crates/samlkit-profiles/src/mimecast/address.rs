//! Mail addresses, by which Mimecast knows its users.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use thiserror::Error;

/// A mail domain, compared without regard to ASCII case.
#[derive(Clone)]
pub struct Domain {
    text: String,
    folded: String,
}

impl Domain {
    /// The longest domain that is accepted, in bytes (RFC 1035 §2.3.4 less the root).
    pub const MAX_LEN: usize = 253;

    /// Reads a domain: two or more labels of ASCII letters, digits and inner hyphens.
    ///
    /// # Errors
    ///
    /// [`AddressError::Domain`] for anything else, [`AddressError::TooLong`] past [`Domain::MAX_LEN`].
    pub fn new(text: &str) -> Result<Self, AddressError> {
        if text.len() > Self::MAX_LEN {
            return Err(AddressError::TooLong);
        }
        if !text.contains('.') || !text.split('.').all(is_label) {
            return Err(AddressError::Domain);
        }
        Ok(Self {
            text: text.to_owned(),
            folded: text.to_ascii_lowercase(),
        })
    }

    /// The domain as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The domain in the form that it is compared in.
    pub(super) fn folded(&self) -> &str {
        &self.folded
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A mail address, `local@domain`.
///
/// Mimecast knows a user by the primary SMTP address (documented). How it compares case is not documented; this crate
/// compares the whole address without regard to ASCII case, since a domain has no case and the mailboxes of Exchange and
/// Entra have none either. Nothing else is folded: no plus-tags, no dots, no Unicode. Only ASCII addresses without quoted
/// local parts are taken, so no two different scripts can look like one address.
///
/// There is no `Display`, and `Debug` shows nothing, so that an address does not end up in a log by accident.
///
/// ```
/// use samlkit_profiles::mimecast::{Address, AddressError};
///
/// let address = Address::new("BrittaSimon@contoso.com")?;
/// assert_eq!(address, Address::new("brittasimon@CONTOSO.com")?);
/// assert_eq!(address.as_str(), "BrittaSimon@contoso.com");
/// # Ok::<(), AddressError>(())
/// ```
#[derive(Clone)]
pub struct Address {
    text: String,
    folded: String,
    at: usize,
}

impl Address {
    /// The longest address that is accepted, in bytes (RFC 5321 §4.5.3.1.3 less the angle brackets).
    pub const MAX_LEN: usize = 254;
    /// The longest local part that is accepted, in bytes (RFC 5321 §4.5.3.1.1).
    pub const MAX_LOCAL_LEN: usize = 64;

    /// Reads an address: a `dot-atom` of RFC 5322 §3.2.3, `@` and a domain.
    ///
    /// # Errors
    ///
    /// [`AddressError::NoAt`], [`AddressError::TooLong`], [`AddressError::LocalPart`] or [`AddressError::Domain`].
    pub fn new(text: &str) -> Result<Self, AddressError> {
        if text.len() > Self::MAX_LEN {
            return Err(AddressError::TooLong);
        }
        let (local, domain) = text.split_once('@').ok_or(AddressError::NoAt)?;
        if local.len() > Self::MAX_LOCAL_LEN {
            return Err(AddressError::TooLong);
        }
        if !local.split('.').all(is_atom) {
            return Err(AddressError::LocalPart);
        }
        Domain::new(domain)?;
        Ok(Self {
            text: text.to_owned(),
            folded: text.to_ascii_lowercase(),
            at: local.len(),
        })
    }

    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part after the `@`, as it was written.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.text.get(self.at + 1..).unwrap_or_default()
    }

    pub(super) fn folded_domain(&self) -> &str {
        self.folded.get(self.at + 1..).unwrap_or_default()
    }
}

fn is_atom(atom: &str) -> bool {
    !atom.is_empty()
        && atom
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
}

macro_rules! compared_without_case {
    ($type:ident) => {
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                self.folded == other.folded
            }
        }

        impl Eq for $type {}

        impl Ord for $type {
            fn cmp(&self, other: &Self) -> Ordering {
                self.folded.cmp(&other.folded)
            }
        }

        impl PartialOrd for $type {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Hash for $type {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.folded.hash(state);
            }
        }

        impl FromStr for $type {
            type Err = AddressError;

            fn from_str(text: &str) -> Result<Self, AddressError> {
                Self::new(text)
            }
        }
    };
}

compared_without_case!(Domain);
compared_without_case!(Address);

impl fmt::Debug for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Domain").finish_non_exhaustive()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").finish_non_exhaustive()
    }
}

/// Why a text is no mail address, without the text.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum AddressError {
    /// There is no `@`.
    #[error("a mail address has an @")]
    NoAt,
    /// The part before the `@` is empty, quoted, or has a character that a plain address does not have.
    #[error("the part of the address before the @ is not plain ASCII letters, digits and signs")]
    LocalPart,
    /// The part after the `@` is no domain of two or more labels.
    #[error("the domain is not two or more labels of ASCII letters, digits and hyphens")]
    Domain,
    /// Past [`Address::MAX_LEN`], [`Address::MAX_LOCAL_LEN`] or [`Domain::MAX_LEN`].
    #[error("the address is longer than a mail address can be")]
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_are_read() {
        for text in [
            "a@b.c",
            "BrittaSimon@contoso.com",
            "x+y.z@a-b.example",
            "a_b.com#EXT#@c.onmicrosoft.com",
            "o'neil@a.b",
        ] {
            let address = Address::new(text).unwrap();
            assert_eq!(address.as_str(), text);
            assert_eq!(Some(address.domain()), text.split('@').nth(1));
        }
    }

    #[test]
    fn each_rule_has_its_error() {
        let longest = format!(
            "{}@{}.{}.{}.example",
            "a".repeat(64),
            "b".repeat(60),
            "c".repeat(60),
            "d".repeat(59)
        );
        assert_eq!(longest.len(), Address::MAX_LEN);
        assert_eq!(Address::new(&longest).map(|a| a.as_str().len()), Ok(254));
        let too_long = format!(
            "{}@{}.{}.{}.examples",
            "a".repeat(64),
            "b".repeat(60),
            "c".repeat(60),
            "d".repeat(59)
        );
        for (text, error) in [
            ("", AddressError::NoAt),
            ("contoso.com", AddressError::NoAt),
            ("@contoso.com", AddressError::LocalPart),
            (" a@contoso.com", AddressError::LocalPart),
            ("a..b@contoso.com", AddressError::LocalPart),
            ("\"a\"@contoso.com", AddressError::LocalPart),
            ("ä@contoso.com", AddressError::LocalPart),
            ("a@", AddressError::Domain),
            ("a@b", AddressError::Domain),
            ("a@b@contoso.com", AddressError::Domain),
            ("a@contoso.com ", AddressError::Domain),
            ("a@contoso.com.", AddressError::Domain),
            ("a@-b.com", AddressError::Domain),
            ("a@[127.0.0.1]", AddressError::Domain),
            ("a@cöntoso.com", AddressError::Domain),
            (too_long.as_str(), AddressError::TooLong),
        ] {
            assert_eq!(Address::new(text), Err(error), "{text}");
        }
        let local = format!("{}@b.c", "a".repeat(65));
        assert_eq!(Address::new(&local), Err(AddressError::TooLong));
    }

    #[test]
    fn nothing_personal_is_shown() {
        let address = Address::new("brittasimon@contoso.com").unwrap();
        assert_eq!(format!("{address:?}"), "Address { .. }");
        assert_eq!(
            format!("{:?}", Domain::new("contoso.com").unwrap()),
            "Domain { .. }"
        );
    }
}
