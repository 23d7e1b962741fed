//! Names for the usual mistakes, found by comparing texts.
//!
//! Nothing here accepts or refuses anything: the comparisons that decide are exact, and elsewhere. Once one has failed,
//! this module says what sets the two texts apart and which field to change.

mod audience;
mod paste;
mod url;

pub use audience::AudienceMistake;
pub use paste::Paste;
pub use url::{UrlDifference, UrlPart};

pub(crate) use url::{Split, show};
