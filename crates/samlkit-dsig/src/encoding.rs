//! Strict base64 as XML Schema's `base64Binary` has it: white space between characters, nothing else.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Decodes the text of an element named `name`.
pub(crate) fn decode(text: &str, name: &'static str) -> Result<Vec<u8>, crate::Error> {
    let space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let text = if text.contains(space) {
        Cow::Owned(text.replace(space, ""))
    } else {
        Cow::Borrowed(text)
    };
    STANDARD
        .decode(text.as_bytes())
        .map_err(|_| crate::Error::MalformedBase64 { name })
}
