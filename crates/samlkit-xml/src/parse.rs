//! From tokens to the arena.
//!
//! quick-xml finds where each token ends; whether the token is well-formed, and what it says, is decided here, from the
//! source octets between the tokenizer's positions.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::chars::{illegal_char, is_char, is_nc_name, is_space};
use crate::tree::{Data, NodeData, Span};
use crate::{Document, Error, Limits};

mod declaration;
mod namespaces;
mod tag;

use namespaces::Scope;

const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Checks size, encoding and characters; gives the length of the byte order mark and the text after it.
pub(crate) fn decode<'s>(source: &'s [u8], limits: &Limits) -> Result<(usize, &'s str), Error> {
    if source.len() > limits.bytes as usize {
        return Err(Error::TooManyBytes {
            limit: limits.bytes,
        });
    }
    let foreign = match source {
        [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0x00, ..] | [_, 0x00, ..] => true,
        // "<?xm" in EBCDIC.
        [0x4C, 0x6F, 0xA7, 0x94, ..] => true,
        _ => false,
    };
    if foreign {
        return Err(Error::UnsupportedEncoding { offset: 0 });
    }
    let mark = if source.starts_with(MARK) {
        MARK.len()
    } else {
        0
    };
    let text = source.get(mark..).unwrap_or_default();
    let text = core::str::from_utf8(text).map_err(|error| {
        // A declared foreign encoding explains octets that are not UTF-8 better than their offset does.
        let valid = text
            .get(..error.valid_up_to())
            .and_then(|valid| core::str::from_utf8(valid).ok());
        match valid.map(declaration::check) {
            Some(Err(error @ Error::UnsupportedEncoding { .. })) => error.moved(mark),
            _ => Error::InvalidUtf8 {
                offset: mark + error.valid_up_to(),
            },
        }
    })?;
    match illegal_char(text) {
        Some(at) => Err(Error::IllegalCharacter { offset: mark + at }),
        None => Ok((mark, text)),
    }
}

/// Parses text that [`decode`] has accepted.
pub(crate) fn parse<'s>(
    source: Cow<'s, str>,
    mark: usize,
    limits: &Limits,
) -> Result<Document<'s>, Error> {
    let mut parser = Parser::new(&source, *limits);
    match parser.run() {
        Ok(root) => {
            let Arena {
                side,
                nodes,
                elements,
                attributes,
                declarations,
                instructions,
                prefixes,
                uris,
            } = parser.arena;
            Ok(Document {
                source,
                mark: u32::try_from(mark).unwrap_or(0),
                side,
                nodes,
                root,
                elements,
                attributes,
                declarations,
                instructions,
                prefixes,
                uris,
            })
        }
        Err(error) => Err(error.moved(mark)),
    }
}

/// The parts of a [`Document`] while it grows.
#[derive(Default)]
struct Arena {
    side: String,
    nodes: Vec<NodeData>,
    elements: Vec<crate::tree::ElementData>,
    attributes: Vec<crate::tree::AttributeData>,
    declarations: Vec<crate::tree::DeclarationData>,
    instructions: Vec<(Span, Span)>,
    prefixes: Vec<Span>,
    uris: Vec<Span>,
}

/// An element whose end tag has not come.
struct Open<'s> {
    node: u32,
    qualified_name: &'s str,
    /// How many bindings were in force before it.
    bindings: usize,
}

/// Character data since the last other node.
#[derive(Clone, Copy)]
enum Pending {
    Nothing,
    /// One piece that can be used as it stands in the source.
    Source(Span),
    /// Decoded text from here to the end of the side buffer.
    Side(u32),
}

struct Parser<'s> {
    source: &'s str,
    limits: Limits,
    arena: Arena,
    open: Vec<Open<'s>>,
    scope: Scope<'s>,
    pending: Pending,
    /// Where pending character data begins.
    pending_start: usize,
    root: Option<u32>,
}

/// Offsets and counts are below [`Limits::MAX_BYTES`], which the decoder has checked.
#[expect(
    clippy::cast_possible_truncation,
    reason = "sources are at most 2^30 octets long"
)]
const fn narrow(n: usize) -> u32 {
    n as u32
}

