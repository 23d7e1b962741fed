use core::fmt;

use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_core::{
    Assertion, Attribute, AttributeContent, AudienceRestriction, AuthnStatement, Conditions,
    NameId, Timestamp, Verified,
};
use samlkit_crypto::{SignatureAlgorithm, Thumbprint};
use samlkit_dsig::Signed;
use samlkit_xml::raw::Raw;
use samlkit_xml::{Document, Element};

use crate::{Code, Rejection};

/// Which signatures a message had. Every one of them was verified.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SignedParts {
    /// The assertion.
    Assertion,
    /// The response around it.
    Response,
    /// Both.
    Both,
}

impl SignedParts {
    /// `assertion`, `response` or `both`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assertion => "assertion",
            Self::Response => "response",
            Self::Both => "both",
        }
    }
}

/// A user who was signed in: what a trusted identity provider signed about them, accepted by every rule of
/// SAMLProf §4.1.4.3.
///
/// [`ServiceProvider::accept`](crate::ServiceProvider::accept) is the only maker. Every value comes from the octets that a
/// trusted key signed, whole and unchanged; these octets are kept as the evidence ([`Identity::signed`]).
#[must_use]
pub struct Identity {
    content: Draft,
    encrypted: bool,
    signed: Signed,
    opened: Vec<Signed>,
}

/// A part of the signed octets or, with [`Span::DECODED`], of `Draft::decoded`.
#[derive(Clone, Copy)]
struct Span {
    start: u32,
    len: u32,
}

impl Span {
    const DECODED: u32 = 1 << 31;
}

#[derive(Clone, Copy)]
struct NameIdSpans {
    value: Span,
    format: Option<Span>,
    name_qualifier: Option<Span>,
    sp_name_qualifier: Option<Span>,
    sp_provided_id: Option<Span>,
}

struct AttributeSpans {
    name: Span,
    name_format: Option<Span>,
    friendly_name: Option<Span>,
    /// Range of `Draft::values`.
    values: (u32, u32),
}

#[derive(Clone, Copy)]
enum ValueSpan {
    Text(Span),
    /// Position in `Draft::name_ids`.
    NameId(u32),
    Nil,
    Xml(Span),
}

/// The facts that acceptance has worked out beside what stands in the assertion.
pub(crate) struct Facts {
    pub(crate) not_on_or_after: Timestamp,
    pub(crate) signed_parts: SignedParts,
}

impl Identity {
    /// Notes where `assertion` says what. It was read from the octets of the evidence that [`Draft::with_evidence`] adds; `name_id` and
    /// `decrypted` may have been encrypted in them.
    pub(crate) fn draft(
        assertion: &Assertion<'_, Verified>,
        name_id: &NameId<'_>,
        decrypted: &[Attribute<'_>],
        in_response_to: Option<&str>,
        authn: &AuthnStatement<'_>,
        facts: &Facts,
    ) -> Result<Draft, Rejection> {
        let mut text = Text::of(assertion.element().document());
        let audiences = || {
            let conditions = assertion.conditions().into_iter();
            conditions
                .flat_map(Conditions::audience_restrictions)
                .flat_map(AudienceRestriction::audiences)
        };
        let count = |attribute: &Attribute<'_>| attribute.values().len();
        let mut values = Vec::with_capacity(
            audiences().count() + assertion.attributes().map(count).sum::<usize>(),
        );
        values.extend(audiences().map(|audience| ValueSpan::Text(text.add(audience))));
        let audience_count = narrow(values.len());
        let mut attributes = Vec::with_capacity(assertion.attributes().count());
        for attribute in assertion.attributes().chain(decrypted) {
            let first = narrow(values.len());
            for value in attribute.values() {
                values.push(text.add_value(value)?);
            }
            attributes.push(AttributeSpans {
                name: text.add(attribute.name()),
                name_format: text.add_optional(attribute.name_format()),
                friendly_name: text.add_optional(attribute.friendly_name()),
                values: (first, narrow(values.len())),
            });
        }
        Ok(Draft {
            issuer: text.add(assertion.issuer().value()),
            assertion_id: text.add(assertion.id()),
            name_id: text.add_name_id(name_id),
            in_response_to: text.add_optional(in_response_to),
            session_index: text.add_optional(authn.session_index()),
            authn_context: text.add_optional(authn.authn_context().class_ref()),
            authn_instant: authn.authn_instant(),
            session_not_on_or_after: authn.session_not_on_or_after(),
            not_on_or_after: facts.not_on_or_after,
            signed_parts: facts.signed_parts,
            decoded: text.decoded,
            name_ids: text.name_ids,
            audience_count,
            attributes,
            values,
        })
    }

    fn get(&self, span: Span) -> &str {
        let start = (span.start & !Span::DECODED) as usize;
        let text = if span.start & Span::DECODED == 0 {
            self.signed.document().source()
        } else {
            &self.content.decoded
        };
        text.get(start..start + span.len as usize)
            .unwrap_or_default()
    }

    fn spans(&self, (first, last): (u32, u32)) -> &[ValueSpan] {
        let values = self.content.values.get(first as usize..last as usize);
        values.unwrap_or_default()
    }

    fn value(&self, span: ValueSpan) -> ValueRef<'_> {
        match span {
            ValueSpan::Text(span) => ValueRef::Text(self.get(span)),
            ValueSpan::NameId(at) => match self.content.name_ids.get(at as usize) {
                Some(&spans) => ValueRef::NameId(NameIdRef {
                    identity: self,
                    spans,
                }),
                None => ValueRef::Nil,
            },
            ValueSpan::Nil => ValueRef::Nil,
            ValueSpan::Xml(span) => ValueRef::Xml(self.get(span)),
        }
    }

