//! The claims that Entra puts into an assertion, typed.

use std::fmt;

use samlkit_websso::{Identity, ValueRef};
use thiserror::Error;

use super::{Guid, TenantId};
use crate::uri::{authn_method, claim};

/// The claims of one assertion from Entra.
///
/// Built from the attributes of an accepted message, in whatever order. A claim that Entra sends once may come once;
/// attributes with other names are left aside. Entra leaves out what the directory has not, so everything is optional.
///
/// ```
/// use samlkit_profiles::azure::Claims;
/// use samlkit_profiles::uri::{authn_method, claim};
///
/// let attributes = [
///     (claim::EMAIL_ADDRESS, vec!["brittasimon@contoso.com"]),
///     (claim::AUTHN_METHODS_REFERENCES, vec![authn_method::PASSWORD, authn_method::MULTIPLE]),
/// ];
/// let claims = Claims::from_attributes(attributes)?;
/// assert_eq!(claims.email(), Some("brittasimon@contoso.com"));
/// assert!(claims.is_multi_factor());
/// assert_eq!(claims.tenant_id(), None);
/// # Ok::<(), samlkit_profiles::azure::ClaimsError>(())
/// ```
///
/// # Complexity
///
/// Linear in the attributes and their values.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Claims<'a> {
    tenant_id: Option<TenantId>,
    object_id: Option<Guid>,
    display_name: Option<&'a str>,
    given_name: Option<&'a str>,
    surname: Option<&'a str>,
    email: Option<&'a str>,
    name: Option<&'a str>,
    upn: Option<&'a str>,
    identity_provider: Option<&'a str>,
    groups_link: Option<&'a str>,
    authn_methods: Vec<&'a str>,
    roles: Vec<&'a str>,
    groups: Vec<&'a str>,
    directory_roles: Vec<&'a str>,
}

impl<'a> Claims<'a> {
    /// The most groups that Entra puts into a SAML assertion; beyond, it sends [`Claims::groups_link`] in their place.
    pub const MAX_GROUPS: usize = 150;

    /// Reads the claims out of attribute names and values.
    ///
    /// # Errors
    ///
    /// [`ClaimsError::NotSingle`] when a claim that has one value comes with none, with several, or twice;
    /// [`ClaimsError::NotAGuid`] when the tenant or object identifier is no GUID.
    ///
    /// # Security
    ///
    /// Give it attributes of an accepted message only.
    pub fn from_attributes<I, V>(attributes: I) -> Result<Self, ClaimsError>
    where
        I: IntoIterator<Item = (&'a str, V)>,
        V: IntoIterator<Item = &'a str>,
    {
        let mut claims = Self::default();
        let mut tenant_id = None;
        let mut object_id = None;
        for (name, values) in attributes {
            let Some(claim) = Claim::from_uri(name) else {
                if let Some(many) = claims.many(name) {
                    many.extend(values);
                }
                continue;
            };
            let slot = match claim {
                Claim::TenantId => &mut tenant_id,
                Claim::ObjectId => &mut object_id,
                Claim::DisplayName => &mut claims.display_name,
                Claim::GivenName => &mut claims.given_name,
                Claim::Surname => &mut claims.surname,
                Claim::Email => &mut claims.email,
                Claim::Name => &mut claims.name,
                Claim::Upn => &mut claims.upn,
                Claim::IdentityProvider => &mut claims.identity_provider,
                Claim::GroupsLink => &mut claims.groups_link,
            };
            set(slot, values, claim)?;
        }
        claims.tenant_id = guid(tenant_id, Claim::TenantId)?.map(TenantId::new);
        claims.object_id = guid(object_id, Claim::ObjectId)?;
        Ok(claims)
    }

    /// The claims of a user who was signed in.
    ///
    /// # Errors
    ///
    /// Those of [`Claims::from_attributes`], and [`ClaimsError::NotText`] when one of the claims has a value that is no text.
    pub fn from_identity(identity: &'a Identity) -> Result<Self, ClaimsError> {
        let is_text = |value| matches!(value, ValueRef::Text(_));
        let is_claim =
            |name| Claim::from_uri(name).is_some() || Self::default().many(name).is_some();
        if identity
            .attributes()
            .any(|attribute| is_claim(attribute.name()) && !attribute.values().all(is_text))
        {
            return Err(ClaimsError::NotText);
        }
        Self::from_attributes(identity.attributes().map(|attribute| {
            let texts = attribute.values().filter_map(|value| match value {
                ValueRef::Text(text) => Some(text),
                _ => None,
            });
            (attribute.name(), texts)
        }))
    }

    fn many(&mut self, name: &str) -> Option<&mut Vec<&'a str>> {
        match name {
            claim::AUTHN_METHODS_REFERENCES => Some(&mut self.authn_methods),
            claim::ROLE => Some(&mut self.roles),
            claim::GROUPS => Some(&mut self.groups),
            claim::WIDS => Some(&mut self.directory_roles),
            _ => None,
        }
    }

