//! Verification of a document that is larger than memory should hold.

use core::ops::Range;
use std::io::{self, Read};

use samlkit_c14n::{PortionKind, Treatment};
use samlkit_crypto::Hasher;
use samlkit_xml::{Element, Next, Piece, PieceKind, Pieces};
use thiserror::Error as ThisError;

use crate::id::SeenIds;
use crate::index::Draft;
use crate::ns::DS;
use crate::verify::Expected;
use crate::{Error, Outline, SignedIndex, Verifier};

/// Why a document was not verified in one pass, or a part of it not read again.
#[non_exhaustive]
#[derive(Debug, ThisError)]
pub enum StreamError {
    /// The octets could not be read.
    #[error("cannot read: {0}")]
    Read(#[from] io::Error),
    /// The signature was not accepted, or the octets are no document.
    #[error(transparent)]
    Signature(#[from] Error),
    /// The root is neither a group nor a member of the outline.
    #[error("the root at offset {offset} is not what was asked for")]
    ForeignRoot {
        /// The root.
        offset: usize,
    },
    /// The document passes a budget of the pass.
    #[error("the document has more than {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The largest accepted number.
        limit: usize,
    },
    /// The octets that are read again are not those that were signed.
    #[error("the member at offset {offset} is no longer what was signed")]
    Changed {
        /// Where it was.
        offset: u64,
    },
}

impl From<samlkit_xml::Error> for StreamError {
    fn from(error: samlkit_xml::Error) -> Self {
        Self::Signature(error.into())
    }
}

impl From<samlkit_c14n::Error> for StreamError {
    fn from(error: samlkit_c14n::Error) -> Self {
        Self::Signature(error.into())
    }
}

/// How many octets are read at once.
const CHUNK: usize = 128 << 10;
/// How many octets of whole elements are parsed together: they, their tree and their canonical form stay in the cache.
const PIECE: usize = 32 << 10;

impl Verifier<'_> {
    /// Verifies the enveloped signature of the root of a document in one pass, and gives an index of it.
    ///
    /// What [`Verifier::verify`] accepts is accepted and what it refuses is refused, by the same rules. Of several that are
    /// broken, another may be named. These alone are stricter: the signature is the first child element of the root; the
    /// outline's budgets; no piece (a child of the root or of a group, with the start tags around it) exceeds the limits of
    /// the policy; no part of the document makes the canonical form longer than [`samlkit_c14n::Error::OutputTooLong`] grants
    /// to what came until then.
    ///
    /// `SignatureValue` is checked before anything is digested. Once the document is refused the rest is read for one end: to
    /// name what is not well-formed, as that comes first.
    ///
    /// # Errors
    ///
    /// [`StreamError::Signature`] with the variants of [`Verifier::verify`]; [`StreamError::ForeignRoot`],
    /// [`StreamError::TooMany`], [`StreamError::Read`].
    ///
    /// # Complexity
    ///
    /// O(n) in the octets of the document. Memory: the longest piece some times over, 16 octets for each ID, and the index.
    pub fn index(&self, outline: &Outline, input: impl Read) -> Result<SignedIndex, StreamError> {
        let mut pieces = Pieces::new(self.policy.limits)
            .with_total_bytes(outline.total_bytes)
            .with_total_nodes(outline.total_bytes / 8)
            .with_piece_octets(PIECE);
        for &(namespace, local_name) in &outline.groups {
            pieces = pieces.opening(namespace, local_name);
        }
        let mut source = Source::new(input);
        let mut pass = Pass::new(self, outline);
        loop {
            match source.next(&mut pieces)? {
                Some(piece) => pass.piece(piece, pieces.position())?,
                None => return pass.finish(),
            }
        }
    }
}

/// The octets that are not used up.
struct Source<R> {
    input: R,
    octets: Vec<u8>,
    start: usize,
    end: usize,
    last: bool,
}

impl<R: Read> Source<R> {
    const fn new(input: R) -> Self {
        Self {
            input,
            octets: Vec::new(),
            start: 0,
            end: 0,
            last: false,
        }
    }

