//! Every code is met by a message, and no refusal says anything of the user or of the browser's secrets.
#![expect(
    clippy::unwrap_used,
    reason = "a case that cannot be made must stop the test"
)]

use std::collections::BTreeSet;

use samlkit::websso::{RequiredEncryption, SignedParts};
use samlkit::{
    Code, Expected, InMemoryReplay, Policy, Rejection, ReplayError, ReplayMemory, ServiceProvider,
    Timestamp,
};
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

/// What no message alone can be refused with: it takes a choice of the service provider, or a memory that fails.
fn refusals_of_the_situation(idp: &TestIdp, sp: &TestSp) -> [Rejection; 2] {
    struct OutOfReach;
    impl ReplayMemory for OutOfReach {
        fn remember(
            &self,
            _: &str,
            _: &str,
            _: Timestamp,
            _: Timestamp,
        ) -> Result<(), ReplayError> {
            Err(ReplayError::Unavailable)
        }
    }

    let xml = idp
        .sign_on(sp, SignedParts::Both)
        .build()
        .unwrap()
        .xml()
        .into_bytes();
    let provider = sp.service_provider(idp).unwrap();
    let encrypted = Policy::new().with_required_encryption(RequiredEncryption::Assertion);
    let accept = |provider: &ServiceProvider, replay: &dyn ReplayMemory| {
        provider.accept_xml(&xml, Expected::answer_to(sp.request_id()), NOW, replay)
    };
    let replay = InMemoryReplay::new(1);
    let refused = [
        accept(&provider.clone().with_policy(encrypted), &replay).unwrap_err(),
        accept(&provider, &OutOfReach).unwrap_err(),
    ];
    // The sibling of both.
    let _ = accept(&provider, &replay).unwrap();
    refused
}

/// The contract of the command (and of whoever reads its JSON): these may never be renamed.
const CONTRACT: [&str; 30] = [
    "algorithm-not-allowed",
    "audience-mismatch",
    "condition-not-understood",
    "decryption-failed",
    "destination-mismatch",
    "dtd-forbidden",
    "duplicate-id",
    "expired",
    "in-response-to-mismatch",
    "invalid-value",
    "issuer-mismatch",
    "limit-exceeded",
    "malformed-base64",
    "malformed-xml",
    "missing-element",
    "multiple-assertions",
    "no-assertion",
    "not-a-response",
    "not-yet-valid",
    "recipient-mismatch",
    "replayed",
    "signature-invalid",
    "signature-wrapping",
    "status-not-success",
    "subject-confirmation",
    "unsigned",
    "unsolicited",
    "unsupported-encoding",
    "unsupported-version",
    "untrusted-key",
];

#[test]
fn every_code_is_met_and_none_says_anything_private() {
    let sp = TestSp::new("https://sp.example/metadata", "https://sp.example/acs");
    let mut met = BTreeSet::new();
    for provider in [Provider::Entra, Provider::Okta] {
        let idp = TestIdp::new(provider, NOW);
        let private = Private::of(&idp, &sp);
        let mut check = |id: &str, rejection: &Rejection| {
            met.insert(rejection.code().as_str());
            for text in texts(rejection) {
                private.check(id, &text);
                assert!(text.len() < 2000, "{id}: {text}");
                assert!(!text.contains(|c: char| c.is_control()), "{text:?}");
            }
        };
        for case in attacks::all(&idp, &sp).unwrap() {
            let Answer::Refused(rejection) = reference::deliver(&case).unwrap() else {
                panic!("{} is accepted", case.id());
            };
            check(case.id(), &rejection);
        }
        let [not_encrypted, out_of_reach] = refusals_of_the_situation(&idp, &sp);
        assert_eq!(not_encrypted.code(), Code::NotEncrypted);
        assert_eq!(out_of_reach.code(), Code::ReplayMemoryUnavailable);
        check("not encrypted", &not_encrypted);
        check("memory out of reach", &out_of_reach);
    }
    for code in Code::ALL {
        assert!(met.contains(code.as_str()), "{code} is met by no message");
    }
    for code in CONTRACT {
        assert!(met.contains(code), "{code} is met by no message");
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
