//! How often and how much is allocated from form value to identity, counted by the global allocator: `allocations`.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a report, worth nothing without its inputs"
)]

use samlkit_benches::{
    BOTH, Forgetful, LARGE, Rsa, SMALL, assertion, key, now, service_provider, signing_key,
};
use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_dsig::Verifier;
use samlkit_xml::Document;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// Allocations, octets in all of them, and the most octets at one time, of `work` beyond what there was before.
fn counted<T>(work: impl FnOnce() -> T) -> (u64, u64, usize) {
    let profiler = dhat::Profiler::builder().testing().build();
    let result = work();
    let stats = dhat::HeapStats::get();
    drop(profiler);
    drop(result);
    (stats.total_blocks, stats.total_bytes, stats.max_bytes)
}

fn report(message: &str, size: usize, stage: &str, (blocks, octets, most): (u64, u64, usize)) {
    #[expect(
        clippy::cast_precision_loss,
        clippy::as_conversions,
        reason = "a ratio to show"
    )]
    let ratio = most as f64 / size as f64;
    println!(
        "{message:<9} {stage:<20} {blocks:>5} allocations {octets:>8} octets, {most:>7} at most ({ratio:.2} x the message)"
    );
}

fn main() {
    let provider = service_provider();
    let (now, rsa) = (now(), Rsa::new());
    let _ = signing_key();
    let keys = [key()];
    let verifier = Verifier::new(&keys).expect("there is a key");
    for message in [&*SMALL, &*BOTH, &*LARGE] {
        let (form, size) = (message.form_value(), message.xml.len());
        let accept = || provider.accept(&form, message.expected(), now, &Forgetful::new());
        // What is made once and kept is no cost of a message.
        let _ = accept().expect("the message is accepted");
        let show = |stage, counts| report(message.name, size, stage, counts);
        show("accept", counted(accept));
        show("parse", counted(|| Document::parse(message.xml.as_bytes())));
        let document = Document::parse(message.xml.as_bytes()).expect("well-formed");
        let assertion = assertion(&document);
        show("verify", counted(|| verifier.verify(assertion)));
        let canonicalizer = Canonicalizer::new(Algorithm::Exclusive);
        show(
            "c14n",
            counted(|| {
                let mut out = Vec::new();
                canonicalizer.element(assertion, &mut out).map(|()| out)
            }),
        );
        show("RSA alone", counted(|| rsa.verify()));
        show(
            "RSA of the rsa crate",
            counted(|| rsa.verify_with_rsa_crate()),
        );
    }
}
