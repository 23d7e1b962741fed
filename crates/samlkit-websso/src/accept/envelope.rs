//! What stands where in the document, before any of it is believed.

use samlkit_core::Status;
use samlkit_dsig::Ids;
use samlkit_xml::{Element, ExpandedName};

use crate::service_provider::{SAML, SAMLP};
use crate::{Code, Rejection};

const ASSERTION: ExpandedName = ExpandedName::new(SAML, "Assertion");
const ENCRYPTED_ASSERTION: ExpandedName = ExpandedName::new(SAML, "EncryptedAssertion");
const ENCRYPTED_ID: ExpandedName = ExpandedName::new(SAML, "EncryptedID");
const ENCRYPTED_ATTRIBUTE: ExpandedName = ExpandedName::new(SAML, "EncryptedAttribute");
const RESPONSE: ExpandedName = ExpandedName::new(SAMLP, "Response");
const SIGNATURE: ExpandedName = ExpandedName::new(samlkit_dsig::ns::DS, "Signature");

/// What has its places in a response.
const OF_NOTE: [ExpandedName; 6] = [
    ASSERTION,
    ENCRYPTED_ASSERTION,
    ENCRYPTED_ID,
    ENCRYPTED_ATTRIBUTE,
    RESPONSE,
    SIGNATURE,
];

/// The places of the assertion and of the signatures in a response.
pub(super) struct Envelope<'d> {
    pub(super) response: Element<'d>,
    assertion: Option<Element<'d>>,
    encrypted: Option<Element<'d>>,
    /// Whether anything within an assertion is encrypted.
    has_encrypted_parts: bool,
}

pub(super) fn multiple_assertions() -> Rejection {
    Rejection::rule(
        Code::MultipleAssertions,
        "the message has more than one assertion",
    )
}

pub(super) fn no_assertion() -> Rejection {
    Rejection::rule(Code::NoAssertion, "the Response has no assertion")
}

impl<'d> Envelope<'d> {
    /// Walks the whole document once.
    ///
    /// There may be one `Assertion` in it, as a child of the response, and signatures as children of these two. Every published
    /// wrapping attack needs another assertion, or a signature in another place, to hide what was signed.
    pub(super) fn survey(response: Element<'d>) -> Result<Self, Rejection> {
        let mut envelope = Self {
            response,
            assertion: None,
            encrypted: None,
            has_encrypted_parts: false,
        };
        let (mut several, mut misplaced) = (false, None);
        for (element, name) in response.document().elements_among(&OF_NOTE) {
            match *name {
                ASSERTION => {
                    several |= envelope.assertion.is_some() || envelope.encrypted.is_some();
                    if element.parent() != Some(response) {
                        misplaced = Some("an assertion is not a child of the Response");
                    }
                    envelope.assertion = Some(element);
                }
                ENCRYPTED_ASSERTION => {
                    several |= envelope.assertion.is_some() || envelope.encrypted.is_some();
                    if element.parent() != Some(response) {
                        misplaced = Some("an encrypted assertion is not a child of the Response");
                    }
                    envelope.encrypted = Some(element);
                }
                RESPONSE if element != response => {
                    misplaced = Some("a Response is within the Response");
                }
                SIGNATURE if !is_in_place(element, response) => {
                    misplaced =
                        Some("a signature is a child of neither the Response nor the Assertion");
                }
                ENCRYPTED_ID | ENCRYPTED_ATTRIBUTE => envelope.has_encrypted_parts = true,
                _ => {}
            }
        }
        match misplaced {
            Some(rule) => Err(Rejection::rule(Code::SignatureWrapping, rule)),
            None if several => Err(multiple_assertions()),
            None => Ok(envelope),
        }
    }

    /// Whether the assertion is encrypted.
    pub(super) const fn is_encrypted(&self) -> bool {
        self.encrypted.is_some()
    }

    /// The IDs of the message, where they will have to be compared with those of what is encrypted in it.
    pub(super) fn ids_to_keep(&self) -> Result<Ids, Rejection> {
        let mut ids = Ids::default();
        if self.encrypted.is_some() || self.has_encrypted_parts {
            ids.add(self.response.document())?;
        }
        Ok(ids)
    }

    /// The assertion, as it is or encrypted.
    pub(super) fn content(&self) -> Result<Content<'d>, Rejection> {
        match (self.assertion, self.encrypted) {
            (Some(assertion), _) => Ok(Content::Assertion(assertion)),
            (None, Some(encrypted)) => Ok(Content::Encrypted(encrypted)),
            (None, None) => Err(no_assertion()),
        }
    }
}

/// What a response holds.
pub(super) enum Content<'d> {
    Assertion(Element<'d>),
    Encrypted(Element<'d>),
}

/// Checks that a decrypted assertion has no other in it, and no signature but its own.
pub(super) fn survey_decrypted(assertion: Element<'_>) -> Result<(), Rejection> {
    for element in assertion.document().elements() {
        let another = element != assertion
            && (element.has_name(&ASSERTION) || element.has_name(&ENCRYPTED_ASSERTION));
        let misplaced = element.has_name(&SIGNATURE) && element.parent() != Some(assertion);
        if another || misplaced || element.has_name(&RESPONSE) {
            return Err(Rejection::rule(
                Code::SignatureWrapping,
                "an assertion or a signature is within the decrypted assertion",
            ));
        }
    }
    Ok(())
}

/// Whether a signature is a child of the response, or of an assertion that is.
fn is_in_place(signature: Element<'_>, response: Element<'_>) -> bool {
    signature.parent().is_some_and(|parent| {
        parent == response || (parent.has_name(&ASSERTION) && parent.parent() == Some(response))
    })
}

/// SAMLCore §3.2.2.2: anything but success means that the assertion, if there is one, is none to act on.
pub(super) fn check_status(status: &Status<'_>) -> Result<(), Rejection> {
    if status.is_success() {
        return Ok(());
    }
    let mut shown = String::new();
    for code in status.codes().iter().take(3) {
        if !shown.is_empty() {
            shown.push_str(" / ");
        }
        // The last part of the URN is the part that people know.
        let name = code.value().rsplit(':').next().unwrap_or_default();
        shown.extend(name.chars().take(60).flat_map(char::escape_default));
    }
    if let Some(message) = status.message() {
        shown.push_str(": ");
        shown.extend(message.chars().take(300).flat_map(char::escape_default));
    }
    Err(Rejection::new(
        Code::StatusNotSuccess,
        crate::Reason::Status {
            status: shown.into(),
        },
    ))
}
