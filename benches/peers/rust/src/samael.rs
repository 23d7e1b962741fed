//! Its default way of reducing a message to what was signed. It reads the clock itself, and leaves replays to the application.

use std::path::Path;

use chrono::TimeDelta;
use openssl::pkey::PKey;
use peers_harness::{Message, Peer, Scope, Setting, Summary, Unready, read};
use samael::crypto::{AllowedSignatureAlgorithm, CertificateDer, Crypto, CryptoProvider as _};
use samael::metadata::EntityDescriptorType;
use samael::schema::Assertion;
use samael::service_provider::ServiceProvider;

use crate::text;

struct Samael {
    provider: ServiceProvider,
    certificates: Vec<CertificateDer>,
}

pub(crate) fn make(setting: &Setting) -> Result<Box<dyn Peer>, Unready> {
    if setting.wishes.signed_response {
        return Err(Unready::Unable);
    }
    let key = setting.decrypt_key.as_deref();
    let key = key.map(|pem| PKey::private_key_from_pem(pem.as_bytes()));
    let metadata: EntityDescriptorType = setting.metadata.parse().map_err(text)?;
    let idp_metadata = metadata
        .iter()
        .find(|entity| entity.entity_id.as_ref() == Some(&setting.idp))
        .ok_or("no such entity")?
        .clone();
    Ok(Box::new(Samael {
        provider: ServiceProvider {
            entity_id: Some(setting.sp.clone()),
            acs_url: Some(setting.acs.clone()),
            idp_metadata,
            key: key.transpose().map_err(text)?,
            allow_idp_initiated: setting.wishes.unsolicited,
            allowed_signature_algorithms: Some(vec![
                AllowedSignatureAlgorithm::RsaSha256,
                AllowedSignatureAlgorithm::RsaSha384,
                AllowedSignatureAlgorithm::RsaSha512,
                AllowedSignatureAlgorithm::EcdsaSha256,
                AllowedSignatureAlgorithm::EcdsaSha384,
                AllowedSignatureAlgorithm::EcdsaSha512,
            ]),
            max_clock_skew: TimeDelta::seconds(60),
            // Entra's assertions are good for an hour.
            max_issue_delay: TimeDelta::hours(1),
            ..ServiceProvider::default()
        },
        certificates: setting
            .certificates
            .iter()
            .map(|der| CertificateDer::from(der.clone()))
            .collect(),
    }))
}

impl Samael {
    fn run(&self, message: &Message) -> Result<Assertion, String> {
        let requests: Vec<&str> = message.in_response_to.as_deref().into_iter().collect();
        self.provider
            .parse_base64_response(&message.form, Some(&requests))
            .map_err(text)
    }
}

impl Peer for Samael {
    fn scope(&self) -> Scope {
        Scope::Full
    }

    fn check(&self, message: &Message) -> Result<(), String> {
        self.run(message).map(drop)
    }

    fn accept(&self, message: &Message) -> Result<Summary, String> {
        let assertion = self.run(message)?;
        let attributes = assertion
            .attribute_statements
            .into_iter()
            .flatten()
            .flat_map(|statement| statement.attributes)
            .map(|attribute| {
                let values = attribute.values.into_iter();
                (
                    attribute.name.unwrap_or_default(),
                    values.filter_map(|value| value.value).collect(),
                )
            })
            .collect();
        Ok(Summary {
            name_id: assertion
                .subject
                .and_then(|subject| subject.name_id)
                .map(|name_id| name_id.value),
            attributes: Some(attributes),
        })
    }

    fn verify_file(&self, file: &Path) -> Result<(), String> {
        let xml = &read(file)?;
        let mut reason = "no certificate".to_owned();
        for certificate in &self.certificates {
            match Crypto::verify_signed_xml(xml, certificate, Some("ID")) {
                Ok(()) => return Ok(()),
                Err(error) => reason = error.to_string(),
            }
        }
        Err(reason)
    }
}
