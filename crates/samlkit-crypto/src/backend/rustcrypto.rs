//! The primitives of RustCrypto, and of `ed25519-dalek`: no C, no build tools.

#[cfg_attr(
    all(feature = "aws-lc-rs", not(test)),
    expect(dead_code, reason = "only AES-192 key wrap falls back")
)]
pub(crate) mod aes;
#[cfg_attr(
    all(feature = "aws-lc-rs", not(test)),
    expect(dead_code, reason = "AWS-LC has every digest")
)]
pub(crate) mod digest;
pub(crate) mod ec;
mod ecdsa;
pub(crate) mod ed25519;
mod pkcs1v15;
pub(crate) mod pss;
pub(crate) mod rsa;
