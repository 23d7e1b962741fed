use crate::attribute::{ATTRIBUTE_STATEMENT, AttributeStatement};
use crate::error::Error;
use crate::lexical::Timestamp;
use crate::ns;
use crate::read::{self, ASSERTION, Content, ENCRYPTED_ASSERTION, Foreign, Name};
use samlkit_xml::Element;
use std::borrow::Cow;

const AUTHN_STATEMENT: &str = "saml:AuthnStatement";
const AUTHZ_DECISION_STATEMENT: &str = "saml:AuthzDecisionStatement";

macro_rules! names {
    ($($constant:ident = $local:literal;)*) => {
        $(pub(crate) const $constant: Name = Name::new(ns::SAML, $local, concat!("saml:", $local));)*
    };
}

names! {
    SUBJECT_LOCALITY = "SubjectLocality";
    AUTHN_CONTEXT = "AuthnContext";
    AUTHN_CONTEXT_CLASS_REF = "AuthnContextClassRef";
    AUTHN_CONTEXT_DECL = "AuthnContextDecl";
    AUTHN_CONTEXT_DECL_REF = "AuthnContextDeclRef";
    AUTHENTICATING_AUTHORITY = "AuthenticatingAuthority";
    ACTION = "Action";
    EVIDENCE = "Evidence";
    ASSERTION_ID_REF = "AssertionIDRef";
    ASSERTION_URI_REF = "AssertionURIRef";
}

/// A statement, in the order of the document: the schema is a choice (SAMLCore §2.3.3), and identity providers differ.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub enum Statement<'d> {
    /// The subject was authenticated.
    Authn(AuthnStatement<'d>),
    /// The subject has attributes.
    Attribute(AttributeStatement<'d>),
    /// Access was decided. Its required parts were checked, the rest is opaque.
    AuthzDecision(AuthzDecisionStatement<'d>),
    /// A `saml:Statement` of an extension type (SAMLCore §2.7.1). Kept and not read: a statement that is not understood adds
    /// nothing to what is known, unlike a condition, and the schema allows it.
    Other {
        /// The whole element.
        element: Element<'d>,
        /// Its `xsi:type`, as written.
        xsi_type: Option<&'d str>,
    },
}

impl<'d> Statement<'d> {
    /// Reads a child of `saml:Assertion`; `None` if it is no statement.
    pub(crate) fn read(element: Element<'d>) -> Result<Option<Self>, Error> {
        if element.namespace() != ns::SAML {
            return Ok(None);
        }
        Ok(Some(match element.local_name() {
            "AuthnStatement" => Self::Authn(AuthnStatement::read(element)?),
            "AttributeStatement" => Self::Attribute(AttributeStatement::read(element)?),
            "AuthzDecisionStatement" => Self::AuthzDecision(AuthzDecisionStatement::read(element)?),
            "Statement" => Self::Other {
                element,
                xsi_type: read::xsi_type(element),
            },
            _ => return Ok(None),
        }))
    }

    /// What it is called in the specification.
    #[must_use]
    pub const fn element_name(&self) -> &'static str {
        match self {
            Self::Authn(_) => AUTHN_STATEMENT,
            Self::Attribute(_) => ATTRIBUTE_STATEMENT,
            Self::AuthzDecision(_) => AUTHZ_DECISION_STATEMENT,
            Self::Other { .. } => "saml:Statement",
        }
    }
}

/// That the subject was authenticated, when and how (SAMLCore §2.7.2).
///
/// `Debug` does not show the session's index.
#[derive(Clone)]
pub struct AuthnStatement<'d> {
    authn_instant: Timestamp,
    session_index: Option<&'d str>,
    session_not_on_or_after: Option<Timestamp>,
    subject_locality: Option<SubjectLocality<'d>>,
    authn_context: AuthnContext<'d>,
}

