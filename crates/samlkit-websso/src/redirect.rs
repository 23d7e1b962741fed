//! The HTTP-Redirect binding with the DEFLATE encoding (SAMLBind §3.4).

use std::borrow::Cow;
use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Decompress, FlushDecompress, Status};
use samlkit_crypto::{AlgorithmPolicy, SignError, SignatureAlgorithm, Signer, Thumbprint};
use samlkit_dsig::{TrustedKey, Uri};
use thiserror::Error as ThisError;

use crate::relay_state::MOST_RELAY_STATE;
use crate::{Code, LongRelayState, Rejection};

/// The one encoding of the binding, which is also the default (SAMLBind §3.4.4.1).
const DEFLATE: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";
/// What a message may inflate to. Requests and logout messages take one or two kilobytes.
const MOST_INFLATED: usize = 1 << 20;

/// Which of the two parameters carries the message.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Parameter {
    /// `SAMLRequest`: a request.
    Request,
    /// `SAMLResponse`: a response.
    Response,
}

impl Parameter {
    /// The parameter's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

/// A message from a query string, decoded, with its signature still unchecked. Nothing of it is to be believed yet.
///
/// The signature of this binding covers the query as it was sent: the octets between `&` and `&`, percent escapes and all.
/// They are kept as received, so that a sender's lower-case escapes or order of parameters cannot break it.
#[derive(Clone)]
pub struct RedirectMessage<'q> {
    parameter: Parameter,
    message: Vec<u8>,
    relay_state: Option<String>,
    raw_message: &'q str,
    raw_relay_state: Option<&'q str>,
    signature: Option<QuerySignature<'q>>,
}

#[derive(Clone)]
struct QuerySignature<'q> {
    raw_algorithm: &'q str,
    algorithm: String,
    value: Vec<u8>,
}

impl<'q> RedirectMessage<'q> {
    /// Decodes the raw query string of a request, without its `?`.
    ///
    /// Parameters that the binding does not have are passed over.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidValue`] when a parameter of the binding comes twice, both `SAMLRequest` and `SAMLResponse` are there or
    /// neither is, `SAMLEncoding` names another encoding, `RelayState` is longer than 80 octets, only one of `SigAlg` and
    /// `Signature` is there, or an escape is malformed; [`Code::MalformedBase64`]; [`Code::MalformedXml`] when the message is
    /// not DEFLATE; [`Code::LimitExceeded`] when it inflates to more than 1 MiB.
    ///
    /// # Complexity
    ///
    /// O(n) in the query and in what it inflates to, which is bounded.
    pub fn parse(query: &'q str) -> Result<Self, Rejection> {
        Self::parse_with(query, LongRelayState::Refuse)
    }

    /// As [`RedirectMessage::parse`], by choice with a longer `RelayState`.
    ///
    /// # Errors
    ///
    /// As [`RedirectMessage::parse`].
    pub fn parse_with(query: &'q str, long: LongRelayState) -> Result<Self, Rejection> {
        let raw = RawQuery::split(query)?;
        let (parameter, raw_message) = match (raw.request, raw.response) {
            (Some(message), None) => (Parameter::Request, message),
            (None, Some(message)) => (Parameter::Response, message),
            (Some(_), Some(_)) => {
                return Err(invalid("the query has both SAMLRequest and SAMLResponse"));
            }
            (None, None) => {
                return Err(invalid(
                    "the query has neither SAMLRequest nor SAMLResponse",
                ));
            }
        };
        if let Some(encoding) = raw.encoding
            && unescape(encoding)? != DEFLATE
        {
            return Err(invalid("SAMLEncoding names an encoding other than DEFLATE"));
        }
        let relay_state = raw
            .relay_state
            .map(unescape)
            .transpose()?
            .map(Cow::into_owned);
        long.check(relay_state.as_deref())?;
        let signature = match (raw.algorithm, raw.signature) {
            (Some(raw_algorithm), Some(value)) => Some(QuerySignature {
                raw_algorithm,
                algorithm: unescape(raw_algorithm)?.into_owned(),
                value: decode(&unescape(value)?, "Signature is not base64")?,
            }),
            (None, None) => None,
            _ => return Err(invalid("the query has only one of SigAlg and Signature")),
        };
        let deflated = decode(&unescape(raw_message)?, "the message is not base64")?;
        Ok(Self {
            parameter,
            message: inflate(&deflated)?,
            relay_state,
            raw_message,
            raw_relay_state: raw.relay_state,
            signature,
        })
    }

