//! Attacks by name, and their application to messages of every shape.

use core::fmt;

use samlkit::Code;
use samlkit::crypto::BlockEncryption;
use samlkit::websso::SignedParts;

use crate::case::Delivery;
use crate::encryption::Encryption;
use crate::markup::Element;
use crate::posted::Posted;
use crate::{ResponseBuilder, TestIdp, TestSp};

/// A way to make a service provider believe what nobody signed, or what was not meant for it.
///
/// [`attacks`](crate::attacks) has them all.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attack {
    /// Its stable name, in kebab case.
    pub id: &'static str,
    /// What it is an instance of.
    pub class: Class,
    /// What is done, in a sentence.
    pub about: &'static str,
    /// Where it was published or which section it breaks: CVE numbers, papers, specifications.
    pub refs: &'static [&'static str],
    pub(crate) codes: Codes,
    pub(crate) shapes: &'static [Shape],
    pub(crate) sibling: Option<Edit>,
    pub(crate) make: Make,
}

impl Attack {
    /// An attack on every shape, refused with one code, without further explanation.
    pub(crate) const fn new(
        id: &'static str,
        class: Class,
        about: &'static str,
        code: Code,
        make: Make,
    ) -> Self {
        Self {
            id,
            class,
            about,
            refs: &[],
            codes: Codes::One(code),
            shapes: Shape::PLAIN,
            sibling: None,
            make,
        }
    }

    pub(crate) const fn refs(mut self, refs: &'static [&'static str]) -> Self {
        self.refs = refs;
        self
    }

    /// The codes for a signed assertion, a signed response, and both signed.
    pub(crate) const fn codes(mut self, assertion: Code, response: Code, both: Code) -> Self {
        self.codes = Codes::Of([assertion, response, both]);
        self
    }

    pub(crate) const fn on(mut self, shapes: &'static [Shape]) -> Self {
        self.shapes = shapes;
        self
    }

    /// The edit of what is accepted: without the attack, but with what it rests on.
    pub(crate) const fn beside(mut self, sibling: Edit) -> Self {
        self.sibling = Some(sibling);
        self
    }

    pub(crate) const fn code(&self, shape: Shape) -> Code {
        match (self.codes, shape) {
            (Codes::One(code), _) => code,
            (Codes::Of([code, _, _]), Shape::Assertion | Shape::Encrypted(_)) => code,
            (Codes::Of([_, code, _]), Shape::Response | Shape::EncryptedSigned(_)) => code,
            (Codes::Of([_, _, code]), Shape::Both) => code,
        }
    }
}

/// Classes of attacks. Each has its paragraph in `docs/attacks.md`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Class {
    /// What is signed is moved, and something else stands where it is read.
    Wrapping,
    /// The signature is taken off, or made not to be seen.
    Exclusion,
    /// Several signatures, or parts of one, of which different readers see different ones.
    SignatureStructure,
    /// A reference that names nothing, everything, or something else.
    Reference,
    /// Two elements with one ID, or two notions of what an ID is.
    IdConfusion,
    /// Transforms that change what is signed, or do more than that.
    Transform,
    /// Algorithms that are weak, or of another kind than the key.
    Algorithm,
    /// Keys and certificates that nobody chose.
    Key,
    /// Values of signatures and digests that are not what they should be, octet for octet.
    Value,
    /// Text that different readers join or cut differently.
    Text,
    /// Documents that different parsers read differently, or none should.
    Parser,
    /// Document types and entities.
    Entity,
    /// Encodings and characters.
    Encoding,
    /// Namespaces and attributes of other meaning than they seem to have.
    Namespace,
    /// Encrypted assertions: injected, replaced, probed.
    Encryption,
    /// Messages of another time, for another request, or twice.
    Replay,
    /// Messages meant for somebody else.
    Recipient,
    /// Messages from somebody else.
    Issuer,
    /// Conditions that are missing, not met, or not understood.
    Conditions,
    /// What the schema asks for, and the profile.
    Schema,
    /// Errors that are to pass for successes.
    Status,
    /// The encoding of the form value.
    Post,
    /// Parameters of the query, and what of them is signed.
    Redirect,
    /// Logout messages.
    Logout,
    /// Requests to an identity provider.
    Request,
    /// Metadata.
    Metadata,
    /// Work out of proportion.
    Resources,
}

impl Class {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Wrapping,
        Self::Exclusion,
        Self::SignatureStructure,
        Self::Reference,
        Self::IdConfusion,
        Self::Transform,
        Self::Algorithm,
        Self::Key,
        Self::Value,
        Self::Text,
        Self::Parser,
        Self::Entity,
        Self::Encoding,
        Self::Namespace,
        Self::Encryption,
        Self::Replay,
        Self::Recipient,
        Self::Issuer,
        Self::Conditions,
        Self::Schema,
        Self::Status,
        Self::Post,
        Self::Redirect,
        Self::Logout,
        Self::Request,
        Self::Metadata,
        Self::Resources,
    ];

    /// Its stable name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Wrapping => "wrapping",
            Self::Exclusion => "exclusion",
            Self::SignatureStructure => "signature-structure",
            Self::Reference => "reference",
            Self::IdConfusion => "id-confusion",
            Self::Transform => "transform",
            Self::Algorithm => "algorithm",
            Self::Key => "key",
            Self::Value => "value",
            Self::Text => "text",
            Self::Parser => "parser",
            Self::Entity => "entity",
            Self::Encoding => "encoding",
            Self::Namespace => "namespace",
            Self::Encryption => "encryption",
            Self::Replay => "replay",
            Self::Recipient => "recipient",
            Self::Issuer => "issuer",
            Self::Conditions => "conditions",
            Self::Schema => "schema",
            Self::Status => "status",
            Self::Post => "post",
            Self::Redirect => "redirect",
            Self::Logout => "logout",
            Self::Request => "request",
            Self::Metadata => "metadata",
            Self::Resources => "resources",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// What is signed and encrypted of the message that an attack starts from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Shape {
    /// The assertion is signed.
    Assertion,
    /// The response is signed.
    Response,
    /// Both are.
    Both,
    /// The assertion is signed and then encrypted.
    Encrypted(BlockEncryption),
    /// The assertion is encrypted, and the response with it signed.
    EncryptedSigned(BlockEncryption),
}

