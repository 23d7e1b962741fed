//! No document makes a reader panic, and what one mutation leaves readable is read by the rules.
#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use samlkit_core::metadata::Metadata;
use samlkit_core::{
    Assertion, AuthnRequest, Duration, LogoutRequest, LogoutResponse, Response, parse_date_time,
};
use samlkit_xml::{Document, Element, NodeKind, Writer};

const SEEDS: [&str; 9] = [
    include_str!("shapes/authn-request.xml"),
    include_str!("shapes/logout-request.xml"),
    include_str!("shapes/entra-response.xml"),
    include_str!("shapes/keycloak-response.xml"),
    include_str!("shapes/okta-response.xml"),
    include_str!("shapes/shibboleth-assertion.xml"),
    include_str!("shapes/error-response.xml"),
    include_str!("shapes/adfs-metadata.xml"),
    include_str!("shapes/onelogin-metadata.xml"),
];

/// Reads the document as everything, and looks at all that was read.
fn read_all(octets: &[u8]) {
    let Ok(document) = Document::parse(octets) else {
        return;
    };
    for element in document.elements() {
        if let Ok(assertion) = Assertion::inspect(element) {
            let content = assertion.untrusted();
            assert!(samlkit_xml::is_nc_name(content.id()));
            assert!(!content.issuer().value().trim().is_empty());
            for attribute in content.attributes() {
                assert!(!attribute.name().is_empty());
                assert_eq!(
                    attribute.texts().count(),
                    attribute
                        .values()
                        .iter()
                        .filter(|v| v.text().is_some())
                        .count()
                );
            }
            let _ = format!("{assertion:?}");
        }
        if let Ok(response) = Response::inspect(element) {
            assert!(!response.untrusted().status().codes().is_empty());
            let _ = format!("{response:?}");
        }
        let messages = [
            AuthnRequest::inspect(element).map(|m| format!("{m:?}")),
            LogoutRequest::inspect(element).map(|m| format!("{m:?}")),
            LogoutResponse::inspect(element).map(|m| format!("{m:?}")),
        ];
        assert!(messages.iter().flatten().count() <= 1);
        if let Ok(metadata) = Metadata::inspect(element) {
            assert!(metadata.entities().all(|e| !e.entity_id.trim().is_empty()));
            // What can be written is written in full: only `expires` may come from elements around this one.
            if element.parent().is_none()
                && let Ok(written) = metadata.write()
            {
                assert_eq!(Metadata::read_unverified(written.as_bytes()), Ok(metadata));
            }
        }
    }
}

