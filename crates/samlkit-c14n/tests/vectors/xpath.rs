//! The `XPath` expressions of the vectors, each translated by hand to a predicate over the nodes of `XPath` 1.0 §5.

use samlkit_c14n::NodeSet;
use samlkit_xml::{Attribute, Element, Node, NodeKind};

const IETF: &str = "http://www.ietf.org";
const BAR: &str = "http://example.org/bar";
const BAZ: &str = "http://example.org/baz";
const FOO: &str = "http://example.org/foo";
const NET: &str = "http://example.net";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// What the prefixes in the expressions stand for.
pub(crate) const PREFIXES: [(&str, &str); 8] = [
    ("bar", BAR),
    ("baz", BAZ),
    ("ds", DSIG),
    ("dsig", DSIG),
    ("foo", FOO),
    ("ietf", IETF),
    ("n", NET),
    ("n1", NET),
];

/// A node other than the root node.
#[derive(Clone, Copy)]
pub(crate) enum Item<'d> {
    /// Element, text, comment, processing instruction.
    Node(Node<'d>),
    /// An attribute and its owner.
    Attribute(Element<'d>, Attribute<'d>),
    /// A namespace: owner, prefix, name.
    Namespace(Element<'d>, &'d str, &'d str),
}

impl<'d> Item<'d> {
    /// `self::*`.
    fn element(self) -> Option<Element<'d>> {
        match self {
            Item::Node(node) => node.as_element(),
            Item::Attribute(..) | Item::Namespace(..) => None,
        }
    }

    /// `parent::*`.
    fn parent(self) -> Option<Element<'d>> {
        match self {
            Item::Node(node) => node.parent(),
            Item::Attribute(owner, _) | Item::Namespace(owner, ..) => Some(owner),
        }
    }

    /// `ancestor-or-self::*`.
    fn ancestors_or_self(self) -> impl Iterator<Item = Element<'d>> {
        let innermost = self.element().or_else(|| self.parent());
        core::iter::successors(innermost, |element| element.parent())
    }

    /// `self::text()`.
    fn is_text(self) -> bool {
        matches!(self, Item::Node(node) if matches!(node.kind(), NodeKind::Text(_)))
    }

    fn is_namespace(self) -> bool {
        matches!(self, Item::Namespace(..))
    }

    /// `self::namespace:local`.
    fn is(self, namespace: &str, local: &str) -> bool {
        self.element()
            .is_some_and(|element| element.is(namespace, local))
    }

    /// `parent::namespace:local`.
    fn is_in(self, namespace: &str, local: &str) -> bool {
        self.parent()
            .is_some_and(|element| element.is(namespace, local))
    }

    /// `ancestor-or-self::namespace:local`.
    fn within(self, namespace: &str, local: &str) -> bool {
        self.ancestors_or_self()
            .any(|element| element.is(namespace, local))
    }

    /// `name()`.
    fn name(self) -> &'d str {
        match self {
            Item::Node(node) => match node.kind() {
                NodeKind::Element(element) => element.qualified_name(),
                NodeKind::ProcessingInstruction { target, .. } => target,
                NodeKind::Text(_) | NodeKind::Comment(_) | _ => "",
            },
            Item::Attribute(_, attribute) => attribute.qualified_name(),
            Item::Namespace(_, prefix, _) => prefix,
        }
    }

    /// `namespace-uri()`.
    fn namespace_uri(self) -> &'d str {
        match self {
            Item::Node(node) => node.as_element().map_or("", Element::namespace),
            Item::Attribute(_, attribute) => attribute.namespace(),
            Item::Namespace(..) => "",
        }
    }

    /// `string(self::node())`.
    fn string(self) -> String {
        match self {
            Item::Node(node) => match node.kind() {
                NodeKind::Element(element) => element
                    .descendants()
                    .filter_map(|node| {
                        if let NodeKind::Text(text) = node.kind() {
                            Some(text)
                        } else {
                            None
                        }
                    })
                    .collect(),
                NodeKind::Text(text) | NodeKind::Comment(text) => text.to_owned(),
                NodeKind::ProcessingInstruction { data, .. } => data.to_owned(),
                _ => String::new(),
            },
            Item::Attribute(_, attribute) => attribute.value().to_owned(),
            Item::Namespace(_, _, uri) => uri.to_owned(),
        }
    }

    /// `string(self::node()) = namespace-uri(parent::node())`.
    fn spells_namespace_of_parent(self) -> bool {
        self.string() == self.parent().map_or("", Element::namespace)
    }

    /// `count(ancestor-or-self::node())`: with the root node, and with the node itself if it is no element.
    fn depth(self) -> usize {
        self.ancestors_or_self().count() + 1 + usize::from(self.element().is_none())
    }
}

