//! Reading `ds:Signature` and `ds:SignedInfo` by their schema (XMLSig §4).

use samlkit_c14n::{Algorithm, Canonicalizer};
use samlkit_crypto::{DigestAlgorithm, PssParameters, SignatureAlgorithm, algorithm};
use samlkit_xml::ns::XSI;
use samlkit_xml::{Attribute, Element, ExpandedName, Node, NodeKind};

use crate::ns::{DS, DSIG_MORE_2007, ENVELOPED_SIGNATURE, EXC_C14N};
use crate::{Error, Uri, encoding};

const SIGNED_INFO: ExpandedName = ExpandedName::new(DS, "SignedInfo");
const SIGNATURE_VALUE: ExpandedName = ExpandedName::new(DS, "SignatureValue");
const KEY_INFO: ExpandedName = ExpandedName::new(DS, "KeyInfo");
const OBJECT: ExpandedName = ExpandedName::new(DS, "Object");
const CANONICALIZATION_METHOD: ExpandedName = ExpandedName::new(DS, "CanonicalizationMethod");
const SIGNATURE_METHOD: ExpandedName = ExpandedName::new(DS, "SignatureMethod");
const REFERENCE: ExpandedName = ExpandedName::new(DS, "Reference");
const TRANSFORMS: ExpandedName = ExpandedName::new(DS, "Transforms");
const TRANSFORM: ExpandedName = ExpandedName::new(DS, "Transform");
const DIGEST_METHOD: ExpandedName = ExpandedName::new(DS, "DigestMethod");
const DIGEST_VALUE: ExpandedName = ExpandedName::new(DS, "DigestValue");
const INCLUSIVE_NAMESPACES: ExpandedName = ExpandedName::new(EXC_C14N, "InclusiveNamespaces");
const RSA_PSS_PARAMS: ExpandedName = ExpandedName::new(DSIG_MORE_2007, "RSAPSSParams");
const MASK_GENERATION_FUNCTION: ExpandedName =
    ExpandedName::new(DSIG_MORE_2007, "MaskGenerationFunction");
const SALT_LENGTH: ExpandedName = ExpandedName::new(DSIG_MORE_2007, "SaltLength");
const TRAILER_FIELD: ExpandedName = ExpandedName::new(DSIG_MORE_2007, "TrailerField");
const ALGORITHM: ExpandedName = ExpandedName::new("", "Algorithm");
const ID: ExpandedName = ExpandedName::new("", "Id");
const TYPE: ExpandedName = ExpandedName::new("", "Type");
const URI: ExpandedName = ExpandedName::new("", "URI");
const PREFIX_LIST: ExpandedName = ExpandedName::new("", "PrefixList");

/// The parts of a `ds:Signature`.
pub(crate) struct Signature<'d> {
    pub(crate) element: Element<'d>,
    pub(crate) signed_info: Element<'d>,
    pub(crate) value: Vec<u8>,
    pub(crate) key_info: Option<Element<'d>>,
}

/// Whether a signature may hold `ds:Object` elements.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Objects {
    Refuse,
    Accept,
}

impl<'d> Signature<'d> {
    pub(crate) fn read(element: Element<'d>, objects: Objects) -> Result<Self, Error> {
        only_attributes(element, &[ID])?;
        let mut children = Fields::of(element)?;
        let signed_info = children.required(&SIGNED_INFO)?;
        let value_element = children.required(&SIGNATURE_VALUE)?;
        let key_info = children.optional(&KEY_INFO);
        while children.optional(&OBJECT).is_some() {
            if objects == Objects::Refuse {
                return Err(Error::UnexpectedObject {
                    offset: element.offset(),
                });
            }
        }
        children.finish()?;
        only_attributes(value_element, &[ID])?;
        let value = encoding::decode(&value_element.text()?, "SignatureValue")?;
        Ok(Self {
            element,
            signed_info,
            value,
            key_info,
        })
    }
}

/// A canonicalization with its `PrefixList`, if it has one.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) struct Canonicalization<'d> {
    pub(crate) algorithm: Algorithm,
    pub(crate) prefixes: Option<&'d str>,
}

impl<'d> Canonicalization<'d> {
    /// What applies when octets are needed and no transform makes them (XMLSig §4.4.3.2).
    pub(crate) const DEFAULT: Self = Self {
        algorithm: Algorithm::CanonicalXml10,
        prefixes: None,
    };

