//! libxmlsec1's signature verification through the crate xmlsec, libxml2's canonicalization through the crate libxml.

use std::cell::RefCell;
use std::path::Path;
use std::process::ExitCode;

use libxml::parser::{Parser, ParserOptions};
use libxml::tree::Document;
use libxml::tree::c14n::{CanonicalizationMode, CanonicalizationOptions};
use peers_harness::{
    Canonical, Maker, Message, Peer, Scope, Setting, Unready, measure, read, serve,
};
use xmlsec::{XmlSecDocumentExt as _, XmlSecKey, XmlSecKeyFormat, XmlSecSignatureContext};

const PEERS: [Maker; 1] = [("C libxmlsec1, crate xmlsec 0.3.0", make)];

fn main() -> ExitCode {
    serve(&PEERS)
}

struct XmlSec {
    /// A context verifies once and then gives its key back.
    keys: RefCell<Vec<XmlSecKey>>,
    huge: bool,
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn make(setting: &Setting) -> Result<Box<dyn Peer>, Unready> {
    // Which element a signature covers is left to the caller.
    if setting.wishes.signed_response {
        return Err(Unready::Unable);
    }
    let mut keys = Vec::new();
    for der in &setting.certificates {
        keys.push(XmlSecKey::from_memory(der, XmlSecKeyFormat::CertDer, None).map_err(text)?);
    }
    Ok(Box::new(XmlSec {
        keys: RefCell::new(keys),
        huge: setting.large,
    }))
}

fn parse(xml: &str, huge: bool) -> Result<Document, String> {
    let options = ParserOptions {
        recover: false,
        no_net: true,
        huge,
        ..ParserOptions::default()
    };
    Parser::default()
        .parse_string_with_options(xml, options)
        .map_err(|error| format!("{error:?}"))
}

impl XmlSec {
    /// Verifies the signatures that the path selects, each with one of the keys.
    fn verify(&self, document: &Document, path: &str) -> Result<(), String> {
        let context = libxml::xpath::Context::new(document).map_err(|()| "no XPath")?;
        context
            .register_namespace("ds", "http://www.w3.org/2000/09/xmldsig#")
            .map_err(|()| "no XPath")?;
        let found = context.evaluate(path).map_err(|()| "no XPath")?;
        let signatures = found.get_nodes_as_vec();
        if signatures.is_empty() {
            return Err("no signature".to_owned());
        }
        let mut keys = self.keys.borrow_mut();
        for signature in &signatures {
            let mut verified = false;
            for _ in 0..keys.len() {
                let mut context = XmlSecSignatureContext::new();
                context.insert_key(keys.remove(0));
                verified = context.verify_node(signature).unwrap_or(false);
                let key = context.release_key().ok_or("the key is gone")?;
                if verified {
                    keys.insert(0, key);
                    break;
                }
                keys.push(key);
            }
            if !verified {
                return Err("a signature does not verify".to_owned());
            }
        }
        Ok(())
    }
}

impl Peer for XmlSec {
    fn scope(&self) -> Scope {
        Scope::Signature
    }

    fn check(&self, message: &Message) -> Result<(), String> {
        let document = parse(&message.xml, self.huge)?;
        document
            .specify_idattr("//*[@ID]", "ID", None)
            .map_err(text)?;
        self.verify(&document, "//ds:Signature")
    }

    fn verify_file(&self, file: &Path) -> Result<(), String> {
        let xml = &read(file)?;
        let document = parse(xml, true)?;
        document.specify_idattr("/*", "ID", None).map_err(text)?;
        self.verify(&document, "/*/ds:Signature")
    }

    fn canonicalize(&self, xml: &str, times: usize) -> Option<Result<Canonical, String>> {
        let run = || -> Result<Canonical, String> {
            let write = |document: &Document| {
                let options = CanonicalizationOptions {
                    mode: CanonicalizationMode::ExclusiveCanonical1_0,
                    ..CanonicalizationOptions::default()
                };
                let written = document.canonicalize(options, None);
                written.map_err(|()| "libxml2 refuses".to_owned())
            };
            let document = parse(xml, true)?;
            let octets = write(&document)?;
            let nanos = measure(times, || write(&document));
            let both = || parse(xml, true).and_then(|document| write(&document));
            Ok(Canonical::new(
                octets.as_bytes(),
                nanos,
                measure(times, both),
            ))
        };
        Some(run())
    }
}
