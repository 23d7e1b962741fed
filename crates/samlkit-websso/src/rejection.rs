use core::fmt;

use samlkit_core::Timestamp;
use thiserror::Error as ThisError;

use crate::{Code, ReplayError};

/// Why a message was not accepted: one broken rule, with what was expected and found where that leaks nothing.
///
/// The text is meant for operators. What a browser may be shown is [`Rejection::PUBLIC_MESSAGE`], whatever the cause.
///
/// No name identifier, attribute value, key or outstanding request ID is ever part of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rejection {
    code: Code,
    reason: Reason,
}

/// What a [`Rejection`] rests on.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum Reason {
    /// The rule that the code names, nothing more to say.
    #[error("{0}")]
    Rule(&'static str),
    /// A URI of the message differs from the configured one. Only configuration is shown: entity IDs and endpoint URLs.
    #[error("{what} is {found}, not {expected}")]
    Mismatch {
        /// Which value.
        what: &'static str,
        /// What it must be.
        expected: Shown,
        /// What it is.
        found: Shown,
    },
    /// A required value is missing.
    #[error("{what} is missing")]
    Missing {
        /// Which value.
        what: &'static str,
    },
    /// A time bound is not met.
    #[error("{what} is {bound}, and it is {now}")]
    Time {
        /// Which bound.
        what: &'static str,
        /// The bound as the message has it.
        bound: DisplayTime,
        /// The time of the check.
        now: DisplayTime,
    },
    /// The identity provider's status, outermost code first.
    #[error("the identity provider reports {status}")]
    Status {
        /// The status codes and message, shortened.
        status: Box<str>,
    },
    /// The octets are not an acceptable document.
    #[error("{0}")]
    Xml(#[from] samlkit_xml::Error),
    /// The message is not of its schema's form.
    #[error("{0}")]
    Schema(#[from] samlkit_core::Error),
    /// A signature was not accepted.
    #[error("{0}")]
    Signature(#[from] samlkit_dsig::Error),
    /// An encrypted assertion was not decrypted.
    #[error("{0}")]
    Encryption(#[from] samlkit_enc::Error),
    /// A replay could not be ruled out.
    #[error("{0}")]
    Replay(#[from] ReplayError),
}

/// A URI fit to be shown: at most 200 characters, control and non-ASCII characters escaped.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shown(Box<str>);

impl Shown {
    const LONGEST: usize = 200;

    pub(crate) fn new(text: &str) -> Self {
        let mut shown: String = text
            .chars()
            .take(Self::LONGEST)
            .flat_map(char::escape_default)
            .collect();
        if text.chars().nth(Self::LONGEST).is_some() {
            shown.push_str("...");
        }
        Self(shown.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}

/// A time as SAML writes it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DisplayTime(pub(crate) Timestamp);

impl DisplayTime {
    /// The time.
    #[must_use]
    pub const fn timestamp(self) -> Timestamp {
        self.0
    }
}

impl fmt::Display for DisplayTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%H:%M:%S%.fZ"))
    }
}

impl Rejection {
    /// The one sentence that may be shown to whoever sent the message: it says the same for every cause.
    pub const PUBLIC_MESSAGE: &'static str = "The sign-in could not be completed.";

    pub(crate) const fn new(code: Code, reason: Reason) -> Self {
        Self { code, reason }
    }

    pub(crate) const fn rule(code: Code, rule: &'static str) -> Self {
        Self::new(code, Reason::Rule(rule))
    }

    pub(crate) const fn missing(code: Code, what: &'static str) -> Self {
        Self::new(code, Reason::Missing { what })
    }

    pub(crate) fn mismatch(code: Code, what: &'static str, expected: &str, found: &str) -> Self {
        Self::new(
            code,
            Reason::Mismatch {
                what,
                expected: Shown::new(expected),
                found: Shown::new(found),
            },
        )
    }

    pub(crate) const fn time(
        code: Code,
        what: &'static str,
        bound: Timestamp,
        now: Timestamp,
    ) -> Self {
        Self::new(
            code,
            Reason::Time {
                what,
                bound: DisplayTime(bound),
                now: DisplayTime(now),
            },
        )
    }

    /// The stable name of the rule.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// What the refusal rests on.
    #[must_use]
    pub const fn reason(&self) -> &Reason {
        &self.reason
    }

    /// What to look at to mend it, if that is known without knowing the deployment.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        crate::help::of(self)
    }

    /// The section of the specification that the rule comes from.
    #[must_use]
    pub const fn section(&self) -> &'static str {
        match self.code {
            Code::AlgorithmNotAllowed | Code::SignatureInvalid | Code::SignatureWrapping => {
                "SAMLCore §5.4"
            }
            Code::AcsNotRegistered
            | Code::NotAnAuthnRequest
            | Code::UnknownIssuer
            | Code::UnsupportedBinding => "SAMLProf §4.1.4.1",
            Code::AudienceMismatch => "SAMLCore §2.5.1.4",
            Code::AuthnContextUnsupported => "SAMLCore §3.3.2.2.1",
            Code::ConditionNotUnderstood => "SAMLCore §2.5.1",
            Code::DecryptionFailed | Code::NotEncrypted => "SAMLCore §6",
            Code::DestinationMismatch => "SAMLCore §3.2.2, SAMLBind §3.5.5.2",
            Code::DtdForbidden | Code::MalformedXml | Code::UnsupportedEncoding => "XML 1.0",
            Code::DuplicateId => "SAMLCore §1.3.4",
            Code::EmbeddedSignature => "SAMLBind §3.4.4.1",
            Code::Expired | Code::NotYetValid => "SAMLCore §2.5.1.2",
            Code::InResponseToMismatch => "SAMLProf §4.1.4.3",
            Code::InvalidValue | Code::MissingElement => "SAMLCore §1.3",
            Code::IssuerMismatch => "SAMLProf §4.1.4.2",
            Code::LimitExceeded => "limits",
            Code::NameIdPolicyUnsupported => "SAMLCore §3.4.1.1",
            Code::NotALogoutRequest | Code::UnsupportedIdentifier => "SAMLProf §4.4.4.1",
            Code::NotALogoutResponse => "SAMLProf §4.4.4.2",
            Code::MalformedBase64 => "SAMLBind §3.5.4",
            Code::MultipleAssertions | Code::NoAssertion | Code::NotAResponse => {
                "SAMLProf §4.1.4.2"
            }
            Code::RecipientMismatch | Code::SubjectConfirmation => "SAMLProf §4.1.4.3",
            Code::Replayed | Code::ReplayMemoryUnavailable => "SAMLProf §4.1.4.5",
            Code::StatusNotSuccess => "SAMLCore §3.2.2.2",
            Code::Unsigned => "SAMLProf §4.1.3.5",
            Code::Unsolicited => "SAMLProf §4.1.5",
            Code::UnsupportedVersion => "SAMLCore §4.1.3.2",
            Code::UntrustedKey => "SAMLMeta §2.4.1.1",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.reason)
    }
}

impl core::error::Error for Rejection {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.reason {
            Reason::Xml(error) => Some(error),
            Reason::Schema(error) => Some(error),
            Reason::Signature(error) => Some(error),
            Reason::Encryption(error) => Some(error),
            Reason::Replay(error) => Some(error),
            Reason::Rule(_)
            | Reason::Mismatch { .. }
            | Reason::Missing { .. }
            | Reason::Time { .. }
            | Reason::Status { .. } => None,
        }
    }
}

impl From<samlkit_xml::Error> for Rejection {
    fn from(error: samlkit_xml::Error) -> Self {
        let code = match error {
            samlkit_xml::Error::Doctype { .. } => Code::DtdForbidden,
            samlkit_xml::Error::UnsupportedEncoding { .. } => Code::UnsupportedEncoding,
            // Of a text value with a child element.
            samlkit_xml::Error::ChildElement { .. } => Code::InvalidValue,
            _ if error.is_limit() => Code::LimitExceeded,
            _ => Code::MalformedXml,
        };
        Self::new(code, error.into())
    }
}

impl From<samlkit_core::Error> for Rejection {
    fn from(error: samlkit_core::Error) -> Self {
        use samlkit_core::Error as E;
        let code = match error {
            E::MissingElement { .. } | E::MissingAttribute { .. } => Code::MissingElement,
            E::UnsupportedVersion { .. } => Code::UnsupportedVersion,
            E::TooDeep { .. } => Code::LimitExceeded,
            E::Xml(error) => return error.into(),
            _ => Code::InvalidValue,
        };
        Self::new(code, error.into())
    }
}

impl From<samlkit_dsig::Error> for Rejection {
    fn from(error: samlkit_dsig::Error) -> Self {
        use samlkit_dsig::Error as E;
        let code = match error {
            E::DuplicateId { .. } => Code::DuplicateId,
            E::MissingSignature { .. } => Code::Unsigned,
            E::MultipleSignatures { .. }
            | E::MisplacedSignature { .. }
            | E::UnexpectedObject { .. }
            | E::ForeignReference => Code::SignatureWrapping,
            E::UntrustedKey | E::NoUsableKey | E::NoKeys => Code::UntrustedKey,
            _ if error.is_unsupported() => Code::AlgorithmNotAllowed,
            _ => Code::SignatureInvalid,
        };
        Self::new(code, error.into())
    }
}

impl From<samlkit_enc::Error> for Rejection {
    fn from(error: samlkit_enc::Error) -> Self {
        let code = match error {
            samlkit_enc::Error::TooManyKeys { .. } | samlkit_enc::Error::TooLong { .. } => {
                Code::LimitExceeded
            }
            samlkit_enc::Error::DuplicateId { .. } => Code::DuplicateId,
            _ if error.is_unsupported() => Code::AlgorithmNotAllowed,
            _ => Code::DecryptionFailed,
        };
        Self::new(code, error.into())
    }
}

impl From<ReplayError> for Rejection {
    fn from(error: ReplayError) -> Self {
        let code = match error {
            ReplayError::Replayed => Code::Replayed,
            ReplayError::Full | ReplayError::Unavailable => Code::ReplayMemoryUnavailable,
        };
        Self::new(code, error.into())
    }
}
