//! Messages to send: models that own their values, and the text they are written as.
//!
//! What is written is of the schema's form by construction: elements in its order, times in UTC with milliseconds, every value
//! escaped by [`samlkit_xml::Writer`]. Making identifiers is the caller's part: this crate has no randomness, no clock, no keys.
//!
//! ```
//! use samlkit_core::write::{AuthnRequest, Id, NameIdPolicy};
//! use samlkit_core::{parse_date_time, uri::nameid_format};
//!
//! let id = Id::new("_5c0f2ab04d1e4f36")?;
//! let now = parse_date_time("2026-11-24T03:00:00Z").ok_or("not a time")?;
//! let xml = AuthnRequest::new(id, now, "https://sp.example/")
//!     .with_destination("https://idp.example/sso?a=1&b=2")
//!     .with_name_id_policy(NameIdPolicy::new().with_format(nameid_format::EMAIL_ADDRESS))
//!     .write()?;
//! assert_eq!(xml, concat!(
//!     r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion""#,
//!     r#" ID="_5c0f2ab04d1e4f36" Version="2.0" IssueInstant="2026-11-24T03:00:00.000Z""#,
//!     r#" Destination="https://idp.example/sso?a=1&amp;b=2"><saml:Issuer>https://sp.example/</saml:Issuer>"#,
//!     r#"<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"/></samlp:AuthnRequest>"#,
//! ));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A signature goes into the written text afterwards; a signed or encrypted assertion comes into a [`Response`] as a
//! [`Fragment`](crate::Fragment).
//!
//! # Complexity
//!
//! Linear in what is written.

mod assertion;
mod authn_request;
mod conditions;
mod error;
mod id;
mod logout;
pub(crate) mod markup;
mod name_id;
mod response;

pub use assertion::{Assertion, Attribute, AuthnStatement, StatementOrder, SubjectConfirmation};
pub use authn_request::{
    AssertionConsumerService, AuthnRequest, IdpEntry, NameIdPolicy, RequestedAuthnContext, Scoping,
};
pub use conditions::Conditions;
pub use error::Error;
pub use id::Id;
pub use logout::{LogoutRequest, LogoutResponse};
pub use markup::Style;
pub use name_id::{Identifier, NameId};
pub use response::{Response, Status};
