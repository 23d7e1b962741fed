//! PKCS#8, PKCS#1 and SEC 1 forms of private keys. The buffers made here are wiped; what the input is read from is the caller's.

use ::rsa::BoxedUint;
use ::rsa::traits::PublicKeyParts as _;
use zeroize::Zeroizing;

use super::{Material, PrivateKey};
use crate::asn1::{
    self, BIT_STRING, CONTEXT_0, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, Reader, SEQUENCE,
};
use crate::key::spki::{self, EC_PUBLIC_KEY, ED25519, RSA_ENCRYPTION};
use crate::{Curve, Error, PublicKey, input};

/// `[1] EXPLICIT`, as in `ECPrivateKey`, and the same tag for the constructed form of PKCS#8.
const CONTEXT_1: u8 = 0xa1;
/// `[1] IMPLICIT BIT STRING` of `OneAsymmetricKey`.
const CONTEXT_1_PRIMITIVE: u8 = 0x81;

/// How a private key is encoded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Form {
    Pkcs8,
    Pkcs1,
    Sec1,
}

/// The one private key of the input.
pub(super) fn find(text: &[u8]) -> Result<(Form, Zeroizing<Vec<u8>>), Error> {
    if text.len() > input::MAX_INPUT {
        return Err(Error::TooLong {
            limit: input::MAX_INPUT,
        });
    }
    if text.first() == Some(&SEQUENCE) {
        return sniff(Zeroizing::new(text.to_vec()));
    }
    let text = text
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(text)
        .trim_ascii();
    if text.is_empty() {
        return Err(Error::Nothing);
    }
    if text.starts_with(b"<") {
        return Err(Error::WrongInput {
            found: crate::Form::Xml,
        });
    }
    if input::is_pem(text) {
        pem(text)
    } else {
        sniff(input::base64_secret(text)?)
    }
}

/// Certificates and `EC PARAMETERS` may stand beside the key, as in the files that `openssl` and web servers use.
fn pem(text: &[u8]) -> Result<(Form, Zeroizing<Vec<u8>>), Error> {
    let mut found = None;
    let mut count = 0;
    let mut public = false;
    for block in input::blocks(text) {
        let (label, body) = block?;
        let form = match label {
            b"PRIVATE KEY" => Form::Pkcs8,
            b"RSA PRIVATE KEY" => Form::Pkcs1,
            b"EC PRIVATE KEY" => Form::Sec1,
            b"ENCRYPTED PRIVATE KEY" => return Err(Error::EncryptedPrivateKey),
            other if other.ends_with(b"PRIVATE KEY") => {
                return Err(Error::WrongInput {
                    found: crate::Form::OtherPem,
                });
            }
            b"CERTIFICATE" | b"X509 CERTIFICATE" | b"PUBLIC KEY" | b"RSA PUBLIC KEY" => {
                public = true;
                continue;
            }
            _ => continue,
        };
        // The header of OpenSSL's own encryption (RFC 1421 §4.6.1.1).
        if body.trim_ascii_start().starts_with(b"Proc-Type:") {
            return Err(Error::EncryptedPrivateKey);
        }
        count += 1;
        if count == 1 {
            found = Some((form, input::base64_secret(body)?));
        }
    }
    match found {
        Some(_) if count > 1 => Err(Error::SeveralPrivateKeys { count }),
        Some(found) => Ok(found),
        None if public => Err(Error::NoPrivateKey),
        None => Err(Error::WrongInput {
            found: crate::Form::OtherPem,
        }),
    }
}

/// Tells the forms apart by the tags of their first elements.
fn sniff(mut der: Zeroizing<Vec<u8>>) -> Result<(Form, Zeroizing<Vec<u8>>), Error> {
    input::trim(&mut der);
    let mut fields = asn1::sequence(&der).ok_or(Error::MalformedPrivateKey)?;
    let first = fields.next().ok_or(Error::MalformedPrivateKey)?;
    let second = fields.next().map(|element| element.tag);
    let form = match (first.tag, first.value, second) {
        (INTEGER, [3], Some(SEQUENCE)) => {
            return Err(Error::WrongInput {
                found: crate::Form::Pkcs12,
            });
        }
        (INTEGER, _, Some(SEQUENCE)) => Form::Pkcs8,
        (INTEGER, _, Some(OCTET_STRING)) => Form::Sec1,
        (INTEGER, [0 | 1], Some(INTEGER)) => Form::Pkcs1,
        (SEQUENCE, _, Some(OCTET_STRING)) if fields.is_empty() => {
            return Err(Error::EncryptedPrivateKey);
        }
        (SEQUENCE, _, Some(SEQUENCE | BIT_STRING)) | (INTEGER, _, Some(INTEGER)) => {
            return Err(Error::NoPrivateKey);
        }
        (OBJECT_IDENTIFIER, _, Some(CONTEXT_0)) => {
            return Err(Error::WrongInput {
                found: crate::Form::Pkcs7,
            });
        }
        _ => return Err(Error::MalformedPrivateKey),
    };
    Ok((form, der))
}

