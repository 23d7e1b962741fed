//! Every rule of the assertion reader has a form that is read and a sibling that is refused, with the exact error.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod conditions;
mod element;
#[path = "../common/errors.rs"]
mod errors;
mod statements;
mod subject;
mod support;
