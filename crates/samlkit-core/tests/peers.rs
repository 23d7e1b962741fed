//! Everything that is written is valid by the schemas of OASIS, as libxml2 reads them. Asked for by
//! `SAMLKIT_PEERS=1`, as it needs `xmllint`, and in `SAMLKIT_SCHEMAS` the directory of `saml-schema-protocol-2.0.xsd` and those beside it (Debian
//! ships them, with local references, in its package `simplesamlphp`).
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "common/samples.rs"]
mod samples;

use samlkit_crypto::{PrivateKey, SignatureAlgorithm, SigningKey};
use samlkit_dsig::sign::{Position, Template};
use samlkit_xml::Document;
use std::path::{Path, PathBuf};
use std::process::Command;

fn schemas() -> Option<PathBuf> {
    if std::env::var_os("SAMLKIT_PEERS").is_none_or(|value| value != "1") {
        return None;
    }
    let Some(schemas) = std::env::var_os("SAMLKIT_SCHEMAS") else {
        panic!("SAMLKIT_SCHEMAS does not say where the schemas are")
    };
    Some(schemas.into())
}

/// Whether the document is valid, and what `xmllint` says.
fn is_valid(schemas: &Path, schema: &str, name: &str, xml: &str) -> (bool, String) {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.xml"));
    std::fs::write(&file, xml).unwrap();
    let output = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(schemas.join(format!("saml-schema-{schema}-2.0.xsd")))
        .arg(&file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), format!("{said}\n{xml}"))
}

#[test]
fn messages_are_valid() {
    let Some(schemas) = schemas() else { return };
    for (name, xml) in samples::messages() {
        let schema = if name.starts_with("assertion") {
            "assertion"
        } else {
            "protocol"
        };
        let (valid, said) = is_valid(&schemas, schema, &name, &xml);
        assert!(valid, "{name}: {said}");
    }
}

#[test]
fn a_signature_is_where_the_schema_has_it() {
    let Some(schemas) = schemas() else { return };
    let key = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/keys/test-only-sp.key.pem"
    );
    let key = PrivateKey::from_pem(&std::fs::read_to_string(key).unwrap()).unwrap();
    let key = SigningKey::new(key, SignatureAlgorithm::RsaSha256).unwrap();
    let xml = samples::authn_request().write().unwrap();
    let document = Document::parse(xml.as_bytes()).unwrap();
    for (position, sound) in [(Position::AfterIssuer, true), (Position::Last, false)] {
        let template = Template::new().with_position(position);
        let signed = template.sign(document.root(), &key).unwrap();
        let name = format!("authn-request-signed-{sound}");
        let (valid, said) = is_valid(&schemas, "protocol", &name, &signed);
        assert_eq!(valid, sound, "{said}");
    }
}

#[test]
fn metadata_is_valid() {
    let Some(schemas) = schemas() else { return };
    for (name, metadata) in samples::metadata() {
        let xml = metadata.write().unwrap();
        let (valid, said) = is_valid(&schemas, "metadata", name, &xml);
        assert!(valid, "{name}: {said}");
    }
}

#[test]
fn the_judge_refuses() {
    let Some(schemas) = schemas() else { return };
    let xml = samples::logout_response().write().unwrap();
    let broken = xml.replace("<samlp:Status>", "<samlp:Status x=\"\">");
    assert!(is_valid(&schemas, "protocol", "sound", &xml).0);
    assert!(!is_valid(&schemas, "protocol", "broken", &broken).0);
}
