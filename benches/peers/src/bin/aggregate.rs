//! What verifying a signed metadata aggregate costs: `cargo run --release --bin aggregate [-- MEGABYTES | FILE]...`

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};
use std::{env, fs};

use peers::{Inputs, Workers, duration, repository};
use peers_harness::{Call, Failure};

const PATIENCE: Duration = Duration::from_secs(300);
const CERTIFICATE: &str = "fixtures/keys/test-only-entra-active.crt.pem";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let inputs = Inputs::new()?;
    let calls = Workers::build()?.calls(inputs.now())?;
    let samlkit = samlkit()?;
    let mut wanted: Vec<String> = env::args().skip(1).collect();
    if wanted.is_empty() {
        wanted = ["1", "10", "100"].map(str::to_owned).to_vec();
    }
    for wanted in wanted {
        let file = match wanted.parse::<usize>() {
            Ok(megabytes) => inputs.aggregate(megabytes << 20)?,
            Err(_) => PathBuf::from(&wanted),
        };
        table(&inputs, &calls, &samlkit, &file)?;
    }
    Ok(())
}

/// The command, as it is built for use.
fn samlkit() -> Result<PathBuf, String> {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
    let status = Command::new(cargo)
        .args([
            "build",
            "--release",
            "--locked",
            "-p",
            "samlkit-cli",
            "--manifest-path",
        ])
        .arg(repository().join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .status()
        .map_err(|error| error.to_string())?;
    if status.success() {
        Ok(target.join("release/samlkit"))
    } else {
        Err("the command does not build".to_owned())
    }
}

fn table(inputs: &Inputs, calls: &[Call], samlkit: &Path, file: &Path) -> Result<(), String> {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    let size = text.len() as f64;
    // Within the first entity, which the signature of the root covers.
    let place = text
        .find("<EntityDescriptor")
        .or_else(|| text.find(":EntityDescriptor"));
    let (before, after) = text.split_at(place.ok_or("no entity")?);
    let changed = after.replacen("entityID=\"https", "entityID=\"httpz", 1);
    if changed == after {
        return Err("nothing to tamper with".to_owned());
    }
    let tampered = inputs.write("aggregate-tampered.xml", &format!("{before}{changed}"))?;
    drop((text, changed));
    println!(
        "| {:.0} MB | time | MB/s | peak memory | ÷ file |",
        size / 1e6
    );
    println!("|---|---|---|---|---|");
    let setting = inputs.setting(true)?;
    for call in calls {
        match child(call, &setting, file, &tampered, size) {
            Ok((nanos, kilobytes)) => row(&call.peer, nanos, kilobytes, size),
            Err(Failure::Refused(reason)) => {
                println!("| {} | refused: {reason} | | | |", call.peer)
            }
            Err(failure) => println!("| {} | {failure:?} | | | |", call.peer),
        }
    }
    let certificate = repository().join(CERTIFICATE);
    let certificate = certificate.to_string_lossy();
    let node = "urn:oasis:names:tc:SAML:2.0:metadata:EntitiesDescriptor";
    let xmlsec1 = [
        "--verify",
        "--pubkey-cert-pem",
        &certificate,
        "--id-attr:ID",
        node,
    ];
    command(
        "`xmlsec1 --verify`",
        Path::new("xmlsec1"),
        &xmlsec1,
        file,
        &tampered,
        size,
    );
    let verify = ["metadata", "verify", "--cert", &certificate];
    command(
        "`samlkit metadata verify`",
        samlkit,
        &verify,
        file,
        &tampered,
        size,
    );
    println!();
    Ok(())
}

/// In a process of its own, so that the peak is this peer's alone; with another one for the copy that was tampered with.
fn child(
    call: &Call,
    setting: &Path,
    file: &Path,
    tampered: &Path,
    size: f64,
) -> Result<(f64, u64), Failure> {
    match call.start(setting, PATIENCE)?.root(tampered, 1) {
        Err(Failure::Refused(_)) => {}
        Err(failure) => return Err(failure),
        Ok(_) => return Err(Failure::Ended("ACCEPTS the tampered copy".to_owned())),
    }
    let mut worker = call.start(setting, PATIENCE)?;
    let times = if size < 5e6 { 15 } else { 5 };
    let nanos = worker.root(file, times)?;
    let nanos: Vec<f64> = nanos.into_iter().map(|nanos| nanos as f64).collect();
    Ok((least(&nanos), worker.peak()?))
}

fn row(name: &str, nanos: f64, kilobytes: u64, size: f64) {
    let memory = kilobytes as f64 * 1024.0;
    println!(
        "| {name} | {} | {:.0} | {:.0} MB | {:.2} |",
        duration(nanos),
        size * 1e3 / nanos,
        memory / 1e6,
        memory / size
    );
}

/// Runs do not take turns here, so the one that was disturbed least counts.
fn least(nanos: &[f64]) -> f64 {
    nanos.iter().copied().fold(f64::INFINITY, f64::min)
}

/// A whole run of a command: its start and the reading of the file count.
fn command(
    name: &str,
    program: &Path,
    arguments: &[&str],
    file: &Path,
    tampered: &Path,
    size: f64,
) {
    let run = |file: &Path| {
        let start = Instant::now();
        let output = Command::new("/usr/bin/time")
            .args(["-q", "-f", "%M"])
            .arg(program)
            .args(arguments)
            .arg(file)
            .output()
            .ok()?;
        let nanos = start.elapsed().as_nanos() as f64;
        let report = String::from_utf8_lossy(&output.stderr).into_owned();
        let kilobytes: u64 = report.lines().last()?.parse().ok()?;
        Some((output.status.success(), (nanos, kilobytes)))
    };
    match (run(tampered), run(file)) {
        (Some((false, _)), Some((true, first))) => {
            let mut runs = vec![first];
            runs.extend(
                (0..4)
                    .filter_map(|_| run(file))
                    .map(|(_, measured)| measured),
            );
            let nanos: Vec<f64> = runs.iter().map(|(nanos, _)| *nanos).collect();
            row(name, least(&nanos), first.1, size);
        }
        (Some((true, _)), _) => println!("| {name} | ACCEPTS the tampered copy | | | |"),
        _ => println!("| {name} | refused | | | |"),
    }
}
