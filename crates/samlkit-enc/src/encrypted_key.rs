//! Reading `xenc:EncryptedKey` (XMLEnc §3.5.1) and how it was encrypted.

use std::borrow::Cow;

use core::fmt;

use samlkit_crypto::{
    ConcatKdf, Curve, DecryptionFailed, DigestAlgorithm, KeyWrap, PublicKey, RsaOaep, algorithm,
};
use samlkit_xml::Element;
use zeroize::Zeroizing;

use crate::fields::{Fields, algorithm_of, bare_algorithm, only_attributes, unexpected_in};
use crate::ns::{DS, DSIG11, XENC, XENC11};
use crate::structure::{check_key_element, cipher_data, key_size};
use crate::{Error, Uri, encoding};

/// An RSA-8192 ciphertext has 1024 octets, a wrapped key far fewer.
const LONGEST: usize = 1024;

/// A content key that was encrypted for someone, as it stands in a message (XMLEnc §3.5.1).
///
/// Everything here comes from whoever sent the message and is not to be believed; it serves to choose a key and to use it.
#[derive(Clone)]
pub struct EncryptedKey<'d> {
    method: KeyEncryption,
    octets: Vec<u8>,
    recipient: Option<&'d str>,
    carried_key_name: Option<Cow<'d, str>>,
    key_info: Option<Element<'d>>,
}

/// How a content key was encrypted.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeyEncryption {
    /// For the holder of an RSA key (XML Encryption 1.1 §5.5.2).
    RsaOaep(RsaOaep),
    /// For the holder of an elliptic curve key (XML Encryption 1.1 §5.6.4).
    EcdhEs(EcdhEs),
    /// With a key that both sides have (XML Encryption 1.1 §5.6.3).
    KeyWrap(KeyWrap),
}

/// Elliptic curve Diffie-Hellman with an ephemeral key of the sender, a key derivation, and AES key wrap.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EcdhEs {
    originator: PublicKey,
    derivation: ConcatKdf,
    wrap: KeyWrap,
}

impl EcdhEs {
    /// The sender's public key, a point on its curve.
    #[must_use]
    pub const fn originator(&self) -> &PublicKey {
        &self.originator
    }

    /// How the wrapping key is derived.
    #[must_use]
    pub const fn derivation(&self) -> &ConcatKdf {
        &self.derivation
    }

    /// How the content key is wrapped.
    #[must_use]
    pub const fn wrap(&self) -> KeyWrap {
        self.wrap
    }

    /// What follows the agreement: derives the wrapping key of the shared secret (the x-coordinate of the common point) and
    /// unwraps with it. For a [`Decryptor`](crate::Decryptor) whose agreement is made elsewhere.
    ///
    /// # Errors
    ///
    /// [`DecryptionFailed`].
    pub fn unwrap(
        &self,
        shared_secret: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, DecryptionFailed> {
        let key = self.derivation.derive(shared_secret, self.wrap.key_len());
        self.wrap.unwrap(&key, wrapped)
    }
}

impl<'d> EncryptedKey<'d> {
    pub(crate) fn read(element: Element<'d>) -> Result<Self, Error> {
        check_key_element(element)?;
        let mut fields = Fields::of(element)?;
        let method = fields.required("EncryptionMethod")?;
        let key_info = fields.optional_in(DS, "KeyInfo");
        let data = fields.required("CipherData")?;
        fields.optional("EncryptionProperties");
        // Which data the key is for: there is but one here.
        fields.optional("ReferenceList");
        let name = fields.optional("CarriedKeyName");
        fields.finish()?;
        Ok(Self {
            method: KeyEncryption::read(method, key_info)?,
            octets: cipher_data(data, LONGEST)?,
            recipient: element.attribute("Recipient"),
            carried_key_name: name.map(Element::text).transpose()?,
            key_info,
        })
    }

    /// How it was encrypted.
    #[must_use]
    pub const fn method(&self) -> &KeyEncryption {
        &self.method
    }

    /// The encrypted octets.
    #[must_use]
    pub fn cipher_value(&self) -> &[u8] {
        &self.octets
    }

    /// For whom it was encrypted, if it says so.
    #[must_use]
    pub const fn recipient(&self) -> Option<&'d str> {
        self.recipient
    }

