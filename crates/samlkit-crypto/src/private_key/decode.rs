//! PKCS#8, PKCS#1 and SEC 1 forms of private keys. The buffers made here are wiped; what the input is read from is the caller's.

use der::asn1::OctetStringRef;
use der::{Decode as _, Tag, Tagged as _};
use pkcs1::RsaPrivateKeyRef;
use pkcs8::PrivateKeyInfoRef;
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

use super::{Material, PrivateKey};
use crate::input::{self, SEQUENCE};
use crate::key::spki::{self, EC_PUBLIC_KEY, ED25519, RSA_ENCRYPTION};
use crate::{Curve, Error, Oid, PublicKey, backend};

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
    let (first, second, rest) = input::outline(&der).map_err(|_| Error::MalformedPrivateKey)?;
    let second = second.map(|field| field.tag());
    let form = match (first.tag(), first.value(), second) {
        (Tag::Integer, [3], Some(Tag::Sequence)) => {
            return Err(Error::WrongInput {
                found: crate::Form::Pkcs12,
            });
        }
        (Tag::Integer, _, Some(Tag::Sequence)) => Form::Pkcs8,
        (Tag::Integer, _, Some(Tag::OctetString)) => Form::Sec1,
        (Tag::Integer, [0 | 1], Some(Tag::Integer)) => Form::Pkcs1,
        (Tag::Sequence, _, Some(Tag::OctetString)) if !rest => {
            return Err(Error::EncryptedPrivateKey);
        }
        (Tag::Sequence, _, Some(Tag::Sequence | Tag::BitString))
        | (Tag::Integer, _, Some(Tag::Integer)) => {
            return Err(Error::NoPrivateKey);
        }
        (Tag::ObjectIdentifier, _, Some(tag)) if input::is_explicit_0(tag) => {
            return Err(Error::WrongInput {
                found: crate::Form::Pkcs7,
            });
        }
        _ => return Err(Error::MalformedPrivateKey),
    };
    Ok((form, der))
}

pub(super) fn pkcs8(der: &[u8]) -> Result<PrivateKey, Error> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(malformed)?;
    let octets = info.private_key.as_bytes();
    let stated = match info.public_key {
        Some(octets) => Some(octets.as_bytes().ok_or(Error::MalformedPrivateKey)?),
        None => None,
    };
    let key = match info.algorithm.oid {
        RSA_ENCRYPTION => pkcs1(octets),
        EC_PUBLIC_KEY => sec1(octets, Some(spki::curve(info.algorithm)?)),
        ED25519 => ed25519(octets),
        other => Err(Error::UnsupportedKey {
            oid: Oid::new(other),
        }),
    }?;
    check_stated(&key, stated)?;
    Ok(key)
}

pub(super) fn pkcs1(der: &[u8]) -> Result<PrivateKey, Error> {
    let fields = RsaPrivateKeyRef::from_der(der).map_err(malformed)?;
    if fields.other_prime_infos.is_some() {
        return Err(Error::MalformedPrivateKey);
    }
    let modulus = fields.modulus.as_bytes();
    let exponent = fields.public_exponent.as_bytes();
    // Bounds of modulus and exponent, before any arithmetic with them.
    let public = PublicKey::from_rsa_components(modulus, exponent).map_err(private)?;
    let primes = [fields.prime1.as_bytes(), fields.prime2.as_bytes()];
    let d = fields.private_exponent.as_bytes();
    let key = backend::rsa::PrivateKey::new(modulus, exponent, d, primes, public.bits())
        .ok_or(Error::MalformedPrivateKey)?;
    PrivateKey::new(Material::Rsa(Box::new(key)))
}

pub(super) fn sec1(der: &[u8], outer: Option<Curve>) -> Result<PrivateKey, Error> {
    let fields = EcPrivateKey::from_der(der).map_err(malformed)?;
    let inner = match fields.parameters.and_then(sec1::EcParameters::named_curve) {
        Some(name) => Some(spki::named_curve(name)?),
        None => None,
    };
    let curve = match (outer, inner) {
        (Some(outer), Some(inner)) if outer != inner => return Err(Error::MalformedPrivateKey),
        (Some(curve), _) | (None, Some(curve)) => curve,
        (None, None) => return Err(Error::MalformedPrivateKey),
    };
    let key = PrivateKey::new(ec(curve, fields.private_key)?)?;
    check_stated(&key, fields.public_key)?;
    Ok(key)
}

fn malformed(_: der::Error) -> Error {
    Error::MalformedPrivateKey
}

/// Some encoders leave out the leading zeros of the scalar, against RFC 5915 §3.
fn ec(curve: Curve, scalar: &[u8]) -> Result<Material, Error> {
    let missing = curve
        .field_len()
        .checked_sub(scalar.len())
        .ok_or(Error::MalformedPrivateKey)?;
    let mut octets = Zeroizing::new(vec![0; curve.field_len()]);
    if let Some(low) = octets.get_mut(missing..) {
        low.copy_from_slice(scalar);
    }
    backend::ec::PrivateKey::from_scalar(curve, &octets)
        .map(|key| Material::Ec(Box::new(key)))
        .ok_or(Error::MalformedPrivateKey)
}

/// `CurvePrivateKey` (RFC 8410 §7).
fn ed25519(octets: &[u8]) -> Result<PrivateKey, Error> {
    let seed = <&OctetStringRef>::from_der(octets).map_err(malformed)?;
    let seed = seed.as_bytes().try_into();
    let seed = seed.map_err(|_| Error::MalformedPrivateKey)?;
    let key = backend::ed25519::PrivateKey::new(seed);
    PrivateKey::new(Material::Ed25519(Box::new(key)))
}

/// A public key beside the private one must be its own: signing with the one while publishing the other leaks an Ed25519 key.
fn check_stated(key: &PrivateKey, stated: Option<&[u8]>) -> Result<(), Error> {
    let Some(stated) = stated else {
        return Ok(());
    };
    let stated = match &key.material {
        Material::Rsa(_) => PublicKey::from_pkcs1_der(stated),
        Material::Ec(key) => PublicKey::from_ec_point(key.curve(), stated),
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
            let (modulus, exponent) = key.public();
            PublicKey::from_rsa_components(&modulus, &exponent)
        }
        Material::Ec(key) => PublicKey::from_ec_point(key.curve(), &key.public_point()),
        Material::Ed25519(key) => PublicKey::from_ed25519(&key.public()),
    }
    .map_err(private)
}

fn private(error: Error) -> Error {
    match error {
        Error::MalformedKey => Error::MalformedPrivateKey,
        other => other,
    }
}
