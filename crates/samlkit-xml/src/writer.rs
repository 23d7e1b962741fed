use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error as ThisError;

use crate::chars::{illegal_char, is_name_char};
use crate::{Element, NodeKind, is_nc_name, ns};

/// Why a [`Writer`] could not make a document.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, ThisError)]
pub enum WriteError {
    /// A value holds a character that XML cannot express ([XML §2.2](https://www.w3.org/TR/xml/#charsets)).
    #[error("a value holds a character that XML does not allow")]
    IllegalCharacter,
    /// An attribute or a declaration is on its element already.
    #[error("an attribute is written twice")]
    DuplicateAttribute,
    /// A name is not a qualified name.
    #[error("a name is not a qualified name")]
    MalformedName,
    /// A call that the state of the document does not allow: an attribute after content, an end without a start, content
    /// outside the root, or a document that is not finished.
    #[error("a call that does not fit the document so far")]
    Misplaced,
    /// A declaration that XML does not allow: of `xmlns`, of `xml` or its namespace, or of a prefix as no namespace
    /// ([Namespaces §3](https://www.w3.org/TR/xml-names/#xmlReserved)).
    #[error("reserved namespace or prefix misused")]
    ReservedNamespace,
}

/// Writes a document: names are checked, values are escaped.
///
/// This is the one place that puts angle brackets around anything. Values come out so that every parser reads back exactly
/// what was given, white space in attributes and carriage returns included. The first mistake is kept and reported by
/// [`Writer::finish`]; nothing is written after it. That every prefix is declared is the caller's part.
///
/// ```
/// use samlkit_xml::Writer;
///
/// let mut writer = Writer::new();
/// writer.start("a:x").declare("a", "urn:a").attribute("k", "<&\">");
/// writer.start("a:y").text("1 < 2").end();
/// writer.end();
/// assert_eq!(
///     writer.finish()?,
///     r#"<a:x xmlns:a="urn:a" k="&lt;&amp;&quot;&gt;"><a:y>1 &lt; 2</a:y></a:x>"#
/// );
/// # Ok::<(), samlkit_xml::WriteError>(())
/// ```
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    open: Vec<Open>,
    /// The names of the attributes of the start tag that is being written.
    attributes: Vec<(usize, usize)>,
    in_start_tag: bool,
    closed: bool,
    error: Option<WriteError>,
}

/// An element that is open.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// Where its name stands in the output.
    start: usize,
    length: usize,
    /// Whether a default namespace is in scope.
    default: bool,
}

impl Writer {
    /// A writer of an empty document.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens an element.
    pub fn start(&mut self, qualified_name: &str) -> &mut Self {
        if self.error.is_some() {
            return self;
        }
        if self.open.is_empty() && self.closed {
            return self.fail(WriteError::Misplaced);
        }
        if !is_qualified_name(qualified_name) {
            return self.fail(WriteError::MalformedName);
        }
        self.close_start_tag();
        self.out.push('<');
        self.open.push(Open {
            start: self.out.len(),
            length: qualified_name.len(),
            default: self.has_default(),
        });
        self.out.push_str(qualified_name);
        self.in_start_tag = true;
        self
    }

    /// Declares a namespace on the element just opened; an empty prefix declares the default.
    pub fn declare(&mut self, prefix: &str, uri: &str) -> &mut Self {
        let undeclares = uri.is_empty() && !prefix.is_empty();
        if undeclares || matches!(prefix, "xml" | "xmlns") || matches!(uri, ns::XML | ns::XMLNS) {
            return self.fail(WriteError::ReservedNamespace);
        }
        if prefix.is_empty() {
            if self.in_start_tag
                && let Some(open) = self.open.last_mut()
            {
                open.default = !uri.is_empty();
            }
            self.write_attribute("xmlns", "", uri)
        } else if is_nc_name(prefix) {
            self.write_attribute("xmlns:", prefix, uri)
        } else {
            self.fail(WriteError::MalformedName)
        }
    }

    /// Adds an attribute to the element just opened.
    pub fn attribute(&mut self, qualified_name: &str, value: &str) -> &mut Self {
        if qualified_name == "xmlns" || qualified_name.starts_with("xmlns:") {
            self.fail(WriteError::ReservedNamespace)
        } else if is_qualified_name(qualified_name) {
            self.write_attribute("", qualified_name, value)
        } else {
            self.fail(WriteError::MalformedName)
        }
    }

