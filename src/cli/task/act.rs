//! How a command appends one entry, mostly about one task: read the state, decide, append.
//!
//! Not here: the answer of the command (`answer`).

use super::{
    answer::{ChangedTask, Written},
    next,
};
use crate::{
    cli::{CommandError, Context, failure::code, remote::home},
    core::{
        entry::event::TaskRef,
        plan::{
            refusal::Refusal,
            state::{State, TaskIndex, paths::Holder},
        },
        values::{
            id::{ActorName, EntryId},
            text::Text,
            time::Timestamp,
        },
    },
    ledger::{Author, EntryDraft, Ledger, verified::Verified},
};

/// The task of a name, for a command that writes: exactly this name, and only one task may have it.
///
/// # Errors
/// `unknown_task`, or `ambiguous_id` with the candidates.
pub fn task(state: &State, given: &str) -> Result<TaskIndex, CommandError> {
    let found = state.exactly(given);
    found.map_err(|why| CommandError::task_not_found(given, why))
}

/// The task of a name, for a command that only reads: its name, or the only one whose name begins so.
///
/// # Errors
/// As for [`task`].
pub fn task_to_read(state: &State, given: &str) -> Result<TaskIndex, CommandError> {
    let found = state.named(given);
    found.map_err(|why| CommandError::task_not_found(given, why))
}

/// The choice of a task. It is made again after each lost race.
#[derive(Debug, Clone, Copy)]
pub enum TaskChoice<'a> {
    /// The task with exactly this name.
    Named(&'a str),
    /// The best task that the actor can claim.
    Next,
}

/// What to do with the entry.
#[derive(Debug, Clone, Copy)]
pub enum Mode {
    /// Append it.
    Append,
    /// Append it, but only if home accepts it.
    Confirm,
    /// Append nothing, and answer with what would happen.
    Rehearse,
}

/// Whether to append, or to append only if home accepts the entry: `--confirm`, else `coord.confirm`.
///
/// # Errors
/// `bad_config`.
pub fn mode(context: &mut Context, confirm: bool) -> Result<Mode, CommandError> {
    let repository = context.repository()?;
    let always = || repository.config().boolean("coord.confirm");
    Ok(if confirm || always()?.unwrap_or(false) {
        Mode::Confirm
    } else {
        Mode::Append
    })
}

/// The values that an entry about a task is built from.
pub struct Basis<'a> {
    /// The state just before the entry.
    pub state: &'a State,
    /// The task.
    pub index: TaskIndex,
    /// How an event refers to it.
    pub task: TaskRef,
    /// The actor.
    pub actor: &'a ActorName,
    /// The label of the worktree in which the actor works.
    pub worktree: Option<&'a Text>,
    /// The time of the command.
    pub now: Timestamp,
}

/// The ledger as one command writes to it: the state at the tip, and the actor, ready to sign.
pub struct Writing {
    /// The ledger.
    pub ledger: Ledger,
    /// The verified state at its tip.
    pub known: Verified,
    /// The actor.
    pub author: Author,
    /// The label of the worktree.
    pub worktree: Option<Text>,
    /// The time of the command.
    pub now: Timestamp,
    /// The entry that the command made when it was called with the same idempotency key before.
    earlier: Option<EntryId>,
}

impl Writing {
    /// The ledger of the current folder.
    ///
    /// # Errors
    /// There is no ledger, or it cannot be read; no actor is set, or it has no key here.
    pub fn open(context: &mut Context) -> Result<Self, CommandError> {
        let ledger = context.ledger()?;
        let now = context.now()?;
        let known = ledger.current()?;
        let author = context.author(ledger.repository(), &known.state)?;
        Ok(Self {
            earlier: context.earlier(&author.actor, &known.state),
            author,
            worktree: ledger.repository().label(),
            ledger,
            known,
            now,
        })
    }

    /// Appends the entry that `build` makes from the state, or nothing if it makes none.
    ///
    /// # Errors
    /// `build` or the rules refuse, or the ledger cannot be written.
    pub fn append<D: Into<Option<EntryDraft>>>(
        self,
        mut build: impl FnMut(&State) -> Result<D, CommandError>,
    ) -> Result<Written, CommandError> {
        self.check_new(|state| build(state).map(Into::into))?;
        let (known, author) = (Some(self.known), self.author);
        let appended = self.ledger.append_one(known, &author, self.now, build)?;
        Ok(Written::of(appended, author.actor))
    }

