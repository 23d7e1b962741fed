//! The SAML 2.0 Web Browser SSO and Single Logout profiles, both ends: what to send, and every rule for what comes back, each
//! with its own refusal.
//!
//! | who | does | with |
//! |---|---|---|
//! | service provider | starts a sign-on | [`ServiceProvider::login`] gives a message to send and a [`PendingRequest`] to keep |
//! | service provider | accepts the answer | [`ServiceProvider::accept`] gives an [`Identity`] or a [`Rejection`] |
//! | identity provider | reads a request, answers it | [`IdentityProviderRole`] |
//! | both | log out | [`SingleLogout`] |
//!
//! Nothing here does I/O, reads a clock, or keeps global state: time, keys, the expected request, randomness and the replay memory
//! are arguments.
//!
//! # What `accept` checks
//!
//! | rule | section | refused with |
//! |---|---|---|
//! | one assertion, a child of the response; signatures only on these two | SAMLCore §5.4 | [`Code::MultipleAssertions`], [`Code::SignatureWrapping`] |
//! | every signature verifies with a key of the expected issuer | SAMLProf §4.1.4.3 | [`Code::SignatureInvalid`], [`Code::UntrustedKey`] |
//! | encrypted, where the policy asks for it | SAMLCore §6 | [`Code::NotEncrypted`] |
//! | status success | SAMLCore §3.2.2.2 | [`Code::StatusNotSuccess`] |
//! | issuer exact, on response and assertion | SAMLProf §4.1.4.2 | [`Code::IssuerMismatch`] |
//! | destination exact, required when the response is signed | SAMLBind §3.5.5.2 | [`Code::DestinationMismatch`] |
//! | a bearer confirmation with recipient and `NotOnOrAfter`, without `NotBefore` | SAMLProf §4.1.4.2 | [`Code::RecipientMismatch`], [`Code::SubjectConfirmation`], [`Code::Expired`] |
//! | `InResponseTo` of the signed octets is the expected request | SAMLProf §4.1.4.3 | [`Code::InResponseToMismatch`], [`Code::Unsolicited`] |
//! | within the conditions' times, upper bound exclusive | SAMLCore §2.5.1.2 | [`Code::NotYetValid`], [`Code::Expired`] |
//! | audience exact: one of each restriction | SAMLCore §2.5.1.4 | [`Code::AudienceMismatch`] |
//! | no condition that is not understood | SAMLCore §2.5.1 | [`Code::ConditionNotUnderstood`] |
//! | an authentication statement, its session not over | SAMLProf §4.1.4.2 | [`Code::MissingElement`], [`Code::Expired`] |
//! | every encrypted name identifier and attribute is decrypted, from octets that a signature covers | SAMLCore §2.2.4, §2.7.3.2 | [`Code::DecryptionFailed`] |
//! | not accepted before | SAMLProf §4.1.4.5 | [`Code::Replayed`] |

mod accept;
mod code;
mod diagnosis;
mod encrypted_id;
mod help;
mod id;
mod identity;
mod identity_provider;
mod idp;
mod inbound;
mod login;
mod logout;
mod post;
mod post_form;
mod redirect;
mod rejection;
mod relay_state;
mod replay;
mod service_provider;

pub use code::Code;
pub use diagnosis::{Check, Diagnosis, Rule, Verdict};
pub use identity::{AttributeRef, Identity, NameIdRef, SignedParts, ValueRef};
pub use identity_provider::IdentityProvider;
pub use idp::{
    AcceptedRequest, Authentication, IdentityProviderRole, IssueError, IssuePolicy, Issued,
    Refusal, RefusedRequest, RelyingParty, RequestPolicy, RequiredRequestSignature, ResponseStyle,
};
pub use inbound::Incoming;
pub use login::{Login, LoginError, Outgoing, PendingRequest, RequestBinding};
pub use logout::{
    AcceptedLogoutRequest, AcceptedLogoutResponse, LogoutAnswer, LogoutError, LogoutOutcome,
    LogoutPeer, LogoutPolicy, LogoutStart, MatchedBy, MissingDestination, PendingLogout,
    SessionReference, SingleLogout, SubjectMatch, Unsigned,
};
pub use post::decode_form_value;
pub use post_form::PostForm;
pub use redirect::{Parameter, RedirectError, RedirectMessage, redirect_url};
pub use rejection::{DisplayTime, Reason, Rejection, Shown};
pub use relay_state::{LongRelayState, RelayState};
pub use replay::{InMemoryReplay, ReplayError, ReplayMemory};
pub use service_provider::{
    CbcEncryption, ConfigError, Expected, Policy, RequiredEncryption, RequiredSignature,
    ServiceProvider,
};

/// The README, so that its example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
