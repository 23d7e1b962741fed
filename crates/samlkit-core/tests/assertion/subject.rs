//! Issuers, names and confirmations.

use samlkit_core::{Error, Identifier, uri};

use crate::support::{FULL, at, extra_attribute, missing, no_attribute, sibling, unexpected, with};

#[test]
fn issuer_and_name_id() {
    sibling(">https://idp.example/<", "> spaces stay <", "> \n<", |d| {
        Error::BlankValue {
            item: "saml:Issuer",
            offset: at(d, "<saml:Issuer"),
        }
    });
    sibling(
        ">https://idp.example/<",
        "><!-- c -->a<![CDATA[b]]>&amp;<",
        ">a<o:b/><",
        |d| Error::ElementInText {
            element: "saml:Issuer",
            offset: at(d, "<o:b/>"),
        },
    );
    sibling(
        "user@example.com</saml:NameID>",
        "a</saml:NameID>",
        "</saml:NameID>",
        |d| Error::BlankValue {
            item: "saml:NameID",
            offset: at(d, "<saml:NameID"),
        },
    );
    sibling(
        "<saml:NameID Format",
        "<saml:NameID SPNameQualifier=\"\" Format",
        "<saml:NameID format=\"x\" Format",
        |d| extra_attribute("saml:NameID", "format", at(d, "format=\"x\"")),
    );
    with(
        &FULL.replace(
            ">user@example.com</saml:NameID",
            ">user@example.com<!-- -->.evil.example</saml:NameID",
        ),
        |a| {
            assert_eq!(
                a.subject().unwrap().name_id().unwrap().value(),
                "user@example.com.evil.example"
            );
        },
    );
}

/// SAMLCore §2.2.2: a name without a format is of the unspecified one.
#[test]
fn the_format_of_a_name() {
    let email = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    for (xml, given, meant) in [
        (FULL.to_owned(), Some(email), email),
        (
            FULL.replace(&format!("<saml:NameID Format=\"{email}\""), "<saml:NameID"),
            None,
            uri::nameid_format::UNSPECIFIED,
        ),
    ] {
        with(&xml, |a| {
            let name_id = a.subject().unwrap().name_id().unwrap();
            assert_eq!(name_id.format(), given);
            assert_eq!(name_id.format_or_unspecified(), meant);
        });
    }
}

#[test]
fn subject() {
    const S: &str = "saml:Subject";
    let name_id = r#"<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">user@example.com</saml:NameID>"#;
    for other in [
        "",
        "<saml:BaseID xsi:type=\"o:T\"><o:any/></saml:BaseID>",
        "<saml:EncryptedID><xenc:EncryptedData/></saml:EncryptedID>",
    ] {
        sibling(name_id, other, &format!("{name_id}<saml:BaseID/>"), |d| {
            unexpected(S, "saml:BaseID", at(d, "<saml:BaseID"))
        });
    }
    for (xsi_type, expected) in [(" xsi:type=\"o:T\"", Some("o:T")), ("", None)] {
        let base_id = format!("<saml:BaseID{xsi_type}><o:any/></saml:BaseID>");
        with(&FULL.replacen(name_id, &base_id, 1), |a| {
            let identifier = a.subject().unwrap().identifier();
            let Some(Identifier::BaseId(base_id)) = identifier else {
                panic!("{identifier:?}")
            };
            assert_eq!(base_id.xsi_type(), expected);
            assert_eq!(base_id.element().elements().count(), 1);
        });
    }
    sibling(name_id, name_id, &format!("{name_id}{name_id}"), |d| {
        unexpected(S, "saml:NameID", d.rfind("<saml:NameID").unwrap())
    });
    sibling(
        "</saml:Subject>",
        "</saml:Subject>",
        "<saml:NameID>x</saml:NameID></saml:Subject>",
        |d| unexpected(S, "saml:NameID", at(d, "<saml:NameID>x")),
    );
    sibling(
        "<saml:EncryptedID><xenc:EncryptedData/>",
        "<saml:EncryptedID><xenc:EncryptedData/>",
        "<saml:EncryptedID>",
        |d| {
            missing(
                "saml:EncryptedID",
                "xenc:EncryptedData",
                at(d, "<saml:EncryptedID"),
            )
        },
    );
    sibling(
        "<xenc:EncryptedKey/></saml:EncryptedID>",
        "</saml:EncryptedID>",
        "<xenc:EncryptedData/></saml:EncryptedID>",
        |d| {
            unexpected(
                "saml:EncryptedID",
                "xenc:EncryptedData",
                d.rfind("<xenc:EncryptedData/></saml:EncryptedID").unwrap(),
            )
        },
    );
    let start = at(FULL, "<saml:Subject>");
    let end = at(FULL, "</saml:Subject>");
    let subject = FULL.get(start..end).unwrap();
    sibling(
        subject,
        &format!("<saml:Subject>{name_id}"),
        "<saml:Subject>",
        |_| missing(S, "saml:NameID", start),
    );
    sibling(
        "<saml:Subject>",
        "<saml:Subject xml:id=\"x\">",
        "<saml:Subject ID=\"x\">",
        |d| extra_attribute(S, "ID", at(d, "ID=\"x\"")),
    );
}

