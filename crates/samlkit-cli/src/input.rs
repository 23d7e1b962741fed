//! Reading files, and the messages in them.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use samlkit::xml::Limits;

use crate::failure::{Failure, Refusal};

/// The most octets that are read of any file.
pub(crate) const MOST_OCTETS: u32 = 64 << 20;

/// For documents that are only looked at, and for configuration: up to the largest file.
pub(crate) const LIMITS: Limits = Limits::DEFAULT.with_bytes(MOST_OCTETS).with_nodes(8 << 20);

static STANDARD_INPUT_TAKEN: AtomicBool = AtomicBool::new(false);

/// The octets of a file that is part of the configuration: metadata, a certificate, a key.
pub(crate) fn configuration(path: &Path) -> Result<Vec<u8>, Failure> {
    read(path, MOST_OCTETS)?.ok_or_else(|| {
        Failure::usage(format!(
            "{} is larger than {MOST_OCTETS} octets",
            path.display()
        ))
    })
}

/// The octets of a file that is to be judged.
pub(crate) fn message(path: &Path) -> Result<Vec<u8>, Failure> {
    read(path, MOST_OCTETS)?.ok_or_else(|| {
        Refusal::new(
            "limit-exceeded",
            format!("the input is larger than {MOST_OCTETS} octets"),
        )
        .into()
    })
}

/// A file that is to be judged as it is read, or standard input for `-`.
pub(crate) fn stream(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if path == Path::new("-") {
        take_standard_input()?;
        return Ok(Box::new(io::stdin().lock()));
    }
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(unreadable(path, &error)),
    }
}

pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("cannot read {}: {error}", path.display()))
}

/// Standard input can be had once.
fn take_standard_input() -> Result<(), Failure> {
    if STANDARD_INPUT_TAKEN.swap(true, Ordering::Relaxed) {
        return Err(Failure::usage(
            "standard input can be read for one file only",
        ));
    }
    Ok(())
}

/// The octets of a file, or of standard input for `-`; `None` if there are too many.
fn read(path: &Path, most: u32) -> Result<Option<Vec<u8>>, Failure> {
    let octets = if path == Path::new("-") {
        take_standard_input()?;
        read_bounded(io::stdin().lock(), most)
    } else {
        File::open(path).and_then(|file| read_bounded(file, most))
    };
    octets.map_err(|error| unreadable(path, &error))
}

fn read_bounded(from: impl Read, most: u32) -> io::Result<Option<Vec<u8>>> {
    let mut octets = Vec::new();
    let most = u64::from(most);
    from.take(most + 1).read_to_end(&mut octets)?;
    let fits = u64::try_from(octets.len()).is_ok_and(|length| length <= most);
    Ok(fits.then_some(octets))
}

/// The refusal of a document that cannot be parsed.
pub(crate) fn not_parsed(error: samlkit::xml::Error) -> Refusal {
    use samlkit::xml::Error;
    let code = match error {
        Error::Doctype { .. } => "dtd-forbidden",
        Error::UnsupportedEncoding { .. } => "unsupported-encoding",
        _ if error.is_limit() => "limit-exceeded",
        _ => "malformed-xml",
    };
    Refusal::new(code, error.to_string())
}
