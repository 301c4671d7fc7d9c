//! The shape of every command that appends one entry, mostly about one task: read, decide, append.
//!
//! Not here: what is then said (each command).

use super::next;
use crate::{
    cli::{CommandError, Context, failure::code, remote::home},
    core::{
        entry::event::{Event, TaskRef},
        plan::state::{State, TaskIndex, paths::Holder},
        values::{id::ActorName, task::Status, text::Text, time::Timestamp},
    },
    ledger::{self, Author, Draft, Ledger, cache::Verified},
};

impl Context {
    /// The ledger around the current folder, as far as the outbox has brought it if there is one.
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

/// The task that somebody means.
///
/// # Errors
/// `unknown_task`, or `ambiguous_id` with the candidates.
pub fn task(state: &State, given: &str) -> Result<TaskIndex, CommandError> {
    state
        .names()
        .resolve(given)
        .map_err(|why| CommandError::task_not_found(given, why))
}

/// What an event is made from: the state just before it, and who acts.
pub struct Scene<'a> {
    /// The state.
    pub state: &'a State,
    /// The task.
    pub index: TaskIndex,
    /// How an event refers to it.
    pub task: TaskRef,
    /// Who acts.
    pub actor: &'a ActorName,
    /// The label of the worktree in which it acts.
    pub worktree: Option<&'a Text>,
    /// When.
    pub now: Timestamp,
}

/// What was done.
pub struct Done {
    /// The state afterwards.
    pub verified: Verified,
    /// The task.
    pub index: TaskIndex,
    /// Where it stood before.
    pub before: Status,
    /// Who acted.
    pub actor: ActorName,
    /// The new entry's object id.
    pub entry: String,
}

impl Done {
    /// The state afterwards.
    pub fn state(&self) -> &State {
        &self.verified.state
    }
    fn of(
        appended: ledger::Appended,
        found: Option<(TaskIndex, Status)>,
        actor: ActorName,
    ) -> Result<Self, CommandError> {
        let (index, before) = found.ok_or_else(nothing_chosen)?;
        Ok(Self {
            entry: appended.entry().unwrap_or_default(),
            verified: appended.verified,
            index,
            before,
            actor,
        })
    }
    /// What the task is called.
    pub fn shown(&self) -> String {
        self.state().shown(self.index)
    }
}

/// Which task a command is about; asked anew whenever somebody else was faster.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// The one that somebody means by this.
    Named(&'a str),
    /// The best that the actor could claim.
    Next,
}

impl Which<'_> {
    fn of(
        self,
        state: &State,
        asking: Holder<'_>,
        now: Timestamp,
    ) -> Result<TaskIndex, CommandError> {
        match self {
            Self::Named(given) => task(state, given),
            Self::Next => next::choose(state, asking, now),
        }
    }
}

