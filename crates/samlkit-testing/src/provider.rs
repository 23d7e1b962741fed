//! How each identity provider writes, as data.

use samlkit::profiles::idp::IdpKind;
use samlkit::websso::SignedParts;

use crate::ns;
use crate::random::{guid, hex};

/// An identity provider whose way of writing is imitated.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Provider {
    /// Azure AD (Entra ID): one line, default namespaces, `AttributeStatement` first.
    Entra,
    /// AD FS: as Entra, with `Consent`, spaces in empty tags and a prefixed signature.
    AdFs,
    /// Okta: prefixes with a 2, typed values, a `PrefixList`, both signed.
    Okta,
    /// `OneLogin`: both namespaces declared at the root, seconds, the response signed.
    OneLogin,
    /// Google Workspace: the response signed.
    Google,
    /// Keycloak: prefix `dsig`, a `KeyInfo` with everything, the response signed.
    Keycloak,
    /// Shibboleth: object identifiers as names, a transient `NameID`.
    Shibboleth,
}

impl Provider {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Entra,
        Self::AdFs,
        Self::Okta,
        Self::OneLogin,
        Self::Google,
        Self::Keycloak,
        Self::Shibboleth,
    ];

    /// As the profiles of samlkit call it.
    #[must_use]
    pub const fn kind(self) -> IdpKind {
        match self {
            Self::Entra => IdpKind::Entra,
            Self::AdFs => IdpKind::AdFs,
            Self::Okta => IdpKind::Okta,
            Self::OneLogin => IdpKind::OneLogin,
            Self::Google => IdpKind::Google,
            Self::Keycloak => IdpKind::Keycloak,
            Self::Shibboleth => IdpKind::Shibboleth,
        }
    }

    /// A short name, as in the names of cases.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.kind().id()
    }

    /// What it signs unless told otherwise.
    #[must_use]
    pub const fn signs(self) -> SignedParts {
        match self {
            Self::Entra | Self::AdFs => SignedParts::Assertion,
            Self::Okta => SignedParts::Both,
            Self::OneLogin | Self::Google | Self::Keycloak | Self::Shibboleth => {
                SignedParts::Response
            }
        }
    }

    pub(crate) fn entity_id(self, seed: &str) -> String {
        match self {
            Self::Entra => format!("https://sts.windows.net/{}/", guid(seed, &["tenant"])),
            Self::AdFs => "http://fs.contoso.example/adfs/services/trust".to_owned(),
            Self::Okta => "http://www.okta.com/exk4vq8jzTnW2mXh05d7".to_owned(),
            Self::OneLogin => "https://app.onelogin.com/saml/metadata/503983".to_owned(),
            Self::Google => "https://accounts.google.com/o/saml2?idpid=C01exmpl7".to_owned(),
            Self::Keycloak => "https://sso.example/realms/contoso".to_owned(),
            Self::Shibboleth => "https://idp.university.example/idp/shibboleth".to_owned(),
        }
    }

    pub(crate) fn sso_url(self, seed: &str) -> String {
        match self {
            Self::Entra => format!(
                "https://login.microsoftonline.com/{}/saml2",
                guid(seed, &["tenant"])
            ),
            Self::AdFs => "https://fs.contoso.example/adfs/ls/".to_owned(),
            Self::Okta => "https://contoso.okta.example/app/mimecast/sso/saml".to_owned(),
            Self::OneLogin => {
                "https://contoso.onelogin.example/trust/saml2/http-post/sso/503983".to_owned()
            }
            Self::Google => "https://accounts.google.com/o/saml2/idp?idpid=C01exmpl7".to_owned(),
            Self::Keycloak => "https://sso.example/realms/contoso/protocol/saml".to_owned(),
            Self::Shibboleth => {
                "https://idp.university.example/idp/profile/SAML2/POST/SSO".to_owned()
            }
        }
    }

    /// An ID in the form of this provider's; `what` tells one from another.
    pub(crate) fn identifier(self, seed: &str, what: &str) -> String {
        let parts = [self.id(), what];
        match self {
            Self::Entra | Self::AdFs => format!("_{}", guid(seed, &parts)),
            Self::Okta => {
                let digits = crate::random::octets(seed, &parts);
                let digits: String = digits
                    .iter()
                    .take(20)
                    .map(|octet| char::from(b'0' + octet % 10))
                    .collect();
                format!("id{digits}")
            }
            Self::OneLogin if what.contains("assertion") => format!("A{}", hex(seed, &parts)),
            Self::OneLogin => format!("pfx{}", guid(seed, &parts)),
            Self::Keycloak => format!("ID_{}", guid(seed, &parts)),
            Self::Google | Self::Shibboleth => {
                format!("_{}", guid(seed, &parts).replace('-', ""))
            }
        }
    }

    pub(crate) const fn style(self) -> Style {
        match self {
            Self::Entra => ENTRA,
            Self::AdFs => AD_FS,
            Self::Okta => OKTA,
            Self::OneLogin => ONE_LOGIN,
            Self::Google => GOOGLE,
            Self::Keycloak => KEYCLOAK,
            Self::Shibboleth => SHIBBOLETH,
        }
    }

    /// The claims about the user, as (name, friendly name, values).
    pub(crate) fn claims(self, seed: &str, entity_id: &str) -> Vec<Claim> {
        let mail = vec![crate::USER.to_owned()];
        let claim = |name: &str, values: Vec<String>| Claim {
            name: name.to_owned(),
            friendly: None,
            values,
        };
        let one = |name: &str, value: &str| claim(name, vec![value.to_owned()]);
        match self {
            Self::Entra => entra_claims(seed, entity_id),
            Self::AdFs => vec![
                claim(&[CLAIMS, "emailaddress"].concat(), mail),
                one(&[CLAIMS, "name"].concat(), "CONTOSO\\bsimon"),
            ],
            Self::Okta => vec![claim("email", mail), one("firstName", "Britta")],
            Self::OneLogin => vec![claim("User.email", mail), one("User.LastName", "Simon")],
            Self::Google => vec![claim("email", mail), one("department", "Field Engineering")],
            Self::Keycloak => vec![
                one("Role", "offline_access"),
                one("Role", "manage-account"),
                one("Role", "view-profile"),
            ],
            Self::Shibboleth => vec![
                Claim {
                    friendly: Some("mail".to_owned()),
                    ..claim("urn:oid:0.9.2342.19200300.100.1.3", mail)
                },
                Claim {
                    friendly: Some("eduPersonScopedAffiliation".to_owned()),
                    ..claim(
                        "urn:oid:1.3.6.1.4.1.5923.1.1.1.9",
                        vec![
                            "member@university.example".to_owned(),
                            "staff@university.example".to_owned(),
                        ],
                    )
                },
            ],
        }
    }

    /// The name of the attribute that groups are in.
    pub(crate) const fn groups_claim(self) -> &'static str {
        match self {
            Self::Entra | Self::AdFs => {
                "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"
            }
            Self::OneLogin => "memberOf",
            Self::Shibboleth => "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
            Self::Okta | Self::Google | Self::Keycloak => "groups",
        }
    }
}

