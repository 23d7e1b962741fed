use sha1::Sha1;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};

use crate::{Digest, DigestAlgorithm};

pub(crate) fn digest(algorithm: DigestAlgorithm, message: &[u8]) -> Digest {
    match algorithm {
        DigestAlgorithm::Sha1 => Digest::new(algorithm, &Sha1::digest(message)),
        DigestAlgorithm::Sha224 => Digest::new(algorithm, &Sha224::digest(message)),
        DigestAlgorithm::Sha256 => Digest::new(algorithm, &Sha256::digest(message)),
        DigestAlgorithm::Sha384 => Digest::new(algorithm, &Sha384::digest(message)),
        DigestAlgorithm::Sha512 => Digest::new(algorithm, &Sha512::digest(message)),
    }
}

/// A digest in the making. The two that are twice as large as the others, and rare, stand apart.
#[derive(Clone)]
pub(crate) enum Context {
    Sha1(Sha1),
    Sha224(Sha224),
    Sha256(Sha256),
    Sha384(Box<Sha384>),
    Sha512(Box<Sha512>),
}

impl Context {
    pub(crate) fn new(algorithm: DigestAlgorithm) -> Self {
        match algorithm {
            DigestAlgorithm::Sha1 => Self::Sha1(Sha1::new()),
            DigestAlgorithm::Sha224 => Self::Sha224(Sha224::new()),
            DigestAlgorithm::Sha256 => Self::Sha256(Sha256::new()),
            DigestAlgorithm::Sha384 => Self::Sha384(Box::default()),
            DigestAlgorithm::Sha512 => Self::Sha512(Box::default()),
        }
    }

    pub(crate) fn update(&mut self, octets: &[u8]) {
        match self {
            Self::Sha1(state) => state.update(octets),
            Self::Sha224(state) => state.update(octets),
            Self::Sha256(state) => state.update(octets),
            Self::Sha384(state) => state.update(octets),
            Self::Sha512(state) => state.update(octets),
        }
    }

    pub(crate) fn finish(self, algorithm: DigestAlgorithm) -> Digest {
        match self {
            Self::Sha1(state) => Digest::new(algorithm, &state.finalize()),
            Self::Sha224(state) => Digest::new(algorithm, &state.finalize()),
            Self::Sha256(state) => Digest::new(algorithm, &state.finalize()),
            Self::Sha384(state) => Digest::new(algorithm, &state.finalize()),
            Self::Sha512(state) => Digest::new(algorithm, &state.finalize()),
        }
    }
}
