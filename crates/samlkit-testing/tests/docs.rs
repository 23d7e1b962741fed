//! `docs/attacks.md` lists every attack, as `cargo run -p samlkit-testing --example list` prints them, and no test or attack that is not.
#![expect(
    clippy::unwrap_used,
    reason = "a page that is missing must stop the test"
)]

use std::collections::BTreeSet;
use std::path::Path;

use samlkit_testing::{Class, attacks};

fn page() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join("docs/attacks.md")).unwrap()
}

#[test]
fn every_attack_is_listed() {
    let list = attacks::to_markdown();
    assert!(
        page().ends_with(&list),
        "the end of docs/attacks.md is not what the example `list` prints"
    );
}

/// In the tables by class, an identifier in kebab case is a class, an attack, or a code.
#[test]
fn what_the_page_names_exists() {
    let page = page();
    let (tables, _) = page.split_once("## Every attack").unwrap();
    let mut known: BTreeSet<&str> = attacks::registry().map(|attack| attack.id).collect();
    known.extend(Class::ALL.iter().map(|class| class.id()));
    known.extend(samlkit::Code::ALL.iter().map(|code| code.as_str()));
    let mut named = 0;
    for word in tables.split('`').skip(1).step_by(2) {
        let kebab = word.contains('-') && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        if kebab && !word.starts_with("samlkit-") {
            assert!(known.contains(word), "{word}");
            named += 1;
        }
    }
    assert!(named > 25, "{named}");
}
