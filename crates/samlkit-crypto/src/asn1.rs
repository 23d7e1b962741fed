//! The little of ASN.1 that keys and certificates need: definite-length elements with one-octet tags, read in place.
//!
//! Certificates are containers of keys here (SAMLMeta §2.4.1.1), so what does not lead to the key, such as extensions and
//! signatures, is stepped over unread, and lengths may be longer than DER asks for. Nothing recurses, nothing is copied.

use crate::Oid;

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const UTF8_STRING: u8 = 0x0c;
pub(crate) const NUMERIC_STRING: u8 = 0x12;
pub(crate) const PRINTABLE_STRING: u8 = 0x13;
pub(crate) const TELETEX_STRING: u8 = 0x14;
pub(crate) const IA5_STRING: u8 = 0x16;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const VISIBLE_STRING: u8 = 0x1a;
pub(crate) const UNIVERSAL_STRING: u8 = 0x1c;
pub(crate) const BMP_STRING: u8 = 0x1e;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
/// `[0] EXPLICIT`.
pub(crate) const CONTEXT_0: u8 = 0xa0;

/// One element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) value: &'a [u8],
    /// Tag, length and value.
    pub(crate) encoding: &'a [u8],
}

/// What is left of a sequence of elements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(octets: &'a [u8]) -> Self {
        Self { rest: octets }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The tag of the next element, which stays.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The next element; `None` where there is none or it is cut short.
    pub(crate) fn next(&mut self) -> Option<Element<'a>> {
        let (&tag, after_tag) = self.rest.split_first()?;
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (&first, after_first) = after_tag.split_first()?;
        let (length, body) = if first < 0x80 {
            (usize::from(first), after_first)
        } else {
            let count = usize::from(first & 0x7f);
            // 0x80 would be the indefinite form of BER; four octets already say more than any input here holds.
            if !(1..=4).contains(&count) {
                return None;
            }
            let (octets, body) = after_first.split_at_checked(count)?;
            let length = octets.iter().fold(0_u32, |n, &o| (n << 8) | u32::from(o));
            (usize::try_from(length).ok()?, body)
        };
        let (value, rest) = body.split_at_checked(length)?;
        let encoding = self.rest.get(..self.rest.len().checked_sub(rest.len())?)?;
        self.rest = rest;
        Some(Element {
            tag,
            value,
            encoding,
        })
    }

    /// The next element where it has this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.peek()? != tag {
            return None;
        }
        self.next()
    }

    /// The contents of the next element where it has this tag.
    pub(crate) fn enter(&mut self, tag: u8) -> Option<Self> {
        Some(Self::new(self.expect(tag)?.value))
    }

    pub(crate) fn oid(&mut self) -> Option<Oid> {
        Oid::from_der_value(self.expect(OBJECT_IDENTIFIER)?.value)
    }

    /// The octets of a BIT STRING with no unused bits.
    pub(crate) fn bit_string(&mut self) -> Option<&'a [u8]> {
        match self.expect(BIT_STRING)?.value.split_first()? {
            (0, octets) => Some(octets),
            _ => None,
        }
    }

    /// Every element must have been read.
    pub(crate) fn finish(self) -> Option<()> {
        self.rest.is_empty().then_some(())
    }
}

/// The contents of the one SEQUENCE that `octets` are.
pub(crate) fn sequence(octets: &[u8]) -> Option<Reader<'_>> {
    let mut outer = Reader::new(octets);
    let inner = outer.enter(SEQUENCE)?;
    outer.finish()?;
    Some(inner)
}

/// Appends one DER element.
pub(crate) fn write(out: &mut Vec<u8>, tag: u8, parts: &[&[u8]]) {
    let length = parts.iter().map(|p| p.len()).sum::<usize>();
    out.push(tag);
    let octets = length.to_be_bytes();
    let significant = octets
        .iter()
        .position(|&o| o != 0)
        .map_or(&[][..], |at| octets.get(at..).unwrap_or(&[]));
    match (length, u8::try_from(significant.len())) {
        (0..0x80, _) => out.push(significant.last().copied().unwrap_or(0)),
        (_, Ok(count)) => {
            out.push(0x80 | count);
            out.extend_from_slice(significant);
        }
        // A `usize` has at most eight octets.
        (_, Err(_)) => {}
    }
    for part in parts {
        out.extend_from_slice(part);
    }
}

/// Appends a non-negative INTEGER given as big-endian octets without leading zeros.
pub(crate) fn write_unsigned(out: &mut Vec<u8>, magnitude: &[u8]) {
    let sign: &[u8] = if magnitude.first().is_none_or(|&o| o >= 0x80) {
        &[0]
    } else {
        &[]
    };
    write(out, INTEGER, &[sign, magnitude]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_in_place() {
        let octets = [0x30, 0x81, 0x04, 0x02, 0x01, 0x07, 0x05, 0x00];
        // The long form for a short length is not DER, and is accepted: 0x81 0x04 counts four octets, one too few here.
        let mut outer = Reader::new(&octets);
        let mut inner = outer.enter(SEQUENCE).unwrap();
        assert_eq!(inner.expect(INTEGER).unwrap().value, [7]);
        assert!(inner.expect(NULL).is_none());
        assert_eq!(outer.rest(), [0x00]);
    }

    #[test]
    fn what_is_cut_short_is_refused() {
        let cases: [&[u8]; 8] = [
            &[],
            &[0x30],
            &[0x30, 0x01],
            &[0x30, 0x80, 0x00, 0x00],
            &[0x30, 0x82, 0x01],
            &[0x30, 0x85, 0, 0, 0, 0, 0],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x1f, 0x81, 0x01, 0x00],
        ];
        for octets in cases {
            assert!(Reader::new(octets).next().is_none(), "{octets:02x?}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for length in [0_usize, 1, 0x7f, 0x80, 0xff, 0x100, 0x1_0000] {
            let value = vec![0x55; length];
            let mut out = Vec::new();
            write(&mut out, OCTET_STRING, &[&value]);
            let mut reader = Reader::new(&out);
            assert_eq!(reader.expect(OCTET_STRING).unwrap().value, value);
            assert!(reader.is_empty());
        }
        for (magnitude, der) in [
            (&[0x80][..], &[0x02, 0x02, 0x00, 0x80][..]),
            (&[0x7f], &[0x02, 0x01, 0x7f]),
            (&[], &[0x02, 0x01, 0x00]),
        ] {
            let mut out = Vec::new();
            write_unsigned(&mut out, magnitude);
            assert_eq!(out, der);
        }
    }
}
