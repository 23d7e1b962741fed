use samlkit_core::Timestamp;
use samlkit_core::metadata::{Endpoint, EntityDescriptor, IndexedEndpoint};
use samlkit_core::uri::binding;
use samlkit_crypto::BlockEncryption;
use samlkit_dsig::TrustedKey;
use samlkit_enc::{Encryptor, Recipient};

use crate::ConfigError;
use crate::identity_provider::keys_of;

/// A service provider that an identity provider answers to: its entity ID, where its responses go, and its keys.
///
/// Responses go to the endpoints that are registered here and nowhere else (SAMLProf §4.1.4.1).
#[derive(Clone, Debug)]
pub struct RelyingParty {
    pub(crate) entity_id: String,
    pub(super) services: Vec<ConsumerService>,
    pub(super) default: usize,
    pub(crate) keys: Vec<TrustedKey>,
    pub(super) signs_requests: bool,
    pub(super) wants_assertions_signed: bool,
    recipient: Option<Recipient>,
    pub(super) encryptor: Option<Encryptor>,
    pub(crate) logout_services: Vec<Endpoint>,
}

/// An assertion consumer service for HTTP-POST.
#[derive(Clone, Debug)]
pub(super) struct ConsumerService {
    pub(super) url: String,
    pub(super) index: Option<u16>,
}

impl RelyingParty {
    /// A service provider by its entity ID and its one assertion consumer service, for HTTP-POST.
    ///
    /// ```
    /// use samlkit_websso::{ConfigError, RelyingParty};
    ///
    /// let party = RelyingParty::new("https://sp.example/", "https://sp.example/acs")?;
    /// assert_eq!(party.acs_url(), "https://sp.example/acs");
    /// assert_eq!(RelyingParty::new("https://sp.example/", "").unwrap_err(), ConfigError::EmptyUrl);
    /// # Ok::<(), ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError::EmptyEntityId`], [`ConfigError::EmptyUrl`].
    pub fn new(
        entity_id: impl Into<String>,
        acs_url: impl Into<String>,
    ) -> Result<Self, ConfigError> {
        let (entity_id, url) = (entity_id.into(), acs_url.into());
        if entity_id.is_empty() {
            return Err(ConfigError::EmptyEntityId);
        }
        if url.is_empty() {
            return Err(ConfigError::EmptyUrl);
        }
        Ok(Self {
            entity_id,
            services: vec![ConsumerService { url, index: None }],
            default: 0,
            keys: Vec::new(),
            signs_requests: false,
            wants_assertions_signed: false,
            recipient: None,
            encryptor: None,
            logout_services: Vec::new(),
        })
    }

    /// A service provider by its metadata: of its first `SPSSODescriptor` for SAML 2.0 the assertion consumer services for
    /// HTTP-POST, the keys, `AuthnRequestsSigned`, `WantAssertionsSigned` and the single logout services (SAMLMeta §2.4.4).
    ///
    /// A key that cannot be used is passed over; where none is left, what is signed is refused.
    ///
    /// # Errors
    ///
    /// [`ConfigError::MetadataExpired`], [`ConfigError::NoServiceProvider`], [`ConfigError::NoAssertionConsumerService`],
    /// [`ConfigError::DuplicateIndex`], and those of [`RelyingParty::new`].
    pub fn from_metadata(entity: &EntityDescriptor, now: Timestamp) -> Result<Self, ConfigError> {
        let role = entity
            .sp_sso_descriptor()
            .ok_or(ConfigError::NoServiceProvider)?;
        let expired = role.sso.valid_until.is_some_and(|until| now >= until);
        if entity.is_expired(now) || expired {
            return Err(ConfigError::MetadataExpired);
        }
        let posts: Vec<IndexedEndpoint> = role
            .assertion_consumer_services
            .iter()
            .filter(|service| service.endpoint.binding == binding::HTTP_POST)
            .cloned()
            .collect();
        let default =
            IndexedEndpoint::default_of(&posts).ok_or(ConfigError::NoAssertionConsumerService)?;
        let mut party = Self::new(entity.entity_id.as_str(), &*default.endpoint.location)?;
        party.default = posts
            .iter()
            .position(|service| core::ptr::eq(service, default))
            .unwrap_or_default();
        party.services.clear();
        for service in &posts {
            party = party.with_acs(&*service.endpoint.location, service.index)?;
        }
        for key in role.sso.signing_keys() {
            party.keys.extend(keys_of(&key.key_info));
        }
        party.recipient = role
            .sso
            .encryption_keys()
            .flat_map(|key| keys_of(&key.key_info))
            .find_map(|key| {
                let recipient = match key.certificate() {
                    Some(certificate) => Recipient::from_certificate(certificate.clone()).ok()?,
                    None => Recipient::from_public_key(key.public_key().clone()),
                };
                Some(recipient.with_name(&entity.entity_id))
            });
        party.signs_requests = role.authn_requests_signed == Some(true);
        party.wants_assertions_signed = role.want_assertions_signed == Some(true);
        party
            .logout_services
            .clone_from(&role.sso.single_logout_services);
        Ok(party)
    }

