//! xmlsec1 verifies what is signed here, by every algorithm that it has, and refuses it with one octet changed.
//!
//! Asked for by `SAMLKIT_PEERS=1`, as it needs the command; a missing one is a failure then. What was signed stays in
//! `target/tmp/signed` with an index, for `scripts/verify-signed`, which verifies the same with other tools.
#![expect(
    clippy::expect_used,
    reason = "a peer that cannot be asked must stop the test"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use samlkit_crypto::SignatureAlgorithm;
use samlkit_dsig::sign::{Naming, Position, Template};
use samlkit_dsig::{Policy, document, element_by_id};
use samlkit_xml::Document;
use serde_json::json;

#[path = "support/signing.rs"]
mod signing;

use signing::{KEYS, RESPONSE, certificate, combinations, path, signer, trusted};

#[expect(
    clippy::disallowed_methods,
    reason = "whether peers are asked is up to the environment"
)]
fn asked() -> bool {
    std::env::var("SAMLKIT_PEERS").is_ok_and(|value| value == "1")
}

/// One way to sign, and what came of it.
struct Case {
    name: String,
    key: &'static str,
    algorithm: SignatureAlgorithm,
    id: &'static str,
    file: PathBuf,
}

fn directory() -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("signed");
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).expect("a directory to write to");
    directory
}

fn sign(template: &Template, text: &str, case: &Case) -> String {
    let document = Document::parse(text.as_bytes()).expect("well-formed");
    let element = element_by_id(&document, case.id)
        .expect("IDs are unique")
        .expect("the element is there");
    let signer = signer(case.key, case.algorithm);
    template.sign(element, &signer).expect("signs")
}

fn cases(directory: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |key, algorithm, id, template: Template| {
        let name = format!("{:03}-{key}", cases.len());
        let case = Case {
            file: directory.join(format!("{name}.xml")),
            name,
            key,
            algorithm,
            id,
        };
        let signed = sign(&template, RESPONSE, &case);
        std::fs::write(&case.file, signed).expect("the file can be written");
        cases.push(case);
    };
    for (key, algorithm) in combinations() {
        add(key, algorithm, "_a", Template::new());
    }
    let (rsa, algorithm) = ("idp", SignatureAlgorithm::RsaSha256);
    for id in ["_a", "_r"] {
        for naming in [Naming::Prefixed, Naming::Unprefixed] {
            for position in [Position::First, Position::AfterIssuer, Position::Last] {
                let template = Template::new()
                    .with_naming(naming)
                    .with_position(position)
                    .with_certificate(certificate(rsa));
                add(rsa, algorithm, id, template);
            }
        }
    }
    for digest in samlkit_crypto::DigestAlgorithm::ALL.into_iter().skip(1) {
        let template = Template::new().with_digest(digest);
        add(rsa, algorithm, "_a", template);
    }
    cases
}

/// Debian's xmlsec1 1.2 has neither RSA-PSS nor `EdDSA`.
fn known(case: &Case) -> bool {
    let uri = case.algorithm.uri();
    uri.contains("#rsa-sha") || uri.contains("#ecdsa-sha")
}

/// Since 1.3 a key without a name is looked up by request only.
fn key_search() -> &'static [&'static str] {
    let version = Command::new("xmlsec1")
        .arg("--version")
        .output()
        .expect("xmlsec1 is installed");
    if String::from_utf8_lossy(&version.stdout).contains(" 1.2.") {
        &[]
    } else {
        &["--lax-key-search"]
    }
}

/// What xmlsec1 says of a file.
fn xmlsec1(case: &Case, file: &Path) -> Result<(), String> {
    let element = match case.id {
        "_a" => "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
        _ => "urn:oasis:names:tc:SAML:2.0:protocol:Response",
    };
    let output = Command::new("xmlsec1")
        .arg("--verify")
        .args(key_search())
        .args(["--id-attr:ID", element])
        // The certificate in the message, which nobody vouches for, is not to be looked at.
        .args(["--enabled-key-data", "key-name"])
        .arg("--pubkey-cert-pem")
        .arg(path(case.key, "crt"))
        .arg(file)
        .output()
        .expect("xmlsec1 is installed");
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn xmlsec1_verifies_what_is_signed_here() {
    if !asked() {
        println!("xmlsec1 is not asked: SAMLKIT_PEERS is not 1");
        return;
    }
    let directory = directory();
    let cases = cases(&directory);
    let index: Vec<_> = cases
        .iter()
        .map(|case| {
            json!({
                "file": case.file.file_name().and_then(|name| name.to_str()),
                "id": case.id,
                "certificate": path(case.key, "crt"),
                "algorithm": case.algorithm.uri(),
            })
        })
        .collect();
    let index = serde_json::to_vec_pretty(&index).expect("JSON");
    std::fs::write(directory.join("index.json"), index).expect("the index can be written");

    let tampered = directory.join("tampered");
    let mut keys = BTreeSet::new();
    let mut verified = 0;
    for case in &cases {
        let text = std::fs::read_to_string(&case.file).expect("it was written");
        let document = Document::parse(text.as_bytes()).expect("well-formed");
        let ours = document::verify(&document, &trusted(case.key), Policy::new());
        assert!(ours.is_ok(), "{}: {ours:?}", case.name);
        if !known(case) {
            continue;
        }
        let verdict = xmlsec1(case, &case.file);
        assert_eq!(verdict, Ok(()), "{} {}", case.name, case.algorithm);
        let other = text.replace("xml:lang='en'", "xml:lang='de'");
        std::fs::write(&tampered, other).expect("the file can be written");
        let verdict = xmlsec1(case, &tampered);
        let reason = verdict.expect_err("a changed octet is refused");
        assert!(reason.contains("FAIL"), "{}: {reason}", case.name);
        verified += 1;
        keys.insert(case.key);
    }
    std::fs::remove_file(&tampered).expect("it was written");
    println!("xmlsec1 verified {verified} of {} signatures", cases.len());
    // Two RSA keys by 4, three curves by 4, twelve places, four digests.
    assert_eq!(verified, 2 * 4 + 3 * 4 + 12 + 4);
    assert!(
        KEYS.iter()
            .all(|key| keys.contains(key) || *key == "ed25519")
    );
}
