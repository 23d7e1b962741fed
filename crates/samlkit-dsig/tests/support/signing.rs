//! Keys and algorithms to sign with.

use std::path::{Path, PathBuf};

use samlkit_crypto::{
    Certificate, DigestAlgorithm, PrivateKey, PssParameters, SignatureAlgorithm, SigningKey,
};
use samlkit_dsig::TrustedKey;

/// Test-only keys, with one of each type and size.
pub(crate) const KEYS: [&str; 6] = ["idp", "rsa3072", "p256", "p384", "p521", "ed25519"];

/// A file beside the test-only keys.
pub(crate) fn path(name: &str, kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/keys")
        .join(format!("test-only-{name}.{kind}.pem"))
}

fn read(name: &str, kind: &str) -> Vec<u8> {
    std::fs::read(path(name, kind)).expect("the fixture is there")
}

pub(crate) fn certificate(name: &str) -> Certificate {
    Certificate::parse(&read(name, "crt")).expect("a certificate")
}

pub(crate) fn trusted(name: &str) -> [TrustedKey; 1] {
    [TrustedKey::from_certificate(certificate(name)).expect("a sound key")]
}

pub(crate) fn private_key(name: &str) -> PrivateKey {
    PrivateKey::parse(&read(name, "key")).expect("a private key")
}

pub(crate) fn signer(name: &str, algorithm: SignatureAlgorithm) -> SigningKey {
    SigningKey::new(private_key(name), algorithm).expect("the algorithm goes with the key")
}

/// Every key with every algorithm that it signs by.
pub(crate) fn combinations() -> Vec<(&'static str, SignatureAlgorithm)> {
    use DigestAlgorithm::{Sha224, Sha256, Sha384, Sha512};
    let pss = |digest, mgf1, salt| {
        let parameters = PssParameters::new(digest, mgf1, salt, 1).expect("sound parameters");
        SignatureAlgorithm::from_pss_parameters(parameters)
    };
    let mut algorithms = SignatureAlgorithm::ALL.to_vec();
    algorithms.extend([
        pss(Sha256, Sha256, 32),
        pss(Sha384, Sha256, 20),
        pss(Sha512, Sha512, 64),
        pss(Sha224, Sha512, 0),
    ]);
    let pairs = KEYS
        .into_iter()
        .flat_map(|key| algorithms.iter().map(move |&algorithm| (key, algorithm)));
    pairs
        .filter(|&(key, algorithm)| SigningKey::new(private_key(key), algorithm).is_ok())
        .collect()
}

/// A response around an assertion, with everything in it that canonicalization touches.
pub(crate) const RESPONSE: &str = "<?xml version='1.0'?>\r\n<!-- before -->\n\
<samlp:Response xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol' Version='2.0'\r\n  ID=\"_r\" xmlns:unused=\"urn:unused\">\
<saml:Issuer xmlns:saml='urn:oasis:names:tc:SAML:2.0:assertion'>https://idp.example/</saml:Issuer>\
<samlp:Status><samlp:StatusCode  Value='urn:oasis:names:tc:SAML:2.0:status:Success' /></samlp:Status>\
<Assertion ID='_a' b='&lt;&#10;\"' xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\" a='>'>\r\n\
<!-- a comment --><Issuer>https://idp.example/</Issuer>\r\n\
<?p instruction?><Subject xml:lang='en'>&#13;<![CDATA[<&]]> é \u{1f511}</Subject><Empty></Empty>\
</Assertion></samlp:Response>\n<!-- after -->\n";
