//! RSA. Private-key operations are blinded (RUSTSEC-2023-0071) and checked against faults.

use rsa::pkcs1v15::Pkcs1v15Sign;
#[cfg(feature = "aws-lc-rs")]
use rsa::pkcs8::EncodePrivateKey as _;
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _, SignatureScheme as _};
use rsa::{BoxedUint, hazmat};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use zeroize::{Zeroize as _, Zeroizing};

use super::pss;
use crate::derived::Derived;
use crate::random::Rng;
use crate::{DigestAlgorithm, PssParameters, Randomness, RandomnessError, RsaOaep, SignError};

/// An odd modulus with its Montgomery parameters, and an exponent.
pub(crate) struct PublicKey(rsa::PublicKey);

impl PublicKey {
    /// Bounds are the caller's to check. `modulus` is without leading zeros.
    pub(crate) fn new(modulus: &[u8], exponent: u64) -> Option<Self> {
        let n = BoxedUint::from_be_slice_vartime(modulus);
        let key = rsa::PublicKey::new(n, BoxedUint::from(exponent));
        key.ok().map(Self)
    }

    /// The modulus as big-endian octets; zeros may come first.
    pub(crate) fn modulus(&self) -> Box<[u8]> {
        self.0.n().to_be_bytes()
    }

    /// The exponent as big-endian octets; zeros may come first.
    pub(crate) fn exponent(&self) -> Box<[u8]> {
        self.0.e().to_be_bytes()
    }

    pub(crate) fn bits(&self) -> u32 {
        self.0.n().bit_width_vartime()
    }

    /// Length of the modulus in octets.
    pub(crate) fn size(&self) -> usize {
        self.0.size()
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2) for a signature as long as the modulus. The whole encoded message is compared,
    /// padding included.
    pub(crate) fn verify_pkcs1(
        &self,
        algorithm: DigestAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let digest = algorithm.digest(message);
        let scheme = pkcs1(algorithm);
        self.0.verify(scheme, digest.as_bytes(), signature).is_ok()
    }

    /// RSASSA-PSS (RFC 8017 §8.1.2) for a signature as long as the modulus. The `rsa` crate has one digest for message and
    /// mask; `RSAPSSParams` can name two.
    pub(crate) fn verify_pss(
        &self,
        parameters: PssParameters,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let n = self.0.n().as_ref();
        let Ok(s) = BoxedUint::from_be_slice(signature, n.bits_precision()) else {
            return false;
        };
        if s >= *n {
            return false;
        }
        let Ok(m) = hazmat::rsa_encrypt(&self.0, &s) else {
            return false;
        };
        let digest = parameters.digest().digest(message);
        pss::matches(parameters, &digest, &m.to_be_bytes(), self.bits())
    }

    /// The bare operation (RFC 8017 §5.1.1), for a number below the modulus. It is wiped.
    pub(crate) fn encrypt(&self, mut number: Vec<u8>) -> Option<Vec<u8>> {
        let m = BoxedUint::from_be_slice(&number, self.0.n().as_ref().bits_precision());
        number.zeroize();
        let mut m = m.ok()?;
        let c = hazmat::rsa_encrypt(&self.0, &m);
        m.zeroize();
        last(&c.ok()?.to_be_bytes(), self.size()).map(<[u8]>::to_vec)
    }
}

/// Two primes and what goes with them. Wipes itself when dropped.
pub(crate) struct PrivateKey(Box<rsa::PrivateKey>);

impl PrivateKey {
    /// The CRT values are computed anew. `None` where the numbers do not go together. Bounds of modulus and exponent are the
    /// caller's to check.
    pub(crate) fn new(
        modulus: &[u8],
        exponent: &[u8],
        d: &[u8],
        [p, q]: [&[u8]; 2],
        bits: u32,
    ) -> Option<Self> {
        let wide = |octets: &[u8], bits: u32| BoxedUint::from_be_slice(octets, bits).ok();
        let half = bits.div_ceil(2);
        let primes = vec![wide(p, half)?, wide(q, half)?];
        let (n, e, d) = (wide(modulus, bits)?, wide(exponent, 64)?, wide(d, bits)?);
        let key = rsa::PrivateKey::from_components(n, e, d, primes);
        key.ok().map(|key| Self(Box::new(key)))
    }

