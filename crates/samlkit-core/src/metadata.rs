//! What identity and service providers publish about themselves (SAMLMeta §2).
//!
//! Models are owned: they are configuration, read once and kept. [`Metadata`] is the way in; for files larger than memory should
//! hold it is [`Aggregate`], which verifies them in one pass and reads entities one by one.
//!
//! # What this reader relaxes
//!
//! Metadata is obtained from a peer's administrator over a trusted channel, or signed; what is published deviates from the
//! schema in ways that change nothing it says. So, unlike messages:
//!
//! * The children of a descriptor may come in any order (`SingleLogoutService` after `NameIDFormat`, for one). Elements that
//!   the schema does not have there are refused all the same, and those that may be there once are.
//! * Attributes that the schema does not have are read over; `ID` need not be an XML name; `xml:lang` may be missing.
//! * Attributes and elements of other namespaces are read over on endpoints, and kept unread, as [`Fragment`](crate::Fragment),
//!   in `Extensions`, `KeyInfo` and encryption methods.
//! * Times may be in any explicit zone.
//! * `md:RoleDescriptor` (Entra ID and AD FS publish two for WS-Federation) and the roles that nobody here plays are kept as
//!   [`OtherRole`], whole and unread, their `xsi:type` a text. Contacts and organizations may be incomplete.
//! * Certificates stay text until they are asked for, so that one broken certificate does not make the others unreadable.
//!   Whoever needs a key must treat *no usable key* as an error.
//!
//! What matters stays strict: entity identifiers, key use, bindings and locations, expiry, required endpoints.
//!
//! # Writing
//!
//! [`Metadata::write`] writes what the schema allows and refuses the rest, so what was read leniently may not be writable. What
//! is written and read again is the same, but for fractions of milliseconds.

mod aggregate;
mod endpoint;
mod entity;
mod key;
mod organization;
mod role;
mod write;

pub use aggregate::{Aggregate, AggregateError, AggregateGroup, IndexedEntity};
pub use endpoint::{Endpoint, IndexedEndpoint};
pub use entity::{AdditionalMetadataLocation, EntitiesDescriptor, EntityDescriptor, Member};
pub use key::{EncryptionMethod, KeyDescriptor, KeyInfo, KeyUse, RsaKeyValue, X509Certificate};
pub use organization::{ContactPerson, LocalizedText, Organization};
pub use role::{
    Attribute, AttributeConsumingService, IdpSsoDescriptor, OtherRole, RequestedAttribute,
    RoleKind, SpSsoDescriptor, SsoDescriptor,
};

use crate::error::{Error, Excerpt};
use crate::ns;
use crate::read::Name;
use samlkit_dsig::Signed;
use samlkit_xml::{Document, Element, Limits};

pub(crate) const ENTITY_DESCRIPTOR: Name = md("EntityDescriptor", "md:EntityDescriptor");
pub(crate) const ENTITIES_DESCRIPTOR: Name = md("EntitiesDescriptor", "md:EntitiesDescriptor");

pub(crate) const fn md(local: &'static str, spelled: &'static str) -> Name {
    Name::new(ns::MD, local, spelled)
}

/// A metadata document: one entity, or a group of them (SAMLMeta §2.3).
///
/// ```
/// use samlkit_core::{metadata::Metadata, uri::binding};
///
/// let metadata = Metadata::read_unverified(br#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"
///     entityID="https://idp.example/"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
///     <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/>
///     </IDPSSODescriptor></EntityDescriptor>"#)?;
/// let idp = metadata.entity("https://idp.example/").and_then(|e| e.idp_sso_descriptor()).ok_or("no such IdP")?;
/// assert_eq!(idp.single_sign_on_service(binding::HTTP_REDIRECT).map(|s| &*s.location), Some("https://idp.example/sso"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Metadata {
    /// The root is an `md:EntityDescriptor`.
    Entity(Box<EntityDescriptor>),
    /// The root is an `md:EntitiesDescriptor`.
    Entities(EntitiesDescriptor),
}

impl Metadata {
    /// Reads a file that was obtained over a trusted channel, for example pasted by an administrator. A signature in it is
    /// not looked at.
    ///
    /// # Errors
    ///
    /// [`Error::Xml`] if it is no acceptable document, [`Error::WrongElement`] if it is no metadata, and every other variant
    /// for metadata that cannot be read.
    pub fn read_unverified(octets: &[u8]) -> Result<Self, Error> {
        Self::read_unverified_with(octets, &Limits::DEFAULT)
    }

    /// [`Metadata::read_unverified`] with other limits, for aggregates.
    ///
    /// # Errors
    ///
    /// Those of [`Metadata::read_unverified`].
    pub fn read_unverified_with(octets: &[u8], limits: &Limits) -> Result<Self, Error> {
        Self::inspect(Document::parse_with(octets, limits)?.root())
    }

    /// Reads a tree that was obtained over a trusted channel. A signature in it is not looked at.
    ///
    /// # Errors
    ///
    /// Those of [`Metadata::read_unverified`], but [`Error::Xml`].
    pub fn inspect(element: Element<'_>) -> Result<Self, Error> {
        if ENTITY_DESCRIPTOR.is(element) {
            return EntityDescriptor::read(element, None).map(|e| Self::Entity(Box::new(e)));
        }
        if ENTITIES_DESCRIPTOR.is(element) {
            return EntitiesDescriptor::read(element, None, 1).map(Self::Entities);
        }
        Err(Error::WrongElement {
            expected: ENTITY_DESCRIPTOR.spelled,
            found: Excerpt::of(element.qualified_name()),
            offset: element.offset(),
        })
    }

    /// Reads the metadata that a trusted key signed.
    ///
    /// # Errors
    ///
    /// Those of [`Metadata::inspect`].
    pub fn from_signed(signed: &Signed) -> Result<Self, Error> {
        Self::inspect(signed.root())
    }

    /// Every entity, in order, however deep in groups.
    pub fn entities(&self) -> impl Iterator<Item = &EntityDescriptor> {
        let (entity, group) = match self {
            Self::Entity(entity) => (Some(&**entity), None),
            Self::Entities(group) => (None, Some(group)),
        };
        entity
            .into_iter()
            .chain(group.into_iter().flat_map(EntitiesDescriptor::entities))
    }

    /// The first entity with exactly this `entityID`. Linear in the number of entities.
    #[must_use]
    pub fn entity(&self, entity_id: &str) -> Option<&EntityDescriptor> {
        self.entities().find(|e| e.entity_id == entity_id)
    }
}
