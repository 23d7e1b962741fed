//! What to type where, and what looks wrong about it.

use samlkit_core::Timestamp;
use samlkit_core::uri::binding;
use samlkit_crypto::{Certificate, Sha1Thumbprint};
use thiserror::Error;

use super::{AuthenticationProfile, EntityIdSpelling, PersonalPortal, Region, RegionCheck};
use crate::azure::{Cloud, Issuer, IssuerError, TenantId};
use crate::diagnosis::Split;
use crate::fact::Confidence;
use crate::idp::{IdpDescription, IdpKind, SignedRequests, Validity};

/// The settings of both sides for one Personal Portal: the three URLs for the identity provider and, once that is
/// described, the Authentication Profile for Mimecast.
///
/// ```
/// use samlkit_profiles::mimecast::{PersonalPortal, Setup};
///
/// let portal: PersonalPortal = "us:CUSB1A1".parse()?;
/// let setup = Setup::new(portal);
/// assert_eq!(setup.reply_url(), "https://us-api.mimecast.com/login/saml");
/// assert_eq!(setup.identifier(), "https://us-api.mimecast.com/sso/CUSB1A1");
/// assert_eq!(setup.warnings()[0].code(), "region-mismatch");
/// # Ok::<(), samlkit_profiles::mimecast::PersonalPortalError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Setup {
    portal: PersonalPortal,
    kind: IdpKind,
    authentication_profile: Option<AuthenticationProfile>,
    warnings: Vec<Warning>,
}

impl Setup {
    /// The setup of a portal at Azure AD (Entra ID) of which nothing more is known.
    #[must_use]
    pub fn new(portal: PersonalPortal) -> Self {
        let mut warnings = Vec::new();
        portal_warnings(&portal, &mut warnings);
        Self {
            portal,
            kind: IdpKind::Entra,
            authentication_profile: None,
            warnings,
        }
    }

    /// The setup of a portal at a described identity provider, at a moment.
    #[must_use]
    pub fn with_identity_provider(
        portal: PersonalPortal,
        idp: &IdpDescription,
        now: Timestamp,
    ) -> Self {
        let mut setup = Self::new(portal);
        setup.kind = idp.kind();
        let profile = AuthenticationProfile::new(&setup.portal, idp, now);
        if setup.kind == IdpKind::Entra {
            issuer_warnings(idp, &mut setup.warnings);
        } else {
            setup
                .warnings
                .push(Warning::DottedEntityId { kind: setup.kind });
        }
        url_warnings(idp, &mut setup.warnings);
        certificate_warnings(idp, &profile, now, &mut setup.warnings);
        setup.authentication_profile = Some(profile);
        setup
    }

    /// The portal.
    #[must_use]
    pub const fn portal(&self) -> &PersonalPortal {
        &self.portal
    }

    /// The Azure portal's Sign-on URL.
    #[must_use]
    pub fn sign_on_url(&self) -> String {
        self.portal.sign_on_url()
    }

    /// The Azure portal's Identifier (Entity ID), or another identity provider's name for the audience, in the spelling
    /// that Mimecast expects from it.
    #[must_use]
    pub fn identifier(&self) -> String {
        self.portal.entity_id(EntityIdSpelling::for_idp(self.kind))
    }

    /// The Azure portal's Reply URL (assertion consumer service URL).
    #[must_use]
    pub fn reply_url(&self) -> String {
        self.portal.reply_url()
    }

    /// The Authentication Profile; `None` while no identity provider is described.
    #[must_use]
    pub const fn authentication_profile(&self) -> Option<&AuthenticationProfile> {
        self.authentication_profile.as_ref()
    }

    /// What looks wrong in what was given. Empty when nothing does.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// What holds for every such setup and is easily missed; nothing here depends on a mistake.
    pub fn notes(&self) -> impl Iterator<Item = Note> {
        let entra = self.kind == IdpKind::Entra;
        Note::ALL
            .into_iter()
            .filter(move |note| entra || !note.is_about_entra())
    }
}

