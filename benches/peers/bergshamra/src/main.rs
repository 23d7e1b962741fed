//! bergshamra's signature verification and canonicalization, with the provider that it was built with.

use std::path::Path;
use std::process::ExitCode;

use bergshamra::c14n::{C14nMode, canonicalize_doc};
use bergshamra::keys::loader::load_x509_cert_der;
use bergshamra::xml::uppsala;
use bergshamra::{DsigContext, KeysManager, verify, verify_all};
use peers_harness::{Canonical, Maker, Message, Peer, Scope, Setting, measure, read, serve};

const PEERS: [Maker; 1] = [(
    if cfg!(feature = "aws-lc") {
        "bergshamra 0.11.1, AWS-LC"
    } else {
        "bergshamra 0.11.1, RustCrypto"
    },
    make,
)];

fn main() -> ExitCode {
    serve(&PEERS)
}

struct Bergshamra {
    context: DsigContext,
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn make(setting: &Setting) -> Result<Box<dyn Peer>, String> {
    let mut keys = KeysManager::new();
    for der in &setting.certificates {
        keys.add_key(load_x509_cert_der(der).map_err(text)?);
    }
    Ok(Box::new(Bergshamra {
        // Its secure defaults: trusted keys only, strict positions, local digests.
        context: DsigContext::new(keys),
    }))
}

impl Peer for Bergshamra {
    fn scope(&self) -> Scope {
        Scope::Signature
    }

    fn check(&self, message: &Message) -> Result<(), String> {
        let results = verify_all(&self.context, &message.xml).map_err(text)?;
        if results.iter().all(|result| result.is_valid()) {
            Ok(())
        } else {
            Err(format!("{results:?}"))
        }
    }

    fn verify_file(&self, file: &Path) -> Result<(), String> {
        let xml = &read(file)?;
        let result = verify(&self.context, xml).map_err(text)?;
        if result.is_valid() {
            Ok(())
        } else {
            Err(format!("{result:?}"))
        }
    }

    fn canonicalize(&self, xml: &str, times: usize) -> Option<Result<Canonical, String>> {
        let run = || -> Result<Canonical, String> {
            let document = uppsala::parse(xml).map_err(text)?;
            let write = || canonicalize_doc::<&str>(&document, C14nMode::Exclusive, None, &[]);
            let octets = write().map_err(text)?;
            Ok(Canonical::new(&octets, measure(times, write)))
        };
        Some(run())
    }
}