impl<'s> Parser<'s> {
    fn new(source: &'s str, limits: Limits) -> Self {
        // Real messages have one node for some sixty octets and one attribute for some eighty.
        let estimate = (source.len() / 48 + 8).min(1 << 16);
        let mut nodes = Vec::with_capacity(estimate);
        nodes.push(NodeData {
            parent: 0,
            end: 0,
            start: 0,
            data: Data::Document,
        });
        Self {
            source,
            limits,
            arena: Arena {
                nodes,
                elements: Vec::with_capacity(estimate / 2),
                attributes: Vec::with_capacity(estimate / 2),
                declarations: Vec::with_capacity(8),
                ..Arena::default()
            },
            open: Vec::with_capacity(16),
            scope: Scope::new(),
            pending: Pending::Nothing,
            pending_start: 0,
            root: None,
        }
    }

    /// Parses the whole source; gives the root's index.
    fn run(&mut self) -> Result<u32, Error> {
        let mut reader = Reader::from_str(self.source);
        let config = reader.config_mut();
        // Every check that the tokenizer could make is made here, once and in one way.
        config.allow_dangling_amp = false;
        config.allow_unmatched_ends = true;
        config.check_comments = false;
        config.check_end_names = false;
        config.expand_empty_elements = false;
        config.trim_markup_names_in_closing_tags = false;
        config.trim_text_start = false;
        config.trim_text_end = false;
        // The tokenizer would silently drop a byte order mark, and one has been taken off already.
        if self.source.starts_with('\u{FEFF}') {
            return Err(Error::ContentOutsideRoot { offset: 0 });
        }
        let mut start = 0usize;
        loop {
            let event = reader.read_event();
            let end = usize::try_from(reader.buffer_position()).unwrap_or(self.source.len());
            let token = self.source.get(start..end).unwrap_or_default();
            match event {
                Ok(Event::Text(_)) => self.text(token, start)?,
                Ok(Event::Start(_)) => self.start_tag(token, start, false)?,
                Ok(Event::Empty(_)) => self.start_tag(token, start, true)?,
                Ok(Event::End(_)) => self.end_tag(token, start)?,
                Ok(Event::GeneralRef(_)) => self.reference(token, start)?,
                Ok(Event::CData(_)) => self.section(token, start)?,
                Ok(Event::Comment(_)) => self.comment(token, start)?,
                Ok(Event::PI(_)) => self.instruction(token, start)?,
                Ok(Event::Decl(_)) => {
                    if start != 0 {
                        return Err(Error::MalformedDeclaration { offset: start });
                    }
                    declaration::check(token)?;
                }
                Ok(Event::DocType(_)) => return Err(Error::Doctype { offset: start }),
                Ok(Event::Eof) => return self.finish(),
                Err(_) => return Err(self.tokenizer_error(start)),
            }
            start = end;
        }
    }

    /// What the tokenizer's failure at `start` means: an unfinished token, or a DOCTYPE that it could not follow.
    fn tokenizer_error(&self, start: usize) -> Error {
        let rest = self.source.as_bytes().get(start..).unwrap_or_default();
        match rest {
            [b'<', b'!', b'D' | b'd', ..] => Error::Doctype { offset: start },
            [b'&', ..] => Error::MalformedReference { offset: start },
            [
                b'<',
                b'?',
                b'x',
                b'm',
                b'l',
                b' ' | b'\t' | b'\n' | b'\r' | b'?',
                ..,
            ] => Error::MalformedDeclaration { offset: start },
            _ => Error::MalformedMarkup { offset: start },
        }
    }

    fn finish(&mut self) -> Result<u32, Error> {
        if let Some(open) = self.open.last() {
            let offset = open.qualified_name.as_ptr().addr() - self.source.as_ptr().addr() - 1;
            return Err(Error::UnclosedElement { offset });
        }
        let end = narrow(self.arena.nodes.len());
        if let Some(document) = self.arena.nodes.first_mut() {
            document.end = end;
        }
        self.root.ok_or(Error::NoRoot)
    }

    fn parent(&self) -> u32 {
        self.open.last().map_or(0, |open| open.node)
    }

    /// Adds a node with no descendants; an open element's `end` is set when it closes.
    fn push_node(&mut self, data: Data, offset: usize) -> Result<u32, Error> {
        let index = narrow(self.arena.nodes.len());
        if index > self.limits.nodes {
            return Err(Error::TooManyNodes {
                offset,
                limit: self.limits.nodes,
            });
        }
        self.arena.nodes.push(NodeData {
            parent: self.parent(),
            end: index + 1,
            start: narrow(offset),
            data,
        });
        Ok(index)
    }

