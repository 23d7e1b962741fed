//! gamlastan: its secure parser, its strict verifier, its response processing, once for each of its two signature policies.
//!
//! The first argument is `assertions` or `responses`: which signature the deployment requires.

#[path = "../../shared/corpus.rs"]
mod corpus;

use base64::Engine as _;
use corpus::{Entry, Peer};
use gamlastan::core::protocol::response::ResponseRef;
use gamlastan::crypto::{KeysManager, SamlVerifier};
use gamlastan::profiles::sso::sp::process_response_with_verified_signatures;
use gamlastan::security::config::SecurityConfig;
use gamlastan::security::replay::InMemoryReplayCache;
use gamlastan::xml::{parse_saml, parse_secure};

struct Gamlastan {
    verifier: SamlVerifier,
    config: SecurityConfig,
    replay: InMemoryReplayCache,
    issuer: String,
}

impl Peer for Gamlastan {
    fn accept(&mut self, entry: &Entry) -> Result<String, String> {
        let xml = entry.xml()?;
        let document = parse_secure(&xml).map_err(|error| error.to_string())?;
        let response: ResponseRef<'_> = parse_saml(&document).map_err(|error| error.to_string())?;
        let results = self
            .verifier
            .verify_all_enveloped(&xml)
            .map_err(|error| error.to_string())?;
        let mut ids = Vec::new();
        for result in results {
            match result {
                bergshamra::VerifyResult::Valid { references, .. } => {
                    ids.extend(
                        references
                            .into_iter()
                            .filter(|r| r.digest_verified)
                            .map(|r| r.uri),
                    );
                }
                bergshamra::VerifyResult::Invalid { reason } => return Err(reason),
            }
        }
        let ids: Vec<&str> = ids.iter().map(|uri| uri.trim_start_matches('#')).collect();
        let at = entry.option("at").unwrap_or_default();
        let now = chrono::DateTime::parse_from_rfc3339(at).map_err(|error| error.to_string())?;
        let result = process_response_with_verified_signatures(
            &response.to_owned(),
            &self.config,
            &self.replay,
            entry.option("sp_entity_id").unwrap_or_default(),
            entry.option("acs_url").unwrap_or_default(),
            entry.option("in_response_to"),
            &self.issuer,
            &ids,
            now.to_utc(),
        )
        .map_err(|error| error.to_string())?;
        Ok(result.name_id)
    }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let policy = args.next().expect("assertions or responses");
    let folder = std::path::PathBuf::from(args.next().expect("a folder"));
    let name = format!("gamlastan 0.9.1 ({policy})");
    let fresh = |entry: &Entry| {
        let metadata = entry.file("idp_metadata");
        let mut keys = KeysManager::new();
        for part in metadata.split("<X509Certificate>").skip(1) {
            let text = part.split('<').next().unwrap_or_default();
            let der = base64::engine::general_purpose::STANDARD.decode(text);
            let der = der.map_err(|error| error.to_string())?;
            let key = bergshamra::keys::loader::load_x509_cert_der(&der);
            keys.add_key(key.map_err(|error| error.to_string())?);
        }
        let issuer = metadata
            .split("entityID=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        Ok(Gamlastan {
            verifier: SamlVerifier::new(keys),
            config: SecurityConfig {
                clock_skew_seconds: 60,
                require_signed_assertions: policy == "assertions",
                require_signed_responses: policy == "responses"
                    || entry.flag("require_signed_response"),
                allow_unsolicited_responses: entry.flag("allow_unsolicited"),
                ..SecurityConfig::default()
            },
            replay: InMemoryReplayCache::new(),
            issuer: issuer.unwrap_or_default().to_owned(),
        })
    };
    corpus::run(&name, &folder, fresh, |_| true);
}
