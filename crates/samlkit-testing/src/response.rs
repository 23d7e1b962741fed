//! Responses: from what they say to the markup, and from that to what is posted.

use samlkit::Timestamp;
use samlkit::websso::SignedParts;

use crate::encryption::Encryption;
use crate::markup::Element;
use crate::provider::{Claim, KeyInfo, Part, Style};
use crate::sign::{self, Pending};
use crate::{Error, TestIdp, TestKey, TestSp, base64, instant, ns};

/// A response in the making: what it says, what of it is signed, whether it is encrypted. The defaults are a good sign-on that the
/// service provider asked for.
#[derive(Clone, Debug)]
pub struct ResponseBuilder {
    idp: TestIdp,
    key: TestKey,
    assertion_key: Option<TestKey>,
    shown_key: Option<TestKey>,
    signed: SignedParts,
    encryption: Option<Encryption>,
    name: String,
    in_response_to: Option<String>,
    destination: Option<String>,
    recipient: String,
    audience: String,
    issuer: String,
    name_id: String,
    name_id_format: &'static str,
    claims: Vec<Claim>,
    groups: usize,
    status: Vec<String>,
    status_message: Option<String>,
    issued: Timestamp,
}

impl ResponseBuilder {
    pub(crate) fn new(idp: &TestIdp, sp: &TestSp) -> Self {
        let provider = idp.provider();
        Self {
            key: idp.key(),
            assertion_key: None,
            shown_key: None,
            signed: provider.signs(),
            encryption: None,
            name: String::new(),
            in_response_to: Some(sp.request_id().to_owned()),
            destination: Some(sp.acs_url().to_owned()),
            recipient: sp.acs_url().to_owned(),
            audience: sp.entity_id().to_owned(),
            issuer: idp.entity_id().to_owned(),
            name_id: crate::USER.to_owned(),
            name_id_format: provider.style().name_id_format,
            claims: provider.claims(idp.seed(), idp.entity_id()),
            groups: 0,
            status: vec![[ns::STATUS, "Success"].concat()],
            status_message: None,
            issued: idp.now(),
            idp: idp.clone(),
        }
    }

    /// Sets the request that is answered. Default: the one that the service provider expects.
    #[must_use]
    pub fn in_response_to(mut self, id: impl Into<String>) -> Self {
        self.in_response_to = Some(id.into());
        self
    }

    /// Answers no request: the identity provider starts the sign-on.
    #[must_use]
    pub fn unsolicited(mut self) -> Self {
        self.in_response_to = None;
        self
    }

    /// Sets what is signed. Default: what this identity provider signs.
    #[must_use]
    pub const fn signed(mut self, parts: SignedParts) -> Self {
        self.signed = parts;
        self
    }

    /// Sets the key of every signature. Default: [`TestKey::Active`].
    #[must_use]
    pub const fn signed_by(mut self, key: TestKey) -> Self {
        self.key = key;
        self
    }

    /// Sets the key of the assertion's signature alone.
    #[must_use]
    pub const fn assertion_signed_by(mut self, key: TestKey) -> Self {
        self.assertion_key = Some(key);
        self
    }

    /// Sets whose certificate `KeyInfo` shows. Default: that of the key that signs.
    #[must_use]
    pub const fn showing_certificate_of(mut self, key: TestKey) -> Self {
        self.shown_key = Some(key);
        self
    }

    /// Encrypts the assertion.
    #[must_use]
    pub const fn encrypted(mut self, encryption: Encryption) -> Self {
        self.encryption = Some(encryption);
        self
    }

    /// Tells this message from others of the same identity provider: its IDs depend on it. Default: empty.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets `Destination`.
    #[must_use]
    pub fn destination(mut self, url: impl Into<String>) -> Self {
        self.destination = Some(url.into());
        self
    }

    /// Leaves `Destination` away.
    #[must_use]
    pub fn without_destination(mut self) -> Self {
        self.destination = None;
        self
    }

    /// Sets `Recipient` of the confirmation.
    #[must_use]
    pub fn recipient(mut self, url: impl Into<String>) -> Self {
        self.recipient = url.into();
        self
    }

