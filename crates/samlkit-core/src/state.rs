mod sealed {
    #[expect(unnameable_types, reason = "seals the trait")]
    pub trait Sealed {}
}

/// What is known about the octets that a message was read from: [`Unverified`] or [`Verified`].
pub trait State: sealed::Sealed {}

/// Read from a tree that nobody vouches for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Unverified;

/// Read from octets that a trusted key signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Verified;

impl sealed::Sealed for Unverified {}
impl sealed::Sealed for Verified {}
impl State for Unverified {}
impl State for Verified {}
