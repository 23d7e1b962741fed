//! Logout messages.

use samlkit::Code;

use super::redirect::{good, request, response};
use crate::attack::{Attack, Class, Make, Shape};
use crate::logout::deflate;
use crate::{base64, instant};

const BINDING: &[&str] = &["SAMLBind §3.4.4.1"];

pub(super) const ATTACKS: &[Attack] = &[
    request(
        "logout-doctype",
        Class::Logout,
        "a document type in the request",
        Code::DtdForbidden,
        |q| {
            let text = format!("<!DOCTYPE x [<!ENTITY e \"x\">]>{}", q.message.xml());
            q.message
                .sign(&q.message.unsigned(&base64(&deflate(text.as_bytes())), None))
                .ok()
        },
    ),
    request(
        "logout-is-a-request-for-sign-on",
        Class::Logout,
        "an AuthnRequest",
        Code::NotALogoutRequest,
        |q| {
            q.edited(|tree, scene| {
                scene.samlp("AuthnRequest").name.clone_into(&mut tree.name);
                Some(())
            })
        },
    ),
    request(
        "logout-response-as-request",
        Class::Logout,
        "a LogoutResponse in SAMLRequest",
        Code::NotALogoutRequest,
        |q| {
            q.edited(|tree, scene| {
                scene
                    .samlp("LogoutResponse")
                    .name
                    .clone_into(&mut tree.name);
                Some(())
            })
        },
    ),
    request(
        "logout-destination-other",
        Class::Logout,
        "sent to another endpoint",
        Code::DestinationMismatch,
        |q| {
            q.edited(|tree, _| {
                tree.set("Destination", "https://other.example/slo");
                Some(())
            })
        },
    )
    .refs(BINDING),
    request(
        "logout-destination-missing",
        Class::Logout,
        "signed without Destination",
        Code::DestinationMismatch,
        |q| q.edited(|tree, _| tree.unset("Destination").map(drop)),
    )
    .refs(BINDING),
    request(
        "logout-issuer-other",
        Class::Logout,
        "from somebody unknown",
        Code::UnknownIssuer,
        |q| {
            q.edited(|tree, _| {
                tree.child_mut("Issuer")?.set_text("https://evil.example/");
                Some(())
            })
        },
    ),
    request(
        "logout-issuer-missing",
        Class::Logout,
        "from nobody",
        Code::MissingElement,
        |q| q.edited(|tree, _| tree.take("Issuer").map(drop)),
    )
    .refs(&["SAMLProf §4.4.4.1"]),
    request(
        "logout-expired",
        Class::Logout,
        "a request that is over",
        Code::Expired,
        |q| {
            q.edited(|tree, scene| {
                let time = instant::milliseconds(instant::after(scene.idp.now(), -600_000));
                tree.set("NotOnOrAfter", time);
                Some(())
            })
        },
    )
    .refs(&["SAMLCore §3.7.1"]),
    request(
        "logout-name-missing",
        Class::Logout,
        "a request without a name",
        Code::MissingElement,
        |q| q.edited(|tree, _| tree.take("NameID").map(drop)),
    ),
    request(
        "logout-name-split",
        Class::Logout,
        "an element splits the name",
        Code::InvalidValue,
        |q| {
            q.edited(|tree, _| {
                tree.child_mut("NameID")?
                    .set_raw(format!("{}<x xmlns=\"urn:example\"/>x", crate::ADMIN));
                Some(())
            })
        },
    ),
    request(
        "logout-id-doubled",
        Class::Logout,
        "an ID twice",
        Code::DuplicateId,
        |q| {
            q.edited(|tree, _| {
                let id = tree.attribute("ID")?.to_owned();
                tree.child_mut("SessionIndex")?.set("xml:id", id);
                Some(())
            })
        },
    ),
    request(
        "logout-version",
        Class::Logout,
        "a request of another version",
        Code::UnsupportedVersion,
        |q| {
            q.edited(|tree, _| {
                tree.set("Version", "1.1");
                Some(())
            })
        },
    ),
    request(
        "logout-in-logout",
        Class::Logout,
        "a request within the request",
        Code::SignatureWrapping,
        |q| {
            q.edited(|tree, scene| {
                let inner = tree.clone();
                let mut inner = inner;
                inner.set("ID", "_inner");
                tree.insert_after("Issuer", scene.samlp("Extensions").containing(inner))
            })
        },
    ),
    Attack::new(
        "logout-replay",
        Class::Logout,
        "the same request a second time",
        Code::Replayed,
        Make::Query(good, |d| d.times = 2),
    )
    .on(&[Shape::Assertion]),
    Attack::new(
        "logout-old",
        Class::Logout,
        "a request of the day before",
        Code::Expired,
        Make::Query(good, |d| d.at = instant::after(d.at, 86_400_000)),
    )
    .on(&[Shape::Assertion]),
    Attack::new(
        "logout-of-the-future",
        Class::Logout,
        "a request of the day after",
        Code::NotYetValid,
        Make::Query(good, |d| d.at = instant::after(d.at, -86_400_000)),
    )
    .on(&[Shape::Assertion]),
    response(
        "logout-answer-to-another-request",
        Class::Logout,
        "a LogoutResponse to another request",
        Code::InResponseToMismatch,
        |q| {
            q.edited(|tree, _| {
                tree.set("InResponseTo", "_request-2");
                Some(())
            })
        },
    ),
    response(
        "logout-answer-to-no-request",
        Class::Logout,
        "a LogoutResponse to no request",
        Code::InResponseToMismatch,
        |q| q.edited(|tree, _| tree.unset("InResponseTo").map(drop)),
    ),
    response(
        "logout-answer-unsigned",
        Class::Logout,
        "a LogoutResponse without signature",
        Code::Unsigned,
        |q| Some(q.unsigned(None)),
    ),
    response(
        "logout-answer-status-missing",
        Class::Logout,
        "a LogoutResponse without Status",
        Code::MissingElement,
        |q| q.edited(|tree, _| tree.take("Status").map(drop)),
    ),
    response(
        "logout-answer-is-a-response",
        Class::Logout,
        "a Response in the place of a LogoutResponse",
        Code::NotALogoutResponse,
        |q| {
            q.edited(|tree, scene| {
                scene.samlp("Response").name.clone_into(&mut tree.name);
                Some(())
            })
        },
    ),
];
