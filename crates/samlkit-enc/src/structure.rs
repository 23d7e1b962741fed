//! Reading `xenc:EncryptedData` by its schema (XMLEnc §3).

use samlkit_crypto::BlockEncryption;
use samlkit_xml::Element;

use crate::encrypted_key::EncryptedKey;
use crate::fields::{Fields, algorithm_of, only_attributes, unexpected_in};
use crate::ns::{DS, ENCRYPTED_KEY, XENC, XENC11};
use crate::{Error, Policy, Uri, encoding};

/// The parts of an `xenc:EncryptedData`.
pub(crate) struct EncryptedData<'d> {
    pub(crate) algorithm: BlockEncryption,
    /// Initialization vector and ciphertext.
    pub(crate) octets: Vec<u8>,
    pub(crate) data_type: Option<&'d str>,
    pub(crate) key_info: Option<Element<'d>>,
}

impl<'d> EncryptedData<'d> {
    pub(crate) fn read(element: Element<'d>, policy: &Policy) -> Result<Self, Error> {
        if !element.is(XENC, "EncryptedData") {
            return Err(Error::MissingElement {
                name: "EncryptedData",
            });
        }
        only_attributes(element, &["Encoding", "Id", "MimeType", "Type"])?;
        let mut fields = Fields::of(element)?;
        let algorithm = block_encryption(fields.required("EncryptionMethod")?)?;
        policy.check(algorithm)?;
        let key_info = fields.optional_in(DS, "KeyInfo");
        let data = fields.required("CipherData")?;
        // Signed properties of ciphertext: nothing is taken from them.
        fields.optional("EncryptionProperties");
        fields.finish()?;
        Ok(Self {
            algorithm,
            octets: cipher_data(data, policy.ciphertext)?,
            data_type: element.attribute("Type"),
            key_info,
        })
    }
}

/// The `EncryptionMethod` of data (XMLEnc §3.2): the algorithm says it all.
fn block_encryption(element: Element<'_>) -> Result<BlockEncryption, Error> {
    let uri = algorithm_of(element)?;
    let mut fields = Fields::of(element)?;
    let algorithm = BlockEncryption::from_uri(uri)
        .ok_or_else(|| Error::UnsupportedBlockEncryption { uri: Uri::new(uri) })?;
    if let Some(size) = fields.optional("KeySize") {
        key_size(size, algorithm.key_len())?;
    }
    fields.finish()?;
    Ok(algorithm)
}

/// A `KeySize` must not contradict the algorithm (XMLEnc §3.2).
pub(crate) fn key_size(element: Element<'_>, octets: usize) -> Result<(), Error> {
    only_attributes(element, &[])?;
    let text = element.text()?;
    let stated = text.trim_matches([' ', '\t', '\n', '\r']).parse();
    if stated == Ok(octets.saturating_mul(8)) {
        Ok(())
    } else {
        Err(Error::UnsupportedParameters)
    }
}

/// `CipherData` by value (XMLEnc §3.3).
pub(crate) fn cipher_data(element: Element<'_>, limit: usize) -> Result<Vec<u8>, Error> {
    only_attributes(element, &[])?;
    let mut fields = Fields::of(element)?;
    if let Some(reference) = fields.optional("CipherReference") {
        return Err(Error::CipherReference {
            offset: reference.offset(),
        });
    }
    let value = fields.required("CipherValue")?;
    fields.finish()?;
    only_attributes(value, &[])?;
    let text = value.text()?;
    // White space may double the text at most: more than one blank for each character is not formatting.
    if text.len() / 8 * 3 > limit {
        return Err(Error::TooLong { limit });
    }
    let octets = encoding::base64(&text, "CipherValue")?;
    if octets.len() > limit {
        return Err(Error::TooLong { limit });
    }
    Ok(octets)
}

