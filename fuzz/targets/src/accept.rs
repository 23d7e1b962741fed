//! Any octets as a response to a service provider that trusts the fixtures' identity provider: whatever is accepted is what
//! that key signed, and a diagnosis says the same.

use std::sync::LazyLock;

use samlkit::metadata::Metadata;
use samlkit::websso::Verdict;
use samlkit::{
    Expected, IdentityProvider, InMemoryReplay, ServiceProvider, Timestamp, parse_date_time,
};

static NOW: LazyLock<Timestamp> =
    LazyLock::new(|| parse_date_time("2026-01-15T10:01:00Z").expect("a time"));

static PROVIDER: LazyLock<ServiceProvider> = LazyLock::new(|| {
    let metadata = include_bytes!("../../../fixtures/entra/metadata.xml");
    let metadata = Metadata::read_unverified(metadata).expect("the fixture is metadata");
    let entity = metadata.entities().next().expect("an entity");
    let provider = IdentityProvider::from_metadata(entity, *NOW).expect("a sound provider");
    ServiceProvider::new(
        "https://eu-api.mimecast.com/sso/CUK1A1",
        "https://eu-api.mimecast.com/login/saml",
        provider,
    )
    .expect("a sound configuration")
});

/// Runs one input.
///
/// # Panics
///
/// If what must hold does not.
pub fn run(source: &[u8]) {
    let expected = Expected::answer_to("_d45f1f310645d6ff4f7f087051effb23").or_unsolicited();
    let replay = InMemoryReplay::new(4);
    let diagnosis = PROVIDER.diagnose_xml(source, expected, *NOW);
    let failed = diagnosis
        .checks()
        .iter()
        .any(|check| !matches!(check.verdict(), Verdict::Passed));
    assert_eq!(failed, diagnosis.rejection().is_some(), "{diagnosis:?}");
    if let Ok(identity) = PROVIDER.accept_xml(source, expected, *NOW, &replay) {
        assert!(identity.name_id().value().ends_with("contoso.example"));
        assert!(
            PROVIDER
                .accept_xml(source, expected, *NOW, &replay)
                .is_err(),
            "a replay"
        );
    }
    let text = String::from_utf8_lossy(source);
    let _ = PROVIDER.accept(&text, expected, *NOW, &replay);
}
