//! A document in pieces, for documents larger than memory should hold.

use core::fmt;

use crate::parse;
use crate::{Document, Element, Error, Limits, NodeId};

mod cut;

use cut::{Child, Cut, Cutter};

/// A parser for a document whose octets come bit by bit, such as a metadata aggregate of 100 MB.
///
/// It gives the document as a sequence of pieces, each a [`Document`] of its own: the start tag of the root, runs of whole
/// children of it, its end tag. Elements named with [`Pieces::opening`] are taken apart in the same way where they are long.
/// In every piece the open elements stand around its content with their attributes and declarations, so that prefixes,
/// namespaces in scope and `xml:` attributes are what they are in the whole document. Put one after the other, the pieces are
/// what [`Document::parse`] would have given, and whatever that refuses is refused, with offsets from the start of the
/// document.
///
/// The caller keeps the octets that were not yet used. [`Pieces::next`] takes all of these, says when it needs more behind
/// them, and how many of them each piece used up.
///
/// ```
/// use samlkit_xml::{Error, Limits, Next, PieceKind, Pieces};
///
/// fn read(mut input: impl Iterator<Item = &'static [u8]>) -> Result<Vec<String>, Error> {
///     let mut pieces = Pieces::new(Limits::DEFAULT);
///     let mut octets = Vec::new();
///     let mut last = false;
///     let mut ids = Vec::new();
///     loop {
///         match pieces.next(&octets, last)? {
///             Next::More => match input.next() {
///                 Some(more) => octets.extend_from_slice(more),
///                 None => last = true,
///             },
///             Next::Piece(piece) => {
///                 octets.drain(..piece.consumed());
///                 if piece.kind() == PieceKind::Content {
///                     let children = piece.element().elements();
///                     ids.extend(children.filter_map(|e| e.attribute("id")).map(str::to_owned));
///                 }
///             }
///             Next::Done => return Ok(ids),
///             _ => {}
///         }
///     }
/// }
///
/// let input: [&[u8]; 3] = [b"<list><item id='a'/>\n<it", b"em id='b'><part id='c'/></item", b"></list>"];
/// assert_eq!(read(input.into_iter())?, ["a", "b"]);
/// let input: [&[u8]; 2] = [b"<list><item id='a'/>\n<it", b"em id='b'><part></item></list>"];
/// assert_eq!(read(input.into_iter()).unwrap_err(), Error::MismatchedEndTag { offset: 40 });
/// # Ok::<(), Error>(())
/// ```
///
/// # Complexity
///
/// Time linear in the octets, however small the portions are in which they come. Memory: the octets that the caller holds,
/// and one piece. A piece is as long as it must be to hold a whole child, or as [`Pieces::with_piece_octets`] says, or as the
/// start tags around it, whichever is most.
pub struct Pieces {
    limits: Limits,
    total_bytes: u32,
    total_nodes: u32,
    piece_octets: usize,
    opening: Vec<(String, String)>,
    /// The start tags of the open elements, one after the other.
    context: String,
    open: Vec<Open>,
    cutter: Cutter,
    /// What was found but has to wait for what stands before it.
    found: Option<Cut>,
    /// The child that is open was looked at and is not to be taken apart.
    is_whole: bool,
    /// Octets used up so far.
    consumed: usize,
    /// Nodes given so far.
    nodes: u32,
    state: State,
    /// How many octets of names were compared.
    #[cfg(test)]
    judged: usize,
}

/// An element whose end tag has not come.
struct Open {
    /// Where its start tag begins in the context.
    start: usize,
    /// Where that is in the document.
    offset: usize,
}

#[derive(Clone, Copy)]
enum State {
    Prolog,
    /// The root was an empty-element tag.
    EmptyRoot,
    Content,
    Epilog,
    Done,
    Failed(Error),
}

