//! A hardened tree for XML 1.0 with Namespaces, and a writer that escapes.
//!
//! SAML is read and signed as XML, and most of its published attacks live in the gap between two XML readings of the same
//! octets. This crate closes the gap by accepting less: well-formed, namespace-well-formed UTF-8 without a document type
//! declaration, within stated [`Limits`]. Everything else is refused with the broken rule and its byte offset.
//!
//! [`Document`] is one arena: flat vectors addressed by 32-bit ids, names and values as spans of the source. Only text that
//! had to be decoded (references, line ends, CDATA beside text) is copied, once, into one side buffer.
//!
//! | construct | in the tree |
//! |---|---|
//! | element | [`Element`], names resolved to (namespace, local name) |
//! | attribute | [`Attribute`], value normalized as CDATA ([XML §3.3.3]), references replaced |
//! | `xmlns`, `xmlns:p` | [`NamespaceDeclaration`], never an attribute |
//! | text, CDATA, references | one merged text node between two other nodes, line ends normalized ([XML §2.11]) |
//! | comment, processing instruction | nodes of their own, also outside the root |
//! | XML declaration | checked, then dropped |
//! | DOCTYPE, entity other than the predefined five | refused |
//!
//! ```
//! use samlkit_xml::Document;
//!
//! let document = Document::parse(br#"<a:x xmlns:a="urn:a" k="1 &amp; 2">one<!-- two -->three</a:x>"#)?;
//! let x = document.root();
//! assert!(x.is("urn:a", "x"));
//! assert_eq!(x.attribute("k"), Some("1 & 2"));
//! // A comment never cuts a value short.
//! assert_eq!(x.text()?, "onethree");
//! # Ok::<(), samlkit_xml::Error>(())
//! ```
//!
//! [`Pieces`] reads a document that is larger than memory should hold, with every check that [`Document`] makes.
//!
//! # Complexity
//!
//! Parsing is one pass, linear in the octets, with `n log n` in the attributes of one element when there are more than a
//! dozen. Nothing recurses.
//!
//! [XML §3.3.3]: https://www.w3.org/TR/xml/#AVNormalize
//! [XML §2.11]: https://www.w3.org/TR/xml/#sec-line-ends

mod attribute;
mod chars;
mod decode;
mod error;
mod extent;
mod limits;
mod name;
mod node;
mod parse;
mod pieces;
#[doc(hidden)]
pub mod raw;
mod scan;
mod tree;
mod writer;

pub use attribute::{Attribute, Attributes, NamespaceDeclaration, NamespaceDeclarations};
pub use chars::{is_nc_name, is_xml_text};
pub use error::Error;
pub use extent::Extent;
pub use limits::Limits;
pub use name::ExpandedName;
pub use node::{Children, Descendants, Element, Elements, Node, NodeId, NodeKind};
pub use pieces::{Next, Piece, PieceKind, Pieces};
pub use tree::{Document, Room};
pub use writer::{WriteError, Writer};

/// Namespace names that XML itself reserves.
pub mod ns {
    /// The namespace that the prefix `xml` is bound to by definition (Namespaces §3).
    pub const XML: &str = "http://www.w3.org/XML/1998/namespace";
    /// The namespace that the prefix `xmlns` is bound to; nothing may declare it (Namespaces §3).
    pub const XMLNS: &str = "http://www.w3.org/2000/xmlns/";
    /// XML Schema instance attributes such as `xsi:type` and `xsi:nil`.
    pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
