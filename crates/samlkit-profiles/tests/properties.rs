//! Whatever the text: readers do not panic, what they take they write back, and a difference is named exactly when there
//! is one.

use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use samlkit_profiles::azure::{
    Claims, Cloud, Guid, Issuer, IssuerDifference, Tenant, TenantId, aadsts,
};
use samlkit_profiles::diagnosis::{AudienceMistake, Paste, UrlDifference};
use samlkit_profiles::idp::IdpKind;
use samlkit_profiles::mimecast::{
    AccountCode, AccountCodeError, Address, Directory, Domain, EntityIdSpelling, PersonalPortal,
    Region, RegionCheck, Subject,
};
use samlkit_profiles::uri::claim;

/// Texts near the ones that mean something.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Z0-9@.:/?#%{}<> \\-]{0,80}",
        "(https?://)?(sts\\.windows\\.net|login\\.microsoftonline\\.com|eu-api\\.mimecast\\.com)/[a-z0-9{}/.-]{0,40}",
        "C(UK|USA|USB|DE|CA|SA|AU|X)[A-Za-z0-9]{0,8}",
    ]
}

fn region() -> impl Strategy<Value = Region> {
    proptest::sample::select(Region::ALL.to_vec())
}

proptest! {
    #[test]
    fn an_account_code_is_written_back(text in text()) {
        match AccountCode::new(&text) {
            Ok(code) => {
                prop_assert_eq!(code.as_str(), &text);
                prop_assert!(text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()));
                if let Some(region) = code.region() {
                    prop_assert_eq!(code.check_region(region), RegionCheck::Confirmed);
                }
            }
            Err(AccountCodeError::LowerCase { suggestion }) => {
                prop_assert_eq!(AccountCode::new(suggestion.as_str()), Ok(suggestion));
            }
            Err(error) => prop_assert!(!error.to_string().is_empty() && !error.help().is_empty()),
        }
    }

    #[test]
    fn a_portal_is_written_back(region in region(), code in "C[A-Z0-9]{1,20}") {
        let portal = PersonalPortal::new(region, code.parse().unwrap());
        prop_assert_eq!(&portal.to_string().parse::<PersonalPortal>(), &Ok(portal.clone()));
        for kind in IdpKind::ALL {
            let entity_id = portal.entity_id_for(kind);
            prop_assert_eq!(AudienceMistake::find(&portal, kind, &entity_id), None);
        }
        prop_assert!(portal.entity_id(EntityIdSpelling::Url) != portal.entity_id(EntityIdSpelling::Dotted));
    }

    #[test]
    fn an_audience_mistake_is_found_when_there_is_one(text in text()) {
        let portal: PersonalPortal = "eu:CUK1A1".parse().unwrap();
        let mistake = AudienceMistake::find(&portal, IdpKind::Entra, &text);
        prop_assert_eq!(mistake.is_none(), text == portal.identifier());
    }

    #[test]
    fn a_guid_is_written_back(text in "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}") {
        let guid: Guid = text.parse().unwrap();
        prop_assert_eq!(guid.to_string(), text.to_ascii_lowercase());
    }

    #[test]
    fn an_issuer_is_read_only_as_it_is_written(text in text(), guid in "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}") {
        if let Ok(issuer) = Issuer::new(&text) {
            prop_assert!(issuer.clouds().all(|cloud| Tenant::new(cloud, issuer.tenant_id()).issuer() == text));
        }
        let id: TenantId = guid.parse().unwrap();
        for cloud in Cloud::ALL {
            let tenant = Tenant::new(cloud, id);
            prop_assert_eq!(Tenant::from_endpoints(&tenant.issuer(), &tenant.single_sign_on_url()), Ok(tenant));
            prop_assert_eq!(IdpKind::detect(&tenant.issuer(), []), IdpKind::Entra);
        }
    }

    #[test]
    fn a_difference_is_named_when_there_is_one(a in text(), b in text()) {
        prop_assert_eq!(IssuerDifference::between(&a, &b).is_none(), a == b);
        match UrlDifference::between(&a, &b) {
            None => prop_assert_eq!(&a, &b),
            Some(difference) => {
                prop_assert!(a != b && !difference.parts().is_empty());
                prop_assert!(difference.parts().is_sorted());
                prop_assert!(!difference.to_string().is_empty());
            }
        }
        prop_assert_eq!(UrlDifference::between(&a, &a), None);
    }

    #[test]
    fn anything_can_be_sniffed(bytes in any::<Vec<u8>>(), text in text()) {
        let paste = Paste::sniff(&bytes);
        prop_assert!(!paste.words().is_empty());
        let _ = Paste::sniff(text.as_bytes());
        let _ = aadsts::find(&text);
        let _ = IdpKind::detect(&text, [text.as_str()]);
    }

    #[test]
    fn a_code_is_found_where_it_stands(before in "[a-z ]{0,20}", code in 1_u32..=999_999_999, after in "([^0-9].*)?") {
        let text = format!("{before}AADSTS{code}{after}");
        prop_assert_eq!(aadsts::find(&text), Some(code));
    }

    #[test]
    fn an_address_is_compared_without_case(text in "[a-zA-Z0-9+_-]{1,20}@([a-zA-Z0-9]{1,10}\\.){1,3}[a-z]{2,5}") {
        let address = Address::new(&text).unwrap();
        let upper = Address::new(&text.to_ascii_uppercase()).unwrap();
        prop_assert_eq!(address.as_str(), &text);
        prop_assert_eq!(&address, &upper);
        let mut directory = Directory::new();
        prop_assert!(directory.register_domain(Domain::new(address.domain()).unwrap()));
        prop_assert!(directory.link(&Subject::new(&text)).is_err());
        directory.add_address(address.clone()).unwrap();
        prop_assert_eq!(directory.link(&Subject::new(upper.as_str())), Ok(&address));
    }

    #[test]
    fn no_text_is_linked_but_an_address_that_is_there(text in text(), other in text()) {
        let mut directory = Directory::new();
        directory.register_domain(Domain::new("contoso.com").unwrap());
        directory.add_address(Address::new("brittasimon@contoso.com").unwrap()).unwrap();
        let subject = Subject::new(&text).with_email("brittasimon@contoso.com").with_upn(&other);
        prop_assert_eq!(directory.link(&subject).is_ok(), text.eq_ignore_ascii_case("brittasimon@contoso.com"));
    }

    #[test]
    fn claims_of_other_names_are_left_aside(name in text(), values in proptest::collection::vec("[a-z]{0,4}", 0..4)) {
        let attributes = [(name.as_str(), values.iter().map(String::as_str).collect::<Vec<_>>())];
        prop_assert_eq!(Claims::from_attributes(attributes), Ok(Claims::default()));
        let groups = [(claim::GROUPS, values.iter().map(String::as_str).collect::<Vec<_>>())];
        let claims = Claims::from_attributes(groups).unwrap();
        prop_assert_eq!(claims.groups(), &values);
    }
}
