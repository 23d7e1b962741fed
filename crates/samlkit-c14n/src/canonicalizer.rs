use samlkit_xml::{Document, Element, raw};

use crate::namespaces::refuse_relative;
use crate::portion::{Portion, Treatment};
use crate::subset::{self, NodeSet};
use crate::walk::Walk;
use crate::{Algorithm, Error};

/// An algorithm with its parameter, ready to canonicalize.
///
/// It is `Copy` and holds no state; one can serve any number of documents and threads. Every method appends to `out` and, when
/// it fails, leaves `out` as it was.
///
/// # Complexity
///
/// Linear in the octets of the subtree, of the start tags around it and of the output, with `n log n` in the attributes of one
/// element. The output of an exclusive algorithm may be longer than the document, see [`Error::OutputTooLong`].
#[derive(Clone, Copy, Debug)]
pub struct Canonicalizer<'a> {
    algorithm: Algorithm,
    inclusive_prefixes: &'a str,
    output_limit: usize,
}

impl<'a> Canonicalizer<'a> {
    /// A canonicalizer without `InclusiveNamespaces`.
    #[must_use]
    pub const fn new(algorithm: Algorithm) -> Self {
        Self {
            algorithm,
            inclusive_prefixes: "",
            output_limit: usize::MAX,
        }
    }