    /// `tenantid`: the tenant that the application is in.
    #[must_use]
    pub const fn tenant_id(&self) -> Option<TenantId> {
        self.tenant_id
    }

    /// `objectidentifier`: the user in that tenant; never given to another user.
    #[must_use]
    pub const fn object_id(&self) -> Option<Guid> {
        self.object_id
    }

    /// `displayname`.
    #[must_use]
    pub const fn display_name(&self) -> Option<&'a str> {
        self.display_name
    }

    /// `givenname`.
    #[must_use]
    pub const fn given_name(&self) -> Option<&'a str> {
        self.given_name
    }

    /// `surname`.
    #[must_use]
    pub const fn surname(&self) -> Option<&'a str> {
        self.surname
    }

    /// `emailaddress`: the user's mail attribute.
    #[must_use]
    pub const fn email(&self) -> Option<&'a str> {
        self.email
    }

    /// `name`: the user principal name.
    #[must_use]
    pub const fn name(&self) -> Option<&'a str> {
        self.name
    }

    /// `upn`: the user principal name where it is sent apart, which is an option of the application.
    #[must_use]
    pub const fn upn(&self) -> Option<&'a str> {
        self.upn
    }

    /// `identityprovider`: who authenticated the user.
    #[must_use]
    pub const fn identity_provider(&self) -> Option<&'a str> {
        self.identity_provider
    }

    /// `authnmethodsreferences`, in the order of the message.
    #[must_use]
    pub fn authn_methods(&self) -> &[&'a str] {
        &self.authn_methods
    }

    /// `role`: application roles, or groups where the application emits groups as roles.
    #[must_use]
    pub fn roles(&self) -> &[&'a str] {
        &self.roles
    }

    /// `groups`: object identifiers by default, names where the application asks for them.
    #[must_use]
    pub fn groups(&self) -> &[&'a str] {
        &self.groups
    }

    /// `wids`: directory roles.
    #[must_use]
    pub fn directory_roles(&self) -> &[&'a str] {
        &self.directory_roles
    }

    /// `groups.link`: the user has more than [`Claims::MAX_GROUPS`] groups, so none are in the message; the value is the
    /// address to ask for them. An empty [`Claims::groups`] then says nothing.
    #[must_use]
    pub const fn groups_link(&self) -> Option<&'a str> {
        self.groups_link
    }

    /// Whether the user is a guest of the tenant: authenticated by another than the issuer of the message. `None` when
    /// the message does not say who authenticated the user.
    #[must_use]
    pub fn is_guest(&self, issuer: &str) -> Option<bool> {
        self.identity_provider.map(|provider| provider != issuer)
    }

    /// Whether the user authenticated with more than one factor.
    ///
    /// The authentication context says `Password` even then, so this claim is the one to look at.
    #[must_use]
    pub fn is_multi_factor(&self) -> bool {
        self.authn_methods.contains(&authn_method::MULTIPLE)
    }
}

fn set<'a>(
    slot: &mut Option<&'a str>,
    values: impl IntoIterator<Item = &'a str>,
    claim: Claim,
) -> Result<(), ClaimsError> {
    let mut values = values.into_iter();
    match (slot.is_none(), values.next(), values.next()) {
        (true, Some(value), None) => {
            *slot = Some(value);
            Ok(())
        }
        _ => Err(ClaimsError::NotSingle(claim)),
    }
}

