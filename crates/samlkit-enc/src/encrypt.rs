//! Encryption of the elements that SAML encrypts.

use samlkit_crypto::{
    Agreement, BlockEncryption, Certificate, ConcatKdf, DigestAlgorithm, EncryptionError, KeyKind,
    KeyWrap, PublicKey, Randomness, RsaOaep, algorithm,
};
use samlkit_xml::{Document, WriteError, Writer};
use thiserror::Error as ThisError;
use zeroize::Zeroizing;

use crate::decrypt::Kind;
use crate::encoding;
use crate::encrypted_key::mask_uri;
use crate::ns::{DS, DSIG11, ELEMENT, SAMLP, XENC, XENC11};

/// Why nothing was encrypted.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum EncryptError {
    /// What was to be encrypted is not a document whose root is the element that the encrypted element stands for, and nothing
    /// beside it: no XML declaration, no comment, no other element.
    #[error("the plaintext is not the element that was to be encrypted")]
    WrongElement,
    /// What was to be encrypted is not well-formed, or relies on prefixes declared around it.
    #[error(transparent)]
    Xml(#[from] samlkit_xml::Error),
    /// The keys, the algorithms or the randomness.
    #[error(transparent)]
    Encryption(#[from] EncryptionError),
    /// A name that XML cannot express.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Someone to encrypt for, and how.
///
/// By default RSA keys are used by RSA-OAEP with SHA-1 in both places, which every peer reads, and elliptic curve keys by
/// ECDH-ES with `ConcatKDF` over SHA-256 and AES-256 key wrap.
#[derive(Clone, Debug)]
pub struct Recipient {
    key: PublicKey,
    certificate: Option<Certificate>,
    name: Option<Box<str>>,
    oaep: RsaOaep,
    wrap: KeyWrap,
}

impl Recipient {
    /// The holder of a key.
    #[must_use]
    pub fn from_public_key(key: PublicKey) -> Self {
        Self {
            key,
            certificate: None,
            name: None,
            oaep: RsaOaep::default(),
            wrap: KeyWrap::Aes256,
        }
    }

    /// The holder of the key in a certificate, which is put into the message as a hint.
    ///
    /// # Errors
    ///
    /// [`EncryptionError::Key`] for a certificate whose key cannot be read.
    pub fn from_certificate(certificate: Certificate) -> Result<Self, EncryptionError> {
        let key = certificate.public_key()?;
        Ok(Self {
            certificate: Some(certificate),
            ..Self::from_public_key(key)
        })
    }

    /// Sets `Recipient` of the encrypted key, an `entityID`. Default: none.
    #[must_use]
    pub fn with_name(mut self, entity_id: &str) -> Self {
        self.name = Some(entity_id.into());
        self
    }

    /// Sets the parameters of RSA-OAEP. Default: SHA-1, MGF1 with SHA-1. With SHA-256 as digest neither xmlsec1 before 1.3 nor
    /// `SimpleSAMLphp` decrypts.
    #[must_use]
    pub fn with_oaep(mut self, oaep: RsaOaep) -> Self {
        self.oaep = oaep;
        self
    }

    /// Sets the key wrap after ECDH-ES. Default: [`KeyWrap::Aes256`].
    #[must_use]
    pub const fn with_key_wrap(mut self, wrap: KeyWrap) -> Self {
        self.wrap = wrap;
        self
    }
}

/// Encrypts elements for one recipient or several.
///
/// ```
/// use samlkit_crypto::{BlockEncryption, PublicKey, SystemRandomness};
/// use samlkit_enc::{Encryptor, Kind, Recipient};
///
/// # let pem = include_str!("../tests/data/rsa.pub.pem");
/// let recipient = Recipient::from_public_key(PublicKey::from_pem(pem)?);
/// let encryptor = Encryptor::new(recipient).with_algorithm(BlockEncryption::Aes128Gcm);
/// let name_id = r#"<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">a</saml:NameID>"#;
/// let encrypted = encryptor.encrypt(Kind::Id, name_id, &SystemRandomness)?;
/// assert!(encrypted.starts_with("<saml:EncryptedID "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Encryptor {
    algorithm: BlockEncryption,
    first: Recipient,
    others: Vec<Recipient>,
}

impl Encryptor {
    /// For one recipient, with AES-256-GCM.
    #[must_use]
    pub const fn new(recipient: Recipient) -> Self {
        Self {
            algorithm: BlockEncryption::Aes256Gcm,
            first: recipient,
            others: Vec::new(),
        }
    }

    /// Adds a recipient: every one can decrypt.
    #[must_use]
    pub fn with_recipient(mut self, recipient: Recipient) -> Self {
        self.others.push(recipient);
        self
    }

    /// Sets how the element is encrypted. Default: [`BlockEncryption::Aes256Gcm`]. CBC is for peers that read nothing else.
    #[must_use]
    pub const fn with_algorithm(mut self, algorithm: BlockEncryption) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Encrypts an element, given as a document: its signature, if any, is in it already (SAMLCore §6.2).
    ///
    /// The result is the encrypted element, with every prefix declared. The encrypted keys are in the `ds:KeyInfo` of the
    /// data, where every peer finds them.
    ///
    /// # Errors
    ///
    /// [`EncryptError`].
    pub fn encrypt(
        &self,
        kind: Kind,
        element: &str,
        randomness: &dyn Randomness,
    ) -> Result<String, EncryptError> {
        let document = Document::parse(element.as_bytes())?;
        let alone = document.children().count() == 1 && document.root().offset() == 0;
        if !alone || !kind.stands_for(document.root()) {
            return Err(EncryptError::WrongElement);
        }
        let mut key = Zeroizing::new(vec![0; self.algorithm.key_len()]);
        randomness
            .fill(&mut key)
            .map_err(EncryptionError::Randomness)?;
        let octets = self
            .algorithm
            .encrypt(&key, element.as_bytes(), randomness)?;

        let (namespace, name) = kind.name();
        let prefix = if namespace == SAMLP { "samlp" } else { "saml" };
        let mut out = Writer::new();
        out.start(&format!("{prefix}:{name}"))
            .declare(prefix, namespace);
        out.start("xenc:EncryptedData")
            .declare("xenc", XENC)
            .attribute("Type", ELEMENT);
        out.start("xenc:EncryptionMethod")
            .attribute("Algorithm", self.algorithm.uri())
            .end();
        out.start("ds:KeyInfo").declare("ds", DS);
        for recipient in core::iter::once(&self.first).chain(&self.others) {
            encrypted_key(&mut out, recipient, &key, randomness)?;
        }
        out.end();
        cipher_data(&mut out, &octets);
        out.end().end();
        Ok(out.finish()?)
    }
}

fn encrypted_key(
    out: &mut Writer,
    recipient: &Recipient,
    key: &[u8],
    randomness: &dyn Randomness,
) -> Result<(), EncryptError> {
    out.start("xenc:EncryptedKey")
        .optional_attribute("Recipient", recipient.name.as_deref());
    let octets = match recipient.key.kind() {
        KeyKind::Ec(_) => {
            let agreement = Agreement::new(&recipient.key, randomness)?;
            let wrap = recipient.wrap;
            // What the derived key is for (NIST SP 800-56A §5.8.1.2); the parties are known by their keys.
            let derivation = ConcatKdf::new(DigestAlgorithm::Sha256, wrap.uri().as_bytes());
            let secret = agreement.shared_secret().as_bytes();
            let wrapping_key = derivation.derive(secret, wrap.key_len());
            out.start("xenc:EncryptionMethod")
                .attribute("Algorithm", wrap.uri())
                .end();
            out.start("ds:KeyInfo");
            agreement_method(out, &agreement, &derivation, recipient);
            out.end();
            wrap.wrap(&wrapping_key, key)?
        }
        // What is neither is refused by the encryption.
        _ => {
            let octets = recipient.oaep.encrypt(&recipient.key, key, randomness)?;
            oaep_method(out, &recipient.oaep);
            if recipient.certificate.is_some() {
                out.start("ds:KeyInfo");
                certificate(out, recipient);
                out.end();
            }
            octets
        }
    };
    cipher_data(out, &octets);
    out.end();
    Ok(())
}

fn oaep_method(out: &mut Writer, oaep: &RsaOaep) {
    out.start("xenc:EncryptionMethod")
        .attribute("Algorithm", oaep.uri());
    if !oaep.label().is_empty() {
        out.start("xenc:OAEPparams")
            .text(&encoding::to_base64(oaep.label()))
            .end();
    }
    digest_method(out, oaep.digest());
    // The older identifier implies it.
    let mask = mask_uri(oaep.mgf1_digest()).filter(|_| oaep.uri() == algorithm::RSA_OAEP);
    if let Some(mask) = mask {
        out.start("xenc11:MGF")
            .declare("xenc11", XENC11)
            .attribute("Algorithm", mask)
            .end();
    }
    out.end();
}

fn agreement_method(
    out: &mut Writer,
    agreement: &Agreement,
    derivation: &ConcatKdf,
    recipient: &Recipient,
) {
    out.start("xenc:AgreementMethod")
        .attribute("Algorithm", algorithm::ECDH_ES);
    out.start("xenc11:KeyDerivationMethod")
        .declare("xenc11", XENC11)
        .attribute("Algorithm", algorithm::CONCAT_KDF);
    out.start("xenc11:ConcatKDFParams")
        .attribute(
            "AlgorithmID",
            &encoding::to_bit_string(derivation.other_info()),
        )
        .attribute("PartyUInfo", "00")
        .attribute("PartyVInfo", "00");
    digest_method(out, derivation.digest());
    out.end().end();
    out.start("xenc:OriginatorKeyInfo").start("ds:KeyValue");
    out.start("dsig11:ECKeyValue").declare("dsig11", DSIG11);
    let curve = match agreement.originator().kind() {
        KeyKind::Ec(curve) => curve.uri(),
        _ => "",
    };
    let point = agreement.originator().ec_point().unwrap_or_default();
    out.start("dsig11:NamedCurve").attribute("URI", curve).end();
    out.start("dsig11:PublicKey")
        .text(&encoding::to_base64(point))
        .end();
    out.end().end().end();
    if recipient.certificate.is_some() {
        out.start("xenc:RecipientKeyInfo");
        certificate(out, recipient);
        out.end();
    }
    out.end();
}

fn digest_method(out: &mut Writer, digest: DigestAlgorithm) {
    out.start("ds:DigestMethod")
        .attribute("Algorithm", digest.uri())
        .end();
}

fn certificate(out: &mut Writer, recipient: &Recipient) {
    if let Some(certificate) = &recipient.certificate {
        out.start("ds:X509Data").start("ds:X509Certificate");
        out.text(&encoding::to_base64(certificate.der()));
        out.end().end();
    }
}

fn cipher_data(out: &mut Writer, octets: &[u8]) {
    out.start("xenc:CipherData").start("xenc:CipherValue");
    out.text(&encoding::to_base64(octets));
    out.end().end();
}
