//! Its profile for SAML, which wants to be told the element that must be covered.

use std::path::Path;

use peers_harness::{Canonical, Message, Peer, Scope, Setting, Unready, measure, read};
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode as _, Encode as _};
use xml_sec::XmlSecurity;
use xml_sec::api::Operation;
use xml_sec::c14n::{C14nAlgorithm, C14nMode, canonicalize_document};
use xml_sec::policy::{CompiledPolicies, PolicyCompileContext, PolicyCompiler, PolicyProfile};
use xml_sec::provider::RustCryptoProvider;
use xml_sec::xmldsig::{SignatureAlgorithm, VerificationKey, VerificationRequest};

use crate::text;

struct XmlSec {
    messages: CompiledPolicies,
    documents: CompiledPolicies,
    keys: Vec<VerificationKey>,
    /// The elements one of which must be covered.
    elements: &'static [&'static str],
}

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// A key is for one algorithm. The first is the one of the messages that are timed.
const WITH_RSA: &[SignatureAlgorithm] = &[
    SignatureAlgorithm::RsaSha256,
    SignatureAlgorithm::RsaSha384,
    SignatureAlgorithm::RsaSha512,
];
const WITH_EC: &[SignatureAlgorithm] = &[SignatureAlgorithm::EcdsaSha256];

static PROVIDER: RustCryptoProvider = RustCryptoProvider;

pub(crate) fn make(setting: &Setting) -> Result<Box<dyn Peer>, Unready> {
    let compile = |profile| {
        PolicyCompiler::new(profile, &PROVIDER, None)
            .and_then(|compiler| {
                compiler.compile(&PolicyCompileContext {
                    external_resources: false,
                    target_evidence: true,
                })
            })
            .map_err(text)
    };
    let mut keys = Vec::new();
    for der in &setting.certificates {
        let certificate = x509_cert::Certificate::from_der(der).map_err(text)?;
        let key = certificate.tbs_certificate.subject_public_key_info;
        let rsa = key.algorithm.oid == RSA;
        let octets = key.to_der().map_err(text)?;
        for algorithm in if rsa { WITH_RSA } else { WITH_EC } {
            keys.push(VerificationKey {
                algorithm: *algorithm,
                public_key_bytes: octets.clone(),
                certificate_der: None,
                name: None,
            });
        }
    }
    Ok(Box::new(XmlSec {
        messages: compile(PolicyProfile::SecureSaml)?,
        documents: compile(PolicyProfile::Modern)?,
        keys,
        elements: if setting.wishes.signed_response {
            &["Response"]
        } else if setting.wishes.either_signature {
            &["Assertion", "Response"]
        } else {
            &["Assertion"]
        },
    }))
}

impl XmlSec {
    fn verify(&self, policies: &CompiledPolicies, xml: &str, id: &str) -> Result<(), String> {
        let security = XmlSecurity::new(policies, &PROVIDER).map_err(text)?;
        let document = security
            .parse_document(xml, Operation::Verify)
            .map_err(text)?;
        let target = document
            .with_view(|view| view.node_for_id(id, &[]))
            .ok_or("the element is absent or ambiguous")?;
        let mut reasons = Vec::new();
        for key in &self.keys {
            let request = VerificationRequest {
                expected_targets: &[target],
                ..VerificationRequest::default()
            };
            let verifier = security.verifier().map_err(text)?.key(key);
            reasons.push(match verifier.verify(&document, &request).map_err(text) {
                Ok(evidence) if evidence.accepted(&document).map_err(text)? => return Ok(()),
                Ok(_) => "the element is not authenticated".to_owned(),
                Err(error) => error,
            });
        }
        reasons.dedup();
        Err(reasons.join("; "))
    }
}

impl Peer for XmlSec {
    fn scope(&self) -> Scope {
        Scope::Signature
    }

    fn check(&self, message: &Message) -> Result<(), String> {
        let mut last = Err("no element to be covered".to_owned());
        for element in self.elements {
            if let Some(id) = id_of(&message.xml, element) {
                last = self.verify(&self.messages, &message.xml, id);
            }
            if last.is_ok() {
                break;
            }
        }
        last
    }

    fn verify_file(&self, file: &Path) -> Result<(), String> {
        let xml = &read(file)?;
        let id = id_of(xml, "EntitiesDescriptor").ok_or("no identifier")?;
        self.verify(&self.documents, xml, id)
    }

    fn canonicalize(&self, xml: &str, times: usize) -> Option<Result<Canonical, String>> {
        let algorithm = C14nAlgorithm::new(C14nMode::Exclusive1_0, false);
        let run = || -> Result<Canonical, String> {
            let parse = || xml_sec::XmlDocument::parse(xml).map_err(text);
            let write = |document: &xml_sec::XmlDocument| {
                canonicalize_document(document, &algorithm).map_err(text)
            };
            let document = parse()?;
            let octets = write(&document)?;
            let nanos = measure(times, || write(&document));
            let both = || parse().and_then(|document| write(&document));
            Ok(Canonical::new(&octets, nanos, measure(times, both)))
        };
        Some(run())
    }
}

/// The ID of the first start tag with this local name. What is found is only asked for, never believed.
fn id_of<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    let tag = xml.split('<').skip(1).find(|piece| {
        let tag = piece
            .split([' ', '>', '/', '\n'])
            .next()
            .unwrap_or_default();
        tag.rsplit(':').next() == Some(name)
    })?;
    let tag = tag.split('>').next()?;
    tag.split(" ID=\"").nth(1)?.split('"').next()
}
