//! Decryption of the elements that SAML encrypts.

use core::fmt;

use samlkit_crypto::{BlockEncryption, Digest, DigestAlgorithm};
use samlkit_xml::{Document, Element, Limits, NodeId};
use zeroize::Zeroizing;

use crate::decryptor::{DecryptKeyError, Decryptor};
use crate::encrypted_key::EncryptedKey;
use crate::ns::{ELEMENT, SAML, SAMLP};
use crate::plaintext::self_contained;
use crate::structure::{EncryptedData, encrypted_element, encrypted_keys};
use crate::{Error, Policy, Uri};

/// What an encrypted element stands for.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Kind {
    /// `saml:EncryptedAssertion` for an `Assertion` (SAMLCore §2.3.4).
    Assertion,
    /// `saml:EncryptedAttribute` for an `Attribute` (SAMLCore §2.7.3.2).
    Attribute,
    /// `saml:EncryptedID` for a `NameID`, `BaseID` or `Assertion` (SAMLCore §2.2.4).
    Id,
    /// `samlp:NewEncryptedID` for a `NewID` (SAMLCore §3.6.1).
    NewId,
}

impl Kind {
    /// Every member.
    pub const ALL: [Self; 4] = [Self::Assertion, Self::Attribute, Self::Id, Self::NewId];

    /// The kind of an encrypted element; `None` for any other element.
    #[must_use]
    pub fn of(element: Element<'_>) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| {
            let (namespace, name) = kind.name();
            element.is(namespace, name)
        })
    }

    /// Namespace and local name of the encrypted element.
    #[must_use]
    pub const fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Assertion => (SAML, "EncryptedAssertion"),
            Self::Attribute => (SAML, "EncryptedAttribute"),
            Self::Id => (SAML, "EncryptedID"),
            Self::NewId => (SAMLP, "NewEncryptedID"),
        }
    }

    /// Whether it may stand for this element.
    pub(crate) fn stands_for(self, element: Element<'_>) -> bool {
        let (namespace, names): (_, &[&str]) = match self {
            Self::Assertion => (SAML, &["Assertion"]),
            Self::Attribute => (SAML, &["Attribute"]),
            Self::Id => (SAML, &["NameID", "BaseID", "Assertion"]),
            Self::NewId => (SAMLP, &["NewID"]),
        };
        element.namespace() == namespace && names.contains(&element.local_name())
    }
}

/// Decrypts an `EncryptedAssertion`, `EncryptedID`, `EncryptedAttribute` or `NewEncryptedID` by the default [`Policy`].
///
/// # Errors
///
/// [`Error::DecryptionFailed`] for all that depends on a secret; the other variants for what can be read in the message.
///
/// # Security
///
/// That something decrypted proves nothing: anyone can encrypt for a public key. It is to be believed only by a signature in
/// it or around it.
///
/// # Complexity
///
/// Linear in the document, and one private-key operation for each pair of a configured key and an encrypted key that fit.
pub fn decrypt(element: Element<'_>, decryptor: &dyn Decryptor) -> Result<Decrypted, Error> {
    decrypt_with(element, decryptor, &Policy::new())
}

/// [`decrypt`] by a policy.
///
/// # Errors
///
/// As [`decrypt`].
pub fn decrypt_with(
    element: Element<'_>,
    decryptor: &dyn Decryptor,
    policy: &Policy,
) -> Result<Decrypted, Error> {
    Encrypted::read(element, policy)?.decrypt(decryptor)
}

/// An encrypted element whose structure and algorithms were checked.
///
/// [`decrypt`] does in one step what this does in two; the steps are for keys that are reached asynchronously.
pub struct Encrypted<'d> {
    element: Element<'d>,
    kind: Kind,
    data: EncryptedData<'d>,
    keys: Vec<EncryptedKey<'d>>,
    limits: Limits,
}

impl<'d> Encrypted<'d> {
    /// Reads an encrypted element.
    ///
    /// # Errors
    ///
    /// Every variant but [`Error::DecryptionFailed`], [`Error::NoUsableKey`] and [`Error::Unavailable`].
    pub fn read(element: Element<'d>, policy: &Policy) -> Result<Self, Error> {
        let kind = Kind::of(element).ok_or_else(|| Error::NotEncrypted {
            offset: element.offset(),
        })?;
        let (data, siblings) = encrypted_element(element)?;
        let data = EncryptedData::read(data, policy)?;
        if let Some(uri) = data.data_type.filter(|&uri| uri != ELEMENT) {
            return Err(Error::UnsupportedType { uri: Uri::new(uri) });
        }
        let keys = encrypted_keys(&data, siblings, policy)?;
        Ok(Self {
            element,
            kind,
            data,
            keys,
            limits: policy.limits,
        })
    }

    /// What it stands for.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// How the element was encrypted.
    #[must_use]
    pub const fn algorithm(&self) -> BlockEncryption {
        self.data.algorithm
    }

    /// The encrypted content keys, in the order in which to try them.
    #[must_use]
    pub fn keys(&self) -> &[EncryptedKey<'d>] {
        &self.keys
    }

    /// Decrypts it.
    ///
    /// # Errors
    ///
    /// [`Error::DecryptionFailed`], [`Error::NoUsableKey`], [`Error::Unavailable`].
    pub fn decrypt(&self, decryptor: &dyn Decryptor) -> Result<Decrypted, Error> {
        let candidate = content_key(&self.keys, decryptor)?;
        let plaintext = decrypt_data(&self.data, &candidate)?;
        self.finish(plaintext)
    }

