//! Responses whose assertion is encrypted (SAMLCore §6): decrypt, parse, and then the same road.

use samlkit_core::ResponseContent;
use samlkit_crypto::{AlgorithmPolicy, Curve, DigestAlgorithm, KeyKind, SignatureAlgorithm};
use samlkit_dsig::{Ids, TrustedKey, signature_of};
use samlkit_enc::{Cbc, Decrypted, Encrypted};
use samlkit_xml::{Document, Element};

use super::Evidence;
use super::envelope::{Content, Envelope, survey_decrypted};
use crate::{
    CbcEncryption, Code, Expected, IdentityProvider, Rejection, RequiredSignature, ServiceProvider,
};

/// Whether a signature that was verified covers a ciphertext.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ciphertext {
    Signed,
    Unsigned,
}

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
            return self.verify_inside(response, encrypted, expected, ids);
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
        let decrypted = self.decrypt(covered, Ciphertext::Signed)?;
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

    /// Verifies the signature inside the encryption, where there is none around it.
    ///
    /// A sender who can tell what became of a ciphertext that he changed can decrypt by asking (CBC has no tag), so until a
    /// signature vouches for the plaintext there is one answer, and every way to it has a signature check.
    fn verify_inside(
        &self,
        response: &ResponseContent<'_>,
        encrypted: Element<'_>,
        expected: Expected<'_>,
        ids: &mut Ids,
    ) -> Result<(&IdentityProvider, Evidence), Rejection> {
        let decryptor = self.decryptor()?;
        let ciphertext = self.read(encrypted, Ciphertext::Unsigned)?;
        if ciphertext.algorithm().is_authenticated() {
            let decrypted = ciphertext.decrypt(decryptor)?;
            let document = decrypted.parse(&self.policy.limits)?;
            let provider = self.inside(&document, response, expected, ids)?;
            let assertion = self.verifier(provider)?.verify(document.root())?;
            return Ok((provider, Evidence::Assertion(assertion)));
        }
        let failed = || Rejection::from(samlkit_enc::Error::DecryptionFailed);
        let decrypted = match ciphertext.decrypt(decryptor) {
            Err(samlkit_enc::Error::DecryptionFailed) => None,
            decrypted => Some(decrypted?),
        };
        let document = decrypted
            .as_ref()
            .and_then(|decrypted| decrypted.parse(&self.policy.limits).ok());
        let readable = document.as_ref().and_then(|document| {
            let provider = self.inside(document, response, expected, ids).ok()?;
            Some((document, provider))
        });
        let Some((document, provider)) = readable else {
            let claimed = self.provider(response, None, expected).ok();
            let keys = claimed.or_else(|| self.identity_providers.first());
            let keys = keys.map(|provider| provider.keys.as_slice());
            let octets = encrypted.document().source().as_bytes();
            spend(keys.unwrap_or_default(), &self.policy.algorithms, octets);
            return Err(failed());
        };
        let verified = self.verifier(provider)?.verify(document.root());
        let assertion = verified.map_err(|_| failed())?;
        Ok((provider, Evidence::Assertion(assertion)))
    }

    /// Whom a decrypted assertion says it is from, once it is of the right form and signed.
    fn inside(
        &self,
        document: &Document<'_>,
        response: &ResponseContent<'_>,
        expected: Expected<'_>,
        ids: &mut Ids,
    ) -> Result<&IdentityProvider, Rejection> {
        survey_decrypted(document.root())?;
        ids.add(document)?;
        let provider = self.provider(response, Some(document.root()), expected)?;
        if signature_of(document.root())?.is_none() {
            return Err(Rejection::rule(
                Code::Unsigned,
                "neither the Response nor the encrypted Assertion is signed",
            ));
        }
        Ok(provider)
    }

    /// Decrypts an assertion or a part of one.
    pub(super) fn decrypt(
        &self,
        encrypted: Element<'_>,
        ciphertext: Ciphertext,
    ) -> Result<Decrypted, Rejection> {
        let decryptor = self.decryptor()?;
        Ok(self.read(encrypted, ciphertext)?.decrypt(decryptor)?)
    }

    fn decryptor(&self) -> Result<&dyn samlkit_enc::Decryptor, Rejection> {
        self.decryptor.as_deref().ok_or(Rejection::rule(
            Code::DecryptionFailed,
            "the message is encrypted, and there is no key to decrypt it with",
        ))
    }

    fn read<'d>(
        &self,
        encrypted: Element<'d>,
        ciphertext: Ciphertext,
    ) -> Result<Encrypted<'d>, Rejection> {
        let cbc =
            match (self.policy.cbc, ciphertext) {
                (CbcEncryption::Accept, _)
                | (CbcEncryption::UnderSignature, Ciphertext::Signed) => Cbc::Accept,
                (CbcEncryption::UnderSignature, Ciphertext::Unsigned)
                | (CbcEncryption::Refuse, _) => Cbc::Refuse,
            };
        let policy = samlkit_enc::Policy::new()
            .with_cbc(cbc)
            .with_recipient(&self.entity_id)
            .with_limits(self.policy.limits);
        Ok(Encrypted::read(encrypted, &policy)?)
    }
}

/// The work of a signature check over `octets` that fails, for each key.
fn spend(keys: &[TrustedKey], algorithms: &AlgorithmPolicy, octets: &[u8]) {
    for key in keys {
        let key = key.public_key();
        let algorithm = match key.kind() {
            KeyKind::Rsa => SignatureAlgorithm::RsaSha256,
            KeyKind::Ec(Curve::P256) => SignatureAlgorithm::EcdsaSha256,
            KeyKind::Ec(Curve::P384) => SignatureAlgorithm::EcdsaSha384,
            KeyKind::Ec(Curve::P521) => SignatureAlgorithm::EcdsaSha512,
            KeyKind::Ed25519 => SignatureAlgorithm::EddsaEd25519,
            _ => continue,
        };
        // Of the right length and smaller than any modulus or order, so that nothing is refused before the arithmetic.
        let length = usize::try_from(key.bits().div_ceil(8)).unwrap_or_default();
        let signature = match key.kind() {
            KeyKind::Rsa => vec![1; length],
            _ => vec![1; 2 * length],
        };
        // It is the time that is wanted.
        let _ = key.verify(algorithms, algorithm, octets, &signature);
    }
    let _ = DigestAlgorithm::Sha256.digest(octets);
}
