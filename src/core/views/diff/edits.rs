//! Which actor set each value of a task, from the entries between two states.
//!
//! Not here: which values differ (`task`).

use crate::core::{
    entry::event::{Event, TaskEvent, task::TaskFact},
    plan::{
        reduce::Accepted,
        state::{State, TaskIndex},
    },
    values::id::ActorName,
};

/// The edits of some entries, in their order.
pub(super) struct Edits<'a>(Vec<(TaskIndex, &'a [TaskFact], &'a ActorName)>);

impl<'a> Edits<'a> {
    /// The edits of these entries; `after` is the state after them.
    pub(super) fn of(after: &State, entries: &'a [Accepted]) -> Self {
        let edits = entries.iter().flat_map(|accepted| {
            let events = accepted.entry.events.iter();
            events.filter_map(|event| match event {
                Event::Task(TaskEvent::Edited { task, facts }) => {
                    let index = after.find(task, accepted.id)?;
                    Some((index, facts.as_slice(), &accepted.entry.actor))
                }
                _ => None,
            })
        });
        Self(edits.collect())
    }

    /// The last actor that set this value.
    pub(super) fn by(&self, task: TaskIndex, fact: &TaskFact) -> Option<&'a ActorName> {
        let mut edits = self.0.iter().rev();
        let found = edits.find(|(index, facts, _)| *index == task && facts.contains(fact));
        found.map(|(.., actor)| *actor)
    }
}
