//! ed25519 by the strict rule, fast for a key with many signatures.
//!
//! A ledger has few keys and many signatures. So multiples of the point of a frequent key are stored. The equation stays
//! the same, and each signature is verified alone.
//! Not here: the fields around a signature, and the other algorithms (`parsed`).

use std::{
    cell::{Cell, OnceCell},
    sync::LazyLock,
};

use curve25519_dalek::{
    EdwardsPoint, Scalar, constants::ED25519_BASEPOINT_POINT,
    edwards::EdwardsBasepointTableRadix32, traits::BasepointTable as _,
};
use ed25519_dalek::{Signature, VerifyingKey};
use ssh_key::sha2::{Digest as _, Sha512};

use super::bad_signature::BadSignature;

/// The stored multiples of a point, about 60 kB. This is the fastest of the library's tables.
type Multiples = EdwardsBasepointTableRadix32;

/// The multiples of the group's base point.
static BASE: LazyLock<Multiples> = LazyLock::new(|| Multiples::create(&ED25519_BASEPOINT_POINT));

/// The number of signatures after which a key's multiples are stored. Storing takes as long as verifying about sixty
/// signatures, and then saves an eighth of each. So it pays after five hundred more, and a key with this many signatures
/// probably has those.
const SIGNATURES_BEFORE_MULTIPLES: u32 = 500;

/// A public key that may sign: canonically encoded, and not of small order.
pub(super) struct Ed25519Key {
    key: VerifyingKey,
    /// The negative of the key's point.
    minus: EdwardsPoint,
    /// Multiples of `minus`.
    multiples: OnceCell<Box<Multiples>>,
    verified: Cell<u32>,
}

impl Ed25519Key {
    /// Reads a key from its 32 bytes.
    pub(super) fn parse(point: &[u8]) -> Result<Self, BadSignature> {
        let point = point.try_into().map_err(|_| BadSignature::Key)?;
        if !is_reduced(point) {
            return Err(BadSignature::Key);
        }
        let key = VerifyingKey::from_bytes(point).map_err(|_| BadSignature::Key)?;
        if key.is_weak() {
            Err(BadSignature::WeakKey)
        } else {
            Ok(Self {
                key,
                minus: -key.to_edwards(),
                multiples: OnceCell::new(),
                verified: Cell::new(0),
            })
        }
    }

    /// Whether this is the key's signature over these bytes (RFC 8032 §5.1.7, without the cofactor).
    ///
    /// The computed `R = [S]B − [k]A` is compared with the signature's R byte for byte. So R has the canonical encoding,
    /// although it is not decoded. The computed R is also checked for small order. The decision is the same as that of
    /// `VerifyingKey::verify_strict`, in less time.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Option<()> {
        let signature = Signature::from_slice(signature).ok()?;
        let s = Option::from(Scalar::from_canonical_bytes(*signature.s_bytes()))?;
        let hash = Sha512::new()
            .chain_update(signature.r_bytes())
            .chain_update(self.key.as_bytes())
            .chain_update(message);
        let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
        let r = self.combine(&s, &k);
        let same = r.compress().as_bytes() == signature.r_bytes();
        (same && !r.is_small_order()).then_some(())
    }

    /// `[s]B − [k]A`.
    fn combine(&self, s: &Scalar, k: &Scalar) -> EdwardsPoint {
        if self.verified.get() < SIGNATURES_BEFORE_MULTIPLES {
            self.verified.set(self.verified.get() + 1);
            return EdwardsPoint::vartime_double_scalar_mul_basepoint(k, &self.minus, s);
        }
        let multiples = self
            .multiples
            .get_or_init(|| Box::new(Multiples::create(&self.minus)));
        BASE.mul_base(s) + multiples.mul_base(k)
    }
}

impl std::fmt::Debug for Ed25519Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.key.fmt(f)
    }
}

