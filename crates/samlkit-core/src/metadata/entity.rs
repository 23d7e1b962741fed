use super::organization::{ContactPerson, Organization};
use super::role::{IdpSsoDescriptor, OtherRole, RoleKind, SpSsoDescriptor};
use super::{ENTITIES_DESCRIPTOR, ENTITY_DESCRIPTOR};
use crate::error::Error;
use crate::fragment::Fragment;
use crate::lexical::{Duration, Timestamp};
use crate::ns;
use crate::read::{self, Content, Foreign, SIGNATURE, Value};
use samlkit_xml::Element;

/// The most characters of an `entityID` (SAMLMeta §2.2.1).
pub(super) const MAX_ENTITY_ID: usize = 1024;

/// One system entity and its roles (SAMLMeta §2.3.2).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EntityDescriptor {
    /// `entityID`.
    pub entity_id: String,
    /// `ID`.
    pub id: Option<String>,
    /// `validUntil` of this element; see [`EntityDescriptor::expires`].
    pub valid_until: Option<Timestamp>,
    /// `cacheDuration`.
    pub cache_duration: Option<Duration>,
    /// When this element or one around it expires first (SAMLMeta §2.3.1).
    pub expires: Option<Timestamp>,
    /// The elements of `Extensions`, unread.
    pub extensions: Vec<Fragment>,
    /// Every `IDPSSODescriptor`.
    pub idp_sso_descriptors: Vec<IdpSsoDescriptor>,
    /// Every `SPSSODescriptor`.
    pub sp_sso_descriptors: Vec<SpSsoDescriptor>,
    /// Every other role, and an affiliation.
    pub other_roles: Vec<OtherRole>,
    /// `Organization`.
    pub organization: Option<Organization>,
    /// Every `ContactPerson`.
    pub contact_persons: Vec<ContactPerson>,
    /// Every `AdditionalMetadataLocation`.
    pub additional_metadata_locations: Vec<AdditionalMetadataLocation>,
}

impl EntityDescriptor {
    /// An entity that plays no role yet; it needs one.
    #[must_use]
    pub fn new(entity_id: impl Into<String>) -> Self {
        Self {
            entity_id: entity_id.into(),
            id: None,
            valid_until: None,
            cache_duration: None,
            expires: None,
            extensions: Vec::new(),
            idp_sso_descriptors: Vec::new(),
            sp_sso_descriptors: Vec::new(),
            other_roles: Vec::new(),
            organization: None,
            contact_persons: Vec::new(),
            additional_metadata_locations: Vec::new(),
        }
    }

    /// Sets `validUntil`, and `expires` by it.
    #[must_use]
    pub fn with_valid_until(mut self, time: Timestamp) -> Self {
        self.valid_until = Some(time);
        self.expires = earliest(self.expires, self.valid_until);
        self
    }

    pub(super) fn read(element: Element<'_>, around: Option<Timestamp>) -> Result<Self, Error> {
        const NAME: &str = ENTITY_DESCRIPTOR.spelled;
        let [entity_id, id, valid_until, cache_duration] = read::attributes(
            element,
            NAME,
            &["entityID", "ID", "validUntil", "cacheDuration"],
            Foreign::Any,
        )?;
        let entity_id = read::required(entity_id, element, NAME, "entityID")?;
        if entity_id.text().chars().nth(MAX_ENTITY_ID).is_some() {
            return Err(Error::EntityIdTooLong {
                offset: entity_id.offset(),
            });
        }
        let valid_until = valid_until.map(Value::zoned_date_time).transpose()?;
        let mut entity = Self {
            id: id.map(|v| v.text().to_owned()),
            valid_until,
            cache_duration: cache_duration.map(Value::duration).transpose()?,
            expires: earliest(valid_until, around),
            ..Self::new(entity_id.filled()?)
        };
        let (mut signature, mut extensions) = (false, false);
        let mut content = Content::of(element, NAME)?;
        while let Some(child) = content.next()? {
            if SIGNATURE.is(child) && !signature {
                signature = true;
            } else if !entity.read_child(child, &mut extensions)? {
                return Err(content.unexpected(child));
            }
        }
        if entity.idp_sso_descriptors.is_empty()
            && entity.sp_sso_descriptors.is_empty()
            && entity.other_roles.is_empty()
        {
            return Err(content.missing("md:RoleDescriptor"));
        }
        Ok(entity)
    }

