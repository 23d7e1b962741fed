//! One pass at the edges of its budgets, over input that comes oddly, and over documents that break two rules at once.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a broken fixture must stop the test"
)]

#[path = "support/signing.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod signing;

use std::io::{self, Cursor, Read};

use samlkit_crypto::SignatureAlgorithm;
use samlkit_dsig::sign::{Position, Template};
use samlkit_dsig::{
    Error, IndexedGroup, IndexedMember, Outline, Policy, SignedIndex, StreamError, Verifier,
    element_by_id,
};
use samlkit_xml::{Document, Limits};

const NS: &str = "urn:n";

fn outline() -> Outline {
    Outline::new(&[]).group(NS, "g").member(NS, "m")
}

/// The element with this ID, signed.
fn sign_at(text: &str, id: &str, position: Position) -> String {
    let document = Document::parse(text.as_bytes()).expect("well-formed");
    let element = element_by_id(&document, id).expect("IDs are unique");
    let signer = signing::signer("p256", SignatureAlgorithm::EcdsaSha256);
    Template::new()
        .with_position(position)
        .sign(element.expect("it is there"), &signer)
        .expect("signed")
}

fn sign(text: &str) -> String {
    sign_at(text, "_r", Position::First)
}

fn index_by(
    policy: Policy,
    outline: &Outline,
    input: impl Read,
) -> Result<SignedIndex, StreamError> {
    let keys = signing::trusted("p256");
    let verifier = Verifier::new(&keys).expect("a key").with_policy(policy);
    verifier.index(outline, input)
}

fn index(outline: &Outline, text: &str) -> Result<SignedIndex, StreamError> {
    index_by(Policy::new(), outline, text.as_bytes())
}

fn whole(text: &str) -> Result<(), Error> {
    let document = Document::parse(text.as_bytes())?;
    let keys = signing::trusted("p256");
    let verifier = Verifier::new(&keys).expect("a key");
    verifier.verify(document.root()).map(drop)
}

