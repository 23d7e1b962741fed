//! What a setup needs to know of one identity provider.

use samlkit_core::Timestamp;
use samlkit_core::metadata::{Endpoint, EntityDescriptor};
use samlkit_core::uri::binding;
use samlkit_crypto::Certificate;
use thiserror::Error;

use super::IdpKind;

/// One identity provider as its metadata describes it: the parts that another side's settings are made from.
///
/// ```
/// use samlkit_profiles::idp::{IdpDescription, IdpKind};
/// use samlkit_core::uri::binding;
///
/// let idp = IdpDescription::new("http://www.okta.com/exk1fcia6d6EMsf331d8")
///     .with_single_sign_on_service(binding::HTTP_POST, "https://contoso.okta.com/app/x/sso/saml");
/// assert_eq!(idp.kind(), IdpKind::Okta);
/// assert_eq!(idp.login_url(), Some("https://contoso.okta.com/app/x/sso/saml"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IdpDescription {
    entity_id: String,
    single_sign_on_services: Vec<Service>,
    single_logout_services: Vec<Service>,
    signing_certificates: Vec<Certificate>,
    unreadable_certificates: usize,
    metadata_expires: Option<Timestamp>,
    metadata_url: Option<String>,
    signed_requests: SignedRequests,
}

/// A binding and a location of a service (SAMLMeta §2.2.2).
#[derive(Clone, Debug, Eq, PartialEq)]
struct Service {
    binding: String,
    location: String,
}

/// Whether an identity provider wants requests to be signed (`WantAuthnRequestsSigned`, SAMLMeta §2.4.3).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum SignedRequests {
    /// Signed or not, it takes them.
    #[default]
    NotWanted,
    /// It takes signed requests only.
    Wanted,
}

impl From<&Endpoint> for Service {
    fn from(endpoint: &Endpoint) -> Self {
        Self {
            binding: endpoint.binding.clone(),
            location: endpoint.location.clone(),
        }
    }
}

impl IdpDescription {
    /// The most signing certificates that are kept. Real metadata has two or three.
    pub const MAX_CERTIFICATES: usize = 32;

    /// An identity provider with this entity ID and nothing else yet.
    #[must_use]
    pub fn new(entity_id: impl Into<String>) -> Self {
        Self {
            entity_id: entity_id.into(),
            single_sign_on_services: Vec::new(),
            single_logout_services: Vec::new(),
            signing_certificates: Vec::new(),
            unreadable_certificates: 0,
            metadata_expires: None,
            metadata_url: None,
            signed_requests: SignedRequests::default(),
        }
    }

    /// The identity provider that metadata describes (its first `IDPSSODescriptor` for SAML 2.0).
    ///
    /// Keys of other roles are left aside. A certificate that cannot be read is counted
    /// ([`IdpDescription::unreadable_certificates`]), and the others are kept.
    ///
    /// # Errors
    ///
    /// [`DescriptionError::NoIdentityProvider`].
    ///
    /// # Complexity
    ///
    /// Linear in the metadata, and quadratic in the number of signing certificates, of which no more than
    /// [`IdpDescription::MAX_CERTIFICATES`] are kept.
    pub fn from_metadata(entity: &EntityDescriptor) -> Result<Self, DescriptionError> {
        let role = entity
            .idp_sso_descriptor()
            .ok_or(DescriptionError::NoIdentityProvider)?;
        let mut description = Self::new(&entity.entity_id);
        description.metadata_expires = entity.expires;
        if role.want_authn_requests_signed == Some(true) {
            description.signed_requests = SignedRequests::Wanted;
        }
        description.single_sign_on_services = role
            .single_sign_on_services
            .iter()
            .map(Service::from)
            .collect();
        description.single_logout_services = role
            .sso
            .single_logout_services
            .iter()
            .map(Service::from)
            .collect();
        for certificate in role
            .sso
            .signing_keys()
            .flat_map(|key| &key.key_info.certificates)
        {
            match certificate.decode() {
                Ok(certificate) => description = description.with_signing_certificate(certificate),
                Err(_) => description.unreadable_certificates += 1,
            }
        }
        Ok(description)
    }

    /// Adds a `SingleSignOnService`, in the order of the metadata.
    #[must_use]
    pub fn with_single_sign_on_service(
        mut self,
        binding: impl Into<String>,
        location: impl Into<String>,
    ) -> Self {
        self.single_sign_on_services.push(Service {
            binding: binding.into(),
            location: location.into(),
        });
        self
    }

    /// Adds a `SingleLogoutService`, in the order of the metadata.
    #[must_use]
    pub fn with_single_logout_service(
        mut self,
        binding: impl Into<String>,
        location: impl Into<String>,
    ) -> Self {
        self.single_logout_services.push(Service {
            binding: binding.into(),
            location: location.into(),
        });
        self
    }

