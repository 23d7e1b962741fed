//! Markup as it will be written, octet for octet.
//!
//! An attack is surgery on markup, and half of it is markup that no careful writer would produce. So this tree checks nothing: names
//! carry their prefixes as text, declarations are attributes like others, an attribute may stand twice, and [`Node::Raw`] is written
//! as it is.

use core::fmt::Write as _;

use crate::sign::Pending;

/// An element: a start tag, content, an end tag.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Element {
    /// The name with its prefix.
    pub name: String,
    /// Attributes and namespace declarations, in their order; values are escaped when they are written.
    pub attributes: Vec<(String, String)>,
    /// The content.
    pub children: Vec<Node>,
    /// What is still to be filled in, of a `Signature`.
    pub(crate) pending: Option<Box<Pending>>,
}

/// A part of the content of an [`Element`].
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Node {
    /// A child element.
    Element(Element),
    /// Text, escaped when it is written.
    Text(String),
    /// Anything, written as it is.
    Raw(String),
}

impl From<Element> for Node {
    fn from(element: Element) -> Self {
        Self::Element(element)
    }
}

impl Element {
    /// An element without attributes and content.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            attributes: Vec::new(),
            children: Vec::new(),
            pending: None,
        }
    }

    /// Adds an attribute, or a declaration, after those that there are.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.attributes.push((name.into(), value.into()));
        self
    }

    /// Adds an attribute if there is a value for it.
    #[must_use]
    pub fn with_optional(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a child.
    #[must_use]
    pub fn containing(mut self, child: impl Into<Node>) -> Self {
        self.children.push(child.into());
        self
    }

    /// Adds children.
    #[must_use]
    pub fn containing_all<N: Into<Node>>(mut self, children: impl IntoIterator<Item = N>) -> Self {
        self.children.extend(children.into_iter().map(Into::into));
        self
    }

    /// Adds text.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Node::Text(text.into()));
        self
    }

    /// Adds markup that is written as it is.
    #[must_use]
    pub fn raw(mut self, markup: impl Into<String>) -> Self {
        self.children.push(Node::Raw(markup.into()));
        self
    }

    /// The name without its prefix.
    #[must_use]
    pub fn local(&self) -> &str {
        self.name
            .rsplit_once(':')
            .map_or(self.name.as_str(), |(_, local)| local)
    }

    /// The value of the first attribute of this name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    /// Sets an attribute: the first of this name, or a new one after the others.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        match self.attributes.iter_mut().find(|(other, _)| other == name) {
            Some((_, old)) => *old = value.into(),
            None => self.attributes.push((name.to_owned(), value.into())),
        }
    }

    /// Takes an attribute off. `None` if there is none.
    pub fn unset(&mut self, name: &str) -> Option<String> {
        let at = self
            .attributes
            .iter()
            .position(|(other, _)| other == name)?;
        Some(self.attributes.remove(at).1)
    }

    /// The child elements.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) | Node::Raw(_) => None,
        })
    }

    /// The first child element of this local name.
    #[must_use]
    pub fn child(&self, local: &str) -> Option<&Self> {
        self.elements().find(|element| element.local() == local)
    }

    /// [`Element::child`], to be changed.
    pub fn child_mut(&mut self, local: &str) -> Option<&mut Self> {
        self.children.iter_mut().find_map(|node| match node {
            Node::Element(element) if element.local() == local => Some(element),
            _ => None,
        })
    }

    /// The first element of this local name below this one, in document order.
    #[must_use]
    pub fn find(&self, local: &str) -> Option<&Self> {
        self.elements().find_map(|element| {
            if element.local() == local {
                Some(element)
            } else {
                element.find(local)
            }
        })
    }

    /// [`Element::find`], to be changed.
    pub fn find_mut(&mut self, local: &str) -> Option<&mut Self> {
        self.children.iter_mut().find_map(|node| match node {
            Node::Element(element) => {
                if element.local() == local {
                    Some(element)
                } else {
                    element.find_mut(local)
                }
            }
            Node::Text(_) | Node::Raw(_) => None,
        })
    }

    /// The position of the first child element of this local name among all children.
    #[must_use]
    pub fn position(&self, local: &str) -> Option<usize> {
        self.children
            .iter()
            .position(|node| matches!(node, Node::Element(element) if element.local() == local))
    }

    /// Takes the first child element of this local name out.
    pub fn take(&mut self, local: &str) -> Option<Self> {
        let at = self.position(local)?;
        match self.children.remove(at) {
            Node::Element(element) => Some(element),
            Node::Text(_) | Node::Raw(_) => None,
        }
    }

    /// Puts a node before the first child element of this local name.
    pub fn insert_before(&mut self, local: &str, node: impl Into<Node>) -> Option<()> {
        let at = self.position(local)?;
        self.children.insert(at, node.into());
        Some(())
    }

    /// Puts a node after the first child element of this local name.
    pub fn insert_after(&mut self, local: &str, node: impl Into<Node>) -> Option<()> {
        let at = self.position(local)?;
        self.children.insert(at + 1, node.into());
        Some(())
    }

    /// Puts a node before all others.
    pub fn prepend(&mut self, node: impl Into<Node>) {
        self.children.insert(0, node.into());
    }

    /// Puts a node after all others.
    pub fn append(&mut self, node: impl Into<Node>) {
        self.children.push(node.into());
    }

    /// Puts another element, or text, or markup, in the place of the first child element of this local name, and gives that.
    pub fn replace(&mut self, local: &str, node: impl Into<Node>) -> Option<Self> {
        let at = self.position(local)?;
        let place = self.children.get_mut(at)?;
        match core::mem::replace(place, node.into()) {
            Node::Element(element) => Some(element),
            Node::Text(_) | Node::Raw(_) => None,
        }
    }

    /// The text of the element's own text nodes.
    #[must_use]
    pub fn own_text(&self) -> String {
        let texts = self.children.iter().filter_map(|node| match node {
            Node::Text(text) => Some(text.as_str()),
            Node::Element(_) | Node::Raw(_) => None,
        });
        texts.collect()
    }

    /// Makes text the whole content.
    pub fn set_text(&mut self, text: impl Into<String>) {
        self.children = vec![Node::Text(text.into())];
    }

    /// Makes markup, written as it is, the whole content.
    pub fn set_raw(&mut self, markup: impl Into<String>) {
        self.children = vec![Node::Raw(markup.into())];
    }

    /// The markup, with empty elements as `<x/>`.
    #[must_use]
    pub fn to_markup(&self) -> String {
        self.to_markup_with("/>")
    }

    /// The markup, with `empty` at the end of an empty element's tag.
    #[must_use]
    pub fn to_markup_with(&self, empty: &str) -> String {
        let mut out = String::with_capacity(8192);
        self.write(&mut out, empty);
        out
    }

    fn write(&self, out: &mut String, empty: &str) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            // Writing to a string does not fail.
            let _ = write!(out, " {name}=\"");
            escape(value, &['&', '<', '"', '\t', '\n', '\r'], out);
            out.push('"');
        }
        if self.children.is_empty() {
            out.push_str(empty);
            return;
        }
        out.push('>');
        for child in &self.children {
            match child {
                Node::Element(element) => element.write(out, empty),
                Node::Text(text) => escape(text, &['&', '<', '>', '\r'], out),
                Node::Raw(markup) => out.push_str(markup),
            }
        }
        let _ = write!(out, "</{}>", self.name);
    }
}

fn escape(text: &str, special: &[char], out: &mut String) {
    for c in text.chars() {
        match c {
            c if !special.contains(&c) => out.push(c),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_written_as_it_stands() {
        let mut element = Element::new("a:b")
            .with("x", "1 < \"2\" & 3")
            .with("x", "\n")
            .text("a > b & c")
            .raw("<!--x-->&y;")
            .containing(Element::new("c"));
        assert_eq!(
            element.to_markup_with(" />"),
            "<a:b x=\"1 &lt; &quot;2&quot; &amp; 3\" x=\"&#10;\">a &gt; b &amp; c<!--x-->&y;<c /></a:b>"
        );
        assert_eq!(element.local(), "b");
        assert_eq!(element.insert_before("d", Element::new("e")), None);
        assert_eq!(element.insert_after("c", Element::new("e")), Some(()));
        assert_eq!(element.take("c"), Some(Element::new("c")));
        element.set("x", "4");
        assert_eq!(element.unset("x").as_deref(), Some("4"));
        assert_eq!(
            element.to_markup(),
            "<a:b x=\"&#10;\">a &gt; b &amp; c<!--x-->&y;<e/></a:b>"
        );
    }
}
