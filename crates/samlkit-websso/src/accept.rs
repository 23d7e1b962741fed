//! From a posted form value to an identity (SAMLProf §4.1.4.2, §4.1.4.3).

use std::borrow::Cow;

use samlkit_core::{Assertion, Response, Timestamp};
use samlkit_dsig::{Ids, Signed, SignedOctets, UniqueIds, Verifier, signature_of};
use samlkit_xml::{Document, Element, Room};

use crate::identity::{Identity, SignedParts};
use crate::service_provider::{SAML, SAMLP};
use crate::{
    Code, Expected, IdentityProvider, Rejection, ReplayMemory, RequiredEncryption,
    RequiredSignature, ServiceProvider, decode_form_value,
};

mod assertion;
mod diagnose;
mod encrypted;
mod envelope;
mod opened;

use assertion::Rules;
use envelope::{Content, Envelope};
use opened::Opened;

impl ServiceProvider {
    /// Accepts the form value `SAMLResponse` that a browser posted to the assertion consumer service, or says which rule it
    /// breaks.
    ///
    /// `expected` says which sign-on may be answered, `now` is the time of the check, and `replay` remembers what was accepted;
    /// nothing is remembered of a message that is refused.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] with the first rule that the message breaks.
    ///
    /// # Security
    ///
    /// The identity is bound to the browser only through `expected`: take the request ID from that browser's own session or
    /// cookie.
    ///
    /// # Complexity
    ///
    /// O(n) in the message, plus one signature check for each signature and each of the identity provider's keys that fits.
    pub fn accept(
        &self,
        saml_response: &str,
        expected: Expected<'_>,
        now: Timestamp,
        replay: &dyn ReplayMemory,
    ) -> Result<Identity, Rejection> {
        let message = decode_form_value(saml_response)?;
        self.accept_octets(message.into(), expected, now, replay)
    }

    /// As [`ServiceProvider::accept`], of a message that is decoded already.
    ///
    /// # Errors
    ///
    /// As [`ServiceProvider::accept`].
    pub fn accept_xml(
        &self,
        message: &[u8],
        expected: Expected<'_>,
        now: Timestamp,
        replay: &dyn ReplayMemory,
    ) -> Result<Identity, Rejection> {
        self.accept_octets(message.into(), expected, now, replay)
    }

    fn accept_octets(
        &self,
        message: Cow<'_, [u8]>,
        expected: Expected<'_>,
        now: Timestamp,
        replay: &dyn ReplayMemory,
    ) -> Result<Identity, Rejection> {
        let document = Document::parse_with(&message, &self.policy.limits)?;
        let root = document.root();
        check_is_response(root)?;
        let ids = UniqueIds::of(&document)?;
        let envelope = Envelope::survey(root)?;
        let response = Response::inspect(root)?;
        envelope::check_status(response.untrusted().status())?;
        let encrypted = envelope.is_encrypted();
        let mut known_ids = envelope.ids_to_keep()?;
        let (provider, checked) = match envelope.content()? {
            Content::Assertion(_)
                if self.policy.required_encryption == RequiredEncryption::Assertion =>
            {
                return Err(Rejection::rule(
                    Code::NotEncrypted,
                    "the Assertion is not encrypted",
                ));
            }
            Content::Assertion(assertion) => {
                let provider = self.provider(response.untrusted(), Some(assertion), expected)?;
                (provider, self.check(ids, &envelope, assertion, provider)?)
            }
            Content::Encrypted(encrypted) => {
                let (provider, evidence) = self.verify_encrypted(
                    &envelope,
                    response.untrusted(),
                    encrypted,
                    expected,
                    &mut known_ids,
                )?;
                (provider, Checked::Parsed(evidence))
            }
        };
        let rules = Rules {
            provider: self,
            issuer: &provider.entity_id,
            expected,
            now,
        };
        if !checked.covers_response() {
            rules.check_response(response.untrusted(), false)?;
        }
        // From here on, the signed octets speak. What was read above can only have made the message refused.
        drop(response);
        let room = document.into_room();
        drop(message);
        let evidence = checked.parse(room)?;
        let (draft, opened) = judge(&rules, &evidence, &mut known_ids)?;
        let (Evidence::Response(signed)
        | Evidence::Assertion(signed)
        | Evidence::Both {
            assertion: signed, ..
        }
        | Evidence::Opened {
            assertion: signed, ..
        }) = evidence;
        let accepted = draft
            .identity
            .with_evidence(signed, opened.into_evidence(), encrypted);
        // Last, so that a message that is refused leaves no trace.
        replay.remember(
            accepted.issuer(),
            accepted.assertion_id(),
            draft.remember_until,
            now,
        )?;
        Ok(accepted)
    }

