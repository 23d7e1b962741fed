//! samlkit as one of the peers, with the backend that it was built with.

use std::fs::File;
use std::path::Path;
use std::process::ExitCode;

use peers_harness::{
    Canonical, Maker, Message, Peer, Scope, Setting, Summary, Unready, measure, serve,
};
use samlkit::c14n::{Algorithm, Canonicalizer};
use samlkit::crypto::{Certificate, PrivateKey};
use samlkit::dsig::{EmptyReference, Policy as SignaturePolicy, Verifier};
use samlkit::metadata::{Aggregate, Metadata};
use samlkit::websso::{Policy, ValueRef};
use samlkit::xml::{Document, Limits};
use samlkit::{
    DecryptionKey, Expected, Identity, IdentityProvider, InMemoryReplay, ReplayError, ReplayMemory,
    RequiredSignature, ServiceProvider, Timestamp, TrustedKey, parse_date_time,
};

const PEERS: [Maker; 1] = [(
    if cfg!(feature = "aws-lc-rs") {
        "samlkit, aws-lc-rs"
    } else {
        "samlkit, RustCrypto"
    },
    make,
)];

/// As the command has them for metadata aggregates.
const LARGE: Limits = Limits::DEFAULT
    .with_bytes(Limits::MAX_BYTES)
    .with_nodes(u32::MAX >> 4);

fn main() -> ExitCode {
    serve(&PEERS)
}

struct Samlkit {
    provider: ServiceProvider,
    keys: Vec<TrustedKey>,
    now: Timestamp,
    unsolicited: bool,
    replay: Box<dyn ReplayMemory>,
}

struct Forgetful;

impl ReplayMemory for Forgetful {
    fn remember(&self, _: &str, _: &str, _: Timestamp, _: Timestamp) -> Result<(), ReplayError> {
        Ok(())
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn make(setting: &Setting) -> Result<Box<dyn Peer>, Unready> {
    let now = parse_date_time(&setting.now).ok_or("no time")?;
    let metadata = Metadata::read_unverified(setting.metadata.as_bytes()).map_err(text)?;
    let entity = metadata.entity(&setting.idp).ok_or("no such entity")?;
    let idp = IdentityProvider::from_metadata(entity, now).map_err(text)?;
    let mut provider = ServiceProvider::new(&setting.sp, &setting.acs, idp).map_err(text)?;
    let wishes = &setting.wishes;
    let mut policy = Policy::new().with_required_signature(match wishes.signed_response {
        true => RequiredSignature::Response,
        false if wishes.either_signature => RequiredSignature::AssertionOrResponse,
        false => RequiredSignature::Assertion,
    });
    if setting.large {
        policy = policy.with_limits(LARGE);
    }
    provider = provider.with_policy(policy);
    if let Some(key) = &setting.decrypt_key {
        let key = PrivateKey::parse(key.as_bytes()).map_err(text)?;
        provider = provider.with_decryptor(DecryptionKey::new(key));
    }
    let mut keys = Vec::new();
    for der in &setting.certificates {
        let certificate = Certificate::parse(der).map_err(text)?;
        keys.push(TrustedKey::from_certificate(certificate).map_err(text)?);
    }
    Ok(Box::new(Samlkit {
        provider,
        keys,
        now,
        unsolicited: wishes.unsolicited,
        replay: if wishes.remember {
            Box::new(InMemoryReplay::new(16))
        } else {
            Box::new(Forgetful)
        },
    }))
}

impl Samlkit {
    fn run(&self, message: &Message) -> Result<Identity, String> {
        let expected = match (&message.in_response_to, self.unsolicited) {
            (Some(id), true) => Expected::answer_to(id).or_unsolicited(),
            (Some(id), false) => Expected::answer_to(id),
            (None, true) => Expected::unsolicited(),
            (None, false) => Expected::nothing(),
        };
        self.provider
            .accept(&message.form, expected, self.now, &*self.replay)
            .map_err(|rejection| format!("{}: {rejection}", rejection.code()))
    }
}

impl Peer for Samlkit {
    fn scope(&self) -> Scope {
        Scope::Full
    }

    fn check(&self, message: &Message) -> Result<(), String> {
        self.run(message).map(drop)
    }

    fn accept(&self, message: &Message) -> Result<Summary, String> {
        let identity = self.run(message)?;
        let attributes = identity.attributes().map(|attribute| {
            let values = attribute.values();
            let values = values.map(|value| match value {
                ValueRef::Text(text) | ValueRef::Xml(text) => text.to_owned(),
                ValueRef::NameId(name) => name.value().to_owned(),
                _ => String::new(),
            });
            (attribute.name().to_owned(), values.collect())
        });
        Ok(Summary {
            name_id: Some(identity.name_id().value().to_owned()),
            attributes: Some(attributes.collect()),
        })
    }

    fn verify_file(&self, file: &Path) -> Result<(), String> {
        let policy = SignaturePolicy::new().with_empty_reference(EmptyReference::AcceptAtRoot);
        let verifier = Verifier::new(&self.keys).map_err(text)?.with_policy(policy);
        let outline = Aggregate::outline().with_total_bytes(Limits::MAX_BYTES);
        let index = verifier.index(&outline, File::open(file).map_err(text)?);
        Aggregate::from_signed(index.map_err(text)?)
            .map(drop)
            .map_err(text)
    }

    fn canonicalize(&self, xml: &str, times: usize) -> Option<Result<Canonical, String>> {
        let run = || -> Result<Canonical, String> {
            let parse = || Document::parse_with(xml.as_bytes(), &LARGE).map_err(text);
            let write = |document: &Document<'_>| {
                let mut out = Vec::new();
                let canonicalizer = Canonicalizer::new(Algorithm::Exclusive);
                let written = canonicalizer.document(document, &mut out);
                written.map(|()| out).map_err(text)
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
