use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use peers_harness::{SettingFile, Wishes};

/// Who is trusted in the fixtures, by whom, and when.
const IDP: &str = "https://sts.windows.net/3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa/";
const SP: &str = "https://eu-api.mimecast.com/sso/CUK1A1";
const ACS: &str = "https://eu-api.mimecast.com/login/saml";
const NOW: &str = "2026-01-15T10:01:00Z";

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

    /// The time at which the fixtures are valid.
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

    /// Writes the settings for the fixtures.
    ///
    /// # Errors
    ///
    /// When they cannot be written.
    pub fn setting(&self, large: bool) -> Result<PathBuf, String> {
        let file = SettingFile {
            metadata: repository().join("fixtures/entra/metadata.xml"),
            idp: IDP.to_owned(),
            sp: SP.to_owned(),
            acs: ACS.to_owned(),
            now: NOW.to_owned(),
            large,
            wishes: Wishes::default(),
        };
        let text = serde_json::to_string(&file).map_err(|error| error.to_string())?;
        let name = if large { "large.json" } else { "small.json" };
        self.write(name, &text)
    }

    /// The messages of the table.
    ///
    /// # Errors
    ///
    /// When a fixture cannot be read, or xmlsec1 cannot sign.
    pub fn messages(&self) -> Result<Vec<Input>, String> {
        let mut messages = Vec::new();
        for (name, file) in [
            ("7.3 KB", "groups-24"),
            ("9.4 KB, both signed", "groups-24-both-signed"),
            ("23 KB", "groups-150"),
        ] {
            let path = repository().join(format!("fixtures/entra/{file}.xml"));
            messages.push(self.input(name, file, path, false)?);
        }
        for (name, file, size) in [
            ("1 MB", "response-1", 1 << 20),
            ("10 MB", "response-10", 10 << 20),
        ] {
            let template = grown(
                &read(&repository().join("fixtures/entra/groups-24.xml"))?,
                size,
            )?;
            let node = "urn:oasis:names:tc:SAML:2.0:assertion:Assertion";
            let path = self.signed(file, &template, node)?;
            messages.push(self.input(name, file, path, true)?);
        }
        Ok(messages)
    }

    fn input(
        &self,
        name: &'static str,
        file: &str,
        path: PathBuf,
        large: bool,
    ) -> Result<Input, String> {
        let xml = read(&path)?;
        let tampered = xml.replacen(">britta.simon@", ">brittb.simon@", 1);
        if tampered == xml {
            return Err(format!("nothing to tamper with in {file}"));
        }
        let start = xml.find("<Assertion ").ok_or("no assertion")?;
        let end = xml.find("</Assertion>").ok_or("no assertion")? + "</Assertion>".len();
        let assertion = xml.get(start..end).ok_or("no assertion")?;
        let request = between(&xml, "InResponseTo=\"", "\"").ok_or("no request")?;
        Ok(Input {
            name,
            tampered: self.write(&format!("{file}-tampered.xml"), &tampered)?,
            assertion: self.write(&format!("{file}-assertion.xml"), assertion)?,
            request: request.to_owned(),
            path,
            large,
        })
    }

    /// A metadata aggregate of about so many octets, signed at its root.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or xmlsec1 cannot sign.
    pub fn aggregate(&self, size: usize) -> Result<PathBuf, String> {
        let name = format!("aggregate-{}", size >> 20);
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
        let keys = repository().join("fixtures/keys");
        let key = format!(
            "{},{}",
            keys.join("test-only-entra-active.key.pem").display(),
            keys.join("test-only-entra-active.crt.pem").display()
        );
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

/// The same text with what stands between two marks taken out, once.
fn emptied(text: &str, before: &str, after: &str) -> Result<String, String> {
    let inside = between(text, before, after).ok_or_else(|| format!("no {before}"))?;
    Ok(text.replacen(
        &format!("{before}{inside}{after}"),
        &format!("{before}{after}"),
        1,
    ))
}

/// A response with as many more groups as make it so large, and a signature to fill.
fn grown(xml: &str, size: usize) -> Result<String, String> {
    let xml = emptied(xml, "<DigestValue>", "</DigestValue>")?;
    let xml = emptied(&xml, "<SignatureValue>", "</SignatureValue>")?;
    let xml = emptied(&xml, "<X509Data>", "</X509Data>")?;
    let (before, rest) = xml.split_once("/claims/groups\"").ok_or("no groups")?;
    let (start, values) = rest.split_once('>').ok_or("no groups")?;
    let mut out = format!("{before}/claims/groups\"{start}>");
    let mut number = 0_u64;
    while out.len() + values.len() < size {
        // Looks like the identifier of a group; the factor spreads the bits.
        let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let (high, low) = (spread >> 32, spread & 0xffff_ffff);
        write!(
            out,
            "<AttributeValue>{high:08x}-{:04x}-4{:03x}-9{:03x}-{low:08x}{:04x}</AttributeValue>",
            number & 0xffff,
            spread & 0xfff,
            high & 0xfff,
            number >> 16,
        )
        .map_err(|error| error.to_string())?;
        number += 1;
    }
    out.push_str(values);
    Ok(out)
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
