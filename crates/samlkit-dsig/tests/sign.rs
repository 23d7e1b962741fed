//! What is signed verifies, by every algorithm, at every place, and nothing of the document changes but the signature in it.
#![expect(
    clippy::expect_used,
    clippy::string_slice,
    reason = "a broken fixture must stop the test"
)]

use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

use proptest::prelude::*;
use samlkit_crypto::{
    AsyncSigner, Curve, DigestAlgorithm, KeyKind, PublicKey, SignError, SignatureAlgorithm, Signer,
    SigningKey,
};
use samlkit_dsig::sign::{Error, Naming, Position, ReferenceBy, Template};
use samlkit_dsig::{EmptyReference, Policy, Verifier, document, element_by_id, signature_of};
use samlkit_xml::{Document, Element};

#[path = "support/signing.rs"]
mod signing;

use signing::{KEYS, RESPONSE, certificate, combinations, private_key, signer, trusted};

fn parse(text: &str) -> Document<'_> {
    Document::parse(text.as_bytes()).expect("well-formed")
}

fn by_id<'d>(document: &'d Document<'d>, id: &str) -> Element<'d> {
    element_by_id(document, id)
        .expect("IDs are unique")
        .expect("the element is there")
}

/// Signs the element with this ID.
fn sign(template: &Template, text: &str, id: &str, signer: &dyn Signer) -> Result<String, Error> {
    template.sign(by_id(&parse(text), id), signer)
}

/// The source without the signature of the element with this ID.
fn without_signature(text: &str, id: &str) -> String {
    let document = parse(text);
    let signature = signature_of(by_id(&document, id))
        .expect("one signature")
        .expect("one signature");
    let extent = signature.extent();
    [&text[..extent.start], &text[extent.end..]].concat()
}

#[test]
fn every_algorithm_verifies() {
    let combinations = combinations();
    // Two RSA keys by 4 + 4 + 4 algorithms, three curves by 4, Ed25519.
    assert_eq!(combinations.len(), 2 * 12 + 3 * 4 + 1);
    for (key, algorithm) in combinations {
        let signer = signer(key, algorithm);
        let signed = sign(&Template::new(), RESPONSE, "_a", &signer)
            .unwrap_or_else(|error| panic!("{key} {algorithm}: {error}"));
        assert_eq!(without_signature(&signed, "_a"), RESPONSE);
        let document = parse(&signed);
        let verified = Verifier::new(&trusted(key))
            .expect("a key")
            .verify(by_id(&document, "_a"))
            .unwrap_or_else(|error| panic!("{key} {algorithm}: {error}"));
        assert_eq!(verified.signature_algorithm(), algorithm);
        assert_eq!(verified.digest_algorithm(), DigestAlgorithm::Sha256);
        assert_eq!(verified.root().attribute("ID"), Some("_a"));

        let tampered = signed.replace("xml:lang='en'", "xml:lang='de'");
        let document = parse(&tampered);
        let refused = Verifier::new(&trusted(key))
            .expect("a key")
            .verify(by_id(&document, "_a"));
        assert_eq!(
            refused.err(),
            Some(samlkit_dsig::Error::DigestMismatch { index: 0 })
        );
    }
}

#[test]
fn every_place_and_naming_verifies() {
    let signer = signer("p256", SignatureAlgorithm::EcdsaSha256);
    for id in ["_a", "_r"] {
        for naming in [Naming::Prefixed, Naming::Unprefixed] {
            for (position, before) in [
                (Position::First, None),
                (Position::AfterIssuer, Some("Issuer")),
                (Position::Schema, Some("Issuer")),
                (
                    Position::Last,
                    Some(if id == "_a" { "Empty" } else { "Assertion" }),
                ),
            ] {
                let template = Template::new()
                    .with_naming(naming)
                    .with_position(position)
                    .with_digest(DigestAlgorithm::Sha512)
                    .with_certificate(certificate("p256"));
                let signed = sign(&template, RESPONSE, id, &signer).expect("signs");
                assert_eq!(without_signature(&signed, id), RESPONSE);
                let document = parse(&signed);
                let element = by_id(&document, id);
                let signature = signature_of(element).ok().flatten().expect("one signature");
                let previous = element
                    .elements()
                    .take_while(|&child| child != signature)
                    .last();
                assert_eq!(previous.map(Element::local_name), before);
                let prefix = if naming == Naming::Prefixed { "ds" } else { "" };
                assert_eq!(signature.prefix(), prefix);

                let report = document::verify(&document, &trusted("p256"), Policy::new())
                    .unwrap_or_else(|error| panic!("{position:?} {naming:?}: {error}"));
                assert_eq!(report.references()[0].uri(), format!("#{id}"));
                assert_eq!(
                    report.references()[0].digest_algorithm(),
                    DigestAlgorithm::Sha512
                );
                let strict = Verifier::new(&trusted("p256"))
                    .expect("a key")
                    .verify(element)
                    .map(drop);
                if position == Position::Last {
                    let offset = signature.offset();
                    assert_eq!(
                        strict,
                        Err(samlkit_dsig::Error::MisplacedSignature { offset })
                    );
                } else {
                    assert_eq!(strict, Ok(()));
                }
            }
        }
    }
}

