use crate::error::Error;
use crate::few::Few;
use crate::lexical::Timestamp;
use crate::ns;
use crate::read::{self, Content, Foreign, Name};
use samlkit_xml::Element;
use std::borrow::Cow;

pub(crate) const CONDITIONS: Name = Name::new(ns::SAML, "Conditions", "saml:Conditions");
pub(crate) const AUDIENCE: Name = Name::new(ns::SAML, "Audience", "saml:Audience");
const AUDIENCE_RESTRICTION: &str = "saml:AudienceRestriction";
const ONE_TIME_USE: &str = "saml:OneTimeUse";
const PROXY_RESTRICTION: &str = "saml:ProxyRestriction";

/// What must be true for the assertion to be valid (SAMLCore §2.5.1).
///
/// Conditions are AND-ed: every restriction, and every condition that is not understood, counts on its own.
#[derive(Clone, Debug)]
pub struct Conditions<'d> {
    not_before: Option<Timestamp>,
    not_on_or_after: Option<Timestamp>,
    conditions: Few<Condition<'d>>,
}

/// One condition (SAMLCore §2.5.1).
#[non_exhaustive]
#[derive(Clone, Debug)]
pub enum Condition<'d> {
    /// The assertion is for these audiences.
    AudienceRestriction(AudienceRestriction<'d>),
    /// Use at once, do not keep (SAMLCore §2.5.1.5).
    OneTimeUse,
    /// Limits on assertions issued on the strength of this one (SAMLCore §2.5.1.6).
    ProxyRestriction(ProxyRestriction<'d>),
    /// A `saml:Condition` of an extension type. Whoever does not understand it cannot call the assertion valid
    /// (SAMLCore §2.5.1.1, rule 3).
    Unknown {
        /// The whole element; nothing in it was read.
        element: Element<'d>,
        /// Its `xsi:type`, as written.
        xsi_type: Option<&'d str>,
    },
}

impl<'d> Conditions<'d> {
    pub(crate) fn read(element: Element<'d>) -> Result<Self, Error> {
        let [not_before, not_on_or_after] = read::attributes(
            element,
            CONDITIONS.spelled,
            &["NotBefore", "NotOnOrAfter"],
            Foreign::Refused,
        )?;
        let not_before = not_before.map(read::Value::date_time).transpose()?;
        let not_on_or_after = not_on_or_after.map(read::Value::date_time).transpose()?;
        let mut content = Content::of(element, CONDITIONS.spelled)?;
        let mut conditions = Few::None;
        let (mut one_time_use, mut proxy_restriction) = (false, false);
        while let Some(child) = content.next()? {
            if child.namespace() != ns::SAML {
                return Err(content.unexpected(child));
            }
            let condition = match child.local_name() {
                "AudienceRestriction" => {
                    Condition::AudienceRestriction(AudienceRestriction::read(child)?)
                }
                "OneTimeUse" => {
                    once(&mut one_time_use, child, ONE_TIME_USE)?;
                    read::no_attributes(child, ONE_TIME_USE)?;
                    read::empty(child, ONE_TIME_USE)?;
                    Condition::OneTimeUse
                }
                "ProxyRestriction" => {
                    once(&mut proxy_restriction, child, PROXY_RESTRICTION)?;
                    Condition::ProxyRestriction(ProxyRestriction::read(child)?)
                }
                "Condition" => Condition::Unknown {
                    element: child,
                    xsi_type: read::xsi_type(child),
                },
                _ => return Err(content.unexpected(child)),
            };
            conditions.push(condition, || content.left());
        }
        Ok(Self {
            not_before,
            not_on_or_after,
            conditions,
        })
    }

    /// `NotBefore`: the first instant at which the assertion is valid.
    #[must_use]
    pub const fn not_before(&self) -> Option<Timestamp> {
        self.not_before
    }

    /// `NotOnOrAfter`: the first instant at which it no longer is.
    #[must_use]
    pub const fn not_on_or_after(&self) -> Option<Timestamp> {
        self.not_on_or_after
    }

    /// Every condition, in order.
    pub fn iter(&self) -> core::slice::Iter<'_, Condition<'d>> {
        self.conditions.as_slice().iter()
    }

    /// Every `AudienceRestriction`. All of them must be met, each by one of its audiences (SAMLCore §2.5.1.4).
    pub fn audience_restrictions(&self) -> impl Iterator<Item = &AudienceRestriction<'d>> {
        self.iter().filter_map(|c| match c {
            Condition::AudienceRestriction(restriction) => Some(restriction),
            Condition::OneTimeUse | Condition::ProxyRestriction(_) | Condition::Unknown { .. } => {
                None
            }
        })
    }

    /// Whether `OneTimeUse` is there.
    #[must_use]
    pub fn one_time_use(&self) -> bool {
        self.iter().any(|c| matches!(c, Condition::OneTimeUse))
    }

    /// `ProxyRestriction`.
    #[must_use]
    pub fn proxy_restriction(&self) -> Option<&ProxyRestriction<'d>> {
        self.iter().find_map(|c| match c {
            Condition::ProxyRestriction(restriction) => Some(restriction),
            Condition::AudienceRestriction(_)
            | Condition::OneTimeUse
            | Condition::Unknown { .. } => None,
        })
    }

    /// Whether there is a condition of a type that nobody here knows.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        self.iter().any(|c| matches!(c, Condition::Unknown { .. }))
    }
}

