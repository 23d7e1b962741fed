//! The keys. All are public, for tests only.

use std::sync::OnceLock;

use rsa::pkcs8::DecodePrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{BoxedUint, hazmat};
use samlkit::crypto::{DigestAlgorithm, SignatureAlgorithm};
use samlkit::{PrivateKey, Signer as _, SigningKey};

use crate::random::Seeded;
use crate::{Error, ns};

/// A key pair with a self-signed certificate, committed and public: **for tests only**. Whoever trusts one trusts everybody.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum TestKey {
    /// RSA-2048: what the identity provider signs with.
    Active,
    /// RSA-2048: in the metadata of the identity provider too, for the time after a rollover.
    Next,
    /// RSA-2048 in no metadata. Its certificate has the same subject as that of [`TestKey::Active`].
    Untrusted,
    /// RSA-2048: of a second identity provider, trusted for its own users.
    Second,
    /// RSA-2048: what the service provider decrypts with.
    Sp,
    /// RSA-1024.
    Weak,
    /// RSA-2048 with the public exponent 3.
    Exponent3,
    /// ECDSA on P-256.
    P256,
    /// Ed25519.
    Ed25519,
}

impl TestKey {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Active,
        Self::Next,
        Self::Untrusted,
        Self::Second,
        Self::Sp,
        Self::Weak,
        Self::Exponent3,
        Self::P256,
        Self::Ed25519,
    ];

    /// A short name, as in the names of the files of a corpus.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Next => "next",
            Self::Untrusted => "untrusted",
            Self::Second => "second",
            Self::Sp => "sp",
            Self::Weak => "weak",
            Self::Exponent3 => "exponent3",
            Self::P256 => "p256",
            Self::Ed25519 => "ed25519",
        }
    }

    /// The private key, PKCS#8 in PEM.
    #[must_use]
    pub const fn private_pem(self) -> &'static str {
        match self {
            Self::Active => include_str!("../keys/active.key.pem"),
            Self::Next => include_str!("../keys/next.key.pem"),
            Self::Untrusted => include_str!("../keys/untrusted.key.pem"),
            Self::Second => include_str!("../keys/second.key.pem"),
            Self::Sp => include_str!("../keys/sp.key.pem"),
            Self::Weak => include_str!("../keys/weak.key.pem"),
            Self::Exponent3 => include_str!("../keys/exponent3.key.pem"),
            Self::P256 => include_str!("../keys/p256.key.pem"),
            Self::Ed25519 => include_str!("../keys/ed25519.key.pem"),
        }
    }

    /// The certificate in PEM.
    #[must_use]
    pub const fn certificate_pem(self) -> &'static str {
        match self {
            Self::Active => include_str!("../keys/active.crt.pem"),
            Self::Next => include_str!("../keys/next.crt.pem"),
            Self::Untrusted => include_str!("../keys/untrusted.crt.pem"),
            Self::Second => include_str!("../keys/second.crt.pem"),
            Self::Sp => include_str!("../keys/sp.crt.pem"),
            Self::Weak => include_str!("../keys/weak.crt.pem"),
            Self::Exponent3 => include_str!("../keys/exponent3.crt.pem"),
            Self::P256 => include_str!("../keys/p256.crt.pem"),
            Self::Ed25519 => include_str!("../keys/ed25519.crt.pem"),
        }
    }

    /// The certificate in base64 without line breaks, as `X509Certificate` has it.
    #[must_use]
    pub fn certificate_base64(self) -> String {
        let lines = self.certificate_pem().lines();
        lines.filter(|line| !line.starts_with('-')).collect()
    }

    /// The certificate.
    ///
    /// # Errors
    ///
    /// [`Error::Key`], which does not happen to a committed certificate.
    pub fn certificate(self) -> Result<samlkit::Certificate, Error> {
        samlkit::Certificate::parse(self.certificate_pem().as_bytes()).map_err(|_| self.unfit(""))
    }

    fn unfit(self, algorithm: &str) -> Error {
        Error::Key {
            key: self.name(),
            algorithm: algorithm.to_owned(),
        }
    }

    /// The private key as an RSA key, parsed once.
    fn rsa(self) -> Option<&'static rsa::PrivateKey> {
        static KEYS: [OnceLock<Option<rsa::PrivateKey>>; 9] = [const { OnceLock::new() }; 9];
        let at = Self::ALL.iter().position(|&key| key == self)?;
        let parse = || rsa::PrivateKey::from_pkcs8_pem(self.private_pem()).ok();
        KEYS.get(at)?.get_or_init(parse).as_ref()
    }

    /// The length of the modulus in octets; zero for a key that has none.
    pub(crate) fn modulus_len(self) -> usize {
        self.rsa().map_or(0, rsa::traits::PublicKeyParts::size)
    }

    /// The modulus and the public exponent.
    pub(crate) fn rsa_numbers(self) -> Option<(Vec<u8>, Vec<u8>)> {
        let key = self.rsa()?;
        let strip = |octets: &[u8]| {
            let zeros = octets.iter().take_while(|&&octet| octet == 0).count();
            octets.get(zeros..).unwrap_or_default().to_vec()
        };
        Some((strip(&key.n().to_be_bytes()), strip(&key.e().to_be_bytes())))
    }

    /// The signature value over `octets`, whatever may be thought of the algorithm.
    pub(crate) fn sign(self, algorithm: &str, octets: &[u8]) -> Result<Vec<u8>, Error> {
        let known = SignatureAlgorithm::from_uri(algorithm);
        let digest = known.and_then(SignatureAlgorithm::digest);
        if let (Some(digest), Some(_)) = (digest, self.rsa())
            && algorithm != samlkit::crypto::algorithm::RSA_PSS
            && !algorithm.contains("-rsa-MGF1")
        {
            let block = pkcs1_block(self.modulus_len(), &digest_info(digest, octets));
            return self.raw(&block).ok_or_else(|| self.unfit(algorithm));
        }
        if algorithm == ns::HMAC_SHA256 || algorithm == ns::HMAC_SHA1 {
            // The confusion itself: the public key, known to all, as the secret.
            let digest = if algorithm == ns::HMAC_SHA1 {
                DigestAlgorithm::Sha1
            } else {
                DigestAlgorithm::Sha256
            };
            return Ok(hmac(digest, self.public_pem()?.as_bytes(), octets));
        }
        let Some(known) = known else {
            // What no signer knows is signed as if it were RSA with SHA-256.
            return self.sign(ns::RSA_SHA256, octets);
        };
        let key =
            PrivateKey::parse(self.private_pem().as_bytes()).map_err(|_| self.unfit(algorithm))?;
        let randomness = Seeded::new(self.name(), algorithm);
        let key = SigningKey::with_randomness(key, known, randomness)
            .map_err(|_| self.unfit(algorithm))?;
        key.sign(octets).map_err(|_| self.unfit(algorithm))
    }

    /// The private operation on a block of the modulus's length, for paddings that no signer makes.
    pub(crate) fn raw(self, block: &[u8]) -> Option<Vec<u8>> {
        type NoRandomness = dyn rsa::rand_core::TryCryptoRng<Error = core::convert::Infallible>;
        let key = self.rsa()?;
        let number = BoxedUint::from_be_slice(block, key.n_bits_precision()).ok()?;
        let signed = hazmat::rsa_decrypt::<NoRandomness>(None, key, &number).ok()?;
        let octets = signed.to_be_bytes();
        let start = octets.len().checked_sub(key.size())?;
        octets.get(start..).map(<[u8]>::to_vec)
    }

    /// The public key, SPKI in PEM: what a confused verifier would take for an HMAC secret.
    pub(crate) fn public_pem(self) -> Result<String, Error> {
        let key = PrivateKey::parse(self.private_pem().as_bytes()).map_err(|_| self.unfit(""))?;
        let text = crate::base64(key.public_key().spki_der());
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        for (at, c) in text.chars().enumerate() {
            if at > 0 && at % 64 == 0 {
                pem.push('\n');
            }
            pem.push(c);
        }
        pem.push_str("\n-----END PUBLIC KEY-----\n");
        Ok(pem)
    }
}

