//! Explicit choices of weak cryptography, for old identity providers that cannot be changed.
//!
//! Nothing else in the crate lets SHA-1 or a short RSA key verify anything, so a search for this module's name finds every
//! place that accepts the risk. Nothing here brings back MD5, DSA or HMAC, RSA keys under 1024 bits, or turns verification off.

use crate::AlgorithmPolicy;

/// Lets SHA-1 count, as the digest of a reference and in RSA and ECDSA signatures.
///
/// # Security
///
/// Chosen-prefix collisions for SHA-1 are affordable: whoever can choose part of what an identity provider signs may get a
/// signature over something else. Ask the provider to sign with SHA-256 instead; in the Azure portal that is
/// "Signing Algorithm" under "SAML Signing Certificate".
#[must_use]
pub fn allow_sha1(policy: AlgorithmPolicy) -> AlgorithmPolicy {
    policy.allowing_sha1()
}

/// Lets RSA keys of 1024 to 2047 bits verify.
///
/// # Security
///
/// A modulus of 1024 bits is within reach of those who can afford to factor it once and then sign at will.
#[must_use]
pub fn allow_weak_rsa(policy: AlgorithmPolicy) -> AlgorithmPolicy {
    policy.allowing_weak_rsa()
}
