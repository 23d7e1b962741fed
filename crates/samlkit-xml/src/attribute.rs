use core::fmt;

use crate::tree::{AttributeData, DeclarationData, NONE};
use crate::{Document, ExpandedName};

/// One attribute of an element.
#[derive(Clone, Copy)]
pub struct Attribute<'d> {
    document: &'d Document<'d>,
    data: &'d AttributeData,
}

impl<'d> Attribute<'d> {
    /// The namespace name; empty for an attribute without prefix.
    #[must_use]
    pub fn namespace(self) -> &'d str {
        self.document.uri(self.data.name.namespace)
    }

    /// The local part of the name.
    #[must_use]
    pub fn local_name(self) -> &'d str {
        let name = &self.data.name;
        self.document
            .source_text(name.start + name.local, name.len - name.local)
    }

    /// Whether the attribute has this expanded name. `namespace` is empty for no namespace.
    #[inline]
    #[must_use]
    pub fn is(self, namespace: &str, local_name: &str) -> bool {
        let name = &self.data.name;
        let start = (name.start + name.local) as usize;
        (name.len - name.local) as usize == local_name.len()
            && self.document.is_uri(name.namespace, namespace)
            && self
                .document
                .source
                .as_bytes()
                .get(start..)
                .is_some_and(|rest| rest.starts_with(local_name.as_bytes()))
    }

    /// Whether the attribute has this expanded name: [`Attribute::is`], faster.
    #[inline]
    #[must_use]
    pub fn has_name(self, expanded: &ExpandedName) -> bool {
        let name = &self.data.name;
        let local = name.len - name.local;
        local as usize == expanded.local_name().len()
            && (name.namespace == expanded.id || expanded.id == NONE)
            && self
                .document
                .is_spelled(name.start + name.local, name.namespace, expanded)
    }

    /// The prefix as written; empty if there is none.
    #[must_use]
    pub fn prefix(self) -> &'d str {
        self.document.prefix(self.data.name.prefix)
    }

    /// The name as written.
    #[must_use]
    pub fn qualified_name(self) -> &'d str {
        self.document
            .source_text(self.data.name.start, self.data.name.len)
    }

    /// The value, references replaced and white space normalized as for CDATA.
    #[inline]
    #[must_use]
    pub fn value(self) -> &'d str {
        self.document.text_of(self.data.value)
    }

    /// The offset of the attribute's name in the octets that were parsed.
    #[must_use]
    pub fn offset(self) -> usize {
        self.document.offset_of(self.data.name.start)
    }
}

impl fmt::Debug for Attribute<'_> {
    /// Shows the name only: values may be personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Attribute({{{}}}{})",
            self.namespace(),
            self.local_name()
        )
    }
}

/// One namespace declaration, `xmlns="…"` or `xmlns:p="…"`.
#[derive(Clone, Copy)]
pub struct NamespaceDeclaration<'d> {
    document: &'d Document<'d>,
    data: DeclarationData,
}

impl<'d> NamespaceDeclaration<'d> {
    /// The declared prefix; empty for the default namespace.
    #[must_use]
    pub fn prefix(self) -> &'d str {
        self.document.prefix(self.data.prefix)
    }

    /// The namespace name; empty where `xmlns=""` takes the default away.
    #[must_use]
    pub fn uri(self) -> &'d str {
        self.document.uri(self.data.uri)
    }
}

impl fmt::Debug for NamespaceDeclaration<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "NamespaceDeclaration({:?}={:?})",
            self.prefix(),
            self.uri()
        )
    }
}

/// The attributes of an element.
#[derive(Clone, Debug)]
pub struct Attributes<'d> {
    document: &'d Document<'d>,
    rest: core::slice::Iter<'d, AttributeData>,
}

impl<'d> Attributes<'d> {
    pub(crate) fn new(document: &'d Document<'d>, attributes: &'d [AttributeData]) -> Self {
        Self {
            document,
            rest: attributes.iter(),
        }
    }
}

impl<'d> Iterator for Attributes<'d> {
    type Item = Attribute<'d>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rest.next().map(|data| Attribute {
            document: self.document,
            data,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rest.size_hint()
    }
}

impl ExactSizeIterator for Attributes<'_> {}

/// The namespace declarations of an element.
#[derive(Clone, Debug)]
pub struct NamespaceDeclarations<'d> {
    document: &'d Document<'d>,
    rest: core::slice::Iter<'d, DeclarationData>,
}

impl<'d> NamespaceDeclarations<'d> {
    pub(crate) fn new(document: &'d Document<'d>, declarations: &'d [DeclarationData]) -> Self {
        Self {
            document,
            rest: declarations.iter(),
        }
    }
}

impl<'d> Iterator for NamespaceDeclarations<'d> {
    type Item = NamespaceDeclaration<'d>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rest.next().map(|&data| NamespaceDeclaration {
            document: self.document,
            data,
        })
    }
}