#[test]
fn without_an_issuer_the_schema_has_it_first() {
    let signer = signer("ed25519", SignatureAlgorithm::EddsaEd25519);
    let text = "<EntityDescriptor ID='_m'/>";
    let signed = sign(&Template::new(), text, "_m", &signer).expect("signs");
    assert!(signed.starts_with("<EntityDescriptor ID='_m'><ds:Signature "));
    assert!(signed.ends_with("</ds:Signature></EntityDescriptor>"));
    let document = parse(&signed);
    let keys = trusted("ed25519");
    let verifier = Verifier::new(&keys).expect("a key");
    let _ = verifier.verify(document.root()).expect("it verifies");

    let template = Template::new().with_position(Position::AfterIssuer);
    let refused = sign(&template, text, "_m", &signer);
    assert_eq!(refused, Err(Error::MissingIssuer { offset: 0 }));
}

#[test]
fn an_assertion_then_its_response() {
    let signer = signer("idp", SignatureAlgorithm::RsaSha256);
    let template = Template::new().with_certificate(certificate("idp"));
    let once = sign(&template, RESPONSE, "_a", &signer).expect("signs");
    let twice = sign(&template, &once, "_r", &signer).expect("signs");
    let document = parse(&twice);
    let keys = trusted("idp");
    let verifier = Verifier::new(&keys).expect("a key");
    let response = verifier.verify(by_id(&document, "_r")).expect("verifies");
    let _ = verifier
        .verify(by_id(&document, "_a"))
        .expect("it verifies");
    // And the assertion as it stands in what was signed of the response.
    let _ = verifier
        .verify(by_id(response.document(), "_a"))
        .expect("it verifies");
}

#[test]
fn the_whole_document_only_by_choice() {
    let signer = signer("p384", SignatureAlgorithm::EcdsaSha384);
    let text = "\u{feff}<!-- before --><md>\n<x/></md>";
    let document = parse(text);
    let by_id = Template::new().sign(document.root(), &signer);
    assert_eq!(by_id, Err(Error::MissingId { offset: 18 }));

    let template = Template::new().with_reference(ReferenceBy::WholeDocument);
    let signed = template.sign(document.root(), &signer).expect("signs");
    assert!(signed.starts_with("\u{feff}<!-- before --><md><ds:Signature "));
    let parsed = parse(&signed);
    let _ = document::verify(&parsed, &trusted("p384"), Policy::new()).expect("it verifies");
    let keys = trusted("p384");
    let verifier = Verifier::new(&keys).expect("a key");
    assert_eq!(
        verifier.verify(parsed.root()).err(),
        Some(samlkit_dsig::Error::ForeignReference)
    );
    let verifier =
        verifier.with_policy(Policy::new().with_empty_reference(EmptyReference::AcceptAtRoot));
    let _ = verifier.verify(parsed.root()).expect("it verifies");

    let inner = document.root().elements().next().expect("a child");
    let refused = template.sign(inner, &signer);
    assert_eq!(refused, Err(Error::NotTheRoot { offset: 23 }));
    let document = parse("<md/><?p?>");
    let refused = template.sign(document.root(), &signer);
    assert_eq!(refused, Err(Error::OutsideTheRoot { offset: 5 }));
}

#[test]
fn what_cannot_be_signed_is_refused_by_name() {
    let signer = signer("ed25519", SignatureAlgorithm::EddsaEd25519);
    let refused = |text: &str| Template::new().sign(parse(text).root(), &signer).err();
    assert_eq!(
        refused("<a><b ID='x'/></a>"),
        Some(Error::MissingId { offset: 0 })
    );
    assert_eq!(
        refused("<a ID='1'/>"),
        Some(Error::MalformedId { offset: 0 })
    );
    assert_eq!(
        refused("<a ID=''/>"),
        Some(Error::MalformedId { offset: 0 })
    );
    assert_eq!(
        refused("<a ID='x:y'/>"),
        Some(Error::MalformedId { offset: 0 })
    );
    assert_eq!(
        refused("<a ID='x'><b Id='x'/></a>"),
        Some(Error::DuplicateId { offset: 10 })
    );
    let signed = sign(&Template::new(), RESPONSE, "_a", &signer).expect("signs");
    let at = signed.find("<ds:Signature").expect("it is there");
    assert_eq!(
        sign(&Template::new(), &signed, "_a", &signer),
        Err(Error::AlreadySigned { offset: at })
    );
    // Around what is signed is another matter.
    let _ = sign(&Template::new(), &signed, "_r", &signer).expect("it verifies");
}