    /// Character data up to the next `<` or `&`.
    fn text(&mut self, token: &str, start: usize) -> Result<(), Error> {
        let bytes = token.as_bytes();
        if self.open.is_empty() {
            return match bytes.iter().position(|&b| !is_space(b)) {
                Some(at) => Err(Error::ContentOutsideRoot { offset: start + at }),
                None => Ok(()),
            };
        }
        let Some(at) = memchr::memchr2(b'>', b'\r', bytes) else {
            self.begin_text(start);
            self.push_source(start, token, false);
            return Ok(());
        };
        for end in memchr::memchr_iter(b'>', bytes.get(at..).unwrap_or_default()) {
            let end = at + end;
            if end >= 2 && bytes.get(end - 2..end) == Some(b"]]") {
                return Err(Error::SectionEndInText {
                    offset: start + end - 2,
                });
            }
        }
        self.begin_text(start);
        self.push_characters(start, token, true);
        Ok(())
    }

    /// `<![CDATA[…]]>`: text in which nothing is markup.
    fn section(&mut self, token: &str, start: usize) -> Result<(), Error> {
        if self.open.is_empty() {
            return Err(Error::ContentOutsideRoot { offset: start });
        }
        let content = token
            .strip_prefix("<![CDATA[")
            .and_then(|rest| rest.strip_suffix("]]>"));
        let content = content.ok_or(Error::MalformedMarkup { offset: start })?;
        if !content.is_empty() {
            let escape = memchr::memchr3(b'<', b'>', b'&', content.as_bytes()).is_some();
            self.begin_text(start);
            self.push_characters(start + "<![CDATA[".len(), content, escape);
        }
        Ok(())
    }

    /// `&name;`, `&#d;` or `&#xh;` in content.
    fn reference(&mut self, token: &str, start: usize) -> Result<(), Error> {
        if self.open.is_empty() {
            return Err(Error::ContentOutsideRoot { offset: start });
        }
        let (character, length) = decode_reference(token).map_err(|error| error.moved(start))?;
        if length != token.len() {
            return Err(Error::MalformedReference { offset: start });
        }
        self.begin_text(start);
        self.spill();
        self.arena.side.push(character);
        Ok(())
    }

    /// Notes where character data begins, unless some is pending already.
    const fn begin_text(&mut self, start: usize) {
        if matches!(self.pending, Pending::Nothing) {
            self.pending_start = start;
        }
    }

    /// Adds character data that may hold carriage returns; `escape` is what is known of its other characters.
    fn push_characters(&mut self, start: usize, text: &str, escape: bool) {
        if memchr::memchr(b'\r', text.as_bytes()).is_none() {
            self.push_source(start, text, escape);
        } else {
            self.spill();
            push_lines(&mut self.arena.side, text);
        }
    }

    fn push_source(&mut self, start: usize, text: &str, escape: bool) {
        if matches!(self.pending, Pending::Nothing) {
            self.pending =
                Pending::Source(Span::source(narrow(start), narrow(text.len())).escaped(escape));
        } else {
            self.spill();
            self.arena.side.push_str(text);
        }
    }

    /// Moves pending text to the side buffer, so that more can be added to it.
    fn spill(&mut self) {
        match self.pending {
            Pending::Side(_) => {}
            Pending::Nothing => self.pending = Pending::Side(narrow(self.arena.side.len())),
            Pending::Source(span) => {
                let at = self.arena.side.len();
                let start = span.start() as usize;
                self.arena.side.push_str(
                    self.source
                        .get(start..start + span.len as usize)
                        .unwrap_or_default(),
                );
                self.pending = Pending::Side(narrow(at));
            }
        }
    }

    /// Makes a text node of pending character data. Every other node begins with this.
    fn flush_text(&mut self) -> Result<(), Error> {
        let span = match self.pending {
            Pending::Nothing => return Ok(()),
            Pending::Source(span) => span,
            Pending::Side(start) => {
                let text = self
                    .arena
                    .side
                    .as_bytes()
                    .get(start as usize..)
                    .unwrap_or_default();
                Span::side(start, narrow(text.len())).escaped(needs_text_escape(text))
            }
        };
        self.pending = Pending::Nothing;
        self.push_node(Data::Text(span), self.pending_start)?;
        Ok(())
    }

