//! Mimecast's internal directory: registered domains, and the addresses below them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use samlkit_core::uri::nameid_format;
use samlkit_websso::Identity;
use thiserror::Error;

use super::{Address, AddressError, Domain};
use crate::uri::claim;

/// The internal domains and addresses of one Mimecast account.
///
/// As in the Administration Console (Directories > Internal, tutorial of 2018-04-24): a domain is registered first, then
/// addresses are added below it. Nothing is provisioned by signing on; the whole sign-on depends on a `NameID` that
/// equals the primary address of an address that is already there, which [`Directory::link`] looks up.
///
/// ```
/// use samlkit_profiles::mimecast::{Address, Directory, Domain, LinkError, Subject};
///
/// let mut directory = Directory::new();
/// directory.register_domain(Domain::new("contoso.com")?);
/// directory.add_address(Address::new("BrittaSimon@contoso.com")?)?;
///
/// let subject = Subject::new("brittasimon@contoso.com");
/// assert_eq!(directory.link(&subject)?.as_str(), "BrittaSimon@contoso.com");
///
/// // The NameID is the user principal name, while the directory has the mail address.
/// let subject = Subject::new("bsimon@contoso.com").with_email("BrittaSimon@contoso.com");
/// assert_eq!(directory.link(&subject), Err(LinkError::NameIdIsUpn { mail_known: true }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Complexity
///
/// Every operation takes O(log n) comparisons in the number of domains and addresses.
#[derive(Clone, Default)]
pub struct Directory {
    domains: BTreeMap<String, Domain>,
    addresses: BTreeSet<Address>,
}

impl Directory {
    /// A directory without domains.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            domains: BTreeMap::new(),
            addresses: BTreeSet::new(),
        }
    }

    /// Registers an internal domain; `false` when it was registered already.
    pub fn register_domain(&mut self, domain: Domain) -> bool {
        let key = domain.folded().to_owned();
        if self.domains.contains_key(&key) {
            return false;
        }
        self.domains.insert(key, domain);
        true
    }

    /// Adds the primary address of a user.
    ///
    /// # Errors
    ///
    /// [`DirectoryError::DomainNotRegistered`] before its domain is registered, [`DirectoryError::AddressExists`] for an
    /// address that is there, in whatever case.
    pub fn add_address(&mut self, address: Address) -> Result<(), DirectoryError> {
        if !self.domains.contains_key(address.folded_domain()) {
            return Err(DirectoryError::DomainNotRegistered);
        }
        if self.addresses.insert(address) {
            Ok(())
        } else {
            Err(DirectoryError::AddressExists)
        }
    }

    /// Removes an address; `false` when it was not there.
    pub fn remove_address(&mut self, address: &Address) -> bool {
        self.addresses.remove(address)
    }

    /// The address as it was added.
    #[must_use]
    pub fn address(&self, address: &Address) -> Option<&Address> {
        self.addresses.get(address)
    }

    /// Whether the domain is registered.
    #[must_use]
    pub fn has_domain(&self, domain: &Domain) -> bool {
        self.domains.contains_key(domain.folded())
    }

    /// The registered domains, sorted.
    pub fn domains(&self) -> impl Iterator<Item = &Domain> {
        self.domains.values()
    }

    /// The addresses, sorted.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.addresses.iter()
    }

    /// The address that a signed-on subject is.
    ///
    /// The `NameID` value alone decides: it must equal an address of the directory (see [`Address`] for how addresses
    /// compare). The `Format` and the other claims only choose the error that helps; no claim stands in for the `NameID`.
    ///
    /// # Errors
    ///
    /// - [`LinkError::OpaqueNameId`]: no address, but a persistent or transient identifier.
    /// - [`LinkError::NotAnAddress`]: no address for another reason.
    /// - [`LinkError::NameIdIsUpn`]: unknown, while the mail claim is another address.
    /// - [`LinkError::UpnWithoutMail`]: unknown and equal to the user principal name, without any mail claim.
    /// - [`LinkError::DomainNotRegistered`]: of a domain that the directory has not.
    /// - [`LinkError::AddressUnknown`]: of a registered domain, but not in the directory.
    ///
    /// # Security
    ///
    /// Give it values of an accepted message only; [`Subject::from_identity`] takes no others.
    pub fn link(&self, subject: &Subject<'_>) -> Result<&Address, LinkError> {
        let name_id = match Address::new(subject.name_id) {
            Ok(address) => address,
            Err(_) if subject.is_opaque() => return Err(LinkError::OpaqueNameId),
            Err(error) => return Err(LinkError::NotAnAddress(error)),
        };
        if let Some(found) = self.addresses.get(&name_id) {
            return Ok(found);
        }
        let email = subject.email.and_then(|email| Address::new(email).ok());
        if let Some(email) = email.filter(|email| *email != name_id) {
            return Err(LinkError::NameIdIsUpn {
                mail_known: self.addresses.contains(&email),
            });
        }
        let is_upn = subject
            .upn
            .is_some_and(|upn| upn.eq_ignore_ascii_case(subject.name_id));
        if is_upn && subject.email.is_none() {
            return Err(LinkError::UpnWithoutMail);
        }
        if !self.domains.contains_key(name_id.folded_domain()) {
            return Err(LinkError::DomainNotRegistered);
        }
        Err(LinkError::AddressUnknown)
    }
}

