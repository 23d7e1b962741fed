use super::markup::{Header, header_setters};
use super::{Error, Id, Identifier, Status};
use crate::lexical::Timestamp;
use crate::logout::{LOGOUT_REQUEST, LOGOUT_RESPONSE, SESSION_INDEX};

/// A `samlp:LogoutRequest` to send (SAMLCore §3.7.1).
///
/// ```
/// use samlkit_core::write::{Id, LogoutRequest, NameId};
/// use samlkit_core::{parse_date_time, uri::logout_reason};
///
/// let now = parse_date_time("2026-11-24T03:00:00Z").ok_or("not a time")?;
/// let xml = LogoutRequest::new(Id::new("_l")?, now, "https://sp.example/", NameId::new("user@example.com"))
///     .with_reason(logout_reason::USER)
///     .with_session_index("_session")
///     .write()?;
/// assert!(xml.ends_with("<samlp:SessionIndex>_session</samlp:SessionIndex></samlp:LogoutRequest>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
#[must_use]
pub struct LogoutRequest {
    header: Header,
    reason: Option<String>,
    not_on_or_after: Option<Timestamp>,
    identifier: Identifier,
    session_indexes: Vec<String>,
}

header_setters!(LogoutRequest);

impl LogoutRequest {
    /// A request to end every session of the subject.
    pub fn new(
        id: Id,
        issue_instant: Timestamp,
        issuer: impl Into<String>,
        identifier: impl Into<Identifier>,
    ) -> Self {
        Self {
            header: Header::new(id, issue_instant, Some(issuer.into())),
            reason: None,
            not_on_or_after: None,
            identifier: identifier.into(),
            session_indexes: Vec::new(),
        }
    }

    /// `Reason`; see [`logout_reason`](crate::uri::logout_reason).
    pub fn with_reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// `NotOnOrAfter`.
    pub const fn with_not_on_or_after(mut self, time: Timestamp) -> Self {
        self.not_on_or_after = Some(time);
        self
    }

    /// Adds a `SessionIndex`: only the sessions that are named end.
    pub fn with_session_index(mut self, index: impl Into<String>) -> Self {
        self.session_indexes.push(index.into());
        self
    }

    /// Writes the document.
    ///
    /// # Errors
    ///
    /// [`Error::BlankValue`], [`Error::TimeOutOfRange`], [`Error::Fragment`], [`Error::Xml`].
    pub fn write(&self) -> Result<String, Error> {
        let mut markup = self.header.start(LOGOUT_REQUEST);
        markup
            .optional_attribute("Reason", self.reason.as_deref())
            .time("NotOnOrAfter", self.not_on_or_after);
        self.header.children(&mut markup);
        self.identifier.write_to(&mut markup);
        for index in &self.session_indexes {
            markup.element(SESSION_INDEX, index);
        }
        markup.end();
        markup.finish()
    }
}

impl core::fmt::Debug for LogoutRequest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("LogoutRequest")
            .field("header", &self.header)
            .field("identifier", &self.identifier)
            .field("session_indexes", &self.session_indexes.len())
            .finish_non_exhaustive()
    }
}

/// A `samlp:LogoutResponse` to send (SAMLCore §3.7.2).
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct LogoutResponse {
    header: Header,
    in_response_to: Option<Id>,
    status: Status,
}

header_setters!(LogoutResponse);

impl LogoutResponse {
    /// The answer to the request with the identifier `in_response_to`.
    pub fn new(
        id: Id,
        issue_instant: Timestamp,
        issuer: impl Into<String>,
        in_response_to: Id,
        status: Status,
    ) -> Self {
        Self {
            header: Header::new(id, issue_instant, Some(issuer.into())),
            in_response_to: Some(in_response_to),
            status,
        }
    }

    /// Writes the document.
    ///
    /// # Errors
    ///
    /// [`Error::BlankValue`], [`Error::TimeOutOfRange`], [`Error::Fragment`], [`Error::Xml`].
    pub fn write(&self) -> Result<String, Error> {
        let mut markup = self.header.start(LOGOUT_RESPONSE);
        markup.optional_attribute("InResponseTo", self.in_response_to.as_ref().map(Id::as_str));
        self.header.children(&mut markup);
        self.status.write_to(&mut markup);
        markup.end();
        markup.finish()
    }
}
