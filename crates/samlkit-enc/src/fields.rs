//! Strict reading of elements with element content, in schema order.

use samlkit_xml::ns::XSI;
use samlkit_xml::{Element, Elements, NodeKind};

use crate::ns::XENC;
use crate::{Error, Uri};

/// Refuses attributes in no namespace other than `allowed`, and all others but `xml:*` and what a schema lets any element have
/// (XML Schema Part 1 §2.6).
pub(crate) fn only_attributes(element: Element<'_>, allowed: &[&str]) -> Result<(), Error> {
    let unexpected = element
        .attributes()
        .any(|attribute| match attribute.namespace() {
            "" => !allowed.contains(&attribute.local_name()),
            XSI => !matches!(
                attribute.local_name(),
                "type" | "schemaLocation" | "noNamespaceSchemaLocation"
            ),
            namespace => namespace != samlkit_xml::ns::XML,
        });
    if unexpected {
        Err(unexpected_in(element))
    } else {
        Ok(())
    }
}

pub(crate) fn unexpected_in(element: Element<'_>) -> Error {
    Error::UnexpectedContent {
        offset: element.offset(),
    }
}

pub(crate) fn algorithm_of(element: Element<'_>) -> Result<&str, Error> {
    only_attributes(element, &["Algorithm"])?;
    element
        .attribute("Algorithm")
        .ok_or(Error::MissingAttribute { name: "Algorithm" })
}

/// For an element of which only its algorithm is wanted.
pub(crate) fn bare_algorithm<T>(
    element: Element<'_>,
    from_uri: impl Fn(&str) -> Option<T>,
    unsupported: impl Fn(Uri) -> Error,
) -> Result<T, Error> {
    let uri = algorithm_of(element)?;
    Fields::of(element)?.finish()?;
    from_uri(uri).ok_or_else(|| unsupported(Uri::new(uri)))
}

/// The child elements of an element with element content, read in order.
pub(crate) struct Fields<'d> {
    parent: Element<'d>,
    rest: Elements<'d>,
    next: Option<Element<'d>>,
}

impl<'d> Fields<'d> {
    pub(crate) fn of(parent: Element<'d>) -> Result<Self, Error> {
        let space = |b: u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r');
        let stray = parent
            .children()
            .any(|node| matches!(node.kind(), NodeKind::Text(text) if !text.bytes().all(space)));
        if stray {
            return Err(unexpected_in(parent));
        }
        let mut rest = parent.elements();
        let next = rest.next();
        Ok(Self { parent, rest, next })
    }

    pub(crate) fn any(&mut self) -> Option<Element<'d>> {
        let found = self.next?;
        self.next = self.rest.next();
        Some(found)
    }

    pub(crate) fn optional_in(&mut self, namespace: &str, name: &str) -> Option<Element<'d>> {
        self.next.filter(|element| element.is(namespace, name))?;
        self.any()
    }

    pub(crate) fn optional(&mut self, name: &str) -> Option<Element<'d>> {
        self.optional_in(XENC, name)
    }

    pub(crate) fn required_in(
        &mut self,
        namespace: &str,
        name: &'static str,
    ) -> Result<Element<'d>, Error> {
        self.optional_in(namespace, name)
            .ok_or(Error::MissingElement { name })
    }

    pub(crate) fn required(&mut self, name: &'static str) -> Result<Element<'d>, Error> {
        self.required_in(XENC, name)
    }

    pub(crate) fn finish(self) -> Result<(), Error> {
        match self.next {
            Some(_) => Err(unexpected_in(self.parent)),
            None => Ok(()),
        }
    }
}
