//! The answer of a command that changed the ledger: the new entry, and for one task a sentence and the task as it is
//! now.
//!
//! Not here: the sentence itself (each command).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context},
    core::{
        plan::state::{State, TaskIndex, task::Task},
        values::{
            id::ActorName,
            task::{Approver, Status},
            time::Timestamp,
        },
        views::{planning::Readiness, snapshot::TaskDocument},
    },
    ledger::Appended,
};

/// The result of appending, which may be nothing.
pub struct Written {
    /// The state afterwards.
    pub state: State,
    /// The actor.
    pub actor: ActorName,
    /// The new entry's object id.
    pub entry: Option<String>,
}

impl Written {
    /// The result of an append by this actor.
    pub fn of(appended: Appended, actor: ActorName) -> Self {
        Self {
            entry: appended.entry(),
            state: appended.verified.state,
            actor,
        }
    }
}

impl Written {
    /// Answers with the entry, the actor and `what` changed.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn answer<T: Serialize>(
        self,
        context: &mut Context,
        schema: &'static str,
        what: T,
        text: String,
    ) -> Result<(), CommandError> {
        #[derive(Serialize)]
        struct Document<T> {
            /// The new entry's object id; null if nothing had to be changed.
            entry: Option<String>,
            actor: ActorName,
            #[serde(flatten)]
            what: T,
        }
        let Self { entry, actor, .. } = self;
        let document = Document { entry, actor, what };
        context.ui.answer(schema, &document, text)
    }
}

/// A task that was changed by one entry.
pub struct ChangedTask {
    /// The entry.
    pub written: Written,
    /// The task.
    pub index: TaskIndex,
    /// The status of the task before.
    pub before: Status,
}

/// The data of `coord.task/1`.
#[derive(Serialize)]
struct ChangedTaskDocument<'a> {
    /// The new entry's object id.
    entry: &'a str,
    /// The actor.
    actor: &'a ActorName,
    /// The status of the task before.
    before: &'static str,
    task: TaskDocument,
}

impl ChangedTask {
    /// The state afterwards.
    pub fn state(&self) -> &State {
        &self.written.state
    }
    /// The task afterwards.
    pub fn task(&self) -> &Task {
        self.state().task(self.index)
    }
    /// The shown name of the task.
    pub fn shown(&self) -> String {
        self.state().shown(self.index)
    }

    /// Answers with this sentence.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn say(&self, context: &mut Context, sentence: &str) -> Result<(), CommandError> {
        if !context.ui.is_json() {
            return context.ui.text(format!("{sentence}\n"));
        }
        let document = ChangedTaskDocument {
            entry: self.written.entry.as_deref().unwrap_or_default(),
            actor: &self.written.actor,
            before: self.before.as_str(),
            task: TaskDocument::of(self.state(), self.index),
        };
        context.ui.success("coord.task/1", &document)
    }
}

/// Warns of owners that are not actors. They may be added later, or the name may be a typing error.
pub fn warn_of_strangers(context: &mut Context, state: &State, owners: &[ActorName]) {
    for owner in owners {
        if state.roster.actor(owner).is_none() {
            context.ui.warn(format!("there is no actor '{owner}' yet"));
        }
    }
}

/// Warns of the open tasks on which a task depends that is done or begun before them.
pub fn warn_of_dependencies(context: &mut Context, state: &State, index: TaskIndex) {
    let waits_for = state.waits_for(index).map(|other| state.shown(other));
    let waits_for: Vec<String> = waits_for.collect();
    if !waits_for.is_empty() {
        let (shown, on) = (state.shown(index), waits_for.join(", "));
        context
            .ui
            .warn(format!("task '{shown}' still waits for {on}"));
    }
}

/// Warns of a task that is begun before its first day.
pub fn warn_of_deferral(context: &mut Context, state: &State, index: TaskIndex, now: Timestamp) {
    let readiness = Readiness::new(state, now.max(state.effective), None);
    if let Some(day) = readiness.deferred_until(index) {
        let shown = state.shown(index);
        context
            .ui
            .warn(format!("task '{shown}' is deferred until {day}"));
    }
}

/// Warns of gates that nobody can approve, before the work is done: the task could never be done.
pub fn warn_of_gates(context: &mut Context, state: &State, index: TaskIndex) {
    let shown = state.shown(index);
    for gate in state.gates_without_reviewer(state.task(index)) {
        let mut names = state.roster.actors().map(|(name, _)| name);
        let why = if names.any(|name| state.gate_names(&gate, name)) {
            "actors cannot approve their own work, and a gate does not make its own author a reviewer"
        } else {
            without_actor(&gate)
        };
        context.ui.warn(format!(
            "nobody can approve gate '{gate}' of task '{shown}': {why}"
        ));
    }
}

/// Why nobody can approve a gate that names no actor of the roster.
pub fn without_actor(gate: &Approver) -> &'static str {
    match gate {
        Approver::Actor(_) => "there is no such actor",
        Approver::Role(_) => "no actor has this role",
    }
}
