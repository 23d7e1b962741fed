//! Character data: text, references and CDATA sections (XML §2.4, §2.7), joined into one node between two others.

use super::{Parser, decode_reference, narrow};
use crate::chars::is_space;
use crate::tree::{NodeData, Span};
use crate::{Error, scan};

const SECTION: &str = "<![CDATA[";

/// Character data since the last other node.
#[derive(Clone, Copy)]
enum Pending {
    Nothing,
    /// One piece that can be used as it stands in the source.
    Source(Span),
    /// Decoded text from here to the end of the side buffer.
    Side(u32),
}

impl Parser<'_> {
    /// Character data from `start` to the next other node; gives where that begins.
    #[inline(always)]
    pub(super) fn text(&mut self, start: usize) -> Result<usize, Error> {
        if self.current == 0 {
            return self.text_outside(start);
        }
        let rest = self.rest(start);
        let length = scan::text(rest);
        let plain = match rest.get(length..) {
            Some([b'<', next, ..]) => *next != b'!',
            _ => false,
        };
        if !plain {
            return self.joined_text(start);
        }
        let at = narrow(start);
        let span = Span::source(at, narrow(length));
        self.push_node(NodeData::text(self.current, at, span))?;
        Ok(start + length)
    }

    /// [`Parser::text`] for character data that is more than one run that needs no decoding and no escaping.
    #[inline(never)]
    pub(super) fn joined_text(&mut self, start: usize) -> Result<usize, Error> {
        self.disturb(self.current);
        let mut text = Pending::Nothing;
        let mut begin = start;
        let mut at = start;
        loop {
            let rest = self.rest(at);
            let (from, length, escape) = match rest {
                [b'<', b'!', b'[', ..] => {
                    let content = rest
                        .strip_prefix(SECTION.as_bytes())
                        .and_then(|rest| rest.get(..scan::section_end(rest)?))
                        .ok_or(Error::MalformedMarkup { offset: at })?;
                    let escape = memchr::memchr3(b'<', b'>', b'&', content).is_some();
                    (SECTION.len(), content.len(), escape)
                }
                [] | [b'<', ..] => break,
                [b'&', ..] => {
                    let source = self.source.get(at..).unwrap_or_default();
                    let (character, length) =
                        decode_reference(source).map_err(|error| error.moved(at))?;
                    if matches!(text, Pending::Nothing) {
                        begin = at;
                    }
                    text = self.spill(text);
                    self.arena.side.push(character);
                    at += length;
                    continue;
                }
                _ => {
                    let length = memchr::memchr2(b'<', b'&', rest).unwrap_or(rest.len());
                    let run = rest.get(..length).unwrap_or_default();
                    if let Some(end) = scan::section_end(run) {
                        return Err(Error::SectionEndInText { offset: at + end });
                    }
                    (0, length, memchr::memchr(b'>', run).is_some())
                }
            };
            if length > 0 {
                if matches!(text, Pending::Nothing) {
                    begin = at;
                }
                text = self.append(text, at + from, length, escape);
            }
            // A section ends with "]]>".
            at += length + if from == 0 { 0 } else { from + 3 };
        }
        let span = match text {
            Pending::Nothing => return Ok(at),
            Pending::Source(span) => span,
            Pending::Side(start) => {
                let span = Span::side(start, narrow(self.arena.side.len()) - start);
                span.escaped(needs_escape(self.octets(span)))
            }
        };
        self.push_node(NodeData::text(self.current, narrow(begin), span))?;
        Ok(at)
    }

    /// White space beside the root.
    fn text_outside(&self, start: usize) -> Result<usize, Error> {
        let rest = self.rest(start);
        let length = memchr::memchr2(b'<', b'&', rest).unwrap_or(rest.len());
        let run = rest.get(..length).unwrap_or_default();
        if let Some(at) = run.iter().position(|&b| !is_space(b)) {
            return Err(Error::ContentOutsideRoot { offset: start + at });
        }
        let at = start + length;
        if rest.get(length) == Some(&b'&') {
            let source = self.source.get(at..).unwrap_or_default();
            return Err(match decode_reference(source) {
                Err(error @ Error::MalformedReference { .. }) => error.moved(at),
                _ => Error::ContentOutsideRoot { offset: at },
            });
        }
        Ok(at)
    }

    /// Adds source text that may hold carriage returns; `escape` is what is known of its other characters.
    fn append(&mut self, text: Pending, start: usize, length: usize, escape: bool) -> Pending {
        let more = self.slice(start, length);
        let returns = memchr::memchr(b'\r', more.as_bytes()).is_some();
        if matches!(text, Pending::Nothing) && !returns {
            let span = Span::source(narrow(start), narrow(length));
            return Pending::Source(span.escaped(escape));
        }
        let text = self.spill(text);
        push_lines(&mut self.arena.side, more);
        text
    }

    /// Moves text to the end of the side buffer, so that more can be added to it.
    fn spill(&mut self, text: Pending) -> Pending {
        match text {
            Pending::Side(_) => text,
            Pending::Nothing => Pending::Side(narrow(self.arena.side.len())),
            Pending::Source(span) => {
                let at = narrow(self.arena.side.len());
                let text = self.slice(span.start() as usize, span.len as usize);
                self.arena.side.push_str(text);
                Pending::Side(at)
            }
        }
    }

    /// The span of text that only line-end normalization can change. Canonical forms escape its carriage returns, of which
    /// none is left: a character reference has no meaning in a comment or a processing instruction.
    pub(super) fn lines(&mut self, start: usize, length: usize) -> Span {
        let text = self.slice(start, length);
        if memchr::memchr(b'\r', text.as_bytes()).is_none() {
            return Span::source(narrow(start), narrow(length));
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
fn needs_escape(text: &[u8]) -> bool {
    memchr::memchr3(b'<', b'>', b'&', text).is_some() || memchr::memchr(b'\r', text).is_some()
}
