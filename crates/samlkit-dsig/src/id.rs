use std::collections::HashSet;

use samlkit_crypto::DigestAlgorithm;
use samlkit_xml::{Attribute, Document, Element, ns};

use crate::Error;

/// Up to this many IDs are compared pair by pair; more go into a set.
const PAIRWISE: usize = 16;

/// Every attribute that some reader takes for an ID: `ID` (SAML 2.0), `AssertionID` (SAML 1.1), `Id` (XML-DSig, XML-Enc), `id`
/// and `xml:id`.
fn is_id(attribute: &Attribute<'_>) -> bool {
    match attribute.local_name() {
        "ID" | "Id" | "AssertionID" => attribute.namespace().is_empty(),
        "id" => attribute.namespace().is_empty() || attribute.namespace() == ns::XML,
        _ => false,
    }
}

/// The values of an element's IDs.
fn ids<'d>(element: Element<'d>) -> impl Iterator<Item = &'d str> {
    element.attributes().filter(is_id).map(Attribute::value)
}

/// The offset of the element that has this attribute.
fn offset_of_owner(document: &Document<'_>, attribute: Attribute<'_>) -> usize {
    let before = |element: &Element<'_>| element.offset() < attribute.offset();
    let owner = document.elements().take_while(before).last();
    owner.map_or(0, Element::offset)
}

/// The IDs of a document that comes in pieces.
///
/// They are told apart by the first half of their SHA-256, so that each takes the same little memory however long it is, and
/// nobody can find two that look equal.
#[derive(Debug, Default)]
pub(crate) struct SeenIds {
    seen: HashSet<[u8; 16]>,
}

impl SeenIds {
    /// A metadata aggregate has an ID or two for each entity, and the largest has some ten thousand entities. So many take
    /// 9 MiB.
    pub(crate) const MOST: usize = 7 << 16;

    /// Looks at the IDs of `element`; `false` if there are too many in all.
    pub(crate) fn see(&mut self, element: Element<'_>) -> Result<bool, Error> {
        for id in ids(element) {
            let digest = DigestAlgorithm::Sha256.digest(id.as_bytes());
            let Some(&half) = digest.as_bytes().first_chunk() else {
                continue;
            };
            if !self.seen.insert(half) {
                return Err(Error::DuplicateId {
                    offset: element.offset(),
                });
            }
        }
        Ok(self.seen.len() <= Self::MOST)
    }
}

/// A document in which no two IDs are equal, so that it need not be looked at again for each signature in it.
///
/// ```
/// use samlkit_dsig::{Error, UniqueIds};
/// use samlkit_xml::Document;
///
/// let document = Document::parse(br#"<a ID="x"><b Id="x"/></a>"#)?;
/// assert_eq!(UniqueIds::of(&document).unwrap_err(), Error::DuplicateId { offset: 10 });
/// # Ok::<(), samlkit_xml::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct UniqueIds<'d> {
    document: &'d Document<'d>,
}

impl<'d> UniqueIds<'d> {
    /// Looks at every ID of `document`, whichever attribute it comes from.
    ///
    /// Two readers that disagree on which of two elements an ID means are the root of signature wrapping, so the question is
    /// never allowed to arise.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateId`] with the later element.
    ///
    /// # Complexity
    ///
    /// O(n) in the octets of the document: more than a few IDs go into a set whose hashing no sender can foresee.
    pub fn of(document: &'d Document<'d>) -> Result<Self, Error> {
        let mut few: [&str; PAIRWISE] = [""; PAIRWISE];
        let mut many = HashSet::new();
        for (count, attribute) in document.attributes().filter(is_id).enumerate() {
            let id = attribute.value();
            let unique = if let Some(free) = few.get_mut(count) {
                *free = id;
                !few.iter().take(count).any(|&other| other == id)
            } else {
                if many.is_empty() {
                    many.extend(few);
                }
                many.insert(id)
            };
            if !unique {
                return Err(Error::DuplicateId {
                    offset: offset_of_owner(document, attribute),
                });
            }
        }
        Ok(Self { document })
    }

    /// Refuses what was found of one document as the proof for another, unless that one holds as well.
    pub(crate) fn cover(self, element: Element<'_>) -> Result<(), Error> {
        if core::ptr::from_ref(self.document).addr()
            == core::ptr::from_ref(element.document()).addr()
        {
            Ok(())
        } else {
            UniqueIds::of(element.document()).map(drop)
        }
    }
}

/// Refuses a document in which two IDs are equal: [`UniqueIds::of`], when nothing is to be verified.
///
/// # Errors
///
/// [`Error::DuplicateId`] with the later element.
///
/// # Complexity
///
/// That of [`UniqueIds::of`].
pub fn check_ids(document: &Document<'_>) -> Result<(), Error> {
    UniqueIds::of(document).map(drop)
}

/// The element with an ID attribute (`ID`, `Id`, `id`, `xml:id` or `AssertionID`) of this value.
///
/// # Errors
///
/// [`Error::DuplicateId`] if a second element has the same one.
///
/// # Complexity
///
/// O(n) in the nodes of the document.
pub fn element_by_id<'d>(
    document: &'d Document<'d>,
    id: &str,
) -> Result<Option<Element<'d>>, Error> {
    let mut found = document
        .elements()
        .filter(|&element| ids(element).any(|other| other == id));
    let first = found.next();
    match found.next() {
        Some(second) => Err(Error::DuplicateId {
            offset: second.offset(),
        }),
        None => Ok(first),
    }
}

/// The IDs of a message and of what was encrypted in it, which are one document once it is decrypted.
///
/// ```
/// use samlkit_dsig::{Error, Ids};
/// use samlkit_xml::Document;
///
/// let (outer, inner) = (Document::parse(br#"<a ID="x"/>"#)?, Document::parse(br#"<b><c Id="x"/></b>"#)?);
/// let mut ids = Ids::default();
/// ids.add(&outer)?;
/// assert_eq!(ids.add(&inner), Err(Error::DuplicateId { offset: 3 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Ids(HashSet<Box<str>>);

impl Ids {
    /// Adds those of a document.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateId`] for one that is there already, with the element by its offset in this document.
    ///
    /// # Complexity
    ///
    /// O(n) in the octets of the document.
    pub fn add(&mut self, document: &Document<'_>) -> Result<(), Error> {
        for element in document.elements() {
            for id in ids(element) {
                if !self.0.insert(id.into()) {
                    return Err(Error::DuplicateId {
                        offset: element.offset(),
                    });
                }
            }
        }
        Ok(())
    }
}
