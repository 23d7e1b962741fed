//! Making enveloped signatures, as SAML has them (SAMLCore §5.4, XMLSig §3.1).
//!
//! A [`Template`] says how; [`Template::sign`] signs one element of a parsed document with a [`Signer`] and gives the octets of
//! the document with `ds:Signature` spliced in. All other octets stay as they are.
//!
//! Nothing here waits for anything: the work is [`Template::prepare`], which gives the octets to be signed, and
//! [`Preparation::complete`], which takes the value. Between the two the caller may ask an HSM or a key management service in
//! whatever way it likes; [`Template::sign_async`] does so with an [`AsyncSigner`].
//!
//! | | |
//! |---|---|
//! | canonicalization | Exclusive 1.0 without comments, for `SignedInfo` and the reference |
//! | transforms | enveloped-signature, exclusive canonicalization |
//! | reference | `#` and the ID of the element; the whole document only by [`ReferenceBy::WholeDocument`] |
//! | digest | SHA-256, or what [`Template::with_digest`] says; never SHA-1 |
//! | signature algorithm | the signer's; never one with SHA-1 |
//! | `KeyInfo` | `X509Certificate` where there is one, else none |
//!
//! # What is checked before anything is given out
//!
//! Where the public key is known, from the certificate or from the signer, the value is verified with it: an HSM that made a
//! mistake, a key that does not belong to the certificate and an ECDSA value in the wrong form are found here, not by the peers.
//! It costs one public-key operation, and there is no switch for it.
//!
//! ```
//! use samlkit_crypto::{PrivateKey, SignatureAlgorithm, SigningKey};
//! use samlkit_dsig::sign::Template;
//! use samlkit_dsig::{TrustedKey, Verifier};
//! use samlkit_xml::Document;
//!
//! let key = PrivateKey::parse(b"MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g")?;
//! let keys = [TrustedKey::from_public_key(key.public_key().clone())];
//! let signer = SigningKey::new(key, SignatureAlgorithm::EddsaEd25519)?;
//!
//! let document = Document::parse(br#"<Assertion xmlns="urn:a" ID="_1"><Subject/></Assertion>"#)?;
//! let signed = Template::new().sign(document.root(), &signer)?;
//!
//! let document = Document::parse(signed.as_bytes())?;
//! let verified = Verifier::new(&keys)?.verify(document.root())?;
//! assert_eq!(verified.root().attribute("ID"), Some("_1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod markup;
mod preparation;

use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_crypto::{
    AlgorithmPolicy, AsyncSigner, Certificate, DigestAlgorithm, PublicKey, SignatureAlgorithm,
    Signer,
};
use samlkit_xml::{Document, Element, NodeKind, is_nc_name, ns};

pub use self::error::Error;
pub use self::preparation::Preparation;

use self::markup::Markup;
use self::preparation::Place;
use crate::ns::{DS, SAML};
use crate::{check_ids, encoding};

/// Where `ds:Signature` goes among the children of the element.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Position {
    /// Where the SAML schemas have it: after `saml:Issuer` if that is the first child element, first otherwise.
    #[default]
    Schema,
    /// Before everything else.
    First,
    /// After `saml:Issuer`, which must be the first child element.
    AfterIssuer,
    /// After everything else. No SAML schema has it there.
    Last,
}

/// How the names of XML-DSig are written.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Naming {
    /// `<ds:Signature xmlns:ds="…">`.
    #[default]
    Prefixed,
    /// `<Signature xmlns="…">`, as Entra ID writes it.
    Unprefixed,
}

/// How the reference names what is signed.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum ReferenceBy {
    /// `#` and its ID, as SAMLCore §5.4.2 asks.
    #[default]
    Id,
    /// An empty `URI`, for a root without an ID: metadata is sometimes signed this way. A
    /// [`Verifier`](crate::Verifier) takes it by [`EmptyReference::AcceptAtRoot`](crate::EmptyReference::AcceptAtRoot) only.
    WholeDocument,
}

