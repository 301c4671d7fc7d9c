//! `coord.host`: the name of this clone in the ledger. Folders alone are not enough, because many machines have
//! folders with the same name.
//!
//! Not here: the label of a worktree, which contains it (`git::repository`).

use rand_core::{OsRng, RngCore as _};

use crate::{
    cli::CommandError,
    core::values::{
        id::{InvalidName, letters},
        text::Text,
    },
    git::repository::{HOST, Repository},
};

/// Gives the clone a name if it has none: the machine's name and four random letters, because a machine can have
/// several clones.
///
/// # Errors
/// The config cannot be written.
pub fn name(repository: &Repository) -> Result<(), CommandError> {
    if repository.config().string(HOST).is_none() {
        let mut drawn = [0; 4];
        OsRng.fill_bytes(&mut drawn);
        let drawn: String = letters(&drawn).collect();
        let made = format!("{}-{drawn}", machine());
        repository.set_config(HOST, &made)?;
    }
    Ok(())
}

/// The label of this clone in records of its worktrees: `coord.host`, else the machine and the folder.
///
/// # Errors
/// `coord.host` is too long for a label.
pub fn of(repository: &Repository) -> Result<Text, CommandError> {
    let set = repository.config().string(HOST);
    let made = || {
        let project = repository.project_folder();
        let folder = project.file_name().unwrap_or_default();
        format!("{}/{}", machine(), folder.to_string_lossy())
    };
    let label = set
        .filter(|set| !set.is_empty())
        .unwrap_or_else(made)
        .parse();
    label.map_err(|error: InvalidName| {
        CommandError::fatal("bad_config", "coord.host is not a valid label").because(error)
    })
}

/// The name of the machine without its domain, cut so that a label stays short.
fn machine() -> String {
    let name = nix::unistd::gethostname().unwrap_or_default();
    let name = name.to_string_lossy();
    let first = name.split('.').next().unwrap_or_default();
    first.chars().take(MACHINE_MAX).collect()
}

const MACHINE_MAX: usize = 20;