    /// The identity provider's entity ID.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.get(self.content.issuer)
    }

    /// The assertion's `ID`.
    #[must_use]
    pub fn assertion_id(&self) -> &str {
        self.get(self.content.assertion_id)
    }

    /// The subject's name identifier.
    #[must_use]
    pub const fn name_id(&self) -> NameIdRef<'_> {
        NameIdRef {
            identity: self,
            spans: self.content.name_id,
        }
    }

    /// The ID of the request that was answered; `None` if the identity provider started the sign-on.
    #[must_use]
    pub fn in_response_to(&self) -> Option<&str> {
        self.content.in_response_to.map(|span| self.get(span))
    }

    /// The session's index at the identity provider, to be named in a single logout.
    #[must_use]
    pub fn session_index(&self) -> Option<&str> {
        self.content.session_index.map(|span| self.get(span))
    }

    /// When the user authenticated. It may be long ago: identity providers keep sessions for months.
    #[must_use]
    pub const fn authn_instant(&self) -> Timestamp {
        self.content.authn_instant
    }

    /// How the user authenticated, as an authentication context class.
    #[must_use]
    pub fn authn_context(&self) -> Option<&str> {
        self.content.authn_context.map(|span| self.get(span))
    }

    /// When the session at the service provider must end, if the identity provider says so (SAMLCore §2.7.2).
    #[must_use]
    pub const fn session_not_on_or_after(&self) -> Option<Timestamp> {
        self.content.session_not_on_or_after
    }

    /// From when on the assertion may no longer be accepted: the earlier of the bounds of its conditions and of its bearer
    /// confirmation. It says nothing about the length of the session that it opens.
    #[must_use]
    pub const fn not_on_or_after(&self) -> Timestamp {
        self.content.not_on_or_after
    }

    /// The audiences of the assertion, of which the service provider is one.
    #[must_use]
    pub fn audiences(&self) -> impl ExactSizeIterator<Item = &str> {
        let audiences = self.spans((0, self.content.audience_count)).iter();
        audiences.map(|&span| match span {
            ValueSpan::Text(span) => self.get(span),
            ValueSpan::NameId(_) | ValueSpan::Nil | ValueSpan::Xml(_) => "",
        })
    }

    /// The attributes, in the order in which they were signed, those that were encrypted after the others. One name may occur
    /// more than once.
    #[must_use]
    pub fn attributes(&self) -> impl ExactSizeIterator<Item = AttributeRef<'_>> {
        self.content.attributes.iter().map(|spans| AttributeRef {
            identity: self,
            spans,
        })
    }

    /// The text values of every attribute with this name.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.attributes()
            .filter(move |attribute| attribute.name() == name)
            .flat_map(|attribute| {
                attribute.values().filter_map(|value| match value {
                    ValueRef::Text(text) => Some(text),
                    ValueRef::NameId(_) | ValueRef::Nil | ValueRef::Xml(_) => None,
                })
            })
    }

    /// Which signatures the message had.
    #[must_use]
    pub const fn signed_parts(&self) -> SignedParts {
        self.content.signed_parts
    }

    /// Whether the assertion was encrypted as a whole; see [`Identity::opened`] for its parts.
    #[must_use]
    pub const fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// The algorithm of the innermost signature that covers the assertion.
    #[must_use]
    pub const fn signature_algorithm(&self) -> SignatureAlgorithm {
        self.signed.signature_algorithm()
    }

    /// The thumbprint of the key that verified it.
    #[must_use]
    pub const fn key(&self) -> Thumbprint {
        self.signed.key()
    }

    /// The evidence: the signed octets that everything here was read from, or was encrypted in.
    pub const fn signed(&self) -> &Signed {
        &self.signed
    }

    /// What was encrypted in the signed octets: the name identifier, if it was, then attributes. Mostly nothing.
    pub fn opened(&self) -> &[Signed] {
        &self.opened
    }
}

