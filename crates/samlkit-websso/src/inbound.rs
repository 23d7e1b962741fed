//! The way in of requests and logout messages, which is the same for both roles.

use core::time::Duration;

use chrono::TimeDelta;
use samlkit_core::uri::nameid_format;
use samlkit_core::{
    AuthnRequest, AuthnRequestContent, LogoutRequest, LogoutRequestContent, LogoutResponse,
    LogoutResponseContent, NameId, Timestamp,
};
use samlkit_crypto::{AlgorithmPolicy, Thumbprint};
use samlkit_dsig::{Signed, TrustedKey, Verifier, check_ids, signature_of};
use samlkit_xml::{Document, Element, Limits};

use crate::service_provider::SAMLP;
use crate::{
    Code, LongRelayState, Parameter, RedirectMessage, Rejection, RequestBinding, decode_form_value,
};

/// A message as the browser brought it, undecoded.
///
/// ```
/// use samlkit_websso::{Incoming, Parameter, RequestBinding};
///
/// let by_query = Incoming::redirect("SAMLRequest=fZ...&RelayState=x");
/// let by_form = Incoming::post(Parameter::Request, "PHNhbWxw...", Some("x"));
/// assert_eq!((by_query.binding(), by_form.binding()), (RequestBinding::Redirect, RequestBinding::Post));
/// ```
#[derive(Clone, Copy)]
pub struct Incoming<'m>(Carrier<'m>);

#[derive(Clone, Copy)]
enum Carrier<'m> {
    Query(&'m str),
    Form {
        parameter: Parameter,
        value: &'m str,
        relay_state: Option<&'m str>,
    },
}

impl<'m> Incoming<'m> {
    /// By HTTP-Redirect (SAMLBind §3.4): the query string exactly as it was received, without its `?`.
    #[must_use]
    pub const fn redirect(query: &'m str) -> Self {
        Self(Carrier::Query(query))
    }

    /// By HTTP-POST (SAMLBind §3.5): the value of the form field that `parameter` names, and that of `RelayState`.
    #[must_use]
    pub const fn post(parameter: Parameter, value: &'m str, relay_state: Option<&'m str>) -> Self {
        Self(Carrier::Form {
            parameter,
            value,
            relay_state,
        })
    }

    /// How it came.
    #[must_use]
    pub const fn binding(self) -> RequestBinding {
        match self.0 {
            Carrier::Query(_) => RequestBinding::Redirect,
            Carrier::Form { .. } => RequestBinding::Post,
        }
    }
}

impl core::fmt::Debug for Incoming<'_> {
    /// Shows how it came, not what it says.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Incoming")
            .field("binding", &self.binding())
            .finish_non_exhaustive()
    }
}

/// What messages a reader is for.
pub(crate) struct Kind {
    pub(crate) parameter: Parameter,
    pub(crate) local_name: &'static str,
    /// The code for anything else.
    pub(crate) otherwise: Code,
    pub(crate) rule: &'static str,
}

/// A message that was decoded and parsed, of the right kind, its signature still unchecked.
pub(crate) struct Inbound<'m> {
    document: Document<'static>,
    query: Option<RedirectMessage<'m>>,
    relay_state: Option<String>,
}

impl<'m> Inbound<'m> {
    pub(crate) fn read(
        incoming: Incoming<'m>,
        kind: &Kind,
        limits: &Limits,
        long: LongRelayState,
    ) -> Result<Self, Rejection> {
        let (parameter, octets, query, relay_state) = match incoming.0 {
            Carrier::Query(query) => {
                let message = RedirectMessage::parse_with(query, long)?;
                let octets = message.message().to_vec();
                let relay_state = message.relay_state().map(str::to_owned);
                (message.parameter(), octets, Some(message), relay_state)
            }
            Carrier::Form {
                parameter,
                value,
                relay_state,
            } => {
                long.check(relay_state)?;
                let relay_state = relay_state.map(str::to_owned);
                (parameter, decode_form_value(value)?, None, relay_state)
            }
        };
        if parameter != kind.parameter {
            return Err(Rejection::rule(kind.otherwise, kind.rule));
        }
        let document = Document::parse_owned(octets, limits)?;
        let root = document.root();
        if !root.is(SAMLP, kind.local_name) {
            return Err(Rejection::rule(kind.otherwise, kind.rule));
        }
        check_ids(&document)?;
        survey(root)?;
        Ok(Self {
            document,
            query,
            relay_state,
        })
    }

    /// The message as it stands, true or not: what it says decides only whose keys are tried.
    pub(crate) fn untrusted<'d, M: Message<'d>>(&'d self) -> Result<M, Rejection> {
        Ok(M::of_root(self.document.root())?)
    }

    /// Whether there is a signature, good or bad, at the place that the binding has for it.
    fn is_signed(&self) -> Result<bool, Rejection> {
        let embedded = signature_of(self.document.root())?.is_some();
        match &self.query {
            Some(_) if embedded => Err(Rejection::rule(
                Code::EmbeddedSignature,
                "a message by HTTP-Redirect has a signature in its XML",
            )),
            Some(query) => Ok(query.is_signed()),
            None => Ok(embedded),
        }
    }

