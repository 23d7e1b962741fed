//! SAML 2.0 assertions, messages and metadata: models in the specification's own words, readers as strict as its schemas, and
//! writers that cannot leave them.
//!
//! *Reading* here means tree to model: [`samlkit_xml`] made the tree, [`samlkit_dsig`] says which octets a trusted key signed,
//! and this crate says what those octets mean in SAML's vocabulary. It judges form only (order, cardinality, required
//! attributes, lexical forms). Whether a message may be *acted on* (times, audience, recipient, replay) is the next layer's work.
//!
//! | message | verified | unverified, for tools |
//! |---|---|---|
//! | [`Assertion`] | [`Assertion::from_signed`], [`Response::verified_assertions`] | [`Assertion::inspect`] |
//! | [`Response`] | [`Response::from_signed`] | [`Response::inspect`] |
//! | [`AuthnRequest`] | [`AuthnRequest::from_signed`] | [`AuthnRequest::inspect`] |
//! | [`LogoutRequest`], [`LogoutResponse`] | [`LogoutRequest::from_signed`] | [`LogoutRequest::inspect`] |
//! | [`metadata::Metadata`] | [`metadata::Metadata::from_signed`] | [`metadata::Metadata::read_unverified`] |
//! | [`metadata::Aggregate`] | [`metadata::Aggregate::verify`] | |
//!
//! The state is in the type: `Assertion<'_, Verified>` has one maker, and it takes a [`samlkit_dsig::Signed`]. What was merely
//! inspected keeps its content behind [`untrusted`](Assertion::untrusted):
//!
//! ```
//! use samlkit_core::{Assertion, uri::nameid_format};
//! use samlkit_xml::Document;
//!
//! let document = Document::parse(br#"<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0"
//!     IssueInstant="2026-11-24T03:00:00.000Z"><Issuer>https://idp.example/</Issuer><Subject><NameID
//!     Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">user@example.com</NameID></Subject></Assertion>"#)?;
//! let assertion = Assertion::inspect(document.root())?;
//! assert_eq!(assertion.untrusted().issuer().value(), "https://idp.example/");
//! let name_id = assertion.untrusted().subject().and_then(|s| s.name_id());
//! assert_eq!(name_id.and_then(|n| n.format()), Some(nameid_format::EMAIL_ADDRESS));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ```compile_fail,E0599
//! # use samlkit_core::Assertion;
//! # fn f(element: samlkit_xml::Element<'_>) {
//! let assertion = Assertion::inspect(element).unwrap();
//! assertion.subject(); // nothing verified it: only `untrusted()` shows the content
//! # }
//! ```
//!
//! # What the message readers refuse and accept
//!
//! * An element or an unprefixed attribute where the schema has none, in another order or too often; text between elements.
//!   Comments, processing instructions and white space between elements are nothing.
//! * Attributes of other namespaces only where the schema says `anyAttribute`. `xml:*` attributes and the four of XML Schema
//!   instance (`xsi:type`, `xsi:nil`, `xsi:schemaLocation`, `xsi:noNamespaceSchemaLocation`) are read over anywhere.
//! * `xsi:type` is kept as text. No `QName` in content is ever resolved.
//! * Values are whole and untrimmed: a space around an `Audience` stays, and makes a later comparison fail. `xs:dateTime`,
//!   `xs:boolean` and numbers may have white space around them, since their types collapse it (XML Schema Part 2 §4.3.6).
//! * A value that SAML requires and that is blank is refused (SAMLCore §1.3.1, §1.3.2).
//!
//! Metadata is configuration; what its reader relaxes is listed in [`metadata`].
//!
//! # Writing
//!
//! What is read borrows from its document; what is to be sent owns its values and is made in [`write`](mod@write). Nothing here signs:
//! `samlkit_dsig::sign` takes the written text.
//!
//! # Complexity
//!
//! Every reader is linear in the tree it is given. Strings of messages are borrowed from the document.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod assertion;
mod attribute;
mod authn_request;
mod conditions;
mod error;
mod few;
mod fragment;
mod lexical;
mod logout;
pub mod metadata;
mod name_id;
pub mod ns;
mod protocol;
mod read;
mod response;
mod state;
mod statement;
mod subject;
pub mod uri;
pub mod write;

pub use assertion::{Assertion, AssertionContent};
pub use attribute::{Attribute, AttributeContent, AttributeStatement, AttributeValue};
pub use authn_request::{
    AuthnRequest, AuthnRequestContent, Comparison, IdpEntry, NameIdPolicy, RequestedAuthnContext,
    Scoping,
};
pub use conditions::{AudienceRestriction, Condition, Conditions, ProxyRestriction};
pub use error::{Class, Error, Excerpt};
pub use fragment::Fragment;
pub use lexical::{Duration, Timestamp, format_date_time, parse_date_time};
pub use logout::{LogoutRequest, LogoutRequestContent, LogoutResponse, LogoutResponseContent};
pub use name_id::{BaseId, EncryptedElement, Identifier, NameId};
pub use response::{Response, ResponseContent, Status, StatusCode};
pub use state::{State, Unverified, Verified};
pub use statement::{
    AuthnContext, AuthnContextDeclaration, AuthnStatement, AuthzDecisionStatement, Decision,
    Statement, SubjectLocality,
};
pub use subject::{Subject, SubjectConfirmation, SubjectConfirmationData};
