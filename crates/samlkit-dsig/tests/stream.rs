//! One pass gives the verdict that the whole document gets, for the same reason, however its octets come; and what it indexed
//! can be read again only while it is what was signed.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a broken fixture must stop the test"
)]

use std::io::{self, Cursor, Read};
use std::path::Path;

use base64::Engine as _;
use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_crypto::{DigestAlgorithm, SignatureAlgorithm, Signer as _};
use samlkit_dsig::{
    EmptyReference, Error, Outline, Policy, SignedIndex, StreamError, Verifier, signature_of,
};
use samlkit_xml::{Document, Element, Limits};

#[path = "support/signing.rs"]
#[expect(dead_code, reason = "it is shared with other tests")]
mod signing;

const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const ALGORITHMS: [Algorithm; 6] = [
    Algorithm::CanonicalXml10,
    Algorithm::CanonicalXml10WithComments,
    Algorithm::CanonicalXml11,
    Algorithm::CanonicalXml11WithComments,
    Algorithm::Exclusive,
    Algorithm::ExclusiveWithComments,
];

fn outline() -> Outline {
    Outline::new(&["entityID", "validUntil"])
        .group(MD, "EntitiesDescriptor")
        .member(MD, "EntityDescriptor")
}

fn policy() -> Policy {
    Policy::new().with_empty_reference(EmptyReference::AcceptAtRoot)
}

/// Gives `step` octets at a time.
struct Trickle<'a>(&'a [u8], usize);

impl Read for Trickle<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let step = self.1.min(into.len());
        self.0.read(&mut into[..step])
    }
}

fn stream(source: &[u8], step: usize) -> Result<SignedIndex, StreamError> {
    let keys = signing::trusted("idp");
    let verifier = Verifier::new(&keys).expect("a key").with_policy(policy());
    verifier.index(&outline(), Trickle(source, step))
}

fn whole(source: &[u8]) -> Result<samlkit_dsig::Signed, Error> {
    let keys = signing::trusted("idp");
    let verifier = Verifier::new(&keys).expect("a key").with_policy(policy());
    verifier.verify(Document::parse(source)?.root())
}

/// Signs `text`, which has `<Signature/>` where the signature is to be, with this transform.
fn sign(text: &str, algorithm: Algorithm, prefixes: Option<&str>, uri: &str) -> String {
    const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
    let unsigned = text.replace("<Signature/>", "");
    let document = Document::parse(unsigned.as_bytes()).expect("well-formed");
    let mut octets = Vec::new();
    Canonicalizer::new(algorithm.without_comments())
        .with_inclusive_prefixes(prefixes.unwrap_or_default())
        .element(document.root(), &mut octets)
        .expect("canonical");
    let base64 = |octets: &[u8]| base64::engine::general_purpose::STANDARD.encode(octets);
    let digest = base64(DigestAlgorithm::Sha256.digest(&octets).as_bytes());
    let prefixes = prefixes.map_or_else(String::new, |prefixes| {
        format!(
            "<ec:InclusiveNamespaces xmlns:ec='{}' PrefixList='{prefixes}'/>",
            Algorithm::Exclusive.uri()
        )
    });
    let signed_info = format!(
        "<SignedInfo><CanonicalizationMethod Algorithm='{}'/><SignatureMethod Algorithm='{}'/>\
         <Reference URI='{uri}'><Transforms><Transform Algorithm='{DS}enveloped-signature'/><Transform Algorithm='{}'>{prefixes}</Transform></Transforms>\
         <DigestMethod Algorithm='{}'/><DigestValue>{digest}</DigestValue></Reference></SignedInfo>",
        algorithm.uri(),
        SignatureAlgorithm::RsaSha256.uri(),
        algorithm.uri(),
        DigestAlgorithm::Sha256.uri(),
    );
    let with = |value: &str| {
        let signature = format!(
            "<Signature xmlns='{DS}'>{signed_info}<SignatureValue>{value}</SignatureValue></Signature>"
        );
        text.replace("<Signature/>", &signature)
    };
    let unfinished = with("");
    let document = Document::parse(unfinished.as_bytes()).expect("well-formed");
    let signature = signature_of(document.root()).expect("one").expect("one");
    let mut octets = Vec::new();
    Canonicalizer::new(algorithm)
        .element(
            signature.elements().next().expect("SignedInfo"),
            &mut octets,
        )
        .expect("canonical");
    let signer = signing::signer("idp", SignatureAlgorithm::RsaSha256);
    with(&base64(&signer.sign(&octets).expect("it signs")))
}

