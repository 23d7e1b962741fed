//! What may stand where in a message, in the clear and encrypted: elements of other vocabularies anywhere, whose issuer and whose
//! signature is asked for. What may not is among the attacks.
#![expect(clippy::expect_used, reason = "a broken fixture must stop the test")]

#[path = "support/diagnosed.rs"]
mod diagnosed;
#[path = "support/response.rs"]
mod response;

use samlkit_core::parse_date_time;
use samlkit_crypto::{BlockEncryption, SystemRandomness};
use samlkit_enc::{DecryptionKey, Encryptor, Kind, Recipient};
use samlkit_websso::{
    Code, ConfigError, Expected, IdentityProvider, InMemoryReplay, Policy, RequiredSignature,
    ServiceProvider,
};

use response::{
    ACS, By, IDP, NOW, REQUEST, RESPONSE, SP, certificate, edit, private_key, sign, signed, trusted,
};

const STATUS: &str = "<samlp:Status>";

fn provider() -> ServiceProvider {
    let idp = IdentityProvider::new(IDP, vec![trusted("p256")]).expect("a sound provider");
    ServiceProvider::new(SP, ACS, idp)
        .expect("a sound configuration")
        .with_decryptor(DecryptionKey::new(private_key("sp")))
}

fn verdict_of(provider: &ServiceProvider, message: &str) -> Result<(), Code> {
    let now = parse_date_time(NOW).expect("a time");
    let expected = Expected::answer_to(REQUEST);
    let replay = InMemoryReplay::new(1);
    let accepted = provider.accept_xml(message.as_bytes(), expected, now, &replay);
    let refused = accepted.as_ref().err();
    diagnosed::agrees(provider, message.as_bytes(), expected, now, refused);
    accepted.map(drop).map_err(|rejection| rejection.code())
}

fn verdict(message: &str) -> Result<(), Code> {
    verdict_of(&provider(), message)
}

/// Elements that have the names, and not the namespaces, of those that count.
fn strangers() -> String {
    let names = [
        "Assertion",
        "EncryptedAssertion",
        "EncryptedID",
        "EncryptedAttribute",
        "Response",
        "Signature",
    ];
    let elements = names.map(|name| format!("<x:{name}><x:{name}/></x:{name}>"));
    format!("<x:all xmlns:x='urn:x'>{}</x:all>", elements.concat())
}

/// The message with this among the response's extensions.
fn extended(message: &str, content: &str) -> String {
    let extensions = format!("<samlp:Extensions>{content}</samlp:Extensions>{STATUS}");
    edit(message, STATUS, &extensions)
}

fn advised(message: &str, content: &str) -> String {
    let advice = format!("</saml:Conditions><saml:Advice>{content}</saml:Advice>");
    edit(message, "</saml:Conditions>", &advice)
}

/// The assertion of a message.
fn assertion(message: &str) -> &str {
    let start = message.find("<saml:Assertion ").expect("an assertion");
    let end = message.rfind("</saml:Assertion>").expect("its end") + "</saml:Assertion>".len();
    message.get(start..end).expect("the assertion")
}

fn seal(plaintext: &str, algorithm: BlockEncryption) -> String {
    let recipient = Recipient::from_certificate(certificate("sp")).expect("an RSA key");
    Encryptor::new(recipient)
        .with_algorithm(algorithm)
        .encrypt(Kind::Assertion, plaintext, &SystemRandomness)
        .expect("encrypted")
}

/// The message with its assertion encrypted.
fn sealed(message: &str) -> String {
    let inner = assertion(message);
    message.replace(inner, &seal(inner, BlockEncryption::Aes256Gcm))
}

/// A response whose assertion declares its own prefix, so that it can stand alone.
fn alone() -> String {
    let declared = "<saml:Assertion xmlns:saml='urn:oasis:names:tc:SAML:2.0:assertion' ";
    edit(RESPONSE, "<saml:Assertion ", declared)
}

