//! Canonical XML 1.0, 1.1 and Exclusive XML Canonicalization over samlkit-xml.

mod algorithm;
mod apex;
mod base;
mod canonicalizer;
mod error;
mod escape;
mod namespaces;
mod subset;
mod walk;

pub use algorithm::Algorithm;
pub use canonicalizer::Canonicalizer;
pub use error::Error;
pub use subset::NodeSet;
