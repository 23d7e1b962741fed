//! Query strings and encrypted assertions, good and hostile.
#![expect(
    clippy::expect_used,
    reason = "a benchmark without its inputs is worth nothing"
)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use samlkit::websso::{Parameter, RedirectMessage, redirect_url};
use samlkit::{Code, DecryptionKey, SystemRandomness};
use samlkit_benches::{assertion, certificate, key, limits, messages, private_key, signing_key};
use samlkit_crypto::{AlgorithmPolicy, BlockEncryption};
use samlkit_enc::{Cbc, Encryptor, Error, Kind, Policy, Recipient, decrypt_with};
use samlkit_xml::{Document, Writer};

/// A logout request as long as this; a real one has some 600 octets.
fn request(length: usize) -> String {
    let mut xml =
        String::from("<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\">");
    let mut number = 0_u32;
    while xml.len() < length {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        xml.push_str(&format!(
            "<samlp:SessionIndex>_{number:08x}</samlp:SessionIndex>"
        ));
    }
    xml + "</samlp:LogoutRequest>"
}

fn query(message: &str) -> String {
    let url = redirect_url(
        "https://a.example",
        Parameter::Request,
        message,
        Some("state"),
        Some(signing_key()),
    );
    let url = url.expect("the key signs");
    url.split_once('?')
        .map(|(_, query)| query.to_owned())
        .expect("there is a query")
}

fn redirect(c: &mut Criterion) {
    let mut group = c.benchmark_group("bindings/redirect");
    let keys = [key()];
    for (name, length) in [
        ("600B", 600),
        ("7KB", 7_300),
        ("23KB", 23_000),
        ("1MB", 1_000_000),
    ] {
        let message = request(length);
        let query = query(&message);
        group.throughput(Throughput::Bytes(message.len() as u64));
        group.sample_size(20);
        group.bench_function(name, |b| {
            b.iter(|| {
                let message = RedirectMessage::parse(black_box(&query)).expect("a message");
                message
                    .verify(&keys, &AlgorithmPolicy::DEFAULT)
                    .expect("it verifies")
            });
        });
    }
    // A few kilobytes that inflate without end.
    let bomb = query(&" ".repeat(64 << 20));
    let refused = RedirectMessage::parse(&bomb).expect_err("too long");
    assert_eq!(refused.code(), Code::LimitExceeded);
    group.throughput(Throughput::Bytes(bomb.len() as u64));
    group.bench_function("hostile", |b| {
        b.iter(|| RedirectMessage::parse(black_box(&bomb)));
    });
    group.finish();
}

fn decrypt(c: &mut Criterion) {
    let mut group = c.benchmark_group("enc/decrypt");
    let limits = limits();
    let key = DecryptionKey::new(private_key());
    let policy = Policy::new().with_limits(limits).with_cbc(Cbc::Accept);
    for (suffix, algorithm) in [
        ("gcm", BlockEncryption::Aes256Gcm),
        ("cbc", BlockEncryption::Aes256Cbc),
    ] {
        let recipient = Recipient::from_certificate(certificate()).expect("an RSA key");
        let encryptor = Encryptor::new(recipient).with_algorithm(algorithm);
        for message in messages()
            .iter()
            .filter(|message| message.xml.len() < 2 << 20)
        {
            let document =
                Document::parse_with(message.xml.as_bytes(), &limits).expect("well-formed");
            let mut writer = Writer::new();
            writer.copy(assertion(&document));
            let plain = writer.finish().expect("it was well-formed");
            let encrypted = encryptor.encrypt(Kind::Assertion, &plain, &SystemRandomness);
            let encrypted = encrypted.expect("an assertion");
            let document =
                Document::parse_with(encrypted.as_bytes(), &limits).expect("well-formed");
            let decrypted = decrypt_with(document.root(), &key, &policy).expect("the key fits");
            assert_eq!(decrypted.octets(), plain.as_bytes());
            group.throughput(Throughput::Bytes(plain.len() as u64));
            group.sample_size(10);
            group.bench_function(format!("{}-{suffix}", message.name), |b| {
                b.iter(|| decrypt_with(black_box(document.root()), &key, &policy));
            });
            // The last octet of the tag, or of the padding, is another.
            let (before, after) = encrypted
                .rsplit_once("</xenc:CipherValue>")
                .expect("a value");
            let changed = before.trim_end_matches('=');
            let kept = changed.get(..changed.len() - 4).expect("ASCII");
            let other = if changed.ends_with("AAAA") {
                "BBBB"
            } else {
                "AAAA"
            };
            let padding = before.get(changed.len()..).expect("ASCII");
            let changed = [kept, other, padding, "</xenc:CipherValue>", after].concat();
            let document = Document::parse_with(changed.as_bytes(), &limits).expect("well-formed");
            let refuse = || decrypt_with(black_box(document.root()), &key, &policy);
            if algorithm == BlockEncryption::Aes256Gcm {
                assert_eq!(refuse().err(), Some(Error::DecryptionFailed));
                group.bench_function(format!("{}-hostile", message.name), |b| b.iter(refuse));
            }
        }
    }
    group.finish();
}

criterion_group!(benches, redirect, decrypt);
criterion_main!(benches);
