//! Requests to authenticate a user (SAMLCore §3.4, SAMLProf §4.1.4.1).

use core::fmt;

use samlkit_core::uri::{binding, nameid_format};
use samlkit_core::write::{Id, NameId};
use samlkit_core::{AuthnRequestContent, Comparison, Timestamp};
use samlkit_crypto::Thumbprint;

use super::{IdentityProviderRole, Refusal, RelyingParty, RequiredRequestSignature};
use crate::inbound::{self, Evidence, Inbound, Kind};
use crate::{Code, Incoming, Parameter, Rejection, ReplayMemory};

const AUTHN_REQUEST: Kind = Kind {
    parameter: Parameter::Request,
    local_name: "AuthnRequest",
    otherwise: Code::NotAnAuthnRequest,
    rule: "the message is not a samlp:AuthnRequest",
};

/// A request that was accepted: from a known service provider, signed where it must be, to be answered at an endpoint that is
/// registered.
///
/// [`IdentityProviderRole::accept_request`] is the only maker. An unsigned request may be anybody's ([`Self::signed_by`]); the
/// answer goes to the service provider in any case.
///
/// ```compile_fail,E0451
/// # use samlkit_websso::AcceptedRequest;
/// fn forge(other: AcceptedRequest) -> AcceptedRequest {
///     AcceptedRequest { acs_url: "https://evil.example/".to_owned(), ..other }
/// }
/// ```
///
/// `Debug` shows neither the identifier nor the user.
#[derive(Clone)]
#[must_use]
pub struct AcceptedRequest {
    pub(super) id: Id,
    pub(super) issue_instant: Timestamp,
    pub(super) relying_party: String,
    pub(super) acs_url: String,
    force_authn: bool,
    is_passive: bool,
    name_id_format: Option<String>,
    sp_name_qualifier: Option<String>,
    allow_create: bool,
    comparison: Comparison,
    pub(super) class_refs: Vec<String>,
    pub(super) subject: Option<NameId>,
    attribute_consuming_service_index: Option<u16>,
    relay_state: Option<String>,
    signed_by: Option<Thumbprint>,
}

impl AcceptedRequest {
    /// Copies what `request` says.
    fn of(
        request: &AuthnRequestContent<'_>,
        party: &RelyingParty,
        acs_url: &str,
        evidence: &Evidence,
    ) -> Result<Self, Rejection> {
        let policy = request.name_id_policy();
        let context = request.requested_authn_context();
        let id = Id::new(request.id())
            .map_err(|_| Rejection::rule(Code::InvalidValue, "the ID is not a name"))?;
        Ok(Self {
            id,
            issue_instant: request.issue_instant(),
            relying_party: party.entity_id.clone(),
            acs_url: acs_url.to_owned(),
            force_authn: request.force_authn(),
            is_passive: request.is_passive(),
            name_id_format: policy
                .and_then(samlkit_core::NameIdPolicy::format)
                .filter(|&format| format != nameid_format::UNSPECIFIED)
                .map(str::to_owned),
            sp_name_qualifier: policy
                .and_then(samlkit_core::NameIdPolicy::sp_name_qualifier)
                .map(str::to_owned),
            allow_create: policy.is_some_and(samlkit_core::NameIdPolicy::allow_create),
            comparison: context.map_or(
                Comparison::Exact,
                samlkit_core::RequestedAuthnContext::comparison,
            ),
            class_refs: context
                .map(|context| {
                    context
                        .class_refs()
                        .iter()
                        .map(ToString::to_string)
                        .collect()
                })
                .unwrap_or_default(),
            subject: None,
            attribute_consuming_service_index: request.attribute_consuming_service_index(),
            relay_state: evidence.relay_state().map(str::to_owned),
            signed_by: evidence.key(),
        })
    }

    /// What may be answered, since it is known who asks and where to.
    fn refused(self, rejection: Rejection, refusal: Refusal) -> RefusedRequest {
        RefusedRequest {
            rejection,
            answerable: Some(Box::new((self, refusal))),
        }
    }

    /// `ID`, which the response names.
    #[must_use]
    pub const fn id(&self) -> &Id {
        &self.id
    }

    /// `IssueInstant`.
    #[must_use]
    pub const fn issue_instant(&self) -> Timestamp {
        self.issue_instant
    }

    /// The entity ID of the service provider that asks.
    #[must_use]
    pub fn relying_party(&self) -> &str {
        &self.relying_party
    }

    /// Where the response will go: one of the registered endpoints.
    #[must_use]
    pub fn acs_url(&self) -> &str {
        &self.acs_url
    }

    /// `ForceAuthn`: the user must authenticate now, whatever session there is. Held to when the response is issued.
    #[must_use]
    pub const fn force_authn(&self) -> bool {
        self.force_authn
    }