/// Shows the counts only, never an address.
impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directory")
            .field("domains", &self.domains.len())
            .field("addresses", &self.addresses.len())
            .finish()
    }
}

/// What [`Directory::link`] needs of an accepted message.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    name_id: &'a str,
    format: Option<&'a str>,
    email: Option<&'a str>,
    upn: Option<&'a str>,
}

impl<'a> Subject<'a> {
    /// A subject with this `NameID` value.
    #[must_use]
    pub const fn new(name_id: &'a str) -> Self {
        Self {
            name_id,
            format: None,
            email: None,
            upn: None,
        }
    }

    /// The subject of a user who was signed in.
    ///
    /// Claims that are missing, or there more than once, are left out: they only help to name an error.
    #[must_use]
    pub fn from_identity(identity: &'a Identity) -> Self {
        let only = |name| {
            let mut values = identity.values(name);
            values.next().filter(|_| values.next().is_none())
        };
        Self {
            name_id: identity.name_id().value(),
            format: identity.name_id().format(),
            email: only(claim::EMAIL_ADDRESS),
            upn: only(claim::NAME),
        }
    }

    /// The `Format` of the `NameID`.
    #[must_use]
    pub const fn with_format(mut self, format: &'a str) -> Self {
        self.format = Some(format);
        self
    }

    /// The value of the `emailaddress` claim.
    #[must_use]
    pub const fn with_email(mut self, email: &'a str) -> Self {
        self.email = Some(email);
        self
    }

    /// The value of the `name` claim, which in Entra is the user principal name.
    #[must_use]
    pub const fn with_upn(mut self, upn: &'a str) -> Self {
        self.upn = Some(upn);
        self
    }

    /// A pairwise or one-time identifier: by its format, or by its looks where the format says nothing.
    fn is_opaque(&self) -> bool {
        match self.format {
            Some(nameid_format::PERSISTENT | nameid_format::TRANSIENT) => {
                !self.name_id.contains('@')
            }
            _ => {
                self.name_id.len() >= 20
                    && self
                        .name_id
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte))
            }
        }
    }
}

/// Shows the format only, never a value.
impl fmt::Debug for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// Why the directory was not changed.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum DirectoryError {
    /// The domain of the address is not registered.
    #[error("the domain of the address is not registered as an internal domain")]
    DomainNotRegistered,
    /// The address is in the directory.
    #[error("the address exists already")]
    AddressExists,
}

