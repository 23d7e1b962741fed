//! For any values: what is written reads as it was given.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "common/samples.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod samples;

use proptest::prelude::*;
use samlkit_core::metadata::{
    ContactPerson, Endpoint, EntitiesDescriptor, EntityDescriptor, IdpSsoDescriptor,
    IndexedEndpoint, KeyDescriptor, KeyInfo, KeyUse, LocalizedText, Member, Metadata, RoleKind,
    SpSsoDescriptor,
};
use samlkit_core::write::{
    self, Attribute, AuthnStatement, Error, Id, LogoutRequest, NameId, Response, Status, Style,
    SubjectConfirmation,
};
use samlkit_core::{Assertion, Duration, Fragment, Timestamp};
use samlkit_xml::Document;

/// Any text that XML can say.
fn text() -> impl Strategy<Value = String> {
    "[ -~\t\n\r\u{85}\u{A0}-\u{2FF}\u{2028}\u{FFFD}\u{1F511}<>&\"']{0,24}"
}

/// One that is not blank.
fn filled() -> impl Strategy<Value = String> {
    (text(), "[!-~é]", text()).prop_map(|(a, b, c)| format!("{a}{b}{c}"))
}

fn time() -> impl Strategy<Value = Timestamp> {
    (-62_135_596_800_000..=253_402_300_799_999_i64)
        .prop_map(|millis| chrono::DateTime::from_timestamp_millis(millis).unwrap())
}

fn id() -> impl Strategy<Value = Id> {
    "[A-Za-z_é][A-Za-z0-9_.é-]{0,40}".prop_map(|text| Id::new(text).unwrap())
}

fn style() -> impl Strategy<Value = Style> {
    prop_oneof![Just(Style::Prefixed), Just(Style::DefaultNamespace)]
}

fn name_id() -> impl Strategy<Value = NameId> {
    (
        filled(),
        prop::option::of(filled()),
        prop::option::of(text()),
    )
        .prop_map(|(value, format, qualifier)| {
            let mut name_id = NameId::new(value);
            if let Some(format) = format {
                name_id = name_id.with_format(format);
            }
            if let Some(qualifier) = qualifier {
                name_id = name_id.with_sp_name_qualifier(qualifier);
            }
            name_id
        })
}

prop_compose! {
    fn endpoint()(binding in filled(), location in filled(), response in prop::option::of(text())) -> Endpoint {
        let mut endpoint = Endpoint::new(binding, location);
        endpoint.response_location = response;
        endpoint
    }
}

prop_compose! {
    fn key()(key_use in prop::option::of(any::<bool>()), name in filled()) -> KeyDescriptor {
        let mut info = KeyInfo::default();
        info.key_names = vec![name];
        let key_use = key_use.map(|signing| if signing { KeyUse::Signing } else { KeyUse::Encryption });
        KeyDescriptor::new(key_use, info)
    }
}

prop_compose! {
    fn extension()(value in text(), attribute in text(), default in any::<bool>()) -> Fragment {
        let mut writer = samlkit_xml::Writer::new();
        if default {
            writer.start("x").declare("", "urn:x");
        } else {
            writer.start("p:x").declare("p", "urn:x").declare("md", "urn:not-metadata").start("y").end();
        }
        writer.attribute_if_open(&attribute);
        writer.text(&value).end();
        Fragment::parse(&writer.finish().unwrap()).unwrap()
    }
}

trait Open {
    fn attribute_if_open(&mut self, value: &str);
}

impl Open for samlkit_xml::Writer {
    fn attribute_if_open(&mut self, value: &str) {
        self.start("z").declare("", "").attribute("md", value).end();
    }
}

