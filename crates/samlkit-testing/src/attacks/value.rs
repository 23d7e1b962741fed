//! The values of signatures and digests, octet for octet.

use samlkit::Code;
use samlkit::crypto::DigestAlgorithm;

use super::surgery::{in_signature, signature_mut};
use crate::attack::{Attack, Class, Make, Shape};
use crate::base64;
use crate::key::{der, digest_info, pkcs1_block};
use crate::markup::Element;
use crate::sign::Forge;

const ONE: &[Shape] = &[Shape::Assertion, Shape::Response];
const PKCS1: &[&str] = &["CVE-2006-4339", "RFC 8017 §8.2.2"];

pub(super) const ATTACKS: &[Attack] = &[
    // Values.
    Attack::new(
        "value-of-zeros",
        Class::Value,
        "a signature of zeros",
        Code::SignatureInvalid,
        Make::Edit(|r, _| value(r, &base64(&[0; 256]))),
    ),
    Attack::new(
        "value-of-one",
        Class::Value,
        "the signature 1, which any power of is 1",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let mut one = [0; 256];
            if let Some(last) = one.last_mut() {
                *last = 1;
            }
            value(r, &base64(&one))
        }),
    ),
    Attack::new(
        "value-empty",
        Class::Value,
        "an empty SignatureValue",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            in_signature(r, "SignatureValue")?.children.clear();
            Some(())
        }),
    ),
    Attack::new(
        "value-reduced",
        Class::Value,
        "the signature and the modulus, which is the same number modulo the modulus",
        Code::SignatureInvalid,
        Make::SignEdit(
            |_, _| Some(()),
            |r, s| {
                let element = in_signature(r, "SignatureValue")?;
                let (modulus, _) = s.idp.key().rsa_numbers()?;
                let octets = decode(&element.own_text())?;
                element.set_text(base64(&sum(&octets, &modulus)));
                Some(())
            },
        ),
    ),
    Attack::new(
        "value-with-leading-zero",
        Class::Value,
        "a zero octet before the signature",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let element = in_signature(r, "SignatureValue")?;
            let octets = decode(&element.own_text())?;
            element.set_text(base64(&[&[0], octets.as_slice()].concat()));
            Some(())
        }),
    )
    .refs(&["RFC 8017 §8.2.2"]),
    Attack::new(
        "value-with-trailing-octet",
        Class::Value,
        "an octet after the signature",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let element = in_signature(r, "SignatureValue")?;
            let octets = decode(&element.own_text())?;
            element.set_text(base64(&[octets.as_slice(), &[0]].concat()));
            Some(())
        }),
    ),
    Attack::new(
        "value-base64-url",
        Class::Value,
        "the signature in the alphabet of base64url",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            edit_value(r, |text| {
                let url = text.replace('+', "-").replace('/', "_");
                (url != text).then_some(url)
            })
        }),
    )
    .refs(&["RFC 4648 §3.3"]),
    Attack::new(
        "value-base64-unpadded",
        Class::Value,
        "the signature without its padding",
        Code::SignatureInvalid,
        Make::Edit(|r, _| edit_value(r, |text| Some(text.trim_end_matches('=').to_owned()))),
    )
    .refs(&["RFC 4648 §3.2"]),
    Attack::new(
        "value-base64-padded-more",
        Class::Value,
        "the signature with more padding",
        Code::SignatureInvalid,
        Make::Edit(|r, _| edit_value(r, |text| Some(format!("{text}==")))),
    ),
    Attack::new(
        "value-base64-stray-character",
        Class::Value,
        "a stray character in the signature",
        Code::SignatureInvalid,
        Make::Edit(|r, _| edit_value(r, |text| Some(format!("!{text}")))),
    )
    .refs(&["RFC 4648 §3.3"]),
    Attack::new(
        "value-base64-stray-bits",
        Class::Value,
        "bits beyond the last octet of the signature",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            edit_value(r, |text| {
                let bare = text.strip_suffix("==")?;
                let last = bare.chars().last()?;
                let other = match last {
                    'A' => 'B',
                    'Q' => 'R',
                    'g' => 'h',
                    'w' => 'x',
                    _ => return None,
                };
                Some(format!("{}{other}==", bare.strip_suffix(last)?))
            })
        }),
    )
    .refs(&["RFC 4648 §3.5"]),
    Attack::new(
        "value-base64-no-break-space",
        Class::Value,
        "a no-break space in the signature",
        Code::SignatureInvalid,
        Make::Edit(|r, _| edit_value(r, |text| Some(format!("\u{a0}{text}")))),
    ),
    Attack::new(
        "digest-value-empty",
        Class::Value,
        "an empty digest, correctly signed",
        Code::SignatureInvalid,
        Make::Sign(|r, _| digest(r, "")),
    )
    .on(ONE),
    Attack::new(
        "digest-value-truncated",
        Class::Value,
        "the first octets of a digest, correctly signed",
        Code::SignatureInvalid,
        Make::Sign(|r, _| digest(r, "AAAAAAAA")),
    )
    .on(ONE),
    Attack::new(
        "digest-value-of-another",
        Class::Value,
        "a digest of something else, correctly signed",
        Code::SignatureInvalid,
        Make::Sign(|r, _| digest(r, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
    )
    .on(ONE),
    Attack::new(
        "digest-value-hexadecimal",
        Class::Value,
        "the digest in hexadecimal",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let element = in_signature(r, "DigestValue")?;
            let octets = decode(&element.own_text())?;
            element.set_text(crate::random::hex_of(&octets));
            Some(())
        }),
    ),
    Attack::new(
        "pkcs1-short-padding",
        Class::Value,
        "the hash after little padding, with garbage behind it",
        Code::SignatureInvalid,
        Make::Sign(|r, _| {
            forge(r, |length, octets| {
                let info = digest_info(DigestAlgorithm::Sha256, octets);
                let mut block = [&[0, 1], [0xff; 8].as_slice(), &[0], &info].concat();
                block.resize(length, 0);
                block
            })
        }),
    )
    .refs(PKCS1)
    .on(ONE),
    Attack::new(
        "pkcs1-no-padding",
        Class::Value,
        "the hash alone, without its identifier",
        Code::SignatureInvalid,
        Make::Sign(|r, _| {
            forge(r, |length, octets| {
                let digest = DigestAlgorithm::Sha256.digest(octets);
                pkcs1_block(length, digest.as_bytes())
            })
        }),
    )
    .refs(PKCS1)
    .on(ONE),
    Attack::new(
        "pkcs1-block-type-2",
        Class::Value,
        "padding as for encryption",
        Code::SignatureInvalid,
        Make::Sign(|r, _| {
            forge(r, |length, octets| {
                let mut block = pkcs1_block(length, &digest_info(DigestAlgorithm::Sha256, octets));
                if let Some(kind) = block.get_mut(1) {
                    *kind = 2;
                }
                block
            })
        }),
    )
    .refs(PKCS1)
    .on(ONE),
    Attack::new(
        "pkcs1-other-identifier",
        Class::Value,
        "a hash of SHA-256 named as SHA-512",
        Code::SignatureInvalid,
        Make::Sign(|r, _| {
            forge(r, |length, octets| {
                let mut info = digest_info(DigestAlgorithm::Sha256, octets);
                if let Some(last) = info.get_mut(14) {
                    *last = 3;
                }
                pkcs1_block(length, &info)
            })
        }),
    )
    .refs(PKCS1)
    .on(ONE),
    Attack::new(
        "pkcs1-garbage-in-parameters",
        Class::Value,
        "garbage in the parameters of the identifier",
        Code::SignatureInvalid,
        Make::Sign(|r, _| {
            forge(r, |length, octets| {
                let digest = DigestAlgorithm::Sha256.digest(octets);
                let oid = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
                let garbage = der(0x04, &[0xaa; 16]);
                let identifier = der(0x30, &[der(0x06, &oid), garbage].concat());
                let info = [identifier, der(0x04, digest.as_bytes())].concat();
                pkcs1_block(length, &der(0x30, &info))
            })
        }),
    )
    .refs(PKCS1)
    .on(ONE),
    Attack::new(
        "pkcs1-digest-only-compared-at-the-end",
        Class::Value,
        "a block of garbage that ends with the hash",
        Code::SignatureInvalid,
        Make::Sign(|r, _| {
            forge(r, |length, octets| {
                let digest = DigestAlgorithm::Sha256.digest(octets);
                let mut block = vec![0x01; length.saturating_sub(digest.as_bytes().len())];
                if let Some(first) = block.first_mut() {
                    *first = 0;
                }
                block.extend(digest.as_bytes());
                block
            })
        }),
    )
    .refs(PKCS1)
    .on(ONE),
];

