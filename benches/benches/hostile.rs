//! Hostile shapes at n, 2n and 4n: the cost an octet must not grow.
#![expect(clippy::expect_used, reason = "the shapes are well-formed")]

use core::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_xml::{Document, Limits};

/// A name and a document of about `n` units.
type Shape = (&'static str, fn(usize) -> String);

const SHAPES: [Shape; 7] = [
    ("siblings", |n| format!("<a>{}</a>", "<b/>".repeat(n))),
    ("references", |n| format!("<a>{}</a>", "&lt;".repeat(n))),
    ("prefixes", |n| {
        let mut xml = String::from("<a>");
        for i in 0..n {
            write!(xml, "<p{i}:b xmlns:p{i}='urn:{i}'/>").expect("writing to a string");
        }
        xml + "</a>"
    }),
    ("redeclarations", |n| {
        let mut xml = String::from("<a>");
        for i in 0..n {
            write!(xml, "<p:b xmlns:p='urn:{i}'/>").expect("writing to a string");
        }
        xml + "</a>"
    }),
    ("attributes", |n| {
        let mut xml = String::from("<a>");
        for _ in 0..n / 256 {
            xml.push_str("<b");
            for i in 0..256 {
                write!(xml, " a{i}=''").expect("writing to a string");
            }
            xml.push_str("/>");
        }
        xml + "</a>"
    }),
    ("depth", |n| "<a>".repeat(n) + &"</a>".repeat(n)),
    ("ids", |n| {
        let mut xml = String::from("<a>");
        for i in 0..n {
            write!(xml, "<b ID='_{i}'/>").expect("writing to a string");
        }
        xml + "</a>"
    }),
];

fn hostile(c: &mut Criterion) {
    let limits = Limits::DEFAULT.with_depth(1 << 20).with_namespaces(1 << 20);
    for (name, shape) in SHAPES {
        let mut group = c.benchmark_group(format!("hostile/{name}"));
        group.sample_size(20);
        for n in [4096, 8192, 16384] {
            let xml = shape(n);
            group.throughput(Throughput::Bytes(xml.len() as u64));
            group.bench_function(BenchmarkId::new("parse", n), |b| {
                b.iter(|| Document::parse_with(black_box(xml.as_bytes()), &limits));
            });
            let document = Document::parse_with(xml.as_bytes(), &limits).expect("well-formed");
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
}

criterion_group!(benches, hostile);
criterion_main!(benches);
