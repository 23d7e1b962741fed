//! Each warning comes from what was given, and only from that.

use super::*;
use crate::mimecast::FieldValue;

const ID: &str = "11111111-2222-4333-8444-555555555555";
const NOW: i64 = 1_768_471_200;
const DAY: i64 = 86_400;

fn portal(text: &str) -> PersonalPortal {
    text.parse().unwrap()
}

fn certificate(name: u8, from: i64, until: i64) -> SigningCertificate {
    SigningCertificate::new(
        &[0x30, 1, name],
        [name; 32],
        NOW + from * DAY,
        NOW + until * DAY,
    )
}

fn entra() -> IdpDescription {
    let url = format!("https://login.microsoftonline.com/{ID}/saml2");
    IdpDescription::new(format!("https://sts.windows.net/{ID}/"))
        .with_single_logout_service(ns::BINDING_HTTP_REDIRECT, &url)
        .with_single_sign_on_service(ns::BINDING_HTTP_REDIRECT, &url)
        .with_single_sign_on_service(ns::BINDING_HTTP_POST, &url)
}

fn codes(idp: &IdpDescription) -> Vec<&'static str> {
    let setup = Setup::with_identity_provider(portal("eu:CUK1A1"), idp, NOW);
    setup.warnings().iter().map(Warning::code).collect()
}

#[test]
fn a_good_setup_has_no_warning() {
    for text in ["eu:CUK1A1", "us:CUSA1A1", "za:CSA1A1", "au:CAU1A1"] {
        let setup = Setup::new(portal(text));
        assert_eq!(setup.warnings(), [], "{text}");
        assert_eq!(setup.authentication_profile(), None);
    }
    let idp = entra().with_signing_certificate(certificate(1, -10, 1000));
    assert_eq!(codes(&idp), [""; 0]);
    let url = format!(
        "https://login.microsoftonline.com/{ID}/federationmetadata/2007-06/federationmetadata.xml?appid={ID}"
    );
    assert_eq!(codes(&idp.with_metadata_url(url)), [""; 0]);
}

#[test]
fn the_portal_is_checked() {
    for (text, warnings) in [
        (
            "us:CUSB1A1",
            vec![Warning::RegionMismatch {
                chosen: Region::UnitedStates,
                told: Region::UnitedStatesB,
            }],
        ),
        ("eu:CX1", vec![Warning::UnknownPrefix]),
        ("eu:CUK", vec![Warning::IncompleteAccountCode]),
        (
            "de:CDE1",
            vec![Warning::UnconfirmedHost {
                region: Region::Germany,
            }],
        ),
        (
            "jer:CJER1A1",
            vec![
                Warning::UnknownPrefix,
                Warning::HostsDiffer {
                    region: Region::Offshore,
                },
            ],
        ),
        (
            "jer:CUK1",
            vec![
                Warning::RegionDoubtful {
                    chosen: Region::Offshore,
                    told: Region::Europe,
                },
                Warning::HostsDiffer {
                    region: Region::Offshore,
                },
            ],
        ),
    ] {
        assert_eq!(Setup::new(portal(text)).warnings(), warnings, "{text}");
    }
    assert_eq!(
        Setup::new(portal("us:CUSB1A1")).warnings()[0].to_string(),
        "the account code belongs to the region usb (usb-api.mimecast.com), not to us (us-api.mimecast.com)"
    );
    assert_eq!(
        Setup::new(portal("jer:CJER1A1")).warnings()[1].to_string(),
        "sign-on uses jer-api.mimecast.com, while the REST API of the region is at je-api.mimecast.com"
    );
}

#[test]
fn the_form_is_filled_in() {
    let idp = entra().with_signing_certificate(certificate(1, -10, 1000));
    let setup = Setup::with_identity_provider(portal("eu:CUK1A1"), &idp, NOW);
    assert_eq!(
        setup.sign_on_url(),
        "https://eu-api.mimecast.com/login/saml"
    );
    assert_eq!(setup.identifier(), "https://eu-api.mimecast.com/sso/CUK1A1");
    assert_eq!(setup.reply_url(), "https://eu-api.mimecast.com/login/saml");
    let profile = setup.authentication_profile().unwrap();
    let url = format!("https://login.microsoftonline.com/{ID}/saml2");
    let issuer = format!("https://sts.windows.net/{ID}/");
    let fields: Vec<_> = profile
        .fields()
        .map(|field| (field.label(), field.value()))
        .collect();
    assert_eq!(
        fields,
        [
            (
                "Description",
                FieldValue::Text("Azure AD (Entra ID) sign-on for CUK1A1")
            ),
            (
                "Enforce SAML Authentication for Mimecast Personal Portal",
                FieldValue::Ticked(true)
            ),
            ("Provider", FieldValue::Text("Azure Active Directory")),
            ("Issuer URL", FieldValue::Text(&issuer)),
            ("Login URL", FieldValue::Text(&url)),
            ("Logout URL", FieldValue::Text(&url)),
            (
                "Identity Provider Certificate (Metadata)",
                FieldValue::Text("MAEB")
            ),
            ("Allow Single Sign On", FieldValue::Ticked(true)),
        ]
    );
    assert_eq!(setup.notes().count(), 5);
}

#[test]
fn another_identity_provider_has_the_dotted_spelling() {
    let idp = IdpDescription::new("http://www.okta.com/exk1")
        .with_single_sign_on_service(ns::BINDING_HTTP_POST, "https://contoso.okta.com/sso")
        .with_signing_certificate(certificate(1, -10, 1000));
    let setup = Setup::with_identity_provider(portal("eu:CUK1A1"), &idp, NOW);
    assert_eq!(setup.identifier(), "eu-api.mimecast.com.CUK1A1");
    assert_eq!(
        setup.warnings(),
        [
            Warning::DottedEntityId {
                kind: IdpKind::Okta
            },
            Warning::NoLogoutUrl
        ]
    );
    assert_eq!(setup.authentication_profile().unwrap().provider(), "Okta");
    assert_eq!(setup.authentication_profile().unwrap().logout_url(), None);
    assert_eq!(
        setup.notes().collect::<Vec<_>>(),
        [Note::AttachProfile, Note::Provisioning]
    );
}

