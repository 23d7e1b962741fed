#![allow(warnings, clippy::all, clippy::pedantic, clippy::restriction)]
use samlkit_benches::rounds::{Stage, median, take_turns};
use samlkit_benches::*;
use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_crypto::DigestAlgorithm;
use samlkit_dsig::Verifier;
use samlkit_xml::Document;
use std::hint::black_box;
fn main() {
    let provider = service_provider();
    let message = SMALL;
    let (now, expected, rsa) = (now(), message.expected(), Rsa::new());
    let form = message.form_value();
    let signed = signed_octets(&message);
    let keys = [key()];
    let verifier = Verifier::new(&keys).unwrap();
    let document = Document::parse_with(message.xml.as_bytes(), &limits()).expect("well-formed");
    let assertion = assertion(&document);
    let parse = || {
        drop(black_box(Document::parse_with(
            black_box(message.xml.as_bytes()),
            &limits(),
        )));
    };
    let sha = || {
        for o in &signed {
            black_box(DigestAlgorithm::Sha256.digest(black_box(o)));
        }
    };
    let s = take_turns(
        400,
        10,
        [
            Stage::new(|| rsa.verify()),
            Stage::new(|| parse()),
            Stage::new(|| {
                rsa.verify();
                parse();
            }),
            Stage::new(|| {
                rsa.verify();
                sha();
            }),
            Stage::new(|| {
                rsa.verify();
                sha();
                parse();
            }),
            Stage::new(|| {
                rsa.verify();
                parse();
                sha();
                parse();
            }),
            Stage::new(|| {
                let _ = black_box(verifier.verify(assertion).unwrap());
            }),
            Stage::new(|| {
                let _ = black_box(
                    provider
                        .accept(black_box(&form), expected, now, &Forgetful::new())
                        .unwrap(),
                );
            }),
            Stage::new(|| {
                parse();
                parse();
            }),
        ],
    );
    let m = s.map(|s| median(s) * 1e6);
    for (n, v) in [
        "rsa",
        "parse",
        "rsa+parse",
        "rsa+sha",
        "rsa+sha+parse",
        "rsa+parse+sha+parse",
        "verify",
        "accept",
        "parse2",
    ]
    .iter()
    .zip(m)
    {
        println!("{n:20} {v:.2}");
    }
}