    /// Sets `Audience`.
    #[must_use]
    pub fn audience(mut self, entity_id: impl Into<String>) -> Self {
        self.audience = entity_id.into();
        self
    }

    /// Sets both issuers.
    #[must_use]
    pub fn issuer(mut self, entity_id: impl Into<String>) -> Self {
        self.issuer = entity_id.into();
        self
    }

    /// Sets the user's name. Default: [`USER`](crate::USER).
    #[must_use]
    pub fn name_id(mut self, value: impl Into<String>) -> Self {
        self.name_id = value.into();
        self
    }

    /// Adds an attribute of the user.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>, values: &[&str]) -> Self {
        self.claims.push(Claim {
            name: name.into(),
            friendly: None,
            values: values.iter().map(|&value| value.to_owned()).collect(),
        });
        self
    }

    /// Puts the user into so many groups.
    #[must_use]
    pub const fn groups(mut self, count: usize) -> Self {
        self.groups = count;
        self
    }

    /// Puts the user into as many groups as a message of at most so many octets has room for, none if there is no room. It is less than
    /// one group shorter than that; where it is encrypted, this is what it would be without encryption. It costs two small messages.
    ///
    /// A message of more than 32 MiB cannot be signed, by the [`Limits`](samlkit::xml::Limits) that its own markup is read with.
    ///
    /// # Errors
    ///
    /// Those of [`ResponseBuilder::build`].
    ///
    /// ```
    /// # use samlkit_testing::{TestIdp, TestSp, NOW};
    /// let idp = TestIdp::entra(NOW);
    /// let sp = TestSp::new("https://sp.example/metadata", "https://sp.example/acs");
    /// let xml = idp.response(&sp).groups_up_to(100_000)?.build()?.xml();
    /// assert!((99_900..=100_000).contains(&xml.len()));
    /// # Ok::<(), samlkit_testing::Error>(())
    /// ```
    pub fn groups_up_to(mut self, octets: usize) -> Result<Self, Error> {
        let encryption = self.encryption.take();
        let one = self.clone().groups(1).build()?.xml().len();
        let two = self.clone().groups(2).build()?.xml().len();
        self.encryption = encryption;
        self.groups = match octets.checked_sub(one) {
            Some(room) => 1 + room / (two - one),
            None => 0,
        };
        Ok(self)
    }

    /// Sets when it is issued, which all its times follow. Default: the clock of the identity provider.
    #[must_use]
    pub const fn issued_at(mut self, time: Timestamp) -> Self {
        self.issued = time;
        self
    }

    /// Reports an error in place of a sign-on: status codes, the outermost first, by their last part (`Requester`), and a message.
    /// There is no assertion then, and what is signed is the response, if anything.
    #[must_use]
    pub fn refusing(mut self, codes: &[&str], message: &str) -> Self {
        self.status = codes
            .iter()
            .map(|code| [ns::STATUS, code].concat())
            .collect();
        self.status_message = Some(message.to_owned());
        self
    }

    /// Makes the message.
    ///
    /// # Errors
    ///
    /// [`Error::Key`] where the key cannot do what was asked.
    pub fn build(&self) -> Result<Message, Error> {
        self.build_edited(|_| {})
    }

    /// Makes the message from markup that was edited before it was signed: whatever the edit does, the signatures are right.
    ///
    /// # Errors
    ///
    /// [`Error::Xml`] where the edit leaves something that cannot be parsed; [`Error::LostSignature`] where it takes apart what
    /// was to be signed.
    ///
    /// ```
    /// # use samlkit_testing::{TestIdp, TestSp, NOW};
    /// let idp = TestIdp::entra(NOW);
    /// let sp = TestSp::new("https://sp.example/metadata", "https://sp.example/acs");
    /// let message = idp.response(&sp).build_edited(|response| {
    ///     if let Some(name) = response.find_mut("NameID") {
    ///         name.set_raw("britta<!-- -->.simon@contoso.example");
    ///     }
    /// })?;
    /// assert!(message.xml().contains("britta<!-- -->"));
    /// # Ok::<(), samlkit_testing::Error>(())
    /// ```
    pub fn build_edited(&self, edit: impl FnOnce(&mut Element)) -> Result<Message, Error> {
        let mut tree = self.tree();
        edit(&mut tree);
        self.finish(tree)
    }

    /// Signs and encrypts.
    pub(crate) fn finish(&self, mut tree: Element) -> Result<Message, Error> {
        if let Some(encryption) = &self.encryption {
            let outer = tree.child_mut("Signature").and_then(|s| s.pending.take());
            sign::fill_all(&mut tree)?;
            encryption.apply(&mut tree, &self.idp)?;
            if let Some(signature) = tree.child_mut("Signature") {
                signature.pending = outer;
            }
        }
        sign::fill_all(&mut tree)?;
        Ok(Message {
            tree,
            declaration: self.style().declaration,
            empty: self.style().empty,
        })
    }

    fn style(&self) -> Style {
        self.idp.provider().style()
    }

    fn identifier(&self, what: &str) -> String {
        let what = format!("{what}{}", self.name);
        self.idp.provider().identifier(self.idp.seed(), &what)
    }

    fn time(&self, seconds: i64) -> String {
        let time = instant::after(self.issued, seconds * 1000);
        if self.style().fraction {
            instant::milliseconds(time)
        } else {
            instant::seconds(time)
        }
    }

    fn is_error(&self) -> bool {
        !self
            .status
            .first()
            .is_some_and(|code| code.ends_with("Success"))
    }

    /// The markup with its signatures yet to be filled in.
    pub(crate) fn tree(&self) -> Element {
        let style = self.style();
        let id = self.identifier("response");
        let mut root = Element::new(protocol(style, "Response"));
        for part in style.order {
            root = match part {
                Part::Id => root.with("ID", &id),
                Part::Version => root.with("Version", "2.0"),
                Part::IssueInstant => root.with("IssueInstant", self.time(0)),
                Part::Destination => root.with_optional("Destination", self.destination.as_deref()),
                Part::Consent => root.with_optional("Consent", style.consent),
                Part::InResponseTo => {
                    root.with_optional("InResponseTo", self.in_response_to.as_deref())
                }
                Part::Declarations => declare_at_root(root, style),
            };
        }
        root = root.containing(self.issuer_element(!style.declared_at_root));
        let parts = self.signed;
        if matches!(parts, SignedParts::Response | SignedParts::Both) {
            root = root.containing(self.signature(&id, self.key));
        }
        root = root.containing(self.status());
        if !self.is_error() {
            root = root.containing(self.assertion());
        }
        root
    }

    fn issuer_element(&self, declare: bool) -> Element {
        let style = self.style();
        let mut issuer = Element::new(assertion(style, "Issuer"));
        issuer = issuer.with_optional("Format", style.issuer_format);
        if declare {
            issuer = declare_assertion(issuer, style);
        }
        issuer.text(&self.issuer)
    }

    fn status(&self) -> Element {
        let style = self.style();
        let mut code: Option<Element> = None;
        for value in self.status.iter().rev() {
            let mut element = Element::new(protocol(style, "StatusCode")).with("Value", value);
            if let Some(inner) = code {
                element = element.containing(inner);
            }
            code = Some(element);
        }
        let mut status = Element::new(protocol(style, "Status")).containing_all(code);
        if let Some(message) = &self.status_message {
            let element = Element::new(protocol(style, "StatusMessage")).text(message);
            status = status.containing(element);
        }
        status
    }

    fn assertion(&self) -> Element {
        let style = self.style();
        let id = self.identifier("assertion");
        let mut root = Element::new(assertion(style, "Assertion"))
            .with("ID", &id)
            .with("IssueInstant", self.time(0))
            .with("Version", "2.0");
        if !style.declared_at_root {
            root = declare_assertion(root, style);
        }
        root = root.containing(self.issuer_element(false));
        if matches!(self.signed, SignedParts::Assertion | SignedParts::Both) {
            let key = self.assertion_key.unwrap_or(self.key);
            root = root.containing(self.signature(&id, key));
        }
        root = root
            .containing(self.subject())
            .containing(self.conditions());
        let statements = [self.attribute_statement(), self.authn_statement(&id)];
        let [first, second] = statements;
        if style.attributes_first {
            root.containing(first).containing(second)
        } else {
            root.containing(second).containing(first)
        }
    }

    fn subject(&self) -> Element {
        let style = self.style();
        let name = |local| Element::new(assertion(style, local));
        let data = name("SubjectConfirmationData")
            .with_optional("InResponseTo", self.in_response_to.as_deref())
            .with("NotOnOrAfter", self.time(style.confirmation))
            .with("Recipient", &self.recipient);
        name("Subject")
            .containing(
                name("NameID")
                    .with("Format", self.name_id_format)
                    .text(&self.name_id),
            )
            .containing(
                name("SubjectConfirmation")
                    .with("Method", ns::BEARER)
                    .containing(data),
            )
    }

    fn conditions(&self) -> Element {
        let style = self.style();
        let name = |local| Element::new(assertion(style, local));
        name("Conditions")
            .with("NotBefore", self.time(style.not_before))
            .with("NotOnOrAfter", self.time(style.conditions))
            .containing(
                name("AudienceRestriction").containing(name("Audience").text(&self.audience)),
            )
    }

    fn attribute_statement(&self) -> Element {
        let style = self.style();
        let mut statement = Element::new(assertion(style, "AttributeStatement"));
        let mut claims = self.claims.clone();
        if self.groups > 0 {
            let values = (0..self.groups)
                .map(|n| crate::random::guid(self.idp.seed(), &["group", &n.to_string()]))
                .collect();
            let at = claims.len().min(3);
            let group = Claim {
                name: self.idp.provider().groups_claim().to_owned(),
                friendly: None,
                values,
            };
            claims.insert(at, group);
        }
        for claim in claims {
            let mut attribute = Element::new(assertion(style, "Attribute"))
                .with_optional("FriendlyName", claim.friendly.as_deref())
                .with("Name", claim.name)
                .with_optional("NameFormat", style.attribute_format);
            for value in claim.values {
                attribute = attribute.containing(self.attribute_value(&value));
            }
            statement = statement.containing(attribute);
        }
        statement
    }

    fn attribute_value(&self, text: &str) -> Element {
        let style = self.style();
        let mut value = Element::new(assertion(style, "AttributeValue"));
        if let Some(kind) = style.value_type {
            value = value
                .with("xmlns:xs", ns::XS)
                .with("xmlns:xsi", ns::XSI)
                .with("xsi:type", kind);
        }
        value.text(text)
    }

    fn authn_statement(&self, id: &str) -> Element {
        let style = self.style();
        let name = |local| Element::new(assertion(style, local));
        let class = [ns::CLASSES, style.class].concat();
        let end = style.session.map(|seconds| self.time(seconds));
        name("AuthnStatement")
            .with("AuthnInstant", self.time(-50 * 3600))
            .with("SessionIndex", id)
            .with_optional("SessionNotOnOrAfter", end.as_deref())
            .containing(name("AuthnContext").containing(name("AuthnContextClassRef").text(class)))
    }

    fn signature(&self, id: &str, key: TestKey) -> Element {
        signature(self.style(), id, key, self.shown_key.unwrap_or(key))
    }
}

