//! Finding where a run of whole nodes ends, in octets that come bit by bit.
//!
//! This judges nothing. In well-formed octets it finds the ends of tags, comments, sections and instructions, and in all
//! others it finds some place; what was cut off is then for the parser to judge.

/// What the next unseen octet stands in.
#[derive(Clone, Copy, Debug)]
enum Within {
    Content,
    /// A start tag, and the quote of the attribute value if it is within one.
    Start(Option<u8>),
    End,
    Comment,
    Section,
    Instruction,
}

/// What was found in the octets from the start of the run of nodes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cut {
    /// Nothing new.
    More,
    /// A child that is no empty-element tag was begun.
    Start(Child),
    /// The child of [`Cut::Start`] is still open at the end of what was looked at.
    Within(Child),
    /// A child that is complete.
    Child(Child),
    /// The end tag of the element around: where it begins and ends.
    End(usize, usize),
    /// Markup that no document may have in this place.
    Bad,
}

/// Where a child element stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Child {
    pub(super) start: usize,
    /// After its start tag.
    pub(super) content: usize,
    /// After what was seen of it.
    pub(super) end: usize,
}

impl Cut {
    /// The same where `by` octets before it are gone.
    pub(super) const fn moved(self, by: usize) -> Self {
        match self {
            Self::Start(child) => Self::Start(child.moved(by)),
            Self::Within(child) => Self::Within(child.moved(by)),
            Self::Child(child) => Self::Child(child.moved(by)),
            Self::End(start, end) => Self::End(start.saturating_sub(by), end.saturating_sub(by)),
            Self::More | Self::Bad => self,
        }
    }
}

impl Child {
    const fn moved(self, by: usize) -> Self {
        Self {
            start: self.start.saturating_sub(by),
            content: self.content.saturating_sub(by),
            end: self.end.saturating_sub(by),
        }
    }
}

/// Goes over octets once, however they are handed in.
#[derive(Clone, Debug)]
pub(super) struct Cutter {
    within: Within,
    /// The next octet to look at.
    at: usize,
    /// How many elements are open below the one whose content this is.
    depth: u32,
    /// Where the last tag outside all children, or the child that is open, begins.
    tag: usize,
    /// Where the start tag of the child that is open ended.
    content: usize,
}

impl Cutter {
    pub(super) const fn new() -> Self {
        Self {
            within: Within::Content,
            at: 0,
            depth: 0,
            tag: 0,
            content: 0,
        }
    }

    /// Moves on as `octets` lose their first `by`.
    pub(super) const fn consumed(&mut self, by: usize) {
        self.at = self.at.saturating_sub(by);
        self.tag = self.tag.saturating_sub(by);
        self.content = self.content.saturating_sub(by);
    }

    /// Whether the tag that ends before `end` is an empty-element tag.
    pub(super) fn is_empty_tag(octets: &[u8], end: usize) -> bool {
        end.checked_sub(2).and_then(|at| octets.get(at)) == Some(&b'/')
    }

