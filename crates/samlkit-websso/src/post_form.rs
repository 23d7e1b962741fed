use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlkit_crypto::DigestAlgorithm;

use crate::redirect::{Parameter, RedirectError};
use crate::relay_state::MOST_RELAY_STATE;

/// The whole of the page's script. Its hash is in the page's policy, so that nothing else runs.
const SCRIPT: &str = "document.forms[0].submit()";

/// A page that posts a message to an endpoint by itself (SAMLBind §3.5.4).
///
/// The page works under the Content-Security-Policy that comes with it, which allows this one script and posts over TLS. A
/// browser without scripts shows a button.
///
/// ```
/// use samlkit_websso::{Parameter, PostForm};
///
/// let form = PostForm::new("https://idp.example/sso?a=1&b=2", Parameter::Request, "<x/>", Some("\"><script>"))?;
/// assert!(form.html().contains("action=\"https://idp.example/sso?a=1&amp;b=2\""));
/// assert!(form.html().contains("name=\"SAMLRequest\" value=\"PHgvPg==\""));
/// assert!(form.html().contains("name=\"RelayState\" value=\"&quot;&gt;&lt;script&gt;\""));
/// assert!(form.content_security_policy().starts_with("default-src 'none'; script-src 'sha256-"));
/// # Ok::<(), samlkit_websso::RedirectError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PostForm {
    html: String,
    content_security_policy: String,
}

impl PostForm {
    /// The page that takes `message` to `endpoint`.
    ///
    /// # Errors
    ///
    /// [`RedirectError::RelayStateTooLong`].
    pub fn new(
        endpoint: &str,
        parameter: Parameter,
        message: &str,
        relay_state: Option<&str>,
    ) -> Result<Self, RedirectError> {
        if relay_state.is_some_and(|state| state.len() > MOST_RELAY_STATE) {
            return Err(RedirectError::RelayStateTooLong);
        }
        Ok(Self::with_echo(endpoint, parameter, message, relay_state))
    }

    /// [`PostForm::new`] for a relay state that goes back as it came.
    pub(crate) fn with_echo(
        endpoint: &str,
        parameter: Parameter,
        message: &str,
        relay_state: Option<&str>,
    ) -> Self {
        let mut html = String::from(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Signing in</title></head><body><form method=\"post\" action=\"",
        );
        escape(&mut html, endpoint);
        html.push_str("\">");
        field(&mut html, parameter.name(), &STANDARD.encode(message));
        if let Some(state) = relay_state {
            field(&mut html, "RelayState", state);
        }
        html.push_str("<noscript><button>Continue</button></noscript></form><script>");
        html.push_str(SCRIPT);
        html.push_str("</script></body></html>");
        let hash = STANDARD.encode(DigestAlgorithm::Sha256.digest(SCRIPT.as_bytes()));
        let content_security_policy = format!(
            "default-src 'none'; script-src 'sha256-{hash}'; form-action {}; base-uri 'none'; frame-ancestors 'none'",
            form_action(endpoint)
        );
        Self {
            html,
            content_security_policy,
        }
    }

    /// The page, to be served as `text/html; charset=utf-8` and never cached (SAMLBind §3.5.5.1).
    #[must_use]
    pub fn html(&self) -> &str {
        &self.html
    }

    /// The value of the `Content-Security-Policy` header to serve it with.
    #[must_use]
    pub fn content_security_policy(&self) -> &str {
        &self.content_security_policy
    }
}

fn field(html: &mut String, name: &str, value: &str) {
    html.push_str("<input type=\"hidden\" name=\"");
    html.push_str(name);
    html.push_str("\" value=\"");
    escape(html, value);
    html.push_str("\">");
}

/// Escapes a value for a quoted HTML attribute; control characters are written as references.
fn escape(html: &mut String, value: &str) {
    use core::fmt::Write as _;
    for c in value.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c if c.is_control() => {
                // Writing to a string does not fail.
                let _ = write!(html, "&#{};", u32::from(c));
            }
            c => html.push(c),
        }
    }
}

/// Where the form may go: anywhere by HTTPS. Browsers apply the rule to every redirect that follows the post too, and sign-ons
/// cross origins, so the endpoint's own origin would be too narrow. An endpoint without TLS is for tests; any other scheme is
/// no endpoint.
fn form_action(endpoint: &str) -> &'static str {
    match endpoint.split_once("://") {
        Some(("https", _)) => "https:",
        Some(("http", _)) => "http: https:",
        _ => "'none'",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(endpoint: &str) -> String {
        PostForm::new(endpoint, Parameter::Request, "<x/>", None)
            .unwrap()
            .content_security_policy
    }

    #[test]
    fn the_policy_takes_nothing_from_the_endpoint_but_its_scheme() {
        assert!(policy("https://idp.example:8443/sso?x").contains("; form-action https:; "));
        assert!(
            policy("https://idp.example; script-src *")
                .contains("; form-action https:; base-uri 'none'")
        );
        assert!(policy("http://127.0.0.1:9101/sso").contains("; form-action http: https:; "));
        assert!(policy("javascript:alert(1)").contains("; form-action 'none'; "));
    }

    #[test]
    fn a_page_comes_with_its_policy_and_shows_nothing_as_markup() {
        let state = "<&>\"'\n\u{7f}\u{e9}";
        let form = PostForm::new("https://a/", Parameter::Request, "<x/>", Some(state)).unwrap();
        assert_eq!(form.content_security_policy(), policy("https://a/"));
        let escaped = "value=\"&lt;&amp;&gt;&quot;&#39;&#10;&#127;\u{e9}\"";
        assert!(form.html().contains(escaped), "{}", form.html());
    }

    #[test]
    fn a_long_relay_state_is_refused() {
        let form = |state: &str| {
            PostForm::new("https://a/", Parameter::Request, "<x/>", Some(state)).map(drop)
        };
        assert_eq!(form(&"x".repeat(80)), Ok(()));
        assert_eq!(form(&"x".repeat(81)), Err(RedirectError::RelayStateTooLong));
    }
}
