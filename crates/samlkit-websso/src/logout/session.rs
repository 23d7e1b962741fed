use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use samlkit_core::uri::nameid_format;
use samlkit_core::write::NameId;

use crate::Identity;

/// What a session is known by at the other side: what a logout names, to be kept with the application's session.
///
/// ```
/// use samlkit_core::write::NameId;
/// use samlkit_websso::SessionReference;
///
/// let session = SessionReference::new("https://idp.example/", NameId::new("user@example.com"), Some("_s".to_owned()));
/// let text = session.to_text();
/// assert_eq!(SessionReference::from_text(&text), Some(session));
/// assert_eq!(SessionReference::from_text("1.x"), None);
/// ```
///
/// `Debug` shows neither the user nor the session.
#[derive(Clone, Eq, PartialEq)]
pub struct SessionReference {
    peer: String,
    name_id: NameId,
    session_index: Option<String>,
}

impl SessionReference {
    const VERSION: &'static str = "1";

    /// A session with `peer`, an entity ID: at a service provider the identity provider's, at an identity provider the service
    /// provider's.
    #[must_use]
    pub fn new(peer: impl Into<String>, name_id: NameId, session_index: Option<String>) -> Self {
        Self {
            peer: peer.into(),
            name_id,
            session_index,
        }
    }

    /// The entity ID of the other side.
    #[must_use]
    pub fn peer(&self) -> &str {
        &self.peer
    }

    /// The name identifier that the user has there.
    #[must_use]
    pub const fn name_id(&self) -> &NameId {
        &self.name_id
    }

    /// The session's index there.
    #[must_use]
    pub fn session_index(&self) -> Option<&str> {
        self.session_index.as_deref()
    }

    /// The reference as text, of the characters that a cookie or a store's key can hold. It is not protected, and holds the
    /// user's name.
    #[must_use]
    pub fn to_text(&self) -> String {
        let name_id = &self.name_id;
        let mut text = Self::VERSION.to_owned();
        for part in [
            Some(self.peer.as_str()),
            Some(name_id.value()),
            name_id.format(),
            name_id.name_qualifier(),
            name_id.sp_name_qualifier(),
            name_id.sp_provided_id(),
            self.session_index(),
        ] {
            text.push('.');
            match part {
                Some(part) => URL_SAFE_NO_PAD.encode_string(part, &mut text),
                None => text.push('~'),
            }
        }
        text
    }

    /// The reference that [`SessionReference::to_text`] wrote; `None` for anything else.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        if parts.next()? != Self::VERSION {
            return None;
        }
        let mut part = || match parts.next()? {
            "~" => Some(None),
            part => String::from_utf8(URL_SAFE_NO_PAD.decode(part).ok()?)
                .ok()
                .map(Some),
        };
        let peer = part()??;
        let mut name_id = NameId::new(part()??);
        if let Some(format) = part()? {
            name_id = name_id.with_format(format);
        }
        if let Some(qualifier) = part()? {
            name_id = name_id.with_name_qualifier(qualifier);
        }
        if let Some(qualifier) = part()? {
            name_id = name_id.with_sp_name_qualifier(qualifier);
        }
        if let Some(id) = part()? {
            name_id = name_id.with_sp_provided_id(id);
        }
        let session_index = part()?;
        if parts.next().is_some() {
            return None;
        }
        Some(Self::new(peer, name_id, session_index))
    }
}

/// The session that a sign-on began.
impl From<&Identity> for SessionReference {
    fn from(identity: &Identity) -> Self {
        let found = identity.name_id();
        let mut name_id = NameId::new(found.value());
        if let Some(format) = found.format() {
            name_id = name_id.with_format(format);
        }
        if let Some(qualifier) = found.name_qualifier() {
            name_id = name_id.with_name_qualifier(qualifier);
        }
        if let Some(qualifier) = found.sp_name_qualifier() {
            name_id = name_id.with_sp_name_qualifier(qualifier);
        }
        if let Some(id) = found.sp_provided_id() {
            name_id = name_id.with_sp_provided_id(id);
        }
        let session_index = identity.session_index().map(str::to_owned);
        Self::new(identity.issuer(), name_id, session_index)
    }
}

impl fmt::Debug for SessionReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionReference")
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}

/// Which of a user's sessions a logout request means.
///
/// In any case the request is one that the session's own peer signed: the most that an index which tells users apart badly can
/// do is to end a session of another user of the same peer. [`SubjectMatch::Strict`] rules that out.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum SubjectMatch {
    /// Name identifier and session index must match (SAMLCore §3.7.3.1). Where no session has both, the index alone does, as
    /// long as all sessions that have it are of one user: Entra ID names users otherwise in a broadcast than in the assertion.
    #[default]
    SessionIndexFirst,
    /// Name identifier and session index must match, whatever comes of it.
    Strict,
}

/// By what sessions were found.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MatchedBy {
    /// By the name identifier and, where the request names sessions, their index.
    NameId,
    /// By the session index alone: the request names the user otherwise than the assertion did.
    SessionIndex,
    /// None was found.
    Nothing,
}

/// What a request says of whom.
pub(super) struct Wanted<'a> {
    pub(super) own: &'a str,
    pub(super) peer: &'a str,
    pub(super) name_id: &'a NameId,
    pub(super) session_indexes: &'a [String],
}

impl Wanted<'_> {
    /// The sessions that are meant among `sessions`. Those with another peer never are.
    pub(super) fn among<T: AsRef<SessionReference>>(
        &self,
        sessions: impl IntoIterator<Item = T>,
        rule: SubjectMatch,
    ) -> (Vec<T>, MatchedBy) {
        let (mut named, mut indexed) = (Vec::new(), Vec::new());
        for item in sessions {
            let session = item.as_ref();
            if session.peer != self.peer {
                continue;
            }
            let same_user = self.is_same_user(&session.name_id);
            // No index in the request means every session of the user; a session without one cannot be told apart.
            let (everything, has_index) = match &session.session_index {
                None => (true, false),
                Some(index) => (
                    self.session_indexes.is_empty(),
                    self.session_indexes.contains(index),
                ),
            };
            if same_user && (everything || has_index) {
                named.push(item);
            } else if has_index {
                indexed.push(item);
            }
        }
        if !named.is_empty() {
            return (named, MatchedBy::NameId);
        }
        let one_user = indexed
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if a.as_ref().name_id == b.as_ref().name_id));
        if rule == SubjectMatch::SessionIndexFirst && one_user && !indexed.is_empty() {
            return (indexed, MatchedBy::SessionIndex);
        }
        (Vec::new(), MatchedBy::Nothing)
    }

    /// SAMLCore §3.3.4, §8.3.7: the same value and format; a qualifier that is left out is one of the two parties.
    fn is_same_user(&self, known: &NameId) -> bool {
        let format = |name_id: &NameId| {
            name_id
                .format()
                .unwrap_or(nameid_format::UNSPECIFIED)
                .to_owned()
        };
        let same = |a: Option<&str>, b: Option<&str>| match (a, b) {
            (Some(a), Some(b)) => a == b,
            (Some(one), None) | (None, Some(one)) => one == self.own || one == self.peer,
            (None, None) => true,
        };
        let wanted = self.name_id;
        wanted.value() == known.value()
            && format(wanted) == format(known)
            && same(wanted.name_qualifier(), known.name_qualifier())
            && same(wanted.sp_name_qualifier(), known.sp_name_qualifier())
    }
}

impl AsRef<Self> for SessionReference {
    fn as_ref(&self) -> &Self {
        self
    }
}