/// An aggregate with groups in groups and everything in it that canonicalization touches.
fn aggregate() -> String {
    let entity = |id: &str| {
        format!(
            "<m:EntityDescriptor entityID='{id}' xmlns:u='urn:u' ID='_{id}'>\r\n<m:RoleDescriptor xsi:type='fed:A' k='&lt;&#10;\"' />\
             <x xmlns=''><fed:y/><!-- c --></x><![CDATA[<&]]>&#13;<?p i?><z xmlns='urn:z' xml:lang='fr'/></m:EntityDescriptor>"
        )
    };
    let many: String = (0..200).map(|n| entity(&format!("long{n}"))).collect();
    format!(
        "\u{feff}<?xml version='1.0'?><!-- before -->\r\n<m:EntitiesDescriptor ID='_r' xmlns:m='{MD}' xmlns='urn:default' \
         xmlns:fed='urn:fed' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xml:lang='en' validUntil='2026-06-01T00:00:00Z'>\
         text <!-- first --><?p?><Signature/>\n<m:Extensions><m:EntityDescriptor entityID='no member'/></m:Extensions>{}\
         <m:EntitiesDescriptor xmlns:fed='urn:other' Name='n'>{}<m:EntitiesDescriptor/><m:EntitiesDescriptor xmlns=''>{}</m:EntitiesDescriptor>\
         </m:EntitiesDescriptor>\n<m:EntitiesDescriptor validUntil='x&amp;y' xml:space='preserve'>{many}</m:EntitiesDescriptor>{} end\n\
         </m:EntitiesDescriptor >\n<!-- after -->",
        entity("a&amp;b"),
        entity("b"),
        entity("c"),
        entity("d"),
    )
}

fn canonical(element: Element<'_>) -> String {
    let mut octets = Vec::new();
    Canonicalizer::new(Algorithm::CanonicalXml11WithComments)
        .element(element, &mut octets)
        .expect("canonical");
    String::from_utf8(octets).expect("UTF-8")
}

/// What a member that is read again must be: the same in the octets that the whole document's verification gives.
fn members(signed: &samlkit_dsig::Signed) -> Vec<String> {
    fn collect(group: Element<'_>, found: &mut Vec<String>) {
        for child in group.elements() {
            if child.is(MD, "EntityDescriptor") {
                found.push(canonical(child));
            } else if child.is(MD, "EntitiesDescriptor") {
                collect(child, found);
            }
        }
    }
    let mut found = Vec::new();
    collect(signed.root(), &mut found);
    found
}

#[test]
fn every_algorithm_verifies_and_reads_again() {
    for algorithm in ALGORITHMS {
        let lists: &[_] = if algorithm.is_exclusive() {
            &[None, Some("#default xsi"), Some("fed")]
        } else {
            &[None]
        };
        for &prefixes in lists {
            for uri in ["#_r", ""] {
                let source = sign(&aggregate(), algorithm, prefixes, uri);
                let signed = whole(source.as_bytes()).expect("it is signed");
                let expected = members(&signed);
                assert_eq!(expected.len(), 204);
                for step in [7, 1000, usize::MAX] {
                    let index = stream(source.as_bytes(), step).expect("it is signed");
                    assert_eq!(index.canonicalization(), algorithm);
                    assert_eq!(index.key(), signed.key());
                    let mut file = Cursor::new(source.as_bytes());
                    for (at, expected) in expected.iter().enumerate() {
                        let member = index.read(at, &mut file).expect("it is as it was");
                        assert_eq!(canonical(member.element()), *expected);
                    }
                    index
                        .read(expected.len(), &mut file)
                        .expect_err("there are no more");
                }
            }
        }
    }
}

#[test]
fn the_index_says_what_stands_where() {
    let source = sign(&aggregate(), Algorithm::Exclusive, None, "#_r");
    let index = stream(source.as_bytes(), usize::MAX).expect("it is signed");
    let groups: Vec<_> = index
        .groups()
        .map(|group| (group.parent(), group.attribute("validUntil")))
        .collect();
    assert_eq!(
        groups,
        [
            (None, Some("2026-06-01T00:00:00Z")),
            (Some(0), None),
            (Some(1), None),
            (Some(1), None),
            (Some(0), Some("x&y"))
        ]
    );
    let members: Vec<_> = index.members().collect();
    let of = |at: usize| (members[at].attribute("entityID"), members[at].group());
    assert_eq!(of(0), (Some("a&b"), Some(0)));
    assert_eq!(of(1), (Some("b"), Some(1)));
    assert_eq!(of(2), (Some("c"), Some(3)));
    assert_eq!(of(3), (Some("long0"), Some(4)));
    assert_eq!(of(203), (Some("d"), Some(0)));
    for member in members {
        let start = usize::try_from(member.offset()).expect("it is short");
        let end = start + usize::try_from(member.length()).expect("it is short");
        let text = &source[start..end];
        assert!(
            text.starts_with("<m:EntityDescriptor ") && text.ends_with("</m:EntityDescriptor>")
        );
        assert_eq!(text.matches("</m:EntityDescriptor>").count(), 1);
        assert_eq!(member.attribute("validUntil"), None);
        assert_eq!(member.attribute("ID"), None);
    }
}

