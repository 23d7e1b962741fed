//! Each warning comes from what was given, and only from that.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use std::path::Path;

use samlkit_core::metadata::Metadata;
use samlkit_core::uri::binding;
use samlkit_core::{Timestamp, parse_date_time};
use samlkit_crypto::Certificate;
use samlkit_profiles::idp::{DescriptionError, IdpDescription, IdpKind, SignedRequests, Validity};
use samlkit_profiles::mimecast::{FieldValue, Note, PersonalPortal, Region, Setup, Warning};

const ID: &str = "11111111-2222-4333-8444-555555555555";
/// The certificates are valid from 2025-06-01 and 2025-12-01, for three years each.
const NOW: &str = "2026-01-15T10:01:00Z";

fn at(text: &str) -> Timestamp {
    parse_date_time(text).unwrap()
}

fn fixture(path: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../fixtures")
            .join(path),
    )
    .unwrap()
}

fn active() -> Certificate {
    Certificate::parse(&fixture("keys/test-only-entra-active.crt.pem")).unwrap()
}

fn next() -> Certificate {
    Certificate::parse(&fixture("keys/test-only-entra-next.crt.pem")).unwrap()
}

fn portal(text: &str) -> PersonalPortal {
    text.parse().unwrap()
}

fn entra() -> IdpDescription {
    let url = format!("https://login.microsoftonline.com/{ID}/saml2");
    IdpDescription::new(format!("https://sts.windows.net/{ID}/"))
        .with_single_logout_service(binding::HTTP_REDIRECT, &url)
        .with_single_sign_on_service(binding::HTTP_REDIRECT, &url)
        .with_single_sign_on_service(binding::HTTP_POST, &url)
}

fn codes(idp: &IdpDescription) -> Vec<&'static str> {
    let setup = Setup::with_identity_provider(portal("eu:CUK1A1"), idp, at(NOW));
    setup.warnings().iter().map(Warning::code).collect()
}

#[test]
fn a_good_setup_has_no_warning() {
    for text in ["eu:CUK1A1", "us:CUSA1A1", "za:CSA1A1", "au:CAU1A1"] {
        let setup = Setup::new(portal(text));
        assert_eq!(setup.warnings(), [], "{text}");
        assert_eq!(setup.authentication_profile(), None);
    }
    let idp = entra().with_signing_certificate(active());
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
    let idp = entra().with_signing_certificate(active());
    let setup = Setup::with_identity_provider(portal("eu:CUK1A1"), &idp, at(NOW));
    assert_eq!(
        setup.sign_on_url(),
        "https://eu-api.mimecast.com/login/saml"
    );
    assert_eq!(setup.identifier(), "https://eu-api.mimecast.com/sso/CUK1A1");
    assert_eq!(setup.reply_url(), "https://eu-api.mimecast.com/login/saml");
    let profile = setup.authentication_profile().unwrap();
    let url = format!("https://login.microsoftonline.com/{ID}/saml2");
    let issuer = format!("https://sts.windows.net/{ID}/");
    let pem = String::from_utf8(fixture("keys/test-only-entra-active.crt.pem")).unwrap();
    let certificate: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
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
                FieldValue::Text(&certificate)
            ),
            ("Allow Single Sign On", FieldValue::Ticked(true)),
        ]
    );
    assert_eq!(setup.notes().count(), 5);
}