impl<'c, 'd> IntoIterator for &'c Conditions<'d> {
    type Item = &'c Condition<'d>;
    type IntoIter = core::slice::Iter<'c, Condition<'d>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Refuses the second one.
fn once(seen: &mut bool, element: Element<'_>, spelled: &'static str) -> Result<(), Error> {
    if core::mem::replace(seen, true) {
        return Err(Error::RepeatedCondition {
            element: spelled,
            offset: element.offset(),
        });
    }
    Ok(())
}

/// The audiences that an assertion is for (SAMLCore §2.5.1.4). There is at least one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AudienceRestriction<'d> {
    audiences: Few<Cow<'d, str>>,
}

impl<'d> AudienceRestriction<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        read::no_attributes(element, AUDIENCE_RESTRICTION)?;
        let mut content = Content::of(element, AUDIENCE_RESTRICTION)?;
        let read = |audience| read::plain_text(audience, AUDIENCE.spelled);
        let audiences = content.few(&AUDIENCE, read)?;
        if audiences.as_slice().is_empty() {
            return Err(content.missing(AUDIENCE.spelled));
        }
        content.end()?;
        Ok(Self { audiences })
    }

    /// Every `Audience`, untrimmed. One that matches is enough.
    #[must_use]
    pub fn audiences(&self) -> &[Cow<'d, str>] {
        self.audiences.as_slice()
    }
}

/// Limits on what a relying party may assert in turn (SAMLCore §2.5.1.6).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProxyRestriction<'d> {
    count: Option<u64>,
    audiences: Vec<Cow<'d, str>>,
}

impl<'d> ProxyRestriction<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        let [count] = read::attributes(element, PROXY_RESTRICTION, &["Count"], Foreign::Refused)?;
        let mut content = Content::of(element, PROXY_RESTRICTION)?;
        let mut audiences = Vec::new();
        while let Some(audience) = content.optional(&AUDIENCE)? {
            audiences.push(read::plain_text(audience, AUDIENCE.spelled)?);
        }
        content.end()?;
        Ok(Self {
            count: count.map(read::Value::non_negative_integer).transpose()?,
            audiences,
        })
    }

    /// `Count`: how many times the assertion may be proxied, capped at the largest `u64`.
    #[must_use]
    pub const fn count(&self) -> Option<u64> {
        self.count
    }

    /// To whom new assertions may be issued; none listed means no limit.
    #[must_use]
    pub fn audiences(&self) -> &[Cow<'d, str>] {
        &self.audiences
    }
}