/// Appends what `decide` makes of a task.
///
/// # Errors
/// The task is not known, `decide` or the rules refuse, or the ledger cannot be written.
pub fn on_task(
    context: &mut Context,
    given: &str,
    decide: impl Fn(&Scene<'_>) -> Result<Draft, CommandError>,
) -> Result<Done, CommandError> {
    on_chosen(context, Which::Named(given), decide)
}

/// As [`on_task`], for a task that may be chosen only then.
///
/// # Errors
/// As for [`on_task`]; `nothing_ready`.
pub fn on_chosen(
    context: &mut Context,
    which: Which<'_>,
    decide: impl Fn(&Scene<'_>) -> Result<Draft, CommandError>,
) -> Result<Done, CommandError> {
    let (stage, known) = Stage::set(context)?;
    let mut found = None;
    let build = stage.once(which, &decide, &mut found);
    let appended = stage
        .ledger
        .append_one(Some(known), &stage.author, stage.now, build)?;
    Done::of(appended, found, stage.author.actor)
}

/// As [`on_chosen`], and done only when home has it: nothing stays here that home did not take.
///
/// # Errors
/// As for [`on_chosen`]; there is no home, or it cannot be reached.
pub fn on_chosen_at_home(
    context: &mut Context,
    which: Which<'_>,
    decide: impl Fn(&Scene<'_>) -> Result<Draft, CommandError>,
) -> Result<Done, CommandError> {
    let (stage, _) = Stage::set(context)?;
    let repository = stage.ledger.repository();
    let home = home::remote(repository, None)?;
    let mut sync = home::sync(context, &stage.ledger, &home)?;
    let mut found = None;
    let build = stage.once(which, &decide, &mut found);
    let mut author = |state: &State| context.author(repository, state);
    let appended = sync.append_at_home(&mut author, build)?;
    Done::of(appended, found, stage.author.actor)
}

/// What [`on_chosen`] would bring about, without appending anything: the state then, the task, the actor.
///
/// # Errors
/// As for [`on_chosen`].
pub fn rehearse(
    context: &mut Context,
    which: Which<'_>,
    decide: impl Fn(&Scene<'_>) -> Result<Draft, CommandError>,
) -> Result<(State, TaskIndex, ActorName), CommandError> {
    let (stage, known) = Stage::set(context)?;
    let mut found = None;
    let build = stage.once(which, &decide, &mut found);
    let state = stage
        .ledger
        .rehearse_one(known, &stage.author, stage.now, build)?;
    let (index, _) = found.ok_or_else(nothing_chosen)?;
    Ok((state, index, stage.author.actor))
}

/// Who acts, where and when.
struct Stage {
    ledger: Ledger,
    author: Author,
    worktree: Option<Text>,
    now: Timestamp,
}

impl Stage {
    fn set(context: &mut Context) -> Result<(Self, Verified), CommandError> {
        let ledger = context.ledger()?;
        let now = context.now()?;
        let known = ledger.current()?;
        let stage = Self {
            author: context.author(ledger.repository(), &known.state)?,
            worktree: ledger.repository().label(),
            ledger,
            now,
        };
        Ok((stage, known))
    }

    /// One entry, made by `decide` of the task that is meant at that moment.
    fn once<'a>(
        &'a self,
        which: Which<'a>,
        decide: &'a impl Fn(&Scene<'_>) -> Result<Draft, CommandError>,
        found: &'a mut Option<(TaskIndex, Status)>,
    ) -> impl FnMut(&State) -> Result<Draft, CommandError> + 'a {
        move |state| {
            let (actor, worktree) = (&self.author.actor, self.worktree.as_ref());
            let index = which.of(state, Holder { actor, worktree }, self.now)?;
            *found = Some((index, state.status_of(index)));
            let task = state.reference(index);
            decide(&Scene {
                state,
                index,
                task,
                actor,
                worktree,
                now: self.now,
            })
        }
    }
}

fn nothing_chosen() -> CommandError {
    CommandError::fatal(code::INTERNAL, "no task was chosen")
}

/// Appends one event.
///
/// # Errors
/// As for [`on_task`].
pub fn one_event(
    context: &mut Context,
    given: &str,
    decide: impl Fn(&Scene<'_>) -> Result<Event, CommandError>,
) -> Result<Done, CommandError> {
    on_task(context, given, |scene| decide(scene).map(Draft::from))
}

/// What was done that is about no task.
pub struct Appended {
    /// The state afterwards.
    pub state: State,
    /// Who acted.
    pub actor: ActorName,
    /// The new entry's object id.
    pub entry: String,
}

/// Appends one entry, an event for instance, that `decide` makes from the state.
///
/// # Errors
/// `decide` or the rules refuse, or the ledger cannot be written.
pub fn on_ledger<D: Into<Draft>>(
    context: &mut Context,
    decide: impl Fn(&State) -> Result<D, CommandError>,
) -> Result<Appended, CommandError> {
    let (stage, known) = Stage::set(context)?;
    let build = |state: &State| decide(state).map(Into::<Draft>::into);
    let Stage {
        ledger,
        author,
        now,
        ..
    } = stage;
    let appended = ledger.append_one(Some(known), &author, now, build)?;
    Ok(Appended {
        entry: appended.entry().unwrap_or_default(),
        state: appended.verified.state,
        actor: author.actor,
    })
}
