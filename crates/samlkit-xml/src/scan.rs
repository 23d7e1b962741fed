//! Finding the octets that matter, eight at a time.
//!
//! Runs in messages are short, so that what a call to a wide search costs would be most of its work: it is used only for
//! what is left of a long run.

/// Each lane of a word has this octet.
const fn lanes(octet: u8) -> u64 {
    u64::from_ne_bytes([octet; 8])
}

/// The lowest marked lane is the first lane of `word` that is zero; marks above it mean nothing.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(lanes(1)) & !word & lanes(0x80)
}

/// As [`zeros`], for lanes below 0x20.
const fn controls(word: u64) -> u64 {
    word.wrapping_sub(lanes(0x20)) & !word & lanes(0x80)
}

/// Which lane a mark is the lowest of.
const fn lane(marks: u64) -> usize {
    (marks.trailing_zeros() / 8) as usize
}

/// How many octets of character data come before the next `<`, `&`, `>` or carriage return, or the end.
#[inline(always)]
pub(crate) fn text(bytes: &[u8]) -> usize {
    /// How many words are looked at before the wide search takes over.
    const WORDS: usize = 5;
    let mut rest = bytes;
    let mut passed = 0;
    for _ in 0..WORDS {
        let Some((chunk, after)) = rest.split_first_chunk() else {
            break;
        };
        let word = u64::from_le_bytes(*chunk);
        // '<' and '>' differ in one bit.
        let marks = zeros((word | lanes(2)) ^ lanes(b'>'))
            | zeros(word ^ lanes(b'&'))
            | zeros(word ^ lanes(b'\r'));
        if marks != 0 {
            return passed + lane(marks);
        }
        passed += 8;
        rest = after;
    }
    let length = memchr::memchr3(b'<', b'&', b'>', rest).unwrap_or(rest.len());
    let run = rest.get(..length).unwrap_or_default();
    passed + memchr::memchr(b'\r', run).unwrap_or(length)
}

/// How many octets of an attribute value come before the next that ends it or does not stand for itself alone: either quote
/// that is `quote` or `"`, `<`, `&`, a control; or the end.
#[inline(always)]
pub(crate) fn value(bytes: &[u8], quote: u8) -> usize {
    let (words, tail) = bytes.as_chunks();
    let mut passed = 0;
    for chunk in words {
        let word = u64::from_le_bytes(*chunk);
        // '"' and '&' differ in one bit.
        let marks = zeros((word | lanes(4)) ^ lanes(b'&'))
            | zeros(word ^ lanes(b'<'))
            | zeros(word ^ lanes(quote))
            | controls(word);
        if marks != 0 {
            return passed + lane(marks);
        }
        passed += 8;
    }
    let stops = |&b: &u8| b < 0x20 || b == quote || matches!(b, b'<' | b'&' | b'"');
    passed + tail.iter().position(stops).unwrap_or(tail.len())
}

/// Where `a` followed by `b` begins.
pub(crate) fn pair(bytes: &[u8], a: u8, b: u8) -> Option<usize> {
    memchr::memchr_iter(a, bytes).find(|&at| bytes.get(at + 1) == Some(&b))
}

/// Where the `]]>` begins that ends at the first possible place.
pub(crate) fn section_end(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'>', bytes)
        .filter_map(|at| at.checked_sub(2))
        .find(|&at| bytes.get(at..at + 2) == Some(b"]]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every octet at every place is judged as one by one.
    #[test]
    fn words_find_what_octets_do() {
        for octet in 0..=255_u8 {
            for at in 0..50 {
                for filler in [b'a', b'\'', 0xFF] {
                    let mut bytes = [filler; 51];
                    bytes[at] = octet;
                    let first = |stops: &dyn Fn(u8) -> bool| {
                        bytes.iter().position(|&b| stops(b)).unwrap_or(bytes.len())
                    };
                    assert_eq!(
                        text(&bytes),
                        first(&|b| matches!(b, b'<' | b'&' | b'>' | b'\r'))
                    );
                    for quote in [b'"', b'\''] {
                        let stops = |b| b < 0x20 || b == quote || matches!(b, b'<' | b'&' | b'"');
                        assert_eq!(value(&bytes, quote), first(&stops), "{octet} at {at}");
                    }
                }
            }
        }
    }

    #[test]
    fn ends_are_found_where_they_first_are() {
        assert_eq!(section_end(b">]>]]]>]]>"), Some(4));
        assert_eq!(section_end(b"]>"), None);
        assert_eq!(pair(b"--?-?>?>", b'?', b'>'), Some(4));
        assert_eq!(pair(b"?", b'?', b'>'), None);
    }
}