    /// Which parameter the message came in.
    #[must_use]
    pub const fn parameter(&self) -> Parameter {
        self.parameter
    }

    /// The message, as XML.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// `RelayState`: opaque, and not to be taken for a URL.
    #[must_use]
    pub fn relay_state(&self) -> Option<&str> {
        self.relay_state.as_deref()
    }

    /// Whether the query has a signature, good or bad.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        self.signature.is_some()
    }

    /// The identifier in `SigAlg`.
    #[must_use]
    pub fn signature_algorithm(&self) -> Option<&str> {
        self.signature
            .as_ref()
            .map(|signature| signature.algorithm.as_str())
    }

    /// Checks the signature over the query as it was received; gives the thumbprint of the key that made it.
    ///
    /// # Errors
    ///
    /// [`Code::Unsigned`], [`Code::AlgorithmNotAllowed`], [`Code::UntrustedKey`] if there is no key, otherwise
    /// [`Code::SignatureInvalid`].
    pub fn verify(
        &self,
        keys: &[TrustedKey],
        algorithms: &AlgorithmPolicy,
    ) -> Result<Thumbprint, Rejection> {
        let signature = self
            .signature
            .as_ref()
            .ok_or(Rejection::rule(Code::Unsigned, "the query is not signed"))?;
        let Some(algorithm) = SignatureAlgorithm::from_uri(&signature.algorithm) else {
            let uri = Uri::new(&signature.algorithm);
            return Err(samlkit_dsig::Error::UnsupportedSignatureMethod { uri }.into());
        };
        if keys.is_empty() {
            return Err(samlkit_dsig::Error::NoKeys.into());
        }
        if algorithms.check_signature(algorithm).is_err() {
            return Err(samlkit_dsig::Error::AlgorithmNotAllowed {
                uri: algorithm.uri(),
            }
            .into());
        }
        let signed = self.signed_octets(signature);
        let mut failure = samlkit_dsig::Error::NoUsableKey;
        for key in keys {
            match key.public_key().verify(
                algorithms,
                algorithm,
                signed.as_bytes(),
                &signature.value,
            ) {
                Ok(()) => return Ok(key.thumbprint()),
                Err(samlkit_crypto::Error::KeyMismatch { .. }) => {}
                Err(samlkit_crypto::Error::KeyTooSmall { bits, .. }) => {
                    failure = samlkit_dsig::Error::KeyNotAllowed { bits };
                }
                Err(_) => failure = samlkit_dsig::Error::SignatureMismatch,
            }
        }
        Err(failure.into())
    }

    /// `SAMLRequest=…&RelayState=…&SigAlg=…` with the values as received, in this order (SAMLBind §3.4.4.1).
    fn signed_octets(&self, signature: &QuerySignature<'_>) -> String {
        signed_query(
            self.parameter,
            self.raw_message,
            self.raw_relay_state,
            signature.raw_algorithm,
        )
    }
}

impl core::fmt::Debug for RedirectMessage<'_> {
    /// Shows what kind of message it is, not what it says.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RedirectMessage")
            .field("parameter", &self.parameter)
            .field("is_signed", &self.is_signed())
            .finish_non_exhaustive()
    }
}

/// Why a redirect URL could not be made.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum RedirectError {
    /// `RelayState` is longer than 80 octets (SAMLBind §3.4.3).
    #[error("the relay state is longer than 80 octets")]
    RelayStateTooLong,
    /// The endpoint has a fragment, which would swallow the query.
    #[error("the endpoint's URL has a fragment")]
    Fragment,
    /// The key did not sign.
    #[error(transparent)]
    Signature(#[from] SignError),
}

/// The URL that takes `message` to `endpoint` by the HTTP-Redirect binding, its query signed if there is a signer.
///
/// # Errors
///
/// [`RedirectError`].
pub fn redirect_url(
    endpoint: &str,
    parameter: Parameter,
    message: &str,
    relay_state: Option<&str>,
    signer: Option<&dyn Signer>,
) -> Result<String, RedirectError> {
    if relay_state.is_some_and(|state| state.len() > MOST_RELAY_STATE) {
        return Err(RedirectError::RelayStateTooLong);
    }
    redirect_url_with_echo(endpoint, parameter, message, relay_state, signer)
}

