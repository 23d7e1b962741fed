//! EMSA-PSS (RFC 8017 §9.1), with the step numbers of §9.1.2 where it verifies and of §9.1.1 where it encodes.

use crate::{Digest, DigestAlgorithm, Hasher, PssParameters};

/// Whether `message` (the integer that the public key gave, big-endian, with any number of leading zeros) encodes this digest
/// for a modulus of `modulus_bits` bits. Its mask is taken off in place.
pub(crate) fn matches(
    parameters: PssParameters,
    digest: &Digest,
    message: &mut [u8],
    modulus_bits: u32,
) -> bool {
    verify(parameters, digest, message, modulus_bits).is_some()
}

fn verify(
    parameters: PssParameters,
    digest: &Digest,
    message: &mut [u8],
    modulus_bits: u32,
) -> Option<()> {
    let em_bits = modulus_bits.checked_sub(1)?;
    let em_len = usize::try_from(em_bits.div_ceil(8)).ok()?;
    // Where the modulus has one bit more than whole octets, the encoded message is one octet shorter than it.
    let (above, em) = message.split_at_mut_checked(message.len().checked_sub(em_len)?)?;
    ensure(above.iter().all(|&octet| octet == 0))?;

    // 3 and 5: room for the digest, the salt, 0x01 and the trailer field, and the masked block that leaves.
    let hash_len = parameters.digest().output_len();
    let salt_len = parameters.salt_length();
    let db_len = em_len.checked_sub(hash_len)?.checked_sub(1)?;
    let padding_len = db_len.checked_sub(salt_len)?.checked_sub(1)?;
    // 4
    let (trailer, em) = em.split_last_mut()?;
    ensure(*trailer == 0xbc)?;
    let (db, hash) = em.split_at_mut_checked(db_len)?;
    // 6: the leftmost bits, which the modulus has no room for.
    let spare_bits = u32::try_from(em_len)
        .ok()?
        .checked_mul(8)?
        .checked_sub(em_bits)?;
    let kept = 0xff_u8.checked_shr(spare_bits)?;
    ensure(db.first()? & !kept == 0)?;
    // 7 to 9
    xor_mgf1(parameters.mgf1_digest(), hash, db);
    *db.first_mut()? &= kept;
    // 10
    let (padding, rest) = db.split_at_checked(padding_len)?;
    let (&separator, salt) = rest.split_first()?;
    ensure(padding.iter().all(|&octet| octet == 0) && separator == 0x01)?;
    // 11 to 14
    let mut hasher = Hasher::new(parameters.digest());
    hasher.update(&[0; 8]);
    hasher.update(digest.as_bytes());
    hasher.update(salt);
    ensure(hasher.finalize() == *hash)
}

/// Whether a modulus of `modulus_bits` bits has room for these parameters.
pub(crate) fn fits(parameters: PssParameters, modulus_bits: u32) -> bool {
    let needed = parameters.digest().output_len() + parameters.salt_length() + 2;
    let em_len = usize::try_from(modulus_bits.saturating_sub(1).div_ceil(8));
    em_len.is_ok_and(|em_len| em_len >= needed)
}

/// The encoded message, as long as the modulus less one bit; `None` without room for it.
pub(crate) fn encode(
    parameters: PssParameters,
    digest: &Digest,
    salt: &[u8],
    modulus_bits: u32,
) -> Option<Vec<u8>> {
    let em_bits = modulus_bits.checked_sub(1)?;
    let em_len = usize::try_from(em_bits.div_ceil(8)).ok()?;
    // 3
    let db_len = em_len
        .checked_sub(parameters.digest().output_len())?
        .checked_sub(1)?;
    let padding_len = db_len.checked_sub(salt.len())?.checked_sub(1)?;
    // 5 and 6
    let mut hasher = Hasher::new(parameters.digest());
    hasher.update(&[0; 8]);
    hasher.update(digest.as_bytes());
    hasher.update(salt);
    let hash = hasher.finalize();
    // 7 and 8
    let mut em = Vec::with_capacity(em_len);
    em.resize(padding_len, 0);
    em.push(0x01);
    em.extend_from_slice(salt);
    // 9 and 10
    xor_mgf1(parameters.mgf1_digest(), hash.as_bytes(), &mut em);
    // 11
    let spare_bits = u32::try_from(em_len)
        .ok()?
        .checked_mul(8)?
        .checked_sub(em_bits)?;
    *em.first_mut()? &= 0xff_u8.checked_shr(spare_bits)?;
    // 12
    em.extend_from_slice(hash.as_bytes());
    em.push(0xbc);
    Some(em)
}

/// MGF1 (RFC 8017 §B.2.1), applied to `out`.
fn xor_mgf1(algorithm: DigestAlgorithm, seed: &[u8], out: &mut [u8]) {
    for (chunk, counter) in out.chunks_mut(algorithm.output_len()).zip(0_u32..) {
        let mut hasher = Hasher::new(algorithm);
        hasher.update(seed);
        hasher.update(&counter.to_be_bytes());
        for (octet, mask) in chunk.iter_mut().zip(hasher.finalize().as_bytes()) {
            *octet ^= mask;
        }
    }
}

fn ensure(condition: bool) -> Option<()> {
    condition.then_some(())
}
