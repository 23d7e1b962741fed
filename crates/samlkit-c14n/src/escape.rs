//! The two escapings of Canonical XML 1.0 §2.3. They differ on purpose: character data escapes `>` but keeps quotes, tabs and
//! line feeds; attribute values keep `>` but escape the others, which attribute-value normalization would otherwise change.

/// Appends character data.
pub(crate) fn text(text: &str, out: &mut Vec<u8>) {
    escape(text, out, |octet| match octet {
        b'&' => b"&amp;",
        b'<' => b"&lt;",
        b'>' => b"&gt;",
        b'\r' => b"&#xD;",
        _ => b"",
    });
}

/// Appends the inside of an attribute value.
pub(crate) fn attribute(value: &str, out: &mut Vec<u8>) {
    escape(value, out, |octet| match octet {
        b'&' => b"&amp;",
        b'<' => b"&lt;",
        b'"' => b"&quot;",
        b'\t' => b"&#x9;",
        b'\n' => b"&#xA;",
        b'\r' => b"&#xD;",
        _ => b"",
    });
}

/// Copies runs between the octets that `reference` replaces. All of them are ASCII, so no character is ever split.
fn escape(text: &str, out: &mut Vec<u8>, reference: impl Fn(u8) -> &'static [u8]) {
    out.reserve(text.len());
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|&octet| !reference(octet).is_empty()) {
        let (run, tail) = rest.split_at(at);
        out.extend_from_slice(run);
        let Some((&octet, tail)) = tail.split_first() else {
            break;
        };
        out.extend_from_slice(reference(octet));
        rest = tail;
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_and_attributes_escape_what_the_specification_lists() {
        let all = "a&b<c>d\"e'f\tg\nh\ri\u{e9}";
        let mut out = Vec::new();
        super::text(all, &mut out);
        assert_eq!(out, "a&amp;b&lt;c&gt;d\"e'f\tg\nh&#xD;i\u{e9}".as_bytes());
        out.clear();
        super::attribute(all, &mut out);
        assert_eq!(
            out,
            "a&amp;b&lt;c>d&quot;e'f&#x9;g&#xA;h&#xD;i\u{e9}".as_bytes()
        );
    }
}
