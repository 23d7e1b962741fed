//! Entra's error codes (`AADSTS…`) that sign-on by SAML meets.
//!
//! Most of these are shown on Microsoft's own page and never posted. Microsoft says not to branch on them: they are for
//! telling a person what to look at.

/// What one code means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Entry {
    code: u32,
    meaning: &'static str,
    fix: &'static str,
}

impl Entry {
    /// The number after `AADSTS`.
    #[must_use]
    pub const fn code(&self) -> u32 {
        self.code
    }

    /// What happened, in a few words.
    #[must_use]
    pub const fn meaning(&self) -> &'static str {
        self.meaning
    }

    /// What to look at or change.
    #[must_use]
    pub const fn fix(&self) -> &'static str {
        self.fix
    }
}

/// The entry of a code, if the table has it. O(log n) in the table.
///
/// ```
/// use samlkit_profiles::azure::aadsts;
///
/// let entry = aadsts::lookup(50105).expect("in the table");
/// assert_eq!(entry.meaning(), "the user is not assigned to the application");
/// assert_eq!(aadsts::lookup(1), None);
/// ```
#[must_use]
pub fn lookup(code: u32) -> Option<&'static Entry> {
    TABLE
        .binary_search_by_key(&code, Entry::code)
        .ok()
        .and_then(|at| TABLE.get(at))
}

/// The first code in a text, such as a `StatusMessage`, whether or not the table has it. Linear in the text.
///
/// ```
/// use samlkit_profiles::azure::aadsts;
///
/// let message = "AADSTS75011: Authentication method by which the user authenticated doesn't match. Trace ID: …";
/// assert_eq!(aadsts::find(message), Some(75011));
/// assert_eq!(aadsts::find("denied"), None);
/// ```
#[must_use]
pub fn find(text: &str) -> Option<u32> {
    text.split("AADSTS").skip(1).find_map(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        // Longer numbers are no codes, and would not fit.
        if (1..=9).contains(&digits) {
            rest.get(..digits)?.parse().ok()
        } else {
            None
        }
    })
}

/// Every entry, by code.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    TABLE.iter()
}

const fn entry(code: u32, meaning: &'static str, fix: &'static str) -> Entry {
    Entry { code, meaning, fix }
}

const AUDIENCE: &str = "the Issuer of the request must equal an Identifier (Entity ID) of the application, in the tenant that it was sent to";
const GUEST: &str = "invite the user to the tenant, or sign in with another account";
const CLOUD: &str =
    "the request went to the wrong cloud or tenant: check the host and the tenant of the Login URL";
const POLICY: &str =
    "no fault of SAML: satisfy the tenant's multi-factor or Conditional Access policy";
const LOGOUT: &str = "look at the logout request: its NameID and the session it belongs to";
const BINDING: &str = "responses come by HTTP-POST only: ask for no other ProtocolBinding";
const NAME_ID: &str = "NameIDPolicy may name one of four formats (persistent, transient, emailAddress, unspecified) and no SPNameQualifier";
const CERTIFICATE: &str =
    "look at the signing certificates of the application: SAML Signing Certificate";

