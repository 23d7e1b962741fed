//! Single logout (SAMLProf §4.4), for both roles.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use samlkit_core::metadata::Endpoint;
use samlkit_core::uri::binding;
use samlkit_crypto::{AlgorithmPolicy, Certificate, Signer};
use samlkit_dsig::TrustedKey;
use samlkit_enc::{Decryptor, Encryptor};
use samlkit_xml::Limits;

use crate::{
    CbcEncryption, ConfigError, IdentityProvider, IdentityProviderRole, LongRelayState,
    RelyingParty, ServiceProvider,
};

mod accept;
mod identifier;
mod send;
mod session;

pub use accept::{AcceptedLogoutRequest, AcceptedLogoutResponse, LogoutOutcome};
pub use send::{LogoutAnswer, LogoutError, LogoutStart, PendingLogout};
pub use session::{MatchedBy, SessionReference, SubjectMatch};

/// Whether messages without a signature pass (SAMLProf §4.4.4.1 asks for one).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Unsigned {
    /// They do not.
    #[default]
    Refuse,
    /// They do: anybody who knows a user's name can then end that user's sessions. A name that is encrypted in CBC mode is
    /// refused in them all the same: who can change it and see which of the changed ones pass decrypts by asking.
    Accept,
}

/// Whether a signed message may leave out its `Destination` (SAMLBind §3.4.5.2, §3.5.5.2 forbid it).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum MissingDestination {
    /// It may not.
    #[default]
    Refuse,
    /// It may: what was signed for another endpoint of the same receiver is taken too.
    Accept,
}

/// What is accepted and sent in single logout. The defaults are the safe ones.
#[derive(Clone, Debug)]
pub struct LogoutPolicy {
    clock_skew: Duration,
    max_age: Duration,
    requests: Unsigned,
    responses: Unsigned,
    sent: Unsigned,
    algorithms: AlgorithmPolicy,
    limits: Limits,
    long_relay_state: LongRelayState,
}

impl Default for LogoutPolicy {
    fn default() -> Self {
        Self {
            clock_skew: crate::Policy::DEFAULT_CLOCK_SKEW,
            max_age: Self::DEFAULT_MAX_AGE,
            requests: Unsigned::Refuse,
            responses: Unsigned::Refuse,
            sent: Unsigned::Refuse,
            algorithms: AlgorithmPolicy::default(),
            limits: Limits::DEFAULT,
            long_relay_state: LongRelayState::default(),
        }
    }
}

impl LogoutPolicy {
    /// How old a message may be: nobody has to read or type anything between sending and receiving.
    pub const DEFAULT_MAX_AGE: Duration = Duration::from_secs(600);

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

    /// Sets how old a message may be by its `IssueInstant`. Default: [`LogoutPolicy::DEFAULT_MAX_AGE`]; [`Duration::MAX`] is
    /// without end.
    #[must_use]
    pub const fn with_max_age(mut self, max_age: Duration) -> Self {
        self.max_age = max_age;
        self
    }

    /// Sets whether unsigned requests are acted on. Default: [`Unsigned::Refuse`].
    #[must_use]
    pub const fn with_unsigned_requests(mut self, requests: Unsigned) -> Self {
        self.requests = requests;
        self
    }

    /// Sets whether unsigned responses are believed. Default: [`Unsigned::Refuse`].
    #[must_use]
    pub const fn with_unsigned_responses(mut self, responses: Unsigned) -> Self {
        self.responses = responses;
        self
    }

