//! Its pieces in the order that its documentation gives: verify every signature, parse, then check with what was verified.

use std::path::Path;

use chrono::{DateTime, Utc};
use gamlastan::core::assertion::attribute::AttributeValue;
use gamlastan::core::protocol::{Response, ResponseRef};
use gamlastan::crypto::keys::loader::load_x509_cert_der;
use gamlastan::crypto::{KeysManager, SamlVerifier, VerifyResult};
use gamlastan::profiles::sso::sp::process_response_with_verified_signatures;
use gamlastan::profiles::sso::web_browser::AuthnResult;
use gamlastan::security::SecurityConfig;
use gamlastan::security::replay::{InMemoryReplayCache, ReplayCache};
use gamlastan::xml::{parse_saml, parse_secure, parse_secure_metadata};
use peers_harness::{Message, Peer, Scope, Setting, Summary, Unready, read};

use crate::{decode, text};

struct Gamlastan {
    /// One for each certificate: of several keys it tries the first alone.
    verifiers: Vec<SamlVerifier>,
    config: SecurityConfig,
    replay: Box<dyn ReplayCache>,
    setting: Setting,
    now: DateTime<Utc>,
}

struct Forgetful;

impl ReplayCache for Forgetful {
    fn check_and_insert(&self, _: &str, _: DateTime<Utc>) -> bool {
        true
    }

    fn cleanup(&self) {}
}

pub(crate) fn make(setting: &Setting) -> Result<Box<dyn Peer>, Unready> {
    let mut verifiers = Vec::new();
    for der in &setting.certificates {
        let mut keys = KeysManager::new();
        keys.add_key(load_x509_cert_der(der).map_err(text)?);
        verifiers.push(SamlVerifier::new(keys));
    }
    let wishes = &setting.wishes;
    Ok(Box::new(Gamlastan {
        verifiers,
        // `strict` demands encryption and the browser's address, which these messages have not.
        config: SecurityConfig {
            clock_skew_seconds: 60,
            // Entra's assertions are good for an hour.
            max_assertion_age_seconds: 3600,
            require_signed_assertions: !wishes.signed_response,
            require_signed_responses: wishes.signed_response,
            allow_unsolicited_responses: wishes.unsolicited,
            ..SecurityConfig::default()
        },
        replay: if wishes.remember {
            Box::new(InMemoryReplayCache::new())
        } else {
            Box::new(Forgetful)
        },
        now: DateTime::parse_from_rfc3339(&setting.now)
            .map_err(text)?
            .to_utc(),
        setting: setting.clone(),
    }))
}

impl Gamlastan {
    fn verified(&self, xml: &str) -> Result<Vec<String>, String> {
        let mut last = Err("no certificate".to_owned());
        for verifier in &self.verifiers {
            last = verified(verifier, xml);
            if last.is_ok() {
                break;
            }
        }
        last
    }
}

/// The identifiers that valid signatures refer to; one that is not valid refuses the message.
fn verified(verifier: &SamlVerifier, xml: &str) -> Result<Vec<String>, String> {
    let mut ids = Vec::new();
    for result in verifier.verify_all_enveloped(xml).map_err(text)? {
        match result {
            VerifyResult::Valid { references, .. } => ids.extend(
                references
                    .iter()
                    .filter_map(|reference| reference.uri.strip_prefix('#'))
                    .map(str::to_owned),
            ),
            VerifyResult::Invalid { reason } => return Err(reason),
        }
    }
    Ok(ids)
}

impl Gamlastan {
    /// It wants one signature or the other by policy, so that a deployment that takes either looks at which was verified.
    fn config_for(&self, response: &Response, verified: &[&str]) -> SecurityConfig {
        let mut assertions = response.assertions.iter();
        let signed = assertions.all(|assertion| verified.contains(&assertion.id.as_str()));
        if self.setting.wishes.either_signature && !signed {
            return SecurityConfig {
                require_signed_assertions: false,
                require_signed_responses: true,
                ..self.config.clone()
            };
        }
        self.config.clone()
    }

    fn run(&self, message: &Message) -> Result<AuthnResult, String> {
        let xml = decode(&message.form)?;
        let ids = self.verified(&xml)?;
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let document = parse_secure(&xml).map_err(text)?;
        let response = parse_saml::<ResponseRef<'_>>(&document)
            .map_err(text)?
            .to_owned();
        process_response_with_verified_signatures(
            &response,
            &self.config_for(&response, &ids),
            &*self.replay,
            &self.setting.sp,
            &self.setting.acs,
            message.in_response_to.as_deref(),
            &self.setting.idp,
            &ids,
            self.now,
        )
        .map_err(text)
    }
}

impl Peer for Gamlastan {
    fn scope(&self) -> Scope {
        Scope::Full
    }

    fn check(&self, message: &Message) -> Result<(), String> {
        self.run(message).map(drop)
    }

    fn accept(&self, message: &Message) -> Result<Summary, String> {
        let result = self.run(message)?;
        let attributes = result.attributes.into_iter().map(|attribute| {
            let values = attribute.values.into_iter().map(|value| match value {
                AttributeValue::String(text) => text,
                other => format!("{other:?}"),
            });
            (attribute.name, values.collect())
        });
        Ok(Summary {
            name_id: Some(result.name_id),
            attributes: Some(attributes.collect()),
        })
    }

    fn verify_file(&self, file: &Path) -> Result<(), String> {
        let xml = &read(file)?;
        self.verified(xml)?;
        parse_secure_metadata(xml).map(drop).map_err(text)
    }
}
