//! Every attack.
//!
//! ```
//! use samlkit_testing::{NOW, TestIdp, TestSp, attacks, reference};
//!
//! let idp = TestIdp::entra(NOW);
//! let sp = TestSp::new("https://sp.example/metadata", "https://sp.example/acs");
//! for case in attacks::all(&idp, &sp)? {
//!     // Your application in the place of this.
//!     assert_eq!(reference::deliver(&case)?.code(), case.code(), "{}", case.id());
//! #   break; // the suite in tests/ has them all
//! }
//! # Ok::<(), samlkit_testing::Error>(())
//! ```

use crate::attack::{Attack, Class};
use crate::case::Case;
use crate::{Error, TestIdp, TestSp, apply};

mod content;
mod crypto;
mod encoding;
mod encrypted;
mod logout;
mod metadata;
mod parsing;
mod placement;
mod posted;
mod redirect;
mod reference;
mod resources;
mod signature;
mod situation;
mod surgery;
mod text;
mod value;
mod wrapping;

pub(crate) use redirect::QueryEdit;

const LISTS: &[&[Attack]] = &[
    wrapping::ATTACKS,
    placement::PLACED,
    placement::IN_SIGNATURE,
    placement::ENCLOSED,
    placement::ALONE,
    signature::ATTACKS,
    reference::ATTACKS,
    crypto::ATTACKS,
    value::ATTACKS,
    text::ATTACKS,
    parsing::ATTACKS,
    encoding::ATTACKS,
    content::ATTACKS,
    situation::ATTACKS,
    encrypted::ATTACKS,
    resources::ATTACKS,
];

/// Every attack on the responses of `idp` to `sp`, on its logout messages and metadata, and on the requests of `sp`.
///
/// # Errors
///
/// [`Error`] where a message cannot be made; with the identity providers of this crate all can.
pub fn all(idp: &TestIdp, sp: &TestSp) -> Result<Vec<Case>, Error> {
    let mut workshop = apply::Workshop::new(idp, sp);
    let mut cases = Vec::new();
    for attack in LISTS.iter().copied().flatten() {
        cases.extend(workshop.cases(attack)?);
    }
    cases.extend(redirect::cases(idp, sp)?);
    cases.extend(posted::cases(idp, sp)?);
    Ok(cases)
}

/// A list of the attacks by class, in Markdown.
#[must_use]
pub fn to_markdown() -> String {
    let mut out = String::new();
    for class in Class::ALL {
        out.push_str(&format!(
            "\n### `{class}`\n\n| attack | what is done | where from |\n|---|---|---|\n"
        ));
        for attack in registry().filter(|attack| attack.class == *class) {
            let about = attack.about.replace('|', "\\|").replace('<', "&lt;");
            let refs = attack.refs.join(", ");
            out.push_str(&format!("| `{}` | {about} | {refs} |\n", attack.id));
        }
    }
    out
}

/// The attacks alone, in the order of [`all`].
pub fn registry() -> impl Iterator<Item = &'static Attack> {
    LISTS
        .iter()
        .copied()
        .flatten()
        .chain(redirect::LISTS.iter().copied().flatten())
        .chain(posted::LISTS.iter().copied().flatten())
}

/// The good messages that attacks on what is no response start from.
pub(crate) fn siblings(idp: &TestIdp, sp: &TestSp) -> Result<Vec<Case>, Error> {
    let mut siblings = redirect::siblings(idp, sp)?.to_vec();
    siblings.extend(posted::siblings(idp, sp)?);
    Ok(siblings)
}
