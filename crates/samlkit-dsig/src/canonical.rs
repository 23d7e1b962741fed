//! Reading start tags in canonical octets, which can be written in one way only (Canonical XML 1.0 §2.3).

/// The raw names and values of the attributes and declarations of the start tag that `octets` begin with.
fn attributes(octets: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let (_, mut rest) = until(octets, |octet| octet == b' ' || octet == b'>');
    core::iter::from_fn(move || {
        let (name, after) = until(rest.strip_prefix(b" ")?, |octet| octet == b'=');
        let (value, after) = until(after.strip_prefix(b"=\"")?, |octet| octet == b'"');
        rest = after.strip_prefix(b"\"")?;
        Some((name, value))
    })
}

/// What is before and from the first octet that is `wanted`.
fn until(octets: &[u8], wanted: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let at = octets.iter().position(|&octet| wanted(octet));
    octets.split_at(at.unwrap_or(octets.len()))
}

/// Appends to `out` the value of an attribute in no namespace; `false` if there is none.
pub(crate) fn attribute(octets: &[u8], name: &str, out: &mut String) -> bool {
    let mut found = attributes(octets).filter(|&(other, _)| other == name.as_bytes());
    let Some((_, value)) = found.next() else {
        return false;
    };
    // What was canonicalized is UTF-8.
    let mut value = core::str::from_utf8(value).unwrap_or_default();
    while let Some((before, after)) = value.split_once('&') {
        out.push_str(before);
        let (reference, after) = after.split_once(';').unwrap_or_default();
        out.push_str(match reference {
            "amp" => "&",
            "lt" => "<",
            "quot" => "\"",
            "#x9" => "\t",
            "#xA" => "\n",
            "#xD" => "\r",
            _ => "",
        });
        value = after;
    }
    out.push_str(value);
    true
}

#[cfg(test)]
mod tests {
    use samlkit_c14n::{Algorithm, Canonicalizer};
    use samlkit_xml::Document;

    use super::attribute;

    #[test]
    fn what_the_parser_reads_is_read() {
        let document = Document::parse(
            b"<p:a xmlns:p='urn:p' entityID=' &lt;&amp;&quot;&#x9;&#xA;&#xD;&gt;> \xC3\xA9 b=' p:b='prefixed' b='' xml:id='x'/>",
        )
        .unwrap();
        for algorithm in [Algorithm::Exclusive, Algorithm::CanonicalXml10] {
            let mut octets = Vec::new();
            let canonicalizer = Canonicalizer::new(algorithm);
            canonicalizer.document(&document, &mut octets).unwrap();
            for name in ["entityID", "b", "id", "p", "a", ""] {
                let mut value = String::new();
                let found = attribute(&octets, name, &mut value);
                let expected = document.root().attribute(name);
                assert_eq!(found.then_some(&*value), expected, "{name}");
            }
        }
    }
}
