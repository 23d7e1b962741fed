//! What people paste where a certificate belongs.

/// What a text or file given as a certificate is, by its looks alone.
///
/// ```
/// use samlkit_profiles::diagnosis::Paste;
///
/// assert_eq!(Paste::sniff(b"-----BEGIN PRIVATE KEY-----\nMIIE"), Paste::PrivateKey);
/// assert!(!Paste::PrivateKey.holds_certificate());
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Paste {
    /// Nothing but white space.
    Empty,
    /// One PEM certificate with its armour, as the Azure portal's Certificate (Base64).
    Pem,
    /// Several PEM certificates: a chain.
    PemChain,
    /// Base64 without armour, as in metadata.
    Base64,
    /// DER, as the Azure portal's Certificate (Raw).
    Der,
    /// An XML document, most likely federation metadata.
    Xml,
    /// PEM whose line ends are the two characters `\n`, as copied out of JSON or an environment file.
    EscapedPem,
    /// A private key. It must not leave its owner.
    PrivateKey,
    /// A public key without a certificate.
    PublicKey,
    /// A request for a certificate.
    CertificateRequest,
    /// PKCS #7 (`.p7b`).
    Pkcs7,
    /// A fingerprint: pairs of hexadecimal digits.
    Thumbprint,
    /// A URL, such as the App Federation Metadata URL.
    Url,
    /// Anything else.
    Unknown,
}

impl Paste {
    /// Looks at a text or file. Nothing is decoded or checked. Linear in its length.
    #[must_use]
    pub fn sniff(bytes: &[u8]) -> Self {
        // A SEQUENCE with a long length: DER of any certificate.
        if matches!(bytes, [0x30, 0x81..=0x84, ..]) {
            return Self::Der;
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Self::Unknown;
        };
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            Self::Empty
        } else if text.contains("-----BEGIN ") {
            Self::sniff_pem(text)
        } else if text.starts_with('<') {
            Self::Xml
        } else if text.starts_with("https://") || text.starts_with("http://") {
            Self::Url
        } else if is_thumbprint(text) {
            Self::Thumbprint
        } else if is_base64(text) {
            Self::Base64
        } else {
            Self::Unknown
        }
    }

    fn sniff_pem(text: &str) -> Self {
        let mut certificates = 0_usize;
        let mut other = None;
        for block in text.split("-----BEGIN ").skip(1) {
            let label = block.split("-----").next().unwrap_or_default();
            match label {
                "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => certificates += 1,
                // A key beside a certificate is still a key that must not be pasted.
                _ if label.ends_with("PRIVATE KEY") => return Self::PrivateKey,
                _ if label.ends_with("PUBLIC KEY") => other = other.or(Some(Self::PublicKey)),
                _ if label.ends_with("CERTIFICATE REQUEST") => {
                    other = other.or(Some(Self::CertificateRequest));
                }
                "PKCS7" | "CMS" => other = other.or(Some(Self::Pkcs7)),
                _ => {}
            }
        }
        match certificates {
            0 => other.unwrap_or(Self::Unknown),
            _ if text.contains("\\n") => Self::EscapedPem,
            1 => Self::Pem,
            _ => Self::PemChain,
        }
    }

    /// Whether a certificate can be read out of it.
    #[must_use]
    pub const fn holds_certificate(self) -> bool {
        matches!(
            self,
            Self::Pem | Self::PemChain | Self::Base64 | Self::Der | Self::Xml | Self::EscapedPem
        )
    }

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "paste-empty",
            Self::Pem => "paste-pem",
            Self::PemChain => "paste-pem-chain",
            Self::Base64 => "paste-base64",
            Self::Der => "paste-der",
            Self::Xml => "paste-xml",
            Self::EscapedPem => "paste-escaped-pem",
            Self::PrivateKey => "paste-private-key",
            Self::PublicKey => "paste-public-key",
            Self::CertificateRequest => "paste-certificate-request",
            Self::Pkcs7 => "paste-pkcs7",
            Self::Thumbprint => "paste-thumbprint",
            Self::Url => "paste-url",
            Self::Unknown => "paste-unknown",
        }
    }

    /// What it is, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Empty => "nothing",
            Self::Pem => "a certificate in PEM",
            Self::PemChain => "several certificates in PEM",
            Self::Base64 => "base64 without armour",
            Self::Der => "a certificate in DER",
            Self::Xml => "an XML document, most likely metadata",
            Self::EscapedPem => "a certificate in PEM with \\n written out",
            Self::PrivateKey => "a private key",
            Self::PublicKey => "a public key without a certificate",
            Self::CertificateRequest => "a certificate request",
            Self::Pkcs7 => "PKCS #7",
            Self::Thumbprint => "a thumbprint",
            Self::Url => "a URL",
            Self::Unknown => "neither a certificate nor anything that is mistaken for one",
        }
    }

    /// What to do about it; `None` where nothing is wrong.
    #[must_use]
    pub const fn help(self) -> Option<&'static str> {
        match self {
            Self::Pem | Self::Base64 => None,
            Self::PemChain => Some(
                "Give the identity provider's signing certificate alone; the chain is not used.",
            ),
            Self::Der => Some(
                "For Mimecast download Certificate (Base64) in the Azure portal, open it in a text editor and paste the \
                 text; this tool reads the file as it is.",
            ),
            Self::Xml => Some(
                "Give metadata as metadata: its certificates are found there; in Mimecast, import the App Federation \
                 Metadata URL.",
            ),
            Self::EscapedPem => Some("Replace each \\n by a line end."),
            Self::PrivateKey => Some(
                "A private key was given. Remove it from wherever it was pasted, treat it as disclosed, and give the \
                 certificate instead.",
            ),
            Self::Url => Some(
                "Download what the URL points to, or use Import for a metadata URL in Mimecast.",
            ),
            Self::Empty
            | Self::PublicKey
            | Self::CertificateRequest
            | Self::Pkcs7
            | Self::Thumbprint
            | Self::Unknown => Some(
                "In the Azure portal, under SAML Signing Certificate, download Certificate (Base64) and give the text of \
                 that file.",
            ),
        }
    }
}

