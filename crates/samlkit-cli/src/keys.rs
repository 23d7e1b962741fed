//! Keys and certificates in files.

use std::path::{Path, PathBuf};

use samlkit::crypto::{Curve, KeyKind, SignatureAlgorithm, SigningKey};
use samlkit::profiles::diagnosis::Paste;
use samlkit::{
    AlgorithmPolicy, Certificate, DecryptionKey, PrivateKey, PublicKey, TrustedKey, crypto, danger,
};

use crate::cli::Weak;
use crate::failure::Failure;
use crate::{input, output};

/// Every certificate of every file.
pub(crate) fn certificates(paths: &[PathBuf]) -> Result<Vec<TrustedKey>, Failure> {
    let mut keys = Vec::new();
    for path in paths {
        let octets = input::configuration(path)?;
        let unusable = |error| unusable(path, &octets, &error);
        for certificate in Certificate::parse_all(&octets).map_err(unusable)? {
            keys.push(TrustedKey::from_certificate(certificate).map_err(unusable)?);
        }
    }
    Ok(keys)
}

/// The public key of every file.
pub(crate) fn public_keys(paths: &[PathBuf]) -> Result<Vec<TrustedKey>, Failure> {
    let read = |path: &PathBuf| {
        let octets = input::configuration(path)?;
        let key = PublicKey::parse(&octets).map_err(|error| unusable(path, &octets, &error))?;
        Ok(TrustedKey::from_public_key(key))
    };
    paths.iter().map(read).collect()
}

/// The private key of every file, to decrypt with.
pub(crate) fn private_keys(paths: &[PathBuf]) -> Result<Vec<DecryptionKey>, Failure> {
    let read = |path: &PathBuf| {
        let octets = input::configuration(path)?;
        let key =
            PrivateKey::parse(&octets).map_err(|error| unusable_private(path, &octets, &error))?;
        Ok(DecryptionKey::new(key))
    };
    paths.iter().map(read).collect()
}

/// The private key of a file, to sign with: RSA with SHA-256, ECDSA with the digest of the curve's size, or Ed25519.
pub(crate) fn signing_key(path: &Path) -> Result<SigningKey, Failure> {
    let octets = input::configuration(path)?;
    let cannot = |error| Failure::usage(format!("cannot sign with {}: {error}", path.display()));
    let key = PrivateKey::parse(&octets).map_err(cannot)?;
    let algorithm = match key.kind() {
        KeyKind::Rsa => SignatureAlgorithm::RsaSha256,
        KeyKind::Ec(Curve::P256) => SignatureAlgorithm::EcdsaSha256,
        KeyKind::Ec(Curve::P384) => SignatureAlgorithm::EcdsaSha384,
        KeyKind::Ec(Curve::P521) => SignatureAlgorithm::EcdsaSha512,
        KeyKind::Ed25519 => SignatureAlgorithm::EddsaEd25519,
        _ => return Err(Failure::usage("this kind of key does not sign")),
    };
    SigningKey::new(key, algorithm).map_err(cannot)
}

fn unusable(path: &Path, octets: &[u8], error: &crypto::Error) -> Failure {
    let message = format!("cannot use {}: {error}", path.display());
    match Paste::sniff(octets).help() {
        Some(help) => Failure::usage_with(message, help),
        None => Failure::usage(message),
    }
}

/// As [`unusable`], where a private key is what was asked for.
fn unusable_private(path: &Path, octets: &[u8], error: &crypto::Error) -> Failure {
    match Paste::sniff(octets) {
        Paste::PrivateKey | Paste::Der => Failure::usage_with(
            format!("cannot use {}: {error}", path.display()),
            "Give an RSA private key, or one on P-256, P-384 or P-521, in PEM or DER and without a password.",
        ),
        Paste::Pem | Paste::PemChain | Paste::Base64 | Paste::PublicKey => Failure::usage_with(
            format!("cannot use {}: {error}", path.display()),
            "A certificate or public key was given; give the private key that belongs to it.",
        ),
        _ => unusable(path, octets, error),
    }
}

impl Weak {
    /// The algorithms to accept. What is weak is warned about.
    pub(crate) fn algorithms(self) -> AlgorithmPolicy {
        let mut policy = AlgorithmPolicy::default();
        if self.allow_sha1 {
            output::warn(
                "--allow-sha1: SHA-1 signatures can be forged by whoever can make collisions",
            );
            policy = danger::allow_sha1(policy);
        }
        if self.allow_weak_rsa {
            output::warn(
                "--allow-weak-rsa: RSA keys under 2048 bits can be broken by those who can afford it",
            );
            policy = danger::allow_weak_rsa(policy);
        }
        policy
    }
}