    /// The name that it gives to the content key.
    #[must_use]
    pub fn carried_key_name(&self) -> Option<&str> {
        self.carried_key_name.as_deref()
    }

    /// The `ds:KeyInfo` that describes the key it was encrypted with: a hint for choosing among several.
    #[must_use]
    pub const fn key_info(&self) -> Option<Element<'d>> {
        self.key_info
    }

    /// The names of the key it was encrypted with, by its `ds:KeyInfo`.
    pub fn key_names(&self) -> impl Iterator<Item = Cow<'d, str>> + use<'d> {
        self.key_info
            .into_iter()
            .flat_map(Element::elements)
            .filter(|child| child.is(DS, "KeyName"))
            .filter_map(|child| child.text().ok())
    }
}

impl fmt::Debug for EncryptedKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedKey")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

impl KeyEncryption {
    fn read(method: Element<'_>, key_info: Option<Element<'_>>) -> Result<Self, Error> {
        let uri = algorithm_of(method)?;
        if matches!(uri, algorithm::RSA_OAEP_MGF1P | algorithm::RSA_OAEP) {
            return rsa_oaep(method).map(Self::RsaOaep);
        }
        let wrap = KeyWrap::from_uri(uri)
            .ok_or_else(|| Error::UnsupportedKeyEncryption { uri: Uri::new(uri) })?;
        let mut fields = Fields::of(method)?;
        if let Some(size) = fields.optional("KeySize") {
            key_size(size, wrap.key_len())?;
        }
        fields.finish()?;
        let agreement = key_info
            .into_iter()
            .flat_map(Element::elements)
            .find(|child| child.is(XENC, "AgreementMethod"));
        match agreement {
            Some(agreement) => agreement_method(agreement, wrap).map(Self::EcdhEs),
            None => Ok(Self::KeyWrap(wrap)),
        }
    }
}

/// The parameters of RSA-OAEP (XML Encryption 1.1 §5.5.2): a digest, a mask generation function and a label, each optional.
/// The schema leaves the order of the first two open, and senders differ on the third.
///
/// The older identifier is MGF1 with SHA-1, whatever the digest. Senders put an `xenc11:MGF` under it all the same, xmlsec1 for
/// one, and then mean it. What is not stated is not guessed: xml-encryption for node before 6.0 let the mask follow the digest.
fn rsa_oaep(method: Element<'_>) -> Result<RsaOaep, Error> {
    let mut fields = Fields::of(method)?;
    // It would be the size of the RSA key, which is known.
    fields.optional("KeySize");
    let (mut digest, mut mask, mut label) = (None, None, None);
    while let Some(parameter) = fields.any() {
        let before = if parameter.is(DS, "DigestMethod") {
            digest.replace(digest_method(parameter)?).is_some()
        } else if parameter.is(XENC11, "MGF") {
            let unsupported = |uri| Error::UnsupportedMaskGeneration { uri };
            mask.replace(bare_algorithm(parameter, mask_digest, unsupported)?)
                .is_some()
        } else if parameter.is(XENC, "OAEPparams") {
            only_attributes(parameter, &[])?;
            let octets = encoding::base64(&parameter.text()?, "OAEPparams")?;
            label.replace(octets).is_some()
        } else {
            true
        };
        if before {
            return Err(unexpected_in(method));
        }
    }
    let sha1 = DigestAlgorithm::Sha1;
    let oaep = RsaOaep::new(digest.unwrap_or(sha1), mask.unwrap_or(sha1));
    Ok(oaep.with_label(&label.unwrap_or_default()))
}

fn digest_method(element: Element<'_>) -> Result<DigestAlgorithm, Error> {
    bare_algorithm(element, DigestAlgorithm::from_uri, |uri| {
        Error::UnsupportedDigestMethod { uri }
    })
}

fn mask_digest(uri: &str) -> Option<DigestAlgorithm> {
    DigestAlgorithm::ALL
        .into_iter()
        .find(|&digest| mask_uri(digest) == Some(uri))
}

