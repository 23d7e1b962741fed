//! Posted logout messages and authentication requests: signed within themselves, so that wrapping is possible in them too.

use std::sync::Arc;

use samlkit::Code;

use super::surgery::EVIL_ID;
use crate::attack::{Attack, Class, Edit, Make, Scene, Shape};
use crate::case::{Case, Delivery, Payload};
use crate::markup::Element;
use crate::posted::Posted;
use crate::response::signature;
use crate::{ADMIN, Error, TestIdp, TestKey, TestSp, instant, ns, sign};

const BINDING: &[&str] = &["SAMLBind §3.5.5.2"];
const PROFILE: &[&str] = &["SAMLProf §4.1.4.1"];
const PAPER: &[&str] = &["Somorovsky et al., USENIX Security 2012"];

const SAME: Edit = |_, _| Some(());

const fn posted(
    posted: Posted,
    (id, about): (&'static str, &'static str),
    code: Code,
    (before, after): (Edit, Edit),
    change: fn(&mut Delivery),
) -> Attack {
    let class = match posted {
        Posted::AuthnRequest => Class::Request,
        Posted::LogoutRequest | Posted::LogoutResponse => Class::Logout,
    };
    let make = Make::Posted(posted, before, after, change);
    Attack::new(id, class, about, code, make).on(&[Shape::Assertion])
}

/// A message edited before it is signed, and after.
const fn edited(
    kind: Posted,
    id: &'static str,
    about: &'static str,
    code: Code,
    before: Edit,
    after: Edit,
) -> Attack {
    posted(kind, (id, about), code, (before, after), |_| {})
}

/// A message as it is, delivered as it should not be.
const fn situation(
    id: &'static str,
    about: &'static str,
    code: Code,
    kind: Posted,
    change: fn(&mut Delivery),
) -> Attack {
    posted(kind, (id, about), code, (SAME, SAME), change)
}

pub(super) const LISTS: &[&[Attack]] = &[LOGOUTS, REQUESTS];

