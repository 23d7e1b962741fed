use super::Error;
use core::fmt;

/// An identifier of a message (SAMLCore §1.3.4): an `xs:NCName`, so it starts with a letter or `_`.
///
/// That no other message has it, and that nobody can guess it, is the work of whoever makes it: 128 random bits at least.
/// `Debug` does not show it, since an outstanding request's identifier is half of what an attacker needs.
///
/// ```
/// use samlkit_core::write::{Error, Id};
///
/// assert_eq!(Id::new("_8b7c")?.as_str(), "_8b7c");
/// assert_eq!(Id::new("8b7c"), Err(Error::InvalidId));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Id(Box<str>);

impl Id {
    /// Checks the form.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidId`].
    pub fn new(id: impl Into<String>) -> Result<Self, Error> {
        let id = id.into();
        if samlkit_xml::is_nc_name(&id) {
            Ok(Self(id.into_boxed_str()))
        } else {
            Err(Error::InvalidId)
        }
    }

    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Id(..)")
    }
}
