//! Encrypted assertions: what the road from the plaintext asks for is the same signature as without encryption.
#![expect(clippy::expect_used, reason = "a broken fixture must stop the test")]

#[path = "support/diagnosed.rs"]
mod diagnosed;

use std::path::Path;

use samlkit_core::metadata::Metadata;
use samlkit_core::parse_date_time;
use samlkit_crypto::{
    BlockEncryption, Certificate, PrivateKey, SignatureAlgorithm, SigningKey, SystemRandomness,
};
use samlkit_dsig::sign::{Position, Template};
use samlkit_dsig::{Signed, TrustedKey, Verifier};
use samlkit_enc::{DecryptionKey, Encryptor, Kind, Recipient};
use samlkit_websso::{
    CbcEncryption, Code, Expected, Identity, IdentityProvider, InMemoryReplay, Policy, Rejection,
    RequiredSignature, ServiceProvider, SignedParts,
};
use samlkit_xml::{Document, Limits};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures")
        .join(path);
    std::fs::read_to_string(path).expect("the fixture is there")
}

fn private_key(name: &str) -> PrivateKey {
    PrivateKey::from_pem(&read(&format!("keys/test-only-{name}.key.pem"))).expect("a private key")
}

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem(&read(&format!("keys/test-only-{name}.crt.pem"))).expect("a certificate")
}

fn provider(decryption_key: Option<&str>) -> ServiceProvider {
    let metadata =
        Metadata::read_unverified(read("entra/metadata.xml").as_bytes()).expect("metadata");
    let now = parse_date_time("2026-01-15T10:01:00Z").expect("a time");
    let entity = metadata.entities().next().expect("an entity");
    let provider = ServiceProvider::new(
        "https://eu-api.mimecast.com/sso/CUK1A1",
        "https://eu-api.mimecast.com/login/saml",
        IdentityProvider::from_metadata(entity, now).expect("a sound provider"),
    )
    .expect("a sound configuration");
    match decryption_key {
        Some(name) => provider.with_decryptor(DecryptionKey::new(private_key(name))),
        None => provider,
    }
}

fn accept(provider: &ServiceProvider, message: &str) -> Result<Identity, Rejection> {
    let now = parse_date_time("2026-01-15T10:01:00Z").expect("a time");
    // Each of these fixtures answers a request of its own.
    let document = Document::parse(message.as_bytes()).expect("well-formed");
    let request = document
        .root()
        .attribute("InResponseTo")
        .expect("a request");
    let expected = Expected::answer_to(request);
    let replay = InMemoryReplay::new(8);
    let accepted = provider.accept_xml(message.as_bytes(), expected, now, &replay);
    let refused = accepted.as_ref().err();
    diagnosed::agrees(provider, message.as_bytes(), expected, now, refused);
    accepted
}

/// The message with its assertion encrypted to the service provider.
fn encrypted(message: &str, algorithm: BlockEncryption) -> String {
    let start = message.find("<Assertion ").expect("an assertion");
    let end = message.rfind("</Assertion>").expect("its end") + "</Assertion>".len();
    let encryptor =
        Encryptor::new(Recipient::from_certificate(certificate("sp")).expect("an RSA key"))
            .with_algorithm(algorithm);
    let assertion = message.get(start..end).expect("the assertion");
    let sealed = encryptor
        .encrypt(Kind::Assertion, assertion, &SystemRandomness)
        .expect("encrypted");
    message.replace(assertion, &sealed)
}

/// The message with its root signed.
fn signed(message: &str, key: &str) -> String {
    let signer =
        SigningKey::new(private_key(key), SignatureAlgorithm::RsaSha256).expect("a signer");
    let document = Document::parse(message.as_bytes()).expect("well-formed");
    Template::new()
        .with_position(Position::AfterIssuer)
        .with_certificate(certificate(key))
        .sign(document.root(), &signer)
        .expect("signed")
}

/// The message without the signature of its assertion.
fn unsigned(message: &str) -> String {
    let start = message.find("<Signature ").expect("a signature");
    let end = message.rfind("</Signature>").expect("its end") + "</Signature>".len();
    let signature = message.get(start..end).expect("the signature");
    message.replace(signature, "")
}

fn refused(provider: &ServiceProvider, message: &str) -> Code {
    accept(provider, message).expect_err("refused").code()
}

