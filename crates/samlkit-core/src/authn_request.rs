use crate::conditions::{CONDITIONS, Conditions};
use crate::error::Error;
use crate::lexical::Timestamp;
use crate::name_id::NameId;
use crate::protocol::{Header, message, samlp};
use crate::read::{self, Content, Foreign, Name, Value};
use crate::statement::{AUTHN_CONTEXT_CLASS_REF, AUTHN_CONTEXT_DECL_REF};
use crate::subject::{SUBJECT, Subject};
use samlkit_xml::Element;
use std::borrow::Cow;

pub(crate) const AUTHN_REQUEST: Name = samlp("AuthnRequest", "samlp:AuthnRequest");
pub(crate) const NAME_ID_POLICY: Name = samlp("NameIDPolicy", "samlp:NameIDPolicy");
pub(crate) const REQUESTED_AUTHN_CONTEXT: Name =
    samlp("RequestedAuthnContext", "samlp:RequestedAuthnContext");
pub(crate) const SCOPING: Name = samlp("Scoping", "samlp:Scoping");
pub(crate) const IDP_LIST: Name = samlp("IDPList", "samlp:IDPList");
pub(crate) const IDP_ENTRY: Name = samlp("IDPEntry", "samlp:IDPEntry");
pub(crate) const GET_COMPLETE: Name = samlp("GetComplete", "samlp:GetComplete");
pub(crate) const REQUESTER_ID: Name = samlp("RequesterID", "samlp:RequesterID");

message! {
    /// A `samlp:AuthnRequest` (SAMLCore §3.4.1), and whether a trusted key signed the octets that it was read from.
    ///
    /// Requests may be unsigned: then what they ask for is checked against the requester's metadata (SAMLProf §4.1.4.1).
    ///
    /// ```
    /// use samlkit_core::AuthnRequest;
    /// use samlkit_xml::Document;
    ///
    /// // The portal's test button writes a default namespace that nothing is in.
    /// let document = Document::parse(br#"<samlp:AuthnRequest xmlns="urn:oasis:names:tc:SAML:2.0:metadata"
    ///     ID="F84D888AA3B44C1B844375A4E8210D9E" Version="2.0" IssueInstant="2026-11-24T03:00:00.000Z" IsPassive="false"
    ///     AssertionConsumerServiceURL="https://sp.example/acs" xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
    ///     ForceAuthn="false"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">https://sp.example/</Issuer>
    ///     </samlp:AuthnRequest>"#)?;
    /// let request = AuthnRequest::inspect(document.root())?;
    /// let request = request.untrusted();
    /// assert_eq!(request.issuer().map(|i| i.value()), Some("https://sp.example/"));
    /// assert_eq!(request.assertion_consumer_service_url(), Some("https://sp.example/acs"));
    /// assert!(!request.is_passive());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    AuthnRequest, AuthnRequestContent, "authentication request"
}

/// What an authentication request asks for (SAMLCore §3.4.1).
#[derive(Clone)]
pub struct AuthnRequestContent<'d> {
    header: Header<'d>,
    force_authn: Option<bool>,
    is_passive: Option<bool>,
    assertion_consumer_service_index: Option<u16>,
    assertion_consumer_service_url: Option<&'d str>,
    protocol_binding: Option<&'d str>,
    attribute_consuming_service_index: Option<u16>,
    provider_name: Option<&'d str>,
    subject: Option<Subject<'d>>,
    name_id_policy: Option<NameIdPolicy<'d>>,
    conditions: Option<Conditions<'d>>,
    requested_authn_context: Option<RequestedAuthnContext<'d>>,
    scoping: Option<Scoping<'d>>,
}

