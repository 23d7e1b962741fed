use crate::error::Error;
use crate::few::Few;
use crate::lexical;
use crate::name_id::{EncryptedElement, NAME_ID, NameId};
use crate::ns;
use crate::read::{self, ATTRIBUTE, Content, Foreign, Name};
use crate::uri::attrname_format;
use samlkit_dsig::Signed;
use samlkit_xml::{Element, NodeKind};
use std::borrow::Cow;

pub(crate) const ATTRIBUTE_STATEMENT: &str = "saml:AttributeStatement";
pub(crate) const ENCRYPTED_ATTRIBUTE: Name =
    Name::new(ns::SAML, "EncryptedAttribute", "saml:EncryptedAttribute");
pub(crate) const ATTRIBUTE_VALUE: Name =
    Name::new(ns::SAML, "AttributeValue", "saml:AttributeValue");

/// What the subject is associated with (SAMLCore §2.7.3). There is at least one attribute, in the clear or encrypted.
///
/// The same `Name` may come back: some identity providers send one `Attribute` for every value. All are kept, in order.
#[derive(Clone, Debug)]
pub struct AttributeStatement<'d> {
    attributes: Vec<Attribute<'d>>,
    encrypted: Vec<EncryptedElement<'d>>,
}

impl<'d> AttributeStatement<'d> {
    pub(crate) fn read(element: Element<'d>) -> Result<Self, Error> {
        read::no_attributes(element, ATTRIBUTE_STATEMENT)?;
        let mut content = Content::of(element, ATTRIBUTE_STATEMENT)?;
        let mut statement = Self {
            attributes: Vec::with_capacity(content.left().min(1 << 10)),
            encrypted: Vec::new(),
        };
        loop {
            while let Some(attribute) = content.next_named(&ATTRIBUTE)? {
                statement.attributes.push(Attribute::read(attribute)?);
            }
            let Some(encrypted) = content.optional(&ENCRYPTED_ATTRIBUTE)? else {
                break;
            };
            let encrypted = EncryptedElement::read(encrypted, ENCRYPTED_ATTRIBUTE.spelled)?;
            statement.encrypted.push(encrypted);
        }
        if content.peek().is_none()
            && statement.attributes.is_empty()
            && statement.encrypted.is_empty()
        {
            return Err(content.missing(ATTRIBUTE.spelled));
        }
        content.end()?;
        Ok(statement)
    }

    /// Every `Attribute` in the clear, in order.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute<'d>] {
        &self.attributes
    }

    /// Every `EncryptedAttribute`, in order.
    #[must_use]
    pub fn encrypted_attributes(&self) -> &[EncryptedElement<'d>] {
        &self.encrypted
    }
}

/// An attribute and its values (SAMLCore §2.7.3.1).
#[derive(Clone, Debug)]
pub struct Attribute<'d> {
    element: Element<'d>,
    name: &'d str,
    name_format: Option<&'d str>,
    friendly_name: Option<&'d str>,
    values: Few<AttributeValue<'d>>,
}

impl<'d> Attribute<'d> {
    /// Reads the attribute that a trusted key signed, encrypted: what [`Signed::open`] makes of a `saml:EncryptedAttribute`.
    ///
    /// # Errors
    ///
    /// [`Error::WrongElement`] if it is another element, and every other variant for one that is not of the schema's form.
    pub fn from_signed(signed: &'d Signed) -> Result<Self, Error> {
        ATTRIBUTE.check(signed.root())?;
        Self::read(signed.root())
    }

    pub(crate) fn read(element: Element<'d>) -> Result<Self, Error> {
        let [name, name_format, friendly_name] = read::attributes(
            element,
            ATTRIBUTE.spelled,
            &["Name", "NameFormat", "FriendlyName"],
            Foreign::OtherThan(ns::SAML),
        )?;
        let name = read::required(name, element, ATTRIBUTE.spelled, "Name")?.filled()?;
        let mut content = Content::of(element, ATTRIBUTE.spelled)?;
        let values = content.few(&ATTRIBUTE_VALUE, AttributeValue::read)?;
        content.end()?;
        Ok(Self {
            element,
            name,
            name_format: name_format.map(read::Value::text),
            friendly_name: friendly_name.map(read::Value::text),
            values,
        })
    }

    /// `Name`.
    #[must_use]
    pub const fn name(&self) -> &'d str {
        self.name
    }

    /// `NameFormat`, if it is given; see [`attrname_format`].
    #[must_use]
    pub const fn name_format(&self) -> Option<&'d str> {
        self.name_format
    }

    /// `NameFormat`, or what its absence means (SAMLCore §2.7.3.1).
    #[must_use]
    pub fn name_format_or_unspecified(&self) -> &'d str {
        self.name_format.unwrap_or(attrname_format::UNSPECIFIED)
    }

    /// `FriendlyName`: for people, never for finding an attribute (SAMLCore §2.7.3.1).
    #[must_use]
    pub const fn friendly_name(&self) -> Option<&'d str> {
        self.friendly_name
    }

    /// Every `AttributeValue`, in order. None at all is not the same as an empty value (SAMLCore §2.7.3.1).
    #[must_use]
    pub fn values(&self) -> &[AttributeValue<'d>] {
        self.values.as_slice()
    }

    /// The values that are text, in order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.values().iter().filter_map(AttributeValue::text)
    }

    /// The whole element, for its attributes of other namespaces.
    #[must_use]
    pub const fn element(&self) -> Element<'d> {
        self.element
    }
}

