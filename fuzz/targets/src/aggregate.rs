//! One pass over any octets, in portions of any size, gives the verdict of the whole document; and every member that is indexed
//! is read again as the whole document has it. The key signs what the input asks for, so that the pass is gone through.
//!
//! An input that does not begin as a document has a header of one octet: whether it is signed, and the size of the portions.

use std::io::{self, Cursor, Read};
use std::sync::LazyLock;

use samlkit::{Certificate, PrivateKey, SigningKey, TrustedKey};
use samlkit_crypto::SignatureAlgorithm;
use samlkit_dsig::sign::{Position, ReferenceBy, Template};
use samlkit_dsig::{EmptyReference, Error, Outline, Policy, StreamError, Verifier};
use samlkit_xml::{Document, Element};

use crate::header;

const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const KEY: &[u8] = include_bytes!("../../../fixtures/keys/test-only-p256.key.pem");
const CERTIFICATE: &[u8] = include_bytes!("../../../fixtures/keys/test-only-p256.crt.pem");

static TRUSTED: LazyLock<[TrustedKey; 1]> = LazyLock::new(|| {
    let certificate = Certificate::parse(CERTIFICATE).expect("it is there");
    [TrustedKey::from_certificate(certificate).expect("it is there")]
});
static SIGNER: LazyLock<SigningKey> = LazyLock::new(|| {
    let key = PrivateKey::parse(KEY).expect("it is there");
    SigningKey::new(key, SignatureAlgorithm::EcdsaSha256).expect("it is there")
});

struct Trickle<'a>(&'a [u8], usize);

impl Read for Trickle<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let step = self.1.min(into.len());
        self.0.read(&mut into[..step])
    }
}

/// Runs one input.
///
/// # Panics
///
/// If what must hold does not.
pub fn run(input: &[u8]) {
    let (first, source) = header(input);
    let step = usize::from(first >> 1) + 1;
    compare(source, step);
    if first & 1 != 0
        && let Some(signed) = signed(source)
    {
        compare(signed.as_bytes(), step);
    }
}

fn signed(source: &[u8]) -> Option<String> {
    let document = Document::parse(source).ok()?;
    Template::new()
        .with_position(Position::First)
        .with_reference(ReferenceBy::WholeDocument)
        .sign(document.root(), &*SIGNER)
        .ok()
}

fn compare(source: &[u8], step: usize) {
    let policy = Policy::new().with_empty_reference(EmptyReference::AcceptAtRoot);
    let verifier = Verifier::new(&*TRUSTED)
        .expect("it is there")
        .with_policy(policy);
    let outline = Outline::new(&["entityID"])
        .group("", "g")
        .group(MD, "EntitiesDescriptor")
        .member("", "m")
        .member(MD, "EntityDescriptor");
    let streamed = verifier.index(&outline, Trickle(source, step));
    let Ok(document) = Document::parse(source) else {
        assert!(matches!(
            streamed,
            Err(StreamError::Signature(Error::Xml(_)))
        ));
        return;
    };
    let root = document.root();
    if !is_group(root) && !is_member(root) {
        // Its IDs are looked at first.
        assert!(matches!(
            streamed,
            Err(StreamError::ForeignRoot { .. } | StreamError::Signature(Error::DuplicateId { .. }))
        ));
        return;
    }
    match (verifier.verify(root), streamed) {
        (Ok(signed), Ok(index)) => {
            let mut expected = Vec::new();
            if is_member(root) {
                expected.push(signed.root());
            } else {
                members(signed.root(), &mut expected);
            }
            assert_eq!(index.members().len(), expected.len());
            let mut file = Cursor::new(source);
            for (at, expected) in expected.into_iter().enumerate() {
                let member = index.read(at, &mut file).expect("it is there");
                let read = member.element();
                assert_eq!(read.qualified_name(), expected.qualified_name());
                assert_eq!(
                    index.member(at).expect("it is there").attribute("entityID"),
                    expected.attribute("entityID")
                );
                let nodes = |element: Element<'_>| {
                    let nodes = element.descendants();
                    nodes
                        .map(|node| match node.as_element() {
                            Some(element) => element.qualified_name().to_owned(),
                            None => format!("{:?}", node.kind()),
                        })
                        .collect::<Vec<_>>()
                };
                assert_eq!(nodes(read), nodes(expected));
            }
        }
        (Err(_), Err(_)) => {}
        // The stricter rules of one pass.
        (Ok(_), Err(StreamError::TooMany { .. })) => {}
        (Ok(_), Err(StreamError::Signature(Error::MisplacedSignature { .. }))) => {
            let first = root.elements().next().expect("it is there");
            assert_eq!(first.local_name(), "Issuer");
        }
        (Ok(_), Err(StreamError::Signature(Error::Canonicalization(_)))) => {}
        (whole, streamed) => panic!("{whole:?} {streamed:?}"),
    }
}

fn is_group(element: Element<'_>) -> bool {
    element.is("", "g") || element.is(MD, "EntitiesDescriptor")
}

fn is_member(element: Element<'_>) -> bool {
    element.is("", "m") || element.is(MD, "EntityDescriptor")
}

fn members<'d>(group: Element<'d>, found: &mut Vec<Element<'d>>) {
    for child in group.elements() {
        if is_member(child) {
            found.push(child);
        } else if is_group(child) {
            members(child, found);
        }
    }
}
