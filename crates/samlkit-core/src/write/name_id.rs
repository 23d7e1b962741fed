use super::Error;
use super::markup::{self, Markup};
use crate::fragment::Fragment;
use crate::name_id::{ENCRYPTED_ID, NAME_ID};
use core::fmt;

/// A `saml:NameID` (SAMLCore §2.2.3) that owns its values.
///
/// `Debug` does not show the value: it may be personal.
///
/// ```
/// use samlkit_core::{uri::nameid_format, write::NameId};
///
/// let name_id = NameId::new("user@example.com").with_format(nameid_format::EMAIL_ADDRESS);
/// assert_eq!(name_id.value(), "user@example.com");
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct NameId {
    value: String,
    format: Option<String>,
    name_qualifier: Option<String>,
    sp_name_qualifier: Option<String>,
    sp_provided_id: Option<String>,
}

impl NameId {
    /// An identifier of no stated format.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            format: None,
            name_qualifier: None,
            sp_name_qualifier: None,
            sp_provided_id: None,
        }
    }

    /// `Format`; see [`nameid_format`](crate::uri::nameid_format).
    #[must_use]
    pub fn with_format(mut self, format: impl Into<String>) -> Self {
        self.format = Some(format.into());
        self
    }

    /// `NameQualifier`.
    #[must_use]
    pub fn with_name_qualifier(mut self, qualifier: impl Into<String>) -> Self {
        self.name_qualifier = Some(qualifier.into());
        self
    }

    /// `SPNameQualifier`.
    #[must_use]
    pub fn with_sp_name_qualifier(mut self, qualifier: impl Into<String>) -> Self {
        self.sp_name_qualifier = Some(qualifier.into());
        self
    }

    /// `SPProvidedID`.
    #[must_use]
    pub fn with_sp_provided_id(mut self, id: impl Into<String>) -> Self {
        self.sp_provided_id = Some(id.into());
        self
    }

    /// The identifier.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// `Format`, if it is given.
    #[must_use]
    pub fn format(&self) -> Option<&str> {
        self.format.as_deref()
    }

    /// `NameQualifier`.
    #[must_use]
    pub fn name_qualifier(&self) -> Option<&str> {
        self.name_qualifier.as_deref()
    }

    /// `SPNameQualifier`.
    #[must_use]
    pub fn sp_name_qualifier(&self) -> Option<&str> {
        self.sp_name_qualifier.as_deref()
    }

    /// `SPProvidedID`.
    #[must_use]
    pub fn sp_provided_id(&self) -> Option<&str> {
        self.sp_provided_id.as_deref()
    }

    /// Writes a document that is the `saml:NameID`, to be encrypted into a `saml:EncryptedID`.
    ///
    /// # Errors
    ///
    /// [`Error::BlankValue`], [`Error::Xml`].
    pub fn write(&self) -> Result<String, Error> {
        let mut markup = Markup::new(markup::Style::Prefixed);
        self.write_to(&mut markup);
        markup.finish()
    }

    pub(super) fn write_to(&self, markup: &mut Markup) {
        if crate::lexical::is_blank(&self.value) {
            markup.fail(Error::BlankValue {
                item: NAME_ID.spelled,
            });
        }
        markup
            .start(NAME_ID)
            .optional_attribute("NameQualifier", self.name_qualifier())
            .optional_attribute("SPNameQualifier", self.sp_name_qualifier())
            .optional_filled("Format", self.format())
            .optional_attribute("SPProvidedID", self.sp_provided_id())
            .text(&self.value)
            .end();
    }
}

/// What was read, to be kept or sent back: a logout names the subject as the assertion did (SAMLProf §4.4.4.1).
impl From<&crate::NameId<'_>> for NameId {
    fn from(name_id: &crate::NameId<'_>) -> Self {
        Self {
            value: name_id.value().to_owned(),
            format: name_id.format().map(str::to_owned),
            name_qualifier: name_id.name_qualifier().map(str::to_owned),
            sp_name_qualifier: name_id.sp_name_qualifier().map(str::to_owned),
            sp_provided_id: name_id.sp_provided_id().map(str::to_owned),
        }
    }
}

impl fmt::Debug for NameId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameId")
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// How a subject is named (SAMLCore §2.4.1).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Identifier(Kind);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Kind {
    NameId(NameId),
    EncryptedId(Fragment),
}

impl Identifier {
    /// A `saml:EncryptedID` (SAMLCore §2.2.4).
    ///
    /// # Errors
    ///
    /// [`Error::WrongElement`] if it is another element.
    pub fn encrypted_id(fragment: Fragment) -> Result<Self, Error> {
        markup::expect(fragment, ENCRYPTED_ID).map(|fragment| Self(Kind::EncryptedId(fragment)))
    }

    /// The `NameID`, if it is one in the clear.
    #[must_use]
    pub const fn name_id(&self) -> Option<&NameId> {
        match &self.0 {
            Kind::NameId(name_id) => Some(name_id),
            Kind::EncryptedId(_) => None,
        }
    }

    pub(super) fn write_to(&self, markup: &mut Markup) {
        match &self.0 {
            Kind::NameId(name_id) => name_id.write_to(markup),
            Kind::EncryptedId(fragment) => {
                markup.fragment(fragment);
            }
        }
    }
}

impl From<NameId> for Identifier {
    fn from(name_id: NameId) -> Self {
        Self(Kind::NameId(name_id))
    }
}
