//! Its recommended preset, with each hardening that it names.

use std::cell::RefCell;
use std::collections::HashSet;
use std::time::SystemTime;

use chrono::DateTime;
use peers_harness::{Message, Peer, Scope, Setting, Summary, Unready};
use saml_rs::xml::XmlLimits;
use saml_rs::{
    AcsEndpoint, AssertionSignaturePolicy, AudienceValidationPolicy, BrowserInput, ClockSkew,
    Credentials, EntityId, FormField, IdpDescriptor, MessageId, MetadataTrustPolicy,
    PendingAuthnRequest, PrivateKeyPem, RelayStateParam, ReplayCache, ReplayKey, ReplayPolicy,
    ResponseSignaturePolicy, Saml, SamlError, SamlValidationContext, Sp, SpConfig,
    SpValidationPolicy, SsoResponse, SsoResponseBinding, SsoSession, XmlPolicy,
    XmlSignatureProfile,
};

use crate::text;

struct SamlRs {
    sp: Saml<Sp>,
    idp: IdpDescriptor,
    acs: AcsEndpoint,
    now: SystemTime,
    unsolicited: bool,
    replay: RefCell<Memory>,
}

/// Of what was accepted; without a set it remembers nothing.
struct Memory(Option<HashSet<String>>);

impl ReplayCache for Memory {
    fn check_and_store(&mut self, key: ReplayKey, _: SystemTime) -> Result<(), SamlError> {
        let known = self.0.as_mut();
        if known.is_none_or(|known| known.insert(format!("{key:?}"))) {
            Ok(())
        } else {
            Err(SamlError::Invalid("replayed".into()))
        }
    }
}

pub(crate) fn make(setting: &Setting) -> Result<Box<dyn Peer>, Unready> {
    let wishes = &setting.wishes;
    let acs = AcsEndpoint::post(setting.acs.clone()).map_err(text)?;
    let mut xml = XmlPolicy::default();
    if setting.large {
        xml.limits = XmlLimits::unbounded();
    }
    let config = SpConfig::builder(EntityId::try_new(setting.sp.clone()).map_err(text)?)
        .acs_endpoint(acs.clone())
        .credentials(Credentials {
            decryption_key: setting.decrypt_key.clone().map(PrivateKeyPem::new),
            ..Credentials::default()
        })
        .validation(SpValidationPolicy {
            assertions: if wishes.either_signature {
                AssertionSignaturePolicy::AllowUnsignedForCompatibility
            } else {
                AssertionSignaturePolicy::RequireSigned
            },
            responses: if wishes.signed_response {
                ResponseSignaturePolicy::RequireSigned
            } else {
                ResponseSignaturePolicy::RequireForEncryptedCbc
            },
            audience: AudienceValidationPolicy::Validate,
            xml_signatures: XmlSignatureProfile::StrictRsaSha2,
            ..SpValidationPolicy::recommended()
        })
        .xml(xml)
        .build()
        .map_err(text)?;
    // The metadata is trusted because the administrator chose it: it has no signature.
    let idp = IdpDescriptor::from_metadata_xml_for(
        EntityId::try_new(setting.idp.clone()).map_err(text)?,
        &setting.metadata,
        MetadataTrustPolicy::UnsignedForCompatibility,
    )
    .map_err(text)?;
    Ok(Box::new(SamlRs {
        sp: Saml::sp(config).map_err(text)?,
        idp,
        acs,
        now: DateTime::parse_from_rfc3339(&setting.now)
            .map_err(text)?
            .into(),
        unsolicited: wishes.unsolicited,
        replay: RefCell::new(Memory(wishes.remember.then(HashSet::new))),
    }))
}

impl SamlRs {
    fn run(&self, message: &Message) -> Result<SsoSession, String> {
        let mut replay = self.replay.borrow_mut();
        let context =
            SamlValidationContext::new(self.now, ReplayPolicy::RequireCache(&mut *replay))
                .with_clock_skew(ClockSkew::from_millis(-60_000, 60_000));
        let input = BrowserInput::<SsoResponse>::post(vec![FormField::new(
            "SAMLResponse",
            message.form.as_str(),
        )]);
        let Some(request) = message.in_response_to.as_deref() else {
            return if self.unsolicited {
                self.sp
                    .accept_unsolicited_sso(&self.idp, input, context)
                    .map_err(text)
            } else {
                Err("no request was sent".to_owned())
            };
        };
        let pending = PendingAuthnRequest::try_new(
            MessageId::try_new(request).map_err(text)?,
            RelayStateParam::Absent,
            self.acs.clone(),
            SsoResponseBinding::Post,
            self.idp.entity_id().clone(),
        )
        .map_err(text)?;
        self.sp
            .finish_sso(&self.idp, &pending, input, context)
            .map_err(text)
    }
}

impl Peer for SamlRs {
    fn scope(&self) -> Scope {
        Scope::Full
    }

    fn check(&self, message: &Message) -> Result<(), String> {
        self.run(message).map(drop)
    }

    fn accept(&self, message: &Message) -> Result<Summary, String> {
        let session = self.run(message)?;
        Ok(Summary {
            name_id: Some(session.name_id().value().to_owned()),
            attributes: Some(
                session
                    .attributes()
                    .as_slice()
                    .iter()
                    .map(|attribute| {
                        let values = attribute.values().iter();
                        (
                            attribute.name().to_owned(),
                            values.map(|value| value.as_str().to_owned()).collect(),
                        )
                    })
                    .collect(),
            ),
        })
    }
}
