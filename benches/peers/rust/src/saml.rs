//! With its schema check left out: it wants the schema's usual order of statements, which Entra does not keep.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::DateTime;
use peers_harness::{Message, Peer, Scope, Setting, Summary, Unready, read};
use saml::sp::LoginTrackerPayload;
use saml::{
    ConsumeResponse, DigestAlgorithm, Error, Identity, IdpDescriptor, InMemoryReplayCache, KeyPair,
    LoginTracker, PeerCryptoPolicy, ReplayCache, ReplayEntry, ReplayMode, ServiceProvider,
    ServiceProviderConfig, SignatureAlgorithm, SpWantSigned, SsoResponseBinding,
    SsoResponseEndpoint, StreamControl,
};

use crate::{decode, text};

struct Saml {
    provider: ServiceProvider,
    idp: IdpDescriptor,
    acs: String,
    now: SystemTime,
    trackers: RefCell<HashMap<String, LoginTracker>>,
    replay: Box<dyn ReplayCache>,
}

struct Forgetful;

impl ReplayCache for Forgetful {
    fn check_and_insert(&self, _: &[ReplayEntry<'_>], _: SystemTime) -> Result<bool, Error> {
        Ok(true)
    }
}

pub(crate) fn make(setting: &Setting) -> Result<Box<dyn Peer>, Unready> {
    let wishes = &setting.wishes;
    let key = setting.decrypt_key.as_deref();
    let key = key.map(|pem| KeyPair::from_pkcs8_pem(pem.as_bytes()));
    let provider = ServiceProvider::new(ServiceProviderConfig {
        entity_id: setting.sp.clone(),
        acs: vec![SsoResponseEndpoint::post(setting.acs.clone(), 0, true)],
        slo: Vec::new(),
        name_id_formats: Vec::new(),
        signing_key: None,
        decryption_key: key.transpose().map_err(text)?,
        sign_authn_requests: false,
        want_signed: SpWantSigned {
            response: wishes.signed_response,
            assertions: !wishes.either_signature,
        },
        allow_unsolicited: wishes.unsolicited,
        default_peer_crypto_policy: PeerCryptoPolicy::strong_defaults(),
        outbound_signature_algorithm: SignatureAlgorithm::RsaSha256,
        outbound_digest_algorithm: DigestAlgorithm::Sha256,
    })
    .map_err(text)?;
    Ok(Box::new(Saml {
        provider,
        idp: IdpDescriptor::from_metadata_xml(setting.metadata.as_bytes()).map_err(text)?,
        acs: setting.acs.clone(),
        now: DateTime::parse_from_rfc3339(&setting.now)
            .map_err(text)?
            .into(),
        trackers: RefCell::default(),
        replay: if wishes.remember {
            Box::new(InMemoryReplayCache::default())
        } else {
            Box::new(Forgetful)
        },
    }))
}

impl Saml {
    /// What was kept when the sign-on began. Made once for each request, as it would be.
    fn tracker(&self, request: &str) -> Result<LoginTracker, String> {
        let key = [7; 32];
        let sealed = LoginTrackerPayload {
            request_id: request.to_owned(),
            issued_at: self.now,
            idp_entity_id: self.idp.entity_id.clone(),
            acs_endpoint: SsoResponseEndpoint::post(self.acs.clone(), 0, true),
            requested_authn_context: None,
            requested_name_id_format: None,
            idp_signing_cert_fingerprints: self
                .idp
                .signing_certs
                .iter()
                .map(saml::X509Certificate::fingerprint_sha256)
                .collect(),
            idp_artifact_resolution_services: Vec::new(),
        }
        .seal(&key)
        .map_err(text)?;
        LoginTracker::open(&sealed, &key, self.now, Duration::from_secs(600)).map_err(text)
    }
}

impl Saml {
    fn run(&self, message: &Message) -> Result<Identity, String> {
        let mut trackers = self.trackers.borrow_mut();
        if let Some(request) = &message.in_response_to
            && !trackers.contains_key(request)
        {
            trackers.insert(request.clone(), self.tracker(request)?);
        }
        let tracker = message
            .in_response_to
            .as_ref()
            .and_then(|request| trackers.get(request));
        let xml = decode(&message.form)?;
        self.provider
            .consume_response(ConsumeResponse {
                idp: &self.idp,
                peer_crypto_policy: None,
                saml_response: xml.as_bytes(),
                binding: SsoResponseBinding::HttpPost,
                relay_state: None,
                tracker,
                expected_destination: &self.acs,
                now: self.now,
                clock_skew: Duration::from_secs(60),
                replay_cache: Some(&*self.replay),
                replay_mode: ReplayMode::All,
                holder_of_key_cert: None,
            })
            .map_err(text)
    }
}

impl Peer for Saml {
    fn scope(&self) -> Scope {
        Scope::Full
    }

    fn check(&self, message: &Message) -> Result<(), String> {
        self.run(message).map(drop)
    }

    fn accept(&self, message: &Message) -> Result<Summary, String> {
        let identity = self.run(message)?;
        Ok(Summary {
            name_id: Some(identity.name_id().value.clone()),
            attributes: Some(
                identity
                    .attributes()
                    .iter()
                    .map(|attribute| (attribute.name.clone(), attribute.values.clone()))
                    .collect(),
            ),
        })
    }

    fn verify_file(&self, file: &Path) -> Result<(), String> {
        let xml = &read(file)?;
        let mut reason = "no certificate".to_owned();
        for certificate in &self.idp.signing_certs {
            // The signature is verified before the first entity is shown, and this function alone has limits for aggregates.
            let visit = |_| StreamControl::Stop;
            match saml::stream_signed_entities(xml.as_bytes(), certificate, visit) {
                Ok(()) => return Ok(()),
                Err(error) => reason = error.to_string(),
            }
        }
        Err(reason)
    }
}