impl<'d> AuthnStatement<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        let [authn_instant, session_index, session_not_on_or_after] = read::attributes(
            element,
            AUTHN_STATEMENT,
            &["AuthnInstant", "SessionIndex", "SessionNotOnOrAfter"],
            Foreign::Refused,
        )?;
        let authn_instant =
            read::required(authn_instant, element, AUTHN_STATEMENT, "AuthnInstant")?.date_time()?;
        let session_not_on_or_after = session_not_on_or_after
            .map(read::Value::date_time)
            .transpose()?;
        let mut content = Content::of(element, AUTHN_STATEMENT)?;
        let subject_locality = content.optional(&SUBJECT_LOCALITY)?;
        let authn_context = content.required(&AUTHN_CONTEXT)?;
        content.end()?;
        Ok(Self {
            authn_instant,
            session_index: session_index.map(read::Value::text),
            session_not_on_or_after,
            subject_locality: subject_locality.map(SubjectLocality::read).transpose()?,
            authn_context: AuthnContext::read(authn_context)?,
        })
    }

    /// `AuthnInstant`. A lasting session can make it weeks older than the assertion.
    #[must_use]
    pub const fn authn_instant(&self) -> Timestamp {
        self.authn_instant
    }

    /// `SessionIndex`: the session, for Single Logout.
    #[must_use]
    pub const fn session_index(&self) -> Option<&'d str> {
        self.session_index
    }

    /// `SessionNotOnOrAfter`: when the relying party's session must have ended.
    #[must_use]
    pub const fn session_not_on_or_after(&self) -> Option<Timestamp> {
        self.session_not_on_or_after
    }

    /// `SubjectLocality`.
    #[must_use]
    pub const fn subject_locality(&self) -> Option<&SubjectLocality<'d>> {
        self.subject_locality.as_ref()
    }

    /// `AuthnContext`.
    #[must_use]
    pub const fn authn_context(&self) -> &AuthnContext<'d> {
        &self.authn_context
    }
}

/// From where the subject was authenticated (SAMLCore §2.7.2.1). Advisory: addresses are easily forged.
///
/// `Debug` does not show them.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct SubjectLocality<'d> {
    address: Option<&'d str>,
    dns_name: Option<&'d str>,
}

impl<'d> SubjectLocality<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        let [address, dns_name] = read::attributes(
            element,
            SUBJECT_LOCALITY.spelled,
            &["Address", "DNSName"],
            Foreign::Refused,
        )?;
        read::empty(element, SUBJECT_LOCALITY.spelled)?;
        Ok(Self {
            address: address.map(read::Value::text),
            dns_name: dns_name.map(read::Value::text),
        })
    }

    /// `Address`.
    #[must_use]
    pub const fn address(&self) -> Option<&'d str> {
        self.address
    }

    /// `DNSName`.
    #[must_use]
    pub const fn dns_name(&self) -> Option<&'d str> {
        self.dns_name
    }
}

impl core::fmt::Debug for AuthnStatement<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AuthnStatement")
            .field("authn_instant", &self.authn_instant)
            .field("session_not_on_or_after", &self.session_not_on_or_after)
            .field("authn_context", &self.authn_context)
            .finish_non_exhaustive()
    }
}

impl core::fmt::Debug for SubjectLocality<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SubjectLocality").finish_non_exhaustive()
    }
}

/// How the subject was authenticated (SAMLCore §2.7.2.2): by class, by declaration, or both.
#[derive(Clone, Debug)]
pub struct AuthnContext<'d> {
    class_ref: Option<Cow<'d, str>>,
    declaration: Option<AuthnContextDeclaration<'d>>,
    authenticating_authorities: Vec<Cow<'d, str>>,
}

/// A description of one authentication beyond its class (SAMLCore §2.7.2.2).
#[non_exhaustive]
#[derive(Clone, Debug)]
pub enum AuthnContextDeclaration<'d> {
    /// `AuthnContextDecl`, by value; nothing in it was read.
    Decl(Element<'d>),
    /// `AuthnContextDeclRef`, by reference.
    DeclRef(Cow<'d, str>),
}

impl<'d> AuthnContext<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        read::no_attributes(element, AUTHN_CONTEXT.spelled)?;
        let mut content = Content::of(element, AUTHN_CONTEXT.spelled)?;
        let class_ref = content.optional(&AUTHN_CONTEXT_CLASS_REF)?;
        let class_ref = class_ref
            .map(|e| read::plain_text(e, AUTHN_CONTEXT_CLASS_REF.spelled))
            .transpose()?;
        let declaration = if let Some(decl) = content.optional(&AUTHN_CONTEXT_DECL)? {
            Some(AuthnContextDeclaration::Decl(decl))
        } else if let Some(decl_ref) = content.optional(&AUTHN_CONTEXT_DECL_REF)? {
            let uri = read::plain_text(decl_ref, AUTHN_CONTEXT_DECL_REF.spelled)?;
            Some(AuthnContextDeclaration::DeclRef(uri))
        } else {
            None
        };
        if class_ref.is_none() && declaration.is_none() {
            return Err(content.missing(AUTHN_CONTEXT_CLASS_REF.spelled));
        }
        let mut authenticating_authorities = Vec::new();
        while let Some(authority) = content.optional(&AUTHENTICATING_AUTHORITY)? {
            let authority = read::plain_text(authority, AUTHENTICATING_AUTHORITY.spelled)?;
            authenticating_authorities.push(authority);
        }
        content.end()?;
        Ok(Self {
            class_ref,
            declaration,
            authenticating_authorities,
        })
    }

    /// `AuthnContextClassRef`; see [`authn_context`](crate::uri::authn_context).
    #[must_use]
    pub fn class_ref(&self) -> Option<&str> {
        self.class_ref.as_deref()
    }

    /// `AuthnContextDecl` or `AuthnContextDeclRef`.
    #[must_use]
    pub const fn declaration(&self) -> Option<&AuthnContextDeclaration<'d>> {
        self.declaration.as_ref()
    }

    /// Every `AuthenticatingAuthority`: those that took part, beside the issuer.
    #[must_use]
    pub fn authenticating_authorities(&self) -> &[Cow<'d, str>] {
        &self.authenticating_authorities
    }
}

