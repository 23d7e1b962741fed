//! What an administrator can look at, by rule. Deployment profiles add the names of fields and menus.

use samlkit_dsig::Error as Dsig;

use crate::{Code, Reason, Rejection};

pub(crate) fn of(rejection: &Rejection) -> Option<&'static str> {
    Some(match rejection.code() {
        Code::AlgorithmNotAllowed => match rejection.reason() {
            Reason::Encryption(_) => {
                "Have the identity provider encrypt with AES-256-GCM and RSA-OAEP, or sign the response around what it encrypts."
            }
            Reason::Signature(Dsig::KeyNotAllowed { .. }) => {
                "Have the identity provider sign with an RSA key of at least 2048 bits."
            }
            _ => {
                "Set the identity provider's signing algorithm to RSA-SHA256 with SHA-256 digests."
            }
        },
        Code::AcsNotRegistered => {
            "Register the assertion consumer service URL that the request names, character for character, or have the request name a registered one."
        }
        Code::AudienceMismatch => {
            "Make the identity provider's identifier of this application (audience, entity ID) equal to the service provider's entity ID, character for character."
        }
        Code::AuthnContextUnsupported => {
            "Have the request ask by AuthnContextClassRef, or for no context."
        }
        Code::DecryptionFailed => {
            "Check that the identity provider encrypts to the service provider's current certificate, and that its private key is configured."
        }
        Code::DestinationMismatch | Code::RecipientMismatch => {
            "Make the identity provider's reply URL equal to the assertion consumer service URL: scheme, host, port, path and trailing slash."
        }
        Code::EmbeddedSignature => {
            "Have the sender sign the query (SigAlg and Signature) for HTTP-Redirect, or send the signed message by HTTP-POST."
        }
        Code::Expired => {
            "Check both clocks. A message that was kept, bookmarked or sent again after its time is refused for good reason."
        }
        Code::NotEncrypted => {
            "Give the identity provider the service provider's certificate to encrypt to, and turn its token encryption on."
        }
        Code::NotYetValid => "Check both clocks: the identity provider's seems to be ahead.",
        Code::InResponseToMismatch => {
            "The sign-on was not started by this browser session, was finished already, or its cookie was lost on the cross-site POST (SameSite)."
        }
        Code::IssuerMismatch => {
            "Compare the configured entity ID of the identity provider with the one in its metadata; a trailing slash counts."
        }
        Code::MalformedBase64 => "Give the whole form value of SAMLResponse, URL-decoded once.",
        Code::NameIdPolicyUnsupported => {
            "Have the request ask for a format that is issued, or for none (unspecified)."
        }
        Code::UnknownIssuer => {
            "Import the sender's metadata, and compare its entity ID with the Issuer: a trailing slash counts."
        }
        Code::UnsupportedBinding => "Have the request ask for its response by HTTP-POST.",
        Code::NotAResponse => "The value of SAMLResponse must be a samlp:Response of SAML 2.0.",
        Code::Replayed => {
            "Start the sign-on again; going back in the browser sends the same message once more."
        }
        Code::ReplayMemoryUnavailable => {
            "Enlarge the replay memory or restore the store behind it."
        }
        Code::SignatureInvalid => match rejection.reason() {
            Reason::Signature(Dsig::SignatureMismatch) => {
                "Compare the identity provider's signing certificate with the configured ones; if it matches, the message was changed on its way."
            }
            _ => {
                "The message was changed after it was signed, or is signed in a way that SAML does not have."
            }
        },
        Code::StatusNotSuccess => {
            "Look up the reported status at the identity provider; its log has the cause."
        }
        Code::Unsigned => {
            "Have the identity provider sign the assertion or the response, and require no more than it signs."
        }
        Code::Unsolicited => {
            "Start at the service provider, or allow sign-on that the identity provider starts, with a replay memory."
        }
        Code::UntrustedKey => {
            "Import the identity provider's current metadata: it signs with a certificate that is not configured."
        }
        Code::ConditionNotUnderstood
        | Code::DtdForbidden
        | Code::DuplicateId
        | Code::InvalidValue
        | Code::LimitExceeded
        | Code::MalformedXml
        | Code::MissingElement
        | Code::MultipleAssertions
        | Code::NoAssertion
        | Code::NotALogoutRequest
        | Code::NotALogoutResponse
        | Code::NotAnAuthnRequest
        | Code::SignatureWrapping
        | Code::SubjectConfirmation
        | Code::UnsupportedEncoding
        | Code::UnsupportedIdentifier
        | Code::UnsupportedVersion => return None,
    })
}
