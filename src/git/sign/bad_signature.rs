//! Why a signature is not accepted.
//!
//! Not here: the rules that say so (`verify`), and why none could be made (`error`).

/// Why a signature is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadSignature {
    /// Not an SSHSIG blob, or more than one.
    #[error("the signature is not an SSHSIG blob")]
    NotSshSig,
    /// A version of SSHSIG other than 1.
    #[error("the signature has SSHSIG version {version}, but only version 1 is known")]
    Version {
        /// Its version.
        version: u32,
    },
    /// Made for another use than git.
    #[error("the signature is for the namespace '{namespace}', not for 'git'")]
    Namespace {
        /// Its namespace.
        namespace: String,
    },
    /// The reserved field is not empty.
    #[error("the signature has a reserved field that is not empty")]
    Reserved,
    /// Another hash than SHA-512.
    #[error("the signature uses the hash '{hash}', not 'sha512'")]
    Hash {
        /// Its hash.
        hash: String,
    },
    /// A certificate, or an algorithm that cannot sign entries.
    #[error("a key of type '{algorithm}' cannot sign entries")]
    KeyKind {
        /// The key's algorithm.
        algorithm: String,
    },
    /// The key is not encoded in its one canonical way.
    #[error("the signing key is malformed")]
    Key,
    /// A key that anybody could sign with: an ed25519 key of small order.
    #[error("the signing key is weak")]
    WeakKey,
    /// An RSA key that is too short or too long.
    #[error("the RSA key has {bits} bits, but only 2048 to 4096 are allowed")]
    RsaBits {
        /// The length of its modulus.
        bits: usize,
    },
    /// An RSA key with an exponent above 65537.
    #[error("the RSA key has an exponent above 65537")]
    RsaExponent,
    /// A signature by another algorithm than the key's own, such as RSA with SHA-1.
    #[error("a key of type '{key}' cannot make a signature of type '{algorithm}'")]
    Algorithm {
        /// The key's algorithm.
        key: String,
        /// The signature's.
        algorithm: String,
    },
    /// A hardware key signed although nobody touched it.
    #[error("the hardware key made the signature without a touch")]
    Untouched,
    /// It is not this key's signature over these bytes.
    #[error("the signature does not match the signed bytes")]
    Mismatch,
}
