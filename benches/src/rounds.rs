//! Medians of short rounds that take turns, so that a noisy machine disturbs everything that is compared alike.

use std::time::Instant;

/// One thing that is timed beside others.
#[expect(
    missing_debug_implementations,
    reason = "a closure has nothing to show"
)]
pub struct Stage<'s> {
    run: Box<dyn FnMut() + 's>,
    seconds: Vec<f64>,
}

impl<'s> Stage<'s> {
    /// A stage that runs `run`.
    #[must_use]
    pub fn new(run: impl FnMut() + 's) -> Self {
        Self {
            run: Box::new(run),
            seconds: Vec::new(),
        }
    }
}

/// Runs the stages in turn, `times` each a round; gives the seconds that each took once, by round.
///
/// A turn begins with a run that is not counted: what the stage before left in the caches, and gave back to the kernel, is not
/// this one's.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
pub fn take_turns<const N: usize>(
    rounds: usize,
    times: u32,
    mut stages: [Stage<'_>; N],
) -> [Vec<f64>; N] {
    for _ in 0..rounds {
        for stage in &mut stages {
            (stage.run)();
            let start = Instant::now();
            for _ in 0..times {
                (stage.run)();
            }
            let once = start.elapsed().as_secs_f64() / f64::from(times);
            stage.seconds.push(once);
        }
    }
    stages.map(|stage| stage.seconds)
}

/// The middle one.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
