/// A list that mostly has one member, which then needs no allocation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Few<T> {
    None,
    One(T),
    Many(Vec<T>),
}

impl<T> Few<T> {
    /// The most members that room is made for on a guess: what is announced may turn out to be something else.
    const MOST_EXPECTED: usize = 1 << 10;
    /// A longer list grows to so many times what it has, at most.
    const MOST_GROWTH: usize = 16;
    /// And by this part of what it has at least, so that what is moved in all is linear in what there is, whatever was announced.
    const LEAST_GROWTH: usize = 4;

    /// Adds a member. `more` says how many may still come after it at most, and is asked when there is no room.
    #[inline]
    pub(crate) fn push(&mut self, member: T, more: impl FnOnce() -> usize) {
        match self {
            Self::None => *self = Self::One(member),
            Self::One(_) => self.push_second(member, more()),
            Self::Many(many) => {
                if many.len() == many.capacity() {
                    let most = many.len() * (Self::MOST_GROWTH - 1);
                    let least = many.len() / Self::LEAST_GROWTH;
                    many.reserve_exact(1 + more().min(most).max(least));
                }
                many.push(member);
            }
        }
    }

    #[inline(never)]
    fn push_second(&mut self, member: T, more: usize) {
        let mut many = Vec::with_capacity(2 + more.min(Self::MOST_EXPECTED));
        if let Self::One(first) = core::mem::replace(self, Self::None) {
            many.push(first);
        }
        many.push(member);
        *self = Self::Many(many);
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        match self {
            Self::None => &[],
            Self::One(member) => core::slice::from_ref(member),
            Self::Many(members) => members,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Few;

    #[test]
    fn members_stay_in_order() {
        let mut few = Few::None;
        for n in 0..4 {
            assert_eq!(few.as_slice(), (0..n).collect::<Vec<_>>());
            few.push(n, || 1);
        }
        assert_eq!(few.as_slice(), [0, 1, 2, 3]);
    }

    #[test]
    fn a_long_list_has_the_room_that_it_needs() {
        let mut few = Few::None;
        for n in 0..10_000_usize {
            few.push(n, || 9_999 - n);
        }
        assert!(matches!(few, Few::Many(many) if many.capacity() == 10_000));
    }

    #[test]
    fn a_list_that_was_not_announced_is_seldom_moved() {
        let (mut few, mut moves, mut capacity) = (Few::None, 0, 0);
        for n in 0..10_000_usize {
            few.push(n, || 0);
            if let Few::Many(many) = &few
                && many.capacity() != capacity
            {
                capacity = many.capacity();
                moves += 1;
            }
        }
        assert!(moves < 50, "{moves}");
    }

    #[test]
    fn what_is_announced_and_does_not_come_takes_little_room() {
        let mut few = Few::None;
        for n in 0..2_000_usize {
            few.push(n, || usize::MAX);
        }
        assert!(matches!(few, Few::Many(many) if many.capacity() < 20_000));
    }
}
