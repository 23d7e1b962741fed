//! What acceptance costs beside its floor, as medians of many short rounds that take turns, so that a noisy machine disturbs
//! all of them alike.
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement reads the clock, and without its inputs it is worth nothing"
)]

use std::hint::black_box;
use std::time::Instant;

use base64::Engine as _;
use samlkit::{
    Expected, IdentityProvider, ReplayError, ReplayMemory, ServiceProvider, Timestamp,
    parse_date_time,
};
use samlkit_benches::{
    ACS_URL, BOTH, ISSUER, LARGE, NOW, SMALL, SP_ENTITY_ID, key, tokenizer_pass,
};
use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_crypto::{AlgorithmPolicy, DigestAlgorithm, SignatureAlgorithm};
use samlkit_xml::Document;

struct Forgetful;

impl ReplayMemory for Forgetful {
    fn remember(&self, _: &str, _: &str, _: Timestamp, _: Timestamp) -> Result<(), ReplayError> {
        Ok(())
    }
}

const ROUNDS: usize = 400;
const TIMES: u32 = 10;

fn main() {
    let provider = IdentityProvider::new(ISSUER, vec![key()]).expect("a sound provider");
    let provider =
        ServiceProvider::new(SP_ENTITY_ID, ACS_URL, provider).expect("a sound configuration");
    let now = parse_date_time(NOW).expect("a time");
    let key = key();
    println!(
        "microseconds     accept    rsa  sha256 base64 events  parse   c14n | accept/floor  rest/events"
    );
    for message in [SMALL, BOTH, LARGE] {
        let form = message.form_value();
        let xml = core::str::from_utf8(message.xml).expect("UTF-8");
        let expected = Expected::answer_to(message.in_response_to);
        let document = Document::parse(message.xml).expect("well-formed");
        let assertion = document
            .elements()
            .find(|element| element.local_name() == "Assertion")
            .expect("an assertion");
        let canonicalizer = Canonicalizer::new(Algorithm::Exclusive);
        let mut octets = Vec::new();
        canonicalizer
            .element(assertion, &mut octets)
            .expect("canonicalizable");
        let mut out = vec![0; message.xml.len() + 4];
        let mut canonical = Vec::with_capacity(octets.len());
        let signature = [0x55; 256];

        let mut stages: [(&mut dyn FnMut(), Vec<f64>); 7] = [
            (
                &mut || {
                    let _ = black_box(provider.accept(black_box(&form), expected, now, &Forgetful));
                },
                Vec::new(),
            ),
            (
                &mut || {
                    let _ = black_box(key.public_key().verify(
                        &AlgorithmPolicy::DEFAULT,
                        SignatureAlgorithm::RsaSha256,
                        black_box(b"SignedInfo"),
                        &signature,
                    ));
                },
                Vec::new(),
            ),
            (
                &mut || {
                    black_box(DigestAlgorithm::Sha256.digest(black_box(&octets)));
                },
                Vec::new(),
            ),
            (
                &mut || {
                    let _ = base64::engine::general_purpose::STANDARD
                        .decode_slice(black_box(&form), &mut out);
                },
                Vec::new(),
            ),
            (
                &mut || {
                    black_box(tokenizer_pass(black_box(xml)));
                },
                Vec::new(),
            ),
            (
                &mut || drop(black_box(Document::parse(black_box(message.xml)))),
                Vec::new(),
            ),
            (
                &mut || {
                    canonical.clear();
                    let _ = canonicalizer.element(black_box(assertion), &mut canonical);
                },
                Vec::new(),
            ),
        ];
        for _ in 0..ROUNDS {
            for (stage, times) in &mut stages {
                let start = Instant::now();
                for _ in 0..TIMES {
                    stage();
                }
                times.push(start.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES));
            }
        }
        let [accept, rsa, sha256, base64, events, parse, c14n] =
            stages.map(|(_, times)| median(times));
        // A message with two signatures needs two of both.
        let signatures = if message.name == BOTH.name { 2.0 } else { 1.0 };
        let crypto = signatures * (rsa + sha256);
        println!(
            "{:<14} {accept:>8.1} {rsa:>6.1} {sha256:>7.1} {base64:>6.1} {events:>6.1} {parse:>6.1} {c14n:>6.1} | {:>12.2} {:>12.2}",
            message.name,
            accept / (crypto + base64 + events),
            (accept - crypto) / events,
        );
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