fn portal_warnings(portal: &PersonalPortal, warnings: &mut Vec<Warning>) {
    let region = portal.region();
    match portal.account_code().check_region(region) {
        RegionCheck::Confirmed => {}
        RegionCheck::Mismatch { told } => warnings.push(Warning::RegionMismatch {
            chosen: region,
            told,
        }),
        RegionCheck::Doubtful { told } => warnings.push(Warning::RegionDoubtful {
            chosen: region,
            told,
        }),
        RegionCheck::UnknownPrefix => warnings.push(Warning::UnknownPrefix),
    }
    if portal.account_code().is_bare_prefix() {
        warnings.push(Warning::IncompleteAccountCode);
    }
    if region.confidence() != Confidence::Documented {
        warnings.push(Warning::UnconfirmedHost { region });
    }
    if region.sso_host() != region.rest_api_host() {
        warnings.push(Warning::HostsDiffer { region });
    }
}

fn issuer_warnings(idp: &IdpDescription, warnings: &mut Vec<Warning>) {
    let login = idp.login_url().map(Split::new);
    match Issuer::new(idp.entity_id()) {
        Err(error) => warnings.push(Warning::Issuer(error)),
        Ok(issuer) => {
            if let Some(cloud) = login
                .as_ref()
                .and_then(|url| Cloud::from_login_host(url.host()))
                && issuer.in_cloud(cloud).is_none()
            {
                warnings.push(Warning::CloudMismatch { cloud });
            }
            let login_tenant = login
                .as_ref()
                .and_then(|url| url.path().split('/').nth(1)?.parse::<TenantId>().ok());
            if login_tenant.is_some_and(|tenant| tenant != issuer.tenant_id()) {
                warnings.push(Warning::TenantMismatch);
            }
            if issuer.clouds().all(Cloud::is_closed) {
                warnings.push(Warning::ClosedCloud);
            }
        }
    }
    if let Some(url) = idp.metadata_url()
        && !Split::new(url)
            .query()
            .is_some_and(|query| query.split('&').any(|pair| pair.starts_with("appid=")))
    {
        warnings.push(Warning::TenantMetadata);
    }
}

fn url_warnings(idp: &IdpDescription, warnings: &mut Vec<Warning>) {
    match idp.login_url().map(Split::new) {
        None => warnings.push(Warning::NoLoginUrl),
        Some(url) => {
            if !url.scheme().eq_ignore_ascii_case("https") {
                warnings.push(Warning::LoginUrlNotHttps);
            }
            if !idp.takes(binding::HTTP_POST) {
                warnings.push(Warning::NoPostBinding);
            }
        }
    }
    match idp.logout_url().map(Split::new) {
        None => warnings.push(Warning::NoLogoutUrl),
        Some(url)
            if url
                .query()
                .is_some_and(|query| query.contains("wa=wsignout1.0")) =>
        {
            warnings.push(Warning::WsFederationLogoutUrl);
        }
        Some(_) => {}
    }
    if idp.signed_requests() == SignedRequests::Wanted {
        warnings.push(Warning::SignedRequestsWanted);
    }
}

fn certificate_warnings(
    idp: &IdpDescription,
    profile: &AuthenticationProfile,
    now: Timestamp,
    warnings: &mut Vec<Warning>,
) {
    let certificates = idp.signing_certificates();
    if idp.metadata_expires().is_some_and(|expires| now >= expires) {
        warnings.push(Warning::MetadataExpired);
    }
    if idp.unreadable_certificates() > 0 {
        warnings.push(Warning::UnreadableCertificates {
            count: idp.unreadable_certificates(),
        });
    }
    if certificates.is_empty() {
        warnings.push(Warning::NoCertificate);
    } else if profile.valid_certificates().is_empty() {
        warnings.push(Warning::NoValidCertificate);
    }
    if let [first, _, ..] = profile.valid_certificates() {
        warnings.push(Warning::SeveralCertificates {
            put: first.sha1_thumbprint(),
            valid: profile.valid_certificates().len(),
        });
    }
    warnings.extend(
        certificates
            .iter()
            .filter_map(|certificate| validity_warning(certificate, now)),
    );
}

/// Entra mails its administrators at 60, 30 and 7 days; the first of these is where the warning begins.
const EXPIRING_DAYS: i64 = 60;

