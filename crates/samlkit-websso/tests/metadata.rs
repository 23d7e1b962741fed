//! What is taken from an identity provider's metadata: keys to trust, endpoints, and whether it is still to be used at all.
#![expect(clippy::expect_used, reason = "a broken fixture must stop the test")]

#[path = "support/response.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod response;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlkit_core::metadata::Metadata;
use samlkit_core::parse_date_time;
use samlkit_core::uri::binding;
use samlkit_dsig::TrustedKey;
use samlkit_websso::{ConfigError, IdentityProvider};

use response::{IDP, certificate};

const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const SSO: &str = "<SingleSignOnService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect' Location='https://idp.example/sso'/>";

fn key(use_: &str, info: &str) -> String {
    format!(
        "<KeyDescriptor{use_}><ds:KeyInfo xmlns:ds='http://www.w3.org/2000/09/xmldsig#'>{info}</ds:KeyInfo></KeyDescriptor>"
    )
}

fn x509(name: &str) -> String {
    let encoded = STANDARD.encode(certificate(name).der());
    format!("<ds:X509Data><ds:X509Certificate>{encoded}</ds:X509Certificate></ds:X509Data>")
}

fn role(attributes: &str, content: &str) -> String {
    format!(
        "<IDPSSODescriptor protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'{attributes}>{content}{SSO}</IDPSSODescriptor>"
    )
}

fn provider(attributes: &str, roles: &str) -> Result<IdentityProvider, ConfigError> {
    let text = format!(
        "<EntityDescriptor xmlns='{MD}' entityID='{IDP}'{attributes}>{roles}</EntityDescriptor>"
    );
    let metadata = Metadata::read_unverified(text.as_bytes()).expect("metadata");
    let entity = metadata.entities().next().expect("an entity");
    let now = parse_date_time("2026-01-15T10:00:00Z").expect("a time");
    IdentityProvider::from_metadata(entity, now)
}

#[test]
fn until_when() {
    let role = role("", &key("", &x509("p256")));
    for (until, verdict) in [
        ("2026-01-15T10:00:01Z", Ok(())),
        ("2026-01-15T10:00:00Z", Err(ConfigError::MetadataExpired)),
        ("2026-01-15T09:59:59Z", Err(ConfigError::MetadataExpired)),
    ] {
        let attributes = format!(" validUntil='{until}'");
        assert_eq!(provider(&attributes, &role).map(drop), verdict, "{until}");
    }
}

#[test]
fn which_keys() {
    let trusted = |roles: &str| {
        let provider = provider("", roles)?;
        let thumbprints = provider.keys().iter().map(TrustedKey::thumbprint);
        Ok::<Vec<_>, ConfigError>(thumbprints.collect())
    };
    let of = |name: &str| certificate(name).sha256_thumbprint();
    let (signing, encryption) = (" use='signing'", " use='encryption'");
    let [p256, p384] = ["p256", "p384"].map(x509);
    let both = key(signing, &p256) + &key("", &p384);
    assert_eq!(trusted(&role("", &both)), Ok(vec![of("p256"), of("p384")]));
    // Each of its roles, and no key twice.
    let roles = role("", &key(signing, &p256)) + &role("", &both);
    assert_eq!(trusted(&roles), Ok(vec![of("p256"), of("p384")]));
    // What is for encryption only, or of another protocol, signs nothing.
    let one = key(encryption, &p256) + &key(signing, &p384);
    assert_eq!(trusted(&role("", &one)), Ok(vec![of("p384")]));
    let none = Err(ConfigError::NoSigningKey);
    assert_eq!(trusted(&role("", &key(encryption, &p256))), none);
    assert_eq!(trusted(&role("", "")), none);
    let old = role("", &key("", &p256)).replace(":2.0:protocol", ":1.1:protocol");
    assert_eq!(trusted(&old), Err(ConfigError::NoIdentityProvider));
    let mixed = old + &role("", &key("", &p384));
    assert_eq!(trusted(&mixed), Ok(vec![of("p384")]));
}

/// A bare modulus and exponent are taken where there is no certificate beside them.
#[test]
fn a_key_without_a_certificate() {
    let [modulus, exponent] = ["\u{1}".repeat(256), "\u{1}\0\u{1}".to_owned()]
        .map(|octets| STANDARD.encode(octets.as_bytes()));
    let value = format!(
        "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{modulus}</ds:Modulus><ds:Exponent>{exponent}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
    );
    let alone = provider("", &role("", &key("", &value))).expect("a sound provider");
    assert_eq!(alone.keys().len(), 1);
    assert!(alone.keys().iter().all(|key| key.certificate().is_none()));
    let beside = provider("", &role("", &key("", &(value + &x509("p256"))))).expect("a provider");
    assert_eq!(beside.keys().len(), 1);
    assert!(beside.keys().iter().all(|key| key.certificate().is_some()));
}

#[test]
fn endpoints_and_wishes() {
    let keys = key("", &x509("p256"));
    let wanting = " WantAuthnRequestsSigned='true'";
    let not = " WantAuthnRequestsSigned='false'";
    for (roles, wants) in [
        (role("", &keys), false),
        (role(not, &keys), false),
        (role(wanting, &keys), true),
        (role(wanting, &keys) + &role(not, &keys), true),
        (role(not, &keys) + &role(wanting, &keys), true),
    ] {
        let provider = provider("", &roles).expect("a sound provider");
        assert_eq!(provider.wants_signed_requests(), wants, "{roles}");
    }
    let logout = "<SingleLogoutService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' Location='https://idp.example/a'/>\
         <SingleLogoutService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect' Location='https://idp.example/b' ResponseLocation='https://idp.example/c'/>";
    let provider = provider("", &role("", &(keys + logout))).expect("a sound provider");
    let places = |by: &str| {
        let request = provider.single_logout_service(by);
        (request, provider.single_logout_response_location(by))
    };
    let [a, b, c] = ["a", "b", "c"].map(|end| format!("https://idp.example/{end}"));
    assert_eq!(places(binding::HTTP_POST), (Some(&*a), Some(&*a)));
    assert_eq!(places(binding::HTTP_REDIRECT), (Some(&*b), Some(&*c)));
    assert_eq!(places(binding::HTTP_ARTIFACT), (None, None));
    assert_eq!(
        provider.single_sign_on_service(binding::HTTP_REDIRECT),
        Some("https://idp.example/sso")
    );
    assert_eq!(provider.single_sign_on_service(binding::HTTP_POST), None);
}
