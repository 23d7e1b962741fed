//! The way of a message, stage by stage, beside the parts of its floor: the bare cryptography and the bare tokenizer.
#![expect(
    clippy::expect_used,
    reason = "a benchmark without its inputs is worth nothing"
)]

use std::hint::black_box;

use base64::Engine as _;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samlkit::core::parse_date_time;
use samlkit::websso::{Expected, IdentityProvider, ReplayError, ReplayMemory, ServiceProvider};
use samlkit_benches::{
    ACS_URL, BOTH, ISSUER, LARGE, Message, NOW, SMALL, SP_ENTITY_ID, key, metadata_like,
    tokenizer_pass,
};
use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_crypto::{AlgorithmPolicy, DigestAlgorithm};
use samlkit_dsig::Verifier;
use samlkit_xml::Document;

const MESSAGES: [Message; 3] = [SMALL, BOTH, LARGE];

/// Remembers nothing, so that one message can be accepted again and again.
struct Forgetful;

impl ReplayMemory for Forgetful {
    fn remember(
        &self,
        _: &str,
        _: &str,
        _: samlkit::core::Timestamp,
        _: samlkit::core::Timestamp,
    ) -> Result<(), ReplayError> {
        Ok(())
    }
}

fn text(xml: &[u8]) -> &str {
    core::str::from_utf8(xml).expect("fixtures are UTF-8")
}

fn floor(c: &mut Criterion) {
    let mut group = c.benchmark_group("floor");
    for message in MESSAGES {
        let form = message.form_value();
        let mut out = vec![0; message.xml.len() + 4];
        group.bench_function(BenchmarkId::new("base64", message.name), |b| {
            b.iter(|| {
                base64::engine::general_purpose::STANDARD.decode_slice(black_box(&form), &mut out)
            });
        });
        group.bench_function(BenchmarkId::new("quick-xml-events", message.name), |b| {
            b.iter(|| tokenizer_pass(black_box(text(message.xml))));
        });
        let document = Document::parse(message.xml).expect("well-formed");
        let signed = assertion(&document);
        let mut octets = Vec::new();
        Canonicalizer::new(Algorithm::Exclusive)
            .element(signed, &mut octets)
            .expect("canonicalizable");
        group.bench_function(BenchmarkId::new("sha256-of-assertion", message.name), |b| {
            b.iter(|| DigestAlgorithm::Sha256.digest(black_box(&octets)));
        });
    }
    // What RSA costs does not depend on whether the signature is right.
    let key = key();
    let signature = vec![0x55; 256];
    group.bench_function("rsa-2048-verify", |b| {
        b.iter(|| {
            key.public_key().verify(
                &AlgorithmPolicy::DEFAULT,
                samlkit_crypto::SignatureAlgorithm::RsaSha256,
                black_box(b"SignedInfo"),
                &signature,
            )
        });
    });
    group.finish();
}

fn assertion<'d>(document: &'d Document<'d>) -> samlkit_xml::Element<'d> {
    document
        .elements()
        .find(|element| element.local_name() == "Assertion")
        .expect("the fixture has an assertion")
}

fn xml(c: &mut Criterion) {
    let mut group = c.benchmark_group("xml/parse");
    for message in MESSAGES {
        group.throughput(Throughput::Bytes(message.xml.len() as u64));
        group.bench_function(message.name, |b| {
            b.iter(|| Document::parse(black_box(message.xml)));
        });
    }
    for size in [1 << 20, 10 << 20] {
        let xml = metadata_like(size);
        group
            .sample_size(20)
            .throughput(Throughput::Bytes(xml.len() as u64));
        group.bench_function(BenchmarkId::new("metadata", size >> 20), |b| {
            b.iter(|| Document::parse(black_box(xml.as_bytes())));
        });
        group.bench_function(BenchmarkId::new("quick-xml-events", size >> 20), |b| {
            b.iter(|| tokenizer_pass(black_box(&xml)));
        });
    }
    group.finish();
}

fn c14n(c: &mut Criterion) {
    for algorithm in [Algorithm::Exclusive, Algorithm::CanonicalXml10] {
        let name = if algorithm.is_exclusive() {
            "c14n/exc"
        } else {
            "c14n/c14n10"
        };
        let mut group = c.benchmark_group(name);
        let canonicalizer = Canonicalizer::new(algorithm);
        for message in MESSAGES {
            let document = Document::parse(message.xml).expect("well-formed");
            let assertion = assertion(&document);
            let mut out = Vec::new();
            canonicalizer
                .element(assertion, &mut out)
                .expect("canonicalizable");
            group.throughput(Throughput::Bytes(out.len() as u64));
            group.bench_function(message.name, |b| {
                b.iter(|| {
                    out.clear();
                    canonicalizer.element(black_box(assertion), &mut out)
                });
            });
        }
        let xml = metadata_like(1 << 20);
        let document = Document::parse(xml.as_bytes()).expect("well-formed");
        let mut out = Vec::with_capacity(xml.len());
        group
            .sample_size(20)
            .throughput(Throughput::Bytes(xml.len() as u64));
        group.bench_function(BenchmarkId::new("metadata", 1), |b| {
            b.iter(|| {
                out.clear();
                canonicalizer.document(black_box(&document), &mut out)
            });
        });
        group.finish();
    }
}

fn dsig(c: &mut Criterion) {
    let mut group = c.benchmark_group("dsig/verify");
    let keys = [key()];
    let verifier = Verifier::new(&keys).expect("there is a key");
    for message in [SMALL, LARGE] {
        let document = Document::parse(message.xml).expect("well-formed");
        let assertion = assertion(&document);
        let _ = verifier.verify(assertion).expect("the fixture verifies");
        group.throughput(Throughput::Bytes(message.xml.len() as u64));
        group.bench_function(message.name, |b| {
            b.iter(|| verifier.verify(black_box(assertion)));
        });
    }
    group.finish();
}

fn websso(c: &mut Criterion) {
    let mut group = c.benchmark_group("websso/accept");
    let provider = IdentityProvider::new(ISSUER, vec![key()]).expect("a sound provider");
    let provider =
        ServiceProvider::new(SP_ENTITY_ID, ACS_URL, provider).expect("a sound configuration");
    let now = parse_date_time(NOW).expect("a time");
    for message in MESSAGES {
        let form = message.form_value();
        let expected = Expected::answer_to(message.in_response_to);
        let _ = provider
            .accept(&form, expected, now, &Forgetful)
            .expect("the fixture is accepted");
        group.throughput(Throughput::Bytes(message.xml.len() as u64));
        group.bench_function(message.name, |b| {
            b.iter(|| provider.accept(black_box(&form), expected, now, &Forgetful));
        });
    }
    group.finish();
}

criterion_group!(benches, floor, xml, c14n, dsig, websso);
criterion_main!(benches);
