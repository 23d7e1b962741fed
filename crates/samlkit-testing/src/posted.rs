//! Messages that are posted and are no responses: logout messages to the service provider (SAMLProf §4.4), and its requests to the
//! identity provider (SAMLProf §4.1.4.1).

use crate::markup::Element;
use crate::response::{self, signature};
use crate::{Error, TestIdp, TestKey, TestSp, instant, ns, sign};

/// What is posted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Posted {
    /// `LogoutRequest`, by the identity provider.
    LogoutRequest,
    /// `LogoutResponse`, by the identity provider.
    LogoutResponse,
    /// `AuthnRequest`, by the service provider.
    AuthnRequest,
}

impl Posted {
    pub(crate) const ALL: [Self; 3] = [
        Self::LogoutRequest,
        Self::LogoutResponse,
        Self::AuthnRequest,
    ];

    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::LogoutRequest => "logout-request-posted",
            Self::LogoutResponse => "logout-response-posted",
            Self::AuthnRequest => "authn-request-posted",
        }
    }

    pub(crate) const fn about(self) -> &'static str {
        match self {
            Self::LogoutRequest => "a posted LogoutRequest",
            Self::LogoutResponse => "a posted LogoutResponse",
            Self::AuthnRequest => "a posted AuthnRequest",
        }
    }

    /// The control of the form.
    pub(crate) const fn control(self) -> &'static str {
        match self {
            Self::LogoutRequest | Self::AuthnRequest => "SAMLRequest",
            Self::LogoutResponse => "SAMLResponse",
        }
    }

    const fn key(self, idp: &TestIdp) -> TestKey {
        match self {
            Self::LogoutRequest | Self::LogoutResponse => idp.key(),
            Self::AuthnRequest => TestKey::Sp,
        }
    }

    /// The message with a signature that is to be filled in, by its sender's own key or another.
    pub(crate) fn tree(self, idp: &TestIdp, sp: &TestSp) -> Element {
        let mut tree = match self {
            Self::LogoutRequest => idp.logout_request(sp).tree,
            Self::LogoutResponse => idp.logout_response(sp).tree,
            Self::AuthnRequest => authn_request(idp, sp),
        };
        let id = tree.attribute("ID").unwrap_or_default().to_owned();
        let key = self.key(idp);
        let signature = signature(idp.provider().style(), &id, key, key);
        // Every tree above has an issuer.
        let _ = tree.insert_after("Issuer", signature);
        tree
    }

    /// The message, signed.
    pub(crate) fn message(self, idp: &TestIdp, sp: &TestSp) -> Result<String, Error> {
        let mut tree = self.tree(idp, sp);
        sign::fill_all(&mut tree)?;
        Ok(tree.to_markup())
    }
}

fn authn_request(idp: &TestIdp, sp: &TestSp) -> Element {
    let style = idp.provider().style();
    let issuer = Element::new(response::assertion(style, "Issuer"));
    let issuer = response::declare_assertion(issuer, style).text(sp.entity_id());
    let policy =
        Element::new(response::protocol(style, "NameIDPolicy")).with("Format", ns::PERSISTENT);
    let root = Element::new(response::protocol(style, "AuthnRequest"))
        .with("ID", sp.request_id())
        .with("Version", "2.0")
        .with("IssueInstant", instant::milliseconds(idp.now()))
        .with("Destination", idp.sso_url())
        .with("AssertionConsumerServiceURL", sp.acs_url())
        .with("ProtocolBinding", ns::HTTP_POST);
    response::declare_at_root(root, style)
        .containing(issuer)
        .containing(policy)
}