    /// Registers another assertion consumer service for HTTP-POST, which requests can name by URL or by `index`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::EmptyUrl`], [`ConfigError::DuplicateIndex`].
    pub fn with_acs(mut self, url: impl Into<String>, index: u16) -> Result<Self, ConfigError> {
        let url = url.into();
        if url.is_empty() {
            return Err(ConfigError::EmptyUrl);
        }
        if self.services.iter().any(|acs| acs.index == Some(index)) {
            return Err(ConfigError::DuplicateIndex);
        }
        let index = Some(index);
        self.services.push(ConsumerService { url, index });
        Ok(self)
    }

    /// Adds keys that its requests and logout messages may be signed with.
    #[must_use]
    pub fn with_keys(mut self, keys: impl IntoIterator<Item = TrustedKey>) -> Self {
        self.keys.extend(keys);
        self
    }

    /// Has its requests refused where they are not signed, as `AuthnRequestsSigned` in its metadata does.
    #[must_use]
    pub const fn with_signed_requests(mut self) -> Self {
        self.signs_requests = true;
        self
    }

    /// Has assertions for it signed themselves, whatever else is, as `WantAssertionsSigned` in its metadata does.
    #[must_use]
    pub const fn with_signed_assertions(mut self) -> Self {
        self.wants_assertions_signed = true;
        self
    }

    /// Has assertions for it encrypted by `encryptor`.
    #[must_use]
    pub fn with_encryptor(mut self, encryptor: Encryptor) -> Self {
        self.encryptor = Some(encryptor);
        self
    }

    /// Has assertions for it encrypted with the first usable encryption key of its metadata.
    ///
    /// # Errors
    ///
    /// [`ConfigError::NoEncryptionKey`]: nothing is sent in the clear that was to be encrypted.
    pub fn with_encryption(mut self, algorithm: BlockEncryption) -> Result<Self, ConfigError> {
        let recipient = self.recipient.clone().ok_or(ConfigError::NoEncryptionKey)?;
        self.encryptor = Some(Encryptor::new(recipient).with_algorithm(algorithm));
        Ok(self)
    }

    /// Adds an endpoint of its single logout service.
    #[must_use]
    pub fn with_single_logout_service(mut self, endpoint: Endpoint) -> Self {
        self.logout_services.push(endpoint);
        self
    }

    /// The entity ID.
    #[must_use]
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// The assertion consumer service that responses go to where no other is asked for.
    #[must_use]
    pub fn acs_url(&self) -> &str {
        self.services
            .get(self.default)
            .map(|service| service.url.as_str())
            .unwrap_or_default()
    }

    /// The registered endpoint with this URL.
    pub(super) fn registered(&self, url: &str) -> Option<&str> {
        let mut urls = self.services.iter().map(|service| service.url.as_str());
        urls.find(|&registered| registered == url)
    }

    /// The keys that it may sign with.
    #[must_use]
    pub fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }

    /// Whether assertions for it are encrypted.
    #[must_use]
    pub const fn encrypts(&self) -> bool {
        self.encryptor.is_some()
    }
}
