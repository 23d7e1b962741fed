use crate::assertion::Assertion;
use crate::error::Error;
use crate::few::Few;
use crate::lexical::Timestamp;
use crate::name_id::{EncryptedElement, NameId};
use crate::protocol::{Header, samlp};
use crate::read::{self, ASSERTION, Content, ENCRYPTED_ASSERTION, Foreign, Name, RESPONSE};
use crate::state::{State, Unverified, Verified};
use crate::uri::status;
use core::marker::PhantomData;
use core::ops::Deref;
use samlkit_dsig::Signed;
use samlkit_xml::Element;
use std::borrow::Cow;

pub(crate) const STATUS: Name = samlp("Status", "samlp:Status");
pub(crate) const STATUS_CODE: Name = samlp("StatusCode", "samlp:StatusCode");
pub(crate) const STATUS_MESSAGE: Name = samlp("StatusMessage", "samlp:StatusMessage");
const STATUS_DETAIL: Name = samlp("StatusDetail", "samlp:StatusDetail");

/// A `samlp:Response` (SAMLCore §3.2.2, §3.3.3), and whether a trusted key signed the octets that it was read from.
///
/// The states work as for [`Assertion`]. A response around a signed assertion is unsigned itself: what it says can make a
/// message refused, never accepted.
#[derive(Clone, Debug)]
#[must_use]
pub struct Response<'d, S: State = Verified> {
    content: ResponseContent<'d>,
    state: PhantomData<S>,
}

impl<'d> Response<'d, Verified> {
    /// Reads the response that a trusted key signed.
    ///
    /// # Errors
    ///
    /// [`Error::WrongElement`] if what was signed is not a response, and every other variant for a response that is not of the
    /// schema's form.
    pub fn from_signed(signed: &'d Signed) -> Result<Self, Error> {
        ResponseContent::read(signed.root()).map(Self::new)
    }

    /// Reads the assertions of this response, which its signature covers, one after the other. Encrypted ones are not among
    /// them.
    ///
    /// # Errors
    ///
    /// Those of [`Assertion::from_signed`], for an assertion that is not of the schema's form.
    #[must_use]
    pub fn verified_assertions(
        &self,
    ) -> impl ExactSizeIterator<Item = Result<Assertion<'d, Verified>, Error>> {
        let assertions = self.content.assertions().iter();
        assertions.map(|&element| Assertion::verified(element))
    }
}

impl<'d> Response<'d, Unverified> {
    /// Reads a response that nobody vouches for: the envelope of a signed assertion, or a message that a tool shows.
    ///
    /// # Errors
    ///
    /// Those of [`Response::from_signed`].
    ///
    /// # Security
    ///
    /// Never take a fact from it. Anyone can have written it.
    pub fn inspect(element: Element<'d>) -> Result<Self, Error> {
        ResponseContent::read(element).map(Self::new)
    }

    /// What the response says, true or not.
    #[must_use]
    pub const fn untrusted(&self) -> &ResponseContent<'d> {
        &self.content
    }
}

impl<'d, S: State> Response<'d, S> {
    const fn new(content: ResponseContent<'d>) -> Self {
        Self {
            content,
            state: PhantomData,
        }
    }
}

impl<'d> Deref for Response<'d, Verified> {
    type Target = ResponseContent<'d>;

    fn deref(&self) -> &Self::Target {
        &self.content
    }
}

/// What a response says (SAMLCore §3.2.2, §3.3.3).
///
/// `Debug` does not show the request's identifier.
#[derive(Clone)]
pub struct ResponseContent<'d> {
    header: Header<'d>,
    in_response_to: Option<&'d str>,
    status: Status<'d>,
    assertions: Few<Element<'d>>,
    encrypted_assertions: Vec<EncryptedElement<'d>>,
}

