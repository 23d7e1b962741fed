//! What is particular about each kind of identity provider.

use super::IdpKind;
use crate::fact::Confidence;

/// Something particular about a kind of identity provider, for an administrator or developer who is puzzled by it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Quirk {
    code: &'static str,
    words: &'static str,
    confidence: Confidence,
}

impl Quirk {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// What it is.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        self.words
    }

    /// How well it is known.
    #[must_use]
    pub const fn confidence(&self) -> Confidence {
        self.confidence
    }
}

const fn seen(code: &'static str, words: &'static str) -> Quirk {
    Quirk {
        code,
        words,
        confidence: Confidence::Documented,
    }
}

const fn told(code: &'static str, words: &'static str) -> Quirk {
    Quirk {
        code,
        words,
        confidence: Confidence::Probable,
    }
}

const fn dated(code: &'static str, words: &'static str) -> Quirk {
    Quirk {
        code,
        words,
        confidence: Confidence::Dated,
    }
}

const fn guessed(code: &'static str, words: &'static str) -> Quirk {
    Quirk {
        code,
        words,
        confidence: Confidence::Uncertain,
    }
}

const ENTRA: &[Quirk] = &[
    seen(
        "attributes-before-authn",
        "the AttributeStatement comes before the AuthnStatement",
    ),
    seen(
        "assertion-signed-only",
        "by default the Assertion is signed and the Response is not",
    ),
    seen(
        "spn-audience",
        "an Identifier that is no URI becomes the audience spn: and the Identifier",
    ),
    seen(
        "metadata-lists-inactive",
        "metadata lists every signing certificate, also one that is not active yet",
    ),
    seen(
        "logout-redirect-only",
        "single logout takes HTTP-Redirect only",
    ),
    seen(
        "lower-case-escapes",
        "signed redirects have lower-case percent escapes: verify the query as it was received",
    ),
    seen(
        "old-authn-instant",
        "AuthnInstant can be months old when the session is persistent",
    ),
    seen(
        "password-despite-mfa",
        "the authentication context says Password even after multi-factor authentication",
    ),
];

const AD_FS: &[Quirk] = &[
    seen("http-entity-id", "the entity ID has the scheme http"),
    seen(
        "sp-role-too",
        "metadata has service provider roles beside the identity provider's: read the IDPSSODescriptor",
    ),
    told(
        "logout-signed",
        "logout messages must be signed, with Destination, and echo the NameID's Format and the SessionIndex",
    ),
    told(
        "lower-case-escapes",
        "signed redirects have lower-case percent escapes: verify the query as it was received",
    ),
    told(
        "no-skew",
        "Conditions begin at the moment of issue: without clock tolerance a slow clock refuses them",
    ),
    told(
        "saml-1-1",
        "a sign-on from the identity provider's side can yield SAML 1.1",
    ),
    seen(
        "issuer-serial",
        "an encrypted key names the certificate by issuer and serial number",
    ),
];

const OKTA: &[Quirk] = &[
    seen(
        "http-entity-id",
        "the entity ID has the scheme http and cannot be fetched",
    ),
    seen("both-signed", "Response and Assertion are both signed"),
    seen(
        "sibling-key",
        "the EncryptedKey stands beside the EncryptedData, found through a RetrievalMethod",
    ),
];

const ONE_LOGIN: &[Quirk] = &[
    dated("sha1", "captured messages of 2016 are signed with RSA-SHA1"),
    seen("response-signed", "the Response is signed"),
    seen(
        "short-window",
        "messages are good for three minutes on either side",
    ),
    seen(
        "prefix-in-content",
        "a namespace prefix is used only inside xsi:type values",
    ),
];

const GOOGLE: &[Quirk] = &[seen(
    "response-signed",
    "the Response is signed and the Assertion is not: requiring signed assertions fails",
)];

const KEYCLOAK: &[Quirk] = &[
    seen("response-signed", "the Response is signed"),
    seen(
        "repeated-attributes",
        "each value of a role comes in an Attribute of its own, with the same Name",
    ),
    seen(
        "short-conditions",
        "Conditions last about 60 seconds, the subject confirmation 5 minutes",
    ),
];

const PING_FEDERATE: &[Quirk] = &[
    told(
        "no-certificate",
        "messages may carry no certificate unless told to",
    ),
    told("signed-errors", "error responses can be signed"),
];

const SHIBBOLETH: &[Quirk] = &[
    guessed(
        "transient",
        "the NameID is transient by default, which Mimecast cannot match to an address",
    ),
    told("gcm", "new installations encrypt with AES-GCM"),
];

pub(super) const fn of(kind: IdpKind) -> &'static [Quirk] {
    match kind {
        IdpKind::Entra => ENTRA,
        IdpKind::AdFs => AD_FS,
        IdpKind::Okta => OKTA,
        IdpKind::OneLogin => ONE_LOGIN,
        IdpKind::Google => GOOGLE,
        IdpKind::Keycloak => KEYCLOAK,
        IdpKind::PingFederate => PING_FEDERATE,
        IdpKind::Shibboleth => SHIBBOLETH,
        IdpKind::Other => &[],
    }
}