/// The encrypted keys of a message, in document order, each once.
///
/// They stand in the `KeyInfo` of the data, beside the data (SAMLCore §2.2.4), or somewhere in the document where a
/// `RetrievalMethod` of that `KeyInfo` leads.
pub(crate) fn encrypted_keys<'d>(
    data: &EncryptedData<'d>,
    siblings: impl Iterator<Item = Element<'d>>,
    policy: &Policy,
) -> Result<Vec<EncryptedKey<'d>>, Error> {
    let mut found = Vec::new();
    let mut refused = None;
    let too_many = Error::TooManyKeys {
        limit: policy.most_keys,
    };
    let mut steps = 0;
    for child in data.key_info.iter().flat_map(|info| info.elements()) {
        let key = if child.is(XENC, "EncryptedKey") {
            child
        } else if child.is(DS, "RetrievalMethod") {
            retrieve(child)?
        } else {
            let derived = child.is(XENC, "AgreementMethod") || child.is(XENC11, "DerivedKey");
            if derived && refused.is_none() {
                let uri = child.attribute("Algorithm").unwrap_or_default();
                refused = Some(Error::UnsupportedKeyDerivation { uri: Uri::new(uri) });
            }
            continue;
        };
        steps += 1;
        if steps > policy.most_keys {
            return Err(too_many);
        }
        found.push(key);
    }
    for sibling in siblings {
        if found.len() == policy.most_keys && !found.contains(&sibling) {
            return Err(too_many);
        }
        found.push(sibling);
    }
    found.sort_by_key(|element| element.id());
    found.dedup();
    let mut keys = Vec::with_capacity(found.len());
    for element in found {
        match EncryptedKey::read(element) {
            Ok(key) => keys.push(key),
            // Made for someone else, maybe: another key may do.
            Err(error) if error.is_unsupported() => refused = refused.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    if keys.is_empty() {
        return Err(refused.unwrap_or(Error::NoEncryptedKey));
    }
    if let Some(recipient) = &policy.recipient {
        keys.sort_by_key(|key| match key.recipient() {
            Some(name) if name == &**recipient => 0,
            None => 1,
            Some(_) => 2,
        });
    }
    Ok(keys)
}

/// The `EncryptedKey` that a `RetrievalMethod` names by a same-document ID (XMLEnc §3.5.3).
fn retrieve(method: Element<'_>) -> Result<Element<'_>, Error> {
    only_attributes(method, &["Type", "URI"])?;
    let uri = method
        .attribute("URI")
        .ok_or(Error::MissingAttribute { name: "URI" })?;
    let unsupported = || Error::UnsupportedRetrievalMethod { uri: Uri::new(uri) };
    if Fields::of(method)?.any().is_some() {
        // Transforms.
        return Err(unsupported());
    }
    if !matches!(method.attribute("Type"), None | Some(ENCRYPTED_KEY)) {
        return Err(unsupported());
    }
    let id = uri.strip_prefix('#').filter(|id| !id.is_empty());
    let id = id.ok_or_else(unsupported)?;
    let mut named = method
        .document()
        .elements()
        .filter(|element| element.is(XENC, "EncryptedKey") && element.attribute("Id") == Some(id));
    let first = named.next().ok_or_else(unsupported)?;
    match named.next() {
        Some(second) => Err(Error::DuplicateId {
            offset: second.offset(),
        }),
        None => Ok(first),
    }
}

/// The one `EncryptedData` and the `EncryptedKey` siblings of a SAML `EncryptedElementType` (SAMLCore §2.2.4).
pub(crate) fn encrypted_element(
    element: Element<'_>,
) -> Result<(Element<'_>, impl Iterator<Item = Element<'_>>), Error> {
    only_attributes(element, &[])?;
    let mut fields = Fields::of(element)?;
    let data = fields.required("EncryptedData")?;
    while fields.optional("EncryptedKey").is_some() {}
    fields.finish()?;
    Ok((data, element.elements().skip(1)))
}

/// Attributes that every `EncryptedType` may have (XMLEnc §3.1), and the two of `EncryptedKey`.
pub(crate) fn check_key_element(element: Element<'_>) -> Result<(), Error> {
    if !element.is(XENC, "EncryptedKey") {
        return Err(unexpected_in(element));
    }
    only_attributes(
        element,
        &["Encoding", "Id", "MimeType", "Recipient", "Type"],
    )
}
