//! Algorithm identifiers, named after the fragments of their specifications, and why the well-known others are refused.
//!
//! From XMLSig §6, XML Encryption 1.1 §5.7 and RFC 9231. An identifier is compared exactly: another scheme, case or a
//! trailing character makes another identifier, and an unknown one.

/// SHA-1 (XMLSig §6.2.1).
pub const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
/// SHA-224 (RFC 9231 §2.1.2).
pub const SHA224: &str = "http://www.w3.org/2001/04/xmldsig-more#sha224";
/// SHA-256 (XML Encryption §5.7.2).
pub const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
/// SHA-384 (RFC 9231 §2.1.3).
pub const SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#sha384";
/// SHA-512 (XML Encryption §5.7.3).
pub const SHA512: &str = "http://www.w3.org/2001/04/xmlenc#sha512";

/// RSASSA-PKCS1-v1_5 with SHA-1 (XMLSig §6.4.2).
pub const RSA_SHA1: &str = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
/// RSASSA-PKCS1-v1_5 with SHA-224 (RFC 9231 §2.3.2).
pub const RSA_SHA224: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha224";
/// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 9231 §2.3.2).
pub const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
/// RSASSA-PKCS1-v1_5 with SHA-384 (RFC 9231 §2.3.3).
pub const RSA_SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384";
/// RSASSA-PKCS1-v1_5 with SHA-512 (RFC 9231 §2.3.4).
pub const RSA_SHA512: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";

/// RSASSA-PSS whose parameters stand in an `RSAPSSParams` element (RFC 9231 §2.3.9).
pub const RSA_PSS: &str = "http://www.w3.org/2007/05/xmldsig-more#rsa-pss";
/// The mask generation function that `RSAPSSParams` names (RFC 9231 §2.3.9).
pub const MGF1: &str = "http://www.w3.org/2007/05/xmldsig-more#MGF1";
/// RSASSA-PSS, all with SHA-1 and a salt of its length (RFC 9231 §2.3.10).
pub const SHA1_RSA_MGF1: &str = "http://www.w3.org/2007/05/xmldsig-more#sha1-rsa-MGF1";
/// RSASSA-PSS, all with SHA-224 and a salt of its length (RFC 9231 §2.3.10).
pub const SHA224_RSA_MGF1: &str = "http://www.w3.org/2007/05/xmldsig-more#sha224-rsa-MGF1";
/// RSASSA-PSS, all with SHA-256 and a salt of its length (RFC 9231 §2.3.10).
pub const SHA256_RSA_MGF1: &str = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1";
/// RSASSA-PSS, all with SHA-384 and a salt of its length (RFC 9231 §2.3.10).
pub const SHA384_RSA_MGF1: &str = "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1";
/// RSASSA-PSS, all with SHA-512 and a salt of its length (RFC 9231 §2.3.10).
pub const SHA512_RSA_MGF1: &str = "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1";

/// ECDSA with SHA-1 (XMLSig §6.4.3).
pub const ECDSA_SHA1: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1";
/// ECDSA with SHA-224 (XMLSig §6.4.3).
pub const ECDSA_SHA224: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha224";
/// ECDSA with SHA-256 (XMLSig §6.4.3).
pub const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
/// ECDSA with SHA-384 (XMLSig §6.4.3).
pub const ECDSA_SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384";
/// ECDSA with SHA-512 (XMLSig §6.4.3).
pub const ECDSA_SHA512: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512";
/// Ed25519 without pre-hash or context (RFC 9231 §2.3.12).
pub const EDDSA_ED25519: &str = "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519";

/// Named curve P-256 of an `ECKeyValue` (XMLSig §4.5.2.3.1, RFC 5480 §2.1.1.1).
pub const CURVE_P256: &str = "urn:oid:1.2.840.10045.3.1.7";
/// Named curve P-384 of an `ECKeyValue`.
pub const CURVE_P384: &str = "urn:oid:1.3.132.0.34";
/// Named curve P-521 of an `ECKeyValue`.
pub const CURVE_P521: &str = "urn:oid:1.3.132.0.35";

