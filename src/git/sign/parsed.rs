//! A public key taken apart, ready to verify: the cryptography of the algorithms.
//!
//! Not here: the fields around a signature, and which keys are accepted (`verify`).

use std::ops::RangeInclusive;

use ed25519_dalek::Verifier as _;
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey, traits::PublicKeyParts};
use ssh_key::{
    Algorithm, EcdsaCurve, Signature,
    public::EcdsaPublicKey,
    sha2::{Digest, Sha256, Sha512},
};

use super::{
    bad_signature::BadSignature,
    ed25519::Ed25519Key,
    hardware::Application,
    sshsig::{self, SshSig},
    wire::Reader,
};
use crate::core::values::key::PublicKey;

/// The sizes of RSA keys that may sign, in bits: from the smallest that counts as safe to one that is verified quickly.
const RSA_BITS: RangeInclusive<usize> = 2048..=4096;

/// The largest exponent of RSA keys, which nearly all keys have. A signature takes time by the bits of the exponent.
const RSA_EXPONENT_MAX: [u8; 3] = [1, 0, 1];

/// A key whose blob is canonical and whose strength is sufficient.
#[derive(Debug)]
pub(super) enum ParsedKey {
    Curve(CurveKey),
    /// A key in a token.
    Hardware(CurveKey, Application),
    Rsa(RsaPublicKey),
}

/// A point on a curve, and so the way in which it signs.
#[derive(Debug)]
pub(super) enum CurveKey {
    Ed25519(Box<Ed25519Key>),
    Ecdsa(EcdsaPublicKey),
}

impl ParsedKey {
    pub(super) fn parse(key: &PublicKey) -> Result<Self, BadSignature> {
        match key.algorithm() {
            "ssh-ed25519" => {
                let [point] = fields(key)?;
                CurveKey::ed25519(point).map(Self::Curve)
            }
            "sk-ssh-ed25519@openssh.com" => {
                let [point, application] = fields(key)?;
                let application = Application::parse(application)?;
                Ok(Self::Hardware(CurveKey::ed25519(point)?, application))
            }
            "sk-ecdsa-sha2-nistp256@openssh.com" => {
                let [curve, point, application] = fields(key)?;
                let application = Application::parse(application)?;
                let point = CurveKey::ecdsa(EcdsaCurve::NistP256, curve, point)?;
                Ok(Self::Hardware(point, application))
            }
            "ssh-rsa" => parse_rsa(key).map(Self::Rsa),
            name => {
                let [curve, point] = fields(key)?;
                let kind = match name {
                    "ecdsa-sha2-nistp256" => EcdsaCurve::NistP256,
                    _ => EcdsaCurve::NistP384,
                };
                CurveKey::ecdsa(kind, curve, point).map(Self::Curve)
            }
        }
    }

    /// Whether this key signed the message, which is given in pieces. The caller has checked that the signature's algorithm
    /// fits the key.
    pub(super) fn verify(&self, sig: &SshSig<'_>, message: &[&[u8]]) -> Result<(), BadSignature> {
        let challenge = sshsig::challenge(message);
        let valid = match (self, &sig.observed) {
            (Self::Curve(key), _) => key.verify(&challenge, sig.signature),
            (Self::Rsa(key), _) => verify_rsa(key, sig, &challenge),
            (Self::Hardware(key, application), Some(observed)) => {
                if !observed.a_touch() {
                    return Err(BadSignature::Untouched);
                }
                key.verify(&observed.signed(application, &challenge), sig.signature)
            }
            (Self::Hardware(..), None) => None,
        };
        valid.ok_or(BadSignature::Mismatch)
    }
}

impl CurveKey {
    fn ed25519(point: &[u8]) -> Result<Self, BadSignature> {
        let key = Ed25519Key::parse(point)?;
        Ok(Self::Ed25519(Box::new(key)))
    }

    fn ecdsa(kind: EcdsaCurve, curve: &[u8], point: &[u8]) -> Result<Self, BadSignature> {
        let key = EcdsaPublicKey::from_sec1_bytes(point).map_err(|_| BadSignature::Key)?;
        let uncompressed = point.first() == Some(&4);
        if uncompressed && key.curve() == kind && curve == kind.as_str().as_bytes() {
            Ok(Self::Ecdsa(key))
        } else {
            Err(BadSignature::Key)
        }
    }

    /// ssh-key refuses numbers of ECDSA signatures that are not minimal, and bytes after them.
    fn verify(&self, bytes: &[u8], signature: &[u8]) -> Option<()> {
        match self {
            Self::Ed25519(key) => key.verify(bytes, signature),
            Self::Ecdsa(key) => {
                let curve = key.curve();
                let signature = Signature::new(Algorithm::Ecdsa { curve }, signature).ok()?;
                key.verify(bytes, &signature).ok()
            }
        }
    }
}

fn parse_rsa(key: &PublicKey) -> Result<RsaPublicKey, BadSignature> {
    let [exponent, modulus] = fields(key)?;
    let exponent = positive(exponent).ok_or(BadSignature::Key)?;
    let modulus = positive(modulus).ok_or(BadSignature::Key)?;
    let zeros = modulus.first().map_or(0, |byte| byte.leading_zeros());
    let bits = 8 * modulus.len() - zeros as usize;
    if !RSA_BITS.contains(&bits) {
        return Err(BadSignature::RsaBits { bits });
    }
    if (exponent.len(), exponent) > (RSA_EXPONENT_MAX.len(), &RSA_EXPONENT_MAX) {
        return Err(BadSignature::RsaExponent);
    }
    let [modulus, exponent] = [modulus, exponent].map(BigUint::from_bytes_be);
    RsaPublicKey::new_with_max_size(modulus, exponent, *RSA_BITS.end())
        .map_err(|_| BadSignature::Key)
}

fn verify_rsa(key: &RsaPublicKey, sig: &SshSig<'_>, challenge: &[u8]) -> Option<()> {
    if sig.signature.len() != key.size() {
        return None;
    }
    let (scheme, digest) = match sig.algorithm {
        b"rsa-sha2-512" => (
            Pkcs1v15Sign::new::<Sha512>(),
            Sha512::digest(challenge).to_vec(),
        ),
        b"rsa-sha2-256" => (
            Pkcs1v15Sign::new::<Sha256>(),
            Sha256::digest(challenge).to_vec(),
        ),
        _ => return None,
    };
    key.verify(scheme, &digest, sig.signature).ok()
}

/// The `COUNT` strings after the algorithm's name in a key's blob. It is an error if more bytes follow.
fn fields<const COUNT: usize>(key: &PublicKey) -> Result<[&[u8]; COUNT], BadSignature> {
    let mut reader = Reader(key.blob());
    let mut fields = [&[][..]; COUNT];
    let mut read = || {
        reader.string()?;
        for field in &mut fields {
            *field = reader.string()?;
        }
        Some(())
    };
    read().ok_or(BadSignature::Key)?;
    reader.finish().ok_or(BadSignature::Key)?;
    Ok(fields)
}

/// The bytes of a positive `mpint` in its minimal encoding (RFC 4251 §5), without a leading zero.
fn positive(mpint: &[u8]) -> Option<&[u8]> {
    match mpint {
        [] | [0] | [0x80..=0xff, ..] | [0, 0..=0x7f, ..] => None,
        [0, bytes @ ..] | bytes => Some(bytes),
    }
}
