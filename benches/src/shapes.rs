//! Messages that an attacker would send: one construct, `n` times.

use core::fmt::Write as _;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlkit::{
    DecryptionKey, Expected, IdentityProvider, InMemoryReplay, ServiceProvider, Timestamp,
    TrustedKey, parse_date_time,
};
use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_crypto::{DigestAlgorithm, PrivateKey, SignatureAlgorithm, Signer as _, SigningKey};
use samlkit_dsig::sign::Template;
use samlkit_testing::TestKey;
use samlkit_xml::{Document, Limits};

/// A name, and a document with `n` of something.
pub type Shape = (&'static str, fn(usize) -> String);

/// Documents whose cost is that of parsing, of canonicalization and of looking at the IDs.
pub const DOCUMENTS: [Shape; 12] = [
    ("siblings", |n| wrap(&"<b/>".repeat(n))),
    ("escapes", |n| wrap(&"&lt;".repeat(n))),
    ("character references", |n| wrap(&"&#x10FFFF;".repeat(n))),
    ("comments", |n| wrap(&"x<!---->".repeat(n))),
    ("prefixes", |n| {
        wrap(&each(n, |i| format!("<p{i}:b xmlns:p{i}='urn:{i}'/>")))
    }),
    ("redeclarations", |n| {
        wrap(&each(n, |i| format!("<p:b xmlns:p='urn:{i}'/>")))
    }),
    ("nested declarations", |n| {
        each(n, |i| format!("<p{i}:b xmlns:p{i}='urn:{i}'>"))
            + &each(n, |i| format!("</p{}:b>", n - 1 - i))
    }),
    ("declarations of one element", |n| {
        format!(
            "<a{}><b/></a>",
            each(n, |i| format!(" xmlns:p{i}='urn:{i}'"))
        )
    }),
    ("attributes of one element", |n| {
        format!("<a{}/>", each(n, |i| format!(" a{i}=''")))
    }),
    ("attributes by 256", |n| {
        let element = format!("<b{}/>", each(256, |i| format!(" a{i}=''")));
        wrap(&element.repeat(n / 256))
    }),
    ("depth", |n| "<a>".repeat(n) + &"</a>".repeat(n)),
    ("IDs", |n| {
        format!("<a ID='_'>{}</a>", each(n, |i| format!("<b ID='_{i}'/>")))
    }),
];

/// The one of [`DOCUMENTS`] with this name.
#[must_use]
pub fn document(name: &str, n: usize) -> String {
    let shape = DOCUMENTS.iter().find(|(known, _)| *known == name);
    let (_, make) = shape.expect("there is such a shape");
    make(n)
}

/// Signed by the trusted key: what an identity provider, or a stolen key, could send. `Verifier`, whatever its verdict.
pub const SIGNED: [Shape; 8] = [
    ("signatures", |n| {
        let one = signature(&reference(&DEFAULT_TRANSFORMS), "", "");
        signed(&one.repeat(n))
    }),
    ("references", |n| {
        signed(&signature(
            &reference(&DEFAULT_TRANSFORMS).repeat(n),
            "",
            "",
        ))
    }),
    ("transforms", |n| {
        signed(&signature(&reference(&EXCLUSIVE.repeat(n)), "", ""))
    }),
    ("prefixes in a PrefixList, of n references", |n| {
        let list = each(n, |i| format!(" p{i}"));
        let list = format!(
            "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"{}\"></ec:InclusiveNamespaces>",
            list.trim_start()
        );
        signed(&signature(
            &reference(&DEFAULT_TRANSFORMS).repeat(n),
            &list,
            "",
        ))
    }),
    ("prefixes in scope of a PrefixList", |n| {
        let list = each(n, |i| format!(" p{i}"));
        let list = format!(
            "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"{}\"></ec:InclusiveNamespaces>",
            list.trim_start()
        );
        let declared = each(n, |i| format!(" xmlns:p{i}=\"urn:{i}\""));
        signed(&signature(&reference(&DEFAULT_TRANSFORMS), &list, "")).replacen(
            " ID",
            &format!("{declared} ID"),
            1,
        )
    }),
    ("certificates", |n| {
        let certificates = "<ds:X509Certificate>MIIC</ds:X509Certificate>".repeat(n);
        let info = format!("<ds:X509Data>{certificates}</ds:X509Data>");
        signed(&signature(&reference(&DEFAULT_TRANSFORMS), "", &info))
    }),
    ("X509Data", |n| {
        let info = "<ds:X509Data><ds:X509Certificate>MIIC</ds:X509Certificate></ds:X509Data>";
        signed(&signature(
            &reference(&DEFAULT_TRANSFORMS),
            "",
            &info.repeat(n),
        ))
    }),
    ("white space in base64", |n| {
        signed(&signature(&reference(&DEFAULT_TRANSFORMS), "", "")).replace(
            "<ds:SignatureValue>",
            &format!("<ds:SignatureValue>{}", " ".repeat(n)),
        )
    }),
];

/// Responses to the service provider.
pub const RESPONSES: [Shape; 7] = [
    ("groups", |n| {
        let values = each(n, |i| format!("<AttributeValue>{i}</AttributeValue>"));
        response(
            "",
            &format!(
                "<AttributeStatement><Attribute Name=\"groups\">{values}</Attribute></AttributeStatement>"
            ),
        )
    }),
    ("attributes of one name", |n| {
        let attribute = "<Attribute Name=\"a\"><AttributeValue>b</AttributeValue></Attribute>";
        response(
            "",
            &format!(
                "<AttributeStatement>{}</AttributeStatement>",
                attribute.repeat(n)
            ),
        )
    }),
    ("audiences", |n| {
        response(&each(n, |i| format!("<Audience>urn:{i}</Audience>")), "")
    }),
    ("comments in a name", |n| {
        response("", "").replacen(
            "britta",
            &("b".to_owned() + &"<!---->".repeat(n) + "ritta"),
            1,
        )
    }),
    ("statements", |n| {
        response("", &"<AuthnStatement AuthnInstant=\"2026-01-15T10:00:00Z\"><AuthnContext><AuthnContextClassRef>urn:a</AuthnContextClassRef></AuthnContext></AuthnStatement>".repeat(n))
    }),
    ("assertions", |n| {
        let one = unsigned_response("", "");
        let from = one.find("<Assertion").expect("an assertion");
        let to = one.find("</samlp:Response>").expect("an end");
        let all = each(n, |i| one[from..to].replace("_a", &format!("_a{i}")));
        [&one[..from], &all, &one[to..]].concat()
    }),
    ("encrypted keys", |n| {
        let key = "<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p\"/><xenc:CipherData><xenc:CipherValue>AAAA</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>";
        let one = unsigned_response("", "");
        let from = one.find("<Assertion").expect("an assertion");
        let to = one.find("</samlp:Response>").expect("an end");
        let encrypted = format!(
            "<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"><xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\"><xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes128-gcm\"/><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{}</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>AAAA</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>",
            key.repeat(n)
        );
        [&one[..from], &encrypted, &one[to..]].concat()
    }),
];

/// Wide enough for the shapes that the defaults refuse at once.
pub const LIMITS: Limits = Limits::DEFAULT
    .with_depth(1 << 20)
    .with_namespaces(1 << 20)
    .with_attributes(1 << 20);

fn wrap(content: &str) -> String {
    format!("<a>{content}</a>")
}

fn each(n: usize, piece: impl Fn(usize) -> String) -> String {
    (0..n).fold(String::new(), |mut all, i| {
        write!(all, "{}", piece(i)).expect("writing to a string");
        all
    })
}

const EXCLUSIVE: &str =
    "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform>";
static DEFAULT_TRANSFORMS: LazyLock<String> = LazyLock::new(|| {
    "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform>".to_owned() + EXCLUSIVE
});

fn private_key() -> PrivateKey {
    PrivateKey::from_pem(TestKey::P256.private_pem()).expect("it is committed")
}

static SIGNER: LazyLock<SigningKey> = LazyLock::new(|| {
    SigningKey::new(private_key(), SignatureAlgorithm::EcdsaSha256).expect("a fitting algorithm")
});

/// The key that the shapes are signed with.
#[must_use]
pub fn trusted() -> [TrustedKey; 2] {
    // A second one, so that the certificates of the message are looked at.
    let key = TrustedKey::from_public_key(private_key().public_key().clone());
    [crate::key(), key]
}

/// The element that the signatures below are of.
fn signed(signature: &str) -> String {
    format!("<a ID=\"_a\">{signature}</a>")
}

/// The reference to the element, whose octets without its signature are known.
fn reference(transforms: &str) -> String {
    let digest = DigestAlgorithm::Sha256.digest(signed("").as_bytes());
    format!(
        "<ds:Reference URI=\"#_a\"><ds:Transforms>{transforms}</ds:Transforms><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod><ds:DigestValue>{}</ds:DigestValue></ds:Reference>",
        STANDARD.encode(digest.as_bytes())
    )
}

/// A signature with a value that is right.
fn signature(references: &str, prefix_list: &str, key_info: &str) -> String {
    let inside = format!(
        "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">{prefix_list}</ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\"></ds:SignatureMethod>{references}"
    );
    let declared = "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"";
    let canonical = format!("<ds:SignedInfo {declared}>{inside}</ds:SignedInfo>");
    let value = SIGNER.sign(canonical.as_bytes()).expect("a signature");
    format!(
        "<ds:Signature {declared}><ds:SignedInfo>{inside}</ds:SignedInfo><ds:SignatureValue>{}</ds:SignatureValue><ds:KeyInfo>{key_info}</ds:KeyInfo></ds:Signature>",
        STANDARD.encode(value)
    )
}

fn unsigned_response(audiences: &str, statements: &str) -> String {
    format!(
        "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_r\" Version=\"2.0\" IssueInstant=\"2026-01-15T10:00:00Z\" Destination=\"https://sp.example/acs\" InResponseTo=\"_q\"><Issuer xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\">https://idp.example</Issuer><samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status><Assertion xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_a\" Version=\"2.0\" IssueInstant=\"2026-01-15T10:00:00Z\"><Issuer>https://idp.example</Issuer><Subject><NameID>britta</NameID><SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><SubjectConfirmationData InResponseTo=\"_q\" NotOnOrAfter=\"2026-01-15T11:00:00Z\" Recipient=\"https://sp.example/acs\"/></SubjectConfirmation></Subject><Conditions NotBefore=\"2026-01-15T09:55:00Z\" NotOnOrAfter=\"2026-01-15T11:00:00Z\"><AudienceRestriction>{audiences}<Audience>https://sp.example</Audience></AudienceRestriction></Conditions><AuthnStatement AuthnInstant=\"2026-01-15T10:00:00Z\"><AuthnContext><AuthnContextClassRef>urn:a</AuthnContextClassRef></AuthnContext></AuthnStatement>{statements}</Assertion></samlp:Response>"
    )
}

fn response(audiences: &str, statements: &str) -> String {
    let text = unsigned_response(audiences, statements);
    let document = Document::parse(text.as_bytes()).expect("well-formed");
    let assertion = document
        .elements()
        .find(|element| element.attribute("ID") == Some("_a"))
        .expect("an assertion");
    Template::new().sign(assertion, &*SIGNER).expect("signs")
}

/// The service provider that the responses are for.
#[must_use]
pub fn provider() -> ServiceProvider {
    let idp = IdentityProvider::new("https://idp.example", trusted().to_vec()).expect("sound");
    ServiceProvider::new("https://sp.example", "https://sp.example/acs", idp)
        .expect("a sound configuration")
        .with_decryptor(DecryptionKey::new(private_key()))
}

/// What is done with a shape.
pub type Operation = (&'static str, fn(&str) -> bool);

/// What is done with [`DOCUMENTS`]; each says whether it came to the end.
pub const ON_DOCUMENTS: [Operation; 4] = [
    ("parse", |text| parse(text).is_some()),
    ("exclusive", |text| canonical(text, Algorithm::Exclusive)),
    ("inclusive", |text| {
        canonical(text, Algorithm::CanonicalXml10)
    }),
    ("IDs", |text| {
        parse(text).is_some_and(|document| samlkit_dsig::check_ids(&document).is_ok())
    }),
];

/// What is done with [`SIGNED`].
pub const ON_SIGNED: [Operation; 2] = [
    ("Verifier", |text| {
        let keys = trusted();
        parse(text).is_some_and(|document| {
            samlkit_dsig::Verifier::new(&keys)
                .and_then(|verifier| verifier.verify(document.root()))
                .is_ok()
        })
    }),
    ("document::verify", |text| {
        let policy = samlkit_dsig::Policy::new();
        parse(text).is_some_and(|document| {
            samlkit_dsig::document::verify(&document, &trusted(), policy).is_ok()
        })
    }),
];

/// What is done with [`RESPONSES`].
pub const ON_RESPONSES: [Operation; 2] = [
    ("accept", |text| {
        let replay = InMemoryReplay::new(1);
        provider()
            .accept_xml(text.as_bytes(), Expected::answer_to("_q"), now(), &replay)
            .is_ok()
    }),
    ("diagnose", |text| {
        provider()
            .diagnose_xml(text.as_bytes(), Expected::answer_to("_q"), now())
            .rejection()
            .is_none()
    }),
];

fn now() -> Timestamp {
    parse_date_time("2026-01-15T10:01:00Z").expect("a time")
}

fn parse(text: &str) -> Option<Document<'_>> {
    Document::parse_with(text.as_bytes(), &LIMITS).ok()
}

fn canonical(text: &str, algorithm: Algorithm) -> bool {
    let mut out = Vec::new();
    parse(text).is_some_and(|document| {
        Canonicalizer::new(algorithm)
            .document(&document, &mut out)
            .is_ok()
    })
}