/// What [`Pieces::next`] found.
#[non_exhaustive]
#[expect(
    clippy::large_enum_variant,
    reason = "it is taken apart at once, a few times for each piece of many octets"
)]
#[derive(Debug)]
pub enum Next {
    /// More octets are needed: call again with the same ones and more behind them.
    More,
    /// The next piece. The first [`Piece::consumed`] octets must not be given again.
    Piece(Piece),
    /// The document is complete, and all octets were used.
    Done,
}

/// What a [`Piece`] is.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PieceKind {
    /// The start tag of the element: of the root, with the comments and processing instructions before it, or of one that was
    /// opened.
    Start,
    /// A run of child nodes of the element, each of them whole.
    Content,
    /// The end of the element.
    End,
    /// The comments and processing instructions after the root, which is the element.
    Epilog,
}

/// A part of a document that comes in pieces.
pub struct Piece {
    kind: PieceKind,
    document: Document<'static>,
    element: NodeId,
    consumed: usize,
}

impl Piece {
    /// What the piece is.
    #[must_use]
    pub const fn kind(&self) -> PieceKind {
        self.kind
    }

    /// The open elements, each the child of the one before it, and in the innermost the content of the piece.
    ///
    /// Offsets in it count from the start of the whole document. Only [`Element::extent`] and what is put into a document
    /// ([`Element::insert_at_start`] and the others) are about [`Document::source`] of the piece itself.
    #[must_use]
    pub const fn document(&self) -> &Document<'static> {
        &self.document
    }

    /// The document of [`Piece::document`].
    #[must_use]
    pub fn into_document(self) -> Document<'static> {
        self.document
    }

    /// The element that begins, has children or ends here.
    #[must_use]
    pub fn element(&self) -> Element<'_> {
        self.document
            .node(self.element)
            .and_then(crate::Node::as_element)
            .unwrap_or_else(|| self.document.root())
    }

    /// How many of the octets that were given are used up.
    #[must_use]
    pub const fn consumed(&self) -> usize {
        self.consumed
    }
}

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Piece")
            .field("kind", &self.kind)
            .field("document", &self.document)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Pieces {
    /// Shows sizes only: a document may hold personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pieces")
            .field("consumed", &self.consumed)
            .field("open", &self.open.len())
            .finish_non_exhaustive()
    }
}

impl Pieces {
    /// The largest number of octets of a document by default: 256 MiB.
    pub const TOTAL_BYTES: u32 = 256 << 20;
    /// The largest number of nodes of a document by default: one for every eight octets.
    pub const TOTAL_NODES: u32 = Self::TOTAL_BYTES / 8;
    /// So many elements at once are taken apart; what is named for it and nests deeper is given whole.
    pub const MAX_OPEN: usize = 16;

