//! Why a signature could not be made: a message and a stable code for scripts.
//!
//! Not here: why a signature that was read is bad (`BadSignature`), and what to do about an error (`cli`).

use std::{io, path::PathBuf, process::ExitStatus};

use super::bad_signature::BadSignature;
use crate::core::values::key::PublicKey;

/// Why a signing key could not be opened, made or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The key's file does not exist.
    #[error("the signing key '{}' does not exist", path.display())]
    MissingKey {
        /// The file.
        path: PathBuf,
    },
    /// The key's file cannot be read.
    #[error("cannot read the signing key '{}': {source}", path.display())]
    UnreadableKey {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file does not contain an SSH key.
    #[error("'{}' does not contain an SSH key", path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
    },
    /// `user.signingKey` is neither a path nor a key.
    #[error("'{text}' is not an SSH key")]
    NotALiteral {
        /// The setting.
        text: String,
    },
    /// A key of a type that cannot sign entries.
    #[error("the key '{key}' has type '{algorithm}', which cannot sign entries")]
    UnsupportedKey {
        /// The file or the literal key.
        key: String,
        /// Its algorithm.
        algorithm: String,
    },
    /// A key whose signatures nobody would accept, such as a short RSA key.
    #[error("the key '{key}' cannot sign entries: {source}")]
    UnusableKey {
        /// The key.
        key: PublicKey,
        /// Why its signatures are not accepted.
        source: BadSignature,
    },
    /// The passphrase is wrong, or nobody entered one.
    #[error("the key '{}' is encrypted, and no passphrase opened it", path.display())]
    WrongPassphrase {
        /// The file.
        path: PathBuf,
    },
    /// The key can only be used through an SSH agent, and none is running.
    #[error("no running SSH agent can sign with '{key}'")]
    NoAgent {
        /// The key.
        key: PublicKey,
    },
    /// The SSH agent does not hold the key.
    #[error("the SSH agent does not hold the key '{key}'")]
    AgentWithoutKey {
        /// The key.
        key: PublicKey,
    },
    /// The SSH agent holds the key, but did not sign.
    #[error("the SSH agent at '{}' refused to sign", socket.display())]
    AgentRefused {
        /// Its socket.
        socket: PathBuf,
    },
    /// The SSH agent cannot be reached, or its answer cannot be understood.
    #[error("the SSH agent at '{}' failed: {source}", socket.display())]
    AgentFailed {
        /// Its socket.
        socket: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The signing program cannot be started.
    #[error("cannot run '{}': {source}", program.display())]
    MissingProgram {
        /// The program.
        program: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The signing program failed.
    #[error("'{}' failed to sign ({status}): {said}", program.display())]
    ProgramFailed {
        /// The program.
        program: PathBuf,
        /// How it ended.
        status: ExitStatus,
        /// The end of its output.
        said: String,
    },
    /// The signing program succeeded, but wrote no signature that can be read.
    #[error("'{}' wrote no signature: {source}", program.display())]
    NoSignature {
        /// The program.
        program: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The signing program did not end in time.
    #[error("'{}' did not sign within {seconds} seconds", program.display())]
    TimedOut {
        /// The program.
        program: PathBuf,
        /// Its time limit.
        seconds: u64,
    },
    /// The signer returned a signature that readers would not accept.
    #[error("'{signer}' returned an unusable signature: {source}")]
    BadResult {
        /// The signer.
        signer: String,
        /// Why it is not accepted.
        source: BadSignature,
    },
    /// The signer used another key than the requested one.
    #[error("'{signer}' signed with another key, '{key}'")]
    OtherKey {
        /// The signer.
        signer: String,
        /// The key it used.
        key: PublicKey,
    },
    /// The key itself cannot sign.
    #[error("cannot sign with the key in process: {source}")]
    InProcess {
        /// The library's error.
        source: ssh_key::Error,
    },
    /// A new key would overwrite a file.
    #[error("'{}' already exists", path.display())]
    KeyExists {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write '{}': {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl SignError {
    /// The stable word by which scripts know it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingKey { .. } => "missing_key",
            Self::UnreadableKey { .. } => "unreadable_key",
            Self::NotAKey { .. } | Self::NotALiteral { .. } => "not_a_key",
            Self::UnsupportedKey { .. } | Self::UnusableKey { .. } => "unsupported_key",
            Self::WrongPassphrase { .. } => "wrong_passphrase",
            Self::NoAgent { .. } => "no_agent",
            Self::AgentWithoutKey { .. } => "agent_without_key",
            Self::AgentRefused { .. } => "agent_refused",
            Self::AgentFailed { .. } => "agent_failed",
            Self::MissingProgram { .. } => "missing_program",
            Self::ProgramFailed { .. } | Self::NoSignature { .. } | Self::InProcess { .. } => {
                "signing_failed"
            }
            Self::TimedOut { .. } => "signing_timeout",
            Self::BadResult { .. } | Self::OtherKey { .. } => "bad_signature",
            Self::KeyExists { .. } => "key_exists",
            Self::Write { .. } => "cannot_write",
        }
    }
}
