//! What every protocol message has: `RequestAbstractType` and `StatusResponseType` (SAMLCore §3.2.1, §3.2.2).

use crate::error::Error;
use crate::lexical::Timestamp;
use crate::name_id::NameId;
use crate::ns;
use crate::read::{self, Content, ISSUER, Name, SIGNATURE, Value};
use samlkit_xml::Element;

pub(crate) const fn samlp(local: &'static str, spelled: &'static str) -> Name {
    Name::new(ns::SAMLP, local, spelled)
}

pub(crate) const EXTENSIONS: Name = samlp("Extensions", "samlp:Extensions");

/// The attributes and elements that requests and responses share.
#[derive(Clone)]
pub(crate) struct Header<'d> {
    pub(crate) element: Element<'d>,
    pub(crate) id: &'d str,
    pub(crate) issue_instant: Timestamp,
    pub(crate) destination: Option<&'d str>,
    pub(crate) consent: Option<&'d str>,
    pub(crate) issuer: Option<NameId<'d>>,
    pub(crate) signature: Option<Element<'d>>,
    pub(crate) extensions: Option<Element<'d>>,
}

impl<'d> Header<'d> {
    /// Reads the values of `ID`, `Version`, `IssueInstant`, `Destination` and `Consent`, and the first children.
    pub(crate) fn read(
        element: Element<'d>,
        spelled: &'static str,
        [id, version, issue_instant, destination, consent]: [Option<Value<'d>>; 5],
        content: &mut Content<'d>,
    ) -> Result<Self, Error> {
        // The version comes first: it says whether the rest is to be read by these rules at all.
        read::version(
            read::required(version, element, spelled, "Version")?,
            spelled,
        )?;
        let id = read::required(id, element, spelled, "ID")?.nc_name()?;
        let issue_instant =
            read::required(issue_instant, element, spelled, "IssueInstant")?.date_time()?;
        let issuer = content
            .optional(&ISSUER)?
            .map(|e| NameId::read(e, ISSUER.spelled))
            .transpose()?;
        let signature = content.optional(&SIGNATURE)?;
        let extensions = content.optional(&EXTENSIONS)?;
        if let Some(extensions) = extensions {
            read::extensions(extensions, EXTENSIONS.spelled, ns::SAMLP, |_| {})?;
        }
        Ok(Self {
            element,
            id,
            issue_instant,
            destination: destination.map(Value::text),
            consent: consent.map(Value::text),
            issuer,
            signature,
            extensions,
        })
    }
}

/// A message in its two states, around its content; the content's field `header` is what all messages have.
macro_rules! message {
    ($(#[$doc:meta])* $message:ident, $content:ident, $what:literal) => {
        $(#[$doc])*
        ///
        /// The states work as for [`Assertion`](crate::Assertion): only what a signature in the XML covers can be `Verified`.
        /// A message whose signature is elsewhere, in the query of the HTTP Redirect binding (SAMLBind §3.4.4.1), is inspected,
        /// and whoever verified that query vouches for it.
        #[derive(Clone, Debug)]
        #[must_use]
        pub struct $message<'d, S: $crate::state::State = $crate::state::Verified> {
            content: $content<'d>,
            state: core::marker::PhantomData<S>,
        }

        impl<'d> $message<'d, $crate::state::Verified> {
            #[doc = concat!("Reads the ", $what, " that a trusted key signed.")]
            ///
            /// # Errors
            ///
            /// [`Error::WrongElement`] if what was signed is something else, and every other variant for a message that is not
            /// of the schema's form.
            pub fn from_signed(signed: &'d samlkit_dsig::Signed) -> Result<Self, Error> {
                $content::read(signed.root()).map(|content| Self {
                    content,
                    state: core::marker::PhantomData,
                })
            }
        }

        impl<'d> $message<'d, $crate::state::Unverified> {
            #[doc = concat!("Reads a ", $what, " for which no signature in the XML vouches.")]
            ///
            /// # Errors
            ///
            #[doc = concat!("Those of [`", stringify!($message), "::from_signed`].")]
            ///
            /// # Security
            ///
            /// Anyone can have written it, unless the binding that it came by says otherwise.
            pub fn inspect(element: Element<'d>) -> Result<Self, Error> {
                $content::read(element).map(|content| Self {
                    content,
                    state: core::marker::PhantomData,
                })
            }

            /// What the message says, true or not.
            #[must_use]
            pub const fn untrusted(&self) -> &$content<'d> {
                &self.content
            }

            /// What the message says, true or not.
            #[must_use]
            pub fn into_untrusted(self) -> $content<'d> {
                self.content
            }
        }

        impl<'d> core::ops::Deref for $message<'d, $crate::state::Verified> {
            type Target = $content<'d>;

            fn deref(&self) -> &Self::Target {
                &self.content
            }
        }

        impl<'d> $content<'d> {
            /// `ID`.
            #[must_use]
            pub const fn id(&self) -> &'d str {
                self.header.id
            }

            /// `IssueInstant`.
            #[must_use]
            pub const fn issue_instant(&self) -> Timestamp {
                self.header.issue_instant
            }

            /// `Destination`: where the message was sent.
            #[must_use]
            pub const fn destination(&self) -> Option<&'d str> {
                self.header.destination
            }

            /// `Consent`; see [`consent`](crate::uri::consent).
            #[must_use]
            pub const fn consent(&self) -> Option<&'d str> {
                self.header.consent
            }

            /// `Issuer`.
            #[must_use]
            pub const fn issuer(&self) -> Option<&NameId<'d>> {
                self.header.issuer.as_ref()
            }

            /// The `ds:Signature` after `Issuer`, unread.
            #[must_use]
            pub const fn signature(&self) -> Option<Element<'d>> {
                self.header.signature
            }

            /// `Extensions`, of which nothing is read.
            #[must_use]
            pub const fn extensions(&self) -> Option<Element<'d>> {
                self.header.extensions
            }

            /// The whole element.
            #[must_use]
            pub const fn element(&self) -> Element<'d> {
                self.header.element
            }
        }
    };
}
pub(crate) use message;