    /// A parser that holds each piece within `limits`, the elements around it included. Depth, attributes and namespaces are
    /// those of the whole document.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self {
            limits,
            total_bytes: Self::TOTAL_BYTES,
            total_nodes: Self::TOTAL_NODES,
            piece_octets: 16 << 10,
            opening: Vec::new(),
            context: String::new(),
            open: Vec::new(),
            cutter: Cutter::new(),
            found: None,
            is_whole: false,
            consumed: 0,
            nodes: 0,
            state: State::Prolog,
            #[cfg(test)]
            judged: 0,
        }
    }

    /// Takes elements of this expanded name apart, where they are children of the root or of another element that is, and
    /// longer than four pieces. Shorter ones are given whole. Default: only the root is taken apart.
    #[must_use]
    pub fn opening(mut self, namespace: &str, local_name: &str) -> Self {
        self.opening
            .push((namespace.to_owned(), local_name.to_owned()));
        self
    }

    /// Sets how many octets of whole children are given as one piece, if there are so many: fewer pieces cost less. Default:
    /// 16 KiB. It is never less than the start tags around the piece have, or these would be most of the work.
    #[must_use]
    pub const fn with_piece_octets(mut self, octets: usize) -> Self {
        self.piece_octets = octets;
        self
    }

    /// Sets the largest accepted number of octets of the document. Default: [`Pieces::TOTAL_BYTES`].
    #[must_use]
    pub const fn with_total_bytes(mut self, bytes: u32) -> Self {
        self.total_bytes = bytes;
        self
    }

    /// Sets the largest accepted number of nodes of the document. Default: [`Pieces::TOTAL_NODES`].
    #[must_use]
    pub const fn with_total_nodes(mut self, nodes: u32) -> Self {
        self.total_nodes = nodes;
        self
    }

    /// Where `octets` of the next call must begin in the document: how many were used up.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.consumed
    }

    /// The next piece. `octets` are those of the document from [`Pieces::position`] on, as many as are at hand; `last` says
    /// that no more will come.
    ///
    /// # Errors
    ///
    /// As [`Document::parse_with`] for the whole document, as soon as a piece shows it. [`Error::TooManyBytes`] also if a piece
    /// or its start tag does not end within the limit. After an error every further call gives the same error.
    pub fn next(&mut self, octets: &[u8], last: bool) -> Result<Next, Error> {
        let next = self.advance(octets, last);
        match &next {
            Ok(Next::Piece(piece)) => {
                let by = piece.consumed;
                self.consumed += by;
                self.cutter.consumed(by);
                self.found = self.found.map(|found| found.moved(by));
            }
            Ok(Next::More) if octets.len() > self.limits.bytes as usize => {
                let limit = self.limits.bytes;
                return self.fail(Error::TooManyBytes { limit });
            }
            Ok(Next::More | Next::Done) => {}
            &Err(error) => return self.fail(error),
        }
        next
    }

    const fn fail(&mut self, error: Error) -> Result<Next, Error> {
        self.state = State::Failed(error);
        Err(error)
    }

    fn advance(&mut self, octets: &[u8], last: bool) -> Result<Next, Error> {
        let limit = self.total_bytes;
        if self.consumed.saturating_add(octets.len()) > limit as usize {
            return Err(Error::TooManyBytes { limit });
        }
        match self.state {
            State::Prolog => self.prolog(octets, last),
            State::EmptyRoot => self.end(octets, 0),
            State::Content => self.content(octets, last),
            State::Epilog => self.epilog(octets, last),
            State::Done => Ok(Next::Done),
            State::Failed(error) => Err(error),
        }
    }

    /// Everything up to the end of the root's start tag.
    fn prolog(&mut self, octets: &[u8], last: bool) -> Result<Next, Error> {
        let (root, is_empty) = match self.cutter.next(octets) {
            Cut::Start(root) => (root, false),
            Cut::Child(root) => (root, true),
            Cut::More if !last => return Ok(Next::More),
            _ => return Err(self.refused(octets)),
        };
        let mut source = octets.get(..root.content).unwrap_or_default().to_vec();
        if is_empty {
            // As if the end tag came at once. No offset is changed by it.
            source.truncate(source.len().saturating_sub(2));
            source.push(b'>');
        }
        let (document, element) = self.parse(&source, 0, 1)?;
        self.state = if is_empty {
            State::EmptyRoot
        } else {
            State::Content
        };
        Ok(self.begin(document, element, 0, root))
    }

    /// Children of the innermost open element, or its end.
    fn content(&mut self, octets: &[u8], last: bool) -> Result<Next, Error> {
        loop {
            let found = match self.found.take() {
                Some(found) => found,
                None => self.cutter.next(octets),
            };
            match found {
                Cut::Start(_) => self.is_whole = false,
                Cut::Child(child) | Cut::Within(child) if self.is_long(child) => {
                    let may_be_named = self.may_be_named(octets, child);
                    if may_be_named && child.start > 0 {
                        self.found = Some(found);
                        return self.run(octets, child.start);
                    }
                    if may_be_named {
                        let source = octets.get(..child.content).unwrap_or_default();
                        let depth = self.open.len();
                        let (document, element) = self.parse(source, 0, depth + 1)?;
                        let is_named = document
                            .node(element)
                            .and_then(crate::Node::as_element)
                            .is_some_and(|element| {
                                let mut names = self.opening.iter();
                                names.any(|(namespace, local)| element.is(namespace, local))
                            });
                        if is_named {
                            return Ok(self.begin(document, element, depth, child));
                        }
                    }
                    self.is_whole = true;
                    self.found = Some(found);
                }
                Cut::Child(child) if child.end >= self.least() => {
                    return self.run(octets, child.end);
                }
                Cut::Child(_) => {}
                Cut::End(0, end) => return self.end(octets, end),
                Cut::End(start, _) => {
                    self.found = Some(found);
                    return self.run(octets, start);
                }
                Cut::More | Cut::Within(_) if !last => return Ok(Next::More),
                Cut::More | Cut::Within(_) | Cut::Bad => return Err(self.refused(octets)),
            }
        }
    }

    /// How long a piece should be at least.
    const fn least(&self) -> usize {
        if self.piece_octets > self.context.len() {
            self.piece_octets
        } else {
            self.context.len()
        }
    }

    /// Whether a child is long enough to be taken apart, and was not looked at yet.
    const fn is_long(&self, child: Child) -> bool {
        // What taking it apart costs, which is to read the start tags around it again, must be little beside its length.
        !self.is_whole
            && child.end - child.start > self.least().saturating_mul(4)
            && child.content < child.end
            && self.open.len() < Self::MAX_OPEN
    }

    /// Whether a child may have the name of one to be taken apart. It is asked once or twice for each child, however its octets
    /// come: the name can be most of them.
    fn may_be_named(&mut self, octets: &[u8], child: Child) -> bool {
        let tag = octets
            .get(child.start + 1..child.content)
            .unwrap_or_default();
        let is_end = |octet: &u8| matches!(octet, b' ' | b'\t' | b'\n' | b'\r' | b'>');
        let name = tag.split(is_end).next().unwrap_or_default();
        #[cfg(test)]
        {
            self.judged += name.len();
        }
        let local = name.rsplit(|&octet| octet == b':').next();
        let mut names = self.opening.iter();
        names.any(|(_, opening)| Some(opening.as_bytes()) == local)
    }

    /// The piece that begins the element `child`, which `document` ends with.
    fn begin(
        &mut self,
        document: Document<'static>,
        element: NodeId,
        depth: usize,
        child: Child,
    ) -> Next {
        let tag = if depth == 0 {
            let root = document.arena.nodes.get(element.index() as usize);
            root.map_or(0, |root| root.start() as usize)
        } else {
            self.context.len()
        };
        self.open.push(Open {
            start: self.context.len(),
            offset: self.consumed + child.start,
        });
        let tag = document.source().get(tag..).unwrap_or_default();
        self.context.push_str(tag);
        self.cutter.enter(child.content);
        Next::Piece(Piece {
            kind: PieceKind::Start,
            document,
            element,
            consumed: child.content,
        })
    }

    /// The piece that is the first `length` octets.
    fn run(&mut self, octets: &[u8], length: usize) -> Result<Next, Error> {
        let content = octets.get(..length).unwrap_or_default();
        let (document, element) = self.parse(content, 0, self.open.len())?;
        Ok(Next::Piece(Piece {
            kind: PieceKind::Content,
            document,
            element,
            consumed: length,
        }))
    }

    /// The piece that ends the innermost open element with an end tag of `length` octets, or without one.
    fn end(&mut self, octets: &[u8], length: usize) -> Result<Next, Error> {
        let depth = self.open.len();
        let tag = match octets.get(..length) {
            Some([]) | None => self.root_end(),
            Some(tag) => tag.to_vec(),
        };
        let (document, _) = self.parse(&tag, 0, depth - 1)?;
        // The root stays for the epilog to stand after it.
        self.state = State::Epilog;
        if depth > 1
            && let Some(open) = self.open.pop()
        {
            self.context.truncate(open.start);
            self.state = State::Content;
        }
        Ok(Next::Piece(Piece {
            kind: PieceKind::End,
            document,
            element: NodeId::new(parse::narrow(depth)),
            consumed: length,
        }))
    }

    /// What comes after the root. Nothing says that it is complete but the end of the octets.
    fn epilog(&mut self, octets: &[u8], last: bool) -> Result<Next, Error> {
        if !last {
            return Ok(Next::More);
        }
        let mut source = self.root_end();
        let added = source.len();
        source.extend_from_slice(octets);
        let (document, element) = self.parse(&source, added, 0)?;
        self.state = State::Done;
        if document.children().nth(1).is_none() {
            self.consumed += octets.len();
            return Ok(Next::Done);
        }
        Ok(Next::Piece(Piece {
            kind: PieceKind::Epilog,
            document,
            element,
            consumed: octets.len(),
        }))
    }

    /// An end tag of the root.
    fn root_end(&self) -> Vec<u8> {
        let is_end = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '>');
        let name = self.context.strip_prefix('<').unwrap_or_default();
        let name = name.split(is_end).next().unwrap_or_default();
        ["</", name, ">"].concat().into_bytes()
    }

    /// The document that the open elements and then `octets` are, of which the first `added` are not in the document, and
    /// its innermost open element. So many elements must be open at its end.
    fn parse(
        &mut self,
        octets: &[u8],
        added: usize,
        open: usize,
    ) -> Result<(Document<'static>, NodeId), Error> {
        let mut source = Vec::with_capacity(self.context.len() + octets.len());
        source.extend_from_slice(self.context.as_bytes());
        source.extend_from_slice(octets);
        let mut origins = Vec::with_capacity(self.open.len() + 1);
        for open in &self.open {
            origins.push((open.start, open.offset));
        }
        origins.push((self.context.len(), self.consumed.saturating_sub(added)));
        let around = parse::narrow(self.open.len());
        let nodes_left = around.saturating_add(self.total_nodes.saturating_sub(self.nodes));
        let limits = if nodes_left < self.limits.nodes {
            self.limits.with_nodes(nodes_left)
        } else {
            self.limits
        };
        let parsed = parse::parse_piece(source, &limits, origins, parse::narrow(open));
        let (document, element) = parsed.map_err(|error| match error {
            Error::TooManyNodes { offset, limit } if limit < self.limits.nodes => {
                let limit = self.total_nodes;
                Error::TooManyNodes { offset, limit }
            }
            other => other,
        })?;
        let nodes = parse::narrow(document.arena.nodes.len()) - 1;
        self.nodes += nodes.saturating_sub(around);
        Ok((document, NodeId::new(element)))
    }

    /// What is wrong with octets that no document can go on with.
    #[cold]
    fn refused(&mut self, octets: &[u8]) -> Error {
        let offset = self.consumed;
        match self.parse(octets, 0, 0) {
            Err(error) => error,
            Ok(_) => Error::MalformedMarkup { offset },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Next, Pieces};
    use crate::Limits;

    /// How many octets of names were compared, and how many portions there were.
    fn work(source: &[u8], portion: usize) -> (usize, usize) {
        let mut pieces = Pieces::new(Limits::DEFAULT)
            .with_piece_octets(16)
            .opening("", "group");
        let (mut position, mut seen, mut portions) = (0, 0, 0);
        loop {
            let octets = source.get(position..seen).unwrap_or_default();
            match pieces.next(octets, seen == source.len()).unwrap() {
                Next::More => {
                    seen = source.len().min(seen + portion);
                    portions += 1;
                }
                Next::Piece(piece) => position += piece.consumed(),
                Next::Done => return (pieces.judged, portions),
            }
        }
    }

    #[test]
    fn a_long_name_is_compared_once_however_its_octets_come() {
        let name = "n".repeat(10_000);
        let content = "<a/>".repeat(10_000);
        let source = format!("<r><b/><{name}>{content}</{name}></r>");
        let (judged, portions) = work(source.as_bytes(), 100);
        assert_eq!(judged, name.len());
        assert!(portions > 500);
        // One that may be meant, and is in another namespace.
        let source = format!("<r><b/><group xmlns='urn:x'>{content}</group></r>");
        assert!(work(source.as_bytes(), 100).0 <= 2 * "group".len());
    }
}
