use std::collections::BTreeSet;

use crate::error::Error;
use crate::fragment::Fragment;
use crate::ns;
use crate::read::{self, Content, Foreign};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlkit_crypto::{Certificate, PublicKey};
use samlkit_xml::Element;

const KEY_DESCRIPTOR: &str = "md:KeyDescriptor";
const KEY_INFO: &str = "ds:KeyInfo";

/// A key of a role and what it is for (SAMLMeta §2.4.1.1).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyDescriptor {
    /// `use`; absent means both.
    pub key_use: Option<KeyUse>,
    /// `ds:KeyInfo`.
    pub key_info: KeyInfo,
    /// Every `EncryptionMethod`, in order: what can be decrypted with the key.
    pub encryption_methods: Vec<EncryptionMethod>,
}

/// An algorithm that can be decrypted with a key, for data or for the data's key (SAMLMeta §2.4.1.1, `XMLEnc` §3.2).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EncryptionMethod {
    /// `Algorithm`.
    pub algorithm: String,
    /// Its parameters, unread: `xenc:KeySize`, `xenc:OAEPparams`, `ds:DigestMethod`, `xenc11:MGF`.
    pub parameters: Vec<Fragment>,
}

impl EncryptionMethod {
    /// An algorithm with its default parameters.
    #[must_use]
    pub fn new(algorithm: impl Into<String>) -> Self {
        Self {
            algorithm: algorithm.into(),
            parameters: Vec::new(),
        }
    }

    /// The `Algorithm` of `ds:DigestMethod`.
    #[must_use]
    pub fn digest_method(&self) -> Option<String> {
        let method = self
            .parameters
            .iter()
            .find(|p| p.is(ns::DS, "DigestMethod"))?;
        let document = method.document().ok()?;
        document.root().attribute("Algorithm").map(str::to_owned)
    }

    fn read(element: Element<'_>) -> Self {
        Self {
            algorithm: element
                .attribute("Algorithm")
                .unwrap_or_default()
                .to_owned(),
            parameters: element.elements().map(Fragment::of).collect(),
        }
    }
}

/// The values of `use` (SAMLMeta §2.4.1.1).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyUse {
    /// `signing`.
    Signing,
    /// `encryption`.
    Encryption,
}

impl KeyDescriptor {
    /// A key for one use, or for both.
    #[must_use]
    pub const fn new(key_use: Option<KeyUse>, key_info: KeyInfo) -> Self {
        Self {
            key_use,
            key_info,
            encryption_methods: Vec::new(),
        }
    }

    pub(super) fn read(element: Element<'_>) -> Result<Self, Error> {
        let [key_use] = read::attributes(element, KEY_DESCRIPTOR, &["use"], Foreign::Any)?;
        let key_use = match key_use {
            None => None,
            Some(v) if v.text() == "signing" => Some(KeyUse::Signing),
            Some(v) if v.text() == "encryption" => Some(KeyUse::Encryption),
            Some(v) => return Err(v.not_listed()),
        };
        let mut key_info = None;
        let mut encryption_methods = Vec::new();
        let mut content = Content::of(element, KEY_DESCRIPTOR)?;
        while let Some(child) = content.next()? {
            if child.is(ns::DS, "KeyInfo") && key_info.is_none() {
                key_info = Some(KeyInfo::read(child)?);
            } else if child.is(ns::MD, "EncryptionMethod") {
                encryption_methods.push(EncryptionMethod::read(child));
            } else {
                return Err(content.unexpected(child));
            }
        }
        Ok(Self {
            key_use,
            key_info: key_info.ok_or_else(|| content.missing(KEY_INFO))?,
            encryption_methods,
        })
    }

    /// Whether `use` is `signing` or absent.
    #[must_use]
    pub const fn is_for_signing(&self) -> bool {
        matches!(self.key_use, None | Some(KeyUse::Signing))
    }

    /// Whether `use` is `encryption` or absent.
    #[must_use]
    pub const fn is_for_encryption(&self) -> bool {
        matches!(self.key_use, None | Some(KeyUse::Encryption))
    }
}

/// What names or holds a key (XMLSig §4.5).
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct KeyInfo {
    /// Every `ds:KeyName`.
    pub key_names: Vec<String>,
    /// Every `ds:X509Certificate` of every `ds:X509Data`, in order.
    pub certificates: Vec<X509Certificate>,
    /// Every `ds:RSAKeyValue` of every `ds:KeyValue`.
    pub rsa_key_values: Vec<RsaKeyValue>,
    /// Children of any other form, unread; keys in them are not found.
    pub others: Vec<Fragment>,
}

impl KeyInfo {
    /// A key that is given by its certificate.
    #[must_use]
    pub fn from_certificate(certificate: &Certificate) -> Self {
        Self {
            certificates: vec![X509Certificate::new(certificate)],
            ..Self::default()
        }
    }

