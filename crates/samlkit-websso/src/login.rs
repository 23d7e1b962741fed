//! Starting a sign-on (SAMLProf §4.1.3).

use core::fmt;
use core::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use samlkit_core::Timestamp;
use samlkit_core::uri::binding;
use samlkit_core::write::{
    AssertionConsumerService, AuthnRequest, Error as WriteError, Id, NameIdPolicy,
    RequestedAuthnContext,
};
use samlkit_crypto::{Certificate, Randomness, RandomnessError, Signer};
use samlkit_dsig::sign;
use samlkit_xml::Document;
use thiserror::Error as ThisError;

use crate::id::fresh_id;
use crate::{
    Expected, IdentityProvider, Parameter, PostForm, RedirectError, RelayState, ServiceProvider,
    redirect_url,
};

/// How a request travels.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum RequestBinding {
    /// HTTP-Redirect (SAMLBind §3.4): signed in the query.
    #[default]
    Redirect,
    /// HTTP-POST (SAMLBind §3.5): signed in the message.
    Post,
}

impl RequestBinding {
    /// The binding's identifier.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Redirect => binding::HTTP_REDIRECT,
            Self::Post => binding::HTTP_POST,
        }
    }
}

/// What a request for a sign-on asks for. Nothing that is not set is sent: the identity provider's configuration decides.
#[derive(Clone, Default)]
#[must_use]
pub struct Login<'a> {
    binding: RequestBinding,
    force_authn: Option<bool>,
    is_passive: Option<bool>,
    name_id_policy: Option<NameIdPolicy>,
    requested_authn_context: Option<RequestedAuthnContext>,
    acs: AcsChoice,
    relay_state: Option<RelayState>,
    signer: Option<(&'a dyn Signer, Option<Certificate>)>,
}

/// How the request names the assertion consumer service.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum AcsChoice {
    #[default]
    Url,
    Index(u16),
    Unnamed,
}

impl<'a> Login<'a> {
    /// A sign-on by HTTP-Redirect, unsigned, that names the assertion consumer service by its URL.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how the request travels. Default: [`RequestBinding::Redirect`].
    pub const fn with_binding(mut self, binding: RequestBinding) -> Self {
        self.binding = binding;
        self
    }

    /// Asks that the user authenticate anew (`ForceAuthn`).
    pub const fn with_force_authn(mut self, force_authn: bool) -> Self {
        self.force_authn = Some(force_authn);
        self
    }

    /// Asks that the user not be disturbed (`IsPassive`).
    pub const fn with_is_passive(mut self, is_passive: bool) -> Self {
        self.is_passive = Some(is_passive);
        self
    }

    /// Asks for a format of name identifier (`NameIDPolicy`).
    pub fn with_name_id_policy(mut self, policy: NameIdPolicy) -> Self {
        self.name_id_policy = Some(policy);
        self
    }

    /// Asks for a way of authentication (`RequestedAuthnContext`). Users with stronger means fail it at many identity providers.
    pub fn with_requested_authn_context(mut self, context: RequestedAuthnContext) -> Self {
        self.requested_authn_context = Some(context);
        self
    }

    /// Names the assertion consumer service by its index in the metadata instead of its URL.
    pub const fn with_acs_index(mut self, index: u16) -> Self {
        self.acs = AcsChoice::Index(index);
        self
    }

    /// Does not name the assertion consumer service: the identity provider has a default.
    pub const fn without_acs(mut self) -> Self {
        self.acs = AcsChoice::Unnamed;
        self
    }

    /// Sends a relay state, which comes back with the response.
    pub fn with_relay_state(mut self, relay_state: RelayState) -> Self {
        self.relay_state = Some(relay_state);
        self
    }

    /// Signs the request; `certificate` goes into the signature of a posted one.
    pub fn with_signer(mut self, signer: &'a dyn Signer, certificate: Option<Certificate>) -> Self {
        self.signer = Some((signer, certificate));
        self
    }

    /// What it asks for by `NameIDPolicy`.
    #[must_use]
    pub const fn name_id_policy(&self) -> Option<&NameIdPolicy> {
        self.name_id_policy.as_ref()
    }

    /// What it asks for by `RequestedAuthnContext`.
    #[must_use]
    pub const fn requested_authn_context(&self) -> Option<&RequestedAuthnContext> {
        self.requested_authn_context.as_ref()
    }

    /// The algorithm that it is signed by, if it is signed.
    #[must_use]
    pub fn signature_algorithm(&self) -> Option<samlkit_crypto::SignatureAlgorithm> {
        self.signer.as_ref().map(|(signer, _)| signer.algorithm())
    }

