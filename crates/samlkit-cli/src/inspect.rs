//! `samlkit inspect`

use samlkit::core::ns;
use samlkit::xml::{Document, Element, NodeKind};
use serde::Serialize;

use crate::cli::Inspect;
use crate::failure::{Failure, Refusal};
use crate::output::{self, Outcome, Page, Safe, Style};
use crate::{input, message};

const NOT_VERIFIED: &str = "Nothing was verified: anyone can have written this message.";
const INDENT: usize = 2;
/// Start tags that are longer have a line for each attribute.
const WIDTH: usize = 110;

#[derive(Serialize)]
struct Inspected<'a> {
    verified: bool,
    note: &'static str,
    encoding: &'static str,
    root: String,
    issuer: Option<String>,
    signatures: usize,
    xml: &'a str,
}

#[derive(Serialize)]
struct Unreadable<'a> {
    verified: bool,
    note: &'static str,
    code: &'static str,
    message: &'a str,
    help: Option<&'a str>,
}

/// Decodes and prints a message, and says that nothing was verified.
pub(crate) fn run(args: &Inspect) -> Result<Outcome, Failure> {
    match inspect(args) {
        Err(Failure::Refused(refusal)) if args.json.json => {
            let Refusal {
                code,
                message,
                help,
            } = &refusal;
            let unreadable = Unreadable {
                verified: false,
                note: NOT_VERIFIED,
                code,
                message,
                help: help.as_deref(),
            };
            Ok(Outcome::refused(output::json(&unreadable)?))
        }
        other => other,
    }
}

fn inspect(args: &Inspect) -> Result<Outcome, Failure> {
    let octets = input::message(&args.file)?;
    let message = message::decode(octets, args.encoding.encoding)?.inflate();
    let document =
        Document::parse_with(&message.octets, &input::LIMITS).map_err(input::not_parsed)?;
    let xml = pretty(&document);
    if args.json.json {
        let root = document.root();
        let issuer = root.elements().find(|child| child.is(ns::SAML, "Issuer"));
        return Ok(Outcome::done(output::json(&Inspected {
            verified: false,
            note: NOT_VERIFIED,
            encoding: message.form.id(),
            root: format!("{{{}}}{}", root.namespace(), root.local_name()),
            issuer: issuer.and_then(|issuer| Some(issuer.text().ok()?.into_owned())),
            signatures: document
                .elements()
                .filter(|element| element.is(ns::DS, "Signature"))
                .count(),
            xml: &xml,
        })?));
    }
    let mut page = Page::new();
    page.styled(Style::Heading, NOT_VERIFIED);
    page.line(format_args!(
        "Given as {}; {} octets of XML.\n",
        message.form.id(),
        message.octets.len()
    ));
    let mut octets = page.into_octets();
    octets.extend(xml.into_bytes());
    Ok(Outcome::done(octets))
}

/// The document with a line for each element, fit for a terminal. White space between elements is not kept.
fn pretty(document: &Document<'_>) -> String {
    let mut printer = Printer {
        out: String::new(),
        open: Vec::new(),
    };
    for node in document.children() {
        printer.node(node.kind());
        if let Some(root) = node.as_element() {
            for node in root.descendants() {
                // The text of an element that has nothing else stands beside its start tag.
                if node.parent().is_some_and(is_text_only) {
                    continue;
                }
                while printer
                    .open
                    .last()
                    .is_some_and(|&open| node.parent() != Some(open))
                {
                    printer.end();
                }
                printer.node(node.kind());
            }
            while !printer.open.is_empty() {
                printer.end();
            }
        }
    }
    printer.out
}

fn is_text_only(element: Element<'_>) -> bool {
    let mut children = element.children();
    matches!(
        (
            children.next().map(samlkit::xml::Node::kind),
            children.next()
        ),
        (Some(NodeKind::Text(_)), None)
    )
}

struct Printer<'d> {
    out: String,
    open: Vec<Element<'d>>,
}

impl<'d> Printer<'d> {
    fn indent(&mut self, by: usize) {
        let depth = self.open.len() * INDENT + by;
        self.out.extend(std::iter::repeat_n(' ', depth));
    }

    fn node(&mut self, kind: NodeKind<'d>) {
        match kind {
            NodeKind::Element(element) => self.start(element),
            NodeKind::Text(text) if text.trim().is_empty() => {}
            NodeKind::Text(text) => self.own_line(&escaped(text.trim())),
            NodeKind::Comment(text) => self.own_line(&format!("<!--{}-->", Safe(text))),
            NodeKind::ProcessingInstruction { target, data } => {
                self.own_line(&format!("<?{} {}?>", Safe(target), Safe(data)));
            }
            _ => {}
        }
    }

    fn own_line(&mut self, text: &str) {
        self.indent(0);
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn start(&mut self, element: Element<'d>) {
        let declarations = element.namespace_declarations().map(|declaration| {
            let colon = if declaration.prefix().is_empty() {
                ""
            } else {
                ":"
            };
            format!(
                "xmlns{colon}{}=\"{}\"",
                Safe(declaration.prefix()),
                escaped_value(declaration.uri())
            )
        });
        let attributes = element.attributes().map(|attribute| {
            format!(
                "{}=\"{}\"",
                Safe(attribute.qualified_name()),
                escaped_value(attribute.value())
            )
        });
        let parts: Vec<String> = declarations.chain(attributes).collect();
        self.indent(0);
        self.out.push('<');
        self.out
            .push_str(&Safe(element.qualified_name()).to_string());
        let length: usize = parts.iter().map(|part| part.len() + 1).sum();
        let apart = parts.len() > 1
            && self.open.len() * INDENT + element.qualified_name().len() + length > WIDTH;
        for part in &parts {
            if apart {
                self.out.push('\n');
                self.indent(2 * INDENT);
            } else {
                self.out.push(' ');
            }
            self.out.push_str(part);
        }
        match element.children().next().map(samlkit::xml::Node::kind) {
            None => self.out.push_str("/>\n"),
            Some(NodeKind::Text(text)) if is_text_only(element) => {
                self.out.push('>');
                self.out.push_str(&escaped(text));
                self.close(element);
            }
            Some(_) => {
                self.out.push_str(">\n");
                self.open.push(element);
            }
        }
    }

    fn end(&mut self) {
        if let Some(element) = self.open.pop() {
            self.indent(0);
            self.close(element);
        }
    }

    fn close(&mut self, element: Element<'_>) {
        self.out.push_str("</");
        self.out
            .push_str(&Safe(element.qualified_name()).to_string());
        self.out.push_str(">\n");
    }
}

/// Text as XML has it, and fit for a terminal; its lines stay.
fn escaped(text: &str) -> String {
    escape(text, |c| matches!(c, '\n' | '\t'))
}

/// The value of an attribute, on one line.
fn escaped_value(text: &str) -> String {
    escape(text, |_| false)
}

fn escape(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if stays(c) => escaped.push(c),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            '\t' => escaped.push_str("&#9;"),
            c => escaped.push_str(&Safe(c.encode_utf8(&mut [0; 4])).to_string()),
        }
    }
    escaped
}
