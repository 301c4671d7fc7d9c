//! The settings that decide how signatures are made: the key, and the programs that may sign.
//!
//! Not here: reading it from git's config (`cli`), and finding the key (`key`).

use std::path::PathBuf;

use crate::core::values::key::PublicKey;

/// What decides how signatures are made; read from git's configuration and the environment by the caller.
#[derive(Clone, Debug)]
pub struct SigningConfig {
    /// `user.signingKey`, or the key that was given instead.
    pub key: KeySource,
    /// `gpg.ssh.program`, where it is set.
    pub program: Option<PathBuf>,
    /// `SSH_AUTH_SOCK`, where it is set.
    pub agent: Option<PathBuf>,
    /// `SSH_ASKPASS`, where it is set. Nothing else is ever asked for a passphrase.
    pub askpass: Option<PathBuf>,
}

/// What `user.signingKey` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// A file with a private or a public key.
    File(PathBuf),
    /// The public key itself; an SSH agent or a program holds its private half.
    Literal(PublicKey),
}
