//! Documents that two parsers read differently, or none should read.

use samlkit::Code;

use super::surgery::{before_status, body, name, prolog, replace, signed_mut};
use crate::ADMIN;
use crate::attack::{Attack, Class, Make};

const ROUND_TRIP: &[&str] = &["CVE-2020-29509", "CVE-2020-29510", "CVE-2020-29511"];
const DIFFERENTIAL: &[&str] = &["CVE-2025-25291", "CVE-2025-25292"];

pub(super) const ATTACKS: &[Attack] = &[
    // Parsers.
    Attack::new(
        "root-second",
        Class::Parser,
        "a second root element",
        Code::MalformedXml,
        Make::Octets(|text| Some(format!("{text}<evil/>").into_bytes())),
    )
    .refs(&["CVE-2022-39299", "CVE-2022-39300"]),
    Attack::new(
        "message-twice",
        Class::Parser,
        "the message twice, the first one forged",
        Code::MalformedXml,
        Make::Octets(|text| {
            let body = body(text);
            let forged = text.replacen(crate::USER, ADMIN, 1);
            Some(format!("{forged}{body}").into_bytes())
        }),
    )
    .refs(&["CVE-2022-39299", "CVE-2022-39300"]),
    Attack::new(
        "text-after-root",
        Class::Parser,
        "text after the root element",
        Code::MalformedXml,
        Make::Octets(|text| Some(format!("{text}x").into_bytes())),
    ),
    Attack::new(
        "text-before-root",
        Class::Parser,
        "text before the root element",
        Code::MalformedXml,
        Make::Octets(|text| Some(format!("x{text}").into_bytes())),
    ),
    Attack::new(
        "truncated",
        Class::Parser,
        "the last end tag is missing",
        Code::MalformedXml,
        Make::Octets(|text| {
            let cut = text.rfind("</")?;
            Some(text.get(..cut)?.as_bytes().to_vec())
        }),
    ),
    Attack::new(
        "tags-crossed",
        Class::Parser,
        "end tags in the wrong order, which lax readers mend, each in its way",
        Code::MalformedXml,
        Make::Octets(|text| {
            let end = text.rfind("</")?;
            let start = text.get(..end)?.rfind("</")?;
            let (a, b) = (text.get(start..end)?, text.get(end..)?);
            Some(format!("{}{b}{a}", text.get(..start)?).into_bytes())
        }),
    ),
    Attack::new(
        "comment-with-dashes",
        Class::Parser,
        "two dashes in a comment, at which some readers end it",
        Code::MalformedXml,
        Make::Edit(|r, _| before_status(r, "<!-- -- <evil/> -->")),
    )
    .refs(DIFFERENTIAL),
    Attack::new(
        "comment-unfinished",
        Class::Parser,
        "a comment that does not end",
        Code::MalformedXml,
        Make::Octets(|text| Some(format!("{text}<!-- ").into_bytes())),
    ),
    Attack::new(
        "cdata-end-in-text",
        Class::Parser,
        "the end of a CDATA section in text",
        Code::MalformedXml,
        Make::Edit(|r, _| name(r, &format!("{}]]>", crate::USER))),
    ),
    Attack::new(
        "markup-in-attribute",
        Class::Parser,
        "a < in an attribute value",
        Code::MalformedXml,
        Make::Octets(|text| {
            replace(
                text.as_bytes(),
                "Version=\"2.0\"",
                "Version=\"2.0\" Consent=\"<\"",
            )
        }),
    ),
    Attack::new(
        "attribute-unquoted",
        Class::Parser,
        "an attribute without quotes",
        Code::MalformedXml,
        Make::Octets(|text| replace(text.as_bytes(), "Version=\"2.0\"", "Version=2.0")),
    ),
    Attack::new(
        "attribute-twice",
        Class::Parser,
        "an attribute twice: readers take the first or the last",
        Code::MalformedXml,
        Make::Edit(|r, _| {
            let signed = signed_mut(r)?;
            signed
                .attributes
                .push(("ID".to_owned(), "_evil".to_owned()));
            Some(())
        }),
    )
    .refs(ROUND_TRIP),
    Attack::new(
        "declaration-late",
        Class::Parser,
        "an XML declaration within the root element",
        Code::MalformedXml,
        Make::Edit(|r, _| before_status(r, "<?xml version=\"1.0\"?>")),
    )
    .refs(ROUND_TRIP),
    Attack::new(
        "declaration-after-space",
        Class::Parser,
        "white space before the XML declaration",
        Code::MalformedXml,
        Make::Octets(|text| {
            let body = body(text);
            Some(format!(" <?xml version=\"1.0\"?>{body}").into_bytes())
        }),
    ),
    Attack::new(
        "xml-version-1.1",
        Class::Parser,
        "XML 1.1, which has other line ends and other characters",
        Code::MalformedXml,
        Make::Octets(|text| prolog(text, "<?xml version=\"1.1\"?>")),
    ),
    Attack::new(
        "instruction-with-colon",
        Class::Parser,
        "an instruction whose target has a colon, which a round trip changed",
        Code::MalformedXml,
        Make::Edit(|r, _| before_status(r, "<?x:y z?>")),
    )
    .refs(ROUND_TRIP),
    Attack::new(
        "name-with-two-colons",
        Class::Parser,
        "a name with two colons, which a round trip changed",
        Code::MalformedXml,
        Make::Edit(|r, _| before_status(r, "<a:b:c xmlns:a=\"urn:a\"/>")),
    )
    .refs(ROUND_TRIP),
    Attack::new(
        "attribute-with-empty-prefix",
        Class::Parser,
        "an attribute whose prefix is empty, which a round trip changed",
        Code::MalformedXml,
        Make::Edit(|r, _| before_status(r, "<a :b=\"\"/>")),
    )
    .refs(ROUND_TRIP),
    Attack::new(
        "directive-with-comment",
        Class::Parser,
        "a directive with a comment in it, which a round trip changed",
        Code::MalformedXml,
        Make::Edit(|r, _| before_status(r, "<!x <!-- -->y>")),
    )
    .refs(ROUND_TRIP),
    Attack::new(
        "element-name-cut-by-null",
        Class::Parser,
        "a NUL in an element's name",
        Code::MalformedXml,
        Make::Edit(|r, _| before_status(r, "<Assertion\0x/>")),
    ),
];