#[test]
fn a_root_that_is_a_member_is_read_again() {
    for algorithm in ALGORITHMS {
        let text = format!(
            "<?xml version='1.0'?>\n<EntityDescriptor xmlns='{MD}' ID='_e' entityID='e' xml:lang='en'><Signature/><a/> b<!-- c --></EntityDescriptor>"
        );
        let source = sign(&text, algorithm, None, "#_e");
        let signed = whole(source.as_bytes()).expect("it is signed");
        let index = stream(source.as_bytes(), 100).expect("it is signed");
        assert_eq!((index.groups().len(), index.members().len()), (0, 1));
        let member = index.member(0).expect("one");
        assert_eq!(member.attribute("entityID"), Some("e"));
        assert_eq!(member.group(), None);
        let read = index.read(0, &mut Cursor::new(&source)).expect("as it was");
        assert_eq!(canonical(read.element()), canonical(signed.root()));
        let changed = source.replace(" b<", " c<");
        assert!(matches!(
            index.read(0, &mut Cursor::new(changed)),
            Err(StreamError::Changed { .. })
        ));
    }
}

/// The error of the whole document, and that of one pass.
fn errors(source: &[u8]) -> (Option<Error>, Option<Error>) {
    let streamed = match stream(source, 1000) {
        Ok(_) => None,
        Err(StreamError::Signature(error)) => Some(error),
        Err(other) => panic!("{other:?}"),
    };
    (whole(source).err(), streamed)
}

#[test]
fn what_the_whole_document_refuses_is_refused_for_the_same_reason() {
    let text = format!(
        "<m:EntitiesDescriptor ID='_r' xmlns:m='{MD}'><Signature/><m:EntityDescriptor ID='_1' entityID='a'/><m:a ID='_2'/></m:EntitiesDescriptor>"
    );
    let good = sign(&text, Algorithm::Exclusive, None, "#_r");
    assert_eq!(errors(good.as_bytes()), (None, None));
    let signature = {
        let document = Document::parse(good.as_bytes()).expect("well-formed");
        let extent = signature_of(document.root())
            .expect("one")
            .expect("one")
            .extent();
        good[extent.start..extent.end].to_owned()
    };
    let without = good.replace(&signature, "");
    let end = "</m:EntitiesDescriptor>";
    let again = |text: &str| sign(text, Algorithm::Exclusive, None, "#_r");
    let cases = [
        without.clone(),
        without.replace(end, &format!("{signature}{end}")),
        good.replace(end, &format!("{signature}{end}")),
        good.replace("'_2'", "'_1'"),
        good.replace("'_2'", "'_r'"),
        good.replace("'_2'", "'_3'"),
        good.replace("entityID='a'", "entityID='b'"),
        good.replace("</Signature>", "<Object/></Signature>"),
        good.replace("</SignedInfo>", "<!-- c --></SignedInfo>"),
        good.replace("#_r", "#_1"),
        good.replace("<SignatureValue>", "<SignatureValue>!"),
        good.replace("<m:a ", "<m:a xmlns='relative' "),
        good.replace("<m:a ", "<n:a "),
        good.replace(end, ""),
        good.replace(end, "</m:EntityDescriptor>"),
        format!("{good}<again/>"),
        format!("<!DOCTYPE x>{good}"),
        String::new(),
        format!("<m:EntitiesDescriptor xmlns:m='{MD}'/>"),
        format!("<m:EntitiesDescriptor xmlns:m='{MD}'>{signature}</m:EntitiesDescriptor>"),
        // Signed, but not by the profile.
        again(&text.replace("ID='_r'", "")),
        sign(&text, Algorithm::Exclusive, None, "#_1"),
        again(&text.replace("ID='_1'", "ID='_2'")),
        again(
            &text
                .replace("<m:a ", "<m:a xmlns:n='relative' ")
                .replace("relative", "urn:r"),
        )
        .replace("urn:r", "relative"),
        again(
            &text
                .replace("<Signature/>", "")
                .replace("<m:a ", "<Signature/><m:a "),
        ),
    ];
    for (number, source) in cases.iter().enumerate() {
        let (whole, streamed) = errors(source.as_bytes());
        assert!(whole.is_some(), "{number}");
        assert_eq!(streamed, whole, "{number}: {source}");
    }
    // A relative name with a trusted signature over it.
    let nested = again(&text.replace(
        "entityID='a'/>",
        &format!("entityID='a'>{signature}</m:EntityDescriptor>"),
    ));
    assert_eq!(
        errors(nested.as_bytes()),
        (None, None),
        "what signatures of members are worth is not asked"
    );
}