fn guid(text: Option<&str>, claim: Claim) -> Result<Option<Guid>, ClaimsError> {
    text.map(|text| text.parse().map_err(|_| ClaimsError::NotAGuid(claim)))
        .transpose()
}

/// Shows which claims are there, never a value.
impl fmt::Debug for Claims<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims")
            .field("tenant_id", &self.tenant_id.is_some())
            .field("object_id", &self.object_id.is_some())
            .field("email", &self.email.is_some())
            .field("name", &self.name.is_some())
            .field("identity_provider", &self.identity_provider.is_some())
            .field("authn_methods", &self.authn_methods.len())
            .field("roles", &self.roles.len())
            .field("groups", &self.groups.len())
            .field("groups_link", &self.groups_link.is_some())
            .finish_non_exhaustive()
    }
}

/// A claim that Entra sends once, with one value.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Claim {
    /// [`claim::TENANT_ID`]
    TenantId,
    /// [`claim::OBJECT_IDENTIFIER`]
    ObjectId,
    /// [`claim::DISPLAY_NAME`]
    DisplayName,
    /// [`claim::GIVEN_NAME`]
    GivenName,
    /// [`claim::SURNAME`]
    Surname,
    /// [`claim::EMAIL_ADDRESS`]
    Email,
    /// [`claim::NAME`]
    Name,
    /// [`claim::UPN`]
    Upn,
    /// [`claim::IDENTITY_PROVIDER`]
    IdentityProvider,
    /// [`claim::GROUPS_LINK`]
    GroupsLink,
}

impl Claim {
    /// Every such claim, in the order of the variants.
    pub const ALL: [Self; 10] = [
        Self::TenantId,
        Self::ObjectId,
        Self::DisplayName,
        Self::GivenName,
        Self::Surname,
        Self::Email,
        Self::Name,
        Self::Upn,
        Self::IdentityProvider,
        Self::GroupsLink,
    ];

    /// The claim with this attribute name.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|claim| claim.uri() == uri)
    }

    /// The attribute name.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::TenantId => claim::TENANT_ID,
            Self::ObjectId => claim::OBJECT_IDENTIFIER,
            Self::DisplayName => claim::DISPLAY_NAME,
            Self::GivenName => claim::GIVEN_NAME,
            Self::Surname => claim::SURNAME,
            Self::Email => claim::EMAIL_ADDRESS,
            Self::Name => claim::NAME,
            Self::Upn => claim::UPN,
            Self::IdentityProvider => claim::IDENTITY_PROVIDER,
            Self::GroupsLink => claim::GROUPS_LINK,
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.uri())
    }
}

/// Why attributes are not claims as Entra sends them.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum ClaimsError {
    /// A claim of one value has none, several, or comes twice: no way to tell which is meant.
    #[error("the claim {0} has not exactly one value")]
    NotSingle(Claim),
    /// A claim has a value that is markup, an identifier or nothing, where Entra sends text.
    #[error("a claim has a value that is not text")]
    NotText,
    /// An identifier is no GUID.
    #[error("the claim {0} is not a GUID")]
    NotAGuid(Claim),
}