    /// `IsPassive`: the user must see nothing; where that is impossible, [`Refusal::NoPassive`].
    #[must_use]
    pub const fn is_passive(&self) -> bool {
        self.is_passive
    }

    /// `Format` of `NameIDPolicy`; unspecified is none. Held to when the response is issued.
    #[must_use]
    pub fn name_id_format(&self) -> Option<&str> {
        self.name_id_format.as_deref()
    }

    /// `SPNameQualifier` of `NameIDPolicy`: in whose namespace the identifier is to be. Held to when the response is issued.
    #[must_use]
    pub fn sp_name_qualifier(&self) -> Option<&str> {
        self.sp_name_qualifier.as_deref()
    }

    /// `AllowCreate` of `NameIDPolicy`: whether a new identifier may be made for the user.
    #[must_use]
    pub const fn allow_create(&self) -> bool {
        self.allow_create
    }

    /// How the requested contexts are to be compared (SAMLCore §3.3.2.2.1).
    #[must_use]
    pub const fn comparison(&self) -> Comparison {
        self.comparison
    }

    /// The requested authentication context classes; none means any. Held to when the response is issued, where the comparison
    /// is exact; the other comparisons need an order that only the application has.
    #[must_use]
    pub fn requested_authn_contexts(&self) -> &[String] {
        &self.class_refs
    }

    /// The user who is to be authenticated, if the request names one (SAMLCore §3.4.1.4): the name as it was given, decrypted
    /// where it was encrypted. Held to when the response is issued, with its format and its qualifiers.
    #[must_use]
    pub const fn subject(&self) -> Option<&NameId> {
        self.subject.as_ref()
    }

    /// `AttributeConsumingServiceIndex`.
    #[must_use]
    pub const fn attribute_consuming_service_index(&self) -> Option<u16> {
        self.attribute_consuming_service_index
    }

    /// `RelayState`, which goes back with the response: opaque.
    #[must_use]
    pub fn relay_state(&self) -> Option<&str> {
        self.relay_state.as_deref()
    }

    /// The key that signed the request; `None` for an unsigned one.
    #[must_use]
    pub const fn signed_by(&self) -> Option<Thumbprint> {
        self.signed_by
    }
}

impl fmt::Debug for AcceptedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcceptedRequest")
            .field("relying_party", &self.relying_party)
            .field("acs_url", &self.acs_url)
            .field("signed_by", &self.signed_by)
            .finish_non_exhaustive()
    }
}

/// A request that was not accepted, and how to answer it where that is safe.
///
/// An answer is possible once it is known who asks and that the endpoint is registered; before, there is only an error page to
/// show ([`Rejection::PUBLIC_MESSAGE`]).
#[derive(Clone, Debug)]
pub struct RefusedRequest {
    rejection: Rejection,
    answerable: Option<Box<(AcceptedRequest, Refusal)>>,
}

impl RefusedRequest {
    /// The rule that the request breaks.
    #[must_use]
    pub const fn rejection(&self) -> &Rejection {
        &self.rejection
    }

    /// The request and the answer to give with [`IdentityProviderRole::refuse`], if the service provider is to learn of it.
    #[must_use]
    pub fn answer(&self) -> Option<(&AcceptedRequest, Refusal)> {
        self.answerable
            .as_deref()
            .map(|(request, refusal)| (request, *refusal))
    }
}

impl fmt::Display for RefusedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rejection.fmt(f)
    }
}

impl core::error::Error for RefusedRequest {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.rejection)
    }
}

impl From<Rejection> for RefusedRequest {
    fn from(rejection: Rejection) -> Self {
        Self {
            rejection,
            answerable: None,
        }
    }
}

