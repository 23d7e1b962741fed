//! Subjects of logout requests, in the clear or encrypted (SAMLCore §2.2.4, §3.7.1).

use samlkit_core::write::{Identifier, NameId};
use samlkit_core::{Fragment, Identifier as Found};
use samlkit_crypto::Randomness;
use samlkit_enc::{Cbc, Kind};

use super::{LogoutError, LogoutPeer, SingleLogout};
use crate::{CbcEncryption, Code, Rejection, encrypted_id};

impl SingleLogout {
    /// Whom a request names, `signed` or not.
    pub(super) fn name_id(
        &self,
        identifier: &Found<'_>,
        signed: bool,
    ) -> Result<NameId, Rejection> {
        let unsupported = |rule| Rejection::rule(Code::UnsupportedIdentifier, rule);
        match identifier {
            Found::NameId(name_id) => Ok(NameId::from(name_id)),
            Found::EncryptedId(encrypted) => encrypted_id::decrypt(
                encrypted.element(),
                self.decryptor.as_deref(),
                &self.entity_id,
                self.policy.limits,
                match self.cbc {
                    CbcEncryption::Accept | CbcEncryption::UnderSignature if signed => Cbc::Accept,
                    _ => Cbc::Refuse,
                },
            ),
            _ => Err(unsupported(
                "the LogoutRequest names its subject by a BaseID",
            )),
        }
    }
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
