//! What was done and undone on the same day, found in the entries of the day.
//!
//! Not here: comparing the states at the ends of the day, which do not differ in this (`report`).

use serde::Serialize;

use crate::core::{
    entry::event::{Event, TaskEvent, WorkEvent},
    plan::{
        reduce::Accepted,
        state::{State, TaskIndex},
    },
    values::{id::ActorName, json::as_shown, task::words, text::Text, time::Timestamp},
};

words!(
    /// An act that another one undoes.
    UndoneAct, "undone act", "done, cancelled, claimed" {
        /// The task was finished, and then reopened.
        Done = "done",
        /// The task was cancelled, and then reopened.
        Cancelled = "cancelled",
        /// The task was claimed, and then released.
        Claimed = "claimed",
    }
);

/// An act and what undid it on the same day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undone {
    /// The task's name.
    pub id: String,
    /// The task's title.
    pub title: Text,
    /// The act.
    pub act: UndoneAct,
    /// Its actor.
    pub by: ActorName,
    /// Its time.
    #[serde(serialize_with = "as_shown")]
    pub at: Timestamp,
    /// The actor that undid it.
    pub undone_by: ActorName,
    /// The time of that.
    #[serde(serialize_with = "as_shown")]
    pub undone_at: Timestamp,
}

/// The acts of these entries that later ones of them undid, in the order of their undoing. `after` is the state after them.
pub fn undone(after: &State, entries: &[Accepted]) -> Vec<Undone> {
    let mut standing: Vec<(TaskIndex, UndoneAct, &Accepted)> = Vec::new();
    let mut found = Vec::new();
    for accepted in entries {
        for event in &accepted.entry.events {
            let Some(index) = (event.changed_task()).and_then(|it| after.find(it, accepted.id))
            else {
                continue;
            };
            let (act, undoes): (_, &[UndoneAct]) = match event {
                Event::Task(TaskEvent::Completed { .. }) => (Some(UndoneAct::Done), &[]),
                Event::Task(TaskEvent::Cancelled { .. }) => (Some(UndoneAct::Cancelled), &[]),
                Event::Work(WorkEvent::Claimed { .. }) => (Some(UndoneAct::Claimed), &[]),
                Event::Task(TaskEvent::Reopened { .. }) => {
                    (None, &[UndoneAct::Done, UndoneAct::Cancelled])
                }
                Event::Work(WorkEvent::Released { .. }) => (None, &[UndoneAct::Claimed]),
                Event::Work(WorkEvent::HandedOn { .. }) => (None, &[]),
                _ => continue,
            };
            // A task has one act of these at a time: its end ends its claim, and another claim replaces it.
            let last = standing.iter().position(|(task, ..)| *task == index);
            let last = last.map(|place| standing.remove(place));
            if let Some((_, act, begun)) = last.filter(|(_, act, _)| undoes.contains(act)) {
                found.push(Undone {
                    id: after.shown(index),
                    title: after.task(index).fields.title.clone(),
                    act,
                    by: begun.entry.actor.clone(),
                    at: begun.effective,
                    undone_by: accepted.entry.actor.clone(),
                    undone_at: accepted.effective,
                });
            }
            standing.extend(act.map(|act| (index, act, accepted)));
        }
    }
    found
}
