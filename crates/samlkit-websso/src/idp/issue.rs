//! Responses (SAMLProf §4.1.4.2, §4.1.5).

use core::fmt;

use chrono::TimeDelta;
use samlkit_core::uri::status;
use samlkit_core::write::{
    Assertion, Attribute, AuthnStatement, Error as WriteError, Id, NameId, Response,
    StatementOrder, Status, Style, SubjectConfirmation,
};
use samlkit_core::{Comparison, Fragment, Timestamp};
use samlkit_crypto::{Randomness, RandomnessError};
use samlkit_dsig::sign;
use samlkit_enc::{EncryptError, Kind};
use samlkit_xml::Document;
use thiserror::Error as ThisError;

use super::{AcceptedRequest, IdentityProviderRole, RelyingParty, ResponseStyle};
use crate::id::{self, fresh_id};
use crate::inbound::later;
use crate::relay_state::MOST_RELAY_STATE;
use crate::{Parameter, PostForm, RedirectError, SessionReference, SignedParts};

/// That a user was authenticated, and what is to be said of them.
///
/// `Debug` shows how, not who.
#[derive(Clone)]
#[must_use]
pub struct Authentication {
    pub(super) name_id: NameId,
    authn_instant: Timestamp,
    class_ref: String,
    session_index: Option<String>,
    session_not_on_or_after: Option<Timestamp>,
    attributes: Vec<Attribute>,
    pub(super) also_named: Vec<NameId>,
}

impl Authentication {
    /// Who authenticated, when, and by which class; see [`authn_context`](samlkit_core::uri::authn_context).
    pub fn new(name_id: NameId, authn_instant: Timestamp, class_ref: impl Into<String>) -> Self {
        Self {
            name_id,
            authn_instant,
            class_ref: class_ref.into(),
            session_index: None,
            session_not_on_or_after: None,
            attributes: Vec::new(),
            also_named: Vec::new(),
        }
    }

    /// Sets the session's index. Default: the assertion's `ID`, which tells nobody anything.
    pub fn with_session_index(mut self, index: impl Into<String>) -> Self {
        self.session_index = Some(index.into());
        self
    }

    /// Sets when the service provider's session must have ended (`SessionNotOnOrAfter`). Default: nothing is said.
    pub const fn with_session_not_on_or_after(mut self, time: Timestamp) -> Self {
        self.session_not_on_or_after = Some(time);
        self
    }

    /// Adds another name of the same user, which is not sent. A request that names the user in one format and asks for another by
    /// `NameIDPolicy` can be answered where the name that it gives is among these (SAMLCore §3.4.1.4).
    pub fn with_other_name(mut self, name_id: NameId) -> Self {
        self.also_named.push(name_id);
        self
    }

    /// Adds an attribute; they are written in the order of the calls.
    pub fn with_attribute(mut self, attribute: Attribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// Adds attributes.
    pub fn with_attributes(mut self, attributes: impl IntoIterator<Item = Attribute>) -> Self {
        self.attributes.extend(attributes);
        self
    }
}

impl fmt::Debug for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authentication")
            .field("authn_instant", &self.authn_instant)
            .field("class_ref", &self.class_ref)
            .finish_non_exhaustive()
    }
}

/// Why a user was not signed on, as a service provider is told (SAMLCore §3.2.2.2).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// The user could not be authenticated.
    AuthnFailed,
    /// The requested name identifier is not issued.
    InvalidNameIdPolicy,
    /// The requested authentication context cannot be met.
    NoAuthnContext,
    /// The user would have had to be asked, and `IsPassive` forbids it.
    NoPassive,
    /// The user may not use the service provider.
    RequestDenied,
    /// The request asks for what is not offered.
    RequestUnsupported,
    /// The user whom the request names is not known.
    UnknownPrincipal,
}

impl Refusal {
    /// The status to send: at the top whose fault it is, below it the reason.
    pub fn status(self) -> Status {
        let (top, sub) = match self {
            Self::AuthnFailed => (status::RESPONDER, status::AUTHN_FAILED),
            Self::InvalidNameIdPolicy => (status::REQUESTER, status::INVALID_NAME_ID_POLICY),
            Self::NoAuthnContext => (status::RESPONDER, status::NO_AUTHN_CONTEXT),
            Self::NoPassive => (status::RESPONDER, status::NO_PASSIVE),
            Self::RequestDenied => (status::RESPONDER, status::REQUEST_DENIED),
            Self::RequestUnsupported => (status::REQUESTER, status::REQUEST_UNSUPPORTED),
            Self::UnknownPrincipal => (status::RESPONDER, status::UNKNOWN_PRINCIPAL),
        };
        Status::new(top).with_sub_code(sub)
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        refusal.status()
    }
}

