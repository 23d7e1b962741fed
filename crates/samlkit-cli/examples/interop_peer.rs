//! Both ends of web single sign-on for other implementations to talk to: what `interop/run` needs beside the command.
//!
//! ```text
//! interop_peer issue KEY SP-METADATA response|assertion|both|encrypted URL    answers a signed AuthnRequest, prints the Response
//! interop_peer logout-answer KEY SP-METADATA URL                    answers a signed LogoutRequest, prints a URL
//! interop_peer logout-request KEY IDP-METADATA                      prints the ID and the URL of a signed LogoutRequest
//! ```
//!
//! `KEY` stands for the files `KEY.key` and `KEY.crt`. Exit code 1 is a refusal, its code on standard output.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program of its own, whose clock is the machine's and whose answer is what it prints"
)]

use std::error::Error;
use std::process::ExitCode;

use samlkit::core::uri::{attrname_format, authn_context, nameid_format};
use samlkit::core::write::{Attribute, NameId};
use samlkit::crypto::{BlockEncryption, SignatureAlgorithm, SigningKey, SystemRandomness};
use samlkit::metadata::{EntityDescriptor, Metadata};
use samlkit::websso::{
    Authentication, IdentityProviderRole, Incoming, IssuePolicy, LogoutAnswer, LogoutPeer,
    LogoutStart, Outgoing, RelayState, RelyingParty, SessionReference, SignedParts, SingleLogout,
};
use samlkit::{Certificate, IdentityProvider, InMemoryReplay, PrivateKey, Timestamp};

const IDP: &str = "http://127.0.0.1:9101";
const SP: &str = "http://127.0.0.1:9100";
const USER: &str = "alice@idp.test";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let now = Timestamp::from(std::time::SystemTime::now());
    let done = match args.as_slice() {
        ["issue", key, metadata, mode, url] => issue(key, metadata, mode, url, now),
        ["logout-answer", key, metadata, url] => logout_answer(key, metadata, url, now),
        ["logout-request", key, metadata] => logout_request(key, metadata, now),
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

fn issue(key: &str, metadata: &str, mode: &str, url: &str, now: Timestamp) -> Result<String> {
    let mut party = RelyingParty::from_metadata(&entity(metadata)?, now)?;
    let parts = match mode {
        "response" => SignedParts::Response,
        "assertion" => SignedParts::Assertion,
        _ => SignedParts::Both,
    };
    if mode == "encrypted" {
        party = party.with_encryption(BlockEncryption::Aes256Gcm)?;
    }
    let role = role(key, party)?.with_issue_policy(IssuePolicy::new().with_signed_parts(parts));
    let replay = InMemoryReplay::new(1);
    let request = role
        .accept_request(Incoming::redirect(query(url)), now, Some(&replay))
        .map_err(|refused| format!("{}: {}", refused.rejection().code(), refused.rejection()))?;
    let authentication = Authentication::new(user(), now, authn_context::PASSWORD)
        .with_session_index("s1")
        .with_attribute(
            Attribute::new("mail")
                .with_name_format(attrname_format::BASIC)
                .with_value(USER),
        );
    let issued = role.issue(&request, &authentication, now, &SystemRandomness)?;
    Ok(issued.message().to_owned())
}

fn logout_answer(key: &str, metadata: &str, url: &str, now: Timestamp) -> Result<String> {
    let party = RelyingParty::from_metadata(&entity(metadata)?, now)?;
    let logout = SingleLogout::of_identity_provider(&role(key, party)?, format!("{IDP}/slo"))?;
    let replay = InMemoryReplay::new(1);
    let request = logout
        .accept_request(Incoming::redirect(query(url)), now, Some(&replay))
        .map_err(|rejection| format!("{}: {rejection}", rejection.code()))?;
    let session = SessionReference::new(format!("{SP}/sp"), user(), Some("s1".to_owned()));
    if request.sessions([&session]).0.is_empty() {
        return Err("the request is not for the session".into());
    }
    url_of(logout.answer(&request, LogoutAnswer::Complete, now, &SystemRandomness)?)
}

fn logout_request(key: &str, metadata: &str, now: Timestamp) -> Result<String> {
    let provider = IdentityProvider::from_metadata(&entity(metadata)?, now)?;
    let logout = SingleLogout::new(format!("{SP}/sp"), format!("{SP}/slo"))?
        .with_peer(LogoutPeer::from(&provider))?
        .with_signer(signer(key)?, None);
    let session = SessionReference::new(provider.entity_id(), user(), Some("s1".to_owned()));
    let relay_state = RelayState::new("rs").ok_or("relay state")?;
    let start = LogoutStart::new().with_relay_state(relay_state);
    let (outgoing, pending) = logout.start(&session, &start, now, &SystemRandomness)?;
    Ok(format!("{}\n{}", pending.id(), url_of(outgoing)?))
}

fn role(key: &str, party: RelyingParty) -> Result<IdentityProviderRole> {
    let certificate = Certificate::parse(&std::fs::read(format!("{key}.crt"))?)?;
    let role = IdentityProviderRole::new(format!("{IDP}/idp"), format!("{IDP}/sso"), signer(key)?)?;
    Ok(role
        .with_certificate(certificate)
        .with_relying_party(party)?)
}

fn signer(key: &str) -> Result<SigningKey> {
    let key = PrivateKey::parse(&std::fs::read(format!("{key}.key"))?)?;
    Ok(SigningKey::new(key, SignatureAlgorithm::RsaSha256)?)
}

fn entity(path: &str) -> Result<EntityDescriptor> {
    let metadata = Metadata::read_unverified(&std::fs::read(path)?)?;
    Ok(metadata.entities().next().ok_or("no entity")?.clone())
}

fn user() -> NameId {
    NameId::new(USER).with_format(nameid_format::EMAIL_ADDRESS)
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
