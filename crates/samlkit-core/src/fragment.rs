use crate::error::Error;
use samlkit_xml::{Document, Element, Writer};

/// An element that is kept as it is: metadata's extensions, an assertion that is signed already, an encrypted element.
///
/// It is the text of a document of its own: what it needs of the namespaces that were declared around it, it declares. A
/// signature of the element by Exclusive C14N, the only form that SAML signs by (SAMLCore §5.4.3), still verifies.
/// `Debug` shows the name only.
///
/// ```
/// use samlkit_core::Fragment;
///
/// let fragment = Fragment::parse("<!-- not of the element --><p:a xmlns:p='urn:p'>&#x31;</p:a>")?;
/// assert_eq!(fragment.as_str(), r#"<p:a xmlns:p="urn:p">1</p:a>"#);
/// assert!(fragment.is("urn:p", "a"));
/// # Ok::<(), samlkit_core::Error>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Fragment {
    xml: Box<str>,
    namespace: Box<str>,
    local_name: Box<str>,
}

impl Fragment {
    /// The root element of a document.
    ///
    /// # Errors
    ///
    /// [`Error::Xml`] if the text is no acceptable document.
    pub fn parse(xml: &str) -> Result<Self, Error> {
        Ok(Self::of(Document::parse(xml.as_bytes())?.root()))
    }

    /// A copy of an element.
    #[must_use]
    pub fn of(element: Element<'_>) -> Self {
        let mut writer = Writer::new();
        writer.copy(element);
        Self {
            // What was parsed can be written. If not, the empty text is refused wherever it is used.
            xml: writer.finish().unwrap_or_default().into_boxed_str(),
            namespace: element.namespace().into(),
            local_name: element.local_name().into(),
        }
    }

    /// The text of the element.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.xml
    }

    /// Whether the element has this expanded name.
    #[must_use]
    pub fn is(&self, namespace: &str, local_name: &str) -> bool {
        &*self.namespace == namespace && &*self.local_name == local_name
    }

    /// The namespace name of the element.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The local name of the element.
    #[must_use]
    pub fn local_name(&self) -> &str {
        &self.local_name
    }

    /// Parses the element.
    ///
    /// # Errors
    ///
    /// [`Error::Xml`] if it passes the default limits, which an element of an aggregate read with other limits may.
    pub fn document(&self) -> Result<Document<'_>, Error> {
        Ok(Document::parse(self.xml.as_bytes())?)
    }
}

impl core::fmt::Debug for Fragment {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Fragment")
            .field("namespace", &self.namespace)
            .field("local_name", &self.local_name)
            .finish_non_exhaustive()
    }
}
