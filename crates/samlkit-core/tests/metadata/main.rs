//! The metadata reader: every rule with its sibling, and what is deliberately read although the schema would not have it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod entity;
#[path = "../common/errors.rs"]
mod errors;
mod group;
mod keys;
mod role;
mod support;