    /// Checks that the command was not called with its idempotency key before. What it would append now is kept with the error,
    /// to be compared with what it appended then.
    fn check_new(
        &self,
        build: impl FnOnce(&State) -> Result<Option<EntryDraft>, CommandError>,
    ) -> Result<(), CommandError> {
        let Some(entry) = self.earlier else {
            return Ok(());
        };
        // Why it cannot be done again does not matter: it was done.
        let again = build(&self.known.state).ok().flatten();
        let events = again.map_or_else(Vec::new, |draft| draft.events);
        let refusal = Refusal::IdempotencyKeyUsed { entry };
        Err(CommandError::from(refusal).wishing(events))
    }

    /// As [`append`](Self::append), but only if home accepts the entry. Otherwise nothing changes here.
    fn append_at_home(
        self,
        context: &Context,
        mut build: impl FnMut(&State) -> Result<EntryDraft, CommandError>,
    ) -> Result<Written, CommandError> {
        self.check_new(|state| build(state).map(Some))?;
        let repository = self.ledger.repository();
        let home = home::remote(&self.ledger, None)?;
        let mut sync = home::sync(context, &self.ledger, &home)?;
        let mut author = |state: &State| context.author(repository, state);
        let appended = sync.append_at_home(&mut author, build)?;
        Ok(Written::of(appended, self.author.actor))
    }

    /// The result of [`append`](Self::append), without appending anything.
    fn rehearse(
        self,
        build: impl FnMut(&State) -> Result<EntryDraft, CommandError>,
    ) -> Result<Written, CommandError> {
        let (ledger, author) = (self.ledger, self.author);
        Ok(Written {
            state: ledger.rehearse_one(self.known, &author, self.now, build)?,
            actor: author.actor,
            entry: None,
        })
    }
}

/// Appends the entry that `decide` makes from the state, or nothing if it makes none.
///
/// # Errors
/// As for [`Writing::open`] and [`Writing::append`].
pub fn on_ledger<D: Into<Option<EntryDraft>>>(
    context: &mut Context,
    decide: impl Fn(&State) -> Result<D, CommandError>,
) -> Result<Written, CommandError> {
    Writing::open(context)?.append(decide)
}

/// Appends the entry that `decide` makes about this task.
///
/// # Errors
/// As for [`on_chosen`].
pub fn on_task<D: Into<EntryDraft>>(
    context: &mut Context,
    given: &str,
    decide: impl Fn(&Basis<'_>) -> Result<D, CommandError>,
) -> Result<ChangedTask, CommandError> {
    on_chosen(context, TaskChoice::Named(given), Mode::Append, decide)
}

/// Appends the entry that `decide` makes about a task, which is chosen from the state just before the entry.
///
/// # Errors
/// The task does not exist, or no task is ready; home cannot be reached; as for [`on_ledger`].
pub fn on_chosen<D: Into<EntryDraft>>(
    context: &mut Context,
    choice: TaskChoice<'_>,
    mode: Mode,
    decide: impl Fn(&Basis<'_>) -> Result<D, CommandError>,
) -> Result<ChangedTask, CommandError> {
    let writing = Writing::open(context)?;
    let (actor, worktree) = (writing.author.actor.clone(), writing.worktree.clone());
    let (actor, worktree, now) = (&actor, worktree.as_ref(), writing.now);
    let mut chosen = None;
    let build = |state: &State| {
        let index = match choice {
            TaskChoice::Named(given) => task(state, given)?,
            TaskChoice::Next => next::choose(state, Holder { actor, worktree }, now)?,
        };
        chosen = Some((index, state.status_of(index)));
        let basis = Basis {
            state,
            index,
            task: state.reference(index),
            actor,
            worktree,
            now,
        };
        decide(&basis).map(Into::into)
    };
    let written = match mode {
        Mode::Append => writing.append::<EntryDraft>(build)?,
        Mode::Confirm => writing.append_at_home(context, build)?,
        Mode::Rehearse => writing.rehearse(build)?,
    };
    let nothing_chosen = || CommandError::fatal(code::INTERNAL, "no task was chosen");
    let (index, before) = chosen.ok_or_else(nothing_chosen)?;
    Ok(ChangedTask {
        written,
        index,
        before,
    })
}
