//! What all readers share: names, attributes, and a cursor over the elements that stand in an element.

use crate::error::{Error, Excerpt};
use crate::few::Few;
use crate::lexical::{self, Duration, Timestamp};
use crate::ns;
use samlkit_xml::{Attribute, Children, Element, ExpandedName, Node, NodeKind};
use std::borrow::Cow;

/// An element's expanded name, and how the specifications write it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    pub(crate) expanded: ExpandedName,
    pub(crate) spelled: &'static str,
}

impl Name {
    pub(crate) const fn new(
        namespace: &'static str,
        local: &'static str,
        spelled: &'static str,
    ) -> Self {
        Self {
            expanded: ExpandedName::new(namespace, local),
            spelled,
        }
    }

    pub(crate) const fn namespace(&self) -> &'static str {
        self.expanded.namespace()
    }

    pub(crate) const fn local(&self) -> &'static str {
        self.expanded.local_name()
    }

    pub(crate) fn is(&self, element: Element<'_>) -> bool {
        element.has_name(&self.expanded)
    }

    /// Refuses an element of any other name.
    pub(crate) fn check(&self, element: Element<'_>) -> Result<(), Error> {
        if self.is(element) {
            return Ok(());
        }
        Err(Error::WrongElement {
            expected: self.spelled,
            found: Excerpt::of(element.qualified_name()),
            offset: element.offset(),
        })
    }
}

macro_rules! names {
    ($($constant:ident = $prefix:literal $namespace:ident $local:literal;)*) => {
        $(pub(crate) const $constant: Name = Name::new(ns::$namespace, $local, concat!($prefix, ":", $local));)*
    };
}

names! {
    SIGNATURE = "ds" DS "Signature";
    ENCRYPTED_DATA = "xenc" XENC "EncryptedData";
    ENCRYPTED_KEY = "xenc" XENC "EncryptedKey";
    ASSERTION = "saml" SAML "Assertion";
    ENCRYPTED_ASSERTION = "saml" SAML "EncryptedAssertion";
    ISSUER = "saml" SAML "Issuer";
    ATTRIBUTE = "saml" SAML "Attribute";
    RESPONSE = "samlp" SAMLP "Response";
}

/// Which attributes of other namespaces an element may have.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Foreign {
    /// None, but those that schemas never govern.
    Refused,
    /// `anyAttribute namespace="##other"`: of any namespace but this one.
    OtherThan(&'static str),
    /// Whatever there is, also attributes without prefix: metadata.
    Any,
}

/// An attribute that was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'d> {
    attribute: Attribute<'d>,
    name: &'static str,
}

/// The unprefixed attributes `known` of an element, in that order; any other is refused.
#[inline(always)]
pub(crate) fn attributes<'d, const N: usize>(
    element: Element<'d>,
    spelled: &'static str,
    known: &'static [&'static str; N],
    foreign: Foreign,
) -> Result<[Option<Value<'d>>; N], Error> {
    let mut found = [None; N];
    for attribute in element.attributes() {
        let mut slots = known.iter().zip(found.iter_mut());
        match slots.find(|(name, _)| attribute.is("", name)) {
            Some((_, slot)) => *slot = Some(attribute),
            None => check_foreign(attribute, spelled, foreign)?,
        }
    }
    let mut names = known.iter();
    Ok(found.map(|found| {
        let name = names.next()?;
        found.map(|attribute| Value { attribute, name })
    }))
}

/// Refuses every attribute, but those that schemas never govern.
#[inline]
pub(crate) fn no_attributes(element: Element<'_>, spelled: &'static str) -> Result<(), Error> {
    for attribute in element.attributes() {
        check_foreign(attribute, spelled, Foreign::Refused)?;
    }
    Ok(())
}

/// Refuses an attribute that is none of the element's own where `foreign` has no room for it.
#[inline(never)]
fn check_foreign(
    attribute: Attribute<'_>,
    spelled: &'static str,
    foreign: Foreign,
) -> Result<(), Error> {
    let allowed = match attribute.namespace() {
        "" => matches!(foreign, Foreign::Any),
        ns::XML => true,
        // `xsi:nil` is for nillable elements only, and `saml:AttributeValue` is the only one (it is read elsewhere).
        ns::XSI => {
            matches!(
                attribute.local_name(),
                "type" | "schemaLocation" | "noNamespaceSchemaLocation"
            )
        }
        other => match foreign {
            Foreign::Refused => false,
            Foreign::OtherThan(target) => target != other,
            Foreign::Any => true,
        },
    };
    if allowed {
        return Ok(());
    }
    Err(Error::UnexpectedAttribute {
        element: spelled,
        attribute: Excerpt::of(attribute.qualified_name()),
        offset: attribute.offset(),
    })
}