fn limit_of(result: Result<SignedIndex, StreamError>) -> usize {
    match result {
        Err(StreamError::TooMany { limit, .. }) => limit,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_text_that_is_kept() {
    // The start tag as it stands and as it is signed.
    let tag = "<g xmlns=\"urn:n\" ID=\"_r\">";
    let text = sign(&format!("{tag}</g>"));
    let exactly = 2 * tag.len();
    let at = |octets: usize| index(&outline().with_text(octets), &text);
    let _ = at(exactly).expect("it fits");
    assert_eq!(limit_of(at(exactly - 1)), exactly - 1);
    let _ = at(usize::MAX).expect("more than the most is the most");

    // With the value that is asked for.
    let keeping = Outline::new(&["ID"]).group(NS, "g");
    let at = |octets: usize| index(&keeping.clone().with_text(octets), &text);
    let _ = at(exactly + 2).expect("it fits");
    assert_eq!(limit_of(at(exactly + 1)), exactly + 1);
}

#[test]
fn the_members_that_are_kept() {
    let text = sign("<g xmlns='urn:n' ID='_r'><m/><m/></g>");
    let at = |members: usize| index(&outline().with_members(members), &text);
    assert_eq!(limit_of(at(1)), 1);
    for members in [2, 1 << 24, usize::MAX] {
        let index = at(members).expect("they fit");
        let positions: Vec<_> = index.members().map(IndexedMember::position).collect();
        assert_eq!(positions, [0, 1]);
        assert_eq!(index.member(1).map(IndexedMember::position), Some(1));
        assert!(index.member(2).is_none());
    }
    let text = sign("<g xmlns='urn:n' ID='_r'><g/></g>");
    let index = index(&outline(), &text).expect("it is signed");
    let positions: Vec<_> = index.groups().map(IndexedGroup::position).collect();
    assert_eq!(positions, [0, 1]);
}

#[test]
fn the_groups_that_are_kept() {
    let with = |groups: usize| {
        let text = format!("<g xmlns='urn:n' ID='_r'>{}</g>", "<g/>".repeat(groups - 1));
        index(&outline(), &sign(&text))
    };
    let index = with(Outline::GROUPS).expect("they fit");
    assert_eq!(index.groups().len(), Outline::GROUPS);
    assert_eq!(limit_of(with(Outline::GROUPS + 1)), Outline::GROUPS);
}

/// One node for every eight octets that the document may have.
#[test]
fn the_nodes_of_the_document() {
    let text = sign(&format!(
        "<g xmlns='urn:n' ID='_r'>{}</g>",
        "<a/>".repeat(2000)
    ));
    let length = u32::try_from(text.len()).expect("it is short");
    let at = |bytes: u32| index(&outline().with_total_bytes(bytes), &text);
    let _ = at(2 * length).expect("there are few enough");
    assert!(matches!(
        at(length),
        Err(StreamError::Signature(Error::Xml(
            samlkit_xml::Error::TooManyNodes { .. }
        )))
    ));
}

/// A member that is the root comes in many pieces, and is read again in one.
#[test]
fn a_long_member_within_the_limits() {
    let text = format!(
        "<m xmlns='urn:n' ID='_r'>{}</m>",
        "<a>text</a>".repeat(10_000)
    );
    let text = sign(&format!("<!-- before -->{text}<!-- after -->"));
    let start = text.find("<m ").expect("it is there");
    let end = text.rfind("</m>").expect("its end") + "</m>".len();
    let length = u32::try_from(end - start).expect("it is short");
    let at = |bytes: u32| {
        let policy = Policy::new().with_limits(Limits::DEFAULT.with_bytes(bytes));
        let index = index_by(policy, &outline(), text.as_bytes()).expect("no piece is long");
        let member = index.member(0).expect("one");
        let place = (start as u64, u64::from(length));
        assert_eq!((member.offset(), member.length()), place);
        index.read(0, &mut Cursor::new(&text)).map(drop)
    };
    at(length + 1).expect("it fits");
    at(length).expect("it fits");
    assert!(matches!(
        at(length - 1),
        Err(StreamError::Signature(Error::Xml(
            samlkit_xml::Error::TooManyBytes { .. }
        )))
    ));
}

/// [`samlkit_c14n::Error::OutputTooLong`] counts what all pieces became, and grants the first MiB to any.
#[test]
fn repeated_declarations_in_many_pieces() {
    let with = |name: usize, uses: usize, filler: &str, times: usize| {
        let piece = "<p:x/>".repeat(uses) + filler;
        let name = "n".repeat(name);
        format!(
            "<g xmlns='urn:n' xmlns:p='urn:{name}' ID='_r'>{}</g>",
            piece.repeat(times)
        )
    };
    let short = sign(&with(2000, 100, "", 1));
    let _ = index(&outline(), &short).expect("it is short");

    let filler = "<a>text</a>".repeat(3000);
    let signed = sign("<g xmlns='urn:n' ID='_r'></g>");
    let (_, rest) = signed.split_once('>').expect("a tag");
    let (signature, _) = rest.rsplit_once("</g>").expect("its end");
    for (times, too_long) in [(1, false), (4, true)] {
        let long = with(10_000, 140, &filler, times);
        let long = long.replacen("ID='_r'>", &format!("ID='_r'>{signature}"), 1);
        let error = index(&outline(), &long).expect_err("this is not what was signed");
        let expected = match error {
            StreamError::Signature(Error::Canonicalization(
                samlkit_c14n::Error::OutputTooLong { .. },
            )) => too_long,
            StreamError::Signature(Error::DigestMismatch { .. }) => !too_long,
            _ => false,
        };
        assert!(expected, "{error:?}");
    }
}

/// A signal is no end of the input, and an end is.
#[test]
fn a_reader_that_is_interrupted() {
    struct Interrupted<'a>(&'a [u8], bool);
    impl Read for Interrupted<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let step = into.len().min(100);
            self.0.read(into.get_mut(..step).unwrap_or_default())
        }
    }
    let text = sign("<g xmlns='urn:n' ID='_r'><m/></g>");
    let input = Interrupted(text.as_bytes(), false);
    let index = index_by(Policy::new(), &outline(), input).expect("it is signed");
    assert_eq!(index.members().len(), 1);
}

