//! How well a fact is known.

use std::fmt;

/// How well a deployment fact is known.
///
/// Vendors publish parts of what an administrator needs, so each fact in this crate says what it rests on. A caller can
/// act on a documented fact and should have a person confirm the rest.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Confidence {
    /// The vendor's own published text says so, or several independent messages agree.
    Documented,
    /// One good source says so.
    Probable,
    /// It was true once; the service has closed or the page is marked outdated.
    Dated,
    /// Inferred. Confirm before relying on it.
    Uncertain,
}

impl Confidence {
    /// The stable lower-case name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Probable => "probable",
            Self::Dated => "dated",
            Self::Uncertain => "uncertain",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// A value together with how well it is known and where it comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Fact<T> {
    pub(crate) value: T,
    pub(crate) confidence: Confidence,
    pub(crate) source: &'static str,
}

impl<T> Fact<T> {
    pub(crate) const fn new(value: T, confidence: Confidence, source: &'static str) -> Self {
        Self {
            value,
            confidence,
            source,
        }
    }

    /// The value itself.
    #[must_use]
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// The value itself, taken out.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }

    /// How well the value is known.
    #[must_use]
    pub const fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// The publication that the value comes from, in words.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }
}

/// The sources that facts cite.
pub(crate) mod source {
    pub(crate) const TUTORIAL_2018: &str =
        "Microsoft tutorial for Mimecast Personal Portal, 2018-04-24";
    pub(crate) const LATER_TUTORIAL: &str = "Microsoft tutorials for Mimecast, 2021 and later";
    pub(crate) const PROPOSED_TUTORIAL: &str = "proposed change to the Microsoft tutorial, 2026-04-30, not merged; the host is in Mimecast's API lists";
    pub(crate) const THIRD_PARTY_GUIDE: &str = "an identity provider vendor's guide for Mimecast";
    pub(crate) const THIRD_PARTY_CODE: &str = "third-party configuration, not in any sign-on guide";
    pub(crate) const INFERRED: &str = "inferred by analogy; not seen in any text";
    pub(crate) const MICROSOFT_PROTOCOL: &str = "Microsoft identity platform documentation";
    pub(crate) const MICROSOFT_CLOUDS: &str = "Microsoft documentation of the national clouds";
    pub(crate) const CLOUD_CODE: &str = "open-source code that lists issuers per cloud";
}
