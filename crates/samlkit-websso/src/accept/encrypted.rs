//! Responses whose assertion is encrypted (SAMLCore §6): decrypt, parse, and then the same road.

use samlkit_core::ResponseContent;
use samlkit_dsig::{Ids, signature_of};
use samlkit_enc::Decrypted;
use samlkit_xml::Element;

use super::Evidence;
use super::envelope::{Content, Envelope, survey_decrypted};
use crate::{Code, Expected, IdentityProvider, Rejection, RequiredSignature, ServiceProvider};

impl ServiceProvider {
    /// Verifies every signature of a response with an encrypted assertion.
    ///
    /// A signature on the response covers the ciphertext, so it is verified first and the ciphertext is taken from the signed
    /// octets. Without one the assertion must be signed inside the encryption: that something decrypts proves nothing.
    pub(super) fn verify_encrypted(
        &self,
        envelope: &Envelope<'_>,
        response: &ResponseContent<'_>,
        encrypted: Element<'_>,
        expected: Expected<'_>,
        ids: &mut Ids,
    ) -> Result<(&IdentityProvider, Evidence), Rejection> {
        let required = self.policy.required_signature;
        if signature_of(envelope.response)?.is_none() {
            if required == RequiredSignature::Response {
                return Err(Rejection::rule(
                    Code::Unsigned,
                    "the Response is not signed",
                ));
            }
            let decrypted = self.decrypt(encrypted)?;
            let verified = self.verify_decrypted(&decrypted, response, expected, ids);
            return match verified {
                // A sender who can tell what became of a ciphertext that he changed can decrypt by asking (CBC has no tag), so
                // until a signature vouches for the plaintext there is one answer.
                Err(_) if !decrypted.algorithm().is_authenticated() => {
                    Err(samlkit_enc::Error::DecryptionFailed.into())
                }
                verified => verified,
            };
        }
        let provider = self.provider(response, None, expected)?;
        let verifier = self.verifier(provider)?;
        let response = verifier.verify(envelope.response)?;
        let Content::Encrypted(covered) = Envelope::survey(response.root())?.content()? else {
            return Err(Rejection::rule(
                Code::SignatureWrapping,
                "the signed Response holds another assertion than the message",
            ));
        };
        let decrypted = self.decrypt(covered)?;
        let document = decrypted.parse(&self.policy.limits)?;
        survey_decrypted(document.root())?;
        ids.add(&document)?;
        if signature_of(document.root())?.is_some() {
            let assertion = verifier.verify(document.root())?;
            return Ok((
                provider,
                Evidence::Both {
                    response,
                    assertion,
                },
            ));
        }
        if required == RequiredSignature::Assertion {
            return Err(Rejection::rule(
                Code::Unsigned,
                "the Assertion is not signed",
            ));
        }
        let assertion = response.open(covered, &decrypted, &self.policy.limits)?;
        Ok((
            provider,
            Evidence::Opened {
                response,
                assertion,
            },
        ))
    }

    /// Verifies the signature inside the encryption.
    fn verify_decrypted(
        &self,
        decrypted: &Decrypted,
        response: &ResponseContent<'_>,
        expected: Expected<'_>,
        ids: &mut Ids,
    ) -> Result<(&IdentityProvider, Evidence), Rejection> {
        let document = decrypted.parse(&self.policy.limits)?;
        survey_decrypted(document.root())?;
        ids.add(&document)?;
        let provider = self.provider(response, Some(document.root()), expected)?;
        if signature_of(document.root())?.is_none() {
            return Err(Rejection::rule(
                Code::Unsigned,
                "neither the Response nor the encrypted Assertion is signed",
            ));
        }
        let assertion = self.verifier(provider)?.verify(document.root())?;
        Ok((provider, Evidence::Assertion(assertion)))
    }

    /// Decrypts an assertion or a part of one.
    pub(super) fn decrypt(&self, encrypted: Element<'_>) -> Result<Decrypted, Rejection> {
        let decryptor = self.decryptor.as_deref().ok_or(Rejection::rule(
            Code::DecryptionFailed,
            "the message is encrypted, and there is no key to decrypt it with",
        ))?;
        let policy = samlkit_enc::Policy::new()
            .with_recipient(&self.entity_id)
            .with_limits(self.policy.limits);
        Ok(samlkit_enc::decrypt_with(encrypted, decryptor, &policy)?)
    }
}