const LOGOUTS: &[Attack] = &[
    edited(
        Posted::LogoutRequest,
        "logout-posted-unsigned",
        "a posted request without signature",
        Code::Unsigned,
        SAME,
        |m, _| m.take("Signature").map(drop),
    )
    .refs(BINDING),
    edited(
        Posted::LogoutRequest,
        "logout-posted-name-changed",
        "a posted request for another user",
        Code::SignatureInvalid,
        SAME,
        |m, _| {
            m.child_mut("NameID")?.set_text(ADMIN);
            Some(())
        },
    ),
    edited(
        Posted::LogoutRequest,
        "logout-posted-session-removed",
        "the SessionIndex is taken out, so that every session ends",
        Code::SignatureInvalid,
        SAME,
        |m, _| m.take("SessionIndex").map(drop),
    ),
    edited(
        Posted::LogoutRequest,
        "logout-posted-key-untrusted",
        "signed by an unknown key",
        Code::UntrustedKey,
        untrusted,
        SAME,
    ),
    edited(
        Posted::LogoutRequest,
        "logout-posted-sha1",
        "signed with SHA-1",
        Code::AlgorithmNotAllowed,
        sha1,
        SAME,
    ),
    edited(
        Posted::LogoutRequest,
        "logout-posted-wrapped-in-extensions",
        "a forged request has the signature, the signed one stands in its Extensions",
        Code::SignatureWrapping,
        SAME,
        |m, scene| {
            let (mut evil, original) = parted(m)?;
            evil.child_mut("NameID")?.set_text(ADMIN);
            evil.insert_after("Signature", scene.samlp("Extensions").containing(original))?;
            *m = evil;
            Some(())
        },
    )
    .refs(PAPER),
    edited(
        Posted::LogoutRequest,
        "logout-posted-wrapped-in-object",
        "a forged request has the signature, in whose Object the signed one stands",
        Code::SignatureWrapping,
        SAME,
        |m, scene| {
            let (mut evil, original) = parted(m)?;
            evil.child_mut("NameID")?.set_text(ADMIN);
            let object = scene.ds("Object").containing(original);
            evil.child_mut("Signature")?.append(object);
            *m = evil;
            Some(())
        },
    )
    .refs(PAPER),
    edited(
        Posted::LogoutRequest,
        "logout-posted-signature-of-another",
        "a forged request has the signature of another, which is not there",
        Code::SignatureWrapping,
        SAME,
        |m, _| {
            let (mut evil, _) = parted(m)?;
            evil.child_mut("NameID")?.set_text(ADMIN);
            *m = evil;
            Some(())
        },
    )
    .refs(PAPER),
    edited(
        Posted::LogoutRequest,
        "logout-posted-around",
        "a forged request around the signed one",
        Code::SignatureWrapping,
        SAME,
        |m, scene| {
            forge_around(m, scene)?;
            m.child_mut("NameID")?.set_text(ADMIN);
            Some(())
        },
    )
    .refs(PAPER),
    edited(
        Posted::LogoutRequest,
        "logout-posted-reference-empty",
        "the reference means the whole document, correctly signed",
        Code::SignatureWrapping,
        |m, _| {
            m.find_mut("Reference")?.set("URI", "");
            Some(())
        },
        SAME,
    )
    .refs(&["SAMLCore §5.4.2"]),
    edited(
        Posted::LogoutRequest,
        "logout-posted-destination-other",
        "sent to another endpoint",
        Code::DestinationMismatch,
        |m, _| {
            m.set("Destination", "https://other.example/slo");
            Some(())
        },
        SAME,
    )
    .refs(BINDING),
    edited(
        Posted::LogoutRequest,
        "logout-posted-base-id",
        "a BaseID, which names nobody here",
        Code::UnsupportedIdentifier,
        |m, scene| {
            let id = scene.declared_saml("BaseID");
            m.replace("NameID", id.with("NameQualifier", "urn:example"))
                .map(drop)
        },
        SAME,
    ),
    edited(
        Posted::LogoutRequest,
        "logout-posted-is-an-answer",
        "a LogoutResponse in the control SAMLRequest",
        Code::NotALogoutRequest,
        |m, scene| {
            scene.samlp("LogoutResponse").name.clone_into(&mut m.name);
            Some(())
        },
        SAME,
    ),
    situation(
        "logout-posted-replay",
        "the same posted request a second time",
        Code::Replayed,
        Posted::LogoutRequest,
        |d| d.times = 2,
    ),
    edited(
        Posted::LogoutResponse,
        "logout-answer-posted-unsigned",
        "a posted LogoutResponse without signature",
        Code::Unsigned,
        SAME,
        |m, _| m.take("Signature").map(drop),
    )
    .refs(BINDING),
    edited(
        Posted::LogoutResponse,
        "logout-answer-posted-changed",
        "a posted LogoutResponse to another request, by an edit",
        Code::SignatureInvalid,
        SAME,
        |m, _| {
            m.set("InResponseTo", "_request-2");
            Some(())
        },
    ),
    edited(
        Posted::LogoutResponse,
        "logout-answer-posted-to-another-request",
        "a posted LogoutResponse to another request",
        Code::InResponseToMismatch,
        |m, _| {
            m.set("InResponseTo", "_request-2");
            Some(())
        },
        SAME,
    ),
    edited(
        Posted::LogoutResponse,
        "logout-answer-posted-wrapped",
        "a forged LogoutResponse has the signature, the signed one stands in its Extensions",
        Code::SignatureWrapping,
        SAME,
        |m, scene| {
            let (mut evil, original) = parted(m)?;
            evil.set("InResponseTo", "_request-1");
            evil.insert_after("Signature", scene.samlp("Extensions").containing(original))?;
            *m = evil;
            Some(())
        },
    )
    .refs(PAPER),
];

