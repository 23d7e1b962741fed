//! The seeds of every fuzz target, replayed: the fixtures, what is in `fuzz/seeds`, and the corpus of `samlkit-testing`.
#![expect(
    clippy::expect_used,
    reason = "a seed that cannot be read must stop the test"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use samlkit_fuzz_targets::{
    accept, aggregate, assertion, c14n, c14n_libxml2, decrypt, dsig_document, keys, metadata,
    redirect, requests, resigned, xml_parse, xml_pieces,
};
use samlkit_testing::{Case, NOW, Payload, Provider, TestIdp, attacks, valid};

/// The folders that `.ci/run` seeds the fuzzer with.
const FOLDERS: [&str; 7] = [
    "attacks",
    "dsig",
    "entra",
    "entra/bad",
    "idp",
    "keys",
    "unusual",
];

/// Messages that `.ci/run` has written as seeds: of two providers out of seven, as making them takes the most of the time.
static CORPUS: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let (entra, shibboleth) = (TestIdp::entra(NOW), TestIdp::new(Provider::Shibboleth, NOW));
    let mut cases = attacks::all(&entra, &accept::SP).expect("they can be made");
    for idp in [entra, shibboleth] {
        cases.extend(valid::all(&idp, &accept::SP).expect("they can be made"));
    }
    cases
});
/// A message of so many goes through every target; all of them through `accept`.
const SAMPLE: usize = 8;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files of a folder in the order of their names; none if it is not there.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| fs::read(path).expect("the seed can be read"))
        .collect()
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let fixtures = root().join("fixtures");
    let mut seeds: Vec<_> = FOLDERS
        .iter()
        .flat_map(|folder| {
            let files = files(&fixtures.join(folder));
            assert!(!files.is_empty(), "{folder}");
            files
        })
        .collect();
    assert!(seeds.len() > 250, "{}", seeds.len());
    seeds.extend(files(&root().join("fuzz/seeds").join(target)));
    seeds.extend(CORPUS.iter().step_by(SAMPLE).map(octets));
    seeds
}

fn octets(case: &Case) -> Vec<u8> {
    match case.payload() {
        Payload::Response(octets)
        | Payload::Metadata(octets)
        | Payload::Logout { octets, .. }
        | Payload::AuthnRequest(octets) => octets.clone(),
        Payload::Query(text) | Payload::FormValue(text) => text.clone().into_bytes(),
        _ => Vec::new(),
    }
}

/// What the corpus says of a message in the usual situation is what the target finds.
#[test]
fn corpus_is_accepted_and_refused() {
    let mut honest = 0;
    for case in &*CORPUS {
        let is_accepted = accept::accepted(&octets(case));
        honest += usize::from(is_accepted && case.is_accepted());
    }
    assert!(honest > 200, "{honest}");
}

/// The same of what is no response.
#[test]
fn other_messages_are_accepted_and_refused() {
    let mut honest = 0;
    for case in CORPUS.iter().filter(|case| case.response().is_none()) {
        let accepted = requests::accepted(&octets(case));
        honest += usize::from(accepted > 0 && case.is_accepted());
        // What is refused for its situation is a good message in the usual one.
        let situation = case.delivery().times > 1 || case.delivery().at != NOW;
        assert!(
            case.is_accepted() || situation || accepted == 0,
            "{}",
            case.id()
        );
    }
    // By either binding a request of each provider, an answer of the one that was asked, and the posted request to it.
    assert_eq!(honest, 2 * 2 + 2 + 1);
}

macro_rules! replay {
    ($($target:ident)*) => {$(
        #[test]
        fn $target() {
            for seed in seeds(stringify!($target)) {
                $target::run(&seed);
            }
        }
    )*};
}

replay! { accept aggregate assertion c14n decrypt dsig_document keys metadata redirect requests xml_parse xml_pieces }

/// Beside libxml2, where that is wanted: its library and python3 are not everywhere.
#[test]
fn c14n_libxml2() {
    if std::env::var_os("SAMLKIT_PEERS").is_none() {
        return;
    }
    let seeds = seeds("c14n_libxml2");
    let compared: usize = seeds.iter().map(|seed| c14n_libxml2::compared(seed)).sum();
    assert!(compared > 2000, "{compared}");
}

/// Messages of every shape, signed again: as they are, and with one change of each kind between some of their elements.
#[test]
fn resigned() {
    let mut honest = 0;
    for (number, message) in (0..).zip(files(&root().join("fixtures/unusual"))) {
        for mode in [0, 1, 3, 4, 9] {
            let input = [&[mode, 0], message.as_slice()].concat();
            honest += usize::from(resigned::accepted(&input));
        }
        // Not every message by every change: the whole product is the fuzzer's.
        for kind in 0..10 {
            let pairs = [
                (0, 1),
                (5, 0),
                (5, 1),
                (1, 5),
                (5, 5),
                (6, 9),
                (9, 6),
                (0, 5),
            ];
            for (from, to) in pairs.into_iter().skip(number % 4).step_by(4) {
                let mode = u8::try_from(number % 5).expect("less than five");
                let input = [&[mode, 1, kind, from, to], message.as_slice()].concat();
                resigned::run(&input);
            }
        }
    }
    assert!(honest > 300, "{honest}");
    for seed in seeds("resigned") {
        resigned::run(&seed);
    }
}