    /// Reads the `ds:CanonicalizationMethod` or `ds:Transform` that names the algorithm `uri`; `None` if that is not a
    /// canonicalization.
    fn read(element: Element<'d>, uri: &str) -> Result<Option<Self>, Error> {
        let Some(algorithm) = Algorithm::from_uri(uri) else {
            return Ok(None);
        };
        let mut children = Fields::of(element)?;
        let prefixes = match children.optional(&INCLUSIVE_NAMESPACES) {
            Some(child) if algorithm.is_exclusive() => {
                only_attributes(child, &[PREFIX_LIST])?;
                Fields::of(child)?.finish()?;
                // The schema lets the list be absent, which names nothing.
                child.attribute("PrefixList")
            }
            Some(child) => {
                return Err(Error::UnexpectedContent {
                    offset: child.offset(),
                });
            }
            None => None,
        };
        children.finish()?;
        Ok(Some(Self {
            algorithm,
            prefixes,
        }))
    }

    /// As it applies to a same-document reference, whose node-set has no comments (XMLSig §4.4.3.3).
    pub(crate) const fn without_comments(self) -> Self {
        Self {
            algorithm: self.algorithm.without_comments(),
            prefixes: self.prefixes,
        }
    }

    pub(crate) fn canonicalizer(self) -> Canonicalizer<'d> {
        let canonicalizer = Canonicalizer::new(self.algorithm);
        match self.prefixes {
            Some(prefixes) => canonicalizer.with_inclusive_prefixes(prefixes),
            None => canonicalizer,
        }
    }
}

/// The two algorithms of `ds:SignedInfo` that must be known before it can be verified.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) struct Methods<'d> {
    pub(crate) canonicalization: Canonicalization<'d>,
    pub(crate) signature: SignatureAlgorithm,
}

/// A `ds:Reference`.
pub(crate) struct Reference<'d> {
    pub(crate) uri: Option<&'d str>,
    transforms: [Transform<'d>; MOST_TRANSFORMS],
    transform_count: usize,
    pub(crate) digest: DigestAlgorithm,
    pub(crate) value: Vec<u8>,
}

/// A `ds:Transform` of the allow-list.
#[derive(Clone, Copy)]
pub(crate) enum Transform<'d> {
    EnvelopedSignature,
    Canonicalization(Canonicalization<'d>),
}

/// More transforms than any chain of the allow-list can use; bounds the work that one reference can ask for.
const MOST_TRANSFORMS: usize = 8;
/// More references than a signature of the generic entry point needs.
const MOST_REFERENCES: usize = 64;

impl<'d> Methods<'d> {
    /// Reads the two methods, with which the canonical form is made and checked.
    pub(crate) fn read(signed_info: Element<'d>) -> Result<Self, Error> {
        only_attributes(signed_info, &[ID])?;
        Self::next(&mut Fields::of(signed_info)?)
    }

    fn next(fields: &mut Fields<'d>) -> Result<Self, Error> {
        let method = fields.required(&CANONICALIZATION_METHOD)?;
        let uri = algorithm_of(method)?;
        let canonicalization = Canonicalization::read(method, uri)?
            .ok_or_else(|| Error::UnsupportedCanonicalization { uri: Uri::new(uri) })?;
        let signature = signature_method(fields.required(&SIGNATURE_METHOD)?)?;
        Ok(Self {
            canonicalization,
            signature,
        })
    }
}

/// Reads the canonical `ds:SignedInfo`, which must name `methods`; gives each reference to `keep`, in order.
pub(crate) fn read_signed_info<'d>(
    element: Element<'d>,
    methods: &Methods<'_>,
    mut keep: impl FnMut(Reference<'d>),
) -> Result<(), Error> {
    if !element.has_name(&SIGNED_INFO) {
        return Err(Error::MissingElement { name: "SignedInfo" });
    }
    only_attributes(element, &[ID])?;
    let mut fields = Fields::of(element)?;
    // The canonical form is what was signed; it must say what was acted on.
    if Methods::next(&mut fields)? != *methods {
        return Err(Error::InconsistentSignedInfo);
    }
    let mut count = 0;
    while let Some(reference) = fields.optional(&REFERENCE) {
        if count == MOST_REFERENCES {
            return Err(Error::ReferenceCount {
                count: MOST_REFERENCES + 1,
            });
        }
        count += 1;
        keep(Reference::read(reference)?);
    }
    fields.finish()
}

