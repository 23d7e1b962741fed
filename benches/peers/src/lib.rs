//! What the commands share: the workers, the inputs, and how numbers are shown.

mod inputs;
mod numbers;
mod workers;

pub use inputs::{Input, Inputs, repository};
pub use numbers::{duration, median, ratio_of_rounds};
pub use workers::{Workers, dhat};
