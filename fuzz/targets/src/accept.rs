//! Any octets as a response to a service provider that trusts the identity providers of the corpus: whatever is accepted is what
//! one of their keys signed, and a diagnosis says the same.

use std::sync::LazyLock;

use samlkit::metadata::Metadata;
use samlkit::websso::Verdict;
use samlkit::{Expected, IdentityProvider, InMemoryReplay, ServiceProvider};
use samlkit_testing::{ADMIN, NOW, Provider, TestIdp, TestSp};

/// Whom the messages of the corpus are for.
pub static SP: LazyLock<TestSp> =
    LazyLock::new(|| TestSp::new("https://sp.example/metadata", "https://sp.example/acs"));

pub(crate) static PROVIDER: LazyLock<ServiceProvider> = LazyLock::new(|| {
    let mut providers = Provider::ALL
        .iter()
        .map(|&provider| TestIdp::new(provider, NOW));
    let first = providers.next().expect("there are some");
    let ours = SP.service_provider(&first).expect("a sound configuration");
    providers.fold(ours, |ours, idp| {
        let metadata = Metadata::read_unverified(idp.metadata().as_bytes());
        let metadata = metadata.expect("it is metadata");
        let entity = metadata.entities().next().expect("an entity");
        let idp = IdentityProvider::from_metadata(entity, NOW).expect("a sound provider");
        ours.with_identity_provider(idp).expect("another one")
    })
});

/// Runs one input; says whether it was accepted.
///
/// # Panics
///
/// If what must hold does not.
#[must_use]
pub fn accepted(source: &[u8]) -> bool {
    let expected = Expected::answer_to(SP.request_id()).or_unsolicited();
    let replay = InMemoryReplay::new(4);
    let diagnosis = PROVIDER.diagnose_xml(source, expected, NOW);
    let failed = diagnosis
        .checks()
        .iter()
        .any(|check| !matches!(check.verdict(), Verdict::Passed));
    assert_eq!(failed, diagnosis.rejection().is_some(), "{diagnosis:?}");
    let outcome = PROVIDER.accept_xml(source, expected, NOW, &replay);
    assert_eq!(failed, outcome.is_err(), "{diagnosis:?}");
    if let Ok(identity) = &outcome {
        // Who is named by what nobody signed, or what was signed for another occasion.
        assert_ne!(identity.name_id().value(), ADMIN);
        assert!(
            identity
                .audiences()
                .any(|audience| audience == SP.entity_id())
        );
        assert!(
            PROVIDER.accept_xml(source, expected, NOW, &replay).is_err(),
            "a replay"
        );
    }
    let text = String::from_utf8_lossy(source);
    let posted = PROVIDER.accept(&text, expected, NOW, &replay);
    assert!(!(outcome.is_ok() && posted.is_ok()), "XML is no form value");
    outcome.is_ok() || posted.is_ok()
}

/// Runs one input.
///
/// # Panics
///
/// If what must hold does not.
pub fn run(source: &[u8]) {
    let _ = accepted(source);
}
