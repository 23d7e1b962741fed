use std::io::{Read, Seek};

use samlkit_dsig::{IndexedMember, Outline, SignedIndex, StreamError, Verifier};
use thiserror::Error as ThisError;

use super::EntityDescriptor;
use super::entity::earliest;
use crate::error::Error;
use crate::lexical::{self, Duration, Timestamp};
use crate::ns;

const ENTITY_ID: &str = "entityID";
const NAME: &str = "Name";
const ID: &str = "ID";
const VALID_UNTIL: &str = "validUntil";
const CACHE_DURATION: &str = "cacheDuration";

/// Why there is no aggregate, or an entity of it cannot be had.
#[non_exhaustive]
#[derive(Debug, ThisError)]
pub enum AggregateError {
    /// The signature, the document, or the file.
    #[error(transparent)]
    Signed(#[from] StreamError),
    /// What was signed is no entity descriptor.
    #[error(transparent)]
    Metadata(#[from] Error),
    /// A time of a group, or of the entity that is the root, cannot be read, so that nobody could say when it expires.
    #[error("{attribute} is not what its name says")]
    InvalidTime {
        /// `validUntil` or `cacheDuration`.
        attribute: &'static str,
    },
}

/// Signed metadata of any size, verified in one pass and indexed: a federation's 100 MB of entities in some 10 MB of memory.
///
/// Verification is the only way to make one, and there is none until the signature holds for the whole document. It keeps what
/// the groups say of themselves and where each entity stands; entities are read from the file when they are asked for, only
/// from octets that are what was signed. The file may be replaced meanwhile: what is not the same is an error, and then the
/// new file wants to be verified.
///
/// ```
/// use std::fs::{self, File};
///
/// use samlkit_core::metadata::Aggregate;
/// use samlkit_core::parse_date_time;
/// use samlkit_crypto::Certificate;
/// use samlkit_dsig::{TrustedKey, Verifier};
///
/// let certificate = fs::read("../../fixtures/keys/test-only-entra-active.crt.pem")?;
/// let registrar = [TrustedKey::from_certificate(Certificate::parse(&certificate)?)?];
/// let now = parse_date_time("2026-07-15T09:00:00Z").ok_or("no time")?;
///
/// let mut file = File::open("../../fixtures/entra/metadata.xml")?;
/// let aggregate = Aggregate::verify(&Verifier::new(&registrar)?, &mut file)?;
/// if aggregate.is_expired(now) {
///     return Err("out of date".into());
/// }
/// let entity_id = "https://sts.windows.net/3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa/";
/// let entity = aggregate.entity(&mut file, entity_id)?.ok_or("no such entity")?;
/// assert!(!entity.is_expired(now));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A single `md:EntityDescriptor` that is signed is an aggregate of one.
///
/// # What is looked at
///
/// Groups in groups, and the entities in them. Other elements in a group are covered by the signature and not read. An entity is
/// judged when it is read, so that one broken entity does not make the others unreadable. SAMLMeta §2.3.2 makes `entityID` unique
/// to an entity, but nothing in a group; federations that merge others' metadata publish some twice. All are kept, in order, and
/// [`Aggregate::entity`] gives the first, as [`Metadata::entity`](super::Metadata::entity) does.
///
/// # Complexity
///
/// Verification is linear in the octets, with `n log n` in the entities. Memory is that of the longest entity some times over,
/// and about 260 octets for each entity. An entity is found by its ID in O(log n) and read in the time of its own octets.
#[derive(Debug)]
#[must_use]
pub struct Aggregate {
    index: SignedIndex,
    groups: Vec<AggregateGroup>,
    /// Positions of the entities with an ID, by that, those of the same ID in document order.
    by_id: Vec<u32>,
    root: Facts,
}

/// What a group of an [`Aggregate`] says of itself (SAMLMeta §2.3.1).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AggregateGroup {
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
    /// The position in [`Aggregate::groups`] of the group that it is in.
    pub parent: Option<usize>,
}

/// What the root says of its own validity.
#[derive(Clone, Copy, Debug)]
struct Facts {
    valid_until: Option<Timestamp>,
    cache_duration: Option<Duration>,
}

impl Facts {
    fn read<'i>(
        attribute: impl Fn(&'static str) -> Option<&'i str>,
    ) -> Result<Self, AggregateError> {
        let invalid = |attribute| AggregateError::InvalidTime { attribute };
        let valid_until = attribute(VALID_UNTIL)
            .map(|text| time(text).ok_or_else(|| invalid(VALID_UNTIL)))
            .transpose()?;
        let cache_duration = attribute(CACHE_DURATION)
            .map(|text| Duration::parse(text).ok_or_else(|| invalid(CACHE_DURATION)))
            .transpose()?;
        Ok(Self {
            valid_until,
            cache_duration,
        })
    }
}

fn time(text: &str) -> Option<Timestamp> {
    lexical::zoned_date_time(text).map(|(time, _)| time)
}

impl Aggregate {
    /// Verifies the signature of the root of `input`, in one pass, with the default budgets of [`Outline`].
    ///
    /// # Errors
    ///
    /// [`AggregateError::Signed`] with [`StreamError::ForeignRoot`] for what is no metadata, and otherwise as
    /// [`Verifier::index`]; [`AggregateError::InvalidTime`].
    pub fn verify(verifier: &Verifier<'_>, input: impl Read) -> Result<Self, AggregateError> {
        Self::from_signed(verifier.index(&Self::outline(), input)?)
    }

