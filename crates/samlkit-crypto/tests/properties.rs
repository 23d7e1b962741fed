//! No octets make anything panic, and no change to what was signed goes unnoticed.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, proptest};
use proptest::sample::select;
use samlkit_crypto::{
    AlgorithmPolicy, Certificate, Curve, DigestAlgorithm, Error, Hasher, PssParameters, PublicKey,
    SignatureAlgorithm, danger,
};

macro_rules! data {
    ($name:expr) => {
        include_bytes!(concat!("data/", $name)).as_slice()
    };
}

const SEEDS: [&[u8]; 9] = [
    data!("entra.crt.der"),
    data!("entra.crt.pem"),
    data!("many-attributes.crt.pem"),
    data!("bundle.pem"),
    data!("rsa2048.pub.der"),
    data!("rsa2048.pkcs1.der"),
    data!("p521.compressed.der"),
    data!("ed25519.pub.der"),
    data!("rsa2048.pkcs8.key.der"),
];

/// A good input with a few octets changed, and maybe cut.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    (
        select(&SEEDS[..]),
        vec((any::<usize>(), any::<u8>()), 0..6),
        any::<usize>(),
    )
        .prop_map(|(seed, changes, cut)| {
            let mut octets = seed.to_vec();
            for (at, octet) in changes {
                let at = at % octets.len();
                octets.splice(at..=at, [octet]);
            }
            if cut % 4 == 0 {
                octets.truncate(cut / 4 % octets.len());
            }
            octets
        })
}

/// Asks everything of everything that can be made of the input.
fn read(input: &[u8]) {
    for certificate in Certificate::parse_all(input)
        .into_iter()
        .flatten()
        .chain(Certificate::from_der(input))
    {
        let described = [
            certificate.subject(),
            certificate.issuer(),
            certificate.serial(),
        ]
        .concat();
        assert!(
            !described.contains(|c: char| c.is_control()),
            "{described:?}"
        );
        let _ = (
            certificate.public_key(),
            format!("{certificate:?}"),
            certificate.is_expired_at(0),
        );
    }
    let keys = [
        PublicKey::parse(input),
        PublicKey::from_spki_der(input),
        PublicKey::from_pkcs1_der(input),
    ];
    for result in keys {
        match result {
            Ok(key) => assert_eq!(PublicKey::from_spki_der(key.spki_der()), Ok(key)),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

proptest! {
    #[test]
    fn any_octets_are_read_without_panic(input in vec(any::<u8>(), 0..600)) {
        read(&input);
    }

    #[test]
    fn near_misses_are_read_without_panic(input in mutated()) {
        read(&input);
    }

    #[test]
    fn any_pem_like_text_is_read_without_panic(input in "(-----(BEGIN|END) (CERTIFICATE|PUBLIC KEY|X)?-----|M[A-Za-z0-9+/=\n]{0,40}| ){0,8}") {
        read(input.as_bytes());
    }

    #[test]
    fn any_components_make_a_key_or_an_error(modulus in vec(any::<u8>(), 0..300), exponent in vec(any::<u8>(), 0..10)) {
        if let Ok(key) = PublicKey::from_rsa_components(&modulus, &exponent) {
            assert_eq!(PublicKey::parse(key.spki_der()), Ok(key));
        }
        for curve in Curve::ALL {
            let _ = PublicKey::from_ec_point(curve, &modulus);
        }
        let _ = PublicKey::from_ed25519(&modulus);
    }

    #[test]
    fn no_signature_but_the_right_one(
        at in any::<usize>(),
        bit in 0..8,
        salt in 0..=PssParameters::MAX_SALT_LENGTH,
        random in vec(any::<u8>(), 256),
    ) {
        let policy = danger::allow_sha1(AlgorithmPolicy::DEFAULT);
        let key = PublicKey::parse(data!("rsa2048.pub.der")).unwrap();
        let good = data!("rsa2048.sha256.sig");
        let mut flipped = good.to_vec();
        flipped[at % good.len()] ^= 1_u8 << bit;
        let sha256 = DigestAlgorithm::Sha256;
        let pss = SignatureAlgorithm::from_pss_parameters(PssParameters::new(sha256, sha256, salt, 1).unwrap());
        for algorithm in [SignatureAlgorithm::RsaSha256, SignatureAlgorithm::Sha1RsaMgf1, pss] {
            for signature in [&flipped, &random] {
                let verdict = key.verify(&policy, algorithm, data!("message.txt"), signature);
                assert_eq!(verdict, Err(Error::SignatureMismatch));
            }
        }
        for (key, length, algorithm) in [
            (data!("p256.pub.der"), 64, SignatureAlgorithm::EcdsaSha256),
            (data!("p384.pub.der"), 96, SignatureAlgorithm::EcdsaSha1),
            (data!("ed25519.pub.der"), 64, SignatureAlgorithm::EddsaEd25519),
        ] {
            let key = PublicKey::parse(key).unwrap();
            let verdict = key.verify(&policy, algorithm, data!("message.txt"), &random[..length]);
            assert_eq!(verdict, Err(Error::SignatureMismatch));
        }
    }

    #[test]
    fn a_digest_in_pieces_is_the_digest(message in vec(any::<u8>(), 0..400), cut in any::<usize>()) {
        let (head, tail) = message.split_at(cut % (message.len() + 1));
        for algorithm in DigestAlgorithm::ALL {
            let mut hasher = Hasher::new(algorithm);
            hasher.update(head);
            hasher.update(tail);
            let digest = hasher.finalize();
            assert_eq!(digest, algorithm.digest(&message));
            assert_eq!(digest.as_ref().len(), algorithm.output_len());
            assert_eq!(digest, *digest.as_ref());
        }
    }
}
