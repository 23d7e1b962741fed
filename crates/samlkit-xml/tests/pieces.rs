//! A document in pieces is the document: the same nodes at the same offsets with the same namespaces in scope, the same
//! accepted and the same refused, however its octets come.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use samlkit_xml::raw::{Raw, RawKind, index};
use samlkit_xml::{Document, Element, Error, Limits, Next, Node, NodeKind, PieceKind, Pieces};

/// All that can be told of a node.
fn describe(node: Node<'_>) -> String {
    let raw = Raw::new(node.document());
    let escape = match raw.kind(index(node)) {
        Some(RawKind::Text(text) | RawKind::Comment(text)) => text.needs_escape,
        _ => false,
    };
    match node.kind() {
        NodeKind::Element(element) => start(element),
        other => format!("{}: {other:?} {escape}", node.offset()),
    }
}

fn start(element: Element<'_>) -> String {
    let mut scope = element.namespaces_in_scope();
    scope.sort_unstable();
    let attributes: Vec<_> = element
        .attributes()
        .map(|a| (a.offset(), a.qualified_name(), a.namespace(), a.value()))
        .collect();
    let declared: Vec<_> = element
        .namespace_declarations()
        .map(|d| (d.prefix(), d.uri()))
        .collect();
    format!(
        "{}: <{} {} {attributes:?} {declared:?} {scope:?}",
        element.offset(),
        element.qualified_name(),
        element.namespace()
    )
}

/// The nodes of these subtrees, with an item where each element ends.
fn flatten<'d>(tops: impl Iterator<Item = Node<'d>>, out: &mut Vec<String>) {
    for top in tops {
        let mut open: Vec<Node<'_>> = Vec::new();
        let below = top.as_element().into_iter().flat_map(Element::descendants);
        for node in core::iter::once(top).chain(below) {
            while open.last().is_some_and(|o| o.subtree_end() <= node.id()) {
                open.pop();
                out.push("end".to_owned());
            }
            out.push(describe(node));
            if node.as_element().is_some() {
                open.push(node);
            }
        }
        out.extend(open.iter().map(|_| "end".to_owned()));
    }
}

fn whole(source: &[u8], limits: &Limits) -> Result<Vec<String>, Error> {
    let document = Document::parse_with(source, limits)?;
    let mut out = Vec::new();
    flatten(document.children(), &mut out);
    Ok(out)
}

/// What the pieces say, and how many there were of each kind.
struct Read {
    items: Vec<String>,
    starts: usize,
    contents: usize,
    longest: usize,
}

