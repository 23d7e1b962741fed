//! How samlkit itself answers a case: the measure for the verdicts, and an example of how to drive an application.

use core::fmt;

use samlkit::crypto::SignatureAlgorithm;
use samlkit::dsig::Verifier;
use samlkit::metadata::Metadata;
use samlkit::websso::{
    IdentityProviderRole, Incoming, LogoutPolicy, Parameter, PendingLogout, RedirectMessage,
    RelyingParty, RequestPolicy, SingleLogout,
};
use samlkit::xml::Document;
use samlkit::{
    AlgorithmPolicy, Code, DecryptionKey, Expected, Identity, IdentityProvider, InMemoryReplay,
    Policy, PrivateKey, Rejection, RequiredSignature, ServiceProvider, SigningKey, TrustedKey,
    danger,
};

use crate::case::{Case, Delivery, Payload};
use crate::{Error, TestIdp, TestKey, TestSp};

/// What samlkit makes of a case.
#[derive(Debug)]
#[non_exhaustive]
pub enum Answer {
    /// The user is signed in.
    SignedIn(Box<Identity>),
    /// A logout message, a request or metadata is accepted.
    Accepted,
    /// It is refused.
    Refused(Box<Rejection>),
}

impl Answer {
    /// The code of the refusal; `None` of what was accepted.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(rejection) => Some(rejection.code()),
            Self::SignedIn(_) | Self::Accepted => None,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignedIn(_) => f.write_str("signed in"),
            Self::Accepted => f.write_str("accepted"),
            Self::Refused(rejection) => write!(f, "{}: {rejection}", rejection.code()),
        }
    }
}

/// Delivers a case to samlkit.
///
/// # Errors
///
/// [`Error`] where the parties of the case cannot be configured, which is a mistake in them and no verdict.
pub fn deliver(case: &Case) -> Result<Answer, Error> {
    let delivery = case.delivery();
    Ok(match case.payload() {
        Payload::Response(octets) => respond(delivery, &|provider, expected, replay| {
            provider.accept_xml(octets, expected, delivery.at, replay)
        })?,
        Payload::FormValue(value) => respond(delivery, &|provider, expected, replay| {
            provider.accept(value, expected, delivery.at, replay)
        })?,
        Payload::Query(query) => {
            let is_answer = RedirectMessage::parse(query)
                .is_ok_and(|message| message.parameter() == Parameter::Response);
            log_out(delivery, Incoming::redirect(query), is_answer)?
        }
        Payload::Logout { control, octets } => {
            let is_answer = *control == "SAMLResponse";
            let parameter = if is_answer {
                Parameter::Response
            } else {
                Parameter::Request
            };
            let value = crate::base64(octets);
            log_out(delivery, Incoming::post(parameter, &value, None), is_answer)?
        }
        Payload::AuthnRequest(octets) => request(delivery, octets)?,
        Payload::Metadata(octets) => verify_metadata(octets)?,
    })
}

type Accept<'a> =
    &'a dyn Fn(&ServiceProvider, Expected<'_>, &InMemoryReplay) -> Result<Identity, Rejection>;

fn respond(delivery: &Delivery, accept: Accept<'_>) -> Result<Answer, Error> {
    let provider = delivery.service_provider()?;
    let expected = delivery.expected();
    let replay = InMemoryReplay::new(8);
    for _ in 1..delivery.times {
        if let Err(rejection) = accept(&provider, expected, &replay) {
            return Ok(Answer::Refused(Box::new(rejection)));
        }
    }
    Ok(match accept(&provider, expected, &replay) {
        Ok(identity) => Answer::SignedIn(Box::new(identity)),
        Err(rejection) => Answer::Refused(Box::new(rejection)),
    })
}

impl Delivery {
    /// The service provider that receives it, as samlkit configures it: whom it trusts, what it requires, what it allows.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an empty entity ID or URL.
    pub fn service_provider(&self) -> Result<ServiceProvider, Error> {
        let mut policy = Policy::new().with_algorithms(algorithms(self));
        if self.require_signed_response {
            policy = policy.with_required_signature(RequiredSignature::Response);
        }
        let provider = service_provider(&self.sp, &self.idp, policy)?;
        if !self.trusts_second {
            return Ok(provider);
        }
        Ok(provider.with_identity_provider(identity_provider(&self.second_idp())?)?)
    }

    /// What it waits for.
    #[must_use]
    pub fn expected(&self) -> Expected<'_> {
        match (&self.in_response_to, self.allow_unsolicited) {
            (Some(id), true) => Expected::answer_to(id).or_unsolicited(),
            (Some(id), false) => Expected::answer_to(id),
            (None, true) => Expected::unsolicited(),
            (None, false) => Expected::nothing(),
        }
    }
}

