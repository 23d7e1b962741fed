//! A search of this process's own heap.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "without an answer there is no test"
)]

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const LENGTH: usize = 16;

/// Octets to look for, kept so that they are not found themselves.
pub(crate) struct Secret([u8; LENGTH]);

impl Secret {
    pub(crate) const fn new(octets: &[u8; LENGTH]) -> Self {
        let mut hidden = *octets;
        let mut at = 0;
        while at < LENGTH {
            hidden[at] = !hidden[at];
            at += 1;
        }
        Self(hidden)
    }

    /// The octets from `at`.
    pub(crate) fn of(octets: &[u8], at: usize) -> Self {
        Self::new(octets[at..].first_chunk().unwrap())
    }

    /// The same of what base64 stands for.
    pub(crate) fn of_base64(text: &str, at: usize) -> Self {
        let mut octets = STANDARD.decode(text).unwrap();
        let secret = Self::of(&octets, at);
        octets.fill(0);
        std::hint::black_box(octets);
        secret
    }

    /// Whether they begin `octets`, in this order, or in that of the machine words of a number.
    fn begins(&self, octets: &[u8]) -> bool {
        let forwards = || octets.iter().zip(&self.0).all(|(a, b)| *a == !*b);
        let backwards = || {
            octets
                .iter()
                .zip(self.0.iter().rev())
                .all(|(a, b)| *a == !*b)
        };
        forwards() || backwards()
    }
}

/// Whether the secret is anywhere in writable memory that is no stack.
pub(crate) fn is_in_memory(secret: &Secret) -> bool {
    // On the stack, so that what is copied here is not found here.
    let mut buffer = [0_u8; 1 << 15];
    let here = buffer.as_ptr().addr();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let mut memory = File::open("/proc/self/mem").unwrap();
    maps.lines()
        .filter_map(heap)
        .filter(|range| !range.contains(&here))
        .any(|range| contains(secret, &mut memory, range, &mut buffer))
}

/// The range of a line of the map of memory, where it is the heap's or one that nobody named.
fn heap(line: &str) -> Option<std::ops::Range<usize>> {
    let mut fields = line.split_ascii_whitespace();
    let (start, end) = fields.next()?.split_once('-')?;
    let is_writable = fields.next()?.starts_with("rw");
    let name = fields.nth(3).unwrap_or_default();
    let number = |text| usize::from_str_radix(text, 16).ok();
    (is_writable && matches!(name, "" | "[heap]")).then_some(number(start)?..number(end)?)
}

fn contains(
    secret: &Secret,
    memory: &mut File,
    range: std::ops::Range<usize>,
    buffer: &mut [u8],
) -> bool {
    let mut at = range.start;
    while at + LENGTH <= range.end {
        let length = buffer.len().min(range.end - at);
        let part = &mut buffer[..length];
        memory
            .seek(SeekFrom::Start(u64::try_from(at).unwrap()))
            .unwrap();
        memory.read_exact(part).unwrap();
        if part.windows(LENGTH).any(|window| secret.begins(window)) {
            return true;
        }
        at += length - (LENGTH - 1);
    }
    false
}

/// The message with other octets in the place of its last cipher value, and its prefix declared around it.
pub(crate) fn with_cipher_value(message: &str, octets: &[u8]) -> String {
    let (before, rest) = message.rsplit_once("<xenc:CipherValue>").unwrap();
    let (_, after) = rest.split_once('<').unwrap();
    format!(
        "{before}<xenc:CipherValue>{}<{after}",
        STANDARD.encode(octets)
    )
}
