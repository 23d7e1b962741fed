//! Metadata.

use samlkit::Code;

use super::redirect::metadata;
use crate::attack::Attack;
use crate::markup::Node;
use crate::response::signature;
use crate::{TestKey, ns};

pub(super) const ATTACKS: &[Attack] = &[
    metadata(
        "metadata-unsigned",
        "metadata without signature",
        Code::Unsigned,
        |_, _| Some(()),
        |m, _| m.take("Signature").map(drop),
    ),
    metadata(
        "metadata-key-added",
        "a key of the attacker's is added",
        Code::SignatureInvalid,
        |_, _| Some(()),
        |m, _| {
            let role = m.child_mut("IDPSSODescriptor")?;
            let mut key = role.child("KeyDescriptor")?.clone();
            key.find_mut("X509Certificate")?
                .set_text(TestKey::Untrusted.certificate_base64());
            role.insert_before("KeyDescriptor", key)
        },
    ),
    metadata(
        "metadata-endpoint-changed",
        "another endpoint",
        Code::SignatureInvalid,
        |_, _| Some(()),
        |m, _| {
            m.find_mut("SingleSignOnService")?
                .set("Location", "https://evil.example/");
            Some(())
        },
    ),
    metadata(
        "metadata-key-untrusted",
        "signed by an unknown key",
        Code::UntrustedKey,
        |m, s| {
            let id = m.attribute("ID")?.to_owned();
            let evil = signature(
                s.idp.provider().style(),
                &id,
                TestKey::Untrusted,
                TestKey::Untrusted,
            );
            m.replace("Signature", evil).map(drop)
        },
        |_, _| Some(()),
    ),
    metadata(
        "metadata-wrapped",
        "forged metadata around the signed metadata",
        Code::SignatureWrapping,
        |_, _| Some(()),
        |m, _| {
            let mut evil = m.clone();
            evil.set("ID", "_evil");
            evil.find_mut("SingleSignOnService")?
                .set("Location", "https://evil.example/");
            let original = core::mem::replace(m, evil);
            m.append(original);
            Some(())
        },
    ),
    metadata(
        "metadata-signature-late",
        "the signature is the last child",
        Code::SignatureWrapping,
        |_, _| Some(()),
        |m, _| {
            let signature = m.take("Signature")?;
            m.append(signature);
            Some(())
        },
    )
    .refs(&["SAMLMeta §2.3.2"]),
    metadata(
        "metadata-reference-to-role",
        "the signature refers to a role",
        Code::SignatureWrapping,
        |m, _| {
            m.child_mut("IDPSSODescriptor")?.set("ID", "_role");
            m.find_mut("Reference")?.set("URI", "#_role");
            Some(())
        },
        |m, _| {
            m.set("entityID", "https://evil.example/");
            Some(())
        },
    ),
    metadata(
        "metadata-id-doubled",
        "two elements of the same ID",
        Code::DuplicateId,
        |_, _| Some(()),
        |m, _| {
            let id = m.attribute("ID")?.to_owned();
            m.child_mut("IDPSSODescriptor")?.set("ID", id);
            Some(())
        },
    ),
    metadata(
        "metadata-sha1",
        "signed with SHA-1",
        Code::AlgorithmNotAllowed,
        |m, _| {
            m.find_mut("SignatureMethod")?
                .set("Algorithm", ns::RSA_SHA1);
            Some(())
        },
        |_, _| Some(()),
    ),
    metadata(
        "metadata-xpath",
        "an XPath transform",
        Code::AlgorithmNotAllowed,
        |m, s| {
            let transform = s
                .ds("Transform")
                .with("Algorithm", ns::XPATH)
                .containing(s.ds("XPath").text("true()"));
            m.find_mut("Transforms")?.prepend(transform);
            Some(())
        },
        |_, _| Some(()),
    ),
    metadata(
        "metadata-entity",
        "an undeclared entity in a name",
        Code::MalformedXml,
        |_, _| Some(()),
        |m, _| {
            m.append(Node::Raw("&evil;".to_owned()));
            Some(())
        },
    ),
];
