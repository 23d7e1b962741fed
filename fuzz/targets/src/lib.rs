//! What each fuzz target does with one input, in one place for the fuzzer and for `cargo test`, which replays the seeds.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a target stops where something does not hold"
)]

pub mod accept;
pub mod aggregate;
pub mod assertion;
pub mod c14n;
pub mod c14n_libxml2;
pub mod decrypt;
pub mod dsig_document;
pub mod keys;
pub mod metadata;
mod reader;
pub mod redirect;
pub mod requests;
pub mod resigned;
pub mod xml_parse;
pub mod xml_pieces;

/// The header of an input, and the rest. A document has none, so that any can be a seed; its length stands for it.
const fn header(input: &[u8]) -> (u8, &[u8]) {
    match input {
        [b'<', ..] | [] => (input.len().to_le_bytes()[0], input),
        [first, rest @ ..] => (*first, rest),
    }
}
