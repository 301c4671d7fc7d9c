//! The SSHSIG blob inside the armour, and the bytes that its key really signs (OpenSSH's PROTOCOL.sshsig).
//!
//! Not here: which keys and algorithms are let in (`verify`).

use ssh_key::sha2::{Digest, Sha512};

use super::{
    hardware::Observed,
    wire::{Reader, put_string},
};

/// The first bytes of an SSHSIG blob, and of the signed bytes too.
const MAGIC: &[u8; 6] = b"SSHSIG";
/// The only version there is.
const VERSION: u32 = 1;
/// The namespace of git's signatures: commits, tags and pushes.
pub(super) const NAMESPACE: &str = "git";
/// The hash that is taken of a commit before it is signed: the default of `ssh-keygen`.
pub(super) const HASH: &str = "sha512";

/// An SSHSIG blob, taken apart. Its parts lie in the blob's own bytes.
pub(super) struct SshSig<'a> {
    pub(super) version: u32,
    pub(super) key: &'a [u8],
    pub(super) namespace: &'a [u8],
    pub(super) reserved: &'a [u8],
    pub(super) hash: &'a [u8],
    pub(super) algorithm: &'a [u8],
    pub(super) signature: &'a [u8],
    /// What a hardware key adds to its signature; with other keys, nothing.
    pub(super) observed: Option<Observed>,
}

impl<'a> SshSig<'a> {
    /// Splits a blob; `None` if it is cut off or has more bytes after its end. It has only one encoding.
    pub(super) fn read(blob: &'a [u8]) -> Option<Self> {
        let mut outer = Reader(blob);
        if outer.bytes(MAGIC.len())? != MAGIC {
            return None;
        }
        let version = outer.uint32()?;
        let key = outer.string()?;
        let namespace = outer.string()?;
        let reserved = outer.string()?;
        let hash = outer.string()?;
        let mut inner = Reader(outer.string()?);
        outer.finish()?;
        let algorithm = inner.string()?;
        let signature = inner.string()?;
        let observed = match inner {
            Reader([]) => None,
            inner => Some(Observed::read(inner)?),
        };
        Some(Self {
            version,
            key,
            namespace,
            reserved,
            hash,
            algorithm,
            signature,
            observed,
        })
    }

    /// Whether the signature has version 1, the only one that this module describes.
    pub(super) fn is_version_1(&self) -> bool {
        self.version == VERSION
    }
}

/// The blob of a signature by `key` (its wire blob); `signature` is the algorithm's name and the raw signature.
pub(super) fn write(key: &[u8], signature: &[u8]) -> Vec<u8> {
    let mut blob = MAGIC.to_vec();
    blob.extend(VERSION.to_be_bytes());
    put_string(&mut blob, key);
    put_string(&mut blob, NAMESPACE.as_bytes());
    put_string(&mut blob, b"");
    put_string(&mut blob, HASH.as_bytes());
    put_string(&mut blob, signature);
    blob
}

/// The bytes that the key signs instead of the message (given in pieces): its hash, bound to git's namespace.
pub(super) fn challenge(message: &[&[u8]]) -> Vec<u8> {
    let mut hasher = Sha512::new();
    for piece in message {
        hasher.update(piece);
    }
    let mut bytes = Vec::with_capacity(96);
    bytes.extend(MAGIC);
    put_string(&mut bytes, NAMESPACE.as_bytes());
    put_string(&mut bytes, b"");
    put_string(&mut bytes, HASH.as_bytes());
    put_string(&mut bytes, &hasher.finalize());
    bytes
}
