use samlkit_core::Timestamp;
use samlkit_core::metadata::{Endpoint, EntityDescriptor, KeyInfo, RsaKeyValue};
use samlkit_crypto::PublicKey;
use samlkit_dsig::TrustedKey;

use crate::{ConfigError, decode_form_value};

/// An identity provider that is trusted: its entity ID, and the keys it signs with.
#[derive(Clone, Debug)]
pub struct IdentityProvider {
    pub(crate) entity_id: String,
    pub(crate) keys: Vec<TrustedKey>,
    single_sign_on_services: Vec<Service>,
    single_logout_services: Vec<Service>,
    wants_signed_requests: bool,
}

/// An endpoint: where a binding is served.
#[derive(Clone, Debug)]
struct Service {
    binding: String,
    location: String,
    response_location: Option<String>,
}

impl From<&Endpoint> for Service {
    fn from(endpoint: &Endpoint) -> Self {
        Self {
            binding: endpoint.binding.clone(),
            location: endpoint.location.clone(),
            response_location: endpoint.response_location.clone(),
        }
    }
}

impl IdentityProvider {
    /// An identity provider by its entity ID and signing keys.
    ///
    /// # Errors
    ///
    /// [`ConfigError::EmptyEntityId`], [`ConfigError::TemplateEntityId`], [`ConfigError::NoSigningKey`].
    pub fn new(entity_id: impl Into<String>, keys: Vec<TrustedKey>) -> Result<Self, ConfigError> {
        let entity_id = entity_id.into();
        if entity_id.is_empty() {
            return Err(ConfigError::EmptyEntityId);
        }
        if entity_id.contains(['{', '}']) {
            return Err(ConfigError::TemplateEntityId);
        }
        if keys.is_empty() {
            return Err(ConfigError::NoSigningKey);
        }
        Ok(Self {
            entity_id,
            keys,
            single_sign_on_services: Vec::new(),
            single_logout_services: Vec::new(),
            wants_signed_requests: false,
        })
    }

    /// An identity provider by its metadata: the keys of its `IDPSSODescriptor`s for SAML 2.0 whose `use` is signing or absent
    /// (SAMLMeta §2.4.1.1). The keys of other roles are not its own to sign responses with.
    ///
    /// A key that cannot be used (malformed, of an unsupported kind, too small ever to be accepted) is passed over as long as
    /// another is left.
    ///
    /// # Errors
    ///
    /// [`ConfigError::MetadataExpired`], [`ConfigError::NoIdentityProvider`], and those of [`IdentityProvider::new`].
    pub fn from_metadata(entity: &EntityDescriptor, now: Timestamp) -> Result<Self, ConfigError> {
        if entity.is_expired(now) {
            return Err(ConfigError::MetadataExpired);
        }
        if entity.idp_sso_descriptor().is_none() {
            return Err(ConfigError::NoIdentityProvider);
        }
        let mut keys: Vec<TrustedKey> = Vec::new();
        let roles = entity
            .idp_sso_descriptors
            .iter()
            .filter(|role| role.sso.supports_saml2());
        for key in roles
            .flat_map(|role| role.sso.signing_keys())
            .flat_map(|key| keys_of(&key.key_info))
        {
            let known = |other: &TrustedKey| {
                other.public_key().thumbprint() == key.public_key().thumbprint()
            };
            if !keys.iter().any(known) {
                keys.push(key);
            }
        }
        let mut provider = Self::new(entity.entity_id.as_str(), keys)?;
        for role in entity
            .idp_sso_descriptors
            .iter()
            .filter(|role| role.sso.supports_saml2())
        {
            provider
                .single_sign_on_services
                .extend(role.single_sign_on_services.iter().map(Service::from));
            provider
                .single_logout_services
                .extend(role.sso.single_logout_services.iter().map(Service::from));
            provider.wants_signed_requests |= role.want_authn_requests_signed == Some(true);
        }
        Ok(provider)
    }

    /// Adds an endpoint of the single sign-on service; `binding` is one of [`samlkit_core::uri::binding`].
    #[must_use]
    pub fn with_single_sign_on_service(
        mut self,
        binding: impl Into<String>,
        location: impl Into<String>,
    ) -> Self {
        let (binding, location) = (binding.into(), location.into());
        self.single_sign_on_services.push(Service {
            binding,
            location,
            response_location: None,
        });
        self
    }

    /// Adds an endpoint of the single logout service.
    #[must_use]
    pub fn with_single_logout_service(
        mut self,
        binding: impl Into<String>,
        location: impl Into<String>,
    ) -> Self {
        let (binding, location) = (binding.into(), location.into());
        self.single_logout_services.push(Service {
            binding,
            location,
            response_location: None,
        });
        self
    }

    /// Where requests to sign on go by this binding: the first such endpoint.
    #[must_use]
    pub fn single_sign_on_service(&self, binding: &str) -> Option<&str> {
        let services = &self.single_sign_on_services;
        services
            .iter()
            .find(|service| service.binding == binding)
            .map(|service| service.location.as_str())
    }

    /// Where requests to log out go by this binding: the first such endpoint.
    #[must_use]
    pub fn single_logout_service(&self, binding: &str) -> Option<&str> {
        let services = &self.single_logout_services;
        services
            .iter()
            .find(|service| service.binding == binding)
            .map(|service| service.location.as_str())
    }

    /// Where answers to a request to log out go by this binding, which may be elsewhere (SAMLMeta §2.2.2).
    #[must_use]
    pub fn single_logout_response_location(&self, binding: &str) -> Option<&str> {
        let services = &self.single_logout_services;
        services
            .iter()
            .find(|service| service.binding == binding)
            .map(|service| {
                service
                    .response_location
                    .as_deref()
                    .unwrap_or(&service.location)
            })
    }

    /// Whether its metadata asks for signed requests (`WantAuthnRequestsSigned`).
    #[must_use]
    pub const fn wants_signed_requests(&self) -> bool {
        self.wants_signed_requests
    }

    /// The entity ID, which is the issuer of its messages.
    #[must_use]
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// The keys that it may sign with.
    #[must_use]
    pub fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }
}

/// The usable keys of a `ds:KeyInfo`: of its certificates, or of its key values where there is no certificate.
pub(crate) fn keys_of(key_info: &KeyInfo) -> Vec<TrustedKey> {
    let certificates = key_info
        .key_certificates()
        .into_iter()
        .filter_map(|certificate| TrustedKey::from_certificate(certificate.ok()?).ok());
    let mut keys: Vec<_> = certificates.collect();
    if key_info.certificates.is_empty() {
        let values = key_info.rsa_key_values.iter();
        keys.extend(values.filter_map(rsa_key).map(TrustedKey::from_public_key));
    }
    keys
}

fn rsa_key(value: &RsaKeyValue) -> Option<PublicKey> {
    let modulus = decode_form_value(&value.modulus).ok()?;
    let exponent = decode_form_value(&value.exponent).ok()?;
    PublicKey::from_rsa_components(&modulus, &exponent).ok()
}