/// Whether the point's y, its lower 255 bits, is below the field's prime 2²⁵⁵ − 19.
fn is_reduced(point: &[u8; 32]) -> bool {
    let [lowest, middle @ .., highest] = point;
    *lowest < 0xed || middle.iter().any(|byte| *byte != 0xff) || highest & 0x7f != 0x7f
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
    use proptest::prelude::*;

    use super::*;

    /// A signature that fulfils the equation, or all but fulfils it: `torsion` is added to the key and to R, and one
    /// byte of the whole is spoiled.
    #[derive(Debug, Clone)]
    struct Crafted {
        secret: u64,
        nonce: u64,
        torsion: (usize, usize),
        spoiled: Option<(usize, u8)>,
        message: Vec<u8>,
    }

    fn crafted() -> impl Strategy<Value = Crafted> {
        let spoiled = prop::option::of((0..64usize, any::<u8>()));
        let message = prop::collection::vec(any::<u8>(), 0..40);
        let nonce = prop_oneof![Just(0), any::<u64>()];
        (1..u64::MAX, nonce, (0..8usize, 0..8usize), spoiled, message).prop_map(
            |(secret, nonce, torsion, spoiled, message)| Crafted {
                secret,
                nonce,
                torsion,
                spoiled,
                message,
            },
        )
    }

    impl Crafted {
        fn key(&self) -> EdwardsPoint {
            ED25519_BASEPOINT_POINT * Scalar::from(self.secret) + EIGHT_TORSION[self.torsion.0]
        }

        /// Whether `[S]B − [k]A` is R depends on the torsion; both ways must agree on it.
        fn signature(&self) -> [u8; 64] {
            let nonce = Scalar::from(self.nonce);
            let r = ED25519_BASEPOINT_POINT * nonce + EIGHT_TORSION[self.torsion.1];
            let hash = Sha512::new()
                .chain_update(r.compress().as_bytes())
                .chain_update(self.key().compress().as_bytes())
                .chain_update(&self.message);
            let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
            let s = nonce + k * Scalar::from(self.secret);
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(r.compress().as_bytes());
            signature[32..].copy_from_slice(s.as_bytes());
            if let Some((place, bits)) = self.spoiled {
                signature[place] ^= bits;
            }
            signature
        }
    }

    proptest! {
        #[test]
        fn both_ways_decide_as_the_strict_rule_of_the_library_does(crafted in crafted()) {
            let point = crafted.key().compress();
            let strict = VerifyingKey::from_bytes(point.as_bytes()).unwrap();
            let signature = crafted.signature();
            let expected = strict.verify_strict(&crafted.message, &Signature::from_bytes(&signature));
            let key = Ed25519Key::parse(point.as_bytes()).unwrap();
            prop_assert_eq!(key.verify(&crafted.message, &signature).is_some(), expected.is_ok());
            prop_assert!(key.multiples.get().is_none());
            key.verified.set(SIGNATURES_BEFORE_MULTIPLES);
            prop_assert_eq!(key.verify(&crafted.message, &signature).is_some(), expected.is_ok());
        }
    }

    /// Whether the hash as it is, or reduced, takes the torsion out of the key: with the order of the torsion, 8, as a factor.
    fn is_multiple_of_eight(crafted: &Crafted) -> [bool; 2] {
        let hash = Sha512::new()
            .chain_update(&crafted.signature()[..32])
            .chain_update(crafted.key().compress().as_bytes())
            .chain_update(&crafted.message);
        let wide: [u8; 64] = hash.finalize().into();
        let reduced = Scalar::from_bytes_mod_order_wide(&wide);
        [
            wide[0].is_multiple_of(8),
            reduced.as_bytes()[0].is_multiple_of(8),
        ]
    }

    #[test]
    fn the_hash_is_reduced_before_a_key_with_torsion_is_multiplied_by_it() {
        let nonce = |nonce: u64| Crafted {
            secret: 5,
            nonce,
            torsion: (1, 0),
            spoiled: None,
            message: b"x".to_vec(),
        };
        for [as_it_is, reduced] in [[true, false], [false, true]] {
            let mut crafted = (1..).map(nonce);
            let crafted = crafted.find(|it| is_multiple_of_eight(it) == [as_it_is, reduced]);
            let crafted = crafted.unwrap();
            let key = Ed25519Key::parse(crafted.key().compress().as_bytes()).unwrap();
            let good = key.verify(b"x", &crafted.signature()).is_some();
            assert_eq!(good, reduced, "{as_it_is}");
        }
    }

    #[test]
    fn a_key_that_signed_much_has_its_multiples_laid_down() {
        let crafted = Crafted {
            secret: 5,
            nonce: 7,
            torsion: (0, 0),
            spoiled: None,
            message: b"x".to_vec(),
        };
        let key = Ed25519Key::parse(crafted.key().compress().as_bytes()).unwrap();
        for _ in 0..=SIGNATURES_BEFORE_MULTIPLES {
            assert!(key.multiples.get().is_none());
            assert!(key.verify(b"x", &crafted.signature()).is_some());
        }
        assert!(key.multiples.get().is_some());
    }

    #[test]
    fn a_valid_signature_whose_r_is_of_small_order_is_refused() {
        // A nonce of nought makes R the neutral point; the equation holds.
        let crafted = Crafted {
            secret: 5,
            nonce: 0,
            torsion: (0, 0),
            spoiled: None,
            message: b"x".to_vec(),
        };
        let key = Ed25519Key::parse(crafted.key().compress().as_bytes()).unwrap();
        assert!(key.verify(b"x", &crafted.signature()).is_none());
        let sound = Crafted {
            nonce: 7,
            ..crafted
        };
        assert!(key.verify(b"x", &sound.signature()).is_some());
    }
}
