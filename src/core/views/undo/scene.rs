//! The data of an undo: the states around the entry, and the result so far.
//!
//! Not here: the compensation of each event (`undo`, `task`, `work`).

use super::stays::Stays;
use crate::core::{
    entry::event::{Event, TaskRef},
    plan::{
        reduce::Accepted,
        state::{State, task::Task},
    },
    values::id::ActorName,
};

/// The undo of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Undoing {
    /// The compensating events, in order.
    pub events: Vec<Event>,
    /// The effects that stay.
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

/// The context for compensating an event.
pub(super) struct Scene<'a> {
    /// The state before the entry.
    pub(super) before: &'a State,
    /// The state now.
    pub(super) now: &'a State,
    /// The entry.
    pub(super) undone: &'a Accepted,
    /// The actor of the undo.
    pub(super) actor: &'a ActorName,
}

impl Scene<'_> {
    /// The task that the entry refers to, before the entry and now.
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
    /// The task now.
    pub(super) task: &'a Task,
    /// The task before the entry; none if the entry added it.
    pub(super) before: Option<&'a Task>,
    pub(super) reference: TaskRef,
    pub(super) shown: String,
}
