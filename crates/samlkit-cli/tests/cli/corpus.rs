//! The command on the corpus of `samlkit-testing`, from its files and its manifest alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use samlkit_testing::{NOW, Provider, TestIdp, TestSp, attacks, corpus, valid};
use serde_json::Value;

use crate::manifest::arguments_of;

/// Attacks that one run of the command cannot tell, and why.
const NOT_HERE: &[(&str, &str)] = &[
    (
        "logout-old",
        "the command does not know how long a logout request may be under way",
    ),
    ("logout-of-the-future", "as above"),
];

/// Codes that differ: the command takes any kind of message in a query, and says what is wrong with that kind.
const OTHER_CODES: &[(&str, &str)] = &[
    ("redirect-signed-inside", "unsigned"),
    ("logout-is-a-request-for-sign-on", "invalid-value"),
    ("logout-response-as-request", "not-a-request"),
    ("logout-issuer-other", "issuer-mismatch"),
    ("logout-in-logout", "invalid-value"),
    ("logout-answer-to-no-request", "unsolicited"),
    ("logout-answer-is-a-response", "no-assertion"),
];

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    let sp = TestSp::new("https://sp.example/metadata", "https://sp.example/acs");
    let entra = TestIdp::entra(NOW);
    let mut cases = attacks::all(&entra, &sp).unwrap();
    for &provider in Provider::ALL {
        cases.extend(valid::all(&TestIdp::new(provider, NOW), &sp).unwrap());
    }
    let count = corpus::write(&folder, &cases).unwrap();
    assert!(count > 2000, "{count}");
    folder
}

#[test]
fn every_message_has_its_verdict() {
    let folder = folder();
    let manifest = std::fs::read(folder.join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let entries = manifest["entries"].as_array().unwrap();
    let verdicts: BTreeMap<&str, &str> = entries
        .iter()
        .map(|entry| {
            (
                entry["id"].as_str().unwrap(),
                entry["verdict"].as_str().unwrap(),
            )
        })
        .collect();
    let (mut wrong, mut codes) = (Vec::new(), BTreeSet::new());
    for entry in entries {
        let attack = entry["attack"]["id"].as_str().unwrap_or_default();
        // What is posted and is no response is for libraries: the command has nothing for it.
        if entry["command"].is_null() || NOT_HERE.iter().any(|(id, _)| *id == attack) {
            continue;
        }
        if let Some(sibling) = entry["sibling"].as_str() {
            assert_eq!(verdicts[sibling], "accepted", "{sibling}");
        }
        let output = Command::new(env!("CARGO_BIN_EXE_samlkit"))
            .current_dir(&folder)
            .args(arguments(&folder, entry))
            .output()
            .unwrap();
        let json: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {output:?} {entry}"));
        let found = (
            json["verdict"].as_str().unwrap(),
            json["code"].as_str(),
            output.status.code(),
        );
        // Only the first delivery can be seen by a command that keeps nothing.
        let repeated = entry["deliveries"].as_u64() > Some(1);
        let accepted = entry["verdict"] == "accepted" || repeated;
        let good = match found {
            ("accepted" | "valid", None, Some(0)) => accepted,
            ("rejected" | "invalid", Some(code), Some(1)) => {
                codes.insert(code.to_owned());
                let other = OTHER_CODES.iter().find(|(id, _)| *id == attack);
                !accepted && other.map_or(entry["code"] == code, |(_, other)| *other == code)
            }
            _ => false,
        };
        if !good {
            wrong.push(format!("{}: {json} and not {}", entry["id"], entry["code"]));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    assert!(codes.len() > 25, "{codes:?}");
}

fn arguments(folder: &Path, entry: &Value) -> Vec<String> {
    let mut args: Vec<String> = entry["command"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap().to_owned())
        .collect();
    args.push("--json".to_owned());
    args.extend(arguments_of(&entry["options"]));
    let file = entry["file"].as_str().unwrap();
    if entry["kind"] == "redirect" {
        args.push("--query".to_owned());
        args.push(std::fs::read_to_string(folder.join(file)).unwrap());
    } else {
        args.push("--encoding=base64".to_owned());
        if entry["kind"] == "metadata" {
            args.pop();
        }
        args.push(file.to_owned());
    }
    args
}
