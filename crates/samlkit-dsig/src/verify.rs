use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_crypto::{Digest, DigestAlgorithm, SignatureAlgorithm, Thumbprint};
use samlkit_xml::{Document, Element};

use crate::ns::{DS, SAML};
use crate::signed::Evidence;
use crate::structure::{
    Canonicalization, Methods, Objects, Reference, Signature, Transform, elements_and_text_only,
    read_signed_info,
};
use crate::{EmptyReference, Error, Policy, Signed, SignedOctets, TrustedKey, UniqueIds, encoding};

/// Verifies signatures against a set of trusted keys, by the signature profile of SAML (SAMLCore §5.4).
///
/// ```
/// use samlkit_dsig::{Error, Verifier};
///
/// // Without a key there is nothing to trust, and no verifier.
/// assert_eq!(Verifier::new(&[]).unwrap_err(), Error::NoKeys);
/// ```
#[derive(Clone, Debug)]
pub struct Verifier<'k> {
    keys: &'k [TrustedKey],
    pub(crate) policy: Policy,
}

/// The signature of `element`: its one `ds:Signature` child; `None` if it has none.
///
/// # Errors
///
/// [`Error::MultipleSignatures`] if it has more.
pub fn signature_of(element: Element<'_>) -> Result<Option<Element<'_>>, Error> {
    let mut signatures = element.elements().filter(|child| child.is(DS, "Signature"));
    let first = signatures.next();
    match signatures.next() {
        Some(second) => Err(Error::MultipleSignatures {
            offset: second.offset(),
        }),
        None => Ok(first),
    }
}

impl<'k> Verifier<'k> {
    /// A verifier that trusts `keys`, with the default [`Policy`].
    ///
    /// # Errors
    ///
    /// [`Error::NoKeys`] if there are none: a verifier without keys could only refuse, or be mistaken for one that accepts.
    pub fn new(keys: &'k [TrustedKey]) -> Result<Self, Error> {
        if keys.is_empty() {
            return Err(Error::NoKeys);
        }
        Ok(Self {
            keys,
            policy: Policy::default(),
        })
    }

    /// Sets the policy.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Verifies the enveloped signature of `element` and gives the octets that it covers.
    ///
    /// # Errors
    ///
    /// One variant for each rule of SAMLCore §5.4 and XMLSig §3.2; nothing of the element is handed out then.
    ///
    /// # Complexity
    ///
    /// O(n) in the document, plus one signature check for each trusted key that fits the algorithm.
    pub fn verify(&self, element: Element<'_>) -> Result<Signed, Error> {
        self.verify_among(UniqueIds::of(element.document())?, element)
    }

    /// As [`Verifier::verify`], for a document whose IDs were looked at before.
    ///
    /// # Errors
    ///
    /// As [`Verifier::verify`].
    pub fn verify_among(&self, ids: UniqueIds<'_>, element: Element<'_>) -> Result<Signed, Error> {
        self.check(ids, element)?.parse()
    }

    /// As [`Verifier::verify_among`], with the octets still to be parsed, so that the document can be let go of first.
    ///
    /// # Errors
    ///
    /// As [`Verifier::verify`].
    pub fn check(&self, ids: UniqueIds<'_>, element: Element<'_>) -> Result<SignedOctets, Error> {
        ids.cover(element)?;
        let signature = signature_of(element)?.ok_or_else(|| Error::MissingSignature {
            offset: element.offset(),
        })?;
        check_place(element, signature)?;
        let expected = self.expect(element, signature)?;
        let mut octets = Vec::new();
        expected
            .canonicalizer()
            // What is longer could not be parsed again.
            .with_output_limit(self.policy.limits.bytes() as usize)
            .element_without(element, signature, &mut octets)?;
        expected.compare(&self.policy, expected.digest.digest(&octets))?;
        Ok(SignedOctets::new(
            octets,
            self.policy.limits,
            expected.evidence(),
        ))
    }

    /// What a trusted key says in `signature` of `element`, which holds it.
    pub(crate) fn expect(
        &self,
        element: Element<'_>,
        signature: Element<'_>,
    ) -> Result<Expected, Error> {
        let signature = Signature::read(signature, Objects::Refuse)?;
        elements_and_text_only(signature.signed_info)?;

        let verified = self.verify_signed_info(&signature)?;
        let (mut count, mut first) = (0, None);
        read_signed_info(verified.document.root(), &verified.methods, |reference| {
            count += 1;
            first.get_or_insert(reference);
        })?;
        let reference = match first {
            Some(reference) if count == 1 => reference,
            _ => return Err(Error::ReferenceCount { count }),
        };
        self.check_target(element, &reference)?;
        let canonicalization = enveloped(reference.transforms())?;
        Ok(Expected {
            signature_algorithm: verified.methods.signature,
            key: verified.key,
            canonicalization: canonicalization.algorithm,
            prefixes: canonicalization.prefixes.map(str::to_owned),
            digest: reference.digest,
            value: reference.value,
        })
    }

    /// The reference must be `#` and the ID of the element that holds the signature.
    fn check_target(&self, element: Element<'_>, reference: &Reference<'_>) -> Result<(), Error> {
        let uri = reference
            .uri
            .ok_or(Error::MissingAttribute { name: "URI" })?;
        if uri.is_empty() {
            return match self.policy.empty_reference {
                EmptyReference::AcceptAtRoot if element.parent().is_none() => Ok(()),
                EmptyReference::AcceptAtRoot | EmptyReference::Refuse => {
                    Err(Error::ForeignReference)
                }
            };
        }
        let id = element.attribute("ID").ok_or_else(|| Error::MissingId {
            offset: element.offset(),
        })?;
        match uri.strip_prefix('#') {
            Some(target) if !target.is_empty() && target == id => Ok(()),
            _ => Err(Error::ForeignReference),
        }
    }

    /// Checks `SignatureValue` over the canonical `SignedInfo`; gives those octets, parsed, and the key.
    ///
    /// Nothing of the references has been looked at when this runs.
    pub(crate) fn verify_signed_info<'d>(
        &self,
        signature: &Signature<'d>,
    ) -> Result<VerifiedInfo<'d>, Error> {
        let methods = Methods::read(signature.signed_info)?;
        let algorithm = methods.signature;
        self.policy
            .algorithms
            .check_signature(algorithm)
            .map_err(|_| Error::AlgorithmNotAllowed {
                uri: algorithm.uri(),
            })?;
        let mut octets = Vec::new();
        methods
            .canonicalization
            .canonicalizer()
            .with_output_limit(MOST_REPEATED)
            .element(signature.signed_info, &mut octets)?;
        let key = self.find_key(signature, &methods, &octets)?;
        Ok(VerifiedInfo {
            document: Document::parse_owned(octets, &self.policy.limits)?,
            methods,
            key,
        })
    }

    /// The first trusted key that verifies `octets`, beginning with those whose certificate the message holds.
    fn find_key(
        &self,
        signature: &Signature<'_>,
        methods: &Methods<'_>,
        octets: &[u8],
    ) -> Result<Thumbprint, Error> {
        let embedded = if self.keys.len() > 1 {
            embedded_certificates(signature)
        } else {
            Vec::new()
        };
        let named = |key: &&TrustedKey| {
            key.certificate()
                .is_some_and(|certificate| embedded.iter().any(|der| der == certificate.der()))
        };
        let first = self.keys.iter().filter(named);
        let others = self.keys.iter().filter(|key| !named(key));
        let mut failure = Error::NoUsableKey;
        for key in first.chain(others) {
            let algorithms = &self.policy.algorithms;
            let checked = key
                .key
                .verify(algorithms, methods.signature, octets, &signature.value);
            match checked {
                Ok(()) => return Ok(key.thumbprint()),
                Err(samlkit_crypto::Error::KeyMismatch { .. }) => {}
                Err(samlkit_crypto::Error::KeyTooSmall { bits, .. }) => {
                    if failure == Error::NoUsableKey {
                        failure = Error::KeyNotAllowed { bits };
                    }
                }
                Err(_) => failure = Error::SignatureMismatch,
            }
        }
        if failure == Error::SignatureMismatch && self.names_only_strangers(signature) {
            failure = Error::UntrustedKey;
        }
        Err(failure)
    }

    /// Whether the message holds certificates, and none with a trusted key.
    fn names_only_strangers(&self, signature: &Signature<'_>) -> bool {
        let embedded = embedded_certificates(signature);
        let trusted = |der: &Vec<u8>| {
            let key = samlkit_crypto::Certificate::from_der(der)
                .ok()
                .and_then(|certificate| certificate.public_key().ok().map(|key| key.thumbprint()));
            self.keys.iter().any(|trusted| {
                trusted
                    .certificate()
                    .is_some_and(|certificate| certificate.der() == der.as_slice())
                    || key == Some(trusted.key.thumbprint())
            })
        };
        !embedded.is_empty() && !embedded.iter().any(trusted)
    }

    pub(crate) fn check_digest(
        &self,
        reference: &Reference<'_>,
        octets: &[u8],
        index: usize,
    ) -> Result<(), Error> {
        self.policy
            .algorithms
            .check_digest(reference.digest)
            .map_err(|_| Error::AlgorithmNotAllowed {
                uri: reference.digest.uri(),
            })?;
        if reference.digest.digest(octets).as_bytes() == reference.value.as_slice() {
            Ok(())
        } else {
            Err(Error::DigestMismatch { index })
        }
    }
}

