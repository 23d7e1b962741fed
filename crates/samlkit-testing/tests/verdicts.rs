//! Every case has the verdict that it says, and every attack an accepted sibling.
#![expect(
    clippy::unwrap_used,
    reason = "a case that cannot be made must stop the test"
)]

use std::collections::BTreeSet;

use samlkit::websso::{Check, Rule, Verdict};
use samlkit::{Code, InMemoryReplay};
use samlkit_testing::{
    Case, Class, NOW, Payload, Provider, TestIdp, TestSp, attacks, reference, valid,
};

fn sp() -> TestSp {
    TestSp::new("https://sp.example/metadata", "https://sp.example/acs")
}

/// Delivers every attack on the messages of a provider, and the siblings.
fn attack(provider: Provider) -> usize {
    let mut wrong = Vec::new();
    let idp = TestIdp::new(provider, NOW);
    let mut siblings = BTreeSet::new();
    let cases = attacks::all(&idp, &sp()).unwrap();
    for case in &cases {
        let answer = reference::deliver(case).unwrap();
        if answer.code() != case.code() {
            wrong.push(format!("{}: {answer} and not {:?}", case.id(), case.code()));
        }
        let sibling = case.sibling().unwrap();
        let situation = |case: &Case| format!("{:?}", case.delivery());
        if case.payload() == sibling.payload() && situation(case) == situation(sibling) {
            wrong.push(format!("{}: the sibling itself", case.id()));
        }
        if siblings.insert(sibling.id().to_owned()) {
            let answer = reference::deliver(sibling).unwrap();
            if answer.code().is_some() {
                wrong.push(format!(
                    "{}, sibling of {}: {answer}",
                    sibling.id(),
                    case.id()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    cases.len()
}

/// Diagnosis says of a response what acceptance says, and a refusal leaves no trace in the replay memory.
fn agrees(case: &Case) {
    let delivery = case.delivery();
    let Payload::Response(octets) = case.payload() else {
        return;
    };
    let provider = delivery.service_provider().unwrap();
    let replay = InMemoryReplay::new(1);
    let accepted = provider.accept_xml(octets, delivery.expected(), delivery.at, &replay);
    assert_eq!(replay.is_empty(), accepted.is_err(), "{}", case.id());
    let diagnosis = provider.diagnose_xml(octets, delivery.expected(), delivery.at);
    let rules: Vec<_> = diagnosis.checks().iter().map(Check::rule).collect();
    assert_eq!(rules, Rule::ALL, "{}", case.id());
    let refused = accepted.as_ref().err();
    assert_eq!(diagnosis.rejection(), refused, "{}", case.id());
    let mut verdicts = diagnosis.checks().iter().map(Check::verdict);
    let agrees = match refused {
        None => verdicts.all(|verdict| *verdict == Verdict::Passed),
        Some(refused) => verdicts.any(|verdict| match verdict {
            // Acceptance tells less of a plaintext that no signature vouches for.
            Verdict::Failed(failed) => {
                failed.code() == refused.code() || refused.code() == Code::DecryptionFailed
            }
            _ => false,
        }),
    };
    assert!(agrees, "{}: {refused:?} {diagnosis:#?}", case.id());
}

#[test]
fn diagnosis_agrees_and_refusals_leave_no_trace() {
    let idp = TestIdp::entra(NOW);
    let mut siblings = BTreeSet::new();
    for case in attacks::all(&idp, &sp()).unwrap() {
        agrees(&case);
        let sibling = case.sibling().unwrap();
        if siblings.insert(sibling.id().to_owned()) {
            agrees(sibling);
        }
    }
    assert!(siblings.len() > 10, "{siblings:?}");
}

/// Delivers every valid message of a provider.
fn accept(provider: Provider) {
    let mut wrong = Vec::new();
    let idp = TestIdp::new(provider, NOW);
    let mut ids = BTreeSet::new();
    for case in valid::all(&idp, &sp()).unwrap() {
        assert!(ids.insert(case.id().to_owned()), "{}", case.id());
        let answer = reference::deliver(&case).unwrap();
        if answer.code().is_some() {
            wrong.push(format!("{}: {answer}", case.id()));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    assert!(ids.len() > 150, "{}", ids.len());
}

macro_rules! providers {
    ($($name:ident: $provider:expr;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn attacks_are_refused_with_their_code() {
                let count = attack($provider);
                assert!(count > 600, "{count}");
            }

            #[test]
            fn valid_messages_are_accepted() {
                accept($provider);
            }
        }
    )*};
}

providers! {
    entra: Provider::Entra;
    ad_fs: Provider::AdFs;
    okta: Provider::Okta;
    one_login: Provider::OneLogin;
    google: Provider::Google;
    keycloak: Provider::Keycloak;
    shibboleth: Provider::Shibboleth;
}

#[test]
fn attacks_have_names_of_their_own_and_apply_to_something() {
    let idp = TestIdp::entra(NOW);
    let cases = attacks::all(&idp, &sp()).unwrap();
    let ids: BTreeSet<&str> = cases.iter().map(Case::id).collect();
    assert_eq!(ids.len(), cases.len());
    let used: BTreeSet<&str> = cases
        .iter()
        .filter_map(Case::attack)
        .map(|a| a.id)
        .collect();
    let all: Vec<&str> = attacks::registry().map(|attack| attack.id).collect();
    let unused: Vec<_> = all.iter().filter(|id| !used.contains(*id)).collect();
    assert!(unused.is_empty(), "{unused:?}");
    assert_eq!(all.len(), used.len(), "two attacks of one name");
    for class in Class::ALL {
        assert!(
            attacks::registry().any(|attack| attack.class == *class),
            "{class}"
        );
    }
}
