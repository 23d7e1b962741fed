//! A signature put together from its parts, so that its value is right whatever the parts say.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlkit_crypto::{DigestAlgorithm, SignatureAlgorithm, Signer as _};
use samlkit_dsig::{Error, Policy, Verifier};
use samlkit_xml::Document;

use crate::signing;

pub(crate) const EXC: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub(crate) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// The parts of a signature, all of them sound to begin with and in canonical form.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) id: String,
    pub(crate) signature_attributes: String,
    pub(crate) info_attributes: String,
    pub(crate) canonicalization: String,
    pub(crate) algorithm: SignatureAlgorithm,
    pub(crate) method: String,
    pub(crate) references: String,
    pub(crate) after_references: String,
    /// What is replaced in all of these, once, before it is signed.
    pub(crate) edit: (String, String),
    pub(crate) value_attributes: String,
    pub(crate) after_value: String,
}

pub(crate) fn transform(uri: &str) -> String {
    transform_with(uri, "")
}

pub(crate) fn transform_with(uri: &str, content: &str) -> String {
    format!("<ds:Transform Algorithm=\"{uri}\">{content}</ds:Transform>")
}

/// A reference with the digest of the element without its signature.
pub(crate) fn reference(uri: &str, id: &str, transforms: &str) -> String {
    let content = format!("<a{id}></a>");
    let digest = DigestAlgorithm::Sha256.digest(content.as_bytes());
    let value = base64(digest.as_bytes());
    format!(
        "<ds:Reference{uri}><ds:Transforms>{transforms}</ds:Transforms>\
         <ds:DigestMethod Algorithm=\"{SHA256}\"></ds:DigestMethod>\
         <ds:DigestValue>{value}</ds:DigestValue></ds:Reference>"
    )
}

pub(crate) fn base64(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

impl Parts {
    pub(crate) fn new() -> Self {
        let transforms = transform(ENVELOPED) + &transform(EXC);
        Self {
            id: " ID=\"_a\"".to_owned(),
            signature_attributes: String::new(),
            info_attributes: String::new(),
            canonicalization: format!(
                "<ds:CanonicalizationMethod Algorithm=\"{EXC}\"></ds:CanonicalizationMethod>"
            ),
            algorithm: SignatureAlgorithm::EcdsaSha256,
            method: String::new(),
            references: reference(" URI=\"#_a\"", " ID=\"_a\"", &transforms),
            after_references: String::new(),
            edit: (String::new(), String::new()),
            value_attributes: String::new(),
            after_value: String::new(),
        }
    }

    pub(crate) fn with_reference(mut self, uri: &str, transforms: &str) -> Self {
        self.references = reference(uri, &self.id, transforms);
        self
    }

    pub(crate) fn with_edit(mut self, from: &str, to: &str) -> Self {
        self.edit = (from.to_owned(), to.to_owned());
        self
    }

    /// The key that signs by the algorithm.
    pub(crate) fn key(&self) -> &'static str {
        match self.algorithm {
            SignatureAlgorithm::EcdsaSha256 => "p256",
            _ => "idp",
        }
    }

    /// The element with its signature, the value of which is right.
    pub(crate) fn sign(&self) -> String {
        let declared = " xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"";
        let inside = format!(
            "{}<ds:SignatureMethod Algorithm=\"{}\">{}</ds:SignatureMethod>{}{}",
            self.canonicalization,
            self.algorithm.uri(),
            self.method,
            self.references,
            self.after_references
        );
        let (from, to) = &self.edit;
        assert!(inside.contains(from), "nothing to edit: {from}");
        let inside = inside.replacen(from, to, 1);
        let attributes = &self.info_attributes;
        let octets = format!("<ds:SignedInfo{declared}{attributes}>{inside}</ds:SignedInfo>");
        let value = signing::signer(self.key(), self.algorithm)
            .sign(octets.as_bytes())
            .expect("a value");
        format!(
            "<a{}><ds:Signature{declared}{}><ds:SignedInfo{attributes}>{inside}</ds:SignedInfo>\
             <ds:SignatureValue{}>{}</ds:SignatureValue>{}</ds:Signature></a>",
            self.id,
            self.signature_attributes,
            self.value_attributes,
            base64(&value),
            self.after_value
        )
    }
}

pub(crate) fn verify_by(key: &str, text: &str, policy: Policy) -> Result<(), Error> {
    let document = Document::parse(text.as_bytes()).expect("well-formed");
    let keys = signing::trusted(key);
    Verifier::new(&keys)
        .expect("a key")
        .with_policy(policy)
        .verify(document.root())
        .map(drop)
}

pub(crate) fn verify_with(text: &str, policy: Policy) -> Result<(), Error> {
    verify_by("p256", text, policy)
}

pub(crate) fn verify(parts: &Parts) -> Result<(), Error> {
    verify_by(parts.key(), &parts.sign(), Policy::new())
}
