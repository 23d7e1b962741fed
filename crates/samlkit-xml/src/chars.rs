//! Character classes of XML 1.0 fifth edition.

use crate::scan;

const NAME_START: u8 = 1;
const NAME: u8 = 2;
const COLON: u8 = 4;
const NON_ASCII: u8 = 8;

/// What an octet can be in a qualified name; 0 is what ends one.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
const CLASSES: [u8; 256] = {
    let mut table = [NON_ASCII; 256];
    let mut c = 0u8;
    while c < 128 {
        table[c as usize] = match c {
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => NAME_START | NAME,
            b'0'..=b'9' | b'-' | b'.' => NAME,
            b':' => COLON,
            _ => 0,
        };
        c += 1;
    }
    table
};

/// `NameStartChar` less the colon (XML §2.3).
const fn is_name_start(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// `NameChar` less the colon (XML §2.3).
pub(crate) const fn is_name_char(c: char) -> bool {
    is_name_start(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// `Char` (XML §2.2).
pub(crate) const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// `S` (XML §2.3).
pub(crate) const fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether all of `text` is an `NCName` (Namespaces §4), the lexical form of `xs:ID`.
///
/// ```
/// use samlkit_xml::is_nc_name;
/// assert!(is_nc_name("_8b7c"));
/// assert!(!is_nc_name("8b7c"));
/// assert!(!is_nc_name("a:b"));
/// assert!(!is_nc_name(""));
/// ```
#[must_use]
pub fn is_nc_name(text: &str) -> bool {
    if let Some((length, 0)) = ascii_qualified_name(text.as_bytes()) {
        return length == text.len();
    }
    let mut chars = text.chars();
    chars.next().is_some_and(is_name_start) && chars.all(is_name_char)
}

/// Whether every character of `text` may stand in a document (`Char`, XML §2.2).
///
/// ```
/// use samlkit_xml::is_xml_text;
/// assert!(is_xml_text("tab\tand \u{1F511}"));
/// assert!(!is_xml_text("\u{0}"));
/// assert!(!is_xml_text("\u{FFFF}"));
/// ```
#[must_use]
pub fn is_xml_text(text: &str) -> bool {
    illegal_char(text).is_none()
}

/// The offset of the first character outside `Char`.
///
/// UTF-8 leaves three kinds to look for: controls, U+FFFE and U+FFFF. Whole blocks have neither such octets nor line ends.
pub(crate) fn illegal_char(text: &str) -> Option<usize> {
    const BLOCK: usize = 128;
    let bytes = text.as_bytes();
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut start = 0;
    for block in blocks {
        if !scan::is_plain(block.as_chunks().0)
            && let Some(at) = illegal_octet(bytes, start, BLOCK)
        {
            return Some(at);
        }
        start += BLOCK;
    }
    let (blocks, last) = rest.as_chunks();
    if scan::is_plain(blocks) && last.iter().all(|b| (0x20..0xEF).contains(b)) {
        return None;
    }
    illegal_octet(bytes, start, rest.len())
}

/// [`illegal_char`] among the `length` octets from `start` on.
#[inline(never)]
fn illegal_octet(bytes: &[u8], start: usize, length: usize) -> Option<usize> {
    let is_control = |b: u8| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r');
    let block = bytes.get(start..start + length).unwrap_or_default();
    let suspect = block.iter().fold(false, |any, &b| {
        let space = (b == b'\t') | (b == b'\n') | (b == b'\r');
        any | (b >= 0xEF) | ((b < 0x20) & !space)
    });
    if !suspect {
        return None;
    }
    let illegal = |&at: &usize| match bytes.get(at..) {
        Some([0xEF, 0xBF, 0xBE | 0xBF, ..]) => true,
        Some([b, ..]) => is_control(*b),
        _ => false,
    };
    (start..start + length).find(illegal)
}

#[inline(always)]
fn class(b: u8) -> u8 {
    CLASSES.get(usize::from(b)).copied().unwrap_or(0)
}

/// Whether an octet is a character of a name in ASCII, and no colon.
pub(crate) fn is_name_octet(b: u8) -> bool {
    class(b) & NAME != 0
}

/// The length of the `QName` (Namespaces §4) at the start of `bytes`, and how many octets come before its local part, if it
/// is well-formed and in ASCII, as nearly all are. `None` leaves the judgement to [`name_len`] and [`is_nc_name`].
#[inline(always)]
pub(crate) fn ascii_qualified_name(bytes: &[u8]) -> Option<(usize, usize)> {
    let part = |from: usize| {
        let rest = bytes.get(from..)?;
        let starts_well = class(*rest.first()?) & NAME_START != 0;
        starts_well.then(|| from + scan::name(rest))
    };
    let ends = |at: usize| bytes.get(at).map_or(0, |&b| class(b));
    let first = part(0)?;
    match ends(first) {
        0 => Some((first, 0)),
        COLON => {
            let local = first + 1;
            let second = part(local)?;
            (ends(second) == 0).then_some((second, local))
        }
        _ => None,
    }
}

/// How many octets at the start of `bytes` can belong to a qualified name. Non-ASCII octets are taken as they come; what
/// they spell is for [`is_nc_name`] to judge.
pub(crate) fn name_len(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|&b| class(b) == 0)
        .unwrap_or(bytes.len())
}