static TABLE: [Entry; 46] = [
    entry(16_000, "the account is not in the tenant", GUEST),
    entry(50_003, "no signing key is configured", CERTIFICATE),
    entry(
        50_006,
        "the signature of the request is not valid",
        "check the verification certificate and the signing algorithm (RSA-SHA256)",
    ),
    entry(
        50_011,
        "the assertion consumer service URL of the request is no Reply URL of the application",
        "register it exactly: scheme, host, port, path with its case, slash at the end; behind a proxy the request often says http or :443",
    ),
    entry(50_020, "the user's account is of another tenant", GUEST),
    entry(50_034, "the account does not exist in the tenant", GUEST),
    entry(
        50_042,
        "the salt for pairwise identifiers is missing",
        "look at the claim that the NameID comes from: Attributes & Claims",
    ),
    entry(
        50_058,
        "no session, and the request did not allow to ask",
        "send the request again without IsPassive",
    ),
    entry(
        50_059,
        "nothing tells the tenant",
        "use the Login URL with the tenant in it",
    ),
    entry(50_061, "the sign-out request is not valid", LOGOUT),
    entry(
        50_068,
        "the initiator of the sign-out is not in the session",
        LOGOUT,
    ),
    entry(
        50_070,
        "the sign-out names a NameID that the session has not",
        LOGOUT,
    ),
    entry(
        50_071,
        "the sign-out request has expired",
        "check the clock of the sender",
    ),
    entry(50_076, "multi-factor authentication is required", POLICY),
    entry(
        50_079,
        "the user must register for multi-factor authentication",
        POLICY,
    ),
    entry(
        50_105,
        "the user is not assigned to the application",
        "assign the user or a group under Users and groups, or set Assignment required to No",
    ),
    entry(
        50_146,
        "the application needs a signing key of its own",
        CERTIFICATE,
    ),
    entry(51_004, "the user's account is not in the tenant", GUEST),
    entry(
        53_000,
        "the device does not satisfy Conditional Access",
        POLICY,
    ),
    entry(53_003, "Conditional Access blocks the sign-in", POLICY),
    entry(
        70_001,
        "no application with that identifier, or it is disabled",
        AUDIENCE,
    ),
    entry(75_001, "a binding error", BINDING),
    entry(75_003, "responses are sent by POST only", BINDING),
    entry(
        75_005,
        "the request is not a valid SAML 2.0 message",
        "look for missing fields, and for bad base64 or DEFLATE",
    ),
    entry(
        75_006,
        "the request has a property that is not supported",
        NAME_ID,
    ),
    entry(
        75_008,
        "the destination of the request is unexpected",
        "set Destination to the Login URL or leave it out",
    ),
    entry(
        75_011,
        "the user authenticated otherwise than the request demands",
        "send no RequestedAuthnContext, in Mimecast with both context boxes of the Authentication Profile unticked, or send ForceAuthn=true",
    ),
    entry(75_016, "the NameIDPolicy is not supported", NAME_ID),
    entry(
        76_021,
        "the request must be signed, and its signature was not where it belongs",
        "sign in the query for HTTP-Redirect, in the XML for HTTP-POST; a sign-on from the identity provider's side cannot work",
    ),
    entry(
        76_026,
        "the request has expired",
        "check the clock of the sender",
    ),
    entry(90_002, "the tenant does not exist here", CLOUD),
    entry(
        90_011,
        "the request has a parameter that is not supported",
        NAME_ID,
    ),
    entry(90_015, "the query is too long", "use HTTP-POST"),
    entry(90_038, "the tenant is of another cloud", CLOUD),
    entry(
        90_107,
        "the request is not valid XML",
        "look at the encoding of the message",
    ),
    entry(
        501_241,
        "the source of the NameID or of a claim is missing",
        "fill the user's attribute, or choose another under Attributes & Claims",
    ),
    entry(
        650_056,
        "the application is misconfigured; with SAML the Issuer does not match",
        AUDIENCE,
    ),
    entry(
        700_016,
        "no application with that identifier in the tenant",
        AUDIENCE,
    ),
    entry(
        750_054,
        "neither SAMLRequest nor SAMLResponse is in the query",
        "the Login URL was opened bare, with another binding, or at a service provider that starts no sign-on",
    ),
    entry(
        900_236,
        "the request has a property that is not supported",
        NAME_ID,
    ),
    entry(
        900_382,
        "the application cannot be used across clouds",
        CLOUD,
    ),
    entry(
        900_432,
        "confidential clients cannot be used across clouds; of OAuth, not of SAML",
        CLOUD,
    ),
    entry(
        7_500_514,
        "neither a Response nor an Assertion was found",
        BINDING,
    ),
    entry(
        7_500_525,
        "the message has an error in its XML",
        "for example an empty Issuer, when no Identifier is marked Default",
    ),
    entry(
        7_500_529,
        "the ID of the request is not valid",
        "begin it with a letter or an underscore; no slash, plus or equals sign",
    ),
    entry(7_500_530, "the sign-out has no NameID", LOGOUT),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(TABLE.windows(2).all(|pair| pair[0].code < pair[1].code));
        for entry in entries() {
            assert_eq!(lookup(entry.code()), Some(entry));
            assert!(!entry.meaning().is_empty() && !entry.fix().is_empty());
        }
    }

    #[test]
    fn the_codes_of_the_documentation_are_there() {
        for code in [
            50_011, 700_016, 70_001, 650_056, 50_105, 75_005, 750_054, 7_500_525, 7_500_529,
            7_500_514, 75_001, 75_003, 75_008, 75_011, 75_016, 75_006, 90_011, 900_236, 76_021,
            76_026, 501_241, 50_042, 50_003, 50_146, 50_006, 50_020, 50_034, 51_004, 16_000,
            50_058, 50_059, 50_076, 50_079, 53_003, 53_000, 90_002, 90_038, 900_432, 900_382,
            50_061, 50_068, 50_070, 50_071, 7_500_530, 90_015, 90_107,
        ] {
            assert!(lookup(code).is_some(), "{code}");
        }
    }

    #[test]
    fn a_code_is_found_in_text() {
        for (text, code) in [
            ("AADSTS50011: The reply URL", Some(50_011)),
            ("error AADSTS7500529.", Some(7_500_529)),
            ("AADSTSx AADSTS75011", Some(75_011)),
            ("AADSTS", None),
            ("AADSTS12345678901234567890", None),
            ("aadsts50011", None),
            ("AADSTS٥", None),
            ("", None),
        ] {
            assert_eq!(find(text), code, "{text}");
        }
    }
}