#[test]
fn another_identity_provider_has_the_dotted_spelling() {
    let idp = IdpDescription::new("http://www.okta.com/exk1")
        .with_single_sign_on_service(binding::HTTP_POST, "https://contoso.okta.com/sso")
        .with_signing_certificate(active());
    let setup = Setup::with_identity_provider(portal("eu:CUK1A1"), &idp, at(NOW));
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
            .with_single_sign_on_service(binding::HTTP_POST, login)
            .with_single_logout_service(binding::HTTP_REDIRECT, login)
            .with_signing_certificate(active())
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
    let wsfed = "https://login.microsoftonline.com/common/wsfederation?wa=wsignout1.0";
    let issuer = format!("https://sts.windows.net/{ID}/");
    let login = format!("https://login.microsoftonline.com/{ID}/saml2");
    let bare = IdpDescription::new(&issuer).with_signing_certificate(active());
    assert_eq!(codes(&bare), ["no-login-url", "no-logout-url"]);
    let redirect = bare
        .clone()
        .with_single_sign_on_service(binding::HTTP_REDIRECT, &login)
        .with_single_logout_service(binding::HTTP_REDIRECT, wsfed);
    assert_eq!(
        codes(&redirect),
        ["no-post-binding", "ws-federation-logout-url"]
    );
    let http = bare
        .with_single_sign_on_service(binding::HTTP_POST, login.replace("https", "http"))
        .with_single_logout_service(binding::HTTP_REDIRECT, &login);
    assert_eq!(codes(&http), ["login-url-not-https"]);
    let signed = entra()
        .with_signing_certificate(active())
        .with_signed_requests(SignedRequests::Wanted);
    assert_eq!(codes(&signed), ["signed-requests-wanted"]);
    let tenant = format!(
        "https://login.microsoftonline.com/{ID}/federationmetadata/2007-06/federationmetadata.xml"
    );
    let tenant = entra()
        .with_signing_certificate(active())
        .with_metadata_url(tenant);
    assert_eq!(codes(&tenant), ["tenant-metadata"]);
}

#[test]
fn the_first_valid_certificate_is_put() {
    let idp = entra()
        .with_signing_certificate(active())
        .with_signing_certificate(next())
        .with_signing_certificate(active());
    assert_eq!(idp.signing_certificates(), [active(), next()]);
    let (first, second) = (active().sha1_thumbprint(), next().sha1_thumbprint());
    for (now, put, warnings) in [
        (
            NOW,
            active(),
            vec![Warning::SeveralCertificates {
                put: first,
                valid: 2,
            }],
        ),
        (
            "2025-11-30T09:30:00Z",
            active(),
            vec![Warning::CertificateNotYetValid {
                thumbprint: second,
                days: 1,
            }],
        ),
        (
            "2028-04-02T09:29:59Z",
            active(),
            vec![
                Warning::SeveralCertificates {
                    put: first,
                    valid: 2,
                },
                Warning::CertificateExpiring {
                    thumbprint: first,
                    days: 60,
                },
            ],
        ),
        (
            "2028-06-01T09:30:01Z",
            next(),
            vec![Warning::CertificateExpired {
                thumbprint: first,
                days: 0,
            }],
        ),
        (
            "2028-12-04T09:30:00Z",
            active(),
            vec![
                Warning::NoValidCertificate,
                Warning::CertificateExpired {
                    thumbprint: first,
                    days: 186,
                },
                Warning::CertificateExpired {
                    thumbprint: second,
                    days: 3,
                },
            ],
        ),
    ] {
        let setup = Setup::with_identity_provider(portal("eu:CUK1A1"), &idp, at(now));
        assert_eq!(setup.warnings(), warnings, "{now}");
        let only = Setup::with_identity_provider(
            portal("eu:CUK1A1"),
            &entra().with_signing_certificate(put),
            at(now),
        );
        let field = |setup: &Setup| {
            setup
                .authentication_profile()
                .unwrap()
                .identity_provider_certificate()
                .map(str::to_owned)
        };
        assert_eq!(field(&setup), field(&only), "{now}");
    }
    assert_eq!(codes(&entra()), ["no-certificate"]);
}

#[test]
fn a_validity_includes_its_ends() {
    for (now, validity) in [
        ("2025-06-01T09:29:59Z", Validity::NotYet { days: 0 }),
        ("2025-06-01T09:30:00Z", Validity::Valid { days: 1096 }),
        ("2028-06-01T09:30:00Z", Validity::Valid { days: 0 }),
        ("2028-06-01T09:30:01Z", Validity::Expired { days: 0 }),
    ] {
        assert_eq!(Validity::of(&active(), at(now)), validity, "{now}");
    }
}

#[test]
fn a_binding_is_preferred() {
    let idp = IdpDescription::new("urn:idp")
        .with_single_sign_on_service(binding::HTTP_REDIRECT, "https://idp/redirect")
        .with_single_sign_on_service(binding::HTTP_POST, "https://idp/post")
        .with_single_logout_service("urn:soap", "https://idp/soap")
        .with_single_logout_service(binding::HTTP_POST, "https://idp/out-post")
        .with_single_logout_service(binding::HTTP_REDIRECT, "https://idp/out");
    assert_eq!(idp.login_url(), Some("https://idp/post"));
    assert_eq!(idp.logout_url(), Some("https://idp/out"));
    assert!(idp.takes(binding::HTTP_POST));
    assert!(!idp.takes("urn:soap"));
    assert_eq!(IdpDescription::new("urn:idp").login_url(), None);
    let soap =
        IdpDescription::new("urn:idp").with_single_logout_service("urn:soap", "https://idp/soap");
    assert_eq!(soap.logout_url(), Some("https://idp/soap"));
}