#[test]
fn ids_of_other_vocabularies_are_referred_to() {
    let signer = signer("ed25519", SignatureAlgorithm::EddsaEd25519);
    for text in [
        "<a Id='_x'/>",
        "<a id='_x'/>",
        "<a xml:id='_x'/>",
        "<a AssertionID='_x'/>",
        "<a id='y' ID='_x'/>",
    ] {
        let signed = sign(&Template::new(), text, "_x", &signer).expect("signs");
        let document = parse(&signed);
        let report = document::verify(&document, &trusted("ed25519"), Policy::new());
        assert_eq!(report.expect("verifies").references()[0].uri(), "#_x");
    }
}

#[test]
fn sha1_never_signs() {
    let document = parse("<a ID='x'/>");
    for algorithm in [
        SignatureAlgorithm::RsaSha1,
        SignatureAlgorithm::Sha1RsaMgf1,
        SignatureAlgorithm::EcdsaSha1,
    ] {
        let refused = Template::new().prepare(document.root(), algorithm).err();
        let uri = algorithm.uri();
        assert_eq!(refused, Some(Error::AlgorithmNotAllowed { uri }));
    }
    let refused = Template::new()
        .with_digest(DigestAlgorithm::Sha1)
        .prepare(document.root(), SignatureAlgorithm::RsaSha256)
        .err();
    let uri = DigestAlgorithm::Sha1.uri();
    assert_eq!(refused, Some(Error::AlgorithmNotAllowed { uri }));
}

#[test]
fn a_certificate_of_another_key_is_found_out() {
    let signer = signer("idp", SignatureAlgorithm::RsaSha256);
    let template = Template::new().with_certificate(certificate("untrusted"));
    let refused = sign(&template, RESPONSE, "_a", &signer);
    assert_eq!(refused, Err(Error::CertificateMismatch));
    // The first counts; what follows is its chain.
    let template = Template::new()
        .with_certificate(certificate("idp"))
        .with_certificate(certificate("untrusted"));
    let signed = sign(&template, RESPONSE, "_a", &signer).expect("signs");
    assert_eq!(signed.matches("<ds:X509Certificate>").count(), 2);
}

/// As an HSM that does not tell its key: DER where `r` and `s` are asked for, or a fault.
struct Token {
    key: SigningKey,
    fault: fn(Vec<u8>) -> Vec<u8>,
}

impl Signer for Token {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.key.algorithm()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.key.sign(message).map(self.fault)
    }
}

#[test]
fn a_wrong_value_is_found_out() {
    let token = |fault| Token {
        key: signer("p256", SignatureAlgorithm::EcdsaSha256),
        fault,
    };
    let template = Template::new().with_certificate(certificate("p256"));
    let _ = sign(&template, RESPONSE, "_a", &token(|value| value)).expect("it verifies");
    let flipped = token(|mut value| {
        value[0] ^= 1;
        value
    });
    assert_eq!(
        sign(&template, RESPONSE, "_a", &flipped),
        Err(Error::WrongValue(samlkit_crypto::Error::SignatureMismatch))
    );
    let nothing = sign(&Template::new(), RESPONSE, "_a", &token(|_| Vec::new()));
    assert_eq!(nothing, Err(Error::EmptyValue));
    let der = |value: Vec<u8>| {
        let mut out = vec![0x30, 70];
        for number in value.chunks(32) {
            out.extend_from_slice(&[0x02, 33, 0]);
            out.extend_from_slice(number);
        }
        out
    };
    assert_eq!(
        sign(&template, RESPONSE, "_a", &token(der)),
        Err(Error::WrongValue(samlkit_crypto::Error::SignatureLength {
            expected: 64,
            found: 72
        }))
    );
    let document = parse(RESPONSE);
    let preparation = template
        .prepare(by_id(&document, "_a"), SignatureAlgorithm::EcdsaSha256)
        .expect("prepares");
    let value = token(der).sign(preparation.octets()).expect("signs");
    let value = Curve::P256.signature_from_der(&value).expect("DER");
    let _ = preparation.complete(&value).expect("it verifies");
}

#[test]
fn the_algorithm_must_go_with_the_certificate() {
    let template = Template::new().with_certificate(certificate("p256"));
    let document = parse("<a ID='x'/>");
    let algorithm = SignatureAlgorithm::RsaSha256;
    let preparation = template
        .prepare(document.root(), algorithm)
        .expect("prepares");
    assert_eq!(
        preparation.complete(&[0; 256]),
        Err(Error::WrongValue(samlkit_crypto::Error::KeyMismatch {
            algorithm,
            key: KeyKind::Ec(Curve::P256)
        }))
    );
}