#[test]
fn signed_then_encrypted() {
    for algorithm in [BlockEncryption::Aes256Gcm, BlockEncryption::Aes256Cbc] {
        let message = encrypted(&read("entra/eu.xml"), algorithm);
        let identity = accept(&provider(Some("sp")), &message).expect("accepted");
        assert_eq!(identity.name_id().value(), "britta.simon@contoso.example");
        assert_eq!(identity.signed_parts(), SignedParts::Assertion);
        assert!(identity.is_encrypted());
    }
    assert!(
        !accept(&provider(Some("sp")), &read("entra/eu.xml"))
            .expect("accepted")
            .is_encrypted()
    );
}

#[test]
fn without_the_key_nothing_is_told() {
    let message = encrypted(&read("entra/eu.xml"), BlockEncryption::Aes256Gcm);
    assert_eq!(refused(&provider(None), &message), Code::DecryptionFailed);
    assert_eq!(
        refused(&provider(Some("entra-active")), &message),
        Code::DecryptionFailed
    );
    let at = message.rfind("</xenc:CipherValue>").expect("a ciphertext") - 40;
    let mut changed = message.into_bytes();
    if let Some(octet) = changed.get_mut(at) {
        *octet = if *octet == b'A' { b'B' } else { b'A' };
    }
    let changed = String::from_utf8(changed).expect("ASCII");
    assert_eq!(
        refused(&provider(Some("sp")), &changed),
        Code::DecryptionFailed
    );
}

#[test]
fn decryption_is_no_proof() {
    let message = unsigned(&read("entra/eu.xml"));
    assert_eq!(
        refused(
            &provider(Some("sp")),
            &encrypted(&message, BlockEncryption::Aes256Gcm)
        ),
        Code::Unsigned
    );
    let tampered = read("entra/bad/tampered-name-id.xml");
    let tampered = encrypted(&tampered, BlockEncryption::Aes256Gcm);
    assert_eq!(
        refused(&provider(Some("sp")), &tampered),
        Code::SignatureInvalid
    );
    let stranger = encrypted(
        &read("entra/bad/untrusted-key.xml"),
        BlockEncryption::Aes256Gcm,
    );
    assert_eq!(
        refused(&provider(Some("sp")), &stranger),
        Code::UntrustedKey
    );
}

/// Until a signature vouches for it, a plaintext of CBC gets one answer, whatever is wrong with it.
#[test]
fn cbc_is_no_oracle() {
    for file in [
        "entra/bad/tampered-name-id.xml",
        "entra/bad/untrusted-key.xml",
        "entra/bad/unsigned.xml",
    ] {
        let message = encrypted(&read(file), BlockEncryption::Aes128Cbc);
        let rejection = accept(&provider(Some("sp")), &message).expect_err("refused");
        let without_key = accept(&provider(Some("idp")), &message).expect_err("refused");
        assert_eq!(rejection, without_key, "{file}");
    }
}

/// The policy looks at what anyone can read, and at whether a signature covers it.
#[test]
fn cbc_can_be_refused() {
    let with = |cbc| provider(Some("sp")).with_policy(Policy::new().with_cbc(cbc));
    for algorithm in BlockEncryption::ALL {
        let inside = encrypted(&read("entra/eu.xml"), algorithm);
        let around = signed(
            &encrypted(&unsigned(&read("entra/eu.xml")), algorithm),
            "entra-active",
        );
        let both = signed(&inside, "entra-active");
        for (cbc, message, accepted) in [
            (CbcEncryption::Accept, &inside, true),
            (CbcEncryption::Accept, &around, true),
            (CbcEncryption::UnderSignature, &inside, false),
            (CbcEncryption::UnderSignature, &around, true),
            (CbcEncryption::UnderSignature, &both, true),
            (CbcEncryption::Refuse, &inside, false),
            (CbcEncryption::Refuse, &around, false),
            (CbcEncryption::Refuse, &both, false),
        ] {
            let result = accept(&with(cbc), message).map(drop);
            if accepted || algorithm.is_authenticated() {
                assert_eq!(result, Ok(()), "{cbc:?} {algorithm}");
            } else {
                let rejection = result.expect_err("refused");
                assert_eq!(rejection.code(), Code::AlgorithmNotAllowed, "{cbc:?}");
                assert!(rejection.help().expect("a help").contains("GCM"));
            }
        }
    }
}

