#![doc = include_str!("../README.md")]

pub mod azure;
pub mod diagnosis;
mod fact;
pub mod idp;
pub mod mimecast;
pub mod uri;

pub use fact::{Confidence, Fact};
