//! A public SSH key as the ledger holds it: the wire blob of RFC 4253 §6.6, without its comment.
//!
//! Not here: verifying signatures (`git::sign`), and who owns a key (`roster`).

use std::{borrow::Borrow, fmt, str::FromStr, sync::Arc};

use base64ct::{Base64, Base64Unpadded, Encoding};
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use super::id::InvalidName;

/// The algorithms whose keys may sign entries, by the name that starts the blob (RFC 8709, RFC 5656, RFC 8332; OpenSSH's
/// PROTOCOL.u2f for hardware keys).
pub const ALGORITHMS: &[&str] = &[
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
];

/// The largest blob, in bytes: an RSA key of 16384 bits fits.
pub const BLOB_BYTES_MAX: usize = 2200;

/// A public SSH key: its wire blob, whose first string names one of [`ALGORITHMS`].
///
/// Its copies share the blob, since every entry names the key that signed it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "serde_bytes::ByteBuf")]
pub struct PublicKey(Arc<[u8]>);

impl PublicKey {
    /// A key from its wire blob.
    pub fn from_blob(blob: &[u8]) -> Result<Self, InvalidName> {
        let known = algorithm_of(blob).is_some_and(|name| ALGORITHMS.contains(&name));
        if blob.len() > BLOB_BYTES_MAX || !known {
            return Err(InvalidName {
                what: "signing key",
                text: algorithm_of(blob).unwrap_or("").to_owned(),
                why: "only keys of the types ed25519, ecdsa (P-256, P-384), ed25519-sk, ecdsa-sk and rsa can sign entries",
            });
        }
        Ok(Self(blob.into()))
    }
    /// The wire blob.
    pub fn blob(&self) -> &[u8] {
        &self.0
    }
    /// The name of its algorithm, as in a `.pub` file.
    pub fn algorithm(&self) -> &str {
        algorithm_of(&self.0).unwrap_or("")
    }
    /// Whether it is in a FIDO token, which signs only when somebody touches it.
    pub fn is_hardware(&self) -> bool {
        self.algorithm().starts_with("sk-")
    }
    /// What `ssh-keygen -l` shows of it: `SHA256:` and the unpadded base64 of the blob's SHA-256.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(&self.0);
        format!("SHA256:{}", Base64Unpadded::encode_string(&digest))
    }
}

/// Keys are found by their blobs.
impl Borrow<[u8]> for PublicKey {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

fn algorithm_of(blob: &[u8]) -> Option<&str> {
    let length = u32::from_be_bytes(blob.get(..4)?.try_into().ok()?) as usize;
    std::str::from_utf8(blob.get(4..length.checked_add(4)?)?).ok()
}

/// As a line of a `.pub` file, without a comment: `ssh-ed25519 AAAA…`.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.algorithm(), Base64::encode_string(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Takes a line of a `.pub` file; a comment after the key is dropped.
impl FromStr for PublicKey {
    type Err = InvalidName;
    fn from_str(line: &str) -> Result<Self, InvalidName> {
        let invalid = |why| InvalidName {
            what: "public key",
            text: line.trim().to_owned(),
            why,
        };
        let mut fields = line.split_ascii_whitespace();
        let (algorithm, encoded) = match (fields.next(), fields.next()) {
            (Some(algorithm), Some(encoded)) => (algorithm, encoded),
            _ => return Err(invalid("it is not a line of a .pub file")),
        };
        let blob =
            Base64::decode_vec(encoded).map_err(|_| invalid("its second field is not base64"))?;
        let key = Self::from_blob(&blob)?;
        if key.algorithm() != algorithm {
            return Err(invalid("its two names of the algorithm differ"));
        }
        Ok(key)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        serializer.serialize_bytes(&self.0)
    }
}

impl TryFrom<serde_bytes::ByteBuf> for PublicKey {
    type Error = InvalidName;
    fn try_from(blob: serde_bytes::ByteBuf) -> Result<Self, InvalidName> {
        Self::from_blob(&blob)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMVPY7yNhIHHQ9SJZ5jvyKsGuBuxJCRgQTMD2hC5M5OX";

    #[test]
    fn a_line_of_a_pub_file_reads_back_without_its_comment() {
        let key: PublicKey = format!("{LINE} me@host\n").parse().expect("a key");
        assert_eq!(key.to_string(), LINE);
    }

    #[test]
    fn certificates_and_other_algorithms_cannot_sign_entries() {
        for line in [
            "",
            "ssh-ed25519",
            "ssh-dss AAAAB3NzaC1kc3M=",
            "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIA==",
        ] {
            assert!(line.parse::<PublicKey>().is_err(), "{line:?}");
        }
    }
}
