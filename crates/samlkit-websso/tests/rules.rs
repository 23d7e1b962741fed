//! The rules for a response and its assertion, each at its edge: on one side it is accepted, on the other refused.
#![expect(clippy::expect_used, reason = "a broken fixture must stop the test")]

#[path = "support/diagnosed.rs"]
mod diagnosed;
#[path = "support/response.rs"]
mod response;

use std::time::Duration;

use samlkit_core::parse_date_time;
use samlkit_websso::{
    Code, Expected, Identity, IdentityProvider, InMemoryReplay, Policy, Reason, Rejection,
    RequiredEncryption, RequiredSignature, ServiceProvider, SignedParts,
};
use samlkit_xml::Limits;

use response::{ACS, By, IDP, NOW, REQUEST, RESPONSE, SP, edit, sign, signed, trusted};

fn provider() -> ServiceProvider {
    let idp = IdentityProvider::new(IDP, vec![trusted("p256")]).expect("a sound provider");
    ServiceProvider::new(SP, ACS, idp).expect("a sound configuration")
}

fn accept_at(
    provider: &ServiceProvider,
    message: &str,
    expected: Expected<'_>,
    now: &str,
) -> Result<Identity, Rejection> {
    let now = parse_date_time(now).expect("a time");
    let replay = InMemoryReplay::new(1);
    let accepted = provider.accept_xml(message.as_bytes(), expected, now, &replay);
    let refused = accepted.as_ref().err();
    diagnosed::agrees(provider, message.as_bytes(), expected, now, refused);
    accepted
}

/// The verdict on the response with these edits, signed.
fn verdict(by: By, edits: &[(&str, &str)]) -> Result<(), Code> {
    let message = edits.iter().fold(RESPONSE.to_owned(), |text, (from, to)| {
        edit(&text, from, to)
    });
    let expected = Expected::answer_to(REQUEST);
    accept_at(&provider(), &signed(&message, by), expected, NOW)
        .map(drop)
        .map_err(|rejection| rejection.code())
}

#[test]
fn without_a_fault_it_is_accepted() {
    for (by, parts) in [
        (By::Response, SignedParts::Response),
        (By::Assertion, SignedParts::Assertion),
        (By::Both, SignedParts::Both),
    ] {
        let message = signed(RESPONSE, by);
        let expected = Expected::answer_to(REQUEST);
        let identity = accept_at(&provider(), &message, expected, NOW).expect("accepted");
        assert_eq!(identity.signed_parts(), parts);
        assert_eq!(identity.name_id().value(), "britta");
        assert_eq!(identity.assertion_id(), "_a");
        let time = |text| parse_date_time(text).expect("a time");
        assert_eq!(identity.authn_instant(), time("2026-01-15T09:59:00Z"));
        // Of the confirmation, which ends before the conditions do.
        assert_eq!(identity.not_on_or_after(), time("2026-01-15T10:05:00Z"));
        assert_eq!(
            identity.session_not_on_or_after(),
            Some(time("2026-01-15T18:00:00Z"))
        );
        assert_eq!(
            identity.authn_context(),
            Some("urn:oasis:names:tc:SAML:2.0:ac:classes:Password")
        );
    }
}

/// SAMLProf §4.1.4.5: an assertion is known by its issuer and its ID, and remembered for as long as it could be used.
#[test]
fn an_assertion_is_used_once() {
    let memory = InMemoryReplay::new(8);
    let accept = |id: &str, now: &str| {
        let message = edit(RESPONSE, "ID='_a'", &format!("ID='{id}'"));
        let message = sign(&message, id, "p256");
        let now = parse_date_time(now).expect("a time");
        let expected = Expected::answer_to(REQUEST);
        provider()
            .accept_xml(message.as_bytes(), expected, now, &memory)
            .map(|identity| identity.assertion_id().to_owned())
            .map_err(|rejection| rejection.code())
    };
    assert_eq!(accept("_a", NOW).as_deref(), Ok("_a"));
    assert_eq!(accept("_b", NOW).as_deref(), Ok("_b"));
    assert_eq!(memory.len(), 2);
    // The last second at which the confirmation holds, with the skew.
    for now in [NOW, "2026-01-15T10:05:59Z"] {
        assert_eq!(accept("_a", now), Err(Code::Replayed));
        assert_eq!(accept("_b", now), Err(Code::Replayed));
    }
    assert_eq!(accept("_a", "2026-01-15T10:06:00Z"), Err(Code::Expired));
}

