//! Public keys.

mod ec;
mod rsa;
pub(crate) mod spki;

use std::sync::Arc;

use core::fmt;
use core::hash::{Hash, Hasher};

pub use self::ec::Curve;
pub(crate) use self::rsa::MIN_BITS as MIN_RSA_BITS;

use crate::backend;
use crate::input::{self, Item, Label};
use crate::signature::Scheme;
use crate::{AlgorithmPolicy, Certificate, Error, SignatureAlgorithm, Thumbprint};

/// A public key, decoded and checked once, with what can be computed ahead kept beside it.
///
/// Cloning shares. Two keys are equal when they are the same key, however each was encoded.
///
/// ```
/// use samlkit_crypto::{AlgorithmPolicy, Error, KeyKind, PublicKey, SignatureAlgorithm};
///
/// let key = PublicKey::from_pem(
///     "-----BEGIN PUBLIC KEY-----
/// MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
/// -----END PUBLIC KEY-----",
/// )?;
/// assert_eq!(key.kind(), KeyKind::Ed25519);
/// let policy = AlgorithmPolicy::default();
/// let refused = key.verify(&policy, SignatureAlgorithm::EddsaEd25519, b"message", &[0; 64]);
/// assert_eq!(refused, Err(Error::SignatureMismatch));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone)]
pub struct PublicKey(Arc<Inner>);

struct Inner {
    material: Material,
    /// Encoded anew, so that one key has one encoding.
    spki: Box<[u8]>,
    thumbprint: Thumbprint,
}

/// The key itself, as its backend wants it. Boxed, so that no variant leaves room for what lay on the stack: a private key, where
/// this is its public half.
pub(crate) enum Material {
    Rsa(Box<backend::rsa::PublicKey>),
    Ec(Box<backend::ec::PublicKey>),
    Ed25519(Box<backend::ed25519::PublicKey>),
}

/// A tag and a pointer, in which nothing is free.
const _: () = assert!(size_of::<Material>() == 2 * size_of::<usize>());

/// The type of a public key.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum KeyKind {
    /// RSA.
    Rsa,
    /// Elliptic curve, for ECDSA.
    Ec(Curve),
    /// Ed25519.
    Ed25519,
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa => f.write_str("RSA"),
            Self::Ec(curve) => write!(f, "EC {curve}"),
            Self::Ed25519 => f.write_str("Ed25519"),
        }
    }
}

impl PublicKey {
    /// Reads a key in whatever form it comes: PEM (`PUBLIC KEY`, `RSA PUBLIC KEY`, `CERTIFICATE`) with or without text
    /// around it, the same in DER or bare base64. Of a certificate the key is taken, and nothing else is looked at.
    ///
    /// # Errors
    ///
    /// [`Error::PrivateKey`] for a private key (even a broken one); [`Error::SeveralCertificates`] where there is more than
    /// one key; [`Error::WrongInput`] for XML and other things that get pasted; those of the form otherwise.
    ///
    /// # Complexity
    ///
    /// Linear in the input, which may have 1 MiB, and a modular inverse for an RSA key.
    pub fn parse(input: &[u8]) -> Result<Self, Error> {
        let items = input::items(input)?;
        match items.as_slice() {
            [
                Item {
                    label: Label::PublicKey,
                    der,
                },
            ] => Self::from_spki_der(der),
            [
                Item {
                    label: Label::RsaPublicKey,
                    der,
                },
            ] => Self::from_pkcs1_der(der),
            [
                Item {
                    label: Label::Certificate,
                    der,
                },
            ] => Certificate::from_der(der)?.public_key(),
            several => Err(Error::SeveralCertificates {
                count: several.len(),
            }),
        }
    }