const REQUESTS: &[Attack] = &[
    edited(
        Posted::AuthnRequest,
        "request-unsigned",
        "a request without signature, where the service provider signs",
        Code::Unsigned,
        SAME,
        |m, _| m.take("Signature").map(drop),
    )
    .refs(PROFILE),
    edited(
        Posted::AuthnRequest,
        "request-endpoint-changed",
        "the answer is to go to the attacker, by an edit",
        Code::SignatureInvalid,
        SAME,
        |m, _| {
            m.set("AssertionConsumerServiceURL", "https://evil.example/acs");
            Some(())
        },
    ),
    edited(
        Posted::AuthnRequest,
        "request-endpoint-unknown",
        "the answer is to go where no metadata says, correctly signed",
        Code::AcsNotRegistered,
        |m, _| {
            m.set("AssertionConsumerServiceURL", "https://evil.example/acs");
            Some(())
        },
        SAME,
    )
    .refs(PROFILE),
    edited(
        Posted::AuthnRequest,
        "request-endpoint-longer",
        "the answer is to go to a path below the registered one",
        Code::AcsNotRegistered,
        |m, scene| {
            let url = format!("{}/../evil", scene.sp.acs_url());
            m.set("AssertionConsumerServiceURL", url);
            Some(())
        },
        SAME,
    )
    .refs(PROFILE),
    edited(
        Posted::AuthnRequest,
        "request-index-unknown",
        "the answer is to go to an endpoint of no registered index",
        Code::AcsNotRegistered,
        |m, _| {
            m.unset("AssertionConsumerServiceURL")?;
            m.unset("ProtocolBinding")?;
            m.set("AssertionConsumerServiceIndex", "7");
            Some(())
        },
        SAME,
    ),
    edited(
        Posted::AuthnRequest,
        "request-binding-other",
        "the answer is to come by another binding",
        Code::UnsupportedBinding,
        |m, _| {
            m.set("ProtocolBinding", ns::HTTP_REDIRECT);
            Some(())
        },
        SAME,
    ),
    edited(
        Posted::AuthnRequest,
        "request-issuer-unknown",
        "from somebody unknown",
        Code::UnknownIssuer,
        |m, _| {
            m.child_mut("Issuer")?.set_text("https://evil.example/");
            Some(())
        },
        SAME,
    ),
    edited(
        Posted::AuthnRequest,
        "request-destination-other",
        "sent to another identity provider",
        Code::DestinationMismatch,
        |m, _| {
            m.set("Destination", "https://other.example/sso");
            Some(())
        },
        SAME,
    )
    .refs(BINDING),
    edited(
        Posted::AuthnRequest,
        "request-destination-missing",
        "signed without Destination",
        Code::DestinationMismatch,
        |m, _| m.unset("Destination").map(drop),
        SAME,
    )
    .refs(BINDING),
    edited(
        Posted::AuthnRequest,
        "request-key-untrusted",
        "signed by an unknown key",
        Code::UntrustedKey,
        untrusted,
        SAME,
    ),
    edited(
        Posted::AuthnRequest,
        "request-sha1",
        "signed with SHA-1",
        Code::AlgorithmNotAllowed,
        sha1,
        SAME,
    ),
    edited(
        Posted::AuthnRequest,
        "request-signature-of-another",
        "a forged request has the signature of another, which is not there",
        Code::SignatureWrapping,
        SAME,
        |m, _| {
            let (mut evil, _) = parted(m)?;
            evil.set("ForceAuthn", "true");
            *m = evil;
            Some(())
        },
    )
    .refs(PAPER),
    edited(
        Posted::AuthnRequest,
        "request-around",
        "a forged request around the signed one",
        Code::SignatureWrapping,
        SAME,
        |m, scene| {
            forge_around(m, scene)?;
            m.set("ForceAuthn", "true");
            Some(())
        },
    )
    .refs(PAPER),
    edited(
        Posted::AuthnRequest,
        "request-wrapped-in-extensions",
        "a forged request has the signature, the signed one stands in its Extensions",
        Code::SignatureWrapping,
        SAME,
        |m, scene| {
            let (mut evil, original) = parted(m)?;
            evil.set("AssertionConsumerServiceURL", "https://evil.example/acs");
            evil.insert_after("Signature", scene.samlp("Extensions").containing(original))?;
            *m = evil;
            Some(())
        },
    )
    .refs(PAPER),
    edited(
        Posted::AuthnRequest,
        "request-id-doubled",
        "an ID twice",
        Code::DuplicateId,
        |m, _| {
            let id = m.attribute("ID")?.to_owned();
            m.child_mut("NameIDPolicy")?.set("xml:id", id);
            Some(())
        },
        SAME,
    ),
    edited(
        Posted::AuthnRequest,
        "request-version",
        "a request of another version",
        Code::UnsupportedVersion,
        |m, _| {
            m.set("Version", "1.1");
            Some(())
        },
        SAME,
    ),
    edited(
        Posted::AuthnRequest,
        "request-is-a-logout",
        "a LogoutRequest",
        Code::NotAnAuthnRequest,
        |m, scene| {
            scene.samlp("LogoutRequest").name.clone_into(&mut m.name);
            Some(())
        },
        SAME,
    ),
    edited(
        Posted::AuthnRequest,
        "request-name-format-unknown",
        "an identifier of a format that is not issued",
        Code::NameIdPolicyUnsupported,
        |m, _| {
            m.child_mut("NameIDPolicy")?
                .set("Format", "urn:example:format");
            Some(())
        },
        SAME,
    )
    .refs(&["SAMLCore §3.4.1.1"]),
    edited(
        Posted::AuthnRequest,
        "request-context-declaration",
        "an authentication context by declaration, which cannot be held to",
        Code::AuthnContextUnsupported,
        |m, scene| {
            let declaration = scene
                .declared_saml("AuthnContextDeclRef")
                .text("urn:example:declaration");
            m.append(scene.samlp("RequestedAuthnContext").containing(declaration));
            Some(())
        },
        SAME,
    )
    .refs(&["SAMLCore §3.3.2.2.1"]),
    situation(
        "request-replay",
        "the same request a second time, where requests are remembered",
        Code::Replayed,
        Posted::AuthnRequest,
        |d| d.times = 2,
    ),
    situation(
        "request-old",
        "a request of the day before",
        Code::Expired,
        Posted::AuthnRequest,
        |d| d.at = instant::after(d.at, 86_400_000),
    ),
    situation(
        "request-of-the-future",
        "a request of the day after",
        Code::NotYetValid,
        Posted::AuthnRequest,
        |d| d.at = instant::after(d.at, -86_400_000),
    ),
];

