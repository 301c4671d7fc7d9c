//! What every command is given: how to speak, what the time is, who was named as the actor.
//!
//! Not here: the order in which an actor is looked for (`identity`), and the ledger's own questions (`ledger`).

use std::{
    cell::Cell,
    path::{Path, PathBuf},
};

use super::{CommandError, Lookup, actor::identity, clock::Clock, failure::code, output::ui::Ui};
use crate::{
    core::values::{id::ActorName, time::Timestamp},
    git::repository::{Environment, Repository},
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
                "'{command}' moves the ledger's ref, which an outbox is there to avoid"
            ))
            .hint("unset GIT_COORD_OUTBOX, and leave --outbox away")),
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

    /// Notes that somebody signs with this command.
    pub(super) fn acts(&self) {
        self.acted.set(true);
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
        // What is not UTF-8 names nobody; it must not pass for a variable that is not set.
        let environment: Lookup<'_> =
            &|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        let config = repository.config();
        identity::named(self.actor.as_ref(), environment, &|key| config.string(key))
    }

    /// The repository around the current folder; from here on its config is obeyed.
    ///
    /// # Errors
    /// `no_repository` and what else the store says.
    pub fn repository(&mut self) -> Result<Repository, CommandError> {
        let here = std::env::current_dir().map_err(|error| {
            CommandError::fatal(code::CANNOT_READ, "cannot find the current folder").because(error)
        })?;
        let repository = Repository::discover(&here, Environment::from_process())?;
        self.ui.obey(&|key| repository.config().string(key));
        Ok(repository)
    }
}

fn enter(path: &Path) -> Result<(), CommandError> {
    std::env::set_current_dir(path).map_err(|error| {
        let message = format!("cannot change to '{}'", path.display());
        CommandError::fatal(code::CANNOT_READ, message).because(error)
    })
}
