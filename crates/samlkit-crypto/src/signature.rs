use core::fmt;

use crate::{DigestAlgorithm, Error, algorithm};

/// A signature algorithm with everything that it needs to be told (XMLSig §6.4): key type, padding and digests.
///
/// There is no MAC, no DSA and no MD5 among them. Members with SHA-1 verify only under a policy that
/// [`danger::allow_sha1`](crate::danger::allow_sha1) widened.
///
/// ```
/// use samlkit_crypto::{DigestAlgorithm, SignatureAlgorithm, algorithm};
///
/// let rsa = SignatureAlgorithm::from_uri(algorithm::RSA_SHA256).unwrap();
/// assert_eq!(rsa, SignatureAlgorithm::RsaSha256);
/// assert_eq!(rsa.digest(), Some(DigestAlgorithm::Sha256));
/// assert_eq!(SignatureAlgorithm::from_uri("http://www.w3.org/2000/09/xmldsig#hmac-sha1"), None);
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-1.
    RsaSha1,
    /// RSASSA-PKCS1-v1_5 with SHA-224.
    RsaSha224,
    /// RSASSA-PKCS1-v1_5 with SHA-256, what Entra ID signs with.
    RsaSha256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RsaSha384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RsaSha512,
    /// RSASSA-PSS, all with SHA-1, salt of 20 octets.
    Sha1RsaMgf1,
    /// RSASSA-PSS, all with SHA-224, salt of 28 octets.
    Sha224RsaMgf1,
    /// RSASSA-PSS, all with SHA-256, salt of 32 octets.
    Sha256RsaMgf1,
    /// RSASSA-PSS, all with SHA-384, salt of 48 octets.
    Sha384RsaMgf1,
    /// RSASSA-PSS, all with SHA-512, salt of 64 octets.
    Sha512RsaMgf1,
    /// RSASSA-PSS with the parameters of an `RSAPSSParams` element.
    RsaPss(PssParameters),
    /// ECDSA with SHA-1 on the curve of the key.
    EcdsaSha1,
    /// ECDSA with SHA-224 on the curve of the key.
    EcdsaSha224,
    /// ECDSA with SHA-256 on the curve of the key.
    EcdsaSha256,
    /// ECDSA with SHA-384 on the curve of the key.
    EcdsaSha384,
    /// ECDSA with SHA-512 on the curve of the key.
    EcdsaSha512,
    /// Ed25519 over the message itself.
    EddsaEd25519,
}

/// What an algorithm does, apart from its name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scheme {
    Pkcs1(DigestAlgorithm),
    Pss(PssParameters),
    Ecdsa(DigestAlgorithm),
    Ed25519,
}

impl SignatureAlgorithm {
    /// Every member without parameters.
    pub const ALL: [Self; 16] = [
        Self::RsaSha1,
        Self::RsaSha224,
        Self::RsaSha256,
        Self::RsaSha384,
        Self::RsaSha512,
        Self::Sha1RsaMgf1,
        Self::Sha224RsaMgf1,
        Self::Sha256RsaMgf1,
        Self::Sha384RsaMgf1,
        Self::Sha512RsaMgf1,
        Self::EcdsaSha1,
        Self::EcdsaSha224,
        Self::EcdsaSha256,
        Self::EcdsaSha384,
        Self::EcdsaSha512,
        Self::EddsaEd25519,
    ];