impl ClaimsError {
    /// The stable code of the rule.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotSingle(_) => "claim-not-single",
            Self::NotText => "claim-not-text",
            Self::NotAGuid(_) => "claim-not-a-guid",
        }
    }

    /// What to change.
    #[must_use]
    pub const fn help(self) -> &'static str {
        "In the Azure portal under Attributes & Claims, keep one claim of this name, with one source."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "11111111-2222-4333-8444-555555555555";
    const ISSUER: &str = "https://sts.windows.net/11111111-2222-4333-8444-555555555555/";

    #[test]
    fn every_claim_is_read() {
        let claims = Claims::from_attributes([
            (claim::TENANT_ID, vec![TENANT]),
            (
                claim::OBJECT_IDENTIFIER,
                vec!["22222222-2222-4333-8444-555555555555"],
            ),
            (claim::DISPLAY_NAME, vec!["Britta Simon"]),
            (claim::ROLE, vec!["reader", "writer"]),
            (claim::IDENTITY_PROVIDER, vec![ISSUER]),
            (
                claim::AUTHN_METHODS_REFERENCES,
                vec![authn_method::PASSWORD, authn_method::MULTIPLE],
            ),
            (claim::GIVEN_NAME, vec!["Britta"]),
            (claim::SURNAME, vec!["Simon"]),
            (claim::EMAIL_ADDRESS, vec!["brittasimon@contoso.com"]),
            (claim::NAME, vec!["bsimon@contoso.onmicrosoft.com"]),
            (claim::UPN, vec!["bsimon@contoso.onmicrosoft.com"]),
            (claim::GROUPS, vec!["g1"]),
            (claim::GROUPS, vec!["g2"]),
            (claim::WIDS, vec!["w"]),
            ("Role Name", vec!["custom"]),
        ])
        .unwrap();
        assert_eq!(
            claims.tenant_id().map(|id| id.to_string()).as_deref(),
            Some(TENANT)
        );
        assert_eq!(
            claims.object_id().map(|id| id.to_string()).as_deref(),
            Some("22222222-2222-4333-8444-555555555555")
        );
        assert_eq!(claims.display_name(), Some("Britta Simon"));
        assert_eq!(claims.given_name(), Some("Britta"));
        assert_eq!(claims.surname(), Some("Simon"));
        assert_eq!(claims.email(), Some("brittasimon@contoso.com"));
        assert_eq!(claims.name(), Some("bsimon@contoso.onmicrosoft.com"));
        assert_eq!(claims.upn(), Some("bsimon@contoso.onmicrosoft.com"));
        assert_eq!(claims.roles(), ["reader", "writer"]);
        assert_eq!(claims.groups(), ["g1", "g2"]);
        assert_eq!(claims.directory_roles(), ["w"]);
        assert_eq!(claims.groups_link(), None);
        assert_eq!(
            claims.authn_methods(),
            [authn_method::PASSWORD, authn_method::MULTIPLE]
        );
        assert!(claims.is_multi_factor());
        assert_eq!(claims.is_guest(ISSUER), Some(false));
        assert_eq!(
            claims.is_guest("https://sts.windows.net/other/"),
            Some(true)
        );
        let debug = format!("{claims:?}");
        assert!(
            !debug.contains("contoso") && !debug.contains("Britta") && !debug.contains("1111"),
            "{debug}"
        );
    }

    #[test]
    fn nothing_is_required() {
        let claims = Claims::from_attributes(Vec::<(&str, Vec<&str>)>::new()).unwrap();
        assert_eq!(claims, Claims::default());
        assert!(!claims.is_multi_factor());
        assert_eq!(claims.is_guest(ISSUER), None);
    }

    #[test]
    fn a_claim_of_one_value_has_one() {
        let read = |attributes: Vec<(&'static str, Vec<&'static str>)>| {
            Claims::from_attributes(attributes)
        };
        for attributes in [
            vec![(claim::EMAIL_ADDRESS, vec!["a@b.c", "d@e.f"])],
            vec![(claim::EMAIL_ADDRESS, vec![])],
            vec![
                (claim::EMAIL_ADDRESS, vec!["a@b.c"]),
                (claim::EMAIL_ADDRESS, vec!["a@b.c"]),
            ],
        ] {
            assert_eq!(read(attributes), Err(ClaimsError::NotSingle(Claim::Email)));
        }
        assert_eq!(
            read(vec![(claim::TENANT_ID, vec!["contoso.com"])]),
            Err(ClaimsError::NotAGuid(Claim::TenantId))
        );
        assert_eq!(
            read(vec![(claim::OBJECT_IDENTIFIER, vec!["x"])]),
            Err(ClaimsError::NotAGuid(Claim::ObjectId))
        );
        assert_eq!(
            ClaimsError::NotSingle(Claim::Email).to_string(),
            "the claim http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress has not exactly one value"
        );
    }
}
