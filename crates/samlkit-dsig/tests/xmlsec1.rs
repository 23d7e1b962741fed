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

use samlkit_crypto::{DigestAlgorithm, SignatureAlgorithm};
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

/// A document, the element in it that is signed, and a change to what is signed.
#[derive(Clone, Copy)]
struct Source<'s> {
    text: &'s str,
    id: &'s str,
    change: [&'s str; 2],
    /// Whether it is valid by the SAML schemas, as `OpenSAML` wants it.
    saml: bool,
}

/// One way to sign, and what came of it.
struct Case<'s> {
    source: Source<'s>,
    key: &'static str,
    algorithm: SignatureAlgorithm,
    name: String,
    file: PathBuf,
}

fn directory() -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("signed");
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).expect("a directory to write to");
    directory
}

/// An unsigned response as Entra ID sends it.
fn entra() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/entra/bad/unsigned.xml");
    std::fs::read_to_string(path).expect("the fixture is there")
}

fn sign(
    template: &Template,
    source: Source<'_>,
    key: &str,
    algorithm: SignatureAlgorithm,
) -> String {
    let document = Document::parse(source.text.as_bytes()).expect("well-formed");
    let element = element_by_id(&document, source.id)
        .expect("IDs are unique")
        .expect("the element is there");
    template
        .sign(element, &signer(key, algorithm))
        .expect("signs")
}

fn cases<'s>(directory: &Path, entra: Source<'s>) -> Vec<Case<'s>> {
    let assertion = Source {
        text: RESPONSE,
        id: "_a",
        change: ["xml:lang='en'", "xml:lang='de'"],
        saml: false,
    };
    let response = Source {
        id: "_r",
        ..assertion
    };
    let mut cases = Vec::new();
    let mut add = |key, algorithm, source: Source<'s>, template: Template| {
        let name = format!("{:03}-{key}", cases.len());
        let file = directory.join(format!("{name}.xml"));
        std::fs::write(&file, sign(&template, source, key, algorithm))
            .expect("the file can be written");
        cases.push(Case {
            source,
            key,
            algorithm,
            name,
            file,
        });
    };
    for (key, algorithm) in combinations() {
        add(key, algorithm, assertion, Template::new());
        add(
            key,
            algorithm,
            entra,
            Template::new().with_certificate(certificate(key)),
        );
    }
    let (rsa, algorithm) = ("idp", SignatureAlgorithm::RsaSha256);
    for source in [assertion, response] {
        for naming in [Naming::Prefixed, Naming::Unprefixed] {
            for position in [Position::First, Position::AfterIssuer, Position::Last] {
                let template = Template::new()
                    .with_naming(naming)
                    .with_position(position)
                    .with_certificate(certificate(rsa));
                add(rsa, algorithm, source, template);
            }
        }
    }
    for digest in DigestAlgorithm::ALL.into_iter().skip(1) {
        let template = Template::new().with_digest(digest);
        add(rsa, algorithm, assertion, template);
    }
    cases
}

/// Debian's xmlsec1 1.2 has neither RSA-PSS nor `EdDSA`.
fn known(case: &Case<'_>) -> bool {
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
fn xmlsec1(case: &Case<'_>, file: &Path) -> Result<(), String> {
    let element = match case.source.id {
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
    let text = entra();
    let document = Document::parse(text.as_bytes()).expect("well-formed");
    let entra = Source {
        text: &text,
        id: document.root().attribute("ID").expect("an ID"),
        change: ["Success", "Succezz"],
        saml: true,
    };
    let cases = cases(&directory, entra);
    let index: Vec<_> = cases
        .iter()
        .map(|case| {
            json!({
                "file": case.file.file_name().and_then(|name| name.to_str()),
                "id": case.source.id,
                "change": case.source.change,
                "saml": case.source.saml,
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
        let [from, to] = case.source.change;
        let other = text.replace(from, to);
        std::fs::write(&tampered, other).expect("the file can be written");
        let verdict = xmlsec1(case, &tampered);
        let reason = verdict.expect_err("a changed octet is refused");
        assert!(reason.contains("FAIL"), "{}: {reason}", case.name);
        verified += 1;
        keys.insert(case.key);
    }
    std::fs::remove_file(&tampered).expect("it was written");
    println!("xmlsec1 verified {verified} of {} signatures", cases.len());
    // Two documents by two RSA keys by 4 and three curves by 4; twelve places; four digests.
    assert_eq!(verified, 2 * (2 * 4 + 3 * 4) + 12 + 4);
    assert!(
        KEYS.iter()
            .all(|key| keys.contains(key) || *key == "ed25519")
    );
}
