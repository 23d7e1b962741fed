//! ECDSA and ECDH on the curves of NIST.
//!
//! Signing is RustCrypto's: AWS-LC has no deterministic ECDSA (RFC 6979), and RustCrypto's takes constant time.

use std::sync::OnceLock;

use aws_lc_rs::agreement::{self, UnparsedPublicKey};
use aws_lc_rs::signature::{self, EcdsaVerificationAlgorithm, ParsedPublicKey};
use der::Encode as _;
use der::asn1::UintRef;
use zeroize::Zeroizing;

use crate::backend::rustcrypto;
use crate::{Curve, DigestAlgorithm, Randomness, RandomnessError};

/// A point of its curve, not the one at infinity.
pub(crate) struct PublicKey {
    checked: rustcrypto::ec::PublicKey,
    /// One for each digest, since AWS-LC binds a key to one.
    prepared: [OnceLock<Option<Box<ParsedPublicKey>>>; DigestAlgorithm::ALL.len()],
}

/// Those that take the signature as `r` and `s` side by side are few, so it is given in DER.
fn ecdsa(curve: Curve, digest: DigestAlgorithm) -> Option<&'static EcdsaVerificationAlgorithm> {
    use DigestAlgorithm::{Sha1, Sha224, Sha256, Sha384, Sha512};
    Some(match (curve, digest) {
        (Curve::P256, Sha1) => &signature::ECDSA_P256_SHA1_ASN1,
        (Curve::P256, Sha256) => &signature::ECDSA_P256_SHA256_ASN1,
        (Curve::P256, Sha384) => &signature::ECDSA_P256_SHA384_ASN1,
        (Curve::P256, Sha512) => &signature::ECDSA_P256_SHA512_ASN1,
        (Curve::P384, Sha256) => &signature::ECDSA_P384_SHA256_ASN1,
        (Curve::P384, Sha384) => &signature::ECDSA_P384_SHA384_ASN1,
        (Curve::P384, Sha512) => &signature::ECDSA_P384_SHA512_ASN1,
        (Curve::P521, Sha1) => &signature::ECDSA_P521_SHA1_ASN1,
        (Curve::P521, Sha224) => &signature::ECDSA_P521_SHA224_ASN1,
        (Curve::P521, Sha256) => &signature::ECDSA_P521_SHA256_ASN1,
        (Curve::P521, Sha384) => &signature::ECDSA_P521_SHA384_ASN1,
        (Curve::P521, Sha512) => &signature::ECDSA_P521_SHA512_ASN1,
        (Curve::P256, Sha224) | (Curve::P384, Sha1 | Sha224) => return None,
    })
}

impl PublicKey {
    /// A point in SEC 1 form, uncompressed or compressed.
    pub(crate) fn from_sec1(curve: Curve, point: &[u8]) -> Option<Self> {
        Some(Self {
            checked: rustcrypto::ec::PublicKey::from_sec1(curve, point)?,
            prepared: Default::default(),
        })
    }

    pub(crate) fn curve(&self) -> Curve {
        self.checked.curve()
    }

    /// The point, uncompressed.
    pub(crate) fn point(&self) -> Vec<u8> {
        self.checked.point()
    }

    /// `signature` is `r` and `s` side by side, each as long as the field; both must be in 1..n.
    pub(crate) fn verify(
        &self,
        algorithm: DigestAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        match self.prepared(algorithm) {
            Some(key) => to_der(signature).is_some_and(|der| key.verify_sig(message, &der).is_ok()),
            None => self.checked.verify(algorithm, message, signature),
        }
    }

    fn prepared(&self, algorithm: DigestAlgorithm) -> Option<&ParsedPublicKey> {
        let parameters = ecdsa(self.curve(), algorithm)?;
        self.prepared
            .get(algorithm.index())?
            .get_or_init(|| {
                ParsedPublicKey::new(parameters, self.point())
                    .ok()
                    .map(Box::new)
            })
            .as_deref()
    }
}

/// `Ecdsa-Sig-Value` (RFC 3279 §2.2.3).
fn to_der(signature: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = signature.split_at_checked(signature.len() / 2)?;
    let numbers = vec![UintRef::new(r).ok()?, UintRef::new(s).ok()?];
    numbers.to_der().ok()
}

/// A scalar in 1..n. Wipes itself when dropped.
pub(crate) struct PrivateKey {
    checked: rustcrypto::ec::PrivateKey,
    prepared: OnceLock<Option<Box<agreement::PrivateKey>>>,
}

fn ecdh(curve: Curve) -> &'static agreement::Algorithm {
    match curve {
        Curve::P256 => &agreement::ECDH_P256,
        Curve::P384 => &agreement::ECDH_P384,
        Curve::P521 => &agreement::ECDH_P521,
    }
}

impl PrivateKey {
    fn new(checked: rustcrypto::ec::PrivateKey) -> Self {
        Self {
            checked,
            prepared: OnceLock::new(),
        }
    }

    /// A scalar as long as the field.
    pub(crate) fn from_scalar(curve: Curve, scalar: &[u8]) -> Option<Self> {
        rustcrypto::ec::PrivateKey::from_scalar(curve, scalar).map(Self::new)
    }

    pub(crate) fn generate(
        curve: Curve,
        randomness: &dyn Randomness,
    ) -> Result<Self, RandomnessError> {
        rustcrypto::ec::PrivateKey::generate(curve, randomness).map(Self::new)
    }

    pub(crate) fn curve(&self) -> Curve {
        self.checked.curve()
    }

    /// As long as the field.
    pub(crate) fn scalar(&self) -> Zeroizing<Vec<u8>> {
        self.checked.scalar()
    }

    /// The point of the public half, uncompressed.
    pub(crate) fn public_point(&self) -> Vec<u8> {
        self.checked.public_point()
    }

    /// Deterministic ECDSA (RFC 6979 §3.2): `r` and `s` side by side, each as long as the field (XMLSig §6.4.3).
    pub(crate) fn sign(&self, algorithm: DigestAlgorithm, message: &[u8]) -> Vec<u8> {
        self.checked.sign(algorithm, message)
    }

    /// The x-coordinate of the product (SEC 1 §3.3.1). Points are checked to be on the curve, whose cofactor is 1.
    pub(crate) fn agree(&self, point: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let algorithm = ecdh(self.curve());
        let prepared = self.prepared.get_or_init(|| {
            agreement::PrivateKey::from_private_key(algorithm, &self.scalar())
                .ok()
                .map(Box::new)
        });
        let Some(key) = prepared else {
            return self.checked.agree(point);
        };
        let peer = UnparsedPublicKey::new(algorithm, point);
        agreement::agree(key, peer, (), |secret| Ok(Zeroizing::new(secret.to_vec()))).ok()
    }
}
