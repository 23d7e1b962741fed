use crate::attribute::{Attribute, AttributeStatement};
use crate::conditions::{CONDITIONS, Conditions};
use crate::error::Error;
use crate::lexical::Timestamp;
use crate::name_id::NameId;
use crate::ns;
use crate::read::{self, ASSERTION, Content, Foreign, ISSUER, Name, SIGNATURE};
use crate::state::{State, Unverified, Verified};
use crate::statement::{AuthnStatement, Statement, is_assertion_reference};
use crate::subject::{SUBJECT, Subject};
use core::marker::PhantomData;
use core::ops::Deref;
use samlkit_dsig::Signed;
use samlkit_xml::Element;

const ADVICE: Name = Name::new(ns::SAML, "Advice", "saml:Advice");

/// A `saml:Assertion` (SAMLCore §2.3.3), and whether a trusted key signed the octets that it was read from.
///
/// `Assertion<'_, Verified>`, which is what `Assertion<'_>` means, gives its [content](AssertionContent) by dereference;
/// `Assertion<'_, Unverified>` only through [`untrusted`](Self::untrusted). Verified is not accepted: times, audience,
/// recipient and replay are still to be judged.
///
/// The only ways to a verified one are [`Assertion::from_signed`] and
/// [`Response::verified_assertions`](crate::Response::verified_assertions):
///
/// ```compile_fail,E0308
/// # use samlkit_core::{Assertion, Verified};
/// # fn f(element: samlkit_xml::Element<'_>) {
/// let assertion: Assertion<'_, Verified> = Assertion::inspect(element).unwrap();
/// # }
/// ```
///
/// ```compile_fail,E0624
/// # use samlkit_core::Assertion;
/// # fn f(element: samlkit_xml::Element<'_>) {
/// let assertion = Assertion::verified(element).unwrap();
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Assertion<'d, S: State = Verified> {
    content: AssertionContent<'d>,
    state: PhantomData<S>,
}

impl<'d> Assertion<'d, Verified> {
    /// Reads the assertion that a trusted key signed.
    ///
    /// # Errors
    ///
    /// [`Error::WrongElement`] if what was signed is not an assertion (see [`Response::from_signed`](crate::Response::from_signed)
    /// for a signed response), and every other variant for an assertion that is not of the schema's form.
    pub fn from_signed(signed: &'d Signed) -> Result<Self, Error> {
        Self::verified(signed.root())
    }

    /// For an element of which the caller has the proof: it is, or is within, the root of a [`Signed`].
    pub(crate) fn verified(element: Element<'d>) -> Result<Self, Error> {
        AssertionContent::read(element).map(Self::new)
    }
}

impl<'d> Assertion<'d, Unverified> {
    /// Reads an assertion that nobody vouches for, for tools that show or explain messages.
    ///
    /// # Errors
    ///
    /// Those of [`Assertion::from_signed`].
    ///
    /// # Security
    ///
    /// Never act on it. Anyone can have written it.
    pub fn inspect(element: Element<'d>) -> Result<Self, Error> {
        AssertionContent::read(element).map(Self::new)
    }

    /// What the assertion says, true or not.
    #[must_use]
    pub const fn untrusted(&self) -> &AssertionContent<'d> {
        &self.content
    }
}

impl<'d, S: State> Assertion<'d, S> {
    const fn new(content: AssertionContent<'d>) -> Self {
        Self {
            content,
            state: PhantomData,
        }
    }
}

impl<'d> Deref for Assertion<'d, Verified> {
    type Target = AssertionContent<'d>;

    fn deref(&self) -> &Self::Target {
        &self.content
    }
}

/// What an assertion says (SAMLCore §2.3.3).
///
/// A reference to one proves nothing about its origin: pass an [`Assertion`] where that matters.
#[derive(Clone, Debug)]
pub struct AssertionContent<'d> {
    element: Element<'d>,
    id: &'d str,
    issue_instant: Timestamp,
    issuer: NameId<'d>,
    signature: Option<Element<'d>>,
    subject: Option<Subject<'d>>,
    conditions: Option<Conditions<'d>>,
    advice: Option<Element<'d>>,
    statements: Vec<Statement<'d>>,
}

