//! Finding the octets that matter, sixteen at a time.
//!
//! Runs in messages are short, so that what a call to a wider search costs would be most of its work: it is used only for
//! what is left of a long run.

use wide::u8x16;

use crate::chars::is_name_octet;

/// How many octets are looked at together.
const LANES: usize = 16;

#[inline(always)]
fn is(block: u8x16, octet: u8) -> u8x16 {
    block.cmp_eq(u8x16::splat(octet))
}

/// The lanes that are at most `octet`.
#[inline(always)]
fn at_most(block: u8x16, octet: u8) -> u8x16 {
    block.min(u8x16::splat(octet)).cmp_eq(block)
}

/// The first lane of which all bits are set, as all or none are in each lane.
#[inline(always)]
const fn first(marks: i32) -> Option<usize> {
    match marks {
        0 => None,
        _ => Some(marks.trailing_zeros() as usize),
    }
}

/// How many octets of character data come before the next `<`, `&`, `>` or carriage return, or the end.
#[inline(always)]
pub(crate) fn text(bytes: &[u8]) -> usize {
    /// How many blocks are looked at before the wide search takes over.
    const BLOCKS: usize = 3;
    let mut rest = bytes;
    let mut passed = 0;
    for _ in 0..BLOCKS {
        let Some((block, after)) = rest.split_first_chunk() else {
            break;
        };
        let block = u8x16::new(*block);
        // '<' and '>' differ in one bit.
        let stops = is(block | u8x16::splat(2), b'>') | is(block, b'&') | is(block, b'\r');
        if let Some(at) = first(stops.move_mask()) {
            return passed + at;
        }
        passed += LANES;
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
    // One of the two is known when the code is made, and costs nothing: `"` is looked for anyway.
    if quote == b'"' {
        value_to(bytes, b'"')
    } else {
        value_to(bytes, quote)
    }
}

#[inline(always)]
fn value_to(bytes: &[u8], quote: u8) -> usize {
    let mut rest = bytes;
    let mut passed = 0;
    while let Some((block, after)) = rest.split_first_chunk() {
        let block = u8x16::new(*block);
        // '"' and '&' differ in one bit.
        let stops = is(block | u8x16::splat(4), b'&')
            | is(block, b'<')
            | is(block, quote)
            | at_most(block, 0x1F);
        if let Some(at) = first(stops.move_mask()) {
            return passed + at;
        }
        passed += LANES;
        rest = after;
    }
    let stops = |&b: &u8| b < 0x20 || b == quote || matches!(b, b'<' | b'&' | b'"');
    passed + rest.iter().position(stops).unwrap_or(rest.len())
}

/// How many octets come before the next that is no character of a name in ASCII, or that is a colon, or the end.
#[inline(always)]
pub(crate) fn name(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    let mut passed = 0;
    while let Some((block, after)) = rest.split_first_chunk() {
        let block = u8x16::new(*block);
        let from = |least: u8| block - u8x16::splat(least);
        let lower = (block | u8x16::splat(0x20)) - u8x16::splat(b'a');
        let names =
            at_most(lower, 25) | at_most(from(b'0'), 9) | at_most(from(b'-'), 1) | is(block, b'_');
        if let Some(at) = first(names.move_mask() ^ 0xFFFF) {
            return passed + at;
        }
        passed += LANES;
        rest = after;
    }
    let stops = |&b: &u8| !is_name_octet(b);
    passed + rest.iter().position(stops).unwrap_or(rest.len())
}

/// Whether no octet is a control, and none is as great as those that U+FFFE and U+FFFF begin with.
#[inline(always)]
pub(crate) fn is_plain(blocks: &[[u8; LANES]]) -> bool {
    let (mut least, mut most) = (u8x16::splat(0xFF), u8x16::splat(0));
    for block in blocks {
        let block = u8x16::new(*block);
        least = least.min(block);
        most = most.max(block);
    }
    let plain = least.max(u8x16::splat(0x20)).cmp_eq(least) & at_most(most, 0xEE);
    plain.move_mask() == 0xFFFF
}

/// With how many same octets both begin.
#[inline(always)]
pub(crate) fn same_block(a: &[u8; LANES], b: &[u8; LANES]) -> usize {
    let same = u8x16::new(*a).cmp_eq(u8x16::new(*b)).move_mask();
    first(same ^ 0xFFFF).unwrap_or(LANES)
}

/// Whether both begin with the same `length` octets, of which both have so many.
#[inline(always)]
pub(crate) fn same(a: &[u8], b: &[u8], length: usize) -> bool {
    if length <= LANES
        && let (Some(a), Some(b)) = (a.first_chunk(), b.first_chunk())
    {
        return same_block(a, b) >= length;
    }
    let (Some(a), Some(b)) = (a.get(..length), b.get(..length)) else {
        return false;
    };
    if length <= 2 * LANES
        && let (Some(first), Some(last)) = (a.first_chunk(), a.last_chunk())
    {
        // The two blocks overlap where the length is less than both.
        return b.first_chunk::<LANES>() == Some(first) && b.last_chunk::<LANES>() == Some(last);
    }
    a == b
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
                    assert_eq!(name(&bytes), first(&|b| !is_name_octet(b)));
                    for quote in [b'"', b'\''] {
                        let stops = |b| b < 0x20 || b == quote || matches!(b, b'<' | b'&' | b'"');
                        assert_eq!(value(&bytes, quote), first(&stops), "{octet} at {at}");
                    }
                }
            }
        }
    }

    #[test]
    fn beginnings_are_the_same_up_to_the_first_difference() {
        for length in 0..40 {
            let a = [b'a'; 40];
            assert!(same(&a, &a, length));
            assert!(same(&a[..length], &a, length) && same(&a, &a[..length], length));
            assert!(!same(&a, &a[..length], length + 1) && !same(&a[..length], &a, length + 1));
            for at in 0..40 {
                let mut b = a;
                b[at] = b'b';
                assert_eq!(same(&a, &b, length), at >= length, "{at} of {length}");
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
