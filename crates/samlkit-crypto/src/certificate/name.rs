//! Distinguished names as text (RFC 4514 §2).
//!
//! `x509-cert` can write names too; this is the form of `openssl x509 -nameopt RFC2253,utf8`, which administrators compare
//! with: T.61 strings are text here, and nothing in a name can break a line.

use const_oid::db::{rfc3280, rfc4519};
use der::asn1::{Any, ObjectIdentifier};
use der::{Decode as _, Encode as _, Tag, Tagged as _};
use x509_cert::name::{Name, RelativeDistinguishedName};

use super::push_hex;

/// A `Name` in DER, last component first (RFC 4514 §2.1). What is no name is written in hexadecimal.
pub(super) fn to_string(name: &[u8]) -> String {
    let Ok(name) = Name::from_der(name) else {
        return hex(name);
    };
    let mut components = name.iter_rdn().map(relative).collect::<Vec<_>>();
    components.reverse();
    components.join(",")
}

/// One attribute, seldom more; several in OpenSSL's order, last first like the components.
fn relative(component: &RelativeDistinguishedName) -> String {
    let mut all = Vec::new();
    for attribute in component.iter() {
        let mut out = match type_name(attribute.oid) {
            Some(name) => name.to_owned(),
            None => attribute.oid.to_string(),
        };
        out.push('=');
        match text(&attribute.value) {
            Some(text) => push_escaped(&mut out, &text),
            None => out.push_str(&hex(&attribute.value.to_der().unwrap_or_default())),
        }
        all.push(out);
    }
    all.reverse();
    all.join("+")
}

/// X.520 `organizationIdentifier`, in the certificates of eIDAS.
const ORGANIZATION_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.97");

/// The names of RFC 4514 §3, and a few more that certificates use, as OpenSSL writes them.
fn type_name(oid: ObjectIdentifier) -> Option<&'static str> {
    Some(match oid {
        rfc4519::CN => "CN",
        rfc4519::SN => "SN",
        rfc4519::SERIAL_NUMBER => "serialNumber",
        rfc4519::C => "C",
        rfc4519::L => "L",
        rfc4519::ST => "ST",
        rfc4519::STREET => "STREET",
        rfc4519::O => "O",
        rfc4519::OU => "OU",
        rfc4519::TITLE => "title",
        rfc4519::GIVEN_NAME => "GN",
        rfc4519::UID => "UID",
        rfc4519::DC => "DC",
        rfc3280::EMAIL_ADDRESS => "emailAddress",
        ORGANIZATION_IDENTIFIER => "organizationIdentifier",
        _ => return None,
    })
}

fn text(value: &Any) -> Option<String> {
    let octets = value.value();
    match value.tag() {
        Tag::Utf8String => String::from_utf8(octets.to_vec()).ok(),
        Tag::NumericString | Tag::PrintableString | Tag::Ia5String | Tag::VisibleString
            if octets.is_ascii() =>
        {
            String::from_utf8(octets.to_vec()).ok()
        }
        // Meant to be T.61, in practice Latin-1, as OpenSSL takes it.
        Tag::TeletexString => Some(octets.iter().map(|&octet| char::from(octet)).collect()),
        Tag::BmpString => {
            let (units, rest) = octets.as_chunks::<2>();
            rest.is_empty().then_some(())?;
            char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit)))
                .collect::<Result<_, _>>()
                .ok()
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
    use der::asn1::SetOfVec;
    use x509_cert::attr::AttributeTypeAndValue;

    use super::*;

    fn component(oid: ObjectIdentifier, tag: Tag, value: &[u8]) -> Vec<u8> {
        let value = Any::new(tag, value).unwrap();
        let attribute = AttributeTypeAndValue { oid, value };
        SetOfVec::from_iter([attribute]).unwrap().to_der().unwrap()
    }

    fn name(components: &[u8]) -> Vec<u8> {
        Any::new(Tag::Sequence, components)
            .unwrap()
            .to_der()
            .unwrap()
    }

    #[test]
    fn values() {
        let cases: [(Tag, &[u8], &str); 12] = [
            (Tag::Utf8String, "Zoë".as_bytes(), "CN=Zoë"),
            (
                Tag::Utf8String,
                b"a,b+c\\\"d\"<e>;",
                "CN=a\\,b\\+c\\\\\\\"d\\\"\\<e\\>\\;",
            ),
            (Tag::Utf8String, b" # ", "CN=\\ #\\ "),
            (Tag::Utf8String, b"#1", "CN=\\#1"),
            (Tag::Utf8String, b"", "CN="),
            (Tag::Utf8String, b"one\ntwo\x7f", "CN=one\\0Atwo\\7F"),
            (Tag::Utf8String, b"\xff", "CN=#0C01FF"),
            (Tag::PrintableString, b"plain", "CN=plain"),
            (Tag::PrintableString, b"\xe9", "CN=#1301E9"),
            (Tag::TeletexString, b"caf\xe9", "CN=café"),
            (
                Tag::BmpString,
                &[0x00, 0x41, 0xd8, 0x3d, 0xde, 0x00],
                "CN=A\u{1f600}",
            ),
            (Tag::Integer, &[7], "CN=#020107"),
        ];
        for (tag, value, text) in cases {
            assert_eq!(
                to_string(&name(&component(rfc4519::CN, tag, value))),
                text,
                "{tag:?}"
            );
        }
        let other = ObjectIdentifier::new_unwrap("1.3.101");
        assert_eq!(
            to_string(&name(&component(other, Tag::Utf8String, b"x"))),
            "1.3.101=x"
        );
    }

    #[test]
    fn the_last_component_comes_first() {
        let mut components = component(rfc4519::C, Tag::PrintableString, b"GB");
        components.extend(component(rfc4519::CN, Tag::Utf8String, b"x"));
        assert_eq!(to_string(&name(&components)), "CN=x,C=GB");
        assert_eq!(to_string(&name(&[])), "");
    }

    #[test]
    fn what_is_no_name_is_shown_whole() {
        assert_eq!(to_string(&name(&[0x31, 0x05])), "#30023105");
        // An identifier without octets.
        let empty = [0x31, 0x06, 0x30, 0x04, 0x06, 0x00, 0x0c, 0x00];
        assert_eq!(
            to_string(&name(&empty)),
            "#300831063004 06000C00".replace(' ', "")
        );
        assert_eq!(to_string(&[]), "#");
    }
}
