//! The result is that of closed forms, of plain integers, and of the `rsa` crate.

use proptest::collection::vec;
use proptest::prelude::{any, prop_assert_eq, proptest};
use proptest::sample::select;
use rsa::{BoxedUint, hazmat};

use super::{MAX_OCTETS, Rsavp1};

/// About every width, one less than it and one more, and some between.
const BITS: [u32; 26] = [
    9, 63, 64, 65, 1017, 1023, 1024, 1025, 1032, 1536, 2041, 2047, 2048, 2049, 2056, 3071, 3072,
    3073, 4095, 4096, 4097, 6144, 6145, 8185, 8191, 8192,
];
/// The smallest, the usual ones, a large one of 32 bits, and the largest that a key may have.
const EXPONENTS: [u64; 7] = [3, 5, 17, 257, 65537, 0xffff_fffb, (1 << 33) - 1];

fn raise(modulus: &[u8], exponent: u64, signature: &[u8]) -> Option<Vec<u8>> {
    let mut room = [0xaa; MAX_OCTETS];
    let key = Rsavp1::new(modulus, exponent).unwrap();
    let message = key.raise(signature, &mut room);
    message.map(|message| message.to_vec())
}

/// An odd number of exactly so many bits, out of at least as many random ones.
fn odd(bits: u32, random: &[u8]) -> Vec<u8> {
    let mut octets = random[..usize::try_from(bits.div_ceil(8)).unwrap()].to_vec();
    let top = 1 << ((bits - 1) % 8);
    octets[0] = octets[0] & (top - 1) | top;
    *octets.last_mut().unwrap() |= 1;
    octets
}

/// A power of two below the modulus of so many bits, as long as it.
fn power_of_two(exponent: u32, bits: u32) -> Vec<u8> {
    let mut octets = vec![0; usize::try_from(bits.div_ceil(8)).unwrap()];
    let at = usize::try_from(exponent / 8).unwrap() + 1;
    let at = octets.len() - at;
    octets[at] = 1 << (exponent % 8);
    octets
}

#[test]
fn plain_integers() {
    let moduli = (1..=255).chain([257, 511, 32_767, 32_769, 65_521, 65_535]);
    for n in moduli.filter(|n| n % 2 == 1) {
        let length = if n < 256 { 1 } else { 2 };
        let octets = |number: u64| number.to_be_bytes()[8 - length..].to_vec();
        let power = |s: u64, e: u64| {
            let (mut power, mut square, mut rest) = (1 % n, s % n, e);
            while rest > 0 {
                if rest % 2 == 1 {
                    power = power * square % n;
                }
                (square, rest) = (square * square % n, rest / 2);
            }
            power
        };
        for e in EXPONENTS {
            let step = if length == 1 { 1 } else { 251 };
            for s in (0..1 << (8 * length)).step_by(step) {
                let expected = (s < n).then(|| octets(power(s, e)));
                assert_eq!(
                    raise(&octets(n), e, &octets(s)),
                    expected,
                    "{s}^{e} mod {n}"
                );
            }
        }
    }
}

#[test]
fn powers_of_two_by_a_mersenne_number() {
    for bits in BITS {
        let mut modulus = vec![0xff; usize::try_from(bits.div_ceil(8)).unwrap()];
        modulus[0] >>= (8 - bits % 8) % 8;
        for e in EXPONENTS {
            for s in [0, 1, 2, 8, bits / 2, bits - 1] {
                let result = u64::from(s) * e % u64::from(bits);
                assert_eq!(
                    raise(&modulus, e, &power_of_two(s, bits)),
                    Some(power_of_two(u32::try_from(result).unwrap(), bits)),
                    "2^({s} * {e}), {bits} bits"
                );
            }
        }
    }
}

#[test]
fn bounds_of_a_signature() {
    for bits in BITS {
        // Carries in every place, and in none.
        for fill in [0xff, 0x00] {
            let modulus = odd(bits, &[fill; MAX_OCTETS]);
            let length = modulus.len();
            let next_to = |change: fn(u8) -> u8| {
                let mut octets = modulus.clone();
                octets[length - 1] = change(octets[length - 1]);
                octets
            };
            let below = next_to(|octet| octet - 1);
            let zero = vec![0; length];
            let one = power_of_two(0, bits);
            for e in EXPONENTS {
                let raise = |signature: &[u8]| raise(&modulus, e, signature);
                assert_eq!(raise(&zero), Some(zero.clone()));
                assert_eq!(raise(&one), Some(one.clone()));
                // An odd power of -1.
                assert_eq!(raise(&below), Some(below.clone()), "{bits} bits");
                assert_eq!(raise(&modulus), None);
                if fill == 0 {
                    assert_eq!(raise(&next_to(|octet| octet + 1)), None);
                }
                assert_eq!(raise(&vec![0xff; length]), None);
                // Leading zeros are none of a signature's, and none are missing.
                assert_eq!(raise(&[&[0], &one[..]].concat()), None);
                assert_eq!(raise(&one[1..]), None);
                assert_eq!(raise(&[]), None);
            }
        }
    }
}

#[test]
fn only_odd_numbers_in_bounds() {
    let refused = |modulus: &[u8], exponent: u64| Rsavp1::new(modulus, exponent).is_none();
    for modulus in [&[][..], &[0], &[0; 256], &[2], &[0xfe; 256], &[0xfe; 1024]] {
        assert!(refused(modulus, 65537), "{modulus:02x?}");
    }
    assert!(!refused(&[0xff; MAX_OCTETS], 3));
    assert!(refused(&[0xff; MAX_OCTETS + 1], 3));
    for exponent in [0, 1, 2, 4, 65536, u64::MAX - 1] {
        assert!(refused(&[0xff; 256], exponent), "{exponent}");
    }
}

#[test]
fn zeros_before_a_modulus_do_not_count() {
    for bits in BITS {
        let modulus = odd(bits, &[0x5a; MAX_OCTETS]);
        let key = Rsavp1::new(&[&[0; 300], &modulus[..]].concat(), 3).unwrap();
        assert_eq!((key.bits(), key.size()), (bits, modulus.len()));
        assert_eq!(crate::key::strip_zeros(&key.modulus()), modulus);
    }
}

proptest! {
    #[test]
    fn the_rsa_crate_agrees(
        edge in select(&BITS[..]),
        other in 9..=8192_u32,
        at_edge in any::<bool>(),
        exponent in select(&EXPONENTS[..]),
        random in vec(any::<u8>(), 2 * MAX_OCTETS),
    ) {
        let bits = if at_edge { edge } else { other };
        let (first, second) = random.split_at(MAX_OCTETS);
        let modulus = odd(bits, first);
        // One bit less than the modulus has.
        let mut signature = second[..modulus.len()].to_vec();
        signature[0] &= (1_u8 << ((bits - 1) % 8)).wrapping_sub(1);
        let number = BoxedUint::from_be_slice_vartime;
        let key = rsa::PublicKey::new_unchecked(number(&modulus), BoxedUint::from(exponent));
        let expected = hazmat::rsa_encrypt(&key, &number(&signature)).unwrap().to_be_bytes();
        let found = raise(&modulus, exponent, &signature).unwrap();
        prop_assert_eq!(&found[..], super::super::last(&expected, found.len()).unwrap());
    }
}
