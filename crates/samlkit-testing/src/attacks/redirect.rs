//! Queries of the HTTP-Redirect binding, logout messages in them, and metadata.

use std::sync::Arc;

use samlkit::Code;

use crate::attack::{Attack, Class, Edit, Make, Scene, Shape};
use crate::case::{Case, Delivery, Payload};
use crate::logout::{LogoutMessage, deflate, escape};
use crate::markup::Element;
use crate::response::signature;
use crate::{Error, TestIdp, TestKey, TestSp, base64, ns, sign};

const CONFUSION: &[&str] = &["CVE-2025-27773", "SAMLBind §3.4.4.1"];
const BINDING: &[&str] = &["SAMLBind §3.4.4.1"];

/// A good query to change.
pub(crate) struct Query<'a> {
    scene: &'a Scene,
    pub(super) message: LogoutMessage,
}

/// What becomes of a query.
pub(crate) type QueryEdit = fn(&Query<'_>) -> Option<String>;

/// A situation of a query.
type Situation = fn(&mut Delivery);

const SAME: Situation = |_| {};

pub(super) const fn request(
    id: &'static str,
    class: Class,
    about: &'static str,
    code: Code,
    edit: QueryEdit,
) -> Attack {
    Attack::new(id, class, about, code, Make::Query(edit, SAME)).on(&[Shape::Assertion])
}

pub(super) const fn response(
    id: &'static str,
    class: Class,
    about: &'static str,
    code: Code,
    edit: QueryEdit,
) -> Attack {
    Attack::new(id, class, about, code, Make::AnswerQuery(edit)).on(&[Shape::Assertion])
}

pub(super) const fn metadata(
    id: &'static str,
    about: &'static str,
    code: Code,
    before: Edit,
    after: Edit,
) -> Attack {
    Attack::new(
        id,
        Class::Metadata,
        about,
        code,
        Make::Metadata(before, after),
    )
    .on(&[Shape::Assertion])
}

/// The lists that these cases are made of.
pub(super) const LISTS: &[&[Attack]] = &[QUERIES, super::logout::ATTACKS, super::metadata::ATTACKS];

const QUERIES: &[Attack] = &[
    request(
        "redirect-unsigned",
        Class::Redirect,
        "no signature",
        Code::Unsigned,
        |q| Some(q.unsigned(Some("state"))),
    )
    .refs(BINDING),
    request(
        "redirect-relay-state-changed",
        Class::Redirect,
        "another RelayState than was signed",
        Code::SignatureInvalid,
        |q| replaced(&q.good()?, "RelayState=state", "RelayState=evil"),
    )
    .refs(BINDING),
    request(
        "redirect-relay-state-removed",
        Class::Redirect,
        "RelayState is taken out",
        Code::SignatureInvalid,
        |q| replaced(&q.good()?, "&RelayState=state", ""),
    )
    .refs(BINDING),
    request(
        "redirect-relay-state-added",
        Class::Redirect,
        "a RelayState where none was signed",
        Code::SignatureInvalid,
        |q| {
            let query = q.message.query(None).ok()?;
            Some(format!("{query}&RelayState=evil"))
        },
    )
    .refs(BINDING),
    request(
        "redirect-relay-state-doubled",
        Class::Redirect,
        "RelayState twice",
        Code::InvalidValue,
        |q| Some(format!("RelayState=evil&{}", q.good()?)),
    )
    .refs(CONFUSION),
    request(
        "redirect-relay-state-long",
        Class::Redirect,
        "a RelayState of more than 80 octets",
        Code::InvalidValue,
        |q| q.message.query(Some(&"x".repeat(81))).ok(),
    )
    .refs(&["SAMLBind §3.4.3"]),
    request(
        "redirect-message-doubled",
        Class::Redirect,
        "SAMLRequest twice, the forged one last",
        Code::InvalidValue,
        |q| Some(format!("{}&SAMLRequest={}", q.good()?, q.forged()?)),
    )
    .refs(CONFUSION),
    request(
        "redirect-message-doubled-first",
        Class::Redirect,
        "SAMLRequest twice, the forged one first",
        Code::InvalidValue,
        |q| Some(format!("SAMLRequest={}&{}", q.forged()?, q.good()?)),
    )
    .refs(CONFUSION),
    request(
        "redirect-request-and-response",
        Class::Redirect,
        "a signed SAMLRequest and a forged SAMLResponse",
        Code::InvalidValue,
        |q| Some(format!("{}&SAMLResponse={}", q.good()?, q.forged()?)),
    )
    .refs(CONFUSION),
    request(
        "redirect-response-and-request",
        Class::Redirect,
        "the same the other way around",
        Code::InvalidValue,
        |q| Some(format!("SAMLResponse={}&{}", q.forged()?, q.good()?)),
    )
    .refs(CONFUSION),
    request(
        "redirect-name-escaped",
        Class::Redirect,
        "a second SAMLRequest whose name is escaped",
        Code::InvalidValue,
        |q| Some(format!("{}&SAMLR%65quest={}", q.good()?, q.forged()?)),
    )
    .refs(CONFUSION),
    request(
        "redirect-name-escaped-first",
        Class::Redirect,
        "the same, first",
        Code::InvalidValue,
        |q| Some(format!("SAMLReque%73t={}&{}", q.forged()?, q.good()?)),
    )
    .refs(CONFUSION),
    request(
        "redirect-message-exchanged",
        Class::Redirect,
        "a forged message under the signature of another",
        Code::SignatureInvalid,
        |q| {
            let good = q.good()?;
            let rest = good.split_once('&')?.1;
            Some(format!("SAMLRequest={}&{rest}", q.forged()?))
        },
    )
    .refs(BINDING),
    request(
        "redirect-escapes-changed",
        Class::Redirect,
        "the escapes in lower case, signed in upper case",
        Code::SignatureInvalid,
        |q| {
            let good = q.good()?;
            let (message, rest) = good.split_once('&')?;
            let lower = message
                .replace("%2B", "%2b")
                .replace("%2F", "%2f")
                .replace("%3D", "%3d");
            (lower != message).then(|| format!("{lower}&{rest}"))
        },
    )
    .refs(BINDING),
    request(
        "redirect-order-changed",
        Class::Redirect,
        "signed with RelayState first",
        Code::SignatureInvalid,
        |q| {
            let unsigned = q.unsigned(None);
            q.message.sign(&format!("RelayState=state&{unsigned}")).ok()
        },
    )
    .refs(BINDING),
    request(
        "redirect-signs-decoded",
        Class::Redirect,
        "signed over the values before they were escaped",
        Code::SignatureInvalid,
        |q| {
            let message = base64(&deflate(q.message.xml().as_bytes()));
            let decoded = format!("SAMLRequest={message}&SigAlg={}", ns::RSA_SHA256);
            let value = q
                .message
                .key
                .sign(ns::RSA_SHA256, decoded.as_bytes())
                .ok()?;
            Some(format!(
                "{}&SigAlg={}&Signature={}",
                q.unsigned(None),
                escape(ns::RSA_SHA256),
                escape(&base64(&value))
            ))
        },
    )
    .refs(BINDING),
    request(
        "redirect-signature-doubled",
        Class::Redirect,
        "Signature twice",
        Code::InvalidValue,
        |q| Some(format!("{}&Signature=AAAA", q.good()?)),
    )
    .refs(CONFUSION),
    request(
        "redirect-algorithm-doubled",
        Class::Redirect,
        "SigAlg twice",
        Code::InvalidValue,
        |q| Some(format!("SigAlg={}&{}", escape(ns::HMAC_SHA256), q.good()?)),
    )
    .refs(CONFUSION),
    request(
        "redirect-algorithm-alone",
        Class::Redirect,
        "SigAlg without Signature",
        Code::InvalidValue,
        |q| {
            Some(format!(
                "{}&SigAlg={}",
                q.unsigned(None),
                escape(ns::RSA_SHA256)
            ))
        },
    )
    .refs(BINDING),
    request(
        "redirect-signature-alone",
        Class::Redirect,
        "Signature without SigAlg",
        Code::InvalidValue,
        |q| Some(format!("{}&Signature=AAAA", q.unsigned(None))),
    )
    .refs(BINDING),
    request(
        "redirect-signature-empty",
        Class::Redirect,
        "an empty Signature",
        Code::SignatureInvalid,
        |q| {
            Some(format!(
                "{}&SigAlg={}&Signature=",
                q.unsigned(None),
                escape(ns::RSA_SHA256)
            ))
        },
    )
    .refs(BINDING),
    request(
        "redirect-algorithm-sha1",
        Class::Redirect,
        "RSA with SHA-1, correct",
        Code::AlgorithmNotAllowed,
        |q| q.by(ns::RSA_SHA1, q.message.key),
    ),
    request(
        "redirect-algorithm-hmac",
        Class::Redirect,
        "an HMAC whose secret is the public key",
        Code::AlgorithmNotAllowed,
        |q| q.by(ns::HMAC_SHA256, q.message.key),
    ),
    request(
        "redirect-algorithm-empty",
        Class::Redirect,
        "an empty SigAlg",
        Code::AlgorithmNotAllowed,
        |q| q.by("", q.message.key),
    ),
    request(
        "redirect-key-untrusted",
        Class::Redirect,
        "by an unknown key",
        Code::SignatureInvalid,
        |q| q.by(ns::RSA_SHA256, TestKey::Untrusted),
    ),
    request(
        "redirect-key-of-second",
        Class::Redirect,
        "by the key of another identity provider",
        Code::SignatureInvalid,
        |q| q.by(ns::RSA_SHA256, TestKey::Second),
    ),
    request(
        "redirect-signed-inside",
        Class::Redirect,
        "a signature in the XML in the place of one over the query",
        Code::EmbeddedSignature,
        |q| {
            let message = q.enveloped()?;
            Some(message.unsigned(&base64(&deflate(message.xml().as_bytes())), None))
        },
    )
    .refs(BINDING),
    request(
        "redirect-signed-inside-too",
        Class::Redirect,
        "a signature in the XML beside that over the query",
        Code::EmbeddedSignature,
        |q| q.enveloped()?.query(None).ok(),
    )
    .refs(BINDING),
    request(
        "redirect-not-deflated",
        Class::Redirect,
        "not compressed",
        Code::MalformedXml,
        |q| {
            q.message
                .sign(
                    &q.message
                        .unsigned(&base64(q.message.xml().as_bytes()), None),
                )
                .ok()
        },
    )
    .refs(&["SAMLBind §3.4.4.1"]),
    request(
        "redirect-deflate-bomb",
        Class::Resources,
        "ten megabytes of spaces in ten kilobytes",
        Code::LimitExceeded,
        |q| {
            let mut octets = vec![b' '; 10 << 20];
            octets.extend(q.message.xml().as_bytes());
            q.message
                .sign(&q.message.unsigned(&base64(&deflate(&octets)), None))
                .ok()
        },
    )
    .refs(&["CVE-2025-25293"]),
    request(
        "redirect-octets-after-deflate",
        Class::Redirect,
        "octets after the compressed message",
        Code::MalformedXml,
        |q| {
            let octets = [deflate(q.message.xml().as_bytes()), b"evil".to_vec()].concat();
            q.message
                .sign(&q.message.unsigned(&base64(&octets), None))
                .ok()
        },
    ),
    request(
        "redirect-deflate-truncated",
        Class::Redirect,
        "the compressed message is cut",
        Code::MalformedXml,
        |q| {
            let mut octets = deflate(q.message.xml().as_bytes());
            octets.truncate(octets.len() / 2);
            q.message
                .sign(&q.message.unsigned(&base64(&octets), None))
                .ok()
        },
    ),
    request(
        "redirect-base64-stray-character",
        Class::Redirect,
        "a stray character in the message",
        Code::MalformedBase64,
        |q| {
            let text = base64(&deflate(q.message.xml().as_bytes()));
            q.message
                .sign(&q.message.unsigned(&format!("!{text}"), None))
                .ok()
        },
    ),
    request(
        "redirect-encoding-other",
        Class::Redirect,
        "an encoding other than DEFLATE",
        Code::InvalidValue,
        |q| Some(format!("{}&SAMLEncoding=urn%3Aexample", q.good()?)),
    )
    .refs(&["SAMLBind §3.4.4"]),
    request(
        "redirect-escape-malformed",
        Class::Redirect,
        "a malformed percent escape",
        Code::InvalidValue,
        |q| Some(format!("{}&RelayState=%4", q.message.query(None).ok()?)),
    ),
    request(
        "redirect-nothing",
        Class::Redirect,
        "no message",
        Code::NotALogoutRequest,
        |_| Some("RelayState=state".to_owned()),
    )
    .codes(Code::InvalidValue, Code::InvalidValue, Code::InvalidValue),
];

impl Query<'_> {
    pub(super) fn good(&self) -> Option<String> {
        self.message.query(Some("state")).ok()
    }

    pub(super) fn unsigned(&self, relay_state: Option<&str>) -> String {
        let message = base64(&deflate(self.message.xml().as_bytes()));
        self.message.unsigned(&message, relay_state)
    }

    /// The message as the attacker would have it, as a parameter's value.
    fn forged(&self) -> Option<String> {
        let mut tree = self.message.tree.clone();
        tree.child_mut("NameID")?.set_text(crate::ADMIN);
        Some(escape(&base64(&deflate(tree.to_markup().as_bytes()))))
    }

    fn by(&self, algorithm: &'static str, key: TestKey) -> Option<String> {
        let mut message = self.message.clone();
        message.algorithm = algorithm;
        message.key = key;
        message.query(Some("state")).ok()
    }

    pub(super) fn edited(&self, edit: Edit) -> Option<String> {
        let mut message = self.message.clone();
        edit(&mut message.tree, self.scene)?;
        message.query(Some("state")).ok()
    }

    /// The message with a signature in its XML.
    fn enveloped(&self) -> Option<LogoutMessage> {
        let mut message = self.message.clone();
        let id = message.tree.attribute("ID")?.to_owned();
        let style = self.scene.idp.provider().style();
        let signature = signature(style, &id, message.key, message.key);
        message.tree.insert_after("Issuer", signature)?;
        sign::fill_all(&mut message.tree).ok()?;
        Some(message)
    }
}