/// Why nothing was issued.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum IssueError {
    /// The service provider is not one that is answered to.
    #[error("the service provider is not a known one")]
    UnknownRelyingParty,
    /// The endpoint that the request was accepted with is not registered any more (SAMLProf §4.1.4.1).
    #[error("the assertion consumer service is not a registered one")]
    AcsNotRegistered,
    /// The request asks for another format of name identifier (SAMLCore §3.4.1.1).
    #[error("the name identifier is not of the format that the request asks for")]
    NameIdFormat,
    /// The request asks for an identifier in another namespace, by `SPNameQualifier` (SAMLCore §3.4.1.1).
    #[error("the name identifier is not of the namespace that the request asks for")]
    NameIdQualifier,
    /// The request asks for another user (SAMLCore §3.4.1.4).
    #[error("the user is not the one whom the request names")]
    Subject,
    /// The request asks for exactly other classes (SAMLCore §3.3.2.2.1).
    #[error("the authentication context is not one of those that the request asks for")]
    AuthnContext,
    /// The request asks for a fresh authentication (`ForceAuthn`), and this one is older than the request.
    #[error("the authentication is older than the request that forces one")]
    NotFresh,
    /// The user authenticates in the future.
    #[error("the authentication is still to come")]
    AuthnInstant,
    /// The session is over already.
    #[error("the session is over")]
    SessionOver,
    /// A status of success without an assertion.
    #[error("a refusal cannot be a success")]
    SuccessWithoutAssertion,
    /// There was no randomness for identifiers.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// The message could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The message could not be signed.
    #[error(transparent)]
    Sign(#[from] sign::Error),
    /// The assertion could not be encrypted.
    #[error(transparent)]
    Encrypt(#[from] EncryptError),
    /// The form could not be made.
    #[error(transparent)]
    Form(#[from] RedirectError),
}

impl IssueError {
    /// What to tell the service provider with [`IdentityProviderRole::refuse`], where the authentication does not meet the
    /// request (SAMLCore §3.2.2.2); `None` where this side is at fault, or there is nowhere to answer.
    ///
    /// ```
    /// use samlkit_websso::{IssueError, Refusal};
    ///
    /// assert_eq!(IssueError::Subject.refusal(), Some(Refusal::UnknownPrincipal));
    /// assert_eq!(IssueError::AcsNotRegistered.refusal(), None);
    /// ```
    #[must_use]
    pub const fn refusal(&self) -> Option<Refusal> {
        Some(match self {
            Self::AuthnContext => Refusal::NoAuthnContext,
            Self::NameIdFormat | Self::NameIdQualifier => Refusal::InvalidNameIdPolicy,
            Self::NotFresh | Self::SessionOver => Refusal::AuthnFailed,
            Self::Subject => Refusal::UnknownPrincipal,
            Self::AcsNotRegistered
            | Self::AuthnInstant
            | Self::Encrypt(_)
            | Self::Form(_)
            | Self::Randomness(_)
            | Self::Sign(_)
            | Self::SuccessWithoutAssertion
            | Self::UnknownRelyingParty
            | Self::Write(_) => return None,
        })
    }
}

impl From<samlkit_core::Error> for IssueError {
    fn from(error: samlkit_core::Error) -> Self {
        Self::Write(error.into())
    }
}

/// A response that was issued.
#[derive(Clone)]
#[must_use]
pub struct Issued {
    form: PostForm,
    message: String,
    assertion_id: Id,
    session: SessionReference,
}

impl Issued {
    /// The page that takes it to the assertion consumer service.
    #[must_use]
    pub const fn form(&self) -> &PostForm {
        &self.form
    }

    /// The response, as XML.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The assertion's `ID`.
    #[must_use]
    pub const fn assertion_id(&self) -> &Id {
        &self.assertion_id
    }

    /// The session at the service provider, to be kept for single logout.
    #[must_use]
    pub const fn session(&self) -> &SessionReference {
        &self.session
    }
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Issued(..)")
    }
}

/// Where a response goes, and what it answers.
struct Target<'a> {
    party: &'a RelyingParty,
    acs_url: &'a str,
    in_response_to: Option<&'a Id>,
    relay_state: Option<&'a str>,
}

impl IdentityProviderRole {
    /// Issues the response to an accepted request.
    ///
    /// # Errors
    ///
    /// [`IssueError`]: what the request insists on is held to, see [`AcceptedRequest`].
    pub fn issue(
        &self,
        request: &AcceptedRequest,
        authentication: &Authentication,
        now: Timestamp,
        randomness: &dyn Randomness,
    ) -> Result<Issued, IssueError> {
        self.hold_to(request, authentication)?;
        self.respond(&self.target(request)?, authentication, now, randomness)
    }