const CLAIMS: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";
const MICROSOFT: &str = "http://schemas.microsoft.com/identity/claims/";

/// In Entra's order. Groups come after the display name.
fn entra_claims(seed: &str, entity_id: &str) -> Vec<Claim> {
    let tenant = guid(seed, &["tenant"]);
    let user = guid(seed, &["user"]);
    let claim = |prefix: &str, name: &str, values: &[&str]| Claim {
        name: [prefix, name].concat(),
        friendly: None,
        values: values.iter().map(|&value| value.to_owned()).collect(),
    };
    vec![
        claim(MICROSOFT, "tenantid", &[&tenant]),
        claim(MICROSOFT, "objectidentifier", &[&user]),
        claim(MICROSOFT, "displayname", &["Britta Simon"]),
        claim(MICROSOFT, "identityprovider", &[entity_id]),
        claim(
            "http://schemas.microsoft.com/claims/",
            "authnmethodsreferences",
            &[
                "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password",
                "http://schemas.microsoft.com/claims/multipleauthn",
            ],
        ),
        claim(CLAIMS, "givenname", &["Britta"]),
        claim(CLAIMS, "surname", &["Simon"]),
        claim(CLAIMS, "emailaddress", &[crate::USER]),
        claim(CLAIMS, "name", &[crate::USER]),
    ]
}

/// An attribute of the user.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) name: String,
    pub(crate) friendly: Option<String>,
    pub(crate) values: Vec<String>,
}

/// How a message is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) declaration: &'static str,
    pub(crate) protocol: &'static str,
    pub(crate) assertion: &'static str,
    pub(crate) signature: &'static str,
    /// The namespace of assertions is declared at the root, and not again.
    pub(crate) declared_at_root: bool,
    /// The end of an empty element's tag.
    pub(crate) empty: &'static str,
    /// The order of the attributes of `Response`.
    pub(crate) order: &'static [Part],
    pub(crate) attributes_first: bool,
    pub(crate) consent: Option<&'static str>,
    pub(crate) issuer_format: Option<&'static str>,
    pub(crate) name_id_format: &'static str,
    pub(crate) attribute_format: Option<&'static str>,
    /// `xsi:type` of attribute values.
    pub(crate) value_type: Option<&'static str>,
    pub(crate) prefix_list: Option<&'static str>,
    pub(crate) fraction: bool,
    /// Seconds from the issue instant.
    pub(crate) not_before: i64,
    pub(crate) conditions: i64,
    pub(crate) confirmation: i64,
    pub(crate) session: Option<i64>,
    pub(crate) class: &'static str,
    pub(crate) key_info: KeyInfo,
}