/// AES-128 in CBC mode (XML Encryption 1.1 §5.2.2).
pub const AES128_CBC: &str = "http://www.w3.org/2001/04/xmlenc#aes128-cbc";
/// AES-192 in CBC mode (XML Encryption 1.1 §5.2.2).
pub const AES192_CBC: &str = "http://www.w3.org/2001/04/xmlenc#aes192-cbc";
/// AES-256 in CBC mode (XML Encryption 1.1 §5.2.2).
pub const AES256_CBC: &str = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";
/// AES-128 in GCM mode (XML Encryption 1.1 §5.2.4).
pub const AES128_GCM: &str = "http://www.w3.org/2009/xmlenc11#aes128-gcm";
/// AES-192 in GCM mode (XML Encryption 1.1 §5.2.4).
pub const AES192_GCM: &str = "http://www.w3.org/2009/xmlenc11#aes192-gcm";
/// AES-256 in GCM mode (XML Encryption 1.1 §5.2.4).
pub const AES256_GCM: &str = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
/// RSA-OAEP with MGF1 and SHA-1 (XML Encryption 1.1 §5.5.2).
pub const RSA_OAEP_MGF1P: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
/// RSA-OAEP with any mask generation function (XML Encryption 1.1 §5.5.2).
pub const RSA_OAEP: &str = "http://www.w3.org/2009/xmlenc11#rsa-oaep";
/// MGF1 with SHA-1 (XML Encryption 1.1 §5.5.2).
pub const MGF1_SHA1: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha1";
/// MGF1 with SHA-224 (XML Encryption 1.1 §5.5.2).
pub const MGF1_SHA224: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha224";
/// MGF1 with SHA-256 (XML Encryption 1.1 §5.5.2).
pub const MGF1_SHA256: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha256";
/// MGF1 with SHA-384 (XML Encryption 1.1 §5.5.2).
pub const MGF1_SHA384: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha384";
/// MGF1 with SHA-512 (XML Encryption 1.1 §5.5.2).
pub const MGF1_SHA512: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha512";
/// Elliptic curve Diffie-Hellman with an ephemeral key (XML Encryption 1.1 §5.6.4).
pub const ECDH_ES: &str = "http://www.w3.org/2009/xmlenc11#ECDH-ES";
/// The concatenation key derivation function (XML Encryption 1.1 §5.4.1).
pub const CONCAT_KDF: &str = "http://www.w3.org/2009/xmlenc11#ConcatKDF";
/// AES-128 key wrap (XML Encryption 1.1 §5.6.3).
pub const KW_AES128: &str = "http://www.w3.org/2001/04/xmlenc#kw-aes128";
/// AES-192 key wrap (XML Encryption 1.1 §5.6.3).
pub const KW_AES192: &str = "http://www.w3.org/2001/04/xmlenc#kw-aes192";
/// AES-256 key wrap (XML Encryption 1.1 §5.6.3).
pub const KW_AES256: &str = "http://www.w3.org/2001/04/xmlenc#kw-aes256";

/// Why a well-known identifier has no place here.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Refusal {
    /// MD5 or RIPEMD: too short or broken, and never part of SAML.
    Broken,
    /// DSA: SAML peers do not use it, and its keys are mostly of 1024 bits.
    Dsa,
    /// HMAC: the verifier could sign as well, and a public key taken for a secret would let anyone sign.
    Hmac,
    /// Sound, but not implemented: SHA-3, Ed448, Whirlpool and the like.
    NotImplemented,
}

impl core::fmt::Display for Refusal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Broken => "broken digest",
            Self::Dsa => "DSA is never accepted",
            Self::Hmac => "HMAC is never accepted",
            Self::NotImplemented => "not implemented",
        })
    }
}

/// Why this identifier is refused, where it is one that the specifications define and this crate leaves out.
///
/// Only for better messages: an identifier is usable exactly where `from_uri` gives an algorithm.
///
/// ```
/// use samlkit_crypto::algorithm::{self, Refusal};
///
/// assert_eq!(algorithm::refusal("http://www.w3.org/2000/09/xmldsig#hmac-sha1"), Some(Refusal::Hmac));
/// assert_eq!(algorithm::refusal(algorithm::RSA_SHA256), None);
/// assert_eq!(algorithm::refusal("urn:unheard-of"), None);
/// ```
#[must_use]
pub fn refusal(uri: &str) -> Option<Refusal> {
    REFUSED.iter().find_map(|(namespace, fragments)| {
        let fragment = uri.strip_prefix(namespace)?;
        fragments
            .iter()
            .find_map(|&(known, refusal)| (known == fragment).then_some(refusal))
    })
}