pub(super) fn pkcs8(der: &[u8]) -> Result<PrivateKey, Error> {
    let mut info = asn1::sequence(der).ok_or(Error::MalformedPrivateKey)?;
    let version = info.expect(INTEGER).ok_or(Error::MalformedPrivateKey)?;
    if !matches!(version.value, [0 | 1]) {
        return Err(Error::MalformedPrivateKey);
    }
    let mut algorithm = info.enter(SEQUENCE).ok_or(Error::MalformedPrivateKey)?;
    let oid = algorithm.oid().ok_or(Error::MalformedPrivateKey)?;
    let octets = info
        .expect(OCTET_STRING)
        .ok_or(Error::MalformedPrivateKey)?
        .value;
    let stated = stated_public(info)?;
    let key = match oid.as_bytes() {
        RSA_ENCRYPTION => pkcs1(octets),
        EC_PUBLIC_KEY => {
            let named = algorithm.oid().ok_or(Error::UnsupportedKey { oid })?;
            let curve = spki::named_curve(&named).ok_or(Error::UnsupportedKey { oid: named })?;
            sec1(octets, Some(curve))
        }
        ED25519 => ed25519(octets),
        _ => Err(Error::UnsupportedKey { oid }),
    }?;
    check_stated(&key, stated)?;
    Ok(key)
}

/// The public key that a `OneAsymmetricKey` may end with; attributes before it are stepped over.
fn stated_public(mut rest: Reader<'_>) -> Result<Option<&[u8]>, Error> {
    if rest.peek() == Some(CONTEXT_0) {
        rest.next().ok_or(Error::MalformedPrivateKey)?;
    }
    let stated = match rest.next() {
        Some(element) if element.tag == CONTEXT_1_PRIMITIVE => match element.value.split_first() {
            Some((0, octets)) => Some(octets),
            _ => return Err(Error::MalformedPrivateKey),
        },
        Some(_) => return Err(Error::MalformedPrivateKey),
        None => None,
    };
    rest.finish().ok_or(Error::MalformedPrivateKey)?;
    Ok(stated)
}

pub(super) fn pkcs1(der: &[u8]) -> Result<PrivateKey, Error> {
    let mut fields = asn1::sequence(der).ok_or(Error::MalformedPrivateKey)?;
    let mut integer = || {
        fields
            .expect(INTEGER)
            .map(|element| element.value)
            .ok_or(Error::MalformedPrivateKey)
    };
    let (version, modulus, exponent) = (integer()?, integer()?, integer()?);
    let (d, p, q) = (integer()?, integer()?, integer()?);
    // The CRT values are computed anew.
    let (_, _, _) = (integer()?, integer()?, integer()?);
    fields.finish().ok_or(Error::MalformedPrivateKey)?;
    // 1 is for more than two primes.
    if version != [0] {
        return Err(Error::MalformedPrivateKey);
    }
    // Bounds of modulus and exponent, before any arithmetic with them.
    let public = PublicKey::from_rsa_components(modulus, exponent).map_err(private)?;
    let bits = public.bits();
    let wide = |octets: &[u8], bits: u32| {
        let octets = strip_zeros(octets);
        BoxedUint::from_be_slice(octets, bits).map_err(|_| Error::MalformedPrivateKey)
    };
    let half = bits.div_ceil(2);
    let (n, e) = (wide(modulus, bits)?, wide(exponent, 64)?);
    let (d, primes) = (wide(d, bits)?, vec![wide(p, half)?, wide(q, half)?]);
    let key = ::rsa::PrivateKey::from_components(n, e, d, primes)
        .map_err(|_| Error::MalformedPrivateKey)?;
    PrivateKey::new(Material::Rsa(Box::new(key)))
}

