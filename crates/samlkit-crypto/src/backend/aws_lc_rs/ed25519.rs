use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, ParsedPublicKey};
use zeroize::Zeroizing;

use crate::backend::rustcrypto;

/// A point of the curve that is not of small order.
pub(crate) struct PublicKey {
    checked: rustcrypto::ed25519::PublicKey,
    prepared: Option<ParsedPublicKey>,
}

impl PublicKey {
    pub(crate) fn new(octets: &[u8; 32]) -> Option<Self> {
        let checked = rustcrypto::ed25519::PublicKey::new(octets)?;
        let prepared = ParsedPublicKey::new(&ED25519, octets).ok();
        Some(Self { checked, prepared })
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        self.checked.as_bytes()
    }

    /// Refuses `R` of small order and encodings that are not canonical.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let Some(prepared) = &self.prepared else {
            return self.checked.verify(message, signature);
        };
        // AWS-LC compares `R` by its octets and bounds `S`, and takes an `R` of small order.
        prepared.verify_sig(message, signature).is_ok()
            && signature
                .first_chunk()
                .is_some_and(|r| rustcrypto::ed25519::PublicKey::new(r).is_some())
    }
}

/// Wipes itself when dropped.
pub(crate) struct PrivateKey {
    checked: rustcrypto::ed25519::PrivateKey,
    prepared: Option<Ed25519KeyPair>,
}

impl PrivateKey {
    pub(crate) fn new(seed: &[u8; 32]) -> Self {
        let checked = rustcrypto::ed25519::PrivateKey::new(seed);
        let prepared = Ed25519KeyPair::from_seed_and_public_key(seed, &checked.public()).ok();
        Self { checked, prepared }
    }

    pub(crate) fn seed(&self) -> Zeroizing<Vec<u8>> {
        self.checked.seed()
    }

    pub(crate) fn public(&self) -> [u8; 32] {
        self.checked.public()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Option<[u8; 64]> {
        match &self.prepared {
            Some(key) => key.try_sign(message).ok()?.as_ref().try_into().ok(),
            None => self.checked.sign(message),
        }
    }
}
