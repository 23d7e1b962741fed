//! What a setup needs to know of one identity provider.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::IdpKind;
use crate::ns;

/// One identity provider as its metadata describes it: the parts that another side's settings are made from.
///
/// ```
/// use samlkit_profiles::idp::{IdpDescription, IdpKind};
/// use samlkit_profiles::ns;
///
/// let idp = IdpDescription::new("http://www.okta.com/exk1fcia6d6EMsf331d8")
///     .with_single_sign_on_service(ns::BINDING_HTTP_POST, "https://contoso.okta.com/app/x/sso/saml");
/// assert_eq!(idp.kind(), IdpKind::Okta);
/// assert_eq!(idp.login_url(), Some("https://contoso.okta.com/app/x/sso/saml"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IdpDescription {
    entity_id: String,
    single_sign_on_services: Vec<Service>,
    single_logout_services: Vec<Service>,
    signing_certificates: Vec<SigningCertificate>,
    metadata_url: Option<String>,
    signed_requests: SignedRequests,
}

/// A binding and a location of a service (SAMLMeta §2.2.2).
#[derive(Clone, Debug, Eq, PartialEq)]
struct Service {
    binding: String,
    location: String,
}

/// Whether an identity provider wants requests to be signed (`WantAuthnRequestsSigned`, SAMLMeta §2.4.3).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum SignedRequests {
    /// Signed or not, it takes them.
    #[default]
    NotWanted,
    /// It takes signed requests only.
    Wanted,
}

impl IdpDescription {
    /// An identity provider with this entity ID and nothing else yet.
    #[must_use]
    pub fn new(entity_id: impl Into<String>) -> Self {
        Self {
            entity_id: entity_id.into(),
            single_sign_on_services: Vec::new(),
            single_logout_services: Vec::new(),
            signing_certificates: Vec::new(),
            metadata_url: None,
            signed_requests: SignedRequests::default(),
        }
    }

    /// Adds a `SingleSignOnService`, in the order of the metadata.
    #[must_use]
    pub fn with_single_sign_on_service(
        mut self,
        binding: impl Into<String>,
        location: impl Into<String>,
    ) -> Self {
        self.single_sign_on_services.push(Service {
            binding: binding.into(),
            location: location.into(),
        });
        self
    }

    /// Adds a `SingleLogoutService`, in the order of the metadata.
    #[must_use]
    pub fn with_single_logout_service(
        mut self,
        binding: impl Into<String>,
        location: impl Into<String>,
    ) -> Self {
        self.single_logout_services.push(Service {
            binding: binding.into(),
            location: location.into(),
        });
        self
    }

    /// Adds a certificate of a signing `KeyDescriptor`, in the order of the metadata. One that is there is not added
    /// again: some providers repeat theirs.
    #[must_use]
    pub fn with_signing_certificate(mut self, certificate: SigningCertificate) -> Self {
        if !self.signing_certificates.contains(&certificate) {
            self.signing_certificates.push(certificate);
        }
        self
    }

    /// Where the metadata was fetched from, if it was.
    #[must_use]
    pub fn with_metadata_url(mut self, url: impl Into<String>) -> Self {
        self.metadata_url = Some(url.into());
        self
    }

    /// Whether it wants requests to be signed. [`SignedRequests::NotWanted`] by default, as the attribute is.
    #[must_use]
    pub const fn with_signed_requests(mut self, signed_requests: SignedRequests) -> Self {
        self.signed_requests = signed_requests;
        self
    }

    /// The entity ID.
    #[must_use]
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// The kind, told by the entity ID and the sign-on services.
    #[must_use]
    pub fn kind(&self) -> IdpKind {
        IdpKind::detect(
            &self.entity_id,
            self.single_sign_on_services
                .iter()
                .map(|service| service.location.as_str()),
        )
    }

    /// The sign-on URL: of the HTTP-POST binding where there is one, else of HTTP-Redirect, else the first.
    #[must_use]
    pub fn login_url(&self) -> Option<&str> {
        preferred(
            &self.single_sign_on_services,
            [ns::BINDING_HTTP_POST, ns::BINDING_HTTP_REDIRECT],
        )
    }

    /// The logout URL: of the HTTP-Redirect binding where there is one, else of HTTP-POST, else the first.
    #[must_use]
    pub fn logout_url(&self) -> Option<&str> {
        preferred(
            &self.single_logout_services,
            [ns::BINDING_HTTP_REDIRECT, ns::BINDING_HTTP_POST],
        )
    }

    /// Whether sign-on requests can come by this binding.
    #[must_use]
    pub fn takes(&self, binding: &str) -> bool {
        self.single_sign_on_services
            .iter()
            .any(|service| service.binding == binding)
    }

    /// The certificates that messages may be signed with, in the order of the metadata.
    #[must_use]
    pub fn signing_certificates(&self) -> &[SigningCertificate] {
        &self.signing_certificates
    }

    /// Where the metadata was fetched from.
    #[must_use]
    pub fn metadata_url(&self) -> Option<&str> {
        self.metadata_url.as_deref()
    }

    /// Whether it wants requests to be signed.
    #[must_use]
    pub const fn signed_requests(&self) -> SignedRequests {
        self.signed_requests
    }
}

