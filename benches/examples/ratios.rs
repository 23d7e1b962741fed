//! What acceptance costs beside its floor, as medians of many short rounds that take turns.
//!
//! The floor of a message is what cannot be saved: RSA with a prepared key and SHA-256 over the signed octets for each
//! signature, base64, and one pass of a tokenizer that makes nothing of what it finds. `RSA` is the operation of the backend
//! that is measured; `rsa crate` is that of the crate `rsa`, and the floor with it is a second one. `rest` is acceptance without
//! its cryptography: without RSA, and without SHA-256 of the signed octets and of each `SignedInfo`, which the floor leaves out.
#![expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a report of ratios, worth nothing without its inputs"
)]

use std::hint::black_box;
use std::process::Command;

use samlkit_benches::rounds::{Stage, median, take_turns};
use samlkit_benches::{
    Forgetful, Message, Rsa, SMALL, assertion, base64_to, limits, messages, now, service_provider,
    signed_infos, signed_octets, tokenizer_pass,
};
use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_crypto::DigestAlgorithm;
use samlkit_xml::Document;

/// Medians of one message, in microseconds.
struct Times {
    accept: f64,
    accept_xml: f64,
    rsa: f64,
    rsa_crate: f64,
    sha256: f64,
    /// SHA-256 of each `SignedInfo`.
    sha256_info: f64,
    base64: f64,
    events: f64,
    parse: f64,
    c14n: f64,
    /// Octets of the canonical assertion.
    canonical: usize,
}

fn measure(message: &Message) -> Times {
    let provider = service_provider();
    let (now, expected, rsa) = (now(), message.expected(), Rsa::new());
    let form = message.form_value();
    let (signed, infos) = (signed_octets(message), signed_infos(message));
    let document = Document::parse_with(message.xml.as_bytes(), &limits()).expect("well-formed");
    let assertion = assertion(&document);
    let canonicalizer = Canonicalizer::new(Algorithm::Exclusive);
    let mut decoded = vec![0; message.xml.len() + 4];
    let mut canonical = Vec::new();
    canonicalizer
        .element(assertion, &mut canonical)
        .expect("canonicalizable");
    let octets = canonical.len();
    let accepts = |xml: bool| {
        let identity = if xml {
            provider.accept_xml(
                black_box(message.xml.as_bytes()),
                expected,
                now,
                &Forgetful::new(),
            )
        } else {
            provider.accept(black_box(&form), expected, now, &Forgetful::new())
        };
        let _ = black_box(identity.expect("the message is accepted"));
    };
    let (rounds, times) = match message.xml.len() {
        0..100_000 => (400, 10),
        100_000..5_000_000 => (25, 10),
        _ => (7, 4),
    };
    let seconds = take_turns(
        rounds,
        times,
        [
            Stage::new(|| accepts(false)),
            Stage::new(|| accepts(true)),
            Stage::new(|| rsa.verify()),
            Stage::new(|| rsa.verify_with_rsa_crate()),
            Stage::new(|| digest(&signed)),
            Stage::new(|| digest(&infos)),
            Stage::new(|| base64_to(black_box(&form), &mut decoded)),
            Stage::new(|| {
                black_box(tokenizer_pass(black_box(&message.xml)));
            }),
            Stage::new(|| {
                let parsed = Document::parse_with(black_box(message.xml.as_bytes()), &limits());
                drop(black_box(parsed));
            }),
            Stage::new(|| {
                canonical.clear();
                let done = canonicalizer.element(black_box(assertion), &mut canonical);
                done.expect("canonicalizable");
            }),
        ],
    );
    let [
        accept,
        accept_xml,
        rsa,
        rsa_crate,
        sha256,
        sha256_info,
        base64,
        events,
        parse,
        c14n,
    ] = seconds.map(|seconds| median(seconds) * 1e6);
    let signatures = f64::from(message.signatures);
    Times {
        accept,
        accept_xml,
        rsa: rsa * signatures,
        rsa_crate: rsa_crate * signatures,
        sha256,
        sha256_info,
        base64,
        events,
        parse,
        c14n,
        canonical: octets,
    }
}

