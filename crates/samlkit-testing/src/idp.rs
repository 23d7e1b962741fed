//! The identity provider.

use samlkit::Timestamp;
use samlkit::websso::SignedParts;

use crate::markup::Element;
use crate::provider::Provider;
use crate::{ResponseBuilder, TestKey, TestSp, ns};

/// An identity provider whose messages look as those of a real one, and whose private keys are yours.
///
/// What it makes depends on its provider, its clock and its seed alone.
///
/// ```
/// use samlkit_testing::{NOW, TestIdp, TestSp};
///
/// let idp = TestIdp::entra(NOW);
/// let sp = TestSp::new("https://sp.example/metadata", "https://sp.example/acs");
/// let form_value = idp.response(&sp).in_response_to("_request-1").groups(24).build()?.form_value();
/// assert_eq!(form_value, idp.response(&sp).groups(24).build()?.form_value());
/// # Ok::<(), samlkit_testing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TestIdp {
    provider: Provider,
    entity_id: String,
    sso_url: String,
    seed: String,
    key: TestKey,
    now: Timestamp,
}

impl TestIdp {
    /// Entra ID, at `now`.
    #[must_use]
    pub fn entra(now: Timestamp) -> Self {
        Self::new(Provider::Entra, now)
    }

    /// Any of the [`Provider`]s, at `now`.
    #[must_use]
    pub fn new(provider: Provider, now: Timestamp) -> Self {
        Self::with_seed(provider, now, "samlkit-testing 1")
    }

    /// Another tenant: what is made up (tenants, users, IDs) depends on `seed`.
    #[must_use]
    pub fn with_seed(provider: Provider, now: Timestamp, seed: &str) -> Self {
        Self {
            provider,
            entity_id: provider.entity_id(seed),
            sso_url: provider.sso_url(seed),
            seed: seed.to_owned(),
            key: TestKey::Active,
            now,
        }
    }

    /// Sets the entity ID. Default: one in the form of the provider's.
    #[must_use]
    pub fn with_entity_id(mut self, entity_id: impl Into<String>) -> Self {
        self.entity_id = entity_id.into();
        self
    }

    /// Sets the key that it signs with. Default: [`TestKey::Active`].
    #[must_use]
    pub const fn with_key(mut self, key: TestKey) -> Self {
        self.key = key;
        self
    }

    /// What it imitates.
    #[must_use]
    pub const fn provider(&self) -> Provider {
        self.provider
    }

    /// The entity ID.
    #[must_use]
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// Where requests go.
    #[must_use]
    pub fn sso_url(&self) -> &str {
        &self.sso_url
    }

    /// The key that it signs with.
    #[must_use]
    pub const fn key(&self) -> TestKey {
        self.key
    }

    /// Its clock.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn seed(&self) -> &str {
        &self.seed
    }

    /// A response for `sp`, to be described further.
    #[must_use]
    pub fn response(&self, sp: &TestSp) -> ResponseBuilder {
        ResponseBuilder::new(self, sp)
    }

    /// A sign-on for `sp` with these parts signed.
    #[must_use]
    pub fn sign_on(&self, sp: &TestSp, parts: SignedParts) -> ResponseBuilder {
        self.response(sp).signed(parts)
    }

    /// The metadata that a service provider trusts: [`TestIdp::key`] and [`TestKey::Next`].
    #[must_use]
    pub fn metadata(&self) -> String {
        self.metadata_tree(&[self.key, TestKey::Next]).to_markup()
    }

    pub(crate) fn metadata_tree(&self, keys: &[TestKey]) -> Element {
        let descriptors = keys.iter().map(|key| {
            let data = Element::new("X509Data")
                .containing(Element::new("X509Certificate").text(key.certificate_base64()));
            Element::new("KeyDescriptor")
                .with("use", "signing")
                .containing(
                    Element::new("KeyInfo")
                        .with("xmlns", ns::DS)
                        .containing(data),
                )
        });
        let endpoint = |name: &str, binding: &str| {
            Element::new(name)
                .with("Binding", binding)
                .with("Location", &self.sso_url)
        };
        let role = Element::new("IDPSSODescriptor")
            .with("protocolSupportEnumeration", ns::SAMLP)
            .containing_all(descriptors)
            .containing(endpoint("SingleLogoutService", ns::HTTP_REDIRECT))
            .containing(endpoint("SingleSignOnService", ns::HTTP_REDIRECT))
            .containing(endpoint("SingleSignOnService", ns::HTTP_POST));
        Element::new("EntityDescriptor")
            .with("ID", self.provider.identifier(&self.seed, "metadata"))
            .with("entityID", &self.entity_id)
            .with("xmlns", ns::MD)
            .containing(role)
    }
}
