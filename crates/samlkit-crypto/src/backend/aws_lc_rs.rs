//! The primitives of AWS-LC, through `aws-lc-rs`.
//!
//! Keys are RustCrypto's first, so that both backends read and refuse the same ones. The form that AWS-LC wants is prepared when
//! it is first used, then kept. Where AWS-LC has no such form (`None` in the functions here that look one up), RustCrypto
//! computes: the strictness is then the same by construction.

pub(crate) mod aes;
pub(crate) mod digest;
pub(crate) mod ec;
pub(crate) mod ed25519;
pub(crate) mod rsa;