fn validity_warning(certificate: &Certificate, now: Timestamp) -> Option<Warning> {
    let thumbprint = certificate.sha1_thumbprint();
    match Validity::of(certificate, now) {
        Validity::Valid { days } if days <= EXPIRING_DAYS => {
            Some(Warning::CertificateExpiring { thumbprint, days })
        }
        Validity::Valid { .. } => None,
        Validity::NotYet { days } => Some(Warning::CertificateNotYetValid { thumbprint, days }),
        Validity::Expired { days } => Some(Warning::CertificateExpired { thumbprint, days }),
    }
}

/// Something about the given region, account code or identity provider that looks wrong.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum Warning {
    /// The account code belongs to another region: a definite mistake.
    #[error("the account code belongs to the region {told} ({}), not to {chosen} ({})", told.sso_host(), chosen.sso_host())]
    RegionMismatch {
        /// The region that was chosen.
        chosen: Region,
        /// The region that the account code tells.
        told: Region,
    },
    /// The account code begins as another region's do, and how those of the chosen region begin is not known.
    #[error(
        "the account code begins as those of the region {told} do; how those of {chosen} begin is not published"
    )]
    RegionDoubtful {
        /// The region that was chosen.
        chosen: Region,
        /// The region that the account code points to.
        told: Region,
    },
    /// The account code begins as no region's do.
    #[error("the account code begins with no known prefix, so its region cannot be checked")]
    UnknownPrefix,
    /// The account code is a region's prefix alone.
    #[error("the account code is only the prefix of a region")]
    IncompleteAccountCode,
    /// The region's host is not in a published sign-on guide.
    #[error("the sign-on host {} of {} is in no published sign-on guide", region.sso_host(), region.label())]
    UnconfirmedHost {
        /// The region.
        region: Region,
    },
    /// The region has another host for the REST API, easily taken for this one.
    #[error("sign-on uses {}, while the REST API of the region is at {}", region.sso_host(), region.rest_api_host())]
    HostsDiffer {
        /// The region.
        region: Region,
    },
    /// The identity provider is not Entra, so that the entity ID is spelled without a scheme.
    #[error("for {} Mimecast expects the entity ID in its dotted spelling, without https://", kind.label())]
    DottedEntityId {
        /// The kind of identity provider.
        kind: IdpKind,
    },
    /// The entity ID in the metadata is not an issuer as Entra writes it.
    #[error("the entity ID in the metadata is not an issuer of a tenant: {0}")]
    Issuer(IssuerError),
    /// The login URL belongs to another tenant than the issuer.
    #[error("the login URL is of another tenant than the issuer")]
    TenantMismatch,
    /// The login URL belongs to a cloud with another issuer.
    #[error("the login URL is of the cloud {cloud}, the issuer is of another")]
    CloudMismatch {
        /// The cloud of the login URL.
        cloud: Cloud,
    },
    /// The issuer belongs to a cloud that was closed.
    #[error("the issuer is of a cloud that has been closed")]
    ClosedCloud,
    /// The metadata was fetched for the tenant, not for the application.
    #[error("the metadata is the tenant's, whose certificates are not the application's")]
    TenantMetadata,
    /// There is no single sign-on service.
    #[error("the metadata has no single sign-on service")]
    NoLoginUrl,
    /// The login URL is not https.
    #[error("the login URL is not https")]
    LoginUrlNotHttps,
    /// There is no HTTP-POST endpoint, which Mimecast's requests use.
    #[error(
        "the metadata has no single sign-on service for HTTP-POST, which Mimecast sends requests by"
    )]
    NoPostBinding,
    /// There is no single logout service.
    #[error("the metadata has no single logout service")]
    NoLogoutUrl,
    /// The logout URL is of WS-Federation.
    #[error(
        "the logout URL is of WS-Federation: it only redirects, and takes no SAML LogoutRequest"
    )]
    WsFederationLogoutUrl,
    /// The identity provider takes signed requests only.
    #[error(
        "the identity provider wants signed requests; whether Mimecast signs them is not published"
    )]
    SignedRequestsWanted,
    /// The metadata is past its `validUntil` (SAMLMeta §2.3.2).
    #[error("the metadata says that it is no longer to be used")]
    MetadataExpired,
    /// Some signing certificates cannot be read.
    #[error("{count} of the signing certificates in the metadata cannot be read")]
    UnreadableCertificates {
        /// How many.
        count: usize,
    },
    /// There is no signing certificate.
    #[error("the metadata has no signing certificate")]
    NoCertificate,
    /// None of the signing certificates is valid.
    #[error("none of the signing certificates is valid now")]
    NoValidCertificate,
    /// There are several valid signing certificates, and the form has room for one.
    #[error("{valid} signing certificates are valid; {put} was put in the form, as the first")]
    SeveralCertificates {
        /// The thumbprint of the one in the form, as the Azure portal shows it.
        put: Sha1Thumbprint,
        /// How many are valid.
        valid: usize,
    },
    /// A signing certificate expires soon.
    #[error("the signing certificate {thumbprint} expires in {days} days")]
    CertificateExpiring {
        /// Its thumbprint, as the Azure portal shows it.
        thumbprint: Sha1Thumbprint,
        /// The days that are left.
        days: i64,
    },
    /// A signing certificate has expired.
    #[error("the signing certificate {thumbprint} expired {days} days ago")]
    CertificateExpired {
        /// Its thumbprint, as the Azure portal shows it.
        thumbprint: Sha1Thumbprint,
        /// The days since.
        days: i64,
    },
    /// A signing certificate is not valid yet.
    #[error("the signing certificate {thumbprint} is not valid for another {days} days")]
    CertificateNotYetValid {
        /// Its thumbprint, as the Azure portal shows it.
        thumbprint: Sha1Thumbprint,
        /// The days until then.
        days: i64,
    },
}

