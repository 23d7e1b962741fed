use crate::error::Error;
use crate::lexical::Timestamp;
use crate::name_id::{Identifier, NAME_ID, NameId};
use crate::protocol::{Header, message, samlp};
use crate::read::{self, Content, Foreign, Name};
use crate::response::{STATUS, Status};
use samlkit_xml::Element;
use std::borrow::Cow;

pub(crate) const LOGOUT_REQUEST: Name = samlp("LogoutRequest", "samlp:LogoutRequest");
pub(crate) const LOGOUT_RESPONSE: Name = samlp("LogoutResponse", "samlp:LogoutResponse");
pub(crate) const SESSION_INDEX: Name = samlp("SessionIndex", "samlp:SessionIndex");

message! {
    /// A `samlp:LogoutRequest` (SAMLCore §3.7.1), and whether a trusted key signed the octets that it was read from.
    LogoutRequest, LogoutRequestContent, "logout request"
}

/// What a logout request says (SAMLCore §3.7.1).
///
/// `Debug` shows neither the identifier nor the sessions.
#[derive(Clone)]
pub struct LogoutRequestContent<'d> {
    header: Header<'d>,
    reason: Option<&'d str>,
    not_on_or_after: Option<Timestamp>,
    identifier: Identifier<'d>,
    session_indexes: Vec<Cow<'d, str>>,
}

impl<'d> LogoutRequestContent<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        const NAME: &str = LOGOUT_REQUEST.spelled;
        LOGOUT_REQUEST.check(element)?;
        let [
            id,
            version,
            issue_instant,
            destination,
            consent,
            reason,
            not_on_or_after,
        ] = read::attributes(
            element,
            NAME,
            &[
                "ID",
                "Version",
                "IssueInstant",
                "Destination",
                "Consent",
                "Reason",
                "NotOnOrAfter",
            ],
            Foreign::Refused,
        )?;
        let mut content = Content::of(element, NAME)?;
        let header = [id, version, issue_instant, destination, consent];
        let header = Header::read(element, NAME, header, &mut content)?;
        let not_on_or_after = not_on_or_after.map(read::Value::date_time).transpose()?;
        let identifier = Identifier::optional(&mut content)?;
        let identifier = identifier.ok_or_else(|| content.missing(NAME_ID.spelled))?;
        let mut session_indexes = Vec::new();
        while let Some(index) = content.optional(&SESSION_INDEX)? {
            session_indexes.push(read::plain_text(index, SESSION_INDEX.spelled)?);
        }
        content.end()?;
        Ok(Self {
            header,
            reason: reason.map(read::Value::text),
            not_on_or_after,
            identifier,
            session_indexes,
        })
    }

    /// `Reason`; see [`logout_reason`](crate::uri::logout_reason).
    #[must_use]
    pub const fn reason(&self) -> Option<&'d str> {
        self.reason
    }

    /// `NotOnOrAfter`: the first instant at which the request may no longer be honoured.
    #[must_use]
    pub const fn not_on_or_after(&self) -> Option<Timestamp> {
        self.not_on_or_after
    }

    /// Who is to be logged out.
    #[must_use]
    pub const fn identifier(&self) -> &Identifier<'d> {
        &self.identifier
    }

    /// The `NameID`, if it is in the clear.
    #[must_use]
    pub const fn name_id(&self) -> Option<&NameId<'d>> {
        self.identifier.name_id()
    }

    /// Every `SessionIndex`, in order. None at all means every session of the principal (SAMLCore §3.7.3.2).
    #[must_use]
    pub fn session_indexes(&self) -> &[Cow<'d, str>] {
        &self.session_indexes
    }
}

impl core::fmt::Debug for LogoutRequestContent<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("LogoutRequestContent")
            .field("id", &self.header.id)
            .field("issue_instant", &self.header.issue_instant)
            .field("issuer", &self.header.issuer)
            .field("destination", &self.header.destination)
            .field("reason", &self.reason)
            .field("not_on_or_after", &self.not_on_or_after)
            .field("session_indexes", &self.session_indexes.len())
            .finish_non_exhaustive()
    }
}

message! {
    /// A `samlp:LogoutResponse` (SAMLCore §3.7.2), and whether a trusted key signed the octets that it was read from.
    LogoutResponse, LogoutResponseContent, "logout response"
}

/// What a logout response says (SAMLCore §3.7.2): a `StatusResponseType` (§3.2.2) with nothing added.
///
/// `Debug` does not show the request's identifier.
#[derive(Clone)]
pub struct LogoutResponseContent<'d> {
    header: Header<'d>,
    in_response_to: Option<&'d str>,
    status: Status<'d>,
}

impl<'d> LogoutResponseContent<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        const NAME: &str = LOGOUT_RESPONSE.spelled;
        LOGOUT_RESPONSE.check(element)?;
        let [
            id,
            version,
            issue_instant,
            destination,
            consent,
            in_response_to,
        ] = read::attributes(
            element,
            NAME,
            &[
                "ID",
                "Version",
                "IssueInstant",
                "Destination",
                "Consent",
                "InResponseTo",
            ],
            Foreign::Refused,
        )?;
        let mut content = Content::of(element, NAME)?;
        let header = [id, version, issue_instant, destination, consent];
        let header = Header::read(element, NAME, header, &mut content)?;
        let in_response_to = in_response_to.map(read::Value::nc_name).transpose()?;
        let status = Status::read(content.required(&STATUS)?)?;
        content.end()?;
        Ok(Self {
            header,
            in_response_to,
            status,
        })
    }

    /// `InResponseTo`: the request's identifier.
    #[must_use]
    pub const fn in_response_to(&self) -> Option<&'d str> {
        self.in_response_to
    }

    /// `Status`.
    #[must_use]
    pub const fn status(&self) -> &Status<'d> {
        &self.status
    }
}

impl core::fmt::Debug for LogoutResponseContent<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("LogoutResponseContent")
            .field("id", &self.header.id)
            .field("issue_instant", &self.header.issue_instant)
            .field("issuer", &self.header.issuer)
            .field("destination", &self.header.destination)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
