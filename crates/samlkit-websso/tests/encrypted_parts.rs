//! Name identifiers and attributes that are encrypted within an assertion: decrypted from the octets that a signature covers and
//! from nowhere else, and read as if they stood in the clear.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a broken fixture must stop the test"
)]

#[path = "support/diagnosed.rs"]
mod diagnosed;
#[path = "support/parties.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod parties;

use parties::{
    ACS, IDP, SP, at, certificate, identity_provider, now, private_key, service_provider, signed,
};
use samlkit_core::Fragment;
use samlkit_core::uri::{authn_context, nameid_format};
use samlkit_core::write::{
    Assertion, Attribute, AuthnStatement, Id, Identifier, NameId, Response, Status,
    SubjectConfirmation,
};
use samlkit_crypto::{BlockEncryption, SystemRandomness};
use samlkit_enc::{DecryptionKey, Encryptor, Kind, Recipient};
use samlkit_websso::{
    AttributeRef, Check, Code, Diagnosis, Expected, Identity, InMemoryReplay, Policy, Rejection,
    RequiredEncryption, Rule, ServiceProvider, SignedParts, ValueRef, Verdict,
};

const USER: &str = "britta.simon@contoso.example";
const SAML: &str = "xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"";

fn recipient(name: &str) -> Recipient {
    Recipient::from_certificate(certificate(name)).expect("an RSA key")
}

fn seal_for(encryptor: &Encryptor, kind: Kind, plaintext: &str) -> Fragment {
    let sealed = encryptor
        .encrypt(kind, plaintext, &SystemRandomness)
        .expect("encrypted");
    Fragment::parse(&sealed).expect("an element")
}

fn seal(kind: Kind, plaintext: &str) -> Fragment {
    seal_for(&Encryptor::new(recipient("sp")), kind, plaintext)
}

fn name_id() -> NameId {
    NameId::new(USER)
        .with_format(nameid_format::EMAIL_ADDRESS)
        .with_sp_name_qualifier(SP)
}

fn sealed_name() -> Fragment {
    seal(Kind::Id, &name_id().write().unwrap())
}

fn attribute(name: &str, inner: &str) -> String {
    format!(
        "<saml:Attribute {SAML} Name=\"{name}\" NameFormat=\"urn:f\" FriendlyName=\"f\">{inner}</saml:Attribute>"
    )
}

fn value(text: &str) -> String {
    format!("<saml:AttributeValue>{text}</saml:AttributeValue>")
}

fn assertion(subject: impl Into<Identifier>) -> Assertion {
    let end = at("2026-01-15T10:05:00Z");
    let confirmation =
        SubjectConfirmation::bearer(ACS, end).with_in_response_to(Id::new("_q").unwrap());
    Assertion::new(Id::new("_a").unwrap(), now(), IDP, subject)
        .with_subject_confirmation(confirmation)
        .with_not_on_or_after(end)
        .with_audience(SP)
        .with_authn_statement(AuthnStatement::new(now(), authn_context::PASSWORD))
}

fn secret(sealed: Fragment) -> Assertion {
    assertion(Identifier::encrypted_id(sealed).expect("an EncryptedID"))
}

fn whole() -> Assertion {
    secret(sealed_name())
        .with_encrypted_attribute(seal(
            Kind::Attribute,
            &attribute("role", &(value("admin") + &value("&lt;user&gt;"))),
        ))
        .expect("an EncryptedAttribute")
        .with_attribute(Attribute::new("mail").with_value("clear"))
        .with_encrypted_attribute(seal(
            Kind::Attribute,
            &attribute("id", &value("<saml:NameID>p-1</saml:NameID>")),
        ))
        .expect("an EncryptedAttribute")
}

fn response(assertion: &str) -> String {
    Response::new(Id::new("_r").unwrap(), now(), IDP, Status::success())
        .with_destination(ACS)
        .with_in_response_to(Id::new("_q").unwrap())
        .with_signed_assertion(Fragment::parse(assertion).expect("an element"))
        .and_then(|response| response.write())
        .expect("written")
}

fn provider() -> ServiceProvider {
    service_provider(identity_provider()).with_decryptor(DecryptionKey::new(private_key("sp")))
}

fn accept(provider: &ServiceProvider, message: &str) -> Result<Identity, Rejection> {
    let replay = InMemoryReplay::new(8);
    let result = provider.accept_xml(
        message.as_bytes(),
        Expected::answer_to("_q"),
        now(),
        &replay,
    );
    let refused = result.as_ref().err();
    diagnosed::agrees(
        provider,
        message.as_bytes(),
        Expected::answer_to("_q"),
        now(),
        refused,
    );
    assert_eq!(replay.is_empty(), result.is_err());
    result
}

