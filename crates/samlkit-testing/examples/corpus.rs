//! Writes the corpus of valid messages and attacks to a folder: `cargo run -p samlkit-testing --example corpus -- DIR`.
#![expect(clippy::print_stdout, reason = "it says what it did")]

use std::path::Path;

use samlkit_testing::{NOW, TestSp, corpus};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: corpus DIR")?;
    let sp = TestSp::new("https://sp.example/metadata", "https://sp.example/acs");
    let cases = corpus::standard(NOW, &sp)?;
    let count = corpus::write(Path::new(&folder), &cases)?;
    println!("{count} messages in {}", Path::new(&folder).display());
    Ok(())
}
