//! Verifying an entry's signature in process, by rules with only one possible result.
//!
//! Not here: whose key it is, and whether it may sign (the roster, in `core`).

use std::collections::HashMap;

use super::{
    bad_signature::BadSignature,
    parsed::ParsedKey,
    sshsig::{self, SshSig},
    wire::Reader,
};
use crate::core::values::key::PublicKey;

/// How many parsed keys a [`Verifier`] keeps at most, each of up to 60 kB; beyond that it starts anew.
const KEYS_MAX: usize = 256;

/// Verifies signatures one by one. Each thread has its own, which remembers parsed keys.
///
/// These are the rules, so that every machine decides in the same way:
///
/// - SSHSIG version 1, namespace `git`, nothing reserved, hash `sha512` (OpenSSH's PROTOCOL.sshsig).
/// - `ssh-ed25519` (RFC 8032 §5.1.7): without the cofactor; S below the group's order; R and the key A canonically
///   encoded and neither of small order. Never in batches: a batch can accept a signature that a single verification
///   rejects.
/// - `ecdsa-sha2-nistp256`, `ecdsa-sha2-nistp384` (RFC 5656): an uncompressed point on the curve; r and s as minimal
///   `mpint`s. Both s and its negative are valid, since OpenSSH makes either; an entry's id does not depend on it.
/// - `sk-ssh-ed25519@openssh.com`, `sk-ecdsa-sha2-nistp256@openssh.com` (OpenSSH's PROTOCOL.u2f): the key in the token signs
///   by the rules above, and somebody touched it. Other flags, the counter and the application may have any value.
/// - `ssh-rsa`, signing only by `rsa-sha2-512` or `rsa-sha2-256` (RFC 8332): 2048 to 4096 bits, an odd exponent up to
///   65537, a signature exactly as long as the modulus.
#[derive(Debug, Default)]
pub struct Verifier {
    met: HashMap<PublicKey, ParsedKey>,
}

impl Verifier {
    /// A verifier that remembers no key yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The key that made this SSHSIG blob over the message, which is given in pieces.
    pub fn verify(&mut self, blob: &[u8], message: &[&[u8]]) -> Result<PublicKey, BadSignature> {
        let sig = SshSig::read(blob).ok_or(BadSignature::NotSshSig)?;
        check_fields(&sig)?;
        if let Some((key, parsed)) = self.met.get_key_value(sig.key) {
            check_algorithm(key, &sig)?;
            return parsed.verify(&sig, message).map(|()| key.clone());
        }
        let key = PublicKey::from_blob(sig.key).map_err(|_| BadSignature::KeyKind {
            algorithm: text(Reader(sig.key).string().unwrap_or_default()),
        })?;
        check_algorithm(&key, &sig)?;
        let parsed = ParsedKey::parse(&key)?;
        let verdict = parsed.verify(&sig, message);
        self.remember(key.clone(), parsed);
        verdict.map(|()| key)
    }

    fn remember(&mut self, key: PublicKey, parsed: ParsedKey) {
        if self.met.len() >= KEYS_MAX {
            self.met.clear();
        }
        self.met.insert(key, parsed);
    }
}

/// Whether a key's signatures can be accepted at all, so that a weak or malformed one is refused before it is registered.
pub fn check_key(key: &PublicKey) -> Result<(), BadSignature> {
    ParsedKey::parse(key).map(|_| ())
}

/// The key that an SSHSIG blob names, without verifying anything; none if the blob names no key.
pub fn claimed_key(blob: &[u8]) -> Option<PublicKey> {
    PublicKey::from_blob(SshSig::read(blob)?.key).ok()
}

fn check_fields(sig: &SshSig<'_>) -> Result<(), BadSignature> {
    if !sig.is_version_1() {
        return Err(BadSignature::Version {
            version: sig.version,
        });
    }
    if sig.namespace != sshsig::NAMESPACE.as_bytes() {
        return Err(BadSignature::Namespace {
            namespace: text(sig.namespace),
        });
    }
    if !sig.reserved.is_empty() {
        return Err(BadSignature::Reserved);
    }
    if sig.hash != sshsig::HASH.as_bytes() {
        return Err(BadSignature::Hash {
            hash: text(sig.hash),
        });
    }
    Ok(())
}