    /// Sets whether messages are sent unsigned where there is no signer. Default: [`Unsigned::Refuse`].
    #[must_use]
    pub const fn with_unsigned_sending(mut self, sent: Unsigned) -> Self {
        self.sent = sent;
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

    /// Sets how large a message may be.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

/// The other side of a logout: whose messages are taken, by which keys, and where answers go.
///
/// It comes of an [`IdentityProvider`] or a [`RelyingParty`].
#[derive(Clone, Debug)]
pub struct LogoutPeer {
    entity_id: String,
    alternative_issuers: Vec<String>,
    keys: Vec<TrustedKey>,
    services: Vec<Endpoint>,
    missing_destination: MissingDestination,
    subject_match: SubjectMatch,
    encryptor: Option<Encryptor>,
}

impl LogoutPeer {
    fn new(entity_id: &str, keys: &[TrustedKey], services: Vec<Endpoint>) -> Self {
        Self {
            entity_id: entity_id.to_owned(),
            alternative_issuers: Vec::new(),
            keys: keys.to_vec(),
            services,
            missing_destination: MissingDestination::default(),
            subject_match: SubjectMatch::default(),
            encryptor: None,
        }
    }

    /// Takes logout messages under this issuer too. Entra ID issues assertions as `https://sts.windows.net/<tenant>/`, and is
    /// documented to answer logouts as `https://login.microsoftonline.com/<tenant>/`. The keys are the same, and which issuer it
    /// was is told.
    #[must_use]
    pub fn with_alternative_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.alternative_issuers.push(issuer.into());
        self
    }

    /// Sets whether its signed messages may leave out `Destination`. Default: [`MissingDestination::Refuse`].
    #[must_use]
    pub const fn with_missing_destination(mut self, rule: MissingDestination) -> Self {
        self.missing_destination = rule;
        self
    }

    /// Sets which sessions its requests mean. Default: [`SubjectMatch::SessionIndexFirst`].
    #[must_use]
    pub const fn with_subject_match(mut self, rule: SubjectMatch) -> Self {
        self.subject_match = rule;
        self
    }

    /// Has users named to it in an `EncryptedID` (SAMLCore §2.2.4): a query string is kept in logs and histories. Default: in the
    /// clear, which all peers understand.
    #[must_use]
    pub fn with_encryptor(mut self, encryptor: Encryptor) -> Self {
        self.encryptor = Some(encryptor);
        self
    }

    /// Adds an endpoint of its single logout service.
    #[must_use]
    pub fn with_single_logout_service(mut self, endpoint: Endpoint) -> Self {
        self.services.push(endpoint);
        self
    }

    /// The entity ID.
    #[must_use]
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    fn is_issuer(&self, issuer: &str) -> bool {
        self.entity_id == issuer || self.alternative_issuers.iter().any(|name| name == issuer)
    }
}

impl From<&IdentityProvider> for LogoutPeer {
    fn from(provider: &IdentityProvider) -> Self {
        let services = [binding::HTTP_REDIRECT, binding::HTTP_POST]
            .into_iter()
            .filter_map(|uri| {
                let mut endpoint = Endpoint::new(uri, provider.single_logout_service(uri)?);
                endpoint.response_location = provider
                    .single_logout_response_location(uri)
                    .map(str::to_owned);
                Some(endpoint)
            })
            .collect();
        Self::new(provider.entity_id(), provider.keys(), services)
    }
}

impl From<&RelyingParty> for LogoutPeer {
    fn from(party: &RelyingParty) -> Self {
        Self::new(&party.entity_id, &party.keys, party.logout_services.clone())
    }
}

/// A participant in single logout, in either role.
///
/// It has no state that changes, reads no clock and does no I/O. Ending sessions is the application's part.
///
/// | who starts | here | there | then |
/// |---|---|---|---|
/// | this side | [`start`](Self::start) | | [`accept_response`](Self::accept_response) |
/// | the other | [`accept_request`](Self::accept_request) | [`AcceptedLogoutRequest::sessions`] | [`answer`](Self::answer) |
///
/// An identity provider that logs a user out everywhere starts one logout for each of its sessions with service providers, and
/// answers who asked when all have answered.
#[derive(Clone)]
pub struct SingleLogout {
    entity_id: String,
    urls: Vec<String>,
    signer: Option<Arc<dyn Signer>>,
    certificate: Option<Certificate>,
    peers: Vec<LogoutPeer>,
    policy: LogoutPolicy,
    decryptor: Option<Arc<dyn Decryptor>>,
    cbc: CbcEncryption,
}

impl SingleLogout {
    /// A participant with this entity ID, that receives logout messages at `url`. It has no peers and no signer.
    ///
    /// # Errors
    ///
    /// [`ConfigError::EmptyEntityId`], [`ConfigError::EmptyUrl`].
    pub fn new(entity_id: impl Into<String>, url: impl Into<String>) -> Result<Self, ConfigError> {
        let (entity_id, url) = (entity_id.into(), url.into());
        if entity_id.is_empty() {
            return Err(ConfigError::EmptyEntityId);
        }
        if url.is_empty() {
            return Err(ConfigError::EmptyUrl);
        }
        Ok(Self {
            entity_id,
            urls: vec![url],
            signer: None,
            certificate: None,
            peers: Vec::new(),
            policy: LogoutPolicy::default(),
            decryptor: None,
            cbc: CbcEncryption::default(),
        })
    }

