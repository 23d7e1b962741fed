use super::markup::{Header, Markup, header_setters};
use super::{Conditions, Error, Id, Identifier};
use crate::authn_request::{
    AUTHN_REQUEST, Comparison, GET_COMPLETE, IDP_ENTRY, IDP_LIST, NAME_ID_POLICY,
    REQUESTED_AUTHN_CONTEXT, REQUESTER_ID, SCOPING,
};
use crate::lexical::Timestamp;
use crate::statement::{AUTHN_CONTEXT_CLASS_REF, AUTHN_CONTEXT_DECL_REF};
use crate::subject::SUBJECT;

/// A `samlp:AuthnRequest` to send (SAMLCore §3.4.1); the module's example makes one.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct AuthnRequest {
    header: Header,
    force_authn: Option<bool>,
    is_passive: Option<bool>,
    assertion_consumer_service: Option<AssertionConsumerService>,
    attribute_consuming_service_index: Option<u16>,
    provider_name: Option<String>,
    subject: Option<Identifier>,
    name_id_policy: Option<NameIdPolicy>,
    conditions: Option<Conditions>,
    requested_authn_context: Option<RequestedAuthnContext>,
    scoping: Option<Scoping>,
}

/// Where and how to respond: by number, or in full, since one excludes the other (SAMLCore §3.4.1).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AssertionConsumerService {
    /// `AssertionConsumerServiceIndex`: an endpoint of the requester's metadata.
    Index(u16),
    /// `AssertionConsumerServiceURL`.
    Url(String),
    /// `AssertionConsumerServiceURL` and `ProtocolBinding`.
    UrlAndBinding {
        /// `AssertionConsumerServiceURL`.
        url: String,
        /// `ProtocolBinding`; see [`binding`](crate::uri::binding).
        protocol_binding: String,
    },
    /// `ProtocolBinding` only.
    Binding(String),
}

header_setters!(AuthnRequest);

impl AuthnRequest {
    /// A request that leaves everything to the identity provider's configuration.
    pub fn new(id: Id, issue_instant: Timestamp, issuer: impl Into<String>) -> Self {
        Self {
            header: Header::new(id, issue_instant, Some(issuer.into())),
            force_authn: None,
            is_passive: None,
            assertion_consumer_service: None,
            attribute_consuming_service_index: None,
            provider_name: None,
            subject: None,
            name_id_policy: None,
            conditions: None,
            requested_authn_context: None,
            scoping: None,
        }
    }

    /// `ForceAuthn`. Default: not written, which means false.
    pub const fn with_force_authn(mut self, force_authn: bool) -> Self {
        self.force_authn = Some(force_authn);
        self
    }

    /// `IsPassive`. Default: not written, which means false.
    pub const fn with_is_passive(mut self, is_passive: bool) -> Self {
        self.is_passive = Some(is_passive);
        self
    }

    /// Where and how to respond.
    pub fn with_assertion_consumer_service(mut self, service: AssertionConsumerService) -> Self {
        self.assertion_consumer_service = Some(service);
        self
    }

    /// `AttributeConsumingServiceIndex`.
    pub const fn with_attribute_consuming_service_index(mut self, index: u16) -> Self {
        self.attribute_consuming_service_index = Some(index);
        self
    }

    /// `ProviderName`: this service's name for people.
    pub fn with_provider_name(mut self, name: impl Into<String>) -> Self {
        self.provider_name = Some(name.into());
        self
    }