    /// [`PublicKey::parse`] for text.
    ///
    /// # Errors
    ///
    /// Those of [`PublicKey::parse`].
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        Self::parse(text.as_bytes())
    }

    /// Decodes a `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7): RSA, EC on a named curve, Ed25519.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedKey`]; [`Error::UnsupportedKey`] for another type or curve; for RSA those of
    /// [`PublicKey::from_rsa_components`].
    pub fn from_spki_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > input::MAX_DER {
            return Err(Error::TooLong {
                limit: input::MAX_DER,
            });
        }
        spki::decode(der)
    }

    /// Decodes an `RSAPublicKey` (RFC 8017 §A.1.1).
    ///
    /// # Errors
    ///
    /// [`Error::MalformedKey`]; those of [`PublicKey::from_rsa_components`].
    pub fn from_pkcs1_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > input::MAX_DER {
            return Err(Error::TooLong {
                limit: input::MAX_DER,
            });
        }
        spki::decode_pkcs1(der)
    }

    /// Makes an RSA key of its modulus and exponent as big-endian octets, as in an `RSAKeyValue` (XMLSig §4.5.2.2).
    ///
    /// Leading zeros do not count. Keys of 1024 to 2047 bits can be made, and verify nothing unless the policy was widened by
    /// [`danger::allow_weak_rsa`](crate::danger::allow_weak_rsa).
    ///
    /// # Errors
    ///
    /// [`Error::KeyTooLarge`] over 8192 bits and [`Error::ExponentOutOfRange`], both before any arithmetic;
    /// [`Error::KeyTooSmall`] under 1024 bits; [`Error::MalformedKey`] for an even modulus.
    pub fn from_rsa_components(modulus: &[u8], exponent: &[u8]) -> Result<Self, Error> {
        Self::new(Material::Rsa(Box::new(rsa::new(modulus, exponent)?)))
    }

    /// Makes an EC key of a point in SEC 1 form, uncompressed or compressed, as in an `ECKeyValue` (XMLSig §4.5.2.3).
    ///
    /// # Errors
    ///
    /// [`Error::MalformedKey`] for what is not a point of the curve, or the point at infinity.
    pub fn from_ec_point(curve: Curve, sec1: &[u8]) -> Result<Self, Error> {
        let key = backend::ec::PublicKey::from_sec1(curve, sec1).ok_or(Error::MalformedKey)?;
        Self::new(Material::Ec(Box::new(key)))
    }

    /// Makes an Ed25519 key of its 32 octets (RFC 8032 §5.1.5).
    ///
    /// # Errors
    ///
    /// [`Error::MalformedKey`] for another length, no point of the curve, one of small order, or an encoding that is not
    /// canonical.
    pub fn from_ed25519(octets: &[u8]) -> Result<Self, Error> {
        let octets = octets.try_into().map_err(|_| Error::MalformedKey)?;
        if !is_canonical(octets) {
            return Err(Error::MalformedKey);
        }
        let key = backend::ed25519::PublicKey::new(octets).ok_or(Error::MalformedKey)?;
        Self::new(Material::Ed25519(Box::new(key)))
    }

    fn new(material: Material) -> Result<Self, Error> {
        let spki = spki::encode(&material).map_err(|_| Error::MalformedKey)?;
        let thumbprint = Thumbprint::of(&spki);
        Ok(Self(Arc::new(Inner {
            material,
            spki: spki.into(),
            thumbprint,
        })))
    }

    /// Checks that the private half of this key made `signature` over `message`.
    ///
    /// `signature` is in the form of XMLSig §6.4: for ECDSA `r` and `s` side by side, each as long as the field.
    ///
    /// # Errors
    ///
    /// In this order: [`Error::AlgorithmNotAllowed`] by the policy; [`Error::KeyMismatch`] where the algorithm is for another
    /// type of key; [`Error::KeyTooSmall`] by the policy; [`Error::SignatureLength`]; [`Error::SignatureMismatch`].
    ///
    /// # Complexity
    ///
    /// Linear in the message, and one public-key operation.
    pub fn verify(
        &self,
        policy: &AlgorithmPolicy,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Error> {
        policy.check_signature(algorithm)?;
        match (algorithm.scheme(), &self.0.material) {
            (Scheme::Pkcs1(digest), Material::Rsa(key)) => {
                policy.check_key(self)?;
                check_length(key.size(), signature)?;
                matches(key.verify_pkcs1(digest, message, signature))
            }
            (Scheme::Pss(parameters), Material::Rsa(key)) => {
                policy.check_key(self)?;
                check_length(key.size(), signature)?;
                matches(key.verify_pss(parameters, message, signature))
            }
            (Scheme::Ecdsa(digest), Material::Ec(key)) => {
                let signature = ec::widen(key.curve(), signature)?;
                matches(key.verify(digest, message, &signature))
            }
            (Scheme::Ed25519, Material::Ed25519(key)) => {
                check_length(64, signature)?;
                // The stricter of the two readings of RFC 8032 §5.1.7: no components of small order, canonical encodings.
                matches(
                    signature
                        .try_into()
                        .is_ok_and(|signature| key.verify(message, signature)),
                )
            }
            (Scheme::Pkcs1(_) | Scheme::Pss(_) | Scheme::Ecdsa(_) | Scheme::Ed25519, _) => {
                Err(Error::KeyMismatch {
                    algorithm,
                    key: self.kind(),
                })
            }
        }
    }

    pub(crate) fn material(&self) -> &Material {
        &self.0.material
    }

    /// Its type.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        match &self.0.material {
            Material::Rsa(_) => KeyKind::Rsa,
            Material::Ec(key) => KeyKind::Ec(key.curve()),
            Material::Ed25519(_) => KeyKind::Ed25519,
        }
    }

    /// Its size: of the modulus for RSA, of the field otherwise.
    #[must_use]
    pub fn bits(&self) -> u32 {
        match &self.0.material {
            Material::Rsa(key) => key.bits(),
            Material::Ec(key) => key.curve().bits(),
            Material::Ed25519(_) => 255,
        }
    }

    /// SHA-256 over its `SubjectPublicKeyInfo` in DER.
    ///
    /// The encoding is made anew (RSA: `rsaEncryption` with NULL parameters; EC: named curve, uncompressed point), so that one
    /// key has one thumbprint, whether it came as SPKI, PKCS#1, certificate or `ds:KeyValue`. It is what
    /// `openssl pkey -pubin -outform DER | sha256sum` prints. It is not the thumbprint of a certificate that holds the key.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        self.0.thumbprint
    }

    /// Its `SubjectPublicKeyInfo` in DER, the octets that [`PublicKey::thumbprint`] is taken over.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        &self.0.spki
    }
}

fn check_length(expected: usize, signature: &[u8]) -> Result<(), Error> {
    let found = signature.len();
    if found == expected {
        Ok(())
    } else {
        Err(Error::SignatureLength { expected, found })
    }
}

fn matches(verified: bool) -> Result<(), Error> {
    verified.then_some(()).ok_or(Error::SignatureMismatch)
}

/// Whether the y-coordinate is below 2^255 - 19 (RFC 8032 §5.1.3, step 1).
fn is_canonical(point: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = point;
    *low < 0xed || high & 0x7f != 0x7f || middle.iter().any(|&octet| octet != 0xff)
}

/// A big-endian number without its leading zeros.
pub(crate) fn strip_zeros(octets: &[u8]) -> &[u8] {
    let start = octets
        .iter()
        .position(|&octet| octet != 0)
        .unwrap_or(octets.len());
    octets.get(start..).unwrap_or(&[])
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.spki == other.0.spki
    }
}

impl Eq for PublicKey {}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.thumbprint.hash(state);
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("kind", &self.kind())
            .field("bits", &self.bits())
            .field("thumbprint", &self.thumbprint())
            .finish_non_exhaustive()
    }
}
