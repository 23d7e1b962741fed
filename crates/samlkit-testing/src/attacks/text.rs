//! Text, and entities in it: what two readers join or cut differently.

use samlkit::Code;

use super::surgery::{name, prolog, raw, replace};
use crate::ADMIN;
use crate::attack::{Attack, Class, Make};

const DIFFERENTIAL: &[&str] = &["CVE-2025-25291", "CVE-2025-25292"];
const TRUNCATION: &[&str] = &["CVE-2017-11427", "CVE-2017-11428", "CVE-2018-0489"];

pub(super) const ATTACKS: &[Attack] = &[
    // Text. The name of the victim is what a reader sees who stops, or who joins, where it should not.
    Attack::new(
        "name-split-by-element",
        Class::Text,
        "an element splits the name, correctly signed",
        Code::InvalidValue,
        Make::Sign(|r, _| name(r, &format!("{ADMIN}<x xmlns=\"urn:example\"/>.evil.example"))),
    )
    .refs(TRUNCATION)
    .beside(|r, _| name(r, &format!("{ADMIN}.evil.example"))),
    Attack::new(
        "name-in-element",
        Class::Text,
        "the name is in a child of NameID, correctly signed",
        Code::InvalidValue,
        Make::Sign(|r, _| name(r, &format!("<x xmlns=\"urn:example\">{ADMIN}</x>"))),
    ),
    Attack::new(
        "audience-split-by-element",
        Class::Text,
        "an element splits the audience, correctly signed",
        Code::InvalidValue,
        Make::Sign(|r, s| {
            let text = s.sp.entity_id().to_owned();
            raw(r, "Audience", &format!("{text}<x xmlns=\"urn:example\"/>/other"))
        }),
    ),
    Attack::new(
        "name-shortened-by-comment",
        Class::Text,
        "a comment behind part of the name, added without the key to cut it: canonicalization drops it, the name stays whole",
        Code::SignatureInvalid,
        Make::Edit(|r, _| name(r, &format!("{ADMIN}<!---->.evil.example"))),
    )
    .refs(TRUNCATION),
    Attack::new(
        "name-hidden-in-instruction",
        Class::Text,
        "the beginning of the name becomes an instruction, whose content a wrong canonicalization renders as text",
        Code::SignatureInvalid,
        Make::Edit(|r, _| {
            let (hidden, rest) = crate::USER.split_once('.')?;
            name(r, &format!("<?p {hidden}.?>{rest}"))
        }),
    )
    .refs(&["OneUptime/oneuptime#2988 (2026)"]),
    Attack::new(
        "audience-shortened-by-comment",
        Class::Text,
        "an audience that is ours up to a comment, correctly signed",
        Code::AudienceMismatch,
        Make::Sign(|r, s| {
            let text = s.sp.entity_id().to_owned();
            raw(r, "Audience", &format!("{text}<!---->.evil.example"))
        }),
    )
    .refs(TRUNCATION),
    Attack::new(
        "issuer-shortened-by-comment",
        Class::Text,
        "an issuer that is ours up to a comment, correctly signed",
        Code::IssuerMismatch,
        Make::Sign(|r, s| {
            let text = s.idp.entity_id().to_owned();
            let issuer = r.child_mut("Assertion")?.child_mut("Issuer")?;
            issuer.set_raw(format!("{text}<!---->.evil.example"));
            Some(())
        }),
    )
    .refs(TRUNCATION),
    Attack::new(
        "audience-shortened-by-instruction",
        Class::Text,
        "an audience that is ours up to an instruction, correctly signed",
        Code::AudienceMismatch,
        Make::Sign(|r, s| {
            let text = s.sp.entity_id().to_owned();
            raw(r, "Audience", &format!("{text}<?x?>.evil.example"))
        }),
    )
    .refs(TRUNCATION),
    Attack::new(
        "audience-shortened-by-cdata",
        Class::Text,
        "an audience that is ours up to a CDATA section, correctly signed",
        Code::AudienceMismatch,
        Make::Sign(|r, s| {
            let text = s.sp.entity_id().to_owned();
            raw(r, "Audience", &format!("{text}<![CDATA[.evil.example]]>"))
        }),
    )
    .refs(TRUNCATION),
    Attack::new(
        "audience-shortened-by-reference",
        Class::Text,
        "an audience that is ours up to a character reference, correctly signed",
        Code::AudienceMismatch,
        Make::Sign(|r, s| {
            let text = s.sp.entity_id().to_owned();
            raw(r, "Audience", &format!("{text}&#x2e;evil.example"))
        }),
    ),
    Attack::new(
        "audience-decoded-twice",
        Class::Text,
        "an audience that is ours if references are decoded twice, correctly signed",
        Code::AudienceMismatch,
        Make::Sign(|r, s| {
            let text = s.sp.entity_id().replacen('s', "&amp;#115;", 1);
            raw(r, "Audience", &text)
        }),
    ),
    Attack::new(
        "name-with-null-reference",
        Class::Text,
        "a reference to NUL in the name",
        Code::MalformedXml,
        Make::Edit(|r, _| name(r, &format!("{ADMIN}&#0;.evil.example"))),
    ),
    Attack::new(
        "name-with-illegal-reference",
        Class::Text,
        "a reference to a character that XML does not have",
        Code::MalformedXml,
        Make::Edit(|r, _| name(r, &format!("{ADMIN}&#xFFFE;"))),
    ),
    Attack::new(
        "name-with-unpaired-surrogate",
        Class::Text,
        "a reference to half a character",
        Code::MalformedXml,
        Make::Edit(|r, _| name(r, &format!("{ADMIN}&#xD800;"))),
    ),
    Attack::new(
        "name-with-huge-reference",
        Class::Text,
        "a reference to a number that wraps around in 32 bits",
        Code::MalformedXml,
        Make::Edit(|r, _| name(r, &format!("{ADMIN}&#4294967361;"))),
    ),
    Attack::new(
        "audience-space",
        Class::Text,
        "an audience that is ours but for white space, correctly signed",
        Code::AudienceMismatch,
        Make::Sign(|r, s| {
            let text = s.sp.entity_id().to_owned();
            raw(r, "Audience", &format!(" {text}\n"))
        }),
    ),
    Attack::new(
        "recipient-normalised",
        Class::Text,
        "a recipient that is ours but for a line end, correctly signed",
        Code::RecipientMismatch,
        Make::Sign(|r, s| {
            let url = format!("{}\n", s.sp.acs_url());
            r.find_mut("SubjectConfirmationData")?.set("Recipient", url);
            Some(())
        }),
    )
    .refs(&["XML 1.0 §3.3.3"]),
    // Entities.
    Attack::new(
        "doctype",
        Class::Entity,
        "a document type declaration",
        Code::DtdForbidden,
        Make::Octets(|text| prolog(text, "<!DOCTYPE x>")),
    )
    .refs(&["SAMLBind §3.1", "CVE-2016-9318"]),
    Attack::new(
        "entity-internal",
        Class::Entity,
        "an entity whose replacement is the name",
        Code::DtdForbidden,
        Make::Octets(|text| {
            let with = prolog(text, &format!("<!DOCTYPE x [<!ENTITY e \"{ADMIN}\">]>"))?;
            replace(&with, crate::USER, "&e;")
        }),
    ),
    Attack::new(
        "entity-external",
        Class::Entity,
        "an entity that is a file",
        Code::DtdForbidden,
        Make::Octets(|text| {
            let with = prolog(text, "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>")?;
            replace(&with, crate::USER, "&e;")
        }),
    )
    .refs(&["CWE-611"]),
    Attack::new(
        "entity-external-subset",
        Class::Entity,
        "an external subset",
        Code::DtdForbidden,
        Make::Octets(|text| prolog(text, "<!DOCTYPE x SYSTEM \"http://127.0.0.1/x.dtd\">")),
    )
    .refs(&["CWE-611"]),
    Attack::new(
        "entity-parameter",
        Class::Entity,
        "a parameter entity that is a URL",
        Code::DtdForbidden,
        Make::Octets(|text| {
            prolog(
                text,
                "<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1/x.dtd\"> %p;]>",
            )
        }),
    )
    .refs(&["CWE-611"]),
    Attack::new(
        "entity-expansion",
        Class::Entity,
        "entities within entities: a billion laughs",
        Code::DtdForbidden,
        Make::Octets(|text| {
            let mut dtd = String::from("<!DOCTYPE x [<!ENTITY e0 \"ha\">");
            for n in 1..10 {
                let inner = format!("&e{};", n - 1).repeat(10);
                dtd.push_str(&format!("<!ENTITY e{n} \"{inner}\">"));
            }
            dtd.push_str("]>");
            let with = prolog(text, &dtd)?;
            replace(&with, crate::USER, "&e9;")
        }),
    )
    .refs(&["CWE-776"]),
    Attack::new(
        "entity-attribute-default",
        Class::Entity,
        "a document type gives an element a default attribute, which only validating readers see",
        Code::DtdForbidden,
        Make::Octets(|text| {
            prolog(text, "<!DOCTYPE x [<!ATTLIST Assertion ID CDATA \"_evil\">]>")
        }),
    )
    .refs(DIFFERENTIAL),
    Attack::new(
        "doctype-lower-case",
        Class::Entity,
        "a document type in lower case, which lax readers pass over",
        Code::DtdForbidden,
        Make::Octets(|text| prolog(text, "<!doctype x>")),
    ),
    Attack::new(
        "doctype-inside",
        Class::Entity,
        "a document type within the root element",
        Code::DtdForbidden,
        Make::Edit(|r, _| {
            r.prepend(crate::markup::Node::Raw("<!DOCTYPE x>".to_owned()));
            Some(())
        }),
    )
    .refs(DIFFERENTIAL),
    Attack::new(
        "doctype-hides-the-rest",
        Class::Entity,
        "a document type whose quotes lead one reader past it and not the other",
        Code::DtdForbidden,
        Make::Octets(|text| prolog(text, "<!DOCTYPE x [<!NOTATION y PUBLIC \"'\"><!--'><evil/>-->]>")),
    )
    .refs(DIFFERENTIAL),
    Attack::new(
        "entity-undeclared",
        Class::Entity,
        "an entity that is declared nowhere",
        Code::MalformedXml,
        Make::Octets(|text| replace(text.as_bytes(), crate::USER, "&evil;")),
    ),
    Attack::new(
        "entity-of-html",
        Class::Entity,
        "an entity of HTML",
        Code::MalformedXml,
        Make::Octets(|text| replace(text.as_bytes(), crate::USER, "admin&commat;contoso.example")),
    ),
];