/// Has the block that is signed made in another way.
fn forge(response: &mut Element, block: fn(usize, &[u8]) -> Vec<u8>) -> Option<()> {
    signature_mut(response)?.pending.as_mut()?.forge = Forge::Block(block);
    Some(())
}

/// Has this digest signed in the place of the true one.
fn digest(response: &mut Element, text: &str) -> Option<()> {
    signature_mut(response)?.pending.as_mut()?.digest = Some(text.to_owned());
    Some(())
}

fn value(response: &mut Element, text: &str) -> Option<()> {
    in_signature(response, "SignatureValue")?.set_text(text);
    Some(())
}

fn edit_value(response: &mut Element, edit: impl FnOnce(&str) -> Option<String>) -> Option<()> {
    let element = in_signature(response, "SignatureValue")?;
    let text = edit(&element.own_text())?;
    element.set_text(text);
    Some(())
}

fn decode(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

/// The sum of two numbers of the same length, which may be an octet longer.
fn sum(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    let mut out: Vec<u8> = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .map(|(a, b)| {
            let total = u16::from(*a) + u16::from(*b) + carry;
            carry = total >> 8;
            total.to_le_bytes().first().copied().unwrap_or_default()
        })
        .collect();
    if carry > 0 {
        out.push(1);
    }
    out.reverse();
    out
}
