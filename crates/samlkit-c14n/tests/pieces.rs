//! The canonical form of a document that comes in pieces is that of the whole document, octet for octet: by every algorithm,
//! cut everywhere, marked or entered.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

use std::path::Path;

use proptest::prelude::*;
use samlkit_c14n::{Algorithm, Canonicalizer, PortionKind, Treatment};
use samlkit_xml::{Document, Element, Limits, Next, PieceKind, Pieces};

const ALGORITHMS: [Algorithm; 6] = [
    Algorithm::CanonicalXml10,
    Algorithm::CanonicalXml10WithComments,
    Algorithm::CanonicalXml11,
    Algorithm::CanonicalXml11WithComments,
    Algorithm::Exclusive,
    Algorithm::ExclusiveWithComments,
];

/// The canonical root of `source`, piece by piece, and that of each element marked, by its offset.
fn streamed(
    canonicalizer: &Canonicalizer<'_>,
    mut pieces: Pieces,
    source: &[u8],
    treat: impl Fn(Element<'_>) -> Treatment,
) -> (Vec<u8>, Vec<(usize, Vec<u8>)>) {
    let (mut out, mut marked) = (Vec::new(), Vec::new());
    let mut used = 0;
    loop {
        let Next::Piece(piece) = pieces.next(&source[used..], true).unwrap() else {
            return (out, marked);
        };
        used += piece.consumed();
        let element = piece.element();
        match piece.kind() {
            PieceKind::Start => canonicalizer.start_tag(element, &mut out).unwrap(),
            PieceKind::Content => {
                let mut portions = Vec::new();
                canonicalizer
                    .content(element, &treat, &mut out, &mut portions)
                    .unwrap();
                let mut open = Vec::new();
                for portion in portions {
                    let octets = &out[portion.range()];
                    match portion.kind() {
                        PortionKind::Whole => {
                            marked.push((portion.element().offset(), octets.to_vec()));
                        }
                        PortionKind::Start => {
                            assert!(octets.starts_with(b"<") && octets.ends_with(b">"));
                            open.push(portion.element());
                        }
                        _ => {
                            assert_eq!(open.pop(), Some(portion.element()));
                            let mut tag = Vec::new();
                            canonicalizer.end_tag(portion.element(), &mut tag);
                            assert_eq!(octets, tag);
                        }
                    }
                }
                assert!(open.is_empty());
            }
            PieceKind::End => canonicalizer.end_tag(element, &mut out),
            _ => {}
        }
    }
}

fn check(source: &[u8]) {
    let Ok(document) = Document::parse(source) else {
        return;
    };
    let fine = || Pieces::new(Limits::DEFAULT).with_piece_octets(0);
    let settings: [fn() -> Pieces; 5] = [
        || Pieces::new(Limits::DEFAULT),
        || Pieces::new(Limits::DEFAULT).with_piece_octets(0),
        || Pieces::new(Limits::DEFAULT).with_piece_octets(100),
        || Pieces::new(Limits::DEFAULT).with_piece_octets(1000),
        || {
            Pieces::new(Limits::DEFAULT)
                .with_piece_octets(0)
                .opening("urn:a", "a")
                .opening("", "a")
                .opening("urn:oasis:names:tc:SAML:2.0:metadata", "EntitiesDescriptor")
                .opening("urn:oasis:names:tc:SAML:2.0:metadata", "EntityDescriptor")
                .opening("urn:oasis:names:tc:SAML:2.0:assertion", "Assertion")
        },
    ];
    for algorithm in ALGORITHMS {
        for prefixes in ["", "#default b xs"] {
            let canonicalizer = Canonicalizer::new(algorithm).with_inclusive_prefixes(prefixes);
            let mut whole = Vec::new();
            if let Err(error) = canonicalizer.element(document.root(), &mut whole) {
                let refused = canonicalizer.start_tag(document.root(), &mut whole);
                assert_eq!(refused, Err(error));
                continue;
            }
            let treatments = [Treatment::Pass, Treatment::Mark, Treatment::Enter];
            for (pieces, treatment) in settings.iter().zip(treatments.iter().cycle()) {
                let (octets, _) = streamed(&canonicalizer, pieces(), source, |_| *treatment);
                assert_eq!(
                    String::from_utf8_lossy(&octets),
                    String::from_utf8_lossy(&whole),
                    "{algorithm:?} {prefixes} {treatment:?}"
                );
            }
            // Each child as it stands in the whole, and without one of them.
            let children: Vec<_> = document.root().elements().collect();
            for omitted in &children {
                let offset = omitted.offset();
                whole.clear();
                canonicalizer
                    .element_without(document.root(), *omitted, &mut whole)
                    .unwrap();
                let (octets, marked) = streamed(&canonicalizer, fine(), source, |element| {
                    if element.offset() == offset {
                        Treatment::Omit
                    } else {
                        Treatment::Mark
                    }
                });
                assert_eq!(octets, whole, "{algorithm:?} {offset}");
                assert_eq!(marked.len(), children.len() - 1);
            }
        }
    }
}

#[test]
fn what_the_root_declares_is_rendered_where_it_is_used() {
    let cases: [&str; 8] = [
        "<a xmlns='urn:a' xmlns:b='urn:b' xmlns:xs='urn:xs'><c><b:d/><e xmlns=''><b:f b:g='1'/></e></c><b:h xs:i=''/></a>",
        "<b:a xmlns:b='urn:b' xml:lang='en' xml:space='preserve' xml:base='http://x/y/' xml:id='i'> <c xml:lang='fr'/> <c/>\n</b:a>",
        "<a><!-- 1 --><?p 2?>3<![CDATA[<4>]]>&#13;<b/><!-- 5 --> 6 <?q?><c/>&amp;</a><!-- 7 -->",
        "<!-- 0 --><?p?><a xmlns='urn:a'><a><a><a/>t</a><a xmlns='urn:b'><a/></a></a><a xmlns=''><a/></a></a>",
        "<a xmlns:b='urn:b'><b:c xmlns:b='urn:c'/><b:c/><c xmlns:b='urn:b' b:d=''/><c xmlns='urn:b' b:d=''/></a>",
        "<a z='1' b:y='2' xmlns:b='urn:b' a='3' c:y='4' xmlns:c='urn:a'><d c:y='' b:y='' a=''/>x<d c:z=''/></a>",
        "<a xmlns='urn:a' xmlns:unused='urn:u'><c xmlns:unused='urn:u' xmlns:other='urn:o'/><c xmlns='urn:a'/></a>",
        "<a/>",
    ];
    for case in cases {
        assert!(Document::parse(case.as_bytes()).is_ok(), "{case}");
        check(case.as_bytes());
    }
}

#[test]
fn a_relative_namespace_name_is_refused_in_the_piece_that_declares_it() {
    let document = Document::parse(b"<a><b xmlns='c'/></a>").unwrap();
    let canonicalizer = Canonicalizer::new(Algorithm::Exclusive);
    let mut out = b"kept".to_vec();
    let refused = canonicalizer.content(
        document.root(),
        |_| Treatment::Omit,
        &mut out,
        &mut Vec::new(),
    );
    assert!(refused.is_err());
    assert_eq!(out, b"kept");
}

#[test]
fn groups_are_entered_to_any_depth() {
    let source = "<a><a><a><a/><b/></a></a><a/></a>";
    let document = Document::parse(source.as_bytes()).unwrap();
    let (mut out, mut portions) = (Vec::new(), Vec::new());
    let enter = |element: Element<'_>| {
        if element.is("", "a") {
            Treatment::Enter
        } else {
            Treatment::Mark
        }
    };
    Canonicalizer::new(Algorithm::CanonicalXml11)
        .content(document.root(), enter, &mut out, &mut portions)
        .unwrap();
    let written: Vec<_> = portions
        .iter()
        .map(|portion| core::str::from_utf8(&out[portion.range()]).unwrap())
        .collect();
    assert_eq!(
        written,
        [
            "<a>", "<a>", "<a>", "</a>", "<b></b>", "</a>", "</a>", "<a>", "</a>"
        ]
    );
}

