//! Where encrypted keys may stand, and every refusal that can be read off the message, with its exact error.
#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a broken fixture must stop the test"
)]

#[path = "common/keys.rs"]
mod common;

use common::{key, public};
use samlkit_crypto::{BlockEncryption, SystemRandomness};
use samlkit_enc::{Encryptor, Error, Kind, Policy, Recipient, decrypt, decrypt_with, document, ns};
use samlkit_xml::Document;

const ASSERTION: &str =
    r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a"/>"#;

/// For the key `rsa`.
fn message() -> String {
    Encryptor::new(Recipient::from_public_key(public("rsa")))
        .encrypt(Kind::Assertion, ASSERTION, &SystemRandomness)
        .unwrap()
}

fn agreed() -> String {
    Encryptor::new(Recipient::from_public_key(public("p256")))
        .encrypt(Kind::Assertion, ASSERTION, &SystemRandomness)
        .unwrap()
}

fn open_with(text: &str, policy: &Policy) -> Result<Vec<u8>, Error> {
    let document = Document::parse(text.as_bytes()).unwrap();
    let keys = vec![key("rsa"), key("p256")];
    decrypt_with(document.root(), &keys, policy).map(|decrypted| decrypted.octets().to_vec())
}

fn open(text: &str) -> Result<Vec<u8>, Error> {
    open_with(text, &Policy::new())
}

fn replace(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not in {text}");
    text.replacen(from, to, 1)
}

/// The message in three parts: before the encrypted key, the key with every prefix declared, after it.
fn parts(text: &str) -> (&str, String, &str) {
    let end = "</xenc:EncryptedKey>";
    let start = text.find("<xenc:EncryptedKey").unwrap();
    let stop = text.find(end).unwrap() + end.len();
    let key = replace(
        &text[start..stop],
        "<xenc:EncryptedKey",
        &format!(
            r#"<xenc:EncryptedKey xmlns:xenc="{}" xmlns:ds="{}" Id="k""#,
            ns::XENC,
            ns::DS
        ),
    );
    (&text[..start], key, &text[stop..])
}

/// As Okta sends it: the key beside the data, and a `RetrievalMethod` in the data's `KeyInfo`.
fn beside(retrieval: &str) -> String {
    let text = message();
    let (before, key, after) = parts(&text);
    let after = replace(
        after,
        "</xenc:EncryptedData>",
        &format!("</xenc:EncryptedData>{key}"),
    );
    format!("{before}{retrieval}{after}")
}

