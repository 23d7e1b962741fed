use super::endpoint::{Endpoint, IndexedEndpoint};
use super::entity::read_extensions;
use super::key::KeyDescriptor;
use super::organization::{ContactPerson, LocalizedText, Organization};
use crate::attribute::{ATTRIBUTE_VALUE, Attribute as MessageAttribute};
use crate::error::Error;
use crate::fragment::Fragment;
use crate::lexical::{Duration, Timestamp};
use crate::ns;
use crate::read::{self, ATTRIBUTE, Content, Foreign, SIGNATURE, Value};
use samlkit_xml::Element;

const IDP: &str = "md:IDPSSODescriptor";
const SP: &str = "md:SPSSODescriptor";
const ATTRIBUTE_CONSUMING_SERVICE: &str = "md:AttributeConsumingService";

/// What every role in single sign-on has (SAMLMeta §2.4.1, §2.4.2).
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SsoDescriptor {
    /// `ID`.
    pub id: Option<String>,
    /// `validUntil` of this role; the entity's applies too.
    pub valid_until: Option<Timestamp>,
    /// `cacheDuration`.
    pub cache_duration: Option<Duration>,
    /// The URIs of `protocolSupportEnumeration`.
    pub protocol_support_enumeration: Vec<String>,
    /// `errorURL`.
    pub error_url: Option<String>,
    /// The elements of `Extensions`, unread.
    pub extensions: Vec<Fragment>,
    /// Every `KeyDescriptor`, in order.
    pub key_descriptors: Vec<KeyDescriptor>,
    /// `Organization`.
    pub organization: Option<Organization>,
    /// Every `ContactPerson`.
    pub contact_persons: Vec<ContactPerson>,
    /// Every `ArtifactResolutionService`.
    pub artifact_resolution_services: Vec<IndexedEndpoint>,
    /// Every `SingleLogoutService`.
    pub single_logout_services: Vec<Endpoint>,
    /// Every `ManageNameIDService`.
    pub manage_name_id_services: Vec<Endpoint>,
    /// Every `NameIDFormat`.
    pub name_id_formats: Vec<String>,
}

impl SsoDescriptor {
    /// A role that speaks SAML 2.0.
    fn saml2() -> Self {
        Self {
            protocol_support_enumeration: vec![ns::SAMLP.to_owned()],
            ..Self::default()
        }
    }

    /// Whether `protocolSupportEnumeration` has SAML 2.0's protocol namespace.
    #[must_use]
    pub fn supports_saml2(&self) -> bool {
        self.protocol_support_enumeration
            .iter()
            .any(|uri| uri == ns::SAMLP)
    }

    /// The keys that may have signed what this role sends: `use` is `signing` or absent (SAMLMeta §2.4.1.1).
    pub fn signing_keys(&self) -> impl Iterator<Item = &KeyDescriptor> {
        self.key_descriptors.iter().filter(|k| k.is_for_signing())
    }

    /// The keys to encrypt to for this role: `use` is `encryption` or absent.
    pub fn encryption_keys(&self) -> impl Iterator<Item = &KeyDescriptor> {
        self.key_descriptors
            .iter()
            .filter(|k| k.is_for_encryption())
    }

    /// The first `SingleLogoutService` of this binding.
    #[must_use]
    pub fn single_logout_service(&self, binding: &str) -> Option<&Endpoint> {
        self.single_logout_services
            .iter()
            .find(|e| e.binding == binding)
    }