#[test]
fn every_fixture_is_the_same_in_pieces() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let mut seen = 0;
    for directory in ["entra", "idp", "unusual"] {
        for entry in std::fs::read_dir(fixtures.join(directory)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "xml") {
                check(&std::fs::read(path).unwrap());
                seen += 1;
            }
        }
    }
    assert!(seen > 30, "{seen}");
}

/// Documents that use, shadow and undeclare a few prefixes.
fn element() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "t".to_owned(),
        " ".to_owned(),
        "<!--c-->".to_owned(),
        "<?p i?>".to_owned(),
        "<![CDATA[<]]>".to_owned(),
        "&#13;&lt;".to_owned(),
        "<b:e/>".to_owned(),
        "<a/>".to_owned(),
    ]);
    leaf.prop_recursive(4, 40, 6, |inner| {
        let tags = prop::sample::select(vec![
            ("<a>", "</a>"),
            ("<a xmlns='urn:a'>", "</a>"),
            ("<a xmlns=''>", "</a>"),
            ("<b:a b:k='' k='1'>", "</b:a>"),
            ("<b:a xmlns:b='urn:c' xmlns:xs='urn:xs'>", "</b:a>"),
            ("<c xmlns:b='urn:b' xml:lang='x' xml:base='d/'>", "</c>"),
        ]);
        (tags, prop::collection::vec(inner, 0..6))
            .prop_map(|((start, end), inner)| format!("{start}{}{end}", inner.concat()))
    })
}

proptest! {
    #[test]
    fn generated_documents_are_the_same_in_pieces(content in prop::collection::vec(element(), 0..6)) {
        let source = format!(
            "<a xmlns:b='urn:b' xml:lang='en' xmlns='urn:a'>{}</a>",
            content.concat()
        );
        prop_assert!(Document::parse(source.as_bytes()).is_ok());
        check(source.as_bytes());
    }
}
