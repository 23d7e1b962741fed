//! The HTTP-POST binding (SAMLBind §3.5).

use base64_simd::STANDARD;

use crate::{Code, Rejection};

/// Decodes the value of the form field `SAMLResponse` or `SAMLRequest` (SAMLBind §3.5.4).
///
/// Line breaks and spaces between the characters are passed over, since MIME encoders put them in. Anything else outside the
/// alphabet, wrong padding and stray bits are refused, so that one message has one encoding.
///
/// ```
/// use samlkit_websso::{Code, decode_form_value};
///
/// assert_eq!(decode_form_value("PHgv\r\nPg==").unwrap(), b"<x/>");
/// assert_eq!(decode_form_value("PHgvPg").unwrap_err().code(), Code::MalformedBase64);
/// ```
///
/// # Errors
///
/// [`Code::MalformedBase64`].
///
/// # Complexity
///
/// O(n).
pub fn decode_form_value(value: &str) -> Result<Vec<u8>, Rejection> {
    if value.is_empty() {
        return Err(Rejection::missing(Code::MalformedBase64, "the form value"));
    }
    // Most senders break no lines, so the value is only looked through for white space when it does not decode as it is.
    STANDARD
        .decode_to_vec(value)
        .or_else(|_| {
            let space = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r');
            let packed: Vec<u8> = value.bytes().filter(|b| !space(b)).collect();
            STANDARD.decode_to_vec(packed)
        })
        .map_err(|_| Rejection::rule(Code::MalformedBase64, "the form value is not base64"))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::decode_form_value;

    /// A second implementation whose strictness is documented must agree.
    fn check(value: &str) {
        let packed: String = value
            .chars()
            .filter(|c| !matches!(c, ' ' | '\t' | '\n' | '\r'))
            .collect();
        let expected = STANDARD.decode(packed).ok().filter(|_| !value.is_empty());
        assert_eq!(decode_form_value(value).ok(), expected, "{value:?}");
    }

    #[test]
    fn one_message_has_one_encoding() {
        for length in 0..140 {
            for padding in ["", "=", "==", "===", "=A", "==\n", "= =", "\u{e9}"] {
                check(&format!("{}{padding}", "A".repeat(length)));
                // Bits that no octet takes must be zero.
                check(&format!("{}B{padding}", "A".repeat(length)));
                check(&format!("{}_{padding}", "A".repeat(length)));
            }
        }
    }
}
