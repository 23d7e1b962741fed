//! A tree in the memory of another is what it is in memory of its own.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

#[path = "support/tokens.rs"]
mod tokens;

use samlkit_xml::{Document, Error, Limits, Node, Room};
use tokens::{of_tokens, of_tree};

/// One with much of all that a tree has vectors for, and others.
fn sources() -> [String; 6] {
    let many: String = (0..40)
        .map(|n| {
            format!(
                "<p{n}:e xmlns:p{n}='urn:{n}' p{n}:a='&lt;{n}' b='&#9;'>a&amp;{n}<?i d?></p{n}:e>"
            )
        })
        .collect();
    [
        format!("<r xmlns='urn:r'>{many}</r>"),
        "<a/>".to_owned(),
        format!("<a xmlns:p0='urn:other'>{}</a>", "<v>x</v>".repeat(500)),
        "<a xmlns='urn:1' b='&amp;'>c&gt;<!--d--></a>".to_owned(),
        "<p0:a xmlns:p0='urn:39'/>".to_owned(),
        "<?i d?><a>&#x41;</a><!--e-->".to_owned(),
    ]
}

#[test]
fn each_after_each() {
    for first in sources() {
        for second in sources() {
            let room = Document::parse(first.as_bytes()).unwrap().into_room();
            let octets = second.as_bytes().to_vec();
            let document = Document::parse_owned_in(room, octets, &Limits::DEFAULT).unwrap();
            let alone = Document::parse(second.as_bytes()).unwrap();
            assert_eq!(of_tree(&document), of_tokens(&second), "{second}");
            let offsets = |document: &Document<'_>| -> Vec<usize> {
                document.root().descendants().map(Node::offset).collect()
            };
            assert_eq!(offsets(&document), offsets(&alone), "{second}");
            for (ours, theirs) in document.elements().zip(alone.elements()) {
                assert_eq!(ours.namespaces_in_scope(), theirs.namespaces_in_scope());
            }
        }
    }
}

#[test]
fn what_is_refused_is_refused_in_any_room() {
    let unbound = "<r><p0:e/></r>";
    for first in sources() {
        let room = Document::parse(first.as_bytes()).unwrap().into_room();
        let error = Document::parse_owned_in(room, unbound.into(), &Limits::DEFAULT).err();
        assert_eq!(error, Some(Error::UnboundPrefix { offset: 4 }), "{first}");
    }
    let limits = Limits::DEFAULT.with_nodes(3);
    let parse =
        |room| Document::parse_owned_in(room, "<r><v>x</v><v>y</v></r>".into(), &limits).err();
    let error = Some(Error::TooManyNodes {
        offset: 11,
        limit: 3,
    });
    assert_eq!(parse(Room::default()), error);
    for first in sources() {
        assert_eq!(
            parse(Document::parse(first.as_bytes()).unwrap().into_room()),
            error
        );
    }
}

#[test]
fn nothing_of_a_document_can_be_seen_in_its_room() {
    let document = Document::parse(b"<secret>a&amp;secret</secret>").unwrap();
    assert!(!format!("{:?}", document.into_room()).contains("secret"));
}