#[test]
fn the_issuer_is_checked() {
    let good = |entity_id: &str, login: &str| {
        IdpDescription::new(entity_id)
            .with_single_sign_on_service(ns::BINDING_HTTP_POST, login)
            .with_single_logout_service(ns::BINDING_HTTP_REDIRECT, login)
            .with_signing_certificate(certificate(1, -10, 1000))
    };
    let global = format!("https://login.microsoftonline.com/{ID}/saml2");
    for (entity_id, login, code) in [
        (
            "https://sts.windows.net/{tenantid}/",
            "https://login.microsoftonline.com/common/saml2",
            "tenant-placeholder",
        ),
        (
            &format!("https://sts.windows.net/{ID}"),
            global.as_str(),
            "issuer-no-trailing-slash",
        ),
        (
            &format!("https://login.microsoftonline.com/{ID}/"),
            &global,
            "issuer-login-host",
        ),
        (
            &format!("https://sts.chinacloudapi.cn/{ID}/"),
            &global,
            "cloud-mismatch",
        ),
        (
            "https://sts.windows.net/99999999-2222-4333-8444-555555555555/",
            &global,
            "tenant-mismatch",
        ),
        (
            &format!("https://sts.microsoftonline.de/{ID}/"),
            &format!("https://login.microsoftonline.de/{ID}/saml2"),
            "cloud-closed",
        ),
    ] {
        assert_eq!(codes(&good(entity_id, login)), [code], "{entity_id}");
    }
    let government = format!("https://login.microsoftonline.us/{ID}/saml2");
    assert_eq!(
        codes(&good(
            &format!("https://sts.windows.net/{ID}/"),
            &government
        )),
        [""; 0]
    );
}

#[test]
fn the_urls_are_checked() {
    let certificate = certificate(1, -10, 1000);
    let wsfed = "https://login.microsoftonline.com/common/wsfederation?wa=wsignout1.0";
    let issuer = format!("https://sts.windows.net/{ID}/");
    let login = format!("https://login.microsoftonline.com/{ID}/saml2");
    let bare = IdpDescription::new(&issuer).with_signing_certificate(certificate.clone());
    assert_eq!(codes(&bare), ["no-login-url", "no-logout-url"]);
    let redirect = bare
        .clone()
        .with_single_sign_on_service(ns::BINDING_HTTP_REDIRECT, &login)
        .with_single_logout_service(ns::BINDING_HTTP_REDIRECT, wsfed);
    assert_eq!(
        codes(&redirect),
        ["no-post-binding", "ws-federation-logout-url"]
    );
    let http = bare
        .with_single_sign_on_service(ns::BINDING_HTTP_POST, login.replace("https", "http"))
        .with_single_logout_service(ns::BINDING_HTTP_REDIRECT, &login);
    assert_eq!(codes(&http), ["login-url-not-https"]);
    let signed = entra()
        .with_signing_certificate(certificate.clone())
        .with_signed_requests(SignedRequests::Wanted);
    assert_eq!(codes(&signed), ["signed-requests-wanted"]);
    let tenant = format!(
        "https://login.microsoftonline.com/{ID}/federationmetadata/2007-06/federationmetadata.xml"
    );
    let tenant = entra()
        .with_signing_certificate(certificate)
        .with_metadata_url(tenant);
    assert_eq!(codes(&tenant), ["tenant-metadata"]);
}

#[test]
fn the_first_valid_certificate_is_put() {
    let idp = entra()
        .with_signing_certificate(certificate(1, -100, -3))
        .with_signing_certificate(certificate(2, -90, 60))
        .with_signing_certificate(certificate(3, -80, 61))
        .with_signing_certificate(certificate(4, 5, 61));
    let setup = Setup::with_identity_provider(portal("eu:CUK1A1"), &idp, NOW);
    let thumbprint = |at: usize| idp.signing_certificates()[at].sha256_thumbprint();
    assert_eq!(
        setup.warnings(),
        [
            Warning::SeveralCertificates {
                put: thumbprint(1),
                valid: 2
            },
            Warning::CertificateExpired {
                thumbprint: thumbprint(0),
                days: 3
            },
            Warning::CertificateExpiring {
                thumbprint: thumbprint(1),
                days: 60
            },
            Warning::CertificateNotYetValid {
                thumbprint: thumbprint(3),
                days: 5
            },
        ]
    );
    let profile = setup.authentication_profile().unwrap();
    assert_eq!(profile.identity_provider_certificate(), Some("MAEC"));
    assert_eq!(profile.valid_certificates().len(), 2);
    assert_eq!(
        setup.warnings()[2].to_string(),
        format!(
            "the signing certificate {} expires in 60 days",
            "02".repeat(32)
        )
    );
}

#[test]
fn without_a_valid_certificate_the_first_is_put() {
    assert_eq!(codes(&entra()), ["no-certificate"]);
    let idp = entra().with_signing_certificate(certificate(1, -100, -3));
    assert_eq!(codes(&idp), ["no-valid-certificate", "certificate-expired"]);
    let setup = Setup::with_identity_provider(portal("eu:CUK1A1"), &idp, NOW);
    assert_eq!(
        setup
            .authentication_profile()
            .unwrap()
            .identity_provider_certificate(),
        Some("MAEB")
    );
}