fn diagnose(provider: &ServiceProvider, message: &str) -> Diagnosis {
    provider.diagnose_xml(message.as_bytes(), Expected::answer_to("_q"), now())
}

fn check(diagnosis: &Diagnosis, rule: Rule) -> &Check {
    let mut checks = diagnosis.checks().iter();
    checks.find(|check| check.rule() == rule).expect("a check")
}

/// The rules that a diagnosis says are broken.
fn failed(diagnosis: &Diagnosis) -> Vec<(Rule, Code)> {
    let checks = diagnosis.checks().iter();
    let failed = checks.filter_map(|check| match check.verdict() {
        Verdict::Failed(rejection) => Some((check.rule(), rejection.code())),
        _ => None,
    });
    failed.collect()
}

fn code(provider: &ServiceProvider, message: &str) -> Code {
    accept(provider, message).expect_err("refused").code()
}

fn passes(result: Result<Identity, Rejection>) {
    result.map(drop).expect("accepted");
}

/// The response to `assertion`, which is signed.
fn answer(assertion: &Assertion) -> String {
    response(&signed(&assertion.write().expect("written"), "idp"))
}

#[test]
fn read_as_if_they_stood_in_the_clear() {
    let bare = whole().write().expect("written");
    let sealed = seal(Kind::Assertion, &signed(&bare, "idp"));
    let sealed_whole = Response::new(Id::new("_r").unwrap(), now(), IDP, Status::success())
        .with_destination(ACS)
        .with_in_response_to(Id::new("_q").unwrap())
        .with_encrypted_assertion(sealed)
        .and_then(|response| response.write())
        .expect("written");
    for (message, parts) in [
        (answer(&whole()), SignedParts::Assertion),
        (signed(&response(&bare), "idp"), SignedParts::Response),
        (signed(&answer(&whole()), "idp"), SignedParts::Both),
        (sealed_whole.clone(), SignedParts::Assertion),
        (signed(&sealed_whole, "idp"), SignedParts::Both),
    ] {
        let identity = accept(&provider(), &message).expect("accepted");
        assert_eq!(identity.signed_parts(), parts);
        assert_eq!(identity.name_id().value(), USER);
        assert_eq!(
            identity.name_id().format(),
            Some(nameid_format::EMAIL_ADDRESS)
        );
        assert_eq!(identity.name_id().sp_name_qualifier(), Some(SP));
        let names: Vec<_> = identity.attributes().map(AttributeRef::name).collect();
        assert_eq!(names, ["mail", "role", "id"]);
        let described = identity
            .attributes()
            .map(|a| (a.name_format(), a.friendly_name()));
        let sealed = (Some("urn:f"), Some("f"));
        assert_eq!(Vec::from_iter(described), [(None, None), sealed, sealed]);
        let roles: Vec<_> = identity.values("role").collect();
        assert_eq!(roles, ["admin", "<user>"]);
        let mut last = identity.attributes().last().unwrap().values();
        assert!(matches!(last.next(), Some(ValueRef::NameId(id)) if id.value() == "p-1"));
        assert_eq!(identity.opened().len(), 3);
        // Covered by the key that signed the ciphertext.
        assert!(
            identity
                .opened()
                .iter()
                .all(|part| part.key() == identity.key())
        );
        assert_eq!(
            code(&service_provider(identity_provider()), &message),
            Code::DecryptionFailed
        );
    }
    let clear = accept(&provider(), &answer(&assertion(name_id()))).expect("accepted");
    assert_eq!(clear.name_id().value(), USER);
    assert!(clear.opened().is_empty());
}

