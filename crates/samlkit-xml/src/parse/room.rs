//! How much room the vectors of a long document get.

/// A full vector gets room for this many times what it has, at most: what a document begins with may be all that it has of it.
const MOST: usize = 16;
/// A full vector gets room for a fourth more at least, so that what is moved in all is linear in what there is.
const LEAST: usize = 4;
/// One more for so many that are expected, as the rest of a document is never quite like its beginning.
const SPARE: usize = 32;

/// Makes room in a full vector that the first `at` of `octets` filled, for what the rest has if it goes on like that.
///
/// Doubling would take half as much again as is needed on average, and move it all the oftener; for a large message, that is
/// memory that the kernel has to clear.
#[cold]
#[inline(never)]
pub(super) fn add<T>(vector: &mut Vec<T>, at: u32, octets: usize) {
    vector.reserve_exact(more(vector.len(), at as usize, octets));
}

/// How many more than `length` to expect.
fn more(length: usize, at: usize, octets: usize) -> usize {
    let rest = octets.saturating_sub(at);
    let expected = length.saturating_mul(rest) / at.max(1);
    let most = length.saturating_mul(MOST - 1);
    expected
        .saturating_add(expected / SPARE)
        .min(most)
        .max(length / LEAST + 4)
}

#[cfg(test)]
mod tests {
    use super::more;

    #[test]
    fn room_is_made_for_more_of_the_same() {
        assert_eq!(more(1000, 100_000, 500_000), 4125);
        assert_eq!(more(1000, 100_000, 200_000), 1031);
    }

    #[test]
    fn a_beginning_unlike_the_rest_leads_neither_to_much_room_nor_to_many_moves() {
        assert_eq!(more(1000, 4000, 10_000_000), 15_000);
        assert_eq!(more(1000, 99_999, 100_000), 254);
        assert_eq!(more(1000, 0, 0), 254);
        assert_eq!(more(0, 0, 1000), 4);
        assert_eq!(more(1, usize::MAX, 1), 4);
    }
}
