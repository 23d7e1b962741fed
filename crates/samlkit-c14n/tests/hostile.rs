//! Documents made to be slow or to grow. What is measured is the output: the work that does not show there is counted where it
//! is done, in the crate's own tests.

#![expect(clippy::unwrap_used, reason = "test code")]

use samlkit_c14n::{Algorithm, Canonicalizer, Error};
use samlkit_xml::{Document, Limits};

fn parse(source: &str) -> Document<'_> {
    let limits = Limits::DEFAULT
        .with_depth(u32::MAX)
        .with_attributes(u32::MAX)
        .with_namespaces(u32::MAX);
    Document::parse_with(source.as_bytes(), &limits).unwrap()
}

fn canonical(algorithm: Algorithm, document: &Document<'_>) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    Canonicalizer::new(algorithm).document(document, &mut out)?;
    Ok(out)
}

#[test]
fn depth_needs_no_stack() {
    let depth = 50_000;
    let source = format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    let document = parse(&source);
    for algorithm in Algorithm::ALL {
        assert_eq!(canonical(algorithm, &document).unwrap(), source.as_bytes());
    }
    let innermost = document.elements().last().unwrap();
    for algorithm in Algorithm::ALL {
        let mut out = Vec::new();
        Canonicalizer::new(algorithm)
            .element(innermost, &mut out)
            .unwrap();
        assert_eq!(out, b"<a></a>");
    }
}

#[test]
fn many_attributes_and_prefixes_are_sorted() {
    let count = 20_000;
    let declarations = (0..count)
        .rev()
        .map(|i| format!(" xmlns:p{i:05}='urn:{i:05}'"))
        .collect::<String>();
    let attributes = (0..count)
        .rev()
        .map(|i| format!(" p{i:05}:a='' b{i:05}=''"))
        .collect::<String>();
    let source = format!("<a{declarations}{attributes}/>");
    let document = parse(&source);
    let mut expected = String::from("<a");
    expected.extend((0..count).map(|i| format!(" xmlns:p{i:05}=\"urn:{i:05}\"")));
    expected.extend((0..count).map(|i| format!(" b{i:05}=\"\"")));
    expected.extend((0..count).map(|i| format!(" p{i:05}:a=\"\"")));
    expected.push_str("></a>");
    for algorithm in Algorithm::ALL {
        assert_eq!(
            canonical(algorithm, &document).unwrap(),
            expected.as_bytes(),
            "{algorithm:?}"
        );
    }
}

#[test]
fn a_prefix_bound_anew_at_every_level() {
    let depth = 20_000;
    let mut source = String::new();
    for level in 0..depth {
        source.push_str(&format!("<p:a xmlns:p=\"urn:{}\">", level % 2));
    }
    source.push_str(&"</p:a>".repeat(depth));
    let document = parse(&source);
    for algorithm in Algorithm::ALL {
        assert_eq!(
            canonical(algorithm, &document).unwrap(),
            source.as_bytes(),
            "{algorithm:?}"
        );
    }
}

#[test]
fn a_long_namespace_name_cannot_be_multiplied_without_end() {
    let name = "x".repeat(100_000);
    let source = format!("<r xmlns:a='urn:{name}'>{}</r>", "<a:b/>".repeat(10_000));
    let document = parse(&source);
    let limit = 16 * source.len() + (1 << 20);
    assert_eq!(
        canonical(Algorithm::Exclusive, &document),
        Err(Error::OutputTooLong { limit })
    );
    assert!(
        canonical(Algorithm::CanonicalXml10, &document)
            .unwrap()
            .len()
            < 2 * source.len()
    );

    let mut out = b"kept".to_vec();
    let failed = Canonicalizer::new(Algorithm::Exclusive).element(document.root(), &mut out);
    assert_eq!(failed, Err(Error::OutputTooLong { limit }));
    assert_eq!(out, b"kept");
}

#[test]
fn the_densest_document_that_saml_can_make_stays_within_the_limit() {
    // One declaration of SAML's longest namespace name, then the shortest elements that must repeat it.
    let name = "urn:oasis:names:tc:SAML:2.0:profiles:attribute:X500";
    let source = format!("<r xmlns:a='{name}'>{}</r>", "<a:b/>".repeat(100_000));
    let out = canonical(Algorithm::Exclusive, &parse(&source)).unwrap();
    assert_eq!(
        out.len(),
        "<r></r>".len() + 100_000 * (r#"<a:b xmlns:a=""></a:b>"#.len() + name.len())
    );
}

#[test]
fn a_chain_of_xml_bases_is_joined() {
    let depth = 5_000;
    let source = format!(
        "{}<b/>{}",
        "<a xml:base='d/'>".repeat(depth),
        "</a>".repeat(depth)
    );
    let document = parse(&source);
    let apex = document.elements().last().unwrap();
    let mut out = Vec::new();
    Canonicalizer::new(Algorithm::CanonicalXml11)
        .element(apex, &mut out)
        .unwrap();
    assert_eq!(
        out,
        format!("<b xml:base=\"{}\"></b>", "d/".repeat(depth)).as_bytes()
    );
}

/// The limit is on what is written up to the end of a tag's declarations.
#[test]
fn the_limit_of_the_output_to_the_octet() {
    let source = "<a xmlns=\"urn:n\">text</a>";
    let declared = "<a xmlns=\"urn:n\"".len();
    let document = parse(source);
    for algorithm in Algorithm::ALL {
        let limited = |limit: usize| {
            let mut out = Vec::new();
            Canonicalizer::new(algorithm)
                .with_output_limit(limit)
                .document(&document, &mut out)
                .map(|()| out)
        };
        assert_eq!(limited(declared), Ok(source.as_bytes().to_vec()));
        let limit = declared - 1;
        assert_eq!(limited(limit), Err(Error::OutputTooLong { limit }));
    }
}
