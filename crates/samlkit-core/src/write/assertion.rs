use super::markup::{self, Markup, Style};
use super::{Conditions, Error, Id, Identifier};
use crate::attribute::{ATTRIBUTE_VALUE, ENCRYPTED_ATTRIBUTE};
use crate::fragment::Fragment;
use crate::lexical::Timestamp;
use crate::ns;
use crate::read::{ASSERTION, ATTRIBUTE, ISSUER, Name};
use crate::statement::{AUTHENTICATING_AUTHORITY, AUTHN_CONTEXT, AUTHN_CONTEXT_CLASS_REF};
use crate::subject::{SUBJECT, SUBJECT_CONFIRMATION, SUBJECT_CONFIRMATION_DATA};
use crate::uri::confirmation_method;
use core::fmt;

const fn saml(local: &'static str, spelled: &'static str) -> Name {
    Name::new(ns::SAML, local, spelled)
}

const AUTHN_STATEMENT: Name = saml("AuthnStatement", "saml:AuthnStatement");
const ATTRIBUTE_STATEMENT: Name = saml("AttributeStatement", "saml:AttributeStatement");

/// A `saml:Assertion` to issue (SAMLCore §2.3.3).
///
/// ```
/// use samlkit_core::write::{Assertion, Attribute, AuthnStatement, Id, NameId, SubjectConfirmation};
/// use samlkit_core::{parse_date_time, uri::authn_context};
///
/// let at = |text| parse_date_time(text).ok_or("not a time");
/// let (now, later) = (at("2026-11-24T03:00:00Z")?, at("2026-11-24T04:00:00Z")?);
/// let xml = Assertion::new(Id::new("_a")?, now, "https://idp.example/", NameId::new("user@example.com"))
///     .with_subject_confirmation(
///         SubjectConfirmation::bearer("https://sp.example/acs", later).with_in_response_to(Id::new("_q")?),
///     )
///     .with_not_before(now)
///     .with_not_on_or_after(later)
///     .with_audience("https://sp.example/")
///     .with_authn_statement(AuthnStatement::new(now, authn_context::PASSWORD).with_session_index("_a"))
///     .with_attribute(Attribute::new("mail").with_value("user@example.com"))
///     .write()?;
/// assert!(xml.contains("<saml:Audience>https://sp.example/</saml:Audience>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Assertion {
    id: Id,
    issue_instant: Timestamp,
    issuer: String,
    subject: Identifier,
    confirmations: Vec<SubjectConfirmation>,
    conditions: Conditions,
    authn_statement: Option<AuthnStatement>,
    attributes: Vec<Item>,
    order: StatementOrder,
    style: Style,
}

/// A member of the attribute statement.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Item {
    Attribute(Attribute),
    Encrypted(Fragment),
}

/// Which statement comes first. The schema leaves it open; peers do not all agree.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum StatementOrder {
    /// `AuthnStatement`, then `AttributeStatement`, as most write.
    #[default]
    AuthnFirst,
    /// `AttributeStatement`, then `AuthnStatement`, as Entra ID writes.
    AttributesFirst,
}

impl Assertion {
    /// An assertion without conditions and statements.
    pub fn new(
        id: Id,
        issue_instant: Timestamp,
        issuer: impl Into<String>,
        subject: impl Into<Identifier>,
    ) -> Self {
        Self {
            id,
            issue_instant,
            issuer: issuer.into(),
            subject: subject.into(),
            confirmations: Vec::new(),
            conditions: Conditions::new(),
            authn_statement: None,
            attributes: Vec::new(),
            order: StatementOrder::default(),
            style: Style::default(),
        }
    }

    /// Adds a way to confirm the subject. Web single sign-on needs a bearer's (SAMLProf §4.1.4.2).
    pub fn with_subject_confirmation(mut self, confirmation: SubjectConfirmation) -> Self {
        self.confirmations.push(confirmation);
        self
    }

    /// `NotBefore` of the conditions.
    pub const fn with_not_before(mut self, time: Timestamp) -> Self {
        self.conditions.not_before = Some(time);
        self
    }

    /// `NotOnOrAfter` of the conditions.
    pub const fn with_not_on_or_after(mut self, time: Timestamp) -> Self {
        self.conditions.not_on_or_after = Some(time);
        self
    }

