//! X.509 certificates as SAML uses them: containers of keys.

mod name;

use std::sync::{Arc, OnceLock};

use core::fmt;

use der::asn1::{AnyRef, BitStringRef, ContextSpecific};
use der::{Decode as _, Reader as _, SliceReader, Tag, TagNumber};
use x509_cert::certificate::Raw;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};

use crate::input::{self, Item, Label};
use crate::{CertificatePart, Error, Form, PublicKey, Sha1Thumbprint, Thumbprint};

/// A certificate: a public key, and what it says about itself.
///
/// In SAML metadata a certificate only carries a key (SAMLMeta §2.4.1.1); trust comes from the metadata. So nothing here
/// verifies a chain, and what does not lead to the key or describe it (extensions, the issuer's signature) is not read. Old
/// and odd certificates are accepted where their key can be found: version 1, serial numbers that are zero, negative or
/// overlong, extensions that cannot be read. The encoding must be DER, and the dates those of RFC 5280 §4.1.2.5, from 1970
/// to 9999: with seconds, in UTC. Subject, dates and the rest are what the certificate claims, good for telling a person
/// which one it is.
///
/// The key is decoded when it is first asked for, then kept. Cloning shares.
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

struct Inner {
    der: Box<[u8]>,
    serial: Box<[u8]>,
    issuer: Box<[u8]>,
    subject: Box<[u8]>,
    spki: Box<[u8]>,
    not_before: i64,
    not_after: i64,
    key: OnceLock<Result<PublicKey, Error>>,
}

impl Certificate {
    /// Reads the one certificate in an input of any form: PEM with or without text around it, DER, or base64 alone as in
    /// metadata; with any line ends, white space and byte order mark.
    ///
    /// # Errors
    ///
    /// [`Error::SeveralCertificates`] where there are more; [`Error::PrivateKey`] and [`Error::WrongInput`] for what people
    /// paste in its place; [`Error::MalformedPem`], [`Error::MalformedBase64`], [`Error::MalformedCertificate`].
    ///
    /// # Complexity
    ///
    /// Linear in the input, which may have 1 MiB.
    pub fn parse(input: &[u8]) -> Result<Self, Error> {
        let mut all = Self::parse_all(input)?;
        match (all.pop(), all.len()) {
            (Some(only), 0) => Ok(only),
            (Some(_), others) => Err(Error::SeveralCertificates {
                count: others.saturating_add(1),
            }),
            (None, _) => Err(Error::Nothing),
        }
    }

    /// Reads every certificate of the input, in order: at least one.
    ///
    /// # Errors
    ///
    /// Those of [`Certificate::parse`], except [`Error::SeveralCertificates`].
    pub fn parse_all(input: &[u8]) -> Result<Vec<Self>, Error> {
        let items = input::items(input)?;
        let certificates = items
            .iter()
            .filter(|item| item.label == Label::Certificate)
            .map(|Item { der, .. }| Self::from_der(der))
            .collect::<Result<Vec<_>, _>>()?;
        if certificates.is_empty() {
            return Err(Error::WrongInput {
                found: Form::PublicKey,
            });
        }
        Ok(certificates)
    }

    /// [`Certificate::parse`] for text.
    ///
    /// # Errors
    ///
    /// Those of [`Certificate::parse`].
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        Self::parse(text.as_bytes())
    }

    /// Decodes the content of a `ds:X509Certificate`: base64 and white space, nothing else (XMLSig §4.5.4).
    ///
    /// # Errors
    ///
    /// [`Error::MalformedBase64`], [`Error::TooLong`], [`Error::MalformedCertificate`].
    pub fn from_base64(text: &str) -> Result<Self, Error> {
        Self::from_der(&input::base64(text.as_bytes())?)
    }

    /// Decodes a certificate (RFC 5280 §4.1).
    ///
    /// # Errors
    ///
    /// [`Error::TooLong`] over 64 KiB; [`Error::MalformedCertificate`].
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > input::MAX_DER {
            return Err(Error::TooLong {
                limit: input::MAX_DER,
            });
        }
        let fields =
            Fields::read(der).map_err(|Stop(part)| Error::MalformedCertificate { part })?;
        Ok(Self(Arc::new(Inner {
            der: der.into(),
            serial: fields.serial.as_bytes().into(),
            issuer: fields.issuer.into(),
            subject: fields.subject.into(),
            spki: fields.spki.into(),
            not_before: unix_seconds(fields.validity.not_before),
            not_after: unix_seconds(fields.validity.not_after),
            key: OnceLock::new(),
        })))
    }

    /// Its key.
    ///
    /// # Errors
    ///
    /// Those of [`PublicKey::from_spki_der`]: a certificate can be read though its key is of a type that is not implemented.
    pub fn public_key(&self) -> Result<PublicKey, Error> {
        self.0
            .key
            .get_or_init(|| PublicKey::from_spki_der(&self.0.spki))
            .clone()
    }

    /// Its DER encoding.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The subject in the string form of RFC 4514, last component first.
    ///
    /// Attribute types without a usual name are written as numbers, values that are no text in hexadecimal, control characters
    /// escaped: the result is one line.
    #[must_use]
    pub fn subject(&self) -> String {
        name::to_string(&self.0.subject)
    }

    /// The issuer, in the form of [`Certificate::subject`].
    #[must_use]
    pub fn issuer(&self) -> String {
        name::to_string(&self.0.issuer)
    }

    /// The subject as it is encoded in DER, to compare with [`Certificate::issuer_der`].
    #[must_use]
    pub fn subject_der(&self) -> &[u8] {
        &self.0.subject
    }

    /// The issuer as it is encoded in DER.
    #[must_use]
    pub fn issuer_der(&self) -> &[u8] {
        &self.0.issuer
    }

    /// The serial number in upper-case hexadecimal digits, two for each octet, with `-` before a negative one.
    #[must_use]
    pub fn serial(&self) -> String {
        serial_to_string(&self.0.serial)
    }

    /// The first second of its validity, in seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn not_before(&self) -> i64 {
        self.0.not_before
    }

    /// The last second of its validity, in seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn not_after(&self) -> i64 {
        self.0.not_after
    }

    /// Whether its validity has ended at this moment, in seconds since 1970-01-01T00:00:00Z.
    ///
    /// Entra ID goes on signing with an expired certificate until someone replaces it, and metadata consumers go on trusting
    /// it: expiry is for warning, not a rule of SAML.
    #[must_use]
    pub fn is_expired_at(&self, unix_seconds: i64) -> bool {
        unix_seconds > self.0.not_after
    }

    /// SHA-256 over its DER encoding.
    #[must_use]
    pub fn sha256_thumbprint(&self) -> Thumbprint {
        Thumbprint::of(&self.0.der)
    }

    /// SHA-1 over its DER encoding, the "Thumbprint" that the Azure portal shows.
    #[must_use]
    pub fn sha1_thumbprint(&self) -> Sha1Thumbprint {
        Sha1Thumbprint::of(&self.0.der)
    }
}

