//! Logout messages that come in (SAMLCore §3.7, SAMLProf §4.4.4).

use core::fmt;

use samlkit_core::uri::status;
use samlkit_core::write::{Id, NameId};
use samlkit_core::{LogoutRequestContent, LogoutResponseContent, Timestamp};
use samlkit_crypto::Thumbprint;

use super::session::Wanted;
use super::{
    LogoutPeer, MatchedBy, MissingDestination, PendingLogout, SessionReference, SingleLogout,
    SubjectMatch, Unsigned,
};
use crate::inbound::{self, Evidence, Inbound, Kind};
use crate::{Code, Incoming, Parameter, Rejection, ReplayMemory, RequestBinding, Shown};

const LOGOUT_REQUEST: Kind = Kind {
    parameter: Parameter::Request,
    local_name: "LogoutRequest",
    otherwise: Code::NotALogoutRequest,
    rule: "the message is not a samlp:LogoutRequest",
};

const LOGOUT_RESPONSE: Kind = Kind {
    parameter: Parameter::Response,
    local_name: "LogoutResponse",
    otherwise: Code::NotALogoutResponse,
    rule: "the message is not a samlp:LogoutResponse",
};

/// A request to end sessions that was accepted: from a known peer, signed unless the policy says otherwise, for this endpoint,
/// in time.
///
/// [`SingleLogout::accept_request`] is the only maker; the values are those that were signed.
///
/// ```compile_fail,E0451
/// # use samlkit_websso::AcceptedLogoutRequest;
/// fn forge(other: AcceptedLogoutRequest) -> AcceptedLogoutRequest {
///     AcceptedLogoutRequest { peer: "https://idp.example/".to_owned(), ..other }
/// }
/// ```
///
/// `Debug` shows neither the user nor the sessions.
#[derive(Clone)]
#[must_use]
pub struct AcceptedLogoutRequest {
    id: Id,
    own: String,
    peer: String,
    issuer: String,
    name_id: NameId,
    session_indexes: Vec<String>,
    reason: Option<String>,
    relay_state: Option<String>,
    binding: RequestBinding,
    signed_by: Option<Thumbprint>,
    subject_match: SubjectMatch,
}

impl AcceptedLogoutRequest {
    /// `ID`, which the answer names.
    #[must_use]
    pub const fn id(&self) -> &Id {
        &self.id
    }

    /// The entity ID of the peer.
    #[must_use]
    pub fn peer(&self) -> &str {
        &self.peer
    }

    /// `Issuer`: the peer's entity ID, or one of its alternative issuers.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Who is to be logged out.
    #[must_use]
    pub const fn name_id(&self) -> &NameId {
        &self.name_id
    }

    /// Every `SessionIndex`. None means every session of the user with this peer.
    #[must_use]
    pub fn session_indexes(&self) -> &[String] {
        &self.session_indexes
    }

    /// `Reason`; see [`logout_reason`](samlkit_core::uri::logout_reason).
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// `RelayState`, which goes back with the answer: opaque.
    #[must_use]
    pub fn relay_state(&self) -> Option<&str> {
        self.relay_state.as_deref()
    }

    /// How it came, which is how it is answered unless the peer has no endpoint for that.
    #[must_use]
    pub const fn binding(&self) -> RequestBinding {
        self.binding
    }

    /// The key that signed the request; `None` for an unsigned one.
    #[must_use]
    pub const fn signed_by(&self) -> Option<Thumbprint> {
        self.signed_by
    }

    /// Which of the application's `sessions` are meant: those with this peer, of this user, with one of the session indexes
    /// where the request has any; see [`SubjectMatch`]. Give the browser's own session, or all.
    ///
    /// ```
    /// # fn f(request: &samlkit_websso::AcceptedLogoutRequest, kept: &[samlkit_websso::SessionReference]) {
    /// let (ended, by) = request.sessions(kept);
    /// # }
    /// ```
    ///
    /// # Complexity
    ///
    /// O(n · m) in the sessions and the indexes of the request.
    pub fn sessions<T: AsRef<SessionReference>>(
        &self,
        sessions: impl IntoIterator<Item = T>,
    ) -> (Vec<T>, MatchedBy) {
        let wanted = Wanted {
            own: &self.own,
            peer: &self.peer,
            name_id: &self.name_id,
            session_indexes: &self.session_indexes,
        };
        wanted.among(sessions, self.subject_match)
    }
}

impl fmt::Debug for AcceptedLogoutRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcceptedLogoutRequest")
            .field("peer", &self.peer)
            .field("issuer", &self.issuer)
            .field("session_indexes", &self.session_indexes.len())
            .field("binding", &self.binding)
            .field("signed_by", &self.signed_by)
            .finish_non_exhaustive()
    }
}

