//! Exit code 2 for what is wrong with the command line, 0 for help, and standard output that goes away.

use std::io::Read as _;
use std::process::Stdio;

use crate::support::{command, eu, fixture, run, run_with};

#[test]
fn bad_flags_are_usage_errors() {
    let rows: [(&[&str], &str); 18] = [
        (&[], "Usage"),
        (&["nothing"], "unrecognized subcommand"),
        (&["c14n"], "<FILE>"),
        (
            &["c14n", "--algorithm", "sha256", "entra/eu.xml"],
            "--algorithm",
        ),
        (&["dsig"], "Usage"),
        (&["dsig", "verify", "entra/eu.xml"], "--cert"),
        (&["verify", "entra/eu.xml"], "--idp-metadata"),
        (
            &[
                "verify",
                "--idp-metadata",
                "entra/metadata.xml",
                "entra/eu.xml",
            ],
            "--mimecast",
        ),
        (
            &[
                "verify",
                "--idp-entity-id",
                "x",
                "--mimecast",
                "eu:CUK1A1",
                "entra/eu.xml",
            ],
            "--idp-metadata",
        ),
        (
            &[
                "verify",
                "--idp-cert",
                "keys/test-only-idp.crt.pem",
                "--mimecast",
                "eu:CUK1A1",
                "entra/eu.xml",
            ],
            "--idp-entity-id",
        ),
        (
            &[
                "verify",
                "--idp-metadata",
                "entra/metadata.xml",
                "--sp-entity-id",
                "x",
                "entra/eu.xml",
            ],
            "--acs-url",
        ),
        (
            &[
                "verify",
                "--idp-metadata",
                "entra/metadata.xml",
                "--mimecast",
                "CUK1A1",
                "entra/eu.xml",
            ],
            "REGION:ACCOUNTCODE",
        ),
        (
            &[
                "verify",
                "--idp-metadata",
                "entra/metadata.xml",
                "--mimecast",
                "eu:cuk1a1",
                "entra/eu.xml",
            ],
            "did you mean CUK1A1?",
        ),
        (
            &[
                "verify",
                "--idp-metadata",
                "entra/metadata.xml",
                "--mimecast",
                "xx:CUK1A1",
                "entra/eu.xml",
            ],
            "CUK is eu",
        ),
        (
            &["inspect", "--encoding", "rot13", "entra/eu.xml"],
            "--encoding",
        ),
        (&["mimecast", "setup", "--region", "eu"], "--account"),
        (
            &[
                "mimecast",
                "setup",
                "--region",
                "eu",
                "--account",
                "<accountcode>",
            ],
            "placeholder",
        ),
        (&["metadata"], "Usage"),
    ];
    for (args, said) in rows {
        run(args).assert_usage(said);
    }
    let mut args = eu(&["entra/eu.xml"]);
    args[7] = "yesterday";
    run(args).assert_usage("2026-01-15T10:01:00Z");
    run(eu(&["--sp-entity-id", "x", "entra/eu.xml"])).assert_usage("cannot be used with");
    run(eu(&[
        "--idp-cert",
        "keys/test-only-idp.crt.pem",
        "--idp-entity-id",
        "x",
        "entra/eu.xml",
    ]))
    .assert_usage("cannot be used with");
}

#[test]
fn help_and_version_are_no_errors() {
    for args in [
        &["--help"][..],
        &["-h"],
        &["--version"],
        &["verify", "--help"],
        &["dsig", "--help"],
        &["dsig", "verify", "--help"],
        &["mimecast", "setup", "--help"],
        &["inspect", "-h"],
    ] {
        let run = run(args);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{args:?}");
        assert!(!run.stdout.is_empty());
    }
}

#[test]
fn standard_input_is_read_once() {
    let mut args = eu(&["-"]);
    args[3] = "-";
    run_with(args, &fixture("entra/metadata.xml")).assert_usage("one file only");
}

/// The reader of a pipe may leave at any time.
#[test]
fn a_closed_pipe_is_no_error() {
    for args in [
        vec!["c14n", "entra/groups-150.xml"],
        vec!["inspect", "entra/groups-150.xml"],
        vec!["mimecast", "regions"],
        vec!["--help"],
        eu(&["entra/eu.xml"]),
    ] {
        let mut child = command()
            .args(&args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        assert_eq!(
            (child.wait().unwrap().code(), stderr.as_str()),
            (Some(0), ""),
            "{args:?}"
        );
    }
}

/// Everything that is said goes nowhere, and still the exit code is the verdict.
#[test]
fn closed_standard_error_is_no_error() {
    for (args, code) in [
        (vec!["c14n", "none.xml"], 2),
        (vec!["c14n", "entra/bad/doctype.xml"], 1),
    ] {
        let mut child = command()
            .args(&args)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{args:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = command()
        .args(["c14n", "entra/eu.xml"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("standard output")
    );
}
