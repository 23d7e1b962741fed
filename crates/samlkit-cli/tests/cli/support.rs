//! Running the command.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// What one run gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Run {
    /// The one JSON object on standard output.
    pub(crate) fn json(&self) -> Value {
        let value: Value = serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert!(value.is_object(), "{self:?}");
        value
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap()
    }

    /// Asserts a usage or I/O error: exit code 2, nothing on standard output, `said` on standard error.
    #[track_caller]
    pub(crate) fn assert_usage(&self, said: &str) {
        assert_eq!(self.code, 2, "{self:?}");
        assert!(self.stdout.is_empty(), "{self:?}");
        assert!(self.stderr.contains(said), "{self:?}");
    }
}

pub(crate) fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join(name)).unwrap()
}

pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_samlkit"));
    command.current_dir(fixtures());
    command
}

/// Runs the command in the folder of the fixtures.
#[track_caller]
pub(crate) fn run<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Run {
    run_with(args, b"")
}

/// Runs the command with octets on standard input. It may neither panic nor die of a signal.
#[track_caller]
pub(crate) fn run_with<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>, stdin: &[u8]) -> Run {
    let args: Vec<OsString> = args
        .into_iter()
        .map(|arg| arg.as_ref().to_owned())
        .collect();
    let mut child = command()
        .args(&args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may exit without having read anything.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let code = output
        .status
        .code()
        .unwrap_or_else(|| panic!("{args:?} died: {stderr}"));
    assert!(
        (0..=2).contains(&code) && !stderr.contains("panicked"),
        "{args:?}: {code} {stderr}"
    );
    Run {
        code,
        stdout: output.stdout,
        stderr,
    }
}

/// The arguments of a `verify` that accepts `entra/eu.xml`.
pub(crate) const EU: [&str; 10] = [
    "verify",
    "--json",
    "--idp-metadata",
    "entra/metadata.xml",
    "--mimecast",
    "eu:CUK1A1",
    "--at",
    "2026-01-15T10:01:00Z",
    "--in-response-to",
    "_d45f1f310645d6ff4f7f087051effb23",
];

/// [`EU`] with more arguments.
pub(crate) fn eu<'a>(more: &[&'a str]) -> Vec<&'a str> {
    EU.iter().chain(more).copied().collect()
}

/// `entra/eu.xml` with one text in place of another that must be in it.
pub(crate) fn eu_with(from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(fixture("entra/eu.xml")).unwrap();
    assert!(text.contains(from), "{from}");
    text.replace(from, to).into_bytes()
}

pub(crate) fn base64(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}
