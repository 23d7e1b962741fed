use zeroize::Zeroizing;

/// A point of the curve that is not of small order.
pub(crate) struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    pub(crate) fn new(octets: &[u8; 32]) -> Option<Self> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(octets).ok()?;
        (!key.is_weak()).then_some(Self(key))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Refuses `R` of small order and encodings that are not canonical.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).is_ok()
    }
}

/// Wipes itself when dropped.
pub(crate) struct PrivateKey(ed25519_dalek::SigningKey);

impl PrivateKey {
    pub(crate) fn new(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    pub(crate) fn seed(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.to_bytes().to_vec())
    }

    pub(crate) fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Option<[u8; 64]> {
        Some(ed25519_dalek::Signer::sign(&self.0, message).to_bytes())
    }
}
