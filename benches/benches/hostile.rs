//! Hostile shapes at n, 2n and 4n: the cost an octet must not grow.
#![expect(clippy::expect_used, reason = "the shapes are well-formed")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samlkit_benches::shapes::{DOCUMENTS, LIMITS, ON_RESPONSES, ON_SIGNED, RESPONSES, SIGNED};
use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_xml::Document;

fn hostile(c: &mut Criterion) {
    for (name, shape) in DOCUMENTS {
        let mut group = c.benchmark_group(format!("hostile/{name}"));
        group.sample_size(20);
        for n in [4096, 8192, 16384] {
            let xml = shape(n);
            group.throughput(Throughput::Bytes(xml.len() as u64));
            group.bench_function(BenchmarkId::new("parse", n), |b| {
                b.iter(|| Document::parse_with(black_box(xml.as_bytes()), &LIMITS));
            });
            let document = Document::parse_with(xml.as_bytes(), &LIMITS).expect("well-formed");
            for algorithm in [Algorithm::Exclusive, Algorithm::CanonicalXml10] {
                let kind = if algorithm.is_exclusive() {
                    "exc"
                } else {
                    "c14n10"
                };
                let mut out = Vec::new();
                group.bench_function(BenchmarkId::new(kind, n), |b| {
                    b.iter(|| {
                        out.clear();
                        Canonicalizer::new(algorithm).document(black_box(&document), &mut out)
                    });
                });
            }
            group.bench_function(BenchmarkId::new("ids", n), |b| {
                b.iter(|| samlkit_dsig::check_ids(black_box(&document)));
            });
        }
        group.finish();
    }
    let signed = SIGNED.iter().map(|shape| (shape, &ON_SIGNED));
    let responses = RESPONSES.iter().map(|shape| (shape, &ON_RESPONSES));
    for (&(name, shape), operations) in signed.chain(responses) {
        let mut group = c.benchmark_group(format!("hostile/{name}"));
        group.sample_size(20);
        for n in [256, 512, 1024] {
            let text = shape(n);
            group.throughput(Throughput::Bytes(text.len() as u64));
            for (operation, run) in operations {
                group.bench_function(BenchmarkId::new(*operation, n), |b| {
                    b.iter(|| run(black_box(&text)));
                });
            }
        }
        group.finish();
    }
}

criterion_group!(benches, hostile);
criterion_main!(benches);
