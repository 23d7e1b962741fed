//! What an accepted response leaves to be desired.

use samlkit::profiles::azure::{Claims, ClaimsError};
use samlkit::profiles::mimecast::{
    Address, Directory, Domain, LinkError, PersonalPortal, RegionCheck, Subject,
};
use samlkit::{Identity, ServiceProvider, Timestamp, ValueRef};

use crate::output::warn;

/// Warns about what will go wrong elsewhere or later, though the response is accepted.
pub(super) fn on(
    identity: &Identity,
    service_provider: &ServiceProvider,
    portal: Option<&PersonalPortal>,
    now: Timestamp,
) {
    on_certificate(identity, service_provider, now);
    if let Some(portal) = portal {
        on_user(identity, portal);
    }
}

/// The dates of a certificate are no rule of SAML, but other service providers look at them.
fn on_certificate(identity: &Identity, service_provider: &ServiceProvider, now: Timestamp) {
    let keys = service_provider
        .identity_provider(identity.issuer())
        .map_or(&[][..], |provider| provider.keys());
    let signer = keys.iter().find(|key| key.thumbprint() == identity.key());
    if let Some(certificate) = signer.and_then(|key| key.certificate())
        && certificate.is_expired_at(now.timestamp())
    {
        warn(&format!(
            "the certificate {:x} that signed has expired; have the identity provider replace it",
            certificate.sha256_thumbprint()
        ));
    }
}

/// What Mimecast will stumble over.
fn on_user(identity: &Identity, portal: &PersonalPortal) {
    if let RegionCheck::Mismatch { told } = portal.account_code().check_region(portal.region()) {
        warn(&format!(
            "the account code belongs to the region {told}, not to {}",
            portal.region()
        ));
    }
    let attributes = identity.attributes().map(|attribute| {
        let values = attribute.values().filter_map(|value| match value {
            ValueRef::Text(text) => Some(text),
            _ => None,
        });
        (attribute.name(), values)
    });
    match Claims::from_attributes(attributes) {
        Ok(claims) => {
            if let Some(error) = link_error(identity, &claims) {
                warn(&format!("{}: {error}. {}", error.code(), error.help()));
            }
            if claims.groups_link().is_some() {
                warn(&format!(
                    "the user is in more than {} groups, so that the message has a link in their place",
                    Claims::MAX_GROUPS
                ));
            }
        }
        Err(error) => claims_warning(error),
    }
}

fn claims_warning(error: ClaimsError) {
    warn(&format!("{}: {error}. {}", error.code(), error.help()));
}

/// Whether the subject can be a Mimecast user whose address is the mail claim.
fn link_error(identity: &Identity, claims: &Claims<'_>) -> Option<LinkError> {
    let name_id = identity.name_id();
    let mut subject = Subject::new(name_id.value());
    if let Some(format) = name_id.format() {
        subject = subject.with_format(format);
    }
    let mut directory = Directory::new();
    // Without a mail claim the name identifier has the benefit of the doubt.
    let address = Address::new(claims.email().unwrap_or_else(|| name_id.value())).ok();
    if let Some(address) = address {
        directory.register_domain(Domain::new(address.domain()).ok()?);
        directory.add_address(address).ok()?;
    }
    if let Some(email) = claims.email() {
        subject = subject.with_email(email);
    }
    if let Some(name) = claims.name() {
        subject = subject.with_upn(name);
    }
    directory.link(&subject).err()
}