impl IdentityProviderRole {
    /// Accepts a request that a browser brought to the single sign-on service, or says which rule it breaks.
    ///
    /// `replay`, where there is one, refuses a request whose `ID` came before from the same service provider. Requests are
    /// often sent again by going back in the browser, so that most identity providers remember nothing.
    ///
    /// # Errors
    ///
    /// A [`RefusedRequest`] with the first rule that is broken: [`Code::NotAnAuthnRequest`], [`Code::SignatureWrapping`],
    /// [`Code::EmbeddedSignature`], [`Code::UnknownIssuer`], [`Code::Unsigned`], [`Code::SignatureInvalid`],
    /// [`Code::UntrustedKey`], [`Code::DestinationMismatch`], [`Code::Expired`], [`Code::NotYetValid`],
    /// [`Code::AcsNotRegistered`], [`Code::UnsupportedBinding`], [`Code::UnsupportedIdentifier`], [`Code::DecryptionFailed`],
    /// [`Code::AuthnContextUnsupported`], [`Code::NameIdPolicyUnsupported`], [`Code::Replayed`], and those of decoding and of the
    /// schema.
    ///
    /// # Complexity
    ///
    /// O(n) in the message, plus one signature check for each key of the service provider that fits.
    pub fn accept_request(
        &self,
        incoming: Incoming<'_>,
        now: Timestamp,
        replay: Option<&dyn ReplayMemory>,
    ) -> Result<AcceptedRequest, RefusedRequest> {
        let policy = &self.request_policy;
        let inbound = Inbound::read(
            incoming,
            &AUTHN_REQUEST,
            &policy.limits,
            policy.long_relay_state,
        )?;
        let party = self.claimed_party(&inbound)?;
        let required =
            policy.required_signature == RequiredRequestSignature::Always || party.signs_requests;
        let evidence = inbound.verify(&party.keys, required, policy.algorithms, policy.limits)?;

        // From here on, what was signed speaks.
        let request: AuthnRequestContent<'_> = evidence.message()?;
        let issuer = inbound::issuer(request.issuer())?;
        if issuer != party.entity_id {
            return Err(unknown_issuer(&party.entity_id, issuer).into());
        }
        let signed = evidence.key().is_some();
        inbound::check_destination(request.destination(), &self.sso_urls, signed)?;
        let (max_age, skew) = (policy.max_age, policy.clock_skew);
        let too_old = inbound::check_age(request.issue_instant(), max_age, skew, now)?;
        let acs_url = party.consumer_service(&request)?;
        let mut accepted = AcceptedRequest::of(&request, party, acs_url, &evidence)?;
        match self.requested_subject(&request, signed) {
            Ok(subject) => accepted.subject = subject,
            Err((rejection, refusal)) => return Err(accepted.refused(rejection, refusal)),
        }
        if request
            .requested_authn_context()
            .is_some_and(|context| !context.decl_refs().is_empty())
        {
            let rejection = Rejection::rule(
                Code::AuthnContextUnsupported,
                "the RequestedAuthnContext asks for declarations, and classes are what is issued",
            );
            return Err(accepted.refused(rejection, Refusal::NoAuthnContext));
        }
        if let Some(format) = &accepted.name_id_format
            && !self.name_id_formats.contains(format)
        {
            let rejection = Rejection::rule(
                Code::NameIdPolicyUnsupported,
                "the Format of the NameIDPolicy is not one that is issued",
            );
            return Err(accepted.refused(rejection, Refusal::InvalidNameIdPolicy));
        }
        // Last, so that a request that is refused leaves no trace.
        if let Some(replay) = replay {
            replay
                .remember(issuer, request.id(), too_old, now)
                .map_err(Rejection::from)?;
        }
        Ok(accepted)
    }

    /// The service provider that the request says it is from. Its word decides only whose keys are tried.
    fn claimed_party(&self, inbound: &Inbound<'_>) -> Result<&RelyingParty, Rejection> {
        let request: AuthnRequestContent<'_> = inbound.untrusted()?;
        let claimed = inbound::issuer(request.issuer())?;
        self.relying_party(claimed).ok_or_else(|| {
            let known = self.relying_parties.first();
            unknown_issuer(
                known.map(RelyingParty::entity_id).unwrap_or_default(),
                claimed,
            )
        })
    }
}

fn unknown_issuer(known: &str, found: &str) -> Rejection {
    Rejection::mismatch(Code::UnknownIssuer, "the issuer", known, found)
}

impl RelyingParty {
    /// Where the response goes: only to what is registered, whatever the request says (SAMLProf §4.1.4.1).
    fn consumer_service(&self, request: &AuthnRequestContent<'_>) -> Result<&str, Rejection> {
        if let Some(found) = request.protocol_binding()
            && found != binding::HTTP_POST
        {
            let what = "the ProtocolBinding";
            let code = Code::UnsupportedBinding;
            return Err(Rejection::mismatch(code, what, binding::HTTP_POST, found));
        }
        let index = request.assertion_consumer_service_index();
        let url = request.assertion_consumer_service_url();
        let service = match (index, url) {
            (None, None) => return Ok(self.acs_url()),
            (Some(_), _) => self.services.iter().find(|service| service.index == index),
            (None, Some(url)) => self.services.iter().find(|service| service.url == url),
        };
        match (service, url) {
            (Some(service), _) => Ok(&service.url),
            (None, Some(url)) => Err(Rejection::mismatch(
                Code::AcsNotRegistered,
                "the AssertionConsumerServiceURL",
                self.acs_url(),
                url,
            )),
            (None, None) => Err(Rejection::rule(
                Code::AcsNotRegistered,
                "the AssertionConsumerServiceIndex is not a registered one",
            )),
        }
    }
}
