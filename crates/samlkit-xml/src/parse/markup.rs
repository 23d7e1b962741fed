//! Comments, processing instructions and what else begins with `<!` or `<?` (XML §2.5, §2.6, §2.8).

use super::{Parser, declaration, narrow};
use crate::chars::{is_nc_name, is_space};
use crate::tree::{NodeData, Span};
use crate::{Error, scan};

impl Parser<'_> {
    /// The XML declaration, if the source begins with one; gives where it ends.
    pub(super) fn declaration(&self) -> Result<usize, Error> {
        if !is_declaration(self.source.as_bytes()) {
            return Ok(0);
        }
        let length = self.instruction_content(0)?;
        let end = length + "<??>".len();
        declaration::check(self.slice(0, end))?;
        Ok(end)
    }

    /// Markup that is no tag.
    #[cold]
    #[inline(never)]
    pub(super) fn rare_markup(&mut self, start: usize) -> Result<usize, Error> {
        match self.rest(start) {
            [b'<', b'!', b'-', b'-', ..] => self.comment(start),
            [b'<', b'?', ..] => self.instruction(start),
            [b'<', b'!', b'D' | b'd', ..] => Err(Error::Doctype { offset: start }),
            [b'<', b'!', b'[', ..] if self.current != 0 => self.joined_text(start),
            rest if rest.starts_with(b"<![CDATA[") && scan::section_end(rest).is_some() => {
                Err(Error::ContentOutsideRoot { offset: start })
            }
            _ => Err(Error::MalformedMarkup { offset: start }),
        }
    }

    fn comment(&mut self, start: usize) -> Result<usize, Error> {
        // The delimiters of "<!-->" and "<!--->" overlap.
        let from = start + "<!--".len();
        let content = self.rest(from);
        let length = scan::pair(content, b'-', b'-');
        let length = length.ok_or(Error::MalformedMarkup { offset: start })?;
        if content.get(length + 2) != Some(&b'>') {
            let closed = memchr::memmem::find(content, b"-->").is_some();
            return Err(if closed {
                Error::MalformedComment { offset: start }
            } else {
                Error::MalformedMarkup { offset: start }
            });
        }
        let span = self.lines(from, length);
        self.disturb(self.current);
        self.push_node(NodeData::comment(self.current, narrow(start), span))?;
        Ok(from + length + "-->".len())
    }

    fn instruction(&mut self, start: usize) -> Result<usize, Error> {
        let length = self.instruction_content(start)?;
        if is_declaration(self.rest(start)) {
            return Err(Error::MalformedDeclaration { offset: start });
        }
        let from = start + "<?".len();
        let content = self.slice(from, length);
        let target_length = content.bytes().position(is_space).unwrap_or(length);
        let target = self.slice(from, target_length);
        if target.eq_ignore_ascii_case("xml") {
            return Err(Error::ReservedTarget { offset: start });
        }
        if !is_nc_name(target) {
            return Err(if target.split(':').all(is_nc_name) {
                Error::MalformedQName { offset: from }
            } else {
                Error::MalformedName { offset: from }
            });
        }
        let spaced = content
            .bytes()
            .skip(target_length)
            .position(|b| !is_space(b));
        let data = target_length + spaced.unwrap_or(length - target_length);
        let target = Span::source(narrow(from), narrow(target_length));
        let data = self.lines(from + data, length - data);
        let rare = self.arena.rare.get_or_insert_default();
        let index = narrow(rare.instructions.len());
        rare.instructions.push((target, data));
        self.disturb(self.current);
        self.push_node(NodeData::instruction(self.current, narrow(start), index))?;
        Ok(from + length + "?>".len())
    }

    /// How many octets there are between the `<?` at `start` and its `?>`.
    fn instruction_content(&self, start: usize) -> Result<usize, Error> {
        let rest = self.rest(start);
        let content = rest.get("<?".len()..).unwrap_or_default();
        scan::pair(content, b'?', b'>').ok_or_else(|| {
            if is_declaration(rest) {
                Error::MalformedDeclaration { offset: start }
            } else {
                Error::MalformedMarkup { offset: start }
            }
        })
    }
}

/// Whether this begins as the XML declaration does.
fn is_declaration(rest: &[u8]) -> bool {
    match rest.strip_prefix(b"<?xml") {
        Some([next, ..]) => is_space(*next) || *next == b'?',
        _ => false,
    }
}