/// What the one reference of a `ds:SignedInfo` that a trusted key signed says of the element that holds the signature.
#[derive(Debug)]
pub(crate) struct Expected {
    signature_algorithm: SignatureAlgorithm,
    key: Thumbprint,
    canonicalization: Algorithm,
    prefixes: Option<String>,
    pub(crate) digest: DigestAlgorithm,
    value: Vec<u8>,
}

impl Expected {
    /// The canonicalization, as it applies to a same-document reference.
    pub(crate) fn canonicalizer(&self) -> Canonicalizer<'_> {
        Canonicalizer::new(self.canonicalization.without_comments())
            .with_inclusive_prefixes(self.prefixes.as_deref().unwrap_or_default())
    }

    pub(crate) fn compare(&self, policy: &Policy, digest: Digest) -> Result<(), Error> {
        policy
            .algorithms
            .check_digest(self.digest)
            .map_err(|_| Error::AlgorithmNotAllowed {
                uri: self.digest.uri(),
            })?;
        if digest.as_bytes() == self.value.as_slice() {
            Ok(())
        } else {
            Err(Error::DigestMismatch { index: 0 })
        }
    }

    pub(crate) const fn evidence(&self) -> Evidence {
        Evidence {
            signature_algorithm: self.signature_algorithm,
            digest_algorithm: self.digest,
            canonicalization: self.canonicalization,
            key: self.key,
        }
    }
}