#[test]
fn subject_confirmation() {
    const C: &str = "saml:SubjectConfirmation";
    const D: &str = "saml:SubjectConfirmationData";
    let method = " Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"";
    sibling(method, " Method=\"m\"", "", |d| {
        no_attribute(C, "Method", at(d, "<saml:SubjectConfirmation>"))
    });
    sibling(method, method, " Method=\"\"", |d| Error::BlankValue {
        item: "Method",
        offset: at(d, "Method=\"\""),
    });
    let data = r#"<saml:SubjectConfirmationData NotBefore="2026-11-24T02:55:00Z" NotOnOrAfter="2026-11-24T04:00:00Z" Recipient="https://sp.example/acs" InResponseTo="_q" Address="192.0.2.1" o:x="1"/>"#;
    sibling(data, "", &format!("{data}{data}"), |d| {
        unexpected(
            C,
            D,
            d.match_indices("<saml:SubjectConfirmationData")
                .nth(1)
                .unwrap()
                .0,
        )
    });
    sibling(
        data,
        &format!("<saml:NameID>x</saml:NameID>{data}"),
        &format!("{data}<saml:NameID>x</saml:NameID>"),
        |d| unexpected(C, "saml:NameID", at(d, "<saml:NameID>x")),
    );
    sibling(
        data,
        "<saml:SubjectConfirmationData>free <o:b/> text</saml:SubjectConfirmationData>",
        "<saml:SubjectConfirmationData saml:x=\"1\"/>",
        |d| extra_attribute(D, "saml:x", at(d, "saml:x=")),
    );
    for (attribute, good, bad) in [
        ("NotBefore", "2026-11-24T02:55:00.123Z", "2026-11-24"),
        (
            "NotOnOrAfter",
            "2026-11-24T02:55:00.1234567890123Z",
            "2026-11-24T04:00:00+01:00",
        ),
    ] {
        sibling(
            data,
            &format!("<saml:SubjectConfirmationData {attribute}=\"{good}\"/>"),
            &format!("<saml:SubjectConfirmationData {attribute}=\"{bad}\"/>"),
            |d| Error::InvalidDateTime {
                attribute,
                offset: at(d, attribute),
            },
        );
    }
    sibling(
        "InResponseTo=\"_q\"",
        "InResponseTo=\"_\"",
        "InResponseTo=\"0q\"",
        |d| Error::InvalidNcName {
            item: "InResponseTo",
            offset: at(d, "InResponseTo"),
        },
    );
    sibling(
        "Address=\"192.0.2.1\" o:x",
        "o:x",
        "IP=\"192.0.2.1\" o:x",
        |d| extra_attribute(D, "IP", at(d, "IP=")),
    );
}
