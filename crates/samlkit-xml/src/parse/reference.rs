//! Character and entity references (XML §4.1).

use crate::Error;
use crate::chars::{is_char, is_nc_name};

/// Decodes the reference at the start of `text`, which begins with `&`; gives its character and its length.
pub(super) fn decode_reference(text: &str) -> Result<(char, usize), Error> {
    let malformed = Error::MalformedReference { offset: 0 };
    let end = memchr::memchr(b';', text.as_bytes()).ok_or(malformed)?;
    let name = text.get(1..end).ok_or(malformed)?;
    let character = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "apos" => '\'',
        "quot" => '"',
        _ => decode_number(name)?,
    };
    Ok((character, end + 1))
}

fn decode_number(name: &str) -> Result<char, Error> {
    let malformed = Error::MalformedReference { offset: 0 };
    let Some(digits) = name.strip_prefix('#') else {
        let is_name = name.split(':').all(is_nc_name);
        return Err(if is_name {
            Error::UndeclaredEntity { offset: 0 }
        } else {
            malformed
        });
    };
    let (digits, radix) = digits
        .strip_prefix('x')
        .map_or((digits, 10), |hex| (hex, 16));
    // `from_str_radix` would accept a sign.
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(malformed);
    }
    let digits = digits.trim_start_matches('0');
    u32::from_str_radix(if digits.is_empty() { "0" } else { digits }, radix)
        .ok()
        .and_then(char::from_u32)
        .filter(|&c| is_char(c))
        .ok_or(Error::IllegalCharacter { offset: 0 })
}