    /// The algorithm of this identifier, compared exactly; `None` for one that is not implemented.
    ///
    /// [`algorithm::RSA_PSS`] gives `None` too: it is nothing without its parameters. Read them and make
    /// [`SignatureAlgorithm::from_pss_parameters`].
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.uri() == uri)
    }

    /// The algorithm of [`algorithm::RSA_PSS`] with these parameters.
    #[must_use]
    pub const fn from_pss_parameters(parameters: PssParameters) -> Self {
        Self::RsaPss(parameters)
    }

    /// Its identifier.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::RsaSha1 => algorithm::RSA_SHA1,
            Self::RsaSha224 => algorithm::RSA_SHA224,
            Self::RsaSha256 => algorithm::RSA_SHA256,
            Self::RsaSha384 => algorithm::RSA_SHA384,
            Self::RsaSha512 => algorithm::RSA_SHA512,
            Self::Sha1RsaMgf1 => algorithm::SHA1_RSA_MGF1,
            Self::Sha224RsaMgf1 => algorithm::SHA224_RSA_MGF1,
            Self::Sha256RsaMgf1 => algorithm::SHA256_RSA_MGF1,
            Self::Sha384RsaMgf1 => algorithm::SHA384_RSA_MGF1,
            Self::Sha512RsaMgf1 => algorithm::SHA512_RSA_MGF1,
            Self::RsaPss(_) => algorithm::RSA_PSS,
            Self::EcdsaSha1 => algorithm::ECDSA_SHA1,
            Self::EcdsaSha224 => algorithm::ECDSA_SHA224,
            Self::EcdsaSha256 => algorithm::ECDSA_SHA256,
            Self::EcdsaSha384 => algorithm::ECDSA_SHA384,
            Self::EcdsaSha512 => algorithm::ECDSA_SHA512,
            Self::EddsaEd25519 => algorithm::EDDSA_ED25519,
        }
    }

    /// The digest that it takes of the message; `None` for Ed25519, which takes the message as it is.
    #[must_use]
    pub const fn digest(self) -> Option<DigestAlgorithm> {
        match self.scheme() {
            Scheme::Pkcs1(digest) | Scheme::Ecdsa(digest) => Some(digest),
            Scheme::Pss(parameters) => Some(parameters.digest),
            Scheme::Ed25519 => None,
        }
    }

    pub(crate) const fn scheme(self) -> Scheme {
        use DigestAlgorithm::{Sha1, Sha224, Sha256, Sha384, Sha512};
        match self {
            Self::RsaSha1 => Scheme::Pkcs1(Sha1),
            Self::RsaSha224 => Scheme::Pkcs1(Sha224),
            Self::RsaSha256 => Scheme::Pkcs1(Sha256),
            Self::RsaSha384 => Scheme::Pkcs1(Sha384),
            Self::RsaSha512 => Scheme::Pkcs1(Sha512),
            Self::Sha1RsaMgf1 => Scheme::Pss(PssParameters::same(Sha1)),
            Self::Sha224RsaMgf1 => Scheme::Pss(PssParameters::same(Sha224)),
            Self::Sha256RsaMgf1 => Scheme::Pss(PssParameters::same(Sha256)),
            Self::Sha384RsaMgf1 => Scheme::Pss(PssParameters::same(Sha384)),
            Self::Sha512RsaMgf1 => Scheme::Pss(PssParameters::same(Sha512)),
            Self::RsaPss(parameters) => Scheme::Pss(parameters),
            Self::EcdsaSha1 => Scheme::Ecdsa(Sha1),
            Self::EcdsaSha224 => Scheme::Ecdsa(Sha224),
            Self::EcdsaSha256 => Scheme::Ecdsa(Sha256),
            Self::EcdsaSha384 => Scheme::Ecdsa(Sha384),
            Self::EcdsaSha512 => Scheme::Ecdsa(Sha512),
            Self::EddsaEd25519 => Scheme::Ed25519,
        }
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.uri())
    }
}

/// The parameters of RSASSA-PSS (RFC 8017 §9.1, RFC 9231 §2.3.9).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct PssParameters {
    digest: DigestAlgorithm,
    mgf1_digest: DigestAlgorithm,
    salt_length: u16,
}

impl PssParameters {
    /// The longest salt accepted: what an 8192-bit key leaves beside a digest of 64 octets.
    pub const MAX_SALT_LENGTH: u32 = 958;

    /// Takes the parameters of an `RSAPSSParams` element: the `ds:DigestMethod`, the digest of the mask generation function
    /// MGF1, `SaltLength` and `TrailerField`.
    ///
    /// ```
    /// use samlkit_crypto::{DigestAlgorithm, Error, PssParameters};
    ///
    /// let sha256 = DigestAlgorithm::Sha256;
    /// assert!(PssParameters::new(sha256, sha256, 32, 1).is_ok());
    /// assert_eq!(PssParameters::new(sha256, sha256, 32, 2), Err(Error::PssTrailerField { found: 2 }));
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::PssTrailerField`] for any trailer field but 1; [`Error::PssSaltLength`] over
    /// [`PssParameters::MAX_SALT_LENGTH`].
    pub const fn new(
        digest: DigestAlgorithm,
        mgf1_digest: DigestAlgorithm,
        salt_length: u32,
        trailer_field: u32,
    ) -> Result<Self, Error> {
        if trailer_field != 1 {
            return Err(Error::PssTrailerField {
                found: trailer_field,
            });
        }
        if salt_length > Self::MAX_SALT_LENGTH {
            return Err(Error::PssSaltLength { found: salt_length });
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most MAX_SALT_LENGTH")]
        let salt_length = salt_length as u16;
        Ok(Self {
            digest,
            mgf1_digest,
            salt_length,
        })
    }

    /// One digest for all, and a salt of its length.
    const fn same(digest: DigestAlgorithm) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "at most 64")]
        let salt_length = digest.output_len() as u16;
        Self {
            digest,
            mgf1_digest: digest,
            salt_length,
        }
    }

    /// The digest of the message.
    #[must_use]
    pub const fn digest(self) -> DigestAlgorithm {
        self.digest
    }

    /// The digest inside MGF1.
    #[must_use]
    pub const fn mgf1_digest(self) -> DigestAlgorithm {
        self.mgf1_digest
    }

    /// The exact number of octets of the salt.
    #[must_use]
    pub const fn salt_length(self) -> usize {
        self.salt_length as usize
    }
}