    /// `Subject`: whom to authenticate. Entra ID refuses requests that have it.
    pub fn with_subject(mut self, subject: impl Into<Identifier>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// `NameIDPolicy`.
    pub fn with_name_id_policy(mut self, policy: NameIdPolicy) -> Self {
        self.name_id_policy = Some(policy);
        self
    }

    /// `Conditions` that the assertion is wished to have; the identity provider may change them (SAMLCore §3.4.1).
    pub fn with_conditions(mut self, conditions: Conditions) -> Self {
        self.conditions = Some(conditions);
        self
    }

    /// `RequestedAuthnContext`.
    pub fn with_requested_authn_context(mut self, context: RequestedAuthnContext) -> Self {
        self.requested_authn_context = Some(context);
        self
    }

    /// `Scoping`.
    pub fn with_scoping(mut self, scoping: Scoping) -> Self {
        self.scoping = Some(scoping);
        self
    }

    /// Writes the document.
    ///
    /// # Errors
    ///
    /// [`Error::BlankValue`], [`Error::Missing`], [`Error::TimeOutOfRange`], [`Error::Fragment`], [`Error::Xml`].
    pub fn write(&self) -> Result<String, Error> {
        let mut markup = self.header.start(AUTHN_REQUEST);
        markup
            .boolean("ForceAuthn", self.force_authn)
            .boolean("IsPassive", self.is_passive);
        let (index, url, binding) = match &self.assertion_consumer_service {
            None => (None, None, None),
            Some(AssertionConsumerService::Index(index)) => (Some(*index), None, None),
            Some(AssertionConsumerService::Url(url)) => (None, Some(url), None),
            Some(AssertionConsumerService::Binding(binding)) => (None, None, Some(binding)),
            Some(AssertionConsumerService::UrlAndBinding {
                url,
                protocol_binding,
            }) => (None, Some(url), Some(protocol_binding)),
        };
        markup
            .optional_filled("ProtocolBinding", binding.map(String::as_str))
            .number("AssertionConsumerServiceIndex", index.map(u64::from))
            .optional_filled("AssertionConsumerServiceURL", url.map(String::as_str))
            .number(
                "AttributeConsumingServiceIndex",
                self.attribute_consuming_service_index.map(u64::from),
            )
            .optional_attribute("ProviderName", self.provider_name.as_deref());
        self.header.children(&mut markup);
        if let Some(subject) = &self.subject {
            markup.start(SUBJECT);
            subject.write_to(&mut markup);
            markup.end();
        }
        if let Some(policy) = &self.name_id_policy {
            policy.write_to(&mut markup);
        }
        if let Some(conditions) = &self.conditions {
            conditions.write_to(&mut markup);
        }
        if let Some(context) = &self.requested_authn_context {
            context.write_to(&mut markup);
        }
        if let Some(scoping) = &self.scoping {
            scoping.write_to(&mut markup);
        }
        markup.end();
        markup.finish()
    }
}

/// How the subject shall be named (SAMLCore §3.4.1.1).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[must_use]
pub struct NameIdPolicy {
    format: Option<String>,
    sp_name_qualifier: Option<String>,
    allow_create: Option<bool>,
}

impl NameIdPolicy {
    /// A policy that asks for nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// `Format`; see [`nameid_format`](crate::uri::nameid_format).
    pub fn with_format(mut self, format: impl Into<String>) -> Self {
        self.format = Some(format.into());
        self
    }

    /// `SPNameQualifier`.
    pub fn with_sp_name_qualifier(mut self, qualifier: impl Into<String>) -> Self {
        self.sp_name_qualifier = Some(qualifier.into());
        self
    }

    /// `AllowCreate`. Default: not written, which means false.
    pub const fn with_allow_create(mut self, allow_create: bool) -> Self {
        self.allow_create = Some(allow_create);
        self
    }

    /// `Format`, if it is given.
    #[must_use]
    pub fn format(&self) -> Option<&str> {
        self.format.as_deref()
    }

    /// `SPNameQualifier`, if it is given.
    #[must_use]
    pub fn sp_name_qualifier(&self) -> Option<&str> {
        self.sp_name_qualifier.as_deref()
    }

    /// `AllowCreate`, if it is given.
    #[must_use]
    pub const fn allow_create(&self) -> Option<bool> {
        self.allow_create
    }

    fn write_to(&self, markup: &mut Markup) {
        markup
            .start(NAME_ID_POLICY)
            .optional_filled("Format", self.format())
            .optional_filled("SPNameQualifier", self.sp_name_qualifier())
            .boolean("AllowCreate", self.allow_create)
            .end();
    }
}

/// How the user shall be authenticated (SAMLCore §3.3.2.2.1).
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct RequestedAuthnContext {
    comparison: Comparison,
    references: Vec<String>,
    declarations: bool,
}

impl RequestedAuthnContext {
    /// By classes, most wanted first; see [`authn_context`](crate::uri::authn_context). There must be one.
    pub fn class_refs<T: Into<String>>(
        comparison: Comparison,
        class_refs: impl IntoIterator<Item = T>,
    ) -> Self {
        Self {
            comparison,
            references: class_refs.into_iter().map(Into::into).collect(),
            declarations: false,
        }
    }

