use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use peers_harness::{SettingFile, Wishes};
use samlkit_benches::{ACS_URL, ISSUER, NOW, SP_ENTITY_ID};

/// A message, a copy of it that was tampered with, and the request that both answer.
#[derive(Clone, Debug)]
pub struct Input {
    /// The heading of its column.
    pub name: &'static str,
    /// The message.
    pub path: PathBuf,
    /// The same with another user.
    pub tampered: PathBuf,
    /// Its assertion, as a document of its own.
    pub assertion: PathBuf,
    /// The request that it answers.
    pub request: String,
    /// Whether limits on size are raised for it.
    pub large: bool,
}

/// The folder that generated files go to, and what every worker is told.
#[derive(Clone, Debug)]
pub struct Inputs {
    folder: PathBuf,
}

/// The folder of the repository.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

impl Inputs {
    /// Makes the folder.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub fn new() -> Result<Self, String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/inputs");
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        Ok(Self { folder })
    }

    /// The time at which the messages are valid.
    #[must_use]
    pub fn now(&self) -> &'static str {
        NOW
    }

    /// Writes a file into the folder.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<PathBuf, String> {
        let path = self.folder.join(name);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }

    /// Writes the settings for the messages.
    ///
    /// # Errors
    ///
    /// When they cannot be written.
    pub fn setting(&self, large: bool) -> Result<PathBuf, String> {
        let metadata = samlkit_benches::identity_provider().metadata();
        let file = SettingFile {
            metadata: self.write("metadata.xml", &metadata)?,
            idp: ISSUER.to_owned(),
            sp: SP_ENTITY_ID.to_owned(),
            acs: ACS_URL.to_owned(),
            now: NOW.to_owned(),
            large,
            wishes: Wishes::default(),
        };
        let text = serde_json::to_string(&file).map_err(|error| error.to_string())?;
        let name = if large { "large.json" } else { "small.json" };
        self.write(name, &text)
    }

    /// The messages of the table: those of the benchmarks of samlkit.
    ///
    /// # Errors
    ///
    /// When they cannot be written.
    pub fn messages(&self) -> Result<Vec<Input>, String> {
        let messages = samlkit_benches::messages().iter();
        messages.map(|message| self.input(message)).collect()
    }

    fn input(&self, message: &samlkit_benches::Message) -> Result<Input, String> {
        let (file, xml) = (message.name, &message.xml);
        let name = match file {
            "7KB" => "7.3 KB",
            "9KB-both" => "9.4 KB, both signed",
            "23KB" => "23 KB",
            "1MB" => "1 MB",
            "10MB" => "10 MB",
            other => other,
        };
        let tampered = xml.replacen(">britta.simon@", ">brittb.simon@", 1);
        if tampered == *xml {
            return Err(format!("nothing to tamper with in {file}"));
        }
        let start = xml.find("<Assertion ").ok_or("no assertion")?;
        let end = xml.find("</Assertion>").ok_or("no assertion")? + "</Assertion>".len();
        let assertion = xml.get(start..end).ok_or("no assertion")?;
        Ok(Input {
            name,
            path: self.write(&format!("{file}.xml"), xml)?,
            tampered: self.write(&format!("{file}-tampered.xml"), &tampered)?,
            assertion: self.write(&format!("{file}-assertion.xml"), assertion)?,
            request: message.in_response_to.to_owned(),
            large: xml.len() >= 1_000_000,
        })
    }

    /// The certificate of the key that messages and aggregates are signed with, in PEM.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn certificate(&self) -> Result<PathBuf, String> {
        self.write("certificate.pem", samlkit_benches::key_pem().1)
    }

    /// A metadata aggregate of about so many octets, signed at its root.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or xmlsec1 cannot sign.
    pub fn aggregate(&self, size: usize) -> Result<PathBuf, String> {
        let name = format!("entities-{}", size >> 20);
        let path = self.folder.join(format!("{name}.xml"));
        if path.exists() {
            return Ok(path);
        }
        let template = aggregate(
            &read(&repository().join("fixtures/entra/metadata.xml"))?,
            size,
        )?;
        let node = "urn:oasis:names:tc:SAML:2.0:metadata:EntitiesDescriptor";
        self.signed(&name, &template, node)
    }

    /// Fills the empty signature of a template by xmlsec1.
    fn signed(&self, name: &str, template: &str, node: &str) -> Result<PathBuf, String> {
        let unsigned = self.write(&format!("{name}-unsigned.xml"), template)?;
        let signed = self.folder.join(format!("{name}.xml"));
        let private = self.write("key.pem", samlkit_benches::key_pem().0)?;
        let key = format!("{},{}", private.display(), self.certificate()?.display());
        let output = Command::new("xmlsec1")
            .args([
                "--sign",
                "--privkey-pem",
                &key,
                "--id-attr:ID",
                node,
                "--output",
            ])
            .arg(&signed)
            .arg(&unsigned)
            .output()
            .map_err(|error| format!("xmlsec1: {error}"))?;
        fs::remove_file(&unsigned).map_err(|error| error.to_string())?;
        if output.status.success() {
            Ok(signed)
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.split_once(before)?
        .1
        .split_once(after)
        .map(|(inside, _)| inside)
}

/// With an empty value and digest, for xmlsec1 to fill.
const SIGNATURE: &str = "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><SignedInfo>\
         <CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
         <SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>\
         <Reference URI=\"#_aggregate\"><Transforms>\
         <Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>\
         <Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/></Transforms>\
         <DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\
         <DigestValue></DigestValue></Reference></SignedInfo><SignatureValue></SignatureValue>\
         <KeyInfo><X509Data/></KeyInfo></Signature>";

/// Copies of an entity under other names, in an aggregate with a signature to fill.
fn aggregate(entity: &str, size: usize) -> Result<String, String> {
    let entity = entity.trim_start_matches('\u{feff}');
    let start = entity.find("<EntityDescriptor").ok_or("no entity")?;
    let entity = entity.get(start..).ok_or("no entity")?.trim_end();
    let (before, rest) = entity.split_once("<Signature ").ok_or("no signature")?;
    let (_, after) = rest.split_once("</Signature>").ok_or("no signature")?;
    let entity = &format!("{before}{after}");
    let id = between(entity, " ID=\"", "\"").ok_or("no identifier")?;
    let mut out = format!(
        "<EntitiesDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_aggregate\">{SIGNATURE}\n"
    );
    let mut number = 0_u64;
    while out.len() < size {
        let name = format!("_{number:032x}");
        let tenant = format!("{number:08x}-8d47-4a19-9c05-e27f40d1b8aa");
        out.push_str(
            &entity
                .replacen(id, &name, 1)
                .replace("3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa", &tenant),
        );
        out.push('\n');
        number += 1;
    }
    out.push_str("</EntitiesDescriptor>");
    Ok(out)
}
