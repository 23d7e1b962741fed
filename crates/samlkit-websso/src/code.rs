use core::fmt;

/// The stable name of a rule that a message broke. It is meant for scripts, metrics and log searches; it never changes.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Code {
    /// The assertion consumer service that a request names is not one of its issuer's (SAMLProf §4.1.4.1).
    AcsNotRegistered,
    /// A signature or digest algorithm, or a key size, that the policy does not allow.
    AlgorithmNotAllowed,
    /// The assertion is meant for another service provider (SAMLCore §2.5.1.4).
    AudienceMismatch,
    /// A request asks for an authentication context in a way that cannot be met (SAMLCore §3.3.2.2.1).
    AuthnContextUnsupported,
    /// A condition that this library does not know (SAMLCore §2.5.1).
    ConditionNotUnderstood,
    /// An encrypted element that could not be decrypted, for whatever reason.
    DecryptionFailed,
    /// The Response is addressed to another URL (SAMLCore §3.2.2).
    DestinationMismatch,
    /// A document type declaration.
    DtdForbidden,
    /// Two elements with the same ID.
    DuplicateId,
    /// A message by HTTP-Redirect with a signature in its XML, where the binding has it in the query (SAMLBind §3.4.4.1).
    EmbeddedSignature,
    /// `NotOnOrAfter` or `SessionNotOnOrAfter` has passed.
    Expired,
    /// The message answers another request than the one expected (SAMLProf §4.1.4.3).
    InResponseToMismatch,
    /// A value that its type or SAML does not allow.
    InvalidValue,
    /// The issuer is not the expected identity provider.
    IssuerMismatch,
    /// Larger or deeper than the limits allow.
    LimitExceeded,
    /// The form value is not base64.
    MalformedBase64,
    /// Not well-formed, or not namespace-well-formed.
    MalformedXml,
    /// A required element or attribute is missing.
    MissingElement,
    /// More than one assertion.
    MultipleAssertions,
    /// A request asks for a name identifier of a format that is not issued (SAMLCore §3.4.1.1).
    NameIdPolicyUnsupported,
    /// No assertion.
    NoAssertion,
    /// The message is not a SAML 2.0 `LogoutRequest`.
    NotALogoutRequest,
    /// The message is not a SAML 2.0 `LogoutResponse`.
    NotALogoutResponse,
    /// The message is not a SAML 2.0 `AuthnRequest`.
    NotAnAuthnRequest,
    /// The message is not a SAML 2.0 Response.
    NotAResponse,
    /// What must be encrypted is not.
    NotEncrypted,
    /// `NotBefore` is still to come.
    NotYetValid,
    /// The bearer confirmation is meant for another URL (SAMLProf §4.1.4.3).
    RecipientMismatch,
    /// The assertion has been accepted before (SAMLProf §4.1.4.5).
    Replayed,
    /// The replay memory is full or out of reach, so that a replay could not be ruled out.
    ReplayMemoryUnavailable,
    /// A signature does not verify.
    SignatureInvalid,
    /// A signature, or an assertion, where the protocol has none: the pattern of a wrapping attack.
    SignatureWrapping,
    /// The identity provider reports something other than success.
    StatusNotSuccess,
    /// No bearer confirmation that the Web Browser SSO profile accepts (SAMLProf §4.1.4.2).
    SubjectConfirmation,
    /// Nothing asked for this sign-on, and such messages are not accepted.
    Unsolicited,
    /// The message is from nobody that is known here.
    UnknownIssuer,
    /// What must be signed is not.
    Unsigned,
    /// A request asks for its answer by a binding that responses are not sent by.
    UnsupportedBinding,
    /// An encoding other than UTF-8.
    UnsupportedEncoding,
    /// A request names its subject in a way that is not understood here.
    UnsupportedIdentifier,
    /// A SAML version other than 2.0.
    UnsupportedVersion,
    /// Signed with a key that is not one of the identity provider's.
    UntrustedKey,
}