#[test]
fn encrypted_under_a_signed_response() {
    let inner = unsigned(&read("entra/eu.xml"));
    let message = signed(
        &encrypted(&inner, BlockEncryption::Aes256Gcm),
        "entra-active",
    );
    let identity = accept(&provider(Some("sp")), &message).expect("accepted");
    assert_eq!(identity.name_id().value(), "britta.simon@contoso.example");
    assert_eq!(identity.signed_parts(), SignedParts::Response);

    let strict = Policy::new().with_required_signature(RequiredSignature::Assertion);
    assert_eq!(
        refused(&provider(Some("sp")).with_policy(strict), &message),
        Code::Unsigned
    );
    let stranger = signed(&encrypted(&inner, BlockEncryption::Aes256Gcm), "untrusted");
    assert_eq!(
        refused(&provider(Some("sp")), &stranger),
        Code::UntrustedKey
    );
    // Another ciphertext under the same signature.
    let other = encrypted(
        &inner.replace("britta", "mallory"),
        BlockEncryption::Aes256Gcm,
    );
    let cut = |message: &str| {
        let start = message
            .find("<saml:EncryptedAssertion")
            .expect("an assertion");
        let end = message.find("</saml:EncryptedAssertion>").expect("its end");
        message.get(start..end).expect("the assertion").to_owned()
    };
    let swapped = message.replace(&cut(&message), &cut(&other));
    assert_eq!(
        refused(&provider(Some("sp")), &swapped),
        Code::SignatureInvalid
    );
}

#[test]
fn both_signatures_count() {
    let good = read("entra/eu.xml");
    let message = signed(
        &encrypted(&good, BlockEncryption::Aes256Gcm),
        "entra-active",
    );
    let identity = accept(&provider(Some("sp")), &message).expect("accepted");
    assert_eq!(identity.signed_parts(), SignedParts::Both);
    let tampered = encrypted(
        &read("entra/bad/tampered-name-id.xml"),
        BlockEncryption::Aes256Gcm,
    );
    assert_eq!(
        refused(&provider(Some("sp")), &signed(&tampered, "entra-active")),
        Code::SignatureInvalid
    );
}

#[test]
fn one_assertion_inside_the_encryption_too() {
    let good = read("entra/eu.xml");
    let start = good.find("<Assertion ").expect("an assertion");
    let end = good.rfind("</Assertion>").expect("its end") + "</Assertion>".len();
    let assertion = good.get(start..end).expect("the assertion");
    // The signed assertion as advice of a forged one.
    let forged = unsigned(&good)
        .replace("_e", "_f")
        .replace("britta", "mallory")
        .replace(
            "</Conditions>",
            &format!("</Conditions><Advice>{assertion}</Advice>"),
        );
    let message = encrypted(&forged, BlockEncryption::Aes256Gcm);
    assert_eq!(
        refused(&provider(Some("sp")), &message),
        Code::SignatureWrapping
    );
}

/// What was decrypted from one signed message is never taken for a part of another, even where that one took its place.
#[test]
fn a_plaintext_belongs_to_the_octets_it_came_from() {
    let keys = [TrustedKey::from_certificate(certificate("entra-active")).expect("a sound key")];
    let verifier = Verifier::new(&keys).expect("a key");
    let verify = |text: &str| {
        let inner = unsigned(&read("entra/eu.xml")).replace("britta", text);
        let message = signed(
            &encrypted(&inner, BlockEncryption::Aes256Gcm),
            "entra-active",
        );
        let document = Document::parse(message.as_bytes()).expect("well-formed");
        verifier.verify(document.root()).expect("verifies")
    };
    let sealed = |signed: &Signed| {
        let mut elements = signed.document().elements();
        let element = elements.find(|element| Kind::of(*element).is_some());
        element.expect("an encrypted assertion").id()
    };
    let element = |signed: &Signed, id| {
        let node = signed.document().node(id).expect("a node");
        samlkit_enc::decrypt(
            node.as_element().expect("an element"),
            &DecryptionKey::new(private_key("sp")),
        )
    };
    let open = |signed: &Signed, decrypted: &samlkit_enc::Decrypted| {
        let node = signed.document().node(sealed(signed)).expect("a node");
        signed
            .open(
                node.as_element().expect("an element"),
                decrypted,
                &Limits::DEFAULT,
            )
            .map(drop)
    };

    let mut message = verify("mallory");
    let decrypted = element(&message, sealed(&message)).expect("decrypts");
    assert_eq!(open(&message, &decrypted), Ok(()));
    let before = sealed(&message);
    message = verify("britta");
    assert_eq!(sealed(&message), before, "the same place in the tree");
    assert_eq!(
        open(&message, &decrypted),
        Err(samlkit_dsig::Error::NotCovered)
    );
}
