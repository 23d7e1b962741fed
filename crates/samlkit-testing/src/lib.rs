#![doc = include_str!("../README.md")]

mod apply;
mod attack;
pub mod attacks;
mod case;
pub mod corpus;
mod encryption;
mod error;
mod idp;
mod instant;
mod key;
mod logout;
pub mod markup;
mod ns;
mod party;
mod posted;
mod provider;
mod random;
pub mod reference;
mod response;
mod sign;
pub mod valid;

pub use attack::{Attack, Class};
pub use case::{Case, Delivery, Payload};
pub use encryption::{Encryption, KeyPlace};
pub use error::Error;
pub use idp::TestIdp;
pub use key::TestKey;
pub use logout::LogoutMessage;
pub use party::TestSp;
pub use provider::Provider;
pub use response::{Message, ResponseBuilder};

/// The user that messages are about, unless told otherwise.
pub const USER: &str = "britta.simon@contoso.example";

/// The user that attackers would like to be.
pub const ADMIN: &str = "admin@contoso.example";

/// 2026-01-15T10:00:00Z, for tests that need some time.
pub const NOW: samlkit::Timestamp = match chrono::DateTime::from_timestamp(1_768_471_200, 0) {
    Some(now) => now,
    None => samlkit::Timestamp::UNIX_EPOCH,
};

fn base64(octets: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(octets)
}