/// [`redirect_url`] for a relay state that goes back as it came.
pub(crate) fn redirect_url_with_echo(
    endpoint: &str,
    parameter: Parameter,
    message: &str,
    relay_state: Option<&str>,
    signer: Option<&dyn Signer>,
) -> Result<String, RedirectError> {
    if endpoint.contains('#') {
        return Err(RedirectError::Fragment);
    }
    let message = escape(&STANDARD.encode(deflate(message.as_bytes())));
    let relay_state = relay_state.map(escape);
    let query = match signer {
        Some(signer) => {
            let algorithm = escape(signer.algorithm().uri());
            let query = signed_query(parameter, &message, relay_state.as_deref(), &algorithm);
            let signature = signer.sign(query.as_bytes())?;
            format!("{query}&Signature={}", escape(&STANDARD.encode(signature)))
        }
        None => unsigned_query(parameter, &message, relay_state.as_deref()),
    };
    let separator = match endpoint.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some((_, query)) if query.ends_with('&') => "",
        Some(_) => "&",
    };
    Ok(format!("{endpoint}{separator}{query}"))
}

fn unsigned_query(parameter: Parameter, message: &str, relay_state: Option<&str>) -> String {
    let mut query = format!("{}={message}", parameter.name());
    if let Some(state) = relay_state {
        query.push_str("&RelayState=");
        query.push_str(state);
    }
    query
}

fn signed_query(
    parameter: Parameter,
    message: &str,
    relay_state: Option<&str>,
    algorithm: &str,
) -> String {
    let mut query = unsigned_query(parameter, message, relay_state);
    query.push_str("&SigAlg=");
    query.push_str(algorithm);
    query
}

/// The parameters of the binding, each at most once, as they stand in the query.
#[derive(Default)]
struct RawQuery<'q> {
    request: Option<&'q str>,
    response: Option<&'q str>,
    relay_state: Option<&'q str>,
    algorithm: Option<&'q str>,
    signature: Option<&'q str>,
    encoding: Option<&'q str>,
}

impl<'q> RawQuery<'q> {
    fn split(query: &'q str) -> Result<Self, Rejection> {
        let mut raw = Self::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            // A name may be escaped too; a second spelling of the same name must not slip past.
            let place = match unescape(name)?.as_ref() {
                "SAMLRequest" => &mut raw.request,
                "SAMLResponse" => &mut raw.response,
                "RelayState" => &mut raw.relay_state,
                "SigAlg" => &mut raw.algorithm,
                "Signature" => &mut raw.signature,
                "SAMLEncoding" => &mut raw.encoding,
                _ => continue,
            };
            if place.replace(value).is_some() {
                return Err(invalid("a parameter of the binding comes twice"));
            }
        }
        Ok(raw)
    }
}

const fn invalid(rule: &'static str) -> Rejection {
    Rejection::rule(Code::InvalidValue, rule)
}

fn decode(text: &str, rule: &'static str) -> Result<Vec<u8>, Rejection> {
    STANDARD
        .decode(text)
        .map_err(|_| Rejection::rule(Code::MalformedBase64, rule))
}

/// Replaces `%XX` and `+` (application/x-www-form-urlencoded).
fn unescape(text: &str) -> Result<Cow<'_, str>, Rejection> {
    if !text.bytes().any(|b| matches!(b, b'%' | b'+')) {
        return Ok(Cow::Borrowed(text));
    }
    let mut octets = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        octets.push(match b {
            b'+' => b' ',
            b'%' => {
                let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
                let (high, low) = (digit(bytes.next()), digit(bytes.next()));
                match (high, low) {
                    (Some(high), Some(low)) => u8::try_from(high * 16 + low).unwrap_or_default(),
                    _ => return Err(invalid("a percent escape is malformed")),
                }
            }
            _ => b,
        });
    }
    String::from_utf8(octets)
        .map(Cow::Owned)
        .map_err(|_| invalid("an escaped value is not UTF-8"))
}