    /// Adds an audience to the one `AudienceRestriction`. Web single sign-on needs one (SAMLProf §4.1.4.2).
    pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
        self.conditions.audiences.push(audience.into());
        self
    }

    /// Adds `OneTimeUse`.
    pub const fn with_one_time_use(mut self) -> Self {
        self.conditions.one_time_use = true;
        self
    }

    /// `AuthnStatement`. Web single sign-on needs one (SAMLProf §4.1.4.2).
    pub fn with_authn_statement(mut self, statement: AuthnStatement) -> Self {
        self.authn_statement = Some(statement);
        self
    }

    /// Adds an attribute to the one `AttributeStatement`.
    pub fn with_attribute(mut self, attribute: Attribute) -> Self {
        self.attributes.push(Item::Attribute(attribute));
        self
    }

    /// Adds a `saml:EncryptedAttribute` to the one `AttributeStatement` (SAMLCore §2.7.3.2).
    ///
    /// # Errors
    ///
    /// [`Error::WrongElement`] if it is another element.
    pub fn with_encrypted_attribute(mut self, attribute: Fragment) -> Result<Self, Error> {
        let attribute = markup::expect(attribute, ENCRYPTED_ATTRIBUTE)?;
        self.attributes.push(Item::Encrypted(attribute));
        Ok(self)
    }

    /// Which statement comes first.
    pub const fn with_statement_order(mut self, order: StatementOrder) -> Self {
        self.order = order;
        self
    }

    /// Which prefixes are written, when the assertion is a document of its own.
    pub const fn with_style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// `ID`.
    #[must_use]
    pub const fn id(&self) -> &Id {
        &self.id
    }

    /// Writes a document that is the assertion, to be signed or encrypted.
    ///
    /// # Errors
    ///
    /// [`Error::BlankValue`], [`Error::TimeOutOfRange`], [`Error::Fragment`], [`Error::Xml`].
    pub fn write(&self) -> Result<String, Error> {
        let mut markup = Markup::new(self.style);
        self.write_to(&mut markup);
        markup.finish()
    }

    pub(super) fn write_to(&self, markup: &mut Markup) {
        markup
            .start(ASSERTION)
            .attribute("ID", self.id.as_str())
            .attribute("Version", "2.0")
            .time("IssueInstant", Some(self.issue_instant))
            .element(ISSUER, &self.issuer)
            .start(SUBJECT);
        self.subject.write_to(markup);
        for confirmation in &self.confirmations {
            confirmation.write_to(markup);
        }
        markup.end();
        if !self.conditions.is_empty() {
            self.conditions.write_to(markup);
        }
        if self.order == StatementOrder::AttributesFirst {
            self.write_attributes(markup);
        }
        if let Some(statement) = &self.authn_statement {
            statement.write_to(markup);
        }
        if self.order == StatementOrder::AuthnFirst {
            self.write_attributes(markup);
        }
        markup.end();
    }

    fn write_attributes(&self, markup: &mut Markup) {
        if self.attributes.is_empty() {
            return;
        }
        markup.start(ATTRIBUTE_STATEMENT);
        for item in &self.attributes {
            match item {
                Item::Attribute(attribute) => attribute.write_to(markup),
                Item::Encrypted(fragment) => {
                    markup.fragment(fragment);
                }
            }
        }
        markup.end();
    }
}

/// One way to confirm the subject (SAMLCore §2.4.1.1).
///
/// `Debug` shows neither the request's identifier nor the address.
#[derive(Clone, Eq, PartialEq)]
#[must_use]
pub struct SubjectConfirmation {
    method: &'static str,
    recipient: String,
    not_on_or_after: Timestamp,
    in_response_to: Option<Id>,
    address: Option<String>,
}

impl SubjectConfirmation {
    /// By bearing the assertion to `recipient` before `not_on_or_after`. A bearer's confirmation has no `NotBefore`
    /// (SAMLProf §4.1.4.2).
    pub fn bearer(recipient: impl Into<String>, not_on_or_after: Timestamp) -> Self {
        Self {
            method: confirmation_method::BEARER,
            recipient: recipient.into(),
            not_on_or_after,
            in_response_to: None,
            address: None,
        }
    }

    /// `InResponseTo`: the identifier of the request; none if nobody asked.
    pub fn with_in_response_to(mut self, id: Id) -> Self {
        self.in_response_to = Some(id);
        self
    }

    /// `Address`: from where the assertion may be presented.
    pub fn with_address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    fn write_to(&self, markup: &mut Markup) {
        markup
            .start(SUBJECT_CONFIRMATION)
            .attribute("Method", self.method)
            .start(SUBJECT_CONFIRMATION_DATA)
            .optional_attribute("InResponseTo", self.in_response_to.as_ref().map(Id::as_str))
            .time("NotOnOrAfter", Some(self.not_on_or_after))
            .filled("Recipient", &self.recipient)
            .optional_attribute("Address", self.address.as_deref())
            .end()
            .end();
    }
}

