//! Encryption primitives against published values, and what they refuse.
#![expect(clippy::unwrap_used, reason = "a broken constant must stop the test")]

use samlkit_crypto::{
    Agreement, BlockEncryption, ConcatKdf, Curve, DecryptionFailed, DigestAlgorithm,
    EncryptionError, KeyKind, KeyWrap, PrivateKey, PublicKey, RsaOaep, SystemRandomness,
};

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| u8::try_from(c.to_digit(16).unwrap()).unwrap())
        .collect();
    let (pairs, rest) = digits.as_chunks::<2>();
    assert!(rest.is_empty());
    pairs.iter().map(|[high, low]| high << 4 | low).collect()
}

/// An `ECPrivateKey` on P-256 (RFC 5915 §3).
fn p256(scalar: &str) -> PrivateKey {
    let mut der = hex("3031020101 0420");
    der.extend(hex(scalar));
    der.extend(hex("a00a 06082a8648ce3d030107"));
    PrivateKey::from_sec1_der(&der).unwrap()
}

/// RFC 5903 §8.1.
#[test]
fn agreement_on_p256() {
    let i = p256("C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433");
    let r = p256("C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53");
    let common = hex("D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE");
    assert_eq!(i.agree(r.public_key()).unwrap().as_bytes(), common);
    assert_eq!(r.agree(i.public_key()).unwrap().as_bytes(), common);
    let point = hex(
        "04 D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63
        56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB",
    );
    assert_eq!(r.public_key().ec_point(), Some(point.as_slice()));
    let again = PublicKey::from_ec_point(Curve::P256, &point).unwrap();
    assert_eq!(i.agree(&again).unwrap().as_bytes(), common);
}

#[test]
fn an_ephemeral_key_agrees_with_its_recipient_alone() {
    let recipient = p256("C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433");
    let other = p256("C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53");
    let agreement = Agreement::new(recipient.public_key(), &SystemRandomness).unwrap();
    let shared = agreement.shared_secret().as_bytes();
    let same = recipient.agree(agreement.originator()).unwrap();
    assert_eq!(same.as_bytes(), shared);
    assert_ne!(
        other.agree(agreement.originator()).unwrap().as_bytes(),
        shared
    );
    let again = Agreement::new(recipient.public_key(), &SystemRandomness).unwrap();
    assert_ne!(again.originator(), agreement.originator());
    assert_eq!(format!("{:?}", agreement.shared_secret()), "SharedSecret");
}

#[test]
fn keys_of_another_kind_do_not_agree() {
    let p256 = p256("C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433");
    let ed25519 = PublicKey::from_ed25519(&hex(
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    ))
    .unwrap();
    assert_eq!(p256.agree(&ed25519).map(|_| ()), Err(DecryptionFailed));
    let mismatch = EncryptionError::KeyMismatch {
        found: KeyKind::Ed25519,
    };
    let refused = Agreement::new(&ed25519, &SystemRandomness).map(|_| ());
    assert_eq!(refused, Err(mismatch));
    let oaep = RsaOaep::default();
    let refused = oaep.encrypt(&ed25519, b"key", &SystemRandomness);
    assert_eq!(refused, Err(mismatch));
    assert_eq!(oaep.decrypt(&p256, &[0; 256]), Err(DecryptionFailed));
}

/// Test cases 13, 14 and 1 of the GCM specification that NIST SP 800-38D rests on.
#[test]
fn gcm() {
    let zeros = [0; 32];
    let empty = hex("000000000000000000000000 530f8afbc74536b9a963b4f1c4cb738b");
    let block = hex(
        "000000000000000000000000 cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919",
    );
    let gcm = BlockEncryption::Aes256Gcm;
    assert_eq!(*gcm.decrypt(&zeros, &empty).unwrap(), []);
    assert_eq!(*gcm.decrypt(&zeros, &block).unwrap(), [0; 16]);
    let small = hex("000000000000000000000000 58e2fccefa7e3061367f1d57a4e7455a");
    let key = zeros.get(..16).unwrap();
    assert_eq!(
        *BlockEncryption::Aes128Gcm.decrypt(key, &small).unwrap(),
        []
    );
    assert_eq!(
        BlockEncryption::Aes128Gcm.decrypt(key, &empty),
        Err(DecryptionFailed)
    );
}