    /// What an aggregate is indexed by, for [`Verifier::index`] with other budgets and [`Aggregate::from_signed`].
    pub fn outline() -> Outline {
        Outline::new(&[ENTITY_ID, VALID_UNTIL, CACHE_DURATION, NAME, ID])
            .group(ns::MD, "EntitiesDescriptor")
            .member(ns::MD, "EntityDescriptor")
    }

    /// The aggregate that a document was indexed as, by [`Aggregate::outline`].
    ///
    /// # Errors
    ///
    /// [`AggregateError::InvalidTime`].
    pub fn from_signed(index: SignedIndex) -> Result<Self, AggregateError> {
        let mut groups: Vec<AggregateGroup> = Vec::new();
        let mut root = None;
        for group in index.groups() {
            let facts = Facts::read(|name| group.attribute(name))?;
            root.get_or_insert(facts);
            // Parents come before what is in them.
            let around = group.parent().and_then(|parent| groups.get(parent));
            groups.push(AggregateGroup {
                name: group.attribute(NAME).map(str::to_owned),
                id: group.attribute(ID).map(str::to_owned),
                valid_until: facts.valid_until,
                cache_duration: facts.cache_duration,
                expires: earliest(facts.valid_until, around.and_then(|group| group.expires)),
                parent: group.parent(),
            });
        }
        let root = match (root, index.member(0)) {
            (Some(root), _) => root,
            (None, Some(entity)) => Facts::read(|name| entity.attribute(name))?,
            (None, None) => Facts::read(|_| None)?,
        };
        let id = |&position: &u32| {
            let member = index.member(position as usize);
            member.and_then(|member| member.attribute(ENTITY_ID))
        };
        let mut by_id: Vec<u32> = (0..)
            .take(index.members().len())
            .filter(|position| id(position).is_some())
            .collect();
        by_id.sort_by_key(id);
        Ok(Self {
            groups,
            by_id,
            root,
            index,
        })
    }

    /// How it was signed, and where its entities stand.
    pub const fn signed(&self) -> &SignedIndex {
        &self.index
    }

    /// The groups, in document order. None if the root is an entity; otherwise the root is the first.
    #[must_use]
    pub fn groups(&self) -> &[AggregateGroup] {
        &self.groups
    }

    /// How many entities there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.members().len()
    }

    /// Whether there is no entity.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `validUntil` of the root. Groups and entities in it may expire earlier.
    #[must_use]
    pub const fn expires(&self) -> Option<Timestamp> {
        self.root.valid_until
    }

    /// `validUntil` of the root as it is written.
    #[must_use]
    pub fn valid_until(&self) -> Option<&str> {
        let of_group = self.index.groups().next();
        let of_group = of_group.map(|group| group.attribute(VALID_UNTIL));
        of_group.unwrap_or_else(|| self.index.member(0)?.attribute(VALID_UNTIL))
    }

