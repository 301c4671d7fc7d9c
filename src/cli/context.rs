//! The context of every command: output, time, ledger, and the actor with its key.
//!
//! Not here: the settings that name the actor (`identity`), and finding its key (`author`).

use std::{
    cell::{Cell, RefCell},
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
        plan::{refusal::Refusal, state::State},
        values::{
            id::{ActorName, EntryId, IdempotencyKey},
            task::ActorKind,
            time::Timestamp,
        },
    },
    git::{
        self,
        repository::{Environment, Repository},
    },
    ledger::{Author, KeyOnce, Ledger},
};

/// The context of a command.
pub struct Context {
    /// Prints answers and warnings.
    pub ui: Ui,
    /// The command line of the program, for pages and completions about it.
    pub program: fn() -> clap::Command,
    actor: Option<ActorName>,
    outbox: Option<PathBuf>,
    may_tell_secrets: bool,
    key: KeyOnce,
    earlier: Cell<Option<EntryId>>,
    clock: Clock,
    acted: Cell<bool>,
    /// The admin that signed or read by default, beside agents.
    by_default: RefCell<Option<ActorName>>,
    environment: Environment,
}

impl Context {
    /// A context with this output, and with the values of `--actor`, `--outbox` (else of `GIT_COORD_OUTBOX`),
    /// `--allow-secret` and `--idempotency-key`.
    pub fn new(
        ui: Ui,
        actor: Option<ActorName>,
        outbox: Option<PathBuf>,
        may_tell_secrets: bool,
        key: Option<IdempotencyKey>,
    ) -> Self {
        let set = || std::env::var_os("GIT_COORD_OUTBOX").map(PathBuf::from);
        let outbox = outbox.or_else(set);
        Self {
            ui,
            program: || clap::Command::new("git-coord"),
            actor,
            outbox: outbox.filter(|path| !path.as_os_str().is_empty()),
            may_tell_secrets,
            key: KeyOnce::new(key),
            earlier: Cell::default(),
            clock: Clock::default(),
            acted: Cell::new(false),
            by_default: RefCell::default(),
            environment: Environment::from_process(),
        }
    }

    /// A context for another command of the same user, with another output and a clock of its own.
    pub fn request(&self, ui: Ui) -> Self {
        let (actor, outbox) = (self.actor.clone(), self.outbox.clone());
        let mut request = Self::new(ui, actor, outbox, self.may_tell_secrets, None);
        request.environment = self.environment.clone();
        request
    }

    /// The file for new entries, which are then not added to the ref; none if no outbox is set.
    pub fn outbox(&self) -> Option<&Path> {
        self.outbox.as_deref()
    }

    /// Refuses an outbox for a command that works on the ref itself.
    ///
    /// # Errors
    /// `usage` if an outbox is set.
    pub fn refuse_outbox_and_key(&self, command: &str) -> Result<(), CommandError> {
        match self.outbox {
            Some(_) => Err(CommandError::usage(format!(
                "'{command}' cannot be used with an outbox: it moves the ledger's ref"
            ))
            .hint("run it without --outbox; if the variable is set: unset GIT_COORD_OUTBOX")),
            None if self.key.get().is_some() => Err(CommandError::usage(format!(
                "'{command}' takes no idempotency key: it can be repeated as it is"
            ))),
            None => Ok(()),
        }
    }

    /// Changes to the folders of `-C`, each relative to the one before; an empty one is ignored.
    ///
    /// # Errors
    /// If one of them is not a folder, or cannot be entered.
    pub fn enter(&self, directories: &[PathBuf]) -> Result<(), CommandError> {
        let given = directories
            .iter()
            .filter(|path| !path.as_os_str().is_empty());
        given.into_iter().try_for_each(|path| enter(path))
    }

    /// Changes to the folder of another repository than the one that the environment may name.
    ///
    /// # Errors
    /// If it is not a folder, or cannot be entered.
    pub fn enter_other(&mut self, folder: &Path) -> Result<(), CommandError> {
        self.environment = std::mem::take(&mut self.environment).elsewhere();
        enter(folder)
    }

