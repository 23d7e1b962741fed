//! Logout messages (SAMLProf §4.4) and their queries (SAMLBind §3.4.4.1).

use std::io::Write as _;

use base64::Engine as _;
use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::case::Delivery;
use crate::markup::Element;
use crate::{Error, TestIdp, TestKey, TestSp, base64, instant, ns, response};

/// A message for the single logout service, as the HTTP-Redirect binding carries it.
///
/// ```
/// use samlkit_testing::{NOW, TestIdp, TestSp};
///
/// let idp = TestIdp::entra(NOW);
/// let sp = TestSp::new("https://sp.example/metadata", "https://sp.example/acs");
/// let query = idp.logout_request(&sp).query(Some("state"))?;
/// assert!(query.starts_with("SAMLRequest="));
/// # Ok::<(), samlkit_testing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LogoutMessage {
    pub(crate) parameter: &'static str,
    pub(crate) tree: Element,
    pub(crate) algorithm: &'static str,
    pub(crate) key: TestKey,
}

impl TestIdp {
    /// The identity provider ends the user's session.
    #[must_use]
    pub fn logout_request(&self, sp: &TestSp) -> LogoutMessage {
        let style = self.provider().style();
        let name = Element::new(response::assertion(style, "NameID"))
            .with("Format", style.name_id_format)
            .text(crate::USER);
        let session = self.provider().identifier(self.seed(), "assertion");
        let index = Element::new(response::protocol(style, "SessionIndex")).text(session);
        let tree = self
            .logout_tree(sp, "LogoutRequest")
            .containing(response::declare_assertion(name, style))
            .containing(index);
        LogoutMessage {
            parameter: "SAMLRequest",
            tree,
            algorithm: ns::RSA_SHA256,
            key: self.key(),
        }
    }

    /// The identity provider answers a logout that the service provider started.
    #[must_use]
    pub fn logout_response(&self, sp: &TestSp) -> LogoutMessage {
        let style = self.provider().style();
        let code = Element::new(response::protocol(style, "StatusCode"))
            .with("Value", [ns::STATUS, "Success"].concat());
        let status = Element::new(response::protocol(style, "Status")).containing(code);
        let mut tree = self.logout_tree(sp, "LogoutResponse").containing(status);
        tree.set("InResponseTo", sp.request_id());
        LogoutMessage {
            parameter: "SAMLResponse",
            tree,
            algorithm: ns::RSA_SHA256,
            key: self.key(),
        }
    }

    fn logout_tree(&self, sp: &TestSp, local: &str) -> Element {
        let style = self.provider().style();
        let issuer = Element::new(response::assertion(style, "Issuer"));
        let issuer = response::declare_assertion(issuer, style).text(self.entity_id());
        let root = Element::new(response::protocol(style, local))
            .with("ID", self.provider().identifier(self.seed(), local))
            .with("Version", "2.0")
            .with("IssueInstant", instant::milliseconds(self.now()))
            .with("Destination", sp.slo_url());
        response::declare_at_root(root, style).containing(issuer)
    }
}

impl LogoutMessage {
    /// The XML, which is not signed itself.
    #[must_use]
    pub fn xml(&self) -> String {
        self.tree.to_markup()
    }

    /// The query string with its signature.
    ///
    /// # Errors
    ///
    /// [`Error::Key`], which does not happen with RSA.
    pub fn query(&self, relay_state: Option<&str>) -> Result<String, Error> {
        let message = base64(&deflate(self.xml().as_bytes()));
        self.sign(&self.unsigned(&message, relay_state))
    }

    /// Message and relay state as parameters.
    pub(crate) fn unsigned(&self, message: &str, relay_state: Option<&str>) -> String {
        let mut query = format!("{}={}", self.parameter, escape(message));
        if let Some(state) = relay_state {
            query.push_str("&RelayState=");
            query.push_str(&escape(state));
        }
        query
    }

    /// Adds algorithm and signature to a query, whatever it is.
    pub(crate) fn sign(&self, query: &str) -> Result<String, Error> {
        let signed = format!("{query}&SigAlg={}", escape(self.algorithm));
        let value = self.key.sign(self.algorithm, signed.as_bytes())?;
        Ok(format!("{signed}&Signature={}", escape(&base64(&value))))
    }
}

/// Raw DEFLATE (RFC 1951).
pub(crate) fn deflate(octets: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    // Writing to a vector does not fail.
    let _ = encoder.write_all(octets);
    encoder.finish().unwrap_or_default()
}

/// Percent-encodes everything but the unreserved characters of RFC 3986 §2.3.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() * 5 / 4);
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
            escaped.push(char::from(octet));
        } else {
            escaped.push_str(&format!("%{octet:02X}"));
        }
    }
    escaped
}

/// The logout that waits for an answer, as samlkit keeps it.
pub(crate) fn pending(delivery: &Delivery, id: &str) -> String {
    let peer = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(delivery.idp.entity_id());
    format!("1.{id}.{}.{peer}", delivery.at.timestamp())
}