impl DirectoryError {
    /// The stable code of the rule.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DomainNotRegistered => "domain-not-registered",
            Self::AddressExists => "address-exists",
        }
    }

    /// What to change.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::DomainNotRegistered => DOMAIN_HELP,
            Self::AddressExists => "Use the address that is there, or remove it first.",
        }
    }
}

const DOMAIN_HELP: &str = "In the Mimecast Administration Console register the domain first: Directories > Internal > Register New Domain.";

/// Why a signed-on subject is no user of the directory, without any personal value.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum LinkError {
    /// A pairwise or one-time identifier, which Entra sends when the attribute chosen for the `NameID` is empty.
    #[error("the NameID is an opaque identifier, not a mail address")]
    OpaqueNameId,
    /// The `NameID` is no mail address.
    #[error("the NameID is not a mail address: {0}")]
    NotAnAddress(AddressError),
    /// The `NameID` differs from the mail claim: most likely the user principal name.
    #[error(
        "the NameID is not the user's mail address but another name, most likely the user principal name"
    )]
    NameIdIsUpn {
        /// Whether the mail claim is an address of the directory, so that changing the `NameID` is enough.
        mail_known: bool,
    },
    /// The `NameID` is the user principal name and there is no mail claim, so the user has no mail address in Entra.
    #[error(
        "the NameID is the user principal name, and the user has no mail address in the message"
    )]
    UpnWithoutMail,
    /// The domain of the `NameID` is not registered.
    #[error("the domain of the NameID is not registered as an internal domain in Mimecast")]
    DomainNotRegistered,
    /// The domain is registered, the address is not there.
    #[error("no address of the Mimecast directory equals the NameID")]
    AddressUnknown,
}

