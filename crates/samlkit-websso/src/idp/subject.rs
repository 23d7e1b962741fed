//! Users whom requests name (SAMLCore §3.4.1.4, SAMLProf §4.1.4.1).

use samlkit_core::uri::nameid_format;
use samlkit_core::write::NameId;
use samlkit_core::{AuthnRequestContent, Identifier};
use samlkit_enc::Cbc;

use super::{AcceptedRequest, Authentication, IdentityProviderRole, Refusal};
use crate::{Code, Rejection, encrypted_id};

impl IdentityProviderRole {
    /// The user whom a request names; what is wrong comes with the answer to give.
    pub(super) fn requested_subject(
        &self,
        request: &AuthnRequestContent<'_>,
        signed: bool,
    ) -> Result<Option<NameId>, (Rejection, Refusal)> {
        let Some(subject) = request.subject() else {
            return Ok(None);
        };
        if !subject.confirmations().is_empty() {
            // The profile forbids it; what it asks for would not be in the assertion.
            let rule = "the Subject of the request has a SubjectConfirmation";
            return Err((
                Rejection::rule(Code::InvalidValue, rule),
                Refusal::RequestUnsupported,
            ));
        }
        match subject.identifier() {
            Some(Identifier::NameId(name_id)) => Ok(Some(name_id.into())),
            // Who can send changed ciphertexts and see which of them decrypt reads them in the end.
            Some(Identifier::EncryptedId(_)) if !signed => Err((
                Rejection::rule(
                    Code::Unsigned,
                    "the Subject is encrypted, and the request is not signed",
                ),
                Refusal::RequestDenied,
            )),
            Some(Identifier::EncryptedId(encrypted)) => {
                let decryptor = self.decryptor.as_deref();
                let limits = self.request_policy.limits;
                let element = encrypted.element();
                encrypted_id::decrypt(element, decryptor, &self.entity_id, limits, Cbc::Accept)
                    .map(Some)
                    .map_err(|rejection| (rejection, Refusal::UnknownPrincipal))
            }
            _ => Err((
                Rejection::rule(
                    Code::UnsupportedIdentifier,
                    "the Subject of the request is not named by a NameID",
                ),
                Refusal::UnknownPrincipal,
            )),
        }
    }

    /// Whether this is the user whom the request names, if it names one: under the same name, or under another name of the user
    /// where the request itself asks for a name of another format.
    pub(super) fn is_whom(
        &self,
        request: &AcceptedRequest,
        authentication: &Authentication,
    ) -> bool {
        let Some(wanted) = request.subject() else {
            return true;
        };
        let other_format = request
            .name_id_format()
            .is_some_and(|format| format != format_of(wanted));
        let same = |known: &NameId| self.is_same(&request.relying_party, wanted, known);
        same(&authentication.name_id)
            || (other_format && authentication.also_named.iter().any(same))
    }

    /// SAMLCore §3.3.4: content and attributes are the same. A qualifier of a persistent identifier may be left out where it is
    /// the identity provider or the service provider (§8.3.7).
    fn is_same(&self, relying_party: &str, wanted: &NameId, known: &NameId) -> bool {
        let persistent = format_of(wanted) == nameid_format::PERSISTENT;
        let same = |a: Option<&str>, b: Option<&str>, left_out: &str| match (a, b) {
            (Some(one), None) | (None, Some(one)) => persistent && one == left_out,
            (a, b) => a == b,
        };
        let (idp, sp) = (self.entity_id.as_str(), relying_party);
        wanted.value() == known.value()
            && format_of(wanted) == format_of(known)
            && same(wanted.name_qualifier(), known.name_qualifier(), idp)
            && same(wanted.sp_name_qualifier(), known.sp_name_qualifier(), sp)
            && wanted.sp_provided_id() == known.sp_provided_id()
    }
}

/// What the absence of a format means (SAMLCore §2.2.2).
fn format_of(name_id: &NameId) -> &str {
    name_id.format().unwrap_or(nameid_format::UNSPECIFIED)
}