#[test]
fn another_key_or_root_is_refused() {
    let source = sign(&aggregate(), Algorithm::Exclusive, None, "#_r");
    let keys = signing::trusted("rsa3072");
    let verifier = Verifier::new(&keys).expect("a key").with_policy(policy());
    assert!(matches!(
        verifier.index(&outline(), source.as_bytes()),
        Err(StreamError::Signature(Error::SignatureMismatch))
    ));
    let keys = signing::trusted("idp");
    let strict = Verifier::new(&keys).expect("a key");
    let whole_document = sign(&aggregate(), Algorithm::Exclusive, None, "");
    assert!(matches!(
        strict.index(&outline(), whole_document.as_bytes()),
        Err(StreamError::Signature(Error::ForeignReference))
    ));
    let other = Outline::new(&[]).group(MD, "Other");
    assert!(matches!(
        strict.index(&other, source.as_bytes()),
        Err(StreamError::ForeignRoot { .. })
    ));
    let truncated = &source.as_bytes()[..source.len() / 2];
    assert!(matches!(
        strict.index(&other, truncated),
        Err(StreamError::Signature(Error::Xml(_)))
    ));
}

#[test]
fn no_octet_can_be_changed_or_missed() {
    let text = format!(
        "<m:EntitiesDescriptor ID='_r' xmlns:m='{MD}'><Signature/><m:EntityDescriptor ID='_1' entityID='a'>b<!-- c --></m:EntityDescriptor></m:EntitiesDescriptor>"
    );
    let good = sign(&text, Algorithm::CanonicalXml10, None, "#_r").into_bytes();
    for at in 0..good.len() {
        let mut changed = good.clone();
        changed[at] ^= 1;
        let (whole, streamed) = errors_of(&changed);
        assert_eq!(streamed, whole, "{at}");
        assert!(stream(&good[..at], 50).is_err(), "{at}");
    }
}

/// Whether the whole document and one pass refuse.
fn errors_of(source: &[u8]) -> (bool, bool) {
    (whole(source).is_err(), stream(source, 64).is_err())
}

#[test]
fn every_fixture_gets_the_same_verdict() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let keys: Vec<_> = [
        "idp",
        "entra-active",
        "entra-next",
        "p256",
        "ed25519",
        "rsa3072",
    ]
    .into_iter()
    .flat_map(signing::trusted)
    .collect();
    let verifier = Verifier::new(&keys).expect("keys").with_policy(policy());
    let (mut accepted, mut refused) = (0, 0);
    for directory in ["entra", "entra/bad", "idp", "dsig", "attacks", "unusual"] {
        let entries = std::fs::read_dir(fixtures.join(directory)).expect("it is there");
        for entry in entries {
            let path = entry.expect("it can be read").path();
            if path.extension().is_none_or(|extension| extension != "xml") {
                continue;
            }
            let source = std::fs::read(&path).expect("it can be read");
            let streamed = |outline: &Outline| {
                verifier
                    .index(outline, Trickle(&source, 500))
                    .map(|index| (index.key(), index.members().len()))
            };
            let document = match Document::parse(&source) {
                Ok(document) => document,
                Err(error) => {
                    let refusal = streamed(&outline()).expect_err("it is not well-formed");
                    assert!(
                        matches!(refusal, StreamError::Signature(Error::Xml(other)) if other == error)
                    );
                    continue;
                }
            };
            let root = document.root();
            let leaked = |text: &str| &*text.to_owned().leak();
            let outline = outline().member(leaked(root.namespace()), leaked(root.local_name()));
            let result = streamed(&outline);
            let first = root.elements().next();
            match verifier.verify(root) {
                // The one stricter rule: nothing before the signature.
                Ok(_) if first.is_some_and(|first| first.local_name() == "Issuer") => {
                    assert!(matches!(
                        result,
                        Err(StreamError::Signature(Error::MisplacedSignature { .. }))
                    ));
                }
                Ok(signed) => {
                    accepted += 1;
                    assert_eq!(result.expect("as a whole").0, signed.key(), "{path:?}");
                }
                Err(whole) => {
                    refused += 1;
                    let refusal = result.expect_err("as a whole");
                    let misplaced = matches!(
                        refusal,
                        StreamError::Signature(Error::MisplacedSignature { .. })
                    );
                    let same = matches!(refusal, StreamError::Signature(error) if error == whole);
                    let issuer = first.is_some_and(|first| first.local_name() == "Issuer");
                    assert!(same || misplaced && issuer, "{path:?}: {whole:?}");
                }
            }
        }
    }
    assert!(accepted > 2 && refused > 50, "{accepted} {refused}");
}

