//! Digests of the published examples (FIPS 180-4), and the identifiers of every algorithm.

use samlkit_crypto::{DigestAlgorithm, SignatureAlgorithm, algorithm};

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[test]
fn of_abc() {
    for (algorithm, digest) in [
        (
            DigestAlgorithm::Sha1,
            "a9993e364706816aba3e25717850c26c9cd0d89d",
        ),
        (
            DigestAlgorithm::Sha224,
            "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
        ),
        (
            DigestAlgorithm::Sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            DigestAlgorithm::Sha384,
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        ),
        (
            DigestAlgorithm::Sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
    ] {
        assert_eq!(hex(algorithm.digest(b"abc").as_ref()), digest);
        assert_eq!(digest.len(), algorithm.output_len() * 2);
    }
}

#[test]
fn a_digest_equals_its_octets_and_nothing_shorter_or_longer() {
    let digest = DigestAlgorithm::Sha256.digest(b"abc");
    let octets = digest.as_ref().to_vec();
    assert!(digest == *octets);
    assert!(digest != octets[..31]);
    assert!(digest != [&octets[..], &[0]].concat()[..]);
    assert!(digest != octets[..0]);
    assert_ne!(digest, DigestAlgorithm::Sha256.digest(b"abd"));
    assert_eq!(format!("{digest:?}"), "Digest { algorithm: Sha256, .. }");
}

#[test]
fn identifiers_lead_back_and_are_compared_exactly() {
    for known in DigestAlgorithm::ALL {
        assert_eq!(DigestAlgorithm::from_uri(known.uri()), Some(known));
        assert_eq!(DigestAlgorithm::from_uri(&known.uri().to_uppercase()), None);
        assert_eq!(
            DigestAlgorithm::from_uri(&format!("{} ", known.uri())),
            None
        );
        assert_eq!(SignatureAlgorithm::from_uri(known.uri()), None);
    }
    for known in SignatureAlgorithm::ALL {
        assert_eq!(SignatureAlgorithm::from_uri(known.uri()), Some(known));
        // As one of Microsoft's samples has it.
        assert_eq!(
            SignatureAlgorithm::from_uri(&known.uri().replacen("http:", "https:", 1)),
            None
        );
        assert_eq!(DigestAlgorithm::from_uri(known.uri()), None);
        assert_eq!(algorithm::refusal(known.uri()), None);
    }
    // Nothing without its parameters.
    assert_eq!(SignatureAlgorithm::from_uri(algorithm::RSA_PSS), None);
}
