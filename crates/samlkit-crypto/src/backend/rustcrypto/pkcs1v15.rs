//! EMSA-PKCS1-v1_5 (RFC 8017 §9.2), with its step numbers.

use crate::{Digest, DigestAlgorithm};

/// Whether `message`, as long as the modulus, is the encoding of this digest. There is one for each length, and every octet is
/// compared with it: nothing is read out of `message`, no length and no algorithm.
pub(crate) fn matches(digest: &Digest, message: &[u8]) -> bool {
    let hash = digest.as_bytes();
    let prefix = prefix(digest.algorithm());
    // 2 and 5: what is left of `T`.
    let Some(above) = message
        .strip_suffix(hash)
        .and_then(|rest| rest.strip_suffix(prefix))
    else {
        return false;
    };
    // 3 and 4
    matches!(above, [0x00, 0x01, fill @ .., 0x00] if fill.len() >= 8 && fill.iter().all(|&octet| octet == 0xff))
}

/// The DER of a `DigestInfo` up to the digest (§9.2, note 1). The NULL in it, the parameters of the algorithm, must be there (§B.1).
fn prefix(algorithm: DigestAlgorithm) -> &'static [u8] {
    match algorithm {
        DigestAlgorithm::Sha1 => b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
        DigestAlgorithm::Sha224 => {
            b"\x30\x2d\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04\x05\x00\x04\x1c"
        }
        DigestAlgorithm::Sha256 => {
            b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"
        }
        DigestAlgorithm::Sha384 => {
            b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30"
        }
        DigestAlgorithm::Sha512 => {
            b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(digest: &Digest) -> Vec<u8> {
        [prefix(digest.algorithm()), digest.as_bytes()].concat()
    }

    /// So many octets.
    fn encode(info: &[u8], length: usize) -> Vec<u8> {
        let fill = vec![0xff; length - info.len() - 3];
        [&[0x00, 0x01], &fill[..], &[0x00], info].concat()
    }

    #[test]
    fn every_octet_counts() {
        for algorithm in DigestAlgorithm::ALL {
            let digest = algorithm.digest(b"message");
            let info = info(&digest);
            for length in [info.len() + 11, 128, 256, 257, 1024] {
                let encoded = encode(&info, length);
                assert!(matches(&digest, &encoded), "{algorithm} {length}");
                for at in 0..length {
                    for bit in 0..8 {
                        let mut changed = encoded.clone();
                        changed[at] ^= 1 << bit;
                        assert!(!matches(&digest, &changed), "{algorithm} {length} {at}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_fill_has_eight_octets() {
        for algorithm in DigestAlgorithm::ALL {
            let digest = algorithm.digest(b"message");
            let info = info(&digest);
            for short in 0..info.len() + 11 {
                let encoded = match short.checked_sub(info.len() + 3) {
                    Some(_) => encode(&info, short),
                    None => info[info.len().saturating_sub(short)..].to_vec(),
                };
                assert!(!matches(&digest, &encoded), "{algorithm} {short}");
            }
        }
        // 752 bits are the least for SHA-512.
        let digest = DigestAlgorithm::Sha512.digest(b"message");
        assert!(matches(&digest, &encode(&info(&digest), 752 / 8)));
    }

    #[test]
    fn nothing_is_read_out_of_it() {
        let digest = DigestAlgorithm::Sha256.digest(b"message");
        let hash = digest.as_bytes();
        let info = info(&digest);
        let sha1 = prefix(DigestAlgorithm::Sha1);
        let oid = &prefix(DigestAlgorithm::Sha256)[4..15];
        let early = |after: usize| {
            let mut encoded = encode(&info, info.len() + 11);
            encoded.resize(encoded.len() + after, 0);
            encoded
        };
        for (what, encoded) in [
            ("digest alone", encode(hash, 256)),
            (
                "no NULL",
                encode(&[b"\x30\x2f\x30\x0b", oid, b"\x04\x20", hash].concat(), 256),
            ),
            (
                "octets in the parameters",
                encode(
                    &[b"\x30\x33\x30\x0f", oid, b"\x05\x02\xaa\xaa\x04\x20", hash].concat(),
                    256,
                ),
            ),
            (
                "a length in two octets",
                encode(&[b"\x30\x81\x31", &info[2..]].concat(), 256),
            ),
            ("another algorithm", encode(&[sha1, hash].concat(), 256)),
            ("octets after it", early(256 - info.len() - 11)),
            ("one octet after it", early(1)),
            ("octets before it", [&[0], &encode(&info, 255)[..]].concat()),
            ("the second octet first", encode(&info, 256)[1..].to_vec()),
            ("nothing", Vec::new()),
        ] {
            assert!(!matches(&digest, &encoded), "{what}");
        }
        assert!(matches(&digest, &encode(&info, 256)));
    }
}
