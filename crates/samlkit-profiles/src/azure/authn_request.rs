//! What Entra does with the parts of an `AuthnRequest`, as data.
//!
//! From Microsoft's protocol page of 2024-25. The page of the 2018 tutorial's time (2017-07) differs where a row says so.

use samlkit_core::Comparison;
use samlkit_core::uri::{authn_context as core_context, nameid_format};
use samlkit_crypto::SignatureAlgorithm;
use samlkit_websso::Login;
use thiserror::Error as ThisError;

use crate::uri::authn_context;

/// The authentication context classes that Entra takes in `RequestedAuthnContext`; `Comparison` must be `exact`.
///
/// In 2017 it was [`core_context::PASSWORD`] only. [`core_context::PASSWORD_PROTECTED_TRANSPORT`] is not in the
/// table, though Entra's errors show that it is recognised. Whichever is asked for, a user who authenticates in another
/// way gets AADSTS75011: ask for none.
pub const AUTHN_CONTEXT_CLASSES: [&str; 12] = [
    core_context::KERBEROS,
    core_context::PASSWORD,
    authn_context::PGP,
    authn_context::SECURE_REMOTE_PASSWORD,
    authn_context::XMLDSIG,
    authn_context::SPKI,
    core_context::SMARTCARD,
    core_context::SMARTCARD_PKI,
    core_context::TLS_CLIENT,
    authn_context::UNSPECIFIED_ENTRA,
    core_context::X509,
    core_context::WINDOWS,
];

/// The `NameIDPolicy` formats that Entra takes; any other is an error.
pub const NAME_ID_FORMATS: [&str; 4] = [
    nameid_format::PERSISTENT,
    nameid_format::EMAIL_ADDRESS,
    nameid_format::UNSPECIFIED,
    nameid_format::TRANSIENT,
];

/// What Entra does with a part of the request.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Treatment {
    /// It must be there.
    Required,
    /// It may be there and is followed.
    Honoured,
    /// It may be there and changes nothing.
    Ignored,
    /// The request is refused when it is there.
    Refused,
}

/// One row of the table: a part of the request and what becomes of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rule {
    part: &'static str,
    treatment: Treatment,
    note: &'static str,
    aadsts: Option<u32>,
}

impl Rule {
    /// The attribute or element, by its name in the schema (SAMLCore §3.4.1).
    #[must_use]
    pub const fn part(&self) -> &'static str {
        self.part
    }

    /// What becomes of it.
    #[must_use]
    pub const fn treatment(&self) -> Treatment {
        self.treatment
    }

    /// What else there is to know; may be empty.
    #[must_use]
    pub const fn note(&self) -> &'static str {
        self.note
    }

    /// The AADSTS code of a violation, where one is known.
    #[must_use]
    pub const fn aadsts(&self) -> Option<u32> {
        self.aadsts
    }
}

const fn rule(
    part: &'static str,
    treatment: Treatment,
    note: &'static str,
    aadsts: Option<u32>,
) -> Rule {
    Rule {
        part,
        treatment,
        note,
        aadsts,
    }
}

