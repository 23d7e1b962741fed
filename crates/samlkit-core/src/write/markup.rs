//! How models become markup: one [`Writer`], the namespaces in scope, and the checks that values share.

use super::Error;
use crate::error::Excerpt;
use crate::fragment::Fragment;
use crate::lexical::{self, Timestamp};
use crate::ns;
use crate::protocol::EXTENSIONS;
use crate::read::Name;
use samlkit_xml::Writer;

/// Which prefixes are written. Both say the same; peers are used to one or the other.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Style {
    /// `samlp:` and `saml:`, as most write.
    #[default]
    Prefixed,
    /// `samlp:`, and elements of assertions in a default namespace, as Entra ID writes.
    DefaultNamespace,
}

/// A document that is being written. The first mistake is kept, and reported at the end.
#[derive(Debug)]
pub(crate) struct Markup {
    writer: Writer,
    style: Style,
    depth: usize,
    /// The prefixes that are declared, and the depth of the element that declares each.
    scope: Vec<(usize, &'static str)>,
    error: Option<Error>,
}

impl Markup {
    pub(crate) fn new(style: Style) -> Self {
        Self {
            writer: Writer::new(),
            style,
            depth: 0,
            scope: Vec::new(),
            error: None,
        }
    }

    /// Opens an element, and declares its namespace if that was not done.
    pub(crate) fn start(&mut self, name: Name) -> &mut Self {
        let prefix = match self.style {
            Style::DefaultNamespace if name.namespace() == ns::SAML => "",
            Style::DefaultNamespace | Style::Prefixed => name
                .spelled
                .split_once(':')
                .map_or("", |(prefix, _)| prefix),
        };
        self.writer.start(if prefix.is_empty() {
            name.local()
        } else {
            name.spelled
        });
        self.depth += 1;
        self.declare(prefix, name.namespace())
    }

    /// Declares a prefix here, if that was not done.
    pub(crate) fn declare(&mut self, prefix: &'static str, namespace: &str) -> &mut Self {
        if !self.scope.iter().any(|(_, declared)| *declared == prefix) {
            self.writer.declare(prefix, namespace);
            self.scope.push((self.depth, prefix));
        }
        self
    }

    pub(crate) fn end(&mut self) -> &mut Self {
        self.writer.end();
        self.scope.retain(|(depth, _)| *depth < self.depth);
        self.depth = self.depth.saturating_sub(1);
        self
    }

    /// An attribute of which any value is good.
    pub(crate) fn attribute(&mut self, name: &str, value: &str) -> &mut Self {
        self.writer.attribute(name, value);
        self
    }

    pub(crate) fn optional_attribute(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        self.writer.optional_attribute(name, value);
        self
    }

    /// An attribute that may not be blank.
    pub(crate) fn filled(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.refuse_blank(name, value);
        self.attribute(name, value)
    }

    pub(crate) fn optional_filled(&mut self, name: &'static str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.filled(name, value),
            None => self,
        }
    }

    pub(crate) fn boolean(&mut self, name: &str, value: Option<bool>) -> &mut Self {
        let text = value.map(|value| if value { "true" } else { "false" });
        self.optional_attribute(name, text)
    }

    pub(crate) fn number(&mut self, name: &str, value: Option<u64>) -> &mut Self {
        match value {
            Some(value) => self.attribute(name, &value.to_string()),
            None => self,
        }
    }

    pub(crate) fn time(&mut self, name: &'static str, time: Option<Timestamp>) -> &mut Self {
        match time.map(lexical::format_date_time) {
            None => self,
            Some(Some(text)) => self.attribute(name, &text),
            Some(None) => self.fail(Error::TimeOutOfRange { item: name }),
        }
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.writer.text(text);
        self
    }

    /// A whole element that holds text, which may not be blank.
    pub(crate) fn element(&mut self, name: Name, text: &str) -> &mut Self {
        self.refuse_blank(name.spelled, text);
        self.start(name).text(text).end()
    }

    /// An element that was kept as it is.
    pub(crate) fn fragment(&mut self, fragment: &Fragment) -> &mut Self {
        match fragment.document() {
            Ok(document) => {
                self.writer.copy(document.root());
                self
            }
            Err(error) => self.fail(Error::Fragment(error)),
        }
    }

