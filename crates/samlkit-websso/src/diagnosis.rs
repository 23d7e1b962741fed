use core::fmt;

use crate::{Reason, Rejection, Shown};

/// A rule that [`ServiceProvider::accept`](crate::ServiceProvider::accept) holds a response to, in the order in which a
/// [`Diagnosis`] lists them.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Rule {
    /// The message is well-formed XML, without DOCTYPE and within the limits.
    WellFormed,
    /// It is a `samlp:Response` of SAML 2.0.
    Response,
    /// No two elements have the same ID, also across an encryption.
    UniqueIds,
    /// There is one assertion, and signatures are where they may be.
    Structure,
    /// The response is of the schema's form.
    ResponseSchema,
    /// The identity provider reports success.
    Status,
    /// The assertion is encrypted, where the policy asks for it.
    Encryption,
    /// What is encrypted can be decrypted.
    Decryption,
    /// The issuer is the identity provider that is expected.
    Issuer,
    /// What must be signed is signed, and every signature verifies with a key of the issuer.
    Signature,
    /// The response is for this endpoint.
    Destination,
    /// The assertion is of the schema's form.
    AssertionSchema,
    /// The subject is named.
    Subject,
    /// There is a bearer confirmation of the right form.
    Confirmation,
    /// The bearer confirmation is for this endpoint.
    Recipient,
    /// The message answers the request that was sent, or none where that is allowed.
    InResponseTo,
    /// The bearer confirmation is still good.
    ConfirmationTime,
    /// There are conditions, and all of them are understood.
    Conditions,
    /// `NotBefore` has come.
    NotBefore,
    /// `NotOnOrAfter` has not.
    NotOnOrAfter,
    /// The assertion is for this service provider.
    Audience,
    /// The user was authenticated.
    AuthnStatement,
    /// The session is not over.
    Session,
    /// The markup in attribute values is within bounds. Looked at where nothing else fails.
    Attributes,
}

impl Rule {
    /// Every rule, in order.
    pub const ALL: [Self; 24] = [
        Self::WellFormed,
        Self::Response,
        Self::UniqueIds,
        Self::Structure,
        Self::ResponseSchema,
        Self::Status,
        Self::Encryption,
        Self::Decryption,
        Self::Issuer,
        Self::Signature,
        Self::Destination,
        Self::AssertionSchema,
        Self::Subject,
        Self::Confirmation,
        Self::Recipient,
        Self::InResponseTo,
        Self::ConfirmationTime,
        Self::Conditions,
        Self::NotBefore,
        Self::NotOnOrAfter,
        Self::Audience,
        Self::AuthnStatement,
        Self::Session,
        Self::Attributes,
    ];

    /// The stable name of the rule, for scripts.
    ///
    /// ```
    /// assert_eq!(samlkit_websso::Rule::InResponseTo.as_str(), "in-response-to");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WellFormed => "well-formed",
            Self::Response => "response",
            Self::UniqueIds => "unique-ids",
            Self::Structure => "structure",
            Self::ResponseSchema => "response-schema",
            Self::Status => "status",
            Self::Encryption => "encryption",
            Self::Decryption => "decryption",
            Self::Issuer => "issuer",
            Self::Signature => "signature",
            Self::Destination => "destination",
            Self::AssertionSchema => "assertion-schema",
            Self::Subject => "subject",
            Self::Confirmation => "confirmation",
            Self::Recipient => "recipient",
            Self::InResponseTo => "in-response-to",
            Self::ConfirmationTime => "confirmation-time",
            Self::Conditions => "conditions",
            Self::NotBefore => "not-before",
            Self::NotOnOrAfter => "not-on-or-after",
            Self::Audience => "audience",
            Self::AuthnStatement => "authn-statement",
            Self::Session => "session",
            Self::Attributes => "attributes",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What became of a rule.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It holds.
    Passed,
    /// It does not.
    Failed(Rejection),
    /// What it looks at could not be reached, because another rule failed.
    NotReached,
}

/// A rule, and what was found of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Check {
    pub(crate) rule: Rule,
    pub(crate) expected: Option<String>,
    pub(crate) found: Option<String>,
    pub(crate) verdict: Verdict,
}

impl Check {
    /// The rule.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// What must be, for people.
    #[must_use]
    pub fn expected(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// What is, for people: shortened, control characters escaped. Names of users and identifiers of requests are not shown.
    #[must_use]
    pub fn found(&self) -> Option<&str> {
        self.found.as_deref()
    }

    /// Whether it holds.
    #[must_use]
    pub const fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// What to look at to mend it; see [`Rejection::help`].
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match &self.verdict {
            Verdict::Failed(rejection) => rejection.help(),
            Verdict::Passed | Verdict::NotReached => None,
        }
    }
}

/// Every rule for a response, and which of them hold: for an operator who asks why a sign-on fails.
///
/// [`ServiceProvider::diagnose`](crate::ServiceProvider::diagnose) makes one. It says nothing that a user could be signed on by,
/// whatever it finds.
///
/// ```compile_fail,E0599
/// # fn f(diagnosis: samlkit_websso::Diagnosis) {
/// let identity = diagnosis.identity();
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnosis {
    pub(crate) checks: Vec<Check>,
    pub(crate) rejection: Option<Rejection>,
}

impl Diagnosis {
    /// Each of [`Rule::ALL`] once, in this order.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// What [`ServiceProvider::accept`](crate::ServiceProvider::accept) refuses the message for; `None` where it does not. It can
    /// tell less than the checks do: where that would help a sender to decrypt, for one.
    #[must_use]
    pub const fn rejection(&self) -> Option<&Rejection> {
        self.rejection.as_ref()
    }
}

/// What is found, of a refusal.
pub(crate) fn found(rejection: &Rejection) -> String {
    match rejection.reason() {
        Reason::Mismatch { found, .. } => found.as_str().to_owned(),
        Reason::Missing { what } => format!("{what} is missing"),
        // The time of the check is what was expected.
        Reason::Time { bound, .. } => bound.to_string(),
        Reason::Status { status } => status.to_string(),
        _ => rejection.to_string(),
    }
}

/// Text of the message, fit to be shown.
pub(crate) fn shown(text: &str) -> String {
    Shown::new(text).as_str().to_owned()
}
