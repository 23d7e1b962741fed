//! A tenant's issuer and endpoints.

use super::{ApplicationId, Cloud, Issuer, IssuerError, TenantId};
use crate::fact::{Confidence, Fact, source};

/// A tenant in a cloud: everything that Entra derives from the two.
///
/// ```
/// use samlkit_profiles::azure::{Cloud, Tenant, TenantIdError};
///
/// let tenant = Tenant::new(Cloud::Global, "11111111-2222-4333-8444-555555555555".parse()?);
/// assert_eq!(tenant.issuer(), "https://sts.windows.net/11111111-2222-4333-8444-555555555555/");
/// assert_eq!(
///     tenant.single_sign_on_url(),
///     "https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/saml2",
/// );
/// # Ok::<(), TenantIdError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Tenant {
    cloud: Cloud,
    id: TenantId,
}

impl Tenant {
    /// The tenant with this identifier in this cloud.
    #[must_use]
    pub const fn new(cloud: Cloud, id: TenantId) -> Self {
        Self { cloud, id }
    }

    /// The tenant of an issuer whose people sign on at this URL; the URL tells apart the clouds that share an issuer
    /// prefix.
    ///
    /// # Errors
    ///
    /// [`IssuerError`] of the issuer, or [`IssuerError::OtherCloud`] when the URL belongs to no cloud with that issuer.
    pub fn from_endpoints(issuer: &str, login_url: &str) -> Result<Self, IssuerError> {
        let issuer = Issuer::new(issuer)?;
        login_url
            .strip_prefix("https://")
            .and_then(|rest| rest.split('/').next())
            .and_then(Cloud::from_login_host)
            .and_then(|cloud| issuer.in_cloud(cloud))
            .ok_or(IssuerError::OtherCloud)
    }

    /// The cloud.
    #[must_use]
    pub const fn cloud(self) -> Cloud {
        self.cloud
    }

    /// The identifier.
    #[must_use]
    pub const fn id(self) -> TenantId {
        self.id
    }

    /// The `Issuer` of responses and assertions, and the `entityID` of the metadata, with its slash at the end.
    #[must_use]
    pub fn issuer(self) -> String {
        format!("{}{}/", self.cloud.issuer_prefix().value, self.id)
    }

    /// The single sign-on service. What the Azure portal calls Login URL (2018: SAML Single Sign-On Service URL).
    #[must_use]
    pub fn single_sign_on_url(self) -> String {
        format!("https://{}/{}/saml2", self.cloud.login_host(), self.id)
    }

    /// The single logout service, which has the same URL and takes HTTP-Redirect only.
    #[must_use]
    pub fn single_logout_url(self) -> String {
        self.single_sign_on_url()
    }

    /// The metadata of one application: what the Azure portal calls App Federation Metadata URL.
    #[must_use]
    pub fn application_metadata_url(self, application: ApplicationId) -> String {
        format!("{}?appid={application}", self.tenant_metadata_url())
    }

    /// The metadata of the whole tenant. Its certificates are not those of an application with a certificate of its
    /// own, as every gallery application has: use [`Tenant::application_metadata_url`] to set up single sign-on.
    #[must_use]
    pub fn tenant_metadata_url(self) -> String {
        format!(
            "https://{}/{}/federationmetadata/2007-06/federationmetadata.xml",
            self.cloud.login_host(),
            self.id
        )
    }

    /// The URL that starts a sign-on to an application at the identity provider (User access URL).
    ///
    /// Documented for the public cloud; `None` elsewhere, where no source tells it.
    #[must_use]
    pub fn user_access_url(self, application: ApplicationId) -> Option<Fact<String>> {
        (self.cloud == Cloud::Global).then(|| {
            Fact::new(
                format!(
                    "https://launcher.myapps.microsoft.com/api/signin/{application}?tenantId={}",
                    self.id
                ),
                Confidence::Documented,
                source::MICROSOFT_PROTOCOL,
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "11111111-2222-4333-8444-555555555555";

    fn tenant(cloud: Cloud) -> Tenant {
        Tenant::new(cloud, ID.parse().unwrap())
    }

    #[test]
    fn each_cloud_has_its_urls() {
        for (cloud, issuer, sso) in [
            (
                Cloud::Global,
                "https://sts.windows.net/",
                "https://login.microsoftonline.com/",
            ),
            (
                Cloud::UsGovernment,
                "https://sts.windows.net/",
                "https://login.microsoftonline.us/",
            ),
            (
                Cloud::China,
                "https://sts.chinacloudapi.cn/",
                "https://login.partner.microsoftonline.cn/",
            ),
            (
                Cloud::Germany,
                "https://sts.microsoftonline.de/",
                "https://login.microsoftonline.de/",
            ),
        ] {
            let tenant = tenant(cloud);
            assert_eq!(tenant.issuer(), format!("{issuer}{ID}/"));
            assert_eq!(tenant.single_sign_on_url(), format!("{sso}{ID}/saml2"));
            assert_eq!(tenant.single_logout_url(), tenant.single_sign_on_url());
            let app: ApplicationId = "99999999-2222-4333-8444-555555555555".parse().unwrap();
            assert_eq!(
                tenant.application_metadata_url(app),
                format!("{sso}{ID}/federationmetadata/2007-06/federationmetadata.xml?appid={app}")
            );
            assert_eq!(
                tenant.user_access_url(app).map(Fact::into_value),
                (cloud == Cloud::Global).then(|| format!(
                    "https://launcher.myapps.microsoft.com/api/signin/{app}?tenantId={ID}"
                ))
            );
            assert_eq!(
                Tenant::from_endpoints(&tenant.issuer(), &tenant.single_sign_on_url()),
                Ok(tenant)
            );
            assert!(
                Issuer::new(&tenant.issuer())
                    .unwrap()
                    .clouds()
                    .any(|c| c == cloud)
            );
        }
        assert_eq!(
            Tenant::from_endpoints(
                &tenant(Cloud::China).issuer(),
                &tenant(Cloud::Global).single_sign_on_url()
            ),
            Err(IssuerError::OtherCloud)
        );
    }
}
