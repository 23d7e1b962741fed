//! Both ends of web single sign-on for other implementations to talk to: what `interop/run` needs beside the command.
//!
//! ```text
//! interop_peer metadata KEY                            prints the metadata of the identity provider
//! interop_peer issue KEY SP-METADATA HOW [URL]         answers the AuthnRequest in a URL, or nobody; prints the Response
//! interop_peer logout-request KEY METADATA [SESSION]   asks to end a session; prints the request's ID and its URL
//! interop_peer logout-answer KEY METADATA URL [SESSION]
//!                                                      answers a LogoutRequest that means SESSION; prints a URL
//! ```
//!
//! `HOW` is a list with commas: what is signed (`response`, `assertion`, `both`), how the assertion is encrypted (`aes128-cbc` to
//! `aes256-gcm`, with `oaep-sha256` if not by SHA-1). Whose `METADATA` it is decides which end of logout this is. `SESSION` is a
//! `SessionIndex`.
//!
//! `KEY` stands for the files `KEY.key` and `KEY.crt`. Exit code 1 is a refusal, its code on standard output.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program of its own, whose clock is the machine's and whose answer is what it prints"
)]

use std::error::Error;
use std::process::ExitCode;

use samlkit::core::uri::{attrname_format, authn_context, binding, nameid_format};
use samlkit::core::write::{Attribute, NameId};
use samlkit::crypto::{
    BlockEncryption, DigestAlgorithm, RsaOaep, SignatureAlgorithm, SigningKey, SystemRandomness,
};
use samlkit::enc::{Encryptor, Recipient};
use samlkit::metadata::{
    Endpoint, EntityDescriptor, IdpSsoDescriptor, KeyDescriptor, KeyInfo, KeyUse, Metadata,
};
use samlkit::websso::{
    Authentication, IdentityProviderRole, Incoming, IssuePolicy, LogoutAnswer, LogoutPeer,
    LogoutStart, Outgoing, RelayState, RelyingParty, SessionReference, SignedParts, SingleLogout,
};
use samlkit::{Certificate, IdentityProvider, InMemoryReplay, PrivateKey, Timestamp};

