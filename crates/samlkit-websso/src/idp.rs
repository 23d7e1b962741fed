//! The identity provider's side of Web Browser SSO (SAMLProf §4.1): reading requests, issuing responses.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use samlkit_core::uri::nameid_format;
use samlkit_crypto::{AlgorithmPolicy, Certificate, Signer};
use samlkit_enc::Decryptor;
use samlkit_xml::Limits;

use crate::{ConfigError, LongRelayState, SignedParts};

mod issue;
mod relying_party;
mod request;
mod subject;

pub use issue::{Authentication, IssueError, Issued, Refusal};
pub use relying_party::RelyingParty;
pub use request::{AcceptedRequest, RefusedRequest};

/// Which requests must be signed. A signature that is there must verify in any case.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum RequiredRequestSignature {
    /// Those of service providers whose metadata says `AuthnRequestsSigned` (SAMLMeta §2.4.4).
    #[default]
    ByMetadata,
    /// All.
    Always,
}

/// Which requests an identity provider accepts. The defaults are the safe ones.
#[derive(Clone, Debug)]
pub struct RequestPolicy {
    clock_skew: Duration,
    max_age: Duration,
    required_signature: RequiredRequestSignature,
    algorithms: AlgorithmPolicy,
    limits: Limits,
    long_relay_state: LongRelayState,
}

impl Default for RequestPolicy {
    fn default() -> Self {
        Self {
            clock_skew: crate::Policy::DEFAULT_CLOCK_SKEW,
            max_age: Self::DEFAULT_MAX_AGE,
            required_signature: RequiredRequestSignature::default(),
            algorithms: AlgorithmPolicy::default(),
            limits: Limits::DEFAULT,
            long_relay_state: LongRelayState::default(),
        }
    }
}

impl RequestPolicy {
    /// How old a request may be: a user may have left the sign-in page open over lunch.
    pub const DEFAULT_MAX_AGE: Duration = Duration::from_secs(3600);

    /// The default policy.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how far the clocks may be apart, at most [`Policy::MOST_CLOCK_SKEW`](crate::Policy::MOST_CLOCK_SKEW). Default: a
    /// minute.
    #[must_use]
    pub fn with_clock_skew(mut self, skew: Duration) -> Self {
        self.clock_skew = skew.min(crate::Policy::MOST_CLOCK_SKEW);
        self
    }

    /// Sets how old a request may be by its `IssueInstant`. Default: [`RequestPolicy::DEFAULT_MAX_AGE`]; [`Duration::MAX`] is
    /// without end.
    #[must_use]
    pub const fn with_max_age(mut self, max_age: Duration) -> Self {
        self.max_age = max_age;
        self
    }

    /// Sets which requests must be signed. Default: [`RequiredRequestSignature::ByMetadata`].
    #[must_use]
    pub const fn with_required_signature(mut self, required: RequiredRequestSignature) -> Self {
        self.required_signature = required;
        self
    }

    /// Sets whether a received `RelayState` may be longer than 80 octets. Default: [`LongRelayState::Refuse`].
    #[must_use]
    pub const fn with_long_relay_state(mut self, long: LongRelayState) -> Self {
        self.long_relay_state = long;
        self
    }

    /// Sets the accepted algorithms and key sizes. Weaker sets come from [`samlkit_crypto::danger`].
    #[must_use]
    pub const fn with_algorithms(mut self, algorithms: AlgorithmPolicy) -> Self {
        self.algorithms = algorithms;
        self
    }

    /// Sets how large a request may be.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

/// In which form responses are written. What they say is the same.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum ResponseStyle {
    /// Prefixes throughout, identifiers of 160 random bits, `AuthnStatement` first.
    #[default]
    Standard,
    /// As Entra ID writes: assertions and signatures in default namespaces, identifiers in the form of a UUID,
    /// `AttributeStatement` first, the assertion's `ID` as `SessionIndex`.
    EntraLike,
}

/// How an identity provider issues responses.
#[derive(Clone, Debug)]
pub struct IssuePolicy {
    signed_parts: SignedParts,
    style: ResponseStyle,
    backdating: Duration,
    lifetime: Duration,
}

impl Default for IssuePolicy {
    fn default() -> Self {
        Self {
            signed_parts: SignedParts::Assertion,
            style: ResponseStyle::default(),
            backdating: Duration::from_secs(60),
            lifetime: Duration::from_secs(300),
        }
    }
}

impl IssuePolicy {
    /// A signed assertion that can be presented for five minutes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// As Entra ID issues: [`ResponseStyle::EntraLike`], valid from five minutes ago for an hour.
    #[must_use]
    pub fn entra_like() -> Self {
        Self::default()
            .with_style(ResponseStyle::EntraLike)
            .with_backdating(Duration::from_secs(300))
            .with_lifetime(Duration::from_secs(3600))
    }

    /// Sets what is signed. Default: the assertion. It is signed too where the service provider's metadata wants that.
    #[must_use]
    pub const fn with_signed_parts(mut self, parts: SignedParts) -> Self {
        self.signed_parts = parts;
        self
    }

    /// Sets the form. Default: [`ResponseStyle::Standard`].
    #[must_use]
    pub const fn with_style(mut self, style: ResponseStyle) -> Self {
        self.style = style;
        self
    }

