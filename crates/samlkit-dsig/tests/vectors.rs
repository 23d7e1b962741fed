//! Every XML-DSig case of the public vectors: what the allow-list covers verifies or fails as stated, the rest is refused as
//! unsupported. Needs `SAMLKIT_VECTORS`, the folder with `manifest.json`.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a broken vector must stop the test"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use base64::Engine as _;
use samlkit_crypto::{AlgorithmPolicy, Certificate, Curve, PublicKey, danger};
use samlkit_dsig::{Error, Policy, TrustedKey, document, ns};
use samlkit_xml::{Document, Element};
use serde_json::Value;

const ECDSA_NS: &str = "http://www.w3.org/2001/04/xmldsig-more#";

/// Cases whose stated verdict rests on something that is not XML-DSig core validation, or that upstream itself disputes.
const EXCEPTIONS: &[(&str, Outcome, &str)] = &[
    (
        "xmlsec-aleksey-xmldsig-01-enveloping-sha256-rsa2048-retrieval-method-rsa-key-value~2",
        Outcome::Valid,
        "the refusal is about following RetrievalMethod; keys are configured here",
    ),
    (
        "xmlsec-aleksey-xmldsig-01-enveloping-sha256-rsa2048-retrieval-method-rsa-key-value~3",
        Outcome::Valid,
        "the refusal is about following RetrievalMethod; keys are configured here",
    ),
    (
        "xmlsec-aleksey-xmldsig-01-enveloping-sha256-rsa2048-retrieval-method-x509-data~2",
        Outcome::Valid,
        "the refusal is about following RetrievalMethod; keys are configured here",
    ),
    (
        "xmlsec-aleksey-xmldsig-01-enveloping-expired-cert",
        Outcome::Valid,
        "the refusal is about the certificate's dates; certificates are key containers here",
    ),
    (
        "xmlsec-aleksey-xmldsig-01-enveloping-sha256-rsa-sha256~2",
        Outcome::Valid,
        "the refusal is about an untrusted chain; the harness trusts the embedded key",
    ),
    (
        "xmlsec-aleksey-xmldsig-01-enveloping-sha256-ecdsa-sha256_padded",
        Outcome::Invalid,
        "r and s of 33 octets: XMLSig 1.1 §6.4.3 fixes 32",
    ),
    (
        "xmlsec-aleksey-xmldsig-01-enveloping-sha512-ecdsa-sha512-with-asn1",
        Outcome::Invalid,
        "an ASN.1 value where XMLSig 1.1 §6.4.3 has r and s",
    ),
    (
        "xmlsec-aleksey-xmldsig-01-enveloped-sha256-ecdsa-sha256-with-asn1",
        Outcome::Invalid,
        "an ASN.1 value where XMLSig 1.1 §6.4.3 has r and s",
    ),
    (
        "xmlsec-phaos-xmldsig-three-signature-rsa-detached-xslt-transform-retrieval-method",
        Outcome::Invalid,
        "the key is outside the document, and an XSLT transform is refused anyway",
    ),
];

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Outcome {
    Valid,
    Invalid,
    Unsupported,
    Doctype,
    NotRead,
}

fn folder() -> Option<PathBuf> {
    std::env::var_os("SAMLKIT_VECTORS").map(PathBuf::from)
}

