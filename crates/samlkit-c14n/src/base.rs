//! The `xml:base` fix-up of Canonical XML 1.1 §2.4: `join-URI-References`, which is RFC 3986 §5.2 for values that may both be
//! relative. The base needs no scheme, the fragment is dropped, leading `../` segments stay, runs of `/` become one, and a
//! trailing `..` gets its `/`. It is arithmetic on strings: nothing is fetched.

/// Joins `xml:base` values, the innermost first, into the value that replaces them.
///
/// One value stays as it is. Linear in the sum of their lengths: the joined path is kept as segments in reverse order, so that
/// each further base is put before it without touching it again.
pub(crate) fn join<'v>(values: impl IntoIterator<Item = &'v str>) -> Option<String> {
    let mut values = values.into_iter();
    let innermost = values.next()?;
    let Some(base) = values.next() else {
        return Some(innermost.to_owned());
    };
    let mut joined = Reference::parse(innermost).resolve(&Reference::parse(base));
    for base in values {
        joined = joined.resolve(&Reference::parse(base));
    }
    Some(joined.into_string())
}

/// A URI reference without its fragment.
struct Reference<'v> {
    scheme: Option<&'v str>,
    authority: Option<&'v str>,
    path: Path<'v>,
    query: Option<&'v str>,
}

impl<'v> Reference<'v> {
    /// Splits as RFC 3986 appendix B does.
    fn parse(value: &'v str) -> Self {
        let value = value.split_once('#').map_or(value, |(before, _)| before);
        let (value, query) = value
            .split_once('?')
            .map_or((value, None), |(before, query)| (before, Some(query)));
        let (scheme, value) = match value.split_once(':') {
            Some((scheme, rest)) if !scheme.is_empty() && !scheme.contains('/') => {
                (Some(scheme), rest)
            }
            _ => (None, value),
        };
        let (authority, path) = match value.strip_prefix("//") {
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (Some(authority), path)
            }
            None => (None, value),
        };
        Self {
            scheme,
            authority,
            path: Path::Written(path),
            query,
        }
    }

    /// RFC 3986 §5.2.2 as modified, with `self` as the reference.
    fn resolve(self, base: &Self) -> Self {
        if self.scheme.is_some() || self.authority.is_some() {
            return Self {
                scheme: self.scheme.or(base.scheme),
                path: self.path.normalized(),
                ..self
            };
        }
        let Self {
            scheme, authority, ..
        } = *base;
        let Path::Written(base_path) = base.path else {
            return self;
        };
        let last_is_up = base_path == ".." || base_path.ends_with("/..");
        let (path, query) = if self.path.is_empty() {
            let path = if last_is_up {
                Path::WrittenThenSlash(base_path)
            } else {
                Path::Written(base_path)
            };
            (path, self.query.or(base.query))
        } else if self.path.is_rooted() {
            (self.path.normalized(), self.query)
        } else {
            let directory = match base_path.rfind('/') {
                _ if last_is_up => base_path,
                Some(slash) => base_path.split_at(slash + 1).0,
                None if authority.is_some() => "/",
                None => "",
            };
            (self.path.below(directory), self.query)
        };
        Self {
            scheme,
            authority,
            path,
            query,
        }
    }

    fn into_string(self) -> String {
        let mut out = String::new();
        if let Some(scheme) = self.scheme {
            out.push_str(scheme);
            out.push(':');
        }
        if let Some(authority) = self.authority {
            out.push_str("//");
            out.push_str(authority);
        }
        self.path.write(&mut out);
        if let Some(query) = self.query {
            out.push('?');
            out.push_str(query);
        }
        out
    }
}

enum Path<'v> {
    Written(&'v str),
    WrittenThenSlash(&'v str),
    Normalized(Segments<'v>),
}

impl<'v> Path<'v> {
    fn is_empty(&self) -> bool {
        match self {
            Self::Written(path) => path.is_empty(),
            Self::WrittenThenSlash(_) => false,
            Self::Normalized(segments) => {
                !segments.rooted && segments.ups == 0 && segments.reversed.is_empty()
            }
        }
    }

    fn is_rooted(&self) -> bool {
        match self {
            Self::Written(path) | Self::WrittenThenSlash(path) => path.starts_with('/'),
            Self::Normalized(segments) => segments.rooted,
        }
    }

    fn into_segments(self) -> Segments<'v> {
        match self {
            Self::Written(path) | Self::WrittenThenSlash(path) => Segments::of(path),
            Self::Normalized(segments) => segments,
        }
    }

    fn normalized(self) -> Self {
        Self::Normalized(self.into_segments())
    }

    /// This relative path after `directory`, dot segments removed.
    fn below(self, directory: &'v str) -> Self {
        let mut segments = self.into_segments();
        let mut before = Segments::of(directory);
        // The reverse of `before` starts with its last segment, which is what an up goes up from.
        let removed = segments.ups.min(before.reversed.len());
        before.reversed.drain(..removed);
        segments.ups = if before.rooted {
            0
        } else {
            before.ups + segments.ups - removed
        };
        segments.rooted = before.rooted;
        segments.reversed.append(&mut before.reversed);
        Self::Normalized(segments)
    }

    fn write(self, out: &mut String) {
        match self {
            Self::Written(path) => out.push_str(path),
            Self::WrittenThenSlash(path) => {
                out.push_str(path);
                out.push('/');
            }
            Self::Normalized(segments) => segments.write(out),
        }
    }
}

/// A path without dot segments but for leading `../`.
struct Segments<'v> {
    rooted: bool,
    ups: usize,
    reversed: Vec<&'v str>,
    ends_in_slash: bool,
}

