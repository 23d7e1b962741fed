//! ECDSA and ECDH on the curves of NIST.

use p256::elliptic_curve::Generate as _;
use p256::elliptic_curve::point::AffineCoordinates as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use signature::hazmat::PrehashVerifier as _;
use zeroize::Zeroizing;

use super::ecdsa;
use crate::random::Rng;
use crate::{Curve, DigestAlgorithm, Randomness, RandomnessError};

/// A point of its curve, not the one at infinity.
///
/// Each is boxed: what a small variant leaves free is filled with whatever lay on the stack, which may be the scalar.
pub(crate) enum PublicKey {
    P256(Box<p256::ecdsa::VerifyingKey>),
    P384(Box<p384::ecdsa::VerifyingKey>),
    P521(Box<p521::ecdsa::VerifyingKey>),
}

impl PublicKey {
    /// A point in SEC 1 form, uncompressed or compressed.
    pub(crate) fn from_sec1(curve: Curve, point: &[u8]) -> Option<Self> {
        macro_rules! read {
            ($curve:ident, $variant:ident) => {
                $curve::ecdsa::VerifyingKey::from_sec1_bytes(point)
                    .map(|key| Self::$variant(Box::new(key)))
            };
        }
        match curve {
            Curve::P256 => read!(p256, P256),
            Curve::P384 => read!(p384, P384),
            Curve::P521 => read!(p521, P521),
        }
        .ok()
    }

    pub(crate) fn curve(&self) -> Curve {
        match self {
            Self::P256(_) => Curve::P256,
            Self::P384(_) => Curve::P384,
            Self::P521(_) => Curve::P521,
        }
    }

    /// The point, uncompressed.
    pub(crate) fn point(&self) -> Vec<u8> {
        match self {
            Self::P256(key) => key.to_sec1_point(false).as_bytes().to_vec(),
            Self::P384(key) => key.to_sec1_point(false).as_bytes().to_vec(),
            Self::P521(key) => key.to_sec1_point(false).as_bytes().to_vec(),
        }
    }

    /// `signature` is `r` and `s` side by side, each as long as the field; both must be in 1..n.
    ///
    /// A digest longer than the order is cut to its leftmost bits, a shorter one is taken as it is (FIPS 186-5 §6.4.2).
    pub(crate) fn verify(
        &self,
        algorithm: DigestAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let digest = algorithm.digest(message);
        macro_rules! verify {
            ($curve:ident, $key:expr) => {
                $curve::ecdsa::Signature::from_slice(signature)
                    .and_then(|signature| $key.verify_prehash(digest.as_bytes(), &signature))
                    .is_ok()
            };
        }
        match self {
            Self::P256(key) => verify!(p256, key),
            Self::P384(key) => verify!(p384, key),
            Self::P521(key) => verify!(p521, key),
        }
    }
}

/// A scalar in 1..n. Wipes itself when dropped. Each is boxed, as those of [`PublicKey`].
pub(crate) enum PrivateKey {
    P256(Box<p256::SecretKey>),
    P384(Box<p384::SecretKey>),
    P521(Box<p521::SecretKey>),
}

/// A tag and a pointer, in which nothing is free.
const _: () = assert!(
    size_of::<PublicKey>() == 2 * size_of::<usize>()
        && size_of::<PrivateKey>() == 2 * size_of::<usize>()
);

/// The scalar, prepared for arithmetic, and wiped thereafter.
macro_rules! scalar {
    ($key:expr) => {
        Zeroizing::new($key.to_nonzero_scalar())
    };
}

impl PrivateKey {
    /// A scalar as long as the field.
    pub(crate) fn from_scalar(curve: Curve, scalar: &[u8]) -> Option<Self> {
        macro_rules! read {
            ($curve:ident, $variant:ident) => {
                $curve::SecretKey::from_slice(scalar).map(|key| Self::$variant(Box::new(key)))
            };
        }
        match curve {
            Curve::P256 => read!(p256, P256),
            Curve::P384 => read!(p384, P384),
            Curve::P521 => read!(p521, P521),
        }
        .ok()
    }

    pub(crate) fn generate(
        curve: Curve,
        randomness: &dyn Randomness,
    ) -> Result<Self, RandomnessError> {
        let rng = &mut Rng(randomness);
        Ok(match curve {
            Curve::P256 => Self::P256(Box::new(p256::SecretKey::try_generate_from_rng(rng)?)),
            Curve::P384 => Self::P384(Box::new(p384::SecretKey::try_generate_from_rng(rng)?)),
            Curve::P521 => Self::P521(Box::new(p521::SecretKey::try_generate_from_rng(rng)?)),
        })
    }

    pub(crate) fn curve(&self) -> Curve {
        match self {
            Self::P256(_) => Curve::P256,
            Self::P384(_) => Curve::P384,
            Self::P521(_) => Curve::P521,
        }
    }

    /// As long as the field.
    pub(crate) fn scalar(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Self::P256(key) => Zeroizing::new(key.to_bytes()).to_vec(),
            Self::P384(key) => Zeroizing::new(key.to_bytes()).to_vec(),
            Self::P521(key) => Zeroizing::new(key.to_bytes()).to_vec(),
        })
    }

    /// The point of the public half, uncompressed. It is computed.
    pub(crate) fn public_point(&self) -> Vec<u8> {
        macro_rules! point {
            ($curve:ident, $key:expr) => {
                $curve::PublicKey::from_secret_scalar(&scalar!($key))
                    .to_sec1_point(false)
                    .as_bytes()
                    .to_vec()
            };
        }
        match self {
            Self::P256(key) => point!(p256, key),
            Self::P384(key) => point!(p384, key),
            Self::P521(key) => point!(p521, key),
        }
    }

    /// Deterministic ECDSA (RFC 6979 §3.2): `r` and `s` side by side, each as long as the field (XMLSig §6.4.3).
    pub(crate) fn sign(&self, algorithm: DigestAlgorithm, message: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(key) => ecdsa::sign_p256(&scalar!(key), algorithm, message),
            Self::P384(key) => ecdsa::sign_p384(&scalar!(key), algorithm, message),
            Self::P521(key) => ecdsa::sign_p521(&scalar!(key), algorithm, message),
        }
    }

    /// The x-coordinate of the product (SEC 1 §3.3.1). Points are checked to be on the curve, whose cofactor is 1.
    pub(crate) fn agree(&self, point: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        macro_rules! agree {
            ($curve:ident, $key:expr) => {{
                let public = $curve::PublicKey::from_sec1_bytes(point).ok()?;
                let secret = scalar!($key);
                let product =
                    ($curve::ProjectivePoint::from(*public.as_affine()) * **secret).to_affine();
                Some(Zeroizing::new(product.x().to_vec()))
            }};
        }
        match self {
            Self::P256(key) => agree!(p256, key),
            Self::P384(key) => agree!(p384, key),
            Self::P521(key) => agree!(p521, key),
        }
    }
}
