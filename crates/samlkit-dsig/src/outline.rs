use samlkit_xml::{Element, Pieces};

/// What [`Verifier::index`](crate::Verifier::index) notes of a document: elements that are groups, and members in them.
///
/// The root is a group, or a member that stands alone. Members and further groups are children of groups.
///
/// ```
/// use samlkit_dsig::Outline;
///
/// const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// let outline = Outline::new(&["entityID", "validUntil"])
///     .group(MD, "EntitiesDescriptor")
///     .member(MD, "EntityDescriptor");
/// # let _ = outline;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Outline {
    pub(crate) attributes: &'static [&'static str],
    pub(crate) groups: Vec<(&'static str, &'static str)>,
    pub(crate) members: Vec<(&'static str, &'static str)>,
    pub(crate) total_bytes: u32,
    pub(crate) most_members: usize,
    pub(crate) most_text: usize,
}

impl Outline {
    /// The most members by default. The largest federations have some ten thousand entities; so many take about 60 MiB.
    pub const MEMBERS: usize = 1 << 18;
    /// The most octets that the kept attributes and the start tags of groups may have by default: 64 for each member.
    pub const TEXT: usize = 16 << 20;
    /// The most groups. Federations publish one, or one in another.
    pub const GROUPS: usize = 1 << 12;
    /// How deep groups may stand in one another.
    pub const DEPTH: usize = 16;

    /// An outline without groups and members. Of each the values of `attributes`, in no namespace, are kept.
    pub const fn new(attributes: &'static [&'static str]) -> Self {
        Self {
            attributes,
            groups: Vec::new(),
            members: Vec::new(),
            total_bytes: Pieces::TOTAL_BYTES,
            most_members: Self::MEMBERS,
            most_text: Self::TEXT,
        }
    }

    /// Elements of this expanded name are groups.
    pub fn group(mut self, namespace: &'static str, local_name: &'static str) -> Self {
        self.groups.push((namespace, local_name));
        self
    }

    /// Elements of this expanded name are members.
    pub fn member(mut self, namespace: &'static str, local_name: &'static str) -> Self {
        self.members.push((namespace, local_name));
        self
    }

    /// Sets the largest accepted number of octets of the document, and one node for every eight. Default:
    /// [`Pieces::TOTAL_BYTES`], twice the largest aggregates.
    pub const fn with_total_bytes(mut self, bytes: u32) -> Self {
        self.total_bytes = bytes;
        self
    }

    /// Sets the most members, up to sixteen million. Default: [`Outline::MEMBERS`].
    pub const fn with_members(mut self, members: usize) -> Self {
        self.most_members = if members < 1 << 24 { members } else { 1 << 24 };
        self
    }

    /// Sets how many octets the kept attributes and the start tags of groups may have, up to 1 GiB. Default:
    /// [`Outline::TEXT`].
    pub const fn with_text(mut self, octets: usize) -> Self {
        self.most_text = if octets < 1 << 30 { octets } else { 1 << 30 };
        self
    }

    pub(crate) fn is_group(&self, element: Element<'_>) -> bool {
        is_one_of(&self.groups, element)
    }

    pub(crate) fn is_member(&self, element: Element<'_>) -> bool {
        is_one_of(&self.members, element)
    }
}

fn is_one_of(names: &[(&str, &str)], element: Element<'_>) -> bool {
    names
        .iter()
        .any(|(namespace, local)| element.is(namespace, local))
}
