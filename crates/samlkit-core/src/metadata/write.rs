use super::endpoint::{Endpoint, IndexedEndpoint};
use super::entity::{EntitiesDescriptor, EntityDescriptor, MAX_ENTITY_ID, Member};
use super::key::{KeyDescriptor, KeyInfo, KeyUse};
use super::organization::{ContactPerson, LocalizedText, Organization};
use super::role::{
    Attribute, AttributeConsumingService, IdpSsoDescriptor, RequestedAttribute, RoleKind,
    SpSsoDescriptor, SsoDescriptor,
};
use super::{ENTITIES_DESCRIPTOR, ENTITY_DESCRIPTOR, Metadata, md};
use crate::attribute::ATTRIBUTE_VALUE;
use crate::fragment::Fragment;
use crate::lexical::{self, Duration, Timestamp};
use crate::ns;
use crate::read::{ATTRIBUTE, Name};
use crate::write::markup::{Markup, Style};
use crate::write::{Error, Id};

macro_rules! names {
    ($($constant:ident = $prefix:literal $namespace:ident $local:literal;)*) => {
        $(const $constant: Name = Name::new(ns::$namespace, $local, concat!($prefix, ":", $local));)*
    };
}

names! {
    EXTENSIONS = "md" MD "Extensions";
    IDP = "md" MD "IDPSSODescriptor";
    SP = "md" MD "SPSSODescriptor";
    KEY_DESCRIPTOR = "md" MD "KeyDescriptor";
    ENCRYPTION_METHOD = "md" MD "EncryptionMethod";
    ORGANIZATION = "md" MD "Organization";
    CONTACT_PERSON = "md" MD "ContactPerson";
    ATTRIBUTE_CONSUMING_SERVICE = "md" MD "AttributeConsumingService";
    REQUESTED_ATTRIBUTE = "md" MD "RequestedAttribute";
    NAME_ID_FORMAT = "md" MD "NameIDFormat";
    ATTRIBUTE_PROFILE = "md" MD "AttributeProfile";
    ADDITIONAL_METADATA_LOCATION = "md" MD "AdditionalMetadataLocation";
    KEY_INFO = "ds" DS "KeyInfo";
    KEY_NAME = "ds" DS "KeyName";
    X509_DATA = "ds" DS "X509Data";
    X509_CERTIFICATE = "ds" DS "X509Certificate";
    KEY_VALUE = "ds" DS "KeyValue";
    RSA_KEY_VALUE = "ds" DS "RSAKeyValue";
    MODULUS = "ds" DS "Modulus";
    EXPONENT = "ds" DS "Exponent";
}

impl Metadata {
    /// Writes the document, unsigned.
    ///
    /// ```
    /// use samlkit_core::metadata::{Endpoint, EntityDescriptor, IndexedEndpoint, Metadata, SpSsoDescriptor};
    /// use samlkit_core::uri::binding;
    ///
    /// let acs = Endpoint::new(binding::HTTP_POST, "https://sp.example/acs?a=1&b=2");
    /// let mut sp = SpSsoDescriptor::new(vec![IndexedEndpoint::new(acs, 0)]);
    /// sp.want_assertions_signed = Some(true);
    /// let mut entity = EntityDescriptor::new("https://sp.example/");
    /// entity.sp_sso_descriptors.push(sp);
    /// let metadata = Metadata::Entity(Box::new(entity));
    /// assert_eq!(Metadata::read_unverified(metadata.write()?.as_bytes())?, metadata);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Missing`], [`Error::BlankValue`] and [`Error::InvalidEnumeration`] for what the schema does not allow,
    /// [`Error::InvalidId`], [`Error::EntityIdTooLong`], [`Error::TooDeep`], [`Error::TimeOutOfRange`],
    /// [`Error::WrongElement`] for a role that is not the element that it says it is, [`Error::Fragment`], [`Error::Xml`].
    pub fn write(&self) -> Result<String, Error> {
        match self {
            Self::Entity(entity) => entity.write(),
            Self::Entities(group) => group.write(),
        }
    }
}

impl EntityDescriptor {
    /// Writes the document, unsigned.
    ///
    /// # Errors
    ///
    /// Those of [`Metadata::write`].
    pub fn write(&self) -> Result<String, Error> {
        let mut markup = Markup::new(Style::Prefixed);
        self.write_to(&mut markup);
        markup.finish()
    }

