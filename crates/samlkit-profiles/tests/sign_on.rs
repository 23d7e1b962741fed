//! From a region and an account code to the address of a user: the workspace's made-up responses are accepted by the portal
//! that this crate describes, their claims are read, and the user is looked up in the directory.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use std::path::Path;

use samlkit_core::metadata::Metadata;
use samlkit_core::parse_date_time;
use samlkit_profiles::azure::{Claims, ClaimsError};
use samlkit_profiles::mimecast::{Address, Directory, Domain, LinkError, PersonalPortal, Subject};
use samlkit_websso::{Code, Expected, Identity, IdentityProvider, InMemoryReplay, Rejection};

const NOW: &str = "2026-01-15T10:01:00Z";

fn fixture(path: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../fixtures")
            .join(path),
    )
    .unwrap()
}

/// The request that the response names, which a service provider would have kept.
fn request_id(response: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(response);
    let (_, rest) = text.split_once("InResponseTo=\"")?;
    rest.split('"').next().map(str::to_owned)
}

fn accept(portal: &str, metadata: &str, response: &[u8]) -> Result<Identity, Rejection> {
    let now = parse_date_time(NOW).unwrap();
    let metadata = Metadata::read_unverified(&fixture(metadata)).unwrap();
    let identity_provider =
        IdentityProvider::from_metadata(metadata.entities().next().unwrap(), now).unwrap();
    let portal: PersonalPortal = portal.parse().unwrap();
    let service_provider = portal.service_provider(identity_provider).unwrap();
    let request = request_id(response);
    let expected = request
        .as_deref()
        .map_or_else(Expected::unsolicited, Expected::answer_to);
    service_provider.accept_xml(response, expected, now, &InMemoryReplay::new(16))
}

fn directory() -> Directory {
    let mut directory = Directory::new();
    directory.register_domain(Domain::new("contoso.example").unwrap());
    directory
        .add_address(Address::new("britta.simon@contoso.example").unwrap())
        .unwrap();
    directory
}

#[test]
fn a_user_signs_on_in_every_region_of_the_tutorial() {
    for (portal, file) in [
        ("eu:CUK1A1", "entra/eu.xml"),
        ("us:CUSA1A1", "entra/us.xml"),
        ("za:CSA1A1", "entra/za.xml"),
        ("au:CAU1A1", "entra/au.xml"),
        ("jer:CJER1A1", "entra/jer.xml"),
    ] {
        let identity = accept(portal, "entra/metadata.xml", &fixture(file)).unwrap();
        let claims = Claims::from_identity(&identity).unwrap();
        assert_eq!(
            claims.email(),
            Some("britta.simon@contoso.example"),
            "{file}"
        );
        assert_eq!(claims.is_guest(identity.issuer()), Some(false), "{file}");
        assert!(claims.is_multi_factor(), "{file}");
        let directory = directory();
        let linked = directory
            .link(&Subject::from_identity(&identity))
            .map(Address::as_str);
        assert_eq!(linked, Ok("britta.simon@contoso.example"), "{file}");
    }
}

#[test]
fn another_region_refuses_the_same_response() {
    let refused = accept("us:CUSA1A1", "entra/metadata.xml", &fixture("entra/eu.xml")).unwrap_err();
    assert!(
        matches!(
            refused.code(),
            Code::DestinationMismatch | Code::RecipientMismatch | Code::AudienceMismatch
        ),
        "{refused}"
    );
    let refused = accept("eu:CUK2A2", "entra/metadata.xml", &fixture("entra/eu.xml")).unwrap_err();
    assert_eq!(refused.code(), Code::AudienceMismatch);
}

#[test]
fn users_whom_mimecast_does_not_find_are_told_apart() {
    for (file, error) in [
        (
            "entra/upn-is-not-mail.xml",
            LinkError::NameIdIsUpn { mail_known: true },
        ),
        ("entra/no-mail.xml", LinkError::OpaqueNameId),
        ("entra/guest.xml", LinkError::DomainNotRegistered),
    ] {
        let identity = accept("eu:CUK1A1", "entra/metadata.xml", &fixture(file)).unwrap();
        let directory = directory();
        assert_eq!(
            directory.link(&Subject::from_identity(&identity)),
            Err(error),
            "{file}"
        );
    }
}

#[test]
fn other_identity_providers_use_the_dotted_spelling() {
    for name in ["adfs", "okta", "google", "shibboleth"] {
        let response = fixture(&format!("idp/{name}.xml"));
        let identity = accept("eu:CUK1A1", &format!("idp/{name}-metadata.xml"), &response).unwrap();
        assert_eq!(
            identity.audiences().collect::<Vec<_>>(),
            ["eu-api.mimecast.com.CUK1A1"],
            "{name}"
        );
        assert_eq!(
            Claims::from_identity(&identity).map(|claims| claims.tenant_id()),
            Ok(None),
            "{name}"
        );
    }
}

#[test]
fn many_groups_and_none() {
    let identity = accept(
        "eu:CUK1A1",
        "entra/metadata.xml",
        &fixture("entra/groups-150.xml"),
    )
    .unwrap();
    let claims = Claims::from_identity(&identity).unwrap();
    assert_eq!(
        (claims.groups().len(), claims.groups_link()),
        (Claims::MAX_GROUPS, None)
    );
    let identity = accept(
        "eu:CUK1A1",
        "entra/metadata.xml",
        &fixture("entra/groups-overage.xml"),
    )
    .unwrap();
    let claims = Claims::from_identity(&identity).unwrap();
    assert!(claims.groups().is_empty() && claims.groups_link().is_some());
}

#[test]
fn a_claim_error_names_no_value() {
    assert_eq!(
        ClaimsError::NotText.to_string(),
        "a claim has a value that is not text"
    );
}
