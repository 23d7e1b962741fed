use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use samlkit_core::ns;
use samlkit_crypto::AlgorithmPolicy;
use samlkit_enc::Decryptor;
use samlkit_xml::Limits;
use thiserror::Error as ThisError;

use crate::IdentityProvider;

/// What is wrong with a configuration.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, ThisError)]
pub enum ConfigError {
    /// An entity ID is empty.
    #[error("an entity ID is empty")]
    EmptyEntityId,
    /// An assertion consumer service URL is empty.
    #[error("an assertion consumer service URL is empty")]
    EmptyUrl,
    /// An identity provider without a usable signing key.
    #[error("the identity provider has no usable signing key")]
    NoSigningKey,
    /// The metadata has no identity provider role for SAML 2.0.
    #[error("the metadata describes no SAML 2.0 identity provider")]
    NoIdentityProvider,
    /// A service provider that trusts no identity provider.
    #[error("no identity provider is trusted")]
    NothingTrusted,
    /// Two identity providers with the same entity ID.
    #[error("two identity providers have the same entity ID")]
    DuplicateEntityId,
    /// The metadata is past its `validUntil` (SAMLMeta §2.3.2).
    #[error("the metadata is no longer valid")]
    MetadataExpired,
    /// The metadata's entity ID has a placeholder in it, as Entra's common metadata does: any tenant would match.
    #[error("the entity ID is a template, not an identity provider")]
    TemplateEntityId,
    /// The metadata has no service provider role for SAML 2.0.
    #[error("the metadata describes no SAML 2.0 service provider")]
    NoServiceProvider,
    /// A service provider without an assertion consumer service for HTTP-POST, the only binding that responses are sent by.
    #[error("the service provider has no assertion consumer service for HTTP-POST")]
    NoAssertionConsumerService,
    /// Two assertion consumer services of a service provider with the same index (SAMLMeta §2.2.3).
    #[error("two assertion consumer services have the same index")]
    DuplicateIndex,
    /// Assertions are to be encrypted for a service provider of which no encryption key is known.
    #[error("the service provider has no usable encryption key")]
    NoEncryptionKey,
}

/// What must be signed.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum RequiredSignature {
    /// The assertion or the response around it (SAMLProf §4.1.3.5).
    #[default]
    AssertionOrResponse,
    /// The response.
    Response,
    /// The assertion itself, whatever else is signed.
    Assertion,
}

/// What must be encrypted. Encryption keeps the browser and what it runs from reading the assertion; it proves nothing about
/// who wrote it, and takes the place of no signature.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum RequiredEncryption {
    /// Nothing: what is encrypted is decrypted.
    #[default]
    Nothing,
    /// The assertion (SAMLCore §2.3.4).
    Assertion,
}

/// Whether content that is encrypted in CBC mode is decrypted. GCM always is.
///
/// CBC does not notice a change. Under a signature nobody can make one; without, whoever can tell what became of a changed message,
/// by its time if by nothing else, can decrypt a stolen one by asking.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum CbcEncryption {
    /// It is: AD FS, Entra ID and Okta send AES-256-CBC, mostly in a response that is not signed itself. Every failure looks the
    /// same and costs about the same.
    #[default]
    Accept,
    /// Where a signature that was verified covers the ciphertext: that of the response, or that of the assertion around a part.
    UnderSignature,
    /// It is not.
    Refuse,
}

/// What a service provider accepts beyond its identity. The defaults are the safe ones.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) clock_skew: Duration,
    pub(crate) algorithms: AlgorithmPolicy,
    pub(crate) required_signature: RequiredSignature,
    pub(crate) required_encryption: RequiredEncryption,
    pub(crate) cbc: CbcEncryption,
    pub(crate) limits: Limits,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            clock_skew: Self::DEFAULT_CLOCK_SKEW,
            algorithms: AlgorithmPolicy::default(),
            required_signature: RequiredSignature::default(),
            required_encryption: RequiredEncryption::default(),
            cbc: CbcEncryption::default(),
            limits: Self::DEFAULT_LIMITS,
        }
    }
}

impl Policy {
    /// How far two clocks may be apart by default. Synchronised clocks are within a second; a minute forgives a lost server.
    pub const DEFAULT_CLOCK_SKEW: Duration = Duration::from_secs(60);
    /// The largest clock skew that can be set. More would keep stolen messages usable.
    pub const MOST_CLOCK_SKEW: Duration = Duration::from_secs(600);

    /// How large a message may be by default: 4 MiB, some ten thousand groups. It is what anyone may make a server parse.
    pub const DEFAULT_LIMITS: Limits = Limits::DEFAULT.with_bytes(4 << 20);

    /// The default policy.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how far the clocks may be apart, at most [`Policy::MOST_CLOCK_SKEW`]. Applied to every time bound, on both sides.
    #[must_use]
    pub fn with_clock_skew(mut self, skew: Duration) -> Self {
        self.clock_skew = skew.min(Self::MOST_CLOCK_SKEW);
        self
    }

    /// Sets the accepted algorithms and key sizes. Weaker sets come from [`samlkit_crypto::danger`].
    #[must_use]
    pub const fn with_algorithms(mut self, algorithms: AlgorithmPolicy) -> Self {
        self.algorithms = algorithms;
        self
    }

    /// Sets what must be signed.
    #[must_use]
    pub const fn with_required_signature(mut self, required: RequiredSignature) -> Self {
        self.required_signature = required;
        self
    }

