//! Decryption of the elements that SAML encrypts.

use core::fmt;

use samlkit_crypto::{BlockEncryption, Digest, DigestAlgorithm, Unjudged};
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

    /// Goes the whole way whatever the padding was, and says only then.
    fn finish(&self, plaintext: Unjudged) -> Result<Decrypted, Error> {
        let sound = plaintext.is_sound;
        let octets = self_contained(self.element, self.kind, plaintext.octets, &self.limits)
            .filter(|_| sound)
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

/// Decrypts the data with the content key or, where there is none of the right length, with one that cannot be right. What is
/// not sound is to be worked on like what is, and then thrown away.
pub(crate) fn decrypt_data(
    data: &EncryptedData<'_>,
    candidate: &Candidate,
) -> Result<Unjudged, Error> {
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
    let mut plaintext = key
        .and_then(|key| data.algorithm.decrypt_unjudged(key, &data.octets).ok())
        .ok_or(Error::DecryptionFailed)?;
    plaintext.is_sound &= right.is_some();
    Ok(plaintext)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plaintext::parsed;

    /// A message whose `EncryptedKey` is `k`, and that decrypts with the content key alone.
    fn message(algorithm: BlockEncryption, octets: &[u8], declarations: &str) -> String {
        let octets = crate::encoding::to_base64(octets);
        format!(
            r#"<s:EncryptedAssertion xmlns:s="{SAML}"{declarations}><e:EncryptedData xmlns:e="{xenc}"><e:EncryptionMethod Algorithm="{uri}"/><d:KeyInfo xmlns:d="{ds}"><e:EncryptedKey><e:EncryptionMethod Algorithm="{xenc}kw-aes128"/><e:CipherData><e:CipherValue>AAAA</e:CipherValue></e:CipherData></e:EncryptedKey></d:KeyInfo><e:CipherData><e:CipherValue>{octets}</e:CipherValue></e:CipherData></e:EncryptedData></s:EncryptedAssertion>"#,
            xenc = crate::ns::XENC,
            ds = crate::ns::DS,
            uri = algorithm.uri(),
        )
    }

    /// What became of it, and how many octets were parsed on the way.
    fn work(text: &str, key: Option<&[u8]>) -> (bool, usize) {
        let document = Document::parse(text.as_bytes()).unwrap();
        let encrypted = Encrypted::read(document.root(), &Policy::new()).unwrap();
        let before = parsed();
        let result = encrypted.decrypt_with_key(key);
        assert!(matches!(result, Ok(_) | Err(Error::DecryptionFailed)));
        (result.is_ok(), parsed() - before)
    }

    /// The padding count of a plaintext that ends with `ending`, set to `count`.
    fn padded(ending: &str, count: u8) -> Vec<u8> {
        let cbc = BlockEncryption::Aes128Cbc;
        let body = "x".repeat(999 - ending.len());
        let plaintext = format!("<s:Assertion>{body}{ending}");
        // One octet of padding was made, and the last octet of the block before turns it into any other.
        let length = plaintext.len() / 16 * 16 - 1;
        let randomness = samlkit_crypto::SystemRandomness;
        let mut octets = cbc
            .encrypt(&[7; 16], &plaintext.as_bytes()[..length], &randomness)
            .unwrap();
        let at = octets.len() - 17;
        octets[at] ^= 1 ^ count;
        octets
    }

    #[test]
    fn bad_padding_is_as_much_work_as_good() {
        let cbc = BlockEncryption::Aes128Cbc;
        // Large enough to see, had the one been parsed with it and the other not.
        let scope: String = (0..100)
            .map(|n| format!(r#" xmlns:p{n}="urn:{}""#, "x".repeat(60)))
            .collect();
        for declarations in ["", r#" xmlns:p="urn:p""#, &scope] {
            let tried = |count| {
                work(
                    &message(cbc, &padded("", count), declarations),
                    Some(&[7; 16]),
                )
            };
            let good = tried(16);
            assert!(!good.0 && good.1 > 0);
            for count in [0, 17, 100, 255] {
                assert_eq!(tried(count), good, "{count}");
            }
            // Another count is another length of the same plaintext, and nothing else.
            for count in 1..16_u8 {
                let (ok, octets) = tried(count);
                assert!(!ok && octets.abs_diff(good.1) <= 2 * 15, "{count}");
            }
            // Without the content key too.
            let unknown = work(&message(cbc, &padded("", 16), declarations), None);
            assert!(!unknown.0 && unknown.1.abs_diff(good.1) <= 2 * 16);
        }
    }

    #[test]
    fn the_scope_around_is_bounded() {
        let gcm = BlockEncryption::Aes128Gcm;
        let plaintext = "<s:Assertion><p0:x/></s:Assertion>";
        let randomness = samlkit_crypto::SystemRandomness;
        let octets = gcm
            .encrypt(&[7; 16], plaintext.as_bytes(), &randomness)
            .unwrap();
        let with = |count: usize, length: usize| {
            let scope: String = (0..count)
                .map(|n| format!(r#" xmlns:p{n}="urn:{}""#, "x".repeat(length)))
                .collect();
            work(&message(gcm, &octets, &scope), Some(&[7; 16]))
        };
        let around = crate::plaintext::MOST_SCOPE;
        assert!(with(1, 100).0);
        assert!(with(60, 100).0);
        assert!(with(1, around - 200).0);
        // A long name or many: not even looked at, and nothing is parsed with them.
        for (count, length) in [(1, around), (200, 100)] {
            assert_eq!(with(count, length), (false, plaintext.len()));
        }
    }
}
