//! RSA signing, blinded (RUSTSEC-2023-0071) and checked against faults.

use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::traits::{PublicKeyParts as _, SignatureScheme as _};
use rsa::{BoxedUint, PrivateKey, hazmat};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use crate::key::pss;
use crate::random::Rng;
use crate::{DigestAlgorithm, PssParameters, Randomness, SignError};

/// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1).
pub(crate) fn sign_pkcs1(
    key: &PrivateKey,
    randomness: &dyn Randomness,
    algorithm: DigestAlgorithm,
    message: &[u8],
) -> Result<Vec<u8>, SignError> {
    let scheme = match algorithm {
        DigestAlgorithm::Sha1 => Pkcs1v15Sign::new::<Sha1>(),
        DigestAlgorithm::Sha224 => Pkcs1v15Sign::new::<Sha224>(),
        DigestAlgorithm::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
        DigestAlgorithm::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
        DigestAlgorithm::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
    };
    let digest = algorithm.digest(message);
    scheme
        .sign(Some(&mut Rng(randomness)), key, digest.as_bytes())
        .map_err(|error| failure(&error))
}

/// RSASSA-PSS (RFC 8017 §8.1.1). The `rsa` crate has one digest for message and mask; `RSAPSSParams` can name two.
pub(crate) fn sign_pss(
    key: &PrivateKey,
    randomness: &dyn Randomness,
    parameters: PssParameters,
    message: &[u8],
) -> Result<Vec<u8>, SignError> {
    let mut salt = vec![0; parameters.salt_length()];
    randomness.fill(&mut salt)?;
    let digest = parameters.digest().digest(message);
    let bits = key.n().bit_width_vartime();
    let encoded = pss::encode(parameters, &digest, &salt, bits).ok_or(SignError::Computation)?;
    let m = BoxedUint::from_be_slice(&encoded, key.n_bits_precision())
        .map_err(|_| SignError::Computation)?;
    let s = hazmat::rsa_decrypt_and_check(key, Some(&mut Rng(randomness)), &m)
        .map_err(|error| failure(&error))?;
    // The number is stored in whole machine words; the signature is as long as the modulus.
    let octets = s.to_be_bytes();
    let start = octets.len().checked_sub(key.size());
    let signature = start.and_then(|start| octets.get(start..));
    signature.map(<[u8]>::to_vec).ok_or(SignError::Computation)
}

fn failure(error: &rsa::Error) -> SignError {
    match error {
        rsa::Error::Rng => SignError::Randomness(crate::RandomnessError::new()),
        _ => SignError::Computation,
    }
}
