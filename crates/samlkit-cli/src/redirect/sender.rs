//! Whom the message must be from.

use samlkit::metadata::{EntityDescriptor, KeyDescriptor, Metadata};
use samlkit::profiles::idp::IdpKind;
use samlkit::{IdentityProvider, Timestamp, TrustedKey};

use super::content::Content;
use crate::cli::IdpArgs;
use crate::failure::Failure;
use crate::{keys, metadata};

/// Whom the administrator trusts.
pub(super) enum Trust {
    Metadata(Metadata),
    Keys(Vec<TrustedKey>),
}

/// The entity that must have sent the message.
pub(super) struct Sender {
    entity_id: String,
    keys: Vec<TrustedKey>,
    consumers: Vec<String>,
    kind: IdpKind,
}

impl Sender {
    pub(super) fn entity_id(&self) -> &str {
        &self.entity_id
    }

    pub(super) fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }

    /// Where its metadata says that it receives responses; empty if it says nothing.
    pub(super) fn consumers(&self) -> &[String] {
        &self.consumers
    }

    pub(super) const fn kind(&self) -> IdpKind {
        self.kind
    }

    pub(super) fn identity_provider(&self) -> Result<IdentityProvider, Failure> {
        IdentityProvider::new(self.entity_id.as_str(), self.keys.clone()).map_err(|error| {
            Failure::usage(format!("the identity provider cannot be used: {error}"))
        })
    }
}

impl Trust {
    pub(super) fn read(args: &IdpArgs) -> Result<Self, Failure> {
        match &args.idp_metadata {
            Some(path) => metadata::read(path).map(Self::Metadata),
            None => keys::certificates(&args.idp_cert).map(Self::Keys),
        }
    }

    pub(super) fn sender(
        self,
        content: &Content<'_>,
        args: &IdpArgs,
        now: Timestamp,
    ) -> Result<Sender, Failure> {
        let named = args.idp_entity_id.as_deref();
        match self {
            Self::Keys(keys) => {
                let entity_id = named.unwrap_or_default();
                Ok(Sender {
                    entity_id: entity_id.to_owned(),
                    keys,
                    consumers: Vec::new(),
                    kind: IdpKind::detect(entity_id, []),
                })
            }
            Self::Metadata(metadata) => {
                let claimed = content.issuer().map(samlkit::core::NameId::value);
                from_metadata(choose(&metadata, named, claimed)?, content, now)
            }
        }
    }
}

/// The entity that is named, the only one, or else the one that the message claims to be from; a message from a stranger is
/// refused whichever it is compared with.
fn choose<'m>(
    metadata: &'m Metadata,
    named: Option<&str>,
    claimed: Option<&str>,
) -> Result<&'m EntityDescriptor, Failure> {
    if let Some(named) = named {
        return metadata.entity(named).ok_or_else(|| {
            Failure::usage(
                "the metadata has no entity with the entity ID that --idp-entity-id names",
            )
        });
    }
    let claimed = claimed.and_then(|claimed| metadata.entity(claimed));
    claimed
        .or_else(|| metadata.entities().next())
        .ok_or_else(|| Failure::usage("the metadata describes no entity"))
}

/// The keys of the roles that send such messages: requests to sign on come from service providers, responses from identity
/// providers, logout messages from both (SAMLMeta §2.4.1.1).
fn from_metadata(
    entity: &EntityDescriptor,
    content: &Content<'_>,
    now: Timestamp,
) -> Result<Sender, Failure> {
    if entity.is_expired(now) {
        return Err(Failure::usage("the metadata is no longer valid"));
    }
    let providers = entity
        .idp_sso_descriptors
        .iter()
        .filter(|_| !matches!(content, Content::AuthnRequest(_)))
        .map(|role| &role.sso);
    let consumers = entity
        .sp_sso_descriptors
        .iter()
        .filter(|_| !matches!(content, Content::Response(_)))
        .map(|role| &role.sso);
    let roles: Vec<_> = providers
        .chain(consumers)
        .filter(|role| role.supports_saml2())
        .collect();
    if roles.is_empty() {
        return Err(Failure::usage(match content {
            Content::AuthnRequest(_) => {
                "the metadata describes no SAML 2.0 service provider, which such a request comes from"
            }
            Content::Response(_) => {
                "the metadata describes no SAML 2.0 identity provider, which a response comes from"
            }
            _ => "the metadata describes no SAML 2.0 identity or service provider",
        }));
    }
    let keys: Vec<TrustedKey> = roles
        .iter()
        .flat_map(|role| role.signing_keys())
        .flat_map(trusted)
        .collect();
    Ok(Sender {
        entity_id: entity.entity_id.clone(),
        keys,
        consumers: entity
            .sp_sso_descriptors
            .iter()
            .flat_map(|role| &role.assertion_consumer_services)
            .map(|service| service.endpoint.location.clone())
            .collect(),
        kind: metadata::kind(entity),
    })
}

/// The keys that can be used; one that cannot leaves the others usable.
fn trusted(key: &KeyDescriptor) -> Vec<TrustedKey> {
    key.key_info
        .public_keys()
        .filter_map(Result::ok)
        .map(TrustedKey::from_public_key)
        .collect()
}