    /// Checks the signature. One that is there must verify, whether it is required or not.
    pub(crate) fn verify(
        self,
        keys: &[TrustedKey],
        required: bool,
        algorithms: AlgorithmPolicy,
        limits: Limits,
    ) -> Result<Evidence, Rejection> {
        let source = if !self.is_signed()? {
            if required {
                return Err(Rejection::rule(Code::Unsigned, "the message is not signed"));
            }
            Source::Unsigned(self.document)
        } else if let Some(query) = &self.query {
            let key = query.verify(keys, &algorithms)?;
            Source::Query(self.document, key)
        } else {
            let policy = samlkit_dsig::Policy::new()
                .with_algorithms(algorithms)
                .with_limits(limits);
            let verifier = Verifier::new(keys)?.with_policy(policy);
            Source::Enveloped(verifier.verify(self.document.root())?)
        };
        Ok(Evidence {
            source,
            relay_state: self.relay_state,
        })
    }
}

/// A signature may be a child of the message and nowhere else, and no other message may be within.
fn survey(root: Element<'_>) -> Result<(), Rejection> {
    for element in root.document().elements() {
        let misplaced =
            element.is(samlkit_dsig::ns::DS, "Signature") && element.parent() != Some(root);
        let nested = element != root && element.is(root.namespace(), root.local_name());
        if misplaced || nested {
            return Err(Rejection::rule(
                Code::SignatureWrapping,
                "a signature or a message is within the message, where there is none",
            ));
        }
    }
    Ok(())
}

/// A message whose signature was checked, or found to be missing where it may be. [`Inbound::verify`] is the only maker.
pub(crate) struct Evidence {
    source: Source,
    relay_state: Option<String>,
}

/// Where the message is to be read from.
enum Source {
    /// The octets that the signature in the XML covers.
    Enveloped(Signed),
    /// The octets that came in the very query that was verified.
    Query(Document<'static>, Thumbprint),
    Unsigned(Document<'static>),
}

impl Evidence {
    /// What was signed, read anew from the octets that the signature covers.
    pub(crate) fn message<'d, M: Message<'d>>(&'d self) -> Result<M, Rejection> {
        Ok(match &self.source {
            Source::Enveloped(signed) => M::of_signed(signed)?,
            Source::Query(document, _) | Source::Unsigned(document) => M::of_root(document.root())?,
        })
    }

    /// The key that signed; `None` for an unsigned message.
    pub(crate) const fn key(&self) -> Option<Thumbprint> {
        match &self.source {
            Source::Enveloped(signed) => Some(signed.key()),
            Source::Query(_, key) => Some(*key),
            Source::Unsigned(_) => None,
        }
    }

    pub(crate) fn relay_state(&self) -> Option<&str> {
        self.relay_state.as_deref()
    }
}

/// A message that can be read either way.
pub(crate) trait Message<'d>: Sized {
    fn of_signed(signed: &'d Signed) -> Result<Self, samlkit_core::Error>;
    fn of_root(root: Element<'d>) -> Result<Self, samlkit_core::Error>;
}

macro_rules! message {
    ($($message:ident => $content:ident),*) => {$(
        impl<'d> Message<'d> for $content<'d> {
            fn of_signed(signed: &'d Signed) -> Result<Self, samlkit_core::Error> {
                $message::from_signed(signed).map(|message| (*message).clone())
            }

            fn of_root(root: Element<'d>) -> Result<Self, samlkit_core::Error> {
                $message::inspect(root).map($message::into_untrusted)
            }
        }
    )*};
}

message! {
    AuthnRequest => AuthnRequestContent,
    LogoutRequest => LogoutRequestContent,
    LogoutResponse => LogoutResponseContent
}

/// The issuer, which every message of these profiles must have (SAMLProf §4.1.4.1, §4.4.4.1, §4.4.4.2).
pub(crate) fn issuer<'i, 'd>(issuer: Option<&'i NameId<'d>>) -> Result<&'i str, Rejection> {
    let issuer = issuer.ok_or(Rejection::missing(Code::MissingElement, "the Issuer"))?;
    match issuer.format() {
        None | Some(nameid_format::ENTITY) => Ok(issuer.value()),
        Some(format) => Err(Rejection::mismatch(
            Code::IssuerMismatch,
            "the Format of the issuer",
            nameid_format::ENTITY,
            format,
        )),
    }
}

/// SAMLBind §3.4.5.2, §3.5.5.2: exact where it is there, and it must be there where the message is signed.
pub(crate) fn check_destination(
    destination: Option<&str>,
    ours: &[String],
    required: bool,
) -> Result<(), Rejection> {
    match destination {
        Some(found) if ours.iter().any(|url| url == found) => Ok(()),
        Some(found) => Err(Rejection::mismatch(
            Code::DestinationMismatch,
            "the Destination",
            ours.first().map(String::as_str).unwrap_or_default(),
            found,
        )),
        None if required => Err(Rejection::missing(
            Code::DestinationMismatch,
            "the Destination of the signed message",
        )),
        None => Ok(()),
    }
}

/// `time` plus `duration`, or the end of time.
pub(crate) fn later(time: Timestamp, duration: Duration) -> Timestamp {
    TimeDelta::from_std(duration)
        .ok()
        .and_then(|delta| time.checked_add_signed(delta))
        .unwrap_or(Timestamp::MAX_UTC)
}

/// `IssueInstant` may be neither ahead nor older than `max_age`. Gives the moment from which the message is too old.
pub(crate) fn check_age(
    issue_instant: Timestamp,
    max_age: Duration,
    skew: Duration,
    now: Timestamp,
) -> Result<Timestamp, Rejection> {
    if later(now, skew) < issue_instant {
        let what = "IssueInstant";
        return Err(Rejection::time(Code::NotYetValid, what, issue_instant, now));
    }
    let end = later(later(issue_instant, max_age), skew);
    if now >= end {
        let what = "IssueInstant and the age that is allowed";
        return Err(Rejection::time(Code::Expired, what, end, now));
    }
    Ok(end)
}
