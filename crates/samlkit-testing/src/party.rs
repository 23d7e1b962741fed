//! Who a message is for.

use samlkit::profiles::mimecast::PersonalPortal;
use samlkit::{Policy, ServiceProvider};

use crate::{Error, TestIdp, TestKey};

/// The service provider that messages are made for: yours.
///
/// ```
/// use samlkit_testing::TestSp;
///
/// let sp = TestSp::new("https://sp.example/metadata", "https://sp.example/acs").expecting("_request-1");
/// assert_eq!(sp.request_id(), "_request-1");
/// ```
#[derive(Clone, Debug)]
pub struct TestSp {
    entity_id: String,
    acs_url: String,
    slo_url: String,
    request_id: String,
}

impl TestSp {
    /// A service provider by its entity ID and its assertion consumer service.
    #[must_use]
    pub fn new(entity_id: impl Into<String>, acs_url: impl Into<String>) -> Self {
        let acs_url = acs_url.into();
        Self {
            entity_id: entity_id.into(),
            slo_url: format!("{}/slo", acs_url.trim_end_matches('/')),
            acs_url,
            request_id: "_request-1".to_owned(),
        }
    }

    /// Mimecast's Personal Portal of an account, as `idp` must name it.
    #[must_use]
    pub fn mimecast(portal: &PersonalPortal, idp: &TestIdp) -> Self {
        Self::new(
            portal.entity_id_for(idp.provider().kind()),
            portal.reply_url(),
        )
    }

    /// Sets the ID of the request that messages answer. Default: `_request-1`.
    #[must_use]
    pub fn expecting(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = request_id.into();
        self
    }

    /// Sets the single logout service. Default: the assertion consumer service followed by `/slo`.
    #[must_use]
    pub fn with_slo_url(mut self, url: impl Into<String>) -> Self {
        self.slo_url = url.into();
        self
    }

    /// The entity ID.
    #[must_use]
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// The assertion consumer service.
    #[must_use]
    pub fn acs_url(&self) -> &str {
        &self.acs_url
    }

    /// The single logout service.
    #[must_use]
    pub fn slo_url(&self) -> &str {
        &self.slo_url
    }

    /// The ID of the request that messages answer.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The key that it decrypts with.
    #[must_use]
    pub const fn decryption_key(&self) -> TestKey {
        TestKey::Sp
    }

    /// This service provider as samlkit configures it: it trusts `idp` by its metadata, and can decrypt.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an empty entity ID or URL.
    pub fn service_provider(&self, idp: &TestIdp) -> Result<ServiceProvider, Error> {
        crate::reference::service_provider(self, idp, Policy::new())
    }
}
