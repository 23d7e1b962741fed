//! Signed metadata aggregates verified and indexed in one pass, at 1, 10 and 100 MB, and in a hostile shape.
#![expect(
    clippy::expect_used,
    reason = "a benchmark without its inputs is worth nothing"
)]

use core::fmt::Write as _;
use std::hint::black_box;
use std::io::Cursor;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samlkit::metadata::Aggregate;
use samlkit_benches::{aggregate, key};
use samlkit_dsig::{StreamError, Verifier};

fn aggregates(c: &mut Criterion) {
    let keys = [key()];
    let verifier = Verifier::new(&keys).expect("a key");
    let mut group = c.benchmark_group("metadata/aggregate");
    group.sample_size(10);
    for megabytes in [1, 10, 100] {
        let source = aggregate::signed(megabytes * 1_000_000);
        if megabytes == 100 {
            group.measurement_time(Duration::from_secs(10));
        }
        group.throughput(Throughput::Bytes(source.len() as u64));
        group.bench_function(BenchmarkId::new("verify", format!("{megabytes}MB")), |b| {
            b.iter(|| Aggregate::verify(&verifier, black_box(&*source)).expect("it is signed"));
        });
    }

    let source = aggregate::signed(10_000_000);
    let verified = Aggregate::verify(&verifier, &*source).expect("it is signed");
    let mut file = Cursor::new(&source);
    group.throughput(Throughput::Elements(1));
    group.bench_function("entity/10MB", |b| {
        let id = "https://idp500.university.example/shibboleth";
        b.iter(|| {
            let entity = verified.entity(&mut file, black_box(id));
            entity.expect("it is as it was").expect("it is there")
        });
    });

    // Somebody adds to what was signed: IDs, groups in groups and members of no size.
    for n in [16384, 32768, 65536] {
        let source = hostile(n);
        group.throughput(Throughput::Bytes(source.len() as u64));
        group.bench_function(BenchmarkId::new("hostile", n), |b| {
            b.iter(|| {
                let refused = Aggregate::verify(&verifier, black_box(source.as_bytes()));
                refused.expect_err("the digest is another")
            });
        });
    }
    let refused = verifier.index(&Aggregate::outline(), hostile(64).as_bytes());
    assert!(matches!(
        refused,
        Err(StreamError::Signature(
            samlkit_dsig::Error::DigestMismatch { .. }
        ))
    ));
    group.finish();
}

/// A signed aggregate with `n` more members, in eight groups in one another for every 256.
fn hostile(n: usize) -> String {
    let signed = String::from_utf8(aggregate::signed(1000)).expect("UTF-8");
    let mut added = String::new();
    for first in (0..n).step_by(256) {
        added.push_str(&"<md:EntitiesDescriptor>".repeat(8));
        for number in first..n.min(first + 256) {
            write!(added, "<md:EntityDescriptor ID='_{number}'/>").expect("writing to a string");
        }
        added.push_str(&"</md:EntitiesDescriptor>".repeat(8));
    }
    let end = "</md:EntitiesDescriptor>";
    signed.replace(end, &(added + end))
}

criterion_group!(benches, aggregates);
criterion_main!(benches);
