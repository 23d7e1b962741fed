//! `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7, RFC 5480, RFC 8410) and `RSAPublicKey` (RFC 8017 §A.1.1).

use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5912, rfc8410};
use der::asn1::{AnyRef, BitStringRef, IntRef, Null, UintRef};
use der::{Decode as _, Encode as _};
use pkcs1::RsaPublicKey;
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::{Curve, Material, PublicKey};
use crate::{Error, Oid};

pub(crate) const RSA_ENCRYPTION: ObjectIdentifier = rfc5912::RSA_ENCRYPTION;
pub(crate) const EC_PUBLIC_KEY: ObjectIdentifier = rfc5912::ID_EC_PUBLIC_KEY;
pub(crate) const ED25519: ObjectIdentifier = rfc8410::ID_ED_25519;

pub(super) fn decode(der: &[u8]) -> Result<PublicKey, Error> {
    let spki = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| Error::MalformedKey)?;
    let key = spki.subject_public_key.as_bytes();
    let key = key.ok_or(Error::MalformedKey)?;
    match spki.algorithm.oid {
        RSA_ENCRYPTION => decode_pkcs1(key),
        EC_PUBLIC_KEY => PublicKey::from_ec_point(curve(spki.algorithm)?, key),
        ED25519 => PublicKey::from_ed25519(key),
        other => Err(Error::UnsupportedKey {
            oid: Oid::new(other),
        }),
    }
}

/// The curve of an EC key. Explicit parameters, which stand in a SEQUENCE, are refused: a curve of the sender's choosing.
pub(crate) fn curve(algorithm: AlgorithmIdentifierRef<'_>) -> Result<Curve, Error> {
    match algorithm.parameters_oid() {
        Ok(named) => named_curve(named),
        Err(_) => Err(Error::UnsupportedKey {
            oid: Oid::new(algorithm.oid),
        }),
    }
}

/// The curve of this name.
pub(crate) fn named_curve(name: ObjectIdentifier) -> Result<Curve, Error> {
    match name {
        rfc5912::SECP_256_R_1 => Ok(Curve::P256),
        rfc5912::SECP_384_R_1 => Ok(Curve::P384),
        rfc5912::SECP_521_R_1 => Ok(Curve::P521),
        other => Err(Error::UnsupportedKey {
            oid: Oid::new(other),
        }),
    }
}

fn name_of(curve: Curve) -> ObjectIdentifier {
    match curve {
        Curve::P256 => rfc5912::SECP_256_R_1,
        Curve::P384 => rfc5912::SECP_384_R_1,
        Curve::P521 => rfc5912::SECP_521_R_1,
    }
}

/// The integers are taken as unsigned, as OpenSSL does: some old encoders left out the leading zero.
pub(super) fn decode_pkcs1(der: &[u8]) -> Result<PublicKey, Error> {
    let key = RsaPublicKey::<IntRef<'_>>::from_der(der).map_err(|_| Error::MalformedKey)?;
    PublicKey::from_rsa_components(key.modulus.as_bytes(), key.public_exponent.as_bytes())
}

/// The point of an EC key.
pub(crate) fn ec_point(spki: &[u8]) -> Option<&[u8]> {
    let spki = SubjectPublicKeyInfoRef::from_der(spki).ok()?;
    spki.subject_public_key.as_bytes()
}

pub(super) fn encode(material: &Material) -> der::Result<Vec<u8>> {
    match material {
        Material::Rsa(key) => {
            let pkcs1 = RsaPublicKey {
                modulus: UintRef::new(&key.modulus())?,
                public_exponent: UintRef::new(&key.exponent())?,
            }
            .to_der()?;
            encode_parts(RSA_ENCRYPTION, Some(Null.into()), &pkcs1)
        }
        Material::Ec(key) => {
            let name = name_of(key.curve());
            encode_parts(EC_PUBLIC_KEY, Some((&name).into()), &key.point())
        }
        Material::Ed25519(key) => encode_parts(ED25519, None, key.as_bytes()),
    }
}

fn encode_parts(
    oid: ObjectIdentifier,
    parameters: Option<AnyRef<'_>>,
    key: &[u8],
) -> der::Result<Vec<u8>> {
    SubjectPublicKeyInfoRef {
        algorithm: AlgorithmIdentifierRef { oid, parameters },
        subject_public_key: BitStringRef::from_bytes(key)?,
    }
    .to_der()
}