#[test]
fn elements_of_other_namespaces_mean_nothing() {
    for by in [By::Response, By::Assertion, By::Both] {
        let message = extended(&advised(RESPONSE, &strangers()), &strangers());
        assert_eq!(verdict(&signed(&message, by)), Ok(()), "{by:?}");
    }
    let message = sign(&advised(&alone(), &strangers()), "_a", "p256");
    assert_eq!(verdict(&sealed(&message)), Ok(()));
    let message = sealed(&advised(&alone(), &strangers()));
    assert_eq!(verdict(&sign(&message, "_r", "p256")), Ok(()));
}

/// Whose keys are tried is what the assertion says, and the response must not say otherwise.
#[test]
fn the_issuer_before_any_signature() {
    const ISSUER: &str = "<saml:Issuer>https://idp.example/</saml:Issuer>";
    let bare = edit(
        &alone(),
        "Z'><saml:Issuer>https://idp.example/</saml:Issuer><saml:Subject>",
        "Z'><saml:Subject>",
    );
    assert_eq!(verdict(&sealed(&bare)), Err(Code::MissingElement));
    assert_eq!(verdict(&sealed(&alone())), Err(Code::Unsigned));
    let other = edit(
        RESPONSE,
        ISSUER,
        "<saml:Issuer>https://other.example/</saml:Issuer>",
    );
    for message in [
        other.clone(),
        sign(&other, "_a", "p384"),
        signed(&other, By::Assertion),
    ] {
        assert_eq!(verdict(&message), Err(Code::IssuerMismatch));
    }
    assert_eq!(verdict(RESPONSE), Err(Code::Unsigned));
}

#[test]
fn a_policy_for_what_is_encrypted() {
    let inside = sealed(&sign(&alone(), "_a", "p256"));
    let around = sign(&sealed(&alone()), "_r", "p256");
    let both = sign(&inside, "_r", "p256");
    for (required, inner, outer) in [
        (RequiredSignature::AssertionOrResponse, Ok(()), Ok(())),
        (RequiredSignature::Response, Err(Code::Unsigned), Ok(())),
        (RequiredSignature::Assertion, Ok(()), Err(Code::Unsigned)),
    ] {
        let policy = Policy::new().with_required_signature(required);
        let provider = provider().with_policy(policy);
        assert_eq!(verdict_of(&provider, &inside), inner, "{required:?}");
        assert_eq!(verdict_of(&provider, &around), outer, "{required:?}");
        assert_eq!(verdict_of(&provider, &both), Ok(()), "{required:?}");
    }
}

/// Two identity providers are told apart by their entity IDs, and each has its own keys.
#[test]
fn one_of_several_identity_providers() {
    const OTHER: &str = "https://other.example/";
    let other = || IdentityProvider::new(OTHER, vec![trusted("p384")]).expect("a sound provider");
    let first = IdentityProvider::new(IDP, vec![trusted("p256")]).expect("a sound provider");
    let again = provider().with_identity_provider(first);
    assert_eq!(again.map(drop), Err(ConfigError::DuplicateEntityId));
    let provider = provider().with_identity_provider(other());
    let provider = provider.expect("another one");
    let known = |id: &str| {
        provider
            .identity_provider(id)
            .map(IdentityProvider::entity_id)
    };
    assert_eq!(known(IDP), Some(IDP));
    assert_eq!(known(OTHER), Some(OTHER));
    assert_eq!(known("https://third.example/"), None);
    assert_eq!((provider.entity_id(), provider.acs_url()), (SP, ACS));
    assert_eq!(verdict_of(&provider, &signed(RESPONSE, By::Both)), Ok(()));
    // In the name of the other one, whose key it is not.
    let message = signed(&RESPONSE.replace(IDP, OTHER), By::Both);
    assert_eq!(verdict_of(&provider, &message), Err(Code::SignatureInvalid));

    let new = |id: &str, url: &str| ServiceProvider::new(id, url, other()).map(drop);
    assert_eq!(new("", ACS), Err(ConfigError::EmptyEntityId));
    assert_eq!(new(SP, ""), Err(ConfigError::EmptyUrl));
}
