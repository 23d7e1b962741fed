//! What sets two URLs apart.

use std::fmt;

/// A part of a URL (RFC 3986 §3), or a way in which one part can differ.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum UrlPart {
    /// White space at one end of the text.
    WhiteSpace,
    /// `http` against `https`, or one side has no scheme.
    Scheme,
    /// The user information before the host.
    UserInfo,
    /// Another host.
    Host,
    /// The same host in another case.
    HostCase,
    /// Another port; `:443` written out differs from none.
    Port,
    /// Another path.
    Path,
    /// The same path in another case.
    PathCase,
    /// The same path but for the slash at its end.
    TrailingSlash,
    /// The same path but for the case of its percent escapes.
    EscapeCase,
    /// The query.
    Query,
    /// The fragment.
    Fragment,
}

impl UrlPart {
    /// The stable name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::WhiteSpace => "white-space",
            Self::Scheme => "scheme",
            Self::UserInfo => "user-info",
            Self::Host => "host",
            Self::HostCase => "host-case",
            Self::Port => "port",
            Self::Path => "path",
            Self::PathCase => "path-case",
            Self::TrailingSlash => "trailing-slash",
            Self::EscapeCase => "escape-case",
            Self::Query => "query",
            Self::Fragment => "fragment",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::WhiteSpace => "white space around it",
            Self::Scheme => "the scheme",
            Self::UserInfo => "the user information",
            Self::Host => "the host",
            Self::HostCase => "the case of the host",
            Self::Port => "the port",
            Self::Path => "the path",
            Self::PathCase => "the case of the path",
            Self::TrailingSlash => "the slash at the end",
            Self::EscapeCase => "the case of the percent escapes",
            Self::Query => "the query",
            Self::Fragment => "the fragment",
        }
    }
}

/// What sets a URL apart from the one that is expected.
///
/// SAML compares URLs as texts; nothing is normalised, so a port written out or a slash at the end is a difference.
///
/// ```
/// use samlkit_profiles::diagnosis::{UrlDifference, UrlPart};
///
/// let difference = UrlDifference::between(
///     "https://eu-api.mimecast.com/login/saml",
///     "http://eu-api.mimecast.com:443/login/saml",
/// )
/// .expect("they differ");
/// assert_eq!(difference.parts(), [UrlPart::Scheme, UrlPart::Port]);
/// assert_eq!(difference.to_string(), "the scheme and the port differ");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UrlDifference {
    parts: Vec<UrlPart>,
}

impl UrlDifference {
    /// Names the parts that differ; `None` when the texts are equal. Linear in their lengths.
    #[must_use]
    pub fn between(expected: &str, got: &str) -> Option<Self> {
        if expected == got {
            return None;
        }
        let mut parts = Vec::new();
        let (e, g) = (expected.trim(), got.trim());
        if (e.len(), g.len()) != (expected.len(), got.len()) {
            parts.push(UrlPart::WhiteSpace);
        }
        let (e, g) = (Split::new(e), Split::new(g));
        if !e.scheme.eq_ignore_ascii_case(g.scheme) {
            parts.push(UrlPart::Scheme);
        }
        if e.user_info != g.user_info {
            parts.push(UrlPart::UserInfo);
        }
        parts.extend(host_difference(e.host, g.host));
        if e.port != g.port {
            parts.push(UrlPart::Port);
        }
        parts.extend(path_difference(e.path, g.path));
        if e.query != g.query {
            parts.push(UrlPart::Query);
        }
        if e.fragment != g.fragment {
            parts.push(UrlPart::Fragment);
        }
        if parts.is_empty() {
            // All that is left is the case of the scheme.
            parts.push(UrlPart::Scheme);
        }
        Some(Self { parts })
    }

    /// The parts that differ, in their order in a URL; at least one.
    #[must_use]
    pub fn parts(&self) -> &[UrlPart] {
        &self.parts
    }

    /// What to change, by the first part that differs.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self.parts.first() {
            Some(UrlPart::Scheme | UrlPart::Port) => {
                "Behind a proxy the service provider often believes to be at http or at a port: configure its public URL, \
                 and register the same in the Azure portal under Reply URL."
            }
            Some(UrlPart::Host | UrlPart::HostCase | UrlPart::UserInfo) => {
                "Use the host of the account's region, in lower case, in Mimecast and in the Azure portal alike."
            }
            Some(
                UrlPart::Path
                | UrlPart::PathCase
                | UrlPart::TrailingSlash
                | UrlPart::EscapeCase
                | UrlPart::Query
                | UrlPart::Fragment
                | UrlPart::WhiteSpace,
            )
            | None => {
                "Register the URL in the Azure portal under Reply URL exactly as the service provider has it: URLs are \
                 compared letter by letter, with their case and the slash at the end."
            }
        }
    }
}

impl fmt::Display for UrlDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.parts.len().saturating_sub(1);
        for (at, part) in self.parts.iter().enumerate() {
            if at > 0 {
                f.write_str(if at == last { " and " } else { ", " })?;
            }
            f.write_str(part.words())?;
        }
        f.write_str(if last == 0 { " differs" } else { " differ" })
    }
}

fn host_difference(expected: &str, got: &str) -> Option<UrlPart> {
    if expected == got {
        None
    } else if expected.eq_ignore_ascii_case(got) {
        Some(UrlPart::HostCase)
    } else {
        Some(UrlPart::Host)
    }
}

