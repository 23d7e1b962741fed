//! samael: strict algorithms, the default reduction, no sign-on that nobody asked for unless the entry allows it.
//!
//! It reads the clock itself, so entries of another time than the present are left out, and it keeps no replay memory.

#[path = "../../shared/corpus.rs"]
mod corpus;

use corpus::{Entry, Peer};
use samael::crypto::AllowedSignatureAlgorithm as A;
use samael::service_provider::ServiceProvider;

struct Samael(ServiceProvider);

impl Peer for Samael {
    fn accept(&mut self, entry: &Entry) -> Result<String, String> {
        let ids: Vec<&str> = entry.option("in_response_to").into_iter().collect();
        let assertion = self
            .0
            .parse_base64_response(&entry.form, Some(&ids))
            .map_err(|error| error.to_string())?;
        let name = assertion.subject.and_then(|subject| subject.name_id);
        Ok(name.map(|name| name.value).unwrap_or_default())
    }
}

fn main() {
    let folder = std::env::args_os().nth(1).expect("a folder");
    let folder = std::path::PathBuf::from(folder);
    let now = chrono::Utc::now();
    let fresh = |entry: &Entry| {
        let key = openssl::pkey::PKey::private_key_from_pem(entry.file("decrypt_key").as_bytes());
        Ok(Samael(ServiceProvider {
            entity_id: entry.option("sp_entity_id").map(str::to_owned),
            acs_url: entry.option("acs_url").map(str::to_owned),
            key: Some(key.map_err(|error| error.to_string())?),
            idp_metadata: entry
                .file("idp_metadata")
                .parse()
                .map_err(|_| "metadata".to_owned())?,
            allow_idp_initiated: entry.flag("allow_unsolicited"),
            // The corpus is made before it is read.
            max_issue_delay: chrono::Duration::hours(1),
            max_clock_skew: chrono::Duration::seconds(60),
            allowed_signature_algorithms: Some(vec![
                A::RsaSha256,
                A::RsaSha384,
                A::RsaSha512,
                A::EcdsaSha256,
                A::EcdsaSha384,
                A::EcdsaSha512,
            ]),
            ..ServiceProvider::default()
        }))
    };
    corpus::run("samael 0.0.22", &folder, fresh, |value| {
        let at = value["options"]["at"].as_str().unwrap_or_default();
        let present = chrono::DateTime::parse_from_rfc3339(at)
            .is_ok_and(|at| (now - at.to_utc()).num_seconds().abs() < 3000);
        present && value["options"]["require_signed_response"].is_null()
    });
}
