//! What a command that changed one task answers: a sentence, and as JSON the task as it now stands.
//!
//! Not here: the sentence itself (each command).

use serde::Serialize;

use super::act::Done;
use crate::{
    cli::{CommandError, Context},
    core::{
        plan::state::{State, TaskIndex},
        values::id::ActorName,
        views::snapshot::TaskDocument,
    },
};

/// The data of `coord.task/1`.
#[derive(Serialize)]
struct Acted {
    /// The new entry's object id.
    entry: String,
    /// Who acted.
    actor: String,
    /// Where the task stood before.
    before: &'static str,
    /// The task.
    task: TaskDocument,
}

/// Says what was done.
///
/// # Errors
/// Standard output cannot be written.
pub fn say(context: &mut Context, done: &Done, sentence: String) -> Result<(), CommandError> {
    let acted = Acted {
        entry: done.entry.clone(),
        actor: done.actor.to_string(),
        before: done.before.as_str(),
        task: TaskDocument::of(done.state(), done.index),
    };
    context.ui.answer("coord.task/1", &acted, sentence + "\n")
}

/// Owners who do not take part may come later, or be a slip of the keys.
pub fn warn_of_strangers(context: &mut Context, state: &State, owners: &[ActorName]) {
    for owner in owners {
        if state.roster.actor(owner).is_none() {
            context.ui.warn(format!("no actor is called '{owner}' yet"));
        }
    }
}

/// A gate that nobody can pass keeps the task from ever being done, which is worth a word before the work is.
pub fn warn_of_gates(context: &mut Context, state: &State, index: TaskIndex) {
    let shown = state.shown(index);
    for gate in state.gates_without_reviewer(state.task(index)) {
        context.ui.warn(format!(
            "nobody can pass gate '{gate}' of task '{shown}': it takes somebody who neither owns nor holds the task"
        ));
    }
}