    /// Sets how long before the present `NotBefore` of the conditions is, for clocks that are behind. Default: a minute.
    #[must_use]
    pub const fn with_backdating(mut self, backdating: Duration) -> Self {
        self.backdating = backdating;
        self
    }

    /// Sets how long the assertion can be presented: `NotOnOrAfter` of the conditions and of the bearer confirmation. Default:
    /// five minutes.
    #[must_use]
    pub const fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }
}

/// The identity provider's role: who it is, whom it answers to, what it accepts and how it issues.
///
/// It has no state that changes, reads no clock and does no I/O. Authenticating the user between the two steps is the
/// application's part.
///
/// | step | | |
/// |---|---|---|
/// | 1 | [`accept_request`](Self::accept_request) | a request by Redirect or POST to an [`AcceptedRequest`] |
/// | 2 | [`issue`](Self::issue), [`refuse`](Self::refuse) | a response in a [`PostForm`](crate::PostForm) |
/// | or | [`issue_unsolicited`](Self::issue_unsolicited) | a response that nobody asked for (SAMLProf §4.1.5) |
#[derive(Clone)]
pub struct IdentityProviderRole {
    pub(crate) entity_id: String,
    sso_urls: Vec<String>,
    pub(crate) signer: Arc<dyn Signer>,
    pub(crate) certificate: Option<Certificate>,
    pub(crate) relying_parties: Vec<RelyingParty>,
    name_id_formats: Vec<String>,
    request_policy: RequestPolicy,
    issue_policy: IssuePolicy,
    decryptor: Option<Arc<dyn Decryptor>>,
}

impl IdentityProviderRole {
    /// An identity provider with this entity ID, that receives requests at `sso_url` and signs with `signer`.
    ///
    /// It answers to nobody until [`with_relying_party`](Self::with_relying_party).
    ///
    /// # Errors
    ///
    /// [`ConfigError::EmptyEntityId`], [`ConfigError::EmptyUrl`].
    pub fn new(
        entity_id: impl Into<String>,
        sso_url: impl Into<String>,
        signer: impl Signer + 'static,
    ) -> Result<Self, ConfigError> {
        let (entity_id, sso_url) = (entity_id.into(), sso_url.into());
        if entity_id.is_empty() {
            return Err(ConfigError::EmptyEntityId);
        }
        if sso_url.is_empty() {
            return Err(ConfigError::EmptyUrl);
        }
        Ok(Self {
            entity_id,
            sso_urls: vec![sso_url],
            signer: Arc::new(signer),
            certificate: None,
            relying_parties: Vec::new(),
            name_id_formats: [
                nameid_format::EMAIL_ADDRESS,
                nameid_format::PERSISTENT,
                nameid_format::TRANSIENT,
            ]
            .map(str::to_owned)
            .to_vec(),
            request_policy: RequestPolicy::default(),
            issue_policy: IssuePolicy::default(),
            decryptor: None,
        })
    }

    /// Adds an endpoint at which requests are received, for another binding.
    #[must_use]
    pub fn with_sso_url(mut self, url: impl Into<String>) -> Self {
        self.sso_urls.push(url.into());
        self
    }

    /// Puts the signer's certificate into the signatures.
    #[must_use]
    pub fn with_certificate(mut self, certificate: Certificate) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// Answers to another service provider.
    ///
    /// # Errors
    ///
    /// [`ConfigError::DuplicateEntityId`].
    pub fn with_relying_party(mut self, party: RelyingParty) -> Result<Self, ConfigError> {
        if self.relying_party(&party.entity_id).is_some() {
            return Err(ConfigError::DuplicateEntityId);
        }
        self.relying_parties.push(party);
        Ok(self)
    }

    /// Sets the formats of name identifiers that are issued when asked for. Default: email address, persistent, transient. No
    /// format, which is unspecified, is always possible.
    #[must_use]
    pub fn with_name_id_formats<T: Into<String>>(
        mut self,
        formats: impl IntoIterator<Item = T>,
    ) -> Self {
        self.name_id_formats = formats.into_iter().map(Into::into).collect();
        self
    }

    /// Sets which requests are accepted.
    #[must_use]
    pub fn with_request_policy(mut self, policy: RequestPolicy) -> Self {
        self.request_policy = policy;
        self
    }

    /// Sets how responses are issued.
    #[must_use]
    pub fn with_issue_policy(mut self, policy: IssuePolicy) -> Self {
        self.issue_policy = policy;
        self
    }

    /// Sets what decrypts the subjects of requests. Without it, encrypted ones are refused.
    #[must_use]
    pub fn with_decryptor(mut self, decryptor: impl Decryptor + 'static) -> Self {
        self.decryptor = Some(Arc::new(decryptor));
        self
    }

    /// The entity ID, which is the issuer of its responses.
    #[must_use]
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// The service provider with this entity ID, if it is one that is answered to.
    #[must_use]
    pub fn relying_party(&self, entity_id: &str) -> Option<&RelyingParty> {
        self.relying_parties
            .iter()
            .find(|party| party.entity_id == entity_id)
    }
}

impl fmt::Debug for IdentityProviderRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityProviderRole")
            .field("entity_id", &self.entity_id)
            .field("sso_urls", &self.sso_urls)
            .field("relying_parties", &self.relying_parties)
            .field("request_policy", &self.request_policy)
            .field("issue_policy", &self.issue_policy)
            .finish_non_exhaustive()
    }
}
