#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod algorithm;
mod backend;
mod certificate;
mod cipher;
pub mod danger;
mod derived;
mod digest;
mod error;
mod input;
mod key;
mod key_agreement;
mod key_transport;
mod key_wrap;
mod oid;
mod policy;
mod private_key;
mod random;
mod signature;
mod signer;
mod signing_key;
mod thumbprint;

pub use certificate::Certificate;
pub use cipher::{BlockEncryption, DecryptionFailed, EncryptionError, Unjudged};
pub use digest::{Digest, DigestAlgorithm, Hasher};
pub use error::{CertificatePart, Error, Form};
pub use key::{Curve, KeyKind, PublicKey};
pub use key_agreement::{Agreement, ConcatKdf, SharedSecret};
pub use key_transport::RsaOaep;
pub use key_wrap::KeyWrap;
pub use oid::Oid;
pub use policy::AlgorithmPolicy;
pub use private_key::PrivateKey;
#[cfg(feature = "getrandom")]
pub use random::SystemRandomness;
pub use random::{Randomness, RandomnessError};
pub use signature::{PssParameters, SignatureAlgorithm};
pub use signer::{AsyncSigner, Reason, SignError, Signer};
pub use signing_key::SigningKey;
pub use thumbprint::{Sha1Thumbprint, Thumbprint};