impl<'d> AuthnRequestContent<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        const NAME: &str = AUTHN_REQUEST.spelled;
        AUTHN_REQUEST.check(element)?;
        let [
            id,
            version,
            issue_instant,
            destination,
            consent,
            force_authn,
            is_passive,
            index,
            url,
            binding,
            attributes_index,
            provider_name,
        ] = read::attributes(
            element,
            NAME,
            &[
                "ID",
                "Version",
                "IssueInstant",
                "Destination",
                "Consent",
                "ForceAuthn",
                "IsPassive",
                "AssertionConsumerServiceIndex",
                "AssertionConsumerServiceURL",
                "ProtocolBinding",
                "AttributeConsumingServiceIndex",
                "ProviderName",
            ],
            Foreign::Refused,
        )?;
        let mut content = Content::of(element, NAME)?;
        let header = [id, version, issue_instant, destination, consent];
        let header = Header::read(element, NAME, header, &mut content)?;
        exclusive(index, url, "AssertionConsumerServiceURL")?;
        exclusive(index, binding, "ProtocolBinding")?;
        let request = Self {
            header,
            force_authn: force_authn.map(Value::boolean).transpose()?,
            is_passive: is_passive.map(Value::boolean).transpose()?,
            assertion_consumer_service_index: index.map(Value::unsigned_short).transpose()?,
            assertion_consumer_service_url: url.map(Value::filled).transpose()?,
            protocol_binding: binding.map(Value::filled).transpose()?,
            attribute_consuming_service_index: attributes_index
                .map(Value::unsigned_short)
                .transpose()?,
            provider_name: provider_name.map(Value::text),
            subject: content.optional(&SUBJECT)?.map(Subject::read).transpose()?,
            name_id_policy: content
                .optional(&NAME_ID_POLICY)?
                .map(NameIdPolicy::read)
                .transpose()?,
            conditions: content
                .optional(&CONDITIONS)?
                .map(Conditions::read)
                .transpose()?,
            requested_authn_context: content
                .optional(&REQUESTED_AUTHN_CONTEXT)?
                .map(RequestedAuthnContext::read)
                .transpose()?,
            scoping: content.optional(&SCOPING)?.map(Scoping::read).transpose()?,
        };
        content.end()?;
        Ok(request)
    }

    /// Whether the identity provider must authenticate the user anew; `ForceAuthn` defaults to false.
    #[must_use]
    pub fn force_authn(&self) -> bool {
        self.force_authn.unwrap_or(false)
    }

    /// Whether the identity provider must not be seen by the user; `IsPassive` defaults to false.
    #[must_use]
    pub fn is_passive(&self) -> bool {
        self.is_passive.unwrap_or(false)
    }

    /// `AssertionConsumerServiceIndex`: the endpoint of the requester's metadata to respond to. Excludes the next two.
    #[must_use]
    pub const fn assertion_consumer_service_index(&self) -> Option<u16> {
        self.assertion_consumer_service_index
    }

    /// `AssertionConsumerServiceURL`: where to respond to. Only once it is known to be the requester's (SAMLProf §4.1.4.1).
    #[must_use]
    pub const fn assertion_consumer_service_url(&self) -> Option<&'d str> {
        self.assertion_consumer_service_url
    }

    /// `ProtocolBinding`: how to respond; see [`binding`](crate::uri::binding).
    #[must_use]
    pub const fn protocol_binding(&self) -> Option<&'d str> {
        self.protocol_binding
    }

    /// `AttributeConsumingServiceIndex`: the attributes of the requester's metadata to send.
    #[must_use]
    pub const fn attribute_consuming_service_index(&self) -> Option<u16> {
        self.attribute_consuming_service_index
    }

    /// `ProviderName`: the requester's name for people. It chose it.
    #[must_use]
    pub const fn provider_name(&self) -> Option<&'d str> {
        self.provider_name
    }

    /// `Subject`: whom to authenticate.
    #[must_use]
    pub const fn subject(&self) -> Option<&Subject<'d>> {
        self.subject.as_ref()
    }

    /// `NameIDPolicy`.
    #[must_use]
    pub const fn name_id_policy(&self) -> Option<&NameIdPolicy<'d>> {
        self.name_id_policy.as_ref()
    }

    /// `Conditions` that the requester wishes for the assertion.
    #[must_use]
    pub const fn conditions(&self) -> Option<&Conditions<'d>> {
        self.conditions.as_ref()
    }

    /// `RequestedAuthnContext`.
    #[must_use]
    pub const fn requested_authn_context(&self) -> Option<&RequestedAuthnContext<'d>> {
        self.requested_authn_context.as_ref()
    }

    /// `Scoping`.
    #[must_use]
    pub const fn scoping(&self) -> Option<&Scoping<'d>> {
        self.scoping.as_ref()
    }
}