    /// Issues a response that nobody asked for, to the service provider's default endpoint (SAMLProf §4.1.5). It is an
    /// `InResponseTo` short of a solicited one, and has to be accepted by choice.
    ///
    /// # Errors
    ///
    /// [`IssueError`].
    pub fn issue_unsolicited(
        &self,
        relying_party: &str,
        relay_state: Option<&str>,
        authentication: &Authentication,
        now: Timestamp,
        randomness: &dyn Randomness,
    ) -> Result<Issued, IssueError> {
        let party = self
            .relying_party(relying_party)
            .ok_or(IssueError::UnknownRelyingParty)?;
        if relay_state.is_some_and(|state| state.len() > MOST_RELAY_STATE) {
            return Err(RedirectError::RelayStateTooLong.into());
        }
        let target = Target {
            party,
            acs_url: party.acs_url(),
            in_response_to: None,
            relay_state,
        };
        self.respond(&target, authentication, now, randomness)
    }

    /// Answers an accepted request with a failure: a [`Refusal`], or any other [`Status`]. The response is signed.
    ///
    /// # Errors
    ///
    /// [`IssueError::SuccessWithoutAssertion`], [`IssueError::UnknownRelyingParty`], [`IssueError::AcsNotRegistered`], and those of
    /// writing and signing.
    pub fn refuse(
        &self,
        request: &AcceptedRequest,
        status: impl Into<Status>,
        now: Timestamp,
        randomness: &dyn Randomness,
    ) -> Result<PostForm, IssueError> {
        let target = self.target(request)?;
        let status = status.into();
        let id = self.fresh_id(randomness)?;
        let unsigned = self.response(id, now, &target, status).write()?;
        // A success that says nothing of anybody would be read as one by a careless peer.
        let document = Document::parse(unsigned.as_bytes()).map_err(sign::Error::from)?;
        if samlkit_core::Response::inspect(document.root())?
            .untrusted()
            .status()
            .is_success()
        {
            return Err(IssueError::SuccessWithoutAssertion);
        }
        let message = self.sign(&unsigned)?;
        let relay_state = target.relay_state;
        Ok(PostForm::with_echo(
            target.acs_url,
            Parameter::Response,
            &message,
            relay_state,
        ))
    }

    fn target<'a>(&'a self, request: &'a AcceptedRequest) -> Result<Target<'a>, IssueError> {
        let party = self
            .relying_party(&request.relying_party)
            .ok_or(IssueError::UnknownRelyingParty)?;
        // The request may have waited while the metadata changed, or come from another instance's memory.
        let acs_url = party
            .registered(&request.acs_url)
            .ok_or(IssueError::AcsNotRegistered)?;
        Ok(Target {
            party,
            acs_url,
            in_response_to: Some(&request.id),
            relay_state: request.relay_state(),
        })
    }

    /// What the request insists on.
    fn hold_to(
        &self,
        request: &AcceptedRequest,
        authentication: &Authentication,
    ) -> Result<(), IssueError> {
        let name_id = &authentication.name_id;
        if let Some(format) = request.name_id_format()
            && name_id.format() != Some(format)
        {
            return Err(IssueError::NameIdFormat);
        }
        // Left out, it is in the namespace of the service provider that asks (SAMLCore §8.3.7).
        if let Some(qualifier) = request.sp_name_qualifier()
            && qualifier
                != name_id
                    .sp_name_qualifier()
                    .unwrap_or(&request.relying_party)
        {
            return Err(IssueError::NameIdQualifier);
        }
        if !self.is_whom(request, authentication) {
            return Err(IssueError::Subject);
        }
        let listed = request.class_refs.contains(&authentication.class_ref);
        if request.comparison() == Comparison::Exact && !request.class_refs.is_empty() && !listed {
            return Err(IssueError::AuthnContext);
        }
        let fresh = later(authentication.authn_instant, self.request_policy.clock_skew);
        if request.force_authn() && fresh < request.issue_instant {
            return Err(IssueError::NotFresh);
        }
        Ok(())
    }