/// The nodes for which a predicate holds.
pub(crate) struct Selected(pub(crate) fn(Item<'_>) -> bool);

impl NodeSet for Selected {
    fn contains(&self, node: Node<'_>) -> bool {
        (self.0)(Item::Node(node))
    }

    fn contains_attribute(&self, element: Element<'_>, attribute: Attribute<'_>) -> bool {
        (self.0)(Item::Attribute(element, attribute))
    }

    fn contains_namespace(&self, element: Element<'_>, prefix: &str) -> bool {
        let uri = element.resolve_prefix(prefix).unwrap_or_default();
        let owned = element.namespaces_in_scope();
        let prefix = owned
            .iter()
            .find(|(known, _)| *known == prefix)
            .map_or("", |(known, _)| known);
        (self.0)(Item::Namespace(element, prefix, uri))
    }
}

/// The nodes that an expression selects; `None` if nobody translated it. White space does not distinguish expressions.
pub(crate) fn select(expression: &str) -> Option<Selected> {
    let words: Vec<&str> = expression.split_whitespace().collect();
    let normalized = words
        .join(" ")
        .replace("//. | //@* | //namespace::*", "//.|//@*|//namespace::*");
    let predicate = normalized
        .strip_prefix("(//.|//@*|//namespace::*)")
        .and_then(|rest| rest.trim_start().strip_prefix('['))
        .and_then(|rest| rest.strip_suffix(']'))
        .map_or(normalized.as_str(), str::trim);
    TABLE
        .iter()
        .find(|(known, _)| *known == predicate)
        .map(|&(_, predicate)| Selected(predicate))
}

/// Whether `self` is or is in the element with the `id` attribute "E3".
fn in_e3(item: Item<'_>) -> bool {
    item.ancestors_or_self()
        .any(|element| element.attribute("id") == Some("E3"))
}

type Predicate = fn(Item<'_>) -> bool;

const TABLE: &[(&str, Predicate)] = &[
    ("self::text()", |i| i.is_text()),
    ("ancestor-or-self::dsig:X509Data", |i| {
        i.within(DSIG, "X509Data")
    }),
    ("ancestor-or-self::ds:SignedInfo", |i| {
        i.within(DSIG, "SignedInfo")
    }),
    ("ancestor-or-self::n1:elem2", |i| i.within(NET, "elem2")),
    ("ancestor-or-self::e6", |i| i.within("", "e6")),
    ("ancestor-or-self::p", |i| i.within("", "p")),
    ("self::a or ancestor-or-self::d", |i| {
        i.is("", "a") || i.within("", "d")
    }),
    ("ancestor-or-self::ietf:e1", |i| i.within(IETF, "e1")),
    ("ancestor-or-self::ietf:e2", |i| i.within(IETF, "e2")),
    ("ancestor-or-self::ietf:e3", |i| i.within(IETF, "e3")),
    ("ancestor-or-self::ietf:e11", |i| i.within(IETF, "e11")),
    ("ancestor-or-self::ietf:e21", |i| i.within(IETF, "e21")),
    ("ancestor-or-self::ietf:e111", |i| i.within(IETF, "e111")),
    (
        "ancestor-or-self::ietf:e11 or ancestor-or-self::ietf:e12",
        |i| i.within(IETF, "e11") || i.within(IETF, "e12"),
    ),
    (
        "ancestor-or-self::ietf:c14n11XmlBaseDoc1 and not(ancestor-or-self::ietf:e2)",
        |i| i.within(IETF, "c14n11XmlBaseDoc1") && !i.within(IETF, "e2"),
    ),
    (
        "ancestor-or-self::ietf:c14n11XmlBaseDoc1 and not(ancestor-or-self::ietf:e1 or ancestor-or-self::ietf:e2)",
        |i| i.within(IETF, "c14n11XmlBaseDoc1") && !(i.within(IETF, "e1") || i.within(IETF, "e2")),
    ),
    (
        "self::ietf:e1 or (parent::ietf:e1 and not(self::text() or self::e2)) or \
         count(id(\"E3\")|ancestor-or-self::node()) = count(ancestor-or-self::node())",
        |i| {
            i.is(IETF, "e1")
                || (i.is_in(IETF, "e1") && !(i.is_text() || i.is("", "e2")))
                || in_e3(i)
        },
    ),
    ("ancestor-or-self::bar:Something", |i| {
        i.within(BAR, "Something")
    }),
    (
        "ancestor-or-self::bar:Something and ((name() != \"bar\") or parent::bar:Something) and \
         ((name() != \"foo\") or parent::foo:Something) and ((name() != \"baz\") or parent::baz:Something) and \
         ((name() != \"\") or self::text())",
        |i| {
            i.within(BAR, "Something")
                && (i.name() != "bar" || i.is_in(BAR, "Something"))
                && (i.name() != "foo" || i.is_in(FOO, "Something"))
                && (i.name() != "baz" || i.is_in(BAZ, "Something"))
                && (!i.name().is_empty() || i.is_text())
        },
    ),
    (
        "ancestor-or-self::bar:Something and (self::text() or (namespace-uri() != \"\") or \
         (string(self::node()) = namespace-uri(parent::node())))",
        |i| {
            i.within(BAR, "Something")
                && (i.is_text() || !i.namespace_uri().is_empty() || i.spells_namespace_of_parent())
        },
    ),
    (
        "ancestor-or-self::bar:Something and not (self::foo:Something) and (self::text() or (namespace-uri() != \"\") or \
         (string(self::node()) = namespace-uri(parent::node())))",
        |i| {
            i.within(BAR, "Something")
                && !i.is(FOO, "Something")
                && (i.is_text() || !i.namespace_uri().is_empty() || i.spells_namespace_of_parent())
        },
    ),
    (
        "ancestor-or-self::bar:Something and (count(parent::node()/namespace::*) != \
         count(parent::node()/namespace::* | self::node()))",
        |i| i.within(BAR, "Something") && !i.is_namespace(),
    ),
    (
        "ancestor-or-self::bar:Something and (count(parent::node()/namespace::*) = \
         count(parent::node()/namespace::* | self::node()))",
        |i| i.within(BAR, "Something") && i.is_namespace(),
    ),
    (
        "ancestor-or-self::bar:Something and (self::text() or (namespace-uri() != \"\"))",
        |i| i.within(BAR, "Something") && (i.is_text() || !i.namespace_uri().is_empty()),
    ),
    (
        "ancestor-or-self::bar:Something and (string(self::node()) = namespace-uri(parent::node()))",
        |i| i.within(BAR, "Something") && i.spells_namespace_of_parent(),
    ),
    (
        "ancestor-or-self::bar:Something and (self::text() or (namespace-uri() != \"\") or \
         ((name() = \"\") and ((count(ancestor-or-self::node()) mod 2) = 1)))",
        |i| {
            i.within(BAR, "Something")
                && (i.is_text()
                    || !i.namespace_uri().is_empty()
                    || (i.name().is_empty() && i.depth() % 2 == 1))
        },
    ),
    (
        "(//dsig:Object/descendant-or-self::node()|//dsig:Object/descendant-or-self::*/@*|\
         //dsig:Object/descendant-or-self::*/namespace::*)",
        |i| i.within(DSIG, "Object"),
    ),
    (
        "((//n:elem2)[1]/descendant-or-self::node()|(//n:elem2)[1]/descendant-or-self::*/@*|\
         (//n:elem2)[1]/descendant-or-self::*/namespace::*)",
        |i| {
            i.ancestors_or_self().any(|element| {
                let first = element
                    .document()
                    .elements()
                    .find(|element| element.is(NET, "elem2"));
                first == Some(element)
            })
        },
    ),
];
