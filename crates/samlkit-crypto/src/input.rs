//! From what people paste to DER: PEM with or without text around it, bare base64, DER, and what is none of them.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use der::asn1::AnyRef;
use der::{Reader as _, SliceReader, Tag, TagNumber, Tagged as _};
use zeroize::Zeroizing;

use crate::{Error, Form};

/// The longest DER encoding that is looked at. Real certificates have 1 to 4 KiB; post-quantum ones would fit too.
pub(crate) const MAX_DER: usize = 64 * 1024;
/// The longest file that is looked at: a bundle of some hundred certificates.
pub(crate) const MAX_INPUT: usize = 1024 * 1024;

/// What a DER encoding of anything here begins with: SEQUENCE.
pub(crate) const SEQUENCE: u8 = 0x30;

/// As metadata is written by hand and by many tools: padding may be missing, and the last unused bits are not looked at.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What an encoding is taken for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Label {
    Certificate,
    /// `SubjectPublicKeyInfo`.
    PublicKey,
    /// `RSAPublicKey` of PKCS#1.
    RsaPublicKey,
}

/// One key or certificate.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) label: Label,
    pub(crate) der: Vec<u8>,
}

/// Everything public in the input, in order; at least one item. Linear in the input.
pub(crate) fn items(input: &[u8]) -> Result<Vec<Item>, Error> {
    if input.len() > MAX_INPUT {
        return Err(Error::TooLong { limit: MAX_INPUT });
    }
    if input.first() == Some(&SEQUENCE) {
        return sniff(input.to_vec()).map(|item| vec![item]);
    }
    let input = input
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(input)
        .trim_ascii();
    if input.is_empty() {
        return Err(Error::Nothing);
    }
    if input.starts_with(b"<") {
        return Err(Error::WrongInput { found: Form::Xml });
    }
    if is_pem(input) {
        return pem(input);
    }
    sniff(base64(input)?).map(|item| vec![item])
}

/// Decodes base64 with white space anywhere.
pub(crate) fn base64(text: &[u8]) -> Result<Vec<u8>, Error> {
    let mut compact = Vec::with_capacity(text.len());
    compact.extend(
        text.iter()
            .copied()
            .filter(|octet| !octet.is_ascii_whitespace()),
    );
    if compact.len() / 4 * 3 > MAX_DER {
        return Err(Error::TooLong { limit: MAX_DER });
    }
    LENIENT.decode(compact).map_err(|_| Error::MalformedBase64)
}