    /// Decodes the certificates that hold the key. Not cheap: keep what it gives.
    ///
    /// The others of an `X509Data` may be its chain (XMLSig §4.5.4). An authority in it signs certificates, not messages, so
    /// whatever another certificate here names as its issuer is left out.
    ///
    /// Each item that is an error is one certificate that cannot be used; the others still can.
    ///
    /// # Complexity
    ///
    /// O(n log n) in the certificates.
    #[must_use]
    pub fn key_certificates(&self) -> Vec<Result<Certificate, samlkit_crypto::Error>> {
        let mut decoded: Vec<_> = self
            .certificates
            .iter()
            .map(X509Certificate::decode)
            .collect();
        let issuers: BTreeSet<Vec<u8>> = decoded
            .iter()
            .flatten()
            .filter(|certificate| certificate.issuer_der() != certificate.subject_der())
            .map(|certificate| certificate.issuer_der().to_vec())
            .collect();
        decoded.retain(|item| {
            let subject = item.as_ref().map(Certificate::subject_der);
            subject.is_err() || subject.is_ok_and(|subject| !issuers.contains(subject))
        });
        decoded
    }

    /// Decodes every key: those of [`KeyInfo::key_certificates`], in order, then the bare ones. Not cheap: keep what it gives.
    ///
    /// Each item that is an error is one key that cannot be used; the others still can. No item at all, or errors only, means
    /// that there is no key, and no signature can be verified.
    pub fn public_keys(&self) -> impl Iterator<Item = Result<PublicKey, samlkit_crypto::Error>> {
        let certificates = self.key_certificates().into_iter();
        let certificates = certificates.map(|certificate| certificate?.public_key());
        let values = self.rsa_key_values.iter().map(RsaKeyValue::public_key);
        certificates.chain(values)
    }

    fn read(element: Element<'_>) -> Result<Self, Error> {
        let mut key_info = Self::default();
        let mut content = Content::of(element, KEY_INFO)?;
        while let Some(child) = content.next()? {
            if child.is(ns::DS, "KeyName") {
                let name = read::text(child, "ds:KeyName")?.into_owned();
                key_info.key_names.push(name);
            } else if child.is(ns::DS, "X509Data") {
                let mut data = Content::of(child, "ds:X509Data")?;
                while let Some(item) = data.next()? {
                    if item.is(ns::DS, "X509Certificate") {
                        let base64 = read::text(item, "ds:X509Certificate")?.into_owned();
                        key_info.certificates.push(X509Certificate { base64 });
                    }
                }
            } else if child.is(ns::DS, "KeyValue") {
                let mut values = Content::of(child, "ds:KeyValue")?;
                let before = key_info.rsa_key_values.len();
                while let Some(value) = values.next()? {
                    if value.is(ns::DS, "RSAKeyValue") {
                        key_info.rsa_key_values.push(RsaKeyValue::read(value)?);
                    }
                }
                if key_info.rsa_key_values.len() == before {
                    key_info.others.push(Fragment::of(child));
                }
            } else {
                key_info.others.push(Fragment::of(child));
            }
        }
        Ok(key_info)
    }
}

/// A certificate as metadata carries it: base64 text, with whatever white space is in it (XMLSig §4.5.4).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct X509Certificate {
    /// The text, as written.
    pub base64: String,
}

impl X509Certificate {
    /// The text of a certificate.
    #[must_use]
    pub fn new(certificate: &Certificate) -> Self {
        Self {
            base64: STANDARD.encode(certificate.der()),
        }
    }

    /// Decodes the certificate. Not cheap: keep what it gives. The armour of PEM has no place here, but some leave it on.
    ///
    /// # Errors
    ///
    /// Those of [`Certificate::from_base64`] and [`Certificate::from_pem`].
    pub fn decode(&self) -> Result<Certificate, samlkit_crypto::Error> {
        if self.base64.trim_start().starts_with("-----BEGIN") {
            Certificate::from_pem(&self.base64)
        } else {
            Certificate::from_base64(&self.base64)
        }
    }
}

/// An RSA public key as metadata carries it: base64 texts of big-endian numbers (XMLSig §4.5.2.2).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RsaKeyValue {
    /// `Modulus`, as written.
    pub modulus: String,
    /// `Exponent`, as written.
    pub exponent: String,
}

impl RsaKeyValue {
    /// Decodes the key.
    ///
    /// # Errors
    ///
    /// `MalformedBase64`, and those of [`PublicKey::from_rsa_components`].
    pub fn public_key(&self) -> Result<PublicKey, samlkit_crypto::Error> {
        PublicKey::from_rsa_components(&number(&self.modulus)?, &number(&self.exponent)?)
    }

    fn read(element: Element<'_>) -> Result<Self, Error> {
        const NAME: &str = "ds:RSAKeyValue";
        let mut content = Content::of(element, NAME)?;
        let mut part = |local: &'static str, spelled: &'static str| {
            let element = content.required(&read::Name::new(ns::DS, local, spelled))?;
            read::text(element, spelled).map(std::borrow::Cow::into_owned)
        };
        let value = Self {
            modulus: part("Modulus", "ds:Modulus")?,
            exponent: part("Exponent", "ds:Exponent")?,
        };
        content.end()?;
        Ok(value)
    }
}

/// A `ds:CryptoBinary`: base64 with white space anywhere (XMLSig §4.1).
fn number(text: &str) -> Result<Vec<u8>, samlkit_crypto::Error> {
    let compact: Vec<u8> = text
        .bytes()
        .filter(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r'))
        .collect();
    STANDARD
        .decode(compact)
        .map_err(|_| samlkit_crypto::Error::MalformedBase64)
}