const IDP: &str = "http://127.0.0.1:9101";
const SP: &str = "http://127.0.0.1:9100";
const USER: &str = "alice@idp.test";
const SESSION: &str = "s1";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let now = Timestamp::from(std::time::SystemTime::now());
    let done = match args.as_slice() {
        ["metadata", key] => idp_metadata(key),
        ["issue", key, metadata, how] => issue(key, metadata, how, None, now),
        ["issue", key, metadata, how, url] => issue(key, metadata, how, Some(url), now),
        ["logout-request", key, metadata] => logout_request(key, metadata, SESSION, now),
        ["logout-request", key, metadata, session] => logout_request(key, metadata, session, now),
        ["logout-answer", key, metadata, url] => logout_answer(key, metadata, url, SESSION, now),
        ["logout-answer", key, metadata, url, session] => {
            logout_answer(key, metadata, url, session, now)
        }
        _ => Err("see the head of the source for what can be asked".into()),
    };
    match done {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// What other implementations are told of the identity provider.
fn idp_metadata(key: &str) -> Result<String> {
    let mut role = IdpSsoDescriptor::new(vec![
        Endpoint::new(binding::HTTP_REDIRECT, format!("{IDP}/sso")),
        Endpoint::new(binding::HTTP_POST, format!("{IDP}/sso")),
    ]);
    role.want_authn_requests_signed = Some(true);
    let key_info = KeyInfo::from_certificate(&certificate(key)?);
    let key = KeyDescriptor::new(Some(KeyUse::Signing), key_info);
    role.sso.key_descriptors.push(key);
    role.sso.single_logout_services =
        vec![Endpoint::new(binding::HTTP_REDIRECT, format!("{IDP}/slo"))];
    role.sso.name_id_formats = vec![nameid_format::EMAIL_ADDRESS.to_owned()];
    let mut entity = EntityDescriptor::new(format!("{IDP}/idp"));
    entity.idp_sso_descriptors.push(role);
    Ok(entity.write()?)
}

fn issue(
    key: &str,
    metadata: &str,
    how: &str,
    url: Option<&str>,
    now: Timestamp,
) -> Result<String> {
    let entity = entity(metadata)?;
    let mut party = RelyingParty::from_metadata(&entity, now)?;
    let mut oaep = RsaOaep::default();
    let mut encryption = None;
    let mut parts = SignedParts::Both;
    for word in how.split(',') {
        match word {
            "response" => parts = SignedParts::Response,
            "assertion" => parts = SignedParts::Assertion,
            "both" => parts = SignedParts::Both,
            "oaep-sha256" => oaep = RsaOaep::new(DigestAlgorithm::Sha256, DigestAlgorithm::Sha1),
            _ => encryption = Some(block_encryption(word)?),
        }
    }
    if let Some(algorithm) = encryption {
        let recipient = recipient(&entity)?.with_oaep(oaep);
        party = party.with_encryptor(Encryptor::new(recipient).with_algorithm(algorithm));
    }
    let role = role(key, party)?.with_issue_policy(IssuePolicy::new().with_signed_parts(parts));
    let authentication = authentication(user(&entity), now);
    let Some(url) = url else {
        let issued = role.issue_unsolicited(
            &entity.entity_id,
            None,
            &authentication,
            now,
            &SystemRandomness,
        )?;
        return Ok(issued.message().to_owned());
    };
    let replay = InMemoryReplay::new(1);
    let request = role
        .accept_request(Incoming::redirect(query(url)), now, Some(&replay))
        .map_err(|refused| format!("{}: {}", refused.rejection().code(), refused.rejection()))?;
    let issued = role.issue(&request, &authentication, now, &SystemRandomness)?;
    Ok(issued.message().to_owned())
}

fn block_encryption(name: &str) -> Result<BlockEncryption> {
    let found = BlockEncryption::ALL
        .iter()
        .find(|algorithm| algorithm.uri().rsplit('#').next() == Some(name));
    Ok(*found.ok_or("an algorithm that is not known")?)
}

fn recipient(entity: &EntityDescriptor) -> Result<Recipient> {
    let certificate = entity
        .sp_sso_descriptor()
        .and_then(|role| role.sso.encryption_keys().next())
        .and_then(|key| key.key_info.certificates.first())
        .ok_or("no certificate to encrypt for")?;
    Ok(Recipient::from_certificate(certificate.decode()?)?)
}

fn authentication(user: NameId, now: Timestamp) -> Authentication {
    Authentication::new(user, now, authn_context::PASSWORD)
        .with_session_index(SESSION)
        .with_attribute(
            Attribute::new("mail")
                .with_name_format(attrname_format::BASIC)
                .with_value(USER),
        )
}

fn logout_answer(
    key: &str,
    metadata: &str,
    url: &str,
    session: &str,
    now: Timestamp,
) -> Result<String> {
    let (logout, entity) = single_logout(key, metadata, now)?;
    let replay = InMemoryReplay::new(1);
    let request = logout
        .accept_request(Incoming::redirect(query(url)), now, Some(&replay))
        .map_err(|rejection| format!("{}: {rejection}", rejection.code()))?;
    let session =
        SessionReference::new(&*entity.entity_id, user(&entity), Some(session.to_owned()));
    if request.sessions([&session]).0.is_empty() {
        return Err("the request is not for the session".into());
    }
    url_of(logout.answer(&request, LogoutAnswer::Complete, now, &SystemRandomness)?)
}

fn logout_request(key: &str, metadata: &str, session: &str, now: Timestamp) -> Result<String> {
    let (logout, entity) = single_logout(key, metadata, now)?;
    let session =
        SessionReference::new(&*entity.entity_id, user(&entity), Some(session.to_owned()));
    let relay_state = RelayState::new("rs").ok_or("relay state")?;
    let start = LogoutStart::new().with_relay_state(relay_state);
    let (outgoing, pending) = logout.start(&session, &start, now, &SystemRandomness)?;
    Ok(format!("{}\n{}", pending.id(), url_of(outgoing)?))
}

/// The service provider's end for an identity provider's metadata, the identity provider's for a service provider's; and with whom.
fn single_logout(
    key: &str,
    metadata: &str,
    now: Timestamp,
) -> Result<(SingleLogout, EntityDescriptor)> {
    let entity = entity(metadata)?;
    let logout = if entity.idp_sso_descriptor().is_some() {
        let provider = IdentityProvider::from_metadata(&entity, now)?;
        SingleLogout::new(format!("{SP}/sp"), format!("{SP}/slo"))?
            .with_peer(LogoutPeer::from(&provider))?
            .with_signer(signer(key)?, None)
    } else {
        let party = RelyingParty::from_metadata(&entity, now)?;
        SingleLogout::of_identity_provider(&role(key, party)?, format!("{IDP}/slo"))?
    };
    Ok((logout, entity))
}

fn role(key: &str, party: RelyingParty) -> Result<IdentityProviderRole> {
    let role = IdentityProviderRole::new(format!("{IDP}/idp"), format!("{IDP}/sso"), signer(key)?)?;
    Ok(role
        .with_certificate(certificate(key)?)
        .with_relying_party(party)?)
}

fn certificate(key: &str) -> Result<Certificate> {
    Ok(Certificate::parse(&std::fs::read(format!("{key}.crt"))?)?)
}

fn signer(key: &str) -> Result<SigningKey> {
    let key = PrivateKey::parse(&std::fs::read(format!("{key}.key"))?)?;
    Ok(SigningKey::new(key, SignatureAlgorithm::RsaSha256)?)
}

fn entity(path: &str) -> Result<EntityDescriptor> {
    let metadata = Metadata::read_unverified(&std::fs::read(path)?)?;
    Ok(metadata.entities().next().ok_or("no entity")?.clone())
}

/// The user, named in the first format that the other side's metadata has.
fn user(entity: &EntityDescriptor) -> NameId {
    let formats = match (entity.sp_sso_descriptor(), entity.idp_sso_descriptor()) {
        (Some(role), _) => &*role.sso.name_id_formats,
        (None, Some(role)) => &*role.sso.name_id_formats,
        (None, None) => &[],
    };
    let format = formats
        .first()
        .map_or(nameid_format::EMAIL_ADDRESS, String::as_str);
    NameId::new(USER).with_format(format)
}

fn query(url: &str) -> &str {
    url.split_once('?').map_or(url, |(_, query)| query)
}

fn url_of(outgoing: Outgoing) -> Result<String> {
    match outgoing {
        Outgoing::Redirect(url) => Ok(url),
        _ => Err("not a redirect".into()),
    }
}
