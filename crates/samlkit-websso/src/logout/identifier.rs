//! Subjects of logout requests, in the clear or encrypted (SAMLCore §2.2.4, §3.7.1).

use samlkit_core::write::{Identifier, NameId};
use samlkit_core::{Fragment, Identifier as Found};
use samlkit_crypto::Randomness;
use samlkit_enc::Kind;
use samlkit_xml::Element;

use super::{LogoutError, LogoutPeer, SingleLogout};
use crate::service_provider::SAML;
use crate::{Code, Rejection};

impl SingleLogout {
    /// Whom a request names.
    pub(super) fn name_id(&self, identifier: &Found<'_>) -> Result<NameId, Rejection> {
        let unsupported = |rule| Rejection::rule(Code::UnsupportedIdentifier, rule);
        match identifier {
            Found::NameId(name_id) => Ok(NameId::from(name_id)),
            Found::EncryptedId(encrypted) => self.decrypted(encrypted.element()),
            _ => Err(unsupported(
                "the LogoutRequest names its subject by a BaseID",
            )),
        }
    }

    /// What is wrong with the plaintext is not told apart from a failure to decrypt: where unsigned requests are accepted, a
    /// sender who could tell would learn to decrypt by asking.
    fn decrypted(&self, encrypted: Element<'_>) -> Result<NameId, Rejection> {
        let decryptor = self.decryptor.as_deref().ok_or(Rejection::rule(
            Code::DecryptionFailed,
            "the subject is encrypted, and there is no key to decrypt it with",
        ))?;
        let limits = self.policy.limits;
        let policy = samlkit_enc::Policy::new()
            .with_recipient(&self.entity_id)
            .with_limits(limits);
        let decrypted = samlkit_enc::decrypt_with(encrypted, decryptor, &policy)?;
        let document = decrypted.parse(&limits)?;
        read(document.root()).ok_or_else(|| samlkit_enc::Error::DecryptionFailed.into())
    }
}

/// A `saml:NameID` (SAMLCore §2.2.3).
fn read(element: Element<'_>) -> Option<NameId> {
    let known = ["NameQualifier", "SPNameQualifier", "Format", "SPProvidedID"];
    let form = element.is(SAML, "NameID")
        && element.attributes().all(|attribute| {
            attribute.namespace().is_empty() && known.contains(&attribute.local_name())
        });
    let value = element.text().ok()?;
    if !form || value.trim().is_empty() {
        return None;
    }
    let mut name_id = NameId::new(value);
    if let Some(format) = element.attribute("Format") {
        name_id = name_id.with_format(format);
    }
    if let Some(qualifier) = element.attribute("NameQualifier") {
        name_id = name_id.with_name_qualifier(qualifier);
    }
    if let Some(qualifier) = element.attribute("SPNameQualifier") {
        name_id = name_id.with_sp_name_qualifier(qualifier);
    }
    if let Some(id) = element.attribute("SPProvidedID") {
        name_id = name_id.with_sp_provided_id(id);
    }
    Some(name_id)
}

impl LogoutPeer {
    /// How the user is named to this peer.
    pub(super) fn identifier(
        &self,
        name_id: &NameId,
        randomness: &dyn Randomness,
    ) -> Result<Identifier, LogoutError> {
        let Some(encryptor) = &self.encryptor else {
            return Ok(name_id.clone().into());
        };
        let sealed = encryptor.encrypt(Kind::Id, &name_id.write()?, randomness)?;
        let sealed = Fragment::parse(&sealed).map_err(samlkit_core::write::Error::from)?;
        Ok(Identifier::encrypted_id(sealed)?)
    }
}