pub(super) fn sec1(der: &[u8], outer: Option<Curve>) -> Result<PrivateKey, Error> {
    let mut fields = asn1::sequence(der).ok_or(Error::MalformedPrivateKey)?;
    let version = fields.expect(INTEGER).ok_or(Error::MalformedPrivateKey)?;
    let scalar = fields
        .expect(OCTET_STRING)
        .ok_or(Error::MalformedPrivateKey)?
        .value;
    if version.value != [1] {
        return Err(Error::MalformedPrivateKey);
    }
    let inner = match fields.enter(CONTEXT_0) {
        Some(mut parameters) => {
            let oid = parameters.oid().ok_or(Error::MalformedPrivateKey)?;
            Some(spki::named_curve(&oid).ok_or(Error::UnsupportedKey { oid })?)
        }
        None => None,
    };
    let stated = match fields.enter(CONTEXT_1) {
        Some(mut public) => Some(public.bit_string().ok_or(Error::MalformedPrivateKey)?),
        None => None,
    };
    fields.finish().ok_or(Error::MalformedPrivateKey)?;
    let curve = match (outer, inner) {
        (Some(outer), Some(inner)) if outer != inner => return Err(Error::MalformedPrivateKey),
        (Some(curve), _) | (None, Some(curve)) => curve,
        (None, None) => return Err(Error::MalformedPrivateKey),
    };
    let key = PrivateKey::new(ec(curve, scalar)?)?;
    check_stated(&key, stated)?;
    Ok(key)
}

/// Some encoders leave out the leading zeros of the scalar, against RFC 5915 §3.
fn ec(curve: Curve, scalar: &[u8]) -> Result<Material, Error> {
    let width = usize::try_from(curve.bits().div_ceil(8)).unwrap_or(usize::MAX);
    let missing = width
        .checked_sub(scalar.len())
        .ok_or(Error::MalformedPrivateKey)?;
    let mut octets = Zeroizing::new(vec![0; missing]);
    octets.reserve_exact(scalar.len());
    octets.extend_from_slice(scalar);
    let malformed = |_| Error::MalformedPrivateKey;
    Ok(match curve {
        Curve::P256 => {
            Material::P256(p256::ecdsa::SigningKey::from_slice(&octets).map_err(malformed)?)
        }
        Curve::P384 => {
            Material::P384(p384::ecdsa::SigningKey::from_slice(&octets).map_err(malformed)?)
        }
        Curve::P521 => Material::P521(Box::new(
            p521::ecdsa::SigningKey::from_slice(&octets).map_err(malformed)?,
        )),
    })
}

/// `CurvePrivateKey` (RFC 8410 §7).
fn ed25519(octets: &[u8]) -> Result<PrivateKey, Error> {
    let mut outer = Reader::new(octets);
    let seed = outer
        .expect(OCTET_STRING)
        .and_then(|element| <&[u8; 32]>::try_from(element.value).ok())
        .ok_or(Error::MalformedPrivateKey)?;
    outer.finish().ok_or(Error::MalformedPrivateKey)?;
    PrivateKey::new(Material::Ed25519(ed25519_dalek::SigningKey::from_bytes(
        seed,
    )))
}

/// A public key beside the private one must be its own: signing with the one while publishing the other leaks an Ed25519 key.
fn check_stated(key: &PrivateKey, stated: Option<&[u8]>) -> Result<(), Error> {
    let Some(stated) = stated else {
        return Ok(());
    };
    let stated = match &key.material {
        Material::Rsa(_) => PublicKey::from_pkcs1_der(stated),
        Material::P256(_) => PublicKey::from_ec_point(Curve::P256, stated),
        Material::P384(_) => PublicKey::from_ec_point(Curve::P384, stated),
        Material::P521(_) => PublicKey::from_ec_point(Curve::P521, stated),
        Material::Ed25519(_) => PublicKey::from_ed25519(stated),
    };
    match stated {
        Ok(stated) if stated == key.public => Ok(()),
        _ => Err(Error::MalformedPrivateKey),
    }
}

/// The public half.
pub(super) fn public(material: &Material) -> Result<PublicKey, Error> {
    match material {
        Material::Rsa(key) => {
            PublicKey::from_rsa_components(&key.n().to_be_bytes(), &key.e().to_be_bytes())
        }
        Material::P256(key) => PublicKey::from_ec_point(
            Curve::P256,
            key.verifying_key().to_sec1_point(false).as_bytes(),
        ),
        Material::P384(key) => PublicKey::from_ec_point(
            Curve::P384,
            key.verifying_key().to_sec1_point(false).as_bytes(),
        ),
        Material::P521(key) => PublicKey::from_ec_point(
            Curve::P521,
            key.verifying_key().to_sec1_point(false).as_bytes(),
        ),
        Material::Ed25519(key) => PublicKey::from_ed25519(key.verifying_key().as_bytes()),
    }
    .map_err(private)
}

fn private(error: Error) -> Error {
    match error {
        Error::MalformedKey => Error::MalformedPrivateKey,
        other => other,
    }
}

fn strip_zeros(octets: &[u8]) -> &[u8] {
    let start = octets
        .iter()
        .position(|&octet| octet != 0)
        .unwrap_or(octets.len());
    octets.get(start..).unwrap_or(&[])
}