/// The identifier of MGF1 with this digest.
pub(crate) const fn mask_uri(digest: DigestAlgorithm) -> Option<&'static str> {
    Some(match digest {
        DigestAlgorithm::Sha1 => algorithm::MGF1_SHA1,
        DigestAlgorithm::Sha224 => algorithm::MGF1_SHA224,
        DigestAlgorithm::Sha256 => algorithm::MGF1_SHA256,
        DigestAlgorithm::Sha384 => algorithm::MGF1_SHA384,
        DigestAlgorithm::Sha512 => algorithm::MGF1_SHA512,
        _ => return None,
    })
}

/// `AgreementMethod` (XML Encryption 1.1 §5.6.1): ECDH-ES with `ConcatKDF`.
fn agreement_method(element: Element<'_>, wrap: KeyWrap) -> Result<EcdhEs, Error> {
    let uri = algorithm_of(element)?;
    if uri != algorithm::ECDH_ES {
        return Err(Error::UnsupportedKeyEncryption { uri: Uri::new(uri) });
    }
    let mut fields = Fields::of(element)?;
    if fields.optional("KA-Nonce").is_some() {
        return Err(Error::UnsupportedParameters);
    }
    let derivation = fields.required_in(XENC11, "KeyDerivationMethod")?;
    let originator = fields.required("OriginatorKeyInfo")?;
    fields.optional("RecipientKeyInfo");
    fields.finish()?;
    Ok(EcdhEs {
        originator: originator_key(originator)?,
        derivation: key_derivation(derivation)?,
        wrap,
    })
}

/// `ConcatKDF` and its parameters (XML Encryption 1.1 §5.4.1).
fn key_derivation(element: Element<'_>) -> Result<ConcatKdf, Error> {
    let uri = algorithm_of(element)?;
    if uri != algorithm::CONCAT_KDF {
        return Err(Error::UnsupportedKeyDerivation { uri: Uri::new(uri) });
    }
    const PARTS: [&str; 5] = [
        "AlgorithmID",
        "PartyUInfo",
        "PartyVInfo",
        "SuppPubInfo",
        "SuppPrivInfo",
    ];
    let mut fields = Fields::of(element)?;
    let parameters = fields.required_in(XENC11, "ConcatKDFParams")?;
    fields.finish()?;
    only_attributes(parameters, &PARTS)?;
    let mut fields = Fields::of(parameters)?;
    let digest = digest_method(fields.required_in(DS, "DigestMethod")?)?;
    fields.finish()?;
    let mut other_info = Vec::new();
    for part in PARTS {
        if let Some(text) = parameters.attribute(part) {
            encoding::bit_string(text, &mut other_info)?;
        }
    }
    Ok(ConcatKdf::new(digest, &other_info))
}

/// The sender's key, by value (XMLSig 1.1 §4.5.2.3, §4.5.9); a name would have to be resolved.
fn originator_key(info: Element<'_>) -> Result<PublicKey, Error> {
    for child in info.elements() {
        if child.is(DSIG11, "DEREncodedKeyValue") {
            let octets = encoding::base64(&child.text()?, "DEREncodedKeyValue")?;
            return PublicKey::from_spki_der(&octets).map_err(|_| Error::MalformedKey);
        }
        if child.is(DS, "KeyValue") {
            only_attributes(child, &["Id"])?;
            let mut fields = Fields::of(child)?;
            let value = fields.required_in(DSIG11, "ECKeyValue")?;
            fields.finish()?;
            return ec_key_value(value);
        }
    }
    Err(Error::UnsupportedParameters)
}

fn ec_key_value(element: Element<'_>) -> Result<PublicKey, Error> {
    only_attributes(element, &["Id"])?;
    let mut fields = Fields::of(element)?;
    // Explicit parameters (`ECParameters`) are a curve of the sender's choosing.
    let named = fields
        .optional_in(DSIG11, "NamedCurve")
        .ok_or(Error::UnsupportedParameters)?;
    only_attributes(named, &["URI"])?;
    let point = fields.required_in(DSIG11, "PublicKey")?;
    fields.finish()?;
    let curve = named
        .attribute("URI")
        .and_then(Curve::from_uri)
        .ok_or(Error::UnsupportedParameters)?;
    let point = encoding::base64(&point.text()?, "PublicKey")?;
    PublicKey::from_ec_point(curve, &point).map_err(|_| Error::MalformedKey)
}
