//! What every worker shares: the trait of a peer, what is shown to it, and the lines that a worker and its caller exchange.
//!
//! A peer runs in a process of its own. Some exclude each other (two features of one crate, two versions of one C library), one
//! that does not come back can be stopped, and memory is counted for one alone.

mod client;
mod protocol;
mod setting;
mod worker;

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

pub use client::{Call, Failure, Worker};
pub use protocol::{Canonical, Described};
pub use setting::{Message, Setting, SettingFile, Wishes, read};
pub use worker::{Maker, Unready, serve};

/// How much of acceptance a peer does.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Every signature of the document is checked; what the document says is left to the caller.
    Signature,
    /// From the form value to a user: signatures, issuer, audience, recipient, destination, times, request.
    Full,
}

/// What a peer learnt of the user.
#[derive(Clone, Debug, Default, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Summary {
    /// The name identifier, if the peer gives one.
    pub name_id: Option<String>,
    /// Attribute names with their values, if the peer gives them.
    pub attributes: Option<Vec<(String, Vec<String>)>>,
}

/// What a peer says that cannot verify a file.
pub const NO_SUCH_FUNCTION: &str = "has no such function";

/// One implementation, with its keys and settings prepared.
pub trait Peer {
    /// How much it does.
    fn scope(&self) -> Scope;

    /// Accepts a message as the settings allow, or says why not. This is what is measured, the freeing of the result with it.
    ///
    /// # Errors
    ///
    /// What the peer says against the message.
    fn check(&self, message: &Message) -> Result<(), String>;

    /// As [`Peer::check`], and copies what was learnt.
    ///
    /// # Errors
    ///
    /// As [`Peer::check`].
    fn accept(&self, message: &Message) -> Result<Summary, String> {
        self.check(message).map(|()| Summary::default())
    }

    /// Reads a file, such as a metadata aggregate, and verifies the signature of its root.
    ///
    /// # Errors
    ///
    /// What the peer says against the document, or [`NO_SUCH_FUNCTION`].
    fn verify_file(&self, _file: &Path) -> Result<(), String> {
        Err(NO_SUCH_FUNCTION.to_owned())
    }

    /// Measures the exclusive canonicalization of a document that is parsed once, and of one that is parsed each time.
    fn canonicalize(&self, _xml: &str, _times: usize) -> Option<Result<Canonical, String>> {
        None
    }
}

/// Nanoseconds of each of some runs of `work`, after one that is not counted.
pub fn measure<T>(times: usize, mut work: impl FnMut() -> T) -> Vec<u64> {
    black_box(work());
    (0..times)
        .map(|_| {
            let start = Instant::now();
            let result = black_box(work());
            let elapsed = start.elapsed();
            // What the result costs to free is part of what it costs.
            let freeing = Instant::now();
            drop(result);
            u64::try_from((elapsed + freeing.elapsed()).as_nanos()).unwrap_or(u64::MAX)
        })
        .collect()
}