impl<'d> Reference<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        only_attributes(element, &[ID, TYPE, URI])?;
        let mut fields = Fields::of(element)?;
        let mut transforms = [Transform::EnvelopedSignature; MOST_TRANSFORMS];
        let mut transform_count = 0;
        if let Some(list) = fields.optional(&TRANSFORMS) {
            only_attributes(list, &[])?;
            let mut list = Fields::of(list)?;
            let mut transform = Some(list.required(&TRANSFORM)?);
            while let Some(element) = transform {
                let slot = transforms.get_mut(transform_count);
                *slot.ok_or(Error::MisplacedTransform)? = Transform::read(element)?;
                transform_count += 1;
                transform = list.optional(&TRANSFORM);
            }
            list.finish()?;
        }
        let method = fields.required(&DIGEST_METHOD)?;
        let digest = digest_method(method)?;
        let value = fields.required(&DIGEST_VALUE)?;
        only_attributes(value, &[])?;
        fields.finish()?;
        let value = encoding::decode(&value.text()?, "DigestValue")?;
        Ok(Self {
            uri: element.attribute("URI"),
            transforms,
            transform_count,
            digest,
            value,
        })
    }

    /// Its transforms, in order.
    pub(crate) fn transforms(&self) -> &[Transform<'d>] {
        self.transforms
            .get(..self.transform_count)
            .unwrap_or_default()
    }
}

impl<'d> Transform<'d> {
    fn read(element: Element<'d>) -> Result<Self, Error> {
        let uri = algorithm_of(element)?;
        if uri == ENVELOPED_SIGNATURE {
            Fields::of(element)?.finish()?;
            return Ok(Self::EnvelopedSignature);
        }
        Canonicalization::read(element, uri)?
            .map(Self::Canonicalization)
            .ok_or_else(|| Error::UnsupportedTransform { uri: Uri::new(uri) })
    }
}

fn signature_method(element: Element<'_>) -> Result<SignatureAlgorithm, Error> {
    let uri = algorithm_of(element)?;
    let mut fields = Fields::of(element)?;
    let method = if uri == algorithm::RSA_PSS {
        let parameters = fields.optional(&RSA_PSS_PARAMS);
        pss_parameters(parameters)?
    } else {
        SignatureAlgorithm::from_uri(uri)
            .ok_or_else(|| Error::UnsupportedSignatureMethod { uri: Uri::new(uri) })?
    };
    // An HMACOutputLength would be here.
    fields.finish()?;
    Ok(method)
}

/// `RSAPSSParams` (RFC 9231 §2.3.9): every part is optional, SHA-256 and its length are the defaults.
fn pss_parameters(element: Option<Element<'_>>) -> Result<SignatureAlgorithm, Error> {
    let mut digest = DigestAlgorithm::Sha256;
    let mut mask_digest = None;
    let mut salt_length = None;
    let mut trailer_field = 1;
    if let Some(element) = element {
        only_attributes(element, &[])?;
        let mut fields = Fields::of(element)?;
        if let Some(method) = fields.optional(&DIGEST_METHOD) {
            digest = digest_method(method)?;
        }
        if let Some(function) = fields.optional(&MASK_GENERATION_FUNCTION) {
            if algorithm_of(function)? != algorithm::MGF1 {
                return Err(Error::UnsupportedParameters);
            }
            let mut inner = Fields::of(function)?;
            mask_digest = inner
                .optional(&DIGEST_METHOD)
                .map(digest_method)
                .transpose()?;
            inner.finish()?;
        }
        if let Some(length) = fields.optional(&SALT_LENGTH) {
            salt_length = Some(number(length)?);
        }
        if let Some(trailer) = fields.optional(&TRAILER_FIELD) {
            trailer_field = number(trailer)?;
        }
        fields.finish()?;
    }
    let salt_length = match salt_length {
        Some(length) => length,
        None => u32::try_from(digest.output_len()).map_err(|_| Error::UnsupportedParameters)?,
    };
    let mask_digest = mask_digest.unwrap_or(DigestAlgorithm::Sha256);
    PssParameters::new(digest, mask_digest, salt_length, trailer_field)
        .map(SignatureAlgorithm::from_pss_parameters)
        .map_err(|_| Error::UnsupportedParameters)
}