    fn write_to(&self, markup: &mut Markup) {
        if self.entity_id.chars().nth(MAX_ENTITY_ID).is_some() {
            markup.fail(Error::EntityIdTooLong);
        }
        markup
            .start(ENTITY_DESCRIPTOR)
            .filled("entityID", &self.entity_id);
        lifetime(
            markup,
            self.id.as_deref(),
            self.valid_until,
            self.cache_duration,
        );
        extensions(markup, &self.extensions);
        self.write_roles(markup);
        if let Some(organization) = &self.organization {
            organization.write_to(markup);
        }
        for person in &self.contact_persons {
            person.write_to(markup);
        }
        for location in &self.additional_metadata_locations {
            markup
                .start(ADDITIONAL_METADATA_LOCATION)
                .filled("namespace", &location.namespace)
                .text(&location.location)
                .end();
        }
        markup.end();
    }

    fn write_roles(&self, markup: &mut Markup) {
        let affiliation = |kind: RoleKind| kind == RoleKind::Affiliation;
        let sso = self.idp_sso_descriptors.len() + self.sp_sso_descriptors.len();
        let roles = sso + self.other_roles.len();
        if roles > 1 && self.other_roles.iter().any(|r| affiliation(r.kind)) {
            markup.fail(Error::AffiliationWithRoles);
        }
        if roles == 0 {
            markup.fail(Error::Missing {
                parent: ENTITY_DESCRIPTOR.spelled,
                item: "md:RoleDescriptor",
            });
        }
        for idp in &self.idp_sso_descriptors {
            idp.write_to(markup);
        }
        for sp in &self.sp_sso_descriptors {
            sp.write_to(markup);
        }
        for role in &self.other_roles {
            if role.element.namespace() != ns::MD
                || RoleKind::named(role.element.local_name()) != Some(role.kind)
            {
                markup.fail(Error::WrongElement {
                    expected: "md:RoleDescriptor",
                    found: crate::Excerpt::of(role.element.local_name()),
                });
            }
            markup.fragment(&role.element);
        }
    }
}

impl EntitiesDescriptor {
    /// Writes the document, unsigned.
    ///
    /// # Errors
    ///
    /// Those of [`Metadata::write`].
    pub fn write(&self) -> Result<String, Error> {
        let mut markup = Markup::new(Style::Prefixed);
        self.write_to(&mut markup, 1);
        markup.finish()
    }

    fn write_to(&self, markup: &mut Markup, depth: usize) {
        if depth > Self::MAX_DEPTH {
            markup.fail(Error::TooDeep {
                limit: Self::MAX_DEPTH,
            });
            return;
        }
        some(
            markup,
            ENTITIES_DESCRIPTOR,
            &self.members,
            ENTITY_DESCRIPTOR,
        );
        markup.start(ENTITIES_DESCRIPTOR);
        lifetime(
            markup,
            self.id.as_deref(),
            self.valid_until,
            self.cache_duration,
        );
        markup.optional_attribute("Name", self.name.as_deref());
        extensions(markup, &self.extensions);
        for member in &self.members {
            match member {
                Member::Entity(entity) => entity.write_to(markup),
                Member::Entities(group) => group.write_to(markup, depth + 1),
            }
        }
        markup.end();
    }
}

impl SsoDescriptor {
    fn write_attributes(&self, markup: &mut Markup, name: Name) {
        markup.start(name);
        lifetime(
            markup,
            self.id.as_deref(),
            self.valid_until,
            self.cache_duration,
        );
        // A URI with white space in it would come back as two.
        if self
            .protocol_support_enumeration
            .iter()
            .any(|uri| uri.is_empty() || uri.contains(lexical::is_space))
        {
            markup.fail(Error::InvalidEnumeration {
                item: "protocolSupportEnumeration",
            });
        }
        let protocols = self.protocol_support_enumeration.join(" ");
        markup
            .filled("protocolSupportEnumeration", &protocols)
            .optional_attribute("errorURL", self.error_url.as_deref());
    }

    fn write_children(&self, markup: &mut Markup) {
        extensions(markup, &self.extensions);
        for key in &self.key_descriptors {
            key.write_to(markup);
        }
        if let Some(organization) = &self.organization {
            organization.write_to(markup);
        }
        for person in &self.contact_persons {
            person.write_to(markup);
        }
        indexed(
            markup,
            "ArtifactResolutionService",
            "md:ArtifactResolutionService",
            &self.artifact_resolution_services,
        );
        endpoints(
            markup,
            md("SingleLogoutService", "md:SingleLogoutService"),
            &self.single_logout_services,
        );
        endpoints(
            markup,
            md("ManageNameIDService", "md:ManageNameIDService"),
            &self.manage_name_id_services,
        );
        texts(markup, NAME_ID_FORMAT, &self.name_id_formats);
    }
}