    /// The logout of a service provider, with all of its identity providers, its decryptor and what it decrypts.
    ///
    /// # Errors
    ///
    /// [`ConfigError::EmptyUrl`].
    pub fn of_service_provider(
        provider: &ServiceProvider,
        url: impl Into<String>,
    ) -> Result<Self, ConfigError> {
        let mut logout = Self::new(provider.entity_id(), url)?;
        logout.peers = provider
            .identity_providers
            .iter()
            .map(LogoutPeer::from)
            .collect();
        logout.decryptor.clone_from(&provider.decryptor);
        logout.cbc = provider.policy.cbc;
        Ok(logout)
    }

    /// The logout of an identity provider, with all of its service providers and its signer.
    ///
    /// # Errors
    ///
    /// [`ConfigError::EmptyUrl`].
    pub fn of_identity_provider(
        role: &IdentityProviderRole,
        url: impl Into<String>,
    ) -> Result<Self, ConfigError> {
        let mut logout = Self::new(role.entity_id(), url)?;
        logout.signer = Some(Arc::clone(&role.signer));
        logout.certificate.clone_from(&role.certificate);
        logout.peers = role.relying_parties.iter().map(LogoutPeer::from).collect();
        Ok(logout)
    }

    /// Adds an endpoint at which logout messages are received, for another binding.
    #[must_use]
    pub fn with_url(mut self, url: impl Into<String>) -> Self {
        self.urls.push(url.into());
        self
    }

    /// Signs what is sent; `certificate` goes into the signature of posted messages.
    #[must_use]
    pub fn with_signer(
        mut self,
        signer: impl Signer + 'static,
        certificate: Option<Certificate>,
    ) -> Self {
        self.signer = Some(Arc::new(signer));
        self.certificate = certificate;
        self
    }

    /// Sets what decrypts the subjects of requests. Without it, encrypted ones are refused.
    #[must_use]
    pub fn with_decryptor(mut self, decryptor: impl Decryptor + 'static) -> Self {
        self.decryptor = Some(Arc::new(decryptor));
        self
    }

    /// Sets whether subjects in CBC mode are decrypted. Default: that of the service provider, or [`CbcEncryption::Accept`]; in
    /// requests that are not signed they never are.
    #[must_use]
    pub const fn with_cbc(mut self, cbc: CbcEncryption) -> Self {
        self.cbc = cbc;
        self
    }

    /// Takes part with `peer`, in place of one with the same entity ID.
    ///
    /// # Errors
    ///
    /// [`ConfigError::DuplicateEntityId`] if one of its issuers is another peer's.
    pub fn with_peer(mut self, peer: LogoutPeer) -> Result<Self, ConfigError> {
        self.peers.retain(|other| other.entity_id != peer.entity_id);
        let taken = self.peers.iter().any(|other| {
            other.is_issuer(&peer.entity_id)
                || peer.is_issuer(&other.entity_id)
                || peer
                    .alternative_issuers
                    .iter()
                    .any(|issuer| other.is_issuer(issuer))
        });
        if taken {
            return Err(ConfigError::DuplicateEntityId);
        }
        self.peers.push(peer);
        Ok(self)
    }

    /// Sets the policy.
    #[must_use]
    pub fn with_policy(mut self, policy: LogoutPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// The peer with this entity ID.
    #[must_use]
    pub fn peer(&self, entity_id: &str) -> Option<&LogoutPeer> {
        self.peers.iter().find(|peer| peer.entity_id == entity_id)
    }
}

impl fmt::Debug for SingleLogout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SingleLogout")
            .field("entity_id", &self.entity_id)
            .field("urls", &self.urls)
            .field("signs", &self.signer.is_some())
            .field("decrypts", &self.decryptor.is_some())
            .field("peers", &self.peers)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
