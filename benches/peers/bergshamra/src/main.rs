//! bergshamra's signature verification and canonicalization, with the provider that it was built with.

use std::path::Path;
use std::process::ExitCode;

use bergshamra::c14n::{C14nMode, canonicalize_doc};
use bergshamra::keys::loader::load_x509_cert_der;
use bergshamra::xml::uppsala;
use bergshamra::{DsigContext, KeysManager, verify, verify_all};
use peers_harness::{
    Canonical, Maker, Message, Peer, Scope, Setting, Unready, measure, read, serve,
};

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
    /// One for each certificate: of several keys it tries the first alone.
    contexts: Vec<DsigContext>,
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn make(setting: &Setting) -> Result<Box<dyn Peer>, Unready> {
    // Which element a signature covers is left to the caller.
    if setting.wishes.signed_response {
        return Err(Unready::Unable);
    }
    let mut contexts = Vec::new();
    for der in &setting.certificates {
        let mut keys = KeysManager::new();
        keys.add_key(load_x509_cert_der(der).map_err(text)?);
        // Its secure defaults: trusted keys only, strict positions, local digests.
        contexts.push(DsigContext::new(keys));
    }
    Ok(Box::new(Bergshamra { contexts }))
}

impl Bergshamra {
    /// The first certificate with which it goes well, or what the last one says.
    fn any(&self, run: impl Fn(&DsigContext) -> Result<(), String>) -> Result<(), String> {
        let mut last = Err("no certificate".to_owned());
        for context in &self.contexts {
            last = run(context);
            if last.is_ok() {
                break;
            }
        }
        last
    }
}

impl Peer for Bergshamra {
    fn scope(&self) -> Scope {
        Scope::Signature
    }

    fn check(&self, message: &Message) -> Result<(), String> {
        self.any(|context| {
            let results = verify_all(context, &message.xml).map_err(text)?;
            if results.iter().all(|result| result.is_valid()) && !results.is_empty() {
                Ok(())
            } else {
                Err(format!("{results:?}"))
            }
        })
    }

    fn verify_file(&self, file: &Path) -> Result<(), String> {
        let xml = &read(file)?;
        self.any(|context| {
            let result = verify(context, xml).map_err(text)?;
            if result.is_valid() {
                Ok(())
            } else {
                Err(format!("{result:?}"))
            }
        })
    }

    fn canonicalize(&self, xml: &str, times: usize) -> Option<Result<Canonical, String>> {
        let run = || -> Result<Canonical, String> {
            let parse = || uppsala::parse(xml).map_err(text);
            let write = |document: &uppsala::Document<'_>| {
                canonicalize_doc::<&str>(document, C14nMode::Exclusive, None, &[]).map_err(text)
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