#[test]
fn every_missing_key_is_one_refusal() {
    let refusal = |key: Option<&str>, message: &str| {
        let provider = service_provider(identity_provider());
        let provider = match key {
            Some(key) => provider.with_decryptor(DecryptionKey::new(private_key(key))),
            None => provider,
        };
        accept(&provider, message).map(drop)
    };
    let email = attribute("mail", &value(USER));
    let attributes = assertion(name_id()).with_encrypted_attribute(seal(Kind::Attribute, &email));
    for message in [
        answer(&secret(sealed_name())),
        answer(&attributes.expect("an EncryptedAttribute")),
    ] {
        assert_eq!(refusal(Some("sp"), &message), Ok(()));
        let other = refusal(Some("idp"), &message).expect_err("refused");
        assert_eq!(other.code(), Code::DecryptionFailed);
        let none = refusal(None, &message).expect_err("refused");
        assert_eq!(none.code(), Code::DecryptionFailed);
        // A ciphertext that was damaged before it was signed looks like another key.
        let at = message.rfind("</xenc:CipherValue>").expect("a ciphertext") - 30;
        let (start, rest) = message.split_at(at);
        let flipped = if rest.starts_with('A') { "B" } else { "A" };
        let damaged = format!("{start}{flipped}{}", rest.get(1..).unwrap());
        assert_eq!(
            code(&provider(), &damaged),
            Code::SignatureInvalid,
            "the ciphertext is signed"
        );
    }
    let text = sealed_name().as_str().to_owned();
    let at = text.rfind("</xenc:CipherValue>").unwrap() - 30;
    let (start, rest) = text.split_at(at);
    let flipped = if rest.starts_with('A') { "B" } else { "A" };
    let damaged = format!("{start}{flipped}{}", rest.get(1..).unwrap());
    let damaged = answer(&secret(Fragment::parse(&damaged).unwrap()));
    let other = refusal(Some("idp"), &answer(&secret(sealed_name())));
    assert_eq!(refusal(Some("sp"), &damaged), other);
}

/// Somebody who has no key of the identity provider puts his own ciphertext in place of the signed one.
#[test]
fn a_ciphertext_of_somebody_else_is_not_taken() {
    let message = answer(&secret(sealed_name()));
    let other = NameId::new("admin@contoso.example").write().unwrap();
    let (start, end) = ("<saml:EncryptedID", "</saml:EncryptedID>");
    let from = message.find(start).expect("an EncryptedID");
    let to = message.find(end).expect("its end") + end.len();
    let swapped = message.replace(
        message.get(from..to).unwrap(),
        seal(Kind::Id, &other).as_str(),
    );
    assert_eq!(code(&provider(), &swapped), Code::SignatureInvalid);
    passes(accept(&provider(), &message));
}

/// A diagnosis says whether anything was decrypted, and leaves open what it could not read.
#[test]
fn what_a_diagnosis_says_of_them() {
    let sealed = seal(Kind::Attribute, &attribute("mail", &value(USER)));
    let attributes = assertion(name_id()).with_encrypted_attribute(sealed);
    let attributes = attributes.expect("an EncryptedAttribute");
    for (assertion, decryption, subject) in [
        (assertion(name_id()), "nothing to decrypt", "a NameID"),
        (attributes, "decrypted", "a NameID"),
        (secret(sealed_name()), "decrypted", "an EncryptedID"),
        (whole(), "decrypted", "an EncryptedID"),
    ] {
        let diagnosis = diagnose(&provider(), &answer(&assertion));
        assert_eq!(failed(&diagnosis), []);
        let found = |rule| check(&diagnosis, rule).found();
        assert_eq!(found(Rule::Decryption), Some(decryption));
        assert_eq!(found(Rule::Subject), Some(subject));
    }
    let keyless = service_provider(identity_provider());
    let unread = diagnose(&keyless, &answer(&secret(sealed_name())));
    assert_eq!(
        failed(&unread),
        [(Rule::Decryption, Code::DecryptionFailed)]
    );
    assert_eq!(
        *check(&unread, Rule::Subject).verdict(),
        Verdict::NotReached
    );
}

#[test]
fn what_the_plaintext_must_be() {
    let with = |plaintext: &str| answer(&secret(seal(Kind::Id, plaintext)));
    let name = format!("<saml:NameID {SAML}>x</saml:NameID>");
    passes(accept(&provider(), &with(&name)));
    for (plaintext, expected) in [
        (format!("<saml:BaseID {SAML}/>"), Code::MissingElement),
        (
            assertion(name_id())
                .write()
                .unwrap()
                .replace("\"_a\"", "\"_other\""),
            Code::MissingElement,
        ),
        (
            format!("<saml:NameID {SAML}> </saml:NameID>"),
            Code::InvalidValue,
        ),
        (
            format!("<saml:NameID {SAML} x=''>a</saml:NameID>"),
            Code::InvalidValue,
        ),
    ] {
        assert_eq!(
            code(&provider(), &with(&plaintext)),
            expected,
            "{plaintext}"
        );
    }
    let with = |plaintext: &str| {
        let sealed = seal(Kind::Attribute, plaintext);
        answer(
            &assertion(name_id())
                .with_encrypted_attribute(sealed)
                .unwrap(),
        )
    };
    passes(accept(&provider(), &with(&attribute("n", ""))));
    assert_eq!(
        code(&provider(), &with(&attribute(" ", ""))),
        Code::InvalidValue
    );
    assert_eq!(
        code(&provider(), &with(&attribute("n", "text"))),
        Code::InvalidValue
    );
}