impl<'v> Segments<'v> {
    /// The modified "Remove Dot Segments" (Canonical XML 1.1 §2.4 and its appendix A).
    fn of(path: &'v str) -> Self {
        let mut of = Self {
            rooted: path.starts_with('/'),
            ups: 0,
            reversed: Vec::new(),
            ends_in_slash: false,
        };
        for segment in path.split('/') {
            of.ends_in_slash = matches!(segment, "" | "." | "..");
            match segment {
                "" | "." => {}
                ".." if of.reversed.pop().is_some() || of.rooted => {}
                ".." => of.ups += 1,
                _ => of.reversed.push(segment),
            }
        }
        of.reversed.reverse();
        of
    }

    fn write(&self, out: &mut String) {
        if self.rooted {
            out.push('/');
        }
        for _ in 0..self.ups {
            out.push_str("../");
        }
        for (left, segment) in self.reversed.iter().enumerate().rev() {
            out.push_str(segment);
            if left > 0 || self.ends_in_slash {
                out.push('/');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Segments, join};

    fn normalized(path: &str) -> String {
        let mut out = String::new();
        Segments::of(path).write(&mut out);
        out
    }

    #[test]
    fn dot_segments_go_as_in_appendix_a() {
        for (path, expected) in [
            (
                "no/.././/pseudo-netpath/seg/file.ext",
                "pseudo-netpath/seg/file.ext",
            ),
            (
                "no/..//.///pseudo-netpath/seg/file.ext",
                "pseudo-netpath/seg/file.ext",
            ),
            (
                "yes/no//..//.///pseudo-netpath/seg/file.ext",
                "yes/pseudo-netpath/seg/file.ext",
            ),
            ("no/../yes", "yes"),
            ("no/../yes/no/..", "yes/"),
            ("../../no/../..", "../../../"),
            ("no/../..", "../"),
            ("no/..", ""),
            ("no/../", ""),
            ("/a/b/c/./../../g", "/a/g"),
            ("mid/content=5/../6", "mid/6"),
            ("../../..", "../../../"),
            ("..yes/..no/..no/..no/../../../..yes", "..yes/..yes"),
            ("..yes/..no/..no/..no/../../../..yes/", "..yes/..yes/"),
            ("./.", ""),
            ("//no/..", "/"),
            ("../../..no/..", "../../"),
            ("/..yes/..no/../", "/..yes/"),
            ("/", "/"),
            ("/./.././..", "/"),
            ("//..//..", "/"),
            (".", ""),
            ("..", "../"),
            ("", ""),
        ] {
            assert_eq!(normalized(path), expected, "{path}");
        }
    }

    #[test]
    fn joins_from_the_innermost_outwards() {
        for (values, expected) in [
            (&["../bar"][..], "../bar"),
            (&["foo", "../bar/"], "../bar/foo"),
            (&["foo", "bar/"], "bar/foo"),
            (&["x", "..", ".."], "../../x"),
            (&["../", "abc/"], ""),
            (&["../", "../"], "../../"),
            (&["..", ".."], "../../"),
            (&["bar/", "something/else"], "something/bar/"),
            (
                &["../bar/", "http://www.example.com/something/else"],
                "http://www.example.com/bar/",
            ),
            (
                &["/b", "http://example.com/a/c?q", "ignored"],
                "http://example.com/b",
            ),
            (&["?q", "a/b?p"], "a/b?q"),
            (&["", "a/b?p"], "a/b?p"),
            (&["#f", "a/b"], "a/b"),
            (&["b#f", "a/"], "a/b"),
            (&["a", "http://example.com"], "http://example.com/a"),
            (
                &["//host/a/../b", "https://example.com/x"],
                "https://host/b",
            ),
            (&["urn:x", "something/else"], "urn:x"),
            (
                &["../../x", "http://example.com/a/b"],
                "http://example.com/x",
            ),
            (&["", "a/..", "b/c"], "b/"),
            // What is before the colon is no scheme.
            (&["a/b:c", "x/"], "x/a/b:c"),
            (&[":c", "x/"], "x/:c"),
            (&["foo", "bar"], "foo"),
            (&["x", "/b"], "/x"),
            // What was joined before is the reference of the next join.
            (&["x", "a/", "b/c"], "b/a/x"),
            (&["../", "abc/", "q/r"], "q/r"),
            (&["../", "/"], "/"),
            (&["../", "/", "q/r"], "/"),
        ] {
            assert_eq!(
                join(values.iter().copied()).as_deref(),
                Some(expected),
                "{values:?}"
            );
        }
        assert_eq!(join([]), None);
    }
}
