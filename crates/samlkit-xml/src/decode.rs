//! From octets to text: size, encoding (XML §4.3.3) and characters (XML §2.2).

use crate::chars::illegal_char;
use crate::parse::declaration;
use crate::{Error, Limits};

const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Checks octets; gives the length of their byte order mark and the text after it.
pub(crate) fn borrowed<'s>(source: &'s [u8], limits: &Limits) -> Result<(usize, &'s str), Error> {
    let mark = before(source, limits)?;
    let text = source.get(mark..).unwrap_or_default();
    let text = simdutf8::basic::from_utf8(text).map_err(|_| {
        // The quick check does not say where.
        let checked = core::str::from_utf8(text);
        let valid = checked.map_or_else(|error| error.valid_up_to(), str::len);
        not_utf8(source, mark, mark + valid)
    })?;
    characters(text, mark)?;
    Ok((mark, text))
}

/// As [`borrowed`], for octets that the document is to own.
pub(crate) fn owned(source: Vec<u8>, limits: &Limits) -> Result<(usize, String), Error> {
    let mark = before(&source, limits)?;
    let mut text = String::from_utf8(source).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        not_utf8(error.as_bytes(), mark, valid)
    })?;
    text.drain(..mark);
    characters(&text, mark)?;
    Ok((mark, text))
}

/// Checks the size and the first octets; gives the length of the byte order mark.
fn before(source: &[u8], limits: &Limits) -> Result<usize, Error> {
    if source.len() > limits.bytes as usize {
        return Err(Error::TooManyBytes {
            limit: limits.bytes,
        });
    }
    let foreign = match source {
        [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0x00, ..] | [_, 0x00, ..] => true,
        // "<?xm" in EBCDIC.
        [0x4C, 0x6F, 0xA7, 0x94, ..] => true,
        _ => false,
    };
    if foreign {
        return Err(Error::UnsupportedEncoding { offset: 0 });
    }
    Ok(if source.starts_with(MARK) {
        MARK.len()
    } else {
        0
    })
}

/// What octets of which only `valid` are UTF-8 break.
#[cold]
fn not_utf8(source: &[u8], mark: usize, valid: usize) -> Error {
    // A declared foreign encoding explains octets that are not UTF-8 better than their offset does.
    let text = source
        .get(mark..valid)
        .and_then(|valid| core::str::from_utf8(valid).ok());
    match text.map(declaration::check) {
        Some(Err(error @ Error::UnsupportedEncoding { .. })) => error.moved(mark),
        _ => Error::InvalidUtf8 { offset: valid },
    }
}

fn characters(text: &str, mark: usize) -> Result<(), Error> {
    match illegal_char(text) {
        Some(at) => Err(Error::IllegalCharacter { offset: mark + at }),
        None => Ok(()),
    }
}
