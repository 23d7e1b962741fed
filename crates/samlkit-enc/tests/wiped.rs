//! What is secret is in memory while its owner lives, and nowhere afterwards: the heap of this process is searched for it.
//!
//! Not the stack: what a moved value leaves there is written over by whatever comes next, and wiped by nobody. But nothing takes
//! it from there to the heap.
#![cfg(target_os = "linux")]
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a broken fixture must stop the test"
)]

#[path = "common/memory.rs"]
mod memory;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use memory::{Secret, is_in_memory};
use samlkit_crypto::{
    Agreement, BlockEncryption, ConcatKdf, DigestAlgorithm, KeyKind, KeyWrap, PrivateKey,
    Randomness, RandomnessError, RsaOaep, SignatureAlgorithm, Signer as _, SigningKey,
};
use samlkit_enc::{DecryptionKey, Encrypted, Encryptor, Kind, Policy, Recipient, decrypt};
use samlkit_xml::Document;
use zeroize::Zeroizing;

const PLAINTEXT: &str = r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1"><secret-of-plaintext/></saml:Assertion>"#;
/// Means what [`PLAINTEXT`] means only within a message that declares its prefix.
const FRAGMENT: &str = r#"<saml:Assertion ID="_1"><secret-of-plaintext/></saml:Assertion>"#;
const OF_PLAINTEXT: Secret = Secret::new(b"cret-of-plaintex");

macro_rules! der {
    ($name:literal) => {
        include_bytes!(concat!("../../samlkit-crypto/tests/private-keys/", $name)).as_slice()
    };
}

/// Octets that are known here and look like nothing else: other ones at each call.
struct Known(AtomicU8);

impl Known {
    const fn new() -> Self {
        Self(AtomicU8::new(0))
    }

    const fn octet(call: u8, at: u8) -> u8 {
        0xb1_u8.wrapping_mul(call.wrapping_add(3)) ^ at.wrapping_mul(0x6d)
    }

    /// Some of the octets that the call gave: not the first, over which an allocator writes when they are freed.
    fn secret(call: u8) -> Secret {
        Secret::new(&core::array::from_fn(|at| {
            Self::octet(call, 16 + u8::try_from(at).unwrap())
        }))
    }
}

impl Randomness for Known {
    fn fill(&self, octets: &mut [u8]) -> Result<(), RandomnessError> {
        let call = self.0.fetch_add(1, Ordering::Relaxed);
        for (octet, at) in octets.iter_mut().zip((0..=u8::MAX).cycle()) {
            *octet = Self::octet(call, at);
        }
        Ok(())
    }
}

/// Asserts that `make` gives something that has the secret in memory, and that dropping it takes it away.
fn dies_with<T>(what: &str, secret: &Secret, make: impl FnOnce() -> T) {
    assert!(!is_in_memory(secret), "{what}: before");
    let owner = Box::new(make());
    assert!(is_in_memory(secret), "{what}: while it lives");
    drop(owner);
    assert!(!is_in_memory(secret), "{what}: afterwards");
}

/// Asserts that the secret is not left behind by what uses it.
fn is_not_left<T>(what: &str, secret: &Secret, run: impl FnOnce() -> T) {
    drop(Box::new(run()));
    assert!(!is_in_memory(secret), "{what}");
}

/// One test: what another thread keeps would be found too.
#[test]
fn nothing_secret_is_left_on_the_heap() {
    finds_what_is_there();
    nothing_of_the_stack_is_copied();
    private_keys();
    symmetric_keys();
    plaintexts();
    nothing_of_it_is_shown();
}

fn finds_what_is_there() {
    let secret = Known::secret(200);
    assert!(!is_in_memory(&secret));
    let plain: Box<[u8]> = (0..100).map(|at| Known::octet(200, at)).collect();
    assert!(is_in_memory(&secret));
    drop(std::hint::black_box(plain));
    // What nobody wipes is found in freed memory.
    assert!(is_in_memory(&secret));
}

