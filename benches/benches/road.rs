//! The way of a message, stage by stage, on messages from 7 KB to 10 MB and on hostile ones, beside the parts of its floor: the bare
//! cryptography and the bare tokenizer.
#![expect(
    clippy::expect_used,
    reason = "a benchmark without its inputs is worth nothing"
)]

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use samlkit::Code;
use samlkit_benches::{
    Forgetful, Message, Rsa, assertion, base64_to, key, limits, messages, metadata_like, now,
    service_provider, shapes, signed_octets, signing_key, tokenizer_pass,
};
use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_crypto::DigestAlgorithm;
use samlkit_dsig::sign::Template;
use samlkit_dsig::{UniqueIds, Verifier};
use samlkit_xml::{Document, Limits};

/// One measurement, with its throughput in octets of the message.
fn bench<T>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    octets: usize,
    mut run: impl FnMut() -> T,
) {
    group.throughput(Throughput::Bytes(octets as u64));
    group.sample_size(if octets < 100_000 { 50 } else { 10 });
    group.bench_function(name, |b| b.iter(&mut run));
}

fn parsed<'s>(message: &'s Message, limits: &Limits) -> Document<'s> {
    Document::parse_with(message.xml.as_bytes(), limits).expect("well-formed")
}

fn floor(c: &mut Criterion) {
    let mut group = c.benchmark_group("floor/base64");
    for message in messages() {
        let form = message.form_value();
        let mut out = vec![0; message.xml.len() + 4];
        bench(&mut group, message.name, message.xml.len(), || {
            base64_to(black_box(&form), &mut out);
        });
    }
    group.finish();
    let mut group = c.benchmark_group("floor/events");
    for message in messages() {
        bench(&mut group, message.name, message.xml.len(), || {
            tokenizer_pass(black_box(&message.xml))
        });
    }
    group.finish();
    let mut group = c.benchmark_group("floor/sha256");
    for message in messages() {
        let signed = signed_octets(message);
        let octets = signed.iter().map(Vec::len).sum();
        bench(&mut group, message.name, octets, || {
            for octets in &signed {
                black_box(DigestAlgorithm::Sha256.digest(black_box(octets)));
            }
        });
    }
    group.finish();
    let rsa = Rsa::new();
    c.bench_function("floor/rsa-2048-verify", |b| b.iter(|| rsa.verify()));
    c.bench_function("floor/rsa-2048-verify-rsa-crate", |b| {
        b.iter(|| rsa.verify_with_rsa_crate());
    });
}

fn xml(c: &mut Criterion) {
    let limits = limits();
    let mut group = c.benchmark_group("xml/parse");
    for message in messages() {
        bench(&mut group, message.name, message.xml.len(), || {
            Document::parse_with(black_box(message.xml.as_bytes()), &limits)
        });
    }
    let metadata = metadata_like(1 << 20);
    bench(&mut group, "1MB-metadata", metadata.len(), || {
        Document::parse_with(black_box(metadata.as_bytes()), &limits)
    });
    let hostile = shapes::document("escapes", 1 << 18);
    bench(&mut group, "hostile", hostile.len(), || {
        Document::parse_with(black_box(hostile.as_bytes()), &limits)
    });
    group.finish();
}

fn c14n(c: &mut Criterion) {
    let limits = limits();
    let hostile = shapes::document("redeclarations", 1 << 14);
    let hostile = Document::parse_with(hostile.as_bytes(), &limits).expect("well-formed");
    for (name, algorithm) in [
        ("c14n/exclusive", Algorithm::Exclusive),
        ("c14n/canonical-1.0", Algorithm::CanonicalXml10),
        ("c14n/canonical-1.1", Algorithm::CanonicalXml11),
    ] {
        let mut group = c.benchmark_group(name);
        let canonicalizer = Canonicalizer::new(algorithm);
        let mut out = Vec::new();
        for message in messages() {
            let document = parsed(message, &limits);
            let assertion = assertion(&document);
            out.clear();
            let first = canonicalizer.element(assertion, &mut out);
            first.expect("canonicalizable");
            bench(&mut group, message.name, out.len(), || {
                out.clear();
                canonicalizer.element(black_box(assertion), &mut out)
            });
        }
        bench(&mut group, "hostile", hostile.source().len(), || {
            out.clear();
            canonicalizer.document(black_box(&hostile), &mut out)
        });
        group.finish();
    }
}

fn dsig(c: &mut Criterion) {
    let limits = limits();
    let mut group = c.benchmark_group("dsig/verify");
    let keys = [key()];
    let verifier = Verifier::new(&keys)
        .expect("there is a key")
        .with_policy(samlkit_dsig::Policy::new().with_limits(limits));
    for message in messages() {
        let document = parsed(message, &limits);
        let assertion = assertion(&document);
        let _ = verifier.verify(assertion).expect("the message verifies");
        bench(&mut group, message.name, message.xml.len(), || {
            verifier.verify(black_box(assertion))
        });
    }
    let hostile = shapes::document("IDs", 1 << 15);
    let hostile = Document::parse_with(hostile.as_bytes(), &limits).expect("well-formed");
    let signed = Template::new().sign(hostile.root(), signing_key());
    let signed = signed.expect("the key signs");
    let document = Document::parse_with(signed.as_bytes(), &limits).expect("well-formed");
    let _ = UniqueIds::of(&document).expect("all different");
    bench(&mut group, "hostile", signed.len(), || {
        verifier.verify(black_box(document.root()))
    });
    group.finish();
}

fn websso(c: &mut Criterion) {
    let mut group = c.benchmark_group("websso/accept");
    let (provider, now) = (service_provider(), now());
    for message in messages() {
        let form = message.form_value();
        let accept =
            || provider.accept(black_box(&form), message.expected(), now, &Forgetful::new());
        let _ = accept().expect("the message is accepted");
        bench(&mut group, message.name, message.xml.len(), accept);
    }
    // All the work there is, for a message that is refused at its end.
    let message = Message::of_size("1MB", 1 << 20);
    let changed = message
        .xml
        .replace("<AttributeValue>f", "<AttributeValue>e");
    let accept = || {
        let octets = black_box(changed.as_bytes());
        provider.accept_xml(octets, message.expected(), now, &Forgetful::new())
    };
    let refused = accept().expect_err("a signed octet was changed");
    assert_eq!(refused.code(), Code::SignatureInvalid);
    bench(&mut group, "hostile", changed.len(), accept);
    group.finish();
}

criterion_group!(benches, floor, xml, c14n, dsig, websso);
criterion_main!(benches);
