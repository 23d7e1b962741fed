//! What to change where, for the deployment at hand.

use samlkit::profiles::azure::{IssuerDifference, aadsts};
use samlkit::profiles::diagnosis::{AudienceMistake, UrlDifference};
use samlkit::profiles::idp::IdpKind;
use samlkit::profiles::mimecast::{PersonalPortal, Region};
use samlkit::websso::Reason;
use samlkit::{Code, Rejection, ServiceProvider, dsig};

use crate::cli::Verify;
use crate::failure::Refusal;
use crate::message;

/// The configuration that a response was checked with.
pub(crate) struct Situation<'a> {
    pub(crate) args: &'a Verify,
    pub(crate) kind: IdpKind,
    pub(crate) service_provider: &'a ServiceProvider,
    /// The message as it was decoded.
    pub(crate) message: &'a [u8],
}

impl Situation<'_> {
    /// A refusal, with that help.
    pub(crate) fn refusal(&self, rejection: &Rejection) -> Refusal {
        Refusal {
            code: rejection.code().as_str(),
            message: rejection.to_string(),
            help: self.help(rejection),
        }
    }

    /// The help that knows most about the deployment.
    pub(crate) fn help(&self, rejection: &Rejection) -> Option<String> {
        let specific = match rejection.code() {
            Code::AudienceMismatch => self.audience(rejection),
            Code::DestinationMismatch | Code::RecipientMismatch => self.url(rejection),
            Code::IssuerMismatch => self.issuer(rejection),
            // Of encryption the library knows as much.
            Code::AlgorithmNotAllowed if matches!(rejection.reason(), Reason::Encryption(_)) => None,
            Code::AlgorithmNotAllowed => Some(self.algorithm(rejection)),
            Code::Unsigned => self.unsigned(),
            Code::UntrustedKey | Code::SignatureInvalid => self.key(rejection),
            Code::StatusNotSuccess => status(rejection),
            Code::Unsolicited => Some(
                "For a sign-on that the identity provider starts (My Apps tile), give --allow-unsolicited; at a service \
                 provider that needs a replay memory."
                    .to_owned(),
            ),
            Code::InResponseToMismatch => Some(self.in_response_to()),
            Code::Expired | Code::NotYetValid => Some(
                "Give the time of the sign-on with --at to look at an old message; if the clocks differ, set them right or \
                 give --clock-skew."
                    .to_owned(),
            ),
            Code::DecryptionFailed => self.decryption(),
            Code::MalformedXml | Code::UnsupportedEncoding if message::inflate(self.message).is_some() => Some(
                "The message is deflated, as the HTTP-Redirect binding has it, which responses may not come by: have the \
                 identity provider send it by HTTP-POST."
                    .to_owned(),
            ),
            _ => None,
        };
        specific.or_else(|| rejection.help().map(str::to_owned))
    }

    const fn portal(&self) -> Option<&PersonalPortal> {
        self.args.sp.mimecast.as_ref()
    }

    fn is_entra(&self) -> bool {
        self.kind == IdpKind::Entra
    }

    fn audience(&self, rejection: &Rejection) -> Option<String> {
        let expected = self.service_provider.entity_id();
        if matches!(rejection.reason(), Reason::Missing { .. }) {
            return Some(format!(
                "Have the identity provider name {expected} as the Audience of its assertions."
            ));
        }
        if let (Some(portal), Some((_, found))) = (self.portal(), mismatch(rejection)) {
            let mistake = AudienceMistake::find(portal, self.kind, found)?;
            return Some(format!("{}. {}", sentence(&mistake), mistake.help()));
        }
        self.is_entra().then(|| {
            format!("In the Azure portal under Basic SAML Configuration set Identifier (Entity ID) to {expected}, letter by letter.")
        })
    }

    fn url(&self, rejection: &Rejection) -> Option<String> {
        let (expected, found) = mismatch(rejection)?;
        if let Some(portal) = self.portal()
            && found == portal.idp_initiated_acs_url().value()
        {
            return Some(format!(
                "The message was meant for the Personal Portal's address for sign-on that the identity provider starts; to check it \
                 there, give --acs-url {found}."
            ));
        }
        let host = found
            .strip_prefix("https://")
            .and_then(|rest| rest.split('/').next());
        if let Some(portal) = self.portal()
            && let Some(other) = host.and_then(Region::from_sso_host)
            && other != portal.region()
        {
            return Some(format!(
                "The message is for the region {other}, and it was checked for {}: in the Azure portal under Basic SAML \
                 Configuration set Reply URL to {expected}, or choose the other region with --mimecast.",
                portal.region()
            ));
        }
        let difference = UrlDifference::between(expected, found)?;
        let help = if self.portal().is_some() || self.is_entra() {
            difference.help()
        } else {
            "Make the identity provider's reply URL equal to the assertion consumer service URL, letter by letter."
        };
        Some(format!("{}. {help}", sentence(&difference)))
    }

    fn issuer(&self, rejection: &Rejection) -> Option<String> {
        let (expected, found) = mismatch(rejection)?;
        if !self.is_entra() && IdpKind::detect(found, []) != IdpKind::Entra {
            return None;
        }
        let difference = IssuerDifference::between(expected, found)?;
        Some(format!("{}. {}", sentence(&difference), difference.help()))
    }

    fn algorithm(&self, rejection: &Rejection) -> String {
        let where_to = if self.is_entra() {
            "In the Azure portal under SAML Signing Certificate set Signing Algorithm to SHA-256"
        } else {
            "Set the identity provider's signing algorithm to RSA-SHA256 with SHA-256 digests"
        };
        match rejection.reason() {
            Reason::Signature(dsig::Error::KeyNotAllowed { .. }) => {
                "Have the identity provider sign with an RSA key of at least 2048 bits; until then, --allow-weak-rsa accepts 1024."
                    .to_owned()
            }
            Reason::Signature(dsig::Error::AlgorithmNotAllowed { .. }) => {
                format!("{where_to}; until then, --allow-sha1 accepts SHA-1.")
            }
            Reason::Signature(
                dsig::Error::UnsupportedSignatureMethod { .. } | dsig::Error::UnsupportedDigestMethod { .. },
            ) => format!("{where_to}; this algorithm is never accepted."),
            _ => "SAML signatures have the enveloped-signature transform and one canonicalization, nothing else: look at how the \
                  message was signed."
                .to_owned(),
        }
    }

    fn unsigned(&self) -> Option<String> {
        if !self.is_entra() && !self.args.require_signed_response {
            return None;
        }
        Some(match (self.is_entra(), self.args.require_signed_response) {
            (true, true) => {
                "Entra signs the assertion only by default: in the Azure portal under SAML Signing Certificate set Signing \
                 Option to Sign SAML response and assertion, or leave out --require-signed-response."
            }
            (true, false) => {
                "In the Azure portal under SAML Signing Certificate set Signing Option to Sign SAML assertion."
            }
            (false, _) => {
                "Have the identity provider sign the response, or leave out --require-signed-response."
            }
        }
        .to_owned())
    }

    fn key(&self, rejection: &Rejection) -> Option<String> {
        let by_key = matches!(
            rejection.reason(),
            Reason::Signature(dsig::Error::UntrustedKey | dsig::Error::NoUsableKey)
        );
        (by_key && self.is_entra()).then(|| {
            "The message was signed with a certificate that is not among the trusted ones. Download the application's own metadata again \
             (App Federation Metadata URL, which ends in ?appid=): the tenant's has other certificates, and after a rollover the \
             old file misses the new one."
                .to_owned()
        })
    }

    fn in_response_to(&self) -> String {
        let request = "Give the ID of the very request that was sent with --in-response-to";
        match (
            self.args.in_response_to.is_some(),
            self.args.allow_unsolicited,
        ) {
            (true, false) => {
                format!(
                    "{request}; for a sign-on that the identity provider started, --allow-unsolicited."
                )
            }
            (true, true) | (false, _) => format!("{request}."),
        }
    }

    fn decryption(&self) -> Option<String> {
        if self.args.decrypt_key.is_empty() {
            return Some(
                "The assertion is encrypted: give the service provider's private key with --decrypt-key.".to_owned(),
            );
        }
        self.is_entra().then(|| {
            "The key does not decrypt it: in the Azure portal under Token encryption activate the certificate of the service \
             provider's current key."
                .to_owned()
        })
    }
}

/// What was expected and what was found.
fn mismatch(rejection: &Rejection) -> Option<(&str, &str)> {
    match rejection.reason() {
        Reason::Mismatch {
            expected, found, ..
        } => Some((expected.as_str(), found.as_str())),
        _ => None,
    }
}

/// The error that Entra reports in its status message.
fn status(rejection: &Rejection) -> Option<String> {
    let entry = aadsts::lookup(aadsts::find(&rejection.to_string())?)?;
    Some(format!(
        "AADSTS{}: {}. To mend it: {}.",
        entry.code(),
        entry.meaning(),
        entry.fix()
    ))
}

/// With a capital letter.
fn sentence(text: &impl std::fmt::Display) -> String {
    let text = text.to_string();
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