/// A `Signature` that is yet to be filled in.
pub(crate) fn signature(style: Style, id: &str, key: TestKey, shown: TestKey) -> Element {
    let name = |local: &str| Element::new(prefixed(style.signature, local));
    let method = |local: &str, uri: &str| name(local).with("Algorithm", uri);
    let declaration = declaration_of(style.signature);
    let mut canonical = method("Transform", ns::EXC_C14N);
    if let Some(prefixes) = style.prefix_list {
        let list = Element::new("ec:InclusiveNamespaces")
            .with("xmlns:ec", ns::EXC_C14N)
            .with("PrefixList", prefixes);
        canonical = canonical.containing(list);
    }
    let algorithm = match key {
        TestKey::P256 => samlkit::crypto::algorithm::ECDSA_SHA256,
        TestKey::Ed25519 => samlkit::crypto::algorithm::EDDSA_ED25519,
        _ => ns::RSA_SHA256,
    };
    let reference = name("Reference")
        .with("URI", format!("#{id}"))
        .containing(
            name("Transforms")
                .containing(method("Transform", ns::ENVELOPED))
                .containing(canonical),
        )
        .containing(method("DigestMethod", ns::SHA256))
        .containing(name("DigestValue"));
    let mut signature = name("Signature")
        .with(declaration, ns::DS)
        .containing(
            name("SignedInfo")
                .containing(method("CanonicalizationMethod", ns::EXC_C14N))
                .containing(method("SignatureMethod", algorithm))
                .containing(reference),
        )
        .containing(name("SignatureValue"))
        .containing(key_info(style, shown));
    signature.pending = Some(Pending::with(key));
    signature
}

