//! Output that is mostly input: canonical octets that stand side by side in the source are copied together.

/// Appends to a buffer, putting off what the source has where it is wanted.
///
/// A sender that writes canonical or nearly canonical XML, which most do, is copied in a few long runs. What is appended is
/// compared with the source, so a run holds the wanted octets whatever the source looks like.
#[derive(Debug)]
pub(crate) struct Runs<'d, 'o> {
    source: &'d [u8],
    /// The run that is put off: this part of the source is next in the output. Where it is empty, `end` is a guess.
    start: usize,
    end: usize,
    out: &'o mut Vec<u8>,
    /// How long the output was at first.
    before: usize,
}

impl<'d, 'o> Runs<'d, 'o> {
    pub(crate) fn new(source: &'d str, out: &'o mut Vec<u8>) -> Self {
        Self {
            source: source.as_bytes(),
            start: 0,
            end: 0,
            before: out.len(),
            out,
        }
    }

    pub(crate) fn reserve(&mut self, octets: usize) {
        self.out.reserve(octets);
    }

    /// How many octets were appended.
    pub(crate) fn written(&self) -> usize {
        self.out.len() - self.before + (self.end - self.start)
    }

    /// How long the buffer is with what is put off.
    pub(crate) fn position(&self) -> usize {
        self.before + self.written()
    }

    /// Appends what is put off.
    pub(crate) fn flush(&mut self) {
        if let Some(run) = self.source.get(self.start..self.end) {
            self.out.extend_from_slice(run);
        }
        self.start = self.end;
    }

    /// The buffer itself, with nothing put off.
    pub(crate) fn direct(&mut self) -> &mut Vec<u8> {
        self.flush();
        self.out
    }

    /// Appends markup.
    #[inline]
    pub(crate) fn literal<const N: usize>(&mut self, markup: &[u8; N]) {
        let rest = self.source.get(self.end..).unwrap_or_default();
        if rest.first_chunk::<N>() == Some(markup) {
            self.end += N;
        } else {
            self.flush();
            self.out.extend_from_slice(markup);
        }
    }

    /// Appends text, which may be a part of the source.
    #[inline]
    pub(crate) fn text(&mut self, text: &'d str) {
        let at = self.place(text);
        // Another allocation may begin where the source ends, so the length counts too.
        if at == self.end && text.len() <= self.source.len() - self.end {
            self.end += text.len();
        } else {
            self.elsewhere(text.as_bytes(), at);
        }
    }

    /// Appends `length` octets of the source from `at` on.
    #[inline]
    pub(crate) fn part(&mut self, (at, length): (u32, u32)) {
        let (at, length) = (at as usize, length as usize);
        if at != self.end {
            self.flush();
            self.start = at;
            self.end = at;
        }
        self.end += length;
    }

    /// Appends ` name="value"`, where nothing of the value is to be escaped.
    #[inline]
    pub(crate) fn attribute(&mut self, name: &'d str, value: &'d str) {
        let after_name = self.end + 1 + name.len();
        let after_value = after_name + 2 + value.len();
        // Looked at in one step where it stands as wanted; the places say that name and value do.
        if self.place(name) == self.end + 1
            && self.place(value) == after_name + 2
            && self.source.get(self.end) == Some(&b' ')
            && self.source.get(after_name..after_name + 2) == Some(b"=\"")
            && self.source.get(after_value) == Some(&b'"')
        {
            self.end = after_value + 1;
        } else {
            self.literal(b" ");
            self.text(name);
            self.literal(b"=\"");
            self.text(value);
            self.literal(b"\"");
        }
    }

    /// Appends `</name>`, where the name is these octets of the source.
    #[inline]
    pub(crate) fn end_tag(&mut self, (at, length): (u32, u32)) {
        let (start, length) = (at as usize, length as usize);
        let name = self.source.get(start..start + length).unwrap_or_default();
        match self.source.get(self.end..self.end + 3 + length) {
            Some([b'<', b'/', here @ .., b'>']) if here == name => self.end += 3 + length,
            _ => {
                self.flush();
                self.out.extend_from_slice(b"</");
                self.out.extend_from_slice(name);
                self.out.push(b'>');
            }
        }
    }

