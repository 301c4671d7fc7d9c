//! With whom a command syncs, and within which limits.
//!
//! Not here: the sync itself (`sync::round`), and what is told of it (`synced`).

use std::time::Duration;

use crate::{
    cli::{CommandError, Context},
    core::values::text::shell_word,
    git::{
        self,
        repository::{Repository, Transfer},
    },
    ledger::Ledger,
    sync::{self, remote::Remote, round::Sync},
};

/// The remote that is named, else home.
///
/// # Errors
/// `no_remote` if none is named and there is no home.
pub fn remote(repository: &Repository, named: Option<&str>) -> Result<Remote, CommandError> {
    match named {
        Some(name) => {
            // Where nobody knows where we are, a path is git's to find.
            let here = std::env::current_dir().unwrap_or_default();
            Ok(Remote::named(repository, name, &here))
        }
        None => Remote::home(repository).ok_or_else(|| nowhere(repository)),
    }
}

/// There is no home; a remote that goes by another name may be meant.
fn nowhere(repository: &Repository) -> CommandError {
    let error = CommandError::from(sync::Error::NoRemote);
    match repository.config().remotes().as_slice() {
        [] => error,
        [first, ..] => error.hint(format!("git config coord.remote {}", shell_word(first))),
    }
}

/// A sync with this remote, at the time of this command and without a limit.
///
/// # Errors
/// `bad_date` if `GIT_COMMITTER_DATE` is no date.
pub fn sync<'a>(
    context: &Context,
    ledger: &'a Ledger,
    remote: &'a Remote,
) -> Result<Sync<'a>, CommandError> {
    Ok(Sync {
        ledger,
        remote,
        now: context.now()?,
        clock: context.clock(),
        transfer: Transfer::default(),
    })
}

/// How long home is waited for where nobody asked for a sync: `coord.syncTimeout` in seconds, else ten.
///
/// # Errors
/// `bad_config` if that is no number.
pub fn patience(repository: &Repository) -> Result<Duration, CommandError> {
    let key = "coord.syncTimeout";
    let set = repository
        .config()
        .string(key)
        .map(|seconds| seconds.parse());
    let seconds = set.transpose().map_err(|error| git::Error::Config {
        key: key.to_owned(),
        why: format!("{error}"),
    })?;
    Ok(Duration::from_secs(seconds.unwrap_or(PATIENCE_SECONDS)))
}

const PATIENCE_SECONDS: u64 = 10;
