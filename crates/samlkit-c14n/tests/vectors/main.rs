//! Published canonicalization vectors (libxml2, Santuario, the W3C interoperability tests), byte for byte. `SAMLKIT_VECTORS`
//! names the folder that holds them; the project does not contain them.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod xpath;

use std::path::{Path, PathBuf};
use std::process::Command;

use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_xml::{Document, Element, Error as XmlError, Limits};
use serde_json::Value;

/// How many cases the manifest has, so that a manifest that lost some does not pass.
const CASES: usize = 113;

#[derive(Debug, Default)]
struct Tally {
    parsed: usize,
    with_doctype: usize,
    other_encoding: usize,
    without_expected_output: usize,
    refused_only: usize,
    compared: usize,
}

#[test]
fn every_published_vector() {
    let Some(folder) = std::env::var_os("SAMLKIT_VECTORS").map(PathBuf::from) else {
        println!("SAMLKIT_VECTORS is not set: nothing tested");
        return;
    };
    let manifest =
        std::fs::read(folder.join("manifest.json")).expect("SAMLKIT_VECTORS holds manifest.json");
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let has_xmllint = Command::new("xmllint").arg("--version").output().is_ok();
    let mut tally = Tally::default();
    let mut failures = Vec::new();
    for case in manifest["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|case| case["kind"] == "c14n")
    {
        if let Err(reason) = run(&folder, case, has_xmllint, &mut tally) {
            failures.push(format!("{}: {reason}", case["id"]));
        }
    }
    println!("{tally:?}, xmllint: {has_xmllint}");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    let run = tally.parsed + tally.with_doctype + tally.other_encoding + tally.refused_only;
    assert_eq!(run, CASES, "cases run");
}

/// Runs one case on every interface that it applies to.
fn run(folder: &Path, case: &Value, has_xmllint: bool, tally: &mut Tally) -> Result<(), String> {
    let input = folder.join(case["input"].as_str().unwrap());
    let source = std::fs::read(&input).unwrap();
    let document = match Document::parse(&source) {
        Ok(document) => {
            tally.parsed += 1;
            document
        }
        Err(error) => {
            let is_doctype = matches!(error, XmlError::Doctype { .. });
            let has_doctype = source.windows(9).any(|window| window == b"<!DOCTYPE");
            let is_encoding = matches!(error, XmlError::UnsupportedEncoding { .. });
            if !(is_doctype && has_doctype || is_encoding) {
                return Err(format!("refused: {error:?}"));
            }
            if !has_xmllint {
                tally.refused_only += 1;
                return Ok(());
            }
            let expanded = expand(&input);
            if is_doctype {
                tally.with_doctype += 1;
            } else {
                tally.other_encoding += 1;
            }
            Document::parse_owned(expanded, &Limits::DEFAULT)
                .map_err(|error| format!("expanded: {error:?}"))?
        }
    };

    let algorithm =
        Algorithm::from_uri(case["algorithm"].as_str().unwrap()).ok_or("unknown algorithm")?;
    let prefixes: Vec<&str> = case["inclusive_ns_prefixes"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|p| p.as_str().unwrap())
        .collect();
    let prefixes = prefixes.join(" ");
    let canonicalizer = Canonicalizer::new(algorithm).with_inclusive_prefixes(&prefixes);
    let expected = case["expected"]
        .as_str()
        .map(|path| std::fs::read(folder.join(path)).unwrap());
    if expected.is_none() {
        tally.without_expected_output += 1;
    }

    let mut check = |interface: &str, done: Result<(), samlkit_c14n::Error>, out: &[u8]| {
        done.map_err(|error| format!("{interface}: {error:?}"))?;
        match expected.as_deref() {
            Some(expected) if out == expected => tally.compared += 1,
            Some(expected) => {
                let [out, expected] = [out, expected].map(String::from_utf8_lossy);
                return Err(format!("{interface}\n got: {out}\nwant: {expected}"));
            }
            None => {}
        }
        Ok(())
    };
    let mut out = Vec::new();
    if let Some(expression) = case["xpath"].as_str() {
        for (prefix, uri) in case["xpath_namespaces"].as_object().into_iter().flatten() {
            assert!(
                xpath::PREFIXES.contains(&(prefix.as_str(), uri.as_str().unwrap())),
                "{prefix}"
            );
        }
        let selected =
            xpath::select(expression).ok_or_else(|| format!("untranslated: {expression}"))?;
        let done = canonicalizer.subset(&document, &selected, &mut out);
        check("subset", done, &out)?;
    } else {
        let done = canonicalizer.document(&document, &mut out);
        check("document", done, &out)?;
    }
    if let Some(path) = case["apex_xpath"].as_str() {
        out.clear();
        let done = canonicalizer.element(apex(&document, path), &mut out);
        check("element", done, &out)?;
    }
    Ok(())
}

/// The element at a path of the form `/*[1]/*[2]`.
fn apex<'d>(document: &'d Document<'_>, path: &str) -> Element<'d> {
    let mut steps = path.split('/').skip(1).map(|step| {
        let position = step
            .strip_prefix("*[")
            .and_then(|step| step.strip_suffix(']'))
            .expect("a position");
        position.parse::<usize>().unwrap()
    });
    assert_eq!(steps.next(), Some(1));
    steps.fold(document.root(), |element, position| {
        element.elements().nth(position - 1).expect("an element")
    })
}

/// What a parser that reads document type declarations makes of a file: entities replaced, attribute defaults and types
/// applied, in UTF-8, without the declaration.
fn expand(input: &Path) -> Vec<u8> {
    let output = Command::new("xmllint")
        .args([
            "--nonet",
            "--noent",
            "--dtdattr",
            "--dropdtd",
            "--encode",
            "UTF-8",
        ])
        .arg(input)
        .output()
        .unwrap();
    assert!(
        !output.stdout.is_empty(),
        "xmllint: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}