/// Several recipients; keys beside the data; a key where a `RetrievalMethod` leads, within what is signed.
#[test]
fn where_the_key_may_be() {
    let name = name_id().write().unwrap();
    let encryptor = Encryptor::new(recipient("idp").with_name("https://other.example/"))
        .with_recipient(recipient("sp").with_name(SP));
    let several = seal_for(&encryptor, Kind::Id, &name);
    assert_eq!(several.as_str().matches("<xenc:EncryptedKey").count(), 2);
    assert!(
        several
            .as_str()
            .contains("Recipient=\"https://sp.example/\"")
    );
    let identity = accept(&provider(), &answer(&secret(several))).expect("accepted");
    assert_eq!(identity.name_id().value(), USER);

    let text = sealed_name().as_str().to_owned();
    let (start, end) = ("<xenc:EncryptedKey", "</xenc:EncryptedKey>");
    let from = text.find(start).expect("a key");
    let to = text.find(end).expect("its end") + end.len();
    let key = text.get(from..to).unwrap();
    let declared = key.replacen(start, "<xenc:EncryptedKey Id=\"_k\"", 1);
    let beside = |info: &str| {
        let moved = text.replace(key, info);
        let key = declared.replacen(
            "<xenc:EncryptedKey",
            "<xenc:EncryptedKey xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"",
            1,
        );
        (moved, key)
    };
    let retrieval =
        "<ds:RetrievalMethod Type=\"http://www.w3.org/2001/04/xmlenc#EncryptedKey\" URI=\"#_k\"/>";
    for info in ["<ds:KeyName>sp</ds:KeyName>", retrieval] {
        let (moved, key) = beside(info);
        let sealed = moved.replace("</saml:EncryptedID>", &format!("{key}</saml:EncryptedID>"));
        let message = answer(&secret(Fragment::parse(&sealed).unwrap()));
        let identity = accept(&provider(), &message).expect("accepted");
        assert_eq!(identity.name_id().value(), USER);
    }
    // The key is in the message, outside of what is signed.
    let (moved, key) = beside(retrieval);
    let message = answer(&secret(Fragment::parse(&moved).unwrap()));
    let outside = message.replace(
        "<samlp:Status>",
        &format!("<samlp:Extensions>{key}</samlp:Extensions><samlp:Status>"),
    );
    let rejection = accept(&provider(), &outside).expect_err("refused");
    assert!(
        matches!(
            rejection.reason(),
            samlkit_websso::Reason::Encryption(
                samlkit_enc::Error::UnsupportedRetrievalMethod { .. }
            )
        ),
        "{rejection:?}"
    );
}

/// SAMLCore §2.4.1.1: who is expected to confirm. A bearer confirmation asks for nothing but the assertion.
#[test]
fn the_identifier_of_a_bearer_confirmation_is_not_read() {
    let bare = assertion(name_id()).write().unwrap();
    let with = |identifier: &str| {
        let (before, after) = bare
            .split_once("<saml:SubjectConfirmationData")
            .expect("its data");
        let text = format!("{before}{identifier}<saml:SubjectConfirmationData{after}");
        response(&signed(&text, "idp"))
    };
    let other = seal_for(
        &Encryptor::new(recipient("idp")),
        Kind::Id,
        &NameId::new("delegate").write().unwrap(),
    );
    for identifier in ["", "<saml:NameID>delegate</saml:NameID>", other.as_str()] {
        let identity = accept(&provider(), &with(identifier)).expect("accepted");
        assert_eq!(identity.name_id().value(), USER);
        assert!(identity.opened().is_empty());
    }
    // In the subject it is decrypted, and must be.
    assert_eq!(
        code(&provider(), &answer(&secret(other))),
        Code::DecryptionFailed
    );
}

#[test]
fn there_is_an_end_to_encrypted_attributes() {
    let sealed = seal(Kind::Attribute, &attribute("n", &value("v")));
    let with = |count| {
        let mut assertion = assertion(name_id());
        for _ in 0..count {
            assertion = assertion.with_encrypted_attribute(sealed.clone()).unwrap();
        }
        answer(&assertion)
    };
    let identity = accept(&provider(), &with(32)).expect("accepted");
    assert_eq!(identity.values("n").count(), 32);
    assert_eq!(code(&provider(), &with(33)), Code::LimitExceeded);
}