/// An attribute of `Response`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    Id,
    Version,
    IssueInstant,
    Destination,
    Consent,
    InResponseTo,
    Declarations,
}

/// What stands in `KeyInfo`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum KeyInfo {
    Certificate,
    SubjectAndCertificate,
    NameCertificateAndValue,
}

use Part::{Consent, Declarations, Destination, Id, InResponseTo, IssueInstant, Version};

const ENTRA: Style = Style {
    declaration: "",
    protocol: "samlp",
    assertion: "",
    signature: "",
    declared_at_root: false,
    empty: "/>",
    order: &[
        Id,
        Version,
        IssueInstant,
        Destination,
        InResponseTo,
        Declarations,
    ],
    attributes_first: true,
    consent: None,
    issuer_format: None,
    name_id_format: ns::EMAIL,
    attribute_format: None,
    value_type: None,
    prefix_list: None,
    fraction: true,
    not_before: -300,
    conditions: 3600,
    confirmation: 3600,
    session: None,
    class: "Password",
    key_info: KeyInfo::Certificate,
};

const AD_FS: Style = Style {
    signature: "ds",
    empty: " />",
    order: &[
        Id,
        Version,
        IssueInstant,
        Destination,
        Consent,
        InResponseTo,
        Declarations,
    ],
    consent: Some("urn:oasis:names:tc:SAML:2.0:consent:unspecified"),
    not_before: 0,
    confirmation: 300,
    class: "PasswordProtectedTransport",
    ..ENTRA
};

const OKTA: Style = Style {
    declaration: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    protocol: "saml2p",
    assertion: "saml2",
    signature: "ds",
    order: &[
        Destination,
        Id,
        InResponseTo,
        IssueInstant,
        Version,
        Declarations,
    ],
    attributes_first: false,
    issuer_format: Some(ns::ENTITY),
    attribute_format: Some(ns::BASIC),
    value_type: Some("xs:string"),
    prefix_list: Some("xs"),
    conditions: 300,
    confirmation: 300,
    class: "PasswordProtectedTransport",
    ..ENTRA
};

const ONE_LOGIN: Style = Style {
    protocol: "samlp",
    assertion: "saml",
    signature: "ds",
    declared_at_root: true,
    order: &[
        Declarations,
        Id,
        Version,
        IssueInstant,
        Destination,
        InResponseTo,
    ],
    attributes_first: false,
    attribute_format: Some(ns::BASIC),
    value_type: Some("xs:string"),
    fraction: false,
    not_before: -180,
    conditions: 180,
    confirmation: 180,
    session: Some(86_400),
    class: "PasswordProtectedTransport",
    ..ENTRA
};

const GOOGLE: Style = Style {
    declaration: "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>",
    protocol: "saml2p",
    assertion: "saml2",
    signature: "ds",
    order: &[
        Declarations,
        Destination,
        Id,
        InResponseTo,
        IssueInstant,
        Version,
    ],
    value_type: Some("xs:anyType"),
    conditions: 300,
    confirmation: 300,
    class: "unspecified",
    key_info: KeyInfo::SubjectAndCertificate,
    ..ENTRA
};

const KEYCLOAK: Style = Style {
    protocol: "samlp",
    assertion: "saml",
    signature: "dsig",
    declared_at_root: true,
    order: &[
        Declarations,
        Destination,
        Id,
        InResponseTo,
        IssueInstant,
        Version,
    ],
    attributes_first: false,
    attribute_format: Some(ns::BASIC),
    value_type: Some("xs:string"),
    not_before: -2,
    conditions: 58,
    confirmation: 300,
    session: Some(36_000),
    class: "unspecified",
    key_info: KeyInfo::NameCertificateAndValue,
    ..ENTRA
};

const SHIBBOLETH: Style = Style {
    declaration: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    protocol: "saml2p",
    assertion: "saml2",
    signature: "ds",
    order: &[
        Destination,
        Id,
        InResponseTo,
        IssueInstant,
        Version,
        Declarations,
    ],
    attributes_first: false,
    name_id_format: ns::TRANSIENT,
    attribute_format: Some(ns::URI),
    not_before: 0,
    conditions: 300,
    confirmation: 300,
    class: "PasswordProtectedTransport",
    ..ENTRA
};