    /// Modulus and exponent.
    pub(crate) fn public(&self) -> (Box<[u8]>, Box<[u8]>) {
        (self.0.n().to_be_bytes(), self.0.e().to_be_bytes())
    }

    /// The private exponent.
    pub(crate) fn d(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.d().to_be_bytes().into_vec())
    }

    /// Length of the modulus in octets.
    pub(crate) fn size(&self) -> usize {
        self.0.size()
    }

    #[cfg(feature = "aws-lc-rs")]
    pub(crate) fn bits(&self) -> u32 {
        self.0.n().bit_width_vartime()
    }

    /// As a `PrivateKeyInfo` that wipes itself.
    #[cfg(feature = "aws-lc-rs")]
    pub(crate) fn pkcs8(&self) -> Option<der::SecretDocument> {
        self.0.to_pkcs8_der().ok()
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1).
    pub(crate) fn sign_pkcs1(
        &self,
        randomness: &dyn Randomness,
        algorithm: DigestAlgorithm,
        message: &[u8],
    ) -> Result<Vec<u8>, SignError> {
        let digest = algorithm.digest(message);
        pkcs1(algorithm)
            .sign(Some(&mut Rng(randomness)), &self.0, digest.as_bytes())
            .map_err(|error| failure(&error))
    }

    /// RSASSA-PSS (RFC 8017 §8.1.1).
    pub(crate) fn sign_pss(
        &self,
        randomness: &dyn Randomness,
        parameters: PssParameters,
        message: &[u8],
    ) -> Result<Vec<u8>, SignError> {
        let key = &*self.0;
        let mut salt = vec![0; parameters.salt_length()];
        randomness.fill(&mut salt)?;
        let digest = parameters.digest().digest(message);
        let encoded = pss::encode(parameters, &digest, &salt, key.n().bit_width_vartime())
            .ok_or(SignError::Computation)?;
        let m = BoxedUint::from_be_slice(&encoded, key.n_bits_precision())
            .map_err(|_| SignError::Computation)?;
        let s = hazmat::rsa_decrypt_and_check(key, Some(&mut Rng(randomness)), &m)
            .map_err(|error| failure(&error))?;
        // The number is stored in whole machine words; the signature is as long as the modulus.
        let signature = last(&s.to_be_bytes(), key.size()).map(<[u8]>::to_vec);
        signature.ok_or(SignError::Computation)
    }

    /// RSAES-OAEP (RFC 8017 §7.1.2) for a ciphertext as long as the modulus.
    pub(crate) fn decrypt(
        &self,
        oaep: &RsaOaep,
        ciphertext: &[u8],
        blinding: impl FnOnce() -> Derived,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let key = &*self.0;
        let c = BoxedUint::from_be_slice(ciphertext, key.n().as_ref().bits_precision()).ok()?;
        let mut m = hazmat::rsa_decrypt_and_check(key, Some(&mut blinding()), &c).ok()?;
        let encoded = Zeroizing::new(m.to_be_bytes().into_vec());
        m.zeroize();
        oaep.decode(last(&encoded, key.size())?)
    }
}

fn pkcs1(algorithm: DigestAlgorithm) -> Pkcs1v15Sign {
    match algorithm {
        DigestAlgorithm::Sha1 => Pkcs1v15Sign::new::<Sha1>(),
        DigestAlgorithm::Sha224 => Pkcs1v15Sign::new::<Sha224>(),
        DigestAlgorithm::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
        DigestAlgorithm::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
        DigestAlgorithm::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
    }
}

fn failure(error: &rsa::Error) -> SignError {
    match error {
        rsa::Error::Rng => SignError::Randomness(RandomnessError::new()),
        _ => SignError::Computation,
    }
}

fn last(octets: &[u8], length: usize) -> Option<&[u8]> {
    octets.get(octets.len().checked_sub(length)?..)
}
