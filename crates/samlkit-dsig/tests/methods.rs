//! The algorithms of a signature and their parameters: what a trusted key signed with others than these, or with more to them
//! than is known, is refused.
#![expect(
    clippy::expect_used,
    reason = "what cannot be signed must stop the test"
)]

#[path = "support/parts.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod parts;
#[path = "support/signing.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod signing;

use samlkit_crypto::{DigestAlgorithm, PssParameters, SignatureAlgorithm};
use samlkit_dsig::Error;

use parts::{ENVELOPED, EXC, Parts, transform, transform_with, verify};

const C14N: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const MORE: &str = "http://www.w3.org/2007/05/xmldsig-more#";

fn is_unexpected(verdict: &Result<(), Error>) -> bool {
    matches!(verdict, Err(Error::UnexpectedContent { .. }))
}

/// `InclusiveNamespaces` with these attributes.
fn prefixes(attributes: &str, content: &str) -> String {
    format!(
        "<ec:InclusiveNamespaces xmlns:ec=\"{EXC}\"{attributes}>{content}</ec:InclusiveNamespaces>"
    )
}

/// A signature whose `SignedInfo`, or whose element, is canonicalized by this method with this content.
fn canonicalized(by: &str, content: &str) -> [Parts; 2] {
    let mut info = Parts::new();
    info.canonicalization = format!(
        "<ds:CanonicalizationMethod Algorithm=\"{by}\">{content}</ds:CanonicalizationMethod>"
    );
    let transforms = transform(ENVELOPED) + &transform_with(by, content);
    [
        info,
        Parts::new().with_reference(" URI=\"#_a\"", &transforms),
    ]
}

/// ExcC14N §3: the list is a parameter of exclusive canonicalization, and no other takes one.
#[test]
fn a_list_of_prefixes_is_for_exclusive_canonicalization() {
    let list = prefixes(" PrefixList=\"ds\"", "");
    for (by, content) in [(EXC, list.as_str()), (EXC, &prefixes("", "")), (C14N, "")] {
        for parts in canonicalized(by, content) {
            assert_eq!(verify(&parts), Ok(()), "{by} {content}");
        }
    }
    for (by, content) in [
        (C14N, list.as_str()),
        (C14N, &prefixes("", "")),
        (EXC, &[list.as_str(), &list].concat()),
        (EXC, &prefixes(" PrefixList=\"ds\" more=\"\"", "")),
        (EXC, &prefixes("", "text")),
        (EXC, &prefixes("", "<ec:a></ec:a>")),
        (EXC, &list.replace("InclusiveNamespaces", "Other")),
        (EXC, "text"),
    ] {
        for parts in canonicalized(by, content) {
            assert!(is_unexpected(&verify(&parts)), "{by} {content}");
        }
    }
}

/// A signature by RSA-PSS with a salt of this length, and with these parameters.
fn pss(salt_length: u32, content: &str) -> Result<(), Error> {
    let sha256 = DigestAlgorithm::Sha256;
    let parameters = PssParameters::new(sha256, sha256, salt_length, 1).expect("sound parameters");
    let mut parts = Parts::new();
    parts.algorithm = SignatureAlgorithm::from_pss_parameters(parameters);
    parts.method = content.to_owned();
    let uri = parts.algorithm.uri();
    verify(&parts.with_edit(uri, &format!("{MORE}rsa-pss")))
}

fn parameters(content: &str) -> String {
    format!("<p:RSAPSSParams xmlns:p=\"{MORE}\">{content}</p:RSAPSSParams>")
}

#[test]
fn the_parameters_of_pss() {
    let method = |uri: &str| format!("<ds:DigestMethod Algorithm=\"{uri}\"></ds:DigestMethod>");
    let sha256 = method(DigestAlgorithm::Sha256.uri());
    let mask = |by: &str, content: &str| {
        format!("<p:MaskGenerationFunction Algorithm=\"{by}\">{content}</p:MaskGenerationFunction>")
    };
    let mgf1 = format!("{MORE}MGF1");
    let salt = "<p:SaltLength>32</p:SaltLength>";
    let trailer = "<p:TrailerField>1</p:TrailerField>";
    assert_eq!(pss(32, ""), Ok(()));
    for sound in [
        String::new(),
        sha256.clone(),
        mask(&mgf1, ""),
        mask(&mgf1, &sha256),
        salt.to_owned(),
        trailer.to_owned(),
        [&*sha256, &mask(&mgf1, &sha256), salt, trailer].concat(),
    ] {
        assert_eq!(pss(32, &parameters(&sound)), Ok(()), "{sound}");
    }
    for unsupported in [
        mask(&format!("{MORE}MGF2"), &sha256),
        "<p:TrailerField>2</p:TrailerField>".to_owned(),
        "<p:SaltLength>959</p:SaltLength>".to_owned(),
    ] {
        let verdict = pss(32, &parameters(&unsupported));
        assert_eq!(verdict, Err(Error::UnsupportedParameters), "{unsupported}");
    }
    for unexpected in [
        [salt, &sha256].concat(),
        [salt, salt].concat(),
        [&*sha256, &sha256].concat(),
        mask(&mgf1, &[&*sha256, &sha256].concat()),
        "<p:Other></p:Other>".to_owned(),
        "text".to_owned(),
    ] {
        let verdict = pss(32, &parameters(&unexpected));
        assert!(is_unexpected(&verdict), "{unexpected}: {verdict:?}");
    }
    let twice = parameters("").repeat(2);
    assert!(is_unexpected(&pss(32, &twice)));
    let more = format!("<p:RSAPSSParams xmlns:p=\"{MORE}\" a=\"\"></p:RSAPSSParams>");
    assert!(is_unexpected(&pss(32, &more)));
    // What was signed by other parameters than those that are named.
    for other in [20, 31, 33] {
        assert_eq!(pss(other, ""), Err(Error::SignatureMismatch), "{other}");
        let verdict = pss(other, &parameters(salt));
        assert_eq!(verdict, Err(Error::SignatureMismatch), "{other}");
    }
}

/// A number is digits, four at most, with white space around it and nothing else.
#[test]
fn a_length_has_few_digits() {
    let with = |text: &str| {
        let content = format!("<p:SaltLength>{text}</p:SaltLength>");
        pss(32, &parameters(&content))
    };
    for text in ["32", "032", "0032", " \t\n32\n", " 0032 "] {
        assert_eq!(with(text), Ok(()), "{text:?}");
    }
    for text in [
        "",
        " ",
        "00032",
        "+32",
        "-32",
        "3 2",
        "32x",
        "0x20",
        "32.",
        "\u{661}",
        "\u{a0}32",
        "4294967328",
    ] {
        assert_eq!(with(text), Err(Error::UnsupportedParameters), "{text:?}");
    }
}
