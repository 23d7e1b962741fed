//! Name identifiers of messages to this side that are encrypted (SAMLCore §2.2.4).

use samlkit_core::write::NameId;
use samlkit_enc::{Cbc, Decryptor};
use samlkit_xml::{Element, Limits};

use crate::service_provider::SAML;
use crate::{Code, Rejection};

/// The name identifier in a `saml:EncryptedID`.
///
/// What is wrong with the plaintext is not told apart from a failure to decrypt: where unsigned messages are accepted, a sender
/// who could tell would learn to decrypt by asking. He could always tell a success, so that what no signature covers is not to be
/// decrypted in CBC mode, which has no tag.
pub(crate) fn decrypt(
    encrypted: Element<'_>,
    decryptor: Option<&dyn Decryptor>,
    entity_id: &str,
    limits: Limits,
    cbc: Cbc,
) -> Result<NameId, Rejection> {
    let decryptor = decryptor.ok_or(Rejection::rule(
        Code::DecryptionFailed,
        "the subject is encrypted, and there is no key to decrypt it with",
    ))?;
    let policy = samlkit_enc::Policy::new()
        .with_cbc(cbc)
        .with_recipient(entity_id)
        .with_limits(limits);
    let decrypted = samlkit_enc::decrypt_with(encrypted, decryptor, &policy)?;
    let document = decrypted.parse(&limits)?;
    read(document.root()).ok_or_else(|| samlkit_enc::Error::DecryptionFailed.into())
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