    /// Reads the attributes that every role has. The attributes `more`, which are booleans, belong to the caller.
    fn read<const N: usize>(
        element: Element<'_>,
        spelled: &'static str,
        more: &'static [&'static str; N],
    ) -> Result<(Self, [Option<bool>; N]), Error> {
        let [protocols, id, valid_until, cache_duration, error_url] = read::attributes(
            element,
            spelled,
            &[
                "protocolSupportEnumeration",
                "ID",
                "validUntil",
                "cacheDuration",
                "errorURL",
            ],
            Foreign::Any,
        )?;
        let protocols = read::required(protocols, element, spelled, "protocolSupportEnumeration")?;
        let sso = Self {
            id: id.map(|v| v.text().to_owned()),
            valid_until: valid_until.map(Value::zoned_date_time).transpose()?,
            cache_duration: cache_duration.map(Value::duration).transpose()?,
            protocol_support_enumeration: list(protocols.text()),
            error_url: error_url.map(|v| v.text().to_owned()),
            ..Self::default()
        };
        let mut flags = [None; N];
        let more = read::attributes(element, spelled, more, Foreign::Any)?;
        for (flag, value) in flags.iter_mut().zip(more) {
            *flag = value.map(Value::boolean).transpose()?;
        }
        Ok((sso, flags))
    }

    /// Reads a child that every role may have; `false` if it is none of them.
    fn read_child(&mut self, child: Element<'_>, seen: &mut Seen) -> Result<bool, Error> {
        if SIGNATURE.is(child) && !seen.signature {
            seen.signature = true;
            return Ok(true);
        }
        if child.namespace() != ns::MD {
            return Ok(false);
        }
        match child.local_name() {
            "Extensions" if !seen.extensions => {
                seen.extensions = true;
                self.extensions = read_extensions(child)?;
            }
            "KeyDescriptor" => self.key_descriptors.push(KeyDescriptor::read(child)?),
            "Organization" if self.organization.is_none() => {
                self.organization = Some(Organization::read(child)?);
            }
            "ContactPerson" => self.contact_persons.push(ContactPerson::read(child)?),
            "ArtifactResolutionService" => {
                let service = IndexedEndpoint::read(child, "md:ArtifactResolutionService")?;
                self.artifact_resolution_services.push(service);
            }
            "SingleLogoutService" => {
                let service = Endpoint::read(child, "md:SingleLogoutService")?;
                self.single_logout_services.push(service);
            }
            "ManageNameIDService" => {
                let service = Endpoint::read(child, "md:ManageNameIDService")?;
                self.manage_name_id_services.push(service);
            }
            "NameIDFormat" => {
                let format = read::text(child, "md:NameIDFormat")?;
                self.name_id_formats.push(format.into_owned());
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Which of the children that may be there once were there.
#[derive(Default)]
struct Seen {
    signature: bool,
    extensions: bool,
}

/// An identity provider in single sign-on (SAMLMeta §2.4.3).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IdpSsoDescriptor {
    /// What every role in single sign-on has.
    pub sso: SsoDescriptor,
    /// `WantAuthnRequestsSigned`, if it is given; absent means false.
    pub want_authn_requests_signed: Option<bool>,
    /// Every `SingleSignOnService`. There is at least one; the same one may be there twice.
    pub single_sign_on_services: Vec<Endpoint>,
    /// Every `NameIDMappingService`.
    pub name_id_mapping_services: Vec<Endpoint>,
    /// Every `AssertionIDRequestService`.
    pub assertion_id_request_services: Vec<Endpoint>,
    /// Every `AttributeProfile`.
    pub attribute_profiles: Vec<String>,
    /// Every `saml:Attribute` that the identity provider can send.
    pub attributes: Vec<Attribute>,
}

impl IdpSsoDescriptor {
    /// An identity provider that speaks SAML 2.0; it needs an endpoint.
    #[must_use]
    pub fn new(single_sign_on_services: Vec<Endpoint>) -> Self {
        Self {
            sso: SsoDescriptor::saml2(),
            want_authn_requests_signed: None,
            single_sign_on_services,
            name_id_mapping_services: Vec::new(),
            assertion_id_request_services: Vec::new(),
            attribute_profiles: Vec::new(),
            attributes: Vec::new(),
        }
    }

    pub(super) fn read(element: Element<'_>) -> Result<Self, Error> {
        let (sso, [want_authn_requests_signed]) =
            SsoDescriptor::read(element, IDP, &["WantAuthnRequestsSigned"])?;
        let mut idp = Self {
            sso,
            want_authn_requests_signed,
            ..Self::new(Vec::new())
        };
        let mut seen = Seen::default();
        let mut content = Content::of(element, IDP)?;
        while let Some(child) = content.next()? {
            if ATTRIBUTE.is(child) {
                idp.attributes.push(Attribute::read(child)?);
            } else if !idp.read_child(child)? && !idp.sso.read_child(child, &mut seen)? {
                return Err(content.unexpected(child));
            }
        }
        if idp.single_sign_on_services.is_empty() {
            return Err(content.missing("md:SingleSignOnService"));
        }
        Ok(idp)
    }

    fn read_child(&mut self, child: Element<'_>) -> Result<bool, Error> {
        if child.namespace() != ns::MD {
            return Ok(false);
        }
        match child.local_name() {
            "SingleSignOnService" => {
                let service = Endpoint::read(child, "md:SingleSignOnService")?;
                self.single_sign_on_services.push(service);
            }
            "NameIDMappingService" => {
                let service = Endpoint::read(child, "md:NameIDMappingService")?;
                self.name_id_mapping_services.push(service);
            }
            "AssertionIDRequestService" => {
                let service = Endpoint::read(child, "md:AssertionIDRequestService")?;
                self.assertion_id_request_services.push(service);
            }
            "AttributeProfile" => {
                let profile = read::text(child, "md:AttributeProfile")?;
                self.attribute_profiles.push(profile.into_owned());
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The first `SingleSignOnService` of this binding; see [`binding`](crate::uri::binding).
    #[must_use]
    pub fn single_sign_on_service(&self, binding: &str) -> Option<&Endpoint> {
        self.single_sign_on_services
            .iter()
            .find(|e| e.binding == binding)
    }
}

/// A service provider in single sign-on (SAMLMeta §2.4.4).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SpSsoDescriptor {
    /// What every role in single sign-on has.
    pub sso: SsoDescriptor,
    /// `AuthnRequestsSigned`, if it is given; absent means false.
    pub authn_requests_signed: Option<bool>,
    /// `WantAssertionsSigned`, if it is given; absent means false.
    pub want_assertions_signed: Option<bool>,
    /// Every `AssertionConsumerService`. There is at least one.
    pub assertion_consumer_services: Vec<IndexedEndpoint>,
    /// Every `AttributeConsumingService`.
    pub attribute_consuming_services: Vec<AttributeConsumingService>,
}

impl SpSsoDescriptor {
    /// A service provider that speaks SAML 2.0; it needs an endpoint.
    #[must_use]
    pub fn new(assertion_consumer_services: Vec<IndexedEndpoint>) -> Self {
        Self {
            sso: SsoDescriptor::saml2(),
            authn_requests_signed: None,
            want_assertions_signed: None,
            assertion_consumer_services,
            attribute_consuming_services: Vec::new(),
        }
    }

    pub(super) fn read(element: Element<'_>) -> Result<Self, Error> {
        let (sso, [authn_requests_signed, want_assertions_signed]) = SsoDescriptor::read(
            element,
            SP,
            &["AuthnRequestsSigned", "WantAssertionsSigned"],
        )?;
        let mut sp = Self {
            sso,
            authn_requests_signed,
            want_assertions_signed,
            assertion_consumer_services: Vec::new(),
            attribute_consuming_services: Vec::new(),
        };
        let mut seen = Seen::default();
        let mut content = Content::of(element, SP)?;
        while let Some(child) = content.next()? {
            if child.is(ns::MD, "AssertionConsumerService") {
                let service = IndexedEndpoint::read(child, "md:AssertionConsumerService")?;
                sp.assertion_consumer_services.push(service);
            } else if child.is(ns::MD, "AttributeConsumingService") {
                let service = AttributeConsumingService::read(child)?;
                sp.attribute_consuming_services.push(service);
            } else if !sp.sso.read_child(child, &mut seen)? {
                return Err(content.unexpected(child));
            }
        }
        if sp.assertion_consumer_services.is_empty() {
            return Err(content.missing("md:AssertionConsumerService"));
        }
        Ok(sp)
    }

    /// The `AssertionConsumerService` to use when a request names none (SAMLMeta §2.2.3).
    #[must_use]
    pub fn default_assertion_consumer_service(&self) -> Option<&IndexedEndpoint> {
        IndexedEndpoint::default_of(&self.assertion_consumer_services)
    }
}

/// A role that is kept as it is (SAMLMeta §2.4.1, §2.4.5 to §2.5).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OtherRole {
    /// Which element it is.
    pub kind: RoleKind,
    /// Its `xsi:type`, as written: `fed:SecurityTokenServiceType` for one.
    pub xsi_type: Option<String>,
    /// The URIs of `protocolSupportEnumeration`.
    pub protocol_support_enumeration: Vec<String>,
    /// The whole element.
    pub element: Fragment,
}

/// The elements for roles beside `IDPSSODescriptor` and `SPSSODescriptor`.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RoleKind {
    /// `RoleDescriptor`, of an extension type.
    RoleDescriptor,
    /// `AuthnAuthorityDescriptor`.
    AuthnAuthority,
    /// `AttributeAuthorityDescriptor`.
    AttributeAuthority,
    /// `PDPDescriptor`.
    Pdp,
    /// `AffiliationDescriptor`, which stands where roles do.
    Affiliation,
}

impl RoleKind {
    pub(super) fn named(local_name: &str) -> Option<Self> {
        Some(match local_name {
            "RoleDescriptor" => Self::RoleDescriptor,
            "AuthnAuthorityDescriptor" => Self::AuthnAuthority,
            "AttributeAuthorityDescriptor" => Self::AttributeAuthority,
            "PDPDescriptor" => Self::Pdp,
            "AffiliationDescriptor" => Self::Affiliation,
            _ => return None,
        })
    }
}

impl OtherRole {
    pub(super) fn read(element: Element<'_>, kind: RoleKind) -> Self {
        Self {
            kind,
            xsi_type: read::xsi_type(element).map(str::to_owned),
            protocol_support_enumeration: element
                .attribute("protocolSupportEnumeration")
                .map(list)
                .unwrap_or_default(),
            element: Fragment::of(element),
        }
    }
}

/// A `saml:Attribute` that is announced (SAMLCore §2.7.3.1, SAMLMeta §2.4.3).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attribute {
    /// `Name`.
    pub name: String,
    /// `NameFormat`.
    pub name_format: Option<String>,
    /// `FriendlyName`.
    pub friendly_name: Option<String>,
    /// The values that are text: those that the attribute can take, if any are listed.
    pub values: Vec<String>,
}

impl Attribute {
    /// An attribute of no stated format.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            name_format: None,
            friendly_name: None,
            values: Vec::new(),
        }
    }

    fn read(element: Element<'_>) -> Result<Self, Error> {
        let attribute = MessageAttribute::read(element)?;
        Ok(Self {
            name: attribute.name().to_owned(),
            name_format: attribute.name_format().map(str::to_owned),
            friendly_name: attribute.friendly_name().map(str::to_owned),
            values: attribute.texts().map(str::to_owned).collect(),
        })
    }
}

