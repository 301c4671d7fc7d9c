//! The input of a hook: what git passes to it, and what it can look at.
//!
//! Not here: what follows from it (each hook).

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
    ledger::{Error, Ledger, cache::Verified},
};

/// Who acts, as far as the state has to be asked for it.
pub type Actor<'a> = &'a dyn Fn(&State) -> Option<ActorName>;

/// What a hook is given. The state is read when it is first asked for, since mostly it need not be.
pub struct HookInput<'a> {
    ledger: &'a Ledger,
    actor: Actor<'a>,
    now: Timestamp,
    arguments: &'a [OsString],
    stdin: &'a str,
    known: OnceCell<Verified>,
}

impl<'a> HookInput<'a> {
    /// The input of a hook with git's arguments and what git wrote to the hook's standard input.
    pub fn new(
        ledger: &'a Ledger,
        actor: Actor<'a>,
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
    /// It cannot be read.
    pub fn state(&self) -> Result<&State, Error> {
        if self.known.get().is_none() {
            // Nobody else can have set it since.
            let _ = self.known.set(self.ledger.current()?);
        }
        let known = self.known.get().ok_or(Error::NoLedger)?;
        Ok(&known.state)
    }

    /// Enough of the state to know that nothing is to be done.
    ///
    /// # Errors
    /// The state cannot be read, where that is not known from before.
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

    /// What was read of the ledger, for who goes on with it.
    pub fn into_known(self) -> Option<Verified> {
        self.known.into_inner()
    }

    /// Who acts, if anybody is named.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn actor(&self) -> Result<Option<ActorName>, Error> {
        Ok((self.actor)(self.state()?))
    }

    /// When the hook runs.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// When a claim has to hold to count: now, or the time of the ledger where that is later.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn effective(&self) -> Result<Timestamp, Error> {
        Ok(self.now.max(self.state()?.effective))
    }

    /// Where in the repository we are.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn here(&self) -> Result<Here, Error> {
        Ok(Here {
            branch: refs::branch(self.repository())?,
            worktree: self.repository().label(),
        })
    }

    /// An argument of git's, from 0; empty where git gave none, or none that is UTF-8.
    pub fn argument(&self, number: usize) -> &str {
        let argument = self.arguments.get(number).and_then(|given| given.to_str());
        argument.unwrap_or_default()
    }

    /// A file that an argument of git's names.
    pub fn file(&self, number: usize) -> PathBuf {
        let given = self.arguments.get(number).map(OsString::as_os_str);
        let path = Path::new(given.unwrap_or(OsStr::new("")));
        // git runs a hook in the root of the worktree; without a current folder nothing can be read anyway.
        std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
    }

    /// The words of each line that git wrote to standard input.
    pub fn lines(&self) -> impl Iterator<Item = Vec<&'a str>> + use<'a> {
        let stdin = self.stdin;
        stdin.lines().map(|line| line.split(' ').collect())
    }
}
