//! xmlsec1 decrypts what is encrypted here, and the other way round. Run only where `SAMLKIT_PEERS` is 1; then a missing
//! xmlsec1 fails.
#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a broken peer must stop the test, and one that was not run should be seen"
)]

#[path = "common/keys.rs"]
mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{key, public};
use samlkit_crypto::{BlockEncryption, Certificate, RsaOaep, SystemRandomness, algorithm};
use samlkit_enc::{Encryptor, Error, Kind, Recipient, decrypt, ns};
use samlkit_xml::{Document, Element, Limits, Writer};

const ASSERTION: &str = r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a"><saml:Issuer>é &amp; ü</saml:Issuer></saml:Assertion>"#;

fn peers() -> bool {
    let wanted = std::env::var_os("SAMLKIT_PEERS").is_some_and(|value| value == "1");
    if !wanted {
        eprintln!("SAMLKIT_PEERS is not 1: nothing was run");
    }
    wanted
}

/// A folder of this test's own, made anew.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(file)
}

/// Runs xmlsec1; its output file, or what it said.
fn xmlsec1(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let out = folder.join("out.xml");
    let run = Command::new("xmlsec1")
        .current_dir(folder)
        .args(arguments.iter().take(1))
        .arg("--output")
        .arg(&out)
        .args(arguments.iter().skip(1))
        .output()
        .expect("xmlsec1 can be run");
    if run.status.success() {
        Ok(std::fs::read_to_string(out).unwrap())
    } else {
        Err(String::from_utf8_lossy(&run.stderr).into_owned())
    }
}

fn issuer(assertion: Element<'_>) -> String {
    let issuer = assertion.elements().next().unwrap();
    issuer.text().unwrap().into_owned()
}

#[test]
fn xmlsec1_decrypts_ours() {
    if !peers() {
        return;
    }
    let certificate = Certificate::from_pem(include_str!("data/rsa.crt.pem")).unwrap();
    let recipient = || Recipient::from_certificate(certificate.clone()).unwrap();
    let private = data("rsa.key.pem");
    for algorithm in BlockEncryption::ALL {
        let folder = folder(&format!("decrypts-{algorithm}"));
        let encryptor = Encryptor::new(recipient()).with_algorithm(algorithm);
        let text = encryptor
            .encrypt(Kind::Assertion, ASSERTION, &SystemRandomness)
            .unwrap();
        std::fs::write(folder.join("in.xml"), &text).unwrap();
        let arguments = [
            "--decrypt",
            "--privkey-pem",
            private.to_str().unwrap(),
            "in.xml",
        ];
        let plain = xmlsec1(&folder, &arguments).unwrap();
        let document = Document::parse(plain.as_bytes()).unwrap();
        let assertion = document.root().elements().next().unwrap();
        assert!(assertion.is(ns::SAML, "Assertion"));
        assert_eq!(issuer(assertion), "é & ü");
        // And not with another key.
        let other = data("other-rsa.key.pem");
        let arguments = [
            "--decrypt",
            "--privkey-pem",
            other.to_str().unwrap(),
            "in.xml",
        ];
        xmlsec1(&folder, &arguments).unwrap_err();
    }
    // The label is read too.
    let folder = folder("decrypts-label");
    let labelled = recipient().with_oaep(RsaOaep::default().with_label(b"label"));
    let text = Encryptor::new(labelled)
        .encrypt(Kind::Assertion, ASSERTION, &SystemRandomness)
        .unwrap();
    std::fs::write(folder.join("in.xml"), &text).unwrap();
    let arguments = [
        "--decrypt",
        "--privkey-pem",
        private.to_str().unwrap(),
        "in.xml",
    ];
    assert!(xmlsec1(&folder, &arguments).unwrap().contains("ID=\"_a\""));
}

/// What xmlsec1 fills in.
fn template(algorithm: BlockEncryption) -> String {
    let mut out = Writer::new();
    out.start("xenc:EncryptedData")
        .declare("xenc", ns::XENC)
        .attribute("Type", ns::ELEMENT);
    out.start("xenc:EncryptionMethod")
        .attribute("Algorithm", algorithm.uri())
        .end();
    out.start("ds:KeyInfo")
        .declare("ds", ns::DS)
        .start("xenc:EncryptedKey");
    out.start("xenc:EncryptionMethod")
        .attribute("Algorithm", algorithm::RSA_OAEP_MGF1P)
        .end();
    cipher_data(&mut out);
    out.end().end();
    cipher_data(&mut out);
    out.end();
    out.finish().unwrap()
}

fn cipher_data(out: &mut Writer) {
    out.start("xenc:CipherData")
        .start("xenc:CipherValue")
        .end()
        .end();
}

#[test]
fn ours_decrypts_xmlsec1() {
    if !peers() {
        return;
    }
    let public_key = data("rsa.pub.pem");
    // The prefix is declared in what is encrypted, or only around it.
    let around = r#"<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">"#;
    let leaning = ASSERTION.replace(r#" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion""#, "");
    for algorithm in BlockEncryption::ALL {
        for (which, assertion) in [("own", ASSERTION), ("leaning", leaning.as_str())] {
            let folder = folder(&format!("encrypts-{algorithm}-{which}"));
            let plain = format!("{around}{assertion}</saml:EncryptedAssertion>");
            std::fs::write(folder.join("plain.xml"), plain).unwrap();
            std::fs::write(folder.join("template.xml"), template(algorithm)).unwrap();
            let session = format!("aes-{}", algorithm.key_len() * 8);
            let arguments = [
                "--encrypt",
                "--pubkey-pem",
                public_key.to_str().unwrap(),
                "--session-key",
                &session,
                "--xml-data",
                "plain.xml",
                "--node-xpath",
                "/*/*",
                "template.xml",
            ];
            let text = xmlsec1(&folder, &arguments).unwrap();
            let document = Document::parse(text.as_bytes()).unwrap();
            let decrypted = decrypt(document.root(), &key("rsa")).unwrap();
            let parsed = decrypted.parse(&Limits::DEFAULT).unwrap();
            assert_eq!(parsed.root().attribute("ID"), Some("_a"));
            assert_eq!(issuer(parsed.root()), "é & ü");
            let refused = decrypt(document.root(), &key("other-rsa")).map(|_| ());
            assert_eq!(refused, Err(Error::DecryptionFailed));
        }
    }
    assert_eq!(public("rsa"), *key("rsa").private_key().public_key());
}
