use core::fmt;

use crate::{Code, Rejection};

/// The longest `RelayState` that may be sent (SAMLBind §3.4.3).
pub(crate) const MOST_RELAY_STATE: usize = 80;

/// Whether a received relay state may be longer than the 80 octets of SAMLBind §3.4.3, §3.5.3.
///
/// Some service providers put a whole URL there. What is sent on this side's own account never is longer; what was accepted goes
/// back with the answer as it came, as the bindings ask.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum LongRelayState {
    /// It may not.
    #[default]
    Refuse,
    /// It may have up to [`LongRelayState::MOST`] octets.
    Accept,
}

impl LongRelayState {
    /// Enough for a URL that somebody put there; what goes back in a query still has room beside a message.
    pub const MOST: usize = 1024;

    pub(crate) fn check(self, relay_state: Option<&str>) -> Result<(), Rejection> {
        let (most, rule) = match self {
            Self::Refuse => (MOST_RELAY_STATE, "RelayState is longer than 80 octets"),
            Self::Accept => (Self::MOST, "RelayState is longer than 1024 octets"),
        };
        match relay_state {
            Some(state) if state.len() > most => Err(Rejection::rule(Code::InvalidValue, rule)),
            Some(_) | None => Ok(()),
        }
    }
}

/// A value that travels with a message and comes back with the answer: opaque, at most 80 octets (SAMLBind §3.4.3).
///
/// Anyone can send any relay state with a response, so it is never to be followed as a URL. [`RelayState::from_local_path`] and
/// [`RelayState::local_path`] keep a path on this site in it, and give back nothing else.
///
/// ```
/// use samlkit_websso::RelayState;
///
/// let state = RelayState::from_local_path("/inbox?page=2").unwrap();
/// assert_eq!(RelayState::local_path(state.as_str()), Some("/inbox?page=2"));
/// for foreign in ["https://evil.example/", "//evil.example/", "/\\evil.example/", "/a\nb", "inbox", ""] {
///     assert_eq!(RelayState::local_path(foreign), None, "{foreign}");
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct RelayState(String);

impl RelayState {
    /// An opaque value; `None` if it is empty or longer than 80 octets.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Option<Self> {
        let value = value.into();
        (!value.is_empty() && value.len() <= MOST_RELAY_STATE).then_some(Self(value))
    }

    /// A path on this site to return to; `None` if it is not one, or longer than 80 octets.
    #[must_use]
    pub fn from_local_path(path: &str) -> Option<Self> {
        Self::local_path(path).and_then(Self::new)
    }

    /// The path on this site that a received relay state is; `None` for anything that a browser could take elsewhere.
    ///
    /// A path begins with one slash, and has no backslash (browsers read it as a slash), no control character and no space.
    #[must_use]
    pub fn local_path(relay_state: &str) -> Option<&str> {
        let rest = relay_state.strip_prefix('/')?;
        let elsewhere = rest.starts_with('/')
            || relay_state.len() > MOST_RELAY_STATE
            || !relay_state
                .bytes()
                .all(|b| b.is_ascii_graphic() && b != b'\\');
        (!elsewhere).then_some(relay_state)
    }

    /// The value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RelayState {
    /// Does not show it: it may name what the user was doing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RelayState(..)")
    }
}
