//! What stands encrypted within a signed assertion: the subject's `EncryptedID` (SAMLCore §2.2.4) and `EncryptedAttribute`s
//! (SAMLCore §2.7.3.2).

use samlkit_core::{AssertionContent, Attribute, AttributeStatement, Identifier, NameId, Subject};
use samlkit_dsig::{Ids, Signed};
use samlkit_xml::Element;

use super::encrypted::Ciphertext;
use crate::service_provider::SAML;
use crate::{Code, Rejection, ServiceProvider};

/// As many attributes as are worth encrypting one by one. Each costs private-key operations.
const MOST_ATTRIBUTES: usize = 32;

/// Decrypted parts of an assertion, each covered by the signature that covers its ciphertext.
///
/// An `EncryptedID` within a `SubjectConfirmation` is not among them. It says who is expected to confirm, where that is not the
/// subject (SAMLCore §2.4.1.1), and a bearer confirmation is met by whoever bears the assertion: nothing is decided by the name,
/// be it encrypted or in the clear, and nothing is handed out of it.
pub(super) struct Opened {
    name_id: Option<Signed>,
    attributes: Vec<Signed>,
}

impl ServiceProvider {
    /// Decrypts the parts of `assertion`, which was read from `signed`. Their IDs are added to those of the message that they stood
    /// in.
    pub(super) fn open(
        &self,
        signed: &Signed,
        assertion: &AssertionContent<'_>,
        ids: &mut Ids,
    ) -> Result<Opened, Rejection> {
        let open = |encrypted: Element<'_>| {
            let decrypted = self.decrypt(encrypted, Ciphertext::Signed)?;
            Ok::<_, Rejection>(signed.open(encrypted, &decrypted, &self.policy.limits)?)
        };
        let name_id = match assertion.subject().and_then(Subject::identifier) {
            Some(Identifier::EncryptedId(encrypted)) => Some(open(encrypted.element())?),
            _ => None,
        };
        let encrypted = || {
            assertion
                .attribute_statements()
                .flat_map(AttributeStatement::encrypted_attributes)
        };
        if encrypted().count() > MOST_ATTRIBUTES {
            return Err(Rejection::rule(
                Code::LimitExceeded,
                "the assertion has more than 32 encrypted attributes",
            ));
        }
        let attributes = encrypted()
            .map(|attribute| open(attribute.element()))
            .collect::<Result<Vec<_>, _>>()?;
        let opened = Opened {
            name_id,
            attributes,
        };
        for part in opened.parts() {
            ids.add(part.document())?;
        }
        Ok(opened)
    }
}

impl Opened {
    fn parts(&self) -> impl Iterator<Item = &Signed> {
        self.name_id.iter().chain(&self.attributes)
    }

    /// The decrypted name identifier; `None` where nothing was encrypted, or another kind of identifier.
    pub(super) fn name_id(&self) -> Result<Option<NameId<'_>>, Rejection> {
        let signed = self.name_id.as_ref();
        let signed = signed.filter(|signed| signed.root().is(SAML, "NameID"));
        Ok(signed.map(NameId::from_signed).transpose()?)
    }

    /// The decrypted attributes.
    pub(super) fn attributes(&self) -> Result<Vec<Attribute<'_>>, Rejection> {
        let attributes = self.attributes.iter().map(Attribute::from_signed);
        Ok(attributes.collect::<Result<_, _>>()?)
    }

    /// What is kept beside the assertion.
    pub(super) fn into_evidence(self) -> Vec<Signed> {
        self.name_id.into_iter().chain(self.attributes).collect()
    }
}