    fn next(&mut self, pieces: &mut Pieces) -> Result<Option<Piece>, StreamError> {
        loop {
            let octets = self.octets.get(self.start..self.end).unwrap_or_default();
            match pieces.next(octets, self.last)? {
                Next::More => self.fill()?,
                Next::Piece(piece) => {
                    self.start += piece.consumed();
                    return Ok(Some(piece));
                }
                _ => return Ok(None),
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.octets.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let least = self.end + CHUNK;
        self.octets.resize(self.octets.len().max(least), 0);
        let free = self.octets.get_mut(self.end..).unwrap_or_default();
        let read = loop {
            match self.input.read(free) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.end += read;
        self.last = read == 0;
        Ok(())
    }
}

/// A document that is refused, which is certain, and for what, as known by now.
struct Refusal {
    rank: Rank,
    error: StreamError,
}

/// Which refusal a whole document would have met first.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
enum Rank {
    Signature,
    Signatures,
    Ids,
    Root,
}

struct Pass<'a> {
    verifier: &'a Verifier<'a>,
    outline: &'a Outline,
    ids: SeenIds,
    /// The first signature of the root.
    signature: Option<usize>,
    /// What came before it.
    held: Vec<(Piece, usize)>,
    digesting: Option<Digesting>,
    refusal: Option<Refusal>,
}

impl<'a> Pass<'a> {
    fn new(verifier: &'a Verifier<'a>, outline: &'a Outline) -> Self {
        Self {
            verifier,
            outline,
            ids: SeenIds::default(),
            signature: None,
            held: Vec::new(),
            digesting: None,
            refusal: None,
        }
    }

    fn refuse(&mut self, rank: Rank, error: impl Into<StreamError>) {
        if self
            .refusal
            .as_ref()
            .is_none_or(|refusal| refusal.rank < rank)
        {
            let error = error.into();
            self.refusal = Some(Refusal { rank, error });
        }
        self.held = Vec::new();
        self.digesting = None;
    }

    /// `position` is where the piece ends in the document.
    fn piece(&mut self, piece: Piece, position: usize) -> Result<(), StreamError> {
        self.look(&piece)?;
        if self.refusal.is_some() {
            return Ok(());
        }
        let done = match &mut self.digesting {
            Some(digesting) => digesting.piece(&piece, position, None, self.outline),
            None => self.before(piece, position),
        };
        match done {
            Err(error @ (StreamError::Signature(_) | StreamError::ForeignRoot { .. })) => {
                let rank = match error {
                    StreamError::Signature(_) => Rank::Signature,
                    _ => Rank::Root,
                };
                self.refuse(rank, error);
                Ok(())
            }
            other => other,
        }
    }

    /// Looks at what must be right all over the document.
    fn look(&mut self, piece: &Piece) -> Result<(), StreamError> {
        let element = piece.element();
        match piece.kind() {
            PieceKind::Start => self.see(element),
            PieceKind::Content => {
                for node in element.descendants() {
                    if let Some(element) = node.as_element() {
                        self.see(element)?;
                    }
                }
                if element.parent().is_none() {
                    self.count_signatures(element);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn see(&mut self, element: Element<'_>) -> Result<(), StreamError> {
        match self.ids.see(element) {
            Ok(true) => Ok(()),
            Ok(false) => Err(StreamError::TooMany {
                what: "IDs",
                limit: SeenIds::MOST,
            }),
            Err(error) => {
                self.refuse(Rank::Ids, error);
                Ok(())
            }
        }
    }

    fn count_signatures(&mut self, root: Element<'_>) {
        for signature in root.elements().filter(|child| child.is(DS, "Signature")) {
            let offset = signature.offset();
            if self.signature.is_some() {
                self.refuse(Rank::Signatures, Error::MultipleSignatures { offset });
            }
            self.signature.get_or_insert(offset);
        }
    }

    /// A piece before the signature, or with it.
    fn before(&mut self, piece: Piece, position: usize) -> Result<(), StreamError> {
        let element = piece.element();
        let offset = element.offset();
        let is_root = element.parent().is_none();
        let unsigned = Err(Error::MissingSignature { offset }.into());
        match piece.kind() {
            PieceKind::Start if is_root => {
                if !self.outline.is_group(element) && !self.outline.is_member(element) {
                    return Err(StreamError::ForeignRoot { offset });
                }
            }
            PieceKind::Content if is_root => match element.elements().next() {
                Some(first) if first.is(DS, "Signature") => {
                    let expected = self.verifier.expect(element, first)?;
                    let mut digesting = Digesting::new(expected, self.outline);
                    for (piece, position) in self.held.drain(..) {
                        digesting.piece(&piece, position, None, self.outline)?;
                    }
                    digesting.piece(&piece, position, Some(first), self.outline)?;
                    self.digesting = Some(digesting);
                    return Ok(());
                }
                Some(_) => return unsigned,
                None => {}
            },
            _ => return unsigned,
        }
        self.held.push((piece, position));
        Ok(())
    }

    fn finish(self) -> Result<SignedIndex, StreamError> {
        let digesting = match (self.refusal, self.digesting) {
            (Some(refusal), _) => {
                return Err(match (refusal.error, self.signature) {
                    (StreamError::Signature(Error::MissingSignature { .. }), Some(offset)) => {
                        Error::MisplacedSignature { offset }.into()
                    }
                    (error, _) => error,
                });
            }
            // The end of the root is refused while there is no signature.
            (None, None) => return Err(Error::MissingSignature { offset: 0 }.into()),
            (None, Some(digesting)) => digesting,
        };
        let policy = &self.verifier.policy;
        let expected = digesting.expected;
        expected.compare(policy, digesting.digest.finalize())?;
        Ok(digesting.draft.finish(expected, policy.limits))
    }
}

/// A document whose `SignedInfo` a trusted key signed, on its way into the digest.
struct Digesting {
    expected: Expected,
    digest: Hasher,
    /// The groups that are open.
    open: Vec<u32>,
    /// Where the root begins, if it is a member.
    root: Option<usize>,
    draft: Draft,
    /// Canonical octets of a piece.
    octets: Vec<u8>,
    /// How many of them are in the digest.
    digested: usize,
    /// How many there were before.
    written: usize,
}

impl Digesting {
    fn new(expected: Expected, outline: &Outline) -> Self {
        Self {
            digest: Hasher::new(expected.digest),
            expected,
            open: Vec::new(),
            root: None,
            draft: Draft::new(outline),
            octets: Vec::new(),
            digested: 0,
            written: 0,
        }
    }

    /// Digests a piece without `omitted`.
    fn piece(
        &mut self,
        piece: &Piece,
        position: usize,
        omitted: Option<Element<'_>>,
        outline: &Outline,
    ) -> Result<(), StreamError> {
        self.octets.clear();
        self.digested = 0;
        let element = piece.element();
        match piece.kind() {
            PieceKind::Start => {
                let granted = self.granted(position);
                let canonicalizer = self.expected.canonicalizer().with_output_limit(granted);
                canonicalizer.start_tag(element, &mut self.octets)?;
                if outline.is_group(element) {
                    self.enter(element, 0..self.octets.len())?;
                } else {
                    self.root = Some(element.offset());
                    self.draft.member(None, &self.octets)?;
                }
            }
            PieceKind::Content => self.content(element, position, omitted, outline)?,
            PieceKind::End => {
                self.expected
                    .canonicalizer()
                    .end_tag(element, &mut self.octets);
                self.open.pop();
            }
            _ => {}
        }
        self.digest_to(self.octets.len());
        self.written += self.octets.len();
        if piece.kind() == PieceKind::End
            && let Some(offset) = self.root.take()
        {
            let before = Hasher::new(self.digest.algorithm());
            let after = self.digest.clone().finalize();
            self.draft.place(offset, position - offset, before, &after);
        }
        Ok(())
    }

    /// Brings the octets of the piece up to `end` into the digest.
    fn digest_to(&mut self, end: usize) {
        if let Some(octets) = self.octets.get(self.digested..end) {
            self.digest.update(octets);
            self.digested = end;
        }
    }

    /// How many octets the canonical form may still have.
    const fn granted(&self, position: usize) -> usize {
        let all = position.saturating_mul(16).saturating_add(1 << 20);
        all.saturating_sub(self.written)
    }

    fn content(
        &mut self,
        parent: Element<'_>,
        position: usize,
        omitted: Option<Element<'_>>,
        outline: &Outline,
    ) -> Result<(), StreamError> {
        let in_group = !self.open.is_empty();
        let look = |element: Element<'_>| {
            if omitted == Some(element) {
                Treatment::Omit
            } else if in_group && outline.is_member(element) {
                Treatment::Mark
            } else if in_group && outline.is_group(element) {
                Treatment::Enter
            } else {
                Treatment::Pass
            }
        };
        let granted = self.granted(position);
        let canonicalizer = self.expected.canonicalizer().with_output_limit(granted);
        let mut portions = Vec::new();
        canonicalizer.content(parent, look, &mut self.octets, &mut portions)?;
        for portion in portions {
            let element = portion.element();
            match portion.kind() {
                PortionKind::Start => self.enter(element, portion.range())?,
                PortionKind::End => {
                    self.open.pop();
                }
                _ => {
                    let range = portion.range();
                    let octets = self.octets.get(range.clone()).unwrap_or_default();
                    let extent = element.extent();
                    self.draft.member(self.open.last().copied(), octets)?;
                    self.digest_to(range.start);
                    let before = self.digest.clone();
                    self.digest_to(range.end);
                    let after = self.digest.clone().finalize();
                    let length = extent.end - extent.start;
                    self.draft.place(element.offset(), length, before, &after);
                }
            }
        }
        Ok(())
    }

    /// Notes a group whose canonical start tag is at `range`.
    fn enter(&mut self, group: Element<'_>, range: Range<usize>) -> Result<(), StreamError> {
        if self.open.len() >= Outline::DEPTH {
            return Err(StreamError::TooMany {
                what: "groups in one another",
                limit: Outline::DEPTH,
            });
        }
        let extent = group.extent();
        let source = group.document().source();
        let tag = source.get(extent.start..extent.content_start);
        let canonical = self.octets.get(range).unwrap_or_default();
        let parent = self.open.last().copied();
        let group = self
            .draft
            .group(parent, tag.unwrap_or_default(), canonical)?;
        self.open.push(group);
        Ok(())
    }
}