impl Shape {
    pub(crate) const PLAIN: &'static [Self] = &[Self::Assertion, Self::Response, Self::Both];
    pub(crate) const SIGNED_ASSERTION: &'static [Self] = &[Self::Assertion, Self::Both];
    pub(crate) const SIGNED_RESPONSE: &'static [Self] = &[Self::Response, Self::Both];
    pub(crate) const ENCRYPTED: &'static [Self] = &[
        Self::Encrypted(BlockEncryption::Aes256Gcm),
        Self::Encrypted(BlockEncryption::Aes256Cbc),
        Self::EncryptedSigned(BlockEncryption::Aes128Gcm),
        Self::EncryptedSigned(BlockEncryption::Aes128Cbc),
    ];
    pub(crate) const ENCRYPTED_ASSERTION: &'static [Self] = &[
        Self::Encrypted(BlockEncryption::Aes256Gcm),
        Self::Encrypted(BlockEncryption::Aes256Cbc),
    ];

    pub(crate) fn id(self) -> String {
        let cipher = |algorithm: BlockEncryption| {
            let uri = algorithm.uri();
            uri.rsplit_once('#')
                .map_or(uri, |(_, name)| name)
                .to_owned()
        };
        match self {
            Self::Assertion => "assertion".to_owned(),
            Self::Response => "response".to_owned(),
            Self::Both => "both".to_owned(),
            Self::Encrypted(algorithm) => format!("encrypted-{}", cipher(algorithm)),
            Self::EncryptedSigned(algorithm) => {
                format!("encrypted-{}-response", cipher(algorithm))
            }
        }
    }

    pub(crate) fn builder(self, idp: &TestIdp, sp: &TestSp) -> ResponseBuilder {
        let (parts, encryption) = match self {
            Self::Assertion => (SignedParts::Assertion, None),
            Self::Response => (SignedParts::Response, None),
            Self::Both => (SignedParts::Both, None),
            Self::Encrypted(algorithm) => (SignedParts::Assertion, Some(algorithm)),
            Self::EncryptedSigned(algorithm) => (SignedParts::Response, Some(algorithm)),
        };
        let builder = idp.sign_on(sp, parts);
        match encryption {
            Some(algorithm) => builder.encrypted(Encryption::new(algorithm)),
            None => builder,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Codes {
    One(Code),
    Of([Code; 3]),
}

/// What an attack is made in.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) idp: TestIdp,
    pub(crate) sp: TestSp,
    pub(crate) shape: Shape,
}

impl Scene {
    pub(crate) fn builder(&self) -> ResponseBuilder {
        self.shape.builder(&self.idp, &self.sp)
    }

    /// The name of an element of assertions, with its prefix.
    pub(crate) fn saml(&self, local: &str) -> Element {
        Element::new(crate::response::assertion(
            self.idp.provider().style(),
            local,
        ))
    }

    /// The same, declaring its namespace.
    pub(crate) fn declared_saml(&self, local: &str) -> Element {
        crate::response::declare_assertion(self.saml(local), self.idp.provider().style())
    }

    /// The name of an element of the protocol, with its prefix.
    pub(crate) fn samlp(&self, local: &str) -> Element {
        Element::new(crate::response::protocol(
            self.idp.provider().style(),
            local,
        ))
    }

    /// The name of an element of signatures, with its prefix.
    pub(crate) fn ds(&self, local: &str) -> Element {
        Element::new(crate::response::prefixed(
            self.idp.provider().style().signature,
            local,
        ))
    }
}

/// An edit of a response; `None` where there is nothing of what it edits, so that the attack does not apply.
pub(crate) type Edit = fn(&mut Element, &Scene) -> Option<()>;

/// How an attack is made.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Make {
    /// Without the key: the signed message is edited.
    Edit(Edit),
    /// With the key: what is edited is signed. The identity provider, or whoever makes it sign, breaks a rule.
    Sign(Edit),
    /// What is edited is signed, and edited again.
    SignEdit(Edit, Edit),
    /// Without the key: the octets are changed.
    Octets(fn(&str) -> Option<Vec<u8>>),
    /// Without the key: the form value is changed.
    Form(fn(&str) -> Option<String>),
    /// The message is another one from the start.
    Build(fn(ResponseBuilder, &Scene) -> ResponseBuilder),
    /// The message is good, and the situation is not the one that it is meant for.
    Deliver(fn(&mut Delivery)),
    /// The message is good, in the wrong situation, and the sibling has the first situation.
    BuildDeliver(
        fn(ResponseBuilder, &Scene) -> ResponseBuilder,
        fn(&mut Delivery),
    ),
    /// A query with a `LogoutRequest`, and its situation.
    Query(crate::attacks::QueryEdit, fn(&mut Delivery)),
    /// A query with a `LogoutResponse`.
    AnswerQuery(crate::attacks::QueryEdit),
    /// A posted message: edited, signed, edited again; and its situation.
    Posted(Posted, Edit, Edit, fn(&mut Delivery)),
    /// Metadata: edited, signed, edited again.
    Metadata(Edit, Edit),
}