    fn comment(&mut self, token: &str, start: usize) -> Result<(), Error> {
        self.flush_text()?;
        // "<!-->" and "<!--->" have the delimiters overlap.
        let content = token
            .strip_prefix("<!--")
            .and_then(|rest| rest.strip_suffix("-->"));
        let content = content.ok_or(Error::MalformedComment { offset: start })?;
        if content.ends_with('-') || memchr::memmem::find(content.as_bytes(), b"--").is_some() {
            return Err(Error::MalformedComment { offset: start });
        }
        let span = self.lines(start + "<!--".len(), content);
        self.push_node(Data::Comment(span), start)?;
        Ok(())
    }

    fn instruction(&mut self, token: &str, start: usize) -> Result<(), Error> {
        self.flush_text()?;
        let content = token
            .strip_prefix("<?")
            .and_then(|rest| rest.strip_suffix("?>"));
        let content = content.ok_or(Error::MalformedMarkup { offset: start })?;
        let length = content.bytes().position(is_space).unwrap_or(content.len());
        let (target, rest) = content.split_at_checked(length).unwrap_or((content, ""));
        if target.eq_ignore_ascii_case("xml") {
            return Err(Error::ReservedTarget { offset: start });
        }
        if !is_nc_name(target) {
            let offset = start + 2;
            return Err(if target.split(':').all(is_nc_name) {
                Error::MalformedQName { offset }
            } else {
                Error::MalformedName { offset }
            });
        }
        let data = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let at = start + 2 + content.len() - data.len();
        let target = Span::source(narrow(start + 2), narrow(length));
        let data = self.lines(at, data);
        let index = narrow(self.arena.instructions.len());
        self.arena.instructions.push((target, data));
        self.push_node(Data::ProcessingInstruction(index), start)?;
        Ok(())
    }

    /// The span of text that only line-end normalization can change. Canonical forms escape its carriage returns, of which
    /// none is left: a character reference has no meaning in a comment or a processing instruction.
    fn lines(&mut self, start: usize, text: &str) -> Span {
        if memchr::memchr(b'\r', text.as_bytes()).is_none() {
            return Span::source(narrow(start), narrow(text.len()));
        }
        let at = self.arena.side.len();
        push_lines(&mut self.arena.side, text);
        Span::side(narrow(at), narrow(self.arena.side.len() - at))
    }
}

/// Appends `text` with CR LF and lone CR as LF (XML §2.11).
fn push_lines(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\r') {
        out.push_str(before);
        out.push('\n');
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    out.push_str(rest);
}

/// Whether character data needs escaping in a canonical form (C14N §2.3).
fn needs_text_escape(text: &[u8]) -> bool {
    memchr::memchr3(b'<', b'>', b'&', text).is_some() || memchr::memchr(b'\r', text).is_some()
}

/// Decodes the reference at the start of `text`, which begins with `&`; gives its character and its length.
fn decode_reference(text: &str) -> Result<(char, usize), Error> {
    // The longest reference that can be right, leading zeros apart, has ten octets.
    let end =
        memchr::memchr(b';', text.as_bytes()).ok_or(Error::MalformedReference { offset: 0 })?;
    let name = text
        .get(1..end)
        .ok_or(Error::MalformedReference { offset: 0 })?;
    let character = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "apos" => '\'',
        "quot" => '"',
        _ => decode_number(name)?,
    };
    Ok((character, end + 1))
}

fn decode_number(name: &str) -> Result<char, Error> {
    let malformed = Error::MalformedReference { offset: 0 };
    let Some(digits) = name.strip_prefix('#') else {
        let is_name = name.split(':').all(is_nc_name);
        return Err(if is_name {
            Error::UndeclaredEntity { offset: 0 }
        } else {
            malformed
        });
    };
    let (digits, radix) = digits
        .strip_prefix('x')
        .map_or((digits, 10), |hex| (hex, 16));
    // `from_str_radix` would accept a sign.
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(malformed);
    }
    let digits = digits.trim_start_matches('0');
    u32::from_str_radix(if digits.is_empty() { "0" } else { digits }, radix)
        .ok()
        .and_then(char::from_u32)
        .filter(|&c| is_char(c))
        .ok_or(Error::IllegalCharacter { offset: 0 })
}
