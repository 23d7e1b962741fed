use crate::error::Error;
use crate::ns;
use crate::read::{self, Content, ENCRYPTED_DATA, ENCRYPTED_KEY, Foreign, Name};
use crate::uri::nameid_format;
use samlkit_dsig::Signed;
use samlkit_xml::Element;
use std::borrow::Cow;

pub(crate) const BASE_ID: Name = saml("BaseID", "saml:BaseID");
pub(crate) const NAME_ID: Name = saml("NameID", "saml:NameID");
pub(crate) const ENCRYPTED_ID: Name = saml("EncryptedID", "saml:EncryptedID");

const fn saml(local: &'static str, spelled: &'static str) -> Name {
    Name::new(ns::SAML, local, spelled)
}

/// A `saml:NameID` or `saml:Issuer`: `NameIDType` (SAMLCore §2.2.2, §2.2.3, §2.2.5).
///
/// `Debug` does not show the value: it may be personal.
#[derive(Clone, Eq, PartialEq)]
pub struct NameId<'d> {
    value: Cow<'d, str>,
    format: Option<&'d str>,
    name_qualifier: Option<&'d str>,
    sp_name_qualifier: Option<&'d str>,
    sp_provided_id: Option<&'d str>,
}

impl<'d> NameId<'d> {
    /// Reads the `saml:NameID` that a trusted key signed, encrypted: what [`Signed::open`] makes of a `saml:EncryptedID`.
    ///
    /// # Errors
    ///
    /// [`Error::WrongElement`] if it is another identifier, and every other variant for one that is not of the schema's form.
    pub fn from_signed(signed: &'d Signed) -> Result<Self, Error> {
        NAME_ID.check(signed.root())?;
        Self::read(signed.root(), NAME_ID.spelled)
    }

    pub(crate) fn read(element: Element<'d>, spelled: &'static str) -> Result<Self, Error> {
        let [format, name_qualifier, sp_name_qualifier, sp_provided_id] = read::attributes(
            element,
            spelled,
            &["Format", "NameQualifier", "SPNameQualifier", "SPProvidedID"],
            Foreign::Refused,
        )?;
        Ok(Self {
            value: read::filled_text(element, spelled)?,
            format: format.map(read::Value::text),
            name_qualifier: name_qualifier.map(read::Value::text),
            sp_name_qualifier: sp_name_qualifier.map(read::Value::text),
            sp_provided_id: sp_provided_id.map(read::Value::text),
        })
    }

    /// The identifier: whole, untrimmed, never blank.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// `Format`, if it is given; see [`nameid_format`].
    #[must_use]
    pub const fn format(&self) -> Option<&'d str> {
        self.format
    }

    /// `Format`, or what a `NameID` without it means (SAMLCore §2.2.2). Not for an `Issuer`, whose default is
    /// [`nameid_format::ENTITY`].
    #[must_use]
    pub fn format_or_unspecified(&self) -> &'d str {
        self.format.unwrap_or(nameid_format::UNSPECIFIED)
    }

    /// `NameQualifier`: the domain that qualifies the name.
    #[must_use]
    pub const fn name_qualifier(&self) -> Option<&'d str> {
        self.name_qualifier
    }

    /// `SPNameQualifier`: the service provider, or affiliation, that qualifies the name.
    #[must_use]
    pub const fn sp_name_qualifier(&self) -> Option<&'d str> {
        self.sp_name_qualifier
    }

    /// `SPProvidedID`: the name that the service provider set by name identifier management.
    #[must_use]
    pub const fn sp_provided_id(&self) -> Option<&'d str> {
        self.sp_provided_id
    }
}

impl core::fmt::Debug for NameId<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("NameId")
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// A `saml:BaseID`: an identifier of an extension type that this crate does not know (SAMLCore §2.2.1).
#[derive(Clone, Copy, Debug)]
pub struct BaseId<'d> {
    element: Element<'d>,
}

impl<'d> BaseId<'d> {
    /// The whole element; nothing in it was read.
    #[must_use]
    pub const fn element(&self) -> Element<'d> {
        self.element
    }

    /// Its `xsi:type`, as written.
    #[must_use]
    pub fn xsi_type(&self) -> Option<&'d str> {
        read::xsi_type(self.element)
    }
}

/// An encrypted element: `xenc:EncryptedData`, then any `xenc:EncryptedKey` (`EncryptedElementType`, SAMLCore §2.2.4).
#[derive(Clone, Copy, Debug)]
pub struct EncryptedElement<'d> {
    element: Element<'d>,
    data: Element<'d>,
}

impl<'d> EncryptedElement<'d> {
    pub(crate) fn read(element: Element<'d>, spelled: &'static str) -> Result<Self, Error> {
        read::no_attributes(element, spelled)?;
        let mut content = Content::of(element, spelled)?;
        let data = content.required(&ENCRYPTED_DATA)?;
        while content.skip(&ENCRYPTED_KEY)? {}
        content.end()?;
        Ok(Self { element, data })
    }

    /// The whole element.
    #[must_use]
    pub const fn element(&self) -> Element<'d> {
        self.element
    }

    /// Its `xenc:EncryptedData`. Keys may be within it or beside it.
    #[must_use]
    pub const fn encrypted_data(&self) -> Element<'d> {
        self.data
    }
}

/// How a subject is named (SAMLCore §2.4.1).
#[non_exhaustive]
#[derive(Clone, Debug)]
pub enum Identifier<'d> {
    /// In the clear.
    NameId(NameId<'d>),
    /// By an extension type.
    BaseId(BaseId<'d>),
    /// Encrypted.
    EncryptedId(EncryptedElement<'d>),
}

impl<'d> Identifier<'d> {
    /// Reads the next element if it is an identifier.
    pub(crate) fn optional(content: &mut Content<'d>) -> Result<Option<Self>, Error> {
        if let Some(element) = content.optional(&NAME_ID)? {
            return NameId::read(element, NAME_ID.spelled).map(|id| Some(Self::NameId(id)));
        }
        if let Some(element) = content.optional(&ENCRYPTED_ID)? {
            return EncryptedElement::read(element, ENCRYPTED_ID.spelled)
                .map(|id| Some(Self::EncryptedId(id)));
        }
        let base_id = content.optional(&BASE_ID)?;
        Ok(base_id.map(|element| Self::BaseId(BaseId { element })))
    }

    /// The `NameID`, if it is one in the clear.
    #[must_use]
    pub const fn name_id(&self) -> Option<&NameId<'d>> {
        match self {
            Self::NameId(name_id) => Some(name_id),
            Self::BaseId(_) | Self::EncryptedId(_) => None,
        }
    }
}