/// How to sign. The defaults are those to use.
#[derive(Clone, Debug)]
pub struct Template {
    digest: DigestAlgorithm,
    position: Position,
    naming: Naming,
    reference: ReferenceBy,
    certificates: Vec<Certificate>,
}

impl Default for Template {
    fn default() -> Self {
        Self {
            digest: DigestAlgorithm::Sha256,
            position: Position::default(),
            naming: Naming::default(),
            reference: ReferenceBy::default(),
            certificates: Vec::new(),
        }
    }
}

impl Template {
    /// SHA-256, the place of the schema, a reference by ID, no `KeyInfo`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the digest of the reference. Default: SHA-256.
    #[must_use]
    pub fn with_digest(mut self, digest: DigestAlgorithm) -> Self {
        self.digest = digest;
        self
    }

    /// Sets where the signature goes. Default: [`Position::Schema`].
    #[must_use]
    pub fn with_position(mut self, position: Position) -> Self {
        self.position = position;
        self
    }

    /// Sets how the names are written. Default: [`Naming::Prefixed`].
    #[must_use]
    pub fn with_naming(mut self, naming: Naming) -> Self {
        self.naming = naming;
        self
    }

    /// Sets how the reference names the element. Default: [`ReferenceBy::Id`].
    #[must_use]
    pub fn with_reference(mut self, reference: ReferenceBy) -> Self {
        self.reference = reference;
        self
    }

    /// Adds a certificate to `KeyInfo`. The first must be that of the key that signs; others are its chain.
    #[must_use]
    pub fn with_certificate(mut self, certificate: Certificate) -> Self {
        self.certificates.push(certificate);
        self
    }

    /// Signs `element`, and gives the octets of its document with the signature in it.
    ///
    /// # Errors
    ///
    /// Those of [`Template::prepare`] and [`Preparation::complete`]; [`Error::Signer`] where the signer does not sign;
    /// [`Error::CertificateMismatch`] where its key is not that of the certificate.
    ///
    /// # Complexity
    ///
    /// O(n) in the document, one signature and one verification.
    pub fn sign(&self, element: Element<'_>, signer: &dyn Signer) -> Result<String, Error> {
        let preparation = self.prepare_for(element, signer.algorithm(), signer.public_key())?;
        let value = signer.sign(preparation.octets())?;
        preparation.complete(&value)
    }

    /// [`Template::sign`] with a signer that takes time. Dropping the future signs nothing.
    ///
    /// # Errors
    ///
    /// Those of [`Template::sign`].
    pub async fn sign_async<S: AsyncSigner>(
        &self,
        element: Element<'_>,
        signer: &S,
    ) -> Result<String, Error> {
        let preparation = self.prepare_for(element, signer.algorithm(), signer.public_key())?;
        let value = signer.sign(preparation.octets()).await?;
        preparation.complete(&value)
    }

