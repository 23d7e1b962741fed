//! Reading metadata, and `samlkit metadata`.

use std::path::Path;

use samlkit::Timestamp;
use samlkit::metadata::{EntityDescriptor, KeyUse, Metadata};
use samlkit::profiles::idp::IdpKind;
use serde::Serialize;

use crate::cli::MetadataShow;
use crate::failure::{Failure, Refusal};
use crate::output::{self, Outcome, Page, Style};
use crate::{clock, dsig, input};

pub(crate) mod sp;
pub(crate) mod verify;

/// Reads metadata that the administrator chose to trust.
pub(crate) fn read(path: &Path) -> Result<Metadata, Failure> {
    let octets = input::configuration(path)?;
    Metadata::read_unverified_with(&octets, &input::LIMITS).map_err(|error| {
        Failure::usage_with(
            format!("cannot use the metadata {}: {error}", path.display()),
            "Give the XML that the identity provider publishes: in the Azure portal Federation Metadata XML, under SAML \
             Signing Certificate.",
        )
    })
}

/// The identity provider of the metadata that is meant: the one that is named, the only one, or else the one that the message
/// claims to be from.
pub(crate) fn choose<'m>(
    metadata: &'m Metadata,
    named: Option<&str>,
    claimed: Option<&str>,
) -> Result<&'m EntityDescriptor, Failure> {
    let providers = || {
        metadata
            .entities()
            .filter(|entity| entity.idp_sso_descriptor().is_some())
    };
    if let Some(named) = named {
        return providers()
            .find(|entity| entity.entity_id == named)
            .ok_or_else(|| Failure::usage("the metadata has no identity provider with the entity ID that --idp-entity-id names"));
    }
    let first = providers()
        .next()
        .ok_or_else(|| Failure::usage("the metadata describes no SAML 2.0 identity provider"))?;
    if providers().nth(1).is_none() {
        return Ok(first);
    }
    match claimed {
        // A message from a stranger is refused whichever provider it is compared with.
        Some(claimed) => Ok(providers()
            .find(|entity| entity.entity_id == claimed)
            .unwrap_or(first)),
        None => Err(Failure::usage_with(
            "the metadata has several identity providers",
            "Name one of them with --idp-entity-id.",
        )),
    }
}

/// The kind of an identity provider in metadata.
pub(crate) fn kind(entity: &EntityDescriptor) -> IdpKind {
    let services = entity
        .idp_sso_descriptors
        .iter()
        .flat_map(|role| &role.single_sign_on_services);
    IdpKind::detect(
        &entity.entity_id,
        services.map(|service| service.location.as_str()),
    )
}

#[derive(Serialize)]
struct MetadataJson {
    verified: bool,
    entities: Vec<EntityJson>,
}

#[derive(Serialize)]
struct EntityJson {
    entity_id: String,
    kind: &'static str,
    expires: Option<String>,
    roles: Vec<RoleJson>,
}

#[derive(Serialize)]
struct RoleJson {
    role: &'static str,
    endpoints: Vec<EndpointJson>,
    certificates: Vec<CertificateJson>,
}

#[derive(Serialize)]
struct EndpointJson {
    service: &'static str,
    binding: String,
    location: String,
}

#[derive(Serialize)]
struct CertificateJson {
    r#use: Option<&'static str>,
    subject: Option<String>,
    sha256_thumbprint: Option<String>,
    sha1_thumbprint: Option<String>,
    not_before: Option<String>,
    not_after: Option<String>,
    expired: Option<bool>,
    error: Option<String>,
}

/// Shows what metadata says.
pub(crate) fn show(args: &MetadataShow) -> Result<Outcome, Failure> {
    match shown(args) {
        Err(Failure::Refused(refusal)) if args.json.json => dsig::refused(&refusal, args.json),
        outcome => outcome,
    }
}

fn shown(args: &MetadataShow) -> Result<Outcome, Failure> {
    let octets = input::message(&args.file)?;
    let metadata = Metadata::read_unverified_with(&octets, &input::LIMITS).map_err(|error| {
        let rejection = samlkit::Rejection::from(error);
        Refusal::new(rejection.code().as_str(), rejection.to_string())
    })?;
    let now = args.at.now();
    let entities = metadata
        .entities()
        .map(|entity| entity_json(entity, now))
        .collect();
    let shown = MetadataJson {
        verified: false,
        entities,
    };
    Ok(Outcome::done(if args.json.json {
        output::json(&shown)?
    } else {
        page(&shown).into_octets()
    }))
}

