//! Good messages in the wrong situation, and the encoding of the form value.

use samlkit::{Code, Timestamp};

use crate::attack::{Attack, Class, Make, Shape};
use crate::{TestKey, instant};

/// 9999-12-31T23:59:59Z.
const END_OF_TIME: Timestamp = at(253_402_300_799);
/// 0001-01-01T00:00:00Z.
const BEGINNING_OF_TIME: Timestamp = at(-62_135_596_800);

const fn at(seconds: i64) -> Timestamp {
    match Timestamp::from_timestamp(seconds, 0) {
        Some(time) => time,
        None => Timestamp::UNIX_EPOCH,
    }
}

const ASSERTION: &[Shape] = &[Shape::Assertion];

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "replay",
        Class::Replay,
        "the same message a second time",
        Code::Replayed,
        Make::Deliver(|d| d.times = 2),
    )
    .refs(&["SAMLProf §4.1.4.5"]),
    Attack::new(
        "replay-unsolicited",
        Class::Replay,
        "a message that answers no request, a second time",
        Code::Replayed,
        Make::BuildDeliver(
            |b, _| b.unsolicited(),
            |d| {
                d.in_response_to = None;
                d.allow_unsolicited = true;
                d.times = 2;
            },
        ),
    )
    .refs(&["SAMLProf §4.1.4.5"]),
    Attack::new(
        "unsolicited",
        Class::Replay,
        "a sign-on that nobody asked for: login CSRF",
        Code::Unsolicited,
        Make::BuildDeliver(|b, _| b.unsolicited(), |d| d.in_response_to = None),
    )
    .refs(&["SAMLProf §4.1.5"]),
    Attack::new(
        "unsolicited-in-the-place-of-an-answer",
        Class::Replay,
        "a sign-on that nobody asked for, while a request is outstanding",
        Code::InResponseToMismatch,
        Make::Build(|b, _| b.unsolicited()),
    )
    .refs(&["SAMLProf §4.1.4.3"]),
    Attack::new(
        "answer-to-another-request",
        Class::Replay,
        "the answer to a request of another browser: a stolen message",
        Code::InResponseToMismatch,
        Make::Deliver(|d| d.in_response_to = Some("_request-of-the-victim".to_owned())),
    )
    .refs(&["SAMLProf §4.1.4.3"]),
    Attack::new(
        "answer-to-no-request",
        Class::Replay,
        "the answer to a request, and none is outstanding",
        Code::InResponseToMismatch,
        Make::Deliver(|d| d.in_response_to = None),
    ),
    Attack::new(
        "answer-where-only-unsolicited",
        Class::Replay,
        "the answer to a request, where only unasked sign-ons are expected",
        Code::InResponseToMismatch,
        Make::Deliver(|d| {
            d.in_response_to = None;
            d.allow_unsolicited = true;
        }),
    ),
    Attack::new(
        "expired",
        Class::Replay,
        "a day too late",
        Code::Expired,
        Make::Deliver(|d| d.at = instant::after(d.at, 86_400_000)),
    )
    .refs(&["SAMLCore §2.5.1.2"]),
    Attack::new(
        "expired-by-a-millisecond",
        Class::Replay,
        "at the very end of the clock skew: the bound is exclusive",
        Code::Expired,
        Make::Deliver(|d| d.at = instant::after(d.at, (3600 + 60) * 1000)),
    )
    .refs(&["SAMLCore §2.5.1.2"]),
    Attack::new(
        "not-yet-valid",
        Class::Replay,
        "a day too early",
        Code::NotYetValid,
        Make::Deliver(|d| d.at = instant::after(d.at, -86_400_000)),
    )
    .refs(&["SAMLCore §2.5.1.2"]),
    Attack::new(
        "not-yet-valid-by-a-millisecond",
        Class::Replay,
        "just before the clock skew begins",
        Code::NotYetValid,
        Make::Deliver(|d| d.at = instant::after(d.at, -(300 + 60) * 1000 - 1)),
    )
    .refs(&["SAMLCore §2.5.1.2"]),
    Attack::new(
        "clock-at-the-end-of-time",
        Class::Replay,
        "at the end of the four-digit years",
        Code::Expired,
        Make::Deliver(|d| d.at = END_OF_TIME),
    ),
    Attack::new(
        "clock-at-the-beginning-of-time",
        Class::Replay,
        "at the beginning of the four-digit years",
        Code::NotYetValid,
        Make::Deliver(|d| d.at = BEGINNING_OF_TIME),
    ),
    Attack::new(
        "mix-up-by-issuer",
        Class::Issuer,
        "a second trusted provider names the first as issuer",
        Code::UntrustedKey,
        Make::BuildDeliver(
            |b, _| b.signed_by(TestKey::Second),
            |d| d.trusts_second = true,
        ),
    )
    .refs(&["SAMLProf §4.1.4.3"]),
    Attack::new(
        "mix-up-by-assertion",
        Class::Issuer,
        "a second trusted provider's response around an assertion that names the first",
        Code::IssuerMismatch,
        Make::BuildDeliver(
            |b, _| {
                b.signed_by(TestKey::Second)
                    .issuer("https://other.example/metadata")
            },
            |_| {},
        ),
    ),
    Attack::new(
        "mix-up-of-key-and-certificate",
        Class::Issuer,
        "the second provider's key behind the first one's certificate",
        Code::SignatureInvalid,
        Make::BuildDeliver(
            |b, _| {
                b.signed_by(TestKey::Second)
                    .showing_certificate_of(TestKey::Active)
            },
            |d| d.trusts_second = true,
        ),
    ),
    Attack::new(
        "response-unsigned-where-required",
        Class::Exclusion,
        "the response is not signed, and must be",
        Code::Unsigned,
        Make::Deliver(|d| d.require_signed_response = true),
    )
    .on(ASSERTION),
    // The form value.
    Attack::new(
        "form-empty",
        Class::Post,
        "an empty form value",
        Code::MalformedBase64,
        Make::Form(|_| Some(String::new())),
    )
    .on(ASSERTION),
    Attack::new(
        "form-stray-character",
        Class::Post,
        "a stray character",
        Code::MalformedBase64,
        Make::Form(|v| Some(format!("{}!{}", v.get(..40)?, v.get(40..)?))),
    )
    .refs(&["RFC 4648 §3.3"])
    .on(ASSERTION),
    Attack::new(
        "form-base64-url",
        Class::Post,
        "the alphabet of base64url",
        Code::MalformedBase64,
        Make::Form(|v| {
            let url = v.replace('+', "-").replace('/', "_");
            Some(if url == v {
                v.replacen('P', "-", 1)
            } else {
                url
            })
        }),
    )
    .on(ASSERTION),
    Attack::new(
        "form-unpadded",
        Class::Post,
        "no padding",
        Code::MalformedBase64,
        Make::Form(|v| {
            let bare = v.trim_end_matches('=');
            Some(if bare == v {
                v.get(1..)?.to_owned()
            } else {
                bare.to_owned()
            })
        }),
    )
    .on(ASSERTION),
    Attack::new(
        "form-padded-more",
        Class::Post,
        "more padding",
        Code::MalformedBase64,
        Make::Form(|v| Some(format!("{v}===="))),
    )
    .on(ASSERTION),
    Attack::new(
        "form-padding-inside",
        Class::Post,
        "two values, one after the other",
        Code::MalformedBase64,
        Make::Form(|v| Some(format!("PHg+PC94Pg=={v}"))),
    )
    .on(ASSERTION),
    Attack::new(
        "form-null",
        Class::Post,
        "a NUL in the form value",
        Code::MalformedBase64,
        Make::Form(|v| Some(format!("{}\0{}", v.get(..40)?, v.get(40..)?))),
    )
    .on(ASSERTION),
    Attack::new(
        "form-no-break-space",
        Class::Post,
        "white space that is none of ASCII's",
        Code::MalformedBase64,
        Make::Form(|v| Some(format!("{}\u{a0}{}", v.get(..40)?, v.get(40..)?))),
    )
    .on(ASSERTION),
    Attack::new(
        "form-encoded-twice",
        Class::Post,
        "base64 of base64",
        Code::MalformedXml,
        Make::Form(|v| Some(crate::base64(v.as_bytes()))),
    )
    .on(ASSERTION),
    Attack::new(
        "form-deflated",
        Class::Post,
        "compressed, as for the other binding",
        Code::MalformedXml,
        Make::Octets(|text| Some(crate::logout::deflate(text.as_bytes()))),
    )
    .on(ASSERTION),
];
