//! Canonical XML 1.0, Canonical XML 1.1 and Exclusive XML Canonicalization 1.0, each with and without comments, over the tree of
//! [`samlkit_xml`].
//!
//! A signature covers octets, and a document can be written in many. A canonical form is the one way of writing that both sides
//! can come to: UTF-8, line feeds, empty elements as tag pairs, attributes sorted and quoted alike, namespace declarations
//! where they are needed and nowhere else.
//!
//! ```
//! use samlkit_c14n::{Algorithm, Canonicalizer};
//! use samlkit_xml::Document;
//!
//! let document = Document::parse(
//!     br#"<p:Response xmlns:p="urn:p" xmlns:a="urn:a"><a:Assertion  b='2' a="1"/></p:Response>"#,
//! )?;
//! let assertion = document.root().elements().next().ok_or("no assertion")?;
//! let mut out = Vec::new();
//! Canonicalizer::new(Algorithm::Exclusive).element(assertion, &mut out)?;
//! assert_eq!(out, br#"<a:Assertion xmlns:a="urn:a" a="1" b="2"></a:Assertion>"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | what is canonicalized | method |
//! |---|---|
//! | a document, with comments and processing instructions beside its root | [`Canonicalizer::document`] |
//! | an element and all below it, in the context of its document | [`Canonicalizer::element`] |
//! | either without one element below, as the enveloped signature transform leaves it | [`Canonicalizer::document_without`], [`Canonicalizer::element_without`] |
//! | a document that comes in pieces | [`Canonicalizer::start_tag`], [`Canonicalizer::content`], [`Canonicalizer::end_tag`] |
//! | any set of nodes, slowly; for conformance suites | [`Canonicalizer::subset`] |
//!
//! # Reading of the specifications
//!
//! - A document that declares a relative namespace name anywhere has no canonical form ([`Error::RelativeNamespaceUri`]).
//!   Relative is a name without a scheme. libxml2 also refuses names that are no URI by grammar.
//! - Namespace names are escaped as attribute values are. libxml2 2.9 writes an `&` in one as it is, which is no XML.
//! - `xml:base` is fixed up by Canonical XML 1.1 §2.4 as corrected by its errata, and only where an omitted element had one:
//!   `xml:base=""` in a whole document stays, which libxml2 drops.
//! - An exclusive form that repeats long namespace names stops at 16 times the document and 1 MiB
//!   ([`Error::OutputTooLong`]).
//!
//! # Complexity
//!
//! One walk over the arena without recursion, linear in the document and the output, with `n log n` in the attributes and
//! declarations of one element. The declarations in scope do not count, only those met.
//!
//! Specifications: [Canonical XML 1.0](https://www.w3.org/TR/2001/REC-xml-c14n-20010315),
//! [Canonical XML 1.1](https://www.w3.org/TR/xml-c14n11/),
//! [Exclusive XML Canonicalization 1.0](https://www.w3.org/TR/xml-exc-c14n/).

mod algorithm;
mod apex;
mod base;
mod canonicalizer;
mod error;
mod escape;
mod namespaces;
mod portion;
mod runs;
mod subset;
mod walk;

pub use algorithm::Algorithm;
pub use canonicalizer::Canonicalizer;
pub use error::Error;
pub use portion::{Portion, PortionKind, Treatment};
pub use subset::NodeSet;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