/// SAMLCore §2.5.1.2: the lower bound is within the period, the upper one is not; the skew widens both.
#[test]
fn each_bound_to_the_second() {
    const CONFIRMED: &str = "NotOnOrAfter='2026-01-15T10:05:00Z'";
    const CONDITIONS: &str = "NotOnOrAfter='2026-01-15T10:10:00Z'";
    const SESSION: &str = "SessionNotOnOrAfter='2026-01-15T18:00:00Z'";
    const NOT_BEFORE: &str = "NotBefore='2026-01-15T09:55:00Z'";
    let upper = |name: &str, time: &str| format!("{name}='2026-01-15T{time}Z'");
    for (skew, last, after) in [(0, "10:00:01", "10:00:00"), (60, "09:59:01", "09:59:00")] {
        let policy = Policy::new().with_clock_skew(Duration::from_secs(skew));
        let provider = provider().with_policy(policy);
        let at = |from: &str, to: &str| {
            let message = signed(&edit(RESPONSE, from, to), By::Assertion);
            accept_at(&provider, &message, Expected::answer_to(REQUEST), NOW)
                .map(drop)
                .map_err(|rejection| rejection.code())
        };
        for (from, name) in [
            (CONFIRMED, "NotOnOrAfter"),
            (CONDITIONS, "NotOnOrAfter"),
            (SESSION, "SessionNotOnOrAfter"),
        ] {
            assert_eq!(at(from, &upper(name, last)), Ok(()), "{from} {skew}");
            let expired = at(from, &upper(name, after));
            assert_eq!(expired, Err(Code::Expired), "{from} {skew}");
        }
        let (first, before) = match skew {
            0 => ("10:00:00", "10:00:01"),
            _ => ("10:01:00", "10:01:01"),
        };
        assert_eq!(at(NOT_BEFORE, &upper("NotBefore", first)), Ok(()), "{skew}");
        let early = at(NOT_BEFORE, &upper("NotBefore", before));
        assert_eq!(early, Err(Code::NotYetValid), "{skew}");
    }
}

/// More than the most is the most: a stolen message is of use for no longer.
#[test]
fn the_skew_has_a_limit() {
    let at = |skew: Duration, until: &str| {
        let message = edit(RESPONSE, "10:05:00Z", until);
        let provider = provider().with_policy(Policy::new().with_clock_skew(skew));
        let message = signed(&message, By::Assertion);
        accept_at(&provider, &message, Expected::answer_to(REQUEST), NOW)
            .map(drop)
            .map_err(|rejection| rejection.code())
    };
    for skew in [
        Policy::MOST_CLOCK_SKEW,
        Duration::from_secs(3600),
        Duration::MAX,
    ] {
        assert_eq!(at(skew, "09:50:01Z"), Ok(()));
        assert_eq!(at(skew, "09:50:00Z"), Err(Code::Expired));
    }
}

/// A message of so many octets and no more, as many as the policy says.
#[test]
fn the_length_has_a_limit() {
    let message = signed(RESPONSE, By::Assertion);
    let verdict = |limits: Option<Limits>, octets: usize| {
        let policy = limits.map(|limits| Policy::new().with_limits(limits));
        let provider = provider().with_policy(policy.unwrap_or_default());
        let message = message.clone() + &" ".repeat(octets - message.len());
        accept_at(&provider, &message, Expected::answer_to(REQUEST), NOW)
            .map(drop)
            .map_err(|rejection| rejection.code())
    };
    for (limits, most) in [
        (None, 4 << 20),
        (Some(Limits::DEFAULT.with_bytes(1 << 15)), 1 << 15),
    ] {
        assert_eq!(verdict(limits, most), Ok(()), "{most}");
        let longer = verdict(limits, most + 1);
        assert_eq!(longer, Err(Code::LimitExceeded), "{most}");
    }
}

