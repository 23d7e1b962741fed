//! Strict base64 as XML Schema's `base64Binary` has it, and the bit strings of `ConcatKDFParams`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::Error;

/// Decodes the text of an element named `name`: white space between characters, nothing else.
pub(crate) fn base64(text: &str, name: &'static str) -> Result<Vec<u8>, Error> {
    let space = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r');
    STANDARD
        .decode(text)
        .or_else(|_| {
            let packed: Vec<u8> = text.bytes().filter(|b| !space(b)).collect();
            STANDARD.decode(packed)
        })
        .map_err(|_| Error::MalformedBase64 { name })
}

pub(crate) fn to_base64(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

/// Appends a bit string (XML Encryption 1.1 §5.4.1): hexadecimal, the first octet counting the unused bits of the last.
/// Only whole octets are accepted, and nothing at all as the empty string, as the working group's own examples have it.
pub(crate) fn bit_string(text: &str, out: &mut Vec<u8>) -> Result<(), Error> {
    let digits = text.trim_matches([' ', '\t', '\n', '\r']).as_bytes();
    if digits.is_empty() {
        return Ok(());
    }
    let (pairs, rest) = digits.as_chunks::<2>();
    let mut octets = pairs.iter().map(|&[high, low]| {
        let digit = |c: u8| {
            char::from(c)
                .to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
        };
        Some(digit(high)? << 4 | digit(low)?)
    });
    let whole = rest.is_empty() && octets.next() == Some(Some(0));
    for octet in octets {
        out.push(octet.ok_or(Error::UnsupportedParameters)?);
    }
    if whole {
        Ok(())
    } else {
        Err(Error::UnsupportedParameters)
    }
}

pub(crate) fn to_bit_string(octets: &[u8]) -> String {
    let mut text = String::with_capacity(2 + 2 * octets.len());
    text.push_str("00");
    for octet in octets {
        for digit in [octet >> 4, octet & 0xf] {
            text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bit_strings_are_whole_octets() {
        let read = |text: &str| {
            let mut out = Vec::new();
            bit_string(text, &mut out).map(|()| out)
        };
        assert_eq!(read(""), Ok(vec![]));
        assert_eq!(read("00"), Ok(vec![]));
        assert_eq!(read("00aBff"), Ok(vec![0xab, 0xff]));
        assert_eq!(read(&to_bit_string(&[0, 0x5c])), Ok(vec![0, 0x5c]));
        for text in ["0", "01ff", "00f", "00fg", "ff"] {
            assert_eq!(read(text), Err(Error::UnsupportedParameters), "{text}");
        }
    }

    #[test]
    fn base64_is_strict() {
        let bad = Err(Error::MalformedBase64 { name: "x" });
        assert_eq!(base64(" A\nAE = \t", "x"), Ok(vec![0, 1]));
        for text in ["AAE", "AAF=", "A-E=", "AAE=AAE=", "\u{a0}AAE="] {
            assert_eq!(base64(text, "x"), bad, "{text}");
        }
    }
}
