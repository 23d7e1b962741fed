//! `dsig sign` prints the document with a signature in it that `dsig verify` validates, and refuses what cannot be signed.

use serde_json::Value;

use crate::support::{run, run_with};

const RESPONSE: &str = "<?xml version='1.0'?>\n<Response ID='_r' xmlns='urn:oasis:names:tc:SAML:2.0:protocol'>\
<a:Issuer xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion' >i</a:Issuer><!-- c -->\r\n<Status Id='_s'/></Response>\n";

fn key(name: &str) -> String {
    format!("keys/test-only-{name}.key.pem")
}

fn cert(name: &str) -> String {
    format!("keys/test-only-{name}.crt.pem")
}

/// Signs by these options, and gives what `dsig verify` says of it with the key's certificate.
fn signed(name: &str, options: &[&str]) -> (String, Value) {
    let key = key(name);
    let mut args = vec!["dsig", "sign", "--key", &key];
    args.extend(options);
    args.push("-");
    let signed = run_with(&args, RESPONSE.as_bytes());
    assert_eq!(signed.code, 0, "{signed:?}");
    assert_eq!(signed.stderr, "");
    let verified = run_with(
        ["dsig", "verify", "--json", "--cert", &cert(name), "-"],
        &signed.stdout,
    );
    (signed.text(), verified.json())
}

#[test]
fn the_usual_algorithm_is_that_of_the_key() {
    for (name, algorithm) in [
        ("idp", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        (
            "p256",
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        ),
        (
            "p384",
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
        ),
        (
            "p521",
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
        ),
        (
            "ed25519",
            "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519",
        ),
    ] {
        let (text, json) = signed(name, &[]);
        assert_eq!(json["verdict"], "valid", "{name}: {json}");
        assert_eq!(json["signature_algorithm"], algorithm);
        assert_eq!(json["references"][0]["uri"], "#_r");
        // In its place, and everything else as it was.
        let (before, rest) = text.split_once("<ds:Signature ").unwrap();
        let (_, after) = rest.split_once("</ds:Signature>").unwrap();
        assert_eq!([before, after].concat(), RESPONSE);
        assert!(before.ends_with("</a:Issuer>"), "{text}");
    }
}

#[test]
fn every_option_is_followed() {
    let pss = "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1";
    let sha512 = "http://www.w3.org/2001/04/xmlenc#sha512";
    let certificate = cert("rsa3072");
    let (text, json) = signed(
        "rsa3072",
        &[
            "--cert",
            &certificate,
            "--algorithm",
            pss,
            "--digest",
            sha512,
            "--id",
            "_s",
            "--position",
            "last",
        ],
    );
    assert_eq!(json["verdict"], "valid", "{json}");
    assert_eq!(json["signature_algorithm"], pss);
    assert_eq!(json["references"][0]["digest_algorithm"], sha512);
    assert_eq!(json["references"][0]["uri"], "#_s");
    assert!(text.contains("<Status Id='_s'><ds:Signature "));
    assert!(text.contains("<ds:X509Certificate>MII"));

    let (text, _) = signed("idp", &["--position", "first"]);
    assert!(text.contains("protocol'><ds:Signature "));
    let (text, _) = signed("idp", &["--position", "after-issuer"]);
    assert!(text.contains("</a:Issuer><ds:Signature "));
    let (text, json) = signed("idp", &["--whole-document"]);
    assert_eq!(json["verdict"], "valid", "{json}");
    assert!(text.contains("URI=\"\""));
}

#[test]
fn what_cannot_be_signed_has_a_code() {
    let key = key("p256");
    let refused = |document: &str, options: &[&str], code: &str| {
        let mut args = vec!["dsig", "sign", "--key", &key];
        args.extend(options);
        args.push("-");
        let run = run_with(&args, document.as_bytes());
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.stdout.is_empty(), "{run:?}");
        assert!(run.stderr.contains(&format!("error: {code}: ")), "{run:?}");
    };
    refused("<a/>", &[], "missing-id");
    refused("<a ID='1'/>", &[], "invalid-value");
    refused("<a ID='x'><b Id='x'/></a>", &[], "duplicate-id");
    refused("<a ID='x'/>", &["--id", "y"], "unknown-id");
    refused(
        "<a ID='x'/>",
        &["--position", "after-issuer"],
        "missing-element",
    );
    refused("<a ID='x'>", &[], "malformed-xml");
    refused("<!DOCTYPE a><a ID='x'/>", &[], "dtd-forbidden");
    refused(
        "<a ID='x'><Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/></a>",
        &[],
        "already-signed",
    );
}

#[test]
fn keys_that_do_not_sign_are_a_usage_error() {
    let sign = |key: &str, options: &[&str]| {
        let mut args = vec!["dsig", "sign", "--key", key];
        args.extend(options);
        args.push("entra/bad/unsigned.xml");
        run(&args)
    };
    sign("keys/missing.pem", &[]).assert_usage("cannot read");
    sign(&cert("idp"), &[]).assert_usage("a private key is expected");
    sign(&key("rsa1024"), &[]).assert_usage("1024 bits is too small");
    let ecdsa = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
    sign(&key("idp"), &["--algorithm", ecdsa]).assert_usage("does not go with a key of type RSA");
    let sha1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
    sign(&key("idp"), &["--algorithm", sha1]).assert_usage("SHA-1 does not sign");
    let sha1 = "http://www.w3.org/2000/09/xmldsig#sha1";
    sign(&key("idp"), &["--digest", sha1]).assert_usage("SHA-1 does not sign");
    let certificate = cert("untrusted");
    sign(&key("idp"), &["--cert", &certificate]).assert_usage("not that of the key");
}