/// 20 or 32 bytes in hexadecimal, with or without colons or spaces.
fn is_thumbprint(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    matches!(digits, 40 | 64)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b' '))
}

/// Base64 of at least a small certificate, white space and literal `\n` aside.
fn is_base64(text: &str) -> bool {
    let letters = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .count();
    letters >= 100
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric()
                || byte.is_ascii_whitespace()
                || matches!(byte, b'+' | b'/' | b'=')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told() {
        let base64 = "MIIC".repeat(40);
        let pem =
            format!("-----BEGIN CERTIFICATE-----\r\n{base64}\r\n-----END CERTIFICATE-----\r\n");
        let escaped = pem.replace("\r\n", "\\n");
        let chain = format!("{pem}{pem}");
        let with_key = format!("{pem}-----BEGIN RSA PRIVATE KEY-----\nMII\n");
        let rows: [(&[u8], Paste); 19] = [
            (b"", Paste::Empty),
            (b" \r\n", Paste::Empty),
            (pem.as_bytes(), Paste::Pem),
            (chain.as_bytes(), Paste::PemChain),
            (escaped.as_bytes(), Paste::EscapedPem),
            (with_key.as_bytes(), Paste::PrivateKey),
            (b"-----BEGIN ENCRYPTED PRIVATE KEY-----", Paste::PrivateKey),
            (b"-----BEGIN PUBLIC KEY-----", Paste::PublicKey),
            (
                b"-----BEGIN NEW CERTIFICATE REQUEST-----",
                Paste::CertificateRequest,
            ),
            (b"-----BEGIN PKCS7-----", Paste::Pkcs7),
            (b"-----BEGIN OTHER-----", Paste::Unknown),
            (base64.as_bytes(), Paste::Base64),
            (b"\x30\x82\x02\xb0", Paste::Der),
            ("\u{feff}<?xml version=\"1.0\"?>".as_bytes(), Paste::Xml),
            (b"<EntityDescriptor", Paste::Xml),
            (
                b"https://login.microsoftonline.com/x/federationmetadata",
                Paste::Url,
            ),
            (
                b"01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67",
                Paste::Thumbprint,
            ),
            (b"hello", Paste::Unknown),
            (b"\xff\xfe", Paste::Unknown),
        ];
        for (bytes, paste) in rows {
            assert_eq!(
                Paste::sniff(bytes),
                paste,
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn what_is_wrong_has_help() {
        for paste in [
            Paste::PrivateKey,
            Paste::PublicKey,
            Paste::Thumbprint,
            Paste::Unknown,
            Paste::Empty,
        ] {
            assert!(!paste.holds_certificate() && paste.help().is_some());
        }
        assert_eq!(Paste::Pem.help(), None);
    }
}
