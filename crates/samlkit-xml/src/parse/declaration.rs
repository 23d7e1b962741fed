//! The XML declaration (XML §2.8).

use crate::Error;
use crate::chars::is_space;

/// Checks the declaration at the start of `text`; text that does not begin with one passes.
pub(crate) fn check(text: &str) -> Result<(), Error> {
    let Some(rest) = text.strip_prefix("<?xml").filter(|rest| {
        let next = rest.bytes().next();
        next.is_none_or(|b| is_space(b) || b == b'?')
    }) else {
        return Ok(());
    };
    let mut cursor = Cursor {
        rest,
        length: text.len(),
    };
    let (version, offset) = cursor
        .pseudo_attribute("version")?
        .ok_or_else(|| cursor.malformed())?;
    if version != "1.0" {
        let number = version
            .strip_prefix("1.")
            .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        return Err(if number {
            Error::UnsupportedVersion { offset }
        } else {
            Error::MalformedDeclaration { offset }
        });
    }
    if let Some((encoding, offset)) = cursor.pseudo_attribute("encoding")? {
        let mut bytes = encoding.bytes();
        let is_name = bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
            && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        if !is_name {
            return Err(Error::MalformedDeclaration { offset });
        }
        if !encoding.eq_ignore_ascii_case("UTF-8") {
            return Err(Error::UnsupportedEncoding { offset });
        }
    }
    if let Some((standalone, offset)) = cursor.pseudo_attribute("standalone")?
        && !matches!(standalone, "yes" | "no")
    {
        return Err(Error::MalformedDeclaration { offset });
    }
    cursor.skip_space();
    if cursor.rest.starts_with("?>") {
        Ok(())
    } else {
        Err(cursor.malformed())
    }
}

struct Cursor<'t> {
    rest: &'t str,
    length: usize,
}

impl<'t> Cursor<'t> {
    const fn offset(&self) -> usize {
        self.length - self.rest.len()
    }

    const fn malformed(&self) -> Error {
        Error::MalformedDeclaration {
            offset: self.offset(),
        }
    }

    /// Skips white space; says whether there was any.
    fn skip_space(&mut self) -> bool {
        let rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let any = rest.len() < self.rest.len();
        self.rest = rest;
        any
    }

    /// `S name Eq "value"`, if `name` comes next: the value and its offset.
    fn pseudo_attribute(&mut self, name: &str) -> Result<Option<(&'t str, usize)>, Error> {
        let mut ahead = Self {
            rest: self.rest,
            length: self.length,
        };
        let spaced = ahead.skip_space();
        let Some(rest) = ahead.rest.strip_prefix(name) else {
            return Ok(None);
        };
        if !spaced {
            return Err(self.malformed());
        }
        ahead.rest = rest;
        ahead.skip_space();
        ahead.rest = ahead
            .rest
            .strip_prefix('=')
            .ok_or_else(|| ahead.malformed())?;
        ahead.skip_space();
        let quote = ahead
            .rest
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))
            .ok_or_else(|| ahead.malformed())?;
        ahead.rest = ahead.rest.get(1..).unwrap_or_default();
        let offset = ahead.offset();
        let (value, rest) = ahead
            .rest
            .split_once(quote)
            .ok_or_else(|| ahead.malformed())?;
        self.rest = rest;
        Ok(Some((value, offset)))
    }
}
