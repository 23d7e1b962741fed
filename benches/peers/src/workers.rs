use std::path::{Path, PathBuf};
use std::process::Command;

use peers_harness::Call;

/// Every worker, built.
#[derive(Debug)]
pub struct Workers {
    programs: Vec<PathBuf>,
}

/// A package, the features that its build takes, and the folder below `target` for it.
const BUILDS: [(&str, &[&str], &str); 6] = [
    ("samlkit", &[], ""),
    ("samlkit", &["--features", "aws-lc-rs"], "aws-lc"),
    (
        "bergshamra",
        &["--no-default-features", "--features", "aws-lc"],
        "aws-lc",
    ),
    ("bergshamra", &[], ""),
    ("rust", &[], ""),
    ("libxml2", &[], ""),
];

/// It takes no time as an argument.
const READS_THE_CLOCK: &str = "samael";

impl Workers {
    /// Builds what is not built. A package with an optional backend is built once for each: they exclude each other.
    ///
    /// # Errors
    ///
    /// When a build fails.
    pub fn build() -> Result<Self, String> {
        let home = Path::new(env!("CARGO_MANIFEST_DIR"));
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let mut programs = Vec::new();
        for (package, features, folder) in BUILDS {
            let target = home.join("target").join(folder);
            let status = Command::new(&cargo)
                .args(["build", "--release", "--locked", "--manifest-path"])
                .arg(home.join(package).join("Cargo.toml"))
                .arg("--target-dir")
                .arg(&target)
                .args(features)
                .status()
                .map_err(|error| error.to_string())?;
            if !status.success() {
                return Err(format!("{package} does not build"));
            }
            programs.push(target.join("release").join(format!("peers-{package}")));
        }
        Ok(Self { programs })
    }

    /// How each peer is started, with the clock for the one that reads it.
    ///
    /// # Errors
    ///
    /// When a worker does not say what it has.
    pub fn calls(&self, now: &str) -> Result<Vec<Call>, String> {
        let mut calls = Vec::new();
        for program in &self.programs {
            let output = Command::new(program)
                .arg("list")
                .output()
                .map_err(|error| format!("{}: {error}", program.display()))?;
            for peer in String::from_utf8_lossy(&output.stdout).lines() {
                calls.push(Call {
                    program: program.clone(),
                    peer: peer.to_owned(),
                    clock: peer.starts_with(READS_THE_CLOCK).then(|| now.to_owned()),
                });
            }
        }
        Ok(calls)
    }
}

/// Allocations and peak heap of one acceptance, C libraries included, by valgrind's DHAT: a run of ten is compared with one of none.
#[must_use]
pub fn dhat(call: &Call, setting: &Path, message: &Path, request: &str) -> Option<(u64, u64)> {
    const TIMES: u64 = 10;
    let run = |times: u64| {
        let output = call
            .command(&["valgrind", "--tool=dhat", "--dhat-out-file=/dev/null"])
            .arg("once")
            .arg(&call.peer)
            .arg(setting)
            .arg(message)
            .arg(request)
            .arg(times.to_string())
            .output()
            .ok()?;
        let report = String::from_utf8_lossy(&output.stderr).into_owned();
        let number = |label: &str, word: usize| {
            let line = report.lines().find_map(|line| line.split_once(label))?.1;
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            words.get(word)?.replace(',', "").parse::<u64>().ok()
        };
        // "Total: 1,234 bytes in 56 blocks", "At t-gmax: 1,234 bytes in 56 blocks"
        Some((number("Total:", 3)?, number("At t-gmax:", 0)?))
    };
    let (none, some) = (run(0)?, run(TIMES)?);
    Some((
        some.0.checked_sub(none.0)? / TIMES,
        some.1.checked_sub(none.1)?,
    ))
}