/// That access to a resource was decided (SAMLCore §2.7.4). The specification froze this feature; actions and evidence are
/// checked for their form and not read.
#[derive(Clone, Copy, Debug)]
pub struct AuthzDecisionStatement<'d> {
    element: Element<'d>,
    resource: &'d str,
    decision: Decision,
}

/// The values of `Decision` (SAMLCore §2.7.4.1).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Decision {
    /// `Permit`.
    Permit,
    /// `Deny`.
    Deny,
    /// `Indeterminate`.
    Indeterminate,
}

impl<'d> AuthzDecisionStatement<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        const NAME: &str = AUTHZ_DECISION_STATEMENT;
        let [resource, decision] =
            read::attributes(element, NAME, &["Resource", "Decision"], Foreign::Refused)?;
        let resource = read::required(resource, element, NAME, "Resource")?;
        let decision = read::required(decision, element, NAME, "Decision")?;
        let decision = match decision.text() {
            "Permit" => Decision::Permit,
            "Deny" => Decision::Deny,
            "Indeterminate" => Decision::Indeterminate,
            _ => return Err(decision.not_listed()),
        };
        let mut content = Content::of(element, NAME)?;
        action(content.required(&ACTION)?)?;
        while let Some(another) = content.optional(&ACTION)? {
            action(another)?;
        }
        if let Some(element) = content.optional(&EVIDENCE)? {
            evidence(element)?;
        }
        content.end()?;
        Ok(Self {
            element,
            resource: resource.text(),
            decision,
        })
    }

    /// `Resource`. It may be empty: the start of the current document (SAMLCore §2.7.4).
    #[must_use]
    pub const fn resource(&self) -> &'d str {
        self.resource
    }

    /// `Decision`.
    #[must_use]
    pub const fn decision(&self) -> Decision {
        self.decision
    }

    /// The whole element.
    #[must_use]
    pub const fn element(&self) -> Element<'d> {
        self.element
    }
}

/// `saml:Action` (SAMLCore §2.7.4.2). The schema requires `Namespace`.
fn action(element: Element<'_>) -> Result<(), Error> {
    let [namespace] = read::attributes(element, ACTION.spelled, &["Namespace"], Foreign::Refused)?;
    read::required(namespace, element, ACTION.spelled, "Namespace")?;
    read::filled_text(element, ACTION.spelled).map(drop)
}

/// `saml:Evidence` (SAMLCore §2.7.4.3).
fn evidence(element: Element<'_>) -> Result<(), Error> {
    read::no_attributes(element, EVIDENCE.spelled)?;
    let mut content = Content::of(element, EVIDENCE.spelled)?;
    if content.peek().is_none() {
        return Err(content.missing(ASSERTION_ID_REF.spelled));
    }
    while let Some(child) = content.next()? {
        if !is_assertion_reference(child) {
            return Err(content.unexpected(child));
        }
    }
    Ok(())
}

/// Whether it is one of the four ways to hold or name another assertion (SAMLCore §2.3.1 to §2.3.4).
pub(crate) fn is_assertion_reference(element: Element<'_>) -> bool {
    [
        ASSERTION_ID_REF,
        ASSERTION_URI_REF,
        ASSERTION,
        ENCRYPTED_ASSERTION,
    ]
    .iter()
    .any(|name| name.is(element))
}
