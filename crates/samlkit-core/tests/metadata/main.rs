//! The metadata reader: every rule with its sibling, and what is deliberately read although the schema would not have it.
#![expect(clippy::unwrap_used, reason = "tests")]

mod entity;
mod group;
mod keys;
mod role;
mod support;
