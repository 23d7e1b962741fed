//! `samlkit verify`

use std::time::Duration;

use samlkit::profiles::idp::IdpKind;
use samlkit::profiles::mimecast::PersonalPortal;
use samlkit::xml::{Document, Limits};
use samlkit::{
    CbcEncryption, Expected, Identity, IdentityProvider, InMemoryReplay, Policy,
    RequiredEncryption, RequiredSignature, ServiceProvider, Timestamp, core,
};

use crate::cli::{Cbc, SpArgs, Verify};
use crate::failure::Failure;
use crate::help::Situation;
use crate::message::Message;
use crate::output::{self, Outcome};
use crate::{input, keys, message, metadata};

mod notes;
pub(crate) mod report;

/// Checks one response by every rule of the Web Browser SSO profile (SAMLProf §4.1.4.3).
pub(crate) fn run(args: &Verify) -> Result<Outcome, Failure> {
    let now = args.at.now();
    match accept(args, now) {
        Ok((identity, service_provider)) => {
            notes::on(&identity, &service_provider, args.sp.mimecast.as_ref(), now);
            Ok(Outcome::done(if args.json.json {
                report::json(&identity, None)?
            } else {
                report::page(&identity)
            }))
        }
        Err(Failure::Refused(refusal)) if args.json.json => {
            Ok(Outcome::refused(report::rejected_json(&refusal)?))
        }
        Err(Failure::Refused(refusal)) => Ok(Outcome::refused(
            output::refusal("rejected", &refusal).into_octets(),
        )),
        Err(failure) => Err(failure),
    }
}

fn accept(args: &Verify, now: Timestamp) -> Result<(Identity, ServiceProvider), Failure> {
    let (setting, message) = Setting::read(args, now)?;
    let message = message?;
    let replay = InMemoryReplay::new(1);
    let accepted =
        setting
            .service_provider
            .accept_xml(&message.octets, expected(args), now, &replay);
    match accepted {
        Ok(identity) => Ok((identity, setting.service_provider)),
        Err(rejection) => {
            let situation = setting.situation(args, &message);
            Err(Failure::Refused(situation.refusal(&rejection)))
        }
    }
}

/// Who checks a response, and from whom it should be.
pub(crate) struct Setting {
    pub(crate) service_provider: ServiceProvider,
    kind: IdpKind,
}

impl Setting {
    /// What the options say, and the message. A broken configuration is told before a broken message, whichever file is read
    /// first.
    pub(crate) fn read(
        args: &Verify,
        now: Timestamp,
    ) -> Result<(Self, Result<Message, Failure>), Failure> {
        let policy = policy(args);
        let decryptors = keys::private_keys(&args.decrypt_key)?;
        let trust = Trust::read(args)?;
        let message = input::message(&args.file)
            .and_then(|octets| Ok(message::decode(octets, args.encoding.encoding)?));
        let claimed = message.as_ref().ok().and_then(claimed_issuer);
        let (provider, kind) = trust.provider(args, claimed.as_deref(), now)?;
        let mut service_provider = service_provider(&args.sp, kind, provider)?.with_policy(policy);
        if !decryptors.is_empty() {
            service_provider = service_provider.with_decryptor(decryptors);
        }
        let setting = Self {
            service_provider,
            kind,
        };
        Ok((setting, message))
    }

    pub(crate) fn situation<'a>(&'a self, args: &'a Verify, message: &'a Message) -> Situation<'a> {
        Situation {
            args,
            kind: self.kind,
            service_provider: &self.service_provider,
            message: &message.octets,
        }
    }
}

fn policy(args: &Verify) -> Policy {
    let required = if args.require_signed_response {
        RequiredSignature::Response
    } else {
        RequiredSignature::AssertionOrResponse
    };
    let encryption = if args.require_encrypted_assertion {
        RequiredEncryption::Assertion
    } else {
        RequiredEncryption::Nothing
    };
    let cbc = match args.cbc {
        Cbc::Accept => CbcEncryption::Accept,
        Cbc::UnderSignature => CbcEncryption::UnderSignature,
        Cbc::Refuse => CbcEncryption::Refuse,
    };
    Policy::new()
        .with_cbc(cbc)
        .with_required_encryption(encryption)
        .with_clock_skew(Duration::from_secs(args.clock_skew))
        .with_required_signature(required)
        .with_algorithms(args.weak.algorithms())
}

pub(crate) fn expected(args: &Verify) -> Expected<'_> {
    match (&args.in_response_to, args.allow_unsolicited) {
        (Some(id), true) => Expected::answer_to(id).or_unsolicited(),
        (Some(id), false) => Expected::answer_to(id),
        (None, true) => Expected::unsolicited(),
        (None, false) => Expected::nothing(),
    }
}

/// Whom the administrator trusts.
enum Trust {
    Metadata(core::metadata::Metadata),
    Keys(Vec<samlkit::TrustedKey>),
}

impl Trust {
    fn read(args: &Verify) -> Result<Self, Failure> {
        match &args.idp.idp_metadata {
            Some(path) => metadata::read(path).map(Self::Metadata),
            None => keys::certificates(&args.idp.idp_cert).map(Self::Keys),
        }
    }

    fn provider(
        self,
        args: &Verify,
        claimed: Option<&str>,
        now: Timestamp,
    ) -> Result<(IdentityProvider, IdpKind), Failure> {
        let named = args.idp.idp_entity_id.as_deref();
        let (provider, kind) = match self {
            Self::Metadata(metadata) => {
                let entity = metadata::choose(&metadata, named, Some(claimed.unwrap_or_default()))?;
                (
                    IdentityProvider::from_metadata(entity, now),
                    metadata::kind(entity),
                )
            }
            Self::Keys(keys) => {
                let entity_id = named.unwrap_or_default();
                (
                    IdentityProvider::new(entity_id, keys),
                    IdpKind::detect(entity_id, []),
                )
            }
        };
        let provider = provider.map_err(|error| {
            Failure::usage(format!("the identity provider cannot be used: {error}"))
        })?;
        Ok((provider, kind))
    }
}

/// The service provider in the spelling of its entity ID that Mimecast expects from this kind of identity provider.
pub(crate) fn service_provider(
    args: &SpArgs,
    kind: IdpKind,
    provider: IdentityProvider,
) -> Result<ServiceProvider, Failure> {
    let portal = args.mimecast.as_ref();
    let entity_id = args
        .sp_entity_id
        .clone()
        .or_else(|| portal.map(|portal| portal.entity_id_for(kind)))
        .unwrap_or_default();
    let acs_url = args
        .acs_url
        .clone()
        .or_else(|| portal.map(PersonalPortal::reply_url))
        .unwrap_or_default();
    ServiceProvider::new(entity_id, acs_url, provider)
        .map_err(|error| Failure::usage(format!("the service provider cannot be used: {error}")))
}

/// The issuer that the message says it is from. It picks an entity of an aggregate, no more.
fn claimed_issuer(message: &Message) -> Option<String> {
    let document = Document::parse_with(&message.octets, &Limits::DEFAULT).ok()?;
    let root = document.root();
    let issuer = |element: samlkit::xml::Element<'_>| {
        let issuer = element
            .elements()
            .find(|child| child.is(core::ns::SAML, "Issuer"))?;
        Some(issuer.text().ok()?.into_owned())
    };
    issuer(root).or_else(|| {
        root.elements()
            .filter(|child| child.is(core::ns::SAML, "Assertion"))
            .find_map(issuer)
    })
}