#[test]
fn metadata_tells_the_kind() {
    for (file, kind) in [
        ("entra/metadata.xml", IdpKind::Entra),
        ("entra/metadata-bom.xml", IdpKind::Entra),
        ("entra/metadata-one-key.xml", IdpKind::Entra),
        ("idp/adfs-metadata.xml", IdpKind::AdFs),
        ("idp/google-metadata.xml", IdpKind::Google),
        ("idp/keycloak-metadata.xml", IdpKind::Keycloak),
        ("idp/okta-metadata.xml", IdpKind::Okta),
        ("idp/onelogin-metadata.xml", IdpKind::OneLogin),
        ("idp/shibboleth-metadata.xml", IdpKind::Shibboleth),
    ] {
        let metadata = Metadata::read_unverified(&fixture(file)).unwrap();
        let idp = IdpDescription::from_metadata(metadata.entities().next().unwrap()).unwrap();
        assert_eq!(idp.kind(), kind, "{file}");
        assert!(
            idp.login_url()
                .is_some_and(|url| url.starts_with("https://")),
            "{file}"
        );
        assert!(!idp.signing_certificates().is_empty(), "{file}");
        assert_eq!(idp.unreadable_certificates(), 0, "{file}");
    }
}

#[test]
fn entra_metadata_fills_the_form() {
    let metadata = Metadata::read_unverified(&fixture("entra/metadata.xml")).unwrap();
    let idp = IdpDescription::from_metadata(metadata.entities().next().unwrap()).unwrap();
    assert_eq!(idp.signing_certificates(), [active(), next()]);
    let setup = Setup::with_identity_provider(portal("eu:CUK1A1"), &idp, at(NOW));
    let profile = setup.authentication_profile().unwrap();
    let tenant = "3b6c1f2e-8d47-4a19-9c05-e27f40d1b8aa";
    assert_eq!(
        profile.issuer_url(),
        format!("https://sts.windows.net/{tenant}/")
    );
    assert_eq!(
        profile.login_url(),
        Some(format!("https://login.microsoftonline.com/{tenant}/saml2").as_str())
    );
    assert_eq!(profile.logout_url(), profile.login_url());
    assert_eq!(
        setup.warnings(),
        [Warning::SeveralCertificates {
            put: active().sha1_thumbprint(),
            valid: 2
        }]
    );
    assert_eq!(
        setup.warnings()[0].to_string(),
        format!(
            "2 signing certificates are valid; {} was put in the form, as the first",
            active().sha1_thumbprint()
        )
    );
}

#[test]
fn what_is_wrong_with_metadata_is_told() {
    let good = String::from_utf8(fixture("idp/okta-metadata.xml")).unwrap();
    let read = |text: &str| {
        let metadata = Metadata::read_unverified(text.as_bytes()).unwrap();
        IdpDescription::from_metadata(metadata.entities().next().unwrap())
    };
    assert_eq!(read(&good).unwrap().metadata_expires(), None);
    let expired = good.replacen(
        " entityID=",
        " validUntil=\"2026-01-01T00:00:00Z\" entityID=",
        1,
    );
    let warnings = codes(&read(&expired).unwrap());
    assert!(warnings.contains(&"metadata-expired"), "{warnings:?}");
    let unreadable = good.replacen("X509Certificate>MII", "X509Certificate>!MII", 1);
    assert_ne!(unreadable, good);
    let idp = read(&unreadable).unwrap();
    assert_eq!(idp.unreadable_certificates(), 1);
    let warnings = codes(&idp);
    assert!(
        warnings.contains(&"unreadable-certificates") && warnings.contains(&"no-certificate"),
        "{warnings:?}"
    );
    let not_saml2 = good.replace(
        "urn:oasis:names:tc:SAML:2.0:protocol",
        "urn:oasis:names:tc:SAML:1.1:protocol",
    );
    assert_eq!(read(&not_saml2), Err(DescriptionError::NoIdentityProvider));
}