    /// Adds an attribute if there is a value for it.
    pub fn optional_attribute(&mut self, qualified_name: &str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.attribute(qualified_name, value),
            None => self,
        }
    }

    /// Adds character data to the open element.
    pub fn text(&mut self, text: &str) -> &mut Self {
        if self.open.is_empty() {
            return self.fail(WriteError::Misplaced);
        }
        if illegal_char(text).is_some() {
            return self.fail(WriteError::IllegalCharacter);
        }
        if !text.is_empty() && self.error.is_none() {
            self.close_start_tag();
            escape(&mut self.out, text, false);
        }
        self
    }

    /// Writes a copy of a parsed element and all that is in it: with the same canonical form by Exclusive C14N, so that a
    /// signature of it still verifies. Nothing but well-formed markup can be inserted this way.
    ///
    /// The copy declares what its original declares, and what it needs of the declarations around the original: those of
    /// prefixes that occur in names or, followed by a colon, in values, and the default namespace. What is a reference or a
    /// CDATA section in the original is escaped anew.
    ///
    /// ```
    /// use samlkit_xml::{Document, Writer};
    ///
    /// let document = Document::parse(br#"<a xmlns:p="urn:p" xmlns:q="urn:q"><p:b k="1"><![CDATA[<]]></p:b></a>"#)?;
    /// let mut writer = Writer::new();
    /// writer.start("x").declare("", "urn:x");
    /// for element in document.root().elements() {
    ///     writer.copy(element);
    /// }
    /// writer.end();
    /// assert_eq!(writer.finish()?, r#"<x xmlns="urn:x"><p:b xmlns="" xmlns:p="urn:p" k="1">&lt;</p:b></x>"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Complexity
    ///
    /// O(n log p) in the octets of the element and the prefixes in it, and the cost of [`Element::namespaces_in_scope`].
    pub fn copy(&mut self, element: Element<'_>) -> &mut Self {
        let around = self.has_default();
        self.start(element.qualified_name());
        let own = |prefix: &str| {
            let mut own = element.namespace_declarations();
            own.any(|d| d.prefix() == prefix)
        };
        let mut inherited = match element.parent() {
            Some(_) => element.namespaces_in_scope(),
            None => Vec::new(),
        };
        if !inherited.is_empty() {
            let used = prefixes(element);
            inherited.retain(|(prefix, _)| !own(prefix) && used.contains(prefix));
            inherited.sort_unstable();
        }
        if around && !own("") && !inherited.iter().any(|(prefix, _)| prefix.is_empty()) {
            self.declare("", "");
        }
        for (prefix, uri) in inherited {
            self.declare(prefix, uri);
        }
        self.copy_attributes(element);
        let mut open = vec![element.children()];
        while let Some(children) = open.last_mut() {
            let Some(node) = children.next() else {
                self.end();
                open.pop();
                continue;
            };
            match node.kind() {
                NodeKind::Element(child) => {
                    self.start(child.qualified_name()).copy_attributes(child);
                    open.push(child.children());
                }
                NodeKind::Text(text) => {
                    self.text(text);
                }
                // As both were parsed, neither can hold what would end it.
                NodeKind::Comment(text) => self.markup(&["<!--", text, "-->"]),
                NodeKind::ProcessingInstruction { target, data: "" } => {
                    self.markup(&["<?", target, "?>"]);
                }
                NodeKind::ProcessingInstruction { target, data } => {
                    self.markup(&["<?", target, " ", data, "?>"]);
                }
            }
        }
        self
    }

    /// Closes the innermost open element.
    pub fn end(&mut self) -> &mut Self {
        if self.error.is_some() {
            return self;
        }
        let Some(Open { start, length, .. }) = self.open.pop() else {
            return self.fail(WriteError::Misplaced);
        };
        self.attributes.clear();
        if core::mem::take(&mut self.in_start_tag) {
            self.out.push_str("/>");
        } else {
            self.out.push_str("</");
            self.out.extend_from_within(start..start + length);
            self.out.push('>');
        }
        self.closed = self.open.is_empty();
        self
    }

    /// The document.
    ///
    /// # Errors
    ///
    /// The first mistake of the calls before; [`WriteError::Misplaced`] if there is no root or an element is open.
    pub fn finish(self) -> Result<String, WriteError> {
        match self.error {
            Some(error) => Err(error),
            None if self.closed => Ok(self.out),
            None => Err(WriteError::Misplaced),
        }
    }

    fn write_attribute(&mut self, before: &str, name: &str, value: &str) -> &mut Self {
        if !self.in_start_tag {
            return self.fail(WriteError::Misplaced);
        }
        if illegal_char(value).is_some() {
            return self.fail(WriteError::IllegalCharacter);
        }
        if self.error.is_some() {
            return self;
        }
        self.out.push(' ');
        let start = self.out.len();
        self.out.push_str(before);
        self.out.push_str(name);
        let end = self.out.len();
        let text = |(start, end)| self.out.get(start..end);
        if self
            .attributes
            .iter()
            .any(|&a| text(a) == text((start, end)))
        {
            return self.fail(WriteError::DuplicateAttribute);
        }
        self.attributes.push((start, end));
        self.out.push_str("=\"");
        escape(&mut self.out, value, true);
        self.out.push('"');
        self
    }

    fn copy_attributes(&mut self, element: Element<'_>) {
        for declaration in element.namespace_declarations() {
            // `xml` may be declared as what it is anyway; it says nothing.
            if declaration.prefix() != "xml" {
                self.declare(declaration.prefix(), declaration.uri());
            }
        }
        for attribute in element.attributes() {
            self.attribute(attribute.qualified_name(), attribute.value());
        }
    }

    fn markup(&mut self, parts: &[&str]) {
        if self.error.is_none() {
            self.close_start_tag();
            self.out.extend(parts.iter().copied());
        }
    }

    fn has_default(&self) -> bool {
        self.open.last().is_some_and(|open| open.default)
    }

    fn close_start_tag(&mut self) {
        self.attributes.clear();
        if core::mem::take(&mut self.in_start_tag) {
            self.out.push('>');
        }
    }

    fn fail(&mut self, error: WriteError) -> &mut Self {
        self.error.get_or_insert(error);
        self
    }
}

