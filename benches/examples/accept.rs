//! Accepts a message of the benches again and again, for a profiler to look at: `accept [TIMES [MESSAGE [STAGE]]]`.
//!
//! With a stage, only that part of the way is gone: `none`, `base64`, `parse`, `c14n`, `verify`, `crypto` or `accept`.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a profile without its inputs is worth nothing"
)]

use std::hint::black_box;

use samlkit_benches::{
    BOTH, Forgetful, ISSUER, LARGE, Message, Rsa, SMALL, assertion, key, limits, now,
    service_provider, signed_octets,
};
use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_crypto::DigestAlgorithm;
use samlkit_dsig::Verifier;
use samlkit_xml::Document;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let times: u32 = arguments
        .next()
        .map_or(1000, |times| times.parse().expect("a number"));
    let message = match arguments.next().as_deref() {
        None | Some("7KB") => SMALL.clone(),
        Some("9KB-both") => BOTH.clone(),
        Some("23KB") => LARGE.clone(),
        Some("1MB") => Message::of_size("1MB", 1 << 20),
        Some("10MB") => Message::of_size("10MB", 10 << 20),
        Some(name) => panic!("there is no message {name}"),
    };
    let stage = arguments.next();
    let provider = service_provider();
    let form = message.form_value();
    let now = now();
    let document = Document::parse_with(message.xml.as_bytes(), &limits()).expect("well-formed");
    let assertion = assertion(&document);
    let keys = [key()];
    let verifier = Verifier::new(&keys)
        .expect("there is a key")
        .with_policy(samlkit_dsig::Policy::new().with_limits(limits()));
    let (rsa, signed) = (Rsa::new(), signed_octets(&message));
    for _ in 0..times {
        match stage.as_deref() {
            Some("none") => {}
            Some("base64") => {
                black_box(samlkit::websso::decode_form_value(&form).expect("base64"));
            }
            Some("parse") => {
                let parsed = Document::parse_with(message.xml.as_bytes(), &limits());
                black_box(parsed.expect("well-formed"));
            }
            Some("c14n") => {
                let mut out = Vec::new();
                Canonicalizer::new(Algorithm::Exclusive)
                    .element(assertion, &mut out)
                    .expect("canonicalizable");
                black_box(out);
            }
            Some("crypto") => {
                rsa.verify();
                for octets in &signed {
                    black_box(DigestAlgorithm::Sha256.digest(black_box(octets)));
                }
            }
            Some("verify") => {
                let _ = black_box(verifier.verify(assertion).expect("it verifies"));
            }
            None | Some("accept") => {
                let identity = provider
                    .accept(&form, message.expected(), now, &Forgetful::new())
                    .expect("the message is accepted");
                assert_eq!(identity.issuer(), ISSUER);
            }
            Some(stage) => panic!("there is no stage {stage}"),
        }
    }
}