impl<'d> AssertionContent<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        const NAME: &str = ASSERTION.spelled;
        ASSERTION.check(element)?;
        let [id, version, issue_instant] = read::attributes(
            element,
            NAME,
            &["ID", "Version", "IssueInstant"],
            Foreign::Refused,
        )?;
        // The version comes first: it says whether the rest is to be read by these rules at all.
        read::version(read::required(version, element, NAME, "Version")?, NAME)?;
        let id = read::required(id, element, NAME, "ID")?.nc_name()?;
        let issue_instant =
            read::required(issue_instant, element, NAME, "IssueInstant")?.date_time()?;

        let mut content = Content::of(element, NAME)?;
        let issuer = NameId::read(content.required(&ISSUER)?, ISSUER.spelled)?;
        let signature = content.optional(&SIGNATURE)?;
        let subject = content.optional(&SUBJECT)?.map(Subject::read).transpose()?;
        let conditions = content
            .optional(&CONDITIONS)?
            .map(Conditions::read)
            .transpose()?;
        let advice = content.optional(&ADVICE)?;
        if let Some(advice) = advice {
            check_advice(advice)?;
        }
        let mut statements = Vec::with_capacity(content.left().min(4));
        while let Some(child) = content.next()? {
            match Statement::read(child)? {
                Some(statement) => statements.push(statement),
                None => return Err(content.unexpected(child)),
            }
        }
        if subject.is_none() && needs_subject(&statements) {
            return Err(content.missing(SUBJECT.spelled));
        }
        Ok(Self {
            element,
            id,
            issue_instant,
            issuer,
            signature,
            subject,
            conditions,
            advice,
            statements,
        })
    }

    /// `ID`.
    #[must_use]
    pub const fn id(&self) -> &'d str {
        self.id
    }

    /// `IssueInstant`.
    #[must_use]
    pub const fn issue_instant(&self) -> Timestamp {
        self.issue_instant
    }

    /// `Issuer`.
    #[must_use]
    pub const fn issuer(&self) -> &NameId<'d> {
        &self.issuer
    }

    /// The `ds:Signature` after `Issuer`, unread. Signed octets have none: the enveloped-signature transform took it out, so
    /// one that is still there belongs to an assertion within a signed response.
    #[must_use]
    pub const fn signature(&self) -> Option<Element<'d>> {
        self.signature
    }

    /// `Subject`. Always there when a statement of the specification's own is.
    #[must_use]
    pub const fn subject(&self) -> Option<&Subject<'d>> {
        self.subject.as_ref()
    }

    /// `Conditions`.
    #[must_use]
    pub const fn conditions(&self) -> Option<&Conditions<'d>> {
        self.conditions.as_ref()
    }

    /// `Advice`, of which nothing is read. Assertions in it are no assertions of this message.
    #[must_use]
    pub const fn advice(&self) -> Option<Element<'d>> {
        self.advice
    }

    /// Every statement, in the order of the document.
    #[must_use]
    pub fn statements(&self) -> &[Statement<'d>] {
        &self.statements
    }

    /// Every `AuthnStatement`, in order.
    pub fn authn_statements(&self) -> impl Iterator<Item = &AuthnStatement<'d>> {
        self.statements.iter().filter_map(|s| match s {
            Statement::Authn(statement) => Some(statement),
            Statement::Attribute(_) | Statement::AuthzDecision(_) | Statement::Other { .. } => None,
        })
    }

    /// Every `AttributeStatement`, in order.
    pub fn attribute_statements(&self) -> impl Iterator<Item = &AttributeStatement<'d>> {
        self.statements.iter().filter_map(|s| match s {
            Statement::Attribute(statement) => Some(statement),
            Statement::Authn(_) | Statement::AuthzDecision(_) | Statement::Other { .. } => None,
        })
    }

    /// Every `Attribute` of every `AttributeStatement`, in order.
    pub fn attributes(&self) -> impl Iterator<Item = &Attribute<'d>> {
        self.attribute_statements()
            .flat_map(AttributeStatement::attributes)
    }

    /// The whole element.
    #[must_use]
    pub const fn element(&self) -> Element<'d> {
        self.element
    }
}

/// An assertion without statements must have a subject (SAMLCore §2.3.3), and so must one with statements of the
/// specification's own (§2.7.2, §2.7.3, §2.7.4).
fn needs_subject(statements: &[Statement<'_>]) -> bool {
    statements.is_empty()
        || statements
            .iter()
            .any(|s| !matches!(s, Statement::Other { .. }))
}

/// `saml:Advice` (SAMLCore §2.6.1): assertions, references to them, elements of other namespaces. Form only.
fn check_advice(advice: Element<'_>) -> Result<(), Error> {
    read::no_attributes(advice, ADVICE.spelled)?;
    let mut content = Content::of(advice, ADVICE.spelled)?;
    while let Some(child) = content.next()? {
        if child.namespace() == ns::SAML && !is_assertion_reference(child) {
            return Err(content.unexpected(child));
        }
    }
    Ok(())
}
