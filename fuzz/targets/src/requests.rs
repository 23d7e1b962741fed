//! Any octets as a logout message to the service provider, or as a request to the identity provider, posted or in a query: whatever
//! is accepted is what a trusted key signed.
//!
//! An input that begins as a document is posted; any other is a query string.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use samlkit::websso::{
    IdentityProviderRole, Incoming, Parameter, PendingLogout, RelyingParty, SingleLogout,
};
use samlkit::{InMemoryReplay, PrivateKey, SigningKey, TrustedKey};
use samlkit_crypto::SignatureAlgorithm;
use samlkit_testing::{ADMIN, NOW, TestIdp, TestKey};

use crate::accept::{PROVIDER, SP};

static LOGOUT: LazyLock<SingleLogout> = LazyLock::new(|| {
    SingleLogout::of_service_provider(&PROVIDER, SP.slo_url()).expect("a sound configuration")
});

/// A logout that waits for the answer that the corpus has.
static PENDING: LazyLock<PendingLogout> = LazyLock::new(|| {
    let peer = URL_SAFE_NO_PAD.encode(TestIdp::entra(NOW).entity_id());
    let text = format!("1.{}.{}.{peer}", SP.request_id(), NOW.timestamp());
    PendingLogout::from_text(&text).expect("it is one")
});

static ROLE: LazyLock<IdentityProviderRole> = LazyLock::new(|| {
    let idp = TestIdp::entra(NOW);
    let key = PrivateKey::parse(idp.key().private_pem().as_bytes()).expect("a key");
    let signer = SigningKey::new(key, SignatureAlgorithm::RsaSha256).expect("an RSA key");
    let certificate = TestKey::Sp.certificate().expect("a certificate");
    let trusted = TrustedKey::from_certificate(certificate).expect("a sound key");
    let party = RelyingParty::new(SP.entity_id(), SP.acs_url())
        .expect("a sound party")
        .with_keys([trusted])
        .with_signed_requests();
    IdentityProviderRole::new(idp.entity_id(), idp.sso_url(), signer)
        .and_then(|role| role.with_relying_party(party))
        .expect("a sound configuration")
});

/// Runs one input; says how many of the three readers accepted it.
///
/// # Panics
///
/// If what must hold does not.
#[must_use]
pub fn accepted(source: &[u8]) -> usize {
    if source.first() == Some(&b'<') {
        let value = STANDARD.encode(source);
        let request = Incoming::post(Parameter::Request, &value, None);
        deliver(request, Incoming::post(Parameter::Response, &value, None))
    } else {
        let Ok(query) = core::str::from_utf8(source) else {
            return 0;
        };
        deliver(Incoming::redirect(query), Incoming::redirect(query))
    }
}

fn deliver(request: Incoming<'_>, response: Incoming<'_>) -> usize {
    let replay = InMemoryReplay::new(4);
    let ended = LOGOUT.accept_request(request, NOW, Some(&replay));
    if let Ok(ended) = &ended {
        assert_ne!(ended.name_id().value(), ADMIN);
        LOGOUT
            .accept_request(request, NOW, Some(&replay))
            .expect_err("a replay");
    } else {
        assert!(replay.is_empty());
    }
    let answered = LOGOUT.accept_response(response, &PENDING, NOW);
    if let Ok(answered) = &answered {
        assert_eq!(answered.peer(), PENDING.peer());
    }
    let asked = ROLE.accept_request(request, NOW, None);
    if let Ok(asked) = &asked {
        assert_eq!(asked.relying_party(), SP.entity_id());
        assert_eq!(asked.acs_url(), SP.acs_url());
        assert!(asked.signed_by().is_some());
    }
    let all = [ended.is_ok(), answered.is_ok(), asked.is_ok()];
    let count = all.into_iter().filter(|&accepted| accepted).count();
    assert!(count <= 1, "one message is of one kind");
    count
}

/// Runs one input.
///
/// # Panics
///
/// If what must hold does not.
pub fn run(source: &[u8]) {
    let _ = accepted(source);
}
