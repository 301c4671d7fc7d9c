//! The remote that a command syncs with, and the time limits.
//!
//! Not here: the sync itself (`sync::round`), and its answer (`answer`).

use std::time::Duration;

use crate::{
    cli::{CommandError, Context},
    core::values::text::{Text, shell_word},
    git::{
        self,
        repository::{Repository, Transfer},
    },
    ledger::{Ledger, verified::Verified},
    sync::{self, remote::Remote, round::Sync},
};

/// The named remote, else home.
///
/// # Errors
/// `no_remote` if none is named and there is no home.
pub fn remote(ledger: &Ledger, named: Option<&str>) -> Result<Remote, CommandError> {
    let repository = ledger.repository();
    match named {
        Some(name) => {
            // Without a current folder, git has to resolve a relative path.
            let here = std::env::current_dir().unwrap_or_default();
            Ok(Remote::named(repository, name, &here))
        }
        None => Remote::home(repository).ok_or_else(|| nowhere(ledger)),
    }
}

/// The error for a missing home. Its hint names another remote, if there is one, else the address that the ledger has.
fn nowhere(ledger: &Ledger) -> CommandError {
    let error = CommandError::from(sync::Error::NoRemote);
    match ledger.repository().config().remotes().as_slice() {
        [] => match ledger.current() {
            Ok(Verified { state, .. }) => told(error, state.home_url.as_ref()),
            Err(_) => error,
        },
        [first, ..] => error.hint(format!("git config coord.remote {}", shell_word(first))),
    }
}

/// The error with the address of home in its hint. One that git would take for an option is left out.
fn told(error: CommandError, home: Option<&Text>) -> CommandError {
    match home.filter(|home| !home.as_str().starts_with('-')) {
        Some(home) => error.hint(format!(
            "git remote add origin {}",
            shell_word(home.as_str())
        )),
        None => error,
    }
}

/// A requested sync with this remote, at the time of this command. No step waits for the remote for longer than
/// `coord.syncTimeout`, or ten minutes.
///
/// # Errors
/// `bad_date` if `GIT_COMMITTER_DATE` is not a date; `bad_config` if the limit is not a number.
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
        transfer: Transfer {
            limit: Some(limit_or(ledger.repository(), REQUESTED_SECONDS)?),
            ..Transfer::default()
        },
    })
}

/// How long to wait for home in an automatic sync: `coord.syncTimeout` in seconds, else ten.
///
/// # Errors
/// `bad_config` if it is not a number.
pub fn patience(repository: &Repository) -> Result<Duration, CommandError> {
    limit_or(repository, PATIENCE_SECONDS)
}

/// How long a clone waits for the next output of git: as for a requested sync, as far as there is config without a repository.
///
/// # Errors
/// `bad_config` if it is not a number.
pub fn silence() -> Result<Duration, CommandError> {
    in_seconds(git::repository::config_outside(LIMIT)?, REQUESTED_SECONDS)
}

fn limit_or(repository: &Repository, otherwise: u64) -> Result<Duration, CommandError> {
    in_seconds(repository.config().string(LIMIT), otherwise)
}

fn in_seconds(set: Option<String>, otherwise: u64) -> Result<Duration, CommandError> {
    let set = set.map(|seconds| seconds.parse());
    let seconds = set.transpose().map_err(|error| git::Error::Config {
        key: LIMIT.to_owned(),
        why: format!("{error}"),
    })?;
    Ok(Duration::from_secs(seconds.unwrap_or(otherwise)))
}

/// The key of the time limits, in seconds.
const LIMIT: &str = "coord.syncTimeout";

const PATIENCE_SECONDS: u64 = 10;

/// The first sync of a large ledger over a slow line ends in this time; a home that stalls does not keep anybody for ever.
const REQUESTED_SECONDS: u64 = 600;