/// What became of a logout at the other side (SAMLCore §3.7.3.2).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LogoutOutcome {
    /// Every session ended.
    Complete,
    /// Not every participant could be reached: sessions elsewhere may go on.
    Partial,
    /// It failed; the session there may go on.
    Failed {
        /// The status codes, outermost first, and the message.
        status: Shown,
    },
}

/// The answer to a logout that this side started.
///
/// [`SingleLogout::accept_response`] is the only maker.
///
/// ```compile_fail,E0451
/// # use samlkit_websso::{AcceptedLogoutResponse, LogoutOutcome};
/// fn forge(other: AcceptedLogoutResponse) -> AcceptedLogoutResponse {
///     AcceptedLogoutResponse { outcome: LogoutOutcome::Complete, ..other }
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct AcceptedLogoutResponse {
    peer: String,
    issuer: String,
    outcome: LogoutOutcome,
    relay_state: Option<String>,
    signed_by: Option<Thumbprint>,
}

impl AcceptedLogoutResponse {
    /// The entity ID of the peer.
    #[must_use]
    pub fn peer(&self) -> &str {
        &self.peer
    }

    /// `Issuer`: the peer's entity ID, or one of its alternative issuers.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What became of it. The local session ends in any case.
    #[must_use]
    pub const fn outcome(&self) -> &LogoutOutcome {
        &self.outcome
    }

    /// `RelayState`: opaque, and not to be taken for a URL.
    #[must_use]
    pub fn relay_state(&self) -> Option<&str> {
        self.relay_state.as_deref()
    }

    /// The key that signed the response; `None` for an unsigned one.
    #[must_use]
    pub const fn signed_by(&self) -> Option<Thumbprint> {
        self.signed_by
    }
}

impl SingleLogout {
    /// Accepts a `LogoutRequest` that a browser brought, or says which rule it breaks.
    ///
    /// `replay`, where there is one, refuses a request whose `ID` came before from the same peer.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] with the first rule that is broken: [`Code::NotALogoutRequest`], [`Code::SignatureWrapping`],
    /// [`Code::EmbeddedSignature`], [`Code::UnknownIssuer`], [`Code::Unsigned`], [`Code::SignatureInvalid`],
    /// [`Code::UntrustedKey`], [`Code::DestinationMismatch`], [`Code::Expired`], [`Code::NotYetValid`],
    /// [`Code::UnsupportedIdentifier`], [`Code::DecryptionFailed`], [`Code::Replayed`], and those of decoding and of the schema.
    ///
    /// # Complexity
    ///
    /// O(n) in the message, plus one signature check for each key of the peer that fits.
    pub fn accept_request(
        &self,
        incoming: Incoming<'_>,
        now: Timestamp,
        replay: Option<&dyn ReplayMemory>,
    ) -> Result<AcceptedLogoutRequest, Rejection> {
        let policy = &self.policy;
        let inbound = Inbound::read(
            incoming,
            &LOGOUT_REQUEST,
            &policy.limits,
            policy.long_relay_state,
        )?;
        let peer = {
            let request: LogoutRequestContent<'_> = inbound.untrusted()?;
            self.peer_of(inbound::issuer(request.issuer())?)?
        };
        let required = policy.requests == Unsigned::Refuse;
        let evidence = inbound.verify(&peer.keys, required, policy.algorithms, policy.limits)?;

        // From here on, what was signed speaks.
        let request: LogoutRequestContent<'_> = evidence.message()?;
        let issuer = inbound::issuer(request.issuer())?;
        check_issuer(peer, issuer)?;
        self.check_destination(peer, request.destination(), &evidence)?;
        let (max_age, skew) = (policy.max_age, policy.clock_skew);
        let mut too_old = inbound::check_age(request.issue_instant(), max_age, skew, now)?;
        if let Some(bound) = request.not_on_or_after() {
            let end = inbound::later(bound, skew);
            if now >= end {
                let what = "NotOnOrAfter of the LogoutRequest";
                return Err(Rejection::time(Code::Expired, what, bound, now));
            }
            too_old = too_old.min(end);
        }
        let name_id = self.name_id(request.identifier(), evidence.key().is_some())?;
        let id = Id::new(request.id())
            .map_err(|_| Rejection::rule(Code::InvalidValue, "the ID is not a name"))?;
        let accepted = AcceptedLogoutRequest {
            id,
            own: self.entity_id.clone(),
            peer: peer.entity_id.clone(),
            issuer: issuer.to_owned(),
            name_id,
            session_indexes: request
                .session_indexes()
                .iter()
                .map(ToString::to_string)
                .collect(),
            reason: request.reason().map(str::to_owned),
            relay_state: evidence.relay_state().map(str::to_owned),
            binding: incoming.binding(),
            signed_by: evidence.key(),
            subject_match: peer.subject_match,
        };
        // Last, so that a request that is refused leaves no trace.
        if let Some(replay) = replay {
            replay.remember(&peer.entity_id, request.id(), too_old, now)?;
        }
        Ok(accepted)
    }

