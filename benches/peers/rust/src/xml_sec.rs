//! Its profile for SAML, which wants to be told the element that must be covered.

use std::path::Path;

use peers_harness::{Canonical, Message, Peer, Scope, Setting, measure, read};
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
}

static PROVIDER: RustCryptoProvider = RustCryptoProvider;

pub(crate) fn make(setting: &Setting) -> Result<Box<dyn Peer>, String> {
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
        keys.push(VerificationKey {
            algorithm: SignatureAlgorithm::RsaSha256,
            public_key_bytes: key.to_der().map_err(text)?,
            certificate_der: None,
            name: None,
        });
    }
    Ok(Box::new(XmlSec {
        messages: compile(PolicyProfile::SecureSaml)?,
        documents: compile(PolicyProfile::Modern)?,
        keys,
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
        let mut reason = "no key".to_owned();
        for key in &self.keys {
            let request = VerificationRequest {
                expected_targets: &[target],
                ..VerificationRequest::default()
            };
            let verifier = security.verifier().map_err(text)?.key(key);
            let evidence = verifier.verify(&document, &request).map_err(text)?;
            if evidence.accepted(&document).map_err(text)? {
                return Ok(());
            }
            reason = "the element is not authenticated".to_owned();
        }
        Err(reason)
    }
}

impl Peer for XmlSec {
    fn scope(&self) -> Scope {
        Scope::Signature
    }

    fn check(&self, message: &Message) -> Result<(), String> {
        let id = id_of(&message.xml, "Assertion").ok_or("no assertion")?;
        self.verify(&self.messages, &message.xml, id)
    }

    fn verify_file(&self, file: &Path) -> Result<(), String> {
        let xml = &read(file)?;
        let id = id_of(xml, "EntitiesDescriptor").ok_or("no identifier")?;
        self.verify(&self.documents, xml, id)
    }

    fn canonicalize(&self, xml: &str, times: usize) -> Option<Result<Canonical, String>> {
        let algorithm = C14nAlgorithm::new(C14nMode::Exclusive1_0, false);
        let run = || -> Result<Canonical, String> {
            let document = xml_sec::XmlDocument::parse(xml).map_err(text)?;
            let octets = canonicalize_document(&document, &algorithm).map_err(text)?;
            let nanos = measure(times, || canonicalize_document(&document, &algorithm));
            Ok(Canonical::new(&octets, nanos))
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
