//! Deterministic ECDSA (RFC 6979 §3.2), its HMAC over the digest that the message is signed with.

use ecdsa::hazmat::sign_prehashed_rfc6979;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use crate::DigestAlgorithm;

macro_rules! sign {
    ($name:ident, $curve:ident, $nist:ident) => {
        /// `r` and `s` side by side, each as long as the field (XMLSig §6.4.3).
        pub(crate) fn $name(
            d: &$curve::NonZeroScalar,
            algorithm: DigestAlgorithm,
            message: &[u8],
        ) -> Vec<u8> {
            type C = $curve::$nist;
            let digest = algorithm.digest(message);
            let z = digest.as_bytes();
            let (signature, _) = match algorithm {
                DigestAlgorithm::Sha1 => sign_prehashed_rfc6979::<C, Sha1>(d, z, &[]),
                DigestAlgorithm::Sha224 => sign_prehashed_rfc6979::<C, Sha224>(d, z, &[]),
                DigestAlgorithm::Sha256 => sign_prehashed_rfc6979::<C, Sha256>(d, z, &[]),
                DigestAlgorithm::Sha384 => sign_prehashed_rfc6979::<C, Sha384>(d, z, &[]),
                DigestAlgorithm::Sha512 => sign_prehashed_rfc6979::<C, Sha512>(d, z, &[]),
            };
            signature.to_bytes().to_vec()
        }
    };
}

sign!(sign_p256, p256, NistP256);
sign!(sign_p384, p384, NistP384);
sign!(sign_p521, p521, NistP521);