    /// Whether the assertion consumer service is named by its index.
    #[must_use]
    pub const fn names_acs_by_index(&self) -> bool {
        matches!(self.acs, AcsChoice::Index(_))
    }
}

impl fmt::Debug for Login<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("binding", &self.binding)
            .field("is_signed", &self.signer.is_some())
            .finish_non_exhaustive()
    }
}

/// Why a sign-on was not started.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum LoginError {
    /// The identity provider is not one that is trusted.
    #[error("the identity provider is not one of the trusted ones")]
    UnknownIdentityProvider,
    /// The identity provider has no endpoint for the binding.
    #[error("the identity provider has no single sign-on service for {}", .binding.uri())]
    NoEndpoint {
        /// The binding.
        binding: RequestBinding,
    },
    /// Its metadata asks for signed requests, and there is no signer.
    #[error("the identity provider wants signed requests, and there is no key to sign with")]
    SignatureWanted,
    /// There was no randomness for the request's identifier.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// The request could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The request could not be signed.
    #[error(transparent)]
    Sign(#[from] sign::Error),
    /// The URL or the form could not be made.
    #[error(transparent)]
    Redirect(#[from] RedirectError),
}

/// A message on its way through the browser.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outgoing {
    /// Send the browser to this URL (status 302 or 303).
    Redirect(String),
    /// Serve this page.
    Post(PostForm),
}

impl ServiceProvider {
    /// Starts a sign-on at a trusted identity provider: the message to send, and the [`PendingRequest`] to keep for this browser
    /// until the response comes.
    ///
    /// # Errors
    ///
    /// [`LoginError`].
    pub fn login(
        &self,
        identity_provider: &str,
        login: &Login<'_>,
        now: Timestamp,
        randomness: &dyn Randomness,
    ) -> Result<(Outgoing, PendingRequest), LoginError> {
        let provider = self
            .identity_provider(identity_provider)
            .ok_or(LoginError::UnknownIdentityProvider)?;
        let no_endpoint = LoginError::NoEndpoint {
            binding: login.binding,
        };
        let endpoint = provider
            .single_sign_on_service(login.binding.uri())
            .ok_or(no_endpoint)?;
        if provider.wants_signed_requests() && login.signer.is_none() {
            return Err(LoginError::SignatureWanted);
        }
        let id = fresh_id::<LoginError>(randomness)?;
        let pending = PendingRequest::new(&id, provider, now);
        let message = self.authn_request(id, endpoint, login, now).write()?;
        let relay_state = login.relay_state.as_ref().map(RelayState::as_str);
        let outgoing = match (login.binding, &login.signer) {
            (RequestBinding::Redirect, signer) => {
                let signer = signer.as_ref().map(|(signer, _)| *signer);
                Outgoing::Redirect(redirect_url(
                    endpoint,
                    Parameter::Request,
                    &message,
                    relay_state,
                    signer,
                )?)
            }
            (RequestBinding::Post, None) => Outgoing::Post(PostForm::new(
                endpoint,
                Parameter::Request,
                &message,
                relay_state,
            )?),
            (RequestBinding::Post, Some((signer, certificate))) => {
                let signed = sign_message(&message, *signer, certificate.as_ref())?;
                Outgoing::Post(PostForm::new(
                    endpoint,
                    Parameter::Request,
                    &signed,
                    relay_state,
                )?)
            }
        };
        Ok((outgoing, pending))
    }

    fn authn_request(
        &self,
        id: Id,
        endpoint: &str,
        login: &Login<'_>,
        now: Timestamp,
    ) -> AuthnRequest {
        let mut request =
            AuthnRequest::new(id, now, self.entity_id.as_str()).with_destination(endpoint);
        match login.acs {
            AcsChoice::Unnamed => {}
            AcsChoice::Index(index) => {
                request =
                    request.with_assertion_consumer_service(AssertionConsumerService::Index(index));
            }
            AcsChoice::Url => {
                request = request.with_assertion_consumer_service(
                    AssertionConsumerService::UrlAndBinding {
                        url: self.acs_url.clone(),
                        protocol_binding: binding::HTTP_POST.to_owned(),
                    },
                );
            }
        }
        if let Some(force_authn) = login.force_authn {
            request = request.with_force_authn(force_authn);
        }
        if let Some(is_passive) = login.is_passive {
            request = request.with_is_passive(is_passive);
        }
        if let Some(policy) = &login.name_id_policy {
            request = request.with_name_id_policy(policy.clone());
        }
        if let Some(context) = &login.requested_authn_context {
            request = request.with_requested_authn_context(context.clone());
        }
        request
    }
}

