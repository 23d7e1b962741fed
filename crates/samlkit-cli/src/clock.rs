//! The one place where the command looks at a clock.

use samlkit::Timestamp;

use crate::cli::At;

impl At {
    /// The time to take for now.
    pub(crate) fn now(self) -> Timestamp {
        self.at.unwrap_or_else(clock)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the libraries take the time as an argument; it has to come from somewhere"
)]
fn clock() -> Timestamp {
    std::time::SystemTime::now().into()
}

/// A time as SAML writes it.
pub(crate) fn rfc3339(time: Timestamp) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string()
}
