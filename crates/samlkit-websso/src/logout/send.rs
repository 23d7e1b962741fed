//! Logout messages that go out (SAMLProf §4.4.3).

use core::fmt;
use core::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use samlkit_core::Timestamp;
use samlkit_core::metadata::Endpoint;
use samlkit_core::uri::status;
use samlkit_core::write::{Error as WriteError, Id, LogoutRequest, LogoutResponse, Status};
use samlkit_crypto::{Randomness, RandomnessError};
use samlkit_dsig::sign;
use samlkit_enc::EncryptError;
use thiserror::Error as ThisError;

use super::{AcceptedLogoutRequest, LogoutPeer, SessionReference, SingleLogout, Unsigned};
use crate::id::fresh_id;
use crate::inbound::later;
use crate::login::sign_message;
use crate::redirect::redirect_url_with_echo;
use crate::{Outgoing, Parameter, PostForm, RedirectError, RelayState, RequestBinding};

/// How a logout is started. Nothing that is not set is sent.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct LogoutStart {
    binding: RequestBinding,
    reason: Option<String>,
    lifetime: Option<Duration>,
    relay_state: Option<RelayState>,
}

impl LogoutStart {
    /// By HTTP-Redirect, the only binding that Entra ID has for it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how the request travels. Default: [`RequestBinding::Redirect`].
    pub const fn with_binding(mut self, binding: RequestBinding) -> Self {
        self.binding = binding;
        self
    }

    /// Says why (`Reason`); see [`logout_reason`](samlkit_core::uri::logout_reason).
    pub fn with_reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Says until when the request may be acted on (`NotOnOrAfter`).
    pub const fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Sends a relay state, which comes back with the response.
    pub fn with_relay_state(mut self, relay_state: RelayState) -> Self {
        self.relay_state = Some(relay_state);
        self
    }
}

/// What to answer to a logout request (SAMLCore §3.7.3).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LogoutAnswer {
    /// Every session ended, also where none was found: there is nothing that goes on.
    Complete,
    /// Not every other participant ended its session (SAMLCore §3.7.3.2).
    Partial,
    /// The session could not be ended.
    Failed,
    /// It will not be ended at this peer's word.
    Denied,
    /// The user is not known.
    UnknownPrincipal,
}

impl LogoutAnswer {
    /// The status to send.
    pub fn status(self) -> Status {
        match self {
            Self::Complete => Status::success(),
            Self::Partial => Status::success().with_sub_code(status::PARTIAL_LOGOUT),
            Self::Failed => Status::new(status::RESPONDER),
            Self::Denied => Status::new(status::RESPONDER).with_sub_code(status::REQUEST_DENIED),
            Self::UnknownPrincipal => {
                Status::new(status::REQUESTER).with_sub_code(status::UNKNOWN_PRINCIPAL)
            }
        }
    }
}

