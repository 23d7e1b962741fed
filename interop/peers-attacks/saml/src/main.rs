//! saml (danielkov): strong defaults, schema validation, either signature, its replay cache.

#[path = "../../shared/corpus.rs"]
mod corpus;

use std::time::{Duration, SystemTime};

use corpus::{Entry, Peer};
use saml::{
    Binding, ConsumeResponse, IdpDescriptor, InMemoryReplayCache, KeyPair, LoginTracker,
    PeerCryptoPolicy, ReplayMode, ServiceProvider, ServiceProviderConfig, SpWantSigned,
    SsoResponseBinding, SsoResponseEndpoint, StartLogin,
};

struct Saml {
    sp: ServiceProvider,
    idp: IdpDescriptor,
    tracker: Option<LoginTracker>,
    replay: InMemoryReplayCache,
    now: SystemTime,
}

impl Peer for Saml {
    fn accept(&mut self, entry: &Entry) -> Result<String, String> {
        let xml = entry.xml()?;
        let identity = self
            .sp
            .consume_response(ConsumeResponse {
                idp: &self.idp,
                peer_crypto_policy: None,
                saml_response: xml.as_bytes(),
                binding: SsoResponseBinding::HttpPost,
                relay_state: None,
                tracker: self.tracker.as_ref(),
                expected_destination: entry.option("acs_url").unwrap_or_default(),
                now: self.now,
                clock_skew: Duration::from_secs(60),
                replay_cache: Some(&self.replay),
                replay_mode: ReplayMode::All,
                holder_of_key_cert: None,
            })
            .map_err(|error| error.to_string())?;
        Ok(identity.name_id().value.clone())
    }
}

fn main() {
    let folder = std::env::args_os().nth(1).expect("a folder");
    let fresh = |entry: &Entry| {
        let text = |error: saml::Error| error.to_string();
        let acs = entry.option("acs_url").unwrap_or_default();
        let at = entry.option("at").unwrap_or_default();
        let now = time::OffsetDateTime::parse(at, &time::format_description::well_known::Rfc3339);
        let now = SystemTime::from(now.map_err(|error| error.to_string())?);
        let sp = ServiceProvider::new(ServiceProviderConfig {
            entity_id: entry.option("sp_entity_id").unwrap_or_default().to_owned(),
            acs: vec![SsoResponseEndpoint::post(acs, 0, true)],
            slo: Vec::new(),
            name_id_formats: Vec::new(),
            signing_key: None,
            decryption_key: Some(
                KeyPair::from_pkcs8_pem(entry.file("decrypt_key").as_bytes()).map_err(text)?,
            ),
            sign_authn_requests: false,
            want_signed: SpWantSigned {
                response: entry.flag("require_signed_response"),
                assertions: false,
            },
            allow_unsolicited: entry.flag("allow_unsolicited"),
            logout_signing: Default::default(),
            logout_want_signed: Default::default(),
            default_peer_crypto_policy: PeerCryptoPolicy::strong_defaults(),
            outbound_signature_algorithm: saml::SignatureAlgorithm::RsaSha256,
            outbound_digest_algorithm: saml::DigestAlgorithm::Sha256,
        })
        .map_err(text)?;
        let idp = IdpDescriptor::from_metadata_xml(entry.file("idp_metadata").as_bytes())
            .map_err(text)?;
        let tracker = match entry.option("in_response_to") {
            Some(id) => {
                let started = sp
                    .start_login(
                        &idp,
                        StartLogin {
                            relay_state: None,
                            binding: Binding::HttpRedirect,
                            force_authn: false,
                            is_passive: false,
                            requested_name_id_format: None,
                            requested_authn_context: None,
                            acs_index: None,
                            acs_url: None,
                            response_binding: None,
                        },
                    )
                    .map_err(text)?;
                let mut payload = started.tracker.to_payload();
                payload.request_id = id.to_owned();
                let sealed = payload.seal(&[7; 32]).map_err(text)?;
                let day = Duration::from_secs(86_400);
                Some(LoginTracker::open(&sealed, &[7; 32], SystemTime::now(), day).map_err(text)?)
            }
            None => None,
        };
        Ok(Saml {
            sp,
            idp,
            tracker,
            replay: InMemoryReplayCache::default(),
            now,
        })
    };
    corpus::run(
        "saml 0.1.0-alpha.1",
        std::path::Path::new(&folder),
        fresh,
        |_| true,
    );
}
