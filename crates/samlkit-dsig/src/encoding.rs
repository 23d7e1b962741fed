//! Strict base64 as XML Schema's `base64Binary` has it: white space between characters, nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Decodes the text of an element named `name`.
pub(crate) fn decode(text: &str, name: &'static str) -> Result<Vec<u8>, crate::Error> {
    let space = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r');
    STANDARD
        .decode(text)
        .or_else(|_| {
            let packed: Vec<u8> = text.bytes().filter(|b| !space(b)).collect();
            STANDARD.decode(packed)
        })
        .map_err(|_| crate::Error::MalformedBase64 { name })
}

/// Encodes without line breaks.
pub(crate) fn encode(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}
