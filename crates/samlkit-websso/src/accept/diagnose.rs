//! Every rule, without stopping at the first that is broken.

use samlkit_core::{Assertion, Response, ResponseContent, Timestamp};
use samlkit_dsig::{Ids, Signed, UniqueIds, check_ids, signature_of};
use samlkit_xml::{Document, Element, Room};

use super::assertion::Rules;
use super::encrypted::Ciphertext;
use super::envelope::{self, Content, Envelope, survey_decrypted};
use super::{Evidence, check_is_response};
use crate::diagnosis::{found, shown};
use crate::{
    Check, Code, Diagnosis, Expected, IdentityProvider, InMemoryReplay, Rejection,
    RequiredEncryption, RequiredSignature, Rule, ServiceProvider, SignedParts, Verdict,
    decode_form_value,
};

mod rules;

impl ServiceProvider {
    /// Looks at the form value `SAMLResponse` by every rule of [`ServiceProvider::accept`], whatever becomes of the others.
    ///
    /// Where no signature verifies, the later rules look at what nobody vouches for: a rule that passes then says only that it
    /// would not be the next to fail. The replay memory is not asked, and remembers nothing.
    ///
    /// # Errors
    ///
    /// [`Code::MalformedBase64`](crate::Code::MalformedBase64).
    ///
    /// # Security
    ///
    /// For operators, and never behind an endpoint that strangers reach: it tells what became of a ciphertext.
    pub fn diagnose(
        &self,
        saml_response: &str,
        expected: Expected<'_>,
        now: Timestamp,
    ) -> Result<Diagnosis, Rejection> {
        Ok(self.diagnose_xml(&decode_form_value(saml_response)?, expected, now))
    }

    /// As [`ServiceProvider::diagnose`], of a message that is decoded already.
    #[must_use]
    pub fn diagnose_xml(
        &self,
        message: &[u8],
        expected: Expected<'_>,
        now: Timestamp,
    ) -> Diagnosis {
        let mut run = Run {
            provider: self,
            expected,
            now,
            checks: Vec::new(),
        };
        run.message(message);
        let replay = InMemoryReplay::new(1);
        let rejection = self.accept_xml(message, expected, now, &replay).err();
        let failed = |check: &Check| matches!(check.verdict, Verdict::Failed(_));
        if !run.checks.iter().any(failed) {
            let attributes = rejection.clone().map_or(Ok(()), Err);
            run.note(
                Rule::Attributes,
                "within bounds",
                "within bounds",
                attributes,
            );
        }
        Diagnosis {
            rejection,
            checks: run.in_order(),
        }
    }
}

struct Run<'a> {
    provider: &'a ServiceProvider,
    expected: Expected<'a>,
    now: Timestamp,
    checks: Vec<Check>,
}

/// The parts of a message that its rules look at, believed or not.
struct Parts<'p> {
    document: &'p Document<'p>,
    envelope: &'p Envelope<'p>,
    response: &'p ResponseContent<'p>,
    /// The assertion, where it was encrypted.
    plaintext: Option<&'p Document<'p>>,
}

impl Parts<'_> {
    /// The IDs that those of encrypted parts are compared with. Two that are equal among these were told of before.
    fn ids(&self) -> Ids {
        let mut ids = Ids::default();
        for document in [self.document].into_iter().chain(self.plaintext) {
            let _ = ids.add(document);
        }
        ids
    }
}

impl<'a> Run<'a> {
    /// Notes what became of a rule. Of one that is looked at twice the failure counts.
    fn note<T>(
        &mut self,
        rule: Rule,
        expected: &str,
        passed: &str,
        result: Result<T, Rejection>,
    ) -> Option<T> {
        let (value, found, verdict) = match result {
            Ok(value) => (Some(value), passed.to_owned(), Verdict::Passed),
            Err(rejection) => (None, found(&rejection), Verdict::Failed(rejection)),
        };
        let check = Check {
            rule,
            expected: Some(expected.to_owned()).filter(|text| !text.is_empty()),
            found: Some(found).filter(|text| !text.is_empty()),
            verdict,
        };
        match self.checks.iter_mut().find(|known| known.rule == rule) {
            Some(known) if known.verdict == Verdict::Passed => *known = check,
            Some(_) => {}
            None => self.checks.push(check),
        }
        value
    }

    /// Every rule once.
    fn in_order(self) -> Vec<Check> {
        let checks = self.checks;
        let of = |rule| {
            let known = checks.iter().find(|check| check.rule == rule).cloned();
            known.unwrap_or(Check {
                rule,
                expected: None,
                found: None,
                verdict: Verdict::NotReached,
            })
        };
        Rule::ALL.into_iter().map(of).collect()
    }