impl Warning {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RegionMismatch { .. } => "region-mismatch",
            Self::RegionDoubtful { .. } => "region-doubtful",
            Self::UnknownPrefix => "unknown-prefix",
            Self::IncompleteAccountCode => "account-code-incomplete",
            Self::UnconfirmedHost { .. } => "host-unconfirmed",
            Self::HostsDiffer { .. } => "hosts-differ",
            Self::DottedEntityId { .. } => "dotted-entity-id",
            Self::Issuer(error) => error.code(),
            Self::TenantMismatch => "tenant-mismatch",
            Self::CloudMismatch { .. } => "cloud-mismatch",
            Self::ClosedCloud => "cloud-closed",
            Self::TenantMetadata => "tenant-metadata",
            Self::NoLoginUrl => "no-login-url",
            Self::LoginUrlNotHttps => "login-url-not-https",
            Self::NoPostBinding => "no-post-binding",
            Self::NoLogoutUrl => "no-logout-url",
            Self::WsFederationLogoutUrl => "ws-federation-logout-url",
            Self::SignedRequestsWanted => "signed-requests-wanted",
            Self::MetadataExpired => "metadata-expired",
            Self::UnreadableCertificates { .. } => "unreadable-certificates",
            Self::NoCertificate => "no-certificate",
            Self::NoValidCertificate => "no-valid-certificate",
            Self::SeveralCertificates { .. } => "several-certificates",
            Self::CertificateExpiring { .. } => "certificate-expiring",
            Self::CertificateExpired { .. } => "certificate-expired",
            Self::CertificateNotYetValid { .. } => "certificate-not-yet-valid",
        }
    }

    /// Which field or choice to change.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::RegionMismatch { .. } | Self::RegionDoubtful { .. } => {
                "Choose the region that the account code tells, or check the code under Account > Settings > Account Code \
                 in the Mimecast Administration Console."
            }
            Self::UnknownPrefix | Self::IncompleteAccountCode => {
                "Check the code under Account > Settings > Account Code in the Mimecast Administration Console, and the \
                 region with Mimecast support."
            }
            Self::UnconfirmedHost { .. } => {
                "Ask Mimecast support to confirm the host before relying on it."
            }
            Self::HostsDiffer { .. } => {
                "Use the sign-on host in Identifier and Reply URL, not the API's."
            }
            Self::DottedEntityId { .. } => {
                "Enter the identifier without https:// as the audience (entity ID) at the identity provider, even where it \
                 suggests to add a scheme."
            }
            Self::Issuer(_) => {
                "Download the metadata through the App Federation Metadata URL of the application, which has the tenant's \
                 GUID filled in."
            }
            Self::TenantMismatch | Self::CloudMismatch { .. } | Self::ClosedCloud => {
                "Take Issuer URL and Login URL from one metadata document of the tenant that people sign on to."
            }
            Self::MetadataExpired | Self::UnreadableCertificates { .. } => {
                "Download the metadata again, from its source."
            }
            Self::TenantMetadata => {
                "In the Azure portal open the application > Single sign-on > SAML Signing Certificate and copy the App \
                 Federation Metadata URL, which ends in ?appid= and the application's identifier."
            }
            Self::NoLoginUrl | Self::LoginUrlNotHttps | Self::NoPostBinding => {
                "Check that the metadata is the identity provider's, and that it offers HTTP-POST over https."
            }
            Self::NoLogoutUrl => {
                "Leave Logout URL empty, or ask the identity provider's administrator for one."
            }
            Self::WsFederationLogoutUrl => {
                "Enter the SAML logout URL, which in Entra equals the Login URL, unless a plain redirect is wanted."
            }
            Self::SignedRequestsWanted => {
                "Turn off the demand for signed requests (Entra: Require verification certificates); with it, sign-on from \
                 the identity provider's side cannot work either."
            }
            Self::NoCertificate | Self::NoValidCertificate | Self::CertificateExpired { .. } => {
                "In the Azure portal under SAML Signing Certificate create a certificate, make it active, and paste it into \
                 Identity Provider Certificate."
            }
            Self::SeveralCertificates { .. } | Self::CertificateNotYetValid { .. } => {
                "Metadata lists certificates that are not active too: compare thumbprints with the active one in the Azure \
                 portal, or let Mimecast import and monitor the App Federation Metadata URL."
            }
            Self::CertificateExpiring { .. } => {
                "Create the next certificate now and plan the change, or let Mimecast monitor the App Federation Metadata \
                 URL."
            }
        }
    }
}

