//! Writes the corpus of valid messages and attacks to a folder: `cargo run -p samlkit-testing --example corpus -- DIR [TIME]`.
//!
//! `TIME`, such as `2026-01-15T10:00:00Z`, is when the messages are issued and delivered. Give the present for software that reads the
//! clock itself.
#![expect(clippy::print_stdout, reason = "it says what it did")]

use std::path::Path;

use samlkit_testing::{NOW, TestSp, corpus};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os()
        .nth(1)
        .ok_or("usage: corpus DIR [TIME]")?;
    let now = match std::env::args().nth(2) {
        Some(text) => samlkit::parse_date_time(&text).ok_or("no such time")?,
        None => NOW,
    };
    let sp = TestSp::new("https://sp.example/metadata", "https://sp.example/acs");
    let cases = corpus::standard(now, &sp)?;
    let count = corpus::write(Path::new(&folder), &cases)?;
    println!("{count} messages in {}", Path::new(&folder).display());
    Ok(())
}