    fn message(&mut self, message: &[u8]) {
        let limits = &self.provider.policy.limits;
        let document = Document::parse_with(message, limits).map_err(Rejection::from);
        let well_formed = "well-formed XML without DOCTYPE";
        let Some(document) = self.note(Rule::WellFormed, well_formed, "well-formed", document)
        else {
            return;
        };
        let root = document.root();
        let name = shown(root.qualified_name());
        let is_response = check_is_response(root);
        let a_response = "a samlp:Response of SAML 2.0";
        if self
            .note(Rule::Response, a_response, &name, is_response)
            .is_none()
        {
            return;
        }
        let ids = check_ids(&document).map_err(Rejection::from);
        self.note(Rule::UniqueIds, "every ID once", "unique", ids);
        let structure = Envelope::survey(root).and_then(|envelope| {
            let content = envelope.content()?;
            Ok((envelope, content))
        });
        let one = "one assertion, signatures in their places";
        let structure = self.note(Rule::Structure, one, "as it must be", structure);
        let response = Response::inspect(root).map_err(Rejection::from);
        let response = self.note(
            Rule::ResponseSchema,
            "of the schema's form",
            "it is",
            response,
        );
        let Some(response) = response else { return };
        let response = response.untrusted();
        let status = envelope::check_status(response.status());
        self.note(Rule::Status, "Success", "Success", status);
        if let Some((envelope, content)) = structure {
            let parts = Parts {
                document: &document,
                envelope: &envelope,
                response,
                plaintext: None,
            };
            match content {
                Content::Assertion(assertion) => self.clear(&parts, assertion),
                Content::Encrypted(encrypted) => self.encrypted(&parts, encrypted),
            }
        }
    }

    fn clear(&mut self, parts: &Parts<'_>, assertion: Element<'_>) {
        let required = self.provider.policy.required_encryption == RequiredEncryption::Assertion;
        let encryption = if required {
            let rule = "the Assertion is not encrypted";
            Err(Rejection::rule(Code::NotEncrypted, rule))
        } else {
            Ok(())
        };
        self.encryption(required, "in the clear", encryption);
        self.note(Rule::Decryption, "", "nothing to decrypt", Ok(()));
        let provider = self.issuer(parts, Some(assertion));
        let evidence = provider.map(|provider| {
            let ids = UniqueIds::of(parts.document)?;
            let service = self.provider;
            service
                .check(ids, parts.envelope, assertion, provider)?
                .parse(Room::default())
        });
        self.judge(parts, provider, evidence, assertion);
    }

    fn encrypted(&mut self, parts: &Parts<'_>, encrypted: Element<'_>) {
        let required = self.provider.policy.required_encryption == RequiredEncryption::Assertion;
        self.encryption(required, "encrypted", Ok(()));
        let around = matches!(signature_of(parts.envelope.response), Ok(Some(_)));
        let ciphertext = if around {
            Ciphertext::Signed
        } else {
            Ciphertext::Unsigned
        };
        let decrypted = self.provider.decrypt(encrypted, ciphertext);
        let algorithm = decrypted.as_ref().map_or_else(
            |_| String::new(),
            |decrypted| decrypted.algorithm().to_string(),
        );
        let a_key = "one of the keys decrypts it";
        let decrypted = self.note(Rule::Decryption, a_key, &algorithm, decrypted);
        let document = decrypted
            .as_ref()
            .and_then(|decrypted| decrypted.parse(&self.provider.policy.limits).ok());
        let Some(document) = document else {
            // The issuer and the destination of the response can be seen all the same.
            let provider = self.issuer(parts, None);
            self.destination(parts.response, provider, around);
            return;
        };
        let root = document.root();
        let structure = survey_decrypted(root);
        self.note(Rule::Structure, "", "as it must be", structure);
        let ids = parts.ids().add(&document).map_err(Rejection::from);
        self.note(Rule::UniqueIds, "every ID once", "unique", ids);
        let parts = &Parts {
            plaintext: Some(&document),
            ..*parts
        };
        let provider = self.issuer(parts, Some(root));
        let evidence =
            provider.map(|provider| self.verify_encrypted(parts, encrypted, provider, root));
        self.judge(parts, provider, evidence, root);
    }

    fn encryption(&mut self, required: bool, is: &str, result: Result<(), Rejection>) {
        let expected = if required { "encrypted" } else { "either way" };
        self.note(Rule::Encryption, expected, is, result);
    }

    /// The evidence, or the true reason why there is none.
    fn verify_encrypted(
        &self,
        parts: &Parts<'_>,
        encrypted: Element<'_>,
        provider: &IdentityProvider,
        root: Element<'_>,
    ) -> Result<Evidence, Rejection> {
        let (service, envelope) = (self.provider, parts.envelope);
        let around = signature_of(envelope.response)?.is_some();
        let required = service.policy.required_signature == RequiredSignature::Response;
        if around || required {
            let mut ids = Ids::default();
            ids.add(parts.document)?;
            let (response, expected) = (parts.response, self.expected);
            let verified =
                service.verify_encrypted(envelope, response, encrypted, expected, &mut ids);
            return Ok(verified?.1);
        }
        if signature_of(root)?.is_none() {
            let rule = "neither the Response nor the encrypted Assertion is signed";
            return Err(Rejection::rule(Code::Unsigned, rule));
        }
        Ok(Evidence::Assertion(
            service.verifier(provider)?.verify(root)?,
        ))
    }

