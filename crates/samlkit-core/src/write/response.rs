use super::markup::{self, Header, Markup, header_setters};
use super::{Assertion, Error, Id};
use crate::fragment::Fragment;
use crate::lexical::Timestamp;
use crate::read::{ASSERTION, ENCRYPTED_ASSERTION, RESPONSE};
use crate::response::{STATUS, STATUS_CODE, STATUS_MESSAGE};
use crate::uri::status;

/// A `samlp:Response` to send (SAMLCore §3.3.3).
///
/// ```
/// use samlkit_core::write::{Id, Response, Status};
/// use samlkit_core::{parse_date_time, uri::status};
///
/// let now = parse_date_time("2026-11-24T03:00:00Z").ok_or("not a time")?;
/// let refused = Status::new(status::RESPONDER).with_sub_code(status::AUTHN_FAILED);
/// let xml = Response::new(Id::new("_r")?, now, "https://idp.example/", refused)
///     .with_in_response_to(Id::new("_q")?)
///     .write()?;
/// assert!(xml.contains(r#" InResponseTo="_q">"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Response {
    header: Header,
    in_response_to: Option<Id>,
    status: Status,
    assertions: Vec<Part>,
}

/// An assertion in a response.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Part {
    Built(Box<Assertion>),
    /// Signed already, or encrypted.
    Fragment(Fragment),
}

header_setters!(Response);

impl Response {
    /// A response without assertions.
    pub fn new(
        id: Id,
        issue_instant: Timestamp,
        issuer: impl Into<String>,
        status: Status,
    ) -> Self {
        Self {
            header: Header::new(id, issue_instant, Some(issuer.into())),
            in_response_to: None,
            status,
            assertions: Vec::new(),
        }
    }

    /// `InResponseTo`: the identifier of the request; none for a response that nobody asked for.
    pub fn with_in_response_to(mut self, id: Id) -> Self {
        self.in_response_to = Some(id);
        self
    }

    /// Adds an assertion, unsigned: for a response that will be signed as a whole.
    pub fn with_assertion(mut self, assertion: Assertion) -> Self {
        self.assertions.push(Part::Built(Box::new(assertion)));
        self
    }

    /// Adds a `saml:Assertion` that was written before, usually to be signed.
    ///
    /// # Errors
    ///
    /// [`Error::WrongElement`] if it is another element.
    pub fn with_signed_assertion(mut self, assertion: Fragment) -> Result<Self, Error> {
        let assertion = markup::expect(assertion, ASSERTION)?;
        self.assertions.push(Part::Fragment(assertion));
        Ok(self)
    }

    /// Adds a `saml:EncryptedAssertion` (SAMLCore §2.3.4).
    ///
    /// # Errors
    ///
    /// [`Error::WrongElement`] if it is another element.
    pub fn with_encrypted_assertion(mut self, assertion: Fragment) -> Result<Self, Error> {
        let assertion = markup::expect(assertion, ENCRYPTED_ASSERTION)?;
        self.assertions.push(Part::Fragment(assertion));
        Ok(self)
    }

    /// Writes the document. Assertions that are built in it take its style.
    ///
    /// # Errors
    ///
    /// [`Error::BlankValue`], [`Error::Missing`], [`Error::TimeOutOfRange`], [`Error::Fragment`], [`Error::Xml`].
    pub fn write(&self) -> Result<String, Error> {
        let mut markup = self.header.start(RESPONSE);
        markup.optional_attribute("InResponseTo", self.in_response_to.as_ref().map(Id::as_str));
        self.header.children(&mut markup);
        self.status.write_to(&mut markup);
        for part in &self.assertions {
            match part {
                Part::Built(assertion) => assertion.write_to(&mut markup),
                Part::Fragment(fragment) => {
                    markup.fragment(fragment);
                }
            }
        }
        markup.end();
        markup.finish()
    }
}

/// A `samlp:Status` to send (SAMLCore §3.2.2.1).
///
/// `Debug` does not show the message.
#[derive(Clone, Eq, PartialEq)]
#[must_use]
pub struct Status {
    code: String,
    sub_code: Option<String>,
    message: Option<String>,
}

impl Status {
    /// A top-level code; see [`status`].
    pub fn new(code: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            sub_code: None,
            message: None,
        }
    }

    /// [`status::SUCCESS`].
    pub fn success() -> Self {
        Self::new(status::SUCCESS)
    }

    /// The code of the second level.
    pub fn with_sub_code(mut self, code: impl Into<String>) -> Self {
        self.sub_code = Some(code.into());
        self
    }

    /// `StatusMessage`: for the peer's administrator. Whoever holds the browser can read it.
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    pub(super) fn write_to(&self, markup: &mut Markup) {
        markup
            .start(STATUS)
            .start(STATUS_CODE)
            .filled("Value", &self.code);
        if let Some(code) = &self.sub_code {
            markup.start(STATUS_CODE).filled("Value", code).end();
        }
        markup.end();
        if let Some(message) = &self.message {
            markup.start(STATUS_MESSAGE).text(message).end();
        }
        markup.end();
    }
}

impl core::fmt::Debug for Status {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Status")
            .field("code", &self.code)
            .field("sub_code", &self.sub_code)
            .finish_non_exhaustive()
    }
}