fn digest(all: &[Vec<u8>]) {
    for octets in all {
        black_box(DigestAlgorithm::Sha256.digest(black_box(octets)));
    }
}

/// How much more two threads do than one, in the same time.
fn two_threads() -> f64 {
    let provider = service_provider();
    let (now, form) = (now(), SMALL.form_value());
    let accepts = || {
        for _ in 0..200 {
            let identity = provider.accept(&form, SMALL.expected(), now, &Forgetful::new());
            let _ = black_box(identity.expect("the message is accepted"));
        }
    };
    let two = || {
        std::thread::scope(|scope| {
            scope.spawn(accepts);
            accepts();
        });
    };
    let [one, two] = take_turns(60, 1, [Stage::new(accepts), Stage::new(two)]);
    2.0 * median(one) / median(two)
}

/// One line of the table; its last field is what an octet costs.
fn line(message: &Message) -> String {
    let times = measure(message);
    let crypto = times.rsa + times.sha256;
    let floor = crypto + times.base64 + times.events;
    let floor_with_crate = floor - times.rsa + times.rsa_crate;
    let an_octet = (times.accept - times.rsa) * 1e3 / message.xml.len() as f64;
    format!(
        "{:<9} {:>9.1} {:>9.1} {:>6.1} {:>9.1} {:>8.1} {:>8.1} {:>7.1} {:>8.1} {:>8.1} {:>7.1} {:>9.0} | {:>12.2} {:>14.2} {:>11.2} {:>11.2} {:>9.2}",
        message.name,
        times.accept,
        times.accept_xml,
        times.rsa,
        times.rsa_crate,
        times.sha256,
        times.sha256_info,
        times.base64,
        times.events,
        times.parse,
        times.c14n,
        times.canonical as f64 / times.c14n,
        times.accept / floor,
        times.accept / floor_with_crate,
        (times.accept - crypto - times.sha256_info) / times.events,
        (times.accept_xml - times.rsa) / (times.sha256 + times.events),
        an_octet,
    )
}

/// What the program prints for one message. Each has a process of its own, as what the allocator keeps of one message, and
/// what it gives back to the kernel, decides how many pages the next one waits for.
fn line_of(message: &str) -> String {
    let program = std::env::current_exe().expect("it runs");
    let output = Command::new(program).arg(message).output();
    let output = output.expect("it can be run again");
    assert!(output.status.success(), "{message} was not measured");
    String::from_utf8(output.stdout).expect("text")
}

fn main() {
    if let Some(name) = std::env::args().nth(1) {
        let message = messages().iter().find(|message| message.name == name);
        print!("{}", line(message.expect("a message of this name")));
        return;
    }
    println!(
        "{:<9} {:>9} {:>9} {:>6} {:>9} {:>8} {:>8} {:>7} {:>8} {:>8} {:>7} {:>9} | {:>12} {:>14} {:>11} {:>11} {:>9}",
        "us",
        "accept",
        "from xml",
        "rsa",
        "rsa crate",
        "sha256",
        "of info",
        "base64",
        "events",
        "parse",
        "c14n",
        "c14n MB/s",
        "accept/floor",
        "with rsa crate",
        "rest/events",
        "xml/sha+ev",
        "ns/octet",
    );
    let mut first = None;
    for message in messages() {
        let line = line_of(message.name);
        let an_octet: f64 = line
            .rsplit(' ')
            .next()
            .and_then(|field| field.parse().ok())
            .expect("a line ends with what an octet costs");
        println!("{line} {:.2}x", an_octet / *first.get_or_insert(an_octet));
    }
    println!("two threads against one: {:.2} x", two_threads());
}
