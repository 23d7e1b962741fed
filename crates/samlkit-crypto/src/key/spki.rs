//! `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7, RFC 5480, RFC 8410) and `RSAPublicKey` (RFC 8017 §A.1.1).

use super::{Curve, Material, PublicKey};
use crate::asn1::{self, BIT_STRING, INTEGER, NULL, OBJECT_IDENTIFIER, Reader, SEQUENCE};
use crate::{Error, Oid};

pub(crate) const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
pub(crate) const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
pub(crate) const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const SECP256R1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const SECP384R1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const SECP521R1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];

pub(super) fn decode(der: &[u8]) -> Result<PublicKey, Error> {
    let mut spki = asn1::sequence(der).ok_or(Error::MalformedKey)?;
    let mut algorithm = spki.enter(SEQUENCE).ok_or(Error::MalformedKey)?;
    let oid = algorithm.oid().ok_or(Error::MalformedKey)?;
    let key = spki.bit_string().ok_or(Error::MalformedKey)?;
    spki.finish().ok_or(Error::MalformedKey)?;
    match oid.as_bytes() {
        RSA_ENCRYPTION => decode_pkcs1(key),
        EC_PUBLIC_KEY => {
            // Explicit curve parameters stand in a SEQUENCE. They are refused: a curve of the sender's choosing.
            let named = algorithm.oid().ok_or(Error::UnsupportedKey { oid })?;
            let curve = named_curve(&named).ok_or(Error::UnsupportedKey { oid: named })?;
            PublicKey::from_ec_point(curve, key)
        }
        ED25519 => PublicKey::from_ed25519(key),
        _ => Err(Error::UnsupportedKey { oid }),
    }
}

/// The curve of an `ECParameters` that names one; `None` for one that is not implemented.
pub(crate) fn named_curve(oid: &Oid) -> Option<Curve> {
    match oid.as_bytes() {
        SECP256R1 => Some(Curve::P256),
        SECP384R1 => Some(Curve::P384),
        SECP521R1 => Some(Curve::P521),
        _ => None,
    }
}

pub(super) fn decode_pkcs1(der: &[u8]) -> Result<PublicKey, Error> {
    let (modulus, exponent) = components(der).ok_or(Error::MalformedKey)?;
    PublicKey::from_rsa_components(modulus, exponent)
}

/// Modulus and exponent. Taken as unsigned, as OpenSSL does: some old encoders left out the leading zero.
fn components(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut fields: Reader<'_> = asn1::sequence(der)?;
    let modulus = fields.expect(INTEGER)?.value;
    let exponent = fields.expect(INTEGER)?.value;
    fields.finish()?;
    Some((modulus, exponent))
}

pub(super) fn encode(material: &Material) -> Vec<u8> {
    match material {
        Material::Rsa(key) => {
            let mut integers = Vec::new();
            asn1::write_unsigned(&mut integers, &key.modulus());
            asn1::write_unsigned(&mut integers, &key.exponent());
            let mut pkcs1 = Vec::new();
            asn1::write(&mut pkcs1, SEQUENCE, &[&integers]);
            encode_parts(RSA_ENCRYPTION, Some((NULL, &[])), &pkcs1)
        }
        Material::P256(key) => encode_ec(SECP256R1, key.to_sec1_point(false).as_bytes()),
        Material::P384(key) => encode_ec(SECP384R1, key.to_sec1_point(false).as_bytes()),
        Material::P521(key) => encode_ec(SECP521R1, key.to_sec1_point(false).as_bytes()),
        Material::Ed25519(key) => encode_parts(ED25519, None, key.as_bytes()),
    }
}

fn encode_ec(curve: &[u8], point: &[u8]) -> Vec<u8> {
    encode_parts(EC_PUBLIC_KEY, Some((OBJECT_IDENTIFIER, curve)), point)
}

fn encode_parts(oid: &[u8], parameters: Option<(u8, &[u8])>, key: &[u8]) -> Vec<u8> {
    let mut fields = Vec::new();
    asn1::write(&mut fields, OBJECT_IDENTIFIER, &[oid]);
    if let Some((tag, value)) = parameters {
        asn1::write(&mut fields, tag, &[value]);
    }
    let mut body = Vec::new();
    asn1::write(&mut body, SEQUENCE, &[&fields]);
    asn1::write(&mut body, BIT_STRING, &[&[0], key]);
    let mut spki = Vec::new();
    asn1::write(&mut spki, SEQUENCE, &[&body]);
    spki
}