#[test]
fn a_key_beside_the_data() {
    let plaintext = Ok(ASSERTION.as_bytes().to_vec());
    assert_eq!(open(&beside("")), plaintext);
    let typed =
        r##"<ds:RetrievalMethod Type="http://www.w3.org/2001/04/xmlenc#EncryptedKey" URI="#k"/>"##;
    assert_eq!(open(&beside(typed)), plaintext);
    assert_eq!(
        open(&beside(r##"<ds:RetrievalMethod URI="#k"/>"##)),
        plaintext
    );
    assert_eq!(open(&beside("<ds:KeyName>n</ds:KeyName>")), plaintext);
    // With lists of what it is for, as Okta and Shibboleth have them.
    let listed = replace(
        &beside(typed),
        "</xenc:CipherData></xenc:EncryptedKey>",
        r##"</xenc:CipherData><xenc:ReferenceList><xenc:DataReference URI="#d"/></xenc:ReferenceList><xenc:CarriedKeyName>n</xenc:CarriedKeyName></xenc:EncryptedKey>"##,
    );
    assert_eq!(open(&listed), plaintext);
}

#[test]
fn a_key_elsewhere_in_the_document() {
    let (text, rsa) = (message(), key("rsa"));
    let (before, key, after) = parts(&text);
    let retrieval = r##"<ds:RetrievalMethod URI="#k"/>"##;
    let wrapped = format!("<r>{before}{retrieval}{after}{key}</r>");
    let document = Document::parse(wrapped.as_bytes()).unwrap();
    let element = document.root().elements().next().unwrap();
    assert_eq!(
        decrypt(element, &rsa).unwrap().octets(),
        ASSERTION.as_bytes()
    );
    // Without the method nothing leads there.
    let lost = format!("<r>{before}{after}{key}</r>");
    let document = Document::parse(lost.as_bytes()).unwrap();
    let element = document.root().elements().next().unwrap();
    assert_eq!(
        decrypt(element, &rsa).map(|_| ()),
        Err(Error::NoEncryptedKey)
    );
    let twice = format!("<r>{before}{retrieval}{after}{key}{key}</r>");
    let document = Document::parse(twice.as_bytes()).unwrap();
    let element = document.root().elements().next().unwrap();
    let offset = twice.rfind("<xenc:EncryptedKey").unwrap();
    assert_eq!(
        decrypt(element, &rsa).map(|_| ()),
        Err(Error::DuplicateId { offset })
    );
}

#[test]
fn other_retrieval_is_refused() {
    for (uri, attributes, content) in [
        ("", "", ""),
        ("#", "", ""),
        ("#other", "", ""),
        ("https://example.com/key", "", ""),
        ("#xpointer(id('k'))", "", ""),
        (
            "#k",
            r#" Type="http://www.w3.org/2009/xmlenc11#DerivedKey""#,
            "",
        ),
        ("#k", "", "<ds:Transforms/>"),
    ] {
        let method = format!(
            r#"<ds:RetrievalMethod URI="{uri}"{attributes}>{content}</ds:RetrievalMethod>"#
        );
        match open(&beside(&method)) {
            Err(Error::UnsupportedRetrievalMethod { uri: stated }) => {
                assert_eq!(stated.as_str(), uri);
            }
            other => assert_eq!(other, Ok(vec![]), "{method}"),
        }
    }
    let none = Error::MissingAttribute { name: "URI" };
    assert_eq!(open(&beside("<ds:RetrievalMethod/>")), Err(none));
}

#[test]
fn algorithms_outside_the_list() {
    let (rsa, ec) = (message(), agreed());
    let cases = [
        (
            &rsa,
            "http://www.w3.org/2009/xmlenc11#aes256-gcm",
            "http://www.w3.org/2001/04/xmlenc#tripledes-cbc",
            "data encryption",
        ),
        (
            &rsa,
            "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
            "http://www.w3.org/2001/04/xmlenc#rsa-1_5",
            "key encryption",
        ),
        (
            &rsa,
            "http://www.w3.org/2000/09/xmldsig#sha1",
            "http://www.w3.org/2001/04/xmldsig-more#md5",
            "digest algorithm",
        ),
        (
            &ec,
            "http://www.w3.org/2009/xmlenc11#ConcatKDF",
            "http://www.w3.org/2009/xmlenc11#pbkdf2",
            "key derivation",
        ),
        (
            &ec,
            "http://www.w3.org/2009/xmlenc11#ECDH-ES",
            "http://www.w3.org/2009/xmlenc11#dh-es",
            "key encryption",
        ),
        (
            &ec,
            "http://www.w3.org/2001/04/xmlenc#kw-aes256",
            "http://www.w3.org/2001/04/xmlenc#kw-tripledes",
            "key encryption",
        ),
        (
            &rsa,
            "http://www.w3.org/2001/04/xmlenc#Element",
            "http://www.w3.org/2001/04/xmlenc#Content",
            "type of encrypted data",
        ),
    ];
    for (text, from, to, what) in cases {
        let error = open(&replace(text, from, to)).unwrap_err();
        assert!(error.is_unsupported());
        assert_eq!(error.to_string(), format!("unsupported {what} {to}"));
    }
    let mask = replace(
        &rsa,
        "<ds:DigestMethod",
        r#"<x:MGF xmlns:x="http://www.w3.org/2009/xmlenc11#" Algorithm="urn:mgf"/><ds:DigestMethod"#,
    );
    let error = open(&mask).unwrap_err();
    assert_eq!(
        error.to_string(),
        "unsupported mask generation function urn:mgf"
    );
    for (from, to) in [
        ("PartyVInfo=\"00\"", "PartyVInfo=\"04f0\""),
        ("PartyVInfo=\"00\"", "PartyVInfo=\"0\""),
        ("urn:oid:1.2.840.10045.3.1.7", "urn:oid:1.3.132.0.10"),
        ("ds:KeyValue", "ds:KeyName"),
    ] {
        let changed = ec.replace(from, to);
        assert_ne!(changed, ec);
        assert_eq!(open(&changed), Err(Error::UnsupportedParameters), "{to}");
    }
}

#[test]
fn a_key_for_someone_else_does_no_harm() {
    let text = message();
    let (before, key, after) = parts(&text);
    let foreign = replace(&key, "xmlenc#rsa-oaep-mgf1p", "xmlenc#rsa-1_5");
    let foreign = replace(&foreign, "Id=\"k\"", "Id=\"f\"");
    assert_eq!(
        open(&format!("{before}{foreign}{key}{after}")),
        Ok(ASSERTION.as_bytes().to_vec())
    );
}

#[test]
fn what_is_not_in_the_schema_is_refused() {
    let text = message();
    for (from, to) in [
        ("<xenc:EncryptedData", "<xenc:EncryptedData Extra=\"\""),
        ("<xenc:CipherData>", "<xenc:CipherData>text"),
        ("<xenc:CipherData>", "<xenc:CipherData Extra=\"\">"),
        (
            "</xenc:CipherData></xenc:EncryptedData>",
            "</xenc:CipherData><x/></xenc:EncryptedData>",
        ),
        ("</xenc:CipherValue>", "</xenc:CipherValue><x/>"),
        (
            "<ds:DigestMethod",
            "<ds:DigestMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\"/><ds:DigestMethod",
        ),
        ("<ds:DigestMethod", "<x/><ds:DigestMethod"),
        (
            "<saml:EncryptedAssertion",
            "<saml:EncryptedAssertion ID=\"x\"",
        ),
        (
            "</saml:EncryptedAssertion>",
            "<x/></saml:EncryptedAssertion>",
        ),
        (
            "</saml:EncryptedAssertion>",
            "text</saml:EncryptedAssertion>",
        ),
    ] {
        let error = open(&replace(&text, from, to)).unwrap_err();
        assert!(
            matches!(error, Error::UnexpectedContent { .. }),
            "{to}: {error}"
        );
    }
    let data = |name| Err(Error::MissingElement { name });
    assert_eq!(
        open(&replace(
            &text,
            "<xenc:CipherData>",
            "<x/><xenc:CipherData>"
        )),
        data("CipherData")
    );
    assert_eq!(
        open(&text.replace("CipherValue", "CipherVal")),
        data("CipherValue")
    );
    assert_eq!(
        open(&text.replace("xenc:EncryptedData", "xenc:Encrypted")),
        data("EncryptedData")
    );
    let doubled = text.replace(
        "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009",
        "<xenc:EncryptionMethod Algo=\"http://www.w3.org/2009",
    );
    assert!(matches!(
        open(&doubled),
        Err(Error::UnexpectedContent { .. })
    ));
    let nothing = replace(
        &text,
        " Algorithm=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\"",
        "",
    );
    assert_eq!(
        open(&nothing),
        Err(Error::MissingAttribute { name: "Algorithm" })
    );
}

#[test]
fn ciphertext_is_by_value_and_strict_base64() {
    let text = message();
    let reference = r#"<xenc:CipherReference URI="https://example.com/"/>"#;
    let start = text.rfind("<xenc:CipherValue>").unwrap();
    let end = text.rfind("</xenc:CipherData>").unwrap();
    let by_reference = format!("{}{reference}{}", &text[..start], &text[end..]);
    assert_eq!(
        open(&by_reference),
        Err(Error::CipherReference { offset: start })
    );
    for inserted in ["-", "=", "&#xA0;", "<!-- -->-"] {
        let at = start + "<xenc:CipherValue>".len() + 4;
        let changed = format!("{}{inserted}{}", &text[..at], &text[at..]);
        let error = Error::MalformedBase64 {
            name: "CipherValue",
        };
        assert_eq!(open(&changed), Err(error), "{inserted}");
    }
    // White space and comments mean nothing.
    for inserted in ["\n", " \t", "<!-- -->"] {
        let at = start + "<xenc:CipherValue>".len() + 5;
        let changed = format!("{}{inserted}{}", &text[..at], &text[at..]);
        assert_eq!(open(&changed), Ok(ASSERTION.as_bytes().to_vec()));
    }
}

#[test]
fn limits_are_kept() {
    let text = message();
    let exact = ASSERTION.len() + 28;
    let policy = |octets| Policy::new().with_ciphertext(octets);
    assert_eq!(
        open_with(&text, &policy(exact)).unwrap(),
        ASSERTION.as_bytes()
    );
    let limit = exact - 1;
    assert_eq!(
        open_with(&text, &policy(limit)),
        Err(Error::TooLong { limit })
    );
    let (before, key, after) = parts(&text);
    let many = key.repeat(9);
    let limit = Policy::MOST_KEYS;
    assert_eq!(
        open(&format!("{before}{many}{after}")),
        Err(Error::TooManyKeys { limit })
    );
    let narrow = Policy::new().with_limits(samlkit_xml::Limits::DEFAULT.with_bytes(10));
    assert_eq!(open_with(&text, &narrow), Err(Error::DecryptionFailed));
}

#[test]
fn a_key_size_must_be_true() {
    let sized = |size: &str| {
        let text = message();
        let method = "#aes256-gcm\"/>";
        let with =
            format!("#aes256-gcm\"><xenc:KeySize>{size}</xenc:KeySize></xenc:EncryptionMethod>");
        open(&replace(&text, method, &with))
    };
    assert_eq!(sized(" 256\n"), Ok(ASSERTION.as_bytes().to_vec()));
    for size in ["128", "", "x", "-256"] {
        assert_eq!(sized(size), Err(Error::UnsupportedParameters));
    }
}

#[test]
fn only_encrypted_elements() {
    let document = Document::parse(ASSERTION.as_bytes()).unwrap();
    let refused = decrypt(document.root(), &key("rsa")).map(|_| ());
    assert_eq!(refused, Err(Error::NotEncrypted { offset: 0 }));
    let text = message();
    let parsed = Document::parse(text.as_bytes()).unwrap();
    let data = parsed.root().elements().next().unwrap();
    let offset = data.offset();
    let refused = decrypt(data, &key("rsa")).map(|_| ());
    assert_eq!(refused, Err(Error::NotEncrypted { offset }));
    // Which is what the module for tools is for.
    let plaintext = document::decrypt(data, &key("rsa"), &Policy::new()).unwrap();
    assert_eq!(*plaintext, ASSERTION.as_bytes());
}

#[test]
fn a_point_off_the_curve_is_refused() {
    let text = agreed();
    let start = text.find("<dsig11:PublicKey>").unwrap() + "<dsig11:PublicKey>".len();
    let end = text.find("</dsig11:PublicKey>").unwrap();
    for point in ["", "AA==", "BAEC"] {
        let changed = format!("{}{point}{}", &text[..start], &text[end..]);
        assert_eq!(open(&changed), Err(Error::MalformedKey), "{point}");
    }
    let changed = format!("{}{}{}", &text[..start + 10], "AAAA", &text[start + 14..]);
    assert_eq!(open(&changed), Err(Error::MalformedKey));
}

#[test]
fn the_mode_of_the_data_is_reported() {
    for algorithm in BlockEncryption::ALL {
        let text = Encryptor::new(Recipient::from_public_key(public("p384")))
            .with_algorithm(algorithm)
            .encrypt(Kind::Assertion, ASSERTION, &SystemRandomness)
            .unwrap();
        let document = Document::parse(text.as_bytes()).unwrap();
        let decrypted = decrypt(document.root(), &key("p384")).unwrap();
        assert_eq!(decrypted.algorithm(), algorithm);
    }
}
