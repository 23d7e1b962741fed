//! Shapes that a sender would choose to make work: of about `n` units each, and well-formed.

use core::fmt::Write as _;

/// A name and the shape.
pub type Shape = (&'static str, fn(usize) -> String);

/// All of them.
pub const SHAPES: [Shape; 7] = [
    ("siblings", siblings),
    ("references", references),
    ("prefixes", prefixes),
    ("redeclarations", redeclarations),
    ("attributes", attributes),
    ("depth", depth),
    ("ids", ids),
];

/// Empty elements.
#[must_use]
pub fn siblings(n: usize) -> String {
    ["<a>", &"<b/>".repeat(n), "</a>"].concat()
}

/// Character data that is nothing but references.
#[must_use]
pub fn references(n: usize) -> String {
    ["<a>", &"&lt;".repeat(n), "</a>"].concat()
}

/// A prefix for every element.
#[must_use]
pub fn prefixes(n: usize) -> String {
    within("<a>", "</a>", n, |xml, i| {
        write!(xml, "<p{i}:b xmlns:p{i}='urn:{i}'/>")
    })
}

/// One prefix, bound anew on every element.
#[must_use]
pub fn redeclarations(n: usize) -> String {
    within("<a>", "</a>", n, |xml, i| {
        write!(xml, "<p:b xmlns:p='urn:{i}'/>")
    })
}

/// Elements of 256 attributes.
#[must_use]
pub fn attributes(n: usize) -> String {
    within("<a>", "</a>", n / 256, |xml, _| {
        xml.push_str("<b");
        for i in 0..256 {
            write!(xml, " a{i}=''")?;
        }
        xml.push_str("/>");
        Ok(())
    })
}

/// One element within the other.
#[must_use]
pub fn depth(n: usize) -> String {
    "<a>".repeat(n) + &"</a>".repeat(n)
}

/// An ID for every element.
#[must_use]
pub fn ids(n: usize) -> String {
    within("<a ID='_'>", "</a>", n, |xml, i| {
        write!(xml, "<b ID='_{i}'/>")
    })
}

fn within(
    start: &str,
    end: &str,
    n: usize,
    unit: impl Fn(&mut String, usize) -> core::fmt::Result,
) -> String {
    let mut xml = String::from(start);
    for i in 0..n {
        unit(&mut xml, i).expect("writing to a string");
    }
    xml + end
}