/// SAMLCore §2.5.1.2: a period that is none is refused whatever the time.
#[test]
fn the_period_is_one() {
    let period = |from: &str, to: &str| {
        let conditions = "NotBefore='2026-01-15T09:55:00Z' NotOnOrAfter='2026-01-15T10:10:00Z'";
        let bounds = [("NotBefore", from), ("NotOnOrAfter", to)];
        let attributes = bounds
            .iter()
            .filter(|(_, time)| !time.is_empty())
            .map(|(name, time)| format!("{name}='2026-01-15T{time}Z' "))
            .collect::<String>();
        verdict(By::Assertion, &[(conditions, &attributes)])
    };
    assert_eq!(period("10:00:00", "10:00:01"), Ok(()));
    assert_eq!(period("10:00:00", ""), Ok(()));
    assert_eq!(period("", "10:00:01"), Ok(()));
    assert_eq!(period("", ""), Ok(()));
    // By the skew alone, each of the two bounds is met.
    assert_eq!(period("10:00:00", "10:00:00"), Err(Code::InvalidValue));
    assert_eq!(period("10:00:01", "10:00:00"), Err(Code::InvalidValue));
}

/// SAMLProf §4.1.4.2: one bearer confirmation that holds is enough, and of several that do not the reason is that of the one that
/// came closest, of equals the first.
#[test]
fn the_nearest_confirmation_is_named() {
    let confirmation = |method: &str, data: &str| {
        format!(
            "<saml:SubjectConfirmation Method='urn:oasis:names:tc:SAML:2.0:cm:{method}'>{data}</saml:SubjectConfirmation>"
        )
    };
    let data = |attributes: &str| format!("<saml:SubjectConfirmationData {attributes}/>");
    let good = "NotOnOrAfter='2026-01-15T10:05:00Z' Recipient='https://sp.example/acs' InResponseTo='_request'";
    let bearer = |attributes: &str| confirmation("bearer", &data(attributes));
    let sound = bearer(good);
    let bare = confirmation("bearer", "");
    let unbounded = bearer(&edit(good, "NotOnOrAfter='2026-01-15T10:05:00Z' ", ""));
    let not_before = bearer(&format!("{good} NotBefore='2026-01-15T09:00:00Z'"));
    let recipient = bearer(&edit(good, "sp.example/acs", "sp.example/other"));
    let nowhere = bearer(&edit(good, "Recipient='https://sp.example/acs' ", ""));
    let answer = bearer(&edit(good, "_request", "_other"));
    let expired = bearer(&edit(good, "10:05", "09:05"));
    let named = |confirmations: &[&String]| {
        let all: String = confirmations.iter().map(|text| text.as_str()).collect();
        verdict(By::Assertion, &[(&sound, &all)])
    };
    for broken in [
        &bare,
        &unbounded,
        &not_before,
        &recipient,
        &nowhere,
        &answer,
        &expired,
    ] {
        assert_eq!(named(&[broken, &sound]), Ok(()));
        assert_eq!(named(&[&sound, broken]), Ok(()));
    }
    let by_rules_passed = [
        (&bare, Code::SubjectConfirmation),
        (&recipient, Code::RecipientMismatch),
        (&answer, Code::InResponseToMismatch),
        (&expired, Code::Expired),
    ];
    for (at, (less, code)) in by_rules_passed.iter().enumerate() {
        assert_eq!(named(&[less]), Err(*code));
        for (more, code) in by_rules_passed.iter().skip(at + 1) {
            assert_eq!(named(&[less, more]), Err(*code));
            assert_eq!(named(&[more, less]), Err(*code));
        }
    }
    for broken in [&unbounded, &not_before, &nowhere] {
        assert_eq!(named(&[broken]), Err(Code::SubjectConfirmation));
        assert_eq!(named(&[broken, &expired]), Err(Code::Expired));
    }
    // The two fail the same rule.
    assert_eq!(named(&[&recipient, &nowhere]), Err(Code::RecipientMismatch));
    assert_eq!(
        named(&[&nowhere, &recipient]),
        Err(Code::SubjectConfirmation)
    );
    // Another method may say anything, and confirms nothing.
    let other = confirmation("sender-vouches", &data(good));
    assert_eq!(named(&[&other]), Err(Code::SubjectConfirmation));
    assert_eq!(named(&[&other, &expired]), Err(Code::Expired));
    assert_eq!(named(&[&other, &sound]), Ok(()));
}