impl core::fmt::Debug for AuthnRequestContent<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AuthnRequestContent")
            .field("issue_instant", &self.header.issue_instant)
            .field("issuer", &self.header.issuer)
            .field("destination", &self.header.destination)
            .field("name_id_policy", &self.name_id_policy)
            .field("requested_authn_context", &self.requested_authn_context)
            .finish_non_exhaustive()
    }
}

/// Refuses `AssertionConsumerServiceIndex` beside an attribute that says the same in another way.
fn exclusive(
    index: Option<Value<'_>>,
    other: Option<Value<'_>>,
    name: &'static str,
) -> Result<(), Error> {
    match (index, other) {
        (Some(index), Some(_)) => Err(Error::ConflictingAttributes {
            attribute: "AssertionConsumerServiceIndex",
            other: name,
            offset: index.offset(),
        }),
        _ => Ok(()),
    }
}

/// How the subject shall be named (SAMLCore §3.4.1.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NameIdPolicy<'d> {
    format: Option<&'d str>,
    sp_name_qualifier: Option<&'d str>,
    allow_create: Option<bool>,
}

impl<'d> NameIdPolicy<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        const NAME: &str = NAME_ID_POLICY.spelled;
        let [format, sp_name_qualifier, allow_create] = read::attributes(
            element,
            NAME,
            &["Format", "SPNameQualifier", "AllowCreate"],
            Foreign::Refused,
        )?;
        read::empty(element, NAME)?;
        Ok(Self {
            format: format.map(Value::text),
            sp_name_qualifier: sp_name_qualifier.map(Value::text),
            allow_create: allow_create.map(Value::boolean).transpose()?,
        })
    }

    /// `Format`; see [`nameid_format`](crate::uri::nameid_format).
    #[must_use]
    pub const fn format(&self) -> Option<&'d str> {
        self.format
    }

    /// `SPNameQualifier`.
    #[must_use]
    pub const fn sp_name_qualifier(&self) -> Option<&'d str> {
        self.sp_name_qualifier
    }

    /// Whether a new identifier may be made for the subject; `AllowCreate` defaults to false.
    #[must_use]
    pub fn allow_create(&self) -> bool {
        self.allow_create.unwrap_or(false)
    }
}

/// How the user shall be authenticated (SAMLCore §3.3.2.2.1).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequestedAuthnContext<'d> {
    comparison: Comparison,
    references: Vec<Cow<'d, str>>,
    declarations: bool,
}

/// How the context of the authentication must compare to those asked for (SAMLCore §3.3.2.2.1).
#[expect(clippy::exhaustive_enums, reason = "the specification closed the list")]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Comparison {
    /// One of them.
    #[default]
    Exact,
    /// At least as strong as one of them.
    Minimum,
    /// As strong as possible, no stronger than one of them.
    Maximum,
    /// Stronger than any of them.
    Better,
}

impl Comparison {
    /// The value of `Comparison`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::Better => "better",
        }
    }
}

impl<'d> RequestedAuthnContext<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        const NAME: &str = REQUESTED_AUTHN_CONTEXT.spelled;
        let [comparison] = read::attributes(element, NAME, &["Comparison"], Foreign::Refused)?;
        let comparison = match comparison {
            None => Comparison::Exact,
            Some(value) => match value.text() {
                "exact" => Comparison::Exact,
                "minimum" => Comparison::Minimum,
                "maximum" => Comparison::Maximum,
                "better" => Comparison::Better,
                _ => return Err(value.not_listed()),
            },
        };
        let mut content = Content::of(element, NAME)?;
        // A choice: classes only or declarations only.
        let declarations = content.peek().is_some_and(|e| AUTHN_CONTEXT_DECL_REF.is(e));
        let name = if declarations {
            AUTHN_CONTEXT_DECL_REF
        } else {
            AUTHN_CONTEXT_CLASS_REF
        };
        let mut references = vec![read::plain_text(content.required(&name)?, name.spelled)?];
        while let Some(reference) = content.optional(&name)? {
            references.push(read::plain_text(reference, name.spelled)?);
        }
        content.end()?;
        Ok(Self {
            comparison,
            references,
            declarations,
        })
    }

    /// `Comparison`.
    #[must_use]
    pub const fn comparison(&self) -> Comparison {
        self.comparison
    }

    /// Every `AuthnContextClassRef`, most wanted first; empty if declarations are asked for.
    #[must_use]
    pub fn class_refs(&self) -> &[Cow<'d, str>] {
        if self.declarations {
            &[]
        } else {
            &self.references
        }
    }

    /// Every `AuthnContextDeclRef`, most wanted first; empty if classes are asked for.
    #[must_use]
    pub fn decl_refs(&self) -> &[Cow<'d, str>] {
        if self.declarations {
            &self.references
        } else {
            &[]
        }
    }
}