/// The attribute, which must be there.
pub(crate) fn required<'d>(
    value: Option<Value<'d>>,
    element: Element<'d>,
    spelled: &'static str,
    attribute: &'static str,
) -> Result<Value<'d>, Error> {
    value.ok_or_else(|| Error::MissingAttribute {
        element: spelled,
        attribute,
        offset: element.offset(),
    })
}

impl<'d> Value<'d> {
    #[inline]
    pub(crate) fn text(self) -> &'d str {
        self.attribute.value()
    }

    pub(crate) fn offset(self) -> usize {
        self.attribute.offset()
    }

    /// The text, which must not be blank.
    #[inline]
    pub(crate) fn filled(self) -> Result<&'d str, Error> {
        let text = self.text();
        if lexical::is_blank(text) {
            return Err(Error::BlankValue {
                item: self.name,
                offset: self.offset(),
            });
        }
        Ok(text)
    }

    /// The text, which must be an `xs:NCName` as it stands.
    pub(crate) fn nc_name(self) -> Result<&'d str, Error> {
        if !samlkit_xml::is_nc_name(self.text()) {
            return Err(Error::InvalidNcName {
                item: self.name,
                offset: self.offset(),
            });
        }
        Ok(self.text())
    }

    pub(crate) fn date_time(self) -> Result<Timestamp, Error> {
        lexical::parse_date_time(self.text()).ok_or_else(|| Error::InvalidDateTime {
            attribute: self.name,
            offset: self.offset(),
        })
    }

    /// A time in any explicit zone, for metadata.
    pub(crate) fn zoned_date_time(self) -> Result<Timestamp, Error> {
        match lexical::zoned_date_time(self.text()) {
            Some((time, _)) => Ok(time),
            None => Err(Error::InvalidDateTime {
                attribute: self.name,
                offset: self.offset(),
            }),
        }
    }

    pub(crate) fn boolean(self) -> Result<bool, Error> {
        lexical::boolean(self.text()).ok_or_else(|| Error::InvalidBoolean {
            attribute: self.name,
            offset: self.offset(),
        })
    }

    pub(crate) fn duration(self) -> Result<Duration, Error> {
        Duration::parse(self.text()).ok_or_else(|| Error::InvalidDuration {
            attribute: self.name,
            offset: self.offset(),
        })
    }

    pub(crate) fn unsigned_short(self) -> Result<u16, Error> {
        lexical::unsigned_short(self.text()).ok_or_else(|| Error::InvalidNumber {
            attribute: self.name,
            offset: self.offset(),
        })
    }

    pub(crate) fn non_negative_integer(self) -> Result<u64, Error> {
        lexical::non_negative_integer(self.text()).ok_or_else(|| Error::InvalidNumber {
            attribute: self.name,
            offset: self.offset(),
        })
    }

    /// The error for a value that is not one of those listed.
    pub(crate) fn not_listed(self) -> Error {
        Error::InvalidEnumeration {
            attribute: self.name,
            offset: self.offset(),
        }
    }
}

/// `Version`, which must be `2.0`.
pub(crate) fn version(value: Value<'_>, spelled: &'static str) -> Result<(), Error> {
    if value.text() == "2.0" {
        return Ok(());
    }
    Err(Error::UnsupportedVersion {
        element: spelled,
        found: Excerpt::of(value.text()),
        offset: value.offset(),
    })
}

/// `xsi:type` as it is written. Its prefix is never resolved.
pub(crate) fn xsi_type(element: Element<'_>) -> Option<&str> {
    element.attribute_ns(ns::XSI, "type")
}

/// All character data of an element that has no child elements.
pub(crate) fn text<'d>(element: Element<'d>, spelled: &'static str) -> Result<Cow<'d, str>, Error> {
    element.text().map_err(|_| Error::ElementInText {
        element: spelled,
        offset: element
            .elements()
            .next()
            .map_or_else(|| element.offset(), Element::offset),
    })
}

/// All character data of an element that has no child elements, not blank.
pub(crate) fn filled_text<'d>(
    element: Element<'d>,
    spelled: &'static str,
) -> Result<Cow<'d, str>, Error> {
    let text = text(element, spelled)?;
    if lexical::is_blank(&text) {
        return Err(Error::BlankValue {
            item: spelled,
            offset: element.offset(),
        });
    }
    Ok(text)
}

/// An element that holds text, not blank, and has no attributes of its own.
pub(crate) fn plain_text<'d>(
    element: Element<'d>,
    spelled: &'static str,
) -> Result<Cow<'d, str>, Error> {
    if let Some(text) = element.bare_text()
        && !lexical::is_blank(text)
    {
        return Ok(Cow::Borrowed(text));
    }
    no_attributes(element, spelled)?;
    filled_text(element, spelled)
}