    /// Reads a child; `false` if it does not belong here.
    fn read_child(&mut self, child: Element<'_>, extensions: &mut bool) -> Result<bool, Error> {
        if child.namespace() != ns::MD {
            return Ok(false);
        }
        match child.local_name() {
            "Extensions" if !*extensions => {
                *extensions = true;
                self.extensions = read_extensions(child)?;
            }
            "IDPSSODescriptor" => self
                .idp_sso_descriptors
                .push(IdpSsoDescriptor::read(child)?),
            "SPSSODescriptor" => self.sp_sso_descriptors.push(SpSsoDescriptor::read(child)?),
            "Organization" if self.organization.is_none() => {
                self.organization = Some(Organization::read(child)?);
            }
            "ContactPerson" => self.contact_persons.push(ContactPerson::read(child)?),
            "AdditionalMetadataLocation" => {
                let location = AdditionalMetadataLocation::read(child)?;
                self.additional_metadata_locations.push(location);
            }
            other => match RoleKind::named(other) {
                Some(kind) => self.other_roles.push(OtherRole::read(child, kind)),
                None => return Ok(false),
            },
        }
        Ok(true)
    }

    /// The first `IDPSSODescriptor` that supports SAML 2.0.
    #[must_use]
    pub fn idp_sso_descriptor(&self) -> Option<&IdpSsoDescriptor> {
        self.idp_sso_descriptors
            .iter()
            .find(|d| d.sso.supports_saml2())
    }

    /// The first `SPSSODescriptor` that supports SAML 2.0.
    #[must_use]
    pub fn sp_sso_descriptor(&self) -> Option<&SpSsoDescriptor> {
        self.sp_sso_descriptors
            .iter()
            .find(|d| d.sso.supports_saml2())
    }

    /// Whether the metadata may no longer be used at `now` (SAMLMeta §2.3.2). Without `validUntil` it never expires.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| now >= expires)
    }
}

/// Where more metadata of an entity is (SAMLMeta §2.3.2.3). Nothing here fetches it.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AdditionalMetadataLocation {
    /// `namespace` of its root element; empty if it is missing.
    pub namespace: String,
    /// Where it is.
    pub location: String,
}

impl AdditionalMetadataLocation {
    /// A location of metadata in this namespace.
    #[must_use]
    pub fn new(namespace: impl Into<String>, location: impl Into<String>) -> Self {
        Self {
            namespace: namespace.into(),
            location: location.into(),
        }
    }

    fn read(element: Element<'_>) -> Result<Self, Error> {
        Ok(Self::new(
            element.attribute("namespace").unwrap_or_default(),
            read::text(element, "md:AdditionalMetadataLocation")?,
        ))
    }
}

/// A group of entities (SAMLMeta §2.3.1).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EntitiesDescriptor {
    /// `Name`.
    pub name: Option<String>,
    /// `ID`.
    pub id: Option<String>,
    /// `validUntil` of this element.
    pub valid_until: Option<Timestamp>,
    /// `cacheDuration`.
    pub cache_duration: Option<Duration>,
    /// When this element or one around it expires first.
    pub expires: Option<Timestamp>,
    /// The elements of `Extensions`, unread.
    pub extensions: Vec<Fragment>,
    /// Entities and groups, in order. There is at least one.
    pub members: Vec<Member>,
}

/// A member of a group.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Member {
    /// An entity.
    Entity(Box<EntityDescriptor>),
    /// A group in the group.
    Entities(EntitiesDescriptor),
}

