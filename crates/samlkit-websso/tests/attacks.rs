//! Attacks by name: what a trusted provider signed against the rules, and what anyone can make of a message without the key.
//! Each is refused by its rule, and each has a sibling, different in the attack alone, that is accepted.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a broken fixture must stop the test"
)]

#[path = "support/diagnosed.rs"]
mod diagnosed;

use std::path::Path;

use samlkit_core::{Timestamp, parse_date_time};
use samlkit_crypto::{Certificate, PublicKey};
use samlkit_dsig::TrustedKey;
use samlkit_websso::{Code, Expected, IdentityProvider, InMemoryReplay, ServiceProvider};
use serde_json::Value;

const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const MAIL: &str = "britta.simon@contoso.example";

fn read(path: &str) -> Vec<u8> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    std::fs::read(fixtures.join(path)).expect("the fixture is there")
}

fn message(path: &str) -> String {
    String::from_utf8(read(path)).expect("UTF-8")
}

/// Who receives the messages, from whom, and when.
struct Setting {
    index: Value,
    provider: ServiceProvider,
    now: Timestamp,
}

impl Setting {
    fn new(folder: &str) -> Self {
        let index: Value =
            serde_json::from_slice(&read(&format!("{folder}/index.json"))).expect("JSON");
        let text = |name: &str| index[name].as_str().expect("a text").to_owned();
        let certificate = Certificate::parse(&read(&text("key"))).expect("a certificate");
        let key = TrustedKey::from_certificate(certificate).expect("a key");
        let other = PublicKey::parse(&read("keys/test-only-rsa3072.pub.pem")).expect("a key");
        // A second key must not make anything of the first one's acceptable.
        let keys = vec![TrustedKey::from_public_key(other), key];
        let idp = IdentityProvider::new(text("idp"), keys).expect("a sound provider");
        Self {
            provider: ServiceProvider::new(text("entity_id"), text("acs_url"), idp)
                .expect("a sound configuration"),
            now: parse_date_time(&text("at")).expect("a time"),
            index,
        }
    }

    /// The name that is accepted, or the code of the refusal, which leaves no trace.
    fn outcome(&self, message: &str) -> Result<String, Code> {
        let request = self.index["request_id"].as_str().expect("a request");
        let replay = InMemoryReplay::new(1);
        let accepted = self.provider.accept_xml(
            message.as_bytes(),
            Expected::answer_to(request),
            self.now,
            &replay,
        );
        let expected = Expected::answer_to(request);
        let refused = accepted.as_ref().err();
        diagnosed::agrees(
            &self.provider,
            message.as_bytes(),
            expected,
            self.now,
            refused,
        );
        assert_eq!(replay.is_empty(), accepted.is_err());
        accepted
            .map(|identity| identity.name_id().value().to_owned())
            .map_err(|rejection| rejection.code())
    }
}

/// `from` must be there: an edit that changes nothing would prove nothing.
fn edit(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "nothing to edit: {from}");
    text.replacen(from, to, 1)
}

/// From the first `from` to the end of the next `to`.
fn part<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).expect("the start is there");
    let length = text[start..].find(to).expect("the end is there");
    &text[start..start + length + to.len()]
}

