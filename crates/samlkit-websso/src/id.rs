//! Identifiers of messages and assertions (SAMLCore §1.3.4).

use core::fmt::Write as _;

use samlkit_core::write::{Error as WriteError, Id};
use samlkit_crypto::{Randomness, RandomnessError};

/// An identifier that nobody can guess: `_` and 160 random bits, where 128 are asked for.
pub(crate) fn fresh_id<E>(randomness: &dyn Randomness) -> Result<Id, E>
where
    E: From<RandomnessError> + From<WriteError>,
{
    let mut octets = [0; 20];
    randomness.fill(&mut octets)?;
    Ok(Id::new(hexadecimal(&octets, &[]))?)
}

/// `_` and 128 random bits in the form of a UUID, as Entra ID writes.
pub(crate) fn fresh_uuid<E>(randomness: &dyn Randomness) -> Result<Id, E>
where
    E: From<RandomnessError> + From<WriteError>,
{
    let mut octets = [0; 16];
    randomness.fill(&mut octets)?;
    Ok(Id::new(hexadecimal(&octets, &[4, 6, 8, 10]))?)
}

fn hexadecimal(octets: &[u8], hyphens: &[usize]) -> String {
    let mut text = String::from("_");
    for (at, octet) in octets.iter().enumerate() {
        if hyphens.contains(&at) {
            text.push('-');
        }
        // Writing to a string does not fail.
        let _ = write!(text, "{octet:02x}");
    }
    text
}