/// The child elements of an element that holds nothing else but white space, comments and processing instructions.
#[derive(Debug)]
pub(crate) struct Content<'d> {
    parent: Element<'d>,
    spelled: &'static str,
    children: Children<'d>,
    next: Option<Element<'d>>,
}

impl<'d> Content<'d> {
    pub(crate) fn of(element: Element<'d>, spelled: &'static str) -> Result<Self, Error> {
        let mut content = Self {
            parent: element,
            spelled,
            children: element.children(),
            next: None,
        };
        content.advance()?;
        Ok(content)
    }

    #[inline(always)]
    fn advance(&mut self) -> Result<(), Error> {
        self.next = None;
        for node in self.children.by_ref() {
            if let Some(element) = node.as_element() {
                self.next = Some(element);
                break;
            }
            check_between(node, self.spelled)?;
        }
        Ok(())
    }

    /// The next element, which stays the next one.
    pub(crate) const fn peek(&self) -> Option<Element<'d>> {
        self.next
    }

    /// The next element.
    pub(crate) fn next(&mut self) -> Result<Option<Element<'d>>, Error> {
        let next = self.next;
        if next.is_some() {
            self.advance()?;
        }
        Ok(next)
    }

    /// The next element if it has this name.
    pub(crate) fn optional(&mut self, name: &Name) -> Result<Option<Element<'d>>, Error> {
        self.next_named(name)
    }

    /// [`Content::optional`] for loops.
    #[inline(always)]
    pub(crate) fn next_named(&mut self, name: &Name) -> Result<Option<Element<'d>>, Error> {
        let next = self.next.filter(|element| name.is(*element));
        if next.is_some() {
            self.advance()?;
        }
        Ok(next)
    }

    /// What is read of the next elements as long as they have this name.
    #[inline(always)]
    pub(crate) fn few<T>(
        &mut self,
        name: &Name,
        read: impl Fn(Element<'d>) -> Result<T, Error>,
    ) -> Result<Few<T>, Error> {
        let mut few = Few::None;
        while let Some(element) = self.next_named(name)? {
            few.push(read(element)?, || self.left());
        }
        Ok(few)
    }

    /// The next element, which must have this name.
    pub(crate) fn required(&mut self, name: &Name) -> Result<Element<'d>, Error> {
        let element = self.optional(name)?;
        element.ok_or_else(|| self.missing(name.spelled))
    }

    /// Skips the next element if it has this name.
    pub(crate) fn skip(&mut self, name: &Name) -> Result<bool, Error> {
        Ok(self.optional(name)?.is_some())
    }

    /// How many elements are left.
    #[inline]
    pub(crate) fn left(&self) -> usize {
        let others = self.children.clone().filter_map(Node::as_element).count();
        usize::from(self.next.is_some()) + others
    }

    /// The error for an element that should be here.
    pub(crate) fn missing(&self, element: &'static str) -> Error {
        Error::MissingElement {
            parent: self.spelled,
            element,
            offset: self.parent.offset(),
        }
    }

    /// The error for an element that should not be here.
    #[inline(always)]
    pub(crate) fn unexpected(&self, element: Element<'d>) -> Error {
        unexpected(self.spelled, element)
    }

    /// Refuses whatever is left.
    pub(crate) fn end(self) -> Result<(), Error> {
        match self.next {
            Some(element) => Err(self.unexpected(element)),
            None => Ok(()),
        }
    }
}

#[inline(never)]
fn unexpected(parent: &'static str, element: Element<'_>) -> Error {
    Error::UnexpectedElement {
        parent,
        found: Excerpt::of(element.qualified_name()),
        offset: element.offset(),
    }
}

/// Refuses a node that is no element and may not stand between the elements of `spelled`.
#[inline(never)]
fn check_between(node: Node<'_>, spelled: &'static str) -> Result<(), Error> {
    match node.kind() {
        NodeKind::Text(text) if !lexical::is_blank(text) => Err(Error::UnexpectedText {
            element: spelled,
            offset: node.offset(),
        }),
        _ => Ok(()),
    }
}

/// Refuses an element that has content.
pub(crate) fn empty(element: Element<'_>, spelled: &'static str) -> Result<(), Error> {
    Content::of(element, spelled)?.end()
}

/// `samlp:ExtensionsType`, `md:ExtensionsType`: one element or more, none of the schema's own namespace. Nothing is read;
/// `keep` is given each.
pub(crate) fn extensions<'d>(
    element: Element<'d>,
    spelled: &'static str,
    target: &str,
    mut keep: impl FnMut(Element<'d>),
) -> Result<(), Error> {
    no_attributes(element, spelled)?;
    let mut content = Content::of(element, spelled)?;
    while let Some(child) = content.next()? {
        if child.namespace() == target {
            return Err(content.unexpected(child));
        }
        keep(child);
    }
    Ok(())
}