fn path_difference(expected: &str, got: &str) -> Option<UrlPart> {
    if expected == got {
        return None;
    }
    let (e, g) = (
        expected.strip_suffix('/').unwrap_or(expected),
        got.strip_suffix('/').unwrap_or(got),
    );
    Some(if e == g {
        UrlPart::TrailingSlash
    } else if differ_in_escapes_only(expected, got) {
        UrlPart::EscapeCase
    } else if expected.eq_ignore_ascii_case(got) {
        UrlPart::PathCase
    } else {
        UrlPart::Path
    })
}

/// Whether two texts are the same but for the case of the two letters after each `%`.
fn differ_in_escapes_only(expected: &str, got: &str) -> bool {
    let mut in_escape = 0_u8;
    expected.len() == got.len()
        && expected.bytes().zip(got.bytes()).all(|(e, g)| {
            let same = e == g || (in_escape > 0 && e.eq_ignore_ascii_case(&g));
            in_escape = if e == b'%' {
                2
            } else {
                in_escape.saturating_sub(1)
            };
            same
        })
}

/// A URL in its parts, by the delimiters alone (RFC 3986 appendix B).
pub(crate) struct Split<'a> {
    scheme: &'a str,
    user_info: &'a str,
    host: &'a str,
    port: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Split<'a> {
    pub(crate) fn new(url: &'a str) -> Self {
        let (rest, fragment) = cut(url, '#');
        let (rest, query) = cut(rest, '?');
        let (scheme, rest) = rest.split_once("://").unwrap_or(("", rest));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (user_info, host_port) = authority.rsplit_once('@').unwrap_or(("", authority));
        // The colons of an IPv6 address are inside its brackets.
        let (host, port) = match host_port.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (host_port, None),
        };
        Self {
            scheme,
            user_info,
            host,
            port,
            path,
            query,
            fragment,
        }
    }

    pub(crate) const fn scheme(&self) -> &'a str {
        self.scheme
    }

    pub(crate) const fn host(&self) -> &'a str {
        self.host
    }

    pub(crate) const fn path(&self) -> &'a str {
        self.path
    }

    pub(crate) const fn query(&self) -> Option<&'a str> {
        self.query
    }
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at)
        .map_or((text, None), |(before, after)| (before, Some(after)))
}

/// Writes text that a peer chose: quoted, escaped, and at most 200 characters of it.
pub(crate) fn show(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const SHOWN: usize = 200;
    f.write_str("\"")?;
    for character in text.chars().take(SHOWN) {
        write!(f, "{}", character.escape_debug())?;
    }
    f.write_str(if text.chars().nth(SHOWN).is_some() {
        "…\""
    } else {
        "\""
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: &str = "https://sp.example/login/saml?x=1";

    #[test]
    fn each_part_is_named() {
        for (got, parts) in [
            ("http://sp.example/login/saml?x=1", vec![UrlPart::Scheme]),
            ("HTTPS://sp.example/login/saml?x=1", vec![UrlPart::Scheme]),
            ("sp.example/login/saml?x=1", vec![UrlPart::Scheme]),
            (
                "https://u@sp.example/login/saml?x=1",
                vec![UrlPart::UserInfo],
            ),
            ("https://sp2.example/login/saml?x=1", vec![UrlPart::Host]),
            ("https://SP.example/login/saml?x=1", vec![UrlPart::HostCase]),
            ("https://sp.example:443/login/saml?x=1", vec![UrlPart::Port]),
            ("https://sp.example/login/sso?x=1", vec![UrlPart::Path]),
            ("https://sp.example/Login/saml?x=1", vec![UrlPart::PathCase]),
            (
                "https://sp.example/login/saml/?x=1",
                vec![UrlPart::TrailingSlash],
            ),
            ("https://sp.example/login/saml", vec![UrlPart::Query]),
            (
                "https://sp.example/login/saml?x=1#a",
                vec![UrlPart::Fragment],
            ),
            (
                " https://sp.example/login/saml?x=1",
                vec![UrlPart::WhiteSpace],
            ),
            (
                "http://sp.example:80/login/saml/?x=1",
                vec![UrlPart::Scheme, UrlPart::Port, UrlPart::TrailingSlash],
            ),
        ] {
            let difference = UrlDifference::between(EXPECTED, got).unwrap();
            assert_eq!(difference.parts(), parts, "{got}");
            assert!(!difference.help().is_empty());
        }
        assert_eq!(UrlDifference::between(EXPECTED, EXPECTED), None);
        assert_eq!(
            UrlDifference::between("https://a/%2f%3D", "https://a/%2F%3d")
                .unwrap()
                .parts(),
            [UrlPart::EscapeCase]
        );
        assert_eq!(
            UrlDifference::between("https://[::1]/", "https://[::1]:8/")
                .unwrap()
                .parts(),
            [UrlPart::Port]
        );
        assert_eq!(
            UrlDifference::between("https://a", "https://a/")
                .unwrap()
                .parts(),
            [UrlPart::TrailingSlash]
        );
    }

    #[test]
    fn a_sentence_lists_the_parts() {
        let text = |got| UrlDifference::between(EXPECTED, got).unwrap().to_string();
        assert_eq!(
            text("http://sp.example/login/saml?x=1"),
            "the scheme differs"
        );
        assert_eq!(
            text("http://sp.example:80/login/saml/?x=1"),
            "the scheme, the port and the slash at the end differ"
        );
    }
}
