//! Verifies a signed metadata aggregate in one pass: `aggregate [MB [TIMES]]` writes one to `target`, verifies it, reads some of its
//! entities, and prints time, speed and peak memory, beside those of `xmlsec1` on the same file where that is installed.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement needs a clock, and is worth nothing without its inputs"
)]

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use samlkit::metadata::Aggregate;
use samlkit_benches::{aggregate, key};
use samlkit_dsig::Verifier;

fn main() {
    let mut args = std::env::args().skip(1);
    let mut number = |default| args.next().and_then(|n| n.parse().ok()).unwrap_or(default);
    let (megabytes, times) = (number(100), number(5));
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../target/aggregate-{megabytes}.xml"));
    if !path.exists() {
        let file = File::create(&path).expect("target can be written");
        aggregate::write(megabytes * 1_000_000, &mut BufWriter::new(file)).expect("there is room");
    }
    let size = std::fs::metadata(&path).map_or(0, |file| file.len());
    println!("{size} octets");

    let keys = [key()];
    let verifier = Verifier::new(&keys).expect("a key");
    let mut best = Duration::MAX;
    for _ in 0..times {
        let start = Instant::now();
        let file = File::open(&path).expect("it was written");
        let verified = Aggregate::verify(&verifier, file).expect("it is signed");
        best = best.min(start.elapsed());
        assert!(verified.len() > megabytes);
    }
    report("samlkit", best, size, peak_memory());
    read_some(&verifier, &path);
    xmlsec1(&path, size);
}

fn report(name: &str, time: Duration, size: u64, peak: Option<u64>) {
    let milliseconds = time.as_secs_f64() * 1e3;
    #[expect(clippy::cast_precision_loss, reason = "sizes of files")]
    let megabytes = size as f64 / 1e6;
    println!(
        "{name}: {milliseconds:.0} ms, {:.2} ms/MB, {:.0} MB/s, peak {} KB",
        milliseconds / megabytes,
        megabytes / milliseconds * 1e3,
        peak.map_or_else(|| "?".to_owned(), |peak| peak.to_string())
    );
}

/// `VmHWM` of this process, in KB.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn read_some(verifier: &Verifier<'_>, path: &Path) {
    let mut file = File::open(path).expect("it was written");
    let verified = Aggregate::verify(verifier, &mut file).expect("it is signed");
    let start = Instant::now();
    let mut read = 0;
    for entity in verified.indexed().take(1000) {
        entity.read(&mut file).expect("it has not changed");
        read += 1;
    }
    println!(
        "{read} entities read again: {:.1} µs each",
        start.elapsed().as_secs_f64() * 1e6 / f64::from(read)
    );
}

/// What `xmlsec1 --verify` takes, as GNU time reports it if it is installed.
fn xmlsec1(path: &Path, size: u64) {
    let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/samlkit-testing/keys");
    let certificate: PathBuf = keys.join("active.crt.pem");
    let start = Instant::now();
    let child = Command::new("xmlsec1")
        .args([
            "--verify",
            "--id-attr:ID",
            "urn:oasis:names:tc:SAML:2.0:metadata:EntitiesDescriptor",
        ])
        .arg("--pubkey-cert-pem")
        .arg(certificate)
        .arg(path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        println!("xmlsec1 is not installed");
        return;
    };
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    let verified = loop {
        if let Some(exit) = child.try_wait().expect("it can be waited for") {
            break exit.success();
        }
        let now = std::fs::read_to_string(&status).unwrap_or_default();
        let line = now.lines().find(|line| line.starts_with("VmHWM:"));
        let now = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        peak = peak.max(now);
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(verified, "xmlsec1 must agree");
    report("xmlsec1", start.elapsed(), size, peak);
}
