//! Every XML Encryption case of the public vectors: what the allow-list covers decrypts or fails as stated, the rest is
//! refused as unsupported. Needs `SAMLKIT_VECTORS`, the folder with `manifest.json`, and `openssl` to open its PKCS#12 files.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a broken vector must stop the test"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_crypto::{KeyKind, PrivateKey, PublicKey};
use samlkit_enc::{
    DecryptKeyError, DecryptionKey, Decryptor, EncryptedKey, Error, KeyEncryption, Policy,
    document, ns,
};
use samlkit_xml::{Document, Element, Node};
use serde_json::Value;
use zeroize::Zeroizing;

/// Cases whose stated verdict rests on something that this crate leaves out on purpose, each with the reason.
const EXCEPTIONS: &[(&str, Outcome, &str)] = &[
    (
        "xmlsec-aleksey-xmlenc-01-enc_ecdh_p256_concatkdf_sha1_kw_aes256_aes128gcm",
        Outcome::Fails,
        OTHER_PAIR,
    ),
    (
        "xmlsec-aleksey-xmlenc-01-enc_ecdh_p256_concatkdf_sha224_kw_aes256_aes128gcm",
        Outcome::Fails,
        OTHER_PAIR,
    ),
    (
        "xmlsec-aleksey-xmlenc-01-enc_ecdh_p256_concatkdf_sha256_kw_aes256_aes128gcm",
        Outcome::Fails,
        OTHER_PAIR,
    ),
    (
        "xmlsec-aleksey-xmlenc-01-enc_ecdh_p256_concatkdf_sha384_kw_aes256_aes128gcm",
        Outcome::Fails,
        OTHER_PAIR,
    ),
    (
        "xmlsec-aleksey-xmlenc-01-enc_ecdh_p256_concatkdf_sha512_kw_aes256_aes128gcm",
        Outcome::Fails,
        OTHER_PAIR,
    ),
];

/// Agreed by OpenSSL and derived by another program they do not decrypt either, with any P-256 pair of the folder.
const OTHER_PAIR: &str = "made with a key pair that is not among the vectors";

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Outcome {
    Decrypts,
    /// It decrypted, but not to what was expected.
    Differs,
    Fails,
    Unsupported,
    Doctype,
    /// Malformed or without a key that could be used.
    NotRead,
}

