//! The rules for an assertion, one by one.

use samlkit_core::uri::confirmation_method;
use samlkit_core::{AssertionContent, Identifier, Subject, Timestamp};
use samlkit_dsig::Signed;

use super::super::assertion::{NO_AUDIENCE, check_bearer_form, check_understood};
use super::{Parts, Run};
use crate::diagnosis::shown;
use crate::rejection::DisplayTime;
use crate::{Code, IdentityProvider, Rejection, Rule};

impl Run<'_> {
    pub(super) fn in_response_to(&mut self, result: Result<(), Rejection>) {
        let expected = match (self.expected.request_id, self.expected.unsolicited) {
            (Some(_), true) => "the request that was sent, or none",
            (Some(_), false) => "the request that was sent",
            (None, true) => "no request",
            (None, false) => "nothing is expected",
        };
        self.note(Rule::InResponseTo, expected, "as expected", result);
    }

    pub(super) fn assertion(
        &mut self,
        parts: &Parts<'_>,
        provider: Option<&IdentityProvider>,
        signed: Option<&Signed>,
        assertion: &AssertionContent<'_>,
    ) {
        if let Some(provider) = provider {
            let issuer = self
                .rules(Some(provider))
                .check_issuer(assertion.issuer(), "the issuer of the Assertion");
            let entity_id = provider.entity_id();
            self.note(Rule::Issuer, entity_id, entity_id, issuer);
        }
        self.subject(parts, signed, assertion);
        if let Some(subject) = assertion.subject() {
            self.confirmation(subject);
        }
        self.conditions(assertion);
        self.authn(assertion);
    }

    fn subject(
        &mut self,
        parts: &Parts<'_>,
        signed: Option<&Signed>,
        assertion: &AssertionContent<'_>,
    ) {
        let identifier = assertion.subject().and_then(Subject::identifier);
        let missing = || Rejection::missing(Code::MissingElement, "the subject's NameID");
        let opened = signed.map(|signed| {
            let opened = self.provider.open(signed, assertion, &mut parts.ids())?;
            // Read here, so that what is wrong with a plaintext is told by the same rule.
            let named = opened.name_id()?.is_some();
            let attributes = opened.attributes()?.len();
            Ok((named, attributes))
        });
        let opened = match opened {
            Some(Ok((named, attributes))) => {
                if named || attributes > 0 {
                    self.note(
                        Rule::Decryption,
                        "one of the keys decrypts it",
                        "decrypted",
                        Ok(()),
                    );
                }
                Some(named)
            }
            Some(Err(rejection)) => {
                let rule = if rejection_is_of_ids(&rejection) {
                    Rule::UniqueIds
                } else {
                    Rule::Decryption
                };
                self.note::<()>(rule, "one of the keys decrypts it", "", Err(rejection));
                None
            }
            None => None,
        };
        let (how, result) = match (identifier, opened) {
            (Some(Identifier::NameId(_)), _) => ("a NameID", Ok(())),
            (Some(Identifier::EncryptedId(_)), Some(true)) => ("an EncryptedID", Ok(())),
            (Some(Identifier::EncryptedId(_)), None) => return,
            _ => ("", Err(missing())),
        };
        self.note(Rule::Subject, "a NameID", how, result);
    }

    /// The bearer confirmation that comes closest.
    fn confirmation(&mut self, subject: &Subject<'_>) {
        let rules = self.rules(None);
        let bearers = || {
            let confirmations = subject.confirmations().iter();
            confirmations.filter(|one| one.method() == confirmation_method::BEARER)
        };
        let passed = |confirmation| match rules.check_bearer(confirmation) {
            Ok(_) => usize::MAX,
            Err((passed, _)) => passed,
        };
        // The first of those that pass as many rules.
        let nearest = bearers()
            .rev()
            .max_by_key(|&confirmation| passed(confirmation));
        let a_bearer = "a bearer confirmation with NotOnOrAfter, without NotBefore";
        let Some(nearest) = nearest else {
            let rule = "the subject has no bearer confirmation";
            let none = Rejection::rule(Code::SubjectConfirmation, rule);
            self.note::<()>(Rule::Confirmation, a_bearer, "", Err(none));
            return;
        };
        let form = check_bearer_form(nearest).map_err(|(_, rejection)| rejection);
        let results = nearest.data().map(|data| {
            (
                data.recipient().map_or_else(|| "none".to_owned(), shown),
                rules.check_recipient(data),
                rules.check_in_response_to(data.in_response_to()),
                data.not_on_or_after().map(|until| {
                    let what = "NotOnOrAfter of the bearer confirmation";
                    (until, rules.check_not_on_or_after(what, until))
                }),
            )
        });
        self.note(Rule::Confirmation, a_bearer, "one", form);
        let Some((recipient, matches, answers, until)) = results else {
            return;
        };
        let acs_url = self.provider.acs_url.as_str();
        self.note(Rule::Recipient, acs_url, &recipient, matches);
        self.in_response_to(answers);
        if let Some((until, in_time)) = until {
            self.bound(Rule::ConfirmationTime, "later than", Some(until), in_time);
        }
    }

    /// A bound on the time.
    fn bound(
        &mut self,
        rule: Rule,
        relation: &str,
        bound: Option<Timestamp>,
        result: Result<(), Rejection>,
    ) {
        let expected = format!("{relation} {}", DisplayTime(self.now));
        let found = bound.map_or_else(|| "none".to_owned(), |bound| DisplayTime(bound).to_string());
        self.note(rule, &expected, &found, result);
    }

    fn conditions(&mut self, assertion: &AssertionContent<'_>) {
        let entity_id = self.provider.entity_id.as_str();
        let Some(conditions) = assertion.conditions() else {
            self.note(Rule::Conditions, "all understood", "none", Ok(()));
            self.note::<()>(Rule::Audience, entity_id, "", Err(NO_AUDIENCE));
            for rule in [Rule::NotBefore, Rule::NotOnOrAfter] {
                self.note(rule, "", "none", Ok(()));
            }
            return;
        };
        self.note(
            Rule::Conditions,
            "all understood",
            "understood",
            check_understood(conditions),
        );
        let rules = self.rules(None);
        let started = rules.check_not_before(conditions);
        let until = conditions.not_on_or_after();
        let what = "NotOnOrAfter of the conditions";
        let over = until.map_or(Ok(()), |until| rules.check_not_on_or_after(what, until));
        let audience = rules.check_audience(conditions);
        self.bound(
            Rule::NotBefore,
            "not later than",
            conditions.not_before(),
            started,
        );
        self.bound(Rule::NotOnOrAfter, "later than", until, over);
        self.note(Rule::Audience, entity_id, entity_id, audience);
    }

    fn authn(&mut self, assertion: &AssertionContent<'_>) {
        let statement = match assertion.authn_statements().next() {
            Some(_) => Ok(()),
            None => Err(Rejection::missing(
                Code::MissingElement,
                "the AuthnStatement",
            )),
        };
        let ends = assertion
            .authn_statements()
            .filter_map(samlkit_core::AuthnStatement::session_not_on_or_after);
        let end = ends.min();
        let rules = self.rules(None);
        let open = end.map_or(Ok(()), |end| {
            rules.check_not_on_or_after("SessionNotOnOrAfter", end)
        });
        self.note(Rule::AuthnStatement, "at least one", "there is", statement);
        self.bound(Rule::Session, "later than", end, open);
    }
}

fn rejection_is_of_ids(rejection: &Rejection) -> bool {
    rejection.code() == Code::DuplicateId
}
