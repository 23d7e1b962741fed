//! The walk over an element and all below it: the case that signatures are made of, and the fast one.

use samlkit_xml::raw::{
    self, NO_NAMESPACE, NO_PREFIX, Raw, RawElement, RawKind, RawName, RawText, XML_NAMESPACE,
    XML_PREFIX,
};
use samlkit_xml::{Document, Element, Node};

use crate::apex::Apex;
use crate::namespaces::{self, Binding, Listed, Rendered};
use crate::portion::{Portion, PortionKind, Treatment};
use crate::runs::Runs;
use crate::{Canonicalizer, Error, escape};

/// Room for the namespace declarations that an apex takes over, which the source has around it.
const DECLARATIONS: usize = 256;

/// An element whose end tag is still to come.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// One past its last descendant.
    end: u32,
    /// Where its name stands in the source, and how long it is.
    name: (u32, u32),
    /// Where to take [`Rendered`] back to.
    mark: usize,
}

/// One canonicalization under way. Its vectors grow with depth, attributes and declarations and are used again for every
/// element, so that a node costs no allocation.
#[derive(Debug)]
pub(crate) struct Walk<'d, 'o> {
    raw: Raw<'d>,
    exclusive: bool,
    comments: bool,
    listed: Listed,
    rendered: Rendered,
    open: Vec<Open>,
    /// How many of these stand around what is written now.
    around: usize,
    bindings: Vec<Binding>,
    /// Rank of the namespace, local name and position of an element's attributes.
    order: Vec<(u32, &'d str, usize)>,
    /// By namespace id: the place of the name among all of them; empty until two of them meet on an element.
    ranks: Vec<u32>,
    /// How often [`Self::ranks`] was made.
    #[cfg(test)]
    rankings: usize,
    out: Runs<'d, 'o>,
    /// How long this canonical form may get.
    limit: usize,
}

impl<'d, 'o> Walk<'d, 'o> {
    pub(crate) fn new(
        document: &'d Document<'d>,
        canonicalizer: &Canonicalizer<'_>,
        out: &'o mut Vec<u8>,
    ) -> Self {
        let raw = Raw::new(document);
        // An element of the shortest names that repeats SAML's longest namespace name grows twelvefold.
        let limit = document
            .source()
            .len()
            .saturating_mul(16)
            .saturating_add(1 << 20)
            .min(canonicalizer.output_limit());
        Self {
            raw,
            exclusive: canonicalizer.algorithm().is_exclusive(),
            comments: canonicalizer.algorithm().with_comments(),
            listed: Listed::new(raw, canonicalizer.inclusive_prefixes()),
            rendered: Rendered::new(raw),
            open: Vec::with_capacity(16),
            around: 0,
            bindings: Vec::new(),
            order: Vec::new(),
            ranks: Vec::new(),
            #[cfg(test)]
            rankings: 0,
            limit,
            out: Runs::new(document.source(), out),
        }
    }

    /// The whole document: what is beside the root stands on lines of its own.
    pub(crate) fn document(
        &mut self,
        document: &'d Document<'d>,
        excluded: Option<u32>,
    ) -> Result<(), Error> {
        self.out.reserve(document.source().len());
        let mut after_root = false;
        for child in document.children() {
            let index = raw::index(child);
            match self.raw.kind(index) {
                Some(RawKind::Element(_)) => {
                    self.subtree(index, None, excluded)?;
                    after_root = true;
                }
                Some(RawKind::Comment(_)) if !self.comments => {}
                Some(kind) => {
                    if after_root {
                        self.out.literal(b"\n");
                    }
                    self.leaf(&kind);
                    if !after_root {
                        self.out.literal(b"\n");
                    }
                }
                None => {}
            }
        }
        self.out.flush();
        Ok(())
    }

    /// The subset of the document that is `apex` and all below it but `excluded`.
    pub(crate) fn element(
        &mut self,
        apex: Element<'d>,
        excluded: Option<u32>,
        canonicalizer: &Canonicalizer<'_>,
    ) -> Result<(), Error> {
        let context = Apex::of(apex, canonicalizer.algorithm(), &self.listed);
        let index = raw::element_index(apex);
        let source = apex.document().source().len();
        let after = following(apex).map_or(source, Node::offset);
        let left_out = excluded
            .and_then(|excluded| raw::element(apex.document(), excluded))
            .and_then(|excluded| Some(following(excluded)?.offset() - excluded.offset()));
        let octets = after.saturating_sub(apex.offset() + left_out.unwrap_or_default());
        self.out.reserve(octets + DECLARATIONS);
        self.subtree(index, Some(context), excluded)?;
        self.out.flush();
        Ok(())
    }

