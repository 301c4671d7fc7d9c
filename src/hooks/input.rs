//! The input of a hook: git's arguments, standard input, and the repository.
//!
//! Not here: the response (each hook).

use std::{
    cell::OnceCell,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use super::{binding::Here, idle::Glance};
use crate::{
    core::{
        plan::state::State,
        values::{id::ActorName, time::Timestamp},
    },
    git::{refs, repository::Repository},
    ledger::{Error, Ledger, verified::Verified},
};

/// Finds the actor, using the state if necessary.
pub type FindActor<'a> = &'a dyn Fn(&State) -> Option<ActorName>;

/// The input of a hook. The state is read on first use, since most hooks do not need it.
pub struct HookInput<'a> {
    ledger: &'a Ledger,
    actor: FindActor<'a>,
    now: Timestamp,
    arguments: &'a [OsString],
    stdin: &'a str,
    known: OnceCell<Verified>,
}

impl<'a> HookInput<'a> {
    /// The input of a hook, with git's arguments and the hook's standard input.
    pub fn new(
        ledger: &'a Ledger,
        actor: FindActor<'a>,
        now: Timestamp,
        arguments: &'a [OsString],
        stdin: &'a str,
    ) -> Self {
        Self {
            ledger,
            actor,
            now,
            arguments,
            stdin,
            known: OnceCell::new(),
        }
    }

    /// The repository.
    pub fn repository(&self) -> &Repository {
        self.ledger.repository()
    }

    /// The state at the ledger's tip.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn state(&self) -> Result<&State, Error> {
        if self.known.get().is_none() {
            // This is the only place that sets it, so setting cannot fail.
            let _ = self.known.set(self.ledger.current()?);
        }
        let known = self.known.get().ok_or(Error::NoLedger)?;
        Ok(&known.state)
    }

    /// The glance, which shows whether the hook has nothing to do.
    ///
    /// # Errors
    /// There is no kept glance, and the state cannot be read.
    pub(super) fn glance(&self) -> Result<Glance, Error> {
        let repository = self.repository();
        let tip = self.ledger.tip()?.ok_or(Error::NoLedger)?;
        if let Some(glance) = Glance::read(repository, tip) {
            return Ok(glance);
        }
        self.state()?;
        let known = self.known.get().ok_or(Error::NoLedger)?;
        let glance = Glance::of(&known.state, known.tip);
        glance.write(repository);
        Ok(glance)
    }

    /// The ledger as far as the hook read it, so that the caller can continue from there.
    pub fn into_known(self) -> Option<Verified> {
        self.known.into_inner()
    }

    /// The actor, if one is set.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn actor(&self) -> Result<Option<ActorName>, Error> {
        Ok((self.actor)(self.state()?))
    }

    /// The time of the hook's run.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The time at which a claim must be running: now, or the ledger's time if that is later.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn effective(&self) -> Result<Timestamp, Error> {
        Ok(self.now.max(self.state()?.effective))
    }

    /// The place in the repository.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn here(&self) -> Result<Here, Error> {
        Ok(Here {
            branch: refs::branch(self.repository())?,
            worktree: self.repository().label(),
        })
    }

    /// An argument of git's, from 0; empty if it is missing or not UTF-8.
    pub fn argument(&self, number: usize) -> &str {
        let argument = self.arguments.get(number).and_then(|given| given.to_str());
        argument.unwrap_or_default()
    }

    /// The path of a file that an argument names.
    pub fn file(&self, number: usize) -> PathBuf {
        let given = self.arguments.get(number).map(OsString::as_os_str);
        let path = Path::new(given.unwrap_or(OsStr::new("")));
        // git runs a hook in the root of the worktree. Without a current folder nothing can be read anyway.
        std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
    }

    /// The words of each line of standard input.
    pub fn lines(&self) -> impl Iterator<Item = Vec<&'a str>> + use<'a> {
        let stdin = self.stdin;
        stdin.lines().map(|line| line.split(' ').collect())
    }
}