    /// By declarations, most wanted first. There must be one.
    pub fn decl_refs<T: Into<String>>(
        comparison: Comparison,
        decl_refs: impl IntoIterator<Item = T>,
    ) -> Self {
        Self {
            comparison,
            references: decl_refs.into_iter().map(Into::into).collect(),
            declarations: true,
        }
    }

    /// `Comparison`.
    #[must_use]
    pub const fn comparison(&self) -> Comparison {
        self.comparison
    }

    /// The classes or declarations that are asked for.
    #[must_use]
    pub fn references(&self) -> &[String] {
        &self.references
    }

    fn write_to(&self, markup: &mut Markup) {
        let name = if self.declarations {
            AUTHN_CONTEXT_DECL_REF
        } else {
            AUTHN_CONTEXT_CLASS_REF
        };
        if self.references.is_empty() {
            markup.fail(Error::Missing {
                parent: REQUESTED_AUTHN_CONTEXT.spelled,
                item: name.spelled,
            });
        }
        markup
            .start(REQUESTED_AUTHN_CONTEXT)
            .attribute("Comparison", self.comparison.as_str());
        for reference in &self.references {
            markup.element(name, reference);
        }
        markup.end();
    }
}

/// Which identity providers may authenticate, and how far the request may be proxied (SAMLCore §3.4.1.2).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[must_use]
pub struct Scoping {
    proxy_count: Option<u64>,
    idp_list: Vec<IdpEntry>,
    get_complete: Option<String>,
    requester_ids: Vec<String>,
}

impl Scoping {
    /// A scope without bounds.
    pub fn new() -> Self {
        Self::default()
    }

    /// `ProxyCount`.
    pub const fn with_proxy_count(mut self, count: u64) -> Self {
        self.proxy_count = Some(count);
        self
    }

    /// Adds an `IDPEntry`.
    pub fn with_idp_entry(mut self, entry: IdpEntry) -> Self {
        self.idp_list.push(entry);
        self
    }

    /// `GetComplete`: where the whole list is. There must be an entry too.
    pub fn with_get_complete(mut self, uri: impl Into<String>) -> Self {
        self.get_complete = Some(uri.into());
        self
    }

    /// Adds a `RequesterID`.
    pub fn with_requester_id(mut self, entity_id: impl Into<String>) -> Self {
        self.requester_ids.push(entity_id.into());
        self
    }

    /// Whether none of `ProxyCount`, `IDPList` and `RequesterID` is given. Entra ID refuses each of them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn write_to(&self, markup: &mut Markup) {
        markup.start(SCOPING).number("ProxyCount", self.proxy_count);
        if !self.idp_list.is_empty() {
            markup.start(IDP_LIST);
            for entry in &self.idp_list {
                entry.write_to(markup);
            }
            if let Some(uri) = &self.get_complete {
                markup.element(GET_COMPLETE, uri);
            }
            markup.end();
        } else if self.get_complete.is_some() {
            markup.fail(Error::Missing {
                parent: IDP_LIST.spelled,
                item: IDP_ENTRY.spelled,
            });
        }
        for requester in &self.requester_ids {
            markup.element(REQUESTER_ID, requester);
        }
        markup.end();
    }
}

/// One identity provider (SAMLCore §3.4.1.3.1).
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct IdpEntry {
    provider_id: String,
    name: Option<String>,
    loc: Option<String>,
}

impl IdpEntry {
    /// `ProviderID`: its entity identifier.
    pub fn new(provider_id: impl Into<String>) -> Self {
        Self {
            provider_id: provider_id.into(),
            name: None,
            loc: None,
        }
    }

    /// `Name`: for people.
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// `Loc`: where it takes requests.
    pub fn with_loc(mut self, uri: impl Into<String>) -> Self {
        self.loc = Some(uri.into());
        self
    }

    fn write_to(&self, markup: &mut Markup) {
        markup
            .start(IDP_ENTRY)
            .filled("ProviderID", &self.provider_id)
            .optional_attribute("Name", self.name.as_deref())
            .optional_filled("Loc", self.loc.as_deref())
            .end();
    }
}