impl LinkError {
    /// The stable code of the rule.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OpaqueNameId => "name-id-opaque",
            Self::NotAnAddress(_) => "name-id-not-an-address",
            Self::NameIdIsUpn { .. } => "name-id-is-upn",
            Self::UpnWithoutMail => "upn-without-mail",
            Self::DomainNotRegistered => "domain-not-registered",
            Self::AddressUnknown => "address-unknown",
        }
    }

    /// Which field of the Azure portal or of Mimecast to change.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::OpaqueNameId => {
                "Entra sends a pairwise identifier when the source attribute is empty: fill the user's Email contact \
                 field, and in the Azure portal under Attributes & Claims set Unique User Identifier to user.mail with \
                 the format Email address."
            }
            Self::NotAnAddress(_) => {
                "In the Azure portal under Attributes & Claims set Unique User Identifier to user.mail with the format \
                 Email address."
            }
            Self::NameIdIsUpn { mail_known: true } => {
                "Mimecast matches on the mail address: in the Azure portal under Attributes & Claims set Unique User \
                 Identifier to user.mail."
            }
            Self::NameIdIsUpn { mail_known: false } => {
                "Mimecast matches on the mail address: in the Azure portal under Attributes & Claims set Unique User \
                 Identifier to user.mail, and add that address in Mimecast under Directories > Internal > New Address."
            }
            Self::UpnWithoutMail => {
                "Fill the user's Email contact field in Entra, and set Unique User Identifier to user.mail."
            }
            Self::DomainNotRegistered => DOMAIN_HELP,
            Self::AddressUnknown => {
                "Add the address in the Mimecast Administration Console: Directories > Internal, the domain, New \
                 Address; signing on creates no user. It must be the primary address, not an alias."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> Directory {
        let mut directory = Directory::new();
        assert!(directory.register_domain(Domain::new("contoso.com").unwrap()));
        assert!(!directory.register_domain(Domain::new("CONTOSO.com").unwrap()));
        directory
            .add_address(Address::new("BrittaSimon@contoso.com").unwrap())
            .unwrap();
        directory
    }

    #[test]
    fn a_domain_comes_before_its_addresses() {
        let mut directory = directory();
        assert_eq!(
            directory.add_address(Address::new("a@fabrikam.com").unwrap()),
            Err(DirectoryError::DomainNotRegistered)
        );
        assert_eq!(
            directory.add_address(Address::new("a@sub.contoso.com").unwrap()),
            Err(DirectoryError::DomainNotRegistered)
        );
        assert_eq!(
            directory.add_address(Address::new("brittasimon@contoso.COM").unwrap()),
            Err(DirectoryError::AddressExists)
        );
        assert!(directory.remove_address(&Address::new("BRITTASIMON@contoso.com").unwrap()));
        assert_eq!(directory.addresses().count(), 0);
        assert_eq!(directory.domains().count(), 1);
    }

    #[test]
    fn the_name_id_alone_decides() {
        let directory = directory();
        let found = |subject: Subject<'_>| {
            directory
                .link(&subject)
                .map(|address| address.as_str().to_owned())
        };
        assert_eq!(
            found(Subject::new("brittasimon@CONTOSO.com")),
            Ok("BrittaSimon@contoso.com".into())
        );
        assert_eq!(
            found(Subject::new("BrittaSimon@contoso.com").with_email("other@contoso.com")),
            Ok("BrittaSimon@contoso.com".into())
        );
        assert_eq!(
            found(Subject::new("BrittaSimon@contoso.com").with_format(nameid_format::PERSISTENT)),
            Ok("BrittaSimon@contoso.com".into())
        );
        assert_eq!(
            found(Subject::new("other@contoso.com").with_email("BrittaSimon@contoso.com")),
            Err(LinkError::NameIdIsUpn { mail_known: true })
        );
    }

    #[test]
    fn each_mistake_has_its_error() {
        let directory = directory();
        let opaque = "w9RnVzgtWFYTz1TwvHhTpcPzVxT0aB9b8kgGaPqJsVM=";
        for (subject, error) in [
            (Subject::new(opaque), LinkError::OpaqueNameId),
            (
                Subject::new("x1").with_format(nameid_format::PERSISTENT),
                LinkError::OpaqueNameId,
            ),
            (
                Subject::new("x1").with_format(nameid_format::TRANSIENT),
                LinkError::OpaqueNameId,
            ),
            (
                Subject::new("BrittaSimon"),
                LinkError::NotAnAddress(AddressError::NoAt),
            ),
            (
                Subject::new(" brittasimon@contoso.com"),
                LinkError::NotAnAddress(AddressError::LocalPart),
            ),
            (
                Subject::new("bsimon@contoso.com").with_email("b.simon@contoso.com"),
                LinkError::NameIdIsUpn { mail_known: false },
            ),
            (
                Subject::new("bsimon@contoso.onmicrosoft.com")
                    .with_upn("bsimon@contoso.onmicrosoft.com"),
                LinkError::UpnWithoutMail,
            ),
            (
                Subject::new("a@fabrikam.com").with_email("A@fabrikam.com"),
                LinkError::DomainNotRegistered,
            ),
            (Subject::new("a@contoso.com"), LinkError::AddressUnknown),
            (
                Subject::new("a@contoso.com")
                    .with_email("a@contoso.com")
                    .with_upn("a@contoso.com"),
                LinkError::AddressUnknown,
            ),
        ] {
            assert_eq!(directory.link(&subject), Err(error));
        }
    }

    #[test]
    fn nothing_personal_is_shown() {
        let directory = directory();
        assert_eq!(
            format!("{directory:?}"),
            "Directory { domains: 1, addresses: 1 }"
        );
        let subject = Subject::new("secret@contoso.com")
            .with_email("mail@contoso.com")
            .with_upn("upn@contoso.com");
        assert_eq!(format!("{subject:?}"), "Subject { format: None, .. }");
        let error = directory.link(&subject).unwrap_err();
        for text in [
            error.to_string(),
            format!("{error:?}"),
            error.help().to_owned(),
        ] {
            assert!(!text.contains("contoso"), "{text}");
        }
    }
}
