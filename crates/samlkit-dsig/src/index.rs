//! What one pass over a signed document leaves: where its members stand, and how to tell that they are what was signed.

use core::fmt;
use std::io::{Read, Seek, SeekFrom};

use samlkit_c14n::{Algorithm, Canonicalizer, Treatment};
use samlkit_crypto::{Digest, DigestAlgorithm, Hasher, SignatureAlgorithm, Thumbprint};
use samlkit_xml::{Document, Element, Limits};

use crate::ns::DS;
use crate::signed::Evidence;
use crate::verify::Expected;
use crate::{Outline, StreamError, canonical};

/// A part of [`Table::text`].
#[derive(Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// For an attribute that is not there.
    const NONE: Self = Self { start: 1, end: 0 };
}

struct Group {
    parent: Option<u32>,
    /// Its start tag in the document.
    source: Span,
    /// Its canonical start tag.
    canonical: Span,
    /// The first of its attributes' values.
    values: u32,
}

/// The digest of what was signed, as it stood before a member and after it. Other octets that lead from the one to the other
/// would be a second preimage of the signature's own digest.
struct Proof {
    before: Hasher,
    /// As much of it as SHA-256 has.
    after: [u8; 32],
}

/// The first octets of a digest; 0 where it has none.
fn beginning(digest: &Digest) -> [u8; 32] {
    let mut octets = [0; 32];
    for (to, from) in octets.iter_mut().zip(digest.as_bytes()) {
        *to = *from;
    }
    octets
}

struct Member {
    group: Option<u32>,
    offset: u64,
    length: u64,
    values: u32,
    proof: Option<Proof>,
}

struct Table {
    attributes: &'static [&'static str],
    groups: Vec<Group>,
    members: Vec<Member>,
    values: Vec<Span>,
    text: String,
}

/// An index in the making. Nothing can be read from it until the signature holds.
pub(crate) struct Draft {
    table: Table,
    most_members: usize,
    most_text: usize,
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "what is counted is below the outline's limits"
)]
const fn narrow(n: usize) -> u32 {
    n as u32
}

impl Draft {
    pub(crate) const fn new(outline: &Outline) -> Self {
        Self {
            table: Table {
                attributes: outline.attributes,
                groups: Vec::new(),
                members: Vec::new(),
                values: Vec::new(),
                text: String::new(),
            },
            most_members: outline.most_members,
            most_text: outline.most_text,
        }
    }

    fn text(&mut self, text: &str) -> Span {
        let start = narrow(self.table.text.len());
        self.table.text.push_str(text);
        let end = narrow(self.table.text.len());
        Span { start, end }
    }

    /// Keeps the attributes of a canonical start tag.
    fn values(&mut self, octets: &[u8]) -> Result<u32, StreamError> {
        let Table {
            attributes,
            values,
            text,
            ..
        } = &mut self.table;
        let first = narrow(values.len());
        for name in *attributes {
            let start = narrow(text.len());
            values.push(if canonical::attribute(octets, name, text) {
                let end = narrow(text.len());
                Span { start, end }
            } else {
                Span::NONE
            });
        }
        if text.len() > self.most_text {
            return Err(StreamError::TooMany {
                what: "octets of attributes to keep",
                limit: self.most_text,
            });
        }
        Ok(first)
    }

    pub(crate) fn group(
        &mut self,
        parent: Option<u32>,
        source: &str,
        canonical: &[u8],
    ) -> Result<u32, StreamError> {
        let number = self.table.groups.len();
        if number >= Outline::GROUPS {
            return Err(StreamError::TooMany {
                what: "groups",
                limit: Outline::GROUPS,
            });
        }
        let source = self.text(source);
        let tag = self.text(core::str::from_utf8(canonical).unwrap_or_default());
        let values = self.values(canonical)?;
        self.table.groups.push(Group {
            parent,
            source,
            canonical: tag,
            values,
        });
        Ok(narrow(number))
    }

    /// A member that begins with these canonical octets, yet to be [placed](Self::place).
    pub(crate) fn member(&mut self, group: Option<u32>, octets: &[u8]) -> Result<(), StreamError> {
        if self.table.members.len() >= self.most_members {
            return Err(StreamError::TooMany {
                what: "members",
                limit: self.most_members,
            });
        }
        let values = self.values(octets)?;
        self.table.members.push(Member {
            group,
            offset: 0,
            length: 0,
            values,
            proof: None,
        });
        Ok(())
    }

    /// Says where the last member is, and what the digest was before its canonical octets and after them.
    pub(crate) fn place(&mut self, offset: usize, length: usize, before: Hasher, after: &Digest) {
        let after = beginning(after);
        if let Some(member) = self.table.members.last_mut() {
            member.offset = offset as u64;
            member.length = length as u64;
            member.proof = Some(Proof { before, after });
        }
    }

    pub(crate) fn finish(mut self, expected: Expected, limits: Limits) -> SignedIndex {
        self.table.members.shrink_to_fit();
        self.table.values.shrink_to_fit();
        self.table.text.shrink_to_fit();
        SignedIndex {
            table: self.table,
            expected,
            limits,
        }
    }
}