    /// The time of this command, which is the same at every call.
    ///
    /// # Errors
    /// `bad_date` if `GIT_COMMITTER_DATE` is not a date.
    pub fn now(&self) -> Result<Timestamp, CommandError> {
        self.clock.now()
    }

    /// Sets the time of the rest of this command, which has waited until `now`.
    pub fn waited_until(&mut self, now: Timestamp) {
        self.clock = Clock::at(now);
    }

    /// The actor in `--actor`, if the option is given.
    pub fn asked_for(&self) -> Option<&ActorName> {
        self.actor.as_ref()
    }

    /// Whether this command opened a key to sign.
    pub fn has_acted(&self) -> bool {
        self.acted.get()
    }

    /// The time of this machine's clock, whatever the time of the command is.
    pub fn clock(&self) -> Timestamp {
        self.clock.system()
    }

    /// The actor that is set by `--actor`, the environment or the config of `repository`, if any.
    ///
    /// # Errors
    /// `no_actor` if the value is not a valid name.
    pub fn named_actor(&self, repository: &Repository) -> Result<Option<ActorName>, CommandError> {
        let config = repository.config();
        let config = &|key: &str| config.string(key);
        identity::named(self.actor.as_ref(), &environment::variable, config)
    }

    /// The actor of this command: the one that is [set](Self::named_actor), else the owner of the key
    /// `user.signingKey`.
    ///
    /// # Errors
    /// `no_actor` if there is neither.
    pub fn actor(&self, repository: &Repository, state: &State) -> Result<ActorName, CommandError> {
        if let Some(named) = self.named_actor(repository)? {
            return Ok(named);
        }
        let key = author::users_key(repository).and_then(|source| author::public_of(&source));
        let owner = key.and_then(|key| state.roster.owner_of(&key).cloned());
        let required = repository.config().boolean(identity::REQUIRE_ACTOR)?;
        owner.ok_or_else(|| identity::nobody(required == Some(true)))
    }

    /// The actor of this command, which only reads: what it tells is for that actor, and with commands to copy.
    ///
    /// # Errors
    /// As for [`actor`](Self::actor); `coord.requireActor` refuses a default actor.
    pub fn reader(
        &self,
        repository: &Repository,
        state: &State,
    ) -> Result<ActorName, CommandError> {
        let actor = self.actor(repository, state)?;
        self.check_named(repository, state, &actor)?;
        Ok(actor)
    }

    /// The actor of this command, ready to sign.
    ///
    /// # Errors
    /// No actor is set, or it has no key here.
    pub fn author(&self, repository: &Repository, state: &State) -> Result<Author, CommandError> {
        let actor = self.actor(repository, state)?;
        self.check_named(repository, state, &actor)?;
        let Some(source) = author::key_of(repository, &actor)? else {
            return Err(author::missing_key(repository, state, &actor));
        };
        let signer = author::open(repository, source)?;
        if let Some(stranger) = author::stranger(state, &actor, signer.public_key()) {
            return Err(stranger);
        }
        self.acted.set(true);
        Ok(Author {
            actor,
            signer,
            clock: self.clock(),
            may_tell_secrets: self.may_tell_secrets,
            key: self.key.clone(),
        })
    }

    /// The actor's entry that took effect with the idempotency key of this command, if there is one. From then on, the command
    /// ends with it whatever else it finds.
    pub fn earlier(&self, actor: &ActorName, state: &State) -> Option<EntryId> {
        let earlier = self.key.earlier(state, actor);
        if earlier.is_some() {
            self.earlier.set(earlier);
        }
        earlier
    }

    /// Stops a command that does something before it appends, if it was done with its idempotency key already.
    ///
    /// # Errors
    /// `idempotency_key_used`; no actor is set.
    pub fn stop_if_done(&self, repository: &Repository, state: &State) -> Result<(), CommandError> {
        if self.key.get().is_none() {
            return Ok(());
        }
        match self.earlier(&self.actor(repository, state)?, state) {
            Some(entry) => Err(Refusal::IdempotencyKeyUsed { entry }.into()),
            None => Ok(()),
        }
    }

