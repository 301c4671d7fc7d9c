//! Who appends, and with which key: the actor that acts, and where its private key is.
//!
//! Not here: how a key signs (`store::sign`).

use std::path::{Path, PathBuf};

use super::{CommandError, Context, code};
use crate::{
    core::{id::ActorName, state::State},
    store::{
        Author,
        git::Repository,
        sign::{self, KeySource, Signer, SigningConfig},
    },
};

impl Context {
    /// The actor that acts: named by `--actor`, the environment or the config, else the one whose
    /// key `user.signingKey` is.
    ///
    /// # Errors
    /// `no_actor` if none of these says.
    pub fn actor(&self, repository: &Repository, state: &State) -> Result<ActorName, CommandError> {
        if let Some(named) = self.named_actor(repository)? {
            return Ok(named);
        }
        let key = configured_key(repository).and_then(|source| match source {
            KeySource::Literal(key) => Some(key),
            KeySource::File(path) => sign::read_public(&path).ok(),
        });
        key.and_then(|key| state.roster.owner_of(&key).cloned())
            .ok_or_else(|| {
                CommandError::fatal(code::NO_ACTOR, "nobody is named as the actor")
                    .hint("git config coord.actor NAME, or git coord --actor NAME …")
            })
    }

    /// The actor that acts, ready to sign.
    ///
    /// # Errors
    /// No actor is named, or its key is not at hand.
    pub fn author(&self, repository: &Repository, state: &State) -> Result<Author, CommandError> {
        let actor = self.actor(repository, state)?;
        let signer = signer(repository, state, &actor)?;
        Ok(Author { actor, signer })
    }
}

/// The key of an actor: the one that was generated for it, else the configured one.
fn signer(
    repository: &Repository,
    state: &State,
    actor: &ActorName,
) -> Result<Signer, CommandError> {
    let generated = generated_key(repository, actor);
    if generated.exists() {
        return Ok(Signer::open(&signing_config(
            repository,
            KeySource::File(generated),
            false,
        ))?);
    }
    match configured_key(repository) {
        Some(source) => Ok(Signer::open(&signing_config(repository, source, true))?),
        None => Err(missing_key(state, actor, &generated)),
    }
}

fn missing_key(state: &State, actor: &ActorName, generated: &Path) -> CommandError {
    if state.roster.actor(actor).is_none() {
        return crate::store::Error::UnknownActor {
            actor: actor.clone(),
        }
        .into();
    }
    let message = format!(
        "actor '{actor}' has no signing key here: neither '{}' nor user.signingKey",
        generated.display()
    );
    CommandError::fatal(code::MISSING_KEY, message)
        .hint("git config user.signingKey FILE, and gpg.format ssh")
}

/// Where the key is that was generated for an actor.
pub fn generated_key(repository: &Repository, actor: &ActorName) -> PathBuf {
    repository
        .common_dir()
        .join("coord")
        .join("keys")
        .join(actor.as_str())
}

/// `user.signingKey`, where git signs with SSH keys.
pub fn configured_key(repository: &Repository) -> Option<KeySource> {
    let config = repository.config();
    let is_ssh = config
        .string("gpg.format")
        .is_some_and(|format| format == "ssh");
    let setting = config.string("user.signingkey").filter(|_| is_ssh)?;
    match config.path("user.signingkey") {
        Ok(Some(path))
            if !setting.starts_with("key::")
                && !setting.starts_with("ssh-")
                && !setting.starts_with("ecdsa-") =>
        {
            Some(KeySource::File(path))
        }
        _ => KeySource::parse(&setting).ok(),
    }
}

/// How signatures are made with a key, by git's own settings. A program that is configured for a
/// person's keys does not know those that were generated here.
pub fn signing_config(
    repository: &Repository,
    key: KeySource,
    through_program: bool,
) -> SigningConfig {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let program = repository.config().path("gpg.ssh.program").ok().flatten();
    SigningConfig {
        key,
        program: program.filter(|_| through_program),
        agent: variable("SSH_AUTH_SOCK"),
        askpass: variable("SSH_ASKPASS"),
    }
}