/// A key of each kind, and the algorithm that it signs by.
const KEYS: [(&str, &[u8], SignatureAlgorithm); 5] = [
    (
        "RSA",
        der!("rsa2048.pkcs1.der"),
        SignatureAlgorithm::RsaSha256,
    ),
    (
        "P-256",
        der!("p256.sec1.der"),
        SignatureAlgorithm::EcdsaSha256,
    ),
    (
        "P-384",
        der!("p384.sec1.der"),
        SignatureAlgorithm::EcdsaSha384,
    ),
    (
        "P-521",
        der!("p521.sec1.der"),
        SignatureAlgorithm::EcdsaSha512,
    ),
    (
        "Ed25519",
        der!("ed25519.pkcs8.pem"),
        SignatureAlgorithm::EddsaEd25519,
    ),
];

/// What lay on the stack must not ride to the heap in the room of a value that no field fills, such as that of a small variant
/// beside a large one: it may be a secret, and nobody wipes it there.
///
/// Whether a secret lies just there hangs on where a compiler puts which value; so the stack is painted.
fn nothing_of_the_stack_is_copied() {
    carries_paint();
    for (name, der, algorithm) in KEYS {
        carries_none(name, || PrivateKey::parse(der).unwrap());
        carries_none(name, || Arc::new(PrivateKey::parse(der).unwrap()));
        carries_none(name, || {
            let signer = SigningKey::new(PrivateKey::parse(der).unwrap(), algorithm).unwrap();
            let signature = signer.sign(b"message").unwrap();
            (signer, signature)
        });
        let key = PrivateKey::parse(der).unwrap();
        carries_none(name, || key.derive("purpose", b"input"));
        let public = key.public_key();
        match key.kind() {
            KeyKind::Ec(_) => {
                carries_none(name, || key.agree(public).unwrap());
                carries_none(name, || Agreement::new(public, &Known::new()).unwrap());
            }
            KeyKind::Rsa => {
                let oaep = RsaOaep::default();
                let sealed = oaep.encrypt(public, &[3; 32], &Known::new()).unwrap();
                carries_none(name, || oaep.decrypt(&key, &sealed).unwrap());
            }
            _ => {}
        }
    }
    let wrapped = KeyWrap::Aes256.wrap(&[9; 32], &[4; 32]).unwrap();
    carries_none("key wrap", || {
        KeyWrap::Aes256.unwrap(&[9; 32], &wrapped).unwrap()
    });
    for algorithm in BlockEncryption::ALL {
        let key = &[3; 32][..algorithm.key_len()];
        let sealed = algorithm.encrypt(key, PLAINTEXT.as_bytes(), &Known::new());
        let sealed = sealed.unwrap();
        let name = algorithm.to_string();
        carries_none(&name, || algorithm.decrypt(key, &sealed).unwrap());
    }
}

const PAINT: u8 = 0xa7;

/// Makes a value where the stack has one octet all over, and moves it to the heap.
fn on_painted_stack<T>(make: impl FnOnce() -> T) -> Box<T> {
    #[inline(never)]
    fn paint() {
        std::hint::black_box(&mut [PAINT; 1 << 17]);
    }
    // Has a frame of its own, which lies on the paint.
    #[inline(never)]
    fn run<T>(make: impl FnOnce() -> T) -> Box<T> {
        Box::new(make())
    }
    paint();
    run(make)
}

/// Asserts that what is made, and whatever was freed on the way, has no room for sixteen octets of the stack.
fn carries_none<T>(what: &str, make: impl FnOnce() -> T) {
    let paint = Secret::new(&[PAINT; 16]);
    let owner = on_painted_stack(make);
    assert!(!is_in_memory(&paint), "{what}: of the stack");
    drop(owner);
}

/// The paint is found where a value has room.
fn carries_paint() {
    #[inline(never)]
    fn make(is_large: bool) -> Result<[u8; 256], u8> {
        if is_large { Ok([1; 256]) } else { Err(1) }
    }
    let paint = Secret::new(&[PAINT; 16]);
    let mut owner = on_painted_stack(|| make(std::hint::black_box(false)));
    assert!(is_in_memory(&paint), "the room of a small variant");
    *owner = make(std::hint::black_box(true));
    drop(std::hint::black_box(owner));
    assert!(!is_in_memory(&paint));
}