    /// The identity provider that the message says it is from. Its word decides only whose keys are tried.
    fn provider(
        &self,
        response: &samlkit_core::ResponseContent<'_>,
        assertion: Option<Element<'_>>,
        expected: Expected<'_>,
    ) -> Result<&IdentityProvider, Rejection> {
        let claimed = assertion
            .and_then(|assertion| assertion.elements().next())
            .filter(|child| child.is(SAML, "Issuer"));
        let claimed = match (claimed, response.issuer()) {
            (Some(issuer), _) => issuer.text()?,
            // Of an encrypted assertion only the response's issuer can be seen.
            (None, Some(issuer)) if assertion.is_none() => issuer.value().to_owned().into(),
            (None, _) => {
                return Err(Rejection::missing(
                    Code::MissingElement,
                    "the assertion's Issuer",
                ));
            }
        };
        let known = self.identity_provider(&claimed).filter(|provider| {
            expected
                .issuer
                .is_none_or(|issuer| issuer == provider.entity_id)
        });
        let stranger = || {
            let wanted = expected.issuer.or_else(|| {
                self.identity_providers
                    .first()
                    .map(|p| p.entity_id.as_str())
            });
            Rejection::mismatch(
                Code::IssuerMismatch,
                "the issuer",
                wanted.unwrap_or_default(),
                &claimed,
            )
        };
        let provider = known.ok_or_else(stranger)?;
        match response.issuer() {
            Some(issuer) if issuer.value() != provider.entity_id => Err(Rejection::mismatch(
                Code::IssuerMismatch,
                "the issuer of the Response",
                &provider.entity_id,
                issuer.value(),
            )),
            _ => Ok(provider),
        }
    }

    fn verifier<'k>(&self, provider: &'k IdentityProvider) -> Result<Verifier<'k>, Rejection> {
        let policy = samlkit_dsig::Policy::new()
            .with_algorithms(self.policy.algorithms)
            .with_limits(self.policy.limits);
        Ok(Verifier::new(&provider.keys)?.with_policy(policy))
    }

    /// Verifies every signature of the message.
    fn check(
        &self,
        ids: UniqueIds<'_>,
        envelope: &Envelope<'_>,
        assertion: Element<'_>,
        provider: &IdentityProvider,
    ) -> Result<Checked, Rejection> {
        let verifier = self.verifier(provider)?;
        let required = self.policy.required_signature;
        let response_signed = signature_of(envelope.response)?.is_some();
        let assertion_signed = signature_of(assertion)?.is_some();
        if required == RequiredSignature::Response && !response_signed {
            return Err(Rejection::rule(
                Code::Unsigned,
                "the Response is not signed",
            ));
        }
        if required == RequiredSignature::Assertion && !assertion_signed {
            return Err(Rejection::rule(
                Code::Unsigned,
                "the Assertion is not signed",
            ));
        }
        match (response_signed, assertion_signed) {
            (false, false) => Err(Rejection::rule(
                Code::Unsigned,
                "neither the Response nor the Assertion is signed",
            )),
            (false, true) => Ok(Checked::Assertion(verifier.check(ids, assertion)?)),
            (true, false) => {
                let response = verifier.check(ids, envelope.response)?;
                Ok(Checked::Response(response))
            }
            (true, true) => {
                let response = verifier.verify_among(ids, envelope.response)?;
                // It is verified where it stands: its canonical form may take in namespace declarations around it that the
                // response's leaves out.
                let assertion = verifier.check(ids, assertion)?;
                Ok(Checked::Both {
                    response,
                    assertion,
                })
            }
        }
    }
}