/// SAMLProf §4.1.4.2, SAMLBind §3.5.5.2: what stands outside the signed assertion must still be right, and where the response is
/// signed it must be there.
#[test]
fn the_response_around_a_signed_assertion() {
    const DESTINATION: &str = "Destination='https://sp.example/acs'";
    const ISSUER: &str = "<saml:Issuer>https://idp.example/</saml:Issuer><samlp:Status>";
    for by in [By::Response, By::Assertion, By::Both] {
        let signed = by != By::Assertion;
        let missing = if signed {
            Err(Code::DestinationMismatch)
        } else {
            Ok(())
        };
        assert_eq!(verdict(by, &[(DESTINATION, "")]), missing, "{by:?}");
        for (from, to, code) in [
            (
                DESTINATION,
                "Destination='https://sp.example/'",
                Code::DestinationMismatch,
            ),
            (DESTINATION, "Destination=''", Code::DestinationMismatch),
            (
                "InResponseTo='_request'",
                "InResponseTo='_other'",
                Code::InResponseToMismatch,
            ),
            (
                ISSUER,
                "<saml:Issuer>urn:x</saml:Issuer><samlp:Status>",
                Code::IssuerMismatch,
            ),
            (
                ISSUER,
                "<saml:Issuer Format='urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'>https://idp.example/</saml:Issuer><samlp:Status>",
                Code::IssuerMismatch,
            ),
            ("Version='2.0'", "Version='2.1'", Code::UnsupportedVersion),
            ("status:Success", "status:Requester", Code::StatusNotSuccess),
        ] {
            assert_eq!(verdict(by, &[(from, to)]), Err(code), "{by:?} {to}");
        }
        assert_eq!(verdict(by, &[(ISSUER, "<samlp:Status>")]), Ok(()), "{by:?}");
        let unasked = (" InResponseTo='_request'", "");
        assert_eq!(
            verdict(by, &[unasked]),
            Ok(()),
            "{by:?}: the assertion says it"
        );
    }
}

#[test]
fn the_status_is_told_and_cut() {
    let shown = |codes: &str, message: &str| {
        let success = "<samlp:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Success'/>";
        let text = edit(RESPONSE, success, &[codes, message].concat());
        let message = signed(&text, By::Response);
        let refused = accept_at(&provider(), &message, Expected::answer_to(REQUEST), NOW);
        match refused.expect_err("no success").reason() {
            Reason::Status { status } => status.to_string(),
            other => panic!("{other:?}"),
        }
    };
    let one = "<samlp:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Requester'/>";
    assert_eq!(shown(one, ""), "Requester");
    let two = edit(
        one,
        "/>",
        "><samlp:StatusCode Value='urn:x:RequestDenied'/></samlp:StatusCode>",
    );
    assert_eq!(shown(&two, ""), "Requester / RequestDenied");
    let message = "<samlp:StatusMessage>no</samlp:StatusMessage>";
    assert_eq!(shown(&two, message), "Requester / RequestDenied: no");
}

