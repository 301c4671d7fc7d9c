//! Which commands may run here: those that the actor wrote in this clone, and those that somebody trusted in this clone
//! (docs/decisions/0009-what-may-run.md).
//!
//! Git's config holds both as the BLAKE3 of the command's exact bytes. So trust is valid in this clone only, a changed
//! command needs trust again, and `git config` can list and remove it. Not here: showing a command before it is trusted
//! or run (`cli`).

use crate::{
    core::values::id::{ActorName, Digest},
    git::{Error, repository::Repository},
};

/// Why a command may run here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'a> {
    /// Everybody on this machine: `coord.trustedCommand`.
    Everybodys,
    /// The actor that wrote it here: `coord.NAME.trustedCommand`.
    Own(&'a ActorName),
}

impl Whose<'_> {
    fn key(self) -> String {
        match self {
            Self::Everybodys => "coord.trustedCommand".to_owned(),
            Self::Own(actor) => format!("coord.{actor}.trustedCommand"),
        }
    }
}

/// Whether `actor`, if anybody is named, may run the command here.
pub fn is_trusted(repository: &Repository, actor: Option<&ActorName>, digest: Digest) -> bool {
    let own = actor.map(Whose::Own);
    let mut keys = own.into_iter().chain([Whose::Everybodys]);
    keys.any(|whose| is_remembered(repository, whose, digest))
}

/// Remembers that the command may run here.
///
/// # Errors
/// The repository's config cannot be written.
pub fn remember(repository: &Repository, whose: Whose<'_>, digest: Digest) -> Result<(), Error> {
    if is_remembered(repository, whose, digest) {
        Ok(())
    } else {
        repository.add_config(&whose.key(), &digest.to_string())
    }
}

fn is_remembered(repository: &Repository, whose: Whose<'_>, digest: Digest) -> bool {
    let digest = digest.to_string();
    let remembered = repository.config().strings(&whose.key());
    remembered.contains(&digest)
}
