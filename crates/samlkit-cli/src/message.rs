//! From a file to the XML of a SAML message.

use std::io::Read as _;

use samlkit::websso::decode_form_value;

use crate::cli::Encoding;
use crate::failure::Refusal;
use crate::input::MOST_OCTETS;

/// A message, and how it was given.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) octets: Vec<u8>,
    pub(crate) form: Form,
}

/// How a message was given.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    Xml,
    Base64,
    /// Base64 of a raw DEFLATE stream, as the HTTP-Redirect binding has it (SAMLBind §3.4.4.1).
    Redirect,
}

impl Form {
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Xml => "xml",
            Self::Base64 => "base64",
            Self::Redirect => "redirect",
        }
    }
}

/// Decodes a message of the HTTP-POST binding (SAMLBind §3.5), or takes it as it is.
///
/// `auto` also finds the form value in a form body, and undoes percent escapes, since that is what people copy.
pub(crate) fn decode(octets: Vec<u8>, encoding: Encoding) -> Result<Message, Refusal> {
    let is_xml = match encoding {
        Encoding::Auto => looks_like_xml(&octets),
        Encoding::Xml => true,
        Encoding::Base64 => false,
    };
    if is_xml {
        return Ok(Message {
            octets,
            form: Form::Xml,
        });
    }
    let not_text = || Refusal::new("malformed-base64", "the form value is not base64");
    let text = std::str::from_utf8(&octets).map_err(|_| not_text())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value = match encoding {
        Encoding::Auto => unescape(parameter(text).unwrap_or(text)),
        Encoding::Xml | Encoding::Base64 => text.to_owned(),
    };
    let octets = decode_form_value(&value).map_err(|rejection| Refusal {
        code: rejection.code().as_str(),
        message: rejection.to_string(),
        help: rejection.help().map(str::to_owned),
    })?;
    Ok(Message {
        octets,
        form: Form::Base64,
    })
}

impl Message {
    /// Undoes the compression of the HTTP-Redirect binding, if that makes XML of it.
    pub(crate) fn inflate(self) -> Self {
        if self.form == Form::Base64
            && !looks_like_xml(&self.octets)
            && let Some(octets) = inflate(&self.octets)
        {
            return Self {
                octets,
                form: Form::Redirect,
            };
        }
        self
    }
}

/// The XML in a raw DEFLATE stream.
pub(crate) fn inflate(octets: &[u8]) -> Option<Vec<u8>> {
    let mut inflated = Vec::new();
    let read = flate2::read::DeflateDecoder::new(octets)
        .take(u64::from(MOST_OCTETS))
        .read_to_end(&mut inflated);
    (read.is_ok() && looks_like_xml(&inflated)).then_some(inflated)
}

/// Whether the first character is `<`, after a byte order mark and white space; or it is UTF-16 or UTF-32, which are no
/// base64 either and whose refusal should say so.
fn looks_like_xml(octets: &[u8]) -> bool {
    let after_mark = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    after_mark.trim_ascii_start().first() == Some(&b'<')
        || octets.starts_with(b"\xfe\xff")
        || octets.starts_with(b"\xff\xfe")
        || octets.iter().take(4).any(|&octet| octet == 0)
}

/// The value of `SAMLResponse` or `SAMLRequest` in a form body, a query or a URL.
fn parameter(text: &str) -> Option<&str> {
    let query = text.trim();
    let query = query.split_once('?').map_or(query, |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    query.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        matches!(name, "SAMLResponse" | "SAMLRequest").then_some(value)
    })
}

/// Undoes percent escapes. A `+` stays: in base64 it is a character, and nobody means a space.
fn unescape(text: &str) -> String {
    let mut parts = text.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let octet = part
            .get(..2)
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        match octet.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(octet) if octet.is_ascii() => {
                plain.push(char::from(octet));
                plain.push_str(part.get(2..).unwrap_or_default());
            }
            // No escape: it will be refused as no base64.
            _ => {
                plain.push('%');
                plain.push_str(part);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_found() {
        for (input, form) in [
            ("<x/>", Form::Xml),
            ("\u{feff} \n<x/>", Form::Xml),
            ("PHgvPg==", Form::Base64),
            ("PHgv\r\nPg==\n", Form::Base64),
            ("PHgvPg%3D%3d", Form::Base64),
            (
                "RelayState=a%20b&SAMLResponse=PHgvPg%3D%3D&x=y",
                Form::Base64,
            ),
            (
                "https://sp.example/acs?SAMLResponse=PHgvPg%3D%3D#top",
                Form::Base64,
            ),
            // Raw DEFLATE of <x/>.
            (
                "https://idp.example/sso?SAMLRequest=s6nQtwMA",
                Form::Redirect,
            ),
        ] {
            let message = decode(input.as_bytes().to_vec(), Encoding::Auto)
                .unwrap()
                .inflate();
            assert_eq!(message.form, form, "{input}");
            assert!(message.octets.ends_with(b"<x/>"), "{input}");
        }
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        for input in [
            "",
            "PHgvPg=",
            "PHgv!Pg==",
            "PHgvPg%3",
            "PHgvPg%zz",
            "é",
            "%e9",
        ] {
            let refusal = decode(input.as_bytes().to_vec(), Encoding::Auto).unwrap_err();
            assert_eq!(refusal.code, "malformed-base64", "{input}");
        }
        let refusal = decode(b"PHgvPg%3D%3D".to_vec(), Encoding::Base64).unwrap_err();
        assert_eq!(refusal.code, "malformed-base64");
    }
}
