use crate::error::Error;
use crate::few::Few;
use crate::lexical::Timestamp;
use crate::name_id::{Identifier, NAME_ID, NameId};
use crate::ns;
use crate::read::{self, Content, Foreign, Name};
use samlkit_xml::Element;

pub(crate) const SUBJECT: Name = Name::new(ns::SAML, "Subject", "saml:Subject");
pub(crate) const SUBJECT_CONFIRMATION: Name =
    Name::new(ns::SAML, "SubjectConfirmation", "saml:SubjectConfirmation");
pub(crate) const SUBJECT_CONFIRMATION_DATA: Name = Name::new(
    ns::SAML,
    "SubjectConfirmationData",
    "saml:SubjectConfirmationData",
);

/// Whom the statements are about (SAMLCore §2.4.1).
#[derive(Clone, Debug)]
pub struct Subject<'d> {
    identifier: Option<Identifier<'d>>,
    confirmations: Few<SubjectConfirmation<'d>>,
}

impl<'d> Subject<'d> {
    pub(crate) fn read(element: Element<'d>) -> Result<Self, Error> {
        read::no_attributes(element, SUBJECT.spelled)?;
        let mut content = Content::of(element, SUBJECT.spelled)?;
        let identifier = Identifier::optional(&mut content)?;
        let confirmations = content.few(&SUBJECT_CONFIRMATION, SubjectConfirmation::read)?;
        if identifier.is_none() && confirmations.as_slice().is_empty() && content.peek().is_none() {
            return Err(content.missing(NAME_ID.spelled));
        }
        content.end()?;
        Ok(Self {
            identifier,
            confirmations,
        })
    }

    /// How the subject is named; a subject may be given by its confirmations alone.
    #[must_use]
    pub const fn identifier(&self) -> Option<&Identifier<'d>> {
        self.identifier.as_ref()
    }

    /// The `NameID`, if there is one in the clear.
    #[must_use]
    pub fn name_id(&self) -> Option<&NameId<'d>> {
        self.identifier.as_ref().and_then(Identifier::name_id)
    }

    /// Every `SubjectConfirmation`, in order. One that can be satisfied is enough (SAMLCore §2.4.1.1).
    #[must_use]
    pub fn confirmations(&self) -> &[SubjectConfirmation<'d>] {
        self.confirmations.as_slice()
    }
}

/// One way to confirm that the bearer is the subject (SAMLCore §2.4.1.1).
#[derive(Clone, Debug)]
pub struct SubjectConfirmation<'d> {
    method: &'d str,
    identifier: Option<Identifier<'d>>,
    data: Option<SubjectConfirmationData<'d>>,
}

impl<'d> SubjectConfirmation<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        const NAME: &str = SUBJECT_CONFIRMATION.spelled;
        let [method] = read::attributes(element, NAME, &["Method"], Foreign::Refused)?;
        let method = read::required(method, element, NAME, "Method")?.filled()?;
        let mut content = Content::of(element, NAME)?;
        let identifier = Identifier::optional(&mut content)?;
        let data = content.optional(&SUBJECT_CONFIRMATION_DATA)?;
        content.end()?;
        Ok(Self {
            method,
            identifier,
            data: data.map(SubjectConfirmationData::read).transpose()?,
        })
    }

    /// `Method`; see [`confirmation_method`](crate::uri::confirmation_method).
    #[must_use]
    pub const fn method(&self) -> &'d str {
        self.method
    }

    /// Who is expected to confirm, if it is someone else than the subject.
    #[must_use]
    pub const fn identifier(&self) -> Option<&Identifier<'d>> {
        self.identifier.as_ref()
    }

    /// `SubjectConfirmationData`.
    #[must_use]
    pub const fn data(&self) -> Option<&SubjectConfirmationData<'d>> {
        self.data.as_ref()
    }
}

/// What constrains a confirmation (SAMLCore §2.4.1.2).
///
/// The content is of any kind (`ds:KeyInfo` for holder of key) and stays opaque, as do attributes of other namespaces.
/// `Debug` shows neither the request's identifier nor the address.
#[derive(Clone, Copy)]
pub struct SubjectConfirmationData<'d> {
    element: Element<'d>,
    not_before: Option<Timestamp>,
    not_on_or_after: Option<Timestamp>,
    recipient: Option<&'d str>,
    in_response_to: Option<&'d str>,
    address: Option<&'d str>,
}

impl<'d> SubjectConfirmationData<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        let [
            not_before,
            not_on_or_after,
            recipient,
            in_response_to,
            address,
        ] = read::attributes(
            element,
            SUBJECT_CONFIRMATION_DATA.spelled,
            &[
                "NotBefore",
                "NotOnOrAfter",
                "Recipient",
                "InResponseTo",
                "Address",
            ],
            Foreign::OtherThan(ns::SAML),
        )?;
        Ok(Self {
            element,
            not_before: not_before.map(read::Value::date_time).transpose()?,
            not_on_or_after: not_on_or_after.map(read::Value::date_time).transpose()?,
            recipient: recipient.map(read::Value::text),
            in_response_to: in_response_to.map(read::Value::nc_name).transpose()?,
            address: address.map(read::Value::text),
        })
    }

    /// `NotBefore`. Bearer confirmations must not have it (SAMLProf §4.1.4.2).
    #[must_use]
    pub const fn not_before(&self) -> Option<Timestamp> {
        self.not_before
    }

    /// `NotOnOrAfter`: the first instant at which the subject can no longer be confirmed.
    #[must_use]
    pub const fn not_on_or_after(&self) -> Option<Timestamp> {
        self.not_on_or_after
    }

    /// `Recipient`: where the assertion may be delivered.
    #[must_use]
    pub const fn recipient(&self) -> Option<&'d str> {
        self.recipient
    }

    /// `InResponseTo`: the request's identifier.
    #[must_use]
    pub const fn in_response_to(&self) -> Option<&'d str> {
        self.in_response_to
    }

    /// `Address`: the network address from which the assertion can be presented.
    #[must_use]
    pub const fn address(&self) -> Option<&'d str> {
        self.address
    }

    /// Its `xsi:type` (`KeyInfoConfirmationDataType`), as written.
    #[must_use]
    pub fn xsi_type(&self) -> Option<&'d str> {
        read::xsi_type(self.element)
    }

    /// The whole element, for its opaque attributes and content.
    #[must_use]
    pub const fn element(&self) -> Element<'d> {
        self.element
    }
}

impl core::fmt::Debug for SubjectConfirmationData<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SubjectConfirmationData")
            .field("not_before", &self.not_before)
            .field("not_on_or_after", &self.not_on_or_after)
            .field("recipient", &self.recipient)
            .finish_non_exhaustive()
    }
}