/// Reads octets that come `step` at a time.
fn read(mut pieces: Pieces, source: &[u8], step: usize) -> Result<Read, Error> {
    let (mut used, mut given) = (0, 0);
    let mut read = Read {
        items: Vec::new(),
        starts: 0,
        contents: 0,
        longest: 0,
    };
    loop {
        let octets = &source[used..given];
        assert_eq!(pieces.position(), used);
        let next = pieces.next(octets, given == source.len());
        match next.inspect_err(|error| {
            assert_eq!(pieces.next(octets, true).unwrap_err(), *error);
        })? {
            Next::More => {
                assert!(given < source.len(), "more than all");
                given = source.len().min(given + step);
            }
            Next::Piece(piece) => {
                used += piece.consumed();
                read.longest = read.longest.max(piece.consumed());
                let element = piece.element();
                match piece.kind() {
                    PieceKind::Start => {
                        read.starts += 1;
                        if element.parent().is_none() {
                            let root = element.node();
                            let before = piece.document().children();
                            flatten(before.take_while(|&node| node != root), &mut read.items);
                        }
                        assert_eq!(element.children().count(), 0);
                        read.items.push(describe(element.node()));
                    }
                    PieceKind::Content => {
                        read.contents += 1;
                        flatten(element.children(), &mut read.items);
                    }
                    PieceKind::End => read.items.push("end".to_owned()),
                    PieceKind::Epilog => {
                        flatten(piece.document().children().skip(1), &mut read.items);
                    }
                    other => panic!("{other:?}"),
                }
            }
            Next::Done => {
                assert_eq!(pieces.position(), source.len());
                assert!(matches!(pieces.next(&[], true), Ok(Next::Done)));
                return Ok(read);
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Settings that cut a document as finely and as coarsely as can be.
fn settings() -> [Pieces; 3] {
    let fine = || Pieces::new(Limits::DEFAULT).with_piece_octets(0);
    [
        Pieces::new(Limits::DEFAULT),
        fine(),
        fine()
            .opening("", "a")
            .opening("urn:oasis:names:tc:SAML:2.0:metadata", "EntitiesDescriptor")
            .opening("urn:oasis:names:tc:SAML:2.0:metadata", "EntityDescriptor")
            .opening("urn:oasis:names:tc:SAML:2.0:assertion", "Assertion")
            .opening("urn:b", "b"),
    ]
}

fn compare(source: &[u8], steps: &[usize]) -> bool {
    let expected = whole(source, &Limits::DEFAULT);
    for &step in steps {
        for pieces in settings() {
            match (read(pieces, source, step), &expected) {
                (Ok(read), Ok(expected)) => assert_eq!(&read.items, expected),
                (Err(_), Err(_)) => {}
                (read, expected) => {
                    let source = String::from_utf8_lossy(source);
                    panic!("{:?} {expected:?} {source}", read.err());
                }
            }
        }
    }
    expected.is_ok()
}

fn compare_files(directory: &Path, accepted: &mut usize) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            compare_files(&path, accepted);
        } else if path.extension().is_some_and(|extension| extension == "xml") {
            let steps = [61, 4096, usize::MAX / 2];
            let source = std::fs::read(path).unwrap();
            *accepted += usize::from(compare(&source, &steps));
        }
    }
}

#[test]
fn fixtures_are_their_pieces() {
    let mut accepted = 0;
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    compare_files(&fixtures, &mut accepted);
    assert!(accepted > 100, "{accepted}");
}

const SAMPLES: [&str; 12] = [
    "<a/>",
    " <a />\n<!--c--><?p q?> ",
    "\u{FEFF}<?xml version='1.0'?><!--b--><a\tb='>'></a >",
    "<a>t&lt;<b/>u<![CDATA[<b>]]>v<!--</a>--><?p </a>?>w</a><!--e-->",
    "<a xmlns='urn:b'><b c='1'/><b><b d='/>'></b></b><b><b><b>tttttttttttttttttttttttttttttttttttt</b>t</b></b></a>",
    "<a xmlns:p='urn:b' xml:lang='en'> <p:b xmlns:q='urn:q'> <p:b q:r='aaaaaaaaaaaaaaaaaaa'> <q:s xmlns=''/></p:b></p:b></a>",
    "<a xmlns:p='urn:b' xml:lang='en'> <p:b xmlns:q='urn:q'> <p:b q:r='aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'> <q:s/>\r\n</p:b><p:b><q:t/></p:b>\u{e9}</p:b></a>\r\n",
    "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>deeeeeeeeeeeeeeeeeeeeeeeeeeeeep<c/></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a>",
    "<a>\u{e9}\u{1F511}<b \u{e9}='\u{1F511}'/>\u{2028}</a>",
    "<a>----------------------------------<a xmlns='urn:c'>nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn<b/></a></a>",
    "<a><!----><![CDATA[]]>&#13;<b>]]&gt;</b></a>\n<?z?>",
    "<?p?><a>text and no more</a>",
];

#[test]
fn samples_are_their_pieces_at_every_step() {
    for sample in SAMPLES {
        let steps: Vec<usize> = (1..sample.len() + 2).collect();
        assert!(compare(sample.as_bytes(), &steps), "{sample}");
    }
}

#[test]
fn no_beginning_of_a_sample_is_a_document() {
    for sample in SAMPLES {
        let root_end = sample.rfind('>').map_or(0, |_| {
            let document = Document::parse(sample.as_bytes()).unwrap();
            document.root().extent().end
        });
        for end in 0..root_end {
            compare(&sample.as_bytes()[..end], &[3]);
        }
    }
}

/// Wrong in one place, in the prolog, in a start tag, in a child, between children, in an end tag and after the root.
#[test]
fn errors_are_those_of_the_whole_document() {
    for source in [
        "<!DOCTYPE a><a/>",
        "x<a/>",
        "",
        "<!--",
        "<?xml version='1.1'?><a/>",
        "<a b='<'></a>",
        "<a b='c' b='d'></a>",
        "<p:a></p:a>",
        "<a",
        "<a b='",
        "<a><b/><b>&x;</b></a>",
        "<a><b/>&x;<b/></a>",
        "<a><b/>]]><b/></a>",
        "<a><b/><!--c--d--><b/></a>",
        "<a><b/><!DOCTYPE a><b/></a>",
        "<a><b/><b xmlns:p='u'/><p:b/></a>",
        "<a><b/><b></c></a>",
        "<a><b/><b></a>",
        "<a><b/></b>",
        "<a><b/></a b=''>",
        "<a><b/></a",
        "<a><b/>",
        "<a><b/>text",
        "<a><b/><c d=''",
        "<a/><b/>",
        "<a></a>x",
        "<a></a>&lt;",
        "<a></a><![CDATA[]]>",
        "<a></a></a>",
        "<a></a><?xml version='1.0'?>",
        "<a></a><!--",
        "<a><b/>\u{FFFE}</a>",
        "<!--c--><a><b/>",
        "<?p?>\n<a><b/><a>text of some length<b/>",
        "<!--c--><a><b/><a>text of some length<b/></a></b>",
    ] {
        let expected = whole(source.as_bytes(), &Limits::DEFAULT).unwrap_err();
        for step in [1, 2, 5, 100] {
            for pieces in settings() {
                let error = read(pieces, source.as_bytes(), step).err();
                assert_eq!(error, Some(expected), "{source} {step}");
            }
        }
    }
    for source in [
        b"<a><b/>\xFF</a>".as_slice(),
        b"<a><b/>\xC3",
        b"\xFF\xFE<\0",
    ] {
        let expected = whole(source, &Limits::DEFAULT).unwrap_err();
        let [_, fine, _] = settings();
        assert_eq!(read(fine, source, 1).err(), Some(expected));
    }
}

#[test]
fn limits_hold_for_all_pieces_together() {
    let fine = || Pieces::new(Limits::DEFAULT).with_piece_octets(0);
    let source = b"<a><b>t</b><b>t</b><b>t</b></a>";
    read(fine().with_total_nodes(7), source, 1).unwrap();
    let limit = 6;
    let error = read(fine().with_total_nodes(limit), source, 1).err();
    assert_eq!(error, Some(Error::TooManyNodes { offset: 22, limit }));
    let limit = 31;
    read(fine().with_total_bytes(limit), source, 1).unwrap();
    let limit = 30;
    let error = read(fine().with_total_bytes(limit), source, 1).err();
    assert_eq!(error, Some(Error::TooManyBytes { limit }));
    // A piece that does not end.
    let limit = 12;
    let small = || Pieces::new(Limits::DEFAULT.with_bytes(limit)).with_piece_octets(0);
    read(small(), source, 1).unwrap();
    let error = read(small(), b"<a><b>tttttttttttt</b></a>", 1).err();
    assert_eq!(error, Some(Error::TooManyBytes { limit }));
    // As soon as so many octets are at hand without an end.
    let unfinished = |length: usize| {
        let mut pieces = small();
        pieces.next(b"<a>", false).unwrap();
        let octets = format!("<b>{}", "t".repeat(length - 3));
        let next = pieces.next(octets.as_bytes(), false);
        next.map(|next| matches!(next, Next::More))
    };
    assert_eq!(unfinished(12), Ok(true));
    for length in [13, 14, 100] {
        assert_eq!(unfinished(length), Err(Error::TooManyBytes { limit }));
    }
    // The nodes of one piece, with those around it.
    let limit = 4;
    let few = || Pieces::new(Limits::DEFAULT.with_nodes(limit)).with_piece_octets(0);
    read(few(), source, 1).unwrap();
    let error = read(few(), b"<a><b/><b>t<c/>t</b></a>", 1).err();
    assert_eq!(error, Some(Error::TooManyNodes { offset: 15, limit }));
    // Depth counts from the root.
    let limit = 2;
    let deep = Pieces::new(Limits::DEFAULT.with_depth(limit)).with_piece_octets(0);
    let error = read(deep, b"<a><b/><b><c/></b></a>", 1).err();
    assert_eq!(error, Some(Error::TooDeep { offset: 10, limit }));
}

#[test]
fn pieces_are_as_long_as_asked() {
    let child = format!("<b>{}</b>", "t".repeat(93));
    let source = format!("<a>{}</a>", child.repeat(1000));
    let of = |octets| {
        let pieces = Pieces::new(Limits::DEFAULT).with_piece_octets(octets);
        let read = read(pieces, source.as_bytes(), 64).unwrap();
        (read.contents, read.longest)
    };
    assert_eq!(of(0), (1000, 100));
    assert_eq!(of(1000), (100, 1000));
    assert_eq!(of(1001), (91, 1100));
}

#[test]
fn long_elements_of_the_name_are_taken_apart() {
    let child = format!("<b>{}</b>", "t".repeat(93));
    let inner = format!("<p:g>{}</p:g>", child.repeat(10));
    let source = format!("<p:g xmlns:p='urn:g'>{inner}<p:g/>{inner}{child}</p:g>");
    let of = |name: &str, octets| {
        let pieces = Pieces::new(Limits::DEFAULT)
            .with_piece_octets(octets)
            .opening(name, "g");
        let read = read(pieces, source.as_bytes(), 64).unwrap();
        (read.starts, read.contents, read.longest)
    };
    assert_eq!(of("urn:g", 100), (3, 22, 100));
    assert_eq!(of("urn:g", 300), (1, 3, 1017));
    assert_eq!(of("urn:h", 100), (1, 4, 1011));
}

/// Longer than four pieces, and not too deep.
#[test]
fn which_elements_are_taken_apart() {
    let starts = |source: &str| {
        [1, 64, source.len()].map(|step| {
            let pieces = Pieces::new(Limits::DEFAULT)
                .with_piece_octets(100)
                .opening("", "g");
            read(pieces, source.as_bytes(), step).unwrap().starts
        })
    };
    let child = |length: usize| format!("<g>{}</g>", "t".repeat(length - 7));
    for before in ["", "<b/>", "<b>text</b><b>text</b><b>text</b>"] {
        let of = |length| starts(&format!("<r>{before}{}</r>", child(length)));
        assert_eq!(of(400), [1; 3]);
        assert_eq!(of(401), [2; 3]);
    }
    let nested = |depth: usize| {
        let text = "t".repeat(2000);
        format!("{}{text}{}", "<g>".repeat(depth), "</g>".repeat(depth))
    };
    for depth in [1, 2, 15, 16, 17, 18, 40] {
        let expected = depth.min(Pieces::MAX_OPEN);
        assert_eq!(starts(&nested(depth)), [expected; 3], "{depth}");
    }
}

/// Nothing that may still come makes it a document.
#[test]
fn what_no_document_has_is_refused_before_its_end() {
    for (before, markup, error) in [
        ("", "<!D", Error::Doctype { offset: 0 }),
        ("<a>", "<!D", Error::Doctype { offset: 3 }),
        ("<a>", "<b/><!x", Error::MalformedMarkup { offset: 7 }),
    ] {
        let mut pieces = Pieces::new(Limits::DEFAULT);
        if !before.is_empty() {
            pieces.next(before.as_bytes(), false).unwrap();
        }
        assert_eq!(pieces.next(markup.as_bytes(), false).map(drop), Err(error));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn documents_of_tokens_are_their_pieces(tokens in vec(prop::sample::select(vec![
        "<a>", "<a>", "</a>", "</a>", "<a/>", "<b c='>'>", "</b>", "<b xmlns='urn:b'>", "<p:b xmlns:p='urn:b'>", "</p:b>", "<p:b/>", "t",
        "\u{e9}", "&lt;", "&", "<![CDATA[<a>]]>", "<!--<a>-->", "<?p <a>?>", "]]>", "<", ">", "\"", "'", "--", "<!", " ",
        "a text of some length, so that what is around it is worth taking apart",
    ]), 0..20), around in any::<bool>(), step in 1..9usize) {
        let tokens = tokens.concat();
        let source = if around { format!("<a xmlns:p='urn:b'>{tokens}</a>") } else { tokens };
        compare(source.as_bytes(), &[step, 1000]);
    }
}