/// One value of an attribute (SAMLCore §2.7.3.1.1).
///
/// `Debug` does not show the content: it may be personal.
#[derive(Clone)]
pub struct AttributeValue<'d> {
    element: Element<'d>,
    content: AttributeContent<'d>,
}

/// What an `AttributeValue` holds.
///
/// An `xsi:type` has no influence on this: it is text that names a type by a prefix, and prefixes in content are not resolved.
#[non_exhaustive]
#[derive(Clone)]
pub enum AttributeContent<'d> {
    /// Text: whole, untrimmed, empty for an empty element.
    Text(Cow<'d, str>),
    /// One `saml:NameID`, with nothing but white space around it (`eduPersonTargetedID` for one). It is rare and large, so it
    /// stands apart.
    NameId(Box<NameId<'d>>),
    /// `xsi:nil` is true: there is no value. Not the same as empty text.
    Nil,
    /// Other elements, or elements and text mixed. [`AttributeValue::element`] has them; nothing was read.
    Xml,
}

impl<'d> AttributeValue<'d> {
    #[inline]
    fn read(element: Element<'d>) -> Result<Self, Error> {
        let content = match element.bare_text() {
            Some(text) => AttributeContent::Text(Cow::Borrowed(text)),
            None => AttributeContent::read(element)?,
        };
        Ok(Self { element, content })
    }

    /// What it holds.
    #[must_use]
    pub const fn content(&self) -> &AttributeContent<'d> {
        &self.content
    }

    /// The text, if it is text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            AttributeContent::Text(text) => Some(text),
            AttributeContent::NameId(_) | AttributeContent::Nil | AttributeContent::Xml => None,
        }
    }

    /// The `NameID`, if it is one.
    #[must_use]
    pub const fn name_id(&self) -> Option<&NameId<'d>> {
        match &self.content {
            AttributeContent::NameId(name_id) => Some(name_id),
            AttributeContent::Text(_) | AttributeContent::Nil | AttributeContent::Xml => None,
        }
    }

    /// Its `xsi:type`, as written.
    #[must_use]
    pub fn xsi_type(&self) -> Option<&'d str> {
        read::xsi_type(self.element)
    }

    /// The whole element.
    #[must_use]
    pub const fn element(&self) -> Element<'d> {
        self.element
    }
}

impl<'d> AttributeContent<'d> {
    #[inline(never)]
    fn read(element: Element<'d>) -> Result<Self, Error> {
        if is_nil(element)? {
            // A comment or a processing instruction is no content; white space is.
            if element
                .children()
                .any(|n| matches!(n.kind(), NodeKind::Text(_) | NodeKind::Element(_)))
            {
                return Err(Error::NilWithContent {
                    offset: element.offset(),
                });
            }
            return Ok(Self::Nil);
        }
        if let Ok(text) = element.text() {
            return Ok(Self::Text(text));
        }
        match only_name_id(element) {
            Some(name_id) => {
                let name_id = NameId::read(name_id, NAME_ID.spelled)?;
                Ok(Self::NameId(Box::new(name_id)))
            }
            None => Ok(Self::Xml),
        }
    }
}

impl core::fmt::Debug for AttributeValue<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AttributeValue")
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}

impl core::fmt::Debug for AttributeContent<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(..)",
            Self::NameId(_) => "NameId(..)",
            Self::Nil => "Nil",
            Self::Xml => "Xml",
        })
    }
}

/// `xsi:nil`.
fn is_nil(element: Element<'_>) -> Result<bool, Error> {
    let nil = element.attributes().find(|a| a.is(ns::XSI, "nil"));
    match nil {
        Some(nil) => lexical::boolean(nil.value()).ok_or_else(|| Error::InvalidBoolean {
            attribute: "xsi:nil",
            offset: nil.offset(),
        }),
        None => Ok(false),
    }
}

/// The one `saml:NameID` that an element holds, if it holds nothing else.
fn only_name_id(element: Element<'_>) -> Option<Element<'_>> {
    let mut only = None;
    for node in element.children() {
        let kind = node.kind();
        if let NodeKind::Element(child) = kind {
            if only.is_some() || !NAME_ID.is(child) {
                return None;
            }
            only = Some(child);
        } else if let NodeKind::Text(text) = kind
            && !lexical::is_blank(text)
        {
            return None;
        }
    }
    only
}