#[test]
fn every_case() {
    let Some(folder) = std::env::var_os("SAMLKIT_VECTORS").map(PathBuf::from) else {
        eprintln!("SAMLKIT_VECTORS is not set: no case was run");
        return;
    };
    let manifest = std::fs::read(folder.join("manifest.json")).expect("the folder has a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("the manifest is JSON");
    let cases: Vec<&Value> = manifest["entries"]
        .as_array()
        .expect("the manifest has entries")
        .iter()
        .filter(|case| case["kind"] == "xmlenc")
        .collect();
    let mut counts: BTreeMap<(bool, &str, Outcome), usize> = BTreeMap::new();
    let (mut wrong, mut used) = (Vec::new(), 0);
    for case in &cases {
        let id = case["id"].as_str().expect("an id");
        let verdict = case["verdict"].as_str().expect("a verdict");
        let inside = inside(case);
        let (outcome, detail) = run(&folder, case);
        *counts.entry((inside, verdict, outcome)).or_default() += 1;
        let exception = EXCEPTIONS.iter().find(|(name, ..)| *name == id);
        used += usize::from(exception.is_some());
        let right = match (exception, outcome) {
            (Some((_, expected, _)), outcome) => *expected == outcome,
            (None, Outcome::Doctype) => tagged(case, "has-doctype"),
            (None, Outcome::Decrypts) => inside && verdict == "decrypts",
            (None, Outcome::Fails) => inside && verdict == "fails",
            (None, Outcome::Unsupported | Outcome::NotRead) => !inside,
            (None, Outcome::Differs) => false,
        };
        if !right {
            wrong.push(format!(
                "{id}: {verdict} expected, {outcome:?} ({detail}) {}",
                case["algorithms"]
            ));
        }
    }
    for ((inside, verdict, outcome), count) in &counts {
        println!("allow-list={inside} verdict={verdict} outcome={outcome:?}: {count}");
    }
    assert_eq!(
        cases.len(),
        348,
        "the manifest's number of XML Encryption cases"
    );
    assert_eq!(used, EXCEPTIONS.len(), "an exception names no case");
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

fn tagged(case: &Value, tag: &str) -> bool {
    case["tags"]
        .as_array()
        .is_some_and(|tags| tags.iter().any(|t| t == tag))
}

/// Whether the allow-list has everything that a case asks for, by what the manifest says of it.
fn inside(case: &Value) -> bool {
    let outside = [
        "tripledes",
        "rsa-1_5",
        "camellia",
        "chacha20",
        "ml-kem",
        "pbkdf2",
        "hkdf",
        "#dh-es",
        "x25519",
        "x448",
        "sha3-",
        "md5",
        "ripemd160",
    ];
    let algorithms = case["algorithms"].to_string();
    let direct_derivation =
        case["algorithms"]["derivation"].is_array() && !case["algorithms"]["agreement"].is_array();
    let id = case["id"].as_str().unwrap_or_default();
    !outside.iter().any(|name| algorithms.contains(name))
        // Digests of a key derivation are not among the algorithms.
        && !id.contains("_sha3_")
        && !id.contains("-ml-kem-")
        && !direct_derivation
        && !["cipher-reference", "post-quantum"].iter().any(|tag| tagged(case, tag))
}

/// The keys of a case: what `Decryptor` needs for keys that are shared or private.
#[derive(Default)]
struct Keys {
    private: Vec<DecryptionKey>,
    /// Name and octets; no name where there is one key only.
    shared: Vec<(Option<String>, Vec<u8>)>,
    originators: Vec<PublicKey>,
}

impl Keys {
    fn named(&self, name: &str) -> Option<&[u8]> {
        self.shared
            .iter()
            .find(|(known, _)| known.as_deref() == Some(name))
            .map(|(_, octets)| octets.as_slice())
    }
}

impl Decryptor for Keys {
    fn decrypt_key(&self, key: &EncryptedKey<'_>) -> Result<Zeroizing<Vec<u8>>, DecryptKeyError> {
        if let KeyEncryption::KeyWrap(wrap) = key.method() {
            let name = key
                .key_names()
                .next()
                .ok_or(DecryptKeyError::NotForThisKey)?;
            let shared = self.named(&name).ok_or(DecryptKeyError::NotForThisKey)?;
            return wrap
                .unwrap(shared, key.cipher_value())
                .map_err(|_| DecryptKeyError::Failed);
        }
        let mut error = DecryptKeyError::NotForThisKey;
        for private in &self.private {
            match private.decrypt_key(key) {
                Ok(key) => return Ok(key),
                Err(DecryptKeyError::NotForThisKey) => {}
                Err(other) => error = other,
            }
        }
        Err(error)
    }
}

fn run(folder: &Path, case: &Value) -> (Outcome, String) {
    let path = case["input"].as_str().expect("an input");
    let octets = std::fs::read(folder.join(path)).expect("the input is there");
    let keys = keys(folder, case);
    let octets = with_originator(octets, &keys);
    let parsed = match Document::parse(&octets) {
        Ok(parsed) => parsed,
        Err(samlkit_xml::Error::Doctype { .. }) => return (Outcome::Doctype, String::new()),
        Err(error) => return (Outcome::NotRead, error.to_string()),
    };
    let data = parsed
        .elements()
        .find(|element| element.is(ns::XENC, "EncryptedData"))
        .expect("a vector holds encrypted data");
    let policy = Policy::new();
    let info = data.elements().find(|child| child.is(ns::DS, "KeyInfo"));
    let name = info.and_then(|info| info.elements().find(|child| child.is(ns::DS, "KeyName")));
    let plaintext = match document::decrypt(data, &keys, &policy) {
        Err(Error::NoEncryptedKey) => {
            // The content key itself is shared: by name, or the only one there is.
            let name = name.map(|name| name.text().expect("a name is text"));
            let named = name.as_deref().and_then(|name| keys.named(name));
            let only = || match keys.shared.as_slice() {
                [(_, octets)] => Some(octets.as_slice()),
                _ => None,
            };
            match named.or_else(only) {
                Some(key) => document::decrypt_with_key(data, key, &policy),
                None => Err(Error::NoEncryptedKey),
            }
        }
        other => other,
    };
    match plaintext {
        Ok(plaintext) => match expected(folder, case, data, &plaintext) {
            Ok(()) => (Outcome::Decrypts, String::new()),
            Err(detail) => (Outcome::Differs, detail),
        },
        Err(Error::DecryptionFailed) => (Outcome::Fails, String::new()),
        Err(error) if error.is_unsupported() => (Outcome::Unsupported, error.to_string()),
        Err(error) => (Outcome::NotRead, error.to_string()),
    }
}

/// Whether the plaintext is what the manifest says.
fn expected(
    folder: &Path,
    case: &Value,
    data: Element<'_>,
    plaintext: &[u8],
) -> Result<(), String> {
    let path = case["expected"].as_str().ok_or("no expectation")?;
    let expected = std::fs::read(folder.join(path)).map_err(|error| error.to_string())?;
    match case["expected_encoding"].as_str() {
        Some("raw-bytes") if plaintext == expected => Ok(()),
        Some("base64-of-plaintext")
            if STANDARD.encode(plaintext).as_bytes() == expected.trim_ascii() =>
        {
            Ok(())
        }
        Some("whole-document-after-replacement") => {
            let source = data.document().source().as_bytes();
            let range = data.extent();
            let mut whole = source[..range.start].to_vec();
            whole.extend_from_slice(plaintext);
            whole.extend_from_slice(&source[range.end..]);
            let (ours, theirs) = (canonical(&whole)?, canonical(&expected)?);
            if ours == theirs {
                Ok(())
            } else {
                Err("another document".to_owned())
            }
        }
        other => Err(format!("{other:?} differs")),
    }
}

fn canonical(octets: &[u8]) -> Result<Vec<u8>, String> {
    let document = Document::parse(octets).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    Canonicalizer::new(Algorithm::CanonicalXml10)
        .document(&document, &mut out)
        .map_err(|error| error.to_string())?;
    Ok(out)
}

fn keys(folder: &Path, case: &Value) -> Keys {
    let mut keys = Keys::default();
    for key in case["keys"].as_array().into_iter().flatten() {
        let path = folder.join(key["path"].as_str().expect("a path"));
        let name = key["name"].as_str().map(str::to_owned);
        match key["role"].as_str() {
            Some("private") => keys.private.extend(private(folder, key, &path)),
            Some("aes") => {
                let octets = std::fs::read(&path).expect("the key is there");
                keys.shared.push((name, octets));
            }
            Some("cert") => {
                let octets = std::fs::read(&path).expect("the key is there");
                keys.originators.extend(PublicKey::parse(&octets));
            }
            Some("xmlsec-keys-file") => keys_file(&path, &mut keys),
            _ => {}
        }
    }
    keys
}

fn private(folder: &Path, key: &Value, path: &Path) -> Option<DecryptionKey> {
    let octets = match key["alt_plain_pem"].as_str() {
        Some(plain) => std::fs::read(folder.join(plain)).expect("the key is there"),
        None if key["format"] == "pkcs12" => {
            let password = format!("pass:{}", key["password"].as_str().expect("a password"));
            let output = Command::new("openssl")
                .args([
                    "pkcs12", "-legacy", "-nodes", "-nocerts", "-passin", &password, "-in",
                ])
                .arg(path)
                .output()
                .expect("openssl can be run");
            output.stdout
        }
        None => std::fs::read(path).expect("the key is there"),
    };
    // Types that are not supported are in the vectors to be refused.
    PrivateKey::parse(&octets).ok().map(DecryptionKey::new)
}

fn keys_file(path: &Path, keys: &mut Keys) {
    let octets = std::fs::read(path).expect("the keys are there");
    let document = Document::parse(&octets).expect("the keys are XML");
    for info in document
        .elements()
        .filter(|element| element.is(ns::DS, "KeyInfo"))
    {
        let text = |name: &str| {
            let found = info.descendants().filter_map(Node::as_element);
            let found = found
                .into_iter()
                .find(|element| element.local_name() == name)?;
            Some(found.text().expect("a value is text").trim().to_owned())
        };
        if let (Some(name), Some(value)) = (text("KeyName"), text("AESKeyValue")) {
            let packed = value.replace(char::is_whitespace, "");
            let octets = STANDARD.decode(packed).expect("a key is base64");
            keys.shared.push((Some(name), octets));
        }
    }
}

/// Puts the sender's key in the place of its name: upstream configures that key, here it comes in the message.
fn with_originator(octets: Vec<u8>, keys: &Keys) -> Vec<u8> {
    let Some((key, point)) = keys
        .originators
        .iter()
        .find_map(|key| Some((key, key.ec_point()?)))
    else {
        return octets;
    };
    let curve = match key.kind() {
        KeyKind::Ec(curve) => curve.uri(),
        other => panic!("a point of {other}"),
    };
    let value = format!(
        r#"<dsig:KeyValue><e:ECKeyValue xmlns:e="{}"><e:NamedCurve URI="{curve}"/><e:PublicKey>{}</e:PublicKey></e:ECKeyValue></dsig:KeyValue>"#,
        ns::DSIG11,
        STANDARD.encode(point),
    );
    let text = String::from_utf8(octets).expect("a vector is UTF-8");
    text.replace("<dsig:KeyName>originator-key-name</dsig:KeyName>", &value)
        .into_bytes()
}