fn private_keys() {
    let rsa = der!("rsa2048.pkcs1.der");
    let pem = der!("rsa2048.pkcs8.pem");
    // Within the private exponent. Of the primes, the `rsa` crate leaves copies behind when it checks a key.
    let (name, secret) = ("RSA", Secret::of(rsa, 380));
    dies_with(name, &secret, || PrivateKey::parse(rsa).unwrap());
    dies_with(name, &secret, || PrivateKey::parse(pem).unwrap());
    dies_with(name, &secret, || {
        let key = Arc::new(PrivateKey::parse(rsa).unwrap());
        let signer = SigningKey::new(Arc::clone(&key), SignatureAlgorithm::RsaSha256).unwrap();
        let _ = signer.sign(b"message").unwrap();
        let sealed = RsaOaep::default()
            .encrypt(key.public_key(), b"key", &Known::new())
            .unwrap();
        assert_eq!(*RsaOaep::default().decrypt(&key, &sealed).unwrap(), *b"key");
        let _ = key.derive("purpose", b"input");
        (signer, DecryptionKey::new(key))
    });
    is_not_left(name, &secret, || {
        PrivateKey::parse(&rsa[..rsa.len() - 1]).map(drop)
    });
    for (name, der, algorithm) in &KEYS[1..4] {
        let secret = Secret::of(der, 23);
        dies_with(name, &secret, || PrivateKey::parse(der).unwrap());
        dies_with(name, &secret, || {
            let key = Arc::new(PrivateKey::parse(der).unwrap());
            let signer = SigningKey::new(Arc::clone(&key), *algorithm).unwrap();
            let _ = signer.sign(b"message").unwrap();
            let _ = key.agree(key.public_key()).unwrap();
            let _ = key.derive("purpose", b"input");
            signer
        });
    }
    let pem = der!("ed25519.pkcs8.pem");
    let text = core::str::from_utf8(pem).unwrap();
    let seed = Secret::of_base64(text.lines().nth(1).unwrap(), 32);
    dies_with("Ed25519", &seed, || {
        let key = PrivateKey::parse(pem).unwrap();
        let signer = SigningKey::new(key, SignatureAlgorithm::EddsaEd25519).unwrap();
        let _ = signer.sign(b"message").unwrap();
        signer
    });
}

fn symmetric_keys() {
    let key = PrivateKey::parse(der!("rsa2048.pkcs1.der")).unwrap();
    let made = |call| -> Zeroizing<Vec<u8>> {
        Zeroizing::new((0..32).map(|at| Known::octet(call, at)).collect())
    };
    let sealed = RsaOaep::default()
        .encrypt(key.public_key(), &made(100), &Known::new())
        .unwrap();
    let content_key = Known::secret(100);
    dies_with("key transport", &content_key, || {
        RsaOaep::default().decrypt(&key, &sealed).unwrap()
    });
    let wrapped = KeyWrap::Aes256.wrap(&[9; 32], &made(101)).unwrap();
    dies_with("key wrap", &Known::secret(101), || {
        KeyWrap::Aes256.unwrap(&[9; 32], &wrapped).unwrap()
    });

    let ec = PrivateKey::parse(der!("p256.sec1.der")).unwrap();
    let agreement = Agreement::new(ec.public_key(), &Known::new()).unwrap();
    let secret = Secret::of(agreement.shared_secret().as_bytes(), 16);
    drop(agreement);
    dies_with("agreement", &secret, || {
        Agreement::new(ec.public_key(), &Known::new()).unwrap()
    });
    dies_with("shared secret", &secret, || {
        let agreement = Agreement::new(ec.public_key(), &Known::new()).unwrap();
        ec.agree(agreement.originator()).unwrap()
    });
    let derivation = ConcatKdf::new(DigestAlgorithm::Sha256, b"purpose");
    let secret = Secret::of(&derivation.derive(&[5; 32], 32), 16);
    dies_with("derived key", &secret, || derivation.derive(&[5; 32], 32));
    let secret = Secret::of(ec.derive("purpose", b"input").as_slice(), 16);
    dies_with("derived secret", &secret, || {
        Box::new(ec.derive("purpose", b"input"))
    });
}