fn algorithms(delivery: &Delivery) -> AlgorithmPolicy {
    let mut policy = AlgorithmPolicy::default();
    if delivery.allow_sha1 {
        policy = danger::allow_sha1(policy);
    }
    if delivery.allow_weak_rsa {
        policy = danger::allow_weak_rsa(policy);
    }
    policy
}

fn identity_provider(idp: &TestIdp) -> Result<IdentityProvider, Error> {
    let metadata = Metadata::read_unverified(idp.metadata().as_bytes())?;
    let entity = metadata.entities().next();
    let entity = entity.ok_or(samlkit::ConfigError::NoIdentityProvider)?;
    Ok(IdentityProvider::from_metadata(entity, idp.now())?)
}

pub(crate) fn service_provider(
    sp: &TestSp,
    idp: &TestIdp,
    policy: Policy,
) -> Result<ServiceProvider, Error> {
    let provider = ServiceProvider::new(sp.entity_id(), sp.acs_url(), identity_provider(idp)?)?;
    Ok(provider
        .with_policy(policy)
        .with_decryptor(decryption_key()?))
}

fn decryption_key() -> Result<DecryptionKey, Error> {
    let key = PrivateKey::parse(TestKey::Sp.private_pem().as_bytes());
    key.map(DecryptionKey::new).map_err(|_| Error::Key {
        key: TestKey::Sp.name(),
        algorithm: String::new(),
    })
}

fn log_out(delivery: &Delivery, incoming: Incoming<'_>, is_answer: bool) -> Result<Answer, Error> {
    let policy = Policy::new();
    let provider = service_provider(&delivery.sp, &delivery.idp, policy)?;
    let ours = SingleLogout::of_service_provider(&provider, delivery.sp.slo_url())?
        .with_policy(LogoutPolicy::new().with_algorithms(algorithms(delivery)));
    let accepted = if is_answer {
        let id = delivery.in_response_to.as_deref().unwrap_or_default();
        let pending = PendingLogout::from_text(&crate::logout::pending(delivery, id));
        let pending = pending.ok_or(Error::LostSignature)?;
        ours.accept_response(incoming, &pending, delivery.at)
            .map(drop)
    } else {
        let replay = InMemoryReplay::new(8);
        for _ in 1..delivery.times {
            if let Err(rejection) = ours.accept_request(incoming, delivery.at, Some(&replay)) {
                return Ok(Answer::Refused(Box::new(rejection)));
            }
        }
        ours.accept_request(incoming, delivery.at, Some(&replay))
            .map(drop)
    };
    Ok(match accepted {
        Ok(()) => Answer::Accepted,
        Err(rejection) => Answer::Refused(Box::new(rejection)),
    })
}

fn request(delivery: &Delivery, octets: &[u8]) -> Result<Answer, Error> {
    let (idp, sp) = (&delivery.idp, &delivery.sp);
    let key = PrivateKey::parse(idp.key().private_pem().as_bytes())
        .and_then(|key| SigningKey::new(key, SignatureAlgorithm::RsaSha256))
        .map_err(|_| Error::LostSignature)?;
    let trusted = TrustedKey::from_certificate(TestKey::Sp.certificate()?)
        .map_err(|_| Error::LostSignature)?;
    let party = RelyingParty::new(sp.entity_id(), sp.acs_url())?
        .with_keys([trusted])
        .with_signed_requests();
    let role = IdentityProviderRole::new(idp.entity_id(), idp.sso_url(), key)?
        .with_relying_party(party)?
        .with_request_policy(RequestPolicy::new().with_algorithms(algorithms(delivery)));
    let value = crate::base64(octets);
    let incoming = Incoming::post(Parameter::Request, &value, None);
    let replay = InMemoryReplay::new(8);
    let mut answer = Answer::Accepted;
    for _ in 0..delivery.times {
        answer = match role.accept_request(incoming, delivery.at, Some(&replay)) {
            Ok(_) => Answer::Accepted,
            Err(refused) => return Ok(Answer::Refused(Box::new(refused.rejection().clone()))),
        };
    }
    Ok(answer)
}

fn verify_metadata(octets: &[u8]) -> Result<Answer, Error> {
    let keys = [TrustedKey::from_certificate(TestKey::Active.certificate()?)
        .map_err(|_| Error::LostSignature)?];
    let verify = || -> Result<(), Rejection> {
        let document = Document::parse(octets)?;
        Verifier::new(&keys)?.verify(document.root()).map(drop)?;
        Ok(())
    };
    Ok(match verify() {
        Ok(()) => Answer::Accepted,
        Err(rejection) => Answer::Refused(Box::new(rejection)),
    })
}
