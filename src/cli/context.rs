//! What every command is given: how to answer, the time, the ledger, and the actor with its key.
//!
//! Not here: the order in which an actor is looked for (`identity`), and where its key is (`author`).

use std::{
    cell::Cell,
    path::{Path, PathBuf},
};

use super::{
    CommandError,
    actor::{author, identity},
    clock::Clock,
    environment,
    failure::code,
    output::ui::Ui,
};
use crate::{
    core::{
        plan::state::State,
        values::{id::ActorName, time::Timestamp},
    },
    git::{
        self,
        repository::{Environment, Repository},
    },
    ledger::{Author, Ledger},
};

/// What a command works with.
pub struct Context {
    /// Speaks to whoever called.
    pub ui: Ui,
    actor: Option<ActorName>,
    outbox: Option<PathBuf>,
    clock: Clock,
    acted: Cell<bool>,
}

impl Context {
    /// A context that speaks through `ui`; `actor` is what `--actor` says.
    pub fn new(ui: Ui, actor: Option<ActorName>) -> Self {
        Self {
            ui,
            actor,
            outbox: None,
            clock: Clock::default(),
            acted: Cell::new(false),
        }
    }

    /// The same with the outbox that `--outbox` names; without one, `GIT_COORD_OUTBOX` may name it.
    #[must_use]
    pub fn with_outbox(mut self, given: Option<PathBuf>) -> Self {
        let set = || std::env::var_os("GIT_COORD_OUTBOX").map(PathBuf::from);
        let named = given.or_else(set);
        self.outbox = named.filter(|path| !path.as_os_str().is_empty());
        self
    }

    /// The file that takes new entries in the place of the ref, if one is named.
    pub fn outbox(&self) -> Option<&Path> {
        self.outbox.as_deref()
    }

    /// Refuses an outbox to a command that is about the ref itself.
    ///
    /// # Errors
    /// `usage` if an outbox is named.
    pub fn refuse_outbox(&self, command: &str) -> Result<(), CommandError> {
        match self.outbox {
            Some(_) => Err(CommandError::usage(format!(
                "'{command}' cannot be used with an outbox: it moves the ledger's ref"
            ))
            .hint("without --outbox, and after: unset GIT_COORD_OUTBOX")),
            None => Ok(()),
        }
    }

    /// Goes to the folders of `-C`, one after the other, each seen from the one before; an empty one stays.
    ///
    /// # Errors
    /// If one of them is no folder that can be entered.
    pub fn enter(&self, directories: &[PathBuf]) -> Result<(), CommandError> {
        let given = directories
            .iter()
            .filter(|path| !path.as_os_str().is_empty());
        given.into_iter().try_for_each(|path| enter(path))
    }

    /// The time at which this command acts, the same however often it is asked.
    ///
    /// # Errors
    /// `bad_date` if `GIT_COMMITTER_DATE` is no date.
    pub fn now(&self) -> Result<Timestamp, CommandError> {
        self.clock.now()
    }

    /// The actor whom `--actor` names, if it stands on the command line.
    pub fn asked_for(&self) -> Option<&ActorName> {
        self.actor.as_ref()
    }

    /// Whether somebody signed.
    pub fn has_acted(&self) -> bool {
        self.acted.get()
    }

    /// What this machine's clock says, whatever time the command acts at.
    pub fn clock(&self) -> Timestamp {
        self.clock.system()
    }

    /// The actor whom `--actor`, the environment or the config of `repository` names, if any does.
    ///
    /// # Errors
    /// `no_actor` if what is set is no name.
    pub fn named_actor(&self, repository: &Repository) -> Result<Option<ActorName>, CommandError> {
        let config = repository.config();
        let config = &|key: &str| config.string(key);
        identity::named(self.actor.as_ref(), &environment::variable, config)
    }

    /// The actor that acts: the one that is [named](Self::named_actor), else the one whose key `user.signingKey` is.
    ///
    /// # Errors
    /// `no_actor` if none of these says.
    pub fn actor(&self, repository: &Repository, state: &State) -> Result<ActorName, CommandError> {
        if let Some(named) = self.named_actor(repository)? {
            return Ok(named);
        }
        let key = author::users_key(repository).and_then(|source| author::public_of(&source));
        let owner = key.and_then(|key| state.roster.owner_of(&key).cloned());
        owner.ok_or_else(identity::nobody)
    }

    /// The actor that acts, ready to sign.
    ///
    /// # Errors
    /// No actor is named, or its key is not at hand.
    pub fn author(&self, repository: &Repository, state: &State) -> Result<Author, CommandError> {
        let actor = self.actor(repository, state)?;
        let Some(source) = author::key_of(repository, &actor) else {
            return Err(author::missing_key(repository, state, &actor));
        };
        let public = author::public_file(&source);
        let signer = author::open(repository, source)?;
        if let Some(stranger) = author::stranger(state, &actor, &signer, public.as_deref()) {
            return Err(stranger);
        }
        self.acted.set(true);
        Ok(Author {
            actor,
            signer,
            clock: self.clock(),
        })
    }

    /// The repository around the current folder; from here on its config is obeyed.
    ///
    /// # Errors
    /// `no_repository` and what else the store says.
    pub fn repository(&mut self) -> Result<Repository, CommandError> {
        Ok(self.discover()??)
    }

    /// As [`repository`](Self::repository); none outside of every repository.
    ///
    /// # Errors
    /// What else git says.
    pub fn repository_if_any(&mut self) -> Result<Option<Repository>, CommandError> {
        match self.discover()? {
            Err(git::Error::NotARepository { .. }) => Ok(None),
            found => Ok(Some(found?)),
        }
    }

    fn discover(&mut self) -> Result<Result<Repository, git::Error>, CommandError> {
        let here = std::env::current_dir().map_err(|error| {
            CommandError::fatal(code::CANNOT_READ, "cannot find the current folder").because(error)
        })?;
        let found = Repository::discover(&here, Environment::from_process());
        if let Ok(repository) = &found {
            self.ui.obey(&|key| repository.config().string(key));
        }
        Ok(found)
    }

    /// The ledger around the current folder, with the entries of the outbox if one is named.
    ///
    /// # Errors
    /// There is no repository.
    pub fn ledger(&mut self) -> Result<Ledger, CommandError> {
        let repository = self.repository()?;
        match self.outbox() {
            Some(path) => Ok(Ledger::with_outbox(&repository, path)?),
            None => Ok(Ledger::new(repository)),
        }
    }
}

fn enter(path: &Path) -> Result<(), CommandError> {
    std::env::set_current_dir(path).map_err(|error| {
        let message = format!("cannot change to '{}'", path.display());
        CommandError::fatal(code::CANNOT_READ, message).because(error)
    })
}