/// The octets whose signatures were verified; nothing of the message that they came in is needed any more.
enum Checked {
    Assertion(SignedOctets),
    Response(SignedOctets),
    Both {
        response: Signed,
        assertion: SignedOctets,
    },
    Parsed(Evidence),
}

impl Checked {
    /// Whether the response is signed, so that it is to be read from signed octets.
    const fn covers_response(&self) -> bool {
        match self {
            Self::Assertion(_) | Self::Parsed(Evidence::Assertion(_)) => false,
            Self::Response(_) | Self::Both { .. } | Self::Parsed(_) => true,
        }
    }

    /// Parses what is still to be, in `room`.
    fn parse(self, room: Room) -> Result<Evidence, Rejection> {
        Ok(match self {
            Self::Assertion(octets) => Evidence::Assertion(octets.parse_in(room)?),
            Self::Response(octets) => Evidence::Response(octets.parse_in(room)?),
            Self::Both {
                response,
                assertion,
            } => {
                let assertion = assertion.parse_in(room)?;
                let covered = match Envelope::survey(response.root())?.content()? {
                    Content::Assertion(covered) => covered.attribute("ID"),
                    Content::Encrypted(_) => None,
                };
                if covered != assertion.root().attribute("ID") {
                    return Err(Rejection::rule(
                        Code::SignatureWrapping,
                        "the signed Response holds another assertion than the signed one",
                    ));
                }
                Evidence::Both {
                    response,
                    assertion,
                }
            }
            Self::Parsed(evidence) => evidence,
        })
    }
}

fn check_is_response(root: Element<'_>) -> Result<(), Rejection> {
    if !root.is(SAMLP, "Response") {
        return Err(Rejection::rule(
            Code::NotAResponse,
            "the message is not a samlp:Response",
        ));
    }
    let version = root.attribute("Version");
    if version.is_some_and(|version| version != "2.0") {
        return Err(Rejection::rule(
            Code::UnsupportedVersion,
            "the Response is not of SAML 2.0",
        ));
    }
    Ok(())
}

/// The signed octets of a message.
enum Evidence {
    Assertion(Signed),
    Response(Signed),
    Both {
        response: Signed,
        assertion: Signed,
    },
    /// The assertion was decrypted from a response whose signature covers it.
    Opened {
        response: Signed,
        assertion: Signed,
    },
}

/// Applies the rules to what was signed.
fn judge(
    rules: &Rules<'_>,
    evidence: &Evidence,
    ids: &mut Ids,
) -> Result<(assertion::Accepted, Opened), Rejection> {
    let mut judge = |signed: &Signed, assertion: &Assertion<'_>, parts| {
        let opened = rules.provider.open(signed, assertion, ids)?;
        let accepted = rules.check_assertion(assertion, &opened, parts)?;
        Ok((accepted, opened))
    };
    match evidence {
        Evidence::Response(signed) => {
            let response = Response::from_signed(signed)?;
            rules.check_response(&response, true)?;
            let assertion = sole(response.verified_assertions())?;
            judge(signed, &assertion, SignedParts::Response)
        }
        Evidence::Both {
            response,
            assertion,
        } => {
            rules.check_response(&*Response::from_signed(response)?, true)?;
            judge(
                assertion,
                &Assertion::from_signed(assertion)?,
                SignedParts::Both,
            )
        }
        Evidence::Opened {
            response,
            assertion,
        } => {
            rules.check_response(&*Response::from_signed(response)?, true)?;
            judge(
                assertion,
                &Assertion::from_signed(assertion)?,
                SignedParts::Response,
            )
        }
        Evidence::Assertion(signed) => judge(
            signed,
            &Assertion::from_signed(signed)?,
            SignedParts::Assertion,
        ),
    }
}

/// The one assertion of a response.
fn sole<T>(
    mut assertions: impl Iterator<Item = Result<T, samlkit_core::Error>>,
) -> Result<T, Rejection> {
    let first = assertions.next().transpose()?;
    match assertions.next().transpose()? {
        Some(_) => Err(envelope::multiple_assertions()),
        None => first.ok_or_else(envelope::no_assertion),
    }
}