/// As a key management service: nothing at the first poll.
struct Service(SigningKey);

impl AsyncSigner for Service {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.0.algorithm()
    }

    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut waited = false;
        core::future::poll_fn(|context| {
            if core::mem::replace(&mut waited, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        self.0.sign(message)
    }

    fn public_key(&self) -> Option<&PublicKey> {
        self.0.public_key()
    }
}

fn block_on<T>(future: impl Future<Output = T> + Send) -> T {
    let mut future = pin!(future);
    loop {
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

#[test]
fn an_asynchronous_signer_gives_the_same() {
    let key = || signer("p521", SignatureAlgorithm::EcdsaSha512);
    let document = parse(RESPONSE);
    let element = by_id(&document, "_a");
    let template = Template::new();
    let service = Service(key());
    let signed = block_on(template.sign_async(element, &service));
    // ECDSA is deterministic here.
    assert_eq!(signed, template.sign(element, &key()));
    let _ = signed.expect("it verifies");
}

#[test]
fn nothing_is_signed_by_a_signer_that_fails() {
    struct Locked;
    impl Signer for Locked {
        fn algorithm(&self) -> SignatureAlgorithm {
            SignatureAlgorithm::RsaSha256
        }
        fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignError> {
            Err(SignError::provider("locked"))
        }
    }
    assert_eq!(
        sign(&Template::new(), RESPONSE, "_a", &Locked),
        Err(Error::Signer(SignError::provider("locked")))
    );
}

fn content() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[ -%'-;=?-~é\u{1f511}]{0,8}".prop_map(|text| text.replace("]]>", "")),
        Just("&#13;&#10;&amp;&lt;\r\n".to_owned()),
        Just("<![CDATA[<e>]]]]>".to_owned()),
        Just("<!-- - > </e> -->".to_owned()),
        Just("<?p > </e>?>".to_owned()),
        Just("<p:e xmlns:p='urn:p' p:a='1' a=\"'>\" />".to_owned()),
        Just("<e xmlns='' a='&#9;'/>".to_owned()),
        Just("<ds:Signature xmlns:ds='urn:not-dsig'/>".to_owned()),
        Just("<e xmlns='http://www.w3.org/2000/09/xmldsig#'/>".to_owned()),
    ];
    leaf.prop_recursive(4, 30, 4, |inner| {
        let attributes = prop_oneof![
            Just(""),
            Just(" xmlns='urn:other'"),
            Just(" xmlns:ds='urn:ds' ds:a=''"),
            Just(" xml:lang='en'")
        ];
        (attributes, proptest::collection::vec(inner, 0..4))
            .prop_map(|(attributes, parts)| format!("<e{attributes}>{}</e>", parts.concat()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// What was signed verifies; all else is as it was; and with one octet changed nothing else is ever given out as signed.
    #[test]
    fn what_is_signed_verifies_and_a_changed_octet_does_not(
        content in content(),
        outer in content(),
        key in 0..KEYS.len(),
        (position, naming) in (0..2_usize, any::<bool>()),
        at in any::<prop::sample::Index>(),
        to in any::<u8>(),
    ) {
        let key = KEYS[key];
        let algorithm = combinations_of(key);
        let text = format!("<root xmlns='urn:root' xmlns:p='urn:q'>{outer}<signed ID='_s'>{content}</signed>{outer}</root>");
        let Ok(document) = Document::parse(text.as_bytes()) else { return Ok(()) };
        let template = Template::new()
            .with_position([Position::First, Position::Schema][position])
            .with_naming(if naming { Naming::Prefixed } else { Naming::Unprefixed });
        let signed = template.sign(by_id(&document, "_s"), &signer(key, algorithm)).expect("signs");
        prop_assert_eq!(without_signature(&signed, "_s"), text);
        let keys = trusted(key);
        let verifier = Verifier::new(&keys).expect("a key");
        let document = parse(&signed);
        let verified = verifier.verify(by_id(&document, "_s")).expect("verifies");

        let mut changed = signed.clone().into_bytes();
        let at = at.index(changed.len());
        prop_assume!(changed[at] != to);
        changed[at] = to;
        if let Ok(document) = Document::parse(&changed)
            && let Ok(Some(element)) = element_by_id(&document, "_s")
            && let Ok(other) = verifier.verify(element)
        {
            prop_assert_eq!(other.octets(), verified.octets());
        }
    }
}

/// One algorithm for each key.
fn combinations_of(key: &str) -> SignatureAlgorithm {
    match private_key(key).kind() {
        KeyKind::Rsa => SignatureAlgorithm::Sha256RsaMgf1,
        KeyKind::Ec(_) => SignatureAlgorithm::EcdsaSha256,
        _ => SignatureAlgorithm::EddsaEd25519,
    }
}
