//! The primitives, from one of two places.
//!
//! What is in here computes; what may be computed with which key is decided above. Both backends have the same few modules with
//! the same functions and types, and give the same verdict on every input. `rustcrypto` is always there: it decodes and checks
//! keys for both, and does what the other one lacks. The crate's documentation lists that.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc_rs;
pub(crate) mod rustcrypto;

#[cfg(feature = "aws-lc-rs")]
pub(crate) use self::aws_lc_rs::{aes, digest, ec, ed25519, rsa};
#[cfg(not(feature = "aws-lc-rs"))]
pub(crate) use self::rustcrypto::{aes, digest, ec, ed25519, rsa};

#[cfg(all(test, feature = "aws-lc-rs", feature = "getrandom"))]
mod differential;
