//! From decrypted octets to a document that stands on its own.

use samlkit_xml::{Document, Element, Limits, NodeKind, Writer};
use zeroize::Zeroizing;

use crate::decrypt::Kind;

/// How many octets of prefixes and namespace names around the encrypted element a plaintext can lean on. Real messages have a few
/// hundred; more would only make work.
pub(crate) const MOST_SCOPE: usize = 8 << 10;

/// The plaintext, if it is the element that `kind` stands for, with the namespace declarations that it needs.
///
/// SAML leaves it to senders whether the plaintext declares its prefixes itself (SAMLCore §6.1 only asks that it can be
/// decrypted in place); most do, some rely on the message around. So it is read as it is first, and if that does not give the
/// element, as if it stood where the encrypted element stands. There it must be one element and nothing else, so a plaintext
/// cannot close what is put around it.
///
/// `None` for every reason alike. Which steps are taken depends on the octets and on what anyone can read in the message, so they
/// may be such as are no plaintext at all.
pub(crate) fn self_contained(
    encrypted: Element<'_>,
    kind: Kind,
    plaintext: Zeroizing<Vec<u8>>,
    limits: &Limits,
) -> Option<Zeroizing<Vec<u8>>> {
    let stands_alone =
        parse(&plaintext, limits).is_ok_and(|document| kind.stands_for(document.root()));
    if stands_alone {
        return Some(plaintext);
    }
    let scope = encrypted.namespaces_in_scope();
    let octets = |(prefix, uri): &(&str, &str)| prefix.len() + uri.len();
    if scope.iter().map(octets).sum::<usize>() > MOST_SCOPE {
        return None;
    }
    let around = start_tag("context", scope.iter().copied())?;
    let (open, close) = (format!("{around}>"), "</context>");
    let mut wrapped = Zeroizing::new(Vec::with_capacity(
        open.len() + plaintext.len() + close.len(),
    ));
    wrapped.extend_from_slice(open.as_bytes());
    wrapped.extend_from_slice(&plaintext);
    wrapped.extend_from_slice(close.as_bytes());
    let document = parse(&wrapped, limits).ok()?;
    let root = only_element(document.root()).filter(|&root| kind.stands_for(root))?;

    let missing = scope.iter().copied().filter(|(prefix, _)| {
        root.namespace_declarations()
            .all(|declared| declared.prefix() != *prefix)
    });
    let start = start_tag(root.qualified_name(), missing)?;
    let after_name = root.offset() + 1 + root.qualified_name().len();
    let rest = wrapped.get(after_name..wrapped.len().checked_sub(close.len())?)?;
    let mut octets = Zeroizing::new(Vec::with_capacity(start.len() + rest.len()));
    octets.extend_from_slice(start.as_bytes());
    octets.extend_from_slice(rest);
    // It is the same tree with the same namespaces; that it is read the same is checked all the same.
    parse(&octets, limits)
        .is_ok_and(|document| kind.stands_for(document.root()))
        .then_some(octets)
}

/// A start tag without its `>`.
fn start_tag<'a>(
    name: &str,
    declarations: impl Iterator<Item = (&'a str, &'a str)>,
) -> Option<String> {
    let mut writer = Writer::new();
    writer.start(name);
    for (prefix, uri) in declarations {
        writer.declare(prefix, uri);
    }
    writer.end();
    let mut tag = writer.finish().ok()?;
    tag.truncate(tag.strip_suffix("/>")?.len());
    Some(tag)
}

/// The child element of an element that has nothing else but white space.
fn only_element(parent: Element<'_>) -> Option<Element<'_>> {
    let mut only = None;
    for node in parent.children() {
        match node.kind() {
            NodeKind::Element(element) if only.is_none() => only = Some(element),
            NodeKind::Text(text) if text.bytes().all(|b| b.is_ascii_whitespace()) => {}
            _ => return None,
        }
    }
    only
}

fn parse<'d>(octets: &'d [u8], limits: &Limits) -> Result<Document<'d>, samlkit_xml::Error> {
    #[cfg(test)]
    PARSED.set(PARSED.get() + octets.len());
    Document::parse_with(octets, limits)
}

#[cfg(test)]
thread_local! {
    static PARSED: core::cell::Cell<usize> = const { core::cell::Cell::new(0) };
}

/// How many octets this thread has parsed here.
#[cfg(test)]
pub(crate) fn parsed() -> usize {
    PARSED.get()
}