/// `KeyInfo` as the identity provider writes it.
pub(crate) fn key_info(style: Style, key: TestKey) -> Element {
    let name = |local: &str| Element::new(prefixed(style.signature, local));
    let certificate = name("X509Certificate").text(key.certificate_base64());
    let data = match style.key_info {
        KeyInfo::SubjectAndCertificate => name("X509Data")
            .containing(name("X509SubjectName").text("CN=idp.example signing"))
            .containing(certificate),
        KeyInfo::Certificate | KeyInfo::NameCertificateAndValue => {
            name("X509Data").containing(certificate)
        }
    };
    let mut info = name("KeyInfo");
    if style.key_info == KeyInfo::NameCertificateAndValue {
        info = info.containing(name("KeyName").text("w9xK2Tz0qkq4YwzVJcS1nVq1bH7k0QmE"));
        info = info.containing(data);
        if let Some((modulus, exponent)) = key.rsa_numbers() {
            let value = name("RSAKeyValue")
                .containing(name("Modulus").text(base64(&modulus)))
                .containing(name("Exponent").text(base64(&exponent)));
            info = info.containing(name("KeyValue").containing(value));
        }
        return info;
    }
    info.containing(data)
}

pub(crate) fn prefixed(prefix: &str, local: &str) -> String {
    if prefix.is_empty() {
        local.to_owned()
    } else {
        format!("{prefix}:{local}")
    }
}