fn preferred<'a>(services: &'a [Service], bindings: [&str; 2]) -> Option<&'a str> {
    bindings
        .into_iter()
        .find_map(|binding| services.iter().find(|service| service.binding == binding))
        .or_else(|| services.first())
        .map(|service| service.location.as_str())
}

/// A certificate that an identity provider signs with, as much of it as settings need.
#[derive(Clone, Eq, PartialEq)]
pub struct SigningCertificate {
    base64: String,
    sha256_thumbprint: [u8; 32],
    not_before: i64,
    not_after: i64,
}

impl SigningCertificate {
    /// A certificate by its DER octets, the SHA-256 digest of these, and its validity in seconds since 1970
    /// (RFC 5280 §4.1.2.5).
    #[must_use]
    pub fn new(der: &[u8], sha256_thumbprint: [u8; 32], not_before: i64, not_after: i64) -> Self {
        Self {
            base64: STANDARD.encode(der),
            sha256_thumbprint,
            not_before,
            not_after,
        }
    }

    /// The certificate in base64 on one line, without armour.
    #[must_use]
    pub fn base64(&self) -> &str {
        &self.base64
    }

    /// The SHA-256 digest of the DER octets.
    #[must_use]
    pub const fn sha256_thumbprint(&self) -> Thumbprint {
        Thumbprint(self.sha256_thumbprint)
    }

    /// From when it is valid, in seconds since 1970.
    #[must_use]
    pub const fn not_before(&self) -> i64 {
        self.not_before
    }

    /// Until when it is valid, that second included, in seconds since 1970.
    #[must_use]
    pub const fn not_after(&self) -> i64 {
        self.not_after
    }

    /// Where a moment lies against the validity.
    #[must_use]
    pub const fn validity(&self, now: i64) -> Validity {
        const DAY: i64 = 86_400;
        if now < self.not_before {
            Validity::NotYet {
                days: self.not_before.saturating_sub(now) / DAY,
            }
        } else if now > self.not_after {
            Validity::Expired {
                days: now.saturating_sub(self.not_after) / DAY,
            }
        } else {
            Validity::Valid {
                days: self.not_after.saturating_sub(now) / DAY,
            }
        }
    }
}

impl fmt::Debug for SigningCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningCertificate")
            .field("sha256_thumbprint", &self.sha256_thumbprint())
            .field("not_before", &self.not_before)
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

/// Where a moment lies against a certificate's validity, in whole days.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Validity {
    /// It is valid.
    Valid {
        /// The days that are left.
        days: i64,
    },
    /// It is not valid yet.
    NotYet {
        /// The days until it is.
        days: i64,
    },
    /// It is not valid any more.
    Expired {
        /// The days since it was.
        days: i64,
    },
}

/// A SHA-256 thumbprint, shown in lower-case hexadecimal.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Thumbprint([u8; 32]);

impl Thumbprint {
    /// The octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_is_preferred() {
        let idp = IdpDescription::new("urn:idp")
            .with_single_sign_on_service(ns::BINDING_HTTP_REDIRECT, "https://idp/redirect")
            .with_single_sign_on_service(ns::BINDING_HTTP_POST, "https://idp/post")
            .with_single_logout_service("urn:soap", "https://idp/soap")
            .with_single_logout_service(ns::BINDING_HTTP_POST, "https://idp/out-post")
            .with_single_logout_service(ns::BINDING_HTTP_REDIRECT, "https://idp/out");
        assert_eq!(idp.login_url(), Some("https://idp/post"));
        assert_eq!(idp.logout_url(), Some("https://idp/out"));
        assert!(idp.takes(ns::BINDING_HTTP_POST));
        assert!(!idp.takes("urn:soap"));
        assert_eq!(IdpDescription::new("urn:idp").login_url(), None);
        let soap = IdpDescription::new("urn:idp")
            .with_single_logout_service("urn:soap", "https://idp/soap");
        assert_eq!(soap.logout_url(), Some("https://idp/soap"));
    }

    #[test]
    fn a_validity_includes_its_ends() {
        let certificate = SigningCertificate::new(b"\x30\x00", [0xab; 32], 1000, 1000 + 2 * 86_400);
        assert_eq!(certificate.base64(), "MAA=");
        assert_eq!(certificate.sha256_thumbprint().to_string(), "ab".repeat(32));
        assert_eq!(certificate.validity(999), Validity::NotYet { days: 0 });
        assert_eq!(certificate.validity(1000), Validity::Valid { days: 2 });
        assert_eq!(
            certificate.validity(1000 + 2 * 86_400),
            Validity::Valid { days: 0 }
        );
        assert_eq!(
            certificate.validity(1001 + 2 * 86_400),
            Validity::Expired { days: 0 }
        );
        assert_eq!(
            certificate.validity(i64::MIN),
            Validity::NotYet {
                days: (i64::MAX) / 86_400
            }
        );
        let twice = IdpDescription::new("urn:idp")
            .with_signing_certificate(certificate.clone())
            .with_signing_certificate(certificate);
        assert_eq!(twice.signing_certificates().len(), 1);
    }
}
