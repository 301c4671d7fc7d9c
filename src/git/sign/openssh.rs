//! A private key in OpenSSH's format (PROTOCOL.key of OpenSSH), also one whose number OpenSSH wrote without its leading zeros.
//!
//! Not here: which file holds the key (`key`).

use base64ct::{Base64, Encoding};
use ssh_key::PrivateKey;

use super::wire::{Reader, put_string};

/// Reads a private key; an error if it is in another format.
pub(super) fn read(content: &[u8]) -> Result<PrivateKey, ssh_key::Error> {
    PrivateKey::from_openssh(content).or_else(|error| match with_short_number(content) {
        Some(key) => Ok(key),
        None => Err(error),
    })
}

/// An unencrypted ECDSA key with a private number that is shorter than its curve: ssh-key 0.6 insists on the full length,
/// but OpenSSH writes an `mpint` (RFC 4251 §5). This is one key in 256.
fn with_short_number(content: &[u8]) -> Option<PrivateKey> {
    let blob = Base64::decode_vec(&armoured(std::str::from_utf8(content).ok()?)?).ok()?;
    let mut outer = Reader(blob.strip_prefix(MAGIC)?);
    let [cipher, kdf, _options] = [outer.string()?, outer.string()?, outer.string()?];
    if (cipher, kdf, outer.uint32()?) != (b"none", b"none", 1) {
        return None;
    }
    let public = outer.string()?;
    let mut inner = Reader(outer.string()?);
    let check = inner.bytes(8)?;
    let [algorithm, curve, point] = [inner.string()?, inner.string()?, inner.string()?];
    let (number, comment) = (inner.string()?, inner.string()?);
    let length = match curve {
        b"nistp256" => 32,
        b"nistp384" => 48,
        _ => return None,
    };
    let mut full_number = vec![0; usize::checked_sub(length, number.len())?];
    full_number.extend(number);
    let mut private = check.to_vec();
    for field in [algorithm, curve, point, &full_number, comment] {
        put_string(&mut private, field);
    }
    private.extend((1..=7).take(private.len().next_multiple_of(8) - private.len()));
    let mut whole = MAGIC.to_vec();
    for field in [cipher, kdf, b""] {
        put_string(&mut whole, field);
    }
    whole.extend(1_u32.to_be_bytes());
    put_string(&mut whole, public);
    put_string(&mut whole, &private);
    PrivateKey::from_bytes(&whole).ok()
}

const MAGIC: &[u8] = b"openssh-key-v1\0";

/// The base64 between the lines that begin and end a key.
fn armoured(content: &str) -> Option<String> {
    let (_, rest) = content.split_once("-----BEGIN OPENSSH PRIVATE KEY-----")?;
    let (armoured, _) = rest.split_once("-----END OPENSSH PRIVATE KEY-----")?;
    Some(armoured.split_ascii_whitespace().collect())
}