/// [`base64`] for what must not stay in memory.
pub(crate) fn base64_secret(text: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut compact = Zeroizing::new(Vec::with_capacity(text.len()));
    compact.extend(
        text.iter()
            .copied()
            .filter(|octet| !octet.is_ascii_whitespace()),
    );
    if compact.len() / 4 * 3 > MAX_DER {
        return Err(Error::TooLong { limit: MAX_DER });
    }
    // With room for all of it from the start: what a growing buffer leaves behind is not wiped.
    let mut octets = Zeroizing::new(vec![0; compact.len()]);
    let length = LENIENT
        .decode_slice(&*compact, &mut octets)
        .map_err(|_| Error::MalformedBase64)?;
    octets.truncate(length);
    Ok(octets)
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// Whether there is a PEM block.
pub(crate) fn is_pem(input: &[u8]) -> bool {
    find(input, BEGIN).is_some()
}

/// Label and body of every PEM block (RFC 7468), whatever text stands around them, on lines or not; ends after an error.
pub(crate) fn blocks(input: &[u8]) -> impl Iterator<Item = Result<(&[u8], &[u8]), Error>> {
    let mut rest = Some(input);
    core::iter::from_fn(move || {
        let after_begin = after(rest.take()?, BEGIN)?;
        let mut block = || {
            let (label, body) = split(after_begin, DASHES)?;
            let (body, after_end) = split(body, END)?;
            rest = Some(after_end.strip_prefix(label)?.strip_prefix(DASHES)?);
            Some((label, body))
        };
        Some(block().ok_or(Error::MalformedPem))
    })
}

fn pem(input: &[u8]) -> Result<Vec<Item>, Error> {
    let mut items = Vec::new();
    let mut passed_over = None;
    for block in blocks(input) {
        let (label, body) = block?;
        match classify(label) {
            Ok(label) => items.push(Item {
                label,
                der: base64(body)?,
            }),
            // A private key is never decoded, and the first thing to say when nothing else is there.
            Err(Error::PrivateKey) => passed_over = Some(Error::PrivateKey),
            Err(error) => passed_over = passed_over.or(Some(error)),
        }
    }
    if items.is_empty() {
        Err(passed_over.unwrap_or(Error::Nothing))
    } else {
        Ok(items)
    }
}

fn classify(label: &[u8]) -> Result<Label, Error> {
    Err(match label {
        b"CERTIFICATE" | b"X509 CERTIFICATE" => return Ok(Label::Certificate),
        b"PUBLIC KEY" => return Ok(Label::PublicKey),
        b"RSA PUBLIC KEY" => return Ok(Label::RsaPublicKey),
        b"CERTIFICATE REQUEST" | b"NEW CERTIFICATE REQUEST" => Error::WrongInput {
            found: Form::CertificateRequest,
        },
        b"PKCS7" | b"CMS" => Error::WrongInput { found: Form::Pkcs7 },
        private if private.ends_with(b"PRIVATE KEY") => Error::PrivateKey,
        _ => Error::WrongInput {
            found: Form::OtherPem,
        },
    })
}

/// Tells DER encodings apart by the tags of their first elements.
fn sniff(mut der: Vec<u8>) -> Result<Item, Error> {
    trim(&mut der);
    let (first, second, rest) = outline(&der).map_err(|_| Error::MalformedKey)?;
    let label = match (first.tag(), second.map(|field| field.tag()), rest) {
        (Tag::Sequence, Some(Tag::Sequence), true) => Label::Certificate,
        (Tag::Sequence, Some(Tag::BitString), false) => Label::PublicKey,
        (Tag::Integer, Some(Tag::Integer), false) => Label::RsaPublicKey,
        // PKCS#1, PKCS#8, SEC 1 and PKCS#12 begin with a version; an encrypted PKCS#8 key ends with its ciphertext.
        (Tag::Integer, Some(_), _) | (Tag::Sequence, Some(Tag::OctetString), false) => {
            return Err(Error::PrivateKey);
        }
        (Tag::ObjectIdentifier, Some(tag), false) if is_explicit_0(tag) => {
            return Err(Error::WrongInput { found: Form::Pkcs7 });
        }
        _ => return Err(Error::MalformedKey),
    };
    Ok(Item { label, der })
}

/// The first two fields of the one SEQUENCE that `der` is, and whether there are more.
pub(crate) fn outline(der: &[u8]) -> der::Result<(AnyRef<'_>, Option<AnyRef<'_>>, bool)> {
    let mut reader = SliceReader::new(der)?;
    let outline = reader.sequence(|fields| -> der::Result<_> {
        let first = fields.decode()?;
        let second = (!fields.is_finished())
            .then(|| fields.decode())
            .transpose()?;
        let rest = fields.remaining_len();
        fields.read_slice(rest)?;
        Ok((first, second, !rest.is_zero()))
    })?;
    reader.finish().map(|()| outline)
}

/// `[0] EXPLICIT`.
pub(crate) fn is_explicit_0(tag: Tag) -> bool {
    tag == Tag::ContextSpecific {
        constructed: true,
        number: TagNumber(0),
    }
}

/// Takes off what follows the first element: files saved by editors end with a line break.
pub(crate) fn trim(der: &mut Vec<u8>) {
    while der.len() > element_len(der)
        && der
            .last()
            .is_some_and(|o| o.is_ascii_whitespace() || *o == 0)
    {
        der.pop();
    }
}

/// The length of the first element.
fn element_len(octets: &[u8]) -> usize {
    let length = || SliceReader::new(octets)?.tlv_bytes().map(<[u8]>::len);
    length().unwrap_or(0)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

fn split<'a>(text: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let position = find(text, at)?;
    Some((text.get(..position)?, text.get(position + at.len()..)?))
}

fn after<'a>(text: &'a [u8], needle: &[u8]) -> Option<&'a [u8]> {
    split(text, needle).map(|(_, rest)| rest)
}