impl Code {
    /// Every code.
    pub const ALL: &'static [Self] = &[
        Self::AcsNotRegistered,
        Self::AlgorithmNotAllowed,
        Self::AudienceMismatch,
        Self::AuthnContextUnsupported,
        Self::ConditionNotUnderstood,
        Self::DecryptionFailed,
        Self::DestinationMismatch,
        Self::DtdForbidden,
        Self::DuplicateId,
        Self::EmbeddedSignature,
        Self::Expired,
        Self::InResponseToMismatch,
        Self::InvalidValue,
        Self::IssuerMismatch,
        Self::LimitExceeded,
        Self::MalformedBase64,
        Self::MalformedXml,
        Self::MissingElement,
        Self::MultipleAssertions,
        Self::NameIdPolicyUnsupported,
        Self::NoAssertion,
        Self::NotALogoutRequest,
        Self::NotALogoutResponse,
        Self::NotAnAuthnRequest,
        Self::NotAResponse,
        Self::NotEncrypted,
        Self::NotYetValid,
        Self::RecipientMismatch,
        Self::Replayed,
        Self::ReplayMemoryUnavailable,
        Self::SignatureInvalid,
        Self::SignatureWrapping,
        Self::StatusNotSuccess,
        Self::SubjectConfirmation,
        Self::Unsolicited,
        Self::UnknownIssuer,
        Self::Unsigned,
        Self::UnsupportedBinding,
        Self::UnsupportedEncoding,
        Self::UnsupportedIdentifier,
        Self::UnsupportedVersion,
        Self::UntrustedKey,
    ];

    /// The code as scripts see it.
    ///
    /// ```
    /// use samlkit_websso::Code;
    /// assert_eq!(Code::AudienceMismatch.as_str(), "audience-mismatch");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AcsNotRegistered => "acs-not-registered",
            Self::AlgorithmNotAllowed => "algorithm-not-allowed",
            Self::AudienceMismatch => "audience-mismatch",
            Self::AuthnContextUnsupported => "authn-context-unsupported",
            Self::ConditionNotUnderstood => "condition-not-understood",
            Self::DecryptionFailed => "decryption-failed",
            Self::DestinationMismatch => "destination-mismatch",
            Self::DtdForbidden => "dtd-forbidden",
            Self::DuplicateId => "duplicate-id",
            Self::EmbeddedSignature => "embedded-signature",
            Self::Expired => "expired",
            Self::InResponseToMismatch => "in-response-to-mismatch",
            Self::InvalidValue => "invalid-value",
            Self::IssuerMismatch => "issuer-mismatch",
            Self::LimitExceeded => "limit-exceeded",
            Self::MalformedBase64 => "malformed-base64",
            Self::MalformedXml => "malformed-xml",
            Self::MissingElement => "missing-element",
            Self::MultipleAssertions => "multiple-assertions",
            Self::NameIdPolicyUnsupported => "name-id-policy-unsupported",
            Self::NoAssertion => "no-assertion",
            Self::NotALogoutRequest => "not-a-logout-request",
            Self::NotALogoutResponse => "not-a-logout-response",
            Self::NotAnAuthnRequest => "not-an-authn-request",
            Self::NotAResponse => "not-a-response",
            Self::NotEncrypted => "not-encrypted",
            Self::NotYetValid => "not-yet-valid",
            Self::RecipientMismatch => "recipient-mismatch",
            Self::Replayed => "replayed",
            Self::ReplayMemoryUnavailable => "replay-memory-unavailable",
            Self::SignatureInvalid => "signature-invalid",
            Self::SignatureWrapping => "signature-wrapping",
            Self::StatusNotSuccess => "status-not-success",
            Self::SubjectConfirmation => "subject-confirmation",
            Self::Unsolicited => "unsolicited",
            Self::UnknownIssuer => "unknown-issuer",
            Self::Unsigned => "unsigned",
            Self::UnsupportedBinding => "unsupported-binding",
            Self::UnsupportedEncoding => "unsupported-encoding",
            Self::UnsupportedIdentifier => "unsupported-identifier",
            Self::UnsupportedVersion => "unsupported-version",
            Self::UntrustedKey => "untrusted-key",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
