//! A document as a flat list, by this crate's tree and by quick-xml.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, escape};
use samlkit_xml::{Document, Node, NodeKind};

/// What can be told of a node.
#[derive(Debug, PartialEq)]
pub(crate) enum Item {
    Start(String, Vec<(String, String)>),
    End,
    Text(String),
    Comment(String),
    Instruction(String),
}

/// XML §2.11.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// What the tree says, declarations and attributes in the order of their names.
pub(crate) fn of_tree(document: &Document<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut open: Vec<Node<'_>> = Vec::new();
    let tops = document.children().flat_map(|top| {
        let below = top.as_element().into_iter();
        core::iter::once(top).chain(below.flat_map(samlkit_xml::Element::descendants))
    });
    for node in tops {
        while open
            .last()
            .is_some_and(|open| open.subtree_end() <= node.id())
        {
            open.pop();
            items.push(Item::End);
        }
        items.push(match node.kind() {
            NodeKind::Element(element) => {
                open.push(node);
                let declared = element.namespace_declarations().map(|declared| {
                    let name = match declared.prefix() {
                        "" => "xmlns".to_owned(),
                        prefix => format!("xmlns:{prefix}"),
                    };
                    (name, declared.uri().to_owned())
                });
                let attributes = element
                    .attributes()
                    .map(|a| (a.qualified_name().to_owned(), a.value().to_owned()));
                let mut all: Vec<_> = declared.chain(attributes).collect();
                all.sort();
                Item::Start(element.qualified_name().to_owned(), all)
            }
            NodeKind::Text(text) => Item::Text(text.to_owned()),
            NodeKind::Comment(text) => Item::Comment(text.to_owned()),
            NodeKind::ProcessingInstruction { target, data } => {
                Item::Instruction(format!("{target} {data}"))
            }
            other => panic!("unknown {other:?}"),
        });
    }
    items.extend(open.iter().map(|_| Item::End));
    items
}

fn start(tag: &BytesStart<'_>) -> Item {
    let mut all: Vec<_> = tag
        .attributes()
        .map(|attribute| {
            let attribute = attribute.unwrap();
            let value = lines(&attribute.value).replace(['\n', '\t'], " ");
            let name: &str = attribute.key.as_ref();
            (
                name.to_owned(),
                escape::unescape(&value).unwrap().into_owned(),
            )
        })
        // It says nothing, and the tree leaves it out.
        .filter(|(name, _)| name != "xmlns:xml")
        .collect();
    all.sort();
    let name = tag.name();
    Item::Start(
        {
            let name: &str = name.as_ref();
            name.to_owned()
        },
        all,
    )
}

/// What quick-xml says, text joined and white space beside the root dropped.
pub(crate) fn of_tokens(source: &str) -> Vec<Item> {
    let mut reader = Reader::from_str(source);
    let mut items = Vec::new();
    let mut text = String::new();
    let mut depth = 0;
    loop {
        let event = reader.read_event().unwrap();
        let piece = match &event {
            Event::Text(piece) => Some(lines(piece)),
            Event::CData(piece) => Some(lines(piece)),
            Event::GeneralRef(name) => {
                let reference = format!("&{};", &**name);
                Some(escape::unescape(&reference).unwrap().into_owned())
            }
            _ => None,
        };
        if let Some(piece) = piece {
            text.push_str(&piece);
            continue;
        }
        let text = core::mem::take(&mut text);
        if !text.is_empty() && depth > 0 {
            items.push(Item::Text(text));
        }
        match event {
            Event::Start(tag) => {
                depth += 1;
                items.push(start(&tag));
            }
            Event::Empty(tag) => {
                items.push(start(&tag));
                items.push(Item::End);
            }
            Event::End(_) => {
                depth -= 1;
                items.push(Item::End);
            }
            Event::Comment(text) => {
                items.push(Item::Comment(lines(&text)));
            }
            Event::PI(text) => {
                let text = lines(&text);
                let (target, data) = text
                    .split_once([' ', '\n', '\t'])
                    .unwrap_or((text.as_str(), ""));
                let data = data.trim_start_matches([' ', '\n', '\t']);
                items.push(Item::Instruction(format!("{target} {data}")));
            }
            Event::Decl(_) => {}
            Event::Eof => return items,
            other => panic!("unexpected {other:?}"),
        }
    }
}
