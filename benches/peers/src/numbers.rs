/// The middle of some numbers; 0 of none.
#[must_use]
pub fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// The median, over rounds, of what one took divided by what the other took in the same round.
#[must_use]
pub fn ratio_of_rounds(one: &[Vec<f64>], other: &[Vec<f64>]) -> f64 {
    let ratios: Vec<f64> = one
        .iter()
        .zip(other)
        .map(|(one, other)| median(one) / median(other))
        .collect();
    median(&ratios)
}

/// Nanoseconds as people read them, with three digits.
#[must_use]
pub fn duration(nanos: f64) -> String {
    let (number, unit) = match nanos {
        n if n >= 999_500_000.0 => (n / 1e9, "s"),
        n if n >= 999_500.0 => (n / 1e6, "ms"),
        n => (n / 1e3, "µs"),
    };
    let digits = match number {
        n if n >= 99.95 => 0,
        n if n >= 9.995 => 1,
        _ => 2,
    };
    format!("{number:.digits$} {unit}")
}
