//! Why a signature could not be made: a message, a stable code for scripts, and what to do about it.
//!
//! Not here: why a signature that was met is bad (`verify::BadSignature`).

use std::{io, path::PathBuf, process::ExitStatus};

use super::verify::BadSignature;
use crate::core::values::key::PublicKey;

/// Why a signing key could not be opened, made or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The key's file does not exist.
    #[error("there is no signing key '{}'", path.display())]
    MissingKey {
        /// The file.
        path: PathBuf,
    },
    /// The key's file cannot be read.
    #[error("cannot read the signing key '{}': {source}", path.display())]
    UnreadableKey {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file holds no SSH key.
    #[error("'{}' holds no SSH key", path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
    },
    /// `user.signingKey` is neither a path nor a key.
    #[error("'{text}' is no SSH key")]
    NotALiteral {
        /// The setting.
        text: String,
    },
    /// A key of a kind that cannot sign entries.
    #[error("the key '{key}' is of the kind '{algorithm}', which cannot sign entries")]
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
    /// The passphrase is wrong, or nobody was there to give it.
    #[error("the key '{}' is locked, and no passphrase opened it", path.display())]
    WrongPassphrase {
        /// The file.
        path: PathBuf,
    },
    /// The key can only be used through an agent, and none is running.
    #[error("no agent is running that could sign with '{key}'")]
    NoAgent {
        /// The key.
        key: PublicKey,
    },
    /// The agent does not hold the key.
    #[error("the agent does not hold the key '{key}'")]
    AgentWithoutKey {
        /// The key.
        key: PublicKey,
    },
    /// The agent holds the key, but would not sign.
    #[error("the agent at '{}' refused to sign", socket.display())]
    AgentRefused {
        /// Its socket.
        socket: PathBuf,
    },
    /// The agent cannot be reached or does not speak its protocol.
    #[error("the agent at '{}' failed: {source}", socket.display())]
    AgentFailed {
        /// Its socket.
        socket: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The signing program does not exist.
    #[error("cannot run '{}': {source}", program.display())]
    MissingProgram {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The signing program failed.
    #[error("'{}' failed to sign ({status}): {said}", program.display())]
    ProgramFailed {
        /// The program.
        program: PathBuf,
        /// How it ended.
        status: ExitStatus,
        /// The last it said.
        said: String,
    },
    /// The signing program ended well, but left no signature that can be read.
    #[error("'{}' wrote no signature: {source}", program.display())]
    NoSignature {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The signing program did not end in time.
    #[error("'{}' did not sign within {seconds} seconds", program.display())]
    TimedOut {
        /// The program.
        program: PathBuf,
        /// How long it had.
        seconds: u64,
    },
    /// What the signer returned is no signature that would be accepted.
    #[error("'{signer}' returned an unusable signature: {source}")]
    BadResult {
        /// The signer.
        signer: String,
        /// Why it is not accepted.
        source: BadSignature,
    },
    /// The signer used another key than it was told to.
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
        /// What the library said.
        source: ssh_key::Error,
    },
    /// A new key would overwrite a file.
    #[error("'{}' exists already", path.display())]
    KeyExists {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write '{}': {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
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

    /// What to do about it, as a command where there is one.
    pub fn hint(&self) -> String {
        match self {
            Self::MissingKey { path } => {
                // The public half is made beside the private one.
                let is_public = path.extension().is_some_and(|end| end == "pub");
                let path = if is_public { path.with_extension("") } else { path.clone() };
                let path = path.display();
                format!("make it with 'ssh-keygen -t ed25519 -f {path}', or set 'user.signingKey' to your key")
            }
            Self::UnreadableKey { path, .. } => {
                format!("check who may read '{}'", path.display())
            }
            Self::NotAKey { .. } | Self::NotALiteral { .. } => {
                "set 'user.signingKey' to the file of an SSH key, or to 'key::ssh-ed25519 …' for one in your agent".into()
            }
            Self::UnsupportedKey { .. } | Self::UnusableKey { .. } => {
                "use a plain ed25519, ECDSA (256 or 384 bits) or RSA key: 'ssh-keygen -t ed25519'".into()
            }
            Self::WrongPassphrase { path } => {
                format!("give it to your agent once: 'ssh-add {}'", path.display())
            }
            Self::NoAgent { .. } => "start one with 'eval $(ssh-agent)', then 'ssh-add'".into(),
            Self::AgentWithoutKey { .. } => {
                "'ssh-add -L' lists what it holds; 'ssh-add FILE' adds your key".into()
            }
            Self::AgentRefused { .. } => "confirm the request, or unlock the agent with 'ssh-add -X'".into(),
            Self::AgentFailed { .. } => "check 'SSH_AUTH_SOCK' and 'ssh-add -l'".into(),
            Self::MissingProgram { .. } => "install OpenSSH, or set 'gpg.ssh.program'".into(),
            Self::ProgramFailed { program, .. } | Self::NoSignature { program, .. } | Self::TimedOut { program, .. } => {
                format!("try it by hand: '{} -Y sign -n git -f KEY FILE'", program.display())
            }
            Self::BadResult { .. } | Self::OtherKey { .. } => {
                "check 'user.signingKey' and 'gpg.ssh.program'".into()
            }
            Self::InProcess { .. } => "check the key with 'ssh-keygen -y -f FILE'".into(),
            Self::KeyExists { .. } => "use that key, or choose another name".into(),
            Self::Write { path, .. } => {
                format!("make sure that '{}' can be written", path.display())
            }
        }
    }
}