fn entity_json(entity: &EntityDescriptor, now: Timestamp) -> EntityJson {
    let mut roles = Vec::new();
    for role in &entity.idp_sso_descriptors {
        let sign_on = role
            .single_sign_on_services
            .iter()
            .map(|service| ("SingleSignOnService", service));
        let logout = role
            .sso
            .single_logout_services
            .iter()
            .map(|service| ("SingleLogoutService", service));
        roles.push(RoleJson {
            role: "IDPSSODescriptor",
            endpoints: sign_on.chain(logout).map(endpoint_json).collect(),
            certificates: certificates_json(&role.sso, now),
        });
    }
    for role in &entity.sp_sso_descriptors {
        let consumers = role
            .assertion_consumer_services
            .iter()
            .map(|service| ("AssertionConsumerService", &service.endpoint));
        let logout = role
            .sso
            .single_logout_services
            .iter()
            .map(|service| ("SingleLogoutService", service));
        roles.push(RoleJson {
            role: "SPSSODescriptor",
            endpoints: consumers.chain(logout).map(endpoint_json).collect(),
            certificates: certificates_json(&role.sso, now),
        });
    }
    EntityJson {
        entity_id: entity.entity_id.clone(),
        kind: kind(entity).id(),
        expires: entity.expires.map(clock::rfc3339),
        roles,
    }
}

fn endpoint_json(
    (service, endpoint): (&'static str, &samlkit::metadata::Endpoint),
) -> EndpointJson {
    EndpointJson {
        service,
        binding: endpoint.binding.clone(),
        location: endpoint.location.clone(),
    }
}

fn certificates_json(
    sso: &samlkit::metadata::SsoDescriptor,
    now: Timestamp,
) -> Vec<CertificateJson> {
    let time = |seconds| Timestamp::from_timestamp(seconds, 0).map(clock::rfc3339);
    let mut shown = Vec::new();
    for key in &sso.key_descriptors {
        let key_use = match key.key_use {
            Some(KeyUse::Signing) => Some("signing"),
            Some(KeyUse::Encryption) => Some("encryption"),
            _ => None,
        };
        for certificate in &key.key_info.certificates {
            let decoded = certificate.decode();
            let error = decoded.as_ref().err().map(ToString::to_string);
            let certificate = decoded.ok();
            let certificate = certificate.as_ref();
            shown.push(CertificateJson {
                r#use: key_use,
                subject: certificate.map(samlkit::Certificate::subject),
                sha256_thumbprint: certificate.map(|c| format!("{:x}", c.sha256_thumbprint())),
                sha1_thumbprint: certificate.map(|c| format!("{:x}", c.sha1_thumbprint())),
                not_before: certificate.and_then(|c| time(c.not_before())),
                not_after: certificate.and_then(|c| time(c.not_after())),
                expired: certificate.map(|c| c.is_expired_at(now.timestamp())),
                error,
            });
        }
    }
    shown
}

fn page(metadata: &MetadataJson) -> Page {
    let mut page = Page::new();
    page.line("Nothing was verified: this is what the file says.");
    for entity in &metadata.entities {
        page.line("");
        page.styled(Style::Heading, &output::Safe(&entity.entity_id).to_string());
        page.field("kind", entity.kind);
        if let Some(expires) = &entity.expires {
            page.field("valid until", expires);
        }
        for role in &entity.roles {
            page.field("role", role.role);
            for endpoint in &role.endpoints {
                let binding = endpoint.binding.rsplit(':').next().unwrap_or_default();
                page.field(
                    &format!("  {}", endpoint.service),
                    &format!("{} ({binding})", endpoint.location),
                );
            }
            for certificate in &role.certificates {
                certificate_lines(&mut page, certificate);
            }
        }
    }
    page
}

fn certificate_lines(page: &mut Page, certificate: &CertificateJson) {
    let key_use = certificate.r#use.unwrap_or("signing and encryption");
    match (&certificate.error, &certificate.subject) {
        (Some(error), _) => page.field(
            "  certificate",
            &format!("{key_use}, cannot be read: {error}"),
        ),
        (None, subject) => {
            page.field(
                "  certificate",
                &format!("{key_use}, {}", subject.as_deref().unwrap_or_default()),
            );
        }
    }
    if let Some(thumbprint) = &certificate.sha256_thumbprint {
        page.field("    SHA-256", thumbprint);
    }
    if let Some(thumbprint) = &certificate.sha1_thumbprint {
        page.field("    SHA-1", thumbprint);
    }
    if let Some(not_after) = &certificate.not_after {
        let expired = if certificate.expired == Some(true) {
            ", which has passed"
        } else {
            ""
        };
        page.field("    valid until", &format!("{not_after}{expired}"));
    }
}