pub(crate) fn declaration_of(prefix: &str) -> String {
    if prefix.is_empty() {
        "xmlns".to_owned()
    } else {
        format!("xmlns:{prefix}")
    }
}

pub(crate) fn protocol(style: Style, local: &str) -> String {
    prefixed(style.protocol, local)
}

pub(crate) fn assertion(style: Style, local: &str) -> String {
    prefixed(style.assertion, local)
}

pub(crate) fn declare_assertion(element: Element, style: Style) -> Element {
    element.with(declaration_of(style.assertion), ns::SAML)
}

pub(crate) fn declare_at_root(root: Element, style: Style) -> Element {
    let root = root.with(declaration_of(style.protocol), ns::SAMLP);
    if style.declared_at_root {
        declare_assertion(root, style)
    } else {
        root
    }
}

/// A finished message.
#[derive(Clone, Debug)]
pub struct Message {
    pub(crate) tree: Element,
    pub(crate) declaration: &'static str,
    pub(crate) empty: &'static str,
}

impl Message {
    /// The XML.
    #[must_use]
    pub fn xml(&self) -> String {
        let mut xml = self.declaration.to_owned();
        xml.push_str(&self.tree.to_markup_with(self.empty));
        xml
    }

    /// The value of the form's control `SAMLResponse` (SAMLBind §3.5.4).
    #[must_use]
    pub fn form_value(&self) -> String {
        base64(self.xml().as_bytes())
    }

    /// The markup, to be changed after it was signed.
    #[must_use]
    pub fn edited(mut self, edit: impl FnOnce(&mut Element)) -> Self {
        edit(&mut self.tree);
        self
    }
}