/// The fields of a `TBSCertificate` that lead to the key or describe it.
///
/// `x509_cert::Certificate` would read all of them, and refuse a certificate for an extension that has nothing to say here. So
/// its types are used field by field: `Raw` for serial numbers that RFC 5280 does not allow but real certificates have. Names
/// and the key stay as they are until they are asked for.
struct Fields<'a> {
    serial: SerialNumber<Raw>,
    issuer: &'a [u8],
    validity: Validity<Raw>,
    subject: &'a [u8],
    spki: &'a [u8],
}

impl<'a> Fields<'a> {
    fn read(der: &'a [u8]) -> Result<Self, Stop> {
        let mut reader = SliceReader::new(der)?;
        let fields = reader.sequence(|certificate| {
            let fields = certificate.sequence(Self::read_tbs)?;
            sequence(certificate)?;
            BitStringRef::decode(certificate)?;
            Ok::<_, Stop>(fields)
        })?;
        reader.finish()?;
        Ok(fields)
    }

    fn read_tbs(tbs: &mut SliceReader<'a>) -> Result<Self, Stop> {
        // Some generators write 3 for version 3, which is numbered 2.
        ContextSpecific::<AnyRef<'_>>::decode_explicit(tbs, TagNumber(0))?;
        let serial = SerialNumber::decode(tbs).map_err(|_| Stop(CertificatePart::SerialNumber))?;
        sequence(tbs)?;
        let issuer = sequence(tbs).map_err(|_| Stop(CertificatePart::Issuer))?;
        let validity = Validity::decode(tbs).map_err(|_| Stop(CertificatePart::Validity))?;
        let subject = sequence(tbs).map_err(|_| Stop(CertificatePart::Subject))?;
        let spki = sequence(tbs).map_err(|_| Stop(CertificatePart::SubjectPublicKeyInfo))?;
        // Unique identifiers and extensions.
        tbs.read_slice(tbs.remaining_len())?;
        Ok(Self {
            serial,
            issuer,
            validity,
            subject,
            spki,
        })
    }
}

/// Where reading stopped: in the frame, unless said otherwise.
struct Stop(CertificatePart);

impl From<der::Error> for Stop {
    fn from(_: der::Error) -> Self {
        Self(CertificatePart::Structure)
    }
}

/// The encoding of the SEQUENCE that comes next.
fn sequence<'a>(reader: &mut SliceReader<'a>) -> der::Result<&'a [u8]> {
    Tag::peek(reader)?.assert_eq(Tag::Sequence)?;
    reader.tlv_bytes()
}

fn unix_seconds(time: Time) -> i64 {
    // Years end at 9999.
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}

fn serial_to_string(content: &[u8]) -> String {
    let negative = content.first().is_some_and(|&octet| octet >= 0x80);
    let mut magnitude = content.to_vec();
    if negative {
        // Two's complement: invert and add one, from the right.
        let mut carry = true;
        for octet in magnitude.iter_mut().rev() {
            let (sum, overflow) = (!*octet).overflowing_add(u8::from(carry));
            *octet = sum;
            carry = overflow;
        }
    }
    let start = magnitude
        .iter()
        .position(|&octet| octet != 0)
        .unwrap_or(magnitude.len());
    let significant = magnitude.get(start..).unwrap_or(&[]);
    let mut out = String::with_capacity(significant.len() * 2 + 2);
    if negative {
        out.push('-');
    }
    if significant.is_empty() {
        out.push_str("00");
    }
    significant
        .iter()
        .for_each(|&octet| push_hex(&mut out, octet));
    out
}

/// Appends two upper-case hexadecimal digits.
fn push_hex(out: &mut String, octet: u8) {
    for digit in [octet >> 4, octet & 0x0f] {
        out.push(
            char::from_digit(u32::from(digit), 16)
                .unwrap_or('0')
                .to_ascii_uppercase(),
        );
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.0.der == other.0.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("thumbprint", &self.sha256_thumbprint())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::serial_to_string;

    #[test]
    fn serial_numbers() {
        let cases: [(&[u8], &str); 8] = [
            (&[], "00"),
            (&[0], "00"),
            (&[0x01], "01"),
            (&[0x00, 0x80], "80"),
            (&[0x0f, 0x00], "0F00"),
            (&[0xff], "-01"),
            (&[0x80], "-80"),
            (&[0xff, 0x00], "-0100"),
        ];
        for (content, text) in cases {
            assert_eq!(serial_to_string(content), text, "{content:02x?}");
        }
    }
}