/// A set of attributes that a service asks for (SAMLMeta §2.4.4.1).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AttributeConsumingService {
    /// `index`.
    pub index: u16,
    /// `isDefault`, if it is given.
    pub is_default: Option<bool>,
    /// Every `ServiceName`.
    pub service_names: Vec<LocalizedText>,
    /// Every `ServiceDescription`.
    pub service_descriptions: Vec<LocalizedText>,
    /// Every `RequestedAttribute`.
    pub requested_attributes: Vec<RequestedAttribute>,
}

impl AttributeConsumingService {
    /// A service with a name; it needs an attribute.
    #[must_use]
    pub fn new(index: u16, service_name: LocalizedText) -> Self {
        Self {
            index,
            is_default: None,
            service_names: vec![service_name],
            service_descriptions: Vec::new(),
            requested_attributes: Vec::new(),
        }
    }

    fn read(element: Element<'_>) -> Result<Self, Error> {
        const NAME: &str = ATTRIBUTE_CONSUMING_SERVICE;
        let [index, is_default] =
            read::attributes(element, NAME, &["index", "isDefault"], Foreign::Any)?;
        let mut service = Self {
            index: read::required(index, element, NAME, "index")?.unsigned_short()?,
            is_default: is_default.map(Value::boolean).transpose()?,
            service_names: Vec::new(),
            service_descriptions: Vec::new(),
            requested_attributes: Vec::new(),
        };
        let mut content = Content::of(element, NAME)?;
        while let Some(child) = content.next()? {
            if child.is(ns::MD, "ServiceName") {
                let name = LocalizedText::read(child, "md:ServiceName")?;
                service.service_names.push(name);
            } else if child.is(ns::MD, "ServiceDescription") {
                let description = LocalizedText::read(child, "md:ServiceDescription")?;
                service.service_descriptions.push(description);
            } else if child.is(ns::MD, "RequestedAttribute") {
                service
                    .requested_attributes
                    .push(RequestedAttribute::read(child)?);
            } else {
                return Err(content.unexpected(child));
            }
        }
        Ok(service)
    }
}