    pub(crate) fn fail(&mut self, error: Error) -> &mut Self {
        self.error.get_or_insert(error);
        self
    }

    pub(crate) fn finish(self) -> Result<String, Error> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.writer.finish()?),
        }
    }

    fn refuse_blank(&mut self, item: &'static str, value: &str) {
        if lexical::is_blank(value) {
            self.fail(Error::BlankValue { item });
        }
    }
}

/// The fragment, which must be this element.
pub(super) fn expect(fragment: Fragment, name: Name) -> Result<Fragment, Error> {
    if fragment.is(name.namespace(), name.local()) {
        return Ok(fragment);
    }
    Err(Error::WrongElement {
        expected: name.spelled,
        found: Excerpt::of(fragment.local_name()),
    })
}

/// What every message starts with (SAMLCore §3.2.1, §3.2.2).
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Header {
    pub(super) id: super::Id,
    pub(super) issue_instant: Timestamp,
    pub(super) destination: Option<String>,
    pub(super) consent: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) extensions: Vec<Fragment>,
    pub(super) style: Style,
}

impl Header {
    pub(super) fn new(id: super::Id, issue_instant: Timestamp, issuer: Option<String>) -> Self {
        Self {
            id,
            issue_instant,
            destination: None,
            consent: None,
            issuer,
            extensions: Vec::new(),
            style: Style::default(),
        }
    }

    /// Opens the message; its own attributes come next.
    pub(super) fn start(&self, name: Name) -> Markup {
        let mut markup = Markup::new(self.style);
        markup.start(name);
        if self.style == Style::Prefixed {
            // Once, and not on every element of an assertion that is a child.
            markup.declare("saml", ns::SAML);
        }
        markup
            .attribute("ID", self.id.as_str())
            .attribute("Version", "2.0")
            .time("IssueInstant", Some(self.issue_instant))
            .optional_filled("Destination", self.destination.as_deref())
            .optional_filled("Consent", self.consent.as_deref());
        markup
    }

    /// Writes the children that all messages begin with. A signature goes between the two.
    pub(super) fn children(&self, markup: &mut Markup) {
        if let Some(issuer) = &self.issuer {
            markup.element(crate::read::ISSUER, issuer);
        }
        if !self.extensions.is_empty() {
            markup.start(EXTENSIONS);
            for extension in &self.extensions {
                markup.fragment(extension);
            }
            markup.end();
        }
    }

    /// SAMLCore §3.2.1, §3.2.2: qualified, and in no namespace of SAML's own.
    pub(super) fn extend(&mut self, extension: Fragment) -> Result<(), Error> {
        if matches!(extension.namespace(), "" | ns::SAML | ns::SAMLP | ns::MD) {
            return Err(Error::WrongElement {
                expected: "an element of another namespace",
                found: Excerpt::of(extension.local_name()),
            });
        }
        self.extensions.push(extension);
        Ok(())
    }
}

/// The setters of what every message has, for a type with a field `header`.
macro_rules! header_setters {
    ($message:ident) => {
        impl $message {
            /// `Destination`: where the message will be sent. Signed messages need it (SAMLBind §3.4.5.2, §3.5.5.2).
            pub fn with_destination(mut self, destination: impl Into<String>) -> Self {
                self.header.destination = Some(destination.into());
                self
            }

            /// `Consent`; see [`consent`](crate::uri::consent).
            pub fn with_consent(mut self, consent: impl Into<String>) -> Self {
                self.header.consent = Some(consent.into());
                self
            }

            /// Adds an element to `Extensions` (SAMLCore §3.2.1, §3.2.2), which come after the issuer and the signature.
            ///
            /// # Errors
            ///
            /// [`Error::WrongElement`]($crate::write::Error::WrongElement) for one without namespace, or of SAML's own.
            pub fn with_extension(
                mut self,
                extension: $crate::Fragment,
            ) -> Result<Self, $crate::write::Error> {
                self.header.extend(extension)?;
                Ok(self)
            }

            /// Which prefixes are written.
            pub const fn with_style(mut self, style: $crate::write::Style) -> Self {
                self.header.style = style;
                self
            }

            /// `ID`.
            #[must_use]
            pub const fn id(&self) -> &$crate::write::Id {
                &self.header.id
            }
        }
    };
}
pub(super) use header_setters;
