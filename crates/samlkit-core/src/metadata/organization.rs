use super::entity::read_extensions;
use crate::error::Error;
use crate::fragment::Fragment;
use crate::ns;
use crate::read::{self, Content, Foreign};
use samlkit_xml::Element;

/// A text in one language (SAMLMeta §2.2.4, §2.2.5).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LocalizedText {
    /// `xml:lang`. The schema requires it; not everyone writes it.
    pub lang: Option<String>,
    /// The text.
    pub value: String,
}

impl LocalizedText {
    /// A text in a language: `en`, `de-CH`.
    #[must_use]
    pub fn new(lang: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            lang: Some(lang.into()),
            value: value.into(),
        }
    }

    pub(super) fn read(element: Element<'_>, spelled: &'static str) -> Result<Self, Error> {
        Ok(Self {
            lang: element.attribute_ns(ns::XML, "lang").map(str::to_owned),
            value: read::text(element, spelled)?.into_owned(),
        })
    }
}

/// Who is responsible for an entity (SAMLMeta §2.3.2.1).
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Organization {
    /// Every `OrganizationName`.
    pub names: Vec<LocalizedText>,
    /// Every `OrganizationDisplayName`.
    pub display_names: Vec<LocalizedText>,
    /// Every `OrganizationURL`.
    pub urls: Vec<LocalizedText>,
    /// The elements of `Extensions`, unread.
    pub extensions: Vec<Fragment>,
}

impl Organization {
    /// An organization in one language.
    #[must_use]
    pub fn new(name: LocalizedText, display_name: LocalizedText, url: LocalizedText) -> Self {
        Self {
            names: vec![name],
            display_names: vec![display_name],
            urls: vec![url],
            extensions: Vec::new(),
        }
    }

    pub(super) fn read(element: Element<'_>) -> Result<Self, Error> {
        let mut organization = Self::default();
        let mut content = Content::of(element, "md:Organization")?;
        while let Some(child) = content.next()? {
            let (list, spelled) = match (child.namespace(), child.local_name()) {
                (ns::MD, "OrganizationName") => (&mut organization.names, "md:OrganizationName"),
                (ns::MD, "OrganizationDisplayName") => (
                    &mut organization.display_names,
                    "md:OrganizationDisplayName",
                ),
                (ns::MD, "OrganizationURL") => (&mut organization.urls, "md:OrganizationURL"),
                (ns::MD, "Extensions") => {
                    organization.extensions.extend(read_extensions(child)?);
                    continue;
                }
                _ => return Err(content.unexpected(child)),
            };
            list.push(LocalizedText::read(child, spelled)?);
        }
        Ok(organization)
    }
}

/// Whom to ask about an entity (SAMLMeta §2.3.2.2).
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ContactPerson {
    /// `contactType`, as written.
    pub contact_type: String,
    /// `Company`.
    pub company: Option<String>,
    /// `GivenName`.
    pub given_name: Option<String>,
    /// `SurName`.
    pub sur_name: Option<String>,
    /// Every `EmailAddress`, with or without `mailto:`.
    pub email_addresses: Vec<String>,
    /// Every `TelephoneNumber`.
    pub telephone_numbers: Vec<String>,
    /// The elements of `Extensions`, unread.
    pub extensions: Vec<Fragment>,
}

impl ContactPerson {
    /// A contact of a type: `technical`, `support`, `administrative`, `billing` or `other`.
    #[must_use]
    pub fn new(contact_type: impl Into<String>) -> Self {
        Self {
            contact_type: contact_type.into(),
            ..Self::default()
        }
    }

    pub(super) fn read(element: Element<'_>) -> Result<Self, Error> {
        const NAME: &str = "md:ContactPerson";
        let [contact_type] = read::attributes(element, NAME, &["contactType"], Foreign::Any)?;
        let mut person = Self {
            contact_type: read::required(contact_type, element, NAME, "contactType")?
                .text()
                .to_owned(),
            ..Self::default()
        };
        let mut content = Content::of(element, NAME)?;
        while let Some(child) = content.next()? {
            if child.namespace() != ns::MD {
                return Err(content.unexpected(child));
            }
            match child.local_name() {
                "Extensions" => person.extensions.extend(read_extensions(child)?),
                "Company" if person.company.is_none() => {
                    person.company = Some(read::text(child, "md:Company")?.into_owned());
                }
                "GivenName" if person.given_name.is_none() => {
                    person.given_name = Some(read::text(child, "md:GivenName")?.into_owned());
                }
                "SurName" if person.sur_name.is_none() => {
                    person.sur_name = Some(read::text(child, "md:SurName")?.into_owned());
                }
                "EmailAddress" => {
                    let address = read::text(child, "md:EmailAddress")?.into_owned();
                    person.email_addresses.push(address);
                }
                "TelephoneNumber" => {
                    let number = read::text(child, "md:TelephoneNumber")?.into_owned();
                    person.telephone_numbers.push(number);
                }
                _ => return Err(content.unexpected(child)),
            }
        }
        Ok(person)
    }
}
