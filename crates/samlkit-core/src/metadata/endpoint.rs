use crate::error::Error;
use crate::ns;
use crate::read::{self, Content, Foreign, Value};
use samlkit_xml::Element;

/// Where a binding is served (SAMLMeta §2.2.2). Elements and attributes of other namespaces are not read.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Endpoint {
    /// `Binding`; see [`binding`](crate::uri::binding).
    pub binding: String,
    /// `Location`.
    pub location: String,
    /// `ResponseLocation`: where responses go, if it is elsewhere.
    pub response_location: Option<String>,
}

impl Endpoint {
    /// An endpoint for requests and responses.
    #[must_use]
    pub fn new(binding: impl Into<String>, location: impl Into<String>) -> Self {
        Self {
            binding: binding.into(),
            location: location.into(),
            response_location: None,
        }
    }

    pub(super) fn read(element: Element<'_>, spelled: &'static str) -> Result<Self, Error> {
        let [binding, location, response_location] = read::attributes(
            element,
            spelled,
            &["Binding", "Location", "ResponseLocation"],
            Foreign::Any,
        )?;
        let mut content = Content::of(element, spelled)?;
        while let Some(child) = content.next()? {
            if child.namespace() == ns::MD {
                return Err(content.unexpected(child));
            }
        }
        Ok(Self {
            binding: read::required(binding, element, spelled, "Binding")?
                .filled()?
                .to_owned(),
            location: read::required(location, element, spelled, "Location")?
                .filled()?
                .to_owned(),
            response_location: response_location.map(|v| v.text().to_owned()),
        })
    }
}

/// An endpoint among several that a message can name by number (SAMLMeta §2.2.3).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IndexedEndpoint {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// `index`.
    pub index: u16,
    /// `isDefault`, if it is given.
    pub is_default: Option<bool>,
}

impl IndexedEndpoint {
    /// An endpoint that is not marked as the default.
    #[must_use]
    pub const fn new(endpoint: Endpoint, index: u16) -> Self {
        Self {
            endpoint,
            index,
            is_default: None,
        }
    }

    pub(super) fn read(element: Element<'_>, spelled: &'static str) -> Result<Self, Error> {
        let [index, is_default] =
            read::attributes(element, spelled, &["index", "isDefault"], Foreign::Any)?;
        Ok(Self {
            endpoint: Endpoint::read(element, spelled)?,
            index: read::required(index, element, spelled, "index")?.unsigned_short()?,
            is_default: is_default.map(Value::boolean).transpose()?,
        })
    }

    /// The default one of several: the first marked so, else the first not marked otherwise, else the first
    /// (SAMLMeta §2.2.3).
    #[must_use]
    pub fn default_of(endpoints: &[Self]) -> Option<&Self> {
        endpoints
            .iter()
            .find(|e| e.is_default == Some(true))
            .or_else(|| endpoints.iter().find(|e| e.is_default.is_none()))
            .or_else(|| endpoints.first())
    }
}
