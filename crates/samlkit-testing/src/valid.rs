//! Messages that must be accepted: as real identity providers send them, and as few do and may.
//!
//! ```
//! use samlkit_testing::{NOW, TestIdp, TestSp, reference, valid};
//!
//! let idp = TestIdp::entra(NOW);
//! let sp = TestSp::new("https://sp.example/metadata", "https://sp.example/acs");
//! for case in valid::all(&idp, &sp)? {
//!     assert!(reference::deliver(&case)?.code().is_none(), "{}", case.id());
//! #   break; // the suite in tests/ has them all
//! }
//! # Ok::<(), samlkit_testing::Error>(())
//! ```

use samlkit::crypto::BlockEncryption;
use samlkit::websso::SignedParts;

use crate::attack::{Scene, Shape};
use crate::case::{Case, Delivery, Payload};
use crate::{
    Encryption, Error, KeyPlace, ResponseBuilder, TestIdp, TestKey, TestSp, apply, instant, ns,
};

mod edits;

use edits::{AFTERWARDS, EDITED, WRITTEN, for_each_signature, lines};

/// Everything that `idp` sends to `sp` and that must be accepted: sign-ons in every shape, unusual ones, logout messages, metadata.
///
/// # Errors
///
/// [`Error`] where a message cannot be made; with the identity providers of this crate all can.
pub fn all(idp: &TestIdp, sp: &TestSp) -> Result<Vec<Case>, Error> {
    let mut cases = shapes(idp, sp)?;
    for (id, about, build) in BUILT {
        cases.push(built(idp, sp, id, about, *build)?);
    }
    for (id, about, shapes, edit) in EDITED {
        for &shape in *shapes {
            let scene = scene(idp, sp, shape);
            if let Some(xml) = apply::signed(&scene, *edit)? {
                cases.push(case(&scene, &format!("{id}-{}", shape.id()), about, xml));
            }
        }
    }
    for (id, about, edit) in AFTERWARDS {
        for &shape in Shape::PLAIN {
            let scene = scene(idp, sp, shape);
            let mut message = scene.builder().build()?;
            if edit(&mut message.tree, &scene).is_some() {
                cases.push(case(
                    &scene,
                    &format!("{id}-{}", shape.id()),
                    about,
                    message.xml(),
                ));
            }
        }
    }
    for (id, about, change) in WRITTEN {
        let scene = scene(idp, sp, Shape::Assertion);
        let xml = scene.builder().build()?.xml();
        if let Some(xml) = change(&xml) {
            cases.push(case(&scene, id, about, xml));
        }
    }
    cases.extend(encodings(idp, sp)?);
    cases.extend(situations(idp, sp)?);
    cases.extend(crate::attacks::siblings(idp, sp)?);
    Ok(cases)
}

/// A sign-on in each shape: assertion, response or both signed, plain and encrypted.
///
/// # Errors
///
/// As [`all`].
pub fn shapes(idp: &TestIdp, sp: &TestSp) -> Result<Vec<Case>, Error> {
    let shapes = Shape::PLAIN.iter().chain(Shape::ENCRYPTED);
    shapes
        .map(|&shape| apply::good(&scene(idp, sp, shape)))
        .collect()
}

fn scene(idp: &TestIdp, sp: &TestSp, shape: Shape) -> Scene {
    Scene {
        idp: idp.clone(),
        sp: sp.clone(),
        shape,
    }
}

fn case(scene: &Scene, id: &str, about: &str, xml: String) -> Case {
    Case {
        id: format!("{}-{id}", scene.idp.provider().id()),
        about: about.to_owned(),
        attack: None,
        payload: Payload::Response(xml.into_bytes()),
        delivery: Delivery::new(&scene.idp, &scene.sp),
        expected: None,
        sibling: None,
    }
}

fn built(idp: &TestIdp, sp: &TestSp, id: &str, about: &str, build: Build) -> Result<Case, Error> {
    let scene = scene(idp, sp, Shape::Assertion);
    let message = build(idp.response(sp)).build()?;
    Ok(case(&scene, id, about, message.xml()))
}

type Build = fn(ResponseBuilder) -> ResponseBuilder;

