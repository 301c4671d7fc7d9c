//! What a hardware key signs instead of the bytes: their hash, its application, and what the token observed (OpenSSH's
//! PROTOCOL.u2f).
//!
//! Not here: the signature by the key in the token (`parsed`).

use ssh_key::sha2::{Digest as _, Sha256};

use super::{bad_signature::BadSignature, wire::Reader};

/// The flag for a touch. The other flags, such as a PIN that was typed, are not required.
const USER_PRESENT: u8 = 1;

/// The hash of the application that a hardware key was created for, mostly `ssh:`.
#[derive(Debug)]
pub(super) struct Application([u8; 32]);

impl Application {
    /// Reads it from a key's blob. OpenSSH keeps it as a C string, so its hash there would end at a NUL byte.
    pub(super) fn parse(name: &[u8]) -> Result<Self, BadSignature> {
        if name.contains(&0) {
            return Err(BadSignature::Key);
        }
        Ok(Self(Sha256::digest(name).into()))
    }
}

/// What the token observed when it signed.
pub(super) struct Observed {
    flags: u8,
    /// How often it has signed. It may not count, so the number proves nothing.
    counter: u32,
}

impl Observed {
    /// Reads the end of a signature: one byte of flags, and the counter as a `uint32`.
    pub(super) fn read(mut end: Reader<'_>) -> Option<Self> {
        let flags = end.bytes(1)?[0];
        let counter = end.uint32()?;
        end.finish()?;
        Some(Self { flags, counter })
    }

    /// Whether somebody touched the token.
    pub(super) fn a_touch(&self) -> bool {
        self.flags & USER_PRESENT != 0
    }

    /// The bytes that the key in the token signed.
    pub(super) fn signed(&self, application: &Application, bytes: &[u8]) -> Vec<u8> {
        let mut signed = application.0.to_vec();
        signed.push(self.flags);
        signed.extend(self.counter.to_be_bytes());
        signed.extend(Sha256::digest(bytes));
        signed
    }
}