    fn issuer(
        &mut self,
        parts: &Parts<'_>,
        assertion: Option<Element<'_>>,
    ) -> Option<&'a IdentityProvider> {
        let service = self.provider;
        let expected = self.expected.issuer.map_or_else(
            || {
                let known = service.identity_providers.iter();
                let known: Vec<_> = known.map(IdentityProvider::entity_id).collect();
                known.join(" or ")
            },
            str::to_owned,
        );
        let provider = service.provider(parts.response, assertion, self.expected);
        let entity_id = provider
            .as_ref()
            .map_or("", |provider| provider.entity_id());
        self.note(Rule::Issuer, &expected, entity_id, provider)
    }

    /// The rules for what the evidence holds or, without any, for what stands there.
    fn judge(
        &mut self,
        parts: &Parts<'_>,
        provider: Option<&IdentityProvider>,
        evidence: Option<Result<Evidence, Rejection>>,
        unsigned: Element<'_>,
    ) {
        let around = matches!(signature_of(parts.envelope.response), Ok(Some(_)));
        let evidence = evidence.and_then(|evidence| {
            let signed = evidence
                .as_ref()
                .map_or("", |evidence| evidence.parts().as_str());
            let expected = match self.provider.policy.required_signature {
                RequiredSignature::AssertionOrResponse => {
                    "the assertion or the response, by a key of the issuer"
                }
                RequiredSignature::Response => "the response, by a key of the issuer",
                RequiredSignature::Assertion => "the assertion, by a key of the issuer",
            };
            self.note(Rule::Signature, expected, signed, evidence)
        });
        self.destination(parts.response, provider, around);
        let Some(evidence) = evidence else {
            let assertion = Assertion::inspect(unsigned).map_err(Rejection::from);
            let assertion = self.assertion_schema(assertion);
            if let Some(assertion) = assertion {
                self.assertion(parts, provider, None, assertion.untrusted());
            }
            return;
        };
        // A response in the evidence is read anew: its octets are the ones that count.
        if let Some(Ok(response)) = evidence.response().map(Response::from_signed) {
            self.destination(&response, provider, true);
        }
        let signed = evidence.assertion();
        let assertion = match &evidence {
            Evidence::Response(signed) => Response::from_signed(signed)
                .map_err(Rejection::from)
                .and_then(|response| super::sole(response.verified_assertions())),
            Evidence::Assertion(signed)
            | Evidence::Both {
                assertion: signed, ..
            }
            | Evidence::Opened {
                assertion: signed, ..
            } => Assertion::from_signed(signed).map_err(Rejection::from),
        };
        if let Some(assertion) = self.assertion_schema(assertion) {
            self.assertion(parts, provider, Some(signed), &assertion);
        }
    }

    fn assertion_schema<T>(&mut self, assertion: Result<T, Rejection>) -> Option<T> {
        self.note(
            Rule::AssertionSchema,
            "of the schema's form",
            "it is",
            assertion,
        )
    }

    fn rules<'r>(&'r self, provider: Option<&'r IdentityProvider>) -> Rules<'r> {
        Rules {
            provider: self.provider,
            issuer: provider
                .map(IdentityProvider::entity_id)
                .unwrap_or_default(),
            expected: self.expected,
            now: self.now,
        }
    }

    /// The rules for the response but its status.
    fn destination(
        &mut self,
        response: &ResponseContent<'_>,
        provider: Option<&IdentityProvider>,
        signed: bool,
    ) {
        let acs_url = self.provider.acs_url.as_str();
        let rules = self.rules(provider);
        let issuer = match (response.issuer(), provider) {
            (Some(issuer), Some(_)) => rules.check_issuer(issuer, "the issuer of the Response"),
            _ => Ok(()),
        };
        let destination = rules.check_destination(response.destination(), signed);
        let answers = response
            .in_response_to()
            .map(|request| rules.check_in_response_to(Some(request)));
        if let (Some(provider), Err(rejection)) = (provider, issuer) {
            self.note::<()>(Rule::Issuer, provider.entity_id(), "", Err(rejection));
        }
        let found = response
            .destination()
            .map_or_else(|| "none".to_owned(), shown);
        self.note(Rule::Destination, acs_url, &found, destination);
        if let Some(answers) = answers {
            self.in_response_to(answers);
        }
    }
}

impl Evidence {
    const fn parts(&self) -> SignedParts {
        match self {
            Self::Assertion(_) => SignedParts::Assertion,
            Self::Response(_) | Self::Opened { .. } => SignedParts::Response,
            Self::Both { .. } => SignedParts::Both,
        }
    }

    /// The octets of the response, where it was signed.
    const fn response(&self) -> Option<&Signed> {
        match self {
            Self::Assertion(_) => None,
            Self::Response(response)
            | Self::Both { response, .. }
            | Self::Opened { response, .. } => Some(response),
        }
    }

    /// The octets that the assertion is read from.
    const fn assertion(&self) -> &Signed {
        match self {
            Self::Response(signed)
            | Self::Assertion(signed)
            | Self::Both {
                assertion: signed, ..
            }
            | Self::Opened {
                assertion: signed, ..
            } => signed,
        }
    }
}
