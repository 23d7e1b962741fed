//! Distinguished names as text (RFC 4514 §2).

use super::push_hex;
use crate::Oid;
use crate::asn1::{
    BMP_STRING, Element, IA5_STRING, NUMERIC_STRING, PRINTABLE_STRING, Reader, SEQUENCE, SET,
    TELETEX_STRING, UNIVERSAL_STRING, UTF8_STRING, VISIBLE_STRING,
};

/// The contents of a `Name`, last component first (RFC 4514 §2.1). What cannot be read is written in hexadecimal.
pub(super) fn to_string(name: &[u8]) -> String {
    let mut components = Vec::new();
    let mut rest = Reader::new(name);
    while !rest.is_empty() {
        let octets = rest.rest();
        let Some(component) = rest.enter(SET).and_then(relative) else {
            components.push(hex(octets));
            break;
        };
        components.push(component);
    }
    components.reverse();
    components.join(",")
}

/// A `RelativeDistinguishedName`: one attribute, seldom more; several in OpenSSL's order, last first like the components.
fn relative(mut attributes: Reader<'_>) -> Option<String> {
    let mut all = Vec::new();
    while !attributes.is_empty() {
        let mut out = String::new();
        let mut attribute = attributes.enter(SEQUENCE)?;
        let oid = attribute.oid()?;
        let value = attribute.next()?;
        attribute.finish()?;
        match type_name(&oid) {
            Some(name) => out.push_str(name),
            None => out.push_str(&oid.to_string()),
        }
        out.push('=');
        match text(value) {
            Some(text) => push_escaped(&mut out, &text),
            None => out.push_str(&hex(value.encoding)),
        }
        all.push(out);
    }
    all.reverse();
    Some(all.join("+"))
}

/// The names of RFC 4514 §3, and a few more that certificates use, as OpenSSL writes them.
fn type_name(oid: &Oid) -> Option<&'static str> {
    Some(match oid.as_bytes() {
        [0x55, 0x04, 0x03] => "CN",
        [0x55, 0x04, 0x04] => "SN",
        [0x55, 0x04, 0x05] => "serialNumber",
        [0x55, 0x04, 0x06] => "C",
        [0x55, 0x04, 0x07] => "L",
        [0x55, 0x04, 0x08] => "ST",
        [0x55, 0x04, 0x09] => "STREET",
        [0x55, 0x04, 0x0a] => "O",
        [0x55, 0x04, 0x0b] => "OU",
        [0x55, 0x04, 0x0c] => "title",
        [0x55, 0x04, 0x2a] => "GN",
        [0x55, 0x04, 0x61] => "organizationIdentifier",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01] => "UID",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19] => "DC",
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01] => "emailAddress",
        _ => return None,
    })
}

fn text(value: Element<'_>) -> Option<String> {
    match value.tag {
        UTF8_STRING => String::from_utf8(value.value.to_vec()).ok(),
        NUMERIC_STRING | PRINTABLE_STRING | IA5_STRING | VISIBLE_STRING
            if value.value.is_ascii() =>
        {
            String::from_utf8(value.value.to_vec()).ok()
        }
        // Meant to be T.61, in practice Latin-1, as OpenSSL takes it.
        TELETEX_STRING => Some(value.value.iter().map(|&octet| char::from(octet)).collect()),
        BMP_STRING => {
            let (units, rest) = value.value.as_chunks::<2>();
            rest.is_empty().then_some(())?;
            char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit)))
                .collect::<Result<_, _>>()
                .ok()
        }
        UNIVERSAL_STRING => {
            let (units, rest) = value.value.as_chunks::<4>();
            rest.is_empty().then_some(())?;
            units
                .iter()
                .map(|unit| char::from_u32(u32::from_be_bytes(*unit)))
                .collect()
        }
        _ => None,
    }
}

/// RFC 4514 §2.4, and every control character in hexadecimal.
fn push_escaped(out: &mut String, value: &str) {
    let last = value.char_indices().next_back().map(|(at, _)| at);
    for (at, c) in value.char_indices() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '#' | ' ' if at == 0 => {
                out.push('\\');
                out.push(c);
            }
            ' ' if Some(at) == last => out.push_str("\\ "),
            c if c.is_control() => {
                for &octet in c.encode_utf8(&mut [0; 4]).as_bytes() {
                    out.push('\\');
                    push_hex(out, octet);
                }
            }
            c => out.push(c),
        }
    }
}

fn hex(octets: &[u8]) -> String {
    let mut out = String::with_capacity(octets.len() * 2 + 1);
    out.push('#');
    octets.iter().for_each(|&octet| push_hex(&mut out, octet));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{INTEGER, OBJECT_IDENTIFIER, write};

    fn component(oid: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
        let (mut fields, mut attribute, mut set) = (Vec::new(), Vec::new(), Vec::new());
        write(&mut fields, OBJECT_IDENTIFIER, &[oid]);
        write(&mut fields, tag, &[value]);
        write(&mut attribute, SEQUENCE, &[&fields]);
        write(&mut set, SET, &[&attribute]);
        set
    }

    #[test]
    fn values() {
        const CN: &[u8] = &[0x55, 0x04, 0x03];
        let cases: [(u8, &[u8], &str); 13] = [
            (UTF8_STRING, "Zoë".as_bytes(), "CN=Zoë"),
            (
                UTF8_STRING,
                b"a,b+c\\\"d\"<e>;",
                "CN=a\\,b\\+c\\\\\\\"d\\\"\\<e\\>\\;",
            ),
            (UTF8_STRING, b" # ", "CN=\\ #\\ "),
            (UTF8_STRING, b"#1", "CN=\\#1"),
            (UTF8_STRING, b"", "CN="),
            (UTF8_STRING, b"one\ntwo\x7f", "CN=one\\0Atwo\\7F"),
            (UTF8_STRING, b"\xff", "CN=#0C01FF"),
            (PRINTABLE_STRING, b"plain", "CN=plain"),
            (PRINTABLE_STRING, b"\xe9", "CN=#1301E9"),
            (TELETEX_STRING, b"caf\xe9", "CN=café"),
            (
                BMP_STRING,
                &[0x00, 0x41, 0xd8, 0x3d, 0xde, 0x00],
                "CN=A\u{1f600}",
            ),
            (UNIVERSAL_STRING, &[0, 0, 0, 0x41], "CN=A"),
            (INTEGER, &[7], "CN=#020107"),
        ];
        for (tag, value, text) in cases {
            assert_eq!(to_string(&component(CN, tag, value)), text);
        }
        assert_eq!(
            to_string(&component(&[0x2b, 0x65], UTF8_STRING, b"x")),
            "1.3.101=x"
        );
    }

    #[test]
    fn the_last_component_comes_first() {
        let mut name = component(&[0x55, 0x04, 0x06], PRINTABLE_STRING, b"GB");
        name.extend(component(&[0x55, 0x04, 0x03], UTF8_STRING, b"x"));
        assert_eq!(to_string(&name), "CN=x,C=GB");
        name.extend([0x31, 0x05]);
        assert_eq!(to_string(&name), "#3105,CN=x,C=GB");
        assert_eq!(to_string(&[]), "");
    }
}
