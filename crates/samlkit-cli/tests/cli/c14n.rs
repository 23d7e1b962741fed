//! `c14n` prints canonical octets and nothing else.

use crate::support::run_with;

const DOCUMENT: &[u8] = br#"<?xml version="1.0"?><a xmlns:b="urn:b" xmlns:c="urn:c" xml:lang="en"><!--x--><b:d z="1" Id="i" a="2"/><e xml:id="j"/></a>"#;

#[test]
fn each_algorithm_has_its_octets() {
    for (algorithm, octets) in [
        (
            "exc",
            r#"<a xml:lang="en"><b:d xmlns:b="urn:b" Id="i" a="2" z="1"></b:d><e xml:id="j"></e></a>"#,
        ),
        (
            "exc-comments",
            r#"<a xml:lang="en"><!--x--><b:d xmlns:b="urn:b" Id="i" a="2" z="1"></b:d><e xml:id="j"></e></a>"#,
        ),
        (
            "c14n10",
            r#"<a xmlns:b="urn:b" xmlns:c="urn:c" xml:lang="en"><b:d Id="i" a="2" z="1"></b:d><e xml:id="j"></e></a>"#,
        ),
        (
            "c14n11-comments",
            r#"<a xmlns:b="urn:b" xmlns:c="urn:c" xml:lang="en"><!--x--><b:d Id="i" a="2" z="1"></b:d><e xml:id="j"></e></a>"#,
        ),
        (
            "http://www.w3.org/2006/12/xml-c14n11",
            r#"<a xmlns:b="urn:b" xmlns:c="urn:c" xml:lang="en"><b:d Id="i" a="2" z="1"></b:d><e xml:id="j"></e></a>"#,
        ),
        (
            "http://www.w3.org/2001/10/xml-exc-c14n#",
            r#"<a xml:lang="en"><b:d xmlns:b="urn:b" Id="i" a="2" z="1"></b:d><e xml:id="j"></e></a>"#,
        ),
    ] {
        let run = run_with(["c14n", "--algorithm", algorithm, "-"], DOCUMENT);
        assert_eq!(
            (run.code, run.text().as_str(), run.stderr.as_str()),
            (0, octets, ""),
            "{algorithm}"
        );
    }
}

#[test]
fn an_element_is_canonicalized_in_its_context() {
    for (args, octets) in [
        (
            &["--id", "i"][..],
            r#"<b:d xmlns:b="urn:b" Id="i" a="2" z="1"></b:d>"#,
        ),
        (
            &["--id", "i", "--inclusive-prefixes", "c #default"],
            r#"<b:d xmlns:b="urn:b" xmlns:c="urn:c" Id="i" a="2" z="1"></b:d>"#,
        ),
        (
            &["--id", "i", "--algorithm", "c14n10"],
            r#"<b:d xmlns:b="urn:b" xmlns:c="urn:c" Id="i" a="2" z="1" xml:lang="en"></b:d>"#,
        ),
        (&["--id", "j"], r#"<e xml:id="j"></e>"#),
    ] {
        let run = run_with(["c14n"].iter().chain(args).chain(&["-"]), DOCUMENT);
        assert_eq!((run.code, run.text().as_str()), (0, octets), "{args:?}");
    }
}

#[test]
fn refusals_have_a_code_and_print_nothing() {
    for (document, args, code) in [
        (DOCUMENT, &["--id", "none"][..], "unknown-id"),
        (DOCUMENT, &["--id", ""], "unknown-id"),
        (
            br#"<a><b ID="x"/><c xml:id="x"/></a>"#,
            &["--id", "x"],
            "duplicate-id",
        ),
        (b"<a xmlns='relative'/>", &[], "relative-namespace-uri"),
        (b"<!DOCTYPE a><a/>", &[], "dtd-forbidden"),
        (b"\xff\xfe<\0a\0/\0>\0", &[], "unsupported-encoding"),
        (b"<a>", &[], "malformed-xml"),
        (b"PGEvPg==", &[], "malformed-xml"),
        (b"", &[], "malformed-xml"),
    ] {
        let run = run_with(["c14n"].iter().chain(args).chain(&["-"]), document);
        assert_eq!((run.code, run.stdout.len()), (1, 0), "{run:?}");
        assert!(
            run.stderr.starts_with(&format!("error: {code}: ")),
            "{run:?}"
        );
    }
}
