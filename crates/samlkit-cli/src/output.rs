//! What commands print.

use std::fmt::{self, Write as _};
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use serde::Serialize;

use crate::failure::{Failure, Refusal};

/// Everything that a command has for standard output, and its verdict.
#[derive(Debug)]
pub(crate) struct Outcome {
    octets: Vec<u8>,
    refused: bool,
}

impl Outcome {
    pub(crate) fn done(octets: impl Into<Vec<u8>>) -> Self {
        Self {
            octets: octets.into(),
            refused: false,
        }
    }

    pub(crate) fn refused(octets: impl Into<Vec<u8>>) -> Self {
        Self {
            octets: octets.into(),
            refused: true,
        }
    }

    /// Writes standard output. A reader that has gone away is not told about it.
    pub(crate) fn finish(&self) -> ExitCode {
        let mut stdout = std::io::stdout().lock();
        match stdout.write_all(&self.octets).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Failure::usage(format!("cannot write to standard output: {error}")).finish()
            }
            Ok(()) | Err(_) => ExitCode::from(u8::from(self.refused)),
        }
    }
}

/// One JSON object and a line end.
pub(crate) fn json(value: &impl Serialize) -> Result<Vec<u8>, Failure> {
    let mut octets = serde_json::to_vec_pretty(value)
        .map_err(|error| Failure::usage(format!("cannot write JSON: {error}")))?;
    octets.push(b'\n');
    Ok(octets)
}

/// A refusal for people.
pub(crate) fn refusal(verdict: &str, refusal: &Refusal) -> Page {
    let mut page = Page::new();
    page.styled(Style::Bad, &format!("{verdict}: {}", refusal.code));
    page.paragraph(2, &refusal.message);
    if let Some(help) = &refusal.help {
        page.paragraph(2, &format!("Help: {help}"));
    }
    page
}

/// A warning on standard error.
pub(crate) fn warn(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "warning: {}", Safe(message));
}

/// Text that somebody else chose, fit for a terminal: control characters, and those that reorder or hide text, are escaped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Safe<'a>(pub(crate) &'a str);

impl fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if is_unsafe(c) {
                write!(f, "{}", c.escape_unicode())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A page for people.
#[derive(Debug)]
pub(crate) struct Page {
    text: String,
    colour: bool,
}

/// How a word stands out on a terminal.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Style {
    Good,
    Bad,
    Heading,
}

impl Page {
    pub(crate) fn new() -> Self {
        let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self {
            text: String::new(),
            colour,
        }
    }

    /// A line. The text is ours, with what others chose in it already [`Safe`].
    pub(crate) fn line(&mut self, text: impl fmt::Display) {
        let _ = writeln!(self.text, "{text}");
    }

    /// A line that stands out.
    pub(crate) fn styled(&mut self, style: Style, text: &str) {
        if self.colour {
            let code = match style {
                Style::Good => "32;1",
                Style::Bad => "31;1",
                Style::Heading => "1",
            };
            let _ = writeln!(self.text, "\u{1b}[{code}m{text}\u{1b}[0m");
        } else {
            self.line(text);
        }
    }

    /// A name and a value that somebody else may have chosen.
    pub(crate) fn field(&mut self, name: &str, value: &str) {
        let _ = writeln!(self.text, "  {name:<22} {}", Safe(value));
    }

    /// An item of a list.
    pub(crate) fn item(&mut self, text: &str) {
        self.text.push_str("  - ");
        self.wrapped(4, 4, text);
    }

    /// A paragraph, broken into lines at spaces and indented.
    pub(crate) fn paragraph(&mut self, indent: usize, text: &str) {
        self.wrapped(0, indent, text);
    }

    fn wrapped(&mut self, column: usize, indent: usize, text: &str) {
        const WIDTH: usize = 100;
        let mut column = column;
        let mut first = column > 0;
        for word in text.split(' ') {
            let word = Safe(word).to_string();
            let length = word.chars().count();
            if column > indent && column + 1 + length > WIDTH {
                self.text.push('\n');
                column = 0;
            }
            if column == 0 {
                let _ = write!(self.text, "{:indent$}", "");
                column = indent;
            } else if !first {
                self.text.push(' ');
                column += 1;
            }
            first = false;
            self.text.push_str(&word);
            column += length;
        }
        self.text.push('\n');
    }

    pub(crate) fn into_octets(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_cannot_steer_a_terminal() {
        assert_eq!(
            Safe("a\u{1b}[31mb\u{202e}c\nö\u{85}").to_string(),
            "a\\u{1b}[31mb\\u{202e}c\\u{a}ö\\u{85}"
        );
    }

    #[test]
    fn paragraphs_break_at_spaces() {
        let mut page = Page {
            text: String::new(),
            colour: false,
        };
        page.paragraph(2, &"word ".repeat(30));
        let lines: Vec<_> = page.text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(
            lines
                .iter()
                .all(|line| line.starts_with("  word") && line.len() <= 100)
        );
    }
}
