//! Whatever the octets, wherever they are given: an exit code of the contract, no panic, no signal.

use std::io::Write as _;

use proptest::prelude::{ProptestConfig, any, prop, proptest};

use crate::support::{EU, Run, base64, eu, fixture, run_with};

/// Every place where a file is read, as standard input. The first says whether it has `--json`.
fn places() -> Vec<(bool, Vec<&'static str>)> {
    let mut metadata = EU.to_vec();
    metadata[3] = "-";
    metadata.push("entra/eu.xml");
    let cert = [
        "verify",
        "--json",
        "--idp-entity-id",
        "x",
        "--idp-cert",
        "-",
        "--mimecast",
        "eu:CUK1A1",
        "entra/eu.xml",
    ];
    let setup = [
        "mimecast",
        "setup",
        "--json",
        "--region",
        "eu",
        "--account",
        "CUK1A1",
        "--idp-metadata",
        "-",
    ];
    vec![
        (false, vec!["c14n", "-"]),
        (
            false,
            vec!["c14n", "--algorithm", "c14n11-comments", "--id", "x", "-"],
        ),
        (
            true,
            vec![
                "dsig",
                "verify",
                "--json",
                "--cert",
                "keys/test-only-entra-active.crt.pem",
                "-",
            ],
        ),
        (false, vec!["dsig", "verify", "--cert", "-", "entra/eu.xml"]),
        (false, vec!["dsig", "verify", "--key", "-", "entra/eu.xml"]),
        (true, eu(&["-"])),
        (true, eu(&["--encoding", "xml", "-"])),
        (true, eu(&["--encoding", "base64", "-"])),
        (true, eu(&["--decrypt-key", "-", "entra/eu.xml"])),
        (true, metadata),
        (true, cert.to_vec()),
        (true, vec!["inspect", "--json", "-"]),
        (false, vec!["inspect", "-"]),
        (true, vec!["metadata", "show", "--json", "-"]),
        (false, vec!["metadata", "show", "-"]),
        (true, setup.to_vec()),
    ]
}

fn check(json: bool, run: &Run) {
    match run.code {
        2 => assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{run:?}"),
        _ if json && !(run.code == 1 && run.stdout.is_empty()) => {
            run.json();
        }
        1 => assert!(!run.stderr.is_empty() || !run.stdout.is_empty(), "{run:?}"),
        _ => {}
    }
}

fn corpus() -> Vec<Vec<u8>> {
    let eu = fixture("entra/eu.xml");
    let metadata = fixture("entra/metadata.xml");
    let mut corpus: Vec<Vec<u8>> = [
        &b""[..],
        b"\0",
        b"\0\0\0\0\0\0\0\0",
        b" \r\n\t",
        b"<",
        b"</",
        b"<a",
        b"<a/>",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf<a/>",
        b"\xff\xfe<\0a\0/\0>\0",
        b"\xfe\xff\0<\0a\0/\0>",
        b"\xff\xff\xff\xff",
        b"%",
        b"%%%2",
        b"SAMLResponse=",
        b"SAMLResponse=%",
        b"?SAMLRequest=&SAMLResponse=AAAA",
        b"-----BEGIN CERTIFICATE-----",
        b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x80\0\0",
        b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        b"<a xmlns:b='urn:b' b:c='' b:c=''/>",
        b"<a>&#0;</a>",
    ]
    .map(<[u8]>::to_vec)
    .to_vec();
    corpus.push([b"<a>".repeat(100_000), b"</a>".repeat(100_000)].concat());
    corpus.push(b"<a>".repeat(100_000));
    corpus.push(b"A".repeat(1 << 20));
    corpus.push(b"\x30".repeat(4096));
    let attributes: String = (0..20_000).map(|i| format!(" a{i}=''")).collect();
    corpus.push(format!("<a{attributes}/>").into_bytes());
    let namespaces: String = (0..600)
        .map(|i| format!("<a xmlns:n{i}='urn:{i}'>"))
        .collect();
    corpus.push(namespaces.into_bytes());
    corpus.push(bomb());
    for at in [1, 100, 700, 1500, 3000, eu.len() - 1] {
        corpus.push(eu[..at].to_vec());
        corpus.push(base64(&eu[..at]).into_bytes());
        corpus.push([&eu[..at], &[0xff][..], &eu[at..]].concat());
    }
    corpus.push(metadata[..metadata.len() / 2].to_vec());
    corpus.push([eu.clone(), eu.clone()].concat());
    corpus.push(base64(&metadata).into_bytes());
    corpus.push(eu);
    corpus.push(metadata);
    corpus
}

/// A form value that inflates to 128 MiB.
fn bomb() -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"<a>").unwrap();
    let block = vec![b' '; 1 << 20];
    for _ in 0..128 {
        encoder.write_all(&block).unwrap();
    }
    base64(&encoder.finish().unwrap()).into_bytes()
}

#[test]
fn a_corpus_of_garbage_is_survived_everywhere() {
    for octets in corpus() {
        for (json, args) in places() {
            check(json, &run_with(&args, &octets));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_octets_are_survived_everywhere(octets in prop::collection::vec(any::<u8>(), 0..400)) {
        for (json, args) in places() {
            check(json, &run_with(&args, &octets));
        }
    }

    /// A change of one octet makes a message refused, or it was in no part that anything is read from.
    #[test]
    fn one_changed_octet_changes_no_identity(at in any::<prop::sample::Index>(), octet in any::<u8>()) {
        let mut message = fixture("entra/eu.xml");
        let at = at.index(message.len());
        message[at] = octet;
        let run = run_with(eu(&["-"]), &message);
        if run.code == 0 {
            let original = run_with(eu(&["-"]), &fixture("entra/eu.xml"));
            assert_eq!(run.json(), original.json());
        }
    }
}