    /// The earlier entry because of which a command has failed with this error, if that is why.
    pub fn earlier_than(&self, error: &CommandError) -> Option<EntryId> {
        match error.refusal() {
            Some(Refusal::IdempotencyKeyUsed { entry }) => Some(*entry),
            _ => self.earlier.get(),
        }
    }

    /// Whether somebody named the actor for this command or this worktree; otherwise it is a default.
    pub fn is_named_here(&self, repository: &Repository) -> bool {
        let here = &|key: &str| {
            let config = repository.config();
            let is_copy = |value: &String| match config.of_worktree(identity::NAMED_IN) {
                Some(label) => repository.label().is_none_or(|own| own.as_str() != label),
                None => repository.copied_from_main(key).as_ref() == Some(value),
            };
            let of_worktree = || config.of_worktree(key).filter(|value| !is_copy(value));
            config.of_command(key).or_else(of_worktree)
        };
        identity::is_named_here(self.actor.as_ref(), &environment::variable, here)
    }

    /// Refuses an actor that nobody named, if `coord.requireActor` says so. Without that setting, such an admin beside agents is
    /// noted for [`warn_of_default`](Self::warn_of_default).
    fn check_named(
        &self,
        repository: &Repository,
        state: &State,
        actor: &ActorName,
    ) -> Result<(), CommandError> {
        if self.is_named_here(repository) {
            return Ok(());
        }
        match repository.config().boolean(identity::REQUIRE_ACTOR)? {
            Some(true) => return Err(identity::unnamed(actor)),
            Some(false) => {}
            None => {
                let mut others = state.roster.actors().filter(|(name, _)| *name != actor);
                let beside_agents = others.any(|(_, other)| other.kind == ActorKind::Agent);
                if state.roster.may(actor, &[]) && beside_agents {
                    self.by_default.replace(Some(actor.clone()));
                }
            }
        }
        Ok(())
    }

    /// Offers `coord.requireActor` where nobody has decided about it.
    pub fn offer_to_require_actor(&mut self, repository: &Repository) {
        let setting = identity::REQUIRE_ACTOR;
        if repository.config().string(setting).is_none() {
            self.ui.hint(format!(
                "so that no program acts as the default actor: git config {setting} true"
            ));
        }
    }

    /// Warns of an admin that signed or read because nobody was named, beside agents that work here too.
    pub fn warn_of_default(&mut self) {
        if let Some(admin) = self.by_default.take() {
            let taken = if self.has_acted() {
                "you acted as"
            } else {
                "this is for"
            };
            self.ui
                .warn(format!("no actor is named, so {taken} '{admin}', an admin"));
            self.ui.hint(format!(
                "to refuse that: git config {} true; to allow it: git config {0} false",
                identity::REQUIRE_ACTOR
            ));
        }
    }

    /// The repository of the current folder. From now on, `ui` follows its config.
    ///
    /// # Errors
    /// `no_repository`, or another error of git.
    pub fn repository(&mut self) -> Result<Repository, CommandError> {
        Ok(self.discover()??)
    }

    /// As [`repository`](Self::repository); none outside of every repository.
    ///
    /// # Errors
    /// Other errors of git.
    pub fn repository_if_any(&mut self) -> Result<Option<Repository>, CommandError> {
        match self.discover()? {
            Err(git::Error::NotARepository { .. } | git::Error::WrongGitDir { .. }) => Ok(None),
            found => Ok(Some(found?)),
        }
    }

    fn discover(&mut self) -> Result<Result<Repository, git::Error>, CommandError> {
        let here = std::env::current_dir().map_err(|error| {
            CommandError::fatal(code::CANNOT_READ, "cannot find the current folder").because(error)
        })?;
        let found = Repository::discover(&here, self.environment.clone());
        if let Ok(repository) = &found {
            self.ui.obey(&|key| repository.config().string(key));
            repository.share_new_files();
        }
        Ok(found)
    }

    /// The ledger of the current folder, with the entries of the outbox if one is set.
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