    /// Adds a certificate of a signing `KeyDescriptor`, in the order of the metadata. One that is there is not added
    /// again, since some providers repeat theirs; nor is one past [`IdpDescription::MAX_CERTIFICATES`].
    #[must_use]
    pub fn with_signing_certificate(mut self, certificate: Certificate) -> Self {
        let has_room = self.signing_certificates.len() < Self::MAX_CERTIFICATES;
        if has_room && !self.signing_certificates.contains(&certificate) {
            self.signing_certificates.push(certificate);
        }
        self
    }

    /// Where the metadata was fetched from, if it was.
    #[must_use]
    pub fn with_metadata_url(mut self, url: impl Into<String>) -> Self {
        self.metadata_url = Some(url.into());
        self
    }

    /// Whether it wants requests to be signed. [`SignedRequests::NotWanted`] by default, as the attribute is.
    #[must_use]
    pub const fn with_signed_requests(mut self, signed_requests: SignedRequests) -> Self {
        self.signed_requests = signed_requests;
        self
    }

    /// The entity ID.
    #[must_use]
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// The kind, told by the entity ID and the sign-on services.
    #[must_use]
    pub fn kind(&self) -> IdpKind {
        IdpKind::detect(
            &self.entity_id,
            self.single_sign_on_services
                .iter()
                .map(|service| service.location.as_str()),
        )
    }

    /// The sign-on URL: of the HTTP-POST binding where there is one, else of HTTP-Redirect, else the first.
    #[must_use]
    pub fn login_url(&self) -> Option<&str> {
        preferred(
            &self.single_sign_on_services,
            [binding::HTTP_POST, binding::HTTP_REDIRECT],
        )
    }

    /// The logout URL: of the HTTP-Redirect binding where there is one, else of HTTP-POST, else the first.
    #[must_use]
    pub fn logout_url(&self) -> Option<&str> {
        preferred(
            &self.single_logout_services,
            [binding::HTTP_REDIRECT, binding::HTTP_POST],
        )
    }

    /// Whether sign-on requests can come by this binding.
    #[must_use]
    pub fn takes(&self, binding: &str) -> bool {
        self.single_sign_on_services
            .iter()
            .any(|service| service.binding == binding)
    }

    /// The certificates that messages may be signed with, in the order of the metadata.
    #[must_use]
    pub fn signing_certificates(&self) -> &[Certificate] {
        &self.signing_certificates
    }

    /// How many signing certificates of the metadata could not be read.
    #[must_use]
    pub const fn unreadable_certificates(&self) -> usize {
        self.unreadable_certificates
    }

    /// When the metadata must no longer be used (SAMLMeta §2.3.2), if it says so.
    #[must_use]
    pub const fn metadata_expires(&self) -> Option<Timestamp> {
        self.metadata_expires
    }

    /// Where the metadata was fetched from.
    #[must_use]
    pub fn metadata_url(&self) -> Option<&str> {
        self.metadata_url.as_deref()
    }

    /// Whether it wants requests to be signed.
    #[must_use]
    pub const fn signed_requests(&self) -> SignedRequests {
        self.signed_requests
    }
}

fn preferred<'a>(services: &'a [Service], bindings: [&str; 2]) -> Option<&'a str> {
    bindings
        .into_iter()
        .find_map(|binding| services.iter().find(|service| service.binding == binding))
        .or_else(|| services.first())
        .map(|service| service.location.as_str())
}

/// Where a moment lies against a certificate's validity, in whole days.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Validity {
    /// It is valid.
    Valid {
        /// The days that are left.
        days: i64,
    },
    /// It is not valid yet.
    NotYet {
        /// The days until it is.
        days: i64,
    },
    /// It is not valid any more.
    Expired {
        /// The days since it was.
        days: i64,
    },
}

impl Validity {
    /// Where `now` lies against the validity of a certificate, both ends of which belong to it (RFC 5280 §4.1.2.5).
    #[must_use]
    pub fn of(certificate: &Certificate, now: Timestamp) -> Self {
        const DAY: i64 = 86_400;
        let (from, until, now) = (
            certificate.not_before(),
            certificate.not_after(),
            now.timestamp(),
        );
        if now < from {
            Self::NotYet {
                days: from.saturating_sub(now) / DAY,
            }
        } else if now > until {
            Self::Expired {
                days: now.saturating_sub(until) / DAY,
            }
        } else {
            Self::Valid {
                days: until.saturating_sub(now) / DAY,
            }
        }
    }
}

/// The metadata is not an identity provider's.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum DescriptionError {
    /// There is no `IDPSSODescriptor` for SAML 2.0.
    #[error("the metadata describes no SAML 2.0 identity provider")]
    NoIdentityProvider,
}

impl DescriptionError {
    /// The stable code of the rule.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoIdentityProvider => "no-identity-provider",
        }
    }

    /// What to change.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::NoIdentityProvider => {
                "Give the identity provider's metadata, in Entra through the App Federation Metadata URL; this may be a \
                 service provider's."
            }
        }
    }
}