    /// Where `text` is in the source, if it is a part of it; otherwise a number that means nothing.
    #[inline]
    fn place(&self, text: &str) -> usize {
        let source = self.source.as_ptr().addr();
        text.as_ptr().addr().wrapping_sub(source)
    }

    /// Text that does not continue the run by its place; it may still by its octets, as the name in an end tag does.
    fn elsewhere(&mut self, text: &'d [u8], at: usize) {
        let rest = self.source.get(self.end..).unwrap_or_default();
        if rest.starts_with(text) {
            self.end += text.len();
            return;
        }
        self.flush();
        let end = at.checked_add(text.len());
        if let Some(end) = end.filter(|&end| end <= self.source.len()) {
            self.start = at;
            self.end = end;
        } else {
            self.out.extend_from_slice(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Runs;

    #[test]
    #[expect(clippy::string_slice, reason = "the source is ASCII")]
    fn what_is_appended_is_what_comes_out() {
        let source = "<a b=\"c\">d</a>".to_owned();
        let mut out = b"before".to_vec();
        let mut runs = Runs::new(&source, &mut out);
        runs.literal(b"<");
        runs.text(&source[1..2]);
        runs.literal(b" ");
        runs.text(&source[3..4]);
        runs.literal(b"='");
        runs.text("elsewhere");
        assert_eq!(runs.written(), 15);
        runs.text(&source[9..10]);
        runs.literal(b"</");
        runs.text(&source[1..2]);
        runs.attribute(&source[3..4], &source[6..7]);
        runs.attribute(&source[3..4], "c");
        runs.end_tag((9, 1));
        runs.part((0, 2));
        runs.part((2, 1));
        runs.direct().push(b'!');
        runs.literal(b">");
        runs.text("");
        runs.text(&source[..1]);
        runs.flush();
        assert_eq!(runs.written(), 41);
        assert_eq!(out, b"before<a b='elsewhered</a b=\"c\" b=\"c\"</d><a !><");
    }

    /// What is appended after the beginnings of `source` by `append`, of which `expected` is said.
    #[expect(clippy::string_slice, reason = "the sources are ASCII")]
    fn after_each_beginning<'s>(
        source: &'s str,
        append: impl Fn(&mut Runs<'s, '_>),
        expected: &str,
    ) {
        for end in 0..=source.len() {
            let mut out = Vec::new();
            let mut runs = Runs::new(source, &mut out);
            runs.part((0, u32::try_from(end).unwrap()));
            append(&mut runs);
            runs.flush();
            let expected = [&source[..end], expected].concat();
            assert_eq!(out, expected.as_bytes(), "{source} at {end}");
        }
    }

    /// Every part of `source`.
    fn parts(source: &str) -> impl Iterator<Item = (usize, &str)> {
        let starts = 0..=source.len();
        starts.flat_map(move |start| {
            let ends = start..=source.len();
            ends.filter_map(move |end| Some((start, source.get(start..end)?)))
        })
    }

    /// Wherever name and value stand in the source, and whatever stands around them there.
    #[test]
    fn attributes_and_end_tags_are_written_whole() {
        for source in [
            " a=\"bb\" ",
            " a='b' ",
            " a=\"b' ",
            " a='b\" ",
            "\ta=\"\" b",
            " a =\"b\"",
            " a=\"bcdefg\" h=\"\"",
            "<a>b</a>",
            "<a>b</a >",
            "<a>b</ab>",
        ] {
            for (start, name) in parts(source) {
                let place = [start, name.len()].map(|octets| u32::try_from(octets).unwrap());
                let place = place.into();
                after_each_beginning(source, |runs| runs.end_tag(place), &format!("</{name}>"));
                for (_, value) in parts(source) {
                    let expected = format!(" {name}=\"{value}\"");
                    after_each_beginning(source, |runs| runs.attribute(name, value), &expected);
                }
            }
        }
    }

    #[test]
    fn text_from_right_after_the_source_is_no_part_of_it() {
        let both = "<a>b</a>and more";
        let (source, other) = both.split_at(8);
        let mut out = Vec::new();
        let mut runs = Runs::new(source, &mut out);
        runs.part((0, 8));
        runs.text(other);
        runs.text("");
        runs.flush();
        assert_eq!(out, both.as_bytes());
    }
}
