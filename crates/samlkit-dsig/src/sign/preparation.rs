use core::fmt;

use samlkit_crypto::{AlgorithmPolicy, PublicKey, SignatureAlgorithm};
use samlkit_xml::Element;

use super::Error;
use super::markup::Markup;
use crate::encoding;

/// Where the signature goes in the source.
#[derive(Clone, Copy)]
pub(super) enum Place<'d> {
    Start,
    After(Element<'d>),
    End,
}

/// A signature that lacks its value.
///
/// ```
/// use samlkit_crypto::{PrivateKey, SignatureAlgorithm, Signer, SigningKey};
/// use samlkit_dsig::sign::Template;
/// use samlkit_xml::Document;
///
/// let document = Document::parse(br#"<a ID="x"><b/></a>"#)?;
/// let preparation = Template::new().prepare(document.root(), SignatureAlgorithm::EddsaEd25519)?;
///
/// // Somewhere else, as long as it takes:
/// let key = PrivateKey::parse(b"MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g")?;
/// let value = SigningKey::new(key, preparation.algorithm())?.sign(preparation.octets())?;
///
/// let signed = preparation.complete(&value)?;
/// assert!(signed.starts_with(r#"<a ID="x"><ds:Signature "#));
/// assert!(signed.ends_with("</ds:Signature><b/></a>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub struct Preparation<'d> {
    pub(super) element: Element<'d>,
    pub(super) place: Place<'d>,
    pub(super) markup: Markup,
    pub(super) octets: Vec<u8>,
    pub(super) key: Option<PublicKey>,
}

impl Preparation<'_> {
    /// The octets to be signed: the canonical `SignedInfo`. Sign them as they are, not their digest.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The algorithm to sign by.
    #[must_use]
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        self.markup.algorithm
    }

    /// Says which key is going to sign, so that [`Preparation::complete`] checks the value with it where there is no certificate.
    ///
    /// # Errors
    ///
    /// [`Error::CertificateMismatch`] where there is one, of another key.
    pub fn with_public_key(mut self, key: PublicKey) -> Result<Self, Error> {
        match &self.key {
            Some(certified) if *certified != key => Err(Error::CertificateMismatch),
            Some(_) => Ok(self),
            None => {
                self.key = Some(key);
                Ok(self)
            }
        }
    }

    /// The octets of the document with the signature in it, given its value in the form of XMLSig §6.4.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyValue`]; [`Error::WrongValue`] where the public key is known and the value does not verify with it.
    ///
    /// # Complexity
    ///
    /// O(n) in the document, and one verification.
    pub fn complete(self, value: &[u8]) -> Result<String, Error> {
        if value.is_empty() {
            return Err(Error::EmptyValue);
        }
        if let Some(key) = &self.key {
            let policy = AlgorithmPolicy::DEFAULT;
            key.verify(&policy, self.algorithm(), &self.octets, value)
                .map_err(Error::WrongValue)?;
        }
        let signature = self.markup.write(&encoding::encode(value))?;
        Ok(match self.place {
            Place::Start => self.element.insert_at_start(&signature),
            Place::After(child) => child.insert_after(&signature),
            Place::End => self.element.insert_at_end(&signature),
        })
    }
}

impl fmt::Debug for Preparation<'_> {
    /// Shows how it is signed, not what.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preparation")
            .field("algorithm", &self.algorithm())
            .field("uri", &self.markup.uri)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
