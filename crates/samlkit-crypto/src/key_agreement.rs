//! Key agreement (XML Encryption 1.1 §5.6.4, §5.4.1): elliptic curve Diffie-Hellman and the concatenation key derivation.

use zeroize::Zeroizing;

use crate::backend;
use crate::key::spki;
use crate::private_key::Material;
use crate::{
    DecryptionFailed, DigestAlgorithm, EncryptionError, Hasher, KeyKind, PrivateKey, PublicKey,
    Randomness,
};

/// The concatenation key derivation function (XML Encryption 1.1 §5.4.1, NIST SP 800-56A §5.8.1).
///
/// ```
/// use samlkit_crypto::{ConcatKdf, DigestAlgorithm};
///
/// let kdf = ConcatKdf::new(DigestAlgorithm::Sha256, b"algorithm, party U, party V");
/// assert_eq!(kdf.derive(b"shared secret", 48).len(), 48);
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ConcatKdf {
    digest: DigestAlgorithm,
    other_info: Box<[u8]>,
}

impl ConcatKdf {
    /// With a digest, and `AlgorithmID`, `PartyUInfo`, `PartyVInfo`, `SuppPubInfo` and `SuppPrivInfo` joined.
    #[must_use]
    pub fn new(digest: DigestAlgorithm, other_info: &[u8]) -> Self {
        Self {
            digest,
            other_info: other_info.into(),
        }
    }

    /// Its digest.
    #[must_use]
    pub const fn digest(&self) -> DigestAlgorithm {
        self.digest
    }

    /// What binds the derived key to its use.
    #[must_use]
    pub fn other_info(&self) -> &[u8] {
        &self.other_info
    }

    /// A key of `length` octets. Linear in them.
    #[must_use]
    pub fn derive(&self, shared_secret: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new(vec![0; length]);
        for (chunk, counter) in key.chunks_mut(self.digest.output_len()).zip(1_u32..) {
            let mut hasher = Hasher::new(self.digest);
            hasher.update(&counter.to_be_bytes());
            hasher.update(shared_secret);
            hasher.update(&self.other_info);
            for (octet, from) in chunk.iter_mut().zip(hasher.finalize().as_bytes()) {
                *octet = *from;
            }
        }
        key
    }
}

/// One side's ephemeral key of an agreement, and what both sides then share.
#[derive(Debug)]
#[must_use]
pub struct Agreement {
    originator: PublicKey,
    shared_secret: SharedSecret,
}

impl Agreement {
    /// Makes an ephemeral key on the recipient's curve and agrees with it (ECDH-ES).
    ///
    /// # Errors
    ///
    /// [`EncryptionError::KeyMismatch`] for a recipient whose key is not on a curve of [`Curve`](crate::Curve);
    /// [`EncryptionError::Randomness`].
    pub fn new(
        recipient: &PublicKey,
        randomness: &dyn Randomness,
    ) -> Result<Self, EncryptionError> {
        let found = recipient.kind();
        let mismatch = EncryptionError::KeyMismatch { found };
        let (KeyKind::Ec(curve), Some(point)) = (found, recipient.ec_point()) else {
            return Err(mismatch);
        };
        let secret = backend::ec::PrivateKey::generate(curve, randomness)?;
        let originator = PublicKey::from_ec_point(curve, &secret.public_point());
        let shared_secret = secret.agree(point).map(SharedSecret);
        match (originator, shared_secret) {
            (Ok(originator), Some(shared_secret)) => Ok(Self {
                originator,
                shared_secret,
            }),
            _ => Err(mismatch),
        }
    }

    /// The ephemeral public key, for `OriginatorKeyInfo`.
    #[must_use]
    pub const fn originator(&self) -> &PublicKey {
        &self.originator
    }

    /// The x-coordinate of the common point.
    #[must_use]
    pub const fn shared_secret(&self) -> &SharedSecret {
        &self.shared_secret
    }
}

/// What two sides of a Diffie-Hellman agreement have in common.
#[derive(Clone)]
pub struct SharedSecret(Zeroizing<Vec<u8>>);

impl SharedSecret {
    /// Its octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl core::fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SharedSecret")
    }
}

impl PrivateKey {
    /// Agrees with the owner of another key on the same curve (ECDH).
    ///
    /// # Errors
    ///
    /// [`DecryptionFailed`] where the two keys are not on one curve.
    pub fn agree(&self, originator: &PublicKey) -> Result<SharedSecret, DecryptionFailed> {
        if self.kind() != originator.kind() {
            return Err(DecryptionFailed);
        }
        let point = originator.ec_point().ok_or(DecryptionFailed)?;
        match self.material() {
            Material::Ec(key) => key.agree(point).map(SharedSecret),
            Material::Rsa(_) | Material::Ed25519(_) => None,
        }
        .ok_or(DecryptionFailed)
    }
}

impl PublicKey {
    /// The point of an EC key, uncompressed (SEC 1 §2.3.3), as an `ECKeyValue` has it (XMLSig §4.5.2.3); `None` for other
    /// keys.
    #[must_use]
    pub fn ec_point(&self) -> Option<&[u8]> {
        let KeyKind::Ec(_) = self.kind() else {
            return None;
        };
        spki::ec_point(self.spki_der())
    }
}
