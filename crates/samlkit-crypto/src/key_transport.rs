//! Key transport (XML Encryption 1.1 §5.5): RSA-OAEP. RSA with PKCS#1 v1.5 padding has no code here.

use core::fmt;

use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use zeroize::Zeroizing;

use crate::key::Material as Public;
use crate::private_key::Material;
use crate::{
    AlgorithmPolicy, DecryptionFailed, DigestAlgorithm, EncryptionError, Hasher, PrivateKey,
    PublicKey, Randomness, algorithm,
};

/// RSA-OAEP with its parameters (XML Encryption 1.1 §5.5.2, RFC 8017 §7.1).
///
/// The default is SHA-1 in both places, which every peer reads; OAEP does not rest on collisions, so SHA-1 is no weakness
/// here.
///
/// ```
/// use samlkit_crypto::{DigestAlgorithm, RsaOaep, algorithm};
///
/// assert_eq!(RsaOaep::default().uri(), algorithm::RSA_OAEP_MGF1P);
/// let sha256 = RsaOaep::new(DigestAlgorithm::Sha256, DigestAlgorithm::Sha256);
/// assert_eq!(sha256.uri(), algorithm::RSA_OAEP);
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct RsaOaep {
    digest: DigestAlgorithm,
    mgf1_digest: DigestAlgorithm,
    label: Box<[u8]>,
}

impl RsaOaep {
    /// With a digest for the label and one for the mask generation function MGF1.
    #[must_use]
    pub fn new(digest: DigestAlgorithm, mgf1_digest: DigestAlgorithm) -> Self {
        Self {
            digest,
            mgf1_digest,
            label: Box::default(),
        }
    }

    /// Sets the label, `OAEPparams`. Default: empty.
    #[must_use]
    pub fn with_label(mut self, label: &[u8]) -> Self {
        self.label = label.into();
        self
    }

    /// The digest of the label.
    #[must_use]
    pub const fn digest(&self) -> DigestAlgorithm {
        self.digest
    }

    /// The digest in MGF1.
    #[must_use]
    pub const fn mgf1_digest(&self) -> DigestAlgorithm {
        self.mgf1_digest
    }

    /// The label.
    #[must_use]
    pub fn label(&self) -> &[u8] {
        &self.label
    }

