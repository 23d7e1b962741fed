//! X.509 certificates as SAML uses them: containers of keys.

mod name;
mod time;

use std::sync::{Arc, OnceLock};

use core::fmt;

use crate::asn1::{self, BIT_STRING, CONTEXT_0, INTEGER, Reader, SEQUENCE};
use crate::input::{self, Item, Label};
use crate::{CertificatePart, Error, Form, PublicKey, Sha1Thumbprint, Thumbprint};

/// A certificate: a public key, and what it says about itself.
///
/// In SAML metadata a certificate only carries a key (SAMLMeta §2.4.1.1); trust comes from the metadata. So nothing here
/// verifies a chain, and what does not lead to the key or describe it (extensions, the issuer's signature) is not read. Old
/// and odd certificates are accepted where their key can be found: version 1, negative or overlong serial numbers, lengths
/// that are not DER. Subject, dates and the rest are what the certificate claims, good for telling a person which one it is.
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
        let part = |part| move || Error::MalformedCertificate { part };
        let structure = part(CertificatePart::Structure);

        let mut outer = asn1::sequence(der).ok_or_else(structure)?;
        let mut tbs = outer.enter(SEQUENCE).ok_or_else(structure)?;
        outer.expect(SEQUENCE).ok_or_else(structure)?;
        outer.expect(BIT_STRING).ok_or_else(structure)?;
        outer.finish().ok_or_else(structure)?;

        if tbs.peek() == Some(CONTEXT_0) {
            tbs.next().ok_or_else(structure)?;
        }
        let serial = tbs
            .expect(INTEGER)
            .ok_or_else(part(CertificatePart::SerialNumber))?;
        tbs.expect(SEQUENCE).ok_or_else(structure)?;
        let issuer = tbs
            .expect(SEQUENCE)
            .ok_or_else(part(CertificatePart::Issuer))?;
        let (not_before, not_after) = tbs
            .enter(SEQUENCE)
            .and_then(validity)
            .ok_or_else(part(CertificatePart::Validity))?;
        let subject = tbs
            .expect(SEQUENCE)
            .ok_or_else(part(CertificatePart::Subject))?;
        let spki = tbs
            .expect(SEQUENCE)
            .ok_or_else(part(CertificatePart::SubjectPublicKeyInfo))?;

        Ok(Self(Arc::new(Inner {
            der: der.into(),
            serial: serial.value.into(),
            issuer: issuer.value.into(),
            subject: subject.value.into(),
            spki: spki.encoding.into(),
            not_before,
            not_after,
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

fn validity(mut fields: Reader<'_>) -> Option<(i64, i64)> {
    let not_before = time::parse(fields.next()?)?;
    let not_after = time::parse(fields.next()?)?;
    fields.finish()?;
    Some((not_before, not_after))
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