/// A key's signature has the name of the key's algorithm, except with RSA, because `ssh-rsa` means SHA-1 (RFC 8332 §2).
/// Only hardware keys add something to it.
fn check_algorithm(key: &PublicKey, sig: &SshSig<'_>) -> Result<(), BadSignature> {
    let fits = match key.algorithm() {
        "ssh-rsa" => matches!(sig.algorithm, b"rsa-sha2-512" | b"rsa-sha2-256"),
        own => own.as_bytes() == sig.algorithm,
    };
    if !fits {
        return Err(BadSignature::Algorithm {
            key: key.algorithm().to_owned(),
            algorithm: text(sig.algorithm),
        });
    }
    if key.is_hardware() == sig.observed.is_some() {
        Ok(())
    } else {
        Err(BadSignature::NotSshSig)
    }
}

/// A text inside a signature, for a message to people: shortened, control characters escaped.
fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().take(60).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey, Verifier as _, VerifyingKey};
    use ssh_key::{
        Algorithm, EcdsaCurve,
        sha2::{Digest, Sha256, Sha512},
    };

    use super::*;
    use crate::git::sign::{self, armour, wire::put_string};

    const MESSAGE: &[u8] = b"tree 1\n\nhi\n";

    /// The strings of which a blob and its challenge consist; each test spoils one.
    #[derive(Clone)]
    struct Parts {
        version: u32,
        key: Vec<u8>,
        namespace: &'static str,
        reserved: &'static str,
        hash: &'static str,
        algorithm: &'static str,
    }

    impl Parts {
        fn challenge(&self) -> Vec<u8> {
            let digest = match self.hash {
                "sha256" => Sha256::digest(MESSAGE).to_vec(),
                _ => Sha512::digest(MESSAGE).to_vec(),
            };
            let mut bytes = b"SSHSIG".to_vec();
            for part in [self.namespace, self.reserved, self.hash] {
                put_string(&mut bytes, part.as_bytes());
            }
            put_string(&mut bytes, &digest);
            bytes
        }

        fn blob(&self, signature: &[u8]) -> Vec<u8> {
            let mut bytes = b"SSHSIG".to_vec();
            bytes.extend(self.version.to_be_bytes());
            put_string(&mut bytes, &self.key);
            for part in [self.namespace, self.reserved, self.hash] {
                put_string(&mut bytes, part.as_bytes());
            }
            put_string(
                &mut bytes,
                &strings(&[self.algorithm.as_bytes(), signature]),
            );
            bytes
        }

        fn signed(&self) -> Vec<u8> {
            self.blob(&secret().sign(&self.challenge()).to_bytes())
        }
    }

    fn strings(parts: &[&[u8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        parts.iter().for_each(|part| put_string(&mut bytes, part));
        bytes
    }

    fn secret() -> SigningKey {
        SigningKey::from_bytes(&[9; 32])
    }

    fn parts() -> Parts {
        Parts {
            version: 1,
            key: strings(&[b"ssh-ed25519", secret().verifying_key().as_bytes()]),
            namespace: "git",
            reserved: "",
            hash: "sha512",
            algorithm: "ssh-ed25519",
        }
    }

    fn verdict(blob: &[u8]) -> Result<PublicKey, BadSignature> {
        Verifier::new().verify(blob, &[&MESSAGE[..3], &MESSAGE[3..]])
    }

    fn key_reason(parts: &Parts) -> Result<(), BadSignature> {
        check_key(&PublicKey::from_blob(&parts.key).unwrap())
    }

    fn reason(parts: Parts) -> BadSignature {
        verdict(&parts.signed()).expect_err("bad")
    }

    #[test]
    fn a_good_signature_names_its_key() {
        let key = PublicKey::from_blob(&parts().key).unwrap();
        assert_eq!(verdict(&parts().signed()), Ok(key));
    }

    #[test]
    fn a_signature_over_other_bytes_is_a_mismatch() {
        let blob = parts().signed();
        let other = Verifier::new().verify(&blob, &[b"tree 2\n\nhi\n"]);
        assert_eq!(other, Err(BadSignature::Mismatch));
    }

    #[test]
    fn every_field_has_one_value_though_it_is_properly_signed() {
        let spoiled = |spoil: fn(&mut Parts)| {
            let mut parts = parts();
            spoil(&mut parts);
            reason(parts)
        };
        assert_eq!(
            spoiled(|p| p.version = 2),
            BadSignature::Version { version: 2 }
        );
        let namespace = "file".to_owned();
        assert_eq!(
            spoiled(|p| p.namespace = "file"),
            BadSignature::Namespace { namespace }
        );
        assert_eq!(spoiled(|p| p.reserved = "x"), BadSignature::Reserved);
        let hash = "sha256".to_owned();
        assert_eq!(spoiled(|p| p.hash = "sha256"), BadSignature::Hash { hash });
        assert_eq!(spoiled(|p| p.key.push(0)), BadSignature::Key);
        let key = "ssh-ed25519".to_owned();
        let algorithm = "rsa-sha2-512".to_owned();
        assert_eq!(
            spoiled(|p| p.algorithm = "rsa-sha2-512"),
            BadSignature::Algorithm { key, algorithm }
        );
    }

    #[test]
    fn a_blob_cut_short_or_lengthened_is_none() {
        let blob = parts().signed();
        for end in 0..blob.len() {
            assert_eq!(verdict(&blob[..end]), Err(BadSignature::NotSshSig), "{end}");
        }
        assert_eq!(
            verdict(&[&blob[..], b"x"].concat()),
            Err(BadSignature::NotSshSig)
        );
    }

    #[test]
    fn certificates_webauthn_keys_and_unknown_algorithms_cannot_sign() {
        for algorithm in [
            "ssh-ed25519-cert-v01@openssh.com",
            "sk-ssh-ed25519-cert-v01@openssh.com",
            "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
            "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
            "sk-ecdsa-sha2-nistp384@openssh.com",
            "ecdsa-sha2-nistp521",
            "ssh-dss",
        ] {
            let mut parts = parts();
            parts.key = strings(&[algorithm.as_bytes(), &[1; 32]]);
            let algorithm = algorithm.to_owned();
            assert_eq!(reason(parts), BadSignature::KeyKind { algorithm });
        }
    }

    #[test]
    fn ed25519_signatures_have_one_form_though_others_pass_the_equation() {
        let parts = parts();
        let mut signature = secret().sign(&parts.challenge()).to_bytes();
        assert!(verdict(&parts.blob(&signature)).is_ok());
        // The order of the group, 2²⁵² + 27742317777372353535851937790883648493: S and S + L are the same scalar.
        let order = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9,
            0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let mut carry = 0;
        for (byte, addend) in signature[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + addend + carry;
            *byte = (sum & 0xff) as u8;
            carry = sum >> 8;
        }
        assert_eq!(
            verdict(&parts.blob(&signature)),
            Err(BadSignature::Mismatch)
        );
        assert_eq!(
            verdict(&parts.blob(&signature[..63])),
            Err(BadSignature::Mismatch)
        );
    }

    #[test]
    fn a_key_of_small_order_signs_nothing_though_plain_verification_lets_it() {
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let mut parts = parts();
        parts.key = strings(&[b"ssh-ed25519", &neutral]);
        let signature = [neutral, [0; 32]].concat();
        let lenient = VerifyingKey::from_bytes(&neutral).unwrap();
        let forged = ed25519_dalek::Signature::from_slice(&signature).unwrap();
        assert!(lenient.verify(b"anything at all", &forged).is_ok());
        assert_eq!(verdict(&parts.blob(&signature)), Err(BadSignature::WeakKey));
        assert_eq!(key_reason(&parts), Err(BadSignature::WeakKey));
    }

    #[test]
    fn a_point_that_is_not_reduced_is_not_a_key() {
        // y = p + 3 and y = 3 are the same point; only the second is canonical.
        let mut point = [0xff; 32];
        (point[0], point[31]) = (0xf0, 0x7f);
        assert!(VerifyingKey::from_bytes(&point).is_ok());
        let mut parts = parts();
        parts.key = strings(&[b"ssh-ed25519", &point]);
        assert_eq!(reason(parts), BadSignature::Key);
    }

    #[test]
    fn a_swapped_key_is_a_mismatch_even_when_both_were_met_before() {
        let mut verifier = Verifier::new();
        let other = SigningKey::from_bytes(&[8; 32]);
        let mut swapped = parts();
        swapped.key = strings(&[b"ssh-ed25519", other.verifying_key().as_bytes()]);
        let own = swapped.blob(&other.sign(&swapped.challenge()).to_bytes());
        for blob in [parts().signed(), own] {
            assert!(verifier.verify(&blob, &[MESSAGE]).is_ok());
        }
        let verdict = verifier.verify(&swapped.signed(), &[MESSAGE]);
        assert_eq!(verdict, Err(BadSignature::Mismatch));
    }

    #[test]
    fn ecdsa_points_are_uncompressed_and_their_numbers_minimal() {
        let curve = EcdsaCurve::NistP256;
        let key = ssh_key::PrivateKey::random(&mut rand_core::OsRng, Algorithm::Ecdsa { curve });
        let signer = sign::Signer::in_process(key.unwrap()).unwrap();
        let armour = signer.sign(MESSAGE).unwrap();
        let blob = armour::decode(armour.lines()).unwrap();
        assert_eq!(verdict(&blob).as_ref(), Ok(signer.public_key()));
        let sig = SshSig::read(&blob).unwrap();
        let parts = Parts {
            key: sig.key.to_vec(),
            algorithm: "ecdsa-sha2-nistp256",
            ..parts()
        };
        assert!(verdict(&parts.blob(sig.signature)).is_ok());
        let mut numbers = Reader(sig.signature);
        let (r, s) = (numbers.string().unwrap(), numbers.string().unwrap());
        let padded = strings(&[r, &[&[0], s].concat()]);
        assert_eq!(verdict(&parts.blob(&padded)), Err(BadSignature::Mismatch));
        // A number below zero, none at all, zero with a byte, and one that is not below the group's order.
        let order = [
            &[0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0][..],
            &[0xff; 8],
            &[0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84],
            &[0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51],
        ];
        for other in [&[0x80, 1][..], &[], &[0], &order.concat()] {
            for numbers in [[r, other], [other, s]] {
                let verdict = verdict(&parts.blob(&strings(&numbers)));
                assert_eq!(verdict, Err(BadSignature::Mismatch), "{other:x?}");
            }
        }
        let followed = strings(&[r, s, b""]);
        assert_eq!(verdict(&parts.blob(&followed)), Err(BadSignature::Mismatch));
        let point = sig.key[sig.key.len() - 65..].to_vec();
        let compressed = [&[2 + (point[64] & 1)], &point[1..33]].concat();
        for (curve, point) in [("nistp256", compressed), ("nistp384", point)] {
            let mut parts = parts.clone();
            parts.key = strings(&[b"ecdsa-sha2-nistp256", curve.as_bytes(), &point]);
            assert_eq!(verdict(&parts.blob(sig.signature)), Err(BadSignature::Key));
        }
    }

    const SK_ED25519: &str = "sk-ssh-ed25519@openssh.com";
    const SK_ECDSA: &str = "sk-ecdsa-sha2-nistp256@openssh.com";

    /// A key in a token, and what the token does in a test.
    #[derive(Clone)]
    struct Token {
        algorithm: &'static str,
        /// The algorithm that the signature names.
        signs_as: &'static str,
        /// The application in the key's blob.
        application: &'static [u8],
        /// The application for which the token signs.
        signed_for: &'static [u8],
        flags: u8,
        counter: u32,
        /// What the signature says about flags and counter.
        end: Option<Vec<u8>>,
    }

    impl Token {
        fn of(algorithm: &'static str) -> Self {
            Self {
                algorithm,
                signs_as: algorithm,
                application: b"ssh:",
                signed_for: b"ssh:",
                flags: 1,
                counter: 0x1234_5678,
                end: None,
            }
        }

        /// The key's blob, up to the application.
        fn point(&self) -> Vec<u8> {
            let algorithm = self.algorithm.as_bytes();
            if self.algorithm == SK_ED25519 {
                return strings(&[algorithm, secret().verifying_key().as_bytes()]);
            }
            let plain = p256_key().public_key().to_bytes().unwrap();
            let mut reader = Reader(&plain);
            let [_, curve, point] = [(); 3].map(|()| reader.string().unwrap());
            strings(&[algorithm, curve, point])
        }

        fn sign(&self, bytes: &[u8]) -> Vec<u8> {
            if self.algorithm == SK_ED25519 {
                return secret().sign(bytes).to_vec();
            }
            let signature: ssh_key::Signature = p256_key().try_sign(bytes).unwrap();
            signature.as_bytes().to_vec()
        }

        /// The verdict on its signature over the message, with what the token observed.
        fn verdict(&self) -> Result<(), BadSignature> {
            let mut key = self.point();
            put_string(&mut key, self.application);
            let parts = Parts { key, ..parts() };
            let observed = [&[self.flags][..], &self.counter.to_be_bytes()].concat();
            let signed = [
                &Sha256::digest(self.signed_for)[..],
                &observed,
                &Sha256::digest(parts.challenge()),
            ];
            let signed = self.sign(&signed.concat());
            let mut signature = strings(&[self.signs_as.as_bytes(), &signed]);
            signature.extend(self.end.as_deref().unwrap_or(&observed));
            let blob = sshsig::write(&parts.key, &signature);
            let found = verdict(&blob)?;
            assert_eq!(found.blob(), parts.key);
            check_key(&found)
        }
    }

    fn p256_key() -> ssh_key::PrivateKey {
        let file = include_str!("../../../tests/keys/ecdsa-256");
        ssh_key::PrivateKey::from_openssh(file).unwrap()
    }

    #[test]
    fn a_touched_hardware_key_signs_for_any_application_with_any_counter_and_other_flags() {
        for good in [SK_ED25519, SK_ECDSA].map(Token::of) {
            for (flags, counter) in [(1, 0), (1, u32::MAX), (5, 7), (0xff, 1)] {
                let token = Token {
                    flags,
                    counter,
                    ..good.clone()
                };
                assert_eq!(token.verdict(), Ok(()), "{flags} {counter}");
            }
            for application in [&b""[..], b"ssh:coord", b"example.org", &[0xff; 300]] {
                let (application, signed_for) = (application, application);
                let token = Token {
                    application,
                    signed_for,
                    ..good.clone()
                };
                assert_eq!(token.verdict(), Ok(()), "{application:?}");
            }
        }
    }

    #[test]
    fn a_hardware_key_that_nobody_touched_signs_nothing() {
        for good in [SK_ED25519, SK_ECDSA].map(Token::of) {
            for flags in [0, 4, 0xfe] {
                let token = Token {
                    flags,
                    ..good.clone()
                };
                assert_eq!(token.verdict(), Err(BadSignature::Untouched), "{flags}");
            }
            let told = Token {
                flags: 0,
                end: Some(vec![1, 0x12, 0x34, 0x56, 0x78]),
                ..good
            };
            assert_eq!(told.verdict(), Err(BadSignature::Mismatch));
        }
    }

    #[test]
    fn flags_counter_and_application_are_signed() {
        for good in [SK_ED25519, SK_ECDSA].map(Token::of) {
            for end in [
                [5, 0x12, 0x34, 0x56, 0x78],
                [1, 0x12, 0x34, 0x56, 0x79],
                [1, 0x78, 0x56, 0x34, 0x12],
            ] {
                let token = Token {
                    end: Some(end.to_vec()),
                    ..good.clone()
                };
                assert_eq!(token.verdict(), Err(BadSignature::Mismatch), "{end:?}");
            }
            for signed_for in [&b"ssh:other"[..], b"ssh", b"", b"ssh:\0"] {
                let token = Token {
                    signed_for,
                    ..good.clone()
                };
                assert_eq!(
                    token.verdict(),
                    Err(BadSignature::Mismatch),
                    "{signed_for:?}"
                );
            }
            for application in [&b"ssh:\0"[..], b"\0", b"ssh:\0x"] {
                let (application, signed_for) = (application, application);
                let token = Token {
                    application,
                    signed_for,
                    ..good.clone()
                };
                assert_eq!(token.verdict(), Err(BadSignature::Key), "{application:?}");
            }
        }
    }

    #[test]
    fn the_end_of_a_signature_has_one_length_for_each_kind_of_key() {
        for good in [SK_ED25519, SK_ECDSA].map(Token::of) {
            let whole = [1, 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 0];
            for length in [0, 1, 4, 6, 9] {
                let end = Some(whole[..length].to_vec());
                let token = Token {
                    end,
                    ..good.clone()
                };
                assert_eq!(token.verdict(), Err(BadSignature::NotSshSig), "{length}");
            }
        }
        let parts = parts();
        let signature = secret().sign(&parts.challenge()).to_bytes();
        let plain = strings(&[b"ssh-ed25519", &signature]);
        let blob = |end: &[u8]| sshsig::write(&parts.key, &[&plain[..], end].concat());
        assert!(verdict(&blob(b"")).is_ok());
        assert_eq!(
            verdict(&blob(&[1, 0, 0, 0, 9])),
            Err(BadSignature::NotSshSig)
        );
    }

    #[test]
    fn a_hardware_key_signs_only_by_its_own_algorithm() {
        for good in [SK_ED25519, SK_ECDSA].map(Token::of) {
            for signs_as in [
                "ssh-ed25519",
                "ecdsa-sha2-nistp256",
                "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
                "sk-ssh-ed25519-cert-v01@openssh.com",
            ] {
                let reason = Token {
                    signs_as,
                    ..good.clone()
                }
                .verdict();
                assert!(
                    matches!(reason, Err(BadSignature::Algorithm { .. })),
                    "{signs_as}"
                );
            }
        }
        let mut parts = parts();
        parts.key = strings(&[SK_ED25519.as_bytes(), secret().verifying_key().as_bytes()]);
        assert_eq!(key_reason(&parts), Err(BadSignature::Key));
        put_string(&mut parts.key, b"ssh:");
        assert_eq!(key_reason(&parts), Ok(()));
        put_string(&mut parts.key, b"ssh:");
        assert_eq!(key_reason(&parts), Err(BadSignature::Key));
        let mut neutral = [0; 32];
        neutral[0] = 1;
        parts.key = strings(&[SK_ED25519.as_bytes(), &neutral, b"ssh:"]);
        assert_eq!(key_reason(&parts), Err(BadSignature::WeakKey));
    }

    #[test]
    fn rsa_keys_have_a_size_and_do_not_sign_with_sha1() {
        let rsa = |modulus: &[u8], algorithm| Parts {
            key: strings(&[b"ssh-rsa", &[1, 0, 1], modulus]),
            algorithm,
            ..parts()
        };
        let modulus = |bytes: usize| [vec![0], vec![0xff; bytes]].concat();
        let key = "ssh-rsa".to_owned();
        let algorithm = "ssh-rsa".to_owned();
        let sha1 = reason(rsa(&modulus(256), "ssh-rsa"));
        assert_eq!(sha1, BadSignature::Algorithm { key, algorithm });
        let short = reason(rsa(&modulus(128), "rsa-sha2-512"));
        assert_eq!(short, BadSignature::RsaBits { bits: 1024 });
        let long = reason(rsa(&modulus(2056), "rsa-sha2-512"));
        assert_eq!(long, BadSignature::RsaBits { bits: 16448 });
        let longer = reason(rsa(&modulus(513), "rsa-sha2-512"));
        assert_eq!(longer, BadSignature::RsaBits { bits: 4104 });
        for exponent in [
            &[1, 0, 3][..],
            &[3, 0, 1],
            &[1, 0, 0, 1],
            &[0x7f; 5],
            &[1; 600],
        ] {
            let mut slow = rsa(&modulus(512), "rsa-sha2-512");
            slow.key = strings(&[b"ssh-rsa", exponent, &modulus(512)]);
            assert_eq!(reason(slow), BadSignature::RsaExponent, "{exponent:?}");
        }
        let negative = reason(rsa(&[0xff; 256], "rsa-sha2-512"));
        assert_eq!(negative, BadSignature::Key);
        let padded = reason(rsa(&[vec![0], modulus(256)].concat(), "rsa-sha2-512"));
        assert_eq!(padded, BadSignature::Key);
        for len in [0, 64, 255, 256, 257] {
            let blob = rsa(&modulus(256), "rsa-sha2-256").blob(&vec![0xff; len]);
            assert_eq!(verdict(&blob), Err(BadSignature::Mismatch), "{len}");
        }
    }
}