    /// Whether nothing of it may be used at `now` (SAMLMeta §2.3.1). Without `validUntil` it never expires.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires().is_some_and(|expires| now >= expires)
    }

    /// When a copy that was obtained at `obtained` should be replaced at the latest: when the root expires, or the shortest
    /// `cacheDuration` of the root, a group or an entity is over (SAMLMeta §2.3.1, §2.3.2). `None`: nothing says so.
    ///
    /// Linear in the entities.
    #[must_use]
    pub fn refresh_at(&self, obtained: Timestamp) -> Option<Timestamp> {
        let members = self.index.members();
        let of_entities = members
            .filter_map(|entity| entity.attribute(CACHE_DURATION))
            .filter_map(Duration::parse);
        let of_groups = self.groups.iter().filter_map(|group| group.cache_duration);
        of_entities
            .chain(of_groups)
            .chain(self.root.cache_duration)
            .filter_map(|duration| duration.after(obtained))
            .chain(self.expires())
            .min()
    }

    /// The entities in document order, as the index knows them.
    #[must_use]
    pub fn indexed(&self) -> impl ExactSizeIterator<Item = IndexedEntity<'_>> {
        self.index.members().map(|member| IndexedEntity {
            aggregate: self,
            member,
        })
    }

    /// The entities with exactly this `entityID`, in document order: one, if the metadata is as it should be.
    pub fn find(&self, entity_id: &str) -> impl Iterator<Item = IndexedEntity<'_>> {
        let id = |position: u32| {
            let member = self.index.member(position as usize);
            member.and_then(|member| member.attribute(ENTITY_ID))
        };
        let first = self
            .by_id
            .partition_point(|&position| id(position) < Some(entity_id));
        let from = self.by_id.get(first..).unwrap_or_default();
        let length = from.partition_point(|&position| id(position) == Some(entity_id));
        from.iter().take(length).filter_map(|&position| {
            Some(IndexedEntity {
                aggregate: self,
                member: self.index.member(position as usize)?,
            })
        })
    }

    /// Reads the first entity with exactly this `entityID` from the file that was verified; `None` if there is none.
    ///
    /// # Errors
    ///
    /// As [`IndexedEntity::read`].
    pub fn entity(
        &self,
        source: &mut (impl Read + Seek),
        entity_id: &str,
    ) -> Result<Option<EntityDescriptor>, AggregateError> {
        let found = self.find(entity_id).next();
        found.map(|entity| entity.read(source)).transpose()
    }

    /// Reads every entity from the file that was verified, in document order, one at a time.
    ///
    /// An item is an error where [`IndexedEntity::read`] gives one; the next can still be had.
    pub fn entities<'a, S: Read + Seek>(
        &'a self,
        source: &'a mut S,
    ) -> impl Iterator<Item = Result<EntityDescriptor, AggregateError>> + use<'a, S> {
        self.indexed().map(move |entity| entity.read(source))
    }
}

/// An entity of an [`Aggregate`] before it is read.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct IndexedEntity<'a> {
    aggregate: &'a Aggregate,
    member: IndexedMember<'a>,
}

impl<'a> IndexedEntity<'a> {
    /// `entityID`. `None` if it is missing: then it cannot be read.
    #[must_use]
    pub fn entity_id(self) -> Option<&'a str> {
        self.member.attribute(ENTITY_ID)
    }

    /// The group that it is in.
    #[must_use]
    pub fn group(self) -> Option<&'a AggregateGroup> {
        self.aggregate.groups.get(self.member.group()?)
    }

    /// Where it begins in the file.
    #[must_use]
    pub fn offset(self) -> u64 {
        self.member.offset()
    }

    /// How many octets of the file it is.
    #[must_use]
    pub fn length(self) -> u64 {
        self.member.length()
    }

    /// When it or a group around it expires first. A `validUntil` that cannot be read has passed, however long ago.
    #[must_use]
    pub fn expires(self) -> Option<Timestamp> {
        let own = self.member.attribute(VALID_UNTIL);
        let own = own.map(|text| time(text).unwrap_or(Timestamp::MIN_UTC));
        earliest(own, self.group().and_then(|group| group.expires))
    }

    /// Reads it from the file that was verified.
    ///
    /// # Errors
    ///
    /// [`AggregateError::Signed`] with [`StreamError::Changed`] if the octets there are not what was signed, and as
    /// [`SignedIndex::read`]; [`AggregateError::Metadata`] if what was signed is not as
    /// [`Metadata::from_signed`](super::Metadata::from_signed) reads it.
    pub fn read(self, source: &mut (impl Read + Seek)) -> Result<EntityDescriptor, AggregateError> {
        let signed = self.aggregate.index.read(self.member.position(), source)?;
        let around = self.group().and_then(|group| group.expires);
        Ok(EntityDescriptor::read(signed.element(), around)?)
    }
}