fn plaintexts() {
    let private = Arc::new(PrivateKey::parse(der!("rsa2048.pkcs1.der")).unwrap());
    let key = DecryptionKey::new(Arc::clone(&private));
    for algorithm in BlockEncryption::ALL {
        let name = algorithm.to_string();
        let encryptor = Encryptor::new(Recipient::from_public_key(private.public_key().clone()))
            .with_algorithm(algorithm);
        let made = || {
            encryptor
                .encrypt(Kind::Assertion, PLAINTEXT, &Known::new())
                .unwrap()
        };
        // The content key is the first that is drawn; half of a long one can be looked for.
        let is_long = algorithm.key_len() == 32;
        if is_long {
            is_not_left(&name, &Known::secret(0), made);
        }
        is_not_left(&name, &OF_PLAINTEXT, made);
        let message = made();
        let document = Document::parse(message.as_bytes()).unwrap();
        dies_with(&name, &OF_PLAINTEXT, || {
            decrypt(document.root(), &key).unwrap()
        });
        if is_long {
            is_not_left(&name, &Known::secret(0), || {
                decrypt(document.root(), &key).unwrap()
            });
        }

        let content_key: [u8; 32] = [3; 32];
        let content_key = &content_key[..algorithm.key_len()];
        let octets = algorithm
            .encrypt(content_key, FRAGMENT.as_bytes(), &Known::new())
            .unwrap();
        dies_with(&name, &OF_PLAINTEXT, || {
            algorithm.decrypt(content_key, &octets).unwrap()
        });
        dies_with(&name, &OF_PLAINTEXT, || {
            algorithm.decrypt_unjudged(content_key, &octets).unwrap()
        });
        // One that leans on the message is put together anew.
        let fragment = memory::with_cipher_value(&message, &octets);
        let document = Document::parse(fragment.as_bytes()).unwrap();
        let encrypted = Encrypted::read(document.root(), &Policy::new()).unwrap();
        dies_with(&name, &OF_PLAINTEXT, || {
            encrypted.decrypt_with_key(Some(content_key)).unwrap()
        });
        // With a tag that is wrong, or a padding.
        let mut changed = octets.clone();
        *changed.last_mut().unwrap() ^= 0x80;
        is_not_left(&name, &OF_PLAINTEXT, || {
            algorithm.decrypt(content_key, &changed).map(drop)
        });
    }
}

/// Octets would be shown as a list of numbers, or as text.
fn nothing_of_it_is_shown() {
    let key = Arc::new(PrivateKey::parse(der!("rsa2048.pkcs1.der")).unwrap());
    let ec = PrivateKey::parse(der!("p256.sec1.der")).unwrap();
    let signer = SigningKey::new(Arc::clone(&key), SignatureAlgorithm::RsaSha256).unwrap();
    let decryptor = DecryptionKey::new(Arc::clone(&key));
    let agreement = Agreement::new(ec.public_key(), &Known::new()).unwrap();
    let gcm = BlockEncryption::Aes128Gcm;
    let octets = gcm.encrypt(&[3; 16], PLAINTEXT.as_bytes(), &Known::new());
    let octets = octets.unwrap();
    let encryptor = Encryptor::new(Recipient::from_public_key(key.public_key().clone()));
    let message = encryptor.encrypt(Kind::Assertion, PLAINTEXT, &Known::new());
    let message = message.unwrap();
    let document = Document::parse(message.as_bytes()).unwrap();
    let decrypted = decrypt(document.root(), &decryptor).unwrap();
    let encrypted = Encrypted::read(document.root(), &Policy::new()).unwrap();
    for shown in [
        format!("{key:?} {ec:?} {signer:?} {decryptor:?}"),
        format!("{agreement:?} {:?}", agreement.shared_secret()),
        format!("{:?}", ec.derive("purpose", b"input")),
        format!(
            "{:?}",
            KeyWrap::Aes128.unwrap(&[9; 16], &KeyWrap::Aes128.wrap(&[9; 16], &[4; 16]).unwrap())
        ),
        format!("{:?}", gcm.decrypt(&[3; 16], &octets)),
        format!("{:?}", gcm.decrypt_unjudged(&[3; 16], &octets)),
        format!("{encryptor:?} {encrypted:?} {decrypted:?}"),
    ] {
        assert!(!shown.contains("secret-of"), "{shown}");
        let mut lists = shown.split('[').skip(1);
        assert!(
            !lists.any(|list| list.starts_with(|c: char| c.is_ascii_digit())),
            "{shown}"
        );
    }
}