    /// Sets the `PrefixList` of `ec:InclusiveNamespaces` (ExcC14N §3): prefixes separated by white space, `#default` for the
    /// default namespace. Their declarations are rendered as Canonical XML does. Default: none. The inclusive algorithms
    /// ignore it, as do tokens that are the prefix of nothing.
    ///
    /// ```
    /// use samlkit_c14n::{Algorithm, Canonicalizer};
    /// use samlkit_xml::Document;
    ///
    /// let document = Document::parse(br#"<a xmlns:xs="urn:xs" xmlns:b="urn:b"/>"#)?;
    /// let mut out = Vec::new();
    /// Canonicalizer::new(Algorithm::Exclusive)
    ///     .with_inclusive_prefixes("xs #default")
    ///     .document(&document, &mut out)?;
    /// assert_eq!(out, br#"<a xmlns:xs="urn:xs"></a>"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn with_inclusive_prefixes(mut self, prefix_list: &'a str) -> Self {
        self.inclusive_prefixes = prefix_list;
        self
    }

    /// Sets how many octets of output may be reached by repeating declarations, below the bound that there always is
    /// ([`Error::OutputTooLong`]). What the document itself holds is not counted, so the output can be that much longer.
    /// Default: no further bound. [`Canonicalizer::subset`] ignores it.
    ///
    /// ```
    /// use samlkit_c14n::{Algorithm, Canonicalizer, Error};
    /// use samlkit_xml::Document;
    ///
    /// let document = Document::parse(br#"<a xmlns:b="urn:a-long-name"><b:c/><b:c/><b:c/></a>"#)?;
    /// let canonicalizer = Canonicalizer::new(Algorithm::Exclusive);
    /// let mut out = Vec::new();
    /// assert_eq!(canonicalizer.document(&document, &mut out), Ok(()));
    /// assert_eq!(out.len(), 118);
    /// assert_eq!(
    ///     canonicalizer.with_output_limit(80).document(&document, &mut out),
    ///     Err(Error::OutputTooLong { limit: 80 })
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn with_output_limit(mut self, octets: usize) -> Self {
        self.output_limit = octets;
        self
    }

    pub(crate) const fn output_limit(&self) -> usize {
        self.output_limit
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The prefixes that an exclusive algorithm treats inclusively; empty for the inclusive algorithms.
    pub(crate) const fn inclusive_prefixes(&self) -> &'a str {
        if self.algorithm.is_exclusive() {
            self.inclusive_prefixes
        } else {
            ""
        }
    }

    /// Appends the canonical form of a whole document, with what stands beside its root (Canonical XML 1.0 §2.1).
    ///
    /// # Errors
    ///
    /// [`Error::RelativeNamespaceUri`], [`Error::OutputTooLong`].
    pub fn document(&self, document: &Document<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        refuse_relative(document)?;
        let start = out.len();
        let done = Walk::new(document, self, out).document(document, None);
        undo_on_error(done, start, out)
    }

    /// As [`Canonicalizer::document`], without `excluded` and all below it.
    ///
    /// # Errors
    ///
    /// [`Error::ExcludedNotDescendant`] if `excluded` is the root or is of another document; otherwise as
    /// [`Canonicalizer::document`].
    pub fn document_without(
        &self,
        document: &Document<'_>,
        excluded: Element<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        if excluded.parent().is_none() || !core::ptr::eq(document, excluded.document()) {
            return Err(Error::ExcludedNotDescendant);
        }
        refuse_relative(document)?;
        let start = out.len();
        let excluded = Some(raw::element_index(excluded));
        let done = Walk::new(document, self, out).document(document, excluded);
        undo_on_error(done, start, out)
    }

    /// Appends the canonical form of the document subset that is `apex` and all below it, in the context of its document:
    /// the inclusive algorithms render the namespaces in scope and inherit attributes in the `xml` namespace from the omitted
    /// ancestors (Canonical XML 1.0 and 1.1 §2.4), the exclusive ones do neither.
    ///
    /// # Errors
    ///
    /// [`Error::RelativeNamespaceUri`], [`Error::OutputTooLong`].
    pub fn element(&self, apex: Element<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        self.subtree(apex, None, out)
    }

    /// As [`Canonicalizer::element`], without `excluded` and all below it: the enveloped signature transform (XMLSig §6.6.4)
    /// followed by this algorithm.
    ///
    /// # Errors
    ///
    /// [`Error::ExcludedNotDescendant`] if `excluded` is `apex`, is not below it or is of another document; otherwise as
    /// [`Canonicalizer::element`].
    pub fn element_without(
        &self,
        apex: Element<'_>,
        excluded: Element<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let within = apex.id() < excluded.id() && excluded.id() < apex.node().subtree_end();
        if !within || !core::ptr::eq(apex.document(), excluded.document()) {
            return Err(Error::ExcludedNotDescendant);
        }
        self.subtree(apex, Some(raw::element_index(excluded)), out)
    }

    /// Appends the start tag that `element` has in the canonical form of the whole document.
    ///
    /// With [`Canonicalizer::content`] and [`Canonicalizer::end_tag`] it makes the canonical form of a root, and so that of the
    /// document subset that is the root, from documents that each hold a part of it within the same open elements:
    ///
    /// ```
    /// use samlkit_c14n::{Algorithm, Canonicalizer, PortionKind, Treatment};
    /// use samlkit_xml::Document;
    ///
    /// let whole = Document::parse(b"<a xmlns='urn:a' xmlns:b='urn:b'><b:c/><b:d e='f' /></a>")?;
    /// let pieces = ["<b:c/>", "<b:d e='f' />"].map(|piece| format!("<a xmlns='urn:a' xmlns:b='urn:b'>{piece}</a>"));
    /// let canonicalizer = Canonicalizer::new(Algorithm::Exclusive);
    /// let mut out = Vec::new();
    /// canonicalizer.start_tag(whole.root(), &mut out)?;
    /// for piece in &pieces {
    ///     let piece = Document::parse(piece.as_bytes())?;
    ///     let mut portions = Vec::new();
    ///     canonicalizer.content(piece.root(), |_| Treatment::Mark, &mut out, &mut portions)?;
    ///     assert_eq!(portions[0].kind(), PortionKind::Whole);
    ///     assert_eq!(portions[0].range().end, out.len());
    /// }
    /// canonicalizer.end_tag(whole.root(), &mut out);
    /// let mut expected = Vec::new();
    /// canonicalizer.element(whole.root(), &mut expected)?;
    /// assert_eq!(out, expected);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::RelativeNamespaceUri`], [`Error::OutputTooLong`].
    pub fn start_tag(&self, element: Element<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        refuse_relative(element.document())?;
        let start = out.len();
        let done = Walk::new(element.document(), self, out).start_tag(element);
        undo_on_error(done, start, out)
    }

    /// Appends what `parent` holds in the canonical form of the whole document, its tags not included, and to `portions` where
    /// the elements stand in `out` that `look` marks or enters. It is asked about each child, and each child of what it enters.
    ///
    /// # Errors
    ///
    /// [`Error::RelativeNamespaceUri`], [`Error::OutputTooLong`], by the document that `parent` is in.
    pub fn content<'d>(
        &self,
        parent: Element<'d>,
        look: impl FnMut(Element<'d>) -> Treatment,
        out: &mut Vec<u8>,
        portions: &mut Vec<Portion<'d>>,
    ) -> Result<(), Error> {
        refuse_relative(parent.document())?;
        let start = out.len();
        let done = Walk::new(parent.document(), self, out).content(parent, look, portions);
        undo_on_error(done, start, out)
    }

    /// Appends the end tag of `element`.
    pub fn end_tag(&self, element: Element<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"</");
        out.extend_from_slice(element.qualified_name().as_bytes());
        out.push(b'>');
    }

    /// Appends the canonical form of the nodes of `document` that are in `nodes` (Canonical XML 1.0 §2.1 to §2.4, ExcC14N §3),
    /// which is empty if no node is.
    ///
    /// This is the general case, for conformance suites and tools. Signature verification never comes here: SAML signs whole
    /// elements.
    ///
    /// # Errors
    ///
    /// [`Error::RelativeNamespaceUri`].
    ///
    /// # Complexity
    ///
    /// O(n · d) in nodes and depth, times the namespaces in scope, beside what `nodes` costs.
    pub fn subset(
        &self,
        document: &Document<'_>,
        nodes: &impl NodeSet,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        refuse_relative(document)?;
        subset::canonicalize(self, document, nodes, out);
        Ok(())
    }

    fn subtree(
        &self,
        apex: Element<'_>,
        excluded: Option<u32>,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        refuse_relative(apex.document())?;
        let start = out.len();
        let done = Walk::new(apex.document(), self, out).element(apex, excluded, self);
        undo_on_error(done, start, out)
    }
}

fn undo_on_error(done: Result<(), Error>, start: usize, out: &mut Vec<u8>) -> Result<(), Error> {
    if done.is_err() {
        out.truncate(start);
    }
    done
}
