//! Strict base64 as XML Schema's `base64Binary` has it: white space between characters, nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Decodes the text of an element named `name`.
pub(crate) fn decode(text: &str, name: &'static str) -> Result<Vec<u8>, crate::Error> {
    let space = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r');
    base64_simd::STANDARD
        .decode_to_vec(text)
        .or_else(|_| {
            let packed: Vec<u8> = text.bytes().filter(|b| !space(b)).collect();
            base64_simd::STANDARD.decode_to_vec(packed)
        })
        .map_err(|_| crate::Error::MalformedBase64 { name })
}

/// Encodes without line breaks.
pub(crate) fn encode(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    /// A second implementation whose strictness is documented: canonical padding, no stray bits, no other character.
    fn reference(text: &str) -> Option<Vec<u8>> {
        let packed: String = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '\t' | '\n' | '\r'))
            .collect();
        STANDARD.decode(packed).ok()
    }

    fn check(text: &str) {
        assert_eq!(super::decode(text, "x").ok(), reference(text), "{text:?}");
    }

    /// Lengths past two of the widest vectors, and a tail of every length behind them.
    const LENGTHS: core::ops::Range<usize> = 0..140;

    #[test]
    fn every_octet_at_every_place() {
        for length in [4, 8, 28, 32, 36, 64, 68, 96, 132] {
            for at in 0..length {
                for octet in (0..=127_u8).chain([0xc3]) {
                    let mut text = "Ab3/".repeat(length / 4);
                    let with = if octet == 0xc3 {
                        "\u{e9}".to_owned()
                    } else {
                        char::from(octet).to_string()
                    };
                    text.replace_range(at..=at, &with);
                    check(&text);
                }
            }
        }
    }

    #[test]
    fn every_length_with_every_padding() {
        for length in LENGTHS {
            for padding in 0..4 {
                check(&format!("{}{}", "A".repeat(length), "=".repeat(padding)));
                check(&format!("{}{}A", "A".repeat(length), "=".repeat(padding)));
            }
        }
    }

    #[test]
    fn every_last_group() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
        for first in alphabet.chars() {
            for second in alphabet.chars() {
                for before in ["", "AAAA", &"AAAA".repeat(8), &"AAAA".repeat(33)] {
                    check(&format!("{before}{first}{second}=="));
                    check(&format!("{before}A{first}{second}="));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_text(text in "[A-Za-z0-9+/= \r\n\t_.-]{0,160}") {
            check(&text);
        }

        #[test]
        fn any_octets(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = super::encode(&octets);
            prop_assert_eq!(super::decode(&text, "x"), Ok(octets));
        }
    }
}
