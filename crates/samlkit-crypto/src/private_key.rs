//! Private keys in memory.

mod decode;

use core::fmt;

use self::decode::Form;
use crate::{Error, KeyKind, PublicKey, backend, input};

/// A private key, decoded and checked once.
///
/// It is wiped from memory when dropped, `Debug` shows its public half alone, and it is not `Clone`: share it by
/// [`Arc`](std::sync::Arc) where it serves to sign and to decrypt.
///
/// ```
/// use samlkit_crypto::{Error, KeyKind, PrivateKey};
///
/// // RFC 8410 §10.3.
/// let key = PrivateKey::from_pem(
///     "-----BEGIN PRIVATE KEY-----
/// MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
/// -----END PRIVATE KEY-----",
/// )?;
/// assert_eq!(key.kind(), KeyKind::Ed25519);
/// assert_eq!(key.public_key().spki_der()[12..16], [0x19, 0xbf, 0x44, 0x09]);
/// # Ok::<(), Error>(())
/// ```
pub struct PrivateKey {
    material: Material,
    public: PublicKey,
}

/// The key itself, as its backend wants it. Each wipes itself when dropped, and nothing but itself: so they are boxed, and moving
/// this copies two words, without room for what lay on the stack.
pub(crate) enum Material {
    Rsa(Box<backend::rsa::PrivateKey>),
    Ec(Box<backend::ec::PrivateKey>),
    Ed25519(Box<backend::ed25519::PrivateKey>),
}

/// A tag and a pointer, in which nothing is free.
const _: () = assert!(size_of::<Material>() == 2 * size_of::<usize>());

impl PrivateKey {
    /// Reads a key in whatever form it comes: PEM (`PRIVATE KEY`, `RSA PRIVATE KEY`, `EC PRIVATE KEY`) with or without text,
    /// certificates and parameters around it, the same in DER or bare base64.
    ///
    /// # Errors
    ///
    /// [`Error::EncryptedPrivateKey`] where a passphrase would be needed (decrypt it first: `openssl pkey -in FILE`);
    /// [`Error::NoPrivateKey`] where there is only a certificate or a public key; [`Error::SeveralPrivateKeys`];
    /// [`Error::WrongInput`] for XML and other things that get pasted; those of the form otherwise.
    ///
    /// # Complexity
    ///
    /// Linear in the input, which may have 1 MiB, and a few public-key operations.
    pub fn parse(input: &[u8]) -> Result<Self, Error> {
        let (form, der) = decode::find(input)?;
        match form {
            Form::Pkcs8 => Self::from_pkcs8_der(&der),
            Form::Pkcs1 => Self::from_pkcs1_der(&der),
            Form::Sec1 => Self::from_sec1_der(&der),
        }
    }

    /// [`PrivateKey::parse`] for text.
    ///
    /// # Errors
    ///
    /// Those of [`PrivateKey::parse`].
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        Self::parse(text.as_bytes())
    }

    /// Decodes a `PrivateKeyInfo` or `OneAsymmetricKey` (RFC 5208 §5, RFC 5958 §2): RSA, EC on a named curve, Ed25519.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedPrivateKey`], also where a public key beside it is not its own; [`Error::UnsupportedKey`] for another
    /// type or curve; those of the type otherwise.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, Error> {
        check_length(der)?;
        decode::pkcs8(der)
    }

    /// Decodes an `RSAPrivateKey` with two primes (RFC 8017 §A.1.2).
    ///
    /// Keys of 1024 to 2047 bits can be read, for decrypting what an old peer encrypts; no [`SigningKey`](crate::SigningKey) is
    /// made of one.
    ///
    /// # Errors
    ///
    /// [`Error::KeyTooSmall`] and [`Error::KeyTooLarge`] outside 1024 to 8192 bits, [`Error::ExponentOutOfRange`];
    /// [`Error::MalformedPrivateKey`] where the numbers do not go together or there are more than two primes.
    pub fn from_pkcs1_der(der: &[u8]) -> Result<Self, Error> {
        check_length(der)?;
        decode::pkcs1(der)
    }

    /// Decodes an `ECPrivateKey` that names its curve (RFC 5915 §3).
    ///
    /// # Errors
    ///
    /// [`Error::MalformedPrivateKey`], also where it names no curve, and where a public key in it is not its own;
    /// [`Error::UnsupportedKey`] for another curve.
    pub fn from_sec1_der(der: &[u8]) -> Result<Self, Error> {
        check_length(der)?;
        decode::sec1(der, None)
    }

    fn new(material: Material) -> Result<Self, Error> {
        let public = decode::public(&material)?;
        Ok(Self { material, public })
    }

    /// The public half.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Its type.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.public.kind()
    }

    /// Its size, as [`PublicKey::bits`].
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.public.bits()
    }

    pub(crate) const fn material(&self) -> &Material {
        &self.material
    }
}

fn check_length(der: &[u8]) -> Result<(), Error> {
    if der.len() > input::MAX_DER {
        return Err(Error::TooLong {
            limit: input::MAX_DER,
        });
    }
    Ok(())
}

impl fmt::Debug for PrivateKey {
    /// Shows the public half.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}