/// Why no logout message was made.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum LogoutError {
    /// The session is with a peer that is not known.
    #[error("the session is with nobody that is known")]
    UnknownPeer,
    /// The peer has no single logout service for the binding.
    #[error("the peer has no single logout service for {}", .binding.uri())]
    NoEndpoint {
        /// The binding.
        binding: RequestBinding,
    },
    /// Messages are to be signed, and there is no key to sign with (SAMLProf §4.4.4.1).
    #[error("logout messages must be signed, and there is no key to sign with")]
    NoSigner,
    /// There was no randomness for the identifier.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// The message could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The message could not be signed.
    #[error(transparent)]
    Sign(#[from] sign::Error),
    /// The user's name could not be encrypted.
    #[error(transparent)]
    Encrypt(#[from] EncryptError),
    /// The URL or the form could not be made.
    #[error(transparent)]
    Redirect(#[from] RedirectError),
}

impl SingleLogout {
    /// Starts the logout of a session at the peer that it is with: the message to send, and the [`PendingLogout`] to keep for
    /// this browser until the answer comes. End the local session first; the answer may never come.
    ///
    /// # Errors
    ///
    /// [`LogoutError`].
    pub fn start(
        &self,
        session: &SessionReference,
        start: &LogoutStart,
        now: Timestamp,
        randomness: &dyn Randomness,
    ) -> Result<(Outgoing, PendingLogout), LogoutError> {
        let peer = self.peer(session.peer()).ok_or(LogoutError::UnknownPeer)?;
        let endpoint = endpoint(peer, start.binding)?;
        let id: Id = fresh_id::<LogoutError>(randomness)?;
        let pending = PendingLogout {
            id: id.as_str().to_owned(),
            peer: peer.entity_id.clone(),
            issued: now.timestamp(),
        };
        // AD FS wants the Destination, and the NameID and SessionIndex just as the assertion had them.
        let identifier = peer.identifier(session.name_id(), randomness)?;
        let mut request = LogoutRequest::new(id, now, self.entity_id.as_str(), identifier)
            .with_destination(endpoint.location.as_str());
        if let Some(index) = session.session_index() {
            request = request.with_session_index(index);
        }
        if let Some(reason) = &start.reason {
            request = request.with_reason(reason.as_str());
        }
        if let Some(lifetime) = start.lifetime {
            request = request.with_not_on_or_after(later(now, lifetime));
        }
        let outgoing = self.send(
            start.binding,
            &endpoint.location,
            Parameter::Request,
            &request.write()?,
            start.relay_state.as_ref().map(RelayState::as_str),
        )?;
        Ok((outgoing, pending))
    }

    /// Answers a request, by the binding that it came by.
    ///
    /// # Errors
    ///
    /// [`LogoutError`].
    pub fn answer(
        &self,
        request: &AcceptedLogoutRequest,
        answer: LogoutAnswer,
        now: Timestamp,
        randomness: &dyn Randomness,
    ) -> Result<Outgoing, LogoutError> {
        self.answer_by(request.binding(), request, answer, now, randomness)
    }

    /// Answers a request by another binding: where the peer takes answers by that one only.
    ///
    /// # Errors
    ///
    /// [`LogoutError`].
    pub fn answer_by(
        &self,
        binding: RequestBinding,
        request: &AcceptedLogoutRequest,
        answer: LogoutAnswer,
        now: Timestamp,
        randomness: &dyn Randomness,
    ) -> Result<Outgoing, LogoutError> {
        let peer = self.peer(request.peer()).ok_or(LogoutError::UnknownPeer)?;
        let endpoint = endpoint(peer, binding)?;
        // SAMLMeta §2.2.2: answers may go elsewhere than requests.
        let location = endpoint
            .response_location
            .as_deref()
            .unwrap_or(&endpoint.location);
        let response = LogoutResponse::new(
            fresh_id::<LogoutError>(randomness)?,
            now,
            self.entity_id.as_str(),
            request.id().clone(),
            answer.status(),
        )
        .with_destination(location);
        self.send(
            binding,
            location,
            Parameter::Response,
            &response.write()?,
            request.relay_state(),
        )
    }

    /// Sends a message with a relay state that is this side's own, and short by its type, or one that goes back as it came.
    fn send(
        &self,
        binding: RequestBinding,
        location: &str,
        parameter: Parameter,
        message: &str,
        relay_state: Option<&str>,
    ) -> Result<Outgoing, LogoutError> {
        let signer = self.signer.as_deref();
        if signer.is_none() && self.policy.sent == Unsigned::Refuse {
            return Err(LogoutError::NoSigner);
        }
        Ok(match (binding, signer) {
            (RequestBinding::Redirect, signer) => {
                let url =
                    redirect_url_with_echo(location, parameter, message, relay_state, signer)?;
                Outgoing::Redirect(url)
            }
            (RequestBinding::Post, None) => Outgoing::Post(PostForm::with_echo(
                location,
                parameter,
                message,
                relay_state,
            )),
            (RequestBinding::Post, Some(signer)) => {
                let message = sign_message(message, signer, self.certificate.as_ref())?;
                Outgoing::Post(PostForm::with_echo(
                    location,
                    parameter,
                    &message,
                    relay_state,
                ))
            }
        })
    }
}

fn endpoint(peer: &LogoutPeer, binding: RequestBinding) -> Result<&Endpoint, LogoutError> {
    peer.services
        .iter()
        .find(|service| service.binding == binding.uri())
        .ok_or(LogoutError::NoEndpoint { binding })
}

/// A logout that waits for its answer: what binds the answer to the browser.
///
/// Keep it as a [`PendingRequest`](crate::PendingRequest) is kept, and use it once.
///
/// ```
/// use samlkit_websso::PendingLogout;
///
/// let text = "1._5f2c7d1094ab4e38b6d17a90c3e8f412aabbccdd.1768471200.aHR0cHM6Ly9pZHAuZXhhbXBsZS8";
/// let pending = PendingLogout::from_text(text).unwrap();
/// assert_eq!(pending.peer(), "https://idp.example/");
/// assert_eq!(pending.to_text(), text);
/// assert!(PendingLogout::from_text("1._5f2c.x.y").is_none());
/// ```
///
/// `Debug` does not show the identifier.
#[derive(Clone, Eq, PartialEq)]
pub struct PendingLogout {
    id: String,
    peer: String,
    issued: i64,
}

impl PendingLogout {
    const VERSION: &'static str = "1";

    /// The request's identifier: not to be logged.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The entity ID of the peer that the request went to.
    #[must_use]
    pub fn peer(&self) -> &str {
        &self.peer
    }

    /// Whether the answer took longer than `lifetime`.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp, lifetime: Duration) -> bool {
        let Some(issued) = Timestamp::from_timestamp(self.issued, 0) else {
            return true;
        };
        TimeDelta::from_std(lifetime)
            .is_ok_and(|lifetime| now.signed_duration_since(issued) >= lifetime)
    }

    /// The logout as text, of the characters that a cookie or a store's key can hold. It is not protected by itself.
    #[must_use]
    pub fn to_text(&self) -> String {
        let peer = URL_SAFE_NO_PAD.encode(&self.peer);
        format!("{}.{}.{}.{peer}", Self::VERSION, self.id, self.issued)
    }

    /// The logout that [`PendingLogout::to_text`] wrote; `None` for anything else.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        // An identifier of ours holds no dot.
        let mut parts = text.split('.');
        let (version, id, issued, peer) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if version != Self::VERSION || parts.next().is_some() || !samlkit_xml::is_nc_name(id) {
            return None;
        }
        let peer = String::from_utf8(URL_SAFE_NO_PAD.decode(peer).ok()?).ok()?;
        Some(Self {
            id: id.to_owned(),
            peer,
            issued: issued.parse().ok()?,
        })
    }
}

impl fmt::Debug for PendingLogout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingLogout")
            .field("peer", &self.peer)
            .field("issued", &self.issued)
            .finish_non_exhaustive()
    }
}