/// Escapes everything outside RFC 3986's unreserved characters.
fn escape(text: &str) -> String {
    use core::fmt::Write as _;
    let mut escaped = String::with_capacity(text.len() * 5 / 4);
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~') {
            escaped.push(char::from(b));
        } else {
            // Writing to a string does not fail.
            let _ = write!(escaped, "%{b:02X}");
        }
    }
    escaped
}

/// Raw DEFLATE (RFC 1951), within the budget: one stream with its final block, and nothing behind it.
fn inflate(deflated: &[u8]) -> Result<Vec<u8>, Rejection> {
    let not_deflate = Rejection::rule(Code::MalformedXml, "the message is not DEFLATE-encoded");
    let mut stream = Decompress::new(false);
    let mut message = Vec::new();
    let mut rest = deflated;
    let mut ended = false;
    while !ended && message.len() <= MOST_INFLATED {
        let room = message.len().max(4 * deflated.len()).max(1024);
        message.reserve_exact(room.min(MOST_INFLATED.abs_diff(message.len()) + 1));
        let (read, written) = (stream.total_in(), message.len());
        let status = stream.decompress_vec(rest, &mut message, FlushDecompress::None);
        let read = usize::try_from(stream.total_in() - read).unwrap_or(usize::MAX);
        rest = rest.get(read..).unwrap_or_default();
        match status {
            Ok(Status::StreamEnd) => ended = true,
            // With room to write, nothing more to write and no end: the stream was cut.
            Ok(_) if message.len() > written => {}
            Ok(_) | Err(_) => return Err(not_deflate),
        }
    }
    if message.len() > MOST_INFLATED {
        return Err(Rejection::rule(
            Code::LimitExceeded,
            "the message inflates to more than 1 MiB",
        ));
    }
    if message.is_empty() || !rest.is_empty() {
        return Err(not_deflate);
    }
    Ok(message)
}

