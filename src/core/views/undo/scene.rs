//! What an undo is made of: the states around an entry, and what was found so far.
//!
//! Not here: what takes back which event (`undo`, `task`, `work`).

use super::stays::Stays;
use crate::core::{
    entry::event::{Event, TaskRef},
    plan::{
        reduce::Accepted,
        state::{State, task::Task},
    },
    values::id::ActorName,
};

/// What takes an entry back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Undoing {
    /// The compensating events, in order.
    pub events: Vec<Event>,
    /// What stays although the entry is undone.
    pub stays: Vec<Stays>,
}

impl Undoing {
    pub(super) fn push(&mut self, event: impl Into<Event>) {
        self.events.push(event.into());
    }
    pub(super) fn stays(&mut self, what: Stays) {
        self.stays.push(what);
    }
}

/// What an event is seen against.
pub(super) struct Scene<'a> {
    /// The state before the entry.
    pub(super) before: &'a State,
    /// The state now.
    pub(super) now: &'a State,
    /// The entry.
    pub(super) undone: &'a Accepted,
    /// Who takes it back.
    pub(super) actor: &'a ActorName,
}

impl Scene<'_> {
    /// The task that the entry refers to, as it was and as it is.
    pub(super) fn task(&self, task: &TaskRef) -> Option<Subject<'_>> {
        let index = self.now.find(task, self.undone.id)?;
        let before = self.before.created_by(self.now.task(index).origin);
        Some(Subject {
            task: self.now.task(index),
            before: before.map(|index| self.before.task(index)),
            reference: self.now.reference(index),
            shown: self.now.shown(index),
        })
    }
}

/// A task of the entry.
pub(super) struct Subject<'a> {
    /// As it is now.
    pub(super) task: &'a Task,
    /// As it was; none if the entry added it.
    pub(super) before: Option<&'a Task>,
    pub(super) reference: TaskRef,
    pub(super) shown: String,
}