/// Every prefix for which the element, or one in it, may depend on a declaration around or on the element: the empty one,
/// those of names, and what stands before a colon in a value, where it may be part of a qualified name. A prefix that is
/// declared nearer to where it occurs is not among them: a copy of a copy would gain declarations otherwise.
fn prefixes<'d>(element: Element<'d>) -> BTreeSet<&'d str> {
    let mut used = BTreeSet::from([""]);
    // How many of the open descendants declare each prefix.
    let mut nearer = BTreeMap::<&str, usize>::new();
    let uses = |element: Element<'d>, nearer: &BTreeMap<&str, usize>, used: &mut BTreeSet<_>| {
        let mut occurs = |prefix| {
            if nearer.get(prefix).is_none_or(|&count| count == 0) {
                used.insert(prefix);
            }
        };
        occurs(element.prefix());
        for attribute in element.attributes() {
            occurs(attribute.prefix());
            before_colons(attribute.value()).for_each(&mut occurs);
        }
        for node in element.children() {
            if let NodeKind::Text(text) = node.kind() {
                before_colons(text).for_each(&mut occurs);
            }
        }
    };
    uses(element, &nearer, &mut used);
    let mut open = vec![(element, element.elements())];
    while let Some((parent, children)) = open.last_mut() {
        let Some(child) = children.next() else {
            // The first one is the element itself, whose declarations were not counted.
            for declaration in parent
                .namespace_declarations()
                .filter(|_| *parent != element)
            {
                if let Some(count) = nearer.get_mut(declaration.prefix()) {
                    *count -= 1;
                }
            }
            open.pop();
            continue;
        };
        for declaration in child.namespace_declarations() {
            *nearer.entry(declaration.prefix()).or_default() += 1;
        }
        uses(child, &nearer, &mut used);
        open.push((child, child.elements()));
    }
    used
}

/// The names before each colon.
fn before_colons(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(':').map(|(colon, _)| {
        let before = text.get(..colon).unwrap_or_default();
        let name = before.trim_end_matches(is_name_char);
        before.get(name.len()..).unwrap_or_default()
    })
}

fn is_qualified_name(name: &str) -> bool {
    match name.split_once(':') {
        Some((prefix, local)) => is_nc_name(prefix) && is_nc_name(local),
        None => is_nc_name(name),
    }
}

fn escape(out: &mut String, text: &str, attribute: bool) {
    let special = |c: char| match c {
        '<' | '>' | '&' | '\r' => true,
        '"' | '\t' | '\n' => attribute,
        _ => false,
    };
    let mut rest = text;
    while let Some(at) = rest.find(special) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let mut chars = from.chars();
        out.push_str(match chars.next() {
            Some('<') => "&lt;",
            Some('>') => "&gt;",
            Some('&') => "&amp;",
            Some('"') => "&quot;",
            Some('\t') => "&#x9;",
            Some('\n') => "&#xA;",
            _ => "&#xD;",
        });
        rest = chars.as_str();
    }
    out.push_str(rest);
}