prop_compose! {
    fn entity()(
        entity_id in filled(),
        valid_until in prop::option::of(time()),
        seconds in prop::option::of(any::<u32>()),
        acs in prop::collection::vec((endpoint(), any::<u16>(), prop::option::of(any::<bool>())), 1..3),
        sso in prop::collection::vec(endpoint(), 1..3),
        keys in prop::collection::vec(key(), 0..3),
        extensions in prop::collection::vec(extension(), 0..2),
        formats in prop::collection::vec(text(), 0..2),
        company in prop::option::of(text()),
        lang in "[a-z]{2}",
        roles in 1..4_u8,
    ) -> EntityDescriptor {
        let mut entity = EntityDescriptor::new(entity_id);
        if let Some(time) = valid_until {
            entity = entity.with_valid_until(time);
        }
        entity.cache_duration = seconds.map(|s| Duration::from_seconds(u64::from(s)));
        entity.extensions = extensions.clone();
        if roles & 1 != 0 {
            let acs = acs.into_iter().map(|(endpoint, index, is_default)| {
                let mut endpoint = IndexedEndpoint::new(endpoint, index);
                endpoint.is_default = is_default;
                endpoint
            });
            let mut sp = SpSsoDescriptor::new(acs.collect());
            sp.sso.key_descriptors = keys.clone();
            sp.sso.extensions = extensions;
            entity.sp_sso_descriptors = vec![sp];
        }
        if roles & 2 != 0 {
            let mut idp = IdpSsoDescriptor::new(sso);
            idp.sso.key_descriptors = keys;
            idp.sso.name_id_formats = formats;
            let name = LocalizedText::new(lang, "n");
            idp.sso.organization = Some(samlkit_core::metadata::Organization::new(name.clone(), name.clone(), name));
            entity.idp_sso_descriptors = vec![idp];
        }
        let mut contact = ContactPerson::new("support");
        contact.company = company;
        entity.contact_persons = vec![contact];
        entity
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn an_assertion(
        id in id(), time in time(), issuer in filled(), name_id in name_id(), recipient in filled(), audience in filled(),
        values in prop::collection::vec(text(), 0..3), name in filled(), session in filled(), style in style(),
    ) {
        let assertion = write::Assertion::new(id.clone(), time, issuer.clone(), name_id.clone())
            .with_subject_confirmation(SubjectConfirmation::bearer(recipient.clone(), time).with_in_response_to(id.clone()))
            .with_audience(audience.clone())
            .with_authn_statement(AuthnStatement::new(time, audience.clone()).with_session_index(session.clone()))
            .with_attribute(Attribute::new(name.clone()).with_values(values.clone()));
        let response = Response::new(id.clone(), time, issuer.clone(), Status::success())
            .with_signed_assertion(Fragment::parse(&assertion.write().unwrap()).unwrap()).unwrap()
            .with_assertion(assertion)
            .with_style(style);
        let xml = response.write().unwrap();
        let document = Document::parse(xml.as_bytes()).unwrap();
        let response = samlkit_core::Response::inspect(document.root()).unwrap();
        for element in response.untrusted().assertions() {
            let read = Assertion::inspect(*element).unwrap();
            let read = read.untrusted();
            prop_assert_eq!(read.id(), id.as_str());
            prop_assert_eq!(read.issue_instant(), time);
            prop_assert_eq!(read.issuer().value(), &*issuer);
            let subject = read.subject().unwrap();
            prop_assert_eq!(&NameId::from(subject.name_id().unwrap()), &name_id);
            let data = subject.confirmations().first().unwrap().data().unwrap();
            prop_assert_eq!(data.recipient(), Some(&*recipient));
            prop_assert_eq!(data.not_on_or_after(), Some(time));
            let restriction = read.conditions().unwrap().audience_restrictions().next().unwrap();
            prop_assert_eq!(restriction.audiences(), std::slice::from_ref(&audience));
            prop_assert_eq!(read.authn_statements().next().unwrap().session_index(), Some(&*session));
            let attribute = read.attributes().next().unwrap();
            prop_assert_eq!(attribute.name(), &*name);
            prop_assert_eq!(attribute.texts().collect::<Vec<_>>(), values.iter().map(String::as_str).collect::<Vec<_>>());
        }
        prop_assert_eq!(response.untrusted().assertions().len(), 2);
    }

    #[test]
    fn a_logout_request(
        id in id(), time in time(), issuer in filled(), name_id in name_id(), sessions in prop::collection::vec(filled(), 0..3), style in style(),
    ) {
        let mut request = LogoutRequest::new(id.clone(), time, issuer, name_id.clone()).with_style(style);
        for session in &sessions {
            request = request.with_session_index(session.clone());
        }
        let xml = request.write().unwrap();
        let document = Document::parse(xml.as_bytes()).unwrap();
        let read = samlkit_core::LogoutRequest::inspect(document.root()).unwrap();
        prop_assert_eq!(&NameId::from(read.untrusted().name_id().unwrap()), &name_id);
        prop_assert_eq!(read.untrusted().session_indexes(), &*sessions);
    }

    #[test]
    fn metadata(entities in prop::collection::vec(entity(), 1..4), name in prop::option::of(text()), nested in any::<bool>()) {
        let mut members: Vec<_> = entities.into_iter().map(|e| Member::Entity(Box::new(e))).collect();
        if nested {
            let group = EntitiesDescriptor::new(members.clone());
            members.push(Member::Entities(group));
        }
        let mut group = EntitiesDescriptor::new(members);
        group.name = name;
        let metadata = Metadata::Entities(group);
        let xml = metadata.write().unwrap();
        let read = Metadata::read_unverified(xml.as_bytes());
        prop_assert_eq!(read.as_ref(), Ok(&metadata));
        for entity in metadata.entities() {
            let read = Metadata::read_unverified(entity.write().unwrap().as_bytes());
            prop_assert_eq!(read, Ok(Metadata::Entity(Box::new(entity.clone()))));
        }
        // What was read is written as it was.
        prop_assert_eq!(read.unwrap().write(), Ok(xml));
    }

    #[test]
    fn durations(seconds in any::<u64>(), lexical in "-?P(([0-9]{1,3}Y)?([0-9]{1,3}M)?[0-9]{1,3}D)?T[0-9]{1,5}(\\.[0-9]{1,9})?S") {
        let duration = Duration::from_seconds(seconds);
        prop_assert_eq!(Duration::parse(&duration.to_string()), Some(duration));
        let duration = Duration::parse(&lexical).unwrap();
        prop_assert_eq!(Duration::parse(&duration.to_string()), Some(duration));
    }
}

#[test]
fn samples_and_what_others_publish() {
    for (name, metadata) in samples::metadata() {
        let xml = metadata.write().unwrap();
        assert_eq!(
            Metadata::read_unverified(xml.as_bytes()),
            Ok(metadata),
            "{name}"
        );
    }
    for xml in [
        include_str!("shapes/entra-metadata.xml"),
        include_str!("shapes/adfs-metadata.xml"),
        include_str!("shapes/onelogin-metadata.xml"),
    ] {
        let metadata = Metadata::read_unverified(xml.as_bytes()).unwrap();
        let written = metadata.write().unwrap();
        assert_eq!(Metadata::read_unverified(written.as_bytes()), Ok(metadata));
    }
}

#[test]
fn metadata_that_the_schema_does_not_allow() {
    let entity = || samples::entity();
    let changed = |change: &dyn Fn(&mut EntityDescriptor)| {
        let mut entity = entity();
        change(&mut entity);
        entity.write().err()
    };
    let missing = |parent, item| Some(Error::Missing { parent, item });
    assert_eq!(changed(&|_| {}), None);
    assert_eq!(
        changed(&|e| e.entity_id = " ".to_owned()),
        Some(Error::BlankValue { item: "entityID" })
    );
    assert_eq!(changed(&|e| e.entity_id = "é".repeat(1024)), None);
    assert_eq!(
        changed(&|e| e.entity_id = "é".repeat(1025)),
        Some(Error::EntityIdTooLong)
    );
    assert_eq!(
        changed(&|e| e.id = Some("1".to_owned())),
        Some(Error::InvalidId)
    );
    assert_eq!(
        changed(&|e| {
            e.idp_sso_descriptors.clear();
            e.sp_sso_descriptors.clear();
        }),
        missing("md:EntityDescriptor", "md:RoleDescriptor")
    );
    assert_eq!(
        changed(&|e| e
            .idp_sso_descriptors
            .first_mut()
            .unwrap()
            .single_sign_on_services
            .clear()),
        missing("md:IDPSSODescriptor", "md:SingleSignOnService")
    );
    assert_eq!(
        changed(&|e| e
            .sp_sso_descriptors
            .first_mut()
            .unwrap()
            .assertion_consumer_services
            .clear()),
        missing("md:SPSSODescriptor", "md:AssertionConsumerService")
    );
    assert_eq!(
        changed(&|e| e.organization.as_mut().unwrap().urls.clear()),
        missing("md:Organization", "md:OrganizationURL")
    );
    assert_eq!(
        changed(&|e| e
            .organization
            .as_mut()
            .unwrap()
            .urls
            .first_mut()
            .unwrap()
            .lang = None),
        missing("md:OrganizationURL", "xml:lang")
    );
    assert_eq!(
        changed(&|e| e.contact_persons = vec![ContactPerson::new("boss")]),
        Some(Error::InvalidEnumeration {
            item: "contactType"
        })
    );
    assert_eq!(
        changed(&|e| {
            let idp = e.idp_sso_descriptors.first_mut().unwrap();
            idp.sso.key_descriptors = vec![KeyDescriptor::new(None, KeyInfo::default())];
        }),
        missing("ds:KeyInfo", "ds:X509Data")
    );
    assert_eq!(
        changed(&|e| {
            let idp = e.idp_sso_descriptors.first_mut().unwrap();
            idp.sso.protocol_support_enumeration = vec!["urn:a urn:b".to_owned()];
        }),
        Some(Error::InvalidEnumeration {
            item: "protocolSupportEnumeration"
        })
    );
    let smuggled = r#"<RoleDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>"#;
    assert_eq!(
        changed(&|e| e.extensions = vec![Fragment::parse(smuggled).unwrap()]),
        Some(Error::WrongElement {
            expected: "an element of another namespace",
            found: samlkit_core::Excerpt::of("RoleDescriptor")
        })
    );
    let affiliation = r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="e"><AffiliationDescriptor/></EntityDescriptor>"#;
    let affiliation = Metadata::read_unverified(affiliation.as_bytes()).unwrap();
    let affiliation = affiliation.entity("e").unwrap();
    assert_eq!(affiliation.write().err(), None);
    // A role is written as what it is said to be.
    let role = affiliation.other_roles.first().unwrap();
    for (kind, element) in [
        (RoleKind::Pdp, role.element.clone()),
        (
            role.kind,
            Fragment::parse("<AffiliationDescriptor xmlns=\"urn:other\"/>").unwrap(),
        ),
    ] {
        let mut other = affiliation.clone();
        let role = other.other_roles.first_mut().unwrap();
        (role.kind, role.element) = (kind, element);
        assert_eq!(
            other.write().err(),
            Some(Error::WrongElement {
                expected: "md:RoleDescriptor",
                found: samlkit_core::Excerpt::of("AffiliationDescriptor")
            })
        );
    }
    assert_eq!(
        changed(&|e| e.other_roles.clone_from(&affiliation.other_roles)),
        Some(Error::AffiliationWithRoles)
    );
}

#[test]
fn groups_are_not_empty_and_not_too_deep() {
    let nested = |depth: usize| {
        let mut group = samples::entities();
        for _ in 1..depth {
            group = EntitiesDescriptor::new(vec![Member::Entities(group)]);
        }
        group.write().err()
    };
    // The sample is two deep.
    assert_eq!(nested(15), None);
    assert_eq!(nested(16), Some(Error::TooDeep { limit: 16 }));
    assert_eq!(
        EntitiesDescriptor::new(Vec::new()).write(),
        Err(Error::Missing {
            parent: "md:EntitiesDescriptor",
            item: "md:EntityDescriptor"
        })
    );
}