/// Signs a message for the HTTP-POST binding, at the schema's place.
pub(crate) fn sign_message(
    message: &str,
    signer: &dyn Signer,
    certificate: Option<&Certificate>,
) -> Result<String, sign::Error> {
    let document = Document::parse(message.as_bytes()).map_err(sign::Error::from)?;
    let mut template = sign::Template::new().with_position(sign::Position::AfterIssuer);
    if let Some(certificate) = certificate {
        template = template.with_certificate(certificate.clone());
    }
    template.sign(document.root(), signer)
}

/// A request that waits for its response: what binds the response to the browser that asked.
///
/// Keep it where only this browser's next request finds it: in the server-side session, or in a cookie that is encrypted and
/// authenticated, `SameSite=None; Secure; HttpOnly` (the response is a cross-site POST). [`PendingRequest::to_text`] and
/// [`PendingRequest::from_text`] take it there and back. Use it once.
///
/// The text is `version.id.seconds.identity-provider`, the last in base64url without padding; a version that this library does
/// not know is refused. One request has one text: whatever else would read as the same is refused too. It has no check value of
/// its own, as that could only be a key's, which belongs to the store or the cookie.
///
/// With several identity providers it is what keeps them apart: [`PendingRequest::expected`] takes the answer from the one that
/// was asked and from no other, so one that is trusted too cannot answer in its place.
///
/// ```
/// use samlkit_websso::PendingRequest;
///
/// let text = "1._5f2c7d1094ab4e38b6d17a90c3e8f412aabbccdd.1768471200.aHR0cHM6Ly9pZHAuZXhhbXBsZS8";
/// let pending = PendingRequest::from_text(text).unwrap();
/// assert_eq!(pending.identity_provider(), "https://idp.example/");
/// assert_eq!(pending.to_text(), text);
/// assert!(PendingRequest::from_text("1._5f2c.x.y").is_none());
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct PendingRequest {
    id: String,
    identity_provider: String,
    issued: i64,
}

impl PendingRequest {
    /// How long a user may take to sign on, unless the application knows better.
    pub const DEFAULT_LIFETIME: Duration = Duration::from_secs(3600);
    const VERSION: &'static str = "1";

    fn new(id: &Id, provider: &IdentityProvider, now: Timestamp) -> Self {
        Self {
            id: id.as_str().to_owned(),
            identity_provider: provider.entity_id().to_owned(),
            issued: now.timestamp(),
        }
    }

    /// The request's identifier. It is half of what a login CSRF needs: not to be logged.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The entity ID of the identity provider that the request went to.
    #[must_use]
    pub fn identity_provider(&self) -> &str {
        &self.identity_provider
    }

    /// Whether the user took longer than `lifetime`.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp, lifetime: Duration) -> bool {
        let Some(issued) = Timestamp::from_timestamp(self.issued, 0) else {
            return true;
        };
        TimeDelta::from_std(lifetime)
            .is_ok_and(|lifetime| now.signed_duration_since(issued) >= lifetime)
    }

    /// What [`ServiceProvider::accept`] is to expect: the answer to this request, from the identity provider it went to.
    #[must_use]
    pub fn expected(&self) -> Expected<'_> {
        Expected::answer_to(&self.id).from_issuer(&self.identity_provider)
    }

    /// The request as text, of the characters that a cookie or a store's key can hold. It is not protected by itself.
    #[must_use]
    pub fn to_text(&self) -> String {
        let provider = URL_SAFE_NO_PAD.encode(&self.identity_provider);
        format!("{}.{}.{}.{provider}", Self::VERSION, self.id, self.issued)
    }

    /// The request that [`PendingRequest::to_text`] wrote; `None` for anything else.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        // An identifier of ours holds no dot.
        let mut parts = text.split('.');
        let (Self::VERSION, id, issued, provider, None) = (
            parts.next()?,
            parts.next()?,
            parts.next()?,
            parts.next()?,
            parts.next(),
        ) else {
            return None;
        };
        if !samlkit_xml::is_nc_name(id) {
            return None;
        }
        let provider = String::from_utf8(URL_SAFE_NO_PAD.decode(provider).ok()?).ok()?;
        let issued: i64 = issued.parse().ok()?;
        Timestamp::from_timestamp(issued, 0)?;
        let pending = Self {
            id: id.to_owned(),
            identity_provider: provider,
            issued,
        };
        // One spelling: no `+`, no leading zeros.
        let sound = !pending.identity_provider.is_empty() && pending.to_text() == text;
        sound.then_some(pending)
    }
}

impl fmt::Debug for PendingRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingRequest")
            .field("identity_provider", &self.identity_provider)
            .field("issued", &self.issued)
            .finish_non_exhaustive()
    }
}