impl fmt::Debug for Identity {
    /// Shows where it came from, not who it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("issuer", &self.issuer())
            .field("signed_parts", &self.content.signed_parts)
            .finish_non_exhaustive()
    }
}

/// A name identifier of an [`Identity`] (SAMLCore §2.2.2).
#[derive(Clone, Copy)]
pub struct NameIdRef<'i> {
    identity: &'i Identity,
    spans: NameIdSpans,
}

impl<'i> NameIdRef<'i> {
    /// The identifier itself.
    #[must_use]
    pub fn value(self) -> &'i str {
        self.identity.get(self.spans.value)
    }

    /// Its `Format`; absent means unspecified.
    #[must_use]
    pub fn format(self) -> Option<&'i str> {
        self.spans.format.map(|span| self.identity.get(span))
    }

    /// Its `NameQualifier`.
    #[must_use]
    pub fn name_qualifier(self) -> Option<&'i str> {
        self.spans
            .name_qualifier
            .map(|span| self.identity.get(span))
    }

    /// Its `SPNameQualifier`.
    #[must_use]
    pub fn sp_name_qualifier(self) -> Option<&'i str> {
        self.spans
            .sp_name_qualifier
            .map(|span| self.identity.get(span))
    }

    /// Its `SPProvidedID`.
    #[must_use]
    pub fn sp_provided_id(self) -> Option<&'i str> {
        self.spans
            .sp_provided_id
            .map(|span| self.identity.get(span))
    }
}

impl fmt::Debug for NameIdRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameIdRef")
            .field("format", &self.format())
            .finish_non_exhaustive()
    }
}

/// An attribute of an [`Identity`] (SAMLCore §2.7.3.1).
#[derive(Clone, Copy)]
pub struct AttributeRef<'i> {
    identity: &'i Identity,
    spans: &'i AttributeSpans,
}

impl<'i> AttributeRef<'i> {
    /// Its `Name`.
    #[must_use]
    pub fn name(self) -> &'i str {
        self.identity.get(self.spans.name)
    }

    /// Its `NameFormat`; absent means unspecified.
    #[must_use]
    pub fn name_format(self) -> Option<&'i str> {
        self.spans.name_format.map(|span| self.identity.get(span))
    }

    /// Its `FriendlyName`, for people to read.
    #[must_use]
    pub fn friendly_name(self) -> Option<&'i str> {
        self.spans.friendly_name.map(|span| self.identity.get(span))
    }

    /// Its values, in order.
    #[must_use]
    pub fn values(self) -> impl ExactSizeIterator<Item = ValueRef<'i>> + use<'i> {
        let identity = self.identity;
        let values = identity.spans(self.spans.values).iter();
        values.map(|&value| identity.value(value))
    }
}

impl fmt::Debug for AttributeRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttributeRef")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

/// A value of an attribute (SAMLCore §2.7.3.1.1).
#[non_exhaustive]
#[derive(Clone, Copy)]
pub enum ValueRef<'i> {
    /// Text, whole and untrimmed; possibly empty.
    Text(&'i str),
    /// A `saml:NameID`, as `eduPersonTargetedID` has.
    NameId(NameIdRef<'i>),
    /// No value (`xsi:nil`).
    Nil,
    /// Any other markup: the exclusive canonical form of the `saml:AttributeValue` element.
    Xml(&'i str),
}

impl fmt::Debug for ValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text",
            Self::NameId(_) => "NameId",
            Self::Nil => "Nil",
            Self::Xml(_) => "Xml",
        })
    }
}

/// An identity without its evidence, so that the assertion's borrow of the evidence can end first.
pub(crate) struct Draft {
    /// The values that do not stand in the signed octets as they are: references replaced, parts joined, markup taken out.
    decoded: String,
    issuer: Span,
    assertion_id: Span,
    name_id: NameIdSpans,
    in_response_to: Option<Span>,
    session_index: Option<Span>,
    authn_context: Option<Span>,
    authn_instant: Timestamp,
    session_not_on_or_after: Option<Timestamp>,
    not_on_or_after: Timestamp,
    attributes: Vec<AttributeSpans>,
    /// The audiences, then the values of each attribute.
    values: Vec<ValueSpan>,
    audience_count: u32,
    name_ids: Vec<NameIdSpans>,
    signed_parts: SignedParts,
}

