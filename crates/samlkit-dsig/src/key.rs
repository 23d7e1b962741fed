use core::fmt;

use samlkit_crypto::{Certificate, Error, PublicKey, Thumbprint};

/// A key that is trusted to sign, and the certificate it came in, if any.
///
/// Keys come from configuration or metadata, never from a message. A certificate is a container here (SAMLMeta §2.4.1.1): its
/// dates, names and chain are not consulted; it serves to pick the right key first when the message carries the same one.
#[derive(Clone)]
pub struct TrustedKey {
    pub(crate) key: PublicKey,
    pub(crate) certificate: Option<Certificate>,
    thumbprint: Thumbprint,
}

impl TrustedKey {
    /// Trusts a bare public key.
    #[must_use]
    pub fn from_public_key(key: PublicKey) -> Self {
        Self {
            thumbprint: key.thumbprint(),
            key,
            certificate: None,
        }
    }

    /// Trusts the public key of a certificate.
    ///
    /// # Errors
    ///
    /// If the certificate's key is malformed, of an unsupported kind, or of a size that is never accepted.
    pub fn from_certificate(certificate: Certificate) -> Result<Self, Error> {
        Ok(Self {
            key: certificate.public_key()?.clone(),
            thumbprint: certificate.sha256_thumbprint(),
            certificate: Some(certificate),
        })
    }

    /// The key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// The certificate that the key came in.
    #[must_use]
    pub const fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// SHA-256 of the certificate, or of the key's `SubjectPublicKeyInfo` when there is no certificate.
    #[must_use]
    pub const fn thumbprint(&self) -> Thumbprint {
        self.thumbprint
    }
}

impl fmt::Debug for TrustedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TrustedKey")
            .field(&self.thumbprint())
            .finish()
    }
}
