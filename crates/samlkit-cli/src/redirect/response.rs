//! A `Response` in a query. The Web Browser SSO profile has none (SAMLProf §4.1.2), yet some senders do it when theirs is short.

use std::time::Duration;

use samlkit::profiles::mimecast::PersonalPortal;
use samlkit::websso::RedirectMessage;
use samlkit::{
    AlgorithmPolicy, Expected, InMemoryReplay, Policy, RequiredSignature, ServiceProvider,
    Timestamp,
};

use super::sender::Sender;
use super::{VerifyRedirect, rejected};
use crate::failure::Failure;
use crate::output::warn;
use crate::{keys, verify};

/// Accepts it by every rule of `verify`, its assertion signed: what stands in a query is signed as a whole by nothing that stays.
pub(super) fn accept(
    args: &VerifyRedirect,
    message: &RedirectMessage<'_>,
    sender: &Sender,
    algorithms: AlgorithmPolicy,
    now: Timestamp,
) -> Result<Vec<u8>, Failure> {
    let portal = args.mimecast.as_ref();
    let entity_id = args
        .sp_entity_id
        .clone()
        .or_else(|| portal.map(|portal| portal.entity_id_for(sender.kind())));
    let acs_url = args
        .acs_url
        .clone()
        .or_else(|| portal.map(PersonalPortal::reply_url));
    let (Some(entity_id), Some(acs_url)) = (entity_id, acs_url) else {
        return Err(Failure::usage(
            "a Response needs --mimecast, or --sp-entity-id and --acs-url",
        ));
    };
    let policy = Policy::new()
        .with_clock_skew(Duration::from_secs(args.clock_skew))
        .with_required_signature(RequiredSignature::Assertion)
        .with_algorithms(algorithms);
    let mut service_provider =
        ServiceProvider::new(entity_id, acs_url, sender.identity_provider()?)
            .map_err(|error| {
                Failure::usage(format!("the service provider cannot be used: {error}"))
            })?
            .with_policy(policy);
    let decryptors = keys::private_keys(&args.decrypt_key)?;
    if !decryptors.is_empty() {
        service_provider = service_provider.with_decryptor(decryptors);
    }
    let expected = match (&args.in_response_to, args.allow_unsolicited) {
        (Some(id), true) => Expected::answer_to(id).or_unsolicited(),
        (Some(id), false) => Expected::answer_to(id),
        (None, true) => Expected::unsolicited(),
        (None, false) => Expected::nothing(),
    };
    let replay = InMemoryReplay::new(1);
    let identity = service_provider
        .accept_xml(message.message(), expected, now, &replay)
        .map_err(|rejection| rejected(&rejection))?;
    warn("a Response may not come by the HTTP-Redirect binding; service providers refuse it");
    if args.json.json {
        verify::report::json(&identity, Some("Response"))
    } else {
        Ok(verify::report::page(&identity))
    }
}
