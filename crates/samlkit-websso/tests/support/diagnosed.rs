//! What a diagnosis says of a message is what acceptance says.

use samlkit_core::Timestamp;
use samlkit_websso::{Check, Diagnosis, Expected, Rejection, Rule, ServiceProvider, Verdict};

/// The diagnosis of a message that was accepted or refused, which it must agree with.
pub(crate) fn agrees(
    provider: &ServiceProvider,
    message: &[u8],
    expected: Expected<'_>,
    now: Timestamp,
    refused: Option<&Rejection>,
) -> Diagnosis {
    let diagnosis = provider.diagnose_xml(message, expected, now);
    let rules: Vec<_> = diagnosis.checks().iter().map(Check::rule).collect();
    assert_eq!(rules, Rule::ALL);
    assert_eq!(diagnosis.rejection(), refused);
    let failed = || {
        let checks = diagnosis.checks().iter();
        checks.filter_map(|check| match check.verdict() {
            Verdict::Failed(rejection) => Some(rejection),
            _ => None,
        })
    };
    match refused {
        None => {
            let passed = |check: &Check| *check.verdict() == Verdict::Passed;
            assert!(diagnosis.checks().iter().all(passed), "{diagnosis:#?}");
        }
        Some(refused) => assert!(
            failed().any(|rejection| rejection.code() == refused.code())
                // Acceptance tells less of a plaintext that no signature vouches for.
                || (refused.code().as_str() == "decryption-failed" && failed().next().is_some()),
            "{refused:?} {diagnosis:#?}"
        ),
    }
    diagnosis
}