    /// Puts the state where it is after the start tags of `parent` and all around it, none of which is written.
    fn enter(&mut self, parent: u32) {
        let mut outwards = Vec::new();
        let mut next = parent;
        while let Some(RawKind::Element(element)) = self.raw.kind(next) {
            outwards.push(element);
            next = self.raw.parent(next);
        }
        for element in outwards.into_iter().rev() {
            self.bind(&element, None);
        }
    }

    /// The start tag of `element` within the whole document.
    pub(crate) fn start_tag(&mut self, element: Element<'d>) -> Result<(), Error> {
        let index = raw::element_index(element);
        self.enter(self.raw.parent(index));
        if let Some(RawKind::Element(element)) = &self.raw.kind(index) {
            self.start(element, self.raw.end(index), None)?;
        }
        self.out.flush();
        Ok(())
    }

    /// What is in `parent` within the whole document, as `look` says of each element.
    pub(crate) fn content(
        &mut self,
        parent: Element<'d>,
        mut look: impl FnMut(Element<'d>) -> Treatment,
        portions: &mut Vec<Portion<'d>>,
    ) -> Result<(), Error> {
        let document = parent.document();
        let parent = raw::element_index(parent);
        self.enter(parent);
        self.out.reserve(document.source().len());
        let mut entered = Vec::new();
        let end = self.raw.end(parent);
        let mut index = parent + 1;
        loop {
            let mut start = self.out.position();
            while self.close_one(index) {
                let range = start..self.out.position();
                start = range.end;
                if let Some(element) = entered.pop() {
                    portions.push(Portion::new(element, PortionKind::End, range));
                }
            }
            if index >= end {
                break;
            }
            let Some(element) = raw::element(document, index) else {
                if let Some(kind) = &self.raw.kind(index) {
                    self.leaf(kind);
                }
                index += 1;
                continue;
            };
            let after = self.raw.end(index);
            match look(element) {
                Treatment::Omit => index = after,
                Treatment::Pass => {
                    self.subtree(index, None, None)?;
                    index = after;
                }
                Treatment::Mark => {
                    self.subtree(index, None, None)?;
                    let range = start..self.out.position();
                    portions.push(Portion::new(element, PortionKind::Whole, range));
                    index = after;
                }
                Treatment::Enter => {
                    if let Some(RawKind::Element(raw)) = &self.raw.kind(index) {
                        self.start(raw, after, None)?;
                    }
                    let range = start..self.out.position();
                    portions.push(Portion::new(element, PortionKind::Start, range));
                    entered.push(element);
                    index += 1;
                }
            }
        }
        self.out.flush();
        Ok(())
    }

    /// The element at `apex` and all below it but `excluded`; with `context` if its ancestors are left out.
    fn subtree(
        &mut self,
        apex: u32,
        context: Option<Apex<'d>>,
        excluded: Option<u32>,
    ) -> Result<(), Error> {
        let end = self.raw.end(apex);
        let open = self.open.len();
        match &self.raw.kind(apex) {
            Some(RawKind::Element(element)) => self.start(element, end, context)?,
            _ => return Ok(()),
        }
        let around = core::mem::replace(&mut self.around, open);
        let mut index = apex + 1;
        while index < end {
            self.close(index);
            if let Some(text) = self.raw.canonical_text(index) {
                self.out.part(text);
                index += 1;
                continue;
            }
            match &self.raw.kind(index) {
                Some(RawKind::Element(element)) => {
                    let end = self.raw.end(index);
                    if excluded == Some(index) {
                        index = end;
                        continue;
                    }
                    if let Some(whole) = element.canonical_whole()
                        && self.is_rendered(element)
                        && !excluded.is_some_and(|excluded| (index..end).contains(&excluded))
                    {
                        self.out.part(whole);
                        index = end;
                        continue;
                    }
                    self.start(element, end, None)?;
                }
                Some(kind) => self.leaf(kind),
                None => {}
            }
            index += 1;
        }
        self.close(end);
        self.around = around;
        Ok(())
    }

    /// Writes the end tags of the elements that have no node at `index` or after it.
    fn close(&mut self, index: u32) {
        while self.open.len() > self.around && self.close_one(index) {}
    }

    /// Writes the end tag of the innermost open element, if that has no node at `index` or after it.
    fn close_one(&mut self, index: u32) -> bool {
        let Some(&Open { end, name, mark }) = self.open.last() else {
            return false;
        };
        if end > index {
            return false;
        }
        self.out.end_tag(name);
        self.rendered.restore(mark);
        self.open.pop();
        true
    }

    fn start(
        &mut self,
        element: &RawElement<'d>,
        end: u32,
        context: Option<Apex<'d>>,
    ) -> Result<(), Error> {
        let mark = self.rendered.mark();
        let name = element.name();
        self.bind(element, context.as_ref());
        if context.is_none()
            && self.rendered.mark() == mark
            && let Some(tag) = element.canonical_tag()
        {
            self.out.part(tag);
            self.out.literal(b">");
        } else {
            self.out.literal(b"<");
            self.out.part(name);
            self.declarations(mark)?;
            match context {
                Some(context) if context.base.is_some() || !context.inherited.is_empty() => {
                    self.merged_attributes(element, &context);
                }
                _ => self.attributes(element),
            }
            self.out.literal(b">");
        }
        self.open.push(Open { end, name, mark });
        Ok(())
    }

    /// Whether the element's own namespace needs no declaration. In the inclusive forms one stands where it was declared.
    #[inline]
    fn is_rendered(&self, element: &RawElement<'d>) -> bool {
        let (prefix, namespace) = element.name_ids();
        !self.exclusive || prefix == XML_PREFIX || self.rendered.namespace(prefix) == namespace
    }

    /// Notes the bindings that the start tag of `element` renders.
    #[inline]
    fn bind(&mut self, element: &RawElement<'d>, context: Option<&Apex<'d>>) {
        if let Some(context) = context {
            for &(prefix, namespace) in &context.namespaces {
                self.rendered.set(prefix, namespace);
            }
        } else if !self.exclusive {
            for (prefix, namespace) in element.declarations() {
                self.rendered.set(prefix, namespace);
            }
        } else if !self.listed.is_empty() {
            for (prefix, namespace) in element.declarations() {
                if self.listed.contains(prefix) {
                    self.rendered.set(prefix, namespace);
                }
            }
        }
        if self.exclusive {
            let (prefix, namespace) = element.name_ids();
            self.rendered.set(prefix, namespace);
            if element.has_prefixed_attribute() {
                for (prefix, namespace) in element.attribute_ids() {
                    // An attribute without a prefix is in no namespace, not in the default one.
                    if prefix != NO_PREFIX {
                        self.rendered.set(prefix, namespace);
                    }
                }
            }
        }
    }

    /// Renders what was bound since `mark`.
    fn declarations(&mut self, mark: usize) -> Result<(), Error> {
        match *self.rendered.since(mark) {
            [] => return Ok(()),
            [(prefix, _)] => self.declaration((prefix, self.rendered.namespace(prefix))),
            ref several => {
                self.bindings.clear();
                let rendered = &self.rendered;
                let binding = |&(prefix, _): &Binding| (prefix, rendered.namespace(prefix));
                self.bindings.extend(several.iter().map(binding));
                namespaces::sort(self.raw, &mut self.bindings);
                for at in 0..self.bindings.len() {
                    if let Some(&binding) = self.bindings.get(at) {
                        self.declaration(binding);
                    }
                }
            }
        }
        // Only declarations can be written oftener than they are read.
        if self.out.written() > self.limit {
            Err(Error::OutputTooLong { limit: self.limit })
        } else {
            Ok(())
        }
    }

    fn declaration(&mut self, (prefix, namespace): Binding) {
        let prefix = self.raw.prefix(prefix);
        if prefix.is_empty() {
            self.out.literal(b" xmlns=\"");
        } else {
            self.out.literal(b" xmlns:");
            self.out.text(prefix);
            self.out.literal(b"=\"");
        }
        self.value(self.raw.namespace_text(namespace));
    }

    /// The inside of an attribute value, and its end.
    fn value(&mut self, value: RawText<'d>) {
        if value.needs_escape {
            escape::attribute(value.text, self.out.direct());
        } else {
            self.out.text(value.text);
        }
        self.out.literal(b"\"");
    }

    fn attribute(&mut self, name: &'d str, value: RawText<'d>) {
        if value.needs_escape {
            self.out.literal(b" ");
            self.out.text(name);
            self.out.literal(b"=\"");
            self.value(value);
        } else {
            self.out.attribute(name, value.text);
        }
    }

    fn leaf(&mut self, kind: &RawKind<'d>) {
        match kind {
            RawKind::Text(text) if !text.needs_escape => self.out.text(text.text),
            _ => write_leaf(*kind, self.comments, self.out.direct()),
        }
    }

    /// The attributes by namespace name, no namespace first, then by local name (Canonical XML 1.0 §2.2).
    fn attributes(&mut self, element: &RawElement<'d>) {
        if element.attribute_count() > 1 {
            self.rank_namespaces(element);
            if !self.is_sorted(element) {
                self.order.clear();
                for (at, (name, _)) in element.attributes().enumerate() {
                    let rank = self.rank(name);
                    self.order.push((rank, name.local, at));
                }
                self.order.sort_unstable();
                for at in 0..self.order.len() {
                    if let Some(&(_, _, at)) = self.order.get(at)
                        && let Some((name, value)) = element.attribute(at)
                    {
                        self.attribute(name.qualified, value);
                    }
                }
                return;
            }
        }
        for (name, value) in element.attributes() {
            self.attribute(name.qualified, value);
        }
    }

    /// Whether the attributes stand in canonical order already.
    fn is_sorted(&self, element: &RawElement<'d>) -> bool {
        element
            .attributes()
            .is_sorted_by_key(|(name, _)| (self.rank(name), name.local))
    }

    /// Where the name's namespace is among those of the document.
    fn rank(&self, name: RawName<'d>) -> u32 {
        // Without ranks there is one namespace at most, and its id is greater than that of none.
        let rank = self.ranks.get(name.namespace as usize);
        rank.copied().unwrap_or(name.namespace)
    }

    /// Sorts the document's namespace names once, if two of them meet on an element: comparing the names themselves each time
    /// would cost their length, which a sender chooses, times the number of elements.
    fn rank_namespaces(&mut self, element: &RawElement<'d>) {
        if !self.ranks.is_empty() {
            return;
        }
        let mut namespaces = element
            .attribute_ids()
            .map(|(_, namespace)| namespace)
            .filter(|&id| id != NO_NAMESPACE);
        let Some(first) = namespaces.next() else {
            return;
        };
        if namespaces.all(|namespace| namespace == first) {
            return;
        }
        #[cfg(test)]
        {
            self.rankings += 1;
        }
        let raw = self.raw;
        let mut sorted: Vec<usize> = (0..raw.namespace_count()).collect();
        sorted.sort_unstable_by_key(|&id| raw.namespace(u32::try_from(id).unwrap_or(u32::MAX)));
        self.ranks = vec![0; sorted.len()];
        for (rank, id) in (0..).zip(sorted) {
            if let Some(slot) = self.ranks.get_mut(id) {
                *slot = rank;
            }
        }
    }

    /// The attributes of an apex together with what it takes over from its ancestors. Happens once, so it may allocate.
    fn merged_attributes(&mut self, element: &RawElement<'d>, context: &Apex<'d>) {
        let look = |text| RawText {
            text,
            needs_escape: true,
        };
        let is_base = |namespace, local| {
            context.base.is_some() && namespace == XML_NAMESPACE && local == "base"
        };
        let own = element
            .attributes()
            .filter(|(name, _)| !is_base(name.namespace, name.local))
            .map(|(name, value)| {
                (
                    self.raw.namespace(name.namespace),
                    name.local,
                    name.qualified,
                    value,
                )
            });
        let xml = self.raw.namespace(XML_NAMESPACE);
        let inherited = context.inherited.iter().map(|&(name, value)| {
            (
                xml,
                name.strip_prefix("xml:").unwrap_or(name),
                name,
                look(value),
            )
        });
        let base = context
            .base
            .as_deref()
            .filter(|value| !value.is_empty())
            .map(|value| (xml, "base", "xml:base", look(value)));
        let mut merged: Vec<_> = own.chain(inherited).chain(base).collect();
        merged.sort_unstable_by_key(|&(namespace, local, ..)| (namespace, local));
        let out = self.out.direct();
        for (_, _, name, value) in merged {
            out.push(b' ');
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"=\"");
            if value.needs_escape {
                escape::attribute(value.text, out);
            } else {
                out.extend_from_slice(value.text.as_bytes());
            }
            out.push(b'"');
        }
    }
}

/// The first node after the element and all below it.
fn following(element: Element<'_>) -> Option<Node<'_>> {
    element.document().node(element.node().subtree_end())
}

/// Appends a node that has no children (Canonical XML 1.0 §2.3). Comments and instructions hold nothing to escape: line ends are
/// normalized, and no reference is read in them.
pub(crate) fn write_leaf(kind: RawKind<'_>, comments: bool, out: &mut Vec<u8>) {
    match kind {
        RawKind::Text(text) if text.needs_escape => escape::text(text.text, out),
        RawKind::Text(text) => out.extend_from_slice(text.text.as_bytes()),
        RawKind::Comment(comment) if comments => {
            out.extend_from_slice(b"<!--");
            out.extend_from_slice(comment.text.as_bytes());
            out.extend_from_slice(b"-->");
        }
        RawKind::ProcessingInstruction(target, data) => {
            out.extend_from_slice(b"<?");
            out.extend_from_slice(target.text.as_bytes());
            if !data.text.is_empty() {
                out.push(b' ');
                out.extend_from_slice(data.text.as_bytes());
            }
            out.extend_from_slice(b"?>");
        }
        RawKind::Comment(_) | RawKind::Element(_) => {}
    }
}

#[cfg(test)]
mod tests;