impl IdpSsoDescriptor {
    fn write_to(&self, markup: &mut Markup) {
        const SERVICE: Name = md("SingleSignOnService", "md:SingleSignOnService");
        some(markup, IDP, &self.single_sign_on_services, SERVICE);
        self.sso.write_attributes(markup, IDP);
        markup.boolean("WantAuthnRequestsSigned", self.want_authn_requests_signed);
        self.sso.write_children(markup);
        endpoints(markup, SERVICE, &self.single_sign_on_services);
        endpoints(
            markup,
            md("NameIDMappingService", "md:NameIDMappingService"),
            &self.name_id_mapping_services,
        );
        endpoints(
            markup,
            md("AssertionIDRequestService", "md:AssertionIDRequestService"),
            &self.assertion_id_request_services,
        );
        texts(markup, ATTRIBUTE_PROFILE, &self.attribute_profiles);
        for attribute in &self.attributes {
            attribute.write_to(markup);
        }
        markup.end();
    }
}

impl SpSsoDescriptor {
    fn write_to(&self, markup: &mut Markup) {
        const SERVICE: Name = md("AssertionConsumerService", "md:AssertionConsumerService");
        some(markup, SP, &self.assertion_consumer_services, SERVICE);
        self.sso.write_attributes(markup, SP);
        markup
            .boolean("AuthnRequestsSigned", self.authn_requests_signed)
            .boolean("WantAssertionsSigned", self.want_assertions_signed);
        self.sso.write_children(markup);
        indexed(
            markup,
            SERVICE.local(),
            SERVICE.spelled,
            &self.assertion_consumer_services,
        );
        for service in &self.attribute_consuming_services {
            service.write_to(markup);
        }
        markup.end();
    }
}

impl KeyDescriptor {
    fn write_to(&self, markup: &mut Markup) {
        let key_use = self.key_use.map(|key_use| match key_use {
            KeyUse::Signing => "signing",
            KeyUse::Encryption => "encryption",
        });
        markup
            .start(KEY_DESCRIPTOR)
            .optional_attribute("use", key_use);
        self.key_info.write_to(markup);
        for method in &self.encryption_methods {
            markup
                .start(ENCRYPTION_METHOD)
                .filled("Algorithm", &method.algorithm);
            for parameter in &method.parameters {
                markup.fragment(parameter);
            }
            markup.end();
        }
        markup.end();
    }
}

impl KeyInfo {
    fn write_to(&self, markup: &mut Markup) {
        if *self == Self::default() {
            markup.fail(Error::Missing {
                parent: KEY_INFO.spelled,
                item: X509_DATA.spelled,
            });
        }
        markup.start(KEY_INFO);
        texts(markup, KEY_NAME, &self.key_names);
        for certificate in &self.certificates {
            // Each in its own, as several in one would be a chain (XMLSig §4.5.4).
            markup
                .start(X509_DATA)
                .element(X509_CERTIFICATE, &certificate.base64)
                .end();
        }
        for value in &self.rsa_key_values {
            markup
                .start(KEY_VALUE)
                .start(RSA_KEY_VALUE)
                .element(MODULUS, &value.modulus)
                .element(EXPONENT, &value.exponent)
                .end()
                .end();
        }
        for other in &self.others {
            markup.fragment(other);
        }
        markup.end();
    }
}

impl Organization {
    fn write_to(&self, markup: &mut Markup) {
        markup.start(ORGANIZATION);
        extensions(markup, &self.extensions);
        for (name, texts) in [
            (md("OrganizationName", "md:OrganizationName"), &self.names),
            (
                md("OrganizationDisplayName", "md:OrganizationDisplayName"),
                &self.display_names,
            ),
            (md("OrganizationURL", "md:OrganizationURL"), &self.urls),
        ] {
            some(markup, ORGANIZATION, texts, name);
            localized(markup, name, texts);
        }
        markup.end();
    }
}

impl ContactPerson {
    fn write_to(&self, markup: &mut Markup) {
        if !matches!(
            &*self.contact_type,
            "technical" | "support" | "administrative" | "billing" | "other"
        ) {
            markup.fail(Error::InvalidEnumeration {
                item: "contactType",
            });
        }
        markup
            .start(CONTACT_PERSON)
            .attribute("contactType", &self.contact_type);
        extensions(markup, &self.extensions);
        texts(markup, md("Company", "md:Company"), &self.company);
        texts(markup, md("GivenName", "md:GivenName"), &self.given_name);
        texts(markup, md("SurName", "md:SurName"), &self.sur_name);
        texts(
            markup,
            md("EmailAddress", "md:EmailAddress"),
            &self.email_addresses,
        );
        texts(
            markup,
            md("TelephoneNumber", "md:TelephoneNumber"),
            &self.telephone_numbers,
        );
        markup.end();
    }
}

