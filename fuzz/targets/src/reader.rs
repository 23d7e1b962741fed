//! A small reader of assertions on quick-xml, which shares nothing with the readers that it is compared with.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, escape};

const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

/// An element with its namespace resolved.
#[derive(Debug)]
struct Tag {
    namespace: String,
    local_name: String,
    /// Those without a prefix.
    attributes: Vec<(String, String)>,
    children: Vec<Self>,
    text: String,
}

/// What an application would act on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Facts {
    pub(crate) id: String,
    pub(crate) issuer: String,
    pub(crate) name_id: String,
    pub(crate) audiences: Vec<String>,
    /// Names and values in order; `None` for a value that is not text.
    pub(crate) attributes: Vec<(String, Vec<Option<String>>)>,
}

/// The facts of every assertion in `source` that has one of these IDs, or is a child of an element that has one.
pub(crate) fn facts(source: &str, signed: &[String]) -> Vec<Facts> {
    let mut found = Vec::new();
    collect(&tree(source), signed, false, &mut found);
    found
}

fn collect(tag: &Tag, signed: &[String], parent: bool, found: &mut Vec<Facts>) {
    let is_signed = tag
        .attribute("ID")
        .is_some_and(|id| signed.contains(&id.to_owned()));
    if (is_signed || parent) && tag.is("Assertion") {
        found.push(tag.facts());
    }
    for child in &tag.children {
        collect(child, signed, is_signed, found);
    }
}

impl Tag {
    fn is(&self, name: &str) -> bool {
        self.namespace == SAML && self.local_name == name
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    fn all<'t>(&'t self, name: &'t str) -> impl Iterator<Item = &'t Self> {
        self.children.iter().filter(move |child| child.is(name))
    }

    /// The text of the only descendant by this path; more than one of a name, and none, give what no message holds.
    fn only(&self, path: &[&str]) -> String {
        let Some((first, rest)) = path.split_first() else {
            return self.text.clone();
        };
        let mut children = self.all(first);
        match (children.next(), children.next()) {
            (Some(child), None) => child.only(rest),
            _ => "\0".to_owned(),
        }
    }

    fn facts(&self) -> Facts {
        let audiences = self
            .all("Conditions")
            .flat_map(|conditions| conditions.all("AudienceRestriction"))
            .flat_map(|restriction| restriction.all("Audience"));
        let attributes = self
            .all("AttributeStatement")
            .flat_map(|statement| statement.all("Attribute"));
        Facts {
            id: self.attribute("ID").unwrap_or_default().to_owned(),
            issuer: self.only(&["Issuer"]),
            name_id: self.only(&["Subject", "NameID"]),
            audiences: audiences.map(|audience| audience.text.clone()).collect(),
            attributes: attributes
                .map(|attribute| {
                    let values = attribute
                        .all("AttributeValue")
                        .map(|value| value.children.is_empty().then(|| value.text.clone()));
                    let name = attribute.attribute("Name").unwrap_or_default();
                    (name.to_owned(), values.collect())
                })
                .collect(),
        }
    }
}

/// XML §2.11.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The document element of a document that is well-formed.
fn tree(source: &str) -> Tag {
    let mut reader = Reader::from_str(source);
    let mut scopes: Vec<Vec<(String, String)>> = Vec::new();
    let mut open = vec![Tag {
        namespace: String::new(),
        local_name: String::new(),
        attributes: Vec::new(),
        children: Vec::new(),
        text: String::new(),
    }];
    loop {
        let event = reader.read_event().expect("well-formed");
        let text = match &event {
            Event::Text(piece) => lines(piece),
            Event::CData(piece) => lines(piece),
            Event::GeneralRef(name) => {
                let reference = format!("&{};", &**name);
                escape::unescape(&reference)
                    .expect("a reference")
                    .into_owned()
            }
            _ => String::new(),
        };
        if let Some(last) = open.last_mut() {
            last.text.push_str(&text);
        }
        match event {
            Event::Start(tag) => open.push(start(&tag, &mut scopes)),
            Event::Empty(tag) => {
                let tag = start(&tag, &mut scopes);
                scopes.pop();
                open.last_mut().expect("a parent").children.push(tag);
            }
            Event::End(_) => {
                scopes.pop();
                let tag = open.pop().expect("an open element");
                open.last_mut().expect("a parent").children.push(tag);
            }
            Event::Eof => return open.swap_remove(0).children.swap_remove(0),
            _ => {}
        }
    }
}

fn start(tag: &BytesStart<'_>, scopes: &mut Vec<Vec<(String, String)>>) -> Tag {
    let mut declared = Vec::new();
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.expect("well-formed");
        let value = lines(&attribute.value).replace(['\n', '\t'], " ");
        let value = escape::unescape(&value).expect("a reference").into_owned();
        let name: &str = attribute.key.as_ref();
        match name.split_once(':') {
            None if name == "xmlns" => declared.push((String::new(), value)),
            Some(("xmlns", prefix)) => declared.push((prefix.to_owned(), value)),
            Some(_) => {}
            None => attributes.push((name.to_owned(), value)),
        }
    }
    scopes.push(declared);
    let name = tag.name();
    let name: &str = name.as_ref();
    let (prefix, local_name) = name.split_once(':').unwrap_or(("", name));
    let bound = scopes
        .iter()
        .rev()
        .find_map(|scope| scope.iter().find(|(other, _)| other == prefix));
    Tag {
        namespace: bound.map(|(_, uri)| uri.clone()).unwrap_or_default(),
        local_name: local_name.to_owned(),
        attributes,
        children: Vec::new(),
        text: String::new(),
    }
}