impl EntitiesDescriptor {
    /// Federations nest two or three groups.
    pub(super) const MAX_DEPTH: usize = 16;

    /// A group; it needs a member.
    #[must_use]
    pub fn new(members: Vec<Member>) -> Self {
        Self {
            name: None,
            id: None,
            valid_until: None,
            cache_duration: None,
            expires: None,
            extensions: Vec::new(),
            members,
        }
    }

    /// Sets `validUntil`, and `expires` by it, here and of every member.
    #[must_use]
    pub fn with_valid_until(mut self, time: Timestamp) -> Self {
        self.valid_until = Some(time);
        self.expire(time);
        self
    }

    fn expire(&mut self, time: Timestamp) {
        let mut open = vec![self];
        while let Some(group) = open.pop() {
            group.expires = earliest(group.expires, Some(time));
            for member in &mut group.members {
                match member {
                    Member::Entity(entity) => {
                        entity.expires = earliest(entity.expires, Some(time));
                    }
                    Member::Entities(group) => open.push(group),
                }
            }
        }
    }

    pub(super) fn read(
        element: Element<'_>,
        around: Option<Timestamp>,
        depth: usize,
    ) -> Result<Self, Error> {
        const NAME: &str = ENTITIES_DESCRIPTOR.spelled;
        if depth > Self::MAX_DEPTH {
            return Err(Error::TooDeep {
                element: NAME,
                offset: element.offset(),
                limit: Self::MAX_DEPTH,
            });
        }
        let [name, id, valid_until, cache_duration] = read::attributes(
            element,
            NAME,
            &["Name", "ID", "validUntil", "cacheDuration"],
            Foreign::Any,
        )?;
        let valid_until = valid_until.map(Value::zoned_date_time).transpose()?;
        let expires = earliest(valid_until, around);
        let mut members = Vec::new();
        let (mut signature, mut extensions) = (false, None);
        let mut content = Content::of(element, NAME)?;
        while let Some(child) = content.next()? {
            if ENTITY_DESCRIPTOR.is(child) {
                let entity = EntityDescriptor::read(child, expires)?;
                members.push(Member::Entity(Box::new(entity)));
            } else if ENTITIES_DESCRIPTOR.is(child) {
                members.push(Member::Entities(Self::read(child, expires, depth + 1)?));
            } else if SIGNATURE.is(child) && !signature {
                signature = true;
            } else if child.is(ns::MD, "Extensions") && extensions.is_none() {
                extensions = Some(read_extensions(child)?);
            } else {
                return Err(content.unexpected(child));
            }
        }
        if members.is_empty() {
            return Err(content.missing(ENTITY_DESCRIPTOR.spelled));
        }
        Ok(Self {
            name: name.map(|v| v.text().to_owned()),
            id: id.map(|v| v.text().to_owned()),
            valid_until,
            cache_duration: cache_duration.map(Value::duration).transpose()?,
            expires,
            extensions: extensions.unwrap_or_default(),
            members,
        })
    }

    /// Every entity, in order, however deep in groups.
    pub fn entities(&self) -> impl Iterator<Item = &EntityDescriptor> {
        let mut open = vec![self.members.iter()];
        core::iter::from_fn(move || {
            loop {
                match open.last_mut()?.next() {
                    Some(Member::Entity(entity)) => return Some(&**entity),
                    Some(Member::Entities(group)) => open.push(group.members.iter()),
                    None => {
                        open.pop();
                    }
                }
            }
        })
    }
}

/// The earlier of two times, of which either may be missing.
pub(super) fn earliest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    a.into_iter().chain(b).min()
}

/// `md:Extensions`, of which nothing is read.
pub(super) fn read_extensions(element: Element<'_>) -> Result<Vec<Fragment>, Error> {
    let mut extensions = Vec::new();
    read::extensions(element, "md:Extensions", ns::MD, |extension| {
        extensions.push(Fragment::of(extension));
    })?;
    Ok(extensions)
}