    /// Sets what must be encrypted. Default: [`RequiredEncryption::Nothing`].
    #[must_use]
    pub const fn with_required_encryption(mut self, required: RequiredEncryption) -> Self {
        self.required_encryption = required;
        self
    }

    /// Sets whether CBC mode is decrypted. Default: [`CbcEncryption::Accept`].
    #[must_use]
    pub const fn with_cbc(mut self, cbc: CbcEncryption) -> Self {
        self.cbc = cbc;
        self
    }

    /// Sets how large a message may be. Default: [`Policy::DEFAULT_LIMITS`].
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

/// A service provider: who it is, whom it trusts, and what it accepts.
///
/// It has no state that changes; one value serves every thread. [`ServiceProvider::accept`] is the way in.
#[derive(Clone)]
pub struct ServiceProvider {
    pub(crate) entity_id: String,
    pub(crate) acs_url: String,
    pub(crate) identity_providers: Vec<IdentityProvider>,
    pub(crate) policy: Policy,
    pub(crate) decryptor: Option<Arc<dyn Decryptor>>,
}

impl ServiceProvider {
    /// A service provider with this entity ID that receives responses at `acs_url` and trusts `identity_provider`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::EmptyEntityId`], [`ConfigError::EmptyUrl`].
    pub fn new(
        entity_id: impl Into<String>,
        acs_url: impl Into<String>,
        identity_provider: IdentityProvider,
    ) -> Result<Self, ConfigError> {
        let (entity_id, acs_url) = (entity_id.into(), acs_url.into());
        if entity_id.is_empty() {
            return Err(ConfigError::EmptyEntityId);
        }
        if acs_url.is_empty() {
            return Err(ConfigError::EmptyUrl);
        }
        Ok(Self {
            entity_id,
            acs_url,
            identity_providers: vec![identity_provider],
            policy: Policy::default(),
            decryptor: None,
        })
    }

    /// Trusts another identity provider too.
    ///
    /// # Errors
    ///
    /// [`ConfigError::DuplicateEntityId`] if one with the same entity ID is trusted already.
    pub fn with_identity_provider(
        mut self,
        identity_provider: IdentityProvider,
    ) -> Result<Self, ConfigError> {
        if self
            .identity_provider(&identity_provider.entity_id)
            .is_some()
        {
            return Err(ConfigError::DuplicateEntityId);
        }
        self.identity_providers.push(identity_provider);
        Ok(self)
    }

    /// Sets the policy.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets what decrypts encrypted assertions, name identifiers and attributes: a [`DecryptionKey`](samlkit_enc::DecryptionKey), several in a `Vec` while keys are
    /// rolled over, or an HSM. Without one, whatever is encrypted is refused.
    #[must_use]
    pub fn with_decryptor(mut self, decryptor: impl Decryptor + 'static) -> Self {
        self.decryptor = Some(Arc::new(decryptor));
        self
    }

    /// The entity ID, which is the audience of assertions meant for this service provider.
    #[must_use]
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// The assertion consumer service URL, which is the recipient and destination of responses.
    #[must_use]
    pub fn acs_url(&self) -> &str {
        &self.acs_url
    }

    /// The trusted identity provider with this entity ID.
    #[must_use]
    pub fn identity_provider(&self, entity_id: &str) -> Option<&IdentityProvider> {
        self.identity_providers
            .iter()
            .find(|provider| provider.entity_id == entity_id)
    }
}

impl fmt::Debug for ServiceProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceProvider")
            .field("entity_id", &self.entity_id)
            .field("acs_url", &self.acs_url)
            .field("identity_providers", &self.identity_providers)
            .field("policy", &self.policy)
            .field("decrypts", &self.decryptor.is_some())
            .finish()
    }
}

/// Which sign-on a response may answer.
///
/// A response names the request that it answers; one that names none is *unsolicited* (SAMLProf §4.1.5): the identity provider
/// started it, or an attacker did with his own account. Nothing is accepted unless it is said here.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Expected<'a> {
    pub(crate) request_id: Option<&'a str>,
    pub(crate) unsolicited: bool,
    pub(crate) issuer: Option<&'a str>,
}

impl<'a> Expected<'a> {
    /// No sign-on is expected: every response is refused.
    #[must_use]
    pub const fn nothing() -> Self {
        Self {
            request_id: None,
            unsolicited: false,
            issuer: None,
        }
    }

    /// The answer to the request with this ID, kept from when the sign-on was started.
    #[must_use]
    pub const fn answer_to(request_id: &'a str) -> Self {
        Self {
            request_id: Some(request_id),
            unsolicited: false,
            issuer: None,
        }
    }

    /// A sign-on that the identity provider started.
    #[must_use]
    pub const fn unsolicited() -> Self {
        Self {
            request_id: None,
            unsolicited: true,
            issuer: None,
        }
    }

    /// Accepts an unsolicited response as well.
    #[must_use]
    pub const fn or_unsolicited(mut self) -> Self {
        self.unsolicited = true;
        self
    }

    /// Accepts responses of this identity provider only: the one that the request was sent to. With several identity providers
    /// this stops one from answering for another.
    #[must_use]
    pub const fn from_issuer(mut self, entity_id: &'a str) -> Self {
        self.issuer = Some(entity_id);
        self
    }
}

/// Namespace names that acceptance looks for.
pub(crate) const SAML: &str = ns::SAML;
pub(crate) const SAMLP: &str = ns::SAMLP;
