//! What verifying a signed metadata aggregate costs: `cargo run --release --bin aggregate [-- MEGABYTES | FILE]...`

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};
use std::{env, fs};

use peers::{Inputs, Workers, duration, repository};
use peers_harness::{Call, Failure};

const PATIENCE: Duration = Duration::from_secs(300);

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
    let mut columns = Vec::new();
    for wanted in wanted {
        let file = match wanted.parse::<usize>() {
            Ok(megabytes) => inputs.aggregate(megabytes << 20)?,
            Err(_) => PathBuf::from(&wanted),
        };
        eprintln!("{}", file.display());
        columns.push(column(&inputs, &calls, &samlkit, &file)?);
    }
    show(&columns);
    Ok(())
}

/// What a file cost, by implementation.
struct Column {
    title: String,
    cells: Vec<(String, String)>,
    notes: Vec<String>,
}

/// Every column has the same rows.
fn show(columns: &[Column]) {
    let mut header = String::from("| time, peak memory |");
    for column in columns {
        header.push_str(&format!(" {} |", column.title));
    }
    println!("{header}\n|---|{}", "---|".repeat(columns.len()));
    let rows = columns.first().map_or(0, |column| column.cells.len());
    for row in 0..rows {
        let cells = || columns.iter().filter_map(|column| column.cells.get(row));
        let name = cells().next().map_or("", |(name, _)| name);
        let mut line = format!("| {name} |");
        for (_, cell) in cells() {
            line.push_str(&format!(" {cell} |"));
        }
        println!("{line}");
    }
    println!();
    for column in columns {
        for note in &column.notes {
            println!("- {}, {note}", column.title);
        }
    }
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

fn column(inputs: &Inputs, calls: &[Call], samlkit: &Path, file: &Path) -> Result<Column, String> {
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
    let mut column = Column {
        title: format!("{:.0} MB", size / 1e6),
        cells: Vec::new(),
        notes: Vec::new(),
    };
    let setting = inputs.setting(true)?;
    for call in calls {
        column.add(&call.peer, child(call, &setting, file, &tampered, size));
    }
    let certificate = inputs.certificate()?;
    let certificate = certificate.to_string_lossy();
    let node = "urn:oasis:names:tc:SAML:2.0:metadata:EntitiesDescriptor";
    let xmlsec1 = [
        "--verify",
        "--pubkey-cert-pem",
        &certificate,
        "--id-attr:ID",
        node,
    ];
    let verified = command(Path::new("xmlsec1"), &xmlsec1, file, &tampered);
    column.add("`xmlsec1 --verify`", verified);
    let verify = ["metadata", "verify", "--cert", &certificate];
    let verified = command(samlkit, &verify, file, &tampered);
    column.add("`samlkit metadata verify`", verified);
    Ok(column)
}

impl Column {
    fn add(&mut self, name: &str, result: Result<(f64, u64), Failure>) {
        let cell = match result {
            Ok((nanos, kilobytes)) => {
                let memory = kilobytes as f64 * 1024.0 / 1e6;
                format!("{}, {memory:.0} MB", duration(nanos))
            }
            Err(Failure::Nothing) => String::new(),
            Err(failure) => {
                self.notes.push(format!("{name}: {failure:?}"));
                match failure {
                    Failure::Refused(_) => "refused".to_owned(),
                    Failure::Stopped => format!("over {} s", PATIENCE.as_secs()),
                    Failure::Nothing | Failure::Ended(_) => "failed".to_owned(),
                }
            }
        };
        self.cells.push((name.to_owned(), cell));
    }
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
        Ok(_) => return Err(accepts()),
    }
    let mut worker = call.start(setting, PATIENCE)?;
    let times = if size < 5e6 { 15 } else { 5 };
    let nanos = worker.root(file, times)?;
    let nanos: Vec<f64> = nanos.into_iter().map(|nanos| nanos as f64).collect();
    Ok((least(&nanos), worker.peak()?))
}

/// Runs do not take turns here, so the one that was disturbed least counts.
fn least(nanos: &[f64]) -> f64 {
    nanos.iter().copied().fold(f64::INFINITY, f64::min)
}

/// A whole run of a command: its start and the reading of the file count.
fn command(
    program: &Path,
    arguments: &[&str],
    file: &Path,
    tampered: &Path,
) -> Result<(f64, u64), Failure> {
    let run = |file: &Path| {
        let start = Instant::now();
        let output = Command::new("/usr/bin/time")
            .args(["-q", "-f", "%M"])
            .arg(program)
            .args(arguments)
            .arg(file)
            .output()
            .map_err(|error| Failure::Ended(error.to_string()))?;
        let nanos = start.elapsed().as_nanos() as f64;
        let report = String::from_utf8_lossy(&output.stderr).into_owned();
        let last = report.lines().last().unwrap_or_default();
        match last.parse::<u64>() {
            Ok(kilobytes) if output.status.success() => Ok((nanos, kilobytes)),
            Ok(_) => Err(Failure::Refused(report)),
            Err(_) => Err(Failure::Ended(report)),
        }
    };
    match run(tampered) {
        Err(Failure::Refused(_)) => {}
        Err(failure) => return Err(failure),
        Ok(_) => return Err(accepts()),
    }
    let mut runs = Vec::new();
    for _ in 0..5 {
        runs.push(run(file)?);
    }
    let nanos: Vec<f64> = runs.iter().map(|(nanos, _)| *nanos).collect();
    let peak = runs.iter().map(|(_, kilobytes)| *kilobytes).max();
    Ok((least(&nanos), peak.unwrap_or_default()))
}

fn accepts() -> Failure {
    Failure::Ended("ACCEPTS the tampered copy".to_owned())
}
