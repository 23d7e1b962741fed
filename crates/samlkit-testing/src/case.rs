//! A message, how it is delivered, and what must come of it.

use std::sync::Arc;

use samlkit::{Code, Timestamp};

use crate::attack::Attack;
use crate::{TestIdp, TestSp, base64};

/// A message with everything that a verdict on it depends on, and that verdict.
///
/// [`Case::form_value`], [`Case::query`], [`Case::posted`] or [`Case::metadata`] is what to deliver; [`Case::delivery`] is the situation; and
/// [`Case::is_accepted`] is what must come of it. For an attack, [`Case::sibling`] is a message that differs in the attack alone and
/// must be accepted: an application that refuses both has proved nothing.
#[derive(Clone, Debug)]
pub struct Case {
    pub(crate) id: String,
    pub(crate) about: String,
    pub(crate) attack: Option<&'static Attack>,
    pub(crate) payload: Payload,
    pub(crate) delivery: Delivery,
    pub(crate) expected: Option<Code>,
    pub(crate) sibling: Option<Arc<Self>>,
}

/// What is delivered.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Payload {
    /// The octets of a response, posted as `SAMLResponse`.
    Response(Vec<u8>),
    /// The form value `SAMLResponse` itself, where the attack is in its encoding.
    FormValue(String),
    /// A query string, for the single logout service.
    Query(String),
    /// A logout message, posted to the single logout service.
    Logout {
        /// The control of the form: `SAMLRequest` or `SAMLResponse`.
        control: &'static str,
        /// The octets of the message.
        octets: Vec<u8>,
    },
    /// The octets of a request of the service provider, posted to the identity provider as `SAMLRequest`.
    AuthnRequest(Vec<u8>),
    /// Signed metadata, to be verified with [`TestKey::Active`](crate::TestKey::Active).
    Metadata(Vec<u8>),
}

/// The situation in which a message arrives.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each stands for a flag of the command, and they are independent"
)]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// The identity provider that is trusted, by [`TestIdp::metadata`].
    pub idp: TestIdp,
    /// Who receives it.
    pub sp: TestSp,
    /// Whether a second identity provider is trusted for its own users: [`Delivery::second_idp`].
    pub trusts_second: bool,
    /// The request that is outstanding for this browser.
    pub in_response_to: Option<String>,
    /// Whether a sign-on that nobody asked for is accepted.
    pub allow_unsolicited: bool,
    /// Whether a response must be signed itself.
    pub require_signed_response: bool,
    /// Whether SHA-1 is accepted.
    pub allow_sha1: bool,
    /// Whether RSA keys under 2048 bits are accepted.
    pub allow_weak_rsa: bool,
    /// The time.
    pub at: Timestamp,
    /// How often it is delivered: the verdict is on the last time, and every one before it must be accepted.
    pub times: u8,
}

impl Delivery {
    /// The usual: the outstanding request is the one that messages answer, nothing weak is allowed, the clock stands where that of
    /// the identity provider does.
    #[must_use]
    pub fn new(idp: &TestIdp, sp: &TestSp) -> Self {
        Self {
            idp: idp.clone(),
            sp: sp.clone(),
            trusts_second: false,
            in_response_to: Some(sp.request_id().to_owned()),
            allow_unsolicited: false,
            require_signed_response: false,
            allow_sha1: false,
            allow_weak_rsa: false,
            at: idp.now(),
            times: 1,
        }
    }

    /// The second identity provider: trusted with its own key, for its own entity ID.
    #[must_use]
    pub fn second_idp(&self) -> TestIdp {
        self.idp
            .clone()
            .with_entity_id("https://other.example/metadata")
            .with_key(crate::TestKey::Second)
    }
}

impl Case {
    /// What tells it from every other case: the attack, and after a slash the shape of the message.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What is particular about it, in a sentence.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// The attack; `None` of a message that must be accepted.
    #[must_use]
    pub const fn attack(&self) -> Option<&'static Attack> {
        self.attack
    }

    /// Whether it must be accepted.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        self.expected.is_none()
    }

    /// The code that samlkit refuses it with; `None` where it must be accepted. Other software will have other names for it.
    #[must_use]
    pub const fn code(&self) -> Option<Code> {
        self.expected
    }

    /// The message that differs in the attack alone, and must be accepted.
    #[must_use]
    pub fn sibling(&self) -> Option<&Self> {
        self.sibling.as_deref()
    }

    /// What is delivered.
    #[must_use]
    pub const fn payload(&self) -> &Payload {
        &self.payload
    }

    /// The situation.
    #[must_use]
    pub const fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// The form value `SAMLResponse`; `None` where something else is delivered.
    #[must_use]
    pub fn form_value(&self) -> Option<String> {
        match &self.payload {
            Payload::Response(octets) => Some(base64(octets)),
            Payload::FormValue(value) => Some(value.clone()),
            _ => None,
        }
    }

    /// The control of the form and its value, of what is posted and is no response: a logout message, or a request for the identity
    /// provider. `None` where something else is delivered.
    #[must_use]
    pub fn posted(&self) -> Option<(&'static str, String)> {
        match &self.payload {
            Payload::Logout { control, octets } => Some((control, base64(octets))),
            Payload::AuthnRequest(octets) => Some(("SAMLRequest", base64(octets))),
            _ => None,
        }
    }

    /// The octets of the response; `None` where something else is delivered.
    #[must_use]
    pub fn response(&self) -> Option<&[u8]> {
        match &self.payload {
            Payload::Response(octets) => Some(octets),
            _ => None,
        }
    }

    /// The query string; `None` where something else is delivered.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        match &self.payload {
            Payload::Query(query) => Some(query),
            _ => None,
        }
    }

    /// The metadata; `None` where something else is delivered.
    #[must_use]
    pub fn metadata(&self) -> Option<&[u8]> {
        match &self.payload {
            Payload::Metadata(octets) => Some(octets),
            _ => None,
        }
    }
}
