//! RSA. AWS-LC's private-key operations take constant time, are blinded, and are checked against faults.

use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{
    self, KeyPair, OaepAlgorithm, OaepPrivateDecryptingKey, PrivateDecryptingKey,
};
use aws_lc_rs::signature::{
    self, ParsedPublicKey, RsaEncoding, RsaParameters, RsaPublicKeyComponents,
};
use zeroize::Zeroizing;

use crate::backend::rustcrypto;
use crate::derived::Derived;
use crate::{DigestAlgorithm, PssParameters, Randomness, RsaOaep, SignError};

/// What AWS-LC takes private keys from.
const MIN_PRIVATE_BITS: u32 = 2048;

/// An odd modulus and an exponent.
pub(crate) struct PublicKey {
    checked: rustcrypto::rsa::PublicKey,
    /// One for each digest, since AWS-LC binds a key to one.
    pkcs1: Prepared,
    pss: Prepared,
}

type Prepared = [OnceLock<Option<Box<ParsedPublicKey>>>; DigestAlgorithm::ALL.len()];

/// With the widest bounds that there are: which key is too small is decided by the policy, before.
fn pkcs1(digest: DigestAlgorithm, bits: u32) -> Option<&'static RsaParameters> {
    Some(match digest {
        DigestAlgorithm::Sha1 => &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        DigestAlgorithm::Sha224 => return None,
        DigestAlgorithm::Sha256 => &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        DigestAlgorithm::Sha384 if bits < 2048 => return None,
        DigestAlgorithm::Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        DigestAlgorithm::Sha512 => &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    })
}

/// One digest for all, and a salt of its length.
fn pss(parameters: PssParameters, bits: u32) -> Option<&'static RsaParameters> {
    match same_digest(parameters)? {
        DigestAlgorithm::Sha256 if bits >= 2048 => Some(&signature::RSA_PSS_2048_8192_SHA256),
        DigestAlgorithm::Sha384 if bits >= 2048 => Some(&signature::RSA_PSS_2048_8192_SHA384),
        DigestAlgorithm::Sha512 if bits >= 2048 => Some(&signature::RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}

fn same_digest(parameters: PssParameters) -> Option<DigestAlgorithm> {
    let digest = parameters.digest();
    (parameters.mgf1_digest() == digest && parameters.salt_length() == digest.output_len())
        .then_some(digest)
}

impl PublicKey {
    /// Bounds are the caller's to check. `modulus` is without leading zeros.
    pub(crate) fn new(modulus: &[u8], exponent: u64) -> Option<Self> {
        Some(Self {
            checked: rustcrypto::rsa::PublicKey::new(modulus, exponent)?,
            pkcs1: Prepared::default(),
            pss: Prepared::default(),
        })
    }

    /// The modulus as big-endian octets; zeros may come first.
    pub(crate) fn modulus(&self) -> Box<[u8]> {
        self.checked.modulus()
    }

    /// The exponent as big-endian octets; zeros may come first.
    pub(crate) fn exponent(&self) -> Box<[u8]> {
        self.checked.exponent()
    }

    pub(crate) fn bits(&self) -> u32 {
        self.checked.bits()
    }

    /// Length of the modulus in octets.
    pub(crate) fn size(&self) -> usize {
        self.checked.size()
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2) for a signature as long as the modulus. The whole encoded message is compared,
    /// padding included.
    pub(crate) fn verify_pkcs1(
        &self,
        algorithm: DigestAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        match self.prepared(&self.pkcs1, algorithm, pkcs1(algorithm, self.bits())) {
            Some(key) => key.verify_sig(message, signature).is_ok(),
            None => self.checked.verify_pkcs1(algorithm, message, signature),
        }
    }

    /// RSASSA-PSS (RFC 8017 §8.1.2) for a signature as long as the modulus.
    pub(crate) fn verify_pss(
        &self,
        parameters: PssParameters,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let algorithm = pss(parameters, self.bits());
        match self.prepared(&self.pss, parameters.digest(), algorithm) {
            Some(key) => key.verify_sig(message, signature).is_ok(),
            None => self.checked.verify_pss(parameters, message, signature),
        }
    }

    fn prepared<'a>(
        &'a self,
        prepared: &'a Prepared,
        digest: DigestAlgorithm,
        parameters: Option<&'static RsaParameters>,
    ) -> Option<&'a ParsedPublicKey> {
        let parameters = parameters?;
        let prepare = || {
            let components = RsaPublicKeyComponents {
                n: crate::key::strip_zeros(&self.modulus()).to_vec(),
                e: crate::key::strip_zeros(&self.exponent()).to_vec(),
            };
            components
                .to_parsed_public_key(parameters)
                .ok()
                .map(Box::new)
        };
        prepared
            .get(digest.index())?
            .get_or_init(prepare)
            .as_deref()
    }

    /// The bare operation (RFC 8017 §5.1.1), for a number below the modulus. It is wiped.
    ///
    /// AWS-LC does not offer it, and would take the seed of OAEP from elsewhere than the caller's randomness.
    pub(crate) fn encrypt(&self, number: Vec<u8>) -> Option<Vec<u8>> {
        self.checked.encrypt(number)
    }
}

/// Two primes and what goes with them. Wipes itself when dropped.
pub(crate) struct PrivateKey {
    checked: rustcrypto::rsa::PrivateKey,
    signing: OnceLock<Option<Box<KeyPair>>>,
    decrypting: OnceLock<Option<Box<OaepPrivateDecryptingKey>>>,
}

