//! Core validation of a whole document by XML-DSig alone (XMLSig §3.2), for tools.
//!
//! Nothing read here may be acted upon: XML-DSig says that some octets were signed, not which element an application should
//! believe. It serves to look at signatures; [`Verifier::verify`](crate::Verifier::verify) serves to trust them.

use samlkit_c14n::Algorithm;
use samlkit_crypto::{DigestAlgorithm, SignatureAlgorithm, Thumbprint};
use samlkit_xml::{Document, Element, is_nc_name};

use crate::ns::DS;
use crate::structure::{
    Canonicalization, Objects, Reference, Signature, Transform, read_signed_info,
};
use crate::{Error, Policy, TrustedKey, Uri, Verifier, element_by_id};

/// What a valid signature covers.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Report {
    signature_algorithm: SignatureAlgorithm,
    canonicalization: Algorithm,
    references: Vec<ReferenceReport>,
    key: Thumbprint,
}

impl Report {
    /// The signature algorithm.
    #[must_use]
    pub const fn signature_algorithm(&self) -> SignatureAlgorithm {
        self.signature_algorithm
    }

    /// The canonicalization of `ds:SignedInfo`.
    #[must_use]
    pub const fn canonicalization(&self) -> Algorithm {
        self.canonicalization
    }

    /// The references, in order.
    #[must_use]
    pub fn references(&self) -> &[ReferenceReport] {
        &self.references
    }

    /// The thumbprint of the key that verified the signature.
    #[must_use]
    pub const fn key(&self) -> Thumbprint {
        self.key
    }
}

/// One reference of a valid signature.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReferenceReport {
    uri: String,
    digest_algorithm: DigestAlgorithm,
    element: String,
}

impl ReferenceReport {
    /// Its `URI`.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Its digest algorithm.
    #[must_use]
    pub const fn digest_algorithm(&self) -> DigestAlgorithm {
        self.digest_algorithm
    }

    /// The expanded name of the element it names, as `{namespace}local`; the root's for the whole document.
    #[must_use]
    pub fn element(&self) -> &str {
        &self.element
    }
}

/// Verifies the one `ds:Signature` of `document`: enveloped, or enveloping, with any number of same-document references.
///
/// # Errors
///
/// [`Error::MissingSignature`] or [`Error::MultipleSignatures`] unless there is exactly one signature in the document; the
/// `Unsupported…` variants for whatever lies outside the allow-list; otherwise what does not verify.
///
/// # Complexity
///
/// O(n) in the document for each transform of each reference; both are bounded.
pub fn verify(
    document: &Document<'_>,
    keys: &[TrustedKey],
    policy: Policy,
) -> Result<Report, Error> {
    let verifier = Verifier::new(keys)?.with_policy(policy);
    let mut signatures = document
        .elements()
        .filter(|element| element.is(DS, "Signature"));
    let signature = signatures.next().ok_or_else(|| Error::MissingSignature {
        offset: document.root().offset(),
    })?;
    if let Some(second) = signatures.next() {
        return Err(Error::MultipleSignatures {
            offset: second.offset(),
        });
    }
    let signature = Signature::read(signature, Objects::Accept)?;
    let verified = verifier.verify_signed_info(&signature)?;
    let mut signed = Vec::new();
    read_signed_info(verified.document.root(), &verified.methods, |reference| {
        signed.push(reference);
    })?;
    if signed.is_empty() {
        return Err(Error::ReferenceCount { count: 0 });
    }
    let mut references = Vec::with_capacity(signed.len());
    for (index, reference) in signed.iter().enumerate() {
        let target = resolve(document, reference, index)?;
        let octets = transform(document, target, signature.element, reference)?;
        verifier.check_digest(reference, &octets, index)?;
        let element = target.unwrap_or_else(|| document.root());
        references.push(ReferenceReport {
            uri: reference.uri.unwrap_or_default().to_owned(),
            digest_algorithm: reference.digest,
            element: format!("{{{}}}{}", element.namespace(), element.local_name()),
        });
    }
    Ok(Report {
        signature_algorithm: verified.methods.signature,
        canonicalization: verified.methods.canonicalization.algorithm,
        references,
        key: verified.key,
    })
}

/// The element that a reference names; `None` for the whole document (XMLSig §4.4.3.2).
fn resolve<'d>(
    document: &'d Document<'d>,
    reference: &Reference<'_>,
    index: usize,
) -> Result<Option<Element<'d>>, Error> {
    let uri = reference
        .uri
        .ok_or(Error::MissingAttribute { name: "URI" })?;
    if uri.is_empty() {
        return Ok(None);
    }
    match uri.strip_prefix('#') {
        // A shorthand pointer, never a scheme such as `xpointer(…)`. An ID that begins with a digit is no NCName, but is written
        // often enough, and means one element all the same.
        Some(id) if is_nc_name(&format!("_{id}")) => match element_by_id(document, id)? {
            Some(element) => Ok(Some(element)),
            None => Err(Error::UnresolvedReference { index }),
        },
        _ => Err(Error::UnsupportedReference { uri: Uri::new(uri) }),
    }
}

/// Runs the transforms of a reference; a canonicalization is added where octets are needed and none was made.
fn transform(
    document: &Document<'_>,
    target: Option<Element<'_>>,
    signature: Element<'_>,
    reference: &Reference<'_>,
) -> Result<Vec<u8>, Error> {
    let mut excluded = None;
    let mut transformed: Option<Vec<u8>> = None;
    let first = |canonicalization: Canonicalization<'_>, excluded| {
        let canonicalizer = canonicalization.without_comments().canonicalizer();
        let mut out = Vec::new();
        match (target, excluded) {
            (Some(element), Some(excluded)) => {
                canonicalizer.element_without(element, excluded, &mut out)
            }
            (Some(element), None) => canonicalizer.element(element, &mut out),
            (None, Some(excluded)) => canonicalizer.document_without(document, excluded, &mut out),
            (None, None) => canonicalizer.document(document, &mut out),
        }
        .map(|()| out)
    };
    for step in reference.transforms() {
        match (*step, &transformed) {
            // A signature that is not within what is referenced has nothing to be taken out of it.
            (Transform::EnvelopedSignature, None) if excluded.is_none() => {
                let apex = target.unwrap_or_else(|| document.root()).node();
                let within = apex.id() < signature.id() && signature.id() < apex.subtree_end();
                excluded = within.then_some(signature);
            }
            (Transform::EnvelopedSignature, _) => return Err(Error::MisplacedTransform),
            (Transform::Canonicalization(method), None) => {
                transformed = Some(first(method, excluded)?);
            }
            (Transform::Canonicalization(method), Some(octets)) => {
                let mut out = Vec::with_capacity(octets.len());
                method
                    .canonicalizer()
                    .document(&Document::parse(octets)?, &mut out)?;
                transformed = Some(out);
            }
        }
    }
    match transformed {
        Some(octets) => Ok(octets),
        None => Ok(first(Canonicalization::DEFAULT, excluded)?),
    }
}