impl fmt::Debug for SubjectConfirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubjectConfirmation")
            .field("method", &self.method)
            .field("recipient", &self.recipient)
            .field("not_on_or_after", &self.not_on_or_after)
            .finish_non_exhaustive()
    }
}

/// That the subject was authenticated, when and how (SAMLCore §2.7.2).
///
/// `Debug` does not show the session's index.
#[derive(Clone, Eq, PartialEq)]
#[must_use]
pub struct AuthnStatement {
    authn_instant: Timestamp,
    session_index: Option<String>,
    session_not_on_or_after: Option<Timestamp>,
    class_ref: String,
    authenticating_authorities: Vec<String>,
}

impl AuthnStatement {
    /// An authentication by a class; see [`authn_context`](crate::uri::authn_context).
    pub fn new(authn_instant: Timestamp, class_ref: impl Into<String>) -> Self {
        Self {
            authn_instant,
            session_index: None,
            session_not_on_or_after: None,
            class_ref: class_ref.into(),
            authenticating_authorities: Vec::new(),
        }
    }

    /// `SessionIndex`: the session, for Single Logout.
    pub fn with_session_index(mut self, index: impl Into<String>) -> Self {
        self.session_index = Some(index.into());
        self
    }

    /// `SessionNotOnOrAfter`: when the relying party's session must have ended.
    pub const fn with_session_not_on_or_after(mut self, time: Timestamp) -> Self {
        self.session_not_on_or_after = Some(time);
        self
    }

    /// Adds an `AuthenticatingAuthority`: one that took part, beside the issuer.
    pub fn with_authenticating_authority(mut self, entity_id: impl Into<String>) -> Self {
        self.authenticating_authorities.push(entity_id.into());
        self
    }

    fn write_to(&self, markup: &mut Markup) {
        markup
            .start(AUTHN_STATEMENT)
            .time("AuthnInstant", Some(self.authn_instant))
            .optional_filled("SessionIndex", self.session_index.as_deref())
            .time("SessionNotOnOrAfter", self.session_not_on_or_after)
            .start(AUTHN_CONTEXT)
            .element(AUTHN_CONTEXT_CLASS_REF, &self.class_ref);
        for authority in &self.authenticating_authorities {
            markup.element(AUTHENTICATING_AUTHORITY, authority);
        }
        markup.end().end();
    }
}

impl fmt::Debug for AuthnStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthnStatement")
            .field("authn_instant", &self.authn_instant)
            .field("session_not_on_or_after", &self.session_not_on_or_after)
            .field("class_ref", &self.class_ref)
            .finish_non_exhaustive()
    }
}

/// An attribute and its values, which are texts (SAMLCore §2.7.3.1).
///
/// `Debug` does not show the values: they may be personal.
#[derive(Clone, Eq, PartialEq)]
#[must_use]
pub struct Attribute {
    name: String,
    name_format: Option<String>,
    friendly_name: Option<String>,
    values: Vec<String>,
}

impl Attribute {
    /// An attribute without values.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            name_format: None,
            friendly_name: None,
            values: Vec::new(),
        }
    }

    /// `NameFormat`; see [`attrname_format`](crate::uri::attrname_format).
    pub fn with_name_format(mut self, format: impl Into<String>) -> Self {
        self.name_format = Some(format.into());
        self
    }

    /// `FriendlyName`.
    pub fn with_friendly_name(mut self, name: impl Into<String>) -> Self {
        self.friendly_name = Some(name.into());
        self
    }

    /// Adds a value. An empty one is a value too.
    pub fn with_value(mut self, value: impl Into<String>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Adds values.
    pub fn with_values<T: Into<String>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        self.values.extend(values.into_iter().map(Into::into));
        self
    }

    fn write_to(&self, markup: &mut Markup) {
        markup
            .start(ATTRIBUTE)
            .filled("Name", &self.name)
            .optional_filled("NameFormat", self.name_format.as_deref())
            .optional_attribute("FriendlyName", self.friendly_name.as_deref());
        for value in &self.values {
            markup.start(ATTRIBUTE_VALUE).text(value).end();
        }
        markup.end();
    }
}

impl fmt::Debug for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attribute")
            .field("name", &self.name)
            .field("values", &self.values.len())
            .finish_non_exhaustive()
    }
}
