//! `Pieces` on any octets, in portions of any size: no panic, and the same verdict and nodes as the whole document has.
//!
//! An input that does not begin as a document has a header of one octet: the settings, and the size of the portions.

use samlkit_xml::{Document, Element, Error, Limits, Next, Node, NodeKind, PieceKind, Pieces};

use crate::header;

/// Runs one input.
///
/// # Panics
///
/// If what must hold does not.
pub fn run(input: &[u8]) {
    let (first, source) = header(input);
    let step = usize::from(first >> 2) + 1;
    let mut pieces = Pieces::new(Limits::DEFAULT);
    if first & 1 != 0 {
        pieces = pieces.with_piece_octets(0);
    }
    if first & 2 != 0 {
        pieces = pieces.opening("", "a").opening("u", "a");
    }
    let mut streamed = Vec::new();
    let verdict = stream(pieces, source, step, &mut streamed);
    match (Document::parse(source), verdict) {
        (Ok(document), Ok(())) => {
            let mut whole = Vec::new();
            list(document.children(), &mut whole);
            assert_eq!(streamed, whole);
        }
        (Err(_), Err(_)) => {}
        (whole, streamed) => panic!("{:?} {streamed:?}", whole.err()),
    }
}

fn stream(
    mut pieces: Pieces,
    source: &[u8],
    step: usize,
    out: &mut Vec<String>,
) -> Result<(), Error> {
    let (mut used, mut given) = (0, 0);
    loop {
        match pieces.next(&source[used..given], given == source.len())? {
            Next::More => given = source.len().min(given + step),
            Next::Piece(piece) => {
                used += piece.consumed();
                let element = piece.element();
                match piece.kind() {
                    PieceKind::Start => {
                        let element = element.node();
                        if element.parent().is_none() {
                            let before = piece.document().children();
                            list(before.take_while(|&node| node != element), out);
                        }
                        out.push(describe(element));
                    }
                    PieceKind::Content => list(element.children(), out),
                    PieceKind::Epilog => list(piece.document().children().skip(1), out),
                    _ => {}
                }
            }
            _ => return Ok(()),
        }
    }
}

fn list<'d>(tops: impl Iterator<Item = Node<'d>>, out: &mut Vec<String>) {
    for top in tops {
        out.push(describe(top));
        let below = top.as_element().into_iter().flat_map(Element::descendants);
        out.extend(below.map(describe));
    }
}

fn describe(node: Node<'_>) -> String {
    let NodeKind::Element(element) = node.kind() else {
        return format!("{} {:?}", node.offset(), node.kind());
    };
    let mut scope = element.namespaces_in_scope();
    scope.sort_unstable();
    let attributes: Vec<_> = element
        .attributes()
        .map(|a| (a.offset(), a.namespace(), a.qualified_name(), a.value()))
        .collect();
    let depth = core::iter::successors(element.parent(), |e| e.parent()).count();
    format!(
        "{} {depth} {} {} {attributes:?} {scope:?}",
        node.offset(),
        element.namespace(),
        element.qualified_name()
    )
}
