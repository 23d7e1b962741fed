use super::markup::Markup;
use crate::conditions::{AUDIENCE, CONDITIONS};
use crate::lexical::Timestamp;
use crate::ns;
use crate::read::Name;

const AUDIENCE_RESTRICTION: Name =
    Name::new(ns::SAML, "AudienceRestriction", "saml:AudienceRestriction");
const ONE_TIME_USE: Name = Name::new(ns::SAML, "OneTimeUse", "saml:OneTimeUse");

/// `saml:Conditions` (SAMLCore §2.5.1): of an assertion, or what a request would have of the one that answers it
/// (SAMLCore §3.4.1).
///
/// ```
/// use samlkit_core::parse_date_time;
/// use samlkit_core::write::{AuthnRequest, Conditions, Id};
///
/// let now = parse_date_time("2026-11-24T03:00:00Z").ok_or("not a time")?;
/// let xml = AuthnRequest::new(Id::new("_q")?, now, "https://sp.example/")
///     .with_conditions(Conditions::new().with_audience("https://sp.example/").with_one_time_use())
///     .write()?;
/// assert!(xml.contains("</saml:AudienceRestriction><saml:OneTimeUse/></saml:Conditions>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[must_use]
pub struct Conditions {
    pub(super) not_before: Option<Timestamp>,
    pub(super) not_on_or_after: Option<Timestamp>,
    pub(super) audiences: Vec<String>,
    pub(super) one_time_use: bool,
}

impl Conditions {
    /// Without any condition.
    pub const fn new() -> Self {
        Self {
            not_before: None,
            not_on_or_after: None,
            audiences: Vec::new(),
            one_time_use: false,
        }
    }

    /// `NotBefore`.
    pub const fn with_not_before(mut self, time: Timestamp) -> Self {
        self.not_before = Some(time);
        self
    }

    /// `NotOnOrAfter`.
    pub const fn with_not_on_or_after(mut self, time: Timestamp) -> Self {
        self.not_on_or_after = Some(time);
        self
    }

    /// Adds an audience to the one `AudienceRestriction`.
    pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Adds `OneTimeUse`.
    pub const fn with_one_time_use(mut self) -> Self {
        self.one_time_use = true;
        self
    }

    /// Whether there is no condition.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::new()
    }

    pub(super) fn write_to(&self, markup: &mut Markup) {
        markup
            .start(CONDITIONS)
            .time("NotBefore", self.not_before)
            .time("NotOnOrAfter", self.not_on_or_after);
        if !self.audiences.is_empty() {
            markup.start(AUDIENCE_RESTRICTION);
            for audience in &self.audiences {
                markup.element(AUDIENCE, audience);
            }
            markup.end();
        }
        if self.one_time_use {
            markup.start(ONE_TIME_USE).end();
        }
        markup.end();
    }
}