/// The table, in the order of the schema.
pub const RULES: &[Rule] = &[
    rule(
        "ID",
        Treatment::Required,
        "must not begin with a digit",
        Some(7_500_529),
    ),
    rule("Version", Treatment::Required, "2.0", None),
    rule(
        "IssueInstant",
        Treatment::Required,
        "said not to be evaluated, yet a code for an expired one exists",
        Some(76_026),
    ),
    rule(
        "Destination",
        Treatment::Ignored,
        "a code for a wrong one exists",
        Some(75_008),
    ),
    rule("Consent", Treatment::Ignored, "", None),
    rule(
        "Issuer",
        Treatment::Required,
        "exactly one Identifier of the application",
        Some(700_016),
    ),
    rule(
        "Signature",
        Treatment::Honoured,
        "ignored unless the application requires verification certificates; in 2017 it was not to be sent",
        Some(76_021),
    ),
    rule(
        "Subject",
        Treatment::Refused,
        "send the login_hint query parameter instead; in 2017 it was ignored",
        None,
    ),
    rule(
        "NameIDPolicy",
        Treatment::Honoured,
        "one of four formats; wins over the application's setting",
        Some(75_016),
    ),
    rule(
        "NameIDPolicy/@SPNameQualifier",
        Treatment::Refused,
        "the present page shows it echoed",
        Some(90_011),
    ),
    rule("NameIDPolicy/@AllowCreate", Treatment::Ignored, "", None),
    rule("Conditions", Treatment::Ignored, "", None),
    rule(
        "RequestedAuthnContext",
        Treatment::Honoured,
        "one of twelve classes, Comparison exact",
        Some(75_011),
    ),
    rule(
        "Scoping",
        Treatment::Honoured,
        "without ProxyCount, IDPList and RequesterID",
        None,
    ),
    rule(
        "ForceAuthn",
        Treatment::Honoured,
        "in 2016 it had to be false",
        None,
    ),
    rule(
        "IsPassive",
        Treatment::Honoured,
        "in 2016 it had to be false",
        Some(50_058),
    ),
    rule(
        "AssertionConsumerServiceURL",
        Treatment::Honoured,
        "must be one of the Reply URLs",
        Some(50_011),
    ),
    rule(
        "AssertionConsumerServiceIndex",
        Treatment::Ignored,
        "refused in practice beside the URL",
        None,
    ),
    rule(
        "AttributeConsumingServiceIndex",
        Treatment::Ignored,
        "",
        None,
    ),
    rule("ProviderName", Treatment::Ignored, "", None),
];

/// What Entra would refuse about a request, with the code that it would show.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, ThisError)]
pub enum RequestError {
    /// `NameIDPolicy` asks for a format that Entra does not have (AADSTS75016).
    #[error("Entra takes four formats of name identifiers, and this is none of them (AADSTS75016)")]
    NameIdFormat,
    /// `NameIDPolicy` has an `SPNameQualifier` (AADSTS90011).
    #[error("Entra does not take an SPNameQualifier (AADSTS90011)")]
    SpNameQualifier,
    /// `RequestedAuthnContext` compares otherwise than `exact` (AADSTS75011).
    #[error("Entra compares authentication contexts exactly, and in no other way (AADSTS75011)")]
    Comparison,
    /// `RequestedAuthnContext` names a class that Entra does not know (AADSTS75011).
    #[error("Entra does not know this authentication context class (AADSTS75011)")]
    AuthnContextClass,
    /// The request is signed by an algorithm other than RSA-SHA256 (AADSTS76021 when signatures are required).
    #[error("Entra verifies requests signed by RSA-SHA256 (AADSTS76021)")]
    SignatureAlgorithm,
    /// The assertion consumer service is named by its index, which Entra has no metadata to look up in (AADSTS50011).
    #[error("Entra knows Reply URLs, not indexes of them (AADSTS50011)")]
    AcsIndex,
}

impl RequestError {
    /// The number of the AADSTS code that Entra would answer with.
    #[must_use]
    pub const fn aadsts(self) -> u32 {
        match self {
            Self::NameIdFormat => 75_016,
            Self::SpNameQualifier => 90_011,
            Self::Comparison | Self::AuthnContextClass => 75_011,
            Self::SignatureAlgorithm => 76_021,
            Self::AcsIndex => 50_011,
        }
    }
}