    fn prepare_for<'d>(
        &self,
        element: Element<'d>,
        algorithm: SignatureAlgorithm,
        key: Option<&PublicKey>,
    ) -> Result<Preparation<'d>, Error> {
        let preparation = self.prepare(element, algorithm)?;
        match key {
            Some(key) => preparation.with_public_key(key.clone()),
            None => Ok(preparation),
        }
    }

    /// Does everything up to the signature value: the digest of `element`, and the canonical `SignedInfo` that is to be signed
    /// by `algorithm`.
    ///
    /// # Errors
    ///
    /// [`Error::AlgorithmNotAllowed`] for SHA-1; [`Error::AlreadySigned`]; [`Error::DuplicateId`] anywhere in the document, as no
    /// verifier could be sure what was signed; [`Error::MissingId`] and [`Error::MalformedId`]; [`Error::MissingIssuer`] by
    /// [`Position::AfterIssuer`]; [`Error::NotTheRoot`] and [`Error::OutsideTheRoot`] by [`ReferenceBy::WholeDocument`];
    /// [`Error::Certificate`]; [`Error::Canonicalization`].
    ///
    /// # Complexity
    ///
    /// O(n) in the document.
    pub fn prepare<'d>(
        &self,
        element: Element<'d>,
        algorithm: SignatureAlgorithm,
    ) -> Result<Preparation<'d>, Error> {
        self.check_algorithms(algorithm)?;
        if let Some(signature) = element.elements().find(|child| child.is(DS, "Signature")) {
            return Err(Error::AlreadySigned {
                offset: signature.offset(),
            });
        }
        check_ids(element.document()).map_err(|error| match error {
            crate::Error::DuplicateId { offset } => Error::DuplicateId { offset },
            _ => Error::DuplicateId {
                offset: element.offset(),
            },
        })?;
        let uri = self.uri(element)?;
        let place = self.place(element)?;
        let key = match self.certificates.first() {
            Some(first) => Some(first.public_key().map_err(Error::Certificate)?),
            None => None,
        };
        let mut octets = Vec::with_capacity(element.document().source().len());
        let canonicalizer = Canonicalizer::new(Algorithm::Exclusive);
        canonicalizer.element(element, &mut octets)?;
        let markup = Markup {
            naming: self.naming,
            algorithm,
            uri,
            digest: self.digest,
            digest_value: encoding::encode(self.digest.digest(&octets).as_bytes()),
            certificates: self
                .certificates
                .iter()
                .map(|certificate| encoding::encode(certificate.der()))
                .collect(),
        };
        // Exclusive canonicalization gives SignedInfo the same octets here as in its place, as nothing but `ds` is used in it.
        let unsigned = markup.write("")?;
        let unsigned = Document::parse(unsigned.as_bytes())?;
        let mut signed_info = Vec::with_capacity(1024);
        for child in unsigned.root().elements().take(1) {
            canonicalizer.element(child, &mut signed_info)?;
        }
        Ok(Preparation {
            element,
            place,
            markup,
            octets: signed_info,
            key,
        })
    }

    fn check_algorithms(&self, algorithm: SignatureAlgorithm) -> Result<(), Error> {
        let policy = AlgorithmPolicy::DEFAULT;
        policy
            .check_signature(algorithm)
            .map_err(|_| Error::AlgorithmNotAllowed {
                uri: algorithm.uri(),
            })?;
        policy
            .check_digest(self.digest)
            .map_err(|_| Error::AlgorithmNotAllowed {
                uri: self.digest.uri(),
            })
    }

    /// The `URI` of the reference.
    fn uri(&self, element: Element<'_>) -> Result<String, Error> {
        let offset = element.offset();
        match self.reference {
            ReferenceBy::Id => {
                let id = id_of(element).ok_or(Error::MissingId { offset })?;
                if !is_nc_name(id) {
                    return Err(Error::MalformedId { offset });
                }
                Ok(["#", id].concat())
            }
            ReferenceBy::WholeDocument => {
                if element.parent().is_some() {
                    return Err(Error::NotTheRoot { offset });
                }
                // It would be part of what is signed, which no reader of the element looks at.
                let outside = element
                    .document()
                    .children()
                    .find(|child| matches!(child.kind(), NodeKind::ProcessingInstruction { .. }));
                match outside {
                    Some(outside) => Err(Error::OutsideTheRoot {
                        offset: outside.offset(),
                    }),
                    None => Ok(String::new()),
                }
            }
        }
    }

    fn place<'d>(&self, element: Element<'d>) -> Result<Place<'d>, Error> {
        let issuer = element
            .elements()
            .next()
            .filter(|child| child.is(SAML, "Issuer"));
        match (self.position, issuer) {
            (Position::First, _) | (Position::Schema, None) => Ok(Place::Start),
            (Position::AfterIssuer | Position::Schema, Some(issuer)) => Ok(Place::After(issuer)),
            (Position::AfterIssuer, None) => Err(Error::MissingIssuer {
                offset: element.offset(),
            }),
            (Position::Last, _) => Ok(Place::End),
        }
    }
}

/// The ID by which the element is referred to: that of SAML 2.0, or else that of another vocabulary.
fn id_of<'d>(element: Element<'d>) -> Option<&'d str> {
    ["ID", "Id", "id", "AssertionID"]
        .into_iter()
        .find_map(|name| element.attribute(name))
        .or_else(|| element.attribute_ns(ns::XML, "id"))
}