/// Where two rules are broken it is the one that the whole document is refused by, whichever comes first.
#[test]
fn two_faults() {
    // It fills a piece, so that what stands behind it is looked at after the signature.
    let filler = format!("<a>{}</a>", "x".repeat(1 << 16));
    let text =
        format!("<g xmlns='urn:n' ID='_r'>{filler}<g><m ID='_1'/><m ID='_2'/></g><a ID='_3'/></g>");
    let text = sign(&text);
    let (_, rest) = text.split_once("<ds:Signature ").expect("it is signed");
    let (inner, _) = rest.split_once("</ds:Signature>").expect("its end");
    let again = format!("<ds:Signature {inner}</ds:Signature>");
    let broken = text.replace("<ds:SignatureValue>", "<ds:SignatureValue>AAAA");
    let unsigned = text.replace(&again, "");
    let twice = |text: &str| text.replace("'_2'", "'_1'");
    let second = |text: &str| text.replace("<a ID", &format!("{again}<a ID"));
    let third = |text: &str| format!("{}{again}</g>", text.strip_suffix("</g>").expect("the end"));
    let later = |text: &str| text.replace("'_3'", "'_1'");
    for (number, text) in [
        twice(&text),
        second(&text),
        twice(&broken),
        second(&broken),
        second(&twice(&text)),
        third(&later(&text)),
        second(&later(&text)),
        third(&second(&text)),
        later(&twice(&text)),
        later(&twice(&broken)),
        twice(&unsigned),
        third(&second(&unsigned)),
        third(&twice(&unsigned)),
        second(&twice(&broken)),
    ]
    .iter()
    .enumerate()
    {
        let whole = whole(text).expect_err("it is refused");
        match index(&outline(), text) {
            Err(StreamError::Signature(error)) => assert_eq!(error, whole, "{number}"),
            other => panic!("{number}: {other:?}"),
        }
    }
    // That the root is another comes before what is wrong with it.
    let other = Outline::new(&[]).group(NS, "other");
    for text in [&text, &twice(&text), &second(&text), &broken, &unsigned] {
        let foreign = index(&other, text);
        assert!(matches!(
            foreign,
            Err(StreamError::ForeignRoot { offset: 0 })
        ));
    }
}

/// The signature is the first child element of the root: not of a group in it, and not after one.
#[test]
fn a_signature_behind_or_within_a_group() {
    let misplaced = |text: &str| match index(&outline(), text) {
        Err(StreamError::Signature(error)) => error,
        other => panic!("{text}: {other:?}"),
    };
    for first in ["<g/>", "<g></g>", "<g><m/></g>", "<m/>", "<a/>"] {
        let text = format!("<g xmlns='urn:n' ID='_r'>{first}</g>");
        let behind = sign_at(&text, "_r", Position::Last);
        let error = whole(&behind).expect_err("it is misplaced");
        assert!(matches!(error, Error::MisplacedSignature { .. }));
        assert_eq!(misplaced(&behind), error, "{first}");
    }
    for inner in ["g", "m"] {
        let text = format!("<g xmlns='urn:n' ID='_r'><{inner} ID='_i'></{inner}></g>");
        let within = sign_at(&text, "_i", Position::First);
        let error = whole(&within).expect_err("it is not the root's");
        assert!(matches!(error, Error::MissingSignature { .. }));
        let found = misplaced(&within);
        assert!(matches!(found, Error::MissingSignature { .. }), "{found}");
    }
}