fn untrusted(message: &mut Element, scene: &Scene) -> Option<()> {
    let id = message.attribute("ID")?.to_owned();
    let (style, key) = (scene.idp.provider().style(), TestKey::Untrusted);
    message
        .replace("Signature", signature(style, &id, key, key))
        .map(drop)
}

fn sha1(message: &mut Element, _: &Scene) -> Option<()> {
    let method = message.find_mut("SignatureMethod")?;
    method.set("Algorithm", ns::RSA_SHA1);
    Some(())
}

/// A copy with the signature and another ID, and what the signature is of.
fn parted(message: &Element) -> Option<(Element, Element)> {
    let (mut evil, mut original) = (message.clone(), message.clone());
    evil.set("ID", EVIL_ID);
    original.take("Signature")?;
    Some((evil, original))
}

/// Puts `message`, as it is, into the Extensions of a copy without signature and with another ID.
fn forge_around(message: &mut Element, scene: &Scene) -> Option<()> {
    let mut evil = message.clone();
    evil.take("Signature");
    evil.set("ID", EVIL_ID);
    let original = core::mem::replace(message, evil);
    message.insert_after("Issuer", scene.samlp("Extensions").containing(original))
}

/// The good messages that these attacks start from.
pub(crate) fn siblings(idp: &TestIdp, sp: &TestSp) -> Result<Vec<Case>, Error> {
    let good = |posted: Posted| {
        Ok(Case {
            id: format!("{}-{}", idp.provider().id(), posted.id()),
            about: posted.about().to_owned(),
            attack: None,
            payload: payload(posted, posted.message(idp, sp)?),
            delivery: Delivery::new(idp, sp),
            expected: None,
            sibling: None,
        })
    };
    Posted::ALL.into_iter().map(good).collect()
}

fn payload(posted: Posted, message: String) -> Payload {
    let octets = message.into_bytes();
    match posted {
        Posted::AuthnRequest => Payload::AuthnRequest(octets),
        Posted::LogoutRequest | Posted::LogoutResponse => Payload::Logout {
            control: posted.control(),
            octets,
        },
    }
}

pub(super) fn cases(idp: &TestIdp, sp: &TestSp) -> Result<Vec<Case>, Error> {
    let scene = Scene {
        idp: idp.clone(),
        sp: sp.clone(),
        shape: Shape::Assertion,
    };
    let siblings: Vec<_> = siblings(idp, sp)?.into_iter().map(Arc::new).collect();
    let mut cases = Vec::new();
    for attack in LISTS.iter().copied().flatten() {
        let Make::Posted(posted, before, after, situation) = attack.make else {
            continue;
        };
        let sibling = Posted::ALL
            .into_iter()
            .zip(&siblings)
            .find(|(kind, _)| *kind == posted);
        let mut tree = posted.tree(idp, sp);
        let mut done = before(&mut tree, &scene);
        sign::fill_all(&mut tree)?;
        done = done.and_then(|()| after(&mut tree, &scene));
        let (Some(()), Some((_, sibling))) = (done, sibling) else {
            continue;
        };
        let mut delivery = Delivery::new(idp, sp);
        situation(&mut delivery);
        cases.push(Case {
            id: format!("{}/{}", attack.id, sibling.id),
            about: attack.about.to_owned(),
            attack: Some(attack),
            payload: payload(posted, tree.to_markup()),
            delivery,
            expected: Some(attack.code(Shape::Assertion)),
            sibling: Some(Arc::clone(sibling)),
        });
    }
    Ok(cases)
}
