//! Its recommended preset, with each hardening that it names.

use std::time::SystemTime;

use chrono::DateTime;
use peers_harness::{Message, Peer, Scope, Setting, Summary};
use saml_rs::xml::XmlLimits;
use saml_rs::{
    AcsEndpoint, AssertionSignaturePolicy, AudienceValidationPolicy, BrowserInput, ClockSkew,
    EntityId, FormField, IdpDescriptor, MessageId, MetadataTrustPolicy, PendingAuthnRequest,
    RelayStateParam, ReplayCache, ReplayKey, ReplayPolicy, Saml, SamlError, SamlValidationContext,
    Sp, SpConfig, SpValidationPolicy, SsoResponse, SsoResponseBinding, SsoSession, XmlPolicy,
    XmlSignatureProfile,
};

use crate::text;

struct SamlRs {
    sp: Saml<Sp>,
    idp: IdpDescriptor,
    acs: AcsEndpoint,
    now: SystemTime,
}

struct Forgetful;

impl ReplayCache for Forgetful {
    fn check_and_store(&mut self, _: ReplayKey, _: SystemTime) -> Result<(), SamlError> {
        Ok(())
    }
}

pub(crate) fn make(setting: &Setting) -> Result<Box<dyn Peer>, String> {
    let acs = AcsEndpoint::post(setting.acs.clone()).map_err(text)?;
    let mut xml = XmlPolicy::default();
    if setting.large {
        xml.limits = XmlLimits::unbounded();
    }
    let config = SpConfig::builder(EntityId::try_new(setting.sp.clone()).map_err(text)?)
        .acs_endpoint(acs.clone())
        .validation(SpValidationPolicy {
            assertions: AssertionSignaturePolicy::RequireSigned,
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
    }))
}

impl SamlRs {
    fn run(&self, message: &Message) -> Result<SsoSession, String> {
        let mut replay = Forgetful;
        let context = SamlValidationContext::new(self.now, ReplayPolicy::RequireCache(&mut replay))
            .with_clock_skew(ClockSkew::from_millis(-60_000, 60_000));
        let input = BrowserInput::<SsoResponse>::post(vec![FormField::new(
            "SAMLResponse",
            message.form.as_str(),
        )]);
        let request = message
            .in_response_to
            .as_deref()
            .ok_or("no request was sent")?;
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
