//! Every code is met by a message, and no refusal says anything of the user or of the browser's secrets.
#![expect(
    clippy::unwrap_used,
    reason = "a case that cannot be made must stop the test"
)]

use std::collections::BTreeSet;

use samlkit::websso::SignedParts;
use samlkit::{Code, Rejection};
use samlkit_testing::reference::{self, Answer};
use samlkit_testing::{NOW, Provider, TestIdp, TestSp, attacks};

/// What must never be in a text: the user, what is said of him, and the identifiers that are secrets of a session.
struct Private(Vec<String>);

impl Private {
    fn of(idp: &TestIdp, sp: &TestSp) -> Self {
        let response = idp
            .sign_on(sp, SignedParts::Both)
            .groups(3)
            .build()
            .unwrap()
            .xml();
        let mut words = vec![
            samlkit_testing::USER.to_owned(),
            samlkit_testing::ADMIN.to_owned(),
            sp.request_id().to_owned(),
            "_request-2".to_owned(),
            "_request-of-the-victim".to_owned(),
        ];
        for (before, after) in [
            ("AttributeValue>", "<"),
            ("SignatureValue>", "<"),
            ("DigestValue>", "<"),
            (" ID=\"", "\""),
            (" SessionIndex=\"", "\""),
        ] {
            for rest in response.split(before).skip(1) {
                let value = rest.split(after).next().unwrap_or_default();
                // Entity IDs are configuration, and may be shown.
                if value.len() >= 5 && !idp.entity_id().contains(value) {
                    words.push(value.to_owned());
                }
            }
        }
        assert!(words.len() > 10, "{words:?}");
        Self(words)
    }

    fn check(&self, id: &str, text: &str) {
        for word in &self.0 {
            assert!(!text.contains(word.as_str()), "{id} says {word}: {text}");
        }
    }
}

/// All the ways in which a refusal can be read.
fn texts(rejection: &Rejection) -> Vec<String> {
    let mut texts = vec![
        rejection.to_string(),
        format!("{rejection:?}"),
        rejection.reason().to_string(),
        rejection.code().to_string(),
        rejection.section().to_owned(),
        rejection.help().unwrap_or_default().to_owned(),
        Rejection::PUBLIC_MESSAGE.to_owned(),
    ];
    let mut source = std::error::Error::source(rejection);
    while let Some(error) = source {
        texts.push(error.to_string());
        texts.push(format!("{error:?}"));
        source = error.source();
    }
    texts
}

/// Codes that no message of the corpus meets: they are about requests, which identity providers receive, or about the memory.
const NOT_OF_THE_CORPUS: &[(Code, &str)] = &[
    (Code::AcsNotRegistered, "of requests"),
    (Code::AuthnContextUnsupported, "of requests"),
    (Code::NameIdPolicyUnsupported, "of requests"),
    (Code::NotAnAuthnRequest, "of requests"),
    (Code::NotEncrypted, "of a policy that the cases do not set"),
    (Code::UnsupportedBinding, "of requests"),
    (
        Code::UnsupportedIdentifier,
        "of encrypted names in logout requests",
    ),
    (Code::ReplayMemoryUnavailable, "of the replay memory"),
];

#[test]
fn every_code_is_met_and_none_says_anything_private() {
    let sp = TestSp::new("https://sp.example/metadata", "https://sp.example/acs");
    let mut met = BTreeSet::new();
    for provider in [Provider::Entra, Provider::Okta] {
        let idp = TestIdp::new(provider, NOW);
        let private = Private::of(&idp, &sp);
        for case in attacks::all(&idp, &sp).unwrap() {
            let Answer::Refused(rejection) = reference::deliver(&case).unwrap() else {
                panic!("{} is accepted", case.id());
            };
            met.insert(rejection.code().as_str());
            for text in texts(&rejection) {
                private.check(case.id(), &text);
                assert!(text.len() < 2000, "{}: {text}", case.id());
                assert!(!text.contains(|c: char| c.is_control()), "{text:?}");
            }
        }
    }
    for code in Code::ALL {
        let elsewhere = NOT_OF_THE_CORPUS.iter().any(|(other, _)| other == code);
        assert_ne!(
            met.contains(code.as_str()),
            elsewhere,
            "{code} is met by no message, or by one against expectation"
        );
    }
}

/// The identity itself holds personal values, and does not show them either.
#[test]
fn what_is_accepted_is_not_shown() {
    let sp = TestSp::new("https://sp.example/metadata", "https://sp.example/acs");
    let idp = TestIdp::entra(NOW);
    let private = Private::of(&idp, &sp);
    for case in samlkit_testing::valid::shapes(&idp, &sp).unwrap() {
        let answer = reference::deliver(&case).unwrap();
        let Answer::SignedIn(identity) = &answer else {
            panic!("{}: {answer}", case.id());
        };
        assert_eq!(identity.name_id().value(), samlkit_testing::USER);
        for text in [
            format!("{identity:?}"),
            format!("{answer:?}"),
            answer.to_string(),
        ] {
            private.check(case.id(), &text);
        }
    }
}