/// A `ds:SignedInfo` whose canonical octets a trusted key signed.
pub(crate) struct VerifiedInfo<'d> {
    /// The tree of those octets. References are read from it and from nothing else.
    pub(crate) document: Document<'static>,
    /// What the message named, and what was acted on: the tree must say the same.
    pub(crate) methods: Methods<'d>,
    pub(crate) key: Thumbprint,
}

/// How many octets the canonical `SignedInfo`, which is made before anything is known of its origin, may reach by repeating
/// namespace declarations.
const MOST_REPEATED: usize = 1 << 18;

/// The most certificates of a message that are looked at.
const MOST_CERTIFICATES: usize = 16;

/// The octets of `KeyInfo/X509Data/X509Certificate`; what cannot be decoded is passed over, as it is a hint and no more.
fn embedded_certificates(signature: &Signature<'_>) -> Vec<Vec<u8>> {
    signature
        .key_info
        .into_iter()
        .flat_map(Element::elements)
        .filter(|child| child.is(DS, "X509Data"))
        .flat_map(Element::elements)
        .filter(|child| child.is(DS, "X509Certificate"))
        .take(MOST_CERTIFICATES)
        .filter_map(|certificate| {
            encoding::decode(&certificate.text().ok()?, "X509Certificate").ok()
        })
        .collect()
}

/// The SAML schemas put the signature first, or second after `saml:Issuer`.
fn check_place(element: Element<'_>, signature: Element<'_>) -> Result<(), Error> {
    let mut before = element.elements().take_while(|&child| child != signature);
    let in_place = match (before.next(), before.next()) {
        (None, _) => true,
        (Some(issuer), None) => issuer.is(SAML, "Issuer"),
        (Some(_), Some(_)) => false,
    };
    if in_place {
        Ok(())
    } else {
        Err(Error::MisplacedSignature {
            offset: signature.offset(),
        })
    }
}

/// The canonicalization of a reference whose transforms are enveloped-signature and at most one canonicalization.
fn enveloped<'d>(transforms: &[Transform<'d>]) -> Result<Canonicalization<'d>, Error> {
    match *transforms {
        [Transform::EnvelopedSignature] => Ok(Canonicalization::DEFAULT),
        [
            Transform::EnvelopedSignature,
            Transform::Canonicalization(canonicalization),
        ] => Ok(canonicalization),
        _ => Err(Error::MisplacedTransform),
    }
}