impl PrivateKey {
    /// The CRT values are computed anew. `None` where the numbers do not go together. Bounds of modulus and exponent are the
    /// caller's to check.
    pub(crate) fn new(
        modulus: &[u8],
        exponent: &[u8],
        d: &[u8],
        primes: [&[u8]; 2],
        bits: u32,
    ) -> Option<Self> {
        Some(Self {
            checked: rustcrypto::rsa::PrivateKey::new(modulus, exponent, d, primes, bits)?,
            signing: OnceLock::new(),
            decrypting: OnceLock::new(),
        })
    }

    /// Modulus and exponent.
    pub(crate) fn public(&self) -> (Box<[u8]>, Box<[u8]>) {
        self.checked.public()
    }

    /// The private exponent.
    pub(crate) fn d(&self) -> Zeroizing<Vec<u8>> {
        self.checked.d()
    }

    /// Length of the modulus in octets.
    pub(crate) fn size(&self) -> usize {
        self.checked.size()
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1).
    pub(crate) fn sign_pkcs1(
        &self,
        randomness: &dyn Randomness,
        algorithm: DigestAlgorithm,
        message: &[u8],
    ) -> Result<Vec<u8>, SignError> {
        let encoding: Option<&dyn RsaEncoding> = match algorithm {
            DigestAlgorithm::Sha256 => Some(&signature::RSA_PKCS1_SHA256),
            DigestAlgorithm::Sha384 => Some(&signature::RSA_PKCS1_SHA384),
            DigestAlgorithm::Sha512 => Some(&signature::RSA_PKCS1_SHA512),
            DigestAlgorithm::Sha1 | DigestAlgorithm::Sha224 => None,
        };
        match encoding.zip(self.signing()) {
            Some((encoding, key)) => self.sign(key, encoding, message),
            None => self.checked.sign_pkcs1(randomness, algorithm, message),
        }
    }

    /// RSASSA-PSS (RFC 8017 §8.1.1).
    pub(crate) fn sign_pss(
        &self,
        randomness: &dyn Randomness,
        parameters: PssParameters,
        message: &[u8],
    ) -> Result<Vec<u8>, SignError> {
        let encoding: Option<&dyn RsaEncoding> = match same_digest(parameters) {
            Some(DigestAlgorithm::Sha256) => Some(&signature::RSA_PSS_SHA256),
            Some(DigestAlgorithm::Sha384) => Some(&signature::RSA_PSS_SHA384),
            Some(DigestAlgorithm::Sha512) => Some(&signature::RSA_PSS_SHA512),
            Some(DigestAlgorithm::Sha1 | DigestAlgorithm::Sha224) | None => None,
        };
        match encoding.zip(self.signing()) {
            Some((encoding, key)) => self.sign(key, encoding, message),
            None => self.checked.sign_pss(randomness, parameters, message),
        }
    }

    fn sign(
        &self,
        key: &KeyPair,
        encoding: &'static dyn RsaEncoding,
        message: &[u8],
    ) -> Result<Vec<u8>, SignError> {
        let mut signature = vec![0; self.size()];
        key.sign(encoding, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| SignError::Computation)?;
        Ok(signature)
    }

    fn signing(&self) -> Option<&KeyPair> {
        let prepare = || {
            let key = KeyPair::from_pkcs8(self.pkcs8()?.as_bytes());
            key.ok().map(Box::new)
        };
        self.signing.get_or_init(prepare).as_deref()
    }

    /// RSAES-OAEP (RFC 8017 §7.1.2) for a ciphertext as long as the modulus.
    pub(crate) fn decrypt(
        &self,
        oaep: &RsaOaep,
        ciphertext: &[u8],
        blinding: impl FnOnce() -> Derived,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let algorithm: Option<&OaepAlgorithm> = match (oaep.digest(), oaep.mgf1_digest()) {
            (DigestAlgorithm::Sha1, DigestAlgorithm::Sha1) => Some(&rsa::OAEP_SHA1_MGF1SHA1),
            (DigestAlgorithm::Sha256, DigestAlgorithm::Sha256) => {
                Some(&rsa::OAEP_SHA256_MGF1SHA256)
            }
            (DigestAlgorithm::Sha384, DigestAlgorithm::Sha384) => {
                Some(&rsa::OAEP_SHA384_MGF1SHA384)
            }
            (DigestAlgorithm::Sha512, DigestAlgorithm::Sha512) => {
                Some(&rsa::OAEP_SHA512_MGF1SHA512)
            }
            _ => None,
        };
        let Some((algorithm, key)) = algorithm.zip(self.decrypting()) else {
            return self.checked.decrypt(oaep, ciphertext, blinding);
        };
        let mut plaintext = Zeroizing::new(vec![0; self.size()]);
        let label = Some(oaep.label()).filter(|label| !label.is_empty());
        let length = key
            .decrypt(algorithm, ciphertext, &mut plaintext, label)
            .ok()?
            .len();
        plaintext.truncate(length);
        Some(plaintext)
    }

    fn decrypting(&self) -> Option<&OaepPrivateDecryptingKey> {
        let prepare = || {
            let key = PrivateDecryptingKey::from_pkcs8(self.pkcs8()?.as_bytes()).ok()?;
            OaepPrivateDecryptingKey::new(key).ok().map(Box::new)
        };
        self.decrypting.get_or_init(prepare).as_deref()
    }

    #[cfg(test)]
    pub(crate) fn checked(&self) -> &rustcrypto::rsa::PrivateKey {
        &self.checked
    }

    /// For keys that AWS-LC takes.
    fn pkcs8(&self) -> Option<der::SecretDocument> {
        (self.checked.bits() >= MIN_PRIVATE_BITS)
            .then(|| self.checked.pkcs8())
            .flatten()
    }
}