    /// The identifier that can express it: the older one, which fixes MGF1 with SHA-1, where that is so.
    #[must_use]
    pub fn uri(&self) -> &'static str {
        match self.mgf1_digest {
            DigestAlgorithm::Sha1 => algorithm::RSA_OAEP_MGF1P,
            DigestAlgorithm::Sha224
            | DigestAlgorithm::Sha256
            | DigestAlgorithm::Sha384
            | DigestAlgorithm::Sha512 => algorithm::RSA_OAEP,
        }
    }

    /// Encrypts a key (RFC 8017 §7.1.1).
    ///
    /// # Errors
    ///
    /// [`EncryptionError::KeyMismatch`] for a key that is not RSA; [`EncryptionError::Key`] for one that is too weak;
    /// [`EncryptionError::MessageTooLong`]; [`EncryptionError::Randomness`].
    pub fn encrypt(
        &self,
        recipient: &PublicKey,
        message: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, EncryptionError> {
        let Public::Rsa(key) = recipient.material() else {
            return Err(EncryptionError::KeyMismatch {
                found: recipient.kind(),
            });
        };
        AlgorithmPolicy::DEFAULT.check_key(recipient)?;
        let mut seed = Zeroizing::new(vec![0; self.digest.output_len()]);
        randomness.fill(&mut seed)?;
        // The first octet is zero, so the number is below the modulus.
        self.encode(message, key.size(), &seed)
            .and_then(|encoded| key.encrypt(encoded))
            .ok_or(EncryptionError::MessageTooLong)
    }

    /// Decrypts a key (RFC 8017 §7.1.2).
    ///
    /// # Errors
    ///
    /// [`DecryptionFailed`], also for a key that is not RSA.
    ///
    /// # Security
    ///
    /// The exponentiation is blinded by octets that only the key's holder can know (RUSTSEC-2023-0071); AWS-LC's (feature
    /// `aws-lc-rs`) takes constant time. Every wrong padding costs the same work, and where the message begins is found without
    /// branching on octets (Manger, CRYPTO 2001).
    pub fn decrypt(
        &self,
        recipient: &PrivateKey,
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, DecryptionFailed> {
        let Material::Rsa(key) = recipient.material() else {
            return Err(DecryptionFailed);
        };
        if ciphertext.len() != key.size() {
            return Err(DecryptionFailed);
        }
        let blinding = || recipient.derived("samlkit RSA blinding", ciphertext);
        key.decrypt(self, ciphertext, blinding)
            .ok_or(DecryptionFailed)
    }

    /// EME-OAEP encoding, with the step letters of RFC 8017 §7.1.1.
    pub(crate) fn encode(&self, message: &[u8], length: usize, seed: &[u8]) -> Option<Vec<u8>> {
        let hash_len = self.digest.output_len();
        // a to c: lHash, zeros, 0x01, message
        let mut db = self.digest.digest(&self.label).as_bytes().to_vec();
        let db_len = length.checked_sub(hash_len)?.checked_sub(1)?;
        let padding_end = db_len.checked_sub(message.len())?.checked_sub(1)?;
        if padding_end < hash_len {
            return None;
        }
        db.resize(padding_end, 0);
        db.push(0x01);
        db.extend_from_slice(message);
        // d to i
        xor_mgf1(self.mgf1_digest, seed, &mut db);
        let mut encoded = vec![0];
        encoded.extend_from_slice(seed);
        xor_mgf1(self.mgf1_digest, &db, encoded.get_mut(1..)?);
        encoded.append(&mut db);
        Some(encoded)
    }

    /// EME-OAEP decoding, with the step letters of RFC 8017 §7.1.2.
    pub(crate) fn decode(&self, encoded: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let hash_len = self.digest.output_len();
        // 1.c: lengths are public.
        encoded.len().checked_sub(2 * hash_len + 2)?;
        let (&first, rest) = encoded.split_first()?;
        let (masked_seed, masked_db) = rest.split_at_checked(hash_len)?;
        // c to f
        let mut seed = Zeroizing::new(masked_seed.to_vec());
        xor_mgf1(self.mgf1_digest, masked_db, &mut seed);
        let mut db = Zeroizing::new(masked_db.to_vec());
        xor_mgf1(self.mgf1_digest, &seed, &mut db);
        // g
        let (label, padded) = db.split_at_checked(hash_len)?;
        let expected = self.digest.digest(&self.label);
        let mut valid = first.ct_eq(&0) & label.ct_eq(expected.as_bytes());
        let mut in_padding = Choice::from(1);
        let mut start = 0_u64;
        for (octet, next) in padded.iter().zip(1_u64..) {
            let is_one = octet.ct_eq(&1);
            start.conditional_assign(&next, in_padding & is_one);
            valid &= !in_padding | is_one | octet.ct_eq(&0);
            in_padding &= !is_one;
        }
        valid &= !in_padding;
        // Only what is cut out depends on the message; a wrong padding is cut at 0.
        let message = padded.get(usize::try_from(start).ok()?..)?;
        let message = Zeroizing::new(message.to_vec());
        bool::from(valid).then_some(message)
    }
}

impl Default for RsaOaep {
    fn default() -> Self {
        Self::new(DigestAlgorithm::Sha1, DigestAlgorithm::Sha1)
    }
}

impl fmt::Debug for RsaOaep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RsaOaep")
            .field("digest", &self.digest)
            .field("mgf1_digest", &self.mgf1_digest)
            .finish_non_exhaustive()
    }
}

/// MGF1 (RFC 8017 §B.2.1), applied to `out`.
fn xor_mgf1(algorithm: DigestAlgorithm, seed: &[u8], out: &mut [u8]) {
    for (chunk, counter) in out.chunks_mut(algorithm.output_len()).zip(0_u32..) {
        let mut hasher = Hasher::new(algorithm);
        hasher.update(seed);
        hasher.update(&counter.to_be_bytes());
        for (octet, mask) in chunk.iter_mut().zip(hasher.finalize().as_bytes()) {
            *octet ^= mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: [u8; 64] = [0x5a; 64];

    #[test]
    fn what_is_encoded_is_decoded() {
        for digest in DigestAlgorithm::ALL {
            let oaep = RsaOaep::new(digest, DigestAlgorithm::Sha256).with_label(b"label");
            for message in [&b""[..], b"\0", b"\x01\0\x01", &[7; 32]] {
                let encoded = oaep
                    .encode(message, 256, &SEED[..digest.output_len()])
                    .unwrap();
                assert_eq!(encoded.len(), 256);
                assert_eq!(*oaep.decode(&encoded).unwrap(), message);
            }
        }
    }

    #[test]
    fn every_part_of_the_padding_counts() {
        let oaep = RsaOaep::default();
        let encoded = oaep.encode(&[7; 16], 128, &SEED[..20]).unwrap();
        assert!(oaep.clone().with_label(b"x").decode(&encoded).is_none());
        for at in 0..encoded.len() {
            let mut changed = encoded.clone();
            changed[at] ^= 0x80;
            // Any change of the encoding changes the seed or the label's digest.
            match oaep.decode(&changed) {
                None => {}
                Some(message) => assert_ne!(*message, [7; 16], "octet {at}"),
            }
        }
        let mut first = encoded;
        first[0] = 1;
        assert!(oaep.decode(&first).is_none());
    }

    #[test]
    fn a_message_must_leave_room() {
        let oaep = RsaOaep::default();
        assert!(oaep.encode(&[0; 86], 128, &SEED[..20]).is_some());
        assert!(oaep.encode(&[0; 87], 128, &SEED[..20]).is_none());
        assert!(oaep.decode(&[0; 41]).is_none());
    }
}