fn number(element: Element<'_>) -> Result<u32, Error> {
    let text = element.text()?;
    let digits = text.trim_matches([' ', '\t', '\n', '\r']);
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::UnsupportedParameters);
    }
    digits.parse().map_err(|_| Error::UnsupportedParameters)
}

fn digest_method(element: Element<'_>) -> Result<DigestAlgorithm, Error> {
    let uri = algorithm_of(element)?;
    Fields::of(element)?.finish()?;
    DigestAlgorithm::from_uri(uri)
        .ok_or_else(|| Error::UnsupportedDigestMethod { uri: Uri::new(uri) })
}

fn algorithm_of(element: Element<'_>) -> Result<&str, Error> {
    let mut algorithm = None;
    for attribute in element.attributes() {
        if attribute.has_name(&ALGORITHM) {
            algorithm = Some(attribute.value());
        } else if !says_nothing(attribute) {
            return Err(Error::UnexpectedContent {
                offset: element.offset(),
            });
        }
    }
    algorithm.ok_or(Error::MissingAttribute { name: "Algorithm" })
}

/// Refuses attributes other than `allowed` and those that say nothing.
fn only_attributes(element: Element<'_>, allowed: &[ExpandedName]) -> Result<(), Error> {
    let unexpected = element.attributes().any(|attribute| {
        !allowed.iter().any(|name| attribute.has_name(name)) && !says_nothing(attribute)
    });
    if unexpected {
        Err(Error::UnexpectedContent {
            offset: element.offset(),
        })
    } else {
        Ok(())
    }
}

/// Whether an attribute is one of two kinds that may stand anywhere: `xml:*`, which inclusive canonicalization copies to an
/// apex from its ancestors, and what a schema lets any element have (XML Schema Part 1 §2.6), which means nothing here.
#[cold]
fn says_nothing(attribute: Attribute<'_>) -> bool {
    match attribute.namespace() {
        XSI => matches!(
            attribute.local_name(),
            "type" | "schemaLocation" | "noNamespaceSchemaLocation"
        ),
        namespace => namespace == samlkit_xml::ns::XML,
    }
}

/// The child elements of an element with element content, read in order.
struct Fields<'d> {
    parent: Element<'d>,
    rest: samlkit_xml::Elements<'d>,
    next: Option<Element<'d>>,
}

impl<'d> Fields<'d> {
    fn of(parent: Element<'d>) -> Result<Self, Error> {
        let space = |b: u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r');
        let stray = parent
            .children()
            .any(|node| matches!(node.kind(), NodeKind::Text(text) if !text.bytes().all(space)));
        if stray {
            return Err(Error::UnexpectedContent {
                offset: parent.offset(),
            });
        }
        let mut rest = parent.elements();
        let next = rest.next();
        Ok(Self { parent, rest, next })
    }

    fn optional(&mut self, name: &ExpandedName) -> Option<Element<'d>> {
        let found = self.next.filter(|element| element.has_name(name))?;
        self.next = self.rest.next();
        Some(found)
    }

    fn required(&mut self, name: &ExpandedName) -> Result<Element<'d>, Error> {
        let missing = || Error::MissingElement {
            name: name.local_name(),
        };
        self.optional(name).ok_or_else(missing)
    }

    fn finish(self) -> Result<(), Error> {
        match self.next {
            Some(_) => Err(Error::UnexpectedContent {
                offset: self.parent.offset(),
            }),
            None => Ok(()),
        }
    }
}

/// Refuses comments and processing instructions within `ds:SignedInfo`, which a canonical form may drop (CVE-2025-29774).
pub(crate) fn elements_and_text_only(signed_info: Element<'_>) -> Result<(), Error> {
    let allowed = |node: Node<'_>| matches!(node.kind(), NodeKind::Element(_) | NodeKind::Text(_));
    if signed_info.descendants().all(allowed) {
        Ok(())
    } else {
        Err(Error::UnexpectedContent {
            offset: signed_info.offset(),
        })
    }
}
