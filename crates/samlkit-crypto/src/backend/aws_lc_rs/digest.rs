use aws_lc_rs::digest;

use crate::{Digest, DigestAlgorithm};

fn of(algorithm: DigestAlgorithm) -> &'static digest::Algorithm {
    match algorithm {
        DigestAlgorithm::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        DigestAlgorithm::Sha224 => &digest::SHA224,
        DigestAlgorithm::Sha256 => &digest::SHA256,
        DigestAlgorithm::Sha384 => &digest::SHA384,
        DigestAlgorithm::Sha512 => &digest::SHA512,
    }
}

pub(crate) fn digest(algorithm: DigestAlgorithm, message: &[u8]) -> Digest {
    Digest::new(algorithm, digest::digest(of(algorithm), message).as_ref())
}

/// A digest in the making.
#[derive(Clone)]
pub(crate) struct Context(digest::Context);

impl Context {
    pub(crate) fn new(algorithm: DigestAlgorithm) -> Self {
        Self(digest::Context::new(of(algorithm)))
    }

    pub(crate) fn update(&mut self, octets: &[u8]) {
        self.0.update(octets);
    }

    pub(crate) fn finish(self, algorithm: DigestAlgorithm) -> Digest {
        Digest::new(algorithm, self.0.finish().as_ref())
    }
}