impl<'d> ResponseContent<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        const NAME: &str = RESPONSE.spelled;
        RESPONSE.check(element)?;
        let [
            id,
            in_response_to,
            version,
            issue_instant,
            destination,
            consent,
        ] = read::attributes(
            element,
            NAME,
            &[
                "ID",
                "InResponseTo",
                "Version",
                "IssueInstant",
                "Destination",
                "Consent",
            ],
            Foreign::Refused,
        )?;
        let mut content = Content::of(element, NAME)?;
        let header = [id, version, issue_instant, destination, consent];
        let header = Header::read(element, NAME, header, &mut content)?;
        let in_response_to = in_response_to.map(read::Value::nc_name).transpose()?;
        let status = Status::read(content.required(&STATUS)?)?;
        let (mut assertions, mut encrypted_assertions) = (Few::None, Vec::new());
        while let Some(child) = content.next()? {
            if ASSERTION.is(child) {
                assertions.push(child, || content.left());
            } else if ENCRYPTED_ASSERTION.is(child) {
                let encrypted = EncryptedElement::read(child, ENCRYPTED_ASSERTION.spelled)?;
                encrypted_assertions.push(encrypted);
            } else {
                return Err(content.unexpected(child));
            }
        }
        Ok(Self {
            header,
            in_response_to,
            status,
            assertions,
            encrypted_assertions,
        })
    }

    /// `ID`.
    #[must_use]
    pub const fn id(&self) -> &'d str {
        self.header.id
    }

    /// `InResponseTo`: the request's identifier.
    #[must_use]
    pub const fn in_response_to(&self) -> Option<&'d str> {
        self.in_response_to
    }

    /// `IssueInstant`.
    #[must_use]
    pub const fn issue_instant(&self) -> Timestamp {
        self.header.issue_instant
    }

    /// `Destination`: where the message was sent.
    #[must_use]
    pub const fn destination(&self) -> Option<&'d str> {
        self.header.destination
    }

    /// `Consent`; see [`consent`](crate::uri::consent).
    #[must_use]
    pub const fn consent(&self) -> Option<&'d str> {
        self.header.consent
    }

    /// `Issuer`.
    #[must_use]
    pub const fn issuer(&self) -> Option<&NameId<'d>> {
        self.header.issuer.as_ref()
    }

    /// The `ds:Signature` after `Issuer`, unread.
    #[must_use]
    pub const fn signature(&self) -> Option<Element<'d>> {
        self.header.signature
    }

    /// `Extensions`, of which nothing is read.
    #[must_use]
    pub const fn extensions(&self) -> Option<Element<'d>> {
        self.header.extensions
    }

    /// `Status`.
    #[must_use]
    pub const fn status(&self) -> &Status<'d> {
        &self.status
    }

    /// Every `saml:Assertion` that is a child, unread: each is to be verified, then read.
    #[must_use]
    pub fn assertions(&self) -> &[Element<'d>] {
        self.assertions.as_slice()
    }

    /// Every `saml:EncryptedAssertion` that is a child.
    #[must_use]
    pub fn encrypted_assertions(&self) -> &[EncryptedElement<'d>] {
        &self.encrypted_assertions
    }

    /// The whole element.
    #[must_use]
    pub const fn element(&self) -> Element<'d> {
        self.header.element
    }
}

impl core::fmt::Debug for ResponseContent<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ResponseContent")
            .field("id", &self.header.id)
            .field("issue_instant", &self.header.issue_instant)
            .field("issuer", &self.header.issuer)
            .field("destination", &self.header.destination)
            .field("status", &self.status)
            .field("assertions", &self.assertions().len())
            .field("encrypted_assertions", &self.encrypted_assertions.len())
            .finish_non_exhaustive()
    }
}

/// Whether the request succeeded (SAMLCore §3.2.2.1).
///
/// `Debug` does not show the message: identity providers put user names into it.
#[derive(Clone)]
pub struct Status<'d> {
    codes: Few<StatusCode<'d>>,
    message: Option<Cow<'d, str>>,
    detail: Option<Element<'d>>,
}

/// One status code's `Value`; see [`status`](crate::uri::status) (SAMLCore §3.2.2.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StatusCode<'d>(&'d str);

impl<'d> StatusCode<'d> {
    /// `Value`.
    #[must_use]
    pub const fn value(&self) -> &'d str {
        self.0
    }
}

impl core::fmt::Debug for Status<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Status")
            .field("codes", &self.codes())
            .finish_non_exhaustive()
    }
}

impl<'d> Status<'d> {
    /// The specification defines two levels and allows more; nobody sends more than three.
    const MAX_DEPTH: usize = 16;

    pub(crate) fn read(element: Element<'d>) -> Result<Self, Error> {
        read::no_attributes(element, STATUS.spelled)?;
        let mut content = Content::of(element, STATUS.spelled)?;
        let codes = status_codes(content.required(&STATUS_CODE)?)?;
        let message = content.optional(&STATUS_MESSAGE)?;
        let message = message
            .map(|e| {
                read::no_attributes(e, STATUS_MESSAGE.spelled)?;
                read::text(e, STATUS_MESSAGE.spelled)
            })
            .transpose()?;
        let detail = content.optional(&STATUS_DETAIL)?;
        if let Some(detail) = detail {
            read::no_attributes(detail, STATUS_DETAIL.spelled)?;
        }
        content.end()?;
        Ok(Self {
            codes,
            message,
            detail,
        })
    }

    /// The status codes from the top level down. There is at least one.
    #[must_use]
    pub fn codes(&self) -> &[StatusCode<'d>] {
        self.codes.as_slice()
    }

    /// The top-level code, which alone decides over success.
    #[must_use]
    pub fn code(&self) -> &'d str {
        self.codes().first().map_or("", StatusCode::value)
    }

    /// Whether the top-level code is [`status::SUCCESS`].
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.code() == status::SUCCESS
    }

    /// `StatusMessage`: for people. The peer chose it.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// `StatusDetail`, of which nothing is read.
    #[must_use]
    pub const fn detail(&self) -> Option<Element<'d>> {
        self.detail
    }
}

/// The values of a `samlp:StatusCode` and of those nested in it.
fn status_codes(top: Element<'_>) -> Result<Few<StatusCode<'_>>, Error> {
    const NAME: &str = STATUS_CODE.spelled;
    let mut codes = Few::None;
    let mut next = Some(top);
    while let Some(element) = next {
        if codes.as_slice().len() == Status::MAX_DEPTH {
            return Err(Error::TooDeep {
                element: NAME,
                offset: element.offset(),
                limit: Status::MAX_DEPTH,
            });
        }
        let [value] = read::attributes(element, NAME, &["Value"], Foreign::Refused)?;
        let value = read::required(value, element, NAME, "Value")?.filled()?;
        codes.push(StatusCode(value), || 0);
        let mut content = Content::of(element, NAME)?;
        next = content.optional(&STATUS_CODE)?;
        content.end()?;
    }
    Ok(codes)
}
