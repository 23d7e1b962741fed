//! RSA. Private-key operations are blinded (RUSTSEC-2023-0071) and checked against faults.

mod rsavp1;

use std::sync::OnceLock;

use rsa::pkcs1v15::Pkcs1v15Sign;
#[cfg(feature = "aws-lc-rs")]
use rsa::pkcs8::EncodePrivateKey as _;
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _, SignatureScheme as _};
use rsa::{BoxedUint, hazmat};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use zeroize::{Zeroize as _, Zeroizing};

use self::rsavp1::{MAX_OCTETS, Rsavp1};
use super::{pkcs1v15, pss};
use crate::derived::Derived;
use crate::random::Rng;
use crate::{DigestAlgorithm, PssParameters, Randomness, RandomnessError, RsaOaep, SignError};

/// An odd modulus and an exponent, prepared for signatures. What is encrypted is secret, and goes through the `rsa` crate.
pub(crate) struct PublicKey {
    signatures: Rsavp1,
    encryption: OnceLock<Option<Box<rsa::PublicKey>>>,
}

impl PublicKey {
    /// `None` for every key that `rsa::PublicKey::new` does not take: an even modulus, one that is shorter or longer, an
    /// exponent that is even or out of bounds.
    pub(crate) fn new(modulus: &[u8], exponent: u64) -> Option<Self> {
        let signatures = Rsavp1::new(modulus, exponent)?;
        let bits = usize::try_from(signatures.bits()).ok()?;
        let taken = (rsa::PublicKey::MIN_SIZE..=rsa::PublicKey::MAX_SIZE).contains(&bits)
            && exponent <= rsa::PublicKey::MAX_PUB_EXPONENT;
        taken.then_some(Self {
            signatures,
            encryption: OnceLock::new(),
        })
    }

    /// The modulus as big-endian octets; zeros may come first.
    pub(crate) fn modulus(&self) -> Box<[u8]> {
        self.signatures.modulus()
    }

    /// The exponent as big-endian octets; zeros may come first.
    pub(crate) fn exponent(&self) -> Box<[u8]> {
        Box::new(self.signatures.exponent().to_be_bytes())
    }

    pub(crate) fn bits(&self) -> u32 {
        self.signatures.bits()
    }

    /// Length of the modulus in octets.
    pub(crate) fn size(&self) -> usize {
        self.signatures.size()
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2). The whole encoded message is compared, padding included.
    pub(crate) fn verify_pkcs1(
        &self,
        algorithm: DigestAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let mut room = [0; MAX_OCTETS];
        let encoded = self.signatures.raise(signature, &mut room);
        encoded.is_some_and(|encoded| pkcs1v15::matches(&algorithm.digest(message), encoded))
    }

    /// RSASSA-PSS (RFC 8017 §8.1.2). The `rsa` crate has one digest for message and mask; `RSAPSSParams` can name two.
    pub(crate) fn verify_pss(
        &self,
        parameters: PssParameters,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let mut room = [0; MAX_OCTETS];
        let encoded = self.signatures.raise(signature, &mut room);
        encoded.is_some_and(|encoded| {
            let digest = parameters.digest().digest(message);
            pss::matches(parameters, &digest, encoded, self.bits())
        })
    }

    /// The bare operation (RFC 8017 §5.1.1), for a number below the modulus. It is wiped.
    pub(crate) fn encrypt(&self, mut number: Vec<u8>) -> Option<Vec<u8>> {
        let key = self.encryption();
        let m = key.map(|key| BoxedUint::from_be_slice(&number, key.n().as_ref().bits_precision()));
        number.zeroize();
        let mut m = m?.ok()?;
        let c = hazmat::rsa_encrypt(key?, &m);
        m.zeroize();
        last(&c.ok()?.to_be_bytes(), self.size()).map(<[u8]>::to_vec)
    }

    /// Most keys never encrypt; its numbers are as large as those that are prepared for signatures.
    fn encryption(&self) -> Option<&rsa::PublicKey> {
        let prepare = || {
            let n = BoxedUint::from_be_slice_vartime(crate::key::strip_zeros(&self.modulus()));
            let key = rsa::PublicKey::new(n, BoxedUint::from(self.signatures.exponent()));
            key.ok().map(Box::new)
        };
        self.encryption.get_or_init(prepare).as_deref()
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

#[cfg(test)]
mod tests;