    fn respond(
        &self,
        target: &Target<'_>,
        authentication: &Authentication,
        now: Timestamp,
        randomness: &dyn Randomness,
    ) -> Result<Issued, IssueError> {
        if authentication.authn_instant > later(now, self.request_policy.clock_skew) {
            return Err(IssueError::AuthnInstant);
        }
        if authentication
            .session_not_on_or_after
            .is_some_and(|end| end <= now)
        {
            return Err(IssueError::SessionOver);
        }
        let parts = self.issue_policy.signed_parts;
        let sign_response = matches!(parts, SignedParts::Response | SignedParts::Both);
        let sign_assertion = matches!(parts, SignedParts::Assertion | SignedParts::Both)
            || target.party.wants_assertions_signed;

        let assertion_id = self.fresh_id(randomness)?;
        let session_index = authentication
            .session_index
            .clone()
            .unwrap_or_else(|| assertion_id.as_str().to_owned());
        let assertion = self.assertion(
            assertion_id.clone(),
            &session_index,
            target,
            authentication,
            now,
        );
        let mut assertion = assertion.write()?;
        if sign_assertion {
            assertion = self.sign(&assertion)?;
        }
        let response = self.response(self.fresh_id(randomness)?, now, target, Status::success());
        let response = match &target.party.encryptor {
            Some(encryptor) => {
                let sealed = encryptor.encrypt(Kind::Assertion, &assertion, randomness)?;
                response.with_encrypted_assertion(Fragment::parse(&sealed)?)?
            }
            None => response.with_signed_assertion(Fragment::parse(&assertion)?)?,
        };
        let mut message = response.write()?;
        if sign_response {
            message = self.sign(&message)?;
        }
        let form = PostForm::with_echo(
            target.acs_url,
            Parameter::Response,
            &message,
            target.relay_state,
        );
        let session = SessionReference::new(
            target.party.entity_id(),
            authentication.name_id.clone(),
            Some(session_index),
        );
        Ok(Issued {
            form,
            message,
            assertion_id,
            session,
        })
    }

    /// SAMLProf §4.1.4.2: what an assertion for single sign-on must have.
    fn assertion(
        &self,
        id: Id,
        session_index: &str,
        target: &Target<'_>,
        authentication: &Authentication,
        now: Timestamp,
    ) -> Assertion {
        let policy = &self.issue_policy;
        let end = later(now, policy.lifetime);
        let mut confirmation = SubjectConfirmation::bearer(target.acs_url, end);
        if let Some(id) = target.in_response_to {
            confirmation = confirmation.with_in_response_to(id.clone());
        }
        let mut statement = AuthnStatement::new(
            authentication.authn_instant,
            authentication.class_ref.as_str(),
        )
        .with_session_index(session_index);
        if let Some(end) = authentication.session_not_on_or_after {
            statement = statement.with_session_not_on_or_after(end);
        }
        let start = TimeDelta::from_std(policy.backdating)
            .ok()
            .and_then(|delta| now.checked_sub_signed(delta))
            .unwrap_or(now);
        let order = match policy.style {
            ResponseStyle::Standard => StatementOrder::AuthnFirst,
            ResponseStyle::EntraLike => StatementOrder::AttributesFirst,
        };
        let mut assertion = Assertion::new(
            id,
            now,
            self.entity_id.as_str(),
            authentication.name_id.clone(),
        )
        .with_subject_confirmation(confirmation)
        .with_not_before(start)
        .with_not_on_or_after(end)
        .with_audience(target.party.entity_id())
        .with_authn_statement(statement)
        .with_statement_order(order)
        .with_style(self.style());
        for attribute in &authentication.attributes {
            assertion = assertion.with_attribute(attribute.clone());
        }
        assertion
    }

    fn response(&self, id: Id, now: Timestamp, target: &Target<'_>, status: Status) -> Response {
        let response = Response::new(id, now, self.entity_id.as_str(), status)
            .with_destination(target.acs_url)
            .with_style(self.style());
        match target.in_response_to {
            Some(request) => response.with_in_response_to(request.clone()),
            None => response,
        }
    }

    fn sign(&self, message: &str) -> Result<String, sign::Error> {
        let naming = match self.issue_policy.style {
            ResponseStyle::Standard => sign::Naming::Prefixed,
            ResponseStyle::EntraLike => sign::Naming::Unprefixed,
        };
        let mut template = sign::Template::new()
            .with_position(sign::Position::AfterIssuer)
            .with_naming(naming);
        if let Some(certificate) = &self.certificate {
            template = template.with_certificate(certificate.clone());
        }
        let document = Document::parse(message.as_bytes())?;
        template.sign(document.root(), &*self.signer)
    }

    const fn style(&self) -> Style {
        match self.issue_policy.style {
            ResponseStyle::Standard => Style::Prefixed,
            ResponseStyle::EntraLike => Style::DefaultNamespace,
        }
    }

    fn fresh_id(&self, randomness: &dyn Randomness) -> Result<Id, IssueError> {
        match self.issue_policy.style {
            ResponseStyle::Standard => fresh_id(randomness),
            ResponseStyle::EntraLike => id::fresh_uuid(randomness),
        }
    }
}