impl Draft {
    pub(crate) const fn with_evidence(
        self,
        signed: Signed,
        opened: Vec<Signed>,
        encrypted: bool,
    ) -> Identity {
        Identity {
            content: self,
            encrypted,
            signed,
            opened,
        }
    }
}

/// How much work on markup in attribute values a document may ask for, counted in octets written and namespaces looked at.
///
/// Each such value is canonicalized on its own. Without a bound for all of them, a long namespace name that is declared once
/// would be repeated in every value.
fn markup_budget(document: &Document<'_>) -> usize {
    let octets = document.source().len();
    octets.saturating_mul(16).clamp(1 << 16, 1 << 30)
}

struct Text<'d> {
    signed: &'d str,
    decoded: String,
    name_ids: Vec<NameIdSpans>,
    /// What is left of [`markup_budget`].
    budget: usize,
}

impl<'d> Text<'d> {
    fn of(document: &'d Document<'_>) -> Self {
        Self {
            signed: document.source(),
            decoded: String::new(),
            name_ids: Vec::new(),
            budget: markup_budget(document),
        }
    }

    /// Notes where `text` stands, and copies it if that is not in the signed octets.
    fn add(&mut self, text: &str) -> Span {
        let start = text.as_ptr().addr();
        let at = start.wrapping_sub(self.signed.as_ptr().addr());
        let within = at.checked_add(text.len());
        if within.is_some_and(|end| end <= self.signed.len()) {
            return Span {
                start: narrow(at),
                len: narrow(text.len()),
            };
        }
        let start = narrow(self.decoded.len()) | Span::DECODED;
        self.decoded.push_str(text);
        Span {
            start,
            len: narrow(text.len()),
        }
    }

    fn add_optional(&mut self, text: Option<&str>) -> Option<Span> {
        text.map(|text| self.add(text))
    }

    fn add_name_id(&mut self, name_id: &NameId<'_>) -> NameIdSpans {
        NameIdSpans {
            value: self.add(name_id.value()),
            format: self.add_optional(name_id.format()),
            name_qualifier: self.add_optional(name_id.name_qualifier()),
            sp_name_qualifier: self.add_optional(name_id.sp_name_qualifier()),
            sp_provided_id: self.add_optional(name_id.sp_provided_id()),
        }
    }

    fn add_value(
        &mut self,
        value: &samlkit_core::AttributeValue<'_>,
    ) -> Result<ValueSpan, Rejection> {
        Ok(match value.content() {
            AttributeContent::Text(text) => ValueSpan::Text(self.add(text)),
            AttributeContent::NameId(name_id) => {
                let spans = self.add_name_id(name_id);
                self.name_ids.push(spans);
                ValueSpan::NameId(narrow(self.name_ids.len() - 1))
            }
            AttributeContent::Nil => ValueSpan::Nil,
            _ => ValueSpan::Xml(self.add_markup(value.element())?),
        })
    }

    fn add_markup(&mut self, element: Element<'_>) -> Result<Span, Rejection> {
        let too_much = Rejection::rule(
            Code::LimitExceeded,
            "the markup in attribute values is too long",
        );
        let raw = Raw::new(element.document());
        let mut octets = Vec::new();
        let charged = self
            .spend(raw.prefix_count() + raw.other_namespaces().len())
            .and_then(|()| {
                Canonicalizer::new(Algorithm::Exclusive)
                    .element(element, &mut octets)
                    .ok()
            })
            .and_then(|()| self.spend(octets.len()));
        match (charged, core::str::from_utf8(&octets)) {
            (Some(()), Ok(text)) => Ok(self.add(text)),
            _ => Err(too_much),
        }
    }

    /// `None` when the budget is used up.
    fn spend(&mut self, work: usize) -> Option<()> {
        self.budget = self.budget.checked_sub(work)?;
        Some(())
    }
}

/// The signed octets and what is decoded from them are shorter than 2^30, by the limits, and so is what [`markup_budget`]
/// allows.
#[expect(
    clippy::cast_possible_truncation,
    reason = "documents and budgets are at most 2^30 octets long"
)]
const fn narrow(n: usize) -> u32 {
    n as u32
}