#[test]
fn what_a_trusted_key_signed_against_the_rules() {
    let setting = Setting::new("attacks");
    let messages = setting.index["messages"].as_array().expect("messages");
    assert!(messages.len() >= 70, "{} messages", messages.len());
    let mut wrong = Vec::new();
    for entry in messages {
        let (name, code) = (&entry["name"], &entry["code"]);
        let file = format!("attacks/{}.xml", name.as_str().expect("a name"));
        match setting.outcome(&message(&file)) {
            Err(found) if found.as_str() == code => {}
            other => wrong.push(format!("{name}: {other:?}, not {code}")),
        }
        let sibling = entry["sibling"].as_str().expect("a sibling");
        let sibling = format!("unusual/{sibling}.xml");
        assert!(setting.outcome(&message(&sibling)).is_ok(), "{sibling}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The messages that the attacks without a key start from.
struct Stolen {
    /// A signed assertion.
    assertion: String,
    /// The same within a signed response.
    response: String,
    both: String,
    /// With a `KeyInfo`.
    key_info: String,
}

type Attack = (&'static str, Code, fn(&Stolen) -> String);

/// The assertion of a message.
fn assertion(text: &str) -> &str {
    part(text, "<saml:Assertion ", "</saml:Assertion>")
}

fn signature(text: &str) -> &str {
    part(text, "<Signature ", "</Signature>")
}

/// The assertion as the attacker would have it.
fn forged(text: &str, id: &str) -> String {
    let bare = assertion(text).replace(signature(assertion(text)), "");
    bare.replace(MAIL, "admin@contoso.example")
        .replace("_assertion-1", id)
}

fn within(text: &str, after: &str, inserted: &str) -> String {
    edit(text, after, &format!("{after}{inserted}"))
}

/// Assertions and signatures moved, doubled and hidden.
const WRAPPING: &[Attack] = &[
    ("xsw-before", Code::MultipleAssertions, |s| {
        within(
            &s.assertion,
            "</samlp:Status>",
            &forged(&s.assertion, "_evil"),
        )
    }),
    ("xsw-after", Code::MultipleAssertions, |s| {
        within(
            &s.assertion,
            "</saml:Assertion>",
            &forged(&s.assertion, "_evil"),
        )
    }),
    ("xsw-around", Code::SignatureWrapping, |s| {
        let evil = forged(&s.assertion, "_evil");
        let inner = assertion(&s.assertion);
        let around = edit(&evil, "<saml:Subject>", &format!("{inner}<saml:Subject>"));
        edit(&s.assertion, inner, &around)
    }),
    ("xsw-in-signature", Code::SignatureWrapping, |s| {
        let inner = assertion(&s.assertion);
        let signed = inner.replace(signature(inner), "");
        let holding = edit(
            signature(inner),
            "</Signature>",
            &format!("<Object>{signed}</Object></Signature>"),
        );
        let evil = within(&forged(&s.assertion, "_evil"), "</saml:Issuer>", &holding);
        edit(&s.assertion, inner, &evil)
    }),
    ("xsw-in-key-info", Code::SignatureWrapping, |s| {
        let hidden = forged(&s.key_info, "_evil");
        within(&s.key_info, "</KeyName>", &hidden)
    }),
    ("xsw-in-extensions", Code::SignatureWrapping, |s| {
        let inner = assertion(&s.assertion);
        let moved = edit(&s.assertion, inner, &forged(&s.assertion, "_evil"));
        edit(
            &moved,
            "<samlp:Status>",
            &format!("<samlp:Extensions>{inner}</samlp:Extensions><samlp:Status>"),
        )
    }),
    ("xsw-same-id", Code::DuplicateId, |s| {
        within(
            &s.assertion,
            "</saml:Assertion>",
            &forged(&s.assertion, "_assertion-1"),
        )
    }),
    ("xsw-response-in-response", Code::SignatureWrapping, |s| {
        let inner = &s.response;
        let outer = edit(inner, signature(inner), "").replace("_response-1", "_evil");
        let outer = outer.replace("_assertion-1", "_evil-assertion");
        edit(
            &outer,
            "<samlp:Status>",
            &format!("<samlp:Extensions>{inner}</samlp:Extensions><samlp:Status>"),
        )
    }),
    (
        "signature-moved-to-response",
        Code::SignatureWrapping,
        |s| {
            let moved = signature(&s.assertion).to_owned();
            let bare = edit(&s.assertion, &moved, "");
            edit(&bare, "<samlp:Status>", &format!("{moved}<samlp:Status>"))
        },
    ),
    ("signature-moved-to-end", Code::SignatureWrapping, |s| {
        let moved = signature(&s.assertion).to_owned();
        let bare = edit(&s.assertion, &moved, "");
        edit(
            &bare,
            "</saml:Assertion>",
            &format!("{moved}</saml:Assertion>"),
        )
    }),
    ("signature-doubled", Code::SignatureWrapping, |s| {
        within(&s.assertion, "</Signature>", signature(&s.assertion))
    }),
    ("signature-in-signature", Code::SignatureWrapping, |s| {
        within(&s.key_info, "</KeyName>", signature(&s.assertion))
    }),
    ("signature-taken-off", Code::Unsigned, |s| {
        edit(&s.assertion, signature(&s.assertion), "")
    }),
    ("signature-of-another-namespace", Code::Unsigned, |s| {
        s.assertion.replace(
            &format!("\"{DS}\""),
            "\"http://www.w3.org/2000/09/xmldsig\"",
        )
    }),
    ("outer-signature-broken", Code::SignatureInvalid, |s| {
        edit(
            &s.both,
            r#"Destination="https://sp.example/acs""#,
            r#"Destination="https://sp.example/acs" Consent="urn:x""#,
        )
    }),
    ("id-beside-id", Code::InvalidValue, |s| {
        edit(
            &s.assertion,
            r#"ID="_response-1""#,
            r#"ID="_response-1" Id="_other""#,
        )
    }),
    ("xml-id-of-the-assertion", Code::DuplicateId, |s| {
        edit(
            &s.assertion,
            "<samlp:Status>",
            r#"<samlp:Status xml:id="_assertion-1">"#,
        )
    }),
];

/// `Signature` and `SignedInfo` read differently before and after they are verified.
const SIGNATURE: &[Attack] = &[
    ("digest-value-comment", Code::SignatureInvalid, |s| {
        within(&s.assertion, "<DigestValue>", "<!--AAAA-->")
    }),
    ("digest-value-instruction", Code::SignatureInvalid, |s| {
        within(&s.assertion, "<DigestValue>", "<?a AAAA?>")
    }),
    ("digest-value-element", Code::SignatureInvalid, |s| {
        within(
            &s.assertion,
            "<DigestValue>",
            "<DigestValue>AAAA</DigestValue>",
        )
    }),
    ("digest-value-doubled", Code::SignatureInvalid, |s| {
        within(
            &s.assertion,
            "</DigestValue>",
            "<DigestValue>AAAA</DigestValue>",
        )
    }),
    ("signed-info-doubled-after", Code::SignatureInvalid, |s| {
        let info = part(&s.assertion, "<SignedInfo>", "</SignedInfo>");
        within(
            &s.assertion,
            "</SignedInfo>",
            &info.replace("_assertion-1", "_evil"),
        )
    }),
    ("signed-info-doubled-before", Code::SignatureInvalid, |s| {
        let info = part(&s.assertion, "<SignedInfo>", "</SignedInfo>");
        let evil = info.replace("_assertion-1", "_evil");
        edit(&s.assertion, "<SignedInfo>", &format!("{evil}<SignedInfo>"))
    }),
    ("signed-info-in-signed-info", Code::SignatureInvalid, |s| {
        let info = part(&s.assertion, "<SignedInfo>", "</SignedInfo>");
        within(&s.assertion, "<SignedInfo>", info)
    }),
    ("reference-doubled", Code::SignatureInvalid, |s| {
        within(
            &s.assertion,
            "</Reference>",
            part(&s.assertion, "<Reference ", "</Reference>"),
        )
    }),
    ("reference-to-evil", Code::SignatureInvalid, |s| {
        edit(&s.assertion, "#_assertion-1", "#_response-1")
    }),
    ("signature-value-empty", Code::SignatureInvalid, |s| {
        let value = part(&s.assertion, "<SignatureValue>", "</SignatureValue>");
        edit(&s.assertion, value, "<SignatureValue/>")
    }),
    (
        "signature-value-url-alphabet",
        Code::SignatureInvalid,
        |s| {
            let value = part(&s.assertion, "<SignatureValue>", "</SignatureValue>");
            let inner = &value[16..value.len() - 17];
            edit(
                &s.assertion,
                inner,
                &inner.replace('+', "-").replace('/', "_"),
            )
        },
    ),
    ("signature-value-unpadded", Code::SignatureInvalid, |s| {
        edit(&s.assertion, "==</SignatureValue>", "</SignatureValue>")
    }),
    ("signature-value-longer", Code::SignatureInvalid, |s| {
        edit(&s.assertion, "<SignatureValue>", "<SignatureValue>AAAA")
    }),
    ("hmac-with-the-public-key", Code::AlgorithmNotAllowed, |s| {
        edit(
            &s.assertion,
            "xmldsig-more#rsa-sha256",
            "xmldsig-more#hmac-sha256",
        )
    }),
    ("hmac-output-length", Code::SignatureInvalid, |s| {
        edit(
            &s.assertion,
            r#"xmldsig-more#rsa-sha256"/>"#,
            r#"xmldsig-more#rsa-sha256"><HMACOutputLength>0</HMACOutputLength></SignatureMethod>"#,
        )
    }),
    ("signature-method-none", Code::AlgorithmNotAllowed, |s| {
        edit(
            &s.assertion,
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "",
        )
    }),
    ("signature-method-sha1", Code::AlgorithmNotAllowed, |s| {
        edit(
            &s.assertion,
            "2001/04/xmldsig-more#rsa-sha256",
            "2000/09/xmldsig#rsa-sha1",
        )
    }),
    ("signature-method-of-another-key", Code::UntrustedKey, |s| {
        edit(
            &s.assertion,
            "xmldsig-more#rsa-sha256",
            "xmldsig-more#ecdsa-sha256",
        )
    }),
    ("canonicalization-unknown", Code::AlgorithmNotAllowed, |s| {
        edit(
            &s.assertion,
            r#"<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#""#,
            r#"<CanonicalizationMethod Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116""#,
        )
    }),
    ("canonicalization-other", Code::SignatureInvalid, |s| {
        edit(
            &s.assertion,
            r#"<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#""#,
            r#"<CanonicalizationMethod Algorithm="http://www.w3.org/2006/12/xml-c14n11""#,
        )
    }),
    // Refused before a key is tried, or it would be an `UntrustedKey`: no key fits ECDSA.
    ("signed-info-multiplied", Code::SignatureInvalid, |s| {
        let name = format!("<SignedInfo xmlns:x=\"urn:{}\">", "x".repeat(20_000));
        let many = "<x:a/>".repeat(20);
        edit(&s.assertion, "<SignedInfo>", &name)
            .replace("</SignedInfo>", &format!("{many}</SignedInfo>"))
            .replace("xmldsig-more#rsa-sha256", "xmldsig-more#ecdsa-sha256")
    }),
    ("relative-namespace-beside", Code::SignatureInvalid, |s| {
        edit(
            &s.assertion,
            "<samlp:Status>",
            r#"<samlp:Status xmlns:void="1">"#,
        )
    }),
    ("object-empty", Code::SignatureWrapping, |s| {
        within(&s.assertion, "</SignatureValue>", "<Object/>")
    }),
    ("manifest", Code::SignatureInvalid, |s| {
        within(&s.assertion, "</SignatureValue>", "<Manifest/>")
    }),
    ("key-info-first", Code::SignatureInvalid, |s| {
        edit(&s.assertion, "<SignedInfo>", "<KeyInfo/><SignedInfo>")
    }),
    ("key-info-twice", Code::SignatureInvalid, |s| {
        within(&s.key_info, "</KeyInfo>", "<KeyInfo/>")
    }),
    ("signature-attribute", Code::SignatureInvalid, |s| {
        edit(
            &s.assertion,
            &format!("<Signature xmlns=\"{DS}\""),
            &format!("<Signature URI=\"\" xmlns=\"{DS}\""),
        )
    }),
];

/// Two readers see different documents.
const PARSING: &[Attack] = &[
    ("name-split-by-element", Code::SignatureInvalid, |s| {
        edit(
            &s.assertion,
            "simon@contoso.example</saml:NameID>",
            "simon<x/>@contoso.example</saml:NameID>",
        )
    }),
    ("name-with-null", Code::MalformedXml, |s| {
        edit(&s.assertion, "simon@", "simon&#0;@")
    }),
    ("doctype", Code::DtdForbidden, |s| {
        format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{}", s.assertion)
    }),
    ("doctype-lower-case", Code::DtdForbidden, |s| {
        format!("<!doctype x>{}", s.assertion)
    }),
    ("doctype-inside", Code::DtdForbidden, |s| {
        within(&s.assertion, "<samlp:Status>", "<!DOCTYPE x>")
    }),
    ("entity", Code::MalformedXml, |s| {
        edit(&s.assertion, "<samlp:Status>", "&evil;<samlp:Status>")
    }),
    ("declaration-inside", Code::MalformedXml, |s| {
        within(&s.assertion, "<samlp:Status>", "<?xml version=\"1.0\"?>")
    }),
    ("version-1.1", Code::MalformedXml, |s| {
        format!("<?xml version=\"1.1\"?>{}", s.assertion)
    }),
    ("encoding", Code::UnsupportedEncoding, |s| {
        format!("<?xml version=\"1.0\" encoding=\"utf-7\"?>{}", s.assertion)
    }),
    ("second-root", Code::MalformedXml, |s| s.assertion.repeat(2)),
    ("text-after-root", Code::MalformedXml, |s| {
        format!("{}x", s.assertion)
    }),
    ("two-byte-order-marks", Code::MalformedXml, |s| {
        format!("\u{feff}\u{feff}{}", s.assertion)
    }),
    ("comment-with-dashes", Code::MalformedXml, |s| {
        within(&s.assertion, "<samlp:Status>", "<!-- -- -->")
    }),
    ("attribute-twice", Code::MalformedXml, |s| {
        edit(
            &s.assertion,
            r#"ID="_assertion-1""#,
            r#"ID="_assertion-1" ID="_evil""#,
        )
    }),
    ("attribute-twice-by-prefixes", Code::MalformedXml, |s| {
        edit(
            &s.assertion,
            "<samlp:Status>",
            r#"<samlp:Status xmlns:a="urn:x" xmlns:b="urn:x" a:c="" b:c="">"#,
        )
    }),
    ("prefix-unbound", Code::MalformedXml, |s| {
        edit(&s.assertion, "<samlp:Status>", "<samlp:Status x:y=\"\">")
    }),
    ("prefix-xml-rebound", Code::MalformedXml, |s| {
        edit(
            &s.assertion,
            "<samlp:Status>",
            &format!("<samlp:Status xmlns:xml=\"{SAML}\">"),
        )
    }),
    ("prefix-undeclared", Code::MalformedXml, |s| {
        edit(
            &s.assertion,
            "<samlp:Status>",
            "<samlp:Status xmlns:saml=\"\">",
        )
    }),
    ("deep", Code::LimitExceeded, |s| {
        let deep = "<x>".repeat(300) + &"</x>".repeat(300);
        edit(
            &s.assertion,
            "<samlp:Status>",
            &format!("<samlp:Extensions>{deep}</samlp:Extensions><samlp:Status>"),
        )
    }),
    ("many-attributes", Code::LimitExceeded, |s| {
        let many: String = (0..600).map(|n| format!(" a{n}=\"\"")).collect();
        edit(
            &s.assertion,
            "<samlp:Status>",
            &format!("<samlp:Status{many}>"),
        )
    }),
];

/// Every attack on a copy of what is accepted.
fn try_all(attacks: &[Attack]) {
    let setting = Setting::new("unusual");
    let stolen = Stolen {
        assertion: message("unusual/plain.xml"),
        response: message("unusual/plain-response.xml"),
        both: message("unusual/plain-both.xml"),
        key_info: message("unusual/key-info-name.xml"),
    };
    for sibling in [
        &stolen.assertion,
        &stolen.response,
        &stolen.both,
        &stolen.key_info,
    ] {
        assert_eq!(setting.outcome(sibling).as_deref(), Ok(MAIL));
    }
    let mut wrong = Vec::new();
    for (name, code, attack) in attacks {
        let outcome = setting.outcome(&attack(&stolen));
        if outcome != Err(*code) {
            wrong.push(format!("{name}: {outcome:?}, not {code}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn wrapping() {
    try_all(WRAPPING);
}

#[test]
fn signatures() {
    try_all(SIGNATURE);
}

#[test]
fn parsing() {
    try_all(PARSING);
}

/// With both signed, either signature is enough for the other's absence, and neither is for the other's failure.
#[test]
fn one_of_two_signatures() {
    let setting = Setting::new("unusual");
    let both = message("unusual/plain-both.xml");
    let outer = signature(&both);
    let inner = signature(assertion(&both));
    let without_outer = edit(&both, outer, "");
    assert_eq!(setting.outcome(&without_outer).as_deref(), Ok(MAIL));
    let without_inner = edit(&both, inner, "");
    assert_eq!(
        setting.outcome(&without_inner),
        Err(Code::SignatureInvalid),
        "the inner signature is part of what the outer one covers"
    );
    let broken = edit(
        &both,
        inner,
        &edit(inner, "<SignatureValue>", "<SignatureValue>AAAA"),
    );
    assert_eq!(setting.outcome(&broken), Err(Code::SignatureInvalid));
    // Without the outer signature, nothing but the inner one speaks, and it is broken.
    let broken = edit(&broken, signature(&broken), "");
    assert_eq!(setting.outcome(&broken), Err(Code::SignatureInvalid));
}

/// A name identifier that is cut, split or rewritten without the key is never accepted as anything but what was signed.
#[test]
fn every_place_for_a_comment() {
    let setting = Setting::new("unusual");
    let plain = message("unusual/plain.xml");
    let mut accepted = 0;
    for (at, _) in plain.char_indices() {
        for inserted in ["<!--x-->", "<?x?>", "<![CDATA[]]>", "<x/>", " "] {
            let mut changed = plain.clone();
            changed.insert_str(at, inserted);
            if let Ok(name) = setting.outcome(&changed) {
                assert_eq!(name, MAIL, "{inserted} at {at}");
                accepted += 1;
            }
        }
    }
    assert!(accepted > 1000, "{accepted}");
}