#[test]
fn every_case() {
    let Some(folder) = folder() else {
        eprintln!("SAMLKIT_VECTORS is not set: no case was run");
        return;
    };
    let manifest = std::fs::read(folder.join("manifest.json")).expect("the folder has a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("the manifest is JSON");
    let cases: Vec<&Value> = manifest["entries"]
        .as_array()
        .expect("the manifest has entries")
        .iter()
        .filter(|case| case["kind"] == "dsig")
        .collect();
    let mut counts: BTreeMap<(bool, &str, Outcome), usize> = BTreeMap::new();
    let (mut wrong, mut used) = (Vec::new(), 0);
    for case in &cases {
        let id = case["id"].as_str().expect("an id");
        let tagged = |tag: &str| {
            case["tags"]
                .as_array()
                .is_some_and(|tags| tags.iter().any(|t| t == tag))
        };
        let profile = tagged("saml-profile-like") && !tagged("has-doctype");
        let verdict = case["verdict"].as_str().expect("a verdict");
        let (outcome, detail) = run(&folder, case);
        *counts.entry((profile, verdict, outcome)).or_default() += 1;
        let exception = EXCEPTIONS.iter().find(|(name, ..)| *name == id);
        used += usize::from(exception.is_some());
        let right = match (exception, outcome) {
            (Some((_, expected, _)), outcome) => *expected == outcome,
            (None, Outcome::Doctype) => tagged("has-doctype"),
            (None, Outcome::Valid) => verdict == "valid",
            (None, Outcome::Invalid) => verdict == "invalid",
            (None, Outcome::Unsupported) => true,
            (None, Outcome::NotRead) => !profile,
        };
        // Inside the allow-list, "unsupported" is right only for algorithms that the list does not have.
        let right = right && !(profile && outcome == Outcome::Unsupported && !outside(case));
        if !right {
            wrong.push(format!("{id}: {verdict} expected, {outcome:?} ({detail})"));
        }
    }
    for ((profile, verdict, outcome), count) in &counts {
        println!("saml-profile-like={profile} verdict={verdict} outcome={outcome:?}: {count}");
    }
    assert_eq!(cases.len(), 436, "the manifest's number of XML-DSig cases");
    assert_eq!(used, EXCEPTIONS.len(), "an exception names no case");
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// Whether a case of the profile needs what the allow-list leaves out.
fn outside(case: &Value) -> bool {
    let algorithms = case["algorithms"].to_string();
    algorithms.contains("sha3-")
        || algorithms.contains("ed448")
        // RSA of 512 bits, which has no opt-in.
        || case["set"] == "santuario-xmldsig11-sun"
}

fn run(folder: &std::path::Path, case: &Value) -> (Outcome, String) {
    let input = folder.join(case["input"].as_str().expect("an input"));
    let octets = std::fs::read(&input).expect("the input is there");
    let document = match Document::parse(&octets) {
        Ok(document) => document,
        Err(samlkit_xml::Error::Doctype { .. }) => return (Outcome::Doctype, String::new()),
        Err(error) => return (Outcome::NotRead, error.to_string()),
    };
    let mut keys = Vec::new();
    for key in case["keys"].as_array().into_iter().flatten() {
        let role = key["role"].as_str().unwrap_or_default();
        if let ("cert" | "trusted-cert" | "untrusted-cert" | "public", Some(path)) =
            (role, key["path"].as_str())
        {
            let octets = std::fs::read(folder.join(path)).expect("the key is there");
            keys.extend(configured(&octets));
        }
    }
    keys.extend(document.elements().filter_map(embedded));
    if keys.is_empty() {
        // Without any key the verifier refuses before it looks; a key of another kind lets it look.
        keys.push(TrustedKey::from_public_key(ed25519()));
    }
    let algorithms = danger::allow_weak_rsa(danger::allow_sha1(AlgorithmPolicy::default()));
    let policy = Policy::new().with_algorithms(algorithms);
    match document::verify(&document, &keys, policy) {
        Ok(_) => (Outcome::Valid, String::new()),
        Err(error) if error.is_unsupported() => (Outcome::Unsupported, error.to_string()),
        Err(error @ Error::NoUsableKey) if weak(&document) => {
            (Outcome::Unsupported, error.to_string())
        }
        Err(error @ (Error::NoUsableKey | Error::MultipleSignatures { .. })) => {
            (Outcome::NotRead, error.to_string())
        }
        Err(error) => (Outcome::Invalid, error.to_string()),
    }
}

/// Whether the document holds an RSA key under 1024 bits.
fn weak(document: &Document<'_>) -> bool {
    document.elements().any(|element| {
        element.is(ns::DS, "Modulus") && element.text().is_ok_and(|text| text.trim().len() < 170)
    })
}

fn ed25519() -> PublicKey {
    let spki =
        "302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let octets: Vec<u8> = (0..spki.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&spki[at..at + 2], 16).expect("hexadecimal"))
        .collect();
    PublicKey::from_spki_der(&octets).expect("RFC 8410's example key")
}

fn configured(octets: &[u8]) -> Option<TrustedKey> {
    match Certificate::parse(octets) {
        Ok(certificate) => TrustedKey::from_certificate(certificate).ok(),
        Err(_) => PublicKey::parse(octets)
            .ok()
            .map(TrustedKey::from_public_key),
    }
}

/// The key that an element of the document holds, in any of the forms that `ds:KeyInfo` has for it.
fn embedded(element: Element<'_>) -> Option<TrustedKey> {
    let decode = |element: Element<'_>| {
        let text = element.text().ok()?.replace(char::is_whitespace, "");
        base64::engine::general_purpose::STANDARD.decode(text).ok()
    };
    let child = |name: &str| element.elements().find(|child| child.local_name() == name);
    let key = match (element.namespace(), element.local_name()) {
        (ns::DS, "X509Certificate") => {
            let certificate = Certificate::from_der(&decode(element)?).ok()?;
            return TrustedKey::from_certificate(certificate).ok();
        }
        (ns::DS, "RSAKeyValue") => PublicKey::from_rsa_components(
            &decode(child("Modulus")?)?,
            &decode(child("Exponent")?)?,
        ),
        (ns::DSIG11, "ECKeyValue") => {
            let curve = curve(child("NamedCurve")?.attribute("URI")?)?;
            PublicKey::from_ec_point(curve, &decode(child("PublicKey")?)?)
        }
        (ns::DSIG11, "DEREncodedKeyValue") => PublicKey::from_spki_der(&decode(element)?),
        (ECDSA_NS, "ECDSAKeyValue") => {
            let domain = child("DomainParameters")?.elements().next()?;
            let curve = curve(domain.attribute("URN")?)?;
            let mut point = vec![4];
            for coordinate in child("PublicKey")?.elements() {
                point.extend(decimal(coordinate.attribute("Value")?, curve)?);
            }
            PublicKey::from_ec_point(curve, &point)
        }
        _ => return None,
    };
    key.ok().map(TrustedKey::from_public_key)
}

fn curve(uri: &str) -> Option<Curve> {
    [Curve::P256, Curve::P384, Curve::P521]
        .into_iter()
        .find(|curve| curve.uri() == uri)
}

/// A decimal number as the octets of a coordinate.
fn decimal(digits: &str, curve: Curve) -> Option<Vec<u8>> {
    let length = match curve {
        Curve::P256 => 32,
        Curve::P384 => 48,
        Curve::P521 => 66,
        other => panic!("no vector has the curve {other:?}"),
    };
    let mut octets = vec![0u8; length];
    for digit in digits.chars() {
        let mut carry = digit.to_digit(10)?;
        for octet in octets.iter_mut().rev() {
            let value = u32::from(*octet) * 10 + carry;
            *octet = u8::try_from(value & 0xFF).ok()?;
            carry = value >> 8;
        }
    }
    Some(octets)
}