impl Attribute {
    fn write_to(&self, markup: &mut Markup) {
        markup
            .start(ATTRIBUTE)
            .filled("Name", &self.name)
            .optional_attribute("NameFormat", self.name_format.as_deref())
            .optional_attribute("FriendlyName", self.friendly_name.as_deref());
        texts(markup, ATTRIBUTE_VALUE, &self.values);
        markup.end();
    }
}

impl AttributeConsumingService {
    fn write_to(&self, markup: &mut Markup) {
        const NAME: Name = ATTRIBUTE_CONSUMING_SERVICE;
        const SERVICE_NAME: Name = md("ServiceName", "md:ServiceName");
        some(markup, NAME, &self.service_names, SERVICE_NAME);
        some(
            markup,
            NAME,
            &self.requested_attributes,
            REQUESTED_ATTRIBUTE,
        );
        markup
            .start(NAME)
            .number("index", Some(u64::from(self.index)))
            .boolean("isDefault", self.is_default);
        localized(markup, SERVICE_NAME, &self.service_names);
        localized(
            markup,
            md("ServiceDescription", "md:ServiceDescription"),
            &self.service_descriptions,
        );
        for attribute in &self.requested_attributes {
            attribute.write_to(markup);
        }
        markup.end();
    }
}

impl RequestedAttribute {
    fn write_to(&self, markup: &mut Markup) {
        markup
            .start(REQUESTED_ATTRIBUTE)
            .filled("Name", &self.name)
            .optional_attribute("NameFormat", self.name_format.as_deref())
            .optional_attribute("FriendlyName", self.friendly_name.as_deref())
            .boolean("isRequired", self.is_required);
        texts(markup, ATTRIBUTE_VALUE, &self.values);
        markup.end();
    }
}

/// Fails unless there is one.
fn some<T>(markup: &mut Markup, parent: Name, items: &[T], item: Name) {
    if items.is_empty() {
        markup.fail(Error::Missing {
            parent: parent.spelled,
            item: item.spelled,
        });
    }
}

/// `ID`, `validUntil` and `cacheDuration`.
fn lifetime(
    markup: &mut Markup,
    id: Option<&str>,
    valid_until: Option<Timestamp>,
    cache_duration: Option<Duration>,
) {
    if let Some(id) = id {
        match Id::new(id) {
            Ok(id) => markup.attribute("ID", id.as_str()),
            Err(error) => markup.fail(error),
        };
    }
    let cache_duration = cache_duration.map(|duration| duration.to_string());
    markup
        .time("validUntil", valid_until)
        .optional_attribute("cacheDuration", cache_duration.as_deref());
}

fn extensions(markup: &mut Markup, extensions: &[Fragment]) {
    if extensions.is_empty() {
        return;
    }
    markup.start(EXTENSIONS);
    for extension in extensions {
        if extension.namespace() == ns::MD {
            markup.fail(Error::WrongElement {
                expected: "an element of another namespace",
                found: crate::Excerpt::of(extension.local_name()),
            });
        }
        markup.fragment(extension);
    }
    markup.end();
}

fn endpoint(markup: &mut Markup, name: Name, endpoint: &Endpoint) {
    markup
        .start(name)
        .filled("Binding", &endpoint.binding)
        .filled("Location", &endpoint.location)
        .optional_attribute("ResponseLocation", endpoint.response_location.as_deref());
}

fn endpoints(markup: &mut Markup, name: Name, services: &[Endpoint]) {
    for service in services {
        endpoint(markup, name, service);
        markup.end();
    }
}

fn indexed(
    markup: &mut Markup,
    local: &'static str,
    spelled: &'static str,
    services: &[IndexedEndpoint],
) {
    for service in services {
        endpoint(markup, md(local, spelled), &service.endpoint);
        markup
            .number("index", Some(u64::from(service.index)))
            .boolean("isDefault", service.is_default)
            .end();
    }
}

fn localized(markup: &mut Markup, name: Name, texts: &[LocalizedText]) {
    for text in texts {
        markup.start(name);
        match &text.lang {
            Some(lang) => markup.attribute("xml:lang", lang),
            None => markup.fail(Error::Missing {
                parent: name.spelled,
                item: "xml:lang",
            }),
        };
        markup.text(&text.value).end();
    }
}

fn texts<'t>(markup: &mut Markup, name: Name, texts: impl IntoIterator<Item = &'t String>) {
    for text in texts {
        markup.start(name).text(text).end();
    }
}