    /// What comes after what was found last.
    pub(super) fn next(&mut self, octets: &[u8]) -> Cut {
        loop {
            let rest = octets.get(self.at..).unwrap_or_default();
            match self.within {
                Within::Content => {
                    let Some(found) = memchr::memchr(b'<', rest) else {
                        self.at = self.at.max(octets.len());
                        return self.unknown();
                    };
                    self.at += found;
                    let (within, length) = match octets.get(self.at..).unwrap_or_default() {
                        [_, b'/', ..] => (Within::End, 2),
                        [_, b'?', ..] => (Within::Instruction, 2),
                        [_, b'!', b'-', b'-', ..] => (Within::Comment, 4),
                        [_, b'!', b'[', ..] => (Within::Section, 3),
                        [_] | [_, b'!'] | [_, b'!', b'-'] => return self.unknown(),
                        [_, b'!', ..] => return Cut::Bad,
                        _ => (Within::Start(None), 1),
                    };
                    if self.depth == 0 {
                        self.tag = self.at;
                    }
                    self.within = within;
                    self.at += length;
                }
                Within::Start(None) => {
                    let Some(found) = memchr::memchr3(b'>', b'"', b'\'', rest) else {
                        self.at = self.at.max(octets.len());
                        return self.unknown();
                    };
                    let quote = rest.get(found).copied().filter(|&octet| octet != b'>');
                    self.at += found + 1;
                    if quote.is_some() {
                        self.within = Within::Start(quote);
                        continue;
                    }
                    self.within = Within::Content;
                    let outer = self.depth == 0;
                    if outer {
                        self.content = self.at;
                    }
                    if !Self::is_empty_tag(octets, self.at) {
                        self.depth += 1;
                        if outer {
                            return Cut::Start(self.child());
                        }
                    } else if outer {
                        return Cut::Child(self.child());
                    }
                }
                Within::Start(Some(quote)) => {
                    let Some(found) = memchr::memchr(quote, rest) else {
                        self.at = self.at.max(octets.len());
                        return self.unknown();
                    };
                    self.at += found + 1;
                    self.within = Within::Start(None);
                }
                Within::End => {
                    let Some(found) = memchr::memchr(b'>', rest) else {
                        self.at = self.at.max(octets.len());
                        return self.unknown();
                    };
                    self.at += found + 1;
                    self.within = Within::Content;
                    match self.depth {
                        0 => return Cut::End(self.tag, self.at),
                        1 => {
                            self.depth = 0;
                            return Cut::Child(self.child());
                        }
                        _ => self.depth -= 1,
                    }
                }
                Within::Comment => {
                    if !self.pass(rest, b"-->") {
                        return self.unknown();
                    }
                }
                Within::Section => {
                    if !self.pass(rest, b"]]>") {
                        return self.unknown();
                    }
                }
                Within::Instruction => {
                    if !self.pass(rest, b"?>") {
                        return self.unknown();
                    }
                }
            }
        }
    }

    const fn child(&self) -> Child {
        Child {
            start: self.tag,
            content: self.content,
            end: self.at,
        }
    }

    const fn unknown(&self) -> Cut {
        if self.depth == 0 {
            Cut::More
        } else {
            Cut::Within(self.child())
        }
    }

    /// Passes what ends with `end`, if that is in `rest`; what may be its beginning is left for the next time.
    fn pass(&mut self, rest: &[u8], end: &[u8]) -> bool {
        match memchr::memmem::find(rest, end) {
            Some(found) => {
                self.at += found + end.len();
                self.within = Within::Content;
                true
            }
            None => {
                self.at += rest.len().saturating_sub(end.len() - 1);
                false
            }
        }
    }

    /// Goes on in the content, which begins at `content`, of the child that is open.
    pub(super) const fn enter(&mut self, content: usize) {
        *self = Self::new();
        self.at = content;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places found in `octets` when they come `step` at a time.
    fn cuts(octets: &[u8], step: usize) -> Vec<(usize, usize)> {
        let mut cutter = Cutter::new();
        let mut found = Vec::new();
        let mut seen = 0;
        loop {
            match cutter.next(octets.get(..seen).unwrap_or(octets)) {
                Cut::Start(_) => {}
                Cut::Child(child) => found.push((child.start, child.end)),
                Cut::End(start, end) => {
                    found.push((start, end));
                    return found;
                }
                Cut::Bad => return found,
                Cut::More | Cut::Within(_) if seen >= octets.len() => return found,
                Cut::More | Cut::Within(_) => seen += step,
            }
        }
    }

    #[test]
    fn cuts_are_the_same_however_octets_come() {
        let octets = b"t<!-- <a> --><b c='>/' d=\"'\"/><?p <a>?>\
            <e><f></f ><![CDATA[</e>]]>]]&gt;<!----><g/></e>u</h>";
        let whole = cuts(octets, octets.len());
        let texts = whole.iter().map(|&(start, end)| &octets[start..end]);
        let expected: [&[u8]; 3] = [
            b"<b c='>/' d=\"'\"/>",
            b"<e><f></f ><![CDATA[</e>]]>]]&gt;<!----><g/></e>",
            b"</h>",
        ];
        assert!(texts.eq(expected));
        for step in 1..octets.len() {
            assert_eq!(cuts(octets, step), whole, "{step}");
        }
    }
}