/// A policy that asks for a signature is met by that one and by no other.
#[test]
fn what_must_be_signed() {
    let with = |required| {
        let policy = Policy::new().with_required_signature(required);
        provider().with_policy(policy)
    };
    let verdict = |provider: &ServiceProvider, message: &str| {
        accept_at(provider, message, Expected::answer_to(REQUEST), NOW)
            .map(drop)
            .map_err(|rejection| rejection.code())
    };
    for (required, response, assertion) in [
        (RequiredSignature::AssertionOrResponse, Ok(()), Ok(())),
        (RequiredSignature::Response, Ok(()), Err(Code::Unsigned)),
        (RequiredSignature::Assertion, Err(Code::Unsigned), Ok(())),
    ] {
        let provider = with(required);
        assert_eq!(
            verdict(&provider, &signed(RESPONSE, By::Response)),
            response
        );
        assert_eq!(
            verdict(&provider, &signed(RESPONSE, By::Assertion)),
            assertion
        );
        assert_eq!(verdict(&provider, &signed(RESPONSE, By::Both)), Ok(()));
        assert_eq!(verdict(&provider, RESPONSE), Err(Code::Unsigned));
        // The other one's signature is checked as well.
        let inner = sign(&sign(RESPONSE, "_a", "p384"), "_r", "p256");
        assert_eq!(verdict(&provider, &inner), Err(Code::SignatureInvalid));
    }
    let encrypted = Policy::new().with_required_encryption(RequiredEncryption::Assertion);
    let provider = provider().with_policy(encrypted);
    let message = signed(RESPONSE, By::Both);
    assert_eq!(verdict(&provider, &message), Err(Code::NotEncrypted));
}

/// Nothing is expected but what was said.
#[test]
fn what_is_expected() {
    let verdict = |expected, message: &str| {
        accept_at(&provider(), &signed(message, By::Assertion), expected, NOW)
            .map(drop)
            .map_err(|rejection| rejection.code())
    };
    let unsolicited = RESPONSE.replace(" InResponseTo='_request'", "");
    let mismatch = Err(Code::InResponseToMismatch);
    let answer = Expected::answer_to(REQUEST);
    for (expected, to_request, to_none) in [
        (Expected::nothing(), mismatch, Err(Code::Unsolicited)),
        (answer, Ok(()), mismatch),
        (answer.or_unsolicited(), Ok(()), Ok(())),
        (Expected::answer_to("_other"), mismatch, mismatch),
        (Expected::unsolicited(), mismatch, Ok(())),
        (Expected::nothing().or_unsolicited(), mismatch, Ok(())),
        (answer.from_issuer(IDP), Ok(()), mismatch),
    ] {
        assert_eq!(verdict(expected, RESPONSE), to_request, "{expected:?}");
        assert_eq!(verdict(expected, &unsolicited), to_none, "{expected:?}");
        // One of the two that names a request speaks for itself.
        let response = edit(
            RESPONSE,
            " InResponseTo='_request'><saml:Issuer",
            "><saml:Issuer",
        );
        assert_eq!(verdict(expected, &response), to_request, "{expected:?}");
    }
    for expected in [answer, Expected::unsolicited().or_unsolicited()] {
        let other = expected.from_issuer("https://other.example/");
        for message in [RESPONSE, &unsolicited] {
            assert_eq!(verdict(other, message), Err(Code::IssuerMismatch));
        }
    }
}

/// Each value that holds markup is canonicalized on its own: what all of them may cost is in proportion to the message.
#[test]
fn markup_in_values_has_a_budget() {
    let with = |count: usize| {
        let values: String = (0..count)
            .map(|at| {
                format!(
                    "<saml:AttributeValue><p{at}:x xmlns:p{at}='urn:{at}'/></saml:AttributeValue>"
                )
            })
            .collect();
        let statement = format!(
            "<saml:AttributeStatement><saml:Attribute Name='a'>{values}</saml:Attribute></saml:AttributeStatement></saml:Assertion>"
        );
        verdict(By::Assertion, &[("</saml:Assertion>", &statement)])
    };
    assert_eq!(with(300), Ok(()));
    assert_eq!(with(2000), Err(Code::LimitExceeded));
}