/// NIST SP 800-38A §F.2.1, its last block taken for the padding that it is not.
#[test]
fn cbc() {
    let key = hex("2b7e151628aed2a6abf7158809cf4f3c");
    let first = hex("000102030405060708090a0b0c0d0e0f 7649abac8119b246cee98e9b12e9197d");
    let cbc = BlockEncryption::Aes128Cbc;
    // The plaintext ends with 0x2a: no padding.
    assert_eq!(cbc.decrypt(&key, &first), Err(DecryptionFailed));
    // With the initialization vector's last octet changed it ends with 0x01.
    let padded = hex("000102030405060708090a0b0c0d0e24 7649abac8119b246cee98e9b12e9197d");
    assert_eq!(
        *cbc.decrypt(&key, &padded).unwrap(),
        hex("6bc1bee22e409f96e93d7e11739317")
    );
    let all = hex("000102030405060708090a0b0c0d0e35 7649abac8119b246cee98e9b12e9197d");
    assert_eq!(*cbc.decrypt(&key, &all).unwrap(), []);
}

/// RFC 3394 §4.1, §4.3, §4.6.
#[test]
fn key_wrap() {
    let kek = hex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F");
    let key = hex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F");
    for (wrap, length, expected) in [
        (
            KeyWrap::Aes128,
            16,
            "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5",
        ),
        (
            KeyWrap::Aes256,
            16,
            "64E8C3F9CE0F5BA263E9777905818A2A93C8191E7D6E8AE7",
        ),
        (
            KeyWrap::Aes256,
            32,
            "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21",
        ),
    ] {
        let kek = kek.get(..wrap.key_len()).unwrap();
        let key = key.get(..length).unwrap();
        let wrapped = wrap.wrap(kek, key).unwrap();
        assert_eq!(wrapped, hex(expected));
        assert_eq!(*wrap.unwrap(kek, &wrapped).unwrap(), key);
        let wrong = EncryptionError::KeyLength { found: 5 };
        assert_eq!(wrap.wrap(&[0; 5], key), Err(wrong));
        assert_eq!(wrap.wrap(kek, &[0; 5]), Err(wrong));
        assert_eq!(wrap.unwrap(&[0; 5], &wrapped), Err(DecryptionFailed));
    }
}

/// One block is the digest of counter, secret and information; a second has the next counter.
#[test]
fn concatenation_key_derivation() {
    let kdf = ConcatKdf::new(DigestAlgorithm::Sha256, b"info");
    let key = kdf.derive(b"secret", 40);
    let first = DigestAlgorithm::Sha256.digest(b"\0\0\0\x01secretinfo");
    let second = DigestAlgorithm::Sha256.digest(b"\0\0\0\x02secretinfo");
    assert_eq!(key.get(..32).unwrap(), first.as_bytes());
    assert_eq!(key.get(32..).unwrap(), second.as_bytes().get(..8).unwrap());
    assert_eq!(*kdf.derive(b"secret", 0), []);
}

#[test]
fn identifiers_are_exact() {
    for algorithm in BlockEncryption::ALL {
        assert_eq!(BlockEncryption::from_uri(algorithm.uri()), Some(algorithm));
        let upper = algorithm.uri().to_uppercase();
        assert_eq!(BlockEncryption::from_uri(&upper), None);
        let wrong = EncryptionError::KeyLength { found: 7 };
        let refused = algorithm.encrypt(&[0; 7], b"", &SystemRandomness);
        assert_eq!(refused, Err(wrong));
        assert_eq!(algorithm.decrypt(&[0; 7], &[0; 64]), Err(DecryptionFailed));
    }
    for wrap in KeyWrap::ALL {
        assert_eq!(KeyWrap::from_uri(wrap.uri()), Some(wrap));
        assert_eq!(KeyWrap::from_uri(&format!("{} ", wrap.uri())), None);
    }
}

#[test]
fn what_is_derived_of_a_key_is_its_own() {
    let a = p256("C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433");
    let b = p256("C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53");
    let derived = a.derive("purpose", b"input");
    assert_eq!(*derived, *a.derive("purpose", b"input"));
    assert_ne!(*derived, *a.derive("purpose", b"other"));
    assert_ne!(*derived, *a.derive("other", b"input"));
    assert_ne!(*derived, *b.derive("purpose", b"input"));
}