/// What a trusted key signed of a document, by an [`Outline`]: its groups with the attributes that were asked for, and its
/// members, which can be read again one by one.
///
/// [`Verifier::index`](crate::Verifier::index) is the only maker. It holds no octets of members, but of each the state of
/// the signature's digest before its canonical octets and the digest after them. What [`SignedIndex::read`] gives was read from
/// octets that lead from the one to the other.
///
/// ```compile_fail,E0451
/// # fn forge(signed: samlkit_dsig::SignedIndex, limits: samlkit_xml::Limits) -> samlkit_dsig::SignedIndex {
/// samlkit_dsig::SignedIndex { limits, ..signed }
/// # }
/// ```
#[must_use]
pub struct SignedIndex {
    table: Table,
    expected: Expected,
    limits: Limits,
}

impl SignedIndex {
    /// The groups, in document order: the first is the root, if that is a group.
    #[must_use]
    pub fn groups(&self) -> impl ExactSizeIterator<Item = IndexedGroup<'_>> {
        (0..self.table.groups.len()).map(|at| IndexedGroup { index: self, at })
    }

    /// The members, in document order.
    #[must_use]
    pub fn members(&self) -> impl ExactSizeIterator<Item = IndexedMember<'_>> {
        (0..self.table.members.len()).map(|at| IndexedMember { index: self, at })
    }

    /// The member at `position` in [`SignedIndex::members`].
    #[must_use]
    pub fn member(&self, position: usize) -> Option<IndexedMember<'_>> {
        (position < self.table.members.len()).then_some(IndexedMember {
            index: self,
            at: position,
        })
    }

    /// The algorithm of the signature.
    #[must_use]
    pub const fn signature_algorithm(&self) -> SignatureAlgorithm {
        self.evidence().signature_algorithm
    }

    /// The algorithm of the digest over the signed octets.
    #[must_use]
    pub const fn digest_algorithm(&self) -> DigestAlgorithm {
        self.evidence().digest_algorithm
    }

    /// The canonicalization that made the signed octets.
    #[must_use]
    pub const fn canonicalization(&self) -> Algorithm {
        self.evidence().canonicalization
    }

    /// The thumbprint of the key that verified the signature, as [`TrustedKey::thumbprint`](crate::TrustedKey::thumbprint).
    #[must_use]
    pub const fn key(&self) -> Thumbprint {
        self.evidence().key
    }

    const fn evidence(&self) -> Evidence {
        self.expected.evidence()
    }

    fn value(&self, values: u32, name: &str) -> Option<&str> {
        let mut names = self.table.attributes.iter();
        let at = names.position(|&kept| kept == name)?;
        self.span(*self.table.values.get(values as usize + at)?)
    }

    fn span(&self, span: Span) -> Option<&str> {
        self.table.text.get(span.start as usize..span.end as usize)
    }

    /// The groups around a member, the innermost first.
    fn around(&self, group: Option<u32>) -> impl Iterator<Item = &Group> {
        core::iter::successors(self.group_at(group), |group| self.group_at(group.parent))
    }

    fn group_at(&self, at: Option<u32>) -> Option<&Group> {
        self.table.groups.get(at? as usize)
    }

    /// `octets` within the start tags of the groups around a member.
    fn within(&self, group: Option<u32>, octets: &[u8], tag: impl Fn(&Group) -> Span) -> Vec<u8> {
        let mut tags: Vec<&str> = self
            .around(group)
            .map(|group| self.span(tag(group)).unwrap_or_default())
            .collect();
        let mut document = Vec::with_capacity(octets.len() + 1024);
        for tag in tags.iter().rev() {
            document.extend_from_slice(tag.as_bytes());
        }
        document.extend_from_slice(octets);
        for tag in tags.drain(..) {
            let name = tag.strip_prefix('<').unwrap_or_default();
            let end = name.find(['>', ' ', '\t', '\n', '\r']);
            document.extend_from_slice(b"</");
            document.extend_from_slice(name.get(..end.unwrap_or(0)).unwrap_or_default().as_bytes());
            document.push(b'>');
        }
        document
    }

    /// Reads the member at `position` in [`SignedIndex::members`] from the document that was verified.
    ///
    /// # Errors
    ///
    /// [`StreamError::Changed`] unless its canonical octets are those that were signed, and if there is no such member;
    /// [`StreamError::Read`]; [`StreamError::Signature`] if it passes the limits of the policy that it was verified by.
    ///
    /// # Complexity
    ///
    /// O(n) in the octets of the member and of the start tags around it.
    pub fn read(
        &self,
        position: usize,
        source: &mut (impl Read + Seek),
    ) -> Result<SignedMember, StreamError> {
        let Some(member) = self.table.members.get(position) else {
            return Err(StreamError::Changed { offset: 0 });
        };
        let changed = || StreamError::Changed {
            offset: member.offset,
        };
        let limit = self.limits.bytes();
        if member.length > u64::from(limit) {
            return Err(samlkit_xml::Error::TooManyBytes { limit }.into());
        }
        source.seek(SeekFrom::Start(member.offset))?;
        let mut octets = Vec::new();
        source.take(member.length).read_to_end(&mut octets)?;

        // The start tags around it were within the limit with it; their end tags need not have been.
        let limits = self.limits.with_bytes(Limits::MAX_BYTES);
        let octets = self.within(member.group, &octets, |group| group.source);
        let document = Document::parse_owned(octets, &limits).map_err(|_| changed())?;
        let depth = self.around(member.group).count();
        let element = descend(&document, depth).ok_or_else(changed)?;
        let octets = self.canonical(element).map_err(|_| changed())?;
        let Proof { before, after } = member.proof.as_ref().ok_or_else(changed)?;
        let mut digest = before.clone();
        digest.update(&octets);
        if beginning(&digest.finalize()) != *after {
            return Err(changed());
        }
        drop(document);
        let octets = self.within(member.group, &octets, |group| group.canonical);
        let document = Document::parse_owned(octets, &limits)?;
        Ok(SignedMember { document, depth })
    }

    /// The canonical octets of an element as they are in those of the whole document; of the root without its signature.
    fn canonical(&self, element: Element<'_>) -> Result<Vec<u8>, samlkit_c14n::Error> {
        let canonicalizer: Canonicalizer<'_> = self.expected.canonicalizer();
        let mut octets = Vec::new();
        match element.parent() {
            Some(parent) => {
                canonicalizer.content(parent, |_| Treatment::Pass, &mut octets, &mut Vec::new())?;
            }
            None => {
                let mut signatures = element.elements().filter(|child| child.is(DS, "Signature"));
                match signatures.next() {
                    Some(signature) => {
                        canonicalizer.element_without(element, signature, &mut octets)?;
                    }
                    None => canonicalizer.element(element, &mut octets)?,
                }
            }
        }
        Ok(octets)
    }
}

