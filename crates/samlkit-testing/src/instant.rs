//! Times as messages have them.

use chrono::TimeDelta;
use samlkit::Timestamp;

/// `time` and so many milliseconds.
pub(crate) fn after(time: Timestamp, milliseconds: i64) -> Timestamp {
    time.checked_add_signed(TimeDelta::milliseconds(milliseconds))
        .unwrap_or(time)
}

/// With three fraction digits, as Entra writes it.
pub(crate) fn milliseconds(time: Timestamp) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Without a fraction.
pub(crate) fn seconds(time: Timestamp) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
