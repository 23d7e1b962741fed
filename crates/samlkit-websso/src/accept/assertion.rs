//! The rules for a response and its assertion, read from signed octets.

use samlkit_core::uri::{confirmation_method, nameid_format};
use samlkit_core::{
    Assertion, AssertionContent, Conditions, NameId, ResponseContent, Subject, SubjectConfirmation,
    SubjectConfirmationData, Timestamp, Verified,
};

use super::opened::Opened;
use crate::identity::{Draft, Facts, Identity, SignedParts};
use crate::{Code, Expected, Rejection, ServiceProvider};

/// Everything that the rules compare with.
pub(super) struct Rules<'a> {
    pub(super) provider: &'a ServiceProvider,
    pub(super) issuer: &'a str,
    pub(super) expected: Expected<'a>,
    pub(super) now: Timestamp,
}

/// An accepted assertion, and how long its ID must be remembered.
pub(super) struct Accepted {
    pub(super) identity: Draft,
    pub(super) remember_until: Timestamp,
}

impl Rules<'_> {
    /// SAMLProf §4.1.4.2, SAMLCore §3.2.2, SAMLBind §3.5.5.2: the response itself.
    pub(super) fn check_response(
        &self,
        response: &ResponseContent<'_>,
        signed: bool,
    ) -> Result<(), Rejection> {
        if let Some(issuer) = response.issuer() {
            self.check_issuer(issuer, "the issuer of the Response")?;
        }
        self.check_destination(response.destination(), signed)?;
        if let Some(request) = response.in_response_to() {
            self.check_in_response_to(Some(request))?;
        }
        // A success is in the signed octets where these hold a status at all.
        super::envelope::check_status(response.status())
    }

    /// SAMLBind §3.5.5.2.
    pub(super) fn check_destination(
        &self,
        destination: Option<&str>,
        signed: bool,
    ) -> Result<(), Rejection> {
        let acs_url = self.provider.acs_url.as_str();
        match destination {
            Some(destination) if destination != acs_url => Err(Rejection::mismatch(
                Code::DestinationMismatch,
                "the Destination",
                acs_url,
                destination,
            )),
            None if signed => Err(Rejection::missing(
                Code::DestinationMismatch,
                "the Destination of the signed Response",
            )),
            Some(_) | None => Ok(()),
        }
    }

    /// SAMLProf §4.1.4.2 and §4.1.4.3, SAMLCore §2.3 to §2.7: the assertion.
    pub(super) fn check_assertion(
        &self,
        assertion: &Assertion<'_, Verified>,
        opened: &Opened,
        signed_parts: SignedParts,
    ) -> Result<Accepted, Rejection> {
        self.check_issuer(assertion.issuer(), "the issuer of the Assertion")?;
        let subject = assertion
            .subject()
            .ok_or(Rejection::missing(Code::MissingElement, "the Subject"))?;
        let decrypted = opened.name_id()?;
        let name_id = subject
            .name_id()
            .or(decrypted.as_ref())
            .ok_or(Rejection::missing(
                Code::MissingElement,
                "the subject's NameID",
            ))?;
        let attributes = opened.attributes()?;
        let confirmed = self.check_confirmation(subject)?;
        let until = self.check_conditions(assertion.conditions())?;
        let authn = self.check_authn(assertion)?;
        let not_on_or_after = until.map_or(confirmed.until, |until| until.min(confirmed.until));
        let facts = Facts {
            not_on_or_after,
            signed_parts,
        };
        let identity = Identity::draft(
            assertion,
            name_id,
            &attributes,
            confirmed.in_response_to,
            authn,
            &facts,
        )?;
        // A copy could be accepted for as long as any of its confirmations holds.
        let last = subject
            .confirmations()
            .iter()
            .filter_map(|confirmation| confirmation.data()?.not_on_or_after())
            .fold(not_on_or_after, Timestamp::max);
        Ok(Accepted {
            identity,
            remember_until: self.later(last),
        })
    }

    /// SAMLProf §4.1.4.2: the entity ID, in the entity format or none, without qualifiers.
    pub(super) fn check_issuer(
        &self,
        issuer: &NameId<'_>,
        what: &'static str,
    ) -> Result<(), Rejection> {
        if issuer.value() != self.issuer {
            return Err(Rejection::mismatch(
                Code::IssuerMismatch,
                what,
                self.issuer,
                issuer.value(),
            ));
        }
        match issuer.format() {
            None | Some(nameid_format::ENTITY) => Ok(()),
            Some(format) => Err(Rejection::mismatch(
                Code::IssuerMismatch,
                "the Format of the issuer",
                nameid_format::ENTITY,
                format,
            )),
        }
    }

    pub(super) fn check_in_response_to(&self, found: Option<&str>) -> Result<(), Rejection> {
        // The ID that is expected is a secret of the browser's session, so neither is shown.
        match (found, self.expected.request_id) {
            (Some(found), Some(expected)) if found == expected => Ok(()),
            (Some(_), Some(_)) => Err(Rejection::rule(
                Code::InResponseToMismatch,
                "the message answers another request",
            )),
            (Some(_), None) => Err(Rejection::rule(
                Code::InResponseToMismatch,
                "the message answers a request that is not outstanding",
            )),
            (None, _) if self.expected.unsolicited => Ok(()),
            (None, Some(_)) => Err(Rejection::rule(
                Code::InResponseToMismatch,
                "the message does not say which request it answers",
            )),
            (None, None) => Err(Rejection::rule(
                Code::Unsolicited,
                "the message answers no request, and none was expected",
            )),
        }
    }

    /// The first bearer confirmation that holds; otherwise what is wrong with the one that came closest.
    fn check_confirmation<'s>(&self, subject: &'s Subject<'_>) -> Result<Confirmed<'s>, Rejection> {
        let mut nearest: Option<(usize, Rejection)> = None;
        for confirmation in subject.confirmations() {
            if confirmation.method() != confirmation_method::BEARER {
                continue;
            }
            match self.check_bearer(confirmation) {
                Ok(confirmed) => return Ok(confirmed),
                Err((passed, rejection)) => {
                    if nearest.as_ref().is_none_or(|(before, _)| passed > *before) {
                        nearest = Some((passed, rejection));
                    }
                }
            }
        }
        Err(nearest.map_or_else(
            || {
                Rejection::rule(
                    Code::SubjectConfirmation,
                    "the subject has no bearer confirmation",
                )
            },
            |(_, rejection)| rejection,
        ))
    }

    /// SAMLProf §4.1.4.2, §4.1.4.3: a bearer confirmation. A failure comes with how many rules were passed before it.
    pub(super) fn check_bearer<'s>(
        &self,
        confirmation: &'s SubjectConfirmation<'_>,
    ) -> Result<Confirmed<'s>, (usize, Rejection)> {
        let (data, until) = check_bearer_form(confirmation)?;
        self.check_recipient(data)
            .map_err(|rejection| (3, rejection))?;
        self.check_in_response_to(data.in_response_to())
            .map_err(|rejection| (4, rejection))?;
        self.check_not_on_or_after("NotOnOrAfter of the bearer confirmation", until)
            .map_err(|rejection| (5, rejection))?;
        Ok(Confirmed {
            until,
            in_response_to: data.in_response_to(),
        })
    }

    pub(super) fn check_recipient(
        &self,
        data: &SubjectConfirmationData<'_>,
    ) -> Result<(), Rejection> {
        let acs_url = self.provider.acs_url.as_str();
        match data.recipient() {
            Some(recipient) if recipient == acs_url => Ok(()),
            Some(recipient) => Err(Rejection::mismatch(
                Code::RecipientMismatch,
                "the Recipient",
                acs_url,
                recipient,
            )),
            None => Err(Rejection::missing(
                Code::SubjectConfirmation,
                "the Recipient of the bearer confirmation",
            )),
        }
    }

    /// SAMLCore §2.5.1: every condition must hold. Gives the upper bound, if there is one.
    fn check_conditions(
        &self,
        conditions: Option<&Conditions<'_>>,
    ) -> Result<Option<Timestamp>, Rejection> {
        let Some(conditions) = conditions else {
            return Err(NO_AUDIENCE);
        };
        check_understood(conditions)?;
        self.check_not_before(conditions)?;
        if let Some(not_on_or_after) = conditions.not_on_or_after() {
            self.check_not_on_or_after("NotOnOrAfter of the conditions", not_on_or_after)?;
        }
        self.check_audience(conditions)?;
        Ok(conditions.not_on_or_after())
    }

    pub(super) fn check_not_before(&self, conditions: &Conditions<'_>) -> Result<(), Rejection> {
        match conditions.not_before() {
            Some(not_before) if self.later(self.now) < not_before => Err(Rejection::time(
                Code::NotYetValid,
                "NotBefore of the conditions",
                not_before,
                self.now,
            )),
            Some(_) | None => Ok(()),
        }
    }

    /// One audience of each restriction must be this service provider (SAMLCore §2.5.1.4).
    pub(super) fn check_audience(&self, conditions: &Conditions<'_>) -> Result<(), Rejection> {
        let mut restricted = false;
        for restriction in conditions.audience_restrictions() {
            restricted = true;
            let audiences = restriction.audiences();
            if !audiences
                .iter()
                .any(|audience| *audience == self.provider.entity_id)
            {
                let found = audiences.first().map(AsRef::as_ref).unwrap_or_default();
                return Err(Rejection::mismatch(
                    Code::AudienceMismatch,
                    "the Audience",
                    &self.provider.entity_id,
                    found,
                ));
            }
        }
        if restricted { Ok(()) } else { Err(NO_AUDIENCE) }
    }

    /// SAMLProf §4.1.4.2: at least one authentication statement, and none whose session has ended (SAMLCore §2.7.2).
    pub(super) fn check_authn<'s>(
        &self,
        assertion: &'s AssertionContent<'_>,
    ) -> Result<&'s samlkit_core::AuthnStatement<'s>, Rejection> {
        let mut first = None;
        for authn in assertion.authn_statements() {
            if let Some(end) = authn.session_not_on_or_after() {
                self.check_not_on_or_after("SessionNotOnOrAfter", end)?;
            }
            first = first.or(Some(authn));
        }
        first.ok_or(Rejection::missing(
            Code::MissingElement,
            "the AuthnStatement",
        ))
    }

    /// The bound itself is too late (SAMLCore §2.5.1.2).
    pub(super) fn check_not_on_or_after(
        &self,
        what: &'static str,
        bound: Timestamp,
    ) -> Result<(), Rejection> {
        if self.now < self.later(bound) {
            Ok(())
        } else {
            Err(Rejection::time(Code::Expired, what, bound, self.now))
        }
    }

    /// `time` plus the clock skew that the policy forgives.
    fn later(&self, time: Timestamp) -> Timestamp {
        let skew = chrono::TimeDelta::from_std(self.provider.policy.clock_skew).unwrap_or_default();
        time.checked_add_signed(skew).unwrap_or(time)
    }
}

