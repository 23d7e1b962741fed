//! saml-rs: its recommended policy with the hardenings that still take either signature, and a replay cache.

#[path = "../../shared/corpus.rs"]
mod corpus;

use std::collections::HashSet;
use std::time::SystemTime;

use corpus::{Entry, Peer};
use saml_rs::{
    AcsEndpoint, AudienceValidationPolicy, BrowserInput, Credentials, EntityId, FormField,
    IdpDescriptor, MessageId, MetadataTrustPolicy, PendingAuthnRequest, PrivateKeyPem,
    RelayStateParam, ReplayCache, ReplayKey, ReplayPolicy, ResponseSignaturePolicy, Saml,
    SamlError, SamlValidationContext, SpConfig, SpValidationPolicy, SsoResponse,
    SsoResponseBinding, XmlSignatureProfile,
};

#[derive(Default)]
struct Memory(HashSet<String>);

impl ReplayCache for Memory {
    fn check_and_store(&mut self, key: ReplayKey, _: SystemTime) -> Result<(), SamlError> {
        if self.0.insert(format!("{key:?}")) {
            Ok(())
        } else {
            Err(SamlError::Invalid("replayed".into()))
        }
    }
}

struct SamlRs(Memory);

impl Peer for SamlRs {
    fn accept(&mut self, entry: &Entry) -> Result<String, String> {
        let text = |error: SamlError| error.to_string();
        let option = |name: &str| entry.option(name).unwrap_or_default();
        let metadata = entry.file("idp_metadata");
        let issuer = metadata
            .split("entityID=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let issuer = EntityId::try_new(issuer.unwrap_or_default()).map_err(text)?;
        let acs = AcsEndpoint::post(option("acs_url")).map_err(text)?;
        let config = SpConfig::builder(EntityId::try_new(option("sp_entity_id")).map_err(text)?)
            .acs_endpoint(acs.clone())
            .credentials(Credentials {
                decryption_key: Some(PrivateKeyPem::new(entry.file("decrypt_key"))),
                ..Credentials::default()
            })
            .validation(SpValidationPolicy {
                xml_signatures: XmlSignatureProfile::StrictRsaSha2,
                audience: AudienceValidationPolicy::Validate,
                responses: if entry.flag("require_signed_response") {
                    ResponseSignaturePolicy::RequireSigned
                } else {
                    ResponseSignaturePolicy::RequireForEncryptedCbc
                },
                ..SpValidationPolicy::recommended()
            })
            .build()
            .map_err(text)?;
        let sp = Saml::sp(config).map_err(text)?;
        let trust = MetadataTrustPolicy::UnsignedForCompatibility;
        let idp =
            IdpDescriptor::from_metadata_xml_for(issuer.clone(), &metadata, trust).map_err(text)?;
        let now = time::OffsetDateTime::parse(
            option("at"),
            &time::format_description::well_known::Rfc3339,
        );
        let now = SystemTime::from(now.map_err(|error| error.to_string())?);
        let context = SamlValidationContext::new(now, ReplayPolicy::RequireCache(&mut self.0));
        let input = BrowserInput::<SsoResponse>::post(vec![FormField::new(
            "SAMLResponse",
            entry.form.clone(),
        )]);
        let session = match entry.option("in_response_to") {
            Some(id) => {
                let pending = PendingAuthnRequest::try_new(
                    MessageId::try_new(id).map_err(text)?,
                    RelayStateParam::try_from_option(None::<String>).map_err(text)?,
                    acs,
                    SsoResponseBinding::Post,
                    issuer,
                )
                .map_err(text)?;
                sp.finish_sso(&idp, &pending, input, context)
                    .map_err(text)?
            }
            None if entry.flag("allow_unsolicited") => sp
                .accept_unsolicited_sso(&idp, input, context)
                .map_err(text)?,
            None => return Err("there is no pending request".to_owned()),
        };
        Ok(session.name_id().value().to_owned())
    }
}

fn main() {
    let folder = std::env::args_os().nth(1).expect("a folder");
    let fresh = |_: &Entry| Ok(SamlRs(Memory::default()));
    corpus::run(
        "saml-rs 0.6.1",
        std::path::Path::new(&folder),
        fresh,
        |_| true,
    );
}