/// Something that holds for every setup and is easily missed.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
pub enum Note {
    /// The two context boxes of the Authentication Profile (Microsoft tutorials, 2021 and later).
    #[error(
        "untick both Use Password Protected Context and Use Integrated Authentication Context in the Authentication \
         Profile; with them, people with multi-factor or passwordless sign-in are refused (AADSTS75011)"
    )]
    ContextBoxes,
    /// The `NameID` must be the mail address (Mimecast).
    #[error("set Unique User Identifier to user.mail; by default it is the user principal name")]
    NameIdSource,
    /// A Sign-on URL makes the tile open it with a bare GET (reported).
    #[error(
        "leave Sign-on URL empty if people start at the My Apps tile: with it the tile opens the URL and posts nothing"
    )]
    SignOnUrlAndTile,
    /// A profile does nothing until an Application Setting refers to it (Mimecast).
    #[error(
        "the Authentication Profile takes effect once an Application Setting refers to it; try it on one user first"
    )]
    AttachProfile,
    /// Users are not provisioned (tutorial of 2018-04-24).
    #[error(
        "every user must exist in Mimecast under Directories > Internal; signing on creates none"
    )]
    Provisioning,
}

impl Note {
    /// Every note, in the order of the variants.
    pub const ALL: [Self; 5] = [
        Self::ContextBoxes,
        Self::NameIdSource,
        Self::SignOnUrlAndTile,
        Self::AttachProfile,
        Self::Provisioning,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ContextBoxes => "context-boxes",
            Self::NameIdSource => "name-id-source",
            Self::SignOnUrlAndTile => "sign-on-url-and-tile",
            Self::AttachProfile => "attach-profile",
            Self::Provisioning => "provisioning",
        }
    }

    const fn is_about_entra(self) -> bool {
        matches!(
            self,
            Self::ContextBoxes | Self::NameIdSource | Self::SignOnUrlAndTile
        )
    }
}