/// The first element `depth` levels below the root.
fn descend<'d>(document: &'d Document<'_>, depth: usize) -> Option<Element<'d>> {
    let mut element = document.root();
    for _ in 0..depth {
        element = element.elements().next()?;
    }
    Some(element)
}

impl fmt::Debug for SignedIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIndex")
            .field("groups", &self.table.groups.len())
            .field("members", &self.table.members.len())
            .field("signature_algorithm", &self.signature_algorithm())
            .field("key", &self.key())
            .finish_non_exhaustive()
    }
}

/// A group of a [`SignedIndex`].
#[derive(Clone, Copy, Debug)]
pub struct IndexedGroup<'i> {
    index: &'i SignedIndex,
    at: usize,
}

impl<'i> IndexedGroup<'i> {
    fn group(self) -> Option<&'i Group> {
        self.index.table.groups.get(self.at)
    }

    /// Its position in [`SignedIndex::groups`].
    #[must_use]
    pub const fn position(self) -> usize {
        self.at
    }

    /// The value of a kept attribute.
    #[must_use]
    pub fn attribute(self, name: &str) -> Option<&'i str> {
        self.index.value(self.group()?.values, name)
    }

    /// The position in [`SignedIndex::groups`] of the group that it is in; `None` for the root.
    #[must_use]
    pub fn parent(self) -> Option<usize> {
        self.group()?.parent.map(|parent| parent as usize)
    }
}

/// A member of a [`SignedIndex`].
#[derive(Clone, Copy, Debug)]
pub struct IndexedMember<'i> {
    index: &'i SignedIndex,
    at: usize,
}

impl<'i> IndexedMember<'i> {
    fn member(self) -> Option<&'i Member> {
        self.index.table.members.get(self.at)
    }

    /// Its position in [`SignedIndex::members`].
    #[must_use]
    pub const fn position(self) -> usize {
        self.at
    }

    /// The value of a kept attribute.
    #[must_use]
    pub fn attribute(self, name: &str) -> Option<&'i str> {
        self.index.value(self.member()?.values, name)
    }

    /// The position in [`SignedIndex::groups`] of the group that it is in; `None` for the root.
    #[must_use]
    pub fn group(self) -> Option<usize> {
        self.member()?.group.map(|group| group as usize)
    }

    /// Where it begins in the document that was verified.
    #[must_use]
    pub fn offset(self) -> u64 {
        self.member().map_or(0, |member| member.offset)
    }

    /// How many octets of the document it is.
    #[must_use]
    pub fn length(self) -> u64 {
        self.member().map_or(0, |member| member.length)
    }
}

/// A member that a trusted key signed, read again. [`SignedIndex::read`] is the only maker.
#[must_use]
pub struct SignedMember {
    document: Document<'static>,
    depth: usize,
}

impl SignedMember {
    /// The element, parsed from its canonical octets, within the start tags of the groups around it.
    #[must_use]
    pub fn element(&self) -> Element<'_> {
        descend(&self.document, self.depth).unwrap_or_else(|| self.document.root())
    }
}

impl fmt::Debug for SignedMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedMember")
            .field("document", &self.document)
            .finish_non_exhaustive()
    }
}
