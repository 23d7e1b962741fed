use memchr::{memchr, memchr3, memmem};

use crate::Element;

/// Where an element stands in [`Document::source`](crate::Document::source), in octets.
///
/// For `<a/>` the content is empty and stands where the element ends.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Extent {
    /// Its `<`.
    pub start: usize,
    /// After the `>` of its start tag.
    pub content_start: usize,
    /// The `<` of its end tag.
    pub content_end: usize,
    /// After the last `>`.
    pub end: usize,
}

impl Extent {
    const fn is_empty_tag(&self) -> bool {
        self.content_end == self.end
    }
}

/// Looking at, and adding to, the octets that a document was parsed from.
///
/// What is inserted goes in as it is: it should be the output of a [`Writer`](crate::Writer), which declares every prefix that
/// it uses. All other octets stay, a byte order mark included; only `<a/>` becomes `<a>…</a>` when something is put into it.
///
/// ```
/// use samlkit_xml::{Document, Writer};
///
/// let mut writer = Writer::new();
/// writer.start("new").end();
/// let new = writer.finish()?;
/// let document = Document::parse(b"<a k='>'><b/>text</a>")?;
/// let a = document.root();
/// let b = a.elements().next().unwrap();
/// assert_eq!(a.insert_at_start(&new), "<a k='>'><new/><b/>text</a>");
/// assert_eq!(a.insert_at_end(&new), "<a k='>'><b/>text<new/></a>");
/// assert_eq!(b.insert_after(&new), "<a k='>'><b/><new/>text</a>");
/// assert_eq!(b.insert_at_end(&new), "<a k='>'><b><new/></b>text</a>");
/// assert_eq!((b.extent().start, b.extent().end), (9, 13));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Complexity
///
/// O(n) in the octets of the element to find where it ends, and in those of the document to copy it.
impl<'d> Element<'d> {
    /// Where the element stands in the source.
    #[must_use]
    pub fn extent(self) -> Extent {
        let source = self.document().source().as_bytes();
        let start = self.node().source_offset();
        let content_start = tag_end(source, start);
        let empty = content_start
            .checked_sub(2)
            .and_then(|at| source.get(at))
            .is_some_and(|&octet| octet == b'/');
        let (content_end, end) = if empty {
            (content_start, content_start)
        } else {
            end_tag(source, content_start)
        };
        Extent {
            start,
            content_start,
            content_end,
            end,
        }
    }

    /// The document's octets with `markup` before the content of this element.
    #[must_use]
    pub fn insert_at_start(self, markup: &str) -> String {
        let source = self.document().source().as_bytes();
        let start = self.node().source_offset();
        let content_start = tag_end(source, start);
        if content_start
            .checked_sub(2)
            .and_then(|at| source.get(at))
            .is_some_and(|&octet| octet == b'/')
        {
            return self.fill(content_start, markup);
        }
        self.insert(content_start, "", markup, "", content_start)
    }

    /// The document's octets with `markup` after the content of this element.
    #[must_use]
    pub fn insert_at_end(self, markup: &str) -> String {
        let extent = self.extent();
        if extent.is_empty_tag() {
            return self.fill(extent.end, markup);
        }
        self.insert(extent.content_end, "", markup, "", extent.content_end)
    }

    /// The document's octets with `markup` after this element. After the root nothing that is not a comment may stand.
    #[must_use]
    pub fn insert_after(self, markup: &str) -> String {
        let end = self.extent().end;
        self.insert(end, "", markup, "", end)
    }

    /// Puts `markup` into an empty-element tag.
    fn fill(self, end: usize, markup: &str) -> String {
        let close = ["</", self.qualified_name(), ">"].concat();
        self.insert(end.saturating_sub(2), ">", markup, &close, end)
    }

    /// The octets up to `to`, the three texts, and the octets from `from`.
    fn insert(self, to: usize, open: &str, markup: &str, close: &str, from: usize) -> String {
        let source = self.document().source();
        let mark = if self.document().mark == 0 {
            ""
        } else {
            "\u{feff}"
        };
        let before = source.get(..to).unwrap_or(source);
        let after = source.get(from..).unwrap_or_default();
        [mark, before, open, markup, close, after].concat()
    }
}

/// One past the `>` of the tag that begins at `start`; those within attribute values are passed over.
fn tag_end(source: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(found) = source
        .get(at..)
        .and_then(|rest| memchr3(b'>', b'"', b'\'', rest))
    {
        at += found;
        match source.get(at) {
            Some(&quote @ (b'"' | b'\'')) => {
                let value = source.get(at + 1..).unwrap_or_default();
                at += 1 + memchr(quote, value).unwrap_or(value.len()) + 1;
            }
            _ => return at + 1,
        }
    }
    source.len()
}

/// The `<` of the end tag that closes what is open at `at`, and one past its `>`.
fn end_tag(source: &[u8], at: usize) -> (usize, usize) {
    let mut at = at;
    let mut depth = 0_usize;
    while let Some(found) = source.get(at..).and_then(|rest| memchr(b'<', rest)) {
        at += found;
        let rest = source.get(at..).unwrap_or_default();
        let after = |close: &[u8]| memmem::find(rest, close).map(|found| at + found + close.len());
        at = if rest.starts_with(b"<!--") {
            // The opening cannot lend its hyphens to the end: `<!-->` is not well-formed, and was refused.
            after(b"-->")
        } else if rest.starts_with(b"<![CDATA[") {
            after(b"]]>")
        } else if rest.starts_with(b"<?") {
            after(b"?>")
        } else {
            let end = tag_end(source, at);
            if rest.starts_with(b"</") {
                let Some(outer) = depth.checked_sub(1) else {
                    return (at, end);
                };
                depth = outer;
            } else if source.get(end.saturating_sub(2)) != Some(&b'/') {
                depth += 1;
            }
            Some(end)
        }
        .unwrap_or(source.len());
    }
    (source.len(), source.len())
}