/// Checks a request before it is sent to Entra, which answers what it refuses on a page of its own.
///
/// ```
/// use samlkit_core::write::NameIdPolicy;
/// use samlkit_profiles::azure::authn_request::{RequestError, check};
/// use samlkit_websso::Login;
///
/// assert_eq!(check(&Login::new()), Ok(()));
/// let login = Login::new().with_name_id_policy(NameIdPolicy::new().with_format("urn:x"));
/// assert_eq!(check(&login), Err(RequestError::NameIdFormat));
/// assert_eq!(RequestError::NameIdFormat.aadsts(), 75_016);
/// ```
///
/// # Errors
///
/// The first [`RequestError`].
pub fn check(login: &Login<'_>) -> Result<(), RequestError> {
    if let Some(policy) = login.name_id_policy() {
        if policy.sp_name_qualifier().is_some() {
            return Err(RequestError::SpNameQualifier);
        }
        if policy
            .format()
            .is_some_and(|format| !NAME_ID_FORMATS.contains(&format))
        {
            return Err(RequestError::NameIdFormat);
        }
    }
    if let Some(context) = login.requested_authn_context() {
        if context.comparison() != Comparison::Exact {
            return Err(RequestError::Comparison);
        }
        let known = |class: &String| {
            AUTHN_CONTEXT_CLASSES.contains(&class.as_str())
                || class == core_context::PASSWORD_PROTECTED_TRANSPORT
        };
        if !context.references().iter().all(known) {
            return Err(RequestError::AuthnContextClass);
        }
    }
    if login
        .signature_algorithm()
        .is_some_and(|algorithm| algorithm != SignatureAlgorithm::RsaSha256)
    {
        return Err(RequestError::SignatureAlgorithm);
    }
    if login.names_acs_by_index() {
        return Err(RequestError::AcsIndex);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_tables_have_no_row_twice() {
        assert_eq!(
            AUTHN_CONTEXT_CLASSES.iter().collect::<BTreeSet<_>>().len(),
            12
        );
        assert_eq!(NAME_ID_FORMATS.iter().collect::<BTreeSet<_>>().len(), 4);
        assert_eq!(
            RULES.iter().map(Rule::part).collect::<BTreeSet<_>>().len(),
            RULES.len()
        );
    }

    #[test]
    fn every_code_of_a_rule_is_in_the_table_of_codes() {
        for rule in RULES {
            if let Some(code) = rule.aadsts() {
                assert!(
                    crate::azure::aadsts::lookup(code).is_some(),
                    "{} {code}",
                    rule.part()
                );
            }
        }
    }

    #[test]
    fn a_subject_is_refused() {
        let subject = RULES.iter().find(|rule| rule.part() == "Subject").unwrap();
        assert_eq!(subject.treatment(), Treatment::Refused);
        assert!(subject.note().contains("login_hint"));
    }

    #[test]
    fn what_entra_would_refuse_is_not_sent() {
        use samlkit_core::write::{NameIdPolicy, RequestedAuthnContext};

        let policy = |policy| check(&Login::new().with_name_id_policy(policy));
        for format in NAME_ID_FORMATS {
            assert_eq!(policy(NameIdPolicy::new().with_format(format)), Ok(()));
        }
        assert_eq!(policy(NameIdPolicy::new()), Ok(()));
        assert_eq!(
            policy(NameIdPolicy::new().with_format(nameid_format::KERBEROS)),
            Err(RequestError::NameIdFormat)
        );
        assert_eq!(
            policy(NameIdPolicy::new().with_sp_name_qualifier("x")),
            Err(RequestError::SpNameQualifier)
        );

        let context = |comparison, class: &str| {
            let context = RequestedAuthnContext::class_refs(comparison, [class]);
            check(&Login::new().with_requested_authn_context(context))
        };
        for class in AUTHN_CONTEXT_CLASSES {
            assert_eq!(context(Comparison::Exact, class), Ok(()));
        }
        assert_eq!(
            context(Comparison::Minimum, core_context::PASSWORD),
            Err(RequestError::Comparison)
        );
        assert_eq!(
            context(Comparison::Exact, "urn:x"),
            Err(RequestError::AuthnContextClass)
        );
        assert_eq!(
            check(&Login::new().with_acs_index(0)),
            Err(RequestError::AcsIndex)
        );
    }
}
