use core::fmt;

use samlkit_c14n::Algorithm;
use samlkit_crypto::{DigestAlgorithm, SignatureAlgorithm, Thumbprint};
use samlkit_enc::Decrypted;
use samlkit_xml::{Document, Element, Limits, Room};

/// The octets that a trusted key signed, and their tree.
///
/// [`Verifier::verify`](crate::Verifier::verify) is the maker; [`Signed::open`] follows the signature through an encryption. The
/// octets are the canonical form whose digest was verified; the tree is parsed from exactly these octets. What an application reads from it, a trusted key signed.
///
/// It cannot be made, copied or changed otherwise:
///
/// ```compile_fail,E0451
/// # fn forge(document: samlkit_xml::Document<'static>, signed: samlkit_dsig::Signed) -> samlkit_dsig::Signed {
/// samlkit_dsig::Signed { document, ..signed }
/// # }
/// ```
///
/// ```compile_fail,E0308
/// # fn copy(signed: &samlkit_dsig::Signed) {
/// let copy: samlkit_dsig::Signed = signed.clone();
/// # }
/// ```
#[must_use]
pub struct Signed {
    document: Document<'static>,
    evidence: Evidence,
}

/// How something was signed.
#[derive(Clone, Copy)]
pub(crate) struct Evidence {
    pub(crate) signature_algorithm: SignatureAlgorithm,
    pub(crate) digest_algorithm: DigestAlgorithm,
    pub(crate) canonicalization: Algorithm,
    pub(crate) key: Thumbprint,
}

/// The octets that a trusted key signed, not yet parsed. [`Verifier::check`](crate::Verifier::check) is the only maker.
///
/// They need no document that they came from; whoever has no more use for it saves its memory by letting it go before
/// [`SignedOctets::parse`].
#[must_use]
pub struct SignedOctets {
    octets: Vec<u8>,
    limits: Limits,
    evidence: Evidence,
}

impl SignedOctets {
    pub(crate) const fn new(octets: Vec<u8>, limits: Limits, evidence: Evidence) -> Self {
        Self {
            octets,
            limits,
            evidence,
        }
    }

    /// Parses the octets.
    ///
    /// # Errors
    ///
    /// [`Error::Xml`](crate::Error::Xml) if they pass the limits of the policy that they were verified by.
    pub fn parse(self) -> Result<Signed, crate::Error> {
        self.parse_in(Room::default())
    }

    /// Parses the octets, with a tree in the memory that another's took: the message's, if it is no longer needed
    /// ([`Document::into_room`]).
    ///
    /// # Errors
    ///
    /// As [`SignedOctets::parse`].
    pub fn parse_in(self, room: Room) -> Result<Signed, crate::Error> {
        Ok(Signed {
            document: Document::parse_owned_in(room, self.octets, &self.limits)?,
            evidence: self.evidence,
        })
    }
}

impl fmt::Debug for SignedOctets {
    /// Shows how they were signed, not what they are: they hold personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedOctets")
            .field("octets", &self.octets.len())
            .field("signature_algorithm", &self.evidence.signature_algorithm)
            .field("key", &self.evidence.key)
            .finish_non_exhaustive()
    }
}

impl Signed {
    /// The octets that `encrypted`, an element of these signed octets, decrypted to.
    ///
    /// A signature over a ciphertext covers the plaintext, which only the holder of the private key can tell. The result has this
    /// signature's algorithm and key. Plain octets cannot be passed off as signed:
    ///
    /// ```compile_fail,E0308
    /// # fn forge(signed: &samlkit_dsig::Signed, octets: Vec<u8>) {
    /// let forged = signed.open(signed.root(), &octets, &samlkit_xml::Limits::DEFAULT);
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NotCovered`](crate::Error::NotCovered) if `decrypted` is not what `encrypted` decrypted to, or `encrypted` is not an
    /// element of these octets; [`Error::Xml`](crate::Error::Xml) if it passes `limits`.
    pub fn open(
        &self,
        encrypted: Element<'_>,
        decrypted: &Decrypted,
        limits: &Limits,
    ) -> Result<Self, crate::Error> {
        let ours = core::ptr::from_ref(&self.document).addr();
        let theirs = core::ptr::from_ref(encrypted.document()).addr();
        if ours != theirs || !decrypted.is_of(encrypted) {
            return Err(crate::Error::NotCovered);
        }
        Ok(Self {
            document: Document::parse_owned(decrypted.octets().to_vec(), limits)?,
            evidence: self.evidence,
        })
    }

    /// The signed element.
    #[must_use]
    pub fn root(&self) -> Element<'_> {
        self.document.root()
    }

    /// The tree of the signed octets.
    #[must_use]
    pub const fn document(&self) -> &Document<'static> {
        &self.document
    }

    /// The signed octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.document.source().as_bytes()
    }

    /// The algorithm of the signature.
    #[must_use]
    pub const fn signature_algorithm(&self) -> SignatureAlgorithm {
        self.evidence.signature_algorithm
    }

    /// The algorithm of the digest over the signed octets.
    #[must_use]
    pub const fn digest_algorithm(&self) -> DigestAlgorithm {
        self.evidence.digest_algorithm
    }

    /// The canonicalization that made the signed octets.
    #[must_use]
    pub const fn canonicalization(&self) -> Algorithm {
        self.evidence.canonicalization
    }

    /// The thumbprint of the key that verified the signature, as [`TrustedKey::thumbprint`](crate::TrustedKey::thumbprint).
    #[must_use]
    pub const fn key(&self) -> Thumbprint {
        self.evidence.key
    }
}

impl fmt::Debug for Signed {
    /// Shows how it was signed, not what: the octets hold personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed")
            .field("document", &self.document)
            .field("signature_algorithm", &self.evidence.signature_algorithm)
            .field("key", &self.evidence.key)
            .finish_non_exhaustive()
    }
}
