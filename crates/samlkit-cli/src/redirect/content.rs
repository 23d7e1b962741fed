//! The four messages that a query can hold.

use samlkit::core::{
    AuthnRequest, AuthnRequestContent, Error, LogoutRequest, LogoutRequestContent, LogoutResponse,
    LogoutResponseContent, NameId, Response, ResponseContent, ns,
};
use samlkit::websso::Parameter;
use samlkit::xml::Element;

use crate::failure::Refusal;

/// What kind of message it is, by its root element.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    AuthnRequest,
    LogoutRequest,
    LogoutResponse,
    Response,
}

impl Kind {
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::AuthnRequest => "AuthnRequest",
            Self::LogoutRequest => "LogoutRequest",
            Self::LogoutResponse => "LogoutResponse",
            Self::Response => "Response",
        }
    }

    /// The kind of the message, which must be one that its parameter can carry.
    pub(super) fn of(root: Element<'_>, parameter: Parameter) -> Result<Self, Refusal> {
        let local = if root.namespace() == ns::SAMLP {
            root.local_name()
        } else {
            ""
        };
        match (parameter, local) {
            (Parameter::Request, "AuthnRequest") => Ok(Self::AuthnRequest),
            (Parameter::Request, "LogoutRequest") => Ok(Self::LogoutRequest),
            (Parameter::Response, "LogoutResponse") => Ok(Self::LogoutResponse),
            (Parameter::Response, "Response") => Ok(Self::Response),
            (Parameter::Response, _) => Err(Refusal::new(
                "not-a-response",
                "SAMLResponse holds neither a Response nor a LogoutResponse of SAML 2.0",
            )),
            (_, _) => Err(Refusal::new(
                "not-a-request",
                "SAMLRequest holds neither an AuthnRequest nor a LogoutRequest of SAML 2.0",
            )),
        }
    }
}

/// What the message says. The signature is in the query, and whoever reads this has to have checked it.
pub(super) enum Content<'d> {
    AuthnRequest(Box<AuthnRequestContent<'d>>),
    LogoutRequest(Box<LogoutRequestContent<'d>>),
    LogoutResponse(Box<LogoutResponseContent<'d>>),
    Response(Box<ResponseContent<'d>>),
}

macro_rules! header {
    ($self:ident.$field:ident()) => {
        match $self {
            Self::AuthnRequest(message) => message.$field(),
            Self::LogoutRequest(message) => message.$field(),
            Self::LogoutResponse(message) => message.$field(),
            Self::Response(message) => message.$field(),
        }
    };
}

impl<'d> Content<'d> {
    pub(super) fn read(kind: Kind, root: Element<'d>) -> Result<Self, Error> {
        Ok(match kind {
            Kind::AuthnRequest => {
                Self::AuthnRequest(Box::new(AuthnRequest::inspect(root)?.into_untrusted()))
            }
            Kind::LogoutRequest => {
                Self::LogoutRequest(Box::new(LogoutRequest::inspect(root)?.into_untrusted()))
            }
            Kind::LogoutResponse => {
                Self::LogoutResponse(Box::new(LogoutResponse::inspect(root)?.into_untrusted()))
            }
            Kind::Response => {
                Self::Response(Box::new(Response::inspect(root)?.untrusted().clone()))
            }
        })
    }

    pub(super) fn id(&self) -> &'d str {
        header!(self.id())
    }

    pub(super) fn issue_instant(&self) -> samlkit::Timestamp {
        header!(self.issue_instant())
    }

    pub(super) fn destination(&self) -> Option<&'d str> {
        header!(self.destination())
    }

    pub(super) fn signature(&self) -> Option<Element<'d>> {
        header!(self.signature())
    }

    pub(super) fn issuer(&self) -> Option<&NameId<'d>> {
        header!(self.issuer())
    }
}