/// What was decrypted is a part of the document that it stood in, so its IDs are too.
#[test]
fn ids_are_unique_across_the_encryption() {
    let tagged = |id: &str| {
        let text = attribute("n", "").replace(" Name=", &format!(" xml:id=\"{id}\" Name="));
        seal(Kind::Attribute, &text)
    };
    let with = |ids: &[&str]| {
        let mut assertion = assertion(name_id());
        for id in ids {
            assertion = assertion.with_encrypted_attribute(tagged(id)).unwrap();
        }
        assertion
    };
    let sealed_whole = |assertion: &Assertion, algorithm| {
        let text = signed(&assertion.write().unwrap(), "idp");
        let encryptor = Encryptor::new(recipient("sp")).with_algorithm(algorithm);
        Response::new(Id::new("_r").unwrap(), now(), IDP, Status::success())
            .with_destination(ACS)
            .with_in_response_to(Id::new("_q").unwrap())
            .with_encrypted_assertion(seal_for(&encryptor, Kind::Assertion, &text))
            .and_then(|response| response.write())
            .unwrap()
    };
    let gcm = BlockEncryption::Aes256Gcm;
    for (ids, expected) in [
        (&["_x", "_y"][..], Ok(())),
        (&["_x", "_x"], Err(Code::DuplicateId)),
        (&["_r"], Err(Code::DuplicateId)),
        (&["_a"], Err(Code::DuplicateId)),
    ] {
        for message in [answer(&with(ids)), sealed_whole(&with(ids), gcm)] {
            let found = accept(&provider(), &message)
                .map(drop)
                .map_err(|r| r.code());
            assert_eq!(found, expected, "{ids:?}");
            let told = expected.err().map(|code| (Rule::UniqueIds, code));
            assert_eq!(
                failed(&diagnose(&provider(), &message)),
                Vec::from_iter(told)
            );
        }
    }
    // The assertion has the response's own ID, or that of the encrypted data.
    let twin = |algorithm| {
        sealed_whole(&assertion(name_id()), algorithm).replace("ID=\"_r\"", "ID=\"_a\"")
    };
    let data = |id: &str, algorithm| {
        let message = sealed_whole(&assertion(name_id()), algorithm);
        message.replace(
            "<xenc:EncryptedData ",
            &format!("<xenc:EncryptedData Id=\"{id}\" "),
        )
    };
    let cbc = BlockEncryption::Aes256Cbc;
    for algorithm in [gcm, cbc] {
        passes(accept(&provider(), &data("_d", algorithm)));
        for message in [twin(algorithm), data("_a", algorithm)] {
            // Until a signature vouches for it, nothing is said of a plaintext of CBC.
            let expected = if algorithm == cbc {
                Code::DecryptionFailed
            } else {
                Code::DuplicateId
            };
            assert_eq!(code(&provider(), &message), expected);
            assert_eq!(
                code(&provider(), &signed(&message, "idp")),
                Code::DuplicateId
            );
        }
    }
}

#[test]
fn encryption_can_be_required() {
    let strict = provider()
        .with_policy(Policy::new().with_required_encryption(RequiredEncryption::Assertion));
    let clear = answer(&assertion(name_id()));
    let sealed = |text: &str| {
        Response::new(Id::new("_r").unwrap(), now(), IDP, Status::success())
            .with_destination(ACS)
            .with_in_response_to(Id::new("_q").unwrap())
            .with_encrypted_assertion(seal(Kind::Assertion, text))
            .and_then(|response| response.write())
            .unwrap()
    };
    let text = assertion(name_id()).write().unwrap();
    let closed = sealed(&signed(&text, "idp"));
    for message in [&clear, &closed] {
        passes(accept(&provider(), message));
        for (provider, expected) in [(&provider(), "either way"), (&strict, "encrypted")] {
            let diagnosis = diagnose(provider, message);
            assert_eq!(
                check(&diagnosis, Rule::Encryption).expected(),
                Some(expected)
            );
        }
    }
    assert!(accept(&strict, &closed).expect("accepted").is_encrypted());
    assert_eq!(code(&strict, &clear), Code::NotEncrypted);
    assert_eq!(code(&strict, &signed(&clear, "idp")), Code::NotEncrypted);
    // Parts are not the assertion.
    assert_eq!(code(&strict, &answer(&whole())), Code::NotEncrypted);
    // Encrypted is not signed.
    assert_eq!(code(&strict, &sealed(&text)), Code::Unsigned);
    passes(accept(&strict, &signed(&sealed(&text), "idp")));
}
