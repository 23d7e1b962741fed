use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{Scope, Summary};

/// What a worker is asked, one JSON line each.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Request {
    /// Make the peer anew, with an empty memory, by another file of settings.
    Prepare { setting: PathBuf },
    /// Read a message, and keep it for what follows.
    Load {
        path: PathBuf,
        in_response_to: Option<String>,
    },
    /// Accept the message once.
    Accept,
    /// Accept the message so many times, and measure each.
    Time { times: usize },
    /// Canonicalize the message, taken for any document, so many times.
    Canonicalize { times: usize },
    /// Verify the signature of the root of a file so many times.
    Root { path: PathBuf, times: usize },
    /// How much memory the process has had at most.
    Peak,
}

/// What it answers, one JSON line each.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Answer {
    Described(Described),
    Accepted(Summary),
    Refused(String),
    Times(Vec<u64>),
    Canonical(Canonical),
    Peak(u64),
    Done,
    /// The peer has no such function.
    Nothing,
}

/// A peer, as it introduces itself.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Described {
    /// Its name and version.
    pub name: String,
    /// How much it does.
    pub scope: Scope,
}

/// What canonicalization gave, and what it cost.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Canonical {
    /// How many octets.
    pub len: usize,
    /// A hash of them, to compare what peers wrote.
    pub hash: u64,
    /// Nanoseconds of each run on the parsed document.
    pub nanos: Vec<u64>,
    /// Nanoseconds of each run that parses it before.
    pub with_parsing: Vec<u64>,
}

impl Canonical {
    /// Of the octets, and the runs that wrote them.
    #[must_use]
    pub fn new(octets: &[u8], nanos: Vec<u64>, with_parsing: Vec<u64>) -> Self {
        use std::hash::{DefaultHasher, Hasher as _};
        let mut hasher = DefaultHasher::new();
        hasher.write(octets);
        Self {
            len: octets.len(),
            hash: hasher.finish(),
            nanos,
            with_parsing,
        }
    }
}