/// Whether [`refusal`] knows this identifier.
#[must_use]
pub fn is_known_refused(uri: &str) -> bool {
    refusal(uri).is_some()
}

type Fragments = &'static [(&'static str, Refusal)];

const REFUSED: [(&str, Fragments); 6] = [
    (
        "http://www.w3.org/2000/09/xmldsig#",
        &[("dsa-sha1", Refusal::Dsa), ("hmac-sha1", Refusal::Hmac)],
    ),
    (
        "http://www.w3.org/2001/04/xmlenc#",
        &[("ripemd160", Refusal::Broken)],
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#",
        &[
            ("md5", Refusal::Broken),
            ("rsa-md5", Refusal::Broken),
            ("rsa-ripemd160", Refusal::Broken),
            ("hmac-md5", Refusal::Hmac),
            ("hmac-ripemd160", Refusal::Hmac),
            ("hmac-sha224", Refusal::Hmac),
            ("hmac-sha256", Refusal::Hmac),
            ("hmac-sha384", Refusal::Hmac),
            ("hmac-sha512", Refusal::Hmac),
            ("esign-sha1", Refusal::NotImplemented),
            ("esign-sha224", Refusal::NotImplemented),
            ("esign-sha256", Refusal::NotImplemented),
            ("esign-sha384", Refusal::NotImplemented),
            ("esign-sha512", Refusal::NotImplemented),
        ],
    ),
    (
        "http://www.w3.org/2007/05/xmldsig-more#",
        &[
            ("sha3-224", Refusal::NotImplemented),
            ("sha3-256", Refusal::NotImplemented),
            ("sha3-384", Refusal::NotImplemented),
            ("sha3-512", Refusal::NotImplemented),
            ("sha3-224-rsa-MGF1", Refusal::NotImplemented),
            ("sha3-256-rsa-MGF1", Refusal::NotImplemented),
            ("sha3-384-rsa-MGF1", Refusal::NotImplemented),
            ("sha3-512-rsa-MGF1", Refusal::NotImplemented),
            ("whirlpool", Refusal::NotImplemented),
            ("rsa-whirlpool", Refusal::NotImplemented),
            ("whirlpool-rsa-MGF1", Refusal::NotImplemented),
            ("ecdsa-whirlpool", Refusal::NotImplemented),
            ("ecdsa-ripemd160", Refusal::Broken),
            ("md2-rsa-MGF1", Refusal::Broken),
            ("md5-rsa-MGF1", Refusal::Broken),
            ("ripemd128-rsa-MGF1", Refusal::Broken),
            ("ripemd160-rsa-MGF1", Refusal::Broken),
        ],
    ),
    (
        "http://www.w3.org/2009/xmldsig11#",
        &[("dsa-sha256", Refusal::Dsa)],
    ),
    (
        "http://www.w3.org/2021/04/xmldsig-more#",
        &[
            ("eddsa-ed25519ph", Refusal::NotImplemented),
            ("eddsa-ed25519ctx", Refusal::NotImplemented),
            ("eddsa-ed448", Refusal::NotImplemented),
            ("eddsa-ed448ph", Refusal::NotImplemented),
            ("ecdsa-sha3-224", Refusal::NotImplemented),
            ("ecdsa-sha3-256", Refusal::NotImplemented),
            ("ecdsa-sha3-384", Refusal::NotImplemented),
            ("ecdsa-sha3-512", Refusal::NotImplemented),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::{REFUSED, is_known_refused};
    use crate::{DigestAlgorithm, SignatureAlgorithm};

    #[test]
    fn nothing_is_both_refused_and_known() {
        for (namespace, fragments) in REFUSED {
            for (fragment, _) in fragments {
                let uri = format!("{namespace}{fragment}");
                assert!(is_known_refused(&uri));
                assert_eq!(DigestAlgorithm::from_uri(&uri), None, "{uri}");
                assert_eq!(SignatureAlgorithm::from_uri(&uri), None, "{uri}");
            }
        }
    }
}
