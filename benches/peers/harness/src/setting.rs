use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The file that tells a worker what a service provider knows.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
pub struct SettingFile {
    /// The identity provider's metadata.
    pub metadata: PathBuf,
    /// The identity provider's entity ID.
    pub idp: String,
    /// The service provider's entity ID.
    pub sp: String,
    /// Where the service provider receives responses.
    pub acs: String,
    /// The time of the check, in RFC 3339 with `Z`.
    pub now: String,
    /// Whether limits on size are raised, for the documents of megabytes. A peer's own limits stay otherwise.
    pub large: bool,
    /// What only a case of a corpus asks for.
    #[serde(default)]
    pub wishes: Wishes,
}

/// What a case of a corpus asks for. By default the assertion itself must be signed, and nothing is remembered, so that one
/// message can be shown again and again.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct Wishes {
    /// The service provider's private key, in PEM, for what is encrypted.
    pub decrypt_key: Option<PathBuf>,
    /// Whether a signature of the response is as good as one of the assertion.
    pub either_signature: bool,
    /// Whether the response itself must be signed.
    pub signed_response: bool,
    /// Whether a sign-on that nobody asked for is welcome.
    pub unsolicited: bool,
    /// Whether a message that was accepted is refused the next time.
    pub remember: bool,
}

/// What a service provider knows, read before anything is measured.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The identity provider's metadata.
    pub metadata: String,
    /// Its signing certificates in DER, each once.
    pub certificates: Vec<Vec<u8>>,
    /// The identity provider's entity ID.
    pub idp: String,
    /// The service provider's entity ID.
    pub sp: String,
    /// Where it receives responses.
    pub acs: String,
    /// The time of the check, in RFC 3339 with `Z`.
    pub now: String,
    /// Whether limits on size are raised.
    pub large: bool,
    /// What a case of a corpus asks for.
    pub wishes: Wishes,
    /// The service provider's private key in PEM, if it has one.
    pub decrypt_key: Option<String>,
}

impl Setting {
    /// Reads the file, and the metadata that it names.
    ///
    /// # Errors
    ///
    /// When one of them cannot be read, or the metadata holds no certificate.
    pub fn load(path: &Path) -> Result<Self, String> {
        let text = read(path)?;
        let file: SettingFile = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let metadata = read(&file.metadata)?;
        let certificates = certificates(&metadata)?;
        Ok(Self {
            metadata,
            certificates,
            idp: file.idp,
            sp: file.sp,
            acs: file.acs,
            now: file.now,
            large: file.large,
            decrypt_key: file.wishes.decrypt_key.as_deref().map(read).transpose()?,
            wishes: file.wishes,
        })
    }

    /// The certificates in PEM, for peers that read nothing else.
    #[must_use]
    pub fn certificates_pem(&self) -> Vec<String> {
        self.certificates.iter().map(|der| pem(der)).collect()
    }
}

/// One message, in the two forms that peers take.
#[derive(Clone, Debug)]
pub struct Message {
    /// The value of the form field `SAMLResponse`.
    pub form: String,
    /// What it encodes.
    pub xml: String,
    /// The request that was sent, if one was.
    pub in_response_to: Option<String>,
}

impl Message {
    /// Reads a message. A file without markup is taken for the form value.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn load(path: &Path, in_response_to: Option<String>) -> Result<Self, String> {
        let octets = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        if octets.contains(&b'<') || octets.is_empty() {
            return Ok(Self {
                form: STANDARD.encode(&octets),
                xml: String::from_utf8_lossy(&octets).into_owned(),
                in_response_to,
            });
        }
        let form = String::from_utf8_lossy(&octets).into_owned();
        // White space is allowed in a form; what is not base64 then is nothing for those who take it decoded.
        let packed: String = form.split_ascii_whitespace().collect();
        let decoded = STANDARD.decode(packed).unwrap_or_default();
        Ok(Self {
            xml: String::from_utf8_lossy(&decoded).into_owned(),
            form,
            in_response_to,
        })
    }
}

/// A file as text.
///
/// # Errors
///
/// When it cannot be read.
pub fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The metadata is ours and trusted, so a search for the element is enough.
fn certificates(metadata: &str) -> Result<Vec<Vec<u8>>, String> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    for piece in metadata.split("X509Certificate>").skip(1).step_by(2) {
        let text: String = piece
            .split('<')
            .next()
            .unwrap_or_default()
            .split_ascii_whitespace()
            .collect();
        let der = STANDARD.decode(text).map_err(|error| error.to_string())?;
        if !found.contains(&der) {
            found.push(der);
        }
    }
    if found.is_empty() {
        return Err("the metadata holds no certificate".to_owned());
    }
    Ok(found)
}

fn pem(der: &[u8]) -> String {
    let mut text = String::from("-----BEGIN CERTIFICATE-----\n");
    let base64 = STANDARD.encode(der);
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END CERTIFICATE-----\n");
    text
}