    /// Decrypts it with a content key that was decrypted elsewhere; `None` where none of [`Encrypted::keys`] could be.
    ///
    /// # Errors
    ///
    /// [`Error::DecryptionFailed`].
    pub fn decrypt_with_key(&self, key: Option<&[u8]>) -> Result<Decrypted, Error> {
        let candidate = match (key, self.keys.first()) {
            (Some(key), _) => Candidate {
                key: Some(Zeroizing::new(key.to_vec())),
                rejection: Zeroizing::new([0; 32]),
            },
            (None, first) => Candidate {
                key: None,
                rejection: first.map_or_else(
                    || Zeroizing::new([0; 32]),
                    |first| Unknown.rejection_secret(first),
                ),
            },
        };
        let plaintext = decrypt_data(&self.data, &candidate)?;
        self.finish(plaintext)
    }

    fn finish(&self, plaintext: Zeroizing<Vec<u8>>) -> Result<Decrypted, Error> {
        let octets = self_contained(self.element, self.kind, plaintext, &self.limits)
            .ok_or(Error::DecryptionFailed)?;
        Ok(Decrypted {
            octets,
            kind: self.kind,
            algorithm: self.data.algorithm,
            source: Source::of(self.element),
        })
    }
}

impl fmt::Debug for Encrypted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encrypted")
            .field("kind", &self.kind)
            .field("algorithm", &self.data.algorithm)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

/// Stands for whoever decrypts keys elsewhere.
struct Unknown;

impl Decryptor for Unknown {
    fn decrypt_key(&self, _: &EncryptedKey<'_>) -> Result<Zeroizing<Vec<u8>>, DecryptKeyError> {
        Err(DecryptKeyError::Failed)
    }
}

/// A content key, or what to go on with in its place.
pub(crate) struct Candidate {
    pub(crate) key: Option<Zeroizing<Vec<u8>>>,
    pub(crate) rejection: Zeroizing<[u8; 32]>,
}

/// The first content key that can be decrypted.
pub(crate) fn content_key(
    keys: &[EncryptedKey<'_>],
    decryptor: &dyn Decryptor,
) -> Result<Candidate, Error> {
    let mut failed = None;
    for key in keys {
        match decryptor.decrypt_key(key) {
            Ok(content_key) => {
                return Ok(Candidate {
                    key: Some(content_key),
                    rejection: decryptor.rejection_secret(key),
                });
            }
            Err(DecryptKeyError::Failed) => failed = Some(key),
            Err(DecryptKeyError::NotForThisKey) => {}
            Err(DecryptKeyError::Unavailable) => return Err(Error::Unavailable),
        }
    }
    let key = failed.ok_or(Error::NoUsableKey)?;
    Ok(Candidate {
        key: None,
        rejection: decryptor.rejection_secret(key),
    })
}

/// Decrypts the data with the content key or, where there is none of the right length, with one that cannot be right.
pub(crate) fn decrypt_data(
    data: &EncryptedData<'_>,
    candidate: &Candidate,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let length = data.algorithm.key_len();
    let rejected = Zeroizing::new(
        DigestAlgorithm::Sha512
            .digest(candidate.rejection.as_slice())
            .as_bytes()
            .to_vec(),
    );
    let right = candidate
        .key
        .as_ref()
        .map(|key| key.as_slice())
        .filter(|key| key.len() == length);
    let key = right.or_else(|| rejected.get(..length));
    let plaintext = key.and_then(|key| data.algorithm.decrypt(key, &data.octets).ok());
    match (right, plaintext) {
        (Some(_), Some(plaintext)) => Ok(plaintext),
        _ => Err(Error::DecryptionFailed),
    }
}

/// A decrypted element: a well-formed document of its own, wiped from memory when dropped.
///
/// Nothing is proved about who wrote it. The signature in it is to be verified like that of any other message; where the
/// signature is around the encrypted element, that one is to be verified before.
pub struct Decrypted {
    octets: Zeroizing<Vec<u8>>,
    kind: Kind,
    algorithm: BlockEncryption,
    source: Source,
}

/// Which element of which document was decrypted: by the document's octets, so that no other can stand in for it.
#[derive(Clone, Copy, Eq, PartialEq)]
struct Source {
    document: Digest,
    node: NodeId,
}

impl Source {
    fn of(element: Element<'_>) -> Self {
        let octets = element.document().source().as_bytes();
        Self {
            document: DigestAlgorithm::Sha256.digest(octets),
            node: element.id(),
        }
    }
}

impl Decrypted {
    /// The octets of the element. Every prefix in them is declared in them: where the sender relied on declarations around the
    /// encrypted element, those were added to the element's own.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Whether this is what `element` decrypted to, or the same element of a document with the same octets.
    ///
    /// # Complexity
    ///
    /// O(n) in the document, whose octets are hashed.
    #[must_use]
    pub fn is_of(&self, element: Element<'_>) -> bool {
        self.source == Source::of(element)
    }

    /// What it was encrypted as.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// How it was encrypted.
    #[must_use]
    pub const fn algorithm(&self) -> BlockEncryption {
        self.algorithm
    }

    /// Parses the octets. The root is the element: an `Assertion`, `Attribute`, `NameID`, `BaseID` or `NewID` by
    /// [`Decrypted::kind`].
    ///
    /// # Errors
    ///
    /// [`Error::DecryptionFailed`] where `limits` are narrower than those of the [`Policy`] and too narrow.
    pub fn parse(&self, limits: &Limits) -> Result<Document<'_>, Error> {
        Document::parse_with(&self.octets, limits).map_err(|_| Error::DecryptionFailed)
    }
}

impl fmt::Debug for Decrypted {
    /// Shows sizes only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decrypted")
            .field("kind", &self.kind)
            .field("algorithm", &self.algorithm)
            .field("octets", &self.octets.len())
            .finish()
    }
}
