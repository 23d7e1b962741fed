//! Runs the built command on the fixtures and on hostile input, and compares exit codes, JSON and text with its contract.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

mod c14n;
mod corpus;
mod diagnose;
mod dsig;
mod hostile;
mod inspect;
mod login;
mod manifest;
mod metadata;
mod mimecast;
mod sign;
mod support;
mod usage;
mod verify;