    /// Accepts the `LogoutResponse` to a logout that this side started, or says which rule it breaks. A failure that the peer
    /// reports is an outcome, not an error.
    ///
    /// `pending` is what [`SingleLogout::start`] gave for this browser; use it once.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] with the first rule that is broken: [`Code::NotALogoutResponse`], [`Code::SignatureWrapping`],
    /// [`Code::EmbeddedSignature`], [`Code::UnknownIssuer`], [`Code::IssuerMismatch`] for another peer than the one that was
    /// asked, [`Code::Unsigned`], [`Code::SignatureInvalid`], [`Code::UntrustedKey`], [`Code::DestinationMismatch`],
    /// [`Code::Expired`], [`Code::NotYetValid`], [`Code::InResponseToMismatch`], and those of decoding and of the schema.
    pub fn accept_response(
        &self,
        incoming: Incoming<'_>,
        pending: &PendingLogout,
        now: Timestamp,
    ) -> Result<AcceptedLogoutResponse, Rejection> {
        let policy = &self.policy;
        let inbound = Inbound::read(
            incoming,
            &LOGOUT_RESPONSE,
            &policy.limits,
            policy.long_relay_state,
        )?;
        let peer = {
            let response: LogoutResponseContent<'_> = inbound.untrusted()?;
            self.peer_of(inbound::issuer(response.issuer())?)?
        };
        if peer.entity_id != pending.peer() {
            return Err(Rejection::mismatch(
                Code::IssuerMismatch,
                "the issuer",
                pending.peer(),
                &peer.entity_id,
            ));
        }
        let required = policy.responses == Unsigned::Refuse;
        let evidence = inbound.verify(&peer.keys, required, policy.algorithms, policy.limits)?;

        // From here on, what was signed speaks.
        let response: LogoutResponseContent<'_> = evidence.message()?;
        let issuer = inbound::issuer(response.issuer())?;
        check_issuer(peer, issuer)?;
        self.check_destination(peer, response.destination(), &evidence)?;
        let (max_age, skew) = (policy.max_age, policy.clock_skew);
        inbound::check_age(response.issue_instant(), max_age, skew, now)?;
        // Neither is shown: the ID that is expected is a secret of the browser's session.
        if response.in_response_to() != Some(pending.id()) {
            return Err(Rejection::rule(
                Code::InResponseToMismatch,
                "InResponseTo is not the request that was sent",
            ));
        }
        Ok(AcceptedLogoutResponse {
            peer: peer.entity_id.clone(),
            issuer: issuer.to_owned(),
            outcome: outcome(response.status()),
            relay_state: evidence.relay_state().map(str::to_owned),
            signed_by: evidence.key(),
        })
    }

    /// The peer that a message says it is from. Its word decides only whose keys are tried.
    fn peer_of(&self, claimed: &str) -> Result<&LogoutPeer, Rejection> {
        self.peers
            .iter()
            .find(|peer| peer.is_issuer(claimed))
            .ok_or_else(|| {
                let known = self.peers.first().map(LogoutPeer::entity_id);
                let known = known.unwrap_or_default();
                Rejection::mismatch(Code::UnknownIssuer, "the issuer", known, claimed)
            })
    }

    fn check_destination(
        &self,
        peer: &LogoutPeer,
        destination: Option<&str>,
        evidence: &Evidence,
    ) -> Result<(), Rejection> {
        let required =
            evidence.key().is_some() && peer.missing_destination == MissingDestination::Refuse;
        inbound::check_destination(destination, &self.urls, required)
    }
}

/// The issuer of what was signed is the one whose keys were tried.
fn check_issuer(peer: &LogoutPeer, issuer: &str) -> Result<(), Rejection> {
    if peer.is_issuer(issuer) {
        return Ok(());
    }
    let what = "the issuer of what was signed";
    let code = Code::IssuerMismatch;
    Err(Rejection::mismatch(code, what, &peer.entity_id, issuer))
}

fn outcome(found: &samlkit_core::Status<'_>) -> LogoutOutcome {
    let partial = found
        .codes()
        .iter()
        .any(|code| code.value() == status::PARTIAL_LOGOUT);
    if partial {
        return LogoutOutcome::Partial;
    }
    if found.is_success() {
        return LogoutOutcome::Complete;
    }
    let mut shown = String::new();
    for code in found.codes().iter().take(3) {
        if !shown.is_empty() {
            shown.push_str(" / ");
        }
        // The last part of the URN is the part that people know.
        shown.extend(
            code.value()
                .rsplit(':')
                .next()
                .unwrap_or_default()
                .chars()
                .take(60),
        );
    }
    if let Some(message) = found.message() {
        shown.push_str(": ");
        shown.extend(message.chars().take(120));
    }
    LogoutOutcome::Failed {
        status: Shown::new(&shown),
    }
}