const BUILT: &[(&str, &str, Build)] = &[
    ("own-way", "signed as this provider does it", |b| b),
    ("groups-24", "24 groups", |b| b.groups(24)),
    ("groups-150", "150 groups, the most that Entra sends", |b| {
        b.groups(150)
    }),
    ("groups-2000", "2000 groups", |b| b.groups(2000)),
    (
        "key-next",
        "signed by the next key, after a rollover",
        |b| b.signed_by(TestKey::Next),
    ),
    (
        "key-next-shows-active",
        "signed by the next key, showing the certificate of the other",
        |b| {
            b.signed_by(TestKey::Next)
                .showing_certificate_of(TestKey::Active)
        },
    ),
    (
        "key-active-shows-stranger",
        "signed by the trusted key, showing a certificate that nobody trusts",
        |b| b.showing_certificate_of(TestKey::Untrusted),
    ),
    (
        "attribute-custom",
        "an attribute with several values, one of them empty",
        |b| {
            b.attribute(
                "department",
                &["Field Engineering", "", "R&D <x> \"y\" 'z'"],
            )
        },
    ),
    ("attribute-repeated", "one name in two attributes", |b| {
        b.attribute("x", &["1"]).attribute("x", &["2"])
    }),
    ("name-beyond-ascii", "a name in several scripts", |b| {
        b.name_id("Zoë 猫 Ω \u{1f642}")
    }),
    ("name-like-markup", "a name that looks like markup", |b| {
        b.name_id("<a>&amp;</a><!--x-->")
    }),
    ("name-long", "a name of a thousand characters", |b| {
        b.name_id("x".repeat(1000))
    }),
    (
        "no-destination",
        "an unsigned response without Destination",
        |b| b.signed(SignedParts::Assertion).without_destination(),
    ),
    (
        "encrypted-key-beside",
        "an encrypted key beside the data",
        |b| {
            b.signed(SignedParts::Assertion)
                .encrypted(Encryption::new(BlockEncryption::Aes256Cbc).with_key(KeyPlace::Beside))
        },
    ),
    (
        "encrypted-both",
        "an encrypted signed assertion in a signed response",
        |b| {
            b.signed(SignedParts::Both)
                .encrypted(Encryption::new(BlockEncryption::Aes128Cbc))
        },
    ),
    ("encrypted-aes192-gcm", "AES-192-GCM", |b| {
        b.signed(SignedParts::Assertion)
            .encrypted(Encryption::new(BlockEncryption::Aes192Gcm))
    }),
    ("encrypted-aes192-cbc", "AES-192-CBC", |b| {
        b.signed(SignedParts::Assertion)
            .encrypted(Encryption::new(BlockEncryption::Aes192Cbc))
    }),
];

fn encodings(idp: &TestIdp, sp: &TestSp) -> Result<Vec<Case>, Error> {
    let scene = scene(idp, sp, Shape::Assertion);
    let value = scene.builder().build()?.form_value();
    let forms = [
        (
            "form-in-lines",
            "a form value in lines of 64",
            lines(&value),
        ),
        (
            "form-in-lines-crlf",
            "a form value in lines, with CR LF",
            lines(&value).replace('\n', "\r\n"),
        ),
        (
            "form-with-spaces",
            "a form value with spaces around it",
            format!(" {value}\n"),
        ),
    ];
    let cases = forms.map(|(id, about, value)| {
        let mut case = case(&scene, id, about, String::new());
        case.payload = Payload::FormValue(value);
        case
    });
    Ok(cases.into())
}

fn situations(idp: &TestIdp, sp: &TestSp) -> Result<Vec<Case>, Error> {
    type Situation = (&'static str, &'static str, Build, fn(&mut Delivery));
    let all: [Situation; 7] = [
        (
            "unsolicited-allowed",
            "a sign-on that the identity provider started, where that is accepted",
            ResponseBuilder::unsolicited,
            |d| {
                d.in_response_to = None;
                d.allow_unsolicited = true;
            },
        ),
        (
            "unsolicited-or-answer",
            "an answer where unasked sign-ons are accepted too",
            |b| b,
            |d| d.allow_unsolicited = true,
        ),
        (
            "last-moment",
            "at the last moment of the clock skew",
            |b| b,
            |d| {
                let style = d.idp.provider().style();
                let end = style.conditions.min(style.confirmation);
                d.at = instant::after(d.at, (end + 60) * 1000 - 1);
            },
        ),
        (
            "first-moment",
            "at the first moment of the clock skew",
            |b| b,
            |d| {
                d.at = instant::after(d.at, (d.idp.provider().style().not_before - 60) * 1000);
            },
        ),
        (
            "second-trusted",
            "where another identity provider is trusted too",
            |b| b,
            |d| d.trusts_second = true,
        ),
        (
            "response-required",
            "where the response must be signed",
            |b| b.signed(SignedParts::Both),
            |d| d.require_signed_response = true,
        ),
        (
            "rsa-weak-allowed",
            "an RSA key of 1024 bits, where that is accepted",
            |b| b.signed_by(TestKey::Weak),
            |d| {
                d.allow_weak_rsa = true;
                d.idp = d.idp.clone().with_key(TestKey::Weak);
            },
        ),
    ];
    let mut cases = Vec::new();
    for (id, about, build, situation) in all {
        let mut case = built(idp, sp, id, about, build)?;
        situation(&mut case.delivery);
        cases.push(case);
    }
    let mut sha1 = case(
        &scene(idp, sp, Shape::Assertion),
        "sha1-allowed",
        "RSA with SHA-1, where that is accepted",
        String::new(),
    );
    let message = idp.response(sp).build_edited(|r| {
        let _ = for_each_signature(r, |signature| {
            signature
                .find_mut("SignatureMethod")?
                .set("Algorithm", ns::RSA_SHA1);
            signature
                .find_mut("DigestMethod")?
                .set("Algorithm", ns::SHA1);
            Some(())
        });
    })?;
    sha1.payload = Payload::Response(message.xml().into_bytes());
    sha1.delivery.allow_sha1 = true;
    cases.push(sha1);
    for key in [TestKey::P256, TestKey::Ed25519, TestKey::Exponent3] {
        let other = idp.clone().with_key(key);
        let id = format!("key-{}", key.name());
        cases.push(built(&other, sp, &id, "a key of another kind", |b| b)?);
    }
    Ok(cases)
}
