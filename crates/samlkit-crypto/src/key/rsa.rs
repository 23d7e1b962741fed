use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::traits::PublicKeyParts as _;
use rsa::{BoxedUint, hazmat};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use super::{pss, strip_zeros};
use crate::{DigestAlgorithm, Error, PssParameters};

/// Smaller keys are not read at all: 512 and 768 bits have been factored in public.
pub(crate) const MIN_BITS: u32 = 1024;
/// Larger ones only cost time.
const MAX_BITS: u32 = 8192;
/// As for ring and the `rsa` crate; F4 has 17 bits.
const MAX_EXPONENT: u64 = (1 << 33) - 1;

/// An RSA key with its Montgomery parameters.
#[derive(Clone)]
pub(super) struct RsaKey {
    key: rsa::PublicKey,
    bits: u32,
    /// Length of the modulus in octets.
    size: usize,
}

impl RsaKey {
    pub(super) fn new(modulus: &[u8], exponent: &[u8]) -> Result<Self, Error> {
        let modulus = strip_zeros(modulus);
        let exponent = strip_zeros(exponent);
        let bits = bit_len(modulus);
        if bits > MAX_BITS {
            return Err(Error::KeyTooLarge { bits });
        }
        if bits < MIN_BITS {
            return Err(Error::KeyTooSmall {
                bits,
                minimum: MIN_BITS,
            });
        }
        if exponent.len() > 8 {
            return Err(Error::ExponentOutOfRange);
        }
        let e = exponent
            .iter()
            .fold(0_u64, |n, &octet| (n << 8) | u64::from(octet));
        if !(3..=MAX_EXPONENT).contains(&e) || e % 2 == 0 {
            return Err(Error::ExponentOutOfRange);
        }
        let n = BoxedUint::from_be_slice_vartime(modulus);
        let key = rsa::PublicKey::new(n, BoxedUint::from(e)).map_err(|_| Error::MalformedKey)?;
        Ok(Self {
            key,
            bits,
            size: modulus.len(),
        })
    }

    pub(super) fn bits(&self) -> u32 {
        self.bits
    }

    /// The modulus as big-endian octets without leading zeros.
    pub(super) fn modulus(&self) -> Vec<u8> {
        strip_zeros(&self.key.n().to_be_bytes()).to_vec()
    }

    /// The exponent as big-endian octets without leading zeros.
    pub(super) fn exponent(&self) -> Vec<u8> {
        strip_zeros(&self.key.e().to_be_bytes()).to_vec()
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2). The backend compares the whole encoded message, padding included.
    pub(super) fn verify_pkcs1(
        &self,
        algorithm: DigestAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Error> {
        self.check_length(signature)?;
        let scheme = match algorithm {
            DigestAlgorithm::Sha1 => Pkcs1v15Sign::new::<Sha1>(),
            DigestAlgorithm::Sha224 => Pkcs1v15Sign::new::<Sha224>(),
            DigestAlgorithm::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
            DigestAlgorithm::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
            DigestAlgorithm::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
        };
        let digest = algorithm.digest(message);
        self.key
            .verify(scheme, digest.as_bytes(), signature)
            .map_err(|_| Error::SignatureMismatch)
    }

    /// RSASSA-PSS (RFC 8017 §8.1.2). The `rsa` crate has one digest for message and mask; `RSAPSSParams` can name two.
    pub(super) fn verify_pss(
        &self,
        parameters: PssParameters,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Error> {
        self.check_length(signature)?;
        let n = self.key.n().as_ref();
        let s = BoxedUint::from_be_slice(signature, n.bits_precision())
            .map_err(|_| Error::SignatureMismatch)?;
        if s >= *n {
            return Err(Error::SignatureMismatch);
        }
        let m = hazmat::rsa_encrypt(&self.key, &s).map_err(|_| Error::SignatureMismatch)?;
        let digest = parameters.digest().digest(message);
        if pss::matches(parameters, &digest, &m.to_be_bytes(), self.bits) {
            Ok(())
        } else {
            Err(Error::SignatureMismatch)
        }
    }

    fn check_length(&self, signature: &[u8]) -> Result<(), Error> {
        if signature.len() == self.size {
            Ok(())
        } else {
            Err(Error::SignatureLength {
                expected: self.size,
                found: signature.len(),
            })
        }
    }
}

/// Bits of a number without leading zero octets.
fn bit_len(octets: &[u8]) -> u32 {
    let first = octets.first().map_or(0, |octet| octet.leading_zeros());
    u32::try_from(octets.len().saturating_mul(8))
        .unwrap_or(u32::MAX)
        .saturating_sub(first)
}