#[test]
fn a_member_that_changed_is_not_read() {
    let source = sign(&aggregate(), Algorithm::Exclusive, None, "#_r");
    let index = stream(source.as_bytes(), usize::MAX).expect("it is signed");
    let member = index.member(2).expect("c");
    let start = usize::try_from(member.offset()).expect("it is short");
    let end = start + usize::try_from(member.length()).expect("it is short");
    let mut unchanged = 0;
    for at in start..end {
        let mut file = source.clone().into_bytes();
        file[at] ^= 1;
        match index.read(2, &mut Cursor::new(file)) {
            // White space in tags, quotes of the same kind: what was signed does not know of them.
            Ok(read) => {
                unchanged += 1;
                let original = index.read(2, &mut Cursor::new(&source)).expect("as it was");
                assert_eq!(canonical(read.element()), canonical(original.element()));
            }
            Err(StreamError::Changed { offset }) => assert_eq!(offset, member.offset()),
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(unchanged < 30, "{unchanged}");
    for file in [
        "",
        "<",
        &source[..end - 1],
        &source[3..],
        &source.replace("'c'", "'b'"),
    ] {
        assert!(matches!(
            index.read(2, &mut Cursor::new(file)),
            Err(StreamError::Changed { .. })
        ));
    }
}

#[test]
fn budgets_are_kept() {
    let source = sign(&aggregate(), Algorithm::Exclusive, None, "#_r");
    let keys = signing::trusted("idp");
    let verify = |outline: &Outline| {
        let verifier = Verifier::new(&keys).expect("a key").with_policy(policy());
        verifier.index(outline, source.as_bytes())
    };
    let _ = verify(&outline().with_members(204)).expect("so many there are");
    let too_many = |limit: usize, result| match result {
        Err(StreamError::TooMany { limit: found, .. }) => assert_eq!(found, limit),
        other => panic!("{other:?}"),
    };
    too_many(203, verify(&outline().with_members(203)));
    too_many(100, verify(&outline().with_text(100)));
    let length = u32::try_from(source.len()).expect("it is short");
    let _ = verify(&outline().with_total_bytes(length)).expect("so many there are");
    assert!(matches!(
        verify(&outline().with_total_bytes(length - 1)),
        Err(StreamError::Signature(Error::Xml(
            samlkit_xml::Error::TooManyBytes { .. }
        )))
    ));
    let verifier = Verifier::new(&keys)
        .expect("a key")
        .with_policy(policy().with_limits(Limits::DEFAULT.with_bytes(2000)));
    assert!(matches!(
        verifier.index(&outline(), source.as_bytes()),
        Err(StreamError::Signature(Error::Xml(
            samlkit_xml::Error::TooManyBytes { limit: 2000 }
        )))
    ));

    let nest = |depth: usize| {
        let (start, end) = ("<m:EntitiesDescriptor>", "</m:EntitiesDescriptor>");
        let text = format!(
            "<m:EntitiesDescriptor ID='_r' xmlns:m='{MD}'><Signature/>{}{}{end}",
            start.repeat(depth - 1),
            end.repeat(depth - 1)
        );
        stream(
            sign(&text, Algorithm::Exclusive, None, "#_r").as_bytes(),
            1000,
        )
    };
    let _ = nest(Outline::DEPTH).expect("so many may be");
    too_many(Outline::DEPTH, nest(Outline::DEPTH + 1));
}

#[test]
fn an_error_of_the_reader_is_given() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("broken"))
        }
    }
    let source = sign(&aggregate(), Algorithm::Exclusive, None, "#_r");
    let keys = signing::trusted("idp");
    let verifier = Verifier::new(&keys).expect("a key").with_policy(policy());
    let input = source.as_bytes()[..1000].chain(Broken);
    assert!(matches!(
        verifier.index(&outline(), input),
        Err(StreamError::Read(_))
    ));
}