fn deflate(message: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    // Writing to a vector does not fail.
    let _ = encoder.write_all(message);
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(query: &str) -> &'static str {
        RedirectMessage::parse(query)
            .map_or_else(|rejection| rejection.code().as_str(), |_| "parsed")
    }

    fn query(message: &str, relay_state: Option<&str>) -> String {
        let url = redirect_url(
            "https://idp.example/sso",
            Parameter::Request,
            message,
            relay_state,
            None,
        );
        url.unwrap().split_once('?').unwrap().1.to_owned()
    }

    #[test]
    fn a_message_comes_back() {
        let query = query("<x a='é'/>", Some("a b&c=d+e%"));
        let message = RedirectMessage::parse(&query).unwrap();
        assert_eq!(message.message(), "<x a='é'/>".as_bytes());
        assert_eq!(message.relay_state(), Some("a b&c=d+e%"));
        assert_eq!(message.parameter(), Parameter::Request);
        assert!(!message.is_signed());
    }

    #[test]
    fn parameters_are_never_confused() {
        let good = query("<x/>", None);
        assert_eq!(code(&good), "parsed");
        assert_eq!(code(&format!("other=1&{good}&lang=en")), "parsed");
        assert_eq!(code(&format!("{good}&{good}")), "invalid-value");
        assert_eq!(code(&format!("{good}&SAMLR%65quest=x")), "invalid-value");
        assert_eq!(code(&format!("{good}&SAMLResponse=x")), "invalid-value");
        assert_eq!(code(&format!("{good}&SigAlg=x")), "invalid-value");
        assert_eq!(code(&format!("{good}&Signature=eA%3D%3D")), "invalid-value");
        assert_eq!(code(&format!("{good}&SAMLEncoding=urn:x")), "invalid-value");
        assert_eq!(
            code(&format!("{good}&SAMLEncoding={}", escape(DEFLATE))),
            "parsed"
        );
        assert_eq!(
            code(&format!("{good}&RelayState={}", "x".repeat(80))),
            "parsed"
        );
        assert_eq!(
            code(&format!("{good}&RelayState={}", "x".repeat(81))),
            "invalid-value"
        );
        assert_eq!(code(&format!("{good}&RelayState=%4")), "invalid-value");
        assert_eq!(code(&format!("{good}&RelayState=%ff")), "invalid-value");
        assert_eq!(code("RelayState=x"), "invalid-value");
        assert_eq!(code(""), "invalid-value");
    }

    #[test]
    fn only_raw_deflate_within_the_budget() {
        let encoded = |octets: &[u8]| format!("SAMLRequest={}", escape(&STANDARD.encode(octets)));
        assert_eq!(code(&encoded(&deflate(b"<x/>"))), "parsed");
        assert_eq!(code(&encoded(b"<x/>")), "malformed-xml");
        assert_eq!(
            code(&encoded(&[deflate(b"<x/>"), b"more".to_vec()].concat())),
            "malformed-xml"
        );
        assert_eq!(code(&encoded(b"")), "malformed-xml");
        assert_eq!(code(&encoded(&deflate(b""))), "malformed-xml");
        assert_eq!(code(&encoded(&deflate(&vec![b' '; 1 << 20]))), "parsed");
        assert_eq!(
            code(&encoded(&deflate(&vec![b' '; (1 << 20) + 1]))),
            "limit-exceeded"
        );
        assert_eq!(code("SAMLRequest=%21"), "malformed-base64");
    }

    /// RFC 1951 §3.2.3: the last block is marked as such. Without it nobody can say that all of the message came.
    #[test]
    fn a_stream_must_end_and_nothing_may_follow() {
        let encoded = |octets: &[u8]| format!("SAMLRequest={}", escape(&STANDARD.encode(octets)));
        let text = format!("<x>{}</x>", "some text that is long enough ".repeat(300));
        let mut flushed = DeflateEncoder::new(Vec::new(), Compression::best());
        flushed.write_all(text.as_bytes()).unwrap();
        // All octets of the message are there, on an octet boundary, in blocks of which none is the last.
        flushed.flush().unwrap();
        let open = flushed.get_ref().clone();
        let stored = |last: u8, text: &[u8]| {
            let length = u16::try_from(text.len()).unwrap();
            let mut block = vec![last];
            block.extend(length.to_le_bytes());
            block.extend((!length).to_le_bytes());
            block.extend(text);
            block
        };
        let end = stored(1, b"");
        assert_eq!(code(&encoded(&open)), "malformed-xml");
        assert_eq!(
            code(&encoded(&[open.clone(), end.clone()].concat())),
            "parsed"
        );
        assert_eq!(code(&encoded(&stored(0, b"<x/>"))), "malformed-xml");
        assert_eq!(code(&encoded(&stored(1, b"<x/>"))), "parsed");
        let whole = deflate(text.as_bytes());
        for length in 0..whole.len() {
            assert_eq!(
                code(&encoded(&whole[..length])),
                "malformed-xml",
                "{length}"
            );
        }
        assert_eq!(code(&encoded(&whole)), "parsed");
        for more in [&b"\0"[..], &end, &whole] {
            let longer = [whole.clone(), more.to_vec()].concat();
            assert_eq!(code(&encoded(&longer)), "malformed-xml");
        }
    }

    #[test]
    fn a_longer_relay_state_by_choice() {
        let with = |length: usize, long| {
            let query = format!("{}&RelayState={}", query("<x/>", None), "x".repeat(length));
            let parsed = RedirectMessage::parse_with(&query, long);
            parsed.map_or_else(|refused| refused.code().as_str(), |_| "parsed")
        };
        assert_eq!(with(80, LongRelayState::Refuse), "parsed");
        assert_eq!(with(81, LongRelayState::Refuse), "invalid-value");
        assert_eq!(with(81, LongRelayState::Accept), "parsed");
        assert_eq!(with(LongRelayState::MOST, LongRelayState::Accept), "parsed");
        assert_eq!(
            with(LongRelayState::MOST + 1, LongRelayState::Accept),
            "invalid-value"
        );
    }

    #[test]
    fn endpoints_keep_their_own_query() {
        let url = |endpoint| redirect_url(endpoint, Parameter::Response, "<x/>", None, None);
        assert!(
            url("https://a/b")
                .unwrap()
                .starts_with("https://a/b?SAMLResponse=")
        );
        assert!(
            url("https://a/b?")
                .unwrap()
                .starts_with("https://a/b?SAMLResponse=")
        );
        assert!(
            url("https://a/b?c=d")
                .unwrap()
                .starts_with("https://a/b?c=d&SAMLResponse=")
        );
        assert_eq!(url("https://a/b#c"), Err(RedirectError::Fragment));
    }
}