/// `DigestInfo` (RFC 8017 §9.2), DER.
pub(crate) fn digest_info(algorithm: DigestAlgorithm, message: &[u8]) -> Vec<u8> {
    let oid: &[u8] = match algorithm {
        DigestAlgorithm::Sha1 => &[0x2b, 0x0e, 0x03, 0x02, 0x1a],
        DigestAlgorithm::Sha224 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04],
        DigestAlgorithm::Sha384 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02],
        DigestAlgorithm::Sha512 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03],
        _ => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01],
    };
    let digest = algorithm.digest(message);
    let identifier = der(0x30, &[der(0x06, oid), der(0x05, &[])].concat());
    der(0x30, &[identifier, der(0x04, digest.as_bytes())].concat())
}

/// A DER value of fewer than 128 octets.
pub(crate) fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    [&[tag, length], content].concat()
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2).
pub(crate) fn pkcs1_block(length: usize, info: &[u8]) -> Vec<u8> {
    let padding = vec![0xff; length.saturating_sub(info.len() + 3)];
    [&[0, 1], padding.as_slice(), &[0], info].concat()
}

/// HMAC (RFC 2104).
fn hmac(algorithm: DigestAlgorithm, secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    let secret = if secret.len() > block.len() {
        algorithm.digest(secret).as_bytes().to_vec()
    } else {
        secret.to_vec()
    };
    for (to, from) in block.iter_mut().zip(secret) {
        *to = from;
    }
    let inner = [&block.map(|octet| octet ^ 0x36), message].concat();
    let inner = algorithm.digest(&inner);
    let outer = [&block.map(|octet| octet ^ 0x5c), inner.as_bytes()].concat();
    algorithm.digest(&outer).as_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        // Test case 2.
        let mac = hmac(
            DigestAlgorithm::Sha256,
            b"Jefe",
            b"what do ya want for nothing?",
        );
        assert_eq!(
            crate::random::hex_of(&mac),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn every_key_signs_and_its_certificate_verifies() {
        for &key in TestKey::ALL {
            let algorithm = match key {
                TestKey::P256 => samlkit::crypto::algorithm::ECDSA_SHA256,
                TestKey::Ed25519 => samlkit::crypto::algorithm::EDDSA_ED25519,
                _ => ns::RSA_SHA256,
            };
            let value = key.sign(algorithm, b"octets").unwrap();
            assert_eq!(value, key.sign(algorithm, b"octets").unwrap());
            let public = key.certificate().unwrap().public_key().unwrap();
            let policy = samlkit::danger::allow_weak_rsa(samlkit::AlgorithmPolicy::default());
            let algorithm = SignatureAlgorithm::from_uri(algorithm).unwrap();
            assert_eq!(
                public.verify(&policy, algorithm, b"octets", &value),
                Ok(()),
                "{key:?}"
            );
        }
    }
}
