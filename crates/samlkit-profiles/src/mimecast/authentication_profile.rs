//! The Authentication Profile of Mimecast's Administration Console.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlkit_core::Timestamp;
use samlkit_crypto::Certificate;

use super::PersonalPortal;
use crate::idp::{IdpDescription, Validity};

/// The fields of an Authentication Profile, filled in (tutorial of 2018-04-24).
///
/// The form is under Services > Applications > Authentication Profiles > New Authentication Profile, in the
/// Administration Console (the tutorial says Personal Portal there, which Mimecast has corrected).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuthenticationProfile {
    description: String,
    provider: &'static str,
    issuer_url: String,
    login_url: Option<String>,
    logout_url: Option<String>,
    identity_provider_certificate: Option<String>,
    valid_certificates: Vec<Certificate>,
}

impl AuthenticationProfile {
    /// The profile that connects a portal to an identity provider, at a moment.
    ///
    /// The certificate is the first of the metadata that is valid then. When none is, it is the first at all: Entra goes
    /// on signing with an expired one if it has no other.
    #[must_use]
    pub fn new(portal: &PersonalPortal, idp: &IdpDescription, now: Timestamp) -> Self {
        let certificates = idp.signing_certificates();
        let is_valid = |certificate: &&Certificate| {
            matches!(Validity::of(certificate, now), Validity::Valid { .. })
        };
        let valid_certificates: Vec<_> = certificates.iter().filter(is_valid).cloned().collect();
        let put = valid_certificates.first().or_else(|| certificates.first());
        Self {
            description: format!(
                "{} sign-on for {}",
                idp.kind().label(),
                portal.account_code()
            ),
            provider: idp.kind().mimecast_provider(),
            issuer_url: idp.entity_id().to_owned(),
            login_url: idp.login_url().map(str::to_owned),
            logout_url: idp.logout_url().map(str::to_owned),
            identity_provider_certificate: put
                .map(|certificate| STANDARD.encode(certificate.der())),
            valid_certificates,
        }
    }

    /// Description: free text.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Enforce SAML Authentication for Mimecast Personal Portal: ticked.
    #[must_use]
    pub const fn enforces_saml(&self) -> bool {
        true
    }

    /// Provider: the choice in the list. `Azure Active Directory` is called `Microsoft Entra ID` from about 2022 on.
    #[must_use]
    pub const fn provider(&self) -> &'static str {
        self.provider
    }

    /// Issuer URL: the entity ID of the identity provider, exactly.
    #[must_use]
    pub fn issuer_url(&self) -> &str {
        &self.issuer_url
    }

    /// Login URL: the single sign-on service.
    #[must_use]
    pub fn login_url(&self) -> Option<&str> {
        self.login_url.as_deref()
    }

    /// Logout URL: the single logout service. Mimecast uses it as a plain redirect as far as is known.
    #[must_use]
    pub fn logout_url(&self) -> Option<&str> {
        self.logout_url.as_deref()
    }

    /// Identity Provider Certificate (Metadata): the certificate in base64 without armour, on one line.
    #[must_use]
    pub fn identity_provider_certificate(&self) -> Option<&str> {
        self.identity_provider_certificate.as_deref()
    }

    /// The certificates of the metadata that are valid, the one in the field first.
    #[must_use]
    pub fn valid_certificates(&self) -> &[Certificate] {
        &self.valid_certificates
    }

    /// Allow Single Sign On: ticked. It allows sign-on that the identity provider starts.
    #[must_use]
    pub const fn allows_single_sign_on(&self) -> bool {
        true
    }

    /// The fields in the order of the form.
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        let text = |value| FieldValue::Text(value);
        let maybe = |value: Option<_>| value.map_or(FieldValue::Empty, FieldValue::Text);
        [
            Field::new("description", "Description", text(self.description())),
            Field::new(
                "enforce_saml_authentication",
                "Enforce SAML Authentication for Mimecast Personal Portal",
                FieldValue::Ticked(self.enforces_saml()),
            ),
            Field::new("provider", "Provider", text(self.provider)),
            Field::new("issuer_url", "Issuer URL", text(self.issuer_url())),
            Field::new("login_url", "Login URL", maybe(self.login_url())),
            Field::new("logout_url", "Logout URL", maybe(self.logout_url())),
            Field::new(
                "identity_provider_certificate",
                "Identity Provider Certificate (Metadata)",
                maybe(self.identity_provider_certificate()),
            ),
            Field::new(
                "allow_single_sign_on",
                "Allow Single Sign On",
                FieldValue::Ticked(self.allows_single_sign_on()),
            ),
        ]
        .into_iter()
    }
}

/// One field of the form.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Field<'a> {
    key: &'static str,
    label: &'static str,
    value: FieldValue<'a>,
}

impl<'a> Field<'a> {
    const fn new(key: &'static str, label: &'static str, value: FieldValue<'a>) -> Self {
        Self { key, label, value }
    }

    /// The stable name, in snake case.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// What the form calls it.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        self.label
    }

    /// What to enter.
    #[must_use]
    pub const fn value(&self) -> FieldValue<'a> {
        self.value
    }
}

/// What to enter into a field.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FieldValue<'a> {
    /// A text.
    Text(&'a str),
    /// A box, ticked or not.
    Ticked(bool),
    /// Nothing: the metadata does not tell it.
    Empty,
}