/// An attribute that a service asks for (SAMLMeta §2.4.4.2).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequestedAttribute {
    /// `Name`.
    pub name: String,
    /// `NameFormat`.
    pub name_format: Option<String>,
    /// `FriendlyName`.
    pub friendly_name: Option<String>,
    /// `isRequired`, if it is given; absent means false.
    pub is_required: Option<bool>,
    /// The values that are text: those that are asked for, if any are listed.
    pub values: Vec<String>,
}

impl RequestedAttribute {
    /// An attribute of no stated format.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            name_format: None,
            friendly_name: None,
            is_required: None,
            values: Vec::new(),
        }
    }

    fn read(element: Element<'_>) -> Result<Self, Error> {
        const NAME: &str = "md:RequestedAttribute";
        let [name, name_format, friendly_name, is_required] = read::attributes(
            element,
            NAME,
            &["Name", "NameFormat", "FriendlyName", "isRequired"],
            Foreign::Any,
        )?;
        let mut values = Vec::new();
        let mut content = Content::of(element, NAME)?;
        while let Some(value) = content.optional(&ATTRIBUTE_VALUE)? {
            if let Ok(text) = value.text() {
                values.push(text.into_owned());
            }
        }
        content.end()?;
        Ok(Self {
            name: read::required(name, element, NAME, "Name")?
                .filled()?
                .to_owned(),
            name_format: name_format.map(|v| v.text().to_owned()),
            friendly_name: friendly_name.map(|v| v.text().to_owned()),
            is_required: is_required.map(Value::boolean).transpose()?,
            values,
        })
    }
}

/// The items of a list type: white space separates them.
fn list(text: &str) -> Vec<String> {
    text.split_ascii_whitespace().map(str::to_owned).collect()
}