/// The good query, in another situation.
pub(super) fn good(query: &Query<'_>) -> Option<String> {
    query.good()
}

fn replaced(text: &str, from: &str, to: &str) -> Option<String> {
    text.contains(from).then(|| text.replacen(from, to, 1))
}

/// The good messages that these attacks start from.
pub(crate) fn siblings(idp: &TestIdp, sp: &TestSp) -> Result<[Case; 3], Error> {
    let good = |id: &str, about: &str, payload| Case {
        id: format!("{}-{id}", idp.provider().id()),
        about: about.to_owned(),
        attack: None,
        payload,
        delivery: Delivery::new(idp, sp),
        expected: None,
        sibling: None,
    };
    let request = idp.logout_request(sp).query(Some("state"))?;
    let answer = idp.logout_response(sp).query(Some("state"))?;
    let metadata = signed_metadata(idp, |_| {})?;
    Ok([
        good("logout-request", "a LogoutRequest", Payload::Query(request)),
        good(
            "logout-response",
            "a LogoutResponse",
            Payload::Query(answer),
        ),
        good(
            "metadata",
            "signed metadata",
            Payload::Metadata(metadata.into_bytes()),
        ),
    ])
}

pub(super) fn cases(idp: &TestIdp, sp: &TestSp) -> Result<Vec<Case>, Error> {
    let scene = Scene {
        idp: idp.clone(),
        sp: sp.clone(),
        shape: Shape::Assertion,
    };
    let [request, answer, metadata] = siblings(idp, sp)?.map(Arc::new);
    let mut cases = Vec::new();
    for attack in LISTS.iter().copied().flatten() {
        let mut delivery = Delivery::new(idp, sp);
        let (payload, sibling) = match attack.make {
            Make::Query(edit, situation) => {
                situation(&mut delivery);
                let message = idp.logout_request(sp);
                let query = edit(&Query {
                    scene: &scene,
                    message,
                });
                (query.map(Payload::Query), &request)
            }
            Make::AnswerQuery(edit) => {
                let message = idp.logout_response(sp);
                let query = edit(&Query {
                    scene: &scene,
                    message,
                });
                (query.map(Payload::Query), &answer)
            }
            Make::Metadata(before, after) => {
                let mut tree = metadata_tree(idp);
                let mut done = before(&mut tree, &scene);
                sign::fill_all(&mut tree)?;
                done = done.and_then(|()| after(&mut tree, &scene));
                let payload = done.map(|()| Payload::Metadata(tree.to_markup().into_bytes()));
                (payload, &metadata)
            }
            _ => (None, &request),
        };
        if let Some(payload) = payload {
            cases.push(Case {
                id: format!("{}/{}", attack.id, sibling.id),
                about: attack.about.to_owned(),
                attack: Some(attack),
                payload,
                delivery,
                expected: Some(attack.code(Shape::Assertion)),
                sibling: Some(Arc::clone(sibling)),
            });
        }
    }
    Ok(cases)
}

/// Metadata with a signature that is to be filled in.
fn metadata_tree(idp: &TestIdp) -> Element {
    let mut tree = idp.metadata_tree(&[idp.key(), TestKey::Next]);
    let id = tree.attribute("ID").unwrap_or_default().to_owned();
    tree.prepend(signature(
        idp.provider().style(),
        &id,
        TestKey::Active,
        TestKey::Active,
    ));
    tree
}

pub(crate) fn signed_metadata(
    idp: &TestIdp,
    edit: impl FnOnce(&mut Element),
) -> Result<String, Error> {
    let mut tree = metadata_tree(idp);
    edit(&mut tree);
    sign::fill_all(&mut tree)?;
    Ok(tree.to_markup())
}