/// Which identity providers may authenticate, and how far the request may be proxied (SAMLCore §3.4.1.2).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Scoping<'d> {
    proxy_count: Option<u64>,
    idp_list: Vec<IdpEntry<'d>>,
    get_complete: Option<Cow<'d, str>>,
    requester_ids: Vec<Cow<'d, str>>,
}

impl<'d> Scoping<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        const NAME: &str = SCOPING.spelled;
        let [proxy_count] = read::attributes(element, NAME, &["ProxyCount"], Foreign::Refused)?;
        let mut scoping = Self {
            proxy_count: proxy_count.map(Value::non_negative_integer).transpose()?,
            idp_list: Vec::new(),
            get_complete: None,
            requester_ids: Vec::new(),
        };
        let mut content = Content::of(element, NAME)?;
        if let Some(list) = content.optional(&IDP_LIST)? {
            scoping.read_idp_list(list)?;
        }
        while let Some(requester) = content.optional(&REQUESTER_ID)? {
            let requester = read::plain_text(requester, REQUESTER_ID.spelled)?;
            scoping.requester_ids.push(requester);
        }
        content.end()?;
        Ok(scoping)
    }

    /// `samlp:IDPList` (SAMLCore §3.4.1.3).
    fn read_idp_list(&mut self, element: Element<'d>) -> Result<(), Error> {
        const NAME: &str = IDP_LIST.spelled;
        read::no_attributes(element, NAME)?;
        let mut content = Content::of(element, NAME)?;
        self.idp_list
            .push(IdpEntry::read(content.required(&IDP_ENTRY)?)?);
        while let Some(entry) = content.optional(&IDP_ENTRY)? {
            self.idp_list.push(IdpEntry::read(entry)?);
        }
        if let Some(complete) = content.optional(&GET_COMPLETE)? {
            self.get_complete = Some(read::plain_text(complete, GET_COMPLETE.spelled)?);
        }
        content.end()
    }

    /// `ProxyCount`: how many proxies may be between, capped at the largest `u64`.
    #[must_use]
    pub const fn proxy_count(&self) -> Option<u64> {
        self.proxy_count
    }

    /// Every `IDPEntry` of the `IDPList`, in order.
    #[must_use]
    pub fn idp_list(&self) -> &[IdpEntry<'d>] {
        &self.idp_list
    }

    /// `GetComplete`: where the whole list is. Nothing here fetches it.
    #[must_use]
    pub fn get_complete(&self) -> Option<&str> {
        self.get_complete.as_deref()
    }

    /// Every `RequesterID`: on whose behalf the request is made.
    #[must_use]
    pub fn requester_ids(&self) -> &[Cow<'d, str>] {
        &self.requester_ids
    }
}

/// One identity provider (SAMLCore §3.4.1.3.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct IdpEntry<'d> {
    provider_id: &'d str,
    name: Option<&'d str>,
    loc: Option<&'d str>,
}

impl<'d> IdpEntry<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        const NAME: &str = IDP_ENTRY.spelled;
        let [provider_id, name, loc] = read::attributes(
            element,
            NAME,
            &["ProviderID", "Name", "Loc"],
            Foreign::Refused,
        )?;
        read::empty(element, NAME)?;
        Ok(Self {
            provider_id: read::required(provider_id, element, NAME, "ProviderID")?.filled()?,
            name: name.map(Value::text),
            loc: loc.map(Value::text),
        })
    }

    /// `ProviderID`: its entity identifier.
    #[must_use]
    pub const fn provider_id(&self) -> &'d str {
        self.provider_id
    }

    /// `Name`: for people.
    #[must_use]
    pub const fn name(&self) -> Option<&'d str> {
        self.name
    }

    /// `Loc`: where it takes requests.
    #[must_use]
    pub const fn loc(&self) -> Option<&'d str> {
        self.loc
    }
}