pub(super) const NO_AUDIENCE: Rejection =
    Rejection::missing(Code::AudienceMismatch, "the AudienceRestriction");

/// SAMLCore §2.5.1.1, §2.5.1.2: no condition of a type that is not known, and a period that is one.
pub(super) fn check_understood(conditions: &Conditions<'_>) -> Result<(), Rejection> {
    if conditions.has_unknown() {
        return Err(Rejection::rule(
            Code::ConditionNotUnderstood,
            "a condition is not understood",
        ));
    }
    if let (Some(not_before), Some(not_on_or_after)) =
        (conditions.not_before(), conditions.not_on_or_after())
        && not_before >= not_on_or_after
    {
        return Err(Rejection::rule(
            Code::InvalidValue,
            "NotBefore of the conditions is not before NotOnOrAfter",
        ));
    }
    Ok(())
}

/// SAMLProf §4.1.4.2: what a bearer confirmation must have. Gives its upper bound.
pub(super) fn check_bearer_form<'s>(
    confirmation: &'s SubjectConfirmation<'_>,
) -> Result<(&'s SubjectConfirmationData<'s>, Timestamp), (usize, Rejection)> {
    let missing = |passed, what| {
        let rejection = Rejection::missing(Code::SubjectConfirmation, what);
        Err((passed, rejection))
    };
    let Some(data) = confirmation.data() else {
        return missing(0, "SubjectConfirmationData of the bearer confirmation");
    };
    let Some(until) = data.not_on_or_after() else {
        return missing(1, "NotOnOrAfter of the bearer confirmation");
    };
    if data.not_before().is_some() {
        let rule = "the bearer confirmation has a NotBefore";
        return Err((2, Rejection::rule(Code::SubjectConfirmation, rule)));
    }
    Ok((data, until))
}

/// A bearer confirmation that holds.
pub(super) struct Confirmed<'s> {
    until: Timestamp,
    in_response_to: Option<&'s str>,
}