/// One change to one element of a document, such that the document stays well-formed.
#[derive(Clone, Debug)]
enum Change {
    Drop,
    Repeat,
    /// Put this other document's element there.
    Replace(usize, usize),
    /// Put it after the first child.
    Insert(usize, usize),
    Text(&'static str),
    DropAttributes,
    SetAttribute(&'static str, &'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let other = || (0..SEEDS.len(), 0..60_usize);
    let text = || {
        prop::sample::select(
            &[
                "",
                " ",
                "x",
                "2.0",
                "true",
                "2026-11-24T03:00:00Z",
                "\u{1F600}",
            ][..],
        )
    };
    let name = prop::sample::select(
        &[
            "ID",
            "Version",
            "NotBefore",
            "NotOnOrAfter",
            "Name",
            "Value",
            "use",
            "index",
            "xsi:nil",
            "xsi:type",
            "x",
        ][..],
    );
    prop_oneof![
        Just(Change::Drop),
        Just(Change::Repeat),
        other().prop_map(|(a, b)| Change::Replace(a, b)),
        other().prop_map(|(a, b)| Change::Insert(a, b)),
        text().prop_map(Change::Text),
        Just(Change::DropAttributes),
        (name, text()).prop_map(|(name, text)| Change::SetAttribute(name, text)),
    ]
}

/// Writes the element, with the change where it is due. Each element declares its own namespaces, so it can stand anywhere.
fn write(out: &mut Writer, element: Element<'_>, target: Option<(Element<'_>, &Change)>) {
    let change = target
        .filter(|(place, _)| *place == element)
        .map(|(_, change)| change);
    match change {
        Some(Change::Drop) => return,
        Some(Change::Repeat) => write(out, element, None),
        Some(Change::Replace(seed, index)) => return write_other(out, *seed, *index),
        _ => {}
    }
    out.start(element.qualified_name());
    for (prefix, uri) in element.namespaces_in_scope() {
        if prefix != "xml" {
            out.declare(prefix, uri);
        }
    }
    if matches!(change, Some(Change::SetAttribute(..))) && element.resolve_prefix("xsi").is_none() {
        out.declare("xsi", samlkit_core::ns::XSI);
    }
    if !matches!(change, Some(Change::DropAttributes)) {
        for attribute in element.attributes() {
            if !matches!(change, Some(Change::SetAttribute(name, _)) if *name == attribute.qualified_name())
            {
                out.attribute(attribute.qualified_name(), attribute.value());
            }
        }
    }
    if let Some(Change::SetAttribute(name, value)) = change {
        out.attribute(name, value);
    }
    if let Some(Change::Text(text)) = change {
        out.text(text);
    }
    let mut insert = change;
    for node in element.children() {
        if let NodeKind::Element(child) = node.kind() {
            write(out, child, target);
        } else if let NodeKind::Text(text) = node.kind() {
            out.text(text);
        }
        if let Some(Change::Insert(seed, index)) = insert.take() {
            write_other(out, *seed, *index);
        }
    }
    out.end();
}

fn write_other(out: &mut Writer, seed: usize, index: usize) {
    let document = Document::parse(SEEDS.get(seed).unwrap().as_bytes()).unwrap();
    let element = document
        .elements()
        .nth(index)
        .unwrap_or_else(|| document.root());
    write(out, element, None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn changed_octets(seed in 0..SEEDS.len(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let mut octets = SEEDS.get(seed).unwrap().as_bytes().to_vec();
        for (index, octet) in changes {
            let at = index.index(octets.len());
            if let Some(place) = octets.get_mut(at) {
                *place = octet;
            }
        }
        read_all(&octets);
    }

    #[test]
    fn changed_elements(seed in 0..SEEDS.len(), index in 0..60_usize, change in change()) {
        let document = Document::parse(SEEDS.get(seed).unwrap().as_bytes()).unwrap();
        let place = document.elements().skip(1).nth(index).unwrap_or_else(|| document.root());
        let mut out = Writer::new();
        write(&mut out, document.root(), Some((place, &change)));
        if let Ok(xml) = out.finish() {
            prop_assert!(Document::parse(xml.as_bytes()).is_ok(), "{}", xml);
            read_all(xml.as_bytes());
        }
    }

    #[test]
    fn any_text_as_a_time_or_duration(text in "\\PC{0,40}|[-+0-9TZ:.P YMDHS]{0,40}") {
        let _ = parse_date_time(&text);
        if let (Some(duration), Some(start)) = (Duration::parse(&text), parse_date_time("2026-11-24T00:00:00Z")) {
            let _ = duration.after(start);
        }
    }

    #[test]
    fn written_times_are_read(seconds in 0..=253_402_300_799_i64, nanoseconds in 0..1_000_000_000_u32, digits in 0..=9_usize) {
        let time = chrono::DateTime::from_timestamp(seconds, nanoseconds).unwrap();
        let kept = nanoseconds / 10_u32.pow(u32::try_from(9 - digits).unwrap());
        let expected = chrono::DateTime::from_timestamp(seconds, kept * 10_u32.pow(u32::try_from(9 - digits).unwrap())).unwrap();
        let fraction = if digits == 0 { String::new() } else { format!(".{kept:0digits$}") };
        let text = format!("{}{fraction}Z", time.format("%Y-%m-%dT%H:%M:%S"));
        prop_assert_eq!(parse_date_time(&text), Some(expected), "{}", text);
    }
}

#[test]
fn seeds_are_read() {
    for seed in SEEDS {
        read_all(seed.as_bytes());
    }
}
